//! What a machine is waiting for or failed at, since when, whether it may be touched, and what to type next.
//!
//! [`Driver::why`] gathers the evidence, reading only; [`Evidence::diagnosis`] judges it, asking nobody.

mod entries;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;

pub use entries::Touch;
use entries::{CLAIMED, Condition, DEPLOYED_BY_HAND, Entry, entry};

use super::abandoned::Abandoned;
use super::instance::{Found, optional};
use super::stage::{Tracker, hindrance, time};
use super::{Driver, Error, newest_error};
use crate::ironic::allocation::{Allocation, AllocationState};
use crate::ironic::conductor::Conductor;
use crate::ironic::node::{HistoryEvent, Verdict};
use crate::ironic::state::StateClass;
use crate::ironic::{Fault, Feature, Node, ProvisionState};

/// How Ironic notes that it lost a BMC.
const POWER_FAILURE: &str = "power failure";

/// What of a node's history is looked at.
const EVENTS: usize = 20;

/// The interfaces of which a verdict counts: without these nothing works on the machine.
const NEEDED: [&str; 4] = ["power", "management", "boot", "deploy"];

/// All that is known of a machine. What could not be asked is empty.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// What it was sought by.
    pub sought: String,
    /// The node.
    pub node: Node,
    /// The claim of its instance.
    pub allocation: Option<Allocation>,
    /// Its history, the newest first.
    pub events: Vec<HistoryEvent>,
    /// What Ironic says of its interfaces.
    pub verdicts: BTreeMap<String, Verdict>,
    /// The conductors; none where they are hidden from this user.
    pub conductors: Vec<Conductor>,
    /// The VIFs that are attached to it.
    pub vifs: Vec<String>,
    /// Those of them that Neutron has, where it was asked.
    pub known_vifs: Option<Vec<String>>,
    /// How commands call its instance, where it has one.
    pub callable: Option<String>,
    /// Whether this Ironic keeps histories of nodes.
    pub has_history: bool,
    /// Whether this Ironic can abort a deploy that waits for its ramdisk.
    pub can_abort_deploys: bool,
    /// By Ironic's clock.
    pub now: Timestamp,
}

/// What is to be said of a machine.
#[derive(Debug, Clone, Serialize)]
pub struct Diagnosis {
    /// Ironic's word for its state.
    pub state: String,
    /// What it waits for or failed at, in plain words.
    pub what: String,
    /// Since when, RFC 3339, as far as Ironic tells.
    pub since: Option<String>,
    /// Why, in Ironic's words, where it failed.
    pub reason: Option<String>,
    /// Whether it may be touched, in plain words.
    pub touch: String,
    /// What else is out of the ordinary.
    pub remarks: Vec<String>,
    /// What to type next, the likeliest first.
    pub next: Vec<Command>,
}

/// Something to type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Command {
    /// The command.
    pub command: String,
    /// What it is for.
    pub does: String,
}

impl Evidence {
    /// What is to be said of the machine.
    #[must_use]
    pub fn diagnosis(&self) -> Diagnosis {
        let node = &self.node;
        let state = &node.provision_state;
        let entry = self.entry();
        let abandoned = self.abandoned();
        let mut what = entry.map_or_else(
            || format!("`{state}` is a state that this farrier does not know; the server is newer"),
            |entry| entry.what.to_owned(),
        );
        if state.is_moving() && abandoned.is_none() {
            what = format!("{what} ({})", Tracker::default().see(node).words);
        }
        if let Some(abandoned) = &abandoned {
            what = if state.is_moving() { abandoned.to_string() } else { format!("{what}; but {abandoned}") };
        }
        Diagnosis {
            state: state.to_string(),
            what,
            // A ramdisk's calls move it, too.
            since: node.provision_updated_at.clone(),
            reason: self.reason(),
            touch: self.touch(entry, abandoned.as_ref()).in_words().to_owned(),
            remarks: self.remarks(abandoned.as_ref()),
            next: self.next(entry, abandoned.as_ref()),
        }
    }

    /// Why no conductor works on it, where one should or none could.
    #[must_use]
    pub fn abandoned(&self) -> Option<Abandoned> {
        Abandoned::of(&self.node, &self.conductors, self.now)
    }

    /// What there is to say of its state, with regard to who has it.
    fn entry(&self) -> Option<Entry> {
        let has_instance = self.node.instance_uuid.is_some();
        match &self.node.provision_state {
            ProvisionState::Available if has_instance => Some(CLAIMED),
            ProvisionState::Active if !has_instance => Some(DEPLOYED_BY_HAND),
            state => entry(state),
        }
    }

