//! Walking a document: typed questions to it, and a [`Report`] of every answer that was not there.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::{Content, Entry, Objection, Origin, Report, Scalar, Value};
use crate::rest::mask::is_secret_key;
use crate::suggest::nearest;

/// A value of a document, the way that led to it, and the report in which its problems are noted.
#[derive(Clone, Copy)]
pub struct Cursor<'a> {
    source: &'a Arc<str>,
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
        let bare =
            |key: &str| !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "_-/".contains(c));
        match self {
            Self::Root => Ok(()),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Key(entry) if entry.key.is_empty() => Ok(()),
            Self::Key(entry) if bare(&entry.key) => write!(f, ".{}", entry.key),
            Self::Key(entry) => write!(f, "[{:?}]", entry.key),
        }
    }
}

impl<'a> Cursor<'a> {
    pub(super) fn root(source: &'a Arc<str>, value: &'a Value, report: &'a Report, quotes: bool) -> Self {
        Self { source, report, value, step: Step::Root, quotes, parent: None }
    }

    /// The value itself.
    #[must_use]
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// The same spot of the file with something else in it: what was written, in another form.
    #[must_use]
    pub fn with<'s>(&'s self, value: &'s Value) -> Cursor<'s> {
        Cursor { value, ..*self }
    }

    /// Where it is, for messages that are made later.
    #[must_use]
    pub fn origin(&self) -> Origin {
        let origin = Origin::at(Arc::clone(self.source), self.value.at, self.path());
        if self.quotes { origin } else { origin.without_quotes() }
    }

    /// The way to it: `nodes[3].properties.ram`.
    fn path(&self) -> String {
        let mut steps: Vec<String> = self.ancestors().map(|cursor| cursor.step.to_string()).collect();
        steps.reverse();
        steps.concat().trim_start_matches('.').to_owned()
    }

    /// The value itself, what it is part of, and so on up to the root.
    fn ancestors(&self) -> impl Iterator<Item = &Cursor<'a>> {
        std::iter::successors(Some(self), |cursor| cursor.parent)
    }

    /// Notes that the value is wrong.
    pub fn error(&self, message: impl Into<String>) {
        self.report.error(self.origin(), message);
    }

    /// Notes something about the value that does not forbid to use it.
    pub fn warning(&self, message: impl Into<String>) {
        self.report.warning(self.origin(), message);
    }

    /// Notes a doubt about the value, which becomes a warning unless the value is refused anyway.
    pub fn doubt(&self, message: impl Into<String>) {
        self.report.doubt(self.origin(), message);
    }

    /// Notes that the value is wrong, and that nothing else is to be said of it: it would only follow from that.
    pub fn only_error(&self, message: impl Into<String>) {
        self.report.only_error(self.origin(), message);
    }

    /// Notes that the value is something else than it should be, and shows it if it is a short scalar
    /// under a key that holds no secret.
    pub fn expected(&self, wanted: &str) {
        self.error(format!("expected {wanted}, found {}", Shown(self)));
    }

    /// Notes that the value has another shape than it should have. It is not shown: where a mapping or a list belongs, a
    /// lone text may be anything, a password too.
    fn expected_shape(&self, wanted: &str) {
        self.error(format!("expected {wanted}, found {}", self.value.kind()));
    }

    fn scalar(&self) -> Option<&'a Scalar> {
        match &self.value.content {
            Content::Scalar(scalar) if !scalar.is_null() => Some(scalar),
            _ => None,
        }
    }

    /// The text as it was written, be it bare or in quotes.
    #[must_use]
    pub fn string(&self) -> Option<&'a str> {
        let text = self.scalar().map(Scalar::text);
        if text.is_none() {
            self.expected_shape("text");
        }
        text
    }

    /// The text as it was written, turned into something by a rule; what the rule objects to is noted.
    pub fn checked<T, E: Into<Objection>>(&self, rule: impl FnOnce(&str) -> Result<T, E>) -> Option<T> {
        rule(self.string()?).map_err(|objection| self.object(&objection.into())).ok()
    }

    /// Notes an objection, quoting the value if that is allowed.
    pub fn object(&self, objection: &Objection) {
        self.error(objection.text(self.quotes && !self.is_in_secret()));
    }

    /// Whether a key on the way to the value is one of a secret.
    fn is_in_secret(&self) -> bool {
        let keeps_secret = |step| matches!(step, Step::Key(entry) if is_secret_key(&entry.key));
        self.ancestors().any(|cursor| keeps_secret(cursor.step))
    }

    /// A whole decimal number, in quotes or not.
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

    /// A boolean: `true`, `yes`, `on`, `1` and their opposites, in any case, in quotes or not.
    #[must_use]
    pub fn boolean(&self) -> Option<bool> {
        let answer = match self.scalar().map(|scalar| scalar.text().to_ascii_lowercase()).as_deref() {
            Some("true" | "yes" | "on" | "1") => Some(true),
            Some("false" | "no" | "off" | "0") => Some(false),
            _ => None,
        };
        if answer.is_none() {
            self.expected("true or false");
        }
        answer
    }

    /// The items of a list.
    #[must_use]
    pub fn items(&self) -> Vec<Cursor<'_>> {
        if let Content::List(items) = &self.value.content {
            let item =
                |(index, value)| Cursor { value, step: Step::Index(index), parent: Some(self), ..*self };
            return items.iter().enumerate().map(item).collect();
        }
        self.expected_shape("a list");
        Vec::new()
    }

    /// The keys and values of a mapping.
    #[must_use]
    pub fn mapping(&self) -> Option<Table<'_>> {
        if let Content::Mapping(entries) = &self.value.content {
            return Some(Table { cursor: self, entries });
        }
        self.expected_shape("a mapping");
        None
    }
}

