//! Reads Metal3's `BareMetalHost` resources and the `Secret`s they refer to (baremetal-operator: `baremetalhost_types.go`,
//! `pkg/hardwareutils/bmc`, `pkg/provisioner/ironic`).

use std::collections::HashMap;
use std::collections::hash_map::Entry as MapEntry;
use std::net::Ipv6Addr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde_json::Value as Json;
use url::Url;

use super::{FileContents, Format, IgnoredKeys, Recognition};
use crate::inventory::document::{
    Content, Cursor, Document, Entry, InputProblem, InvalidValue, Report, SourceLocation, Table, Value,
};
use crate::inventory::node_builder::{self, NodeBuilder};
use crate::inventory::reference::ResolveContext;
use crate::inventory::{driver_info_values, hardware_types, placeholder};
use crate::suggest::nearest;

/// Keys of a host's `spec` that concern deployment or Kubernetes. They are ignored with a warning.
const IGNORED_SPEC_KEYS: [&str; 16] = [
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

/// Keys of a host's `spec` that describe the machine.
const READ_SPEC_KEYS: [&str; 9] = [
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

/// Keys that are read from a Secret.
const CREDENTIALS: [&str; 2] = ["username", "password"];

/// Metal3's root device hints, with their names in Ironic and the operator to put before the value.
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

/// The hardware type and the boot interface that each URL scheme means.
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

/// The format of Metal3's resources.
pub(super) struct Metal3;

impl Format for Metal3 {
    fn name(&self) -> &'static str {
        "metal3"
    }

    fn help(&self) -> &'static str {
        "`BareMetalHost` resources and their Secrets"
    }

    fn label(&self) -> &'static str {
        "Metal3 hosts"
    }

    /// A file may contain only Secrets.
    fn recognition(&self) -> Recognition {
        Recognition::AnyDocument(|root| root.get("apiVersion").is_some() && root.get("kind").is_some())
    }

    fn collect_secrets(&self, document: &Document, secrets: &mut Secrets, report: &Report) -> bool {
        secrets.collect(document, report)
    }

    fn read(&self, root: &Cursor<'_>, secrets: &Secrets, context: ResolveContext<'_>) -> FileContents {
        read(root, secrets, context)
    }
}

/// The Secrets from all files of a run, by namespace and name.
#[derive(Default)]
pub(in crate::inventory) struct Secrets(HashMap<(String, String), Secret>);

/// The namespace of resources that do not set one.
const DEFAULT_NAMESPACE: &str = "default";

/// A `Secret`.
struct Secret {
    at: SourceLocation,
    /// Whether the resource sets no namespace.
    lacks_namespace: bool,
    /// The credentials. `None` for one that is present but cannot be read; that error is already reported.
    values: HashMap<&'static str, Option<Value>>,
}

impl Secret {
    /// Whether both have the same credentials, as far as they can be read.
    fn has_same_data(&self, other: &Self) -> bool {
        CREDENTIALS.iter().all(|key| match (self.values.get(key), other.values.get(key)) {
            (Some(Some(left)), Some(Some(right))) => left.has_same_content(right),
            (left, right) => left.is_some() == right.is_some(),
        })
    }
}

impl Secrets {
    /// Collects the Secrets of a file and returns whether it has any.
    fn collect(&mut self, document: &Document, report: &Report) -> bool {
        let mut has_any = false;
        let mut ignored = IgnoredKeys::default();
        for root in document.roots(report) {
            each_resource(&root, &mut |resource, kind| {
                if kind == Some("Secret") {
                    has_any = true;
                    note_ignored(resource, &["type", "data", "stringData"], &mut ignored);
                    self.add(resource, &mut ignored);
                }
            });
        }
        ignored.warn(report);
        has_any
    }

    /// Adds one Secret. If the name occurs twice, both must have the same data.
    fn add(&mut self, resource: &Cursor<'_>, ignored: &mut IgnoredKeys) {
        let metadata = resource.value().get("metadata");
        let lacks_namespace = metadata.and_then(|metadata| text(metadata, "namespace")).is_none();
        let secret = Secret { at: resource.location(), lacks_namespace, values: values(resource, ignored) };
        match self.0.entry(identity(resource.value())) {
            MapEntry::Vacant(vacant) => drop(vacant.insert(secret)),
            MapEntry::Occupied(first) if first.get().has_same_data(&secret) => {}
            MapEntry::Occupied(first) => {
                let ((namespace, name), origin) = (first.key(), first.get().at.short());
                let secret = qualified_name(namespace, name);
                resource.error(format!(
                    "duplicate Secret `{secret}` with different data, first defined in {origin}"
                ));
            }
        }
    }
}

