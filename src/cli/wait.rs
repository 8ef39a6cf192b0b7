//! `farrier wait`: follow what is under way until it ends.

use std::time::Duration;

use super::{Context, batch, help, instances, values};
use crate::driver::wait::Waited;
use crate::driver::{Deadline, Error};

/// Wait until what is under way has ended
///
/// Follows any operation on instances or nodes, whoever began it: deploy, rebuild, destroy, cleaning, power. Succeeds at
/// once where nothing is under way.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes(&[5, 7, 8, 10]))]
pub(super) struct Args {
    /// Instances or nodes; `-` reads names from standard input
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,

    /// How long to wait; the operation goes on in Ironic after that
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    timeout: Option<Duration>,
}

const EXAMPLES: help::Examples = &[
    ("Go on watching a deploy", "farrier wait web-1"),
    ("Two of them, for ten minutes at most", "farrier wait web-1 web-2 --timeout 10m"),
];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(instances::COLUMNS)?;
    let names = batch::names(&args.names, &context.ui)?;
    let connection = context.connect()?;
    let progress = context.ui.progress();
    let deadline = args.timeout.map_or_else(Deadline::none, Deadline::after);
    let driver = context.driver(&connection, &progress, deadline);
    let outcomes = batch::each(context.global.jobs, &names, |name| driver.wait(name));
    drop(progress);
    let outcomes: Vec<(String, Result<Waited, Error>)> = names.into_iter().zip(outcomes).collect();
    let cloud = connection.cloud.as_deref();
    let row = |(name, outcome): &(String, Result<Waited, Error>)| match outcome {
        Ok(waited) => instances::waited_row(name, waited, cloud),
        Err(error) => instances::failed_row(name, error, cloud),
    };
    context.ui.list(&view, outcomes.iter().map(row).collect())?;
    batch::conclude(context, outcomes)
}
