//! `farrier node set` and `unset`: changed fields, and changed BMC credentials.

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::bmc::Bmc;
use crate::proxy::{Fault, Proxy};
use crate::schema;
use crate::support::{Lab, ask};

fn changed(answer: &Value, row: usize) -> (&str, Vec<&str>) {
    let row = &answer[row];
    let fields = row["changed"].as_array().expect("a list").iter().filter_map(Value::as_str);
    (row["action"].as_str().expect("an action"), fields.collect())
}

#[test]
fn set_and_unset_change_only_what_differs() {
    let lab = Lab::shared();
    lab.machines_with("set", 2, &json!({"extra": {"rack": "set-r4"}, "traits": ["CUSTOM_A"]}));
    let (one, two) = ("set-node-1", "set-node-2");
    let options = [
        "--resource-class",
        "set-large",
        "--property",
        "memory_mb=32768",
        "--capability",
        "boot_mode=uefi",
        "--trait",
        "CUSTOM_B",
        "--extra",
        "rack=set-r5",
        "--field",
        "description=moved",
    ];
    let with = |more: &[&str]| {
        let arguments: Vec<&str> = more.iter().chain(&options).copied().collect();
        lab.json(&arguments)
    };
    let fields = [
        "description",
        "extra.rack",
        "properties.memory_mb",
        "resource_class",
        "properties.capabilities",
        "traits",
    ];
    let planned = with(&["node", "set", one, "--dry-run"]);
    assert_eq!(changed(&planned, 0).0, "to change", "{planned}");
    assert_eq!(lab.node(one)["resource_class"], "set");
    let done = with(&["node", "set", one]);
    let (action, mut changed_fields) = changed(&done, 0);
    let mut expected = fields.to_vec();
    changed_fields.sort_unstable();
    expected.sort_unstable();
    assert_eq!((action, changed_fields), ("changed", expected));
    let node = lab.node(one);
    assert_eq!((&node["resource_class"], &node["description"]), (&json!("set-large"), &json!("moved")));
    assert_eq!(
        (&node["extra"]["rack"], &node["traits"]),
        (&json!("set-r5"), &json!(["CUSTOM_A", "CUSTOM_B"]))
    );
    assert_eq!(node["properties"]["memory_mb"], json!(32768));
    assert_eq!(node["properties"]["capabilities"], "boot_mode:uefi");
    let before = node["updated_at"].clone();
    assert_eq!(changed(&with(&["node", "set", one]), 0), ("unchanged", vec![]));
    assert_eq!(lab.node(one)["updated_at"], before, "nothing was written");

    let both = lab.json(&[
        "node",
        "unset",
        one,
        two,
        "--extra",
        "rack",
        "--trait",
        "CUSTOM_A",
        "--field",
        "description",
    ]);
    assert_eq!(changed(&both, 0), ("changed", vec!["description", "extra.rack", "traits"]));
    assert_eq!(changed(&both, 1), ("changed", vec!["extra.rack", "traits"]));
    let chosen = lab.json(&["node", "set", "--where", "name=set-node-2", "--name", "set-renamed"]);
    assert_eq!(changed(&chosen, 0), ("changed", vec!["name"]));
    assert_eq!(lab.node("set-renamed")["traits"], json!([]));
}

#[test]
fn invalid_changes_are_refused_before_any_request() {
    let lab = Lab::shared();
    lab.machines("set-wrong", 2);
    let node = "set-wrong-node-1";
    for (options, expected) in [
        (vec![node], "nothing to change"),
        (vec![node, "--driver-info", "redfish_password=hunter2"], "=@FILE"),
        (vec![node, "--extra", "my_token=hunter2"], "command lines"),
        (vec![node, "--field", "extra={}"], "--extra"),
        (vec![node, "--field", "nonsense=1"], "nonsense"),
        (vec![node, "--extra", "a.b=1"], "letters, digits"),
        (vec![node, "--trait", "lower"], "CUSTOM_LOWER"),
        (vec!["--extra", "a=1"], "--where"),
        (vec![node, "set-wrong-node-2", "--name", "set-both"], "a single node"),
    ] {
        let refused = lab.farrier().args(["node", "set"]).args(&options).assert().code(2);
        refused.stderr(contains(expected).and(contains("hunter2").not()));
    }
    let unknown = ["node", "unset", node, "--field", "nonsense"];
    lab.farrier().args(unknown).assert().code(2).stderr(contains("nonsense"));
    let nobody = ["node", "set", "set-nobody", "--extra", "a=1"];
    lab.farrier().args(nobody).assert().code(5).stderr(contains("set-nobody"));
    // A node that no conductor serves is refused; farrier does not wait for it as for a restarting conductor.
    for (options, expected) in [
        (["--driver", "no-such-type"], "no conductor serves the hardware type `no-such-type` (served: "),
        (["--driver", "fake-hardwear"], "did you mean `fake-hardware`?"),
        (
            ["--field", "conductor_group=no-such-group"],
            "no conductor serves the conductor group `no-such-group`",
        ),
    ] {
        for dry_run in [&["--dry-run"][..], &[]] {
            let arguments = [&["node", "set", node][..], &options, dry_run, &["--timeout", "20s"]].concat();
            lab.farrier().args(&arguments).assert().code(2).stderr(contains(expected));
        }
    }
}

