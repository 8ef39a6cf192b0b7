//! Commands that a signal or the timeout stops at single requests: they send nothing more, and their report
//! is true.

use std::process::{Child, Output, Stdio};
use std::time::Duration;

use predicates::str::contains;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::faults::{BUSY, LONG, NO_DATABASE};
use crate::proxy::{Fault, Proxy};
use crate::schema;
use crate::support::{IMAGE, Lab, patch_node, signal};
use crate::why::put;

/// How long a program has to handle a signal: less than it waits for the response to its last request.
const SIGNAL_HANDLING: Duration = Duration::from_millis(300);

/// How often a signal is sent that may be handled too late.
const TRIES: usize = 3;

const NO_SOFT: &str = r#"{"error_message": "{\"faultcode\": \"Client\", \"faultstring\": \"soft power off is not supported\"}"}"#;
const BAD_GATEWAY: Fault = Fault::Answer(502, "<html><h1>Bad Gateway</h1></html>");

fn deployed(lab: &Lab, name: &str) {
    lab.machines(name, 1);
    lab.json(&[&["deploy", name, "--resource-class", name][..], &IMAGE].concat());
}

fn start(lab: &Lab, proxy: &Proxy, command: &[&str]) -> Child {
    let mut process = lab.process_at(&proxy.endpoint(), command);
    process.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program was built")
}

