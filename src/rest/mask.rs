//! Hides secrets in what may be shown: bodies in logs, `driver_info` in answers, addresses with passwords; and tells
//! whether the file that one stands in shows it to others.
//!
//! Ironic masks most of them itself (`ironic/common/utils.py`, oslo's `mask_dict_password`), though not in
//! what is sent to it, nor `ipmi_hex_kg_key` and `snmp_community`, nor passwords inside URLs.

use std::fs::{self, Metadata};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;
use url::Url;

use super::session::shown;

/// What stands in place of a secret: the same that Ironic shows.
pub const MASK: &str = "******";

/// Pieces of key names whose values are secrets, whatever their case.
const SECRET_PIECES: [&str; 17] = [
    "password",
    "passphrase",
    "passwd",
    "secret",
    "token",
    "private_key",
    "admin_pass",
    "configdrive",
    "user_data",
    "kg_key",
    "auth_key",
    "priv_key",
    "snmp_community",
    "credential",
    "authorization",
    "api_key",
    "access_key",
];

/// Whether the value under this key is a secret.
#[must_use]
pub fn is_secret_key(key: &str) -> bool {
    let key = key.to_lowercase();
    let mut words = key.split(['_', '-', '.', ' ', '/']);
    SECRET_PIECES.iter().any(|piece| key.contains(piece)) || words.any(|word| SECRET_WORDS.contains(&word))
}

