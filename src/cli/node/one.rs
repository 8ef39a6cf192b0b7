//! One node that is looked at: where it is, and what it is there.

use crate::cli::Context;
use crate::driver::Purpose;
use crate::driver::drivers::Silent;
use crate::ironic::{Client, Node};

/// A node, the Ironic that has it, and the clouds that could not be asked for it.
pub(super) struct One {
    /// Its name, UUID and provision state, and nothing else of it.
    pub(super) node: Node,
    /// The Ironic that has it.
    pub(super) client: Client,
    /// That Ironic's cloud.
    pub(super) cloud: Option<String>,
    /// The clouds that could not be asked.
    pub(super) silent: Vec<Silent>,
}

impl One {
    /// Finds a node by its name or UUID: what is below a node in Ironic's API is not always found by its name, and only
    /// that there is no such node is always said well.
    pub(super) fn find(name: &str, context: &Context) -> anyhow::Result<Self> {
        let connections = context.connect_all()?;
        let progress = context.ui.progress();
        let drivers = connections.readers(&progress);
        let driver = drivers.locate_node(name, Purpose::Look)?;
        let node = match driver.client().node_fields(name, &["uuid", "name", "provision_state"]) {
            Err(error) if error.is_not_found() => return Err(driver.no_such_node(name).into()),
            other => other?,
        };
        let (client, cloud) = (driver.client().clone(), driver.cloud().map(str::to_owned));
        let silent = drivers.silent();
        drop(progress);
        Ok(Self { node, client, cloud, silent })
    }

    /// One of its interfaces, as `bios_interface`, where that can be told.
    pub(super) fn interface(&self, key: &str) -> Option<String> {
        let node = self.client.node_whole(&self.node.uuid).ok()?;
        node.get(key)?.as_str().map(str::to_owned)
    }
}
