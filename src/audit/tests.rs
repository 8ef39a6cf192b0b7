use proptest::prelude::*;
use serde_json::{Value, json};
use url::Url;

use super::*;
use crate::rest::mask::MASK;

fn machine(driver: &str, driver_info: Value) -> AuditedNode {
    let Value::Object(driver_info) = driver_info else { panic!("not an object") };
    AuditedNode {
        uuid: "0b5d3c8e-0000-4000-8000-000000000001".to_owned(),
        name: Some("n1".to_owned()),
        driver: driver.to_owned(),
        driver_info,
        ..AuditedNode::default()
    }
}

fn rule_ids(machine: AuditedNode, audit_context: &AuditContext) -> Vec<&'static str> {
    audit(&[machine], audit_context).into_iter().map(|finding| finding.rule.id).collect()
}

#[test]
fn a_secure_redfish_bmc_has_no_findings() {
    let secure = json!({
        "redfish_address": "https://10.0.0.7", "redfish_username": "ironic-n1", "redfish_password": "******",
        "redfish_verify_ca": "/etc/ironic/bmc-ca.pem", "redfish_tls_minimum_version": "1.2",
        "redfish_auth_type": "auto", "deploy_kernel": "https://images.lab/kernel", "deploy_ramdisk": "file:///r",
    });
    let audit_context = AuditContext {
        endpoint: Url::parse("https://ironic.lab").ok(),
        instance_ranges: AddressRange::parse("10.1.0.0/16", "lan").into_iter().collect(),
        own_ranges: AddressRange::parse("10.2.0.0/16", "eth0").into_iter().collect(),
        ..AuditContext::default()
    };
    assert_eq!(rule_ids(machine("redfish", secure), &audit_context), Vec::<&str>::new());
}

#[test]
fn each_ipmi_weakness_is_one_finding() {
    let secure = || {
        json!({
            "ipmi_address": "10.0.0.7", "ipmi_username": "ironic", "ipmi_password": "******", "ipmi_cipher_suite": 17,
            "ipmi_priv_level": "OPERATOR", "ipmi_protocol_version": "2.0",
        })
    };
    let defaults = AuditContext::default();
    assert_eq!(rule_ids(machine("ipmi", secure()), &defaults), ["ipmi"]);
    for (key, value, id) in [
        ("ipmi_cipher_suite", json!("0"), "ipmi-cipher-0"),
        ("ipmi_cipher_suite", json!(1), "ipmi-cipher-weak"),
        ("ipmi_cipher_suite", Value::Null, "ipmi-cipher-unset"),
        ("ipmi_protocol_version", json!("1.5"), "ipmi-1.5"),
        ("ipmi_protocol_version", json!(1.5), "ipmi-1.5"),
        ("ipmi_priv_level", json!("administrator"), "ipmi-admin-privilege"),
        ("ipmi_priv_level", Value::Null, "ipmi-admin-privilege"),
        ("ipmi_username", json!(""), "ipmi-null-user"),
        ("ipmi_username", json!("ADMIN"), "default-user"),
        ("ipmi_password", Value::Null, "ipmi-null-password"),
        ("ipmi_password", json!("calvin"), "secret-readable"),
        ("ipmi_hex_kg_key", json!("00112233"), "secret-readable"),
        ("snmp_community", json!("hush"), "secret-readable"),
        ("ipmi_address", json!("8.8.8.8"), "bmc-public-address"),
    ] {
        let mut weak = secure();
        weak[key] = value.clone();
        let mut ids = rule_ids(machine("ipmi", weak), &defaults);
        ids.retain(|id| *id != "ipmi");
        assert_eq!(ids, [id], "{key}: {value}");
    }
    let redfish = AuditContext {
        hardware_types: Some(vec!["ipmi".to_owned(), "redfish".to_owned()]),
        ..AuditContext::default()
    };
    assert_eq!(rule_ids(machine("ipmi", secure()), &redfish), ["ipmi-instead-of-redfish"]);
}

#[test]
fn each_redfish_weakness_is_one_finding() {
    let defaults = AuditContext::default();
    for (key, value, id) in [
        ("redfish_address", json!("http://10.0.0.7"), "redfish-plain-http"),
        ("redfish_verify_ca", json!("False"), "redfish-tls-unverified"),
        ("redfish_verify_ca", json!(false), "redfish-tls-unverified"),
        ("redfish_tls_minimum_version", json!("1.1"), "redfish-old-tls"),
        ("redfish_auth_type", json!("basic"), "redfish-basic-auth"),
        ("agent_verify_ca", json!(false), "agent-tls-unverified"),
        ("deploy_iso", json!("http://10.0.0.1/x.iso"), "ramdisk-plain-http"),
        ("redfish_address", json!("https://u:hunter2@10.0.0.7"), "secret-in-url"),
    ] {
        let mut weak = json!({"redfish_address": "10.0.0.7", "redfish_tls_minimum_version": "1.3"});
        weak[key] = value.clone();
        assert_eq!(rule_ids(machine("redfish", weak), &defaults), [id], "{key}: {value}");
    }
}

