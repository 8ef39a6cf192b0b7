//! What the operator sees: answers on stdout; progress, notes and questions on stderr.
//!
//! [`Ui`] owns both streams: nothing else in the program writes to them. The answer goes to stdout and
//! nothing else does, so that scripts can read it; each stream is asked by itself whether it is a terminal.

pub mod answer;
mod clean;
pub mod color;
pub mod live;
mod log;
pub mod progress;
pub mod prompt;
mod stderr;

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::builder::StyledStr;
use serde_json::Value;

use answer::pieces::Pieces;
use answer::{Column, Document, Format, Look, Space, View, ViewError};
use color::{ColorChoice, Environment};
use live::Live;
pub use log::Verbosity;
use progress::{Progress, ProgressMode};
use stderr::Stderr;

/// What the operator asked of the ui: the global options that concern it.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `--format`
    pub format: Format,
    /// `--column`
    pub columns: Vec<String>,
    /// `--sort`
    pub sort: Option<String>,
    /// `--color`
    pub color: ColorChoice,
    /// `--progress`
    pub progress: ProgressMode,
    /// `--quiet`: no notes, no hints, no progress.
    pub quiet: bool,
    /// `--yes`
    pub yes: bool,
    /// `-v`, `-vv`, `--debug`
    pub verbosity: Verbosity,
}

/// Both streams, and how things are to look on them.
#[derive(Debug)]
pub struct Ui {
    options: Options,
    space: Space,
    stderr: Arc<Stderr>,
    /// Whoever read stdout has gone; what else is to be said there is said to nobody.
    deaf: AtomicBool,
}

impl Ui {
    /// Looks at the streams and the environment, and starts the log if one was asked for.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let environment = Environment::read();
        let terminal = io::stdout().is_terminal();
        let space = Space {
            width: width(terminal),
            terminal,
            colored: color::decide(options.color, &environment, terminal),
            ellipsis: if locale_is_utf8() { "…" } else { "..." },
        };
        let stderr =
            Arc::new(Stderr::new(options.color, &environment, options.progress == ProgressMode::Json));
        log::init(options.verbosity, &stderr);
        Self { options, space, stderr, deaf: AtomicBool::new(false) }
    }

    /// The format the answer is to have.
    #[must_use]
    pub fn format(&self) -> Format {
        self.options.format
    }

    /// Settles the columns of an answer out of those it can have. To be called before anything is changed:
    /// a column that does not exist must not be found out after the work.
    ///
    /// # Errors
    ///
    /// `--column` or `--sort` names none of `known`.
    pub fn view(&self, known: &'static [Column]) -> Result<View, ViewError> {
        let view = View::new(known, &self.options.columns, self.options.sort.as_deref())?;
        Ok(view.in_format(self.options.format))
    }

    /// Answers with a list: an array in JSON, however many there are.
    ///
    /// # Errors
    ///
    /// stdout cannot be written for another reason than that its reader has gone, which is no error.
    pub fn list(&self, view: &View, rows: Vec<Value>) -> io::Result<()> {
        self.text(&answer::render_list(self.look(), view, rows))
    }

    /// Answers with a list in pieces, as they come, where the format and the order allow it: no row of a table can be told
    /// before all are known.
    #[must_use]
    pub fn stream(&self, view: &View) -> Option<Stream<'_>> {
        Some(Stream { ui: self, pieces: Pieces::new(self.options.format, view)? })
    }

    /// Shows a list that is looked at again and again.
    #[must_use]
    pub fn live(&self, view: View) -> Live<'_> {
        Live::new(self, view)
    }

    /// Answers with one thing: an object in JSON.
    ///
    /// # Errors
    ///
    /// As [`Ui::list`].
    pub fn object(&self, view: &View, object: &Value) -> io::Result<()> {
        self.text(&answer::render_object(self.look(), view, object))
    }

    /// Answers with one object that tables show in sections.
    ///
    /// # Errors
    ///
    /// As [`Ui::list`].
    pub fn document(&self, document: Document) -> io::Result<()> {
        self.text(&answer::render_document(self.look(), document))
    }

    /// Answers with text as it is, in any format.
    ///
    /// # Errors
    ///
    /// As [`Ui::list`].
    pub fn text(&self, text: &str) -> io::Result<()> {
        if self.deaf() {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        let written = self.stderr.around(|| stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()));
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.deaf.store(true, Ordering::Relaxed);
                Ok(())
            }
            other => other,
        }
    }

    /// Answers with text in which there may be words of servers.
    ///
    /// # Errors
    ///
    /// As [`Ui::list`].
    pub fn plain(&self, text: &str) -> io::Result<()> {
        self.text(&clean::lines(text))
    }

    /// Whether the reader of stdout has gone: a command that does nothing but answer may stop.
    #[must_use]
    pub fn deaf(&self) -> bool {
        self.deaf.load(Ordering::Relaxed)
    }

    /// Whether errors are told as objects: to whoever reads the answer or the progress as JSON.
    #[must_use]
    pub fn tells_errors_in_json(&self) -> bool {
        self.options.format == Format::Json || self.options.progress == ProgressMode::Json
    }

    /// Says on stderr what was done, one line a thing. Silent with `--quiet`.
    pub fn note(&self, text: &str) {
        if !self.options.quiet {
            self.stderr.note("note", text);
        }
    }

    /// Shows on stderr a command that is about to be run, and what for. Silent with `--quiet`.
    pub fn demonstrate(&self, what: &str, command: &str) {
        if !self.options.quiet {
            let what = color::paint(self.stderr.colored, color::HEADING, &format!("# {what}"));
            let command = color::paint(self.stderr.colored, color::TYPE_THIS, command);
            self.stderr.say(&format!("\n{what}\n$ {command}"));
        }
    }

    /// Says what could be typed next. Silent with `--quiet`.
    pub fn hint(&self, text: &str) {
        if !self.options.quiet {
            self.stderr.labelled("hint", color::TYPE_THIS, text);
        }
    }

    /// Says to whoever sits at a terminal what a file or a program need not know.
    pub fn aside(&self, text: &str) {
        if self.stderr.capable {
            self.hint(text);
        }
    }

    /// Warns of danger, also with `--quiet`. Each text is said once a run.
    pub fn warn(&self, text: &str) {
        self.stderr.warn_once(text);
    }

    /// Says what went wrong: `error:`, then `cause:` and `hint:` lines.
    pub fn error(&self, message: &str, causes: &[String], hint: Option<&str>) {
        self.stderr.labelled("error", color::ERROR, message);
        for cause in causes {
            self.stderr.labelled("cause", color::SECONDARY, cause);
        }
        for hint in hint.into_iter().flat_map(str::lines) {
            self.stderr.labelled("hint", color::TYPE_THIS, hint);
        }
    }

    /// Puts one JSON object on a line of its own on stderr.
    pub fn error_object(&self, object: &Value) {
        self.stderr.say(&object.to_string());
    }

    /// Begins to show progress, as `--progress` says. It is shown until what is returned goes.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let mode = if self.options.quiet { ProgressMode::None } else { self.options.progress };
        // Lines of the log would tear the bars at every step.
        let calm = self.options.verbosity == Verbosity::Normal;
        Progress::start(mode, calm, &self.stderr)
    }

    /// stderr for ways out that go past whoever holds this: signals and panics.
    #[must_use]
    pub fn terminal(&self) -> Terminal {
        Terminal(Arc::clone(&self.stderr))
    }

    /// Answers with text that clap has styled: help, the version.
    ///
    /// # Errors
    ///
    /// As [`Ui::list`].
    pub fn styled(&self, text: &StyledStr) -> io::Result<()> {
        let text = if self.space.colored { text.ansi().to_string() } else { text.to_string() };
        self.text(&format!("{}\n", text.trim_end()))
    }

    /// Says on stderr what clap found wrong with the command line.
    pub fn styled_error(&self, text: &StyledStr) {
        let text = if self.stderr.colored { text.ansi().to_string() } else { text.to_string() };
        self.stderr.say(text.trim_end());
    }

    fn look(&self) -> Look {
        Look { format: self.options.format, space: self.space }
    }
}

