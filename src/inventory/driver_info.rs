//! `driver_info`: the address and credentials of a BMC and other driver settings. Passwords are masked in debug output.

use std::borrow::Cow;
use std::fmt;
use std::net::Ipv6Addr;

use secrecy::ExposeSecret as _;
use serde_json::{Map, Value as Json};
use url::Url;

use super::document::{Content, Cursor, Table};
use super::driver_info_values;
use super::hardware_types;
use super::reference::{Reference, ResolveContext};
use crate::rest::mask;

/// The prefixes of the keys that hold a BMC's address, in order of preference.
const FAMILIES: [&str; 7] = ["redfish", "ipmi", "ilo", "irmc", "drac", "xclarity", "ibmc"];

/// Other prefixes of keys of `driver_info`: their hardware types use another prefix for the address, or have none.
const OTHER_FAMILIES: [&str; 2] = ["idrac", "amt"];

/// Suffixes of keys with values that are always text: a user name may be `0123`, and Ironic rejects a TLS version that is a
/// number.
const TEXT_SUFFIXES: [&str; 6] = ["_username", "_user", "_address", "_system_id", "_version", "_hex_kg_key"];

/// The mapping. It has no `Display` or `Serialize`, so that secrets cannot be printed by accident.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DriverInfo(Map<String, Json>);

impl DriverInfo {
    /// The mapping with its secrets, for requests to Ironic.
    #[must_use]
    pub fn expose(&self) -> &Map<String, Json> {
        &self.0
    }

    /// The mapping with masked secrets, for output.
    #[must_use]
    pub fn masked(&self) -> Json {
        let mut masked = Json::Object(self.0.clone());
        mask::value(&mut masked);
        masked
    }

    /// The identity of the BMC, if an address is set.
    #[must_use]
    pub fn bmc(&self) -> Option<BmcIdentity> {
        BmcIdentity::of(&self.0)
    }
}

impl fmt::Debug for DriverInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.masked())
    }
}

/// The identity of a BMC, and of the machine behind it if several share the BMC's address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BmcIdentity(String);

