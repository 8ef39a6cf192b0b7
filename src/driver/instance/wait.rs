//! Waits until a running operation ends, whether this or another command started it.

use std::time::{Duration, Instant};

use super::lookup::{FoundInstance, Instance};
use crate::driver::change_requests::ChangeTarget;
use crate::driver::error::Operation;
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Driver, Error};
use crate::ironic::state::{Phase, StateClass};
use crate::ironic::{Node, PowerState, ProvisionState};

/// Time after the acceptance of an operation from which a node that looks unchanged has completed it.
const MIN_OPERATION_TIME: Duration = Duration::from_secs(3);

/// The result of a wait.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "there is one for each target, and nearly all are instances")]
pub enum Waited {
    /// The instance now.
    Instance(Instance),
    /// A node without an instance.
    Node {
        /// The node.
        node: NodeRef,
        /// Its provision state.
        state: ProvisionState,
        /// Its power state.
        power_state: Option<PowerState>,
        /// The duration of the wait.
        duration: Option<Duration>,
    },
}

impl Waited {
    /// The instance, or the node if it has none.
    pub(in crate::driver) fn of(found: &FoundInstance, node: &Node) -> Self {
        found.instance().map_or_else(|| Self::node(node), Self::Instance)
    }

    fn node(node: &Node) -> Self {
        Self::Node {
            node: NodeRef::from(node),
            state: node.provision_state.clone(),
            power_state: node.power_state.clone(),
            duration: None,
        }
    }

    /// Sets the duration.
    pub(in crate::driver) fn after(self, elapsed: Duration) -> Self {
        match self {
            Self::Instance(instance) => Self::Instance(Instance { duration: Some(elapsed), ..instance }),
            Self::Node { node, state, power_state, .. } => {
                Self::Node { node, state, power_state, duration: Some(elapsed) }
            }
        }
    }

    /// The text for users.
    pub(in crate::driver) fn in_words(&self) -> String {
        match self {
            Self::Instance(instance) => format!("{} is {}", instance.label(), instance.state),
            Self::Node { state, .. } => format!("the node is {state}"),
        }
    }
}

impl Driver<'_> {
    /// Waits until no operation is in progress on an instance or node.
    ///
    /// # Errors
    /// [`Error::Failed`] if it is in a failed state; those of [`Driver::find`].
    pub fn wait(&self, name: &str) -> Result<Waited, Error> {
        let mut progress = self.progress(name, None);
        let result = self.wait_through(name, &mut progress);
        let elapsed = progress.elapsed();
        let result = progress.end_of(Operation::Other, result, |waited| Some(waited.in_words()));
        result.map(|waited| waited.after(elapsed))
    }

    fn wait_through(&self, name: &str, progress: &mut Progress<'_>) -> Result<Waited, Error> {
        let found = self.find(name)?;
        let had = found.instance_uuid().map(str::to_owned);
        let node = found.any_node()?;
        progress.on_node(NodeRef::from(node));
        progress.in_state(&node.provision_state);
        progress.of_instance(had.clone());
        let after = self.follow(&node.uuid, progress, |node| node.is_at_rest().then(|| node.clone()))?;
        if after.provision_state.is_failed() {
            return Err(self.failure(&after));
        }
        if had.is_none() || after.instance_uuid != had {
            return Ok(Waited::node(&after));
        }
        let whole = self.client.node(&after.uuid).map_err(Error::about(name))?;
        let mut waited = Waited::of(&FoundInstance { node: Some(whole), ..found }, &after);
        if let Waited::Instance(instance) = &mut waited {
            self.look_up_all(instance);
        }
        Ok(waited)
    }

    /// Waits until an accepted operation on a node ends; `before` is the node before the operation.
    ///
    /// # Errors
    /// [`Error::Failed`] if the node ends in a state other than `goal`; [`Error::NodeTaken`] if it has another instance then.
    pub(in crate::driver) fn wait_for_state(
        &self,
        before: &Node,
        goal: &ProvisionState,
        operation: &'static str,
        progress: &mut Progress<'_>,
    ) -> Result<Node, Error> {
        let accepted = Instant::now();
        let after = self.follow(&before.uuid, progress, |node| {
            // Comparing `provision_updated_at` is not enough, because databases may store whole seconds.
            let moved = accepted.elapsed() > MIN_OPERATION_TIME
                || node.provision_updated_at != before.provision_updated_at
                || node.provision_state != before.provision_state
                || node.instance_uuid != before.instance_uuid;
            let rests = matches!(node.provision_state.class(), StateClass::Stable | StateClass::Failed);
            (moved && rests && node.is_at_rest()).then(|| node.clone())
        })?;
        if after.instance_uuid != before.instance_uuid {
            return Err(ChangeTarget::from(before).taken(&after));
        }
        if after.provision_state == *goal {
            return Ok(after);
        }
        Err(Error::Failed {
            reason: self.reason(&after),
            node: NodeRef::from(&after),
            operation,
            state: after.provision_state.to_string(),
        })
    }

    /// The error for a node in a failed state.
    pub(in crate::driver) fn failure(&self, node: &Node) -> Error {
        let operation = node.provision_state.failed_phase().map_or("the last operation", Phase::noun);
        Error::Failed {
            reason: self.reason(node),
            node: NodeRef::from(node),
            operation,
            state: node.provision_state.to_string(),
        }
    }
}
