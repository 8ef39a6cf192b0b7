//! When Ironic permits a change to a node. Pure.

use serde_json::{Map, Value as Json};

use super::compare::Remedy;
use crate::ironic::ProvisionState;

/// Port fields about its place in the network (Ironic: `update_port`, `connectivity_attr`).
const CONNECTIVITY: [&str; 4] =
    ["/pxe_enabled", "/local_link_connection", "/physical_network", "/portgroup_uuid"];

/// When a change is possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Permission {
    /// In the node's current state.
    Now,
    /// After the operation in progress on the node.
    AfterOperation,
    /// In `manageable`, from which the node returns afterwards.
    InManageable,
    /// Never, for this reason.
    Never(String),
}

/// When a remedy can be applied to a node (Ironic 39: `update_node`, `update_port`, `destroy_port`, and the API's check
/// for a transition). farrier never sets maintenance for this, although Ironic would then permit more: it would take
/// the node out of use without a request.
pub(super) fn when(remedy: &Remedy, node: &Map<String, Json>) -> Permission {
    use ProvisionState as P;
    let text = |key: &str| node.get(key).and_then(Json::as_str);
    // If the state is hidden, Ironic decides.
    let Some(state) = text("provision_state").map(ProvisionState::from) else { return Permission::Now };
    let is_new = [P::Enroll, P::Manageable].contains(&state);
    let in_maintenance = node.get("maintenance") == Some(&Json::Bool(true));
    if let Remedy::DropPort { in_use: true, .. } = remedy {
        return Permission::Never("an instance's VIF is attached to it".to_owned());
    }
    if state.is_moving() {
        return if state.is_of_enrollment() {
            Permission::AfterOperation
        } else {
            Permission::Never(format!("Ironic does not permit changes in `{state}`"))
        };
    }
    let (permitted_now, why) = match remedy {
        Remedy::Port { path, .. } if CONNECTIVITY.contains(&path.as_str()) => {
            (is_new || in_maintenance, "Ironic permits it only in `enroll` and `manageable`")
        }
        Remedy::Node { path, value } if path == "/retired" && *value == Json::Bool(true) => {
            (state != P::Available, "Ironic permits it in any state except `available`")
        }
        Remedy::Node { path, .. } if path.ends_with("_interface") => (
            is_new || state == P::Available || in_maintenance,
            "Ironic permits it only in `enroll`, `manageable` and `available`",
        ),
        Remedy::Node { path, .. } if path == "/resource_class" && text("resource_class").is_some() => (
            is_new || state == P::Available,
            "Ironic permits it only in `enroll`, `manageable` and `available`",
        ),
        _ => (true, ""),
    };
    if permitted_now {
        return Permission::Now;
    }
    let has_no_instance = text("instance_uuid").is_none();
    if !has_no_instance {
        Permission::Never(format!("{why}, and an instance uses the node (`{state}`)"))
    } else if [P::Available, P::InspectFailed, P::CleanFailed].contains(&state) {
        Permission::InManageable
    } else if state.is_failed() {
        Permission::Never(format!("{why}, and the node is in `{state}`: fix that first"))
    } else {
        Permission::Never(format!("{why}, and the node is in `{state}`"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn node_remedy(path: &str, value: Json) -> Remedy {
        Remedy::Node { path: path.to_owned(), value }
    }

    fn result(remedy: &Remedy, node: &Json) -> String {
        match when(remedy, node.as_object().expect("a mapping")) {
            Permission::Now => "now".to_owned(),
            Permission::AfterOperation => "after the operation".to_owned(),
            Permission::InManageable => "manageable".to_owned(),
            Permission::Never(why) => why,
        }
    }

    #[test]
    fn a_change_that_the_state_forbids_waits_or_is_skipped_with_a_reason() {
        let pxe = Remedy::Port { uuid: "p".to_owned(), path: "/pxe_enabled".to_owned(), value: json!(true) };
        let extra = Remedy::Port { uuid: "p".to_owned(), path: "/extra".to_owned(), value: json!({}) };
        let class = node_remedy("/resource_class", json!("b"));
        let boot = node_remedy("/boot_interface", json!("pxe"));
        let retired = node_remedy("/retired", json!(true));
        let memory = node_remedy("/properties/memory_mb", json!(1));
        let table = [
            ("enroll", [&pxe, &extra, &class, &boot, &retired, &memory], ["now"; 6]),
            ("manageable", [&pxe, &extra, &class, &boot, &retired, &memory], ["now"; 6]),
            (
                "available",
                [&pxe, &extra, &class, &boot, &retired, &memory],
                ["manageable", "now", "now", "now", "manageable", "now"],
            ),
            (
                "clean failed",
                [&pxe, &extra, &class, &boot, &retired, &memory],
                ["manageable", "now", "manageable", "manageable", "now", "now"],
            ),
            ("cleaning", [&pxe, &extra, &class, &boot, &retired, &memory], ["after the operation"; 6]),
        ];
        for (state, remedies, results) in table {
            let node = json!({"provision_state": state, "resource_class": "a"});
            for (remedy, expected) in remedies.into_iter().zip(results) {
                assert_eq!(result(remedy, &node), expected, "{state} {remedy:?}");
            }
        }
        let active = json!({"provision_state": "active", "resource_class": "a", "instance_uuid": "i"});
        for remedy in [&pxe, &class, &boot] {
            assert!(
                result(remedy, &active).ends_with("and an instance uses the node (`active`)"),
                "{remedy:?}"
            );
        }
        for remedy in [&extra, &retired, &memory] {
            assert_eq!(result(remedy, &active), "now");
        }
        assert_eq!(
            result(&memory, &json!({"provision_state": "deploying"})),
            "Ironic does not permit changes in `deploying`"
        );
        let claimed = json!({"provision_state": "available", "instance_uuid": "i"});
        assert!(result(&pxe, &claimed).contains("an instance uses the node"), "claimed nodes are not moved");
    }

    #[test]
    fn maintenance_permits_more_changes() {
        let node = json!({"provision_state": "active", "maintenance": true, "resource_class": "a"});
        assert_eq!(result(&node_remedy("/boot_interface", json!("pxe")), &node), "now");
        assert_ne!(result(&node_remedy("/resource_class", json!("b")), &node), "now");
    }

    #[test]
    fn a_port_in_use_is_not_removed() {
        let free = Remedy::DropPort { uuid: "p".to_owned(), in_use: false };
        let used = Remedy::DropPort { uuid: "p".to_owned(), in_use: true };
        let node = json!({"provision_state": "active"});
        assert_eq!(result(&free, &node), "now");
        assert_eq!(result(&used, &node), "an instance's VIF is attached to it");
    }
}
