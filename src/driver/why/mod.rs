//! Explains a node: what it is doing, waiting for or failed at, since when, whether it is safe to work on, and which
//! commands to run next.
//!
//! [`Driver::why`] gathers the evidence and changes nothing; [`Evidence::diagnosis`] evaluates it without further requests.
//!
//! # To add an entry
//!
//! Each provision state is one arm of `entry` in `states.rs`: what it means, whether the machine is safe to work on, and
//! the commands to run next. The compiler requires an arm for a new state. Advice for several states is a constant above;
//! a new condition is a variant of `AdviceCondition` and an arm of `Evidence::holds`.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;

pub use states::Safety;
use states::{
    AdviceCondition, CLAIMED, DEPLOYED_BY_HAND, RESERVED, StateExplanation, UNUSABLE, entry, in_wait,
};

use super::instance::intent::Intent;
use super::instance::lookup::{FoundInstance, optional};
use super::watch::dead_conductor::DeadConductor;
use super::watch::stage::{PAUSED, Tracker, ramdisk_problem, time};
use super::{Driver, Error, newest_error};
use crate::ironic::allocation::{Allocation, AllocationState};
use crate::ironic::conductor::Conductor;
use crate::ironic::node::{HistoryEvent, InterfaceValidation};
use crate::ironic::{Fault, Feature, Node, ProvisionState};

/// The fault that Ironic records when it cannot reach a BMC any more.
const POWER_FAILURE: &str = "power failure";

/// The number of history events to read.
const EVENTS: usize = 20;

/// The interfaces whose validation matters: no operation works without them.
const NEEDED: [&str; 4] = ["power", "management", "boot", "deploy"];

/// Everything that is known about a node. What could not be read is empty.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The name that the user gave.
    pub sought: String,
    /// The node.
    pub node: Node,
    /// The allocation of its instance.
    pub allocation: Option<Allocation>,
    /// Its history, newest first.
    pub events: Vec<HistoryEvent>,
    /// Ironic's validation of its interfaces.
    pub verdicts: BTreeMap<String, InterfaceValidation>,
    /// Why its interfaces could not be validated, if they could not.
    pub not_validated: Option<String>,
    /// The conductors; empty if this user may not list them.
    pub conductors: Vec<Conductor>,
    /// The attached VIFs.
    pub vifs: Vec<String>,
    /// The attached VIFs that exist in Neutron; `None` if unknown.
    pub known_vifs: Option<Vec<String>>,
    /// The name or UUID that identifies its instance in commands.
    pub callable: Option<String>,
    /// Whether this Ironic keeps node histories.
    pub has_history: bool,
    /// Whether this Ironic can abort a deploy that waits for the ramdisk.
    pub can_abort_deploys: bool,
    /// The current time by Ironic's clock.
    pub now: Timestamp,
}

/// The explanation of a node.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct Diagnosis {
    /// Its provision state.
    pub state: String,
    /// What it is doing, waiting for or failed at.
    pub what: String,
    /// When that began, RFC 3339, if Ironic knows.
    pub since: Option<String>,
    /// Ironic's reason, if it failed.
    pub reason: Option<String>,
    /// Whether it is safe to work on.
    pub touch: String,
    /// Other unusual facts.
    pub remarks: Vec<String>,
    /// Commands to run next, the most likely first.
    pub next: Vec<NextCommand>,
}

/// A command to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct NextCommand {
    /// The command.
    pub command: String,
    /// What it does.
    pub does: String,
}

