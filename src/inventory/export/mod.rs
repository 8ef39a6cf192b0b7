//! What Ironic has, written as a file of machines that [`Enrollment`] reads back: no secret, nothing that cannot be enrolled,
//! and word of all that is left out.

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

/// What a field is of which nothing is said, where that is neither nothing nor empty (Ironic: `ironic.db.sqlalchemy.models`).
const DEFAULTS: [(&str, bool); 7] = [
    ("maintenance", false),
    ("retired", false),
    ("disable_power_off", false),
    ("is_smartnic", false),
    ("pxe_enabled", true),
    ("standalone_ports_supported", true),
    ("available_for_dynamic_portgroup", true),
];

/// What of a node belongs to an instance, or is written by code of its own.
const NOT_OF_NODES: [&str; 3] = ["driver_info", "instance_info", "instance_name"];

/// What of a port is said by where it stands, or by its MAC address.
const NOT_OF_PORTS: [&str; 3] = ["uuid", "node_uuid", "portgroup_uuid"];

/// Things as Ironic tells them.
#[derive(Debug, Default)]
pub struct Live {
    /// The nodes, every field.
    pub nodes: Vec<Map<String, Json>>,
    /// At least their ports.
    pub ports: Vec<Port>,
    /// At least their port groups.
    pub portgroups: Vec<Portgroup>,
    /// The chassis that are to be in the file. A node of another one keeps its `chassis_uuid`.
    pub chassis: Vec<Map<String, Json>>,
}

/// A file of machines, and what it lacks.
#[derive(Debug)]
pub struct Export {
    document: Json,
    /// The environment variables that stand in place of secrets.
    pub variables: Vec<String>,
    /// The nodes whose `driver_info` is hidden from this user.
    pub hidden: Vec<String>,
    /// What is left out, as it holds a secret where no reference can stand, or would be taken for a reference: `node a:
    /// extra.token`.
    pub withheld: Vec<String>,
    /// What no enrollment can give a node, and the nodes that have it.
    pub live: BTreeMap<&'static str, Vec<String>>,
}

impl Export {
    /// Makes the file. `usual` tells what an interface (`boot_interface`) of a hardware type is where nobody says it.
    #[must_use]
    pub fn of(mut live: Live, usual: impl Fn(&str, &str) -> Option<String>) -> Self {
        sort(&mut live.nodes);
        sort(&mut live.chassis);
        let variables = Variables::of(&live.nodes);
        let mut export = Self {
            document: Json::Null,
            variables: variables.names().to_vec(),
            hidden: Vec::new(),
            withheld: Vec::new(),
            live: BTreeMap::new(),
        };
        let mut belongings = Belongings::of(live.ports, live.portgroups);
        let mut chassis: Vec<(Map<String, Json>, Vec<Json>)> =
            live.chassis.into_iter().map(|chassis| (chassis, Vec::new())).collect();
        let mut loose = Vec::new();
        for node in &live.nodes {
            let mut written = export.node(node, &usual, &variables);
            let uuid = text(node, "uuid").unwrap_or_default();
            export.belongings(&label(node), uuid, &mut belongings, &mut written);
            let home = text(node, "chassis_uuid");
            match chassis.iter_mut().find(|(chassis, _)| home.is_some() && text(chassis, "uuid") == home) {
                Some((_, nodes)) => {
                    written.shift_remove("chassis_uuid");
                    nodes.push(Json::Object(written));
                }
                None => loose.push(Json::Object(written)),
            }
        }
        let mut racks = Vec::new();
        for (chassis, nodes) in chassis {
            let mut written = given(&chassis, schema::CHASSIS, &[]);
            let label = format!("chassis {}: ", text(&chassis, "uuid").unwrap_or_default());
            secrets::withhold(&label, &mut written, &mut export.withheld);
            if !nodes.is_empty() {
                written.insert("nodes".to_owned(), nodes.into());
            }
            racks.push(Json::Object(written));
        }
        let mut document = Map::new();
        if !racks.is_empty() {
            document.insert("chassis".to_owned(), racks.into());
        }
        if !loose.is_empty() || document.is_empty() {
            document.insert("nodes".to_owned(), loose.into());
        }
        export.document = Json::Object(document);
        export
    }

