//! Moving nodes between provision states, for `farrier node manage`, `provide`, `inspect`, `adopt`, `abort` and `unhold`.

use crate::cli::Context;
use crate::cli::app::connection::Connections;
use crate::cli::args::node_targets::{COLUMNS, SelectedNodes, TargetArgs, WaitArgs, row};
use crate::driver::Driver;
use crate::driver::node::lifecycle::Verb;
use crate::ui::output::View;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    targets: TargetArgs,

    #[command(flatten)]
    waiting: WaitArgs,
}

/// The exit codes of all of them.
pub(super) const CODES: &[u8] = &[5, 6, 7, 8, 10];

pub(super) fn run(args: &Args, verb: &Verb, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let connections = context.connect_all()?;
    let selected = args.targets.find(context, &connections)?;
    if matches!(verb, Verb::Provide) {
        selected.note_cleaning(&connections, context);
    }
    run_verb(&selected, verb, &args.waiting, view, &connections, context)
}

/// Runs the verb on the nodes, and prints the result.
pub(super) fn run_verb(
    selected: &SelectedNodes,
    verb: &Verb,
    waiting: &WaitArgs,
    view: View,
    connections: &Connections,
    context: &Context,
) -> anyhow::Result<()> {
    let change = |driver: &Driver<'_>, name: &str| driver.run_verb(name, verb, waiting.no_wait);
    selected.change(waiting.deadline(), view, connections, context, change, row)
}
