//! Checks the security of BMC access, from the data that Ironic has about its nodes.
//!
//! This module does no I/O: it never contacts a BMC, and the caller passes in the data from Ironic, Neutron and this
//! computer. [`rules`] defines the rules, each with its severity, source and remedy; [`audit`] applies them.
//! Evidence never contains a secret.

mod input;
pub mod routes;
pub mod rules;
pub mod sarif;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::net::IpAddr;

use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::cloud::transport::is_loopback;
use crate::counts::{agreeing, counted};
use crate::rest::mask::{self, MASK};
use crate::suggest::boolean;
pub use input::{AddressRange, AuditContext, AuditedNode};
pub use rules::{Rule, Severity};

/// A violation of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct AuditFinding {
    /// The rule.
    #[serde(flatten)]
    pub rule: &'static Rule,
    /// The node; `None` if the finding is about the whole cloud.
    pub node: Option<AffectedNode>,
    /// The values that violate the rule, without secrets.
    pub evidence: String,
}

/// The node that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct AffectedNode {
    /// Its UUID.
    pub uuid: String,
    /// Its name.
    pub name: Option<String>,
}

impl AffectedNode {
    /// The name, or the UUID of a node without a name.
    fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.uuid)
    }
}

/// Applies every rule. Returns the findings by severity, the worst first, then by rule and node.
#[must_use]
pub fn audit(machines: &[AuditedNode], audit_context: &AuditContext) -> Vec<AuditFinding> {
    let mut findings = Findings::default();
    check_api(audit_context, &mut findings);
    let offers_redfish = audit_context
        .hardware_types
        .as_ref()
        .map(|types| types.iter().any(|name| name.contains("redfish") || name == "idrac"));
    for machine in machines {
        if machine.is_hidden() {
            findings.add(&rules::DRIVER_INFO_HIDDEN, machine, "driver_info is hidden from this user");
            continue;
        }
        if machine.uses_ipmi() {
            check_ipmi(machine, offers_redfish, &mut findings);
        }
        if machine.uses_redfish() {
            check_redfish(machine, &mut findings);
        }
        check_ramdisks(machine, &mut findings);
        check_users(machine, &mut findings);
        check_secrets(machine, &mut findings);
        check_networks(machine, audit_context, &mut findings);
        if machine.console_enabled {
            findings.add(&rules::CONSOLE, machine, "console_enabled is true");
        }
    }
    check_shared_credentials(machines, &mut findings);
    let mut findings = findings.0;
    findings.sort_by(|a, b| {
        let label = |finding: &AuditFinding| finding.node.as_ref().map(|node| node.label().to_owned());
        (b.rule.severity, a.rule.id, label(a)).cmp(&(a.rule.severity, b.rule.id, label(b)))
    });
    findings
}

#[derive(Default)]
struct Findings(Vec<AuditFinding>);

impl Findings {
    fn add(&mut self, rule: &'static Rule, machine: &AuditedNode, evidence: impl fmt::Display) {
        let node = AffectedNode { uuid: machine.uuid.clone(), name: machine.name.clone() };
        self.0.push(AuditFinding { rule, node: Some(node), evidence: evidence.to_string() });
    }

    fn add_for_cloud(&mut self, rule: &'static Rule, evidence: impl fmt::Display) {
        self.0.push(AuditFinding { rule, node: None, evidence: evidence.to_string() });
    }
}

fn check_api(audit_context: &AuditContext, findings: &mut Findings) {
    if audit_context.skips_certificate_verification {
        findings.add_for_cloud(&rules::API_TLS_UNVERIFIED, "verify is false, or insecure is true");
    }
    let Some(url) = &audit_context.endpoint else { return };
    // Traffic that stays on this computer cannot be intercepted.
    if is_loopback(url.host().as_ref()) {
        return;
    }
    if url.scheme() == "http" {
        findings.add_for_cloud(
            &rules::API_PLAIN_HTTP,
            format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default()),
        );
    }
    if audit_context.allows_anonymous_access {
        findings.add_for_cloud(&rules::API_NO_AUTH, "requests succeed without credentials");
    }
}

