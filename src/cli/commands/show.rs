//! `farrier show`: show an instance.

use crate::cli::Context;
use crate::cli::app::run::Finished;
use crate::cli::app::{help, instance_rows};
use crate::driver::Purpose;

/// Show an instance
///
/// Shows the instance with this name or UUID, or the instance on the node with this name or UUID.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes(&[5]))]
pub(crate) struct Args {
    /// Instance or node
    name: String,
}

const EXAMPLES: help::Examples = &[
    ("Show an instance", "farrier show web-1"),
    ("Print only its state", "farrier show web-1 -f value -c state"),
];

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(instance_rows::COLUMNS)?;
    let connections = context.connect_all()?;
    let Finished { value, unreachable } = context.read(&connections, |drivers| {
        let driver = drivers.locate(&args.name, Purpose::Look)?;
        let mut instance = driver.find(&args.name)?.need_instance()?;
        driver.look_up_all(&mut instance);
        anyhow::Ok(instance_rows::row(&instance, driver.cloud()))
    });
    context.ui.object(&view, &value?)?;
    context.conclude(&unreachable)
}
