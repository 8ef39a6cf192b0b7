//! Text from servers made harmless before it meets a terminal.

use std::borrow::Cow;

/// Whether a terminal, or its reader, could be led astray by `c`: control characters, and the marks that
/// turn the direction of the text around them.
fn is_treacherous(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `text` on one line: white space that would break a line or a column becomes one space, every other control character goes.
#[must_use]
pub(super) fn line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_treacherous) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\n' | '\t' | '\u{2028}' | '\u{2029}') {
            cleaned.push(' ');
        } else if !is_treacherous(c) {
            cleaned.push(c);
        }
    }
    Cow::Owned(cleaned)
}

/// `text` with its line breaks kept, every line of it made harmless.
#[must_use]
pub(super) fn lines(text: &str) -> Cow<'_, str> {
    if text.contains(|c| is_treacherous(c) && c != '\n') {
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
    fn escapes_lose_their_teeth() {
        assert_eq!(line("\u{1b}[2Jgone\u{7}"), "[2Jgone");
        assert_eq!(line("two\r\nlines\tand a tab"), "two lines and a tab");
        assert_eq!(line("\u{9b}31mred"), "31mred");
        assert_eq!(line("abc\u{202e}fed"), "abcfed");
        assert_eq!(line("plain – ünïcode"), "plain – ünïcode");
        assert_eq!(lines("a\u{1b}b\nc\rd"), "ab\ncd");
    }

    proptest! {
        #[test]
        fn nothing_treacherous_is_left(text in any::<String>()) {
            prop_assert!(!line(&text).contains(is_treacherous));
            prop_assert!(!lines(&text).contains(|c| is_treacherous(c) && c != '\n'));
            prop_assert_eq!(lines(&text).matches('\n').count(), text.matches('\n').count());
        }
    }
}
