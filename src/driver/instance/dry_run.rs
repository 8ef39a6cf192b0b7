//! Dry run of a deploy: runs its steps with a client that records changing requests instead of sending them.

use serde_json::Value;

use super::claim::{Candidate, ClaimedNodes};
use super::deploy::Order;
use super::existing::{Existing, ExistingState};
use crate::cloud::neutron::Neutron;
use crate::driver::cancel::Cancel;
use crate::driver::clouds::{Drivers, UnreachableCloud};
use crate::driver::watch::event::{Event, NodeRef, Observer};
use crate::driver::{Deadline, Driver, Error, OnStop};
use crate::ironic::Client;
use crate::ironic::dry_run::{RecordedRequest, RequestRecorder};

/// Discards events, because a dry run has no progress.
struct SilentObserver;

impl Observer for SilentObserver {
    fn event(&self, _: &Event) {}
}

/// A deploy that changes nothing.
#[derive(Debug)]
pub struct DryRun {
    clouds: Vec<DryRunCloud>,
    unreachable: Vec<UnreachableCloud>,
}

/// One of the clouds, with clients that send no changing requests.
#[derive(Debug)]
struct DryRunCloud {
    cloud: Option<String>,
    client: Client,
    neutron: Option<Neutron>,
    recorder: RequestRecorder,
}

/// What a deploy would do.
#[derive(Debug, Clone)]
pub struct PlannedDeploy {
    /// The instance.
    pub name: String,
    /// The node that it has or would get; `None` if it is already deployed and its node is not visible.
    pub node: Option<NodeRef>,
    /// The name of the node's cloud, if any.
    pub cloud: Option<String>,
    /// The requests up to the start of the deploy, in order. Assumes that Ironic's validation passes.
    pub requests: Vec<RecordedRequest>,
}

impl DryRun {
    /// A dry run in these clouds.
    #[must_use]
    pub fn new(drivers: &Drivers<'_>) -> Self {
        let dry_run = |driver: &Driver<'_>| {
            let (client, recorder) = driver.client.for_dry_run();
            let neutron = driver.neutron.as_ref().map(|neutron| neutron.for_dry_run(recorder.clone()));
            DryRunCloud { cloud: driver.cloud.clone(), client, neutron, recorder }
        };
        Self { clouds: drivers.members.iter().map(dry_run).collect(), unreachable: drivers.unreachable() }
    }

    fn drivers(&self) -> Drivers<'_> {
        let driver = |of: &DryRunCloud| {
            Driver::new(of.client.clone(), &SilentObserver, Cancel::new(), Deadline::none())
                .named(of.cloud.clone())
                .with_neutron(of.neutron.clone())
        };
        Drivers::new(self.clouds.iter().map(driver).collect(), self.unreachable.clone())
    }

    /// Like [`Drivers::survey`], for one order.
    ///
    /// # Errors
    /// Those of [`Drivers::survey`].
    pub fn survey(&self, order: &Order) -> Result<Existing, Error> {
        self.drivers().survey(std::slice::from_ref(order)).map(|mut survey| survey.remove(0))
    }

    /// Runs the steps up to the start of the deploy.
    ///
    /// # Errors
    /// Those of [`Drivers::deploy`] that read requests can detect.
    pub fn deploy(
        &self,
        order: &Order,
        existing: &Existing,
        candidates: &[Candidate],
        taken: &ClaimedNodes,
    ) -> Result<PlannedDeploy, Error> {
        let (at, node) = self.drivers().go_through(order, existing.clone(), candidates, taken)?;
        // Leftovers in another cloud are removed before anything starts in this one.
        let others = self.clouds.iter().enumerate().filter(|(place, _)| *place != at).map(|(_, cloud)| cloud);
        let in_turn = others.chain([&self.clouds[at]]);
        let mut requests: Vec<RecordedRequest> = in_turn.flat_map(|of| of.recorder.requests()).collect();
        // The config drive is masked; show a summary without its contents.
        for request in &mut requests {
            if let (Some(drive), Some(summary)) = (
                request.body.as_mut().and_then(|body| body.get_mut("configdrive")),
                order.config_drive.summary(),
            ) {
                *drive = Value::from(summary);
            }
        }
        Ok(PlannedDeploy { name: order.name.clone(), node, cloud: self.clouds[at].cloud.clone(), requests })
    }
}

impl Drivers<'_> {
    fn go_through(
        &self,
        order: &Order,
        Existing { state: mut existing, mut at }: Existing,
        candidates: &[Candidate],
        taken: &ClaimedNodes,
    ) -> Result<(usize, Option<NodeRef>), Error> {
        let mut progress = self.members[at].progress(&order.name, None);
        loop {
            let driver = &self.members[at];
            let claim = match existing {
                ExistingState::Deployed(claim) | ExistingState::InProgress(claim) => {
                    return Ok((at, Some(claim.node)));
                }
                ExistingState::Leftover(claim) => {
                    driver.ask_to_tear_down(&claim, OnStop::End, &mut progress)?;
                    driver.client.delete_allocation(&claim.uuid).map_err(Error::about(&order.name))?;
                    existing = ExistingState::Absent;
                    continue;
                }
                ExistingState::Reserved(claim) => {
                    driver.note_intent(&claim, &driver.intent(order)?, &mut progress)?;
                    claim
                }
                ExistingState::Claimed(claim) | ExistingState::Failed(claim) => claim,
                ExistingState::Absent => {
                    let (place, claim) = self.claim(
                        &order.name,
                        |driver| driver.intent(order),
                        candidates,
                        taken,
                        &mut progress,
                    )?;
                    at = place;
                    claim
                }
            };
            self.members[at].start(order, &claim, &mut progress)?;
            return Ok((at, Some(claim.node)));
        }
    }
}
