//! `farrier node firmware`: the firmware versions of the components of a node.

use serde_json::{Map, Value};

use super::bios::missing_note;
use super::locate::LocatedNode;
use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::help;
use crate::ui::output::Column;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Name or UUID of the node
    node: String,
}

pub(super) const EXAMPLES: help::Examples = &[
    ("Firmware versions of BMC, BIOS and network cards", "farrier node firmware rack4-u12"),
    (
        "Compare with the first known versions",
        "farrier node firmware rack4-u12 -c component -c initial_version",
    ),
];

const COLUMNS: &[Column] = &[
    Column::new("component", "COMPONENT"),
    Column::new("current_version", "VERSION"),
    Column::new("initial_version", "INITIAL").shortened_by_rank(1),
    Column::new("last_version_flashed", "LAST FLASHED").shortened_by_rank(2),
    Column::new("vendor", "VENDOR").shortened_by_rank(4),
    Column::new("model", "MODEL").shortened_by_rank(3),
    Column::new("serial_number", "SERIAL").on_request(),
    Column::new("created_at", "SINCE").on_request(),
    Column::new("updated_at", "CHANGED").on_request(),
];

/// Ironic decides which keys a component has.
pub(super) fn answer() -> Answer {
    Answer::of("node firmware").list::<Map<String, Value>>(COLUMNS)
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let node = LocatedNode::find(&args.node, context)?;
    let mut components = node.client.node_firmware(&node.node.uuid)?;
    if components.is_empty() {
        context.ui.note(&missing_note(&node, "firmware versions", "firmware_interface", "no-firmware"));
    }
    let component = |entry: &Map<String, Value>| {
        entry.get("component").and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    components.sort_by_key(component);
    context.ui.list(&view, components)?;
    context.conclude(&node.unreachable)
}
