//! Parses text and numbers like Python.
//!
//! Nova's filters use Python's `str.split()`, `int()` and `float()`. To match the same nodes, these functions accept
//! the same input: all Unicode white space and decimal digits, underscores between digits (`1_000`), `inf`, `nan` and
//! signs.

use std::borrow::Cow;

/// The digit zero of every script except ASCII; the other nine digits follow it (Unicode 14, as in Python 3.11).
const ZEROS: [u32; 65] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0,
    0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50,
    0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0,
    0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50,
    0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140,
    0x1e2f0, 0x1e950, 0x1fbf0,
];

/// Replaces all decimal digits with ASCII digits.
fn with_ascii_digits(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    let ascii = |c: char| {
        let at = ZEROS.partition_point(|zero| *zero <= u32::from(c)).checked_sub(1)?;
        char::from_digit(u32::from(c) - ZEROS[at], 10)
    };
    text.chars().map(|c| ascii(c).unwrap_or(c)).collect()
}

/// Whether the character is white space for Python's `str.split()` and `str.strip()`.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

/// The text without leading and trailing white space, like `str.strip()`.
pub(super) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// The words of the text, like `str.split()`.
pub(super) fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_space).filter(|word| !word.is_empty())
}

/// The text without its underscores; `None` unless each is between two digits.
fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let is_valid = bytes
        .iter()
        .enumerate()
        .all(|(at, byte)| *byte != b'_' || (is_digit(at.checked_sub(1)) && is_digit(Some(at + 1))));
    is_valid.then(|| text.replace('_', ""))
}

/// The result of `float(text)`; `None` if Python raises `ValueError`.
pub(super) fn float(text: &str) -> Option<f64> {
    let text = &*with_ascii_digits(strip(text));
    if text.contains('_') {
        return without_underscores(text)?.parse().ok();
    }
    // Rust and Python agree on the rest: both accept `1.`, `.5`, `1e3`, `+1`, `inf`, `Infinity` and `nan` in any case,
    // and reject hexadecimal, `.`, `e5` and the empty text.
    text.parse().ok()
}

/// The result of `int(text)`, clamped to `i64`; `None` if Python raises `ValueError`.
pub(super) fn int(text: &str) -> Option<i64> {
    let text = with_ascii_digits(strip(text));
    let text: &str = &if text.contains('_') { Cow::Owned(without_underscores(&text)?) } else { text };
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Parsing can only fail because of the range, and no machine is that large.
    Some(text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_parsed_like_in_python() {
        for (text, number) in [
            ("16", 16.0),
            ("16.0", 16.0),
            (" 16\n", 16.0),
            ("\u{a0}16\u{1f}", 16.0),
            ("1e3", 1000.0),
            ("1E-2", 0.01),
            ("1.", 1.0),
            (".5", 0.5),
            ("+7", 7.0),
            ("-0", 0.0),
            ("1_000.5_0", 1000.5),
            ("1e1_0", 1e10),
            ("inf", f64::INFINITY),
            ("-Infinity", f64::NEG_INFINITY),
            ("1e999", f64::INFINITY),
            ("\u{661}\u{666}.\u{665}", 16.5),
            ("１_６e\u{1d7d9}", 160.0),
        ] {
            assert_eq!(float(text), Some(number), "{text:?}");
        }
        assert!(float("NaN").is_some_and(f64::is_nan));
        for text in [
            "", " ", ".", "e5", "1 2", "0x10", "1__0", "_1", "1_", "1_.5", "1._5", "1e_5", "1,5", "in_f",
            "16G", "②", "x\u{661}", "½",
        ] {
            assert_eq!(float(text), None, "{text:?}");
        }
    }

    #[test]
    fn ints_are_parsed_like_in_python() {
        for (text, number) in [
            ("16", 16),
            (" 16\t", 16),
            ("016", 16),
            ("+16", 16),
            ("-16", -16),
            ("1_000", 1000),
            ("-１６", -16),
            ("99999999999999999999", i64::MAX),
            ("-99999999999999999999", i64::MIN),
        ] {
            assert_eq!(int(text), Some(number), "{text:?}");
        }
        for text in ["", "16.0", "1e3", "0x10", "16 GB", "+", "--1", "_1", "1__0", "- 1", "+_1"] {
            assert_eq!(int(text), None, "{text:?}");
        }
    }

    #[test]
    fn text_is_split_at_the_white_space_of_python() {
        let words: Vec<_> = split("\u{1c}<or> a\u{2003}<or>\u{85}b ").collect();
        assert_eq!(words, ["<or>", "a", "<or>", "b"]);
        assert_eq!(split(" \n ").count(), 0);
    }
}
