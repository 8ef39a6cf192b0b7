//! A real Keystone with Ironic, Neutron, Glance and Nova's API, started once for all tests that need it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::packages;
use crate::run::mark;
use crate::support::{bare, exchange};

/// The script that starts it, and its configuration.
const SCRIPTS: [(&str, &str); 10] = [
    ("bring_up.py", include_str!("bring_up.py")),
    ("service.py", include_str!("service.py")),
    ("port_binding.py", include_str!("port_binding.py")),
    ("lab_ironic.py", include_str!("../../../src/lab/lab_ironic.py")),
    ("lab_agents.py", include_str!("../../../src/lab/lab_agents.py")),
    ("glance-api.conf", include_str!("glance-api.conf")),
    ("ironic.conf", include_str!("ironic.conf")),
    ("keystone.conf", include_str!("keystone.conf")),
    ("neutron.conf", include_str!("neutron.conf")),
    ("nova.conf", include_str!("nova.conf")),
];

/// A site. It ends with the tests, even if these are killed, because its services read from a pipe of the
/// tests; its folder is removed too.
///
/// Its `clouds.yaml` has these clouds:
///
/// | cloud | access |
/// | --- | --- |
/// | `system-admin`, `system-manager`, `system-member`, `system-reader` | that role in the system scope: sees all nodes |
/// | `admin` | administrator of the project `admin`: creates ports, images, flavors |
/// | `owner-admin`, `owner-manager`, `owner-member`, `owner-reader` | that role in the project `owner` |
/// | `lessee-…` | likewise in the project `lessee` |
/// | `domain-admin` | administrator of the default domain |
/// | `application-credential`, `token` | as `admin`, with these credentials |
/// | `brief`, `brief-admin` | as `system-admin` and `admin`, at a Keystone whose tokens live [`Site::brief_seconds`] |
///
/// There are the shared networks `provider` (flat, 192.0.2.0/24) and `private` (VLAN, 198.51.100.0/24), the
/// image `site-disk`, and Nova's flavor `site.small` of the resource class `site-small`. Machines have the
/// network interface `noop` unless a test requests `flat` or `neutron`, and their ramdisks behave like the
/// lab's.
#[derive(Debug)]
pub(crate) struct Site {
    folder: PathBuf,
    known: Value,
    _holder: (Child, ChildStdin),
}

/// A service that tests query directly.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Service {
    Keystone,
    Ironic,
    Neutron,
    Glance,
    Nova,
}

impl Service {
    fn name(self) -> &'static str {
        match self {
            Self::Keystone => "keystone",
            Self::Ironic => "ironic",
            Self::Neutron => "neutron",
            Self::Glance => "glance",
            Self::Nova => "nova",
        }
    }
}