/// Sends an interrupt while a response is held, and then releases the response.
fn run_interrupted(lab: &Lab, proxy: &Proxy, command: &[&str]) -> Output {
    let child = start(lab, proxy, command);
    lab.until("the request is answered", |_| proxy.is_holding());
    signal(&child, Signal::INT);
    // The handling of the signal cannot be observed from outside.
    std::thread::sleep(SIGNAL_HANDLING);
    proxy.release();
    child.wait_with_output().expect("the child can be waited for")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// How many requests containing this text were sent.
fn sent(proxy: &Proxy, part: &str) -> usize {
    proxy.seen().iter().filter(|request| request.contains(part)).count()
}

/// The number of the first request containing this text, counted from 1.
fn first_number(proxy: &Proxy, part: &str) -> usize {
    proxy.seen().iter().position(|request| request.contains(part)).expect("it is sent") + 1
}

#[test]
fn interrupted_soft_power_off_does_not_become_a_hard_one() {
    let lab = Lab::shared();
    let node = "soft-stop-node-1";
    lab.machines("soft-stop", 1);
    let off = ["power", "off", node, "--soft", "--yes"];
    lab.json(&["power", "on", node]);
    let proxy = Proxy::start(&lab.endpoint());
    proxy.fault("PUT", "/states/power", 1, Fault::AnswerAfter(400, NO_SOFT));
    proxy.hold_next("PUT", "/states/power");
    let output = run_interrupted(lab, &proxy, &off);
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    assert_eq!(sent(&proxy, "/states/power"), 1, "{:?}", proxy.seen());
}

#[test]
fn destroy_interrupted_before_its_request_sends_none() {
    let lab = Lab::shared();
    let name = "spared";
    let destroy = ["destroy", name, "--yes", "-f", "json"];
    let deploy = [&["deploy", name, "--resource-class", name][..], &IMAGE].concat();
    deployed(lab, name);
    let first = Proxy::start(&lab.endpoint());
    lab.farrier_at(&first.endpoint()).args(destroy).assert().success();
    // On a busy computer the program may handle the signal after the response.
    let is_spared = (0..TRIES).any(|_| {
        lab.json(&deploy);
        let proxy = Proxy::start(&lab.endpoint());
        // One of the reads before the change; the last one may be skipped if the node was read just before.
        proxy.hold(first_number(&first, "PUT") - 2);
        let output = run_interrupted(lab, &proxy, &destroy);
        output.status.code() == Some(130) && sent(&proxy, "PUT") == 0
    });
    assert!(is_spared, "each time it sent its request after the signal");
    assert_eq!(lab.json(&["show", name])["state"], "active");
    // After Ironic has accepted the request, the row says so.
    let states: Vec<Value> = (0..TRIES)
        .map(|_| {
            lab.json(&deploy);
            let proxy = Proxy::start(&lab.endpoint());
            proxy.hold_next("PUT", "/states/provision");
            let output = run_interrupted(lab, &proxy, &destroy);
            let rows = schema::read("destroy", &output.stdout);
            if output.status.code() == Some(130) { rows[0]["state"].clone() } else { Value::Null }
        })
        .collect();
    assert!(states.iter().all(|state| state.is_null() || state == "deleting"), "{states:?}");
    assert!(states.iter().any(|state| state == "deleting"), "{states:?}");
    lab.json(&["destroy", name, "--yes", "--missing-ok"]);
}

#[test]
fn interrupted_rebuild_is_undone_after_a_lost_response() {
    let lab = Lab::shared();
    let (name, node) = ("unwound", "unwound-node-1");
    deployed(lab, name);
    let before = lab.node(node)["instance_info"].clone();
    let proxy = Proxy::start(&lab.endpoint());
    proxy.fault("PUT", "/states/provision", usize::MAX, Fault::Answer(503, BUSY));
    let image = ["--image", "http://127.0.0.1:9/b.img", "--image-checksum", IMAGE[3]];
    let child = start(lab, &proxy, &[&["rebuild", name, "--yes"][..], &image].concat());
    lab.until("it is queued", |_| sent(&proxy, "PUT") > 0);
    proxy.fault("PATCH", "/v1/nodes", 1, BAD_GATEWAY);
    signal(&child, Signal::INT);
    let output = child.wait_with_output().expect("the child can be waited for");
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    assert_eq!(lab.node(node)["instance_info"], before);
    assert_eq!(lab.json(&["show", name])["image"], IMAGE[1]);
    lab.json(&["destroy", name, "--yes"]);
}

#[test]
fn unanswered_rebuild_is_distinguished_from_the_running_image() {
    let lab = Lab::shared();
    let (name, node) = ("unanswered", "unanswered-node-1");
    deployed(lab, name);
    let image = "http://127.0.0.1:9/b.img";
    let rebuild = ["rebuild", name, "--yes"];
    let with_image = [&rebuild[..], &["--image", image, "--image-checksum", IMAGE[3]]].concat();
    let proxy = Proxy::start(&lab.endpoint());
    proxy.fault("PATCH", "/v1/nodes", usize::MAX, Fault::StallAfter);
    let mut run = lab.farrier_at(&proxy.endpoint());
    let run = run.args(&with_image).args(["--timeout", "3s"]).timeout(LONG).assert().code(8);
    run.stderr(contains("its result is unknown"));
    assert_eq!(lab.node(node)["instance_info"]["image_source"], image);
    assert_eq!(lab.json(&["show", name])["image"], IMAGE[1]);
    // The node's current image does not match the recorded checksum.
    lab.farrier().args(rebuild).assert().code(6).stderr(contains("left another one in the node"));
    lab.json(&with_image);
    assert_eq!(lab.json(&["show", name])["image"], image);
    lab.json(&["destroy", name, "--yes"]);
}

#[test]
fn accepted_operation_is_reported_as_running_even_if_the_node_is_unreadable() {
    let lab = Lab::shared();
    let name = "running";
    deployed(lab, name);
    let rebuild = ["rebuild", name, "--no-wait", "--yes"];
    let first = Proxy::start(&lab.endpoint());
    lab.farrier_at(&first.endpoint()).args(rebuild).assert().success();
    lab.farrier().args(["wait", name]).assert().success();
    let proxy = Proxy::start(&lab.endpoint());
    proxy.fault_from(first_number(&first, "PUT") + 1, usize::MAX, Fault::Answer(403, "{}"));
    let run = lab.farrier_at(&proxy.endpoint()).args(rebuild).timeout(LONG).assert().failure();
    run.stderr(contains("continues in Ironic"));
    lab.farrier().args(["wait", name]).assert().success();
    lab.json(&["destroy", name, "--yes"]);
}

#[test]
fn node_without_a_resource_class_is_reserved_once_despite_a_database_error() {
    let lab = Lab::shared();
    let nodes: Vec<Value> = ["classless-1", "classless-2"]
        .map(|name| json!({"name": name, "driver": "fake-hardware", "properties": {"cpu_arch": "x86_64"}}))
        .to_vec();
    let file = lab.folder().join("classless.json");
    std::fs::write(&file, json!({"nodes": nodes}).to_string()).expect("written");
    lab.farrier().arg("enroll").arg(&file).assert().success();
    let reserve = |name: &'static str| {
        let nodes = ["--node", "classless-1", "--node", "classless-2"];
        [&["schedule", "--reserve", name][..], &nodes].concat()
    };
    let proxy = Proxy::start(&lab.endpoint());
    proxy.fault("PATCH", "/v1/nodes", 1, Fault::AnswerAfter(500, NO_DATABASE));
    lab.farrier_at(&proxy.endpoint()).args(reserve("kept-once")).assert().success();
    let taken = ["classless-1", "classless-2"].map(|name| !lab.node(name)["instance_uuid"].is_null());
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 1, "{taken:?}");
    lab.json(&["reservation", "release", "kept-once", "--yes"]);

    // A claim that is interrupted while its result is unknown is released.
    let proxy = Proxy::start(&lab.endpoint());
    proxy.fault("PATCH", "/v1/nodes", 1, Fault::AnswerAfter(500, NO_DATABASE));
    let claim = "PATCH /v1/nodes";
    let child = start(lab, &proxy, &reserve("given-back"));
    lab.until("it has claimed", |_| sent(&proxy, claim) > 0);
    signal(&child, Signal::INT);
    let output = child.wait_with_output().expect("the child can be waited for");
    if output.status.code() == Some(130) {
        let taken = ["classless-1", "classless-2"].map(|name| lab.node(name)["instance_uuid"].clone());
        assert_eq!(taken, [Value::Null, Value::Null], "{}", stderr(&output));
    }
    lab.farrier().args(["reservation", "release", "given-back", "--missing-ok", "--yes"]).assert().success();
}

