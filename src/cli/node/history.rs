//! `farrier node history`: what Ironic noted of a node.

use serde_json::json;

use crate::cli::{Context, help};
use crate::ironic::Feature;
use crate::ui::answer::Column;
use crate::ui::answer::Show;

/// How many entries Ironic keeps of a node at most, unless its operator says otherwise.
const KEPT: usize = 300;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The node, by name or UUID
    node: String,

    /// Only errors
    #[arg(long)]
    errors: bool,

    /// How many entries to read, the newest first
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..))]
    limit: u16,
}

pub(super) const EXAMPLES: help::Examples = &[
    ("What happened last", "farrier node history rack4-u12"),
    ("Why a deploy failed, whole", "farrier node history rack4-u12 --errors --limit 1 -f value -c event"),
];

const COLUMNS: &[Column] = &[
    Column::new("created_at", "TIME").show(Show::Time),
    Column::new("severity", "SEVERITY"),
    Column::new("event_type", "OPERATION").yields(1),
    Column::new("event", "EVENT"),
    Column::new("uuid", "UUID").on_request(),
];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let client = context.connect()?.client;
    client.need(Feature::NodeHistory)?;
    // Its history is found by UUID and by name alike; only that there is no such node is said better here.
    let node = client.node_fields(&args.node, &["uuid"])?;
    let limit = if args.errors { KEPT } else { args.limit.into() };
    let mut events = client.node_history(&node.uuid, limit)?;
    if args.errors {
        events.retain(|event| event.severity.as_deref() == Some("ERROR"));
        events.truncate(args.limit.into());
    }
    Ok(context.ui.list(&view, events.iter().map(|event| json!(event)).collect())?)
}
