//! When a request may be sent again, and how long to wait before that.
//!
//! What is repeated here is what got no answer that counts: connections refused or cut, mangled answers, and
//! those of proxies and servers in trouble.
//!
//! | how a try failed | reads | changes that may be made twice | verbs that start an operation |
//! | --- | --- | --- | --- |
//! | no connection was made | again | again | again |
//! | cut, timed out, mangled; 502, 504 | again | again | not: look first |
//! | 500 | again | not | not |
//! | 429, 503 | again | not: queue | not: queue |
//!
//! A locked node or a full conductor is an answer to whoever changes something: waiting for it, and saying so, is
//! the driver's business. All repeats of one request together take no longer than twice what one try may take.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// The longest that a server is left alone because its `Retry-After` asks for it: then it is asked again.
const LONGEST_ASKED: Duration = Duration::from_secs(60);

/// Whether a request does the same when it arrives twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It changes nothing.
    Read,
    /// Sending it again changes nothing more: absolute values, deletions, creations with a UUID chosen here.
    Safe,
    /// It may be sent again only if it surely never arrived: verbs that start an operation.
    IfNotSent,
}

/// How one try failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    /// No connection was made: the request never left.
    NotSent,
    /// The connection broke, the time ran out, the answer was mangled, or a gateway gave up (502, 504): the
    /// request may have arrived.
    Lost,
    /// 500: it arrived, and failed there.
    ServerTrouble,
    /// 429, 503: turned away for now; nothing was done.
    TurnedAway,
}

impl Failed {
    /// What an answer's status says of the try; `own` is whether the service itself gave the answer.
    #[must_use]
    pub fn of_status(status: u16, own: bool) -> Option<Self> {
        match status {
            500 => Some(Self::ServerTrouble),
            502 | 504 => Some(Self::Lost),
            429 | 503 => Some(Self::TurnedAway),
            // As ingresses give while nothing stands behind them.
            404 if !own => Some(Self::TurnedAway),
            _ => None,
        }
    }
}

impl Repeat {
    /// Whether a request that failed so may be sent again without a look at what it did.
    #[must_use]
    pub fn allows(self, failed: Failed) -> bool {
        match self {
            Self::Read => true,
            Self::Safe => matches!(failed, Failed::NotSent | Failed::Lost),
            Self::IfNotSent => failed == Failed::NotSent,
        }
    }
}

/// How long a `Retry-After` asks to wait, in either of its forms (RFC 9110, 10.2.3), up to a minute.
#[must_use]
pub fn asked(header: &str, now: Timestamp) -> Option<Duration> {
    let asked = if let Ok(seconds) = header.trim().parse() {
        Duration::from_secs(seconds)
    } else {
        let date = rfc2822::DateTimeParser::new().parse_timestamp(header.trim()).ok()?;
        Duration::try_from(date.duration_since(now)).unwrap_or_default()
    };
    Some(asked.min(LONGEST_ASKED))
}

/// The pauses before each further try: growing, and jittered so that many clients do not return in step.
pub fn pauses() -> impl Iterator<Item = Duration> {
    growing(Duration::from_millis(200), Duration::from_secs(5))
}

/// Pauses that double from `first` up to `longest`, each with up to as much again of jitter, without end.
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
    fn what_starts_an_operation_is_sent_twice_only_if_it_never_left() {
        assert!(Repeat::IfNotSent.allows(Failed::NotSent));
        assert!(!Repeat::IfNotSent.allows(Failed::Lost));
        assert!(!Repeat::IfNotSent.allows(Failed::ServerTrouble));
        assert!(Repeat::Safe.allows(Failed::Lost));
    }

    #[test]
    fn what_changes_something_is_not_repeated_behind_the_back_of_whoever_queues() {
        assert!(Repeat::Read.allows(Failed::TurnedAway) && Repeat::Read.allows(Failed::ServerTrouble));
        assert!(!Repeat::Safe.allows(Failed::TurnedAway) && !Repeat::Safe.allows(Failed::ServerTrouble));
    }

    #[test]
    fn retry_after_is_read_in_both_forms_and_has_a_ceiling() {
        let now: Timestamp = "1994-11-06T08:49:30Z".parse().expect("a time");
        let asked = |header| super::asked(header, now);
        assert_eq!(asked("7"), Some(Duration::from_secs(7)));
        assert_eq!(asked("86400"), Some(LONGEST_ASKED));
        assert_eq!(asked("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::from_secs(7)));
        assert_eq!(asked("Sun, 06 Nov 1994 08:49:29 GMT"), Some(Duration::ZERO));
        assert_eq!(asked("Mon, 07 Nov 1994 08:49:37 GMT"), Some(LONGEST_ASKED));
        for nonsense in ["", "soon", "-3", "7.5"] {
            assert_eq!(asked(nonsense), None, "{nonsense}");
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