/// `NAMESPACE/NAME` of a resource, escaped for messages.
fn qualified_name(namespace: &str, name: &str) -> String {
    format!("{}/{}", namespace.escape_debug(), name.escape_debug())
}

/// The suffix of the kinds of lists: `List`, `BareMetalHostList`.
const LIST: &str = "List";

/// Calls `visit` with a resource and its kind, or with each item if it is a list. The items of a typed list may omit their
/// kind.
fn each_resource(root: &Cursor<'_>, visit: &mut dyn FnMut(&Cursor<'_>, Option<&str>)) {
    let kind = text(root.value(), "kind");
    let Some(item_kind) = kind.and_then(|kind| kind.strip_suffix(LIST)) else {
        return visit(root, kind);
    };
    if let Some(items) = root.mapping().and_then(|list| list.get("items")) {
        for item in items.items() {
            let kind = text(item.value(), "kind").or(Some(item_kind).filter(|kind| !kind.is_empty()));
            visit(&item, kind);
        }
    }
}

/// Records the keys of a resource that are not in `read`. Metadata that `kubectl` writes is recorded too, because a label
/// may name the machine's class.
fn note_ignored(resource: &Cursor<'_>, read: &[&str], ignored: &mut IgnoredKeys) {
    let mut note = |table: &Table<'_>, read: &[&str]| {
        for (key, value) in table.entries().filter(|(key, _)| !read.contains(key)) {
            ignored.add(key, &value);
        }
    };
    let Some(table) = resource.mapping() else { return };
    note(&table, &[&["apiVersion", "kind", "metadata"], read].concat());
    if let Some(metadata) = table.get("metadata").as_ref().and_then(Cursor::mapping) {
        note(&metadata, &["name", "namespace"]);
    }
}

/// The value of a key unless it is empty: Metal3 writes an empty string for an unset value.
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

