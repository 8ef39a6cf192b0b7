//! Reads clean and service steps, one or a list, and checks them by the rules of Ironic (`_STEPS_SCHEMA` in
//! `ironic/api/controllers/v1/node.py`). Errors have a position and are reported before any request to Ironic.

use std::sync::Arc;

use serde_json::Value;

use super::document::{Content, Cursor, Document, InputError, InputFile, Report, SourceLocation};

/// The keys of a step. A step has no priority: steps run in the order of the list.
const KEYS: [&str; 6] =
    ["interface", "step", "args", "order", "execute_on_child_nodes", "limit_child_node_execution"];

/// The interfaces that have steps (`CLEANING_INTERFACE_PRIORITY` of `ironic/conductor/steps.py`).
const INTERFACES: [&str; 7] = ["bios", "deploy", "firmware", "management", "power", "raid", "vendor"];

/// Reads steps in JSON or YAML.
///
/// # Errors
/// All errors: keys that are missing, unknown or of the wrong type. Also if the file contains no steps.
pub fn read(source: InputFile) -> Result<Vec<Value>, InputError> {
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
        report.error(SourceLocation::file(Arc::clone(document.file().name())), "contains no steps");
    }
    report.finish(steps).map(|(steps, _)| steps)
}

/// Reads a step. Names are text, even if they look like numbers or booleans.
fn step(step: &Cursor<'_>) -> Option<Value> {
    let table = step.mapping()?;
    table.allow_keys(&KEYS);
    let interface = table.require("interface").and_then(|interface| {
        interface.checked(|text| {
            let known = INTERFACES.contains(&text).then(|| Value::from(text));
            known.ok_or_else(|| format!("expected one of {}", INTERFACES.join(", ")))
        })
    });
    let name = table.require("step").and_then(|name| {
        name.checked(|text| match text {
            "" => Err("must not be empty".to_owned()),
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
        read(InputFile::from_text("steps.yaml", text)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_step_or_a_list_of_steps_is_read_from_json_and_yaml() {
        let erase = json!({"interface": "deploy", "step": "erase_devices"});
        assert_eq!(steps(&erase.to_string()), Ok(vec![erase.clone()]));
        assert_eq!(steps(&json!([erase, erase]).to_string()), Ok(vec![erase.clone(), erase]));
        let raid = "- interface: raid\n  step: create_configuration\n  args: {create_root_volume: false}\n  order: 2\n";
        let expected = json!({"interface": "raid", "step": "create_configuration",
                          "args": {"create_root_volume": false}, "order": 2});
        assert_eq!(steps(raid), Ok(vec![expected]));
        let odd = "{interface: vendor, step: on, args: ~, order: '3', execute_on_child_nodes: yes}";
        let expected =
            json!({"interface": "vendor", "step": "on", "order": 3, "execute_on_child_nodes": true});
        assert_eq!(steps(odd), Ok(vec![expected]));
    }

    #[test]
    fn errors_are_reported_with_their_position() {
        let errors =
            steps("- interface: deploy\n  steps: erase_devices\n- {interface: boot, step: x, args: [1]}\n");
        let errors = errors.expect_err("invalid");
        for part in [
            "steps.yaml:1:3: [0]: `step` is missing",
            "steps.yaml:2:3: [0]: unknown key `steps`, did you mean `step`?",
            "steps.yaml:3:15: [1].interface: expected one of bios, deploy",
            "[1].args: expected a mapping, found a list",
        ] {
            assert!(errors.contains(part), "{errors}");
        }
        assert!(steps("[]").expect_err("empty").contains("steps.yaml: contains no steps"));
        assert!(steps("").expect_err("empty").contains("no steps"));
        assert!(steps("erase").expect_err("a word").contains("expected a list"));
        let deploy = r#"{"interface": "bios", "step": "a", "priority": 9}"#;
        assert!(steps(deploy).expect_err("of a deploy").contains("unknown key `priority`"));
        assert!(steps("{interface: bios, step: ''}").expect_err("no name").contains("must not be empty"));
        assert!(
            steps("{interface: bios, step: a, order: x}").expect_err("no order").contains("whole number")
        );
    }

    proptest! {
        #[test]
        fn accepted_steps_have_an_interface_and_a_name(text in "\\PC{0,60}") {
            for step in steps(&text).unwrap_or_default() {
                prop_assert!(step["interface"].is_string() && step["step"].is_string());
            }
        }
    }
}
