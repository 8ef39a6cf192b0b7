//! Who may do what by Ironic's default policies, for telling somebody who was refused what would help.
//!
//! A site may have others: what is said here is advice, and decides nothing.

use std::fmt;

/// What Ironic's words of a refusal by policy begin with; the policy's name follows.
const DENIED: &str = "Access was denied to the following resource: ";

/// Keystone's default roles, each with all that those before it have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Looks.
    Reader,
    /// Works.
    Member,
    /// Manages what belongs to a project.
    Manager,
    /// Everything.
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

/// The roles of which one is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// What it is for, in words that go before "needs".
    pub what: &'static str,
    /// On the system.
    pub system: Role,
    /// In the project that owns the node (or the claim); never, where there is none.
    pub owner: Option<Role>,
    /// In the project that leases the node.
    pub lessee: Option<Role>,
}

/// The policy that a refusal names.
#[must_use]
pub fn named_in(words: &str) -> Option<&str> {
    let name = words.split_once(DENIED)?.1.split_whitespace().next()?;
    Some(name.trim_end_matches(['.', ',']))
}

/// What a policy needs (Ironic 39: `ironic/common/policy.py`), where farrier ever asks for that.
#[must_use]
pub fn needs(policy: &str) -> Option<Needs> {
    use Role::{Admin, Manager, Member, Reader};
    let needs = |what, system, owner, lessee| Some(Needs { what, system, owner, lessee });
    let name = policy.strip_prefix("baremetal:")?;
    match name {
        "node:get" | "node:get_states" | "node:list" | "port:get" | "port:list" | "portgroup:get"
        | "portgroup:list" | "node:vif:list" | "node:traits:list" | "node:bios:get" | "node:firmware:get" => {
            needs("seeing a node", Reader, Some(Reader), Some(Reader))
        }
        "node:history:get" => needs("a node's history", Reader, Some(Reader), None),
        "node:inventory:get" => needs("a node's inventory", Reader, Some(Reader), None),
        "node:list_all" | "port:list_all" | "portgroup:list_all" => {
            needs("seeing nodes of every project", Reader, None, None)
        }
        "allocation:get" | "allocation:list" => needs("seeing claims", Reader, Some(Reader), None),
        "allocation:list_all" => needs("seeing claims of every project", Reader, None, None),
        "allocation:create" | "allocation:create_restricted" => {
            needs("claiming a node", Member, Some(Member), Some(Member))
        }
        "allocation:delete" | "allocation:update" => needs("changing a claim", Member, Some(Member), None),
        "conductor:get" => needs("seeing conductors", Reader, None, None),
        "driver:get" | "driver:get_properties" => needs("seeing hardware types", Reader, None, None),
        "deploy_template:get" => needs("seeing deploy templates", Reader, None, None),
        "chassis:get" => needs("seeing chassis", Reader, None, None),
        "chassis:create" => needs("making a chassis", Admin, None, None),
        "node:set_power_state" => needs("switching a node's power", Member, Some(Member), Some(Member)),
        "node:update" | "node:update_extra" | "node:set_boot_mode" | "node:set_secure_boot" => {
            needs("changing a node", Member, Some(Member), Some(Member))
        }
        "node:update_instance_info" => {
            needs("preparing a node for an instance", Member, Some(Member), Some(Manager))
        }
        "node:validate" => needs("validating a node", Member, Some(Member), Some(Manager)),
        "node:set_maintenance" | "node:clear_maintenance" => {
            needs("a node's maintenance", Member, Some(Member), Some(Manager))
        }
        "node:vif:attach" | "node:vif:detach" => {
            needs("attaching networks to a node", Member, Some(Member), Some(Manager))
        }
        "node:get_console" | "node:set_console_state" => {
            needs("a node's console", Member, Some(Member), None)
        }
        "node:get_boot_device" | "node:set_boot_device" => {
            needs("a node's boot device", Member, Some(Manager), None)
        }
        "node:inject_nmi" => needs("crashing a node", Member, Some(Manager), None),
        "node:update:driver_interfaces"
        | "node:traits:set"
        | "node:traits:delete"
        | "port:update"
        | "portgroup:update" => needs("changing a node's hardware", Member, Some(Manager), None),
        "port:create" | "port:delete" | "portgroup:create" | "portgroup:delete" => {
            needs("a node's ports", Admin, Some(Manager), None)
        }
        "node:update:owner" | "node:update:conductor_group" | "node:update:parent_node" => {
            needs("giving a node to somebody else", Member, None, None)
        }
        "node:update:chassis_uuid"
        | "node:update:shard"
        | "node:update:disable_power_off"
        | "node:disable_cleaning"
        | "node:update_owner_provisioned" => needs("changing this of a node", Admin, None, None),
        "node:create" | "node:create:self_owned_node" => needs("enrolling a node", Admin, Some(Admin), None),
        "node:delete" | "node:delete:self_owned_node" => needs("deleting a node", Admin, Some(Admin), None),
        _ if name.starts_with("node:set_provision_state") => {
            needs("deploying, destroying, cleaning and the like", Member, Some(Member), Some(Manager))
        }
        _ if name.starts_with("node:update:") => needs("changing this of a node", Member, Some(Member), None),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_its_policy() {
        let words = "Access was denied to the following resource: baremetal:node:set_power_state";
        assert_eq!(named_in(words), Some("baremetal:node:set_power_state"));
        assert_eq!(named_in("Forbidden"), None);
    }

    #[test]
    fn whoever_owns_a_node_may_do_what_whoever_leases_it_may() {
        for policy in
            ["node:get", "node:set_power_state", "node:set_provision_state:clean_steps", "node:vif:attach"]
        {
            let needs = needs(&format!("baremetal:{policy}")).expect("it is known");
            assert!(needs.owner <= needs.lessee, "{policy}");
        }
        assert_eq!(needs("baremetal:node:update:name").and_then(|needs| needs.lessee), None);
        assert_eq!(needs("baremetal:nothing:known"), None);
    }
}
