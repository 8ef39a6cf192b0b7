//! Reports the progress of one target to the observer, with times and estimates.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::dead_conductor::DeadConductor;
use super::estimates;
use super::event::{Event, EventKind, NodeRef, Observer, in_words};
use super::stage::{self, Tracker};
use crate::driver::error::{Aftermath, Error, Operation};
use crate::ironic::state::Phase;
use crate::ironic::{Node, ProvisionState};
use crate::state_dir::estimates::{EstimateStore, RecordedRun};

/// The observer to report to, and the stored durations for estimates.
#[derive(Clone, Copy)]
pub(in crate::driver) struct Reporter<'a> {
    pub(in crate::driver) observer: &'a dyn Observer,
    pub(in crate::driver) estimates: Option<&'a dyn EstimateStore>,
}

/// A lock that a request of this run waits for.
#[derive(Debug, Clone)]
pub(in crate::driver) struct AwaitedLock {
    /// The text with the holder, and since when it holds the lock.
    pub(in crate::driver) text: String,
    /// The conductor that holds it, if that conductor is not running.
    pub(in crate::driver) dead_holder: Option<String>,
}

/// The progress of one target. Each change is reported once.
pub(in crate::driver) struct Progress<'a> {
    reporter: Reporter<'a>,
    /// The URL of Ironic: part of the key of stored durations.
    endpoint: String,
    name: String,
    node: Option<NodeRef>,
    instance: Option<String>,
    /// Remarks to repeat at the end.
    remarks: Vec<String>,
    stage: Option<String>,
    note: Option<String>,
    /// Whether the note is about a problem: when it ends, the stage is reported again.
    in_trouble: bool,
    /// Why no conductor works on the node, if none does.
    abandoned: Option<String>,
    lock: Option<AwaitedLock>,
    /// The last known state of the node.
    state: Option<String>,
    began: Instant,
    stage_began: Instant,
    /// The end of the countdown, and what happens then.
    countdown: Option<(Instant, &'static str)>,
    tracker: Tracker,
    /// Only the power of the node changes: its provision state is the result of an earlier operation.
    is_power_change: bool,
    /// A request of this run has just started the node's next operation.
    request_accepted: bool,
    timer: Option<PhaseTimer>,
}

/// The durations of one operation of a node.
struct PhaseTimer {
    phase: Phase,
    /// The key of comparable operations.
    kind: String,
    began: Instant,
    /// Whether the operation was observed from its start: only then are its durations stored.
    from_start: bool,
    past: Vec<RecordedRun>,
    run: RecordedRun,
    stage: String,
    stage_began: Instant,
    overrun_reported: bool,
}

impl From<&Node> for NodeRef {
    fn from(node: &Node) -> Self {
        Self { uuid: node.uuid.clone(), name: node.name.clone() }
    }
}

impl<'a> Progress<'a> {
    /// Starts the progress of a target.
    pub(in crate::driver) fn start(
        reporter: Reporter<'a>,
        endpoint: String,
        name: impl Into<String>,
        node: Option<NodeRef>,
    ) -> Self {
        let now = Instant::now();
        let progress = Self {
            reporter,
            endpoint,
            name: name.into(),
            node,
            instance: None,
            remarks: Vec::new(),
            stage: None,
            note: None,
            in_trouble: false,
            abandoned: None,
            lock: None,
            state: None,
            began: now,
            stage_began: now,
            countdown: None,
            tracker: Tracker::default(),
            is_power_change: false,
            request_accepted: false,
            timer: None,
        };
        progress.send_event(EventKind::Started, None);
        progress
    }

    /// The target's name.
    pub(in crate::driver) fn name(&self) -> &str {
        &self.name
    }

