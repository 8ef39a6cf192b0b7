//! `farrier enroll` against a real Ironic: what it creates, what it leaves unchanged, and what it reports.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use predicates::prelude::*;
use predicates::str::contains;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::proxy::{Fault, Proxy};
use crate::schema;
use crate::support::{Lab, signal};

/// Writes a file of nodes into the lab's folder.
fn file(lab: &Lab, name: &str, text: &str) -> PathBuf {
    let path = lab.folder().join(name);
    fs::write(&path, text).expect("the folder can be written to");
    path
}

/// Runs `enroll` with a file and parses its output, with any exit code.
fn enroll(lab: &Lab, path: &std::path::Path, options: &[&str]) -> (i32, Vec<Value>, String) {
    let output =
        lab.farrier().arg("enroll").arg(path).args(options).args(["-f", "json"]).output().expect("it runs");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let rows = schema::read("enroll", &output.stdout).as_array().expect("a list").clone();
    (output.status.code().expect("it was not killed"), rows, stderr)
}

fn column(rows: &[Value], key: &str) -> Vec<Value> {
    rows.iter().map(|row| row[key].clone()).collect()
}

/// Sends a request to Ironic without farrier. Returns the body of the response.
fn ask(lab: &Lab, method: &str, path: &str) -> String {
    let endpoint = lab.endpoint();
    let host = endpoint.trim_start_matches("http://").trim_end_matches("/v1");
    let mut ironic = TcpStream::connect(host).expect("Ironic listens");
    let version = "X-OpenStack-Ironic-API-Version: 1.81";
    write!(ironic, "{method} {path} HTTP/1.0\r\nHost: {host}\r\n{version}\r\n\r\n").expect("it reads");
    let mut answer = String::new();
    ironic.read_to_string(&mut answer).expect("it answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    assert!(head.contains(" 20"), "{method} {path}: {answer}");
    body.to_owned()
}

/// Ironic's list of a resource.
fn ironic(lab: &Lab, what: &str) -> Vec<Value> {
    let answer: Value =
        serde_json::from_str(&ask(lab, "GET", &format!("/v1/{what}?detail=True"))).expect("JSON");
    answer[what].as_array().expect("a list").clone()
}

/// The ports of a node by MAC address.
fn ports(lab: &Lab, node: &Value) -> Vec<Value> {
    let mut ports: Vec<Value> =
        ironic(lab, "ports").into_iter().filter(|port| port["node_uuid"] == node["uuid"]).collect();
    ports.sort_by_key(|port| port["address"].to_string());
    ports
}

const FULL: &str = r#"
chassis:
- description: the rack of the enrollment test
  nodes:
  - {name: full-b, driver: fake-hardware}
nodes:
- name: full-a
  driver: fake-hardware
  resource_class: full
  owner: somebody
  traits: [CUSTOM_NVME, HW_CPU_X86_VMX]
  properties: {cpu_arch: x86_64, cpus: "64", memory_mb: 262144, local_gb: 893, capabilities: {boot_mode: uefi}}
  driver_info: {bmc_password: hunter2}
  extra: {rack: 4, "site.row": b}
  portgroups:
  - {name: full-a-bond, mode: 802.3ad, ports: [{address: "52:54:F0:00:00:02"}, {address: 52:54:00:00:00:03}]}
  ports:
  - address: 52:54:f0:00:00:01
    pxe_enabled: true
    physical_network: prov
    local_link_connection: {switch_id: "A0:00:00:00:00:01", port_id: 1, switch_info: tor4a}
- {name: full-c, driver: fake-hardware, maintenance: true}
- {name: full-d, driver: fake-hardware, owner: somebody, parent_node: full-a}
"#;

#[test]
fn second_enroll_of_a_file_changes_nothing() {
    let lab = Lab::shared();
    let path = file(lab, "full.yaml", FULL);
    let (code, plan, stderr) = enroll(lab, &path, &["--dry-run"]);
    assert_eq!((code, column(&plan, "action")), (0, vec![json!("created"); 4]), "{stderr}");
    lab.farrier().args(["node", "show", "full-a"]).assert().code(5);

    let (code, rows, stderr) = enroll(lab, &path, &[]);
    assert_eq!(code, 0, "{stderr}");
    for key in ["name", "uuid", "action", "state", "error"] {
        assert!(rows.iter().all(|row| row.get(key).is_some()), "{key}");
    }
    let names = [json!("full-b"), json!("full-a"), json!("full-c"), json!("full-d")];
    assert_eq!(column(&rows, "name"), names);
    assert_eq!(column(&rows, "action"), vec![json!("created"); 4]);
    assert_eq!(column(&rows, "state"), ["available", "available", "enroll", "available"].map(Value::from));
    assert!(rows[2]["note"].as_str().is_some_and(|note| note.contains("maintenance")), "{}", rows[2]);

    let node = lab.node("full-a");
    assert_eq!(node["uuid"], rows[1]["uuid"]);
    assert_eq!((&node["owner"], &node["resource_class"]), (&json!("somebody"), &json!("full")));
    assert_eq!(
        (&node["power_state"], &node["extra"]),
        (&json!("power off"), &json!({"rack": 4, "site.row": "b"}))
    );
    let properties = json!({"cpu_arch": "x86_64", "cpus": 64, "memory_mb": 262_144, "local_gb": 893,
                            "capabilities": "boot_mode:uefi"});
    assert_eq!(node["properties"], properties);
    assert_eq!(node["traits"], json!(["CUSTOM_NVME", "HW_CPU_X86_VMX"]));
    assert_eq!(lab.node("full-d")["parent_node"], node["uuid"]);
    assert_ne!(lab.node("full-b")["chassis_uuid"], Value::Null);
    assert_eq!(lab.node("full-c")["maintenance"], true);
    let ports = ports(lab, &node);
    assert_eq!(
        column(&ports, "address"),
        ["52:54:00:00:00:03", "52:54:f0:00:00:01", "52:54:f0:00:00:02"].map(Value::from)
    );
    assert_eq!(ports[1]["local_link_connection"]["port_id"], "1");
    let group =
        ironic(lab, "portgroups").into_iter().find(|group| group["name"] == "full-a-bond").expect("created");
    assert_eq!((&ports[0]["portgroup_uuid"], &ports[1]["portgroup_uuid"]), (&group["uuid"], &Value::Null));

    let (code, again, stderr) = enroll(lab, &path, &["--update"]);
    assert_eq!((code, column(&again, "action")), (0, vec![json!("unchanged"); 4]), "{stderr}");
    assert_eq!(column(&again, "uuid"), column(&rows, "uuid"));
    assert!(again.iter().all(|row| row["changes"] == json!([])), "{again:?}");
    assert!(
        stderr.contains("since they were last sent from this computer") && !stderr.contains("hunter2"),
        "{stderr}"
    );
}

#[test]
fn interfaces_and_chassis_that_ironic_does_not_have_are_refused_before_anything_is_created() {
    let lab = Lab::shared();
    let text = "nodes:\n\
                - {name: unserved-a, driver: fake-hardware}\n\
                - {name: unserved-b, driver: fake-hardware, deploy_interface: iscsi}\n\
                - {name: unserved-c, driver: fake-hardware, power_interface: ipmitool}\n\
                - {name: unserved-d, driver: fake-hardware, power_interface: ipmitool, deploy_interface: fake}\n\
                - {name: unserved-e, driver: fake-hardware, chassis_uuid: f81d4fae-7dec-11d0-a765-00a0c91e6bf6}\n";
    let path = file(lab, "unserved.yaml", text);
    for options in [&["--dry-run"][..], &[]] {
        let assert = lab.farrier().arg("enroll").arg(&path).args(options).assert().code(2);
        let stderr = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
        for part in [
            "unserved.yaml:3:3: nodes[1]: `deploy_interface` `iscsi` is not enabled for `fake-hardware`",
            "unserved.yaml:4:3: nodes[2]: `power_interface` `ipmitool` is not enabled for `fake-hardware`",
            "(enabled: fake) (and 1 more",
            "unserved.yaml:6:3: nodes[4]: the chassis `f81d4fae-7dec-11d0-a765-00a0c91e6bf6` does not exist",
        ] {
            assert!(stderr.contains(part), "{part}: {stderr}");
        }
    }
    lab.farrier().args(["node", "show", "unserved-a"]).assert().code(5);
}

#[test]
fn csv_tables_are_enrolled() {
    let lab = Lab::shared();
    let table = "Name;Driver;MAC;BMC password;resource_class;memory_mb;Traits;extra.rack;port.switch_id;port.port_id\r\n\
                 row-a;fake-hardware;52:54:7a:00:00:01;${ROW_PASSWORD};rows;16384;CUSTOM_A;r4;a0:00:00:00:00:01;Eth1\r\n\
                 row-b;redfish;52:54:7a:00:00:02 52:54:7a:00:00:03;hunter2;rows;32768;;;;\r\n";
    let path = file(lab, "rows.csv", table);
    let run = |options: &[&str]| {
        let mut command = lab.farrier();
        command
            .env("ROW_PASSWORD", "hunter2")
            .arg("enroll")
            .arg(&path)
            .args(["--until", "enroll"])
            .args(options);
        command
    };
    // Only Redfish and similar drivers have a name for it.
    run(&[]).assert().code(2).stderr(contains("rows.csv:2:39: nodes[0]: "));
    let table = table.replace(";${ROW_PASSWORD};", ";;");
    file(lab, "rows.csv", &table.replace(";hunter2;", ";${ROW_PASSWORD};"));
    run(&["--input-format", "bifrost"]).assert().code(2).stderr(contains("rows.csv:1:1: "));
    run(&[]).assert().success().stderr(contains("rows.csv: read as CSV with a header row"));
    let [a, b] = ["row-a", "row-b"].map(|name| lab.node(name));
    assert_eq!((&a["properties"]["memory_mb"], &a["extra"]["rack"]), (&json!(16384), &json!("r4")));
    assert_eq!((&b["driver_info"]["redfish_password"], &b["traits"]), (&json!("******"), &json!([])));
    assert_eq!(ports(lab, &a)[0]["local_link_connection"]["port_id"], "Eth1");
    assert_eq!(ports(lab, &b).len(), 2);
    let (code, rows, stderr) = {
        let output = run(&["--dry-run", "-f", "json"]).output().expect("it runs");
        let rows: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
        (output.status.code(), rows, String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!((code, column(&rows, "action")), (Some(0), vec![json!("unchanged"); 2]), "{stderr}");
}

#[test]
fn differences_are_shown_and_changed_only_with_update() {
    let lab = Lab::shared();
    let file = |memory: u32, pxe: bool, class: &str| {
        let text = format!(
            "nodes:\n- {{name: drift, driver: fake-hardware, resource_class: {class}, traits: [CUSTOM_{memory}],\n   \
             driver_info: {{bmc_password: hunter2}}, properties: {{memory_mb: {memory}, cpus: 8}},\n   \
             ports: [{{address: '52:54:d0:00:00:01', pxe_enabled: {pxe}}}]}}\n"
        );
        file(lab, "drift.yaml", &text)
    };
    let path = file(1024, true, "drift");
    assert_eq!(enroll(lab, &path, &[]).0, 0);

    let path = file(2048, false, "other");
    for options in [&[][..], &["--dry-run"]] {
        let (code, rows, stderr) = enroll(lab, &path, options);
        assert_eq!((code, &rows[0]["action"]), (10, &json!("unchanged")), "{stderr}");
        let fields =
            ["resource_class", "properties.memory_mb", "traits", "ports[52:54:d0:00:00:01].pxe_enabled"];
        assert_eq!(
            column(rows[0]["changes"].as_array().expect("an array"), "field"),
            fields.map(Value::from)
        );
        assert_eq!(
            rows[0]["changes"][1],
            json!({"field": "properties.memory_mb", "has": 1024, "wants": 2048, "mend": false, "note": null})
        );
        assert!(!stderr.contains("hunter2"), "{stderr}");
    }
    assert_eq!(lab.node("drift")["properties"]["memory_mb"], 1024);

    let (code, rows, stderr) = enroll(lab, &path, &["--update", "--dry-run"]);
    assert_eq!(
        (code, &rows[0]["action"], &rows[0]["changes"][0]["mend"]),
        (0, &json!("updated"), &json!(true)),
        "{stderr}"
    );
    assert_eq!(lab.node("drift")["properties"]["memory_mb"], 1024);

    let (code, rows, stderr) = enroll(lab, &path, &["--update"]);
    assert_eq!(
        (code, &rows[0]["action"], &rows[0]["state"]),
        (0, &json!("updated"), &json!("available")),
        "{stderr}"
    );
    let node = lab.node("drift");
    assert_eq!((&node["properties"]["memory_mb"], &node["resource_class"]), (&json!(2048), &json!("other")));
    assert_eq!(ports(lab, &node)[0]["pxe_enabled"], false);
    let (code, rows, _) = enroll(lab, &path, &["--update"]);
    assert_eq!((code, &rows[0]["action"]), (0, &json!("unchanged")));
    let (code, rows, _) = enroll(lab, &path, &["--push-secrets"]);
    assert_eq!((code, &rows[0]["action"]), (0, &json!("updated")));
}

#[test]
fn duplicate_names_and_addresses_are_refused_before_any_change() {
    let lab = Lab::shared();
    let path = file(
        lab,
        "owners.yaml",
        "nodes:\n- {name: owner-a, driver: fake-hardware, ports: [{address: '52:54:c0:00:00:01'}]}\n\
         - {name: owner-b, driver: fake-hardware}\n",
    );
    assert_eq!(enroll(lab, &path, &["--until", "enroll"]).0, 0);
    let path = file(
        lab,
        "clashes.yaml",
        "nodes:\n- {name: clash-a, driver: fake-hardware}\n\
         - {name: clash-b, driver: fake-hardware, ports: [{address: '52:54:C0:00:00:01'}]}\n\
         - {name: owner-b, driver: fake-hardware, uuid: 1be26c0b-03f2-4d2e-ae87-c02d7f33c123}\n",
    );
    lab.farrier()
        .arg("enroll")
        .arg(&path)
        .assert()
        .code(6)
        .stdout("")
        .stderr(contains(
            "clashes.yaml:3:3: nodes[1]: clash-b: the MAC address 52:54:c0:00:00:01 belongs to node owner-a",
        ))
        .stderr(contains(
            "clashes.yaml:4:3: nodes[2]: owner-b: the name owner-b belongs to node owner-b; its UUID differs",
        ));
    lab.farrier().args(["node", "show", "clash-a"]).assert().code(5);
}

#[test]
fn enroll_stops_at_the_state_of_until() {
    let lab = Lab::shared();
    let one = |until: &str| {
        lab.json(&[
            "enroll",
            "--driver",
            "fake-hardware",
            "--name",
            "step",
            "--mac",
            "52:54:50:00:00:01",
            "--until",
            until,
        ])
    };
    for (until, action) in
        [("enroll", "created"), ("manageable", "updated"), ("available", "updated"), ("enroll", "unchanged")]
    {
        let rows = one(until);
        let state = if action == "unchanged" && until == "enroll" { "available" } else { until };
        assert_eq!((&rows[0]["action"], &rows[0]["state"]), (&json!(action), &json!(state)));
    }
    assert_eq!(lab.node("step")["power_state"], "power off");
}

#[test]
fn failed_node_shows_its_reason_and_others_continue() {
    let lab = Lab::shared();
    let text = "nodes:\n- {name: fails, driver: redfish}\n- {name: works, driver: fake-hardware}\n";
    let (code, rows, stderr) = enroll(lab, &file(lab, "mixed.yaml", text), &[]);
    assert_eq!((code, column(&rows, "action")), (10, vec![json!("failed"), json!("created")]), "{stderr}");
    assert_eq!(column(&rows, "state"), [json!("enroll"), json!("available")]);
    // Ironic's own error.
    assert!(rows[0]["error"].as_str().is_some_and(|error| error.contains("redfish_address")), "{}", rows[0]);

    let alone = file(lab, "fails.yaml", "nodes: [{name: fails, driver: redfish}]");
    let (code, rows, _) = enroll(lab, &alone, &[]);
    assert_eq!((code, &rows[0]["action"]), (7, &json!("failed")));
}

#[test]
fn unknown_hardware_types_and_keys_come_with_suggestions() {
    let lab = Lab::shared();
    let text = "nodes: [{name: typo, driver: fake-hardwar}, {name: other, driver: acme}]";
    let path = file(lab, "typo.yaml", text);
    let assert = lab.farrier().arg("enroll").arg(path).assert().code(2);
    let expected =
        "no conductor serves the hardware type `fake-hardwar`, did you mean `fake-hardware`? (served: ";
    assert.stderr(contains(expected).and(contains("no conductor serves the hardware type `acme` (served: ")));
    let path =
        file(lab, "key.yaml", "nodes: [{name: typo, driver: redfish, driver_info: {redfish_user: x}}]");
    let assert = lab.farrier().arg("enroll").arg(path).arg("--dry-run").assert().success();
    assert
        .stderr(contains(
            "`redfish` does not know `driver_info.redfish_user`, did you mean `redfish_username`?",
        ))
        .stderr(contains("`redfish` needs `driver_info.redfish_address`, which is missing"))
        .stderr(contains("typo: no ports, which network deploys need"));
}

/// The nodes of a file, each with a port group of one port, and two other ports.
fn many(lab: &Lab, name: &str, count: usize) -> PathBuf {
    let node = |number: usize| {
        let mac =
            |last: u8| json!({"address": format!("52:54:{number:02x}:{:02x}:00:{last:02x}", name.len())});
        json!({
            "name": format!("{name}-{number}"), "driver": "fake-hardware", "resource_class": name,
            "traits": ["CUSTOM_A", "CUSTOM_B"], "ports": [mac(1), mac(2)],
            "portgroups": [{"name": format!("{name}-{number}-bond"), "ports": [mac(3)]}],
        })
    };
    let nodes: Vec<Value> = (1..=count).map(node).collect();
    file(lab, &format!("{name}.json"), &json!({"nodes": nodes}).to_string())
}

/// Every node exists once, is complete and `available`.
fn assert_whole(lab: &Lab, name: &str, count: usize) {
    let nodes: Vec<Value> =
        ironic(lab, "nodes").into_iter().filter(|node| node["resource_class"] == name).collect();
    assert_eq!(nodes.len(), count);
    let ports = ironic(lab, "ports");
    for node in nodes {
        assert_eq!(
            (&node["provision_state"], &node["power_state"]),
            (&json!("available"), &json!("power off"))
        );
        assert_eq!(node["traits"].as_array().map(Vec::len), Some(2), "{node}");
        let own: Vec<&Value> = ports.iter().filter(|port| port["node_uuid"] == node["uuid"]).collect();
        assert_eq!(own.len(), 3, "{node}");
        assert_eq!(own.iter().filter(|port| !port["portgroup_uuid"].is_null()).count(), 1);
    }
}

#[test]
fn same_command_finishes_a_killed_or_interrupted_run() {
    let lab = Lab::shared();
    let path = many(lab, "torn", 12);
    let arguments = ["enroll", path.to_str().expect("UTF-8"), "-j", "3", "--progress", "json"];
    // Each run is interrupted a few events later than the previous one, and so at another step.
    for events in [2, 5, 9, 14] {
        let mut child =
            lab.process(&arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
        let stderr = BufReader::new(child.stderr.take().expect("it is piped"));
        let _ = stderr.lines().map_while(Result::ok).nth(events - 1);
        if events == 14 {
            signal(&child, Signal::INT);
            assert!(matches!(child.wait().expect("the child can be waited for").code(), Some(130 | 0)));
        } else {
            child.kill().expect("the child can be waited for");
            child.wait().expect("the child can be waited for");
        }
    }
    let (code, _, stderr) = enroll(lab, &path, &[]);
    assert_eq!(code, 0, "{stderr}");
    assert_whole(lab, "torn", 12);
}

/// The output of a run that another run overtakes after planning, and the requests that it sent.
fn overtaken_run(lab: &Lab, path: &Path) -> (Value, Vec<String>) {
    let upstream = lab.endpoint();
    let looking = Proxy::start(&upstream);
    let plan = lab.farrier_at(&looking.endpoint()).arg("enroll").arg(path).arg("--dry-run").assert();
    plan.success();
    // The plan is complete when the last read is answered.
    let proxy = Proxy::start(&upstream);
    let looks = looking.seen().len();
    proxy.hold(looks);
    let arguments = ["enroll", path.to_str().expect("UTF-8"), "-f", "json"];
    let mut slower = lab.process_at(&proxy.endpoint(), &arguments);
    let slower = slower.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    lab.until("it has looked", |_| proxy.answered() >= looks);
    let (code, _, stderr) = enroll(lab, path, &[]);
    assert_eq!(code, 0, "{stderr}");
    proxy.release();
    let output = slower.wait_with_output().expect("the child can be waited for");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    (serde_json::from_slice(&output.stdout).expect("JSON"), proxy.seen())
}

#[test]
fn enroll_continues_with_a_node_created_after_the_plan() {
    let lab = Lab::shared();
    let path = many(lab, "concurrent", 1);
    let (rows, seen) = overtaken_run(lab, &path);
    assert_eq!((&rows[0]["action"], &rows[0]["state"]), (&json!("unchanged"), &json!("available")), "{rows}");
    assert!(seen.iter().any(|request| request.starts_with("POST /v1/nodes")), "{seen:?}");
    assert_whole(lab, "concurrent", 1);
}

#[test]
fn node_without_a_name_is_created_only_once() {
    let lab = Lab::shared();
    let node = json!({"driver": "fake-hardware", "resource_class": "nameless-twice",
                      "ports": [{"address": "52:54:00:0e:77:01"}]});
    let path = file(lab, "nameless-twice.json", &json!({"nodes": [node]}).to_string());
    let (rows, _) = overtaken_run(lab, &path);
    assert_eq!((&rows[0]["action"], &rows[0]["state"]), (&json!("updated"), &json!("available")), "{rows}");
    let nodes = ironic(lab, "nodes");
    assert_eq!(nodes.iter().filter(|node| node["resource_class"] == "nameless-twice").count(), 1);
}

#[test]
fn timed_out_nodes_are_named_and_the_same_command_continues() {
    let lab = Lab::shared();
    let node = |number: usize| {
        json!({"name": format!("slow-{number}"), "driver": "fake-hardware", "resource_class": "slow-enroll",
               "deploy_interface": "direct", "vendor_interface": "no-vendor",
               "driver_info": {"mock_boot_delay": "6"}})
    };
    let path = file(lab, "slow.json", &json!({"nodes": [node(1), node(2)]}).to_string());
    let (code, rows, stderr) = enroll(lab, &path, &["--timeout", "3s"]);
    assert_eq!((code, column(&rows, "action")), (10, vec![json!("failed"), json!("failed")]), "{stderr}");
    assert!(
        rows.iter().all(|row| row["error"].as_str().is_some_and(|why| why.contains("timed out after 3s"))),
        "{rows:?}"
    );
    assert!(
        stderr.contains("2 of 2 failed") && stderr.contains("add `--timeout` to wait longer"),
        "{stderr}"
    );
    let (code, rows, stderr) = enroll(lab, &path, &[]);
    assert_eq!((code, column(&rows, "state")), (0, vec![json!("available"), json!("available")]), "{stderr}");
}

#[test]
fn lost_requests_and_responses_create_no_duplicates() {
    let lab = Lab::shared();
    let path = many(lab, "lossy", 1);
    let faults: &[(&str, &str)] = &[
        ("POST", "/v1/nodes"),
        ("PUT", "/traits"),
        ("POST", "/v1/portgroups"),
        ("POST", "/v1/ports"),
        ("PUT", "/states/provision"),
        ("PUT", "/states/power"),
    ];
    for fault in [Fault::CutAfter, Fault::CutBefore] {
        let proxy = Proxy::start(lab.endpoint().trim_start_matches("http://").trim_end_matches("/v1"));
        for (method, path) in faults {
            proxy.fault(method, path, 1, fault);
        }
        let mut command = lab.farrier_at(&proxy.endpoint());
        command.arg("enroll").arg(&path).timeout(Duration::from_secs(120)).assert().success();
        assert!(proxy.is_done(), "{fault:?}");
        assert_whole(lab, "lossy", 1);
        let node = lab.node("lossy-1");
        ask(lab, "DELETE", &format!("/v1/nodes/{}", node["uuid"].as_str().expect("text")));
    }
}

#[test]
fn passwords_are_never_printed() {
    let lab = Lab::shared();
    let path = file(
        lab,
        "canary.yaml",
        "nodes:\n- {name: canary, driver: redfish, driver_info: {redfish_password: hunter2, redfish_address: 'https://op:hunter2@127.0.0.1:9'}}\n",
    );
    for options in [
        &["--until", "enroll", "--debug"][..],
        &["--until", "enroll", "--update", "-vv"],
        &["--dry-run", "-f", "json"],
    ] {
        let assert = lab.farrier().arg("enroll").arg(&path).args(options).assert();
        assert.stdout(contains("hunter2").not()).stderr(contains("hunter2").not());
    }
}

#[test]
fn metal3_host_in_use_is_never_cleaned() {
    let lab = Lab::shared();
    let host = |name: &str, more: &str| {
        format!(
            "apiVersion: metal3.io/v1alpha1\nkind: BareMetalHost\nmetadata: {{name: {name}}}\n\
             spec:\n  bmc: {{address: \"ipmi://127.0.0.1:1\", credentialsName: used}}\n{more}---\n"
        )
    };
    let secret = "kind: Secret\nmetadata: {name: used}\nstringData: {username: u, password: p}\n---\n";
    let file = lab.folder().join("used.yaml");
    let path = file.to_str().expect("UTF-8");
    for in_use in [
        "  externallyProvisioned: true\n",
        "  image: {url: \"http://127.0.0.1/x.img\", checksum: abc}\n",
        "status: {provisioning: {state: provisioned}}\n",
    ] {
        fs::write(&file, [secret, &host("used-1", in_use)].concat()).expect("written");
        for more in [&[][..], &["--inspect", "--until", "manageable"], &["--dry-run"]] {
            let refused = lab.farrier().args(["enroll", path]).args(more).assert().code(2);
            refused.stderr(contains("all are in use").and(contains("--until manageable")));
        }
        lab.farrier().args(["node", "show", "used-1"]).assert().code(5);
    }
}
