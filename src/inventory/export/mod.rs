//! Writes nodes from Ironic to a file for `farrier enroll`. The file contains no secrets and nothing that cannot be enrolled;
//! everything omitted is reported.

mod secrets;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use super::document::{InputFile, InputProblem, Report};
use super::driver_info;
use super::enrollment::Enrollment;
use super::format::InputFormat;
use super::reference::{self, SecretResolver};
use super::schema::{self, Field, FieldKind};
use crate::ironic::port::Port;
use crate::ironic::portgroup::Portgroup;
use secrets::Variables;

/// Defaults of boolean fields, which are not written (Ironic: `ironic.db.sqlalchemy.models`).
const DEFAULTS: [(&str, bool); 7] = [
    ("maintenance", false),
    ("retired", false),
    ("disable_power_off", false),
    ("is_smartnic", false),
    ("pxe_enabled", true),
    ("standalone_ports_supported", true),
    ("available_for_dynamic_portgroup", true),
];

/// Fields of a node that belong to an instance, or are written separately.
const OMITTED_FROM_NODES: [&str; 3] = ["driver_info", "instance_info", "instance_name"];

/// Fields of a port that its MAC address or its position in the file makes redundant.
const OMITTED_FROM_PORTS: [&str; 3] = ["uuid", "node_uuid", "portgroup_uuid"];

/// Objects from Ironic's API.
#[derive(Debug, Default)]
pub struct IronicObjects {
    /// The nodes, with all fields.
    pub nodes: Vec<Map<String, Json>>,
    /// Their ports. Ports of other nodes are ignored.
    pub ports: Vec<Port>,
    /// Their port groups. Port groups of other nodes are ignored.
    pub portgroups: Vec<Portgroup>,
    /// The chassis to write to the file. A node in any other chassis keeps its `chassis_uuid`.
    pub chassis: Vec<Map<String, Json>>,
}

/// The exported file and what it omits.
#[derive(Debug)]
pub struct Export {
    document: Json,
    /// The environment variables that replace secrets.
    pub variables: Vec<String>,
    /// The nodes with a `driver_info` that this user cannot see.
    pub hidden_driver_info: Vec<String>,
    /// Fields that are omitted because they contain a secret that cannot be replaced by a reference, or because they look like
    /// a reference: `node a: extra.token`.
    pub withheld: Vec<String>,
    /// Properties that enrollment cannot set, with the nodes that have them.
    pub not_enrollable: BTreeMap<&'static str, Vec<String>>,
}

impl Export {
    /// Builds the file. `default_interface` returns the default of an interface (such as `boot_interface`) of a hardware type.
    #[must_use]
    pub fn of(mut objects: IronicObjects, default_interface: impl Fn(&str, &str) -> Option<String>) -> Self {
        sort(&mut objects.nodes);
        sort(&mut objects.chassis);
        let variables = Variables::of(&objects.nodes);
        let mut export = Self {
            document: Json::Null,
            variables: variables.names().to_vec(),
            hidden_driver_info: Vec::new(),
            withheld: Vec::new(),
            not_enrollable: BTreeMap::new(),
        };
        let mut ports = PortsByNode::of(objects.ports, objects.portgroups);
        let mut chassis: Vec<(Map<String, Json>, Vec<Json>)> =
            objects.chassis.into_iter().map(|chassis| (chassis, Vec::new())).collect();
        let mut nodes_without_chassis = Vec::new();
        for node in &objects.nodes {
            let mut written = export.node(node, &default_interface, &variables);
            let uuid = text(node, "uuid").unwrap_or_default();
            export.add_ports(&label(node), uuid, &mut ports, &mut written);
            let parent = text(node, "chassis_uuid");
            match chassis.iter_mut().find(|(chassis, _)| parent.is_some() && text(chassis, "uuid") == parent)
            {
                Some((_, nodes)) => {
                    written.shift_remove("chassis_uuid");
                    nodes.push(Json::Object(written));
                }
                None => nodes_without_chassis.push(Json::Object(written)),
            }
        }
        let mut written_chassis = Vec::new();
        for (chassis, nodes) in chassis {
            let mut written = fields_to_write(&chassis, schema::CHASSIS, &[]);
            let label = format!("chassis {}: ", text(&chassis, "uuid").unwrap_or_default());
            secrets::withhold(&label, &mut written, &mut export.withheld);
            if !nodes.is_empty() {
                written.insert("nodes".to_owned(), nodes.into());
            }
            written_chassis.push(Json::Object(written));
        }
        let mut document = Map::new();
        if !written_chassis.is_empty() {
            document.insert("chassis".to_owned(), written_chassis.into());
        }
        if !nodes_without_chassis.is_empty() || document.is_empty() {
            document.insert("nodes".to_owned(), nodes_without_chassis.into());
        }
        export.document = Json::Object(document);
        export
    }

    /// The file in JSON.
    #[must_use]
    pub fn json(&self) -> String {
        let mut json = String::new();
        for c in format!("{:#}\n", self.document).chars() {
            // YAML parsers read JSON too, but YAML requires these characters to be escaped.
            if matches!(c, '\u{7f}'..='\u{9f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') {
                let _ = write!(json, "\\u{:04x}", u32::from(c));
            } else {
                json.push(c);
            }
        }
        json
    }

