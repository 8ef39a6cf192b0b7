//! Instances on the networks of a real Neutron: are there just the ports that there should be?

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Once;

use predicates::prelude::*;
use predicates::str::contains;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::proxy::{Fault, Proxy};
use crate::site::{Service, Site};
use crate::support::{is_exhaustive, signal, stops};

/// Machines of a test, and its view of Neutron.
struct Wired {
    site: &'static Site,
    name: &'static str,
}

impl Wired {
    /// `count` machines of the class `name`, each with two ports, in the project that makes ports; with more keys of a
    /// node, and for the first one yet more.
    fn new(name: &'static str, count: usize, more: &Value, first: &Value) -> Self {
        static WARM: Once = Once::new();
        let site = Site::shared();
        // Neutron loads its policy with its first request; another one beside it is shown nothing.
        WARM.call_once(|| {
            assert_eq!(site.ask(Service::Neutron, "GET", "/v2.0/networks", &Value::Null).0, 200);
        });
        let hash = name.bytes().fold(7_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
        let [_, a, b, c] = hash.to_be_bytes();
        let port = |number: usize, nth: usize| {
            json!({
                "address": format!("56:{a:02x}:{b:02x}:{c:02x}:{number:02x}:{nth:02x}"),
                // Without one Ironic binds no port in Neutron.
                "local_link_connection": {
                    "switch_id": "52:00:00:00:00:02",
                    "port_id": format!("{name}-{number}-{nth}"),
                    "switch_info": "switch",
                },
            })
        };
        let node = |number: usize| {
            let mut node = json!({
                "name": format!("{name}-node-{number}"),
                "driver": "fake-hardware",
                "resource_class": name,
                "properties": {"cpu_arch": "x86_64", "cpus": 8, "memory_mb": 16384, "local_gb": 100},
                "ports": [port(number, 1), port(number, 2)],
                "owner": site.project("admin"),
                "network_interface": "neutron",
                "automated_clean": false,
            });
            let keys = node.as_object_mut().expect("an object");
            keys.extend(more.as_object().expect("an object").clone());
            if number == 1 {
                keys.extend(first.as_object().expect("an object").clone());
            }
            node
        };
        let nodes: Vec<Value> = (1..=count).map(node).collect();
        let folder = crate::run::folder();
        let file = folder.path().join("nodes.json");
        std::fs::write(&file, json!({"nodes": nodes}).to_string()).expect("written");
        site.farrier("system-admin").arg("enroll").arg(&file).assert().success();
        Self { site, name }
    }

    fn machine(name: &'static str) -> Self {
        Self::new(name, 1, &json!({}), &json!({}))
    }

    /// Names of the ports that farrier made for this test's instances.
    fn made(&self) -> Vec<String> {
        let path = "/v2.0/ports?device_owner=baremetal:farrier&sort_key=name&sort_dir=asc";
        let (status, found) = self.site.ask(Service::Neutron, "GET", path, &Value::Null);
        assert_eq!(status, 200, "{found}");
        let names = found["ports"].as_array().expect("a list").iter();
        let names = names.map(|port| port["name"].as_str().expect("a name").to_owned());
        names.filter(|name| name.starts_with(&format!("{}-", self.name))).collect()
    }

    fn vifs(&self, number: usize) -> Vec<String> {
        let path = format!("/v1/nodes/{}-node-{number}/vifs", self.name);
        let (status, found) = self.site.ask(Service::Ironic, "GET", &path, &Value::Null);
        assert_eq!(status, 200, "{found}");
        let ids = found["vifs"].as_array().expect("a list").iter();
        ids.map(|vif| vif["id"].as_str().expect("an id").to_owned()).collect()
    }

    fn node(&self, number: usize) -> Value {
        let path = format!("/v1/nodes/{}-node-{number}", self.name);
        self.site.ask(Service::Ironic, "GET", &path, &Value::Null).1
    }

    fn is_bare(&self, number: usize) -> bool {
        let node = self.node(number);
        node["provision_state"] == "available"
            && node["instance_uuid"].is_null()
            && self.vifs(number).is_empty()
            && self.made().is_empty()
    }

    fn port(&self, network: &str) -> Value {
        let path = format!("/v2.0/networks?name={network}");
        let (_, found) = self.site.ask(Service::Neutron, "GET", &path, &Value::Null);
        let port =
            json!({"port": {"network_id": found["networks"][0]["id"], "name": format!("own-{}", self.name)}});
        let (status, port) = self.site.ask(Service::Neutron, "POST", "/v2.0/ports", &port);
        assert_eq!(status, 201, "{port}");
        port["port"].clone()
    }

    fn deploy<'a>(&'a self, instance: &'a str, networks: &[&'a str]) -> Vec<&'a str> {
        [&["deploy", instance, "--resource-class", self.name][..], &self.site.image(), networks].concat()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        self.site.json("admin", arguments)
    }
}

