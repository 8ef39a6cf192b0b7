//! Network data for nodes without DHCP (Nova's `network_data.json`).

use std::collections::HashSet;
use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Map, Value, json};

use super::node_ports::NodePort;
use crate::cloud::neutron::{FixedIp, Network, Port, Subnet};
use crate::driver::config_drive::ConfigDrive;
use crate::driver::{Driver, Error};
use crate::ironic::Node;

impl Driver<'_> {
    /// Like [`Driver::with_network_data`], for a node that is already attached to its networks.
    pub(in crate::driver) fn for_networks_of(
        &self,
        node: &Node,
        drive: &ConfigDrive,
    ) -> Result<ConfigDrive, Error> {
        if self.neutron.is_none() || !drive.lacks_network_data() {
            return Ok(drive.clone());
        }
        let vifs = self.client.vifs(&node.uuid).map_err(Error::about(format!("node {}", node.label())))?;
        let ports: Vec<Port> = vifs.into_iter().map(|id| Port { id, ..Port::default() }).collect();
        self.with_network_data(drive, &node.uuid, &ports)
    }

    /// Adds the network data for these ports, in order, to a config drive, unless DHCP provides all of it. A config
    /// drive that has network data or is ready-made is returned unchanged.
    pub(in crate::driver) fn with_network_data(
        &self,
        drive: &ConfigDrive,
        node: &str,
        ports: &[Port],
    ) -> Result<ConfigDrive, Error> {
        let Some(neutron) = self.neutron.as_ref().filter(|_| !ports.is_empty() && drive.lacks_network_data())
        else {
            return Ok(drive.clone());
        };
        let about = || Error::at_service("network data");
        // Of existing ports only the UUIDs are known so far.
        let requested_ports: HashSet<&str> =
            ports.iter().filter(|port| port.network_id.is_empty()).map(|port| port.id.as_str()).collect();
        let read: Vec<Port> = neutron.by_id(requested_ports).map_err(about())?;
        let whole = |port: &Port| read.iter().find(|read| read.id == port.id).unwrap_or(port).clone();
        let ports: Vec<Port> = ports.iter().map(whole).collect();
        let fixed = ports.iter().flat_map(|port| &port.fixed_ips);
        let of_subnets: HashSet<&str> = fixed.map(|fixed| fixed.subnet_id.as_str()).collect();
        if of_subnets.is_empty() {
            return Ok(drive.clone());
        }
        let subnets: Vec<Subnet> = neutron.by_id(of_subnets).map_err(about())?;
        if subnets.iter().all(|subnet| subnet.enable_dhcp) {
            return Ok(drive.clone());
        }
        let of_networks: HashSet<&str> = ports.iter().map(|port| port.network_id.as_str()).collect();
        let networks: Vec<Network> = neutron.by_id(of_networks).map_err(about())?;
        Ok(drive.with_network_data(network_data(&ports, &networks, &subnets, &self.node_ports(node)?)))
    }
}

fn network_data(
    ports: &[Port],
    networks: &[Network],
    subnets: &[Subnet],
    node_ports: &[NodePort],
) -> Map<String, Value> {
    let (mut links, mut configured, mut services) = (Vec::new(), Vec::new(), Vec::<Value>::new());
    for (at, port) in ports.iter().enumerate() {
        let node_port = node_ports.iter().find(|node_port| node_port.vif.as_deref() == Some(&port.id));
        let mtu =
            networks.iter().find(|network| network.id == port.network_id).and_then(|network| network.mtu);
        let id = format!("interface{at}");
        let address =
            node_port.and_then(|node_port| node_port.address.clone()).or_else(|| port.mac_address.clone());
        let link = |id: &str, kind: &str, address: Option<&str>| {
            let mut link = json!({"id": id, "type": kind, "mtu": mtu});
            if let Some(address) = address {
                link["ethernet_mac_address"] = address.into();
            }
            link
        };
        match node_port.filter(|node_port| !node_port.members.is_empty()) {
            None => links.push(link(&id, "phy", address.as_deref())),
            Some(group) => {
                let names: Vec<String> =
                    (0..group.members.len()).map(|member| format!("{id}-{member}")).collect();
                for (name, member) in names.iter().zip(&group.members) {
                    links.push(link(name, "phy", Some(member)));
                }
                let mut bond = link(&id, "bond", address.as_deref());
                bond["bond_links"] = json!(names);
                // Ironic's default for groups without a mode (`[DEFAULT]default_portgroup_mode`).
                bond["bond_mode"] = json!(group.mode.as_deref().unwrap_or("active-backup"));
                bond["bond_miimon"] = json!("100");
                links.push(bond);
            }
        }
        for fixed in &port.fixed_ips {
            let Some(subnet) = subnets.iter().find(|subnet| subnet.id == fixed.subnet_id) else { continue };
            let mut network = configuration(subnet, fixed);
            network["id"] = format!("network{}", configured.len()).into();
            network["link"] = id.as_str().into();
            network["network_id"] = port.network_id.as_str().into();
            configured.push(network);
            for server in subnet.dns_nameservers.iter().filter(|_| !subnet.enable_dhcp) {
                let service = json!({"type": "dns", "address": server});
                if !services.contains(&service) {
                    services.push(service);
                }
            }
        }
    }
    let mut data = Map::new();
    data.insert("links".to_owned(), links.into());
    data.insert("networks".to_owned(), configured.into());
    data.insert("services".to_owned(), services.into());
    data
}

