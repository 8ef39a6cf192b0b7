//! Setting and clearing a flag of nodes, for `farrier node maintenance`, `retire` and `protect`.

use serde_json::{Value, json};

use crate::cli::Context;
use crate::cli::app::batch;
use crate::cli::args::node_targets::{TargetArgs, named};
use crate::driver::node::flags::{Flag, FlaggedNode};
use crate::driver::watch::event::NodeRef;
use crate::driver::{Deadline, Driver, Outcome};
use crate::ui::output::Column;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    targets: TargetArgs,

    /// Reason, shown with the node
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,

    /// Clear the flag and its reason
    #[arg(long, alias = "undo", conflicts_with = "reason")]
    off: bool,
}

/// The exit codes of all three.
pub(super) const CODES: &[u8] = &[5, 6, 10];

pub(super) fn run(
    args: &Args,
    flag: Flag,
    columns: &'static [Column],
    context: &Context,
) -> anyhow::Result<()> {
    set_flag(&args.targets, flag, !args.off, args.reason.as_deref(), columns, context)
}

/// Sets or clears the flag on the nodes, and prints the result.
pub(super) fn set_flag(
    targets: &TargetArgs,
    flag: Flag,
    on: bool,
    reason: Option<&str>,
    columns: &'static [Column],
    context: &Context,
) -> anyhow::Result<()> {
    let view = context.ui.view(columns)?.ranked();
    let connections = context.connect_all()?;
    let selected = targets.find(context, &connections)?;
    let change = |driver: &Driver<'_>, name: &str| driver.set_flag(name, flag, on, reason);
    let row = |name: &str, outcome: &Outcome<FlaggedNode>| row(name, flag, outcome);
    selected.change(Deadline::none(), view, &connections, context, change, row)
}

fn row(name: &str, flag: Flag, outcome: &Outcome<FlaggedNode>) -> Value {
    let (key, reason) = match flag {
        Flag::Maintenance => ("maintenance", "maintenance_reason"),
        Flag::Retired => ("retired", "retired_reason"),
        Flag::Protected => ("protected", "protected_reason"),
    };
    match &outcome.result {
        Ok(FlaggedNode { node, action }) => json!({
            "node": NodeRef::from(node), "cloud": outcome.cloud, key: flag.is_on(node),
            reason: flag.reason(node), "state": node.provision_state.to_string(),
            "action": action.as_str(), "error": null,
        }),
        Err(error) => json!({
            "node": named(name, error), "cloud": outcome.cloud, key: null, reason: null, "state": error.state(),
            "action": "failed", "error": batch::error_text(&outcome.result),
        }),
    }
}
