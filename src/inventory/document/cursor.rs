//! Typed access to the values of a document. Values of the wrong type and missing values go to a [`Report`].

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::{Content, Entry, InvalidValue, Report, Scalar, SourceLocation, Value};
use crate::rest::mask::is_secret_key;
use crate::suggest::nearest;

/// A value of a document, the path to it, and the report that receives its errors.
#[derive(Clone, Copy)]
pub struct Cursor<'a> {
    file: &'a Arc<str>,
    report: &'a Report,
    value: &'a Value,
    step: Step<'a>,
    /// Whether messages may quote values.
    quotes: bool,
    parent: Option<&'a Cursor<'a>>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Key(&'a Entry),
    Index(usize),
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain =
            |key: &str| !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "_-/".contains(c));
        match self {
            Self::Root => Ok(()),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Key(entry) if entry.key.is_empty() => Ok(()),
            Self::Key(entry) if is_plain(&entry.key) => write!(f, ".{}", entry.key),
            Self::Key(entry) => write!(f, "[{:?}]", entry.key),
        }
    }
}

impl<'a> Cursor<'a> {
    pub(super) fn root(file: &'a Arc<str>, value: &'a Value, report: &'a Report, quotes: bool) -> Self {
        Self { file, report, value, step: Step::Root, quotes, parent: None }
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// The same location with another value, for a value that is converted to another form.
    #[must_use]
    pub fn with<'s>(&'s self, value: &'s Value) -> Cursor<'s> {
        Cursor { value, ..*self }
    }

    /// The location, for later messages.
    #[must_use]
    pub fn location(&self) -> SourceLocation {
        let location = SourceLocation::at(Arc::clone(self.file), self.value.at, self.path());
        if self.quotes { location } else { location.without_quotes() }
    }

    /// The path to the value: `nodes[3].properties.ram`.
    fn path(&self) -> String {
        let mut steps: Vec<String> = self.ancestors().map(|cursor| cursor.step.to_string()).collect();
        steps.reverse();
        steps.concat().trim_start_matches('.').to_owned()
    }

    /// The value and its parents up to the root.
    fn ancestors(&self) -> impl Iterator<Item = &Cursor<'a>> {
        std::iter::successors(Some(self), |cursor| cursor.parent)
    }

    /// Reports an error.
    pub fn error(&self, message: impl Into<String>) {
        self.report.error(self.location(), message);
    }

    /// Reports a warning.
    pub fn warning(&self, message: impl Into<String>) {
        self.report.warning(self.location(), message);
    }

    /// Reports a warning that is dropped if the value has an error.
    pub fn warning_unless_error(&self, message: impl Into<String>) {
        self.report.warning_unless_error(self.location(), message);
    }

    /// Reports an error and drops later errors of the value, because they would only follow from it.
    pub fn only_error(&self, message: impl Into<String>) {
        self.report.only_error(self.location(), message);
    }

    /// Reports a value of the wrong type, and quotes it if it is a short scalar that is not a secret.
    pub fn expected(&self, expected: &str) {
        self.error(format!("expected {expected}, found {}", Shown(self)));
    }

    /// Reports a value of the wrong type without quoting it: text in place of a mapping or a list may be a password.
    fn expected_type(&self, expected: &str) {
        self.error(format!("expected {expected}, found {}", self.value.kind()));
    }

    fn scalar(&self) -> Option<&'a Scalar> {
        match &self.value.content {
            Content::Scalar(scalar) if !scalar.is_null() => Some(scalar),
            _ => None,
        }
    }

    /// The text as written, with or without quotes.
    #[must_use]
    pub fn string(&self) -> Option<&'a str> {
        let text = self.scalar().map(Scalar::text);
        if text.is_none() {
            self.expected_type("text");
        }
        text
    }

    /// Converts the text by a rule, and reports why the rule rejects it.
    pub fn checked<T, E: Into<InvalidValue>>(&self, rule: impl FnOnce(&str) -> Result<T, E>) -> Option<T> {
        rule(self.string()?).map_err(|invalid| self.reject(&invalid.into())).ok()
    }

    /// Reports an invalid value, quoting it if that is allowed.
    pub fn reject(&self, invalid: &InvalidValue) {
        self.error(invalid.text(self.quotes && !self.is_in_secret()));
    }

    /// Whether a key in the path holds a secret.
    fn is_in_secret(&self) -> bool {
        let is_secret = |step| matches!(step, Step::Key(entry) if is_secret_key(&entry.key));
        self.ancestors().any(|cursor| is_secret(cursor.step))
    }

    /// A decimal integer, with or without quotes.
    #[must_use]
    pub fn integer<T: FromStr>(&self) -> Option<T> {
        let digits = |text: &&str| text.strip_prefix('-').unwrap_or(text).bytes().all(|b| b.is_ascii_digit());
        let number = self.scalar().map(|scalar| scalar.text().trim()).filter(digits);
        let number = number.and_then(|text| text.parse().ok());
        if number.is_none() {
            self.expected("a whole number");
        }
        number
    }

    /// A boolean: `true`, `yes`, `on`, `1` or their opposites, case-insensitive, with or without quotes.
    #[must_use]
    pub fn boolean(&self) -> Option<bool> {
        let boolean = match self.scalar().map(|scalar| scalar.text().to_ascii_lowercase()).as_deref() {
            Some("true" | "yes" | "on" | "1") => Some(true),
            Some("false" | "no" | "off" | "0") => Some(false),
            _ => None,
        };
        if boolean.is_none() {
            self.expected("true or false");
        }
        boolean
    }

    /// The items of a list.
    #[must_use]
    pub fn items(&self) -> Vec<Cursor<'_>> {
        if let Content::List(items) = &self.value.content {
            let item =
                |(index, value)| Cursor { value, step: Step::Index(index), parent: Some(self), ..*self };
            return items.iter().enumerate().map(item).collect();
        }
        self.expected_type("a list");
        Vec::new()
    }

    /// The keys and values of a mapping.
    #[must_use]
    pub fn mapping(&self) -> Option<Table<'_>> {
        if let Content::Mapping(entries) = &self.value.content {
            return Some(Table { cursor: self, entries });
        }
        self.expected_type("a mapping");
        None
    }
}

