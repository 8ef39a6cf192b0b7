//! A YAML or JSON file as a tree in which each key and value has its position in the file.
//!
//! Scalars keep the text of the file: an unquoted MAC address, a WWN such as `0x5000…`, `0123` and
//! `no` stay as typed, and become a number or a boolean only if the caller asks for one.
//! A walk with a [`Cursor`] collects *all* errors of a file in a [`Report`].
//!
//! Files contain passwords. Messages therefore quote a value only if its key does not hold a secret, and
//! never quote a cell of a table, because a cell may be in the wrong column.
//!
//! ```
//! use farrier::inventory::document::{Document, Report, InputFile};
//!
//! let file = InputFile::from_text("nodes.yaml", "nodes:\n  - name: rack4-u12\n    ram: lots\n");
//! let document = Document::parse(file)?;
//! let report = Report::default();
//! for root in document.roots(&report) {
//!     let Some(table) = root.mapping() else { continue };
//!     let Some(nodes) = table.get("nodes") else { continue };
//!     for node in nodes.items() {
//!         let Some(node) = node.mapping() else { continue };
//!         node.allow_keys(&["name", "ram_mb"]);
//!     }
//! }
//! let refused = report.finish(()).expect_err("`ram` is an unknown key");
//! assert_eq!(
//!     refused.to_string(),
//!     "nodes.yaml:3:5: nodes[0]: unknown key `ram`, did you mean `ram_mb`?"
//! );
//! # Ok::<(), farrier::inventory::document::InputError>(())
//! ```

mod cursor;
mod input_file;
mod parse;
mod problem;
mod scalar;
#[cfg(test)]
mod tests;

pub use cursor::{Cursor, Table, is_anchor_key};
pub use input_file::InputFile;
pub(crate) use input_file::without_errno;
pub use problem::{InputError, InputProblem, InvalidValue, Report, SourceLocation};
pub use scalar::Scalar;

use std::fmt;
use std::sync::Arc;

/// A line and a column, both counted from 1. Columns are counted in characters, as in editors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line number.
    pub line: u32,
    /// Character in the line.
    pub column: u32,
}

impl Position {
    /// For values that do not come from a file. Messages omit it.
    pub const NONE: Self = Self { line: 0, column: 0 };

    pub(crate) fn new(line: usize, column: usize) -> Self {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Self { line: number(line), column: number(column) }
    }
}

/// A value of the file and its position.
#[derive(Clone, PartialEq, Eq)]
pub struct Value {
    /// Where it begins. For a value of an alias or a merge, the position of the original value.
    pub at: Position,
    /// Its content.
    pub content: Content,
}

/// The content of a [`Value`].
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// A single value.
    Scalar(Scalar),
    /// A sequence.
    List(Vec<Value>),
    /// A mapping; no key occurs twice.
    Mapping(Vec<Entry>),
}

/// A key of a mapping and its value.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry {
    /// The position of the key.
    pub at: Position,
    /// The key.
    pub key: Box<str>,
    /// Its value.
    pub value: Value,
}

impl Value {
    /// Its type for messages: `text`, `a list`, `nothing`, …
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.content {
            Content::Scalar(scalar) => scalar.kind(),
            Content::List(_) => "a list",
            Content::Mapping(_) => "a mapping",
        }
    }

    /// Whether the value is empty or `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(&self.content, Content::Scalar(scalar) if scalar.is_null())
    }

    /// The text of a scalar, as written.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(scalar) => Some(scalar.text()),
            Content::List(_) | Content::Mapping(_) => None,
        }
    }

    /// The entries of a mapping, empty for other values.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match &self.content {
            Content::Mapping(entries) => entries,
            Content::Scalar(_) | Content::List(_) => &[],
        }
    }

    /// The items of a list, empty for other values.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        match &self.content {
            Content::List(items) => items,
            Content::Scalar(_) | Content::Mapping(_) => &[],
        }
    }

    /// An unquoted scalar, for cells of a table: it may be a number or a boolean, but `null`, `~` and `""` are text.
    #[must_use]
    pub fn unquoted(at: Position, text: &str) -> Self {
        let plain = Scalar::new(text, scalar::Style::Plain);
        let scalar = if plain.is_null() { Scalar::new(text, scalar::Style::Quoted) } else { plain };
        Self { at, content: Content::Scalar(scalar) }
    }

    /// The value of a key, if this is a mapping that has the key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries().iter().find(|entry| &*entry.key == key).map(|entry| &entry.value)
    }

    /// Whether two values have the same content. Positions and the order of keys are ignored, and scalars are compared as text.
    #[must_use]
    pub fn has_same_content(&self, other: &Self) -> bool {
        match (&self.content, &other.content) {
            (Content::Scalar(left), Content::Scalar(right)) => left.text() == right.text(),
            (Content::List(left), Content::List(right)) => {
                left.len() == right.len()
                    && left.iter().zip(right).all(|(left, right)| left.has_same_content(right))
            }
            (Content::Mapping(left), Content::Mapping(right)) => {
                let is_in_other = |entry: &Entry| {
                    other.get(&entry.key).is_some_and(|value| entry.value.has_same_content(value))
                };
                left.len() == right.len() && left.iter().all(is_in_other)
            }
            _ => false,
        }
    }

    /// The value in JSON, with scalars converted by [`Scalar::resolve`].
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