impl BmcIdentity {
    /// The BMC of a `driver_info` from a file or from Ironic, which masks none of the keys used here.
    ///
    /// Two BMCs are equal if they have the same address and port, and the same Redfish system or IPMI bridging target (virtual
    /// BMCs share an address, blades share a chassis' BMC).
    #[must_use]
    pub fn of(driver_info: &Map<String, Json>) -> Option<Self> {
        let value = |key: &str| match driver_info.get(key) {
            Some(Json::String(text)) if !text.is_empty() => Some(text.clone()),
            Some(Json::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        let (family, address) =
            FAMILIES.iter().find_map(|family| Some((*family, value(&format!("{family}_address"))?)))?;
        if family == "redfish" {
            let system = value("redfish_system_id").unwrap_or_default();
            return Some(Self(
                format!("{} {}", redfish_root(&address), system.trim_end_matches('/')).trim_end().to_owned(),
            ));
        }
        let mut identity = format!("{family}://{}", normalized_host(&address));
        let port = value(&format!("{family}_port"));
        let port = port.map(|port| port.trim().parse::<u16>().map_or(port, |number| number.to_string()));
        if let Some(port) = port.filter(|port| port != "623") {
            identity = format!("{identity}:{port}");
        }
        for key in
            ["ipmi_transit_channel", "ipmi_transit_address", "ipmi_target_channel", "ipmi_target_address"]
        {
            if let Some(hop) = value(key) {
                identity = format!("{identity} {key}={hop}");
            }
        }
        Some(Self(identity))
    }
}

/// A host in lower case: an IPv6 address in its shortest form, or a name without a trailing dot.
fn normalized_host(host: &str) -> String {
    let host = host.trim();
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    match bare.parse::<Ipv6Addr>() {
        Ok(address) => address.to_string(),
        Err(_) => host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase(),
    }
}

/// `redfish_address` in a normalized form, with `https` as the default scheme. User information is removed, and so is the path
/// `/redfish/v1`, which is Ironic's default.
fn redfish_root(address: &str) -> String {
    let address = address.trim();
    let address = address.parse::<Ipv6Addr>().map_or_else(|_| address.to_owned(), |bare| format!("[{bare}]"));
    let with_scheme = if address.contains("://") { address } else { format!("https://{address}") };
    let normalized = Url::parse(&with_scheme).map(|mut url| {
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let host = url.host_str().and_then(|host| host.strip_suffix('.')).map(str::to_owned);
        if let Some(host) = host {
            let _ = url.set_host(Some(&host));
        }
        url.to_string()
    });
    let normalized = normalized.unwrap_or(with_scheme);
    let root = normalized.trim_end_matches('/');
    root.strip_suffix("/redfish/v1").unwrap_or(root).trim_end_matches('/').to_owned()
}

impl fmt::Display for BmcIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a key of `driver_info` concerns the connection to a BMC.
#[must_use]
pub fn is_bmc_key(key: &str) -> bool {
    let families = || FAMILIES.iter().chain(&OTHER_FAMILIES);
    let is_key_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    key.split_once('_').is_some_and(|(family, rest)| {
        !rest.is_empty() && rest.chars().all(is_key_char) && families().any(|known| *known == family)
    })
}

/// Whether a key is the BMC's address for some hardware type.
pub(super) fn is_bmc_address_key(key: &str) -> bool {
    key.strip_suffix("_address").is_some_and(|family| FAMILIES.contains(&family))
}

/// The key of a hardware type for a setting of its BMC: `address`, `username`, `password`, `port`, `system_id` or `verify_ca`.
///
/// # Errors
/// The hardware type has no key for the setting, or it is unknown.
pub(super) fn bmc_key(driver: &str, setting: &str) -> Result<String, String> {
    let family = match driver {
        "idrac" => "redfish",
        "ilo5" => "ilo",
        "ipmi" | "redfish" | "ilo" | "irmc" | "xclarity" | "ibmc" => driver,
        _ => {
            return Err(format!(
                "unknown `driver_info` key for the {setting} of this hardware type's BMC: use the key itself"
            ));
        }
    };
    match (family, setting) {
        ("redfish", "port") => Err("Redfish has no separate port: add it to the address".to_owned()),
        ("ilo", "port") => Ok("client_port".to_owned()),
        ("redfish", "system_id") | (_, "address" | "username" | "password" | "port") => {
            Ok(format!("{family}_{setting}"))
        }
        ("ipmi" | "xclarity", "verify_ca") | (_, "system_id") => {
            Err(format!("this hardware type has no `{setting}`"))
        }
        _ => Ok(format!("{family}_{setting}")),
    }
}

/// A `driver_info` read from a file.
pub(super) struct ParsedDriverInfo {
    pub(super) info: DriverInfo,
    /// Whether the file contains a secret in plain text.
    pub(super) has_plain_secret: bool,
}

/// Reads a `driver_info`. A value may be a [`Reference`].
pub(super) fn read(table: &Table<'_>, context: ResolveContext<'_>) -> ParsedDriverInfo {
    let mut map = Map::new();
    let mut has_plain_secret = false;
    for (key, value) in table.entries() {
        let is_secret = mask::is_secret_key(key);
        let resolved = Reference::parse(&value).and_then(|reference| {
            let Some(reference) = reference else { return Ok(None) };
            let secret = reference.resolve(context)?;
            if let Some(path) = reference.open_file(context.directory).filter(|_| is_secret) {
                value.warning(format!("other users can read `{path}`: run `chmod go-r` on it"));
            }
            Ok(Some(secret))
        });
        let json = match resolved {
            Ok(Some(secret)) => {
                let text = secret.expose_secret();
                warn_about_whitespace(key, &value, text, is_secret);
                if let Err(objection) = driver_info_values::check(key, text) {
                    value.error(objection.text(false));
                }
                text.into()
            }
            Ok(None) if value.value().is_null() => continue,
            Ok(None) => {
                let json = plain(key, &value, is_secret);
                if is_text(key, is_secret) && (json.is_object() || json.is_array()) {
                    let found = value.value().kind();
                    value.error(format!(
                        "expected text, or a reference such as `{{env: NAME}}`, found {found}"
                    ));
                    continue;
                }
                if !is_valid_type(key, &value.value().to_json()) {
                    value.error(format!("expected text or a number, found {}", value.value().kind()));
                    continue;
                }
                // Ironic only reads 0 and 1 as booleans if they are text.
                if key.ends_with("_verify_ca") && !(json.is_boolean() || json.is_string()) {
                    value.error(format!("expected {}", driver_info_values::VERIFY_CA));
                }
                let text = scalar_text(&json);
                if let Some(Err(objection)) = text.as_ref().map(|text| driver_info_values::check(key, text)) {
                    value.reject(&objection);
                }
                if let Some(text) = &text {
                    warn_about_whitespace(key, &value, text, is_secret);
                }
                if let Some(warning) = text.and_then(|text| driver_info_values::warning(key, &text)) {
                    value.warning(warning);
                }
                has_plain_secret |= is_secret || mask::holds_secret(&json);
                json
            }
            Err(message) => {
                value.error(message);
                continue;
            }
        };
        map.insert(key.to_owned(), json);
    }
    ParsedDriverInfo { info: DriverInfo(map), has_plain_secret }
}

/// Warns about white space around a secret or a user name, which Ironic receives unchanged. A text of several lines may be a
/// private key, which ends in a line break.
fn warn_about_whitespace(key: &str, value: &Cursor<'_>, text: &str, is_secret: bool) {
    let trimmed = text.trim();
    let is_user = key.ends_with("_username") || key.ends_with("_user");
    if !(is_secret || is_user) || trimmed.len() == text.len() || trimmed.contains('\n') {
        return;
    }
    value.warning(if text.trim_end_matches(['\r', '\n']) == trimmed {
        "ends in a line break, which becomes part of the value (use `|-` for a block without one)"
    } else {
        "has leading or trailing white space, which becomes part of the value"
    });
}

/// The keys for IPMI bridging, with the bridging types that use each.
const BRIDGING: [(&str, &[&str]); 5] = [
    ("ipmi_target_channel", &["single", "dual"]),
    ("ipmi_target_address", &["single", "dual"]),
    ("ipmi_transit_channel", &["dual"]),
    ("ipmi_transit_address", &["dual"]),
    ("ipmi_local_address", &["single", "dual"]),
];

/// Checks IPMI keys that depend on each other (Ironic: `_parse_driver_info` in `ipmitool.py`), unless the hardware type is
/// known not to use them.
pub(super) fn check_ipmi(table: &Table<'_>, info: &DriverInfo, hardware_type: &str) {
    let uses_ipmi = hardware_type == "ipmi" || !hardware_types::is_known(hardware_type);
    if !uses_ipmi || !info.0.contains_key("ipmi_address") {
        return;
    }
    let given = |key: &str| info.0.get(key).and_then(scalar_text).filter(|text| !text.trim().is_empty());
    let bridging = given("ipmi_bridging").unwrap_or("no".into());
    for (key, types) in BRIDGING {
        let is_used = types.contains(&&*bridging);
        if is_used && given(key).is_none() && key != "ipmi_local_address" {
            table.error_at_key("ipmi_bridging", &format!("`ipmi_bridging: {bridging}` requires `{key}`"));
        }
        let is_valid = ["no", "single", "dual"].contains(&&*bridging);
        if let Some(value) = table.get(key).filter(|_| !is_used && is_valid) {
            let types = types.join("` or `");
            value.warning(format!("Ironic ignores `{key}` unless `ipmi_bridging` is `{types}`"));
        }
    }
    if given("ipmi_protocol_version").as_deref() == Some("1.5") && given("ipmi_cipher_suite").is_some() {
        table.error_at_key("ipmi_cipher_suite", "IPMI 1.5 has no cipher suites: remove `ipmi_cipher_suite`");
    }
}

/// Whether some hardware type reads a key, or keys like it.
pub(super) fn is_read(key: &str) -> bool {
    is_bmc_key(key)
        || is_text(key, mask::is_secret_key(key))
        || ["deploy_", "rescue_", "snmp_"].iter().any(|prefix| key.starts_with(prefix))
}

/// Whether the values of a key are always text, even if they look like numbers or booleans.
fn is_text(key: &str, is_secret: bool) -> bool {
    is_secret || TEXT_SUFFIXES.iter().any(|suffix| key.ends_with(suffix))
}

/// Whether a key may have a value of this type: no BMC key takes a list or mapping, and few take a boolean.
fn is_valid_type(key: &str, json: &Json) -> bool {
    match json {
        Json::Bool(_) => !driver_info_values::is_scalar(key),
        // Reported by the check for `_verify_ca`.
        Json::Array(_) | Json::Object(_) if key.ends_with("_verify_ca") => true,
        Json::Array(_) | Json::Object(_) => !is_bmc_key(key) && !driver_info_values::is_scalar(key),
        _ => true,
    }
}

/// The text of a string or a number.
fn scalar_text(json: &Json) -> Option<Cow<'_, str>> {
    match json {
        Json::String(text) => Some(text.into()),
        Json::Number(number) => Some(number.to_string().into()),
        _ => None,
    }
}

/// Whether a text begins with an escaping `$`, as in `$${X}`, which means the text `${X}` and not a reference.
pub(super) fn is_escaped(text: &str) -> bool {
    text.starts_with("$$") && text.trim_start_matches('$').starts_with('{')
}

/// Escapes a text that looks like a reference: `$${X}` for `${X}`.
pub(super) fn escaped(text: &str) -> String {
    let looks_like_reference = text.starts_with('$') && text.trim_start_matches('$').starts_with('{');
    if looks_like_reference { format!("${text}") } else { text.to_owned() }
}

/// A value given in the file itself.
fn plain(key: &str, value: &Cursor<'_>, is_secret: bool) -> Json {
    match &value.value().content {
        Content::Scalar(scalar) if is_escaped(scalar.text()) => scalar.text()[1..].into(),
        Content::Scalar(scalar) if is_text(key, is_secret) => scalar.text().into(),
        _ => value.value().to_json(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::Path;

    use serde_json::json;

    use super::super::document::{Document, InputFile, Report};
    use super::super::reference::SecretResolver;
    use super::*;

    /// Reads a text as `driver_info`, with `BMC_PASSWORD` set in the environment.
    fn read_text(text: &str) -> Result<(DriverInfo, bool), String> {
        let document = Document::parse(InputFile::from_text("f.yaml", text)).expect("valid YAML");
        let report = Report::default();
        let environment = |name: &str| (name == "BMC_PASSWORD").then(|| "hunter2".to_owned());
        let resolver = SecretResolver::new(&environment, &|_| None);
        let context = ResolveContext { directory: Path::new(""), resolver: &resolver };
        let root = document.roots(&report).next().expect("a document");
        let table = root.mapping().expect("a mapping");
        let parsed = read(&table, context);
        check_ipmi(&table, &parsed.info, "ipmi");
        report
            .finish((parsed.info, parsed.has_plain_secret))
            .map(|(parsed, _)| parsed)
            .map_err(|error| error.to_string())
    }

    fn bmc(driver_info: &Json) -> Option<String> {
        BmcIdentity::of(driver_info.as_object().expect("a mapping")).map(|bmc| bmc.to_string())
    }

    #[test]
    fn users_and_passwords_are_text_and_other_values_keep_their_type() {
        let (info, plain) = read_text(
            "{ipmi_username: 0123, ipmi_password: 123456, ipmi_port: 6230, redfish_verify_ca: false}",
        )
        .expect("valid");
        assert!(plain);
        let expected = json!({"ipmi_username": "0123", "ipmi_password": "123456", "ipmi_port": 6230, "redfish_verify_ca": false});
        assert_eq!(Json::Object(info.expose().clone()), expected);
    }

    #[test]
    fn references_are_resolved() {
        let mut file = crate::test_files::file();
        writeln!(file, "hunter3").expect("writable");
        let text = format!(
            "a_password: ${{BMC_PASSWORD}}\nb_password: {{env: BMC_PASSWORD}}\nc_password: {{file: {}}}\nd: $${{X}}\ne: $$${{X}}\n",
            file.path().display()
        );
        let (info, plain) = read_text(&text).expect("valid");
        let expected = json!({
            "a_password": "hunter2", "b_password": "hunter2", "c_password": "hunter3", "d": "${X}", "e": "$${X}",
        });
        assert_eq!(Json::Object(info.expose().clone()), expected);
        assert!(!plain, "the file contains no secret itself");
    }

    #[test]
    fn unresolved_references_are_errors_with_a_place() {
        let refused =
            read_text("a: {env: NOWHERE}\nb: ${NOWHERE}\nc: {file: /nonexistent/x}\n").expect_err("invalid");
        assert_eq!(
            refused,
            "f.yaml:1:4: a: the environment variable `NOWHERE` is not set\n\
             f.yaml:2:4: b: the environment variable `NOWHERE` is not set\n\
             f.yaml:3:4: c: cannot read the file `/nonexistent/x`: entity not found"
        );
    }

    #[test]
    fn values_of_the_wrong_type_are_refused() {
        for invalid in [
            "ipmi_bridging: false",
            "redfish_auth_type: true",
            "ipmi_port: true",
            "ipmi_port: [623]",
            "ipmi_priv_level: {a: b}",
            "ipmi_cipher_suite: false",
            "ipmi_address: true",
            "snmp_port: {a: b}",
            "ipmi_force_boot_device: [true]",
            "redfish_other: [a]",
        ] {
            let refused = read_text(invalid).expect_err(invalid);
            assert!(refused.contains(": expected text or a number, found "), "{refused}");
        }
        for valid in [
            "ipmi_force_boot_device: true",
            "ipmi_disable_boot_timeout: False",
            "redfish_verify_ca: false",
            "deploy_forces_oob_reboot: true",
            "other: [a, {b: c}]",
            "ipmi_port: 623",
            "ipmi_username: true",
        ] {
            let result = read_text(valid);
            assert!(result.is_ok(), "{valid}: {result:?}");
        }
    }

    #[test]
    fn ipmi_keys_that_depend_on_each_other_are_checked() {
        for (info, message) in [
            ("ipmi_bridging: single", "`ipmi_bridging: single` requires `ipmi_target_channel`"),
            ("ipmi_bridging: single, ipmi_target_channel: 0", "requires `ipmi_target_address`"),
            (
                "ipmi_bridging: single, ipmi_target_channel: 0, ipmi_target_address: ''",
                "requires `ipmi_target_address`",
            ),
            (
                "ipmi_bridging: dual, ipmi_target_channel: 0, ipmi_target_address: 0x20, ipmi_transit_channel: 0",
                "`ipmi_bridging: dual` requires `ipmi_transit_address`",
            ),
            ("ipmi_protocol_version: 1.5, ipmi_cipher_suite: 3", "IPMI 1.5 has no cipher suites"),
            ("ipmi_protocol_version: '1.5', ipmi_cipher_suite: '17'", "IPMI 1.5 has no cipher suites"),
        ] {
            let refused = read_text(&format!("{{ipmi_address: bmc, {info}}}")).expect_err(info);
            assert!(refused.contains(message), "{info}: {refused}");
        }
        for valid in [
            "ipmi_bridging: single, ipmi_target_channel: 0, ipmi_target_address: 0x20",
            "ipmi_bridging: 'no'",
            "ipmi_bridging: no, ipmi_target_channel: 0",
            "ipmi_protocol_version: 2.0, ipmi_cipher_suite: 17",
            "ipmi_protocol_version: 1.5",
        ] {
            let result = read_text(&format!("{{ipmi_address: bmc, {valid}}}"));
            assert!(result.is_ok(), "{result:?}");
        }
    }

    #[test]
    fn debug_masks_secrets() {
        let (info, _) =
            read_text("{ipmi_password: hunter2, redfish_address: 'https://op:hunter2@bmc'}").expect("valid");
        assert!(!format!("{info:?}").contains("hunter2"), "{info:?}");
    }

    #[test]
    fn different_spellings_of_a_bmc_address_are_equal() {
        let plain = bmc(
            &json!({"redfish_address": "https://BMC.lab/", "redfish_system_id": "/redfish/v1/Systems/1"}),
        );
        assert_eq!(
            plain,
            bmc(&json!({"redfish_address": "bmc.lab:443", "redfish_system_id": "/redfish/v1/Systems/1/"}))
        );
        assert_ne!(
            plain,
            bmc(&json!({"redfish_address": "bmc.lab", "redfish_system_id": "/redfish/v1/Systems/2"}))
        );
        assert_eq!(
            bmc(&json!({"ipmi_address": "10.0.0.1"})),
            bmc(&json!({"ipmi_address": "10.0.0.1", "ipmi_port": 623}))
        );
        assert_ne!(
            bmc(&json!({"ipmi_address": "10.0.0.1"})),
            bmc(&json!({"ipmi_address": "10.0.0.1", "ipmi_port": "6231"}))
        );
        for (one, other) in [
            (json!({"ipmi_address": "BMC.lab."}), json!({"ipmi_address": "bmc.lab"})),
            (json!({"ipmi_address": "fd00:0::0001"}), json!({"ipmi_address": "FD00::1"})),
            (json!({"ipmi_address": "bmc", "ipmi_port": "0623"}), json!({"ipmi_address": "bmc"})),
            (
                json!({"ipmi_address": "bmc", "ipmi_port": "06230"}),
                json!({"ipmi_address": "bmc", "ipmi_port": 6230}),
            ),
            (json!({"ilo_address": "ILO."}), json!({"ilo_address": "ilo"})),
            (json!({"redfish_address": "https://BMC.lab.:443/"}), json!({"redfish_address": "bmc.lab"})),
            (json!({"redfish_address": "fd00:0::1"}), json!({"redfish_address": "https://[FD00::1]"})),
            (json!({"redfish_address": "https://bmc/redfish/v1/"}), json!({"redfish_address": "bmc"})),
        ] {
            assert_eq!(bmc(&one), bmc(&other), "{one} {other}");
        }
        for (one, other) in [
            (
                json!({"ipmi_address": "bmc", "ipmi_port": 6230}),
                json!({"ipmi_address": "bmc", "ipmi_port": 6231}),
            ),
            (json!({"redfish_address": "http://bmc"}), json!({"redfish_address": "https://bmc"})),
            (json!({"redfish_address": "https://bmc/a"}), json!({"redfish_address": "https://bmc"})),
        ] {
            assert_ne!(bmc(&one), bmc(&other), "{one} {other}");
        }
        assert_eq!(bmc(&json!({"ipmi_address": ""})), None);
        assert_eq!(bmc(&json!({"content": "** Redacted **"})), None);
    }
}
