//! Lists told in pieces, as they come: however long they are, no more of them is held than a piece.

use serde_json::Value;

use super::{Format, Order, View, machine};

/// A list in a format in which rows do not depend on each other, up to the last row told.
#[derive(Debug)]
pub(in crate::ui) struct Pieces {
    format: Format,
    view: View,
    begun: bool,
}

impl Pieces {
    /// None where a row cannot be told before all are known: the columns of a table are as wide as their widest cell,
    /// and what is to be sorted by anything but the name has to be there first.
    pub(in crate::ui) fn new(format: Format, view: &View) -> Option<Self> {
        let can_be = format != Format::Table && view.order == Order::Name;
        can_be.then(|| Self { format, view: view.clone(), begun: false })
    }

    /// Whether anything was told.
    pub(in crate::ui) fn have_begun(&self) -> bool {
        self.begun
    }

    /// The next rows, none of which comes before those told. They come in the order of the server's names, which need not be
    /// that of their characters; where some have none, all are put in order here.
    pub(in crate::ui) fn rows(&mut self, mut rows: Vec<Value>) -> String {
        if rows.iter().any(|row| row["name"].is_null()) {
            self.view.sort(&mut rows);
        }
        if rows.is_empty() {
            return String::new();
        }
        let is_first = !std::mem::replace(&mut self.begun, true);
        match self.format {
            Format::Table => unreachable!("tables have no pieces"),
            Format::Csv if is_first => machine::csv(&self.view, &rows),
            Format::Csv => machine::csv_rows(&self.view, &rows),
            Format::Value => machine::bare(&self.view, &rows),
            Format::Yaml => machine::yaml(&Value::Array(machine::cut(&self.view, rows))),
            Format::Json => {
                let array = machine::json(&Value::Array(machine::cut(&self.view, rows)));
                let inner = array.strip_prefix('[').and_then(|text| text.strip_suffix("\n]\n"));
                let inner = inner.expect("an array of several lines");
                format!("{}{inner}", if is_first { '[' } else { ',' })
            }
        }
    }

    /// What comes behind the last row.
    pub(in crate::ui) fn end(self) -> String {
        match (self.format, self.begun) {
            (Format::Json, true) => "\n]\n".to_owned(),
            (Format::Json | Format::Yaml, false) => "[]\n".to_owned(),
            (Format::Csv, false) => machine::csv(&self.view, &[]),
            _ => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::super::{Column, Look, Space, render_list};
    use super::*;

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
        fn a_list_in_pieces_is_the_list(
            notes in proptest::collection::vec("\\PC{0,8}", 0..12), cuts in proptest::collection::vec(0_usize..5, 0..6), picked: bool,
        ) {
            let rows: Vec<Value> = notes.iter().enumerate()
                .map(|(number, note)| json!({"name": format!("n-{number:02}"), "uuid": "u", "extra": {"note": note, "list": []}}))
                .collect();
            for format in [Format::Json, Format::Yaml, Format::Csv, Format::Value] {
                let view = view(picked);
                let space = Space { width: None, terminal: false, colored: false, ellipsis: "…" };
                let whole = render_list(Look { format, space }, &view, rows.clone());
                let mut pieces = Pieces::new(format, &view).expect("it has pieces");
                let mut left = rows.as_slice();
                let mut told = String::new();
                for cut in &cuts {
                    let (piece, rest) = left.split_at((*cut).min(left.len()));
                    told.push_str(&pieces.rows(piece.to_vec()));
                    left = rest;
                }
                told.push_str(&pieces.rows(left.to_vec()));
                prop_assert_eq!(pieces.have_begun(), !rows.is_empty());
                told.push_str(&pieces.end());
                prop_assert_eq!(told, whole);
            }
        }
    }

    #[test]
    fn the_server_s_order_of_names_is_kept() {
        let row = |name: Option<&str>, uuid: &str| json!({"name": name, "uuid": uuid});
        let mut pieces = Pieces::new(Format::Value, &view(true)).expect("it has pieces");
        let mut told = pieces.rows(vec![row(Some("_x"), "1"), row(Some("A"), "2")]);
        told += &pieces.rows(vec![row(Some("a"), "3"), row(Some("B"), "4")]);
        told += &pieces.rows(vec![row(None, "6"), row(None, "5")]);
        assert_eq!(told.replace(' ', ""), "1\n2\n3\n4\n5\n6\n");
    }

    #[test]
    fn what_is_sorted_or_set_in_columns_has_no_pieces() {
        assert!(Pieces::new(Format::Table, &view(false)).is_none());
        let sorted = View::new(&COLUMNS, &[], Some("uuid")).expect("it is known");
        assert!(Pieces::new(Format::Csv, &sorted).is_none());
    }
}
