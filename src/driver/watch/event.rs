//! Progress events: the driver sends one [`Event`] per change to an [`Observer`].

use std::time::Duration;

use jiff::Timestamp;

/// A node, as named in events and results.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct NodeRef {
    /// Ironic's UUID of the node.
    pub uuid: String,
    /// The node's name, if it has one.
    pub name: Option<String>,
}

impl NodeRef {
    /// The name, or the UUID of a node without a name.
    #[must_use]
    pub fn label(&self) -> &str {
        self.name.as_deref().filter(|name| !name.is_empty()).unwrap_or(&self.uuid)
    }
}

/// The kind of an [`Event`].
///
/// Each target has one `Started` event first, then any number of non-terminal events, then exactly one terminal
/// event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// Work on the target begins.
    Started,
    /// A node now belongs to the instance.
    Claimed,
    /// A new stage began; `stage` is its name.
    Stage,
    /// The work is paused by a lock, a busy conductor or a lost connection; `message` says why.
    Waiting,
    /// The attempt failed; another attempt follows, on the same or another node.
    Retrying,
    /// Completed steps are being undone.
    Undoing,
    /// Terminal: success.
    Done,
    /// Terminal: failed; `message` says why.
    Failed,
    /// Terminal for farrier only: the operation continues in Ironic.
    Detached,
}

impl EventKind {
    /// Whether this is the last event of its target.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Detached)
    }
}

/// A change in the progress of one target (an instance being deployed, a node being enrolled, …).
#[derive(Debug, Clone)]
pub struct Event {
    /// When farrier noticed it.
    pub time: Timestamp,
    /// The kind of change.
    pub kind: EventKind,
    /// The name of the target: an instance or a node.
    pub name: String,
    /// The node, once known.
    pub node: Option<NodeRef>,
    /// The stage (`deploying`, `running deploy.deploy (step 1 of 3)`, …), once there is one.
    pub stage: Option<String>,
    /// Further information, in one line.
    pub message: Option<String>,
    /// Time since the stage began.
    pub stage_elapsed: Duration,
    /// Time since the work on this target began.
    pub elapsed: Duration,
    /// The usual duration of the stage on such nodes, if known from earlier runs.
    pub estimate: Option<Duration>,
    /// The estimated remaining time, if known from earlier runs.
    pub eta: Option<Duration>,
}

/// A duration in its two largest units: `0.4s`, `9s`, `4m12s`, `1h30m`, `2d5h`.
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

/// Receives events, from several threads at once.
pub trait Observer: Sync {
    /// Receives one event. Must not block for long, because the work waits for it.
    fn event(&self, event: &Event);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_without_a_name_is_labeled_with_its_uuid() {
        let node = |name: Option<&str>| NodeRef { uuid: "u-1".to_owned(), name: name.map(str::to_owned) };
        assert_eq!(node(Some("rack1-u01")).label(), "rack1-u01");
        assert_eq!((node(None).label(), node(Some("")).label()), ("u-1", "u-1"));
    }

    #[test]
    fn durations_have_at_most_two_units() {
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
