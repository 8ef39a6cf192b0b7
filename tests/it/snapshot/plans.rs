//! Scheduling and checks: `schedule`, `reservation`, `flavor`, `capacity`, `audit`, `gc`, `doctor`, and
//! import and export: `enroll` and `export`.

use serde_json::json;

use super::transcript::Transcript;
use crate::run::folder;
use crate::support::{Lab, bare, patch_node};

/// Nodes of every kind for `enroll`.
const NODES: &str = "\
nodes:
- name: weak
  driver: redfish
  driver_info:
    redfish_address: http://10.9.8.8
    redfish_username: root
    redfish_password: hunter2
    redfish_verify_ca: false
    redfish_auth_type: basic
- name: old
  driver: fake-hardware
  extra: {bmc_password: hunter2}
";

const FLAVORS: &str = "\
flavors:
  small: {vcpus: 8, ram_mb: 16384, disk_gb: 100, resource_class: m}
  large: {vcpus: 64, ram_mb: 524288, disk_gb: 1000, resource_class: l}
";

/// Writes a file into the folder that commands run in.
fn write(lab: &Lab, name: &str, text: &str) {
    std::fs::write(lab.folder().join(name), text).expect("written");
}

#[test]
fn planning_and_checking_commands_print_what_they_found() {
    let lab = Lab::start(&[]);
    let it = &mut Transcript::new(&lab);
    write(&lab, "flavors.yaml", FLAVORS);
    write(&lab, "wrong-flavors.yaml", "flavors:\n  small: {vcpus: many, ram: 16}\n");
    write(&lab, "nodes.yaml", NODES);
    write(
        &lab,
        "wrong.yaml",
        "nodes:\n- {name: a b, drivr: ipmi}\n- {name: c, driver: ipmi, driver_info: {ipmi_adress: x}}\n",
    );
    write(&lab, "empty.yaml", "nodes: []\n");
    without_nodes(it);
    schedule(&lab, it);
    reservations(&lab, it);
    flavors_and_capacity(it);
    enroll(&lab, it);
    export(it);
    audit(it);
    leftovers(&lab, it);
    doctor(&lab, it);
    lab_commands(it);
    no_cloud(it);
}

fn without_nodes(it: &mut Transcript) {
    it.section("No nodes").run_all([
        "schedule --ram 16G",
        "schedule --ram 16G --seed 1 -f json",
        "capacity --flavor-file flavors.yaml",
        "flavor list",
        "flavor derive",
        "reservation list",
        "reservation list -f json",
        "reservation reap",
        "audit",
        "audit -f json",
        "gc",
        "gc -f json",
        "export",
        "doctor",
    ]);
    it.compare("plans_without_nodes");
}

fn schedule(lab: &Lab, it: &mut Transcript) {
    lab.machines("m", 2);
    // Nodes that fit equally well are chosen at random.
    let larger = json!([{"op": "replace", "path": "/properties/memory_mb", "value": 32768}]);
    patch_node(&lab.endpoint(), "m-node-2", &larger);
    it.section("Schedule").run_all([
        "schedule --resource-class m --seed 1",
        "schedule --resource-class m --seed 1 -f json",
        "schedule --resource-class m --seed 1 -f csv",
        "schedule --resource-class m --seed 1 -f yaml",
        "schedule --resource-class m --seed 1 -f value",
        "schedule --resource-class m --seed 1 --explain",
        "schedule --resource-class m --seed 1 --explain -f json",
        "schedule --ram 15G --exact",
        "schedule --ram 15G --exact --explain",
        "schedule --ram 15G --exact --seed 1 -f json",
        "schedule --flavor small --flavor-file flavors.yaml --seed 1",
        "schedule --flavor large --flavor-file flavors.yaml",
        "schedule --flavor nothing --flavor-file flavors.yaml",
        "schedule --flavor small --flavor-file wrong-flavors.yaml",
        "schedule --flavor small --flavor-file /no/such/file",
        "schedule --resource-class m --count 3 --seed 1",
        "schedule --node nobody --seed 1",
        "schedule --seed 1",
        "schedule --ram much",
        "schedule --weigher nothing --resource-class m",
        "schedule --filters NoSuchFilter --resource-class m",
        "schedule --inventory /no/such/file --ram 16G",
    ]);
    it.compare("schedule");
}

fn reservations(lab: &Lab, it: &mut Transcript) {
    it.section("Reservations").run_all([
        "schedule --node m-node-1 --resource-class m --reserve kept --for 1h",
        "schedule --node m-node-1 --resource-class m --reserve kept --for 1h -f json",
        "schedule --resource-class m --count 2 --seed 1",
        "reservation list",
        "reservation list -f json",
        "reservation list -f csv",
        "show kept",
        "why kept",
        "list",
        "reservation release kept",
        "reservation release kept --yes",
        "reservation release kept --yes",
        "reservation release kept --yes --missing-ok",
        "reservation release m-node-1 --yes",
    ]);
    it.quietly("schedule --node m-node-1 --resource-class m --reserve brief --for 1s");
    lab.until("the reservation has expired", |lab| lab.json(&["reservation", "list"])[0]["expired"] == true);
    it.run_all(["reservation list", "show brief", "reservation reap"]);
    it.compare("reservations");
}

