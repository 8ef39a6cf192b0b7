//! `node set`: changes fields of nodes. Only fields that differ are written.

use serde_json::{Map, Value, json};

use super::credential_trial::{BmcAccess, TrialLimiter};
use super::served_drivers::ServedDrivers;
use crate::driver::change_requests::ChangeTarget;
use crate::driver::instance::lookup::optional;
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Driver, Error};
use crate::ironic::Patch;
use crate::rest::mask::{MASK, is_secret_key};
use crate::rest::retry::Repeat;

/// The changes to a node.
#[derive(Debug, Clone, Default)]
pub struct NodeChanges {
    /// Fields or keys of mappings to set, with their new values: `["owner"]`, `["extra", "rack"]`.
    pub set: Vec<(Vec<String>, Value)>,
    /// Fields or keys of mappings to remove.
    pub unset: Vec<Vec<String>>,
    /// Capabilities in `properties`, with their new values; `None` removes a capability.
    pub capabilities: Vec<(String, Option<String>)>,
    /// Traits to add (`true`) or remove (`false`).
    pub traits: Vec<(String, bool)>,
    /// The address and credentials of the BMC.
    pub access: BmcAccess,
}

/// Whether to test new BMC access before the changes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeMode {
    /// Test new BMC access, then write.
    Verify,
    /// Write without a test.
    NoVerify,
}

/// A node and its changed fields.
#[derive(Debug, Clone)]
pub struct ChangedNode {
    /// The node.
    pub node: NodeRef,
    /// The changed fields: `owner`, `extra.rack`, `traits`.
    pub fields: Vec<String>,
}

/// The requests that write the changes to a node.
#[derive(Debug, Default)]
struct Writing {
    patch: Patch,
    fields: Vec<String>,
    /// The new list of traits, if it changes.
    traits: Option<Vec<String>>,
}

impl Driver<'_> {
    /// Changes the fields of a node that differ. Secrets are always written, because Ironic does not show their values.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Unfit`] for a hardware type or a conductor group that no conductor serves; the BMC's
    /// refusal of new access, in which case nothing was changed; or the error of a request, for example for a field that
    /// cannot change in the node's state.
    pub fn change_node(
        &self,
        name: &str,
        changes: &NodeChanges,
        mode: ChangeMode,
        limiter: &TrialLimiter,
    ) -> Result<ChangedNode, Error> {
        let mut progress = self.progress(name, None);
        let result = self.change_through(name, changes, mode, limiter, &mut progress);
        progress.end(&result, |changed| Some(changed.summary("changed")));
        result
    }

    /// Like [`Driver::change_node`], but records the requests instead of sending them. New BMC access is not tested,
    /// because that needs a temporary node.
    ///
    /// # Errors
    /// Those of [`Driver::change_node`] that read requests can detect.
    pub fn plan_change(&self, name: &str, changes: &NodeChanges) -> Result<ChangedNode, Error> {
        let mut progress = self.progress(name, None);
        let (dry, limiter) = (self.for_dry_run(), TrialLimiter::default());
        let result = dry.change_through(name, changes, ChangeMode::NoVerify, &limiter, &mut progress);
        progress.end(&result, |changed| Some(changed.summary("would change")));
        result
    }

    /// Refuses a hardware type or a conductor group that no conductor serves.
    fn refuse_unserved(&self, differing: &[String], changes: &NodeChanges) -> Result<(), Error> {
        let to = |field: &str| {
            let is_it = |(path, _): &&(Vec<String>, Value)| path.len() == 1 && path[0] == field;
            let value = changes.set.iter().find(is_it)?.1.as_str()?;
            differing.iter().any(|it| it == field).then_some(value)
        };
        let (hardware, group) = (to("driver"), to("conductor_group"));
        let served = ServedDrivers::ask(&self.client, hardware.is_some(), group.is_some());
        let quoted = |name: &str| format!(" `{name}`");
        let problems = [
            hardware.and_then(|name| served.no_type(name, &quoted(name))),
            group.and_then(|name| served.no_group(name, &quoted(name))),
        ];
        let problems: Vec<String> = problems.into_iter().flatten().collect();
        if problems.is_empty() { Ok(()) } else { Err(Error::Unfit(problems.join("; "))) }
    }

    fn change_through(
        &self,
        name: &str,
        changes: &NodeChanges,
        mode: ChangeMode,
        limiter: &TrialLimiter,
        progress: &mut Progress<'_>,
    ) -> Result<ChangedNode, Error> {
        let about = || Error::about(format!("node {name}"));
        let node = optional(self.client.node_whole(name)).map_err(about())?;
        let node = node.ok_or_else(|| self.no_such_node(name))?;
        let known = reference(&node);
        progress.on_node(known.clone());
        let writing = changes.against(&node);
        let instance = node.get("instance_uuid").and_then(Value::as_str).map(str::to_owned);
        let target = ChangeTarget::new(known.clone(), instance);
        let outcome = ChangedNode { node: known, fields: writing.fields };
        self.refuse_unserved(&outcome.fields, changes)?;
        if outcome.fields.is_empty() {
            return Ok(outcome);
        }
        let changes_access = outcome.fields.iter().any(|field| field.starts_with("driver_info."));
        if mode == ChangeMode::Verify && changes_access && changes.access.concerns_bmc() {
            self.try_access(&node, &changes.access, limiter, progress)?;
        }
        let uuid = &outcome.node.uuid;
        let is_secret = |key: &&String| is_secret_key(key);
        self.forget_fingerprints(
            uuid,
            changes.access.set.expose().keys().chain(&changes.access.unset).filter(is_secret),
        );
        if !writing.patch.is_empty() {
            self.changing(&target, Repeat::Safe, progress, |guard| {
                self.client.patch_node(guard, &writing.patch)
            })?;
        }
        self.record_fingerprints(
            uuid,
            changes.access.set.expose().iter().filter(|(key, _)| is_secret_key(key)),
        );
        if let Some(traits) = &writing.traits {
            self.changing(&target, Repeat::Safe, progress, |guard| self.client.set_traits(guard, traits))?;
        }
        Ok(outcome)
    }
}

