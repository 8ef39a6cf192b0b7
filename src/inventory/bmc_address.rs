//! What of `driver_info` Ironic or its drivers would refuse only when they first talk to the BMC.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::document::Objection;
use crate::suggest::boolean;

/// The families whose address is a host, and where a port of theirs belongs.
const HOSTS: [(&str, &str); 5] = [
    ("ipmi_address", "`ipmi_port`"),
    ("ilo_address", "`client_port`"),
    ("irmc_address", "`irmc_port`"),
    ("drac_address", "a key of its own"),
    ("snmp_address", "`snmp_port`"),
];

/// Keys that take one of a few words.
const CHOICES: [(&str, &[&str]); 5] = [
    ("ipmi_priv_level", &["ADMINISTRATOR", "CALLBACK", "OPERATOR", "USER"]),
    ("ipmi_bridging", &["no", "single", "dual"]),
    ("ipmi_protocol_version", &["2.0", "1.5"]),
    ("redfish_auth_type", &["basic", "session", "auto"]),
    ("redfish_tls_minimum_version", &["1.1", "1.2", "1.3"]),
];

/// Keys that take the number of a port.
const PORTS: [&str; 6] =
    ["ipmi_port", "ipmi_terminal_port", "client_port", "console_port", "irmc_port", "snmp_port"];

/// Other keys that take one word or number.
const OTHER_SCALARS: [&str; 8] = [
    "ipmi_cipher_suite",
    "ipmi_hex_kg_key",
    "ipmi_target_channel",
    "ipmi_transit_channel",
    "ipmi_terminal_port",
    "redfish_system_id",
    "redfish_tls_ciphers",
    "snmp_outlet",
];

/// What a value is that is no address of a single machine.
const ONE_MACHINE: &str = "the address of one machine";

/// Whether the value of a key is one word or number, not a boolean and no collection.
pub(super) fn is_scalar(key: &str) -> bool {
    HOSTS.iter().any(|(known, _)| *known == key)
        || CHOICES.iter().any(|(known, _)| *known == key)
        || PORTS.contains(&key)
        || OTHER_SCALARS.contains(&key)
        || key == "redfish_address"
}

/// Whether an address is one that no single machine has: that of all of them, of none, or of a group.
fn is_of_no_machine(address: IpAddr) -> bool {
    let address = address.to_canonical();
    address.is_unspecified() || address.is_multicast() || address == IpAddr::V4(Ipv4Addr::BROADCAST)
}

/// What is odd about the value of a key, though Ironic takes it.
pub(super) fn doubt(key: &str, text: &str) -> Option<&'static str> {
    let is_encoded =
        |piece: &str| piece.len() >= 2 && piece.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    let has_encoded = text.split('%').skip(1).any(is_encoded);
    (key == "redfish_system_id" && has_encoded)
        .then_some("holds a `%`, and Ironic encodes the path itself: write it without percent encoding")
}

/// Values of a key that ends in `_verify_ca`.
pub(super) const VERIFY_CA: &str = "true, false or the path of a CA file on the conductor";

/// Checks the value of a key of `driver_info`; one of which nothing is known is right.
///
/// # Errors
/// What is wrong with it.
pub(super) fn check(key: &str, text: &str) -> Result<(), Objection> {
    if let Some((_, port)) = HOSTS.iter().find(|(known, _)| *known == key) {
        return host_alone(text, port);
    }
    if let Some((_, choices)) = CHOICES.iter().find(|(known, _)| *known == key) {
        return if choices.contains(&text) {
            Ok(())
        } else {
            Err(expected(&format!("one of {}", choices.join(", ")), text))
        };
    }
    match key {
        "redfish_address" => redfish_address(text),
        "redfish_system_id" => system(text),
        // Two digits per byte. Never quoted, because Ironic does not mask this secret.
        "ipmi_hex_kg_key" if !is_hex_key(text) => {
            Err("expected an even number of hexadecimal digits".to_owned().into())
        }
        "ipmi_cipher_suite" if text.parse::<u8>().is_err() => {
            Err(expected("the number of a cipher suite", text))
        }
        _ if key.ends_with("_verify_ca") && !is_verify_ca(text) => Err(expected(VERIFY_CA, text)),
        _ if PORTS.contains(&key) => match text.parse::<u16>() {
            Ok(1..) => Ok(()),
            _ => Err(expected("a port from 1 to 65535", text)),
        },
        _ => Ok(()),
    }
}