/// The credentials in a Secret: `data` is base64, `stringData` is plain text. As in Kubernetes, `stringData` takes
/// precedence.
fn values(secret: &Cursor<'_>, ignored: &mut IgnoredKeys) -> HashMap<&'static str, Option<Value>> {
    let mut values: HashMap<&'static str, Option<Value>> = HashMap::new();
    let Some(table) = secret.mapping() else { return values };
    for section in ["data", "stringData"] {
        let Some(data) = table.get(section) else { continue };
        let Some(data) = data.mapping() else { continue };
        for (key, value) in data.entries() {
            let Some(known) = CREDENTIALS.into_iter().find(|known| *known == key) else {
                ignored.add(key, &value);
                continue;
            };
            let text = if section == "data" {
                let encoded = value.value().text().unwrap_or_default();
                if placeholder::check_template(&value, encoded, false) {
                    values.insert(known, None);
                    continue;
                }
                let bytes = STANDARD.decode(encoded.trim()).ok();
                let decoded = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
                if decoded.is_none() {
                    value.error("invalid base64, or not UTF-8 text when decoded");
                }
                decoded
            } else {
                value.string().map(str::to_owned)
            };
            let read = text.map(|text| node_builder::literal(value.value().at, trimmed(&value, &text)));
            if let Some(Some(other)) = values.get(known)
                && read.as_ref().is_some_and(|read| !read.has_same_content(other))
            {
                value.warning("overrides the different value in `data`, as in Kubernetes");
            }
            values.insert(known, read);
        }
    }
    values
}

/// A Secret's value without leading and trailing white space, which Metal3 strips too.
fn trimmed<'t>(value: &Cursor<'_>, text: &'t str) -> &'t str {
    let trimmed = text.trim();
    if trimmed.len() < text.len() {
        value.warning(if text.trim_end_matches(['\r', '\n']) == trimmed {
            "trailing line break ignored (`echo -n` writes none)"
        } else {
            "leading or trailing white space ignored, as in Metal3"
        });
    }
    trimmed
}

/// Reads every host of a document.
fn read(root: &Cursor<'_>, secrets: &Secrets, context: ResolveContext<'_>) -> FileContents {
    let mut contents = FileContents::default();
    if text(root.value(), "kind").is_some_and(|kind| kind.ends_with(LIST)) {
        note_ignored(root, &["items"], &mut contents.ignored);
    }
    each_resource(root, &mut |resource, kind| match kind {
        Some("BareMetalHost") => read_host(resource, secrets, context, &mut contents),
        Some("Secret") => drop(contents.others.insert("Secrets".to_owned())),
        None => {
            // `require` reports a missing kind; `expected` reports a value that is not text.
            if let Some(kind) = resource.mapping().and_then(|resource| resource.require("kind")) {
                kind.expected("a kind of resource");
            }
        }
        Some(other) => {
            let other = other.escape_debug();
            resource.warning(format!("resource of kind `{other}` ignored: not a `BareMetalHost`"));
            contents.others.insert(format!("`{other}`"));
        }
    });
    // The credentials are in the Secrets, which may be in another file.
    contents.has_plain_secret = false;
    contents
}

/// Reads one host. Ironic cannot manage a host without a BMC, as Metal3 has for hosts that it only discovered or did not
/// install itself; it is ignored with a warning.
fn read_host(
    resource: &Cursor<'_>,
    secrets: &Secrets,
    context: ResolveContext<'_>,
    contents: &mut FileContents,
) {
    let Some(host) = resource.mapping() else { return };
    let spec = host.get("spec");
    let has_bmc = spec.as_ref().is_none_or(|spec| {
        // A value that is not a mapping is reported when it is read below.
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
        resource.warning(format!("host `{}` ignored: it has no BMC", name.escape_debug()));
        contents.others.insert("hosts without a BMC".to_owned());
        return;
    };
    note_ignored(resource, &["spec", "status"], &mut contents.ignored);
    let Some(table) = spec.mapping() else { return };
    let is_in_use = warn_if_in_use(&table, host.get("status"));
    let mut errors_of_hosts_in_use = Vec::new();
    // A host in use may be skipped, and then needs no credentials.
    let mut report_error = |at: &Cursor<'_>, message: String| {
        if is_in_use {
            errors_of_hosts_in_use.push(InputProblem::error(at.location(), message));
        } else {
            at.error(message);
        }
    };
    let mut builder = builder(resource, &table, secrets, &mut contents.ignored, &mut report_error);
    contents.errors_of_hosts_in_use.extend(errors_of_hosts_in_use);
    if let Some(status) = host.get("status") {
        add_inspected_hardware(&mut builder, &status);
    }
    let node = builder.finish();
    let first_new = contents.machines.len();
    contents.read_node(&resource.with(&node), None, context);
    if is_in_use {
        contents.machines[first_new..].iter_mut().for_each(|machine| machine.is_in_use = true);
    }
}

/// Keys of `spec` that mark a host as in use: if one is set, baremetal-operator deploys the host, or has deployed it.
const IN_USE_KEYS: [&str; 4] = ["image", "customDeploy", "consumerRef", "hostClaimRef"];

/// Provisioning states of hosts that are not in use.
const FREE_STATES: [&str; 11] = [
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

/// Whether a host is in use. If so, warns with the reason, because moving it to `available` would erase its disks.
fn warn_if_in_use(spec: &Table<'_>, status: Option<Cursor<'_>>) -> bool {
    let warn = |value: &Cursor<'_>, reason: &str| {
        value.warning(format!(
            "host skipped, because it is in use ({reason}) and enrollment would clean it; to enroll it without cleaning, \
             run `farrier enroll --until manageable`, then `farrier node adopt`"
        ));
        true
    };
    if let Some(value) = spec.get("externallyProvisioned")
        && value.boolean() != Some(false)
    {
        return warn(&value, "`externallyProvisioned` is set");
    }
    if let Some((key, value)) = IN_USE_KEYS
        .iter()
        .find_map(|key| Some((key, spec.get(key)?)).filter(|(_, value)| is_set(value.value())))
    {
        return warn(&value, &format!("`{key}` is set"));
    }
    let provisioning = status.as_ref().and_then(|status| status.value().get("provisioning"));
    let state =
        provisioning.and_then(|provisioning| provisioning.get("state")).filter(|state| !state.is_null());
    match (&status, state) {
        (Some(status), Some(state))
            if !state.text().is_some_and(|state| FREE_STATES.contains(&state.trim())) =>
        {
            let name = state.text().unwrap_or_default().trim().escape_debug().to_string();
            warn(&status.with(state), &format!("provisioning state `{name}`"))
        }
        _ => false,
    }
}

/// Whether a value, or any value inside it, is not empty.
fn is_set(value: &Value) -> bool {
    match &value.content {
        Content::Scalar(scalar) => !scalar.is_null() && !scalar.text().trim().is_empty(),
        Content::List(items) => items.iter().any(is_set),
        Content::Mapping(entries) => entries.iter().any(|entry| is_set(&entry.value)),
    }
}

/// Reports an error in the credentials of a host.
type ReportError<'f> = dyn FnMut(&Cursor<'_>, String) + 'f;

