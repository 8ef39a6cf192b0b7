//! What the rules look at: the evidence of violations that need more than one line.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{AddressRange, AuditContext, AuditedNode};
use crate::cloud::transport::is_loopback;
use crate::counts::{agreeing, counted};
use crate::rest::mask::{self, MASK};
use crate::suggest::boolean;

/// The evidence of a violation, and the node; `None` if it is about the whole cloud.
pub(super) type NodeEvidence<'a> = (Option<&'a AuditedNode>, String);

/// `KEY is false`, if it is.
pub(super) fn if_false(machine: &AuditedNode, key: &str) -> Option<String> {
    machine.info(key).is_some_and(|value| is_false(&value)).then(|| format!("{key} is false"))
}

/// Parses the value like Ironic (`oslo_utils.strutils`).
fn is_false(value: &str) -> bool {
    boolean(value) == Some(false)
}

/// `KEY is VALUE`, if the value is set and weak.
pub(super) fn if_value(machine: &AuditedNode, key: &str, is_weak: impl Fn(&str) -> bool) -> Option<String> {
    machine.info(key).filter(|value| is_weak(value)).map(|value| format!("{key} is {value}"))
}

/// `KEY is not set`, if it is not.
pub(super) fn if_unset(machine: &AuditedNode, key: &str) -> Option<String> {
    machine.info(key).is_none().then(|| format!("{key} is not set"))
}

/// The URL of the API, unless its traffic stays on this computer and cannot be intercepted.
pub(super) fn remote_api(context: &AuditContext) -> Option<&Url> {
    context.endpoint.as_ref().filter(|url| !is_loopback(url.host().as_ref()))
}

/// Whether the cloud has a hardware type for Redfish; `None` if its hardware types are unknown.
pub(super) fn offers_redfish(context: &AuditContext) -> Option<bool> {
    let types = context.hardware_types.as_ref()?;
    Some(types.iter().any(|name| name.contains("redfish") || name == "idrac"))
}

pub(super) fn plain_ramdisks(machine: &AuditedNode) -> Option<String> {
    let plain =
        ["deploy_kernel", "deploy_ramdisk", "deploy_iso", "rescue_kernel", "rescue_ramdisk", "rescue_iso"]
            .into_iter()
            .filter(|key| machine.info(key).is_some_and(|value| value.starts_with("http://")));
    let plain: Vec<&str> = plain.collect();
    (!plain.is_empty()).then(|| format!("{} over http", plain.join(", ")))
}

pub(super) fn plain_redfish(machine: &AuditedNode) -> Option<String> {
    let is_plain = |address: &String| address.to_ascii_lowercase().starts_with("http://");
    let address = machine.info("redfish_address").filter(is_plain)?;
    Some(format!("redfish_address is {}", mask::address(&address)))
}

/// Usernames that vendors preconfigure on BMCs.
const DEFAULT_USERS: [&str; 8] =
    ["root", "admin", "administrator", "userid", "hpadmin", "sysadmin", "cisco", "calvin"];

pub(super) fn default_users(machine: &AuditedNode) -> Vec<String> {
    users(machine)
        .filter(|(_, user)| DEFAULT_USERS.contains(&user.to_ascii_lowercase().as_str()))
        .map(|(key, user)| format!("{key} is {user}"))
        .collect()
}

fn users(machine: &AuditedNode) -> impl Iterator<Item = (&String, String)> {
    machine
        .driver_info
        .keys()
        .filter(|key| key.ends_with("_username"))
        .filter_map(|key| Some((key, machine.info(key)?)))
}

/// The secrets that Ironic does not mask: every user who can read the node can read them.
pub(super) fn readable_secrets(machine: &AuditedNode) -> Vec<String> {
    let fields = [
        ("driver_info", &machine.driver_info),
        ("extra", &machine.extra),
        ("properties", &machine.properties),
    ];
    fields
        .into_iter()
        .flat_map(|(field, map)| unmasked(map).into_iter().map(move |key| (field, key)))
        .map(|(field, key)| format!("{field}.{key} is not masked"))
        .collect()
}

/// The keys of secrets that have an unmasked value. [`urls_with_passwords`] covers passwords in URLs.
fn unmasked(map: &Map<String, Value>) -> Vec<&String> {
    let is_readable = |value: &Value| match value {
        Value::String(text) => !text.is_empty() && text != MASK && !text.starts_with("** "),
        Value::Number(_) => true,
        _ => false,
    };
    map.iter()
        .filter(|(key, value)| mask::is_secret_key(key) && is_readable(value))
        .map(|(key, _)| key)
        .collect()
}

