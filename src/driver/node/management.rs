//! The boot device, the console and NMIs of nodes.

use crate::driver::change_requests::ChangeTarget;
use crate::driver::confirmation::Confirmed;
use crate::driver::error::Operation;
use crate::driver::watch::event::NodeRef;
use crate::driver::watch::progress::Progress;
use crate::driver::{Driver, Error};
use crate::ironic::Node;
use crate::ironic::management::{BootDevice, Console};
use crate::rest::retry::Repeat;

/// The boot device of a node.
#[derive(Debug, Clone)]
pub struct Boot {
    /// The node.
    pub node: NodeRef,
    /// The current boot device.
    pub device: BootDevice,
    /// The supported boot devices, as Ironic names them.
    pub supported: Vec<String>,
}

/// A boot device to set.
#[derive(Debug, Clone, Copy)]
pub struct BootFrom<'a> {
    /// Ironic's name of the device.
    pub device: &'a str,
    /// Whether it applies permanently instead of only to the next boot.
    pub persistent: bool,
}

impl Driver<'_> {
    /// Reads the boot device of a node, after setting it if `set` is given.
    ///
    /// # Errors
    /// [`Error::Unfit`] if the node does not support the device; [`Error::Forbidden`] if an operation is in progress or the
    /// BMC does not support it; a failed request.
    pub fn boot_device(&self, name: &str, set: Option<BootFrom<'_>>) -> Result<Boot, Error> {
        let Some(BootFrom { device, persistent }) = set else {
            let found = self.find(name)?;
            let node = found.need_node()?;
            return self.booted_from(node, self.boot_devices(node)?);
        };
        self.on_machine(name, |node, progress| {
            let refused = |error: Error| error.into_refusal_by_node(node);
            let supported = self
                .patiently(progress, || self.client.supported_boot_devices(&node.uuid))
                .map_err(|error| error.into_refusal_by_node(node))?;
            if !supported.iter().any(|known| known == device) {
                let known = supported.join(", ");
                let label = node.label();
                return Err(Error::Unfit(format!(
                    "node {label} cannot boot from `{device}`; supported: {known}"
                )));
            }
            must_not_move(node, "that operation sets the boot device")?;
            self.changing(&node.into(), Repeat::Safe, progress, |guard| {
                self.client.set_boot_device(guard, device, persistent)
            })
            .map_err(refused)?;
            self.booted_from(node, supported)
        })
    }

    /// The boot devices that a node supports.
    fn boot_devices(&self, node: &Node) -> Result<Vec<String>, Error> {
        let about = Error::about(format!("node {}", node.label()));
        let supported = self.client.supported_boot_devices(&node.uuid).map_err(about);
        supported.map_err(|error| error.into_refusal_by_node(node))
    }

    /// Reads the current boot device of a node.
    fn booted_from(&self, node: &Node, supported: Vec<String>) -> Result<Boot, Error> {
        let about = Error::about(format!("node {}", node.label()));
        let device = self.client.boot_device(&node.uuid).map_err(about);
        let device = device.map_err(|error| error.into_refusal_by_node(node))?;
        Ok(Boot { node: NodeRef::from(node), device, supported })
    }

    /// Reads a node's console, after enabling or disabling it if `enable` is given.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if the node has no console; [`Error::Failed`] if enabling or disabling failed; a failed request.
    pub fn console(&self, name: &str, enable: Option<bool>) -> Result<(NodeRef, Console), Error> {
        let Some(wanted) = enable else {
            let found = self.find(name)?;
            let node = found.need_node()?;
            let about = Error::about(format!("node {}", node.label()));
            return Ok((NodeRef::from(node), self.client.console(&node.uuid).map_err(about)?));
        };
        self.on_machine(name, |node, progress| {
            let about = || Error::about(format!("node {}", node.label()));
            self.changing(&node.into(), Repeat::Safe, progress, |guard| {
                self.client.set_console(guard, wanted)
            })
            .map_err(|error| error.into_refusal_by_node(node))?;
            // Ironic holds the lock from before the response until the change is done.
            let after =
                self.follow(&node.uuid, progress, |node| node.lock_holder().is_none().then(|| node.clone()))?;
            ChangeTarget::from(node).must_be(&after)?;
            let console = self.client.console(&node.uuid).map_err(about())?;
            if console.console_enabled == wanted {
                return Ok((NodeRef::from(node), console));
            }
            Err(Error::Failed {
                reason: self.reason(&after),
                node: NodeRef::from(node),
                operation: if wanted { "enabling the console" } else { "disabling the console" },
                state: after.provision_state.to_string(),
            })
        })
    }

    /// Sends a non-maskable interrupt (NMI), on which the operating system crashes and writes a dump.
    ///
    /// # Errors
    /// [`Error::Forbidden`] if an operation is in progress or the BMC does not support it; a failed request.
    pub fn nmi(&self, name: &str, _: Confirmed) -> Result<NodeRef, Error> {
        self.on_machine(name, |node, progress| {
            must_not_move(node, "the NMI would crash its ramdisk")?;
            // A repeated NMI would crash the machine twice.
            self.changing(&node.into(), Repeat::IfNotSent, progress, |guard| self.client.inject_nmi(guard))
                .map_err(|error| error.into_refusal_by_node(node))?;
            Ok(NodeRef::from(node))
        })
    }

    /// Finds the node, and reports the progress of the work on it.
    pub(in crate::driver) fn on_machine<T>(
        &self,
        name: &str,
        work: impl FnOnce(&Node, &mut Progress<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut progress = self.progress(name, None);
        let result = self.find(name).and_then(|found| {
            let node = found.need_node()?;
            progress.on_node(NodeRef::from(node));
            work(node, &mut progress)
        });
        progress.end_of(Operation::Other, result, |_| None)
    }
}

/// Refuses to touch a node while an operation is in progress.
fn must_not_move(node: &Node, why: &str) -> Result<(), Error> {
    if node.provision_state.is_moving() {
        return Err(Error::Forbidden {
            subject: format!("node {}", node.label()),
            why: format!("{why}: it is `{}`", node.provision_state),
        });
    }
    Ok(())
}
