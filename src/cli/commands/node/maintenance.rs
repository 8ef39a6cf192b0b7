//! `farrier node maintenance`: set or end maintenance of nodes.

use super::flags;
use crate::cli::Context;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::help;
use crate::cli::args::node_targets::TargetArgs;
use crate::driver::node::flags::Flag;
use crate::ui::output::{CellStyle, Column};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    targets: TargetArgs,

    /// Reason, shown with the node
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,

    /// End maintenance
    ///
    /// If maintenance paused the cleaning of a node, the cleaning continues.
    #[arg(long, alias = "undo", conflicts_with = "reason")]
    off: bool,
}

pub(super) const EXAMPLES: help::Examples = &[
    (
        "Set maintenance, so that no deploy uses the node",
        "farrier node maintenance rack4-u12 --reason 'swapping a DIMM'",
    ),
    ("End maintenance", "farrier node maintenance rack4-u12 rack4-u13 --off"),
    ("End maintenance of all nodes in a rack", "farrier node maintenance --where extra.rack=r4 --off"),
];

pub(super) const COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(CellStyle::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("maintenance", "MAINTENANCE"),
    Column::new("maintenance_reason", "REASON"),
    Column::new("state", "STATE").show(CellStyle::State),
    Column::new("action", "ACTION"),
    Column::new("error", "ERROR").on_stderr(),
];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let mut targets = args.targets.clone();
    let is_on = match targets.take_set_or_unset() {
        Some(true) if args.off => {
            return Err(Failure::new(FailureKind::Usage, "`set` and `--off` cannot be combined").into());
        }
        Some(false) if args.reason.is_some() => {
            return Err(Failure::new(FailureKind::Usage, "`unset` and `--reason` cannot be combined").into());
        }
        given => given.unwrap_or(true) && !args.off,
    };
    flags::set_flag(&targets, Flag::Maintenance, is_on, args.reason.as_deref(), COLUMNS, context)
}
