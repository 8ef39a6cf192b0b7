//! `farrier why`: how it explains the real states of nodes in Ironic.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Mutex;

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::support::{IMAGE, Lab, is_exhaustive, patch_node};

fn next(diagnosis: &Value) -> Vec<&str> {
    let next = diagnosis["next"].as_array().expect("a list");
    next.iter().map(|next| next["command"].as_str().expect("a command")).collect()
}

#[test]
fn node_is_explained_in_every_stage_of_a_failing_deploy() {
    let lab = Lab::shared();
    lab.machines("why", 1);
    let free = lab.json(&["why", "why-node-1"]);
    assert_eq!(free["state"], "available");
    assert!(free["touch"].as_str().is_some_and(|touch| touch.starts_with("yes")), "{free}");

    lab.farrier().args(["deploy", "why-web", "--resource-class", "why"]).args(IMAGE).assert().success();
    let active = lab.json(&["why", "why-web"]);
    assert_eq!((&active["state"], &active["node"]["name"]), (&json!("active"), &json!("why-node-1")));
    assert_eq!(next(&active), ["farrier show why-web", "farrier destroy why-web"]);
    assert!(active["touch"].as_str().is_some_and(|touch| touch.starts_with("careful")), "{active}");
    lab.farrier().args(["destroy", "why-web", "--yes", "--wait-clean"]).assert().success();

    // An image server that does not respond fails the deploy before the ramdisk starts.
    let direct = json!([{"op": "replace", "path": "/deploy_interface", "value": "direct"}]);
    patch_node(&lab.endpoint(), "why-node-1", &direct);
    let deploy = ["deploy", "why-web", "--resource-class", "why", "--keep-failed"];
    lab.farrier().args(deploy).args(IMAGE).assert().code(7);
    let failed = lab.json(&["why", "why-web"]);
    assert_eq!(failed["state"], "deploy failed");
    assert!(failed["reason"].as_str().is_some_and(|reason| reason.contains("127.0.0.1:9")), "{failed}");
    assert!(next(&failed).contains(&"farrier destroy why-web"), "{failed}");
    let text = lab.farrier().args(["why", "why-node-1"]).assert().success();
    text.stdout(
        contains("node why-node-1 has been `deploy failed`")
            .and(contains("Ironic says"))
            .and(contains("Next")),
    );
    lab.farrier().args(["destroy", "why-web", "--yes"]).assert().success();

    lab.farrier().args(["why", "why-nobody"]).assert().code(5).stderr(contains("why-nobody"));
}

/// Copies a node in a lab's database, without its API, each copy with these columns; or changes the node
/// itself.
pub(crate) fn put(lab: &Lab, node: &str, copies: &Value) {
    let database = lab.clouds_yaml().with_file_name("ironic.sqlite");
    let made = Command::new("python3")
        .args(["-I", "-c", include_str!("in_states.py")])
        .arg(database)
        .args([node, &copies.to_string()])
        .status();
    assert!(made.expect("Python is installed").success());
}

/// A state, and the variants in which a node in it is tested. No mock machine ever waits for an inspection.
const STATES: [(&str, &[Case]); 26] = [
    ("enroll", &[Case::Free]),
    ("verifying", &[Case::Free]),
    ("manageable", &[Case::Free, Case::Retired]),
    ("available", &[Case::Free, Case::Used, Case::Maintenance]),
    ("deploying", &[Case::Used]),
    ("wait call-back", &[Case::Used, Case::Free]),
    ("deploy hold", &[Case::Used]),
    ("deploy failed", &[Case::Used, Case::Free, Case::Maintenance]),
    ("active", &[Case::Used, Case::Free, Case::Protected]),
    ("deleting", &[Case::Used]),
    ("error", &[Case::Used, Case::Free]),
    ("cleaning", &[Case::Free]),
    ("clean wait", &[Case::Free, Case::Maintenance]),
    ("clean hold", &[Case::Free]),
    ("clean failed", &[Case::Free, Case::Maintenance]),
    ("inspect failed", &[Case::Free]),
    ("adopt failed", &[Case::Free]),
    ("rescuing", &[Case::Used]),
    ("rescue wait", &[Case::Used]),
    ("rescue", &[Case::Used, Case::Free, Case::Protected, Case::Maintenance]),
    ("rescue failed", &[Case::Used, Case::Maintenance]),
    ("unrescue failed", &[Case::Used]),
    ("servicing", &[Case::Used]),
    ("service wait", &[Case::Used]),
    ("service hold", &[Case::Used]),
    ("service failed", &[Case::Used, Case::Maintenance]),
];

