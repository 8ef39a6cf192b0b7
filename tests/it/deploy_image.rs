//! What is deployed onto a machine: images that are checked before the claim, disks, deploy steps and
//! templates.

use farrier::cloud::transport;
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::support::{IMAGE, Lab};
use crate::web::{Page, Web};

fn digest(letter: &str) -> String {
    letter.repeat(64)
}

#[test]
fn checksum_is_read_from_its_file_and_the_image_is_checked_first() {
    let lab = Lab::shared();
    lab.machines("sums", 1);
    let sums = format!(
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nSHA256 (old/el.img) = {}\nSHA256 (el 10.img) = {}\n\
         -----BEGIN PGP SIGNATURE-----\nxyz\n-----END PGP SIGNATURE-----\n",
        digest("b"),
        digest("a"),
    );
    let web = Web::start([
        ("/SUMS", Page::file(sums)),
        ("/el%2010.img", Page { refuses_head: true, ..Page::file("x".repeat(2048)) }),
        ("/page.img", Page { kind: "text/html; charset=utf-8", ..Page::file("<html>") }),
        ("/new.img", Page::file("x")),
    ]);
    let deploy = |image: &str, sum: &str| {
        let mut command = lab.farrier();
        command.args([
            "deploy",
            "sums",
            "--resource-class",
            "sums",
            "--image",
            image,
            "--image-checksum",
            sum,
        ]);
        command
    };
    let secret = web.url("/el%2010.img").replace("http://", "http://op:hunter2@");
    for (image, sum, code, expected) in [
        (web.url("/gone.img"), digest("a"), 5, "gone.img: HTTP 404"),
        (web.url("/page.img"), digest("a"), 5, "answers with a web page"),
        (
            web.url("/new.img"),
            web.url("/SUMS"),
            2,
            "no checksum for `new.img`, only for `old/el.img`, `el 10.img`",
        ),
        (web.url("/new.img"), web.url("/none"), 2, "/none: HTTP 404"),
    ] {
        deploy(&image, &sum).assert().code(code).stderr(contains(expected));
    }
    assert_eq!(lab.node("sums-node-1")["allocation_uuid"], Value::Null, "nothing was claimed");

    deploy(&secret, &web.url("/SUMS"))
        .assert()
        .success()
        .stderr(contains("/el%2010.img: 2.0 KiB").and(contains("hunter2").not()));
    let info = lab.node("sums-node-1")["instance_info"].clone();
    assert_eq!(
        (&info["image_os_hash_algo"], &info["image_os_hash_value"]),
        (&json!("sha256"), &json!(digest("a")))
    );
    assert_eq!(info["image_type"], "whole-disk");
    let (with, without): (Vec<String>, Vec<String>) =
        web.seen().into_iter().partition(|head| head.to_lowercase().contains("\nauthorization: basic "));
    assert!(!with.is_empty() && with.iter().all(|head| head.contains("/el%2010.img")), "{with:?}");
    assert!(without.iter().all(|head| !head.to_lowercase().contains("x-auth-token")), "{without:?}");
    // An instance that exists is not checked again, and needs no image any more.
    let before = web.seen().len();
    deploy(&secret, &web.url("/SUMS")).assert().success();
    assert_eq!(web.seen().len(), before);
    lab.json(&["destroy", "sums", "--yes"]);
}

#[test]
fn unreachable_urls_are_passed_to_ironic() {
    let lab = Lab::shared();
    lab.machines("far", 1);
    lab.farrier()
        .args(["deploy", "far", "--resource-class", "far", "--image", IMAGE[1]])
        .args(["--image-checksum", "http://127.0.0.1:9/SUMS"])
        .assert()
        .success()
        .stderr(contains("Ironic will read it itself").and(contains("is unreachable from here")));
    assert_eq!(lab.node("far-node-1")["instance_info"]["image_checksum"], "http://127.0.0.1:9/SUMS");
    lab.json(&["destroy", "far", "--yes"]);
}

