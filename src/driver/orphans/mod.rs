//! What is left of things that are gone: claims without machine, ports without instance, VIFs without port.
//!
//! [`Driver::left_behind`] gathers the evidence, reading only; [`Evidence::orphans`] judges it, asking nobody;
//! [`Driver::remove_orphan`] looks once more before it removes one.
//!
//! Several Ironics may share a Neutron, and much is hidden from some users. So nothing counts as an orphan because it is
//! not seen: only where whoever asks would have seen its owner.

mod find;
mod judge;
mod remove;

use std::collections::HashSet;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Driver;
use super::event::NodeRef;
use crate::cloud::neutron;
use crate::ironic::Node;
use crate::ironic::allocation::Allocation;

/// The mark that Ironic gives to the ports by which a machine's ramdisk is on its network (Ironic:
/// `ironic/common/neutron.py`).
const OF_RAMDISK: &str = "baremetal:none";

/// Where Ironic notes in a port or port group which VIF it has (Ironic: `ironic/drivers/modules/network/common.py`).
const TENANT_VIF: &str = "tenant_vif_port_id";

/// How the keys end under which Ironic notes the VIFs of ramdisks: `cleaning_vif_port_id`, `provisioning_…`.
const RAMDISK_VIF: &str = "_vif_port_id";

/// What kind of orphan something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An allocation that got no node, and keeps its name from others.
    FailedAllocation,
    /// An allocation that no conductor decides.
    StuckAllocation,
    /// A reservation whose time is over.
    ExpiredReservation,
    /// A claim of ours on which no deploy followed.
    UnusedAllocation,
    /// A node that an instance has which no allocation and no tool that is known accounts for.
    UnallocatedInstance,
    /// A VIF that is attached to a node, and whose port is gone from Neutron.
    StaleVif,
    /// A port that farrier made, and whose instance is gone.
    StalePort,
    /// A port of a ramdisk (cleaning, provisioning, …) that runs no more.
    StaleRamdiskPort,
    /// The VIF of a ramdisk that a node waits for, and whose port is gone from Neutron.
    StaleRamdiskVif,
    /// What was meant for an instance, on a free node: the next tenant must not inherit it.
    StaleInstanceInfo,
    /// A node that farrier tried new access to a BMC with.
    CredentialTrial,
}

impl Kind {
    /// Every kind there is.
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

    /// The word for it.
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

/// Something whose owner is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Orphan {
    /// What it is.
    pub kind: Kind,
    /// The UUID of the allocation, instance, port or node.
    pub id: String,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// The node that it is on.
    pub node: Option<NodeRef>,
    /// When it last changed, RFC 3339, as far as that is told.
    pub since: Option<String>,
    /// Why it is one, in plain words.
    pub why: String,
    /// Why it is not for this command to remove, and what to type instead; none where it is.
    pub remedy: Option<String>,
}

impl Orphan {
    /// Whether it is meant by this: its ID or its name.
    #[must_use]
    pub fn is_called(&self, id: &str) -> bool {
        self.id == id || self.name.as_deref() == Some(id)
    }
}

/// All that is known of what may be left behind. What could not be asked is empty.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The allocations that this user sees.
    pub allocations: Vec<Allocation>,
    /// The nodes that this user sees, whole.
    pub nodes: Vec<Node>,
    /// Their network cards, alone and bound together.
    pub cards: Vec<Card>,
    /// What Neutron says, where it can be asked.
    pub neutron: Option<Ports>,
    /// Whether this user sees every node and allocation of this Ironic.
    pub sees_all: bool,
    /// How ports that were made for instances of this Ironic end their description.
    pub place: String,
    /// The project that this user works for.
    pub project: Option<String>,
    /// By this computer's clock.
    pub now: Timestamp,
}

/// A network card or a bond of some, as far as VIFs are concerned.
#[derive(Debug, Clone, Default)]
pub struct Card {
    /// The node.
    pub node: String,
    /// Its MAC address; a bond may have none.
    pub address: Option<String>,
    /// Ironic's own notes.
    pub internal_info: Map<String, Value>,
}

impl Card {
    /// The VIFs that Ironic notes, each with the key under which it does.
    fn vifs(&self) -> impl Iterator<Item = (&str, &str)> {
        let noted = self.internal_info.iter().filter(|(key, _)| key.ends_with(RAMDISK_VIF));
        noted.filter_map(|(key, vif)| Some((key.as_str(), vif.as_str()?)))
    }
}

/// Ports of Neutron.
#[derive(Debug, Clone, Default)]
pub struct Ports {
    /// Those that farrier made.
    pub ours: Vec<neutron::Port>,
    /// Those that Ironic made for ramdisks.
    pub of_ramdisks: Vec<neutron::Port>,
    /// The UUIDs of those that are there of all that are attached somewhere.
    pub known: HashSet<String>,
    /// Whether this user sees the ports of every project.
    pub sees_all: bool,
}

impl Driver<'_> {
    /// How the description of a port that was made for an instance of this Ironic ends.
    fn place(&self) -> String {
        format!(" at {}", self.client.address())
    }
}
