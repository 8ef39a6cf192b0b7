//! A node gets another instance while a command waits: no request of the command reaches the new instance.

use std::io::Read as _;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::proxy::{Fault, Proxy};
use crate::support::{IMAGE, Lab, ask, patch_node, signal};

const LOCKED: &str = r#"{"error_message": "{\"faultcode\": \"Client\", \"faultstring\": \"Node x is locked by host conductor-9, please retry after the current operation is completed.\"}"}"#;

/// Faults after which a request is retried, because it had no effect.
const RETRIED_FAULTS: [Fault; 2] = [Fault::Answer(409, LOCKED), Fault::CutBefore];

/// Gives the node to another instance, or to none, like a tool that claims nodes without an allocation.
fn change_instance(endpoint: &str, node: &str, to: Option<&str>) {
    patch_node(endpoint, node, &json!([{"op": "remove", "path": "/instance_uuid"}]));
    if let Some(to) = to {
        patch_node(endpoint, node, &json!([{"op": "add", "path": "/instance_uuid", "value": to}]));
    }
}

/// Waits until the proxy has applied its faults, or the command has ended.
fn wait_for_fault(proxy: &Proxy, child: &mut Child) {
    let began = Instant::now();
    while !proxy.is_done() && child.try_wait().expect("the child can be waited for").is_none() {
        assert!(began.elapsed() < Duration::from_secs(30), "the request never comes: {:?}", proxy.seen());
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The parts of a node that must not change.
fn fingerprint(endpoint: &str, node: &str) -> Value {
    let node = ask(endpoint, &format!("/v1/nodes/{node}"));
    let fields =
        ["provision_state", "power_state", "instance_info", "maintenance", "retired", "protected", "extra"];
    fields.iter().map(|field| node[*field].clone()).collect()
}

/// Runs a command whose request of this kind fails once; then suspends it, gives the node to another
/// instance, and resumes it.
fn run_with_takeover(
    lab: &Lab,
    endpoint: &str,
    node: &str,
    arguments: &[&str],
    request: (&'static str, &'static str),
    fault: Fault,
) {
    let context = format!("{arguments:?} {request:?} {fault:?}");
    let ours = ask(endpoint, &format!("/v1/nodes/{node}"))["instance_uuid"].as_str().map(str::to_owned);
    let proxy = Proxy::start(endpoint);
    proxy.fault(request.0, request.1, 1, fault);
    let mut command = lab.process_at(&proxy.endpoint(), arguments);
    command.env("FARRIER_RESCUE_PASSWORD", "hunter2").stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    wait_for_fault(&proxy, &mut child);
    signal(&child, Signal::STOP);
    let sent = proxy.changes().len();
    change_instance(endpoint, node, Some(&Uuid::new_v4().to_string()));
    let before = fingerprint(endpoint, node);
    signal(&child, Signal::CONT);
    let mut stderr = String::new();
    child.stderr.take().expect("it is piped").read_to_string(&mut stderr).expect("UTF-8");
    let code = child.wait().expect("the child can be waited for").code();
    assert!(proxy.is_done(), "{context}: the request was never sent: {stderr}");
    assert_eq!(code, Some(6), "{context}: {stderr}");
    assert!(stderr.contains("another user took it"), "{context}: {stderr}");
    assert_eq!(proxy.changes().len(), sent, "{context}: {:?}", proxy.changes());
    assert_eq!(fingerprint(endpoint, node), before, "{context}");
    change_instance(endpoint, node, ours.as_deref());
}

const STEP: &str = r#"[{"interface": "power", "step": "reboot"}]"#;

/// A command and its request that fails; `INSTANCE` and `NODE` are placeholders for the names.
type Verb = (&'static [&'static str], (&'static str, &'static str));

const VERBS: [Verb; 16] = [
    (&["destroy", "INSTANCE", "--yes"], ("PUT", "/states/provision")),
    (&["rebuild", "INSTANCE", "--yes"], ("PATCH", "/nodes/")),
    (&["rebuild", "INSTANCE", "--yes"], ("PUT", "/states/provision")),
    (&["rescue", "INSTANCE", "--yes"], ("PUT", "/states/provision")),
    (&["power", "off", "INSTANCE", "--yes"], ("PUT", "/states/power")),
    (&["power", "off", "INSTANCE", "--soft", "--yes"], ("PUT", "/states/power")),
    (&["boot-device", "INSTANCE", "pxe"], ("PUT", "/management/boot_device")),
    (&["console", "INSTANCE", "--disable"], ("PUT", "/states/console")),
    (&["node", "service", "NODE", "--step", STEP, "--yes"], ("PUT", "/states/provision")),
    (&["node", "maintenance", "NODE"], ("PUT", "/maintenance")),
    (&["node", "retire", "NODE"], ("PATCH", "/nodes/")),
    (&["node", "protect", "NODE"], ("PATCH", "/nodes/")),
    (&["node", "set", "NODE", "--extra", "note=1"], ("PATCH", "/nodes/")),
    (&["node", "set", "NODE", "--trait", "CUSTOM_NOTE"], ("PUT", "/traits")),
    // A request that is not idempotent is sent again only after a refusal.
    (&["power", "reboot", "INSTANCE", "--yes"], ("PUT", "/states/power")),
    (&["nmi", "INSTANCE", "--yes"], ("PUT", "/management/inject_nmi")),
];

#[test]
fn no_request_for_an_instance_reaches_the_next_instance() {
    const MACHINES: usize = 4;
    let lab = Lab::shared();
    let endpoint = &lab.endpoint();
    lab.machines_with("overtaken", MACHINES, &json!({"resource_class": null}));
    let run_verbs_on = |number: usize| {
        let (name, node) = (format!("bare-overtaken-{number}"), format!("overtaken-node-{}", number + 1));
        lab.farrier().args([&["deploy", &name, "--node", &node][..], &IMAGE].concat()).assert().success();
        lab.json(&["power", "on", &name, "--yes"]);
        for (arguments, request) in VERBS.iter().skip(number).step_by(MACHINES) {
            let named = arguments.iter().map(|argument| match *argument {
                "INSTANCE" => name.as_str(),
                "NODE" => node.as_str(),
                argument => argument,
            });
            let arguments: Vec<&str> = named.collect();
            let only_once = ["reboot", "nmi"].iter().any(|argument| arguments.contains(argument));
            for fault in RETRIED_FAULTS.into_iter().take(if only_once { 1 } else { 2 }) {
                run_with_takeover(lab, endpoint, &node, &arguments, *request, fault);
            }
        }
        lab.farrier().args(["destroy", &name, "--yes", "--wait-clean"]).assert().success();
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..MACHINES)
            .map(|number| {
                let run_verbs_on = &run_verbs_on;
                scope.spawn(move || run_verbs_on(number))
            })
            .collect();
        for thread in threads {
            thread.join().expect("each passes");
        }
    });
}

