//! `driver_info`: how to reach a BMC, with passwords that do not show.

use std::borrow::Cow;
use std::fmt;
use std::net::Ipv6Addr;

use secrecy::ExposeSecret as _;
use serde_json::{Map, Value as Json};
use url::Url;

use super::bmc_address;
use super::document::{Content, Cursor, Table};
use super::hardware_types;
use super::reference::{Reference, Surroundings};
use crate::rest::mask;

/// The prefixes under which hardware types keep the address of the BMC, the preferred one first.
const FAMILIES: [&str; 7] = ["redfish", "ipmi", "ilo", "irmc", "drac", "xclarity", "ibmc"];

/// More prefixes of keys of `driver_info`, of hardware types that keep the address under another or none.
const OTHER_FAMILIES: [&str; 2] = ["idrac", "amt"];

/// Key suffixes with values that are always text: a user may be called `0123`, and Ironic rejects a TLS version that is a
/// number.
const TEXT_ENDS: [&str; 6] = ["_username", "_user", "_address", "_system_id", "_version", "_hex_kg_key"];

/// The mapping itself. Nothing prints or serialises it by accident.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DriverInfo(Map<String, Json>);

impl DriverInfo {
    /// The mapping with its secrets, to be sent to Ironic.
    #[must_use]
    pub fn expose(&self) -> &Map<String, Json> {
        &self.0
    }

    /// The mapping as it may be shown.
    #[must_use]
    pub fn masked(&self) -> Json {
        let mut shown = Json::Object(self.0.clone());
        mask::value(&mut shown);
        shown
    }

    /// The BMC that it leads to, where an address is given.
    #[must_use]
    pub fn bmc(&self) -> Option<Bmc> {
        Bmc::of(&self.0)
    }
}

impl fmt::Debug for DriverInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.masked())
    }
}

/// Which BMC, and which machine behind it: several may share an address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bmc(String);

