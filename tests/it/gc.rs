//! `farrier gc` on a real Ironic and a real Neutron: it removes orphans and nothing else.

use std::collections::BTreeMap;

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::site::{Service, Site};
use crate::support::{IMAGE, Lab, exchange, patch_node};

const VERSION: [(&str, &str); 1] = [("X-OpenStack-Ironic-API-Version", "1.82")];

/// The findings by name or ID: the kind, and the result.
fn findings(rows: &Value) -> BTreeMap<String, (String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let row = |row: &Value| {
        let key = if row["name"].is_null() { text(&row["id"]) } else { text(&row["name"]) };
        (key, (text(&row["kind"]), text(&row["action"])))
    };
    rows.as_array().expect("a list").iter().map(row).collect()
}

fn expected(rows: &[(&str, &str, &str)]) -> BTreeMap<String, (String, String)> {
    rows.iter()
        .map(|(name, kind, action)| ((*name).to_owned(), ((*kind).to_owned(), (*action).to_owned())))
        .collect()
}

#[test]
fn gc_removes_unused_allocations_and_keeps_others() {
    // Its own lab: every leftover in it is removed.
    let lab = Lab::start(&[]);
    lab.machines("gc", 6);
    let endpoint = lab.endpoint();
    let send = |method: &str, path: &str, body: &Value| {
        let (status, response) = exchange(&endpoint, method, path, &VERSION, &body.to_string());
        assert!((200..300).contains(&status), "{path}: {response}");
    };
    let claim = |name: &str, class: &str, extra: Value| {
        send("POST", "/v1/allocations", &json!({"name": name, "resource_class": class, "extra": extra}));
    };
    claim("gc-failed", "no-such-class", json!({}));
    claim("gc-abandoned", "gc", json!({"farrier": {"image": "http://127.0.0.1:9/disk.img"}}));
    claim("gc-of-another-tool", "gc", json!({}));
    let reserve = |name: &str, time: &str| {
        let reserve = ["schedule", "--resource-class", "gc", "--reserve", name, "--for", time];
        lab.farrier().args(reserve).assert().success();
    };
    lab.until("the claims are decided", |lab| {
        let list = lab.json(&["list"]);
        list.as_array().expect("a list").iter().all(|instance| instance["state"] != "allocating")
    });
    reserve("gc-over", "1s");
    reserve("gc-kept", "1h");
    lab.farrier().args(["deploy", "gc-web", "--resource-class", "gc"]).args(IMAGE).assert().success();
    // The last one: another user's instance without an allocation; first only claimed, then deployed.
    let nodes = lab.json(&["node", "list"]);
    let free = nodes.as_array().expect("a list").iter().find(|node| node["instance_uuid"].is_null());
    let free = free.expect("one of six is left")["name"].as_str().expect("a name").to_owned();
    let instance = "7d0d8f9a-0f4c-4c6f-8d0a-3a9b6f1e2c55";
    patch_node(&endpoint, &free, &json!([{"op": "add", "path": "/instance_uuid", "value": instance}]));

    let gc = |options: &[&str]| lab.json(&[&["gc", "--older-than", "0s"], options].concat());
    lab.until("the reservation is over", |_| findings(&gc(&[])).contains_key("gc-over"));
    let all = [
        ("gc-failed", "failed-allocation", "found"),
        ("gc-abandoned", "unused-allocation", "found"),
        ("gc-over", "expired-reservation", "found"),
        (instance, "unallocated-instance", "found"),
    ];
    assert_eq!(findings(&gc(&[])), expected(&all));
    // These calls only list. The recent orphans are then kept, because they may belong to a running command.
    assert_eq!(findings(&gc(&["--kind", "failed-allocation"])), expected(&all[..1]));
    assert_eq!(findings(&gc(&["gc-over", instance])), expected(&all[2..]));
    assert_eq!(findings(&gc(&["gc-kept", "--yes"])), expected(&[]));
    lab.farrier()
        .args(["gc", "--yes", "-f", "json"])
        .assert()
        .success()
        .stdout(contains("gc-over").and(contains("removed")).and(contains("gc-abandoned").not()))
        .stderr(contains("skipped 3 orphans that changed less than 1h ago"));

    send("PUT", &format!("/v1/nodes/{free}/states/provision"), &json!({"target": "active"}));
    lab.until("it is deployed", |lab| lab.node(&free)["provision_state"] == "active");
    let removed = [
        ("gc-failed", "failed-allocation", "removed"),
        ("gc-abandoned", "unused-allocation", "removed"),
        (instance, "unallocated-instance", "kept"),
    ];
    assert_eq!(findings(&gc(&["--yes"])), expected(&removed));
    lab.farrier()
        .args(["gc", "--yes", "--older-than", "0s"])
        .assert()
        .success()
        .stderr(contains(format!("farrier destroy {instance}")));
    assert_eq!(lab.node(&free)["provision_state"], "active");
    let left: Vec<String> = lab
        .json(&["list"])
        .as_array()
        .expect("a list")
        .iter()
        .map(|instance| instance["name"].as_str().unwrap_or_default().to_owned())
        .collect();
    let mut left: Vec<&str> = left.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
    left.sort_unstable();
    assert_eq!(left, ["gc-kept", "gc-of-another-tool", "gc-web"]);
}

