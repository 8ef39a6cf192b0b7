//! Sets and clears the flags of nodes: maintenance, retired, protected.

use serde_json::json;

use super::lifecycle::VerbOutcome;
use crate::driver::change_requests::ChangeTarget;
use crate::driver::error::Operation;
use crate::driver::instance::lookup::optional;
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Driver, Error};
use crate::ironic::{Node, Patch, ProvisionState};
use crate::rest::retry::Repeat;

/// The maintenance reason if the operator gives none.
const DEFAULT_REASON: &str = "set with farrier";

/// A flag of a node, which may have a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// Ironic does not allocate the node or work on it.
    Maintenance,
    /// The node does not become `available` again after its instance (Ironic ≥ 1.61).
    Retired,
    /// The node cannot be undeployed, rebuilt or deleted (Ironic ≥ 1.48).
    Protected,
}

/// A node after a flag was set or cleared.
#[derive(Debug, Clone)]
pub struct FlaggedNode {
    /// The node now.
    pub node: Node,
    /// What was done.
    pub action: VerbOutcome,
}

impl Flag {
    /// Whether the flag of a node is set.
    #[must_use]
    pub fn is_on(self, node: &Node) -> bool {
        match self {
            Self::Maintenance => node.maintenance,
            Self::Retired => node.retired,
            Self::Protected => node.protected,
        }
    }

    /// Why the flag is set, if a reason was given.
    #[must_use]
    pub fn reason(self, node: &Node) -> Option<&str> {
        match self {
            Self::Maintenance => node.maintenance_reason.as_deref(),
            Self::Retired => node.retired_reason.as_deref(),
            Self::Protected => node.protected_reason.as_deref(),
        }
    }

    /// The text for a node with this flag.
    fn in_words(self) -> &'static str {
        match self {
            Self::Maintenance => "in maintenance",
            Self::Retired => "retired",
            Self::Protected => "protected",
        }
    }

    /// Refuses what Ironic would refuse, and names what to do first (Ironic: `_check_update_retired`,
    /// `_check_update_protected`).
    fn check(self, node: &Node) -> Result<(), Error> {
        let (state, label) = (&node.provision_state, node.label());
        match (self, state) {
            (Self::Retired, ProvisionState::Available) => Err(Error::NotAllowed {
                message: format!("cannot retire node {label}: it is `{state}`"),
                hint: format!("first run `farrier node manage {label}`"),
            }),
            (Self::Protected, state) if !state.may_be_protected() => Err(Error::Forbidden {
                subject: format!("cannot protect node {label}"),
                why: format!("it is `{state}`, not `active` or `rescue`"),
            }),
            _ => Ok(()),
        }
    }

    /// The patch that sets or clears the flag. Ironic clears the reason together with the flag.
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
    /// Sets or clears a flag of a node. A given reason is written, too; without one the existing reason stays.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Forbidden`] if the node's state does not allow it; [`Error::Busy`] if the node stays
    /// locked; a failed request.
    pub fn set_flag(
        &self,
        name: &str,
        flag: Flag,
        on: bool,
        reason: Option<&str>,
    ) -> Result<FlaggedNode, Error> {
        let mut progress = self.progress(name, None);
        let result = self.set_flag_through(name, flag, on, reason, &mut progress);
        progress.end_of(Operation::Other, result, |flagged| {
            let is = match (on, flagged.action) {
                (true, VerbOutcome::Unchanged) => "is already",
                (true, _) => "is",
                (false, VerbOutcome::Unchanged) => "is not",
                (false, _) => "is no longer",
            };
            Some(format!("{} {is} {}", flagged.node.label(), flag.in_words()))
        })
    }

    fn set_flag_through(
        &self,
        name: &str,
        flag: Flag,
        on: bool,
        reason: Option<&str>,
        progress: &mut Progress<'_>,
    ) -> Result<FlaggedNode, Error> {
        let before = self.flagged_node(name)?;
        progress.on_node(NodeRef::from(&before));
        progress.in_state(&before.provision_state);
        let is_so = flag.is_on(&before) == on;
        let says_so = !on || reason.is_none() || flag.reason(&before) == reason;
        if is_so && says_so {
            return Ok(FlaggedNode { node: before, action: VerbOutcome::Unchanged });
        }
        if on && !is_so {
            flag.check(&before)?;
        }
        let uuid = &before.uuid;
        let patch = flag.patch(&before, on, reason);
        self.changing(&ChangeTarget::from(&before), Repeat::Safe, progress, |guard| match (flag, on) {
            (Flag::Maintenance, true) => self.client.set_maintenance(guard, reason.unwrap_or(DEFAULT_REASON)),
            (Flag::Maintenance, false) => self.client.end_maintenance(guard),
            (Flag::Retired | Flag::Protected, _) => self.client.patch_node(guard, &patch),
        })?;
        Ok(FlaggedNode { node: self.flagged_node(uuid)?, action: VerbOutcome::Done })
    }

    /// A node by name or UUID, with the reasons of its flags.
    fn flagged_node(&self, name: &str) -> Result<Node, Error> {
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
    fn flags_that_ironic_would_refuse_are_refused() {
        let refusal =
            |flag: Flag, state| flag.check(&node(state, &json!({}))).map_err(|error| error.to_string());
        let message = refusal(Flag::Retired, "available").expect_err("refused");
        assert!(message == "cannot retire node a: it is `available`", "{message}");
        for state in ["manageable", "active", "enroll", "clean failed"] {
            assert_eq!(refusal(Flag::Retired, state), Ok(()));
        }
        assert!(refusal(Flag::Protected, "available").expect_err("refused").contains("`active` or `rescue`"));
        assert_eq!(refusal(Flag::Protected, "rescue"), Ok(()));
        assert_eq!(refusal(Flag::Maintenance, "available"), Ok(()));
    }

    #[test]
    fn only_changes_are_written() {
        let patch = |flag: Flag, before: Value, on, reason| {
            serde_json::to_value(flag.patch(&node("active", &before), on, reason)).expect("plain data")
        };
        assert_eq!(
            patch(Flag::Retired, json!({}), true, Some("old")),
            json!([{"op": "add", "path": "/retired", "value": true},
                   {"op": "add", "path": "/retired_reason", "value": "old"}])
        );
        assert_eq!(
            patch(Flag::Protected, json!({"protected": true}), true, Some("billing")),
            json!([{"op": "add", "path": "/protected_reason", "value": "billing"}])
        );
        assert_eq!(
            patch(Flag::Protected, json!({"protected": true}), false, None),
            json!([{"op": "add", "path": "/protected", "value": false}])
        );
    }
}
