//! What networks and servers do to requests, and how farrier reacts.

use std::process::Stdio;
use std::time::Duration;

use predicates::prelude::*;
use predicates::str::contains;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::proxy::{Fault, Proxy, RetryAfter};
use crate::support::{IMAGE, Lab, signal};

/// The test ends a command after this time and fails: much longer than the command's own timeout.
pub(crate) const LONG: Duration = Duration::from_secs(60);

fn proxy(lab: &Lab) -> Proxy {
    Proxy::start(lab.endpoint().trim_start_matches("http://"))
}

fn deploy<'a>(name: &'a str, class: &'a str) -> Vec<&'a str> {
    [&["deploy", name, "--resource-class", class][..], &IMAGE].concat()
}

pub(crate) const BUSY: &str = r#"{"error_message": "{\"faultcode\": \"Server\", \"faultstring\": \"Requested action cannot be performed due to lack of free conductor workers.\"}"}"#;
pub(crate) const NO_DATABASE: &str = r#"{"error_message": "{\"faultcode\": \"Server\", \"faultstring\": \"(psycopg2.OperationalError) connection to server at \\\"127.0.0.1\\\", port 5432 failed: Connection refused\\n(Background on this error at: https://sqlalche.me/e/20/e3q8)\"}"}"#;
pub(crate) const AWAY: &str = r#"{"error_message": "{\"faultcode\": \"Server\", \"faultstring\": \"Unable to establish connection to http://127.0.20.1:8089: HTTPConnectionPool(host='127.0.20.1', port=8089): Max retries exceeded (Caused by NewConnectionError('Connection refused'))\"}"}"#;
const LOCKED: &str = r#"{"error_message": "{\"faultcode\": \"Client\", \"faultstring\": \"Node x is locked by host conductor-9, please retry after the current operation is completed.\"}"}"#;

#[test]
fn lost_and_refused_requests_are_repeated_safely() {
    let lab = Lab::shared();
    lab.machines("fault", 1);
    let cases: &[(&str, &str, usize, Fault)] = &[
        ("GET", "/v1/nodes", 2, Fault::CutBefore),
        ("GET", "/v1/nodes", 2, Fault::Truncate),
        ("GET", "/v1/nodes", 2, Fault::Answer(502, "<html><h1>Bad Gateway</h1></html>")),
        ("POST", "/v1/allocations", 1, Fault::CutBefore),
        ("POST", "/v1/allocations", 1, Fault::CutAfter),
        ("PATCH", "/v1/nodes", 1, Fault::CutAfter),
        ("PATCH", "/v1/nodes", 2, Fault::Answer(409, LOCKED)),
        ("PUT", "/states/provision", 1, Fault::CutBefore),
        ("PUT", "/states/provision", 1, Fault::CutAfter),
        ("PUT", "/states/provision", 2, Fault::Answer(503, BUSY)),
        ("POST", "/v1/allocations", 2, Fault::Answer(500, NO_DATABASE)),
        ("PATCH", "/v1/nodes", 2, Fault::Answer(500, NO_DATABASE)),
        ("PUT", "/states/provision", 2, Fault::Answer(500, NO_DATABASE)),
    ];
    for (number, (method, path, times, fault)) in cases.iter().enumerate() {
        let proxy = proxy(lab);
        proxy.fault(method, path, *times, *fault);
        let name = format!("fault-{number}");
        lab.farrier_at(&proxy.endpoint()).args(deploy(&name, "fault")).assert().success();
        assert!(proxy.is_done(), "{fault:?} was never applied to {method} {path}");
        assert_eq!(lab.json(&["show", &name])["state"], "active");
        let ours = lab.json(&["list"]);
        let ours =
            ours.as_array().expect("an array").iter().filter(|i| i["node"]["name"] == "fault-node-1").count();
        assert_eq!(ours, 1, "{fault:?} on {method} {path} left something behind");
        lab.json(&["destroy", &name, "--yes", "--wait-clean"]);
    }
}

