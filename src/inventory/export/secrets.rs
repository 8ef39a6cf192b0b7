//! Where secrets stand in what Ironic tells, masked or not, and the variables that take their place.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value as Json, json};

use super::{label, text};
use crate::rest::mask;

/// The environment variables that stand for secrets.
pub(super) struct Variables {
    /// In the order of the nodes.
    names: Vec<String>,
    /// By the node's UUID and the key of its `driver_info`.
    by_secret: HashMap<(String, String), String>,
}

impl Variables {
    /// Finds a name for each secret of these nodes: `RACK4_U12_REDFISH_PASSWORD`.
    ///
    /// Where two would get the same, each gets its node's UUID into it, lest a machine be sent another one's secret once
    /// the other is exported beside it.
    pub(super) fn of(nodes: &[Map<String, Json>]) -> Self {
        let mut secrets: Vec<((String, String), String)> = Vec::new();
        for node in nodes {
            let info = node.get("driver_info").and_then(Json::as_object).into_iter().flatten();
            for (key, _) in info.filter(|(key, value)| is_referable(key, value)) {
                let uuid = text(node, "uuid").unwrap_or_default().to_owned();
                secrets.push(((uuid, key.clone()), variable(&format!("{}_{key}", label(node)))));
            }
        }
        let mut count: HashMap<String, usize> = HashMap::new();
        for (_, name) in &secrets {
            *count.entry(name.clone()).or_default() += 1;
        }
        let mut taken: HashSet<String> = count.keys().cloned().collect();
        for ((uuid, _), name) in secrets.iter_mut().filter(|(_, name)| count[name] > 1) {
            let long = variable(&format!("{name}_{uuid}"));
            let numbered = (2..).map(|number: u32| format!("{long}_{number}"));
            let free = std::iter::once(long.clone()).chain(numbered).find(|name| taken.insert(name.clone()));
            *name = free.expect("there are more numbers than secrets");
        }
        let names = secrets.iter().map(|(_, name)| name.clone()).collect();
        Self { names, by_secret: secrets.into_iter().collect() }
    }

    /// All of them.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The one that stands for a secret, where there is one in whose place a reference can stand.
    pub(super) fn of_secret(&self, uuid: &str, key: &str) -> Option<&str> {
        self.by_secret.get(&(uuid.to_owned(), key.to_owned())).map(String::as_str)
    }
}

/// A text as the name of an environment variable (POSIX: upper case, digits, `_`, and no digit first).
fn variable(text: &str) -> String {
    let name: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("NODE_{name}") } else { name }
}

/// Whether a value of `driver_info` is a secret in whose place a reference can stand: one that Ironic masked, wholly or in
/// part, or that it should have.
fn is_referable(key: &str, value: &Json) -> bool {
    match value {
        Json::String(_) => is_inside(key, value),
        Json::Number(_) => mask::is_secret_key(key),
        _ => false,
    }
}

/// Whether there is a secret in a value, masked or not.
pub(super) fn is_inside(key: &str, value: &Json) -> bool {
    let says_nothing = value.is_boolean() || value == "";
    !says_nothing && (is_masked(value) || mask::holds_secret(&json!({key: value})))
}

/// Whether Ironic hid something in a value.
fn is_masked(value: &Json) -> bool {
    match value {
        Json::String(text) => text.contains(mask::MASK),
        Json::Array(items) => items.iter().any(is_masked),
        Json::Object(mapping) => mapping.values().any(is_masked),
        Json::Null | Json::Bool(_) | Json::Number(_) => false,
    }
}

/// Takes out what holds a secret, and notes where that was, behind `place`.
pub(super) fn withhold(place: &str, fields: &mut Map<String, Json>, withheld: &mut Vec<String>) {
    fields.retain(|key, value| {
        let path = format!("{place}{key}");
        if let Json::Object(inner) = value
            && !mask::is_secret_key(key)
        {
            withhold(&format!("{path}."), inner, withheld);
            return true;
        }
        let is_secret = is_inside(key, value);
        if is_secret {
            withheld.push(path);
        }
        !is_secret
    });
}
