//! Creates and attaches an instance's ports before it is deployed.

use std::sync::PoisonError;
use std::time::Duration;

use super::detach::delete_or_report;
use super::{Interface, Networks, OWNER, farrier_port_filters};
use crate::cloud::neutron::{Neutron, NewPort, Port};
use crate::driver::change_requests::ChangeTarget;
use crate::driver::instance::claim::Claim;
use crate::driver::instance::deploy::Order;
use crate::driver::instance::intent::Intent;
use crate::driver::watch::progress::Progress;
use crate::driver::{Aftermath, Driver, Error, LOST_RESPONSE_RETRIES};
use crate::ironic::{self, Fault};
use crate::rest::Meaning;
use crate::rest::retry::growing;

impl Driver<'_> {
    /// The Neutron client, or an error if the cloud has no Neutron.
    pub(in crate::driver) fn neutron(&self, instance: &str) -> Result<&Neutron, Error> {
        self.neutron.as_ref().ok_or_else(|| Error::NoNeutron { subject: format!("instance {instance}") })
    }

    /// The intent to record in Ironic for an order. Its networks are looked up in Neutron once.
    pub(in crate::driver) fn intent(&self, order: &Order) -> Result<Intent, Error> {
        let network_request = &order.networks;
        if network_request.is_empty() {
            return Ok(order.intent(self.cloud()));
        }
        // The lock is held during the lookup, so that other threads wait for its result.
        let mut known = self.resolved_networks.lock().unwrap_or_else(PoisonError::into_inner);
        let networks = if let Some(networks) = known.get(network_request) {
            networks.clone()
        } else {
            let networks = network_request.resolve(self.neutron(&order.name)?)?;
            known.insert(network_request.clone(), networks.clone());
            networks
        };
        Ok(Intent { networks, ..order.intent(self.cloud()) })
    }

    /// Why a node cannot be attached to these networks, if it cannot.
    pub(in crate::driver) fn cannot_join(
        &self,
        node: &str,
        networks: &Networks,
    ) -> Result<Option<String>, Error> {
        if networks.is_empty() {
            return Ok(None);
        }
        let about = || Error::about(format!("node {node}"));
        let fields = self.client.node_fields(node, &["uuid", "network_interface"]).map_err(about())?;
        if fields.network_interface.as_deref() == Some("noop") {
            return Ok(Some("its network interface is `noop`, which attaches no networks".to_owned()));
        }
        let room: usize = self.node_ports(node)?.iter().map(|node_port| node_port.room).sum();
        let wanted = networks.interfaces.len();
        let lacks = format!("it has ports for {room} networks, but {wanted} are requested");
        Ok((room < wanted).then_some(lacks))
    }

    /// Attaches a claimed node to all its networks. Existing ports are used. New ports carry the claim's UUID.
    pub(in crate::driver) fn join(
        &self,
        name: &str,
        claim: &Claim,
        networks: &Networks,
        progress: &mut Progress<'_>,
    ) -> Result<Vec<Port>, Error> {
        if networks.is_empty() {
            return Ok(Vec::new());
        }
        let neutron = self.neutron(name)?;
        let node = &claim.node.uuid;
        let about = || Error::about(name.to_owned());
        let mut made = ports_made_for(neutron, &claim.uuid)?;
        let attached = self.client.vifs(node).map_err(about())?;
        let mut ports: Vec<Port> = Vec::new();
        for (at, interface) in networks.interfaces.iter().enumerate() {
            self.check_canceled(progress, Aftermath::Nothing)?;
            let known = made.iter().position(|port| interface.fits(port));
            let port = match (&interface.port, known) {
                (Some(port), _) => Port { id: port.clone(), ..Port::default() },
                (None, Some(known)) => made.remove(known),
                (None, None) => {
                    let new = self.new_port(name, &claim.uuid, networks, interface, at);
                    let others: Vec<&str> = ports.iter().chain(&made).map(|port| port.id.as_str()).collect();
                    self.make(neutron, interface, &new, &others)?
                }
            };
            if !attached.contains(&port.id) {
                self.attach(name, &claim.into(), &port.id, progress)?;
            }
            ports.push(port);
        }
        // A lost response may have caused a second port, which nothing uses.
        let ours = ports_made_for(neutron, &claim.uuid)?;
        let attached = self.client.vifs(node).map_err(about())?;
        for port in ours.iter().filter(|port| !attached.contains(&port.id)) {
            if ports.iter().all(|used| used.id != port.id) {
                delete_or_report(neutron, &port.id, progress);
            }
        }
        if let Some(port) = ports.iter().find(|port| !attached.contains(&port.id)) {
            let why = format!("network: Ironic accepted port {} but did not attach it", port.id);
            return Err(Error::Invalid { node: claim.node.clone(), reasons: vec![why] });
        }
        let of_ours = |port: Port| ours.iter().find(|ours| ours.id == port.id).cloned().unwrap_or(port);
        Ok(ports.into_iter().map(of_ours).collect())
    }

    /// The description of a port: its instance and its Ironic, because several Ironics may share a Neutron.
    pub(super) fn described(&self, name: &str) -> String {
        format!("made by farrier for instance {name} at {}", self.client.address())
    }

    pub(super) fn new_port(
        &self,
        name: &str,
        device: &str,
        networks: &Networks,
        interface: &Interface,
        at: usize,
    ) -> NewPort {
        let mut fixed = serde_json::Map::new();
        if let Some(subnet) = &interface.subnet {
            fixed.insert("subnet_id".to_owned(), subnet.as_str().into());
        }
        if let Some(address) = interface.address {
            fixed.insert("ip_address".to_owned(), address.to_string().into());
        }
        NewPort {
            network_id: interface.network.clone(),
            device_id: device.to_owned(),
            device_owner: OWNER.to_owned(),
            name: format!("{name}-{at}"),
            description: self.described(name),
            fixed_ips: if fixed.is_empty() { Vec::new() } else { vec![fixed] },
            security_groups: networks.security_groups.clone(),
            dns_name: networks.dns_name.clone(),
        }
    }

    /// Creates a port exactly once: if the response is lost, it is looked up before a retry.
    pub(super) fn make(
        &self,
        neutron: &Neutron,
        interface: &Interface,
        new: &NewPort,
        others: &[&str],
    ) -> Result<Port, Error> {
        let mut pauses =
            growing(Duration::from_millis(400), Duration::from_secs(5)).take(LOST_RESPONSE_RETRIES);
        loop {
            let error = match neutron.create_port(new) {
                Ok(port) => return Ok(port),
                Err(error) => error,
            };
            let failed = Error::at_service(format!("a port on {}", interface.name));
            let is_temporary = error.meaning().is_some_and(Meaning::is_server_trouble);
            if !is_temporary && !error.is_lost() {
                return Err(failed(error));
            }
            let Some(pause) = pauses.next() else { return Err(failed(error)) };
            let is_stopped = self.pause(pause);
            let found = ports_made_for(neutron, &new.device_id)?;
            let is_new = |port: &Port| !others.contains(&port.id.as_str()) && interface.fits(port);
            if let Some(port) = found.into_iter().find(is_new) {
                return Ok(port);
            }
            if is_stopped {
                return Err(failed(error));
            }
        }
    }

    /// Attaches a port to the node exactly once.
    pub(super) fn attach(
        &self,
        name: &str,
        target: &ChangeTarget,
        port: &str,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let node = target.uuid();
        let mut pauses =
            growing(Duration::from_millis(400), Duration::from_secs(5)).take(LOST_RESPONSE_RETRIES);
        let attached = self.patiently(progress, || {
            loop {
                let observation = self.observe_for_change(node)?;
                let Some(guard) = observation.permit(target.occupant()) else {
                    return Ok(Err(target.taken(&observation.node)));
                };
                let error = match self.client.attach_vif(guard, port) {
                    Ok(()) => return Ok(Ok(())),
                    Err(error) => error,
                };
                if !is_doubtful(&error) {
                    return Err(error);
                }
                if self.client.vifs(node)?.iter().any(|vif| vif == port) {
                    return Ok(Ok(()));
                }
                let Some(pause) = pauses.next().filter(|_| error.is_lost()) else { return Err(error) };
                if self.pause(pause) {
                    return Err(error);
                }
            }
        });
        attached.flatten().map_err(|error| match error {
            // Not enough ports, or none on the right physical network: another node may have them.
            Error::Request { source, .. } if is_unfit(&source) => Error::Invalid {
                node: target.node().clone(),
                reasons: vec![format!("network: {}", source.text())],
            },
            Error::Request { source, .. } => Error::Request { subject: name.to_owned(), source },
            other => other,
        })
    }
}

/// The ports that farrier created for an instance.
pub(super) fn ports_made_for(neutron: &Neutron, instance: &str) -> Result<Vec<Port>, Error> {
    let mut filter = farrier_port_filters();
    filter.push(("device_id", instance.to_owned()));
    neutron.list(&filter).map_err(Error::at_service(format!("ports of instance {instance}")))
}

fn is_unfit(error: &ironic::Error) -> bool {
    matches!(error.fault(), Some(Fault::BadRequest | Fault::Conflict | Fault::InvalidState))
}

/// Whether the port may be attached despite the error: the response was lost, or it was already attached.
fn is_doubtful(error: &ironic::Error) -> bool {
    error.is_lost()
        || is_unfit(error)
        || matches!(
            error.fault(),
            Some(Fault::AlreadyExists | Fault::Associated | Fault::NoDatabase | Fault::Server)
        )
}
