//! `farrier node show`: the fields of a node.

use super::list::COLUMNS;
use super::{NodeObject, shown};
use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::help;
use crate::cli::app::run::Finished;
use crate::driver::Purpose;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Name or UUID of the node
    node: String,
}

pub(super) const EXAMPLES: help::Examples = &[
    ("Show a node", "farrier node show rack4-u12"),
    ("All fields, as JSON", "farrier node show rack4-u12 -f json"),
];

pub(super) fn answer() -> Answer {
    Answer::of("node show").object::<NodeObject>(COLUMNS)
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let connections = context.connect_all()?;
    let Finished { value, unreachable } = context.read(&connections, |drivers| {
        let driver = drivers.locate_node(&args.node, Purpose::Look)?;
        match driver.client().node_whole(&args.node) {
            Err(error) if error.is_not_found() => Err(driver.no_such_node(&args.node).into()),
            other => anyhow::Ok(shown(other?, driver.cloud())),
        }
    });
    context.ui.object(&view, &value?)?;
    context.conclude(&unreachable)
}
