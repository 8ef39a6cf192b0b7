//! Decides the next step of a deploy from its state. Pure: sends nothing, so that a dry run and a real run cannot differ.

use super::claim::Claim;
use super::deploy::Order;
use super::existing::ExistingState;
use super::quarantine::{FailedAttempts, FailedNode};
use crate::driver::Error;
use crate::ironic::Node;

/// The state of a deploy.
#[derive(Debug, Clone)]
pub(super) enum DeployState {
    /// What exists of the instance. This run has not requested its deploy.
    Existing(ExistingState),
    /// This run has started the deploy.
    Started(Claim),
    /// The deploy has succeeded.
    Active {
        claim: Claim,
        /// The node, if this run has seen it `active`.
        node: Option<Box<Node>>,
        /// Whether an interrupted run may have left it without some of its networks.
        may_lack_networks: bool,
    },
}

/// A step of a deploy.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// Remove what an earlier attempt left.
    RemoveLeftovers(Claim),
    /// Replace the record of a reservation, which `gc` could remove, by the request.
    RecordIntent(Claim),
    /// Claim one of the candidates.
    ClaimNode,
    /// Prepare and validate the node, and start the deploy.
    Start(Claim, StartUndo),
    /// Wait until the deploy ends.
    Await {
        claim: Claim,
        /// Whether another run has started the deploy.
        is_resumed: bool,
    },
    /// Attach the networks that are missing.
    AttachNetworks { claim: Claim, node: Option<Box<Node>> },
    /// The deploy is complete, or continues in Ironic if the order does not wait for it.
    Finish { claim: Claim, node: Option<Box<Node>> },
}

/// How to undo a deploy that could not be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StartUndo {
    /// Release the node, which is as it was before the claim.
    Release,
    /// Tear the node down if it failed validation: it has a failed deploy. Otherwise leave it as it was.
    TearDown,
}

/// The next step of a deploy.
pub(super) fn next_step(state: DeployState, order: &Order) -> Step {
    match state {
        DeployState::Existing(ExistingState::Absent) => Step::ClaimNode,
        DeployState::Existing(ExistingState::Leftover(claim)) => Step::RemoveLeftovers(claim),
        DeployState::Existing(ExistingState::Reserved(claim)) => Step::RecordIntent(claim),
        DeployState::Existing(ExistingState::Claimed(claim)) => Step::Start(claim, StartUndo::Release),
        DeployState::Existing(ExistingState::Failed(claim)) => Step::Start(claim, StartUndo::TearDown),
        DeployState::Existing(ExistingState::InProgress(claim)) | DeployState::Started(claim)
            if order.no_wait =>
        {
            Step::Finish { claim, node: None }
        }
        DeployState::Existing(ExistingState::InProgress(claim)) => Step::Await { claim, is_resumed: true },
        DeployState::Started(claim) => Step::Await { claim, is_resumed: false },
        DeployState::Existing(ExistingState::Deployed(claim)) => Step::AttachNetworks { claim, node: None },
        DeployState::Active { claim, node, may_lack_networks: true } => Step::AttachNetworks { claim, node },
        DeployState::Active { claim, node, may_lack_networks: false } => Step::Finish { claim, node },
    }
}

/// Whether an order may be tried again after its deploy has failed on a node.
pub(super) fn may_try_again(error: &Error, order: &Order, retries: u32, attempts: &FailedAttempts) -> bool {
    matches!(error, Error::Invalid { .. } | Error::Failed { .. })
        && retries > 0
        && order.failed_node != FailedNode::Keep
        && attempts.verdict.is_none()
}
