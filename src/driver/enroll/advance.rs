//! Moves a node through the states of enrolment, from wherever it stands.

use serde_json::Map;

use super::write::target_of;
use super::{Plan, Until, Wish};
use crate::driver::abandoned::{BEFORE_RESTART, RESTARTS, is_of_conductor};
use crate::driver::event::NodeRef;
use crate::driver::guard::Target;
use crate::driver::progress::Progress;
use crate::driver::{Driver, Error, Left};
use crate::ironic::{Node, PowerTarget, ProvisionState, ProvisionTarget};
use crate::rest::retry::Repeat;

/// What to do with a node next.
enum Next {
    /// Ask for this and wait until it is over.
    Ask(ProvisionTarget),
    /// Something is under way already: wait until it is over.
    Wait,
    /// Have its power known, by switching it off.
    PowerOff,
    /// It is as far as it is to go; the note says why, where that is not as far as was wished.
    Rest(Option<String>),
    /// It cannot go on.
    Stuck(String),
}

/// What was done on the way, so that nothing is done twice.
#[derive(Default)]
struct Done {
    inspected: bool,
    powered: bool,
    /// How often a step was started again because a conductor died.
    restarts: usize,
}

impl Plan<'_> {
    /// The node as it was when the plan was made.
    pub(super) fn untouched(&self) -> Option<Node> {
        serde_json::from_value(self.existing.as_ref()?.node.clone().into()).ok()
    }
}

