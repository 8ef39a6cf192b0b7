//! What of a machine's hardware is not as it should be: judged from what it is handed, asking nobody.
//!
//! What a machine *has* is what its last inspection found; of one that was never inspected, what it was enrolled with.
//! What it *should have* is told by several: the node itself, the file that it was enrolled from, a flavor, and what was
//! [recorded](crate::drift::RECORD) of it when it was known to be whole.

mod compare;
mod hardware;
mod lldp;

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value};

pub use compare::drift;
pub use hardware::{Disk, Hardware, Nic};

/// Where a node's `extra` holds what was recorded of its hardware.
pub const RECORD: &str = "farrier_hardware";

/// The finding of a network card that is nowhere.
pub const NIC_MISSING: &str = "nic-missing";

/// Who says what a machine should have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "kind", content = "name")]
pub enum Source {
    /// The node and its ports, as they were enrolled.
    Enrolled,
    /// The file that it is enrolled from, with the place in it.
    File(String),
    /// A flavor, by its name.
    Flavor(String),
    /// What was recorded of it.
    Record,
}

impl Source {
    /// In a few words.
    #[must_use]
    pub fn told(&self) -> String {
        match self {
            Self::Enrolled => "enrolled".to_owned(),
            Self::File(place) => format!("file {place}"),
            Self::Flavor(name) => format!("flavor {name}"),
            Self::Record => "record".to_owned(),
        }
    }
}

/// What a machine should have. What is not said is not judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Who says so.
    pub source: Source,
    /// RAM in MiB.
    pub memory_mb: Option<u64>,
    /// Logical processors.
    pub cpus: Option<u64>,
    /// `x86_64`, `aarch64`, …
    pub cpu_arch: Option<String>,
    /// The root disk in GiB; a disk may have one more, for Ironic's inspection keeps one back.
    pub root_gib: Option<u64>,
    /// The root disk's serial number, where a hint names one.
    pub root_serial: Option<String>,
    /// The root disk's WWN, where a hint names one.
    pub root_wwn: Option<String>,
    /// The chassis's serial number.
    pub serial: Option<String>,
    /// What kind of machine it is.
    pub product: Option<String>,
    /// Every disk, where all are known.
    pub disks: Option<Vec<Disk>>,
    /// The network cards that it should have.
    pub nics: Vec<Nic>,
    /// Whether these are all the cards it has.
    pub all_nics: bool,
}

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Its name, which stays.
    pub finding: &'static str,
    /// What of the machine it is about: `memory_mb`, `disks[S123]`, `nics[52:54:…]`.
    pub field: String,
    /// What the machine has.
    pub has: String,
    /// What it should have.
    pub wants: String,
    /// Who says so.
    pub source: String,
}

/// Which machine has which network card, by MAC address: those that inspections found, and else those enrolled.
pub type Owners = HashMap<String, String>;

impl Expected {
    /// Nothing, so far.
    #[must_use]
    pub fn nothing(source: Source) -> Self {
        Self {
            source,
            memory_mb: None,
            cpus: None,
            cpu_arch: None,
            root_gib: None,
            root_serial: None,
            root_wwn: None,
            serial: None,
            product: None,
            disks: None,
            nics: Vec::new(),
            all_nics: false,
        }
    }

    /// What the fields of a node say, in Ironic or in a file; `serial_number` and `product_name` stand in `extra`.
    #[must_use]
    pub fn of_node(source: Source, properties: &Map<String, Value>, extra: &Map<String, Value>) -> Self {
        let text =
            |map: &Map<String, Value>, key: &str| map.get(key).and_then(Value::as_str).map(str::to_owned);
        let number = |key: &str| properties.get(key).and_then(whole);
        let hint = |key: &str| {
            let hint = properties.get("root_device")?.get(key)?.as_str()?;
            // A hint with an operator names no one disk.
            let plain = hint.strip_prefix("s==").map_or(hint, str::trim);
            (!plain.contains(['<', '>', '=', '!'])).then(|| plain.to_owned())
        };
        Self {
            memory_mb: number("memory_mb"),
            cpus: number("cpus"),
            cpu_arch: text(properties, "cpu_arch"),
            root_gib: number("local_gb"),
            root_serial: hint("serial"),
            root_wwn: hint("wwn"),
            serial: text(extra, "serial_number"),
            product: text(extra, "product_name"),
            ..Self::nothing(source)
        }
    }

    /// What was recorded of a machine, if anything was.
    #[must_use]
    pub fn of_record(extra: &Map<String, Value>) -> Option<Self> {
        let Hardware { memory_mb, cpus, cpu_arch, serial, product, disks, nics, .. } =
            serde_json::from_value(extra.get(RECORD)?.clone()).ok()?;
        Some(Self {
            memory_mb,
            cpus,
            cpu_arch,
            serial,
            product,
            disks: Some(disks),
            nics,
            all_nics: true,
            ..Self::nothing(Source::Record)
        })
    }
}

/// A whole number, which operators write as text too.
fn whole(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

#[cfg(test)]
mod tests;
