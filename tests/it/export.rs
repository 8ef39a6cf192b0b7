//! `farrier export` against a real Ironic: what is written is enrolled again as what it was, and holds no secret.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::support::{IMAGE, Lab, patch_node};

/// Machines of all kinds; `redfish` is there for its secrets, and its BMC for nobody.
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

/// The secrets of these machines by the variables that stand for them.
const SECRETS: [(&str, &str); 2] =
    [("EXPORT_A_BMC_PASSWORD", "hunter2"), ("EXPORT_BMC_REDFISH_PASSWORD", "hunter3")];

/// What is exported of them, and what is said about it.
fn export(lab: &Lab, options: &[&str]) -> (String, String) {
    let output =
        lab.farrier().args(["export", "--resource-class", "varied"]).args(options).output().expect("it runs");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(output.status.success(), "{said}");
    (String::from_utf8(output.stdout).expect("UTF-8"), said)
}

/// Runs `enroll` with the secrets in its environment, and reads its rows.
fn enroll(lab: &Lab, path: &Path, options: &[&str]) -> Vec<Value> {
    let mut command = lab.farrier();
    command.arg("enroll").arg(path).args(options).args(["-f", "json"]).envs(SECRETS);
    let output = command.output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !said.contains("hunter"), "{said}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"))
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
    fs::set_permissions(&varied, fs::Permissions::from_mode(0o600)).expect("it is ours");
    enroll(lab, &varied, &["--until", "enroll"]);

    let (yaml, said) = export(lab, &[]);
    assert!(
        said.contains("2 secrets are not in the file") && said.contains("`${EXPORT_A_BMC_PASSWORD}`"),
        "{said}"
    );
    assert!(
        said.contains("provision state other than `available` (1e3, export-a, export-bmc and 1 more)"),
        "{said}"
    );
    for file in [&yaml, &export(lab, &["-f", "json"]).0, &said] {
        assert!(!file.contains("hunter") && !file.contains("****"), "{file}");
    }
    let names: Vec<&str> = yaml.lines().filter_map(|line| line.split("- name: ").nth(1)).collect();
    assert_eq!(names, ["export-no", "\"1e3\"", "export-a", "export-a-bond", "export-bmc"], "{yaml}");
    // What is usual is not written.
    assert!(!yaml.contains("boot_interface") && !yaml.contains("retired"), "{yaml}");

    // Into a file that is there already, which others could read.
    let path = lab.folder().join("varied-again.yaml");
    fs::write(&path, "old").expect("the folder can be written to");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("it is ours");
    let (stdout, said) = export(lab, &["-o", path.to_str().expect("UTF-8")]);
    assert!(stdout.is_empty() && said.contains("4 nodes written to "), "{said}");
    assert_eq!(fs::read_to_string(&path).expect("written"), yaml);
    assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
    let json = lab.folder().join("varied-again.json");
    export(lab, &["-f", "json", "--output", json.to_str().expect("UTF-8")]);

    let dry_run = ["--dry-run", "--until", "enroll"];
    assert_unchanged(&enroll(lab, &path, &dry_run));
    assert_unchanged(&enroll(lab, &json, &dry_run));
    // The file that it came from says no more of them.
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
        .stderr(contains("instance (exported-node-1); protection (exported-node-1)"))
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
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("counted-node-6"));
    let asked = |path: &str| said.matches(&format!("GET /v1/{path}")).count();
    let counts = ["nodes/", "nodes\"", "ports\"", "portgroups\"", "chassis\"", "drivers\""].map(asked);
    assert_eq!(counts, [0, 1, 1, 1, 1, 1], "{said}");
}