#[test]
fn gc_removes_instance_info_from_free_nodes() {
    let lab = Lab::shared();
    lab.machines("gcinfo", 2);
    let (node, used) = ("gcinfo-node-1", "gcinfo-node-2");
    lab.farrier()
        .args(["deploy", "gcinfo-web", "--node", used, "--resource-class", "gcinfo"])
        .args(IMAGE)
        .assert()
        .success();
    let left = json!([{"op": "add", "path": "/instance_info/preserve_ephemeral", "value": true}]);
    patch_node(&lab.endpoint(), node, &left);
    let gc = |options: &[&str]| {
        findings(&lab.json(&[&["gc", node, used, "--older-than", "0s"], options].concat()))
    };
    assert_eq!(gc(&[]), expected(&[(node, "stale-instance-info", "found")]));
    assert_eq!(gc(&["--kind", "unused-allocation"]), expected(&[]));
    assert_eq!(lab.node(node)["instance_info"], json!({"preserve_ephemeral": true}), "it is only listed");
    assert_eq!(gc(&["--yes"]), expected(&[(node, "stale-instance-info", "removed")]));
    assert_eq!(lab.node(node)["instance_info"], json!({}));
    assert_eq!(gc(&["--yes"]), expected(&[]));
    assert_eq!(lab.node(used)["instance_info"]["display_name"], "gcinfo-web");
    lab.json(&["destroy", "gcinfo-web", "--yes"]);
}