    /// The file in YAML.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "any JSON value can be written as YAML")]
    pub fn yaml(&self) -> String {
        // Long texts and line breaks are quoted: folded text would depend on an assumed line width.
        let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
        let yaml = serde_saphyr::to_string_with_options(&self.document, options);
        let yaml = yaml.expect("any JSON value can be written as YAML");
        let mut header = "# Created by `farrier export`.\n".to_owned();
        if !self.variables.is_empty() {
            header.push_str(
                "# Secrets are not included: `farrier enroll` reads each ${NAME} from the environment.\n\
                 # To read one from somewhere else, use {file: PATH} or {command: [PROGRAM, ARGUMENT]}.\n",
            );
        }
        format!("{header}{}\n", yaml.trim_end())
    }

    /// The errors that `enroll` would find in the file, independent of the values of its secrets: Ironic may store values that
    /// it no longer accepts. `name` is the name of the file.
    #[must_use]
    pub fn enroll_errors(&self, name: &str, text: String) -> Vec<InputProblem> {
        if self.document["nodes"] == json!([]) {
            return Vec::new();
        }
        // Each secret gets a different value, so that two BMC addresses that contain a password are not duplicates.
        let environment = |name: &str| Some(name.to_owned());
        let resolver = SecretResolver::new(&environment, &|_| None);
        let source = InputFile::from_text(name, text);
        let format = Some(InputFormat::FARRIER);
        match Enrollment::from_files(vec![source], format, &resolver, Report::default()) {
            Ok(_) => Vec::new(),
            Err(error) => error.errors().iter().filter(|finding| !finding.is_warning).cloned().collect(),
        }
    }

    /// A node with its traits, without its ports and port groups.
    fn node(
        &mut self,
        node: &Map<String, Json>,
        default_interface: &impl Fn(&str, &str) -> Option<String>,
        variables: &Variables,
    ) -> Map<String, Json> {
        let label = label(node);
        let mut written = fields_to_write(node, schema::NODE, &OMITTED_FROM_NODES);
        let driver = text(node, "driver").unwrap_or_default();
        written.retain(|key, value| {
            !key.ends_with("_interface") || value.as_str() != default_interface(driver, key).as_deref()
        });
        let internal = node.get("driver_internal_info").unwrap_or(&Json::Null);
        if internal["automatic_lessee"] == json!(true) && written.shift_remove("lessee").is_some() {
            self.not_enrollable.entry("lessee of the instance").or_default().push(label.clone());
        }
        if let Some(Json::Object(properties)) = written.get_mut("properties") {
            properties.retain(|_, value| !value.is_null());
        }
        secrets::withhold(&format!("node {label}: "), &mut written, &mut self.withheld);
        let info = self.driver_info(node, &label, variables);
        if !info.is_empty() {
            // After the properties.
            let at = written.keys().position(|key| key == "extra" || key == "network_data");
            written.shift_insert(at.unwrap_or(written.len()), "driver_info".to_owned(), Json::Object(info));
        }
        let mut traits: Vec<&str> = node
            .get("traits")
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .collect();
        traits.sort_unstable();
        if !traits.is_empty() {
            written.insert("traits".to_owned(), json!(traits));
        }
        for property in not_enrollable(node) {
            self.not_enrollable.entry(property).or_default().push(label.clone());
        }
        written
    }

    fn driver_info(
        &mut self,
        node: &Map<String, Json>,
        label: &str,
        variables: &Variables,
    ) -> Map<String, Json> {
        let mut written = Map::new();
        let Some(Json::Object(info)) = node.get("driver_info") else { return written };
        // Ironic replaces it with a single key for users without permission.
        if info.get("content").and_then(Json::as_str).is_some_and(|text| text.starts_with("** ")) {
            self.hidden_driver_info.push(label.to_owned());
            return written;
        }
        let uuid = text(node, "uuid").unwrap_or_default();
        for (key, value) in info.iter().filter(|(_, value)| !value.is_null()) {
            let looks_like_reference = value.as_object().is_some_and(reference::looks_like_reference);
            let value = match (variables.of_secret(uuid, key), value) {
                (Some(name), _) => json!(format!("${{{name}}}")),
                (None, value) if looks_like_reference || secrets::contains_secret(key, value) => {
                    self.withheld.push(format!("node {label}: driver_info.{key}"));
                    continue;
                }
                (None, Json::String(text)) => json!(driver_info::escaped(text)),
                (None, value) => value.clone(),
            };
            written.insert(key.clone(), value);
        }
        written
    }

