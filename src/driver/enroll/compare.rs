//! What of a machine differs between a file and Ironic, and what would mend it. Pure.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::driver::sent::{self, Known};
use crate::inventory::machine::{Machine, Port, Portgroup};
use crate::inventory::root_device;
use crate::ironic::patch;
use crate::ironic::{port, portgroup};
use crate::rest::mask;

/// Fields whose values are mappings that are compared key by key: what the file does not name is left.
const BLOBS: [&str; 3] = ["properties", "extra", "instance_info"];

/// Properties that Ironic keeps as they were given and Nova reads as numbers.
const NUMBERS: [&str; 3] = ["cpus", "memory_mb", "local_gb"];

/// A machine as Ironic has it.
#[derive(Clone, Default)]
pub(super) struct Existing {
    /// The node, every field.
    pub(super) node: Map<String, Json>,
    /// Its ports.
    pub(super) ports: Vec<port::Port>,
    /// Its port groups.
    pub(super) groups: Vec<portgroup::Portgroup>,
}

impl Existing {
    /// A field of the node that is text.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.node.get(key).and_then(Json::as_str)
    }

    /// The node's traits.
    fn traits(&self) -> impl Iterator<Item = &str> {
        self.node.get("traits").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str)
    }
}

/// One thing that is not in Ironic as the file has it. What it shows holds no secret.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// What differs: `properties.memory_mb`, `ports[52:54:00:12:34:56].pxe_enabled`, `traits`.
    pub field: String,
    /// What Ironic has; null where it has nothing.
    pub has: Json,
    /// What the file wants; null where it has nothing.
    pub wants: Json,
    /// How it is known, where the values do not show it: of secrets.
    pub note: Option<String>,
    #[serde(skip)]
    pub(super) remedy: Remedy,
}

impl Difference {
    /// Whether Ironic has nothing there, so that mending it overwrites nothing.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.has.is_null()
    }
}

/// What mends a difference. Indices are those of the machine's lists.
#[derive(Clone, PartialEq)]
pub(super) enum Remedy {
    /// Write this at this path of the node.
    Node { path: String, value: Json },
    /// Set these traits, those among them that it has.
    Traits(Vec<String>),
    /// Take a trait away.
    DropTrait(String),
    /// Create this port group.
    NewGroup(usize),
    /// Write this at this path of a port group.
    Group { uuid: String, path: String, value: Json },
    /// Create a port, in a group or in none.
    NewPort { group: Option<usize>, port: usize },
    /// Write this at this path of a port.
    Port { uuid: String, path: String, value: Json },
    /// Remove a port, on which a network may be attached.
    DropPort { uuid: String, in_use: bool },
    /// Remove a port group.
    DropGroup { uuid: String },
}

/// Values may be secrets: only what is to be written to is shown.
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

/// The outcome of a comparison.
#[derive(Debug, Clone, Default)]
pub(super) struct Comparison {
    pub(super) differences: Vec<Difference>,
    /// What Ironic has and the file has not, of those kinds of things that the file has any of.
    pub(super) surplus: Vec<Difference>,
    /// What Ironic does not show, and what is known of it. Those known to have changed are differences too.
    pub(super) secrets: Vec<Secret>,
}

/// A field that Ironic does not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Which: `driver_info.redfish_password`.
    pub field: String,
    /// Whether it is as the file has it, as far as that can be known.
    pub known: Known,
}

/// Whom to ask about what the file and the node do not say.
pub(super) struct Knowledge<'a> {
    /// The UUID of a node by its name.
    pub(super) resolve: &'a dyn Fn(&str) -> Option<String>,
    /// What is known of a field that Ironic does not show, and the file gives this value.
    pub(super) sent: &'a dyn Fn(&str, &str) -> Known,
}

