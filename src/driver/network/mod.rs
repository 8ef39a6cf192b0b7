//! The networks of an instance: what was asked for, what Neutron has under that name, and the ports between the two.
//!
//! A port that is made for an instance bears its UUID and [`OWNER`] from its first moment on, so that whoever goes on
//! finds it. Ports that were there before are attached and detached, and never deleted.
//!
//! | died after | what is there | `deploy` again | `destroy` |
//! | --- | --- | --- | --- |
//! | a port was made | the claim, the port | takes that port | deletes it |
//! | it was attached | the same, attached | goes on | detaches and deletes it |
//! | the deploy began | the same | watches | detaches and deletes it, then tears down |
//! | they were taken back for an end | the instance, without them | makes and attaches them | tears down |

mod addresses;
mod cards;
mod data;
mod join;
mod leave;
pub mod vif;

pub(super) use leave::{After, Networked};

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::Error;
use crate::cloud::neutron::{Network, Neutron, Port, Resource, SecurityGroup, Subnet};

/// The mark (`device_owner`) of ports that farrier makes. Not `baremetal:` or `compute:`, whose ports Neutron's default
/// policy lets no member delete.
pub const OWNER: &str = "farrier:instance";

/// The mark that earlier versions gave.
const FORMER_OWNER: &str = "baremetal:farrier";

/// Whether farrier made a port.
#[must_use]
pub fn is_made(port: &Port) -> bool {
    [OWNER, FORMER_OWNER].contains(&port.device_owner.as_str())
}

/// What to filter by for ports that farrier made.
#[must_use]
pub(super) fn marks() -> Vec<(&'static str, String)> {
    [OWNER, FORMER_OWNER].map(|owner| ("device_owner", owner.to_owned())).into()
}

/// One interface as it is asked for, everything by name or UUID.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Wish {
    /// On this network.
    pub network: Option<String>,
    /// With an address of this subnet.
    pub subnet: Option<String>,
    /// With this address.
    pub address: Option<IpAddr>,
    /// By this port, which is there already.
    pub port: Option<String>,
}

/// All that is asked for an instance's networks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Wishes {
    /// The interfaces, the first one first.
    pub interfaces: Vec<Wish>,
    /// Security groups of the ports that are made.
    pub security_groups: Vec<String>,
    /// The name in DNS of the ports that are made.
    pub dns_name: Option<String>,
}

/// The networks that an instance is to have, as Neutron knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Networks {
    /// The interfaces, the first one first.
    #[serde(default)]
    pub interfaces: Vec<Interface>,
    /// Security groups of the ports that are made, by their UUIDs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<String>,
    /// The name in DNS of the ports that are made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns_name: Option<String>,
}

/// One interface of an instance, by UUIDs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interface {
    /// What it is called where it is told.
    #[serde(default)]
    pub name: String,
    /// The network.
    pub network: String,
    /// The subnet, where one is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subnet: Option<String>,
    /// The address, where one is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// The port, where it was there before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
}

impl fmt::Display for Wish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { port: Some(port), .. } => write!(f, "port {port}"),
            Self { network: Some(network), address: Some(address), .. } => write!(f, "{network}:{address}"),
            Self { subnet: Some(subnet), .. } => write!(f, "subnet {subnet}"),
            Self { network, .. } => f.write_str(network.as_deref().unwrap_or_default()),
        }
    }
}

impl Wishes {
    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.interfaces.is_empty()
    }

    /// The first interface that only one instance can have.
    #[must_use]
    pub fn only_one(&self) -> Option<&Wish> {
        self.interfaces.iter().find(|wish| wish.port.is_some() || wish.address.is_some())
    }

    /// Looks everything up in Neutron; changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`]; [`Error::Unfit`] for what does not go together,
    /// [`Error::Forbidden`] for a port that something uses; [`Error::Service`] where Neutron fails.
    pub fn resolve(&self, neutron: &Neutron) -> Result<Networks, Error> {
        let mut interfaces: Vec<Interface> = Vec::new();
        for wish in &self.interfaces {
            let interface = wish.resolve(neutron)?;
            let same = |other: &&Interface| {
                other.port.is_some() && other.port == interface.port
                    || other.address.is_some() && other.address == interface.address
            };
            if let Some(other) = interfaces.iter().find(same) {
                return Err(Error::Unfit(format!("{} is asked for twice", other.name)));
            }
            interfaces.push(interface);
        }
        let groups = self.security_groups.iter().map(|name| one::<SecurityGroup>(neutron, name));
        let security_groups =
            groups.map(|group| group.map(|group| group.id)).collect::<Result<Vec<_>, _>>()?;
        let about = || Error::at_service("DNS name");
        if self.dns_name.is_some() && !neutron.has_extension("dns-integration").map_err(about())? {
            return Err(Error::Unfit(
                "this Neutron has no extension `dns-integration`, and gives ports no name in DNS".to_owned(),
            ));
        }
        Ok(Networks { interfaces, security_groups, dns_name: self.dns_name.clone() })
    }
}

