//! Power of instances and nodes.

use std::time::Duration;

use super::Driver;
use super::error::Operation;
use super::event::NodeRef;
use super::guard::Target;
use super::progress::Progress;
use super::{Error, Left};
use crate::ironic::{Fault, Node, PowerState, PowerTarget, ProvisionState};
use crate::rest::retry::Repeat;

/// What is to be done about power.
#[derive(Debug, Clone, Copy)]
pub struct PowerChange {
    /// What to ask for.
    pub target: PowerTarget,
    /// How long the machine may take, as told to Ironic; with a soft request, how long the operating system is
    /// given.
    pub timeout: Option<Duration>,
    /// Whether a soft request is followed by a hard one where the driver knows no soft ones, or the operating
    /// system does not heed it in time. Ironic itself never does that.
    pub fall_back: bool,
}

/// A machine's power, after the change or as it is.
#[derive(Debug, Clone)]
pub struct PowerStatus {
    /// The machine.
    pub node: NodeRef,
    /// Whether it has power; `None` is unknown.
    pub power_state: Option<PowerState>,
    /// Why it was done hard although it was asked for softly; `None` where it was not.
    pub forced: Option<String>,
}

impl From<&Node> for PowerStatus {
    fn from(node: &Node) -> Self {
        Self { node: NodeRef::from(node), power_state: node.power_state.clone(), forced: None }
    }
}

impl Driver<'_> {
    /// The power of an instance's node, or of a node.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`], or a request's failure.
    pub fn power_status(&self, name: &str) -> Result<PowerStatus, Error> {
        Ok(PowerStatus::from(self.find(name)?.need_node()?))
    }

    /// Changes power and waits until it has changed.
    ///
    /// # Errors
    /// [`Error::Forbidden`] while an operation needs the node's power, or where its power may not be cut, [`Error::Failed`] where the
    /// machine did not do it, and whatever a request may fail with.
    pub fn set_power(&self, name: &str, change: PowerChange) -> Result<PowerStatus, Error> {
        let mut progress = self.progress(name, None);
        let result = self.set_power_through(name, change, &mut progress);
        progress
            .end_of(Operation::Other, result, |status| status.power_state.as_ref().map(ToString::to_string))
    }

    fn set_power_through(
        &self,
        name: &str,
        change: PowerChange,
        progress: &mut Progress<'_>,
    ) -> Result<PowerStatus, Error> {
        let found = self.find(name)?;
        let node = found.need_node()?;
        progress.on_node(NodeRef::from(node));
        if needs_its_power(&node.provision_state) {
            // Ironic would let some of it through and wreck what is under way.
            return Err(Error::Forbidden {
                subject: format!("node {}", node.label()),
                why: format!("it is `{}`; cutting in would wreck that", node.provision_state),
            });
        }
        let Some(hard) = change.target.hard().filter(|_| change.fall_back) else {
            return self.ask_for_power(node, change, progress);
        };
        if let Some(timeout) = change.timeout {
            progress.count_down(timeout, "until its power is cut");
        }
        let outcome = self.ask_for_power(node, change, progress);
        progress.stop_counting();
        let why = match outcome {
            Err(Error::Failed { reason, .. }) => format!("the operating system did not do it: {reason}"),
            Err(Error::Request { source, .. }) if source.fault() == Some(&Fault::BadRequest) => {
                format!("its operating system cannot be asked: {source}")
            }
            other => return other,
        };
        self.heed(progress, Left::AsItWas)?;
        progress.retrying(format!("{why}; asking for it hard"));
        let status = self.ask_for_power(node, PowerChange { target: hard, ..change }, progress)?;
        Ok(PowerStatus { forced: Some(why), ..status })
    }

    /// One request, followed to its end.
    fn ask_for_power(
        &self,
        node: &Node,
        change: PowerChange,
        progress: &mut Progress<'_>,
    ) -> Result<PowerStatus, Error> {
        let wanted = change.target.reaches();
        let restart = matches!(change.target, PowerTarget::Reboot | PowerTarget::SoftReboot);
        if !restart && node.power_state.as_ref() == Some(&wanted) && node.target_power_state.is_none() {
            return Ok(PowerStatus::from(node));
        }
        progress.power_stage(stage(change.target));
        let timeout = change.timeout.map(|timeout| timeout.as_secs());
        // Restarting twice is not restarting once.
        let repeat = if restart { Repeat::IfNotSent } else { Repeat::Safe };
        let asked = self.changing(&node.into(), repeat, progress, |guard| {
            self.client.set_power_state(guard, change.target, timeout)
        });
        match asked {
            Err(Error::Request { source, .. })
                if wanted == PowerState::Off && source.fault() == Some(&Fault::Conflict) =>
            {
                // Ironic ≥ 1.95 answers 409 for a node with `disable_power_off`, without naming the cause.
                return Err(Error::Forbidden {
                    subject: format!("node {}", node.label()),
                    why: format!(
                        "Ironic refuses to switch it off ({source}); its `disable_power_off` may be set, with \
                         which only a reboot is let through"
                    ),
                });
            }
            other => other?,
        }
        let after = self.follow(&node.uuid, progress, |now| {
            let is_over = now.target_power_state.is_none() && now.lock_holder().is_none();
            (is_over || now.instance_uuid != node.instance_uuid).then(|| now.clone())
        })?;
        Target::from(node).must_be(&after)?;
        // A restart that failed may leave it on: only its error tells.
        let failed_softly = change.target == PowerTarget::SoftReboot && after.last_error.is_some();
        if after.power_state.as_ref() == Some(&wanted) && !failed_softly {
            return Ok(PowerStatus::from(&after));
        }
        Err(Error::Failed {
            reason: self.reason(&after),
            node: NodeRef::from(&after),
            operation: change.target.as_str(),
            state: after.power_state.map_or_else(|| "power unknown".to_owned(), |state| state.to_string()),
        })
    }
}

/// The stage of a power change, as progress shows it.
fn stage(target: PowerTarget) -> &'static str {
    match target {
        PowerTarget::On => "powering on",
        PowerTarget::Off | PowerTarget::SoftOff => "powering off",
        PowerTarget::Reboot | PowerTarget::SoftReboot => "rebooting",
    }
}

/// Whether an operation is under way that switches power itself, or has a ramdisk at work.
fn needs_its_power(state: &ProvisionState) -> bool {
    use ProvisionState as P;
    matches!(
        state,
        P::Deploying
            | P::DeployWait
            | P::Cleaning
            | P::CleanWait
            | P::Deleting
            | P::Inspecting
            | P::InspectWait
            | P::Rescuing
            | P::RescueWait
            | P::Unrescuing
            | P::Servicing
            | P::ServiceWait
    )
}
