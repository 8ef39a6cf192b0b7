//! Output and input: answers on stdout; progress, notes and prompts on stderr.
//!
//! [`Ui`] owns both streams: nothing else in the program writes to them. Only the answer goes to stdout, so that
//! scripts can read it. Whether a stream is a terminal is checked for each stream separately.

pub mod color;
pub mod live;
mod log;
pub mod output;
pub mod progress;
pub mod prompt;
mod sanitize;
mod stderr;

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::builder::StyledStr;
use serde::Serialize;
use serde_json::Value;

use color::{ColorChoice, ColorEnvironment};
use live::Live;
pub use log::Verbosity;
use output::row_stream::RowStream;
use output::{Column, Document, OutputFormat, OutputStyle, TableStyle, View, ViewError};
use progress::{ProgressDisplay, ProgressMode};
use stderr::Stderr;

/// The global options for the UI.
#[derive(Debug, Clone, Default)]
pub struct UiOptions {
    /// `--format`
    pub format: OutputFormat,
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

/// Both streams and their properties.
#[derive(Debug)]
pub struct Ui {
    options: UiOptions,
    table_style: TableStyle,
    stderr: Arc<Stderr>,
    /// The reader of stdout has closed it; further output is dropped.
    stdout_closed: AtomicBool,
}

impl Ui {
    /// Inspects the streams and the environment, and starts the log if it is enabled.
    #[must_use]
    pub fn new(options: UiOptions) -> Self {
        let environment = ColorEnvironment::read();
        let terminal = io::stdout().is_terminal();
        let table_style = TableStyle {
            width: width(terminal),
            terminal,
            colored: color::decide(options.color, &environment, terminal),
            ellipsis: if locale_is_utf8() { "…" } else { "..." },
        };
        let stderr =
            Arc::new(Stderr::new(options.color, &environment, options.progress == ProgressMode::Json));
        log::init(options.verbosity, &stderr);
        Self { options, table_style, stderr, stdout_closed: AtomicBool::new(false) }
    }

    /// The format of the answer.
    #[must_use]
    pub fn format(&self) -> OutputFormat {
        self.options.format
    }

    /// Selects the columns of an answer. Call this before changing anything, so that an unknown column is reported
    /// before the work.
    ///
    /// # Errors
    ///
    /// `--column` or `--sort` names an unknown column.
    pub fn view(&self, known: &'static [Column]) -> Result<View, ViewError> {
        let view = View::new(known, &self.options.columns, self.options.sort.as_deref())?;
        Ok(view.in_format(self.options.format))
    }

    /// Prints a list; in JSON an array.
    ///
    /// # Errors
    ///
    /// stdout cannot be written. A closed pipe is not an error.
    pub fn list<R: Serialize>(&self, view: &View, rows: Vec<R>) -> io::Result<()> {
        self.text(&output::render_list(self.output_style(), view, output::json_rows(rows)))
    }

    /// Prints a list like [`Ui::list`]. An empty table prints nothing, so stderr says that no `things` were found.
    ///
    /// # Errors
    ///
    /// See [`Ui::list`].
    pub fn list_of<R: Serialize>(&self, things: &str, view: &View, rows: Vec<R>) -> io::Result<()> {
        if rows.is_empty() && self.options.format == OutputFormat::Table {
            self.note(&format!("no {things} found"));
        }
        self.list(view, rows)
    }

    /// Prints a list incrementally, if format and order allow it: a table needs all rows before its first line.
    #[must_use]
    pub fn stream(&self, view: &View) -> Option<Stream<'_>> {
        Some(Stream { ui: self, rows: RowStream::new(self.options.format, view)? })
    }

