//! A dry run shows what the deploy would do, and changes nothing.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::proxy::Proxy;
use crate::schema;
use crate::support::{IMAGE, Lab};

/// A proxy for the shared lab.
fn proxy(lab: &Lab) -> Proxy {
    let endpoint = lab.endpoint();
    Proxy::start(endpoint.strip_prefix("http://").expect("an address"))
}

/// The JSON output of a command that runs through a proxy.
fn json_at(lab: &Lab, proxy: &Proxy, arguments: &[&str]) -> Value {
    let output =
        lab.farrier_at(&proxy.endpoint()).args(arguments).args(["-f", "json"]).output().expect("it runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    schema::answer(arguments, &output)
}

/// The mutating requests that the proxy saw, in the format of a plan.
fn planned_changes(plan: &Value) -> Vec<(String, Value)> {
    let requests = plan["requests"].as_array().expect("an array").iter();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let changes = requests.filter(|request| request["method"] != "GET");
    changes
        .map(|request| {
            let line = format!("{} {}", text(&request["method"]), text(&request["path"]));
            (line, request["body"].clone())
        })
        .collect()
}

/// Requests without the values that differ between runs or are hidden.
fn comparable(requests: Vec<(String, Value)>) -> Vec<(String, Value)> {
    let strip = |(request, mut body): (String, Value)| {
        let is_claim = request == "POST /v1/allocations";
        if let Some(body) = body.as_object_mut() {
            body.remove("configdrive");
            if is_claim {
                body.remove("uuid").expect("it is chosen here");
            }
        }
        (request, body)
    };
    requests.into_iter().map(strip).collect()
}

#[test]
fn dry_run_shows_the_requests_of_the_deploy() {
    let lab = Lab::shared();
    lab.machines("rehearse", 2);
    let proxy = proxy(lab);
    let user_data = lab.folder().join("rehearse-init");
    std::fs::write(&user_data, "#cloud-config\npassword: hunter2\n").expect("written");
    let step = r#"{"interface": "bios", "step": "factory_reset", "args": {"bmc_password": "hunter2"}, "priority": 0}"#;
    let mut arguments = [&["deploy", "rehearse", "--resource-class", "rehearse"][..], &IMAGE].concat();
    arguments.extend([
        "--user-data",
        user_data.to_str().expect("UTF-8"),
        "--seed",
        "7",
        "--deploy-step",
        step,
    ]);
    arguments.extend(["--root-device", "size=>= 10"]);
    let dry = [&arguments[..], &["--dry-run"]].concat();

    let plan = json_at(lab, &proxy, &dry);
    assert!(proxy.changes().is_empty(), "{:?}", proxy.seen());
    for node in ["rehearse-node-1", "rehearse-node-2"] {
        let node = lab.node(node);
        assert_eq!((&node["instance_info"], &node["allocation_uuid"]), (&json!({}), &Value::Null));
    }
    lab.farrier().args(["show", "rehearse"]).assert().code(5);
    let whole = plan.to_string();
    assert!(!whole.contains("hunter2") && whole.contains("user_data (32 bytes)"), "{whole}");
    let reads: Vec<&Value> =
        plan["requests"].as_array().expect("an array").iter().filter(|one| one["method"] == "GET").collect();
    assert!(
        reads.iter().any(|one| one["path"].as_str().expect("a text").ends_with("/validate")),
        "{reads:?}"
    );
    lab.farrier()
        .args(&dry)
        .assert()
        .success()
        .stdout(contains("rehearse on node rehearse-node-").and(contains("  PUT /v1/nodes/")));

    let instance = json_at(lab, &proxy, &arguments);
    assert_eq!(instance["node"], plan["node"]);
    let mut sent = comparable(proxy.changes());
    // Only the dry run hides it.
    let arrived = &mut sent.last_mut().expect("the deploy").1["deploy_steps"][0]["args"]["bmc_password"];
    assert_eq!(*arrived, json!("hunter2"));
    *arrived = json!("******");
    assert_eq!(comparable(planned_changes(&plan)), sent);

    let again = json_at(lab, &proxy, &dry);
    assert_eq!((planned_changes(&again).len(), &again["node"]), (0, &instance["node"]), "{again}");
    lab.json(&["destroy", "rehearse", "--yes"]);
}

#[test]
fn dry_run_covers_reserved_failed_and_classless_nodes() {
    let lab = Lab::shared();
    lab.machines("dry-kept", 1);
    lab.json(&["schedule", "--resource-class", "dry-kept", "--reserve", "dry-kept"]);
    lab.machines_with("dry-fail", 1, &json!({"deploy_interface": "direct", "automated_clean": false}));
    let failing = [&["deploy", "dry-fail", "--resource-class", "dry-fail"][..], &IMAGE].concat();
    lab.farrier().args(&failing).arg("--keep-failed").assert().code(7);
    lab.machines("dry-fail-too", 1);

    let proxy = proxy(lab);
    let lines = |arguments: &[&str]| {
        let plan = json_at(lab, &proxy, &[arguments, &["--dry-run"]].concat());
        let lines = planned_changes(&plan).into_iter().map(|(line, _)| line.replace("/v1/", ""));
        lines
            .map(|line| line.split_once('-').map_or(line.clone(), |(first, _)| first.to_owned()))
            .collect::<Vec<_>>()
    };
    let deploy = [&["deploy", "dry-kept"][..], &IMAGE].concat();
    let verbs = |lines: &[String]| -> Vec<String> {
        lines.iter().map(|line| line.split('/').next().unwrap_or(line).to_owned()).collect()
    };
    assert_eq!(verbs(&lines(&deploy)), ["PATCH allocations", "PATCH nodes", "PUT nodes"]);
    let failed =
        [&["deploy", "dry-fail", "--node", "dry-fail-too-node-1", "--retries", "2"][..], &IMAGE].concat();
    assert_eq!(
        verbs(&lines(&failed)),
        ["PUT nodes", "DELETE allocations", "POST allocations", "PATCH nodes", "PUT nodes"]
    );
    assert!(proxy.changes().is_empty(), "{:?}", proxy.changes());
    assert_eq!(lab.json(&["show", "dry-fail"])["state"], "deploy failed");
    lab.json(&["destroy", "dry-fail", "--yes"]);
    lab.json(&["reservation", "release", "dry-kept", "--yes"]);
}

#[test]
fn dry_run_of_a_fleet_shows_all_instances() {
    let lab = Lab::shared();
    lab.machines("dry-fleet", 3);
    let file = lab.folder().join("dry-fleet.yaml");
    let text = format!(
        "- {{name: dry-fleet, count: 3, resource_class: dry-fleet, image: '{}', image_checksum: {}}}\n",
        IMAGE[1], IMAGE[3]
    );
    std::fs::write(&file, text).expect("written");
    let proxy = proxy(lab);
    let plan = json_at(lab, &proxy, &["deploy", "--dry-run", "--file", file.to_str().expect("UTF-8")]);
    assert!(proxy.changes().is_empty());
    let plans = plan.as_array().expect("an array");
    let mut nodes: Vec<&str> =
        plans.iter().map(|plan| plan["node"]["name"].as_str().expect("a text")).collect();
    nodes.sort_unstable();
    assert_eq!(nodes, ["dry-fleet-node-1", "dry-fleet-node-2", "dry-fleet-node-3"]);
    assert!(plans.iter().all(|plan| planned_changes(plan).len() == 3), "{plan}");
    lab.farrier()
        .args(["deploy", "--dry-run", "-f", "csv", "--file"])
        .arg(&file)
        .assert()
        .stdout(predicates::str::starts_with("name,node,method,path,body\n").and(contains("dry-fleet-3,")));
}

#[test]
fn deploy_waits_until_the_instance_responds() {
    let lab = Lab::shared();
    lab.machines("alive", 1);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = format!("tcp:{}", listener.local_addr().expect("it is bound").port());
    let deploy = |options: &[&str]| {
        let mut command = lab.farrier();
        command.args(["deploy", "alive", "--resource-class", "alive"]).args(IMAGE).args(options);
        command
    };
    deploy(&["--check", "ssh"])
        .assert()
        .code(2)
        .stderr(contains("no address").and(contains("--check-address")));
    deploy(&["--check", "http", "--check-address", "127.0.0.1"]).assert().code(2);
    // A program that is needed later is checked before the claim.
    let programs = crate::run::folder();
    let ping = ["--check", "ping", "--check-address", "127.0.0.1"];
    deploy(&ping)
        .env("PATH", programs.path())
        .assert()
        .code(2)
        .stderr(contains("`ping`, which is not installed").and(contains("--check ssh")));
    assert_eq!(lab.node("alive-node-1")["allocation_uuid"], Value::Null);
    deploy(&["--check", &port, "--check-address", "127.0.0.1"]).assert().success();
    drop(listener);
    deploy(&["--check", &port, "--check-address", "127.0.0.1", "--timeout", "2s"]).assert().code(7).stderr(
        contains("the TCP check failed on node alive-node-1").and(contains("the instance still exists")),
    );
    assert_eq!(lab.json(&["show", "alive"])["state"], "active");
    let script = programs.path().join("ping");
    for (text, code, expected) in [
        ("#!/bin/sh\nexit 0\n", 0, ""),
        ("#!/bin/sh\necho 'ping: Operation not permitted' >&2\nexit 2\n", 7, "Operation not permitted"),
    ] {
        std::fs::write(&script, text).expect("written");
        std::fs::set_permissions(&script, Permissions::from_mode(0o755)).expect("the folder is writable");
        let mut checked = deploy(&[&ping[..], &["--timeout", "2s"]].concat());
        checked.env("PATH", programs.path()).assert().code(code).stderr(contains(expected));
    }
    lab.json(&["destroy", "alive", "--yes"]);
}
