//! `farrier wait`: wait for running operations to finish.

use std::time::Duration;

use crate::cli::Context;
use crate::cli::app::{batch, help, instance_rows};
use crate::cli::args::values;
use crate::driver::{Deadline, Purpose};

/// Wait for running operations to finish
///
/// Waits for any operation on instances or nodes, even if another program started it: deploy, rebuild, destroy,
/// cleaning, power. Succeeds at once if no operation is in progress.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes_with(&[5, 7, 8, 10], help::SOME_TARGETS))]
pub(crate) struct Args {
    /// Instances or nodes; `-` reads names from stdin
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,

    /// Timeout (default: none)
    ///
    /// The operation continues in Ironic after the timeout.
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    timeout: Option<Duration>,
}

const EXAMPLES: help::Examples = &[
    ("Wait for a deploy", "farrier wait web-1"),
    ("Wait for two instances, for at most ten minutes", "farrier wait web-1 web-2 --timeout 10m"),
];

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(instance_rows::COLUMNS)?;
    let names = batch::names(&args.names, &context.ui)?;
    let connections = context.connect_all()?;
    let deadline = args.timeout.map_or_else(Deadline::none, Deadline::after);
    let outcomes = context.change_each(&connections, names, deadline, |drivers, name| {
        drivers.run_in_cloud_of(name, Purpose::Look, |driver| driver.wait(name))
    });
    outcomes.print(view, &connections, context, |name, outcome| match &outcome.result {
        Ok(waited) => instance_rows::waited_row(name, waited, outcome.cloud.as_deref()),
        Err(error) => instance_rows::failed_row(name, error, outcome.cloud.as_deref()),
    })
}
