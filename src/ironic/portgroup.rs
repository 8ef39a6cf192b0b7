//! Port groups: bonds of network cards.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::client::Client;
use super::error::Error;
use super::patch::Patch;
use crate::rest::retry::Repeat;
use crate::rest::{Request, segment};

/// A group of ports of one node.
#[derive(Debug, Clone, Deserialize)]
pub struct Portgroup {
    /// Its UUID.
    pub uuid: String,
    /// Its name, unique in Ironic.
    #[serde(default)]
    pub name: Option<String>,
    /// Its MAC address.
    #[serde(default)]
    pub address: Option<String>,
    /// The node it belongs to.
    #[serde(default)]
    pub node_uuid: Option<String>,
    /// All other fields.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

impl Client {
    /// The port groups of one node or of all nodes.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn portgroups(&self, node: Option<&str>) -> Result<Vec<Portgroup>, Error> {
        let mut query = vec![("detail", "True".to_owned())];
        query.extend(node.map(|node| ("node", node.to_owned())));
        let mut groups = Vec::new();
        self.list("portgroups", &query, |group| groups.push(group))?;
        Ok(groups)
    }

    /// Creates a port group. The body must contain a `uuid` chosen by the caller and the node's UUID.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn create_portgroup(&self, group: &Map<String, Value>) -> Result<(), Error> {
        self.send(&Request::new(Method::POST, "portgroups").json(group).repeat(Repeat::Safe))
    }

    /// Changes a port group.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn patch_portgroup(&self, uuid: &str, patch: &Patch) -> Result<(), Error> {
        self.send(&Request::new(Method::PATCH, format!("portgroups/{}", segment(uuid))).json(patch))
    }

    /// Deletes a port group, which must be empty. One that is already gone is no error.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn remove_portgroup(&self, uuid: &str) -> Result<(), Error> {
        self.remove(format!("portgroups/{}", segment(uuid)))
    }
}
