//! Off its networks: ports detached, and those that were made for the instance deleted.

use super::join::ports_made_for;
use super::{Networks, OWNER};
use crate::cloud::neutron::Port;
use crate::driver::progress::Progress;
use crate::driver::{Driver, Error};
use crate::ironic::{self, Fault, Node, ProvisionState};

/// Whether an instance is known to be on networks that were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::driver) enum Networked {
    /// Its intent says so: Neutron is needed to end it.
    Yes,
    /// It says nothing of networks; something may have been attached later.
    Unknown,
}

impl Networked {
    /// From what is noted of an instance.
    pub(in crate::driver) fn noted(networks: &Networks) -> Self {
        if networks.is_empty() { Self::Unknown } else { Self::Yes }
    }
}

impl Driver<'_> {
    /// Takes an instance off its networks, in reverse order. May be done again. It heeds neither signals nor time
    /// limits, for it is what those ask for.
    ///
    /// The node is the instance's still, or there is none any more. What is being torn down loses its VIFs by itself.
    pub(in crate::driver) fn leave(
        &self,
        instance: &str,
        node: Option<&Node>,
        networked: Networked,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let Some(neutron) = &self.neutron else {
            return match networked {
                Networked::Yes => Err(Error::NoNeutron { subject: format!("instance {instance}") }),
                Networked::Unknown => Ok(()),
            };
        };
        let made = match ports_made_for(neutron, instance) {
            Ok(ports) => ports,
            // An instance without networks must not depend on Neutron.
            Err(error) if networked == Networked::Unknown => {
                tracing::info!(%error, instance, "whether it has ports is not known");
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if made.is_empty() && networked == Networked::Unknown {
            return Ok(());
        }
        if let Some(node) = node.filter(|node| node.provision_state != ProvisionState::Deleting) {
            let about = Error::about(format!("node {}", node.label()));
            let vifs = self.client.vifs(&node.uuid).map_err(about)?;
            self.tell_unseen(&vifs, &made, progress);
            for vif in vifs.iter().rev() {
                self.detach(&node.uuid, vif, progress)?;
            }
        }
        for port in made.iter().rev() {
            neutron.delete_port(&port.id).map_err(Error::at_service(format!("port {}", port.id)))?;
        }
        Ok(())
    }

    /// Says which ports stay, because this user does not see them: a user of the system sees none of any project's.
    fn tell_unseen(&self, vifs: &[String], made: &[Port], progress: &mut Progress<'_>) {
        let others: Vec<String> =
            vifs.iter().filter(|vif| made.iter().all(|port| port.id != **vif)).cloned().collect();
        if others.is_empty() {
            return;
        }
        let known = self.known_ports(&others).unwrap_or_default();
        let unseen: Vec<&str> =
            others.iter().filter(|vif| !known.contains(vif)).map(String::as_str).collect();
        if !unseen.is_empty() {
            let unseen = unseen.join(", ");
            progress.waiting(format!(
                "Neutron does not show us its ports {unseen}: where they are there, they stay"
            ));
        }
    }

    /// Deletes the ports that were made for an instance of this name of this Ironic, which is gone by another hand.
    pub(in crate::driver) fn sweep(&self, name: &str) -> Result<(), Error> {
        let Some(neutron) = &self.neutron else { return Ok(()) };
        let mark = [("device_owner", OWNER.to_owned()), ("description", self.described(name))];
        let left: Vec<Port> = match neutron.list(&mark) {
            Ok(left) => left,
            // There is nothing to destroy that is known of: that Neutron cannot be asked makes it no failure.
            Err(error) => {
                tracing::info!(%error, name, "whether ports are left is not known");
                return Ok(());
            }
        };
        for port in left {
            neutron.delete_port(&port.id).map_err(Error::at_service(format!("port {}", port.id)))?;
        }
        Ok(())
    }

    /// Detaches a VIF; one that is not attached is none the worse.
    pub(in crate::driver) fn detach(
        &self,
        node: &str,
        vif: &str,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        self.undoing(progress, || match self.client.detach_vif(node, vif) {
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) if may_be_done(&error) && !self.client.vifs(node)?.iter().any(|left| left == vif) => {
                Ok(())
            }
            other => other,
        })
    }
}

/// Whether a refusal may be due to its being detached already.
fn may_be_done(error: &ironic::Error) -> bool {
    matches!(error.fault(), Some(Fault::BadRequest | Fault::Conflict | Fault::InvalidState))
}
