//! Formats for programs.

use serde_json::{Map, Value};

use super::{View, cell};
use crate::ui::sanitize;

/// Reduces rows to the columns of `--column`, if given.
pub(super) fn select_columns(view: &View, rows: Vec<Value>) -> Vec<Value> {
    if !view.selected {
        return rows;
    }
    let pick = |row: &Value| {
        let fields = view.columns.iter().map(|column| (column.key.to_owned(), column.of(row).clone()));
        Value::Object(fields.collect::<Map<_, _>>())
    };
    rows.iter().map(pick).collect()
}

pub(super) fn json(value: &Value) -> String {
    format!("{value:#}\n")
}

pub(super) fn yaml(value: &Value) -> String {
    let mut text = serde_saphyr::to_string(value).expect("JSON values have string keys, which YAML can hold");
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// RFC 4180, except that lines end with a line feed only: with `cut` or `read` a carriage return would become part of
/// the last field, and CSV parsers accept both.
pub(super) fn csv(view: &View, rows: &[Value]) -> String {
    csv_header(&[], view) + &csv_rows(view, rows)
}

/// The header row of CSV: the names of the columns, after those in `first`.
pub(super) fn csv_header(first: &[&str], view: &View) -> String {
    let keys = first.iter().copied().chain(view.columns.iter().map(|column| column.key));
    csv_records(std::iter::once(keys.map(str::to_owned).collect()))
}

/// The rows of CSV without the header.
pub(super) fn csv_rows(view: &View, rows: &[Value]) -> String {
    csv_records(rows.iter().map(|row| fields(view, row).collect()))
}

/// The fields of a row.
pub(super) fn fields(view: &View, row: &Value) -> impl Iterator<Item = String> {
    view.columns.iter().map(|column| {
        let text = cell::for_programs(column.show, column.of(row));
        // CSV may be printed on a terminal, too.
        sanitize::lines(&text).into_owned()
    })
}

pub(super) fn csv_records(records: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in records {
        writer.write_record(record).expect("writing to memory cannot fail");
    }
    let bytes = writer.into_inner().expect("flushing to memory cannot fail");
    String::from_utf8(bytes).expect("all fields are UTF-8")
}

/// One row per line: a line break inside a value becomes a space.
pub(super) fn bare(view: &View, rows: &[Value]) -> String {
    let mut text = String::new();
    for row in rows {
        text.push_str(&bare_line(fields(view, row)));
    }
    text
}

pub(super) fn bare_line(fields: impl Iterator<Item = String>) -> String {
    let values: Vec<String> = fields.map(|value| sanitize::line(&value).into_owned()).collect();
    values.join(" ") + "\n"
}
