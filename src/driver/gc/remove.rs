//! Removes an orphan after a new check, because its owner may have come back since the listing.

use super::evaluate::{may_have_ramdisk, still_as_listed};
use super::{Orphan, OrphanKind};
use crate::cloud::neutron::Port;
use crate::driver::change_requests::ChangeTarget;
use crate::driver::confirmation::Confirmed;
use crate::driver::instance::claim::Claim;
use crate::driver::instance::lookup::optional;
use crate::driver::network::Networked;
use crate::driver::node::credential_trial;
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Aftermath, Driver, Error, OnStop};
use crate::ironic::allocation::AllocationState;
use crate::ironic::{Node, Patch, ProvisionState};
use crate::rest::retry::Repeat;

impl Driver<'_> {
    /// Removes an orphan. Succeeds if it is already gone.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if it is not an orphan any more or has a remedy of its own; a failed request.
    pub fn remove_orphan(&self, orphan: &Orphan, _: Confirmed) -> Result<(), Error> {
        let label = format!("{} {}", orphan.kind.as_str(), orphan.name.as_deref().unwrap_or(&orphan.id));
        let mut progress = self.progress(label, orphan.node.clone());
        let result = self.remove_orphan_through(orphan, &mut progress);
        progress.end(&result, |()| Some("removed".to_owned()));
        result
    }

    fn remove_orphan_through(&self, orphan: &Orphan, progress: &mut Progress<'_>) -> Result<(), Error> {
        let name = progress.name().to_owned();
        let refuse = |why: &str| Error::Forbidden { subject: name.clone(), why: why.to_owned() };
        if let Some(remedy) = &orphan.remedy {
            return Err(refuse(remedy));
        }
        let id = orphan.id.as_str();
        match orphan.kind {
            OrphanKind::FailedAllocation | OrphanKind::StuckAllocation => {
                let about = || Error::about(format!("allocation {id}"));
                let Some(now) = optional(self.client.allocation(id)).map_err(about())? else { return Ok(()) };
                if !matches!(now.state, AllocationState::Error | AllocationState::Allocating) {
                    return Err(refuse("it now has a node"));
                }
                self.check_canceled(progress, Aftermath::AsItWas)?;
                self.patiently(progress, || self.client.delete_allocation(id))
            }
            OrphanKind::ExpiredReservation
            | OrphanKind::UnusedAllocation
            | OrphanKind::UnallocatedInstance => {
                let Some(node) = &orphan.node else { return Ok(()) };
                let allocation =
                    optional(self.client.allocation(id)).map_err(Error::about(progress.name()))?;
                // All fields, because Ironic does not accept `updated_at` in a list of fields.
                let now = optional(self.client.node_whole(&node.uuid));
                let now = now.map_err(Error::about(progress.name()))?;
                let now: Option<Node> = now.and_then(|node| serde_json::from_value(node.into()).ok());
                if !still_as_listed(orphan, allocation.as_ref(), now.as_ref(), self.client.now()) {
                    return Err(refuse("it is in use again, or was renewed"));
                }
                let claim = Claim {
                    uuid: id.to_owned(),
                    node: node.clone(),
                    allocated: allocation.is_some(),
                    created_at: None,
                    networked: Networked::Unknown,
                };
                if self.release(&claim, progress)? {
                    return Ok(());
                }
                Err(refuse("a deploy on it is in progress"))
            }
            OrphanKind::StaleVif => {
                let Some(node) = &orphan.node else { return Ok(()) };
                if self.known_ports(&[id.to_owned()]).is_none_or(|known| !known.is_empty()) {
                    return Err(refuse("its port exists in Neutron, or Neutron is unreachable"));
                }
                let about = Error::about(progress.name());
                let Some(node) = optional(self.client.node(&node.uuid)).map_err(about)? else {
                    return Ok(());
                };
                self.detach(&ChangeTarget::from(&node), id, OnStop::End, progress)
            }
            OrphanKind::StalePort => {
                let neutron = self.neutron(id)?;
                let found: Vec<Port> =
                    neutron.by_id([id]).map_err(Error::at_service(format!("port {id}")))?;
                for port in &found {
                    if self.has_owner(port)? {
                        return Err(refuse("its instance exists"));
                    }
                }
                neutron.delete_port(id).map_err(Error::at_service(format!("port {id}")))
            }
            OrphanKind::StaleRamdiskPort => {
                let about = || Error::about(progress.name());
                let node = match &orphan.node {
                    Some(node) => optional(self.client.node(&node.uuid)).map_err(about())?,
                    None => None,
                };
                if node.is_some_and(|node| may_have_ramdisk(&node)) {
                    return Err(refuse("a ramdisk may be running on its node"));
                }
                self.neutron(id)?.delete_port(id).map_err(Error::at_service(format!("port {id}")))
            }
            OrphanKind::StaleInstanceInfo => {
                let node = optional(self.client.node(id)).map_err(Error::about(progress.name()))?;
                let Some(node) = node.filter(|node| !node.instance_info.is_empty()) else { return Ok(()) };
                if node.instance_uuid.is_some() || node.provision_state != ProvisionState::Available {
                    return Err(refuse("the node is not free any more"));
                }
                let patch = Patch::new().remove("/instance_info");
                self.changing(&ChangeTarget::from(&node), Repeat::Safe, progress, |guard| {
                    self.client.patch_node(guard, &patch)
                })
            }
            OrphanKind::CredentialTrial => {
                let node = self.client.node_fields(id, &["uuid", "extra"]);
                let node = optional(node).map_err(Error::about(progress.name()))?;
                match node {
                    Some(node) if !node.extra.contains_key(credential_trial::TRIAL_OF) => {
                        Err(refuse("it is not a temporary node of a credential trial"))
                    }
                    Some(node) => self.remove_node(&ChangeTarget::free(NodeRef::from(&node)), progress),
                    None => Ok(()),
                }
            }
            OrphanKind::StaleRamdiskVif => {
                Err(refuse("Ironic replaces it when the node boots the next ramdisk"))
            }
        }
    }
}
