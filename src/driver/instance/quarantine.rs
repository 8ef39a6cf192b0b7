//! Quarantine of nodes on which a deploy failed.
//!
//! A node is put into maintenance *before* it is torn down, so that no scheduler can choose it again after the failure.
//! Ironic tears down nodes in maintenance too. Cleaning that needs a ramdisk pauses at its heartbeats and continues when
//! the maintenance ends (`[conductor] allow_provisioning_in_maintenance`, on by default).
//!
//! The maintenance reason is the record of the quarantine. Other runs and other operators read from it how many nodes
//! were quarantined recently for an image, and with which error. If two nodes fail with the same error, neither is to
//! blame: the first one is released from quarantine.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::claim::Claim;
use super::failure_cause;
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Driver, Error};
use crate::ironic::Node;
use crate::ironic::node::NodeQuery;

/// The maximum number of nodes that all runs together quarantine for one image within [`QUARANTINE_WINDOW`], so that a
/// broken image does not empty the pool.
const LIMIT: usize = 2;

/// How long a quarantined node counts toward [`LIMIT`].
const QUARANTINE_WINDOW: SignedDuration = SignedDuration::from_hours(1);

/// Maximum length in characters of the failure reason in a maintenance reason. The node's history has the full text.
const SUMMARY: usize = 300;

/// Prefix of the maintenance reason of a quarantined node.
pub const PREFIX: &str = "quarantined by farrier: ";

/// What to do with a node on which a deploy failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FailedNode {
    /// Tear the deploy down, and quarantine the node if the machine is to blame.
    #[default]
    Quarantine,
    /// Tear the deploy down. The node can be chosen again.
    Release,
    /// Leave the node as it is.
    Keep,
}

/// Why no other node is tried if the deploy would fail on every node.
pub(in crate::driver) const NOT_THE_MACHINE: &str = "the cause is not the machine but the request, image, config drive or network, so no other node was tried and \
     the node is not quarantined";

/// Why no other node is tried if a user aborted the deploy.
pub(in crate::driver) const ABORTED: &str = "the deploy was aborted, so no other node was tried";

/// The failed attempts to deploy one instance.
#[derive(Debug, Default)]
pub(in crate::driver) struct FailedAttempts {
    /// The nodes, in the order of the attempts.
    pub(in crate::driver) failed: Vec<NodeRef>,
    /// The quarantined nodes.
    quarantined: Vec<NodeRef>,
    /// Why no other node was tried.
    pub(in crate::driver) verdict: Option<&'static str>,
    /// The claim to try again on the same node.
    pub(in crate::driver) again: Option<Claim>,
}

impl FailedAttempts {
    /// Records that the request is to blame, if validation failed only because of the request.
    pub(in crate::driver) fn blame_request_if_invalid<T>(&mut self, deployed: &Result<T, Error>) {
        if let Err(Error::Invalid { reasons, .. }) = deployed
            && reasons.iter().all(|reason| failure_cause::is_of_request(reason))
        {
            self.verdict = Some(NOT_THE_MACHINE);
        }
    }

    /// Adds the earlier attempts and the quarantined nodes to the error of the last attempt.
    pub(in crate::driver) fn with_attempts(mut self, last: Error) -> Error {
        self.failed.retain(|node| Some(node) != last.node());
        if self.failed.is_empty() && self.quarantined.is_empty() && self.verdict.is_none() {
            return last;
        }
        Error::GaveUp {
            last: Box::new(last),
            before: self.failed,
            quarantined: self.quarantined,
            verdict: self.verdict,
        }
    }

    /// A suffix for the success message that names the quarantined nodes; empty if there are none.
    pub(in crate::driver) fn quarantined(&self) -> String {
        let labels: Vec<&str> = self.quarantined.iter().map(NodeRef::label).collect();
        if labels.is_empty() { String::new() } else { format!("; quarantined: {}", labels.join(", ")) }
    }
}