/// Replaces every secret inside a JSON value, at any depth, and passwords inside URLs.
pub fn value(value: &mut Value) {
    match value {
        Value::Object(map) => {
            // A JSON patch names its key in `path` and holds the secret in `value`.
            let patched_secret = map.get("path").and_then(Value::as_str).is_some_and(is_secret_key);
            for (key, inner) in map.iter_mut() {
                if (is_secret_key(key) || (patched_secret && key == "value")) && !inner.is_null() {
                    *inner = Value::from(MASK);
                } else {
                    self::value(inner);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(self::value),
        Value::String(text) => {
            if let Some(masked) = url(text) {
                *text = masked;
            }
        }
        _ => {}
    }
}

/// Whether there is anything in it that [`value`] would hide.
#[must_use]
pub fn holds_secret(value: &Value) -> bool {
    let mut masked = value.clone();
    self::value(&mut masked);
    masked != *value
}

/// Whether others than its owner, those of its group among them, can read a file with these permissions.
#[must_use]
pub fn is_open_to_others(about: &Metadata) -> bool {
    about.permissions().mode() & 0o044 != 0
}

/// As [`is_open_to_others`], by the file's path; not where there is none.
#[must_use]
pub fn is_open(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|about| is_open_to_others(&about))
}

/// Words, of which one alone in the name of a key makes its value a secret: `custom_pw`, `extra.apikey`.
const SECRET_WORDS: [&str; 9] =
    ["pw", "pwd", "pass", "passcode", "passkey", "apikey", "accesskey", "community", "psk"];

/// The text without user information and signatures in its URLs, where it has any: it may be a URL, or a sentence that
/// quotes some.
fn url(text: &str) -> Option<String> {
    if !text.contains(['@', '?']) {
        return None;
    }
    if !text.contains("://") && !text.contains('?') {
        // BMC addresses are taken without a scheme too: `user:password@bmc`.
        let (user, host) = text.rsplit_once('@')?;
        let is_one = user.contains(':') && !text.contains(char::is_whitespace) && !host.is_empty();
        return is_one.then(|| host.to_owned());
    }
    let has_user = |parsed: &Url| !parsed.username().is_empty() || parsed.password().is_some();
    let whole = Url::parse(text).ok().filter(has_user);
    let text = whole.as_ref().map_or_else(|| text.to_owned(), shown);
    let mut masked = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let word = rest.find(is_delimiter).unwrap_or(rest.len());
        masked.push_str(&without_user(&without_signature(&rest[..word])));
        let end = rest[word..].chars().next().map_or(0, char::len_utf8);
        masked.push_str(&rest[word..word + end]);
        rest = &rest[word + end..];
    }
    (whole.is_some() || masked != text).then_some(masked)
}

/// What ends a URL in a sentence.
fn is_delimiter(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>')
}

/// A word without the user information of a URL in it.
fn without_user(word: &str) -> String {
    let Some(start) = word.find("://").map(|at| at + 3) else { return word.to_owned() };
    let (scheme, rest) = word.split_at(start);
    let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let port =
        |text: &str| text.split_once(':').is_none_or(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    // A password may have a slash in it that should have been written as `%2F`.
    let end = match rest[..authority].rfind('@') {
        Some(at) => at + 1,
        None if !rest.starts_with('[') && !port(&rest[..authority]) => rest.rfind('@').map_or(0, |at| at + 1),
        None => 0,
    };
    format!("{scheme}{}", &rest[end..])
}

/// A word without the query of a signed address, which lets whoever has it do what it is signed for.
fn without_signature(word: &str) -> String {
    let Some((address, query)) = word.split_once('?') else { return word.to_owned() };
    let end = query.trim_end_matches([')', ',', '.', ';', ':']).len();
    let (query, end) = query.split_at(end);
    let signs = |pair: &str| {
        let name = pair.split('=').next().unwrap_or(pair).to_lowercase();
        pair.contains('=')
            && (name == "sig"
                || name == "key"
                || name == "auth"
                || name == "jwt"
                || name.ends_with("_sig")
                || name.contains("signature")
                || name.starts_with("x-amz-")
                || name.starts_with("x-goog-")
                || name.contains("accesskey")
                || is_secret_key(&name))
    };
    if query.split('&').any(signs) { format!("{address}?{MASK}{end}") } else { word.to_owned() }
}

/// A URL or other text as it may be shown.
#[must_use]
pub fn address(text: &str) -> String {
    url(text).unwrap_or_else(|| text.to_owned())
}

/// A request's or an answer's body as it may be logged.
#[must_use]
pub fn text(body: &[u8]) -> String {
    match serde_json::from_slice::<Value>(body) {
        Ok(mut json) => {
            value(&mut json);
            json.to_string()
        }
        // Not JSON: nothing can be told apart in it, so nothing of it is shown.
        Err(_) => format!("({} bytes)", body.len()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_at_any_depth_are_hidden() {
        let mut node = json!({
            "name": "n1",
            "driver_info": {"ipmi_password": "hunter2", "ipmi_hex_kg_key": "hunter2", "snmp_community": "hunter2", "ipmi_address": "10.0.0.1",
                            "redfish_address": "https://op:hunter2@bmc/", "drac_address": "op:hunter2@bmc",
                            "note": "mail: op@lab"},
            "list": [{"auth_token": {"a": "hunter2"}}],
        });
        value(&mut node);
        assert!(!node.to_string().contains("hunter2"), "{node}");
        assert_eq!(node["driver_info"]["ipmi_address"], "10.0.0.1");
        assert_eq!(node["driver_info"]["redfish_address"], "https://bmc");
        assert_eq!(node["driver_info"]["drac_address"], "bmc");
        assert_eq!(node["driver_info"]["note"], "mail: op@lab");
    }

    #[test]
    fn a_patch_of_a_secret_is_hidden() {
        let mut patch = json!([{"op": "add", "path": "/driver_info/redfish_password", "value": "hunter2"},
                               {"op": "add", "path": "/extra/a", "value": "seen"}]);
        value(&mut patch);
        assert!(!patch.to_string().contains("hunter2"));
        assert_eq!(patch[1]["value"], "seen");
    }

    #[test]
    fn keys_of_secrets_are_known_by_their_words() {
        for key in [
            "custom_pw",
            "apikey",
            "bmc-pwd",
            "vendor_api_key",
            "aws_access_key",
            "snmp.community",
            "ipmi_pass",
        ] {
            assert!(is_secret_key(key), "{key}");
        }
        for key in
            ["bypass", "compass", "power_state", "ssh_port", "pwm", "communities_of_practice", "passed"]
        {
            assert!(!is_secret_key(key), "{key}");
        }
    }

    #[test]
    fn addresses_inside_sentences_lose_their_secrets() {
        for (said, shown) in [
            (
                "Unable to connect to http://admin:hunter2@10.0.0.1/redfish/v1. Error: refused",
                "Unable to connect to http://10.0.0.1/redfish/v1. Error: refused",
            ),
            (
                "image 'https://u:hunter2@h/x', and \"ftp://u:hunter2@g/y\" failed",
                "image 'https://h/x', and \"ftp://g/y\" failed",
            ),
            ("GET http://u:hun/ter2@h:80/x failed", "GET http://h:80/x failed"),
            ("GET http://hunter2@h/x failed", "GET http://h/x failed"),
            (
                "fetching https://s3/b/k?X-Amz-Signature=hunter2&X-Amz-Date=1.",
                "fetching https://s3/b/k?******.",
            ),
            (
                "Max retries exceeded with url: /disk.img?sv=1&sig=hunter2 (Caused by x)",
                "Max retries exceeded with url: /disk.img?****** (Caused by x)",
            ),
            ("https://h/x?temp_url_sig=hunter2&temp_url_expires=9", "https://h/x?******"),
            ("https://u:hunter2@h/x?sig=hunter2", "https://h/x?******"),
            ("http://[::1]:80/a@b is odd", "http://[::1]:80/a@b is odd"),
            ("http://h:80/users/ann@example.org", "http://h:80/users/ann@example.org"),
            ("is it on? mail op@lab", "is it on? mail op@lab"),
            ("http://h/get?id=5&v=2", "http://h/get?id=5&v=2"),
        ] {
            assert_eq!(address(said), shown);
        }
    }

    #[test]
    fn what_is_no_json_is_not_shown() {
        assert_eq!(text(b"password=hunter2"), "(16 bytes)");
    }
}
