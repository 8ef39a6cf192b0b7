//! What each of Ironic's states means, whether a machine in it may be touched, and what to type next. What is advised is
//! accepted by the command it names: each piece of advice says what must be true for that.
//!
//! From Ironic's state machine (`ironic/common/states.py`) and what its verbs were seen to do. `{node}` and `{instance}`
//! in commands stand for their names.

use crate::ironic::ProvisionState;

/// What is to be said of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// What a machine in it waits for, or failed at.
    pub(super) what: &'static str,
    /// Whether it may be touched.
    pub(super) touch: Touch,
    /// What to type next, the likeliest first.
    pub(super) next: &'static [Advice],
}

/// A command, and what must be true for it: nothing is advised that the command itself would refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Advice {
    /// The command.
    pub(super) command: &'static str,
    /// What it is for.
    pub(super) does: &'static str,
    /// When it would be accepted.
    pub(super) if_all: &'static [Condition],
    /// Whether it only looks.
    pub(super) looks: bool,
}

/// What must be true of a machine or its Ironic for a command to be accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    /// An instance has the machine.
    Instance,
    /// No instance has it.
    NoInstance,
    /// It may be undeployed and rebuilt.
    NotProtected,
    /// It may not.
    Protected,
    /// It may be offered again.
    NotRetired,
    /// It may not.
    Retired,
    /// It is in maintenance.
    Maintenance,
    /// It is not.
    NoMaintenance,
    /// It is known whether it has power.
    PowerKnown,
    /// Ironic keeps histories.
    History,
    /// Ironic can abort a deploy that waits for its ramdisk.
    DeployAbort,
    /// `instance_info` says what image runs on it.
    Image,
    /// The interface of this kind is there and ready.
    Ready(&'static str),
    /// Nothing is known that speaks against the interface of this kind.
    Supported(&'static str),
}

/// Whether a machine may be touched: powered, asked for something else, worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    /// Nothing is under way on it, and nobody's instance is on it.
    Free,
    /// Nothing is under way; an instance is on it.
    Occupied,
    /// Something is under way that ends by itself: leave it alone meanwhile.
    LeaveAlone,
    /// Something waits, and may be stopped cleanly.
    MayBeStopped,
    /// The conductor that should work on it is away: no verb is accepted until it is back.
    Abandoned,
}