#[test]
fn no_request_for_a_free_node_reaches_a_new_instance() {
    let lab = Lab::shared();
    let endpoint = &lab.endpoint();
    let node = "claimed-node-1";
    lab.machines_with("claimed", 1, &json!({"resource_class": null}));
    let verbs: [(&[&str], (&str, &str)); 3] = [
        (&["node", "manage", node], ("PUT", "/states/provision")),
        (&["node", "delete", node, "--yes"], ("DELETE", "/nodes/")),
        (&["power", "on", node], ("PUT", "/states/power")),
    ];
    for (arguments, request) in verbs {
        for fault in RETRIED_FAULTS {
            run_with_takeover(lab, endpoint, node, arguments, request, fault);
        }
    }
}

#[test]
fn command_suspended_before_its_request_reads_the_node_again() {
    let lab = Lab::shared();
    let endpoint = &lab.endpoint();
    let (name, node) = ("bare-suspended", "suspended-node-1");
    lab.machines_with("suspended", 1, &json!({"resource_class": null}));
    lab.farrier().args([&["deploy", name, "--node", node][..], &IMAGE].concat()).assert().success();
    lab.json(&["power", "on", name, "--yes"]);
    let off = ["power", "off", name, "--yes"];
    // One undisturbed run shows which request is the last read.
    let proxy = Proxy::start(endpoint);
    lab.farrier_at(&proxy.endpoint()).args(off).assert().success();
    let look = proxy.seen().iter().position(|request| request.starts_with("PUT")).expect("it is sent");
    lab.json(&["power", "on", name, "--yes"]);

    let proxy = Proxy::start(endpoint);
    proxy.hold(look);
    let mut command = lab.process_at(&proxy.endpoint(), &off);
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
    lab.until("it looks", |_| proxy.answered() >= look);
    change_instance(endpoint, node, Some(&Uuid::new_v4().to_string()));
    std::thread::sleep(farrier::ironic::guard::MAX_CHECK_AGE);
    proxy.release();
    let output = child.wait_with_output().expect("the child can be waited for");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(6), "{stderr}");
    assert!(proxy.changes().is_empty(), "{:?}", proxy.changes());
    assert_eq!(lab.node(node)["power_state"], "power on");
    change_instance(endpoint, node, None);
}

