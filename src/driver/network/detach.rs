//! Detaches an instance's ports, and deletes those that farrier created for it.

use super::attach::ports_made_for;
use super::{Networks, farrier_port_filters};
use crate::cloud::neutron::{Neutron, Port};
use crate::driver::change_requests::ChangeTarget;
use crate::driver::instance::lookup::optional;
use crate::driver::watch::progress::Progress;
use crate::driver::{Aftermath, Driver, Error, OnStop};
use crate::ironic::node::NodeQuery;
use crate::ironic::{self, Fault, Node, ProvisionState};
use crate::rest::retry::Repeat;
use crate::rest::{self, Meaning};

/// Whether an instance was requested with networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::driver) enum Networked {
    /// Its intent has networks: removing them needs Neutron.
    Yes,
    /// Its intent has no networks, but some may have been attached later.
    Unknown,
}

/// The next step after an instance is detached from its networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::driver) enum AfterDetach {
    /// Undeploy the node.
    Undeploy,
    /// Release the node unchanged: a remaining VIF would be the next instance's.
    Release,
}

impl Networked {
    /// From the recorded networks of an instance.
    pub(in crate::driver) fn noted(networks: &Networks) -> Self {
        if networks.is_empty() { Self::Unknown } else { Self::Yes }
    }
}

