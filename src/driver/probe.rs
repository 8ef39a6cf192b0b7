//! New access to a node's BMC, tried before the node is changed.
//!
//! Ironic gives back no secret, so a credential that is overwritten cannot be restored. What is new is tried first, on a
//! probe: a node of its own that differs from the real one in nothing that reaching the BMC depends on. It goes through
//! the verification that `manage` is, which asks for the machine's power state, and is deleted. The real node stays in
//! its state meanwhile, be there an instance on it or not.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::abandoned::is_of_conductor;
use super::change::reference;
use super::event::NodeRef;
use super::guard::Target;
use super::instance::optional;
use super::progress::Progress;
use super::{Driver, Error, Left, OnStop};
use crate::inventory::driver_info::{DriverInfo, is_of_bmc};
use crate::ironic::{Fault, ProvisionTarget};
use crate::rest::mask::{MASK, is_secret_key};

/// The mark of a probe, in its `extra`; its value is the UUID of the node that it stands for.
pub(super) const OF_NODE: &str = "farrier_probe";
/// Which try a probe was made by, in its `extra`.
const TRY: &str = "farrier_try";

/// So many machines may refuse a credential before it is tried on no more: many BMCs lock out whoever fails too often, and
/// one mistyped password must not do that to a whole rack.
const REFUSALS: usize = 3;

/// What of a `driver_info` is to be changed.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// What is set.
    pub set: DriverInfo,
    /// What is taken away.
    pub unset: Vec<String>,
}

/// Keeps one access that is new to many machines from being refused by all of them.
#[derive(Debug, Default)]
pub struct Caution {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    under_way: usize,
    refused: usize,
    has_worked: bool,
}

impl Caution {
    /// Waits for a turn. Until it has worked somewhere, no more are under way than may fail; none, where so many have.
    fn turn(&self) -> Option<Turn<'_>> {
        let mut state = self.lock();
        while !state.has_worked && state.refused < REFUSALS && state.under_way + state.refused >= REFUSALS {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if !state.has_worked && state.refused >= REFUSALS {
            return None;
        }
        state.under_way += 1;
        Some(Turn { caution: self, worked: None })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One machine's try; over when it is dropped.
struct Turn<'c> {
    caution: &'c Caution,
    worked: Option<bool>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.caution.lock();
        state.under_way -= 1;
        match self.worked {
            Some(true) => state.has_worked = true,
            Some(false) => state.refused += 1,
            None => {}
        }
        self.caution.changed.notify_all();
    }
}

impl Access {
    /// Whether it has to do with how the BMC is reached: an image of a ramdisk has not.
    #[must_use]
    pub fn concerns_bmc(&self) -> bool {
        let mut keys = self.set.expose().keys().chain(&self.unset);
        keys.any(|key| is_of_bmc(key) || is_secret_key(key))
    }
}

impl Driver<'_> {
    /// Tries new access to a node's BMC; the node itself is not changed. Cautiously, where the access is new to many.
    ///
    /// # Errors
    /// [`Error::Failed`] where the BMC is not reached or refuses, in Ironic's words; [`Error::Forbidden`] where a secret
    /// that it takes is not to be had, or the access has failed on too many already; whatever a request may fail with.
    pub(super) fn try_access(
        &self,
        node: &Map<String, Value>,
        access: &Access,
        caution: &Caution,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let known = reference(node);
        let label = known.name.as_deref().unwrap_or(&known.uuid);
        let forbidden = |why: String| Error::Forbidden { subject: format!("node {label}"), why };
        let probe = probe(node, access).map_err(forbidden)?;
        let mut turn = caution.turn().ok_or_else(|| {
            forbidden(format!("not tried: {REFUSALS} machines refused this access, and none took it"))
        })?;
        let uuid = probe["uuid"].as_str().expect("it was just made").to_owned();
        // An earlier try that was killed may have left one.
        let itself = Target::free(NodeRef { uuid: uuid.clone(), name: None });
        self.remove_back(&itself, progress)?;
        match self.patiently(progress, || self.client.create_node(&probe)) {
            // A first request arrived, and its answer was lost.
            Err(error) if error.fault() == Some(&Fault::AlreadyExists) && self.is_there(&probe)? => {}
            created => drop(created?),
        }
        let verified =
            self.despite_dead_conductors(OnStop::End, progress, |progress| self.verify(&uuid, progress));
        let removed = self.remove_back(&itself, progress);
        turn.worked = match &verified {
            Ok(()) => Some(true),
            Err(Error::Failed { reason, .. }) if !is_of_conductor(reason) => Some(false),
            Err(_) => None,
        };
        verified.map_err(|error| match error {
            Error::Failed { reason, .. } => Error::Failed {
                reason: reason.replace(&uuid, &known.uuid),
                operation: "verifying new access to the BMC",
                state: node.get("provision_state").and_then(Value::as_str).unwrap_or_default().to_owned(),
                node: known,
            },
            error if removed.is_ok() => error.leaving(Left::Nothing),
            error => error,
        })?;
        removed
    }

    /// Whether just this probe is there, and not that of somebody else's try.
    fn is_there(&self, probe: &Map<String, Value>) -> Result<bool, Error> {
        let uuid = probe["uuid"].as_str().expect("it was just made");
        let there = optional(self.client.node_whole(uuid)).map_err(Error::about(format!("node {uuid}")))?;
        Ok(there.is_some_and(|there| there.get("extra") == probe.get("extra")))
    }

    fn verify(&self, uuid: &str, progress: &mut Progress<'_>) -> Result<(), Error> {
        let node = self.client.node(uuid).map_err(Error::about(progress.name()))?;
        self.begin(&node, ProvisionTarget::Manage, &Map::new(), progress)?;
        self.settle(&node, progress).map(drop)
    }
}

