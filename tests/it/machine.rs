//! The state of a machine in Ironic, read without farrier: is anything duplicated or left behind?

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{VERSION, ask, exchange};

const FIELDS: &str = "uuid,name,provision_state,power_state,target_power_state,instance_uuid,instance_info,\
                      driver_info,extra,reservation,maintenance,protected,retired";

/// The possible provision states of a node that is used for a credential trial.
const TRIAL_STATES: [&str; 3] = ["enroll", "verifying", "manageable"];

/// The state of a machine and its allocations in Ironic.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct MachineState {
    pub(crate) nodes: usize,
    pub(crate) ports: usize,
    pub(crate) state: String,
    pub(crate) power: String,
    pub(crate) instance: Option<String>,
    pub(crate) has_info: bool,
    pub(crate) at_rest: bool,
    /// Which of `maintenance`, `protected` and `retired` are set.
    pub(crate) flags: Vec<&'static str>,
    /// Names and states.
    pub(crate) claims: Vec<(String, String)>,
    /// What tests store in its `extra`.
    pub(crate) note: Value,
    /// The user name for its BMC.
    pub(crate) user: Value,
    /// How many nodes are credential trials for this node.
    pub(crate) trial_nodes: usize,
}

/// The node of this name, if it exists.
fn node(endpoint: &str, name: &str) -> Option<Value> {
    let path = format!("/v1/nodes/{name}?fields={FIELDS}");
    match exchange(endpoint, "GET", &path, &[VERSION], "") {
        (404, _) => None,
        (200, body) => Some(serde_json::from_str(&body).expect("JSON")),
        (status, body) => panic!("{path}: {status}: {body}"),
    }
}

/// Whether no operation is in progress on a node.
fn is_at_rest(node: &Value) -> bool {
    let state = text(&node["provision_state"]);
    let moving = state.ends_with("ing") || state.contains("wait");
    !moving && node["reservation"].is_null() && node["target_power_state"].is_null()
}

/// How many nodes in a state are credential trials for this one.
fn trial_nodes(endpoint: &str, state: &str, uuid: &str) -> usize {
    let nodes = ask(endpoint, &format!("/v1/nodes?provision_state={state}&limit=1000&fields=uuid,extra"));
    let nodes = nodes["nodes"].as_array().expect("a list").iter();
    nodes.filter(|trial_node| trial_node["extra"]["farrier_probe"] == uuid).count()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl MachineState {
    pub(crate) fn is_bare(&self) -> bool {
        self.is_machine()
            && self.state == "available"
            && self.instance.is_none()
            && self.claims.is_empty()
            && !self.has_info
    }

    /// There is exactly one node; it is `manageable` and has no instance.
    pub(crate) fn is_manageable(&self) -> bool {
        self.is_machine() && self.state == "manageable" && self.instance.is_none()
    }

    pub(crate) fn is_machine(&self) -> bool {
        self.nodes == 1 && self.ports == 1
    }

    /// It has exactly one instance; if it has an allocation, that has this name.
    pub(crate) fn is_instance(&self, name: &str, state: &str) -> bool {
        let claimed = match self.claims.as_slice() {
            [] => name.starts_with("bare-"),
            [(of, state)] => of == name && state == "active",
            _ => false,
        };
        self.is_machine() && self.state == state && self.instance.is_some() && claimed
    }

    pub(crate) fn is_active(&self, name: &str) -> bool {
        self.is_instance(name, "active") && self.has_info
    }

    /// The current state.
    pub(crate) fn now(endpoint: &str, name: &str) -> Self {
        let Some(node) = node(endpoint, name) else { return Self { at_rest: true, ..Self::default() } };
        let uuid = node["uuid"].as_str().expect("a text");
        let ports = ask(endpoint, &format!("/v1/ports?node={uuid}&fields=uuid"));
        let claims = ask(endpoint, "/v1/allocations?limit=1000&fields=name,state,candidate_nodes");
        let of_ours = |claim: &&Value| {
            claim["candidate_nodes"].as_array().is_some_and(|nodes| nodes.contains(&node["uuid"]))
        };
        let state = text(&node["provision_state"]);
        Self {
            nodes: 1,
            ports: ports["ports"].as_array().map_or(0, Vec::len),
            power: text(&node["power_state"]),
            instance: node["instance_uuid"].as_str().map(str::to_owned),
            // Deleting an allocation leaves behind the traits that it wrote.
            has_info: node["instance_info"]
                .as_object()
                .is_some_and(|info| info.keys().any(|key| key != "traits")),
            at_rest: is_at_rest(&node),
            flags: ["maintenance", "protected", "retired"]
                .into_iter()
                .filter(|flag| node[*flag] == true)
                .collect(),
            claims: claims["allocations"]
                .as_array()
                .expect("a list")
                .iter()
                .filter(of_ours)
                .map(|claim| (text(&claim["name"]), text(&claim["state"])))
                .collect(),
            note: node["extra"]["note"].clone(),
            user: node["driver_info"]["redfish_username"].clone(),
            trial_nodes: TRIAL_STATES.into_iter().map(|state| trial_nodes(endpoint, state, uuid)).sum(),
            state,
        }
    }

    /// The state once no operation is in progress, or the last state after a minute.
    pub(crate) fn settled(endpoint: &str, name: &str) -> Self {
        let began = Instant::now();
        loop {
            // Reading one node is fast; the lists are read only when the node has no operation in progress.
            while node(endpoint, name).is_some_and(|node| !is_at_rest(&node))
                && began.elapsed() < Duration::from_secs(60)
            {
                std::thread::sleep(Duration::from_millis(50));
            }
            let seen = Self::now(endpoint, name);
            let undecided = seen.claims.iter().any(|(_, state)| state == "allocating");
            if seen.at_rest && !undecided || began.elapsed() > Duration::from_secs(60) {
                return seen;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}
