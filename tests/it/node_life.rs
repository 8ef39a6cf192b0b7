//! What operators do with machines between enrollment and decommissioning: set and clear flags, clean and
//! service with steps, adopt, hold and resume.

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::schema;
use crate::support::{IMAGE, Lab, exchange, patch_node};

/// A list of rows as pairs of a node's name and one of its values.
fn name_and(answer: &Value, key: &str) -> Vec<(String, Value)> {
    let rows = answer.as_array().expect("a list").iter();
    rows.map(|row| (row["node"]["name"].as_str().expect("a name").to_owned(), row[key].clone())).collect()
}

#[test]
fn nodes_are_retired_by_conditions() {
    let lab = Lab::shared();
    lab.machines("life-old", 2);
    let class = ["--resource-class", "life-old"];
    let retire = |more: &[&str]| lab.json(&[&["node", "retire"][..], &class, more].concat());
    // An `available` node cannot be retired; each row says what to do first.
    let offered = lab.farrier().args(["node", "retire"]).args(class).assert().code(10);
    let output = offered.stderr(contains("2 of 2 failed"));
    // Each failure is reported once, and the row has the state.
    let whole = [&output.get_output().stdout, &output.get_output().stderr]
        .map(|text| String::from_utf8_lossy(text).into_owned())
        .concat();
    assert_eq!(whole.matches("first run `farrier node manage life-old-node-1`").count(), 1, "{whole}");
    let rows = String::from_utf8_lossy(&output.get_output().stdout).into_owned();
    assert_eq!(rows.matches("available").count(), 2, "{rows}");
    assert_eq!(lab.node("life-old-node-1")["retired"], false);
    lab.json(&[&["node", "manage"][..], &class].concat());
    let retired = retire(&["--reason", "out of support"]);
    let [first, second] = ["life-old-node-1", "life-old-node-2"].map(str::to_owned);
    assert_eq!(name_and(&retired, "action"), [(first.clone(), json!("done")), (second, json!("done"))]);
    assert_eq!(lab.node(&first)["retired_reason"], "out of support");
    // The same command again changes nothing, and keeps a reason if none is given.
    assert_eq!(retire(&["--reason", "out of support"])[0]["action"], "unchanged");
    let unsaid = retire(&[]);
    assert_eq!(
        (&unsaid[1]["action"], &unsaid[1]["retired_reason"]),
        (&json!("unchanged"), &json!("out of support"))
    );
    assert_eq!(retire(&["--reason", "sold"])[1]["retired_reason"], "sold");
    lab.farrier().args(["node", "provide", &first]).assert().code(6).stderr(contains("--off"));
    let back = retire(&["--off"]);
    assert_eq!((&back[0]["retired"], &back[0]["retired_reason"]), (&json!(false), &json!(null)), "{back}");
    assert_eq!(retire(&["--off"])[0]["action"], "unchanged");
    assert_eq!(lab.json(&["node", "provide", &first])[0]["provision_state"], "available");
}

#[test]
fn protected_node_keeps_its_instance() {
    let lab = Lab::shared();
    lab.machines("life-kept", 2);
    let nobody = ["node", "protect", "life-kept-node-1", "life-kept-node-2"];
    lab.farrier().args(nobody).assert().code(10).stderr(contains("`active` or `rescue`"));
    let deploy = ["deploy", "life-kept", "--resource-class", "life-kept", "--node", "life-kept-node-1"];
    lab.json(&[&deploy[..], &IMAGE].concat());
    let selected =
        ["node", "protect", "--resource-class", "life-kept", "--state", "active", "--reason", "the ledger"];
    let protected = lab.json(&selected);
    assert_eq!(name_and(&protected, "protected"), [("life-kept-node-1".to_owned(), json!(true))]);
    assert_eq!(lab.json(&selected)[0]["action"], "unchanged");
    lab.farrier().args(["destroy", "life-kept", "--yes"]).assert().code(6).stderr(contains("--off"));
    assert_eq!(lab.node("life-kept-node-1")["provision_state"], "active");
    let names = ["node", "protect", "-", "--off", "-f", "json"];
    lab.farrier()
        .args(names)
        .write_stdin("life-kept-node-1\n")
        .assert()
        .success()
        .stdout(contains("\"done\""));
    lab.json(&["destroy", "life-kept", "--yes"]);
}