impl Driver<'_> {
    /// Brings the node of a plan as far as is wished. Where nothing is to be done about a node that is `known` already,
    /// as it was just created or nothing of it was written, Ironic is not asked again.
    pub(super) fn advance(
        &self,
        plan: &Plan<'_>,
        known: Option<Node>,
        wish: Wish,
        progress: &mut Progress<'_>,
    ) -> Result<(Node, Option<String>), Error> {
        let mut done = Done::default();
        if let Some(node) = known
            && let Next::Rest(why) = next(&node, plan, wish, &done)
        {
            return Ok((node, why));
        }
        let mut node = self.client.node(&plan.uuid).map_err(Error::about(progress.name()))?;
        loop {
            self.heed(progress, Left::AsItWas)?;
            match next(&node, plan, wish, &done) {
                Next::Rest(why) => return Ok((node, why)),
                Next::Stuck(why) => {
                    return Err(Error::Forbidden { subject: format!("node {}", node.label()), why });
                }
                Next::Ask(target) => {
                    target_of(plan).must_be(&node)?;
                    if let Err(error) = self.begin(&node, target, &Map::new(), progress) {
                        node = self.moved_on(&node, error, progress)?;
                        continue;
                    }
                    done.inspected |= matches!(target, ProvisionTarget::Inspect);
                    node = self.settle_despite_dead_conductors(&node, &mut done, progress)?;
                }
                Next::Wait => {
                    node = self.settle_despite_dead_conductors(&node, &mut done, progress)?;
                }
                Next::PowerOff => {
                    target_of(plan).must_be(&node)?;
                    node = match self.know_power(&node, progress) {
                        Ok(node) => {
                            done.powered = true;
                            node
                        }
                        Err(error) => self.moved_on(&node, error, progress)?,
                    };
                }
            }
        }
    }

    /// Waits for an operation to end. If it ended because a conductor died, the node as it is then, from which the next
    /// step starts again.
    fn settle_despite_dead_conductors(
        &self,
        before: &Node,
        done: &mut Done,
        progress: &mut Progress<'_>,
    ) -> Result<Node, Error> {
        match self.settle(before, progress) {
            Err(Error::Failed { reason, .. }) if is_of_conductor(&reason) && done.restarts < RESTARTS => {
                *done = Done { restarts: done.restarts + 1, inspected: false, ..*done };
                progress.retrying(reason);
                let _ = self.pause(BEFORE_RESTART);
                self.client.node(&before.uuid).map_err(Error::about(progress.name()))
            }
            other => other,
        }
    }

    /// The node as it is by now, where a request was refused because somebody else, such as a run of the same file, brought
    /// it further in the meantime.
    fn moved_on(&self, node: &Node, error: Error, progress: &Progress<'_>) -> Result<Node, Error> {
        if error.fault().is_none() {
            return Err(error);
        }
        let now = self.client.node(&node.uuid).map_err(Error::about(progress.name()))?;
        if now.provision_state == node.provision_state { Err(error) } else { Ok(now) }
    }

    /// Makes the power state known: Ironic offers no node to allocations whose power it does not know, and a
    /// new one stays unknown until the first request.
    pub(in crate::driver) fn know_power(
        &self,
        node: &Node,
        progress: &mut Progress<'_>,
    ) -> Result<Node, Error> {
        self.changing(&node.into(), Repeat::Safe, progress, |guard| {
            self.client.set_power_state(guard, PowerTarget::Off, None)
        })?;
        let after = self.follow(&node.uuid, progress, |node| node.is_at_rest().then(|| node.clone()))?;
        Target::from(node).must_be(&after)?;
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

fn next(node: &Node, plan: &Plan<'_>, wish: Wish, done: &Done) -> Next {
    use ProvisionState as P;
    let on_the_way = matches!(
        node.provision_state,
        P::Enroll
            | P::Verifying
            | P::Manageable
            | P::Inspecting
            | P::InspectWait
            | P::InspectFailed
            | P::Cleaning
            | P::CleanWait
            | P::CleanFailed
    );
    let reached = match node.provision_state {
        P::Enroll => wish.until == Until::Enroll,
        P::Manageable => wish.until <= Until::Manageable,
        _ => false,
    };
    if node.maintenance && on_the_way && !reached {
        let reason =
            node.maintenance_reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        // Whoever wrote it into the file knows.
        return if plan.machine.fields.get("maintenance") == Some(&true.into()) {
            Next::Rest(Some(format!("in maintenance, left in `{}`", node.provision_state)))
        } else {
            Next::Stuck(format!(
                "it is in maintenance{reason}, and cannot go on from `{}`",
                node.provision_state
            ))
        };
    }
    if node.provision_state.is_moving() && on_the_way {
        return Next::Wait;
    }
    let fresh_power = node.power_state.is_none() && !done.powered && !keeps_power(plan);
    match node.provision_state {
        P::Enroll if wish.until == Until::Enroll => Next::Rest(None),
        // What failed in an earlier run is tried again.
        P::Enroll | P::InspectFailed | P::CleanFailed => Next::Ask(ProvisionTarget::Manage),
        // It would be rebooted, switched off or cleaned.
        P::Manageable if plan.machine.is_in_use => {
            let is_far_enough = wish.until <= Until::Manageable;
            Next::Rest((!is_far_enough).then(|| "in use, left in `manageable`".to_owned()))
        }
        P::Manageable if wish.inspect && !done.inspected => Next::Ask(ProvisionTarget::Inspect),
        // Before it is offered: from then on somebody may be deploying it.
        P::Manageable if fresh_power => Next::PowerOff,
        P::Manageable if wish.until <= Until::Manageable => Next::Rest(None),
        P::Manageable if node.retired => Next::Rest(Some("retired, left in `manageable`".to_owned())),
        P::Manageable => Next::Ask(ProvisionTarget::Provide),
        P::Available if fresh_power && node.instance_uuid.is_none() && !node.maintenance => Next::PowerOff,
        P::Available => Next::Rest(None),
        // Beyond enrolment: somebody uses it.
        _ => Next::Rest(Some(format!("in use, left in `{}`", node.provision_state))),
    }
}

/// Whether the machine must not be switched off (Ironic ≥ 1.95: `disable_power_off`).
fn keeps_power(plan: &Plan<'_>) -> bool {
    let asked =
        |fields: &Map<String, serde_json::Value>| fields.get("disable_power_off") == Some(&true.into());
    plan.machine.is_in_use
        || asked(&plan.machine.fields)
        || plan.existing.as_ref().is_some_and(|existing| asked(&existing.node))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::compare::{Existing, Knowledge};
    use super::super::plan;
    use super::*;
    use crate::driver::sent::Known;
    use crate::inventory::enrolment::Enrolment;
    use crate::inventory::reference::Elsewhere;

    const WISH: Wish =
        Wish { until: Until::Available, update: false, prune: false, push_secrets: false, inspect: false };

    /// What is to be done next about a node in this state, in a word.
    fn word(state: &str, more: Value, file: Value, wish: Wish, done: &Done) -> String {
        let mut node =
            json!({"uuid": "u", "name": "a", "provision_state": state, "power_state": "power off"});
        let mut machine = json!({"driver": "fake-hardware", "name": "a"});
        for (whole, part) in [(&mut node, more), (&mut machine, file)] {
            whole.as_object_mut().expect("a mapping").extend(part.as_object().cloned().expect("a mapping"));
        }
        let is_in_use = machine.as_object_mut().and_then(|machine| machine.remove("is_in_use")).is_some();
        let mut enrolment = Enrolment::of_node(machine, &Elsewhere::none()).expect("right");
        enrolment.machines[0].is_in_use = is_in_use;
        let existing =
            Existing { node: node.as_object().cloned().expect("a mapping"), ..Existing::default() };
        let knowledge = Knowledge { resolve: &|_| None, sent: &|_, _| Known::Unknown };
        let plan = plan(&enrolment.machines[0], Some("u"), Some(existing), &knowledge);
        match next(&serde_json::from_value(node).expect("a node"), &plan, wish, done) {
            Next::Ask(target) => target.as_str().to_owned(),
            Next::Wait => "wait".to_owned(),
            Next::PowerOff => "power off".to_owned(),
            Next::Rest(None) => "rest".to_owned(),
            Next::Rest(Some(why)) => format!("rest: {why}"),
            Next::Stuck(why) => format!("stuck: {why}"),
        }
    }

    fn plainly(state: &str, wish: Wish) -> String {
        word(state, json!({}), json!({}), wish, &Done::default())
    }

    #[test]
    fn every_state_has_its_next_step() {
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
            ("available", "rest"),
            ("active", "rest: in use, left in `active`"),
            ("deploying", "rest: in use, left in `deploying`"),
            ("deploy failed", "rest: in use, left in `deploy failed`"),
            ("something new", "rest: in use, left in `something new`"),
        ];
        for (state, step) in cases {
            assert_eq!(plainly(state, WISH), step, "{state}");
        }
    }

    #[test]
    fn nothing_goes_further_than_wished() {
        let until = |until| Wish { until, ..WISH };
        assert_eq!(plainly("enroll", until(Until::Enroll)), "rest");
        assert_eq!(plainly("manageable", until(Until::Enroll)), "rest");
        assert_eq!(plainly("enroll", until(Until::Manageable)), "manage");
        assert_eq!(plainly("manageable", until(Until::Manageable)), "rest");
        assert_eq!(plainly("available", until(Until::Manageable)), "rest");
    }

    #[test]
    fn unknown_power_is_made_known_once_and_before_the_node_is_offered() {
        let unknown = || json!({"power_state": null});
        assert_eq!(word("enroll", unknown(), json!({}), WISH, &Done::default()), "manage");
        assert_eq!(word("manageable", unknown(), json!({}), WISH, &Done::default()), "power off");
        let done = Done { powered: true, ..Done::default() };
        assert_eq!(word("manageable", unknown(), json!({}), WISH, &done), "provide");
        assert_eq!(word("available", unknown(), json!({}), WISH, &Done::default()), "power off");
        let claimed = json!({"power_state": null, "instance_uuid": "i"});
        assert_eq!(word("available", claimed, json!({}), WISH, &Done::default()), "rest");
        let kept = json!({"disable_power_off": true});
        assert_eq!(word("manageable", unknown(), kept, WISH, &Done::default()), "provide");
    }

    #[test]
    fn inspection_comes_once_and_before_power() {
        let wish = Wish { inspect: true, ..WISH };
        let unknown = json!({"power_state": null});
        assert_eq!(word("manageable", unknown, json!({}), wish, &Done::default()), "inspect");
        let done = Done { inspected: true, ..Done::default() };
        assert_eq!(word("manageable", json!({}), json!({}), wish, &done), "provide");
        assert_eq!(plainly("available", wish), "rest");
    }

    #[test]
    fn a_machine_in_use_goes_no_further_than_manageable() {
        let in_use = || json!({"is_in_use": true});
        let unknown = || json!({"power_state": null});
        let inspect = Wish { inspect: true, ..WISH };
        let until_manageable = Wish { until: Until::Manageable, ..WISH };
        assert_eq!(word("enroll", unknown(), in_use(), WISH, &Done::default()), "manage");
        for wish in [WISH, inspect] {
            let step = word("manageable", unknown(), in_use(), wish, &Done::default());
            assert_eq!(step, "rest: in use, left in `manageable`");
        }
        assert_eq!(word("manageable", unknown(), in_use(), until_manageable, &Done::default()), "rest");
        assert_eq!(word("available", unknown(), in_use(), WISH, &Done::default()), "rest");
    }

    #[test]
    fn maintenance_stops_what_is_not_there_yet() {
        let kept = || json!({"maintenance": true, "maintenance_reason": "fan broken"});
        let wanted = || json!({"maintenance": true});
        let stuck = "stuck: it is in maintenance: fan broken, and cannot go on from `enroll`";
        assert_eq!(word("enroll", kept(), json!({}), WISH, &Done::default()), stuck);
        assert_eq!(
            word("enroll", kept(), wanted(), WISH, &Done::default()),
            "rest: in maintenance, left in `enroll`"
        );
        assert_eq!(word("available", kept(), json!({}), WISH, &Done::default()), "rest");
        let until_enroll = Wish { until: Until::Enroll, ..WISH };
        assert_eq!(word("enroll", kept(), json!({}), until_enroll, &Done::default()), "rest");
    }

    #[test]
    fn a_retired_machine_is_not_offered() {
        let retired = json!({"retired": true});
        let step = word("manageable", retired, json!({}), WISH, &Done::default());
        assert_eq!(step, "rest: retired, left in `manageable`");
    }
}
