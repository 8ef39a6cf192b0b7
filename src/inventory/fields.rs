//! Reads mappings that use Ironic's own names for things into checked fields.

use serde_json::{Map, Value as Json};

use super::document::{Cursor, Objection, Table};
use super::schema::{Field, Kind};
use super::{capabilities, check, root_device};
use crate::suggest::nearest;

/// Keys that people write into `properties` and what Nova and Ironic look for instead.
const MISNAMED_PROPERTIES: [(&str, &str); 18] = [
    ("rootDevice", "root_device"),
    ("rootDeviceHints", "root_device"),
    ("root_disk", "root_device"),
    ("arch", "cpu_arch"),
    ("cpu", "cpus"),
    ("cpu_count", "cpus"),
    ("disk", "local_gb"),
    ("disk_gb", "local_gb"),
    ("disk_size", "local_gb"),
    ("local_disk", "local_gb"),
    ("mem", "memory_mb"),
    ("memory", "memory_mb"),
    ("memory_gb", "memory_mb"),
    ("ram", "memory_mb"),
    ("ram_mb", "memory_mb"),
    ("root_device_hint", "root_device"),
    ("root_device_hints", "root_device"),
    ("vcpus", "cpus"),
];

/// Capabilities that people write into `properties` beside the others.
const CAPABILITIES: [&str; 6] =
    ["boot_mode", "boot_option", "disk_label", "profile", "secure_boot", "trusted_boot"];

/// What stands in `local_link_connection` (Ironic: `LOCAL_LINK_BASE_SCHEMA`).
const LINK_KEYS: [&str; 7] = [
    "switch_id",
    "port_id",
    "switch_info",
    "hostname",
    "network_type",
    "vtep-logical-switch",
    "vtep-physical-switch",
];

/// Reads every field of the schema that is given; [`Kind::Special`] ones are left to the caller.
pub(super) fn read(table: &Table<'_>, schema: &[Field]) -> Map<String, Json> {
    let mut fields = Map::new();
    for field in schema {
        let value = table.get(field.name);
        if let Some(json) = value.and_then(|value| read_one(field, &value)) {
            fields.insert(field.name.to_owned(), json);
        }
    }
    fields
}

fn read_one(field: &Field, value: &Cursor<'_>) -> Option<Json> {
    match field.kind {
        Kind::Text(longest) => {
            let text = value.string()?;
            let length = text.chars().count();
            if length > longest {
                value.error(format!("has {length} characters, Ironic takes at most {longest}"));
                return None;
            }
            if text.is_empty() && !["description", "conductor_group"].contains(&field.name) {
                value.error("must not be empty");
                return None;
            }
            Some(text.into())
        }
        Kind::Name => value.checked(|text| check::name(text).map(|()| text.into())),
        Kind::Uuid => value.checked(|text| check::uuid(text).map(Json::from)),
        Kind::Mac => {
            let mac = value.checked(check::mac)?;
            if let Some(problem) = check::unusual_mac(&mac) {
                value.warning(problem);
            }
            Some(mac.into())
        }
        Kind::Flag => value.boolean().map(Json::from),
        Kind::Object => value.mapping().map(|table| table.cursor().value().to_json()),
        Kind::Special => None,
    }
}

/// Reads `properties`: the ones that mean something are brought into the one form that Ironic and Nova
/// compare, the others are passed on.
pub(super) fn properties(table: &Table<'_>) -> Json {
    let mut properties = Map::new();
    for (key, value) in table.entries().filter(|(_, value)| !value.value().is_null()) {
        let json = match key {
            // Exports write so what is not known.
            "cpus" | "memory_mb" | "local_gb" | "cpu_arch" | "vendor" if value.value().text() == Some("") => {
                None
            }
            "cpus" | "memory_mb" | "local_gb" => value.integer::<u64>().map(Json::from),
            "cpu_arch" | "vendor" => value.string().map(Json::from),
            "capabilities" => capabilities::read(&value).map(Json::from),
            "root_device" => value.mapping().map(|hints| root_device::read(&hints)),
            _ if CAPABILITIES.contains(&key) => {
                value.warning(format!(
                    "nothing reads the property `{key}`: write it into `capabilities`, as `{key}:…`"
                ));
                Some(value.value().to_json())
            }
            _ => {
                let meant =
                    MISNAMED_PROPERTIES.iter().find(|(wrong, _)| *wrong == key).map(|(_, right)| *right);
                let meant = meant
                    .or_else(|| nearest(key, ["cpus", "memory_mb", "local_gb", "cpu_arch", "capabilities"]));
                if let Some(meant) = meant {
                    value.warning(format!("nothing reads the property `{key}`, did you mean `{meant}`?"));
                }
                Some(value.value().to_json())
            }
        };
        if let Some(json) = json {
            properties.insert(key.to_owned(), json);
        }
    }
    Json::Object(properties)
}

/// What belongs together in a `local_link_connection` (Ironic: `LOCAL_LINK_CONN_SCHEMA`).
const COMPLETE_LINKS: [&[&str]; 3] =
    [&["port_id", "switch_id"], &["port_id", "hostname"], &["port_id", VTEP[0], VTEP[1]]];

/// The keys of a link to OVN, which are only valid together.
const VTEP: [&str; 2] = ["vtep-logical-switch", "vtep-physical-switch"];

/// Reads `local_link_connection`: everything in it is text, also a port called `1`.
pub(super) fn local_link_connection(table: &Table<'_>) -> Json {
    table.only(&LINK_KEYS);
    let has = |key: &&str| table.get(key).is_some();
    let kind = table.get("network_type").and_then(|kind| {
        kind.checked(|text| match text {
            "managed" | "unmanaged" => Ok(text.to_owned()),
            _ => Err(Objection::from("expected `managed` or `unmanaged`".to_owned())),
        })
    });
    let is_unmanaged = kind.as_deref() == Some("unmanaged");
    let is_complete = is_unmanaged || COMPLETE_LINKS.iter().any(|keys| keys.iter().all(has));
    if table.entries().any(|(key, _)| has(&key)) && !is_complete {
        table.cursor().error("needs `switch_id` and `port_id`, or `port_id` and `hostname`");
    }
    if VTEP.iter().filter(|key| has(key)).count() == 1 {
        table.cursor().error(format!("needs both `{}` and `{}`, or neither", VTEP[0], VTEP[1]));
    }
    let text = |(key, value): (&str, Cursor<'_>)| {
        let text = match key {
            "network_type" => kind.clone(),
            "switch_id" => value.checked(check::switch_id),
            "port_id" | "hostname" => value.checked(|text| check::not_empty(text).map(|()| text.to_owned())),
            _ => value.string().map(str::to_owned),
        };
        Some((key.to_owned(), text?.into()))
    };
    table.entries().filter_map(text).collect::<Map<String, Json>>().into()
}

/// Reads a list of traits, which must each be one, and once.
pub(super) fn traits(list: &Cursor<'_>) -> Vec<String> {
    let mut traits: Vec<String> = Vec::new();
    for item in list.items() {
        let Some(name) = item.checked(|text| check::trait_name(text).map(|()| text.to_owned())) else {
            continue;
        };
        if traits.contains(&name) {
            let twice = format!("the trait `{name}` is given twice");
            item.object(&Objection::quoting("a trait is given twice", twice));
        }
        traits.push(name);
    }
    if traits.len() > 50 {
        list.error(format!("has {} traits, Ironic takes at most 50 a node", traits.len()));
    }
    traits
}
