//! When a request may be sent again, and how long to wait before that.
//!
//! Only the transport is retried here: connections refused or cut, and answers of proxies and servers in
//! trouble. A locked node or a full conductor is an answer, and waiting for it is the driver's business.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};

/// Whether a request does the same when it arrives twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Sending it again changes nothing more: reads, absolute values, deletions, creations with a UUID
    /// chosen here.
    Safe,
    /// It may be sent again only if it surely never arrived: verbs that start an operation.
    IfNotSent,
}

/// How one try failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    /// No connection was made: the request never left.
    NotSent,
    /// The connection broke or the time ran out: the request may have arrived.
    Lost,
    /// 500, 502, 504: something behind the connection failed.
    ServerTrouble,
}

impl Repeat {
    /// Whether a request that failed so may be sent again.
    #[must_use]
    pub fn allows(self, failed: Failed) -> bool {
        match self {
            Self::Safe => true,
            Self::IfNotSent => failed == Failed::NotSent,
        }
    }
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
    fn pauses_grow_to_a_limit_and_never_end() {
        let pauses: Vec<_> = growing(Duration::from_millis(100), Duration::from_secs(2)).take(20).collect();
        assert_eq!(pauses.len(), 20);
        assert!(pauses[0] < Duration::from_millis(201));
        assert!(pauses.iter().all(|pause| *pause <= Duration::from_secs(4)));
        assert!(pauses[19] >= Duration::from_secs(2));
    }
}
