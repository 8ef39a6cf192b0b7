//! Checks deploy steps by the same rules as Ironic (`ironic/api/schemas`), because Ironic refuses some only after the claim;
//! and knows the effect of clean and service steps on a machine's disks.

use serde_json::{Map, Value};

/// The keys of a step; all are required.
const KEYS: [&str; 4] = ["interface", "step", "args", "priority"];

/// The interfaces that have deploy steps.
const INTERFACES: [&str; 7] = ["bios", "deploy", "firmware", "management", "power", "raid", "vendor"];

/// Checks one step.
///
/// # Errors
/// A key that is missing, unknown or of the wrong type.
pub fn check(step: &Value) -> Result<(), String> {
    let Some(step) = step.as_object() else {
        return Err(format!("a deploy step must be an object with the keys {}", KEYS.join(", ")));
    };
    if let Some(missing) = KEYS.iter().find(|key| !step.contains_key(**key)) {
        return Err(format!("a deploy step needs the keys {}; `{missing}` is missing", KEYS.join(", ")));
    }
    if let Some(unknown) = step.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("unknown key `{unknown}` of a deploy step; the keys are {}", KEYS.join(", ")));
    }
    let interface = step["interface"].as_str().unwrap_or_default();
    if !INTERFACES.contains(&interface) {
        return Err(format!("`interface` of a deploy step must be one of {}", INTERFACES.join(", ")));
    }
    if step["step"].as_str().is_none_or(str::is_empty) {
        return Err("`step` of a deploy step must be its name".to_owned());
    }
    if !step["args"].is_object() {
        return Err("`args` of a deploy step must be an object, `{}` if it takes none".to_owned());
    }
    let Some(priority) = step["priority"].as_u64() else {
        return Err("`priority` of a deploy step must be a whole number; 0 disables the step".to_owned());
    };
    if interface == "deploy" && step["step"] == "deploy" && priority > 0 {
        return Err("the step deploy.deploy can only be disabled, with priority 0".to_owned());
    }
    Ok(())
}

/// Checks one step or a list of steps.
///
/// # Errors
/// Those of [`check`]; a duplicate step.
pub fn all(given: Value) -> Result<Vec<Value>, String> {
    let steps = listed(given);
    for (at, step) in steps.iter().enumerate() {
        check(step)?;
        let is_same =
            |other: &&Value| other["interface"] == step["interface"] && other["step"] == step["step"];
        if steps[..at].iter().any(|other| is_same(&other)) {
            let name = |key: &str| step[key].as_str().unwrap_or_default().to_owned();
            return Err(format!("the step {}.{} is given twice", name("interface"), name("step")));
        }
    }
    Ok(steps)
}

/// One step or a list of steps, as a list.
fn listed(given: Value) -> Vec<Value> {
    match given {
        Value::Array(steps) => steps,
        one => vec![one],
    }
}

/// The request body with these steps; empty without steps.
#[must_use]
pub fn body(steps: &[Value]) -> Map<String, Value> {
    let mut body = Map::new();
    if !steps.is_empty() {
        body.insert("deploy_steps".to_owned(), steps.into());
    }
    body
}

/// The steps of a cleaning or servicing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeSteps {
    /// These steps in order, in Ironic's format.
    Steps(Vec<Value>),
    /// The steps of a runbook, by its name or UUID (API ≥ 1.92).
    Runbook(String),
}

impl NodeSteps {
    /// The request body; `key` is the key for steps.
    pub(in crate::driver) fn body(&self, key: &str) -> Map<String, Value> {
        match self {
            Self::Steps(steps) => Map::from_iter([(key.to_owned(), steps.as_slice().into())]),
            Self::Runbook(name) => Map::from_iter([("runbook".to_owned(), name.as_str().into())]),
        }
    }
}

/// The effect of a step on the data on a machine's disks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DataEffect {
    /// The data is kept.
    Keeps,
    /// The effect is unknown.
    Unknown,
    /// The data is lost.
    Erases,
}

