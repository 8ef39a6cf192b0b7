//! A YAML or JSON file as a tree in which every key and value knows where it was written.
//!
//! Scalars keep the text of the file: an unquoted MAC address, a WWN such as `0x5000…`, `0123` and
//! `no` are what the operator typed, and become a number or a boolean only where one is asked for.
//! Whoever walks the tree with a [`Cursor`] collects *all* that is wrong with a file in a [`Report`],
//! and no message ever quotes the file, because inventories hold passwords: a value only under a key that
//! is known to hold none, and of a table, whose cells may have slipped into other columns, nothing at all.
//!
//! ```
//! use farrier::inventory::document::{Document, Report, Source};
//!
//! let source = Source::from_text("nodes.yaml", "nodes:\n  - name: rack4-u12\n    ram: lots\n");
//! let document = Document::parse(source)?;
//! let report = Report::default();
//! for root in document.roots(&report) {
//!     let Some(table) = root.mapping() else { continue };
//!     let Some(nodes) = table.get("nodes") else { continue };
//!     for node in nodes.items() {
//!         let Some(node) = node.mapping() else { continue };
//!         node.only(&["name", "ram_mb"]);
//!     }
//! }
//! let refused = report.finish(()).expect_err("`ram` is not known");
//! assert_eq!(
//!     refused.to_string(),
//!     "nodes.yaml:3:5: nodes[0]: unknown key `ram`, did you mean `ram_mb`?"
//! );
//! # Ok::<(), farrier::inventory::document::InputError>(())
//! ```

mod cursor;
mod parse;
mod problem;
mod scalar;
mod source;
#[cfg(test)]
mod tests;

pub use cursor::{Cursor, Table, holds_anchors};
pub use problem::{Finding, InputError, Objection, Origin, Report};
pub use scalar::Scalar;
pub use source::Source;

use std::fmt;
use std::sync::Arc;

/// A line and a column, both counted from 1 and the column in characters, as editors count them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The character in the line.
    pub column: u32,
}

impl Place {
    /// The place of what was given in no file. Messages leave it out.
    pub const NOWHERE: Self = Self { line: 0, column: 0 };

    pub(crate) fn new(line: usize, column: usize) -> Self {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Self { line: number(line), column: number(column) }
    }
}

/// A value of the file: what it is, and where it begins.
#[derive(Clone, PartialEq, Eq)]
pub struct Value {
    /// Where it begins; for a value that came through an alias or a merge, where it was written.
    pub at: Place,
    /// What it is.
    pub content: Content,
}

/// What a [`Value`] is.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// Anything that is not a collection.
    Scalar(Scalar),
    /// A sequence.
    List(Vec<Value>),
    /// A mapping; no key occurs twice.
    Mapping(Vec<Entry>),
}

/// A key of a mapping and its value.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where the key was written.
    pub at: Place,
    /// The key.
    pub key: Box<str>,
    /// What it stands for.
    pub value: Value,
}

impl Value {
    /// What it is in an operator's words: `text`, `a list`, `nothing`, …
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.content {
            Content::Scalar(scalar) => scalar.kind(),
            Content::List(_) => "a list",
            Content::Mapping(_) => "a mapping",
        }
    }

    /// Whether nothing is written here, or `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.content, Content::Scalar(scalar) if scalar.is_null())
    }

    /// The text of a scalar, as it was written.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(scalar) => Some(scalar.text()),
            Content::List(_) | Content::Mapping(_) => None,
        }
    }

    /// The keys and values of a mapping; of anything else none.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match &self.content {
            Content::Mapping(entries) => entries,
            Content::Scalar(_) | Content::List(_) => &[],
        }
    }

    /// The items of a list; of anything else none.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        match &self.content {
            Content::List(items) => items,
            Content::Scalar(_) | Content::Mapping(_) => &[],
        }
    }

    /// A word without quotes, as cells of a table are: it may be a number or a boolean, but it is not nothing.
    #[must_use]
    pub fn word(at: Place, text: &str) -> Self {
        let bare = Scalar::new(text, scalar::Style::Plain);
        let scalar = if bare.is_null() { Scalar::new(text, scalar::Style::Quoted) } else { bare };
        Self { at, content: Content::Scalar(scalar) }
    }

    /// The value of a key, where this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries().iter().find(|entry| &*entry.key == key).map(|entry| &entry.value)
    }

    /// Whether another value has the same content, wherever the two were written: scalars are compared as text, and the
    /// order of keys does not matter.
    #[must_use]
    pub fn has_content_of(&self, other: &Self) -> bool {
        match (&self.content, &other.content) {
            (Content::Scalar(one), Content::Scalar(other)) => one.text() == other.text(),
            (Content::List(one), Content::List(other)) => {
                one.len() == other.len()
                    && one.iter().zip(other).all(|(one, other)| one.has_content_of(other))
            }
            (Content::Mapping(one), Content::Mapping(entries)) => {
                let is_there = |entry: &Entry| {
                    other.get(&entry.key).is_some_and(|value| entry.value.has_content_of(value))
                };
                one.len() == entries.len() && one.iter().all(is_there)
            }
            _ => false,
        }
    }

    /// The value in JSON, scalars as [`Scalar::resolve`] takes them.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match &self.content {
            Content::Scalar(scalar) => scalar.resolve(),
            Content::List(items) => items.iter().map(Self::to_json).collect(),
            Content::Mapping(entries) => {
                entries.iter().map(|entry| (entry.key.to_string(), entry.value.to_json())).collect()
            }
        }
    }
}

