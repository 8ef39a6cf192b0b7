//! Finds keys of a group that require contradictory things of a node.

use std::collections::HashMap;

use crate::inventory::document::{Cursor, Table, Value};
use crate::inventory::flavor;

/// Reads Ironic's `key:value,key2:value2`.
pub(super) fn capability_pairs(text: &str) -> Option<Vec<(String, String)>> {
    let pair =
        |pair: &str| pair.split_once(':').map(|(key, value)| (key.trim().to_owned(), value.to_owned()));
    text.split(',').map(pair).collect()
}

/// The requirements in one mapping, as extra specs, because several keys can set the same requirement.
pub(super) struct Requirements<'t, 'd> {
    table: &'t Table<'d>,
    /// By extra spec: the value, and the key that requires it.
    specs: HashMap<String, (String, String)>,
}

impl<'t, 'd> Requirements<'t, 'd> {
    /// No requirements yet.
    pub(super) fn new(table: &'t Table<'d>) -> Self {
        Self { table, specs: HashMap::new() }
    }

    /// Adds the requirements of a key and reports contradictions to other keys. `full_key` is the key with its prefix.
    pub(super) fn add(&mut self, key: &str, full_key: &str, value: &Cursor<'_>) {
        let content = value.value();
        let texts: Vec<&str> =
            std::iter::once(content).chain(content.items()).filter_map(Value::text).collect();
        let pairs = || content.entries().iter().filter_map(|entry| Some((&*entry.key, entry.value.text()?)));
        let capability = |(key, value): (&str, &str)| (format!("capabilities:{key}"), value.to_owned());
        let trait_spec = |name: &&str| match name.strip_prefix('!') {
            Some(name) => (format!("trait:{name}"), "forbidden".to_owned()),
            None => (format!("trait:{name}"), "required".to_owned()),
        };
        let specs: Vec<(String, String)> = match (key, content.text()) {
            ("profile", Some(profile)) => vec![capability(("profile", profile))],
            ("capabilities", Some(text)) => {
                let pairs = capability_pairs(text).unwrap_or_default();
                pairs.iter().map(|(key, value)| capability((key, value))).collect()
            }
            ("capabilities", None) => pairs().map(capability).collect(),
            ("traits" | "deploy_templates", _) => texts.iter().map(trait_spec).collect(),
            ("extra_specs" | "properties", Some(text)) => {
                flavor::quoted_pairs(text).unwrap_or_default().into_iter().collect()
            }
            ("extra_specs" | "properties", None) => {
                pairs().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
            }
            _ => return,
        };
        for (spec, value) in specs {
            let Some((other, other_key)) = self.specs.get(&spec) else {
                self.specs.insert(spec, (value, full_key.to_owned()));
                continue;
            };
            if *other != value {
                let spec = spec.escape_debug();
                let message = if other_key == full_key {
                    format!("`{full_key}` sets different values for `{spec}`")
                } else {
                    format!("`{other_key}` and `{full_key}` set different values for `{spec}`")
                };
                self.table.error_at_key(full_key, &message);
            }
        }
    }
}
