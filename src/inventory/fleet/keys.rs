//! The keys of fleet files: which ones exist, which mean the same, and the messages about wrong ones.

use super::payload;
use crate::inventory::document::{Table, is_anchor_key};
use crate::inventory::flavor;

/// Keys that choose machines, besides those of a flavor.
pub(super) const KEYS: &[&str] = &[
    "arch",
    "candidates",
    "capabilities",
    "conductor_group",
    "count",
    "defaults",
    "exact",
    "exclude",
    "flavor",
    "hostname",
    "instances",
    "lessee",
    "name",
    "node",
    "nodes",
    "owner",
    "profile",
    "provisioned",
    "shard",
    "traits",
];

/// Keys that belong to a group itself and mean nothing in defaults.
const OF_GROUPS: [&str; 6] = ["count", "defaults", "hostname", "instances", "name", "provisioned"];

/// All keys of a group.
pub(super) fn known_keys() -> impl Iterator<Item = &'static str> {
    KEYS.iter().chain(payload::KEYS).chain(flavor::KEYS).copied()
}

/// What a key means: several keys may mean the same.
pub(super) fn meaning(key: &str) -> &str {
    match key {
        "node" | "nodes" | "candidates" => "nodes",
        "root_size_gb" => "root_size",
        "swap_size_mb" => "swap_size",
        "ephemeral_size_gb" => "ephemeral_size",
        "ssh_public_keys" => "ssh_keys",
        "network" | "nics" => "networks",
        _ => flavor::field(key).unwrap_or(key),
    }
}

/// Notes a key that lacks the prefix of the keys beside it.
pub(super) fn unknown_without_prefix(table: &Table<'_>, key: &str, prefix: &str) {
    if is_anchor_key(key) {
        return;
    }
    let shown = key.escape_debug();
    let is_known = !OF_GROUPS.contains(&key) && known_keys().any(|known| known == key);
    let advice = if is_known {
        format!(", did you mean `{prefix}{shown}`?")
    } else {
        format!("; beside `{prefix}instances`, all keys begin with `{prefix}`")
    };
    table.error_at_key(key, &format!("unknown key `{shown}`{advice}"));
}

/// Notes what is given in a mapping and beside it too.
pub(super) fn note_parts(table: &Table<'_>, prefix: &str) {
    for (whole, part, beside) in [
        ("image", "checksum", "image_checksum"),
        ("image", "kernel", "image_kernel"),
        ("image", "ramdisk", "image_ramdisk"),
        ("config_drive", "network_data", "network_data"),
        ("config_drive", "vendor_data", "vendor_data"),
    ] {
        let (whole, beside) = (format!("{prefix}{whole}"), format!("{prefix}{beside}"));
        let has_part = table
            .get(&whole)
            .is_some_and(|whole| whole.value().get(part).is_some_and(|part| !part.is_null()));
        if has_part && table.get(&beside).is_some() {
            let message = format!("`{part}` of `{whole}` and `{beside}` say the same; write one of them");
            table.error_at_key(&beside, &message);
        }
    }
}

/// Notes the keys of defaults that only mean something in a group of instances.
pub(super) fn note_keys_of_groups(table: &Table<'_>, prefix: &str) {
    for (written, value) in table.entries() {
        let key = written.strip_prefix(prefix).unwrap_or_default();
        let is_list_of_groups = key == "instances" && !prefix.is_empty();
        if OF_GROUPS.contains(&key) && !is_list_of_groups && !value.value().is_null() {
            let message = format!("`{written}` belongs to each group of instances and cannot be a default");
            table.error_at_key(written, &message);
        }
    }
}
