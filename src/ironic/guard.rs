//! The look that every request which changes a node needs first.
//!
//! Ironic has no conditional requests: what is sent to a node acts on whoever has the node when it arrives. So each
//! request that changes a node takes a [`Guard`], which only a look at the node makes, and which is gone with the
//! request: a repetition needs another look. Such requests are sent exactly once ([`Request::once`]); whoever sends
//! them decides about repetitions. If the previous request on the same thread read that node at most [`JUST`]
//! ago, its response counts as the look, and the node is not read again.
//!
//! A window remains: between Ironic's answer to the look and the arrival of the request, somebody may take the node.
//! It is as long as one request takes on its way; a look that has become older than [`FRESH`] does not count. Ports and
//! port groups have UUIDs of their own: `driver/guard.rs` looks at their node first. Allocations are not covered: their UUIDs
//! never become somebody else's.

use std::cell::RefCell;
use std::time::{Duration, Instant, SystemTime};

use super::client::Client;
use super::error::Error;
use super::node::Node;
use crate::rest::{Request, segment};

/// How old a look may be when the request is sent. Older ones come from a suspended process or a stalled connection.
pub const FRESH: Duration = Duration::from_secs(2);

/// The maximum age of the previous request, if its response is to count as a look.
pub const JUST: Duration = Duration::from_millis(250);

thread_local! {
    /// The node that the last request of this thread read, with the address of its Ironic.
    static LAST_READ: RefCell<Option<(String, Sight)>> = const { RefCell::new(None) };
}

/// Forgets the node that was read last, because another request is about to be sent.
pub(super) fn forget_last_read() {
    LAST_READ.take();
}

/// Who has a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occupant {
    /// The instance of this UUID.
    Instance(String),
    /// No instance.
    Nobody,
}

impl Occupant {
    /// Who has this node.
    #[must_use]
    pub fn of(node: &Node) -> Self {
        node.instance_uuid.clone().map_or(Self::Nobody, Self::Instance)
    }
}

/// A node as it was a moment ago.
#[derive(Debug, Clone)]
pub struct Sight {
    /// The node.
    pub node: Node,
    /// Before the request was sent, by the clock that is never set, and by the one that goes on during a suspension
    /// of the computer.
    asked: (Instant, SystemTime),
    /// When the answer was there.
    answered: (Instant, SystemTime),
}

impl Sight {
    /// Whether it is young enough, counted from before it was asked for.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        age(self.asked) < FRESH
    }

    /// Whether its answer is young enough: all that can be had from a slow server.
    #[must_use]
    pub fn is_fresh_answer(&self) -> bool {
        age(self.answered) < FRESH
    }

    /// Permission to change the node, if it is this one's.
    #[must_use]
    pub fn permit(&self, occupant: &Occupant) -> Option<Guard> {
        (Occupant::of(&self.node) == *occupant).then(|| Guard { node: self.node.uuid.clone() })
    }
}

/// The time since then by whichever clock says more; a clock that was set back says nothing.
fn age((monotonic, wall): (Instant, SystemTime)) -> Duration {
    monotonic.elapsed().max(wall.elapsed().unwrap_or_default())
}

/// Permission to send one request that changes a node. It cannot be copied, and nothing but [`Sight::permit`] makes it.
#[derive(Debug)]
#[must_use = "it is for the request that needs it"]
pub struct Guard {
    node: String,
}

impl Guard {
    /// The path of something of the node, for the one request that it permits.
    pub(super) fn path(self, rest: &str) -> String {
        format!("nodes/{}{rest}", segment(&self.node))
    }
}

impl Client {
    /// One node, by UUID or name, with the fields that [`Node`] reads.
    ///
    /// # Errors
    /// As every request: see [`Error`].
    pub fn node(&self, id: &str) -> Result<Node, Error> {
        let sight = self.sight(id)?;
        let node = sight.node.clone();
        LAST_READ.set(Some((self.address(), sight)));
        Ok(node)
    }

    /// Looks at a node that is to be changed, by UUID.
    ///
    /// # Errors
    /// As every request: see [`Error`].
    pub fn look(&self, uuid: &str) -> Result<Sight, Error> {
        match LAST_READ.take() {
            Some((address, sight))
                if sight.node.uuid == uuid && age(sight.asked) < JUST && address == self.address() =>
            {
                Ok(sight)
            }
            _ => self.sight(uuid),
        }
    }

    fn sight(&self, id: &str) -> Result<Sight, Error> {
        let asked = (Instant::now(), SystemTime::now());
        let node = self.node_fields(id, Node::FIELDS)?;
        Ok(Sight { node, asked, answered: (Instant::now(), SystemTime::now()) })
    }

    /// Sends a request that changes a node, once.
    pub(super) fn tell_once(&self, request: Request<'_>) -> Result<(), Error> {
        self.tell(&request.once())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sight(instance: Option<&str>, ago: Duration) -> Sight {
        let node = serde_json::from_value(json!({"uuid": "u", "instance_uuid": instance})).expect("a node");
        let now = (Instant::now(), SystemTime::now());
        // The wall clock alone tells of a suspension.
        Sight { node, asked: (now.0, now.1 - ago), answered: now }
    }

    #[test]
    fn only_whoever_has_the_node_may_change_it() {
        let ours = Occupant::Instance("i".to_owned());
        for (instance, occupant, permitted) in [
            (Some("i"), &ours, true),
            (Some("j"), &ours, false),
            (None, &ours, false),
            (None, &Occupant::Nobody, true),
            (Some("j"), &Occupant::Nobody, false),
        ] {
            let permit = sight(instance, Duration::ZERO).permit(occupant);
            assert_eq!(permit.is_some(), permitted, "{instance:?} {occupant:?}");
        }
    }

    #[test]
    fn an_old_look_does_not_count() {
        assert!(sight(None, Duration::ZERO).is_fresh());
        let old = sight(None, FRESH);
        assert!(!old.is_fresh() && old.is_fresh_answer());
    }
}
