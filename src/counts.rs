//! Counts, and the beginnings of long lists, in messages.

use std::fmt::Display;

/// A count with its noun, which takes an "s" for more than one: `1 node`, `3 nodes`.
pub(crate) fn counted(count: impl Display, noun: &str) -> String {
    let count = count.to_string();
    let plural = if count == "1" { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// The form of a verb after a count: `one` (fits, is) or `several` (fit, are).
pub(crate) fn agreeing<'a>(count: usize, one: &'a str, several: &'a str) -> &'a str {
    if count == 1 { one } else { several }
}

/// The first texts, at most `shown`, and the number of the others: `a, b and 3 more`.
pub(crate) fn first_few<T: Display>(texts: impl IntoIterator<Item = T>, shown: usize) -> String {
    let mut texts = texts.into_iter();
    let first: Vec<String> = texts.by_ref().take(shown).map(|text| text.to_string()).collect();
    match texts.count() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_and_verbs_agree_with_their_count() {
        let texts =
            [0, 1, 2, 11].map(|count| format!("{} {}", counted(count, "node"), agreeing(count, "is", "are")));
        assert_eq!(texts, ["0 nodes are", "1 node is", "2 nodes are", "11 nodes are"]);
    }

    #[test]
    fn only_the_first_texts_are_shown() {
        for (texts, expected) in [
            (&[][..], ""),
            (&["a"], "a"),
            (&["a", "b"], "a, b"),
            (&["a", "b", "c"], "a, b and 1 more"),
            (&["a", "b", "c", "d"], "a, b and 2 more"),
        ] {
            assert_eq!(first_few(texts, 2), expected);
        }
    }
}
