//! The node fields that conditions can use (Ironic: `ironic/api/controllers/v1/node.py`).

/// A node field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// The minor API version that added it.
    pub since: u16,
    /// Its type.
    pub kind: Kind,
    /// Whether lists accept it in `fields`; otherwise the whole node is needed, which costs the server several times as
    /// much.
    pub listed: bool,
    /// Whether the server filters lists by it.
    pub filter: bool,
}

/// The type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
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

const fn field(name: &'static str, since: u16, kind: Kind) -> Field {
    Field { name, since, kind, listed: true, filter: false }
}

/// A field by which the server can filter lists for one value.
const fn filter(name: &'static str, since: u16, kind: Kind) -> Field {
    Field { filter: true, ..field(name, since, kind) }
}

/// A field that lists return only with the whole node: Ironic 39 answers 500 or 400 if `fields` contains it.
const fn unlisted(name: &'static str, kind: Kind) -> Field {
    Field { listed: false, ..field(name, 1, kind) }
}

/// All fields that a condition can use.
pub const FIELDS: &[Field] = &[
    unlisted("allocation_uuid", Kind::Text),
    field("automated_clean", 47, Kind::Flag),
    field("bios_interface", 40, Kind::Text),
    field("boot_interface", 31, Kind::Text),
    field("boot_mode", 75, Kind::Text),
    unlisted("chassis_uuid", Kind::Text),
    field("clean_step", 7, Kind::Mapping),
    unlisted("conductor", Kind::Text),
    filter("conductor_group", 46, Kind::Text),
    field("console_enabled", 1, Kind::Flag),
    field("console_interface", 31, Kind::Text),
    unlisted("created_at", Kind::Time),
    field("deploy_interface", 31, Kind::Text),
    field("deploy_step", 44, Kind::Mapping),
    field("description", 51, Kind::Text),
    field("disable_power_off", 95, Kind::Flag),
    filter("driver", 1, Kind::Text),
    field("driver_info", 1, Kind::Mapping),
    field("driver_internal_info", 3, Kind::Mapping),
    field("extra", 1, Kind::Mapping),
    filter("fault", 42, Kind::Text),
    field("firmware_interface", 86, Kind::Text),
    field("health", 109, Kind::Text),
    field("inspect_interface", 31, Kind::Text),
    field("inspection_finished_at", 6, Kind::Time),
    field("inspection_started_at", 6, Kind::Time),
    field("instance_info", 1, Kind::Mapping),
    filter("instance_name", 104, Kind::Text),
    filter("instance_uuid", 1, Kind::Text),
    field("last_error", 1, Kind::Text),
    filter("lessee", 65, Kind::Text),
    filter("maintenance", 1, Kind::Flag),
    field("maintenance_reason", 1, Kind::Text),
    field("management_interface", 31, Kind::Text),
    field("name", 5, Kind::Text),
    field("network_data", 66, Kind::Mapping),
    field("network_interface", 20, Kind::Text),
    filter("owner", 50, Kind::Text),
    field("parent_node", 83, Kind::Text),
    field("power_interface", 31, Kind::Text),
    field("power_state", 1, Kind::Text),
    field("properties", 1, Kind::Mapping),
    field("protected", 48, Kind::Flag),
    field("protected_reason", 48, Kind::Text),
    filter("provision_state", 1, Kind::Text),
    field("provision_updated_at", 1, Kind::Time),
    field("raid_config", 12, Kind::Mapping),
    field("raid_interface", 31, Kind::Text),
    field("rescue_interface", 38, Kind::Text),
    field("reservation", 1, Kind::Text),
    filter("resource_class", 21, Kind::Text),
    filter("retired", 61, Kind::Flag),
    field("retired_reason", 61, Kind::Text),
    field("secure_boot", 75, Kind::Flag),
    field("service_step", 87, Kind::Mapping),
    filter("shard", 82, Kind::Text),
    field("storage_interface", 33, Kind::Text),
    field("target_power_state", 1, Kind::Text),
    field("target_provision_state", 1, Kind::Text),
    field("target_raid_config", 12, Kind::Mapping),
    field("traits", 37, Kind::List),
    unlisted("updated_at", Kind::Time),
    field("uuid", 1, Kind::Text),
    field("vendor_interface", 31, Kind::Text),
];

/// The field of this name.
#[must_use]
pub fn named(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.name == name)
}
