//! The only writer of stderr: it writes whole lines and removes the bars while it writes.

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
use super::{prompt, sanitize};

/// Maximum redraws per second.
const REDRAWS: u8 = 10;

/// stderr, with its progress bars.
#[derive(Debug)]
pub(super) struct Stderr {
    /// Whether it is a terminal that can move its cursor.
    pub(super) capable: bool,
    pub(super) colored: bool,
    /// Whether to write all messages as JSON events, for a program (`--progress json`).
    events: bool,
    /// All bars as one text of several lines, so that they are redrawn together.
    bars: ProgressBar,
    /// The settings of the input terminal before any prompt.
    input_settings: Option<Termios>,
    /// The warnings printed so far.
    warned: Mutex<HashSet<String>>,
}

impl Stderr {
    pub(super) fn new(choice: ColorChoice, environment: &Environment, events: bool) -> Self {
        let terminal = io::stderr().is_terminal();
        Self {
            capable: terminal && environment.capable_terminal(),
            colored: color::decide(choice, environment, terminal),
            events,
            bars: ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
            input_settings: tcgetattr(stdin()).ok(),
            warned: Mutex::default(),
        }
    }

    /// Makes bars visible.
    pub(super) fn show_bars(&self) {
        self.bars.set_style(
            ProgressStyle::with_template("{msg}").expect("the template is a constant that parses"),
        );
        self.bars.set_draw_target(ProgressDrawTarget::stderr_with_hz(REDRAWS));
    }

    /// Replaces the lines of the bars.
    pub(super) fn draw_bars(&self, lines: &[String]) {
        self.bars.set_message(lines.join("\n"));
    }

    /// Removes all bars permanently.
    pub(super) fn hide_bars(&self) {
        if !self.bars.is_hidden() {
            self.bars.finish_and_clear();
            self.bars.set_draw_target(ProgressDrawTarget::hidden());
        }
    }

    /// Runs `write` while the bars are removed.
    pub(super) fn suspend_bars<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bars.suspend(write)
    }

    /// Writes a line. Errors are ignored, because there is nowhere to report them.
    pub(super) fn write_line(&self, text: &str) {
        self.suspend_bars(|| {
            let mut stderr = io::stderr().lock();
            let _ = stderr.write_all(format!("{text}\n").as_bytes());
        });
    }

    /// Writes `text`, or an event of this kind.
    pub(super) fn note(&self, kind: &str, text: &str) {
        if self.events {
            return self.write_line(&json::message(kind, text));
        }
        // Further lines are indented, so that text from servers cannot look like a message of farrier.
        self.write_line(&sanitize::lines(text).trim_end().replace('\n', "\n  "));
    }

    /// Writes `label: text`, or an event of this kind; further lines of `text` are indented.
    pub(super) fn labeled(&self, label: &str, style: Style, text: &str) {
        if self.events {
            return self.write_line(&json::message(label, text));
        }
        let label = color::paint(self.colored, style, &format!("{label}:"));
        let text = sanitize::lines(text).trim_end().replace('\n', "\n  ");
        self.write_line(&format!("{label} {text}"));
    }

    /// Writes a warning, unless the same text was written before.
    pub(super) fn warn_once(&self, text: &str) {
        let new = self.warned().insert(text.to_owned());
        if new {
            self.labeled("warning", color::WARNING, text);
        }
    }

    /// Removes the bars, shows the cursor, and restores the settings of the input terminal.
    pub(super) fn restore(&self) {
        self.hide_bars();
        if self.capable {
            let _ = Term::stderr().show_cursor();
        }
        // Only a prompt changes the settings; a background process would be stopped for setting them.
        if let Some(input_settings) = self.input_settings.as_ref().filter(|_| prompt::waiting()) {
            let _ = tcsetattr(stdin(), OptionalActions::Now, input_settings);
        }
    }

    fn warned(&self) -> MutexGuard<'_, HashSet<String>> {
        self.warned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