impl Site {
    /// The site that tests share.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Site> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    fn start() -> Self {
        let folder = crate::run::folder().keep();
        let scripts = folder.join("scripts");
        fs::create_dir(&scripts).expect("created");
        for (name, text) in SCRIPTS {
            fs::write(scripts.join(name), text).expect("written");
        }
        let mut child = mark(&mut Command::new(packages::python("site")))
            .args(["-I", "-W", "ignore"])
            .arg(scripts.join("bring_up.py"))
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it was installed");
        let stdin = child.stdin.take().expect("it is piped");
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        stdout.read_line(&mut line).expect("UTF-8");
        assert!(!line.is_empty(), "the site does not start: {:?}", child.wait());
        Self { folder, known: serde_json::from_str(&line).expect("JSON"), _holder: (child, stdin) }
    }

    fn known(&self, path: &str) -> &str {
        self.known.pointer(path).and_then(Value::as_str).unwrap_or_else(|| panic!("the site has no {path}"))
    }

    /// The clouds.yaml, which is JSON.
    pub(crate) fn clouds_yaml(&self) -> &Path {
        Path::new(self.known("/clouds_yaml"))
    }

    /// The password of all users, and the secret of the application credential.
    pub(crate) fn password(&self) -> &str {
        self.known("/password")
    }

    /// The URL of a service, without a version.
    pub(crate) fn address(&self, service: Service) -> &str {
        self.known(&format!("/addresses/{}", service.name()))
    }

    /// The URL of the Keystone whose tokens expire after seconds.
    pub(crate) fn brief_keystone(&self) -> &str {
        self.known("/addresses/brief")
    }

    /// The lifetime of its tokens.
    pub(crate) fn brief_seconds(&self) -> u64 {
        self.known["seconds_of_brief_tokens"].as_u64().expect("the site printed it")
    }

    /// The ID of a project.
    pub(crate) fn project(&self, name: &str) -> &str {
        self.known(&format!("/projects/{name}"))
    }

    /// Options that name an image for the `direct` interface.
    pub(crate) fn image(&self) -> [&str; 4] {
        ["--image", self.known("/image/url"), "--image-checksum", self.known("/image/checksum")]
    }

    /// farrier as a user of one of the clouds.
    pub(crate) fn farrier(&self, cloud: &str) -> assert_cmd::Command {
        self.process(cloud, &[]).into()
    }

    /// The same command, as a process that can be started, watched and killed.
    pub(crate) fn process(&self, cloud: &str, arguments: &[&str]) -> Command {
        let mut command = bare(&self.folder);
        command
            .env("XDG_CACHE_HOME", self.folder.join("cache"))
            .env("OS_CLIENT_CONFIG_FILE", self.clouds_yaml())
            .env("OS_CLOUD", cloud)
            .args(arguments);
        command
    }

    /// farrier's JSON output as a user of one of the clouds.
    pub(crate) fn json(&self, cloud: &str, arguments: &[&str]) -> Value {
        let output = self.farrier(cloud).args(arguments).args(["-f", "json"]).output().expect("it runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{cloud}: {arguments:?}: {stderr}");
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// Writes a clouds.yaml into `folder` with one of the site's clouds, changed by `change`.
    pub(crate) fn changed(&self, folder: &Path, cloud: &str, change: impl FnOnce(&mut Value)) -> PathBuf {
        let text = fs::read_to_string(self.clouds_yaml()).expect("the site wrote the file");
        let clouds: Value = serde_json::from_str(&text).expect("JSON");
        let mut entry = clouds["clouds"][cloud].clone();
        change(&mut entry);
        let file = folder.join("clouds.yaml");
        fs::write(&file, json!({"clouds": {cloud: entry}}).to_string()).expect("written");
        file
    }

    /// Enrolls `count` nodes `NAME-node-1`, … of the resource class `NAME` up to `available`, with additional
    /// keys.
    pub(crate) fn machines(&self, name: &str, count: usize, more: &Value) {
        let node = |number| {
            let mut node = json!({
                "name": format!("{name}-node-{number}"),
                "driver": "fake-hardware",
                "resource_class": name,
                "properties": {"cpu_arch": "x86_64", "cpus": 8, "memory_mb": 16384, "local_gb": 100},
                "ports": [{
                    "address": mac(name, number),
                    // Without one, Ironic creates no port in Neutron.
                    "local_link_connection": {
                        "switch_id": "52:00:00:00:00:01",
                        "port_id": format!("{name}-{number}"),
                        "switch_info": "switch",
                    },
                }],
            });
            let keys = node.as_object_mut().expect("it is an object");
            if more["deploy_interface"].is_null() {
                keys.insert("automated_clean".to_owned(), false.into());
            }
            keys.extend(more.as_object().expect("it is an object").clone());
            node
        };
        let nodes: Vec<Value> = (1..=count).map(node).collect();
        let file = self.folder.join(format!("{name}.json"));
        fs::write(&file, json!({"nodes": nodes}).to_string()).expect("written");
        self.farrier("system-admin").arg("enroll").arg(&file).assert().success();
    }

    /// Sends a request to a service without farrier, as the system administrator at Ironic and as a project
    /// administrator elsewhere. Returns the status and the body; the body is null if it is not JSON.
    pub(crate) fn ask(&self, service: Service, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let token = match service {
            Service::Ironic => self.known("/tokens/system"),
            _ => self.known("/tokens/admin"),
        };
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let headers = [("X-Auth-Token", token), ("X-OpenStack-Ironic-API-Version", "1.82")];
        let (status, text) = exchange(self.address(service), method, path, &headers, &body);
        (status, serde_json::from_str(&text).unwrap_or_default())
    }

    /// Uploads a few bytes as the data of an image in Glance.
    pub(crate) fn upload(&self, image: &str) {
        let headers =
            [("X-Auth-Token", self.known("/tokens/admin")), ("Content-Type", "application/octet-stream")];
        let path = format!("/v2/images/{image}/file");
        let (status, response) = exchange(self.address(Service::Glance), "PUT", &path, &headers, "disk");
        assert_eq!(status, 204, "{response}");
    }
}

