//! Power of instances and nodes.

use std::time::Duration;

use super::Driver;
use super::Error;
use super::event::NodeRef;
use super::progress::Progress;
use crate::ironic::{Node, PowerState, PowerTarget, ProvisionState};

/// What is to be done about power.
#[derive(Debug, Clone, Copy)]
pub struct PowerChange {
    /// What to ask for.
    pub target: PowerTarget,
    /// How long the machine may take, as told to Ironic.
    pub timeout: Option<Duration>,
}

/// A machine's power, after the change or as it is.
#[derive(Debug, Clone)]
pub struct PowerStatus {
    /// The machine.
    pub node: NodeRef,
    /// Whether it has power; `None` is unknown.
    pub power_state: Option<PowerState>,
}

impl From<&Node> for PowerStatus {
    fn from(node: &Node) -> Self {
        Self { node: NodeRef::from(node), power_state: node.power_state.clone() }
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
    /// [`Error::Forbidden`] while the node is being deployed or cleaned, [`Error::Failed`] where the
    /// machine did not do it, and whatever a request may fail with.
    pub fn set_power(&self, name: &str, change: PowerChange) -> Result<PowerStatus, Error> {
        let mut progress = self.progress(name, None);
        let result = self.set_power_through(name, change, &mut progress);
        progress.end(&result, |status| status.power_state.as_ref().map(ToString::to_string));
        result
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
        if matches!(
            node.provision_state,
            ProvisionState::Deploying
                | ProvisionState::DeployWait
                | ProvisionState::Cleaning
                | ProvisionState::CleanWait
                | ProvisionState::Deleting
        ) {
            // Ironic would let some of it through and wreck what is under way.
            return Err(Error::Forbidden {
                subject: format!("node {}", node.label()),
                why: format!("it is `{}`; cutting in would wreck that", node.provision_state),
            });
        }
        let wanted = change.target.reaches();
        let restart = matches!(change.target, PowerTarget::Reboot | PowerTarget::SoftReboot);
        if !restart && node.power_state.as_ref() == Some(&wanted) && node.target_power_state.is_none() {
            return Ok(PowerStatus::from(node));
        }
        let timeout = change.timeout.map(|timeout| timeout.as_secs());
        self.patiently(progress, || self.client.set_power_state(&node.uuid, change.target, timeout))?;
        let after = self.follow(&node.uuid, progress, |node| {
            (node.target_power_state.is_none() && node.lock_holder().is_none()).then(|| node.clone())
        })?;
        if after.power_state.as_ref() == Some(&wanted) {
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
