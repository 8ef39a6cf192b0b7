//! `farrier node traits`: the traits of a node.

use schemars::JsonSchema;
use serde::Serialize;

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
    ("Traits of a node", "farrier node traits rack4-u12"),
    ("All nodes that have a trait", "farrier node list --where traits=CUSTOM_NVME"),
];

const COLUMNS: &[Column] = &[Column::new("name", "TRAIT")];

/// A trait of a node.
#[derive(Debug, Serialize, JsonSchema)]
struct TraitRow {
    /// The name.
    name: String,
}

pub(super) fn answer() -> Answer {
    Answer::of("node traits").list::<TraitRow>(COLUMNS)
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let LocatedNode { node, client, unreachable, .. } = LocatedNode::find(&args.node, context)?;
    let traits = client.node_fields(&node.uuid, &["uuid", "traits"])?.traits;
    if traits.is_empty() {
        context.ui.note(&format!("{} has no traits", node.label()));
        context.ui.hint(&format!("add one: `farrier node set {} --trait CUSTOM_…`", node.label()));
    }
    let rows: Vec<TraitRow> = traits.into_iter().map(|name| TraitRow { name }).collect();
    context.ui.list(&view, rows)?;
    context.conclude(&unreachable)
}
