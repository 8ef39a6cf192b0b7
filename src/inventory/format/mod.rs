//! The formats of inventory files.
//!
//! # To add one
//!
//! 1. Write a file with a type that implements `Format`: its name and help for `--input-format`, how to recognize it,
//!    and how to read it. It converts each machine to the form of `baremetal create` and passes it to
//!    `FileContents::read_node`, so that one reader checks all formats. A table is converted to a document first. The
//!    smallest example is `example.rs`, which only unit tests use.
//! 2. Add its `mod` line and its line in `FORMATS`.
//!
//! Every key is used, reported as ignored, or an error; every error has a line and a column.

mod baremetal_create;
mod bifrost;
mod contents;
mod csv_table;
mod detect;
#[cfg(test)]
mod example;
mod legacy_csv;
mod metal3;
mod tripleo;

use std::fmt;

use clap::ValueEnum;
use clap::builder::PossibleValue;

pub(super) use contents::{FileContents, IgnoredKeys};
pub(super) use detect::{detect, detect_table, ini_error, table_error};
pub(super) use metal3::Secrets;

use super::csv_reader::Cell;
use super::document::{Cursor, Document, InputFile, Report, Value};
use super::reference::ResolveContext;

/// A format: its name, how it is recognized, and how it is read.
pub(super) trait Format: Sync {
    /// The name for `--input-format`.
    fn name(&self) -> &'static str;

    /// Other names for `--input-format`.
    fn aliases(&self) -> &'static [&'static str] {
        &[]
    }

    /// The line in `--help`.
    fn help(&self) -> &'static str;

    /// What a file in this format is, as text that follows `read as`.
    fn label(&self) -> &'static str;

    /// How files in this format are recognized.
    fn recognition(&self) -> Recognition;

    /// Collects secrets that hosts in other files may refer to, before any file is read. Returns whether the document
    /// has any.
    fn collect_secrets(&self, _document: &Document, _secrets: &mut Secrets, _report: &Report) -> bool {
        false
    }

    /// Reads one document of a file.
    fn read(&self, root: &Cursor<'_>, secrets: &Secrets, context: ResolveContext<'_>) -> FileContents;
}

/// How a format is recognized.
pub(super) enum Recognition {
    /// A CSV table, by its first row.
    Table {
        is_first_row: fn(&[Cell]) -> bool,
        /// Converts the table to a document. Errors go to the report.
        convert: fn(InputFile, &Report) -> Document,
    },
    /// YAML or JSON, by its first document.
    FirstDocument(fn(&Value) -> bool),
    /// YAML or JSON, by any of its documents.
    AnyDocument(fn(&Value) -> bool),
}

/// The formats, in the order of `--help`. If several recognize a file, the last one is used.
const FORMATS: &[InputFormat] = &[
    InputFormat::FARRIER,
    InputFormat(&csv_table::CsvTable),
    InputFormat(&bifrost::Bifrost),
    InputFormat(&legacy_csv::BifrostCsv),
    InputFormat(&tripleo::Tripleo),
    InputFormat(&legacy_csv::TripleoCsv),
    InputFormat(&metal3::Metal3),
    #[cfg(test)]
    InputFormat(&example::Example),
];

/// A format of inventory files, selected by `--input-format`.
#[derive(Clone, Copy)]
pub struct InputFormat(&'static dyn Format);

impl InputFormat {
    /// The format of `farrier export`.
    pub const FARRIER: Self = Self(&baremetal_create::BaremetalCreate);

    /// The name for `--input-format`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// Converts a file to a document, if the format is a table; otherwise returns the file.
    pub(super) fn convert_table(self, file: InputFile, report: &Report) -> Result<Document, InputFile> {
        match self.0.recognition() {
            Recognition::Table { convert, .. } => Ok(convert(file, report)),
            Recognition::FirstDocument(_) | Recognition::AnyDocument(_) => Err(file),
        }
    }

    pub(super) fn is_table(self) -> bool {
        matches!(self.0.recognition(), Recognition::Table { .. })
    }

    pub(super) fn collect_secrets(self, document: &Document, secrets: &mut Secrets, report: &Report) -> bool {
        self.0.collect_secrets(document, secrets, report)
    }

    pub(super) fn read(
        self,
        root: &Cursor<'_>,
        secrets: &Secrets,
        context: ResolveContext<'_>,
    ) -> FileContents {
        self.0.read(root, secrets, context)
    }
}

impl PartialEq for InputFormat {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for InputFormat {}

impl fmt::Debug for InputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for InputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.label())
    }
}

impl ValueEnum for InputFormat {
    fn value_variants<'a>() -> &'a [Self] {
        FORMATS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let Self(format) = self;
        Some(PossibleValue::new(format.name()).help(format.help()).aliases(format.aliases()))
    }
}
