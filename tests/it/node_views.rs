//! `farrier node ports`, `traits`, `bios`, `firmware` and `inventory`: what Ironic knows about a machine.

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::bmc::Bmc;
use crate::node_check::{inspect, inventory};
use crate::proxy::{Fault, Proxy};
use crate::support::{Lab, exchange};

/// The value of a key in each row.
fn column<'a>(answer: &'a Value, key: &str) -> Vec<&'a Value> {
    answer.as_array().expect("a list").iter().map(|row| &row[key]).collect()
}

#[test]
fn ports_show_switch_ports_and_vifs() {
    let lab = Lab::shared();
    let link = json!({"switch_id": "52:54:00:0a:00:01", "port_id": "Ethernet7", "switch_info": "leaf-1"});
    let machine = json!({
        "ports": [
            {"address": "52:54:00:0b:1e:02", "local_link_connection": link, "physical_network": "views-net"},
            {"address": "52:54:00:0b:1e:01", "pxe_enabled": false},
        ],
        "traits": ["CUSTOM_VIEWS_A", "CUSTOM_VIEWS_B"],
    });
    lab.machines_with("views-ports", 1, &machine);
    lab.machines("views-bare", 1);
    let node = "views-ports-node-1";
    let ports = lab.json(&["node", "ports", node]);
    assert_eq!(column(&ports, "address"), ["52:54:00:0b:1e:01", "52:54:00:0b:1e:02"]);
    assert_eq!(column(&ports, "pxe_enabled"), [false, true]);
    assert_eq!(ports[1]["local_link_connection"], link);
    assert_eq!((&ports[1]["physical_network"], &ports[1]["vif"]), (&json!("views-net"), &Value::Null));
    let table = lab.farrier().args(["node", "ports", node]).assert().success();
    table.stdout(contains("leaf-1").not().and(contains("Ethernet7")).and(contains("views-net")));

    // A port group is listed instead of its ports, with its name and its VIF.
    let uuid = lab.node(node)["uuid"].as_str().expect("a text").to_owned();
    let endpoint = lab.endpoint();
    let headers = [("X-OpenStack-Ironic-API-Version", "1.82")];
    let group = json!({"node_uuid": uuid, "name": "views-bond"}).to_string();
    let (status, group) = exchange(&endpoint, "POST", "/v1/portgroups", &headers, &group);
    assert_eq!(status, 201, "{group}");
    let group: Value = serde_json::from_str(&group).expect("JSON");
    lab.json(&["node", "manage", node]);
    let joins = json!([{"op": "add", "path": "/portgroup_uuid", "value": group["uuid"]}]).to_string();
    let port = format!("/v1/ports/{}", ports[1]["uuid"].as_str().expect("a text"));
    assert_eq!(exchange(&endpoint, "PATCH", &port, &headers, &joins).0, 200);
    assert_eq!(lab.json(&["node", "ports", &uuid])[1]["portgroup"]["name"], "views-bond");

    let traits = lab.json(&["node", "traits", node, "--sort", "name:desc"]);
    assert_eq!(column(&traits, "name"), ["CUSTOM_VIEWS_B", "CUSTOM_VIEWS_A"]);
    for (view, expected) in [("ports", "has no ports in Ironic"), ("traits", "no traits")] {
        let empty = lab.farrier().args(["node", view, "views-bare-node-1", "-f", "json"]).assert().success();
        empty.stdout("[]\n").stderr(contains(expected));
    }
}

#[test]
fn bios_settings_are_listed_without_passwords() {
    let lab = Lab::shared();
    lab.machines("views-bios", 1);
    let node = "views-bios-node-1";
    let empty = lab.farrier().args(["node", "bios", node]).assert().success();
    empty.stderr(contains("has no BIOS settings").and(contains("verifies or cleans")));
    lab.json(&["node", "manage", node]);
    let settings = json!([{"name": "BootMode", "value": "Uefi"}, {"name": "ProcTurbo", "value": "Enabled"},
                          {"name": "SetupPassword", "value": "hunter2"}]);
    let step = json!({"interface": "bios", "step": "apply_configuration", "args": {"settings": settings}})
        .to_string();
    lab.json(&["node", "clean", node, "--step", &step, "--yes"]);
    let listed = lab.json(&["node", "bios", node]);
    assert_eq!(column(&listed, "name"), ["BootMode", "ProcTurbo", "SetupPassword"]);
    assert_eq!(column(&listed, "value"), ["Uefi", "Enabled", "******"]);
    assert!(listed[0].get("attribute_type").is_some() && listed[0].get("links").is_none(), "{listed}");
    let one = ["node", "bios", node, "--name", "turbo", "-f", "value", "-c", "value"];
    lab.farrier().args(one).assert().success().stdout("Enabled\n");
    // Fake hardware has no firmware; a test below uses a machine with a BMC.
    let empty = lab.farrier().args(["node", "firmware", node, "-f", "json"]).assert().success();
    empty.stdout("[]\n").stderr(contains("has no firmware").and(contains("`fake`")));
}

