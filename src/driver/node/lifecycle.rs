//! Moves nodes between provision states (`node manage`, `provide`, `clean`, …) and deletes them.

use serde_json::{Map, Value};

use super::steps::NodeSteps;
use crate::driver::change_requests::ChangeTarget;
use crate::driver::confirmation::Confirmed;
use crate::driver::error::Operation;
use crate::driver::instance::lookup::optional;
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Aftermath, Driver, Error, OnStop};
use crate::ironic::state::{Phase, StateClass};
use crate::ironic::{Feature, Node, ProvisionState, ProvisionTarget};
use crate::rest::retry::Repeat;

/// A provision verb for a node.
#[derive(Debug, Clone)]
pub enum Verb {
    /// Move it to `manageable`: verifies the BMC from `enroll`; also from `available` or a failed state.
    Manage,
    /// Clean it and make it available for deploys: to `available`.
    Provide,
    /// Inspect its hardware.
    Inspect,
    /// Run clean steps, which may erase its disks.
    Clean(NodeSteps, Confirmed),
    /// Run service steps on a deployed node, which may erase its disks, too (Ironic ≥ 1.87).
    Service(NodeSteps, Confirmed),
    /// Adopt the machine with the system that runs on it: to `active`.
    Adopt,
    /// Abort an operation that waits for the ramdisk or is on hold.
    Abort,
    /// Resume an operation that is on hold at a step.
    Unhold,
}

/// What a verb did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerbOutcome {
    /// Nothing: the node was already in the state.
    Unchanged,
    /// It was requested and has ended.
    Done,
    /// It was requested and continues.
    Begun,
    /// It was already in progress, and was not requested again.
    Followed,
}

impl VerbOutcome {
    /// Its name in output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Done => "done",
            Self::Begun => "begun",
            Self::Followed => "followed",
        }
    }
}

/// A node after a verb.
#[derive(Debug, Clone)]
pub struct ChangedState {
    /// The node.
    pub node: NodeRef,
    /// Its state now; `None` if it is deleted.
    pub state: Option<ProvisionState>,
    /// What the verb did.
    pub action: VerbOutcome,
}

impl ChangedState {
    fn new(node: &Node, action: VerbOutcome) -> Self {
        Self { node: NodeRef::from(node), state: Some(node.provision_state.clone()), action }
    }
}

/// What to do with a node in its current state.
#[derive(Debug, PartialEq, Eq)]
enum NextTransition {
    Unchanged,
    Follow,
    Ask,
}

/// The states as a list: `a`, `b` or `c`.
pub(in crate::driver) fn one_of(states: &[ProvisionState]) -> String {
    let states: Vec<String> = states.iter().map(|state| format!("`{state}`")).collect();
    match states.as_slice() {
        [others @ .., last] if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => states.concat(),
    }
}

impl Verb {
    /// The provision target to request.
    fn target(&self) -> ProvisionTarget {
        match self {
            Self::Manage => ProvisionTarget::Manage,
            Self::Provide => ProvisionTarget::Provide,
            Self::Inspect => ProvisionTarget::Inspect,
            Self::Clean(..) => ProvisionTarget::Clean,
            Self::Service(..) => ProvisionTarget::Service,
            Self::Adopt => ProvisionTarget::Adopt,
            Self::Abort => ProvisionTarget::Abort,
            Self::Unhold => ProvisionTarget::Unhold,
        }
    }

    /// The state in which there is nothing to do.
    fn goal(&self) -> Option<ProvisionState> {
        match self {
            Self::Manage => Some(ProvisionState::Manageable),
            Self::Provide => Some(ProvisionState::Available),
            Self::Adopt => Some(ProvisionState::Active),
            Self::Inspect | Self::Clean(..) | Self::Service(..) | Self::Abort | Self::Unhold => None,
        }
    }

    /// The features of Ironic that it needs and that older servers lack.
    fn needs(&self) -> impl Iterator<Item = Feature> {
        let of_verb = match self {
            Self::Unhold => Some(Feature::Holds),
            Self::Service(..) => Some(Feature::Service),
            _ => None,
        };
        let of_work = match self {
            Self::Clean(NodeSteps::Runbook(_), _) | Self::Service(NodeSteps::Runbook(_), _) => {
                Some(Feature::Runbooks)
            }
            _ => None,
        };
        of_verb.into_iter().chain(of_work)
    }

    /// The request body, without the target.
    fn body(&self) -> Map<String, Value> {
        match self {
            Self::Clean(work, _) => work.body("clean_steps"),
            Self::Service(work, _) => work.body("service_steps"),
            _ => Map::new(),
        }
    }

