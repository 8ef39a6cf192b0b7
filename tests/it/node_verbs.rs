//! `farrier node manage` and similar commands, which change the provision state of nodes.

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::proxy::Proxy;
use crate::schema;
use crate::support::Lab;

#[test]
fn verbs_change_the_provision_state_once() {
    let lab = Lab::shared();
    lab.machines("verbs", 2);
    let node = "verbs-node-1";
    let verb = |verb: &str| lab.json(&["node", verb, node])[0].clone();
    assert_eq!(verb("provide")["action"], "unchanged");
    lab.farrier().args(["node", "inspect", node]).assert().code(6).stderr(contains("farrier node manage"));
    let managed = verb("manage");
    assert_eq!((&managed["provision_state"], &managed["action"]), (&json!("manageable"), &json!("done")));
    assert_eq!(managed["node"]["name"], node);
    assert_eq!(verb("manage")["action"], "unchanged");
    assert_eq!(verb("inspect")["provision_state"], "manageable");
    lab.farrier().args(["node", "abort", node]).assert().code(6).stderr(contains("`clean wait`"));
    lab.farrier().args(["node", "adopt", node]).assert().code(6).stderr(contains("image_source"));
    // All names are resolved before anything changes.
    let both = ["node", "provide", "-", "-f", "json"];
    let output = lab.farrier().args(both).write_stdin(format!("{node}\nverbs-nobody\n")).assert().code(5);
    output.stderr(contains("no node is named `verbs-nobody`; nothing was changed"));
    assert_eq!(lab.node(node)["provision_state"], "manageable");
    // A node that fails does not stop the others.
    let both = ["node", "provide", "verbs-node-2", node, "-f", "json"];
    lab.json(&["node", "manage", "verbs-node-2"]);
    lab.json(&["node", "maintenance", "verbs-node-2"]);
    let rows = lab.farrier().args(both).output().expect("it runs").stdout;
    let rows = schema::read("node provide", &rows);
    assert_eq!(rows[1]["provision_state"], "available", "{rows}");
}

#[test]
fn nothing_changes_without_a_selected_node() {
    let lab = Lab::shared();
    lab.farrier().args(["node", "manage"]).assert().code(2).stderr(contains("--resource-class"));
    let none = ["node", "delete", "--resource-class", "verbs-no-such-class"];
    lab.farrier().args(none).assert().success().stderr(contains("nothing was changed"));
    let none = ["node", "delete", "--where", "extra.verbs-no-such-key!="];
    lab.farrier().args(none).assert().success().stderr(contains("nothing was changed"));
}

