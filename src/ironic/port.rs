//! Ports: NICs of nodes.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::client::Client;
use super::error::Error;
use super::patch::Patch;
use crate::rest::retry::Repeat;
use crate::rest::{Request, segment};

/// A network card of a node.
#[derive(Debug, Clone, Deserialize)]
pub struct Port {
    /// Its UUID.
    pub uuid: String,
    /// Its MAC address in lower case.
    pub address: String,
    /// The node it belongs to.
    #[serde(default)]
    pub node_uuid: Option<String>,
    /// All other fields.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl Client {
    /// The ports of one node or of all nodes.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn ports(&self, node: Option<&str>) -> Result<Vec<Port>, Error> {
        let mut query = vec![("detail", "True".to_owned())];
        query.extend(node.map(|node| ("node", node.to_owned())));
        let mut ports = Vec::new();
        self.list("ports", &query, |port| ports.push(port))?;
        Ok(ports)
    }

    /// Creates a port. The body must contain a `uuid` chosen by the caller and the node's UUID.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`]; [`super::Fault::AlreadyExists`] for a MAC address that any port in Ironic has.
    pub fn create_port(&self, port: &Map<String, Value>) -> Result<(), Error> {
        self.send(&Request::new(Method::POST, "ports").json(port).repeat(Repeat::Safe))
    }

    /// Changes a port. Most fields can be changed only if the node is in `enroll`, `manageable` or maintenance.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn patch_port(&self, uuid: &str, patch: &Patch) -> Result<(), Error> {
        self.send(&Request::new(Method::PATCH, format!("ports/{}", segment(uuid))).json(patch))
    }

    /// Deletes a port. One that is already gone is no error.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn remove_port(&self, uuid: &str) -> Result<(), Error> {
        self.remove(format!("ports/{}", segment(uuid)))
    }
}
