//! Rebuilds on a real Ironic: which config drive and which image the instance has afterwards.

use std::process::{Child, Stdio};

use predicates::prelude::*;
use predicates::str::contains;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::proxy::Proxy;
use crate::support::{IMAGE, Lab, patch_node, signal};
use crate::why::put;

fn deployed(lab: &Lab, name: &str, options: &[&str]) {
    lab.machines(name, 1);
    lab.json(&[&["deploy", name, "--resource-class", name][..], &IMAGE, options].concat());
}

#[test]
fn rebuild_reports_its_config_drive() {
    let lab = Lab::shared();
    deployed(lab, "drives", &["--config-drive", "http://127.0.0.1:9/drive.gz?signature=hunter2"]);
    let rebuild = |options: &[&str]| {
        lab.farrier().args(["rebuild", "drives", "--yes"]).args(options).assert().success()
    };
    let warning = contains("fetches the config drive from http://127.0.0.1:9/drive.gz again;")
        .and(contains("hunter2").not());
    rebuild(&[]).stderr(warning);
    let unmarked = lab.folder().join("drives-user-data");
    std::fs::write(&unmarked, "hostname: x\n").expect("written");
    let unmarked = unmarked.to_str().expect("UTF-8");
    let expected = contains("using a new config drive")
        .and(contains("warning: `drives-user-data`: cloud-init ignores user data"));
    rebuild(&["--user-data", unmarked]).stderr(expected);
    rebuild(&["--meta", "role=web"])
        .stderr(contains("using a new config drive").and(contains("cloud-init").not()));
    rebuild(&[]).stderr(contains("using the config drive of the last deploy"));
    lab.json(&["destroy", "drives", "--yes"]);
}

#[test]
fn rebuild_removes_the_settings_of_the_old_image() {
    let lab = Lab::shared();
    deployed(lab, "kinds", &[]);
    let partition = ["--image", "http://127.0.0.1:9/root.img", "--image-type", "partition"];
    let boot =
        ["--image-kernel", "http://127.0.0.1:9/kernel", "--image-ramdisk", "http://127.0.0.1:9/initrd"];
    let rebuild = ["rebuild", "kinds", "--yes"];
    lab.json(&[&rebuild[..], &partition, &boot, &IMAGE[2..]].concat());
    assert_eq!(lab.node("kinds-node-1")["instance_info"]["image_type"], "partition");
    let disk = [&rebuild[..], &IMAGE].concat();
    lab.farrier().args(&disk).assert().code(6).stderr(contains("--image-type"));
    lab.json(&[&disk[..], &["--image-type", "whole-disk"]].concat());
    let info = lab.node("kinds-node-1")["instance_info"].clone();
    assert_eq!(info["image_type"], "whole-disk", "{info}");
    assert_eq!((&info["kernel"], &info["ramdisk"]), (&Value::Null, &Value::Null), "{info}");
    lab.farrier().args(["rebuild", "kinds", "--yes", "--preserve-ephemeral"]).assert().code(6);
    assert_eq!(lab.node("kinds-node-1")["provision_state"], json!("active"));
    lab.json(&["destroy", "kinds", "--yes"]);
}

/// A machine whose deploys wait for a ramdisk, with the lab's image deployed on it.
fn with_ramdisk(lab: &Lab, name: &str) -> Vec<String> {
    let ramdisk =
        json!({"deploy_interface": "direct", "vendor_interface": "no-vendor", "automated_clean": false});
    lab.machines_with(name, 1, &ramdisk);
    let status = lab.status();
    let text = |key: &str| status[key].as_str().expect("the lab is running").to_owned();
    let deploy = ["deploy", name, "--resource-class", name, "--image"].map(str::to_owned);
    let image = [text("image_url"), "--image-checksum".to_owned(), text("image_checksum")];
    deploy.into_iter().chain(image).collect()
}

