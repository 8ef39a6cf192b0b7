//! What Ironic keeps of a node's hardware: settings of its BIOS, versions of its firmware, and what the last inspection
//! found.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::client::Client;
use super::error::Error;
use super::version::{BIOS_REGISTRY, Feature};
use crate::rest::{Request, segment};

/// A setting of a BIOS, as Ironic last read it.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct BiosSetting {
    /// Its name, which the maker of the machine chose.
    pub name: String,
    /// What it is set to.
    #[serde(default)]
    pub value: Option<String>,
    /// What the BMC's registry says of it (Ironic ≥ 1.74): `attribute_type`, `allowable_values`, …
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
    /// The settings of a node's BIOS, with all that Ironic knows of each. None where it never read them.
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

    /// The parts of a node that have firmware, each with its versions. None where Ironic never read them.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`]; [`Error::Lacks`] below 1.86.
    pub fn node_firmware(&self, id: &str) -> Result<Vec<Map<String, Value>>, Error> {
        self.need(Feature::Firmware)?;
        Ok(self.fetch::<Firmware>(&Request::get(path(id, "firmware")))?.firmware)
    }

    /// What the last inspection found of a node (`inventory`, and what plugins made of it: `plugin_data`); none where
    /// it was never inspected.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`]; [`Error::Lacks`] where the server is older than that.
    pub fn node_inventory(&self, id: &str) -> Result<Option<Map<String, Value>>, Error> {
        self.need(Feature::Inventory)?;
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
