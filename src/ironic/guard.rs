//! The check before every request that changes a node.
//!
//! Ironic has no conditional requests: a request acts on the instance that the node has when it arrives. Each request
//! that changes a node therefore needs a [`Guard`], which only a check of the node creates and which the request
//! consumes: a retry needs another check. Such requests are sent exactly once ([`Request::once`]); the caller decides
//! about retries. If the previous request on the same thread read the node at most [`JUST`] ago, its response counts as
//! the check, and the node is not read again.
//!
//! A race window remains: the node may be taken between Ironic's response to the check and the arrival of the request.
//! It is as long as one request takes; a check older than [`MAX_CHECK_AGE`] does not count. Ports and port groups have
//! their own UUIDs: `driver/change_requests.rs` checks their node first. Allocations are not covered, because their
//! UUIDs are never reused.

use std::cell::RefCell;
use std::time::{Duration, Instant, SystemTime};

use super::client::Client;
use super::error::Error;
use super::node::Node;
use crate::rest::{Request, segment};

/// The maximum age of a check when the request is sent. Older checks come from a suspended process or a stalled
/// connection.
pub const MAX_CHECK_AGE: Duration = Duration::from_secs(2);

/// The maximum age of the previous request for its response to count as a check.
pub const JUST: Duration = Duration::from_millis(250);

thread_local! {
    /// The node that the last request of this thread read, with the URL of its Ironic.
    static LAST_READ: RefCell<Option<(String, Observation)>> = const { RefCell::new(None) };
}

/// Forgets the node that was read last, because another request is about to be sent.
pub(super) fn forget_last_read() {
    LAST_READ.take();
}

/// The instance on a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occupant {
    /// The instance of this UUID.
    Instance(String),
    /// No instance.
    Nobody,
}

impl Occupant {
    /// The instance on this node.
    #[must_use]
    pub fn of(node: &Node) -> Self {
        node.instance_uuid.clone().map_or(Self::Nobody, Self::Instance)
    }
}

/// A recent observation of a node.
#[derive(Debug, Clone)]
pub struct Observation {
    /// The node.
    pub node: Node,
    /// The time before the request was sent, by the monotonic clock and by the wall clock, which includes suspensions
    /// of the computer.
    asked: (Instant, SystemTime),
    /// The time after the response.
    answered: (Instant, SystemTime),
}

impl Observation {
    /// Whether it is recent enough, counted from the request.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        age(self.asked) < MAX_CHECK_AGE
    }

    /// Whether it is recent enough, counted from the response. For slow servers.
    #[must_use]
    pub fn is_response_fresh(&self) -> bool {
        age(self.answered) < MAX_CHECK_AGE
    }

    /// Permission to change the node, if it has this occupant.
    #[must_use]
    pub fn permit(&self, occupant: &Occupant) -> Option<Guard> {
        (Occupant::of(&self.node) == *occupant).then(|| Guard { node: self.node.uuid.clone() })
    }
}

/// The longer of the times since then on both clocks; a wall clock that was set back is ignored.
fn age((monotonic, wall): (Instant, SystemTime)) -> Duration {
    monotonic.elapsed().max(wall.elapsed().unwrap_or_default())
}

/// Permission to send one request that changes a node. It cannot be copied, and only [`Observation::permit`] creates it.
#[derive(Debug)]
#[must_use = "a request consumes it"]
pub struct Guard {
    node: String,
}

impl Guard {
    /// The path of a resource of the node, for the permitted request.
    pub(super) fn path(self, rest: &str) -> String {
        format!("nodes/{}{rest}", segment(&self.node))
    }
}

impl Client {
    /// Reads a node by UUID or name, with the fields of [`Node`].
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn node(&self, id: &str) -> Result<Node, Error> {
        let observation = self.observation(id)?;
        let node = observation.node.clone();
        LAST_READ.set(Some((self.address(), observation)));
        Ok(node)
    }

    /// Checks a node before a change, by UUID.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn observe_node(&self, uuid: &str) -> Result<Observation, Error> {
        match LAST_READ.take() {
            Some((address, observation))
                if observation.node.uuid == uuid
                    && age(observation.asked) < JUST
                    && address == self.address() =>
            {
                Ok(observation)
            }
            _ => self.observation(uuid),
        }
    }

    fn observation(&self, id: &str) -> Result<Observation, Error> {
        let asked = (Instant::now(), SystemTime::now());
        let node = self.node_fields(id, Node::FIELDS)?;
        Ok(Observation { node, asked, answered: (Instant::now(), SystemTime::now()) })
    }

    /// Sends a request that changes a node, once.
    pub(super) fn send_once(&self, request: Request<'_>) -> Result<(), Error> {
        self.send(&request.once())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn observation(instance: Option<&str>, ago: Duration) -> Observation {
        let node = serde_json::from_value(json!({"uuid": "u", "instance_uuid": instance})).expect("a node");
        let now = (Instant::now(), SystemTime::now());
        // Only the wall clock advances during a suspension.
        Observation { node, asked: (now.0, now.1 - ago), answered: now }
    }

    #[test]
    fn only_the_current_occupant_permits_a_change() {
        let ours = Occupant::Instance("i".to_owned());
        for (instance, occupant, permitted) in [
            (Some("i"), &ours, true),
            (Some("j"), &ours, false),
            (None, &ours, false),
            (None, &Occupant::Nobody, true),
            (Some("j"), &Occupant::Nobody, false),
        ] {
            let permit = observation(instance, Duration::ZERO).permit(occupant);
            assert_eq!(permit.is_some(), permitted, "{instance:?} {occupant:?}");
        }
    }

    #[test]
    fn an_old_check_does_not_count() {
        assert!(observation(None, Duration::ZERO).is_fresh());
        let old = observation(None, MAX_CHECK_AGE);
        assert!(!old.is_fresh() && old.is_response_fresh());
    }
}
