//! Parses Ironic's node JSON into [`HostState`]s.
//!
//! The parser works for API responses and for saved files. It reads only the keys that the filters need, and borrows
//! texts from the input if possible. It never fails because of the *type* of a value: Ironic does not validate
//! `properties`, and real inventories contain numbers as text, nulls, and objects instead of numbers. An invalid value
//! counts as missing and is recorded in the host state as an [`Oddity`].

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use self::lenient_json::{Loose, Properties, Texts};
use super::arch;
use super::host::{Hardware, HostState, Oddity, OddityKind, Stats};
use super::string_pool::Pool;

/// A field of Ironic's node that a host state needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeField {
    /// The name for the `fields=` query.
    pub name: &'static str,
    /// The API microversion that added it, as the N of `1.N`. Older servers reject a request for it.
    pub since: u16,
}

/// The fields to request from Ironic's node list (`fields=`), in the order of their microversions.
pub const NODE_FIELDS: &[NodeField] = &[
    NodeField { name: "uuid", since: 1 },
    NodeField { name: "driver", since: 1 },
    NodeField { name: "instance_uuid", since: 1 },
    NodeField { name: "maintenance", since: 1 },
    NodeField { name: "maintenance_reason", since: 1 },
    NodeField { name: "power_state", since: 1 },
    NodeField { name: "properties", since: 1 },
    NodeField { name: "provision_state", since: 1 },
    NodeField { name: "reservation", since: 1 },
    NodeField { name: "name", since: 5 },
    NodeField { name: "resource_class", since: 21 },
    NodeField { name: "traits", since: 37 },
    NodeField { name: "fault", since: 42 },
    NodeField { name: "conductor_group", since: 46 },
    NodeField { name: "owner", since: 50 },
    NodeField { name: "retired", since: 61 },
    NodeField { name: "lessee", since: 65 },
    NodeField { name: "shard", since: 82 },
];

/// Longer texts are invalid. Ironic limits names and classes to 255 characters; reasons and capabilities may be longer.
const MAX_LENGTH: usize = 4096;

/// The keys to read: Ironic's names, and the column titles of `openstack baremetal node list -f json`.
enum Key {
    Uuid,
    Name,
    Properties,
    ResourceClass,
    Traits,
    ConductorGroup,
    Owner,
    Lessee,
    Shard,
    Driver,
    InstanceUuid,
    ProvisionState,
    PowerState,
    Maintenance,
    MaintenanceReason,
    Retired,
    Fault,
    Reservation,
    Cloud,
    Other,
}

impl Key {
    fn from_name(name: &str) -> Self {
        match name {
            "uuid" | "UUID" => Self::Uuid,
            "name" | "Name" => Self::Name,
            "properties" | "Properties" => Self::Properties,
            "resource_class" | "Resource Class" => Self::ResourceClass,
            "traits" | "Traits" => Self::Traits,
            "conductor_group" | "Conductor Group" => Self::ConductorGroup,
            "owner" | "Owner" => Self::Owner,
            "lessee" | "Lessee" => Self::Lessee,
            "shard" | "Shard" => Self::Shard,
            "driver" | "Driver" => Self::Driver,
            "instance_uuid" | "Instance UUID" => Self::InstanceUuid,
            "provision_state" | "Provisioning State" => Self::ProvisionState,
            "power_state" | "Power State" => Self::PowerState,
            "maintenance" | "Maintenance" => Self::Maintenance,
            "maintenance_reason" | "Maintenance Reason" => Self::MaintenanceReason,
            "retired" | "Retired" => Self::Retired,
            "fault" | "Fault" => Self::Fault,
            "reservation" | "Reservation" => Self::Reservation,
            // Not a key of Ironic: farrier's own lists of several clouds have it.
            "cloud" => Self::Cloud,
            _ => Self::Other,
        }
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl Visitor<'_> for KeyVisitor {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a node key")
            }

            fn visit_str<E>(self, name: &str) -> Result<Key, E> {
                Ok(Key::from_name(name))
            }
        }
        deserializer.deserialize_identifier(KeyVisitor)
    }
}

/// Parses one node, and shares its texts with other nodes through a [`Pool`].
#[derive(Debug)]
pub struct HostSeed<'p>(pub &'p mut Pool);

