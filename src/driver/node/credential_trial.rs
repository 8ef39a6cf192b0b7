//! Tries new BMC credentials on a temporary node before the real node is changed.
//!
//! Ironic never returns a secret, so overwritten credentials cannot be restored. New credentials are tried first on a
//! trial node: a temporary node with the same settings for reaching the BMC. Its move to `manageable` verifies the
//! credentials by reading the power state; then it is deleted. The real node keeps its state, with or without an
//! instance.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::change::reference;
use crate::driver::change_requests::ChangeTarget;
use crate::driver::instance::lookup::optional;
use crate::driver::watch::dead_conductor::is_of_conductor;
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Aftermath, Driver, Error, OnStop};
use crate::inventory::driver_info::{DriverInfo, is_bmc_key};
use crate::ironic::{Fault, ProvisionTarget};
use crate::rest::mask::{MASK, is_secret_key};

/// The key in the `extra` of a trial node. Its value is the UUID of the real node.
pub(in crate::driver) const TRIAL_OF: &str = "farrier_probe";
/// The key in the `extra` of a trial node for the ID of the trial that created it.
const TRIAL_ID: &str = "farrier_try";

/// The number of machines that may reject credentials before these are not tried any more: many BMCs lock an account after
/// several failures, and one mistyped password must not lock a whole rack.
const MAX_REJECTIONS: usize = 3;

/// A change of a node's `driver_info`.
#[derive(Debug, Clone, Default)]
pub struct BmcAccess {
    /// The keys to set.
    pub set: DriverInfo,
    /// The keys to remove.
    pub unset: Vec<String>,
}

/// Limits the trials of credentials that are given to many machines, so that not all of them reject these.
#[derive(Debug, Default)]
pub struct TrialLimiter {
    state: Mutex<TrialState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct TrialState {
    under_way: usize,
    refused: usize,
    has_worked: bool,
}

impl TrialLimiter {
    /// Waits until a trial may start. Until one has succeeded, running and failed trials together do not exceed
    /// [`MAX_REJECTIONS`]. `None` if that many have failed.
    fn permit(&self) -> Option<TrialPermit<'_>> {
        let mut state = self.lock();
        while !state.has_worked
            && state.refused < MAX_REJECTIONS
            && state.under_way + state.refused >= MAX_REJECTIONS
        {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if !state.has_worked && state.refused >= MAX_REJECTIONS {
            return None;
        }
        state.under_way += 1;
        Some(TrialPermit { limiter: self, worked: None })
    }

    fn lock(&self) -> MutexGuard<'_, TrialState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The trial on one machine; it ends on drop.
struct TrialPermit<'c> {
    limiter: &'c TrialLimiter,
    worked: Option<bool>,
}

impl Drop for TrialPermit<'_> {
    fn drop(&mut self) {
        let mut state = self.limiter.lock();
        state.under_way -= 1;
        match self.worked {
            Some(true) => state.has_worked = true,
            Some(false) => state.refused += 1,
            None => {}
        }
        self.limiter.changed.notify_all();
    }
}

impl BmcAccess {
    /// Whether it affects access to the BMC. A ramdisk image, for example, does not.
    #[must_use]
    pub fn concerns_bmc(&self) -> bool {
        let mut keys = self.set.expose().keys().chain(&self.unset);
        keys.any(|key| is_bmc_key(key) || is_secret_key(key))
    }
}

