//! Metal3's `BareMetalHost` resources and the `Secret`s they name (baremetal-operator: `baremetalhost_types.go`,
//! `pkg/hardwareutils/bmc`, `pkg/provisioner/ironic`).

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json};
use url::Url;

use super::baremetal_create::Contents;
use super::document::{Cursor, Document, Origin, Report, Table, Value};
use super::draft::{self, Draft};
use super::reference::Surroundings;

/// What a host's `spec` may say that is about deploying, or about Kubernetes.
const LEFT_OUT: [&str; 17] = [
    "consumerRef",
    "customDeploy",
    "externallyProvisioned",
    "firmware",
    "hardwareProfile",
    "image",
    "inspectionMode",
    "metaData",
    "networkData",
    "networkInterfaces",
    "online",
    "preprovisioningNetworkDataName",
    "raid",
    "taints",
    "userData",
    "failureDomain",
    "hostClaimRef",
];

/// What a host's `spec` may say about the machine.
const READ: [&str; 8] = [
    "architecture",
    "automatedCleaningMode",
    "bmc",
    "bootMACAddress",
    "bootMode",
    "description",
    "disablePowerOff",
    "rootDeviceHints",
];

/// What of a Secret is read.
const CREDENTIALS: [&str; 2] = ["username", "password"];

/// Root device hints by their names in Ironic, with what goes before the value.
const HINTS: [(&str, &str, &str); 10] = [
    ("deviceName", "name", "s== "),
    ("hctl", "hctl", "s== "),
    ("model", "model", "<in> "),
    ("vendor", "vendor", "<in> "),
    ("serialNumber", "serial", "s== "),
    ("wwn", "wwn", "s== "),
    ("wwnWithExtension", "wwn_with_extension", "s== "),
    ("wwnVendorExtension", "wwn_vendor_extension", "s== "),
    ("minSizeGigabytes", "size", ">= "),
    ("rotational", "rotational", ""),
];

/// The secrets of all files of a call, by namespace and name.
#[derive(Default)]
pub(super) struct Secrets(HashMap<(String, String), HashMap<String, Value>>);

impl Secrets {
    /// Takes over the secrets of a file, and says whether there were any.
    pub(super) fn gather(&mut self, document: &Document, report: &Report) -> bool {
        let before = self.0.len();
        for root in document.roots(report) {
            each_resource(&root, &mut |resource| {
                if text(resource.value(), "kind") == Some("Secret") {
                    tell_left_out(resource, &["type", "data", "stringData"]);
                    let values = values(resource);
                    for (key, value) in values.iter().filter(|(key, _)| !CREDENTIALS.contains(&key.as_str()))
                    {
                        let at = Origin::at(document.source().name().clone(), value.at, String::new());
                        let key = key.escape_debug();
                        report.warning(
                            at,
                            format!("`{key}` of the Secret is not for enrolling and is left out"),
                        );
                    }
                    self.0.insert(identity(resource.value()), values);
                }
            });
        }
        self.0.len() > before
    }
}

/// Does something for a resource, or for each of a list of them.
fn each_resource(root: &Cursor<'_>, visit: &mut dyn FnMut(&Cursor<'_>)) {
    if text(root.value(), "kind") != Some("List") {
        return visit(root);
    }
    if let Some(items) = root.mapping().and_then(|list| list.get("items")) {
        items.items().iter().for_each(visit);
    }
}

/// Tells of what a resource has besides what is read. What `kubectl` writes of every resource is told of too: a label may
/// say which class a machine is of.
fn tell_left_out(resource: &Cursor<'_>, read: &[&str]) {
    let warn = |of: &Table<'_>, read: &[&str]| {
        for (key, value) in of.entries().filter(|(key, _)| !read.contains(key)) {
            value.warning(format!("`{}` is not for enrolling and is left out", key.escape_debug()));
        }
    };
    let Some(table) = resource.mapping() else { return };
    warn(&table, &[&["apiVersion", "kind", "metadata"], read].concat());
    if let Some(metadata) = table.get("metadata").as_ref().and_then(Cursor::mapping) {
        warn(&metadata, &["name", "namespace"]);
    }
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::text)
}

/// Namespace and name of a resource.
fn identity(resource: &Value) -> (String, String) {
    let metadata = |key| resource.get("metadata").and_then(|metadata| text(metadata, key));
    (metadata("namespace").unwrap_or("default").to_owned(), metadata("name").unwrap_or_default().to_owned())
}

