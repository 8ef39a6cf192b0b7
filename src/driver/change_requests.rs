//! Sends all requests that change a node.
//!
//! A command resolves a name to a node once, and may send its request much later: it waits for a lock, it is suspended,
//! or an answer is lost and the request is repeated. By then someone else may have taken the node. Therefore farrier
//! reads the node before each request and each repetition: it must have the same instance as when the command resolved
//! the name, or still none. If it does not, nothing is sent, and the command ends with [`Error::NodeTaken`].
//!
//! No operation can bypass this: [`Client`](crate::ironic::Client) requires a [`Guard`] for each such request, and only
//! a fresh read of the node creates one. A short race window remains between that read and the arrival of the request,
//! because Ironic has no conditional requests; see [`crate::ironic::guard`].

use super::instance::claim::Claim;
use super::watch::event::NodeRef;
use super::watch::progress::Progress;
use super::{Aftermath, Driver, Error, LOST_RESPONSE_RETRIES, OnStop, has_begun};
use crate::ironic::guard::{Guard, Observation, Occupant};
use crate::ironic::{self, Fault, Node, ProvisionTarget};
use crate::rest::Meaning;
use crate::rest::retry::{self, Repeat, growing};
use serde_json::{Map, Value};
use std::cell::Cell;
use std::time::Duration;

/// How often a request is repeated if it did not arrive or is safe to repeat.
const MAX_RETRIES: usize = 6;

/// How many reads to try for a fresh one. After that, a response that was already old when it arrived is accepted: the
/// server is slow.
const MAX_READS: usize = 3;

/// A node to change, and its occupant when the command resolved it.
#[derive(Debug, Clone)]
pub(super) struct ChangeTarget {
    node: NodeRef,
    occupant: Occupant,
}

impl From<&Node> for ChangeTarget {
    fn from(node: &Node) -> Self {
        Self { node: NodeRef::from(node), occupant: Occupant::of(node) }
    }
}

impl From<&Claim> for ChangeTarget {
    fn from(claim: &Claim) -> Self {
        Self { node: claim.node.clone(), occupant: Occupant::Instance(claim.uuid.clone()) }
    }
}

impl ChangeTarget {
    /// A node with this instance, or without an instance.
    pub(super) fn new(node: NodeRef, instance: Option<String>) -> Self {
        Self { node, occupant: instance.map_or(Occupant::Nobody, Occupant::Instance) }
    }

    /// A node without an instance.
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

    /// The expected occupant of the node.
    pub(super) fn occupant(&self) -> &Occupant {
        &self.occupant
    }

    /// Fails if the node has another occupant.
    ///
    /// # Errors
    /// [`Error::NodeTaken`].
    pub(super) fn must_be(&self, now: &Node) -> Result<(), Error> {
        if Occupant::of(now) == self.occupant { Ok(()) } else { Err(self.taken(now)) }
    }

    /// The error if the node has another occupant.
    pub(super) fn taken(&self, now: &Node) -> Error {
        let why = match (&self.occupant, &now.instance_uuid) {
            (Occupant::Instance(ours), Some(other)) => format!("it now has instance {other}, not {ours}"),
            (Occupant::Instance(ours), None) => format!("instance {ours} is no longer on it"),
            (Occupant::Nobody, Some(other)) => format!("it now has instance {other}, but had none"),
            (Occupant::Nobody, None) => "its instance changed".to_owned(),
        };
        Error::NodeTaken { node: NodeRef::from(now), by: now.instance_uuid.clone(), why }
    }
}

