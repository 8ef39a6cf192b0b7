//! What a machine is waiting for or failed at, since when, whether it may be touched, and what to type next.
//!
//! [`Driver::why`] gathers the evidence, reading only; [`Evidence::diagnosis`] judges it, asking nobody.

mod entries;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

pub use entries::Touch;
use entries::entry;

use super::instance::{Found, optional};
use super::stage::{Tracker, hindrance, time};
use super::{Driver, Error, newest_error};
use crate::ironic::allocation::{Allocation, AllocationState};
use crate::ironic::conductor::Conductor;
use crate::ironic::node::{HistoryEvent, Verdict};
use crate::ironic::state::StateClass;
use crate::ironic::{Fault, Node, ProvisionState};

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
    /// The conductors.
    pub conductors: Vec<Conductor>,
    /// The VIFs that are attached to it.
    pub vifs: Vec<String>,
    /// Those of them that Neutron has, where it was asked.
    pub known_vifs: Option<Vec<String>>,
    /// By this computer's clock.
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
        let entry = entry(state);
        let mut what = entry.map_or_else(
            || format!("`{state}` is a state that this farrier does not know; the server is newer"),
            |entry| entry.what.to_owned(),
        );
        if state.is_moving() {
            what = format!("{what} ({})", Tracker::default().see(node).words);
        }
        let touch = if node.target_power_state.is_some() || node.lock_holder().is_some() {
            Touch::LeaveAlone
        } else {
            entry.map_or(Touch::LeaveAlone, |entry| entry.touch)
        };
        let touch = match touch {
            Touch::Free if node.instance_uuid.is_some() => Touch::Occupied,
            touch => touch,
        };
        let mut next: Vec<Command> = Vec::new();
        let mut add = |(command, does): &(&str, &str)| {
            let command = command
                .replace("{node}", node.label())
                .replace("{instance}", self.instance_name().unwrap_or(node.label()));
            let command = Command { command, does: (*does).to_owned() };
            if !next.contains(&command) {
                next.push(command);
            }
        };
        if node.maintenance && !matches!(state, ProvisionState::CleanFailed | ProvisionState::ServiceFailed) {
            add(&(
                "farrier node maintenance {node} --off",
                "end its maintenance, once what it was for is done",
            ));
        }
        if state.is_moving() && node.maintenance {
            add(&("farrier wait {node}", "follow it to its end"));
        }
        entry.into_iter().flat_map(|entry| entry.next).for_each(&mut add);
        Diagnosis {
            state: state.to_string(),
            what,
            // A ramdisk's calls move it, too.
            since: node.provision_updated_at.clone(),
            reason: self.reason(),
            touch: touch.in_words().to_owned(),
            remarks: self.remarks(),
            next,
        }
    }

    fn instance_name(&self) -> Option<&str> {
        let noted = || self.node.instance_info.get("display_name")?.as_str();
        self.allocation.as_ref().and_then(|allocation| allocation.name.as_deref()).or_else(noted)
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

    fn remarks(&self) -> Vec<String> {
        let node = &self.node;
        let mut remarks = Vec::new();
        if node.maintenance {
            let reason = node.maintenance_reason.as_deref().unwrap_or("no reason is given");
            remarks.push(format!("it is in maintenance: {reason}"));
        }
        if let Some(fault) = &node.fault {
            remarks.push(match fault.as_str() {
                "power failure" => "Ironic lost its BMC, and looks for it from time to time; maintenance ends by itself when it answers".to_owned(),
                fault => format!("Ironic notes a fault: {fault}"),
            });
        }
        if let Some(holder) = node.lock_holder() {
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

    /// Who holds the lock, since when that may be, and whether the holder lives.
    fn lock(&self, holder: &str) -> String {
        let since = self.node.provision_updated_at.as_deref().and_then(time);
        let age = since.map(|since| self.now.duration_since(since).as_secs()).filter(|age| *age > 0);
        let age = age.map_or_else(String::new, |age| {
            let age = std::time::Duration::from_secs(age.unsigned_abs());
            format!(", for {} at most", super::event::in_words(age))
        });
        let known = self.conductors.iter().find(|conductor| conductor.hostname == holder);
        let alive = match known {
            None if self.conductors.is_empty() => "",
            None => "; no conductor of that name is known: the lock will not go by itself",
            Some(conductor) if conductor.alive => "",
            Some(_) => {
                "; that conductor has not reported lately: when it starts again, it gives its locks back"
            }
        };
        format!("conductor {holder} holds its lock{age}{alive}")
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
        let Some(node) = node else {
            let failed = allocation.and_then(|allocation| allocation.last_error);
            let why = failed.map_or_else(
                || "its claim has no node yet".to_owned(),
                |error| format!("its claim got no node: {error}"),
            );
            return Err(Error::Forbidden { subject: format!("instance {sought}"), why });
        };
        let uuid = node.uuid.clone();
        let about = || Error::about(format!("node {uuid}"));
        let events = match self.client.node_history(&uuid, EVENTS) {
            Err(error) if may_be_left_out(&error) => Vec::new(),
            other => other.map_err(about())?,
        };
        let verdicts = match self.client.validate_node(&uuid) {
            // A validation asks the BMC in parts, and fails as a whole where that is gone.
            Err(_) => BTreeMap::new(),
            Ok(verdicts) => verdicts.into_iter().collect(),
        };
        let vifs = optional(self.client.vifs(&uuid)).unwrap_or_default().unwrap_or_default();
        let known_vifs = self.known_ports(&vifs);
        Ok(Evidence {
            sought: sought.to_owned(),
            node,
            allocation,
            events,
            verdicts,
            conductors: self.client.conductors().unwrap_or_default(),
            vifs,
            known_vifs,
            now: Timestamp::now(),
        })
    }
}

fn may_be_left_out(error: &crate::ironic::Error) -> bool {
    matches!(error, crate::ironic::Error::Lacks { .. })
        || matches!(error.fault(), Some(Fault::Forbidden | Fault::NotFound))
}

#[cfg(test)]
mod tests;