/// A value that stands in no file: what options of the command line amount to.
impl From<serde_json::Value> for Value {
    fn from(json: serde_json::Value) -> Self {
        let content = match json {
            serde_json::Value::String(text) => Content::Scalar(Scalar::new(text, scalar::Style::Quoted)),
            serde_json::Value::Array(items) => Content::List(items.into_iter().map(Self::from).collect()),
            serde_json::Value::Object(map) => {
                let entry = |(key, value): (String, _)| Entry {
                    at: Place::NOWHERE,
                    key: key.into(),
                    value: Self::from(value),
                };
                Content::Mapping(map.into_iter().map(entry).collect())
            }
            bare => Content::Scalar(Scalar::new(bare.to_string(), scalar::Style::Json)),
        };
        Self { at: Place::NOWHERE, content }
    }
}

/// Shows the shape and the keys; scalars may be secrets and are left out.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.content {
            Content::Scalar(scalar) => write!(f, "{scalar:?}"),
            Content::List(items) => f.debug_list().entries(items).finish(),
            Content::Mapping(entries) => {
                f.debug_map().entries(entries.iter().map(|entry| (&entry.key, &entry.value))).finish()
            }
        }
    }
}

/// A parsed file: the documents in it, without those that are empty.
#[derive(Debug)]
pub struct Document {
    source: Source,
    roots: Vec<Value>,
    /// Whether messages may quote values.
    quotes: bool,
}

impl Document {
    /// Parses YAML or JSON.
    ///
    /// # Errors
    /// Refuses what is not YAML, a key given twice in a mapping, tags beyond YAML's own, and aliases
    /// that refer to themselves or multiply beyond reason.
    pub fn parse(source: Source) -> Result<Self, InputError> {
        let roots = parse::parse(&source)?;
        Ok(Self { source, roots, quotes: true })
    }

    /// A document made of a table. None of its cells is ever quoted: one comma too many, and a password stands in the
    /// column of something else.
    #[must_use]
    pub fn of_table(source: Source, roots: Vec<Value>) -> Self {
        Self { source, roots, quotes: false }
    }

    /// A document that stands in no file, under the name that messages shall give it.
    #[must_use]
    pub fn of(name: &str, root: Value) -> Self {
        Self { source: Source::from_text(name, ""), roots: vec![root], quotes: true }
    }

    /// The file it came from.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The documents in order; one for JSON, several where YAML separates them by `---`.
    pub fn roots<'a>(&'a self, report: &'a Report) -> impl ExactSizeIterator<Item = Cursor<'a>> {
        self.roots.iter().map(|root| Cursor::root(self.source.name(), root, report, self.quotes))
    }
}

/// Reads a file of one document in YAML or JSON as plain JSON.
///
/// # Errors
/// As [`Source::read`] and [`Document::parse`]; several documents, or none.
pub fn json_of(path: &std::path::Path) -> Result<serde_json::Value, InputError> {
    let document = Document::parse(Source::read(path)?)?;
    match document.roots.as_slice() {
        [root] => Ok(root.to_json()),
        roots => {
            let origin = Origin::file(Arc::clone(document.source().name()));
            let problem = format!("expected one document, found {}", roots.len());
            Err(InputError::from(Finding::error(origin, problem)))
        }
    }
}
