//! Progress on stderr: bars on a terminal, otherwise lines, JSON events for programs, or nothing.

mod bars;
pub(super) mod json;
mod plain;
mod state;

pub(crate) use json::EventLine;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::Stderr;
use crate::driver::watch::event::{Event, Observer};
use bars::Bars;
use state::ProgressState;

/// `--progress`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum ProgressMode {
    /// Bars on a terminal, otherwise lines
    #[default]
    Auto,
    /// Progress bars
    Bar,
    /// One line per change, and one per minute without changes
    Plain,
    /// One JSON event per line
    Json,
    /// No progress
    None,
}

impl ProgressMode {
    /// Resolves `auto`: bars need a terminal that can move its cursor and that the log does not write to. The
    /// pseudo-terminal of a CI system is saved to a file, so it gets lines.
    fn resolve(self, capable: bool, log_is_off: bool, ci: bool) -> Self {
        match self {
            Self::Auto if capable && log_is_off && !ci => Self::Bar,
            Self::Bar if capable => Self::Bar,
            Self::Auto | Self::Bar => Self::Plain,
            other => other,
        }
    }
}

/// An [`Observer`] that shows events until it is dropped.
#[derive(Debug)]
pub struct ProgressDisplay {
    shared: Arc<Shared>,
    ticker: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    mode: ProgressMode,
    stderr: Arc<Stderr>,
    inner: Mutex<Inner>,
    ended: Condvar,
}

#[derive(Debug)]
struct Inner {
    state: ProgressState,
    bars: Option<Bars>,
    ended: bool,
}

impl ProgressDisplay {
    pub(super) fn start(mode: ProgressMode, log_is_off: bool, stderr: &Arc<Stderr>) -> Self {
        let ci = std::env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false");
        let mode = mode.resolve(stderr.capable, log_is_off, ci);
        let inner = Inner { state: ProgressState::new(Instant::now()), bars: None, ended: false };
        let shared = Arc::new(Shared {
            mode,
            stderr: Arc::clone(stderr),
            inner: Mutex::new(inner),
            ended: Condvar::new(),
        });
        let every = match mode {
            ProgressMode::Bar => Some(bars::REDRAW),
            ProgressMode::Plain => Some(Duration::from_secs(1)),
            _ => None,
        };
        let ticker = every.map(|every| {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || shared.tick(every))
        });
        Self { shared, ticker }
    }
}

impl Observer for ProgressDisplay {
    fn event(&self, event: &Event) {
        let Shared { mode, stderr, .. } = &*self.shared;
        let now = Instant::now();
        let mut inner = self.shared.lock();
        inner.state.take(event, now);
        match mode {
            ProgressMode::Json => stderr.write_line(&json::line(event)),
            ProgressMode::Plain => {
                if let Some(line) = plain::line(event) {
                    stderr.write_line(&line);
                }
            }
            ProgressMode::Bar => {
                if event.kind.is_terminal() {
                    stderr.write_line(&bars::final_line(event, stderr.colored));
                }
            }
            ProgressMode::Auto | ProgressMode::None => {}
        }
    }
}

