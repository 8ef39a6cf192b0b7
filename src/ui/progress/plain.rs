//! Progress for logs: one line per change, and one per minute without changes.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::state::ProgressState;
use crate::driver::watch::event::{Event, EventKind, NodeRef, in_words};
use crate::ui::sanitize;

/// The maximum time without a line: CI systems end jobs without output.
const HEARTBEAT: Duration = Duration::from_secs(60);

/// The line for an event; `None` if it changes nothing visible.
pub(super) fn line(event: &Event) -> Option<String> {
    let usually =
        event.estimate.map(|estimate| format!(", usually {}", in_words(estimate))).unwrap_or_default();
    let what = match (event.kind, &event.stage) {
        (EventKind::Stage, Some(stage)) => &format!("{stage}{usually}"),
        (EventKind::Stage, None) => return None,
        (kind, _) => label(kind),
    };
    let node = event.node.as_ref().map(NodeRef::label);
    // The reason is printed as the command's error, with a hint.
    let is_error = matches!(event.kind, EventKind::Failed | EventKind::Detached);
    let message = event.message.as_deref().filter(|_| !is_error);
    Some(text(event.time, &event.name, node, what, message, event.elapsed, event.eta))
}

/// A line for each target without a line for a minute.
pub(super) fn heartbeats(state: &mut ProgressState, now: Instant) -> Vec<String> {
    let is_silent = |reported: Instant| now.duration_since(reported) >= HEARTBEAT;
    let mut lines = Vec::new();
    for target in state.targets_mut().filter(|target| target.end.is_none() && is_silent(target.reported)) {
        target.reported = now;
        let what = target.stage.as_deref().unwrap_or("started");
        let what = format!("{what} for {}", in_words(now.duration_since(target.stage_since)));
        let elapsed = now.duration_since(target.since);
        let eta = target.due.map(|due| due.saturating_duration_since(now));
        let waits_for = target.message.as_deref().filter(|_| target.waits);
        lines.push(text(
            Timestamp::now(),
            &target.name,
            target.node.as_deref(),
            &what,
            waits_for,
            elapsed,
            eta,
        ));
    }
    lines
}

/// The label of an event.
pub(super) fn label(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Started => "started",
        EventKind::Claimed => "allocated",
        EventKind::Stage => "stage",
        EventKind::Waiting => "waiting",
        EventKind::Retrying => "retrying",
        EventKind::Undoing => "undoing",
        EventKind::Done => "done",
        EventKind::Failed => "failed",
        EventKind::Detached => "continues in Ironic",
    }
}

fn text(
    time: Timestamp,
    name: &str,
    node: Option<&str>,
    what: &str,
    message: Option<&str>,
    elapsed: Duration,
    eta: Option<Duration>,
) -> String {
    let time = time.to_zoned(TimeZone::system()).strftime("%H:%M:%S").to_string();
    let node = node.filter(|node| *node != name).map(|node| format!(" on {node}")).unwrap_or_default();
    let message = message.map(|message| format!(": {message}")).unwrap_or_default();
    let left = eta.filter(|eta| eta.as_secs() > 0);
    let left = left.map(|eta| format!(", about {} left", in_words(eta))).unwrap_or_default();
    let line = format!("{time} {name}{node}: {what}{message} [{}{left}]", in_words(elapsed));
    sanitize::line(&line).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::progress::state::tests::event;

    fn without_time(line: &str) -> &str {
        line.split_once(' ').expect("a line begins with a time").1
    }

    #[test]
    fn a_line_names_target_node_stage_and_elapsed_time() {
        let stage =
            line(&event(EventKind::Stage, "web-1", Some("deploying"), 72)).expect("a stage has a line");
        assert_eq!(without_time(&stage), "web-1 on rack1-n3: deploying [1m12s]");
        let failed =
            Event { message: Some("no\ndisk".to_owned()), ..event(EventKind::Failed, "web-1", None, 5) };
        assert_eq!(
            without_time(&line(&failed).expect("an end has a line")),
            "web-1 on rack1-n3: failed [5s]"
        );
        let waiting =
            Event { message: Some("no\ndisk".to_owned()), ..event(EventKind::Waiting, "web-1", None, 5) };
        assert_eq!(
            without_time(&line(&waiting).expect("a wait has a line")),
            "web-1 on rack1-n3: waiting: no disk [5s]"
        );
        let known = Event {
            estimate: Some(Duration::from_secs(40)),
            eta: Some(Duration::from_secs(90)),
            ..event(EventKind::Stage, "web-1", Some("deploying"), 72)
        };
        assert_eq!(
            without_time(&line(&known).expect("a stage has a line")),
            "web-1 on rack1-n3: deploying, usually 40s [1m12s, about 1m30s left]"
        );
        let itself = line(&event(EventKind::Done, "rack1-n3", None, 5)).expect("an end has a line");
        assert_eq!(without_time(&itself), "rack1-n3: done [5s]");
    }

    #[test]
    fn a_target_without_changes_gets_one_line_per_minute() {
        let now = Instant::now();
        let mut state = ProgressState::new(now);
        state.take(&event(EventKind::Stage, "web-1", Some("deploying"), 0), now);
        state.take(&event(EventKind::Done, "web-2", None, 0), now);
        assert!(heartbeats(&mut state, now + Duration::from_secs(59)).is_empty());
        let lines = heartbeats(&mut state, now + Duration::from_secs(61));
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert_eq!(without_time(&lines[0]), "web-1 on rack1-n3: deploying for 1m1s [1m1s]");
        assert!(heartbeats(&mut state, now + Duration::from_secs(100)).is_empty());
        assert_eq!(heartbeats(&mut state, now + Duration::from_secs(122)).len(), 1);
    }

    #[test]
    fn the_reason_for_waiting_is_repeated_until_the_wait_ends() {
        let now = Instant::now();
        let mut state = ProgressState::new(now);
        let waiting = Event {
            message: Some("no answer".to_owned()),
            ..event(EventKind::Waiting, "web-1", Some("tearing down"), 0)
        };
        state.take(&waiting, now);
        for minutes in [1, 2] {
            let lines = heartbeats(&mut state, now + Duration::from_secs(61 * minutes));
            assert!(
                lines[0].contains("tearing down for ") && lines[0].contains(": no answer ["),
                "{lines:?}"
            );
        }
        state.take(&event(EventKind::Stage, "web-1", Some("tearing down"), 0), now);
        let lines = heartbeats(&mut state, now + Duration::from_secs(200));
        assert!(!lines[0].contains("no answer"), "{lines:?}");
    }
}