/// An additional property of a node in a state.
#[derive(Debug, Clone, Copy)]
enum Case {
    /// It has no instance.
    Free,
    /// It has an instance.
    Used,
    /// It has an instance, and is protected.
    Protected,
    /// It is retired.
    Retired,
    /// It is in maintenance.
    Maintenance,
}

impl Case {
    fn columns(self, name: &str, state: &str) -> Value {
        let used = matches!(self, Self::Used | Self::Protected)
            || matches!(self, Self::Maintenance) && !state.starts_with("clean") && state != "available";
        let now = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M:%S").to_string();
        let info =
            json!({"display_name": format!("{name}-web"), "image_source": "http://127.0.0.1:9/disk.img"});
        json!({
            "name": name, "provision_state": state, "provision_updated_at": now,
            "instance_uuid": used.then(|| uuid::Uuid::new_v4().to_string()),
            "instance_info": if used { info.to_string() } else { "{}".to_owned() },
            "maintenance": matches!(self, Self::Maintenance), "retired": matches!(self, Self::Retired),
            "protected": matches!(self, Self::Protected), "power_state": "power off",
        })
    }
}

/// Runs a suggested command. Returns its exit code and stderr.
fn run_suggestion(lab: &Lab, suggested: &str) -> (Option<i32>, String) {
    let arguments: Vec<&str> = suggested.split(' ').skip(1).collect();
    let mut command = lab.farrier();
    command.args(&arguments).env("FARRIER_RESCUE_PASSWORD", "hunter2");
    match arguments.as_slice() {
        // A command that runs until it is ended.
        ["wait", ..] => command.args(["--timeout", "1s"]),
        ["destroy" | "rescue" | "unrescue", ..] => command.args(["--yes", "--no-wait"]),
        ["node", "manage" | "provide" | "inspect" | "adopt" | "unhold", ..] => command.arg("--no-wait"),
        _ => &mut command,
    };
    let output = command.output().expect("it runs");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn every_suggested_command_is_accepted() {
    /// Each command has a node of its own, which no other command has changed.
    const COMMANDS: usize = 4;
    const THREADS: usize = 4;
    let lab = &Lab::start(&[]);
    lab.machines("advised", 1);
    let of_state = |(state, cases): &(&'static str, &'static [Case])| {
        let name = |case: &Case| format!("{}-{case:?}", state.replace(' ', "-")).to_lowercase();
        let state = *state;
        cases.iter().map(|case| (name(case), state, *case)).collect::<Vec<_>>()
    };
    let all: Vec<(String, &str, Case)> = STATES.iter().flat_map(of_state).collect();
    let copies = all.iter().flat_map(|(name, state, case)| {
        (0..=COMMANDS).map(move |number| case.columns(&format!("{name}-{number}"), state))
    });
    put(lab, "advised-node-1", &copies.collect());
    // Of the same command in several states, every fourth one represents the others.
    let kinds: Mutex<BTreeMap<String, usize>> = Mutex::default();
    let walk = |(name, state, case): &(String, &str, Case)| {
        let diagnosis = lab.json(&["why", &format!("{name}-0")]);
        assert_eq!(diagnosis["state"], *state);
        let suggested = next(&diagnosis);
        assert!(!suggested.is_empty() && suggested.len() <= COMMANDS, "{diagnosis}");
        for (number, command) in suggested.iter().enumerate() {
            let kind = command.replace(&format!("{name}-0"), "NAME");
            let known = {
                let mut kinds = kinds.lock().expect("no panic");
                let count = kinds.entry(kind).or_default();
                *count += 1;
                *count - 1
            };
            if known % 4 != 0 && !is_exhaustive() {
                continue;
            }
            let command = command.replace(&format!("{name}-0"), &format!("{name}-{}", number + 1));
            let (code, stderr) = run_suggestion(lab, &command);
            // An operation without a live conductor does not end.
            let accepted = code == Some(0) || code == Some(8) && command.starts_with("farrier wait");
            assert!(accepted, "{state} {case:?}: {command}: {code:?}: {stderr}");
        }
    };
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (walk, all) = (&walk, &all);
            scope.spawn(move || all.iter().skip(thread).step_by(THREADS).for_each(walk));
        }
    });
    let kinds = kinds.into_inner().expect("no panic");
    assert!(kinds.len() > 18, "{kinds:?}");
}

