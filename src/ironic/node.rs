//! Nodes.

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

/// The fields of a node that farrier uses. Fields that were not requested, or that the user may not see, are empty.
#[derive(Debug, Clone, Deserialize)]
pub struct Node {
    /// Its UUID, which never changes.
    pub uuid: String,
    /// Its name.
    #[serde(default)]
    pub name: Option<String>,
    /// The hardware type.
    #[serde(default)]
    pub driver: Option<String>,
    /// Its provision state.
    #[serde(default = "missing_state", deserialize_with = "state_or_available")]
    pub provision_state: ProvisionState,
    /// The target of the state change; kept after a failure.
    #[serde(default)]
    pub target_provision_state: Option<String>,
    /// Its power state; `None` if unknown.
    #[serde(default)]
    pub power_state: Option<PowerState>,
    /// The target of a power change; `None` if none is in progress.
    #[serde(default)]
    pub target_power_state: Option<String>,
    /// Why the last operation failed. A power sync clears it.
    #[serde(default, deserialize_with = "message")]
    pub last_error: Option<String>,
    /// The conductor that holds the lock. For a lessee, a text that starts with `** `.
    #[serde(default)]
    pub reservation: Option<String>,
    /// The responsible conductor; `None` if no live one serves the node, and in lists.
    #[serde(default)]
    pub conductor: Option<String>,
    /// Its conductor group, in lower case; empty for the default group.
    #[serde(default)]
    pub conductor_group: Option<String>,
    /// Whether it is in maintenance, set by an operator or by Ironic.
    #[serde(default)]
    pub maintenance: bool,
    /// Why it is in maintenance.
    #[serde(default, deserialize_with = "message")]
    pub maintenance_reason: Option<String>,
    /// The fault that Ironic detected.
    #[serde(default)]
    pub fault: Option<String>,
    /// The instance on it.
    #[serde(default)]
    pub instance_uuid: Option<String>,
    /// The settings of the instance: image, sizes, capabilities.
    #[serde(default)]
    pub instance_info: Map<String, Value>,
    /// Properties of the hardware.
    #[serde(default)]
    pub properties: Map<String, Value>,
    /// How to reach the BMC, with secrets masked by Ironic.
    #[serde(default)]
    pub driver_info: Map<String, Value>,
    /// Ironic's internal data, including the list of current steps.
    #[serde(default)]
    pub driver_internal_info: Map<String, Value>,
    /// The operators' own data.
    #[serde(default)]
    pub extra: Map<String, Value>,
    /// The resource class, by which allocations select nodes.
    #[serde(default)]
    pub resource_class: Option<String>,
    /// Its traits.
    #[serde(default)]
    pub traits: Vec<String>,
    /// The current deploy step; may be stale in other states.
    #[serde(default)]
    pub deploy_step: Option<Map<String, Value>>,
    /// The current clean step; may be stale in other states.
    #[serde(default)]
    pub clean_step: Option<Map<String, Value>>,
    /// The interface that attaches networks; `noop` attaches none.
    #[serde(default)]
    pub network_interface: Option<String>,
    /// Whether automated cleaning runs before `available`; `None` means the conductor's configuration.
    #[serde(default)]
    pub automated_clean: Option<bool>,
    /// Whether it is protected from undeploy, rebuild and deletion.
    #[serde(default)]
    pub protected: bool,
    /// Why it is protected; only if requested.
    #[serde(default)]
    pub protected_reason: Option<String>,
    /// Whether it is retired.
    #[serde(default)]
    pub retired: bool,
    /// Why it is retired; only if requested.
    #[serde(default)]
    pub retired_reason: Option<String>,
    /// The time of the last provision state change or heartbeat.
    #[serde(default)]
    pub provision_updated_at: Option<String>,
    /// Its allocation; only in detailed responses.
    #[serde(default)]
    pub allocation_uuid: Option<String>,
    /// The time of the last change; only in detailed responses.
    #[serde(default)]
    pub updated_at: Option<String>,
}

fn missing_state() -> ProvisionState {
    ProvisionState::Unknown(String::new())
}

/// A value as text: a string without quotes, any other value as JSON.
#[must_use]
pub fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Whether a text is Ironic's placeholder for a value that this user may not see.
#[must_use]
pub fn is_redacted(text: &str) -> bool {
    text.starts_with("** ") && text.contains("edacted")
}

/// Reads a message of Ironic. Passwords in the URLs of images and BMCs are removed. `None` if the user may not see it.
pub(super) fn message<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.filter(|text| !is_redacted(text));
    Ok(text.map(|text| mask::address(&text)))
}

/// `null` was the name of `available` before API 1.2, and databases still contain it.
fn state_or_available<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ProvisionState, D::Error> {
    Ok(Option::<ProvisionState>::deserialize(deserializer)?.unwrap_or(ProvisionState::Available))
}

impl Node {
    /// The fields that this type reads, for lists and single nodes. Lists must never request `conductor`,
    /// `allocation_uuid` or `chassis_uuid`: Ironic 39 answers 500.
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

