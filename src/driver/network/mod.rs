//! The networks of an instance: the request, its resolution in Neutron, and the Neutron ports.
//!
//! A port that farrier creates for an instance carries the instance's UUID and [`OWNER`] from its creation, so that a
//! later run finds it. Existing ports are attached and detached, never deleted.
//!
//! | interrupted after | state | `deploy` again | `destroy` |
//! | --- | --- | --- | --- |
//! | a port was created | the claim, the port | uses that port | deletes it |
//! | it was attached | the same, attached | continues | detaches and deletes it |
//! | the deploy started | the same | waits for the deploy | detaches and deletes it, then undeploys |
//! | `destroy` detached the ports | the instance without ports | creates and attaches them | undeploys |

mod addresses;
mod attach;
mod data;
mod detach;
mod node_ports;
pub mod vif;

pub(super) use detach::{AfterDetach, Networked};

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::{Error, ObjectKind};
use crate::cloud::neutron::{Network, Neutron, Port, Resource, SecurityGroup, Subnet};

/// The `device_owner` of ports that farrier creates. Not `baremetal:` or `compute:`, because Neutron's default policy
/// does not permit members to delete such ports.
pub const OWNER: &str = "farrier:instance";

/// The `device_owner` that earlier versions used.
const FORMER_OWNER: &str = "baremetal:farrier";

/// Whether farrier created a port.
#[must_use]
pub fn is_created_by_farrier(port: &Port) -> bool {
    [OWNER, FORMER_OWNER].contains(&port.device_owner.as_str())
}

/// Neutron filters for the ports that farrier created.
#[must_use]
pub(super) fn farrier_port_filters() -> Vec<(&'static str, String)> {
    [OWNER, FORMER_OWNER].map(|owner| ("device_owner", owner.to_owned())).into()
}

/// A requested interface. All values are names or UUIDs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct InterfaceRequest {
    /// The network.
    pub network: Option<String>,
    /// The subnet of the address.
    pub subnet: Option<String>,
    /// The address.
    pub address: Option<IpAddr>,
    /// An existing port.
    pub port: Option<String>,
}

/// The requested networks of an instance.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct NetworkRequest {
    /// The interfaces in order.
    pub interfaces: Vec<InterfaceRequest>,
    /// Security groups of the ports that farrier creates.
    pub security_groups: Vec<String>,
    /// The DNS name of the ports that farrier creates.
    pub dns_name: Option<String>,
}

/// The requested networks, resolved in Neutron.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Networks {
    /// The interfaces in order.
    #[serde(default)]
    pub interfaces: Vec<Interface>,
    /// UUIDs of the security groups of the ports that farrier creates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<String>,
    /// The DNS name of the ports that farrier creates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns_name: Option<String>,
}

/// An interface of an instance, by UUIDs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interface {
    /// Its name in messages.
    #[serde(default)]
    pub name: String,
    /// The network.
    pub network: String,
    /// The subnet, if requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet: Option<String>,
    /// The address, if requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// The port, if it existed before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
}

impl fmt::Display for InterfaceRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { port: Some(port), .. } => write!(f, "port {port}"),
            Self { network: Some(network), address: Some(address), .. } => write!(f, "{network}:{address}"),
            Self { subnet: Some(subnet), .. } => write!(f, "subnet {subnet}"),
            Self { network, .. } => f.write_str(network.as_deref().unwrap_or_default()),
        }
    }
}

impl NetworkRequest {
    /// Whether nothing is requested.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.interfaces.is_empty()
    }

    /// The first interface that only one instance can use.
    #[must_use]
    pub fn only_one(&self) -> Option<&InterfaceRequest> {
        self.interfaces.iter().find(|request| request.port.is_some() || request.address.is_some())
    }

    /// Looks everything up in Neutron. Changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`]; [`Error::Unfit`] for an inconsistent request, [`Error::Forbidden`]
    /// for a port that is in use; [`Error::Service`] if Neutron fails.
    pub fn resolve(&self, neutron: &Neutron) -> Result<Networks, Error> {
        let mut interfaces: Vec<Interface> = Vec::new();
        for request in &self.interfaces {
            let interface = request.resolve(neutron)?;
            let same = |other: &&Interface| {
                other.port.is_some() && other.port == interface.port
                    || other.address.is_some() && other.address == interface.address
            };
            if let Some(other) = interfaces.iter().find(same) {
                return Err(Error::Unfit(format!("{} is requested twice", other.name)));
            }
            interfaces.push(interface);
        }
        let groups = self.security_groups.iter().map(|name| find::<SecurityGroup>(neutron, name));
        let security_groups =
            groups.map(|group| group.map(|group| group.id)).collect::<Result<Vec<_>, _>>()?;
        let about = || Error::at_service("DNS name");
        if self.dns_name.is_some() && !neutron.has_extension("dns-integration").map_err(about())? {
            return Err(Error::Unfit(
                "this Neutron does not support DNS names of ports: the extension `dns-integration` is missing".to_owned(),
            ));
        }
        Ok(Networks { interfaces, security_groups, dns_name: self.dns_name.clone() })
    }
}

