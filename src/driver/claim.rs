//! A node of one's own: claims, decided atomically on the server.
//!
//! A node with a resource class is claimed by an allocation with that one candidate; Ironic ignores the
//! order of several. A node without one, which allocations cannot see, is claimed by writing
//! `instance_uuid`, which Ironic refuses where there is one already. Either way a lost race costs only a
//! look at the next candidate. One instance a name is also decided there: names of allocations are unique, and
//! where there is none, the UUID is made from the name, for Ironic gives no two nodes the same.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::aside::Failures;
use super::drivers::Drivers;
use super::event::NodeRef;
use super::guard::Target;
use super::instance::optional;
use super::intent::{self, Intent};
use super::network::{After, Networked};
use super::progress::Progress;
use super::{Driver, Error, Held, Left, OnStop, SENT_AGAIN};
use crate::ironic::allocation::{Allocation, AllocationState, NewAllocation};
use crate::ironic::guard::{Occupant, Sight};
use crate::ironic::{self, Fault, Feature, Node, Patch, ProvisionState};
use crate::rest::retry::{Repeat, growing};

/// How long a conductor may take to decide a claim before something is wrong with it.
const DECISION: Duration = Duration::from_secs(60);

/// How long nodes that are only locked are tried again, after all others.
const LOCKS: Duration = Duration::from_secs(60);

/// A node that would do.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The node.
    pub node: NodeRef,
    /// Its resource class; an empty one is none.
    pub resource_class: Option<String>,
    /// The cloud it is in, where that has a name.
    pub cloud: Option<String>,
}

/// What the instances of one run share: the nodes that they have taken or found unusable, which no other of them
/// tries, and how machines failed.
#[derive(Debug, Default)]
pub struct Taken {
    nodes: Mutex<HashSet<String>>,
    pub(super) failures: Failures,
}

impl Taken {
    /// Reserves a node for one thread; `false` if another was first.
    fn take(&self, uuid: &str) -> bool {
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner).insert(uuid.to_owned())
    }

    /// Lets a node that was only locked be tried again.
    fn put_back(&self, uuid: &str) {
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner).remove(uuid);
    }
}

/// A node that is claimed for an instance.
#[derive(Debug, Clone)]
pub(super) struct Claim {
    /// The instance.
    pub(super) uuid: String,
    /// The node.
    pub(super) node: NodeRef,
    /// Whether an allocation holds it; else `instance_uuid` alone does.
    pub(super) allocated: bool,
    /// When the node was claimed, RFC 3339, if that is known.
    pub(super) created_at: Option<String>,
    /// Whether it is to be on networks.
    pub(super) networked: Networked,
}

/// How one attempt at one node went.
enum Attempt {
    Got(Claim),
    /// Somebody else has it, or it is not what it was.
    Lost(String),
    /// It was locked for the moment, by this conductor where it still was when asked.
    Locked(Option<String>),
}