impl Evidence {
    /// Explains the node.
    #[must_use]
    pub fn diagnosis(&self) -> Diagnosis {
        let node = &self.node;
        let state = &node.provision_state;
        let abandoned = self.abandoned();
        let entry = self.entry(abandoned.is_some());
        let progress = (abandoned.is_none() && state.is_moving()).then(|| Tracker::default().see(node));
        let is_running = progress.as_ref().is_some_and(|stage| stage.key != "boot");
        let has_ramdisk = node.driver_internal_info.contains_key("agent_url");
        let mut what = entry.map_or_else(
            || format!("this version of farrier does not know the provision state `{state}`; this Ironic is probably newer"),
            |entry| {
                let reserved = self.reserved().filter(|_| entry == RESERVED);
                let running = in_wait(state, has_ramdisk).filter(|_| is_running).map(str::to_owned);
                reserved.or(running).unwrap_or_else(|| entry.what.to_owned())
            },
        );
        // The name of the step that is running.
        if let Some(step) = progress.filter(|stage| stage.key.contains('.')) {
            what = format!("{what}: {}", step.text.trim_start_matches("running "));
        }
        // The text of the state, if the conductor is the more important one.
        let mut explanation = None;
        if let Some(abandoned) = &abandoned {
            let replaces = state.is_moving() || entry == Some(UNUSABLE);
            if !replaces {
                explanation = Some(what);
            }
            what = abandoned.to_string();
        }
        Diagnosis {
            state: state.to_string(),
            what,
            // Heartbeats of the ramdisk update this time, too.
            since: node.provision_updated_at.clone(),
            reason: self.reason(),
            touch: self.touch(entry, abandoned.as_ref()).in_words().to_owned(),
            remarks: explanation.into_iter().chain(self.remarks(abandoned.as_ref())).collect(),
            next: self.next(entry, abandoned.as_ref()),
        }
    }

    /// Why the node makes no progress, if its conductor is down.
    #[must_use]
    pub fn abandoned(&self) -> Option<DeadConductor> {
        DeadConductor::of(&self.node, &self.conductors, self.now)
    }

    /// The explanation of its state, which depends on whether it has an instance, and whether a deploy could use it.
    fn entry(&self, is_abandoned: bool) -> Option<StateExplanation> {
        let node = &self.node;
        let has_instance = node.instance_uuid.is_some();
        let is_unusable =
            is_abandoned || node.maintenance || node.power_state.is_none() || self.invalid().next().is_some();
        match &self.node.provision_state {
            ProvisionState::Available if has_instance && self.reserved().is_some() => Some(RESERVED),
            ProvisionState::Available if has_instance => Some(CLAIMED),
            ProvisionState::Available if is_unusable => Some(UNUSABLE),
            ProvisionState::Active if !has_instance => Some(DEPLOYED_BY_HAND),
            state => entry(state),
        }
    }

    /// The reservation of the node, if it is reserved.
    fn reserved(&self) -> Option<String> {
        let allocation = self.allocation.as_ref().and_then(|allocation| Intent::read(&allocation.extra));
        let reserved = allocation.or_else(|| Intent::read(&self.node.instance_info))?.reserved?;
        let name = self.instance_name().unwrap_or_default();
        Some(match reserved.until {
            _ if reserved.has_expired(self.now) => format!("its reservation {name} has expired"),
            Some(until) => format!("it is reserved as `{name}` until {until}"),
            None => format!("it is reserved as `{name}`"),
        })
    }

    fn touch(&self, entry: Option<StateExplanation>, abandoned: Option<&DeadConductor>) -> Safety {
        let node = &self.node;
        if let Some(abandoned) = abandoned {
            return if abandoned.ends_by_itself() { Safety::TakenOver } else { Safety::Abandoned };
        }
        if node.target_power_state.is_some() || node.lock_holder().is_some() {
            return Safety::LeaveAlone;
        }
        match entry.map_or(Safety::Unknown, |entry| entry.touch) {
            Safety::Free if node.instance_uuid.is_some() => Safety::Occupied,
            touch => touch,
        }
    }