/// The configuration of one address.
fn configuration(subnet: &Subnet, fixed: &FixedIp) -> Value {
    let family = if fixed.ip_address.is_ipv4() { "ipv4" } else { "ipv6" };
    if subnet.enable_dhcp {
        let kind = match (family, subnet.ipv6_address_mode.as_deref()) {
            ("ipv4", _) => "ipv4_dhcp",
            (_, Some("slaac")) => "ipv6_slaac",
            (_, Some("dhcpv6-stateless")) => "ipv6_dhcpv6-stateless",
            _ => "ipv6_dhcpv6-stateful",
        };
        return json!({"type": kind});
    }
    let route = |destination: &str, gateway: IpAddr| {
        let range: IpNet = destination.parse().ok()?;
        Some(json!({"network": range.addr(), "netmask": range.netmask(), "gateway": gateway}))
    };
    let everywhere = if fixed.ip_address.is_ipv4() { "0.0.0.0/0" } else { "::/0" };
    let default = subnet.gateway_ip.and_then(|gateway| route(everywhere, gateway));
    let others = subnet.host_routes.iter().filter_map(|host| route(&host.destination, host.nexthop));
    let routes: Vec<Value> = default.into_iter().chain(others).collect();
    let services: Vec<Value> =
        subnet.dns_nameservers.iter().map(|server| json!({"type": "dns", "address": server})).collect();
    let netmask = subnet.cidr.parse::<IpNet>().ok().map(|range| range.netmask());
    json!({
        "type": family, "ip_address": fixed.ip_address, "netmask": netmask, "routes": routes, "services": services,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::neutron::HostRoute;
    use crate::driver::config_drive::network::check;

    fn subnet(id: &str, cidr: &str, dhcp: bool) -> Subnet {
        Subnet {
            id: id.to_owned(),
            name: String::new(),
            network_id: "n".to_owned(),
            cidr: cidr.to_owned(),
            gateway_ip: None,
            enable_dhcp: dhcp,
            ipv6_address_mode: None,
            dns_nameservers: vec![IpAddr::from([9, 9, 9, 9])],
            host_routes: Vec::new(),
        }
    }

    fn port(id: &str, fixed: &[(&str, &str)]) -> Port {
        let fixed = fixed.iter().map(|(subnet, address)| FixedIp {
            subnet_id: (*subnet).to_owned(),
            ip_address: address.parse().expect("an address"),
        });
        Port {
            id: id.to_owned(),
            network_id: "n".to_owned(),
            mac_address: Some("fa:16:3e:00:00:01".to_owned()),
            fixed_ips: fixed.collect(),
            ..Port::default()
        }
    }

    fn node_port(vif: &str, members: &[&str]) -> NodePort {
        NodePort {
            address: Some("52:54:00:00:00:09".to_owned()),
            vif: Some(vif.to_owned()),
            members: members.iter().map(|&member| member.to_owned()).collect(),
            mode: Some("802.3ad".to_owned()),
            room: 1,
        }
    }

    #[test]
    fn a_static_address_has_its_routes_and_name_servers() {
        let route =
            HostRoute { destination: "10.1.0.0/16".to_owned(), nexthop: IpAddr::from([192, 0, 2, 9]) };
        let v4 = Subnet {
            gateway_ip: Some(IpAddr::from([192, 0, 2, 1])),
            host_routes: vec![route],
            ..subnet("v4", "192.0.2.0/25", false)
        };
        let v6 = Subnet {
            gateway_ip: "fe80::1".parse().ok(),
            dns_nameservers: Vec::new(),
            ..subnet("v6", "2001:db8::/64", false)
        };
        let network = Network { id: "n".to_owned(), name: String::new(), mtu: Some(9000) };
        let ports = [port("p", &[("v4", "192.0.2.5"), ("v6", "2001:db8::5")])];
        let data = network_data(&ports, &[network], &[v4, v6], &[node_port("p", &[])]);
        assert_eq!(check(&data), Ok(()));
        let link = json!({
            "id": "interface0", "type": "phy", "mtu": 9000, "ethernet_mac_address": "52:54:00:00:00:09",
        });
        assert_eq!(data["links"], json!([link]));
        assert_eq!(data["networks"][0]["netmask"], "255.255.255.128");
        assert_eq!(
            data["networks"][0]["routes"],
            json!([
                {"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": "192.0.2.1"},
                {"network": "10.1.0.0", "netmask": "255.255.0.0", "gateway": "192.0.2.9"},
            ])
        );
        assert_eq!(data["networks"][1]["netmask"], "ffff:ffff:ffff:ffff::");
        assert_eq!(data["services"], json!([{"type": "dns", "address": "9.9.9.9"}]));
    }

    #[test]
    fn a_port_group_becomes_a_bond_and_dhcp_subnets_use_dhcp() {
        let members = ["52:54:00:00:00:0a", "52:54:00:00:00:0b"];
        let ports = [port("p", &[("s", "192.0.2.5")]), port("q", &[("d", "198.51.100.5")])];
        let subnets = [subnet("s", "192.0.2.0/24", false), subnet("d", "198.51.100.0/24", true)];
        let data = network_data(&ports, &[], &subnets, &[node_port("p", &members)]);
        assert_eq!(check(&data), Ok(()));
        assert_eq!(data["links"][2]["bond_links"], json!(["interface0-0", "interface0-1"]));
        assert_eq!(data["links"][2]["bond_mode"], "802.3ad");
        // If Ironic does not show the card, the Neutron port already has the card's address.
        assert_eq!(data["links"][3]["ethernet_mac_address"], "fa:16:3e:00:00:01");
        assert_eq!(data["networks"][1]["type"], "ipv4_dhcp");
    }
}