/// The errors with which nodes failed in this run, without node-specific parts. Locked during each quarantine decision,
/// so that two simultaneous failures see each other.
#[derive(Debug, Default)]
pub(in crate::driver) struct NodeFailures(Mutex<HashSet<String>>);

/// A quarantine, as recorded in the maintenance reason.
#[derive(Debug, Clone, PartialEq, Eq)]
struct QuarantineRecord {
    image: String,
    at: Timestamp,
    summary: String,
}

impl QuarantineRecord {
    fn read(reason: &str) -> Option<Self> {
        let rest = reason.strip_prefix(PREFIX)?;
        let (_, rest) = rest.split_once(" with image `")?;
        let (image, rest) = rest.split_once("` failed at ")?;
        let (at, rest) = rest.split_once(": ")?;
        let (summary, _) = rest.rsplit_once(" (details: ")?;
        Some(Self { image: image.to_owned(), at: at.parse().ok()?, summary: summary.to_owned() })
    }

    /// The maintenance reason.
    fn write(&self, instance: &str, node: &str) -> String {
        let Self { image, at, summary } = self;
        format!(
            "{PREFIX}deploy of {instance} with image `{image}` failed at {at:.0}: {summary} (details: farrier node history \
             {node}; release: farrier node maintenance {node} --off)"
        )
    }

    fn is_recent(&self, now: Timestamp) -> bool {
        now.duration_since(self.at).abs() < QUARANTINE_WINDOW
    }
}

/// A reason without the parts that differ between nodes: every word that contains a digit (names, UUIDs, addresses).
fn common_part(reason: &str) -> String {
    let words = reason.split_whitespace();
    words.filter(|word| !word.contains(|c: char| c.is_ascii_digit())).collect::<Vec<_>>().join(" ")
}

/// The first line of a reason, cut to [`SUMMARY`] characters.
fn summary(reason: &str) -> String {
    let line = reason.lines().next().unwrap_or_default();
    let mut summary: String = line.chars().take(SUMMARY).collect();
    if summary.len() < reason.len() {
        summary.push('…');
    }
    summary
}

