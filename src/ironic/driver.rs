//! Hardware types ("drivers") that the conductors serve.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::client::Client;
use super::error::Error;
use crate::rest::{Request, segment};

/// A hardware type.
#[derive(Debug, Clone, Deserialize)]
pub struct Driver {
    /// Its name, as nodes have it in `driver`.
    pub name: String,
    /// The conductors that serve it.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// What else was asked for.
    #[serde(flatten)]
    more: BTreeMap<String, Value>,
}

impl Driver {
    /// The interfaces of a kind (`deploy`, `network`, …) that nodes of this type may have; none unless
    /// [`Client::drivers_in_detail`] gave it.
    pub fn interfaces(&self, kind: &str) -> impl Iterator<Item = &str> {
        let names = self.more.get(&format!("enabled_{kind}_interfaces")).and_then(Value::as_array);
        names.into_iter().flatten().filter_map(Value::as_str)
    }

    /// What a field such as `boot_interface` is of nodes of this type for which nobody says it; nothing unless
    /// [`Client::drivers_in_detail`] gave it.
    #[must_use]
    pub fn default_of(&self, field: &str) -> Option<&str> {
        self.more.get(&format!("default_{field}"))?.as_str()
    }
}

#[derive(Deserialize)]
struct Drivers {
    drivers: Vec<Driver>,
}

impl Client {
    /// The hardware types that some conductor serves. A project's user gets an error from Ironic 39.
    ///
    /// A project's user may not ask, and is answered 500 (Ironic 39): it is hardly tried again.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn drivers(&self) -> Result<Vec<Driver>, Error> {
        Ok(self.fetch::<Drivers>(&Request::get("drivers").retries(1))?.drivers)
    }

    /// The same with the interfaces of each.
    ///
    /// # Errors
    /// As [`Client::drivers`].
    pub fn drivers_in_detail(&self) -> Result<Vec<Driver>, Error> {
        Ok(self.fetch::<Drivers>(&Request::get("drivers").query("detail", "True").retries(1))?.drivers)
    }

    /// The keys of `driver_info` that a hardware type knows, each with Ironic's help.
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
