//! The roles that Ironic's default policies require, for hints about permission errors.
//!
//! A site may have other policies: the result is only a hint.

use std::fmt;

/// The start of Ironic's message for a request that a policy denies; the policy's name follows.
const DENIED: &str = "Access was denied to the following resource: ";

/// Keystone's default roles. Each includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Read-only access.
    Reader,
    /// Changes resources.
    Member,
    /// Manages the resources of a project.
    Manager,
    /// Full access.
    Admin,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reader => "reader",
            Self::Member => "member",
            Self::Manager => "manager",
            Self::Admin => "admin",
        })
    }
}

/// The roles that permit an action; one of them is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// The action, as the subject of "needs".
    pub what: &'static str,
    /// The role with system scope.
    pub system: Role,
    /// The role in the project that owns the node or allocation; `None` if no role there is enough.
    pub owner: Option<Role>,
    /// The role in the project that leases the node; `None` if no role there is enough.
    pub lessee: Option<Role>,
}

/// Changing a node field that has a policy of its own.
pub const CHANGE_OF_FIELD: &str = "changing this node field";

/// The policy named in an error message.
#[must_use]
pub fn named_in(message: &str) -> Option<&str> {
    let name = message.split_once(DENIED)?.1.split_whitespace().next()?;
    Some(name.trim_end_matches(['.', ',']))
}

/// The roles that a policy requires (Ironic 39: `ironic/common/policy.py`), for the policies that apply to farrier's
/// requests.
#[must_use]
pub fn needs(policy: &str) -> Option<Needs> {
    use Role::{Admin, Manager, Member, Reader};
    let needs = |what, system, owner, lessee| Some(Needs { what, system, owner, lessee });
    let name = policy.strip_prefix("baremetal:")?;
    match name {
        "node:get" | "node:get_states" | "node:list" | "port:get" | "port:list" | "portgroup:get"
        | "portgroup:list" | "node:vif:list" | "node:traits:list" | "node:bios:get" | "node:firmware:get" => {
            needs("viewing a node", Reader, Some(Reader), Some(Reader))
        }
        "node:history:get" => needs("viewing a node's history", Reader, Some(Reader), None),
        "node:inventory:get" => needs("viewing a node's inspection data", Reader, Some(Reader), None),
        "node:list_all" | "port:list_all" | "portgroup:list_all" => {
            needs("viewing nodes of all projects", Reader, None, None)
        }
        "allocation:get" | "allocation:list" => needs("viewing an allocation", Reader, Some(Reader), None),
        "allocation:list_all" => needs("viewing allocations of all projects", Reader, None, None),
        "allocation:create" | "allocation:create_restricted" => {
            needs("creating an allocation", Member, Some(Member), Some(Member))
        }
        "allocation:delete" | "allocation:update" => {
            needs("changing or deleting an allocation", Member, Some(Member), None)
        }
        "conductor:get" => needs("viewing conductors", Reader, None, None),
        "driver:get" | "driver:get_properties" => needs("viewing hardware types", Reader, None, None),
        "deploy_template:get" => needs("viewing deploy templates", Reader, None, None),
        "chassis:get" => needs("viewing chassis", Reader, None, None),
        "chassis:create" => needs("creating a chassis", Admin, None, None),
        "node:set_power_state" => needs("changing a node's power state", Member, Some(Member), Some(Member)),
        "node:update" | "node:update_extra" | "node:set_boot_mode" | "node:set_secure_boot" => {
            needs("changing a node", Member, Some(Member), Some(Member))
        }
        "node:update_instance_info" => {
            needs("preparing a node for an instance", Member, Some(Member), Some(Manager))
        }
        "node:validate" => needs("validating a node", Member, Some(Member), Some(Manager)),
        "node:set_maintenance" | "node:clear_maintenance" => {
            needs("changing a node's maintenance", Member, Some(Member), Some(Manager))
        }
        "node:vif:attach" | "node:vif:detach" => {
            needs("attaching and detaching VIFs", Member, Some(Member), Some(Manager))
        }
        "node:get_console" | "node:set_console_state" => {
            needs("using a node's console", Member, Some(Member), None)
        }
        "node:get_boot_device" | "node:set_boot_device" => {
            needs("viewing or setting a node's boot device", Member, Some(Manager), None)
        }
        "node:inject_nmi" => needs("sending an NMI to a node", Member, Some(Manager), None),
        "node:update:driver_interfaces"
        | "node:traits:set"
        | "node:traits:delete"
        | "port:update"
        | "portgroup:update" => {
            needs("changing a node's driver interfaces, traits or ports", Member, Some(Manager), None)
        }
        "port:create" | "port:delete" | "portgroup:create" | "portgroup:delete" => {
            needs("creating or deleting a node's ports", Admin, Some(Manager), None)
        }
        "node:update:owner" | "node:update:conductor_group" | "node:update:parent_node" => {
            needs("changing a node's owner, conductor group or parent node", Member, None, None)
        }
        "node:update:chassis_uuid"
        | "node:update:shard"
        | "node:update:disable_power_off"
        | "node:disable_cleaning"
        | "node:update_owner_provisioned" => needs(CHANGE_OF_FIELD, Admin, None, None),
        "node:create" | "node:create:self_owned_node" => needs("enrolling a node", Admin, Some(Admin), None),
        "node:delete" | "node:delete:self_owned_node" => needs("deleting a node", Admin, Some(Admin), None),
        _ if name.starts_with("node:set_provision_state") => {
            needs("changing a node's provision state", Member, Some(Member), Some(Manager))
        }
        _ if name.starts_with("node:update:") => needs(CHANGE_OF_FIELD, Member, Some(Member), None),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_its_policy() {
        let message = "Access was denied to the following resource: baremetal:node:set_power_state";
        assert_eq!(named_in(message), Some("baremetal:node:set_power_state"));
        assert_eq!(named_in("Forbidden"), None);
    }

    #[test]
    fn the_owner_of_a_node_may_do_everything_the_lessee_may() {
        for policy in
            ["node:get", "node:set_power_state", "node:set_provision_state:clean_steps", "node:vif:attach"]
        {
            let needs = needs(&format!("baremetal:{policy}")).expect("a known policy");
            assert!(needs.owner <= needs.lessee, "{policy}");
        }
        assert_eq!(needs("baremetal:node:update:name").and_then(|needs| needs.lessee), None);
        assert_eq!(needs("baremetal:nothing:known"), None);
    }
}
