//! How requests end early: on a signal or when `--timeout` is over, even if a server does not answer.
//!
//! A request runs on a thread of its own, and whoever sent it waits for the answer or for the stop. After a stop an
//! answer that is on its way gets `GRACE`; when it does not come, the server counts as silent, and everything else
//! that is still asked of it gets `LAST` in all. So a program that is told to stop ends within two seconds, while one
//! whose server answers can still undo what it began.

use std::fmt;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long an answer may take after the stop when its request was sent before.
const GRACE: Duration = Duration::from_millis(800);

/// How long all further requests may take together once a server was silent after the stop.
const LAST: Duration = Duration::from_millis(500);

/// How long a request may take that is sent after the stop, to undo something, if the server answered until then.
const UNDO: Duration = Duration::from_secs(10);

/// How long a server may be silent before the operator is told.
const SILENCE: Duration = Duration::from_secs(10);

/// How often a waiting thread looks for the stop.
const TICK: Duration = Duration::from_millis(50);

/// Enough for a request: most of the work is done by the HTTP client's own thread.
const STACK: usize = 512 << 10;

/// What ended a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// A signal, by its number.
    Signal(i32),
    /// The time limit of the whole command.
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

/// Which requests may still be sent after the stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// Those that may undo something.
    May,
    /// None: they only watch.
    MayNot,
}

/// A request that was ended, or never sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped {
    /// What ended it.
    pub reason: StopReason,
    /// How long it waited for its answer; nothing if it was not sent.
    pub waited: Option<Duration>,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.waited {
            Some(waited) => write!(f, "no answer for {} s; {}", waited.as_secs(), self.reason),
            None => write!(f, "not asked any more; {}", self.reason),
        }
    }
}

type Listener = Box<dyn Fn(&str) + Send + Sync>;

/// The stop that all requests of a process obey. Clones are the same stop.
#[derive(Clone, Default)]
pub struct Stop(Arc<Inner>);

#[derive(Default)]
struct Inner {
    state: Mutex<State>,
    changed: Condvar,
    listener: OnceLock<Listener>,
}

#[derive(Debug, Default)]
struct State {
    signal: Option<(Instant, i32)>,
    deadline: Option<(Instant, Duration)>,
    /// Since when a server has been silent after the stop.
    silent: Option<Instant>,
    /// The operator was told that a server is silent.
    told: bool,
}

impl State {
    /// When the stop came, and why.
    fn stopped(&self, now: Instant) -> Option<(Instant, StopReason)> {
        let signal = self.signal.map(|(at, number)| (at, StopReason::Signal(number)));
        let deadline = self.deadline.filter(|(at, _)| *at <= now);
        let deadline = deadline.map(|(at, limit)| (at, StopReason::Timeout(limit)));
        signal.into_iter().chain(deadline).min_by_key(|(at, _)| *at)
    }