    /// The name, or the UUID of a node without a name.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.uuid)
    }

    /// The instance's name in `instance_info`, which farrier and Nova set.
    #[must_use]
    pub fn display_name(&self) -> Option<&str> {
        self.instance_info.get("display_name")?.as_str()
    }

    /// Why the last operation failed, if still recorded and visible to this user.
    #[must_use]
    pub fn last_failure(&self) -> Option<&str> {
        self.last_error.as_deref().filter(|text| !text.is_empty() && !text.starts_with("** "))
    }

    /// The conductor that holds the lock, if visible to this user.
    #[must_use]
    pub fn lock_holder(&self) -> Option<&str> {
        self.reservation.as_deref().filter(|text| !text.starts_with("** "))
    }

    /// Whether no operation is in progress: no visible lock, no power change, no transient state.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        self.lock_holder().is_none() && self.target_power_state.is_none() && !self.provision_state.is_moving()
    }
}

/// The validation result of one interface of a node.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct InterfaceValidation {
    /// `None` if older servers cannot tell.
    #[serde(default)]
    pub result: Option<bool>,
    /// The reason for a failure.
    #[serde(default, deserialize_with = "message")]
    pub reason: Option<String>,
}

/// An entry of a node's history.
#[derive(Debug, Clone, Deserialize, Serialize, schemars::JsonSchema)]
pub struct HistoryEvent {
    /// Its UUID.
    pub uuid: String,
    /// Its time.
    #[serde(default)]
    pub created_at: Option<String>,
    /// `ERROR` or `INFO`.
    #[serde(default)]
    pub severity: Option<String>,
    /// Ironic's full message.
    #[serde(default, deserialize_with = "message")]
    pub event: Option<String>,
    /// The kind of operation.
    #[serde(default)]
    pub event_type: Option<String>,
}

#[derive(Deserialize)]
struct History {
    #[serde(default)]
    next: Option<String>,
    history: Vec<HistoryEvent>,
}

/// A query for nodes: filters and fields.
#[derive(Debug, Clone, Default)]
pub struct NodeQuery {
    fields: Vec<String>,
    detail: bool,
    filters: Vec<(&'static str, String)>,
}

impl NodeQuery {
    /// All nodes, with Ironic's default fields.
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

    /// Adds a field, if the query is limited to some.
    #[must_use]
    pub(super) fn and_field(mut self, field: &str) -> Self {
        if !self.fields.is_empty() && self.fields.iter().all(|known| known != field) {
            self.fields.push(field.to_owned());
        }
        self
    }

    /// All fields, which costs the server several times as much.
    #[must_use]
    pub fn detail(mut self) -> Self {
        self.detail = true;
        self
    }

    /// Adds one of Ironic's own filters, such as `provision_state` or `associated`.
    #[must_use]
    pub fn filter(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.filters.push((key, value.into()));
        self
    }

    /// Whether it has a filter with this key.
    pub(super) fn filters_by(&self, key: &str) -> bool {
        self.filters.iter().any(|(known, _)| *known == key)
    }

    /// The query parameters.
    pub(super) fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = self.filters.clone();
        // Ironic rejects both together.
        if self.detail {
            pairs.push(("detail", "True".to_owned()));
        } else if !self.fields.is_empty() {
            pairs.push(("fields", self.fields.join(",")));
        }
        pairs
    }
}

