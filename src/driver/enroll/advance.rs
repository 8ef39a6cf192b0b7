//! Moves a node through the states of enrollment, from its current state.

use serde_json::Map;

use super::write::target_of;
use super::{EnrollOptions, EnrollTarget, NodePlan};
use crate::driver::change_requests::ChangeTarget;
use crate::driver::watch::dead_conductor::{BEFORE_RESTART, RESTARTS, is_of_conductor};
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Aftermath, Driver, Error};
use crate::ironic::{Node, PowerTarget, ProvisionState, ProvisionTarget};
use crate::rest::retry::Repeat;

/// The next action on a node.
enum EnrollStep {
    /// Request this operation and wait until it ends.
    Request(ProvisionTarget),
    /// Wait for the operation in progress.
    Wait,
    /// Power it off, so that its power state becomes known.
    PowerOff,
    /// Stop here; the note says why, if that is before the requested state.
    Stop(Option<String>),
    /// It cannot continue, for this reason.
    Stuck(String),
}

/// Actions done so far, so that none is repeated.
#[derive(Default)]
struct DoneActions {
    inspected: bool,
    powered_off: bool,
    /// How often an operation was restarted because its conductor died.
    restarts: usize,
}

impl NodePlan<'_> {
    /// The node at the time of the plan.
    pub(super) fn untouched(&self) -> Option<Node> {
        serde_json::from_value(self.existing.as_ref()?.node.clone().into()).ok()
    }
}

impl Driver<'_> {
    /// Moves the node of a plan to the requested state. `known` is the node as it was just created or compared. If it is already in the requested state, no request is
    /// sent.
    pub(super) fn advance(
        &self,
        plan: &NodePlan<'_>,
        known: Option<Node>,
        options: EnrollOptions,
        progress: &mut Progress<'_>,
    ) -> Result<(Node, Option<String>), Error> {
        let mut done = DoneActions::default();
        if let Some(node) = known
            && let EnrollStep::Stop(why) = next(&node, plan, options, &done)
        {
            return Ok((node, why));
        }
        let mut node = self.client.node(&plan.uuid).map_err(Error::about(progress.name()))?;
        loop {
            self.check_canceled(progress, Aftermath::AsItWas)?;
            match next(&node, plan, options, &done) {
                EnrollStep::Stop(why) => return Ok((node, why)),
                EnrollStep::Stuck(why) => {
                    return Err(Error::Forbidden { subject: format!("node {}", node.label()), why });
                }
                EnrollStep::Request(target) => {
                    target_of(plan).must_be(&node)?;
                    if let Err(error) = self.begin(&node, target, &Map::new(), progress) {
                        node = self.moved_on(&node, error, progress)?;
                        continue;
                    }
                    done.inspected |= matches!(target, ProvisionTarget::Inspect);
                    node = self.settle_despite_dead_conductors(&node, &mut done, progress)?;
                }
                EnrollStep::Wait => {
                    node = self.settle_despite_dead_conductors(&node, &mut done, progress)?;
                }
                EnrollStep::PowerOff => {
                    target_of(plan).must_be(&node)?;
                    node = match self.ensure_known_power(&node, progress) {
                        Ok(node) => {
                            done.powered_off = true;
                            node
                        }
                        Err(error) => self.moved_on(&node, error, progress)?,
                    };
                }
            }
        }
    }

    /// Waits for an operation to end. If its conductor died, returns the current node, so that the caller continues from its state.
    fn settle_despite_dead_conductors(
        &self,
        before: &Node,
        done: &mut DoneActions,
        progress: &mut Progress<'_>,
    ) -> Result<Node, Error> {
        match self.await_end(before, progress) {
            Err(Error::Failed { reason, .. }) if is_of_conductor(&reason) && done.restarts < RESTARTS => {
                *done = DoneActions { restarts: done.restarts + 1, inspected: false, ..*done };
                progress.retrying(reason);
                let _ = self.pause(BEFORE_RESTART);
                self.client.node(&before.uuid).map_err(Error::about(progress.name()))
            }
            other => other,
        }
    }

    /// The node's current state, if a request was refused because somebody else, for example another run with the same
    /// file, moved the node.
    fn moved_on(&self, node: &Node, error: Error, progress: &Progress<'_>) -> Result<Node, Error> {
        if error.fault().is_none() {
            return Err(error);
        }
        let now = self.client.node(&node.uuid).map_err(Error::about(progress.name()))?;
        if now.provision_state == node.provision_state { Err(error) } else { Ok(now) }
    }

    /// Makes the power state known: Ironic does not allocate nodes with an unknown power state, and a new node's is
    /// unknown until the first power request.
    pub(in crate::driver) fn ensure_known_power(
        &self,
        node: &Node,
        progress: &mut Progress<'_>,
    ) -> Result<Node, Error> {
        self.changing(&node.into(), Repeat::Safe, progress, |guard| {
            self.client.set_power_state(guard, PowerTarget::Off, None)
        })?;
        let after = self.follow(&node.uuid, progress, |node| node.is_at_rest().then(|| node.clone()))?;
        ChangeTarget::from(node).must_be(&after)?;
        if after.power_state.is_some() {
            return self.client.node(&node.uuid).map_err(Error::about(progress.name()));
        }
        Err(Error::Failed {
            reason: self.reason(&after),
            node: NodeRef::from(&after),
            operation: PowerTarget::Off.as_str(),
            state: "power unknown".to_owned(),
        })
    }
}

