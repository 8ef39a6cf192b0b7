//! `farrier node delete`: delete nodes from Ironic.

use crate::cli::Context;
use crate::cli::app::help;
use crate::cli::args::node_targets::{COLUMNS, NodeConsequence, TargetArgs, row};
use crate::driver::confirmation::Consequences;
use crate::driver::{Deadline, Driver};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    targets: TargetArgs,
}

pub(super) const EXAMPLES: help::Examples = &[
    ("Delete a node, after confirmation", "farrier node delete rack4-u12"),
    ("Delete nodes in a script", "farrier node delete rack4-u12 rack4-u13 --yes"),
];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let connections = context.connect_all()?;
    let selected = args.targets.find(context, &connections)?;
    let consequence = NodeConsequence {
        notes: Vec::new(),
        prefix: "delete".to_owned(),
        data: "which must be destroyed first",
        consequences: Consequences::Removal,
        operation: "delete",
    };
    let Some(confirmed) = selected.consent(&consequence, &view, &connections, context)? else {
        return Ok(());
    };
    let delete = |driver: &Driver<'_>, name: &str| driver.delete_node(name, confirmed);
    selected.change(Deadline::none(), view, &connections, context, delete, row)
}