    /// The operation that it starts or ends.
    fn phase(&self) -> Option<Phase> {
        match self {
            Self::Manage => Some(Phase::Verify),
            Self::Provide | Self::Clean(..) => Some(Phase::Clean),
            Self::Inspect => Some(Phase::Inspect),
            Self::Adopt => Some(Phase::Adopt),
            Self::Service(..) => Some(Phase::Service),
            Self::Abort | Self::Unhold => None,
        }
    }

    /// Whether the node is already executing this verb.
    fn is_in_progress(&self, node: &Node) -> bool {
        let state = &node.provision_state;
        if !state.is_moving() || self.phase().is_none() || state.phase() != self.phase() {
            return false;
        }
        // Automated and manual cleaning differ only in the target state.
        let leads_to = |goal: ProvisionState| node.target_provision_state.as_deref() == Some(goal.as_str());
        match self {
            Self::Provide => leads_to(ProvisionState::Available),
            Self::Clean(..) => leads_to(ProvisionState::Manageable),
            Self::Manage | Self::Inspect | Self::Adopt | Self::Service(..) | Self::Abort | Self::Unhold => {
                true
            }
        }
    }

    /// What to do with a node. Refuses what Ironic would refuse, and names the states that allow it.
    fn next(&self, node: &Node) -> Result<NextTransition, Error> {
        let state = &node.provision_state;
        if self.goal().as_ref() == Some(state) {
            return Ok(NextTransition::Unchanged);
        }
        if self.is_in_progress(node) {
            return Ok(NextTransition::Follow);
        }
        let (verb, label) = (self.target().as_str(), node.label());
        let refuse = |message, hint| Err(Error::NotAllowed { message, hint });
        if !state.accepts(self.target()) {
            let message = format!(
                "cannot {verb} node {label}: it is `{state}`, not {}",
                one_of(&ProvisionState::that_accept(self.target()))
            );
            return match verb_before(self, state) {
                Some(first) => refuse(message, format!("first run `farrier node {first} {label}`")),
                None => refuse(message, format!("explain the state: `farrier why {label}`")),
            };
        }
        // Only these two are always refused in maintenance.
        if node.maintenance && matches!(self, Self::Clean(..) | Self::Service(..)) {
            let reason = node.maintenance_reason.as_deref().unwrap_or("no reason given");
            return refuse(
                format!("cannot {verb} node {label}: it is in maintenance ({reason})"),
                format!("end maintenance: `farrier node maintenance {label} --off`"),
            );
        }
        if node.retired && matches!(self, Self::Provide) {
            return refuse(
                format!("cannot {verb} node {label}: it is retired"),
                format!("undo: `farrier node retire {label} --off`"),
            );
        }
        if matches!(self, Self::Adopt) && !node.instance_info.contains_key("image_source") {
            return refuse(
                format!("cannot {verb} node {label}: `instance_info` has no `image_source`"),
                format!(
                    "set the image that runs on it: `farrier node set {label} --instance-info image_source=URL`"
                ),
            );
        }
        Ok(NextTransition::Ask)
    }
}

/// The verb that brings a node from this state to one that allows `verb`, if a single one does.
fn verb_before(verb: &Verb, state: &ProvisionState) -> Option<&'static str> {
    let by_manage = matches!(verb, Verb::Provide | Verb::Inspect | Verb::Clean(..) | Verb::Adopt);
    (by_manage && state.accepts(ProvisionTarget::Manage)).then_some("manage")
}

