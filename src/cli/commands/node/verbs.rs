//! `farrier node manage|provide|inspect|adopt|abort|unhold`: move nodes between provision states.

use crate::cli::Context;
use crate::cli::app::connection::Connections;
use crate::cli::app::help;
use crate::cli::args::node_targets::{COLUMNS, Selected, Targets, Waiting, row};
use crate::driver::Driver;
use crate::driver::node::lifecycle::Verb;
use crate::ui::output::View;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    targets: Targets,

    #[command(flatten)]
    waiting: Waiting,
}

/// The exit codes of all of them.
pub(super) const CODES: &[u8] = &[5, 6, 7, 8, 10];

pub(super) const MANAGE: help::Examples = &[
    ("Verify a new node's BMC", "farrier node manage rack4-u12"),
    ("Move all nodes in `clean failed` to `manageable`", "farrier node manage --state 'clean failed'"),
];
pub(super) const PROVIDE: help::Examples = &[
    ("Make a node available for deploys", "farrier node provide rack4-u12"),
    ("Make all manageable nodes available", "farrier node provide --state manageable --no-wait"),
    (
        "Make the manageable nodes of a rack available",
        "farrier node provide --state manageable --where extra.rack=r4",
    ),
];
pub(super) const INSPECT: help::Examples =
    &[("Inspect the hardware of a node", "farrier node inspect rack4-u12")];
pub(super) const ADOPT: help::Examples = &[("Adopt a running machine", "farrier node adopt rack4-u12")];
pub(super) const ABORT: help::Examples =
    &[("Abort cleaning if the ramdisk does not respond", "farrier node abort rack4-u12")];
pub(super) const UNHOLD: help::Examples = &[("Resume a held node", "farrier node unhold rack4-u12")];

pub(super) fn run(args: &Args, verb: &Verb, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let connections = context.connect_all()?;
    let selected = args.targets.find(context, &connections)?;
    if matches!(verb, Verb::Provide) {
        selected.note_cleaning(&connections, context);
    }
    take_through(&selected, verb, &args.waiting, view, &connections, context)
}

/// Runs the verb on the nodes, and prints the result.
pub(super) fn take_through(
    selected: &Selected,
    verb: &Verb,
    waiting: &Waiting,
    view: View,
    connections: &Connections,
    context: &Context,
) -> anyhow::Result<()> {
    let change = |driver: &Driver<'_>, name: &str| driver.take_through(name, verb, waiting.no_wait);
    selected.change(waiting.deadline(), view, connections, context, change, row)
}
