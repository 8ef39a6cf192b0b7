//! The `node` commands.

use serde_json::json;

use super::transcript::Transcript;
use crate::support::{Lab, patch_node};

/// A step that mock machines have, and one that they do not have.
const STEP: &str = r#"'{"interface": "bios", "step": "factory_reset"}'"#;
const NO_STEP: &str = r#"'{"interface": "deploy", "step": "erase_devices"}'"#;

#[test]
fn node_commands_print_what_they_did() {
    let lab = Lab::start(&[]);
    let it = &mut Transcript::new(&lab);
    lists(&lab, it);
    views(it);
    fields(it);
    flags(it);
    verbs(it);
    steps(it);
    delete(&lab, it);
}

fn lists(lab: &Lab, it: &mut Transcript) {
    it.section("No nodes");
    it.run_all([
        "node list",
        "node list -f json",
        "node list -f csv",
        "node list -f yaml",
        "node list -f value",
    ]);
    it.compare("node_list_empty");

    let ports = json!({"ports": [
        {"address": "52:54:00:0b:1e:02", "physical_network": "net-1",
         "local_link_connection": {"switch_id": "52:54:00:0a:00:01", "port_id": "Ethernet7", "switch_info": "leaf-1"}},
        {"address": "52:54:00:0b:1e:01", "pxe_enabled": false},
    ], "traits": ["CUSTOM_A", "CUSTOM_B"], "extra": {"rack": "r4"}});
    lab.machines_with("wired", 1, &ports);
    lab.machines("plain", 2);
    it.section("Lists");
    it.run_all([
        "node list",
        "node list -f json",
        "node list -f csv",
        "node list -f yaml",
        "node list -f value",
        "node list -c help",
        "node list -c name -c provision_state --sort name:desc",
        "node list -c no-such-column",
        "node list --sort no-such-column",
        "node list --where extra.rack=r4 -c name -f value",
        "node list --where extra.rack",
        "node list --state available -c name",
        "node list --state no-such-state",
        "node list --quarantined",
        "node list --resource-class no-such-class",
    ]);
    it.compare("node_list");
}

fn views(it: &mut Transcript) {
    it.run_all([
        "node show plain-node-1",
        "node show plain-node-1 -f json",
        "node show plain-node-1 -f yaml",
        "node show plain-node-1 -f csv",
        "node show plain-node-1 -f value -c name -c provision_state",
        "node show nobody",
        "node show nobody -f json",
    ]);
    it.compare("node_show");

    for view in ["ports", "traits", "bios", "firmware", "inventory", "history"] {
        it.section(view);
        for (node, options) in
            [("wired-node-1", ""), ("wired-node-1", " -f json"), ("plain-node-1", ""), ("nobody", "")]
        {
            it.run(&format!("node {view} {node}{options}"));
        }
    }
    it.compare("node_views");
}

fn fields(it: &mut Transcript) {
    it.section("Fields").run_all([
        "node set plain-node-1 --field description='a text'",
        "node set plain-node-1 --field description='a text'",
        "node set plain-node-1 --field automated_clean=false -f json",
        "node set plain-node-1 --field no_such_field=1",
        "node set plain-node-1",
        "node set nobody --field description=x",
        "node unset plain-node-1 --field description",
        "node unset plain-node-1 --field description",
        "node unset nobody --field description",
    ]);
    it.compare("node_set");
}

fn flags(it: &mut Transcript) {
    it.section("Maintenance").run_all([
        "node maintenance plain-node-1 --reason 'new DIMMs'",
        "node maintenance plain-node-1 --reason 'new DIMMs'",
        "node maintenance -j 1 plain-node-1 plain-node-2 -f json",
        "node maintenance -j 1 plain-node-1 plain-node-2 --off",
        "node maintenance nobody",
        "node maintenance plain-node-1 nobody",
        "node maintenance --resource-class no-such-class",
        "node maintenance",
    ]);
    it.section("Protection and retirement").run_all([
        "node retire plain-node-1 --reason old",
        "node retire plain-node-1 --reason old",
        "node retire plain-node-1 --off",
        "node retire nobody",
        "node retire --resource-class no-such-class",
        "node protect plain-node-1",
        "node protect plain-node-1 --off",
        "node protect nobody",
    ]);
    it.compare("node_flags");
}

fn verbs(it: &mut Transcript) {
    it.section("Verbs").run_all([
        "node provide plain-node-1",
        "node manage plain-node-1 plain-node-2",
        "node manage plain-node-1",
        "node manage nobody",
        "node manage --resource-class no-such-class",
        "node manage",
        "node inspect plain-node-1",
        "node inspect nobody",
        "node abort plain-node-1",
        "node abort nobody",
        "node unhold plain-node-1",
        "node unhold nobody",
        "node adopt plain-node-1",
        "node history plain-node-1",
        "node history plain-node-1 --errors",
        "node adopt nobody",
        "node manage plain-node-1",
        "node validate plain-node-1",
        "node validate plain-node-1 -f json",
        "node validate nobody",
        "node check plain-node-1",
        "node check plain-node-1 -f json",
        "node check nobody",
        "node provide plain-node-1 plain-node-2 -f csv",
    ]);
    it.compare("node_verbs");
}

fn steps(it: &mut Transcript) {
    it.quietly("node manage plain-node-1 plain-node-2");
    it.section("Steps");
    for verb in ["clean", "service"] {
        it.run(&format!("node {verb} plain-node-1 --step {STEP}"));
        it.run(&format!("node {verb} plain-node-1 --step {STEP} --yes"));
        it.run(&format!("node {verb} plain-node-1 --step {NO_STEP} --yes"));
        it.run(&format!("node {verb} plain-node-2 --step '{{\"interface\": \"boots\"}}' --yes"));
        it.run(&format!("node {verb} plain-node-2 --yes"));
        it.run(&format!("node {verb} nobody --step {STEP} --yes"));
        it.run(&format!("node {verb} --resource-class no-such-class --step {STEP} --yes"));
        it.run(&format!("node {verb} plain-node-2 --runbook CUSTOM_NONE --yes"));
    }
    it.run("node provide plain-node-1");
    it.run("node manage plain-node-1");
    it.compare("node_steps");
}

fn delete(lab: &Lab, it: &mut Transcript) {
    it.section("Delete");
    let claim =
        json!([{"op": "add", "path": "/instance_uuid", "value": "7d0d8f9a-0f4c-4c6f-8d0a-3a9b6f1e2c55"}]);
    patch_node(&lab.endpoint(), "wired-node-1", &claim);
    it.run_all([
        "node delete plain-node-2",
        "node delete plain-node-2 --yes",
        "node delete plain-node-2 --yes",
        "node delete -j 1 plain-node-1 wired-node-1 --yes",
        "node delete",
    ]);
    it.compare("node_delete");
}
