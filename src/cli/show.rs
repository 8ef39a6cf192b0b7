//! `farrier show`: one instance.

use super::{Context, help, instances};

/// Show an instance
///
/// By its name or UUID, or by the name or UUID of its node.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes(&[5]))]
pub(super) struct Args {
    /// The instance
    name: String,
}

const EXAMPLES: help::Examples =
    &[("An instance", "farrier show web-1"), ("Its state alone", "farrier show web-1 -f value -c state")];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(instances::COLUMNS)?;
    let connection = context.connect()?;
    let progress = context.ui.progress();
    let driver = connection.reader(&progress);
    let mut instance = driver.find(&args.name)?.need_instance()?;
    driver.look_up_addresses(std::slice::from_mut(&mut instance));
    drop(progress);
    let mut row = instances::row(&instance, connection.cloud.as_deref());
    if let Some(node) = &instance.node {
        let ports = connection.client.ports(Some(&node.uuid))?;
        row["mac_addresses"] = ports.into_iter().map(|port| port.address).collect();
    }
    Ok(context.ui.object(&view, &row)?)
}
