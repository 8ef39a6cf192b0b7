//! Reads mappings with Ironic's field names and checks their values.

use serde_json::{Map, Value as Json};

use super::document::{Cursor, InvalidValue, Table};
use super::schema::{Field, FieldKind};
use super::{capabilities, field_values, root_device};
use crate::suggest::nearest;

/// Wrong keys of `properties`, and the keys that Nova and Ironic read.
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

/// Capabilities that are sometimes written as `properties`.
const CAPABILITIES: [&str; 6] =
    ["boot_mode", "boot_option", "disk_label", "profile", "secure_boot", "trusted_boot"];

/// The keys of `local_link_connection` (Ironic: `LOCAL_LINK_BASE_SCHEMA`).
const LINK_KEYS: [&str; 7] = [
    "switch_id",
    "port_id",
    "switch_info",
    "hostname",
    "network_type",
    "vtep-logical-switch",
    "vtep-physical-switch",
];

/// Reads the fields of a schema, except for [`FieldKind::Special`] ones.
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
        FieldKind::Text(max_length) => {
            let text = value.string()?;
            let length = text.chars().count();
            if length > max_length {
                value.error(format!("has {length} characters, the maximum is {max_length}"));
                return None;
            }
            if text.is_empty() && !["description", "conductor_group"].contains(&field.name) {
                value.error("must not be empty");
                return None;
            }
            Some(text.into())
        }
        FieldKind::Name => value.checked(|text| field_values::name(text).map(|()| text.into())),
        FieldKind::Uuid => value.checked(|text| field_values::uuid(text).map(Json::from)),
        FieldKind::Mac => {
            let mac = value.checked(field_values::mac)?;
            if let Some(problem) = field_values::unusual_mac(&mac) {
                value.warning(problem);
            }
            Some(mac.into())
        }
        FieldKind::Flag => value.boolean().map(Json::from),
        FieldKind::Object => value.mapping().map(|table| table.cursor().value().to_json()),
        FieldKind::Special => None,
    }
}

/// Reads `properties`. Properties that Ironic and Nova compare are converted to their form, others are unchanged.
pub(super) fn properties(table: &Table<'_>) -> Json {
    let mut properties = Map::new();
    for (key, value) in table.entries().filter(|(_, value)| !value.value().is_null()) {
        let json = match key {
            // Exports contain empty text for unknown values.
            "cpus" | "memory_mb" | "local_gb" | "cpu_arch" | "vendor" if value.value().text() == Some("") => {
                None
            }
            "cpus" | "memory_mb" | "local_gb" => value.integer::<u64>().map(Json::from),
            "cpu_arch" | "vendor" => value.string().map(Json::from),
            "capabilities" => capabilities::read(&value).map(Json::from),
            "root_device" => value.mapping().map(|hints| root_device::read(&hints)),
            _ if CAPABILITIES.contains(&key) => {
                value.warning(format!(
                    "the property `{key}` has no effect: add it to `capabilities` as `{key}:…`"
                ));
                Some(value.value().to_json())
            }
            _ => {
                let suggestion =
                    MISNAMED_PROPERTIES.iter().find(|(wrong, _)| *wrong == key).map(|(_, right)| *right);
                let suggestion = suggestion
                    .or_else(|| nearest(key, ["cpus", "memory_mb", "local_gb", "cpu_arch", "capabilities"]));
                if let Some(suggestion) = suggestion {
                    value
                        .warning(format!("the property `{key}` has no effect, did you mean `{suggestion}`?"));
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

/// The complete sets of keys of a `local_link_connection` (Ironic: `LOCAL_LINK_CONN_SCHEMA`).
const COMPLETE_LINKS: [&[&str]; 3] =
    [&["port_id", "switch_id"], &["port_id", "hostname"], &["port_id", VTEP[0], VTEP[1]]];

/// The keys of a link to OVN, which must be given together.
const VTEP: [&str; 2] = ["vtep-logical-switch", "vtep-physical-switch"];

/// Reads `local_link_connection`. All values are text, including a port named `1`.
pub(super) fn local_link_connection(table: &Table<'_>) -> Json {
    table.allow_keys(&LINK_KEYS);
    let has = |key: &&str| table.get(key).is_some();
    let kind = table.get("network_type").and_then(|kind| {
        kind.checked(|text| match text {
            "managed" | "unmanaged" => Ok(text.to_owned()),
            _ => Err(InvalidValue::from("expected `managed` or `unmanaged`".to_owned())),
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
            "switch_id" => value.checked(field_values::switch_id),
            "port_id" | "hostname" => {
                value.checked(|text| field_values::not_empty(text).map(|()| text.to_owned()))
            }
            _ => value.string().map(str::to_owned),
        };
        Some((key.to_owned(), text?.into()))
    };
    table.entries().filter_map(text).collect::<Map<String, Json>>().into()
}

/// Reads a list of traits. Invalid and duplicate traits are errors.
pub(super) fn traits(list: &Cursor<'_>) -> Vec<String> {
    let mut traits: Vec<String> = Vec::new();
    for item in list.items() {
        let Some(name) = item.checked(|text| field_values::trait_name(text).map(|()| text.to_owned())) else {
            continue;
        };
        if traits.contains(&name) {
            let twice = format!("the trait `{name}` is given twice");
            item.reject(&InvalidValue::quoting("a trait is given twice", twice));
        }
        traits.push(name);
    }
    if traits.len() > 50 {
        list.error(format!("has {} traits, the maximum is 50 per node", traits.len()));
    }
    traits
}
