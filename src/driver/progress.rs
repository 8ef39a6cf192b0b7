//! Tells the observer how one target fares, with the times that belong to it.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::event::{Event, EventKind, NodeRef, Observer};
use crate::ironic::Node;

/// The tale of one target: each call tells the observer, once a change.
pub(super) struct Progress<'a> {
    observer: &'a dyn Observer,
    name: String,
    node: Option<NodeRef>,
    stage: Option<String>,
    note: Option<String>,
    began: Instant,
    stage_began: Instant,
}

impl From<&Node> for NodeRef {
    fn from(node: &Node) -> Self {
        Self { uuid: node.uuid.clone(), name: node.name.clone() }
    }
}

impl<'a> Progress<'a> {
    /// Begins the tale of a target.
    pub(super) fn start(observer: &'a dyn Observer, name: impl Into<String>, node: Option<NodeRef>) -> Self {
        let now = Instant::now();
        let progress =
            Self { observer, name: name.into(), node, stage: None, note: None, began: now, stage_began: now };
        progress.tell(EventKind::Started, None);
        progress
    }

    /// The target's name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Time since the tale began.
    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// The stage last told.
    pub(super) fn current_stage(&self) -> &str {
        self.stage.as_deref().unwrap_or("starting")
    }

    /// A node now belongs to the target.
    pub(super) fn claimed(&mut self, node: NodeRef) {
        self.node = Some(node);
        self.tell(EventKind::Claimed, None);
    }

    /// The node at work became known.
    pub(super) fn on_node(&mut self, node: NodeRef) {
        self.node = Some(node);
    }

    /// Where it is now; told only when it is another stage than before.
    pub(super) fn stage(&mut self, stage: impl Into<String>) {
        let stage = stage.into();
        self.note = None;
        if self.stage.as_ref() != Some(&stage) {
            self.stage = Some(stage);
            self.stage_began = Instant::now();
            self.tell(EventKind::Stage, None);
        }
    }

    /// What is being waited for besides the machine; told once until something else happens.
    pub(super) fn waiting(&mut self, note: impl Into<String>) {
        let note = note.into();
        if self.note.as_ref() != Some(&note) {
            self.tell(EventKind::Waiting, Some(note.clone()));
            self.note = Some(note);
        }
    }

    /// This attempt failed and another follows.
    pub(super) fn retrying(&mut self, why: impl Into<String>) {
        self.tell(EventKind::Retrying, Some(why.into()));
    }

    /// What was done is being taken back.
    pub(super) fn undoing(&mut self, what: impl Into<String>) {
        self.tell(EventKind::Undoing, Some(what.into()));
    }

    /// The end: one terminal event, which `Ok` and `Err` decide.
    pub(super) fn end<T>(self, result: &Result<T, super::Error>, done: impl FnOnce(&T) -> Option<String>) {
        match result {
            Ok(value) => self.tell(EventKind::Done, done(value)),
            Err(error @ (super::Error::Interrupted { .. } | super::Error::TimedOut { .. })) => {
                self.tell(EventKind::Detached, Some(error.to_string()));
            }
            Err(error) => self.tell(EventKind::Failed, Some(error.to_string())),
        }
    }

    fn tell(&self, kind: EventKind, message: Option<String>) {
        self.observer.event(&Event {
            time: Timestamp::now(),
            kind,
            name: self.name.clone(),
            node: self.node.clone(),
            stage: self.stage.clone(),
            message,
            stage_elapsed: self.stage_began.elapsed(),
            elapsed: self.began.elapsed(),
            eta: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Heard(Mutex<Vec<(EventKind, Option<String>)>>);

    impl Observer for Heard {
        fn event(&self, event: &Event) {
            self.0.lock().expect("no panic").push((event.kind, event.stage.clone()));
        }
    }

    #[test]
    fn a_stage_is_told_once_and_the_end_once() {
        let heard = Heard::default();
        let mut progress = Progress::start(&heard, "web", None);
        progress.stage("deploying");
        progress.stage("deploying");
        progress.waiting("locked");
        progress.waiting("locked");
        progress.end(&Ok(()), |()| None);
        let kinds: Vec<_> =
            heard.0.into_inner().expect("no panic").into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, [EventKind::Started, EventKind::Stage, EventKind::Waiting, EventKind::Done]);
    }
}
