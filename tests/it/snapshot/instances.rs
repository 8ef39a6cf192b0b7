//! Instances from deploy to destroy, with power and rescue.

use std::path::Path;

use serde_json::json;

use super::transcript::Transcript;
use crate::support::{Lab, patch_node};

/// An image that mock machines accept without fetching it.
const IMAGE: &str = "--image http://127.0.0.1:9/disk.img --image-checksum \
    9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn write(path: &Path, text: &str) -> String {
    std::fs::write(path, text).expect("written");
    path.to_str().expect("UTF-8").to_owned()
}

#[test]
fn instance_commands_print_what_they_did() {
    let lab = Lab::start(&[]);
    let it = &mut Transcript::new(&lab);
    for format in ["table", "json", "csv", "yaml", "value"] {
        it.run(&format!("list -f {format}"));
    }
    it.compare("list_empty");
    lab.machines("m", 2);
    // Nodes that fit equally well are chosen at random.
    let larger = json!([{"op": "replace", "path": "/properties/memory_mb", "value": 32768}]);
    patch_node(&lab.endpoint(), "m-node-2", &larger);
    let fails = json!({"deploy_interface": "direct", "vendor_interface": "no-vendor", "automated_clean": false,
        "properties": {"cpu_arch": "x86_64", "cpus": 8, "memory_mb": 65536, "local_gb": 100},
        "driver_info": {"mock_boot_delay": 0, "mock_step_delay": 0, "mock_fail_step": "write_image",
                        "mock_fail_error": "the disk is broken"}});
    lab.machines_with("fails", 1, &fails);
    let status = lab.status();
    let text = |key: &str| status[key].as_str().expect("the lab is running").to_owned();
    let fetched = format!("--image {} --image-checksum {}", text("image_url"), text("image_checksum"));
    it.replace(&text("image_url"), "<image>");
    let folder = lab.folder();
    let fleet = write(
        &folder.join("fleet.yaml"),
        "instances:\n- {name: f-1, resource_class: m}\n- {name: f-2, resource_class: m}\n",
    );
    let wrong_fleet = write(&folder.join("wrong.yaml"), "instances:\n- {nome: f-1}\n");
    dry_runs(it, &fleet);
    refusals(it, &wrong_fleet);
    deploys(it);
    failed_deploys(it, &fetched);
    lists(it);
    why_and_wait(it);
    power(it);
    devices_and_networks(it);
    rescue(&lab, it);
    rebuild(it);
    watch(it);
    destroy(&lab, it);
}

fn dry_runs(it: &mut Transcript, fleet: &str) {
    it.section("Dry runs").run_all([
        &*format!("deploy web --node m-node-1 {IMAGE} --dry-run"),
        &*format!("deploy web --node m-node-1 {IMAGE} --dry-run -f json"),
        &*format!("deploy --file {fleet} {IMAGE} --dry-run --node m-node-1 --node m-node-2 --seed 1"),
        &*format!("deploy web --resource-class m --ram 15G --exact {IMAGE} --dry-run"),
        &*format!("deploy web {IMAGE} --seed 1 --dry-run"),
    ]);
    it.compare("deploy_dry_run");
}

fn refusals(it: &mut Transcript, wrong_fleet: &str) {
    it.section("Refusals").run_all([
        "deploy web --node m-node-1",
        "deploy web --node m-node-1 --image http://127.0.0.1:9/disk.img",
        "deploy web --node m-node-1 --image http://127.0.0.1:9/disk.img --image-checksum 123",
        "deploy web --node m-node-1 --image /no/such/file",
        &*format!("deploy web --node nobody {IMAGE}"),
        &*format!("deploy web --node m-node-1 --ram 16GB {IMAGE}"),
        &*format!("deploy web --node m-node-1 --flavor no-such-flavor {IMAGE}"),
        &*format!("deploy web --node m-node-1 --user-data /no/such/file {IMAGE}"),
        &*format!("deploy web --node m-node-1 --network private {IMAGE}"),
        &*format!("deploy web --resource-class m --ram 15G --exact {IMAGE}"),
        &*format!("deploy web --resource-class m --ram 15G --exact {IMAGE} -f json"),
        &*format!("deploy web --resource-class no-such-class {IMAGE}"),
        &*format!("deploy web --resource-class m --count 3 {IMAGE}"),
        &*format!("deploy --file {wrong_fleet} {IMAGE}"),
        "deploy --file /no/such/file",
    ]);
    it.compare("deploy_refused");
}

fn deploys(it: &mut Transcript) {
    it.section("A deploy").run_all([
        &*format!("deploy web --node m-node-1 --resource-class m {IMAGE}"),
        &*format!("deploy web --node m-node-1 --resource-class m {IMAGE}"),
        &*format!("deploy web --node m-node-1 --resource-class m {IMAGE} --root-size 30"),
        &*format!("deploy other --node m-node-1 --resource-class m {IMAGE}"),
        &*format!("deploy db --node m-node-2 --resource-class m {IMAGE} -f json"),
    ]);
    it.compare("deploy");
}