#[test]
fn lost_responses_do_not_undo_a_destroy() {
    let lab = Lab::shared();
    lab.machines("fault-destroy", 1);
    for fault in [Fault::CutBefore, Fault::CutAfter] {
        lab.json(&deploy("fault-destroy", "fault-destroy"));
        let proxy = proxy(lab);
        proxy.fault("PUT", "/states/provision", 1, fault);
        let arguments = ["destroy", "fault-destroy", "--yes", "--wait-clean"];
        lab.farrier_at(&proxy.endpoint()).args(arguments).assert().success();
        assert!(proxy.is_done());
        assert_eq!(lab.node("fault-destroy-node-1")["instance_uuid"], Value::Null);
    }
}

#[test]
fn lock_is_reported_with_its_holder() {
    let lab = Lab::shared();
    lab.machines("lock", 1);
    let proxy = proxy(lab);
    proxy.fault("PUT", "/states/power", 1, Fault::Answer(409, LOCKED));
    lab.farrier_at(&proxy.endpoint())
        .args(["power", "on", "lock-node-1", "--progress", "plain"])
        .assert()
        .success()
        .stderr(contains("locked by conductor conductor-9"));
}

#[test]
fn unsafe_requests_are_not_repeated_after_a_database_error() {
    let lab = Lab::shared();
    lab.machines("once", 1);
    for (command, method, path) in [
        (&["power", "reboot", "once-node-1", "--yes"][..], "PUT", "/states/power"),
        (&["nmi", "once-node-1", "--yes"], "PUT", "/management/inject_nmi"),
    ] {
        let proxy = proxy(lab);
        proxy.fault(method, path, 1, Fault::Answer(500, NO_DATABASE));
        let run = lab.farrier_at(&proxy.endpoint()).args(command).assert();
        run.code(9)
            .stderr(contains("cannot use its database: connection to server").and(contains("SQL").not()))
            .stderr(contains("it may have succeeded anyway"));
        let sent = proxy.seen().into_iter().filter(|request| request.contains(path));
        assert_eq!(sent.count(), 1, "{:?}", proxy.seen());
    }
}

#[test]
fn timeout_ends_a_pause() {
    let lab = Lab::shared();
    lab.machines("paused", 1);
    lab.json(&deploy("paused", "paused"));
    let in_an_hour = Fault::RetryLater(503, RetryAfter::Seconds(3600), BUSY);
    for (command, path) in [
        (&["destroy", "paused"][..], "/states/provision"),
        (&["rescue", "paused"], "/states/provision"),
        (&["power", "on", "paused"], "/states/power"),
    ] {
        let proxy = proxy(lab);
        proxy.fault("PUT", path, usize::MAX, in_an_hour);
        let run = lab
            .farrier_at(&proxy.endpoint())
            .args(command)
            .args(["--yes", "--timeout", "2s"])
            .env("FARRIER_RESCUE_PASSWORD", "open-sesame-1")
            .timeout(LONG)
            .assert();
        run.code(8);
    }
}

#[test]
fn destroy_that_did_not_start_leaves_the_instance_unchanged() {
    let lab = Lab::shared();
    lab.machines("not-begun", 1);
    lab.json(&deploy("not-begun", "not-begun"));
    let proxy = proxy(lab);
    proxy.fault("PUT", "/states/provision", usize::MAX, Fault::Answer(500, AWAY));
    let mut destroy = lab.farrier_at(&proxy.endpoint());
    destroy.args(["destroy", "not-begun", "--yes", "--timeout", "2s", "-f", "json"]).timeout(LONG);
    let output = destroy.assert().code(8).get_output().clone();
    let rows: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(rows[0]["state"], "active", "{rows}");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("nothing else was started") && !stderr.contains("farrier wait"), "{stderr}");
    lab.json(&["destroy", "not-begun", "--yes"]);
}

#[test]
fn rebuild_that_wrote_nothing_undoes_nothing() {
    let lab = Lab::shared();
    lab.machines("unwritten", 1);
    lab.json(&deploy("unwritten", "unwritten"));
    let before = lab.node("unwritten-node-1")["instance_info"].clone();
    let proxy = proxy(lab);
    proxy.fault("PATCH", "/v1/nodes", usize::MAX, Fault::Answer(500, AWAY));
    let rebuild = [
        "rebuild",
        "unwritten",
        "--image",
        "http://127.0.0.1:9/b.img",
        "--image-checksum",
        IMAGE[3],
        "--yes",
    ];
    let mut run = lab.farrier_at(&proxy.endpoint());
    run.args(rebuild)
        .args(["--timeout", "2s"])
        .timeout(LONG)
        .assert()
        .code(8)
        .stderr(contains("nothing else was started"));
    assert_eq!(lab.node("unwritten-node-1")["instance_info"], before);
    assert_eq!(lab.json(&["show", "unwritten"])["image"], IMAGE[1]);
    lab.json(&["destroy", "unwritten", "--yes"]);
}