impl Driver<'_> {
    /// Reads a node that will be changed, again if the answer is too old to act on.
    pub(super) fn observe_for_change(&self, uuid: &str) -> Result<Observation, ironic::Error> {
        let mut reads = 0;
        loop {
            reads += 1;
            let observation = self.client.observe_node(uuid)?;
            if observation.is_fresh() || reads >= MAX_READS && observation.is_response_fresh() {
                return Ok(observation);
            }
        }
    }

    /// Sends a request that changes a node, and repeats it while the node is locked or the conductor is busy. Reads the
    /// node before each try.
    ///
    /// # Errors
    /// [`Error::NodeTaken`], [`Error::Busy`], [`Error::TimedOut`], [`Error::Interrupted`], or the error of a request.
    pub(super) fn changing<T>(
        &self,
        target: &ChangeTarget,
        repeat: Repeat,
        progress: &mut Progress<'_>,
        request: impl FnMut(Guard) -> Result<T, ironic::Error>,
    ) -> Result<T, Error> {
        self.changing_with(OnStop::End, target, repeat, progress, request)
    }

    /// As [`Driver::changing`]; `on_stop` says what a signal or the timeout does to the request.
    pub(super) fn changing_with<T>(
        &self,
        on_stop: OnStop,
        target: &ChangeTarget,
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
        result.flatten().map_err(|error| error.in_doubt_if(may_be_done.get()))
    }

    /// Like [`Driver::changing_back`], but for any instance. Before each attempt, `applies` must hold for the node.
    /// Returns `None` if it no longer does.
    pub(super) fn changing_any_back<T>(
        &self,
        uuid: &str,
        applies: impl Fn(&Node) -> bool,
        progress: &mut Progress<'_>,
        mut request: impl FnMut(Guard) -> Result<T, ironic::Error>,
    ) -> Result<Option<T>, Error> {
        self.undoing(progress, || {
            let observation = self.observe_for_change(uuid)?;
            let guard =
                observation.permit(&Occupant::of(&observation.node)).filter(|_| applies(&observation.node));
            guard.map(&mut request).transpose()
        })
    }

    /// Like [`Driver::changing`], for a port or port group of the node, which has its own UUID.
    pub(super) fn changing_part<T>(
        &self,
        target: &ChangeTarget,
        progress: &mut Progress<'_>,
        mut request: impl FnMut() -> Result<T, ironic::Error>,
    ) -> Result<T, Error> {
        self.queue(progress, OnStop::End, || {
            let observation = self.observe_for_change(&target.node.uuid)?;
            match observation.permit(&target.occupant) {
                Some(_) => request().map(Ok),
                None => Ok(Err(target.taken(&observation.node))),
            }
        })?
    }

    /// Like [`Driver::changing`], for an undo; see [`Driver::undoing`].
    pub(super) fn changing_back<T>(
        &self,
        target: &ChangeTarget,
        progress: &mut Progress<'_>,
        request: impl FnMut(Guard) -> Result<T, ironic::Error>,
    ) -> Result<T, Error> {
        self.changing_with(OnStop::Continue, target, Repeat::Safe, progress, request)
    }

    /// Sends a request and repeats it after failures that allow it. An outer error may be retried by the caller; an
    /// inner one is final.
    pub(super) fn attempt<T>(
        &self,
        subject: &str,
        target: &ChangeTarget,
        repeat: Repeat,
        on_stop: OnStop,
        request: &mut impl FnMut(Guard) -> Result<T, ironic::Error>,
    ) -> Result<Result<T, Error>, ironic::Error> {
        let mut pauses = retry::pauses().take(MAX_RETRIES);
        let mut renewed = false;
        loop {
            let observation = self.observe_for_change(&target.node.uuid)?;
            let Some(guard) = observation.permit(&target.occupant) else {
                return Ok(Err(target.taken(&observation.node)));
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
            // The request may have succeeded. Return an inner error, because the caller would retry an outer one.
            let may_be_done = matches!(error.fault(), Some(Fault::NoDatabase | Fault::Gateway));
            if may_be_done && !Meaning::Lost.allows(repeat) {
                return Ok(Err(Error::MayBeDone { subject: subject.to_owned(), source: error }));
            }
            let again = error.meaning().is_some_and(|meaning| meaning.allows(repeat));
            let Some(pause) = pauses.next().filter(|_| again) else { return Err(error) };
            if !self.may_repeat_after(pause, on_stop) {
                return Err(error);
            }
        }
    }

    /// Fails after a signal or the timeout, which may have occurred during the read of the node.
    fn may_send(&self, on_stop: OnStop, subject: &str) -> Result<(), Error> {
        match on_stop {
            OnStop::End => self.stopped(subject, Aftermath::AsItWas, || "not sent".to_owned(), None),
            OnStop::SendOnce | OnStop::Continue => Ok(()),
        }
    }

    /// Starts an operation of the state machine once, on a node in the state `before`. If the answer is lost, or is a
    /// refusal that an earlier arrival of the same request may have caused, reads the node to find out whether the
    /// operation has started.
    pub(super) fn begin(
        &self,
        before: &Node,
        verb: ProvisionTarget,
        body: &Map<String, Value>,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        self.begin_with(before, verb, body, OnStop::End, progress)
    }

    /// Like [`Driver::begin`], for an undeploy.
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
        let target = ChangeTarget::from(before);
        let mut pauses =
            growing(Duration::from_millis(400), Duration::from_secs(5)).take(LOST_RESPONSE_RETRIES);
        let mut renewed = false;
        let mut sent = false;
        let subject = progress.name().to_owned();
        let may_be_done = Cell::new(false);
        let begun = self.queue(progress, on_stop, || {
            loop {
                let observation = self.observe_for_change(&before.uuid)?;
                may_be_done.set(false);
                if sent && has_begun(before, &observation.node, verb) {
                    return Ok(Ok(()));
                }
                let Some(guard) = observation.permit(&target.occupant) else {
                    return Ok(Err(target.taken(&observation.node)));
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
                // If the node cannot be read either, report the first error.
                may_be_done.set(may_have_arrived(&error));
                let Ok(now) = self.client.node(&before.uuid) else { return Err(error) };
                may_be_done.set(false);
                if has_begun(before, &now, verb) {
                    return Ok(Ok(()));
                }
                // It did not arrive. If it arrives later, Ironic refuses the next one, which is handled above.
                let Some(pause) = pauses.next().filter(|_| lost) else { return Err(error) };
                if !self.may_repeat_after(pause, on_stop) {
                    return Err(error);
                }
            }
        });
        let begun = begun.map_err(|error| error.in_doubt_if(may_be_done.get()))?;
        begun.inspect(|()| progress.request_accepted())
    }
}

/// Whether a failed request may have taken effect.
pub(super) fn may_have_arrived(error: &ironic::Error) -> bool {
    error.meaning() == Some(Meaning::Lost)
        || error.may_have_changed()
        || error.fault() == Some(&Fault::NoDatabase)
}

/// Whether a request failed because its login had expired. True only once, because the login is renewed then.
fn is_logged_out(error: &ironic::Error, renewed: &mut bool) -> bool {
    error.fault() == Some(&Fault::Unauthorized) && !std::mem::replace(renewed, true)
}
