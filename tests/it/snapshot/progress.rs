//! Progress of deploys and of other commands that follow a node, in plain and JSON format.

use serde_json::json;

use super::transcript::Transcript;
use crate::support::{Lab, patch_node};

#[test]
fn progress_of_deploys_and_destroys() {
    // Every state lasts long enough to be seen.
    let lab = Lab::start(&["--boot-delay", "2", "--step-delay", "2"]);
    let it = &mut Transcript::new(&lab);
    let status = lab.status();
    let text = |key: &str| status[key].as_str().expect("the lab is running").to_owned();
    let image = format!("--image {} --image-checksum {}", text("image_url"), text("image_checksum"));
    it.replace(&text("image_url"), "<image>");
    let direct =
        json!({"deploy_interface": "direct", "vendor_interface": "no-vendor", "automated_clean": false});
    lab.machines_with("good", 1, &direct);
    let mut bad = direct.clone();
    bad["driver_info"] = json!({"mock_fail_step": "write_image", "mock_fail_error": "the disk is broken"});
    // The smaller node fits better and is tried first.
    bad["properties"] = json!({"cpu_arch": "x86_64", "cpus": 4, "memory_mb": 8192, "local_gb": 50});
    lab.machines_with("bad", 1, &bad);

    let nodes = "--node bad-node-1 --node good-node-1 --ram 8192 --disk 50 --vcpus 4";
    it.section("A deploy that fails on one node and succeeds on the next");
    it.run(&format!("deploy web {nodes} {image} --progress plain"));
    it.run("destroy web --yes --wait-clean --progress plain");
    it.run("node maintenance bad-node-1 --off");
    it.run(&format!("deploy web {nodes} {image} --progress json"));
    it.run("destroy web --yes --wait-clean --progress json");
    it.section("Detached deploys");
    let mut silent = direct;
    silent["driver_info"] = json!({"mock_silent": "boot"});
    lab.machines_with("silent", 1, &silent);
    it.run(&format!("deploy web --node silent-node-1 {image} --no-wait -c name -c node"));
    lab.until("it waits for its ramdisk", |lab| {
        lab.node("silent-node-1")["provision_state"] == "wait call-back"
    });
    it.run("wait web --timeout 3s");
    it.run("wait web --timeout 3s -f json");
    it.run(&format!("deploy web --node silent-node-1 {image} --timeout 3s --progress plain"));
    it.run("power status web");
    it.run("destroy web --yes --wait-clean --progress plain");
    it.compare("progress_deploy");

    it.section("Other commands").run_all([
        "power on good-node-1 --progress plain",
        "node maintenance good-node-1 --progress json",
        "node maintenance good-node-1 --off --progress plain",
        "node set good-node-1 --field description=x --progress plain",
        "node manage good-node-1 --progress plain",
        "node provide good-node-1 --progress json",
        "node delete good-node-1 --yes --progress json",
        "node manage nobody --progress json",
        "node show nobody --progress json",
    ]);
    let lent =
        json!([{"op": "add", "path": "/instance_uuid", "value": "7d0d8f9a-0f4c-4c6f-8d0a-3a9b6f1e2c55"}]);
    patch_node(&lab.endpoint(), "bad-node-1", &lent);
    it.run("node delete bad-node-1 --yes --progress json");
    it.compare("progress_other");
}
