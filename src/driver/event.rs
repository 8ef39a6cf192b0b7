//! What the driver tells while it works: one [`Event`] a change, to an [`Observer`].

use std::time::Duration;

use jiff::Timestamp;

/// A node as events and answers name it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct NodeRef {
    /// Ironic's UUID of the node.
    pub uuid: String,
    /// The node's name, where it has one.
    pub name: Option<String>,
}

/// What kind of change an [`Event`] tells of.
///
/// For one target the order is: `Started`, any number of the middle ones, and exactly one of the
/// terminal ones, after which nothing follows for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// Work on the target begins.
    Started,
    /// A node now belongs to the instance.
    Claimed,
    /// The stage changed; `stage` says to what.
    Stage,
    /// A pause: a lock, a busy conductor, a lost connection; `message` says for what.
    Waiting,
    /// The attempt failed and the work goes on elsewhere or anew.
    Retrying,
    /// Steps already made are being taken back.
    Undoing,
    /// Terminal: done, and true.
    Done,
    /// Terminal: failed; `message` says why.
    Failed,
    /// Terminal for us alone: the operation goes on in Ironic without us.
    Detached,
}

impl EventKind {
    /// Whether nothing more follows for this target.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Detached)
    }
}

/// One change on the way of one target (an instance being deployed, a node being enrolled, …).
#[derive(Debug, Clone)]
pub struct Event {
    /// When it was seen here.
    pub time: Timestamp,
    /// What kind of change it is.
    pub kind: EventKind,
    /// The target's name as the operator knows it: the instance's, or the node's.
    pub name: String,
    /// The node at work, once known.
    pub node: Option<NodeRef>,
    /// The stage in words (`deploying`, `running step 1 of 3 deploy.deploy`, …), once there is one.
    pub stage: Option<String>,
    /// Whatever else is to be said, in one line.
    pub message: Option<String>,
    /// Time since the stage began.
    pub stage_elapsed: Duration,
    /// Time since the work on this target began.
    pub elapsed: Duration,
    /// What the stage usually takes on such machines, where earlier runs say.
    pub usual: Option<Duration>,
    /// What is likely still to go, where earlier runs say.
    pub eta: Option<Duration>,
}

/// A duration as people read it, in its two largest units: `0.4s`, `9s`, `4m12s`, `1h30m`, `2d5h`.
#[must_use]
pub fn in_words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds == 0 {
        return format!("{:.1}s", duration.as_secs_f64());
    }
    let parts =
        [(seconds / 86_400, 'd'), (seconds / 3600 % 24, 'h'), (seconds / 60 % 60, 'm'), (seconds % 60, 's')];
    let two_largest =
        parts.iter().skip_while(|(count, _)| *count == 0).take(2).filter(|(count, _)| *count > 0);
    two_largest.fold(String::new(), |text, (count, unit)| format!("{text}{count}{unit}"))
}

/// Whoever listens. Called from several threads at once.
pub trait Observer: Sync {
    /// Takes one event. Must not block for long: the work waits meanwhile.
    fn event(&self, event: &Event);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_well() {
        for (seconds, text) in [
            (0.0, "0.0s"),
            (0.4, "0.4s"),
            (9.9, "9s"),
            (60.0, "1m"),
            (252.0, "4m12s"),
            (3601.0, "1h"),
            (5400.0, "1h30m"),
            (190_800.0, "2d5h"),
        ] {
            assert_eq!(in_words(Duration::from_secs_f64(seconds)), text);
        }
    }
}
