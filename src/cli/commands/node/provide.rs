//! `farrier node provide`: clean nodes and move them to `available`.

use super::provision;
pub(super) use super::provision::Args;
use crate::cli::Context;
use crate::cli::app::help;
use crate::driver::node::lifecycle::Verb;

pub(super) const EXAMPLES: help::Examples = &[
    ("Make a node available for deploys", "farrier node provide rack4-u12"),
    (
        "Make all manageable nodes available, without waiting",
        "farrier node provide --state manageable --no-wait",
    ),
    (
        "Make the manageable nodes of a rack available",
        "farrier node provide --state manageable --where extra.rack=r4",
    ),
];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    provision::run(args, &Verb::Provide, context)
}
