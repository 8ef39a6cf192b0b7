//! A node of one's own: claims, decided atomically on the server.
//!
//! A node with a resource class is claimed by an allocation with that one candidate; Ironic ignores the
//! order of several. A node without one, which allocations cannot see, is claimed by writing
//! `instance_uuid`, which Ironic refuses where there is one already. Either way a lost race costs only a
//! look at the next candidate.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use uuid::Uuid;

use super::aside::Failures;
use super::event::NodeRef;
use super::intent::Intent;
use super::progress::Progress;
use super::{Driver, Error, Left};
use crate::ironic::allocation::{Allocation, AllocationState, NewAllocation};
use crate::ironic::retry::growing;
use crate::ironic::{self, Fault, Patch, ProvisionState};

/// How long a conductor may take to decide a claim before something is wrong with it.
const DECISION: Duration = Duration::from_secs(60);

/// How often nodes that were only locked for a moment are tried again, after all others.
const ROUNDS: usize = 3;

/// A node that would do.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The node.
    pub node: NodeRef,
    /// Its resource class; an empty one is none.
    pub resource_class: Option<String>,
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
}

/// How one attempt at one node went.
enum Attempt {
    Got(Claim),
    /// Somebody else has it, or it is not what it was.
    Lost(String),
    /// It was locked for the moment.
    Locked(String),
}