    fn touch(&self, entry: Option<Entry>, abandoned: Option<&Abandoned>) -> Touch {
        let node = &self.node;
        if abandoned.is_some() {
            return Touch::Abandoned;
        }
        if node.target_power_state.is_some() || node.lock_holder().is_some() {
            return Touch::LeaveAlone;
        }
        match entry.map_or(Touch::LeaveAlone, |entry| entry.touch) {
            Touch::Free if node.instance_uuid.is_some() => Touch::Occupied,
            touch => touch,
        }
    }

    /// What to type next: nothing that the command itself would refuse now.
    fn next(&self, entry: Option<Entry>, abandoned: Option<&Abandoned>) -> Vec<Command> {
        let node = &self.node;
        let instance = self.callable.as_deref().or_else(|| self.instance_name()).unwrap_or(node.label());
        let mut next: Vec<Command> = Vec::new();
        let mut add = |command: &str, does: &str| {
            let command = command.replace("{node}", node.label()).replace("{instance}", instance);
            let command = Command { command, does: does.to_owned() };
            if next.iter().all(|known| known.command != command.command) {
                next.push(command);
            }
        };
        if let Some(abandoned) = abandoned {
            if !abandoned.ends_by_itself() {
                add("farrier doctor", "see which conductors are alive");
            }
            if !node.is_at_rest() {
                add("farrier wait {node}", "follow it, once its conductor is back");
            }
        }
        let lost_bmc = node.fault.as_deref() == Some(POWER_FAILURE);
        let has_own = matches!(node.provision_state, ProvisionState::CleanFailed);
        if node.maintenance && !lost_bmc && !has_own && abandoned.is_none() {
            add("farrier node maintenance {node} --off", "end its maintenance, once what it was for is done");
        }
        if node.provision_state.is_moving() && node.maintenance {
            add("farrier wait {node}", "follow it to its end");
        }
        for advice in entry.into_iter().flat_map(|entry| entry.next) {
            let is_accepted = advice.looks || abandoned.is_none();
            if is_accepted && advice.if_all.iter().all(|condition| self.holds(*condition)) {
                add(advice.command, advice.does);
            }
        }
        // There is always something to look at.
        if next.is_empty() {
            let command = format!("farrier node show {}", node.label());
            next.push(Command { command, does: "look at all that Ironic knows of it".to_owned() });
        }
        next
    }

    fn holds(&self, condition: Condition) -> bool {
        let node = &self.node;
        let verdict = |kind: &str| self.verdicts.get(kind).map(|verdict| verdict.result);
        match condition {
            Condition::Instance => node.instance_uuid.is_some(),
            Condition::NoInstance => node.instance_uuid.is_none(),
            Condition::Protected => node.protected,
            Condition::NotProtected => !node.protected,
            Condition::Retired => node.retired,
            Condition::NotRetired => !node.retired,
            Condition::Maintenance => node.maintenance,
            Condition::NoMaintenance => !node.maintenance,
            Condition::PowerKnown => node.power_state.is_some(),
            Condition::History => self.has_history,
            Condition::DeployAbort => self.can_abort_deploys,
            Condition::Image => node.instance_info.get("image_source").is_some_and(|image| !image.is_null()),
            Condition::Ready(kind) => verdict(kind) == Some(Some(true)),
            // No verdict is `None` where the interface is not supported.
            Condition::Supported(kind) => verdict(kind).is_none_or(|result| result == Some(true)),
        }
    }

    fn instance_name(&self) -> Option<&str> {
        let noted = || self.node.display_name();
        let name = self.allocation.as_ref().and_then(|allocation| allocation.name.as_deref()).or_else(noted);
        name.or(self.node.instance_uuid.as_deref())
    }

    /// Why it failed: from the node where that is kept, else from the newest error of its history.
    fn reason(&self) -> Option<String> {
        let failed = self.node.provision_state.class() == StateClass::Failed
            || self.node.provision_state == ProvisionState::Enroll
            || self.node.fault.is_some();
        if !failed {
            return None;
        }
        self.node.kept_error().map(str::to_owned).or_else(|| newest_error(&self.events))
    }

