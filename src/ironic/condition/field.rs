//! The node fields that conditions can use (Ironic: `ironic/api/controllers/v1/node.py`).

/// A node field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// The minor API version that added it.
    pub since: u16,
    /// Its type.
    pub kind: FieldType,
    /// Whether lists accept it in `fields`; otherwise the whole node is needed, which costs the server several times as
    /// much.
    pub listed: bool,
    /// Whether the server filters lists by it.
    pub filter: bool,
}

/// The type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// A text.
    Text,
    /// A boolean, or null if unset.
    Flag,
    /// A time.
    Time,
    /// A list of texts.
    List,
    /// A mapping whose keys Ironic does not define.
    Mapping,
}

const fn field(name: &'static str, since: u16, kind: FieldType) -> Field {
    Field { name, since, kind, listed: true, filter: false }
}

/// A field by which the server can filter lists for one value.
const fn filter(name: &'static str, since: u16, kind: FieldType) -> Field {
    Field { filter: true, ..field(name, since, kind) }
}

/// A field that lists return only with the whole node: Ironic 39 answers 500 or 400 if `fields` contains it.
const fn unlisted(name: &'static str, kind: FieldType) -> Field {
    Field { listed: false, ..field(name, 1, kind) }
}

/// All fields that a condition can use.
pub const FIELDS: &[Field] = &[
    unlisted("allocation_uuid", FieldType::Text),
    field("automated_clean", 47, FieldType::Flag),
    field("bios_interface", 40, FieldType::Text),
    field("boot_interface", 31, FieldType::Text),
    field("boot_mode", 75, FieldType::Text),
    unlisted("chassis_uuid", FieldType::Text),
    field("clean_step", 7, FieldType::Mapping),
    unlisted("conductor", FieldType::Text),
    filter("conductor_group", 46, FieldType::Text),
    field("console_enabled", 1, FieldType::Flag),
    field("console_interface", 31, FieldType::Text),
    unlisted("created_at", FieldType::Time),
    field("deploy_interface", 31, FieldType::Text),
    field("deploy_step", 44, FieldType::Mapping),
    field("description", 51, FieldType::Text),
    field("disable_power_off", 95, FieldType::Flag),
    filter("driver", 1, FieldType::Text),
    field("driver_info", 1, FieldType::Mapping),
    field("driver_internal_info", 3, FieldType::Mapping),
    field("extra", 1, FieldType::Mapping),
    filter("fault", 42, FieldType::Text),
    field("firmware_interface", 86, FieldType::Text),
    field("health", 109, FieldType::Text),
    field("inspect_interface", 31, FieldType::Text),
    field("inspection_finished_at", 6, FieldType::Time),
    field("inspection_started_at", 6, FieldType::Time),
    field("instance_info", 1, FieldType::Mapping),
    filter("instance_name", 104, FieldType::Text),
    filter("instance_uuid", 1, FieldType::Text),
    field("last_error", 1, FieldType::Text),
    filter("lessee", 65, FieldType::Text),
    filter("maintenance", 1, FieldType::Flag),
    field("maintenance_reason", 1, FieldType::Text),
    field("management_interface", 31, FieldType::Text),
    field("name", 5, FieldType::Text),
    field("network_data", 66, FieldType::Mapping),
    field("network_interface", 20, FieldType::Text),
    filter("owner", 50, FieldType::Text),
    field("parent_node", 83, FieldType::Text),
    field("power_interface", 31, FieldType::Text),
    field("power_state", 1, FieldType::Text),
    field("properties", 1, FieldType::Mapping),
    field("protected", 48, FieldType::Flag),
    field("protected_reason", 48, FieldType::Text),
    filter("provision_state", 1, FieldType::Text),
    field("provision_updated_at", 1, FieldType::Time),
    field("raid_config", 12, FieldType::Mapping),
    field("raid_interface", 31, FieldType::Text),
    field("rescue_interface", 38, FieldType::Text),
    field("reservation", 1, FieldType::Text),
    filter("resource_class", 21, FieldType::Text),
    filter("retired", 61, FieldType::Flag),
    field("retired_reason", 61, FieldType::Text),
    field("secure_boot", 75, FieldType::Flag),
    field("service_step", 87, FieldType::Mapping),
    filter("shard", 82, FieldType::Text),
    field("storage_interface", 33, FieldType::Text),
    field("target_power_state", 1, FieldType::Text),
    field("target_provision_state", 1, FieldType::Text),
    field("target_raid_config", 12, FieldType::Mapping),
    field("traits", 37, FieldType::List),
    unlisted("updated_at", FieldType::Time),
    field("uuid", 1, FieldType::Text),
    field("vendor_interface", 31, FieldType::Text),
];

/// The field of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.name == name)
}
