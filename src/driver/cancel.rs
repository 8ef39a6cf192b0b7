//! Cancellation: a [`Cancel`] token that every wait checks.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGTERM};

/// A signal that asks to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGINT: the operator pressed Ctrl-C.
    Interrupt,
    /// SIGTERM: another process asks farrier to end.
    Terminate,
    /// SIGHUP: the terminal was closed.
    HangUp,
}

impl Signal {
    /// The signal with this number; `Interrupt` for unknown numbers.
    #[must_use]
    pub fn of_number(number: i32) -> Self {
        match number {
            SIGTERM => Self::Terminate,
            SIGHUP => Self::HangUp,
            _ => Self::Interrupt,
        }
    }

    /// The exit code after this signal, as in shells: 128 plus its number.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::HangUp => 129,
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// A token that is shared between the signal handler and all work that it can cancel.
///
/// Clones share one state. A request cannot be withdrawn; the first signal counts.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    signal: Mutex<Option<Signal>>,
    changed: Condvar,
}

impl Cancel {
    /// A token without a request.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels all work that shares this token, and wakes waiting threads.
    pub fn request(&self, signal: Signal) {
        self.signal().get_or_insert(signal);
        self.0.changed.notify_all();
    }

    /// The signal that canceled the work, if one did.
    #[must_use]
    pub fn requested(&self) -> Option<Signal> {
        *self.signal()
    }

    /// Sleeps for `duration`. Returns early with the signal if the work is canceled.
    #[must_use]
    pub fn wait(&self, duration: Duration) -> Option<Signal> {
        let (signal, _) = self
            .0
            .changed
            .wait_timeout_while(self.signal(), duration, |signal| signal.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        *signal
    }

    fn signal(&self) -> MutexGuard<'_, Option<Signal>> {
        // A `Copy` value is never half written, so it is valid even after a panic.
        self.0.signal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_clones_return_the_first_signal() {
        let cancel = Cancel::new();
        let clone = cancel.clone();
        assert_eq!(clone.requested(), None);
        assert_eq!(clone.wait(Duration::ZERO), None);
        cancel.request(Signal::Terminate);
        cancel.request(Signal::Interrupt);
        assert_eq!(clone.requested(), Some(Signal::Terminate));
    }

    #[test]
    fn a_request_wakes_waiting_threads() {
        let cancel = Cancel::new();
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| cancel.wait(Duration::MAX));
            cancel.request(Signal::Interrupt);
            assert_eq!(waiter.join().expect("the waiter does not panic"), Some(Signal::Interrupt));
        });
    }
}
