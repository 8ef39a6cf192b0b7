//! Tables for people: without borders, columns two spaces apart, at most as wide as the terminal.

use anstyle::{AnsiColor, Effects, Style};
use comfy_table::{Attribute, Color, ColumnConstraint, ContentArrangement, Table, Width, presets};
use console::{measure_text_width, truncate_str};
use serde_json::Value;

use super::{View, cell};
use crate::ui::{color, sanitize};

/// How tables are drawn.
#[derive(Debug, Clone, Copy)]
pub(in crate::ui) struct TableStyle {
    /// Columns of the terminal; `None` if nothing is truncated or wrapped.
    pub(in crate::ui) width: Option<usize>,
    /// Whether stdout is a terminal: an empty list then shows its headers.
    pub(in crate::ui) terminal: bool,
    /// Whether escape sequences are allowed.
    pub(in crate::ui) colored: bool,
    /// Marks truncated text: `…`, or `...` if the locale is not UTF-8.
    pub(in crate::ui) ellipsis: &'static str,
}

/// Minimum width of a table; below it, each row becomes a block of `key: value` lines.
const MIN_TABLE: usize = 40;
/// Minimum width of a column that is shortened.
const MIN_SHORTENED: usize = 9;
/// Minimum width of the last column when it is wrapped.
const MIN_WRAPPED: usize = 16;
const GAP: usize = 2;

struct Cell {
    text: String,
    style: Style,
}

pub(super) fn list(table_style: TableStyle, view: &View, rows: &[Value]) -> String {
    if rows.is_empty() && !table_style.terminal {
        return String::new();
    }
    let headers = view.columns.iter().map(|column| header(column.header)).collect();
    let cells = rows.iter().map(|row| view.columns.iter().map(|column| cell_of(column, row)).collect());
    let ranks: Vec<u8> = view.columns.iter().map(|column| column.rank).collect();
    layout(table_style, std::iter::once(headers).chain(cells).collect(), &ranks, !view.selected)
        .unwrap_or_else(|| {
            let blocks: Vec<String> = rows.iter().map(|row| block(table_style, view, row)).collect();
            blocks.join("\n")
        })
}

pub(super) fn object(table_style: TableStyle, view: &View, object: &Value) -> String {
    let field = |column: &&super::Column| {
        vec![Cell { text: column.key.to_owned(), style: Style::new() }, cell_of(column, object)]
    };
    let headers = vec![header("FIELD"), header("VALUE")];
    let cells = std::iter::once(headers).chain(view.columns.iter().map(field)).collect();
    layout(table_style, cells, &[0, 0], false).unwrap_or_else(|| block(table_style, view, object))
}

pub(super) fn titled(table_style: TableStyle, title: &str, body: &str) -> String {
    format!("{}\n{body}", color::paint(table_style.colored, color::HEADING, title))
}

fn header(text: &str) -> Cell {
    Cell { text: text.to_owned(), style: color::HEADING }
}

fn cell_of(column: &super::Column, row: &Value) -> Cell {
    let value = column.of(row);
    let text = sanitize::line(&cell::for_people(column.show, value)).into_owned();
    Cell { text, style: cell::style(column.show, value) }
}

fn block(table_style: TableStyle, view: &View, row: &Value) -> String {
    let lines = view.columns.iter().map(|column| {
        let Cell { text, style } = cell_of(column, row);
        format!("{}: {}\n", column.key, color::paint(table_style.colored, style, &text))
    });
    lines.collect()
}

/// Lays out the cells; the first row is the header. `None` if the terminal is too narrow.
fn layout(table_style: TableStyle, mut rows: Vec<Vec<Cell>>, ranks: &[u8], may_drop: bool) -> Option<String> {
    let column_width = |(index, &rank): (usize, &u8)| {
        let mut widths = rows.iter().map(|row| measure_text_width(&row[index].text));
        let header = widths.next().unwrap_or(0);
        let natural = widths.fold(header, usize::max);
        ColumnWidth {
            natural,
            least: if rank > 0 { natural.min(MIN_SHORTENED.max(header)) } else { natural },
            rank,
        }
    };
    let columns: Vec<ColumnWidth> = ranks.iter().enumerate().map(column_width).collect();
    let widths = match table_style.width {
        Some(limit) => fit(&columns, limit, may_drop)?,
        None => columns.iter().map(|column| Some(column.natural)).collect(),
    };
    for row in &mut rows {
        for (cell, (width, column)) in row.iter_mut().zip(widths.iter().zip(&columns)) {
            if let (Some(width), 1..) = (width, column.rank) {
                cell.text = truncate_str(&cell.text, *width, table_style.ellipsis).into_owned();
            }
        }
        let mut widths = widths.iter();
        row.retain(|_| widths.next().is_some_and(Option::is_some));
    }
    let widths: Vec<usize> = widths.into_iter().flatten().collect();
    Some(render(table_style, &widths, rows))
}