impl Driver<'_> {
    /// Tries new BMC credentials of a node without changing the node. `limiter` limits the trials on many machines.
    ///
    /// # Errors
    /// [`Error::Failed`] with Ironic's reason if the BMC is unreachable or rejects the credentials; [`Error::Forbidden`] if a
    /// required secret is unavailable, or the credentials have failed on too many machines; a failed request.
    pub(in crate::driver) fn try_access(
        &self,
        node: &Map<String, Value>,
        access: &BmcAccess,
        limiter: &TrialLimiter,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let known = reference(node);
        let label = known.label();
        let forbidden = |why: String| Error::Forbidden { subject: format!("node {label}"), why };
        let trial_node = trial_node(node, access).map_err(forbidden)?;
        let mut permit = limiter.permit().ok_or_else(|| {
            forbidden(format!(
                "credentials not tested: {MAX_REJECTIONS} machines rejected them, and none accepted them"
            ))
        })?;
        let uuid = trial_node["uuid"].as_str().expect("it was just made").to_owned();
        // A killed trial may have left its node.
        let itself = ChangeTarget::free(NodeRef { uuid: uuid.clone(), name: None });
        self.remove_back(&itself, progress)?;
        match self.patiently(progress, || self.client.create_node(&trial_node)) {
            // An earlier try of this request arrived, and its response was lost.
            Err(error)
                if error.fault() == Some(&Fault::AlreadyExists) && self.exists_unchanged(&trial_node)? => {}
            created => drop(created?),
        }
        let verified =
            self.despite_dead_conductors(OnStop::End, progress, |progress| self.verify(&uuid, progress));
        let removed = self.remove_back(&itself, progress);
        permit.worked = match &verified {
            Ok(()) => Some(true),
            Err(Error::Failed { reason, .. }) if !is_of_conductor(reason) => Some(false),
            Err(_) => None,
        };
        verified.map_err(|error| match error {
            Error::Failed { reason, .. } => Error::Failed {
                reason: reason.replace(&uuid, &known.uuid),
                operation: "verifying the new BMC credentials",
                state: node.get("provision_state").and_then(Value::as_str).unwrap_or_default().to_owned(),
                node: known,
            },
            error if removed.is_ok() => error.with_aftermath(Aftermath::Nothing),
            error => error,
        })?;
        removed
    }

    /// Whether exactly this trial node exists, and not the one of another trial.
    fn exists_unchanged(&self, trial_node: &Map<String, Value>) -> Result<bool, Error> {
        let uuid = trial_node["uuid"].as_str().expect("it was just made");
        let there = optional(self.client.node_whole(uuid)).map_err(Error::about(format!("node {uuid}")))?;
        Ok(there.is_some_and(|there| there.get("extra") == trial_node.get("extra")))
    }

    fn verify(&self, uuid: &str, progress: &mut Progress<'_>) -> Result<(), Error> {
        let node = self.client.node(uuid).map_err(Error::about(progress.name()))?;
        self.begin(&node, ProvisionTarget::Manage, &Map::new(), progress)?;
        self.await_end(&node, progress).map(drop)
    }
}

/// The trial node for a node with new credentials.
fn trial_node(node: &Map<String, Value>, access: &BmcAccess) -> Result<Map<String, Value>, String> {
    let mut driver_info = node.get("driver_info").and_then(Value::as_object).cloned().unwrap_or_default();
    // For users who may not read `driver_info` (Ironic: `ironic/api/controllers/v1/node.py`).
    if driver_info.get("content").and_then(Value::as_str).is_some_and(|text| text.contains("Redacted")) {
        return Err(
            "its `driver_info` is hidden from this user, so new credentials cannot be tested".to_owned()
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
        return Err(format!("Ironic does not return `{key}`, which the test needs; give it again"));
    }
    // Unrelated secrets.
    driver_info.retain(|_, value| value != MASK);
    let of = node.get("uuid").and_then(Value::as_str).unwrap_or_default();
    let label = node.get("name").and_then(Value::as_str).unwrap_or(of);
    let uuid = uuid_of(of);
    let mut trial_node: Map<String, Value> = node
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
            json!(format!(
                "temporary node of farrier, for a test of the BMC credentials of {label}; can be deleted"
            )),
        ),
        ("driver_info", Value::Object(driver_info)),
        ("extra", json!({TRIAL_OF: of, TRIAL_ID: Uuid::new_v4().to_string()})),
    ];
    trial_node.extend(own.into_iter().map(|(key, value)| (key.to_owned(), value)));
    Ok(trial_node)
}