    /// Adds the port groups and ports of a node.
    fn add_ports(&mut self, label: &str, uuid: &str, all: &mut PortsByNode, written: &mut Map<String, Json>) {
        let mut ports = all.ports.remove(uuid).unwrap_or_default();
        sort(&mut ports);
        let mut groups = all.groups.remove(uuid).unwrap_or_default();
        sort(&mut groups);
        let mut written_groups = Vec::new();
        for group in groups {
            let mut fields = fields_to_write(&group, schema::PORTGROUP, &["node_uuid"]);
            secrets::withhold(&format!("node {label}: port group: "), &mut fields, &mut self.withheld);
            let uuid = text(&group, "uuid");
            let (members, others) = ports.into_iter().partition(|port| text(port, "portgroup_uuid") == uuid);
            ports = others;
            let members = self.ports(label, members);
            if !members.is_empty() {
                fields.insert("ports".to_owned(), members.into());
            }
            written_groups.push(Json::Object(fields));
        }
        if !written_groups.is_empty() {
            written.insert("portgroups".to_owned(), written_groups.into());
        }
        let ports = self.ports(label, ports);
        if !ports.is_empty() {
            written.insert("ports".to_owned(), ports.into());
        }
    }

    fn ports(&mut self, label: &str, ports: Vec<Map<String, Json>>) -> Vec<Json> {
        let write = |port: Map<String, Json>| {
            let mut fields = fields_to_write(&port, schema::PORT, &OMITTED_FROM_PORTS);
            let prefix = format!("node {label}: port {}: ", text(&port, "address").unwrap_or_default());
            secrets::withhold(&prefix, &mut fields, &mut self.withheld);
            Json::Object(fields)
        };
        ports.into_iter().map(write).collect()
    }
}

/// Ports and port groups by the UUIDs of their nodes.
struct PortsByNode {
    ports: HashMap<String, Vec<Map<String, Json>>>,
    groups: HashMap<String, Vec<Map<String, Json>>>,
}

impl PortsByNode {
    fn of(ports: Vec<Port>, groups: Vec<Portgroup>) -> Self {
        let mut all = Self { ports: HashMap::new(), groups: HashMap::new() };
        for port in ports {
            let Some(node) = port.node_uuid else { continue };
            let mut fields = port.rest;
            fields.insert("uuid".to_owned(), json!(port.uuid));
            fields.insert("address".to_owned(), json!(port.address));
            all.ports.entry(node).or_default().push(fields);
        }
        for group in groups {
            let Some(node) = group.node_uuid else { continue };
            let mut fields = group.rest;
            fields.insert("uuid".to_owned(), json!(group.uuid));
            fields.insert("name".to_owned(), json!(group.name));
            fields.insert("address".to_owned(), json!(group.address));
            all.groups.entry(node).or_default().push(fields);
        }
        all
    }
}

fn text<'m>(fields: &'m Map<String, Json>, key: &str) -> Option<&'m str> {
    fields.get(key).and_then(Json::as_str)
}

/// The node in messages: its name or UUID.
fn label(node: &Map<String, Json>) -> String {
    text(node, "name").or_else(|| text(node, "uuid")).unwrap_or_default().to_owned()
}

/// Sorts objects by name (those without a name last), MAC address and UUID.
fn sort(objects: &mut [Map<String, Json>]) {
    let sort_key = |object: &Map<String, Json>| {
        let [name, address, uuid] =
            ["name", "address", "uuid"].map(|key| text(object, key).map(str::to_owned));
        (name.is_none(), name, address, uuid)
    };
    objects.sort_by_cached_key(sort_key);
}

/// The fields of a schema that are neither empty nor defaults: first name and UUID, then scalars, then mappings.
fn fields_to_write(object: &Map<String, Json>, schema: &[Field], omitted: &[&str]) -> Map<String, Json> {
    let mut fields: Vec<&Field> = schema.iter().filter(|field| !omitted.contains(&field.name)).collect();
    fields.sort_by_key(|field| match (field.name, field.kind) {
        ("name", _) => 0,
        ("uuid", _) => 1,
        (_, FieldKind::Special | FieldKind::Object) => 3,
        _ => 2,
    });
    let mut written = Map::new();
    for field in fields {
        let Some(value) = object.get(field.name) else { continue };
        let is_default =
            DEFAULTS.iter().any(|(name, default)| *name == field.name && *value == json!(default));
        if !is_default && !is_empty(value) {
            written.insert(field.name.to_owned(), value.clone());
        }
    }
    written
}

fn is_empty(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Object(mapping) => mapping.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    }
}

/// The properties of a node that enrollment cannot set.
fn not_enrollable(node: &Map<String, Json>) -> Vec<&'static str> {
    let has = |key: &str| node.get(key).is_some_and(|value| !is_empty(value) && *value != json!(false));
    let state = text(node, "provision_state");
    [
        (state.is_some_and(|state| state != "available"), "provision state"),
        (has("instance_uuid"), "instance"),
        (has("instance_info") && !has("instance_uuid"), "`instance_info`"),
        (has("protected"), "protection"),
        (has("maintenance_reason"), "maintenance reason"),
        (has("target_raid_config") || has("raid_config"), "RAID configuration"),
        (has("console_enabled"), "enabled console"),
    ]
    .into_iter()
    .filter_map(|(has, property)| has.then_some(property))
    .collect()
}

#[cfg(test)]
mod tests;
