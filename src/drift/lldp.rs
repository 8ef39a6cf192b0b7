//! Which switch and port a card is plugged into, out of what the switch says of itself (IEEE 802.1AB).

use serde_json::Value;

/// The type of the part that names the switch.
const CHASSIS_ID: u64 = 1;
/// The type of the part that names the switch's port.
const PORT_ID: u64 = 2;
/// The kind of a switch's name that is a MAC address.
const CHASSIS_MAC: u8 = 4;
/// The kind of a port's name that is a MAC address.
const PORT_MAC: u8 = 3;

/// The switch's identifier and port, where both are told in a form that Ironic keeps too: a list of types and hexadecimal
/// digits, as ironic-python-agent hands them on.
pub(super) fn switch(parts: &[Value]) -> Option<(String, String)> {
    let part = |wanted: u64| parts.iter().find_map(|part| bytes(part, wanted));
    Some((named(&part(CHASSIS_ID)?, CHASSIS_MAC)?, named(&part(PORT_ID)?, PORT_MAC)?))
}

fn bytes(part: &Value, wanted: u64) -> Option<Vec<u8>> {
    let digits = (part[0].as_u64()? == wanted).then(|| part[1].as_str())??;
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// A name whose first byte says of what kind it is.
fn named(bytes: &[u8], mac: u8) -> Option<String> {
    let (kind, name) = bytes.split_first()?;
    if *kind == mac {
        let pairs: Vec<String> = name.iter().map(|byte| format!("{byte:02x}")).collect();
        return Some(pairs.join(":"));
    }
    String::from_utf8(name.to_vec()).ok().filter(|name| !name.is_empty())
}
