//! What each of Ironic's provision states means, whether a machine in it is safe to work on, and which commands to run next.
//! Each piece of advice lists the conditions under which its command is accepted.
//!
//! Based on Ironic's state machine (`ironic/common/states.py`) and on the observed behavior of its verbs. In commands,
//! `{node}` and `{instance}` are placeholders for names.

use crate::ironic::ProvisionState;

/// The explanation of one provision state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StateExplanation {
    /// What a node in this state is doing, waiting for, or failed at.
    pub(super) what: &'static str,
    /// Whether the machine is safe to work on.
    pub(super) touch: Safety,
    /// Commands to run next, the most likely first.
    pub(super) next: &'static [Advice],
}

/// A command, and the conditions under which it is shown, so that no command is suggested that would be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Advice {
    /// The command.
    pub(super) command: &'static str,
    /// What the command does.
    pub(super) does: &'static str,
    /// The conditions; all must hold.
    pub(super) if_all: &'static [AdviceCondition],
    /// Whether the command is read-only.
    pub(super) looks: bool,
}

/// A property of a node or its Ironic that a command requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AdviceCondition {
    /// The node has an instance.
    Instance,
    /// The node has no instance.
    NoInstance,
    /// The node is not protected against undeploy and rebuild.
    NotProtected,
    /// The node is protected.
    Protected,
    /// The node is not retired.
    NotRetired,
    /// The node is retired.
    Retired,
    /// The node is in maintenance.
    Maintenance,
    /// The node is not in maintenance.
    NoMaintenance,
    /// The power state is known.
    PowerKnown,
    /// Ironic keeps node histories.
    History,
    /// Ironic can abort a deploy that waits for the ramdisk.
    DeployAbort,
    /// `instance_info` names the image.
    Image,
    /// The interface of this kind passed validation.
    Ready(&'static str),
    /// The interface of this kind did not fail validation.
    Supported(&'static str),
}

/// Whether a machine is safe to work on: to power it, to start another operation, or to open it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Safety {
    /// No operation and no instance.
    Free,
    /// No operation, but an instance.
    Occupied,
    /// An operation that ends by itself and must not be disturbed.
    LeaveAlone,
    /// An operation that waits and can be stopped cleanly.
    MayBeStopped,
    /// The conductor that should work on the node is away: Ironic accepts no verb until it is back.
    Abandoned,
    /// The conductor that locked the node is not alive, but another one takes over the node.
    TakenOver,
    /// The provision state is unknown to this version of farrier.
    Unknown,
}

impl Safety {
    /// The text for users.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Free => "yes: no operation is in progress, and it has no instance",
            Self::Occupied => "careful: no operation is in progress, but it is in use",
            Self::LeaveAlone => {
                "no: a conductor is working on it and must not be interrupted; cutting the power now may leave the machine broken"
            }
            Self::MayBeStopped => "not yet: an operation is waiting; let it finish or abort it first",
            Self::Abandoned => {
                "no: Ironic cannot finish an operation or start another one until the problem with the conductor is fixed"
            }
            Self::TakenOver => "no: another conductor will take over the node and end the operation",
            Self::Unknown => "unclear: an operation may be in progress",
        }
    }
}

const fn look(command: &'static str, does: &'static str, if_all: &'static [AdviceCondition]) -> Advice {
    Advice { command, does, if_all, looks: true }
}

const fn act(command: &'static str, does: &'static str, if_all: &'static [AdviceCondition]) -> Advice {
    Advice { command, does, if_all, looks: false }
}

const WAIT: Advice = look("farrier wait {node}", "wait until the operation ends", &[]);
const HISTORY: Advice = look("farrier node history {node}", "see what happened", &[AdviceCondition::History]);
const SHOW: Advice = look("farrier show {instance}", "show the instance", &[AdviceCondition::Instance]);
const SHOW_NODE: Advice = look("farrier node show {node}", "show the node", &[AdviceCondition::NoInstance]);
const CONSOLE: Advice =
    look("farrier console {node}", "show its console", &[AdviceCondition::Ready("console")]);
const DESTROY: Advice = act(
    "farrier destroy {instance}",
    "destroy the instance and release the node",
    &[AdviceCondition::Instance, AdviceCondition::NotProtected],
);
const UNDEPLOY: Advice = act(
    "farrier destroy {node}",
    "undeploy the node",
    &[AdviceCondition::NoInstance, AdviceCondition::NotProtected],
);
const UNPROTECT: Advice =
    act("farrier node protect {node} --off", "unprotect the node", &[AdviceCondition::Protected]);
const ABORT: Advice =
    act("farrier node abort {node}", "abort the operation (it ends in a failed state)", &[]);
