//! Tables for eyes: no borders, columns two spaces apart, as wide as the terminal allows.

use anstyle::Style;
use console::{measure_text_width, truncate_str};
use serde_json::Value;

use super::{View, cell};
use crate::ui::{clean, color};

/// The room an answer has, and how it may look there.
#[derive(Debug, Clone, Copy)]
pub(in crate::ui) struct Space {
    /// Columns of the terminal; none where nothing is cut or wrapped.
    pub(in crate::ui) width: Option<usize>,
    /// stdout is a terminal: an empty list shows its headers.
    pub(in crate::ui) terminal: bool,
    /// Whether escapes may be used.
    pub(in crate::ui) colored: bool,
    /// What marks a text that was cut: `…`, or `...` where the locale is not UTF-8.
    pub(in crate::ui) ellipsis: &'static str,
}

/// Below this many columns a table is no help; rows become blocks of `key: value`.
const NARROWEST: usize = 40;
/// What a column that gives way keeps at least.
const KEPT: usize = 9;
const GAP: usize = 2;

struct Cell {
    text: String,
    style: Style,
}

pub(super) fn list(space: Space, view: &View, rows: &[Value]) -> String {
    if rows.is_empty() && !space.terminal {
        return String::new();
    }
    if space.width.is_some_and(|width| width < NARROWEST) {
        let blocks: Vec<String> = rows.iter().map(|row| block(space, view, row)).collect();
        return blocks.join("\n");
    }
    let headers = view.columns.iter().map(|column| column.header.to_owned()).collect();
    let cells =
        rows.iter().map(|row| view.columns.iter().map(|column| cell_of(column, row)).collect()).collect();
    let yields: Vec<u8> = view.columns.iter().map(|column| column.yields).collect();
    layout(space, headers, cells, &yields)
}

pub(super) fn object(space: Space, view: &View, object: &Value) -> String {
    if space.width.is_some_and(|width| width < NARROWEST) {
        return block(space, view, object);
    }
    let field = |column: &&super::Column| {
        vec![Cell { text: column.key.to_owned(), style: Style::new() }, cell_of(column, object)]
    };
    let cells = view.columns.iter().map(field).collect();
    layout(space, vec!["FIELD".to_owned(), "VALUE".to_owned()], cells, &[0, 0])
}

pub(super) fn titled(space: Space, title: &str, body: &str) -> String {
    format!("{}\n{body}", color::paint(space.colored, color::HEADING, title))
}

fn cell_of(column: &super::Column, row: &Value) -> Cell {
    let value = column.of(row);
    let text = clean::line(&cell::for_eyes(column.show, value)).into_owned();
    Cell { text, style: cell::style(column.show, value) }
}

fn block(space: Space, view: &View, row: &Value) -> String {
    let lines = view.columns.iter().map(|column| {
        let Cell { text, style } = cell_of(column, row);
        format!("{}: {}\n", column.key, color::paint(space.colored, style, &text))
    });
    lines.collect()
}

/// Sets the cells in columns. Where they are too wide, columns that yield are cut, in their order; if that is
/// not enough, the last column is wrapped: what never yields is never cut.
fn layout(space: Space, headers: Vec<String>, rows: Vec<Vec<Cell>>, yields: &[u8]) -> String {
    let mut widths: Vec<usize> = headers.iter().map(|header| measure_text_width(header)).collect();
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(measure_text_width(&cell.text));
        }
    }
    if let Some(limit) = space.width {
        fit(&mut widths, &headers, yields, limit);
    }
    let mut text = String::new();
    let headers = headers.into_iter().map(|text| Cell { text, style: color::HEADING }).collect();
    for row in std::iter::once(headers).chain(rows) {
        push_row(&mut text, space, &widths, row);
    }
    text
}

/// Narrows `widths` until they fit in `limit`, as far as columns yield.
fn fit(widths: &mut [usize], headers: &[String], yields: &[u8], limit: usize) {
    let mut order: Vec<usize> = (0..widths.len()).filter(|&index| yields[index] > 0).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(yields[index]));
    for index in order {
        let excess = total(widths).saturating_sub(limit);
        let least = KEPT.max(measure_text_width(&headers[index])).min(widths[index]);
        widths[index] = widths[index].saturating_sub(excess).max(least);
    }
    let excess = total(widths).saturating_sub(limit);
    if let Some(last) = widths.last_mut() {
        *last = last.saturating_sub(excess).max(KEPT.min(*last));
    }
}

fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

fn push_row(text: &mut String, space: Space, widths: &[usize], row: Vec<Cell>) {
    let last = row.len().saturating_sub(1);
    let mut indent = 0;
    for (index, (cell, &width)) in row.into_iter().zip(widths).enumerate() {
        if index == last {
            let mut lines = wrap(&cell.text, width).into_iter();
            text.push_str(&color::paint(space.colored, cell.style, &lines.next().unwrap_or_default()));
            for line in lines {
                text.push('\n');
                text.extend(std::iter::repeat_n(' ', indent));
                text.push_str(&color::paint(space.colored, cell.style, &line));
            }
        } else {
            let shown = truncate_str(&cell.text, width, space.ellipsis);
            let padding = width.saturating_sub(measure_text_width(&shown)) + GAP;
            text.push_str(&color::paint(space.colored, cell.style, &shown));
            text.extend(std::iter::repeat_n(' ', padding));
        }
        indent += width + GAP;
    }
    text.push('\n');
}

/// Breaks `text` into lines of at most `width`, between words where it can.
fn wrap(text: &str, width: usize) -> Vec<String> {
    if measure_text_width(text) <= width {
        return vec![text.to_owned()];
    }
    let mut lines = vec![String::new()];
    for word in text.split_inclusive([' ', ',']) {
        let used = lines.last().map_or(0, |line| measure_text_width(line));
        if used > 0 && used + measure_text_width(word.trim_end()) > width {
            lines.push(String::new());
        }
        for c in word.chars() {
            let line = lines.last_mut().expect("there is always a line");
            if measure_text_width(line) + measure_text_width(c.encode_utf8(&mut [0; 4])) > width && c != ' ' {
                lines.push(c.to_string());
            } else {
                line.push(c);
            }
        }
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn wrapping_keeps_every_letter_and_the_width(text in "[a-zé世 ,]{0,80}", width in 4_usize..30) {
            let lines = wrap(&text, width);
            for line in &lines {
                prop_assert!(measure_text_width(line) <= width, "{line:?} is wider than {width}");
            }
            let letters = |text: &str| text.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }

        #[test]
        fn columns_that_yield_make_room(wide in 10_usize..60, wider in 10_usize..60, limit in 40_usize..100) {
            let headers = ["NAME", "UUID", "STATE"].map(str::to_owned);
            let mut widths = vec![12, wide, wider];
            fit(&mut widths, &headers, &[0, 1, 2], limit);
            prop_assert!(total(&widths) <= limit);
            prop_assert_eq!(widths[0], 12);
        }
    }
}
