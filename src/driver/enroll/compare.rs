//! Differences between a node in a file and in Ironic, and how to fix them. Pure.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::inventory::node_spec::{NodeSpec, PortSpec, PortgroupSpec};
use crate::inventory::root_device;
use crate::ironic::node::text_of;
use crate::ironic::patch;
use crate::ironic::{port, portgroup};
use crate::rest::mask;
use crate::state_dir::secret_fingerprints::SecretComparison;

/// Fields with mappings that are compared by key: keys that are not in the file stay unchanged.
const MAPPINGS: [&str; 3] = ["properties", "extra", "instance_info"];

/// Properties that Ironic stores as given and Nova reads as numbers.
const NUMBERS: [&str; 3] = ["cpus", "memory_mb", "local_gb"];

/// A node in Ironic.
#[derive(Clone, Default)]
pub(super) struct EnrolledNode {
    /// All fields of the node.
    pub(super) node: Map<String, Json>,
    /// Its ports.
    pub(super) ports: Vec<port::Port>,
    /// Its port groups.
    pub(super) groups: Vec<portgroup::Portgroup>,
}

impl EnrolledNode {
    /// A text field of the node.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.node.get(key).and_then(Json::as_str)
    }

    /// The node's traits.
    fn traits(&self) -> impl Iterator<Item = &str> {
        self.node.get("traits").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str)
    }
}

/// One difference between the file and Ironic. Its values contain no secrets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The field: `properties.memory_mb`, `ports[52:54:00:12:34:56].pxe_enabled`, `traits`.
    pub field: String,
    /// Ironic's value; null if missing.
    pub has: Json,
    /// The file's value; null if missing.
    pub wants: Json,
    /// For secrets, whose values are masked: how the difference was detected.
    pub note: Option<String>,
    #[serde(skip)]
    pub(super) remedy: Remedy,
}

impl Difference {
    /// Whether Ironic has no value, so that the fix overwrites nothing.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.has.is_null()
    }
}

/// The fix for a difference. Indices refer to the machine's lists.
#[derive(Clone, PartialEq)]
pub(super) enum Remedy {
    /// Set a value at a path of the node.
    Node { path: String, value: Json },
    /// Set these traits, which include the existing ones.
    Traits(Vec<String>),
    /// Remove a trait.
    DropTrait(String),
    /// Create this port group.
    NewGroup(usize),
    /// Set a value at a path of a port group.
    Group { uuid: String, path: String, value: Json },
    /// Create a port, with or without a group.
    NewPort { group: Option<usize>, port: usize },
    /// Set a value at a path of a port.
    Port { uuid: String, path: String, value: Json },
    /// Remove a port, which may have a VIF attached.
    DropPort { uuid: String, in_use: bool },
    /// Remove a port group.
    DropGroup { uuid: String },
}

/// Values may be secrets, so only paths are shown.
impl std::fmt::Debug for Remedy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Node { path, .. } => write!(f, "Node({path})"),
            Self::Traits(traits) => write!(f, "Traits({traits:?})"),
            Self::DropTrait(name) => write!(f, "DropTrait({name})"),
            Self::NewGroup(group) => write!(f, "NewGroup({group})"),
            Self::Group { uuid, path, .. } => write!(f, "Group({uuid}, {path})"),
            Self::NewPort { group, port } => write!(f, "NewPort({group:?}, {port})"),
            Self::Port { uuid, path, .. } => write!(f, "Port({uuid}, {path})"),
            Self::DropPort { uuid, .. } => write!(f, "DropPort({uuid})"),
            Self::DropGroup { uuid } => write!(f, "DropGroup({uuid})"),
        }
    }
}

/// The result of a comparison.
#[derive(Debug, Clone, Default)]
pub(super) struct Comparison {
    pub(super) differences: Vec<Difference>,
    /// Ports, port groups and traits in Ironic that are not in the file, of the kinds that the file lists.
    pub(super) surplus: Vec<Difference>,
    /// Fields that Ironic does not show. If one is known to have changed, it is also a difference.
    pub(super) secrets: Vec<Secret>,
}

/// A field that Ironic does not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Its name: `driver_info.redfish_password`.
    pub field: String,
    /// Whether it matches the file, as far as known.
    pub known: SecretComparison,
}

