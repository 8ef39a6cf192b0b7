//! Answers: the result of a command as a table, JSON, YAML, CSV or plain values.
//!
//! A command declares its [`Column`]s once, gets a [`View`] of them from the [`Ui`](super::Ui), which checks `--column`
//! and `--sort` before anything is changed, and passes JSON objects.

mod cell;
pub(super) mod changes;
mod machine_readable;
pub(super) mod row_stream;
mod table;

use serde::Serialize;
use serde_json::Value;

pub use cell::{CellStyle, seconds};
pub(crate) use changes::ChangeLine;
pub(super) use table::TableStyle;

/// `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum OutputFormat {
    /// Table for humans; not stable between versions
    #[default]
    Table,
    /// Indented JSON
    Json,
    /// YAML
    Yaml,
    /// Comma-separated values with a header row (RFC 4180)
    Csv,
    /// Values only: one row per line, columns separated by a space
    Value,
}

/// A column that an answer can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The JSON key, or a dotted path to it (`node.uuid`): the value for `--column`.
    pub key: &'static str,
    /// The table's header: short, upper case.
    pub header: &'static str,
    /// How tables show the value.
    pub show: CellStyle,
    /// Whether tables and CSV show it by default.
    pub by_default: bool,
    /// Whether stderr shows it too, so that tables omit it by default.
    pub on_stderr: bool,
    /// When it is shortened on a narrow terminal: the highest first, 0 never.
    pub rank: u8,
}

impl Column {
    /// A column of plain text that is shown by default.
    #[must_use]
    pub const fn new(key: &'static str, header: &'static str) -> Self {
        Self { key, header, show: CellStyle::Text, by_default: true, on_stderr: false, rank: 0 }
    }

    /// Sets how tables show it.
    #[must_use]
    pub const fn show(mut self, show: CellStyle) -> Self {
        self.show = show;
        self
    }

    /// Shows it only if `--column` names it.
    #[must_use]
    pub const fn on_request(mut self) -> Self {
        self.by_default = false;
        self
    }

    /// Omits it from tables unless `--column` names it, because stderr shows it too.
    #[must_use]
    pub const fn on_stderr(mut self) -> Self {
        self.on_stderr = true;
        self
    }

    /// Allows shortening it on narrow terminals: the column with the highest `rank` first.
    #[must_use]
    pub const fn shortened_by_rank(mut self, rank: u8) -> Self {
        self.rank = rank;
        self
    }

    /// The column's value in `row`; null if missing.
    pub(super) fn of<'a>(&self, row: &'a Value) -> &'a Value {
        self.key.split('.').fold(row, |value, step| &value[step])
    }
}

