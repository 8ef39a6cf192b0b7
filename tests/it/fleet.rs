//! Fleets on a real Ironic: planned as a whole, deployed at the same time, and continued.

use std::path::PathBuf;

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::proxy::Proxy;
use crate::schema;
use crate::support::{IMAGE, Lab};

/// A fleet file whose instances use the tests' image.
fn fleet(lab: &Lab, name: &str, instances: &Value) -> PathBuf {
    let file = lab.folder().join(format!("{name}.json"));
    let defaults = json!({"image": IMAGE[1], "image_checksum": IMAGE[3]});
    let text = json!({"defaults": defaults, "instances": instances}).to_string();
    std::fs::write(&file, text).expect("written");
    file
}

/// The names and nodes of an output.
fn names_and_nodes(answer: &Value) -> Vec<(&str, &str)> {
    let rows = answer.as_array().expect("an array").iter();
    let text = |value| Value::as_str(value).expect("a text");
    rows.map(|row| (text(&row["name"]), text(&row["node"]["name"]))).collect()
}

#[test]
fn second_deploy_of_a_fleet_changes_nothing() {
    let lab = Lab::shared();
    // The machine with NVMe is the better fit for `plan-web` too, but the only one for `plan-db`.
    let fast = json!({"cpu_arch": "x86_64", "cpus": 4, "memory_mb": 8192, "local_gb": 50, "capabilities": "nvme:true"});
    lab.machines_with("plan-fast", 1, &json!({"resource_class": "plan", "properties": fast}));
    lab.machines_with("plan-big", 2, &json!({"resource_class": "plan"}));
    let key = "ssh-ed25519 AAAA tester@lab";
    let file = fleet(
        lab,
        "plan-fleet",
        &json!([
            {"name": "plan-web", "count": 2, "resource_class": "plan", "vcpus": 4, "ram": "8G", "disk": 50},
            {"name": "plan-db", "resource_class": "plan", "capabilities": {"nvme": "true"}, "root_size": 20, "ssh_keys": key},
        ]),
    );
    let arguments = ["deploy", "--file", file.to_str().expect("UTF-8")];
    let first = lab.json(&arguments);
    let nodes = names_and_nodes(&first);
    assert_eq!(nodes[0], ("plan-db", "plan-fast-node-1"));
    assert_eq!((nodes.len(), nodes[1].0, nodes[2].0), (3, "plan-web-1", "plan-web-2"));
    assert_eq!(lab.node("plan-fast-node-1")["instance_info"]["root_gb"], 20);
    assert_eq!(lab.node("plan-big-node-1")["instance_info"]["root_gb"], 50);

    let second = lab.json(&arguments);
    let uuids = |answer: &Value| {
        answer.as_array().expect("an array").iter().map(|row| row["uuid"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(uuids(&first), uuids(&second));
    // Only the destroyed instance is deployed again.
    lab.json(&["destroy", "plan-web-2", "--yes", "--wait-clean"]);
    let third = lab.json(&arguments);
    assert_eq!(names_and_nodes(&third), names_and_nodes(&first));
    assert_eq!(uuids(&first)[..2], uuids(&third)[..2]);
    assert_ne!(uuids(&first)[2], uuids(&third)[2]);
    lab.json(&["destroy", "plan-web-1", "plan-web-2", "plan-db", "--yes"]);
}

#[test]
fn fleet_claims_nothing_if_one_instance_has_no_node() {
    let lab = Lab::shared();
    lab.machines("short", 2);
    let file = fleet(
        lab,
        "short-fleet",
        &json!([
            {"name": "short-web", "count": 2, "resource_class": "short"},
            {"name": "short-db", "resource_class": "short", "ram": "1T"},
        ]),
    );
    lab.farrier()
        .args(["deploy", "--file"])
        .arg(&file)
        .assert()
        .code(4)
        .stderr(contains("no valid host for 1 of 1 short-db").and(contains("no node for: short-db;")));
    for node in ["short-node-1", "short-node-2"] {
        assert_eq!(lab.node(node)["allocation_uuid"], Value::Null);
    }
}

#[test]
fn fleet_keeps_successes_and_finishes_the_rest_later() {
    let lab = Lab::shared();
    lab.machines("part-good", 1);
    lab.machines_with("part-bad", 1, &json!({"deploy_interface": "direct", "automated_clean": false}));
    let file = fleet(
        lab,
        "part-fleet",
        &json!([
            {"name": "part-good", "resource_class": "part-good"},
            {"name": "part-bad", "resource_class": "part-bad"},
        ]),
    );
    let arguments = ["deploy", "--retries", "0", "--file", file.to_str().expect("UTF-8")];
    let run = lab.farrier().args(arguments).args(["-f", "json"]).assert().code(10);
    let answer = schema::read("deploy", &run.get_output().stdout);
    assert_eq!((&answer[1]["state"], &answer[1]["error"]), (&json!("active"), &Value::Null));
    assert_eq!(answer[0]["name"], "part-bad");
    assert!(answer[0]["error"].as_str().expect("a reason").contains("disk.img"), "{answer}");
    lab.farrier().args(["wait", "part-bad-node-1"]).assert().success();

    lab.machines_with("part-new", 1, &json!({"resource_class": "part-bad"}));
    let again = lab.json(&[&arguments[..], &["--exclude", "part-bad-node-1"]].concat());
    assert_eq!(again[1]["uuid"], answer[1]["uuid"]);
    assert_eq!(names_and_nodes(&again)[0], ("part-bad", "part-new-node-1"));
    lab.json(&["destroy", "part-good", "part-bad", "--yes"]);
}

#[test]
fn all_errors_of_a_fleet_file_are_reported_before_any_request() {
    let lab = Lab::shared();
    let file = lab.folder().join("wrong-fleet.yaml");
    let text = "- {name: wrong a, image: 'http://x/y', image_checksum: abc}\n\
                - {name: b, image: none.img, network_config: {template: x}}\n\
                - {name: c, image: oci://x, user_data: none.yaml}\n\
                - {name: d}\n\
                - {name: e, image: oci://x, count: 2}\n\
                - {name: e-1, image: oci://x}\n";
    std::fs::write(&file, text).expect("written");
    let command = |file: &PathBuf| {
        let mut command = lab.farrier_at("http://127.0.0.1:9");
        command.args(["deploy", "--file"]).arg(file);
        command
    };
    let mut wrong = command(&file).assert().code(2);
    for expected in [
        "wrong-fleet.yaml:1:56: [0].image_checksum: a checksum has 64 digits",
        "wrong-fleet.yaml:2:20: [1].image: ",
        "wrong-fleet.yaml:3:40: [2].user_data: ",
        "wrong-fleet.yaml:4:3: [3]: `image` is missing",
        "wrong-fleet.yaml:6:3: [5]: duplicate instance `e-1`, first defined at ",
    ] {
        wrong = wrong.stderr(contains(expected));
    }
    command(&file).arg("--count").arg("2").assert().code(2);
    command(&file).arg("name").assert().code(2);
}

#[test]
fn each_group_has_its_own_disks_steps_and_config_drive() {
    let lab = Lab::shared();
    lab.machines("whole", 2);
    let endpoint = lab.endpoint();
    let proxy = Proxy::start(endpoint.strip_prefix("http://").expect("an address"));
    let network = |address: &str| {
        json!({"links": [{"id": "e", "type": "phy"}],
               "networks": [{"id": "n", "type": "ipv4", "link": "e", "ip_address": address}]})
    };
    std::fs::write(lab.folder().join("whole-drive.json"), r#"{"meta_data": {"hostname": "made"}}"#)
        .expect("written");
    let step = json!({"interface": "bios", "step": "factory_reset", "args": {}, "priority": 0});
    let instances = |address: &str| {
        json!([
            {"hostname": "whole-a", "resource_class": "whole", "nodes": ["whole-node-1"], "image_format": "raw",
             "root_device": {"size": ">= 9", "rotational": false}, "deploy_steps": [step], "user_name": "admin",
             "ssh_public_keys": "ssh-ed25519 AAAA me", "network_data": network(address),
             "config_drive": {"cloud_config": {"packages": ["vim"]}, "meta_data": {"rack": "r7"}}},
            {"name": "whole-b", "resource_class": "whole", "config_drive": "whole-drive.json"},
        ])
    };
    let wrong = json!([
        {"name": "x", "image_type": "floppy"},
        {"name": "y", "root_device": {"color": "red"}},
        {"name": "z", "deploy_steps": [{"interface": "bios"}]},
        {"name": "u", "network_data": network("10.0.0.999")},
        {"name": "v", "config_drive": "whole-drive.json", "meta": {"a": "b"}},
        {"name": "w", "config_drive": "none.json"},
    ]);
    let file = fleet(lab, "whole-fleet", &wrong);
    let mut refused = lab.farrier().args(["deploy", "--file"]).arg(&file).assert().code(2);
    for expected in [
        "image_type: invalid value `floppy`: expected one of `whole-disk`, `partition`",
        "root_device: unknown root device hint `color`",
        "deploy_steps: a deploy step needs the keys interface, step, args, priority; `step` is missing",
        "network_data: networks[0]: `10.0.0.999` is not an IP address",
        "config_drive: cannot add keys, user data or metadata",
        "none.json: ",
    ] {
        refused = refused.stderr(contains(expected));
    }

    let file = fleet(lab, "whole-fleet", &instances("192.0.2.9"));
    let output =
        lab.farrier_at(&proxy.endpoint()).args(["deploy", "--file"]).arg(&file).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let node = lab.node("whole-node-1");
    assert_eq!(node["instance_info"]["root_device"], json!({"size": ">= 9", "rotational": false}));
    assert_eq!(node["instance_info"]["image_disk_format"], "raw");
    let drives: Vec<Value> = proxy
        .changes()
        .into_iter()
        .filter(|(request, _)| request.ends_with("/states/provision"))
        .map(|(_, body)| body)
        .collect();
    let of = |name: &str| {
        let found = drives.iter().find(|body| body["configdrive"]["meta_data"]["hostname"] == name);
        found.unwrap_or_else(|| panic!("{name} in {drives:?}"))
    };
    assert_eq!(of("whole-a")["deploy_steps"], json!([step]));
    let drive = &of("whole-a")["configdrive"];
    assert_eq!((&drive["meta_data"]["rack"], &drive["meta_data"]["name"]), (&json!("r7"), &json!("whole-a")));
    let user_data = drive["user_data"].as_str().and_then(|text| text.strip_prefix("#cloud-config\n"));
    let config: Value = serde_json::from_str(user_data.expect("cloud-config")).expect("JSON");
    assert_eq!((&config["packages"], &config["users"][1]["name"]), (&json!(["vim"]), &json!("admin")));
    assert!(of("made")["configdrive"]["meta_data"]["name"].is_null());
    lab.json(&["destroy", "whole-a", "whole-b", "--yes"]);
}