#[test]
fn same_command_continues_a_killed_rebuild() {
    let lab = Lab::shared();
    let name = "rebuilt";
    let deploy = with_ramdisk(lab, name);
    lab.farrier().args(&deploy).assert().success();
    let rebuild = ["rebuild", name, "--yes"];
    let mut killed = lab.process(&rebuild);
    let mut killed = killed.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
    lab.until("it waits for the ramdisk", |lab| {
        lab.node("rebuilt-node-1")["provision_state"] == "wait call-back"
    });
    killed.kill().expect("the child can be waited for");
    killed.wait().expect("the child can be waited for");
    let proxy = Proxy::start(&lab.endpoint());
    lab.farrier_at(&proxy.endpoint()).args(rebuild).assert().success();
    let begun = proxy.changes().into_iter().filter(|(request, _)| request.contains("/states/provision"));
    assert_eq!(begun.count(), 0, "{:?}", proxy.changes());
    assert_eq!(lab.json(&["show", name])["state"], "active");
    lab.json(&["destroy", name, "--yes"]);
}

#[test]
fn rebuild_joins_the_rebuild_of_another_run() {
    const LOCKED: &str = r#"{"error_message": "{\"faultcode\": \"Client\", \"faultstring\": \"Node x is locked by host conductor-9, please retry after the current operation is completed.\"}"}"#;
    let lab = Lab::shared();
    let name = "rejoined";
    let deploy = with_ramdisk(lab, name);
    lab.farrier().args(&deploy).assert().success();
    let rebuild = ["rebuild", name, "--yes"];
    let proxy = Proxy::start(&lab.endpoint());
    // Locked until another run has begun.
    proxy.fault("PATCH", "/nodes/", 1, crate::proxy::Fault::Answer(409, LOCKED));
    proxy.fault("PATCH", "/nodes/", 1, crate::proxy::Fault::Answer(409, LOCKED));
    let mut joins = lab.process_at(&proxy.endpoint(), &rebuild);
    let joins = joins.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
    lab.until("it is refused", |_| !proxy.changes().is_empty());
    lab.farrier().args([&rebuild[..], &["--no-wait"]].concat()).assert().success();
    let output = joins.wait_with_output().expect("the child can be waited for");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let begun = proxy.changes().into_iter().filter(|(request, _)| request.contains("/states/provision"));
    assert_eq!(begun.count(), 0, "{:?}", proxy.changes());
    lab.json(&["destroy", name, "--yes"]);
}

#[test]
fn deploy_of_a_dead_conductor_is_retried_on_the_same_node() {
    let lab = Lab::shared();
    let name = "orphaned";
    let node = "orphaned-node-1";
    let deploy = with_ramdisk(lab, name);
    // The ramdisk stays silent while the first conductor lives.
    let silent = json!([{"op": "add", "path": "/driver_info/mock_silent", "value": "boot"}]);
    patch_node(&lab.endpoint(), node, &silent);
    let mut deploys = lab.process(&[]);
    deploys.args(&deploy).args(["--progress", "plain"]).stdout(Stdio::null()).stderr(Stdio::piped());
    let deploys = deploys.spawn().expect("it runs");
    lab.until("it waits for the ramdisk", |lab| lab.node(node)["provision_state"] == "wait call-back");
    // The state in which a conductor leaves a node when it takes over from a dead one.
    let failed = json!([{
        "provision_state": "deploy failed", "target_provision_state": "active", "reservation": null,
        "last_error": "Operation was aborted due to conductor take over", "driver_info": "{}",
    }]);
    put(lab, node, &failed);
    let output = deploys.wait_with_output().expect("the child can be waited for");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    assert!(stderr.contains("trying the same node again"), "{stderr}");
    let after = lab.node(node);
    assert_eq!(
        (&after["maintenance"], &after["provision_state"]),
        (&json!(false), &json!("active")),
        "{stderr}"
    );
    lab.json(&["destroy", name, "--yes"]);
}

