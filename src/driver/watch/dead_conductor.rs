//! Detects nodes that make no progress because their conductor is down, and operations that failed because a conductor
//! died. Used by `why`, `doctor` and commands that wait for a node.

use std::fmt;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::progress::Progress;
use super::stage::time;
use crate::driver::instance::failure_cause::FailureCause;
use crate::driver::{Aftermath, Driver, Error, OnStop};
use crate::ironic::conductor::Conductor;
use crate::ironic::state::StateClass;
use crate::ironic::{Client, Node, ProvisionState};

/// Seconds that a busy node may be unlocked. An operation releases and takes its lock several times.
const UNLOCKED: i64 = 30;

/// Seconds without a state change after which the conductors are checked.
const STALLED: i64 = 15;

/// Time between two checks of the conductors.
const CHECK_INTERVAL: Duration = Duration::from_secs(30);

/// How often an operation is restarted after a conductor died.
pub(in crate::driver) const RESTARTS: usize = 2;

/// The pause before an operation is restarted.
pub(in crate::driver) const BEFORE_RESTART: Duration = Duration::from_secs(1);

impl Driver<'_> {
    /// Runs an operation, and runs it again if it ended in a failed state because a conductor died or was restarted. The
    /// operation must be able to start from that state.
    pub(in crate::driver) fn despite_dead_conductors<T>(
        &self,
        on_stop: OnStop,
        progress: &mut Progress<'_>,
        mut operation: impl FnMut(&mut Progress<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut restarts = 0;
        let mut failure = None;
        loop {
            let error = match operation(progress) {
                Err(error) => error,
                Ok(value) => return Ok(value),
            };
            let reason = match &error {
                Error::Failed { reason, .. } if is_of_conductor(reason) => reason.clone(),
                // The first attempt was allowed, so report its failure instead.
                Error::Forbidden { .. } | Error::NotAllowed { .. } => return Err(failure.unwrap_or(error)),
                _ => return Err(error),
            };
            if restarts == RESTARTS {
                return Err(error);
            }
            restarts += 1;
            progress.retrying(reason);
            failure = Some(error);
            if !self.may_repeat_after(BEFORE_RESTART, on_stop) {
                self.check_canceled(progress, Aftermath::AsItWas)?;
            }
        }
    }
}

/// Whether the reason of a failure says that a conductor died or was restarted.
pub(in crate::driver) fn is_of_conductor(reason: &str) -> bool {
    FailureCause::of(reason, false) == FailureCause::Conductor
}

/// Why a node makes no progress: the conductor that should work on it is down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeadConductor {
    /// No running conductor serves its hardware type in its conductor group.
    Unserved {
        /// The hardware type.
        hardware_type: String,
        /// The conductor group; empty is the default group.
        group: String,
    },
    /// Its lock is held by a conductor that no longer reports.
    SilentHolder {
        /// The conductor.
        holder: String,
        /// Whether another conductor serves the node and will take it over.
        is_served: bool,
    },
    /// Its lock is held by a conductor that Ironic does not know.
    UnknownHolder {
        /// The conductor.
        holder: String,
    },
    /// An operation is in progress, but no conductor holds the lock.
    Unlocked {
        /// The responsible conductor, if known.
        conductor: Option<String>,
    },
}

