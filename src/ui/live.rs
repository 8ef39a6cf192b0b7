//! A list that is refreshed: redrawn in place on a terminal, otherwise printed as changes.

use std::io::{self, IsTerminal};

use console::Term;
use jiff::Timestamp;

use serde_json::Value;

use super::color::{self, ColorEnvironment};
use super::output;
use super::output::changes::ListChanges;
use super::output::{OutputFormat, OutputStyle, TableStyle, View};
use super::{Ui, width};

/// A list that is refreshed.
#[derive(Debug)]
pub struct Live<'u> {
    ui: &'u Ui,
    view: View,
    mode: Mode,
}

#[derive(Debug)]
enum Mode {
    /// Redrawn in place: the number of lines on screen, and the width of the terminal then.
    Drawn {
        lines: usize,
        width: Option<usize>,
    },
    Printed(ListChanges),
}

impl<'u> Live<'u> {
    pub(super) fn new(ui: &'u Ui, view: View) -> Self {
        let style = ui.output_style();
        let in_place = style.format == OutputFormat::Table
            && style.table_style.terminal
            && ColorEnvironment::read().capable_terminal();
        let mode = if in_place {
            Mode::Drawn { lines: 0, width: style.table_style.width }
        } else {
            Mode::Printed(ListChanges::new(style, &view))
        };
        Self { ui, view, mode }
    }

    /// Shows the current list, with a line below it if it is redrawn in place.
    ///
    /// # Errors
    ///
    /// See [`Ui::list`].
    pub fn show(&mut self, rows: Vec<Value>, below: &str) -> io::Result<()> {
        let now = Timestamp::now();
        let text = match &mut self.mode {
            Mode::Printed(changes) => changes.update(rows, now),
            Mode::Drawn { lines, width: before } => {
                let width = width(io::stdout().is_terminal());
                let style = self.ui.output_style();
                let style = OutputStyle { table_style: TableStyle { width, ..style.table_style }, ..style };
                let table = output::render_list(style, &self.view, rows);
                let room = usize::from(Term::stdout().size().0).saturating_sub(2).max(1);
                let below = color::paint(style.table_style.colored, color::SECONDARY, below);
                let drawn = truncate(&table, room, style.table_style.ellipsis) + &below + "\n";
                // If the terminal was narrowed, it wrapped lines, so they cannot be counted: clear the screen.
                let back = match *lines {
                    0 => String::new(),
                    _ if *before != width => "\x1b[2J\x1b[H".to_owned(),
                    lines => format!("\x1b[{lines}A\r\x1b[J"),
                };
                (*lines, *before) = (drawn.lines().count(), width);
                back + &drawn
            }
        };
        self.ui.text(&text)
    }
}

/// The lines that fit, and the number of the other lines.
fn truncate(text: &str, room: usize, ellipsis: &str) -> String {
    let total = text.lines().count();
    if total <= room {
        return text.to_owned();
    }
    let shown = room.saturating_sub(1);
    let truncate: String = text.split_inclusive('\n').take(shown).collect();
    truncate + &format!("{ellipsis} and {} more\n", total - shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_do_not_fit_are_counted() {
        assert_eq!(truncate("H\na\nb\n", 3, "…"), "H\na\nb\n");
        assert_eq!(truncate("H\na\nb\nc\n", 3, "…"), "H\na\n… and 2 more\n");
    }
}
