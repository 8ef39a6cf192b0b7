//! `farrier node unhold`: resume nodes that are on hold at a step.

use super::provision;
pub(super) use super::provision::Args;
use crate::cli::Context;
use crate::cli::app::help;
use crate::driver::node::lifecycle::Verb;

pub(super) const EXAMPLES: help::Examples =
    &[("Resume a node that is on hold", "farrier node unhold rack4-u12")];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    provision::run(args, &Verb::Unhold, context)
}