#[test]
fn maintenance_is_set_and_cleared_by_conditions() {
    let lab = Lab::shared();
    lab.machines_with("life-care", 2, &json!({"extra": {"rack": "life-r9"}}));
    lab.machines_with("life-other", 1, &json!({"extra": {"rack": "life-r8"}}));
    let maintenance = |more: &[&str]| {
        lab.json(&[&["node", "maintenance", "--where", "extra.rack=life-r9"][..], more].concat())
    };
    let set = maintenance(&["--reason", "a new PDU"]);
    assert_eq!(name_and(&set, "maintenance").len(), 2, "{set}");
    assert_eq!(set[0]["action"], "done");
    // The existing reason stays if none is given.
    let again = maintenance(&[]);
    assert_eq!(
        (&again[0]["action"], &again[0]["maintenance_reason"]),
        (&json!("unchanged"), &json!("a new PDU"))
    );
    assert_eq!(lab.node("life-other-node-1")["maintenance"], false);
    let ended = maintenance(&["--off"]);
    assert_eq!((&ended[1]["action"], &ended[1]["maintenance"]), (&json!("done"), &json!(false)));
    assert_eq!(maintenance(&["--off"])[1]["action"], "unchanged");
    // The syntax of `openstack baremetal node maintenance`.
    let in_maintenance = |arguments: &[&str]| {
        let both = ["life-care-node-1", "life-care-node-2"];
        lab.json(&[&["node", "maintenance"][..], arguments, &both].concat());
        both.map(|node| lab.node(node)["maintenance"] == true)
    };
    assert_eq!(in_maintenance(&["set"]), [true, true]);
    assert_eq!(lab.node("life-care-node-1")["maintenance_reason"], "set with farrier");
    assert_eq!(in_maintenance(&["unset"]), [false, false]);
    for contradiction in [["set", "life-care-node-1", "--off"], ["unset", "life-care-node-1", "--reason=x"]] {
        lab.farrier().args(["node", "maintenance"]).args(contradiction).assert().code(2);
    }
}

#[test]
fn selector_without_matches_changes_nothing() {
    let lab = Lab::shared();
    for verb in ["retire", "protect", "maintenance"] {
        let none = ["node", verb, "--resource-class", "life-no-such-class"];
        let run = lab.farrier().args(none).args(["-f", "json"]).assert().success();
        run.stdout("[]\n").stderr(contains("nothing was changed"));
        lab.farrier().args(["node", verb]).assert().code(2).stderr(contains("--resource-class"));
        lab.farrier().args(["node", verb, "life-nobody"]).assert().code(5);
    }
}

/// A file of steps.
fn steps(lab: &Lab, name: &str, text: &str) -> String {
    let file = lab.folder().join(name);
    std::fs::write(&file, text).expect("written");
    file.to_str().expect("UTF-8").to_owned()
}

/// Deploys a lab's image onto a machine that boots a ramdisk for deploying and servicing.
fn deploy_direct(lab: &Lab, name: &str, driver_info: &Value) {
    let keys = json!({"deploy_interface": "direct", "vendor_interface": "no-vendor", "automated_clean": false,
        "driver_info": driver_info});
    lab.machines_with(name, 1, &keys);
    let status = lab.status();
    let text = |key: &str| status[key].as_str().expect("the lab is running");
    let image = ["--image", text("image_url"), "--image-checksum", text("image_checksum")];
    lab.json(&[&["deploy", name, "--resource-class", name][..], &image].concat());
}

