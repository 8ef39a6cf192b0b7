//! Boot devices, consoles, NMIs and addresses on a real Ironic.

use predicates::str::contains;
use serde_json::json;

use crate::support::{IMAGE, Lab};

#[test]
fn boot_device_is_shown_and_set() {
    let lab = Lab::shared();
    lab.machines("boots", 1);
    let set = lab.json(&["boot-device", "boots-node-1", "disk", "--persistent"]);
    assert_eq!(set["boot_device"], "disk", "{set}");
    let shown = lab.json(&["boot-device", "boots-node-1"]);
    assert_eq!(shown["boot_device"], "disk", "{shown}");
    let supported = shown["supported"].as_array().expect("an array");
    assert!(supported.contains(&json!("pxe")), "{shown}");
    lab.farrier().args(["boot-device", "boots-node-1", "floppy"]).assert().code(2).stderr(contains("pxe"));
    lab.farrier().args(["boot-device", "no-such-node"]).assert().code(5);
}

#[test]
fn console_is_enabled_and_disabled() {
    let lab = Lab::shared();
    lab.machines("serial", 1);
    assert_eq!(lab.json(&["console", "serial-node-1"])["console_enabled"], false);
    assert_eq!(lab.json(&["console", "serial-node-1", "--enable"])["console_enabled"], true);
    let off = lab.json(&["console", "serial-node-1", "--disable"]);
    assert_eq!((&off["console_enabled"], &off["url"]), (&json!(false), &json!(null)), "{off}");
    lab.machines_with("mute", 1, &json!({"console_interface": "no-console"}));
    lab.farrier().args(["console", "mute-node-1", "--enable"]).assert().code(6);
}

#[test]
fn nmi_requires_confirmation() {
    let lab = Lab::shared();
    lab.machines("hung", 1);
    lab.farrier().args(["nmi", "hung-node-1"]).assert().code(2).stderr(contains("--yes"));
    // The mock machine's BMC does not support it, and Ironic says so.
    lab.farrier().args(["nmi", "hung-node-1", "--yes"]).assert().code(6).stderr(contains("hung-node-1"));
}

#[test]
fn instance_is_shown_with_its_addresses() {
    let lab = Lab::shared();
    lab.machines_with("reach", 1, &json!({"ports": [{"address": "02:fa:44:77:00:01"}]}));
    let network = lab.folder().join("reach.json");
    let data = json!({"links": [{"id": "e", "type": "phy", "ethernet_mac_address": "02:fa:44:77:00:01"}],
        "networks": [{"id": "n", "type": "ipv4", "link": "e", "ip_address": "192.0.2.5", "netmask": "255.255.255.0"}]});
    std::fs::write(&network, data.to_string()).expect("written");
    let network = ["--network-data", network.to_str().expect("UTF-8")];
    lab.json(&[&["deploy", "reach", "--resource-class", "reach"][..], &IMAGE, &network].concat());
    let shown = lab.json(&["show", "reach"]);
    assert_eq!(shown["ip_addresses"], json!(["192.0.2.5"]), "{shown}");
    assert_eq!(shown["mac_addresses"], json!(["02:fa:44:77:00:01"]), "{shown}");
    let listed = lab.json(&["list"]);
    let listed = listed.as_array().expect("an array").iter().find(|row| row["name"] == "reach");
    assert_eq!(listed.expect("it is listed")["ip_addresses"], json!(["192.0.2.5"]));
    lab.json(&["destroy", "reach", "--yes"]);
}
