//! Lists looked at again and again: what changed since the last look.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{Format, Look, View, cell, machine, render_list};
use crate::ui::clean;

/// A list as it was last seen, and the changes told of it, one a line.
#[derive(Debug)]
pub(in crate::ui) struct Changes {
    look: Look,
    view: View,
    seen: Option<HashMap<String, Value>>,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    /// It was there at the first look.
    Listed,
    Added,
    Changed,
    Removed,
}

impl Event {
    fn name(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }
}

impl Changes {
    pub(in crate::ui) fn new(look: Look, view: &View) -> Self {
        Self { look, view: view.clone(), seen: None }
    }

    /// What is to be told of the list as it is now. Of the first look that is all of it.
    pub(in crate::ui) fn since(&mut self, mut rows: Vec<Value>, now: Timestamp) -> String {
        self.view.sort(&mut rows);
        let Some(mut before) = self.seen.take() else {
            let mut text = match self.look.format {
                Format::Table => render_list(self.look, &self.view, rows.clone()),
                Format::Csv => machine::csv_header(&["time", "event"], &self.view),
                _ => String::new(),
            };
            if self.look.format != Format::Table {
                text.extend(rows.iter().map(|row| self.told(now, Event::Listed, row, &[])));
            }
            self.seen = Some(rows.into_iter().map(|row| (key(&row), row)).collect());
            return text;
        };
        let mut text = String::new();
        let there: HashSet<String> = rows.iter().map(key).collect();
        let mut gone: Vec<Value> = Vec::new();
        before.retain(|key, row| {
            there.contains(key) || {
                gone.push(row.take());
                false
            }
        });
        self.view.sort(&mut gone);
        text.extend(gone.iter().map(|row| self.told(now, Event::Removed, row, &[])));
        for row in &rows {
            match before.get(&key(row)) {
                None => text.push_str(&self.told(now, Event::Added, row, &[])),
                Some(old) => {
                    let changes = self.changes(old, row);
                    if !changes.is_empty() {
                        text.push_str(&self.told(now, Event::Changed, row, &changes));
                    }
                }
            }
        }
        self.seen = Some(rows.into_iter().map(|row| (key(&row), row)).collect());
        text
    }

    /// What of a row is not as it was, of that which is told of it.
    fn changes(&self, old: &Value, new: &Value) -> Vec<Value> {
        let change = |field: &str, from: &Value, to: &Value| {
            (from != to).then(|| json!({"field": field, "from": from, "to": to}))
        };
        if self.view.tells_whole(self.look.format) {
            let keys = new.as_object().into_iter().flat_map(|row| row.keys());
            return keys.filter_map(|key| change(key, &old[key], &new[key])).collect();
        }
        let columns = self.view.columns.iter();
        columns.filter_map(|column| change(column.key, column.of(old), column.of(new))).collect()
    }

    fn told(&self, now: Timestamp, event: Event, row: &Value, changes: &[Value]) -> String {
        // A time to the second is a time that people and programs can read.
        let time = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let fields = || {
            [time.to_string(), event.name().to_owned()].into_iter().chain(machine::fields(&self.view, row))
        };
        match self.look.format {
            Format::Csv => machine::csv_records(std::iter::once(fields().collect())),
            Format::Value => machine::bare_line(fields()),
            Format::Json => format!("{}\n", self.object(time, event, row, changes)),
            Format::Yaml => format!("---\n{}", machine::yaml(&self.object(time, event, row, changes))),
            Format::Table => {
                let clock = time.to_zoned(TimeZone::system()).strftime("%H:%M:%S").to_string();
                let text = |value: &Value| cell::for_eyes(cell::Show::Named, value);
                let change = |change: &Value| {
                    let show = |key: &str| {
                        let column = self
                            .view
                            .known
                            .iter()
                            .find(|column| Some(column.key) == change["field"].as_str());
                        cell::for_eyes(column.map_or(cell::Show::Text, |column| column.show), &change[key])
                    };
                    format!("{}: {} -> {}", text(&change["field"]), show("from"), show("to"))
                };
                let changes: Vec<String> = changes.iter().map(change).collect();
                let label = if row["name"].is_null() { &row["uuid"] } else { &row["name"] };
                let what = if changes.is_empty() { event.name().to_owned() } else { changes.join("; ") };
                format!("{}\n", clean::line(&format!("{clock}  {}  {what}", text(label))))
            }
        }
    }

    fn object(&self, time: Timestamp, event: Event, row: &Value, changes: &[Value]) -> Value {
        let row = machine::cut(&self.view, vec![row.clone()]).pop();
        json!({"time": time.to_string(), "event": event.name(), "row": row, "changes": changes})
    }
}

/// What a row is known by from one look to the next.
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
    use super::super::{Column, Space};
    use super::*;

    static COLUMNS: [Column; 3] = [
        Column::new("name", "NAME"),
        Column::new("state", "STATE"),
        Column::new("note", "NOTE").on_request(),
    ];

    fn row(name: &str, state: &str, note: u32) -> Value {
        json!({"name": name, "uuid": format!("u-{name}"), "state": state, "note": note})
    }

    /// What is told of three looks at a list.
    fn told(format: Format) -> [String; 3] {
        let space = Space { width: None, terminal: false, colored: false, ellipsis: "…" };
        let view = View::new(&COLUMNS, &[], None).expect("they are known");
        let mut changes = Changes::new(Look { format, space }, &view);
        let now = Timestamp::from_millisecond(1_700_000_000_123).expect("a time");
        [
            changes.since(vec![row("b", "free", 1), row("a", "free", 1)], now),
            changes.since(vec![row("a", "free", 2), row("b", "busy", 1)], now),
            changes.since(vec![row("c", "free", 1), row("a", "free", 2)], now),
        ]
    }

    #[test]
    fn only_what_changed_of_what_is_shown_is_told() {
        let [first, second, third] = told(Format::Table);
        assert_eq!(first, "NAME  STATE\na     free\nb     free\n");
        assert_eq!(second.split_once("  ").expect("a time").1, "b  state: free -> busy\n");
        let lines: Vec<&str> = third.lines().map(|line| line.split_once("  ").expect("a time").1).collect();
        assert_eq!(lines, ["b  removed", "c  added"]);
    }

    #[test]
    fn programs_get_a_line_for_each_row_that_changed() {
        let [first, second, third] = told(Format::Csv);
        let at = "2023-11-14T22:13:20Z";
        assert_eq!(first, format!("time,event,name,state\n{at},listed,a,free\n{at},listed,b,free\n"));
        assert_eq!(second, format!("{at},changed,b,busy\n"));
        assert_eq!(third, format!("{at},removed,b,busy\n{at},added,c,free\n"));
        let [first, second, _] = told(Format::Json);
        assert_eq!(first.lines().count(), 2);
        // JSON has rows whole, so the note is told too.
        let events: Vec<Value> =
            second.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(events[0]["changes"], json!([{"field": "note", "from": 1, "to": 2}]));
        assert_eq!((&events[1]["event"], &events[1]["row"]["state"]), (&json!("changed"), &json!("busy")));
    }
}
