//! Steps: those of deploys, that are given with the request, checked as Ironic checks them (`ironic/api/schemas`), for it
//! refuses some only after the claim; and what those that clean or service do to a machine's disks.

use serde_json::{Map, Value};

/// The keys of a step; all are needed.
const KEYS: [&str; 4] = ["interface", "step", "args", "priority"];

/// The interfaces that have deploy steps.
const INTERFACES: [&str; 7] = ["bios", "deploy", "firmware", "management", "power", "raid", "vendor"];

/// Looks at one step.
///
/// # Errors
/// The key that is missing, not known or of the wrong type.
pub fn check(step: &Value) -> Result<(), String> {
    let Some(step) = step.as_object() else {
        return Err(format!("a deploy step is an object with {}", KEYS.join(", ")));
    };
    if let Some(missing) = KEYS.iter().find(|key| !step.contains_key(**key)) {
        return Err(format!("a deploy step has {}; there is no `{missing}`", KEYS.join(", ")));
    }
    if let Some(unknown) = step.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("a deploy step has {}, and no `{unknown}`", KEYS.join(", ")));
    }
    let interface = step["interface"].as_str().unwrap_or_default();
    if !INTERFACES.contains(&interface) {
        return Err(format!("`interface` of a deploy step is one of {}", INTERFACES.join(", ")));
    }
    if step["step"].as_str().is_none_or(str::is_empty) {
        return Err("`step` of a deploy step is its name".to_owned());
    }
    if !step["args"].is_object() {
        return Err("`args` of a deploy step is an object, `{}` where it takes none".to_owned());
    }
    let Some(priority) = step["priority"].as_u64() else {
        return Err("`priority` of a deploy step is a whole number; 0 leaves the step out".to_owned());
    };
    if interface == "deploy" && step["step"] == "deploy" && priority > 0 {
        return Err("the step deploy.deploy can only be left out, with priority 0".to_owned());
    }
    Ok(())
}

/// Looks at steps together: one of them, or a list.
///
/// # Errors
/// As [`check`]; and a step that is there twice.
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

/// One, or a list of them, as a list.
fn listed(given: Value) -> Vec<Value> {
    match given {
        Value::Array(steps) => steps,
        one => vec![one],
    }
}

/// The key of a request that holds steps, and the steps.
#[must_use]
pub fn body(steps: &[Value]) -> Map<String, Value> {
    let mut body = Map::new();
    if !steps.is_empty() {
        body.insert("deploy_steps".to_owned(), steps.into());
    }
    body
}

/// What a machine is cleaned or serviced by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// These steps, in their order, as Ironic takes them.
    Steps(Vec<Value>),
    /// Those of a runbook, by its name or UUID (Ironic ≥ 1.92).
    Runbook(String),
}

impl Work {
    /// What of a request says so, where steps have this key.
    pub(super) fn body(&self, key: &str) -> Map<String, Value> {
        match self {
            Self::Steps(steps) => Map::from_iter([(key.to_owned(), steps.as_slice().into())]),
            Self::Runbook(name) => Map::from_iter([("runbook".to_owned(), name.as_str().into())]),
        }
    }
}

/// What becomes of the data on a machine's disks by a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It stays.
    Keeps,
    /// It is lost or not: what the step does is not known here.
    Unknown,
    /// It is lost.
    Erases,
}

