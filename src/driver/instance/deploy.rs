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

use serde_json::{Map, Value};

use super::claim::{Candidate, Claim, ClaimedNodes};
use super::existing::{Existing, ExistingState};
use super::failure_cause;
use super::failure_cause::FailureCause;
use super::intent::{Intent, digest};
use super::lookup::{FoundInstance, Instance};
use super::quarantine::{ABORTED, FailedAttempts, FailedNode, NOT_THE_MACHINE};
use super::reachability::ReachabilityCheck;
use crate::driver::clouds::{Drivers, Outcome};
use crate::driver::config_drive::ConfigDrive;
use crate::driver::error::Operation;
use crate::driver::image::Image;
use crate::driver::network::{NetworkRequest, Networked, Networks};
use crate::driver::node::steps;
use crate::driver::watch::progress::Progress;
use crate::driver::{Aftermath, Driver, Error, OnStop};
use crate::ironic::{Feature, Node, Patch, ProvisionState, ProvisionTarget};
use crate::rest::retry::Repeat;

/// The interfaces whose validation must pass for a deploy (Nova: `IronicDriver.spawn`; plus `network`, which Nova leaves
/// to Neutron).
const REQUIRED_INTERFACES: [&str; 6] = ["boot", "deploy", "management", "network", "power", "storage"];

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

    fn whole_instance_info(&self, cloud: Option<&str>) -> Result<Map<String, Value>, Error> {
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
        let mut at = existing.at;
        let mut progress = self.members[at].progress(&order.name, None);
        let mut failed_attempts = FailedAttempts::default();
        let state = existing.state.clone();
        let result = self.deploy_through(
            order,
            state,
            &mut at,
            candidates,
            taken,
            &mut failed_attempts,
            &mut progress,
        );
        let driver = &self.members[at];
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

    /// `at` is the index of the cloud of the node. It is updated if a node of another cloud is claimed.
    #[expect(
        clippy::too_many_arguments,
        reason = "the request, the existing state, and the state shared between attempts"
    )]
    fn deploy_through(
        &self,
        order: &Order,
        mut existing: ExistingState,
        at: &mut usize,
        candidates: &[Candidate],
        taken: &ClaimedNodes,
        failed_attempts: &mut FailedAttempts,
        progress: &mut Progress<'_>,
    ) -> Result<Instance, Error> {
        for driver in self.members.iter().filter(|_| !order.deploy_steps.is_empty()) {
            driver
                .client
                .require(Feature::DeploySteps)
                .map_err(Error::about(format!("instance {}", order.name)))?;
        }
        if let Some(claim) = existing.claim() {
            progress.on_node(claim.node.clone());
            progress.of_instance(Some(claim.uuid.clone()));
        }
        let mut retries = order.retries;
        let mut failure: Option<Error> = None;
        let mut looked_again = false;
        loop {
            let resumed = matches!(existing, ExistingState::InProgress(_));
            let driver = &self.members[*at];
            let claim = match existing {
                ExistingState::Deployed(claim) => {
                    // An interrupted `destroy` may have detached networks.
                    driver.join(&order.name, &claim, &driver.intent(order)?.networks, progress)?;
                    return driver.instance_of(&claim);
                }
                ExistingState::Leftover(claim) => {
                    progress.undoing("removing the leftovers of an earlier attempt");
                    driver.tear_down(&claim, OnStop::End, progress)?;
                    existing = ExistingState::Absent;
                    continue;
                }
                ExistingState::Reserved(claim) => {
                    // From now on it is no longer a reservation, which `gc` could remove.
                    driver.note_intent(&claim, &driver.intent(order)?, progress)?;
                    existing = ExistingState::Claimed(claim);
                    continue;
                }
                ExistingState::InProgress(claim) => Ok(claim),
                ExistingState::Claimed(claim) => driver.start_or_release(order, claim, progress),
                ExistingState::Failed(claim) => driver.start_again(order, claim, progress),
                ExistingState::Absent => {
                    match self.claim(&order.name, |driver| driver.intent(order), candidates, taken, progress)
                    {
                        Ok((place, claim)) => {
                            *at = place;
                            if let Some(failure) = &failure {
                                progress.retrying(failure.to_string());
                            }
                            self.members[place].start_or_release(order, claim, progress)
                        }
                        // A request of a killed run may have arrived since the survey: look up the name again and
                        // continue its deploy.
                        Err(taken @ Error::NameTaken { .. })
                            if self.members.iter().any(|driver| driver.is_displayed(&order.name)) =>
                        {
                            return Err(taken);
                        }
                        Err(Error::NameTaken { .. }) if !looked_again => {
                            looked_again = true;
                            let found = self.survey(std::slice::from_ref(order))?.remove(0);
                            (existing, *at) = (found.state, found.at);
                            continue;
                        }
                        // The failure of a node is more useful than the lack of another one.
                        Err(taken @ (Error::Taken { .. } | Error::NoRoom { .. })) => {
                            return Err(failure.unwrap_or(taken));
                        }
                        Err(error) => return Err(error),
                    }
                }
            };
            let driver = &self.members[*at];
            let deployed = claim.and_then(|claim| {
                if order.no_wait {
                    return driver.instance_of(&claim);
                }
                let networks = driver.intent(order)?.networks;
                let node =
                    driver.watch_deploy(order, &claim, taken, retries > 0, failed_attempts, progress)?;
                if resumed {
                    driver.join(&order.name, &claim, &networks, progress)?;
                }
                Ok(driver.deployed(order, claim, &node, &networks))
            });
            failed_attempts.blame_request_if_invalid(&deployed);
            match deployed {
                Err(error @ (Error::Invalid { .. } | Error::Failed { .. }))
                    if retries > 0
                        && order.failed_node != FailedNode::Keep
                        && failed_attempts.verdict.is_none() =>
                {
                    retries -= 1;
                    if let Some(claim) = failed_attempts.again.take() {
                        progress.retrying(format!("{error}; trying the same node again"));
                        existing = ExistingState::Failed(claim);
                        continue;
                    }
                    failed_attempts.failed.extend(error.node().cloned());
                    failure = Some(error);
                    existing = ExistingState::Absent;
                }
                other => return other,
            }
        }
    }
}

