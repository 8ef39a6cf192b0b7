//! The requests of a deploy from the claim to its start: prepare, attach to the networks, validate, start.

use serde_json::Value;

use super::claim::Claim;
use super::deploy::Order;
use super::intent::Intent;
use super::next_step::StartUndo;
use crate::driver::network::Networks;
use crate::driver::node::steps;
use crate::driver::watch::progress::Progress;
use crate::driver::{Aftermath, Driver, Error, OnStop};
use crate::ironic::{Feature, Node, Patch, ProvisionState, ProvisionTarget};
use crate::rest::retry::Repeat;

/// The interfaces whose validation must pass for a deploy (Nova: `IronicDriver.spawn`; plus `network`, which Nova leaves
/// to Neutron).
const REQUIRED_INTERFACES: [&str; 6] = ["boot", "deploy", "management", "network", "power", "storage"];

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

    /// Prepares, validates and starts the deploy. If that fails, undoes what was done.
    pub(super) fn start_or_undo(
        &self,
        order: &Order,
        claim: Claim,
        undo: StartUndo,
        progress: &mut Progress<'_>,
    ) -> Result<Claim, Error> {
        let Err(cause) = self.start(order, &claim, progress) else { return Ok(claim) };
        match undo {
            StartUndo::Release => {
                progress.undoing("releasing the node");
                match self.release_for_undo(&claim, progress) {
                    Ok(true) => Err(cause.with_aftermath(Aftermath::Nothing)),
                    // The deploy has started, although the answer was lost.
                    Ok(false) => Err(cause.with_aftermath(Aftermath::UnderWay)),
                    Err(undo) => Err(Error::NotUndone { cause: Box::new(cause), undo: Box::new(undo) }),
                }
            }
            StartUndo::TearDown if matches!(cause, Error::Invalid { .. }) => {
                progress.undoing("tearing down the failed deploy");
                match self.tear_down(&claim, OnStop::Continue, progress) {
                    Ok(_) => Err(cause),
                    Err(undo) => Err(Error::NotUndone { cause: Box::new(cause), undo: Box::new(undo) }),
                }
            }
            StartUndo::TearDown => Err(cause.with_aftermath(Aftermath::AsItWas)),
        }
    }

    fn start(&self, order: &Order, claim: &Claim, progress: &mut Progress<'_>) -> Result<(), Error> {
        let intent = self.intent(order)?;
        self.prepare(order, claim, &intent, progress)?;
        self.check_canceled(progress, Aftermath::Nothing)?;
        let ports = self.join(&order.name, claim, &intent.networks, progress)?;
        let config_drive = self.with_network_data(&order.config_drive, &claim.node.uuid, &ports)?;
        self.check_canceled(progress, Aftermath::Nothing)?;
        self.validate(claim, progress)?;
        let before = self.client.node(&claim.node.uuid).map_err(Error::about(&order.name))?;
        must_be_ours(&before, order, claim, &intent)?;
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

    /// Writes `instance_info` and the instance's name to the node.
    fn prepare(
        &self,
        order: &Order,
        claim: &Claim,
        intent: &Intent,
        progress: &mut Progress<'_>,
    ) -> Result<(), Error> {
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
        self.changing(&claim.into(), Repeat::Safe, progress, |guard| self.client.patch_node(guard, &patch))
    }

    /// Lets Ironic validate the node.
    fn validate(&self, claim: &Claim, progress: &mut Progress<'_>) -> Result<(), Error> {
        progress.stage("validating");
        let node = &claim.node;
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
        if reasons.is_empty() { Ok(()) } else { Err(Error::Invalid { node: node.clone(), reasons }) }
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
}

/// Fails if the node no longer has this instance with this request.
fn must_be_ours(node: &Node, order: &Order, claim: &Claim, intent: &Intent) -> Result<(), Error> {
    let differences = Intent::read(&node.instance_info).map(|noted| noted.differences(intent));
    let is_ours = node.instance_uuid.as_deref() == Some(&claim.uuid)
        && node.display_name() == Some(&order.name)
        && differences.is_none_or(|differences| differences.is_empty());
    if is_ours {
        return Ok(());
    }
    Err(Error::Forbidden {
        subject: format!("node {}", node.label()),
        why: "it is no longer allocated to this instance".to_owned(),
    })
}