impl<'de> DeserializeSeed<'de> for HostSeed<'_> {
    type Value = HostState;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<HostState, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for HostSeed<'_> {
    type Value = HostState;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a node object from Ironic's API")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<HostState, A::Error> {
        let mut raw = RawNode::default();
        while let Some(key) = map.next_key::<Key>()? {
            match key {
                Key::Uuid => raw.uuid = map.next_value()?,
                Key::Name => raw.name = map.next_value()?,
                Key::Properties => raw.properties = map.next_value()?,
                Key::ResourceClass => raw.resource_class = map.next_value()?,
                Key::Traits => raw.traits = map.next_value()?,
                Key::ConductorGroup => raw.conductor_group = map.next_value()?,
                Key::Owner => raw.owner = map.next_value()?,
                Key::Lessee => raw.lessee = map.next_value()?,
                Key::Shard => raw.shard = map.next_value()?,
                Key::Driver => raw.driver = map.next_value()?,
                Key::InstanceUuid => raw.instance_uuid = map.next_value()?,
                Key::ProvisionState => raw.provision_state = map.next_value()?,
                Key::PowerState => raw.power_state = map.next_value()?,
                Key::Maintenance => raw.maintenance = map.next_value()?,
                Key::MaintenanceReason => raw.maintenance_reason = map.next_value()?,
                Key::Retired => raw.retired = map.next_value()?,
                Key::Fault => raw.fault = map.next_value()?,
                Key::Reservation => raw.reservation = map.next_value()?,
                Key::Cloud => raw.cloud = map.next_value()?,
                Key::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(raw.into_host(self.0))
    }
}

impl<'de> Deserialize<'de> for HostState {
    /// Parses a single node. To parse many, use one [`Pool`] with [`HostSeed`] or [`Pool::share`].
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        HostSeed(&mut Pool::new()).deserialize(deserializer)
    }
}

/// The unchecked values of one node.
#[derive(Default)]
struct RawNode<'de> {
    uuid: Loose<'de>,
    name: Loose<'de>,
    properties: Loose<'de, Properties<'de>>,
    resource_class: Loose<'de>,
    traits: Loose<'de, Texts<'de>>,
    conductor_group: Loose<'de>,
    owner: Loose<'de>,
    lessee: Loose<'de>,
    shard: Loose<'de>,
    driver: Loose<'de>,
    instance_uuid: Loose<'de>,
    provision_state: Loose<'de>,
    power_state: Loose<'de>,
    maintenance: Loose<'de>,
    maintenance_reason: Loose<'de>,
    retired: Loose<'de>,
    fault: Loose<'de>,
    reservation: Loose<'de>,
    cloud: Loose<'de>,
}

impl RawNode<'_> {
    fn into_host(self, pool: &mut Pool) -> HostState {
        let mut reader = Reader { pool, oddities: Vec::new() };
        let uuid = reader.own_text(&self.uuid, "uuid");
        if uuid.is_none() && self.uuid.not_text().is_none() {
            reader.note("uuid", OddityKind::Missing);
        }
        let properties = match self.properties {
            Loose::Nested(properties) => properties,
            Loose::Absent | Loose::Null => Properties::default(),
            other => {
                reader.note("properties", OddityKind::Malformed(other.shown()));
                Properties::default()
            }
        };
        let hardware = Hardware {
            vcpus: reader.number(&properties.cpus, "properties.cpus"),
            ram_mb: reader.number(&properties.memory_mb, "properties.memory_mb"),
            disk_mb: reader.number(&properties.local_gb, "properties.local_gb").saturating_mul(1024),
        };
        let raw_arch = reader.architecture(&properties.cpu_arch);
        let stats = reader.stats(raw_arch.as_ref(), &properties.capabilities);
        let arch = raw_arch.as_deref().and_then(arch::canonical).map(|name| reader.pool.text(&name));
        HostState {
            uuid: uuid.unwrap_or_default(),
            name: reader.own_text(&self.name, "name"),
            cloud: reader.text(&self.cloud, "cloud"),
            hardware,
            raw_arch,
            arch,
            stats,
            resource_class: reader.text(&self.resource_class, "resource_class"),
            traits: reader.traits(&self.traits),
            conductor_group: reader.text(&self.conductor_group, "conductor_group"),
            owner: reader.text(&self.owner, "owner"),
            lessee: reader.text(&self.lessee, "lessee"),
            shard: reader.text(&self.shard, "shard"),
            driver: reader.text(&self.driver, "driver"),
            // An invalid value must not make a node look free, so it counts as set.
            instance_uuid: reader
                .own_text(&self.instance_uuid, "instance_uuid")
                .or_else(|| self.instance_uuid.not_text()),
            provision_state: reader
                .text(&self.provision_state, "provision_state")
                .or_else(|| self.provision_state.not_text().map(Arc::from)),
            power_state: reader.text(&self.power_state, "power_state"),
            maintenance: reader.flag(&self.maintenance, "maintenance"),
            maintenance_reason: reader.text(&self.maintenance_reason, "maintenance_reason"),
            retired: reader.flag(&self.retired, "retired"),
            fault: reader.text(&self.fault, "fault"),
            locked_by: reader.text(&self.reservation, "reservation"),
            oddities: reader.oddities,
        }
    }
}

