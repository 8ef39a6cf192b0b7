//! The audit rules: what each detects, its severity, its source and its remedy.

use serde::Serialize;

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
#[derive(Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
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
}

macro_rules! rules {
    ($($name:ident = $severity:ident, $id:literal, $title:literal, $remedy:literal, $source:literal;)*) => {
        $(
            #[doc = $title]
            pub const $name: Rule = Rule {
                id: $id, severity: Severity::$severity, title: $title, remedy: $remedy, source: $source,
            };
        )*

        /// Every rule.
        pub const ALL: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    CIPHER_NONE = Critical, "ipmi-cipher-0", "the BMC accepts IPMI cipher suite 0, which lets anyone in who knows a username",
        "set ipmi_cipher_suite to 17 (or 3), and disable cipher suite 0 on the BMC",
        "CVE-2013-4782; Ironic: driver_info.ipmi_cipher_suite";
    NULL_PASSWORD = Critical, "ipmi-null-password", "the IPMI user has no password",
        "set a password for the user on the BMC, and set ipmi_password",
        "CERT TA13-207A; Ironic: driver_info.ipmi_password";
    PUBLIC_ADDRESS = Critical, "bmc-public-address", "the BMC has a public IP address",
        "move the BMC to a separate management network that no other network routes to",
        "CERT TA13-207A; NSA and CISA, Harden Baseboard Management Controllers (2023)";
    REDFISH_PLAIN_HTTP = High, "redfish-plain-http", "Redfish uses plain HTTP, so credentials can be read in transit",
        "change redfish_address to an https:// URL",
        "DMTF DSP0266, 13 (Security); Ironic: driver_info.redfish_address";
    REDFISH_TLS_UNVERIFIED = High, "redfish-tls-unverified", "the BMC's TLS certificate is not verified",
        "set redfish_verify_ca to true, or to the path of the CA file on the conductor",
        "Ironic: driver_info.redfish_verify_ca";
    IPMI_VERSION = High, "ipmi-1.5", "IPMI 1.5 does not encrypt",
        "set ipmi_protocol_version to 2.0, or unset it",
        "IPMI 2.0, 13.14; Ironic: driver_info.ipmi_protocol_version";
    CIPHER_WEAK = High, "ipmi-cipher-weak", "the IPMI cipher suite has no encryption or an outdated one",
        "set ipmi_cipher_suite to 17, or to 3 if the BMC does not support 17",
        "IPMI 2.0, table 22-20; Ironic: driver_info.ipmi_cipher_suite";
    NULL_USER = High, "ipmi-null-user", "IPMI uses the null (anonymous) user",
        "create a user for Ironic on the BMC, and set ipmi_username",
        "CERT TA13-207A; Ironic: driver_info.ipmi_username";
    READABLE_SECRET = High, "secret-readable", "anyone who can read the node in Ironic can read a secret",
        "change the secret, and store it in a field that Ironic masks, or outside Ironic",
        "Ironic masks by name (ironic/common/utils.py, oslo's mask_dict_password)";
    SECRET_IN_URL = High, "secret-in-url", "a URL contains a password, which Ironic does not mask",
        "move the username and the password from the URL to their own fields, then change the password",
        "Ironic masks by name only (oslo's mask_dict_password)";
    ON_INSTANCE_NETWORK = High, "bmc-on-instance-network", "the BMC is on a network that instances use",
        "move the BMC to a separate management network that no other network routes to",
        "NSA and CISA, Harden Baseboard Management Controllers (2023)";
    SHARED_CREDENTIALS = High, "shared-credentials", "several BMCs have the same username and password",
        "give each BMC its own password",
        "NSA and CISA, Harden Baseboard Management Controllers (2023)";
    API_PLAIN_HTTP = High, "api-plain-http", "the Ironic API uses plain HTTP, so tokens and BMC credentials can be read in transit",
        "enable TLS for the Ironic API, and change its endpoint to an https:// URL",
        "Ironic: Security Overview; [api] enable_ssl_api";
    API_NO_AUTH = High, "api-no-auth", "the Ironic API requires no authentication",
        "set [DEFAULT] auth_strategy to keystone or http_basic",
        "Ironic: [DEFAULT] auth_strategy";
    API_TLS_UNVERIFIED = High, "api-tls-unverified", "farrier does not verify the TLS certificate of the Ironic API",
        "set cacert to the path of the CA file, and remove `insecure` and `verify: false`",
        "openstacksdk: verify, cacert";
    IPMI_INSTEAD_OF_REDFISH = Medium, "ipmi-instead-of-redfish", "the node uses IPMI, although this Ironic supports Redfish",
        "if the BMC supports Redfish, change the node's driver to redfish and disable IPMI on the BMC",
        "CVE-2013-4786: IPMI 2.0 gives a hash of the password to any client";
    OLD_TLS = Medium, "redfish-old-tls", "Redfish may use an insecure TLS version",
        "set redfish_tls_minimum_version to 1.2 or 1.3",
        "RFC 8996; Ironic: driver_info.redfish_tls_minimum_version";
    ADMIN_PRIVILEGE = Medium, "ipmi-admin-privilege", "IPMI uses the privilege level ADMINISTRATOR; OPERATOR is enough",
        "set ipmi_priv_level to OPERATOR, and limit the user to that level on the BMC",
        "Ironic: driver_info.ipmi_priv_level";
    DEFAULT_USER = Medium, "default-user", "the BMC user has a vendor's default name",
        "create a user for Ironic on the BMC, and disable the default user",
        "NSA and CISA, Harden Baseboard Management Controllers (2023)";
    ON_LOCAL_NETWORK = Medium, "bmc-on-local-network", "this computer is on the same network as the BMC",
        "allow only conductors to reach the BMC network",
        "NSA and CISA, Harden Baseboard Management Controllers (2023)";
    AGENT_TLS_UNVERIFIED = Medium, "agent-tls-unverified", "the TLS certificate of the ramdisk's agent is not verified",
        "unset agent_verify_ca, or set it to the path of the CA file",
        "Ironic: driver_info.agent_verify_ca";
    RAMDISK_PLAIN_HTTP = Medium, "ramdisk-plain-http", "the ramdisk is loaded over plain HTTP and can be changed in transit",
        "serve deploy and rescue ramdisks over HTTPS",
        "Ironic: driver_info.deploy_kernel, deploy_ramdisk, deploy_iso";
    IPMI = Low, "ipmi", "the node uses IPMI",
        "use Redfish if the BMC supports it; otherwise keep IPMI on a separate management network",
        "CVE-2013-4786: IPMI 2.0 gives a hash of the password to any client";
    CIPHER_UNSET = Low, "ipmi-cipher-unset", "the IPMI cipher suite is not set",
        "set ipmi_cipher_suite to 17, or to 3 if the BMC does not support 17",
        "Ironic: driver_info.ipmi_cipher_suite";
    TLS_VERSION_UNSET = Low, "redfish-tls-version-unset", "the minimum TLS version of Redfish is not set",
        "set redfish_tls_minimum_version to 1.2 or 1.3",
        "RFC 8996; Ironic: driver_info.redfish_tls_minimum_version";
    BASIC_AUTH = Low, "redfish-basic-auth", "every Redfish request contains the password",
        "set redfish_auth_type to session or auto",
        "DMTF DSP0266, 13.3.4; Ironic: driver_info.redfish_auth_type";
    CONSOLE = Low, "console-enabled", "the console is enabled",
        "disable it while it is not in use: `farrier console NODE --disable`",
        "Ironic: console_enabled";
    SHARED_CREDENTIALS_UNKNOWN = Info, "shared-credentials-unknown", "cannot check whether BMCs share a password",
        "compare the passwords where they are stored, for example in your password manager",
        "Ironic masks passwords and never returns them";
    DRIVER_INFO_HIDDEN = Info, "driver-info-hidden", "cannot check this BMC: `driver_info` is hidden",
        "run the audit with the role reader in system scope or in the project that owns the node",
        "Ironic: policy baremetal:node:get:driver_info";
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
            .map(|Rule { id, severity, title, remedy, source }| {
                let severity = severity.as_str();
                format!("{id} ({severity})\n  title:  {title}\n  remedy: {remedy}\n  source: {source}\n")
            })
            .collect();
        crate::snapshot::compare("audit_rules", &rules.join("\n"));
    }
}
