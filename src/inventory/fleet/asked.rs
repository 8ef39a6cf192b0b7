//! What the keys of a group ask of a machine, and whether two of them contradict each other.

use std::collections::HashMap;

use crate::inventory::document::{Cursor, Table, Value};
use crate::inventory::flavor;

/// Reads Ironic's `key:value,key2:value2`.
pub(super) fn capability_pairs(text: &str) -> Option<Vec<(String, String)>> {
    let pair =
        |pair: &str| pair.split_once(':').map(|(key, value)| (key.trim().to_owned(), value.to_owned()));
    text.split(',').map(pair).collect()
}

/// What the keys of one mapping ask of a machine, as extra specs: several keys can mean the same.
pub(super) struct Asked<'t, 'd> {
    table: &'t Table<'d>,
    /// Each with its value and the key that asks it.
    specs: HashMap<String, (String, String)>,
}

impl<'t, 'd> Asked<'t, 'd> {
    /// Nothing is asked yet by the keys of this mapping.
    pub(super) fn new(table: &'t Table<'d>) -> Self {
        Self { table, specs: HashMap::new() }
    }

    /// Adds what a key asks, and notes what contradicts another key. `written` is the key with its prefix.
    pub(super) fn add(&mut self, key: &str, written: &str, value: &Cursor<'_>) {
        let content = value.value();
        let texts: Vec<&str> =
            std::iter::once(content).chain(content.items()).filter_map(Value::text).collect();
        let pairs = || content.entries().iter().filter_map(|entry| Some((&*entry.key, entry.value.text()?)));
        let capability = |(key, value): (&str, &str)| (format!("capabilities:{key}"), value.to_owned());
        let of_trait = |name: &&str| match name.strip_prefix('!') {
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
            ("traits" | "deploy_templates", _) => texts.iter().map(of_trait).collect(),
            ("extra_specs" | "properties", Some(text)) => {
                flavor::quoted_pairs(text).unwrap_or_default().into_iter().collect()
            }
            ("extra_specs" | "properties", None) => {
                pairs().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
            }
            _ => return,
        };
        for (spec, asked) in specs {
            let Some((other, by)) = self.specs.get(&spec) else {
                self.specs.insert(spec, (asked, written.to_owned()));
                continue;
            };
            if *other != asked {
                let message = if by == written {
                    format!("`{written}` asks for different values of `{}`", spec.escape_debug())
                } else {
                    format!("`{by}` and `{written}` ask for different values of `{}`", spec.escape_debug())
                };
                self.table.error_at_key(written, &message);
            }
        }
    }
}
