//! Nodes: the machines.

use std::collections::VecDeque;

use reqwest::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};

use super::client::Client;
use super::condition::field;
use super::error::Error;
use super::guard::Guard;
use super::patch::Patch;
use super::state::{PowerState, PowerTarget, ProvisionState, ProvisionTarget};
use super::version::{Feature, Microversion, SORTED_HISTORY};
use crate::rest::retry::Repeat;
use crate::rest::{Request, mask, segment};

/// A node, as far as farrier looks at it. What a request did not ask for, or a role may not see, is empty.
#[derive(Debug, Clone, Deserialize)]
pub struct Node {
    /// Ironic's identifier of the node; never changes.
    pub uuid: String,
    /// The operator's name for it.
    #[serde(default)]
    pub name: Option<String>,
    /// The hardware type.
    #[serde(default)]
    pub driver: Option<String>,
    /// Where it is in the state machine.
    #[serde(default = "unseen", deserialize_with = "state_or_available")]
    pub provision_state: ProvisionState,
    /// Where it is going; failures keep theirs.
    #[serde(default)]
    pub target_provision_state: Option<String>,
    /// Whether it has power; `None` is unknown.
    #[serde(default)]
    pub power_state: Option<PowerState>,
    /// What power is being changed to; `None` when nothing is under way.
    #[serde(default)]
    pub target_power_state: Option<String>,
    /// Why the last operation failed, while that is kept: a power sync wipes it.
    #[serde(default, deserialize_with = "words")]
    pub last_error: Option<String>,
    /// The conductor that holds the lock. A lessee sees a text starting `** ` instead.
    #[serde(default)]
    pub reservation: Option<String>,
    /// The conductor that is responsible for it; none where no living one serves it, and in lists.
    #[serde(default)]
    pub conductor: Option<String>,
    /// The group of conductors that serve it, in lower case; empty is the default group.
    #[serde(default)]
    pub conductor_group: Option<String>,
    /// Set aside by an operator or by Ironic itself.
    #[serde(default)]
    pub maintenance: bool,
    /// Why it is set aside.
    #[serde(default, deserialize_with = "words")]
    pub maintenance_reason: Option<String>,
    /// What Ironic found to be wrong with it.
    #[serde(default)]
    pub fault: Option<String>,
    /// The instance that has it.
    #[serde(default)]
    pub instance_uuid: Option<String>,
    /// What was asked for the instance: image, sizes, capabilities.
    #[serde(default)]
    pub instance_info: Map<String, Value>,
    /// What was told of the hardware.
    #[serde(default)]
    pub properties: Map<String, Value>,
    /// How to reach the BMC; secrets are masked by Ironic.
    #[serde(default)]
    pub driver_info: Map<String, Value>,
    /// Ironic's own notes, among them the list of steps under way.
    #[serde(default)]
    pub driver_internal_info: Map<String, Value>,
    /// Free notes of operators.
    #[serde(default)]
    pub extra: Map<String, Value>,
    /// The class by which allocations choose.
    #[serde(default)]
    pub resource_class: Option<String>,
    /// What it can do.
    #[serde(default)]
    pub traits: Vec<String>,
    /// The deploy step running now; may be stale in other states.
    #[serde(default)]
    pub deploy_step: Option<Map<String, Value>>,
    /// The clean step running now; may be stale in other states.
    #[serde(default)]
    pub clean_step: Option<Map<String, Value>>,
    /// By which it is put onto networks; `noop` is by none.
    #[serde(default)]
    pub network_interface: Option<String>,
    /// Whether it is cleaned on its way to `available`; `None` leaves that to the conductor's configuration.
    #[serde(default)]
    pub automated_clean: Option<bool>,
    /// Guarded against undeploy, rebuild and deletion.
    #[serde(default)]
    pub protected: bool,
    /// Why it is guarded; only in answers that ask for it.
    #[serde(default)]
    pub protected_reason: Option<String>,
    /// Not to be used again.
    #[serde(default)]
    pub retired: bool,
    /// Why it is not to be used; only in answers that ask for it.
    #[serde(default)]
    pub retired_reason: Option<String>,
    /// When the provision state last changed, or the ramdisk last called.
    #[serde(default)]
    pub provision_updated_at: Option<String>,
    /// The claim that it has; only in answers that are asked for in detail.
    #[serde(default)]
    pub allocation_uuid: Option<String>,
    /// When anything of it was last written; only in answers that are asked for in detail.
    #[serde(default)]
    pub updated_at: Option<String>,
}

