//! Progress for programs: one JSON object per line.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::state::ProgressState;
use crate::driver::watch::event::Event;

/// One event. The keys are a stable interface: every event has all of them, with null for unknown values.
pub(super) fn line(event: &Event) -> String {
    let Event { time, kind, name, node, stage, message, stage_elapsed, elapsed, estimate, eta } = event;
    json!({
        "time": time,
        "event": kind,
        "name": name,
        "node": node,
        "stage": stage,
        "stage_elapsed_s": seconds(*stage_elapsed),
        "stage_usual_s": estimate.map(seconds),
        "elapsed_s": seconds(*elapsed),
        "eta_s": eta.map(seconds),
        "message": message,
    })
    .to_string()
}

/// A message as an event: a `note`, a `warning`, a `hint`.
pub(in crate::ui) fn message(kind: &str, text: &str) -> String {
    json!({
        "time": Timestamp::now(),
        "event": kind,
        "name": null,
        "node": null,
        "stage": null,
        "stage_elapsed_s": null,
        "stage_usual_s": null,
        "elapsed_s": null,
        "eta_s": null,
        "message": text,
    })
    .to_string()
}

/// The last line, with the results.
pub(super) fn summary(state: &ProgressState, now: Instant) -> String {
    let count = state.count();
    json!({
        "time": Timestamp::now(),
        "event": "summary",
        "name": null,
        "node": null,
        "stage": null,
        "stage_elapsed_s": null,
        "stage_usual_s": null,
        "elapsed_s": seconds(now.duration_since(state.begun())),
        "eta_s": null,
        "message": count.summary(),
        "total": count.all,
        "done": count.done,
        "failed": count.failed,
        "detached": count.detached,
    })
    .to_string()
}

/// Seconds, rounded down to milliseconds.
fn seconds(duration: Duration) -> Value {
    let milliseconds = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    #[expect(clippy::cast_precision_loss, reason = "exact for the first 285 000 years")]
    let seconds = milliseconds as f64 / 1000.0;
    json!(seconds)
}

#[cfg(test)]
mod tests {
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
