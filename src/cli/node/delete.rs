//! `farrier node delete`: delete nodes from Ironic.

use super::targets::{COLUMNS, Consequence, Targets, rows};
use crate::cli::{Context, batch, help};
use crate::driver::consent::Stakes;
use crate::driver::{Deadline, Purpose};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    targets: Targets,
}

pub(super) const EXAMPLES: help::Examples = &[
    ("Delete a node, after a prompt", "farrier node delete rack4-u12"),
    ("Delete nodes in a script", "farrier node delete rack4-u12 rack4-u13 --yes"),
];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let connections = context.connect_all()?;
    let selected = args.targets.find(context, &connections)?;
    let consequence = Consequence {
        notes: Vec::new(),
        prefix: "to delete:".to_owned(),
        data: "which prevents the deletion",
        stakes: Stakes::Removal,
        operation: "delete",
    };
    let Some(confirmed) = selected.consent(&consequence, &view, &connections, context)? else {
        return Ok(());
    };
    let targets = &selected.targets;
    let progress = context.ui.progress();
    let drivers = context.drivers(&connections, &progress, Deadline::none());
    let outcomes = batch::each(context.global.jobs, targets, |target| {
        target.on(&drivers, Purpose::Change, |driver, name| driver.delete_node(name, confirmed))
    });
    let silent = selected.silent(drivers.silent());
    drop(progress);
    context.ui.list(&connections.view(view), rows(targets, &outcomes))?;
    let names = targets.iter().map(|target| target.name.clone());
    let outcomes = names.zip(outcomes.into_iter().map(|outcome| outcome.result));
    batch::conclude(context, outcomes.collect(), &silent)
}
