//! The networks of a fleet's instances: farrier's own `networks`, metalsmith's `nics` and TripleO's `networks`.

use std::net::IpAddr;

use crate::inventory::document::{Content, Cursor, Value};
use crate::inventory::field_values::not_empty;

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
///
/// TripleO attaches only the networks with `vif: true`. For the others it makes ports in Neutron that its templates for the
/// network configuration use: they are left out of a list in which `vif` is set anywhere.
pub(super) fn nics(value: &Cursor<'_>) -> Vec<Nic> {
    let Content::List(_) = value.value().content else { return nic(value).into_iter().collect() };
    let items = value.items();
    let is_of_tripleo = items.iter().any(|item| item.value().get("vif").is_some());
    let mut nics = Vec::new();
    for item in &items {
        let vif = item.value().get("vif").filter(|vif| !vif.is_null());
        // What is no truth value is told of where the interface is read.
        let is_attached = vif.map_or(!is_of_tripleo, |vif| !is_no(vif));
        if is_attached {
            nics.extend(nic(item));
        } else {
            not_attached(item);
        }
    }
    nics
}

/// Warns of an interface that is left out.
fn not_attached(interface: &Cursor<'_>) {
    let named = ["network", "subnet"].iter().find_map(|key| interface.value().get(key)?.text());
    let named = named.or(interface.value().text()).unwrap_or_default().escape_debug();
    interface
        .warning(format!("network `{named}` is not attached to the machine, because it has no `vif: true`"));
}

/// Whether a value says no.
fn is_no(value: &Value) -> bool {
    value.text().is_some_and(|text| ["false", "no", "off", "0"].contains(&&*text.to_ascii_lowercase()))
}

fn nic(value: &Cursor<'_>) -> Option<Nic> {
    if !matches!(value.value().content, Content::Mapping(_)) {
        let network = value.checked(|text| not_empty(text).map(|()| text.to_owned()))?;
        return Some(Nic { network: Some(network), ..Nic::default() });
    }
    let table = value.mapping()?;
    table.allow_keys(&["network", "subnet", "port", "vif", ADDRESS[0], ADDRESS[1], ADDRESS[2]]);
    let named = |text: &str| not_empty(text).map(|()| text.to_owned());
    let text = |key| table.get(key).and_then(|name| name.checked(named));
    let given: Vec<_> = ADDRESS.into_iter().filter_map(|key| table.get(key)).collect();
    let parse = |text: &str| text.parse::<IpAddr>().map_err(|_| format!("`{text}` is no IP address"));
    let address = given.first().and_then(|address| address.checked(parse));
    let nic = Nic { network: text("network"), subnet: text("subnet"), address, port: text("port") };
    let (is_placed, has_port) = (nic.network.is_some() || nic.subnet.is_some(), nic.port.is_some());
    if table.get("vif").is_some_and(|vif| vif.boolean() == Some(false)) {
        not_attached(value);
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
