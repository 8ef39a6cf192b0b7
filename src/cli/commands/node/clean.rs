//! `farrier node clean`: run clean steps on nodes.

use super::steps;
pub(super) use super::steps::Args;
use crate::cli::Context;
use crate::cli::app::help;
use crate::driver::node::lifecycle::Verb;

pub(super) const EXAMPLES: help::Examples = &[
    (
        "Erase partition tables, after confirmation",
        "farrier node clean rack4-u12 \\
         --step '{\"interface\": \"deploy\", \"step\": \"erase_devices_metadata\"}'",
    ),
    (
        "Run the steps in a file, in a script",
        "farrier node clean --resource-class bm-old --step wipe.yaml --yes",
    ),
];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    steps::run(args, "clean", Verb::Clean, context)
}