/// Runs a command until the response to the request with this number is held, gives the node to another
/// instance, and resumes the command. Returns its exit code and stderr.
fn run_with_takeover_at(
    lab: &Lab,
    proxy: &Proxy,
    number: usize,
    node: &str,
    arguments: &[&str],
) -> (Option<i32>, String) {
    proxy.hold(number);
    let mut command = lab.process_at(&proxy.endpoint(), arguments);
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
    lab.until("the request is there", |_| proxy.answered() >= number);
    change_instance(&lab.endpoint(), node, Some(&Uuid::new_v4().to_string()));
    std::thread::sleep(farrier::ironic::guard::MAX_CHECK_AGE);
    proxy.release();
    let output = child.wait_with_output().expect("the child can be waited for");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn power_state_of_another_instance_is_not_reported() {
    let lab = Lab::shared();
    let node = "watched-node-1";
    lab.machines_with("watched", 1, &json!({"resource_class": null}));
    let on = ["power", "on", node];
    let proxy = Proxy::start(&lab.endpoint());
    lab.farrier_at(&proxy.endpoint()).args(on).assert().success();
    let put = proxy.seen().iter().position(|request| request.starts_with("PUT")).expect("it is sent");
    lab.json(&["power", "off", node, "--yes"]);
    // The response to the change itself: later reads see the other instance.
    let proxy = Proxy::start(&lab.endpoint());
    let (code, stderr) = run_with_takeover_at(lab, &proxy, put + 1, node, &on);
    assert_eq!(code, Some(6), "{stderr}");
    assert!(stderr.contains("another user took it"), "{stderr}");
    change_instance(&lab.endpoint(), node, None);
}

#[test]
fn update_does_not_change_a_node_claimed_after_the_comparison() {
    let lab = Lab::shared();
    let node = "compared-node-1";
    let file = lab.folder().join("compared.json");
    let write = |pxe: bool| {
        let node = json!({
            "name": node, "driver": "fake-hardware", "automated_clean": false,
            "ports": [{"address": "52:54:00:0c:0a:01", "pxe_enabled": pxe}],
        });
        std::fs::write(&file, json!({"nodes": [node]}).to_string()).expect("written");
    };
    write(true);
    let path = file.to_str().expect("UTF-8");
    lab.farrier().args(["enroll", path]).assert().success();
    write(false);
    let update = ["enroll", path, "--update"];
    // One undisturbed run shows which request is the last read before the first change.
    let proxy = Proxy::start(&lab.endpoint());
    lab.farrier_at(&proxy.endpoint()).args(update).assert().success();
    let first = proxy.seen().iter().position(|request| !request.starts_with("GET")).expect("it changes");
    write(true);
    let proxy = Proxy::start(&lab.endpoint());
    let (code, stderr) = run_with_takeover_at(lab, &proxy, first, node, &update);
    assert_eq!(code, Some(6), "{stderr}");
    assert!(proxy.changes().is_empty(), "{:?}", proxy.changes());
    assert_eq!(lab.node(node)["provision_state"], "available");
    change_instance(&lab.endpoint(), node, None);
}

#[test]
fn fields_written_after_a_claim_was_released_stay() {
    let lab = Lab::shared();
    let endpoint = &lab.endpoint();
    lab.machines("adopted", 1);
    let node = "adopted-node-1";
    lab.farrier()
        .args(["schedule", "--resource-class", "adopted", "--reserve", "adopted"])
        .assert()
        .success();
    let proxy = Proxy::start(endpoint);
    proxy.fault("PATCH", "/nodes/", 1, Fault::Answer(409, LOCKED));
    let mut command = lab.process_at(&proxy.endpoint(), &["destroy", "adopted", "--yes"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
    wait_for_fault(&proxy, &mut child);
    signal(&child, Signal::STOP);
    lab.farrier().args(["destroy", "adopted", "--yes"]).assert().success();
    let info = json!({"image_source": "http://127.0.0.1/theirs.raw"});
    patch_node(endpoint, node, &json!([{"op": "add", "path": "/instance_info", "value": info}]));
    signal(&child, Signal::CONT);
    let output = child.wait_with_output().expect("the child can be waited for");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(lab.node(node)["instance_info"], info);
    patch_node(endpoint, node, &json!([{"op": "remove", "path": "/instance_info"}]));
}

#[test]
fn renewed_reservation_is_not_reaped() {
    let lab = Lab::start(&[]);
    lab.machines_with("renewed", 1, &json!({"resource_class": null}));
    let reserve = |time: &str| {
        let reserve = ["schedule", "--node", "renewed-node-1", "--reserve", "renewed", "--for", time];
        lab.farrier().args(reserve).assert().success();
    };
    let expired = || {
        let rows = lab.json(&["reservation", "list"]);
        rows.as_array().expect("an array").iter().any(|row| row["expired"] == true)
    };
    reserve("1s");
    lab.until("its time is over", |_| expired());
    // One undisturbed run shows how many requests the list takes.
    let proxy = Proxy::start(&lab.endpoint());
    lab.farrier_at(&proxy.endpoint()).args(["reservation", "reap"]).assert().success();
    let listed = proxy.seen().iter().rposition(|request| request.starts_with("GET /v1/allocations"));
    let is_list =
        |request: &String| request.starts_with("GET /v1/allocations?") || request == "GET /v1/allocations";
    let listed = proxy.seen().iter().position(is_list).or(listed).expect("it lists them") + 1;
    reserve("1s");
    lab.until("its time is over", |_| expired());
    let proxy = Proxy::start(&lab.endpoint());
    proxy.hold(listed);
    let mut command = lab.process_at(&proxy.endpoint(), &["reservation", "reap"]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
    lab.until("it lists them", |_| proxy.answered() >= listed);
    lab.farrier().args(["reservation", "release", "renewed", "--yes"]).assert().success();
    reserve("1h");
    proxy.release();
    let output = child.wait_with_output().expect("the child can be waited for");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(proxy.changes().is_empty(), "{:?}", proxy.changes());
    assert!(!lab.node("renewed-node-1")["instance_uuid"].is_null(), "the new reservation stays");
}
