//! A scalar keeps its text. Its type is determined when a caller asks for it.

use std::fmt;

use serde_json::{Number, Value as Json};

/// How a scalar is written, which determines whether it can be something other than text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// In quotes, as a block, or tagged `!!str`: always text.
    Quoted,
    /// Unquoted, in YAML.
    Plain,
    /// Unquoted, in a file that is valid JSON.
    Json,
}

/// A scalar: its text without quotes and escapes.
#[derive(Clone, PartialEq, Eq)]
pub struct Scalar {
    text: Box<str>,
    style: Style,
}

impl Scalar {
    pub(super) fn new(text: impl Into<Box<str>>, style: Style) -> Self {
        Self { text: text.into(), style }
    }

    /// The text as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is `null`, `~` or empty, without quotes.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.is_unquoted() && matches!(&*self.text, "" | "~" | "null" | "Null" | "NULL")
    }

    /// Whether it is written without quotes.
    #[must_use]
    pub fn is_unquoted(&self) -> bool {
        self.style != Style::Quoted
    }

    /// Its value if no type is expected, for example in `extra`.
    ///
    /// An unquoted scalar is null, a boolean or a number by the core schema of YAML 1.2. It is a number
    /// only if printing the number gives the same characters: `0123`, `1e3`, `1.10`, `0x4000` and numbers
    /// of more than 64 bits stay text, so that serial numbers and versions do not change. The additional
    /// booleans and base-60 numbers of YAML 1.1 (`no`, `52:54:00:12:34:56`) are text.
    #[must_use]
    pub fn resolve(&self) -> Json {
        let text = || Json::String(self.text.to_string());
        if !self.is_unquoted() {
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

    /// Its type for messages, without its content.
    pub(super) fn kind(&self) -> &'static str {
        match self.resolve() {
            Json::Null => "nothing",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            _ => "text",
        }
    }
}

/// Parses an integer of 64 bits or a decimal fraction.
fn number(text: &str) -> Option<Number> {
    if text.strip_prefix('-').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map(u64::into).or_else(|_| text.parse().map(i64::into)).ok();
    }
    Number::from_f64(text.parse().ok()?)
}

/// Shows only the type, because a scalar may be a password.
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
    fn unquoted_scalars_have_yaml_1_2_types_and_keep_all_digits() {
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
        for (text, expected) in cases {
            assert_eq!(Scalar::new(text, Style::Plain).resolve(), expected, "{text}");
        }
    }

    #[test]
    fn all_json_number_notations_are_numbers() {
        assert_eq!(Scalar::new("1e3", Style::Json).resolve(), json!(1e3));
        assert_eq!(Scalar::new("1.10", Style::Json).resolve(), json!(1.1));
    }

    #[test]
    fn quoted_scalars_are_text() {
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