    /// Until when a request that began then may last, once there is a stop.
    fn limit(&self, began: Instant, after: After, now: Instant) -> Option<(Instant, StopReason)> {
        let (at, reason) = self.stopped(now)?;
        let end = match self.silent {
            Some(silent) => silent + LAST,
            None if began <= at || after == After::MayNot => at + GRACE,
            None => began + UNDO,
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
    /// The stop of this process: signals and time limits concern all of it.
    pub fn of_process() -> &'static Self {
        static STOP: OnceLock<Stop> = OnceLock::new();
        STOP.get_or_init(Self::default)
    }

    /// Stops because of a signal. The first one counts.
    pub fn signal(&self, number: i32) {
        self.state().signal.get_or_insert((Instant::now(), number));
        self.0.changed.notify_all();
    }

    /// Stops at this time, which is so long after the command began.
    pub fn end_at(&self, at: Instant, limit: Duration) {
        self.state().deadline = Some((at, limit));
    }

    /// Who is told when a server does not answer for long.
    pub fn on_silence(&self, listener: impl Fn(&str) + Send + Sync + 'static) {
        let _ = self.0.listener.set(Box::new(listener));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each field is replaced as a whole, so a panic elsewhere leaves none half written.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn limit(&self, began: Instant, after: After) -> Option<(Instant, StopReason)> {
        self.state().limit(began, after, Instant::now())
    }

    /// Asks a server: runs `ask` until it ends or the stop does not let it.
    ///
    /// # Errors
    /// The stop came first. `ask` goes on in the background, and its result is lost.
    ///
    /// # Panics
    /// `ask` panics.
    pub fn run<T: Send + 'static>(
        &self,
        server: &str,
        after: After,
        ask: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Stopped> {
        let began = Instant::now();
        if let Some((end, reason)) = self.limit(began, after)
            && end <= began
        {
            return Err(Stopped { reason, waited: None });
        }
        let (sender, receiver) = mpsc::sync_channel(1);
        let ask = Arc::new(Mutex::new(Some(ask)));
        let given = Arc::clone(&ask);
        let work = move || {
            let ask = given.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(ask) = ask {
                // Nobody receives what comes after the stop.
                let _ = sender.send(ask());
            }
        };
        let thread = thread::Builder::new().name("request".to_owned()).stack_size(STACK);
        if thread.spawn(work).is_err() {
            // Where there are no more threads, a request that cannot be ended is better than none.
            let ask = ask.lock().unwrap_or_else(PoisonError::into_inner).take();
            return Ok(ask.expect("no thread took it")());
        }
        loop {
            match receiver.recv_timeout(TICK) {
                Ok(answer) => {
                    let mut state = self.state();
                    (state.silent, state.told) = (None, false);
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
                state.silent.get_or_insert(now);
                return Err(Stopped { reason, waited: Some(waited) });
            }
            if waited >= SILENCE && !state.told {
                state.told = true;
                drop(state);
                if let Some(tell) = self.0.listener.get() {
                    tell(&format!("{server} has not answered for {} s; still waiting", waited.as_secs()));
                }
            }
        }
    }

    /// Pauses between two tries of something that began then.
    ///
    /// # Errors
    /// The stop came first.
    pub fn pause(&self, pause: Duration, began: Instant) -> Result<(), Stopped> {
        let end = Instant::now() + pause;
        let mut state = self.state();
        loop {
            let now = Instant::now();
            if let Some((at, reason)) = state.stopped(now)
                && (began <= at || state.silent.is_some() || began + UNDO <= now)
            {
                return Err(Stopped { reason, waited: Some(now - began) });
            }
            if end <= now {
                return Ok(());
            }
            let waited = self.0.changed.wait_timeout(state, TICK.min(end - now));
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(30);

    fn stall(stop: &Stop, after: After) -> (Stopped, Duration) {
        let began = Instant::now();
        let stopped = stop.run("Ironic", after, || thread::sleep(LONG)).expect_err("it stalls");
        (stopped, began.elapsed())
    }

    #[test]
    fn an_answer_is_given_back() {
        let stop = Stop::default();
        assert_eq!(stop.run("Ironic", After::May, || 7), Ok(7));
        stop.signal(2);
        assert_eq!(stop.run("Ironic", After::May, || 8), Ok(8), "what is undone is still asked for");
    }

    #[test]
    fn a_signal_ends_a_stalled_request_and_all_after_it_within_two_seconds() {
        let stop = Stop::default();
        let other = stop.clone();
        let signal = thread::spawn(move || {
            thread::sleep(Duration::from_millis(100));
            other.signal(15);
        });
        let began = Instant::now();
        let (stopped, _) = stall(&stop, After::May);
        assert_eq!(stopped.reason, StopReason::Signal(15));
        assert!(stopped.waited.is_some());
        let (second, _) = stall(&stop, After::May);
        assert!(second.waited.is_some(), "one more try to undo something");
        let (third, took) = stall(&stop, After::May);
        assert_eq!(third.waited, None);
        assert!(took < GRACE);
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        signal.join().expect("it does not panic");
    }

    #[test]
    fn a_time_limit_ends_requests_and_pauses() {
        let stop = Stop::default();
        let limit = Duration::from_millis(200);
        let began = Instant::now();
        stop.end_at(began + limit, limit);
        let paused = stop.pause(LONG, began).expect_err("the time is up");
        assert_eq!(paused.reason, StopReason::Timeout(limit));
        assert!(began.elapsed() < Duration::from_secs(1));
        let (stopped, _) = stall(&stop, After::MayNot);
        assert_eq!(stopped.reason, StopReason::Timeout(limit));
        assert!(began.elapsed() < Duration::from_secs(2));
    }

    #[test]
    fn a_server_that_answers_after_a_silence_is_asked_again() {
        let stop = Stop::default();
        stop.signal(2);
        stop.state().silent = Some(Instant::now());
        assert_eq!(stop.run("Ironic", After::May, || 1), Ok(1));
        assert_eq!(stop.state().silent, None);
        assert_eq!(stop.pause(Duration::from_millis(1), Instant::now()), Ok(()));
    }

    #[test]
    fn without_a_stop_a_pause_lasts_as_long_as_it_should() {
        let stop = Stop::default();
        let began = Instant::now();
        assert_eq!(stop.pause(Duration::from_millis(60), began), Ok(()));
        assert!(began.elapsed() >= Duration::from_millis(60));
    }
}
