//! `farrier node traits`: what a node can do, in the words that requests ask for.

use serde_json::{Value, json};

use super::one::One;
use crate::cli::{Context, help};
use crate::ui::answer::Column;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The node, by name or UUID
    node: String,
}

pub(super) const EXAMPLES: help::Examples = &[
    ("What it can do", "farrier node traits rack4-u12"),
    ("All that can do something", "farrier node list --where traits=CUSTOM_NVME"),
];

const COLUMNS: &[Column] = &[Column::new("name", "TRAIT")];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let One { node, client, silent, .. } = One::find(&args.node, context)?;
    let traits = client.node_fields(&node.uuid, &["uuid", "traits"])?.traits;
    if traits.is_empty() {
        context.ui.note(&format!("{} has no traits", node.label()));
        context.ui.hint(&format!("`farrier node set {} --trait CUSTOM_…` gives it one", node.label()));
    }
    let rows: Vec<Value> = traits.into_iter().map(|name| json!({"name": name})).collect();
    context.ui.list(&view, rows)?;
    context.conclude(&silent)
}
