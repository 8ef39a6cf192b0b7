//! Neutron ports of instances and ramdisks that do not exist any more.

use std::collections::{HashMap, HashSet};

use super::evaluate::later;
use super::remove::refuse;
use super::{GcEvidence, Orphan, OrphanKind};
use crate::cloud::neutron;
use crate::driver::instance::lookup::optional;
use crate::driver::network::is_created_by_farrier;
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Driver, Error};
use crate::ironic::{Node, ProvisionState};

impl GcEvidence {
    /// Ports that farrier created for instances of this Ironic that do not exist any more.
    pub(super) fn stale_ports(&self) -> Vec<Orphan> {
        let owners: HashSet<&str> = (self.allocations.iter().map(|allocation| allocation.uuid.as_str()))
            .chain(self.nodes.iter().map(|node| node.uuid.as_str()))
            .chain(self.nodes.iter().filter_map(|node| node.instance_uuid.as_deref()))
            .collect();
        let nodes: HashMap<&str, &Node> = self.nodes.iter().map(|node| (node.uuid.as_str(), node)).collect();
        let attached: HashMap<&str, &str> =
            self.attached().map(|(node_port, _, vif)| (vif, node_port.node.as_str())).collect();
        // A claim that this user cannot see may belong to another project.
        let would_see = |port: &neutron::Port| {
            self.sees_all || port.project_id.is_some() && port.project_id == self.project
        };
        let is_stale = |port: &&neutron::Port| {
            is_created_by_farrier(port)
                && port.description.ends_with(&self.description_suffix)
                && !owners.contains(port.device_id.as_str())
                && would_see(port)
        };
        let orphan_of = |port: &neutron::Port| {
            let node = attached.get(port.id.as_str()).and_then(|uuid| nodes.get(uuid).copied());
            let remedy = node.map(|node| {
                format!("it is still attached; first run `farrier vif detach {} {}`", node.label(), port.id)
            });
            Orphan {
                kind: OrphanKind::StalePort,
                id: port.id.clone(),
                name: Some(port.name.clone()).filter(|name| !name.is_empty()),
                node: node.map(NodeRef::from),
                since: port.created_at.clone(),
                why: format!("it was created for instance {}, which does not exist", port.device_id),
                remedy,
            }
        };
        let ours = self.neutron.iter().flat_map(|ports| &ports.ours);
        ours.filter(is_stale).map(orphan_of).collect()
    }

    /// Ports of ramdisks that do not run any more.
    pub(super) fn ramdisk_ports(&self) -> Vec<Orphan> {
        let Some(ports) = self.neutron.as_ref().filter(|ports| ports.sees_all) else { return Vec::new() };
        let by_mac: HashMap<&str, &str> = self
            .node_ports
            .iter()
            .filter_map(|node_port| Some((node_port.address.as_deref()?, node_port.node.as_str())))
            .collect();
        let mut orphans = Vec::new();
        for port in &ports.of_ramdisks {
            let is_host = |node: &&Node| {
                port.host_id.as_deref() == Some(&node.uuid)
                    || port.device_id == node.uuid
                    || node.instance_uuid.as_deref().is_some_and(|instance| instance == port.device_id)
            };
            let mac = port.mac_address.as_deref().unwrap_or_default();
            let node_by_mac = || {
                let uuid = by_mac.get(mac)?;
                self.nodes.iter().find(|node| node.uuid == *uuid)
            };
            let node = self.nodes.iter().find(is_host).or_else(node_by_mac);
            let (why, remedy) = match node {
                Some(node) if may_have_ramdisk(node) => continue,
                Some(node) => (format!("its node is `{}` and runs no ramdisk", node.provision_state), None),
                None if !self.sees_all => continue,
                None => {
                    let remedy = format!(
                        "if no other Ironic that shares this Neutron owns it: `openstack port delete {}`",
                        port.id
                    );
                    (
                        format!("it was created for a ramdisk, but no node of this Ironic has {mac}"),
                        Some(remedy),
                    )
                }
            };
            orphans.push(Orphan {
                kind: OrphanKind::StaleRamdiskPort,
                id: port.id.clone(),
                name: Some(port.name.clone()).filter(|name| !name.is_empty()),
                node: node.map(NodeRef::from),
                since: later(port.created_at.as_ref(), node.and_then(|node| node.updated_at.as_ref())),
                why,
                remedy,
            });
        }
        orphans
    }
}

/// Deletes a port of an instance that does not exist.
pub(super) fn remove_port(
    driver: &Driver<'_>,
    orphan: &Orphan,
    progress: &mut Progress<'_>,
) -> Result<(), Error> {
    let id = orphan.id.as_str();
    let client = driver.neutron(id)?;
    let found: Vec<neutron::Port> = client.by_id([id]).map_err(Error::at_service(format!("port {id}")))?;
    for port in &found {
        if driver.has_owner(port)? {
            return Err(refuse(progress, "its instance exists"));
        }
    }
    client.delete_port(id).map_err(Error::at_service(format!("port {id}")))
}

/// Deletes a port of a ramdisk.
pub(super) fn remove_ramdisk_port(
    driver: &Driver<'_>,
    orphan: &Orphan,
    progress: &mut Progress<'_>,
) -> Result<(), Error> {
    let id = orphan.id.as_str();
    let about = || Error::about(progress.name());
    let node = match &orphan.node {
        Some(node) => optional(driver.client.node(&node.uuid)).map_err(about())?,
        None => None,
    };
    if node.is_some_and(|node| may_have_ramdisk(&node)) {
        return Err(refuse(progress, "a ramdisk may be running on its node"));
    }
    driver.neutron(id)?.delete_port(id).map_err(Error::at_service(format!("port {id}")))
}

/// Whether a ramdisk may run on the node: during an operation, after a failure, in rescue mode, or because Ironic left it
/// running for the next operation (Ironic: `fast_track`).
fn may_have_ramdisk(node: &Node) -> bool {
    let state = &node.provision_state;
    let rests_in_one = *state == ProvisionState::Rescue || state.is_failed();
    !node.is_at_rest() || rests_in_one || node.driver_internal_info.contains_key("agent_url")
}
