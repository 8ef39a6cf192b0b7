//! Lists that are printed incrementally, so that a long list does not have to fit into memory.

use serde_json::Value;

use super::{OutputFormat, SortOrder, View, machine_readable};

/// A list in a format that allows printing row by row.
#[derive(Debug)]
pub(in crate::ui) struct RowStream {
    format: OutputFormat,
    view: View,
    has_begun: bool,
}

impl RowStream {
    /// `None` if all rows are needed first: for a table, whose columns are as wide as their widest cell, and for an
    /// order other than by name.
    pub(in crate::ui) fn new(format: OutputFormat, view: &View) -> Option<Self> {
        let can_stream = format != OutputFormat::Table && view.order == SortOrder::Name;
        can_stream.then(|| Self { format, view: view.clone(), has_begun: false })
    }

    /// Whether any row was printed.
    pub(in crate::ui) fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// The next rows; none may come before the rows printed so far. They keep the server's order of names, which may
    /// differ from the order of characters; if some have no name, this sorts them.
    pub(in crate::ui) fn rows(&mut self, mut rows: Vec<Value>) -> String {
        if rows.iter().any(|row| row["name"].is_null()) {
            self.view.sort(&mut rows);
        }
        if rows.is_empty() {
            return String::new();
        }
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        match self.format {
            OutputFormat::Table => unreachable!("tables are not printed incrementally"),
            OutputFormat::Csv if is_first => machine_readable::csv(&self.view, &rows),
            OutputFormat::Csv => machine_readable::csv_rows(&self.view, &rows),
            OutputFormat::Value => machine_readable::bare(&self.view, &rows),
            OutputFormat::Yaml => {
                machine_readable::yaml(&Value::Array(machine_readable::select_columns(&self.view, rows)))
            }
            OutputFormat::Json => {
                let array =
                    machine_readable::json(&Value::Array(machine_readable::select_columns(&self.view, rows)));
                let inner = array.strip_prefix('[').and_then(|text| text.strip_suffix("\n]\n"));
                let inner = inner.expect("an array of several lines");
                format!("{}{inner}", if is_first { '[' } else { ',' })
            }
        }
    }

    /// The end of the list.
    pub(in crate::ui) fn end(self) -> String {
        match (self.format, self.has_begun) {
            (OutputFormat::Json, true) => "\n]\n".to_owned(),
            (OutputFormat::Json | OutputFormat::Yaml, false) => "[]\n".to_owned(),
            (OutputFormat::Csv, false) => machine_readable::csv(&self.view, &[]),
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::ui::output::{Column, OutputStyle, TableStyle, render_list};

    static COLUMNS: [Column; 3] = [
        Column::new("name", "NAME"),
        Column::new("extra.note", "NOTE"),
        Column::new("uuid", "UUID").on_request(),
    ];

    fn view(picked: bool) -> View {
        let wanted: &[String] = if picked { &["uuid".to_owned(), "extra.note".to_owned()] } else { &[] };
        View::new(&COLUMNS, wanted, None).expect("they are known")
    }

    proptest! {
        #[test]
        fn an_incremental_list_equals_the_whole_list(
            notes in proptest::collection::vec("\\PC{0,8}", 0..12), cuts in proptest::collection::vec(0_usize..5, 0..6), picked: bool,
        ) {
            let rows: Vec<Value> = notes.iter().enumerate()
                .map(|(number, note)| json!({"name": format!("n-{number:02}"), "uuid": "u", "extra": {"note": note, "list": []}}))
                .collect();
            for format in [OutputFormat::Json, OutputFormat::Yaml, OutputFormat::Csv, OutputFormat::Value] {
                let view = view(picked);
                let table_style = TableStyle { width: None, terminal: false, colored: false, ellipsis: "…" };
                let whole = render_list(OutputStyle { format, table_style }, &view, rows.clone());
                let mut stream = RowStream::new(format, &view).expect("the format allows it");
                let mut remaining = rows.as_slice();
                let mut output = String::new();
                for cut in &cuts {
                    let (next, rest) = remaining.split_at((*cut).min(remaining.len()));
                    output.push_str(&stream.rows(next.to_vec()));
                    remaining = rest;
                }
                output.push_str(&stream.rows(remaining.to_vec()));
                prop_assert_eq!(stream.has_begun(), !rows.is_empty());
                output.push_str(&stream.end());
                prop_assert_eq!(output, whole);
            }
        }
    }

    #[test]
    fn the_server_s_order_of_names_is_kept() {
        let row = |name: Option<&str>, uuid: &str| json!({"name": name, "uuid": uuid});
        let mut stream = RowStream::new(OutputFormat::Value, &view(true)).expect("the format allows it");
        let mut output = stream.rows(vec![row(Some("_x"), "1"), row(Some("A"), "2")]);
        output += &stream.rows(vec![row(Some("a"), "3"), row(Some("B"), "4")]);
        output += &stream.rows(vec![row(None, "6"), row(None, "5")]);
        assert_eq!(output.replace(' ', ""), "1\n2\n3\n4\n5\n6\n");
    }

    #[test]
    fn tables_and_sorted_lists_are_not_printed_incrementally() {
        assert!(RowStream::new(OutputFormat::Table, &view(false)).is_none());
        let sorted = View::new(&COLUMNS, &[], Some("uuid")).expect("it is known");
        assert!(RowStream::new(OutputFormat::Csv, &sorted).is_none());
    }
}
