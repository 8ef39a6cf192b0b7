//! Finds the cloud and the UUID of a single node.

use crate::cli::Context;
use crate::cli::app::run::Finished;
use crate::driver::Purpose;
use crate::driver::clouds::UnreachableCloud;
use crate::ironic::{Client, Node};

/// A node, its Ironic, and the unreachable clouds.
pub(super) struct LocatedNode {
    /// Only name, UUID and provision state are set.
    pub(super) node: Node,
    /// The Ironic of the node.
    pub(super) client: Client,
    /// The cloud of that Ironic.
    pub(super) cloud: Option<String>,
    /// The unreachable clouds.
    pub(super) unreachable: Vec<UnreachableCloud>,
}

impl LocatedNode {
    /// Finds a node by name or UUID. Resources below a node in Ironic's API do not always accept the name, and only a
    /// request for the node itself gives a clear error for an unknown node.
    pub(super) fn find(name: &str, context: &Context) -> anyhow::Result<Self> {
        let connections = context.connect_all()?;
        let Finished { value, unreachable } = context.read(&connections, |drivers| {
            let driver = drivers.locate_node(name, Purpose::Look)?;
            let node = match driver.client().node_fields(name, &["uuid", "name", "provision_state"]) {
                Err(error) if error.is_not_found() => return Err(driver.no_such_node(name).into()),
                other => other?,
            };
            anyhow::Ok((node, driver.client().clone(), driver.cloud().map(str::to_owned)))
        });
        let (node, client, cloud) = value?;
        Ok(Self { node, client, cloud, unreachable })
    }

    /// One of its interfaces, such as `bios_interface`, if Ironic shows it.
    pub(super) fn interface(&self, key: &str) -> Option<String> {
        let node = self.client.node_whole(&self.node.uuid).ok()?;
        node.get(key)?.as_str().map(str::to_owned)
    }
}
