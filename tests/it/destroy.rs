//! Instances are destroyed in every state, on a real Ironic.

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::proxy::{Fault, Proxy};
use crate::support::{IMAGE, Lab, patch_node};
use crate::why::put;

fn deploy<'a>(name: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["deploy", name, "--resource-class", name][..], &IMAGE, more].concat()
}

/// Destroys an instance and checks that nothing is left of it.
fn destroy(lab: &Lab, name: &str) {
    let answer = lab.json(&["destroy", name, "--yes"]);
    assert_eq!(answer[0]["error"], Value::Null, "{answer}");
    lab.farrier().args(["show", name]).assert().code(5);
    let node = lab.node(&format!("{name}-node-1"));
    assert_eq!((&node["instance_uuid"], &node["allocation_uuid"]), (&Value::Null, &Value::Null), "{node}");
    assert_eq!(node["instance_info"], json!({}), "{node}");
    // `--missing-ok` accepts an instance that is already destroyed.
    assert_eq!(lab.json(&["destroy", name, "--yes", "--missing-ok"])[0]["state"], "gone");
}

#[test]
fn instance_is_destroyed_in_any_state() {
    let lab = Lab::shared();

    lab.machines("end-reserved", 1);
    let reserve = ["schedule", "--resource-class", "end-reserved", "--reserve", "end-reserved"];
    lab.farrier().args(reserve).assert().success();
    destroy(lab, "end-reserved");

    lab.machines("end-rescue", 1);
    lab.json(&deploy("end-rescue", &[]));
    let mut rescue = lab.farrier();
    rescue.args(["rescue", "end-rescue", "--yes"]).env("FARRIER_RESCUE_PASSWORD", "hunter2");
    rescue.assert().success();
    destroy(lab, "end-rescue");

    // A ramdisk that never sends a heartbeat leaves the node in `wait call-back`.
    let silent = json!({"deploy_interface": "direct", "vendor_interface": "no-vendor", "automated_clean": false,
                        "driver_info": {"mock_silent": "boot"}});
    lab.machines_with("end-waiting", 1, &silent);
    let status = lab.status();
    let text = |key: &str| status[key].as_str().expect("the lab is running");
    let image = ["--image", text("image_url"), "--image-checksum", text("image_checksum"), "--no-wait"];
    lab.json(&[&["deploy", "end-waiting", "--resource-class", "end-waiting"][..], &image].concat());
    lab.until("the ramdisk is waited for", |lab| {
        lab.node("end-waiting-node-1")["provision_state"] == "wait call-back"
    });
    // After a timeout, the known facts about an instance are still reported.
    let mut wait = lab.farrier();
    wait.args(["wait", "end-waiting", "end-rescue-node-1", "--timeout", "1s", "-f", "json"]);
    let output = wait.assert().code(10).get_output().stdout.clone();
    let rows: Value = serde_json::from_slice(&output).expect("JSON");
    let row = rows.as_array().expect("an array").iter().find(|row| row["name"] == "end-waiting");
    let of = |key: &str| row.expect("it is in the answer")[key].clone();
    assert_eq!((of("state"), &of("node")["name"]), (json!("wait call-back"), &json!("end-waiting-node-1")));
    assert!(of("uuid").is_string(), "{rows}");
    destroy(lab, "end-waiting");
}

#[test]
fn old_ironic_that_cannot_undeploy_after_a_failed_service_step_is_explained() {
    const REFUSED: &str = r#"{"error_message": "{\"faultcode\": \"Client\", \"faultstring\": \"The requested action \\\"deleted\\\" can not be performed on node \\\"x\\\" while it is in state \\\"service failed\\\".\"}"}"#;
    let lab = Lab::shared();
    lab.machines("end-served", 1);
    lab.json(&deploy("end-served", &[]));
    let node = "end-served-node-1";
    put(lab, node, &json!([{"provision_state": "service failed"}]));
    let proxy = Proxy::start(&lab.endpoint());
    proxy.fault("PUT", "/states/provision", usize::MAX, Fault::Answer(400, REFUSED));
    let mut refused = lab.farrier_at(&proxy.endpoint());
    refused.args(["destroy", "end-served", "--yes"]);
    refused.assert().code(6).stderr(contains(format!("make it `active` first: `farrier node abort {node}`")));
    destroy(lab, "end-served");
}

