//! The one writer of stderr: whole lines, bars out of the way while they are written.

use std::collections::HashSet;
use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anstyle::Style;
use console::Term;
use indicatif::{MultiProgress, ProgressDrawTarget};

use super::clean;
use super::color::{self, ColorChoice, Environment};

/// Redraws a second at most.
const REDRAWS: u8 = 10;

/// stderr, with the bars that may be on it.
#[derive(Debug)]
pub(super) struct Stderr {
    /// It is a terminal that can move its cursor.
    pub(super) capable: bool,
    pub(super) colored: bool,
    pub(super) bars: MultiProgress,
    said: Mutex<HashSet<String>>,
}

impl Stderr {
    pub(super) fn new(choice: ColorChoice, environment: &Environment) -> Self {
        let terminal = io::stderr().is_terminal();
        Self {
            capable: terminal && environment.capable_terminal(),
            colored: color::decide(choice, environment, terminal),
            bars: MultiProgress::with_draw_target(ProgressDrawTarget::hidden()),
            said: Mutex::default(),
        }
    }

    /// Lets bars be seen from now on.
    pub(super) fn show_bars(&self) {
        self.bars.set_draw_target(ProgressDrawTarget::stderr_with_hz(REDRAWS));
    }

    /// Takes all bars away, for good.
    pub(super) fn hide_bars(&self) {
        // A terminal that is gone cannot be cleared, and need not be.
        let _ = self.bars.clear();
        self.bars.set_draw_target(ProgressDrawTarget::hidden());
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

    /// Writes a text without ending its line, as a question is.
    pub(super) fn ask(&self, text: &str) {
        self.around(|| {
            let mut stderr = io::stderr().lock();
            let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
        });
    }

    /// Writes `label: text`; further lines of `text` are indented.
    pub(super) fn labelled(&self, label: &str, style: Style, text: &str) {
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

    /// No bars, and the cursor shown.
    pub(super) fn restore(&self) {
        self.hide_bars();
        if self.capable {
            let _ = Term::stderr().show_cursor();
        }
    }

    fn said(&self) -> MutexGuard<'_, HashSet<String>> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
