//! Networks that are attached to an existing instance.

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::interruption_on_networks::stopped_everywhere;
use crate::proxy::Fault;
use crate::site::Service;
use crate::wired::{Between, Wired};

#[test]
fn vifs_are_listed_attached_and_detached() {
    let wired = Wired::machine("wiredvif");
    wired.json(&wired.deploy("wiredvif-1", &["--network", "private"]));
    let first = wired.json(&["vif", "list", "wiredvif-1"]);
    assert_eq!(first.as_array().map(Vec::len), Some(1), "{first}");
    assert!(first[0]["mac_address"].as_str().is_some_and(|mac| mac.starts_with("56:")), "{first}");
    assert_eq!(first[0]["made_by_farrier"], true);
    assert_eq!(first[0]["network_name"], "private");
    let added = wired.json(&["vif", "attach", "wiredvif-1", "--network", "provider"]);
    assert_eq!((wired.vifs(1).len(), wired.made().len()), (2, 2), "{added}");
    let address = added[0]["ip_addresses"][0].as_str().expect("an address");
    let known = wired.json(&["show", "wiredvif-node-1"]);
    assert!(known["ip_addresses"].as_array().expect("a list").contains(&json!(address)), "{known}");
    // No port is free for a third network.
    let third = ["vif", "attach", "wiredvif-1", "--network", "provider"];
    wired
        .site
        .farrier("admin")
        .args(third)
        .assert()
        .code(6)
        .stderr(contains("node wiredvif-node-1: network: ").and(contains("ready to deploy").not()));
    assert_eq!((wired.vifs(1).len(), wired.made().len()), (2, 2));
    wired.json(&["vif", "detach", "wiredvif-1", address]);
    assert_eq!((wired.vifs(1).len(), wired.made().len()), (1, 1));
    let again = ["vif", "detach", "wiredvif-1", address];
    wired
        .site
        .farrier("admin")
        .args(again)
        .assert()
        .code(5)
        .stderr(contains("no VIF").and(contains("vif list")));
    let own = wired.port("provider");
    let id = own["id"].as_str().expect("an id");
    wired.json(&["vif", "attach", "wiredvif-1", "--port", id]);
    wired.json(&["vif", "detach", "wiredvif-1", id]);
    let (status, _) = wired.site.ask(Service::Neutron, "GET", &format!("/v2.0/ports/{id}"), &Value::Null);
    assert_eq!(status, 200);
    wired.json(&["vif", "attach", "wiredvif-1", "--network", "provider"]);
    wired.json(&["destroy", "wiredvif-1", "--yes", "--wait-clean"]);
    assert!(wired.is_bare(1), "{:?}", wired.made());
    // A port that another tool created stays, and is reported.
    wired.json(&["vif", "attach", "wiredvif-node-1", "--port", id]);
    wired.json(&wired.deploy("wiredvif-2", &[]));
    let mut destroy = wired.site.farrier("admin");
    destroy.args(["destroy", "wiredvif-2", "--yes", "--wait-clean"]);
    destroy
        .assert()
        .success()
        .stderr(contains(format!("farrier did not create these ports and did not delete them: {id}")));
}

#[test]
fn stopped_attach_leaves_no_port_after_destroy() {
    let wired = Wired::machine("wiredmore");
    let deploy = wired.deploy("wiredmore-1", &["--network", "private"]);
    let attach = ["vif", "attach", "wiredmore-1", "--network", "provider"];
    stopped_everywhere(&wired, Some(&deploy), &attach, &[]);
}

#[test]
fn member_can_attach_and_detach_networks() {
    let site = crate::site::Site::shared();
    let wired = Wired::new(
        "wiredmember",
        1,
        &json!({"owner": site.project("owner"), "network_interface": "flat"}),
        &json!({}),
    );
    let member = |arguments: &[&str]| {
        let run = site.farrier("owner-member").args(arguments).args(["-f", "json"]).assert().success();
        let answer: Value = serde_json::from_slice(&run.get_output().stdout).expect("JSON");
        answer
    };
    // Without a network, Ironic would let the deploy fail on every node.
    let none = wired.deploy("wiredmember-1", &[]);
    site.farrier("owner-member").args(none).assert().code(2).stderr(contains("--network"));
    assert!(wired.is_bare(1));
    let deployed = member(&wired.deploy("wiredmember-1", &["--network", "provider"]));
    assert_eq!(wired.made().len(), 1, "{deployed}");
    member(&["vif", "attach", "wiredmember-1", "--network", "private"]);
    assert_eq!(wired.made().len(), 2);
    member(&["destroy", "wiredmember-1", "--yes", "--wait-clean"]);
    assert!(wired.is_bare(1), "{:?} {:?}", wired.vifs(1), wired.made());
}

#[test]
fn vif_changes_do_not_reach_the_next_instance() {
    const LOCKED: &str = r#"{"error_message": "{\"faultcode\": \"Client\", \"faultstring\": \"Node x is locked by host conductor-9, please retry after the current operation is completed.\"}"}"#;
    let wired = Wired::machine("wiredtaken");
    wired.json(&wired.deploy("wiredtaken-1", &["--network", "private"]));
    let vif = wired.vifs(1)[0].clone();
    let path = format!("/v1/nodes/{}", wired.node(1)["uuid"].as_str().expect("text"));
    let change = |operation: &str, field: &str, value: Value| {
        let change = json!([{"op": operation, "path": format!("/{field}"), "value": value}]);
        let (status, response) = wired.site.ask(Service::Ironic, "PATCH", &path, &change);
        assert_eq!(status, 200, "{response}");
    };
    // Ironic clears the `instance_uuid` of a node with an allocation only in maintenance.
    let hand_over = |to: Value| {
        change("add", "maintenance", json!(true));
        change("remove", "instance_uuid", Value::Null);
        change("add", "instance_uuid", to);
        change("add", "maintenance", json!(false));
    };
    let ours = wired.node(1)["instance_uuid"].clone();
    for (command, method) in [
        (["vif", "attach", "wiredtaken-1", "--network", "provider"].as_slice(), "POST"),
        (&["vif", "detach", "wiredtaken-1", &vif], "DELETE"),
    ] {
        let between = Between::new(wired.site);
        between.ironic.fault(method, "/vifs", 1, Fault::Answer(409, LOCKED));
        let mut child = between.process(command);
        let child = child.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::piped());
        let child = child.spawn().expect("it runs");
        while !between.ironic.is_done() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        crate::support::signal(&child, rustix::process::Signal::STOP);
        let sent = between.ironic.changes().len();
        hand_over(json!(uuid::Uuid::new_v4().to_string()));
        crate::support::signal(&child, rustix::process::Signal::CONT);
        let output = child.wait_with_output().expect("the child can be waited for");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(6), "{command:?}: {stderr}");
        assert!(stderr.contains("another user took it"), "{command:?}: {stderr}");
        assert_eq!(between.ironic.changes().len(), sent, "{:?}", between.ironic.changes());
        assert_eq!(wired.vifs(1), [vif.as_str()], "{stderr}");
        hand_over(ours.clone());
    }
    wired.json(&["destroy", "wiredtaken-1", "--yes", "--wait-clean"]);
    assert!(wired.is_bare(1), "{:?}", wired.made());
}
