//! Metal3's `BareMetalHost` resources and the `Secret`s they name (baremetal-operator: `baremetalhost_types.go`,
//! `pkg/hardwareutils/bmc`, `pkg/provisioner/ironic`).

use std::collections::HashMap;
use std::net::Ipv6Addr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;
use url::Url;

use super::baremetal_create::{Contents, LeftOut};
use super::document::{Content, Cursor, Document, Entry, Report, Table, Value};
use super::draft::{self, Draft};
use super::reference::Surroundings;
use super::{bmc_address, hardware_types, placeholder};
use crate::spelling::nearest;

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

/// The hardware type and the boot interface that a scheme stands for.
const SCHEMES: [(&str, (&str, &str)); 9] = [
    ("ipmi", ("ipmi", "ipxe")),
    ("libvirt", ("ipmi", "ipxe")),
    ("redfish", ("redfish", "ipxe")),
    ("ilo5-redfish", ("redfish", "ipxe")),
    ("redfish-virtualmedia", ("redfish", "redfish-virtual-media")),
    ("ilo5-virtualmedia", ("redfish", "redfish-virtual-media")),
    ("redfish-uefihttp", ("redfish", "redfish-https")),
    ("idrac-redfish", ("idrac", "ipxe")),
    ("idrac-virtualmedia", ("idrac", "idrac-redfish-virtual-media")),
];

/// The secrets of all files of a call, by namespace and name.
#[derive(Default)]
pub(super) struct Secrets(HashMap<(String, String), HashMap<String, Value>>);

impl Secrets {
    /// Takes over the secrets of a file, and says whether there were any.
    pub(super) fn gather(&mut self, document: &Document, report: &Report) -> bool {
        let before = self.0.len();
        let mut left_out = LeftOut::default();
        for root in document.roots(report) {
            each_resource(&root, &mut |resource, kind| {
                if kind == Some("Secret") {
                    note_left_out(resource, &["type", "data", "stringData"], &mut left_out);
                    self.0.insert(identity(resource.value()), values(resource, &mut left_out));
                }
            });
        }
        left_out.tell(report);
        self.0.len() > before
    }
}

/// What lists of resources are called: `List`, or the kind of what is in them before that.
const LIST: &str = "List";

/// Does something for a resource, or for each of a list of them, and its kind: in lists of one kind they need not name it.
fn each_resource(root: &Cursor<'_>, visit: &mut dyn FnMut(&Cursor<'_>, Option<&str>)) {
    let kind = text(root.value(), "kind");
    let Some(of_items) = kind.and_then(|kind| kind.strip_suffix(LIST)) else {
        return visit(root, kind);
    };
    if let Some(items) = root.mapping().and_then(|list| list.get("items")) {
        for item in items.items() {
            let own = text(item.value(), "kind").or(Some(of_items).filter(|kind| !kind.is_empty()));
            visit(&item, own);
        }
    }
}

/// Notes what a resource has besides what is read. What `kubectl` writes of every resource is noted too: a label may say
/// which class a machine is of.
fn note_left_out(resource: &Cursor<'_>, read: &[&str], left_out: &mut LeftOut) {
    let mut note = |of: &Table<'_>, read: &[&str]| {
        for (key, value) in of.entries().filter(|(key, _)| !read.contains(key)) {
            left_out.note(key, &value);
        }
    };
    let Some(table) = resource.mapping() else { return };
    note(&table, &[&["apiVersion", "kind", "metadata"], read].concat());
    if let Some(metadata) = table.get("metadata").as_ref().and_then(Cursor::mapping) {
        note(&metadata, &["name", "namespace"]);
    }
}

/// The value of a key, unless it is empty, which Metal3 writes for what is not said.
fn given<'t>(table: &Table<'t>, key: &str) -> Option<Cursor<'t>> {
    table.get(key).filter(|value| value.value().text().is_none_or(|text| !text.trim().is_empty()))
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::text)
}

/// Namespace and name of a resource.
fn identity(resource: &Value) -> (String, String) {
    let metadata = |key| resource.get("metadata").and_then(|metadata| text(metadata, key));
    (metadata("namespace").unwrap_or("default").to_owned(), metadata("name").unwrap_or_default().to_owned())
}

