//! Reads TripleO's inventories: `instackenv.json`, `nodes.yaml` (tripleo-common: `utils/nodes.py`).

use super::{FileContents, Format, Recognition, Secrets};
use crate::inventory::document::{Content, Cursor, InvalidValue, Table, Value, is_anchor_key};
use crate::inventory::node_builder::{self, NodeBuilder};
use crate::inventory::reference::ResolveContext;
use crate::inventory::{capabilities, driver_info, hardware_types, schema};

/// TripleO's names of properties, with Ironic's names.
const PROPERTIES: [(&str, &str); 5] = [
    ("cpu", "cpus"),
    ("memory", "memory_mb"),
    ("disk", "local_gb"),
    ("arch", "cpu_arch"),
    ("root_device", "root_device"),
];

/// Keys that templates set to 0 if the size is unknown.
const SIZES: [&str; 3] = ["cpu", "memory", "disk"];

/// Keys of the BMC's address and credentials, with the part of Ironic's key after the hardware type's prefix.
const CREDENTIALS: [(&str, &str); 5] = [
    ("pm_addr", "address"),
    ("pm_user", "username"),
    ("pm_password", "password"),
    ("pm_port", "port"),
    ("pm_system_id", "system_id"),
];

/// The other keys of a machine.
const OTHER: [&str; 9] =
    ["pm_type", "mac", "ports", "capabilities", "profile", "platform", "kernel_id", "ramdisk_id", "_comment"];

/// The format of TripleO's YAML and JSON inventories.
pub(super) struct Tripleo;

impl Format for Tripleo {
    fn name(&self) -> &'static str {
        "instackenv"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["tripleo"]
    }

    fn help(&self) -> &'static str {
        "TripleO `instackenv.json` or `nodes.yaml`, with `pm_type` and `pm_addr`"
    }

    fn label(&self) -> &'static str {
        "a TripleO instackenv file"
    }

    fn recognition(&self) -> Recognition {
        Recognition::FirstDocument(is_recognized)
    }

    fn read(&self, root: &Cursor<'_>, _: &Secrets, context: ResolveContext<'_>) -> FileContents {
        read(root, context)
    }
}

/// Whether one of the nodes has TripleO's keys.
fn is_recognized(root: &Value) -> bool {
    let nodes = match &root.content {
        Content::List(items) => items,
        _ => root.get("nodes").map_or(&[][..], Value::items),
    };
    nodes.iter().any(|node| node.get("pm_type").is_some() || node.get("pm_addr").is_some())
}

/// Reads every machine of a document: a list, or a mapping with a list under `nodes`.
pub(super) fn read(root: &Cursor<'_>, context: ResolveContext<'_>) -> FileContents {
    let mut contents = FileContents::default();
    let read_list = |contents: &mut FileContents, list: &Cursor<'_>| {
        for machine in list.items() {
            if let Some(table) = machine.mapping() {
                let Some(builder) = builder(&table) else { continue };
                let node = builder.finish();
                contents.read_node(&machine.with(&node), None, context);
            }
        }
    };
    if root.value().items().is_empty() {
        if let Some(table) = root.mapping() {
            // TripleO itself reads only `nodes`.
            for (key, value) in table.entries().filter(|(key, _)| *key != "nodes" && !is_anchor_key(key)) {
                contents.ignored.add(key, &value);
            }
            table.require("nodes").iter().for_each(|nodes| read_list(&mut contents, nodes));
        }
    } else {
        read_list(&mut contents, root);
    }
    contents
}