fn builder<'c>(
    host: &'c Cursor<'c>,
    spec: &Table<'_>,
    secrets: &Secrets,
    ignored: &mut IgnoredKeys,
    report_error: &mut ReportError<'_>,
) -> NodeBuilder<'c> {
    for (key, value) in
        spec.entries().filter(|(key, value)| !READ_SPEC_KEYS.contains(key) && !value.value().is_null())
    {
        if IGNORED_SPEC_KEYS.contains(&key) {
            ignored.add(key, &value);
        } else {
            spec.unknown_key(key, &READ_SPEC_KEYS);
        }
    }
    let mut builder = NodeBuilder::new(host);
    let (namespace, name) = identity(host.value());
    builder.default("name", &name);
    let needs_mac = bmc(&mut builder, spec, &namespace, secrets, report_error);
    // Only used if the BMC cannot be read: the file is refused, but its other errors are still found.
    builder.default("driver", FALLBACK_DRIVER);
    if let Some(mac) = given(spec, "bootMACAddress") {
        builder.ports(vec![node_builder::single_entry("address", mac.value())]);
    } else if needs_mac {
        spec.cursor().error("`bootMACAddress` is missing");
    }
    if let Some(architecture) = given(spec, "architecture") {
        builder.set_in("properties", "cpu_arch", &architecture);
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
    builder.set_text_in("properties", "capabilities", capabilities, mode.as_ref().unwrap_or(host));
    if let Some(value) = spec.get("rootDeviceHints")
        && let Some(hints) = value.mapping()
        && let Some(hints) = root_device(&hints)
    {
        builder.set_value_in("properties", "root_device", hints, &value);
    }
    if let Some(mode) = given(spec, "automatedCleaningMode") {
        match mode.value().text() {
            Some("disabled") => builder.default("automated_clean", "false"),
            Some("metadata") => builder.default("automated_clean", "true"),
            _ => mode.expected("metadata or disabled"),
        }
    }
    for (key, field) in [("disablePowerOff", "disable_power_off"), ("description", "description")] {
        if let Some(value) = given(spec, key) {
            builder.set(field, &value);
        }
    }
    builder
}

/// Adds the hardware that an inspection found (baremetal-operator: `HardwareDetails`) unless `spec` sets it. The size of the
/// root disk is not used, because `status` does not tell which disk is the root disk.
fn add_inspected_hardware(builder: &mut NodeBuilder<'_>, status: &Cursor<'_>) {
    let mut is_used = false;
    if let Some(hardware) = status.mapping().and_then(|status| status.get("hardware"))
        && let Some(hardware) = hardware.mapping()
    {
        let cpu = hardware.get("cpu");
        let cpu = cpu.as_ref().and_then(Cursor::mapping);
        let cpu_detail = |key| cpu.as_ref().and_then(|cpu| given(cpu, key));
        let properties = [
            ("memory_mb", given(&hardware, "ramMebibytes")),
            ("cpus", cpu_detail("count")),
            ("cpu_arch", cpu_detail("arch")),
        ];
        for (key, value) in properties {
            if let Some(value) = value.filter(|value| value.value().text() != Some("0")) {
                builder.default_in("properties", key, &value);
                is_used = true;
            }
        }
    }
    status.warning(if is_used {
        "`status` ignored, except for the inspected memory, CPU count and architecture"
    } else {
        "`status` ignored: not used for enrollment"
    });
}