impl ChangedNode {
    /// The changed fields as text.
    fn summary(&self, changed: &str) -> String {
        if self.fields.is_empty() {
            return "unchanged".to_owned();
        }
        format!("{changed}: {}", self.fields.join(", "))
    }
}

/// The UUID and name of a node.
pub(in crate::driver) fn reference(node: &Map<String, Value>) -> NodeRef {
    let text = |key: &str| node.get(key).and_then(Value::as_str).map(str::to_owned);
    NodeRef { uuid: text("uuid").unwrap_or_default(), name: text("name") }
}

impl NodeChanges {
    /// The changes that differ from the node.
    fn against(&self, node: &Map<String, Value>) -> Writing {
        let mut writing = Writing::default();
        for (path, value) in &self.set {
            writing.set(node, path, value);
        }
        for path in &self.unset {
            writing.unset(node, path);
        }
        let in_driver_info = |key: &String| vec!["driver_info".to_owned(), key.clone()];
        for (key, value) in self.access.set.expose() {
            writing.set(node, &in_driver_info(key), value);
        }
        for key in &self.access.unset {
            writing.unset(node, &in_driver_info(key));
        }
        if !self.capabilities.is_empty() {
            let path = ["properties".to_owned(), "capabilities".to_owned()];
            let before = at(node, &path).and_then(Value::as_str).unwrap_or_default();
            let after = capabilities(before, &self.capabilities);
            if after.is_empty() {
                writing.unset(node, &path);
            } else {
                writing.set(node, &path, &json!(after));
            }
        }
        let before: Vec<String> = node
            .get("traits")
            .and_then(|traits| serde_json::from_value(traits.clone()).ok())
            .unwrap_or_default();
        let mut after = before.clone();
        for (name, wanted) in &self.traits {
            after.retain(|known| known != name);
            after.extend(wanted.then(|| name.clone()));
        }
        after.sort();
        if after.iter().any(|name| !before.contains(name)) || after.len() != before.len() {
            writing.fields.push("traits".to_owned());
            writing.traits = Some(after);
        }
        writing
    }
}

impl Writing {
    fn set(&mut self, node: &Map<String, Value>, path: &[String], value: &Value) {
        let current = at(node, path);
        // A masked value may differ, even if it equals the new value.
        if current == Some(value) && value != MASK {
            return;
        }
        self.fields.push(path.join("."));
        self.patch = std::mem::take(&mut self.patch).add(format!("/{}", path.join("/")), value.clone());
    }

