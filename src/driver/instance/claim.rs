//! Claims of nodes. Ironic decides each claim atomically.
//!
//! A node with a resource class is claimed by an allocation with this node as its only candidate, because Ironic ignores
//! the order of several candidates. A node without a resource class, which allocations cannot use, is claimed by writing
//! `instance_uuid`, which Ironic refuses if the node has one. If another request wins, the next candidate is tried.
//!
//! Ironic also ensures that a name has one instance: allocation names are unique. For claims without an allocation the
//! UUID is derived from the name, and Ironic refuses the same `instance_uuid` on two nodes.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::intent::{self, Intent};
use super::lookup::optional;
use super::quarantine::NodeFailures;
use crate::driver::change_requests::{ChangeTarget, may_have_arrived};
use crate::driver::clouds::Drivers;
use crate::driver::network::{AfterDetach, Networked};
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Aftermath, Driver, Error, LOST_RESPONSE_RETRIES, LockHolder, OnStop};
use crate::ironic::allocation::{Allocation, AllocationState, NewAllocation};
use crate::ironic::guard::{Observation, Occupant};
use crate::ironic::{self, Fault, Feature, Node, Patch};
use crate::rest::retry::{Repeat, growing};

/// How long to wait for a conductor to decide an allocation.
const DECISION: Duration = Duration::from_secs(60);

/// How long to retry locked nodes after all other candidates were tried.
const LOCKS: Duration = Duration::from_secs(60);

/// A node that fits.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The node.
    pub node: NodeRef,
    /// Its resource class; `None` or empty if it has none.
    pub resource_class: Option<String>,
    /// The name of its cloud, if the cloud has a name.
    pub cloud: Option<String>,
}

/// State shared by the instances of one run: the nodes that are claimed or unusable, which no other instance tries, and
/// the failures of nodes.
#[derive(Debug, Default)]
pub struct ClaimedNodes {
    nodes: Mutex<HashSet<String>>,
    pub(in crate::driver) failures: NodeFailures,
}

impl ClaimedNodes {
    /// Reserves a node for one thread; `false` if another thread has it.
    fn take(&self, uuid: &str) -> bool {
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner).insert(uuid.to_owned())
    }

    /// Allows further attempts to claim a node.
    fn allow_retry(&self, uuid: &str) {
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner).remove(uuid);
    }
}

/// The claim of a node for an instance.
#[derive(Debug, Clone)]
pub(in crate::driver) struct Claim {
    /// The instance's UUID.
    pub(in crate::driver) uuid: String,
    /// The node.
    pub(in crate::driver) node: NodeRef,
    /// Whether there is an allocation. If not, the claim is only the node's `instance_uuid`.
    pub(in crate::driver) allocated: bool,
    /// When the node was claimed (RFC 3339), if known.
    pub(in crate::driver) created_at: Option<String>,
    /// Whether the instance has networks.
    pub(in crate::driver) networked: Networked,
}

/// The result of an attempt to claim a node.
enum Attempt {
    Got(Claim),
    /// Another instance has the node, or the node has changed: the reason.
    Lost(String),
    /// The node is locked: the conductor that holds the lock, if it was still locked when it was read again.
    Locked(Option<String>),
}

