//! Decides what caused a failed deploy, from Ironic's message and the progress of the deploy. Pure functions.
//!
//! The machine is to blame only for its own failures: its ramdisk failed after its first heartbeat, its BMC or a disk
//! failed, or its ramdisk never called back. A fault of the request, image, config drive or network would fail on every
//! machine. A conductor that died is not the machine's fault.

use crate::ironic::Node;

/// The cause of a failed deploy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::driver) enum FailureCause {
    /// The machine. Its node is quarantined, and another node is tried.
    Machine,
    /// The request or something it depends on. It would fail on every machine.
    Request,
    /// A conductor that died or was restarted. The same node is tried again.
    Conductor,
    /// No failure: a user aborted the deploy.
    Nobody,
}

/// Phrases in Ironic's messages about conductors that died (Ironic: `ironic/conductor/base_manager.py`, `manager.py`).
const CONDUCTOR: &[&str] = &[
    "conductor take over",
    "conductor takeover",
    "can't be resumed by conductor",
    "cannot be resumed by conductor",
    "conductor was restarted",
    "aborted due to conductor",
    "no conductor service registered",
    "no free conductor worker",
    "messaging timeout",
    "messagingtimeout",
    "rpc timeout",
];

/// Phrases in messages about images, config drives, networks and steps, which do not depend on the machine.
const REQUEST: &[&str] = &[
    "image href",
    "validation of image",
    "validate image",
    "image checksum",
    "checksum is invalid",
    "checksum of the image",
    "verify against checksum",
    "checksum mismatch",
    "downloading image",
    "download image",
    "download of image",
    "image download",
    "image could not be found",
    "image service",
    "image format",
    "disk format",
    "disk_format",
    "qemu-img",
    "configdrive",
    "config drive",
    "config-drive",
    "genisoimage",
    "mkisofs",
    "xorriso",
    "neutron",
    "network ports",
    "network port",
    "tenant network",
    "provisioning network",
    "vif",
    "deploy template",
    "does not support this deploy step",
    "does not support deploy step",
    "instance_info",
    "missing the following required image parameters",
    "no space left on device: '/var/lib/ironic",
];

/// Phrases in messages about BMCs and about machines whose ramdisk never calls back.
const MACHINE: &[&str] = &[
    "waiting for callback",
    "timeout reached",
    "power state",
    "power on",
    "power off",
    "boot device",
    "virtual media",
    "redfish",
    "ipmi",
    "bmc",
    "idrac",
    "snmp",
    "sushy",
    "irmc",
    "management interface",
    "agent returned error",
    "agent command",
    "agent failed",
    "ramdisk failed",
];

/// Whether a validation error of Ironic, `interface: reason`, would occur on every machine, because the image or another
/// part of the request is at fault.
pub(in crate::driver) fn is_of_request(reason: &str) -> bool {
    let message = reason.to_lowercase();
    let is_of_image = message.starts_with("deploy: ") || message.starts_with("storage: ");
    is_of_image && has_any(&message, REQUEST) && !has_any(&message, MACHINE)
}

fn has_any(message: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| message.contains(phrase))
}

impl FailureCause {
    /// The cause of this failure. `came_up` tells whether the ramdisk of the deploy has called back.
    pub(in crate::driver) fn of(reason: &str, came_up: bool) -> Self {
        let message = reason.to_lowercase();
        match () {
            () if message.starts_with("by request, ") => Self::Nobody,
            () if has_any(&message, CONDUCTOR) => Self::Conductor,
            () if has_any(&message, REQUEST) => Self::Request,
            // A failure of the machine or of its ramdisk.
            () if has_any(&message, MACHINE) || came_up || is_after_boot(&message) => Self::Machine,
            () => Self::Request,
        }
    }
}

/// Whether a reason in lower case names a deploy step that runs in the ramdisk: any step of the deploy interface except
/// `deploy`, which boots the ramdisk (Ironic: `ironic/drivers/modules/agent.py`). Ironic removes the information about
/// steps from a failed node, so if the deploy was not watched, this is the only evidence.
fn is_after_boot(message: &str) -> bool {
    message.split("deploy step deploy.").skip(1).any(|rest| {
        let name = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
        name.is_some_and(|name| !name.is_empty() && name != "deploy")
    })
}

