//! Machines that boot a ramdisk, whose deploy agent the lab simulates: Ironic's own deploying and cleaning,
//! stage by stage, and what happens when the ramdisk fails or stops responding.

use std::io::{BufRead as _, BufReader};
use std::process::{Output, Stdio};

use serde_json::{Value, json};

use crate::schema;
use crate::support::Lab;

/// Machines that deploy and clean with a ramdisk, and behave as `driver_info` says.
fn machines(lab: &Lab, name: &str, count: usize, driver_info: &Value) {
    let node =
        json!({"deploy_interface": "direct", "vendor_interface": "no-vendor", "driver_info": driver_info});
    lab.machines_with(name, count, &node);
}

/// `deploy NAME` with the lab's image onto a node of the class, with events.
fn deploy(lab: &Lab, name: &str, class: &str) -> Vec<String> {
    let status = lab.status();
    let text = |key: &str| status[key].as_str().expect("the lab is running").to_owned();
    let arguments =
        ["deploy", name, "--resource-class", class, "--progress", "json", "-f", "json", "--image"];
    let mut arguments = arguments.map(str::to_owned).to_vec();
    arguments.extend([text("image_url"), "--image-checksum".to_owned(), text("image_checksum")]);
    arguments
}

fn run(lab: &Lab, arguments: &[String]) -> Output {
    lab.farrier().args(arguments).output().expect("it runs")
}

/// The JSON lines on stderr: events, and a final error if there is one.
fn events_of(output: &Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines().map(schema::read_line).collect()
}

/// The stages of the events, in order.
fn stages(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .filter(|event| event["event"] == "stage")
        .filter_map(|event| event["stage"].as_str())
        .collect()
}

/// Whether stages with these texts occur in this order. Others may be between them.
fn pass(stages: &[&str], texts: &[&str]) -> bool {
    let mut left = stages.iter();
    texts.iter().all(|text| left.any(|stage| stage.contains(text)))
}

/// The error of a failed command.
fn error(output: &Output) -> Value {
    events_of(output).pop().expect("it printed an event")["error"].clone()
}

#[test]
fn deploying_and_cleaning_report_all_stages() {
    let lab = Lab::shared();
    machines(lab, "stages", 1, &json!({}));
    let mut arguments = deploy(lab, "stages", "stages");
    // The ramdisk finds the image there.
    let sums = lab.status()["image_url"]
        .as_str()
        .expect("the lab is running")
        .replace("mock-linux.img", "SHA256SUMS");
    *arguments.last_mut().expect("it is the checksum") = sums;
    let deployed = run(lab, &arguments);
    let events = events_of(&deployed);
    assert!(deployed.status.success(), "{events:?}");
    let expected = ["waiting for the ramdisk", "writing the image", "active"];
    assert!(pass(&stages(&events), &expected), "{:?}", stages(&events));
    let instance = schema::read("deploy", &deployed.stdout);
    assert_eq!((&instance["state"], &instance["power_state"]), (&json!("active"), &json!("power on")));

    let options = ["stages", "--yes", "--wait-clean", "--progress", "json", "-f", "json"];
    let destroyed = lab.farrier().arg("destroy").args(options).output().expect("it runs");
    let events = events_of(&destroyed);
    assert!(destroyed.status.success(), "{events:?}");
    assert!(pass(&stages(&events), &["clean", "erase_devices_metadata", "available"]), "{events:?}");
    let node = lab.node("stages-node-1");
    assert_eq!((&node["power_state"], &node["last_error"]), (&json!("power off"), &Value::Null));
}

