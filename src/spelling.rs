//! What a mistyped word was probably meant to be.

/// The known word that was probably meant, if one is near enough.
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

/// The same as the end of a message: `, did you mean …?`, or nothing if no known word is near enough.
#[must_use]
pub fn suggestion<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    nearest(word, known).map(|meant| format!(", did you mean `{meant}`?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_are_recognised_and_far_ones_are_not() {
        let known = ["ipmi_username", "ipmi_address", "resource_class"];
        assert_eq!(nearest("ipmi_user", known), Some("ipmi_username"));
        assert_eq!(nearest("ipmi_addr", known), Some("ipmi_address"));
        assert_eq!(nearest("Resource-Class", known), Some("resource_class"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(suggestion("ipmi_user", known), ", did you mean `ipmi_username`?");
        assert_eq!(suggestion("colour", known), "");
    }
}
