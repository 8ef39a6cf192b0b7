//! Chassis: groups of nodes.

use reqwest::Method;
use serde_json::{Map, Value};

use super::client::Client;
use super::error::Error;
use super::patch::Patch;
use crate::rest::retry::Repeat;
use crate::rest::{Request, segment};

fn path(uuid: &str) -> String {
    format!("chassis/{}", segment(uuid))
}

impl Client {
    /// Reads a chassis as JSON.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn chassis(&self, uuid: &str) -> Result<Map<String, Value>, Error> {
        self.fetch(&Request::get(path(uuid)))
    }

    /// All chassis.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn all_chassis(&self) -> Result<Vec<Map<String, Value>>, Error> {
        let mut all = Vec::new();
        self.list("chassis", &[("detail", "True".to_owned())], |chassis| all.push(chassis))?;
        Ok(all)
    }

    /// Creates a chassis. The body must contain a `uuid` chosen by the caller.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`]; [`super::Fault::AlreadyExists`] also if an earlier attempt arrived and its response was lost.
    pub fn create_chassis(&self, chassis: &Map<String, Value>) -> Result<(), Error> {
        self.send(&Request::new(Method::POST, "chassis").json(chassis).repeat(Repeat::Safe))
    }

    /// Changes a chassis.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn patch_chassis(&self, uuid: &str, patch: &Patch) -> Result<(), Error> {
        self.send(&Request::new(Method::PATCH, path(uuid)).json(patch))
    }
}
