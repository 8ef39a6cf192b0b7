//! Finds the orphans in the evidence. A pure function.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;

use super::{GcEvidence, Orphan, OrphanKind, PortVifs, RAMDISK_VIF, TENANT_VIF};
use crate::cloud::neutron;
use crate::driver::instance::intent::{Intent, Reserved};
use crate::driver::network::is_created_by_farrier;
use crate::driver::node::credential_trial;
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::stage::time;
use crate::ironic::allocation::{Allocation, AllocationState};
use crate::ironic::{Node, ProvisionState};

impl GcEvidence {
    /// The orphans that have not changed for this long, and the number of orphans that changed later. An orphan without a
    /// known time of change counts as unchanged.
    #[must_use]
    pub fn orphans(&self, unchanged_for: Duration) -> (Vec<Orphan>, usize) {
        let mut all = self.orphaned_allocations();
        all.extend(self.unallocated_instances());
        all.extend(self.stale_vifs());
        all.extend(self.stale_ports());
        all.extend(self.ramdisk_ports());
        all.extend(self.stale_instance_info());
        all.extend(self.trial_nodes());
        let is_old = |orphan: &Orphan| {
            orphan.since.as_deref().and_then(time).is_none_or(|since| {
                self.now.duration_since(since).as_secs()
                    >= i64::try_from(unchanged_for.as_secs()).unwrap_or(i64::MAX)
            })
        };
        let (mut old, young): (Vec<Orphan>, Vec<Orphan>) = all.into_iter().partition(is_old);
        old.sort_by(|a, b| (a.kind, &a.since, &a.id).cmp(&(b.kind, &b.since, &b.id)));
        (old, young.len())
    }

    fn orphaned_allocations(&self) -> Vec<Orphan> {
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

    /// Free nodes that have `instance_info`: left over from an interrupted claim, or a rebuild concurrent with a `destroy`.
    fn stale_instance_info(&self) -> impl Iterator<Item = Orphan> {
        let is_free = |node: &&Node| {
            node.provision_state == ProvisionState::Available
                && node.instance_uuid.is_none()
                && node.allocation_uuid.is_none()
                && !node.instance_info.is_empty()
        };
        self.nodes.iter().filter(is_free).map(|node| {
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
        })
    }

    /// Temporary nodes left over from an interrupted trial of BMC credentials.
    fn trial_nodes(&self) -> impl Iterator<Item = Orphan> {
        self.nodes.iter().filter(|node| node.extra.contains_key(credential_trial::TRIAL_OF)).map(|node| {
            Orphan {
                kind: OrphanKind::CredentialTrial,
                id: node.uuid.clone(),
                name: node.name.clone(),
                node: Some(NodeRef::from(node)),
                since: later(node.provision_updated_at.as_ref(), node.updated_at.as_ref()),
                why: "temporary node that farrier created to test BMC credentials".to_owned(),
                remedy: None,
            }
        })
    }

    /// Nodes that have an instance without an allocation.
    fn unallocated_instances(&self) -> Vec<Orphan> {
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

    /// Attached VIFs without a Neutron port.
    fn stale_vifs(&self) -> Vec<Orphan> {
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

    /// Every VIF that Ironic records, with its key.
    fn attached(&self) -> impl Iterator<Item = (&PortVifs, &str, &str)> {
        self.node_ports
            .iter()
            .flat_map(|node_port| node_port.vifs().map(move |(key, vif)| (node_port, key, vif)))
    }

    /// Ports that farrier created for instances of this Ironic that do not exist any more.
    fn stale_ports(&self) -> Vec<Orphan> {
        let owners: HashSet<&str> = (self.allocations.iter().map(|allocation| allocation.uuid.as_str()))
            .chain(self.nodes.iter().map(|node| node.uuid.as_str()))
            .chain(self.nodes.iter().filter_map(|node| node.instance_uuid.as_deref()))
            .collect();
        let nodes: HashMap<&str, &Node> = self.nodes.iter().map(|node| (node.uuid.as_str(), node)).collect();
        let attached: HashMap<&str, &str> =
            self.attached().map(|(node_port, _, vif)| (vif, node_port.node.as_str())).collect();
        // An invisible claim may be another project's.
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
    fn ramdisk_ports(&self) -> Vec<Orphan> {
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

/// The later of two times.
fn later(a: Option<&String>, b: Option<&String>) -> Option<String> {
    let parsed = |text: Option<&String>| text.and_then(|text| time(text));
    if parsed(b) > parsed(a) { b.cloned() } else { a.cloned() }
}

/// Whether a ramdisk may run on the node: during an operation, after a failure, in rescue mode, or because Ironic left it
/// running for the next operation (Ironic: `fast_track`).
pub(super) fn may_have_ramdisk(node: &Node) -> bool {
    let state = &node.provision_state;
    let rests_in_one = *state == ProvisionState::Rescue || state.is_failed();
    !node.is_at_rest() || rests_in_one || node.driver_internal_info.contains_key("agent_url")
}

#[cfg(test)]
mod tests;