/// Lookups that a comparison needs.
pub(super) struct Knowledge<'a> {
    /// The UUID of a node by its name.
    pub(super) resolve: &'a dyn Fn(&str) -> Option<String>,
    /// Compares the file's value of a field that Ironic does not show with the one last sent.
    pub(super) sent: &'a dyn Fn(&str, &str) -> SecretComparison,
}

/// Compares a machine with its node in Ironic. `group_uuids` are the existing or future UUIDs of its port groups.
pub(super) fn compare(
    machine: &NodeSpec,
    existing: &EnrolledNode,
    group_uuids: &[String],
    knowledge: &Knowledge<'_>,
) -> Comparison {
    let mut found = Comparison::default();
    found.node(machine, existing, knowledge);
    found.driver_info(machine, existing, knowledge);
    found.traits(machine, existing);
    for (index, (group, uuid)) in machine.portgroups.iter().zip(group_uuids).enumerate() {
        found.group(index, group, existing);
        for (port_index, port) in group.ports.iter().enumerate() {
            found.port((Some(index), port_index), port, Some(uuid), existing);
        }
    }
    for (index, port) in machine.ports.iter().enumerate() {
        found.port((None, index), port, None, existing);
    }
    found.surplus(machine, existing, group_uuids);
    found
}

/// The group in Ironic that matches a group in the file.
pub(super) fn matching_group<'e>(
    group: &PortgroupSpec,
    existing: &'e [portgroup::Portgroup],
) -> Option<&'e portgroup::Portgroup> {
    existing.iter().find(|other| match (group.uuid(), group.name(), group.address()) {
        (Some(uuid), _, _) => other.uuid == uuid,
        (None, Some(name), _) => other.name.as_deref() == Some(name),
        (None, None, address) => address.is_some() && other.address.as_deref() == address,
    })
}

impl Comparison {
    fn add(&mut self, field: String, has: Json, wants: &Json, remedy: Remedy) {
        let has = if is_empty(&has) { Json::Null } else { has };
        let (has, wants) = (shown(&field, &has), shown(&field, wants));
        self.differences.push(Difference { field, has, wants, note: None, remedy });
    }

    /// Adds a field that Ironic does not show.
    fn hidden(&mut self, field: String, wants: &Json, path: String, knowledge: &Knowledge<'_>) {
        let known = (knowledge.sent)(&field, &text_of(wants));
        if let SecretComparison::Changed(at) = known {
            self.differences.push(Difference {
                field: field.clone(),
                has: mask::MASK.into(),
                wants: mask::MASK.into(),
                note: Some(format!("differs from the value sent on {}", on(at))),
                remedy: Remedy::Node { path, value: wants.clone() },
            });
        }
        self.secrets.push(Secret { field, known });
    }

    fn surplus(&mut self, machine: &NodeSpec, existing: &EnrolledNode, group_uuids: &[String]) {
        let mut add = |field: String, has: Json, remedy: Remedy| {
            let has = shown(&field, &has);
            self.surplus.push(Difference { field, has, wants: Json::Null, note: None, remedy });
        };
        if let Some(wants) = &machine.traits {
            for name in existing.traits().filter(|name| !wants.iter().any(|wanted| wanted == name)) {
                add(format!("traits[{name}]"), json!(name), Remedy::DropTrait(name.to_owned()));
            }
        }
        if machine.all_ports().next().is_some() {
            let is_unlisted = |port: &&port::Port| !machine.macs().any(|mac| mac == port.address);
            for port in existing.ports.iter().filter(is_unlisted) {
                let internal = &port.rest.get("internal_info").cloned().unwrap_or_default();
                let in_use = !internal["tenant_vif_port_id"].is_null();
                let remedy = Remedy::DropPort { uuid: port.uuid.clone(), in_use };
                add(format!("ports[{}]", port.address), json!(port.address), remedy);
            }
        }
        if !machine.portgroups.is_empty() {
            for group in existing.groups.iter().filter(|group| !group_uuids.contains(&group.uuid)) {
                let label = group.name.as_deref().unwrap_or(&group.uuid);
                let remedy = Remedy::DropGroup { uuid: group.uuid.clone() };
                add(format!("portgroups[{label}]"), json!(label), remedy);
            }
        }
    }

