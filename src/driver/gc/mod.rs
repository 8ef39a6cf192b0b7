//! Finds and removes orphans for `gc`: allocations without a node, ports without an instance, VIFs without a port.
//!
//! [`Driver::gather_evidence`] gathers the evidence and changes nothing; [`GcEvidence::orphans`] evaluates it without further
//! requests; [`Driver::remove_orphan`] checks an orphan again and removes it.
//!
//! Several Ironics may share a Neutron, and some users see only a part. So an object is an orphan only if this user would
//! see its owner.
//!
//! # To add a kind
//!
//! 1. Write a file, such as `instance_info.rs`, with a search in the evidence and a function that removes an orphan.
//! 2. Add its `mod` line, the search to `SEARCHES`, and the kind to the table `kinds!`.
//! 3. Add a case to `evaluate/tests.rs`.

mod claims;
mod evaluate;
mod evidence;
mod instance_info;
mod ports;
mod remove;
mod trial_nodes;
mod vifs;

use std::collections::HashSet;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use super::watch::event::NodeRef;
use super::watch::progress::Progress;
use super::{Driver, Error};
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

/// Defines [`OrphanKind`] from the table of the kinds: the name, the meaning in `--help`, and how to remove an orphan.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident = $name:literal, $meaning:literal, $removal:path;)+) => {
        /// The kind of an orphan.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum OrphanKind {
            $($(#[doc = $doc])+ $kind,)+
        }

        impl OrphanKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)+];

            /// Its name in output and options.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }

            /// Its meaning in `--help`.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$kind => $meaning,)+
                }
            }

            fn removal(self) -> Removal {
                match self {
                    $(Self::$kind => $removal,)+
                }
            }
        }
    };
}

/// Removes an orphan, if a new check still finds it to be one. Succeeds if it is already gone.
type Removal = fn(&Driver<'_>, &Orphan, &mut Progress<'_>) -> Result<(), Error>;

kinds! {
    /// An allocation that got no node and still occupies its name.
    FailedAllocation = "failed-allocation", "Allocation that got no node", claims::remove_unassigned;
    /// An allocation that no conductor processes.
    StuckAllocation = "stuck-allocation", "Allocation that no conductor processes", claims::remove_unassigned;
    /// A reservation that has expired.
    ExpiredReservation = "expired-reservation", "Reservation that has expired", claims::remove_claim;
    /// A claim by farrier without a deploy.
    UnusedAllocation = "unused-allocation", "Allocation of farrier without a deploy", claims::remove_claim;
    /// An instance on a node that no allocation and no known tool owns.
    UnallocatedInstance = "unallocated-instance", "Instance without an allocation", claims::remove_claim;
    /// A VIF that is attached to a node but has no Neutron port.
    StaleVif = "stale-vif", "Attached VIF without a Neutron port", vifs::remove_vif;
    /// A port that farrier created for an instance that does not exist any more.
    StalePort = "stale-port", "Port of farrier for an instance that does not exist", ports::remove_port;
    /// A port of a ramdisk (cleaning, provisioning, …) that does not run any more.
    StaleRamdiskPort = "stale-ramdisk-port", "Port of a ramdisk that no longer runs", ports::remove_ramdisk_port;
    /// The VIF of a ramdisk that a node waits for, without a Neutron port.
    StaleRamdiskVif = "stale-ramdisk-vif", "VIF of a ramdisk without a Neutron port", vifs::keep_ramdisk_vif;
    /// `instance_info` on a free node: the next tenant must not inherit it.
    StaleInstanceInfo = "stale-instance-info", "Free node that still has `instance_info`",
        instance_info::remove_instance_info;
    /// A temporary node of a trial of BMC credentials.
    CredentialTrial = "credential-trial", "Temporary node for a test of BMC credentials",
        trial_nodes::remove_trial_node;
}

/// The searches for orphans. A search may find orphans of several kinds.
const SEARCHES: [fn(&GcEvidence) -> Vec<Orphan>; 7] = [
    GcEvidence::orphaned_allocations,
    GcEvidence::unallocated_instances,
    GcEvidence::stale_vifs,
    GcEvidence::stale_ports,
    GcEvidence::ramdisk_ports,
    GcEvidence::stale_instance_info,
    GcEvidence::trial_nodes,
];

/// An object that has lost its owner.
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

impl GcEvidence {
    /// Every VIF that Ironic records, with its key.
    fn attached(&self) -> impl Iterator<Item = (&PortVifs, &str, &str)> {
        self.node_ports
            .iter()
            .flat_map(|node_port| node_port.vifs().map(move |(key, vif)| (node_port, key, vif)))
    }
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