impl Driver<'_> {
    /// Claims the first candidate that can be had.
    pub(super) fn claim(
        &self,
        name: &str,
        intent: &Intent,
        candidates: &[Candidate],
        taken: &Taken,
        progress: &mut Progress<'_>,
    ) -> Result<Claim, Error> {
        let mut tried = Vec::new();
        let mut round: Vec<&Candidate> = candidates.iter().collect();
        for again in 0..ROUNDS {
            let mut locked = Vec::new();
            for candidate in round {
                self.heed(progress, Left::Nothing)?;
                if !taken.take(&candidate.node.uuid) {
                    continue;
                }
                let label = candidate.node.name.as_deref().unwrap_or(&candidate.node.uuid);
                progress.stage(format!("claiming {label}"));
                let attempt = match candidate.resource_class.as_deref() {
                    Some(class) if !class.is_empty() => {
                        self.allocate(name, intent, candidate, class, progress)?
                    }
                    _ => self.associate(name, intent, candidate)?,
                };
                match attempt {
                    Attempt::Got(claim) => {
                        progress.claimed(claim.node.clone());
                        return Ok(claim);
                    }
                    Attempt::Lost(why) => tried.push(format!("{label}: {why}")),
                    Attempt::Locked(why) => {
                        taken.put_back(&candidate.node.uuid);
                        if again + 1 == ROUNDS {
                            tried.push(format!("{label}: {why}"));
                        } else {
                            progress.waiting(format!("{label}: {why}"));
                            locked.push(candidate);
                        }
                    }
                }
            }
            if locked.is_empty() {
                break;
            }
            round = locked;
        }
        Err(Error::Taken { name: name.to_owned(), tried })
    }

    fn allocate(
        &self,
        name: &str,
        intent: &Intent,
        candidate: &Candidate,
        resource_class: &str,
        progress: &Progress<'_>,
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
        let about = || Error::about(format!("instance {name}"));
        let allocation = match self.client.create_allocation(&new) {
            Ok(allocation) => allocation,
            Err(error) if error.fault() == Some(&Fault::AlreadyExists) => match self.client.allocation(&id) {
                // The first try had arrived after all.
                Ok(ours) => ours,
                Err(other) if other.is_not_found() => {
                    return Err(Error::NameTaken {
                        name: name.to_owned(),
                        why: "another instance was given it just now".to_owned(),
                    });
                }
                Err(other) => return Err(about()(other)),
            },
            // A candidate that no longer exists is refused as a whole.
            Err(error) if error.fault() == Some(&Fault::BadRequest) => {
                return Ok(Attempt::Lost(error.to_string()));
            }
            Err(error) => return Err(about()(error)),
        };
        let allocation = self.decided(allocation).map_err(about())?;
        match allocation.state {
            AllocationState::Active => {
                Ok(Attempt::Got(Claim { uuid: id, node: candidate.node.clone(), allocated: true }))
            }
            AllocationState::Error => {
                // The failed record keeps the name until it is deleted.
                self.client.delete_allocation(&id).map_err(about())?;
                let why = allocation.last_error.unwrap_or_else(|| "Ironic gave no reason".to_owned());
                // The words of `ironic/conductor/allocations.py` for nodes whose lock it could not get.
                let locked = why.contains("could not reserve");
                Ok(if locked { Attempt::Locked("it is locked".to_owned()) } else { Attempt::Lost(why) })
            }
            AllocationState::Allocating | AllocationState::Unknown(_) => {
                self.client.delete_allocation(&id).map_err(about())?;
                self.heed(progress, Left::Nothing)?;
                Ok(Attempt::Lost(format!("no conductor decided the claim within {} s", DECISION.as_secs())))
            }
        }
    }

    /// Waits for a conductor to decide a claim: not for long, and not once asked to stop.
    pub(super) fn decided(&self, mut allocation: Allocation) -> Result<Allocation, ironic::Error> {
        let began = Instant::now();
        let mut pauses = growing(Duration::from_millis(50), Duration::from_secs(1));
        while !matches!(allocation.state, AllocationState::Active | AllocationState::Error) {
            let pause = pauses.next().expect("it never ends");
            if began.elapsed() > DECISION || self.cancel.wait(pause).is_some() {
                break;
            }
            allocation = self.client.allocation(&allocation.uuid)?;
        }
        Ok(allocation)
    }

    /// Claims a node without resource class. Name, intent and UUID are written together, in one request.
    fn associate(&self, name: &str, intent: &Intent, candidate: &Candidate) -> Result<Attempt, Error> {
        let uuid = Uuid::new_v4().to_string();
        let mut info = intent.to_extra();
        info.insert("display_name".to_owned(), name.into());
        let patch =
            Patch::new().add("/instance_uuid", uuid.as_str()).add("/instance_info", Value::Object(info));
        let won =
            || Attempt::Got(Claim { uuid: uuid.clone(), node: candidate.node.clone(), allocated: false });
        let error = match self.client.patch_node(&candidate.node.uuid, &patch) {
            Ok(()) => return Ok(won()),
            Err(error) => error,
        };
        match error.fault() {
            // "Associated" is also the answer to a second try whose first one won.
            Some(Fault::Associated | Fault::Locked { .. } | Fault::Conflict | Fault::NotFound) => {
                match self.client.node(&candidate.node.uuid) {
                    Ok(node) if node.instance_uuid.as_deref() == Some(&uuid) => Ok(won()),
                    Ok(node) if node.instance_uuid.is_none() && node.lock_holder().is_some() => {
                        Ok(Attempt::Locked("it is locked".to_owned()))
                    }
                    _ => Ok(Attempt::Lost(error.to_string())),
                }
            }
            _ => Err(Error::about(format!("instance {name}"))(error)),
        }
    }

    /// Gives a claimed node back that no deploy was started on. May be done again. `false` where a deploy
    /// has begun on it meanwhile: then nothing was taken from it.
    pub(super) fn release(&self, claim: &Claim, progress: &mut Progress<'_>) -> Result<bool, Error> {
        self.patiently(progress, || {
            // Looked at before each try: while it was locked, a deploy may have been what locked it.
            let begun = || match self.client.node(&claim.node.uuid) {
                Ok(node) => {
                    Ok(node.instance_uuid.as_deref() == Some(&claim.uuid) && !is_idle(&node.provision_state))
                }
                Err(error) if error.is_not_found() => Ok(false),
                Err(error) => Err(error),
            };
            if begun()? {
                return Ok(false);
            }
            // What was prepared first, the claim last: killed in between, the same command goes on from here.
            let mut patch = Patch::new().remove("/instance_info");
            if !claim.allocated {
                patch = patch.remove("/instance_uuid");
            }
            match self.client.patch_node(&claim.node.uuid, &patch) {
                Err(error) if error.is_not_found() => {}
                other => other?,
            }
            if !claim.allocated {
                return Ok(true);
            }
            match self.client.delete_allocation(&claim.uuid) {
                Err(error) if error.fault() == Some(&Fault::Conflict) && begun()? => Ok(false),
                other => other.map(|()| true),
            }
        })
    }
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
    fn a_node_is_tried_by_one_instance_at_a_time() {
        let taken = Taken::default();
        assert!(taken.take("n1"));
        assert!(!taken.take("n1"));
        taken.put_back("n1");
        assert!(taken.take("n1"));
    }
}