#[test]
fn nodes_are_cleaned_with_steps_from_a_file() {
    let lab = Lab::shared();
    lab.machines("life-wash", 2);
    let class = ["--resource-class", "life-wash"];
    lab.json(&[&["node", "manage"][..], &class].concat());
    let yaml = "- {interface: bios, step: factory_reset}\n- interface: vendor\n  step: log_passthrough\n";
    let file = steps(lab, "life-wash.yaml", yaml);
    // Two steps from a YAML file, one from JSON, and the known details of each.
    let reset = r#"{"interface": "bios", "step": "cache_bios_settings"}"#;
    let clean =
        [&["node", "clean"][..], &class, &["--step", &file, "--step", reset, "--yes", "-f", "json"]].concat();
    let known =
        contains("step 1 of 3, bios.factory_reset: resets the BIOS settings; does not change the disks")
            .and(contains("step 2 of 3, vendor.log_passthrough: its effect on the disks is unknown"))
            .and(contains("step 3 of 3, bios.cache_bios_settings"))
            .and(contains("to clean: life-wash-node-2 (`manageable`; root disk: 100 GiB)"));
    let cleaned = lab.farrier().args(&clean).assert().success().stderr(known);
    let cleaned = schema::read("node clean", &cleaned.get_output().stdout);
    assert_eq!(name_and(&cleaned, "provision_state").len(), 2);
    for (_, state) in name_and(&cleaned, "provision_state") {
        assert_eq!(state, "manageable");
    }
    // Each step has run: Ironic records them.
    let history = lab.json(&["node", "history", "life-wash-node-1"]).to_string();
    assert!(history.contains("factory_reset") && history.contains("log_passthrough"), "{history}");
    // From standard input, where consent cannot be prompted for.
    let piped = ["node", "clean", "life-wash-node-1", "--step", "-"];
    lab.farrier().args(piped).write_stdin(reset).assert().code(2).stderr(contains("--yes"));
    lab.farrier().args(piped).arg("--yes").write_stdin(reset).assert().success();
    // A step that the driver does not support is reported with Ironic's error.
    let erase = r#"{"interface": "deploy", "step": "erase_devices"}"#;
    let refused =
        lab.farrier().args(["node", "clean", "life-wash-node-2", "--step", erase, "--yes"]).assert().code(7);
    refused.stderr(contains("erases every disk").and(contains("does not support this clean step")));
    lab.json(&["node", "manage", "life-wash-node-2"]);
}

