//! Signals. The first signal ends a command that only reads. For one that changes something, the first signal requests
//! a clean stop, and the second ends it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::driver::cancel::{Cancel, Signal};
use crate::rest::Stop;
use crate::ui::{Terminal, prompt};

/// The interval between checks of the timeout.
const CHECK_INTERVAL: Duration = Duration::from_millis(100);

/// The handling of SIGINT, SIGTERM and SIGHUP.
#[derive(Debug, Default)]
pub struct Interrupt {
    cancel: Cancel,
    /// Whether the first signal only requests cancellation.
    defers_exit: Arc<AtomicBool>,
}

impl Interrupt {
    /// Installs the signal handlers. SIGHUP stays ignored if the parent process ignores it, as `nohup` does. SIGINT is
    /// handled in any case: shells ignore it in background jobs, but `kill -INT` on a background job is intended.
    ///
    /// # Errors
    ///
    /// The system refuses a handler or a thread.
    pub(crate) fn install(terminal: Terminal) -> std::io::Result<Self> {
        let ignored = ignored_signals(&std::fs::read_to_string("/proc/self/status").unwrap_or_default());
        let hang_up = (ignored & (1 << (SIGHUP - 1)) == 0).then_some(SIGHUP);
        let wanted = [SIGINT, SIGTERM].into_iter().chain(hang_up);
        let mut signals = Signals::new(wanted)?;
        let interrupt = Self::default();
        let (cancel, defers_exit) = (interrupt.cancel.clone(), Arc::clone(&interrupt.defers_exit));
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            for number in signals.forever() {
                let signal = Signal::of_number(number);
                if defers_exit.load(Ordering::SeqCst) && cancel.requested().is_none() {
                    cancel.request(signal);
                    Stop::of_process().signal(number);
                } else {
                    exit(&terminal, signal);
                }
            }
        })?;
        Ok(interrupt)
    }

    /// Calls `exit` after `--timeout`, unless [`defer_exit`](Self::defer_exit) was called before: until then, nothing was
    /// started. The time in which a prompt waits does not count.
    ///
    /// # Errors
    ///
    /// The system refuses a thread.
    pub(crate) fn end_after(
        &self,
        limit: Duration,
        exit: impl FnOnce() + Send + 'static,
    ) -> std::io::Result<()> {
        let defers_exit = Arc::clone(&self.defers_exit);
        std::thread::Builder::new().name("timeout".to_owned()).spawn(move || {
            let mut left = limit;
            while !defers_exit.load(Ordering::SeqCst) {
                let began = Instant::now();
                std::thread::sleep(CHECK_INTERVAL.min(left));
                if prompt::waiting() {
                    continue;
                }
                left = left.saturating_sub(began.elapsed());
                if left.is_zero() && !defers_exit.load(Ordering::SeqCst) {
                    return exit();
                }
            }
        })?;
        Ok(())
    }

    /// From now on, the first signal only cancels the returned token, and the second one ends the program. Call this
    /// before work that must not stop halfway, and check the token.
    #[must_use]
    pub fn defer_exit(&self) -> &Cancel {
        self.defers_exit.store(true, Ordering::SeqCst);
        &self.cancel
    }
}

/// Restores the terminal and ends the program.
fn exit(terminal: &Terminal, signal: Signal) -> ! {
    terminal.restore();
    if prompt::waiting() {
        terminal.print_line("\nnot confirmed; nothing was changed");
    }
    std::process::exit(signal.exit_code().into())
}

/// The signals that were ignored when the program started, from `/proc/self/status`: bit 0 is signal 1. 0 if they are
/// missing there.
fn ignored_signals(status: &str) -> u64 {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_of_ignored_signals_is_parsed() {
        let mask = ignored_signals("Name:\tfarrier\nSigIgn:\t0000000000001001\nSigCgt:\t0000000000004002\n");
        assert_eq!(mask & (1 << (SIGHUP - 1)), 1);
        assert_eq!(mask & (1 << (SIGINT - 1)), 0);
        assert_eq!(ignored_signals(""), 0);
    }
}
