//! `farrier list`: all instances.

use super::{Context, help, instances};

/// List instances
///
/// Whoever made them: farrier's, metalsmith's and those of bare allocations by their allocation, Nova's by the node that
/// has them.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES))]
pub(super) struct Args {}

const EXAMPLES: help::Examples = &[
    ("All instances", "farrier list"),
    ("The names of all, for a script", "farrier list -f value -c name"),
    ("The youngest first", "farrier list --sort created_at:desc"),
];

pub(super) fn run(_: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(instances::COLUMNS)?;
    let connection = context.connect()?;
    let progress = context.ui.progress();
    let driver = connection.reader(&progress);
    let mut found = driver.instances()?;
    driver.look_up_addresses(&mut found);
    drop(progress);
    let rows = found.iter().map(|instance| instances::row(instance, connection.cloud.as_deref())).collect();
    Ok(context.ui.list(&view, rows)?)
}