/// The node that stands for another one whose BMC is reached in a new way.
fn probe(node: &Map<String, Value>, access: &Access) -> Result<Map<String, Value>, String> {
    let mut driver_info = node.get("driver_info").and_then(Value::as_object).cloned().unwrap_or_default();
    // Ironic: `ironic/api/controllers/v1/node.py`, for those who may not read it.
    if driver_info.get("content").and_then(Value::as_str).is_some_and(|text| text.contains("Redacted")) {
        return Err(
            "its `driver_info` is hidden from this user, so that no other access can be tried".to_owned()
        );
    }
    driver_info.extend(access.set.expose().clone());
    driver_info.retain(|key, _| !access.unset.contains(key));
    let families: Vec<&str> =
        access.set.expose().keys().chain(&access.unset).map(|key| family(key)).collect();
    if let Some(key) = driver_info
        .iter()
        .find(|(key, value)| *value == MASK && families.contains(&family(key)))
        .map(|(key, _)| key)
    {
        return Err(format!(
            "Ironic does not give back its `{key}`, without which nothing can be tried; give it again, too"
        ));
    }
    // A secret that is for something else.
    driver_info.retain(|_, value| value != MASK);
    let of = node.get("uuid").and_then(Value::as_str).unwrap_or_default();
    let label = node.get("name").and_then(Value::as_str).unwrap_or(of);
    let uuid = uuid_of(of);
    let mut probe: Map<String, Value> = node
        .iter()
        .filter(|(key, value)| {
            let counts =
                key.ends_with("_interface") || ["driver", "conductor_group", "owner"].contains(&key.as_str());
            counts && !value.is_null()
        })
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let own = [
        ("uuid", json!(uuid.to_string())),
        ("name", json!(format!("farrier-probe-{uuid}"))),
        (
            "description",
            json!(format!("farrier tries access to the BMC of {label} with it; it can be deleted")),
        ),
        ("driver_info", Value::Object(driver_info)),
        ("extra", json!({OF_NODE: of, TRY: Uuid::new_v4().to_string()})),
    ];
    probe.extend(own.into_iter().map(|(key, value)| (key.to_owned(), value)));
    Ok(probe)
}