/// The UUID of a node's trial node. It is always the same, so that a later run finds a trial node that a killed run
/// left.
fn uuid_of(node: &str) -> Uuid {
    let digest = Sha256::digest(format!("{TRIAL_OF} {node}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// The common prefix of keys for the same access method: `redfish` in `redfish_password`.
fn family(key: &str) -> &str {
    key.split_once('_').map_or(key, |(family, _)| family)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::enrollment::Enrollment;
    use crate::inventory::reference::SecretResolver;

    fn access(set: &Value, unset: &[&str]) -> BmcAccess {
        let node = json!({"driver": "redfish", "name": "a", "driver_info": set});
        let enrollment = Enrollment::from_node(node, &SecretResolver::none()).expect("valid");
        BmcAccess {
            set: enrollment.machines[0].driver_info.clone(),
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
    fn a_trial_node_has_only_the_bmc_settings_of_its_node() {
        let trial_node =
            trial_node(&node(), &access(&json!({"redfish_password": "n3w"}), &[])).expect("valid");
        let wanted =
            json!({"redfish_address": "https://bmc", "redfish_username": "op", "redfish_password": "n3w"});
        assert_eq!(trial_node["driver_info"], wanted);
        assert_eq!(
            (&trial_node["conductor_group"], &trial_node["power_interface"]),
            (&json!("east"), &json!("redfish"))
        );
        for key in ["instance_uuid", "resource_class", "provision_state", "rescue_interface", "owner"] {
            assert!(!trial_node.contains_key(key), "{key}");
        }
        assert_eq!(trial_node["extra"][TRIAL_OF], node()["uuid"]);
        let again =
            super::trial_node(&node(), &access(&json!({"redfish_password": "other"}), &[])).expect("valid");
        assert_eq!(trial_node["uuid"], again["uuid"], "a later trial finds the node of an earlier one");
        assert_ne!(trial_node["extra"], again["extra"], "but can tell them apart");
        assert_ne!(trial_node["uuid"], node()["uuid"]);
    }

    #[test]
    fn a_trial_without_the_needed_secrets_is_refused() {
        let refused = |access: &BmcAccess| trial_node(&node(), access).expect_err("refused");
        assert!(refused(&access(&json!({"redfish_username": "new"}), &[])).contains("`redfish_password`"));
        assert!(refused(&access(&json!({}), &["redfish_username"])).contains("`redfish_password`"));
        assert!(trial_node(&node(), &access(&json!({}), &["redfish_username", "redfish_password"])).is_ok());
        let mut hidden = node();
        hidden.insert("driver_info".to_owned(), json!({"content": "** Redacted - requires privilege **"}));
        let why =
            trial_node(&hidden, &access(&json!({"redfish_password": "n3w"}), &[])).expect_err("refused");
        assert!(why.contains("hidden"), "{why}");
    }

    /// Starts a trial and ends it.
    fn take(limiter: &TrialLimiter, worked: Option<bool>) -> bool {
        let Some(mut permit) = limiter.permit() else { return false };
        permit.worked = worked;
        true
    }

    #[test]
    fn credentials_that_every_machine_rejects_are_tried_on_few() {
        let limiter = TrialLimiter::default();
        assert!(take(&limiter, Some(false)) && take(&limiter, None) && take(&limiter, Some(false)));
        assert!(take(&limiter, Some(false)));
        assert!(!take(&limiter, Some(true)), "three have rejected them");

        let limiter = TrialLimiter::default();
        assert!(take(&limiter, Some(false)) && take(&limiter, Some(false)) && take(&limiter, Some(true)));
        assert!((0..10).all(|_| take(&limiter, Some(false))), "they worked on one machine");
    }

    #[test]
    fn concurrent_trials_are_limited() {
        let limiter = TrialLimiter::default();
        let most = Mutex::new((0_usize, 0_usize));
        let tried = std::thread::scope(|scope| {
            let one = || {
                let Some(mut permit) = limiter.permit() else { return false };
                {
                    let mut most = most.lock().expect("not poisoned");
                    most.0 += 1;
                    most.1 = most.1.max(most.0);
                }
                std::thread::yield_now();
                most.lock().expect("not poisoned").0 -= 1;
                permit.worked = Some(false);
                true
            };
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(one)).collect();
            threads.into_iter().map(|thread| thread.join().expect("ends")).filter(|tried| *tried).count()
        });
        assert_eq!(tried, MAX_REJECTIONS);
        assert!(most.lock().expect("not poisoned").1 <= MAX_REJECTIONS);
    }
}
