//! Quarantine: what becomes of a machine on which a deploy failed.
//!
//! A machine is quarantined by putting it into maintenance *before* it is torn down: from the failure on there is no
//! moment at which anybody's scheduler could choose it again. Ironic tears down in maintenance too; cleaning that
//! needs a ramdisk pauses at its heartbeats and goes on once the maintenance ends (`[conductor]
//! allow_provisioning_in_maintenance`, on by default).
//!
//! The reason of the maintenance is the record: who comes later, another run or another operator, reads from it how many
//! machines were quarantined for an image of late, and in which words they failed. Two machines that fail in the same
//! words are not to blame: the first one is taken out again.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::blame;
use super::claim::Claim;
use super::event::NodeRef;
use super::progress::Progress;
use super::{Driver, Error};
use crate::ironic::Node;
use crate::ironic::node::NodeQuery;

/// How many machines may be quarantined for one image within [`WINDOW`], by all runs together: a broken image must not
/// empty the pool.
const LIMIT: usize = 2;

/// For how long a quarantined machine counts.
const WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// How much of a reason a maintenance reason repeats, in characters: the whole of it is in the node's history.
const SUMMARY: usize = 300;

/// How the maintenance reason of a quarantined machine begins.
pub const PREFIX: &str = "quarantined by farrier: ";

/// What to do with a machine on which a deploy failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FailedNode {
    /// Tear the deploy down, and quarantine the machine if it is to blame.
    #[default]
    SetAside,
    /// Tear the deploy down and let the machine be chosen again.
    Release,
    /// Leave everything as it is.
    Keep,
}

/// Why no other machine is tried if none would do better.
pub(super) const NOT_THE_MACHINE: &str = "the machine is not to blame, but the request, its image, config drive or network: no \
                               other machine was tried, and none is quarantined for it";

/// Why no other machine is tried if somebody aborted the deploy.
pub(super) const ABORTED: &str = "the deploy was aborted, so no other machine was tried";

/// The machines that failed one instance.
#[derive(Debug, Default)]
pub(super) struct Setbacks {
    /// In the order of the attempts.
    pub(super) failed: Vec<NodeRef>,
    /// Those of them that are quarantined now.
    aside: Vec<NodeRef>,
    /// Why no other machine was tried.
    pub(super) verdict: Option<&'static str>,
    /// The claim whose machine is to be tried again.
    pub(super) again: Option<Claim>,
}

impl Setbacks {
    /// Notes that no machine could do better, if validation refused what was requested.
    pub(super) fn blame_request_if_invalid<T>(&mut self, deployed: &Result<T, Error>) {
        if let Err(Error::Invalid { reasons, .. }) = deployed
            && reasons.iter().all(|reason| blame::is_of_request(reason))
        {
            self.verdict = Some(NOT_THE_MACHINE);
        }
    }

    /// The error that ends the last attempt, with what is to be said of the others.
    pub(super) fn sum_up(mut self, last: Error) -> Error {
        self.failed.retain(|node| Some(node) != last.node());
        if self.failed.is_empty() && self.aside.is_empty() && self.verdict.is_none() {
            return last;
        }
        Error::GaveUp { last: Box::new(last), before: self.failed, aside: self.aside, verdict: self.verdict }
    }

    /// What is to be said of quarantined machines after all went well.
    pub(super) fn quarantined(&self) -> String {
        let labels: Vec<&str> =
            self.aside.iter().map(|node| node.name.as_deref().unwrap_or(&node.uuid)).collect();
        if labels.is_empty() { String::new() } else { format!("; quarantined: {}", labels.join(", ")) }
    }
}

/// The words in which machines failed in this run. Held while one is decided about, so that two that fail at once see
/// each other.
#[derive(Debug, Default)]
pub(super) struct Failures(Mutex<HashSet<String>>);

/// A quarantined machine, as its maintenance reason tells.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Record {
    image: String,
    at: Timestamp,
    summary: String,
}

impl Record {
    fn read(reason: &str) -> Option<Self> {
        let rest = reason.strip_prefix(PREFIX)?;
        let (_, rest) = rest.split_once(" with image `")?;
        let (image, rest) = rest.split_once("` failed at ")?;
        let (at, rest) = rest.split_once(": ")?;
        let (summary, _) = rest.rsplit_once(" (details: ")?;
        Some(Self { image: image.to_owned(), at: at.parse().ok()?, summary: summary.to_owned() })
    }

    /// The reason of the maintenance, as whoever finds the machine reads it.
    fn write(&self, instance: &str, node: &str) -> String {
        let Self { image, at, summary } = self;
        format!(
            "{PREFIX}deploy of {instance} with image `{image}` failed at {at:.0}: {summary} (details: farrier node history \
             {node}; ends with: farrier node maintenance {node} --off)"
        )
    }

    fn is_recent(&self, now: Timestamp) -> bool {
        now.duration_since(self.at).abs() < WINDOW
    }
}

/// A reason without what differs from machine to machine: every word with a digit in it (names, UUIDs, addresses).
fn likeness(reason: &str) -> String {
    let words = reason.split_whitespace();
    words.filter(|word| !word.contains(|c: char| c.is_ascii_digit())).collect::<Vec<_>>().join(" ")
}