#[test]
fn rebuild_and_destroy_of_a_dead_conductor_are_repeated() {
    let lab = Lab::shared();
    let name = "left";
    let node = "left-node-1";
    lab.farrier().args(with_ramdisk(lab, name)).assert().success();
    let start = |arguments: &[&str]| {
        let mut command = lab.process(arguments);
        command.args(["--yes", "--progress", "plain"]).stdout(Stdio::null()).stderr(Stdio::piped());
        command.spawn().expect("it runs")
    };
    let ends_well = |child: Child| {
        let output = child.wait_with_output().expect("the child can be waited for");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{stderr}");
        assert!(stderr.contains("can't be resumed by conductor"), "{stderr}");
    };
    // The state in which a conductor leaves a node when it takes over from a dead one.
    let leave = |from: &str, into: &str| {
        let why = format!("The {from} state can't be resumed by conductor c-2. Moving to fail state.");
        let failed = json!([{
            "provision_state": into, "target_provision_state": null, "reservation": null, "last_error": why,
            "driver_info": "{}",
        }]);
        put(lab, node, &failed);
    };
    let silent = json!([{"op": "add", "path": "/driver_info/mock_silent", "value": "boot"}]);
    patch_node(&lab.endpoint(), node, &silent);
    let rebuild = start(&["rebuild", name]);
    lab.until("it waits for the ramdisk", |lab| lab.node(node)["provision_state"] == "wait call-back");
    leave("deploying", "deploy failed");
    ends_well(rebuild);
    assert_eq!(lab.node(node)["provision_state"], "active");

    put(lab, node, &json!([{"provision_state": "deleting", "target_provision_state": "available"}]));
    let proxy = Proxy::start(&lab.endpoint());
    let mut destroy = lab.process_at(&proxy.endpoint(), &["destroy", name, "--yes", "--progress", "plain"]);
    let destroy = destroy.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
    let watched = |request: &String| request.starts_with("GET /v1/nodes");
    lab.until("it is watched", |_| proxy.seen().iter().filter(|request| watched(request)).count() > 4);
    leave("deleting", "error");
    ends_well(destroy);
    lab.farrier().args(["show", name]).assert().code(5);
}

#[test]
fn every_result_contains_the_mac_addresses() {
    let lab = Lab::shared();
    let cards = json!(["52:54:00:ca:fd:01", "52:54:00:ca:fd:02"]);
    let ports: Vec<Value> =
        cards.as_array().expect("a list").iter().map(|address| json!({"address": address})).collect();
    lab.machines_with("carded", 1, &json!({"ports": ports}));
    let deployed = lab.json(&[&["deploy", "carded", "--resource-class", "carded"][..], &IMAGE].concat());
    let sorted = |answer: &Value| {
        let mut addresses = answer["mac_addresses"].as_array().cloned().unwrap_or_default();
        addresses.sort_unstable_by_key(Value::to_string);
        Value::from(addresses)
    };
    assert_eq!(sorted(&deployed), cards, "{deployed}");
    assert_eq!(sorted(&lab.json(&["wait", "carded"])[0]), cards);
    assert_eq!(sorted(&lab.json(&["rebuild", "carded", "--yes"])), cards);
    assert_eq!(sorted(&lab.json(&["show", "carded"])), cards);
    let list = lab.json(&["list"]);
    let listed = list.as_array().expect("a list").iter().find(|instance| instance["name"] == "carded");
    assert_eq!(sorted(listed.expect("it is listed")), cards);
    // A table without that column does not request it.
    let proxy = Proxy::start(&lab.endpoint());
    lab.farrier_at(&proxy.endpoint()).arg("list").assert().success();
    assert!(!proxy.seen().iter().any(|request| request.contains("/v1/ports")), "{:?}", proxy.seen());
    lab.json(&["destroy", "carded", "--yes"]);
}

#[test]
fn accepted_rebuild_is_reported_as_in_progress() {
    let lab = Lab::shared();
    let name = "accepted";
    deployed(lab, name, &[]);
    let rebuild =
        |image: &'static str| ["rebuild", name, "--image", image, "--image-checksum", IMAGE[3], "--yes"];
    // One undisturbed run shows which request starts it.
    let proxy = Proxy::start(&lab.endpoint());
    lab.farrier_at(&proxy.endpoint()).args(rebuild("http://127.0.0.1:9/b.img")).assert().success();
    let put = proxy.seen().iter().position(|request| request.starts_with("PUT")).expect("it is sent") + 1;
    let proxy = Proxy::start(&lab.endpoint());
    proxy.hold(put);
    let mut command = lab.process_at(&proxy.endpoint(), &rebuild("http://127.0.0.1:9/c.img"));
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
    lab.until("Ironic has accepted it", |_| proxy.answered() >= put);
    signal(&child, Signal::INT);
    proxy.release();
    let output = child.wait_with_output().expect("the child can be waited for");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("continues in Ironic"), "{stderr}");
    lab.farrier().args(["wait", name]).assert().success();
    assert_eq!(lab.json(&["show", name])["image"], "http://127.0.0.1:9/c.img");
    lab.json(&["destroy", name, "--yes"]);
}