/// The effect of a step and its description. Knows only the steps of Ironic (`ironic/drivers/modules`) and of its agent
/// (`ironic_python_agent/hardware.py`).
#[must_use]
pub fn effect(step: &Value) -> (DataEffect, &'static str) {
    use DataEffect as E;
    let word = |key: &str| step[key].as_str().unwrap_or_default();
    match (word("interface"), word("step")) {
        (_, "hold") => (E::Keeps, "waits until it is resumed (Ironic 39 ignores it)"),
        (_, "wait") => (E::Keeps, "waits (Ironic 39 ignores it)"),
        (_, "power_on" | "power_off" | "reboot") => {
            (E::Keeps, "changes the power state (Ironic 39 ignores it)")
        }
        (_, "erase_devices") => (E::Erases, "erases every disk"),
        (_, "erase_devices_metadata") => {
            (E::Erases, "erases the partition tables and metadata of every disk")
        }
        (_, "erase_devices_express") => {
            (E::Erases, "erases NVMe disks, and the partition tables and metadata of every other disk")
        }
        ("deploy", "burnin_disk") => (E::Erases, "overwrites every disk"),
        ("deploy", "write_image") => (E::Erases, "writes an image to the root disk"),
        ("raid", "create_configuration" | "apply_configuration") => {
            (E::Erases, "creates RAID volumes; the data on their disks is lost")
        }
        ("raid", "delete_configuration") => (E::Erases, "deletes RAID volumes and their data"),
        ("bios", "factory_reset") => (E::Keeps, "resets the BIOS settings; does not change the disks"),
        ("bios", "apply_configuration") => (E::Keeps, "changes BIOS settings; does not change the disks"),
        ("firmware", "update") | ("management", "update_firmware") => {
            (E::Keeps, "updates firmware; does not change the disks")
        }
        ("deploy", "burnin_cpu" | "burnin_memory" | "burnin_network") => {
            (E::Keeps, "stress-tests the machine; does not change the disks")
        }
        ("deploy", "erase_pstore") => (E::Keeps, "erases the kernel's crash logs; does not change the disks"),
        ("deploy", "clean_uefi_nvram") => (E::Keeps, "removes UEFI boot entries; does not change the disks"),
        ("bios", "cache_bios_settings")
        | (
            "management",
            "clear_job_queue"
            | "reset_idrac"
            | "known_good_state"
            | "set_bmc_clock"
            | "reset_secure_boot_keys_to_default"
            | "clear_secure_boot_keys",
        ) => (E::Keeps, "does not change the disks"),
        _ => (E::Unknown, "its effect on the disks is unknown"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_effect_of_unknown_steps_is_unknown() {
        let of = |interface: &str, step: &str| effect(&json!({"interface": interface, "step": step})).0;
        assert_eq!(of("deploy", "erase_devices_metadata"), DataEffect::Erases);
        // Some BMCs erase disks without a ramdisk.
        assert_eq!(of("management", "erase_devices"), DataEffect::Erases);
        assert_eq!(of("raid", "create_configuration"), DataEffect::Erases);
        assert_eq!(of("bios", "factory_reset"), DataEffect::Keeps);
        assert_eq!(of("vendor", "send_raw"), DataEffect::Unknown);
        assert_eq!(of("raid", "a_new_one"), DataEffect::Unknown);
        assert_eq!(effect(&json!("deploy.erase_devices")).0, DataEffect::Unknown);
        assert!(DataEffect::Keeps < DataEffect::Unknown && DataEffect::Unknown < DataEffect::Erases);
    }

    #[test]
    fn a_step_needs_exactly_its_keys() {
        let step = json!({"interface": "bios", "step": "apply", "args": {"x": 1}, "priority": 90});
        assert_eq!(check(&step), Ok(()));
        assert_eq!(all(step.clone()).expect("one").len(), 1);
        assert!(all(json!([step, step])).expect_err("twice").contains("bios.apply is given twice"));
        for (key, value, message) in [
            ("interface", json!("boot"), "one of bios"),
            ("step", json!(""), "its name"),
            ("args", json!([]), "must be an object"),
            ("args", Value::Null, "must be an object"),
            ("priority", json!(-1), "whole number"),
            ("priority", json!("90"), "whole number"),
            ("order", json!(1), "unknown key `order`"),
        ] {
            let mut wrong = step.clone();
            wrong[key] = value;
            let problem = check(&wrong).expect_err(key);
            assert!(problem.contains(message), "{problem}");
        }
        for key in KEYS {
            let mut wrong = step.clone();
            wrong.as_object_mut().expect("an object").remove(key);
            assert!(check(&wrong).expect_err(key).contains(&format!("`{key}` is missing")));
        }
        assert!(check(&json!("bios.apply")).is_err());
        let mut core = json!({"interface": "deploy", "step": "deploy", "args": {}, "priority": 0});
        assert_eq!(check(&core), Ok(()));
        core["priority"] = json!(1);
        assert!(check(&core).is_err());
    }
}
