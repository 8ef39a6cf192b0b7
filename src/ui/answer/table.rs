//! Tables for eyes: no borders, columns two spaces apart, as wide as the terminal allows.

use anstyle::{AnsiColor, Effects, Style};
use comfy_table::{Attribute, Color, ColumnConstraint, ContentArrangement, Table, Width, presets};
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
/// What the last column is wrapped to at least: less is no text to read.
const WRAPPED: usize = 16;
const GAP: usize = 2;

struct Cell {
    text: String,
    style: Style,
}

pub(super) fn list(space: Space, view: &View, rows: &[Value]) -> String {
    if rows.is_empty() && !space.terminal {
        return String::new();
    }
    let headers = view.columns.iter().map(|column| header(column.header)).collect();
    let cells = rows.iter().map(|row| view.columns.iter().map(|column| cell_of(column, row)).collect());
    let yields: Vec<u8> = view.columns.iter().map(|column| column.yields).collect();
    layout(space, std::iter::once(headers).chain(cells).collect(), &yields, !view.picked).unwrap_or_else(
        || {
            let blocks: Vec<String> = rows.iter().map(|row| block(space, view, row)).collect();
            blocks.join("\n")
        },
    )
}

pub(super) fn object(space: Space, view: &View, object: &Value) -> String {
    let field = |column: &&super::Column| {
        vec![Cell { text: column.key.to_owned(), style: Style::new() }, cell_of(column, object)]
    };
    let headers = vec![header("FIELD"), header("VALUE")];
    let cells = std::iter::once(headers).chain(view.columns.iter().map(field)).collect();
    layout(space, cells, &[0, 0], false).unwrap_or_else(|| block(space, view, object))
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

/// Sets the cells, of which the first row is the headers, in columns. None where the terminal is too narrow for that.
fn layout(space: Space, mut rows: Vec<Vec<Cell>>, yields: &[u8], may_go: bool) -> Option<String> {
    let wants = |(index, &rank): (usize, &u8)| {
        let mut widths = rows.iter().map(|row| measure_text_width(&row[index].text));
        let header = widths.next().unwrap_or(0);
        let natural = widths.fold(header, usize::max);
        Want { natural, least: if rank > 0 { natural.min(KEPT.max(header)) } else { natural }, rank }
    };
    let wants: Vec<Want> = yields.iter().enumerate().map(wants).collect();
    let widths = match space.width {
        Some(limit) => fit(&wants, limit, may_go)?,
        None => wants.iter().map(|want| Some(want.natural)).collect(),
    };
    for row in &mut rows {
        for (cell, (width, want)) in row.iter_mut().zip(widths.iter().zip(&wants)) {
            if let (Some(width), 1..) = (width, want.rank) {
                cell.text = truncate_str(&cell.text, *width, space.ellipsis).into_owned();
            }
        }
        let mut widths = widths.iter();
        row.retain(|_| widths.next().is_some_and(Option::is_some));
    }
    let widths: Vec<usize> = widths.into_iter().flatten().collect();
    Some(set(space, &widths, rows))
}

/// What a column would like.
#[derive(Debug, Clone, Copy)]
struct Want {
    /// As wide as its widest cell.
    natural: usize,
    /// What it can be cut down to.
    least: usize,
    /// How early it gives way, 0 never.
    rank: u8,
}

/// The widths that columns get in `limit`; none for those that go, and none at all where no table fits.
///
/// What yields gives way in its order: columns go where even cut short they would not fit (unless none `may_go`, as they
/// were asked for by name), then those that are left are cut. The last column, if it does not yield, is wrapped when all
/// else is done.
fn fit(wants: &[Want], limit: usize, may_go: bool) -> Option<Vec<Option<usize>>> {
    fn total(widths: impl Iterator<Item = usize>) -> usize {
        widths.map(|width| width + GAP).sum::<usize>().saturating_sub(GAP)
    }
    if limit < NARROWEST {
        return None;
    }
    let mut order: Vec<usize> = (0..wants.len()).filter(|&index| wants[index].rank > 0).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(wants[index].rank));
    let mut widths: Vec<Option<usize>> = wants.iter().map(|want| Some(want.natural)).collect();
    for &index in order.iter().filter(|_| may_go) {
        let least = widths.iter().zip(wants).filter_map(|(width, want)| width.map(|_| want.least));
        if total(least) <= limit {
            break;
        }
        widths[index] = None;
    }
    let last = widths.iter().rposition(Option::is_some);
    let cuts = order.into_iter().map(|index| (index, wants[index].least));
    let wrapped =
        last.filter(|&last| wants[last].rank == 0).map(|last| (last, WRAPPED.min(wants[last].natural)));
    for (index, least) in cuts.chain(wrapped) {
        let excess = total(widths.iter().flatten().copied()).saturating_sub(limit);
        if let Some(width) = &mut widths[index] {
            *width = width.saturating_sub(excess).max(least.min(*width));
        }
    }
    (total(widths.iter().flatten().copied()) <= limit).then_some(widths)
}