#[test]
fn bmcs_on_instance_and_local_networks_are_found() {
    let audit_context = AuditContext {
        instance_ranges: AddressRange::parse("192.168.1.0/24", "subnet lan").into_iter().collect(),
        own_ranges: AddressRange::parse("fd00:1::/32", "eth1").into_iter().collect(),
        ..AuditContext::default()
    };
    for (address, ids) in [
        ("https://192.168.1.9:8443/redfish", vec!["bmc-on-instance-network"]),
        ("192.168.1.9:8443", vec!["bmc-on-instance-network"]),
        ("192.168.2.9", vec![]),
        ("[fd00:1::7]", vec!["bmc-on-local-network"]),
        ("bmc.lab", vec![]),
    ] {
        let info = json!({"redfish_address": address, "redfish_tls_minimum_version": "1.3"});
        assert_eq!(rule_ids(machine("redfish", info), &audit_context), ids, "{address}");
    }
}

#[test]
fn the_api_is_checked_unless_it_is_on_this_computer() {
    let at = |url: &str| AuditContext {
        endpoint: Url::parse(url).ok(),
        allows_anonymous_access: true,
        ..AuditContext::default()
    };
    let ids =
        |url: &str| -> Vec<&str> { audit(&[], &at(url)).iter().map(|finding| finding.rule.id).collect() };
    assert_eq!(ids("http://ironic.lab:6385"), ["api-no-auth", "api-plain-http"]);
    assert_eq!(ids("https://ironic.lab"), ["api-no-auth"]);
    assert_eq!(ids("http://127.0.0.1:6385"), Vec::<&str>::new());
}

#[test]
fn shared_credentials_are_found_if_passwords_are_readable() {
    let of = |name: &str, password: &str| {
        let info = json!({
            "redfish_address": "10.0.0.7", "redfish_username": "ironic", "redfish_password": password,
            "redfish_tls_minimum_version": "1.3",
        });
        AuditedNode { name: Some(name.to_owned()), ..machine("redfish", info) }
    };
    let shared = |machines: &[AuditedNode], id: &str| -> Vec<Option<String>> {
        let findings = audit(machines, &AuditContext::default());
        let found = findings.into_iter().filter(|finding| finding.rule.id == id);
        found.map(|finding| finding.node.and_then(|node| node.name)).collect()
    };
    let readable = [of("a", "x"), of("b", "y"), of("c", "x")];
    assert_eq!(shared(&readable, "shared-credentials"), [Some("a".to_owned()), Some("c".to_owned())]);
    let masked = [of("a", MASK), of("b", MASK)];
    assert!(shared(&masked, "shared-credentials").is_empty());
    assert_eq!(shared(&masked, "shared-credentials-unknown"), [None]);
}

#[test]
fn hidden_driver_info_is_a_finding() {
    let info = json!({"content": "** Redacted - requires baremetal:node:get:driver_info permission. **"});
    assert_eq!(rule_ids(machine("ipmi", info), &AuditContext::default()), ["driver-info-hidden"]);
}

#[test]
fn sarif_defines_the_rule_of_every_result() {
    let info = json!({"ipmi_address": "10.0.0.7", "ipmi_cipher_suite": "0"});
    let findings = audit(&[machine("ipmi", info)], &AuditContext::default());
    let log = sarif::log(findings.iter().map(|finding| (Some("lab"), finding)));
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("a list");
    let results = log["runs"][0]["results"].as_array().expect("a list");
    assert_eq!(results.len(), findings.len());
    assert!(results.iter().all(|result| rules.iter().any(|rule| rule["id"] == result["ruleId"])));
    assert_eq!(results[0]["level"], "error");
}

proptest! {
    #[test]
    fn findings_contain_no_secret(secret in "[a-zA-Z0-9]{12,20}", plain in any::<bool>()) {
        let scheme = if plain { "http" } else { "https" };
        let info = json!({
            "redfish_address": format!("{scheme}://op:{secret}@10.0.0.7"), "redfish_password": secret,
            "redfish_username": "root", "ipmi_hex_kg_key": secret, "ipmi_password": secret,
        });
        let mut shown = machine("redfish", info);
        shown.extra.insert("bmc_password".to_owned(), json!(secret));
        shown.management_interface = Some("ipmitool".to_owned());
        let findings = audit(&[shown.clone(), shown], &AuditContext::default());
        prop_assert!(findings.len() > 8);
        let debug = format!("{findings:?}");
        prop_assert!(!debug.contains(&secret));
        let log = sarif::log(findings.iter().map(|finding| (None, finding)));
        prop_assert!(!log.to_string().contains(&secret));
    }
}