#[test]
fn invalid_steps_are_refused_before_any_change() {
    let lab = Lab::shared();
    lab.machines("life-typo", 1);
    let node = "life-typo-node-1";
    lab.json(&["node", "manage", node]);
    let before = lab.node(node)["provision_updated_at"].clone();
    let yaml = "- interface: deploy\n  steps: erase_devices\n- {interface: boots, step: x}\n";
    let file = steps(lab, "life-typo.yaml", yaml);
    for verb in ["clean", "service"] {
        let expected = contains("life-typo.yaml:2:3: [0]: unknown key `steps`, did you mean `step`?")
            .and(contains("life-typo.yaml:3:15: [1].interface"));
        lab.farrier().args(["node", verb, node, "--step", &file, "--yes"]).assert().code(2).stderr(expected);
        let twice = ["node", verb, "-", "--step", "-", "--yes"];
        lab.farrier().args(twice).write_stdin(node).assert().code(2).stderr(contains("only once"));
        lab.farrier().args(["node", verb, node, "--yes"]).assert().code(2).stderr(contains("--step"));
        let nobody =
            ["node", verb, "--resource-class", "life-nobody", "--step", r#"{"interface":"bios","step":"x"}"#];
        lab.farrier().args(nobody).assert().success().stderr(contains("nothing was changed"));
        let unknown = ["node", verb, node, "--runbook", "CUSTOM_LIFE_NOBODY", "--yes"];
        lab.farrier()
            .args(unknown)
            .assert()
            .code(5)
            .stderr(contains("no runbook is named `CUSTOM_LIFE_NOBODY`"));
    }
    assert_eq!(lab.node(node)["provision_updated_at"], before);
}

#[test]
fn service_works_again_after_a_failure() {
    let lab = Lab::shared();
    let behavior = json!({"mock_boot_delay": 0, "mock_step_delay": {"burnin_cpu": 2, "write_image": 0},
        "mock_fail_step": "burnin_memory"});
    deploy_direct(lab, "life-fit", &behavior);
    let node = "life-fit-node-1";
    let file = steps(lab, "life-fit.yaml", "interface: deploy\nstep: burnin_cpu\n");
    let service = ["node", "service", node, "--step", &file, "--yes", "-f", "json"];
    let serviced = lab.farrier().args(service).assert().success();
    let stderr = String::from_utf8_lossy(&serviced.get_output().stderr).into_owned();
    assert!(stderr.contains("to service: life-fit-node-1 (`active`; instance life-fit ("), "{stderr}");
    assert!(
        stderr.contains("its data is kept") && stderr.contains("running deploy.burnin_cpu (step 1 of 1)"),
        "{stderr}"
    );
    let serviced = schema::read("node service", &serviced.get_output().stdout);
    assert_eq!((&serviced[0]["provision_state"], &serviced[0]["action"]), (&json!("active"), &json!("done")));
    assert_eq!(lab.json(&["show", "life-fit"])["state"], "active");
    // A step that destroys data says so; and the ramdisk has no such step.
    let erase = ["node", "service", node, "--step", r#"{"interface": "deploy", "step": "erase_devices"}"#];
    lab.farrier()
        .args(erase)
        .assert()
        .code(2)
        .stderr(contains("its data will be lost").and(contains("--yes")));
    lab.farrier()
        .args(erase)
        .arg("--yes")
        .assert()
        .code(7)
        .stderr(contains("does not support this service step"));
    assert_eq!(lab.node(node)["provision_state"], "service failed");
    // After a failed step, Ironic may require an operator to fix the node before it accepts more steps.
    let strain =
        ["node", "service", node, "--step", r#"{"interface": "deploy", "step": "burnin_memory"}"#, "--yes"];
    lab.farrier().args(strain).assert().code(7).stderr(contains("servicing failed"));
    lab.json(&["node", "maintenance", node, "--reason", "somebody looks"]);
    let again = ["node", "service", node, "--step", &file, "--yes"];
    lab.farrier().args(again).assert().code(6).stderr(contains("node maintenance life-fit-node-1 --off"));
    lab.json(&["node", "maintenance", node, "--off"]);
    assert_eq!(lab.json(&again)[0]["provision_state"], "active");
    // A node that is not deployed is cleaned, not serviced.
    lab.json(&["destroy", "life-fit", "--yes", "--wait-clean"]);
    lab.farrier().args(again).assert().code(6).stderr(contains("not `active` or `service failed`"));
}

#[test]
fn unhold_resumes_a_held_clean() {
    let lab = Lab::shared();
    // Ironic 39 drops hold steps that an operator requests, but not those that a ramdisk offers.
    let driver_info = json!({"mock_boot_delay": 0, "mock_step_delay": 0, "mock_hold": true});
    let keys =
        json!({"deploy_interface": "direct", "vendor_interface": "no-vendor", "driver_info": driver_info});
    let file = json!({"nodes": [{"name": "life-held-node", "resource_class": "life-held", "driver": "fake-hardware",
        "deploy_interface": keys["deploy_interface"], "vendor_interface": keys["vendor_interface"],
        "driver_info": keys["driver_info"]}]});
    let file = steps(lab, "life-held.json", &file.to_string());
    lab.farrier().args(["enroll", "--until", "manageable", &file]).assert().success();
    let node = "life-held-node";
    let run = lab.farrier().args(["node", "provide", node, "-f", "json"]).assert().success();
    let rows = schema::read("node provide", &run.get_output().stdout);
    assert_eq!(
        (&rows[0]["provision_state"], &rows[0]["action"]),
        (&json!("clean hold"), &json!("begun")),
        "{rows}"
    );
    lab.farrier().args(["node", "provide", node]).assert().code(6).stderr(contains("clean hold"));
    let resumed = lab.json(&["node", "unhold", "--resource-class", "life-held"]);
    assert_eq!(
        (&resumed[0]["provision_state"], &resumed[0]["action"]),
        (&json!("available"), &json!("done")),
        "{resumed}"
    );
    lab.farrier().args(["node", "unhold", node]).assert().code(6).stderr(contains("`clean hold`"));
}

#[test]
fn adopt_takes_over_a_running_machine() {
    let lab = Lab::shared();
    let keys = json!({"instance_info": {"image_source": IMAGE[1], "image_checksum": IMAGE[3]}});
    lab.machines_with("life-found", 1, &json!({}));
    let node = "life-found-node-1";
    lab.json(&["node", "manage", node]);
    let patch = json!([{"op": "add", "path": "/instance_info", "value": keys["instance_info"]}]);
    patch_node(&lab.endpoint(), node, &patch);
    let adopted = lab.json(&["node", "adopt", "--resource-class", "life-found"]);
    assert_eq!((&adopted[0]["provision_state"], &adopted[0]["action"]), (&json!("active"), &json!("done")));
    assert_eq!(lab.json(&["node", "adopt", node])[0]["action"], "unchanged");
    lab.json(&["node", "protect", node, "--reason", "as it was found"]);
    assert_eq!(lab.node(node)["protected_reason"], "as it was found");
    lab.json(&["node", "protect", node, "--off"]);
}

#[test]
fn abort_ends_steps_that_hang() {
    let lab = Lab::shared();
    let silent = json!({"mock_boot_delay": 0, "mock_step_delay": 0, "mock_silent": "erase_devices_express"});
    let keys = json!({"deploy_interface": "direct", "vendor_interface": "no-vendor", "automated_clean": false,
        "driver_info": silent});
    lab.machines_with("life-stuck", 1, &keys);
    let node = "life-stuck-node-1";
    lab.json(&["node", "manage", node]);
    let step = r#"{"interface": "deploy", "step": "erase_devices_express"}"#;
    lab.json(&["node", "clean", node, "--step", step, "--yes", "--no-wait"]);
    lab.until("the step hangs", |lab| {
        let node = lab.node(node);
        node["provision_state"] == "clean wait" && node["clean_step"]["step"] == "erase_devices_express"
    });
    assert_eq!(lab.json(&["node", "abort", node])[0]["provision_state"], "clean failed");
    lab.json(&["node", "manage", node]);

    deploy_direct(
        lab,
        "life-mute",
        &json!({"mock_boot_delay": 0, "mock_step_delay": 0, "mock_silent": "burnin_memory"}),
    );
    let node = "life-mute-node-1";
    let step = r#"{"interface": "deploy", "step": "burnin_memory"}"#;
    lab.json(&["node", "service", node, "--step", step, "--yes", "--no-wait"]);
    lab.until("the step hangs", |lab| {
        let node = lab.node(node);
        node["provision_state"] == "service wait" && node["service_step"]["step"] == "burnin_memory"
    });
    let aborted = lab.json(&["node", "abort", node]);
    assert_eq!(aborted[0]["action"], "done", "{aborted}");
}

#[test]
fn runbook_runs_on_nodes_with_its_trait() {
    let lab = Lab::shared();
    lab.machines_with("life-book", 2, &json!({}));
    let [node, other] = ["life-book-node-1", "life-book-node-2"];
    lab.json(&["node", "manage", "--resource-class", "life-book"]);
    let ask = |method: &str, path: &str, body: &Value| {
        let version = [("X-OpenStack-Ironic-API-Version", "1.112")];
        let (status, answer) = exchange(&lab.endpoint(), method, path, &version, &body.to_string());
        assert!(status < 300, "{path}: {answer}");
    };
    let steps = json!([{"interface": "vendor", "step": "log_passthrough", "args": {}, "order": 2},
                       {"interface": "bios", "step": "factory_reset", "args": {}, "order": 1}]);
    ask("POST", "/v1/runbooks", &json!({"name": "life-book", "steps": steps}));
    ask("PUT", "/v1/runbooks/life-book/traits", &json!({"traits": ["CUSTOM_LIFE_BOOK"]}));
    ask("PUT", &format!("/v1/nodes/{node}/traits"), &json!({"traits": ["CUSTOM_LIFE_BOOK"]}));
    let clean = ["node", "clean", node, other, "--runbook", "life-book", "--yes", "-f", "json"];
    let cleaned = lab.farrier().args(clean).assert().code(10);
    let stderr = String::from_utf8_lossy(&cleaned.get_output().stderr).into_owned();
    assert!(
        stderr.contains("step 1 of 2, bios.factory_reset") && stderr.contains("step 2 of 2, vendor."),
        "{stderr}"
    );
    let rows = schema::read("node clean", &cleaned.get_output().stdout);
    assert_eq!(
        (&rows[0]["provision_state"], &rows[0]["action"]),
        (&json!("manageable"), &json!("done")),
        "{rows}"
    );
    let refused = rows[1]["error"].as_str().expect("an error");
    assert!(refused.contains("CUSTOM_LIFE_BOOK"), "{refused}");
    ask("DELETE", "/v1/runbooks/life-book", &json!({}));
}
