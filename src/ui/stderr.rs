//! The one writer of stderr: whole lines, bars out of the way while they are written.

use std::collections::HashSet;
use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anstyle::Style;
use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use rustix::stdio::stdin;
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

use super::color::{self, ColorChoice, Environment};
use super::progress::json;
use super::{clean, prompt};

/// Redraws a second at most.
const REDRAWS: u8 = 10;

/// stderr, with the bars that may be on it.
#[derive(Debug)]
pub(super) struct Stderr {
    /// It is a terminal that can move its cursor.
    pub(super) capable: bool,
    pub(super) colored: bool,
    /// It is read by a program, which is told all that is said as events.
    events: bool,
    /// All bars in one text of several lines, so that they are redrawn together.
    bars: ProgressBar,
    /// How the terminal that is typed on was set before any question changed it.
    typing: Option<Termios>,
    said: Mutex<HashSet<String>>,
}

impl Stderr {
    pub(super) fn new(choice: ColorChoice, environment: &Environment, events: bool) -> Self {
        let terminal = io::stderr().is_terminal();
        Self {
            capable: terminal && environment.capable_terminal(),
            colored: color::decide(choice, environment, terminal),
            events,
            bars: ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
            typing: tcgetattr(stdin()).ok(),
            said: Mutex::default(),
        }
    }

    /// Lets bars be seen from now on.
    pub(super) fn show_bars(&self) {
        self.bars.set_style(
            ProgressStyle::with_template("{msg}").expect("the template is a constant that parses"),
        );
        self.bars.set_draw_target(ProgressDrawTarget::stderr_with_hz(REDRAWS));
    }

    /// Draws these lines in place of those drawn before.
    pub(super) fn draw_bars(&self, lines: &[String]) {
        self.bars.set_message(lines.join("\n"));
    }

    /// Takes all bars away, for good.
    pub(super) fn hide_bars(&self) {
        if !self.bars.is_hidden() {
            self.bars.finish_and_clear();
            self.bars.set_draw_target(ProgressDrawTarget::hidden());
        }
    }

    /// Runs `write` with the bars out of its way.
    pub(super) fn around<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bars.suspend(write)
    }

    /// Writes `text` and ends the line. Nobody can be told that stderr is broken.
    pub(super) fn say(&self, text: &str) {
        self.around(|| {
            let mut stderr = io::stderr().lock();
            let _ = stderr.write_all(format!("{text}\n").as_bytes());
        });
    }

    /// Writes `text`, or an event of this kind with it.
    pub(super) fn note(&self, kind: &str, text: &str) {
        if self.events {
            return self.say(&json::said(kind, text));
        }
        // Further lines are indented, so that no server's words can pass for a line of ours.
        self.say(&clean::lines(text).trim_end().replace('\n', "\n  "));
    }

    /// Writes `label: text`, or an event of this kind; further lines of `text` are indented.
    pub(super) fn labelled(&self, label: &str, style: Style, text: &str) {
        if self.events {
            return self.say(&json::said(label, text));
        }
        let label = color::paint(self.colored, style, &format!("{label}:"));
        let text = clean::lines(text).trim_end().replace('\n', "\n  ");
        self.say(&format!("{label} {text}"));
    }

    /// Writes a warning, unless the same was written before.
    pub(super) fn warn_once(&self, text: &str) {
        let new = self.said().insert(text.to_owned());
        if new {
            self.labelled("warning", color::WARNING, text);
        }
    }

    /// No bars, the cursor shown, and what is typed shown and read as before.
    pub(super) fn restore(&self) {
        self.hide_bars();
        if self.capable {
            let _ = Term::stderr().show_cursor();
        }
        // Only a question changes it; a program in the background would be stopped for trying.
        if let Some(typing) = self.typing.as_ref().filter(|_| prompt::waiting()) {
            let _ = tcsetattr(stdin(), OptionalActions::Now, typing);
        }
    }

    fn said(&self) -> MutexGuard<'_, HashSet<String>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
