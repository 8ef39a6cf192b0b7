//! Instances from deploy to destroy on a real Ironic, with and without failures.

use std::process::{Output, Stdio};

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::schema;
use crate::support::{IMAGE, Lab};

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// `deploy NAME` onto a node of the class, with the tests' image.
fn deploy<'a>(name: &'a str, class: &'a str) -> Vec<&'a str> {
    [&["deploy", name, "--resource-class", class][..], &IMAGE].concat()
}

/// Nothing is left of an instance: no allocation, and no node with its `instance_uuid`.
fn assert_gone(lab: &Lab, instance: &str, node: &str) {
    lab.farrier().args(["show", instance]).assert().code(5);
    let node = lab.node(node);
    assert_eq!((&node["instance_uuid"], &node["allocation_uuid"]), (&Value::Null, &Value::Null), "{node}");
    assert_eq!(node["instance_info"], json!({}), "{node}");
}

#[test]
fn instance_is_deployed_shown_and_destroyed() {
    let lab = Lab::shared();
    lab.machines("life", 1);
    let key = lab.folder().join("life.pub");
    std::fs::write(&key, "ssh-ed25519 AAAAC3Nza tester@lab\n").expect("written");
    let mut arguments = deploy("life", "life");
    arguments.extend([
        "--ssh-key",
        key.to_str().expect("UTF-8"),
        "--root-size",
        "20",
        "--ephemeral-size",
        "40",
    ]);
    let instance = lab.json(&arguments);
    assert_eq!((&instance["name"], &instance["state"]), (&json!("life"), &json!("active")), "{instance}");
    assert_eq!(instance["node"]["name"], "life-node-1");
    for key in [
        "uuid",
        "cloud",
        "power_state",
        "image",
        "flavor",
        "ip_addresses",
        "created_at",
        "duration_s",
        "error",
    ] {
        assert!(instance.get(key).is_some(), "{key}");
    }
    let node = lab.node("life-node-1");
    assert_eq!(node["instance_uuid"], instance["uuid"]);
    assert_eq!(
        (&node["instance_info"]["root_gb"], &node["instance_info"]["ephemeral_gb"]),
        (&json!(20), &json!(40))
    );

    let shown = lab.json(&["show", "life"]);
    assert_eq!(shown["uuid"], instance["uuid"]);
    assert_eq!(lab.json(&["show", "life-node-1"])["name"], "life", "an instance is found by its node too");
    let listed = lab.json(&["list"]);
    assert!(listed.as_array().expect("an array").iter().any(|listed| listed["uuid"] == instance["uuid"]));

    let power = lab.json(&["power", "reboot", "life", "--yes"]);
    assert_eq!(power[0]["power_state"], "power on");
    let power = lab.json(&["power", "off", "life", "--yes"]);
    assert_eq!((&power[0]["power_state"], &power[0]["error"]), (&json!("power off"), &Value::Null));
    assert_eq!(lab.json(&["power", "status", "life"])[0]["power_state"], "power off");

    let rebuilt = lab.json(&["rebuild", "life", "--preserve-ephemeral", "--yes"]);
    assert_eq!(rebuilt["state"], "active");
    assert_eq!(lab.node("life-node-1")["instance_info"]["preserve_ephemeral"], true);
    assert_eq!(lab.json(&["wait", "life"])[0]["state"], "active");

    let destroyed = lab.json(&["destroy", "life", "--yes", "--wait-clean"]);
    assert_eq!((&destroyed[0]["state"], &destroyed[0]["error"]), (&json!("available"), &Value::Null));
    assert_gone(lab, "life", "life-node-1");
    lab.json(&["destroy", "life", "--yes", "--missing-ok"]);
}

#[test]
fn same_deploy_changes_nothing_and_a_different_one_is_refused() {
    let lab = Lab::shared();
    lab.machines("again", 2);
    let first = lab.json(&deploy("again", "again"));
    let second = lab.json(&deploy("again", "again"));
    assert_eq!(first["uuid"], second["uuid"]);
    let mut other = deploy("again", "again");
    other.extend(["--root-size", "30"]);
    lab.farrier()
        .args(&other)
        .assert()
        .code(6)
        .stderr(contains("already used by an instance with a different configuration"));
    lab.farrier()
        .args(["deploy", "again", "--resource-class", "again", "--image", "http://127.0.0.1:9/other.img"])
        .args(&IMAGE[2..])
        .assert()
        .code(6)
        .stderr(contains("other.img"));
    assert_eq!(lab.json(&["show", "again"])["uuid"], first["uuid"]);
    lab.json(&["destroy", "again", "--yes"]);
}