    /// Time since the start.
    pub(in crate::driver) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// The current stage, how long it has lasted, and the lock that it waits for.
    pub(in crate::driver) fn current_stage(&self) -> String {
        let stage = self.stage.as_deref().unwrap_or("starting");
        let lock = self.lock.as_ref().map(|lock| format!("; {}", lock.text)).unwrap_or_default();
        format!("{stage} for {}{lock}", in_words(self.stage_began.elapsed()))
    }

    /// Sets the lock that a request waits for, if any.
    pub(in crate::driver) fn set_lock(&mut self, lock: Option<AwaitedLock>) {
        self.lock = lock;
    }

    /// The conductor that holds the awaited lock, if that conductor is not running.
    pub(in crate::driver) fn dead_lock_holder(&self) -> Option<&str> {
        self.lock.as_ref()?.dead_holder.as_deref()
    }

    /// The target has claimed a node.
    pub(in crate::driver) fn claimed(&mut self, node: NodeRef, instance: &str) {
        self.node = Some(node);
        self.instance = Some(instance.to_owned());
        self.send_event(EventKind::Claimed, None);
    }

    /// The work continues in another Ironic.
    pub(in crate::driver) fn moves_to(&mut self, endpoint: String) {
        self.endpoint = endpoint;
    }

    /// Sets the UUID of the instance.
    pub(in crate::driver) fn of_instance(&mut self, uuid: Option<String>) {
        self.instance = uuid;
    }

    /// Sets the provision state of the node.
    pub(in crate::driver) fn in_state(&mut self, state: &ProvisionState) {
        self.state = Some(state.to_string());
    }

    /// Sets the node.
    pub(in crate::driver) fn on_node(&mut self, node: NodeRef) {
        self.node = Some(node);
    }

    /// Sets the stage, and reports it if it is a new one.
    pub(in crate::driver) fn stage(&mut self, stage: impl Into<String>) {
        let stage = stage.into();
        if self.stage.as_ref() != Some(&stage) {
            self.note = None;
            self.in_trouble = false;
            self.stage = Some(stage);
            self.stage_began = Instant::now();
            self.send_event(EventKind::Stage, None);
        }
    }

    /// Ironic has accepted a request of this run: the next operation is observed from its beginning.
    pub(in crate::driver) fn request_accepted(&mut self) {
        self.request_accepted = true;
    }

    /// Sets the stage of a power change, which does not depend on the provision state.
    pub(in crate::driver) fn power_stage(&mut self, stage: &str) {
        self.is_power_change = true;
        self.stage(stage);
    }

    /// Updates the stage from the node, and reports a stage that takes longer than usual.
    pub(in crate::driver) fn saw(&mut self, node: &Node) {
        self.state = Some(node.provision_state.to_string());
        if !self.is_power_change {
            let stage = self.tracker.see(node);
            self.time_phase(node, &stage.key);
            self.stage(stage.text);
        }
        let estimate = self.timer.as_ref().and_then(|timer| estimates::of_stage(&timer.past, &timer.stage));
        if let (Some(estimate), Some(timer)) = (estimate, &mut self.timer)
            && !timer.overrun_reported
            && estimates::overruns(estimate, timer.stage_began.elapsed())
        {
            timer.overrun_reported = true;
            self.waiting(format!("longer than usual ({})", in_words(estimate)));
        }
        match stage::ramdisk_problem(node, Timestamp::now()) {
            Some(why) => self.waiting(why),
            None if self.abandoned.is_some() => {
                let why = self.abandoned.clone().unwrap_or_default();
                self.in_trouble(why);
            }
            // The wait is over, unless it is the countdown.
            None if self.countdown.is_none() => {
                self.note = None;
                if std::mem::take(&mut self.in_trouble) {
                    self.send_event(EventKind::Stage, None);
                }
            }
            None => {}
        }
    }

    /// Sets why no conductor works on the node; `None` if one does.
    pub(in crate::driver) fn abandoned(&mut self, why: Option<&DeadConductor>) {
        self.abandoned = why.map(ToString::to_string);
    }

