//! `farrier nmi`: send a non-maskable interrupt to a node.

use crate::cli::Context;
use crate::cli::app::help;
use crate::cli::app::run::Finished;
use crate::driver::confirmation::{Consequences, Question};
use crate::driver::{Deadline, Purpose};

/// Send an NMI to trigger a crash dump
///
/// The operating system cannot ignore a non-maskable interrupt. Most operating systems crash; Linux with kdump writes a
/// crash dump. Data that is not on disk yet is lost. Prompts for confirmation.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes(&[2, 5, 6]))]
pub(crate) struct Args {
    /// Instance or node
    name: String,
}

const EXAMPLES: help::Examples = &[
    ("Get a crash dump of a hung operating system", "farrier nmi web-1"),
    ("The same in a script, without a prompt", "farrier nmi web-1 --yes"),
];

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let connections = context.connect_all()?;
    connections.resolve(&args.name, context)?;
    let question =
        Question::new(Consequences::Disturbance, "crash the operating system of", vec![args.name.clone()]);
    let confirmed = context.ui.confirm(&question)?;
    let Finished { value: sent, unreachable } = context.change(&connections, Deadline::none(), |drivers| {
        drivers.run_in_cloud_of(&args.name, Purpose::Change, |driver| driver.nmi(&args.name, confirmed))
    });
    let node = sent.result?;
    context.ui.note(&format!("sent an NMI to node {}", node.label()));
    context.conclude(&unreachable)
}
