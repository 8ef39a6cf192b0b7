//! What an audit looks for: how bad it is, where that is said, and what to do.

use serde::Serialize;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing to do at once; said so that it is not taken for granted
    Info,
    /// Worth mending in time
    Low,
    /// Helps whoever is on the management network already
    Medium,
    /// Lets whoever is on the management network have machines
    High,
    /// Needs nothing but reaching the BMC
    Critical,
}

impl Severity {
    /// In lower case, as in answers.
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

/// One thing to look for.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Its name, which stays.
    #[serde(rename = "finding")]
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is, in one line.
    pub title: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
    /// Where it is said that it is bad, or what it is in Ironic.
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

        /// All of them.
        pub const ALL: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    CIPHER_NONE = Critical, "ipmi-cipher-0", "IPMI lets in whoever knows a user's name",
        "set ipmi_cipher_suite to 17 (or 3), and switch suite 0 off on the BMC",
        "CVE-2013-4782; Ironic: driver_info/ipmi_cipher_suite";
    NULL_PASSWORD = Critical, "ipmi-null-password", "IPMI without a password",
        "give the user a password on the BMC, and set ipmi_password",
        "CERT TA13-207A; Ironic: driver_info/ipmi_password";
    PUBLIC_ADDRESS = Critical, "bmc-public-address", "the BMC has an address of the public Internet",
        "move the BMC to a network of its own that nothing else routes to",
        "CERT TA13-207A; NSA and CISA, Harden Baseboard Management Controllers (2023)";
    REDFISH_PLAIN = High, "redfish-plain", "Redfish over plain http: credentials can be read on their way",
        "let redfish_address begin with https://",
        "DMTF DSP0266, 13 (Security); Ironic: driver_info/redfish_address";
    REDFISH_UNVERIFIED = High, "redfish-unverified", "the BMC's certificate is not checked",
        "set redfish_verify_ca to true, or to the file on the conductor of the authority that signed it",
        "Ironic: driver_info/redfish_verify_ca";
    IPMI_VERSION = High, "ipmi-1.5", "IPMI 1.5: nothing is encrypted",
        "set ipmi_protocol_version to 2.0, or unset it",
        "IPMI 2.0, 13.14; Ironic: driver_info/ipmi_protocol_version";
    CIPHER_WEAK = High, "ipmi-cipher-weak", "an IPMI cipher suite without encryption, or with an old one",
        "set ipmi_cipher_suite to 17, or to 3 where the BMC has no other",
        "IPMI 2.0, table 22-20; Ironic: driver_info/ipmi_cipher_suite";
    NULL_USER = High, "ipmi-null-user", "IPMI as the nameless user",
        "make a user on the BMC for Ironic alone, and set ipmi_username",
        "CERT TA13-207A; Ironic: driver_info/ipmi_username";
    READABLE_SECRET = High, "secret-readable", "a secret can be read in Ironic by whoever may read the node",
        "change the secret, and keep it where Ironic masks it, or nowhere in Ironic",
        "Ironic masks by name (ironic/common/utils.py, oslo's mask_dict_password)";
    SECRET_IN_URL = High, "secret-in-address", "a password stands in an address, which Ironic does not mask",
        "take it out of the address and set user name and password apart; then change it",
        "Ironic masks by name only (oslo's mask_dict_password)";
    IN_INSTANCE_NETWORK = High, "bmc-among-instances", "the BMC is in a network that instances are on",
        "move the BMC to a network of its own that nothing else routes to",
        "NSA and CISA, Harden Baseboard Management Controllers (2023)";
    SHARED_CREDENTIAL = High, "credential-shared", "one user and password for several BMCs",
        "give every BMC a password of its own",
        "NSA and CISA, Harden Baseboard Management Controllers (2023)";
    API_PLAIN = High, "api-plain", "Ironic's API over plain http: tokens and BMC credentials can be read on their way",
        "put TLS before Ironic's API, and let its endpoint begin with https://",
        "Ironic: Security Overview; [api] enable_ssl_api";
    API_OPEN = High, "api-open", "Ironic's API lets everybody in",
        "set [DEFAULT] auth_strategy to keystone or http_basic",
        "Ironic: [DEFAULT] auth_strategy";
    CLIENT_UNVERIFIED = High, "api-unverified", "we do not check Ironic's certificate",
        "name the authority with cacert, and drop insecure and verify: false",
        "openstacksdk: verify, cacert";
    IPMI_FOR_REDFISH = Medium, "ipmi-for-redfish", "IPMI where this Ironic offers Redfish",
        "change the node's driver to redfish where its BMC speaks it, and switch IPMI off there",
        "CVE-2013-4786: IPMI 2.0 gives a hash of the password to whoever asks";
    OLD_TLS = Medium, "redfish-old-tls", "Redfish may use a TLS that is broken",
        "set redfish_tls_minimum_version to 1.2 or 1.3",
        "RFC 8996; Ironic: driver_info/redfish_tls_minimum_version";
    PRIVILEGE = Medium, "ipmi-privilege", "IPMI as administrator: the session may do more than Ironic needs",
        "set ipmi_priv_level to OPERATOR, and give the user no more on the BMC",
        "Ironic: driver_info/ipmi_priv_level";
    DEFAULT_USER = Medium, "default-user", "the BMC's user has the name it is sold with",
        "make a user on the BMC for Ironic alone, and switch the one it came with off",
        "NSA and CISA, Harden Baseboard Management Controllers (2023)";
    IN_OWN_NETWORK = Medium, "bmc-in-own-network", "the BMC is in a network that this computer is on",
        "let only conductors reach the BMCs' network",
        "NSA and CISA, Harden Baseboard Management Controllers (2023)";
    AGENT_UNVERIFIED = Medium, "agent-unverified", "the ramdisk's certificate is not checked",
        "unset agent_verify_ca, or set it to the file of the authority",
        "Ironic: driver_info/agent_verify_ca";
    RAMDISK_PLAIN = Medium, "ramdisk-plain", "the ramdisk comes over plain http: who is on the way can change it",
        "serve deploy and rescue images over https",
        "Ironic: driver_info/deploy_kernel, deploy_ramdisk, deploy_iso";
    IPMI = Low, "ipmi", "IPMI is in use",
        "prefer Redfish where the BMC speaks it; keep IPMI to a network of its own",
        "CVE-2013-4786: IPMI 2.0 gives a hash of the password to whoever asks";
    CIPHER_UNSAID = Low, "ipmi-cipher-unsaid", "which IPMI cipher suite is used is left to chance",
        "set ipmi_cipher_suite to 17, or to 3 where the BMC has no other",
        "Ironic: driver_info/ipmi_cipher_suite";
    TLS_UNSAID = Low, "redfish-tls-unsaid", "the oldest TLS that Redfish may use is left to chance",
        "set redfish_tls_minimum_version to 1.2 or 1.3",
        "RFC 8996; Ironic: driver_info/redfish_tls_minimum_version";
    BASIC_AUTH = Low, "redfish-basic", "the password goes along with every Redfish request",
        "set redfish_auth_type to session or auto",
        "DMTF DSP0266, 13.3.4; Ironic: driver_info/redfish_auth_type";
    CONSOLE = Low, "console-on", "the console can be connected to",
        "`farrier console --help` says how to switch it off while nobody needs it",
        "Ironic: console_enabled";
    UNKNOWABLE_CREDENTIAL = Info, "credential-unknowable", "whether BMCs share a password cannot be known",
        "see to it where the passwords are kept",
        "Ironic masks passwords, and there is no way to read them back";
    UNSEEN = Info, "unseen", "how this BMC is reached cannot be judged",
        "ask as a reader of the system, or of the project that owns the node",
        "Ironic: policy baremetal:node:get:driver_info";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own_and_something_to_do() {
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