/// What is known of a step: of Ironic's own ones (`ironic/drivers/modules`), those of its agent
/// (`ironic_python_agent/hardware.py`), and no others.
#[must_use]
pub fn effect(step: &Value) -> (Effect, &'static str) {
    use Effect as E;
    let word = |key: &str| step[key].as_str().unwrap_or_default();
    match (word("interface"), word("step")) {
        (_, "hold") => (E::Keeps, "waits until it is told to go on (Ironic 39 leaves it out)"),
        (_, "wait") => (E::Keeps, "waits (Ironic 39 leaves it out)"),
        (_, "power_on" | "power_off" | "reboot") => (E::Keeps, "switches power (Ironic 39 leaves it out)"),
        (_, "erase_devices") => (E::Erases, "erases every disk"),
        (_, "erase_devices_metadata") => {
            (E::Erases, "erases the partition tables and metadata of every disk")
        }
        (_, "erase_devices_express") => {
            (E::Erases, "erases NVMe disks, and the partition tables and metadata of every other disk")
        }
        ("deploy", "burnin_disk") => (E::Erases, "writes all over every disk"),
        ("deploy", "write_image") => (E::Erases, "writes an image onto the root disk"),
        ("raid", "create_configuration" | "apply_configuration") => {
            (E::Erases, "makes RAID volumes; what is on their disks is lost")
        }
        ("raid", "delete_configuration") => (E::Erases, "deletes RAID volumes and what is on them"),
        ("bios", "factory_reset") => (E::Keeps, "sets BIOS settings back; the disks are left alone"),
        ("bios", "apply_configuration") => (E::Keeps, "changes BIOS settings; the disks are left alone"),
        ("firmware", "update") | ("management", "update_firmware") => {
            (E::Keeps, "writes firmware; the disks are left alone")
        }
        ("deploy", "burnin_cpu" | "burnin_memory" | "burnin_network") => {
            (E::Keeps, "strains the machine; the disks are left alone")
        }
        ("deploy", "erase_pstore") => (E::Keeps, "erases the kernel's crash logs; the disks are left alone"),
        ("deploy", "clean_uefi_nvram") => (E::Keeps, "removes UEFI boot entries; the disks are left alone"),
        ("bios", "cache_bios_settings")
        | (
            "management",
            "clear_job_queue"
            | "reset_idrac"
            | "known_good_state"
            | "set_bmc_clock"
            | "reset_secure_boot_keys_to_default"
            | "clear_secure_boot_keys",
        ) => (E::Keeps, "the disks are left alone"),
        _ => (E::Unknown, "what it does to the disks is not known"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_known_is_not_held_for_harmless() {
        let of = |interface: &str, step: &str| effect(&json!({"interface": interface, "step": step})).0;
        assert_eq!(of("deploy", "erase_devices_metadata"), Effect::Erases);
        // Some BMCs erase disks without a ramdisk.
        assert_eq!(of("management", "erase_devices"), Effect::Erases);
        assert_eq!(of("raid", "create_configuration"), Effect::Erases);
        assert_eq!(of("bios", "factory_reset"), Effect::Keeps);
        assert_eq!(of("vendor", "send_raw"), Effect::Unknown);
        assert_eq!(of("raid", "a_new_one"), Effect::Unknown);
        assert_eq!(effect(&json!("deploy.erase_devices")).0, Effect::Unknown);
        assert!(Effect::Keeps < Effect::Unknown && Effect::Unknown < Effect::Erases);
    }

    #[test]
    fn a_step_has_all_its_keys_and_no_other() {
        let step = json!({"interface": "bios", "step": "apply", "args": {"x": 1}, "priority": 90});
        assert_eq!(check(&step), Ok(()));
        assert_eq!(all(step.clone()).expect("one").len(), 1);
        assert!(all(json!([step, step])).expect_err("twice").contains("bios.apply is given twice"));
        for (key, value, told) in [
            ("interface", json!("boot"), "one of bios"),
            ("step", json!(""), "its name"),
            ("args", json!([]), "is an object"),
            ("args", Value::Null, "is an object"),
            ("priority", json!(-1), "whole number"),
            ("priority", json!("90"), "whole number"),
            ("order", json!(1), "no `order`"),
        ] {
            let mut wrong = step.clone();
            wrong[key] = value;
            let problem = check(&wrong).expect_err(key);
            assert!(problem.contains(told), "{problem}");
        }
        for key in KEYS {
            let mut wrong = step.clone();
            wrong.as_object_mut().expect("an object").remove(key);
            assert!(check(&wrong).expect_err(key).contains(&format!("no `{key}`")));
        }
        assert!(check(&json!("bios.apply")).is_err());
        let mut core = json!({"interface": "deploy", "step": "deploy", "args": {}, "priority": 0});
        assert_eq!(check(&core), Ok(()));
        core["priority"] = json!(1);
        assert!(check(&core).is_err());
    }
}
