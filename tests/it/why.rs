//! `farrier why`: what it says of machines as Ironic really has them.

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::support::{IMAGE, Lab, patch_node};

fn next(diagnosis: &Value) -> Vec<&str> {
    let next = diagnosis["next"].as_array().expect("a list");
    next.iter().map(|next| next["command"].as_str().expect("a command")).collect()
}

#[test]
fn a_machine_is_explained_on_its_way_through_a_deploy_and_its_failure() {
    let lab = Lab::shared();
    lab.machines("why", 1);
    let free = lab.json(&["why", "why-node-1"]);
    assert_eq!(free["state"], "available");
    assert!(free["touch"].as_str().is_some_and(|touch| touch.starts_with("yes")), "{free}");

    lab.farrier().args(["deploy", "why-web", "--resource-class", "why"]).args(IMAGE).assert().success();
    let active = lab.json(&["why", "why-web"]);
    assert_eq!((&active["state"], &active["node"]["name"]), (&json!("active"), &json!("why-node-1")));
    assert_eq!(next(&active), ["farrier show why-web", "farrier destroy why-web"]);
    assert!(active["touch"].as_str().is_some_and(|touch| touch.starts_with("with care")), "{active}");
    lab.farrier().args(["destroy", "why-web", "--yes", "--wait-clean"]).assert().success();

    // An image whose server does not answer fails the deploy before the ramdisk is started.
    let direct = json!([{"op": "replace", "path": "/deploy_interface", "value": "direct"}]);
    patch_node(&lab.endpoint(), "why-node-1", &direct);
    let deploy = ["deploy", "why-web", "--resource-class", "why", "--keep-failed"];
    lab.farrier().args(deploy).args(IMAGE).assert().code(7);
    let failed = lab.json(&["why", "why-web"]);
    assert_eq!(failed["state"], "deploy failed");
    assert!(failed["reason"].as_str().is_some_and(|reason| reason.contains("127.0.0.1:9")), "{failed}");
    assert!(next(&failed).contains(&"farrier destroy why-web"), "{failed}");
    let text = lab.farrier().args(["why", "why-node-1"]).assert().success();
    text.stdout(
        contains("node why-node-1 is `deploy failed`").and(contains("Ironic says")).and(contains("Next")),
    );
    lab.farrier().args(["destroy", "why-web", "--yes"]).assert().success();

    lab.farrier().args(["why", "why-nobody"]).assert().code(5).stderr(contains("why-nobody"));
}
