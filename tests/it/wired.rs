//! Nodes of the site that are attached to networks, and what Neutron knows about them.

use std::path::PathBuf;
use std::sync::Once;

use serde_json::{Value, json};

use crate::proxy::Proxy;
use crate::site::{Service, Site};

/// The nodes of a test, and its view of Neutron.
pub(crate) struct Wired {
    pub(crate) site: &'static Site,
    pub(crate) name: &'static str,
}

impl Wired {
    /// `count` nodes of the class `name`, each with two ports, in the project that creates ports; with
    /// additional keys for all nodes, and more for the first one.
    pub(crate) fn new(name: &'static str, count: usize, more: &Value, first: &Value) -> Self {
        static WARM: Once = Once::new();
        let site = Site::shared();
        // Neutron loads its policy with its first request; a concurrent one gets an empty list.
        WARM.call_once(|| {
            assert_eq!(site.ask(Service::Neutron, "GET", "/v2.0/networks", &Value::Null).0, 200);
        });
        let hash = name.bytes().fold(7_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
        let [_, a, b, c] = hash.to_be_bytes();
        let port = |number: usize, nth: usize| {
            json!({
                "address": format!("56:{a:02x}:{b:02x}:{c:02x}:{number:02x}:{nth:02x}"),
                // Without one, Ironic binds no port in Neutron.
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

    /// One node, for which Ironic creates no ports of its own to deploy and clean: farrier's ports behave the
    /// same, and a deploy takes half the time.
    pub(crate) fn machine(name: &'static str) -> Self {
        Self::new(name, 1, &json!({"network_interface": "flat"}), &json!({}))
    }

    /// Names of the ports that farrier created for this test's instances.
    pub(crate) fn made(&self) -> Vec<String> {
        let path = "/v2.0/ports?device_owner=farrier:instance&sort_key=name&sort_dir=asc";
        let (status, found) = self.site.ask(Service::Neutron, "GET", path, &Value::Null);
        assert_eq!(status, 200, "{found}");
        let names = found["ports"].as_array().expect("a list").iter();
        let names = names.map(|port| port["name"].as_str().expect("a name").to_owned());
        names.filter(|name| name.starts_with(&format!("{}-", self.name))).collect()
    }

    pub(crate) fn vifs(&self, number: usize) -> Vec<String> {
        let path = format!("/v1/nodes/{}-node-{number}/vifs", self.name);
        let (status, found) = self.site.ask(Service::Ironic, "GET", &path, &Value::Null);
        assert_eq!(status, 200, "{found}");
        let ids = found["vifs"].as_array().expect("a list").iter();
        ids.map(|vif| vif["id"].as_str().expect("an id").to_owned()).collect()
    }

    pub(crate) fn node(&self, number: usize) -> Value {
        let path = format!("/v1/nodes/{}-node-{number}", self.name);
        self.site.ask(Service::Ironic, "GET", &path, &Value::Null).1
    }

    pub(crate) fn is_bare(&self, number: usize) -> bool {
        let node = self.node(number);
        node["provision_state"] == "available"
            && node["instance_uuid"].is_null()
            && self.vifs(number).is_empty()
            && self.made().is_empty()
    }

    pub(crate) fn port(&self, network: &str) -> Value {
        let path = format!("/v2.0/networks?name={network}");
        let (_, found) = self.site.ask(Service::Neutron, "GET", &path, &Value::Null);
        let port =
            json!({"port": {"network_id": found["networks"][0]["id"], "name": format!("own-{}", self.name)}});
        let (status, port) = self.site.ask(Service::Neutron, "POST", "/v2.0/ports", &port);
        assert_eq!(status, 201, "{port}");
        port["port"].clone()
    }

    pub(crate) fn deploy<'a>(&'a self, instance: &'a str, networks: &[&'a str]) -> Vec<&'a str> {
        [&["deploy", instance, "--resource-class", self.name][..], &self.site.image(), networks].concat()
    }

    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        self.site.json("admin", arguments)
    }
}

/// Access to a site, with a proxy for Ironic and one for Neutron.
pub(crate) struct Between {
    pub(crate) site: &'static Site,
    pub(crate) ironic: Proxy,
    pub(crate) neutron: Proxy,
    clouds_yaml: PathBuf,
    _folder: tempfile::TempDir,
}

impl Between {
    pub(crate) fn new(site: &'static Site) -> Self {
        let ironic = Proxy::start(site.address(Service::Ironic));
        let neutron = Proxy::start(site.address(Service::Neutron));
        let folder = crate::run::folder();
        let clouds_yaml = site.changed(folder.path(), "admin", |entry| {
            entry["baremetal_endpoint_override"] = json!(ironic.endpoint());
            entry["network_endpoint_override"] = json!(neutron.endpoint());
        });
        Self { site, ironic, neutron, clouds_yaml, _folder: folder }
    }

    pub(crate) fn farrier(&self, arguments: &[&str]) -> assert_cmd::Command {
        self.process(arguments).into()
    }

    pub(crate) fn process(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = self.site.process("admin", arguments);
        command.env("OS_CLIENT_CONFIG_FILE", &self.clouds_yaml);
        command
    }
}
