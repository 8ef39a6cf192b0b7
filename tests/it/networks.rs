//! Instances on the networks of a real Neutron: do exactly the right ports exist?

use predicates::str::contains;
use serde_json::{Value, json};

use crate::site::Service;
use crate::wired::{Between, Wired};

#[test]
fn instance_is_attached_in_order_and_detached_by_destroy() {
    let wired = Wired::machine("wired");
    let own = wired.port("private");
    let id = own["id"].as_str().expect("an id");
    let networks = ["--port", id, "--network", "provider"];
    let deploy = wired.deploy("wired-1", &networks);
    let instance = wired.json(&deploy);
    let vifs = wired.vifs(1);
    assert_eq!((vifs.len(), vifs.contains(&id.to_owned())), (2, true), "{vifs:?}");
    assert_eq!(wired.made(), ["wired-1-1"]);
    let addresses = instance["ip_addresses"].as_array().expect("a list");
    assert_eq!(addresses.len(), 2, "{instance}");
    assert!(addresses.contains(&own["fixed_ips"][0]["ip_address"]), "{instance}");
    assert_eq!(wired.json(&["show", "wired-1"])["ip_addresses"], instance["ip_addresses"]);

    // The same command again changes nothing; other networks are refused.
    assert_eq!(wired.json(&deploy)["uuid"], instance["uuid"]);
    assert_eq!(wired.made(), ["wired-1-1"]);
    let other = wired.deploy("wired-1", &["--network", "provider"]);
    let refused = wired.site.farrier("admin").args(other).assert().code(6);
    refused.stderr(contains("different configuration: the networks are"));

    wired.json(&["destroy", "wired-1", "--yes", "--wait-clean"]);
    assert!(wired.is_bare(1), "{:?} {:?}", wired.vifs(1), wired.made());
    let (_, left) = wired.site.ask(Service::Neutron, "GET", &format!("/v2.0/ports/{id}"), &Value::Null);
    assert_eq!(left["port"]["binding:host_id"], "", "{left}");
    assert_eq!(left["port"]["fixed_ips"], own["fixed_ips"]);
}

#[test]
fn instance_gets_a_fixed_address_and_destroy_does_not_wait_for_ports() {
    let wired = Wired::machine("wiredip");
    let networks = ["--ip", "private:198.51.100.77"];
    let started = wired.json(&[&wired.deploy("wiredip-1", &networks)[..], &["--no-wait"]].concat());
    assert_eq!(started["ip_addresses"], json!(["198.51.100.77"]));
    wired.json(&["wait", "wiredip-1"]);
    wired.json(&["destroy", "wiredip-1", "--yes", "--no-wait"]);
    assert_eq!(wired.made(), [""; 0]);
    wired.json(&["wait", "wiredip-node-1"]);
    assert!(wired.is_bare(1));
}

#[test]
fn ports_have_the_requested_security_groups_and_dns_name() {
    let wired = Wired::machine("wiredsafe");
    let group = json!({"security_group": {"name": "wiredsafe"}});
    let (status, group) = wired.site.ask(Service::Neutron, "POST", "/v2.0/security-groups", &group);
    assert_eq!(status, 201, "{group}");
    let networks = ["--network", "provider", "--security-group", "wiredsafe", "--dns-name", "wiredsafe"];
    wired.json(&wired.deploy("wiredsafe-1", &networks));
    let (_, found) = wired.site.ask(Service::Neutron, "GET", "/v2.0/ports?name=wiredsafe-1-0", &Value::Null);
    let port = &found["ports"][0];
    assert_eq!(port["security_groups"], json!([group["security_group"]["id"]]), "{port}");
    assert_eq!(port["dns_name"], "wiredsafe");
    wired.json(&["destroy", "wiredsafe-1", "--yes"]);
    assert_eq!(wired.made(), [""; 0]);
}

#[test]
fn destroy_removes_ports_of_an_instance_that_another_tool_undeployed() {
    let wired = Wired::machine("wiredother");
    let deploy = wired.deploy("wiredother-1", &["--network", "provider"]);
    wired.json(&deploy);
    let path = format!("/v1/nodes/{}/states/provision", wired.node(1)["uuid"].as_str().expect("text"));
    let (status, _) = wired.site.ask(Service::Ironic, "PUT", &path, &json!({"target": "deleted"}));
    assert_eq!(status, 202);
    wired.json(&["wait", "wiredother-node-1"]);
    assert_eq!(wired.made(), ["wiredother-1-0"]);
    // A name with the same prefix belongs to another instance.
    wired.json(&["destroy", "wiredother", "--yes", "--missing-ok"]);
    assert_eq!(wired.made(), ["wiredother-1-0"]);
    let gone = wired.json(&["destroy", "wiredother-1", "--yes", "--missing-ok"]);
    assert_eq!(gone[0]["state"], "gone");
    assert_eq!(wired.made(), [""; 0]);
}

