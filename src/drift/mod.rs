//! Compares the hardware of a machine with its expected hardware. This module does no I/O.
//!
//! The *actual* hardware is the result of the last inspection, or the enrolled properties of a node that was never
//! inspected. The *expected* hardware comes from several sources: the node itself, the file that it was enrolled from,
//! a flavor, and a [record](crate::drift::RECORD) of the hardware when it was known to be complete.

mod compare;
mod hardware;
mod lldp;

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value};

pub use compare::drift;
pub use hardware::{Disk, InspectedHardware, Nic};

/// The key in a node's `extra` that stores the record of its hardware.
pub const RECORD: &str = "farrier_hardware";

/// The finding for a network card that no machine has.
pub const NIC_MISSING: &str = "nic-missing";

/// The source of the expected hardware.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "kind", content = "name")]
pub enum ExpectedSource {
    /// The node and its ports in Ironic.
    Enrolled,
    /// The enrollment file, with the position of the node in it.
    File(String),
    /// A flavor, by name.
    Flavor(String),
    /// The record of the node's hardware.
    Record,
}

impl ExpectedSource {
    /// The source for display.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Enrolled => "enrolled".to_owned(),
            Self::File(position) => format!("file {position}"),
            Self::Flavor(name) => format!("flavor {name}"),
            Self::Record => "record".to_owned(),
        }
    }
}

/// The expected hardware of a machine. Fields that are `None` are not compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The source.
    pub source: ExpectedSource,
    /// RAM in MiB.
    pub memory_mb: Option<u64>,
    /// Logical processors.
    pub cpus: Option<u64>,
    /// `x86_64`, `aarch64`, …
    pub cpu_arch: Option<String>,
    /// The size of the root disk in GiB. A disk may be 1 GiB larger, because Ironic's inspection subtracts 1 GiB.
    pub root_gib: Option<u64>,
    /// The serial number of the root disk, if a root device hint names one.
    pub root_serial: Option<String>,
    /// The WWN of the root disk, if a root device hint names one.
    pub root_wwn: Option<String>,
    /// The chassis's serial number.
    pub serial: Option<String>,
    /// The product name.
    pub product: Option<String>,
    /// Every disk, if all are known.
    pub disks: Option<Vec<Disk>>,
    /// The expected network cards.
    pub nics: Vec<Nic>,
    /// Whether `nics` is complete, so that any other card is a finding.
    pub all_nics: bool,
}

/// A difference between actual and expected hardware.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct HardwareDifference {
    /// The name of the finding. It is stable across releases.
    pub finding: &'static str,
    /// The field that differs: `memory_mb`, `disks[S123]`, `nics[52:54:…]`.
    pub field: String,
    /// The actual value.
    pub has: String,
    /// The expected value.
    pub wants: String,
    /// The source of the expected value.
    pub source: String,
}

/// The machine of each network card, by MAC address: from inspections, or else from enrolled ports.
pub type Owners = HashMap<String, String>;

impl Expected {
    /// Expects nothing.
    #[must_use]
    pub fn nothing(source: ExpectedSource) -> Self {
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

    /// Reads the fields of a node in Ironic or in a file. `serial_number` and `product_name` are in `extra`.
    #[must_use]
    pub fn of_node(
        source: ExpectedSource,
        properties: &Map<String, Value>,
        extra: &Map<String, Value>,
    ) -> Self {
        let text =
            |map: &Map<String, Value>, key: &str| map.get(key).and_then(Value::as_str).map(str::to_owned);
        let number = |key: &str| properties.get(key).and_then(integer);
        let hint = |key: &str| {
            let hint = properties.get("root_device")?.get(key)?.as_str()?;
            // A hint with an operator does not identify a single disk.
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

    /// Reads the record of a node's hardware, if there is one.
    #[must_use]
    pub fn of_record(extra: &Map<String, Value>) -> Option<Self> {
        let InspectedHardware { memory_mb, cpus, cpu_arch, serial, product, disks, nics, .. } =
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
            ..Self::nothing(ExpectedSource::Record)
        })
    }
}

/// An integer, which may be written as text.
fn integer(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

#[cfg(test)]
mod tests;
