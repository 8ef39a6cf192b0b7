//! What a machine is doing, in words that an operator reads at a glance.

use serde_json::{Map, Value};

use crate::ironic::{Node, ProvisionState};

/// The stage that a node is in.
#[must_use]
pub fn of(node: &Node) -> String {
    use ProvisionState as P;
    if let Some(target) = node.target_power_state.as_deref().filter(|_| !node.provision_state.is_moving()) {
        return match target {
            "power on" => "powering on".to_owned(),
            "power off" | "soft power off" => "powering off".to_owned(),
            other => format!("power: {other}"),
        };
    }
    match &node.provision_state {
        P::Deploying => with_step(node, "deploy", node.deploy_step.as_ref(), "preparing to deploy"),
        P::DeployWait if node.driver_internal_info.contains_key("agent_url") => {
            with_step(node, "deploy", node.deploy_step.as_ref(), "ramdisk up, waiting for it")
        }
        P::DeployWait => "POST and network boot, waiting for the ramdisk".to_owned(),
        P::Cleaning | P::CleanWait => with_step(node, "clean", node.clean_step.as_ref(), "cleaning"),
        P::Deleting => "tearing down".to_owned(),
        P::Verifying => "verifying the BMC's credentials".to_owned(),
        P::Inspecting | P::InspectWait => "inspecting the hardware".to_owned(),
        other => other.to_string(),
    }
}

/// `running step 2 of 7 deploy.write_image`: the total may grow when the ramdisk reports its own steps.
fn with_step(node: &Node, kind: &str, step: Option<&Map<String, Value>>, otherwise: &str) -> String {
    let word = |key: &str| step.and_then(|step| step.get(key)).and_then(Value::as_str);
    let (Some(interface), Some(name)) = (word("interface"), word("step")) else {
        return otherwise.to_owned();
    };
    let info = |key: String| node.driver_internal_info.get(&key).cloned().unwrap_or_default();
    let index = info(format!("{kind}_step_index")).as_u64();
    let total = info(format!("{kind}_steps")).as_array().map(Vec::len);
    match (index, total) {
        (Some(index), Some(total)) => format!("running step {} of {total} {interface}.{name}", index + 1),
        _ => format!("running step {interface}.{name}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn stage(node: Value) -> String {
        of(&serde_json::from_value(node).expect("a node"))
    }

    #[test]
    fn a_deploy_is_told_step_by_step() {
        let cases = [
            (json!({"uuid": "u", "provision_state": "deploying"}), "preparing to deploy"),
            (
                json!({"uuid": "u", "provision_state": "wait call-back"}),
                "POST and network boot, waiting for the ramdisk",
            ),
            (
                json!({"uuid": "u", "provision_state": "deploying",
                       "deploy_step": {"interface": "deploy", "step": "write_image"},
                       "driver_internal_info": {"deploy_steps": [1, 2, 3], "deploy_step_index": 1}}),
                "running step 2 of 3 deploy.write_image",
            ),
            (
                json!({"uuid": "u", "provision_state": "active", "target_power_state": "power on"}),
                "powering on",
            ),
            (json!({"uuid": "u", "provision_state": "brand new"}), "brand new"),
        ];
        for (node, words) in cases {
            assert_eq!(stage(node), words);
        }
    }
}
