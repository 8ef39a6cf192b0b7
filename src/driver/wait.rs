//! Follows whatever is under way until it ends, whoever began it.

use super::event::NodeRef;
use super::instance::{Found, Instance};
use super::progress::Progress;
use super::{Driver, Error};
use crate::ironic::state::StateClass;
use crate::ironic::{Node, ProvisionState};

/// What was waited for.
#[derive(Debug, Clone)]
pub enum Waited {
    /// An instance, as it is now.
    Instance(Instance),
    /// A node that has no instance, or has none any more.
    Node {
        /// The node.
        node: NodeRef,
        /// The state it rests in.
        state: ProvisionState,
    },
}

impl Driver<'_> {
    /// Waits until nothing is under way on an instance or node; at once where nothing is.
    ///
    /// # Errors
    /// [`Error::Failed`] where it rests in a failure, and as [`Driver::find`].
    pub fn wait(&self, name: &str) -> Result<Waited, Error> {
        let mut progress = Progress::start(self.observer, name, None);
        let result = self.wait_through(name, &mut progress);
        let elapsed = progress.elapsed();
        progress.end(&result, |waited| match waited {
            Waited::Instance(instance) => Some(format!("{} is {}", instance.label(), instance.state)),
            Waited::Node { state, .. } => Some(format!("the node is {state}")),
        });
        result.map(|waited| match waited {
            Waited::Instance(instance) => Waited::Instance(Instance { duration: Some(elapsed), ..instance }),
            node @ Waited::Node { .. } => node,
        })
    }

    fn wait_through(&self, name: &str, progress: &mut Progress<'_>) -> Result<Waited, Error> {
        let found = self.find(name)?;
        let had = found.instance_uuid().map(str::to_owned);
        let node = found.need_node()?;
        progress.on_node(NodeRef::from(node));
        let after = self.follow(&node.uuid, progress, |node| node.is_at_rest().then(|| node.clone()))?;
        if after.provision_state.class() == StateClass::Failed {
            return Err(self.failure(&after));
        }
        let waited = |node: Node| Waited::Node { node: NodeRef::from(&node), state: node.provision_state };
        if had.is_none() || after.instance_uuid != had {
            return Ok(waited(after));
        }
        let whole = self.client.node(&after.uuid).map_err(Error::about(name))?;
        let found = Found { node: Some(whole), ..found };
        Ok(found.instance().map_or_else(|| waited(after), Waited::Instance))
    }

    fn failure(&self, node: &Node) -> Error {
        let operation = match &node.provision_state {
            ProvisionState::DeployFailed => "deploy",
            ProvisionState::CleanFailed => "cleaning",
            ProvisionState::InspectFailed => "inspection",
            ProvisionState::AdoptFailed => "adoption",
            ProvisionState::RescueFailed => "rescue",
            ProvisionState::UnrescueFailed => "unrescue",
            ProvisionState::ServiceFailed => "servicing",
            _ => "the last operation",
        };
        Error::Failed {
            reason: self.reason(node),
            node: NodeRef::from(node),
            operation,
            state: node.provision_state.to_string(),
        }
    }
}