/// The values of a secret: `data` in base64, `stringData` as it is.
fn values(secret: &Cursor<'_>) -> HashMap<String, Value> {
    let mut values = HashMap::new();
    let Some(table) = secret.mapping() else { return values };
    if let Some(data) = table.get("data").as_ref().and_then(Cursor::mapping) {
        for (key, value) in data.entries() {
            let encoded = value.value().text().unwrap_or_default();
            let decoded =
                STANDARD.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
            let Some(decoded) = decoded else {
                value.error("is not text in base64");
                continue;
            };
            if decoded.ends_with('\n') {
                value.warning("ends in a line end, which is left out (`echo -n` makes none)");
            }
            values.insert(
                key.to_owned(),
                draft::literal(value.value().at, decoded.trim_end_matches(['\r', '\n'])),
            );
        }
    }
    if let Some(data) = table.get("stringData").as_ref().and_then(Cursor::mapping) {
        for (key, value) in data.entries() {
            if let Some(text) = value.string() {
                values.insert(key.to_owned(), draft::literal(value.value().at, text));
            }
        }
    }
    values
}

/// Reads every host of a document.
pub(super) fn read(root: &Cursor<'_>, secrets: &Secrets, surroundings: Surroundings<'_>) -> Contents {
    let mut contents = Contents::default();
    if text(root.value(), "kind") == Some("List") {
        tell_left_out(root, &["items"]);
    }
    each_resource(root, &mut |resource| match text(resource.value(), "kind") {
        Some("BareMetalHost") => {
            let Some(host) = resource.mapping() else { return };
            tell_left_out(resource, &["spec", "status"]);
            let Some(spec) = host.require("spec") else { return };
            let Some(table) = spec.mapping() else { return };
            if let Some(mut draft) = draft(resource, &table, secrets) {
                if let Some(status) = host.get("status") {
                    found(&mut draft, &status);
                }
                let node = draft.finish();
                contents.read_node(&resource.with(&node), None, surroundings);
            }
        }
        Some("Secret") => {}
        None => {
            // What is missing, or no text, is told by the one that asks for it.
            if let Some(kind) = resource.mapping().and_then(|resource| resource.require("kind")) {
                kind.expected("a kind of resource");
            }
        }
        Some(other) => {
            resource.warning(format!("a `{}` is no machine and is left out", other.escape_debug()));
        }
    });
    // They stand in the Secrets, wherever these are.
    contents.has_plain_secret = false;
    contents
}

fn draft<'c>(host: &'c Cursor<'c>, spec: &Table<'_>, secrets: &Secrets) -> Option<Draft<'c>> {
    for (key, value) in spec.entries().filter(|(key, value)| !READ.contains(key) && !value.value().is_null())
    {
        if LEFT_OUT.contains(&key) {
            value.warning(format!("`{key}` is not for enrolling and is left out"));
        } else {
            spec.unknown(key, &READ);
        }
    }
    let mut draft = Draft::of(host);
    let (namespace, name) = identity(host.value());
    draft.default("name", &name);
    let address = bmc(&mut draft, spec, &namespace, secrets)?;
    if let Some(mac) = spec.get("bootMACAddress") {
        draft.port(draft::only("address", mac.value()));
    } else if address.needs_mac {
        spec.require("bootMACAddress");
    }
    if let Some(architecture) = spec.get("architecture") {
        draft.set_in("properties", "cpu_arch", &architecture);
    }
    let capabilities = match spec.get("bootMode") {
        None => "boot_mode:uefi",
        Some(mode) => match mode.value().text() {
            Some("UEFI") => "boot_mode:uefi",
            Some("UEFISecureBoot") => "boot_mode:uefi,secure_boot:true",
            Some("legacy") => "boot_mode:bios",
            _ => {
                mode.expected("UEFI, UEFISecureBoot or legacy");
                "boot_mode:uefi"
            }
        },
    };
    draft.make_in("properties", "capabilities", capabilities);
    if let Some(hints) = spec.get("rootDeviceHints").as_ref().and_then(Cursor::mapping) {
        draft.put_in("properties", "root_device", root_device(&hints));
    }
    if let Some(mode) = spec.get("automatedCleaningMode") {
        match mode.value().text() {
            Some("disabled") => draft.default("automated_clean", "false"),
            Some("metadata") => draft.default("automated_clean", "true"),
            _ => mode.expected("metadata or disabled"),
        }
    }
    for (theirs, ours) in [("disablePowerOff", "disable_power_off"), ("description", "description")] {
        if let Some(value) = spec.get(theirs) {
            draft.set(ours, &value);
        }
    }
    Some(draft)
}