impl Client {
    /// Reads a node by UUID or name, with these fields only.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn node_fields(&self, id: &str, fields: &[&str]) -> Result<Node, Error> {
        self.fetch(&Request::get(path(id, "")).query("fields", fields.join(",")))
    }

    /// Reads a node by UUID or name, with these fields only, as a type of the caller.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn node_as<T: DeserializeOwned>(&self, id: &str, fields: &[&str]) -> Result<T, Error> {
        self.fetch(&Request::get(path(id, "")).query("fields", fields.join(",")))
    }

    /// Reads a node by UUID or name, with all fields as JSON.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn node_whole(&self, id: &str) -> Result<Map<String, Value>, Error> {
        self.fetch(&Request::get(path(id, "")))
    }

    /// Reads all nodes of a query, as a type of the caller.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn nodes<T: DeserializeOwned>(&self, query: &NodeQuery) -> Result<Vec<T>, Error> {
        let mut nodes = Vec::new();
        self.each_node(query, |node| nodes.push(node))?;
        Ok(nodes)
    }

    /// Like [`Client::nodes`], but passes each node to `take` as its page arrives.
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

    /// Reads one page of [`Client::nodes`]. Returns the marker of the next page, if there is one.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`]; `NotFound` if the marker's node is gone.
    pub fn nodes_page<T: DeserializeOwned>(
        &self,
        query: &NodeQuery,
        after: Option<&str>,
    ) -> Result<(Vec<T>, Option<String>), Error> {
        let mut nodes = Vec::new();
        let mut markers = self.page("nodes", &query.pairs(), after, &mut |node| nodes.push(node))?;
        Ok((nodes, markers.pop()))
    }

    /// Creates a node and returns it. The body must contain a `uuid` chosen by the caller, so that the node can be
    /// looked up if the response is lost.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`]; [`super::Fault::AlreadyExists`] for a name or UUID that is taken, also if an earlier attempt arrived and its response was lost: check the node with this UUID.
    pub fn create_node(&self, node: &Map<String, Value>) -> Result<Map<String, Value>, Error> {
        self.fetch(&Request::new(Method::POST, "nodes").json(node).repeat(Repeat::Safe))
    }

    /// Deletes a node with its ports.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn delete_node(&self, guard: Guard) -> Result<(), Error> {
        self.send_once(Request::new(Method::DELETE, guard.path("")))
    }

    /// Changes a node. JSON fields are written as a whole, so there must be only one writer per node.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn patch_node(&self, guard: Guard, patch: &Patch) -> Result<(), Error> {
        self.need_fields(patch)?;
        self.send_once(Request::new(Method::PATCH, guard.path("")).json(patch))
    }

    /// Rejects a patch of fields that this server does not have, because its own error message would not say so.
    fn need_fields(&self, patch: &Patch) -> Result<(), Error> {
        let known = patch.fields().filter_map(field::named);
        match known.into_iter().find(|field| self.version() < Microversion(field.since)) {
            Some(field) => self.require(Feature::NodeField(field.name, field.since)),
            None => Ok(()),
        }
    }

    /// Requests a provision state change. `body` contains the parameters other than the target.
    ///
    /// If the response is lost, check the node's state.
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

    /// Requests a power change; the server limits it to `timeout` seconds.
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

    /// Sets the traits of a node, replacing all others.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn set_traits(&self, guard: Guard, traits: &[String]) -> Result<(), Error> {
        self.send_once(Request::new(Method::PUT, guard.path("/traits")).json(&json!({"traits": traits})))
    }

    /// Removes a trait of a node, if present.
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

    /// Sets maintenance, or changes its reason.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn set_maintenance(&self, guard: Guard, reason: &str) -> Result<(), Error> {
        self.send_once(Request::new(Method::PUT, guard.path("/maintenance")).json(&json!({"reason": reason})))
    }

    /// Ends maintenance, which also clears the fault.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn end_maintenance(&self, guard: Guard) -> Result<(), Error> {
        self.send_once(Request::new(Method::DELETE, guard.path("/maintenance")))
    }

    /// Validates all interfaces of a node. For unusable image URLs Ironic answers 500 instead of a result.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn validate_node(&self, id: &str) -> Result<Vec<(String, InterfaceValidation)>, Error> {
        let verdicts: Map<String, Value> = self.fetch(&Request::get(path(id, "/validate")))?;
        Ok(verdicts
            .into_iter()
            .filter_map(|(name, v)| Some((name, serde_json::from_value(v).ok()?)))
            .collect())
    }

    /// The newest entries of a node's history, newest first, with their full messages.
    ///
    /// # Errors
    /// [`Error::Lacks`] below 1.78; a lessee is refused; any other error of a request.
    pub fn node_history(&self, uuid: &str, limit: usize) -> Result<Vec<HistoryEvent>, Error> {
        self.require(Feature::NodeHistory)?;
        let request = Request::get(path(uuid, "/history")).query("detail", "True");
        if self.version() >= SORTED_HISTORY {
            let request = request
                .query("sort_key", "created_at")
                .query("sort_dir", "desc")
                .query("limit", limit.to_string());
            return Ok(self.fetch::<History>(&request)?.history);
        }
        // Older servers return the oldest entries first, so all pages must be read.
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
    fn redacted_fields_of_a_lessee_are_accepted() {
        let node: Node = serde_json::from_value(json!({
            "uuid": "u", "provision_state": "active", "reservation": "** Redacted - requires baremetal:node:get **",
            "driver_internal_info": {"content": "** Redacted **"}, "last_error": "** Redacted **",
        }))
        .expect("a node");
        assert_eq!(node.lock_holder(), None);
        assert!(node.is_at_rest());
    }

    #[test]
    fn messages_contain_no_passwords_and_no_redactions() {
        let node: Node = serde_json::from_value(json!({
            "uuid": "u", "last_error": "cannot reach http://admin:hunter2@bmc/redfish: refused",
            "maintenance_reason": "** Value Redacted - Requires baremetal:node:get:last_error permission. **",
        }))
        .expect("read");
        assert_eq!(node.last_error.as_deref(), Some("cannot reach http://bmc/redfish: refused"));
        assert_eq!(node.maintenance_reason, None);
    }

    #[test]
    fn a_null_provision_state_means_available() {
        let node: Node = serde_json::from_value(json!({"uuid": "u", "provision_state": null})).expect("read");
        assert_eq!(node.provision_state, ProvisionState::Available);
    }
}
