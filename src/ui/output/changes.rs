//! The changes of a list between refreshes.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{OutputFormat, OutputStyle, View, cell, json, machine_readable, render_list};
use crate::ui::sanitize;

/// The last state of a list; prints its changes, one per line.
#[derive(Debug)]
pub(in crate::ui) struct ListChanges {
    style: OutputStyle,
    view: View,
    seen: Option<HashMap<String, Value>>,
}

/// A line of a watched list: a row and what happened to it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ChangeLine<R> {
    /// When the change was seen.
    time: Timestamp,
    /// What happened to the row.
    event: RowChange,
    /// The row, or its last state if it was removed.
    row: R,
    /// The changed fields.
    changes: Vec<FieldChange>,
}

/// A changed field of a row.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct FieldChange {
    /// Its key, or the dotted path of its column.
    field: String,
    /// The previous value.
    from: Value,
    /// The current value.
    to: Value,
}

/// What happened to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum RowChange {
    /// It was in the first list.
    Listed,
    Added,
    Changed,
    Removed,
}

impl RowChange {
    fn name(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }
}

impl ListChanges {
    pub(in crate::ui) fn new(style: OutputStyle, view: &View) -> Self {
        Self { style, view: view.clone(), seen: None }
    }

    /// The changes update the last list; the first time, the whole list.
    pub(in crate::ui) fn update(&mut self, mut rows: Vec<Value>, now: Timestamp) -> String {
        self.view.sort(&mut rows);
        let Some(mut before) = self.seen.take() else {
            let mut text = match self.style.format {
                OutputFormat::Table => render_list(self.style, &self.view, rows.clone()),
                OutputFormat::Csv => machine_readable::csv_header(&["time", "event"], &self.view),
                _ => String::new(),
            };
            if self.style.format != OutputFormat::Table {
                text.extend(rows.iter().map(|row| self.line(now, RowChange::Listed, row, &[])));
            }
            self.seen = Some(rows.into_iter().map(|row| (key(&row), row)).collect());
            return text;
        };
        let mut text = String::new();
        let current: HashSet<String> = rows.iter().map(key).collect();
        let mut gone: Vec<Value> = Vec::new();
        before.retain(|key, row| {
            current.contains(key) || {
                gone.push(row.take());
                false
            }
        });
        self.view.sort(&mut gone);
        text.extend(gone.iter().map(|row| self.line(now, RowChange::Removed, row, &[])));
        for row in &rows {
            match before.get(&key(row)) {
                None => text.push_str(&self.line(now, RowChange::Added, row, &[])),
                Some(old) => {
                    let changes = self.changes(old, row);
                    if !changes.is_empty() {
                        text.push_str(&self.line(now, RowChange::Changed, row, &changes));
                    }
                }
            }
        }
        self.seen = Some(rows.into_iter().map(|row| (key(&row), row)).collect());
        text
    }

    /// The changed fields of a row, out of those that are printed.
    fn changes(&self, old: &Value, new: &Value) -> Vec<FieldChange> {
        let change = |field: &str, from: &Value, to: &Value| {
            (from != to).then(|| FieldChange { field: field.to_owned(), from: from.clone(), to: to.clone() })
        };
        if self.view.prints_whole_rows(self.style.format) {
            let keys = new.as_object().into_iter().flat_map(|row| row.keys());
            return keys.filter_map(|key| change(key, &old[key], &new[key])).collect();
        }
        let columns = self.view.columns.iter();
        columns.filter_map(|column| change(column.key, column.of(old), column.of(new))).collect()
    }

