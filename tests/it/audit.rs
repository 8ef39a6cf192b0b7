//! `farrier audit` on nodes with planted weaknesses.

use std::collections::BTreeMap;

use predicates::str::{contains, is_empty};
use serde_json::{Value, json};

use crate::support::Lab;

/// Creates a node that is never powered on or deployed; only its BMC settings matter.
fn plant(lab: &Lab, name: &str, driver_info: &Value, extra: &Value) {
    let node = json!({"name": name, "driver": "redfish", "driver_info": driver_info, "extra": extra});
    let file = lab.folder().join(format!("{name}.json"));
    std::fs::write(&file, json!({"nodes": [node]}).to_string()).expect("written");
    lab.farrier().args(["enroll", "--until", "enroll"]).arg(&file).assert().success();
}

#[test]
fn audit_finds_planted_weaknesses_and_shows_no_secret() {
    let lab = Lab::start(&[]);
    let well = json!({
        "redfish_address": "https://10.9.8.7", "redfish_username": "ironic-7", "redfish_password": "hunter2-well",
        "redfish_verify_ca": true, "redfish_tls_minimum_version": "1.2",
    });
    let weak = json!({
        "redfish_address": "http://root:hunter2-url@10.9.8.8", "redfish_username": "root",
        "redfish_password": "hunter2-weak", "redfish_verify_ca": false, "redfish_auth_type": "basic",
    });
    plant(&lab, "audit-well", &well, &json!({}));
    plant(&lab, "audit-weak", &weak, &json!({"bmc_password": "hunter2-extra"}));

    let output = lab.farrier().args(["audit", "-f", "json", "--debug"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(10));
    let all = [output.stdout.as_slice(), &output.stderr].concat();
    assert!(!String::from_utf8_lossy(&all).contains("hunter2"), "{}", String::from_utf8_lossy(&all));
    let findings: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut by_node: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for finding in &findings {
        let node = finding["node"]["name"].as_str().unwrap_or("the cloud");
        by_node.entry(node).or_default().push(finding["finding"].as_str().expect("a name"));
    }
    let weak = [
        "redfish-plain-http",
        "redfish-tls-unverified",
        "secret-in-url",
        "secret-readable",
        "default-user",
        "redfish-basic-auth",
        "redfish-tls-version-unset",
    ];
    assert_eq!(by_node, BTreeMap::from([("audit-weak", weak.to_vec())]));
    for key in ["severity", "cloud", "evidence", "remedy", "source", "title"] {
        assert!(findings.iter().all(|finding| finding[key].is_string()), "{key}");
    }

    // The caller decides which severity makes the command fail.
    lab.farrier().args(["audit", "--fail-on", "critical"]).assert().success();
    lab.farrier().args(["audit", "--fail-on", "never"]).assert().success();
    let table =
        lab.farrier().args(["audit", "--at-least", "high", "audit-weak", "audit-well"]).assert().code(10);
    table.stdout(contains("redfish-plain-http")).stderr(contains("4 findings of severity high or higher"));
    lab.farrier().args(["audit", "audit-well"]).assert().success().stdout(is_empty());
    lab.farrier().args(["audit", "audit-nobody"]).assert().code(5).stderr(contains("audit-nobody"));

    let sarif = lab.farrier().args(["audit", "--sarif"]).output().expect("it runs");
    assert_eq!(sarif.status.code(), Some(10));
    let log: Value = serde_json::from_slice(&sarif.stdout).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("a list");
    assert_eq!((log["version"].as_str(), results.len()), (Some("2.1.0"), findings.len()));
    let place = &results[0]["locations"][0]["logicalLocations"][0];
    assert_eq!(place["name"], "audit-weak");
}
