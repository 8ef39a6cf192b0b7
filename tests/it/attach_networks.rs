//! Networks that an instance is attached to when it is there already.

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::interruption_on_networks::stopped_everywhere;
use crate::site::Service;
use crate::wired::Wired;

#[test]
fn interfaces_are_shown_added_and_taken_away() {
    let wired = Wired::machine("wiredvif");
    wired.json(&wired.deploy("wiredvif-1", &["--network", "private"]));
    let first = wired.json(&["vif", "list", "wiredvif-1"]);
    assert_eq!(first.as_array().map(Vec::len), Some(1), "{first}");
    assert!(first[0]["mac_address"].as_str().is_some_and(|mac| mac.starts_with("56:")), "{first}");
    assert_eq!(first[0]["made_by_farrier"], true);
    let added = wired.json(&["vif", "attach", "wiredvif-1", "--network", "provider"]);
    assert_eq!((wired.vifs(1).len(), wired.made().len()), (2, 2), "{added}");
    let address = added[0]["ip_addresses"][0].as_str().expect("an address");
    let known = wired.json(&["show", "wiredvif-node-1"]);
    assert!(known["ip_addresses"].as_array().expect("a list").contains(&json!(address)), "{known}");
    // No card is free for a third.
    let third = ["vif", "attach", "wiredvif-1", "--network", "provider"];
    wired.site.farrier("admin").args(third).assert().code(6).stderr(contains("network: "));
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
}

#[test]
fn whatever_stops_a_further_network_its_port_goes_with_the_instance() {
    let wired = Wired::machine("wiredmore");
    let deploy = wired.deploy("wiredmore-1", &["--network", "private"]);
    let attach = ["vif", "attach", "wiredmore-1", "--network", "provider"];
    stopped_everywhere(&wired, Some(&deploy), &attach, &[]);
}
