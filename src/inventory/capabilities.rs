//! Normalizes a node's `properties.capabilities` to the form that every Ironic version reads the same way
//! (`get_node_capability` in `ironic/drivers/utils.py`, `validate_capabilities` in
//! `ironic/drivers/modules/deploy_utils.py`).

use super::document::{Content, Cursor, InvalidValue};

/// Capabilities with a fixed set of values. With any other value, Ironic refuses every deployment.
const KNOWN: [(&str, [&str; 2]); 4] = [
    ("boot_mode", ["uefi", "bios"]),
    ("secure_boot", ["true", "false"]),
    ("trusted_boot", ["true", "false"]),
    ("disk_label", ["gpt", "msdos"]),
];

/// Reads `key:value,key:value` (the form for nodes) or a mapping (the form for instances) and returns the former. `None` if
/// there are no capabilities.
pub(super) fn read(value: &Cursor<'_>) -> Option<String> {
    let mut all = Capabilities { at: value, pairs: Vec::new() };
    if matches!(value.value().content, Content::Mapping(_)) {
        for (key, value) in value.mapping()?.entries() {
            let Some(text) = value.string() else { continue };
            if key.contains([':', ',']) || text.contains([':', ',']) {
                value.error("a capability cannot contain `:` or `,`");
                continue;
            }
            let is_flag = value.value().to_json().is_boolean();
            all.add(key, &if is_flag { text.to_ascii_lowercase() } else { text.to_owned() });
        }
    } else {
        for item in value.string()?.split(',') {
            all.add_item(item);
        }
    }
    let pairs: Vec<String> = all.pairs.iter().map(|(key, value)| format!("{key}:{value}")).collect();
    Some(pairs.join(",")).filter(|text| !text.is_empty())
}

/// The value of a capability in `key:value,key:value`.
pub(super) fn value_of<'t>(capabilities: &'t str, key: &str) -> Option<&'t str> {
    capabilities
        .split(',')
        .filter_map(|pair| pair.split_once(':'))
        .find(|(name, _)| *name == key)
        .map(|(_, value)| value)
}

struct Capabilities<'c> {
    at: &'c Cursor<'c>,
    pairs: Vec<(String, String)>,
}

impl Capabilities<'_> {
    /// Adds a `key:value`.
    fn add_item(&mut self, item: &str) {
        if item.trim().is_empty() {
            // An entirely empty text needs no warning.
            if self.at.value().text().is_some_and(|text| !text.trim().is_empty()) {
                self.at.warning("empty capability ignored");
            }
            return;
        }
        match item.split_once(':') {
            Some((key, value)) if !key.trim().is_empty() => self.add(key, value),
            _ => {
                let plain = "expected capabilities as `key:value,key:value`";
                let quoting = format!("{plain}, found `{}`", item.escape_debug());
                self.at.reject(&InvalidValue::quoting(plain, quoting));
            }
        }
    }

    fn add(&mut self, key: &str, value: &str) {
        let (trimmed_key, text) = (key.trim(), value.trim());
        // Quotes are readable without the backslashes.
        let name = trimmed_key.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'");
        let object = |plain: &str, quoting: String| self.at.reject(&InvalidValue::quoting(plain, quoting));
        if trimmed_key.len() < key.len() || text.len() < value.len() {
            self.at.warning(
                "spaces around capabilities ignored: some Ironic versions read them as part of the key",
            );
        }
        if text.is_empty() {
            self.at.warning("capability without a value ignored, as in Ironic");
            return;
        }
        if trimmed_key.contains(['{', '}', '\'', '"']) || text.contains(['\'', '"']) {
            object(
                "a capability contains quotes or braces: use `key:value,key:value` or a mapping",
                format!(
                    "capability `{name}` contains quotes or braces: use `key:value,key:value` or a mapping"
                ),
            );
            return;
        }
        if text.contains(':') {
            object(
                "a capability's value cannot contain `:`: Ironic would ignore it",
                format!("the value of capability `{name}` cannot contain `:`: Ironic would ignore it"),
            );
            return;
        }
        let known = KNOWN.iter().find(|(known, _)| *known == trimmed_key);
        let plain = |key: &str| key.replace(['-', '_', ' '], "").to_lowercase();
        if known.is_none()
            && let Some((correct, _)) = KNOWN.iter().find(|(known, _)| plain(known) == plain(trimmed_key))
        {
            object(
                &format!("Ironic does not read this capability: use `{correct}`"),
                format!("Ironic does not read the capability `{name}`: use `{correct}`"),
            );
        }
        if let Some((known, [one, other])) = known.filter(|(_, values)| !values.contains(&text)) {
            let expected = format!("capability `{known}` must be `{one}` or `{other}`");
            object(&expected, format!("{expected}, found `{}`", text.escape_debug()));
        }
        match self.pairs.iter().find(|(other, _)| other == trimmed_key) {
            Some((_, other)) if other == text => {
                self.at.warning("duplicate capability ignored");
            }
            Some((_, other)) => {
                let quoting =
                    format!("capability `{name}` is given twice, as `{other}` and `{}`", text.escape_debug());
                object("a capability is given twice, with different values", quoting);
            }
            None => self.pairs.push((trimmed_key.to_owned(), text.to_owned())),
        }
    }
}
