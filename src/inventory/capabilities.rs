//! `properties.capabilities` of a node, brought into the one form that every Ironic reads alike (`get_node_capability` of
//! `ironic/drivers/utils.py`, `validate_capabilities` of `ironic/drivers/modules/deploy_utils.py`).

use super::document::{Content, Cursor, InvalidValue};

/// The capabilities of which Ironic knows the values; with another one every deploy is refused.
const KNOWN: [(&str, [&str; 2]); 4] = [
    ("boot_mode", ["uefi", "bios"]),
    ("secure_boot", ["true", "false"]),
    ("trusted_boot", ["true", "false"]),
    ("disk_label", ["gpt", "msdos"]),
];

/// Reads `key:value,key:value`, the form of nodes; a mapping, the form of instances, is turned into it. Nothing where there
/// is none.
pub(super) fn read(value: &Cursor<'_>) -> Option<String> {
    let mut all = Capabilities { at: value, pairs: Vec::new() };
    if matches!(value.value().content, Content::Mapping(_)) {
        for (key, value) in value.mapping()?.entries() {
            let Some(text) = value.string() else { continue };
            if key.contains([':', ',']) || text.contains([':', ',']) {
                value.error("a capability cannot hold `:` or `,`");
                continue;
            }
            let is_flag = value.value().to_json().is_boolean();
            all.add(key, &if is_flag { text.to_ascii_lowercase() } else { text.to_owned() });
        }
    } else {
        for item in value.string()?.split(',') {
            all.item(item);
        }
    }
    let pairs: Vec<String> = all.pairs.iter().map(|(key, value)| format!("{key}:{value}")).collect();
    Some(pairs.join(",")).filter(|text| !text.is_empty())
}

/// The value of a capability in the form of nodes.
pub(super) fn value_of<'t>(capabilities: &'t str, key: &str) -> Option<&'t str> {
    capabilities
        .split(',')
        .filter_map(|pair| pair.split_once(':'))
        .find(|(own, _)| *own == key)
        .map(|(_, value)| value)
}

struct Capabilities<'c> {
    at: &'c Cursor<'c>,
    pairs: Vec<(String, String)>,
}

impl Capabilities<'_> {
    /// Takes a `key:value` over.
    fn item(&mut self, item: &str) {
        if item.trim().is_empty() {
            // Of text that is empty as a whole there is nothing to be said.
            if self.at.value().text().is_some_and(|text| !text.trim().is_empty()) {
                self.at.warning("an empty item among the capabilities is left out");
            }
            return;
        }
        match item.split_once(':') {
            Some((key, value)) if !key.trim().is_empty() => self.add(key, value),
            _ => {
                let wanted = "expected capabilities as `key:value,key:value`";
                let found = format!("{wanted}, found `{}` among them", item.escape_debug());
                self.at.reject(&InvalidValue::quoting(wanted, found));
            }
        }
    }

    fn add(&mut self, key: &str, value: &str) {
        let (own, text) = (key.trim(), value.trim());
        // A backslash before each quote would only confuse.
        let name = own.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'");
        let object = |plain: &str, quoting: String| self.at.reject(&InvalidValue::quoting(plain, quoting));
        if own.len() < key.len() || text.len() < value.len() {
            self.at.warning(
                "the blanks around capabilities are left out: some Ironics take them for part of the key",
            );
        }
        if text.is_empty() {
            self.at.warning("a capability without a value is left out: Ironic passes it over");
            return;
        }
        if own.contains(['{', '}', '\'', '"']) || text.contains(['\'', '"']) {
            object(
                "a capability holds quotes or braces: write `key:value,key:value`, or a mapping",
                format!(
                    "the capability `{name}` holds quotes or braces: write `key:value,key:value`, or a mapping"
                ),
            );
            return;
        }
        if text.contains(':') {
            object(
                "a capability's value cannot hold `:`, Ironic would pass it over",
                format!("the value of the capability `{name}` cannot hold `:`, Ironic would pass it over"),
            );
            return;
        }
        let known = KNOWN.iter().find(|(known, _)| *known == own);
        let plain = |key: &str| key.replace(['-', '_', ' '], "").to_lowercase();
        if known.is_none()
            && let Some((meant, _)) = KNOWN.iter().find(|(known, _)| plain(known) == plain(own))
        {
            object(
                &format!("Ironic does not read this capability, write `{meant}`"),
                format!("Ironic does not read the capability `{name}`, write `{meant}`"),
            );
        }
        if let Some((known, [one, other])) = known.filter(|(_, values)| !values.contains(&text)) {
            let wanted = format!("the capability `{known}` is `{one}` or `{other}`");
            object(&wanted, format!("{wanted}, not `{}`", text.escape_debug()));
        }
        match self.pairs.iter().find(|(other, _)| other == own) {
            Some((_, other)) if other == text => {
                self.at.warning("a capability that is given twice is left out once");
            }
            Some((_, other)) => {
                let twice = format!(
                    "the capability `{name}` is given twice, as `{other}` and `{}`",
                    text.escape_debug()
                );
                object("a capability is given twice, with different values", twice);
            }
            None => self.pairs.push((own.to_owned(), text.to_owned())),
        }
    }
}
