//! What machines do besides power: their boot device, their console, and the interrupt that crashes them.

use super::consent::Confirmed;
use super::error::Operation;
use super::event::NodeRef;
use super::guard::Target;
use super::progress::Progress;
use super::{Driver, Error};
use crate::ironic::Node;
use crate::ironic::management::{BootDevice, Console};
use crate::rest::retry::Repeat;

/// What a machine boots from, and could.
#[derive(Debug, Clone)]
pub struct Boot {
    /// The machine.
    pub node: NodeRef,
    /// What it boots from.
    pub device: BootDevice,
    /// What it could boot from, in Ironic's words.
    pub supported: Vec<String>,
}

/// What to boot from.
#[derive(Debug, Clone, Copy)]
pub struct BootFrom<'a> {
    /// Ironic's word for it.
    pub device: &'a str,
    /// From now on, rather than the next time alone.
    pub persistent: bool,
}

impl Driver<'_> {
    /// What a machine boots from, after it was set where that was asked for.
    ///
    /// # Errors
    /// [`Error::Unfit`] for a device that the machine does not know, [`Error::Forbidden`] while an operation is under
    /// way or where its BMC cannot do it; whatever a request may fail with.
    pub fn boot_device(&self, name: &str, set: Option<BootFrom<'_>>) -> Result<Boot, Error> {
        let Some(BootFrom { device, persistent }) = set else {
            let found = self.find(name)?;
            let node = found.need_node()?;
            return self.booted_from(node, self.boot_devices(node)?);
        };
        self.on_machine(name, |node, progress| {
            let refused = |error: Error| error.of_machine(node);
            let supported = self
                .patiently(progress, || self.client.supported_boot_devices(&node.uuid))
                .map_err(|error| error.of_machine(node))?;
            if !supported.iter().any(|known| known == device) {
                let known = supported.join(", ");
                let label = node.label();
                return Err(Error::Unfit(format!(
                    "node {label} cannot boot from `{device}`; it knows {known}"
                )));
            }
            must_not_move(node, "its boot device belongs to that")?;
            self.changing(&node.into(), Repeat::Safe, progress, |guard| {
                self.client.set_boot_device(guard, device, persistent)
            })
            .map_err(refused)?;
            self.booted_from(node, supported)
        })
    }

    /// What a machine could boot from.
    fn boot_devices(&self, node: &Node) -> Result<Vec<String>, Error> {
        let about = Error::about(format!("node {}", node.label()));
        let supported = self.client.supported_boot_devices(&node.uuid).map_err(about);
        supported.map_err(|error| error.of_machine(node))
    }

    /// What a machine boots from, and could.
    fn booted_from(&self, node: &Node, supported: Vec<String>) -> Result<Boot, Error> {
        let about = Error::about(format!("node {}", node.label()));
        let device = self.client.boot_device(&node.uuid).map_err(about);
        let device = device.map_err(|error| error.of_machine(node))?;
        Ok(Boot { node: NodeRef::from(node), device, supported })
    }

    /// A machine's console, after it was enabled or disabled where that was asked for.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the machine has none; [`Error::Failed`] where it was not done; whatever a request may
    /// fail with.
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
            .map_err(|error| error.of_machine(node))?;
            // The lock is held from before the answer until it is done.
            let after =
                self.follow(&node.uuid, progress, |node| node.lock_holder().is_none().then(|| node.clone()))?;
            Target::from(node).must_be(&after)?;
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

    /// Crashes a machine's operating system with an interrupt that it cannot mask, so that it writes a dump.
    ///
    /// # Errors
    /// [`Error::Forbidden`] while an operation is under way or where its BMC cannot do it; whatever a request may fail
    /// with.
    pub fn nmi(&self, name: &str, _: Confirmed) -> Result<NodeRef, Error> {
        self.on_machine(name, |node, progress| {
            must_not_move(node, "its ramdisk would crash")?;
            // Two are one crash dump too many.
            self.changing(&node.into(), Repeat::IfNotSent, progress, |guard| self.client.inject_nmi(guard))
                .map_err(|error| error.of_machine(node))?;
            Ok(NodeRef::from(node))
        })
    }

    /// Finds the machine and tells of the work on it.
    pub(super) fn on_machine<T>(
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

/// Keeps hands off a machine that an operation is under way on.
fn must_not_move(node: &Node, why: &str) -> Result<(), Error> {
    if node.provision_state.is_moving() {
        return Err(Error::Forbidden {
            subject: format!("node {}", node.label()),
            why: format!("it is `{}`, and {why}", node.provision_state),
        });
    }
    Ok(())
}
