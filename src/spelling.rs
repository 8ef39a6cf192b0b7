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
    }
}