#[test]
fn root_device_image_format_and_pull_secret_reach_the_node() {
    let lab = Lab::shared();
    lab.machines("disk", 1);
    let secret = lab.folder().join("pull-secret");
    std::fs::write(&secret, "hunter2\n").expect("written");
    let oci = ["deploy", "disk", "--resource-class", "disk", "--image", "oci://127.0.0.1:9/el:10"];
    lab.farrier().args(oci).args(["--image-type", "partition"]).assert().code(2).stderr(contains("registry"));
    lab.farrier()
        .args(oci)
        .args(["--root-device", "size=lots"])
        .assert()
        .code(2)
        .stderr(contains("root device hint `size`: `lots` is not a size"));
    let mut arguments = oci.to_vec();
    let path = secret.to_str().expect("UTF-8");
    arguments.extend([
        "--image-pull-secret",
        path,
        "--root-device",
        "size=>= 60",
        "--root-device",
        "rotational=no",
    ]);
    arguments.extend(["--image-format", "raw"]);
    lab.farrier().args(&arguments).args(["--debug", "--no-wait"]).assert().stderr(contains("hunter2").not());
    let info = lab.node("disk-node-1")["instance_info"].clone();
    assert_eq!(info["root_device"], json!({"size": ">= 60", "rotational": false}));
    assert_eq!((&info["image_disk_format"], &info["image_pull_secret"]), (&json!("raw"), &json!("******")));
    lab.json(&["destroy", "disk", "--yes", "--wait-clean"]);

    let partition = [
        "--image-type",
        "partition",
        "--root-size",
        "9",
        "--ephemeral-size",
        "8",
        "--ephemeral-format",
        "xfs",
    ];
    lab.json(&[&["deploy", "disk", "--resource-class", "disk"][..], &IMAGE, &partition].concat());
    let info = lab.node("disk-node-1")["instance_info"].clone();
    assert_eq!((&info["image_type"], &info["ephemeral_format"]), (&json!("partition"), &json!("xfs")));
    lab.json(&["destroy", "disk", "--yes"]);
}

#[test]
fn deploy_template_must_exist_and_be_a_trait_of_the_node() {
    let lab = Lab::shared();
    lab.machines("tmpl-plain", 1);
    lab.machines("tmpl-raid", 1);
    let endpoint = lab.endpoint();
    let http = transport::anonymous(&endpoint.parse().expect("an address")).expect("a client");
    let ask = |method: reqwest::Method, path: &str, body: Value| {
        let request = http.request(method, format!("{endpoint}/v1/{path}"));
        let request = request.header("X-OpenStack-Ironic-API-Version", "1.100").body(body.to_string());
        let answer = request.header("Content-Type", "application/json").send().expect("it answers");
        assert!(answer.status().is_success(), "{path}: {:?}", answer.text());
    };
    let step =
        json!({"interface": "bios", "step": "apply_configuration", "args": {"settings": []}, "priority": 0});
    ask(reqwest::Method::POST, "deploy_templates", json!({"name": "CUSTOM_TMPL", "steps": [step]}));
    ask(reqwest::Method::PUT, "nodes/tmpl-raid-node-1/traits", json!({"traits": ["CUSTOM_TMPL"]}));

    let deploy = |template: &str| {
        let mut command = lab.farrier();
        command.args(["deploy", "tmpl", "--deploy-template", template]).args(IMAGE);
        command
    };
    deploy("CUSTOM_NONE").assert().code(5).stderr(contains("no deploy template is named `CUSTOM_NONE`"));
    deploy("CUSTOM_TMPL")
        .args(["--resource-class", "tmpl-plain"])
        .assert()
        .code(4)
        .stderr(contains("CUSTOM_TMPL"));
    let steps = lab.folder().join("steps.yaml");
    std::fs::write(&steps, "- {interface: bios, step: factory_reset, args: {}, priority: 0}\n")
        .expect("written");
    deploy("CUSTOM_TMPL").arg("--deploy-step").arg(&steps).assert().success();
    let node = lab.node("tmpl-raid-node-1");
    assert_eq!(node["instance_info"]["traits"], json!(["CUSTOM_TMPL"]));
    assert_eq!(node["provision_state"], "active");
    std::fs::write(&steps, "- {interface: boot, step: x, args: {}, priority: 0}\n").expect("written");
    deploy("CUSTOM_TMPL").arg("--deploy-step").arg(&steps).assert().code(2).stderr(contains("`interface`"));
    lab.json(&["destroy", "tmpl", "--yes"]);
}
