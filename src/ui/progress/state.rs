//! The state of each target, from its events.

use std::time::{Duration, Instant};

use crate::driver::watch::event::{Event, EventKind};

/// The last known state of a target.
#[derive(Debug, Clone)]
pub(super) struct TargetProgress {
    pub(super) name: String,
    /// The node's name, or its UUID if it has no name.
    pub(super) node: Option<String>,
    pub(super) stage: Option<String>,
    pub(super) message: Option<String>,
    /// Whether the message is the reason for waiting.
    pub(super) waits: bool,
    /// When the operation began, by this computer's clock.
    pub(super) since: Instant,
    /// When the stage began.
    pub(super) stage_since: Instant,
    /// The usual duration of the stage.
    pub(super) estimate: Option<Duration>,
    /// When the operation is expected to end.
    pub(super) due: Option<Instant>,
    /// When a line was last printed for it.
    pub(super) reported: Instant,
    /// The final event, if it has ended.
    pub(super) end: Option<EventKind>,
}

/// All targets, in the order of their first events.
#[derive(Debug)]
pub(super) struct ProgressState {
    begun: Instant,
    targets: Vec<TargetProgress>,
}

/// The number of targets by result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ResultCounts {
    pub(super) all: usize,
    pub(super) done: usize,
    pub(super) failed: usize,
    pub(super) detached: usize,
}

impl ProgressState {
    pub(super) fn new(now: Instant) -> Self {
        Self { begun: now, targets: Vec::new() }
    }

    pub(super) fn take(&mut self, event: &Event, now: Instant) {
        let ago = |duration: Duration| now.checked_sub(duration).unwrap_or(now);
        let index = self.targets.iter().position(|target| target.name == event.name).unwrap_or_else(|| {
            self.targets.push(TargetProgress {
                name: event.name.clone(),
                node: None,
                stage: None,
                message: None,
                waits: false,
                since: ago(event.elapsed),
                stage_since: ago(event.stage_elapsed),
                estimate: None,
                due: None,
                reported: now,
                end: None,
            });
            self.targets.len() - 1
        });
        let target = &mut self.targets[index];
        if let Some(node) = &event.node {
            target.node = Some(node.label().to_owned());
        }
        if event.stage.is_some() {
            target.stage.clone_from(&event.stage);
        }
        target.message.clone_from(&event.message);
        target.waits = event.kind == EventKind::Waiting;
        // Only backward: events arrive a few milliseconds late, which must not reorder the lines.
        target.since = target.since.min(ago(event.elapsed));
        target.stage_since = ago(event.stage_elapsed);
        target.estimate = event.estimate;
        target.due = event.eta.and_then(|eta| now.checked_add(eta));
        target.reported = now;
        target.end = event.kind.is_terminal().then_some(event.kind);
    }

    pub(super) fn begun(&self) -> Instant {
        self.begun
    }

    pub(super) fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// Whether any target is still running.
    pub(super) fn running(&self) -> bool {
        self.targets.iter().any(|target| target.end.is_none())
    }

    pub(super) fn targets_mut(&mut self) -> impl Iterator<Item = &mut TargetProgress> {
        self.targets.iter_mut()
    }

    /// The running targets, the longest running first.
    pub(super) fn slowest(&self) -> Vec<&TargetProgress> {
        let mut running: Vec<_> = self.targets.iter().filter(|target| target.end.is_none()).collect();
        running.sort_by_key(|target| target.since);
        running
    }

    pub(super) fn count(&self) -> ResultCounts {
        let ended = |kind| self.targets.iter().filter(|target| target.end == Some(kind)).count();
        ResultCounts {
            all: self.targets.len(),
            done: ended(EventKind::Done),
            failed: ended(EventKind::Failed),
            detached: ended(EventKind::Detached),
        }
    }
}

impl ResultCounts {
    /// `3 done, 1 failed, 2 not finished`; zero counts are omitted.
    pub(super) fn summary(self) -> String {
        let in_progress = self.all - self.done - self.failed - self.detached;
        let parts = [
            (self.done, "done"),
            (self.failed, "failed"),
            (self.detached, "continues in Ironic"),
            (in_progress, "not finished"),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, label)| format!("{count} {label}"))
            .collect();
        parts.join(", ")
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::driver::watch::event::NodeRef;

    pub(in crate::ui::progress) fn event(
        kind: EventKind,
        name: &str,
        stage: Option<&str>,
        seconds: u64,
    ) -> Event {
        Event {
            time: jiff::Timestamp::from_second(1_790_000_000).expect("a time within jiff's range"),
            kind,
            name: name.to_owned(),
            node: Some(NodeRef { uuid: "4d1c".to_owned(), name: Some("rack1-n3".to_owned()) }),
            stage: stage.map(str::to_owned),
            message: None,
            stage_elapsed: Duration::from_secs(seconds / 2),
            elapsed: Duration::from_secs(seconds),
            estimate: None,
            eta: None,
        }
    }

    #[test]
    fn the_slowest_come_first_and_ended_ones_are_omitted() {
        let now = Instant::now();
        let mut state = ProgressState::new(now);
        assert!(!state.running());
        state.take(&event(EventKind::Stage, "young", Some("deploying"), 5), now);
        state.take(&event(EventKind::Stage, "old", Some("deploying"), 60), now);
        state.take(&event(EventKind::Started, "ended", None, 0), now);
        state.take(&event(EventKind::Done, "ended", None, 10), now);
        let names: Vec<_> = state.slowest().iter().map(|target| target.name.as_str()).collect();
        assert_eq!(names, ["old", "young"]);
        assert_eq!(state.count(), ResultCounts { all: 3, done: 1, failed: 0, detached: 0 });
        assert_eq!(state.count().summary(), "1 done, 2 not finished");
        assert!(state.running());
    }

    #[test]
    fn an_event_without_a_stage_keeps_the_last_one() {
        let now = Instant::now();
        let mut state = ProgressState::new(now);
        state.take(&event(EventKind::Stage, "web-1", Some("deploying"), 5), now);
        state.take(&event(EventKind::Waiting, "web-1", None, 6), now);
        assert_eq!(state.slowest()[0].stage.as_deref(), Some("deploying"));
        assert_eq!(state.slowest()[0].node.as_deref(), Some("rack1-n3"));
    }
}
