//! `farrier enroll --update` against a real Ironic: the plan, secrets that Ironic masks, removals, and
//! changes that a node's state forbids.

use std::fs;
use std::path::{Path, PathBuf};

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::schema;
use crate::support::{IMAGE, Lab, ask};

/// Writes a file of nodes that only its owner can read.
fn file(lab: &Lab, name: &str, nodes: &Value) -> PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let path = lab.folder().join(name);
    fs::write(&path, json!({"nodes": nodes}).to_string()).expect("the folder can be written to");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("the file belongs to this user");
    path
}

/// The `enroll` row of the only node of a file, the exit code, and stderr.
fn enroll(lab: &Lab, state: &Path, path: &Path, options: &[&str]) -> (i32, Value, String) {
    let mut command = lab.farrier();
    command.env("XDG_STATE_HOME", state).arg("enroll").arg(path).args(options).args(["-f", "json"]);
    let output = command.output().expect("it runs");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let rows = schema::read("enroll", &output.stdout);
    let Some([row]) = rows.as_array().map(Vec::as_slice) else { panic!("{rows:?}") };
    (output.status.code().expect("it was not killed"), row.clone(), stderr)
}

/// The contents of all files below a folder.
fn contents(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).expect("it exists").flatten() {
        if entry.path().is_dir() {
            text.push_str(&contents(&entry.path()));
        } else {
            text.push_str(&String::from_utf8_lossy(&fs::read(entry.path()).expect("the file is readable")));
        }
    }
    text
}

#[test]
fn changed_secrets_are_detected_without_showing_them() {
    let lab = Lab::shared();
    let own = crate::run::folder();
    let machine = |password: &str| {
        let info = json!({"redfish_address": "http://127.0.0.1:9", "redfish_password": password});
        file(lab, "secretive.json", &json!([{"name": "secretive", "driver": "redfish", "driver_info": info}]))
    };
    let known = |row: &Value| row["secrets"][0]["known"].clone();
    let first = machine("hunter2");
    let run = |path: &Path, options: &[&str]| {
        enroll(lab, own.path(), path, &[&["--until", "enroll"][..], options].concat())
    };
    let (code, row, stderr) = run(&first, &[]);
    assert_eq!((code, &row["action"]), (0, &json!("created")), "{stderr}");

    let (code, row, stderr) = run(&first, &["--dry-run"]);
    assert_eq!((code, known(&row), &row["changes"]), (0, json!("same"), &json!([])), "{stderr}");
    assert!(stderr.contains("since they were last sent from this computer"), "{stderr}");

    let second = machine("hunter3");
    let (code, row, stderr) = run(&second, &["--dry-run"]);
    assert_eq!((code, known(&row)), (10, json!("changed")), "{stderr}");
    let change = &row["changes"][0];
    assert_eq!(
        (&change["field"], &change["has"], &change["wants"], &change["mend"]),
        (&json!("driver_info.redfish_password"), &json!("******"), &json!("******"), &json!(false))
    );
    let (code, row, stderr) = run(&second, &["--update"]);
    assert_eq!((code, &row["action"]), (0, &json!("updated")), "{stderr}");
    let (code, row, _) = run(&second, &["--update"]);
    assert_eq!((code, &row["action"], known(&row)), (0, &json!("unchanged"), json!("same")));

    // A computer that has not sent the secret knows nothing about it, and says so; a secret in other fields
    // is sent only on request.
    let other = crate::run::folder();
    let (code, row, stderr) = enroll(lab, other.path(), &second, &["--until", "enroll", "--dry-run"]);
    assert_eq!(
        (code, known(&row), &row["secrets"][0]["send"]),
        (0, json!("unknown"), &json!(false)),
        "{stderr}"
    );
    assert!(stderr.contains("cannot be compared") && stderr.contains("--push-secrets"), "{stderr}");
    let push = ["--until", "enroll", "--push-secrets"];
    let (code, row, _) = enroll(lab, other.path(), &second, &push);
    assert_eq!((code, &row["action"]), (0, &json!("updated")));
    let (_, row, _) = enroll(lab, other.path(), &second, &["--until", "enroll", "--dry-run"]);
    assert_eq!(known(&row), "same");

    for folder in [&own, &other] {
        let stored = contents(folder.path());
        assert!(stored.contains("driver_info.redfish_password") && !stored.contains("hunter"), "{stored}");
    }
}

