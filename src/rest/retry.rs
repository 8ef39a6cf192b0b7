//! Which requests may be repeated, and how long to wait before that.
//!
//! [`super::Meaning`] has the table of failures and kinds of requests. For changes, a locked node or a busy conductor is an
//! answer: the driver waits and reports it. All repeats of one request together take at most twice the timeout of one try.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// The maximum delay taken from a `Retry-After` header.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// Whether a request has the same effect when it arrives twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It changes nothing.
    Read,
    /// Idempotent: absolute values, deletions, creations with a UUID chosen by farrier.
    Safe,
    /// Repeat only if it was certainly not sent: verbs that start an operation.
    IfNotSent,
}

/// The delay that a `Retry-After` header requests, in either format (RFC 9110, 10.2.3), up to a minute.
#[must_use]
pub fn retry_after(header: &str, now: Timestamp) -> Option<Duration> {
    let delay = if let Ok(seconds) = header.trim().parse() {
        Duration::from_secs(seconds)
    } else {
        let date = rfc2822::DateTimeParser::new().parse_timestamp(header.trim()).ok()?;
        Duration::try_from(date.duration_since(now)).unwrap_or_default()
    };
    Some(delay.min(LONGEST_DELAY))
}

/// The pauses before retries: exponential, with jitter so that clients do not retry in lockstep.
pub fn pauses() -> impl Iterator<Item = Duration> {
    growing(Duration::from_millis(200), Duration::from_secs(5))
}

/// Endless pauses that double from `first` up to `longest`, each with up to 100 % jitter.
pub fn growing(first: Duration, longest: Duration) -> impl Iterator<Item = Duration> {
    ExponentialBuilder::default()
        .with_min_delay(first)
        .with_max_delay(longest)
        .with_factor(2.0)
        .with_jitter()
        .without_max_times()
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_in_both_formats_and_limited() {
        let now: Timestamp = "1994-11-06T08:49:30Z".parse().expect("a time");
        let delay = |header| super::retry_after(header, now);
        assert_eq!(delay("7"), Some(Duration::from_secs(7)));
        assert_eq!(delay("86400"), Some(LONGEST_DELAY));
        assert_eq!(delay("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::from_secs(7)));
        assert_eq!(delay("Sun, 06 Nov 1994 08:49:29 GMT"), Some(Duration::ZERO));
        assert_eq!(delay("Mon, 07 Nov 1994 08:49:37 GMT"), Some(LONGEST_DELAY));
        for nonsense in ["", "soon", "-3", "7.5"] {
            assert_eq!(delay(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn pauses_grow_to_a_limit_and_never_end() {
        let pauses: Vec<_> = growing(Duration::from_millis(100), Duration::from_secs(2)).take(20).collect();
        assert_eq!(pauses.len(), 20);
        assert!(pauses[0] < Duration::from_millis(201));
        assert!(pauses.iter().all(|pause| *pause <= Duration::from_secs(4)));
        assert!(pauses[19] >= Duration::from_secs(2));
    }
}