/// Always the same for a node: whoever comes after a kill finds what it left.
fn uuid_of(node: &str) -> Uuid {
    let digest = Sha256::digest(format!("{OF_NODE} {node}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// What the keys of one way to reach a BMC have in common: `redfish` in `redfish_password`.
fn family(key: &str) -> &str {
    key.split_once('_').map_or(key, |(family, _)| family)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::enrolment::Enrolment;
    use crate::inventory::reference::Elsewhere;

    fn access(set: &Value, unset: &[&str]) -> Access {
        let node = json!({"driver": "redfish", "name": "a", "driver_info": set});
        let enrolment = Enrolment::of_node(node, &Elsewhere::none()).expect("right");
        Access {
            set: enrolment.machines[0].driver_info.clone(),
            unset: unset.iter().map(|key| (*key).to_owned()).collect(),
        }
    }

    fn node() -> Map<String, Value> {
        let node = json!({
            "uuid": "8c0d1f6e-0000-4000-8000-000000000001", "name": "rack4-u12", "driver": "redfish",
            "provision_state": "active", "instance_uuid": "i", "power_interface": "redfish", "rescue_interface": null,
            "conductor_group": "east", "resource_class": "big", "extra": {"site": "b"}, "owner": null,
            "driver_info": {"redfish_address": "https://bmc", "redfish_username": "op", "redfish_password": MASK,
                            "snmp_secret": MASK},
        });
        serde_json::from_value(node).expect("a mapping")
    }

    #[test]
    fn a_probe_reaches_the_bmc_as_its_node_would_and_is_nothing_else_like_it() {
        let probe = probe(&node(), &access(&json!({"redfish_password": "n3w"}), &[])).expect("right");
        let wanted =
            json!({"redfish_address": "https://bmc", "redfish_username": "op", "redfish_password": "n3w"});
        assert_eq!(probe["driver_info"], wanted);
        assert_eq!(
            (&probe["conductor_group"], &probe["power_interface"]),
            (&json!("east"), &json!("redfish"))
        );
        for key in ["instance_uuid", "resource_class", "provision_state", "rescue_interface", "owner"] {
            assert!(!probe.contains_key(key), "{key}");
        }
        assert_eq!(probe["extra"][OF_NODE], node()["uuid"]);
        let again =
            super::probe(&node(), &access(&json!({"redfish_password": "other"}), &[])).expect("right");
        assert_eq!(probe["uuid"], again["uuid"], "a later try finds what an earlier one left");
        assert_ne!(probe["extra"], again["extra"], "and does not take it for its own");
        assert_ne!(probe["uuid"], node()["uuid"]);
    }

    #[test]
    fn what_cannot_be_tried_is_refused_with_the_reason() {
        let refused = |access: &Access| probe(&node(), access).expect_err("refused");
        assert!(refused(&access(&json!({"redfish_username": "new"}), &[])).contains("`redfish_password`"));
        assert!(refused(&access(&json!({}), &["redfish_username"])).contains("`redfish_password`"));
        assert!(probe(&node(), &access(&json!({}), &["redfish_username", "redfish_password"])).is_ok());
        let mut hidden = node();
        hidden.insert("driver_info".to_owned(), json!({"content": "** Redacted - requires privilege **"}));
        let why = probe(&hidden, &access(&json!({"redfish_password": "n3w"}), &[])).expect_err("refused");
        assert!(why.contains("hidden"), "{why}");
    }

    /// Takes a turn and ends it.
    fn take(caution: &Caution, worked: Option<bool>) -> bool {
        let Some(mut turn) = caution.turn() else { return false };
        turn.worked = worked;
        true
    }

    #[test]
    fn an_access_that_is_refused_everywhere_is_not_tried_for_ever() {
        let caution = Caution::default();
        assert!(take(&caution, Some(false)) && take(&caution, None) && take(&caution, Some(false)));
        assert!(take(&caution, Some(false)));
        assert!(!take(&caution, Some(true)), "three have refused");

        let caution = Caution::default();
        assert!(take(&caution, Some(false)) && take(&caution, Some(false)) && take(&caution, Some(true)));
        assert!((0..10).all(|_| take(&caution, Some(false))), "it is known to work somewhere");
    }

    #[test]
    fn no_more_are_tried_at_once_than_may_fail() {
        let caution = Caution::default();
        let most = Mutex::new((0_usize, 0_usize));
        let tried = std::thread::scope(|scope| {
            let one = || {
                let Some(mut turn) = caution.turn() else { return false };
                {
                    let mut most = most.lock().expect("not poisoned");
                    most.0 += 1;
                    most.1 = most.1.max(most.0);
                }
                std::thread::yield_now();
                most.lock().expect("not poisoned").0 -= 1;
                turn.worked = Some(false);
                true
            };
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(one)).collect();
            threads.into_iter().map(|thread| thread.join().expect("ends")).filter(|tried| *tried).count()
        });
        assert_eq!(tried, REFUSALS);
        assert!(most.lock().expect("not poisoned").1 <= REFUSALS);
    }
}