/// A list on its way to stdout.
#[derive(Debug)]
pub struct Stream<'u> {
    ui: &'u Ui,
    pieces: Pieces,
}

impl Stream<'_> {
    /// Tells the next rows, none of whose names comes before those told.
    ///
    /// # Errors
    ///
    /// As [`Ui::list`].
    pub fn rows(&mut self, rows: Vec<Value>) -> io::Result<()> {
        self.ui.text(&self.pieces.rows(rows))
    }

    /// Whether anything was told.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.pieces.have_begun()
    }

    /// Tells that these were all rows there are, or all that could be had.
    ///
    /// # Errors
    ///
    /// As [`Ui::list`].
    pub fn end(self) -> io::Result<()> {
        self.ui.text(&self.pieces.end())
    }
}

/// stderr for ways out that skip destructors.
#[derive(Debug, Clone)]
pub struct Terminal(Arc<Stderr>);

impl Terminal {
    /// Leaves the terminal as it was found: no bars, the cursor shown.
    pub fn restore(&self) {
        self.0.restore();
    }

    /// Says `text` on a line of its own.
    pub fn say(&self, text: &str) {
        self.0.say(text);
    }

    /// Says what is going on.
    pub fn note(&self, text: &str) {
        self.0.note("note", text);
    }

    /// Says what went wrong and what to do.
    pub fn error(&self, message: &str, hint: &str) {
        self.0.labelled("error", color::ERROR, message);
        self.0.labelled("hint", color::TYPE_THIS, hint);
    }
}

/// `COLUMNS`, else the terminal of stdout, else none: nothing is cut or wrapped off a terminal.
fn width(terminal: bool) -> Option<usize> {
    let columns =
        std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|&width| width > 0);
    columns.or_else(|| {
        if terminal { console::Term::stdout().size_checked().map(|(_, width)| width.into()) } else { None }
    })
}

/// POSIX: the first of these that is set and not empty names the locale.
fn locale_is_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}