/// `deploy NAME` with the test's own image, served by the lab: farrier counts how many nodes are quarantined
/// per image.
fn deploy_served(lab: &Lab, name: &str, options: &[&str]) -> Vec<String> {
    let status = lab.status();
    let text = |key: &str| status[key].as_str().expect("the lab is running").to_owned();
    let url = text("image_url");
    let (server, file) = url.rsplit_once('/').expect("a path");
    let images = lab.folder().join("lab/images");
    std::fs::copy(images.join(file), images.join(format!("{name}.img"))).expect("copied");
    let image = ["--image", &format!("{server}/{name}.img"), "--image-checksum", &text("image_checksum")];
    let all = [&["deploy", name][..], &image, options].concat();
    all.into_iter().map(str::to_owned).collect()
}

/// A machine whose ramdisk sends a heartbeat and then fails with this error.
fn failing(error: &str) -> Value {
    json!({"deploy_interface": "direct", "vendor_interface": "no-vendor", "automated_clean": false,
           "driver_info": {"mock_boot_delay": 0, "mock_step_delay": 0,
                           "mock_fail_step": "write_image", "mock_fail_error": error}})
}

#[test]
fn failed_node_is_quarantined_with_ironic_s_reason() {
    let lab = Lab::shared();
    lab.machines_with("fails", 1, &failing("the disk is broken"));
    let deploy = deploy_served(lab, "fails", &["--resource-class", "fails"]);
    let output = lab.farrier().args(&deploy).args(["-f", "json"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(7), "{}", stderr(&output));
    let last = stderr(&output).lines().last().expect("an error").to_owned();
    let error = schema::read("error", last.as_bytes());
    assert_eq!((&error["error"]["code"], &error["error"]["kind"]), (&json!(7), &json!("machine_failed")));
    assert_eq!(error["error"]["node"]["name"], "fails-node-1");
    let message = error["error"]["message"].as_str().expect("a text");
    assert!(message.contains("deploy failed") && message.contains("the disk is broken"), "{message}");
    assert!(message.ends_with("quarantined (in maintenance): fails-node-1"), "{message}");
    let hint = error["error"]["hint"].as_str().expect("input");
    assert!(hint.contains("`farrier node maintenance fails-node-1 --off`"), "{hint}");
    assert!(output.stdout.is_empty());
    lab.farrier().args(["wait", "fails-node-1"]).assert().success();
    assert_gone(lab, "fails", "fails-node-1");

    // It is not chosen again until an operator has fixed it, and the output says why and how to return it to
    // service.
    let node = lab.node("fails-node-1");
    let reason = node["maintenance_reason"].as_str().expect("it is quarantined");
    assert!(reason.contains("deploy of fails") && reason.contains("the disk is broken"), "{reason}");
    assert!(reason.contains("farrier node history fails-node-1"), "{reason}");
    assert!(reason.contains("farrier node maintenance fails-node-1 --off"), "{reason}");
    let quarantined = lab.json(&["node", "list", "--quarantined"]);
    let is_listed = |node: &Value| node["name"] == "fails-node-1";
    assert!(quarantined.as_array().expect("a list").iter().any(is_listed), "{quarantined}");
    lab.farrier().args(&deploy).assert().code(4).stderr(contains("maintenance"));
    let history = lab.json(&["node", "history", "fails-node-1", "--errors"]);
    assert!(history[0]["event"].as_str().expect("Ironic's error").contains("disk is broken"), "{history}");
    let freed = lab.json(&["node", "maintenance", "fails-node-1", "--off"]);
    assert_eq!((&freed[0]["maintenance"], &freed[0]["state"]), (&json!(false), &json!("available")));
    let quarantined = lab.json(&["node", "list", "--quarantined"]);
    assert!(!quarantined.as_array().expect("a list").iter().any(is_listed), "{quarantined}");
    lab.farrier().args(&deploy).arg("--release-failed").assert().code(7);
    assert_eq!(lab.node("fails-node-1")["maintenance"], false);
    assert_gone(lab, "fails", "fails-node-1");
}

#[test]
fn unavailable_image_quarantines_no_node() {
    let lab = Lab::shared();
    lab.machines_with("blameless", 2, &json!({"deploy_interface": "direct", "automated_clean": false}));
    let output = lab.farrier().args(deploy("blameless", "blameless")).output().expect("it runs");
    assert_eq!(output.status.code(), Some(7), "{}", stderr(&output));
    let stderr = stderr(&output);
    assert!(stderr.contains("the cause is not the machine") && stderr.contains("disk.img"), "{stderr}");
    assert!(!stderr.contains("earlier attempts failed on"), "{stderr}");
    for node in ["blameless-node-1", "blameless-node-2"] {
        assert_eq!(lab.node(node)["maintenance"], false);
        assert_gone(lab, "blameless", node);
    }
}

#[test]
fn one_image_quarantines_at_most_two_nodes() {
    let lab = Lab::shared();
    for (place, error) in ["no disk", "bad memory", "hot processor"].into_iter().enumerate() {
        lab.machines_with(&format!("limited-{place}"), 1, &failing(error));
    }
    let node = |place: usize| format!("limited-{place}-node-1");
    for place in 0..3 {
        // Each run is a separate process: the count is stored in Ironic.
        let deploy = deploy_served(lab, "limited", &["--node", &node(place)]);
        let run = lab.farrier().args(deploy).args(["--progress", "plain"]).assert().code(7);
        let stderr = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
        assert_eq!(stderr.contains("2 nodes were quarantined for this image"), place == 2, "{stderr}");
        assert_eq!(lab.node(&node(place))["maintenance"], place < 2, "{stderr}");
    }
    lab.json(&["node", "maintenance", "--off", &node(0), &node(1)]);
}

#[test]
fn maintenance_is_set_with_a_reason_and_cleared() {
    let lab = Lab::shared();
    lab.machines("upkeep", 2);
    let nodes = ["upkeep-node-1", "upkeep-node-2"];
    let set = [&["node", "maintenance"][..], &nodes, &["--reason", "new DIMMs"]].concat();
    for _ in 0..2 {
        let answer = lab.json(&set);
        let rows = answer.as_array().expect("an array");
        assert!(rows.iter().all(|row| row["maintenance_reason"] == "new DIMMs"), "{answer}");
    }
    lab.farrier().args(deploy("upkeep", "upkeep")).assert().code(4).stderr(contains("maintenance"));
    lab.json(&[&["node", "maintenance", "--off"][..], &nodes].concat());
    assert_eq!(lab.node(nodes[0])["maintenance"], false);
    lab.farrier()
        .args(["node", "maintenance", "upkeep-node-9"])
        .assert()
        .code(5)
        .stderr(contains("upkeep-node-9"));
    // All names are resolved before anything changes.
    let one_unknown = ["node", "maintenance", nodes[0], "no-such-node"];
    let expected = contains("no node is named `no-such-node`; nothing was changed");
    lab.farrier().args(one_unknown).assert().code(5).stderr(expected);
    assert_eq!(lab.node(nodes[0])["maintenance"], false);
}

#[test]
fn keep_failed_keeps_the_failed_instance() {
    let lab = Lab::shared();
    lab.machines_with("kept", 1, &json!({"deploy_interface": "direct", "automated_clean": false}));
    lab.farrier().args(deploy("kept", "kept")).arg("--keep-failed").assert().code(7);
    assert_eq!(lab.json(&["show", "kept"])["state"], "deploy failed");
    lab.farrier().args(["wait", "kept"]).assert().code(7).stderr(contains("disk.img"));
    // The same command starts again after the failure.
    lab.farrier()
        .args(deploy("kept", "kept"))
        .arg("--keep-failed")
        .assert()
        .code(7)
        .stderr(contains("disk.img"));
    assert_eq!(lab.json(&["show", "kept"])["node"]["name"], "kept-node-1");
    lab.farrier().args(["destroy", "kept", "--yes"]).assert().success();
    let node = &lab.json(&["wait", "kept-node-1"])[0];
    assert!(node["power_state"].is_string() && node["duration_s"].is_number(), "{node}");
    assert_gone(lab, "kept", "kept-node-1");
}

#[test]
fn deploy_retries_on_the_next_node() {
    let lab = Lab::shared();
    // The failing machine is smaller, and therefore the better fit.
    let mut bad = failing("the controller is gone");
    bad["properties"] = json!({"cpu_arch": "x86_64", "cpus": 4, "memory_mb": 8192, "local_gb": 50});
    lab.machines_with("elsewhere-bad", 1, &bad);
    lab.machines("elsewhere-good", 1);
    let nodes = ["--node", "elsewhere-bad-node-1", "--node", "elsewhere-good-node-1"];
    let sizes = ["--ram", "8192", "--disk", "50", "--vcpus", "4", "-f", "json", "--progress", "plain"];
    let deploy = deploy_served(lab, "elsewhere", &[&nodes[..], &sizes].concat());
    let output = lab.farrier().args(deploy).output().expect("it runs");
    assert!(output.status.success(), "{}", stderr(&output));
    // The summary names the quarantined node, too.
    let last = stderr(&output).lines().rev().find(|line| line.contains("done")).map(str::to_owned);
    assert!(
        last.is_some_and(|line| line.contains("quarantined: elsewhere-bad-node-1")),
        "{}",
        stderr(&output)
    );
    let instance: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(instance["node"]["name"], "elsewhere-good-node-1");
    lab.farrier().args(["wait", "elsewhere-bad-node-1"]).assert().success();
    let bad = lab.node("elsewhere-bad-node-1");
    assert_eq!((&bad["instance_uuid"], &bad["maintenance"]), (&Value::Null, &json!(true)));
    assert_eq!(lab.node("elsewhere-good-node-1")["maintenance"], false);
    lab.json(&["destroy", "elsewhere", "--yes"]);
}

#[test]
fn nodes_with_the_same_failure_are_not_quarantined() {
    let lab = Lab::shared();
    lab.machines_with("allfail", 3, &failing("the firmware says no"));
    let deploy = deploy_served(lab, "allfail", &["--resource-class", "allfail"]);
    lab.farrier().args(deploy).args(["--progress", "plain"]).assert().code(7).stderr(
        contains("earlier attempts failed on allfail-node-")
            .and(contains("several nodes failed with the same error"))
            .and(contains("from quarantine")),
    );
    let nodes: Vec<Value> = (1..=3).map(|number| lab.node(&format!("allfail-node-{number}"))).collect();
    assert_eq!(nodes.iter().filter(|node| node["maintenance"] == true).count(), 0, "{nodes:?}");
    for node in nodes {
        assert_eq!((&node["instance_uuid"], &node["instance_info"]), (&Value::Null, &json!({})));
    }
}

#[test]
fn only_one_of_two_deploys_gets_the_last_node() {
    let lab = Lab::shared();
    lab.machines("race", 1);
    let start = |name: &str| {
        let mut process = lab.process(&deploy(name, "race"));
        process.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs")
    };
    let outputs = ["race-a", "race-b"]
        .map(start)
        .map(|child| child.wait_with_output().expect("the child can be waited for"));
    let mut codes = outputs.each_ref().map(|output| output.status.code());
    codes.sort_unstable();
    let stderr = outputs.iter().map(stderr).collect::<String>();
    assert_eq!(codes, [Some(0), Some(4)], "{stderr}");
    let racers: Vec<Value> = lab
        .json(&["list"])
        .as_array()
        .expect("an array")
        .iter()
        .filter(|i| i["node"]["name"] == "race-node-1")
        .cloned()
        .collect();
    assert_eq!(racers.len(), 1, "{racers:?}");
    lab.json(&["destroy", racers[0]["name"].as_str().expect("a name"), "--yes"]);
    assert_gone(lab, "race-a", "race-node-1");
}

#[test]
fn instances_are_deployed_and_destroyed_concurrently() {
    let lab = Lab::shared();
    lab.machines("many", 4);
    let deployed = lab.json(&[&deploy("many", "many")[..], &["--count", "4"]].concat());
    let rows = deployed.as_array().expect("an array");
    assert_eq!(
        rows.iter().map(|row| row["name"].as_str().expect("a name")).collect::<Vec<_>>(),
        ["many-1", "many-2", "many-3", "many-4"]
    );
    let mut nodes: Vec<&str> = rows.iter().map(|row| row["node"]["name"].as_str().expect("a name")).collect();
    nodes.sort_unstable();
    nodes.dedup();
    assert_eq!(nodes.len(), 4);
    let names = "many-1 many-2\nmany-3 many-4\n";
    lab.farrier().args(["destroy", "-", "--yes"]).write_stdin(names).assert().success();
    assert!(
        lab.json(&["list"])
            .as_array()
            .expect("an array")
            .iter()
            .all(|i| !i["name"].as_str().unwrap_or("").starts_with("many"))
    );
}

#[test]
fn no_valid_host_changes_no_node() {
    let lab = Lab::shared();
    lab.machines("fit", 1);
    let arguments = ["deploy", "fit", "--resource-class", "fit", "--ram", "15G", "--exact"];
    lab.farrier()
        .args(arguments)
        .args(IMAGE)
        .assert()
        .code(4)
        .stderr(contains("ExactRamFilter").and(contains("16 GiB")));
    assert_gone(lab, "fit", "fit-node-1");
}

#[test]
fn unknown_names_are_reported() {
    let lab = Lab::shared();
    for command in [
        &["show", "nobody"][..],
        &["power", "status", "nobody"],
        &["rebuild", "nobody", "--yes"],
        &["wait", "nobody"],
        &["node", "show", "nobody"],
    ] {
        lab.farrier().args(command).assert().code(5).stderr(contains("nobody"));
    }
    lab.farrier().args(["destroy", "nobody", "--yes"]).assert().code(5).stderr(contains("--missing-ok"));
    lab.farrier().args(["destroy", "nobody", "--yes", "--missing-ok"]).assert().success();
    lab.machines("nobodys", 1);
    let node = [&["deploy", "x", "--node", "nobodys-node-9"][..], &IMAGE].concat();
    lab.farrier().args(node).assert().code(5).stderr(contains("nobodys-node-9"));
}

#[test]
fn destroy_requires_confirmation() {
    let lab = Lab::shared();
    lab.machines("unasked", 1);
    lab.json(&deploy("unasked", "unasked"));
    let refused = lab.farrier().args(["destroy", "unasked"]).assert().code(2).stderr(contains("--yes"));
    refused.stderr(contains("refusing to destroy `unasked` without confirmation: not a terminal"));
    lab.farrier().args(["rebuild", "unasked"]).assert().code(2);
    lab.farrier().args(["power", "off", "unasked"]).assert().code(2);
    assert_eq!(lab.json(&["show", "unasked"])["state"], "active");
    lab.farrier()
        .args(["rebuild", "unasked", "--preserve-ephemeral", "--yes"])
        .assert()
        .code(6)
        .stderr(contains("ephemeral"));
    lab.json(&["destroy", "unasked", "--yes"]);
}

#[test]
fn invalid_input_is_refused_before_a_claim() {
    let lab = Lab::shared();
    lab.machines("input", 1);
    let class = ["deploy", "input", "--resource-class", "input"];
    let cases: [&[&str]; 6] = [
        &["--image", "http://127.0.0.1:9/disk.img"],
        &["--image", "http://127.0.0.1:9/disk.img", "--image-checksum", "123"],
        &["--image", "/no/such/file"],
        &[IMAGE[0], IMAGE[1], IMAGE[2], IMAGE[3], "--user-data", "/no/such/file"],
        &[IMAGE[0], IMAGE[1], IMAGE[2], IMAGE[3], "--ram", "16GB"],
        &[IMAGE[0], IMAGE[1], IMAGE[2], IMAGE[3], "--flavor", "no-such-flavor"],
    ];
    for case in cases {
        let output = lab.farrier().args(class).args(case).output().expect("it runs");
        assert!(matches!(output.status.code(), Some(2 | 5)), "{case:?}: {}", stderr(&output));
        assert!(!output.stderr.is_empty(), "{case:?}");
    }
    assert_gone(lab, "input", "input-node-1");
}

#[test]
fn local_image_needs_no_checksum() {
    let lab = Lab::shared();
    lab.machines("local", 1);
    let image = lab.folder().join("local.img");
    std::fs::write(&image, b"abc").expect("written");
    let arguments =
        ["deploy", "local", "--resource-class", "local", "--image", image.to_str().expect("UTF-8")];
    let instance = lab.json(&arguments);
    assert_eq!(instance["image"], format!("file://{}", image.display()));
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(lab.node("local-node-1")["instance_info"]["image_os_hash_value"], digest);
    lab.json(&["destroy", "local", "--yes"]);
}

#[test]
fn node_without_a_resource_class_is_claimed_by_its_instance_uuid() {
    let lab = Lab::shared();
    lab.machines_with("classless", 1, &json!({"resource_class": null}));
    let arguments = [&["deploy", "classless", "--node", "classless-node-1"][..], &IMAGE].concat();
    let first = lab.json(&arguments);
    assert_eq!(first["state"], "active");
    assert_eq!(lab.json(&arguments)["uuid"], first["uuid"], "the same command continues");
    assert_eq!(lab.json(&["show", "classless"])["uuid"], first["uuid"]);
    lab.json(&["destroy", "classless", "--yes"]);
    assert_gone(lab, "classless", "classless-node-1");
}