impl InterfaceRequest {
    pub(super) fn resolve(&self, neutron: &Neutron) -> Result<Interface, Error> {
        let name = self.to_string();
        if let Some(port) = &self.port {
            let port: Port = find(neutron, port)?;
            if !port.device_id.is_empty() {
                return Err(Error::Forbidden {
                    subject: format!("port {}", port.id),
                    why: format!("it is in use by {} {}", port.device_owner, port.device_id),
                });
            }
            let address = None;
            return Ok(Interface {
                name,
                network: port.network_id,
                subnet: None,
                address,
                port: Some(port.id),
            });
        }
        let network: Option<Network> =
            self.network.as_deref().map(|network| find(neutron, network)).transpose()?;
        let subnet = match &self.subnet {
            Some(subnet) => Some(subnet_of(neutron, subnet, network.as_ref())?),
            None => None,
        };
        let network = match (&network, &subnet) {
            (Some(network), _) => network.id.clone(),
            (None, Some(subnet)) => subnet.network_id.clone(),
            (None, None) => {
                return Err(Error::Unfit("an interface needs a network, subnet or port".to_owned()));
            }
        };
        if let Some(address) = self.address {
            let filter = [("network_id", network.clone())];
            let subnets = neutron.list::<Subnet>(&filter).map_err(Error::at_service(&name))?;
            if !subnets.is_empty() && !subnets.iter().any(|subnet| contains(&subnet.cidr, address)) {
                let ranges: Vec<&str> = subnets.iter().map(|subnet| subnet.cidr.as_str()).collect();
                let ranges = ranges.join(", ");
                return Err(Error::Unfit(format!(
                    "{name}: {address} is not in the network's subnets ({ranges})"
                )));
            }
        }
        let subnet = subnet.map(|subnet| subnet.id);
        Ok(Interface { name, network, subnet, address: self.address, port: None })
    }
}

/// The subnet of this name or UUID; with a network, the name must be unique only in that network.
fn subnet_of(neutron: &Neutron, name: &str, network: Option<&Network>) -> Result<Subnet, Error> {
    let mut found: Vec<Subnet> = named(neutron, name)?;
    if let Some(network) = network {
        found.retain(|subnet| subnet.network_id == network.id);
    }
    only(name, found)
}

/// The only resource of this name or UUID.
fn find<T: Resource>(neutron: &Neutron, name: &str) -> Result<T, Error> {
    only(name, named(neutron, name)?)
}

/// All resources of this name or UUID. An empty name would match all resources without a name.
fn named<T: Resource>(neutron: &Neutron, name: &str) -> Result<Vec<T>, Error> {
    if name.trim().is_empty() {
        return Err(Error::Unfit(format!("the name of the {} is empty", T::KIND)));
    }
    neutron.named(name).map_err(Error::at_service(name))
}

fn only<T: Resource>(name: &str, mut found: Vec<T>) -> Result<T, Error> {
    if found.len() > 1 {
        let describe = |resource: &T| format!("{} {}", T::KIND, resource.id());
        return Err(Error::Ambiguous {
            name: name.to_owned(),
            matches: found.iter().map(describe).collect(),
        });
    }
    found.pop().ok_or_else(|| Error::NotFound {
        what: ObjectKind::Neutron(T::KIND),
        name: name.to_owned(),
        identity: None,
    })
}

/// Whether an address range contains this address.
fn contains(cidr: &str, address: IpAddr) -> bool {
    cidr.parse::<IpNet>().is_ok_and(|range| range.contains(&address))
}

