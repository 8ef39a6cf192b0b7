//! Input that would exhaust resources, and server texts with terminal control sequences.

use std::time::{Duration, Instant};

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::json;

use crate::proxy::Proxy;
use crate::support::{IMAGE, Lab, VERSION, exchange, patch_node};

#[test]
fn invalid_names_are_refused_before_any_request() {
    let lab = Lab::shared();
    let proxy = Proxy::start(&lab.endpoint());
    for name in ["", "..", ".", "a/b", "../drivers"] {
        for command in [
            &["node", "show", name][..],
            &["node", "delete", name, "--yes"],
            &["node", "set", name, "--extra", "a=b"],
            &["node", "ports", name],
            &["destroy", name, "--yes"],
            &["show", name],
            &["why", name],
            &["wait", "web-1", name],
            &["power", "off", name, "--yes"],
            &["rescue", name],
            &["console", name],
            &["vif", "list", name],
            &["audit", name],
        ] {
            let run = lab.farrier_at(&proxy.endpoint()).args(command).assert().code(2);
            run.stderr(contains("invalid name"));
        }
    }
    assert_eq!(proxy.seen(), [] as [String; 0]);
    // Names read from standard input are not arguments.
    let mut show = lab.farrier_at(&proxy.endpoint());
    show.args(["wait", "-"]).write_stdin("..\n").assert().code(2).stderr(contains("invalid name"));
    assert!(proxy.seen().iter().all(|request| !request.contains("..")), "{:?}", proxy.seen());
}

#[test]
fn server_texts_are_printed_without_control_characters() {
    let lab = Lab::shared();
    lab.machines("escaped", 1);
    let node = "escaped-node-1";
    let reason = "bad dimm\u{1b}]0;PWNED\u{7}\u{1b}[31mRED\u{1b}[2K\r\nhint: `farrier destroy x`";
    let change = json!([{"op": "add", "path": "/description", "value": "a\u{1b}[2Jb\u{9b}31m"}]);
    patch_node(&lab.endpoint(), node, &change);
    let body = json!({"reason": reason}).to_string();
    let path = format!("/v1/nodes/{node}/maintenance");
    let (status, response) = exchange(&lab.endpoint(), "PUT", &path, &[VERSION], &body);
    assert_eq!(status, 202, "{response}");
    for command in
        [&["why", node][..], &["node", "show", node], &["node", "list", "--resource-class", "escaped"]]
    {
        for format in ["table", "csv", "value", "yaml", "json"] {
            let mut run = lab.farrier();
            run.args(command).args(["-f", format]);
            if command[1] == "list" {
                run.args(["-c", "maintenance_reason", "-c", "description"]);
            }
            let output = run.output().expect("it runs");
            assert!(output.status.success(), "{command:?} {format}");
            let stdout = String::from_utf8(output.stdout).expect("UTF-8");
            if format == "json" {
                // JSON is for programs, and escapes control characters.
                serde_json::from_str::<serde_json::Value>(&stdout).expect("JSON");
                continue;
            }
            let treacherous = |c: char| c.is_control() && c != '\n';
            assert!(!stdout.contains(treacherous), "{command:?} {format}: {stdout:?}");
            assert!(stdout.contains("PWNED"), "{command:?} {format}: the reason is shown: {stdout:?}");
            let forged = stdout.lines().any(|line| line.starts_with("hint:"));
            assert!(format == "csv" || !forged, "{command:?} {format}: {stdout:?}");
        }
    }
    lab.farrier().args(["node", "maintenance", node, "--off"]).assert().success();
}

#[test]
fn endless_files_are_refused_soon() {
    let lab = Lab::shared();
    let zero = "/dev/zero";
    for option in ["--user-data", "--ssh-key", "--config-drive", "--image-pull-secret"] {
        let began = Instant::now();
        let mut deploy = lab.farrier();
        deploy.args(["deploy", "endless", option, zero]).args(IMAGE).assert().code(2).stderr(contains("MiB"));
        assert!(began.elapsed() < Duration::from_secs(20), "{option}: {:?}", began.elapsed());
    }
    let mut list = lab.farrier();
    list.env("OS_CLIENT_CONFIG_FILE", zero).args(["node", "list"]);
    list.assert().code(2).stderr(contains(zero).and(contains("larger than 16 MiB")));
}

#[test]
fn unknown_provision_state_is_a_usage_error() {
    let lab = Lab::shared();
    lab.machines("stated", 1);
    for command in [&["node", "list", "--state", "avail"][..], &["node", "manage", "--state", "avail"]] {
        let run = lab.farrier().args(command).assert().code(2);
        run.stderr(contains("did you mean `available`?").and(contains("clean failed")));
    }
    let listed = lab.json(&["node", "list", "--state", "AVAILABLE", "--resource-class", "stated"]);
    assert_eq!(listed[0]["name"], "stated-node-1");
    for condition in ["instance_uuid=foo", "provision_state=nosuch", "fault=xx"] {
        lab.farrier().args(["node", "list", "--where", condition]).assert().code(2);
    }
}
