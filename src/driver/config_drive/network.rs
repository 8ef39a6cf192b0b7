//! Validates `network_data.json` (Nova's schema, which cloud-init reads) and lists its addresses.

use std::collections::HashSet;
use std::net::IpAddr;

use serde_json::{Map, Value};

/// Checks that cloud-init can configure the network with this data.
///
/// # Errors
/// The invalid place and the problem.
pub fn check(data: &Map<String, Value>) -> Result<(), String> {
    if let Some(key) = data.keys().find(|key| !["links", "networks", "services"].contains(&key.as_str())) {
        return Err(format!("unknown key `{key}`: expected links, networks or services"));
    }
    let mut links: HashSet<&str> = HashSet::new();
    for (at, link) in list(data, "links")?.iter().enumerate() {
        let problem = |what: &str| Err(format!("links[{at}]: {what}"));
        let Some(id) = text(link, "id") else { return problem("`id` is missing") };
        if text(link, "type").is_none() {
            return problem("`type` is missing (phy, bond, vlan, …)");
        }
        let mac = text(link, "ethernet_mac_address");
        if mac.is_some_and(|mac| !is_mac(mac)) {
            return problem("`ethernet_mac_address` is not a MAC address");
        }
        if !links.insert(id) {
            return problem(&format!("duplicate link `{id}`"));
        }
    }
    for (at, link) in list(data, "links")?.iter().enumerate() {
        let below = link.get("bond_links").and_then(Value::as_array).into_iter().flatten();
        let below = below.filter_map(Value::as_str).chain(text(link, "vlan_link"));
        for id in below {
            if !links.contains(id) {
                return Err(format!("links[{at}]: unknown link `{id}`"));
            }
        }
        if text(link, "type") == Some("vlan")
            && (link.get("vlan_id").is_none() || text(link, "vlan_link").is_none())
        {
            return Err(format!("links[{at}]: a vlan needs `vlan_id` and `vlan_link`"));
        }
    }
    for (at, network) in list(data, "networks")?.iter().enumerate() {
        check_network(network, &links).map_err(|problem| format!("networks[{at}]: {problem}"))?;
    }
    check_services(list(data, "services")?)
}

fn check_network(network: &Value, links: &HashSet<&str>) -> Result<(), String> {
    let Some(kind) = text(network, "type") else {
        return Err("`type` is missing (ipv4, ipv4_dhcp, …)".to_owned());
    };
    match text(network, "link") {
        None => return Err("`link` is missing".to_owned()),
        Some(link) if !links.contains(link) => return Err(format!("unknown link `{link}`")),
        Some(_) => {}
    }
    let fixed = text(network, "ip_address").map(|given| address(given).ok_or(given)).transpose();
    let fixed = fixed.map_err(|given| format!("`{given}` is not an IP address"))?;
    match (kind, fixed) {
        ("ipv4" | "ipv6", None) => {
            return Err(format!("`ip_address` is missing (required by type `{kind}`)"));
        }
        ("ipv4", Some(IpAddr::V6(_))) | ("ipv6", Some(IpAddr::V4(_))) => {
            return Err(format!("`ip_address` does not match type `{kind}`"));
        }
        _ => {}
    }
    if let Some(netmask) = text(network, "netmask")
        && !is_netmask(netmask)
    {
        return Err(format!("`{netmask}` is not a netmask"));
    }
    for (at, route) in list_in(network, "routes")?.iter().enumerate() {
        for key in ["network", "gateway"] {
            if text(route, key).and_then(address).is_none() {
                return Err(format!("routes[{at}]: `{key}` is missing or not an IP address"));
            }
        }
        if text(route, "netmask").is_some_and(|netmask| !is_netmask(netmask)) {
            return Err(format!("routes[{at}]: `netmask` is not a netmask"));
        }
    }
    check_services(list_in(network, "services")?)
}

fn check_services(services: &[Value]) -> Result<(), String> {
    for (at, service) in services.iter().enumerate() {
        if text(service, "type").is_none() || text(service, "address").and_then(address).is_none() {
            return Err(format!("services[{at}]: `type` (dns) and `address` (an IP address) are required"));
        }
    }
    Ok(())
}

/// The configured IP addresses, without their prefixes.
#[must_use]
pub fn addresses(data: &Map<String, Value>) -> Vec<String> {
    let networks = data.get("networks").and_then(Value::as_array).into_iter().flatten();
    let of = |network| Some(address(text(network, "ip_address")?)?.to_string());
    networks.filter_map(of).collect()
}

fn list<'a>(data: &'a Map<String, Value>, key: &str) -> Result<&'a [Value], String> {
    match data.get(key) {
        None => Ok(&[]),
        Some(value) => objects(value, key),
    }
}

fn list_in<'a>(value: &'a Value, key: &str) -> Result<&'a [Value], String> {
    value.get(key).map_or(Ok(&[]), |value| objects(value, key))
}

fn objects<'a>(value: &'a Value, key: &str) -> Result<&'a [Value], String> {
    match value.as_array() {
        Some(items) if items.iter().all(Value::is_object) => Ok(items),
        _ => Err(format!("`{key}` is not a list of objects")),
    }
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

