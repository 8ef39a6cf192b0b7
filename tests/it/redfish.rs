//! Machines with BMCs that speak Redfish: correct and wrong credentials, slow and unreachable BMCs.

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::bmc::Bmc;
use crate::schema;
use crate::support::Lab;

/// A file with the machines of a BMC, named after a class.
fn file(lab: &Lab, class: &str, machines: &[Value]) -> String {
    let node = |(index, driver_info): (usize, &Value)| {
        json!({
            "name": format!("{class}-{}", index + 1), "driver": "redfish", "resource_class": class,
            "driver_info": driver_info, "inspect_interface": "redfish", "deploy_interface": "direct",
            "boot_interface": "redfish-virtual-media", "automated_clean": false,
            "properties": {"cpu_arch": "x86_64"},
        })
    };
    let nodes: Vec<Value> = machines.iter().enumerate().map(node).collect();
    let file = lab.folder().join(format!("{class}.json"));
    std::fs::write(&file, json!({"nodes": nodes}).to_string()).expect("written");
    file.to_str().expect("UTF-8").to_owned()
}

/// Enrolls the nodes of a file up to `manageable`. Returns the rows.
fn enroll(lab: &Lab, file: &str, more: &[&str], code: i32) -> Vec<Value> {
    let arguments = ["enroll", file, "--until", "manageable", "-f", "json"];
    let output = lab.farrier().args(arguments).args(more).assert().code(code);
    let output = output.get_output();
    for text in [&output.stdout, &output.stderr] {
        let text = String::from_utf8_lossy(text);
        assert!(!text.contains("wr0ng") && !text.contains("\"first\""), "a secret is printed: {text}");
    }
    schema::read("enroll", &output.stdout).as_array().expect("a list").clone()
}

#[test]
fn node_with_a_redfish_bmc_is_enrolled_and_controlled() {
    let lab = Lab::shared();
    let bmc = Bmc::start(1);
    let file = file(lab, "redfish-whole", &[bmc.access(0, Bmc::PASSWORD)]);
    let node = "redfish-whole-1";
    assert_eq!(enroll(lab, &file, &[], 0)[0]["state"], "manageable");
    assert_eq!(enroll(lab, &file, &[], 0)[0]["action"], "unchanged");
    assert_eq!(lab.json(&["power", "on", node])[0]["power_state"], "power on");
    assert_eq!(lab.json(&["power", "off", node, "--yes"])[0]["power_state"], "power off");
    lab.farrier().args(["boot-device", node, "cdrom"]).assert().success();
    assert_eq!(lab.json(&["boot-device", node])["boot_device"], "cdrom");
    // The emulator's machines do not report their processors; Ironic's error about that is shown.
    let inspect = lab.farrier().args(["node", "inspect", node]).assert().code(7);
    inspect.stderr(contains("Processors").and(contains("farrier why")));
    let debug = lab.farrier().args(["node", "show", node, "--debug"]).assert().success();
    debug.stderr(contains("\"first\"").not().and(contains("redfish_password")));
}

#[test]
fn wrong_bmc_password_is_reported_and_can_be_corrected() {
    let lab = Lab::shared();
    let mut bmc = Bmc::start(2);
    let machines = |second: &str| [bmc.access(0, Bmc::PASSWORD), bmc.access(1, second)];
    let (wrong, right) = (machines("wr0ng"), machines(Bmc::PASSWORD));
    let path = file(lab, "redfish-wrong", &wrong);
    let enrolled = enroll(lab, &path, &[], 10);
    assert_eq!((&enrolled[0]["state"], &enrolled[0]["error"]), (&json!("manageable"), &Value::Null));
    assert_eq!((&enrolled[1]["state"], &enrolled[1]["action"]), (&json!("enroll"), &json!("failed")));
    let error = enrolled[1]["error"].as_str().expect("a text").to_owned();
    assert!(error.contains("verifying the BMC") && error.contains("redfish-wrong-2"), "{error}");
    let refusals = bmc.refusals();
    assert!((1..=2).contains(&refusals), "{refusals} tries may lock an account");
    lab.farrier().args(["why", "redfish-wrong-2"]).assert().success().stdout(contains("Redfish"));
    file(lab, "redfish-wrong", &right);
    let healed = enroll(lab, &path, &["--update"], 0);
    assert_eq!(healed[1]["state"], "manageable", "{healed:?}");
    // A password that was changed only on the BMC.
    bmc.set_password("s3cond");
    let off = lab.farrier().args(["power", "on", "redfish-wrong-1", "--timeout", "60s"]).assert().code(7);
    off.stderr(contains("redfish-wrong-1").and(contains("s3cond").not()));
}

#[test]
fn slow_bmc_is_waited_for_and_an_unreachable_one_is_reported() {
    let lab = Lab::shared();
    let (mut slow, mut gone) = (Bmc::start(1), Bmc::start(1));
    slow.delay(0.4);
    let machines = [slow.access(0, Bmc::PASSWORD), gone.access(0, Bmc::PASSWORD)];
    gone.vanish();
    let path = file(lab, "redfish-slow", &machines);
    let enrolled = enroll(lab, &path, &[], 10);
    assert_eq!(enrolled[0]["state"], "manageable", "{enrolled:?}");
    assert_eq!(enrolled[1]["action"], "failed");
    let error = enrolled[1]["error"].as_str().expect("a text");
    assert!(error.contains("127.0.0.1") || error.contains("onnect"), "{error}");
    // If the timeout is shorter than the BMC's response, the operation continues in Ironic, and the next
    // command follows it.
    slow.delay(1.5);
    let impatient = ["power", "on", "redfish-slow-1", "--timeout", "1s"];
    lab.farrier().args(impatient).assert().code(8);
    assert_eq!(lab.json(&["power", "on", "redfish-slow-1"])[0]["power_state"], "power on");
}