    fn line(&self, now: Timestamp, event: RowChange, row: &Value, changes: &[FieldChange]) -> String {
        // Whole seconds are precise enough.
        let time = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let fields = || {
            [time.to_string(), event.name().to_owned()]
                .into_iter()
                .chain(machine_readable::fields(&self.view, row))
        };
        match self.style.format {
            OutputFormat::Csv => machine_readable::csv_records(std::iter::once(fields().collect())),
            OutputFormat::Value => machine_readable::bare_line(fields()),
            OutputFormat::Json => format!("{}\n", self.object(time, event, row, changes)),
            OutputFormat::Yaml => {
                format!("---\n{}", machine_readable::yaml(&self.object(time, event, row, changes)))
            }
            OutputFormat::Table => {
                let clock = time.to_zoned(TimeZone::system()).strftime("%H:%M:%S").to_string();
                let text = |value: &Value| cell::for_people(cell::CellStyle::Named, value);
                let change = |FieldChange { field, from, to }: &FieldChange| {
                    let show = |value: &Value| {
                        let column = self.view.known.iter().find(|column| column.key == field);
                        cell::for_people(column.map_or(cell::CellStyle::Text, |column| column.show), value)
                    };
                    format!("{}: {} -> {}", field, show(from), show(to))
                };
                let changes: Vec<String> = changes.iter().map(change).collect();
                let label = if row["name"].is_null() { &row["uuid"] } else { &row["name"] };
                let what = if changes.is_empty() { event.name().to_owned() } else { changes.join("; ") };
                format!("{}\n", sanitize::line(&format!("{clock}  {}  {what}", text(label))))
            }
        }
    }

    fn object(&self, time: Timestamp, event: RowChange, row: &Value, changes: &[FieldChange]) -> Value {
        let row = machine_readable::select_columns(&self.view, vec![row.clone()]).pop();
        json(&ChangeLine { time, event, row, changes: changes.to_vec() })
    }
}

/// Identifies a row across lists.
fn key(row: &Value) -> String {
    format!(
        "{} {} {}",
        row["cloud"],
        row["uuid"],
        if row["uuid"].is_null() { &row["name"] } else { &Value::Null }
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ui::output::{Column, TableStyle};

    static COLUMNS: [Column; 3] = [
        Column::new("name", "NAME"),
        Column::new("state", "STATE"),
        Column::new("note", "NOTE").on_request(),
    ];

    fn row(name: &str, state: &str, note: u32) -> Value {
        json!({"name": name, "uuid": format!("u-{name}"), "state": state, "note": note})
    }

    /// The output for three states of a list.
    fn outputs(format: OutputFormat) -> [String; 3] {
        let table_style = TableStyle { width: None, terminal: false, colored: false, ellipsis: "…" };
        let view = View::new(&COLUMNS, &[], None).expect("they are known");
        let mut changes = ListChanges::new(OutputStyle { format, table_style }, &view);
        let now = Timestamp::from_millisecond(1_700_000_000_123).expect("a time");
        [
            changes.update(vec![row("b", "free", 1), row("a", "free", 1)], now),
            changes.update(vec![row("a", "free", 2), row("b", "busy", 1)], now),
            changes.update(vec![row("c", "free", 1), row("a", "free", 2)], now),
        ]
    }

    #[test]
    fn a_table_prints_only_changes_of_its_columns() {
        let [first, second, third] = outputs(OutputFormat::Table);
        assert_eq!(first, "NAME  STATE\na     free\nb     free\n");
        assert_eq!(second.split_once("  ").expect("a time").1, "b  state: free -> busy\n");
        let lines: Vec<&str> = third.lines().map(|line| line.split_once("  ").expect("a time").1).collect();
        assert_eq!(lines, ["b  removed", "c  added"]);
    }

    #[test]
    fn other_formats_print_one_line_per_changed_row() {
        let [first, second, third] = outputs(OutputFormat::Csv);
        let at = "2023-11-14T22:13:20Z";
        assert_eq!(first, format!("time,event,name,state\n{at},listed,a,free\n{at},listed,b,free\n"));
        assert_eq!(second, format!("{at},changed,b,busy\n"));
        assert_eq!(third, format!("{at},removed,b,busy\n{at},added,c,free\n"));
        let [first, second, _] = outputs(OutputFormat::Json);
        assert_eq!(first.lines().count(), 2);
        // JSON has whole rows, so the change of the note is printed too.
        let events: Vec<Value> =
            second.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(events[0]["changes"], json!([{"field": "note", "from": 1, "to": 2}]));
        assert_eq!((&events[1]["event"], &events[1]["row"]["state"]), (&json!("changed"), &json!("busy")));
    }
}
