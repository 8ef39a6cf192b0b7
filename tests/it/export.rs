//! `farrier export` against a real Ironic: the file can be enrolled again without differences and contains no
//! secret.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::schema;
use crate::support::{IMAGE, Lab, patch_node};

/// Nodes of all kinds; `redfish` is there for its secrets, and no server is behind its BMC address.
const VARIED: &str = r#"
chassis:
- description: the rack of the export test
  extra: {row: "0123"}
  nodes:
  - {name: "export-no", driver: fake-hardware, resource_class: varied, owner: "no", description: "no: not yet\n"}
nodes:
- name: export-a
  driver: fake-hardware
  resource_class: varied
  automated_clean: false
  conductor_group: ""
  traits: [CUSTOM_NVME, HW_CPU_X86_VMX]
  properties:
    cpu_arch: x86_64
    cpus: 64
    memory_mb: 262144
    local_gb: 893
    capabilities: {boot_mode: uefi, "disk_label": gpt}
    root_device: {serial: 0123, size: ">= 800", rotational: false}
  driver_info: {bmc_password: hunter2, note: "$${HOME}", port: 623, flag: "no", digits: "0123"}
  extra: {rack: 4, "site.row": "no", "0123": 1e3, text: "12", list: ["~", null, 1.5, true], empty: {}}
  portgroups:
  - {name: export-a-bond, mode: 802.3ad, address: "52:54:e0:00:00:09", standalone_ports_supported: false,
     properties: {miimon: "100"}, ports: [{address: "52:54:e0:00:00:03", pxe_enabled: false}]}
  ports:
  - {address: "52:54:10:00:00:02", physical_network: prov}
  - address: "52:54:10:00:00:01"
    pxe_enabled: false
    extra: {label: "on"}
    local_link_connection: {switch_id: "a0:00:00:00:00:01", port_id: 1, switch_info: tor4a}
- name: export-bmc
  driver: redfish
  resource_class: varied
  maintenance: true
  driver_info: {redfish_address: "http://127.0.0.1:9/export", redfish_username: 0123, redfish_password: hunter3}
- {name: "1e3", driver: fake-hardware, resource_class: varied, parent_node: export-a, network_data: {links: [], networks: [], services: []}}
"#;

/// The secrets of these nodes by the variables that replace them.
const SECRETS: [(&str, &str); 2] =
    [("EXPORT_A_BMC_PASSWORD", "hunter2"), ("EXPORT_BMC_REDFISH_PASSWORD", "hunter3")];

/// The exported nodes, and stderr.
fn export(lab: &Lab, options: &[&str]) -> (String, String) {
    let output =
        lab.farrier().args(["export", "--resource-class", "varied"]).args(options).output().expect("it runs");
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(output.status.success(), "{stderr}");
    (String::from_utf8(output.stdout).expect("UTF-8"), stderr)
}