#[test]
fn timeout_ends_the_wait_for_an_allocation() {
    const UNDECIDED: &str = r#"{"uuid": "11111111-1111-4111-8111-111111111111", "name": "undecided", "state": "allocating",
        "node_uuid": null, "resource_class": "undecided", "last_error": null, "extra": {}, "candidate_nodes": []}"#;
    let lab = Lab::shared();
    lab.machines("undecided", 1);
    let proxy = Proxy::start(&lab.endpoint());
    proxy.fault("POST", "/v1/allocations", usize::MAX, Fault::AnswerAfter(201, UNDECIDED));
    proxy.fault("GET", "/v1/allocations/1111", usize::MAX, Fault::Answer(200, UNDECIDED));
    let deploy = [&["deploy", "undecided", "--resource-class", "undecided", "--timeout", "2s"][..], &IMAGE];
    lab.farrier_at(&proxy.endpoint()).args(deploy.concat()).timeout(LONG).assert().code(8);
    lab.until("the node is free", |lab| lab.node("undecided-node-1")["instance_uuid"].is_null());
}

#[test]
fn timeout_ends_the_retries_of_a_request() {
    let lab = Lab::shared();
    deployed(lab, "repeated");
    let proxy = Proxy::start(&lab.endpoint());
    proxy.fault("PUT", "/states/provision", usize::MAX, BAD_GATEWAY);
    let destroy = ["destroy", "repeated", "--yes", "--timeout", "2s"];
    lab.farrier_at(&proxy.endpoint()).args(destroy).timeout(LONG).assert().code(8);
    // The pauses take at least 0.4, 0.8 and 1.6 s.
    assert!(sent(&proxy, "PUT") <= 3, "{:?}", proxy.seen());
    lab.json(&["destroy", "repeated", "--yes"]);
}

