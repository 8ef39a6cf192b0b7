//! Masks secrets in text for display: bodies in logs, `driver_info`, URLs with passwords. Also checks whether other
//! users can read a file with a secret.
//!
//! Ironic masks most secrets itself (`ironic/common/utils.py`, oslo's `mask_dict_password`), but not in the requests
//! that it receives, nor `ipmi_hex_kg_key`, `snmp_community` and passwords inside URLs.

use std::fs::{self, Metadata};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;
use url::Url;

use super::session::shown;

/// Replaces a secret; the same text as Ironic uses.
pub const MASK: &str = "******";

/// Substrings of key names whose values are secrets, in any case.
const SECRET_SUBSTRINGS: [&str; 17] = [
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
    SECRET_SUBSTRINGS.iter().any(|part| key.contains(part)) || words.any(|word| SECRET_WORDS.contains(&word))
}

/// Masks all secrets in a JSON value, at any depth, and passwords inside URLs.
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

/// Whether [`value`] would mask anything.
#[must_use]
pub fn holds_secret(value: &Value) -> bool {
    let mut masked = value.clone();
    self::value(&mut masked);
    masked != *value
}

/// Whether users other than the owner can read a file with these permissions, including users in its group.
#[must_use]
pub fn is_open_to_others(metadata: &Metadata) -> bool {
    metadata.permissions().mode() & 0o044 != 0
}

/// Like [`is_open_to_others`], by the file's path; `false` if there is no such file.
#[must_use]
pub fn is_open(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| is_open_to_others(&metadata))
}

/// Whole words in key names that make the value a secret: `custom_pw`, `extra.apikey`.
const SECRET_WORDS: [&str; 9] =
    ["pw", "pwd", "pass", "passcode", "passkey", "apikey", "accesskey", "community", "psk"];

/// Removes user information and signatures from URLs in a text; `None` if there is nothing to remove. The text may be a
/// URL or a sentence that contains URLs.
fn url(text: &str) -> Option<String> {
    if !text.contains(['@', '?']) {
        return None;
    }
    if !text.contains("://") && !text.contains('?') {
        // BMC addresses may lack a scheme: `user:password@bmc`.
        let (user, host) = text.rsplit_once('@')?;
        let has_user = user.contains(':') && !text.contains(char::is_whitespace) && !host.is_empty();
        return has_user.then(|| host.to_owned());
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

/// The end of a URL in a sentence.
fn is_delimiter(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>')
}

/// Removes the user information from a URL in a word.
fn without_user(word: &str) -> String {
    let Some(start) = word.find("://").map(|at| at + 3) else { return word.to_owned() };
    let (scheme, rest) = word.split_at(start);
    let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let port =
        |text: &str| text.split_once(':').is_none_or(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    // A password may contain a slash that should have been written as `%2F`.
    let end = match rest[..authority].rfind('@') {
        Some(at) => at + 1,
        None if !rest.starts_with('[') && !port(&rest[..authority]) => rest.rfind('@').map_or(0, |at| at + 1),
        None => 0,
    };
    format!("{scheme}{}", &rest[end..])
}

/// Removes the query of a presigned URL, which grants access to anyone who has it.
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

/// A URL or other text, safe to display.
#[must_use]
pub fn address(text: &str) -> String {
    url(text).unwrap_or_else(|| text.to_owned())
}

/// The body of a request or an answer, safe to log.
#[must_use]
pub fn text(body: &[u8]) -> String {
    match serde_json::from_slice::<Value>(body) {
        Ok(mut json) => {
            value(&mut json);
            json.to_string()
        }
        // Secrets cannot be found in other formats, so nothing is shown.
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
    fn keys_of_secrets_are_recognized() {
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
    fn urls_in_sentences_lose_their_secrets() {
        for (text, masked) in [
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
            assert_eq!(address(text), masked);
        }
    }

    #[test]
    fn a_body_that_is_not_json_is_not_shown() {
        assert_eq!(text(b"password=hunter2"), "(16 bytes)");
    }
}