fn unseen() -> ProvisionState {
    ProvisionState::Unknown(String::new())
}

/// Whether a text stands in the place of what this user may not see.
#[must_use]
pub fn is_redacted(text: &str) -> bool {
    text.starts_with("** ") && text.contains("edacted")
}

/// Words of Ironic, in which there may be the addresses of images and BMCs with their passwords. None where the user
/// may not see them.
pub(super) fn words<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.filter(|text| !is_redacted(text));
    Ok(text.map(|text| mask::address(&text)))
}

/// `null` is what `available` was called before API 1.2, and such rows are still about.
fn state_or_available<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ProvisionState, D::Error> {
    Ok(Option::<ProvisionState>::deserialize(deserializer)?.unwrap_or(ProvisionState::Available))
}

impl Node {
    /// The fields that this type reads, for lists and single nodes alike. `conductor`, `allocation_uuid`
    /// and `chassis_uuid` must never be asked of a list: Ironic 39 answers 500.
    pub const FIELDS: &'static [&'static str] = &[
        "uuid",
        "name",
        "driver",
        "provision_state",
        "target_provision_state",
        "power_state",
        "target_power_state",
        "last_error",
        "reservation",
        "conductor_group",
        "maintenance",
        "maintenance_reason",
        "fault",
        "instance_uuid",
        "instance_info",
        "properties",
        "driver_internal_info",
        "resource_class",
        "traits",
        "deploy_step",
        "clean_step",
        "automated_clean",
        "network_interface",
        "protected",
        "retired",
        "provision_updated_at",
    ];

    /// The name, or where there is none the UUID.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.uuid)
    }

    /// The name that `instance_info` gives its instance: farrier and Nova write it there.
    #[must_use]
    pub fn display_name(&self) -> Option<&str> {
        self.instance_info.get("display_name")?.as_str()
    }

    /// Why the last operation failed, while that is kept and as far as this user may see it.
    #[must_use]
    pub fn kept_error(&self) -> Option<&str> {
        self.last_error.as_deref().filter(|text| !text.is_empty() && !text.starts_with("** "))
    }

    /// The conductor that holds the lock, as far as this user may see it.
    #[must_use]
    pub fn lock_holder(&self) -> Option<&str> {
        self.reservation.as_deref().filter(|text| !text.starts_with("** "))
    }

    /// Whether nothing is under way: no lock that can be seen, no power change, no state that moves.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        self.lock_holder().is_none() && self.target_power_state.is_none() && !self.provision_state.is_moving()
    }
}

/// What a validation says of one interface of a node.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Verdict {
    /// `None` is "cannot be told", from older servers.
    #[serde(default)]
    pub result: Option<bool>,
    /// Why not.
    #[serde(default, deserialize_with = "words")]
    pub reason: Option<String>,
}

/// One entry of a node's history.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct HistoryEvent {
    /// Identifier of the entry.
    pub uuid: String,
    /// When.
    #[serde(default)]
    pub created_at: Option<String>,
    /// `ERROR` or `INFO`.
    #[serde(default)]
    pub severity: Option<String>,
    /// Ironic's words, whole.
    #[serde(default, deserialize_with = "words")]
    pub event: Option<String>,
    /// What kind of operation it tells of.
    #[serde(default)]
    pub event_type: Option<String>,
}

#[derive(Deserialize)]
struct History {
    #[serde(default)]
    next: Option<String>,
    history: Vec<HistoryEvent>,
}

/// Which nodes a list is to hold and how much of each.
#[derive(Debug, Clone, Default)]
pub struct NodeQuery {
    fields: Vec<String>,
    detail: bool,
    filters: Vec<(&'static str, String)>,
}

impl NodeQuery {
    /// All nodes, with Ironic's few default fields.
    #[must_use]
    pub fn all() -> Self {
        Self::default()
    }

    /// Only these fields.
    #[must_use]
    pub fn fields(mut self, fields: &[&str]) -> Self {
        self.fields = fields.iter().copied().map(str::to_owned).collect();
        self
    }

    /// This field too, where only some are asked for.
    #[must_use]
    pub(super) fn and_field(mut self, field: &str) -> Self {
        if !self.fields.is_empty() && self.fields.iter().all(|known| known != field) {
            self.fields.push(field.to_owned());
        }
        self
    }

    /// Everything: costs the server several times as much.
    #[must_use]
    pub fn detail(mut self) -> Self {
        self.detail = true;
        self
    }

    /// Only nodes for which Ironic's own filter holds, such as `provision_state` or `associated`.
    #[must_use]
    pub fn filter(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.filters.push((key, value.into()));
        self
    }