#[test]
fn change_is_applied_once_if_a_response_is_lost() {
    let lab = Lab::shared();
    lab.machines_with("set-lost", 1, &json!({"extra": {"rack": "r4"}}));
    let node = "set-lost-node-1";
    for (arguments, method, path) in [
        (vec!["node", "unset", node, "--extra", "rack"], "PATCH", "/v1/nodes"),
        (vec!["node", "set", node, "--driver-info", "redfish_username=op"], "POST", "/v1/nodes"),
        (vec!["node", "set", node, "--driver-info", "redfish_username=other"], "DELETE", "/v1/nodes"),
        (vec!["node", "unset", node, "--driver-info", "redfish_username"], "PATCH", "/v1/nodes"),
    ] {
        let proxy = Proxy::start(lab.endpoint().trim_start_matches("http://"));
        proxy.fault(method, path, 1, Fault::CutAfter);
        lab.farrier_at(&proxy.endpoint()).args(&arguments).assert().success();
        assert!(proxy.is_done(), "{arguments:?}");
        assert_eq!(trial_nodes(lab, "set-lost"), Vec::<String>::new(), "{arguments:?}");
    }
    let after = lab.node(node);
    assert_eq!((&after["extra"], &after["driver_info"]), (&json!({}), &json!({})));
}

/// Two nodes with the same BMC; the second is deployed as far as Ironic knows.
fn enrolled(lab: &Lab, class: &str, bmc: &Bmc) {
    let node = |machine: usize| {
        json!({"name": format!("{class}-{machine}"), "driver": "redfish", "resource_class": class,
               "extra": {"rack": class}, "driver_info": bmc.access(machine, Bmc::PASSWORD)})
    };
    let file = lab.folder().join(format!("{class}.json"));
    let nodes: Vec<Value> = (0..bmc.machines()).map(node).collect();
    std::fs::write(&file, json!({"nodes": nodes}).to_string()).expect("written");
    lab.farrier().arg("enroll").arg(&file).args(["--until", "manageable"]).assert().success();
}

/// The credential trials of the nodes with this prefix; other tests run theirs at the same time.
fn trial_nodes(lab: &Lab, prefix: &str) -> Vec<String> {
    let nodes = ask(&lab.endpoint(), "/v1/nodes?limit=1000&fields=uuid,name,extra");
    let nodes = nodes["nodes"].as_array().expect("a list");
    let is_own = |node: &&Value| node["name"].as_str().is_some_and(|name| name.starts_with(prefix));
    let own: Vec<&Value> = nodes.iter().filter(is_own).map(|node| &node["uuid"]).collect();
    let is_trial_node = |node: &&Value| own.contains(&&node["extra"]["farrier_probe"]);
    nodes.iter().filter(is_trial_node).filter_map(|node| node["name"].as_str().map(str::to_owned)).collect()
}

#[test]
fn new_password_is_tested_before_it_is_written() {
    let lab = Lab::shared();
    let mut bmc = Bmc::start(2);
    enrolled(lab, "set-bmc", &bmc);
    bmc.set_password("s3cond");
    let set = |password: &str| {
        let mut command = lab.farrier();
        command.env("NEW_PASSWORD", password).args(["node", "set", "--where", "extra.rack=set-bmc"]);
        command.args(["--driver-info", "redfish_password=env:NEW_PASSWORD", "-f", "json", "--debug"]);
        command
    };
    let wrong = set("m1styped").assert().code(10);
    let output = wrong.get_output();
    let rows = schema::read("node set", &output.stdout);
    assert_eq!((&rows[0]["action"], &rows[1]["action"]), (&json!("failed"), &json!("failed")), "{rows}");
    let error = rows[0]["error"].as_str().expect("a text");
    assert!(error.contains("verifying the new BMC credentials") && error.contains("set-bmc-0"), "{error}");
    let expected =
        [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned()).join("\n");
    assert!(!expected.contains("m1styped") && !expected.contains("s3cond"), "a secret is printed");
    assert_eq!(trial_nodes(lab, "set-bmc"), Vec::<String>::new());

    let right = set("s3cond").assert().success();
    let rows = schema::read("node set", &right.get_output().stdout);
    assert_eq!(changed(&rows, 0), ("changed", vec!["driver_info.redfish_password"]));
    assert_eq!(trial_nodes(lab, "set-bmc"), Vec::<String>::new());
    assert_eq!(lab.node("set-bmc-1")["provision_state"], "manageable");
    // The file that they were enrolled from is now reported as outdated.
    let file = lab.folder().join("set-bmc.json");
    let plan = lab.farrier().arg("enroll").arg(&file).args(["--dry-run", "-f", "json"]).assert().code(10);
    let plan = schema::read("enroll", &plan.get_output().stdout);
    assert_eq!(plan[0]["secrets"][0]["known"], "changed");
    assert_eq!(lab.json(&["power", "on", "set-bmc-1"])[0]["power_state"], "power on");
}