impl Driver<'_> {
    /// Executes a verb on a node, and waits until it ends unless `no_wait`.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Forbidden`] if its state does not allow it; [`Error::Failed`] if the operation failed; a
    /// failed request.
    pub fn run_verb(&self, name: &str, verb: &Verb, no_wait: bool) -> Result<ChangedState, Error> {
        let mut progress = self.progress(name, None);
        let result = self.despite_dead_conductors(OnStop::End, &mut progress, |progress| {
            self.take(name, verb, no_wait, progress)
        });
        progress.end_of(Operation::Other, result, |changed| {
            let state = changed.state.as_ref()?;
            let way = if state.class() == StateClass::Held {
                format!("; to resume it: `farrier node unhold {name}`")
            } else {
                String::new()
            };
            Some(format!("the node is {state}{way}"))
        })
    }

    fn take(
        &self,
        name: &str,
        verb: &Verb,
        no_wait: bool,
        progress: &mut Progress<'_>,
    ) -> Result<ChangedState, Error> {
        for feature in verb.needs() {
            self.client.require(feature).map_err(Error::about(name))?;
        }
        let mut node = self.named_node(name)?;
        progress.on_node(NodeRef::from(&node));
        progress.in_state(&node.provision_state);
        let next = verb.next(&node)?;
        if matches!(verb, Verb::Abort) && node.provision_state == ProvisionState::DeployWait {
            self.client.require(Feature::DeployAbort).map_err(Error::about(name))?;
        }
        if next == NextTransition::Ask && matches!(verb, Verb::Provide) && node.power_state.is_none() {
            node = self.ensure_known_power(&node, progress)?;
        }
        match next {
            NextTransition::Unchanged => return Ok(ChangedState::new(&node, VerbOutcome::Unchanged)),
            NextTransition::Follow => {}
            NextTransition::Ask => {
                let begun = self.begin(&node, verb.target(), &verb.body(), progress);
                begun.map_err(|error| error.into_refusal_by_node(&node))?;
            }
        }
        let after = if no_wait {
            let now = self.client.node(&node.uuid).map_err(Error::about(name));
            now.map_err(|error| error.with_aftermath(Aftermath::UnderWay))?
        } else if matches!(verb, Verb::Abort) {
            // A failed state is the expected result of an abort.
            self.follow_begun(&node.uuid, progress, |node| node.is_at_rest().then(|| node.clone()))?
        } else {
            self.await_end(&node, progress)?
        };
        let is_over = !no_wait && after.provision_state.class() != StateClass::Held;
        let action = match next {
            NextTransition::Ask if is_over => VerbOutcome::Done,
            NextTransition::Ask => VerbOutcome::Begun,
            _ => VerbOutcome::Followed,
        };
        Ok(ChangedState::new(&after, action))
    }

    /// The steps of a runbook, by its name or UUID; `None` if it does not exist.
    ///
    /// # Errors
    /// A failed request; a server without runbooks.
    pub fn runbook(&self, name: &str) -> Result<Option<Vec<Value>>, Error> {
        optional(self.client.runbook_steps(name)).map_err(Error::about(format!("runbook {name}")))
    }

    /// Deletes a node without an instance, and its ports. Succeeds if it is already gone.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if the node's state or an instance forbids it; a failed request.
    pub fn delete_node(&self, name: &str, _: Confirmed) -> Result<ChangedState, Error> {
        let mut progress = self.progress(name, None);
        let result = self.delete_through(name, &mut progress);
        progress.end_of(Operation::Other, result, |_| Some("deleted".to_owned()))
    }

    fn delete_through(&self, name: &str, progress: &mut Progress<'_>) -> Result<ChangedState, Error> {
        let node = self.named_node(name)?;
        progress.on_node(NodeRef::from(&node));
        progress.in_state(&node.provision_state);
        check_deletion(&node)?;
        self.remove_node(&ChangeTarget::from(&node), progress)
            .map_err(|error| error.into_refusal_by_node(&node))?;
        Ok(ChangedState { node: NodeRef::from(&node), state: None, action: VerbOutcome::Done })
    }

    /// Deletes a node. Succeeds if it is already gone.
    pub(in crate::driver) fn remove_node(
        &self,
        target: &ChangeTarget,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        match self.changing(target, Repeat::Safe, progress, |guard| self.client.delete_node(guard)) {
            Err(Error::Request { source, .. }) if source.is_not_found() => Ok(()),
            other => other,
        }
    }

    /// Like [`Driver::remove_node`], but as an undo: see [`Driver::undoing`].
    pub(in crate::driver) fn remove_back(
        &self,
        target: &ChangeTarget,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        match self.changing_back(target, progress, |guard| self.client.delete_node(guard)) {
            Err(Error::Request { source, .. }) if source.is_not_found() => Ok(()),
            other => other,
        }
    }

    /// The reference of a node, by its name or UUID.
    ///
    /// # Errors
    /// [`Error::NotFound`], or a failed request.
    pub fn known_node(&self, name: &str) -> Result<NodeRef, Error> {
        self.named_node(name).map(|node| NodeRef::from(&node))
    }

    /// A node by its name or UUID, with the fields that operations need.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::NodeTaken`] if it had another instance when this command first looked it up; a failed
    /// request.
    pub fn named_node(&self, name: &str) -> Result<Node, Error> {
        let found = optional(self.client.node(name)).map_err(Error::about(format!("node {name}")))?;
        let node = found.ok_or_else(|| self.no_such_node(name))?;
        self.name_cache.check_node_unchanged(name, &node)?;
        Ok(node)
    }

    /// Waits until the operation on a node ends; `before` is the node before the operation.
    ///
    /// # Errors
    /// [`Error::Failed`] if the node ends in a failed state.
    pub(in crate::driver) fn await_end(
        &self,
        before: &Node,
        progress: &mut Progress<'_>,
    ) -> Result<Node, Error> {
        let node = self.follow(&before.uuid, progress, |node| node.is_at_rest().then(|| node.clone()))?;
        // A failed verification only shows in that the node is still in `enroll`.
        let verified = matches!(before.provision_state, ProvisionState::Enroll | ProvisionState::Verifying);
        if verified && node.provision_state == ProvisionState::Enroll {
            return Err(Error::Failed {
                reason: self.reason(&node),
                node: NodeRef::from(&node),
                operation: "verifying the BMC",
                state: node.provision_state.to_string(),
            });
        }
        if node.provision_state.is_failed() {
            return Err(self.failure(&node));
        }
        self.client.node(&node.uuid).map_err(Error::about(progress.name()))
    }
}