/// A unique MAC address, locally administered.
fn mac(name: &str, number: usize) -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    (name, number).hash(&mut hasher);
    let hash = hasher.finish();
    let parts: Vec<_> = hash.to_le_bytes()[..5].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("52:{}", parts.join(":"))
}

/// The site runs the same Ironic as the lab: what tests show on one holds on the other.
#[test]
fn site_packages_include_the_lab_packages() {
    let pins = |text: &'static str| {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split(' ').next().expect("a name")).collect::<Vec<_>>()
    };
    let site = pins(include_str!("requirements.txt"));
    for pin in pins(include_str!("../../../src/lab/requirements.txt")) {
        assert!(site.contains(&pin), "{pin}");
    }
}

#[test]
fn site_node_is_attached_to_a_network_when_deployed() {
    let site = Site::shared();
    site.machines("attached", 1, &json!({"deploy_interface": "direct", "network_interface": "neutron"}));
    let named = |service, path: &str, kind: &str| {
        let (status, found) = site.ask(service, "GET", path, &Value::Null);
        assert_eq!(status, 200, "{path}: {found}");
        found[kind][0].clone()
    };
    let network = named(Service::Neutron, "/v2.0/networks?name=private", "networks");
    assert_eq!(named(Service::Glance, "/v2/images?name=site-disk", "images")["status"], "active");
    assert_eq!(named(Service::Nova, "/v2.1/flavors", "flavors")["name"], "site.small");
    let port = json!({"port": {"network_id": network["id"], "name": "attached"}});
    let (status, port) = site.ask(Service::Neutron, "POST", "/v2.0/ports", &port);
    assert_eq!(status, 201, "{port}");
    let id = port["port"]["id"].as_str().expect("it has one");
    let vif = json!({"id": id});
    let (status, response) = site.ask(Service::Ironic, "POST", "/v1/nodes/attached-node-1/vifs", &vif);
    assert_eq!(status, 204, "{response}");

    let mut deploy = site.farrier("system-admin");
    deploy.args(["deploy", "attached-1", "--resource-class", "attached"]).args(site.image());
    deploy.assert().success();
    let (_, bound) = site.ask(Service::Neutron, "GET", &format!("/v2.0/ports/{id}"), &Value::Null);
    assert_eq!(bound["port"]["mac_address"], json!(mac("attached", 1)), "{bound}");
    assert_eq!(bound["port"]["binding:vnic_type"], "baremetal", "{bound}");
    assert_eq!(bound["port"]["status"], "ACTIVE", "{bound}");

    site.farrier("system-admin").args(["destroy", "attached-1", "--yes"]).assert().success();
    let (_, left) = site.ask(Service::Neutron, "GET", "/v2.0/ports?name=attached", &Value::Null);
    assert_eq!(left["ports"][0]["binding:host_id"], "", "{left}");
}
