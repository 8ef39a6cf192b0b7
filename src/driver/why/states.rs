//! What each of Ironic's provision states means, whether a machine in it is safe to work on, and which commands to run next.
//! Each piece of advice lists the conditions under which its command is accepted.
//!
//! Based on Ironic's state machine (`ironic/common/states.py`) and on the observed behavior of its verbs. In commands,
//! `{node}` and `{instance}` are placeholders for names.

use crate::ironic::ProvisionState;

/// The explanation of one provision state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// What a node in this state is doing, waiting for, or failed at.
    pub(super) what: &'static str,
    /// Whether the machine is safe to work on.
    pub(super) touch: Touch,
    /// Commands to run next, the most likely first.
    pub(super) next: &'static [Advice],
}

/// A command, and the conditions under which it is shown: no advice that the command itself would refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Advice {
    /// The command.
    pub(super) command: &'static str,
    /// What the command does.
    pub(super) does: &'static str,
    /// The conditions; all must hold.
    pub(super) if_all: &'static [Condition],
    /// Whether the command is read-only.
    pub(super) looks: bool,
}

/// A property of a node or its Ironic that a command requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
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
pub enum Touch {
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
}

impl Touch {
    /// The text for users.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Free => "yes: no operation is in progress, and no instance is on it",
            Self::Occupied => "careful: it is in use; no operation is in progress",
            Self::LeaveAlone => {
                "no: a conductor is working on it and cannot be interrupted; a power cut now may leave it broken"
            }
            Self::MayBeStopped => {
                "not by hand: the operation is waiting, and a command below stops it cleanly"
            }
            Self::Abandoned => {
                "no: no conductor is working on it, and Ironic accepts no request for it until its conductor is back"
            }
        }
    }
}

const fn look(command: &'static str, does: &'static str, if_all: &'static [Condition]) -> Advice {
    Advice { command, does, if_all, looks: true }
}

const fn act(command: &'static str, does: &'static str, if_all: &'static [Condition]) -> Advice {
    Advice { command, does, if_all, looks: false }
}

const WAIT: Advice = look("farrier wait {node}", "wait until the operation ends", &[]);
const HISTORY: Advice = look("farrier node history {node}", "see what happened", &[Condition::History]);
const SHOW: Advice = look("farrier show {instance}", "show the instance", &[Condition::Instance]);
const SHOW_NODE: Advice = look("farrier node show {node}", "show the node", &[Condition::NoInstance]);
const CONSOLE: Advice = look("farrier console {node}", "show its console", &[Condition::Ready("console")]);
const DESTROY: Advice = act(
    "farrier destroy {instance}",
    "destroy the instance and release the node",
    &[Condition::Instance, Condition::NotProtected],
);
const UNDEPLOY: Advice =
    act("farrier destroy {node}", "undeploy the node", &[Condition::NoInstance, Condition::NotProtected]);
const UNPROTECT: Advice =
    act("farrier node protect {node} --undo", "allow destroy and rebuild again", &[Condition::Protected]);
const ABORT: Advice = act("farrier node abort {node}", "abort the operation; it ends as failed", &[]);
const ABORT_DEPLOY: Advice =
    act("farrier node abort {node}", "abort the operation; it ends as failed", &[Condition::DeployAbort]);
const MANAGE: Advice = act("farrier node manage {node}", "move it to `manageable`, to work on it", &[]);
const PROVIDE: Advice = act(
    "farrier node provide {node}",
    "clean it and make it available for deploys",
    &[Condition::NotRetired],
);
const UNRETIRE: Advice =
    act("farrier node retire {node} --undo", "allow it to become available again", &[Condition::Retired]);
const INSPECT: Advice =
    act("farrier node inspect {node}", "inspect its hardware", &[Condition::Supported("inspect")]);
const UNHOLD: Advice = act("farrier node unhold {node}", "resume the operation", &[]);
const END_MAINTENANCE: Advice = act(
    "farrier node maintenance {node} --off",
    "end maintenance when the work is done",
    &[Condition::Maintenance],
);
const RESCUE: Advice = act(
    "farrier rescue {instance}",
    "boot the rescue ramdisk",
    &[Condition::NoMaintenance, Condition::Supported("rescue")],
);
const UNRESCUE: Advice =
    act("farrier unrescue {instance}", "boot the instance again", &[Condition::NoMaintenance]);

const SCHEDULE: Advice = act(
    "farrier schedule --node {node} --explain",
    "see whether the scheduler would choose it",
    &[Condition::NoMaintenance, Condition::PowerKnown],
);
const DESTROY_AGAIN: Advice = act("farrier destroy {node}", "retry the teardown", &[Condition::NotProtected]);
const RELEASE: Advice = act("farrier destroy {instance}", "release the node", &[Condition::Instance]);
const ADOPT: Advice = act("farrier node adopt {node}", "retry the adoption", &[Condition::Image]);
const END_SERVICE: Advice = act(
    "farrier node abort {node}",
    "abandon the servicing and return it to `active`",
    &[Condition::NoMaintenance],
);

/// An `available` node that an instance has claimed.
pub(super) const CLAIMED: Entry = Entry {
    what: "an instance has claimed it, but its deploy has not started; repeat the same `farrier deploy` to continue",
    touch: Touch::Occupied,
    next: &[SHOW, RELEASE],
};

