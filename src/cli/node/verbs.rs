//! `farrier node manage|provide|inspect|adopt|abort|unhold`: from state to state.

use super::targets::{COLUMNS, Meant, Targets, Waiting, rows};
use crate::cli::connection::Connections;
use crate::cli::{Context, batch, help};
use crate::driver::Purpose;
use crate::driver::lifecycle::Verb;
use crate::ui::answer::View;

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
    ("All whose cleaning failed", "farrier node manage --state 'clean failed'"),
];
pub(super) const PROVIDE: help::Examples = &[
    ("Offer a node for deploys", "farrier node provide rack4-u12"),
    ("All that are ready for it", "farrier node provide --state manageable --no-wait"),
    ("Those of a rack", "farrier node provide --state manageable --where extra.rack=r4"),
];
pub(super) const INSPECT: help::Examples = &[("Look at a node's hardware", "farrier node inspect rack4-u12")];
pub(super) const ADOPT: help::Examples =
    &[("Take over a machine that runs already", "farrier node adopt rack4-u12")];
pub(super) const ABORT: help::Examples =
    &[("End a cleaning whose ramdisk is silent", "farrier node abort rack4-u12")];
pub(super) const UNHOLD: help::Examples = &[("Let a held node go on", "farrier node unhold rack4-u12")];

pub(super) fn run(args: &Args, verb: &Verb, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let connections = context.connect_all()?;
    let meant = args.targets.find(context, &connections)?;
    if matches!(verb, Verb::Provide) {
        meant.tell_of_cleaning(&connections, context);
    }
    work(&meant, verb, &args.waiting, view, &connections, context)
}

/// Takes the nodes through it, and answers.
pub(super) fn work(
    meant: &Meant,
    verb: &Verb,
    waiting: &Waiting,
    view: View,
    connections: &Connections,
    context: &Context,
) -> anyhow::Result<()> {
    let targets = &meant.targets;
    let progress = context.ui.progress();
    let drivers = context.drivers(connections, &progress, waiting.deadline());
    let outcomes = batch::each(context.global.jobs, targets, |target| {
        target.on(&drivers, Purpose::Change, |driver, name| driver.take_through(name, verb, waiting.no_wait))
    });
    let silent = meant.silent(drivers.silent());
    drop(progress);
    context.ui.list(&connections.view(view), rows(targets, &outcomes))?;
    let names = targets.iter().map(|target| target.name.clone());
    let outcomes = names.zip(outcomes.into_iter().map(|outcome| outcome.result));
    batch::conclude(context, outcomes.collect(), &silent)
}
