//! Reads and changes the power state of instances and nodes.

use std::time::Duration;

use crate::driver::Driver;
use crate::driver::change_requests::ChangeTarget;
use crate::driver::error::Operation;
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Aftermath, Error};
use crate::ironic::{Fault, Node, PowerState, PowerTarget};
use crate::rest::retry::Repeat;

/// A requested power change.
#[derive(Debug, Clone, Copy)]
pub struct PowerChange {
    /// The target.
    pub target: PowerTarget,
    /// The timeout for Ironic; for a soft request, the time that the operating system has to comply.
    pub timeout: Option<Duration>,
    /// Whether to send a hard request after a soft one if the driver does not support soft ones or the operating system
    /// does not comply in time. Ironic itself never does that.
    pub fall_back: bool,
}

/// The power state of a node.
#[derive(Debug, Clone)]
pub struct PowerStatus {
    /// The node.
    pub node: NodeRef,
    /// Its power state; `None` if unknown.
    pub power_state: Option<PowerState>,
    /// Why a soft request was followed by a hard one, if it was.
    pub forced: Option<String>,
}

impl From<&Node> for PowerStatus {
    fn from(node: &Node) -> Self {
        Self { node: NodeRef::from(node), power_state: node.power_state.clone(), forced: None }
    }
}

impl Driver<'_> {
    /// The power state of an instance's node or of a node.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`], or a request's failure.
    pub fn power_status(&self, name: &str) -> Result<PowerStatus, Error> {
        Ok(PowerStatus::from(self.find(name)?.need_node()?))
    }

    /// Changes the power state and waits until that is done.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if an operation controls the power, or Ironic refuses to power the node off; [`Error::Failed`] if
    /// the machine did not change its state; a failed request.
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
        if node.provision_state.needs_its_power() {
            // Ironic would accept some of these requests and break the running operation.
            return Err(Error::Forbidden {
                subject: format!("cannot change the power state of node {}", node.label()),
                why: format!("it would break the operation in progress (`{}`)", node.provision_state),
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
            Err(Error::Failed { reason, .. }) => format!("the operating system did not shut down: {reason}"),
            Err(Error::Request { source, .. }) if source.fault() == Some(&Fault::BadRequest) => {
                format!("Ironic rejected soft power control: {source}")
            }
            other => return other,
        };
        self.check_canceled(progress, Aftermath::AsItWas)?;
        progress.retrying(format!("{why}; falling back to a hard power change"));
        let status = self.ask_for_power(node, PowerChange { target: hard, ..change }, progress)?;
        Ok(PowerStatus { forced: Some(why), ..status })
    }

    /// Sends one request and waits for its result.
    fn ask_for_power(
        &self,
        node: &Node,
        change: PowerChange,
        progress: &mut Progress<'_>,
    ) -> Result<PowerStatus, Error> {
        let wanted = change.target.resulting_state();
        let restart = matches!(change.target, PowerTarget::Reboot | PowerTarget::SoftReboot);
        if !restart && node.power_state.as_ref() == Some(&wanted) && node.target_power_state.is_none() {
            return Ok(PowerStatus::from(node));
        }
        progress.power_stage(stage(change.target));
        let timeout = change.timeout.map(|timeout| timeout.as_secs());
        // A repeated reboot would restart the machine twice.
        let repeat = if restart { Repeat::IfNotSent } else { Repeat::Safe };
        let asked = self.changing(&node.into(), repeat, progress, |guard| {
            self.client.set_power_state(guard, change.target, timeout)
        });
        match asked {
            Err(Error::Request { source, .. })
                if wanted == PowerState::Off && source.fault() == Some(&Fault::Conflict) =>
            {
                // Ironic ≥ 1.95 responds with 409 for a node with `disable_power_off`, without naming the cause.
                return Err(Error::Forbidden {
                    subject: format!("node {}", node.label()),
                    why: format!(
                        "Ironic refuses to power it off ({source}); `disable_power_off` may be set, which allows only \
                         reboots"
                    ),
                });
            }
            other => other?,
        }
        let after = self.follow(&node.uuid, progress, |now| {
            let is_over = now.target_power_state.is_none() && now.lock_holder().is_none();
            (is_over || now.instance_uuid != node.instance_uuid).then(|| now.clone())
        })?;
        ChangeTarget::from(node).must_be(&after)?;
        // A failed reboot may leave the machine on: only `last_error` shows the failure.
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

/// The stage of a power change for progress.
fn stage(target: PowerTarget) -> &'static str {
    match target {
        PowerTarget::On => "powering on",
        PowerTarget::Off | PowerTarget::SoftOff => "powering off",
        PowerTarget::Reboot | PowerTarget::SoftReboot => "rebooting",
    }
}
