//! The one place from which requests that change a node are sent.
//!
//! A command resolves a name to a node once, and may send its request much later: it waits for a lock, it is suspended,
//! an answer is lost and the request is repeated. Meanwhile the node may have become somebody else's. So each request,
//! and each repetition, is preceded by a look at the node: it must still have the instance that the command resolved, or
//! still none. Else nothing is sent, and the command ends with [`Error::NodeTaken`].
//!
//! No operation can go around this: [`Client`](crate::ironic::Client) takes a [`Guard`] for each such request, and only
//! a look makes one. What remains is the moment between the answer to the look and the arrival of the request, for
//! Ironic has no conditional requests; see [`crate::ironic::guard`].

use super::claim::Claim;
use super::event::NodeRef;
use super::progress::Progress;
use super::{Driver, Error, Left, OnStop, has_begun};
use crate::ironic::guard::{Guard, Occupant, Sight};
use crate::ironic::{self, Fault, Node, ProvisionTarget};
use crate::rest::retry::{self, Failed, Repeat, growing};
use serde_json::{Map, Value};
use std::cell::Cell;
use std::time::Duration;

/// How often a request is repeated that did not arrive, or may be made twice.
const REPEATS: usize = 6;

/// How often a request to start an operation is sent again that was lost on its way.
const SENT_AGAIN: usize = 4;

/// How many looks may be too old when they arrive before a slow server is put up with.
const OLD_LOOKS: usize = 3;

/// A node that a command is to change, and who had it when the command resolved it.
#[derive(Debug, Clone)]
pub(super) struct Target {
    node: NodeRef,
    occupant: Occupant,
}

impl From<&Node> for Target {
    fn from(node: &Node) -> Self {
        Self { node: NodeRef::from(node), occupant: Occupant::of(node) }
    }
}

impl From<&Claim> for Target {
    fn from(claim: &Claim) -> Self {
        Self { node: claim.node.clone(), occupant: Occupant::Instance(claim.uuid.clone()) }
    }
}

impl Target {
    /// A node with this instance, or with none.
    pub(super) fn new(node: NodeRef, instance: Option<String>) -> Self {
        Self { node, occupant: instance.map_or(Occupant::Nobody, Occupant::Instance) }
    }

    /// A node that has no instance.
    pub(super) fn free(node: NodeRef) -> Self {
        Self { node, occupant: Occupant::Nobody }
    }

    /// The node.
    pub(super) fn node(&self) -> &NodeRef {
        &self.node
    }

    /// The node's UUID.
    pub(super) fn uuid(&self) -> &str {
        &self.node.uuid
    }

    /// Who has the node.
    pub(super) fn occupant(&self) -> &Occupant {
        &self.occupant
    }

    /// Refuses to go on if somebody else has the node by now.
    ///
    /// # Errors
    /// [`Error::NodeTaken`].
    pub(super) fn must_be(&self, now: &Node) -> Result<(), Error> {
        if Occupant::of(now) == self.occupant { Ok(()) } else { Err(self.taken(now)) }
    }

    /// What is to be said where somebody else has the node by now.
    pub(super) fn taken(&self, now: &Node) -> Error {
        let why = match (&self.occupant, &now.instance_uuid) {
            (Occupant::Instance(ours), Some(other)) => format!("it has instance {other} now, not {ours}"),
            (Occupant::Instance(ours), None) => format!("instance {ours} is no longer on it"),
            (Occupant::Nobody, Some(other)) => format!("it has instance {other} now, and had none"),
            (Occupant::Nobody, None) => "its instance changed".to_owned(),
        };
        Error::NodeTaken { node: NodeRef::from(now), by: now.instance_uuid.clone(), why }
    }
}

