//! Off its networks: ports detached, and those that were made for the instance deleted.

use super::join::ports_made_for;
use super::{Networks, marks};
use crate::cloud::neutron::{Neutron, Port};
use crate::driver::guard::Target;
use crate::driver::instance::optional;
use crate::driver::progress::Progress;
use crate::driver::{Driver, Error, Left, OnStop};
use crate::ironic::node::NodeQuery;
use crate::ironic::{self, Fault, Node, ProvisionState};
use crate::rest;
use crate::rest::retry::Repeat;

/// Whether an instance is known to be on networks that were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::driver) enum Networked {
    /// Its intent says so: Neutron is needed to end it.
    Yes,
    /// It says nothing of networks; something may have been attached later.
    Unknown,
}

/// What comes after an instance has left its networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::driver) enum After {
    /// Its node is undeployed.
    Undeploy,
    /// Its node is released as it is: a VIF that stayed would be the next instance's.
    Release,
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
    ///
    /// A Neutron that cannot be asked keeps no machine: its ports stay, and that is reported. Ironic detaches the VIFs.
    ///
    /// Returns whether anything was detached or deleted. With `OnStop::End`, a signal before the first change ends it, and a
    /// later one leaves the rest to the undeploy.
    pub(in crate::driver) fn leave(
        &self,
        instance: &str,
        node: Option<&Node>,
        networked: Networked,
        after: After,
        on_stop: OnStop,
        progress: &mut Progress<'_>,
    ) -> Result<bool, Error> {
        let made = match self.neutron.as_ref().map(|neutron| ports_made_for(neutron, instance)).transpose() {
            Ok(Some(ports)) => ports,
            // An instance without networks does not depend on Neutron.
            Ok(None) if networked == Networked::Unknown => return Ok(false),
            Err(error) if networked == Networked::Unknown => {
                tracing::info!(%error, instance, "whether it has ports is not known");
                return Ok(false);
            }
            Ok(None) => {
                progress.remark(
                    "its ports stay in Neutron, because this cloud has no Neutron that farrier can use",
                );
                Vec::new()
            }
            Err(error) => {
                progress
                    .remark(format!("its ports stay in Neutron until `farrier gc` removes them: {error}"));
                Vec::new()
            }
        };
        if made.is_empty() && networked == Networked::Unknown {
            self.tell_others(node, progress);
            return Ok(false);
        }
        let mut has_changed = false;
        if let Some(node) = node.filter(|node| node.provision_state != ProvisionState::Deleting) {
            has_changed |= self.detach_all(node, &made, after, on_stop, progress)?;
        }
        // What cannot be deleted must not keep the machine.
        if let Some(neutron) = &self.neutron {
            for port in made.iter().rev() {
                // Once something has changed, the instance is undeployed, and its ports go with it.
                if on_stop == OnStop::End && !has_changed {
                    self.heed(progress, Left::AsItWas)?;
                }
                has_changed |= delete_or_say(neutron, &port.id, progress);
            }
        }
        Ok(has_changed)
    }

    /// Detaches every VIF of a node; whether there was one. An undeploy detaches what is left by itself.
    fn detach_all(
        &self,
        node: &Node,
        made: &[Port],
        after: After,
        on_stop: OnStop,
        progress: &mut Progress<'_>,
    ) -> Result<bool, Error> {
        let about = Error::about(format!("node {}", node.label()));
        let vifs = self.client.vifs(&node.uuid).map_err(about)?;
        self.tell_unseen(&vifs, made, progress);
        let mut is_detached = false;
        for vif in vifs.iter().rev() {
            match self.detach(&node.into(), vif, on_stop, progress) {
                Ok(()) => is_detached = true,
                Err(Error::Interrupted { .. } | Error::TimedOut { .. }) if is_detached => break,
                Err(error @ (Error::Interrupted { .. } | Error::TimedOut { .. })) => return Err(error),
                // Its VIFs went with the instance.
                Err(Error::NodeTaken { .. }) => break,
                Err(error) if after == After::Undeploy => {
                    progress.remark(format!("VIF {vif} is left to the undeploy: {error}"));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(is_detached)
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
    pub(in crate::driver) fn sweep(&self, name: &str, progress: &mut Progress<'_>) {
        let Some(neutron) = &self.neutron else { return };
        let mut mark = marks();
        mark.push(("description", self.described(name)));
        let left: Vec<Port> = match neutron.list(&mark) {
            Ok(left) => left,
            // There is nothing to destroy that is known of: that Neutron cannot be asked makes it no failure.
            Err(error) => {
                tracing::info!(%error, name, "whether ports are left is not known");
                return;
            }
        };
        for port in &left {
            // A new instance of the same name may have been begun since.
            match self.has_owner(port) {
                Ok(false) => drop(delete_or_say(neutron, &port.id, progress)),
                Ok(true) => {}
                Err(error) => progress.remark(format!("port {} stays in Neutron: {error}", port.id)),
            }
        }
    }

    /// Whether the owner of a port exists: an allocation, the instance of a node, or a node.
    pub(in crate::driver) fn has_owner(&self, port: &Port) -> Result<bool, Error> {
        let owner = port.device_id.as_str();
        let about = || Error::about(format!("instance {owner}"));
        if optional(self.client.allocation(owner)).map_err(about())?.is_some()
            || optional(self.client.node_fields(owner, &["uuid"])).map_err(about())?.is_some()
        {
            return Ok(true);
        }
        let of_instance = NodeQuery::all().fields(&["uuid"]).filter("instance_uuid", owner);
        let nodes: Vec<Node> = self.client.nodes(&of_instance).map_err(about())?;
        Ok(!nodes.is_empty())
    }

    /// Detaches a VIF; one that is not attached is none the worse.
    pub(in crate::driver) fn detach(
        &self,
        target: &Target,
        vif: &str,
        on_stop: OnStop,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let node = target.uuid();
        let detached = self.changing_with(on_stop, target, Repeat::Safe, progress, |guard| {
            match self.client.detach_vif(guard, vif) {
                Err(error)
                    if may_be_done(&error) && !self.client.vifs(node)?.iter().any(|left| left == vif) =>
                {
                    Ok(())
                }
                other => other,
            }
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

/// Deletes a port that farrier made, or says that it stays. Returns whether it was deleted.
pub(super) fn delete_or_say(neutron: &Neutron, port: &str, progress: &mut Progress<'_>) -> bool {
    let deleted = delete(neutron, port);
    if let Err(error) = &deleted {
        progress.remark(format!("port {port} stays in Neutron: it cannot be deleted: {error}"));
    }
    deleted.is_ok()
}

/// Whether a refusal may be due to its being detached already.
fn may_be_done(error: &ironic::Error) -> bool {
    matches!(error.fault(), Some(Fault::BadRequest | Fault::Conflict | Fault::InvalidState))
}