    fn node(&mut self, machine: &NodeSpec, existing: &EnrolledNode, knowledge: &Knowledge<'_>) {
        for (key, wants) in machine.fields.iter().filter(|(key, _)| *key != "uuid") {
            let has = existing.node.get(key).cloned().unwrap_or_default();
            if MAPPINGS.contains(&key.as_str()) {
                self.mapping(key, &has, wants, knowledge);
                continue;
            }
            let same = match (key.as_str(), wants.as_str()) {
                ("parent_node", Some(parent)) => {
                    has == *wants || has.as_str().map(str::to_owned) == (knowledge.resolve)(parent)
                }
                _ => has == *wants || (is_empty(&has) && is_empty(wants)),
            };
            if !same {
                let remedy = Remedy::Node { path: format!("/{key}"), value: wants.clone() };
                self.add(key.clone(), has, wants, remedy);
            }
        }
    }

    /// Compares a mapping by key. Changes are patched by key unless a patch cannot address one of the keys.
    fn mapping(&mut self, field: &str, has: &Json, wants: &Json, knowledge: &Knowledge<'_>) {
        let (masked, shown): (Vec<_>, Vec<_>) =
            wants.as_object().into_iter().flatten().partition(|(key, _)| has[key.as_str()] == *mask::MASK);
        for (key, value) in masked {
            self.hidden(format!("{field}.{key}"), value, format!("/{field}/{key}"), knowledge);
        }
        let differing: Vec<(&String, &Json)> = shown
            .into_iter()
            .filter(|(key, value)| !same_in(field, key, &has[key.as_str()], value))
            .collect();
        if differing.iter().all(|(key, _)| patch::is_reachable(key)) {
            for (key, value) in differing {
                let remedy = Remedy::Node { path: format!("/{field}/{key}"), value: value.clone() };
                self.add(format!("{field}.{key}"), has[key.as_str()].clone(), value, remedy);
            }
        } else {
            let value = merged(has, wants);
            let remedy = Remedy::Node { path: format!("/{field}"), value: value.clone() };
            self.add(field.to_owned(), has.clone(), &value, remedy);
        }
    }

    fn driver_info(&mut self, machine: &NodeSpec, existing: &EnrolledNode, knowledge: &Knowledge<'_>) {
        let has = existing.node.get("driver_info").cloned().unwrap_or_default();
        // Without permission Ironic shows one key that says so.
        let hidden = has["content"].as_str().is_some_and(|text| text.starts_with("** "));
        for (key, wants) in machine.driver_info.expose() {
            let has = &has[key.as_str()];
            if hidden || *has == *mask::MASK {
                self.hidden(format!("driver_info.{key}"), wants, format!("/driver_info/{key}"), knowledge);
            } else if !loosely_same(has, wants) {
                let remedy = Remedy::Node { path: format!("/driver_info/{key}"), value: wants.clone() };
                self.add(format!("driver_info.{key}"), has.clone(), wants, remedy);
            }
        }
    }

    fn traits(&mut self, machine: &NodeSpec, existing: &EnrolledNode) {
        let Some(wants) = &machine.traits else { return };
        let mut has: Vec<&str> = existing.traits().collect();
        has.sort_unstable();
        if wants.iter().all(|name| has.contains(&name.as_str())) {
            return;
        }
        let mut all: Vec<String> =
            wants.iter().cloned().chain(has.iter().map(|name| (*name).to_owned())).collect();
        all.sort_unstable();
        all.dedup();
        self.add("traits".to_owned(), json!(has), &json!(all), Remedy::Traits(all.clone()));
    }

    fn group(&mut self, index: usize, group: &PortgroupSpec, existing: &EnrolledNode) {
        let label = group.name().or(group.uuid()).or(group.address()).unwrap_or_default();
        let field = format!("portgroups[{label}]");
        let Some(other) = matching_group(group, &existing.groups) else {
            self.add(field, Json::Null, &Json::Object(group.fields.clone()), Remedy::NewGroup(index));
            return;
        };
        let known = |key: &str| match key {
            "name" => json!(other.name),
            "address" => json!(other.address),
            _ => other.rest.get(key).cloned().unwrap_or_default(),
        };
        for (key, has, value) in changed(&group.fields, known) {
            let wants = value.clone();
            let remedy = Remedy::Group { uuid: other.uuid.clone(), path: format!("/{key}"), value };
            self.add(format!("{field}.{key}"), has, &wants, remedy);
        }
    }

