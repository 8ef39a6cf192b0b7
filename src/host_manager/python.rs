//! Text and numbers as Python reads them.
//!
//! Nova is written in Python, and what its filters accept is what `str.split()`, `int()` and `float()` accept. To
//! choose the same nodes, these functions follow them: white space of all of Unicode, underscores between digits
//! (`1_000`), `inf` and `nan`, signs. Only digits outside ASCII, which Python reads too, are not read here.

/// Whether Python's `str.split()` and `str.strip()` take the character for white space.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

/// The text without white space at its ends, as `str.strip()` leaves it.
pub(super) fn strip(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// The words of the text, as `str.split()` makes them.
pub(super) fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_space).filter(|word| !word.is_empty())
}

/// The text without its underscores, where each stands between two digits; `None` where one does not.
fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let placed_well = bytes
        .iter()
        .enumerate()
        .all(|(at, byte)| *byte != b'_' || (is_digit(at.checked_sub(1)) && is_digit(Some(at + 1))));
    placed_well.then(|| text.replace('_', ""))
}

/// The number that `float(text)` gives; `None` where Python raises `ValueError`.
pub(super) fn float(text: &str) -> Option<f64> {
    let text = strip(text);
    if text.contains('_') {
        return without_underscores(text)?.parse().ok();
    }
    // Rust and Python agree on the rest: `1.`, `.5`, `1e3`, `+1`, `inf`, `Infinity`, `nan` in any case, and neither
    // reads hexadecimal, `.`, `e5` or the empty text.
    text.parse().ok()
}

/// The number that `int(text)` gives, brought into the range of `i64`; `None` where Python raises `ValueError`.
pub(super) fn int(text: &str) -> Option<i64> {
    let text = strip(text);
    let owned;
    let text = if text.contains('_') {
        owned = without_underscores(text)?;
        owned.as_str()
    } else {
        text
    };
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Only the range can be wrong by now, and no machine is that large.
    Some(text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_those_that_python_reads() {
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
        ] {
            assert_eq!(float(text), Some(number), "{text:?}");
        }
        assert!(float("NaN").is_some_and(f64::is_nan));
        for text in [
            "", " ", ".", "e5", "1 2", "0x10", "1__0", "_1", "1_", "1_.5", "1._5", "1e_5", "1,5", "in_f",
            "16G",
        ] {
            assert_eq!(float(text), None, "{text:?}");
        }
    }

    #[test]
    fn ints_are_those_that_python_reads() {
        for (text, number) in [
            ("16", 16),
            (" 16\t", 16),
            ("016", 16),
            ("+16", 16),
            ("-16", -16),
            ("1_000", 1000),
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
    fn words_are_split_at_all_of_pythons_white_space() {
        let words: Vec<_> = split("\u{1c}<or> a\u{2003}<or>\u{85}b ").collect();
        assert_eq!(words, ["<or>", "a", "<or>", "b"]);
        assert_eq!(split(" \n ").count(), 0);
    }
}
