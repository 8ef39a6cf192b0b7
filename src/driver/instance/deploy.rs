//! `deploy`: claim ▸ prepare ▸ validate ▸ deploy ▸ watch, and undo on failure.
//!
//! Each step records its progress in Ironic, so that the same command continues where a killed run stopped:
//!
//! | killed after | state in Ironic | the same command |
//! | --- | --- | --- |
//! | claim | an allocation with our intent, its node `available` | prepares and continues |
//! | prepare, validate | the same, with `instance_info` | prepares again and continues |
//! | deploy | the node `deploying` or `wait call-back` | watches |
//! | the end | the node `active` | reports it |
//! | a failure | the node `deploy failed` | prepares and deploys again on the same node |
//!
//! `next_step` decides what comes next, and `start` sends the requests up to the start of the deploy. A dry run takes
//! the same steps with a client that records requests ([`super::dry_run`]).

use serde_json::{Map, Value};

use super::claim::{Candidate, Claim, ClaimedNodes};
use super::existing::{Existing, ExistingState};
use super::failure_cause;
use super::failure_cause::FailureCause;
use super::intent::{Intent, digest};
use super::lookup::{FoundInstance, Instance};
use super::next_step::{DeployState, Step, may_try_again, next_step};
use super::quarantine::{ABORTED, FailedAttempts, FailedNode, NOT_THE_MACHINE};
use super::reachability::ReachabilityCheck;
use crate::driver::clouds::{Drivers, Outcome};
use crate::driver::config_drive::ConfigDrive;
use crate::driver::error::Operation;
use crate::driver::image::Image;
use crate::driver::network::{NetworkRequest, Networked};
use crate::driver::watch::progress::Progress;
use crate::driver::{Driver, Error, OnStop};
use crate::ironic::{Feature, Node, ProvisionState};

/// A request to deploy an instance.
#[derive(Debug, Clone)]
pub struct Order {
    /// The instance's name.
    pub name: String,
    /// The flavor's name, recorded with the instance.
    pub flavor: Option<String>,
    /// The image.
    pub image: Image,
    /// Further keys of `instance_info`: sizes, capabilities, traits.
    pub instance_info: Map<String, Value>,
    /// The config drive.
    pub config_drive: ConfigDrive,
    /// Deploy steps in Ironic's format (API 1.69).
    pub deploy_steps: Vec<Value>,
    /// The number of further attempts after a failure.
    pub retries: u32,
    /// What to do with a node on which the deploy failed.
    pub failed_node: FailedNode,
    /// Return when the deploy has started.
    pub no_wait: bool,
    /// The requested networks.
    pub networks: NetworkRequest,
    /// A check that the active instance must pass.
    pub check: Option<ReachabilityCheck>,
}

impl Order {
    /// The record of the request for a cloud's Ironic, without the networks.
    pub(in crate::driver) fn intent(&self, cloud: Option<&str>) -> Intent {
        let image = self.image.in_cloud(cloud).ok();
        Intent {
            flavor: self.flavor.clone(),
            image: Some(self.image.shown()),
            image_facts: image.as_ref().map(crate::driver::image::Image::facts).unwrap_or_default(),
            image_id: image.and_then(|image| image.id().map(str::to_owned)),
            instance_info: Some(digest(&Value::Object(self.instance_info_with(self.image.identity())))),
            config_drive: self.config_drive.digest(),
            config_drive_url: self.config_drive.address(),
            ip_addresses: self.config_drive.addresses(),
            ..Intent::default()
        }
    }

    pub(super) fn whole_instance_info(&self, cloud: Option<&str>) -> Result<Map<String, Value>, Error> {
        let mut info = self.instance_info_with(self.image.in_cloud(cloud)?.instance_info());
        if let Some(listed) = &self.image.listed {
            listed.fill(&mut info);
        }
        Ok(info)
    }

    fn instance_info_with(&self, image: Map<String, Value>) -> Map<String, Value> {
        let mut info = self.instance_info.clone();
        info.extend(image);
        info.insert("display_name".to_owned(), self.name.clone().into());
        info
    }
}

