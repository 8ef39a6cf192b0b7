//! How well the out-of-band side of machines is secured, judged from what Ironic knows of them.
//!
//! Nothing here asks anybody: a BMC is never spoken to, and what Ironic, Neutron and this computer say is handed in.
//! [`rules`] has what is looked for, each with its severity, where the rule comes from and what to do; [`audit`] finds it.
//! No evidence holds a secret.

pub mod routes;
pub mod rules;
pub mod sarif;
mod subject;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::net::IpAddr;

use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::cloud::transport::is_loopback;
use crate::rest::mask::{self, MASK};
use crate::spelling::boolean;
pub use rules::{Rule, Severity};
pub use subject::{Machine, Range, Surroundings};

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind of thing it is.
    #[serde(flatten)]
    pub rule: &'static Rule,
    /// On which node; nothing where it is of the whole cloud.
    pub node: Option<Culprit>,
    /// What was seen, never a secret.
    pub evidence: String,
}

/// The node that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Culprit {
    /// Its UUID.
    pub uuid: String,
    /// Its name.
    pub name: Option<String>,
}

/// Everything that is to be found, the worst first, then by node.
#[must_use]
pub fn audit(machines: &[Machine], surroundings: &Surroundings) -> Vec<Finding> {
    let mut findings = Findings::default();
    of_the_api(surroundings, &mut findings);
    let offers_redfish = surroundings
        .hardware_types
        .as_ref()
        .map(|types| types.iter().any(|name| name.contains("redfish") || name == "idrac"));
    for machine in machines {
        if machine.is_hidden() {
            findings.add(&rules::UNSEEN, machine, "driver_info is not shown to this user");
            continue;
        }
        if machine.speaks_ipmi() {
            of_ipmi(machine, offers_redfish, &mut findings);
        }
        if machine.speaks_redfish() {
            of_redfish(machine, &mut findings);
        }
        of_ramdisks(machine, &mut findings);
        of_users(machine, &mut findings);
        of_secrets(machine, &mut findings);
        of_networks(machine, surroundings, &mut findings);
        if machine.console_enabled {
            findings.add(&rules::CONSOLE, machine, "console_enabled is true");
        }
    }
    shared_credentials(machines, &mut findings);
    let mut findings = findings.0;
    findings.sort_by(|a, b| {
        let label = |finding: &Finding| {
            finding.node.as_ref().map(|node| node.name.clone().unwrap_or_else(|| node.uuid.clone()))
        };
        (b.rule.severity, a.rule.id, label(a)).cmp(&(a.rule.severity, b.rule.id, label(b)))
    });
    findings
}

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, rule: &'static Rule, machine: &Machine, evidence: impl fmt::Display) {
        let node = Culprit { uuid: machine.uuid.clone(), name: machine.name.clone() };
        self.0.push(Finding { rule, node: Some(node), evidence: evidence.to_string() });
    }

    fn of_cloud(&mut self, rule: &'static Rule, evidence: impl fmt::Display) {
        self.0.push(Finding { rule, node: None, evidence: evidence.to_string() });
    }
}

fn of_the_api(surroundings: &Surroundings, findings: &mut Findings) {
    if surroundings.believes_any_certificate {
        findings.of_cloud(&rules::CLIENT_UNVERIFIED, "verify is false, or insecure is true");
    }
    let Some(url) = &surroundings.endpoint else { return };
    // Nobody listens in between where both ends are one computer.
    if is_loopback(url.host().as_ref()) {
        return;
    }
    if url.scheme() == "http" {
        findings.of_cloud(
            &rules::API_PLAIN,
            format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default()),
        );
    }
    if surroundings.lets_everybody_in {
        findings.of_cloud(&rules::API_OPEN, "requests are answered without any credentials");
    }
}

