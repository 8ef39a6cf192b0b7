//! Answers: what a command found or did, as a table, JSON, YAML, CSV or bare values.
//!
//! A command declares its [`Column`]s once, asks the [`Ui`](super::Ui) for a [`View`] of them (which is where
//! `--column` and `--sort` are checked, before anything is changed), and hands over JSON objects.

mod cell;
pub(super) mod changes;
mod machine;
pub(super) mod pieces;
mod table;

use serde_json::Value;

pub use cell::{Show, seconds};
pub(super) use table::Space;

/// `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// For eyes; may change from version to version
    #[default]
    Table,
    /// Indented JSON
    Json,
    /// YAML
    Yaml,
    /// Comma-separated values with a header, quoted as RFC 4180 says
    Csv,
    /// Bare values: one row a line, columns split by one space
    Value,
}

/// One column that an answer can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The JSON key, or a dotted path to it (`node.uuid`): what `--column` takes.
    pub key: &'static str,
    /// The table's header: short, upper case.
    pub header: &'static str,
    /// How a table shows the value.
    pub show: Show,
    /// Whether tables and CSV have it unasked.
    pub unasked: bool,
    /// Whether stderr tells it too, so that tables do not have it unasked.
    pub told_on_stderr: bool,
    /// How early it gives way when a terminal is narrow: the highest first, 0 never.
    pub yields: u8,
}

impl Column {
    /// A column of plain text that is always shown.
    #[must_use]
    pub const fn new(key: &'static str, header: &'static str) -> Self {
        Self { key, header, show: Show::Text, unasked: true, told_on_stderr: false, yields: 0 }
    }

    /// The same, shown in tables as `show` says.
    #[must_use]
    pub const fn show(mut self, show: Show) -> Self {
        self.show = show;
        self
    }

    /// The same, shown only when `--column` names it.
    #[must_use]
    pub const fn on_request(mut self) -> Self {
        self.unasked = false;
        self
    }

    /// The same, left out of tables unless `--column` names it, because stderr tells it too.
    #[must_use]
    pub const fn told_on_stderr(mut self) -> Self {
        self.told_on_stderr = true;
        self
    }

    /// The same, giving way on narrow terminals: the column with the highest `rank` first.
    #[must_use]
    pub const fn yields(mut self, rank: u8) -> Self {
        self.yields = rank;
        self
    }

    /// The column's value in `row`; null where there is none.
    pub(super) fn of<'a>(&self, row: &'a Value) -> &'a Value {
        self.key.split('.').fold(row, |value, step| &value[step])
    }
}

