//! The first-boot data of instances as it arrives at the real Ironic.

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::proxy::Proxy;
use crate::support::{IMAGE, Lab};

/// A proxy for the shared lab.
fn proxy(lab: &Lab) -> Proxy {
    let endpoint = lab.endpoint();
    Proxy::start(endpoint.strip_prefix("http://").expect("an address"))
}

/// The last config drive that a proxy saw.
fn config_drive(proxy: &Proxy) -> Value {
    let changes = proxy.changes();
    let (_, body) =
        changes.iter().rfind(|(request, _)| request.contains("states/provision")).expect("a deploy");
    body["configdrive"].clone()
}

#[test]
fn config_drive_contains_all_first_boot_data() {
    let lab = Lab::shared();
    lab.machines("boot", 1);
    let proxy = proxy(lab);
    let file = |name: &str, text: &str| {
        let path = lab.folder().join(format!("boot-{name}"));
        std::fs::write(&path, text).expect("written");
        path.to_str().expect("UTF-8").to_owned()
    };
    let network = "links: [{id: eth0, type: phy}]\n\
                   networks: [{id: n, type: ipv4, link: eth0, ip_address: 192.0.2.7/24}]\n";
    let pairs = [
        ("--ssh-key", file("one.pub", "ssh-ed25519 AAAA one\nssh-ed25519 BBBB two\n")),
        ("--ssh-key", file("three.pub", "ssh-rsa CCCC three\n")),
        ("--user-data", file("base.yaml", "#cloud-config\npackages: [vim]\n")),
        ("--user-data", file("setup.sh", "#!/bin/sh\ntrue\n")),
        ("--network-data", file("network.yaml", network)),
        ("--vendor-data", file("vendor.json", "{\"kind\": \"lab\"}")),
        ("--meta", "role=web".to_owned()),
        ("--hostname", "boot.lab".to_owned()),
    ];
    let options: Vec<&str> = pairs.iter().flat_map(|(option, value)| [*option, value.as_str()]).collect();
    let deploy = |options: &[&str]| {
        let mut command = lab.farrier_at(&proxy.endpoint());
        command.args(["deploy", "boot", "--resource-class", "boot"]).args(IMAGE).args(options);
        command
    };
    deploy(&options).assert().success();
    let drive = config_drive(&proxy);
    assert_eq!(drive["meta_data"]["hostname"], "boot.lab");
    let keys: Vec<&Value> =
        drive["meta_data"]["public_keys"].as_object().expect("an object").values().collect();
    assert_eq!(keys, ["ssh-ed25519 AAAA one", "ssh-ed25519 BBBB two", "ssh-rsa CCCC three"]);
    assert_eq!(
        (&drive["meta_data"]["meta"], &drive["vendor_data"]),
        (&json!({"role": "web"}), &json!({"kind": "lab"}))
    );
    assert_eq!(drive["network_data"]["networks"][0]["ip_address"], "192.0.2.7/24");
    let user_data = drive["user_data"].as_str().expect("a text");
    for expected in
        ["multipart/mixed", "text/cloud-config", "packages: [vim]", "text/x-shellscript", "boot-setup.sh"]
    {
        assert!(user_data.contains(expected), "{user_data}");
    }
    let changes = proxy.changes();
    let (_, claim) = changes.iter().find(|(request, _)| request.starts_with("POST")).expect("a claim");
    assert_eq!(claim["extra"]["farrier"]["ip_addresses"], json!(["192.0.2.7"]));
    deploy(&options).assert().success();
    deploy(&options[2..]).assert().code(6).stderr(contains("config drive differs"));

    let before = proxy.changes().len();
    let wrong = file("wrong.yaml", "networks: [{id: n, type: ipv4, link: eth0, ip_address: 192.0.2.7}]\n");
    for (options, expected) in [
        (&["--network-data", wrong.as_str()][..], "networks[0]: unknown link `eth0`"),
        (&["--network-data", &pairs[4].1, "--count", "2"], "cannot share the address 192.0.2.7"),
        (&["--user-data", &pairs[2].1, "--user-data", &pairs[5].1], "boot-vendor.json"),
        (&["--config-drive", &pairs[3].1], "neither JSON"),
        (&["--config-drive", "http://h/x", "--vendor-data", &pairs[5].1], "cannot be used with"),
    ] {
        deploy(options).assert().code(2).stderr(contains(expected).and(contains("CCCC").not()));
    }
    assert_eq!(proxy.changes().len(), before);
    lab.json(&["destroy", "boot", "--yes"]);
}