impl DeadConductor {
    /// Why a node is abandoned, if it is. With an empty list of conductors, which some users cannot read, no node is.
    #[must_use]
    pub fn of(node: &Node, conductors: &[Conductor], now: Timestamp) -> Option<Self> {
        if conductors.is_empty() {
            return None;
        }
        let group = node.conductor_group.as_deref().unwrap_or_default().to_lowercase();
        let hardware_type = node.driver.clone().unwrap_or_default();
        let serves = |conductor: &Conductor| {
            conductor.alive
                && conductor.conductor_group.to_lowercase() == group
                && (conductor.drivers.is_empty()
                    || hardware_type.is_empty()
                    || conductor.drivers.contains(&hardware_type))
        };
        let is_served = conductors.iter().any(serves);
        if let Some(holder) = node.lock_holder() {
            let holder = holder.to_owned();
            return match conductors.iter().find(|conductor| conductor.hostname == holder) {
                None => Some(Self::UnknownHolder { holder }),
                Some(conductor) if !conductor.alive => Some(Self::SilentHolder { holder, is_served }),
                Some(_) => None,
            };
        }
        if !is_served {
            return Some(Self::Unserved { hardware_type, group });
        }
        // Users without the permission see a placeholder instead of the lock. An inspection may run outside the conductor.
        let is_busy = node.provision_state.class() == StateClass::Busy
            && node.provision_state != ProvisionState::Inspecting;
        let since = node.provision_updated_at.as_deref().and_then(time)?;
        let is_unlocked_long = now.duration_since(since).as_secs() > UNLOCKED;
        (is_busy && is_unlocked_long && node.reservation.is_none())
            .then(|| Self::Unlocked { conductor: node.conductor.clone() })
    }

    /// Whether the operation continues without an operator restarting a conductor.
    #[must_use]
    pub fn ends_by_itself(&self) -> bool {
        matches!(self, Self::SilentHolder { is_served: true, .. })
    }
}

impl fmt::Display for DeadConductor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unserved { hardware_type, group } => {
                let place = match group.as_str() {
                    "" => "the default conductor group".to_owned(),
                    group => format!("conductor group `{group}`"),
                };
                write!(f, "no live conductor serves hardware type `{hardware_type}` in {place}: start one")
            }
            Self::SilentHolder { holder, is_served: true } => write!(
                f,
                "conductor {holder} holds the node's lock, but is not alive: another conductor will take over the node"
            ),
            Self::SilentHolder { holder, is_served: false } => write!(
                f,
                "conductor {holder} holds the node's lock, but is not alive: restart the conductor to release the lock"
            ),
            Self::UnknownHolder { holder } => write!(
                f,
                "conductor {holder} holds the node's lock, but Ironic does not know it: start a conductor with that host name to \
                 release the lock"
            ),
            Self::Unlocked { conductor } => {
                let conductor = conductor
                    .as_deref()
                    .map_or_else(|| "its conductor".to_owned(), |conductor| format!("conductor {conductor}"));
                write!(
                    f,
                    "no conductor is working on the operation: restart {conductor}; Ironic then sets the operation to failed"
                )
            }
        }
    }
}

/// Checks the conductors from time to time while waiting for a node that makes no progress.
#[derive(Debug, Default)]
pub(in crate::driver) struct ConductorWatch {
    checked_at: Option<Instant>,
    /// The user cannot list conductors.
    denied: bool,
    /// The last state change of the node when the conductors were checked.
    since: Option<String>,
    abandoned: Option<DeadConductor>,
}