impl Drivers<'_> {
    /// Claims the first available candidate. Returns the index of its cloud and the claim. The intent may differ between
    /// clouds.
    pub(in crate::driver) fn claim(
        &self,
        name: &str,
        intent: impl Fn(&Driver<'_>) -> Result<Intent, Error>,
        candidates: &[Candidate],
        taken: &ClaimedNodes,
        progress: &mut Progress<'_>,
    ) -> Result<(usize, Claim), Error> {
        // All members share the cancel token and the deadline.
        let first = &self.members[0];
        let began = Instant::now();
        let mut pauses = growing(Duration::from_millis(500), Duration::from_secs(8));
        let mut tried = Vec::new();
        // The number of tried nodes that cannot be attached to the networks.
        let mut unfit_nodes = 0;
        let mut holders: HashMap<&str, LockHolder> = HashMap::new();
        let mut round: Vec<&Candidate> = candidates.iter().collect();
        loop {
            let mut locked = Vec::new();
            for candidate in round {
                first.check_canceled(
                    progress,
                    if tried.is_empty() { Aftermath::NotBegun } else { Aftermath::Nothing },
                )?;
                if !taken.take(&candidate.node.uuid) {
                    continue;
                }
                let label = candidate.node.label();
                progress.stage(format!("allocating {label}"));
                let at = self.place_of(candidate.cloud.as_deref());
                let driver = &self.members[at];
                let intent = &intent(driver).inspect_err(|_| taken.allow_retry(&candidate.node.uuid))?;
                let unfit = driver.cannot_join(&candidate.node.uuid, &intent.networks);
                if let Some(why) = unfit.inspect_err(|_| taken.allow_retry(&candidate.node.uuid))? {
                    taken.allow_retry(&candidate.node.uuid);
                    tried.push(format!("{label}: {why}"));
                    unfit_nodes += 1;
                    continue;
                }
                let attempt = match candidate.resource_class.as_deref() {
                    Some(class) if !class.is_empty() => {
                        driver.allocate(name, intent, candidate, class, progress)
                    }
                    _ => driver.associate(name, intent, candidate, progress),
                };
                // After an error it is unknown whether the node is claimed, so other instances may try it.
                let attempt = attempt.inspect_err(|_| taken.allow_retry(&candidate.node.uuid))?;
                match attempt {
                    Attempt::Got(claim) => {
                        progress.moves_to(driver.client.address());
                        progress.claimed(claim.node.clone(), &claim.uuid);
                        self.must_be_alone(at, name, &claim, progress)?;
                        return Ok((at, claim));
                    }
                    Attempt::Lost(why) => tried.push(format!("{label}: {why}")),
                    Attempt::Locked(holder) => {
                        taken.allow_retry(&candidate.node.uuid);
                        let why = match holder {
                            Some(host) => holders.entry(&candidate.node.uuid).or_default().describe(&host),
                            None => "locked".to_owned(),
                        };
                        locked.push((candidate, format!("{label}: {why}")));
                    }
                }
            }
            if locked.is_empty() || began.elapsed() > LOCKS {
                tried.extend(locked.into_iter().map(|(_, why)| why));
                let name = name.to_owned();
                let all_unfit = unfit_nodes > 0 && unfit_nodes == tried.len();
                return Err(if all_unfit {
                    Error::NoRoom { name, tried }
                } else {
                    Error::Taken { name, tried }
                });
            }
            let reasons: Vec<&str> = locked.iter().map(|(_, why)| why.as_str()).collect();
            progress.waiting(reasons.join("; "));
            let pause = pauses.next().expect("it never ends");
            let _ = first.pause(pause);
            round = locked.into_iter().map(|(candidate, _)| candidate).collect();
        }
    }

    /// Releases the claim if an instance without an allocation, or an instance in another cloud, has the same name.
    /// Ironic prevents neither. If two runs claim the name at once, at least the later one sees the conflict.
    fn must_be_alone(
        &self,
        at: usize,
        name: &str,
        claim: &Claim,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let driver = &self.members[at];
        if driver.client.has(Feature::InstanceName) {
            // Only after the claim, so that the claim does not wait for a list of all instances.
            let others = driver.displayed(name).unwrap_or_default();
            if let Some(other) = others.iter().find(|uuid| **uuid != claim.node.uuid) {
                let why = format!("by the instance on node {other}");
                return self.release_taken_name(at, name, why, claim, progress);
            }
        }
        // A cloud that does not answer had no instance of this name when it last answered.
        let look = |driver: &Driver<'_>| driver.find_instance(name).ok().flatten().is_some();
        let Some(other) = self.first_other_cloud(at, look) else { return Ok(()) };
        let cloud = other.cloud.as_deref().unwrap_or_default();
        let why = format!("by a new instance in cloud `{cloud}`");
        self.release_taken_name(at, name, why, claim, progress)
    }

    /// Releases a claim because its name is taken.
    fn release_taken_name(
        &self,
        at: usize,
        name: &str,
        why: String,
        claim: &Claim,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        progress.undoing("releasing the node");
        let taken = Error::NameTaken { name: name.to_owned(), why };
        match self.members[at].release_for_undo(claim, progress) {
            Ok(_) => Err(taken),
            Err(undo) => Err(Error::NotUndone { cause: Box::new(taken), undo: Box::new(undo) }),
        }
    }
}

