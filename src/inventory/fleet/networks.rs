//! The networks of a fleet's instances: farrier's own `networks`, metalsmith's `nics` and TripleO's `networks`.

use std::net::IpAddr;

use crate::inventory::document::{Content, Cursor};

/// Words for the address that a network interface is to have.
const ADDRESS: [&str; 3] = ["fixed_ip", "ip", "address"];

/// One network interface of an instance, everything by name or UUID. It has a network, a subnet or a port.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Nic {
    /// On this network.
    pub network: Option<String>,
    /// With an address of this subnet.
    pub subnet: Option<String>,
    /// With this address.
    pub address: Option<IpAddr>,
    /// By this port, which is there already.
    pub port: Option<String>,
}

/// One interface, or a list of them; a bare word is a network.
pub(super) fn nics(value: &Cursor<'_>) -> Vec<Nic> {
    match value.value().content {
        Content::List(_) => value.items().iter().filter_map(nic).collect(),
        _ => nic(value).into_iter().collect(),
    }
}

fn nic(value: &Cursor<'_>) -> Option<Nic> {
    if !matches!(value.value().content, Content::Mapping(_)) {
        return Some(Nic { network: Some(value.string()?.to_owned()), ..Nic::default() });
    }
    let table = value.mapping()?;
    table.only(&["network", "subnet", "port", "vif", ADDRESS[0], ADDRESS[1], ADDRESS[2]]);
    let text = |key| table.string(key).map(str::to_owned);
    let given: Vec<_> = ADDRESS.into_iter().filter_map(|key| table.get(key)).collect();
    let parse = |text: &str| text.parse::<IpAddr>().map_err(|_| format!("`{text}` is no IP address"));
    let address = given.first().and_then(|address| address.checked(parse));
    let nic = Nic { network: text("network"), subnet: text("subnet"), address, port: text("port") };
    let (is_placed, has_port) = (nic.network.is_some() || nic.subnet.is_some(), nic.port.is_some());
    if table.get("vif").is_some_and(|vif| vif.boolean() == Some(false)) {
        value.error("networks that the machine is not attached to (`vif: false`) are not supported");
    } else if given.len() > 1 {
        value.error("one address is enough");
    } else if has_port && (is_placed || !given.is_empty()) {
        value.error("a port has its network and address already");
    } else if !has_port && !is_placed {
        value.error("`network`, `subnet` or `port` is missing");
    } else {
        return Some(nic);
    }
    None
}
