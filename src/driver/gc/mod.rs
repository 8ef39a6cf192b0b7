//! Finds and removes orphans for `gc`: allocations without a node, ports without an instance, VIFs without a port.
//!
//! [`Driver::gather_evidence`] gathers the evidence and changes nothing; [`GcEvidence::orphans`] evaluates it without further
//! requests; [`Driver::remove_orphan`] checks an orphan again and removes it.
//!
//! Several Ironics may share a Neutron, and some users see only a part. So an object is an orphan only if this user would
//! see its owner.

mod evaluate;
mod evidence;
mod remove;

use std::collections::HashSet;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Driver;
use super::watch::event::NodeRef;
use crate::cloud::neutron;
use crate::ironic::Node;
use crate::ironic::allocation::Allocation;

/// The `device_owner` of the Neutron ports that Ironic creates for ramdisks (Ironic: `ironic/common/neutron.py`).
const OF_RAMDISK: &str = "baremetal:none";

/// The key of a port's or port group's `internal_info` for its tenant VIF (Ironic:
/// `ironic/drivers/modules/network/common.py`).
const TENANT_VIF: &str = "tenant_vif_port_id";

/// The suffix of the keys for VIFs of ramdisks: `cleaning_vif_port_id`, `provisioning_…`.
const RAMDISK_VIF: &str = "_vif_port_id";

/// The kind of an orphan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OrphanKind {
    /// An allocation that got no node and still occupies its name.
    FailedAllocation,
    /// An allocation that no conductor processes.
    StuckAllocation,
    /// A reservation that has expired.
    ExpiredReservation,
    /// A claim by farrier without a deploy.
    UnusedAllocation,
    /// An instance on a node that no allocation and no known tool owns.
    UnallocatedInstance,
    /// A VIF that is attached to a node but has no Neutron port.
    StaleVif,
    /// A port that farrier created for an instance that does not exist any more.
    StalePort,
    /// A port of a ramdisk (cleaning, provisioning, …) that does not run any more.
    StaleRamdiskPort,
    /// The VIF of a ramdisk that a node waits for, without a Neutron port.
    StaleRamdiskVif,
    /// `instance_info` on a free node: the next tenant must not inherit it.
    StaleInstanceInfo,
    /// A temporary node of a trial of BMC credentials.
    CredentialTrial,
}

impl OrphanKind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::FailedAllocation,
        Self::StuckAllocation,
        Self::ExpiredReservation,
        Self::UnusedAllocation,
        Self::UnallocatedInstance,
        Self::StaleVif,
        Self::StalePort,
        Self::StaleRamdiskPort,
        Self::StaleRamdiskVif,
        Self::StaleInstanceInfo,
        Self::CredentialTrial,
    ];

    /// Its name in output and options.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FailedAllocation => "failed-allocation",
            Self::StuckAllocation => "stuck-allocation",
            Self::ExpiredReservation => "expired-reservation",
            Self::UnusedAllocation => "unused-allocation",
            Self::UnallocatedInstance => "unallocated-instance",
            Self::StaleVif => "stale-vif",
            Self::StalePort => "stale-port",
            Self::StaleRamdiskPort => "stale-ramdisk-port",
            Self::StaleRamdiskVif => "stale-ramdisk-vif",
            Self::StaleInstanceInfo => "stale-instance-info",
            Self::CredentialTrial => "credential-trial",
        }
    }
}

/// An object whose owner is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Orphan {
    /// Its kind.
    pub kind: OrphanKind,
    /// The UUID of the allocation, instance, port or node.
    pub id: String,
    /// Its name, if any.
    pub name: Option<String>,
    /// The node that it belongs to.
    pub node: Option<NodeRef>,
    /// When it last changed, RFC 3339, if known.
    pub since: Option<String>,
    /// Why it is an orphan.
    pub why: String,
    /// Why `gc` does not remove it, and what to run instead; `None` if `gc` removes it.
    pub remedy: Option<String>,
}

impl Orphan {
    /// Whether this is its ID or name.
    #[must_use]
    pub fn is_called(&self, id: &str) -> bool {
        self.id == id || self.name.as_deref() == Some(id)
    }
}

/// The input of [`GcEvidence::orphans`]. Lists that could not be read are empty.
#[derive(Debug, Clone)]
pub struct GcEvidence {
    /// The allocations that are visible to this user.
    pub allocations: Vec<Allocation>,
    /// The nodes that are visible to this user, with all fields.
    pub nodes: Vec<Node>,
    /// Their ports and port groups.
    pub node_ports: Vec<PortVifs>,
    /// The ports of Neutron, if it is reachable.
    pub neutron: Option<NeutronPorts>,
    /// Whether every node and allocation of this Ironic is visible to this user.
    pub sees_all: bool,
    /// The end of the description of ports that were created for instances of this Ironic.
    pub description_suffix: String,
    /// The project of this user.
    pub project: Option<String>,
    /// The current time by Ironic's clock.
    pub now: Timestamp,
}

/// The VIFs of an Ironic port or port group.
#[derive(Debug, Clone, Default)]
pub struct PortVifs {
    /// The node.
    pub node: String,
    /// Its MAC address; a port group may have none.
    pub address: Option<String>,
    /// Its `internal_info`.
    pub internal_info: Map<String, Value>,
}

impl PortVifs {
    /// The VIFs that Ironic records, each with its key.
    fn vifs(&self) -> impl Iterator<Item = (&str, &str)> {
        let noted = self.internal_info.iter().filter(|(key, _)| key.ends_with(RAMDISK_VIF));
        noted.filter_map(|(key, vif)| Some((key.as_str(), vif.as_str()?)))
    }
}

/// Ports of Neutron.
#[derive(Debug, Clone, Default)]
pub struct NeutronPorts {
    /// Those that farrier created.
    pub ours: Vec<neutron::Port>,
    /// Those that Ironic created for ramdisks.
    pub of_ramdisks: Vec<neutron::Port>,
    /// The UUIDs of the attached ports that exist.
    pub known: HashSet<String>,
    /// Whether the ports of every project are visible to this user.
    pub sees_all: bool,
}

impl Driver<'_> {
    /// The end of the description of ports that were created for instances of this Ironic.
    fn site_label(&self) -> String {
        format!(" at {}", self.client.address())
    }
}
