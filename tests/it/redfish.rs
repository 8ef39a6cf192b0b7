//! Machines with BMCs that speak Redfish: let in, turned away, slow and gone.

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::bmc::Bmc;
use crate::support::Lab;

/// A file with machines of a BMC, named after a class.
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

/// Enrols the machines of a file up to `manageable`, and answers with what came of each.
fn enroll(lab: &Lab, file: &str, more: &[&str], code: i32) -> Vec<Value> {
    let arguments = ["enroll", file, "--until", "manageable", "-f", "json"];
    let output = lab.farrier().args(arguments).args(more).assert().code(code);
    let output = output.get_output();
    for text in [&output.stdout, &output.stderr] {
        let text = String::from_utf8_lossy(text);
        assert!(!text.contains("wr0ng") && !text.contains("\"first\""), "a secret is told: {text}");
    }
    serde_json::from_slice(&output.stdout).expect("a list")
}

#[test]
fn a_machine_with_a_real_bmc_is_enrolled_switched_and_steered() {
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
    // The emulator's machines do not tell their processors: what came of it is told in Ironic's words.
    let inspect = lab.farrier().args(["node", "inspect", node]).assert().code(7);
    inspect.stderr(contains("Processors").and(contains("farrier why")));
    let debug = lab.farrier().args(["node", "show", node, "--debug"]).assert().success();
    debug.stderr(contains("\"first\"").not().and(contains("redfish_password")));
}

#[test]
fn a_wrong_password_is_told_and_the_right_one_heals() {
    let lab = Lab::shared();
    let mut bmc = Bmc::start(2);
    let machines = |second: &str| [bmc.access(0, Bmc::PASSWORD), bmc.access(1, second)];
    let (wrong, right) = (machines("wr0ng"), machines(Bmc::PASSWORD));
    let path = file(lab, "redfish-wrong", &wrong);
    let enrolled = enroll(lab, &path, &[], 10);
    assert_eq!((&enrolled[0]["state"], &enrolled[0]["error"]), (&json!("manageable"), &Value::Null));
    assert_eq!((&enrolled[1]["state"], &enrolled[1]["action"]), (&json!("enroll"), &json!("failed")));
    let told = enrolled[1]["error"].as_str().expect("a text").to_owned();
    assert!(told.contains("verifying the BMC") && told.contains("redfish-wrong-2"), "{told}");
    let refusals = bmc.refusals();
    assert!((1..=2).contains(&refusals), "{refusals} tries may lock an account");
    lab.farrier().args(["why", "redfish-wrong-2"]).assert().success().stdout(contains("Redfish"));
    file(lab, "redfish-wrong", &right);
    let healed = enroll(lab, &path, &["--update"], 0);
    assert_eq!(healed[1]["state"], "manageable", "{healed:?}");
    // A password that was changed on the BMC alone.
    bmc.lets_in("s3cond");
    let off = lab.farrier().args(["power", "on", "redfish-wrong-1", "--timeout", "60s"]).assert().code(7);
    off.stderr(contains("redfish-wrong-1").and(contains("s3cond").not()));
}

#[test]
fn a_bmc_that_is_slow_is_waited_for_and_one_that_is_gone_is_told() {
    let lab = Lab::shared();
    let (mut slow, mut gone) = (Bmc::start(1), Bmc::start(1));
    slow.slow(0.4);
    let machines = [slow.access(0, Bmc::PASSWORD), gone.access(0, Bmc::PASSWORD)];
    gone.vanish();
    let path = file(lab, "redfish-slow", &machines);
    let enrolled = enroll(lab, &path, &[], 10);
    assert_eq!(enrolled[0]["state"], "manageable", "{enrolled:?}");
    assert_eq!(enrolled[1]["action"], "failed");
    let told = enrolled[1]["error"].as_str().expect("a text");
    assert!(told.contains("127.0.0.1") || told.contains("onnect"), "{told}");
    // With less patience than the BMC takes, it goes on in Ironic, and is followed by whoever comes next.
    slow.slow(1.5);
    let impatient = ["power", "on", "redfish-slow-1", "--timeout", "1s"];
    lab.farrier().args(impatient).assert().code(8);
    assert_eq!(lab.json(&["power", "on", "redfish-slow-1"])[0]["power_state"], "power on");
}
