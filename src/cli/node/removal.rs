//! `farrier node delete`: nodes that Ironic is to forget.

use super::targets::{COLUMNS, Targets, preview, rows};
use crate::cli::{Context, batch, help};
use crate::driver::consent::{Question, Stakes};
use crate::driver::{Deadline, Purpose};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    targets: Targets,
}

pub(super) const EXAMPLES: help::Examples = &[
    ("Forget a machine, after asking", "farrier node delete rack4-u12"),
    ("In a script", "farrier node delete rack4-u12 rack4-u13 --yes"),
];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let connections = context.connect_all()?;
    let meant = args.targets.find(context, &connections)?;
    let targets = &meant.targets;
    if targets.is_empty() {
        context.ui.list(&connections.view(view), Vec::new())?;
        return context.conclude(&meant.silent(Vec::new()));
    }
    preview(context, &connections, targets, "Ironic forgets");
    let names: Vec<String> = targets.iter().map(|target| target.name.clone()).collect();
    let confirmed = context.ui.confirm(&Question::new(Stakes::Loss, "delete", names.clone()))?;
    let progress = context.ui.progress();
    let drivers = context.drivers(&connections, &progress, Deadline::none());
    let outcomes = batch::each(context.global.jobs, targets, |target| {
        target.on(&drivers, Purpose::Change, |driver, name| driver.delete_node(name, confirmed))
    });
    let silent = meant.silent(drivers.silent());
    drop(progress);
    context.ui.list(&connections.view(view), rows(targets, &outcomes))?;
    let outcomes = names.into_iter().zip(outcomes.into_iter().map(|outcome| outcome.result));
    batch::conclude(context, outcomes.collect(), &silent)
}