fn is_hex_key(text: &str) -> bool {
    text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_verify_ca(text: &str) -> bool {
    text.starts_with('/') || boolean(text).is_some()
}

/// Checks the path of a system of Redfish.
///
/// # Errors
/// What is wrong with it.
pub(super) fn system(text: &str) -> Result<(), Objection> {
    let is_collection = text.trim_end_matches('/').ends_with("/Systems");
    if !text.starts_with('/') || text.trim().len() < text.len() || is_collection {
        return Err(expected("the path of a system, such as `/redfish/v1/Systems/1`", text));
    }
    let collection = ["/Managers", "/Chassis"].into_iter().find(|other| text.contains(other));
    match collection {
        Some(_) if text.contains("/Systems/") => Ok(()),
        Some(other) => Err(Objection::from(format!(
            "is a path of `{other}`, not of a system: that is one such as `/redfish/v1/Systems/1`"
        ))),
        None => Ok(()),
    }
}

fn expected(wanted: &str, found: &str) -> Objection {
    let plain = format!("expected {wanted}");
    // What stands before an `@` may be a password.
    if found.contains('@') {
        return plain.into();
    }
    let quoting = format!("{plain}, found `{}`", found.escape_debug());
    Objection::quoting(plain, quoting)
}

/// A host without scheme and port.
fn host_alone(text: &str, port: &str) -> Result<(), Objection> {
    const WANTED: &str = "a host name or an IP address";
    super::check::not_empty(text)?;
    if text.contains("://") {
        return Err(expected(&format!("{WANTED} without a scheme"), text));
    }
    if text.starts_with('[') {
        return Err(expected(&format!("{WANTED}, an IPv6 address without brackets"), text));
    }
    if text.parse().is_ok_and(is_of_no_machine) {
        return Err(expected(ONE_MACHINE, text));
    }
    if text.parse::<Ipv6Addr>().is_ok() {
        return Ok(());
    }
    if let Some((before, after)) = text.split_once(':')
        && is_host(before)
        && after.parse::<u16>().is_ok()
    {
        return Err(expected(&format!("{WANTED} alone (its port belongs into {port})"), text));
    }
    if is_host(text) { Ok(()) } else { Err(expected(WANTED, text)) }
}

/// Whether a text can be the name of a host, or an IPv4 address.
pub(super) fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let looks_like_ipv4 = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if looks_like_ipv4 {
        return text.parse::<Ipv4Addr>().is_ok();
    }
    text.len() <= 255 && text.strip_suffix('.').unwrap_or(text).split('.').all(is_label)
}

/// `[https://]HOST[:PORT][/ROOT]`.
fn redfish_address(text: &str) -> Result<(), Objection> {
    super::check::not_empty(text)?;
    if text.parse().is_ok_and(is_of_no_machine) {
        return Err(expected(ONE_MACHINE, text));
    }
    // Ironic puts one that stands alone into brackets itself.
    if text.parse::<Ipv6Addr>().is_ok() {
        return Ok(());
    }
    let (scheme, rest) = text.split_once("://").unwrap_or(("https", text));
    // `https:/bmc`, `https//bmc`, `https://https://bmc`.
    let is_scheme = ["http", "https"].iter().any(|scheme| {
        rest.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
            && rest[scheme.len()..].starts_with([':', '/'])
    });
    if is_scheme || !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return Err(expected("an address that begins with `https://` or `http://`", text));
    }
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    authority_of(host_and_port).map_err(|wanted| expected(wanted, text))?;
    if path.contains("/Systems") || path.contains("/Managers") || path.contains("/Chassis") {
        return Err("the path of the system belongs into `redfish_system_id`".to_owned().into());
    }
    if text.contains(char::is_whitespace) {
        return Err(expected("an address without blanks", text));
    }
    Ok(())
}