/// A value that does not come from a file but from options of the command line.
impl From<serde_json::Value> for Value {
    fn from(json: serde_json::Value) -> Self {
        let content = match json {
            serde_json::Value::String(text) => Content::Scalar(Scalar::new(text, scalar::Style::Quoted)),
            serde_json::Value::Array(items) => Content::List(items.into_iter().map(Self::from).collect()),
            serde_json::Value::Object(map) => {
                let entry = |(key, value): (String, _)| Entry {
                    at: Position::NONE,
                    key: key.into(),
                    value: Self::from(value),
                };
                Content::Mapping(map.into_iter().map(entry).collect())
            }
            other => Content::Scalar(Scalar::new(other.to_string(), scalar::Style::Json)),
        };
        Self { at: Position::NONE, content }
    }
}

/// Shows structure and keys, but no scalars, because they may be secrets.
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

/// A parsed file: its documents, without empty ones.
#[derive(Debug)]
pub struct Document {
    file: InputFile,
    roots: Vec<Value>,
    /// Whether messages may quote values.
    quotes: bool,
}

impl Document {
    /// Parses YAML or JSON.
    ///
    /// # Errors
    /// Invalid YAML, duplicate keys in a mapping, tags that YAML does not define, and aliases that
    /// refer to themselves or expand to too many values.
    pub fn parse(file: InputFile) -> Result<Self, InputError> {
        let roots = parse::parse(&file)?;
        Ok(Self { file, roots, quotes: true })
    }

    /// A document converted from a table. Messages never quote its cells: one extra comma moves a password into another
    /// column.
    #[must_use]
    pub fn from_table(file: InputFile, roots: Vec<Value>) -> Self {
        Self { file, roots, quotes: false }
    }

    /// A document that does not come from a file. Messages call it `name`.
    #[must_use]
    pub fn from_value(name: &str, root: Value) -> Self {
        Self { file: InputFile::from_text(name, ""), roots: vec![root], quotes: true }
    }

    /// The file it came from.
    #[must_use]
    pub fn file(&self) -> &InputFile {
        &self.file
    }

    /// The documents in order. JSON has one; YAML separates documents by `---`.
    pub fn roots<'a>(&'a self, report: &'a Report) -> impl ExactSizeIterator<Item = Cursor<'a>> {
        self.roots.iter().map(|root| Cursor::root(self.file.name(), root, report, self.quotes))
    }
}

/// Reads a YAML or JSON file with one document as JSON.
///
/// # Errors
/// See [`InputFile::read`] and [`Document::parse`]. Also if the file does not have exactly one document.
pub fn read_json(path: &std::path::Path) -> Result<serde_json::Value, InputError> {
    let document = Document::parse(InputFile::read(path)?)?;
    match document.roots.as_slice() {
        [root] => Ok(root.to_json()),
        roots => {
            let location = SourceLocation::file(Arc::clone(document.file().name()));
            let problem = format!("expected one document, found {}", roots.len());
            Err(InputError::from(InputProblem::error(location, problem)))
        }
    }
}