/// Parses a BMC address. Its scheme must be one of [`SCHEMES`].
fn parse_address(text: &str) -> Result<Url, InvalidValue> {
    if let Some(scheme) = scheme_with_bad_delimiter(text) {
        return Err(format!("did you mean `{scheme}://…`?").into());
    }
    let (scheme, rest) = text.split_once("://").unwrap_or(("ipmi", text));
    let lower = scheme.to_ascii_lowercase();
    let (family, transport) = lower.split_once('+').unwrap_or((&lower, "https"));
    let known = SCHEMES.map(|(scheme, _)| scheme);
    if !known.contains(&family) {
        let shown = family.escape_debug();
        let message = match family {
            "http" | "https" => format!(
                "use `redfish+{family}://…`, or `redfish-virtualmedia+{family}://…` to boot from virtual media"
            ),
            "idrac" | "idrac-wsman" => {
                "Ironic no longer supports WSMAN: use `idrac-redfish://…` or `idrac-virtualmedia://…`"
                    .to_owned()
            }
            "ilo4" | "ilo4-virtualmedia" | "ilo5" | "irmc" => {
                format!(
                    "Ironic no longer has a hardware type for the scheme `{shown}`: use `redfish://…` for newer BMCs"
                )
            }
            _ => match nearest(family, known) {
                Some(known) => format!("unknown scheme `{shown}`, did you mean `{known}`?"),
                None => format!("unknown scheme `{shown}`: expected one of {}", known.join(", ")),
            },
        };
        return Err(message.into());
    }
    if !["http", "https"].contains(&transport) || (lower.contains('+') && IPMI.contains(&family)) {
        return Err(format!(
            "invalid scheme `{family}+{}`: only Redfish schemes take `+http` or `+https`, as in `redfish+https://…`",
            transport.escape_debug()
        )
        .into());
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.parse::<Ipv6Addr>().is_ok() {
        return Err(format!("write the IPv6 address in brackets: `[{authority}]`").into());
    }
    if authority.is_empty() {
        return Err("has no host".to_owned().into());
    }
    let is_host = driver_info_values::authority_of(authority);
    // A password may contain a `/`.
    if authority.contains('@') || is_host.is_err() && rest.contains('@') {
        return Err("must not contain credentials: set `username` and `password` instead".to_owned().into());
    }
    is_host.map_err(|expected| format!("expected {expected}"))?;
    let url = Url::parse(&format!("{lower}://{rest}"))
        .map_err(|_| "expected a BMC address: `SCHEME://HOST[:PORT][/PATH]`".to_owned())?;
    check_rest(&url)?;
    Ok(url)
}

/// The scheme of an address with an incomplete `://`: `redfish:10.0.0.1`, `redfish//10.0.0.1`, `redfish:/10.0.0.1`.
fn scheme_with_bad_delimiter(text: &str) -> Option<String> {
    let end = text.find([':', '/'])?;
    let (scheme, rest) = text.split_at(end);
    let lower = scheme.to_ascii_lowercase();
    let family = lower.split('+').next().unwrap_or_default();
    let is_scheme = SCHEMES.iter().any(|(known, _)| *known == family);
    // A host may have the name of a scheme: `ipmi:623`.
    let is_port = rest.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    let is_delimiter = rest.starts_with("://") || !(rest.starts_with(':') || rest.starts_with("//"));
    (is_scheme && !is_port && !is_delimiter).then_some(lower)
}

/// Checks the part after the host: a path for Redfish, a privilege level for IPMI. Parts that Metal3 would ignore are
/// refused. They are not quoted, because they may hold a password.
fn check_rest(url: &Url) -> Result<(), InvalidValue> {
    if url.fragment().is_some() {
        return Err("must not contain a `#`: the text after it would be ignored".to_owned().into());
    }
    if !IPMI.contains(&url.scheme()) {
        return match url.query() {
            Some(_) => Err("must not contain a `?`: the text after it would be ignored".to_owned().into()),
            None => Ok(()),
        };
    }
    if !matches!(url.path(), "" | "/") {
        return Err("must not contain a path: IPMI addresses have none".to_owned().into());
    }
    let mut levels = 0;
    for (key, level) in url.query_pairs() {
        if key != PRIVILEGE_LEVEL {
            return Err(format!("unknown option: only `{PRIVILEGE_LEVEL}` (in lower case) is allowed").into());
        }
        levels += 1;
        driver_info_values::check("ipmi_priv_level", &level)?;
    }
    if levels > 1 {
        return Err(format!("duplicate option `{PRIVILEGE_LEVEL}`").into());
    }
    Ok(())
}

/// The schemes that use IPMI.
const IPMI: [&str; 2] = ["ipmi", "libvirt"];

/// The only option allowed in an IPMI address.
const PRIVILEGE_LEVEL: &str = "privilegelevel";

/// Parses the address at this place and reports an error in it.
fn read_address(value: &Cursor<'_>) -> Option<Url> {
    parse_address(value.string()?.trim()).map_err(|objection| value.reject(&objection)).ok()
}

/// A placeholder for the hardware type of a host with an invalid BMC address.
const FALLBACK_DRIVER: &str = "redfish";

/// Reads `bmc`: the address, the credentials, and whether certificates are verified. Returns whether the host needs a
/// `bootMACAddress`. An invalid address is an error; the other keys are still checked, as if the host used
/// [`FALLBACK_DRIVER`].
fn bmc(
    builder: &mut NodeBuilder<'_>,
    spec: &Table<'_>,
    namespace: &str,
    secrets: &Secrets,
    report_error: &mut ReportError<'_>,
) -> bool {
    let Some(bmc) = spec.require("bmc") else { return false };
    let Some(bmc) = bmc.mapping() else { return false };
    bmc.allow_keys(&["address", "credentialsName", "disableCertificateVerification"]);
    let prefix = bmc.require("address").and_then(|address| {
        let text = address.string()?.trim();
        if placeholder::check_template(&address, text, false) {
            return None;
        }
        let url = read_address(&address)?;
        let (driver, boot) = interfaces_of(url.scheme())?;
        builder.default("driver", driver);
        builder.default("boot_interface", boot);
        set_address(builder, &address, &url)
    });
    let prefix = prefix.unwrap_or(FALLBACK_DRIVER);
    if let Some(flag) = bmc.get("disableCertificateVerification")
        && flag.boolean() == Some(true)
    {
        if prefix == "redfish" {
            builder.set_value_in("driver_info", "redfish_verify_ca", Value::from(Json::from(false)), &flag);
        } else {
            flag.warning("ignored: IPMI does not use certificates".to_owned());
        }
    }
    credentials(builder, &bmc, prefix, namespace, secrets, report_error);
    let is_libvirt = |text: &str| text.trim().to_ascii_lowercase().starts_with("libvirt:");
    bmc.get("address").is_some_and(|address| address.value().text().is_some_and(is_libvirt))
}

/// The hardware type and the boot interface of a scheme, with or without `+http` or `+https`.
fn interfaces_of(scheme: &str) -> Option<(&'static str, &'static str)> {
    let scheme = scheme.to_ascii_lowercase();
    let family = scheme.split_once('+').map_or(&*scheme, |(family, _)| family);
    SCHEMES.iter().find(|(known, _)| *known == family).map(|(_, interfaces)| *interfaces)
}

/// Sets the address of the BMC and returns the prefix of its keys in `driver_info`.
fn set_address(builder: &mut NodeBuilder<'_>, value: &Cursor<'_>, url: &Url) -> Option<&'static str> {
    let host = url.host_str().unwrap_or_default();
    if IPMI.contains(&url.scheme()) {
        builder.set_text_in("driver_info", "ipmi_address", host.trim_matches(['[', ']']), value);
        if let Some(port) = url.port() {
            builder.set_value_in("driver_info", "ipmi_port", Value::from(Json::from(port)), value);
        }
        if let Some((_, level)) = url.query_pairs().next() {
            builder.set_text_in("driver_info", "ipmi_priv_level", &level, value);
        }
        return Some("ipmi");
    }
    let transport = url.scheme().split_once('+').map_or("https", |(_, transport)| transport);
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    builder.set_text_in("driver_info", "redfish_address", &format!("{transport}://{host}{port}"), value);
    let path = url.path().trim_end_matches('/');
    if !matches!(path, "" | "/redfish/v1") {
        // Ironic percent-encodes the path itself.
        let Some(system) = percent_decoded(path) else {
            value.error("invalid percent encoding in the path");
            return None;
        };
        if let Err(objection) = driver_info_values::system(&system) {
            value.reject(&objection);
            return None;
        }
        builder.set_text_in("driver_info", "redfish_system_id", &system, value);
    }
    Some("redfish")
}