impl Drop for ProgressDisplay {
    fn drop(&mut self) {
        self.shared.lock().ended = true;
        self.shared.ended.notify_all();
        if let Some(ticker) = self.ticker.take() {
            // A panic of the thread does not affect the operation.
            let _ = ticker.join();
        }
        let mut inner = self.shared.lock();
        if inner.bars.take().is_some() {
            self.shared.stderr.hide_bars();
        }
        if self.shared.mode == ProgressMode::Json && !inner.state.is_empty() {
            self.shared.stderr.write_line(&json::summary(&inner.state, Instant::now()));
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Redraws the bars, or prints lines for targets without changes, until the end.
    fn tick(&self, every: Duration) {
        let mut inner = self.lock();
        loop {
            // The end may have come before this thread started to wait.
            let waited = self.ended.wait_timeout_while(inner, every, |inner| !inner.ended);
            inner = waited.unwrap_or_else(PoisonError::into_inner).0;
            if inner.ended {
                return;
            }
            let now = Instant::now();
            let Inner { state, bars, .. } = &mut *inner;
            if self.mode == ProgressMode::Plain {
                for line in plain::heartbeats(state, now) {
                    self.stderr.write_line(&line);
                }
            } else if state.running() && now.duration_since(state.begun()) >= bars::DELAY {
                bars.get_or_insert_with(|| Bars::new(&self.stderr)).draw(state, now, &self.stderr);
            } else if let Some(bars) = bars {
                bars.draw(state, now, &self.stderr);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_need_a_terminal_without_a_log() {
        let auto = ProgressMode::Auto;
        assert_eq!(auto.resolve(true, true, false), ProgressMode::Bar);
        assert_eq!(auto.resolve(false, true, false), ProgressMode::Plain);
        assert_eq!(auto.resolve(true, false, false), ProgressMode::Plain);
        assert_eq!(auto.resolve(true, true, true), ProgressMode::Plain);
        assert_eq!(ProgressMode::Bar.resolve(true, false, true), ProgressMode::Bar);
        assert_eq!(ProgressMode::Bar.resolve(false, true, false), ProgressMode::Plain);
        assert_eq!(ProgressMode::Json.resolve(true, true, false), ProgressMode::Json);
    }

    #[test]
    fn snapshot_of_every_event() {
        use crate::driver::watch::event::EventKind as K;
        use jiff::tz::TimeZone;
        use state::tests::event;
        let now = Instant::now();
        let mut state = ProgressState::new(now);
        let mut texts = [String::new(), String::new(), String::new()];
        let kinds = [
            K::Started,
            K::Claimed,
            K::Stage,
            K::Waiting,
            K::Retrying,
            K::Undoing,
            K::Done,
            K::Failed,
            K::Detached,
        ];
        for kind in kinds {
            let words = (kind == K::Stage).then_some("writing the image (step 2 of 3)");
            let bare = event(kind, "web-1", words, 72);
            let time = bare.time.to_zoned(TimeZone::system()).strftime("%H:%M:%S").to_string();
            let mut whole = bare.clone();
            whole.message = Some("no space left on device".to_owned());
            (whole.estimate, whole.eta) = (Some(Duration::from_secs(40)), Some(Duration::from_secs(90)));
            for event in [&bare, &whole] {
                let lines =
                    [plain::line(event).unwrap_or_default().replace(&time, "<clock>"), json::line(event)];
                for (text, line) in texts.iter_mut().zip(lines) {
                    text.push_str(&(line + "\n"));
                }
                if kind.is_terminal() {
                    texts[2].push_str(&(bars::final_line(event, false) + "\n"));
                }
            }
        }
        let later = now + Duration::from_secs(61);
        state.take(&event(K::Stage, "web-1", Some("ramdisk running"), 0), now);
        let waiting = Event { message: Some("a lock".to_owned()), ..event(K::Waiting, "web-2", None, 0) };
        state.take(&waiting, now);
        for line in plain::heartbeats(&mut state, later) {
            let line = line.split_once(' ').map_or("", |(_, line)| line);
            texts[0].extend(["<clock> ", line, "\n"]);
        }
        for (name, kind) in
            [("web-1", K::Done), ("web-2", K::Failed), ("web-3", K::Detached), ("web-4", K::Stage)]
        {
            state.take(&event(kind, name, None, 0), now);
        }
        texts[1].push_str(&json::summary(&state, later));
        let parts = ["plain", "JSON", "above bars"].iter().zip(&texts);
        let text =
            parts.map(|(title, text)| format!("## {title}\n\n{text}")).collect::<Vec<_>>().join("\n\n");
        crate::snapshot::compare("progress_events", &without_present(&text));
    }

    /// The text without the time in the last line, which is the present.
    fn without_present(text: &str) -> String {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for line in lines.iter_mut().filter(|line| line.contains("\"summary\"")) {
            if let Some((_, rest)) = line.split_once(",\"event\"") {
                *line = format!("{{\"time\":\"<time>\",\"event\"{rest}");
            }
        }
        lines.join("\n")
    }
}
