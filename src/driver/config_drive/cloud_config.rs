//! Builds cloud-config from the settings of other tools' files.

use serde_json::{Map, Value, json};

use super::mime::Part;

/// A user account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: String,
    /// Whether `sudo` needs no password.
    pub sudo: bool,
}

/// cloud-config as a part of user data: the given settings, and a user with these keys in addition to the image's
/// default user (metalsmith: `CloudInitConfig.add_user`).
#[must_use]
pub fn part(given: &Map<String, Value>, user: Option<&User>, keys: &[String]) -> Part {
    let mut config = given.clone();
    if let Some(User { name, sudo }) = user {
        let mut entry = json!({"name": name, "groups": ["wheel"]});
        if *sudo {
            entry["sudo"] = "ALL=(ALL) NOPASSWD:ALL".into();
        }
        if !keys.is_empty() {
            entry["ssh_authorized_keys"] = keys.into();
        }
        let users = config.entry("users").or_insert_with(|| json!(["default"]));
        match users {
            Value::Array(users) => users.push(entry),
            other => *other = json!([other.clone(), entry]),
        }
    }
    // JSON is YAML.
    Part {
        name: "cloud-config".to_owned(),
        bytes: format!("#cloud-config\n{}\n", Value::from(config)).into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_added_to_the_existing_ones() {
        let given = json!({"packages": ["vim"]});
        let user = User { name: "admin".to_owned(), sudo: true };
        let keys = ["ssh-ed25519 AAAA".to_owned()];
        let read = |part: Part| -> Value {
            let text = String::from_utf8(part.bytes).expect("UTF-8");
            serde_json::from_str(text.strip_prefix("#cloud-config\n").expect("its mark")).expect("JSON")
        };
        let config = read(part(given.as_object().expect("an object"), Some(&user), &keys));
        assert_eq!(config["packages"], given["packages"]);
        assert_eq!(config["users"][0], "default");
        assert_eq!(config["users"][1]["ssh_authorized_keys"], json!(keys));
        assert_eq!(config["users"][1]["sudo"], "ALL=(ALL) NOPASSWD:ALL");
        let given = json!({"users": [{"name": "a"}]});
        let user = User { sudo: false, ..user };
        let config = read(part(given.as_object().expect("an object"), Some(&user), &[]));
        assert_eq!(config["users"], json!([{"name": "a"}, {"name": "admin", "groups": ["wheel"]}]));
    }
}
