//! VIFs that are attached to nodes but have no Neutron port.

use std::collections::HashMap;

use super::remove::refuse;
use super::{GcEvidence, Orphan, OrphanKind, RAMDISK_VIF, TENANT_VIF};
use crate::driver::change_requests::ChangeTarget;
use crate::driver::instance::lookup::optional;
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Driver, Error, OnStop};
use crate::ironic::Node;

impl GcEvidence {
    /// Attached VIFs without a Neutron port.
    pub(super) fn stale_vifs(&self) -> Vec<Orphan> {
        let Some(ports) = self.neutron.as_ref().filter(|ports| ports.sees_all) else { return Vec::new() };
        let nodes: HashMap<&str, &Node> = self.nodes.iter().map(|node| (node.uuid.as_str(), node)).collect();
        let mut orphans = Vec::new();
        for (node_port, key, vif) in self.attached().filter(|(_, _, vif)| !ports.known.contains(*vif)) {
            let Some(node) = nodes.get(node_port.node.as_str()) else { continue };
            let state = &node.provision_state;
            let mac = node_port.address.as_deref().unwrap_or("a port group");
            let (kind, why, remedy) = if key == TENANT_VIF {
                let remedy = (!node.is_at_rest())
                    .then(|| format!("wait until the operation on its node ends (`{state}`)"));
                (
                    OrphanKind::StaleVif,
                    format!("it is attached to {mac}, but its Neutron port does not exist"),
                    remedy,
                )
            } else if state.waits_for_ramdisk() {
                let what = key.trim_end_matches(RAMDISK_VIF);
                let label = node.label();
                let remedy = format!("`farrier node abort {label}`, then `farrier why {label}`");
                let why = format!(
                    "its node is `{state}`, but the Neutron port of its {what} network does not exist"
                );
                (OrphanKind::StaleRamdiskVif, why, Some(remedy))
            } else {
                // The next ramdisk overwrites it.
                continue;
            };
            let (id, node) = (vif.to_owned(), Some(NodeRef::from(*node)));
            orphans.push(Orphan { kind, id, name: None, node, since: None, why, remedy });
        }
        orphans
    }
}

/// Detaches a VIF.
pub(super) fn remove_vif(
    driver: &Driver<'_>,
    orphan: &Orphan,
    progress: &mut Progress<'_>,
) -> Result<(), Error> {
    let id = orphan.id.as_str();
    let Some(node) = &orphan.node else { return Ok(()) };
    if driver.known_ports(&[id.to_owned()]).is_none_or(|known| !known.is_empty()) {
        return Err(refuse(progress, "its port exists in Neutron, or Neutron is unreachable"));
    }
    let about = Error::about(progress.name());
    let Some(node) = optional(driver.client.node(&node.uuid)).map_err(about)? else {
        return Ok(());
    };
    driver.detach(&ChangeTarget::from(&node), id, OnStop::End, progress)
}

/// Refuses to remove the VIF of a ramdisk.
pub(super) fn keep_ramdisk_vif(_: &Driver<'_>, _: &Orphan, progress: &mut Progress<'_>) -> Result<(), Error> {
    Err(refuse(progress, "Ironic replaces it when the node boots the next ramdisk"))
}
