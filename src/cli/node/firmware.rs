//! `farrier node firmware`: the versions that the parts of a node run.

use serde_json::Value;

use super::bios::unread;
use super::one::One;
use crate::cli::{Context, help};
use crate::ui::answer::Column;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The node, by name or UUID
    node: String,
}

pub(super) const EXAMPLES: help::Examples = &[
    ("What runs on its BMC, BIOS and cards", "farrier node firmware rack4-u12"),
    ("With what was there at first", "farrier node firmware rack4-u12 -c component -c initial_version"),
];

const COLUMNS: &[Column] = &[
    Column::new("component", "COMPONENT"),
    Column::new("current_version", "VERSION"),
    Column::new("initial_version", "AT FIRST").yields(1),
    Column::new("last_version_flashed", "LAST FLASHED").yields(2),
    Column::new("vendor", "VENDOR").yields(4),
    Column::new("model", "MODEL").yields(3),
    Column::new("serial_number", "SERIAL").on_request(),
    Column::new("created_at", "SINCE").on_request(),
    Column::new("updated_at", "CHANGED").on_request(),
];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let one = One::find(&args.node, context)?;
    let mut parts = one.client.node_firmware(&one.node.uuid)?;
    if parts.is_empty() {
        context.ui.note(&unread(&one, "firmware", "firmware_interface", "no-firmware"));
    }
    let component = |part: &serde_json::Map<String, Value>| {
        part.get("component").and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    parts.sort_by_key(component);
    context.ui.list(&view, parts.into_iter().map(Value::Object).collect())?;
    context.conclude(&one.silent)
}