#[test]
fn node_created_despite_a_database_error_is_reported_as_created() {
    let lab = Lab::shared();
    let file = lab.folder().join("hidden.json");
    let node = json!({"nodes": [{"name": "hidden-1", "driver": "fake-hardware"}]});
    std::fs::write(&file, node.to_string()).expect("written");
    let proxy = Proxy::start(&lab.endpoint());
    proxy.fault("POST", "/v1/nodes", 1, Fault::AnswerAfter(500, NO_DATABASE));
    let output = lab.farrier_at(&proxy.endpoint()).arg("enroll").arg(&file).args(["-f", "json"]).output();
    let answer = schema::read("enroll", &output.expect("it runs").stdout);
    assert_eq!(answer[0]["action"], "created", "{answer}");
}

#[test]
fn undeploy_of_a_dead_conductor_is_not_repeated_on_the_next_instance() {
    let lab = Lab::shared();
    let node = "another-s-node-1";
    lab.machines("another-s", 1);
    lab.json(&["node", "manage", node]);
    lab.json(&["node", "set", node, "--instance-info", "image_source=http://127.0.0.1:9/disk.img"]);
    lab.json(&["node", "adopt", node]);
    let destroy = ["destroy", node, "--yes"];
    let proxy = Proxy::start(&lab.endpoint());
    proxy.hold_next("PUT", "/states/provision");
    let child = start(lab, &proxy, &destroy);
    lab.until("it is accepted", |_| proxy.is_holding());
    lab.until("it is over", |lab| lab.node(node)["provision_state"] == "available");
    let taken = json!([{
        "provision_state": "error", "target_provision_state": null, "reservation": null,
        "instance_uuid": "11111111-1111-4111-8111-111111111111",
        "last_error": "Operation was aborted due to conductor take over",
    }]);
    put(lab, node, &taken);
    proxy.release();
    let output = child.wait_with_output().expect("the child can be waited for");
    assert_eq!(output.status.code(), Some(6), "{}", stderr(&output));
    assert_eq!(sent(&proxy, "PUT"), 1, "{:?}", proxy.seen());
    put(lab, node, &json!([{"provision_state": "available", "instance_uuid": null, "last_error": null}]));
}

#[test]
fn verification_of_a_dead_conductor_is_repeated() {
    let lab = Lab::shared();
    let node = "verified-1";
    let file = lab.folder().join("verified.json");
    std::fs::write(&file, json!({"nodes": [{"name": node, "driver": "fake-hardware"}]}).to_string())
        .expect("written");
    let enroll = ["enroll", file.to_str().expect("UTF-8"), "--until"];
    lab.farrier().args(enroll).arg("enroll").assert().success();
    let died = json!([{
        "provision_state": "enroll", "target_provision_state": null, "reservation": null,
        "last_error": "The verifying state can't be resumed by conductor c-2. Moving to fail state.",
    }]);
    let manage = [&enroll[..], &["manageable"]].concat();
    let proxy = Proxy::start(&lab.endpoint());
    proxy.hold_next("PUT", "/states/provision");
    let child = start(lab, &proxy, &manage);
    lab.until("it is verified", |lab| {
        proxy.is_holding() && lab.node(node)["provision_state"] == "manageable"
    });
    put(lab, node, &died);
    proxy.release();
    let output = child.wait_with_output().expect("the child can be waited for");
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(lab.node(node)["provision_state"], "manageable");
    patch_node(&lab.endpoint(), node, &json!([{"op": "add", "path": "/extra/seen", "value": true}]));
}