/// The values of a secret that are read: `data` in base64, `stringData` as it is.
fn values(secret: &Cursor<'_>, left_out: &mut LeftOut) -> HashMap<String, Value> {
    let mut values = HashMap::new();
    let Some(table) = secret.mapping() else { return values };
    if let Some(data) = table.get("data").as_ref().and_then(Cursor::mapping) {
        for (key, value) in data.entries() {
            if !CREDENTIALS.contains(&key) {
                left_out.note(key, &value);
                continue;
            }
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
            if !CREDENTIALS.contains(&key) {
                left_out.note(key, &value);
                continue;
            }
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
    if text(root.value(), "kind").is_some_and(|kind| kind.ends_with(LIST)) {
        note_left_out(root, &["items"], &mut contents.left_out);
    }
    each_resource(root, &mut |resource, kind| match kind {
        Some("BareMetalHost") => read_host(resource, secrets, surroundings, &mut contents),
        Some("Secret") => drop(contents.others.insert("Secrets".to_owned())),
        None => {
            // What is missing, or no text, is told by the one that asks for it.
            if let Some(kind) = resource.mapping().and_then(|resource| resource.require("kind")) {
                kind.expected("a kind of resource");
            }
        }
        Some(other) => {
            let other = other.escape_debug();
            resource.warning(format!("the resource of kind `{other}` is not a machine and is left out"));
            contents.others.insert(format!("`{other}`"));
        }
    });
    // They stand in the Secrets, wherever these are.
    contents.has_plain_secret = false;
    contents
}

/// Reads one host. Of one that has no BMC, as Metal3 keeps those that it did not install itself or only discovered, there
/// is nothing that Ironic could manage.
fn read_host(
    resource: &Cursor<'_>,
    secrets: &Secrets,
    surroundings: Surroundings<'_>,
    contents: &mut Contents,
) {
    let Some(host) = resource.mapping() else { return };
    let spec = host.get("spec");
    let has_bmc = spec.as_ref().is_none_or(|spec| {
        // Whatever is no mapping is told of by those who read it.
        let is_mapping = |value: &Value| matches!(value.content, Content::Mapping(_));
        let Some(bmc) = spec.value().get("bmc").filter(|bmc| !bmc.is_null()) else {
            return !is_mapping(spec.value());
        };
        !is_mapping(bmc)
            || bmc
                .get("address")
                .is_some_and(|address| address.text().is_none_or(|text| !text.trim().is_empty()))
    });
    let Some(spec) = spec.filter(|_| has_bmc) else {
        let (_, name) = identity(resource.value());
        resource.warning(format!("the host `{}` has no BMC and is left out", name.escape_debug()));
        contents.others.insert("hosts without a BMC".to_owned());
        return;
    };
    note_left_out(resource, &["spec", "status"], &mut contents.left_out);
    let Some(table) = spec.mapping() else { return };
    if let Some(mut draft) = draft(resource, &table, secrets, &mut contents.left_out) {
        if let Some(status) = host.get("status") {
            found(&mut draft, &status);
        }
        let node = draft.finish();
        contents.read_node(&resource.with(&node), None, surroundings);
    }
}

fn draft<'c>(
    host: &'c Cursor<'c>,
    spec: &Table<'_>,
    secrets: &Secrets,
    left_out: &mut LeftOut,
) -> Option<Draft<'c>> {
    for (key, value) in spec.entries().filter(|(key, value)| !READ.contains(key) && !value.value().is_null())
    {
        if LEFT_OUT.contains(&key) {
            left_out.note(key, &value);
        } else {
            spec.unknown(key, &READ);
        }
    }
    let mut draft = Draft::of(host);
    let (namespace, name) = identity(host.value());
    draft.default("name", &name);
    let address = bmc(&mut draft, spec, &namespace, secrets)?;
    if let Some(mac) = given(spec, "bootMACAddress") {
        draft.port(draft::only("address", mac.value()));
    } else if address.needs_mac {
        spec.cursor().error("`bootMACAddress` is missing");
    }
    if let Some(architecture) = given(spec, "architecture") {
        draft.set_in("properties", "cpu_arch", &architecture);
    }
    let capabilities = match given(spec, "bootMode") {
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
    if let Some(hints) = spec.get("rootDeviceHints").as_ref().and_then(Cursor::mapping)
        && let Some(hints) = root_device(&hints)
    {
        draft.put_in("properties", "root_device", hints);
    }
    if let Some(mode) = given(spec, "automatedCleaningMode") {
        match mode.value().text() {
            Some("disabled") => draft.default("automated_clean", "false"),
            Some("metadata") => draft.default("automated_clean", "true"),
            _ => mode.expected("metadata or disabled"),
        }
    }
    for (theirs, ours) in [("disablePowerOff", "disable_power_off"), ("description", "description")] {
        if let Some(value) = given(spec, theirs) {
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
        let of_cpu = |key| cpu.as_ref().and_then(|cpu| given(cpu, key));
        let properties = [
            ("memory_mb", given(&hardware, "ramMebibytes")),
            ("cpus", of_cpu("count")),
            ("cpu_arch", of_cpu("arch")),
        ];
        for (key, value) in properties {
            if let Some(value) = value.filter(|value| value.value().text() != Some("0")) {
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

/// The address of a BMC, whose scheme is one of those that are read.
fn address(text: &str) -> Result<Url, String> {
    let (scheme, rest) = text.split_once("://").unwrap_or(("ipmi", text));
    let lower = scheme.to_ascii_lowercase();
    let (family, carrier) = lower.split_once('+').unwrap_or((&lower, "https"));
    let known = SCHEMES.map(|(scheme, _)| scheme);
    if !known.contains(&family) {
        let shown = family.escape_debug();
        return Err(match family {
            "http" | "https" => format!(
                "write `redfish+{family}://…`, or `redfish-virtualmedia+{family}://…` to boot from virtual media"
            ),
            "idrac" | "idrac-wsman" => "its protocol (WSMAN) is gone from Ironic, write `idrac-redfish://…` or `idrac-virtualmedia://…`".to_owned(),
            "ilo4" | "ilo4-virtualmedia" | "ilo5" | "irmc" => {
                format!("the scheme `{shown}` is no hardware type of Ironic any more; newer BMCs speak `redfish://…`")
            }
            _ => match nearest(family, known) {
                Some(meant) => format!("unknown scheme `{shown}`, did you mean `{meant}`?"),
                None => format!("unknown scheme `{shown}`; known are {}", known.join(", ")),
            },
        });
    }
    if !["http", "https"].contains(&carrier) || (lower.contains('+') && ["ipmi", "libvirt"].contains(&family))
    {
        return Err(format!(
            "`{}` carries no `{family}`: write `redfish+https://…` or the like",
            carrier.escape_debug()
        ));
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.parse::<Ipv6Addr>().is_ok() {
        return Err(format!("write the IPv6 address in brackets: `[{authority}]`"));
    }
    if authority.is_empty() {
        return Err("names no host".to_owned());
    }
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    bmc_address::authority_of(host).map_err(|wanted| format!("expected {wanted}"))?;
    Url::parse(&format!("{lower}://{rest}"))
        .map_err(|_| "is not an address of a BMC: `SCHEME://HOST[:PORT][/PATH]`".to_owned())
}

/// The address that is written here; what is wrong with it is noted.
fn parsed(written: &Cursor<'_>) -> Option<Url> {
    address(written.string()?.trim()).map_err(|why| written.error(why)).ok()
}

/// Reads `bmc`: address, credentials, and whether certificates are checked.
fn bmc(draft: &mut Draft<'_>, spec: &Table<'_>, namespace: &str, secrets: &Secrets) -> Option<Address> {
    let bmc = spec.require("bmc")?;
    let bmc = bmc.mapping()?;
    bmc.only(&["address", "credentialsName", "disableCertificateVerification"]);
    let written = bmc.require("address")?;
    let text = written.string()?.trim();
    if placeholder::note_text(&written, text, false, "address") {
        return None;
    }
    let url = parsed(&written)?;
    let prefix = set_address(draft, &written, &url)?;
    if prefix == "redfish" && bmc.boolean("disableCertificateVerification") == Some(true) {
        draft.put_in("driver_info", "redfish_verify_ca", Value::from(Json::from(false)));
    }
    credentials(draft, &bmc, prefix, namespace, secrets);
    Some(Address { needs_mac: url.scheme() == "libvirt" })
}

/// The hardware type of an address, if its scheme is one of Metal3's.
pub(super) fn hardware_type_of(address: &str) -> Option<&'static str> {
    let scheme = address.trim().split_once("://")?.0.to_ascii_lowercase();
    let family = scheme.split_once('+').map_or(&*scheme, |(family, _)| family);
    SCHEMES.iter().find(|(known, _)| *known == family).map(|(_, (driver, _))| *driver)
}

/// Writes what an address says: the hardware type, the boot interface, and where the BMC is. Returns the prefix of the
/// keys in `driver_info`.
fn set_address(draft: &mut Draft<'_>, written: &Cursor<'_>, url: &Url) -> Option<&'static str> {
    let (family, carrier) = url.scheme().split_once('+').unwrap_or((url.scheme(), "https"));
    let (driver, boot) = SCHEMES.iter().find(|(known, _)| *known == family).map(|(_, meant)| *meant)?;
    draft.default("driver", driver);
    draft.default("boot_interface", boot);
    let host = url.host_str().unwrap_or_default();
    Some(if driver == "ipmi" {
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
            if let Err(objection) = bmc_address::system(system) {
                written.object(&objection);
                return None;
            }
            draft.make_in("driver_info", "redfish_system_id", system);
        }
        "redfish"
    })
}

/// A node whose `driver_info` has an address of Metal3's form, with `username` and `password` beside it, as
/// metal3-dev-env and dev-scripts write them (`ironic_nodes.json`), turned into one with Ironic's own keys; `None` for any
/// other node.
pub(super) fn with_own_keys(node: &Cursor<'_>) -> Option<Value> {
    let text = node.value().get("driver_info")?.get("address")?.text()?.trim();
    let by_scheme = hardware_type_of(text)?;
    let table = node.mapping()?;
    let info = table.get("driver_info")?;
    let info = info.mapping()?;
    let written = info.get("address")?;
    let mut draft = Draft::of(node);
    for (key, value) in table.entries().filter(|(key, _)| !["driver", "driver_info"].contains(key)) {
        draft.set(key, &value);
    }
    if let Some(driver) = table.get("driver")
        && let Some(given) = driver.value().text()
    {
        let is_redfish = |name: &str| ["redfish", "idrac"].contains(&name);
        let is_a_type = hardware_types::meant(given).is_none();
        if is_a_type && given != by_scheme && !(is_redfish(given) && is_redfish(by_scheme)) {
            let given = given.escape_debug();
            driver.error(format!("`{given}` does not fit the BMC's address, which is one for `{by_scheme}`"));
        }
    }
    let url = if placeholder::note_text(&written, text, false, "address") { None } else { parsed(&written) };
    let prefix = url.as_ref().and_then(|url| set_address(&mut draft, &written, url));
    // Nothing more can be said if the address is wrong.
    draft.default("driver", by_scheme);
    let prefix = prefix.unwrap_or(if by_scheme == "ipmi" { "ipmi" } else { "redfish" });
    for (key, value) in info.entries().filter(|(key, _)| *key != "address") {
        match key {
            "username" | "password" => draft.set_in("driver_info", &format!("{prefix}_{key}"), &value),
            "port" => {
                let port = value.integer::<u16>();
                let of_address = url.as_ref().and_then(Url::port_or_known_default);
                if port.is_some() && of_address.is_none() && prefix == "ipmi" {
                    draft.set_in("driver_info", "ipmi_port", &value);
                } else if port.is_some() && url.is_some() && port != of_address {
                    value.error("is not the port of `address`");
                }
            }
            "disable_certificate_verification" => {
                if value.boolean() == Some(true) && prefix == "redfish" {
                    draft.put_in("driver_info", "redfish_verify_ca", Value::from(Json::from(false)));
                }
            }
            _ => draft.set_in("driver_info", key, &value),
        }
    }
    Some(draft.finish())
}

fn credentials(draft: &mut Draft<'_>, bmc: &Table<'_>, prefix: &str, namespace: &str, secrets: &Secrets) {
    let Some(reference) = given(bmc, "credentialsName") else {
        return bmc.cursor().error("`credentialsName` is missing");
    };
    let Some(name) = reference.string() else { return };
    let Some(secret) = secrets.0.get(&(namespace.to_owned(), name.to_owned())) else {
        reference.error(format!("no file holds the Secret `{namespace}/{}`", name.escape_debug()));
        return;
    };
    for key in CREDENTIALS {
        match secret.get(key) {
            // It stands in another file, perhaps, and is told of there.
            Some(value) => {
                let value = Value { at: reference.value().at, ..value.clone() };
                draft.put_in("driver_info", &format!("{prefix}_{key}"), value);
            }
            None => {
                reference.error(format!("the Secret `{namespace}/{}` has no `{key}`", name.escape_debug()));
            }
        }
    }
}

/// The hints that say anything.
fn root_device(hints: &Table<'_>) -> Option<Value> {
    let known = HINTS.map(|(theirs, ..)| theirs);
    hints.only(&known);
    let hint = |(theirs, ours, operator): &(&str, &str, &str)| {
        let value = given(hints, theirs)?;
        if *theirs == "minSizeGigabytes" && value.integer::<u64>()? == 0 {
            return None;
        }
        let text = value.string()?;
        let ours =
            if *theirs == "deviceName" && text.starts_with("/dev/disk/by-path/") { "by_path" } else { ours };
        let hint = Value::from(Json::from(format!("{operator}{text}")));
        Some(Entry { at: value.value().at, key: ours.into(), value: Value { at: value.value().at, ..hint } })
    };
    let hints_given: Vec<Entry> = HINTS.iter().filter_map(hint).collect();
    let at = hints.cursor().value().at;
    (!hints_given.is_empty()).then_some(Value { at, content: Content::Mapping(hints_given) })
}