pub(super) fn urls_with_passwords(machine: &AuditedNode) -> Vec<String> {
    let has_password = |value: &Value| {
        value.as_str().and_then(|text| Url::parse(text).ok()).is_some_and(|url| url.password().is_some())
    };
    machine
        .driver_info
        .iter()
        .filter(|(_, value)| has_password(value))
        .map(|(key, _)| format!("the URL in driver_info.{key} contains a password"))
        .collect()
}

/// The BMC's address, if it is in one of the ranges.
pub(super) fn on_network(machine: &AuditedNode, ranges: &[AddressRange]) -> Option<String> {
    let (key, address) = bmc_address(machine)?;
    let range = ranges.iter().find(|range| range.has(address))?;
    Some(format!("{key} is {address}, on {}", range.name))
}

pub(super) fn public_address(machine: &AuditedNode) -> Option<String> {
    let (key, address) = bmc_address(machine)?;
    is_public(address).then(|| format!("{key} is {address}"))
}

/// The IP address of the BMC. `None` for a host name: this module does not resolve names.
fn bmc_address(machine: &AuditedNode) -> Option<(&String, IpAddr)> {
    let key =
        machine.driver_info.keys().find(|key| key.ends_with("_address") && !key.contains("t_address"))?;
    let text = machine.info(key)?;
    let host = match Url::parse(&text).ok().and_then(|url| Some(url.host_str()?.to_owned())) {
        Some(host) => host,
        None => text.split('/').next().unwrap_or_default().to_owned(),
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    // `192.0.2.7:8443` without a scheme.
    let bare = match bare.rsplit_once(':') {
        Some((address, port)) if address.contains('.') && port.parse::<u16>().is_ok() => address,
        _ => bare,
    };
    Some((key, bare.parse().ok()?))
}

/// Whether an address is routable on the Internet (unlike the ranges of RFC 1918, 4193 and 6598).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            !(address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_unspecified()
                || address.is_documentation()
                || a == 100 && (64..128).contains(&b)
                || a == 198 && (18..20).contains(&b)
                || (a, b, c) == (192, 0, 0)
                || a >= 224)
        }
        IpAddr::V6(address) => {
            // 2000::/3 without 2001:db8::/32.
            address.segments()[0] & 0xe000 == 0x2000
                && !(address.segments()[0] == 0x2001 && address.segments()[1] == 0x0db8)
        }
    }
}

/// BMCs with the same username and password.
pub(super) fn shared_credentials(machines: &[AuditedNode]) -> Vec<NodeEvidence<'_>> {
    let mut by_digest: HashMap<[u8; 8], Vec<&AuditedNode>> = HashMap::new();
    for (machine, user, password) in credentials(machines).filter(|(.., password)| password != MASK) {
        let digest = Sha256::digest(format!("{user}\0{password}"));
        let digest: [u8; 8] = digest[..8].try_into().expect("a digest has 32 bytes");
        by_digest.entry(digest).or_default().push(machine);
    }
    let shared = by_digest.into_values().filter(|sharers| sharers.len() > 1);
    shared
        .flat_map(|sharers| {
            let others = sharers.len() - 1;
            let (nodes, have) = (counted(others, "other node"), agreeing(others, "has", "have"));
            let evidence = format!("{nodes} {have} the same username and password");
            sharers.into_iter().map(move |machine| (Some(machine), evidence.clone()))
        })
        .collect()
}

/// Usernames of several BMCs whose passwords Ironic masks, so that they cannot be compared.
pub(super) fn masked_credentials(machines: &[AuditedNode]) -> Vec<NodeEvidence<'_>> {
    let mut masked: BTreeMap<String, usize> = BTreeMap::new();
    for (_, user, _) in credentials(machines).filter(|(.., password)| password == MASK) {
        *masked.entry(user).or_default() += 1;
    }
    let evidence = |(user, count): (String, usize)| {
        format!("{count} nodes have the username {user}; their passwords are masked and cannot be compared")
    };
    masked.into_iter().filter(|(_, count)| *count > 1).map(|masked| (None, evidence(masked))).collect()
}

/// The username and password of each BMC that has both.
fn credentials(machines: &[AuditedNode]) -> impl Iterator<Item = (&AuditedNode, String, String)> {
    machines.iter().flat_map(|machine| {
        users(machine).filter_map(move |(key, user)| {
            let password = machine.info(&key.replace("_username", "_password"))?;
            Some((machine, user, password))
        })
    })
}
