//! A node that becomes another instance's while a command waits: no request of any command reaches it.

use std::io::Read as _;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::proxy::{Fault, Proxy};
use crate::support::{IMAGE, Lab, ask, patch_node, signal};

const LOCKED: &str = r#"{"error_message": "{\"faultcode\": \"Client\", \"faultstring\": \"Node x is locked by host conductor-9, please retry after the current operation is completed.\"}"}"#;

/// Ways in which a request does not do what it was sent for, so that it is sent again.
const HINDRANCES: [Fault; 2] = [Fault::Answer(409, LOCKED), Fault::CutBefore];

/// Gives the node to another instance, or to none, as whoever claims nodes without an allocation does.
fn hand_over(endpoint: &str, node: &str, to: Option<&str>) {
    patch_node(endpoint, node, &json!([{"op": "remove", "path": "/instance_uuid"}]));
    if let Some(to) = to {
        patch_node(endpoint, node, &json!([{"op": "add", "path": "/instance_uuid", "value": to}]));
    }
}

/// Waits until the proxy has done what it was to do, or the command is over.
fn until_struck(proxy: &Proxy, child: &mut Child) {
    let began = Instant::now();
    while !proxy.spent() && child.try_wait().expect("it is our child").is_none() {
        assert!(began.elapsed() < Duration::from_secs(30), "the request never comes: {:?}", proxy.seen());
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// What is seen of a node that must not change.
fn fingerprint(endpoint: &str, node: &str) -> Value {
    let node = ask(endpoint, &format!("/v1/nodes/{node}"));
    let fields =
        ["provision_state", "power_state", "instance_info", "maintenance", "retired", "protected", "extra"];
    fields.iter().map(|field| node[*field].clone()).collect()
}

/// Runs a command whose request of this kind is hindered once; stops it then, lets another instance take the node, and
/// lets it go on.
fn overtaken(
    lab: &Lab,
    endpoint: &str,
    node: &str,
    arguments: &[&str],
    request: (&'static str, &'static str),
    fault: Fault,
) {
    let told = format!("{arguments:?} {request:?} {fault:?}");
    let ours = ask(endpoint, &format!("/v1/nodes/{node}"))["instance_uuid"].as_str().map(str::to_owned);
    let proxy = Proxy::start(endpoint);
    proxy.fault(request.0, request.1, 1, fault);
    let mut command = lab.process_at(&proxy.endpoint(), arguments);
    command.env("FARRIER_RESCUE_PASSWORD", "hunter2").stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    until_struck(&proxy, &mut child);
    signal(&child, Signal::STOP);
    let sent = proxy.changes().len();
    hand_over(endpoint, node, Some(&Uuid::new_v4().to_string()));
    let before = fingerprint(endpoint, node);
    signal(&child, Signal::CONT);
    let mut stderr = String::new();
    child.stderr.take().expect("it is piped").read_to_string(&mut stderr).expect("UTF-8");
    let code = child.wait().expect("it is our child").code();
    assert!(proxy.spent(), "{told}: the request was never sent: {stderr}");
    assert_eq!(code, Some(6), "{told}: {stderr}");
    assert!(stderr.contains("somebody took the node meanwhile"), "{told}: {stderr}");
    assert_eq!(proxy.changes().len(), sent, "{told}: {:?}", proxy.changes());
    assert_eq!(fingerprint(endpoint, node), before, "{told}");
    hand_over(endpoint, node, ours.as_deref());
}

const STEP: &str = r#"[{"interface": "power", "step": "reboot"}]"#;

/// A command and the request of it that is hindered; `INSTANCE` and `NODE` stand for the names.
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
    // What may not be done twice is sent again only after a refusal.
    (&["power", "reboot", "INSTANCE", "--yes"], ("PUT", "/states/power")),
    (&["nmi", "INSTANCE", "--yes"], ("PUT", "/management/inject_nmi")),
];

#[test]
fn no_request_of_any_command_for_an_instance_reaches_the_next_one() {
    const MACHINES: usize = 4;
    let lab = Lab::shared();
    let endpoint = &lab.endpoint();
    lab.machines_with("overtaken", MACHINES, &json!({"resource_class": null}));
    let one = |at: usize| {
        let (name, node) = (format!("bare-overtaken-{at}"), format!("overtaken-node-{}", at + 1));
        lab.farrier().args([&["deploy", &name, "--node", &node][..], &IMAGE].concat()).assert().success();
        lab.json(&["power", "on", &name, "--yes"]);
        for (arguments, request) in VERBS.iter().skip(at).step_by(MACHINES) {
            let named = arguments.iter().map(|word| match *word {
                "INSTANCE" => name.as_str(),
                "NODE" => node.as_str(),
                word => word,
            });
            let arguments: Vec<&str> = named.collect();
            let only_once = ["reboot", "nmi"].iter().any(|word| arguments.contains(word));
            for fault in HINDRANCES.into_iter().take(if only_once { 1 } else { 2 }) {
                overtaken(lab, endpoint, &node, &arguments, *request, fault);
            }
        }
        lab.farrier().args(["destroy", &name, "--yes", "--wait-clean"]).assert().success();
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..MACHINES)
            .map(|at| {
                let one = &one;
                scope.spawn(move || one(at))
            })
            .collect();
        for thread in threads {
            thread.join().expect("each goes through");
        }
    });
}

#[test]
fn no_request_for_a_free_node_reaches_an_instance_that_got_it_meanwhile() {
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
        for fault in HINDRANCES {
            overtaken(lab, endpoint, node, arguments, request, fault);
        }
    }
}

#[test]
fn a_command_that_was_suspended_between_look_and_request_looks_again() {
    let lab = Lab::shared();
    let endpoint = &lab.endpoint();
    let (name, node) = ("bare-suspended", "suspended-node-1");
    lab.machines_with("suspended", 1, &json!({"resource_class": null}));
    lab.farrier().args([&["deploy", name, "--node", node][..], &IMAGE].concat()).assert().success();
    lab.json(&["power", "on", name, "--yes"]);
    let off = ["power", "off", name, "--yes"];
    // Once unharmed, to know which request is the last look.
    let proxy = Proxy::start(endpoint);
    lab.farrier_at(&proxy.endpoint()).args(off).assert().success();
    let look = proxy.seen().iter().position(|request| request.starts_with("PUT")).expect("it is sent");
    lab.json(&["power", "on", name, "--yes"]);

    let proxy = Proxy::start(endpoint);
    proxy.hold(look);
    let mut command = lab.process_at(&proxy.endpoint(), &off);
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
    lab.until("it looks", |_| proxy.answered() >= look);
    hand_over(endpoint, node, Some(&Uuid::new_v4().to_string()));
    std::thread::sleep(farrier::ironic::guard::FRESH);
    proxy.let_go();
    let output = child.wait_with_output().expect("our child");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(6), "{stderr}");
    assert!(proxy.changes().is_empty(), "{:?}", proxy.changes());
    assert_eq!(lab.node(node)["power_state"], "power on");
    hand_over(endpoint, node, None);
}