fn failed_deploys(it: &mut Transcript, fetched: &str) {
    it.section("A failed deploy");
    it.run(&format!("deploy bad --resource-class fails {fetched}"));
    it.quietly("wait fails-node-1");
    it.run_all([
        "node show fails-node-1 -c maintenance -c maintenance_reason -c fault",
        "node list --quarantined",
        "why fails-node-1",
        &*format!("deploy bad --resource-class fails {fetched}"),
        "node maintenance fails-node-1 --off",
        &*format!("deploy bad --resource-class fails {fetched} --release-failed -f json"),
    ]);
    it.quietly("wait fails-node-1");
    it.run_all([
        &*format!("deploy bad --resource-class fails {fetched} --keep-failed"),
        "show bad",
        "list",
        "why bad",
        "why bad -f json",
        "wait bad",
        "wait bad -f json",
        "rebuild bad --yes",
        "power off bad --yes",
        "rescue bad --yes",
        "node history fails-node-1 --errors -c event",
        "destroy bad --yes -c name -c node",
    ]);
    it.quietly("wait fails-node-1");
    it.compare("deploy_failed");
}

fn lists(it: &mut Transcript) {
    it.section("List and show").run_all([
        "list",
        "list -f json",
        "list -f csv",
        "list -f yaml",
        "list -f value",
        "list -c help",
        "list -c no-such-column",
        "show web",
        "show m-node-1 -f json",
        "show web -f yaml",
        "show web -f csv",
        "show web -f value",
        "show nobody",
        "show m-node-9 -f json",
    ]);
    it.compare("list_and_show");
}

fn why_and_wait(it: &mut Transcript) {
    it.section("Why and wait").run_all([
        "why web",
        "why web -f json",
        "why fails-node-1",
        "why fails-node-1 -f yaml",
        "why fails-node-1 -f csv",
        "why fails-node-1 -f value",
        "why nobody",
        "wait web",
        "wait web db -f json -j 1",
        "wait fails-node-1",
        "wait nobody",
        "wait nobody -f json",
        "wait",
    ]);
    it.compare("why_and_wait");
}

fn power(it: &mut Transcript) {
    it.section("Power").run_all([
        "power status web",
        "power on web",
        "power on web",
        "power status web -f json",
        "power off web",
        "power off web --yes",
        "power reboot web --yes --soft",
        "power off web --yes -f csv",
        "power status nobody",
        "power on web nobody",
        "power off nobody --yes",
        "power status",
    ]);
    it.compare("power");
}

fn devices_and_networks(it: &mut Transcript) {
    it.section("Console, boot device, interrupt, networks").run_all([
        "console web",
        "console web --enable",
        "console web --enable -f json",
        "console web --disable",
        "console nobody",
        "boot-device web",
        "boot-device web pxe --persistent",
        "boot-device web -f json",
        "boot-device web floppy",
        "boot-device nobody",
        "nmi web",
        "nmi web --yes",
        "nmi nobody --yes",
        "vif list web",
        "vif list web -f json",
        "vif list nobody",
        "vif attach web --network private",
        "vif attach nobody --network private",
        "vif attach web",
        "vif detach web no-such-vif",
        "vif detach web no-such-vif --yes",
        "vif detach nobody no-such-vif --yes",
    ]);
    it.compare("console_boot_device_nmi_vif");
}

fn rescue(lab: &Lab, it: &mut Transcript) {
    it.section("Rescue");
    it.run("unrescue web --yes");
    let with_password = |it: &mut Transcript, line: &str| {
        let mut command = lab.farrier();
        command.env("FARRIER_RESCUE_PASSWORD", "hunter2");
        it.run_as(command, line, "");
    };
    it.run_all(["rescue web --yes", "rescue web --password hunter2"]);
    for line in ["rescue web", "power on web", "rescue web --yes", "rescue web --yes", "rescue nobody --yes"]
    {
        with_password(it, line);
    }
    with_password(it, "rescue fails-node-1 --yes");
    it.run_all([
        "show web",
        "why web",
        "unrescue web",
        "unrescue web --yes -f json",
        "unrescue nobody --yes",
    ]);
    it.compare("rescue");
}

fn rebuild(it: &mut Transcript) {
    it.section("Rebuild").run_all([
        "rebuild web",
        "rebuild web --yes",
        "rebuild web --yes -f json",
        "rebuild web --yes --preserve-ephemeral",
        "rebuild nobody --yes",
        "rebuild fails-node-1 --yes",
    ]);
    it.quietly("node protect m-node-1 --reason 'do not touch'");
    it.run_all(["rebuild web --yes", "why web", "destroy web --yes", "node delete m-node-1 --yes"]);
    it.quietly("node protect m-node-1 --off");
    it.compare("rebuild");
}

fn watch(it: &mut Transcript) {
    it.section("Watch").run_all([
        "watch",
        "watch instances --every never",
        "watch nodes --state no-such-state",
    ]);
    it.compare("watch");
}

fn destroy(lab: &Lab, it: &mut Transcript) {
    it.section("Destroy").run_all([
        "destroy web",
        "destroy web --yes --wait-clean",
        "destroy web --yes",
        "destroy web --yes --missing-ok",
        "destroy m-node-1 --yes --wait-clean",
        "destroy fails-node-1 --yes",
        "destroy web nobody --yes",
        "destroy",
    ]);
    let lent =
        json!([{"op": "add", "path": "/instance_uuid", "value": "7d0d8f9a-0f4c-4c6f-8d0a-3a9b6f1e2c55"}]);
    patch_node(&lab.endpoint(), "m-node-1", &lent);
    it.run_all([
        "show m-node-1",
        "why m-node-1",
        "destroy m-node-1 --yes --wait-clean",
        "destroy db --yes --wait-clean -f json",
    ]);
    it.run_with_input("destroy - --yes", "web\nnobody\n");
    it.compare("destroy");
}
