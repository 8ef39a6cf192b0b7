//! The first lookup of each name in a command.
//!
//! A command resolves a name more than once: to check all names before the first change, to show the targets in a prompt,
//! and again to do the work. In between it may wait for an answer or for other targets, or be suspended, and the name may
//! come to mean another instance. So the first lookup counts for the whole run: if a later one differs, it fails with
//! [`Error::NodeTaken`], and nothing is sent.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::Error;
use super::change_requests::Target;
use super::instance::lookup::Found;
use super::watch::event::NodeRef;
use crate::ironic::Node;

/// The first lookup of each name in one run of a command, for one cloud.
#[derive(Debug, Default)]
pub struct Resolved(Mutex<HashMap<String, Meaning>>);

/// The node and the instance that a name refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Meaning {
    /// The node; `None` for an allocation that has no node yet.
    node: Option<NodeRef>,
    instance: Option<String>,
}

impl Resolved {
    /// Records the first lookup of a name, or compares a later one with it.
    pub(super) fn settle(&self, name: &str, found: &Found) -> Result<(), Error> {
        let instance = found.instance_uuid().map(str::to_owned);
        self.settle_as(name, found.node.as_ref(), instance)
    }

    /// Like [`Resolved::settle`], for a name that can only be a node's.
    pub(super) fn settle_node(&self, name: &str, node: &Node) -> Result<(), Error> {
        self.settle_as(name, Some(node), node.instance_uuid.clone())
    }

    fn settle_as(&self, name: &str, node: Option<&Node>, instance: Option<String>) -> Result<(), Error> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Meaning { node: node.map(NodeRef::from), instance };
        let Some(before) = known.get(name) else {
            known.insert(name.to_owned(), now);
            return Ok(());
        };
        let is_same_node = match (&before.node, &now.node) {
            (Some(before), Some(now)) => before.uuid == now.uuid,
            _ => true,
        };
        match node {
            _ if is_same_node && before.instance == now.instance => Ok(()),
            Some(node) => {
                Err(Target::new(before.node.clone().unwrap_or_else(|| node.into()), before.instance.clone())
                    .taken(node))
            }
            None => Err(Error::NameTaken {
                name: name.to_owned(),
                why: "by an instance that did not have it when this command started".to_owned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn node(uuid: &str, instance: Option<&str>) -> Node {
        serde_json::from_value(json!({"uuid": uuid, "instance_uuid": instance})).expect("a node")
    }

    #[test]
    fn a_later_lookup_must_match_the_first_one() {
        let resolved = Resolved::default();
        assert!(resolved.settle_node("n1", &node("u1", Some("a"))).is_ok());
        assert!(resolved.settle_node("n1", &node("u1", Some("a"))).is_ok());
        for other in [node("u1", Some("b")), node("u1", None), node("u2", Some("a"))] {
            let error = resolved.settle_node("n1", &other).expect_err("it has changed");
            assert!(matches!(error, Error::NodeTaken { .. }), "{error}");
        }
        assert!(resolved.settle_node("n2", &node("u2", None)).is_ok(), "each name by itself");
        assert!(resolved.settle_node("n2", &node("u2", Some("c"))).is_err(), "it was free");
    }

    #[test]
    fn an_allocation_may_get_its_node_later() {
        let resolved = Resolved::default();
        assert!(resolved.settle_as("web", None, Some("a".to_owned())).is_ok());
        assert!(resolved.settle_as("web", Some(&node("u1", Some("a"))), Some("a".to_owned())).is_ok());
        let other = resolved.settle_as("web", None, Some("b".to_owned()));
        assert!(matches!(other, Err(Error::NameTaken { .. })));
    }
}
