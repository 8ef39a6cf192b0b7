//! The IP and MAC addresses of instances.

use std::collections::HashMap;

use super::farrier_port_filters;
use crate::cloud::neutron::{MAX_FILTER_VALUES, Neutron, Port, Subnet};
use crate::driver::Driver;
use crate::driver::instance::lookup::Instance;
use crate::rest;

impl Driver<'_> {
    /// Adds the known addresses of an instance: its IP addresses in Neutron and the MAC addresses of its node. Errors
    /// leave them empty.
    pub fn look_up_all(&self, instance: &mut Instance) {
        self.look_up_addresses(std::slice::from_mut(instance));
        let Some(node) = &instance.node else { return };
        if instance.ip_addresses.is_empty()
            && let Some(neutron) = &self.neutron
        {
            // Ports of other tools lack farrier's `device_owner`; Ironic lists them.
            let vifs = self.client.vifs(&node.uuid).unwrap_or_default();
            let ports = neutron.by_id::<Port>(vifs.iter().map(String::as_str)).unwrap_or_default();
            let fixed = ports.iter().flat_map(|port| &port.fixed_ips);
            instance.ip_addresses = fixed.map(|fixed| fixed.ip_address.to_string()).collect();
        }
        match self.client.ports(Some(&node.uuid)) {
            Ok(ports) => {
                instance.mac_addresses = Some(ports.into_iter().map(|port| port.address).collect());
            }
            Err(error) => tracing::info!(%error, "MAC addresses are unknown"),
        }
    }

    /// Adds the MAC addresses of the nodes of these instances, with one list request.
    pub fn look_up_cards(&self, instances: &mut [Instance]) {
        if instances.is_empty() {
            return;
        }
        let ports = match self.client.ports(None) {
            Ok(ports) => ports,
            Err(error) => return tracing::info!(%error, "MAC addresses are unknown"),
        };
        let mut by_node: HashMap<&str, Vec<String>> = HashMap::new();
        for port in &ports {
            if let Some(node) = port.node_uuid.as_deref() {
                by_node.entry(node).or_default().push(port.address.clone());
            }
        }
        for instance in instances {
            let node = instance.node.as_ref().map(|node| node.uuid.as_str());
            instance.mac_addresses = node.map(|node| by_node.get(node).cloned().unwrap_or_default());
        }
    }

    /// Adds the IP addresses of these instances. Without Neutron, or if it fails, they stay empty.
    pub fn look_up_addresses(&self, instances: &mut [Instance]) {
        let Some(neutron) = self.neutron.as_ref().filter(|_| !instances.is_empty()) else { return };
        match ports(neutron, instances) {
            Ok(ports) => add(instances, &ports),
            Err(error) => tracing::info!(%error, "addresses are unknown"),
        }
    }

    /// The VIFs that are Neutron ports; `None` if unknown.
    pub(in crate::driver) fn known_ports(&self, vifs: &[String]) -> Option<Vec<String>> {
        let ports: Vec<Port> = self.neutron.as_ref()?.by_id(vifs.iter().map(String::as_str)).ok()?;
        Some(ports.into_iter().map(|port| port.id).collect())
    }

    /// The subnets that this user may see.
    #[must_use]
    pub fn subnets(&self) -> Vec<Subnet> {
        let subnets = self.neutron.as_ref().map(|neutron| neutron.list(&[])).transpose();
        subnets
            .inspect_err(|error| tracing::info!(%error, "subnets are unknown"))
            .ok()
            .flatten()
            .unwrap_or_default()
    }
}

/// The ports that farrier created for these instances and the existing ports that they use, each with one request.
fn ports(neutron: &Neutron, instances: &[Instance]) -> Result<Vec<Port>, rest::Error> {
    let mut filters = farrier_port_filters();
    if instances.len() <= MAX_FILTER_VALUES {
        filters.extend(instances.iter().map(|instance| ("device_id", instance.uuid.clone())));
    }
    let mut ports: Vec<Port> = neutron.list(&filters)?;
    let requested_ports = instances.iter().flat_map(|instance| &instance.requested_ports);
    ports.extend(neutron.by_id::<Port>(requested_ports.map(String::as_str))?);
    Ok(ports)
}

fn add(instances: &mut [Instance], ports: &[Port]) {
    let mut by_owner: HashMap<&str, Vec<&Port>> = HashMap::new();
    for port in ports {
        by_owner.entry(&port.device_id).or_default().push(port);
        by_owner.entry(&port.id).or_default().push(port);
    }
    for instance in instances {
        // In the order of the interfaces, whose index ends the port's name.
        let mut own = by_owner.get(instance.uuid.as_str()).cloned().unwrap_or_default();
        own.sort_by_key(|port| (port.name.len(), port.name.as_str()));
        let requested_ports =
            instance.requested_ports.iter().filter_map(|port| by_owner.get(port.as_str())).flatten();
        let known: Vec<String> = own
            .into_iter()
            .chain(requested_ports.copied())
            .flat_map(|port| &port.fixed_ips)
            .map(|fixed| fixed.ip_address.to_string())
            .collect();
        for address in known {
            if !instance.ip_addresses.contains(&address) {
                instance.ip_addresses.push(address);
            }
        }
    }
}
