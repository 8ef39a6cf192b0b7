//! `farrier node service`: run service steps on deployed nodes.

use super::steps;
pub(super) use super::steps::Args;
use crate::cli::Context;
use crate::cli::app::help;
use crate::driver::node::lifecycle::Verb;

pub(super) const EXAMPLES: help::Examples = &[
    ("Update the firmware of a deployed node", "farrier node service rack4-u12 --step firmware.yaml"),
    (
        "Run a runbook on all nodes of a rack",
        "farrier node service --where extra.rack=r4 --runbook CUSTOM_BIOS",
    ),
];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    steps::run(args, "service", Verb::Service, context)
}
