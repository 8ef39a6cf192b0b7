//! What a scalar's text means, decided only when somebody asks.

use std::fmt;

use serde_json::{Number, Value as Json};

/// How a scalar was written, which decides whether it can be more than text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// In quotes, as a block, or tagged `!!str`: text and nothing else.
    Quoted,
    /// Bare, in YAML.
    Plain,
    /// Bare, in a file that is valid JSON.
    Json,
}

/// A scalar: the text that was written, quotes and escapes taken away.
#[derive(Clone, PartialEq, Eq)]
pub struct Scalar {
    text: Box<str>,
    style: Style,
}

impl Scalar {
    pub(super) fn new(text: impl Into<Box<str>>, style: Style) -> Self {
        Self { text: text.into(), style }
    }

    /// The text as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it stands for nothing: `null`, `~` or an empty place, not in quotes.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.is_bare() && matches!(&*self.text, "" | "~" | "null" | "Null" | "NULL")
    }

    /// Whether it was written without quotes.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.style != Style::Quoted
    }

    /// What it is where nobody says what it should be, as in `extra`.
    ///
    /// A bare word is null, a boolean or a number by YAML 1.2's core schema, but a number only if it
    /// would be printed with the same characters again: `0123`, `1e3`, `1.10`, `0x4000` and numbers
    /// beyond 64 bits stay text, so that serial numbers and versions survive. Of YAML 1.1's extra
    /// booleans and base-60 numbers (`no`, `52:54:00:12:34:56`) none is read.
    #[must_use]
    pub fn resolve(&self) -> Json {
        let text = || Json::String(self.text.to_string());
        if !self.is_bare() {
            return text();
        }
        if self.is_null() {
            return Json::Null;
        }
        match &*self.text {
            "true" | "True" | "TRUE" => return Json::Bool(true),
            "false" | "False" | "FALSE" => return Json::Bool(false),
            _ => {}
        }
        match number(&self.text) {
            Some(number) if self.style == Style::Json || number.to_string() == *self.text => number.into(),
            _ => text(),
        }
    }

    /// What it is in an operator's words, without its content.
    pub(super) fn kind(&self) -> &'static str {
        match self.resolve() {
            Json::Null => "nothing",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            _ => "text",
        }
    }
}

/// The number that a text is, if it is a whole one of 64 bits or a decimal fraction.
fn number(text: &str) -> Option<Number> {
    if text.strip_prefix('-').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map(u64::into).or_else(|_| text.parse().map(i64::into)).ok();
    }
    Number::from_f64(text.parse().ok()?)
}

/// A scalar may be a password: only its kind is shown.
impl fmt::Debug for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}>", self.kind())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bare_words_mean_what_yaml_1_2_says_and_lose_no_digit() {
        let cases = [
            ("", json!(null)),
            ("~", json!(null)),
            ("null", json!(null)),
            ("true", json!(true)),
            ("FALSE", json!(false)),
            ("no", json!("no")),
            ("on", json!("on")),
            ("52:54:00:12:34:56", json!("52:54:00:12:34:56")),
            ("0x4000cca77fc4dba1", json!("0x4000cca77fc4dba1")),
            ("0123", json!("0123")),
            ("+5", json!("+5")),
            ("1_000", json!("1_000")),
            ("1e3", json!("1e3")),
            ("1.10", json!("1.10")),
            ("-0", json!("-0")),
            ("99999999999999999999", json!("99999999999999999999")),
            (".nan", json!(".nan")),
            ("2026-11-22", json!("2026-11-22")),
            ("0", json!(0)),
            ("-17", json!(-17)),
            ("18446744073709551615", json!(u64::MAX)),
            ("1.5", json!(1.5)),
        ];
        for (text, meant) in cases {
            assert_eq!(Scalar::new(text, Style::Plain).resolve(), meant, "{text}");
        }
    }

    #[test]
    fn json_numbers_are_numbers_however_they_are_written() {
        assert_eq!(Scalar::new("1e3", Style::Json).resolve(), json!(1e3));
        assert_eq!(Scalar::new("1.10", Style::Json).resolve(), json!(1.1));
    }

    #[test]
    fn quoted_text_is_text() {
        for text in ["", "null", "true", "12"] {
            let scalar = Scalar::new(text, Style::Quoted);
            assert_eq!(scalar.resolve(), json!(text));
            assert!(!scalar.is_null());
        }
    }

    #[test]
    fn debug_shows_no_content() {
        assert_eq!(format!("{:?}", Scalar::new("hunter2", Style::Plain)), "<text>");
    }
}
