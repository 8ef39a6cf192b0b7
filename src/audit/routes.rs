//! The address ranges that this computer reaches without a router, from the routing tables of Linux.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::AddressRange;

/// The on-link ranges in `/proc/net/route`, without the loopback interface.
#[must_use]
pub fn of_v4(table: &str) -> Vec<AddressRange> {
    let range = |line: &str| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [interface, destination, gateway, _, _, _, _, mask, ..] = columns.as_slice() else { return None };
        // The kernel prints addresses in host byte order, which is little-endian on the supported platforms.
        let number = |hex: &str| u32::from_str_radix(hex, 16).ok().map(u32::swap_bytes);
        let (destination, gateway, mask) = (number(destination)?, number(gateway)?, number(mask)?);
        let prefix = u8::try_from(mask.leading_ones()).ok()?;
        let is_ignored = *interface == "lo" || gateway != 0 || prefix == 0;
        let addresses = IpNet::new(Ipv4Addr::from_bits(destination).into(), prefix).ok()?;
        (!is_ignored).then(|| AddressRange { addresses, name: format!("the network of {interface}") })
    };
    table.lines().skip(1).filter_map(range).collect()
}

/// The on-link ranges in `/proc/net/ipv6_route`, without loopback, link-local and multicast ranges.
#[must_use]
pub fn of_v6(table: &str) -> Vec<AddressRange> {
    let range = |line: &str| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [destination, prefix, _, _, gateway, _, _, _, _, interface] = columns.as_slice() else {
            return None;
        };
        let number = |hex: &str| u128::from_str_radix(hex, 16).ok();
        let (destination, gateway) = (Ipv6Addr::from_bits(number(destination)?), number(gateway)?);
        let prefix = u8::from_str_radix(prefix, 16).ok()?;
        let is_ignored = *interface == "lo"
            || gateway != 0
            || !(1..128).contains(&prefix)
            || destination.is_unicast_link_local()
            || destination.is_multicast();
        let addresses = IpNet::new(destination.into(), prefix).ok()?;
        (!is_ignored).then(|| AddressRange { addresses, name: format!("the network of {interface}") })
    };
    table.lines().filter_map(range).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ranges_without_a_router_count() {
        let table = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n\
            eth0\t00000000\t0102A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n\
            eth0\t0002A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n\
            eth1\t0000000A\t0102A8C0\t0003\t0\t0\t100\t000000FF\t0\t0\t0\n";
        let ranges = of_v4(table);
        assert_eq!(
            ranges,
            AddressRange::parse("192.168.2.0/24", "the network of eth0").into_iter().collect::<Vec<_>>()
        );
        assert!(ranges[0].has("192.168.2.7".parse().expect("an address")));
        assert!(of_v4("nonsense\nnonsense").is_empty());
    }

    #[test]
    fn ipv6_link_local_routed_and_loopback_ranges_are_ignored() {
        let line = |destination: &str, prefix: &str, gateway: &str, interface: &str| {
            format!(
                "{destination} {prefix} {0:032} 00 {gateway} 00000100 00000001 00000000 00000001 {interface}\n",
                0
            )
        };
        let none = "0".repeat(32);
        let table = [
            line("fd000001000000000000000000000000", "40", &none, "eth0"),
            line("fe800000000000000000000000000000", "40", &none, "eth0"),
            line("fd000002000000000000000000000000", "40", "fe800000000000000000000000000001", "eth0"),
            line(&none, "00", &none, "eth0"),
            line("00000000000000000000000000000001", "80", &none, "lo"),
        ]
        .concat();
        let ranges = of_v6(&table);
        assert_eq!(
            ranges,
            AddressRange::parse("fd00:1::/64", "the network of eth0").into_iter().collect::<Vec<_>>()
        );
    }
}
