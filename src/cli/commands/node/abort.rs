//! `farrier node abort`: abort operations that wait or are on hold.

use super::provision;
pub(super) use super::provision::Args;
use crate::cli::Context;
use crate::cli::app::help;
use crate::driver::node::lifecycle::Verb;

pub(super) const EXAMPLES: help::Examples =
    &[("Abort a cleaning that waits for a ramdisk", "farrier node abort rack4-u12")];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    provision::run(args, &Verb::Abort, context)
}
