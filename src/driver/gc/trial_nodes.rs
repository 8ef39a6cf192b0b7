//! Temporary nodes of interrupted trials of BMC credentials.

use super::evaluate::later;
use super::remove::refuse;
use super::{GcEvidence, Orphan, OrphanKind};
use crate::driver::change_requests::ChangeTarget;
use crate::driver::instance::lookup::optional;
use crate::driver::node::credential_trial;
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Driver, Error};
use crate::ironic::Node;

impl GcEvidence {
    /// Temporary nodes left over from an interrupted trial of BMC credentials.
    pub(super) fn trial_nodes(&self) -> Vec<Orphan> {
        let is_trial = |node: &&Node| node.extra.contains_key(credential_trial::TRIAL_OF);
        let orphan_of = |node: &Node| Orphan {
            kind: OrphanKind::CredentialTrial,
            id: node.uuid.clone(),
            name: node.name.clone(),
            node: Some(NodeRef::from(node)),
            since: later(node.provision_updated_at.as_ref(), node.updated_at.as_ref()),
            why: "temporary node that farrier created to test BMC credentials".to_owned(),
            remedy: None,
        };
        self.nodes.iter().filter(is_trial).map(orphan_of).collect()
    }
}

/// Deletes a temporary node.
pub(super) fn remove_trial_node(
    driver: &Driver<'_>,
    orphan: &Orphan,
    progress: &mut Progress<'_>,
) -> Result<(), Error> {
    let id = orphan.id.as_str();
    let node = driver.client.node_fields(id, &["uuid", "extra"]);
    let node = optional(node).map_err(Error::about(progress.name()))?;
    match node {
        Some(node) if !node.extra.contains_key(credential_trial::TRIAL_OF) => {
            Err(refuse(progress, "it is not a temporary node of a credential trial"))
        }
        Some(node) => driver.remove_node(&ChangeTarget::free(NodeRef::from(&node)), progress),
        None => Ok(()),
    }
}