/// Runs `enroll` with the secrets in its environment, and parses its rows.
fn enroll(lab: &Lab, path: &Path, options: &[&str]) -> Vec<Value> {
    let mut command = lab.farrier();
    command.arg("enroll").arg(path).args(options).args(["-f", "json"]).envs(SECRETS);
    let output = command.output().expect("it runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !stderr.contains("hunter"), "{stderr}");
    schema::read("enroll", &output.stdout).as_array().expect("a list").clone()
}

fn assert_unchanged(rows: &[Value]) {
    for row in rows {
        assert_eq!((&row["action"], &row["changes"]), (&json!("unchanged"), &json!([])), "{row}");
    }
    assert_eq!(rows.len(), 4);
}

#[test]
fn export_can_be_enrolled_again() {
    let lab = Lab::shared();
    let varied = lab.folder().join("varied.yaml");
    fs::write(&varied, VARIED).expect("the folder can be written to");
    fs::set_permissions(&varied, fs::Permissions::from_mode(0o600)).expect("the file belongs to this user");
    enroll(lab, &varied, &["--until", "enroll"]);

    let (yaml, stderr) = export(lab, &[]);
    assert!(
        stderr.contains("2 secrets are not in the file") && stderr.contains("`EXPORT_A_BMC_PASSWORD`"),
        "{stderr}"
    );
    assert!(stderr.contains("the provision state of 1e3, export-a, export-bmc and 1 more"), "{stderr}");
    for file in [&yaml, &export(lab, &["-f", "json"]).0, &stderr] {
        assert!(!file.contains("hunter") && !file.contains("****"), "{file}");
    }
    let names: Vec<&str> = yaml.lines().filter_map(|line| line.split("- name: ").nth(1)).collect();
    assert_eq!(names, ["export-no", "\"1e3\"", "export-a", "export-a-bond", "export-bmc"], "{yaml}");
    // Default values are not written.
    assert!(!yaml.contains("boot_interface") && !yaml.contains("retired"), "{yaml}");

    // An existing file that others could read is replaced.
    let path = lab.folder().join("varied-again.yaml");
    fs::write(&path, "old").expect("the folder can be written to");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("the file belongs to this user");
    let (stdout, stderr) = export(lab, &["-o", path.to_str().expect("UTF-8")]);
    assert!(stdout.is_empty() && stderr.contains("4 nodes written to "), "{stderr}");
    assert_eq!(fs::read_to_string(&path).expect("written"), yaml);
    assert_eq!(fs::metadata(&path).expect("it exists").permissions().mode() & 0o777, 0o600);
    let json = lab.folder().join("varied-again.json");
    export(lab, &["-f", "json", "--output", json.to_str().expect("UTF-8")]);

    let dry_run = ["--dry-run", "--until", "enroll"];
    assert_unchanged(&enroll(lab, &path, &dry_run));
    assert_unchanged(&enroll(lab, &json, &dry_run));
    // The file that the nodes came from has no more data about them.
    assert_unchanged(&enroll(lab, &varied, &dry_run));
    lab.farrier()
        .arg("enroll")
        .arg(&path)
        .args(dry_run)
        .assert()
        .code(2)
        .stderr(contains("the environment variable `EXPORT_BMC_REDFISH_PASSWORD` is not set"));

    lab.farrier().args(["node", "delete", "1e3", "--yes"]).assert().success();
    let rest = ["export-a", "export-bmc", "export-no"];
    lab.farrier().args(["node", "delete", "--yes"]).args(rest).assert().success();
    assert_eq!(export(lab, &[]).0, "# Created by `farrier export`.\nnodes: []\n");
    enroll(lab, &path, &["--until", "enroll"]);
    assert_eq!(export(lab, &[]).0, yaml);
    assert_unchanged(&enroll(lab, &path, &dry_run));
}

#[test]
fn export_notes_data_that_cannot_be_enrolled() {
    let lab = Lab::shared();
    lab.machines("exported", 2);
    let names = ["exported-node-1", "exported-node-2"];
    let instance = ["deploy", "export-web", "--resource-class", "exported", "--node", names[0]];
    lab.farrier().args(instance).args(IMAGE).assert().success();
    lab.farrier().args(["node", "protect", names[0]]).assert().success();
    let secret = json!([{"op": "add", "path": "/extra/api_token", "value": "hunter2"}]);
    patch_node(&lab.endpoint(), names[1], &secret);
    lab.farrier()
        .args(["export", names[1], names[0]])
        .assert()
        .success()
        .stdout(contains("name: exported-node-1").and(contains("instance").not()))
        .stdout(contains("hunter").not().and(contains("api_token").not()))
        .stderr(contains("the instance of exported-node-1; the protection of exported-node-1"))
        .stderr(contains("node exported-node-2: extra.api_token"));
    lab.farrier()
        .args(["export", "-", "-f", "json"])
        .write_stdin("exported-node-2\n")
        .assert()
        .success()
        .stdout(contains("exported-node-2").and(contains("exported-node-1").not()));
    let nobody = "exported-nobody";
    lab.farrier().args(["export", nobody]).assert().code(5).stdout("").stderr(contains(nobody));
    let many: Vec<String> = (1..=6).map(|number| format!("exported-node-{number}")).collect();
    lab.farrier().arg("export").args(&many).assert().code(5).stderr(contains("`exported-node-3`"));
    lab.farrier().args(["export", "-f", "csv"]).assert().code(2).stderr(contains("YAML"));
    lab.farrier().args(["export", names[0], "--state", "active"]).assert().code(2);
    lab.farrier()
        .args(["export", names[0], "-o", "/dev/null"])
        .assert()
        .code(2)
        .stderr(contains("/dev/null"));
    lab.farrier().args(["node", "protect", names[0], "--off"]).assert().success();
    lab.farrier().args(["destroy", "export-web", "--yes"]).assert().success();
}

#[test]
fn export_of_all_nodes_needs_few_requests() {
    let lab = Lab::shared();
    lab.machines("counted", 6);
    let output = lab.farrier().args(["export", "-vv"]).output().expect("it runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("counted-node-6"));
    let requests = |path: &str| stderr.matches(&format!("GET /v1/{path}")).count();
    let counts = ["nodes/", "nodes\"", "ports\"", "portgroups\"", "chassis\"", "drivers\""].map(requests);
    assert_eq!(counts, [0, 1, 1, 1, 1, 1], "{stderr}");
}