#[test]
fn invalid_changes_are_refused_before_any_request() {
    let wired = Wired::machine("wirednot");
    let site = wired.site;
    let refused = |cloud: &str, networks: &[&str], code: i32, expected: &str| {
        let arguments = wired.deploy("wirednot-1", networks);
        site.farrier(cloud).args(arguments).assert().code(code).stderr(contains(expected));
        assert!(wired.is_bare(1), "{networks:?}");
    };
    refused("admin", &["--network", "nowhere"], 5, "no network is named `nowhere`");
    refused("admin", &["--subnet", "nowhere"], 5, "no subnet is named `nowhere`");
    refused("admin", &["--network", "private", "--security-group", "none"], 5, "no security group");
    refused(
        "admin",
        &["--ip", "private:203.0.113.5"],
        2,
        "203.0.113.5 is not in the network's subnets (198.51.100.0/24",
    );
    refused("admin", &["--network", "private", "--count", "2", "--ip", "private:198.51.100.9"], 2, "several");
    let three = ["--network", "private", "--network", "provider", "--network", "private"];
    refused("admin", &three, 4, "it has ports for 2 networks, but 3 are requested");
    // A node with the `noop` network interface is on no network, even if Ironic accepts the request.
    let noop = Wired::new("wirednoop", 1, &json!({"network_interface": "noop"}), &json!({}));
    let deploy = noop.deploy("wirednoop-1", &["--network", "private"]);
    site.farrier("admin").args(deploy).assert().code(4).stderr(contains("`noop`"));
    assert!(noop.is_bare(1));
    // Without Neutron, the error says what to do; deploys without networks work as usual.
    let folder = crate::run::folder();
    let text = json!({"clouds": {"bare": {
        "auth_type": "none", "endpoint": site.address(Service::Ironic),
    }}});
    let file = folder.path().join("clouds.yaml");
    std::fs::write(&file, text.to_string()).expect("written");
    let mut command = site.farrier("bare");
    command.env("OS_CLIENT_CONFIG_FILE", &file).args(wired.deploy("wirednot-1", &["--network", "private"]));
    command.env("OS_CLOUD", "bare");
    // Ironic requires a token there: an error about that comes first, or that there is no Neutron.
    command.assert().failure();
    // Two networks of the same name are distinguished by their UUIDs.
    for _ in 0..2 {
        let network = json!({"network": {"name": "wired-twice"}});
        assert_eq!(site.ask(Service::Neutron, "POST", "/v2.0/networks", &network).0, 201);
    }
    refused("admin", &["--network", "wired-twice"], 2, "`wired-twice` is ambiguous: network ");
}

#[test]
fn failed_deploy_moves_its_ports_to_the_next_node_or_deletes_them() {
    let bad = json!({
        "deploy_interface": "direct",
        "driver_info": {"mock_fail_step": "write_image"},
    });
    let wired = Wired::new("wiredbad", 2, &json!({}), &bad);
    let networks = ["--ip", "private:198.51.100.78"];
    let mut first = wired.deploy("wiredbad-1", &networks);
    first.extend(["--node", "wiredbad-node-1", "--retries", "0", "--release-failed"]);
    wired.site.farrier("admin").args(first).assert().code(7);
    assert_eq!(wired.made(), [""; 0]);
    wired.json(&["wait", "wiredbad-node-1"]);
    assert!(wired.is_bare(1));
    let both = wired.json(&wired.deploy("wiredbad-2", &networks));
    assert_eq!(both["ip_addresses"], json!(["198.51.100.78"]));
    assert_eq!((both["node"]["name"].as_str(), wired.made().len()), (Some("wiredbad-node-2"), 1));
    wired.json(&["destroy", "wiredbad-2", "--yes"]);
    assert_eq!(wired.made(), [""; 0]);
}

