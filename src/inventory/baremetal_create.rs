//! The files of `openstack baremetal create`: Ironic's own fields, ports, port groups and traits inside
//! their nodes, nodes inside their chassis.
//!
//! The grammar is python-ironicclient's (`create_resources`), with every field that Ironic itself takes.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::document::{Cursor, InputProblem, Report, SourceLocation, Table};
use super::driver_info::{self, DriverInfo};
use super::machine::{Chassis, Machine, Port, Portgroup, derived_uuid};
use super::reference::ResolveContext;
use super::{fields, hardware_types, metal3, placeholder, schema};

/// Keys that a node shows and nobody can give it, with what to do instead.
const NOT_GIVEN: [(&str, &str); 9] = [
    ("provision_state", "Ironic decides it; `--until` says how far to go"),
    ("power_state", "Ironic decides it"),
    ("protected", "it can be set only on a node that is active"),
    ("protected_reason", "it can be set only on a node that is active"),
    ("target_raid_config", "RAID is configured by cleaning"),
    ("instance_uuid", "a node that is enrolled has no instance"),
    ("boot_mode", "it is what Ironic saw; wanted is `properties.capabilities` with `boot_mode:uefi`"),
    ("secure_boot", "it is what Ironic saw; wanted is `properties.capabilities` with `secure_boot:true`"),
    ("console_enabled", "the console is switched on when the node is there"),
];

/// Keys that belong one level deeper than they are often written.
const MISPLACED: [(&str, &[&str]); 2] = [
    ("properties", &["cpus", "memory_mb", "local_gb", "cpu_arch", "capabilities", "root_device"]),
    ("driver_info", &["deploy_kernel", "deploy_ramdisk", "deploy_iso", "rescue_kernel", "rescue_ramdisk"]),
];

/// What some tools write into `driver_info` without the prefix of the hardware type, and what it is.
const BARE: [(&str, &str); 6] = [
    ("address", "address"),
    ("username", "username"),
    ("user", "username"),
    ("password", "password"),
    ("system_id", "system_id"),
    ("disable_certificate_verification", "verify_ca"),
];

/// What one file describes.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) chassis: Vec<Chassis>,
    pub(super) machines: Vec<Machine>,
    /// What machines that are in use lack.
    pub(super) errors_in_use: Vec<InputProblem>,
    /// Keys that are left out, each once, with where the first of them stands.
    pub(super) left_out: LeftOut,
    /// Kinds of resources that are no machines, and machines that are left out, for files in which there is nothing else.
    pub(super) others: BTreeSet<String>,
    /// Whether a secret stands in the file, rather than a reference to one.
    pub(super) has_plain_secret: bool,
}

/// Reads a whole document: `nodes`, and `chassis` with theirs.
pub(super) fn read(root: &Cursor<'_>, context: ResolveContext<'_>) -> Contents {
    let mut contents = Contents::default();
    let Some(table) = root.mapping() else { return contents };
    table.allow_keys(&["nodes", "chassis"]);
    if let Some(list) = table.get("chassis") {
        for item in list.items() {
            contents.read_chassis(&item, context);
        }
    }
    if let Some(list) = table.get("nodes") {
        for item in list.items() {
            contents.read_node(&item, None, context);
        }
    }
    contents
}

/// Keys of a file that say nothing about a machine.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    keys: Vec<String>,
    first: Option<SourceLocation>,
}

impl LeftOut {
    /// Notes a key, whose value stands here.
    pub(super) fn note(&mut self, key: &str, value: &Cursor<'_>) {
        let key = key.escape_debug().to_string();
        if !self.keys.contains(&key) {
            self.keys.push(key);
            self.first.get_or_insert_with(|| value.location());
        }
    }

    /// Takes over what another document of the same file has.
    pub(super) fn merge(&mut self, other: Self) {
        for key in other.keys {
            if !self.keys.contains(&key) {
                self.keys.push(key);
            }
        }
        self.first = self.first.take().or(other.first);
    }