    fn remarks(&self, abandoned: Option<&Abandoned>) -> Vec<String> {
        let node = &self.node;
        let mut remarks = Vec::new();
        if node.maintenance {
            let reason = node.maintenance_reason.as_deref().unwrap_or("no reason is given");
            remarks.push(format!("it is in maintenance: {reason}"));
        }
        if let Some(fault) = &node.fault {
            remarks.push(match fault.as_str() {
                POWER_FAILURE => "Ironic lost its BMC, and looks for it from time to time; maintenance ends by itself when it answers".to_owned(),
                fault => format!("Ironic notes a fault: {fault}"),
            });
        }
        if let (Some(holder), None) = (node.lock_holder(), abandoned) {
            remarks.push(self.lock(holder));
        }
        remarks.extend(hindrance(node, self.now));
        if let Some(target) = &node.target_power_state {
            remarks.push(format!("its power is being changed to `{target}`"));
        } else if node.power_state.is_none() && node.provision_state != ProvisionState::Enroll {
            remarks.push(
                "whether it has power is not known: allocations pass it over; `farrier power status` asks"
                    .to_owned(),
            );
        }
        if node.protected {
            remarks.push("it is protected: undeploying, rebuilding and deleting it are refused".to_owned());
        }
        if node.retired {
            remarks.push("it is retired: it is not offered again after its cleaning".to_owned());
        }
        remarks.extend(self.claim());
        remarks.extend(self.networks());
        if !node.provision_state.is_moving() {
            let bad = self
                .verdicts
                .iter()
                .filter(|(name, verdict)| NEEDED.contains(&name.as_str()) && verdict.result == Some(false));
            remarks.extend(bad.map(|(name, verdict)| {
                let reason = verdict.reason.as_deref().unwrap_or("no reason is given");
                format!("its {name} interface is not ready: {reason}")
            }));
        }
        remarks
    }

    /// Who holds the lock, and since when that may be.
    fn lock(&self, holder: &str) -> String {
        let since = self.node.provision_updated_at.as_deref().and_then(time);
        let age = since.map(|since| self.now.duration_since(since).as_secs()).filter(|age| *age > 0);
        let age = age.map_or_else(String::new, |age| {
            let age = std::time::Duration::from_secs(age.unsigned_abs());
            format!(", for {} at most", super::event::in_words(age))
        });
        format!("conductor {holder} holds its lock{age}")
    }

    fn claim(&self) -> Option<String> {
        match (&self.node.instance_uuid, &self.allocation) {
            (Some(uuid), None) => Some(format!(
                "instance {uuid} has it, and no allocation of it can be seen: Nova, somebody by hand, or another project made it"
            )),
            (_, Some(allocation)) if allocation.state == AllocationState::Error => {
                let why = allocation.last_error.as_deref().unwrap_or("no reason is given");
                Some(format!(
                    "the allocation {} failed: {why}",
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
        Some(format!("VIFs without a port in Neutron are attached: {}", lost.join(", ")))
    }
}

impl Driver<'_> {
    /// Gathers what is known of a machine, by its name or its instance's. What this user may not see is left out.
    ///
    /// # Errors
    /// As [`Driver::find`]; [`Error::Forbidden`] for an instance without node.
    pub fn why(&self, sought: &str) -> Result<Evidence, Error> {
        let Found { allocation, node, .. } = self.find(sought)?;
        let Some(mut node) = node else {
            let failed = allocation.and_then(|allocation| allocation.last_error);
            let why = failed.map_or_else(
                || "its claim has no node yet".to_owned(),
                |error| format!("its claim got no node: {error}"),
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
        // Its conductor or its BMC may be away, which is what is to be told: no reason to ask them again and again.
        let once = self.client.briefly(BRIEFLY);
        let verdicts = match once_more_if_lost(|| once.validate_node(&uuid)) {
            // A validation asks the BMC in parts, and fails as a whole where that is gone.
            Err(_) => BTreeMap::new(),
            Ok(verdicts) => verdicts.into_iter().collect(),
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
            conductors: self.client.conductors_with_life().unwrap_or_default(),
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
    /// The name of a node's instance, or its UUID where it has no name, or a node has the same.
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

/// How long a conductor may take to answer. A validation asks the BMC, which takes seconds.
const BRIEFLY: Duration = Duration::from_secs(15);

/// Sends a request that is not repeated otherwise, and once more if its answer was lost.
fn once_more_if_lost<T>(
    request: impl Fn() -> Result<T, crate::ironic::Error>,
) -> Result<T, crate::ironic::Error> {
    let began = Instant::now();
    match request() {
        // A conductor that is silent would be silent again.
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

#[cfg(test)]
mod tests;