fn of_ipmi(machine: &Machine, offers_redfish: Option<bool>, findings: &mut Findings) {
    let told = |key: &str, value: &str| format!("{key} is {value}");
    match offers_redfish {
        Some(true) => findings.add(&rules::IPMI_FOR_REDFISH, machine, told("driver", &machine.driver)),
        _ => findings.add(&rules::IPMI, machine, told("driver", &machine.driver)),
    }
    if let Some(version) = machine.info("ipmi_protocol_version").filter(|version| version != "2.0") {
        findings.add(&rules::IPMI_VERSION, machine, told("ipmi_protocol_version", &version));
    }
    match machine.info("ipmi_cipher_suite").as_deref() {
        None => findings.add(&rules::CIPHER_UNSAID, machine, "ipmi_cipher_suite is not set"),
        Some("17" | "3") => {}
        Some("0") => findings.add(&rules::CIPHER_NONE, machine, "ipmi_cipher_suite is 0"),
        Some(weak) => findings.add(&rules::CIPHER_WEAK, machine, told("ipmi_cipher_suite", weak)),
    }
    match machine.info("ipmi_priv_level") {
        None => findings.add(&rules::PRIVILEGE, machine, "ipmi_priv_level is not set: ADMINISTRATOR"),
        Some(level) if level.eq_ignore_ascii_case("ADMINISTRATOR") => {
            findings.add(&rules::PRIVILEGE, machine, told("ipmi_priv_level", &level));
        }
        Some(_) => {}
    }
    if machine.info("ipmi_username").is_none() {
        findings.add(&rules::NULL_USER, machine, "ipmi_username is not set");
    }
    if machine.info("ipmi_password").is_none() {
        findings.add(&rules::NULL_PASSWORD, machine, "ipmi_password is not set");
    }
}

fn of_redfish(machine: &Machine, findings: &mut Findings) {
    let is_plain = |address: &String| address.to_ascii_lowercase().starts_with("http://");
    if let Some(address) = machine.info("redfish_address").filter(is_plain) {
        let address = mask::address(&address);
        findings.add(&rules::REDFISH_PLAIN, machine, format!("redfish_address is {address}"));
    }
    if machine.info("redfish_verify_ca").is_some_and(|said| is_false(&said)) {
        findings.add(&rules::REDFISH_UNVERIFIED, machine, "redfish_verify_ca is false");
    }
    match machine.info("redfish_tls_minimum_version").as_deref() {
        Some("1.2" | "1.3") => {}
        Some(old) => {
            findings.add(&rules::OLD_TLS, machine, format!("redfish_tls_minimum_version is {old}"));
        }
        None => findings.add(&rules::TLS_UNSAID, machine, "redfish_tls_minimum_version is not set"),
    }
    if machine.info("redfish_auth_type").is_some_and(|kind| kind.eq_ignore_ascii_case("basic")) {
        findings.add(&rules::BASIC_AUTH, machine, "redfish_auth_type is basic");
    }
}

fn of_ramdisks(machine: &Machine, findings: &mut Findings) {
    if machine.info("agent_verify_ca").is_some_and(|said| is_false(&said)) {
        findings.add(&rules::AGENT_UNVERIFIED, machine, "agent_verify_ca is false");
    }
    let plain =
        ["deploy_kernel", "deploy_ramdisk", "deploy_iso", "rescue_kernel", "rescue_ramdisk", "rescue_iso"]
            .into_iter()
            .filter(|key| machine.info(key).is_some_and(|value| value.starts_with("http://")));
    let plain: Vec<&str> = plain.collect();
    if !plain.is_empty() {
        findings.add(&rules::RAMDISK_PLAIN, machine, format!("{} over http", plain.join(", ")));
    }
}

/// As Ironic reads it (`oslo_utils.strutils`).
fn is_false(said: &str) -> bool {
    boolean(said) == Some(false)
}

/// Names that BMCs have when they are sold.
const SOLD_WITH: [&str; 8] =
    ["root", "admin", "administrator", "userid", "hpadmin", "sysadmin", "cisco", "calvin"];

fn of_users(machine: &Machine, findings: &mut Findings) {
    for (key, user) in users(machine) {
        if SOLD_WITH.contains(&user.to_ascii_lowercase().as_str()) {
            findings.add(&rules::DEFAULT_USER, machine, format!("{key} is {user}"));
        }
    }
}

