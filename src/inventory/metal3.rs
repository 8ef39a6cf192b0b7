//! Metal3's `BareMetalHost` resources and the `Secret`s they name (baremetal-operator: `baremetalhost_types.go`,
//! `pkg/hardwareutils/bmc`, `pkg/provisioner/ironic`).

use std::collections::HashMap;
use std::collections::hash_map::Entry as MapEntry;
use std::net::Ipv6Addr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;
use url::Url;

use super::baremetal_create::{Contents, LeftOut};
use super::document::{Content, Cursor, Document, Entry, Finding, Objection, Origin, Report, Table, Value};
use super::draft::{self, Draft};
use super::reference::Surroundings;
use super::{bmc_address, hardware_types, placeholder};
use crate::suggest::nearest;

/// What a host's `spec` may say that is about deploying, or about Kubernetes.
const LEFT_OUT: [&str; 16] = [
    "consumerRef",
    "customDeploy",
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
const READ: [&str; 9] = [
    "architecture",
    "automatedCleaningMode",
    "bmc",
    "bootMACAddress",
    "bootMode",
    "description",
    "disablePowerOff",
    "externallyProvisioned",
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
pub(super) struct Secrets(HashMap<(String, String), Secret>);

/// The namespace of resources that name none.
const DEFAULT_NAMESPACE: &str = "default";

/// A `Secret`.
struct Secret {
    at: Origin,
    /// Whether it names no namespace.
    lacks_namespace: bool,
    /// Its credentials; nothing for one that is there and cannot be read, which is an error already.
    values: HashMap<&'static str, Option<Value>>,
}

impl Secret {
    /// Whether another one has the same credentials, as far as both can be read.
    fn has_data_of(&self, other: &Self) -> bool {
        CREDENTIALS.iter().all(|key| match (self.values.get(key), other.values.get(key)) {
            (Some(Some(one)), Some(Some(other))) => one.has_content_of(other),
            (one, other) => one.is_some() == other.is_some(),
        })
    }
}

impl Secrets {
    /// Takes over the secrets of a file, and says whether there were any.
    pub(super) fn gather(&mut self, document: &Document, report: &Report) -> bool {
        let mut has_any = false;
        let mut left_out = LeftOut::default();
        for root in document.roots(report) {
            each_resource(&root, &mut |resource, kind| {
                if kind == Some("Secret") {
                    has_any = true;
                    note_left_out(resource, &["type", "data", "stringData"], &mut left_out);
                    self.add(resource, &mut left_out);
                }
            });
        }
        left_out.tell(report);
        has_any
    }

    /// Adds one secret; another one of the same name must have the same data.
    fn add(&mut self, resource: &Cursor<'_>, left_out: &mut LeftOut) {
        let metadata = resource.value().get("metadata");
        let lacks_namespace = metadata.and_then(|metadata| text(metadata, "namespace")).is_none();
        let secret = Secret { at: resource.origin(), lacks_namespace, values: values(resource, left_out) };
        match self.0.entry(identity(resource.value())) {
            MapEntry::Vacant(free) => drop(free.insert(secret)),
            MapEntry::Occupied(known) if known.get().has_data_of(&secret) => {}
            MapEntry::Occupied(known) => {
                let ((namespace, name), first) = (known.key(), known.get().at.short());
                let shown = shown(namespace, name);
                resource.error(format!(
                    "the Secret `{shown}` is given twice with different data, first in {first}"
                ));
            }
        }
    }
}

/// Namespace and name of a resource, as messages show them.
fn shown(namespace: &str, name: &str) -> String {
    format!("{}/{}", namespace.escape_debug(), name.escape_debug())
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
    (
        metadata("namespace").unwrap_or(DEFAULT_NAMESPACE).to_owned(),
        metadata("name").unwrap_or_default().to_owned(),
    )
}

/// The values of a secret that are read: `data` in base64, `stringData` as it is. As in Kubernetes, the latter replaces the
/// former.
fn values(secret: &Cursor<'_>, left_out: &mut LeftOut) -> HashMap<&'static str, Option<Value>> {
    let mut values: HashMap<&'static str, Option<Value>> = HashMap::new();
    let Some(table) = secret.mapping() else { return values };
    for section in ["data", "stringData"] {
        let Some(data) = table.get(section) else { continue };
        let Some(data) = data.mapping() else { continue };
        for (key, value) in data.entries() {
            let Some(known) = CREDENTIALS.into_iter().find(|known| *known == key) else {
                left_out.note(key, &value);
                continue;
            };
            let text = if section == "data" {
                let encoded = value.value().text().unwrap_or_default();
                if placeholder::note_template(&value, encoded, false) {
                    values.insert(known, None);
                    continue;
                }
                let bytes = STANDARD.decode(encoded.trim()).ok();
                let decoded = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
                if decoded.is_none() {
                    value.error("is not text in base64");
                }
                decoded
            } else {
                value.string().map(str::to_owned)
            };
            let read = text.map(|text| draft::literal(value.value().at, trimmed(&value, &text)));
            if let Some(Some(other)) = values.get(known)
                && read.as_ref().is_some_and(|read| !read.has_content_of(other))
            {
                value.warning("replaces the value in `data`, which is different, as in Kubernetes");
            }
            values.insert(known, read);
        }
    }
    values
}

/// A value of a secret without the white space around it, which Metal3 leaves out too.
fn trimmed<'t>(value: &Cursor<'_>, text: &'t str) -> &'t str {
    let trimmed = text.trim();
    if trimmed.len() < text.len() {
        value.warning(if text.trim_end_matches(['\r', '\n']) == trimmed {
            "ends in a line end, which is left out (`echo -n` makes none)"
        } else {
            "has white space around it, which is left out, as Metal3 does"
        });
    }
    trimmed
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
    let is_in_use = warn_if_in_use(&table, host.get("status"));
    let mut lacking = Vec::new();
    // A host that is left out needs no credentials.
    let mut complain = |at: &Cursor<'_>, message: String| {
        if is_in_use {
            lacking.push(Finding::error(at.origin(), message));
        } else {
            at.error(message);
        }
    };
    let mut draft = draft(resource, &table, secrets, &mut contents.left_out, &mut complain);
    contents.errors_in_use.extend(lacking);
    if let Some(status) = host.get("status") {
        found(&mut draft, &status);
    }
    let node = draft.finish();
    let known = contents.machines.len();
    contents.read_node(&resource.with(&node), None, surroundings);
    if is_in_use {
        contents.machines[known..].iter_mut().for_each(|machine| machine.is_in_use = true);
    }
}

/// What makes a host one that is in use (baremetal-operator: `consumerRef`, `image` and the like; with any of them set, it
/// deploys the host, or did).
const USES: [&str; 4] = ["image", "customDeploy", "consumerRef", "hostClaimRef"];

/// The provisioning states of hosts that nobody uses.
const UNUSED: [&str; 11] = [
    "",
    "none",
    "unmanaged",
    "registering",
    "match profile",
    "matching",
    "inspecting",
    "preparing",
    "ready",
    "available",
    "powering off before delete",
];

/// Whether a host is in use, with a warning that says how: the way to `available` would erase its disks.
fn warn_if_in_use(spec: &Table<'_>, status: Option<Cursor<'_>>) -> bool {
    let warn = |value: &Cursor<'_>, how: &str| {
        value.warning(format!(
            "the host is in use ({how}) and would be cleaned: it is left out unless you run \
             `farrier enroll --until manageable` and then `farrier node adopt`"
        ));
        true
    };
    if let Some(value) = spec.get("externallyProvisioned")
        && value.boolean() != Some(false)
    {
        return warn(&value, "`externallyProvisioned` is set");
    }
    if let Some((key, value)) =
        USES.iter().find_map(|key| Some((key, spec.get(key)?)).filter(|(_, value)| is_set(value.value())))
    {
        return warn(&value, &format!("`{key}` is set"));
    }
    let provisioning = status.as_ref().and_then(|status| status.value().get("provisioning"));
    let state =
        provisioning.and_then(|provisioning| provisioning.get("state")).filter(|state| !state.is_null());
    match (&status, state) {
        (Some(status), Some(state)) if !state.text().is_some_and(|state| UNUSED.contains(&state.trim())) => {
            warn(&status.with(state), "its provisioning state says so")
        }
        _ => false,
    }
}

/// Whether a value, or anything in it, says something.
fn is_set(value: &Value) -> bool {
    match &value.content {
        Content::Scalar(scalar) => !scalar.is_null() && !scalar.text().trim().is_empty(),
        Content::List(items) => items.iter().any(is_set),
        Content::Mapping(entries) => entries.iter().any(|entry| is_set(&entry.value)),
    }
}

/// Notes what is wrong with the credentials of a host.
type Complain<'f> = dyn FnMut(&Cursor<'_>, String) + 'f;