#[test]
fn surplus_is_shown_and_removed_only_with_prune() {
    let lab = Lab::shared();
    let port = |last: u8| json!({"address": format!("52:54:00:5e:00:{last:02x}")});
    let node = |ports: &[u8], groups: &[u8], traits: &[&str]| {
        let group = |last: &u8| json!({"name": format!("pruned-{last}"), "ports": [port(*last)]});
        json!([{
            "name": "pruned", "driver": "fake-hardware", "traits": traits,
            "ports": ports.iter().map(|last| port(*last)).collect::<Vec<_>>(),
            "portgroups": groups.iter().map(group).collect::<Vec<_>>(),
        }])
    };
    let whole = file(lab, "pruned.json", &node(&[1, 2], &[3, 4], &["CUSTOM_A", "CUSTOM_B"]));
    let run = |path: &Path, options: &[&str]| enroll(lab, &lab.folder().join("state"), path, options);
    assert_eq!(run(&whole, &[]).0, 0);

    let less = file(lab, "pruned.json", &node(&[1], &[3], &["CUSTOM_A"]));
    let (code, row, stderr) = run(&less, &["--update"]);
    assert_eq!((code, &row["action"]), (0, &json!("unchanged")), "{stderr}");
    assert_eq!(row["surplus"].as_array().map(Vec::len), Some(4), "{row}");
    assert!(stderr.contains("4 objects are in Ironic but not in the file"), "{stderr}");
    lab.farrier().arg("enroll").arg(&less).arg("--prune").assert().code(2).stderr(contains("--update"));

    let (code, row, stderr) = run(&less, &["--update", "--prune", "--dry-run"]);
    let is_fixable = row["surplus"].as_array().expect("a list").iter().all(|extra| extra["mend"] == true);
    assert!(code == 0 && is_fixable && row["action"] == "updated", "{row} {stderr}");
    let (code, row, stderr) = run(&less, &["--update", "--prune"]);
    assert_eq!(
        (code, &row["action"], &row["state"]),
        (0, &json!("updated"), &json!("available")),
        "{stderr}"
    );
    let node = lab.node("pruned");
    assert_eq!(node["traits"], json!(["CUSTOM_A"]));
    let uuid = node["uuid"].as_str().expect("it has one");
    let ports = ask(&lab.endpoint(), &format!("/v1/ports?node={uuid}&fields=address"));
    let mut macs: Vec<&str> = ports["ports"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|port| port["address"].as_str())
        .collect();
    macs.sort_unstable();
    assert_eq!(macs, ["52:54:00:5e:00:01", "52:54:00:5e:00:03"]);
    let (code, row, _) = run(&less, &["--update", "--prune"]);
    assert_eq!((code, &row["action"]), (0, &json!("unchanged")));
}

#[test]
fn update_moves_nodes_to_a_state_that_allows_the_change() {
    let lab = Lab::shared();
    let machine = |pxe: bool, memory: u32| {
        let port = json!({"address": "52:54:00:5f:00:01", "pxe_enabled": pxe});
        file(
            lab,
            "bound.json",
            &json!([{
                "name": "bound", "driver": "fake-hardware", "resource_class": "bound",
                "properties": {"memory_mb": memory, "cpus": 4, "local_gb": 100, "cpu_arch": "x86_64"}, "ports": [port],
            }]),
        )
    };
    let run = |path: &Path, options: &[&str]| enroll(lab, &lab.folder().join("state"), path, options);
    let note = |row: &Value| row["changes"][1]["note"].as_str().unwrap_or_default().to_owned();
    assert_eq!(run(&machine(true, 1024), &[]).0, 0);

    // Ironic refuses the change in `available`.
    let (code, row, stderr) = run(&machine(false, 2048), &["--update", "--dry-run"]);
    assert!(code == 0 && note(&row).contains("via `manageable`"), "{row} {stderr}");
    let (code, row, stderr) = run(&machine(false, 2048), &["--update"]);
    assert_eq!(
        (code, &row["action"], &row["state"]),
        (0, &json!("updated"), &json!("available")),
        "{stderr}"
    );

    lab.farrier().args(["deploy", "bound-web", "--resource-class", "bound"]).args(IMAGE).assert().success();
    let (code, row, stderr) = run(&machine(true, 4096), &["--update", "--dry-run"]);
    assert_eq!(
        (code, &row["changes"][0]["mend"], &row["changes"][1]["mend"]),
        (10, &json!(true), &json!(false))
    );
    assert!(note(&row).contains("an instance uses the node (`active`)"), "{row} {stderr}");
    let (code, row, stderr) = run(&machine(true, 4096), &["--update"]);
    assert_eq!((code, &row["action"], &row["state"]), (10, &json!("updated"), &json!("active")), "{stderr}");
    assert!(stderr.contains("an instance uses the node"), "{stderr}");
    assert_eq!(lab.node("bound")["properties"]["memory_mb"], 4096);
    lab.farrier().args(["destroy", "bound-web", "--yes"]).assert().success();
}

#[test]
fn plan_shows_new_differing_and_unchanged_nodes() {
    let lab = Lab::shared();
    let node = |name: &str, memory: u32| json!({"name": name, "driver": "fake-hardware", "properties": {"memory_mb": memory}});
    let path = file(lab, "eyes.json", &json!([node("eyes-a", 1024), node("eyes-b", 1024)]));
    let command = |options: &[&str]| {
        let mut command = lab.farrier();
        command.arg("enroll").arg(&path).args(["--until", "enroll"]).args(options).env("COLUMNS", "80");
        command
    };
    command(&[]).assert().success();
    file(lab, "eyes.json", &json!([node("eyes-a", 1024), node("eyes-b", 2048), node("eyes-c", 1024)]));
    command(&["--dry-run"])
        .assert()
        .code(10)
        .stdout(contains("To create: 1").and(contains("Unchanged: 1")))
        .stdout(contains("eyes-b (enroll): differs from the file, not updated"))
        .stdout(contains("none    properties.memory_mb  1024 -> 2048"))
        .stderr(contains("1 to create, 0 to change, 1 differs, 1 unchanged (dry run: nothing was changed)"));
    command(&["--dry-run", "--update"])
        .assert()
        .success()
        .stdout(contains("change  properties.memory_mb  1024 -> 2048"))
        .stderr(contains("1 to create, 1 to change, 1 unchanged"));
}
