//! When Ironic lets something of a node be changed. Pure.

use serde_json::{Map, Value as Json};

use super::compare::Remedy;
use crate::ironic::ProvisionState;
use crate::ironic::state::StateClass;

/// What of a port is about its place in the network (Ironic: `update_port`, `connectivity_attr`).
const CONNECTIVITY: [&str; 4] =
    ["/pxe_enabled", "/local_link_connection", "/physical_network", "/portgroup_uuid"];

/// When a change can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Moment {
    /// As the node is now.
    Now,
    /// Once what is under way on the node is over.
    Settled,
    /// Once the node is `manageable`, from where it is brought back.
    Manageable,
    /// Not at all, for this reason.
    Never(String),
}

/// When a remedy can be applied to a node (Ironic 39: `update_node`, `update_port`, `destroy_port`, and the API's check
/// for a transition). A node is never put into maintenance for it, though Ironic would then allow more: it would take the
/// machine out of use without anybody's having asked for that.
pub(super) fn moment(remedy: &Remedy, node: &Map<String, Json>) -> Moment {
    use ProvisionState as P;
    let text = |key: &str| node.get(key).and_then(Json::as_str);
    // Whose state is not shown is Ironic's to judge.
    let Some(state) = text("provision_state").map(ProvisionState::from) else { return Moment::Now };
    let is_new = matches!(state, P::Enroll | P::Manageable);
    let in_maintenance = node.get("maintenance") == Some(&Json::Bool(true));
    if let Remedy::DropPort { in_use: true, .. } = remedy {
        return Moment::Never("a network of an instance is attached to it".to_owned());
    }
    if state.is_moving() {
        let on_the_way =
            matches!(state, P::Verifying | P::Inspecting | P::InspectWait | P::Cleaning | P::CleanWait);
        return if on_the_way {
            Moment::Settled
        } else {
            Moment::Never(format!("Ironic changes no node in `{state}`"))
        };
    }
    let (free_now, why) = match remedy {
        Remedy::Port { path, .. } if CONNECTIVITY.contains(&path.as_str()) => {
            (is_new || in_maintenance, "Ironic allows it in `enroll` and `manageable`")
        }
        Remedy::Node { path, value } if path == "/retired" && *value == Json::Bool(true) => {
            (state != P::Available, "Ironic allows it in any state but `available`")
        }
        Remedy::Node { path, .. } if path.ends_with("_interface") => (
            is_new || state == P::Available || in_maintenance,
            "Ironic allows it in `enroll`, `manageable` and `available`",
        ),
        Remedy::Node { path, .. } if path == "/resource_class" && text("resource_class").is_some() => {
            (is_new || state == P::Available, "Ironic allows it in `enroll`, `manageable` and `available`")
        }
        _ => (true, ""),
    };
    if free_now {
        return Moment::Now;
    }
    let is_free = text("instance_uuid").is_none();
    match state {
        P::Available | P::InspectFailed | P::CleanFailed if is_free => Moment::Manageable,
        _ if !is_free => Moment::Never(format!("{why}, and an instance has the node (`{state}`)")),
        _ if state.class() == StateClass::Failed => {
            Moment::Never(format!("{why}, and the node is in `{state}`: mend that first"))
        }
        _ => Moment::Never(format!("{why}, and the node is in `{state}`")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn node_remedy(path: &str, value: Json) -> Remedy {
        Remedy::Node { path: path.to_owned(), value }
    }

    fn word(remedy: &Remedy, node: &Json) -> String {
        match moment(remedy, node.as_object().expect("a mapping")) {
            Moment::Now => "now".to_owned(),
            Moment::Settled => "settled".to_owned(),
            Moment::Manageable => "manageable".to_owned(),
            Moment::Never(why) => why,
        }
    }

    #[test]
    fn what_a_state_forbids_waits_or_is_left_with_the_reason() {
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
            ("cleaning", [&pxe, &extra, &class, &boot, &retired, &memory], ["settled"; 6]),
        ];
        for (state, remedies, words) in table {
            let node = json!({"provision_state": state, "resource_class": "a"});
            for (remedy, expected) in remedies.into_iter().zip(words) {
                assert_eq!(word(remedy, &node), expected, "{state} {remedy:?}");
            }
        }
        let active = json!({"provision_state": "active", "resource_class": "a", "instance_uuid": "i"});
        for remedy in [&pxe, &class, &boot] {
            assert!(word(remedy, &active).ends_with("and an instance has the node (`active`)"), "{remedy:?}");
        }
        for remedy in [&extra, &retired, &memory] {
            assert_eq!(word(remedy, &active), "now");
        }
        assert_eq!(
            word(&memory, &json!({"provision_state": "deploying"})),
            "Ironic changes no node in `deploying`"
        );
        let claimed = json!({"provision_state": "available", "instance_uuid": "i"});
        assert!(word(&pxe, &claimed).contains("an instance has the node"), "a claim is not broken");
    }

    #[test]
    fn maintenance_that_is_there_allows_what_ironic_then_allows() {
        let node = json!({"provision_state": "active", "maintenance": true, "resource_class": "a"});
        assert_eq!(word(&node_remedy("/boot_interface", json!("pxe")), &node), "now");
        assert_ne!(word(&node_remedy("/resource_class", json!("b")), &node), "now");
    }

    #[test]
    fn a_port_in_use_is_not_removed() {
        let free = Remedy::DropPort { uuid: "p".to_owned(), in_use: false };
        let used = Remedy::DropPort { uuid: "p".to_owned(), in_use: true };
        let node = json!({"provision_state": "active"});
        assert_eq!(word(&free, &node), "now");
        assert_eq!(word(&used, &node), "a network of an instance is attached to it");
    }
}