/// Decodes a percent-encoded path; `None` if a `%` is not followed by two digits, or if the result is not UTF-8.
fn percent_decoded(path: &str) -> Option<String> {
    let is_escape = |part: &str| part.len() >= 2 && part.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    let is_valid = path.split('%').skip(1).all(is_escape);
    Some(percent_decode_str(path).decode_utf8().ok().filter(|_| is_valid)?.into_owned())
}

/// Converts a node whose `driver_info` has a Metal3 `address` with `username` and `password`, as metal3-dev-env and
/// dev-scripts write it (`ironic_nodes.json`), to Ironic's own keys. Returns `None` for any other node.
pub(super) fn with_ironic_keys(node: &Cursor<'_>) -> Option<Value> {
    let text = node.value().get("driver_info")?.get("address")?.text()?.trim();
    let by_scheme = interfaces_of(text.split_once("://")?.0)?;
    let table = node.mapping()?;
    let info = table.get("driver_info")?;
    let info = info.mapping()?;
    let address = info.get("address")?;
    let mut builder = NodeBuilder::new(node);
    for (key, value) in table.entries().filter(|(key, _)| !["driver", "driver_info"].contains(key)) {
        builder.set(key, &value);
    }
    let boot = match table.get("driver") {
        Some(driver) => set_driver(&mut builder, &driver, by_scheme),
        None => by_scheme.1,
    };
    builder.default("driver", by_scheme.0);
    let is_template = placeholder::check_template(&address, text, false);
    let url = if is_template { None } else { read_address(&address) };
    let prefix = url.as_ref().and_then(|url| set_address(&mut builder, &address, url));
    if prefix.is_some() {
        builder.default("boot_interface", boot);
    }
    // If the address is invalid, derive the prefix from its scheme.
    let prefix = prefix.unwrap_or(if by_scheme.0 == "ipmi" { "ipmi" } else { "redfish" });
    for (key, value) in info.entries().filter(|(key, _)| *key != "address") {
        match key {
            "username" | "password" => {
                if value.value().text().is_some_and(|text| !value.value().is_null() && text.trim().is_empty())
                {
                    value.error("must not be empty");
                }
                builder.set_in("driver_info", &format!("{prefix}_{key}"), &value);
            }
            "port" => {
                let port = value.integer::<u16>();
                let address_port = url.as_ref().and_then(Url::port_or_known_default);
                if port.is_some() && address_port.is_none() && prefix == "ipmi" {
                    builder.set_in("driver_info", "ipmi_port", &value);
                } else if port.is_some() && url.is_some() && port != address_port {
                    value.error("differs from the port in `address`");
                }
            }
            "disable_certificate_verification" => {
                if value.boolean() == Some(true) && prefix == "redfish" {
                    builder.set_value_in(
                        "driver_info",
                        "redfish_verify_ca",
                        Value::from(Json::from(false)),
                        &value,
                    );
                }
            }
            _ => builder.set_in("driver_info", key, &value),
        }
    }
    Some(builder.finish())
}

