//! A list that is looked at again and again: redrawn in its place on a terminal, its changes told elsewhere.

use std::io::{self, IsTerminal};

use console::Term;
use jiff::Timestamp;

use serde_json::Value;

use super::answer::changes::Changes;
use super::answer::{self, Format, Look, Space, View};
use super::color::{self, Environment};
use super::{Ui, width};

/// A list on the way.
#[derive(Debug)]
pub struct Live<'u> {
    ui: &'u Ui,
    view: View,
    how: How,
}

#[derive(Debug)]
enum How {
    /// In place: so many lines stand there, on a terminal of this width.
    Drawn {
        lines: usize,
        width: Option<usize>,
    },
    Told(Changes),
}

impl<'u> Live<'u> {
    pub(super) fn new(ui: &'u Ui, view: View) -> Self {
        let look = ui.look();
        let in_place =
            look.format == Format::Table && look.space.terminal && Environment::read().capable_terminal();
        let how = if in_place {
            How::Drawn { lines: 0, width: look.space.width }
        } else {
            How::Told(Changes::new(look, &view))
        };
        Self { ui, view, how }
    }

    /// Shows the list as it is now, with a line below it where it is drawn in place.
    ///
    /// # Errors
    ///
    /// As [`Ui::list`].
    pub fn show(&mut self, rows: Vec<Value>, below: &str) -> io::Result<()> {
        let now = Timestamp::now();
        let text = match &mut self.how {
            How::Told(changes) => changes.since(rows, now),
            How::Drawn { lines, width: before } => {
                let width = width(io::stdout().is_terminal());
                let look = self.ui.look();
                let look = Look { space: Space { width, ..look.space }, ..look };
                let table = answer::render_list(look, &self.view, rows);
                let room = usize::from(Term::stdout().size().0).saturating_sub(2).max(1);
                let below = color::paint(look.space.colored, color::SECONDARY, below);
                let drawn = cut(&table, room, look.space.ellipsis) + &below + "\n";
                // Lines that were wrapped by a terminal made narrower cannot be counted.
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

/// As many lines as there is room for, and how many there would be more.
fn cut(text: &str, room: usize, ellipsis: &str) -> String {
    let total = text.lines().count();
    if total <= room {
        return text.to_owned();
    }
    let kept = room.saturating_sub(1);
    let cut: String = text.split_inclusive('\n').take(kept).collect();
    cut + &format!("{ellipsis} and {} more\n", total - kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_there_is_no_room_for_is_counted() {
        assert_eq!(cut("H\na\nb\n", 3, "…"), "H\na\nb\n");
        assert_eq!(cut("H\na\nb\nc\n", 3, "…"), "H\na\n… and 2 more\n");
    }
}