impl Driver<'_> {
    /// Records the intent of a claim, for the next run.
    pub(in crate::driver) fn note_intent(
        &self,
        claim: &Claim,
        intent: &Intent,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        if claim.allocated {
            let patch = Patch::new().add("/extra", Value::Object(intent.to_extra()));
            return self.patiently(progress, || self.client.patch_allocation(&claim.uuid, &patch));
        }
        let mut info = intent.to_instance_info(claim.created_at.as_deref());
        let value = info.remove(super::intent::KEY).unwrap_or_default();
        let patch = Patch::new().add(format!("/instance_info/{}", super::intent::KEY), value);
        self.changing(&claim.into(), Repeat::Safe, progress, |guard| self.client.patch_node(guard, &patch))
    }

    /// Prepares, validates and starts the deploy. Releases the node if that fails.
    fn start_or_release(
        &self,
        order: &Order,
        claim: Claim,
        progress: &mut Progress<'_>,
    ) -> Result<Claim, Error> {
        let Err(cause) = self.start(order, &claim, progress) else { return Ok(claim) };
        progress.undoing("releasing the node");
        match self.release_for_undo(&claim, progress) {
            Ok(true) => Err(cause.with_aftermath(Aftermath::Nothing)),
            // The deploy has started, although the answer was lost.
            Ok(false) => Err(cause.with_aftermath(Aftermath::UnderWay)),
            Err(undo) => Err(Error::NotUndone { cause: Box::new(cause), undo: Box::new(undo) }),
        }
    }

    /// Like [`Driver::start_or_release`], for a node in `deploy failed`: the node is torn down if validation fails.
    fn start_again(&self, order: &Order, claim: Claim, progress: &mut Progress<'_>) -> Result<Claim, Error> {
        match self.start(order, &claim, progress) {
            Ok(()) => Ok(claim),
            Err(cause @ Error::Invalid { .. }) => {
                progress.undoing("tearing down the failed deploy");
                match self.tear_down(&claim, OnStop::Continue, progress) {
                    Ok(_) => Err(cause),
                    Err(undo) => Err(Error::NotUndone { cause: Box::new(cause), undo: Box::new(undo) }),
                }
            }
            Err(cause) => Err(cause.with_aftermath(Aftermath::AsItWas)),
        }
    }

    pub(in crate::driver) fn start(
        &self,
        order: &Order,
        claim: &Claim,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
        let node = &claim.node;
        let intent = self.intent(order)?;
        progress.stage("preparing");
        // Replace the whole field, so that nothing of an earlier instance stays. The allocation wrote `traits` there.
        let mut info = order.whole_instance_info(self.cloud())?;
        if !claim.allocated {
            info.extend(intent.to_instance_info(claim.created_at.as_deref()));
        }
        let mut patch = Patch::new().add("/instance_info", Value::Object(info));
        if self.client.has(Feature::InstanceName) {
            patch = patch.add("/instance_name", order.name.as_str());
        }
        if !claim.allocated {
            // Ironic refuses this if the node has another instance.
            patch = patch.add("/instance_uuid", claim.uuid.as_str());
        }
        self.changing(&claim.into(), Repeat::Safe, progress, |guard| self.client.patch_node(guard, &patch))?;
        self.check_canceled(progress, Aftermath::Nothing)?;
        let ports = self.join(&order.name, claim, &intent.networks, progress)?;
        let config_drive = self.with_network_data(&order.config_drive, &node.uuid, &ports)?;
        self.check_canceled(progress, Aftermath::Nothing)?;
        progress.stage("validating");
        let verdicts = self.patiently(progress, || self.client.validate_node(&node.uuid))?;
        let reasons: Vec<String> = verdicts
            .into_iter()
            .filter(|(name, verdict)| {
                REQUIRED_INTERFACES.contains(&name.as_str()) && verdict.result == Some(false)
            })
            .map(|(name, verdict)| {
                format!("{name}: {}", verdict.reason.unwrap_or_else(|| "no reason given".to_owned()))
            })
            .collect();
        if !reasons.is_empty() {
            return Err(Error::Invalid { node: node.clone(), reasons });
        }
        let before = self.client.node(&node.uuid).map_err(Error::about(&order.name))?;
        let display_name = before.display_name();
        let differences = Intent::read(&before.instance_info).map(|noted| noted.differences(&intent));
        let is_ours = before.instance_uuid.as_deref() == Some(&claim.uuid)
            && display_name == Some(&order.name)
            && differences.is_none_or(|differences| differences.is_empty());
        if !is_ours {
            return Err(Error::Forbidden {
                subject: format!("node {}", before.label()),
                why: "another user took it from this instance".to_owned(),
            });
        }
        if !before.provision_state.is_idle() && before.provision_state != ProvisionState::DeployFailed {
            // Another run of the same command has started the deploy.
            return Ok(());
        }
        self.must_have_a_network(&before, &intent.networks)?;
        let mut body = config_drive.body();
        body.extend(steps::body(&order.deploy_steps));
        // The last chance to stop without an undo.
        self.check_canceled(progress, Aftermath::Nothing)?;
        self.begin(&before, ProvisionTarget::Active, &body, progress)
    }

    /// Refuses a deploy without a network if the node's network interface requires one, because Ironic would fail the
    /// deploy.
    fn must_have_a_network(&self, node: &Node, networks: &Networks) -> Result<(), Error> {
        let interface = node.network_interface.as_deref().unwrap_or_default();
        if !networks.is_empty() || !["flat", "neutron"].contains(&interface) {
            return Ok(());
        }
        let label = node.label();
        let vifs = self.client.vifs(&node.uuid).map_err(Error::about(format!("node {label}")))?;
        if !vifs.is_empty() {
            return Ok(());
        }
        Err(Error::Unfit(format!(
            "node {label} has the network interface `{interface}`, which requires a network, but none was requested: \
             add `--network`"
        )))
    }

    /// Watches a deploy until it ends and returns the node. Tears down a failed deploy unless the failed node is kept.
    fn watch_deploy(
        &self,
        order: &Order,
        claim: &Claim,
        taken: &ClaimedNodes,
        may_retry: bool,
        failed_attempts: &mut FailedAttempts,
        progress: &mut Progress<'_>,
    ) -> Result<Node, Error> {
        let mut came_up = false;
        let ended = self.follow_begun(&claim.node.uuid, progress, |node| {
            came_up |= failure_cause::ramdisk_called_back(node);
            if node.instance_uuid.as_deref() != Some(&claim.uuid) {
                return Some(Err(node.clone()));
            }
            let ends = [ProvisionState::Active, ProvisionState::DeployFailed, ProvisionState::Error];
            // A lock could prevent the next request.
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
        let reason = self.reason(&node);
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
            (_, FailureCause::Conductor) if may_retry && !node.maintenance => {
                failed_attempts.again = Some(claim.clone());
                return Err(failure);
            }
            (FailedNode::Release, _) | (_, FailureCause::Conductor) => {}
            (FailedNode::Quarantine, FailureCause::Machine) => {
                let (name, image) = (&order.name, order.image.shown());
                self.quarantine(&node, name, &image, &reason, &taken.failures, failed_attempts, progress);
            }
        }
        progress.undoing("tearing down the failed deploy");
        match self.tear_down(claim, OnStop::Continue, progress) {
            Ok(_) => Err(failure),
            Err(undo) => Err(Error::NotUndone { cause: Box::new(failure), undo: Box::new(undo) }),
        }
    }

    /// The deployed instance.
    fn deployed(&self, order: &Order, claim: Claim, node: &Node, networks: &Networks) -> Instance {
        let seen = Instance::new(&claim.uuid, None, Some(node), self.client.now());
        let (image, flavor) = (Some(order.image.shown()), order.flavor.clone());
        Instance {
            image,
            flavor,
            requested_ports: networks.requested_ports(),
            created_at: claim.created_at,
            ..seen
        }
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