    /// The commands to run next: none that the command itself would refuse now.
    fn next(&self, entry: Option<StateExplanation>, abandoned: Option<&DeadConductor>) -> Vec<NextCommand> {
        let node = &self.node;
        let instance = self.callable.as_deref().or_else(|| self.instance_name()).unwrap_or(node.label());
        let mut next: Vec<NextCommand> = Vec::new();
        let mut add = |command: &str, does: &str| {
            let command = command.replace("{node}", node.label()).replace("{instance}", instance);
            let command = NextCommand { command, does: does.to_owned() };
            if next.iter().all(|known| known.command != command.command) {
                next.push(command);
            }
        };
        if let Some(abandoned) = abandoned {
            if !abandoned.ends_by_itself() {
                add("farrier doctor", "see which conductors are alive");
            }
            if !node.is_at_rest() {
                let when = if abandoned.ends_by_itself() { "" } else { "when a conductor serves the node, " };
                add("farrier wait {node}", &format!("{when}wait until the operation ends"));
            }
        }
        let lost_bmc = node.fault.as_deref() == Some(POWER_FAILURE);
        let has_own = matches!(node.provision_state, ProvisionState::CleanFailed);
        if node.maintenance && !lost_bmc && !has_own && abandoned.is_none() {
            add("farrier node maintenance {node} --off", "end maintenance when the work is done");
        }
        let is_locked = node.lock_holder().is_some() || node.target_power_state.is_some();
        if is_locked || node.provision_state.is_moving() && node.maintenance {
            add("farrier wait {node}", "wait until the operation ends");
        }
        for advice in entry.into_iter().flat_map(|entry| entry.next) {
            let is_accepted = advice.looks || abandoned.is_none() && !is_locked;
            if is_accepted && advice.if_all.iter().all(|condition| self.holds(*condition)) {
                add(advice.command, advice.does);
            }
        }
        if !node.provision_state.is_moving() && self.invalid().next().is_some() {
            add("farrier node validate {node}", "show all interfaces");
        }
        // Always suggest at least one command.
        if next.is_empty() {
            let command = format!("farrier node show {}", node.label());
            next.push(NextCommand { command, does: "show all its fields".to_owned() });
        }
        next
    }

    fn holds(&self, condition: AdviceCondition) -> bool {
        let node = &self.node;
        let verdict = |kind: &str| self.verdicts.get(kind).map(|verdict| verdict.result);
        match condition {
            AdviceCondition::Instance => node.instance_uuid.is_some(),
            AdviceCondition::NoInstance => node.instance_uuid.is_none(),
            AdviceCondition::Protected => node.protected,
            AdviceCondition::NotProtected => !node.protected,
            AdviceCondition::Retired => node.retired,
            AdviceCondition::NotRetired => !node.retired,
            AdviceCondition::Maintenance => node.maintenance,
            AdviceCondition::NoMaintenance => !node.maintenance,
            AdviceCondition::PowerKnown => node.power_state.is_some(),
            AdviceCondition::History => self.has_history,
            AdviceCondition::DeployAbort => self.can_abort_deploys,
            AdviceCondition::Image => {
                node.instance_info.get("image_source").is_some_and(|image| !image.is_null())
            }
            AdviceCondition::Ready(kind) => verdict(kind) == Some(Some(true)),
            // The result is `None` if the interface is not supported.
            AdviceCondition::Supported(kind) => verdict(kind).is_none_or(|result| result == Some(true)),
        }
    }

    fn instance_name(&self) -> Option<&str> {
        let noted = || self.node.display_name();
        let name = self.allocation.as_ref().and_then(|allocation| allocation.name.as_deref()).or_else(noted);
        name.or(self.node.instance_uuid.as_deref())
    }

    /// Why it failed: from the node's `last_error`, or else the newest error in its history.
    fn reason(&self) -> Option<String> {
        let failed = self.node.provision_state.is_failed()
            || self.node.provision_state == ProvisionState::Enroll
            || self.node.fault.is_some();
        if !failed {
            return None;
        }
        self.node.last_failure().map(str::to_owned).or_else(|| newest_error(&self.events))
    }

