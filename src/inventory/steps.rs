//! Steps that clean or service a machine, one or a list of them, checked as Ironic checks them (`_STEPS_SCHEMA` of
//! `ironic/api/controllers/v1/node.py`): what it would refuse is refused with its place, before any machine is asked for.

use std::sync::Arc;

use serde_json::Value;

use super::document::{Content, Cursor, Document, InputError, Origin, Report, Source};

/// The keys of a step. It has no priority: steps run in the order in which they stand.
const KEYS: [&str; 6] =
    ["interface", "step", "args", "order", "execute_on_child_nodes", "limit_child_node_execution"];

/// The interfaces that have such steps (`CLEANING_INTERFACE_PRIORITY` of `ironic/conductor/steps.py`).
const INTERFACES: [&str; 7] = ["bios", "deploy", "firmware", "management", "power", "raid", "vendor"];

/// Reads steps in JSON or YAML.
///
/// # Errors
/// All that is wrong with them: keys that are missing, unknown or of the wrong type; and that there is no step at all.
pub fn read(source: Source) -> Result<Vec<Value>, InputError> {
    let document = Document::parse(source)?;
    let report = Report::default();
    let mut steps = Vec::new();
    for root in document.roots(&report) {
        match root.value().content {
            Content::Mapping(_) => steps.extend(step(&root)),
            _ => steps.extend(root.items().iter().filter_map(step)),
        }
    }
    if steps.is_empty() && report.is_clean() {
        report.error(Origin::file(Arc::clone(document.source().name())), "there is no step in it");
    }
    report.finish(steps).map(|(steps, _)| steps)
}

/// One step, as Ironic takes it: names that look like something else are names all the same.
fn step(step: &Cursor<'_>) -> Option<Value> {
    let table = step.mapping()?;
    table.only(&KEYS);
    let interface = table.require("interface").and_then(|interface| {
        interface.checked(|text| {
            let known = INTERFACES.contains(&text).then(|| Value::from(text));
            known.ok_or_else(|| format!("the interfaces with steps are {}", INTERFACES.join(", ")))
        })
    });
    let name = table.require("step").and_then(|name| {
        name.checked(|text| match text {
            "" => Err("a step has a name".to_owned()),
            text => Ok(Value::from(text)),
        })
    });
    let args = table.get("args").and_then(|args| args.mapping().map(|args| args.cursor().value().to_json()));
    let children = table
        .get("limit_child_node_execution")
        .map(|children| children.items().iter().map(|child| child.value().to_json()).collect::<Value>());
    let values = [
        ("interface", interface),
        ("step", name),
        ("args", args),
        ("order", table.integer::<u32>("order").map(Value::from)),
        ("execute_on_child_nodes", table.boolean("execute_on_child_nodes").map(Value::from)),
        ("limit_child_node_execution", children),
    ];
    Some(values.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn steps(text: &str) -> Result<Vec<Value>, String> {
        read(Source::from_text("steps.yaml", text)).map_err(|error| error.to_string())
    }

    #[test]
    fn one_step_or_a_list_of_them_in_json_or_yaml() {
        let erase = json!({"interface": "deploy", "step": "erase_devices"});
        assert_eq!(steps(&erase.to_string()), Ok(vec![erase.clone()]));
        assert_eq!(steps(&json!([erase, erase]).to_string()), Ok(vec![erase.clone(), erase]));
        let raid = "- interface: raid\n  step: create_configuration\n  args: {create_root_volume: false}\n  order: 2\n";
        let made = json!({"interface": "raid", "step": "create_configuration",
                          "args": {"create_root_volume": false}, "order": 2});
        assert_eq!(steps(raid), Ok(vec![made]));
        let odd = "{interface: vendor, step: on, args: ~, order: '3', execute_on_child_nodes: yes}";
        let made = json!({"interface": "vendor", "step": "on", "order": 3, "execute_on_child_nodes": true});
        assert_eq!(steps(odd), Ok(vec![made]));
    }

    #[test]
    fn whatever_is_wrong_is_told_with_its_place() {
        let told =
            steps("- interface: deploy\n  steps: erase_devices\n- {interface: boot, step: x, args: [1]}\n");
        let told = told.expect_err("wrong");
        for part in [
            "steps.yaml:1:3: [0]: `step` is missing",
            "steps.yaml:2:3: [0]: unknown key `steps`, did you mean `step`?",
            "steps.yaml:3:15: [1].interface: the interfaces with steps are bios, deploy",
            "[1].args: expected a mapping, found a list",
        ] {
            assert!(told.contains(part), "{told}");
        }
        assert!(steps("[]").expect_err("empty").contains("steps.yaml: there is no step in it"));
        assert!(steps("").expect_err("empty").contains("no step"));
        assert!(steps("erase").expect_err("a word").contains("expected a list"));
        let deploy = r#"{"interface": "bios", "step": "a", "priority": 9}"#;
        assert!(steps(deploy).expect_err("of a deploy").contains("unknown key `priority`"));
        assert!(steps("{interface: bios, step: ''}").expect_err("no name").contains("has a name"));
        assert!(
            steps("{interface: bios, step: a, order: x}").expect_err("no order").contains("whole number")
        );
    }

    proptest! {
        #[test]
        fn whatever_is_let_through_has_its_names(text in "\\PC{0,60}") {
            for step in steps(&text).unwrap_or_default() {
                prop_assert!(step["interface"].is_string() && step["step"].is_string());
            }
        }
    }
}
