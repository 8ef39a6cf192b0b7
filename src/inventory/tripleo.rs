//! TripleO's inventories: `instackenv.json`, `nodes.yaml` (tripleo-common: `utils/nodes.py`).

use super::baremetal_create::Contents;
use super::document::{Cursor, Table, holds_anchors};
use super::draft::{self, Draft};
use super::reference::Surroundings;
use super::{capabilities, driver_info, hardware_types, schema};

/// Keys of a machine that are fields of Ironic under other names.
const PROPERTIES: [(&str, &str); 5] = [
    ("cpu", "cpus"),
    ("memory", "memory_mb"),
    ("disk", "local_gb"),
    ("arch", "cpu_arch"),
    ("root_device", "root_device"),
];

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
pub(super) fn read(root: &Cursor<'_>, surroundings: Surroundings<'_>) -> Contents {
    let mut contents = Contents::default();
    let take = |contents: &mut Contents, list: &Cursor<'_>| {
        for machine in list.items() {
            if let Some(table) = machine.mapping() {
                let Some(draft) = draft(&table) else { continue };
                let node = draft.finish();
                contents.read_node(&machine.with(&node), None, surroundings);
            }
        }
    };
    if root.value().items().is_empty() {
        if let Some(table) = root.mapping() {
            // TripleO itself reads nothing else.
            for (key, value) in table.entries().filter(|(key, _)| *key != "nodes" && !holds_anchors(key)) {
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
fn draft<'c>(machine: &Table<'c>) -> Option<Draft<'c>> {
    let mut draft = Draft::of(machine.cursor());
    let driver = hardware_type(machine.require("pm_type")?.string()?);
    draft.default("driver", driver);
    let prefix = match driver {
        // Its own protocol is gone from Ironic; what is left is Redfish.
        "idrac" => "redfish",
        "manual-management" => "ipmi",
        other => other,
    };
    for (key, value) in machine.entries().filter(|(_, value)| !value.value().is_null()) {
        if let Some((_, ours)) = PROPERTIES.iter().find(|(theirs, _)| *theirs == key) {
            draft.set_in("properties", ours, &value);
        } else if let Some((_, end)) = CREDENTIALS.iter().find(|(theirs, _)| *theirs == key) {
            if prefix == "redfish" && *end == "port" {
                value.error("Redfish has no port of its own: write it into `pm_addr`");
            } else {
                draft.set_in("driver_info", &format!("{prefix}_{end}"), &value);
            }
        } else if driver_info::is_of_bmc(key) {
            draft.set_in("driver_info", key, &value);
        } else if schema::NODE.iter().any(|field| field.name == key) {
            draft.set(key, &value);
        } else if OTHER.contains(&key) {
            other(&mut draft, key, &value);
        } else {
            let known = PROPERTIES.iter().chain(&CREDENTIALS).map(|(theirs, _)| *theirs).chain(OTHER);
            machine.unknown(key, &schema::names(schema::NODE, &known.collect::<Vec<_>>()));
        }
    }
    if prefix == "redfish" && driver == "redfish" {
        machine.require("pm_system_id");
    }
    with_profile(&mut draft, machine);
    draft.default("resource_class", "baremetal");
    Some(draft)
}

/// A hardware type by its present name.
fn hardware_type(name: &str) -> &str {
    match name {
        "fake_pxe" | "fake_agent" => "manual-management",
        _ => hardware_types::successor(name).unwrap_or(name),
    }
}

/// The keys that are no plain field under another name.
fn other(draft: &mut Draft<'_>, key: &str, value: &Cursor<'_>) {
    match key {
        "platform" | "kernel_id" | "ramdisk_id" if value.value().text() == Some("") => {}
        "mac" => value.items().iter().for_each(|mac| draft.port(draft::only("address", mac.value()))),
        "ports" => value.items().iter().for_each(|port| draft.port(port.value().clone())),
        "platform" => draft.set_in("extra", "tripleo_platform", value),
        "kernel_id" => {
            draft.set_in("driver_info", "deploy_kernel", value);
            draft.set_in("driver_info", "rescue_kernel", value);
        }
        "ramdisk_id" => {
            draft.set_in("driver_info", "deploy_ramdisk", value);
            draft.set_in("driver_info", "rescue_ramdisk", value);
        }
        "_comment" => value.warning("`_comment` is left out; Ironic's own field for it is `description`"),
        // The hardware type and the capabilities are made of several keys.
        _ => {}
    }
}

/// `capabilities`, as text or as a mapping, and with them the `profile`.
fn with_profile(draft: &mut Draft<'_>, machine: &Table<'_>) {
    let profile = machine.get("profile").as_ref().and_then(Cursor::string).map(str::trim);
    let Some(profile) = profile.filter(|profile| !profile.is_empty()) else {
        if let Some(capabilities) = machine.get("capabilities") {
            draft.set_in("properties", "capabilities", &capabilities);
        }
        return;
    };
    let mut all = machine.get("capabilities").as_ref().and_then(capabilities::read).unwrap_or_default();
    match capabilities::value_of(&all, "profile") {
        Some(other) if other == profile => {}
        Some(other) => {
            let other = other.escape_debug();
            machine.error_at_key(
                "profile",
                &format!("`profile` is another than that of the capabilities, `{other}`"),
            );
        }
        None => {
            let separator = if all.is_empty() { "" } else { "," };
            all = format!("{all}{separator}profile:{profile}");
        }
    }
    draft.make_in("properties", "capabilities", &all);
}