/// The beginning of a reason, in one line.
fn summary(reason: &str) -> String {
    let line = reason.lines().next().unwrap_or_default();
    let mut summary: String = line.chars().take(SUMMARY).collect();
    if summary.len() < reason.len() {
        summary.push('…');
    }
    summary
}

impl Driver<'_> {
    /// Quarantines a machine because the deploy of this instance failed on it, unless others have failed in the same
    /// words, or too many are quarantined for its image. Where that cannot be done it is told, and no more: the deploy is
    /// to be taken back all the same. May be done again.
    #[expect(
        clippy::too_many_arguments,
        reason = "the machine, what failed on it, and what is kept of the way"
    )]
    pub(super) fn set_aside(
        &self,
        node: &Node,
        instance: &str,
        image: &str,
        reason: &str,
        failures: &Failures,
        setbacks: &mut Setbacks,
        progress: &mut Progress<'_>,
    ) {
        let label = node.label();
        let mut known = failures.0.lock().unwrap_or_else(PoisonError::into_inner);
        let record = Record { image: image.to_owned(), at: self.client.now(), summary: summary(reason) };
        let likeness_of = likeness(&record.summary);
        let recent = self.recently_quarantined(node, record.at);
        let alike: Vec<&(Node, Record)> =
            recent.iter().filter(|(_, other)| likeness(&other.summary) == likeness_of).collect();
        if !known.insert(likeness_of) || !alike.is_empty() {
            progress.undoing(format!(
                "{label} is not quarantined: several machines have failed in the same words, so check the image, the \
                 network and the request first"
            ));
            let alike: Vec<Node> = alike.into_iter().map(|(node, _)| node.clone()).collect();
            // Other machines must not wait for this.
            drop(known);
            for other in &alike {
                self.end_quarantine(other, setbacks, progress);
            }
            return;
        }
        if node.maintenance {
            return;
        }
        let of_image = recent.iter().filter(|(_, other)| other.image == record.image).count();
        if of_image >= LIMIT {
            progress.undoing(format!(
                "{label} is not quarantined: {of_image} machines are already, for this image and within the hour"
            ));
            return;
        }
        progress.undoing(format!(
            "quarantining {label}, in maintenance until `farrier node maintenance {label} --off`"
        ));
        let words = record.write(instance, label);
        match self.changing_back(&node.into(), progress, |guard| self.client.set_maintenance(guard, &words)) {
            Ok(()) => setbacks.aside.push(NodeRef::from(node)),
            Err(error) => progress.undoing(format!("{label} could not be quarantined: {error}")),
        }
    }

    /// The other machines that were quarantined within the last hour. Where they cannot be asked for, none are known.
    fn recently_quarantined(&self, but: &Node, now: Timestamp) -> Vec<(Node, Record)> {
        let fields = ["uuid", "name", "instance_uuid", "maintenance", "maintenance_reason"];
        let query = NodeQuery::all().fields(&fields).filter("maintenance", "True");
        let nodes: Vec<Node> = self
            .client
            .nodes(&query)
            .inspect_err(|error| tracing::info!(%error, "which machines are quarantined is not known"))
            .unwrap_or_default();
        let read = |node: Node| {
            let record = Record::read(node.maintenance_reason.as_deref()?)?;
            (node.uuid != but.uuid && record.is_recent(now)).then_some((node, record))
        };
        nodes.into_iter().filter_map(read).collect()
    }

    /// Takes a machine out of quarantine again, since it was not to blame.
    fn end_quarantine(&self, node: &Node, setbacks: &mut Setbacks, progress: &mut Progress<'_>) {
        let label = node.label();
        progress.undoing(format!("taking {label} out of quarantine: it was not to blame"));
        // Its instance is being torn down, so it cannot be known by that. The reason says that the maintenance is still ours.
        let is_ours = |now: &Node| now.maintenance && now.maintenance_reason == node.maintenance_reason;
        let ended =
            self.changing_any_back(&node.uuid, is_ours, progress, |guard| self.client.end_maintenance(guard));
        match ended {
            Ok(_) => setbacks.aside.retain(|aside| aside.uuid != node.uuid),
            Err(error) => progress.undoing(format!("{label} stays in quarantine: {error}")),
        }
    }
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
    fn the_record_names_instance_image_time_and_reason_and_is_read_again() {
        let at: Timestamp = "2026-11-23T02:00:00Z".parse().expect("a time");
        for image in ["http://h/el10.raw", "el 10 with image `x", "a: b"] {
            let record =
                Record { image: image.to_owned(), at, summary: summary("no disk (details: none)\nat all") };
            let told = record.write("web-1", "pony-4");
            assert_eq!(Record::read(&told), Some(record), "{told}");
            assert!(told.contains("ends with: farrier node maintenance pony-4 --off"), "{told}");
            assert!(told.contains("no disk") && !told.contains("at all"), "{told}");
        }
        for other in
            ["new DIMMs", "farrier set it aside: deploy of x failed", "quarantined by farrier: by hand"]
        {
            assert_eq!(Record::read(other), None, "{other}");
        }
    }

    #[test]
    fn a_record_counts_for_an_hour() {
        let at: Timestamp = "2026-11-23T02:00:00Z".parse().expect("a time");
        let record = Record { image: "i".to_owned(), at, summary: "s".to_owned() };
        assert!(record.is_recent(at + SignedDuration::from_mins(59)));
        assert!(!record.is_recent(at + SignedDuration::from_mins(60)));
    }
}
