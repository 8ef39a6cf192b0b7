//! Finds secrets in the data from Ironic, masked or not, and replaces them with environment variables.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value as Json, json};

use super::{label, text};
use crate::rest::mask;

/// The environment variables that replace secrets.
pub(super) struct Variables {
    /// All names, in the order of the nodes.
    names: Vec<String>,
    /// The names by node UUID and key of `driver_info`.
    by_secret: HashMap<(String, String), String>,
}

impl Variables {
    /// Chooses a name for each secret of the nodes, such as `RACK4_U12_REDFISH_PASSWORD`.
    ///
    /// If two secrets would get the same name, each name gets the UUID of its node, so that no node can receive another
    /// node's secret.
    pub(super) fn of(nodes: &[Map<String, Json>]) -> Self {
        let mut secrets: Vec<((String, String), String)> = Vec::new();
        for node in nodes {
            let info = node.get("driver_info").and_then(Json::as_object).into_iter().flatten();
            for (key, _) in info.filter(|(key, value)| is_replaceable(key, value)) {
                let uuid = text(node, "uuid").unwrap_or_default().to_owned();
                secrets.push(((uuid, key.clone()), variable(&format!("{}_{key}", label(node)))));
            }
        }
        let mut count: HashMap<String, usize> = HashMap::new();
        for (_, name) in &secrets {
            *count.entry(name.clone()).or_default() += 1;
        }
        let mut used: HashSet<String> = count.keys().cloned().collect();
        for ((uuid, _), name) in secrets.iter_mut().filter(|(_, name)| count[name] > 1) {
            let with_uuid = variable(&format!("{name}_{uuid}"));
            let numbered = (2..).map(|number: u32| format!("{with_uuid}_{number}"));
            let unused =
                std::iter::once(with_uuid.clone()).chain(numbered).find(|name| used.insert(name.clone()));
            *name = unused.expect("there are more numbers than secrets");
        }
        let names = secrets.iter().map(|(_, name)| name.clone()).collect();
        Self { names, by_secret: secrets.into_iter().collect() }
    }

    /// All names.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The variable for a value, if it is a secret that a reference can replace.
    pub(super) fn of_secret(&self, uuid: &str, key: &str) -> Option<&str> {
        self.by_secret.get(&(uuid.to_owned(), key.to_owned())).map(String::as_str)
    }
}

/// Converts a text to the name of an environment variable (POSIX: upper case, digits and `_`, not beginning with a digit).
fn variable(text: &str) -> String {
    let name: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("NODE_{name}") } else { name }
}

/// Whether a value of `driver_info` is a secret that a reference can replace. It may be masked by Ironic, partly masked, or
/// not masked.
fn is_replaceable(key: &str, value: &Json) -> bool {
    match value {
        Json::String(_) => contains_secret(key, value),
        Json::Number(_) => mask::is_secret_key(key),
        _ => false,
    }
}

/// Whether a value contains a secret, masked or not.
pub(super) fn contains_secret(key: &str, value: &Json) -> bool {
    let is_harmless = value.is_boolean() || value == "";
    !is_harmless && (is_masked(value) || mask::holds_secret(&json!({key: value})))
}

/// Whether Ironic masked a value or a part of it.
fn is_masked(value: &Json) -> bool {
    match value {
        Json::String(text) => text.contains(mask::MASK),
        Json::Array(items) => items.iter().any(is_masked),
        Json::Object(mapping) => mapping.values().any(is_masked),
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    }
}

/// Removes fields that contain a secret and adds their paths, after `prefix`, to `withheld`.
pub(super) fn withhold(prefix: &str, fields: &mut Map<String, Json>, withheld: &mut Vec<String>) {
    fields.retain(|key, value| {
        let path = format!("{prefix}{key}");
        if let Json::Object(inner) = value
            && !mask::is_secret_key(key)
        {
            withhold(&format!("{path}."), inner, withheld);
            return true;
        }
        let is_secret = contains_secret(key, value);
        if is_secret {
            withheld.push(path);
        }
        !is_secret
    });
}