impl Driver<'_> {
    /// Quarantines a node because the deploy of this instance failed on it, unless other nodes failed with the same error
    /// or too many nodes are quarantined for its image. A failure to quarantine is only reported, because the deploy must
    /// be undone anyway. Idempotent.
    #[expect(
        clippy::too_many_arguments,
        reason = "the node, its failure, and the state shared between attempts"
    )]
    pub(in crate::driver) fn quarantine(
        &self,
        node: &Node,
        instance: &str,
        image: &str,
        reason: &str,
        failures: &NodeFailures,
        failed_attempts: &mut FailedAttempts,
        progress: &mut Progress<'_>,
    ) {
        let label = node.label();
        let mut seen_errors = failures.0.lock().unwrap_or_else(PoisonError::into_inner);
        let record =
            QuarantineRecord { image: image.to_owned(), at: self.client.now(), summary: summary(reason) };
        let error = common_part(&record.summary);
        let recent = self.recently_quarantined(node, record.at);
        let with_same_error: Vec<&(Node, QuarantineRecord)> =
            recent.iter().filter(|(_, other)| common_part(&other.summary) == error).collect();
        if !seen_errors.insert(error) || !with_same_error.is_empty() {
            progress.undoing(format!(
                "{label} is not quarantined: several nodes failed with the same error, so check the image, the network \
                 and the request first"
            ));
            let with_same_error: Vec<Node> =
                with_same_error.into_iter().map(|(node, _)| node.clone()).collect();
            // Other threads must not wait for this.
            drop(seen_errors);
            for other in &with_same_error {
                self.end_quarantine(other, failed_attempts, progress);
            }
            return;
        }
        if node.maintenance {
            return;
        }
        let of_image = recent.iter().filter(|(_, other)| other.image == record.image).count();
        if of_image >= LIMIT {
            progress.undoing(format!(
                "{label} is not quarantined: {of_image} nodes were quarantined for this image in the last hour"
            ));
            return;
        }
        progress.undoing(format!("quarantining {label} (maintenance)"));
        let maintenance_reason = record.write(instance, label);
        match self.changing_back(&node.into(), progress, |guard| {
            self.client.set_maintenance(guard, &maintenance_reason)
        }) {
            Ok(()) => failed_attempts.quarantined.push(NodeRef::from(node)),
            Err(error) => progress.undoing(format!("cannot quarantine {label}: {error}")),
        }
    }

    /// The other nodes that were quarantined within the last hour; empty if they cannot be listed.
    fn recently_quarantined(&self, except: &Node, now: Timestamp) -> Vec<(Node, QuarantineRecord)> {
        let fields = ["uuid", "name", "instance_uuid", "maintenance", "maintenance_reason"];
        let query = NodeQuery::all().fields(&fields).filter("maintenance", "True");
        let nodes: Vec<Node> = self
            .client
            .nodes(&query)
            .inspect_err(|error| tracing::info!(%error, "cannot list quarantined nodes"))
            .unwrap_or_default();
        let read = |node: Node| {
            let record = QuarantineRecord::read(node.maintenance_reason.as_deref()?)?;
            (node.uuid != except.uuid && record.is_recent(now)).then_some((node, record))
        };
        nodes.into_iter().filter_map(read).collect()
    }

    /// Releases a node from quarantine, because it was not to blame.
    fn end_quarantine(&self, node: &Node, failed_attempts: &mut FailedAttempts, progress: &mut Progress<'_>) {
        let label = node.label();
        progress.undoing(format!("releasing {label} from quarantine: the machine is not the cause"));
        // Its instance is being torn down, so only the reason shows that the maintenance is still ours.
        let is_ours = |now: &Node| now.maintenance && now.maintenance_reason == node.maintenance_reason;
        let ended =
            self.changing_any_back(&node.uuid, is_ours, progress, |guard| self.client.end_maintenance(guard));
        match ended {
            Ok(_) => failed_attempts.quarantined.retain(|quarantined| quarantined.uuid != node.uuid),
            Err(error) => progress.undoing(format!("cannot release {label} from quarantine: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_part_of_a_failure_has_no_names_and_numbers() {
        let reason = |node: &str| format!("Timeout reached while waiting for callback for node {node}");
        assert_eq!(common_part(&reason("4d1c-8e")), common_part(&reason("77f3-023d")));
        assert_ne!(common_part(&reason("4d1c-8e")), common_part("no space left on device"));
    }

    #[test]
    fn a_record_survives_writing_and_reading() {
        let at: Timestamp = "2026-11-23T02:00:00Z".parse().expect("a time");
        for image in ["http://h/el10.raw", "el 10 with image `x", "a: b"] {
            let record = QuarantineRecord {
                image: image.to_owned(),
                at,
                summary: summary("no disk (details: none)\nat all"),
            };
            let written = record.write("web-1", "pony-4");
            assert_eq!(QuarantineRecord::read(&written), Some(record), "{written}");
            assert!(written.contains("release: farrier node maintenance pony-4 --off"), "{written}");
            assert!(written.contains("no disk") && !written.contains("at all"), "{written}");
        }
        for other in
            ["new DIMMs", "farrier set it aside: deploy of x failed", "quarantined by farrier: by hand"]
        {
            assert_eq!(QuarantineRecord::read(other), None, "{other}");
        }
    }

    #[test]
    fn a_record_counts_for_an_hour() {
        let at: Timestamp = "2026-11-23T02:00:00Z".parse().expect("a time");
        let record = QuarantineRecord { image: "i".to_owned(), at, summary: "s".to_owned() };
        assert!(record.is_recent(at + SignedDuration::from_mins(59)));
        assert!(!record.is_recent(at + SignedDuration::from_mins(60)));
    }
}