fn draft<'c>(
    host: &'c Cursor<'c>,
    spec: &Table<'_>,
    secrets: &Secrets,
    left_out: &mut LeftOut,
    complain: &mut Complain<'_>,
) -> Draft<'c> {
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
    let needs_mac = bmc(&mut draft, spec, &namespace, secrets, complain);
    // For a BMC that cannot be read, so that its other problems are found: the file is refused all the same.
    draft.default("driver", UNREAD);
    if let Some(mac) = given(spec, "bootMACAddress") {
        draft.ports(vec![draft::only("address", mac.value())]);
    } else if needs_mac {
        spec.cursor().error("`bootMACAddress` is missing");
    }
    if let Some(architecture) = given(spec, "architecture") {
        draft.set_in("properties", "cpu_arch", &architecture);
    }
    let mode = given(spec, "bootMode");
    let capabilities = match &mode {
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
    draft.make_in("properties", "capabilities", capabilities, mode.as_ref().unwrap_or(host));
    if let Some(written) = spec.get("rootDeviceHints")
        && let Some(hints) = written.mapping()
        && let Some(hints) = root_device(&hints)
    {
        draft.put_in("properties", "root_device", hints, &written);
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
    draft
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

/// The address of a BMC, whose scheme is one of those that are read.
fn address(text: &str) -> Result<Url, Objection> {
    if let Some(meant) = with_full_delimiter(text) {
        return Err(format!("did you mean `{meant}://…`?").into());
    }
    let (scheme, rest) = text.split_once("://").unwrap_or(("ipmi", text));
    let lower = scheme.to_ascii_lowercase();
    let (family, carrier) = lower.split_once('+').unwrap_or((&lower, "https"));
    let known = SCHEMES.map(|(scheme, _)| scheme);
    if !known.contains(&family) {
        let shown = family.escape_debug();
        let message = match family {
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
        };
        return Err(message.into());
    }
    if !["http", "https"].contains(&carrier) || (lower.contains('+') && IPMI.contains(&family)) {
        return Err(format!(
            "`{}` carries no `{family}`: write `redfish+https://…` or the like",
            carrier.escape_debug()
        )
        .into());
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.parse::<Ipv6Addr>().is_ok() {
        return Err(format!("write the IPv6 address in brackets: `[{authority}]`").into());
    }
    if authority.is_empty() {
        return Err("names no host".to_owned().into());
    }
    let is_host = bmc_address::authority_of(authority);
    // A password may hold a `/`.
    if authority.contains('@') || is_host.is_err() && rest.contains('@') {
        return Err("holds credentials: they belong into `username` and `password`".to_owned().into());
    }
    is_host.map_err(|wanted| format!("expected {wanted}"))?;
    let url = Url::parse(&format!("{lower}://{rest}"))
        .map_err(|_| "is not an address of a BMC: `SCHEME://HOST[:PORT][/PATH]`".to_owned())?;
    check_rest(&url)?;
    Ok(url)
}

/// The scheme of an address that lacks parts of `://` after it: `redfish:10.0.0.1`, `redfish//10.0.0.1`, `redfish:/10.0.0.1`.
fn with_full_delimiter(text: &str) -> Option<String> {
    let end = text.find([':', '/'])?;
    let (scheme, rest) = text.split_at(end);
    let lower = scheme.to_ascii_lowercase();
    let family = lower.split('+').next().unwrap_or_default();
    let is_scheme = SCHEMES.iter().any(|(known, _)| *known == family);
    // A host may be called like a scheme: `ipmi:623`.
    let is_port = rest.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    let is_delimiter = rest.starts_with("://") || !(rest.starts_with(':') || rest.starts_with("//"));
    (is_scheme && !is_port && !is_delimiter).then_some(lower)
}

/// Checks what comes after the host: a path for Redfish, a privilege level for IPMI. What Metal3 would pass over is refused,
/// and never quoted.
fn check_rest(url: &Url) -> Result<(), Objection> {
    if url.fragment().is_some() {
        return Err("holds a `#`, and nothing reads what comes after it".to_owned().into());
    }
    if !IPMI.contains(&url.scheme()) {
        return match url.query() {
            Some(_) => Err("holds a `?`, and nothing reads what comes after it".to_owned().into()),
            None => Ok(()),
        };
    }
    if !matches!(url.path(), "" | "/") {
        return Err("holds a path, and an IPMI address has none".to_owned().into());
    }
    let mut levels = 0;
    for (key, level) in url.query_pairs() {
        if key != PRIVILEGE_LEVEL {
            return Err(
                format!("holds an unknown option: known is `{PRIVILEGE_LEVEL}`, in lower case").into()
            );
        }
        levels += 1;
        bmc_address::check("ipmi_priv_level", &level)?;
    }
    if levels > 1 {
        return Err(format!("holds `{PRIVILEGE_LEVEL}` twice").into());
    }
    Ok(())
}

/// The schemes of IPMI.
const IPMI: [&str; 2] = ["ipmi", "libvirt"];

/// The option that an address of IPMI may have.
const PRIVILEGE_LEVEL: &str = "privilegelevel";

/// The address that is written here; what is wrong with it is noted.
fn parsed(written: &Cursor<'_>) -> Option<Url> {
    address(written.string()?.trim()).map_err(|objection| written.object(&objection)).ok()
}

/// The hardware type of a host with a BMC that cannot be read.
const UNREAD: &str = "redfish";

/// Reads `bmc`: address, credentials, and whether certificates are checked. Returns whether the host must have a
/// `bootMACAddress`. An address that cannot be read hides nothing else that is wrong with the host: the file is refused,
/// and the hardware type that is set for it is never used.
fn bmc(
    draft: &mut Draft<'_>,
    spec: &Table<'_>,
    namespace: &str,
    secrets: &Secrets,
    complain: &mut Complain<'_>,
) -> bool {
    let Some(bmc) = spec.require("bmc") else { return false };
    let Some(bmc) = bmc.mapping() else { return false };
    bmc.only(&["address", "credentialsName", "disableCertificateVerification"]);
    let read = bmc.require("address").and_then(|written| {
        let text = written.string()?.trim();
        if placeholder::note_template(&written, text, false) {
            return None;
        }
        let url = parsed(&written)?;
        let (driver, boot) = meaning(url.scheme())?;
        draft.default("driver", driver);
        draft.default("boot_interface", boot);
        Some((set_address(draft, &written, &url)?, url))
    });
    let prefix = read.as_ref().map_or(UNREAD, |(prefix, _)| *prefix);
    if let Some(flag) = bmc.get("disableCertificateVerification")
        && flag.boolean() == Some(true)
    {
        if prefix == "redfish" {
            draft.put_in("driver_info", "redfish_verify_ca", Value::from(Json::from(false)), &flag);
        } else {
            flag.warning("left out: IPMI has no certificates".to_owned());
        }
    }
    credentials(draft, &bmc, prefix, namespace, secrets, complain);
    let scheme = |text: &str| text.trim().to_ascii_lowercase().starts_with("libvirt:");
    bmc.get("address").is_some_and(|address| address.value().text().is_some_and(scheme))
}

/// The hardware type and the boot interface that a scheme stands for, with or without `+http` or `+https`.
fn meaning(scheme: &str) -> Option<(&'static str, &'static str)> {
    let scheme = scheme.to_ascii_lowercase();
    let family = scheme.split_once('+').map_or(&*scheme, |(family, _)| family);
    SCHEMES.iter().find(|(known, _)| *known == family).map(|(_, meant)| *meant)
}

/// Writes where the BMC is. Returns the prefix of the keys in `driver_info`.
fn set_address(draft: &mut Draft<'_>, written: &Cursor<'_>, url: &Url) -> Option<&'static str> {
    let host = url.host_str().unwrap_or_default();
    if IPMI.contains(&url.scheme()) {
        draft.make_in("driver_info", "ipmi_address", host.trim_matches(['[', ']']), written);
        if let Some(port) = url.port() {
            draft.put_in("driver_info", "ipmi_port", Value::from(Json::from(port)), written);
        }
        if let Some((_, level)) = url.query_pairs().next() {
            draft.make_in("driver_info", "ipmi_priv_level", &level, written);
        }
        return Some("ipmi");
    }
    let carrier = url.scheme().split_once('+').map_or("https", |(_, carrier)| carrier);
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    draft.make_in("driver_info", "redfish_address", &format!("{carrier}://{host}{port}"), written);
    let path = url.path().trim_end_matches('/');
    if !matches!(path, "" | "/redfish/v1") {
        // Ironic encodes it itself.
        let Some(system) = percent_decoded(path) else {
            written.error("holds a `%` in its path that encodes no text");
            return None;
        };
        if let Err(objection) = bmc_address::system(&system) {
            written.object(&objection);
            return None;
        }
        draft.make_in("driver_info", "redfish_system_id", &system, written);
    }
    Some("redfish")
}

/// A path as it is without percent encoding, if that is text.
fn percent_decoded(path: &str) -> Option<String> {
    let mut pieces = path.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

/// A node whose `driver_info` has an address of Metal3's form, with `username` and `password` beside it, as
/// metal3-dev-env and dev-scripts write them (`ironic_nodes.json`), turned into one with Ironic's own keys; `None` for any
/// other node.
pub(super) fn with_own_keys(node: &Cursor<'_>) -> Option<Value> {
    let text = node.value().get("driver_info")?.get("address")?.text()?.trim();
    let by_scheme = meaning(text.split_once("://")?.0)?;
    let table = node.mapping()?;
    let info = table.get("driver_info")?;
    let info = info.mapping()?;
    let written = info.get("address")?;
    let mut draft = Draft::of(node);
    for (key, value) in table.entries().filter(|(key, _)| !["driver", "driver_info"].contains(key)) {
        draft.set(key, &value);
    }
    let boot = match table.get("driver") {
        Some(driver) => set_driver(&mut draft, &driver, by_scheme),
        None => by_scheme.1,
    };
    draft.default("driver", by_scheme.0);
    let is_template = placeholder::note_template(&written, text, false);
    let url = if is_template { None } else { parsed(&written) };
    let prefix = url.as_ref().and_then(|url| set_address(&mut draft, &written, url));
    if prefix.is_some() {
        draft.default("boot_interface", boot);
    }
    // Nothing more can be said if the address is wrong.
    let prefix = prefix.unwrap_or(if by_scheme.0 == "ipmi" { "ipmi" } else { "redfish" });
    for (key, value) in info.entries().filter(|(key, _)| *key != "address") {
        match key {
            "username" | "password" => {
                if value.value().text().is_some_and(|text| !value.value().is_null() && text.trim().is_empty())
                {
                    value.error("must not be empty");
                }
                draft.set_in("driver_info", &format!("{prefix}_{key}"), &value);
            }
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
                    draft.put_in("driver_info", "redfish_verify_ca", Value::from(Json::from(false)), &value);
                }
            }
            _ => draft.set_in("driver_info", key, &value),
        }
    }
    Some(draft.finish())
}

/// Sets the hardware type of a node if its address implies one too, and returns the boot interface that both mean
/// together. A hardware type is kept as it is written; a scheme of Metal3's in its place names a boot interface too.
fn set_driver(
    draft: &mut Draft<'_>,
    written: &Cursor<'_>,
    (of_address, boot): (&'static str, &'static str),
) -> &'static str {
    let Some(given) = written.value().text() else {
        draft.set("driver", written);
        return boot;
    };
    let is_redfish = |name: &str| ["redfish", "idrac"].contains(&name);
    let as_scheme = meaning(given).filter(|_| hardware_types::meant(given).is_some());
    let named = as_scheme.map_or(given, |(driver, _)| driver);
    if as_scheme.is_none() && hardware_types::meant(given).is_some() {
        // It is no hardware type: the one who reads the node refuses it.
        draft.set("driver", written);
        return boot;
    }
    if named != of_address && !(is_redfish(named) && is_redfish(of_address)) {
        let given = given.escape_debug();
        written.error(format!("`{given}` does not fit the BMC's address, which is one for `{of_address}`"));
        return boot;
    }
    let driver = if as_scheme.is_some() && of_address == "idrac" { of_address } else { named };
    draft.set("driver", &written.with(&draft::literal(written.value().at, driver)));
    let [of_driver, of_address] =
        [as_scheme.map_or("ipxe", |(_, boot)| boot), boot].map(|boot| boot_interface(driver, boot));
    match (of_driver, of_address) {
        ("ipxe", boot) | (boot, "ipxe") => boot,
        (one, other) if one == other => one,
        (_, other) => {
            let given = given.escape_debug();
            written.error(format!("`{given}` does not fit the BMC's address, which is one for `{other}`"));
            other
        }
    }
}

