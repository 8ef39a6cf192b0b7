//! What becomes of a machine on which a deploy failed: set aside, given back, or left to be looked at.
//!
//! A machine is set aside by putting it into maintenance *before* it is torn down: from the failure on there is no
//! moment at which anybody's scheduler could choose it again. Ironic tears down in maintenance too; cleaning that
//! needs a ramdisk pauses at its heartbeats and goes on once the maintenance ends (`[conductor]
//! allow_provisioning_in_maintenance`, on by default).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::event::NodeRef;
use super::progress::Progress;
use super::{Driver, Error};
use crate::ironic::Node;

/// How many machines may fail in the same words before it is no longer taken for the fault of each.
///
/// A broken image or network fails every machine; one run must not empty the inventory for it.
const ALIKE: usize = 2;

/// How much of a reason a maintenance reason repeats, in characters: the whole of it is in the node's history.
const SUMMARY: usize = 300;

/// What to do with a machine on which a deploy failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FailedNode {
    /// Tear the deploy down and put the machine into maintenance, with the reason.
    #[default]
    SetAside,
    /// Tear the deploy down and let the machine be chosen again.
    Release,
    /// Leave everything as it is.
    Keep,
}

/// The machines that failed one instance.
#[derive(Debug, Default)]
pub(super) struct Setbacks {
    /// In the order of the attempts.
    pub(super) failed: Vec<NodeRef>,
    /// Those of them that are in maintenance for it now.
    aside: Vec<NodeRef>,
}

impl Setbacks {
    /// The error that ends the last attempt, with what is to be said of the others.
    pub(super) fn sum_up(mut self, last: Error) -> Error {
        self.failed.retain(|node| Some(node) != last.node());
        if self.failed.is_empty() && self.aside.is_empty() {
            return last;
        }
        Error::GaveUp { last: Box::new(last), before: self.failed, aside: self.aside }
    }
}

/// The ways in which machines failed in this run, each with how many did.
#[derive(Debug, Default)]
pub(super) struct Failures(Mutex<HashMap<String, usize>>);

impl Failures {
    /// Counts one more failure; `false` once too many machines have failed in the same words.
    fn is_of_the_machine(&self, reason: &str) -> bool {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(likeness(reason)).or_insert(0);
        *count += 1;
        *count <= ALIKE
    }
}

/// A reason without what differs from machine to machine: every word with a digit in it (names, UUIDs, addresses).
fn likeness(reason: &str) -> String {
    let words = reason.split_whitespace();
    words.filter(|word| !word.contains(|c: char| c.is_ascii_digit())).collect::<Vec<_>>().join(" ")
}

impl Driver<'_> {
    /// Puts a machine into maintenance because the deploy of this instance failed on it, unless it is there already
    /// or the failures look like no machine's fault. Where that cannot be done it is told, and no more: the deploy is
    /// to be taken back all the same. May be done again.
    pub(super) fn set_aside(
        &self,
        node: &Node,
        instance: &str,
        reason: &str,
        failures: &Failures,
        setbacks: &mut Setbacks,
        progress: &mut Progress<'_>,
    ) {
        let label = node.label();
        if node.maintenance {
            return;
        }
        if !failures.is_of_the_machine(reason) {
            progress.undoing(format!(
                "{label} is not set aside: {ALIKE} machines have failed in the same words, so look at the image and \
                 the network first"
            ));
            return;
        }
        progress.undoing(format!("setting {label} aside, in maintenance"));
        let words = note(instance, reason, label, Timestamp::now());
        match self.patiently(progress, || self.client.set_maintenance(&node.uuid, &words)) {
            Ok(()) => setbacks.aside.push(NodeRef::from(node)),
            Err(error) => progress.undoing(format!("{label} could not be set aside: {error}")),
        }
    }
}

/// The reason of the maintenance, as whoever finds the machine reads it.
fn note(instance: &str, reason: &str, node: &str, now: Timestamp) -> String {
    let mut summary: String = reason.lines().next().unwrap_or_default().chars().take(SUMMARY).collect();
    if summary.len() < reason.len() {
        summary.push('…');
    }
    format!(
        "farrier set it aside: deploy of {instance} failed at {now:.0}: {summary} (all of it: farrier node history {node})"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_alike_but_for_names_and_numbers() {
        let words = |node: &str| format!("Timeout reached while waiting for callback for node {node}");
        assert_eq!(likeness(&words("4d1c-8e")), likeness(&words("77f3-023d")));
        assert_ne!(likeness(&words("4d1c-8e")), likeness("no space left on device"));
    }

    #[test]
    fn what_fails_everywhere_is_the_fault_of_no_machine() {
        let failures = Failures::default();
        let verdicts: Vec<bool> =
            (0..4).map(|n| failures.is_of_the_machine(&format!("image 404 on node-{n}"))).collect();
        assert_eq!(verdicts, [true, true, false, false]);
        assert!(failures.is_of_the_machine("a disk is missing"));
    }

    #[test]
    fn the_note_names_instance_time_reason_and_where_to_read_on() {
        let now: Timestamp = "2026-11-23T02:00:00Z".parse().expect("a time");
        assert_eq!(
            note("web-1", "no disk\nat all", "pony-4", now),
            "farrier set it aside: deploy of web-1 failed at 2026-11-23T02:00:00Z: no disk… (all of it: farrier node history pony-4)"
        );
    }
}