#[test]
fn gc_removes_stale_ports_and_vifs_and_keeps_others() {
    let site = Site::shared();
    let port = |nth: usize| {
        json!({
            "address": format!("56:67:63:00:01:{nth:02x}"),
            "local_link_connection":
                {"switch_id": "52:00:00:00:00:02", "port_id": format!("gcnet-{nth}"), "switch_info": "switch"},
        })
    };
    let more = json!({
        "ports": [port(1), port(2)], "owner": site.project("admin"), "network_interface": "neutron",
        "automated_clean": false,
    });
    site.machines("gcnet", 1, &more);
    let neutron = |method: &str, path: &str, body: &Value| {
        let (status, response) = site.ask(Service::Neutron, method, path, body);
        assert!((200..300).contains(&status), "{path}: {response}");
        response
    };
    let network = neutron("GET", "/v2.0/networks?name=provider", &Value::Null)["networks"][0]["id"].clone();
    let make = |more: Value| {
        let mut port = json!({"network_id": network});
        port.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        let port = neutron("POST", "/v2.0/ports", &json!({"port": port}));
        port["port"]["id"].as_str().expect("an ID").to_owned()
    };
    let exists =
        |id: &str| site.ask(Service::Neutron, "GET", &format!("/v2.0/ports/{id}"), &Value::Null).0 == 200;

    let deploy = ["deploy", "gcnet-web", "--resource-class", "gcnet", "--network", "provider"];
    site.farrier("admin").args(deploy).args(site.image()).assert().success();
    let healthy =
        site.json("admin", &["vif", "list", "gcnet-web"])[0]["id"].as_str().expect("an ID").to_owned();
    let node =
        site.json("admin", &["node", "show", "gcnet-node-1"])["uuid"].as_str().expect("an ID").to_owned();

    // What a crash of each command leaves behind.
    let description =
        neutron("GET", &format!("/v2.0/ports/{healthy}"), &Value::Null)["port"]["description"].clone();
    let (_, here) = description
        .as_str()
        .and_then(|text| text.rsplit_once(" at "))
        .expect("the description ends with the endpoint");
    let gone = "0b1de6f4-56a4-4e7a-a0d7-6a1c1c1f6a01";
    let port_of = |name: &str, device: &str, place: &str| {
        let description = format!("made by farrier for instance {name} at {place}");
        make(json!({
            "name": format!("{name}-0"), "device_owner": "baremetal:farrier", "device_id": device, "description": description,
        }))
    };
    let left = port_of("gcnet-gone", gone, here);
    let elsewhere = port_of("gcnet-gone", gone, "http://127.0.0.1:1");
    let of_ramdisk = |host: &str| {
        make(
            json!({"device_owner": "baremetal:none", "device_id": host, "binding:host_id": host, "name": "gcnet-ramdisk"}),
        )
    };
    let ramdisk = of_ramdisk(&node);
    site.farrier("admin").args(["vif", "attach", "gcnet-node-1", "--network", "provider"]).assert().success();
    let vifs = site.json("admin", &["vif", "list", "gcnet-node-1"]);
    let lost = vifs.as_array().expect("a list").iter().map(|vif| vif["id"].as_str().expect("an ID"));
    let lost = lost.filter(|id| *id != healthy).collect::<Vec<_>>().concat();
    neutron("DELETE", &format!("/v2.0/ports/{lost}"), &Value::Null);

    // Selected by ID, because this site also has other tests' ports.
    let ids = [lost.as_str(), &left, &ramdisk, &elsewhere, &healthy];
    let gc = |cloud: &str, options: &[&str]| {
        let rows = site.json(cloud, &[&["gc", "--older-than", "0s"], &ids[..], options].concat());
        let rows = rows.as_array().expect("a list").iter().map(|row| {
            let text = |key: &str| row[key].as_str().expect("a text").to_owned();
            (text("id"), (text("kind"), text("action")))
        });
        rows.collect::<BTreeMap<_, _>>()
    };
    let of = |action: &str| {
        expected(&[
            (&lost, "stale-vif", action),
            (&left, "stale-port", action),
            (&ramdisk, "stale-ramdisk-port", action),
        ])
    };
    assert_eq!(gc("admin", &[]), of("found"));
    // A user who cannot see everything does not treat hidden objects as gone.
    for cloud in ["system-admin", "owner-reader"] {
        let gc = [&["gc", "--older-than", "0s"], &ids[..]].concat();
        let run = site.farrier(cloud).args(gc).args(["-f", "json"]).assert().success();
        let run = run.stdout("[]\n").stderr(contains("Neutron does not show this user"));
        if cloud == "owner-reader" {
            run.stderr(contains("this user sees the allocations of one project only"));
        }
    }
    assert_eq!(gc("admin", &["--yes"]), of("removed"));
    assert!(gc("admin", &["--yes"]).is_empty());
    // `destroy` removes the leftovers of a name, except for those that a new instance of that name uses.
    let web = site.json("admin", &["show", "gcnet-web"])["uuid"].as_str().expect("an ID").to_owned();
    let (of_gone, of_new) = (port_of("gcnet-again", gone, here), port_of("gcnet-again", &web, here));
    let again = ["destroy", "gcnet-again", "--yes", "--missing-ok"];
    site.farrier("admin").args(again).assert().success();
    assert!(!exists(&of_gone) && exists(&of_new));
    neutron("DELETE", &format!("/v2.0/ports/{of_new}"), &Value::Null);
    assert!(exists(&healthy) && exists(&elsewhere) && !exists(&left) && !exists(&ramdisk));
    let vifs = site.json("admin", &["vif", "list", "gcnet-web"]);
    assert_eq!(vifs.as_array().map(Vec::len), Some(1), "{vifs}");
    site.farrier("admin").args(["destroy", "gcnet-web", "--yes"]).assert().success();
    neutron("DELETE", &format!("/v2.0/ports/{elsewhere}"), &Value::Null);
}
