//! Hardware types ("drivers") that the conductors serve.

use serde::Deserialize;

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
    /// As every request: see [`Error`].
    pub fn drivers(&self) -> Result<Vec<Driver>, Error> {
        Ok(self.fetch::<Drivers>(&Request::get("drivers").retries(1))?.drivers)
    }

    /// The keys of `driver_info` that a hardware type knows, each with Ironic's help.
    ///
    /// # Errors
    /// As every request: see [`Error`].
    pub fn driver_properties(
        &self,
        driver: &str,
    ) -> Result<serde_json::Map<String, serde_json::Value>, Error> {
        self.fetch(&Request::get(format!("drivers/{}/properties", segment(driver))).retries(1))
    }
}