    /// Whether it has a filter of this key.
    pub(super) fn filters_by(&self, key: &str) -> bool {
        self.filters.iter().any(|(known, _)| *known == key)
    }

    /// What is written into the request.
    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = self.filters.clone();
        // Ironic refuses both together.
        if self.detail {
            pairs.push(("detail", "True".to_owned()));
        } else if !self.fields.is_empty() {
            pairs.push(("fields", self.fields.join(",")));
        }
        pairs
    }
}

impl Client {
    /// One node, by UUID or name, with these fields alone.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn node_fields(&self, id: &str, fields: &[&str]) -> Result<Node, Error> {
        self.fetch(&Request::get(path(id, "")).query("fields", fields.join(",")))
    }

    /// One node, by UUID or name, with these fields alone, read as whatever type the caller makes of its JSON.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn node_as<T: DeserializeOwned>(&self, id: &str, fields: &[&str]) -> Result<T, Error> {
        self.fetch(&Request::get(path(id, "")).query("fields", fields.join(",")))
    }

    /// One node as Ironic tells it, everything included.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn node_whole(&self, id: &str) -> Result<Map<String, Value>, Error> {
        self.fetch(&Request::get(path(id, "")))
    }

    /// Every node that the query asks for, read as whatever type the caller makes of a node's JSON.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn nodes<T: DeserializeOwned>(&self, query: &NodeQuery) -> Result<Vec<T>, Error> {
        let mut nodes = Vec::new();
        self.each_node(query, |node| nodes.push(node))?;
        Ok(nodes)
    }

    /// As [`Client::nodes`], one at a time as the pages come.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn each_node<T: DeserializeOwned>(
        &self,
        query: &NodeQuery,
        take: impl FnMut(T),
    ) -> Result<(), Error> {
        self.list("nodes", &query.pairs(), take)
    }

    /// One page of what [`Client::nodes`] gives, and the UUID of the node after which the next one begins, if there is
    /// one.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`]; a node to begin after that is gone meanwhile is not found.
    pub fn nodes_page<T: DeserializeOwned>(
        &self,
        query: &NodeQuery,
        after: Option<&str>,
    ) -> Result<(Vec<T>, Option<String>), Error> {
        let mut nodes = Vec::new();
        let mut markers = self.page("nodes", &query.pairs(), after, &mut |node| nodes.push(node))?;
        Ok((nodes, markers.pop()))
    }

    /// Creates a node, and gives it as Ironic has it then. The body must hold a `uuid` chosen by the caller, so that a lost answer can be asked
    /// for again.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`]; [`super::Fault::AlreadyExists`] for a name or UUID that is taken, also where
    /// a first try arrived and its answer was lost: look whose the UUID is.
    pub fn create_node(&self, node: &Map<String, Value>) -> Result<Map<String, Value>, Error> {
        self.fetch(&Request::new(Method::POST, "nodes").json(node).repeat(Repeat::Safe))
    }

    /// Removes a node, and its ports with it.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn delete_node(&self, guard: Guard) -> Result<(), Error> {
        self.send_once(Request::new(Method::DELETE, guard.path("")))
    }

    /// Changes a node. Whole JSON fields are written at once, so one writer a node at a time.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn patch_node(&self, guard: Guard, patch: &Patch) -> Result<(), Error> {
        self.need_fields(patch)?;
        self.send_once(Request::new(Method::PATCH, guard.path("")).json(patch))
    }

    /// Refuses a patch of fields that this server's nodes do not have: it would answer in words that do not tell so.
    fn need_fields(&self, patch: &Patch) -> Result<(), Error> {
        let known = patch.fields().filter_map(field::named);
        match known.into_iter().find(|field| self.version() < Microversion(field.since)) {
            Some(field) => self.need(Feature::NodeField(field.name, field.since)),
            None => Ok(()),
        }
    }

    /// Starts an operation of the state machine. `body` holds what the verb takes besides the target.
    ///
    /// After a lost answer, look at the node to see whether it arrived.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn set_provision_state(
        &self,
        guard: Guard,
        target: ProvisionTarget,
        mut body: Map<String, Value>,
    ) -> Result<(), Error> {
        body.insert("target".to_owned(), target.as_str().into());
        self.send_once(Request::new(Method::PUT, guard.path("/states/provision")).json(&body))
    }

    /// Asks for a change of power; `timeout` in seconds bounds it on the server.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn set_power_state(
        &self,
        guard: Guard,
        target: PowerTarget,
        timeout: Option<u64>,
    ) -> Result<(), Error> {
        let mut body = json!({"target": target.as_str()});
        if let Some(timeout) = timeout {
            body["timeout"] = timeout.max(1).into();
        }
        self.send_once(Request::new(Method::PUT, guard.path("/states/power")).json(&body))
    }

    /// Gives a node exactly these traits.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn set_traits(&self, guard: Guard, traits: &[String]) -> Result<(), Error> {
        self.send_once(Request::new(Method::PUT, guard.path("/traits")).json(&json!({"traits": traits})))
    }

    /// Takes a trait from a node, if it has it.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn remove_trait(&self, guard: Guard, name: &str) -> Result<(), Error> {
        let path = guard.path(&format!("/traits/{}", segment(name)));
        match self.send_once(Request::new(Method::DELETE, path)) {
            Err(error) if error.is_not_found() => Ok(()),
            other => other,
        }
    }

    /// Puts a node into maintenance, or gives one that is in it another reason.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn set_maintenance(&self, guard: Guard, reason: &str) -> Result<(), Error> {
        self.send_once(Request::new(Method::PUT, guard.path("/maintenance")).json(&json!({"reason": reason})))
    }

    /// Ends a node's maintenance, and with it Ironic's note of a fault.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn end_maintenance(&self, guard: Guard) -> Result<(), Error> {
        self.send_once(Request::new(Method::DELETE, guard.path("/maintenance")))
    }

    /// Asks every interface of the node whether it has what it needs. Unusable image addresses make Ironic
    /// answer 500 instead of a verdict.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn validate_node(&self, id: &str) -> Result<Vec<(String, Verdict)>, Error> {
        let verdicts: Map<String, Value> = self.fetch(&Request::get(path(id, "/validate")))?;
        Ok(verdicts
            .into_iter()
            .filter_map(|(name, v)| Some((name, serde_json::from_value(v).ok()?)))
            .collect())
    }

    /// The newest entries of a node's history, newest first, each whole.
    ///
    /// # Errors
    /// [`Error::Lacks`] below 1.78; a lessee is refused; any other error of a request.
    pub fn node_history(&self, uuid: &str, limit: usize) -> Result<Vec<HistoryEvent>, Error> {
        self.need(Feature::NodeHistory)?;
        let request = Request::get(path(uuid, "/history")).query("detail", "True");
        if self.version() >= SORTED_HISTORY {
            let request = request
                .query("sort_key", "created_at")
                .query("sort_dir", "desc")
                .query("limit", limit.to_string());
            return Ok(self.fetch::<History>(&request)?.history);
        }
        // The oldest come first here, and the newest are behind all pages.
        let mut newest = VecDeque::new();
        let mut marker: Option<String> = None;
        loop {
            let mut request = Request::get(path(uuid, "/history")).query("detail", "True");
            if let Some(marker) = &marker {
                request = request.query("marker", marker);
            }
            let History { history, next } = self.fetch(&request)?;
            let last = history.last().map(|event| event.uuid.clone());
            newest.extend(history);
            newest.drain(..newest.len().saturating_sub(limit));
            if next.is_none() || last.is_none() || last == marker {
                return Ok(newest.into_iter().rev().collect());
            }
            marker = last;
        }
    }
}

