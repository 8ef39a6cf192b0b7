//! Hardware data of inspections, and the recorded baseline that later inspections are compared with.

use serde_json::json;

use crate::drift::{InspectedHardware, RECORD};
use crate::driver::change_requests::ChangeTarget;
use crate::driver::watch::event::NodeRef;
use crate::driver::{Driver, Error};
use crate::ironic::node::NodeQuery;
use crate::ironic::port::Port;
use crate::ironic::version::Feature;
use crate::ironic::{Node, Patch};
use crate::rest::retry::Repeat;

impl Driver<'_> {
    /// All nodes, with the fields that describe their hardware, and all ports.
    ///
    /// # Errors
    /// The error of a request.
    pub fn nodes_and_ports(&self) -> Result<(Vec<Node>, Vec<Port>), Error> {
        let about = || Error::about(format!("nodes at {}", self.client.address()));
        let fields = ["uuid", "name", "properties", "extra", "resource_class"];
        let nodes = self.client.nodes(&NodeQuery::all().fields(&fields)).map_err(about())?;
        Ok((nodes, self.client.ports(None).map_err(about())?))
    }

    /// Whether this Ironic stores inventories, the results of inspections (API 1.81).
    #[must_use]
    pub fn keeps_inventories(&self) -> bool {
        self.client.has(Feature::Inventory)
    }

    /// Requires an Ironic that stores inventories.
    ///
    /// # Errors
    /// The server is too old.
    pub fn need_inventories(&self) -> Result<(), Error> {
        let about = Error::about(format!("nodes at {}", self.client.address()));
        self.client.require(Feature::Inventory).map_err(about)
    }

    /// The hardware that the last inspection found. None if the node was never inspected or the server stores no
    /// inventories.
    ///
    /// # Errors
    /// The error of a request.
    pub fn inspected(&self, node: &NodeRef) -> Result<Option<InspectedHardware>, Error> {
        if !self.keeps_inventories() {
            return Ok(None);
        }
        self.label(node);
        let about = Error::about(format!("node {}", node.label()));
        let found = self.client.node_inventory(&node.uuid).map_err(about)?;
        Ok(found.map(|found| InspectedHardware::of_inventory(&found)))
    }

    /// Records the hardware in the node's `extra`, as the baseline for later inspections.
    ///
    /// # Errors
    /// The error of a request.
    pub fn record_hardware(&self, node: &NodeRef, hardware: &InspectedHardware) -> Result<(), Error> {
        self.label(node);
        let mut progress = self.progress(&node.uuid, Some(node.clone()));
        let patch = Patch::new().add(format!("/extra/{RECORD}"), json!(hardware));
        let result = self.client.node(&node.uuid);
        let result = result.map_err(Error::about(format!("node {}", node.label()))).and_then(|node| {
            self.changing(&ChangeTarget::from(&node), Repeat::Safe, &mut progress, |guard| {
                self.client.patch_node(guard, &patch)
            })
        });
        progress.end(&result, |()| Some("recorded".to_owned()));
        result
    }
}
