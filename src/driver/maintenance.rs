//! Maintenance of nodes, set and ended by hand.

use super::event::NodeRef;
use super::progress::Progress;
use super::{Driver, Error};
use crate::ironic::Node;

impl Driver<'_> {
    /// Puts a node into maintenance with this reason, or ends its maintenance where there is none. Gives the node as
    /// it is then.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a name that no node has; [`Error::Busy`] for one that stays locked; whatever a request
    /// may fail with.
    pub fn set_maintenance(&self, name: &str, reason: Option<&str>) -> Result<Node, Error> {
        let mut progress = self.progress(name, None);
        let result = self.set_maintenance_through(name, reason, &mut progress);
        progress.end(&result, |node| {
            let state = if node.maintenance { "in maintenance" } else { "not in maintenance" };
            Some(format!("{} is {state}", node.label()))
        });
        result
    }

    fn set_maintenance_through(
        &self,
        name: &str,
        reason: Option<&str>,
        progress: &mut Progress<'_>,
    ) -> Result<Node, Error> {
        let read = || match self.client.node(name) {
            Err(error) if error.is_not_found() => {
                Err(Error::NotFound { what: "node", name: name.to_owned(), asker: self.client.asker() })
            }
            other => other.map_err(Error::about(format!("node {name}"))),
        };
        let node = read()?;
        progress.on_node(NodeRef::from(&node));
        if node.maintenance == reason.is_some() && node.maintenance_reason.as_deref() == reason {
            return Ok(node);
        }
        self.patiently(progress, || match reason {
            Some(reason) => self.client.set_maintenance(&node.uuid, reason),
            None => self.client.end_maintenance(&node.uuid),
        })?;
        read()
    }
}
