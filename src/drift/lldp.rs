//! The switch and port that a network card is connected to, from LLDP (IEEE 802.1AB).

use serde_json::Value;

/// The type of the chassis ID TLV.
const CHASSIS_ID: u64 = 1;
/// The type of the port ID TLV.
const PORT_ID: u64 = 2;
/// The chassis ID subtype of a MAC address.
const CHASSIS_MAC: u8 = 4;
/// The port ID subtype of a MAC address.
const PORT_MAC: u8 = 3;

/// The switch ID and switch port, if both are readable. `tlvs` has the format of ironic-python-agent: pairs of type and
/// hexadecimal value.
pub(super) fn switch(tlvs: &[Value]) -> Option<(String, String)> {
    let value = |wanted: u64| tlvs.iter().find_map(|tlv| bytes(tlv, wanted));
    Some((identifier(&value(CHASSIS_ID)?, CHASSIS_MAC)?, identifier(&value(PORT_ID)?, PORT_MAC)?))
}

fn bytes(tlv: &Value, wanted: u64) -> Option<Vec<u8>> {
    let digits = (tlv[0].as_u64()? == wanted).then(|| tlv[1].as_str())??;
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// An ID whose first byte is its subtype.
fn identifier(bytes: &[u8], mac: u8) -> Option<String> {
    let (subtype, id) = bytes.split_first()?;
    if *subtype == mac {
        let pairs: Vec<String> = id.iter().map(|byte| format!("{byte:02x}")).collect();
        return Some(pairs.join(":"));
    }
    String::from_utf8(id.to_vec()).ok().filter(|id| !id.is_empty())
}
