//! What networks and servers do to requests, and what farrier makes of it.

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::Value;

use crate::proxy::{Fault, Proxy};
use crate::support::{IMAGE, Lab};

fn proxy(lab: &Lab) -> Proxy {
    Proxy::start(lab.endpoint().trim_start_matches("http://"))
}

fn deploy<'a>(name: &'a str, class: &'a str) -> Vec<&'a str> {
    [&["deploy", name, "--resource-class", class][..], &IMAGE].concat()
}

const BUSY: &str = r#"{"error_message": "{\"faultcode\": \"Server\", \"faultstring\": \"Requested action cannot be performed due to lack of free conductor workers.\"}"}"#;
const LOCKED: &str = r#"{"error_message": "{\"faultcode\": \"Client\", \"faultstring\": \"Node x is locked by host conductor-9, please retry after the current operation is completed.\"}"}"#;

#[test]
fn requests_that_are_lost_or_turned_away_do_no_harm() {
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
    ];
    for (number, (method, path, times, fault)) in cases.iter().enumerate() {
        let proxy = proxy(lab);
        proxy.fault(method, path, *times, *fault);
        let name = format!("fault-{number}");
        lab.farrier_at(&proxy.endpoint()).args(deploy(&name, "fault")).assert().success();
        assert!(proxy.spent(), "{fault:?} never struck {method} {path}");
        assert_eq!(lab.json(&["show", &name])["state"], "active");
        let ours = lab.json(&["list"]);
        let ours =
            ours.as_array().expect("an array").iter().filter(|i| i["node"]["name"] == "fault-node-1").count();
        assert_eq!(ours, 1, "{fault:?} on {method} {path} left something behind");
        lab.json(&["destroy", &name, "--yes", "--wait-clean"]);
    }
}

#[test]
fn lost_answers_do_not_undo_a_destroy() {
    let lab = Lab::shared();
    lab.machines("fault-destroy", 1);
    for fault in [Fault::CutBefore, Fault::CutAfter] {
        lab.json(&deploy("fault-destroy", "fault-destroy"));
        let proxy = proxy(lab);
        proxy.fault("PUT", "/states/provision", 1, fault);
        let arguments = ["destroy", "fault-destroy", "--yes", "--wait-clean"];
        lab.farrier_at(&proxy.endpoint()).args(arguments).assert().success();
        assert!(proxy.spent());
        assert_eq!(lab.node("fault-destroy-node-1")["instance_uuid"], Value::Null);
    }
}

#[test]
fn a_lock_is_told_with_its_holder() {
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
fn what_is_not_ironic_is_said_not_to_be() {
    let lab = Lab::shared();
    for answer in [
        Fault::Answer(200, "<html>welcome</html>"),
        Fault::Answer(200, "{\"hello\": 1}"),
        Fault::Answer(404, "nothing here"),
    ] {
        let proxy = proxy(lab);
        proxy.fault("GET", "/v1", 9, answer);
        let run = lab.farrier_at(&proxy.endpoint()).args(["node", "list"]).assert();
        run.code(9).stderr(contains("is not Ironic").and(contains("--os-endpoint")));
    }
    // Something answered as Ironic at first and then nonsense.
    let proxy = proxy(lab);
    proxy.fault("GET", "/v1/nodes", 9, Fault::Answer(200, "{\"nodes\": 7}"));
    lab.farrier_at(&proxy.endpoint())
        .args(["node", "list"])
        .assert()
        .code(9)
        .stderr(contains("cannot be read"));
}

#[test]
fn an_old_server_is_said_to_be_old() {
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
fn nobody_at_the_address_is_told_soon() {
    let lab = Lab::shared();
    lab.farrier_at("http://127.0.0.1:9")
        .args(["list", "-f", "json"])
        .assert()
        .code(9)
        .stderr(contains("cannot be reached"));
}

#[test]
fn a_wrong_password_is_told_and_not_shown() {
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
    let clouds = std::fs::read_to_string(lab.clouds_yaml()).expect("it is there");
    let password = clouds.lines().find_map(|line| line.trim().strip_prefix("password:")).expect("it has one");
    let password = password.trim().trim_matches(['"', '\'']);
    let output = lab.farrier().args(["node", "list", "--debug"]).output().expect("it runs");
    assert!(output.status.success());
    assert!(!String::from_utf8_lossy(&output.stderr).contains(password));
}