impl Wish {
    pub(super) fn resolve(&self, neutron: &Neutron) -> Result<Interface, Error> {
        let name = self.to_string();
        if let Some(port) = &self.port {
            let port: Port = one(neutron, port)?;
            if !port.device_id.is_empty() {
                return Err(Error::Forbidden {
                    subject: format!("port {}", port.id),
                    why: format!("{} {} uses it", port.device_owner, port.device_id),
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
            self.network.as_deref().map(|network| one(neutron, network)).transpose()?;
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
                return Err(Error::Unfit(format!("{name}: the network has {ranges}, not {address}")));
            }
        }
        let subnet = subnet.map(|subnet| subnet.id);
        Ok(Interface { name, network, subnet, address: self.address, port: None })
    }
}

/// A subnet, whose name need only be the network's own.
fn subnet_of(neutron: &Neutron, name: &str, network: Option<&Network>) -> Result<Subnet, Error> {
    let mut found: Vec<Subnet> = named(neutron, name)?;
    if let Some(network) = network {
        found.retain(|subnet| subnet.network_id == network.id);
    }
    only(name, found)
}

/// The one thing of this name or UUID.
fn one<T: Resource>(neutron: &Neutron, name: &str) -> Result<T, Error> {
    only(name, named(neutron, name)?)
}

/// Everything of this name or UUID. An empty name would be that of everything without a name.
fn named<T: Resource>(neutron: &Neutron, name: &str) -> Result<Vec<T>, Error> {
    if name.trim().is_empty() {
        return Err(Error::Unfit(format!("an empty name is the name of no {}", T::WHAT)));
    }
    neutron.named(name).map_err(Error::at_service(name))
}

fn only<T: Resource>(name: &str, mut found: Vec<T>) -> Result<T, Error> {
    if found.len() > 1 {
        let told = |thing: &T| format!("{} {}", T::WHAT, thing.id());
        return Err(Error::Ambiguous { name: name.to_owned(), matches: found.iter().map(told).collect() });
    }
    found.pop().ok_or_else(|| Error::NotFound { what: T::WHAT, name: name.to_owned(), asker: None })
}

/// Whether a range of addresses has this one.
fn contains(cidr: &str, address: IpAddr) -> bool {
    cidr.parse::<IpNet>().is_ok_and(|range| range.contains(&address))
}

impl Networks {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.interfaces.is_empty()
    }

    /// In what the other ones differ, each in a few words.
    #[must_use]
    pub fn differences(&self, wanted: &Self) -> Vec<String> {
        let mut differences = Vec::new();
        let of = |networks: &Self| -> Vec<Interface> {
            let nameless = |interface: &Interface| Interface { name: String::new(), ..interface.clone() };
            networks.interfaces.iter().map(nameless).collect()
        };
        if of(self) != of(wanted) {
            let (has, wants) = (self.told(), wanted.told());
            differences.push(if has == wants {
                "networks of these names are others now".to_owned()
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

    /// The ports that were there before, by their UUIDs.
    pub(super) fn brought(&self) -> Vec<String> {
        self.interfaces.iter().filter_map(|interface| interface.port.clone()).collect()
    }

    fn told(&self) -> String {
        if self.is_empty() {
            return "none".to_owned();
        }
        self.interfaces.iter().map(|interface| interface.name.as_str()).collect::<Vec<_>>().join(" and ")
    }
}

impl Interface {
    /// Whether a port that was made could have been made for this.
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
    fn a_range_has_its_addresses_and_no_others() {
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
            let far = IpAddr::from(std::net::Ipv4Addr::from(!bits));
            prop_assert_eq!(contains(&range, far), prefix == 0);
    }
    }

    #[test]
    fn other_networks_are_told_and_other_names_of_the_same_are_not() {
        let has = Networks { interfaces: vec![on("a"), on("b")], ..Networks::default() };
        let renamed = Interface { name: "alias".to_owned(), ..on("a") };
        let same = Networks { interfaces: vec![renamed, on("b")], ..Networks::default() };
        assert!(has.differences(&same).is_empty());
        let turned = Networks { interfaces: vec![on("b"), on("a")], ..Networks::default() };
        assert_eq!(has.differences(&turned), ["networks are a and b, not b and a"]);
        assert_eq!(has.differences(&Networks::default()), ["networks are a and b, not none"]);
    }

    #[test]
    fn a_port_is_known_for_what_it_was_made_for() {
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
        let brought = Interface { port: Some("p".to_owned()), ..on("a") };
        assert!(!brought.fits(&port));
    }
}