/// One run of a deploy: the request, and what the steps so far have changed.
pub(super) struct DeployRun<'r, 'a> {
    order: &'r Order,
    candidates: &'r [Candidate],
    taken: &'r ClaimedNodes,
    /// The index of the cloud that has the node. It changes if the work moves to another cloud.
    pub(super) at: usize,
    /// The number of further attempts.
    retries: u32,
    failed_attempts: FailedAttempts,
    /// The error of the last attempt on another node.
    failure: Option<Error>,
    has_looked_again: bool,
    progress: Progress<'a>,
}

/// The end of a deploy, or of its dry run.
pub(super) struct DeployEnd {
    pub(super) claim: Claim,
    /// The node, if this run has seen it `active`.
    node: Option<Box<Node>>,
}

impl Drivers<'_> {
    /// Deploys an instance, or continues the deploy of an earlier run of the same command.
    ///
    /// # Errors
    /// [`Error::Taken`] if no candidate could be claimed; [`Error::Invalid`] or [`Error::Failed`] if validation or the
    /// deploy failed; or the error of a request. After an error no node stays claimed, unless the deploy continues in
    /// Ironic ([`Error::TimedOut`], [`Error::Interrupted`]) or the failed node is kept.
    pub fn deploy(
        &self,
        order: &Order,
        existing: &Existing,
        candidates: &[Candidate],
        taken: &ClaimedNodes,
    ) -> Outcome<Instance> {
        let mut run = self.deploy_run(order, existing, candidates, taken);
        let result = self.run_steps(existing, &mut run);
        let DeployRun { at, failed_attempts, mut progress, .. } = run;
        let driver = &self.members[at];
        let result = result.and_then(|end| driver.deployed(order, end));
        let quarantined = failed_attempts.quarantined();
        let result = result.map_err(|error| failed_attempts.with_attempts(error)).and_then(|mut instance| {
            driver.look_up_all(&mut instance);
            // Outside the retries: a deployed node is not released because of a possible network problem.
            if let Some(check) = order.check.as_ref().filter(|_| !order.no_wait) {
                driver.check(check, &instance, &mut progress)?;
            }
            Ok(instance)
        });
        let elapsed = progress.elapsed();
        let result = progress.end_of(Operation::Deploy, result, |instance| {
            Some(format!("{} is {}{quarantined}", instance.label(), instance.state))
        });
        let result = result.map(|instance| Instance { duration: Some(elapsed), ..instance });
        Outcome { cloud: driver.cloud.clone(), result }
    }

    /// Prepares a run of a deploy. Sends nothing.
    pub(super) fn deploy_run<'r>(
        &self,
        order: &'r Order,
        existing: &Existing,
        candidates: &'r [Candidate],
        taken: &'r ClaimedNodes,
    ) -> DeployRun<'r, '_> {
        DeployRun {
            order,
            candidates,
            taken,
            at: existing.at,
            retries: order.retries,
            failed_attempts: FailedAttempts::default(),
            failure: None,
            has_looked_again: false,
            progress: self.members[existing.at].progress(&order.name, None),
        }
    }

    /// Runs the steps of a deploy. A dry run ends where it would wait for the deploy.
    pub(super) fn run_steps(
        &self,
        existing: &Existing,
        run: &mut DeployRun<'_, '_>,
    ) -> Result<DeployEnd, Error> {
        self.must_support(run.order)?;
        if let Some(claim) = existing.state.claim() {
            run.progress.on_node(claim.node.clone());
            run.progress.of_instance(Some(claim.uuid.clone()));
        }
        let mut state = DeployState::Existing(existing.state.clone());
        loop {
            let driver = &self.members[run.at];
            state = match next_step(state, run.order) {
                Step::RemoveLeftovers(claim) => {
                    run.progress.undoing("removing the leftovers of an earlier attempt");
                    driver.tear_down(&claim, OnStop::End, &mut run.progress)?;
                    DeployState::Existing(ExistingState::Absent)
                }
                Step::RecordIntent(claim) => {
                    driver.note_intent(&claim, &driver.intent(run.order)?, &mut run.progress)?;
                    DeployState::Existing(ExistingState::Claimed(claim))
                }
                Step::ClaimNode => self.claim_for(run)?,
                Step::Start(claim, undo) => {
                    let started = driver.start_or_undo(run.order, claim, undo, &mut run.progress);
                    run.after_attempt(started.map(DeployState::Started))?
                }
                Step::Await { claim, .. } if driver.is_dry_run() => {
                    return Ok(DeployEnd { claim, node: None });
                }
                Step::Await { claim, is_resumed } => {
                    let active = driver.watch_deploy(&claim, run).map(Box::new);
                    run.after_attempt(active.map(|node| DeployState::Active {
                        claim,
                        node: Some(node),
                        may_lack_networks: is_resumed,
                    }))?
                }
                Step::AttachNetworks { claim, node } => {
                    let networks = driver.intent(run.order)?.networks;
                    driver.join(&run.order.name, &claim, &networks, &mut run.progress)?;
                    DeployState::Active { claim, node, may_lack_networks: false }
                }
                Step::Finish { claim, node } => return Ok(DeployEnd { claim, node }),
            };
        }
    }

    /// Fails if a cloud lacks a feature that the order needs.
    fn must_support(&self, order: &Order) -> Result<(), Error> {
        for driver in self.members.iter().filter(|_| !order.deploy_steps.is_empty()) {
            let about = Error::about(format!("instance {}", order.name));
            driver.client.require(Feature::DeploySteps).map_err(about)?;
        }
        Ok(())
    }

    /// Claims one of the candidates.
    fn claim_for(&self, run: &mut DeployRun<'_, '_>) -> Result<DeployState, Error> {
        let order = run.order;
        let intent = |driver: &Driver<'_>| driver.intent(order);
        let claimed = self.claim(&order.name, intent, run.candidates, run.taken, &mut run.progress);
        let error = match claimed {
            Ok((at, claim)) => {
                run.at = at;
                if let Some(failure) = &run.failure {
                    run.progress.retrying(failure.to_string());
                }
                return Ok(DeployState::Existing(ExistingState::Claimed(claim)));
            }
            Err(error) => error,
        };
        match error {
            // A request of a killed run may have arrived since the survey: look up the name again and continue its deploy.
            Error::NameTaken { .. }
                if !run.has_looked_again
                    && !self.members.iter().any(|driver| driver.is_displayed(&order.name)) =>
            {
                run.has_looked_again = true;
                let found = self.survey(std::slice::from_ref(order))?.remove(0);
                run.at = found.at;
                Ok(DeployState::Existing(found.state))
            }
            // The failure of a node is more useful than the lack of another one.
            Error::Taken { .. } | Error::NoRoom { .. } => Err(run.failure.take().unwrap_or(error)),
            error => Err(error),
        }
    }
}

