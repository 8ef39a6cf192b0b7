//! Takes nodes through Ironic's state machine by hand.

use serde_json::{Map, Value};

use super::consent::Confirmed;
use super::error::Operation;
use super::event::NodeRef;
use super::guard::Target;
use super::instance::optional;
use super::progress::Progress;
use super::steps::Work;
use super::{Driver, Error, Left, OnStop};
use crate::ironic::state::StateClass;
use crate::ironic::{Feature, Node, ProvisionState, ProvisionTarget};
use crate::rest::retry::Repeat;

/// What is to be done with a node.
#[derive(Debug, Clone)]
pub enum Verb {
    /// Have its BMC verified, or take it out of the free ones or a failure: to `manageable`.
    Manage,
    /// Clean it, and offer it for deploys: to `available`.
    Provide,
    /// Look at its hardware.
    Inspect,
    /// Run clean steps on it, which may wipe its disks.
    Clean(Work, Confirmed),
    /// Run service steps on it while it is deployed, which may do so too (Ironic ≥ 1.87).
    Service(Work, Confirmed),
    /// Take the machine over with what runs on it: to `active`.
    Adopt,
    /// End what waits for a ramdisk or is held.
    Abort,
    /// Let what is held at a step go on.
    Unhold,
}

/// How a node came to be in the state that it is in now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It was there already; nothing was asked for.
    Unchanged,
    /// It was asked for and is over.
    Done,
    /// It was asked for and goes on.
    Begun,
    /// It was under way already, whoever began it.
    Followed,
}

impl Action {
    /// The word for it in answers.
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
pub struct Changed {
    /// The node.
    pub node: NodeRef,
    /// The state that it is in now; none once it is deleted.
    pub state: Option<ProvisionState>,
    /// What came of the request.
    pub action: Action,
}

impl Changed {
    fn new(node: &Node, action: Action) -> Self {
        Self { node: NodeRef::from(node), state: Some(node.provision_state.clone()), action }
    }
}

/// What is to be done about a node, seen from the state that it is in.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    Unchanged,
    Follow,
    Ask,
}

impl Verb {
    /// The request.
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

    /// The state in which nothing is left to do.
    fn goal(&self) -> Option<ProvisionState> {
        match self {
            Self::Manage => Some(ProvisionState::Manageable),
            Self::Provide => Some(ProvisionState::Available),
            Self::Adopt => Some(ProvisionState::Active),
            Self::Inspect | Self::Clean(..) | Self::Service(..) | Self::Abort | Self::Unhold => None,
        }
    }

    /// What some servers lack of what it takes.
    fn needs(&self) -> impl Iterator<Item = Feature> {
        let of_verb = match self {
            Self::Unhold => Some(Feature::Holds),
            Self::Service(..) => Some(Feature::Service),
            _ => None,
        };
        let of_work = match self {
            Self::Clean(Work::Runbook(_), _) | Self::Service(Work::Runbook(_), _) => Some(Feature::Runbooks),
            _ => None,
        };
        of_verb.into_iter().chain(of_work)
    }

    /// What of the request stands beside the target.
    fn body(&self) -> Map<String, Value> {
        match self {
            Self::Clean(work, _) => work.body("clean_steps"),
            Self::Service(work, _) => work.body("service_steps"),
            _ => Map::new(),
        }
    }