    /// The file in JSON.
    #[must_use]
    pub fn json(&self) -> String {
        let mut json = String::new();
        for c in format!("{:#}\n", self.document).chars() {
            // JSON may have these bare, YAML may not, and readers of YAML read JSON too.
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
    #[expect(clippy::missing_panics_doc, reason = "YAML can hold all that JSON can")]
    pub fn yaml(&self) -> String {
        // Long and broken lines stay in quotes: what is folded depends on how wide somebody's terminal was thought to be.
        let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
        let yaml = serde_saphyr::to_string_with_options(&self.document, options);
        let yaml = yaml.expect("YAML can hold all that JSON can");
        let mut head = "# Made by `farrier export`.\n".to_owned();
        if !self.variables.is_empty() {
            head.push_str(
                "# Secrets are not in here: `farrier enroll` takes each ${NAME} from the environment.\n\
                 # In place of one may stand {file: PATH} or {command: [PROGRAM, ARGUMENT]}.\n",
            );
        }
        format!("{head}{}\n", yaml.trim_end())
    }

    /// What `enroll` would object to in the file, be its secrets what they may: Ironic has things that cannot be given to it
    /// any more. `name` is what the file is called.
    #[must_use]
    pub fn objections(&self, name: &str, text: String) -> Vec<InputProblem> {
        if self.document["nodes"] == json!([]) {
            return Vec::new();
        }
        // Each secret is another one, lest two BMCs with a password in their address be taken for one.
        let environment = |name: &str| Some(name.to_owned());
        let resolver = SecretResolver::new(&environment, &|_| None);
        let source = InputFile::from_text(name, text);
        let format = Some(InputFormat::BaremetalCreate);
        match Enrollment::from_files(vec![source], format, &resolver, Report::default()) {
            Ok(_) => Vec::new(),
            Err(error) => error.errors().iter().filter(|finding| !finding.is_warning).cloned().collect(),
        }
    }

    /// A node with its traits, without what else belongs to it.
    fn node(
        &mut self,
        node: &Map<String, Json>,
        usual: &impl Fn(&str, &str) -> Option<String>,
        variables: &Variables,
    ) -> Map<String, Json> {
        let label = label(node);
        let mut written = given(node, schema::NODE, &NOT_OF_NODES);
        let driver = text(node, "driver").unwrap_or_default();
        written.retain(|key, value| {
            !key.ends_with("_interface") || value.as_str() != usual(driver, key).as_deref()
        });
        let internal = node.get("driver_internal_info").unwrap_or(&Json::Null);
        if internal["automatic_lessee"] == json!(true) && written.shift_remove("lessee").is_some() {
            self.live.entry("lessee of the instance").or_default().push(label.clone());
        }
        if let Some(Json::Object(properties)) = written.get_mut("properties") {
            properties.retain(|_, value| !value.is_null());
        }
        secrets::withhold(&format!("node {label}: "), &mut written, &mut self.withheld);
        let info = self.driver_info(node, &label, variables);
        if !info.is_empty() {
            // Behind the properties, which are shown before it.
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
        for what in of_the_moment(node) {
            self.live.entry(what).or_default().push(label.clone());
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
        // Who may not see it gets one key that says so.
        if info.get("content").and_then(Json::as_str).is_some_and(|text| text.starts_with("** ")) {
            self.hidden.push(label.to_owned());
            return written;
        }
        let uuid = text(node, "uuid").unwrap_or_default();
        for (key, value) in info.iter().filter(|(_, value)| !value.is_null()) {
            let is_mistakable = value.as_object().is_some_and(reference::looks_like_reference);
            let value = match (variables.of_secret(uuid, key), value) {
                (Some(name), _) => json!(format!("${{{name}}}")),
                (None, value) if is_mistakable || secrets::is_inside(key, value) => {
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
    fn belongings(&mut self, label: &str, uuid: &str, all: &mut Belongings, written: &mut Map<String, Json>) {
        let mut ports = all.ports.remove(uuid).unwrap_or_default();
        sort(&mut ports);
        let mut groups = Vec::new();
        let mut own = all.groups.remove(uuid).unwrap_or_default();
        sort(&mut own);
        for group in own {
            let mut fields = given(&group, schema::PORTGROUP, &["node_uuid"]);
            secrets::withhold(&format!("node {label}: port group: "), &mut fields, &mut self.withheld);
            let uuid = text(&group, "uuid");
            let (inside, outside) = ports.into_iter().partition(|port| text(port, "portgroup_uuid") == uuid);
            ports = outside;
            let inside = self.ports(label, inside);
            if !inside.is_empty() {
                fields.insert("ports".to_owned(), inside.into());
            }
            groups.push(Json::Object(fields));
        }
        if !groups.is_empty() {
            written.insert("portgroups".to_owned(), groups.into());
        }
        let ports = self.ports(label, ports);
        if !ports.is_empty() {
            written.insert("ports".to_owned(), ports.into());
        }
    }

    fn ports(&mut self, label: &str, ports: Vec<Map<String, Json>>) -> Vec<Json> {
        let written = |port: Map<String, Json>| {
            let mut fields = given(&port, schema::PORT, &NOT_OF_PORTS);
            let place = format!("node {label}: port {}: ", text(&port, "address").unwrap_or_default());
            secrets::withhold(&place, &mut fields, &mut self.withheld);
            Json::Object(fields)
        };
        ports.into_iter().map(written).collect()
    }
}

/// Ports and port groups by the UUIDs of their nodes.
struct Belongings {
    ports: HashMap<String, Vec<Map<String, Json>>>,
    groups: HashMap<String, Vec<Map<String, Json>>>,
}

impl Belongings {
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

/// What a node is called.
fn label(node: &Map<String, Json>) -> String {
    text(node, "name").or_else(|| text(node, "uuid")).unwrap_or_default().to_owned()
}

/// By names, those without one last; then by MAC addresses, and by UUIDs.
fn sort(things: &mut [Map<String, Json>]) {
    let marks = |thing: &Map<String, Json>| {
        let [name, address, uuid] =
            ["name", "address", "uuid"].map(|key| text(thing, key).map(str::to_owned));
        (name.is_none(), name, address, uuid)
    };
    things.sort_by_cached_key(marks);
}

/// The fields of a schema that have something in them that Ironic would not put there by itself: what a thing is called, what
/// is said in a word, and then mappings.
fn given(thing: &Map<String, Json>, schema: &[Field], left_out: &[&str]) -> Map<String, Json> {
    let mut fields: Vec<&Field> = schema.iter().filter(|field| !left_out.contains(&field.name)).collect();
    fields.sort_by_key(|field| match (field.name, field.kind) {
        ("name", _) => 0,
        ("uuid", _) => 1,
        (_, FieldKind::Special | FieldKind::Object) => 3,
        _ => 2,
    });
    let mut given = Map::new();
    for field in fields {
        let Some(value) = thing.get(field.name) else { continue };
        let is_usual = DEFAULTS.iter().any(|(name, usual)| *name == field.name && *value == json!(usual));
        if !is_usual && !is_nothing(value) {
            given.insert(field.name.to_owned(), value.clone());
        }
    }
    given
}

fn is_nothing(value: &Json) -> bool {
    match value {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Object(mapping) => mapping.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    }
}

/// What of a node no enrollment can give it.
fn of_the_moment(node: &Map<String, Json>) -> Vec<&'static str> {
    let has = |key: &str| node.get(key).is_some_and(|value| !is_nothing(value) && *value != json!(false));
    let state = text(node, "provision_state");
    [
        (state.is_some_and(|state| state != "available"), "provision state other than `available`"),
        (has("instance_uuid"), "instance"),
        (has("instance_info") && !has("instance_uuid"), "`instance_info`"),
        (has("protected"), "protection"),
        (has("maintenance_reason"), "reason of maintenance"),
        (has("target_raid_config") || has("raid_config"), "RAID configuration"),
        (has("console_enabled"), "console that is on"),
    ]
    .into_iter()
    .filter_map(|(has, what)| has.then_some(what))
    .collect()
}

#[cfg(test)]
mod tests;
