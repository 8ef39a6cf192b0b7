//! What each of Ironic's states means, whether a machine in it may be touched, and what to type next.
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
    /// Commands, each with what it is for.
    pub(super) next: &'static [(&'static str, &'static str)],
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
        }
    }
}

const WAIT: (&str, &str) = ("farrier wait {node}", "follow it to its end");
const HISTORY: (&str, &str) = ("farrier node history {node}", "read what led to it");
const DESTROY: (&str, &str) = ("farrier destroy {instance}", "give the machine back, whatever is on it");
const ABORT: (&str, &str) = ("farrier node abort {node}", "stop waiting; it ends as failed");
const MANAGE: (&str, &str) = ("farrier node manage {node}", "bring it back to where it can be worked on");
const PROVIDE: (&str, &str) = ("farrier node provide {node}", "clean it and offer it for deploys");
const CONSOLE: (&str, &str) = ("farrier console {node}", "see what the machine itself shows");

/// What is to be said of a state; nothing for one of a later server.
#[expect(clippy::too_many_lines, reason = "a table with an entry for each state")]
pub(super) fn entry(state: &ProvisionState) -> Option<Entry> {
    use ProvisionState as P;
    let (what, touch, next): (_, _, &[_]) = match state {
        P::Enroll => (
            "it is known to Ironic, and whether its BMC answers was never verified, or that failed",
            Touch::Free,
            &[MANAGE, HISTORY],
        ),
        P::Verifying => ("a conductor tries its BMC's credentials", Touch::LeaveAlone, &[WAIT]),
        P::Manageable => (
            "its BMC answered; it is not offered for deploys until somebody says `provide`",
            Touch::Free,
            &[PROVIDE, ("farrier node inspect {node}", "look at its hardware first")],
        ),
        P::Available => (
            "it is offered for deploys and waits for one",
            Touch::Free,
            &[("farrier schedule --node {node} --explain", "see whether a request would get it")],
        ),
        P::Active => (
            "an instance runs on it",
            Touch::Occupied,
            &[("farrier show {instance}", "look at the instance"), DESTROY],
        ),
        P::Error => (
            "tearing its instance down failed; it is not cleaned and not offered",
            Touch::Free,
            &[HISTORY, ("farrier destroy {node}", "try the tearing down again")],
        ),
        P::Deploying => ("a conductor works on a step of its deploy", Touch::LeaveAlone, &[WAIT]),
        P::DeployWait => (
            "its deploy waits for the ramdisk: POST, network boot, or the step that the ramdisk runs",
            Touch::MayBeStopped,
            &[WAIT, CONSOLE, ABORT, DESTROY],
        ),
        P::DeployHold => (
            "its deploy is held at a step, until somebody lets it go on",
            Touch::MayBeStopped,
            &[("farrier node unhold {node}", "let it go on"), ABORT],
        ),
        P::DeployFailed => {
            ("its deploy failed; the claim on it stands", Touch::Free, &[HISTORY, CONSOLE, DESTROY])
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
            &[("farrier node unhold {node}", "let it go on"), ABORT],
        ),
        P::CleanFailed => (
            "its cleaning failed; it is not offered, and what was on its disks may be there still",
            Touch::Free,
            &[
                HISTORY,
                MANAGE,
                ("farrier node maintenance {node} --off", "once what was wrong is mended"),
                PROVIDE,
            ],
        ),
        P::Inspecting => ("a conductor looks at its hardware", Touch::LeaveAlone, &[WAIT]),
        P::InspectWait => {
            ("its inspection waits for the ramdisk", Touch::MayBeStopped, &[WAIT, CONSOLE, ABORT])
        }
        P::InspectFailed => (
            "looking at its hardware failed",
            Touch::Free,
            &[HISTORY, ("farrier node inspect {node}", "try again"), MANAGE],
        ),
        P::Adopting => ("a conductor takes it over as it runs", Touch::LeaveAlone, &[WAIT]),
        P::AdoptFailed => (
            "taking it over as it runs failed; the machine itself was not touched",
            Touch::Occupied,
            &[HISTORY, ("farrier node adopt {node}", "try again"), MANAGE],
        ),
        P::Rescuing => ("a conductor starts its rescue ramdisk", Touch::LeaveAlone, &[WAIT]),
        P::RescueWait => ("its rescue waits for the ramdisk", Touch::MayBeStopped, &[WAIT, CONSOLE, ABORT]),
        P::Rescue => (
            "it runs a rescue ramdisk in place of its instance",
            Touch::Occupied,
            &[("farrier unrescue {instance}", "start the instance again"), DESTROY],
        ),
        P::RescueFailed => (
            "starting its rescue ramdisk failed; its instance is not running",
            Touch::Occupied,
            &[
                HISTORY,
                ("farrier rescue {instance}", "try again"),
                ("farrier unrescue {instance}", "start the instance again"),
            ],
        ),
        P::Unrescuing => ("a conductor starts its instance again", Touch::LeaveAlone, &[WAIT]),
        P::UnrescueFailed => (
            "starting its instance again failed",
            Touch::Occupied,
            &[
                HISTORY,
                ("farrier unrescue {instance}", "try again"),
                ("farrier rescue {instance}", "go into the ramdisk again"),
            ],
        ),
        P::Servicing => ("a conductor works on a step of its servicing", Touch::LeaveAlone, &[WAIT]),
        P::ServiceWait => {
            ("its servicing waits for the ramdisk", Touch::MayBeStopped, &[WAIT, CONSOLE, ABORT])
        }
        P::ServiceHold => (
            "its servicing is held at a step, until somebody lets it go on",
            Touch::MayBeStopped,
            &[("farrier node unhold {node}", "let it go on"), ABORT],
        ),
        P::ServiceFailed => (
            "its servicing failed; its instance may not be running",
            Touch::Occupied,
            &[HISTORY, ("farrier node maintenance {node} --off", "aborting is refused before that"), ABORT],
        ),
        P::Unknown(_) => return None,
    };
    Some(Entry { what, touch, next })
}
