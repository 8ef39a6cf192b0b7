//! Hardware types (`driver`) that the conductors serve.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::client::Client;
use super::error::Error;
use crate::rest::{Request, segment};

/// A hardware type.
#[derive(Debug, Clone, Deserialize)]
pub struct Driver {
    /// Its name, which nodes have in `driver`.
    pub name: String,
    /// The conductors that serve it.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Other requested fields.
    #[serde(flatten)]
    more: BTreeMap<String, Value>,
}

impl Driver {
    /// The enabled interfaces of a kind (`deploy`, `network`, …). Only from [`Client::drivers_in_detail`].
    pub fn interfaces(&self, kind: &str) -> impl Iterator<Item = &str> {
        let names = self.more.get(&format!("enabled_{kind}_interfaces")).and_then(Value::as_array);
        names.into_iter().flatten().filter_map(Value::as_str)
    }

    /// The default of a field such as `boot_interface` for nodes of this type. Only from [`Client::drivers_in_detail`].
    #[must_use]
    pub fn default_of(&self, field: &str) -> Option<&str> {
        self.more.get(&format!("default_{field}"))?.as_str()
    }
}

#[derive(Deserialize)]
struct DriverList {
    drivers: Vec<Driver>,
}

impl Client {
    /// The hardware types that at least one conductor serves.
    ///
    /// A project-scoped user has no permission and gets a 500 from Ironic 39, so there is only one retry.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn drivers(&self) -> Result<Vec<Driver>, Error> {
        Ok(self.fetch::<DriverList>(&Request::get("drivers").retries(1))?.drivers)
    }

    /// Like [`Client::drivers`], with the interfaces of each.
    ///
    /// # Errors
    /// See [`Client::drivers`].
    pub fn drivers_in_detail(&self) -> Result<Vec<Driver>, Error> {
        Ok(self.fetch::<DriverList>(&Request::get("drivers").query("detail", "True").retries(1))?.drivers)
    }

    /// The `driver_info` keys of a hardware type, with Ironic's descriptions.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn driver_properties(
        &self,
        driver: &str,
    ) -> Result<serde_json::Map<String, serde_json::Value>, Error> {
        self.fetch(&Request::get(format!("drivers/{}/properties", segment(driver))).retries(1))
    }
}
