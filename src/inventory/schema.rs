//! The fields with which nodes, ports, port groups and chassis can be created, and the API versions that added them.

use crate::ironic::Microversion;

/// The type of a field, as far as it can be checked before a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text with a maximum number of characters.
    Text(usize),
    /// A name that is valid for nodes (Ironic: `is_valid_logical_name`).
    Name,
    /// A UUID. It is converted to lower case with dashes, the only form that Ironic finds.
    Uuid,
    /// A MAC address. It is converted to lower case.
    Mac,
    /// A boolean.
    Flag,
    /// A mapping that Ironic stores unchanged.
    Object,
    /// A mapping with its own rules. The schema does not describe its content.
    Special,
}

/// A field of a resource.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// The name in the API and in files.
    pub name: &'static str,
    /// The type.
    pub kind: Kind,
    /// The API version that added it (Ironic: `webapi-version-history`).
    pub since: Microversion,
}

const fn field(name: &'static str, kind: Kind, since: u16) -> Field {
    Field { name, kind, since: Microversion(since) }
}

/// The fields of a node (Ironic: `node_schema`).
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

/// The fields of a port (Ironic: `PORT_SCHEMA`).
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

/// The fields of a port group (Ironic: `PORTGROUP_SCHEMA`).
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

/// The fields of a chassis.
pub const CHASSIS: &[Field] = &[
    field("uuid", Kind::Uuid, 1),
    field("description", Kind::Text(255), 1),
    field("extra", Kind::Object, 1),
];

/// The names of a resource's fields, and additional keys that a file may contain.
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