fn flavors_and_capacity(it: &mut Transcript) {
    it.section("Flavors").run_all([
        "flavor list --flavor-file flavors.yaml",
        "flavor list --flavor-file flavors.yaml -f json",
        "flavor list --flavor-file flavors.yaml -f csv",
        "flavor list --flavor-file wrong-flavors.yaml",
        "flavor show small --flavor-file flavors.yaml",
        "flavor show small --flavor-file flavors.yaml -f json",
        "flavor show nothing --flavor-file flavors.yaml",
        "flavor derive",
        "flavor derive -f json",
    ]);
    it.section("Capacity").run_all([
        "capacity --flavor-file flavors.yaml",
        "capacity --flavor-file flavors.yaml -f json",
        "capacity --flavor-file flavors.yaml -f csv",
        "capacity --flavor small --flavor-file flavors.yaml",
        "capacity --flavor nothing --flavor-file flavors.yaml",
    ]);
    it.compare("flavors_and_capacity");
}

fn enroll(lab: &Lab, it: &mut Transcript) {
    it.section("Enroll").run_all([
        "enroll nodes.yaml --validate-only",
        "enroll nodes.yaml --validate-only -f json",
        "enroll wrong.yaml",
        "enroll wrong.yaml -f json",
        "enroll empty.yaml",
        "enroll /no/such/file",
        "enroll",
        "enroll nodes.yaml --dry-run",
        "enroll nodes.yaml --dry-run -f json",
        "enroll nodes.yaml --until enroll -j 1",
        "enroll nodes.yaml --until enroll -j 1",
        "enroll nodes.yaml --until enroll -j 1 -f json",
    ]);
    write(lab, "nodes.yaml", &NODES.replace("10.9.8.8", "10.9.8.7"));
    it.run_all(["enroll nodes.yaml --until enroll -j 1", "enroll nodes.yaml --until enroll --update -j 1"]);
    it.run_with_input(
        "enroll - --until enroll",
        "{\"nodes\": [{\"name\": \"piped\", \"driver\": \"no-such-driver\"}]}",
    );
    it.compare("enroll");
}

fn export(it: &mut Transcript) {
    it.section("Export").run_all([
        "export",
        "export weak old",
        "export -f json weak",
        "export -f csv",
        "export nobody",
        "export --resource-class no-such-class",
    ]);
    it.compare("export");
}

fn audit(it: &mut Transcript) {
    it.section("Audit").run_all([
        "audit",
        "audit -f json",
        "audit -f csv",
        "audit --sarif weak",
        "audit --at-least high",
        "audit --fail-on never -f value",
        "audit m-node-1",
        "audit nobody",
    ]);
    it.compare("audit");
}

fn leftovers(lab: &Lab, it: &mut Transcript) {
    let claims =
        [("failed", json!({})), ("other", json!({"farrier": {"image": "http://127.0.0.1:9/disk.img"}}))];
    for (name, extra) in claims {
        let class = if name == "failed" { "no-such-class" } else { "m" };
        let body =
            json!({"name": name, "resource_class": class, "extra": extra, "candidate_nodes": ["m-node-1"]})
                .to_string();
        let headers = [("X-OpenStack-Ironic-API-Version", "1.82")];
        crate::support::exchange(&lab.endpoint(), "POST", "/v1/allocations", &headers, &body);
    }
    lab.until("the claims are decided", |lab| {
        let list = lab.json(&["list"]);
        list.as_array().is_some_and(|list| list.iter().all(|instance| instance["state"] != "allocating"))
    });
    it.section("Orphans").run_all([
        "gc",
        "gc --older-than 0s",
        "gc --older-than 0s -f json",
        "gc --older-than 0s -f csv",
        "gc --older-than 0s --kind failed-allocation",
        "gc --kind no-such-kind",
        "gc nobody",
        "gc --older-than 0s --yes -j 1",
        "gc --older-than 0s --yes",
    ]);
    it.compare("gc");
}

fn doctor(lab: &Lab, it: &mut Transcript) {
    it.section("Doctor").run_all(["doctor", "doctor -f json"]);
    let mut unreachable = lab.farrier_at("http://127.0.0.1:9");
    unreachable.env("NO_COLOR", "");
    it.run_as(unreachable, "doctor", "");
    it.compare("doctor");
}

fn lab_commands(it: &mut Transcript) {
    it.section("Lab").run_all([
        "lab status --dir lab",
        "lab status --dir lab -f json",
        "lab status --dir nothing",
    ]);
    it.run_all(["lab down --dir nothing", "lab up --dir lab --auth nothing"]);
    it.compare("lab");
}

fn no_cloud(it: &mut Transcript) {
    it.section("No cloud");
    let nothing = folder();
    it.replace(nothing.path().to_str().expect("UTF-8"), "<empty folder>");
    for line in
        ["list", "list -f json", "doctor", "deploy web --ram 16G --image x", "list --os-cloud nothing"]
    {
        let mut command = bare(nothing.path());
        command.env("HOME", nothing.path()).env_remove("XDG_CACHE_HOME");
        it.run_as(command.into(), line, "");
    }
    it.compare("no_cloud");
}