/// Converts raw values to those of a host state, and records oddities.
struct Reader<'p> {
    pool: &'p mut Pool,
    oddities: Vec<Oddity>,
}

impl Reader<'_> {
    fn note(&mut self, key: &'static str, kind: OddityKind) {
        self.oddities.push(Oddity { key, kind });
    }

    /// The text of a field; `None` if it is null, empty, redacted or not a text.
    fn visible_text<'v>(&mut self, value: &'v Loose<'_>, key: &'static str) -> Option<&'v str> {
        if let Some(shown) = value.not_text() {
            self.note(key, OddityKind::Malformed(shown));
        }
        let text = self.text_within_limit(value, key)?;
        Some(text).filter(|text| !text.is_empty() && !is_redacted(text))
    }

    /// A text up to `MAX_LENGTH`, because messages repeat it.
    fn text_within_limit<'v>(&mut self, value: &'v Loose<'_>, key: &'static str) -> Option<&'v str> {
        let text = value.text()?;
        if text.len() > MAX_LENGTH {
            self.note(key, OddityKind::Malformed(value.shown()));
            return None;
        }
        Some(text)
    }

    /// A text that many nodes have in common.
    fn text(&mut self, value: &Loose<'_>, key: &'static str) -> Option<Arc<str>> {
        self.visible_text(value, key).map(|text| self.pool.text(text))
    }

    /// A text that is specific to the node.
    fn own_text(&mut self, value: &Loose<'_>, key: &'static str) -> Option<Box<str>> {
        self.visible_text(value, key).map(Box::from)
    }

    /// A number in the properties, parsed like Python's `int()`, as in Nova (`IronicDriver._parse_node_properties`). An
    /// invalid number counts as 0.
    fn number(&mut self, value: &Loose<'_>, key: &'static str) -> i64 {
        let (number, oddity) = value.whole_number();
        if let Some(kind) = oddity {
            self.note(key, kind);
        }
        number
    }

    fn flag(&mut self, value: &Loose<'_>, key: &'static str) -> bool {
        let (flag, oddity) = value.flag();
        if let Some(kind) = oddity {
            self.note(key, kind);
        }
        flag
    }

    /// The raw architecture. An empty one is kept: extra specs match against it, but images do not.
    fn architecture(&mut self, value: &Loose<'_>) -> Option<Arc<str>> {
        if let Some(shown) = value.not_text() {
            self.note("properties.cpu_arch", OddityKind::Malformed(shown));
        }
        self.text_within_limit(value, "properties.cpu_arch").map(|text| self.pool.text(text))
    }

    fn traits(&mut self, value: &Loose<'_, Texts<'_>>) -> Arc<[Arc<str>]> {
        let texts = match value {
            Loose::Nested(Texts(texts)) => texts.as_slice(),
            Loose::Absent | Loose::Null => &[],
            other => {
                self.note("traits", OddityKind::Malformed(other.shown()));
                &[]
            }
        };
        let mut names: Vec<_> = texts.iter().filter_map(|text| self.text(text, "traits")).collect();
        names.sort_unstable();
        names.dedup();
        self.pool.traits(&names)
    }

    /// The capabilities, `key:value,key2:value2`, together with the architecture (Nova: `IronicDriver._node_resource`).
    fn stats(&mut self, raw_arch: Option<&Arc<str>>, capabilities: &Loose<'_>) -> Arc<Stats> {
        const KEY: &str = "properties.capabilities";
        if let Some(shown) = capabilities.not_text() {
            self.note(KEY, OddityKind::Malformed(shown));
        }
        let mut stats: Vec<(Arc<str>, Arc<str>)> = Vec::new();
        if let Some(arch) = raw_arch {
            stats.push((self.pool.text("cpu_arch"), Arc::clone(arch)));
        }
        for part in
            capabilities.text().filter(|text| !text.is_empty()).into_iter().flat_map(|text| text.split(','))
        {
            match part.split_once(':') {
                Some((key, value))
                    if !key.is_empty()
                        && !value.is_empty()
                        && !value.contains(':')
                        && part.len() <= MAX_LENGTH =>
                {
                    stats.push((self.pool.text(super::python::strip(key)), self.pool.text(value)));
                }
                _ => self.note(KEY, OddityKind::Malformed(lenient_json::quoted(part))),
            }
        }
        self.pool.stats(stats.into_iter().collect())
    }
}

/// Whether Ironic redacted the value for this user: such texts start with `** `.
fn is_redacted(text: &str) -> bool {
    text.starts_with("** ")
}

mod lenient_json;
#[cfg(test)]
mod tests;