const ABORT_DEPLOY: Advice = act(
    "farrier node abort {node}",
    "abort the operation (it ends in a failed state)",
    &[AdviceCondition::DeployAbort],
);
const MANAGE: Advice =
    act("farrier node manage {node}", "move it to `manageable`, for example to repair it", &[]);
const VERIFY: Advice =
    act("farrier node manage {node}", "verify its BMC credentials and move it to `manageable`", &[]);
const PROVIDE: Advice = act(
    "farrier node provide {node}",
    "clean it and make it available for deploys",
    &[AdviceCondition::NotRetired],
);
const UNRETIRE: Advice = act(
    "farrier node retire {node} --off",
    "allow it to become available again",
    &[AdviceCondition::Retired],
);
const INSPECT: Advice =
    act("farrier node inspect {node}", "inspect its hardware", &[AdviceCondition::Supported("inspect")]);
const UNHOLD: Advice = act("farrier node unhold {node}", "resume the operation", &[]);
const END_MAINTENANCE: Advice = act(
    "farrier node maintenance {node} --off",
    "end maintenance when the work is done",
    &[AdviceCondition::Maintenance],
);
const RESCUE: Advice = act(
    "farrier rescue {instance}",
    "boot the rescue ramdisk",
    &[AdviceCondition::NoMaintenance, AdviceCondition::Supported("rescue")],
);
const UNRESCUE: Advice = act(
    "farrier unrescue {instance}",
    "leave rescue mode and boot the instance",
    &[AdviceCondition::NoMaintenance],
);

const SCHEDULE: Advice = act(
    "farrier schedule --node {node} --explain",
    "see whether `farrier deploy` would choose it",
    &[AdviceCondition::NoMaintenance, AdviceCondition::PowerKnown],
);
const DESTROY_AGAIN: Advice =
    act("farrier destroy {node}", "retry the teardown", &[AdviceCondition::NotProtected]);
const RELEASE: Advice = act("farrier destroy {instance}", "release the node", &[AdviceCondition::Instance]);
const RELEASE_RESERVATION: Advice =
    act("farrier reservation release {instance}", "release the node", &[AdviceCondition::Instance]);
const ADOPT: Advice = act("farrier node adopt {node}", "retry the adoption", &[AdviceCondition::Image]);
const END_SERVICE: Advice = act(
    "farrier node abort {node}",
    "end the servicing and return it to `active`",
    &[AdviceCondition::NoMaintenance],
);

/// An `available` node that is allocated to an instance.
pub(super) const CLAIMED: StateExplanation = StateExplanation {
    what: "it is allocated to an instance, but the deploy has not started; run the same `farrier deploy` again to continue",
    touch: Safety::Occupied,
    next: &[SHOW, RELEASE],
};

/// An `available` node that is reserved. [`super::Evidence`] replaces the text by one with the name and the expiry time.
pub(super) const RESERVED: StateExplanation =
    StateExplanation { what: "it is reserved", touch: Safety::Occupied, next: &[SHOW, RELEASE_RESERVATION] };

/// An `available` node that no deploy can use now. The remarks say why.
pub(super) const UNUSABLE: StateExplanation = StateExplanation {
    what: "it has no instance, but cannot be deployed now",
    touch: Safety::Free,
    next: &[SCHEDULE],
};

/// An `active` node without an instance.
pub(super) const DEPLOYED_BY_HAND: StateExplanation = StateExplanation {
    what: "it is deployed, but has no instance in Ironic: it was adopted, or deployed by hand",
    touch: Safety::Occupied,
    next: &[SHOW_NODE, UNPROTECT, UNDEPLOY],
};

/// What a node in a wait state waits for: the ramdisk that is already running, or a step that needs no ramdisk.
/// `None` for other states.
pub(super) fn in_wait(state: &ProvisionState, has_ramdisk: bool) -> Option<&'static str> {
    match (state, has_ramdisk) {
        (ProvisionState::DeployWait, true) => Some("its deploy is running in the ramdisk"),
        (ProvisionState::DeployWait, false) => Some("its deploy is waiting for a step to end"),
        (ProvisionState::CleanWait, true) => Some("its cleaning is running in the ramdisk"),
        (ProvisionState::CleanWait, false) => Some("its cleaning is waiting for a step to end"),
        (ProvisionState::ServiceWait, true) => Some("its servicing is running in the ramdisk"),
        (ProvisionState::ServiceWait, false) => Some("its servicing is waiting for a step to end"),
        _ => None,
    }
}