/// Sets the `driver` of a node whose address implies a hardware type too, and returns the boot interface that follows from
/// both. A hardware type is kept as written; a Metal3 scheme in its place also implies a boot interface.
fn set_driver(
    builder: &mut NodeBuilder<'_>,
    value: &Cursor<'_>,
    (address_driver, boot): (&'static str, &'static str),
) -> &'static str {
    let Some(given) = value.value().text() else {
        builder.set("driver", value);
        return boot;
    };
    let is_redfish = |name: &str| ["redfish", "idrac"].contains(&name);
    let as_scheme = interfaces_of(given).filter(|_| hardware_types::correction(given).is_some());
    let named = as_scheme.map_or(given, |(driver, _)| driver);
    if as_scheme.is_none() && hardware_types::correction(given).is_some() {
        // Not a hardware type: an error when the node is read.
        builder.set("driver", value);
        return boot;
    }
    if named != address_driver && !(is_redfish(named) && is_redfish(address_driver)) {
        let given = given.escape_debug();
        value.error(format!("`{given}` does not match the BMC address, which is for `{address_driver}`"));
        return boot;
    }
    let driver = if as_scheme.is_some() && address_driver == "idrac" { address_driver } else { named };
    builder.set("driver", &value.with(&node_builder::literal(value.value().at, driver)));
    let [from_driver, from_address] =
        [as_scheme.map_or("ipxe", |(_, boot)| boot), boot].map(|boot| boot_interface(driver, boot));
    match (from_driver, from_address) {
        ("ipxe", boot) | (boot, "ipxe") => boot,
        (one, other) if one == other => one,
        (_, other) => {
            let given = given.escape_debug();
            value.error(format!("`{given}` does not match the BMC address, which is for `{other}`"));
            other
        }
    }
}

