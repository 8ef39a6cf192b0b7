//! `farrier node bios`: the BIOS settings of a node, as Ironic last read them.

use serde_json::Value;

use super::locate::LocatedNode;
use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::help;
use crate::ironic::hardware::BiosSetting;
use crate::rest::mask;
use crate::ui::output::Column;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Name or UUID of the node
    node: String,

    /// Only settings with this text in the name
    ///
    /// Case-insensitive. If a setting has exactly this name, only this setting is shown.
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
}

pub(super) const EXAMPLES: help::Examples = &[
    ("All settings", "farrier node bios rack4-u12"),
    ("Settings with `boot` in the name", "farrier node bios rack4-u12 --name boot"),
    ("One value, for a script", "farrier node bios rack4-u12 --name ProcTurboMode -f value -c value"),
];

const COLUMNS: &[Column] = &[
    Column::new("name", "SETTING"),
    Column::new("value", "VALUE"),
    Column::new("attribute_type", "TYPE").shortened_by_rank(2),
    Column::new("read_only", "READ ONLY").shortened_by_rank(3),
    Column::new("allowable_values", "ALLOWED VALUES").shortened_by_rank(1),
    Column::new("reset_required", "NEEDS RESET").on_request(),
    Column::new("lower_bound", "MINIMUM").on_request(),
    Column::new("upper_bound", "MAXIMUM").on_request(),
    Column::new("min_length", "MIN LENGTH").on_request(),
    Column::new("max_length", "MAX LENGTH").on_request(),
    Column::new("unique", "UNIQUE").on_request(),
];

pub(super) fn answer() -> Answer {
    Answer::of("node bios").list::<BiosSetting>(COLUMNS)
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let node = LocatedNode::find(&args.node, context)?;
    let mut settings = node.client.node_bios(&node.node.uuid)?;
    if settings.is_empty() {
        context.ui.note(&missing_note(&node, "BIOS settings", "bios_interface", "no-bios"));
    }
    if let Some(part) = &args.name {
        retain_named(&mut settings, part);
    }
    settings.iter_mut().for_each(hide);
    context.ui.list(&view, settings)?;
    context.conclude(&node.unreachable)
}

/// Keeps the setting with this name. If no setting has the name, keeps those with this text in the name.
fn retain_named(settings: &mut Vec<BiosSetting>, part: &str) {
    let part = part.to_lowercase();
    let is_exact = |setting: &BiosSetting| setting.name.to_lowercase() == part;
    let has_exact = settings.iter().any(is_exact);
    settings.retain(
        |setting| {
            if has_exact { is_exact(setting) } else { setting.name.to_lowercase().contains(&part) }
        },
    );
}

/// Says why Ironic has no data of a kind: the node's interface does not read it, or Ironic has not read it yet (Ironic:
/// `conductor/utils.py`, `node_update_cache`).
pub(super) fn missing_note(node: &LocatedNode, what: &str, interface: &str, disabled: &str) -> String {
    let label = node.node.label();
    match node.interface(interface) {
        Some(value) if value == disabled => {
            format!("Ironic has no {what} for {label}: its `{interface}` is `{disabled}`")
        }
        value => {
            let by = value.map(|value| format!(" (`{interface}`: `{value}`)")).unwrap_or_default();
            format!(
                "Ironic has no {what} for {label}{by}; it reads them when it verifies or cleans the node, if the BMC reports \
                 them"
            )
        }
    }
}

/// Hides a password. The attribute registry says which settings are passwords; without it, the name decides.
fn hide(setting: &mut BiosSetting) {
    let is_secret = match setting.rest.get("attribute_type").and_then(Value::as_str) {
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
    use serde_json::json;

    use super::*;

    #[test]
    fn an_exact_name_selects_one_setting() {
        let named = |part: &str| -> Vec<String> {
            let settings = json!([{"name": "BootMode"}, {"name": "BootModeLock"}, {"name": "ProcTurbo"}]);
            let mut settings = serde_json::from_value(settings).expect("settings");
            retain_named(&mut settings, part);
            settings.into_iter().map(|setting| setting.name).collect()
        };
        assert_eq!(named("bootmode"), ["BootMode"]);
        assert_eq!(named("boot"), ["BootMode", "BootModeLock"]);
    }

    #[test]
    fn passwords_are_hidden_and_other_settings_are_shown() {
        let shown = |name: &str, attribute_type: Value| {
            let setting = json!({"name": name, "value": "it", "attribute_type": attribute_type});
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
