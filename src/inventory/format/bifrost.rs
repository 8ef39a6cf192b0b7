//! Reads Bifrost's inventories: a mapping from host names to hosts (Bifrost: `bifrost/inventory.py`, `ironic-enroll-dynamic`).

use super::{FileContents, Format, Recognition, Secrets, baremetal_create};
use crate::inventory::document::{Content, Cursor, Entry, Table, Value, is_anchor_key};
use crate::inventory::node_builder::NodeBuilder;
use crate::inventory::reference::ResolveContext;
use crate::inventory::schema;

/// Mappings that old inventories nest in `driver_info`.
const NESTED: [&str; 4] = ["power", "deploy", "management", "console"];

/// Bifrost's names of properties, with Ironic's names.
const PROPERTIES: [(&str, &str); 2] = [("ram", "memory_mb"), ("disk_size", "local_gb")];

/// Keys that Bifrost uses for deployment, not for enrollment.
const FOR_DEPLOYMENT: [&str; 11] = [
    "instance_info",
    "ipv4_address",
    "ipv4_subnet_mask",
    "ipv4_interface_mac",
    "ipv4_gateway",
    "ipv4_nameserver",
    "network_mtu",
    "provisioning_ipv4_address",
    "node_network_data",
    "inventory_dhcp",
    "inventory_dhcp_static_ip",
];

/// Keys that Bifrost or Ansible uses for itself.
const FOR_ANSIBLE: [&str; 3] = ["host_groups", "addressing_mode", "network_interface"];

/// The format of Bifrost's YAML and JSON inventories.
pub(super) struct Bifrost;

impl Format for Bifrost {
    fn name(&self) -> &'static str {
        "bifrost"
    }

    fn help(&self) -> &'static str {
        "Mapping of host names to hosts"
    }

    fn label(&self) -> &'static str {
        "a bifrost inventory"
    }

    fn recognition(&self) -> Recognition {
        Recognition::FirstDocument(is_recognized)
    }

    fn read(&self, root: &Cursor<'_>, _: &Secrets, context: ResolveContext<'_>) -> FileContents {
        read(root, context)
    }
}

/// Whether at least half of the entries are hosts: other files may also contain one of their keys.
fn is_recognized(root: &Value) -> bool {
    let entries = || root.entries().iter().filter(|entry| !is_anchor_key(&entry.key));
    let is_host = |entry: &&Entry| entry.value.get("driver").or(entry.value.get("nics")).is_some();
    let hosts = entries().filter(is_host).count();
    hosts > 0 && 2 * hosts >= entries().count() && !baremetal_create::is_recognized(root)
}

/// Reads every host of a document.
pub(super) fn read(root: &Cursor<'_>, context: ResolveContext<'_>) -> FileContents {
    let mut contents = FileContents::default();
    let Some(hosts) = root.mapping() else { return contents };
    for (name, host) in hosts.entries().filter(|(name, _)| !is_anchor_key(name)) {
        if let Some(table) = host.mapping() {
            let node = builder(name, &table).finish();
            contents.read_node(&host.with(&node), None, context);
        }
    }
    contents
}

fn builder<'c>(name: &str, host: &Table<'c>) -> NodeBuilder<'c> {
    let mut builder = NodeBuilder::new(host.cursor());
    for (key, value) in host.entries().filter(|(_, value)| !value.value().is_null()) {
        match key {
            "driver_info" => driver_info(&mut builder, &value),
            "properties" => properties(&mut builder, &value),
            "nics" => nics(&mut builder, &value),
            "ipa_kernel_url" | "ipa_ramdisk_url" => {
                let ironic_key = if key == "ipa_kernel_url" { "deploy_kernel" } else { "deploy_ramdisk" };
                value.warning(format!("`{key}` ignored: use `driver_info.{ironic_key}`"));
            }
            _ if FOR_DEPLOYMENT.contains(&key) => {
                value.warning(format!("`{key}` ignored: not used for enrollment"));
            }
            // Bifrost's `network_interface` is a network card of Bifrost's own host, not the node's field of that name.
            _ if FOR_ANSIBLE.contains(&key) || key.starts_with("ansible_") => {
                value.warning(format!("`{key}` ignored: only Bifrost or Ansible uses it"));
            }
            _ => builder.set(key, &value),
        }
    }
    // A row of Bifrost's legacy CSV may have no name.
    if !name.is_empty() {
        builder.default("name", name);
    }
    builder
}

fn driver_info(builder: &mut NodeBuilder<'_>, info: &Cursor<'_>) {
    let Some(table) = info.mapping() else { return };
    for (key, value) in table.entries() {
        if NESTED.contains(&key) && matches!(value.value().content, Content::Mapping(_)) {
            driver_info(builder, &value);
        } else {
            builder.set_in("driver_info", key, &value);
        }
    }
}

fn properties(builder: &mut NodeBuilder<'_>, properties: &Cursor<'_>) {
    let Some(table) = properties.mapping() else { return };
    for (key, value) in table.entries() {
        let property = PROPERTIES.iter().find(|(name, _)| *name == key).map_or(key, |(_, property)| property);
        builder.set_in("properties", property, &value);
    }
}

/// Reads `nics`: `mac` is the port's address; other fields of a port are allowed too.
fn nics(builder: &mut NodeBuilder<'_>, nics: &Cursor<'_>) {
    let mut ports = Vec::new();
    for nic in nics.items() {
        let Some(table) = nic.mapping() else { continue };
        let known = schema::names(schema::PORT, &["mac"]);
        let mut entries: Vec<Entry> = Vec::new();
        for entry in nic.value().entries() {
            if known.contains(&&*entry.key) {
                let key = if &*entry.key == "mac" { "address".into() } else { entry.key.clone() };
                entries.push(Entry { key, ..entry.clone() });
            } else {
                table.unknown_key(&entry.key, &known);
            }
        }
        if let [Some(mac), Some(address)] = ["mac", "address"].map(|key| table.get(key)) {
            if !is_same_mac(mac.value(), address.value()) {
                let first = mac.value().at.line;
                address.error(format!(
                    "`address` and `mac` are the same field but have different values, the first on line {first}"
                ));
            }
            // Keep only one of them.
            let mut is_first = true;
            entries.retain(|entry| &*entry.key != "address" || std::mem::take(&mut is_first));
        } else {
            entries.retain(|entry| &*entry.key != "address" || !entry.value.is_null());
        }
        ports.push(Value { at: nic.value().at, content: Content::Mapping(entries) });
    }
    builder.ports(ports);
}

/// Whether two values are the same MAC address.
fn is_same_mac(left: &Value, right: &Value) -> bool {
    match (left.text(), right.text()) {
        (Some(left), Some(right)) => left.eq_ignore_ascii_case(right),
        _ => left.has_same_content(right),
    }
}