/// The way to a site, with a proxy before Ironic and one before Neutron.
struct Between {
    site: &'static Site,
    ironic: Proxy,
    neutron: Proxy,
    clouds_yaml: PathBuf,
    _folder: tempfile::TempDir,
}

impl Between {
    fn new(site: &'static Site) -> Self {
        let ironic = Proxy::start(site.address(Service::Ironic));
        let neutron = Proxy::start(site.address(Service::Neutron));
        let folder = crate::run::folder();
        let clouds_yaml = site.changed(folder.path(), "admin", |entry| {
            entry["baremetal_endpoint_override"] = json!(ironic.endpoint());
            entry["network_endpoint_override"] = json!(neutron.endpoint());
        });
        Self { site, ironic, neutron, clouds_yaml, _folder: folder }
    }

    fn farrier(&self, arguments: &[&str]) -> assert_cmd::Command {
        self.process(arguments).into()
    }

    fn process(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = self.site.process("admin", arguments);
        command.env("OS_CLIENT_CONFIG_FILE", &self.clouds_yaml);
        command
    }
}

#[test]
fn an_instance_is_on_its_networks_in_their_order_and_off_them_when_it_ends() {
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

    // The same again changes nothing; others are refused.
    assert_eq!(wired.json(&deploy)["uuid"], instance["uuid"]);
    assert_eq!(wired.made(), ["wired-1-1"]);
    let other = wired.deploy("wired-1", &["--network", "provider"]);
    let refused = wired.site.farrier("admin").args(other).assert().code(6);
    refused.stderr(contains("of which the networks are"));

    wired.json(&["destroy", "wired-1", "--yes", "--wait-clean"]);
    assert!(wired.is_bare(1), "{:?} {:?}", wired.vifs(1), wired.made());
    let (_, left) = wired.site.ask(Service::Neutron, "GET", &format!("/v2.0/ports/{id}"), &Value::Null);
    assert_eq!(left["port"]["binding:host_id"], "", "{left}");
    assert_eq!(left["port"]["fixed_ips"], own["fixed_ips"]);
}

