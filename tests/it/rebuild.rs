//! Rebuilding in place, on a real Ironic: which config drive and which image stand there afterwards.

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::support::{IMAGE, Lab};

fn deployed(lab: &Lab, name: &str, options: &[&str]) {
    lab.machines(name, 1);
    lab.json(&[&["deploy", name, "--resource-class", name][..], &IMAGE, options].concat());
}

#[test]
fn a_rebuild_says_which_config_drive_it_takes() {
    let lab = Lab::shared();
    deployed(lab, "drives", &["--config-drive", "http://127.0.0.1:9/drive.gz?signature=hunter2"]);
    let rebuild = |options: &[&str]| {
        lab.farrier().args(["rebuild", "drives", "--yes"]).args(options).assert().success()
    };
    let warning = contains("fetched anew from http://127.0.0.1:9/drive.gz;").and(contains("hunter2").not());
    rebuild(&[]).stderr(warning);
    rebuild(&["--meta", "role=web"]).stderr(contains("given anew"));
    rebuild(&[]).stderr(contains("is kept"));
    lab.json(&["destroy", "drives", "--yes"]);
}

#[test]
fn nothing_of_another_image_is_left() {
    let lab = Lab::shared();
    deployed(lab, "kinds", &[]);
    let partition = ["--image", "http://127.0.0.1:9/root.img", "--image-type", "partition"];
    let boot =
        ["--image-kernel", "http://127.0.0.1:9/kernel", "--image-ramdisk", "http://127.0.0.1:9/initrd"];
    let rebuild = ["rebuild", "kinds", "--yes"];
    lab.json(&[&rebuild[..], &partition, &boot, &IMAGE[2..]].concat());
    assert_eq!(lab.node("kinds-node-1")["instance_info"]["image_type"], "partition");
    let disk = [&rebuild[..], &IMAGE].concat();
    lab.farrier().args(&disk).assert().code(6).stderr(contains("--image-type"));
    lab.json(&[&disk[..], &["--image-type", "whole-disk"]].concat());
    let info = lab.node("kinds-node-1")["instance_info"].clone();
    assert_eq!(info["image_type"], "whole-disk", "{info}");
    assert_eq!((&info["kernel"], &info["ramdisk"]), (&Value::Null, &Value::Null), "{info}");
    lab.farrier().args(["rebuild", "kinds", "--yes", "--preserve-ephemeral"]).assert().code(6);
    assert_eq!(lab.node("kinds-node-1")["provision_state"], json!("active"));
    lab.json(&["destroy", "kinds", "--yes"]);
}
