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
const SECRET_PIECES: [&str; 15] = [
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
];

/// Whether the value under this key is a secret.
#[must_use]
pub fn is_secret_key(key: &str) -> bool {
    let key = key.to_lowercase();
    SECRET_PIECES.iter().any(|piece| key.contains(piece))
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

/// The URL without its user information, where it has any.
fn url(text: &str) -> Option<String> {
    if !text.contains('@') {
        return None;
    }
    if !text.contains("://") {
        // BMC addresses are taken without a scheme too: `user:password@bmc`.
        let (user, host) = text.rsplit_once('@')?;
        let is_one = user.contains(':') && !text.contains(char::is_whitespace) && !host.is_empty();
        return is_one.then(|| host.to_owned());
    }
    let parsed = Url::parse(text).ok()?;
    (!parsed.username().is_empty() || parsed.password().is_some()).then(|| shown(&parsed))
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
    fn what_is_no_json_is_not_shown() {
        assert_eq!(text(b"password=hunter2"), "(16 bytes)");
    }
}