/// Checks `HOST[:PORT]`.
///
/// # Errors
/// What was expected.
pub(super) fn authority_of(text: &str) -> Result<(), &'static str> {
    let (host, port) = if let Some(rest) = text.strip_prefix('[') {
        let Some((host, after)) = rest.split_once(']') else { return Err("an IPv6 address in brackets") };
        let host = host.split('%').next().unwrap_or_default();
        let Ok(address) = host.parse::<Ipv6Addr>() else { return Err("an IPv6 address in brackets") };
        if is_of_no_machine(address.into()) {
            return Err(ONE_MACHINE);
        }
        (None, after)
    } else if text.matches(':').count() > 1 {
        return Err("an IPv6 address in brackets, such as `https://[fd00::1]`");
    } else {
        let at = text.find(':').unwrap_or(text.len());
        (Some(&text[..at]), &text[at..])
    };
    if host.is_some_and(|host| !is_host(host)) {
        return Err("an address with the name or the IP address of a host");
    }
    if host.is_some_and(|host| host.parse().is_ok_and(is_of_no_machine)) {
        return Err(ONE_MACHINE);
    }
    match port.strip_prefix(':').map(str::parse::<u16>) {
        None if port.is_empty() => Ok(()),
        Some(Ok(1..)) => Ok(()),
        _ => Err("a port from 1 to 65535 after the host"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_can_be_reached_are_let_through() {
        for (key, text) in [
            ("ipmi_address", "10.0.0.1"),
            ("ipmi_address", "bmc-1.lab.example"),
            ("ipmi_address", "fd00::1"),
            ("ipmi_address", "127.0.0.1"),
            ("ipmi_address", "::1"),
            ("redfish_address", "https://bmc"),
            ("redfish_address", "bmc:8443"),
            ("redfish_address", "http://[fd00::3]:8000"),
            ("redfish_address", "fd00::3"),
            ("redfish_address", "https://bmc/redfish/v1/"),
            ("redfish_address", "HTTPS://op:pw@bmc:1/"),
            ("redfish_system_id", "/redfish/v1/Systems/1"),
            ("redfish_system_id", "/redfish/v1/Systems/Chassis.1"),
            ("ipmi_port", "6230"),
            ("ipmi_priv_level", "OPERATOR"),
            ("redfish_verify_ca", "/etc/ironic/bmc-ca.pem"),
            ("redfish_verify_ca", "False"),
            ("agent_verify_ca", "no"),
            ("redfish_tls_minimum_version", "1.2"),
            ("ipmi_cipher_suite", "17"),
            ("ipmi_hex_kg_key", "0F0e"),
            ("other_address", "https://"),
        ] {
            assert_eq!(check(key, text), Ok(()), "{key} {text}");
        }
    }

    #[test]
    fn percent_encoding_in_the_path_of_a_system_is_odd() {
        assert!(doubt("redfish_system_id", "/redfish/v1/Systems/a%20b").is_some());
        for (key, text) in [
            ("redfish_system_id", "/redfish/v1/Systems/1"),
            ("redfish_system_id", "/redfish/v1/Systems/100%"),
            ("ipmi_password", "a%20b"),
        ] {
            assert_eq!(doubt(key, text), None, "{key} {text}");
        }
    }

    #[test]
    fn addresses_that_nobody_can_reach_are_refused() {
        for (key, text, why) in [
            ("ipmi_address", "", "empty"),
            ("ipmi_address", "https://10.0.0.1", "without a scheme"),
            ("ipmi_address", "-", "a host name"),
            ("ipmi_address", "bmc-.lab", "a host name"),
            ("redfish_address", "https:/10.0.0.1", "begins with `https://`"),
            ("redfish_address", "https//10.0.0.1", "begins with `https://`"),
            ("redfish_address", "https://https://10.0.0.1", "begins with `https://`"),
            ("redfish_system_id", "/rest/v1/Systems/", "such as `/redfish/v1/Systems/1`"),
            ("ipmi_address", "[2001:db8::9]", "without brackets"),
            ("ipmi_address", "10.0.0.1:6230", "`ipmi_port`"),
            ("ilo_address", "ilo-1:443", "`client_port`"),
            ("ipmi_address", "10.0.0.1 ", "a host name"),
            ("ipmi_address", "10.0.0.300", "a host name"),
            ("irmc_address", "a/b", "a host name"),
            ("redfish_address", "", "empty"),
            ("redfish_address", "https://", "a host"),
            ("redfish_address", "https://2001:db8::4", "in brackets"),
            ("redfish_address", "redfish+https://bmc", "`https://`"),
            ("redfish_address", "ftp://bmc", "`https://`"),
            ("redfish_address", "https://bmc:99999", "65535"),
            ("redfish_address", "https://bmc/redfish/v1/Systems/1", "redfish_system_id"),
            ("redfish_address", "bmc ", "a host"),
            ("redfish_system_id", "1", "the path of a system"),
            ("redfish_system_id", "/redfish/v1/Managers/1", "not of a system"),
            ("ipmi_port", "0", "65535"),
            ("ipmi_port", "x", "65535"),
            ("ipmi_priv_level", "admin", "ADMINISTRATOR"),
            ("redfish_verify_ca", "maybe", "the path of a CA file"),
            ("ilo_verify_ca", "ca.pem", "the path of a CA file"),
            ("agent_verify_ca", "", "true, false or"),
            ("redfish_auth_type", "Basic", "basic, session, auto"),
            ("redfish_tls_minimum_version", "TLSv1.2", "1.1, 1.2, 1.3"),
            ("ipmi_cipher_suite", "three", "number of a cipher suite"),
            ("ipmi_hex_kg_key", "0f0", "an even number"),
            ("ipmi_hex_kg_key", "kg-key", "an even number"),
            ("ipmi_address", "0.0.0.0", "one machine"),
            ("ipmi_address", "::", "one machine"),
            ("ilo_address", "255.255.255.255", "one machine"),
            ("irmc_address", "224.0.0.1", "one machine"),
            ("snmp_address", "ff02::1", "one machine"),
            ("redfish_address", "::", "one machine"),
            ("redfish_address", "https://0.0.0.0", "one machine"),
            ("redfish_address", "https://[::]", "one machine"),
            ("redfish_address", "https://[::]:8000/redfish/v1", "one machine"),
            ("redfish_address", "http://239.1.2.3:8000", "one machine"),
            ("redfish_address", "https://[ff05::2]", "one machine"),
            ("redfish_address", "https://[::ffff:224.0.0.1]", "one machine"),
        ] {
            let refused = check(key, text).expect_err(text);
            assert!(refused.text(true).contains(why), "{key} {text}: {refused:?}");
            let is_quoted = !text.is_empty() && refused.text(false).contains(text) && text.len() > 1;
            assert!(!is_quoted, "{refused:?}");
        }
        for (key, text) in [
            ("redfish_address", "https://op:hunter2@bmc:99999"),
            ("redfish_address", "ftp://op:hunter2@bmc"),
            ("ipmi_address", "https://op:hunter2@bmc"),
            ("redfish_system_id", "op:hunter2@bmc"),
            ("ipmi_hex_kg_key", "hunter2"),
        ] {
            let refused = check(key, text).expect_err(text);
            assert!(!refused.text(true).contains("hunter2"), "{refused:?}");
        }
    }
}