    /// Where Ironic lets it begin (Ironic: `ironic/common/states.py`).
    fn from(&self) -> &'static [ProvisionState] {
        use ProvisionState as P;
        match self {
            Self::Manage => &[P::Enroll, P::Available, P::CleanFailed, P::InspectFailed, P::AdoptFailed],
            Self::Provide | Self::Clean(..) => &[P::Manageable],
            Self::Service(..) => &[P::Active, P::ServiceFailed],
            Self::Inspect => &[P::Manageable, P::InspectFailed],
            Self::Adopt => &[P::Manageable, P::AdoptFailed],
            Self::Abort => &[
                P::CleanWait,
                P::CleanHold,
                P::InspectWait,
                P::RescueWait,
                // Ironic ≥ 1.110.
                P::DeployWait,
                P::DeployHold,
                P::ServiceWait,
                P::ServiceHold,
                P::ServiceFailed,
            ],
            Self::Unhold => &[P::CleanHold, P::DeployHold, P::ServiceHold],
        }
    }

    /// Whether it is this that the node is at already.
    fn is_under_way(&self, node: &Node) -> bool {
        use ProvisionState as P;
        // Cleaning is of two kinds, which only differ in where they lead.
        let leads_to = |goal: P| node.target_provision_state.as_deref() == Some(goal.as_str());
        match (self, &node.provision_state) {
            (Self::Manage, P::Verifying)
            | (Self::Inspect, P::Inspecting | P::InspectWait)
            | (Self::Adopt, P::Adopting)
            | (Self::Service(..), P::Servicing | P::ServiceWait) => true,
            (Self::Provide, P::Cleaning | P::CleanWait) => leads_to(P::Available),
            (Self::Clean(..), P::Cleaning | P::CleanWait) => leads_to(P::Manageable),
            _ => false,
        }
    }

    /// What to do about a node; what Ironic would refuse is refused with where it can be done from.
    fn next(&self, node: &Node) -> Result<Next, Error> {
        let state = &node.provision_state;
        if self.goal().as_ref() == Some(state) {
            return Ok(Next::Unchanged);
        }
        if self.is_under_way(node) {
            return Ok(Next::Follow);
        }
        let (verb, label) = (self.target().as_str(), node.label());
        let forbidden = |why| Err(Error::Forbidden { subject: format!("node {label}"), why });
        if !self.from().contains(state) {
            let from: Vec<String> = self.from().iter().map(|state| format!("`{state}`")).collect();
            let way = way_to(self, state)
                .map(|first| format!("; `farrier node {first} {label}` first"))
                .unwrap_or_default();
            return forbidden(format!("it is `{state}`; {verb} needs {}{way}", from.join(" or ")));
        }
        // Of these verbs Ironic always refuses only these two.
        if node.maintenance && matches!(self, Self::Clean(..) | Self::Service(..)) {
            let reason = node.maintenance_reason.as_deref().unwrap_or("no reason given");
            return forbidden(format!(
                "it is in maintenance ({reason}); `farrier node maintenance {label} --off` ends that"
            ));
        }
        if node.retired && matches!(self, Self::Provide) {
            return forbidden(format!(
                "it is retired, and retired nodes are not offered; `farrier node retire {label} --undo` ends that"
            ));
        }
        if matches!(self, Self::Adopt) && !node.instance_info.contains_key("image_source") {
            return forbidden(
                "adopting needs an `image_source` in its `instance_info`: what runs on the machine"
                    .to_owned(),
            );
        }
        Ok(Next::Ask)
    }
}

/// What brings a node from this state to where the verb may begin, if one step does.
fn way_to(verb: &Verb, state: &ProvisionState) -> Option<&'static str> {
    let by_manage = matches!(verb, Verb::Provide | Verb::Inspect | Verb::Clean(..) | Verb::Adopt);
    (by_manage && Verb::Manage.from().contains(state)).then_some("manage")
}