/// The explanation of a provision state; `None` for a state of a newer server.
pub(super) fn entry(state: &ProvisionState) -> Option<StateExplanation> {
    use ProvisionState as P;
    let (what, touch, next): (_, _, &'static [Advice]) = match state {
        P::Enroll => {
            ("it is enrolled, but its BMC credentials are not verified", Safety::Free, &[VERIFY, HISTORY])
        }
        P::Verifying => ("a conductor is verifying its BMC credentials", Safety::LeaveAlone, &[WAIT]),
        P::Manageable => (
            "its BMC credentials are verified; it is not available for deploys",
            Safety::Free,
            &[PROVIDE, UNRETIRE, INSPECT],
        ),
        P::Available => ("it has no instance and can be deployed", Safety::Free, &[SCHEDULE]),
        P::Active => ("an instance is deployed on it", Safety::Occupied, &[SHOW, UNPROTECT, DESTROY]),
        P::Error => (
            "the teardown of its instance failed; it is not cleaned and not available for deploys",
            Safety::Free,
            &[HISTORY, UNPROTECT, DESTROY_AGAIN],
        ),
        P::Deploying => ("a conductor is deploying it", Safety::LeaveAlone, &[WAIT]),
        P::DeployWait => (
            "its deploy is waiting for the ramdisk to boot",
            Safety::MayBeStopped,
            &[WAIT, CONSOLE, ABORT_DEPLOY, DESTROY, UNDEPLOY],
        ),
        P::DeployHold => {
            ("its deploy is on hold at a step until it is resumed", Safety::MayBeStopped, &[UNHOLD, ABORT])
        }
        P::DeployFailed => {
            ("its deploy failed", Safety::Free, &[HISTORY, CONSOLE, UNPROTECT, DESTROY, UNDEPLOY])
        }
        P::Deleting => ("a conductor is tearing down its instance", Safety::LeaveAlone, &[WAIT]),
        P::Cleaning => ("a conductor is cleaning it", Safety::LeaveAlone, &[WAIT]),
        P::CleanWait => {
            ("its cleaning is waiting for the ramdisk to boot", Safety::MayBeStopped, &[WAIT, CONSOLE, ABORT])
        }
        P::CleanHold => {
            ("its cleaning is on hold at a step until it is resumed", Safety::MayBeStopped, &[UNHOLD, ABORT])
        }
        P::CleanFailed => (
            "its cleaning failed; it is not available for deploys, and its disks may still contain old data",
            Safety::Free,
            &[HISTORY, MANAGE, END_MAINTENANCE],
        ),
        P::Inspecting => ("a conductor is inspecting its hardware", Safety::LeaveAlone, &[WAIT]),
        P::InspectWait => {
            ("its inspection is waiting for the ramdisk", Safety::MayBeStopped, &[WAIT, CONSOLE, ABORT])
        }
        P::InspectFailed => {
            ("the inspection of its hardware failed", Safety::Free, &[HISTORY, INSPECT, MANAGE])
        }
        P::Adopting => ("a conductor is adopting it", Safety::LeaveAlone, &[WAIT]),
        P::AdoptFailed => (
            "its adoption failed; nothing changed on the machine itself",
            Safety::Occupied,
            &[HISTORY, ADOPT, MANAGE],
        ),
        P::Rescuing => ("a conductor is booting its rescue ramdisk", Safety::LeaveAlone, &[WAIT]),
        P::RescueWait => {
            ("its rescue is waiting for the ramdisk to boot", Safety::MayBeStopped, &[WAIT, CONSOLE, ABORT])
        }
        P::Rescue => (
            "it is running a rescue ramdisk instead of its instance",
            Safety::Occupied,
            &[UNRESCUE, UNPROTECT, DESTROY, UNDEPLOY],
        ),
        P::RescueFailed => {
            ("its rescue failed; its instance is not running", Safety::Occupied, &[HISTORY, RESCUE, UNRESCUE])
        }
        P::Unrescuing => ("a conductor is taking it out of rescue mode", Safety::LeaveAlone, &[WAIT]),
        P::UnrescueFailed => (
            "it could not leave rescue mode; its instance is not running",
            Safety::Occupied,
            &[HISTORY, UNRESCUE, RESCUE],
        ),
        P::Servicing => ("a conductor is servicing it", Safety::LeaveAlone, &[WAIT]),
        P::ServiceWait => (
            "its servicing is waiting for the ramdisk to boot",
            Safety::MayBeStopped,
            &[WAIT, CONSOLE, ABORT],
        ),
        P::ServiceHold => {
            ("its servicing is on hold at a step until it is resumed", Safety::MayBeStopped, &[UNHOLD, ABORT])
        }
        P::ServiceFailed => (
            "its servicing failed; its instance may not be running",
            Safety::Occupied,
            &[HISTORY, END_SERVICE],
        ),
        P::Unknown(_) => return None,
    };
    Some(StateExplanation { what, touch, next })
}