impl Touch {
    /// In plain words.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Free => "yes: nothing is under way on it, and no instance is on it",
            Self::Occupied => "with care: nothing is under way on it, but an instance is on it",
            Self::LeaveAlone => {
                "no: a conductor works on it, and no verb stops that; power cut now may leave it broken"
            }
            Self::MayBeStopped => "not by hand: it waits, and may be stopped cleanly by the command below",
            Self::Abandoned => {
                "no: no conductor works on it, and Ironic accepts no request for it until its conductor is seen to"
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

const WAIT: Advice = look("farrier wait {node}", "follow it to its end", &[]);
const HISTORY: Advice = look("farrier node history {node}", "read what led to it", &[Condition::History]);
const SHOW: Advice = look("farrier show {instance}", "look at the instance", &[Condition::Instance]);
const SHOW_NODE: Advice = look("farrier node show {node}", "look at the machine", &[Condition::NoInstance]);
const CONSOLE: Advice =
    look("farrier console {node}", "see what the machine itself shows", &[Condition::Ready("console")]);
const DESTROY: Advice = act(
    "farrier destroy {instance}",
    "give the machine back, whatever is on it",
    &[Condition::Instance, Condition::NotProtected],
);
const UNDEPLOY: Advice = act(
    "farrier destroy {node}",
    "undeploy the machine, whatever is on it",
    &[Condition::NoInstance, Condition::NotProtected],
);
const UNPROTECT: Advice =
    act("farrier node protect {node} --undo", "let it be destroyed or rebuilt", &[Condition::Protected]);
const ABORT: Advice = act("farrier node abort {node}", "stop waiting; it ends as failed", &[]);
const ABORT_DEPLOY: Advice =
    act("farrier node abort {node}", "stop waiting; it ends as failed", &[Condition::DeployAbort]);
const MANAGE: Advice =
    act("farrier node manage {node}", "bring it back to `manageable`, where it can be worked on", &[]);
const PROVIDE: Advice =
    act("farrier node provide {node}", "clean it and offer it for deploys", &[Condition::NotRetired]);
const UNRETIRE: Advice =
    act("farrier node retire {node} --undo", "let it be offered for deploys again", &[Condition::Retired]);
const INSPECT: Advice =
    act("farrier node inspect {node}", "look at its hardware", &[Condition::Supported("inspect")]);
const UNHOLD: Advice = act("farrier node unhold {node}", "let it go on", &[]);
const END_MAINTENANCE: Advice = act(
    "farrier node maintenance {node} --off",
    "end its maintenance, once what it was for is done",
    &[Condition::Maintenance],
);
const RESCUE: Advice = act(
    "farrier rescue {instance}",
    "boot its rescue ramdisk",
    &[Condition::NoMaintenance, Condition::Supported("rescue")],
);
const UNRESCUE: Advice =
    act("farrier unrescue {instance}", "start the instance again", &[Condition::NoMaintenance]);

const SCHEDULE: Advice = act(
    "farrier schedule --node {node} --explain",
    "see whether a request would get it",
    &[Condition::NoMaintenance, Condition::PowerKnown],
);
const DESTROY_AGAIN: Advice =
    act("farrier destroy {node}", "try the tearing down again", &[Condition::NotProtected]);
const RELEASE: Advice = act("farrier destroy {instance}", "give the machine back", &[Condition::Instance]);
const ADOPT: Advice = act("farrier node adopt {node}", "try again", &[Condition::Image]);
const END_SERVICE: Advice = act(
    "farrier node abort {node}",
    "give up the servicing, and have it `active` again",
    &[Condition::NoMaintenance],
);

/// What a machine waits for that an instance has claimed, and what to type next.
pub(super) const CLAIMED: Entry = Entry {
    what: "an instance has claimed it, and its deploy has not begun: the same `farrier deploy` goes on with it",
    touch: Touch::Occupied,
    next: &[SHOW, RELEASE],
};

/// What is said of a machine that something is deployed on without an instance.
pub(super) const DEPLOYED_BY_HAND: Entry = Entry {
    what: "something is deployed on it that no instance accounts for: it was adopted, or deployed by hand",
    touch: Touch::Occupied,
    next: &[SHOW_NODE, UNPROTECT, UNDEPLOY],
};

/// What is to be said of a state; nothing for one of a later server.
pub(super) fn entry(state: &ProvisionState) -> Option<Entry> {
    use ProvisionState as P;
    let (what, touch, next): (_, _, &'static [Advice]) = match state {
        P::Enroll => (
            "it is known to Ironic, and whether its BMC answers was never verified, or that failed",
            Touch::Free,
            &[MANAGE, HISTORY],
        ),
        P::Verifying => ("a conductor tries its BMC's credentials", Touch::LeaveAlone, &[WAIT]),
        P::Manageable => (
            "its BMC answered; it is not offered for deploys until somebody says `provide`",
            Touch::Free,
            &[PROVIDE, UNRETIRE, INSPECT],
        ),
        P::Available => ("it is offered for deploys and waits for one", Touch::Free, &[SCHEDULE]),
        P::Active => ("an instance runs on it", Touch::Occupied, &[SHOW, UNPROTECT, DESTROY]),
        P::Error => (
            "tearing its instance down failed; it is not cleaned and not offered",
            Touch::Free,
            &[HISTORY, UNPROTECT, DESTROY_AGAIN],
        ),
        P::Deploying => ("a conductor works on a step of its deploy", Touch::LeaveAlone, &[WAIT]),
        P::DeployWait => (
            "its deploy waits for the ramdisk: POST, network boot, or the step that the ramdisk runs",
            Touch::MayBeStopped,
            &[WAIT, CONSOLE, ABORT_DEPLOY, DESTROY, UNDEPLOY],
        ),
        P::DeployHold => (
            "its deploy is held at a step, until somebody lets it go on",
            Touch::MayBeStopped,
            &[UNHOLD, ABORT],
        ),
        P::DeployFailed => {
            ("its deploy failed", Touch::Free, &[HISTORY, CONSOLE, UNPROTECT, DESTROY, UNDEPLOY])
        }
        P::Deleting => ("its instance is being torn down", Touch::LeaveAlone, &[WAIT]),
        P::Cleaning => ("a conductor works on a step of its cleaning", Touch::LeaveAlone, &[WAIT]),
        P::CleanWait => (
            "its cleaning waits for the ramdisk: POST, network boot, or the step that the ramdisk runs",
            Touch::MayBeStopped,
            &[WAIT, CONSOLE, ABORT],
        ),
        P::CleanHold => (
            "its cleaning is held at a step, until somebody lets it go on",
            Touch::MayBeStopped,
            &[UNHOLD, ABORT],
        ),
        P::CleanFailed => (
            "its cleaning failed; it is not offered, and what was on its disks may be there still",
            Touch::Free,
            &[HISTORY, MANAGE, END_MAINTENANCE],
        ),
        P::Inspecting => ("a conductor looks at its hardware", Touch::LeaveAlone, &[WAIT]),
        P::InspectWait => {
            ("its inspection waits for the ramdisk", Touch::MayBeStopped, &[WAIT, CONSOLE, ABORT])
        }
        P::InspectFailed => ("looking at its hardware failed", Touch::Free, &[HISTORY, INSPECT, MANAGE]),
        P::Adopting => ("a conductor takes it over as it runs", Touch::LeaveAlone, &[WAIT]),
        P::AdoptFailed => (
            "taking it over as it runs failed; the machine itself was not touched",
            Touch::Occupied,
            &[HISTORY, ADOPT, MANAGE],
        ),
        P::Rescuing => ("a conductor starts its rescue ramdisk", Touch::LeaveAlone, &[WAIT]),
        P::RescueWait => ("its rescue waits for the ramdisk", Touch::MayBeStopped, &[WAIT, CONSOLE, ABORT]),
        P::Rescue => (
            "it runs a rescue ramdisk in place of its instance",
            Touch::Occupied,
            &[UNRESCUE, UNPROTECT, DESTROY, UNDEPLOY],
        ),
        P::RescueFailed => (
            "starting its rescue ramdisk failed; its instance is not running",
            Touch::Occupied,
            &[HISTORY, RESCUE, UNRESCUE],
        ),
        P::Unrescuing => ("a conductor starts its instance again", Touch::LeaveAlone, &[WAIT]),
        P::UnrescueFailed => {
            ("starting its instance again failed", Touch::Occupied, &[HISTORY, UNRESCUE, RESCUE])
        }
        P::Servicing => ("a conductor works on a step of its servicing", Touch::LeaveAlone, &[WAIT]),
        P::ServiceWait => {
            ("its servicing waits for the ramdisk", Touch::MayBeStopped, &[WAIT, CONSOLE, ABORT])
        }
        P::ServiceHold => (
            "its servicing is held at a step, until somebody lets it go on",
            Touch::MayBeStopped,
            &[UNHOLD, ABORT],
        ),
        P::ServiceFailed => (
            "its servicing failed; its instance may not be running",
            Touch::Occupied,
            &[HISTORY, END_SERVICE],
        ),
        P::Unknown(_) => return None,
    };
    Some(Entry { what, touch, next })
}
