//! The keys of fleet files: the known keys, their synonyms, and the errors about unknown or misplaced keys.

use super::payload;
use crate::inventory::document::{Table, is_anchor_key};
use crate::inventory::flavor;

/// Keys of a group and keys that choose nodes, in addition to those of a flavor.
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

/// Keys that are only allowed in a group, not in defaults.
const GROUP_KEYS: [&str; 6] = ["count", "defaults", "hostname", "instances", "name", "provisioned"];

/// All keys of a group.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    KEYS.iter().chain(payload::KEYS).chain(flavor::KEYS).copied()
}

/// The key that replaces all synonyms of a key.
pub(super) fn canonical(key: &str) -> &str {
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

/// Reports a key that lacks the prefix of the other keys.
pub(super) fn unknown_without_prefix(table: &Table<'_>, key: &str, prefix: &str) {
    if is_anchor_key(key) {
        return;
    }
    let shown = key.escape_debug();
    let is_known = !GROUP_KEYS.contains(&key) && all().any(|known| known == key);
    let advice = if is_known {
        format!(", did you mean `{prefix}{shown}`?")
    } else {
        format!(": with `{prefix}instances`, all keys must begin with `{prefix}`")
    };
    table.error_at_key(key, &format!("unknown key `{shown}`{advice}"));
}

/// Reports values that are given both inside a mapping and under a separate key.
pub(super) fn refuse_duplicate_parts(table: &Table<'_>, prefix: &str) {
    for (mapping, part, separate) in [
        ("image", "checksum", "image_checksum"),
        ("image", "kernel", "image_kernel"),
        ("image", "ramdisk", "image_ramdisk"),
        ("config_drive", "network_data", "network_data"),
        ("config_drive", "vendor_data", "vendor_data"),
    ] {
        let (mapping, separate) = (format!("{prefix}{mapping}"), format!("{prefix}{separate}"));
        let has_part = table
            .get(&mapping)
            .is_some_and(|value| value.value().get(part).is_some_and(|part| !part.is_null()));
        if has_part && table.get(&separate).is_some() {
            let message =
                format!("`{part}` of `{mapping}` and `{separate}` mean the same: use only one of them");
            table.error_at_key(&separate, &message);
        }
    }
}

/// Reports keys in defaults that are only allowed in a group.
pub(super) fn refuse_group_keys(table: &Table<'_>, prefix: &str) {
    for (full_key, value) in table.entries() {
        let key = full_key.strip_prefix(prefix).unwrap_or_default();
        let is_list_of_groups = key == "instances" && !prefix.is_empty();
        if GROUP_KEYS.contains(&key) && !is_list_of_groups && !value.value().is_null() {
            let message = format!("`{full_key}` cannot be a default: set it in each group of instances");
            table.error_at_key(full_key, &message);
        }
    }
}
