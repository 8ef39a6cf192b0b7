//! Signals: most commands end at the first; those with work in hand are asked to stop, and end at the second.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::driver::cancel::{Cancel, Signal};
use crate::rest::Stop;
use crate::ui::{Terminal, prompt};

/// How often it is looked whether the time is over.
const LOOK: Duration = Duration::from_millis(100);

/// What becomes of SIGINT, SIGTERM and SIGHUP.
#[derive(Debug, Default)]
pub struct Interrupt {
    cancel: Cancel,
    held: Arc<AtomicBool>,
}

impl Interrupt {
    /// Takes the signals over from the system, but for a SIGHUP that our parent had us ignore: `nohup` means it. (Shells
    /// have every background job ignore SIGINT; who sends one to such a job by its number means that.)
    ///
    /// # Errors
    ///
    /// The system does not let us.
    pub(super) fn install(terminal: Terminal) -> std::io::Result<Self> {
        let ignored = ignored_signals(&std::fs::read_to_string("/proc/self/status").unwrap_or_default());
        let hang_up = (ignored & (1 << (SIGHUP - 1)) == 0).then_some(SIGHUP);
        let wanted = [SIGINT, SIGTERM].into_iter().chain(hang_up);
        let mut signals = Signals::new(wanted)?;
        let interrupt = Self::default();
        let (cancel, held) = (interrupt.cancel.clone(), Arc::clone(&interrupt.held));
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            for number in signals.forever() {
                let signal = Signal::of_number(number);
                if held.load(Ordering::SeqCst) && cancel.requested().is_none() {
                    cancel.request(signal);
                    Stop::of_process().signal(number);
                } else {
                    leave(&terminal, signal);
                }
            }
        })?;
        Ok(interrupt)
    }

    /// Ends the program by `leave` when the time of its `--timeout` is over and nothing has been held by then: whatever it
    /// waits for, nothing has been begun. What somebody thinks about a question is not counted.
    ///
    /// # Errors
    ///
    /// The system gives no thread.
    pub(super) fn end_after(
        &self,
        limit: Duration,
        leave: impl FnOnce() + Send + 'static,
    ) -> std::io::Result<()> {
        let held = Arc::clone(&self.held);
        std::thread::Builder::new().name("time limit".to_owned()).spawn(move || {
            let mut left = limit;
            while !held.load(Ordering::SeqCst) {
                let began = Instant::now();
                std::thread::sleep(LOOK.min(left));
                if prompt::waiting() {
                    continue;
                }
                left = left.saturating_sub(began.elapsed());
                if left.is_zero() && !held.load(Ordering::SeqCst) {
                    return leave();
                }
            }
        })?;
        Ok(())
    }

    /// From now on the first signal only requests the token that this returns, and only the second ends the program. To be
    /// called before work that must not be torn; whoever does is bound to heed the token.
    #[must_use]
    pub fn hold(&self) -> &Cancel {
        self.held.store(true, Ordering::SeqCst);
        &self.cancel
    }
}

/// Ends the program at once, with the terminal as it was found.
fn leave(terminal: &Terminal, signal: Signal) -> ! {
    terminal.restore();
    if prompt::waiting() {
        terminal.say("\nnot confirmed; nothing was changed");
    }
    std::process::exit(signal.exit_code().into())
}

/// The signals that were ignored when we began, as Linux shows them: bit 0 is signal 1. None where it does not.
fn ignored_signals(status: &str) -> u64 {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_of_ignored_signals_is_read() {
        let mask = ignored_signals("Name:\tfarrier\nSigIgn:\t0000000000001001\nSigCgt:\t0000000000004002\n");
        assert_eq!(mask & (1 << (SIGHUP - 1)), 1);
        assert_eq!(mask & (1 << (SIGINT - 1)), 0);
        assert_eq!(ignored_signals(""), 0);
    }
}