/// Builds the node of a machine. Needs the hardware type, which most keys depend on.
fn builder<'c>(machine: &Table<'c>) -> Option<NodeBuilder<'c>> {
    let mut builder = NodeBuilder::new(machine.cursor());
    let driver = hardware_type(machine.require("pm_type")?.string()?);
    builder.default("driver", driver);
    let prefix = match driver {
        // Ironic removed WSMAN; `idrac` now uses Redfish.
        "idrac" => "redfish",
        "manual-management" => "ipmi",
        other => other,
    };
    for (key, value) in machine.entries().filter(|(_, value)| !value.value().is_null()) {
        if SIZES.contains(&key) && value.value().text().is_some_and(|text| text.trim() == "0") {
            value.warning(format!("`{key}` ignored: 0 means unknown"));
        } else if let Some((_, property)) = PROPERTIES.iter().find(|(name, _)| *name == key) {
            builder.set_in("properties", property, &value);
        } else if let Some((_, suffix)) = CREDENTIALS.iter().find(|(name, _)| *name == key) {
            if prefix == "redfish" && *suffix == "port" {
                value.error("Redfish has no separate port: add it to the address in `pm_addr`");
            } else {
                builder.set_in("driver_info", &format!("{prefix}_{suffix}"), &value);
            }
        } else if driver_info::is_bmc_key(key) {
            builder.set_in("driver_info", key, &value);
        } else if schema::NODE.iter().any(|field| field.name == key) {
            builder.set(key, &value);
        } else if OTHER.contains(&key) {
            other(&mut builder, key, &value);
        } else {
            let known = PROPERTIES.iter().chain(&CREDENTIALS).map(|(name, _)| *name).chain(OTHER);
            machine.unknown_key(key, &schema::names(schema::NODE, &known.collect::<Vec<_>>()));
        }
    }
    if prefix == "redfish" && driver == "redfish" {
        machine.require("pm_system_id");
    }
    for (key, rescue) in [("kernel_id", "rescue_kernel"), ("ramdisk_id", "rescue_ramdisk")] {
        if let Some(value) = machine.get(key).filter(|value| value.value().text() != Some("")) {
            builder.default_in("driver_info", rescue, &value);
        }
    }
    set_capabilities(&mut builder, machine);
    builder.default("resource_class", "baremetal");
    Some(builder)
}

/// The current name of a hardware type.
fn hardware_type(name: &str) -> &str {
    match name {
        "fake_pxe" | "fake_agent" => "manual-management",
        _ => hardware_types::successor(name).unwrap_or(name),
    }
}

/// Sets the keys that need more than another name.
fn other(builder: &mut NodeBuilder<'_>, key: &str, value: &Cursor<'_>) {
    match key {
        "platform" | "kernel_id" | "ramdisk_id" if value.value().text() == Some("") => {}
        "mac" => {
            builder.ports(
                value.items().iter().map(|mac| node_builder::single_entry("address", mac.value())).collect(),
            );
        }
        "ports" => builder.ports(value.items().iter().map(|port| port.value().clone()).collect()),
        "platform" => builder.set_in("extra", "tripleo_platform", value),
        "kernel_id" => builder.set_in("driver_info", "deploy_kernel", value),
        "ramdisk_id" => builder.set_in("driver_info", "deploy_ramdisk", value),
        "_comment" => value.warning("`_comment` ignored: use Ironic's `description`"),
        // `pm_type`, `capabilities` and `profile` are read elsewhere.
        _ => {}
    }
}

/// Merges `capabilities` (text or a mapping), `properties.capabilities` and `profile`.
fn set_capabilities(builder: &mut NodeBuilder<'_>, machine: &Table<'_>) {
    let profile = machine.get("profile").as_ref().and_then(Cursor::string).map(str::trim);
    let profile = profile.filter(|profile| !profile.is_empty());
    let properties = machine.get("properties");
    let properties = properties.as_ref().filter(|properties| !properties.value().entries().is_empty());
    let long = properties.and_then(Cursor::mapping).and_then(|properties| properties.get("capabilities"));
    let short = machine.get("capabilities");
    if profile.is_none() && (long.is_none() || short.is_none()) {
        if let Some(capabilities) = short {
            builder.set_in("properties", "capabilities", &capabilities);
        }
        return;
    }
    let mut all = long.as_ref().and_then(capabilities::read).unwrap_or_default();
    let read = short.as_ref().and_then(capabilities::read).unwrap_or_default();
    for (key, value) in read.split(',').filter_map(|pair| pair.split_once(':')) {
        if let Err(other) = add(&mut all, key, value)
            && let Some(cursor) = &short
        {
            let plain = "a capability conflicts with `properties.capabilities`";
            let (key, other) = (key.escape_debug(), other.escape_debug());
            let quoting =
                format!("capability `{key}` conflicts with `properties.capabilities`, which has `{other}`");
            cursor.reject(&InvalidValue::quoting(plain, quoting));
        }
    }
    if let Some(profile) = profile
        && let Err(other) = add(&mut all, "profile", profile)
        && let Some(cursor) = machine.get("profile")
    {
        let plain = "`profile` differs from the `profile` capability";
        cursor.reject(&InvalidValue::quoting(plain, format!("{plain}, `{}`", other.escape_debug())));
    }
    builder.replace_in("properties", "capabilities", &all);
}

/// Adds a capability to the list.
///
/// # Errors
/// The existing value, if it differs.
fn add(all: &mut String, key: &str, value: &str) -> Result<(), String> {
    match capabilities::value_of(all, key) {
        Some(other) if other == value => Ok(()),
        Some(other) => Err(other.to_owned()),
        None => {
            let separator = if all.is_empty() { "" } else { "," };
            *all = format!("{all}{separator}{key}:{value}");
            Ok(())
        }
    }
}
