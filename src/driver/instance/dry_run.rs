//! Dry runs: run the real code with a client that records changing requests instead of sending them.
//!
//! Reads are sent. The recording client changes their answers as if the recorded requests had been carried out, and a
//! wait ends at once, as if the operation had succeeded. The deploy itself is not awaited: its dry run ends when it
//! would start.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::claim::{Candidate, ClaimedNodes};
use super::deploy::Order;
use super::destroy::DestroyUntil;
use super::existing::Existing;
use super::rebuild::Rebuild;
use crate::driver::clouds::Drivers;
use crate::driver::config_drive::ConfigDrive;
use crate::driver::watch::event::{Event, NodeRef, Observer};
use crate::driver::watch::progress::Progress;
use crate::driver::{Aftermath, Driver, Error};
use crate::ironic::Node;
use crate::ironic::dry_run::{RecordedRequest, RequestRecorder};

/// Discards events, because a dry run has no progress.
struct SilentObserver;

impl Observer for SilentObserver {
    fn event(&self, _: &Event) {}
}

/// A deploy that changes nothing.
pub struct DryRun {
    drivers: Drivers<'static>,
}

/// The requests that a command would send for an instance.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlannedRequests {
    /// The instance.
    pub name: String,
    /// The node that it has or would get; `None` if it has none, or its node is not visible.
    pub node: Option<NodeRef>,
    /// The name of the node's cloud, if any.
    pub cloud: Option<String>,
    /// The requests in order, for a deploy up to its start. Assumes that Ironic's validation passes.
    pub requests: Vec<RecordedRequest>,
}

impl DryRun {
    /// A dry run in these clouds.
    #[must_use]
    pub fn new(drivers: &Drivers<'_>) -> Self {
        let members = drivers.members.iter().map(Driver::for_dry_run).collect();
        Self { drivers: Drivers::new(members, drivers.unreachable()) }
    }

    /// Like [`Drivers::survey`], for one order.
    ///
    /// # Errors
    /// Those of [`Drivers::survey`].
    pub fn survey(&self, order: &Order) -> Result<Existing, Error> {
        self.drivers.survey(std::slice::from_ref(order)).map(|mut survey| survey.remove(0))
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
    ) -> Result<PlannedRequests, Error> {
        let mut run = self.drivers.deploy_run(order, existing, candidates, taken);
        let node = self.drivers.run_steps(existing, &mut run)?.claim.node;
        let members = &self.drivers.members;
        // Leftovers in another cloud are removed before anything starts in this one.
        let others = members.iter().enumerate().filter(|(at, _)| *at != run.at).map(|(_, driver)| driver);
        let in_turn = others.chain([&members[run.at]]);
        let mut requests: Vec<RecordedRequest> = in_turn.flat_map(Driver::recorded_requests).collect();
        summarize(&order.config_drive, &mut requests);
        let cloud = members[run.at].cloud.clone();
        Ok(PlannedRequests { name: order.name.clone(), node: Some(node), cloud, requests })
    }
}

/// Replaces masked config drives by a summary without their contents.
fn summarize(config_drive: &ConfigDrive, requests: &mut [RecordedRequest]) {
    for request in requests {
        let drive = request.body.as_mut().and_then(|body| body.get_mut("configdrive"));
        if let (Some(drive), Some(summary)) = (drive, config_drive.summary()) {
            *drive = Value::from(summary);
        }
    }
}

impl Driver<'_> {
    /// The same driver with clients that record changing requests.
    pub(in crate::driver) fn for_dry_run(&self) -> Driver<'static> {
        let (client, recorder) = self.client.for_dry_run();
        let neutron = self.neutron.as_ref().map(|neutron| neutron.for_dry_run(recorder.clone()));
        let driver = Driver::new(client, &SilentObserver, self.cancel.clone(), self.deadline)
            .named(self.cloud.clone())
            .with_neutron(neutron)
            .with_name_cache(self.name_cache.clone());
        Driver { recorder: Some(recorder), ..driver }
    }

    pub(in crate::driver) fn is_dry_run(&self) -> bool {
        self.recorder.is_some()
    }

    fn recorded_requests(&self) -> Vec<RecordedRequest> {
        self.recorder.as_ref().map(RequestRecorder::requests).unwrap_or_default()
    }

    /// The requests that [`Driver::destroy`] would send. Assumes that the undeploy succeeds.
    ///
    /// # Errors
    /// Those of [`Driver::destroy`] that read requests can detect.
    pub fn plan_destroy(&self, name: &str, until: DestroyUntil) -> Result<PlannedRequests, Error> {
        let dry = self.for_dry_run();
        let destroyed = dry.destroy_through(name, until, &mut dry.progress(name, None))?;
        let (name, node, cloud) = (destroyed.name, destroyed.node, self.cloud.clone());
        Ok(PlannedRequests { name, node, cloud, requests: dry.recorded_requests() })
    }

    /// The requests that [`Driver::rebuild`] would send until the rebuild has started.
    ///
    /// # Errors
    /// Those of [`Driver::rebuild`] that read requests can detect.
    pub fn plan_rebuild(&self, name: &str, rebuild: &Rebuild) -> Result<PlannedRequests, Error> {
        let dry = self.for_dry_run();
        let rebuild = Rebuild { no_wait: true, ..rebuild.clone() };
        let instance = dry.rebuild_through(name, &rebuild, &mut dry.progress(name, None))?;
        let mut requests = dry.recorded_requests();
        summarize(&rebuild.config_drive, &mut requests);
        let name = instance.label().to_owned();
        Ok(PlannedRequests { name, node: instance.node, cloud: self.cloud.clone(), requests })
    }

    /// In a dry run, the end of a wait for a node: if its state does not end the wait, its operation is assumed to
    /// succeed.
    pub(in crate::driver) fn simulate_end<T>(
        &self,
        recorder: &RequestRecorder,
        uuid: &str,
        progress: &Progress<'_>,
        mut evaluate: impl FnMut(&Node) -> Option<T>,
    ) -> Result<T, Error> {
        self.check_canceled(progress, Aftermath::Nothing)?;
        let look = || self.client.node(uuid).map_err(Error::about(progress.name()));
        let node = look()?;
        if let Some(verdict) = evaluate(&node) {
            return Ok(verdict);
        }
        recorder.end_operation(&node);
        evaluate(&look()?).ok_or_else(|| {
            let (label, state) = (node.label(), &node.provision_state);
            Error::Unfit(format!("node {label} is `{state}`: a dry run cannot tell how that ends"))
        })
    }
}

#[cfg(test)]
mod tests;
