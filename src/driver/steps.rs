//! Deploy steps that are given with the request, checked as Ironic checks them (`ironic/api/schemas`): it refuses
//! some only after the claim.

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

/// Clean steps: one of them, or a list. Unlike deploy steps they have no priority, and run in the order given; `args`
/// may be left out.
///
/// # Errors
/// The key that is missing, not known or of the wrong type.
pub fn clean(given: Value) -> Result<Vec<Value>, String> {
    let steps = listed(given);
    for step in &steps {
        let Some(step) = step.as_object() else {
            return Err("a clean step is an object with interface, step and args".to_owned());
        };
        // `execute_on_child_nodes` and its like came with later servers, which check them.
        for key in ["interface", "step"] {
            if step.get(key).and_then(Value::as_str).is_none_or(str::is_empty) {
                return Err(format!("a clean step has interface and step; there is no `{key}`"));
            }
        }
        if step.get("args").is_some_and(|args| !args.is_object()) {
            return Err("`args` of a clean step is an object".to_owned());
        }
    }
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_clean_step_needs_its_names_and_nothing_else() {
        let step = json!({"interface": "deploy", "step": "erase_devices_metadata"});
        assert_eq!(clean(step.clone()), Ok(vec![step.clone()]));
        assert_eq!(clean(json!([step, step])).map(|steps| steps.len()), Ok(2));
        assert!(clean(json!({"interface": "deploy"})).expect_err("no name").contains("no `step`"));
        assert!(clean(json!({"interface": "a", "step": "b", "args": []})).is_err());
        assert!(clean(json!(["erase"])).is_err());
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
