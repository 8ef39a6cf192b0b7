//! The hardware of a machine, as found by inspection.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Expected, lldp};

/// The known hardware of a machine. The node's `extra` stores it in this serialized form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InspectedHardware {
    /// RAM in MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_mb: Option<u64>,
    /// Logical processors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpus: Option<u64>,
    /// `x86_64`, `aarch64`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_arch: Option<String>,
    /// The chassis's serial number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// The product name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The disks.
    #[serde(default)]
    pub disks: Vec<Disk>,
    /// The network cards.
    #[serde(default)]
    pub nics: Vec<Nic>,
    /// Whether `disks` is complete, so that an empty list means that there are no disks.
    #[serde(skip)]
    pub lists_disks: bool,
}

/// A disk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disk {
    /// The device path, which can change with each boot.
    #[serde(default)]
    pub name: String,
    /// The size in GiB, rounded down.
    #[serde(default)]
    pub gib: u64,
    /// The serial number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// The World Wide Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wwn: Option<String>,
}

/// A network card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nic {
    /// The MAC address in lower case.
    pub address: String,
    /// The switch ID and switch port that the card is connected to, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switch: Option<(String, String)>,
}

impl Disk {
    /// The serial number, or else the WWN, or else the device path.
    #[must_use]
    pub fn label(&self) -> &str {
        self.serial.as_deref().or(self.wwn.as_deref()).unwrap_or(&self.name)
    }
}

impl Nic {
    /// The network card of a port, from its address and `local_link_connection`.
    #[must_use]
    pub fn of_port(address: &str, local_link_connection: Option<&Value>) -> Self {
        let text = |key: &str| {
            let text = local_link_connection?.get(key)?.as_str()?;
            (!text.is_empty()).then(|| text.to_owned())
        };
        Self { address: address.to_lowercase(), switch: text("switch_id").zip(text("port_id")) }
    }
}

impl InspectedHardware {
    /// Parses the inventory that Ironic stores after an inspection (API ≥ 1.81, `GET /v1/nodes/…/inventory`): from the
    /// ramdisk (ironic-python-agent: `list_hardware_info`), or from the BMC in the same format.
    #[must_use]
    pub fn of_inventory(response: &Map<String, Value>) -> Self {
        let null = Value::Null;
        let inventory = response.get("inventory").unwrap_or(&null);
        let plugins = response.get("plugin_data").unwrap_or(&null);
        let text =
            |value: &Value| value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let list = |key: &str| inventory[key].as_array().into_iter().flatten();
        let memory = &inventory["memory"];
        let total = || memory["total"].as_u64().map(|bytes| bytes >> 20);
        let disk = |disk: &Value| Disk {
            name: text(&disk["name"]).unwrap_or_default(),
            gib: disk["size"].as_u64().unwrap_or_default() >> 30,
            serial: text(&disk["serial"]),
            wwn: text(&disk["wwn"]),
        };
        let nic = |nic: &Value| {
            let address = text(&nic["mac_address"])?.to_lowercase();
            let in_inventory = nic["lldp"].as_array();
            // The hooks of older ramdisks store it outside the inventory, by interface name.
            let raw = in_inventory.or_else(|| plugins["lldp_raw"][nic["name"].as_str()?].as_array());
            Some(Nic { address, switch: raw.and_then(|raw| lldp::switch(raw)) })
        };
        Self {
            // The installed memory from the firmware. `total` is lower: it excludes memory that the kernel reserves.
            memory_mb: memory["physical_mb"].as_u64().filter(|mb| *mb > 0).or_else(total),
            cpus: inventory["cpu"]["count"].as_u64(),
            cpu_arch: text(&inventory["cpu"]["architecture"]),
            serial: text(&inventory["system_vendor"]["serial_number"]),
            product: text(&inventory["system_vendor"]["product_name"]),
            disks: list("disks").map(disk).collect(),
            nics: list("interfaces").filter_map(nic).collect(),
            lists_disks: inventory["disks"].is_array(),
        }
    }

    /// The enrolled properties, for a machine that was never inspected.
    #[must_use]
    pub fn of_enrolled(enrolled: &Expected) -> Self {
        let disk = |gib: u64| Disk {
            name: "root disk".to_owned(),
            gib,
            serial: enrolled.root_serial.clone(),
            wwn: enrolled.root_wwn.clone(),
        };
        Self {
            memory_mb: enrolled.memory_mb,
            cpus: enrolled.cpus,
            cpu_arch: enrolled.cpu_arch.clone(),
            serial: enrolled.serial.clone(),
            product: enrolled.product.clone(),
            disks: enrolled.root_gib.map(disk).into_iter().collect(),
            nics: enrolled.nics.clone(),
            lists_disks: false,
        }
    }
}