#[test]
fn protection_prevents_destroy_and_maintenance_does_not() {
    let lab = Lab::shared();
    lab.machines("end-kept", 1);
    lab.json(&deploy("end-kept", &[]));
    let protect = |protected: bool| {
        let patch = json!([{"op": "add", "path": "/protected", "value": protected}]);
        patch_node(&lab.endpoint(), "end-kept-node-1", &patch);
    };
    protect(true);
    let expected = contains("end-kept-node-1").and(contains("protected"));
    lab.farrier().args(["destroy", "end-kept", "--yes"]).assert().code(6).stderr(expected);
    assert_eq!(lab.json(&["show", "end-kept"])["state"], "active");
    protect(false);
    lab.json(&["node", "maintenance", "end-kept-node-1", "--reason", "a new disk"]);
    destroy(lab, "end-kept");
    assert_eq!(lab.node("end-kept-node-1")["maintenance_reason"], "a new disk");
}

#[test]
fn cleaning_paused_by_maintenance_is_reported() {
    let lab = Lab::shared();
    let ramdisk = json!({"deploy_interface": "direct", "vendor_interface": "no-vendor"});
    lab.machines_with("end-paused", 1, &ramdisk);
    let status = lab.status();
    let text = |key: &str| status[key].as_str().expect("the lab is running");
    let image = ["--image", text("image_url"), "--image-checksum", text("image_checksum")];
    lab.json(&[&["deploy", "end-paused", "--resource-class", "end-paused"][..], &image].concat());
    lab.json(&["node", "maintenance", "end-paused-node-1"]);
    let options =
        ["destroy", "end-paused", "--yes", "--wait-clean", "--timeout", "10s", "--progress", "plain"];
    let expected = contains("`farrier node maintenance end-paused-node-1 --off`");
    lab.farrier().args(options).assert().code(8).stderr(expected);
    lab.json(&["node", "maintenance", "end-paused-node-1", "--off"]);
    lab.farrier().args(["wait", "end-paused-node-1"]).assert().success();
    assert_eq!(lab.node("end-paused-node-1")["provision_state"], "available");
}

#[test]
fn unknown_name_is_refused_before_anything_is_destroyed() {
    let lab = Lab::shared();
    lab.machines("end-known", 1);
    lab.json(&deploy("end-known", &[]));
    let both = ["destroy", "end-known", "end-unknown", "--yes"];
    lab.farrier().args(both).assert().code(5).stderr(contains("`end-unknown`"));
    assert_eq!(lab.json(&["show", "end-known"])["state"], "active");
    let answer = lab.json(&[&both[..], &["--missing-ok"]].concat());
    assert_eq!((&answer[0]["error"], &answer[1]["state"]), (&Value::Null, &json!("gone")), "{answer}");
    lab.json(&deploy("end-known", &[]));
    let twice = ["destroy", "end-known", "end-known-node-1", "--yes", "-j", "1", "--progress", "plain"];
    let twice = lab.farrier().args(twice).assert().success();
    twice.stderr(contains("end-known-node-1: done: nothing to destroy"));
    let free = ["destroy", "end-known-node-1", "--yes", "--missing-ok"];
    lab.farrier().args(free).assert().code(6).stderr(contains("nothing to destroy"));
}

#[test]
fn node_deployed_without_an_instance_is_undeployed_by_its_name() {
    let lab = Lab::shared();
    lab.machines("end-adopted", 1);
    let node = "end-adopted-node-1";
    lab.json(&["node", "manage", node]);
    lab.json(&["node", "set", node, "--instance-info", "image_source=http://127.0.0.1:9/disk.img"]);
    lab.json(&["node", "adopt", node]);
    assert_eq!(lab.node(node)["provision_state"], "active");
    let answer = lab.json(&["destroy", node, "--yes", "--wait-clean"]);
    assert_eq!((&answer[0]["state"], &answer[0]["node"]["name"]), (&json!("available"), &json!(node)));
    assert_eq!(lab.node(node)["provision_state"], "available");
}
