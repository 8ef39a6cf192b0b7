//! The log on stderr: `-v`, `-vv`, `--debug`, or a filter in `FARRIER_LOG`.

use std::io::{self, Write};
use std::sync::Arc;

use jiff::Zoned;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;

use super::Stderr;

/// How much is logged on stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Verbosity {
    /// Only notes, warnings and errors.
    #[default]
    Normal,
    /// `-v`: steps.
    Steps,
    /// `-vv`: also requests.
    Requests,
    /// `--debug`: full requests and answers, with secrets masked.
    Bodies,
}

impl Verbosity {
    fn level(self) -> LevelFilter {
        match self {
            Self::Normal => LevelFilter::OFF,
            Self::Steps => LevelFilter::INFO,
            Self::Requests => LevelFilter::DEBUG,
            Self::Bodies => LevelFilter::TRACE,
        }
    }
}

/// Starts the log if it is enabled. An invalid filter causes a warning and is ignored.
pub(super) fn init(verbosity: Verbosity, stderr: &Arc<Stderr>) {
    let mut targets = Targets::new();
    if verbosity > Verbosity::Normal {
        targets = targets.with_target("farrier", verbosity.level());
    }
    // RUST_LOG, which also enables the logs of libraries, applies only with --debug.
    let variables: &[&str] =
        if verbosity == Verbosity::Bodies { &["RUST_LOG", "FARRIER_LOG"] } else { &["FARRIER_LOG"] };
    for variable in variables {
        let Some(filter) = std::env::var(variable).ok().filter(|filter| !filter.is_empty()) else { continue };
        match filter.parse::<Targets>() {
            Ok(more) => {
                targets = targets.with_targets(more.iter().map(|(target, level)| (target.to_owned(), level)));
                if let Some(level) = more.default_level() {
                    targets = targets.with_default(level);
                }
            }
            Err(error) => stderr.warn_once(&format!("ignoring `{variable}`: invalid log filter: {error}")),
        }
    }
    if targets.iter().next().is_none() && targets.default_level().is_none() {
        return;
    }
    let layer = fmt::layer().with_writer(LogWriter(Arc::clone(stderr))).with_ansi(false);
    let registry = tracing_subscriber::registry();
    // A second start in one process, as in tests, keeps the first log.
    let _ = if verbosity >= Verbosity::Requests {
        tracing::subscriber::set_global_default(registry.with(targets).with(layer.with_timer(LocalTime)))
    } else {
        tracing::subscriber::set_global_default(
            registry.with(targets).with(layer.without_time().with_target(false)),
        )
    };
}

/// Local time with milliseconds.
struct LocalTime;

impl FormatTime for LocalTime {
    fn format_time(&self, writer: &mut Writer<'_>) -> std::fmt::Result {
        write!(writer, "{}", Zoned::now().strftime("%H:%M:%S%.3f"))
    }
}

/// Passes whole lines of the log to [`Stderr`].
struct LogWriter(Arc<Stderr>);

struct Line<'a> {
    stderr: &'a Stderr,
    text: Vec<u8>,
}

impl<'a> MakeWriter<'a> for LogWriter {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Self::Writer {
        Line { stderr: &self.0, text: Vec::new() }
    }
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        let text = String::from_utf8_lossy(&self.text);
        self.stderr.write_line(&super::sanitize::lines(text.trim_end()));
    }
}