    /// Tells of all keys in one warning.
    pub(super) fn tell(self, report: &Report) {
        if let Some(first) = self.first {
            let verb = if self.keys.len() == 1 { "is" } else { "are" };
            let keys = self.keys.join("`, `");
            report.warning(first, format!("`{keys}` {verb} not for enrolling, and left out"));
        }
    }
}

impl Contents {
    fn read_chassis(&mut self, item: &Cursor<'_>, context: ResolveContext<'_>) {
        let Some(table) = item.mapping() else { return };
        table.allow_keys(&schema::names(schema::CHASSIS, &["nodes"]));
        let mut fields = fields::read(&table, schema::CHASSIS);
        if !fields.contains_key("uuid") {
            // A chassis has no name to be found by again: it is what it says about itself.
            let marks = Json::Object(fields.clone()).to_string();
            fields.insert("uuid".to_owned(), derived_uuid("chassis", &marks).into());
        }
        let chassis = Chassis { at: item.location(), fields };
        if let Some(nodes) = table.get("nodes") {
            for node in nodes.items() {
                self.read_node(&node, Some(chassis.uuid()), context);
            }
        }
        self.chassis.push(chassis);
    }

    /// Reads one node; `chassis` is the UUID of the chassis it is nested in.
    pub(super) fn read_node(
        &mut self,
        item: &Cursor<'_>,
        chassis: Option<&str>,
        context: ResolveContext<'_>,
    ) {
        let own = metal3::with_own_keys(item);
        let item = &own.as_ref().map_or(*item, |own| item.with(own));
        let Some(table) = item.mapping() else { return };
        placeholder::check(item);
        refuse_unknown(&table);
        let driver = table.require("driver");
        if let Some(driver) = &driver
            && let Some(meant) = driver.value().text().and_then(hardware_types::meant)
        {
            driver.only_error(meant);
        }
        let mut fields = fields::read(&table, schema::NODE);
        if let Some(chassis) = chassis {
            belongs_to(&table, "chassis_uuid", chassis);
            fields.insert("chassis_uuid".to_owned(), chassis.into());
        }
        if let Some(Json::String(group)) = fields.get_mut("conductor_group") {
            // Ironic stores it so, and a later comparison must not find a difference.
            *group = group.to_lowercase();
        }
        if let Some(properties) = table.get("properties").as_ref().and_then(Cursor::mapping) {
            fields.insert("properties".to_owned(), fields::properties(&properties));
        }
        let mut info = DriverInfo::default();
        if let Some(driver_info) = table.get("driver_info").as_ref().and_then(Cursor::mapping) {
            let hardware_type = driver.as_ref().and_then(|driver| driver.value().text());
            refuse_bare(&driver_info, hardware_type.unwrap_or_default());
            refuse_foreign(&driver_info, hardware_type.unwrap_or_default());
            let read = driver_info::read(&driver_info, context);
            driver_info::check_ipmi(&driver_info, &read.info, hardware_type.unwrap_or_default());
            info = read.info;
            self.has_plain_secret |= read.has_plain_secret;
        }
        let uuid = fields.get("uuid").and_then(Json::as_str);
        let machine = Machine {
            at: item.location(),
            traits: table.get("traits").map(|list| fields::traits(&list)),
            ports: ports(&table, uuid, None),
            portgroups: portgroups(&table, uuid),
            driver_info: info,
            is_in_use: false,
            fields,
        };
        if !machine.is_identifiable() {
            item.error("needs a name, a UUID, a MAC address or a BMC address to be found again by");
        }
        self.machines.push(machine);
    }
}

/// Notes the keys that a node cannot have, each with what its writer may have meant.
fn refuse_unknown(table: &Table<'_>) {
    let known = schema::names(schema::NODE, &["ports", "portgroups", "traits"]);
    for (key, _) in table.entries().filter(|(key, _)| !known.contains(key)) {
        if let Some((_, why)) = NOT_GIVEN.iter().find(|(refused, _)| *refused == key) {
            table.error_at_key(key, &format!("`{key}` cannot be given here: {why}"));
        } else if let Some((home, _)) = MISPLACED.iter().find(|(_, keys)| keys.contains(&key)) {
            table.error_at_key(key, &format!("`{key}` belongs into `{home}`"));
        } else if driver_info::is_of_bmc(key) {
            table.error_at_key(key, &format!("`{}` belongs into `driver_info`", key.escape_debug()));
        } else {
            table.unknown_key(key, &known);
        }
    }
}