/// The columns and the order of one answer.
#[derive(Debug, Clone)]
pub struct View {
    columns: Vec<&'static Column>,
    /// All columns that exist.
    known: &'static [Column],
    /// Whether `--column` was given; it also applies to JSON lists.
    selected: bool,
    order: SortOrder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SortOrder {
    /// By name, then by UUID: the same in every run.
    Name,
    /// As the command ordered them: a ranking, or the order of a file.
    Given,
    By(&'static Column, Direction),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ascending,
    Descending,
}

/// Why `--column` or `--sort` is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// The column does not exist.
    #[error("unknown column `{name}` (columns: {})", known.join(", "))]
    UnknownColumn {
        /// The requested name.
        name: String,
        /// The existing columns.
        known: Vec<&'static str>,
    },
    /// `--sort` ends with something other than `:asc` or `:desc`.
    #[error("invalid sort order `{0}`: use `:asc` or `:desc`")]
    UnknownDirection(String),
    /// `--column help`: not an error, but it ends the command.
    #[error("columns: {}", .0.join(", "))]
    Asked(Vec<&'static str>),
}

impl View {
    /// Selects the columns named in `wanted` from `known`; without names, those shown by default.
    ///
    /// # Errors
    ///
    /// A column or the sort direction is unknown.
    pub fn new(known: &'static [Column], wanted: &[String], sort: Option<&str>) -> Result<Self, ViewError> {
        let names = || known.iter().map(|column| column.key).collect();
        let find = |name: &str| {
            known
                .iter()
                .find(|column| same_name(column.key, name))
                .ok_or_else(|| ViewError::UnknownColumn { name: name.to_owned(), known: names() })
        };
        if wanted.iter().any(|name| name.is_empty() || name == "help") {
            return Err(ViewError::Asked(names()));
        }
        let columns = if wanted.is_empty() {
            known.iter().filter(|column| column.by_default).collect()
        } else {
            wanted.iter().map(|name| find(name)).collect::<Result<_, _>>()?
        };
        let order = match sort.map(|sort| sort.split_once(':').unwrap_or((sort, "asc"))) {
            None => SortOrder::Name,
            Some((key, "asc")) => SortOrder::By(find(key)?, Direction::Ascending),
            Some((key, "desc")) => SortOrder::By(find(key)?, Direction::Descending),
            Some(_) => return Err(ViewError::UnknownDirection(sort.unwrap_or_default().to_owned())),
        };
        Ok(Self { columns, known, selected: !wanted.is_empty(), order })
    }

    /// Keeps the order of the rows unless `--sort` is given.
    #[must_use]
    pub fn ranked(mut self) -> Self {
        if self.order == SortOrder::Name {
            self.order = SortOrder::Given;
        }
        self
    }

    /// Omits from tables the columns that stderr shows.
    #[must_use]
    pub fn in_format(mut self, format: OutputFormat) -> Self {
        if format == OutputFormat::Table && !self.selected {
            self.columns.retain(|column| !column.on_stderr);
        }
        self
    }

    /// Also shows this column by default.
    #[must_use]
    pub fn including(mut self, key: &str) -> Self {
        if !self.selected {
            let is_shown = |column: &&Column| {
                column.key == key || self.columns.iter().any(|shown| shown.key == column.key)
            };
            self.columns = self.known.iter().filter(is_shown).collect();
        }
        self
    }

    /// The keys that an answer in this format shows or sorts by; `None` if it shows whole rows.
    #[must_use]
    pub fn keys(&self, format: OutputFormat) -> Option<Vec<&'static str>> {
        if self.prints_whole_rows(format) {
            return None;
        }
        let sorted_by = match self.order {
            SortOrder::By(column, _) => Some(column.key),
            SortOrder::Name | SortOrder::Given => None,
        };
        Some(self.columns.iter().map(|column| column.key).chain(sorted_by).collect())
    }

    /// Whether an answer in this format shows all keys of its rows.
    fn prints_whole_rows(&self, format: OutputFormat) -> bool {
        !self.selected && matches!(format, OutputFormat::Json | OutputFormat::Yaml)
    }

    /// The view of a single object: all columns, unless `--column` selects.
    fn of_object(&self) -> Self {
        let columns = if self.selected { self.columns.clone() } else { self.known.iter().collect() };
        Self { columns, ..self.clone() }
    }

    fn sort(&self, rows: &mut [Value]) {
        let by_name = |a: &Value, b: &Value| {
            cell::compare(&a["name"], &b["name"]).then_with(|| cell::compare(&a["uuid"], &b["uuid"]))
        };
        match self.order {
            SortOrder::Given => {}
            SortOrder::Name => rows.sort_by(by_name),
            SortOrder::By(column, direction) => rows.sort_by(|a, b| {
                let (a_key, b_key) = (column.of(a), column.of(b));
                let order = match direction {
                    // Missing values come last in either direction.
                    Direction::Descending if !a_key.is_null() && !b_key.is_null() => {
                        cell::compare(b_key, a_key)
                    }
                    _ => cell::compare(a_key, b_key),
                };
                order.then_with(|| by_name(a, b))
            }),
        }
    }
}

/// Whether `typed` means `key`: case is ignored, and `-` equals `_`.
fn same_name(key: &str, typed: &str) -> bool {
    let plain = |c: char| if c == '-' { '_' } else { c.to_ascii_lowercase() };
    key.chars().map(plain).eq(typed.chars().map(plain))
}

/// A row or a document as JSON.
pub(crate) fn json<T: Serialize>(answer: &T) -> Value {
    serde_json::to_value(answer).expect("answers have only text as keys")
}

/// Rows as JSON objects.
pub(crate) fn json_rows<R: Serialize>(rows: impl IntoIterator<Item = R>) -> Vec<Value> {
    rows.into_iter().map(|row| json(&row)).collect()
}

/// One table of a [`Document`].
#[derive(Debug, Clone)]
pub struct Section {
    /// Its heading in tables; `None` in an answer with one table.
    pub title: Option<String>,
    /// Its columns.
    pub view: View,
    /// Its rows, as JSON objects.
    pub rows: Vec<Value>,
}

/// An answer with several tables: JSON and YAML print `whole`, tables print all sections, CSV and values the first.
#[derive(Debug, Clone)]
pub struct Document {
    /// The answer as one object.
    pub whole: Value,
    /// The answer as tables, the main one first.
    pub sections: Vec<Section>,
}

/// The format of the output, and how its tables are drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct OutputStyle {
    pub(super) format: OutputFormat,
    pub(super) table_style: TableStyle,
}

pub(super) fn render_list(style: OutputStyle, view: &View, mut rows: Vec<Value>) -> String {
    view.sort(&mut rows);
    match style.format {
        OutputFormat::Table => table::list(style.table_style, view, &rows),
        OutputFormat::Csv => machine_readable::csv(view, &rows),
        OutputFormat::Value => machine_readable::bare(view, &rows),
        OutputFormat::Json => {
            machine_readable::json(&Value::Array(machine_readable::select_columns(view, rows)))
        }
        OutputFormat::Yaml => {
            machine_readable::yaml(&Value::Array(machine_readable::select_columns(view, rows)))
        }
    }
}

pub(super) fn render_object(style: OutputStyle, view: &View, object: &Value) -> String {
    let view = &view.of_object();
    match style.format {
        OutputFormat::Table => table::object(style.table_style, view, object),
        OutputFormat::Csv => machine_readable::csv(view, std::slice::from_ref(object)),
        OutputFormat::Value => machine_readable::bare(view, std::slice::from_ref(object)),
        OutputFormat::Json => machine_readable::json(object),
        OutputFormat::Yaml => machine_readable::yaml(object),
    }
}

pub(super) fn render_document(style: OutputStyle, document: Document) -> String {
    match style.format {
        OutputFormat::Json => machine_readable::json(&document.whole),
        OutputFormat::Yaml => machine_readable::yaml(&document.whole),
        OutputFormat::Csv | OutputFormat::Value => document
            .sections
            .into_iter()
            .next()
            .map_or_else(String::new, |Section { view, rows, .. }| render_list(style, &view, rows)),
        OutputFormat::Table => {
            let parts: Vec<String> = document
                .sections
                .into_iter()
                .map(|Section { title, view, rows }| {
                    let body = render_list(style, &view, rows);
                    title.map_or(body.clone(), |title| table::titled(style.table_style, &title, &body))
                })
                .filter(|part| !part.is_empty())
                .collect();
            parts.join("\n")
        }
    }
}

#[cfg(test)]
mod tests;
