//! Marks that operators put on nodes and take off again: maintenance, retired, protected.

use serde_json::json;

use super::error::Operation;
use super::event::NodeRef;
use super::guard::Target;
use super::instance::optional;
use super::lifecycle::Action;
use super::progress::Progress;
use super::{Driver, Error};
use crate::ironic::{Node, Patch, ProvisionState};
use crate::rest::retry::Repeat;

/// What maintenance is for where the operator does not say: Ironic shows it to whoever finds the node.
const UNSAID: &str = "set with farrier";

/// A mark, which is on a node or is not, and may say why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Nobody is given it, and Ironic does not work on it.
    Maintenance,
    /// Not to be used again: after its instance it is not offered any more (Ironic ≥ 1.61).
    Retired,
    /// Guarded against undeploy, rebuild and deletion (Ironic ≥ 1.48).
    Protected,
}

/// A node after it was marked, or a mark was taken off.
#[derive(Debug, Clone)]
pub struct Marked {
    /// The node as it is now.
    pub node: Node,
    /// What came of the request.
    pub action: Action,
}

impl Mark {
    /// Whether a node has it.
    #[must_use]
    pub fn is_on(self, node: &Node) -> bool {
        match self {
            Self::Maintenance => node.maintenance,
            Self::Retired => node.retired,
            Self::Protected => node.protected,
        }
    }

    /// Why a node has it, where that was said.
    #[must_use]
    pub fn reason(self, node: &Node) -> Option<&str> {
        match self {
            Self::Maintenance => node.maintenance_reason.as_deref(),
            Self::Retired => node.retired_reason.as_deref(),
            Self::Protected => node.protected_reason.as_deref(),
        }
    }

    /// A node that has it, in a word or two.
    fn in_words(self) -> &'static str {
        match self {
            Self::Maintenance => "in maintenance",
            Self::Retired => "retired",
            Self::Protected => "protected",
        }
    }

    /// Refuses what Ironic would refuse, with the way there (Ironic: `_check_update_retired`, `_check_update_protected`).
    fn check(self, node: &Node) -> Result<(), Error> {
        use ProvisionState as P;
        let (state, label) = (&node.provision_state, node.label());
        let why = match (self, state) {
            (Self::Retired, P::Available) => format!(
                "it is `{state}`; what is offered for deploys is not retired: `farrier node manage {label}` first"
            ),
            (Self::Protected, state) if !matches!(state, P::Active | P::Rescue) => {
                format!("it is `{state}`; only what is `active` or `rescue` can be protected")
            }
            _ => return Ok(()),
        };
        Err(Error::Forbidden { subject: format!("node {label}"), why })
    }

    /// The change of a node that puts it on or takes it off. Ironic drops the reason together with the mark.
    fn patch(self, before: &Node, on: bool, reason: Option<&str>) -> Patch {
        let field = match self {
            Self::Maintenance => "maintenance",
            Self::Retired => "retired",
            Self::Protected => "protected",
        };
        let mut patch = Patch::new();
        if self.is_on(before) != on {
            patch = patch.add(format!("/{field}"), on);
        }
        match reason.filter(|_| on) {
            Some(reason) => patch.add(format!("/{field}_reason"), json!(reason)),
            None => patch,
        }
    }
}

impl Driver<'_> {
    /// Puts a mark on a node, or takes it off. A reason is written too, where one is given; what a node is marked for
    /// already stays where none is.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Forbidden`] where the node's state does not allow it; [`Error::Busy`] for one that
    /// stays locked; whatever a request may fail with.
    pub fn mark(&self, name: &str, mark: Mark, on: bool, reason: Option<&str>) -> Result<Marked, Error> {
        let mut progress = self.progress(name, None);
        let result = self.mark_through(name, mark, on, reason, &mut progress);
        progress.end_of(Operation::Other, result, |marked| {
            let already = if marked.action == Action::Unchanged { "already " } else { "" };
            let not = if on { "" } else { "not " };
            Some(format!("{} is {already}{not}{}", marked.node.label(), mark.in_words()))
        })
    }

    fn mark_through(
        &self,
        name: &str,
        mark: Mark,
        on: bool,
        reason: Option<&str>,
        progress: &mut Progress<'_>,
    ) -> Result<Marked, Error> {
        let before = self.marked_node(name)?;
        progress.on_node(NodeRef::from(&before));
        progress.in_state(&before.provision_state);
        let is_so = mark.is_on(&before) == on;
        let says_so = !on || reason.is_none() || mark.reason(&before) == reason;
        if is_so && says_so {
            return Ok(Marked { node: before, action: Action::Unchanged });
        }
        if on && !is_so {
            mark.check(&before)?;
        }
        let uuid = &before.uuid;
        let patch = mark.patch(&before, on, reason);
        self.changing(&Target::from(&before), Repeat::Safe, progress, |guard| match (mark, on) {
            (Mark::Maintenance, true) => self.client.set_maintenance(guard, reason.unwrap_or(UNSAID)),
            (Mark::Maintenance, false) => self.client.end_maintenance(guard),
            (Mark::Retired | Mark::Protected, _) => self.client.patch_node(guard, &patch),
        })?;
        Ok(Marked { node: self.marked_node(uuid)?, action: Action::Done })
    }

    /// A node by name or UUID, with what it says of its marks.
    fn marked_node(&self, name: &str) -> Result<Node, Error> {
        let fields = [Node::FIELDS, &["retired_reason", "protected_reason"]].concat();
        let found = optional(self.client.node_fields(name, &fields));
        found.map_err(Error::about(format!("node {name}")))?.ok_or_else(|| self.no_such_node(name))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn node(state: &str, more: &Value) -> Node {
        let mut node = json!({"uuid": "u", "name": "a", "provision_state": state});
        node.as_object_mut().expect("a mapping").extend(more.as_object().cloned().expect("a mapping"));
        serde_json::from_value(node).expect("a node")
    }

    #[test]
    fn what_ironic_does_not_mark_is_refused_with_the_way_there() {
        let refusal =
            |mark: Mark, state| mark.check(&node(state, &json!({}))).map_err(|error| error.to_string());
        let told = refusal(Mark::Retired, "available").expect_err("refused");
        assert!(
            told.starts_with("node a: it is `available`") && told.contains("`farrier node manage a`"),
            "{told}"
        );
        for state in ["manageable", "active", "enroll", "clean failed"] {
            assert_eq!(refusal(Mark::Retired, state), Ok(()));
        }
        assert!(refusal(Mark::Protected, "available").expect_err("refused").contains("`active` or `rescue`"));
        assert_eq!(refusal(Mark::Protected, "rescue"), Ok(()));
        assert_eq!(refusal(Mark::Maintenance, "available"), Ok(()));
    }

    #[test]
    fn only_what_differs_is_written() {
        let patch = |mark: Mark, before: Value, on, reason| {
            serde_json::to_value(mark.patch(&node("active", &before), on, reason)).expect("plain data")
        };
        assert_eq!(
            patch(Mark::Retired, json!({}), true, Some("old")),
            json!([{"op": "add", "path": "/retired", "value": true},
                   {"op": "add", "path": "/retired_reason", "value": "old"}])
        );
        assert_eq!(
            patch(Mark::Protected, json!({"protected": true}), true, Some("billing")),
            json!([{"op": "add", "path": "/protected_reason", "value": "billing"}])
        );
        assert_eq!(
            patch(Mark::Protected, json!({"protected": true}), false, None),
            json!([{"op": "add", "path": "/protected", "value": false}])
        );
    }
}