#[test]
fn nodes_are_selected_by_conditions() {
    let lab = Lab::shared();
    lab.machines_with("verbs-where", 2, &json!({"extra": {"rack": "verbs-r4"}}));
    lab.machines_with("verbs-elsewhere", 1, &json!({"extra": {"rack": "verbs-r5", "spare": true}}));
    let names = |conditions: &[&str]| {
        let mut arguments = vec!["node", "manage", "--no-wait"];
        arguments.extend(conditions.iter().flat_map(|condition| ["--where", condition]));
        let answer = lab.json(&arguments);
        let rows = answer.as_array().expect("a list").iter();
        rows.map(|row| row["node"]["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    let both = ["verbs-where-node-1", "verbs-where-node-2"];
    assert_eq!(names(&["extra.rack=verbs-r4"]), both);
    assert_eq!(names(&["name~verbs-*where-node-?", "extra.spare="]), both);
    assert_eq!(names(&["extra.rack~verbs-r?", "extra.spare=true", "properties.memory_mb>=16384"]).len(), 1);
    assert_eq!(
        names(&["resource_class=verbs-where", "provision_state=manageable", "maintenance=false"]),
        both
    );
    // Conditions on fields that lists contain only with full details.
    assert_eq!(names(&["resource_class=verbs-where", "conductor!="]), both);
    assert_eq!(names(&["resource_class=verbs-where", "created_at<2020-01-01"]), Vec::<String>::new());
    let narrowed = ["node", "provide", "--resource-class", "verbs-where", "--where", "name~*-1", "--no-wait"];
    assert_eq!(lab.json(&narrowed).as_array().map(Vec::len), Some(1));
    for (wrong, expected) in [
        ("rack=r4", "extra.rack=r4"),
        ("nam=x", "did you mean `name`"),
        ("maintenance>1", "maintenance=true"),
    ] {
        let command = ["node", "manage", "--where", wrong];
        lab.farrier().args(command).assert().code(2).stderr(contains(expected));
    }
    let named_too = ["node", "manage", both[0], "--where", "name=x"];
    lab.farrier().args(named_too).assert().code(2);
}

#[test]
fn delete_shows_what_is_lost_and_asks() {
    let lab = Lab::shared();
    lab.machines("verbs-lost", 1);
    let node = "verbs-lost-node-1";
    let step = r#"{"interface": "deploy", "step": "erase_devices"}"#;
    lab.json(&["node", "manage", "--resource-class", "verbs-lost"]);
    let clean = ["node", "clean", node, "--step", step];
    lab.farrier().args(clean).assert().code(2).stderr(contains(node).and(contains("--yes")));
    lab.farrier().args(["node", "delete", node]).assert().code(2).stderr(contains("--yes"));
    assert_eq!(lab.node(node)["provision_state"], "manageable");
    let validated = lab.json(&["node", "validate", node]);
    let verdicts = validated.as_array().expect("a list");
    assert!(verdicts.iter().any(|row| row["interface"] == "power" && row["result"] == true), "{validated}");
    assert_eq!(lab.json(&["node", "delete", node, "--yes"])[0]["action"], "done");
    lab.farrier().args(["node", "delete", node, "--yes"]).assert().code(5);
}

#[test]
fn events_report_all_progress_in_json() {
    let lab = Lab::shared();
    lab.machines("verbs-told", 1);
    let node = "verbs-told-node-1";
    lab.json(&["node", "manage", node]);
    let output = |arguments: &[&str], code: i32| {
        let run = lab.farrier().args(arguments).args(["--progress", "json"]).assert().code(code);
        let stderr = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
        let events: Vec<Value> = stderr.lines().map(schema::read_line).collect();
        events
    };
    let step = r#"{"interface": "deploy", "step": "erase_devices"}"#;
    let events = output(&["node", "clean", node, "--step", step, "--yes"], 7);
    let kinds: Vec<&str> = events.iter().filter_map(|event| event["event"].as_str()).collect();
    for kind in ["note", "started", "failed", "summary"] {
        assert!(kinds.contains(&kind), "{kind}: {events:?}");
    }
    let messages: Vec<&str> = events.iter().filter_map(|event| event["message"].as_str()).collect();
    assert!(messages.iter().any(|text| text.contains("erases every disk")), "{events:?}");
    assert_eq!(events.last().map(|event| &event["error"]["code"]), Some(&json!(7)), "{events:?}");
    assert_eq!(output(&["node", "clean", node, "--no-such-option"], 2)[0]["error"]["kind"], "usage");
}

#[test]
fn abort_ends_a_clean_that_waits_for_its_ramdisk() {
    let lab = Lab::shared();
    let machine = json!({
        "deploy_interface": "direct",
        "vendor_interface": "no-vendor",
        "automated_clean": false,
        "driver_info": {"mock_boot_delay": 0, "mock_silent": "boot"},
    });
    lab.machines_with("verbs-silent", 1, &machine);
    let node = "verbs-silent-node-1";
    lab.json(&["node", "manage", node]);
    let step = r#"{"interface": "deploy", "step": "erase_devices_metadata"}"#;
    let begun = lab.json(&["node", "clean", node, "--step", step, "--yes", "--no-wait"]);
    assert_eq!(begun[0]["action"], "begun");
    let followed = ["node", "clean", node, "--step", step, "--yes", "--timeout", "3s"];
    lab.farrier().args(followed).assert().code(8);
    assert_eq!(lab.node(node)["provision_state"], "clean wait");
    assert_eq!(lab.json(&["node", "abort", node])[0]["provision_state"], "clean failed");
    lab.farrier().args(["node", "provide", node]).assert().code(6).stderr(contains("farrier node manage"));
}

#[test]
fn provide_waits_for_the_power_state() {
    let lab = Lab::shared();
    let node =
        json!({"name": "verbs-power-node", "driver": "fake-hardware", "resource_class": "verbs-power"});
    let file = lab.folder().join("verbs-power.json");
    std::fs::write(&file, json!({"nodes": [node]}).to_string()).expect("written");
    lab.farrier().args(["enroll", "--until", "enroll"]).arg(&file).assert().success();
    assert!(lab.node("verbs-power-node")["power_state"].is_null());
    lab.json(&["node", "manage", "verbs-power-node"]);
    let provide =
        ["node", "provide", "--resource-class", "verbs-power", "-c", "provision_state", "-f", "value"];
    lab.farrier()
        .args(provide)
        .assert()
        .success()
        .stdout("available\n")
        .stderr(contains("automated cleaning, if enabled, may erase the disks of verbs-power-node (`manageable`; disks unknown)"));
    // The node is not cleaned again.
    lab.farrier().args(provide).assert().success().stderr(contains("erase").not());
    lab.json(&["node", "manage", "verbs-power-node"]);
    lab.json(&["node", "set", "verbs-power-node", "--field", "automated_clean=false"]);
    lab.farrier().args(provide).assert().success().stderr(contains("erase").not());
    assert_eq!(lab.node("verbs-power-node")["power_state"], "power off");
}

#[test]
fn selected_nodes_are_shown_by_name_and_changed_by_uuid() {
    let lab = Lab::shared();
    lab.machines_with("verbs-found", 1, &json!({"extra": {"rack": "verbs-found"}}));
    let proxy = Proxy::start(&lab.endpoint());
    let find = ["--where", "extra.rack=verbs-found", "--progress", "json"];
    for verb in ["manage", "provide"] {
        let output =
            lab.farrier_at(&proxy.endpoint()).args(["node", verb]).args(find).output().expect("it runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        let events: Vec<Value> = stderr.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let names: Vec<&Value> =
            events.iter().map(|event| &event["name"]).filter(|name| !name.is_null()).collect();
        assert!(!names.is_empty() && names.iter().all(|name| **name == "verbs-found-node-1"), "{stderr}");
    }
    let changes: Vec<String> = proxy.changes().into_iter().map(|(request, _)| request).collect();
    // A name may belong to another node between the read and the change.
    assert!(
        changes.len() >= 2 && changes.iter().all(|request| !request.contains("verbs-found")),
        "{changes:?}"
    );
}