impl Bmc {
    /// The BMC of a `driver_info`, be it from a file or from Ironic: none of what is looked at is masked.
    ///
    /// Two are the same when address and port are, and the Redfish system or the IPMI bridging target
    /// behind them too (virtual BMCs share an address, blades share a chassis' BMC).
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
        let mut identity = format!("{family}://{}", host_in_one_spelling(&address));
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

/// The name or the IP address of a host in small letters, an IPv6 address in its shortest form, a name without a final dot.
fn host_in_one_spelling(host: &str) -> String {
    let host = host.trim();
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    match bare.parse::<Ipv6Addr>() {
        Ok(address) => address.to_string(),
        Err(_) => host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase(),
    }
}

/// `redfish_address` in one spelling; `https` is the scheme when none is given. User information is dropped, and so is the
/// path `/redfish/v1`, which Ironic takes if there is none.
fn redfish_root(address: &str) -> String {
    let address = address.trim();
    let address = address.parse::<Ipv6Addr>().map_or_else(|_| address.to_owned(), |bare| format!("[{bare}]"));
    let with_scheme = if address.contains("://") { address } else { format!("https://{address}") };
    let spelled = Url::parse(&with_scheme).map(|mut url| {
        let _ = url.set_username("");
        let _ = url.set_password(None);
        let host = url.host_str().and_then(|host| host.strip_suffix('.')).map(str::to_owned);
        if let Some(host) = host {
            let _ = url.set_host(Some(&host));
        }
        url.to_string()
    });
    let spelled = spelled.unwrap_or(with_scheme);
    let root = spelled.trim_end_matches('/');
    root.strip_suffix("/redfish/v1").unwrap_or(root).trim_end_matches('/').to_owned()
}

impl fmt::Display for Bmc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a key of a `driver_info` has to do with how a BMC is reached.
#[must_use]
pub fn is_of_bmc(key: &str) -> bool {
    let families = || FAMILIES.iter().chain(&OTHER_FAMILIES);
    let is_of_keys = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    key.split_once('_').is_some_and(|(family, rest)| {
        !rest.is_empty() && rest.chars().all(is_of_keys) && families().any(|known| *known == family)
    })
}

/// Whether a key holds the address of a BMC for some hardware type.
pub(super) fn is_address(key: &str) -> bool {
    key.strip_suffix("_address").is_some_and(|family| FAMILIES.contains(&family))
}

/// Under which key a hardware type reads the `address`, `username`, `password`, `port`, `system_id` or `verify_ca` of its
/// BMC.
///
/// # Errors
/// Why it reads no such thing, or that this is not known.
pub(super) fn key(driver: &str, what: &str) -> Result<String, String> {
    let family = match driver {
        "idrac" => "redfish",
        "ilo5" => "ilo",
        "ipmi" | "redfish" | "ilo" | "irmc" | "xclarity" | "ibmc" => driver,
        _ => {
            return Err(format!(
                "what this hardware type calls the {what} of a BMC is not known, name its key of `driver_info`"
            ));
        }
    };
    match (family, what) {
        ("redfish", "port") => Err("Redfish has no port of its own: write it into the address".to_owned()),
        ("ilo", "port") => Ok("client_port".to_owned()),
        ("redfish", "system_id") | (_, "address" | "username" | "password" | "port") => {
            Ok(format!("{family}_{what}"))
        }
        ("ipmi" | "xclarity", "verify_ca") | (_, "system_id") => {
            Err(format!("this hardware type has nothing like `{what}`"))
        }
        _ => Ok(format!("{family}_{what}")),
    }
}

/// A `driver_info` that was read, and whether a secret stood in the file itself.
pub(super) struct Read {
    pub(super) info: DriverInfo,
    pub(super) has_plain_secret: bool,
}

/// Reads a `driver_info`. A value may also be a [`Reference`].
pub(super) fn read(table: &Table<'_>, surroundings: Surroundings<'_>) -> Read {
    let mut map = Map::new();
    let mut has_plain_secret = false;
    for (key, value) in table.entries() {
        let is_secret = mask::is_secret_key(key);
        let followed = Reference::of(&value).and_then(|reference| {
            let Some(reference) = reference else { return Ok(None) };
            let secret = reference.follow(surroundings)?;
            if let Some(path) = reference.open_file(surroundings.directory).filter(|_| is_secret) {
                value.warning(format!("others than its owner can read `{path}` (`chmod go-r` it)"));
            }
            Ok(Some(secret))
        });
        let json = match followed {
            Ok(Some(secret)) => {
                let text = secret.expose_secret();
                warn_of_blanks(key, &value, text, is_secret);
                if let Err(objection) = bmc_address::check(key, text) {
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
                if !is_right_type(key, &value.value().to_json()) {
                    value.error(format!("expected text or a number, found {}", value.value().kind()));
                    continue;
                }
                // Ironic reads 0 and 1 as booleans only if they are text.
                if key.ends_with("_verify_ca") && !(json.is_boolean() || json.is_string()) {
                    value.error(format!("expected {}", bmc_address::VERIFY_CA));
                }
                let text = scalar_text(&json);
                if let Some(Err(objection)) = text.as_ref().map(|text| bmc_address::check(key, text)) {
                    value.object(&objection);
                }
                if let Some(text) = &text {
                    warn_of_blanks(key, &value, text, is_secret);
                }
                if let Some(doubt) = text.and_then(|text| bmc_address::doubt(key, &text)) {
                    value.warning(doubt);
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
    Read { info: DriverInfo(map), has_plain_secret }
}

/// Warns of white space around a secret or a user name, which is sent as it is. A text of several lines may be a private key,
/// which ends in a line break.
fn warn_of_blanks(key: &str, value: &Cursor<'_>, text: &str, is_secret: bool) {
    let trimmed = text.trim();
    let is_user = key.ends_with("_username") || key.ends_with("_user");
    if !(is_secret || is_user) || trimmed.len() == text.len() || trimmed.contains('\n') {
        return;
    }
    value.warning(if text.trim_end_matches(['\r', '\n']) == trimmed {
        "ends in a line break, which is sent as part of the value (a block that begins with `|-` has none)"
    } else {
        "has white space around it, which is sent as part of the value"
    });
}

/// The keys of the way to a BMC behind others, with the types of bridging that read each.
const BRIDGING: [(&str, &[&str]); 5] = [
    ("ipmi_target_channel", &["single", "dual"]),
    ("ipmi_target_address", &["single", "dual"]),
    ("ipmi_transit_channel", &["dual"]),
    ("ipmi_transit_address", &["dual"]),
    ("ipmi_local_address", &["single", "dual"]),
];

/// Checks the keys of IPMI that depend on each other (Ironic: `_parse_driver_info` of `ipmitool.py`), unless the hardware type
/// is known to read none of them.
pub(super) fn check_ipmi(table: &Table<'_>, info: &DriverInfo, hardware_type: &str) {
    let reads_it = hardware_type == "ipmi" || !hardware_types::is_present(hardware_type);
    if !reads_it || !info.0.contains_key("ipmi_address") {
        return;
    }
    let given = |key: &str| info.0.get(key).and_then(scalar_text).filter(|text| !text.trim().is_empty());
    let bridging = given("ipmi_bridging").unwrap_or("no".into());
    for (key, types) in BRIDGING {
        let is_read = types.contains(&&*bridging);
        if is_read && given(key).is_none() && key != "ipmi_local_address" {
            table.error_at_key("ipmi_bridging", &format!("`ipmi_bridging: {bridging}` needs `{key}`"));
        }
        let is_known = ["no", "single", "dual"].contains(&&*bridging);
        if let Some(value) = table.get(key).filter(|_| !is_read && is_known) {
            let wanted = types.join("` or `");
            value.warning(format!("Ironic ignores `{key}` unless `ipmi_bridging` is `{wanted}`"));
        }
    }
    if given("ipmi_protocol_version").as_deref() == Some("1.5") && given("ipmi_cipher_suite").is_some() {
        table.error_at_key(
            "ipmi_cipher_suite",
            "IPMI 1.5 has no cipher suites: leave out `ipmi_cipher_suite`",
        );
    }
}

/// Whether hardware types read a key, or others of the same kind do.
pub(super) fn is_read(key: &str) -> bool {
    is_of_bmc(key)
        || is_text(key, mask::is_secret_key(key))
        || ["deploy_", "rescue_", "snmp_"].iter().any(|beginning| key.starts_with(beginning))
}

/// Whether the values of a key are text, whatever they look like.
fn is_text(key: &str, is_secret: bool) -> bool {
    is_secret || TEXT_ENDS.iter().any(|end| key.ends_with(end))
}

/// Whether a key may have a value of this type: no key of a BMC takes a collection, and few take a boolean.
fn is_right_type(key: &str, json: &Json) -> bool {
    match json {
        Json::Bool(_) => !bmc_address::is_scalar(key),
        // An operator at the end is reported below.
        Json::Array(_) | Json::Object(_) if key.ends_with("_verify_ca") => true,
        Json::Array(_) | Json::Object(_) => !is_of_bmc(key) && !bmc_address::is_scalar(key),
        _ => true,
    }
}

/// A text or a number as it is written.
fn scalar_text(json: &Json) -> Option<Cow<'_, str>> {
    match json {
        Json::String(text) => Some(text.into()),
        Json::Number(number) => Some(number.to_string().into()),
        _ => None,
    }
}

/// Whether a text has a `$` before it that is not part of the value: so is a text written that looks like a reference.
pub(super) fn is_escaped(text: &str) -> bool {
    text.starts_with("$$") && text.trim_start_matches('$').starts_with('{')
}

/// A text as it is written in a file, lest it be taken for a reference: `$${X}` for `${X}`.
pub(super) fn escaped(text: &str) -> String {
    let looks_like_one = text.starts_with('$') && text.trim_start_matches('$').starts_with('{');
    if looks_like_one { format!("${text}") } else { text.to_owned() }
}

/// A value that stands in the file itself.
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

    use super::*;
    use crate::inventory::document::{Document, Report, Source};
    use crate::inventory::reference::Elsewhere;

    /// Reads the text as a `driver_info`, with `BMC_PASSWORD` in the environment.
    fn read_text(text: &str) -> Result<(DriverInfo, bool), String> {
        let document = Document::parse(Source::from_text("f.yaml", text)).expect("is YAML");
        let report = Report::default();
        let environment = |name: &str| (name == "BMC_PASSWORD").then(|| "hunter2".to_owned());
        let elsewhere = Elsewhere::new(&environment, &|_| None);
        let surroundings = Surroundings { directory: Path::new(""), elsewhere: &elsewhere };
        let root = document.roots(&report).next().expect("has one");
        let table = root.mapping().expect("a mapping");
        let read = read(&table, surroundings);
        check_ipmi(&table, &read.info, "ipmi");
        report
            .finish((read.info, read.has_plain_secret))
            .map(|(read, _)| read)
            .map_err(|error| error.to_string())
    }

    fn bmc(driver_info: &Json) -> Option<String> {
        Bmc::of(driver_info.as_object().expect("a mapping")).map(|bmc| bmc.to_string())
    }

    #[test]
    fn users_and_passwords_are_text_and_the_rest_is_what_it_is() {
        let (info, plain) = read_text(
            "{ipmi_username: 0123, ipmi_password: 123456, ipmi_port: 6230, redfish_verify_ca: false}",
        )
        .expect("right");
        assert!(plain);
        let expected = json!({"ipmi_username": "0123", "ipmi_password": "123456", "ipmi_port": 6230, "redfish_verify_ca": false});
        assert_eq!(Json::Object(info.expose().clone()), expected);
    }

    #[test]
    fn references_are_followed() {
        let mut file = crate::test_files::file();
        writeln!(file, "hunter3").expect("is writable");
        let text = format!(
            "a_password: ${{BMC_PASSWORD}}\nb_password: {{env: BMC_PASSWORD}}\nc_password: {{file: {}}}\nd: $${{X}}\ne: $$${{X}}\n",
            file.path().display()
        );
        let (info, plain) = read_text(&text).expect("right");
        let expected = json!({
            "a_password": "hunter2", "b_password": "hunter2", "c_password": "hunter3", "d": "${X}", "e": "$${X}",
        });
        assert_eq!(Json::Object(info.expose().clone()), expected);
        assert!(!plain, "no secret stands in the file itself");
    }

    #[test]
    fn references_to_nothing_are_errors_with_a_place() {
        let refused =
            read_text("a: {env: NOWHERE}\nb: ${NOWHERE}\nc: {file: /nonexistent/x}\n").expect_err("wrong");
        assert_eq!(
            refused,
            "f.yaml:1:4: a: the environment variable `NOWHERE` is not set\n\
             f.yaml:2:4: b: the environment variable `NOWHERE` is not set\n\
             f.yaml:3:4: c: the file `/nonexistent/x` cannot be read: entity not found"
        );
    }

    #[test]
    fn values_that_no_key_of_a_bmc_takes_are_refused() {
        for wrong in [
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
            let refused = read_text(wrong).expect_err(wrong);
            assert!(refused.contains(": expected text or a number, found "), "{refused}");
        }
        for right in [
            "ipmi_force_boot_device: true",
            "ipmi_disable_boot_timeout: False",
            "redfish_verify_ca: false",
            "deploy_forces_oob_reboot: true",
            "other: [a, {b: c}]",
            "ipmi_port: 623",
            "ipmi_username: true",
        ] {
            let told = read_text(right);
            assert!(told.is_ok(), "{right}: {told:?}");
        }
    }

    #[test]
    fn keys_of_ipmi_that_depend_on_each_other_are_checked() {
        for (info, why) in [
            ("ipmi_bridging: single", "`ipmi_bridging: single` needs `ipmi_target_channel`"),
            ("ipmi_bridging: single, ipmi_target_channel: 0", "needs `ipmi_target_address`"),
            (
                "ipmi_bridging: single, ipmi_target_channel: 0, ipmi_target_address: ''",
                "needs `ipmi_target_address`",
            ),
            (
                "ipmi_bridging: dual, ipmi_target_channel: 0, ipmi_target_address: 0x20, ipmi_transit_channel: 0",
                "`ipmi_bridging: dual` needs `ipmi_transit_address`",
            ),
            ("ipmi_protocol_version: 1.5, ipmi_cipher_suite: 3", "IPMI 1.5 has no cipher suites"),
            ("ipmi_protocol_version: '1.5', ipmi_cipher_suite: '17'", "IPMI 1.5 has no cipher suites"),
        ] {
            let refused = read_text(&format!("{{ipmi_address: bmc, {info}}}")).expect_err(info);
            assert!(refused.contains(why), "{info}: {refused}");
        }
        for right in [
            "ipmi_bridging: single, ipmi_target_channel: 0, ipmi_target_address: 0x20",
            "ipmi_bridging: 'no'",
            "ipmi_bridging: no, ipmi_target_channel: 0",
            "ipmi_protocol_version: 2.0, ipmi_cipher_suite: 17",
            "ipmi_protocol_version: 1.5",
        ] {
            let told = read_text(&format!("{{ipmi_address: bmc, {right}}}"));
            assert!(told.is_ok(), "{told:?}");
        }
    }

    #[test]
    fn debug_masks_secrets() {
        let (info, _) =
            read_text("{ipmi_password: hunter2, redfish_address: 'https://op:hunter2@bmc'}").expect("right");
        assert!(!format!("{info:?}").contains("hunter2"), "{info:?}");
    }

    #[test]
    fn one_bmc_in_several_spellings_is_one() {
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
