//! `instance_info` on free nodes.

use super::evaluate::later;
use super::remove::refuse;
use super::{GcEvidence, Orphan, OrphanKind};
use crate::driver::change_requests::ChangeTarget;
use crate::driver::instance::lookup::optional;
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Driver, Error};
use crate::ironic::{Node, Patch, ProvisionState};
use crate::rest::retry::Repeat;

impl GcEvidence {
    /// Free nodes that have `instance_info`: left over from an interrupted claim, or a rebuild concurrent with a `destroy`.
    pub(super) fn stale_instance_info(&self) -> Vec<Orphan> {
        let is_free = |node: &&Node| {
            node.provision_state == ProvisionState::Available
                && node.instance_uuid.is_none()
                && node.allocation_uuid.is_none()
                && !node.instance_info.is_empty()
        };
        let orphan_of = |node: &Node| {
            let keys: Vec<&str> = node.instance_info.keys().map(String::as_str).collect();
            Orphan {
                kind: OrphanKind::StaleInstanceInfo,
                id: node.uuid.clone(),
                name: node.name.clone(),
                node: Some(NodeRef::from(node)),
                since: later(node.provision_updated_at.as_ref(), node.updated_at.as_ref()),
                why: format!("the node is free but still has `instance_info`: {}", keys.join(", ")),
                remedy: None,
            }
        };
        self.nodes.iter().filter(is_free).map(orphan_of).collect()
    }
}

/// Removes `instance_info` from a free node.
pub(super) fn remove_instance_info(
    driver: &Driver<'_>,
    orphan: &Orphan,
    progress: &mut Progress<'_>,
) -> Result<(), Error> {
    let id = orphan.id.as_str();
    let node = optional(driver.client.node(id)).map_err(Error::about(progress.name()))?;
    let Some(node) = node.filter(|node| !node.instance_info.is_empty()) else { return Ok(()) };
    if node.instance_uuid.is_some() || node.provision_state != ProvisionState::Available {
        return Err(refuse(progress, "the node is not free any more"));
    }
    let patch = Patch::new().remove("/instance_info");
    driver.changing(&ChangeTarget::from(&node), Repeat::Safe, progress, |guard| {
        driver.client.patch_node(guard, &patch)
    })
}