fn path(id: &str, rest: &str) -> String {
    format!("nodes/{}{rest}", segment(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lessee_s_view_is_read_too() {
        let node: Node = serde_json::from_value(json!({
            "uuid": "u", "provision_state": "active", "reservation": "** Redacted - requires baremetal:node:get **",
            "driver_internal_info": {"content": "** Redacted **"}, "last_error": "** Redacted **",
        }))
        .expect("tolerated");
        assert_eq!(node.lock_holder(), None);
        assert!(node.is_at_rest());
    }

    #[test]
    fn words_of_ironic_have_no_passwords_and_no_redactions() {
        let node: Node = serde_json::from_value(json!({
            "uuid": "u", "last_error": "cannot reach http://admin:hunter2@bmc/redfish: refused",
            "maintenance_reason": "** Value Redacted - Requires baremetal:node:get:last_error permission. **",
        }))
        .expect("read");
        assert_eq!(node.last_error.as_deref(), Some("cannot reach http://bmc/redfish: refused"));
        assert_eq!(node.maintenance_reason, None);
    }

    #[test]
    fn null_is_the_old_name_of_available() {
        let node: Node = serde_json::from_value(json!({"uuid": "u", "provision_state": null})).expect("read");
        assert_eq!(node.provision_state, ProvisionState::Available);
    }
}
