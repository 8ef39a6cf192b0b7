//! VIFs: virtual interfaces (Neutron ports) that are attached to nodes.

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::client::Client;
use super::error::Error;
use super::guard::Guard;
use crate::rest::{Request, segment};

#[derive(Deserialize)]
struct List {
    vifs: Vec<Vif>,
}

#[derive(Deserialize)]
struct Vif {
    id: String,
}

impl Client {
    /// The VIFs of a node. A node with the network interface `noop` never has any, even after an attach request.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`].
    pub fn vifs(&self, node: &str) -> Result<Vec<String>, Error> {
        let list: List = self.fetch(&Request::get(format!("nodes/{}/vifs", segment(node))))?;
        Ok(list.vifs.into_iter().map(|vif| vif.id).collect())
    }

    /// Attaches a VIF to a free port or port group that Ironic selects. If the response is lost, check the list.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`]; [`super::Fault::BadRequest`] if the node has no free port, [`super::Fault::Conflict`] if the VIF is already attached.
    pub fn attach_vif(&self, guard: Guard, vif: &str) -> Result<(), Error> {
        self.send_once(Request::new(Method::POST, guard.path("/vifs")).json(&json!({"id": vif})))
    }

    /// Detaches a VIF.
    ///
    /// # Errors
    /// Any error of a request: see [`Error`]; [`super::Fault::BadRequest`] if it is not attached.
    pub fn detach_vif(&self, guard: Guard, vif: &str) -> Result<(), Error> {
        self.send_once(Request::new(Method::DELETE, guard.path(&format!("/vifs/{}", segment(vif)))))
    }
}
