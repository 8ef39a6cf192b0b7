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
    let headers = view.columns.iter().map(|column| header(column.header)).collect();
    let rows = rows.iter().map(|row| view.columns.iter().map(|column| cell_of(column, row)).collect());
    let yields: Vec<u8> = view.columns.iter().map(|column| column.yields).collect();
    layout(space, std::iter::once(headers).chain(rows).collect(), &yields, !view.picked)
}

pub(super) fn object(space: Space, view: &View, object: &Value) -> String {
    if space.width.is_some_and(|width| width < NARROWEST) {
        return block(space, view, object);
    }
    let field = |column: &&super::Column| {
        vec![Cell { text: column.key.to_owned(), style: Style::new() }, cell_of(column, object)]
    };
    let headers = vec![header("FIELD"), header("VALUE")];
    layout(space, std::iter::once(headers).chain(view.columns.iter().map(field)).collect(), &[0, 0], false)
}

pub(super) fn titled(space: Space, title: &str, body: &str) -> String {
    format!("{}\n{body}", color::paint(space.colored, color::HEADING, title))
}

fn header(text: &str) -> Cell {
    Cell { text: text.to_owned(), style: color::HEADING }
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

/// Sets the cells in columns, as [`fit`] says. Where that is not enough the last column is wrapped.
fn layout(space: Space, mut rows: Vec<Vec<Cell>>, yields: &[u8], may_go: bool) -> String {
    let mut widths = vec![0; yields.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(measure_text_width(&cell.text));
        }
    }
    let headers =
        rows.first().into_iter().flatten().map(|header| measure_text_width(&header.text)).collect::<Vec<_>>();
    if let Some(limit) = space.width {
        let shown = fit(&widths, &headers, yields, limit, may_go);
        let keep = |index: usize| shown[index].is_some();
        for row in &mut rows {
            let mut index = 0..;
            row.retain(|_| index.next().is_some_and(keep));
        }
        widths = shown.into_iter().flatten().collect();
    }
    let mut text = String::new();
    for row in rows {
        push_row(&mut text, space, &widths, row);
    }
    text
}

/// The widths that columns get in `limit`, none for those that have no room at all. What yields gives way in its order:
/// columns go where even cut short they would not fit (if they `may_go`: those asked for by name stay), then those that
/// are left are cut. What never yields keeps its
/// width, but for the last column, which can be wrapped.
fn fit(
    natural: &[usize],
    headers: &[usize],
    yields: &[u8],
    limit: usize,
    may_go: bool,
) -> Vec<Option<usize>> {
    let least = |index: usize| {
        if yields[index] > 0 { natural[index].min(KEPT.max(headers[index])) } else { natural[index] }
    };
    let mut order: Vec<usize> = (0..natural.len()).filter(|&index| yields[index] > 0).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(yields[index]));
    let mut shown: Vec<usize> = (0..natural.len()).collect();
    let total = |widths: &mut dyn Iterator<Item = usize>| {
        widths.map(|width| width + GAP).sum::<usize>().saturating_sub(GAP)
    };
    for gone in &order {
        if !may_go || total(&mut shown.iter().map(|&index| least(index))) <= limit {
            break;
        }
        shown.retain(|index| index != gone);
    }
    let mut widths: Vec<Option<usize>> = vec![None; natural.len()];
    for &index in &shown {
        widths[index] = Some(natural[index]);
    }
    let wrapped = shown.last().copied();
    for index in order.into_iter().chain(wrapped) {
        let excess = total(&mut widths.iter().flatten().copied()).saturating_sub(limit);
        let least = if wrapped == Some(index) { KEPT.min(natural[index]) } else { least(index) };
        if let Some(width) = &mut widths[index] {
            *width = width.saturating_sub(excess).max(least);
        }
    }
    widths
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
        fn columns_that_yield_make_room(wide in 10_usize..60, wider in 10_usize..60, limit in 40_usize..150) {
            let widths = fit(&[12, wide, wider, 7], &[4, 4, 5, 5], &[0, 1, 2, 0], limit, true);
            let shown: Vec<usize> = widths.iter().flatten().copied().collect();
            prop_assert!(shown.iter().sum::<usize>() + GAP * (shown.len() - 1) <= limit);
            prop_assert_eq!((widths[0], widths[3]), (Some(12), Some(7)));
            if 12 + wide + wider + 7 + 3 * GAP <= limit {
                prop_assert_eq!(shown, [12, wide, wider, 7]);
            }
        }
    }

    #[test]
    fn a_column_goes_only_where_cutting_does_not_help() {
        let fit = |limit| fit(&[10, 36, 20, 10], &[4, 4, 5, 5], &[0, 1, 2, 0], limit, true);
        assert_eq!(fit(82), [Some(10), Some(36), Some(20), Some(10)]);
        assert_eq!(fit(80), [Some(10), Some(36), Some(18), Some(10)]);
        assert_eq!(fit(50), [Some(10), Some(15), Some(9), Some(10)]);
        assert_eq!(fit(43), [Some(10), Some(19), None, Some(10)]);
        assert_eq!(fit(30), [Some(10), None, None, Some(10)]);
    }
}