/// The columns of one answer as the operator wants them.
#[derive(Debug, Clone)]
pub struct View {
    columns: Vec<&'static Column>,
    /// All there are.
    known: &'static [Column],
    /// `--column` was given: JSON lists are cut down to it too.
    picked: bool,
    order: Order,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// By name, then by UUID: the same for every run.
    Name,
    /// As the command made it: a ranking, or the order of a file.
    Given,
    By(&'static Column, Direction),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ascending,
    Descending,
}

/// Why `--column` or `--sort` cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// There is no such column.
    #[error("no column `{name}`; the columns are {}", known.join(", "))]
    UnknownColumn {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<&'static str>,
    },
    /// `--sort` ends in something else than `:asc` or `:desc`.
    #[error("cannot sort `{0}`; a column is sorted by `:asc` or `:desc`")]
    UnknownDirection(String),
    /// `--column help`: not a mistake, but the end of the command all the same.
    #[error("the columns are {}", .0.join(", "))]
    Asked(Vec<&'static str>),
}

impl View {
    /// Picks from `known` what `wanted` names (all that are shown unasked, if it names nothing).
    ///
    /// # Errors
    ///
    /// A name or a sort direction is not known.
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
            known.iter().filter(|column| column.unasked).collect()
        } else {
            wanted.iter().map(|name| find(name)).collect::<Result<_, _>>()?
        };
        let order = match sort.map(|sort| sort.split_once(':').unwrap_or((sort, "asc"))) {
            None => Order::Name,
            Some((key, "asc")) => Order::By(find(key)?, Direction::Ascending),
            Some((key, "desc")) => Order::By(find(key)?, Direction::Descending),
            Some(_) => return Err(ViewError::UnknownDirection(sort.unwrap_or_default().to_owned())),
        };
        Ok(Self { columns, known, picked: !wanted.is_empty(), order })
    }

    /// The same for rows whose order means something: only `--sort` changes it.
    #[must_use]
    pub fn ranked(mut self) -> Self {
        if self.order == Order::Name {
            self.order = Order::Given;
        }
        self
    }

    /// The same for a format that may leave out what stderr tells.
    #[must_use]
    pub fn in_format(mut self, format: Format) -> Self {
        if format == Format::Table && !self.picked {
            self.columns.retain(|column| !column.told_on_stderr);
        }
        self
    }

    /// The same with a column among those shown unasked, where `--column` does not pick.
    #[must_use]
    pub fn including(mut self, key: &str) -> Self {
        if !self.picked {
            let is_shown = |column: &&Column| {
                column.key == key || self.columns.iter().any(|shown| shown.key == column.key)
            };
            self.columns = self.known.iter().filter(is_shown).collect();
        }
        self
    }

    /// The keys of what an answer in this format tells of each row, or is sorted by; none where it tells rows whole.
    #[must_use]
    pub fn keys(&self, format: Format) -> Option<Vec<&'static str>> {
        if self.tells_whole(format) {
            return None;
        }
        let sorted_by = match self.order {
            Order::By(column, _) => Some(column.key),
            Order::Name | Order::Given => None,
        };
        Some(self.columns.iter().map(|column| column.key).chain(sorted_by).collect())
    }

    /// Whether an answer in this format has every key of its rows.
    fn tells_whole(&self, format: Format) -> bool {
        !self.picked && matches!(format, Format::Json | Format::Yaml)
    }

    /// The view of one thing alone: all there is to know of it, unless `--column` picks.
    fn of_one(&self) -> Self {
        let columns = if self.picked { self.columns.clone() } else { self.known.iter().collect() };
        Self { columns, ..self.clone() }
    }

    fn sort(&self, rows: &mut [Value]) {
        let by_name = |a: &Value, b: &Value| {
            cell::compare(&a["name"], &b["name"]).then_with(|| cell::compare(&a["uuid"], &b["uuid"]))
        };
        match self.order {
            Order::Given => {}
            Order::Name => rows.sort_by(by_name),
            Order::By(column, direction) => rows.sort_by(|a, b| {
                let (a_key, b_key) = (column.of(a), column.of(b));
                let order = match direction {
                    // What has no value comes last whichever way the rest is sorted.
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

/// Whether an operator who typed `typed` means `key`: case, `-` and `_` make no difference.
fn same_name(key: &str, typed: &str) -> bool {
    let plain = |c: char| if c == '-' { '_' } else { c.to_ascii_lowercase() };
    key.chars().map(plain).eq(typed.chars().map(plain))
}

/// One table of a [`Document`].
#[derive(Debug, Clone)]
pub struct Section {
    /// Its heading in table mode; none for an answer of one table.
    pub title: Option<String>,
    /// Its columns.
    pub view: View,
    /// Its rows: JSON objects.
    pub rows: Vec<Value>,
}

/// An answer of several tables: JSON and YAML print `whole`, tables print all sections, CSV and bare values the first.
#[derive(Debug, Clone)]
pub struct Document {
    /// The answer as one object.
    pub whole: Value,
    /// The answer as tables, the main one first.
    pub sections: Vec<Section>,
}

/// How the rows are to look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) format: Format,
    pub(super) space: Space,
}

pub(super) fn render_list(look: Look, view: &View, mut rows: Vec<Value>) -> String {
    view.sort(&mut rows);
    match look.format {
        Format::Table => table::list(look.space, view, &rows),
        Format::Csv => machine::csv(view, &rows),
        Format::Value => machine::bare(view, &rows),
        Format::Json => machine::json(&Value::Array(machine::cut(view, rows))),
        Format::Yaml => machine::yaml(&Value::Array(machine::cut(view, rows))),
    }
}

pub(super) fn render_object(look: Look, view: &View, object: &Value) -> String {
    let view = &view.of_one();
    match look.format {
        Format::Table => table::object(look.space, view, object),
        Format::Csv => machine::csv(view, std::slice::from_ref(object)),
        Format::Value => machine::bare(view, std::slice::from_ref(object)),
        Format::Json => machine::json(object),
        Format::Yaml => machine::yaml(object),
    }
}

pub(super) fn render_document(look: Look, document: Document) -> String {
    match look.format {
        Format::Json => machine::json(&document.whole),
        Format::Yaml => machine::yaml(&document.whole),
        Format::Csv | Format::Value => document
            .sections
            .into_iter()
            .next()
            .map_or_else(String::new, |Section { view, rows, .. }| render_list(look, &view, rows)),
        Format::Table => {
            let parts: Vec<String> = document
                .sections
                .into_iter()
                .map(|Section { title, view, rows }| {
                    let body = render_list(look, &view, rows);
                    title.map_or(body.clone(), |title| table::titled(look.space, &title, &body))
                })
                .filter(|part| !part.is_empty())
                .collect();
            parts.join("\n")
        }
    }
}

#[cfg(test)]
mod tests;
