//! How requests end early: on a signal or at the end of `--timeout`, even if a server does not answer.
//!
//! Each request runs on its own thread, and the caller waits for the response or for the stop. After a stop, a pending
//! response has `GRACE` to arrive. If it does not, the server counts as unresponsive, and all further requests together
//! may take `UNRESPONSIVE_BUDGET`. An interrupted program ends within two seconds, but if its server answers, it can
//! still undo its changes.

use std::fmt;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long after the stop the answer to an earlier request may take.
const GRACE: Duration = Duration::from_millis(800);

/// The total time for further requests after the stop, if the server is unresponsive.
const UNRESPONSIVE_BUDGET: Duration = Duration::from_millis(500);

/// The timeout of a request that is sent after the stop, to undo something, if the server still answers.
const UNDO_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a server may be silent before farrier reports it.
const REPORT_AFTER: Duration = Duration::from_secs(10);

/// How often a waiting thread checks for the stop.
const CHECK_INTERVAL: Duration = Duration::from_millis(50);

/// The stack size of a request's thread: the HTTP client's own thread does most of the work.
const STACK: usize = 512 << 10;

/// Why a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// A signal, by number.
    Signal(i32),
    /// The timeout of the whole command.
    Timeout(Duration),
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signal(_) => f.write_str("interrupted"),
            Self::Timeout(limit) => write!(f, "timed out after {} s", limit.as_secs()),
        }
    }
}

/// Whether requests may be sent after the stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterStop {
    /// Requests may still be sent, to undo changes.
    AllowUndo,
    /// No request is sent: these requests only poll.
    Refuse,
}

/// A request that ended early or was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped {
    /// Why it ended.
    pub reason: StopReason,
    /// How long it waited for its answer; `None` if it was not sent.
    pub waited: Option<Duration>,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.waited {
            Some(waited) => write!(f, "no response for {} s; {}", waited.as_secs(), self.reason),
            None => write!(f, "request not sent; {}", self.reason),
        }
    }
}

type Listener = Box<dyn Fn(&str) + Send + Sync>;

/// The stop that all requests of a process follow. Clones share their state.
#[derive(Clone, Default)]
pub struct Stop(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: Mutex<StopState>,
    changed: Condvar,
    listener: OnceLock<Listener>,
}

#[derive(Debug, Default)]
struct StopState {
    signal: Option<(Instant, i32)>,
    deadline: Option<(Instant, Duration)>,
    /// When a server was first silent after the stop.
    silent_since: Option<Instant>,
    /// Whether the user knows that a server is silent.
    reported: bool,
}

impl StopState {
    /// The time and reason of the stop.
    fn stopped(&self, now: Instant) -> Option<(Instant, StopReason)> {
        let signal = self.signal.map(|(at, number)| (at, StopReason::Signal(number)));
        let deadline = self.deadline.filter(|(at, _)| *at <= now);
        let deadline = deadline.map(|(at, limit)| (at, StopReason::Timeout(limit)));
        signal.into_iter().chain(deadline).min_by_key(|(at, _)| *at)
    }

    /// The deadline of a request that began at this time; `None` without a stop.
    fn limit(&self, began: Instant, after: AfterStop, now: Instant) -> Option<(Instant, StopReason)> {
        let (at, reason) = self.stopped(now)?;
        let end = match self.silent_since {
            Some(silent_since) => silent_since + UNRESPONSIVE_BUDGET,
            None if began <= at || after == AfterStop::Refuse => at + GRACE,
            None => began + UNDO_TIMEOUT,
        };
        Some((end, reason))
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stop").field("state", &self.0.state).finish_non_exhaustive()
    }
}