/// Notes keys of `driver_info` that lack the prefix of their hardware type.
fn refuse_bare(driver_info: &Table<'_>, hardware_type: &str) {
    let family = hardware_type.split('-').next().unwrap_or_default();
    for (bare, what) in BARE {
        if driver_info.contains(bare)
            && let Ok(key) = driver_info::key(family, what)
        {
            let why = format!("nothing reads `{bare}` here, write `{key}`");
            driver_info.error_at_key(bare, &why);
        }
    }
}

/// Notes the address of a BMC under a key that the hardware type does not read, unless it has its own one too.
fn refuse_foreign(driver_info: &Table<'_>, hardware_type: &str) {
    let Ok(own) = driver_info::key(hardware_type, "address") else { return };
    if driver_info.contains(&own) {
        return;
    }
    for (key, _) in driver_info.entries().filter(|(key, _)| driver_info::is_address(key)) {
        let why = format!("the hardware type `{hardware_type}` does not read `{key}`, it needs `{own}`");
        driver_info.error_at_key(key, &why);
    }
}

/// Notes a child that names another parent than the one it stands in.
fn belongs_to(table: &Table<'_>, key: &str, parent: &str) {
    if let Some(named) = table.get(key)
        && named.value().text().is_some_and(|text| !text.eq_ignore_ascii_case(parent))
    {
        named.error(format!("is not what it stands in, which is {parent}"));
    }
}

/// The ports of a node or port group.
fn ports(table: &Table<'_>, node: Option<&str>, group: Option<&str>) -> Vec<Port> {
    let Some(list) = table.get("ports") else { return Vec::new() };
    let mut ports = Vec::new();
    for item in list.items() {
        let Some(port) = item.mapping() else { continue };
        port.allow_keys(&schema::names(schema::PORT, &[]));
        port.require("address");
        let mut fields = fields::read(&port, schema::PORT);
        inside(&port, &mut fields, "node_uuid", node);
        if let Some(group) = group {
            inside(&port, &mut fields, "portgroup_uuid", Some(group));
        }
        if let Some(link) = port.get("local_link_connection").as_ref().and_then(Cursor::mapping) {
            fields.insert("local_link_connection".to_owned(), fields::local_link_connection(&link));
        }
        ports.push(Port { at: item.location(), fields });
    }
    ports
}

fn portgroups(table: &Table<'_>, node: Option<&str>) -> Vec<Portgroup> {
    let Some(list) = table.get("portgroups") else { return Vec::new() };
    let mut groups = Vec::new();
    for item in list.items() {
        let Some(group) = item.mapping() else { continue };
        group.allow_keys(&schema::names(schema::PORTGROUP, &["ports"]));
        let mut fields = fields::read(&group, schema::PORTGROUP);
        inside(&group, &mut fields, "node_uuid", node);
        // Its own UUID may be known only once Ironic has it; what a port may not do is to name another.
        let ports =
            ports(&group, node, Some(fields.get("uuid").and_then(Json::as_str).unwrap_or("this group")));
        if fields.get("name").or(fields.get("uuid")).or(fields.get("address")).is_none() {
            item.error("needs a name, a UUID or a MAC address to be found again by");
        }
        groups.push(Portgroup { at: item.location(), fields, ports });
    }
    groups
}

/// Checks a child's mention of its parent and drops it: where the child stands says the same.
fn inside(table: &Table<'_>, fields: &mut Map<String, Json>, key: &str, parent: Option<&str>) {
    if fields.remove(key).is_some() {
        belongs_to(table, key, parent.unwrap_or("a node without `uuid` in this file"));
    }
}
