//! Gathers the evidence: all allocations, nodes and ports of one Ironic and its Neutron.

use std::collections::HashSet;

use serde_json::Value;

use super::{GcEvidence, NeutronPorts, OF_RAMDISK, PortVifs};
use crate::cloud::neutron::{self, Neutron};
use crate::driver::network::farrier_port_filters;
use crate::driver::{Driver, Error};
use crate::ironic::node::NodeQuery;
use crate::rest;

impl Driver<'_> {
    /// Gathers everything that may be left over. Changes nothing.
    ///
    /// Lists owned objects before their owners. Otherwise an object created between the two requests would look like an
    /// orphan.
    ///
    /// # Errors
    /// A failed request to Ironic. If Neutron is unreachable, its ports are not evaluated.
    pub fn gather_evidence(&self) -> Result<GcEvidence, Error> {
        let about = || Error::about(format!("leftovers at {}", self.client.address()));
        let asked = self.neutron.as_ref().map(labeled_ports).transpose();
        let labeled =
            asked.inspect_err(|error| tracing::info!(%error, "the ports are unknown")).ok().flatten();
        let node_ports = self.all_node_ports().map_err(about())?;
        let allocations = self.client.allocations().map_err(about())?;
        let nodes = self.client.nodes(&NodeQuery::all().detail()).map_err(about())?;
        let neutron = match (&self.neutron, labeled) {
            (Some(neutron), Some(ports)) => with_known(neutron, ports, &node_ports)
                .inspect_err(|error| tracing::info!(%error, "the ports of attached VIFs are unknown"))
                .ok(),
            _ => None,
        };
        Ok(GcEvidence {
            allocations,
            nodes,
            node_ports,
            neutron,
            // Users who may list conductors see all nodes and allocations (Ironic: `ironic/common/policy.py`).
            sees_all: self.client.conductors().is_ok(),
            description_suffix: self.site_label(),
            project: self.client.identity().and_then(|identity| identity.project_id),
            now: self.client.now(),
        })
    }

    fn all_node_ports(&self) -> Result<Vec<PortVifs>, crate::ironic::Error> {
        let node_port = |node: Option<String>, address, rest: &serde_json::Map<String, Value>| {
            let internal_info = rest.get("internal_info").and_then(Value::as_object);
            PortVifs {
                node: node.unwrap_or_default(),
                address,
                internal_info: internal_info.cloned().unwrap_or_default(),
            }
        };
        let ports = self.client.ports(None)?.into_iter();
        let groups = self.client.portgroups(None)?.into_iter();
        let ports = ports.map(|port| node_port(port.node_uuid, Some(port.address), &port.rest));
        Ok(ports.chain(groups.map(|group| node_port(group.node_uuid, group.address, &group.rest))).collect())
    }
}

/// The ports whose `device_owner` is farrier's or Ironic's for ramdisks.
fn labeled_ports(neutron: &Neutron) -> Result<NeutronPorts, rest::Error> {
    let of = |owner: &str| neutron.list::<neutron::Port>(&[("device_owner", owner.to_owned())]);
    Ok(NeutronPorts {
        ours: neutron.list(&farrier_port_filters())?,
        of_ramdisks: of(OF_RAMDISK)?,
        known: HashSet::new(),
        sees_all: neutron.shows_all_ports()?,
    })
}

/// Adds the UUIDs of the existing ports of all attached VIFs.
fn with_known(
    neutron: &Neutron,
    ports: NeutronPorts,
    node_ports: &[PortVifs],
) -> Result<NeutronPorts, rest::Error> {
    let ids = node_ports.iter().flat_map(|node_port| node_port.vifs().map(|(_, vif)| vif));
    let known: Vec<neutron::Port> = neutron.by_id(ids)?;
    Ok(NeutronPorts { known: known.into_iter().map(|port| port.id).collect(), ..ports })
}