fn check_ipmi(machine: &AuditedNode, offers_redfish: Option<bool>, findings: &mut Findings) {
    let evidence = |key: &str, value: &str| format!("{key} is {value}");
    match offers_redfish {
        Some(true) => {
            findings.add(&rules::IPMI_INSTEAD_OF_REDFISH, machine, evidence("driver", &machine.driver));
        }
        _ => findings.add(&rules::IPMI, machine, evidence("driver", &machine.driver)),
    }
    if let Some(version) = machine.info("ipmi_protocol_version").filter(|version| version != "2.0") {
        findings.add(&rules::IPMI_VERSION, machine, evidence("ipmi_protocol_version", &version));
    }
    match machine.info("ipmi_cipher_suite").as_deref() {
        None => findings.add(&rules::CIPHER_UNSET, machine, "ipmi_cipher_suite is not set"),
        Some("17" | "3") => {}
        Some("0") => findings.add(&rules::CIPHER_NONE, machine, "ipmi_cipher_suite is 0"),
        Some(weak) => findings.add(&rules::CIPHER_WEAK, machine, evidence("ipmi_cipher_suite", weak)),
    }
    match machine.info("ipmi_priv_level") {
        None => findings.add(
            &rules::ADMIN_PRIVILEGE,
            machine,
            "ipmi_priv_level is not set (default: ADMINISTRATOR)",
        ),
        Some(level) if level.eq_ignore_ascii_case("ADMINISTRATOR") => {
            findings.add(&rules::ADMIN_PRIVILEGE, machine, evidence("ipmi_priv_level", &level));
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

fn check_redfish(machine: &AuditedNode, findings: &mut Findings) {
    let is_plain = |address: &String| address.to_ascii_lowercase().starts_with("http://");
    if let Some(address) = machine.info("redfish_address").filter(is_plain) {
        let address = mask::address(&address);
        findings.add(&rules::REDFISH_PLAIN_HTTP, machine, format!("redfish_address is {address}"));
    }
    if machine.info("redfish_verify_ca").is_some_and(|value| is_false(&value)) {
        findings.add(&rules::REDFISH_TLS_UNVERIFIED, machine, "redfish_verify_ca is false");
    }
    match machine.info("redfish_tls_minimum_version").as_deref() {
        Some("1.2" | "1.3") => {}
        Some(old) => {
            findings.add(&rules::OLD_TLS, machine, format!("redfish_tls_minimum_version is {old}"));
        }
        None => findings.add(&rules::TLS_VERSION_UNSET, machine, "redfish_tls_minimum_version is not set"),
    }
    if machine.info("redfish_auth_type").is_some_and(|kind| kind.eq_ignore_ascii_case("basic")) {
        findings.add(&rules::BASIC_AUTH, machine, "redfish_auth_type is basic");
    }
}

fn check_ramdisks(machine: &AuditedNode, findings: &mut Findings) {
    if machine.info("agent_verify_ca").is_some_and(|value| is_false(&value)) {
        findings.add(&rules::AGENT_TLS_UNVERIFIED, machine, "agent_verify_ca is false");
    }
    let plain =
        ["deploy_kernel", "deploy_ramdisk", "deploy_iso", "rescue_kernel", "rescue_ramdisk", "rescue_iso"]
            .into_iter()
            .filter(|key| machine.info(key).is_some_and(|value| value.starts_with("http://")));
    let plain: Vec<&str> = plain.collect();
    if !plain.is_empty() {
        findings.add(&rules::RAMDISK_PLAIN_HTTP, machine, format!("{} over http", plain.join(", ")));
    }
}

/// Parses the value like Ironic (`oslo_utils.strutils`).
fn is_false(value: &str) -> bool {
    boolean(value) == Some(false)
}

/// Usernames that vendors preconfigure on BMCs.
const DEFAULT_USERS: [&str; 8] =
    ["root", "admin", "administrator", "userid", "hpadmin", "sysadmin", "cisco", "calvin"];

fn check_users(machine: &AuditedNode, findings: &mut Findings) {
    for (key, user) in users(machine) {
        if DEFAULT_USERS.contains(&user.to_ascii_lowercase().as_str()) {
            findings.add(&rules::DEFAULT_USER, machine, format!("{key} is {user}"));
        }
    }
}

fn users(machine: &AuditedNode) -> impl Iterator<Item = (&String, String)> {
    machine
        .driver_info
        .keys()
        .filter(|key| key.ends_with("_username"))
        .filter_map(|key| Some((key, machine.info(key)?)))
}

fn check_secrets(machine: &AuditedNode, findings: &mut Findings) {
    // Ironic masks known secrets for every user. Every user who can read the node can read an unmasked value.
    for key in readable_secrets(&machine.driver_info) {
        findings.add(&rules::READABLE_SECRET, machine, format!("driver_info.{key} is not masked"));
    }
    for (field, map) in [("extra", &machine.extra), ("properties", &machine.properties)] {
        for key in readable_secrets(map) {
            findings.add(&rules::READABLE_SECRET, machine, format!("{field}.{key} is not masked"));
        }
    }
    for (key, value) in &machine.driver_info {
        let Some(url) = value.as_str().and_then(|text| Url::parse(text).ok()) else { continue };
        if url.password().is_some() {
            findings.add(
                &rules::SECRET_IN_URL,
                machine,
                format!("the URL in driver_info.{key} contains a password"),
            );
        }
    }
}

/// The keys of secrets that have an unmasked value. `SECRET_IN_URL` covers passwords in URLs.
fn readable_secrets(map: &Map<String, Value>) -> Vec<&String> {
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

fn check_networks(machine: &AuditedNode, audit_context: &AuditContext, findings: &mut Findings) {
    let Some((key, address)) = bmc_address(machine) else { return };
    let evidence = |range: &AddressRange| format!("{key} is {address}, on {}", range.name);
    if let Some(range) = audit_context.instance_ranges.iter().find(|range| range.has(address)) {
        findings.add(&rules::ON_INSTANCE_NETWORK, machine, evidence(range));
    }
    if let Some(range) = audit_context.own_ranges.iter().find(|range| range.has(address)) {
        findings.add(&rules::ON_LOCAL_NETWORK, machine, evidence(range));
    }
    if is_public(address) {
        findings.add(&rules::PUBLIC_ADDRESS, machine, format!("{key} is {address}"));
    }
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

/// Finds BMCs with the same username and password. If Ironic masks the passwords, reports that they cannot be
/// compared.
fn check_shared_credentials(machines: &[AuditedNode], findings: &mut Findings) {
    let mut by_digest: HashMap<[u8; 8], Vec<&AuditedNode>> = HashMap::new();
    let mut masked: BTreeMap<String, usize> = BTreeMap::new();
    for machine in machines {
        for (key, user) in users(machine) {
            let password = key.replace("_username", "_password");
            match machine.info(&password) {
                Some(secret) if secret != MASK => {
                    let digest = Sha256::digest(format!("{user}\0{secret}"));
                    let digest: [u8; 8] = digest[..8].try_into().expect("a digest has 32 bytes");
                    by_digest.entry(digest).or_default().push(machine);
                }
                Some(_) => *masked.entry(user).or_default() += 1,
                None => {}
            }
        }
    }
    for sharers in by_digest.values().filter(|sharers| sharers.len() > 1) {
        for machine in sharers {
            let others = sharers.len() - 1;
            let (nodes, have) = (counted(others, "other node"), agreeing(others, "has", "have"));
            findings.add(
                &rules::SHARED_CREDENTIALS,
                machine,
                format!("{nodes} {have} the same username and password"),
            );
        }
    }
    for (user, count) in masked.into_iter().filter(|(_, count)| *count > 1) {
        let evidence = format!(
            "{count} nodes have the username {user}; their passwords are masked and cannot be compared"
        );
        findings.add_for_cloud(&rules::SHARED_CREDENTIALS_UNKNOWN, evidence);
    }
}

#[cfg(test)]
mod tests;