impl ConductorWatch {
    /// Why this node makes no progress, if that is known.
    pub(in crate::driver) fn check(&mut self, client: &Client, node: &Node) -> Option<&DeadConductor> {
        if self.since != node.provision_updated_at {
            self.since.clone_from(&node.provision_updated_at);
            self.abandoned = None;
        }
        let now = client.now();
        let is_stalled = || {
            let since = node.provision_updated_at.as_deref().and_then(time);
            since.is_some_and(|since| now.duration_since(since).as_secs() >= STALLED)
        };
        let is_busy = node.provision_state.class() == StateClass::Busy || node.lock_holder().is_some();
        if !is_busy {
            self.abandoned = None;
            return None;
        }
        let is_due = self.checked_at.is_none_or(|checked_at| checked_at.elapsed() >= CHECK_INTERVAL);
        if is_due && !self.denied && is_stalled() {
            self.checked_at = Some(Instant::now());
            match client.conductors_with_liveness() {
                Ok(conductors) => {
                    self.abandoned = DeadConductor::of(node, &conductors, now);
                    if let Some(DeadConductor::Unlocked { conductor }) = &mut self.abandoned {
                        let fields = client.node_fields(&node.uuid, &["uuid", "conductor"]);
                        *conductor = fields.ok().and_then(|node| node.conductor);
                    }
                }
                Err(error) => self.denied = error.is_refusal(),
            }
        }
        self.abandoned.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conductor(name: &str, group: &str, alive: bool) -> Conductor {
        let drivers = vec!["ipmi".to_owned(), "redfish".to_owned()];
        Conductor { hostname: name.to_owned(), conductor_group: group.to_owned(), alive, drivers }
    }

    fn abandoned(more: &serde_json::Value, conductors: &[Conductor]) -> Option<DeadConductor> {
        let mut node = serde_json::json!({
            "uuid": "u", "driver": "ipmi", "conductor_group": "", "provision_updated_at": "2026-01-01T12:00:00+00:00",
        });
        node.as_object_mut().expect("an object").extend(more.as_object().cloned().expect("an object"));
        let node: Node = serde_json::from_value(node).expect("a node");
        DeadConductor::of(&node, conductors, "2026-01-01T12:10:00Z".parse().expect("a time"))
    }

    #[test]
    fn a_node_without_a_running_conductor_is_abandoned() {
        use serde_json::json;
        let all = [conductor("c-1", "", true), conductor("c-2", "", false), conductor("c-3", "rack3", false)];
        let locked = |state: &str, holder: &str, group: &str| json!({"provision_state": state, "reservation": holder, "conductor_group": group});
        let silent_holder = |holder: &str, is_served| {
            Some(DeadConductor::SilentHolder { holder: holder.to_owned(), is_served })
        };
        assert_eq!(abandoned(&locked("deploying", "c-2", ""), &all), silent_holder("c-2", true));
        assert_eq!(abandoned(&locked("active", "c-3", "rack3"), &all), silent_holder("c-3", false));
        let unknown = Some(DeadConductor::UnknownHolder { holder: "c-9".to_owned() });
        assert_eq!(abandoned(&locked("cleaning", "c-9", ""), &all), unknown);
        let unlocked = Some(DeadConductor::Unlocked { conductor: Some("c-1".to_owned()) });
        assert_eq!(abandoned(&json!({"provision_state": "deleting", "conductor": "c-1"}), &all), unlocked);
        for (state, driver, group) in
            [("available", "ipmi", "rack3"), ("active", "ipmi", "rack4"), ("manageable", "irmc", "")]
        {
            let unserved =
                DeadConductor::Unserved { hardware_type: driver.to_owned(), group: group.to_lowercase() };
            let node = json!({"provision_state": state, "driver": driver, "conductor_group": group});
            assert_eq!(abandoned(&node, &all), Some(unserved), "{state}");
        }
    }

    #[test]
    fn a_working_or_idle_node_is_not_abandoned() {
        use serde_json::json;
        let all = [conductor("c-1", "", true), conductor("c-2", "", false)];
        for node in [
            json!({"provision_state": "deploying", "reservation": "c-1"}),
            json!({"provision_state": "wait call-back"}),
            json!({"provision_state": "clean hold"}),
            json!({"provision_state": "active"}),
            json!({"provision_state": "inspecting"}),
            // Between two locks.
            json!({"provision_state": "deleting", "provision_updated_at": "2026-01-01T12:09:50+00:00"}),
            // Ironic shows this to lessees instead of the lock.
            json!({"provision_state": "deleting", "reservation": "** Redacted - requires baremetal:node:get:reservation"}),
        ] {
            assert_eq!(abandoned(&node, &all), None, "{node}");
        }
        let hidden = abandoned(&json!({"provision_state": "deleting"}), &[]);
        assert_eq!(hidden, None, "no node is abandoned if the conductors are unknown");
    }
}