    fn remarks(&self, abandoned: Option<&DeadConductor>) -> Vec<String> {
        let node = &self.node;
        let mut remarks = Vec::new();
        let obstacle = ramdisk_problem(node, self.now);
        let is_paused = obstacle.as_ref().is_some_and(|obstacle| obstacle.starts_with(PAUSED));
        if node.maintenance {
            let reason = node.maintenance_reason.as_deref().unwrap_or("no reason given");
            let effect = if is_paused { ", which pauses the operation" } else { "" };
            remarks.push(format!("it is in maintenance{effect}: {reason}"));
        }
        if let Some(fault) = &node.fault {
            remarks.push(match fault.as_str() {
                POWER_FAILURE => "its BMC is unreachable; Ironic keeps trying and ends the maintenance when the BMC answers".to_owned(),
                fault => format!("Ironic reports a fault: {fault}"),
            });
        }
        if let (Some(holder), None) = (node.lock_holder(), abandoned) {
            remarks.push(self.lock(holder));
        }
        remarks.extend(obstacle.filter(|_| !is_paused));
        if let Some(target) = &node.target_power_state {
            remarks.push(format!("its power state is changing to `{target}`"));
        } else if node.power_state.is_none() && node.provision_state != ProvisionState::Enroll {
            remarks.push(format!(
                "its power state is unknown, so deploys skip it; query it with `farrier power status {}`",
                node.label()
            ));
        }
        if node.protected {
            remarks.push("it is protected: undeploy, rebuild and deletion are refused".to_owned());
        }
        if node.retired {
            remarks.push("it is retired: it does not become available again after cleaning".to_owned());
        }
        remarks.extend(self.claim());
        remarks.extend(self.networks());
        if !node.provision_state.is_moving() {
            let not_validated = self.not_validated.as_ref();
            remarks.extend(not_validated.map(|why| format!("its interfaces could not be validated: {why}")));
            remarks.extend(self.invalid().map(|(name, verdict)| {
                let reason = verdict.reason.as_deref().unwrap_or("no reason given");
                format!("its {name} interface is not valid: {reason}")
            }));
        }
        remarks
    }

    /// The interfaces that every operation needs and that are not valid.
    fn invalid(&self) -> impl Iterator<Item = (&String, &InterfaceValidation)> {
        self.verdicts.iter().filter(|(name, verdict)| {
            NEEDED.contains(&name.as_str())
                && verdict.result == Some(false)
                && !self.lacks_only_an_image(verdict)
        })
    }

    /// Whether a validation failed only because the node has no image, which a node without an instance does not need.
    fn lacks_only_an_image(&self, verdict: &InterfaceValidation) -> bool {
        self.node.instance_uuid.is_none()
            && verdict.reason.as_deref().is_some_and(|reason| reason.contains("image_source"))
    }

    /// Which conductor holds the lock, and since when at the earliest.
    fn lock(&self, holder: &str) -> String {
        let since = self.node.provision_updated_at.as_deref().and_then(time);
        let age = since.map(|since| self.now.duration_since(since).as_secs()).filter(|age| *age > 0);
        let age = age.map_or_else(String::new, |age| {
            let age = std::time::Duration::from_secs(age.unsigned_abs());
            format!(" for at most {}", super::watch::event::in_words(age))
        });
        format!("conductor {holder} has held the node's lock{age}")
    }

    fn claim(&self) -> Option<String> {
        match (&self.node.instance_uuid, &self.allocation) {
            (Some(uuid), None) => Some(format!(
                "instance {uuid} has no allocation that you can see: it was created by Nova, by another project, or by hand"
            )),
            (_, Some(allocation)) if allocation.state == AllocationState::Error => {
                let why = allocation.last_error.as_deref().unwrap_or("no reason given");
                Some(format!(
                    "allocation {} failed: {why}",
                    allocation.name.as_deref().unwrap_or(&allocation.uuid)
                ))
            }
            _ => None,
        }
    }

    fn networks(&self) -> Option<String> {
        let known = self.known_vifs.as_ref()?;
        let lost: Vec<&str> =
            self.vifs.iter().filter(|vif| !known.contains(vif)).map(String::as_str).collect();
        if lost.is_empty() {
            return None;
        }
        Some(format!("attached VIFs without a Neutron port: {}", lost.join(", ")))
    }
}

