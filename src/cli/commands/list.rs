//! `farrier list`: list instances.

use std::time::Duration;

use super::watch;
use crate::cli::Context;
use crate::cli::app::instance_rows::InstanceRow;
use crate::cli::app::run::Finished;
use crate::cli::app::{help, instance_rows};
use crate::driver::{Drivers, Error};
use crate::ui::output::View;

/// List instances
///
/// Lists all instances, including those of metalsmith, Nova and other tools. An instance is an allocation, or a node
/// with an instance UUID but no allocation, as Nova creates it.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES))]
pub(crate) struct Args {}

const EXAMPLES: help::Examples = &[
    ("List all instances", "farrier list"),
    ("Print only the names", "farrier list -f value -c name"),
    ("List the newest first", "farrier list --sort created_at:desc"),
    ("List the instances in two clouds", "farrier list --os-cloud north,south"),
];

pub(crate) fn run(_: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(instance_rows::COLUMNS)?;
    let connections = context.connect_all()?;
    let with_macs = shows_macs(&view, context);
    let Finished { value, unreachable } = context.read(&connections, |drivers| rows(drivers, with_macs));
    context.ui.list_of("instances", &connections.view(view), value?)?;
    context.conclude(&unreachable)
}

/// Shows changes of instances.
pub(crate) fn live(every: Duration, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(instance_rows::COLUMNS)?;
    let connections = context.connect_all()?;
    let progress = context.ui.progress();
    let with_macs = shows_macs(&view, context);
    watch::follow(connections.view(view), every, context, || {
        let drivers = connections.readers(&progress);
        let rows = rows(&drivers, with_macs)?;
        context.warn_unreachable(&drivers.unreachable());
        Ok(rows)
    })
}

/// Whether the output shows MAC addresses, which need a list of all ports.
fn shows_macs(view: &View, context: &Context) -> bool {
    view.keys(context.ui.format()).is_none_or(|keys| keys.contains(&"mac_addresses"))
}

/// The instances of all clouds.
fn rows(drivers: &Drivers<'_>, with_macs: bool) -> Result<Vec<InstanceRow>, Error> {
    let found = drivers.ask(|driver| {
        let mut found = driver.instances()?;
        driver.look_up_addresses(&mut found);
        if with_macs {
            driver.look_up_cards(&mut found);
        }
        Ok(found)
    })?;
    let rows = found.iter().flat_map(|(cloud, instances)| {
        instances.iter().map(|instance| instance_rows::row(instance, cloud.as_deref()))
    });
    Ok(rows.collect())
}