/// Takes over what an inspection found (baremetal-operator: `HardwareDetails`), as far as the host does not say itself what
/// it has. Which of its disks is the root disk is not told there.
fn found(draft: &mut Draft<'_>, status: &Cursor<'_>) {
    let mut read = false;
    if let Some(hardware) = status.mapping().and_then(|status| status.get("hardware"))
        && let Some(hardware) = hardware.mapping()
    {
        let cpu = hardware.get("cpu");
        let cpu = cpu.as_ref().and_then(Cursor::mapping);
        let of_cpu = |key| cpu.as_ref().and_then(|cpu| cpu.get(key));
        let properties = [
            ("memory_mb", hardware.get("ramMebibytes")),
            ("cpus", of_cpu("count")),
            ("cpu_arch", of_cpu("arch")),
        ];
        for (key, value) in properties {
            if let Some(value) = value {
                draft.default_in("properties", key, &value);
                read = true;
            }
        }
    }
    status.warning(if read {
        "`status` is left out but for memory, cores and architecture, which are as its inspection found them"
    } else {
        "`status` is not for enrolling and is left out"
    });
}

/// A BMC's address, as its scheme has it read.
struct Address {
    needs_mac: bool,
}

/// Reads `bmc`: address, credentials, and whether certificates are checked.
fn bmc(draft: &mut Draft<'_>, spec: &Table<'_>, namespace: &str, secrets: &Secrets) -> Option<Address> {
    let bmc = spec.require("bmc")?;
    let bmc = bmc.mapping()?;
    bmc.only(&["address", "credentialsName", "disableCertificateVerification"]);
    let written = bmc.require("address")?;
    let text = written.string()?;
    let with_scheme = if text.contains("://") { text.to_owned() } else { format!("ipmi://{text}") };
    let Ok(url) = Url::parse(&with_scheme) else {
        written.error("is not an address of a BMC");
        return None;
    };
    let (family, carrier) = url.scheme().split_once('+').unwrap_or((url.scheme(), "https"));
    let (driver, boot) = match family {
        "ipmi" | "libvirt" => ("ipmi", "ipxe"),
        "redfish" | "ilo5-redfish" => ("redfish", "ipxe"),
        "redfish-virtualmedia" | "ilo5-virtualmedia" => ("redfish", "redfish-virtual-media"),
        "redfish-uefihttp" => ("redfish", "redfish-https"),
        "idrac-redfish" => ("idrac", "ipxe"),
        "idrac-virtualmedia" => ("idrac", "idrac-redfish-virtual-media"),
        other => {
            written.error(format!("the scheme `{other}` is no hardware type of Ironic any more"));
            return None;
        }
    };
    draft.default("driver", driver);
    draft.default("boot_interface", boot);
    let host = url.host_str().unwrap_or_default();
    let prefix = if driver == "ipmi" {
        draft.make_in("driver_info", "ipmi_address", host.trim_matches(['[', ']']));
        if let Some(port) = url.port() {
            draft.put_in("driver_info", "ipmi_port", Value::from(Json::from(port)));
        }
        if let Some((_, level)) = url.query_pairs().find(|(key, _)| key == "privilegelevel") {
            draft.make_in("driver_info", "ipmi_priv_level", &level);
        }
        "ipmi"
    } else {
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        draft.make_in("driver_info", "redfish_address", &format!("{carrier}://{host}{port}"));
        let system = url.path().trim_end_matches('/');
        if !matches!(system, "" | "/redfish/v1") {
            draft.make_in("driver_info", "redfish_system_id", system);
        }
        if bmc.boolean("disableCertificateVerification") == Some(true) {
            draft.put_in("driver_info", "redfish_verify_ca", Value::from(Json::from(false)));
        }
        "redfish"
    };
    credentials(draft, &bmc, prefix, namespace, secrets);
    Some(Address { needs_mac: family == "libvirt" })
}

fn credentials(draft: &mut Draft<'_>, bmc: &Table<'_>, prefix: &str, namespace: &str, secrets: &Secrets) {
    let Some(reference) = bmc.require("credentialsName") else { return };
    let Some(name) = reference.string() else { return };
    let Some(secret) = secrets.0.get(&(namespace.to_owned(), name.to_owned())) else {
        reference.error(format!("no file holds the Secret `{namespace}/{}`", name.escape_debug()));
        return;
    };
    for key in CREDENTIALS {
        match secret.get(key) {
            Some(value) => draft.put_in("driver_info", &format!("{prefix}_{key}"), value.clone()),
            None => {
                reference.error(format!("the Secret `{namespace}/{}` has no `{key}`", name.escape_debug()));
            }
        }
    }
}

fn root_device(hints: &Table<'_>) -> Value {
    let known = HINTS.map(|(theirs, ..)| theirs);
    hints.only(&known);
    let hint = |(theirs, ours, operator): &(&str, &str, &str)| {
        let value = hints.get(theirs)?;
        let text = value.string()?;
        let ours =
            if *theirs == "deviceName" && text.starts_with("/dev/disk/by-path/") { "by_path" } else { ours };
        Some((ours.to_owned(), Json::from(format!("{operator}{text}"))))
    };
    let map: Map<String, Json> = HINTS.iter().filter_map(hint).collect();
    Value { at: hints.cursor().value().at, ..Value::from(Json::Object(map)) }
}
