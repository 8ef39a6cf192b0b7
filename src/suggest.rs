//! Suggestions for mistyped words.

/// The known word that is most similar to `word`, if one is similar enough.
#[must_use]
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= 0.85)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| candidate)
}

/// The suggestion as the end of a message: `, did you mean …?`, or empty if no known word is similar enough.
#[must_use]
pub fn suggestion<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    nearest(word, known).map(|meant| format!(", did you mean `{meant}`?")).unwrap_or_default()
}

/// Parses a boolean like oslo.utils (`strutils.bool_from_string`); `None` for other words.
#[must_use]
pub fn boolean(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "t" | "y" | "1" => Some(true),
        "false" | "no" | "off" | "f" | "n" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similar_words_are_suggested_and_others_are_not() {
        let known = ["ipmi_username", "ipmi_address", "resource_class"];
        assert_eq!(nearest("ipmi_user", known), Some("ipmi_username"));
        assert_eq!(nearest("ipmi_addr", known), Some("ipmi_address"));
        assert_eq!(nearest("Resource-Class", known), Some("resource_class"));
        assert_eq!(nearest("vendor", known), None);
        assert_eq!(suggestion("ipmi_user", known), ", did you mean `ipmi_username`?");
        assert_eq!(suggestion("vendor", known), "");
    }

    #[test]
    fn booleans_are_parsed_like_oslo_does() {
        assert_eq!(["True", "on", "1"].map(boolean), [Some(true); 3]);
        assert_eq!(["NO", "f", "0"].map(boolean), [Some(false); 3]);
        assert_eq!(["", "maybe", "2", "/etc/ca.pem"].map(boolean), [None; 4]);
    }
}