/// Whether the ramdisk of a deploy has called back: Ironic knows its address, or the deploy is past the step that boots
/// it.
pub(in crate::driver) fn ramdisk_called_back(node: &Node) -> bool {
    let index = node.driver_internal_info.get("deploy_step_index").and_then(serde_json::Value::as_u64);
    node.driver_internal_info.contains_key("agent_url") || index.is_some_and(|index| index > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_failures_do_not_blame_the_machine() {
        for reason in [
            "Failed to prepare to deploy: Validation of image href http://127.0.0.1:1/none.img failed, reason: refused",
            "Failed to prepare to deploy: Validation of image href file:///x failed, reason: Path is not allowed",
            "Deploy step deploy.write_image failed with RuntimeError: Error generating the configdrive. Make sure the \
             \"genisoimage\", \"mkisofs\" or \"xorrisofs\" tool is installed",
            "Failed to prepare to deploy: The supplied image checksum is invalid or does not match",
            "Failed to bind any flat network ports on node x",
            "Failed to prepare to deploy: Unable to set up the provisioning network in Neutron",
            "Failed to prepare to deploy: Could not parse the request",
            "Failed to deploy: something that was never seen before",
        ] {
            assert_eq!(FailureCause::of(reason, false), FailureCause::Request, "{reason}");
        }
        // The same if the ramdisk reports the failure.
        for reason in [
            "Agent returned error for deploy step write_image: Error downloading image: Download of image failed",
            "Deploy step deploy.write_image failed: Image failed to verify against checksum. location: /dev/sda",
        ] {
            assert_eq!(FailureCause::of(reason, true), FailureCause::Request, "{reason}");
        }
    }

    #[test]
    fn validation_errors_of_the_request_are_recognized() {
        for reason in [
            "deploy: Validation of image href http://h/x.raw failed, reason: Got HTTP code 404",
            "deploy: Cannot validate image information for node x because one or more parameters are missing from its \
             instance_info",
            "storage: The image format is not supported",
        ] {
            assert!(is_of_request(reason), "{reason}");
        }
        for reason in [
            "power: Missing the following IPMI credentials in node's driver_info: ['ipmi_address']",
            "boot: Cannot validate PXE bootloader. Some parameters were missing: ['deploy_kernel']",
            "deploy: Node x failed to validate the boot device",
            "network: Unable to attach VIF p, not enough free physical ports.",
        ] {
            assert!(!is_of_request(reason), "{reason}");
        }
    }

    #[test]
    fn machine_failures_blame_the_machine() {
        for reason in [
            "Timeout reached while waiting for callback for node 4d1c",
            "Failed to prepare to deploy: Redfish exception occurred. Error: connection refused",
            "Failed to set node power state to power on.",
            "Failed to prepare to deploy: IPMI call failed: chassis power off",
        ] {
            assert_eq!(FailureCause::of(reason, false), FailureCause::Machine, "{reason}");
        }
        let disk =
            "Agent returned error for deploy step: Error writing image to device: I/O error on /dev/sda";
        assert_eq!(FailureCause::of(disk, true), FailureCause::Machine);
        // The same if the deploy was not watched.
        for (step, blamed) in [
            ("deploy.write_image", FailureCause::Machine),
            ("deploy.prepare_instance_boot", FailureCause::Machine),
            ("deploy.deploy", FailureCause::Request),
            ("custom.write_image", FailureCause::Request),
        ] {
            let reason = format!("Deploy step {step} failed on node 4d1c. It was configured to fail");
            assert_eq!(FailureCause::of(&reason, false), blamed, "{reason}");
        }
    }

    #[test]
    fn nobody_is_to_blame_for_an_abort() {
        assert_eq!(
            FailureCause::of("By request, the deploy operation was aborted", false),
            FailureCause::Nobody
        );
    }

    #[test]
    fn a_dead_conductor_is_to_blame_itself() {
        for reason in [
            "Operation was aborted due to conductor take over",
            "The deploying state can't be resumed by conductor c-2. Moving to fail state.",
            "No conductor service registered which supports driver ipmi for conductor group \"rack1\".",
        ] {
            assert_eq!(FailureCause::of(reason, true), FailureCause::Conductor, "{reason}");
        }
    }
}