#[test]
fn inventory_shows_a_summary_and_the_complete_data() {
    let lab = Lab::shared();
    let macs = ["52:54:00:0b:1e:11", "52:54:00:0b:1e:12"];
    let machine =
        json!({"inspect_interface": "agent", "automated_clean": false, "ports": [{"address": macs[0]}]});
    lab.machines_with("views-inventory", 1, &machine);
    let node = "views-inventory-node-1";
    let view = ["node", "inventory", node];
    let free = lab.farrier().args(view).assert().code(5);
    free.stdout("").stderr(contains("never inspected").and(contains("farrier node manage")));
    lab.json(&["node", "manage", node]);
    let managed = lab.farrier().args(view).assert().code(5);
    managed.stderr(contains("`farrier node inspect views-inventory-node-1`"));
    let mut found = inventory(&macs, 16896, &[("A1", 101), ("A2", 500)], "SN9");
    found["inventory"]["interfaces"][1]["speed_mbps"] = json!(25000);
    found["inventory"]["system_vendor"]["admin_password"] = json!("hunter2");
    inspect(lab, node, &found);
    let output = lab.farrier().args(view).assert().success();
    let cells =
        ["Farm F1", "SN9", "8 × C", "16.5 GiB", "101.0 GiB", "A2", "SSD", macs[0], macs[1], "25000 Mb/s"];
    for cell in cells {
        assert!(
            contains(cell).eval(&String::from_utf8_lossy(&output.get_output().stdout)),
            "{cell}: {output}"
        );
    }
    let whole = lab.json(&view);
    assert_eq!(whole["inventory"]["memory"]["physical_mb"], 16896);
    assert_eq!(whole["inventory"]["system_vendor"]["admin_password"], "******");
    assert!(whole["plugin_data"].is_object(), "{whole}");
    let memory = ["node", "inventory", node, "-f", "csv"];
    lab.farrier().args(memory).assert().success().stdout(contains("memory,16.5 GiB\n"));
}

#[test]
fn old_ironic_and_unknown_nodes_give_clear_errors() {
    let lab = Lab::shared();
    lab.machines("views-old", 1);
    let node = "views-old-node-1";
    let old = |arguments: &[&str]| {
        let proxy = Proxy::start(&lab.endpoint());
        // The first request asks for the API version.
        proxy.fault("GET", "/v1", 1, Fault::Answer(200, r#"{"version": {"version": "1.61"}}"#));
        lab.farrier_at(&proxy.endpoint()).args(arguments).assert()
    };
    for (view, since) in [("inventory", "1.81"), ("firmware", "1.86"), ("history", "1.78")] {
        let refused = old(&["node", view, node]).code(2);
        refused.stderr(contains(since).and(contains("1.61")).and(contains("farrier doctor")));
    }
    let check = old(&["node", "check", node]).success();
    check.stderr(
        contains("no inspection data in this Ironic (needs API 1.81)")
            .and(contains("checked only their properties and ports")),
    );
    old(&["node", "check", node, "--record"]).code(2).stderr(contains("1.81"));
    for view in ["ports", "traits", "bios"] {
        old(&["node", view, node, "-f", "json"]).success().stdout("[]\n");
    }
    // Ironic accepts neither as a name.
    for nobody in ["52:54:00:00:00:01", "two words"] {
        for command in [&["node", "show"][..], &["show"], &["power", "status"], &["why"]] {
            let run = lab.farrier().args(command).arg(nobody).assert().code(5);
            run.stderr(contains(nobody).and(contains("GET ").not()));
        }
    }
    for view in ["ports", "traits", "bios", "firmware", "inventory"] {
        lab.farrier().args(["node", view, "views-nobody"]).assert().code(5).stderr(contains("views-nobody"));
    }
}

#[test]
fn bmc_data_is_available_after_verification() {
    let lab = Lab::shared();
    let bmc = Bmc::start(1);
    let node = json!({
        "name": "views-redfish-1", "driver": "redfish", "driver_info": bmc.access(0, Bmc::PASSWORD),
        "boot_interface": "redfish-virtual-media", "bios_interface": "redfish", "firmware_interface": "redfish",
    });
    let file = lab.folder().join("views-redfish.json");
    std::fs::write(&file, json!({"nodes": [node]}).to_string()).expect("written");
    lab.farrier().args(["enroll", "--until", "manageable"]).arg(&file).assert().success();
    let firmware = lab.json(&["node", "firmware", "views-redfish-1"]);
    assert_eq!(column(&firmware, "component"), ["bmc"]);
    assert_eq!(firmware[0]["current_version"], firmware[0]["initial_version"]);
    let command = ["node", "firmware", "views-redfish-1", "-f", "value", "-c", "current_version"];
    let version = firmware[0]["current_version"].as_str().expect("a text");
    lab.farrier().args(command).assert().success().stdout(format!("{version}\n"));
    // The emulator's machines have no BIOS settings.
    let empty = lab.farrier().args(["node", "bios", "views-redfish-1"]).assert().success();
    empty.stderr(contains("`redfish`"));
}