impl Networks {
    /// Whether there are no networks.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.interfaces.is_empty()
    }

    /// The differences from the wanted networks, each as a short text.
    #[must_use]
    pub fn differences(&self, wanted: &Self) -> Vec<String> {
        let mut differences = Vec::new();
        let of = |networks: &Self| -> Vec<Interface> {
            let without_name = |interface: &Interface| Interface { name: String::new(), ..interface.clone() };
            networks.interfaces.iter().map(without_name).collect()
        };
        if of(self) != of(wanted) {
            let (has, wants) = (self.names(), wanted.names());
            differences.push(if has == wants {
                "networks with the same names are different now".to_owned()
            } else {
                format!("networks are {has}, not {wants}")
            });
        }
        if self.security_groups != wanted.security_groups {
            differences.push("security groups differ".to_owned());
        }
        if self.dns_name != wanted.dns_name {
            differences.push("DNS name differs".to_owned());
        }
        differences
    }

    /// The UUIDs of the existing ports in the request.
    pub(super) fn requested_ports(&self) -> Vec<String> {
        self.interfaces.iter().filter_map(|interface| interface.port.clone()).collect()
    }

    fn names(&self) -> String {
        if self.is_empty() {
            return "none".to_owned();
        }
        self.interfaces.iter().map(|interface| interface.name.as_str()).collect::<Vec<_>>().join(" and ")
    }
}

impl Interface {
    /// Whether a port that farrier created matches this interface.
    fn fits(&self, port: &Port) -> bool {
        let has =
            |wanted: &dyn Fn(&crate::cloud::neutron::FixedIp) -> bool| port.fixed_ips.iter().any(wanted);
        self.port.is_none()
            && self.network == port.network_id
            && self.subnet.as_ref().is_none_or(|subnet| has(&|fixed| fixed.subnet_id == *subnet))
            && self.address.is_none_or(|address| has(&|fixed| fixed.ip_address == address))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn on(network: &str) -> Interface {
        Interface { name: network.to_owned(), network: network.to_owned(), ..Interface::default() }
    }

    #[test]
    fn a_range_contains_only_its_addresses() {
        for (cidr, address, has) in [
            ("192.0.2.0/24", "192.0.2.255", true),
            ("192.0.2.0/24", "192.0.3.0", false),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("2001:db8::/32", "2001:db8:1::7", true),
            ("2001:db8::/32", "192.0.2.1", false),
            ("nonsense", "192.0.2.1", false),
        ] {
            assert_eq!(contains(cidr, address.parse().expect("an address")), has, "{cidr} {address}");
        }
    }

    proptest! {
        #[test]
        fn every_address_is_in_its_own_range(bits: u32, prefix in 0..=32u32) {
            let address = IpAddr::from(std::net::Ipv4Addr::from(bits));
            let range = format!("{address}/{prefix}");
            prop_assert!(contains(&range, address));
            let inverted = IpAddr::from(std::net::Ipv4Addr::from(!bits));
            prop_assert_eq!(contains(&range, inverted), prefix == 0);
    }
    }

    #[test]
    fn other_networks_are_a_difference_but_other_names_are_not() {
        let has = Networks { interfaces: vec![on("a"), on("b")], ..Networks::default() };
        let renamed = Interface { name: "alias".to_owned(), ..on("a") };
        let same = Networks { interfaces: vec![renamed, on("b")], ..Networks::default() };
        assert!(has.differences(&same).is_empty());
        let reversed = Networks { interfaces: vec![on("b"), on("a")], ..Networks::default() };
        assert_eq!(has.differences(&reversed), ["networks are a and b, not b and a"]);
        assert_eq!(has.differences(&Networks::default()), ["networks are a and b, not none"]);
    }

    #[test]
    fn a_port_matches_the_interface_it_was_created_for() {
        let fixed = crate::cloud::neutron::FixedIp {
            subnet_id: "s".to_owned(),
            ip_address: IpAddr::from([10, 0, 0, 5]),
        };
        let port = Port { network_id: "a".to_owned(), fixed_ips: vec![fixed], ..Port::default() };
        assert!(on("a").fits(&port) && !on("b").fits(&port));
        let subnet = |name: &str| Interface { subnet: Some(name.to_owned()), ..on("a") };
        assert!(subnet("s").fits(&port) && !subnet("t").fits(&port));
        let at = |last| Interface { address: Some(IpAddr::from([10, 0, 0, last])), ..on("a") };
        assert!(at(5).fits(&port) && !at(6).fits(&port));
        let existing = Interface { port: Some("p".to_owned()), ..on("a") };
        assert!(!existing.fits(&port));
    }
}
