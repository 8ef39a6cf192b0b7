//! TripleO's inventories: `instackenv.json`, `nodes.yaml` (tripleo-common: `utils/nodes.py`).

use super::baremetal_create::Contents;
use super::document::{Cursor, InvalidValue, Table, is_anchor_key};
use super::node_builder::{self, NodeBuilder};
use super::reference::ResolveContext;
use super::{capabilities, driver_info, hardware_types, schema};

/// Keys of a machine that are fields of Ironic under other names.
const PROPERTIES: [(&str, &str); 5] = [
    ("cpu", "cpus"),
    ("memory", "memory_mb"),
    ("disk", "local_gb"),
    ("arch", "cpu_arch"),
    ("root_device", "root_device"),
];

/// Keys for which templates have 0 if the size is not known.
const SIZES: [&str; 3] = ["cpu", "memory", "disk"];

/// Keys that say how to reach the BMC, and what they are called behind the prefix of the hardware type.
const CREDENTIALS: [(&str, &str); 5] = [
    ("pm_addr", "address"),
    ("pm_user", "username"),
    ("pm_password", "password"),
    ("pm_port", "port"),
    ("pm_system_id", "system_id"),
];

/// Everything else that a machine may have.
const OTHER: [&str; 9] =
    ["pm_type", "mac", "ports", "capabilities", "profile", "platform", "kernel_id", "ramdisk_id", "_comment"];

/// Reads every machine of a document: a list, or a mapping with one under `nodes`.
pub(super) fn read(root: &Cursor<'_>, context: ResolveContext<'_>) -> Contents {
    let mut contents = Contents::default();
    let take = |contents: &mut Contents, list: &Cursor<'_>| {
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
            // TripleO itself reads nothing else.
            for (key, value) in table.entries().filter(|(key, _)| *key != "nodes" && !is_anchor_key(key)) {
                contents.left_out.note(key, &value);
            }
            table.require("nodes").iter().for_each(|nodes| take(&mut contents, nodes));
        }
    } else {
        take(&mut contents, root);
    }
    contents
}

/// The node of a machine, if its hardware type is known: most keys depend on it.
fn builder<'c>(machine: &Table<'c>) -> Option<NodeBuilder<'c>> {
    let mut builder = NodeBuilder::new(machine.cursor());
    let driver = hardware_type(machine.require("pm_type")?.string()?);
    builder.default("driver", driver);
    let prefix = match driver {
        // Its own protocol is gone from Ironic; what is left is Redfish.
        "idrac" => "redfish",
        "manual-management" => "ipmi",
        other => other,
    };
    for (key, value) in machine.entries().filter(|(_, value)| !value.value().is_null()) {
        if SIZES.contains(&key) && value.value().text().is_some_and(|text| text.trim() == "0") {
            value.warning(format!("`{key}` is 0 and is left out"));
        } else if let Some((_, ours)) = PROPERTIES.iter().find(|(theirs, _)| *theirs == key) {
            builder.set_in("properties", ours, &value);
        } else if let Some((_, end)) = CREDENTIALS.iter().find(|(theirs, _)| *theirs == key) {
            if prefix == "redfish" && *end == "port" {
                value.error("Redfish has no port of its own: write it into `pm_addr`");
            } else {
                builder.set_in("driver_info", &format!("{prefix}_{end}"), &value);
            }
        } else if driver_info::is_of_bmc(key) {
            builder.set_in("driver_info", key, &value);
        } else if schema::NODE.iter().any(|field| field.name == key) {
            builder.set(key, &value);
        } else if OTHER.contains(&key) {
            other(&mut builder, key, &value);
        } else {
            let known = PROPERTIES.iter().chain(&CREDENTIALS).map(|(theirs, _)| *theirs).chain(OTHER);
            machine.unknown_key(key, &schema::names(schema::NODE, &known.collect::<Vec<_>>()));
        }
    }
    if prefix == "redfish" && driver == "redfish" {
        machine.require("pm_system_id");
    }
    for (theirs, rescue) in [("kernel_id", "rescue_kernel"), ("ramdisk_id", "rescue_ramdisk")] {
        if let Some(value) = machine.get(theirs).filter(|value| value.value().text() != Some("")) {
            builder.default_in("driver_info", rescue, &value);
        }
    }
    with_profile(&mut builder, machine);
    builder.default("resource_class", "baremetal");
    Some(builder)
}

/// A hardware type by its present name.
fn hardware_type(name: &str) -> &str {
    match name {
        "fake_pxe" | "fake_agent" => "manual-management",
        _ => hardware_types::successor(name).unwrap_or(name),
    }
}

/// The keys that are no plain field under another name.
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
        "_comment" => value.warning("`_comment` is left out; Ironic's own field for it is `description`"),
        // The hardware type and the capabilities are made of several keys.
        _ => {}
    }
}

/// `capabilities`, as text or as a mapping, those of `properties`, and with them the `profile`.
fn with_profile(builder: &mut NodeBuilder<'_>, machine: &Table<'_>) {
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
            && let Some(written) = &short
        {
            let plain = "a capability is given twice, in `properties.capabilities` with a different value";
            let (key, other) = (key.escape_debug(), other.escape_debug());
            let quoting =
                format!("the capability `{key}` is given twice, in `properties.capabilities` as `{other}`");
            written.reject(&InvalidValue::quoting(plain, quoting));
        }
    }
    if let Some(profile) = profile
        && let Err(other) = add(&mut all, "profile", profile)
        && let Some(written) = machine.get("profile")
    {
        let plain = "`profile` differs from that of the capabilities";
        written.reject(&InvalidValue::quoting(plain, format!("{plain}, `{}`", other.escape_debug())));
    }
    builder.replace_in("properties", "capabilities", &all);
}

/// Adds a capability to others.
///
/// # Errors
/// The value that it has there already, if that is another.
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
