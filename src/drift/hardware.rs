//! What a machine has, as an inspection found it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Expected, lldp};

/// A machine's hardware, as far as it is known. As it is recorded, it stands so in the node's `extra`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hardware {
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
    /// What kind of machine it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Its disks.
    #[serde(default)]
    pub disks: Vec<Disk>,
    /// Its network cards.
    #[serde(default)]
    pub nics: Vec<Nic>,
    /// Whether these are all its disks, so that none means none.
    #[serde(skip)]
    pub lists_disks: bool,
}

/// A disk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disk {
    /// Its path, which may be another after each boot.
    #[serde(default)]
    pub name: String,
    /// Whole GiB.
    #[serde(default)]
    pub gib: u64,
    /// Its serial number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// Its World Wide Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wwn: Option<String>,
}

/// A network card.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nic {
    /// Its MAC address, lower case.
    pub address: String,
    /// The switch's identifier and the switch's port that it is plugged into, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub switch: Option<(String, String)>,
}

impl Disk {
    /// What it is told by: its serial number, its WWN, or else its name.
    #[must_use]
    pub fn label(&self) -> &str {
        self.serial.as_deref().or(self.wwn.as_deref()).unwrap_or(&self.name)
    }
}

impl Nic {
    /// A card by its address, and by where Ironic or a file says it is plugged in.
    #[must_use]
    pub fn of_port(address: &str, local_link_connection: Option<&Value>) -> Self {
        let text = |key: &str| {
            let text = local_link_connection?.get(key)?.as_str()?;
            (!text.is_empty()).then(|| text.to_owned())
        };
        Self { address: address.to_lowercase(), switch: text("switch_id").zip(text("port_id")) }
    }
}

impl Hardware {
    /// Reads what Ironic keeps of an inspection (Ironic ≥ 1.81, `GET /v1/nodes/…/inventory`): the ramdisk's inventory
    /// (ironic-python-agent: `list_hardware_info`), or what a BMC told in its form.
    #[must_use]
    pub fn of_inventory(answer: &Map<String, Value>) -> Self {
        let nothing = Value::Null;
        let inventory = answer.get("inventory").unwrap_or(&nothing);
        let plugins = answer.get("plugin_data").unwrap_or(&nothing);
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
            let told = nic["lldp"].as_array();
            // Older ramdisks' hooks keep it beside the inventory, by the name of the card.
            let raw = told.or_else(|| plugins["lldp_raw"][nic["name"].as_str()?].as_array());
            Some(Nic { address, switch: raw.and_then(|raw| lldp::switch(raw)) })
        };
        Self {
            // What the firmware says is there; the system's own share is less.
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

    /// What a machine that was never inspected is said to have.
    #[must_use]
    pub fn of_enrolled(said: &Expected) -> Self {
        let disk = |gib: u64| Disk {
            name: "the root disk".to_owned(),
            gib,
            serial: said.root_serial.clone(),
            wwn: said.root_wwn.clone(),
        };
        Self {
            memory_mb: said.memory_mb,
            cpus: said.cpus,
            cpu_arch: said.cpu_arch.clone(),
            serial: said.serial.clone(),
            product: said.product.clone(),
            disks: said.root_gib.map(disk).into_iter().collect(),
            nics: said.nics.clone(),
            lists_disks: false,
        }
    }
}
