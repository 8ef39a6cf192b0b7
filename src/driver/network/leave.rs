//! Off its networks: ports detached, and those that were made for the instance deleted.

use super::join::ports_made_for;
use super::{Networks, marks};
use crate::cloud::neutron::{Neutron, Port};
use crate::driver::guard::Target;
use crate::driver::progress::Progress;
use crate::driver::{Driver, Error};
use crate::ironic::{self, Fault, Node, ProvisionState};
use crate::rest;

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
            self.tell_others(node, progress);
            return Ok(());
        }
        if let Some(node) = node.filter(|node| node.provision_state != ProvisionState::Deleting) {
            let about = Error::about(format!("node {}", node.label()));
            let vifs = self.client.vifs(&node.uuid).map_err(about)?;
            self.tell_unseen(&vifs, &made, progress);
            for vif in vifs.iter().rev() {
                match self.detach(&node.into(), vif, progress) {
                    // Its VIFs went with the instance.
                    Err(Error::NodeTaken { .. }) => break,
                    other => other?,
                }
            }
        }
        // What cannot be deleted must not keep the machine.
        for port in made.iter().rev() {
            delete_or_say(neutron, &port.id, progress);
        }
        Ok(())
    }

    /// Says which ports stay of an instance that another tool made.
    fn tell_others(&self, node: Option<&Node>, progress: &mut Progress<'_>) {
        let vifs = node.and_then(|node| self.client.vifs(&node.uuid).ok()).unwrap_or_default();
        if !vifs.is_empty() {
            let vifs = vifs.join(", ");
            progress.remark(format!("ports that farrier did not make stay in Neutron: {vifs}"));
        }
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

    /// Whether there are ports of an instance of this name of this Ironic; `false` where that cannot be asked.
    pub(in crate::driver) fn has_ports_left(&self, name: &str) -> bool {
        let mut mark = marks();
        mark.push(("description", self.described(name)));
        let left = self.neutron.as_ref().map(|neutron| neutron.list::<Port>(&mark));
        left.is_some_and(|left| left.is_ok_and(|left| !left.is_empty()))
    }

    /// Deletes the ports that were made for an instance of this name of this Ironic, which is gone by another hand.
    pub(in crate::driver) fn sweep(&self, name: &str) -> Result<(), Error> {
        let Some(neutron) = &self.neutron else { return Ok(()) };
        let mut mark = marks();
        mark.push(("description", self.described(name)));
        let left: Vec<Port> = match neutron.list(&mark) {
            Ok(left) => left,
            // There is nothing to destroy that is known of: that Neutron cannot be asked makes it no failure.
            Err(error) => {
                tracing::info!(%error, name, "whether ports are left is not known");
                return Ok(());
            }
        };
        for port in &left {
            delete(neutron, &port.id).map_err(Error::at_service(format!("port {}", port.id)))?;
        }
        Ok(())
    }

    /// Detaches a VIF; one that is not attached is none the worse.
    pub(in crate::driver) fn detach(
        &self,
        target: &Target,
        vif: &str,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let node = target.uuid();
        let detached =
            self.changing_back(target, progress, |guard| match self.client.detach_vif(guard, vif) {
                Err(error)
                    if may_be_done(&error) && !self.client.vifs(node)?.iter().any(|left| left == vif) =>
                {
                    Ok(())
                }
                other => other,
            });
        match detached {
            Err(Error::Request { source, .. }) if source.is_not_found() => Ok(()),
            other => other,
        }
    }
}

/// Deletes a port that farrier made. Members may not delete those with the mark of earlier versions, but may take the
/// mark off.
fn delete(neutron: &Neutron, port: &str) -> Result<(), rest::Error> {
    match neutron.delete_port(port) {
        Err(error) if error.refusal().is_some_and(|refusal| refusal.status == 403) => {
            neutron.clear_owner(port).map_err(|_| error)?;
            neutron.delete_port(port)
        }
        other => other,
    }
}

/// Deletes a port that farrier made, or says that it stays.
pub(super) fn delete_or_say(neutron: &Neutron, port: &str, progress: &mut Progress<'_>) {
    if let Err(error) = delete(neutron, port) {
        progress.remark(format!("port {port} stays in Neutron: it cannot be deleted: {error}"));
    }
}

/// Whether a refusal may be due to its being detached already.
fn may_be_done(error: &ironic::Error) -> bool {
    matches!(error.fault(), Some(Fault::BadRequest | Fault::Conflict | Fault::InvalidState))
}
