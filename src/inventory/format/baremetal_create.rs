//! Reads the file format of `openstack baremetal create`: nodes with Ironic's own fields, which contain their ports, port
//! groups and traits, and chassis, which contain nodes.
//!
//! The structure is python-ironicclient's (`create_resources`), with every field that Ironic accepts.

use serde_json::{Map, Value as Json};

use super::{FileContents, Format, Recognition, Secrets, metal3};
use crate::inventory::document::{Content, Cursor, Table, Value};
use crate::inventory::driver_info::{self, DriverInfo};
use crate::inventory::node_spec::{ChassisSpec, NodeSpec, PortSpec, PortgroupSpec, derived_uuid};
use crate::inventory::reference::ResolveContext;
use crate::inventory::{fields, hardware_types, placeholder, schema};

/// Fields that Ironic shows but that cannot be set at enrollment, with the reason or the alternative.
const NOT_SETTABLE: [(&str, &str); 9] = [
    ("provision_state", "Ironic sets it; choose the final state with `--until`"),
    ("power_state", "Ironic sets it"),
    ("protected", "only an active node can be protected"),
    ("protected_reason", "only an active node can be protected"),
    ("target_raid_config", "RAID is configured during cleaning"),
    ("instance_uuid", "a node has no instance at enrollment"),
    ("boot_mode", "it shows the observed mode; set `boot_mode:uefi` in `properties.capabilities`"),
    ("secure_boot", "it shows the observed state; set `secure_boot:true` in `properties.capabilities`"),
    ("console_enabled", "enable the console after enrollment"),
];

/// Keys that are often written one level too high, by the mapping that they belong in.
const MISPLACED: [(&str, &[&str]); 2] = [
    ("properties", &["cpus", "memory_mb", "local_gb", "cpu_arch", "capabilities", "root_device"]),
    ("driver_info", &["deploy_kernel", "deploy_ramdisk", "deploy_iso", "rescue_kernel", "rescue_ramdisk"]),
];

/// Keys that some tools write into `driver_info` without the hardware type's prefix, with the setting that each one means.
const UNPREFIXED: [(&str, &str); 6] = [
    ("address", "address"),
    ("username", "username"),
    ("user", "username"),
    ("password", "password"),
    ("system_id", "system_id"),
    ("disable_certificate_verification", "verify_ca"),
];

/// The format of `baremetal create` and of `farrier export`.
pub(super) struct BaremetalCreate;

impl Format for BaremetalCreate {
    fn name(&self) -> &'static str {
        "farrier"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["ours", "baremetal"]
    }

    fn help(&self) -> &'static str {
        "Output of `farrier export`, or a file for `openstack baremetal create`: `nodes` and `chassis`"
    }

    fn label(&self) -> &'static str {
        "nodes with Ironic's field names"
    }

    fn recognition(&self) -> Recognition {
        Recognition::FirstDocument(is_recognized)
    }

    fn read(&self, root: &Cursor<'_>, _: &Secrets, context: ResolveContext<'_>) -> FileContents {
        read(root, context)
    }
}

/// Whether the document has the keys of this format.
pub(super) fn is_recognized(root: &Value) -> bool {
    let chassis = root.get("chassis");
    let is_list = |value: &Value| value.is_null() || matches!(value.content, Content::List(_));
    root.get("nodes").is_some()
        || chassis.is_some_and(|chassis| is_list(chassis) || root.entries().len() == 1)
}

