//! `farrier node maintenance`: machines that nobody is to be given.

use serde_json::json;

use crate::cli::{Context, batch, help};
use crate::driver::event::NodeRef;
use crate::driver::{Deadline, Outcome, Purpose};
use crate::ironic::Node;
use crate::ui::answer::{Column, Show};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The nodes, by name or UUID; `-` reads names from standard input
    #[arg(required = true, value_name = "NODE")]
    nodes: Vec<String>,

    /// Why: whoever finds the machine reads it
    #[arg(long, value_name = "TEXT", default_value = "set with farrier")]
    reason: String,

    /// End the maintenance; cleaning that paused for it goes on
    #[arg(long, conflicts_with = "reason")]
    off: bool,
}

pub(super) const EXAMPLES: help::Examples = &[
    ("Keep a machine from being chosen", "farrier node maintenance rack4-u12 --reason 'swapping a DIMM'"),
    ("Let machines be chosen again", "farrier node maintenance rack4-u12 rack4-u13 --off"),
];

const COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(Show::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("maintenance", "MAINTENANCE"),
    Column::new("maintenance_reason", "REASON"),
    Column::new("state", "STATE").show(Show::State),
    Column::new("error", "ERROR"),
];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let names = batch::names(&args.nodes, &context.ui)?;
    let connections = context.connect_all()?;
    let progress = context.ui.progress();
    let drivers = context.drivers(&connections, &progress, Deadline::none());
    let reason = (!args.off).then_some(args.reason.as_str());
    let outcomes = batch::each(context.global.jobs, &names, |name| {
        drivers.on_node(name, Purpose::Change, |driver| driver.set_maintenance(name, reason))
    });
    let silent = drivers.silent();
    drop(progress);
    let outcomes: Vec<(String, Outcome<Node>)> = names.into_iter().zip(outcomes).collect();
    let row = |(name, outcome): &(String, Outcome<Node>)| match &outcome.result {
        Ok(node) => json!({
            "node": NodeRef::from(node),
            "cloud": outcome.cloud,
            "maintenance": node.maintenance,
            "maintenance_reason": node.maintenance_reason,
            "state": node.provision_state.to_string(),
            "error": null,
        }),
        Err(_) => json!({
            "node": {"uuid": null, "name": name},
            "cloud": outcome.cloud,
            "maintenance": null,
            "maintenance_reason": null,
            "state": null,
            "error": batch::error_text(&outcome.result),
        }),
    };
    context.ui.list(&connections.view(view), outcomes.iter().map(row).collect())?;
    let outcomes = outcomes.into_iter().map(|(name, outcome)| (name, outcome.result));
    batch::conclude(context, outcomes.collect(), &silent)
}
