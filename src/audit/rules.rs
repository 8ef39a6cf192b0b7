//! The audit rules: what each detects, its severity, its source and its remedy.

use serde::Serialize;

use super::evidence::{self, NodeEvidence, if_false, if_unset, if_value};
use super::{AuditContext, AuditedNode};

/// The severity of a finding.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// For information; no immediate action needed
    Info,
    /// Should be fixed eventually
    Low,
    /// Helps an attacker who is already on the management network
    Medium,
    /// Gives an attacker on the management network control of machines
    High,
    /// Exploitable by anyone who can reach the BMC
    Critical,
}

impl Severity {
    /// The severity in lower case, as in the output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// An audit rule.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct Rule {
    /// The name of the rule. It is stable across releases.
    #[serde(rename = "finding")]
    pub id: &'static str,
    /// The severity of its findings.
    pub severity: Severity,
    /// A one-line description.
    pub title: &'static str,
    /// How to fix it.
    pub remedy: &'static str,
    /// The advisory or standard behind the rule, or the Ironic setting it reads.
    pub source: &'static str,
    /// How violations are found.
    #[serde(skip)]
    pub(super) check: Check,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

/// How a rule finds violations. Each check returns the evidence, without secrets. Checks of single nodes skip nodes
/// whose `driver_info` is hidden.
#[derive(Debug)]
pub(super) enum Check {
    /// Of the Ironic API and how it is reached.
    Cloud(fn(&AuditContext) -> Option<String>),
    /// Of each node.
    Node(fn(&AuditedNode, &AuditContext) -> Vec<String>),
    /// Of each node that uses IPMI.
    Ipmi(fn(&AuditedNode, &AuditContext) -> Option<String>),
    /// Of each node that uses Redfish.
    Redfish(fn(&AuditedNode) -> Option<String>),
    /// Of all nodes together. A finding without a node is about the whole cloud.
    AllNodes(fn(&[AuditedNode]) -> Vec<NodeEvidence<'_>>),
}

macro_rules! rules {
    ($($severity:ident, $id:literal, $title:literal, $remedy:literal, $source:literal, $check:expr;)*) => {
        /// Every rule.
        pub static ALL: &[Rule] = &[$(Rule {
            id: $id, severity: Severity::$severity, title: $title, remedy: $remedy, source: $source, check: $check,
        }),*];
    };
}

rules! {
    Critical, "ipmi-cipher-0", "the BMC accepts IPMI cipher suite 0, which lets in anyone who knows a username",
        "set ipmi_cipher_suite to 17 (or 3), and disable cipher suite 0 on the BMC",
        "CVE-2013-4782; Ironic: driver_info.ipmi_cipher_suite",
        Check::Ipmi(|node, _| if_value(node, "ipmi_cipher_suite", |suite| suite == "0"));
    Critical, "ipmi-null-password", "the IPMI user has no password",
        "set a password for the user on the BMC, and set ipmi_password",
        "CERT TA13-207A; Ironic: driver_info.ipmi_password",
        Check::Ipmi(|node, _| if_unset(node, "ipmi_password"));
    Critical, "bmc-public-address", "the BMC has a public IP address",
        "move the BMC to a separate management network that no other network routes to",
        "CERT TA13-207A; NSA and CISA, Harden Baseboard Management Controllers (2023)",
        Check::Node(|node, _| evidence::public_address(node).into_iter().collect());
    High, "redfish-plain-http", "Redfish uses plain HTTP, so credentials can be read in transit",
        "change redfish_address to an https:// URL",
        "DMTF DSP0266, 13 (Security); Ironic: driver_info.redfish_address",
        Check::Redfish(evidence::plain_redfish);
    High, "redfish-tls-unverified", "the BMC's TLS certificate is not verified",
        "set redfish_verify_ca to true, or to the path of the CA file on the conductor",
        "Ironic: driver_info.redfish_verify_ca",
        Check::Redfish(|node| if_false(node, "redfish_verify_ca"));
    High, "ipmi-1.5", "IPMI 1.5 does not encrypt",
        "set ipmi_protocol_version to 2.0, or unset it",
        "IPMI 2.0, 13.14; Ironic: driver_info.ipmi_protocol_version",
        Check::Ipmi(|node, _| if_value(node, "ipmi_protocol_version", |version| version != "2.0"));
    High, "ipmi-cipher-weak", "the IPMI cipher suite has no encryption or an outdated one",
        "set ipmi_cipher_suite to 17, or to 3 if the BMC does not support 17",
        "IPMI 2.0, table 22-20; Ironic: driver_info.ipmi_cipher_suite",
        Check::Ipmi(|node, _| if_value(node, "ipmi_cipher_suite", |suite| !["17", "3", "0"].contains(&suite)));
    High, "ipmi-null-user", "IPMI uses the null (anonymous) user",
        "create a user for Ironic on the BMC, and set ipmi_username",
        "CERT TA13-207A; Ironic: driver_info.ipmi_username",
        Check::Ipmi(|node, _| if_unset(node, "ipmi_username"));
    High, "secret-readable", "anyone who can read the node in Ironic can read a secret",
        "change the secret, and store it in a field that Ironic masks, or outside Ironic",
        "Ironic masks by name (ironic/common/utils.py, oslo's mask_dict_password)",
        Check::Node(|node, _| evidence::readable_secrets(node));
    High, "secret-in-url", "a URL contains a password, which Ironic does not mask",
        "move the username and the password from the URL to their own fields, then change the password",
        "Ironic masks by name only (oslo's mask_dict_password)",
        Check::Node(|node, _| evidence::urls_with_passwords(node));
    High, "bmc-on-instance-network", "the BMC is on a network that instances use",
        "move the BMC to a separate management network that no other network routes to",
        "NSA and CISA, Harden Baseboard Management Controllers (2023)",
        Check::Node(|node, context| {
            evidence::on_network(node, &context.instance_ranges).into_iter().collect()
        });
    High, "shared-credentials", "several BMCs have the same username and password",
        "give each BMC its own password",
        "NSA and CISA, Harden Baseboard Management Controllers (2023)",
        Check::AllNodes(evidence::shared_credentials);
    High, "api-plain-http", "the Ironic API uses plain HTTP, so tokens and BMC credentials can be read in transit",
        "enable TLS for the Ironic API, and change its endpoint to an https:// URL",
        "Ironic: Security Overview; [api] enable_ssl_api",
        Check::Cloud(|context| {
            let url = evidence::remote_api(context).filter(|url| url.scheme() == "http")?;
            Some(format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default()))
        });
    High, "api-no-auth", "the Ironic API requires no authentication",
        "set [DEFAULT] auth_strategy to keystone or http_basic",
        "Ironic: [DEFAULT] auth_strategy",
        Check::Cloud(|context| {
            let url = evidence::remote_api(context).filter(|_| context.allows_anonymous_access);
            url.map(|_| "requests succeed without credentials".to_owned())
        });
    High, "api-tls-unverified", "farrier does not verify the TLS certificate of the Ironic API",
        "set cacert to the path of the CA file, and remove `insecure` and `verify: false`",
        "openstacksdk: verify, cacert",
        Check::Cloud(|context| {
            let text = "verify is false, or insecure is true";
            context.skips_certificate_verification.then(|| text.to_owned())
        });
    Medium, "ipmi-instead-of-redfish", "the node uses IPMI, although this Ironic supports Redfish",
        "if the BMC supports Redfish, change the node's driver to redfish and disable IPMI on the BMC",
        "CVE-2013-4786: IPMI 2.0 gives a hash of the password to any client",
        Check::Ipmi(|node, context| {
            let offers = evidence::offers_redfish(context) == Some(true);
            offers.then(|| format!("driver is {}", node.driver))
        });
    Medium, "redfish-old-tls", "Redfish may use an insecure TLS version",
        "set redfish_tls_minimum_version to 1.2 or 1.3",
        "RFC 8996; Ironic: driver_info.redfish_tls_minimum_version",
        Check::Redfish(|node| {
            if_value(node, "redfish_tls_minimum_version", |version| !["1.2", "1.3"].contains(&version))
        });
    Medium, "ipmi-admin-privilege", "IPMI uses the privilege level ADMINISTRATOR; OPERATOR is enough",
        "set ipmi_priv_level to OPERATOR, and limit the user to that level on the BMC",
        "Ironic: driver_info.ipmi_priv_level",
        Check::Ipmi(|node, _| match node.info("ipmi_priv_level") {
            None => Some("ipmi_priv_level is not set (default: ADMINISTRATOR)".to_owned()),
            Some(_) => if_value(node, "ipmi_priv_level", |level| level.eq_ignore_ascii_case("ADMINISTRATOR")),
        });
    Medium, "default-user", "the BMC user has a vendor's default name",
        "create a user for Ironic on the BMC, and disable the default user",
        "NSA and CISA, Harden Baseboard Management Controllers (2023)",
        Check::Node(|node, _| evidence::default_users(node));
    Medium, "bmc-on-local-network", "this computer is on the same network as the BMC",
        "allow only conductors to reach the BMC network",
        "NSA and CISA, Harden Baseboard Management Controllers (2023)",
        Check::Node(|node, context| {
            evidence::on_network(node, &context.own_ranges).into_iter().collect()
        });
    Medium, "agent-tls-unverified", "the TLS certificate of the ramdisk's agent is not verified",
        "unset agent_verify_ca, or set it to the path of the CA file",
        "Ironic: driver_info.agent_verify_ca",
        Check::Node(|node, _| if_false(node, "agent_verify_ca").into_iter().collect());
    Medium, "ramdisk-plain-http", "the ramdisk is loaded over plain HTTP and can be changed in transit",
        "serve deploy and rescue ramdisks over HTTPS",
        "Ironic: driver_info.deploy_kernel, deploy_ramdisk, deploy_iso",
        Check::Node(|node, _| evidence::plain_ramdisks(node).into_iter().collect());
    Low, "ipmi", "the node uses IPMI",
        "use Redfish if the BMC supports it; otherwise keep IPMI on a separate management network",
        "CVE-2013-4786: IPMI 2.0 gives a hash of the password to any client",
        Check::Ipmi(|node, context| {
            let offers = evidence::offers_redfish(context) == Some(true);
            (!offers).then(|| format!("driver is {}", node.driver))
        });
    Low, "ipmi-cipher-unset", "the IPMI cipher suite is not set",
        "set ipmi_cipher_suite to 17, or to 3 if the BMC does not support 17",
        "Ironic: driver_info.ipmi_cipher_suite",
        Check::Ipmi(|node, _| if_unset(node, "ipmi_cipher_suite"));
    Low, "redfish-tls-version-unset", "the minimum TLS version of Redfish is not set",
        "set redfish_tls_minimum_version to 1.2 or 1.3",
        "RFC 8996; Ironic: driver_info.redfish_tls_minimum_version",
        Check::Redfish(|node| if_unset(node, "redfish_tls_minimum_version"));
    Low, "redfish-basic-auth", "every Redfish request contains the password",
        "set redfish_auth_type to session or auto",
        "DMTF DSP0266, 13.3.4; Ironic: driver_info.redfish_auth_type",
        Check::Redfish(|node| {
            let is_basic = |kind: String| kind.eq_ignore_ascii_case("basic");
            node.info("redfish_auth_type").is_some_and(is_basic).then(|| "redfish_auth_type is basic".to_owned())
        });
    Low, "console-enabled", "the console is enabled",
        "disable it while it is not in use: `farrier console NODE --disable`",
        "Ironic: console_enabled",
        Check::Node(|node, _| {
            node.console_enabled.then(|| "console_enabled is true".to_owned()).into_iter().collect()
        });
    Info, "shared-credentials-unknown", "cannot check whether BMCs share a password",
        "compare the passwords where they are stored, for example in your password manager",
        "Ironic masks passwords and never returns them",
        Check::AllNodes(evidence::masked_credentials);
    Info, "driver-info-hidden", "cannot check this BMC: `driver_info` is hidden",
        "run the audit with the role reader in system scope or in the project that owns the node",
        "Ironic: policy baremetal:node:get:driver_info",
        Check::AllNodes(|nodes| {
            let hidden = nodes.iter().filter(|node| node.is_hidden());
            hidden.map(|node| (Some(node), "driver_info is hidden from this user".to_owned())).collect()
        });
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rule_has_a_unique_name_a_remedy_and_a_source() {
        let ids: BTreeSet<&str> = ALL.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), ALL.len());
        assert!(ALL.iter().all(|rule| !rule.remedy.is_empty() && !rule.source.is_empty()));
    }

    #[test]
    fn snapshot_of_every_rule() {
        let rules: Vec<String> = ALL
            .iter()
            .map(|Rule { id, severity, title, remedy, source, .. }| {
                let severity = severity.as_str();
                format!("{id} ({severity})\n  title:  {title}\n  remedy: {remedy}\n  source: {source}\n")
            })
            .collect();
        crate::snapshot::compare("audit_rules", &rules.join("\n"));
    }
}