#[test]
fn interrupted_claim_is_released() {
    let lab = Lab::shared();
    lab.machines("unclaimed", 1);
    let proxy = proxy(lab);
    proxy.hold_next("POST", "/v1/allocations");
    let mut command = lab.process_at(&proxy.endpoint(), &deploy("unclaimed", "unclaimed"));
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
    lab.until("Ironic has given it the node", |lab| !lab.node("unclaimed-node-1")["instance_uuid"].is_null());
    signal(&child, Signal::INT);
    proxy.release();
    let output = child.wait_with_output().expect("the child can be waited for");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("everything was undone"), "{stderr}");
    let after = lab.node("unclaimed-node-1");
    assert_eq!((&after["instance_uuid"], &after["instance_info"]), (&Value::Null, &json!({})), "{stderr}");
}

#[test]
fn other_servers_are_reported_as_not_ironic() {
    let lab = Lab::shared();
    for answer in [
        Fault::Answer(200, "<html>welcome</html>"),
        Fault::Answer(200, "{\"hello\": 1}"),
        Fault::Answer(404, "nothing here"),
    ] {
        let proxy = proxy(lab);
        proxy.fault("GET", "/v1", 9, answer);
        let run = lab.farrier_at(&proxy.endpoint()).args(["node", "list"]).assert();
        run.code(9).stderr(contains("is not an Ironic API").and(contains("--os-endpoint")));
    }
    // The server answered as Ironic at first and then sent nonsense.
    let proxy = proxy(lab);
    proxy.fault("GET", "/v1/nodes", 9, Fault::Answer(200, "{\"nodes\": 7}"));
    lab.farrier_at(&proxy.endpoint()).args(["node", "list"]).assert().code(9).stderr(contains("cannot read"));
}

#[test]
fn too_old_ironic_is_reported() {
    let lab = Lab::shared();
    let proxy = proxy(lab);
    let root = r#"{"id": "v1", "version": {"id": "v1", "version": "1.38", "min_version": "1.1"}}"#;
    proxy.fault("GET", "/v1", 1, Fault::Answer(200, root));
    lab.farrier_at(&proxy.endpoint())
        .args(["node", "list"])
        .assert()
        .failure()
        .stderr(contains("1.38").and(contains("1.61")));
}

#[test]
fn refused_connection_is_reported_soon() {
    let lab = Lab::shared();
    lab.farrier_at("http://127.0.0.1:9")
        .args(["list", "-f", "json"])
        .assert()
        .code(9)
        .stderr(contains("cannot reach"));
}

#[test]
fn wrong_password_is_reported_but_not_printed() {
    let lab = Lab::impatient();
    lab.farrier().args(["node", "list"]).assert().success();
    let endpoint = lab.endpoint();
    let wrong = |password: &str| {
        let mut command = lab.farrier_at(&endpoint);
        command.env("OS_AUTH_TYPE", "http_basic").env("OS_USERNAME", "admin").env("OS_PASSWORD", password);
        command
    };
    wrong("hunter2")
        .args(["node", "list", "--debug"])
        .assert()
        .code(3)
        .stderr(contains("hunter2").not().and(contains("password")));
    lab.farrier_at(&endpoint).args(["node", "list"]).assert().code(3);
    let clouds = std::fs::read_to_string(lab.clouds_yaml()).expect("it exists");
    let password = clouds.lines().find_map(|line| line.trim().strip_prefix("password:")).expect("it has one");
    let password = password.trim().trim_matches(['"', '\'']);
    let output = lab.farrier().args(["node", "list", "--debug"]).output().expect("it runs");
    assert!(output.status.success());
    assert!(!String::from_utf8_lossy(&output.stderr).contains(password));
}