#[test]
fn fleet_is_attached_to_the_networks_of_its_file() {
    let wired = Wired::new("wiredfleet", 2, &json!({}), &json!({}));
    let folder = crate::run::folder();
    let file = folder.path().join("fleet.yaml");
    let text = "defaults: {resource_class: wiredfleet, networks: [private]}\n\
                instances:\n\
                - {name: wiredfleet-1}\n\
                - {name: wiredfleet-2, nics: [{network: private, fixed_ip: 198.51.100.79}]}\n";
    std::fs::write(&file, text).expect("written");
    let path = file.to_str().expect("UTF-8");
    let arguments = [&["deploy", "--file", path][..], &wired.site.image()].concat();
    let plan = wired.json(&[&arguments[..], &["--dry-run"]].concat());
    assert!(plan.to_string().contains("/v2.0/ports") && wired.made().is_empty(), "{plan}");
    let fleet = wired.json(&arguments);
    assert_eq!(fleet[1]["ip_addresses"], json!(["198.51.100.79"]));
    assert_eq!(wired.made().len(), 2);
    wired.json(&["destroy", "wiredfleet-1", "wiredfleet-2", "--yes"]);
    assert_eq!(wired.made(), [""; 0]);
}

#[test]
fn config_drive_contains_static_addresses_and_the_bond() {
    let port = |nth: usize| {
        json!({
            "address": format!("56:b0:0d:00:00:0{nth}"),
            "local_link_connection": {
                "switch_id": "52:00:00:00:00:03", "port_id": format!("bond-{nth}"), "switch_info": "switch",
            },
        })
    };
    let group = json!([{"name": "wiredbond-group", "mode": "802.3ad", "ports": [port(1), port(2)]}]);
    let wired = Wired::new("wiredbond", 1, &json!({"ports": [], "portgroups": group}), &json!({}));
    let site = wired.site;
    let network = json!({"network": {"name": "wired-static", "mtu": 1400}});
    let (_, network) = site.ask(Service::Neutron, "POST", "/v2.0/networks", &network);
    let subnet = json!({"subnet": {
        "network_id": network["network"]["id"], "ip_version": 4, "cidr": "203.0.113.0/24", "enable_dhcp": false,
        "dns_nameservers": ["203.0.113.2"],
    }});
    let (status, response) = site.ask(Service::Neutron, "POST", "/v2.0/subnets", &subnet);
    assert_eq!(status, 201, "{response}");
    let between = Between::new(site);
    let arguments = wired.deploy("wiredbond-1", &["--ip", "wired-static:203.0.113.9"]);
    between.farrier(&arguments).assert().success();
    let changes = between.ironic.changes();
    let started = changes.iter().find(|(request, _)| request.ends_with("/states/provision"));
    let data = &started.expect("it was deployed").1["configdrive"]["network_data"];
    let kinds: Vec<&Value> =
        data["links"].as_array().expect("links").iter().map(|link| &link["type"]).collect();
    assert_eq!(kinds, ["phy", "phy", "bond"], "{data}");
    assert_eq!(data["links"][2]["bond_mode"], "802.3ad", "{data}");
    assert_eq!(data["networks"][0]["ip_address"], "203.0.113.9", "{data}");
    assert_eq!(data["networks"][0]["routes"][0]["gateway"], "203.0.113.1", "{data}");
    assert_eq!(data["services"][0]["address"], "203.0.113.2", "{data}");
    // The same command has the same intent, although the config drive that was sent contained more.
    wired.json(&arguments);
    // A different config drive has it too.
    let between = Between::new(site);
    between.farrier(&["rebuild", "wiredbond-1", "--yes", "--meta", "role=web"]).assert().success();
    let changes = between.ironic.changes();
    let rebuilt = changes.iter().find(|(request, _)| request.ends_with("/states/provision"));
    let again = &rebuilt.expect("it was rebuilt").1["configdrive"];
    assert_eq!((&again["network_data"], &again["meta_data"]["meta"]["role"]), (data, &json!("web")));
    // A port group counts as one port.
    let two = wired.deploy("wiredbond-2", &["--network", "private", "--network", "provider"]);
    wired.json(&["destroy", "wiredbond-1", "--yes", "--wait-clean"]);
    site.farrier("admin")
        .args(two)
        .assert()
        .code(4)
        .stderr(contains("ports for 1 networks, but 2 are requested"));
    assert!(wired.is_bare(1));
}
