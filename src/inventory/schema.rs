//! The fields with which nodes, ports, port groups and chassis can be created, and the API versions that added them.

use crate::ironic::Microversion;

/// The type of a field, as far as it can be checked before a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
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
    pub kind: FieldKind,
    /// The API version that added it (Ironic: `webapi-version-history`).
    pub since: Microversion,
}

const fn field(name: &'static str, kind: FieldKind, since: u16) -> Field {
    Field { name, kind, since: Microversion(since) }
}

/// The fields of a node (Ironic: `node_schema`).
pub const NODE: &[Field] = &[
    field("uuid", FieldKind::Uuid, 1),
    field("name", FieldKind::Name, 5),
    field("driver", FieldKind::Text(255), 1),
    field("driver_info", FieldKind::Special, 1),
    field("properties", FieldKind::Special, 1),
    field("resource_class", FieldKind::Text(80), 21),
    field("description", FieldKind::Text(4096), 51),
    field("owner", FieldKind::Text(255), 50),
    field("lessee", FieldKind::Text(255), 65),
    field("chassis_uuid", FieldKind::Uuid, 1),
    field("parent_node", FieldKind::Text(36), 83),
    field("shard", FieldKind::Text(255), 82),
    field("conductor_group", FieldKind::Text(255), 46),
    field("instance_name", FieldKind::Text(255), 104),
    field("extra", FieldKind::Object, 1),
    field("instance_info", FieldKind::Object, 1),
    field("network_data", FieldKind::Object, 66),
    field("bios_interface", FieldKind::Text(255), 40),
    field("boot_interface", FieldKind::Text(255), 31),
    field("console_interface", FieldKind::Text(255), 31),
    field("deploy_interface", FieldKind::Text(255), 31),
    field("firmware_interface", FieldKind::Text(255), 86),
    field("inspect_interface", FieldKind::Text(255), 31),
    field("management_interface", FieldKind::Text(255), 31),
    field("network_interface", FieldKind::Text(255), 20),
    field("power_interface", FieldKind::Text(255), 31),
    field("raid_interface", FieldKind::Text(255), 31),
    field("rescue_interface", FieldKind::Text(255), 38),
    field("storage_interface", FieldKind::Text(255), 33),
    field("vendor_interface", FieldKind::Text(255), 31),
    field("automated_clean", FieldKind::Flag, 47),
    field("disable_power_off", FieldKind::Flag, 95),
    field("maintenance", FieldKind::Flag, 1),
    field("retired", FieldKind::Flag, 61),
    field("retired_reason", FieldKind::Text(255), 61),
];

/// The fields of a port (Ironic: `PORT_SCHEMA`).
pub const PORT: &[Field] = &[
    field("uuid", FieldKind::Uuid, 1),
    field("address", FieldKind::Mac, 1),
    field("node_uuid", FieldKind::Uuid, 1),
    field("extra", FieldKind::Object, 1),
    field("local_link_connection", FieldKind::Special, 19),
    field("pxe_enabled", FieldKind::Flag, 19),
    field("portgroup_uuid", FieldKind::Uuid, 24),
    field("physical_network", FieldKind::Text(64), 34),
    field("is_smartnic", FieldKind::Flag, 53),
    field("name", FieldKind::Name, 88),
    field("description", FieldKind::Text(255), 97),
    field("vendor", FieldKind::Text(32), 100),
    field("category", FieldKind::Text(80), 101),
    field("available_for_dynamic_portgroup", FieldKind::Flag, 111),
];

/// The fields of a port group (Ironic: `PORTGROUP_SCHEMA`).
pub const PORTGROUP: &[Field] = &[
    field("uuid", FieldKind::Uuid, 23),
    field("name", FieldKind::Name, 23),
    field("address", FieldKind::Mac, 23),
    field("node_uuid", FieldKind::Uuid, 23),
    field("extra", FieldKind::Object, 23),
    field("standalone_ports_supported", FieldKind::Flag, 23),
    field("mode", FieldKind::Text(255), 26),
    field("properties", FieldKind::Object, 26),
    field("physical_network", FieldKind::Text(64), 102),
    field("category", FieldKind::Text(80), 103),
];

/// The fields of a chassis.
pub const CHASSIS: &[Field] = &[
    field("uuid", FieldKind::Uuid, 1),
    field("description", FieldKind::Text(255), 1),
    field("extra", FieldKind::Object, 1),
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
