//! `farrier node inspect`: inspect the hardware of nodes.

use super::provision;
pub(super) use super::provision::Args;
use crate::cli::Context;
use crate::cli::app::help;
use crate::driver::node::lifecycle::Verb;

pub(super) const EXAMPLES: help::Examples =
    &[("Inspect the hardware of a node", "farrier node inspect rack4-u12")];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    provision::run(args, &Verb::Inspect, context)
}