/// The widths that a column can have.
#[derive(Debug, Clone, Copy)]
struct ColumnWidth {
    /// The width of its widest cell.
    natural: usize,
    /// The width that it can be shortened to.
    least: usize,
    /// When it is shortened or dropped: the highest first, 0 never.
    rank: u8,
}

/// The widths of the columns within `limit`; `None` for dropped columns, and `None` for all if no table fits.
///
/// In the order of their ranks, columns are dropped if they would not fit even when shortened (unless `may_drop` is
/// false because the user named them), then the remaining ones are shortened. A last column without a rank is wrapped
/// at the end.
fn fit(columns: &[ColumnWidth], limit: usize, may_drop: bool) -> Option<Vec<Option<usize>>> {
    fn total(widths: impl Iterator<Item = usize>) -> usize {
        widths.map(|width| width + GAP).sum::<usize>().saturating_sub(GAP)
    }
    if limit < MIN_TABLE {
        return None;
    }
    let mut order: Vec<usize> = (0..columns.len()).filter(|&index| columns[index].rank > 0).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(columns[index].rank));
    let mut widths: Vec<Option<usize>> = columns.iter().map(|column| Some(column.natural)).collect();
    for &index in order.iter().filter(|_| may_drop) {
        let least = widths.iter().zip(columns).filter_map(|(width, column)| width.map(|_| column.least));
        if total(least) <= limit {
            break;
        }
        widths[index] = None;
    }
    let last = widths.iter().rposition(Option::is_some);
    let cuts = order.into_iter().map(|index| (index, columns[index].least));
    let wrapped = last
        .filter(|&last| columns[last].rank == 0)
        .map(|last| (last, MIN_WRAPPED.min(columns[last].natural)));
    for (index, least) in cuts.chain(wrapped) {
        let excess = total(widths.iter().flatten().copied()).saturating_sub(limit);
        if let Some(width) = &mut widths[index] {
            *width = width.saturating_sub(excess).max(least.min(*width));
        }
    }
    (total(widths.iter().flatten().copied()) <= limit).then_some(widths)
}

/// Renders rows with these column widths; longer text is wrapped between words if possible.
fn render(table_style: TableStyle, widths: &[usize], rows: Vec<Vec<Cell>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    // Width and terminal are known; comfy-table must not detect them again.
    table.force_no_tty();
    if table_style.colored {
        table.enforce_styling();
        // Otherwise crossterm checks NO_COLOR itself, although `--color` was already considered.
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

/// comfy-table uses 16 bits for widths.
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
        fn wrapping_keeps_all_letters_and_the_width(text in "[a-zé世 ,]{0,80}", width in 4_usize..30) {
            let table_style = TableStyle { width: Some(80), terminal: true, colored: false, ellipsis: "…" };
            let rendered = render(table_style, &[width], vec![vec![Cell { text: text.clone(), style: Style::new() }]]);
            for line in rendered.lines() {
                prop_assert!(measure_text_width(line) <= width, "{line:?} is wider than {width}");
            }
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&rendered), letters(&text));
        }

        #[test]
        fn shortened_columns_make_room(wide in 10_usize..60, wider in 10_usize..60, limit in 40_usize..150) {
            let widths = fit(&[column(12, 0), column(wide, 1), column(wider, 2), column(7, 0)], limit, true).unwrap();
            let shown: Vec<usize> = widths.iter().flatten().copied().collect();
            prop_assert!(shown.iter().sum::<usize>() + GAP * (shown.len() - 1) <= limit);
            prop_assert_eq!((widths[0], widths[3]), (Some(12), Some(7)));
            if 12 + wide + wider + 7 + 3 * GAP <= limit {
                prop_assert_eq!(shown, [12, wide, wider, 7]);
            }
        }
    }

    fn column(natural: usize, rank: u8) -> ColumnWidth {
        ColumnWidth { natural, least: if rank > 0 { MIN_SHORTENED } else { natural }, rank }
    }

    #[test]
    fn a_column_is_dropped_only_if_shortening_is_not_enough() {
        let columns = [column(10, 0), column(36, 1), column(20, 2), column(10, 0)];
        let fit = |limit, may_drop| fit(&columns, limit, may_drop);
        assert_eq!(fit(82, true), Some(vec![Some(10), Some(36), Some(20), Some(10)]));
        assert_eq!(fit(80, true), Some(vec![Some(10), Some(36), Some(18), Some(10)]));
        assert_eq!(fit(50, true), Some(vec![Some(10), Some(15), Some(9), Some(10)]));
        assert_eq!(fit(43, true), Some(vec![Some(10), Some(19), None, Some(10)]));
        assert_eq!(fit(43, false), None);
        assert_eq!(fit(39, true), None);
    }

    #[test]
    fn the_last_column_is_wrapped_if_no_other_column_can_be_shortened() {
        assert_eq!(fit(&[column(10, 0), column(80, 0)], 50, true), Some(vec![Some(10), Some(38)]));
        assert_eq!(fit(&[column(30, 0), column(80, 0)], 45, true), None);
    }
}