#[test]
fn an_address_is_had_and_destroying_does_not_wait_for_its_ports_to_go() {
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
fn ports_have_the_security_groups_and_the_name_that_are_asked_for() {
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
fn ports_of_an_instance_that_another_tool_undeployed_go_with_its_name() {
    let wired = Wired::machine("wiredother");
    let deploy = wired.deploy("wiredother-1", &["--network", "provider"]);
    wired.json(&deploy);
    let path = format!("/v1/nodes/{}/states/provision", wired.node(1)["uuid"].as_str().expect("text"));
    let (status, _) = wired.site.ask(Service::Ironic, "PUT", &path, &json!({"target": "deleted"}));
    assert_eq!(status, 202);
    wired.json(&["wait", "wiredother-node-1"]);
    assert_eq!(wired.made(), ["wiredother-1-0"]);
    // A name that begins alike is another one's.
    wired.json(&["destroy", "wiredother", "--yes"]);
    assert_eq!(wired.made(), ["wiredother-1-0"]);
    let gone = wired.json(&["destroy", "wiredother-1", "--yes"]);
    assert_eq!(gone[0]["state"], "gone");
    assert_eq!(wired.made(), [""; 0]);
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_changed() {
    let wired = Wired::machine("wirednot");
    let site = wired.site;
    let refused = |cloud: &str, networks: &[&str], code: i32, told: &str| {
        let arguments = wired.deploy("wirednot-1", networks);
        site.farrier(cloud).args(arguments).assert().code(code).stderr(contains(told));
        assert!(wired.is_bare(1), "{networks:?}");
    };
    refused("admin", &["--network", "nowhere"], 5, "no network is named `nowhere`");
    refused("admin", &["--subnet", "nowhere"], 5, "no subnet is named `nowhere`");
    refused("admin", &["--network", "private", "--security-group", "none"], 5, "no security group");
    refused("admin", &["--ip", "private:203.0.113.5"], 2, "the network has 198.51.100.0/24");
    refused("admin", &["--network", "private", "--count", "2", "--ip", "private:198.51.100.9"], 2, "several");
    let three = ["--network", "private", "--network", "provider", "--network", "private"];
    refused("admin", &three, 4, "it has ports for 2 networks, not for 3");
    // A noop machine is on no network, whatever Ironic answers.
    let noop = Wired::new("wirednoop", 1, &json!({"network_interface": "noop"}), &json!({}));
    let deploy = noop.deploy("wirednoop-1", &["--network", "private"]);
    site.farrier("admin").args(deploy).assert().code(4).stderr(contains("`noop`"));
    assert!(noop.is_bare(1));
    // Where there is no Neutron, what to do is said; without networks all is as ever.
    let folder = crate::run::folder();
    let text = json!({"clouds": {"bare": {
        "auth_type": "none", "endpoint": site.address(Service::Ironic),
    }}});
    let file = folder.path().join("clouds.yaml");
    std::fs::write(&file, text.to_string()).expect("written");
    let mut command = site.farrier("bare");
    command.env("OS_CLIENT_CONFIG_FILE", &file).args(wired.deploy("wirednot-1", &["--network", "private"]));
    command.env("OS_CLOUD", "bare");
    // Its Ironic asks for a token: that is found out first, or that there is no Neutron.
    command.assert().failure();
    // Two of one name are told apart by their UUIDs.
    for _ in 0..2 {
        let network = json!({"network": {"name": "wired-twice"}});
        assert_eq!(site.ask(Service::Neutron, "POST", "/v2.0/networks", &network).0, 201);
    }
    refused("admin", &["--network", "wired-twice"], 2, "`wired-twice` is ambiguous: network ");
}

#[test]
fn a_failed_deploy_takes_its_ports_to_the_next_machine_or_leaves_none() {
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
fn a_lost_answer_doubles_no_port() {
    let wired = Wired::machine("wiredlost");
    let all = [
        ("POST", "/v2.0/ports", Fault::CutAfter),
        ("POST", "/v2.0/ports", Fault::Twice),
        ("POST", "/vifs", Fault::CutAfter),
        ("DELETE", "/v2.0/ports", Fault::CutAfter),
        ("DELETE", "/vifs", Fault::CutAfter),
        // These are for requests what those before are: a loss, a repetition.
        ("POST", "/v2.0/ports", Fault::CutBefore),
        ("POST", "/v2.0/ports", Fault::Mangle),
        ("POST", "/v2.0/ports", Fault::Answer(503, r#"{"NeutronError": {"message": "busy"}}"#)),
        ("POST", "/vifs", Fault::CutBefore),
        ("POST", "/vifs", Fault::Twice),
    ];
    let number = if is_exhaustive() { all.len() } else { 5 };
    for (method, path, fault) in all.into_iter().take(number) {
        let between = Between::new(wired.site);
        let proxy = if path == "/v2.0/ports" { &between.neutron } else { &between.ironic };
        proxy.fault(method, path, 1, fault);
        let arguments = wired.deploy("wiredlost-1", &["--network", "private"]);
        between.farrier(&arguments).assert().success();
        assert_eq!((wired.made().len(), wired.vifs(1).len()), (1, 1), "{method} {path} {fault:?}");
        between.farrier(&["destroy", "wiredlost-1", "--yes", "--wait-clean"]).assert().success();
        assert!(proxy.spent() && wired.is_bare(1), "{method} {path} {fault:?}");
    }
    // An address that somebody has is no machine's fault, and nothing stays.
    let own = wired.port("private");
    let taken = format!("private:{}", own["fixed_ips"][0]["ip_address"].as_str().expect("an address"));
    let arguments = wired.deploy("wiredlost-1", &["--ip", &taken]);
    wired.site.farrier("admin").args(arguments).assert().code(6);
    assert!(wired.is_bare(1));
}

/// Stops a command at its requests to Neutron, and at those that concern VIFs to Ironic.
fn stopped_everywhere(wired: &Wired, before: Option<&[&str]>, command: &[&str], then: &[&[&str]]) {
    let run = |arguments: &[&str]| wired.site.farrier("admin").args(arguments).assert().success();
    let destroy = ["destroy", &format!("{}-1", wired.name), "--yes", "--wait-clean"];
    let clear = |at: &str| {
        run(&destroy);
        assert!(wired.is_bare(1), "{at}: left {:?} {:?}", wired.vifs(1), wired.made());
    };
    let begin = || drop(before.map(run));
    begin();
    let between = Between::new(wired.site);
    between.farrier(command).assert().success();
    let of_ironic = between.ironic.seen();
    let of_vifs = stops(&of_ironic).into_iter().filter(|step| of_ironic[step - 1].contains("/vifs"));
    let mut steps: Vec<(bool, usize)> = of_vifs.map(|step| (false, step)).collect();
    steps.extend(stops(&between.neutron.seen()).into_iter().map(|step| (true, step)));
    if !is_exhaustive() {
        // Neutron is slow. A few, from the first to the last.
        let apart = steps.len().div_ceil(4);
        steps = steps.into_iter().step_by(apart).collect();
    }
    clear("unharmed");
    for (number, (is_neutron, step)) in steps.into_iter().enumerate() {
        let signals: &[Signal] = match (number.is_multiple_of(3), is_exhaustive()) {
            (true, true) => &[Signal::KILL, Signal::INT],
            (true, false) => &[Signal::INT],
            (false, _) => &[Signal::KILL],
        };
        for &sent in signals {
            begin();
            let between = Between::new(wired.site);
            let proxy = if is_neutron { &between.neutron } else { &between.ironic };
            proxy.hold(step);
            let mut child = between.process(command);
            let mut child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
            while proxy.answered() < step && child.try_wait().expect("our child").is_none() {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            if child.try_wait().expect("our child").is_none() {
                signal(&child, sent);
            }
            proxy.let_go();
            child.wait().expect("our child");
            let service = if is_neutron { "Neutron" } else { "Ironic" };
            let at = format!("{command:?}: {sent:?} at request {step} to {service}");
            if number.is_multiple_of(2) {
                run(&["wait", &format!("{}-node-1", wired.name)]);
                for arguments in then {
                    run(arguments);
                }
            }
            clear(&at);
        }
    }
}

#[test]
fn whatever_stops_a_deploy_its_ports_are_used_or_removed() {
    let wired = Wired::machine("wiredstop");
    let deploy = wired.deploy("wiredstop-1", &["--network", "private", "--network", "provider"]);
    stopped_everywhere(&wired, None, &deploy, &[&deploy]);
}

#[test]
fn whatever_stops_a_destroy_its_ports_go_or_come_back() {
    let wired = Wired::machine("wiredend");
    let deploy = wired.deploy("wiredend-1", &["--network", "private"]);
    stopped_everywhere(
        &wired,
        Some(&deploy),
        &["destroy", "wiredend-1", "--yes", "--wait-clean"],
        &[&deploy],
    );
}

#[test]
fn whatever_stops_a_further_network_its_port_goes_with_the_instance() {
    let wired = Wired::machine("wiredmore");
    let deploy = wired.deploy("wiredmore-1", &["--network", "private"]);
    let attach = ["vif", "attach", "wiredmore-1", "--network", "provider"];
    stopped_everywhere(&wired, Some(&deploy), &attach, &[]);
}

#[test]
fn interfaces_are_shown_added_and_taken_away() {
    let wired = Wired::machine("wiredvif");
    wired.json(&wired.deploy("wiredvif-1", &["--network", "private"]));
    let first = wired.json(&["vif", "list", "wiredvif-1"]);
    assert_eq!(first.as_array().map(Vec::len), Some(1), "{first}");
    assert!(first[0]["mac_address"].as_str().is_some_and(|mac| mac.starts_with("56:")), "{first}");
    assert_eq!(first[0]["made_by_farrier"], true);
    let added = wired.json(&["vif", "attach", "wiredvif-1", "--network", "provider"]);
    assert_eq!((wired.vifs(1).len(), wired.made().len()), (2, 2), "{added}");
    let address = added[0]["ip_addresses"][0].as_str().expect("an address");
    let known = wired.json(&["show", "wiredvif-node-1"]);
    assert!(known["ip_addresses"].as_array().expect("a list").contains(&json!(address)), "{known}");
    // No card is free for a third.
    let third = ["vif", "attach", "wiredvif-1", "--network", "provider"];
    wired.site.farrier("admin").args(third).assert().code(6).stderr(contains("network: "));
    assert_eq!((wired.vifs(1).len(), wired.made().len()), (2, 2));
    wired.json(&["vif", "detach", "wiredvif-1", address]);
    assert_eq!((wired.vifs(1).len(), wired.made().len()), (1, 1));
    let again = ["vif", "detach", "wiredvif-1", address];
    wired
        .site
        .farrier("admin")
        .args(again)
        .assert()
        .code(5)
        .stderr(contains("no VIF").and(contains("vif list")));
    let own = wired.port("provider");
    let id = own["id"].as_str().expect("an id");
    wired.json(&["vif", "attach", "wiredvif-1", "--port", id]);
    wired.json(&["vif", "detach", "wiredvif-1", id]);
    let (status, _) = wired.site.ask(Service::Neutron, "GET", &format!("/v2.0/ports/{id}"), &Value::Null);
    assert_eq!(status, 200);
    wired.json(&["vif", "attach", "wiredvif-1", "--network", "provider"]);
    wired.json(&["destroy", "wiredvif-1", "--yes", "--wait-clean"]);
    assert!(wired.is_bare(1), "{:?}", wired.made());
}

#[test]
fn a_fleet_is_on_the_networks_that_its_file_says() {
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
    let told = wired.json(&[&arguments[..], &["--dry-run"]].concat());
    assert!(told.to_string().contains("/v2.0/ports") && wired.made().is_empty(), "{told}");
    let fleet = wired.json(&arguments);
    assert_eq!(fleet[1]["ip_addresses"], json!(["198.51.100.79"]));
    assert_eq!(wired.made().len(), 2);
    wired.json(&["destroy", "wiredfleet-1", "wiredfleet-2", "--yes"]);
    assert_eq!(wired.made(), [""; 0]);
}

#[test]
fn a_machine_without_dhcp_is_told_its_addresses_and_its_bond() {
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
    let (status, said) = site.ask(Service::Neutron, "POST", "/v2.0/subnets", &subnet);
    assert_eq!(status, 201, "{said}");
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
    // The same command is the same intent, although the drive that was sent had more in it.
    wired.json(&arguments);
    // Another config drive has it too.
    let between = Between::new(site);
    between.farrier(&["rebuild", "wiredbond-1", "--yes", "--meta", "role=web"]).assert().success();
    let changes = between.ironic.changes();
    let rebuilt = changes.iter().find(|(request, _)| request.ends_with("/states/provision"));
    let again = &rebuilt.expect("it was rebuilt").1["configdrive"];
    assert_eq!((&again["network_data"], &again["meta_data"]["meta"]["role"]), (data, &json!("web")));
    // One group is one card.
    let two = wired.deploy("wiredbond-2", &["--network", "private", "--network", "provider"]);
    wired.json(&["destroy", "wiredbond-1", "--yes", "--wait-clean"]);
    site.farrier("admin").args(two).assert().code(4).stderr(contains("ports for 1 networks, not for 2"));
    assert!(wired.is_bare(1));
}