impl Stop {
    /// The stop of this process, for signals and `--timeout`.
    pub fn of_process() -> &'static Self {
        static STOP: OnceLock<Stop> = OnceLock::new();
        STOP.get_or_init(Self::default)
    }

    /// Stops because of a signal. Only the first signal counts.
    pub fn signal(&self, number: i32) {
        self.state().signal.get_or_insert((Instant::now(), number));
        self.0.changed.notify_all();
    }

    /// Stops at this time, which is `limit` after the start of the command.
    pub fn end_at(&self, at: Instant, limit: Duration) {
        self.state().deadline = Some((at, limit));
    }

    /// Sets the listener for servers that are silent for long.
    pub fn on_silence(&self, listener: impl Fn(&str) + Send + Sync + 'static) {
        let _ = self.0.listener.set(Box::new(listener));
    }

    fn state(&self) -> MutexGuard<'_, StopState> {
        // Fields are replaced as a whole, so a panic in another thread leaves no partial state.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn limit(&self, began: Instant, after: AfterStop) -> Option<(Instant, StopReason)> {
        self.state().limit(began, after, Instant::now())
    }

    /// Runs `request` on its own thread until it ends or the stop ends it.
    ///
    /// # Errors
    /// The stop came first. `request` continues in the background, and its result is lost.
    ///
    /// # Panics
    /// `request` panics.
    pub fn run<T: Send + 'static>(
        &self,
        server: &str,
        after: AfterStop,
        request: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        let began = Instant::now();
        if let Some((end, reason)) = self.limit(began, after)
            && end <= began
        {
            return Err(Stopped { reason, waited: None });
        }
        let (sender, receiver) = mpsc::sync_channel(1);
        let request = Arc::new(Mutex::new(Some(request)));
        let shared = Arc::clone(&request);
        let work = move || {
            let request = shared.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(request) = request {
                // After the stop there is no receiver.
                let _ = sender.send(request());
            }
        };
        let thread = thread::Builder::new().name("request".to_owned()).stack_size(STACK);
        if thread.spawn(work).is_err() {
            // Without a free thread, a request that cannot be stopped is better than no request.
            let request = request.lock().unwrap_or_else(PoisonError::into_inner).take();
            return Ok(request.expect("no thread took it")());
        }
        loop {
            match receiver.recv_timeout(CHECK_INTERVAL) {
                Ok(answer) => {
                    let mut state = self.state();
                    (state.silent_since, state.reported) = (None, false);
                    return Ok(answer);
                }
                Err(RecvTimeoutError::Disconnected) => panic!("a request's thread panicked"),
                Err(RecvTimeoutError::Timeout) => {}
            }
            let now = Instant::now();
            let waited = now - began;
            let mut state = self.state();
            if let Some((end, reason)) = state.limit(began, after, now)
                && end <= now
            {
                state.silent_since.get_or_insert(now);
                return Err(Stopped { reason, waited: Some(waited) });
            }
            if waited >= REPORT_AFTER && !state.reported {
                state.reported = true;
                drop(state);
                if let Some(listener) = self.0.listener.get() {
                    listener(&format!("still waiting for {server}: no response for {} s", waited.as_secs()));
                }
            }
        }
    }

    /// Pauses between two tries of an operation that began at this time.
    ///
    /// # Errors
    /// The stop came first.
    pub fn pause(&self, pause: Duration, began: Instant) -> Result<(), Stopped> {
        let end = Instant::now() + pause;
        let mut state = self.state();
        loop {
            let now = Instant::now();
            if let Some((at, reason)) = state.stopped(now)
                && (began <= at || state.silent_since.is_some() || began + UNDO_TIMEOUT <= now)
            {
                return Err(Stopped { reason, waited: Some(now - began) });
            }
            if end <= now {
                return Ok(());
            }
            let waited = self.0.changed.wait_timeout(state, CHECK_INTERVAL.min(end - now));
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    fn stall(stop: &Stop, after: AfterStop) -> (Stopped, Duration) {
        let began = Instant::now();
        let stopped = stop.run("Ironic", after, || thread::sleep(LONG)).expect_err("it stalls");
        (stopped, began.elapsed())
    }

    #[test]
    fn a_request_returns_its_answer_even_after_the_stop() {
        let stop = Stop::default();
        assert_eq!(stop.run("Ironic", AfterStop::AllowUndo, || 7), Ok(7));
        stop.signal(2);
        assert_eq!(
            stop.run("Ironic", AfterStop::AllowUndo, || 8),
            Ok(8),
            "requests that undo something are still sent"
        );
    }

    #[test]
    fn a_signal_ends_pending_and_later_requests_within_two_seconds() {
        let stop = Stop::default();
        let other = stop.clone();
        let signal = thread::spawn(move || {
            thread::sleep(Duration::from_millis(100));
            other.signal(15);
        });
        let began = Instant::now();
        let (stopped, _) = stall(&stop, AfterStop::AllowUndo);
        assert_eq!(stopped.reason, StopReason::Signal(15));
        assert!(stopped.waited.is_some());
        let (second, _) = stall(&stop, AfterStop::AllowUndo);
        assert!(second.waited.is_some(), "one more try to undo something");
        let (third, took) = stall(&stop, AfterStop::AllowUndo);
        assert_eq!(third.waited, None);
        assert!(took < GRACE);
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        signal.join().expect("it does not panic");
    }

    #[test]
    fn a_timeout_ends_requests_and_pauses() {
        let stop = Stop::default();
        let limit = Duration::from_millis(200);
        let began = Instant::now();
        stop.end_at(began + limit, limit);
        let paused = stop.pause(LONG, began).expect_err("the time is up");
        assert_eq!(paused.reason, StopReason::Timeout(limit));
        assert!(began.elapsed() < Duration::from_secs(1));
        let (stopped, _) = stall(&stop, AfterStop::Refuse);
        assert_eq!(stopped.reason, StopReason::Timeout(limit));
        assert!(began.elapsed() < Duration::from_secs(2));
    }

    #[test]
    fn a_server_that_answers_after_the_stop_is_no_longer_silent() {
        let stop = Stop::default();
        stop.signal(2);
        stop.state().silent_since = Some(Instant::now());
        assert_eq!(stop.run("Ironic", AfterStop::AllowUndo, || 1), Ok(1));
        assert_eq!(stop.state().silent_since, None);
        assert_eq!(stop.pause(Duration::from_millis(1), Instant::now()), Ok(()));
    }

    #[test]
    fn without_a_stop_a_pause_has_its_full_length() {
        let stop = Stop::default();
        let began = Instant::now();
        assert_eq!(stop.pause(Duration::from_millis(60), began), Ok(()));
        assert!(began.elapsed() >= Duration::from_millis(60));
    }
}