    /// Shows a list that is refreshed.
    #[must_use]
    pub fn live(&self, view: View) -> Live<'_> {
        Live::new(self, view)
    }

    /// Prints one object; in JSON an object.
    ///
    /// # Errors
    ///
    /// See [`Ui::list`].
    pub fn object<T: Serialize>(&self, view: &View, object: &T) -> io::Result<()> {
        self.text(&output::render_object(self.output_style(), view, &output::json(object)))
    }

    /// Prints one object that tables show in sections.
    ///
    /// # Errors
    ///
    /// See [`Ui::list`].
    pub fn document(&self, document: Document) -> io::Result<()> {
        self.text(&output::render_document(self.output_style(), document))
    }

    /// Prints text unchanged, in any format.
    ///
    /// # Errors
    ///
    /// See [`Ui::list`].
    pub fn text(&self, text: &str) -> io::Result<()> {
        if self.is_stdout_closed() {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        let written =
            self.stderr.suspend_bars(|| stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()));
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.stdout_closed.store(true, Ordering::Relaxed);
                Ok(())
            }
            other => other,
        }
    }

    /// Prints text that may contain text from servers.
    ///
    /// # Errors
    ///
    /// See [`Ui::list`].
    pub fn plain(&self, text: &str) -> io::Result<()> {
        self.text(&sanitize::lines(text))
    }

    /// Whether the reader of stdout has closed it: a command that only prints may stop.
    #[must_use]
    pub fn is_stdout_closed(&self) -> bool {
        self.stdout_closed.load(Ordering::Relaxed)
    }

    /// Whether errors are printed as JSON objects: if the answer or the progress is in JSON.
    #[must_use]
    pub fn prints_errors_as_json(&self) -> bool {
        self.options.format == OutputFormat::Json || self.options.progress == ProgressMode::Json
    }

    /// Prints a note on stderr, such as what was done. Nothing with `--quiet`.
    pub fn note(&self, text: &str) {
        if !self.options.quiet {
            self.stderr.note("note", text);
        }
    }

    /// Prints a command on stderr before it runs, with its purpose. Nothing with `--quiet`.
    pub fn show_command(&self, what: &str, command: &str) {
        if !self.options.quiet {
            let what = color::paint(self.stderr.colored, color::HEADING, &format!("# {what}"));
            let command = color::paint(self.stderr.colored, color::TYPE_THIS, command);
            self.stderr.write_line(&format!("\n{what}\n$ {command}"));
        }
    }

    /// Prints a hint on stderr. Nothing with `--quiet`.
    pub fn hint(&self, text: &str) {
        if !self.options.quiet {
            self.stderr.labeled("hint", color::TYPE_THIS, text);
        }
    }

    /// Prints a hint only if stderr is a terminal.
    pub fn hint_on_terminal(&self, text: &str) {
        if self.stderr.capable {
            self.hint(text);
        }
    }

    /// Prints a warning, even with `--quiet`. Each text is printed once per run.
    pub fn warn(&self, text: &str) {
        self.stderr.warn_once(text);
    }

    /// Prints an error: `error:`, then `cause:` and `hint:` lines.
    pub fn error(&self, message: &str, causes: &[String], hints: &[String]) {
        self.stderr.labeled("error", color::ERROR, message);
        for cause in causes {
            self.stderr.labeled("cause", color::SECONDARY, cause);
        }
        for hint in hints {
            self.stderr.labeled("hint", color::TYPE_THIS, hint);
        }
    }

    /// Prints one JSON object on a line on stderr.
    pub fn error_object(&self, object: &Value) {
        self.stderr.write_line(&object.to_string());
    }

    /// Starts to show progress according to `--progress`, until the returned value is dropped.
    #[must_use]
    pub fn progress(&self) -> ProgressDisplay {
        let mode = if self.options.quiet { ProgressMode::None } else { self.options.progress };
        // Log lines would break the bars.
        let log_is_off = self.options.verbosity == Verbosity::Normal;
        ProgressDisplay::start(mode, log_is_off, &self.stderr)
    }

    /// Access to stderr for signal and panic handlers.
    #[must_use]
    pub fn terminal(&self) -> Terminal {
        Terminal(Arc::clone(&self.stderr))
    }

    /// Prints text that clap has styled: help and version.
    ///
    /// # Errors
    ///
    /// See [`Ui::list`].
    pub fn styled(&self, text: &StyledStr) -> io::Result<()> {
        let text = if self.table_style.colored { text.ansi().to_string() } else { text.to_string() };
        self.text(&format!("{}\n", text.trim_end()))
    }

    /// Prints a usage error from clap on stderr.
    pub fn styled_error(&self, text: &StyledStr) {
        let text = if self.stderr.colored { text.ansi().to_string() } else { text.to_string() };
        self.stderr.write_line(text.trim_end());
    }

    fn output_style(&self) -> OutputStyle {
        OutputStyle { format: self.options.format, table_style: self.table_style }
    }
}

/// A list that is printed incrementally.
#[derive(Debug)]
pub struct Stream<'u> {
    ui: &'u Ui,
    rows: RowStream,
}

impl Stream<'_> {
    /// Prints the next rows. Their names must not sort before the rows printed so far.
    ///
    /// # Errors
    ///
    /// See [`Ui::list`].
    pub fn rows(&mut self, rows: Vec<Value>) -> io::Result<()> {
        self.ui.text(&self.rows.rows(rows))
    }

    /// Whether any row was printed.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.rows.has_begun()
    }

    /// Ends the list: no further rows exist or are available.
    ///
    /// # Errors
    ///
    /// See [`Ui::list`].
    pub fn end(self) -> io::Result<()> {
        self.ui.text(&self.rows.end())
    }
}

/// stderr for code that skips destructors.
#[derive(Debug, Clone)]
pub struct Terminal(Arc<Stderr>);

impl Terminal {
    /// Restores the terminal: removes the bars and shows the cursor.
    pub fn restore(&self) {
        self.0.restore();
    }

    /// Prints `text` on its own line.
    pub fn print_line(&self, text: &str) {
        self.0.write_line(text);
    }

    /// Prints a note.
    pub fn note(&self, text: &str) {
        self.0.note("note", text);
    }

    /// Prints an error and a hint.
    pub fn error(&self, message: &str, hint: &str) {
        self.0.labeled("error", color::ERROR, message);
        self.0.labeled("hint", color::TYPE_THIS, hint);
    }
}

/// `COLUMNS`, else the width of the terminal on stdout, else `None`: without a terminal nothing is truncated or
/// wrapped.
fn width(terminal: bool) -> Option<usize> {
    let columns =
        std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|&width| width > 0);
    columns.or_else(|| {
        if terminal { console::Term::stdout().size_checked().map(|(_, width)| width.into()) } else { None }
    })
}

/// POSIX: the first of these variables that is set and not empty determines the locale.
fn locale_is_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}