    fn unset(&mut self, node: &Map<String, Value>, path: &[String]) {
        let is_there = at(node, path).is_some_and(|value| path.len() > 1 || !value.is_null());
        if is_there {
            self.fields.push(path.join("."));
            self.patch = std::mem::take(&mut self.patch).remove(format!("/{}", path.join("/")));
        }
    }
}

/// The value of a node at a path.
fn at<'n>(node: &'n Map<String, Value>, path: &[String]) -> Option<&'n Value> {
    let (field, keys) = path.split_first()?;
    keys.iter().try_fold(node.get(field)?, |value, key| value.get(key))
}

/// Applies changes to a capabilities string. Other capabilities keep their value and position.
fn capabilities(before: &str, changes: &[(String, Option<String>)]) -> String {
    let mut known: Vec<(&str, &str)> =
        before.split(',').filter_map(|capability| capability.trim().split_once(':')).collect();
    for (name, value) in changes {
        let place = known.iter().position(|(known, _)| known == name);
        match (place, value) {
            (Some(place), Some(value)) => known[place].1 = value,
            (None, Some(value)) => known.push((name, value)),
            (Some(place), None) => drop(known.remove(place)),
            (None, None) => {}
        }
    }
    known.iter().map(|(name, value)| format!("{name}:{value}")).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node() -> Map<String, Value> {
        let node = json!({
            "uuid": "u", "name": "a", "owner": null, "description": "old", "extra": {"rack": "r4"},
            "properties": {"memory_mb": 16384, "capabilities": "boot_mode:uefi,cpu_vt:true"},
            "traits": ["CUSTOM_A", "CUSTOM_B"], "driver_info": {"redfish_username": "op"},
        });
        serde_json::from_value(node).expect("a mapping")
    }

    fn path(text: &str) -> Vec<String> {
        text.split('.').map(str::to_owned).collect()
    }

    fn written(changes: &NodeChanges) -> (Vec<String>, Value, Option<Vec<String>>) {
        let writing = changes.against(&node());
        (writing.fields, json!(writing.patch), writing.traits)
    }

    #[test]
    fn only_differing_fields_are_written() {
        let set = vec![
            (path("owner"), json!("p")),
            (path("description"), json!("old")),
            (path("extra.rack"), json!("r4")),
            (path("properties.memory_mb"), json!(32768)),
        ];
        let unset = vec![path("extra.row"), path("extra.rack"), path("lessee"), path("owner")];
        let (fields, patch, traits) = written(&NodeChanges { set, unset, ..NodeChanges::default() });
        assert_eq!(fields, ["owner", "properties.memory_mb", "extra.rack"]);
        assert_eq!(
            patch,
            json!([
                {"op": "add", "path": "/owner", "value": "p"},
                {"op": "add", "path": "/properties/memory_mb", "value": 32768},
                {"op": "add", "path": "/extra/rack", "value": null},
                {"op": "remove", "path": "/extra/rack"},
            ])
        );
        assert_eq!(traits, None);
        assert_eq!(written(&NodeChanges::default()).0, Vec::<String>::new());
    }

    #[test]
    fn capabilities_and_traits_are_merged_with_the_existing_ones() {
        let capability = |name: &str, value: Option<&str>| (name.to_owned(), value.map(str::to_owned));
        let changes = NodeChanges {
            capabilities: vec![capability("boot_mode", Some("bios")), capability("gpu", Some("1"))],
            traits: vec![("CUSTOM_C".to_owned(), true), ("CUSTOM_A".to_owned(), false)],
            ..NodeChanges::default()
        };
        let (fields, patch, traits) = written(&changes);
        assert_eq!(fields, ["properties.capabilities", "traits"]);
        assert_eq!(patch[0]["value"], "boot_mode:bios,cpu_vt:true,gpu:1");
        assert_eq!(traits.expect("they change"), ["CUSTOM_B", "CUSTOM_C"]);

        let all_gone = vec![capability("boot_mode", None), capability("cpu_vt", None), capability("x", None)];
        let (_, patch, _) = written(&NodeChanges { capabilities: all_gone, ..NodeChanges::default() });
        assert_eq!(patch[1], json!({"op": "remove", "path": "/properties/capabilities"}));

        let same = NodeChanges {
            capabilities: vec![capability("cpu_vt", Some("true"))],
            traits: vec![("CUSTOM_B".to_owned(), true), ("CUSTOM_Z".to_owned(), false)],
            ..NodeChanges::default()
        };
        assert_eq!(written(&same).0, Vec::<String>::new());
    }
}