#[test]
fn node_without_a_live_conductor_is_reported_by_every_command() {
    let lab = &Lab::start(&[]);
    lab.machines("left", 1);
    let long_ago = "2026-01-01 00:00:00";
    let copies = json!([
        {"name": "left-locked", "provision_state": "deploying", "reservation": "gone", "provision_updated_at": long_ago},
        {"name": "left-open", "provision_state": "deleting", "provision_updated_at": long_ago},
        {"name": "left-idle", "provision_state": "manageable", "reservation": "gone", "provision_updated_at": long_ago},
    ]);
    put(lab, "left-node-1", &copies);
    for (node, expected) in [
        ("left-locked", "Ironic does not know it"),
        ("left-open", "no conductor is working on the operation"),
        ("left-idle", "Ironic does not know it"),
    ] {
        let diagnosis = lab.json(&["why", node]);
        let what = diagnosis["what"].as_str().expect("a text");
        assert!(what.contains(expected), "{diagnosis}");
        let touch = diagnosis["touch"].as_str().expect("a text");
        assert!(touch.starts_with("no: Ironic cannot finish an operation"), "{diagnosis}");
        assert_eq!(next(&diagnosis)[0], "farrier doctor");
        // `wait` reports it, too.
        let wait = ["wait", node, "--timeout", "2s", "--progress", "plain"];
        lab.farrier().args(wait).assert().code(8).stderr(contains(expected));
    }
    let doctor = lab.json(&["doctor"]);
    let of = |check: &str| {
        let rows = doctor.as_array().expect("a list").iter();
        rows.clone().find(|row| row["check"] == check).expect("the check exists").clone()
    };
    assert_eq!((&of("conductors")["verdict"], &of("nodes")["verdict"]), (&json!("ok"), &json!("warning")));
    let remedy = of("nodes")["remedy"].as_str().expect("there is one").to_owned();
    assert!(remedy.contains("farrier why"), "{remedy}");
    for node in ["left-locked", "left-open", "left-idle"] {
        assert!(remedy.contains(node), "{remedy}");
    }
    // A node without a conductor fails `doctor`, and each node is reported.
    put(lab, "left-node-1", &json!([{"name": "left-alone", "conductor_group": "rack9"}]));
    let run = lab.farrier().arg("doctor").assert().code(9);
    run.stdout(contains("`fake-hardware` in rack9 (1)"));
    let diagnosis = lab.json(&["why", "left-alone"]);
    assert!(
        diagnosis["what"].as_str().is_some_and(|what| what.contains("conductor group `rack9`")),
        "{diagnosis}"
    );
    assert_eq!(next(&diagnosis), ["farrier doctor"]);
}

#[test]
fn instance_named_only_by_its_node_is_found_and_not_duplicated() {
    let lab = Lab::shared();
    lab.machines("unlisted", 1);
    let uuid = uuid::Uuid::new_v4().to_string();
    let info =
        json!({"display_name": "unlisted-web", "image_source": "http://127.0.0.1:9/disk.img"}).to_string();
    let copy = json!([{
        "name": "unlisted-host", "provision_state": "active", "power_state": "power on", "instance_uuid": uuid,
        "instance_info": info, "instance_name": null, "resource_class": null,
    }]);
    put(lab, "unlisted-node-1", &copy);
    let shown = lab.json(&["show", "unlisted-web"]);
    assert_eq!((&shown["uuid"], &shown["node"]["name"]), (&json!(uuid), &json!("unlisted-host")));
    for command in [&["power", "status", "unlisted-web"][..], &["vif", "list", "unlisted-web"]] {
        lab.farrier().args(command).assert().success();
    }
    assert_eq!(
        next(&lab.json(&["why", "unlisted-host"])),
        ["farrier show unlisted-web", "farrier destroy unlisted-web"]
    );
    let deploy = ["deploy", "unlisted-web", "--resource-class", "unlisted"];
    for more in [&["--dry-run"][..], &[]] {
        let refused = lab.farrier().args(deploy).args(IMAGE).args(more).assert().code(6);
        refused.stderr(contains("`unlisted-web` is already used"));
        assert_eq!(lab.node("unlisted-node-1")["instance_uuid"], Value::Null);
    }
    // If a node name is required, the error says that this is an instance, and on which node.
    for verb in [&["protect", "unlisted-web"][..], &["manage", "unlisted-web"], &["show", "unlisted-web"]] {
        let expected =
            contains("it is an instance on node unlisted-host").and(contains("use the name of its node"));
        lab.farrier().arg("node").args(verb).assert().code(5).stderr(expected);
    }
    // Before any other node is changed.
    let both = ["node", "delete", "unlisted-node-1", "unlisted-web", "--yes"];
    lab.farrier().args(both).assert().code(5).stderr(contains("; nothing was changed"));
    assert_eq!(lab.node("unlisted-node-1")["provision_state"], "available");
    lab.json(&["destroy", "unlisted-web", "--yes"]);
    lab.farrier().args(["show", "unlisted-web"]).assert().code(5);
}
