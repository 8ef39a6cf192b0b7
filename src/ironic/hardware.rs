//! A node's hardware data: BIOS settings, firmware versions and inspection data.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::client::Client;
use super::error::Error;
use super::version::{BIOS_REGISTRY, Feature};
use crate::rest::{Request, segment};

/// A BIOS setting, as last read by Ironic.
#[derive(Debug, Clone, Deserialize, Serialize, schemars::JsonSchema)]
pub struct BiosSetting {
    /// Its name, which the vendor defines.
    pub name: String,
    /// Its value.
    #[serde(default)]
    pub value: Option<String>,
    /// Its attributes in the BMC's registry (Ironic ≥ 1.74): `attribute_type`, `allowable_values`, …
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

#[derive(Deserialize)]
struct Bios {
    bios: Vec<BiosSetting>,
}

#[derive(Deserialize)]
struct Firmware {
    firmware: Vec<Map<String, Value>>,
}

impl Client {
    /// The BIOS settings of a node with their registry attributes. Empty if Ironic never read them.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn node_bios(&self, id: &str) -> Result<Vec<BiosSetting>, Error> {
        let mut request = Request::get(path(id, "bios"));
        if self.version() >= BIOS_REGISTRY {
            request = request.query("detail", "True");
        }
        let mut answer: Bios = self.fetch(&request)?;
        for setting in &mut answer.bios {
            setting.rest.remove("links");
        }
        Ok(answer.bios)
    }

    /// The components of a node with their firmware versions. Empty if Ironic never read them.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`]; [`Error::Lacks`] below 1.86.
    pub fn node_firmware(&self, id: &str) -> Result<Vec<Map<String, Value>>, Error> {
        self.require(Feature::Firmware)?;
        Ok(self.fetch::<Firmware>(&Request::get(path(id, "firmware")))?.firmware)
    }

    /// The data of a node's last inspection (`inventory`, and `plugin_data` of inspection plugins); `None` if it was
    /// never inspected.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`]; [`Error::Lacks`] below 1.81.
    pub fn node_inventory(&self, id: &str) -> Result<Option<Map<String, Value>>, Error> {
        self.require(Feature::Inventory)?;
        match self.fetch(&Request::get(path(id, "inventory"))) {
            Ok(inventory) => Ok(Some(inventory)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn path(id: &str, rest: &str) -> String {
    format!("nodes/{}/{rest}", segment(id))
}