    fn port(
        &mut self,
        (group, index): (Option<usize>, usize),
        port: &PortSpec,
        group_uuid: Option<&String>,
        existing: &EnrolledNode,
    ) {
        let field = format!("ports[{}]", port.address());
        let Some(other) = existing.ports.iter().find(|other| other.address == port.address()) else {
            let remedy = Remedy::NewPort { group, port: index };
            self.add(field, Json::Null, &Json::Object(port.fields.clone()), remedy);
            return;
        };
        let mut wants = port.fields.clone();
        if let Some(uuid) = group_uuid {
            wants.insert("portgroup_uuid".to_owned(), json!(uuid));
        }
        let known = |key: &str| other.rest.get(key).cloned().unwrap_or_default();
        wants.remove("address");
        for (key, has, value) in changed(&wants, known) {
            let wants = value.clone();
            let remedy = Remedy::Port { uuid: other.uuid.clone(), path: format!("/{key}"), value };
            self.add(format!("{field}.{key}"), has, &wants, remedy);
        }
    }
}

/// The fields that differ, with Ironic's value and the one to write. In a mapping, keys that are not in the file are
/// kept.
fn changed(wants: &Map<String, Json>, known: impl Fn(&str) -> Json) -> Vec<(String, Json, Json)> {
    let change = |(key, value): (&String, &Json)| {
        let has = known(key);
        let same = match value.as_object() {
            // In `extra`, which belongs to the users, `1` and `"1"` differ.
            Some(parts) if key == "extra" => parts.iter().all(|(part, value)| has[part.as_str()] == *value),
            Some(parts) => parts.iter().all(|(part, value)| loosely_same(&has[part.as_str()], value)),
            None => has == *value,
        };
        let value = if value.is_object() { merged(&has, value) } else { value.clone() };
        (!same).then(|| (key.clone(), has, value))
    };
    wants.iter().filter(|(key, _)| *key != "uuid").filter_map(change).collect()
}

/// A mapping with the keys of another one merged into it.
fn merged(has: &Json, wants: &Json) -> Json {
    let mut all = has.as_object().cloned().unwrap_or_default();
    all.extend(wants.as_object().cloned().unwrap_or_default());
    Json::Object(all)
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(map) => map.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    }
}

/// Whether a key of a mapping has equivalent values.
fn same_in(field: &str, key: &str, has: &Json, wants: &Json) -> bool {
    if field != "properties" {
        return has == wants;
    }
    match (key, has, wants) {
        ("capabilities", Json::String(has), Json::String(wants)) => pairs(has) == pairs(wants),
        ("root_device", has, wants) => root_device::is_equivalent(has, wants),
        (key, has, wants) if NUMBERS.contains(&key) => loosely_same(has, wants),
        (_, has, wants) => has == wants,
    }
}

/// The pairs of a `key:value,key:value` text, sorted because their order is irrelevant.
fn pairs(capabilities: &str) -> Vec<&str> {
    let mut pairs: Vec<&str> = capabilities.split(',').map(str::trim).collect();
    pairs.sort_unstable();
    pairs
}

/// Whether two scalars are equal apart from their type: Ironic also accepts numbers and booleans as text.
fn loosely_same(has: &Json, wants: &Json) -> bool {
    let plain = |value: &Json| match value {
        Json::String(text) => Some(text.trim().to_owned()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(flag) => Some(flag.to_string()),
        _ => None,
    };
    match (plain(has), plain(wants)) {
        (Some(one), Some(other)) if has.is_boolean() || wants.is_boolean() => {
            one.eq_ignore_ascii_case(&other)
        }
        (Some(one), Some(other)) => one == other,
        _ => has == wants,
    }
}

/// A time as plans show it.
pub(super) fn on(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// A value for output, with secrets masked.
fn shown(field: &str, value: &Json) -> Json {
    let key = field.rsplit('.').next().unwrap_or(field);
    let mut wrapped = json!({key: value});
    mask::value(&mut wrapped);
    wrapped[key].take()
}

#[cfg(test)]
mod tests;