impl Driver<'_> {
    /// Detaches an instance from its networks, in reverse order. May be repeated.
    ///
    /// The node, if any, still belongs to the instance. An undeploy in progress removes its VIFs by itself.
    ///
    /// An unreachable Neutron does not keep the node from being released: its ports stay, which is reported, and Ironic
    /// detaches the VIFs.
    ///
    /// Returns whether anything was detached or deleted. With `OnStop::End`, a signal before the first change ends it,
    /// and a later one leaves the rest to the undeploy. With `OnStop::Continue`, signals and timeouts are ignored,
    /// because the call is part of their handling.
    pub(in crate::driver) fn detach_networks(
        &self,
        instance: &str,
        node: Option<&Node>,
        networked: Networked,
        after: AfterDetach,
        on_stop: OnStop,
        progress: &mut Progress<'_>,
    ) -> Result<bool, Error> {
        let made = match self.neutron.as_ref().map(|neutron| ports_made_for(neutron, instance)).transpose() {
            Ok(Some(ports)) => ports,
            // Instances without networks do not need Neutron.
            Ok(None) if networked == Networked::Unknown => return Ok(false),
            Err(error) if networked == Networked::Unknown => {
                tracing::info!(%error, instance, "cannot check its ports");
                return Ok(false);
            }
            Ok(None) => {
                progress.remark("its ports were not deleted: this cloud has no Neutron that farrier can use");
                Vec::new()
            }
            Err(error) => {
                progress.remark(format!(
                    "its ports were not deleted (remove them later with `farrier gc`): {error}"
                ));
                Vec::new()
            }
        };
        if made.is_empty() && networked == Networked::Unknown {
            self.report_foreign_ports(node, progress);
            return Ok(false);
        }
        let mut has_changed = false;
        if let Some(node) = node.filter(|node| node.provision_state != ProvisionState::Deleting) {
            has_changed |= self.detach_all(node, &made, after, on_stop, progress)?;
        }
        // A failed deletion must not keep the node from being released.
        if let Some(neutron) = &self.neutron {
            for port in made.iter().rev() {
                // Once something has changed, the instance is undeployed, and its ports go with it.
                if on_stop == OnStop::End && !has_changed {
                    self.check_canceled(progress, Aftermath::AsItWas)?;
                }
                has_changed |= delete_or_report(neutron, &port.id, progress);
            }
        }
        Ok(has_changed)
    }

    /// Detaches all VIFs of a node. Returns whether there was one. An undeploy detaches the remaining ones by itself.
    fn detach_all(
        &self,
        node: &Node,
        made: &[Port],
        after: AfterDetach,
        on_stop: OnStop,
        progress: &mut Progress<'_>,
    ) -> Result<bool, Error> {
        let about = Error::about(format!("node {}", node.label()));
        let vifs = self.client.vifs(&node.uuid).map_err(about)?;
        self.report_hidden_ports(&vifs, made, progress);
        let mut is_detached = false;
        for vif in vifs.iter().rev() {
            // A node that is released must not keep a VIF: once one is detached, all are.
            let on_stop =
                if is_detached && after == AfterDetach::Release { OnStop::Continue } else { on_stop };
            match self.detach(&node.into(), vif, on_stop, progress) {
                Ok(()) => is_detached = true,
                Err(Error::Interrupted { .. } | Error::TimedOut { .. })
                    if on_stop == OnStop::End && is_detached =>
                {
                    break;
                }
                Err(error @ (Error::Interrupted { .. } | Error::TimedOut { .. }))
                    if on_stop == OnStop::End =>
                {
                    return Err(error);
                }
                // Its VIFs were removed with the instance.
                Err(Error::NodeTaken { .. }) => break,
                Err(error) if after == AfterDetach::Undeploy => {
                    progress
                        .remark(format!("VIF {vif} was not detached; the undeploy will detach it: {error}"));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(is_detached)
    }

    /// Reports ports that stay because another tool created them.
    fn report_foreign_ports(&self, node: Option<&Node>, progress: &mut Progress<'_>) {
        let vifs = node.and_then(|node| self.client.vifs(&node.uuid).ok()).unwrap_or_default();
        if !vifs.is_empty() {
            let vifs = vifs.join(", ");
            progress.remark(format!("farrier did not create these ports and did not delete them: {vifs}"));
        }
    }

    /// Reports ports that stay because this user cannot see them: a system-scoped user sees no project's ports.
    fn report_hidden_ports(&self, vifs: &[String], made: &[Port], progress: &mut Progress<'_>) {
        let others: Vec<String> =
            vifs.iter().filter(|vif| made.iter().all(|port| port.id != **vif)).cloned().collect();
        if others.is_empty() {
            return;
        }
        let known = self.known_ports(&others).unwrap_or_default();
        let hidden: Vec<&str> =
            others.iter().filter(|vif| !known.contains(vif)).map(String::as_str).collect();
        if !hidden.is_empty() {
            let hidden = hidden.join(", ");
            progress
                .waiting(format!("ports {hidden} were not deleted: this user cannot see them in Neutron"));
        }
    }

    /// Whether ports of an instance of this name in this Ironic exist; `false` if unknown.
    pub(in crate::driver) fn has_ports_left(&self, name: &str) -> bool {
        let mut filter = farrier_port_filters();
        filter.push(("description", self.described(name)));
        let ports = self.neutron.as_ref().map(|neutron| neutron.list::<Port>(&filter));
        ports.is_some_and(|ports| ports.is_ok_and(|ports| !ports.is_empty()))
    }

    /// Deletes the ports of an instance of this name in this Ironic that another tool removed.
    pub(in crate::driver) fn delete_foreign_leftovers(&self, name: &str, progress: &mut Progress<'_>) {
        let Some(neutron) = &self.neutron else { return };
        let mut filter = farrier_port_filters();
        filter.push(("description", self.described(name)));
        let ports: Vec<Port> = match neutron.list(&filter) {
            Ok(ports) => ports,
            // There is no known instance to destroy, so an unreachable Neutron is no error.
            Err(error) => {
                tracing::info!(%error, name, "cannot check for remaining ports");
                return;
            }
        };
        for port in &ports {
            // A new instance of the same name may exist by now.
            match self.has_owner(port) {
                Ok(false) => drop(delete_or_report(neutron, &port.id, progress)),
                Ok(true) => {}
                Err(error) => progress.remark(format!("port {} was not deleted: {error}", port.id)),
            }
        }
    }

    /// Whether the owner of a port exists: an allocation, a node's instance, or a node.
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

    /// Detaches a VIF. One that is not attached is no error.
    pub(in crate::driver) fn detach(
        &self,
        target: &ChangeTarget,
        vif: &str,
        on_stop: OnStop,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let node = target.uuid();
        let detached = self.changing_with(on_stop, target, Repeat::Safe, progress, |guard| {
            match self.client.detach_vif(guard, vif) {
                Err(error)
                    if may_be_detached(&error)
                        && self
                            .client
                            .vifs(node)
                            .is_ok_and(|vifs| !vifs.iter().any(|other| other == vif)) =>
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

/// Deletes a port that farrier created. Members may not delete ports with the `device_owner` of earlier versions, but
/// may clear it.
fn delete(neutron: &Neutron, port: &str) -> Result<(), rest::Error> {
    match neutron.delete_port(port) {
        Err(error) if error.meaning() == Some(Meaning::Forbidden) => {
            neutron.clear_owner(port).map_err(|_| error)?;
            neutron.delete_port(port)
        }
        other => other,
    }
}

/// Deletes a port that farrier created, or reports that it stays. Returns whether it was deleted.
pub(super) fn delete_or_report(neutron: &Neutron, port: &str, progress: &mut Progress<'_>) -> bool {
    let deleted = delete(neutron, port);
    if let Err(error) = &deleted {
        progress.remark(format!("port {port} was not deleted: {error}"));
    }
    deleted.is_ok()
}

/// Whether Ironic may have rejected the request because the VIF is already detached.
fn may_be_detached(error: &ironic::Error) -> bool {
    matches!(error.fault(), Some(Fault::BadRequest | Fault::Conflict | Fault::InvalidState))
}