/// A [`Cursor`] at a mapping. A key with a null value counts as missing.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    cursor: &'a Cursor<'a>,
    entries: &'a [Entry],
}

impl<'a> Table<'a> {
    fn cursor_to(&self, entry: &'a Entry) -> Cursor<'a> {
        Cursor { value: &entry.value, step: Step::Key(entry), parent: Some(self.cursor), ..*self.cursor }
    }

    /// The cursor at the mapping.
    #[must_use]
    pub fn cursor(&self) -> &'a Cursor<'a> {
        self.cursor
    }

    /// All keys with their values, including null.
    #[must_use]
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (&'a str, Cursor<'a>)> {
        self.entries.iter().map(|entry| (&*entry.key, self.cursor_to(entry)))
    }

    /// Whether the key exists, even with a null value.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| &*entry.key == key)
    }

    /// The value of a key, unless missing or null.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Cursor<'a>> {
        let entry = self.entries.iter().find(|entry| &*entry.key == key)?;
        (!entry.value.is_null()).then(|| self.cursor_to(entry))
    }

    /// The value of a required key. A missing key is an error.
    #[expect(clippy::must_use_candidate, reason = "callers may only check that the key exists")]
    pub fn require(&self, key: &str) -> Option<Cursor<'a>> {
        let found = self.get(key);
        if found.is_none() {
            self.cursor.error(format!("`{key}` is missing"));
        }
        found
    }

    /// The text of a key.
    #[must_use]
    pub fn string(&self, key: &str) -> Option<&'a str> {
        self.get(key)?.string()
    }

    /// The integer of a key.
    #[must_use]
    pub fn integer<T: FromStr>(&self, key: &str) -> Option<T> {
        self.get(key)?.integer()
    }

    /// The boolean of a key.
    #[must_use]
    pub fn boolean(&self, key: &str) -> Option<bool> {
        self.get(key)?.boolean()
    }

    /// Reports all unknown keys, with the most similar known key.
    pub fn allow_keys(&self, known: &[&str]) {
        for (key, _) in self.entries().filter(|(key, _)| !known.contains(key)) {
            self.unknown_key(key, known);
        }
    }

    /// Reports an unknown key, with the most similar known key. Top-level keys that begin with `x-` or `.` are ignored:
    /// they hold anchors.
    pub fn unknown_key(&self, key: &str, known: &[&str]) {
        if is_anchor_key(key) && matches!(self.cursor.step, Step::Root) {
            return;
        }
        let advice = match nearest(key, known.iter().copied()) {
            Some(suggestion) => format!(", did you mean `{suggestion}`?"),
            None if (1..=12).contains(&known.len()) => format!("; known keys: `{}`", known.join("`, `")),
            None => String::new(),
        };
        self.error_at_key(key, &format!("unknown key `{}`{advice}", key.escape_debug()));
    }

    /// Reports an error at the position of a key instead of its value.
    pub fn error_at_key(&self, key: &str, message: &str) {
        self.cursor.report.error(self.location_of_key(key), message);
    }

    /// Reports a warning at the position of a key instead of its value.
    pub fn warning_at_key(&self, key: &str, message: &str) {
        self.cursor.report.warning(self.location_of_key(key), message);
    }

    fn location_of_key(&self, key: &str) -> SourceLocation {
        let entry = self.entries.iter().find(|entry| &*entry.key == key);
        let at = entry.map_or(self.cursor.value.at, |entry| entry.at);
        SourceLocation::at(Arc::clone(self.cursor.file), at, self.cursor.path())
    }
}

/// Whether a top-level key only holds anchors: `x-bmc`, `.defaults`.
#[must_use]
pub fn is_anchor_key(key: &str) -> bool {
    key.starts_with("x-") || key.starts_with('.')
}

/// A value as an error shows it.
struct Shown<'a>(&'a Cursor<'a>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// Longer values do not help and may be pasted keys.
        const MAX_LENGTH: usize = 40;

        let kind = self.0.value.kind();
        let quotes = self.0.quotes && !self.0.is_in_secret();
        match self.0.scalar() {
            Some(scalar) if quotes && scalar.text().chars().count() <= MAX_LENGTH => {
                write!(f, "{kind} `{}`", scalar.text().escape_debug())
            }
            _ => f.write_str(kind),
        }
    }
}