impl Driver<'_> {
    fn allocate(
        &self,
        name: &str,
        intent: &Intent,
        candidate: &Candidate,
        resource_class: &str,
        progress: &mut Progress<'_>,
    ) -> Result<Attempt, Error> {
        let uuid = Uuid::new_v4();
        let id = uuid.to_string();
        let new = NewAllocation {
            uuid,
            name,
            resource_class,
            candidate: &candidate.node.uuid,
            extra: intent.to_extra(),
        };
        self.check_canceled(progress, Aftermath::Nothing)?;
        let allocation = match self.patiently(progress, || self.client.create_allocation(&new)) {
            Ok(allocation) => Ok(allocation),
            Err(error) if error.fault() == Some(&Fault::AlreadyExists) => match self.client.allocation(&id) {
                // An earlier try of this request had succeeded.
                Ok(ours) => Ok(ours),
                Err(other) if other.is_not_found() => {
                    return Err(Error::NameTaken {
                        name: name.to_owned(),
                        why: "by a new instance".to_owned(),
                    });
                }
                Err(other) => Err(Error::about(format!("instance {name}"))(other)),
            },
            // Ironic answers 400 if the candidate no longer exists.
            Err(Error::Request { source: ironic::Error::Api(refusal), .. })
                if refusal.refusal.status == 400 =>
            {
                return Ok(Attempt::Lost(refusal.to_string()));
            }
            Err(Error::Request { subject, source }) if source.is_refusal() => {
                return Err(Error::Request { subject, source });
            }
            Err(error) => Err(error),
        };
        let decided = allocation.and_then(|allocation| {
            self.await_decision(allocation).map_err(Error::about(format!("instance {name}")))
        });
        let allocation = match decided {
            Ok(allocation) => allocation,
            Err(Error::Request { source, .. }) if source.is_not_found() => {
                return Err(Error::Forbidden {
                    subject: format!("instance {name}"),
                    why: "another user deleted its allocation before a conductor decided it".to_owned(),
                });
            }
            // The allocation may exist. Remove it, so that it does not hold a node unnoticed.
            Err(cause) => {
                return Err(self.remove_possible_allocation_after(&id, name, candidate, cause, progress));
            }
        };
        match allocation.state {
            AllocationState::Active => {
                let created_at = allocation.created_at;
                Ok(Attempt::Got(Claim {
                    uuid: id,
                    node: candidate.node.clone(),
                    allocated: true,
                    created_at,
                    networked: Networked::noted(&intent.networks),
                }))
            }
            AllocationState::Error => {
                // The failed record keeps the name until it is deleted.
                self.undoing(progress, || self.client.delete_allocation(&id))?;
                let why = allocation.last_error.unwrap_or_else(|| "Ironic gave no reason".to_owned());
                // Ironic's message if it could not lock the node (`ironic/conductor/allocations.py`).
                if !why.contains("could not reserve") {
                    return Ok(Attempt::Lost(why));
                }
                let node = self.client.node_fields(&candidate.node.uuid, &["uuid", "reservation"]);
                Ok(Attempt::Locked(node.ok().and_then(|node| node.lock_holder().map(str::to_owned))))
            }
            AllocationState::Allocating | AllocationState::Unknown(_) => {
                if !self.remove_possible_allocation(&id, name, candidate, progress)? {
                    return Err(deployed_by_another_run(name));
                }
                self.check_canceled(progress, Aftermath::Nothing)?;
                Ok(Attempt::Lost(format!(
                    "no conductor decided the allocation within {} s",
                    DECISION.as_secs()
                )))
            }
        }
    }

    /// Removes an allocation that may have been created, and the fields that it may have written to its node. Returns
    /// `false` and removes nothing if another run of the same command has started a deploy on it.
    fn remove_possible_allocation(
        &self,
        id: &str,
        name: &str,
        candidate: &Candidate,
        progress: &mut Progress<'_>,
    ) -> Result<bool, Error> {
        let claim = Claim {
            uuid: id.to_owned(),
            node: candidate.node.clone(),
            allocated: true,
            created_at: None,
            networked: Networked::Unknown,
        };
        // Twice, because a conductor may decide the allocation during the first pass: Ironic then clears the node except
        // for the traits that the allocation wrote there.
        for _ in 0..2 {
            if !self.undoing(progress, || self.release_once(&claim, name))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Like [`Driver::remove_possible_allocation`], called when `cause` leaves it unknown whether the allocation exists.
    /// Returns the error to report.
    fn remove_possible_allocation_after(
        &self,
        id: &str,
        name: &str,
        candidate: &Candidate,
        cause: Error,
        progress: &mut Progress<'_>,
    ) -> Error {
        match self.remove_possible_allocation(id, name, candidate, progress) {
            Ok(true) => cause.with_aftermath(Aftermath::Nothing),
            Ok(false) => deployed_by_another_run(name),
            Err(undo) => Error::NotUndone { cause: Box::new(cause), undo: Box::new(undo) },
        }
    }

    /// Waits up to [`DECISION`] for a conductor to decide an allocation. A signal or the timeout ends the wait.
    pub(in crate::driver) fn await_decision(
        &self,
        mut allocation: Allocation,
    ) -> Result<Allocation, ironic::Error> {
        let began = Instant::now();
        let mut pauses = growing(Duration::from_millis(50), Duration::from_secs(1));
        while !matches!(allocation.state, AllocationState::Active | AllocationState::Error) {
            let pause = pauses.next().expect("it never ends");
            if began.elapsed() > DECISION || self.pause(pause) {
                break;
            }
            match self.client.allocation(&allocation.uuid) {
                Ok(now) => allocation = now,
                // The decision does not depend on this answer.
                Err(error) if error.fault() == Some(&Fault::NoDatabase) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(allocation)
    }

    /// Claims a node without a resource class. Writes name, intent and UUID in one request.
    fn associate(
        &self,
        name: &str,
        intent: &Intent,
        candidate: &Candidate,
        progress: &mut Progress<'_>,
    ) -> Result<Attempt, Error> {
        let uuid = uuid_of(name).to_string();
        let claimed_at = Some(self.client.now().to_string());
        let mut info = intent.to_instance_info(claimed_at.as_deref());
        info.insert("display_name".to_owned(), name.into());
        let mut patch =
            Patch::new().add("/instance_uuid", uuid.as_str()).add("/instance_info", Value::Object(info));
        if self.client.has(Feature::InstanceName) {
            // Ironic sets it from `display_name` only if the last instance left it empty.
            patch = patch.add("/instance_name", name);
        }
        let node = candidate.node.clone();
        let networked = Networked::noted(&intent.networks);
        let claim = Claim { uuid: uuid.clone(), node, allocated: false, created_at: claimed_at, networked };
        let won = || Attempt::Got(claim.clone());
        let free = ChangeTarget::free(candidate.node.clone());
        let is_sent = Cell::new(false);
        let sent = self.patiently(progress, || {
            let sent = self.attempt(name, &free, Repeat::Safe, OnStop::End, &mut |guard| {
                let result = self.client.patch_node(guard, &patch);
                is_sent.set(is_sent.get() || result.as_ref().is_err_and(may_have_arrived));
                result
            });
            match sent {
                // If this request succeeded anyway, the next try finds the claim.
                Err(error) if error.fault() == Some(&Fault::NoDatabase) => Err(error),
                other => Ok(other),
            }
        });
        let sent = match sent {
            Ok(sent) => sent,
            Err(cause) => {
                return Err(self.remove_possible_association(&claim, name, is_sent.get(), cause, progress));
            }
        };
        let error = match sent {
            Ok(Ok(())) => return Ok(won()),
            Ok(Err(stopped @ (Error::Interrupted { .. } | Error::TimedOut { .. }))) => {
                return Err(self.remove_possible_association(&claim, name, is_sent.get(), stopped, progress));
            }
            // Another instance has the node, or an earlier try of ours won and its answer was lost.
            Ok(Err(taken)) => {
                let now = self.client.node(&candidate.node.uuid);
                let now = now.map_err(Error::about(format!("instance {name}")))?;
                let ours = now.instance_uuid.as_deref() == Some(&uuid);
                return Ok(if ours { won() } else { Attempt::Lost(taken.to_string()) });
            }
            Err(error) => error,
        };
        // A signal or the timeout ended the read before the request, so nothing was sent.
        if error.stopped().is_some()
            && !error.may_have_changed()
            && let Err(stopped) = self.check_canceled(progress, Aftermath::Nothing)
        {
            return Err(self.remove_possible_association(&claim, name, is_sent.get(), stopped, progress));
        }
        let raced = matches!(
            error.fault(),
            Some(Fault::Associated | Fault::Locked { .. } | Fault::Conflict | Fault::NotFound)
        );
        let failed = Error::about(format!("instance {name}"));
        if error.fault() == Some(&Fault::Unavailable) {
            return Ok(Attempt::Locked(None));
        }
        if !raced && error.is_refusal() {
            return Err(failed(error));
        }
        // An earlier try may have won: then Ironic answers "associated" to the second one, or the answer was lost.
        match self.client.node(&candidate.node.uuid) {
            Ok(node) if node.instance_uuid.as_deref() == Some(&uuid) => Ok(won()),
            Ok(node) if node.instance_uuid.is_none() && node.lock_holder().is_some() => {
                Ok(Attempt::Locked(node.lock_holder().map(str::to_owned)))
            }
            Ok(_) if matches!(error.fault(), Some(Fault::Locked { .. })) => Ok(Attempt::Locked(None)),
            Ok(node) if node.instance_uuid.is_none() && error.fault() == Some(&Fault::Associated) => {
                Err(Error::NameTaken { name: name.to_owned(), why: "by a new instance".to_owned() })
            }
            _ if raced => Ok(Attempt::Lost(error.text())),
            Ok(_) => Err(failed(error)),
            Err(look) => Err(Error::NotUndone {
                cause: Box::new(failed(error)),
                undo: Box::new(Error::about(format!("node {}", candidate.node.uuid))(look)),
            }),
        }
    }

    /// Removes a claim by `instance_uuid` that may have succeeded, and returns the error to report. A request that
    /// got no answer (`is_sent`) may still arrive.
    fn remove_possible_association(
        &self,
        claim: &Claim,
        name: &str,
        is_sent: bool,
        cause: Error,
        progress: &mut Progress<'_>,
    ) -> Error {
        if !is_sent {
            return cause.with_aftermath(Aftermath::Nothing);
        }
        match self.undoing(progress, || self.release_once(claim, name)) {
            Ok(_) => cause.with_aftermath(Aftermath::Unknown),
            Err(undo) => Error::NotUndone { cause: Box::new(cause), undo: Box::new(undo) },
        }
    }

    /// Releases a claimed node. Returns `false` and changes nothing if a deploy has started on it. Idempotent.
    pub(in crate::driver) fn release(
        &self,
        claim: &Claim,
        progress: &mut Progress<'_>,
    ) -> Result<bool, Error> {
        self.check_canceled(progress, Aftermath::AsItWas)?;
        if !self.leave_claim(claim, OnStop::End, progress)? {
            return Ok(false);
        }
        let name = progress.name().to_owned();
        self.patiently(progress, || self.release_once(claim, &name))
    }

    /// Like [`Driver::release`], for an undo: continues after a signal or the timeout.
    pub(in crate::driver) fn release_for_undo(
        &self,
        claim: &Claim,
        progress: &mut Progress<'_>,
    ) -> Result<bool, Error> {
        if !self.leave_claim(claim, OnStop::Continue, progress)? {
            return Ok(false);
        }
        let name = progress.name().to_owned();
        self.undoing(progress, || self.release_once(claim, &name))
    }

    /// Detaches the networks of a claimed node. Returns `false` and changes nothing if a deploy has started on it.
    fn leave_claim(
        &self,
        claim: &Claim,
        on_stop: OnStop,
        progress: &mut Progress<'_>,
    ) -> Result<bool, Error> {
        if self.neutron.is_none() && claim.networked == Networked::Unknown {
            return Ok(true);
        }
        let about = Error::about(progress.name());
        let node = optional(self.client.node(&claim.node.uuid)).map_err(about)?;
        let ours = node.filter(|node| node.instance_uuid.as_deref() == Some(&claim.uuid));
        if ours.as_ref().is_some_and(|node| !node.provision_state.is_idle()) {
            return Ok(false);
        }
        self.detach_networks(
            &claim.uuid,
            ours.as_ref(),
            claim.networked,
            AfterDetach::Release,
            on_stop,
            progress,
        )?;
        Ok(true)
    }

    fn release_once(&self, claim: &Claim, name: &str) -> Result<bool, ironic::Error> {
        let look = || match self.observe_for_change(&claim.node.uuid) {
            Err(error) if error.is_not_found() => Ok(None),
            other => other.map(Some),
        };
        let is_ours = |node: &Node| node.instance_uuid.as_deref() == Some(&claim.uuid);
        let is_deploying = |node: &Node| is_ours(node) && !node.provision_state.is_idle();
        let mut pauses =
            growing(Duration::from_millis(400), Duration::from_secs(5)).take(LOST_RESPONSE_RETRIES);
        // The node's `instance_info` while it had this claim. Any other value later is an operator's and is kept.
        let mut prepared = None;
        loop {
            // Look before each try: a deploy may have locked the node, or, if an answer was lost, another instance may
            // have it.
            let observation = look()?;
            if observation.as_ref().is_some_and(|observation| is_deploying(&observation.node)) {
                return Ok(false);
            }
            // Remove the claim last, so that the same command can continue if this run is killed in between.
            let bare = |node: &Node| node.instance_uuid.is_none() && node.provision_state.is_idle();
            let is_left = |node: &Node| {
                let info = &node.instance_info;
                let is_known = prepared.as_ref() == Some(info)
                    || info.contains_key(intent::KEY)
                    || info.get("display_name").is_some_and(|display_name| display_name == name);
                bare(node) && !info.is_empty() && (is_known || info.keys().all(|key| key == "traits"))
            };
            let Some(observation) =
                observation.filter(|Observation { node, .. }| is_ours(node) || is_left(node))
            else {
                break;
            };
            if is_ours(&observation.node) {
                prepared = Some(observation.node.instance_info.clone());
            }
            let mut patch = Patch::new().remove("/instance_info");
            if self.client.has(Feature::InstanceName) {
                patch = patch.add("/instance_name", Value::Null);
            }
            if is_ours(&observation.node) && !claim.allocated {
                patch = patch.remove("/instance_uuid");
            }
            // The occupant was checked above.
            let Some(guard) = observation.permit(&Occupant::of(&observation.node)) else { break };
            match self.client.patch_node(guard, &patch) {
                Ok(()) => break,
                Err(error) if error.is_not_found() => break,
                // A user without this permission has written nothing there, and Ironic removes what the allocation wrote.
                Err(error) if claim.allocated && error.fault() == Some(&Fault::Forbidden) => break,
                Err(error) if error.is_lost() => match pauses.next() {
                    Some(pause) => std::thread::sleep(pause),
                    None => return Err(error),
                },
                Err(error) => return Err(error),
            }
        }
        if !claim.allocated {
            return Ok(true);
        }
        match self.client.delete_allocation(&claim.uuid) {
            Err(error)
                if error.fault() == Some(&Fault::Conflict)
                    && look()?.as_ref().is_some_and(|observation| is_deploying(&observation.node)) =>
            {
                Ok(false)
            }
            other => other.map(|()| true),
        }
    }
}

/// The error if another run of the same command has started the deploy.
fn deployed_by_another_run(name: &str) -> Error {
    let why = "by another run of this command, which is deploying it".to_owned();
    Error::NameTaken { name: name.to_owned(), why }
}

/// The UUID of an instance without an allocation, derived from its name.
fn uuid_of(name: &str) -> Uuid {
    let digest = Sha256::digest(format!("an instance without an allocation: {name}"));
    let bytes = digest[..16].try_into().expect("a digest has 32 bytes");
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_always_has_the_same_uuid() {
        assert_eq!(uuid_of("web"), uuid_of("web"));
        assert_ne!(uuid_of("web"), uuid_of("db"));
        assert_eq!(uuid_of("web").get_version_num(), 8);
    }

    #[test]
    fn only_one_instance_at_a_time_tries_a_node() {
        let taken = ClaimedNodes::default();
        assert!(taken.take("n1"));
        assert!(!taken.take("n1"));
        taken.allow_retry("n1");
        assert!(taken.take("n1"));
    }
}