impl Drivers<'_> {
    /// Claims the first candidate that can be had, in the cloud where it is: its place, and the claim. What is
    /// intended may differ from cloud to cloud.
    pub(super) fn claim(
        &self,
        name: &str,
        intent: impl Fn(&Driver<'_>) -> Result<Intent, Error>,
        candidates: &[Candidate],
        taken: &Taken,
        progress: &mut Progress<'_>,
    ) -> Result<(usize, Claim), Error> {
        // Whether to stop is the same to all of them.
        let first = &self.members[0];
        let began = Instant::now();
        let mut pauses = growing(Duration::from_millis(500), Duration::from_secs(8));
        let mut tried = Vec::new();
        // Of those how many cannot be on the networks.
        let mut unfit_nodes = 0;
        let mut holders: HashMap<&str, Held> = HashMap::new();
        let mut round: Vec<&Candidate> = candidates.iter().collect();
        loop {
            let mut locked = Vec::new();
            for candidate in round {
                first.heed(progress, Left::Nothing)?;
                if !taken.take(&candidate.node.uuid) {
                    continue;
                }
                let label = candidate.node.name.as_deref().unwrap_or(&candidate.node.uuid);
                progress.stage(format!("claiming {label}"));
                let at = self.place_of(candidate.cloud.as_deref());
                let driver = &self.members[at];
                let intent = &intent(driver).inspect_err(|_| taken.put_back(&candidate.node.uuid))?;
                let unfit = driver.cannot_join(&candidate.node.uuid, &intent.networks);
                if let Some(why) = unfit.inspect_err(|_| taken.put_back(&candidate.node.uuid))? {
                    taken.put_back(&candidate.node.uuid);
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
                // Where nothing was decided, the node is as free to this instance's next try as to any other's.
                let attempt = attempt.inspect_err(|_| taken.put_back(&candidate.node.uuid))?;
                match attempt {
                    Attempt::Got(claim) => {
                        progress.moves_to(driver.client.address());
                        progress.claimed(claim.node.clone(), &claim.uuid);
                        self.must_be_alone(at, name, &claim, progress)?;
                        return Ok((at, claim));
                    }
                    Attempt::Lost(why) => tried.push(format!("{label}: {why}")),
                    Attempt::Locked(holder) => {
                        taken.put_back(&candidate.node.uuid);
                        let why = match holder {
                            Some(host) => holders.entry(&candidate.node.uuid).or_default().by(&host),
                            None => "locked for a moment".to_owned(),
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
            let told: Vec<&str> = locked.iter().map(|(_, why)| why.as_str()).collect();
            progress.waiting(told.join("; "));
            let pause = pauses.next().expect("it never ends");
            let _ = first.pause(pause);
            round = locked.into_iter().map(|(candidate, _)| candidate).collect();
        }
    }

    /// Gives a claim back whose name an instance without allocation has, or which stands in another cloud too: that is
    /// decided in each cloud by itself. Both of two who claim at once see it, or the later one does.
    fn must_be_alone(
        &self,
        at: usize,
        name: &str,
        claim: &Claim,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let driver = &self.members[at];
        if driver.client.has(Feature::InstanceName) {
            // Looked for only now: a claim is not to wait for a list of all instances.
            let others = driver.displayed(name).unwrap_or_default();
            if let Some(other) = others.iter().find(|uuid| **uuid != claim.node.uuid) {
                let why = format!("the instance on node {other} has it");
                return self.give_back(at, name, why, claim, progress);
            }
        }
        // Of one that does not answer it is known that it had none when it was last asked.
        let look = |driver: &Driver<'_>| driver.find_instance(name).ok().flatten().is_some();
        let Some(other) = self.elsewhere(at, look) else { return Ok(()) };
        let cloud = other.cloud.as_deref().unwrap_or_default();
        let why = format!("another instance was given it just now, in cloud `{cloud}`");
        self.give_back(at, name, why, claim, progress)
    }

    /// Gives a claim back whose name is taken.
    fn give_back(
        &self,
        at: usize,
        name: &str,
        why: String,
        claim: &Claim,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        progress.undoing("releasing the claim");
        let taken = Error::NameTaken { name: name.to_owned(), why };
        match self.members[at].take_back(claim, progress) {
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
        self.heed(progress, Left::Nothing)?;
        let allocation = match self.patiently(progress, || self.client.create_allocation(&new)) {
            Ok(allocation) => Ok(allocation),
            Err(error) if error.fault() == Some(&Fault::AlreadyExists) => match self.client.allocation(&id) {
                // The first try had arrived after all.
                Ok(ours) => Ok(ours),
                Err(other) if other.is_not_found() => {
                    return Err(Error::NameTaken {
                        name: name.to_owned(),
                        why: "another instance was given it just now".to_owned(),
                    });
                }
                Err(other) => Err(Error::about(format!("instance {name}"))(other)),
            },
            // A candidate that no longer exists is refused as a whole.
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
            self.decided(allocation).map_err(Error::about(format!("instance {name}")))
        });
        let allocation = match decided {
            Ok(allocation) => allocation,
            Err(Error::Request { source, .. }) if source.is_not_found() => {
                return Err(Error::Forbidden {
                    subject: format!("instance {name}"),
                    why: "its claim was removed by somebody while it was being decided".to_owned(),
                });
            }
            // Whether it was made is not known: what nobody knows of must not hold a node.
            Err(cause) => return Err(self.forgetting(&id, name, candidate, cause, progress)),
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
                // The words of `ironic/conductor/allocations.py` for nodes whose lock it could not get.
                if !why.contains("could not reserve") {
                    return Ok(Attempt::Lost(why));
                }
                let node = self.client.node_fields(&candidate.node.uuid, &["uuid", "reservation"]);
                Ok(Attempt::Locked(node.ok().and_then(|node| node.lock_holder().map(str::to_owned))))
            }
            AllocationState::Allocating | AllocationState::Unknown(_) => {
                if !self.forget(&id, name, candidate, progress)? {
                    return Err(deployed_by_another_run(name));
                }
                self.heed(progress, Left::Nothing)?;
                Ok(Attempt::Lost(format!("no conductor decided the claim within {} s", DECISION.as_secs())))
            }
        }
    }

    /// Removes an allocation that may have been made, and what it may have written into its node. `false` if another run
    /// of the same command has begun to deploy on it: then nothing is removed.
    fn forget(
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
        // A conductor may decide it in between: Ironic then clears the node but for the traits that it wrote there.
        for _ in 0..2 {
            if !self.undoing(progress, || self.release_once(&claim, name))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// As [`Driver::forget`]; gives back why it is not known whether the allocation was made.
    fn forgetting(
        &self,
        id: &str,
        name: &str,
        candidate: &Candidate,
        cause: Error,
        progress: &mut Progress<'_>,
    ) -> Error {
        match self.forget(id, name, candidate, progress) {
            Ok(true) => cause.leaving(Left::Nothing),
            Ok(false) => deployed_by_another_run(name),
            Err(undo) => Error::NotUndone { cause: Box::new(cause), undo: Box::new(undo) },
        }
    }

    /// Waits for a conductor to decide a claim: not for long, and not once asked to stop.
    pub(super) fn decided(&self, mut allocation: Allocation) -> Result<Allocation, ironic::Error> {
        let began = Instant::now();
        let mut pauses = growing(Duration::from_millis(50), Duration::from_secs(1));
        while !matches!(allocation.state, AllocationState::Active | AllocationState::Error) {
            let pause = pauses.next().expect("it never ends");
            if began.elapsed() > DECISION || self.pause(pause) {
                break;
            }
            match self.client.allocation(&allocation.uuid) {
                Ok(now) => allocation = now,
                // It is decided all the same, or will be.
                Err(error) if error.fault() == Some(&Fault::NoDatabase) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(allocation)
    }

    /// Claims a node without resource class. Name, intent and UUID are written together, in one request.
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
            // Ironic takes it from `display_name` only where the last instance left none.
            patch = patch.add("/instance_name", name);
        }
        let node = candidate.node.clone();
        let networked = Networked::noted(&intent.networks);
        let claim = Claim { uuid: uuid.clone(), node, allocated: false, created_at: claimed_at, networked };
        let won = || Attempt::Got(claim.clone());
        let free = Target::free(candidate.node.clone());
        let sent = self.patiently(progress, || {
            let sent = self.attempt(name, &free, Repeat::Safe, OnStop::End, &mut |guard| {
                self.client.patch_node(guard, &patch)
            });
            match sent {
                // The next try finds the claim if this one was made all the same.
                Err(error) if error.fault() == Some(&Fault::NoDatabase) => Err(error),
                other => Ok(other),
            }
        });
        let sent = match sent {
            Ok(sent) => sent,
            // Whether it was made is not known: a claim that nobody knows of must not hold a node.
            Err(cause) => {
                return Err(match self.undoing(progress, || self.release_once(&claim, name)) {
                    Ok(_) => cause.leaving(Left::Nothing),
                    Err(undo) => Error::NotUndone { cause: Box::new(cause), undo: Box::new(undo) },
                });
            }
        };
        let error = match sent {
            Ok(Ok(())) => return Ok(won()),
            Ok(Err(stopped @ (Error::Interrupted { .. } | Error::TimedOut { .. }))) => {
                return Err(stopped.leaving(Left::Nothing));
            }
            // Somebody has it, or a first try of ours got it whose answer was lost.
            Ok(Err(taken)) => {
                let now = self.client.node(&candidate.node.uuid);
                let now = now.map_err(Error::about(format!("instance {name}")))?;
                let ours = now.instance_uuid.as_deref() == Some(&uuid);
                return Ok(if ours { won() } else { Attempt::Lost(taken.to_string()) });
            }
            Err(error) => error,
        };
        // Only the look was ended.
        if error.stopped().is_some() && !error.may_have_changed() {
            self.heed(progress, Left::Nothing)?;
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
        // "Associated" is also the answer to a second try whose first one won, as is an answer that was lost.
        match self.client.node(&candidate.node.uuid) {
            Ok(node) if node.instance_uuid.as_deref() == Some(&uuid) => Ok(won()),
            Ok(node) if node.instance_uuid.is_none() && node.lock_holder().is_some() => {
                Ok(Attempt::Locked(node.lock_holder().map(str::to_owned)))
            }
            Ok(_) if matches!(error.fault(), Some(Fault::Locked { .. })) => Ok(Attempt::Locked(None)),
            Ok(node) if node.instance_uuid.is_none() && error.fault() == Some(&Fault::Associated) => {
                Err(Error::NameTaken {
                    name: name.to_owned(),
                    why: "another instance was given it just now".to_owned(),
                })
            }
            _ if raced => Ok(Attempt::Lost(error.words())),
            Ok(_) => Err(failed(error)),
            Err(look) => Err(Error::NotUndone {
                cause: Box::new(failed(error)),
                undo: Box::new(Error::about(format!("node {}", candidate.node.uuid))(look)),
            }),
        }
    }

    /// Gives a claimed node back that no deploy was started on. May be done again. `false` where a deploy
    /// has begun on it meanwhile: then nothing was taken from it.
    pub(super) fn release(&self, claim: &Claim, progress: &mut Progress<'_>) -> Result<bool, Error> {
        self.heed(progress, Left::AsItWas)?;
        if !self.leave_claim(claim, OnStop::End, progress)? {
            return Ok(false);
        }
        let name = progress.name().to_owned();
        self.patiently(progress, || self.release_once(claim, &name))
    }

    /// As [`Driver::release`], also when the operator has asked to stop or the time is up: giving back is what
    /// is to be done then.
    pub(super) fn take_back(&self, claim: &Claim, progress: &mut Progress<'_>) -> Result<bool, Error> {
        if !self.leave_claim(claim, OnStop::Continue, progress)? {
            return Ok(false);
        }
        let name = progress.name().to_owned();
        self.undoing(progress, || self.release_once(claim, &name))
    }

    /// Takes a claimed node off its networks, unless a deploy has begun on it: then `false`.
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
        if ours.as_ref().is_some_and(|node| !is_idle(&node.provision_state)) {
            return Ok(false);
        }
        self.leave(&claim.uuid, ours.as_ref(), claim.networked, After::Release, on_stop, progress)?;
        Ok(true)
    }

    fn release_once(&self, claim: &Claim, name: &str) -> Result<bool, ironic::Error> {
        let look = || match self.look(&claim.node.uuid) {
            Err(error) if error.is_not_found() => Ok(None),
            other => other.map(Some),
        };
        let is_ours = |node: &Node| node.instance_uuid.as_deref() == Some(&claim.uuid);
        let has_begun = |node: &Node| is_ours(node) && !is_idle(&node.provision_state);
        let mut pauses = growing(Duration::from_millis(400), Duration::from_secs(5)).take(SENT_AGAIN);
        // What the node had for this claim. Once the claim is gone, anything else there is an operator's own.
        let mut prepared = None;
        loop {
            // Looked at before each try: while it was locked, a deploy may have been what locked it; and where an
            // answer was lost, the node may be another's by now.
            let sight = look()?;
            if sight.as_ref().is_some_and(|sight| has_begun(&sight.node)) {
                return Ok(false);
            }
            // What was prepared first, the claim last: killed in between, the same command goes on from here.
            let bare = |node: &Node| node.instance_uuid.is_none() && is_idle(&node.provision_state);
            let is_left = |node: &Node| {
                let info = &node.instance_info;
                let is_known = prepared.as_ref() == Some(info)
                    || info.contains_key(intent::KEY)
                    || info.get("display_name").is_some_and(|display_name| display_name == name);
                bare(node) && !info.is_empty() && (is_known || info.keys().all(|key| key == "traits"))
            };
            let Some(sight) = sight.filter(|Sight { node, .. }| is_ours(node) || is_left(node)) else {
                break;
            };
            if is_ours(&sight.node) {
                prepared = Some(sight.node.instance_info.clone());
            }
            let mut patch = Patch::new().remove("/instance_info");
            if self.client.has(Feature::InstanceName) {
                patch = patch.add("/instance_name", Value::Null);
            }
            if is_ours(&sight.node) && !claim.allocated {
                patch = patch.remove("/instance_uuid");
            }
            // Whoever has it is who was just decided about.
            let Some(guard) = sight.permit(&Occupant::of(&sight.node)) else { break };
            match self.client.patch_node(guard, &patch) {
                Ok(()) => break,
                Err(error) if error.is_not_found() => break,
                // Whoever may not take it away has written nothing there; what the claim itself wrote goes with it.
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
                    && look()?.as_ref().is_some_and(|sight| has_begun(&sight.node)) =>
            {
                Ok(false)
            }
            other => other.map(|()| true),
        }
    }
}

/// The error of a claim on which another run of the same command deploys by now.
fn deployed_by_another_run(name: &str) -> Error {
    let why = "another run of this command is deploying it".to_owned();
    Error::NameTaken { name: name.to_owned(), why }
}

/// The UUID of an instance without an allocation: always the same for a name.
fn uuid_of(name: &str) -> Uuid {
    let digest = Sha256::digest(format!("an instance without an allocation: {name}"));
    let bytes = digest[..16].try_into().expect("a digest has 32 bytes");
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Whether a node in this state is claimed at most: there is nothing to undeploy.
pub(super) fn is_idle(state: &ProvisionState) -> bool {
    matches!(
        state,
        ProvisionState::Available
            | ProvisionState::Manageable
            | ProvisionState::Enroll
            | ProvisionState::InspectFailed
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_makes_one_uuid() {
        assert_eq!(uuid_of("web"), uuid_of("web"));
        assert_ne!(uuid_of("web"), uuid_of("db"));
        assert_eq!(uuid_of("web").get_version_num(), 8);
    }

    #[test]
    fn a_node_is_tried_by_one_instance_at_a_time() {
        let taken = Taken::default();
        assert!(taken.take("n1"));
        assert!(!taken.take("n1"));
        taken.put_back("n1");
        assert!(taken.take("n1"));
    }
}