impl Driver<'_> {
    /// Looks at a node that is to be changed, until the look is young enough to act on.
    pub(super) fn look(&self, uuid: &str) -> Result<Sight, ironic::Error> {
        let mut looks = 0;
        loop {
            looks += 1;
            let sight = self.client.look(uuid)?;
            if sight.is_fresh() || looks >= OLD_LOOKS && sight.is_fresh_answer() {
                return Ok(sight);
            }
        }
    }

    /// Sends a request that changes a node, as often as locks and full conductors take, each time after a look.
    ///
    /// # Errors
    /// [`Error::NodeTaken`]; [`Error::Busy`], [`Error::TimedOut`], [`Error::Interrupted`]; whatever a request may fail
    /// with.
    pub(super) fn changing<T>(
        &self,
        target: &Target,
        repeat: Repeat,
        progress: &mut Progress<'_>,
        request: impl FnMut(Guard) -> Result<T, ironic::Error>,
    ) -> Result<T, Error> {
        self.changing_with(OnStop::End, target, repeat, progress, request)
    }

    /// As [`Driver::changing`]; `on_stop` says what a signal or the time limit does to the request.
    pub(super) fn changing_with<T>(
        &self,
        on_stop: OnStop,
        target: &Target,
        repeat: Repeat,
        progress: &mut Progress<'_>,
        mut request: impl FnMut(Guard) -> Result<T, ironic::Error>,
    ) -> Result<T, Error> {
        let subject = progress.name().to_owned();
        let may_be_done = Cell::new(false);
        let mut request = |guard: Guard| {
            let result = request(guard);
            may_be_done.set(may_be_done.get() || result.as_ref().is_err_and(may_have_arrived));
            result
        };
        let result =
            self.queue(progress, on_stop, || self.attempt(&subject, target, repeat, on_stop, &mut request));
        result.map_err(|error| error.in_doubt_if(may_be_done.get()))?
    }

    /// As [`Driver::changing_back`], for a change that does not depend on the instance: the node must meet a condition at
    /// each look. `None` if it no longer does.
    pub(super) fn changing_any_back<T>(
        &self,
        uuid: &str,
        applies: impl Fn(&Node) -> bool,
        progress: &mut Progress<'_>,
        mut request: impl FnMut(Guard) -> Result<T, ironic::Error>,
    ) -> Result<Option<T>, Error> {
        self.undoing(progress, || {
            let sight = self.look(uuid)?;
            let guard = sight.permit(&Occupant::of(&sight.node)).filter(|_| applies(&sight.node));
            guard.map(&mut request).transpose()
        })
    }

    /// As [`Driver::changing`], for a port or port group of the node, which is addressed by a UUID of its own.
    pub(super) fn changing_part<T>(
        &self,
        target: &Target,
        progress: &mut Progress<'_>,
        mut request: impl FnMut() -> Result<T, ironic::Error>,
    ) -> Result<T, Error> {
        self.queue(progress, OnStop::End, || {
            let sight = self.look(&target.node.uuid)?;
            match sight.permit(&target.occupant) {
                Some(_) => request().map(Ok),
                None => Ok(Err(target.taken(&sight.node))),
            }
        })?
    }

    /// As [`Driver::changing`], for what takes something back: see [`Driver::undoing`].
    pub(super) fn changing_back<T>(
        &self,
        target: &Target,
        progress: &mut Progress<'_>,
        request: impl FnMut(Guard) -> Result<T, ironic::Error>,
    ) -> Result<T, Error> {
        self.changing_with(OnStop::Continue, target, Repeat::Safe, progress, request)
    }

    /// Sends a request until it has an answer that counts. The inner error ends all tries.
    pub(super) fn attempt<T>(
        &self,
        subject: &str,
        target: &Target,
        repeat: Repeat,
        on_stop: OnStop,
        request: &mut impl FnMut(Guard) -> Result<T, ironic::Error>,
    ) -> Result<Result<T, Error>, ironic::Error> {
        let mut pauses = retry::pauses().take(REPEATS);
        let mut renewed = false;
        loop {
            let sight = self.look(&target.node.uuid)?;
            let Some(guard) = sight.permit(&target.occupant) else {
                return Ok(Err(target.taken(&sight.node)));
            };
            if let Err(stopped) = self.may_send(on_stop, subject) {
                return Ok(Err(stopped));
            }
            let error = match request(guard) {
                Ok(value) => return Ok(Ok(value)),
                Err(error) => error,
            };
            if is_logged_out(&error, &mut renewed) {
                continue;
            }
            // It may have been done, and a caller that queues would send it again.
            let may_be_done = matches!(error.fault(), Some(Fault::NoDatabase | Fault::Gateway));
            if may_be_done && !repeat.allows(Failed::Lost) {
                return Ok(Err(Error::MayBeDone { subject: subject.to_owned(), source: error }));
            }
            let again = error.failed().is_some_and(|failed| repeat.allows(failed));
            let Some(pause) = pauses.next().filter(|_| again) else { return Err(error) };
            if self.pause(pause) {
                if on_stop != OnStop::Continue {
                    return Err(error);
                }
                std::thread::sleep(pause);
            }
        }
    }

    /// Refuses to send a request after a signal or the time limit, which may have come during the look before it.
    fn may_send(&self, on_stop: OnStop, subject: &str) -> Result<(), Error> {
        match on_stop {
            OnStop::End => self.stopped(subject, Left::AsItWas, || "not sent".to_owned(), None),
            OnStop::SendOnce | OnStop::Continue => Ok(()),
        }
    }

    /// Starts an operation of the state machine on a node that looked like `before`, once: where the answer was
    /// lost, or is a refusal that may be due to the request itself having arrived already, the node is looked at.
    pub(super) fn begin(
        &self,
        before: &Node,
        verb: ProvisionTarget,
        body: &Map<String, Value>,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        self.begin_with(before, verb, body, OnStop::End, progress)
    }

    /// As [`Driver::begin`], for an undeploy.
    pub(super) fn begin_undeploy(
        &self,
        before: &Node,
        on_stop: OnStop,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        self.begin_with(before, ProvisionTarget::Deleted, &Map::new(), on_stop, progress)
    }

    fn begin_with(
        &self,
        before: &Node,
        verb: ProvisionTarget,
        body: &Map<String, Value>,
        on_stop: OnStop,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let target = Target::from(before);
        let mut pauses = growing(Duration::from_millis(400), Duration::from_secs(5)).take(SENT_AGAIN);
        let mut renewed = false;
        let mut sent = false;
        let subject = progress.name().to_owned();
        let may_be_done = Cell::new(false);
        let begun = self.queue(progress, on_stop, || {
            loop {
                let sight = self.look(&before.uuid)?;
                may_be_done.set(false);
                if sent && has_begun(before, &sight.node, verb) {
                    return Ok(Ok(()));
                }
                let Some(guard) = sight.permit(&target.occupant) else {
                    return Ok(Err(target.taken(&sight.node)));
                };
                if let Err(stopped) = self.may_send(on_stop, &subject) {
                    return Ok(Err(stopped));
                }
                sent = true;
                let error = match self.client.set_provision_state(guard, verb, body.clone()) {
                    Ok(()) => return Ok(Ok(())),
                    Err(error) => error,
                };
                if is_logged_out(&error, &mut renewed) {
                    continue;
                }
                let lost = error.is_lost();
                let doubtful = matches!(
                    error.fault(),
                    Some(
                        Fault::Locked { .. }
                            | Fault::InvalidState
                            | Fault::Conflict
                            | Fault::NoDatabase
                            | Fault::Server
                            | Fault::BadRequest
                    )
                );
                if !lost && !doubtful {
                    return Err(error);
                }
                // Where there is no look, either, that it was lost is what is to be told.
                may_be_done.set(may_have_arrived(&error));
                let Ok(now) = self.client.node(&before.uuid) else { return Err(error) };
                may_be_done.set(false);
                if has_begun(before, &now, verb) {
                    return Ok(Ok(()));
                }
                // It never arrived; and if it does all the same, the next one is refused and seen through.
                let Some(pause) = pauses.next().filter(|_| lost) else { return Err(error) };
                if self.pause(pause) {
                    if on_stop != OnStop::Continue {
                        return Err(error);
                    }
                    std::thread::sleep(pause);
                }
            }
        });
        let begun = begun.map_err(|error| error.in_doubt_if(may_be_done.get()))?;
        begun.inspect(|()| progress.sent_off())
    }
}

/// Whether Ironic may have done what a request asked, although it failed.
fn may_have_arrived(error: &ironic::Error) -> bool {
    error.is_lost() || error.fault() == Some(&Fault::NoDatabase)
}

/// Whether a request was refused for a login that was renewed since: it is worth one more try.
fn is_logged_out(error: &ironic::Error, renewed: &mut bool) -> bool {
    error.fault() == Some(&Fault::Unauthorized) && !std::mem::replace(renewed, true)
}
