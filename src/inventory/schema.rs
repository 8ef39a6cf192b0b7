//! The fields that Ironic takes for nodes, ports, port groups and chassis, and since which API version.

use crate::ironic::Microversion;

/// What a field holds, as far as it can be judged before Ironic sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text of at most so many characters.
    Text(usize),
    /// A name by Ironic's rules for nodes (Ironic: `is_valid_logical_name`).
    Name,
    /// A UUID, brought to lower case with dashes: Ironic finds it only so.
    Uuid,
    /// A MAC address, brought to lower case.
    Mac,
    /// True or false.
    Flag,
    /// A mapping that Ironic stores as it is.
    Object,
    /// A mapping with rules of its own, read by its own code.
    Special,
}

/// One field.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in the API and in files.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// The API version that brought it (Ironic: `webapi-version-history`).
    pub since: Microversion,
}

const fn field(name: &'static str, kind: Kind, since: u16) -> Field {
    Field { name, kind, since: Microversion(since) }
}

/// What a node is created with (Ironic: `node_schema`).
pub const NODE: &[Field] = &[
    field("uuid", Kind::Uuid, 1),
    field("name", Kind::Name, 5),
    field("driver", Kind::Text(255), 1),
    field("driver_info", Kind::Special, 1),
    field("properties", Kind::Special, 1),
    field("resource_class", Kind::Text(80), 21),
    field("description", Kind::Text(4096), 51),
    field("owner", Kind::Text(255), 50),
    field("lessee", Kind::Text(255), 65),
    field("chassis_uuid", Kind::Uuid, 1),
    field("parent_node", Kind::Text(36), 83),
    field("shard", Kind::Text(255), 82),
    field("conductor_group", Kind::Text(255), 46),
    field("instance_name", Kind::Text(255), 104),
    field("extra", Kind::Object, 1),
    field("instance_info", Kind::Object, 1),
    field("network_data", Kind::Object, 66),
    field("bios_interface", Kind::Text(255), 40),
    field("boot_interface", Kind::Text(255), 31),
    field("console_interface", Kind::Text(255), 31),
    field("deploy_interface", Kind::Text(255), 31),
    field("firmware_interface", Kind::Text(255), 86),
    field("inspect_interface", Kind::Text(255), 31),
    field("management_interface", Kind::Text(255), 31),
    field("network_interface", Kind::Text(255), 20),
    field("power_interface", Kind::Text(255), 31),
    field("raid_interface", Kind::Text(255), 31),
    field("rescue_interface", Kind::Text(255), 38),
    field("storage_interface", Kind::Text(255), 33),
    field("vendor_interface", Kind::Text(255), 31),
    field("automated_clean", Kind::Flag, 47),
    field("disable_power_off", Kind::Flag, 95),
    field("maintenance", Kind::Flag, 1),
    field("retired", Kind::Flag, 61),
    field("retired_reason", Kind::Text(255), 61),
];

/// What a port is created with (Ironic: `PORT_SCHEMA`).
pub const PORT: &[Field] = &[
    field("uuid", Kind::Uuid, 1),
    field("address", Kind::Mac, 1),
    field("node_uuid", Kind::Uuid, 1),
    field("extra", Kind::Object, 1),
    field("local_link_connection", Kind::Special, 19),
    field("pxe_enabled", Kind::Flag, 19),
    field("portgroup_uuid", Kind::Uuid, 24),
    field("physical_network", Kind::Text(64), 34),
    field("is_smartnic", Kind::Flag, 53),
    field("name", Kind::Name, 88),
    field("description", Kind::Text(255), 97),
    field("vendor", Kind::Text(32), 100),
    field("category", Kind::Text(80), 101),
    field("available_for_dynamic_portgroup", Kind::Flag, 111),
];

/// What a port group is created with (Ironic: `PORTGROUP_SCHEMA`).
pub const PORTGROUP: &[Field] = &[
    field("uuid", Kind::Uuid, 23),
    field("name", Kind::Name, 23),
    field("address", Kind::Mac, 23),
    field("node_uuid", Kind::Uuid, 23),
    field("extra", Kind::Object, 23),
    field("standalone_ports_supported", Kind::Flag, 23),
    field("mode", Kind::Text(255), 26),
    field("properties", Kind::Object, 26),
    field("physical_network", Kind::Text(64), 102),
    field("category", Kind::Text(80), 103),
];

/// What a chassis is created with.
pub const CHASSIS: &[Field] = &[
    field("uuid", Kind::Uuid, 1),
    field("description", Kind::Text(255), 1),
    field("extra", Kind::Object, 1),
];

/// The names of a resource's fields and whatever else may stand beside them in a file.
#[must_use]
pub fn names(fields: &[Field], more: &[&'static str]) -> Vec<&'static str> {
    fields.iter().map(|field| field.name).chain(more.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_field_is_listed_twice() {
        for table in [NODE, PORT, PORTGROUP, CHASSIS] {
            let mut names = names(table, &[]);
            names.sort_unstable();
            let count = names.len();
            names.dedup();
            assert_eq!(names.len(), count);
        }
    }
}