/// Sets rows in columns of these widths; what is longer is broken between words where it can be.
fn set(space: Space, widths: &[usize], rows: Vec<Vec<Cell>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    // The streams were looked at already: neither a width nor a terminal is to be found out again.
    table.force_no_tty();
    if space.colored {
        table.enforce_styling();
        // Else what paints the cells would look for NO_COLOR itself, after it was weighed against `--color`.
        crossterm::style::force_color_output(true);
    }
    table.add_rows(rows.into_iter().map(|row| row.into_iter().map(styled).collect::<Vec<_>>()));
    let last = widths.len().saturating_sub(1);
    for (index, (column, &width)) in table.column_iter_mut().zip(widths).enumerate() {
        let gap = if index == last { 0 } else { GAP };
        column.set_padding((0, narrow(gap)));
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(narrow(width.max(1) + gap))));
    }
    format!("{}\n", table.trim_fmt())
}

/// comfy-table counts columns of the terminal in 16 bits.
fn narrow(width: usize) -> u16 {
    u16::try_from(width).unwrap_or(u16::MAX)
}

fn styled(Cell { text, style }: Cell) -> comfy_table::Cell {
    let mut cell = comfy_table::Cell::new(text);
    if let Some(anstyle::Color::Ansi(color)) = style.get_fg_color() {
        cell = cell.fg(match color {
            AnsiColor::Red => Color::DarkRed,
            AnsiColor::Yellow => Color::DarkYellow,
            AnsiColor::Green => Color::DarkGreen,
            AnsiColor::Cyan => Color::DarkCyan,
            _ => Color::Reset,
        });
    }
    for (effect, attribute) in [(Effects::BOLD, Attribute::Bold), (Effects::DIMMED, Attribute::Dim)] {
        if style.get_effects().contains(effect) {
            cell = cell.add_attribute(attribute);
        }
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn wrapping_keeps_every_letter_and_the_width(text in "[a-zé世 ,]{0,80}", width in 4_usize..30) {
            let space = Space { width: Some(80), terminal: true, colored: false, ellipsis: "…" };
            let set = set(space, &[width], vec![vec![Cell { text: text.clone(), style: Style::new() }]]);
            for line in set.lines() {
                prop_assert!(measure_text_width(line) <= width, "{line:?} is wider than {width}");
            }
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&set), letters(&text));
        }

        #[test]
        fn columns_that_yield_make_room(wide in 10_usize..60, wider in 10_usize..60, limit in 40_usize..150) {
            let widths = fit(&[want(12, 0), want(wide, 1), want(wider, 2), want(7, 0)], limit, true).unwrap();
            let shown: Vec<usize> = widths.iter().flatten().copied().collect();
            prop_assert!(shown.iter().sum::<usize>() + GAP * (shown.len() - 1) <= limit);
            prop_assert_eq!((widths[0], widths[3]), (Some(12), Some(7)));
            if 12 + wide + wider + 7 + 3 * GAP <= limit {
                prop_assert_eq!(shown, [12, wide, wider, 7]);
            }
        }
    }

    fn want(natural: usize, rank: u8) -> Want {
        Want { natural, least: if rank > 0 { KEPT } else { natural }, rank }
    }

    #[test]
    fn a_column_goes_only_where_cutting_does_not_help() {
        let wants = [want(10, 0), want(36, 1), want(20, 2), want(10, 0)];
        let fit = |limit, may_go| fit(&wants, limit, may_go);
        assert_eq!(fit(82, true), Some(vec![Some(10), Some(36), Some(20), Some(10)]));
        assert_eq!(fit(80, true), Some(vec![Some(10), Some(36), Some(18), Some(10)]));
        assert_eq!(fit(50, true), Some(vec![Some(10), Some(15), Some(9), Some(10)]));
        assert_eq!(fit(43, true), Some(vec![Some(10), Some(19), None, Some(10)]));
        assert_eq!(fit(43, false), None);
        assert_eq!(fit(39, true), None);
    }

    #[test]
    fn the_last_column_is_wrapped_when_nothing_else_yields() {
        assert_eq!(fit(&[want(10, 0), want(80, 0)], 50, true), Some(vec![Some(10), Some(38)]));
        assert_eq!(fit(&[want(30, 0), want(80, 0)], 45, true), None);
    }
}
