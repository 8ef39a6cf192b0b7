//! Allocations and instances without an owner.

use std::collections::HashMap;

use jiff::Timestamp;

use super::evaluate::later;
use super::remove::refuse;
use super::{GcEvidence, Orphan, OrphanKind};
use crate::driver::instance::claim::Claim;
use crate::driver::instance::intent::{Intent, Reserved};
use crate::driver::instance::lookup::optional;
use crate::driver::network::Networked;
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Aftermath, Driver, Error};
use crate::ironic::Node;
use crate::ironic::allocation::{Allocation, AllocationState};

impl GcEvidence {
    /// Allocations without a node, and claims without a deploy.
    pub(super) fn orphaned_allocations(&self) -> Vec<Orphan> {
        let nodes: HashMap<&str, &Node> = self.nodes.iter().map(|node| (node.uuid.as_str(), node)).collect();
        let orphan_of = |allocation: &Allocation| {
            let node = allocation.node_uuid.as_deref().and_then(|uuid| nodes.get(uuid).copied());
            let reserved_or_ours = Intent::read(&allocation.extra);
            let (kind, why) = match (&allocation.state, reserved_or_ours) {
                (AllocationState::Error, _) => {
                    let why = allocation.last_error.as_deref().unwrap_or("no reason given");
                    (OrphanKind::FailedAllocation, format!("the allocation failed: {why}"))
                }
                (AllocationState::Allocating, _) => {
                    (OrphanKind::StuckAllocation, "still `allocating`: no conductor processes it".to_owned())
                }
                (_, Some(intent)) => self.claim_of_ours(&intent, node?)?,
                _ => return None,
            };
            Some(Orphan {
                kind,
                id: allocation.uuid.clone(),
                name: allocation.name.clone(),
                node: node.map(NodeRef::from),
                // A reservation has its own expiry time.
                since: if kind == OrphanKind::ExpiredReservation {
                    None
                } else {
                    let changed_at = allocation.updated_at.as_ref().or(allocation.created_at.as_ref());
                    later(changed_at, node.and_then(|node| node.updated_at.as_ref()))
                },
                why,
                remedy: None,
            })
        };
        self.allocations.iter().filter_map(orphan_of).collect()
    }

    /// Why a claim with this intent is an orphan, if it is one.
    fn claim_of_ours(&self, intent: &Intent, node: &Node) -> Option<(OrphanKind, String)> {
        if !node.provision_state.is_idle() {
            return None;
        }
        match &intent.reserved {
            Some(Reserved { until: Some(until) }) if *until <= self.now => {
                Some((OrphanKind::ExpiredReservation, format!("the reservation expired at {until:.0}")))
            }
            Some(_) => None,
            None => Some((
                OrphanKind::UnusedAllocation,
                "farrier created this allocation, but never started the deploy".to_owned(),
            )),
        }
    }

    /// Nodes that have an instance without an allocation.
    pub(super) fn unallocated_instances(&self) -> Vec<Orphan> {
        let orphan_of = |node: &Node| {
            let instance = node.instance_uuid.as_ref().filter(|_| node.allocation_uuid.is_none())?;
            let idle = node.provision_state.is_idle();
            let state = &node.provision_state;
            // Nova: `nova/virt/ironic/patcher.py`.
            let by_nova = node.instance_info.contains_key("nova_host_id");
            let (kind, why) = match Intent::read(&node.instance_info) {
                Some(intent) => self.claim_of_ours(&intent, node)?,
                None if by_nova && !idle => return None,
                None => {
                    let maker = if by_nova { "Nova created this instance" } else { "it has no allocation" };
                    (OrphanKind::UnallocatedInstance, format!("{maker}, and its node is `{state}`"))
                }
            };
            let remedy = (!idle)
                .then(|| format!("if nobody needs it: `farrier destroy {instance}` (its data may be lost)"));
            Some(Orphan {
                kind,
                id: instance.clone(),
                name: node.display_name().map(str::to_owned),
                node: Some(NodeRef::from(node)),
                since: node.updated_at.clone().filter(|_| kind != OrphanKind::ExpiredReservation),
                why,
                remedy,
            })
        };
        self.nodes.iter().filter_map(orphan_of).collect()
    }
}

/// Deletes an allocation that has no node.
pub(super) fn remove_unassigned(
    driver: &Driver<'_>,
    orphan: &Orphan,
    progress: &mut Progress<'_>,
) -> Result<(), Error> {
    let id = orphan.id.as_str();
    let about = || Error::about(format!("allocation {id}"));
    let Some(now) = optional(driver.client.allocation(id)).map_err(about())? else { return Ok(()) };
    if !matches!(now.state, AllocationState::Error | AllocationState::Allocating) {
        return Err(refuse(progress, "it now has a node"));
    }
    driver.check_canceled(progress, Aftermath::AsItWas)?;
    driver.patiently(progress, || driver.client.delete_allocation(id))
}

/// Releases a claim, and the node that it holds.
pub(super) fn remove_claim(
    driver: &Driver<'_>,
    orphan: &Orphan,
    progress: &mut Progress<'_>,
) -> Result<(), Error> {
    let id = orphan.id.as_str();
    let Some(node) = &orphan.node else { return Ok(()) };
    let allocation = optional(driver.client.allocation(id)).map_err(Error::about(progress.name()))?;
    // All fields, because Ironic does not accept `updated_at` in a list of fields.
    let now = optional(driver.client.node_whole(&node.uuid));
    let now = now.map_err(Error::about(progress.name()))?;
    let now: Option<Node> = now.and_then(|node| serde_json::from_value(node.into()).ok());
    if !still_as_listed(orphan, allocation.as_ref(), now.as_ref(), driver.client.now()) {
        return Err(refuse(progress, "it is in use again, or was renewed"));
    }
    let claim = Claim {
        uuid: id.to_owned(),
        node: node.clone(),
        allocated: allocation.is_some(),
        created_at: None,
        networked: Networked::Unknown,
    };
    if driver.release(&claim, progress)? {
        return Ok(());
    }
    Err(refuse(progress, "a deploy on it is in progress"))
}

/// Whether an orphan is unchanged in Ironic since it was listed. A deleted one counts as unchanged: removing it again
/// does nothing.
pub(super) fn still_as_listed(
    orphan: &Orphan,
    allocation: Option<&Allocation>,
    node: Option<&Node>,
    now: Timestamp,
) -> bool {
    if orphan.kind != OrphanKind::ExpiredReservation {
        let claim_changed =
            allocation.and_then(|found| found.updated_at.as_ref().or(found.created_at.as_ref()));
        let node_changed = node.and_then(|node| node.updated_at.as_ref());
        return node.is_none() || later(claim_changed, node_changed) == orphan.since;
    }
    let noted = allocation.map(|allocation| &allocation.extra).or(node.map(|node| &node.instance_info));
    let reserved = noted.and_then(Intent::read).and_then(|intent| intent.reserved);
    match (allocation, reserved) {
        (_, Some(reserved)) => reserved.has_expired(now),
        (Some(_), None) => false,
        (None, None) => node.is_none_or(|node| node.instance_uuid.as_deref() != Some(&orphan.id)),
    }
}
