//! Reads the networks of instances: farrier's `networks`, metalsmith's `nics` and TripleO's `networks`.

use std::net::IpAddr;

use crate::inventory::document::{Content, Cursor, Value};
use crate::inventory::field_values::not_empty;

/// The keys for the address of a network interface.
const ADDRESS: [&str; 3] = ["fixed_ip", "ip", "address"];

/// A network interface of an instance. It has a network, a subnet or a port, given by name or UUID.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Nic {
    /// The network.
    pub network: Option<String>,
    /// The subnet that the address comes from.
    pub subnet: Option<String>,
    /// The address.
    pub address: Option<IpAddr>,
    /// An existing port in Neutron.
    pub port: Option<String>,
}

/// Reads one interface or a list of interfaces. A plain text is the name of a network.
///
/// TripleO only attaches networks with `vif: true`. For the others it creates Neutron ports that its network configuration
/// templates use. Therefore, if any interface in the list sets `vif`, those without `vif: true` are ignored with a warning.
pub(super) fn nics(value: &Cursor<'_>) -> Vec<Nic> {
    let Content::List(_) = value.value().content else { return nic(value).into_iter().collect() };
    let items = value.items();
    let is_tripleo = items.iter().any(|item| item.value().get("vif").is_some());
    let mut nics = Vec::new();
    for item in &items {
        let vif = item.value().get("vif").filter(|vif| !vif.is_null());
        // A value that is not a boolean is reported in `nic`.
        let is_attached = vif.map_or(!is_tripleo, |vif| !is_false(vif));
        if is_attached {
            nics.extend(nic(item));
        } else {
            warn_not_attached(item);
        }
    }
    nics
}

/// Warns about an interface that is ignored.
fn warn_not_attached(interface: &Cursor<'_>) {
    let name = ["network", "subnet"].iter().find_map(|key| interface.value().get(key)?.text());
    let name = name.or(interface.value().text()).unwrap_or_default().escape_debug();
    interface
        .warning(format!("network `{name}` ignored: it is not attached to the node without `vif: true`"));
}

/// Whether a value means false.
fn is_false(value: &Value) -> bool {
    value.text().is_some_and(|text| ["false", "no", "off", "0"].contains(&&*text.to_ascii_lowercase()))
}

fn nic(value: &Cursor<'_>) -> Option<Nic> {
    if !matches!(value.value().content, Content::Mapping(_)) {
        let network = value.checked(|text| not_empty(text).map(|()| text.to_owned()))?;
        return Some(Nic { network: Some(network), ..Nic::default() });
    }
    let table = value.mapping()?;
    table.allow_keys(&["network", "subnet", "port", "vif", ADDRESS[0], ADDRESS[1], ADDRESS[2]]);
    let name = |text: &str| not_empty(text).map(|()| text.to_owned());
    let text = |key| table.get(key).and_then(|value| value.checked(name));
    let given: Vec<_> = ADDRESS.into_iter().filter_map(|key| table.get(key)).collect();
    let parse = |text: &str| text.parse::<IpAddr>().map_err(|_| format!("`{text}` is not an IP address"));
    let address = given.first().and_then(|address| address.checked(parse));
    let nic = Nic { network: text("network"), subnet: text("subnet"), address, port: text("port") };
    let (has_network, has_port) = (nic.network.is_some() || nic.subnet.is_some(), nic.port.is_some());
    if table.get("vif").is_some_and(|vif| vif.boolean() == Some(false)) {
        warn_not_attached(value);
    } else if given.len() > 1 {
        value.error("only one address is allowed");
    } else if has_port && (has_network || !given.is_empty()) {
        value.error("`port` cannot be combined with a network, subnet or address: the port already has them");
    } else if !has_port && !has_network {
        value.error("`network`, `subnet` or `port` is missing");
    } else {
        return Some(nic);
    }
    None
}