/// What a hardware type calls a boot interface.
fn boot_interface(driver: &str, boot: &'static str) -> &'static str {
    match (driver, boot) {
        ("idrac", "redfish-virtual-media") => "idrac-redfish-virtual-media",
        ("redfish", "idrac-redfish-virtual-media") => "redfish-virtual-media",
        _ => boot,
    }
}

fn credentials(
    draft: &mut Draft<'_>,
    bmc: &Table<'_>,
    prefix: &str,
    namespace: &str,
    secrets: &Secrets,
    complain: &mut Complain<'_>,
) {
    let Some(reference) = given(bmc, "credentialsName") else {
        return complain(bmc.cursor(), "`credentialsName` is missing".to_owned());
    };
    let Some(name) = reference.string() else { return };
    let shown = shown(namespace, name);
    let Some(secret) = secrets.0.get(&(namespace.to_owned(), name.to_owned())) else {
        // Resources without a namespace go into the one that `kubectl apply` is told.
        let other = secrets.0.get(&(DEFAULT_NAMESPACE.to_owned(), name.to_owned()));
        let other = other.filter(|secret| secret.lacks_namespace).map(|secret| secret.at.short());
        let advice = other.map(|at| {
            format!(
                "; the one in {at} has no namespace, which means `{DEFAULT_NAMESPACE}`: add `namespace: {}`",
                namespace.escape_debug()
            )
        });
        let advice = advice.unwrap_or_default();
        return complain(&reference, format!("no file holds the Secret `{shown}`{advice}"));
    };
    for key in CREDENTIALS {
        match secret.values.get(key) {
            Some(Some(value)) if value.text() == Some("") => {
                complain(&reference, format!("the Secret `{shown}` has an empty `{key}`"));
            }
            // It may be in another file, and is reported there.
            Some(Some(value)) => {
                draft.put_in("driver_info", &format!("{prefix}_{key}"), value.clone(), &reference);
            }
            Some(None) => {}
            None => complain(&reference, format!("the Secret `{shown}` has no `{key}`")),
        }
    }
}

/// The folder of disk names that say how disks are connected.
const BY_PATH: &str = "/dev/disk/by-path/";

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
        let mut ours = *ours;
        if *theirs == "deviceName" {
            let by_path = text.strip_prefix(BY_PATH);
            // So does Metal3 itself.
            let name = by_path.or_else(|| text.strip_prefix("/dev/"));
            if name.is_none_or(|name| name.is_empty() || name.contains('/')) {
                value.expected("the path of a disk in `/dev/` or `/dev/disk/by-path/`");
                return None;
            }
            ours = if by_path.is_some() { "by_path" } else { ours };
        }
        let hint = Value::from(Json::from(format!("{operator}{text}")));
        Some(Entry { at: value.value().at, key: ours.into(), value: Value { at: value.value().at, ..hint } })
    };
    let hints_given: Vec<Entry> = HINTS.iter().filter_map(hint).collect();
    let at = hints.cursor().value().at;
    (!hints_given.is_empty()).then_some(Value { at, content: Content::Mapping(hints_given) })
}