/// Parses `ADDRESS` or `ADDRESS/PREFIX`.
fn address(text: &str) -> Option<IpAddr> {
    let (address, prefix) =
        text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let address: IpAddr = address.parse().ok()?;
    let longest = if address.is_ipv4() { 32 } else { 128 };
    prefix.is_none_or(|prefix| prefix.parse::<u8>().is_ok_and(|prefix| prefix <= longest)).then_some(address)
}

/// Whether a text is a netmask, as an address or as a prefix length.
fn is_netmask(text: &str) -> bool {
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(mask)) => mask.to_bits().leading_ones() + mask.to_bits().trailing_zeros() >= 32,
        Ok(IpAddr::V6(mask)) => mask.to_bits().leading_ones() + mask.to_bits().trailing_zeros() >= 128,
        Err(_) => text.parse::<u8>().is_ok_and(|prefix| prefix <= 128),
    }
}

fn is_mac(text: &str) -> bool {
    let pairs: Vec<&str> = text.split([':', '-']).collect();
    pairs.len() == 6 && pairs.iter().all(|pair| pair.len() == 2 && u8::from_str_radix(pair, 16).is_ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn checked(data: &Value) -> Result<(), String> {
        check(data.as_object().expect("an object"))
    }

    fn whole() -> Value {
        json!({
            "links": [
                {"id": "eth0", "type": "phy", "ethernet_mac_address": "52:54:00:12:34:56", "mtu": 9000},
                {"id": "eth1", "type": "phy"},
                {"id": "bond0", "type": "bond", "bond_links": ["eth0", "eth1"], "bond_mode": "802.3ad"},
                {"id": "vlan7", "type": "vlan", "vlan_link": "bond0", "vlan_id": 7},
            ],
            "networks": [
                {"id": "n0", "type": "ipv4", "link": "vlan7", "ip_address": "10.0.0.5/24", "netmask": "255.255.255.0",
                 "routes": [{"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": "10.0.0.1"}],
                 "services": [{"type": "dns", "address": "10.0.0.2"}]},
                {"id": "n1", "type": "ipv6", "link": "bond0", "ip_address": "fd00::5"},
                {"id": "n2", "type": "ipv4_dhcp", "link": "eth0"},
            ],
            "services": [{"type": "dns", "address": "9.9.9.9"}],
        })
    }

    #[test]
    fn addresses_are_listed() {
        let data = whole();
        assert_eq!(checked(&data), Ok(()));
        assert_eq!(addresses(data.as_object().expect("an object")), ["10.0.0.5", "fd00::5"]);
        assert_eq!(checked(&json!({})), Ok(()));
    }

    #[test]
    fn errors_name_their_place() {
        for (place, value, expected) in [
            ("/links/0/id", Value::Null, "links[0]: `id` is missing"),
            ("/links/1/id", json!("eth0"), "links[1]: duplicate link `eth0`"),
            ("/links/0/ethernet_mac_address", json!("52:54"), "links[0]: `ethernet_mac_address`"),
            ("/links/2/bond_links/0", json!("eth9"), "links[2]: unknown link `eth9`"),
            ("/links/3/vlan_link", json!("eth9"), "links[3]: unknown link `eth9`"),
            ("/networks/0/link", json!("eth9"), "networks[0]: unknown link `eth9`"),
            ("/networks/0/ip_address", json!("10.0.0.256"), "networks[0]: `10.0.0.256` is not an IP address"),
            (
                "/networks/0/ip_address",
                json!("fd00::1"),
                "networks[0]: `ip_address` does not match type `ipv4`",
            ),
            ("/networks/1/ip_address", Value::Null, "networks[1]: `ip_address` is missing"),
            ("/networks/0/netmask", json!("255.0.255.0"), "networks[0]: `255.0.255.0` is not a netmask"),
            ("/networks/0/routes/0/gateway", json!("gw"), "networks[0]: routes[0]: `gateway`"),
            ("/services/0/address", json!("dns.lab"), "services[0]:"),
            ("/networks", json!("none"), "`networks` is not a list"),
        ] {
            let mut data = whole();
            *data.pointer_mut(place).expect(place) = value;
            let problem = checked(&data).expect_err(place);
            assert!(problem.starts_with(expected), "{place}: {problem}");
        }
        assert!(
            checked(&json!({"ethernets": {}})).expect_err("netplan's").contains("unknown key `ethernets`")
        );
    }

    proptest! {
        #[test]
        fn prefixes_are_netmasks_and_gaps_are_not(ones in 0..=32u32, gap in 1..31u32) {
            let mask = u32::MAX.checked_shl(32 - ones).unwrap_or(0);
            prop_assert!(is_netmask(&std::net::Ipv4Addr::from(mask).to_string()));
            let with_gap = !(1u32 << gap);
            prop_assert!(!is_netmask(&std::net::Ipv4Addr::from(with_gap).to_string()));
        }
    }
}
