//! `farrier node bios`: how the firmware of a node is set, as Ironic last read it.

use serde_json::{Value, json};

use super::one::One;
use crate::cli::{Context, help};
use crate::ironic::hardware::BiosSetting;
use crate::rest::mask;
use crate::ui::answer::Column;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The node, by name or UUID
    node: String,

    /// Only settings whose names have this in them; large and small letters are the same
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
}

pub(super) const EXAMPLES: help::Examples = &[
    ("All settings", "farrier node bios rack4-u12"),
    ("How it boots", "farrier node bios rack4-u12 --name boot"),
    ("One value, for a script", "farrier node bios rack4-u12 --name ProcTurboMode -f value -c value"),
];

const COLUMNS: &[Column] = &[
    Column::new("name", "SETTING"),
    Column::new("value", "VALUE"),
    Column::new("attribute_type", "TYPE").yields(2),
    Column::new("read_only", "READ ONLY").yields(3),
    Column::new("allowable_values", "CAN BE").yields(1),
    Column::new("reset_required", "NEEDS RESET").on_request(),
    Column::new("lower_bound", "AT LEAST").on_request(),
    Column::new("upper_bound", "AT MOST").on_request(),
    Column::new("min_length", "SHORTEST").on_request(),
    Column::new("max_length", "LONGEST").on_request(),
    Column::new("unique", "UNIQUE").on_request(),
];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let one = One::find(&args.node, context)?;
    let mut settings = one.client.node_bios(&one.node.uuid)?;
    if settings.is_empty() {
        context.ui.note(&unread(&one, "BIOS settings", "bios_interface", "no-bios"));
    }
    if let Some(part) = &args.name {
        let part = part.to_lowercase();
        settings.retain(|setting| setting.name.to_lowercase().contains(&part));
    }
    settings.iter_mut().for_each(hide);
    context.ui.list(&view, settings.iter().map(|setting| json!(setting)).collect())?;
    context.conclude(&one.silent)
}

/// Why Ironic has read nothing of a kind: the node's interface for it does not, or there was no occasion yet (Ironic:
/// `conductor/utils.py`, `node_update_cache`).
pub(super) fn unread(one: &One, what: &str, interface: &str, none: &str) -> String {
    let label = one.node.label();
    match one.interface(interface) {
        Some(there) if there == none => {
            format!("Ironic knows no {what} of {label}: its `{interface}` is `{none}`, which reads none")
        }
        there => {
            let by = there.map(|there| format!(", whose `{interface}` is `{there}`")).unwrap_or_default();
            format!(
                "Ironic knows no {what} of {label}{by}; it reads them when it verifies or cleans a machine whose BMC \
                 tells them"
            )
        }
    }
}

/// Hides a password, which the registry or, where there is none, the name tells.
fn hide(setting: &mut BiosSetting) {
    let told = setting.rest.get("attribute_type").and_then(Value::as_str);
    let is_secret = match told {
        Some("Password") => true,
        Some("String") | None => mask::is_secret_key(&setting.name),
        Some(_) => false,
    };
    if let Some(value) = setting.value.as_mut().filter(|value| is_secret && !value.is_empty()) {
        mask::MASK.clone_into(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_hidden_and_what_is_said_of_them_is_not() {
        let shown = |name: &str, told: Value| {
            let setting = json!({"name": name, "value": "it", "attribute_type": told});
            let mut setting = serde_json::from_value(setting).expect("a setting");
            hide(&mut setting);
            setting.value.expect("it is there")
        };
        assert_eq!(shown("Supervisor", json!("Password")), mask::MASK);
        assert_eq!(shown("SetupPassword", json!("String")), mask::MASK);
        assert_eq!(shown("SetupPassword", Value::Null), mask::MASK);
        assert_eq!(shown("PasswordStatus", json!("Enumeration")), "it");
        assert_eq!(shown("BootMode", Value::Null), "it");
    }
}