impl Driver<'_> {
    /// Gathers everything that is known about a node, found by its own or its instance's name. Data that this user may not
    /// read is left empty.
    ///
    /// # Errors
    /// Those of [`Driver::find`]; [`Error::Forbidden`] for an instance without a node.
    pub fn why(&self, sought: &str) -> Result<Evidence, Error> {
        let FoundInstance { allocation, node, .. } = self.find(sought)?;
        let Some(mut node) = node else {
            let failed = allocation.and_then(|allocation| allocation.last_error);
            let why = failed.map_or_else(
                || "its allocation has no node yet".to_owned(),
                |error| format!("its allocation failed: {error}"),
            );
            return Err(Error::Forbidden { subject: format!("instance {sought}"), why });
        };
        let uuid = node.uuid.clone();
        node.conductor =
            self.client.node_fields(&uuid, &["uuid", "conductor"]).ok().and_then(|it| it.conductor);
        let about = || Error::about(format!("node {uuid}"));
        let events = match self.client.node_history(&uuid, EVENTS) {
            Err(error) if may_be_left_out(&error) => Vec::new(),
            other => other.map_err(about())?,
        };
        // The conductor or the BMC may be unreachable, which is a result here: do not repeat these requests.
        let once = self.client.briefly(BRIEFLY);
        let (verdicts, not_validated) = match once_more_if_lost(|| once.validate_node(&uuid)) {
            Ok(verdicts) => (verdicts.into_iter().collect(), None),
            Err(error) if may_be_left_out(&error) => (BTreeMap::new(), None),
            // A validation also queries the BMC, and fails as a whole if that is unreachable.
            Err(error) => (BTreeMap::new(), Some(error.text())),
        };
        let vifs = optional(once_more_if_lost(|| once.vifs(&uuid))).unwrap_or_default().unwrap_or_default();
        let known_vifs = self.known_ports(&vifs);
        let callable = self.callable(sought, &node, allocation.as_ref())?;
        Ok(Evidence {
            sought: sought.to_owned(),
            node,
            allocation,
            events,
            verdicts,
            not_validated,
            conductors: self.client.conductors_with_liveness().unwrap_or_default(),
            vifs,
            known_vifs,
            callable,
            has_history: self.client.has(Feature::NodeHistory),
            can_abort_deploys: self.client.has(Feature::DeployAbort),
            now: self.client.now(),
        })
    }
}

impl Driver<'_> {
    /// The name of a node's instance; its UUID if it has no name or the name does not lead to this node.
    fn callable(
        &self,
        sought: &str,
        node: &Node,
        allocation: Option<&Allocation>,
    ) -> Result<Option<String>, Error> {
        let Some(uuid) = &node.instance_uuid else { return Ok(None) };
        let noted = || node.display_name();
        let Some(name) = allocation.and_then(|allocation| allocation.name.as_deref()).or_else(noted) else {
            return Ok(Some(uuid.clone()));
        };
        if name == sought {
            return Ok(Some(name.to_owned()));
        }
        let means = match self.find_if_any(name) {
            Err(Error::Ambiguous { .. }) => None,
            other => other?,
        };
        let is_it = means.is_some_and(|found| found.node.is_some_and(|found| found.uuid == node.uuid));
        Ok(Some(if is_it { name.to_owned() } else { uuid.clone() }))
    }
}

/// Timeout for requests that a conductor answers. A validation queries the BMC, which takes seconds.
const BRIEFLY: Duration = Duration::from_secs(15);

/// Sends a request through a client that repeats nothing, and once more if the response was lost.
fn once_more_if_lost<T>(
    request: impl Fn() -> Result<T, crate::ironic::Error>,
) -> Result<T, crate::ironic::Error> {
    let began = Instant::now();
    match request() {
        // A conductor that did not respond in time would not respond now.
        Err(error) if error.is_lost() && error.stopped().is_none() && began.elapsed() < BRIEFLY / 2 => {
            request()
        }
        other => other,
    }
}

fn may_be_left_out(error: &crate::ironic::Error) -> bool {
    matches!(error, crate::ironic::Error::Lacks { .. })
        || matches!(error.fault(), Some(Fault::Forbidden | Fault::NotFound))
}

mod states;
#[cfg(test)]
pub(crate) mod tests;