impl Driver<'_> {
    /// Does this with a node, and waits until it is over unless told otherwise.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Forbidden`] where its state does not allow it; [`Error::Failed`] where the machine
    /// failed at it; whatever a request may fail with.
    pub fn take_through(&self, name: &str, verb: &Verb, no_wait: bool) -> Result<Changed, Error> {
        let mut progress = self.progress(name, None);
        let result = self.despite_dead_conductors(OnStop::End, &mut progress, |progress| {
            self.take(name, verb, no_wait, progress)
        });
        progress.end_of(Operation::Other, result, |changed| {
            let state = changed.state.as_ref()?;
            let way = match state.class() {
                StateClass::Held => format!("; `farrier node unhold {name}` lets it go on"),
                _ => String::new(),
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
    ) -> Result<Changed, Error> {
        for feature in verb.needs() {
            self.client.need(feature).map_err(Error::about(name))?;
        }
        let mut node = self.named_node(name)?;
        progress.on_node(NodeRef::from(&node));
        progress.in_state(&node.provision_state);
        let next = verb.next(&node)?;
        if matches!(verb, Verb::Abort) && node.provision_state == ProvisionState::DeployWait {
            self.client.need(Feature::DeployAbort).map_err(Error::about(name))?;
        }
        if next == Next::Ask && matches!(verb, Verb::Provide) && node.power_state.is_none() {
            node = self.know_power(&node, progress)?;
        }
        match next {
            Next::Unchanged => return Ok(Changed::new(&node, Action::Unchanged)),
            Next::Follow => {}
            Next::Ask => {
                let begun = self.begin(&node, verb.target(), &verb.body(), progress);
                begun.map_err(|error| error.of_machine(&node))?;
            }
        }
        let after = if no_wait {
            let now = self.client.node(&node.uuid).map_err(Error::about(name));
            now.map_err(|error| error.leaving(Left::UnderWay))?
        } else if matches!(verb, Verb::Abort) {
            // The failure that it ends in is what was asked for.
            self.follow_begun(&node.uuid, progress, |node| node.is_at_rest().then(|| node.clone()))?
        } else {
            self.settle(&node, progress)?
        };
        let is_over = !no_wait && after.provision_state.class() != StateClass::Held;
        let action = match next {
            Next::Ask if is_over => Action::Done,
            Next::Ask => Action::Begun,
            _ => Action::Followed,
        };
        Ok(Changed::new(&after, action))
    }

    /// The steps of a runbook, by its name or UUID; none where there is no such runbook.
    ///
    /// # Errors
    /// Whatever a request may fail with; that the server has no runbooks.
    pub fn runbook(&self, name: &str) -> Result<Option<Vec<Value>>, Error> {
        optional(self.client.runbook_steps(name)).map_err(Error::about(format!("runbook {name}")))
    }

    /// Removes a node and its ports from Ironic, where it has no instance. One that is gone already counts as removed.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the node's state or an instance forbids it; whatever a request may fail with.
    pub fn delete_node(&self, name: &str, _: Confirmed) -> Result<Changed, Error> {
        let mut progress = self.progress(name, None);
        let result = self.delete_through(name, &mut progress);
        progress.end_of(Operation::Other, result, |_| Some("deleted".to_owned()))
    }

    fn delete_through(&self, name: &str, progress: &mut Progress<'_>) -> Result<Changed, Error> {
        let node = self.named_node(name)?;
        progress.on_node(NodeRef::from(&node));
        progress.in_state(&node.provision_state);
        check_deletion(&node)?;
        self.remove_node(&Target::from(&node), progress).map_err(|error| error.of_machine(&node))?;
        Ok(Changed { node: NodeRef::from(&node), state: None, action: Action::Done })
    }

    /// Removes a node from Ironic. One that is gone already counts as removed.
    pub(super) fn remove_node(&self, target: &Target, progress: &mut Progress<'_>) -> Result<(), Error> {
        match self.changing(target, Repeat::Safe, progress, |guard| self.client.delete_node(guard)) {
            Err(Error::Request { source, .. }) if source.is_not_found() => Ok(()),
            other => other,
        }
    }

    /// As [`Driver::remove_node`], for what takes something back: see [`Driver::undoing`].
    pub(super) fn remove_back(&self, target: &Target, progress: &mut Progress<'_>) -> Result<(), Error> {
        match self.changing_back(target, progress, |guard| self.client.delete_node(guard)) {
            Err(Error::Request { source, .. }) if source.is_not_found() => Ok(()),
            other => other,
        }
    }

    /// A node by its name or UUID.
    ///
    /// # Errors
    /// [`Error::NotFound`], or a request's failure.
    pub fn known_node(&self, name: &str) -> Result<NodeRef, Error> {
        self.named_node(name).map(|node| NodeRef::from(&node))
    }

    /// A node by its name or UUID, with what operations look at.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::NodeTaken`] if it had another instance when this command first looked it up; or a
    /// request's failure.
    pub fn named_node(&self, name: &str) -> Result<Node, Error> {
        let found = optional(self.client.node(name)).map_err(Error::about(format!("node {name}")))?;
        let node = found.ok_or_else(|| self.no_such_node(name))?;
        self.resolved.settle_node(name, &node)?;
        Ok(node)
    }

    /// Waits until what is under way on a node that looked like `before` is over.
    ///
    /// # Errors
    /// [`Error::Failed`] where it comes to rest in a failure.
    pub(super) fn settle(&self, before: &Node, progress: &mut Progress<'_>) -> Result<Node, Error> {
        let node = self.follow(&before.uuid, progress, |node| node.is_at_rest().then(|| node.clone()))?;
        // A failed verification leaves nothing behind but the state it began in.
        let verified = matches!(before.provision_state, ProvisionState::Enroll | ProvisionState::Verifying);
        if verified && node.provision_state == ProvisionState::Enroll {
            return Err(Error::Failed {
                reason: self.reason(&node),
                node: NodeRef::from(&node),
                operation: "verifying the BMC",
                state: node.provision_state.to_string(),
            });
        }
        if node.provision_state.class() == StateClass::Failed {
            return Err(self.failure(&node));
        }
        self.client.node(&node.uuid).map_err(Error::about(progress.name()))
    }
}

/// What Ironic would refuse, and in maintenance lets through although an instance is on it.
fn check_deletion(node: &Node) -> Result<(), Error> {
    use ProvisionState as P;
    let label = node.label();
    let forbidden = |why| Err(Error::Forbidden { subject: format!("node {label}"), why });
    if let Some(instance) = &node.instance_uuid {
        return forbidden(format!("instance {instance} is on it; `farrier destroy {instance}` first"));
    }
    if node.protected {
        return forbidden(format!("it is protected; `farrier node protect {label} --undo` ends that"));
    }
    let deletable = matches!(node.provision_state, P::Enroll | P::Manageable | P::Available | P::AdoptFailed);
    if !deletable && !node.maintenance {
        let way = if Verb::Manage.from().contains(&node.provision_state) {
            format!("`farrier node manage {label}` first")
        } else {
            format!("`farrier node maintenance {label}` first lets it go all the same")
        };
        return forbidden(format!(
            "it is `{}`; delete needs `enroll`, `manageable`, `available` or `adopt failed`, or maintenance; {way}",
            node.provision_state
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::driver::consent::{Question, Stakes};

    fn node(state: &str, more: &Value) -> Node {
        let mut node = json!({"uuid": "u", "name": "a", "provision_state": state});
        node.as_object_mut().expect("a mapping").extend(more.as_object().cloned().expect("a mapping"));
        serde_json::from_value(node).expect("a node")
    }

    fn clean() -> Verb {
        Verb::Clean(
            Work::Steps(Vec::new()),
            Question::new(Stakes::Loss, "clean", vec!["a".to_owned()]).waived(),
        )
    }

    fn refusal(verb: &Verb, node: &Node) -> String {
        verb.next(node).expect_err("refused").to_string()
    }

    #[test]
    fn what_cannot_be_is_refused_with_the_way_there() {
        let plain = |state| node(state, &json!({}));
        let told = refusal(&Verb::Provide, &plain("enroll"));
        assert_eq!(told, "node a: it is `enroll`; provide needs `manageable`; `farrier node manage a` first");
        assert!(refusal(&clean(), &plain("available")).ends_with("`farrier node manage a` first"));
        assert!(!refusal(&Verb::Provide, &plain("active")).contains("first"));
        assert!(refusal(&Verb::Abort, &plain("cleaning")).contains("`clean wait`"));
        assert!(refusal(&Verb::Adopt, &plain("manageable")).contains("`image_source`"));
        assert!(refusal(&Verb::Provide, &node("manageable", &json!({"retired": true}))).contains("retired"));
        let held = node("manageable", &json!({"maintenance": true, "maintenance_reason": "fan"}));
        assert!(refusal(&clean(), &held).contains("(fan)"));
    }

    #[test]
    fn what_is_there_or_on_its_way_is_not_asked_for() {
        let next = |verb: &Verb, state, target: Option<&str>| {
            verb.next(&node(state, &json!({"target_provision_state": target}))).expect("let through")
        };
        assert_eq!(next(&Verb::Manage, "manageable", None), Next::Unchanged);
        assert_eq!(next(&Verb::Manage, "verifying", Some("manageable")), Next::Follow);
        assert_eq!(next(&Verb::Provide, "clean wait", Some("available")), Next::Follow);
        assert_eq!(next(&clean(), "cleaning", Some("manageable")), Next::Follow);
        assert_eq!(next(&Verb::Inspect, "manageable", None), Next::Ask);
        let manual = node("clean wait", &json!({"target_provision_state": "manageable"}));
        assert!(refusal(&Verb::Provide, &manual).contains("`clean wait`"));
    }

    #[test]
    fn a_node_with_an_instance_is_never_deleted() {
        let used = node("active", &json!({"instance_uuid": "i", "maintenance": true}));
        assert!(check_deletion(&used).expect_err("in use").to_string().contains("farrier destroy i"));
        assert!(check_deletion(&node("available", &json!({}))).is_ok());
        assert!(check_deletion(&node("clean failed", &json!({"maintenance": true}))).is_ok());
        let failed = check_deletion(&node("clean failed", &json!({}))).expect_err("not clean").to_string();
        assert!(failed.contains("`farrier node manage a` first"), "{failed}");
        assert!(check_deletion(&node("enroll", &json!({"protected": true}))).is_err());
    }
}
