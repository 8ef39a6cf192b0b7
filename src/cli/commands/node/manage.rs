//! `farrier node manage`: verify the BMC of nodes and move them to `manageable`.

use super::provision;
pub(super) use super::provision::Args;
use crate::cli::Context;
use crate::cli::app::help;
use crate::driver::node::lifecycle::Verb;

pub(super) const EXAMPLES: help::Examples = &[
    ("Verify a new node's BMC", "farrier node manage rack4-u12"),
    ("Move all nodes in `clean failed` to `manageable`", "farrier node manage --state 'clean failed'"),
];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    provision::run(args, &Verb::Manage, context)
}
