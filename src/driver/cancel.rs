//! How work in hand learns that it is to stop: a [`Cancel`] token that every wait watches.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use signal_hook::consts::{SIGHUP, SIGTERM};

/// A request from outside to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGINT: the operator pressed Ctrl-C.
    Interrupt,
    /// SIGTERM: whoever started us wants us gone.
    Terminate,
    /// SIGHUP: the terminal went away.
    HangUp,
}

impl Signal {
    /// The signal of this number, of those that are watched for.
    #[must_use]
    pub fn of_number(number: i32) -> Self {
        match number {
            SIGTERM => Self::Terminate,
            SIGHUP => Self::HangUp,
            _ => Self::Interrupt,
        }
    }

    /// The exit code of a program stopped by this signal, as shells count it: 128 and its number.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::HangUp => 129,
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

/// A token shared by whoever may ask for an end and by all the work that must heed it.
///
/// Clones are the same token. Once requested it stays so; the first signal is the one remembered.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    signal: Mutex<Option<Signal>>,
    changed: Condvar,
}

impl Cancel {
    /// A token that nobody has used yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks all that share this token to stop, and wakes those who wait.
    pub fn request(&self, signal: Signal) {
        self.signal().get_or_insert(signal);
        self.0.changed.notify_all();
    }

    /// The signal that asked for an end, if one did.
    #[must_use]
    pub fn requested(&self) -> Option<Signal> {
        *self.signal()
    }

    /// Sleeps for `duration`, or until an end is asked for: then returns at once with the signal.
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
        // A `Copy` value cannot be left half written, so a panic elsewhere does not spoil it.
        self.0.signal.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_signal_is_remembered_by_all_clones() {
        let cancel = Cancel::new();
        let clone = cancel.clone();
        assert_eq!(clone.requested(), None);
        assert_eq!(clone.wait(Duration::ZERO), None);
        cancel.request(Signal::Terminate);
        cancel.request(Signal::Interrupt);
        assert_eq!(clone.requested(), Some(Signal::Terminate));
    }

    #[test]
    fn a_request_wakes_a_waiter() {
        let cancel = Cancel::new();
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| cancel.wait(Duration::MAX));
            cancel.request(Signal::Interrupt);
            assert_eq!(waiter.join().expect("the waiter does not panic"), Some(Signal::Interrupt));
        });
    }
}
