//! The addresses that Neutron gave to instances.

use std::collections::HashMap;

use super::marks;
use crate::cloud::neutron::{FEW, Neutron, Port, Subnet};
use crate::driver::Driver;
use crate::driver::instance::Instance;
use crate::rest;

impl Driver<'_> {
    /// Adds what Neutron knows of the addresses of these instances. Where there is no Neutron, or it does not tell,
    /// nothing is added: an answer without them is better than none.
    pub fn look_up_addresses(&self, instances: &mut [Instance]) {
        let Some(neutron) = self.neutron.as_ref().filter(|_| !instances.is_empty()) else { return };
        match ports(neutron, instances) {
            Ok(ports) => add(instances, &ports),
            Err(error) => tracing::info!(%error, "addresses are not known"),
        }
    }

    /// Those of these VIFs that are ports of Neutron's; `None` where that cannot be asked.
    pub(in crate::driver) fn known_ports(&self, vifs: &[String]) -> Option<Vec<String>> {
        let ports: Vec<Port> = self.neutron.as_ref()?.by_id(vifs.iter().map(String::as_str)).ok()?;
        Some(ports.into_iter().map(|port| port.id).collect())
    }

    /// The ranges of addresses that instances may be given, as far as this user may see them.
    #[must_use]
    pub fn subnets(&self) -> Vec<Subnet> {
        let asked = self.neutron.as_ref().map(|neutron| neutron.list(&[])).transpose();
        asked
            .inspect_err(|error| tracing::info!(%error, "subnets are not known"))
            .ok()
            .flatten()
            .unwrap_or_default()
    }
}

/// The ports made for these instances, and those brought for them: one request for each kind that there is.
fn ports(neutron: &Neutron, instances: &[Instance]) -> Result<Vec<Port>, rest::Error> {
    let mut filters = marks();
    if instances.len() <= FEW {
        filters.extend(instances.iter().map(|instance| ("device_id", instance.uuid.clone())));
    }
    let mut ports: Vec<Port> = neutron.list(&filters)?;
    let brought = instances.iter().flat_map(|instance| &instance.brought);
    ports.extend(neutron.by_id::<Port>(brought.map(String::as_str))?);
    Ok(ports)
}

fn add(instances: &mut [Instance], ports: &[Port]) {
    let mut by_owner: HashMap<&str, Vec<&Port>> = HashMap::new();
    for port in ports {
        by_owner.entry(&port.device_id).or_default().push(port);
        by_owner.entry(&port.id).or_default().push(port);
    }
    for instance in instances {
        // In the order of their interfaces, which their names end with.
        let mut own = by_owner.get(instance.uuid.as_str()).cloned().unwrap_or_default();
        own.sort_by_key(|port| (port.name.len(), port.name.as_str()));
        let brought = instance.brought.iter().filter_map(|port| by_owner.get(port.as_str())).flatten();
        let known: Vec<String> = own
            .into_iter()
            .chain(brought.copied())
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