    /// Like [`Progress::waiting`], for a problem: when it ends, the stage is reported again.
    pub(in crate::driver) fn in_trouble(&mut self, note: impl Into<String>) {
        self.waiting(note);
        self.in_trouble = true;
    }

    /// Measures the stages of an operation, and stores the durations of a successful one.
    fn time_phase(&mut self, node: &Node, stage: &str) {
        let now = Instant::now();
        let phase = node.provision_state.phase();
        if let Some(timer) = &mut self.timer {
            if Some(timer.phase) == phase {
                if timer.stage != stage {
                    timer.pass(stage, now);
                }
                return;
            }
            timer.pass(stage, now);
        }
        let ended = self.timer.take();
        let follows = ended.is_some();
        if let (Some(timer), Some(estimates)) = (ended, self.reporter.estimates)
            && timer.from_start
            && node.provision_state.completes(timer.phase)
        {
            estimates.record(&timer.kind, timer.run);
        }
        let Some(phase) = phase else { return };
        let hardware_key = node.resource_class.as_deref().filter(|class| !class.is_empty());
        let hardware_key = hardware_key.or(node.driver.as_deref()).unwrap_or_default();
        let kind = format!("{} {} {hardware_key}", self.endpoint, phase.name());
        let past = self.reporter.estimates.map(|estimates| estimates.runs(&kind)).unwrap_or_default();
        self.timer = Some(PhaseTimer {
            phase,
            kind,
            began: now,
            from_start: follows || std::mem::take(&mut self.request_accepted),
            past,
            run: RecordedRun::default(),
            stage: stage.to_owned(),
            stage_began: now,
            overrun_reported: false,
        });
    }

    /// Reports what the work is waiting for, once until the note changes.
    pub(in crate::driver) fn waiting(&mut self, note: impl Into<String>) {
        let note = note.into();
        if self.note.as_ref() != Some(&note) {
            self.send_event(EventKind::Waiting, Some(note.clone()));
            self.note = Some(note);
        }
    }

    /// Reports a remark now and again at the end.
    pub(in crate::driver) fn remark(&mut self, text: impl Into<String>) {
        let text = text.into();
        self.waiting(text.clone());
        if !self.remarks.contains(&text) {
            self.remarks.push(text);
        }
    }

    /// Starts a countdown, which is reported every ten seconds, and every second for the last ten.
    pub(in crate::driver) fn count_down(&mut self, left: Duration, until: &'static str) {
        self.countdown = Instant::now().checked_add(left).map(|end| (end, until));
    }

    /// Stops the countdown.
    pub(in crate::driver) fn stop_counting(&mut self) {
        self.countdown = None;
    }

    /// Reports the remaining time of the countdown if it has changed.
    pub(in crate::driver) fn tick(&mut self) {
        if let Some((end, until)) = self.countdown {
            let seconds = end.saturating_duration_since(Instant::now()).as_secs() + 1;
            let shown = if seconds > 10 { seconds.next_multiple_of(10) } else { seconds };
            self.waiting(format!("{shown} s {until}"));
        }
    }

    /// Reports that an attempt failed and another one follows.
    pub(in crate::driver) fn retrying(&mut self, why: impl Into<String>) {
        self.send_event(EventKind::Retrying, Some(why.into()));
    }

    /// Reports that something is being undone.
    pub(in crate::driver) fn undoing(&mut self, what: impl Into<String>) {
        self.send_event(EventKind::Undoing, Some(what.into()));
    }

    /// Reports the end: one terminal event, depending on the result.
    pub(in crate::driver) fn end<T>(
        self,
        result: &Result<T, Error>,
        done: impl FnOnce(&T) -> Option<String>,
    ) {
        self.send_end(result, done);
    }