fn users(machine: &Machine) -> impl Iterator<Item = (&String, String)> {
    machine
        .driver_info
        .keys()
        .filter(|key| key.ends_with("_username"))
        .filter_map(|key| Some((key, machine.info(key)?)))
}

fn of_secrets(machine: &Machine, findings: &mut Findings) {
    // Ironic masks what it knows for a secret, whoever asks; what is not masked can be read by every reader.
    for key in readable(&machine.driver_info) {
        findings.add(&rules::READABLE_SECRET, machine, format!("driver_info/{key} is shown"));
    }
    for (place, notes) in [("extra", &machine.extra), ("properties", &machine.properties)] {
        for key in readable(notes) {
            findings.add(&rules::READABLE_SECRET, machine, format!("{place}/{key} is shown"));
        }
    }
    for (key, value) in &machine.driver_info {
        let Some(url) = value.as_str().and_then(|text| Url::parse(text).ok()) else { continue };
        if url.password().is_some() {
            findings.add(
                &rules::SECRET_IN_URL,
                machine,
                format!("driver_info/{key} has a password in its address"),
            );
        }
    }
}

/// Keys of secrets whose values are there to be read, but for addresses of them.
fn readable(map: &Map<String, Value>) -> Vec<&String> {
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

fn of_networks(machine: &Machine, surroundings: &Surroundings, findings: &mut Findings) {
    let Some((key, address)) = bmc_address(machine) else { return };
    let told = |range: &Range| format!("{key} is {address}, in {}", range.name);
    if let Some(range) = surroundings.instance_ranges.iter().find(|range| range.has(address)) {
        findings.add(&rules::IN_INSTANCE_NETWORK, machine, told(range));
    }
    if let Some(range) = surroundings.own_ranges.iter().find(|range| range.has(address)) {
        findings.add(&rules::IN_OWN_NETWORK, machine, told(range));
    }
    if is_public(address) {
        findings.add(&rules::PUBLIC_ADDRESS, machine, format!("{key} is {address}"));
    }
}

/// The BMC's address, where it is one and no name: names are not looked up.
fn bmc_address(machine: &Machine) -> Option<(&String, IpAddr)> {
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

/// Whether an address is one that the whole world may have a route to (RFC 1918, 4193, 6598 and such have none).
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
            // 2000::/3 but for 2001:db8::/32.
            address.segments()[0] & 0xe000 == 0x2000
                && !(address.segments()[0] == 0x2001 && address.segments()[1] == 0x0db8)
        }
    }
}

/// One password on many BMCs: seen where Ironic shows passwords, and else not to be known.
fn shared_credentials(machines: &[Machine], findings: &mut Findings) {
    let mut by_print: HashMap<[u8; 8], Vec<&Machine>> = HashMap::new();
    let mut masked: BTreeMap<String, usize> = BTreeMap::new();
    for machine in machines {
        for (key, user) in users(machine) {
            let password = key.replace("_username", "_password");
            match machine.info(&password) {
                Some(secret) if secret != MASK => {
                    let digest = Sha256::digest(format!("{user}\0{secret}"));
                    let print: [u8; 8] = digest[..8].try_into().expect("a digest has 32 bytes");
                    by_print.entry(print).or_default().push(machine);
                }
                Some(_) => *masked.entry(user).or_default() += 1,
                None => {}
            }
        }
    }
    for sharers in by_print.values().filter(|sharers| sharers.len() > 1) {
        for machine in sharers {
            let others = sharers.len() - 1;
            findings.add(
                &rules::SHARED_CREDENTIAL,
                machine,
                format!("its user and password are those of {others} more"),
            );
        }
    }
    for (user, count) in masked.into_iter().filter(|(_, count)| *count > 1) {
        let evidence =
            format!("{count} nodes have the user {user}; Ironic masks whether the password is one too");
        findings.of_cloud(&rules::UNKNOWABLE_CREDENTIAL, evidence);
    }
}

#[cfg(test)]
mod tests;
