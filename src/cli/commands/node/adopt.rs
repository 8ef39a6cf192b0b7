//! `farrier node adopt`: adopt nodes that another tool deployed.

use super::provision;
pub(super) use super::provision::Args;
use crate::cli::Context;
use crate::cli::app::help;
use crate::driver::node::lifecycle::Verb;

pub(super) const EXAMPLES: help::Examples = &[
    (
        "Set the image that runs on a node",
        "farrier node set rack4-u12 \\
         --instance-info image_source=http://images.lab/el10.raw",
    ),
    ("Adopt the node and its instance", "farrier node adopt rack4-u12"),
];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    provision::run(args, &Verb::Adopt, context)
}