/// Refuses a deletion that Ironic would refuse, and one of a node with an instance, which Ironic allows in maintenance.
fn check_deletion(node: &Node) -> Result<(), Error> {
    let label = node.label();
    let refuse = |why: &str, hint| {
        Err(Error::NotAllowed { message: format!("cannot delete node {label}: {why}"), hint })
    };
    if let Some(instance) = &node.instance_uuid {
        let hint = format!("destroy the instance first: `farrier destroy {instance}`");
        return refuse(&format!("instance {instance} is on it"), hint);
    }
    if node.protected {
        return refuse("it is protected", format!("unprotect it: `farrier node protect {label} --off`"));
    }
    if !node.provision_state.is_deletable() && !node.maintenance {
        let hint = if node.provision_state.accepts(ProvisionTarget::Manage) {
            format!("first run `farrier node manage {label}`")
        } else {
            format!("to delete it anyway, first run `farrier node maintenance {label}`")
        };
        return refuse(&format!("it is `{}`", node.provision_state), hint);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::driver::confirmation::{Consequences, Question};

    fn node(state: &str, more: &Value) -> Node {
        let mut node = json!({"uuid": "u", "name": "a", "provision_state": state});
        node.as_object_mut().expect("a mapping").extend(more.as_object().cloned().expect("a mapping"));
        serde_json::from_value(node).expect("a node")
    }

    fn clean() -> Verb {
        Verb::Clean(
            NodeSteps::Steps(Vec::new()),
            Question::new(Consequences::Loss, "clean", vec!["a".to_owned()]).given_by_option(),
        )
    }

    /// The message and the hint.
    fn text(error: Error) -> String {
        match error {
            Error::NotAllowed { message, hint } => format!("{message} ({hint})"),
            other => other.to_string(),
        }
    }

    fn refusal(verb: &Verb, node: &Node) -> String {
        text(verb.next(node).expect_err("refused"))
    }

    #[test]
    fn refusals_name_the_command_to_run_first() {
        let plain = |state| node(state, &json!({}));
        let message = refusal(&Verb::Provide, &plain("enroll"));
        assert_eq!(
            message,
            "cannot provide node a: it is `enroll`, not `manageable` (first run `farrier node manage a`)"
        );
        assert!(refusal(&clean(), &plain("available")).ends_with("(first run `farrier node manage a`)"));
        assert!(!refusal(&Verb::Provide, &plain("active")).contains("first"));
        assert!(refusal(&Verb::Abort, &plain("cleaning")).contains("`clean wait`"));
        assert!(refusal(&Verb::Adopt, &plain("manageable")).contains("`image_source`"));
        assert!(refusal(&Verb::Provide, &node("manageable", &json!({"retired": true}))).contains("retired"));
        let in_maintenance = node("manageable", &json!({"maintenance": true, "maintenance_reason": "fan"}));
        assert!(refusal(&clean(), &in_maintenance).contains("(fan)"));
    }

    #[test]
    fn reached_states_and_running_operations_are_not_requested_again() {
        let next = |verb: &Verb, state, target: Option<&str>| {
            verb.next(&node(state, &json!({"target_provision_state": target}))).expect("allowed")
        };
        assert_eq!(next(&Verb::Manage, "manageable", None), NextTransition::Unchanged);
        assert_eq!(next(&Verb::Manage, "verifying", Some("manageable")), NextTransition::Follow);
        assert_eq!(next(&Verb::Provide, "clean wait", Some("available")), NextTransition::Follow);
        assert_eq!(next(&clean(), "cleaning", Some("manageable")), NextTransition::Follow);
        assert_eq!(next(&Verb::Inspect, "manageable", None), NextTransition::Ask);
        let manual = node("clean wait", &json!({"target_provision_state": "manageable"}));
        assert!(refusal(&Verb::Provide, &manual).contains("`clean wait`"));
    }

    #[test]
    fn a_node_with_an_instance_is_never_deleted() {
        let used = node("active", &json!({"instance_uuid": "i", "maintenance": true}));
        assert!(text(check_deletion(&used).expect_err("in use")).contains("farrier destroy i"));
        assert!(check_deletion(&node("available", &json!({}))).is_ok());
        assert!(check_deletion(&node("clean failed", &json!({"maintenance": true}))).is_ok());
        let failed = text(check_deletion(&node("clean failed", &json!({}))).expect_err("not clean"));
        assert!(failed.contains("first run `farrier node manage a`"), "{failed}");
        assert!(check_deletion(&node("enroll", &json!({"protected": true}))).is_err());
    }
}
