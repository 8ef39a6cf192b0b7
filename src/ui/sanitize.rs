//! Removes characters from servers' text that could harm a terminal.

use std::borrow::Cow;

/// Whether `c` could manipulate a terminal or mislead its reader: control characters, and characters that change the
/// direction of text.
fn is_unsafe(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `text` on one line: line breaks and tabs become spaces, other unsafe characters are removed.
#[must_use]
pub(super) fn line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\n' | '\t' | '\u{2028}' | '\u{2029}') {
            cleaned.push(' ');
        } else if !is_unsafe(c) {
            cleaned.push(c);
        }
    }
    Cow::Owned(cleaned)
}

/// `text` with its line breaks, without other unsafe characters.
#[must_use]
pub(super) fn lines(text: &str) -> Cow<'_, str> {
    if text.contains(|c| is_unsafe(c) && c != '\n') {
        Cow::Owned(text.split('\n').map(line).collect::<Vec<_>>().join("\n"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escape_sequences_are_removed() {
        assert_eq!(line("\u{1b}[2Jgone\u{7}"), "[2Jgone");
        assert_eq!(line("two\r\nlines\tand a tab"), "two lines and a tab");
        assert_eq!(line("\u{9b}31mred"), "31mred");
        assert_eq!(line("abc\u{202e}fed"), "abcfed");
        assert_eq!(line("plain – ünïcode"), "plain – ünïcode");
        assert_eq!(lines("a\u{1b}b\nc\rd"), "ab\ncd");
    }

    proptest! {
        #[test]
        fn no_unsafe_character_is_left(text in any::<String>()) {
            prop_assert!(!line(&text).contains(is_unsafe));
            prop_assert!(!lines(&text).contains(|c| is_unsafe(c) && c != '\n'));
            prop_assert_eq!(lines(&text).matches('\n').count(), text.matches('\n').count());
        }
    }
}