#[test]
fn ramdisk_error_is_reported() {
    let lab = Lab::shared();
    let message = "No space left on device: /dev/sda holds 4 GB, the image has 9";
    let driver_info = json!({"mock_boot_delay": 0, "mock_step_delay": {"write_image": 0.1},
                             "mock_fail_step": "write_image", "mock_fail_error": message, "mock_faults": 1});
    machines(lab, "disk-full", 1, &driver_info);
    let mut arguments = deploy(lab, "disk-full", "disk-full");
    arguments.push("--release-failed".to_owned());
    let failed = run(lab, &arguments);
    assert_eq!(failed.status.code(), Some(7));
    let error = error(&failed);
    assert!(error["message"].as_str().expect("a text").contains(message), "{error}");
    assert_eq!(error["node"]["name"], "disk-full-node-1");

    // It was configured to fail once.
    lab.farrier().args(["wait", "disk-full-node-1"]).assert().success();
    let deployed = run(lab, &arguments);
    assert!(deployed.status.success(), "{:?}", events_of(&deployed));
    lab.json(&["destroy", "disk-full", "--yes"]);
}

#[test]
fn image_with_a_wrong_checksum_is_not_deployed() {
    let lab = Lab::shared();
    machines(lab, "corrupt", 1, &json!({"mock_boot_delay": "0", "mock_step_delay": "0,0.5"}));
    let mut arguments = deploy(lab, "corrupt", "corrupt");
    *arguments.last_mut().expect("it is the checksum") = "0".repeat(64);
    let failed = run(lab, &arguments);
    assert_eq!(failed.status.code(), Some(7));
    let error = error(&failed);
    assert!(error["message"].as_str().expect("a text").contains("verifying image checksum"), "{error}");
}

#[test]
fn silent_ramdisk_ends_at_ironic_s_timeout_and_the_next_node_is_tried() {
    // Also with passwords, which ramdisks do not have.
    let lab = Lab::impatient();
    // Smaller machines fit better, and are tried first.
    for (name, silent, memory_mb) in
        [("dead", json!("boot"), 1024), ("dying", json!("write_image"), 2048), ("fine", Value::Null, 4096)]
    {
        let node = json!({
            "deploy_interface": "direct",
            "vendor_interface": "no-vendor",
            "automated_clean": false,
            "resource_class": "silent",
            "driver_info": {"mock_silent": silent},
            "properties": {"cpu_arch": "x86_64", "cpus": 8, "memory_mb": memory_mb, "local_gb": 100},
        });
        lab.machines_with(name, 1, &node);
    }
    let mut arguments = deploy(lab, "stubborn", "silent");
    arguments.extend(["--ram", "1024"].map(str::to_owned));
    let deployed = run(lab, &arguments);
    let events = events_of(&deployed);
    assert!(deployed.status.success(), "{events:?}");
    let instance = schema::read("deploy", &deployed.stdout);
    assert_eq!(instance["node"]["name"], "fine-node-1", "{events:?}");
    let retries: Vec<_> = events.iter().filter(|event| event["event"] == "retrying").collect();
    assert_eq!(retries.len(), 2, "{events:?}");
    for (event, node) in retries.iter().zip(["dead-node-1", "dying-node-1"]) {
        let why = event["message"].as_str().expect("a text");
        assert!(why.contains(node) && why.contains("Timeout reached"), "{event}");
    }
}

#[test]
fn deploy_survives_a_restart_of_ironic() {
    let mut lab = Lab::start(&[]);
    machines(&lab, "again", 1, &json!({"mock_boot_delay": "4", "mock_step_delay": {"write_image": "4"}}));
    for (name, stage) in [("booting", "waiting for the ramdisk"), ("writing", "writing the image")] {
        let arguments = deploy(&lab, name, "again");
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let mut child =
            lab.process(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        let mut lines = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let seen = lines.by_ref().any(|line| line.expect("UTF-8").contains(stage));
        assert!(seen, "{stage}");
        // Work that Ironic itself is doing is lost; work of the ramdisk continues.
        lab.until("the ramdisk is waited for", |lab| {
            lab.node("again-node-1")["provision_state"] == "wait call-back"
        });
        lab.down();
        lab.up(&[]);
        let rest: Vec<_> = lines.map(|line| line.expect("UTF-8")).collect();
        assert!(child.wait().expect("the child can be waited for").success(), "{stage}: {rest:?}");
        assert_eq!(lab.json(&["show", name])["state"], "active");
        lab.json(&["destroy", name, "--yes", "--wait-clean"]);
    }
}