impl DeployRun<'_, '_> {
    /// The state after an attempt to deploy on a node. Fails if there is no further attempt.
    fn after_attempt(&mut self, attempt: Result<DeployState, Error>) -> Result<DeployState, Error> {
        self.failed_attempts.blame_request_if_invalid(&attempt);
        let error = match attempt {
            Err(error) if may_try_again(&error, self.order, self.retries, &self.failed_attempts) => error,
            other => return other,
        };
        self.retries -= 1;
        if let Some(claim) = self.failed_attempts.again.take() {
            self.progress.retrying(format!("{error}; trying the same node again"));
            return Ok(DeployState::Existing(ExistingState::Failed(claim)));
        }
        self.failed_attempts.failed.extend(error.node().cloned());
        self.failure = Some(error);
        Ok(DeployState::Existing(ExistingState::Absent))
    }
}

impl Driver<'_> {
    /// Watches a deploy until it ends and returns the node. Tears down a failed deploy unless the failed node is kept.
    fn watch_deploy(&self, claim: &Claim, run: &mut DeployRun<'_, '_>) -> Result<Node, Error> {
        let progress = &mut run.progress;
        let mut came_up = false;
        let ended = self.follow_begun(&claim.node.uuid, progress, |node| {
            came_up |= failure_cause::ramdisk_called_back(node);
            if node.instance_uuid.as_deref() != Some(&claim.uuid) {
                return Some(Err(node.clone()));
            }
            let ends = [ProvisionState::Active, ProvisionState::DeployFailed, ProvisionState::Error];
            // Also wait until the node is unlocked: Ironic refuses requests while it is locked.
            let is_over = ends.contains(&node.provision_state) && node.is_at_rest();
            if is_over { Some(Ok(node.clone())) } else { None }
        })?;
        let node = match ended {
            Ok(node) => node,
            Err(node) => return Err(self.unclaimed(&node, claim.networked == Networked::Yes, progress)),
        };
        if node.provision_state == ProvisionState::Active {
            return Ok(node);
        }
        self.undo_failed(claim, &node, came_up, run)
    }

    /// Tears down a failed deploy, unless the failed node is kept or tried again. Returns the failure.
    fn undo_failed(
        &self,
        claim: &Claim,
        node: &Node,
        came_up: bool,
        run: &mut DeployRun<'_, '_>,
    ) -> Result<Node, Error> {
        let DeployRun { order, taken, retries, failed_attempts, progress, .. } = run;
        let reason = self.reason(node);
        let failure = Error::Failed {
            reason: reason.clone(),
            node: claim.node.clone(),
            operation: "deploy",
            state: node.provision_state.to_string(),
        };
        match (order.failed_node, FailureCause::of(&reason, came_up)) {
            (FailedNode::Keep, _) => return Err(failure),
            (_, FailureCause::Request) => failed_attempts.verdict = Some(NOT_THE_MACHINE),
            (_, FailureCause::Nobody) => failed_attempts.verdict = Some(ABORTED),
            (_, FailureCause::Conductor) if *retries > 0 && !node.maintenance => {
                failed_attempts.again = Some(claim.clone());
                return Err(failure);
            }
            (FailedNode::Release, _) | (_, FailureCause::Conductor) => {}
            (FailedNode::Quarantine, FailureCause::Machine) => {
                let (name, image) = (&order.name, order.image.shown());
                self.quarantine(node, name, &image, &reason, &taken.failures, failed_attempts, progress);
            }
        }
        progress.undoing("tearing down the failed deploy");
        match self.tear_down(claim, OnStop::Continue, progress) {
            Ok(_) => Err(failure),
            Err(undo) => Err(Error::NotUndone { cause: Box::new(failure), undo: Box::new(undo) }),
        }
    }

    /// The deployed instance.
    fn deployed(&self, order: &Order, DeployEnd { claim, node }: DeployEnd) -> Result<Instance, Error> {
        let Some(node) = node else { return self.instance_of(&claim) };
        let seen = Instance::new(&claim.uuid, None, Some(&node), self.client.now());
        let (image, flavor) = (Some(order.image.shown()), order.flavor.clone());
        let requested_ports = self.intent(order)?.networks.requested_ports();
        Ok(Instance { image, flavor, requested_ports, created_at: claim.created_at, ..seen })
    }

    /// The current instance of a claim.
    fn instance_of(&self, claim: &Claim) -> Result<Instance, Error> {
        let about = || Error::about(format!("instance {}", claim.uuid));
        let node = self.client.node(&claim.node.uuid).map_err(about())?;
        let allocation = match claim.allocated.then(|| self.client.allocation(&claim.uuid)).transpose() {
            Err(error) if error.is_not_found() => {
                return Err(Error::Forbidden {
                    subject: format!("instance {}", claim.uuid),
                    why: "another user destroyed it".to_owned(),
                });
            }
            other => other.map_err(about())?,
        };
        FoundInstance { sought: claim.uuid.clone(), allocation, node: Some(node), at: self.client.now() }
            .need_instance()
    }
}