/// Compares a machine with what Ironic has. `group_uuids` are those that the machine's port groups have or will have.
pub(super) fn compare(
    machine: &Machine,
    existing: &Existing,
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

/// The group of Ironic that a group of the file is.
pub(super) fn matching_group<'e>(
    group: &Portgroup,
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

    /// Something that Ironic does not show.
    fn hidden(&mut self, field: String, wants: &Json, path: String, knowledge: &Knowledge<'_>) {
        let known = (knowledge.sent)(&field, &sent::plain(wants));
        if let Known::Changed(at) = known {
            self.differences.push(Difference {
                field: field.clone(),
                has: mask::MASK.into(),
                wants: mask::MASK.into(),
                note: Some(format!("another was last sent from here, on {}", on(at))),
                remedy: Remedy::Node { path, value: wants.clone() },
            });
        }
        self.secrets.push(Secret { field, known });
    }

    fn surplus(&mut self, machine: &Machine, existing: &Existing, group_uuids: &[String]) {
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
            let strange = |port: &&port::Port| !machine.macs().any(|mac| mac == port.address);
            for port in existing.ports.iter().filter(strange) {
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

    fn node(&mut self, machine: &Machine, existing: &Existing, knowledge: &Knowledge<'_>) {
        for (key, wants) in machine.fields.iter().filter(|(key, _)| *key != "uuid") {
            let has = existing.node.get(key).cloned().unwrap_or_default();
            if BLOBS.contains(&key.as_str()) {
                self.blob(key, &has, wants, knowledge);
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

    /// Compares a mapping key by key, and patches it so unless one of the keys cannot be named in a patch.
    fn blob(&mut self, field: &str, has: &Json, wants: &Json, knowledge: &Knowledge<'_>) {
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

    fn driver_info(&mut self, machine: &Machine, existing: &Existing, knowledge: &Knowledge<'_>) {
        let has = existing.node.get("driver_info").cloned().unwrap_or_default();
        // Who may not see it gets one key that says so.
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

    fn traits(&mut self, machine: &Machine, existing: &Existing) {
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

    fn group(&mut self, index: usize, group: &Portgroup, existing: &Existing) {
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
        port: &Port,
        group_uuid: Option<&String>,
        existing: &Existing,
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

/// The fields that are not as wanted: what there is, and what to write. Of a mapping, what the file does not
/// name is kept.
fn changed(wants: &Map<String, Json>, known: impl Fn(&str) -> Json) -> Vec<(String, Json, Json)> {
    let change = |(key, value): (&String, &Json)| {
        let has = known(key);
        let same = match value.as_object() {
            // What people note is theirs: there `1` and `"1"` are not the same.
            Some(parts) if key == "extra" => parts.iter().all(|(part, value)| has[part.as_str()] == *value),
            Some(parts) => parts.iter().all(|(part, value)| loosely_same(&has[part.as_str()], value)),
            None => has == *value,
        };
        let value = if value.is_object() { merged(&has, value) } else { value.clone() };
        (!same).then(|| (key.clone(), has, value))
    };
    wants.iter().filter(|(key, _)| *key != "uuid").filter_map(change).collect()
}

/// A mapping with the keys of another laid over it.
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

/// Whether a key of `properties` and the like means the same on both sides.
fn same_in(field: &str, key: &str, has: &Json, wants: &Json) -> bool {
    if field != "properties" {
        return has == wants;
    }
    match (key, has, wants) {
        ("capabilities", Json::String(has), Json::String(wants)) => pairs(has) == pairs(wants),
        ("root_device", has, wants) => root_device::same(has, wants),
        (key, has, wants) if NUMBERS.contains(&key) => loosely_same(has, wants),
        (_, has, wants) => has == wants,
    }
}

/// The pairs of a `key:value,key:value` text, whose order means nothing.
fn pairs(capabilities: &str) -> Vec<&str> {
    let mut pairs: Vec<&str> = capabilities.split(',').map(str::trim).collect();
    pairs.sort_unstable();
    pairs
}

/// Whether two scalars are written the same but for quotes: Ironic takes numbers and booleans as text too.
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

/// A time as a plan tells it.
pub(super) fn on(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// A value as an answer may show it.
fn shown(field: &str, value: &Json) -> Json {
    let key = field.rsplit('.').next().unwrap_or(field);
    let mut wrapped = json!({key: value});
    mask::value(&mut wrapped);
    wrapped[key].take()
}

#[cfg(test)]
mod tests;
