//! Progress for programs: one JSON object per line.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::state::ProgressState;
use crate::driver::watch::event::{Event, EventKind, NodeRef};

/// An event of `--progress json`. Every event has these keys, with null for unknown values.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EventLine {
    /// When farrier noticed it.
    time: Timestamp,
    /// The kind of event.
    event: LineKind,
    /// The instance or node.
    name: Option<String>,
    /// The node, once it is known.
    node: Option<NodeRef>,
    /// The stage, once there is one.
    stage: Option<String>,
    /// Seconds since the stage began.
    stage_elapsed_s: Option<f64>,
    /// The usual duration of the stage in seconds, if it is known from earlier runs.
    #[serde(rename = "stage_usual_s")]
    stage_estimate_s: Option<f64>,
    /// Seconds since the work on this instance or node began.
    elapsed_s: Option<f64>,
    /// The estimated remaining seconds, if they are known from earlier runs.
    eta_s: Option<f64>,
    /// More information, or the text of a message.
    message: Option<String>,
    /// The numbers of instances or nodes, in a `summary`.
    #[serde(flatten)]
    counts: Option<SummaryCounts>,
}

/// The kind of an event.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
enum LineKind {
    /// A change in the progress of an instance or node.
    Progress(EventKind),
    /// A text: `note`, `warning`, `hint` or `error`; or `summary`, the last event.
    Message(String),
}

/// The numbers of instances or nodes.
#[derive(Debug, Serialize, JsonSchema)]
struct SummaryCounts {
    /// All.
    total: usize,
    /// Those with success.
    done: usize,
    /// Those that failed.
    failed: usize,
    /// The number of instances and nodes with an operation that continues in Ironic.
    detached: usize,
}

impl EventLine {
    /// An event without an instance or node.
    fn message(kind: &str, text: String) -> Self {
        Self {
            time: Timestamp::now(),
            event: LineKind::Message(kind.to_owned()),
            name: None,
            node: None,
            stage: None,
            stage_elapsed_s: None,
            stage_estimate_s: None,
            elapsed_s: None,
            eta_s: None,
            message: Some(text),
            counts: None,
        }
    }

    fn line(&self) -> String {
        serde_json::to_string(self).expect("events have only text as keys")
    }
}

/// One event. The keys are a stable interface.
pub(super) fn line(event: &Event) -> String {
    let Event { time, kind, name, node, stage, message, stage_elapsed, elapsed, estimate, eta } = event;
    EventLine {
        time: *time,
        event: LineKind::Progress(*kind),
        name: Some(name.clone()),
        node: node.clone(),
        stage: stage.clone(),
        stage_elapsed_s: Some(seconds(*stage_elapsed)),
        stage_estimate_s: estimate.map(seconds),
        elapsed_s: Some(seconds(*elapsed)),
        eta_s: eta.map(seconds),
        message: message.clone(),
        counts: None,
    }
    .line()
}

/// A message as an event: a `note`, a `warning`, a `hint`.
pub(in crate::ui) fn message(kind: &str, text: &str) -> String {
    EventLine::message(kind, text.to_owned()).line()
}

/// The last line, with the results.
pub(super) fn summary(state: &ProgressState, now: Instant) -> String {
    let count = state.count();
    let counts =
        SummaryCounts { total: count.all, done: count.done, failed: count.failed, detached: count.detached };
    EventLine {
        elapsed_s: Some(seconds(now.duration_since(state.begun()))),
        counts: Some(counts),
        ..EventLine::message("summary", count.summary())
    }
    .line()
}

/// Seconds, rounded down to milliseconds.
fn seconds(duration: Duration) -> f64 {
    let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    #[expect(clippy::cast_precision_loss, reason = "exact for the first 285 000 years")]
    let seconds = milliseconds as f64 / 1000.0;
    seconds
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::driver::watch::event::EventKind;
    use crate::ui::progress::state::tests::event;

    #[test]
    fn every_event_has_every_key() {
        let line = line(&event(EventKind::Stage, "web-1", Some("deploying"), 12));
        assert_eq!(
            line,
            r#"{"time":"2026-09-21T14:13:20Z","event":"stage","name":"web-1","node":{"uuid":"4d1c","name":"rack1-n3"},"stage":"deploying","stage_elapsed_s":6.0,"stage_usual_s":null,"elapsed_s":12.0,"eta_s":null,"message":null}"#
        );
    }

    #[test]
    fn a_message_is_an_event_with_the_same_keys() {
        let keys = |line: &str| -> Vec<String> {
            let event: Value = serde_json::from_str(line).expect("it is JSON");
            event.as_object().expect("an object").keys().cloned().collect()
        };
        let message = message("warning", "two\nlines");
        assert!(!message.contains('\n'), "{message}");
        assert_eq!(keys(&message), keys(&line(&event(EventKind::Stage, "web-1", None, 12))));
    }

    #[test]
    fn the_summary_counts_the_results() {
        let now = Instant::now();
        let mut state = ProgressState::new(now);
        state.take(&event(EventKind::Done, "web-1", None, 1), now);
        state.take(&event(EventKind::Failed, "web-2", None, 1), now);
        let summary: Value = serde_json::from_str(&summary(&state, now)).expect("it is JSON");
        assert_eq!((&summary["event"], &summary["message"]), (&json!("summary"), &json!("1 done, 1 failed")));
        assert_eq!((&summary["total"], &summary["failed"]), (&json!(2), &json!(1)));
    }
}