#[test]
fn wrong_password_is_not_tried_on_a_whole_rack() {
    let lab = Lab::shared();
    let mut bmc = Bmc::start(6);
    enrolled(lab, "set-rack", &bmc);
    let before = bmc.refusals();
    let file = lab.folder().join("set-rack-password");
    std::fs::write(&file, "m1styped\n").expect("written");
    let password = format!("redfish_password=@{}", file.display());
    let chosen = ["node", "set", "--where", "extra.rack=set-rack", "--driver-info", &password];
    let refused = lab.farrier().args(chosen).assert().code(10);
    refused.stderr(contains("credentials not tested: 3 machines rejected them"));
    let tries = bmc.refusals() - before;
    assert!(tries <= 6, "{tries} wrong logins");
    // Nothing changed: each BMC is still reachable with the old credentials.
    assert_eq!(lab.json(&["power", "on", "set-rack-5"])[0]["power_state"], "power on");
    // A user without a password cannot be tested, as Ironic does not reveal the current password.
    let user = ["node", "set", "set-rack-0", "--driver-info", "redfish_username=other"];
    lab.farrier().args(user).assert().code(6).stderr(contains("`redfish_password`").and(contains("again")));
}

#[test]
fn credential_trial_that_times_out_is_cleaned_up() {
    let lab = Lab::shared();
    let mut bmc = Bmc::start(1);
    enrolled(lab, "set-slow", &bmc);
    let file = lab.folder().join("set-slow-password");
    std::fs::write(&file, Bmc::PASSWORD).expect("written");
    let password = format!("redfish_password=@{}", file.display());
    bmc.delay(2.0);
    let chosen = ["node", "set", "set-slow-0", "--extra", "tried=1", "--driver-info", &password];
    let late = lab.farrier().args(chosen).args(["--timeout", "1s"]).assert().code(8);
    late.stderr(contains("timed out after 1s").and(contains("continues in Ironic").not()));
    bmc.delay(0.0);
    assert_eq!(trial_nodes(lab, "set-slow"), Vec::<String>::new());
    assert_eq!(lab.node("set-slow-0")["extra"], json!({"rack": "set-slow"}));
    lab.farrier().args(chosen).assert().success();
    assert_eq!(lab.node("set-slow-0")["extra"]["tried"], "1");
}

#[test]
fn gc_finds_the_node_of_a_killed_credential_trial() {
    let lab = Lab::shared();
    let mut bmc = Bmc::start(1);
    enrolled(lab, "set-killed", &bmc);
    bmc.delay(2.0);
    let file = lab.folder().join("set-killed-password");
    std::fs::write(&file, Bmc::PASSWORD).expect("written");
    let password = format!("redfish_password=@{}", file.display());
    let chosen = ["node", "set", "set-killed-0", "--driver-info", &password];
    let mut child = lab.process(&chosen).stderr(std::process::Stdio::null()).spawn().expect("it starts");
    lab.until("the access is tried", |lab| !trial_nodes(lab, "set-killed").is_empty());
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    bmc.delay(0.0);
    let own = trial_nodes(lab, "set-killed");
    let left = lab.json(&["gc", "--kind", "credential-trial", "--older-than", "0s"]);
    let finding = left.as_array().expect("a list").iter().find(|leftover| leftover["name"] == own[0]);
    assert_eq!(
        (own.len(), finding.map(|leftover| &leftover["kind"])),
        (1, Some(&json!("credential-trial"))),
        "{left}"
    );
    // The same command finishes the work, and leaves nothing behind.
    lab.farrier().args(chosen).assert().success();
    assert_eq!(trial_nodes(lab, "set-killed"), Vec::<String>::new());
}