/// The name of a boot interface in a hardware type.
fn boot_interface(driver: &str, boot: &'static str) -> &'static str {
    match (driver, boot) {
        ("idrac", "redfish-virtual-media") => "idrac-redfish-virtual-media",
        ("redfish", "idrac-redfish-virtual-media") => "redfish-virtual-media",
        _ => boot,
    }
}

fn credentials(
    builder: &mut NodeBuilder<'_>,
    bmc: &Table<'_>,
    prefix: &str,
    namespace: &str,
    secrets: &Secrets,
    report_error: &mut ReportError<'_>,
) {
    let Some(reference) = given(bmc, "credentialsName") else {
        return report_error(bmc.cursor(), "`credentialsName` is missing".to_owned());
    };
    let Some(name) = reference.string() else { return };
    let secret_name = qualified_name(namespace, name);
    let Some(secret) = secrets.0.get(&(namespace.to_owned(), name.to_owned())) else {
        // `kubectl apply` puts a resource without a namespace into the namespace that it is called with.
        let other = secrets.0.get(&(DEFAULT_NAMESPACE.to_owned(), name.to_owned()));
        let other = other.filter(|secret| secret.lacks_namespace).map(|secret| secret.at.short());
        let advice = other.map(|at| {
            format!(
                "; the one in {at} has no namespace, which means `{DEFAULT_NAMESPACE}`: add `namespace: {}`",
                namespace.escape_debug()
            )
        });
        let advice = advice.unwrap_or_default();
        return report_error(
            &reference,
            format!("Secret `{secret_name}` is not in any of the files{advice}"),
        );
    };
    for key in CREDENTIALS {
        match secret.values.get(key) {
            Some(Some(value)) if value.text() == Some("") => {
                report_error(&reference, format!("Secret `{secret_name}` has an empty `{key}`"));
            }
            Some(Some(value)) => {
                builder.set_value_in("driver_info", &format!("{prefix}_{key}"), value.clone(), &reference);
            }
            // Already reported in the Secret.
            Some(None) => {}
            None => report_error(&reference, format!("Secret `{secret_name}` has no `{key}`")),
        }
    }
}

/// The folder of device links that are named after the disk's connection.
const BY_PATH: &str = "/dev/disk/by-path/";

/// The root device hints that are not empty.
fn root_device(hints: &Table<'_>) -> Option<Value> {
    let known = HINTS.map(|(key, ..)| key);
    hints.allow_keys(&known);
    let hint = |(key, hint, operator): &(&str, &str, &str)| {
        let value = given(hints, key)?;
        if *key == "minSizeGigabytes" && value.integer::<u64>()? == 0 {
            return None;
        }
        let text = value.string()?;
        let mut hint = *hint;
        if *key == "deviceName" {
            let by_path = text.strip_prefix(BY_PATH);
            // The same condition as in Metal3.
            let name = by_path.or_else(|| text.strip_prefix("/dev/"));
            if name.is_none_or(|name| name.is_empty() || name.contains('/')) {
                value.expected("the path of a disk in `/dev/` or `/dev/disk/by-path/`");
                return None;
            }
            hint = if by_path.is_some() { "by_path" } else { hint };
        }
        let at = value.value().at;
        let text = Value::from(Json::from(format!("{operator}{text}")));
        Some(Entry { at, key: hint.into(), value: Value { at, ..text } })
    };
    let hints_given: Vec<Entry> = HINTS.iter().filter_map(hint).collect();
    let at = hints.cursor().value().at;
    (!hints_given.is_empty()).then_some(Value { at, content: Content::Mapping(hints_given) })
}