/// A [`Cursor`] at a mapping. A key whose value is null counts as absent.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    cursor: &'a Cursor<'a>,
    entries: &'a [Entry],
}

impl<'a> Table<'a> {
    fn cursor_to(&self, entry: &'a Entry) -> Cursor<'a> {
        Cursor { value: &entry.value, step: Step::Key(entry), parent: Some(self.cursor), ..*self.cursor }
    }

    /// The mapping as a value.
    #[must_use]
    pub fn cursor(&self) -> &'a Cursor<'a> {
        self.cursor
    }

    /// Every key with its value, null or not.
    #[must_use]
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (&'a str, Cursor<'a>)> {
        self.entries.iter().map(|entry| (&*entry.key, self.cursor_to(entry)))
    }

    /// Whether the key is written, be its value null.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| &*entry.key == key)
    }

    /// The value of a key, unless absent or null.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Cursor<'a>> {
        let entry = self.entries.iter().find(|entry| &*entry.key == key)?;
        (!entry.value.is_null()).then(|| self.cursor_to(entry))
    }

    /// The value of a key that must be there; that it is not is noted.
    #[expect(clippy::must_use_candidate, reason = "asking is enough to have the absence noted")]
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

    /// The whole number of a key.
    #[must_use]
    pub fn integer<T: FromStr>(&self, key: &str) -> Option<T> {
        self.get(key)?.integer()
    }

    /// The boolean of a key.
    #[must_use]
    pub fn boolean(&self, key: &str) -> Option<bool> {
        self.get(key)?.boolean()
    }

    /// Notes every key that is not among the known ones, with the nearest of them.
    pub fn only(&self, known: &[&str]) {
        for (key, _) in self.entries().filter(|(key, _)| !known.contains(key)) {
            self.unknown(key, known);
        }
    }

    /// Notes one key that cannot be used, with the nearest of the known ones. Keys at the top that begin with `x-` or `.`
    /// are passed over: they hold what anchors of other places refer to.
    pub fn unknown(&self, key: &str, known: &[&str]) {
        if holds_anchors(key) && matches!(self.cursor.step, Step::Root) {
            return;
        }
        let advice = match nearest(key, known.iter().copied()) {
            Some(meant) => format!(", did you mean `{meant}`?"),
            None if (1..=12).contains(&known.len()) => format!("; known are `{}`", known.join("`, `")),
            None => String::new(),
        };
        self.error_at_key(key, &format!("unknown key `{}`{advice}", key.escape_debug()));
    }

    /// Notes an error at the place of a key rather than of its value.
    pub fn error_at_key(&self, key: &str, message: &str) {
        self.cursor.report.error(self.origin_of_key(key), message);
    }

    /// Notes a warning at the place of a key rather than of its value.
    pub fn warning_at_key(&self, key: &str, message: &str) {
        self.cursor.report.warning(self.origin_of_key(key), message);
    }

    fn origin_of_key(&self, key: &str) -> Origin {
        let written = self.entries.iter().find(|entry| &*entry.key == key);
        let at = written.map_or(self.cursor.value.at, |entry| entry.at);
        Origin::at(Arc::clone(self.cursor.source), at, self.cursor.path())
    }
}

/// Whether a key at the top of a file only holds what anchors refer to: `x-bmc`, `.defaults`.
#[must_use]
pub fn holds_anchors(key: &str) -> bool {
    key.starts_with("x-") || key.starts_with('.')
}

/// A value as an error may quote it.
struct Shown<'a>(&'a Cursor<'a>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// Longer values say little and may be pasted keys.
        const LONGEST: usize = 40;

        let kind = self.0.value.kind();
        let quotes = self.0.quotes && !self.0.is_in_secret();
        match self.0.scalar() {
            Some(scalar) if quotes && scalar.text().chars().count() <= LONGEST => {
                write!(f, "{kind} `{}`", scalar.text().escape_debug())
            }
            _ => f.write_str(kind),
        }
    }
}
