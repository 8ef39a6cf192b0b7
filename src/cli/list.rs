//! `farrier list`: all instances.

use std::time::Duration;

use serde_json::Value;

use super::{Context, help, instances, watch};
use crate::driver::{Drivers, Error};
use crate::ui::answer::View;

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
    ("Those of two clouds", "farrier list --os-cloud north,south"),
];

pub(super) fn run(_: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(instances::COLUMNS)?;
    let connections = context.connect_all()?;
    let progress = context.ui.progress();
    let drivers = connections.readers(&progress);
    let rows = rows(&drivers, wants_cards(&view, context))?;
    let silent = drivers.silent();
    drop(progress);
    context.ui.list(&connections.view(view), rows)?;
    context.conclude(&silent)
}

/// Shows instances as they change.
pub(super) fn live(every: Duration, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(instances::COLUMNS)?;
    let connections = context.connect_all()?;
    let progress = context.ui.progress();
    let cards = wants_cards(&view, context);
    watch::follow(connections.view(view), every, context, || {
        let drivers = connections.readers(&progress);
        let rows = rows(&drivers, cards)?;
        context.tell_silent(&drivers.silent());
        Ok(rows)
    })
}

/// Whether the answer shows MAC addresses, which take a list of all ports.
fn wants_cards(view: &View, context: &Context) -> bool {
    view.keys(context.ui.format()).is_none_or(|keys| keys.contains(&"mac_addresses"))
}

/// The instances of all clouds.
fn rows(drivers: &Drivers<'_>, cards: bool) -> Result<Vec<Value>, Error> {
    let found = drivers.ask(|driver| {
        let mut found = driver.instances()?;
        driver.look_up_addresses(&mut found);
        if cards {
            driver.look_up_cards(&mut found);
        }
        Ok(found)
    })?;
    let rows = found.iter().flat_map(|(cloud, instances)| {
        instances.iter().map(|instance| instances::row(instance, cloud.as_deref()))
    });
    Ok(rows.collect())
}