    /// Like [`Progress::end`]; also adds the node, instance and state to an error.
    pub(in crate::driver) fn end_of<T>(
        self,
        operation: Operation,
        result: Result<T, Error>,
        done: impl FnOnce(&T) -> Option<String>,
    ) -> Result<T, Error> {
        self.send_end(&result, done);
        let Self { node, instance, state, .. } = self;
        result.map_err(|error| Error::At { operation, node, instance, state, error: Box::new(error) })
    }

    fn send_end<T>(&self, result: &Result<T, Error>, done: impl FnOnce(&T) -> Option<String>) {
        match result {
            Ok(value) => {
                let remarks: Vec<String> =
                    done(value).into_iter().chain(self.remarks.iter().cloned()).collect();
                self.send_event(
                    EventKind::Done,
                    Some(remarks.join("; ")).filter(|remarks| !remarks.is_empty()),
                );
            }
            Err(error @ (Error::Interrupted { left, .. } | Error::TimedOut { left, .. }))
                if *left == Aftermath::UnderWay =>
            {
                self.send_event(EventKind::Detached, Some(error.to_string()));
            }
            Err(error) => self.send_event(EventKind::Failed, Some(error.to_string())),
        }
    }

    fn send_event(&self, kind: EventKind, message: Option<String>) {
        let (estimate, eta) = self.timer.as_ref().map_or((None, None), |timer| {
            let in_stage = timer.stage_began.elapsed();
            let eta = estimates::remaining(&timer.past, &timer.stage, in_stage, timer.began.elapsed());
            (estimates::of_stage(&timer.past, &timer.stage), eta)
        });
        self.reporter.observer.event(&Event {
            time: Timestamp::now(),
            kind,
            name: self.name.clone(),
            node: self.node.clone(),
            stage: self.stage.clone(),
            message,
            stage_elapsed: self.stage_began.elapsed(),
            elapsed: self.began.elapsed(),
            estimate,
            eta: eta.filter(|_| !kind.is_terminal()),
        });
    }
}

impl PhaseTimer {
    /// Moves to the next stage.
    fn pass(&mut self, stage: &str, now: Instant) {
        self.run.add(&self.stage, now - self.stage_began);
        stage.clone_into(&mut self.stage);
        self.stage_began = now;
        self.overrun_reported = false;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct EventRecorder(Mutex<Vec<(EventKind, Option<String>)>>);

    impl Observer for EventRecorder {
        fn event(&self, event: &Event) {
            self.0.lock().expect("no panic").push((event.kind, event.stage.clone()));
        }
    }

    fn reporter(recorder: &EventRecorder) -> Reporter<'_> {
        Reporter { observer: recorder, estimates: None }
    }

    #[test]
    fn every_change_is_reported_once() {
        let recorder = EventRecorder::default();
        let mut progress = Progress::start(reporter(&recorder), String::new(), "web", None);
        progress.stage("deploying");
        progress.stage("deploying");
        progress.waiting("locked");
        progress.waiting("locked");
        progress.end(&Ok(()), |()| None);
        let kinds: Vec<_> =
            recorder.0.into_inner().expect("no panic").into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, [EventKind::Started, EventKind::Stage, EventKind::Waiting, EventKind::Done]);
    }
    #[test]
    fn a_power_change_shows_no_stage_of_an_earlier_operation() {
        for state in ["inspect failed", "clean failed", "active"] {
            let recorder = EventRecorder::default();
            let mut progress = Progress::start(reporter(&recorder), String::new(), "n1", None);
            progress.power_stage("powering on");
            for target in [None, Some("power on"), None] {
                let node =
                    serde_json::json!({"uuid": "u", "provision_state": state, "target_power_state": target});
                progress.saw(&serde_json::from_value(node).expect("a node"));
            }
            progress.end(&Ok(()), |()| Some("power on".to_owned()));
            let stages: Vec<_> = recorder
                .0
                .into_inner()
                .expect("no panic")
                .into_iter()
                .filter_map(|(_, stage)| stage)
                .collect();
            assert_eq!(stages, ["powering on"; 2], "{state}");
        }
    }
}