fn next(node: &Node, plan: &NodePlan<'_>, options: EnrollOptions, done: &DoneActions) -> EnrollStep {
    use ProvisionState as P;
    let is_enrolling = node.provision_state.is_of_enrollment();
    let reached = node.provision_state == P::Enroll && options.until == EnrollTarget::Enroll
        || node.provision_state == P::Manageable && options.until <= EnrollTarget::Manageable;
    if node.maintenance && is_enrolling && !reached {
        let reason =
            node.maintenance_reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        // Maintenance in the file is intended.
        return if plan.machine.fields.get("maintenance") == Some(&true.into()) {
            EnrollStep::Stop(Some(format!("in maintenance, stays in `{}`", node.provision_state)))
        } else {
            EnrollStep::Stuck(format!(
                "cannot continue from `{}`: it is in maintenance{reason}",
                node.provision_state
            ))
        };
    }
    if node.provision_state.is_moving() && is_enrolling {
        return EnrollStep::Wait;
    }
    let is_power_unknown = node.power_state.is_none() && !done.powered_off && !keeps_power(plan);
    match node.provision_state {
        P::Enroll if options.until == EnrollTarget::Enroll => EnrollStep::Stop(None),
        // Failures of an earlier run are retried.
        P::Enroll | P::InspectFailed | P::CleanFailed => EnrollStep::Request(ProvisionTarget::Manage),
        // Further operations would reboot, power off or clean it.
        P::Manageable if plan.machine.is_in_use => {
            let is_far_enough = options.until <= EnrollTarget::Manageable;
            EnrollStep::Stop((!is_far_enough).then(|| "in use, stays in `manageable`".to_owned()))
        }
        P::Manageable if options.inspect && !done.inspected => EnrollStep::Request(ProvisionTarget::Inspect),
        // Before `available`, because from then on somebody may deploy it.
        P::Manageable if is_power_unknown => EnrollStep::PowerOff,
        P::Manageable if options.until <= EnrollTarget::Manageable => EnrollStep::Stop(None),
        P::Manageable if node.retired => EnrollStep::Stop(Some("retired, stays in `manageable`".to_owned())),
        P::Manageable => EnrollStep::Request(ProvisionTarget::Provide),
        P::Available if is_power_unknown && node.instance_uuid.is_none() && !node.maintenance => {
            EnrollStep::PowerOff
        }
        P::Available => EnrollStep::Stop(None),
        // Not part of enrollment.
        P::Verifying
        | P::Active
        | P::Error
        | P::Deploying
        | P::DeployWait
        | P::DeployHold
        | P::DeployFailed
        | P::Deleting
        | P::Cleaning
        | P::CleanWait
        | P::CleanHold
        | P::Inspecting
        | P::InspectWait
        | P::Adopting
        | P::AdoptFailed
        | P::Rescuing
        | P::RescueWait
        | P::Rescue
        | P::RescueFailed
        | P::Unrescuing
        | P::UnrescueFailed
        | P::Servicing
        | P::ServiceWait
        | P::ServiceHold
        | P::ServiceFailed
        | P::Unknown(_) => EnrollStep::Stop(Some(format!("stays in `{}`", node.provision_state))),
    }
}