/// Reads a whole document: `nodes`, and `chassis` with their nodes.
pub(super) fn read(root: &Cursor<'_>, context: ResolveContext<'_>) -> FileContents {
    let mut contents = FileContents::default();
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

impl FileContents {
    fn read_chassis(&mut self, item: &Cursor<'_>, context: ResolveContext<'_>) {
        let Some(table) = item.mapping() else { return };
        table.allow_keys(&schema::names(schema::CHASSIS, &["nodes"]));
        let mut fields = fields::read(&table, schema::CHASSIS);
        if !fields.contains_key("uuid") {
            // A chassis has no name, so a later run can only find it by a UUID derived from its fields.
            let json = Json::Object(fields.clone()).to_string();
            fields.insert("uuid".to_owned(), derived_uuid("chassis", &json).into());
        }
        let chassis = ChassisSpec { at: item.location(), fields };
        if let Some(nodes) = table.get("nodes") {
            for node in nodes.items() {
                self.read_node(&node, Some(chassis.uuid()), context);
            }
        }
        self.chassis.push(chassis);
    }

    /// Reads one node. `chassis` is the UUID of the chassis that contains it.
    pub(in crate::inventory) fn read_node(
        &mut self,
        item: &Cursor<'_>,
        chassis: Option<&str>,
        context: ResolveContext<'_>,
    ) {
        let converted = metal3::with_ironic_keys(item);
        let item = &converted.as_ref().map_or(*item, |node| item.with(node));
        let Some(table) = item.mapping() else { return };
        placeholder::check(item);
        refuse_unknown_keys(&table);
        let driver = table.require("driver");
        if let Some(driver) = &driver
            && let Some(correction) = driver.value().text().and_then(hardware_types::correction)
        {
            driver.only_error(correction);
        }
        let mut fields = fields::read(&table, schema::NODE);
        if let Some(chassis) = chassis {
            check_parent(&table, "chassis_uuid", chassis);
            fields.insert("chassis_uuid".to_owned(), chassis.into());
        }
        if let Some(Json::String(group)) = fields.get_mut("conductor_group") {
            // Ironic stores it in lower case, and a later comparison must not find a difference.
            *group = group.to_lowercase();
        }
        if let Some(properties) = table.get("properties").as_ref().and_then(Cursor::mapping) {
            fields.insert("properties".to_owned(), fields::properties(&properties));
        }
        let mut info = DriverInfo::default();
        if let Some(driver_info) = table.get("driver_info").as_ref().and_then(Cursor::mapping) {
            let hardware_type = driver.as_ref().and_then(|driver| driver.value().text());
            refuse_unprefixed_keys(&driver_info, hardware_type.unwrap_or_default());
            refuse_addresses_of_other_types(&driver_info, hardware_type.unwrap_or_default());
            let read = driver_info::read(&driver_info, context);
            driver_info::check_ipmi(&driver_info, &read.info, hardware_type.unwrap_or_default());
            info = read.info;
            self.has_plain_secret |= read.has_plain_secret;
        }
        let uuid = fields.get("uuid").and_then(Json::as_str);
        let machine = NodeSpec {
            at: item.location(),
            traits: table.get("traits").map(|list| fields::traits(&list)),
            ports: ports(&table, uuid, None),
            portgroups: portgroups(&table, uuid),
            driver_info: info,
            is_in_use: false,
            fields,
        };
        if !machine.is_identifiable() {
            item.error(
                "needs a name, a UUID, a MAC address or a BMC address, so that a later run can find it",
            );
        }
        self.machines.push(machine);
    }
}

/// Reports the keys that a node cannot have, each with a suggestion.
fn refuse_unknown_keys(table: &Table<'_>) {
    let known = schema::names(schema::NODE, &["ports", "portgroups", "traits"]);
    for (key, _) in table.entries().filter(|(key, _)| !known.contains(key)) {
        if let Some((_, reason)) = NOT_SETTABLE.iter().find(|(refused, _)| *refused == key) {
            table.error_at_key(key, &format!("`{key}` cannot be set here: {reason}"));
        } else if let Some((parent, _)) = MISPLACED.iter().find(|(_, keys)| keys.contains(&key)) {
            table.error_at_key(key, &format!("`{key}` belongs in `{parent}`"));
        } else if driver_info::is_bmc_key(key) {
            table.error_at_key(key, &format!("`{}` belongs in `driver_info`", key.escape_debug()));
        } else {
            table.unknown_key(key, &known);
        }
    }
}

/// Reports keys of `driver_info` that lack the prefix of the hardware type.
fn refuse_unprefixed_keys(driver_info: &Table<'_>, hardware_type: &str) {
    let family = hardware_type.split('-').next().unwrap_or_default();
    for (unprefixed, setting) in UNPREFIXED {
        if driver_info.contains(unprefixed)
            && let Ok(key) = driver_info::bmc_key(family, setting)
        {
            driver_info
                .error_at_key(unprefixed, &format!("Ironic does not read `{unprefixed}`: use `{key}`"));
        }
    }
}

/// Reports a BMC address under a key of another hardware type, unless the hardware type's own key is set too.
fn refuse_addresses_of_other_types(driver_info: &Table<'_>, hardware_type: &str) {
    let Ok(own_key) = driver_info::bmc_key(hardware_type, "address") else { return };
    if driver_info.contains(&own_key) {
        return;
    }
    for (key, _) in driver_info.entries().filter(|(key, _)| driver_info::is_bmc_address_key(key)) {
        let message = format!("the hardware type `{hardware_type}` does not read `{key}`: use `{own_key}`");
        driver_info.error_at_key(key, &message);
    }
}

/// Reports a child that names another parent than the one that contains it.
fn check_parent(table: &Table<'_>, key: &str, parent: &str) {
    if let Some(named) = table.get(key)
        && named.value().text().is_some_and(|text| !text.eq_ignore_ascii_case(parent))
    {
        named.error(format!("differs from the parent that contains it, {parent}"));
    }
}

/// The ports of a node or port group.
fn ports(table: &Table<'_>, node: Option<&str>, group: Option<&str>) -> Vec<PortSpec> {
    let Some(list) = table.get("ports") else { return Vec::new() };
    let mut ports = Vec::new();
    for item in list.items() {
        let Some(port) = item.mapping() else { continue };
        port.allow_keys(&schema::names(schema::PORT, &[]));
        port.require("address");
        let mut fields = fields::read(&port, schema::PORT);
        drop_parent(&port, &mut fields, "node_uuid", node);
        if let Some(group) = group {
            drop_parent(&port, &mut fields, "portgroup_uuid", Some(group));
        }
        if let Some(link) = port.get("local_link_connection").as_ref().and_then(Cursor::mapping) {
            fields.insert("local_link_connection".to_owned(), fields::local_link_connection(&link));
        }
        ports.push(PortSpec { at: item.location(), fields });
    }
    ports
}

fn portgroups(table: &Table<'_>, node: Option<&str>) -> Vec<PortgroupSpec> {
    let Some(list) = table.get("portgroups") else { return Vec::new() };
    let mut groups = Vec::new();
    for item in list.items() {
        let Some(group) = item.mapping() else { continue };
        group.allow_keys(&schema::names(schema::PORTGROUP, &["ports"]));
        let mut fields = fields::read(&group, schema::PORTGROUP);
        drop_parent(&group, &mut fields, "node_uuid", node);
        // Without `uuid`, Ironic chooses the UUID later, so a port in the group cannot name the right one.
        let ports =
            ports(&group, node, Some(fields.get("uuid").and_then(Json::as_str).unwrap_or("this group")));
        if fields.get("name").or(fields.get("uuid")).or(fields.get("address")).is_none() {
            item.error("needs a name, a UUID or a MAC address, so that a later run can find it");
        }
        groups.push(PortgroupSpec { at: item.location(), fields, ports });
    }
    groups
}

/// Checks and removes a child's reference to its parent, which the nesting makes redundant.
fn drop_parent(table: &Table<'_>, fields: &mut Map<String, Json>, key: &str, parent: Option<&str>) {
    if fields.remove(key).is_some() {
        check_parent(table, key, parent.unwrap_or("a node without `uuid` in this file"));
    }
}
