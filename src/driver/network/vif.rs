//! Shows, attaches and detaches VIFs of existing nodes.

use std::collections::HashMap;
use std::net::IpAddr;

use super::attach::ports_made_for;
use super::detach::delete_or_report;
use super::{NetworkRequest, Networks, is_created_by_farrier};
use crate::cloud::neutron::{Network, Neutron, Port};
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Aftermath, Driver, Error, ObjectKind, OnStop};
use crate::ironic::Node;

/// A network interface of a node.
#[derive(Debug, Clone)]
pub struct Vif {
    /// The node.
    pub node: NodeRef,
    /// The UUID of its Neutron port.
    pub id: String,
    /// The port's name, if known.
    pub name: Option<String>,
    /// The network's UUID, if known.
    pub network: Option<String>,
    /// The network's name, if known.
    pub network_name: Option<String>,
    /// The MAC address of the node's port or port group.
    pub mac_address: Option<String>,
    /// The IP addresses, if known.
    pub ip_addresses: Vec<IpAddr>,
    /// Whether farrier created the port, and deletes it with the instance.
    pub created_by_farrier: bool,
}

impl Driver<'_> {
    /// The interfaces of an instance or node. Data that Neutron does not provide is empty.
    ///
    /// # Errors
    /// See [`Driver::find`]; any error of a request.
    pub fn vifs(&self, target: &str) -> Result<Vec<Vif>, Error> {
        let found = self.find(target)?;
        self.vifs_of(found.need_node()?)
    }

    fn vifs_of(&self, node: &Node) -> Result<Vec<Vif>, Error> {
        let about = || Error::about(format!("node {}", node.label()));
        let ids = self.client.vifs(&node.uuid).map_err(about())?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let node_ports = self.node_ports(&node.uuid)?;
        let known =
            self.neutron.as_ref().map(|neutron| neutron.by_id::<Port>(ids.iter().map(String::as_str)));
        let known = known
            .transpose()
            .inspect_err(|error| tracing::info!(%error, "ports are unknown"))
            .unwrap_or_default()
            .unwrap_or_default();
        let networks = self.network_names(&known);
        let vif = |id: String| {
            let port = known.iter().find(|port| port.id == id);
            let node_port = node_ports.iter().find(|node_port| node_port.vif.as_deref() == Some(&id));
            Vif {
                node: NodeRef::from(node),
                name: port.map(|port| port.name.clone()).filter(|name| !name.is_empty()),
                network: port.map(|port| port.network_id.clone()),
                network_name: port.and_then(|port| networks.get(&port.network_id).cloned()),
                mac_address: node_port
                    .and_then(|node_port| node_port.address.clone())
                    .or_else(|| port.and_then(|port| port.mac_address.clone())),
                ip_addresses: port
                    .iter()
                    .flat_map(|port| &port.fixed_ips)
                    .map(|fixed| fixed.ip_address)
                    .collect(),
                created_by_farrier: port.is_some_and(is_created_by_farrier),
                id,
            }
        };
        Ok(ids.into_iter().map(vif).collect())
    }

    /// The names of the networks of these ports, by UUID, as far as known.
    fn network_names(&self, ports: &[Port]) -> HashMap<String, String> {
        let mut ids: Vec<&str> = ports.iter().map(|port| port.network_id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        let Some(neutron) = self.neutron.as_ref().filter(|_| !ids.is_empty()) else { return HashMap::new() };
        let found: Vec<Network> = neutron
            .by_id(ids)
            .inspect_err(|error| tracing::info!(%error, "network names are unknown"))
            .unwrap_or_default();
        let named = found.into_iter().filter(|network| !network.name.is_empty());
        named.map(|network| (network.id, network.name)).collect()
    }

    /// Attaches an instance or node to more networks, all or none. Ports that an earlier attempt created but did not
    /// attach are used.
    ///
    /// # Errors
    /// See [`NetworkRequest::resolve`]; [`Error::Forbidden`] if the node has no free port; any error of a request.
    pub fn attach_vifs(&self, target: &str, network_request: &NetworkRequest) -> Result<Vec<Vif>, Error> {
        let neutron = self.neutron(target)?;
        let networks = network_request.resolve(neutron)?;
        self.on_machine(target, |node, progress| {
            if let Some(why) = self.cannot_join(&node.uuid, &networks)? {
                return Err(without_deploy(Error::Invalid {
                    node: node.into(),
                    reasons: vec![format!("network: {why}")],
                }));
            }
            let mut ports = Vec::new();
            let result = self.add(neutron, node, &networks, &mut ports, progress);
            let Err(cause) = result else {
                let mut vifs = self.vifs_of(node)?;
                vifs.retain(|vif| ports.iter().any(|(id, _)| *id == vif.id));
                return Ok(vifs);
            };
            let cause = without_deploy(cause);
            progress.undoing("the attached VIFs");
            let mut failed = None;
            for (id, created_by_farrier) in ports.iter().rev() {
                match self.remove(neutron, node, id, *created_by_farrier, OnStop::Continue, progress) {
                    // Its VIFs were removed with the instance, but the port still exists.
                    Err(Error::NodeTaken { .. }) if *created_by_farrier => {
                        let _ = delete_or_report(neutron, id, progress);
                    }
                    Ok(()) | Err(Error::NodeTaken { .. }) => {}
                    Err(undo) => failed = Some(undo),
                }
            }
            match failed {
                Some(undo) => Err(Error::NotUndone { cause: Box::new(cause), undo: Box::new(undo) }),
                None => Err(cause),
            }
        })
    }

    /// Creates ports and attaches them; adds each to `ports` before it is attached.
    fn add(
        &self,
        neutron: &Neutron,
        node: &Node,
        networks: &Networks,
        ports: &mut Vec<(String, bool)>,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let device = node.instance_uuid.as_deref().unwrap_or(&node.uuid);
        let name = node.display_name();
        let name = name.unwrap_or(node.label());
        let attached = self.client.vifs(&node.uuid).map_err(Error::about(name))?;
        let made = ports_made_for(neutron, device)?;
        let (mut spare, used): (Vec<Port>, Vec<Port>) =
            made.into_iter().partition(|port| !attached.contains(&port.id));
        for interface in &networks.interfaces {
            self.check_canceled(progress, Aftermath::Nothing)?;
            let known = spare.iter().position(|port| interface.fits(port));
            let (id, created_by_farrier) = match (&interface.port, known) {
                (Some(port), _) => (port.clone(), false),
                (None, Some(known)) => (spare.remove(known).id, true),
                (None, None) => {
                    let at = attached.len() + ports.len();
                    let new = self.new_port(name, device, networks, interface, at);
                    let others = used.iter().chain(&spare).map(|port| port.id.as_str());
                    let others: Vec<&str> = others.chain(ports.iter().map(|(id, _)| id.as_str())).collect();
                    (self.make(neutron, interface, &new, &others)?.id, true)
                }
            };
            ports.push((id.clone(), created_by_farrier));
            self.attach(name, &node.into(), &id, progress)?;
        }
        let now = self.client.vifs(&node.uuid).map_err(Error::about(name))?;
        match ports.iter().find(|(id, _)| !now.contains(id)) {
            Some((id, _)) => Err(Error::Invalid {
                node: node.into(),
                reasons: vec![format!("network: Ironic accepted port {id} but did not attach it")],
            }),
            None => Ok(()),
        }
    }

    /// Detaches a VIF, given by the UUID or name of its port or by one of its addresses. A port that farrier created is
    /// deleted. A VIF that is already detached is no error if its port can still be found.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`], any error of a request.
    pub fn detach_vif(&self, target: &str, vif: &str) -> Result<Vif, Error> {
        self.on_machine(target, |node, progress| {
            let matches = |found: &Vif| {
                found.id == vif
                    || found.name.as_deref() == Some(vif)
                    || found.ip_addresses.iter().any(|address| address.to_string() == vif)
                    || found.mac_address.as_deref() == Some(vif)
            };
            let mut found = self.vifs_of(node)?;
            found.extend(self.unattached(node, &found)?);
            found.retain(matches);
            if found.len() > 1 {
                let matches = found.iter().map(|vif| format!("port {}", vif.id)).collect();
                return Err(Error::Ambiguous { name: vif.to_owned(), matches });
            }
            let found = found.pop().ok_or_else(|| Error::NotFound {
                what: ObjectKind::Vif,
                name: vif.to_owned(),
                identity: None,
            })?;
            match &self.neutron {
                Some(neutron) => {
                    self.remove(neutron, node, &found.id, found.created_by_farrier, OnStop::End, progress)?;
                }
                None => self.detach(&node.into(), &found.id, OnStop::End, progress)?,
            }
            Ok(found)
        })
    }

    /// Ports created for a node but not attached to it, because an earlier attempt was interrupted.
    fn unattached(&self, node: &Node, attached: &[Vif]) -> Result<Vec<Vif>, Error> {
        let Some(neutron) = &self.neutron else { return Ok(Vec::new()) };
        let device = node.instance_uuid.as_deref().unwrap_or(&node.uuid);
        let made = ports_made_for(neutron, device)?.into_iter();
        let unattached = made.filter(|port| attached.iter().all(|vif| vif.id != port.id));
        Ok(unattached
            .map(|port| Vif {
                node: node.into(),
                id: port.id,
                name: Some(port.name).filter(|name| !name.is_empty()),
                network: Some(port.network_id),
                network_name: None,
                mac_address: port.mac_address,
                ip_addresses: port.fixed_ips.iter().map(|fixed| fixed.ip_address).collect(),
                created_by_farrier: true,
            })
            .collect())
    }

    fn remove(
        &self,
        neutron: &Neutron,
        node: &Node,
        port: &str,
        created_by_farrier: bool,
        on_stop: OnStop,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        self.detach(&node.into(), port, on_stop, progress)?;
        if created_by_farrier {
            delete_or_report(neutron, port, progress);
        }
        Ok(())
    }
}

/// Converts an error of a deploy: without a deploy, the node itself forbids the change.
fn without_deploy(error: Error) -> Error {
    match error {
        Error::Invalid { node, reasons } => {
            Error::Forbidden { subject: format!("node {}", node.label()), why: reasons.join("; ") }
        }
        other => other,
    }
}