/// Whether the node must not be powered off (API ≥ 1.95: `disable_power_off`).
fn keeps_power(plan: &NodePlan<'_>) -> bool {
    let is_set =
        |fields: &Map<String, serde_json::Value>| fields.get("disable_power_off") == Some(&true.into());
    plan.machine.is_in_use
        || is_set(&plan.machine.fields)
        || plan.existing.as_ref().is_some_and(|existing| is_set(&existing.node))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::driver::enroll::compare::{EnrolledNode, Knowledge};
    use crate::driver::enroll::plan;
    use crate::inventory::enrollment::Enrollment;
    use crate::inventory::reference::SecretResolver;
    use crate::state_dir::secret_fingerprints::SecretComparison;

    const OPTIONS: EnrollOptions = EnrollOptions {
        until: EnrollTarget::Available,
        update: false,
        prune: false,
        push_secrets: false,
        inspect: false,
    };

    /// The next action on a node in this state, as text.
    fn next_action(
        state: &str,
        more: Value,
        file: Value,
        options: EnrollOptions,
        done: &DoneActions,
    ) -> String {
        let mut node =
            json!({"uuid": "u", "name": "a", "provision_state": state, "power_state": "power off"});
        let mut machine = json!({"driver": "fake-hardware", "name": "a"});
        for (whole, part) in [(&mut node, more), (&mut machine, file)] {
            whole.as_object_mut().expect("a mapping").extend(part.as_object().cloned().expect("a mapping"));
        }
        let is_in_use = machine.as_object_mut().and_then(|machine| machine.remove("is_in_use")).is_some();
        let mut enrollment = Enrollment::from_node(machine, &SecretResolver::none()).expect("right");
        enrollment.machines[0].is_in_use = is_in_use;
        let existing =
            EnrolledNode { node: node.as_object().cloned().expect("a mapping"), ..EnrolledNode::default() };
        let knowledge = Knowledge { resolve: &|_| None, sent: &|_, _| SecretComparison::Unknown };
        let plan = plan(&enrollment.machines[0], Some("u"), Some(existing), &knowledge);
        match next(&serde_json::from_value(node).expect("a node"), &plan, options, done) {
            EnrollStep::Request(target) => target.as_str().to_owned(),
            EnrollStep::Wait => "wait".to_owned(),
            EnrollStep::PowerOff => "power off".to_owned(),
            EnrollStep::Stop(None) => "stop".to_owned(),
            EnrollStep::Stop(Some(why)) => format!("stop: {why}"),
            EnrollStep::Stuck(why) => format!("stuck: {why}"),
        }
    }

    fn next_in(state: &str, options: EnrollOptions) -> String {
        next_action(state, json!({}), json!({}), options, &DoneActions::default())
    }

    #[test]
    fn every_state_has_a_next_action() {
        let cases = [
            ("enroll", "manage"),
            ("verifying", "wait"),
            ("manageable", "provide"),
            ("inspecting", "wait"),
            ("inspect wait", "wait"),
            ("inspect failed", "manage"),
            ("cleaning", "wait"),
            ("clean wait", "wait"),
            ("clean failed", "manage"),
            ("available", "stop"),
            ("active", "stop: stays in `active`"),
            ("deploying", "stop: stays in `deploying`"),
            ("deploy failed", "stop: stays in `deploy failed`"),
            ("something new", "stop: stays in `something new`"),
        ];
        for (state, step) in cases {
            assert_eq!(next_in(state, OPTIONS), step, "{state}");
        }
    }

    #[test]
    fn nodes_stop_at_the_requested_state() {
        let until = |until| EnrollOptions { until, ..OPTIONS };
        assert_eq!(next_in("enroll", until(EnrollTarget::Enroll)), "stop");
        assert_eq!(next_in("manageable", until(EnrollTarget::Enroll)), "stop");
        assert_eq!(next_in("enroll", until(EnrollTarget::Manageable)), "manage");
        assert_eq!(next_in("manageable", until(EnrollTarget::Manageable)), "stop");
        assert_eq!(next_in("available", until(EnrollTarget::Manageable)), "stop");
    }

    #[test]
    fn an_unknown_power_state_is_resolved_once_and_before_available() {
        let unknown = || json!({"power_state": null});
        assert_eq!(next_action("enroll", unknown(), json!({}), OPTIONS, &DoneActions::default()), "manage");
        assert_eq!(
            next_action("manageable", unknown(), json!({}), OPTIONS, &DoneActions::default()),
            "power off"
        );
        let done = DoneActions { powered_off: true, ..DoneActions::default() };
        assert_eq!(next_action("manageable", unknown(), json!({}), OPTIONS, &done), "provide");
        assert_eq!(
            next_action("available", unknown(), json!({}), OPTIONS, &DoneActions::default()),
            "power off"
        );
        let claimed = json!({"power_state": null, "instance_uuid": "i"});
        assert_eq!(next_action("available", claimed, json!({}), OPTIONS, &DoneActions::default()), "stop");
        let no_power_off = json!({"disable_power_off": true});
        assert_eq!(
            next_action("manageable", unknown(), no_power_off, OPTIONS, &DoneActions::default()),
            "provide"
        );
    }

    #[test]
    fn inspection_runs_once_and_before_power_off() {
        let options = EnrollOptions { inspect: true, ..OPTIONS };
        let unknown = json!({"power_state": null});
        assert_eq!(
            next_action("manageable", unknown, json!({}), options, &DoneActions::default()),
            "inspect"
        );
        let done = DoneActions { inspected: true, ..DoneActions::default() };
        assert_eq!(next_action("manageable", json!({}), json!({}), options, &done), "provide");
        assert_eq!(next_in("available", options), "stop");
    }

    #[test]
    fn a_node_in_use_stops_at_manageable() {
        let in_use = || json!({"is_in_use": true});
        let unknown = || json!({"power_state": null});
        let inspect = EnrollOptions { inspect: true, ..OPTIONS };
        let until_manageable = EnrollOptions { until: EnrollTarget::Manageable, ..OPTIONS };
        assert_eq!(next_action("enroll", unknown(), in_use(), OPTIONS, &DoneActions::default()), "manage");
        for options in [OPTIONS, inspect] {
            let step = next_action("manageable", unknown(), in_use(), options, &DoneActions::default());
            assert_eq!(step, "stop: in use, stays in `manageable`");
        }
        assert_eq!(
            next_action("manageable", unknown(), in_use(), until_manageable, &DoneActions::default()),
            "stop"
        );
        assert_eq!(next_action("available", unknown(), in_use(), OPTIONS, &DoneActions::default()), "stop");
    }

    #[test]
    fn maintenance_stops_a_node_before_the_requested_state() {
        let maintenance = || json!({"maintenance": true, "maintenance_reason": "fan broken"});
        let in_file = || json!({"maintenance": true});
        let stuck = "stuck: cannot continue from `enroll`: it is in maintenance: fan broken";
        assert_eq!(next_action("enroll", maintenance(), json!({}), OPTIONS, &DoneActions::default()), stuck);
        assert_eq!(
            next_action("enroll", maintenance(), in_file(), OPTIONS, &DoneActions::default()),
            "stop: in maintenance, stays in `enroll`"
        );
        assert_eq!(
            next_action("available", maintenance(), json!({}), OPTIONS, &DoneActions::default()),
            "stop"
        );
        let until_enroll = EnrollOptions { until: EnrollTarget::Enroll, ..OPTIONS };
        assert_eq!(
            next_action("enroll", maintenance(), json!({}), until_enroll, &DoneActions::default()),
            "stop"
        );
    }

    #[test]
    fn a_retired_node_does_not_become_available() {
        let retired = json!({"retired": true});
        let step = next_action("manageable", retired, json!({}), OPTIONS, &DoneActions::default());
        assert_eq!(step, "stop: retired, stays in `manageable`");
    }
}