/// An `active` node without an instance.
pub(super) const DEPLOYED_BY_HAND: Entry = Entry {
    what: "it is deployed without an instance: it was adopted, or deployed by hand",
    touch: Touch::Occupied,
    next: &[SHOW_NODE, UNPROTECT, UNDEPLOY],
};

/// The explanation of a provision state; `None` for a state of a newer server.
pub(super) fn entry(state: &ProvisionState) -> Option<Entry> {
    use ProvisionState as P;
    let (what, touch, next): (_, _, &'static [Advice]) = match state {
        P::Enroll => (
            "it is enrolled; its BMC credentials are not verified, or their verification failed",
            Touch::Free,
            &[MANAGE, HISTORY],
        ),
        P::Verifying => ("a conductor is verifying its BMC credentials", Touch::LeaveAlone, &[WAIT]),
        P::Manageable => (
            "its BMC credentials are verified; `farrier node provide` makes it available for deploys",
            Touch::Free,
            &[PROVIDE, UNRETIRE, INSPECT],
        ),
        P::Available => ("it is free for deploys", Touch::Free, &[SCHEDULE]),
        P::Active => ("an instance is deployed on it", Touch::Occupied, &[SHOW, UNPROTECT, DESTROY]),
        P::Error => (
            "the teardown of its instance failed; it is not cleaned and not available for deploys",
            Touch::Free,
            &[HISTORY, UNPROTECT, DESTROY_AGAIN],
        ),
        P::Deploying => ("a conductor is running its deploy", Touch::LeaveAlone, &[WAIT]),
        P::DeployWait => (
            "its deploy is waiting for the ramdisk",
            Touch::MayBeStopped,
            &[WAIT, CONSOLE, ABORT_DEPLOY, DESTROY, UNDEPLOY],
        ),
        P::DeployHold => {
            ("its deploy is on hold at a step until it is resumed", Touch::MayBeStopped, &[UNHOLD, ABORT])
        }
        P::DeployFailed => {
            ("its deploy failed", Touch::Free, &[HISTORY, CONSOLE, UNPROTECT, DESTROY, UNDEPLOY])
        }
        P::Deleting => ("a conductor is tearing down its instance", Touch::LeaveAlone, &[WAIT]),
        P::Cleaning => ("a conductor is running its cleaning", Touch::LeaveAlone, &[WAIT]),
        P::CleanWait => {
            ("its cleaning is waiting for the ramdisk", Touch::MayBeStopped, &[WAIT, CONSOLE, ABORT])
        }
        P::CleanHold => {
            ("its cleaning is on hold at a step until it is resumed", Touch::MayBeStopped, &[UNHOLD, ABORT])
        }
        P::CleanFailed => (
            "its cleaning failed; it is not available for deploys, and its disks may still hold old data",
            Touch::Free,
            &[HISTORY, MANAGE, END_MAINTENANCE],
        ),
        P::Inspecting => ("a conductor is inspecting its hardware", Touch::LeaveAlone, &[WAIT]),
        P::InspectWait => {
            ("its inspection is waiting for the ramdisk", Touch::MayBeStopped, &[WAIT, CONSOLE, ABORT])
        }
        P::InspectFailed => {
            ("the inspection of its hardware failed", Touch::Free, &[HISTORY, INSPECT, MANAGE])
        }
        P::Adopting => ("a conductor is adopting it", Touch::LeaveAlone, &[WAIT]),
        P::AdoptFailed => (
            "its adoption failed; the machine itself was not changed",
            Touch::Occupied,
            &[HISTORY, ADOPT, MANAGE],
        ),
        P::Rescuing => ("a conductor is booting its rescue ramdisk", Touch::LeaveAlone, &[WAIT]),
        P::RescueWait => {
            ("its rescue is waiting for the ramdisk", Touch::MayBeStopped, &[WAIT, CONSOLE, ABORT])
        }
        P::Rescue => (
            "it is running a rescue ramdisk instead of its instance",
            Touch::Occupied,
            &[UNRESCUE, UNPROTECT, DESTROY, UNDEPLOY],
        ),
        P::RescueFailed => {
            ("its rescue failed; its instance is not running", Touch::Occupied, &[HISTORY, RESCUE, UNRESCUE])
        }
        P::Unrescuing => ("a conductor is booting its instance again", Touch::LeaveAlone, &[WAIT]),
        P::UnrescueFailed => ("leaving rescue mode failed", Touch::Occupied, &[HISTORY, UNRESCUE, RESCUE]),
        P::Servicing => ("a conductor is servicing it", Touch::LeaveAlone, &[WAIT]),
        P::ServiceWait => {
            ("its servicing is waiting for the ramdisk", Touch::MayBeStopped, &[WAIT, CONSOLE, ABORT])
        }
        P::ServiceHold => {
            ("its servicing is on hold at a step until it is resumed", Touch::MayBeStopped, &[UNHOLD, ABORT])
        }
        P::ServiceFailed => (
            "its servicing failed; its instance may not be running",
            Touch::Occupied,
            &[HISTORY, END_SERVICE],
        ),
        P::Unknown(_) => return None,
    };
    Some(Entry { what, touch, next })
}
