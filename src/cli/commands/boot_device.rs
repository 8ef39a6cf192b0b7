//! `farrier boot-device`: show or set the boot device of a node.

use serde_json::json;

use crate::cli::Context;
use crate::cli::app::help;
use crate::cli::app::run::Finished;
use crate::driver::node::management::BootFrom;
use crate::driver::{Deadline, Purpose};
use crate::ui::output::{CellStyle, Column};

/// Show or set the boot device of a node
///
/// Reads and sets the boot device in the BMC. Without --persistent, it is set for the next boot only.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes(&[2, 5, 6]))]
pub(crate) struct Args {
    /// Instance or node
    name: String,

    /// Boot device to set, such as `pxe` or `disk`
    ///
    /// Without it, the boot device and the supported ones are shown.
    device: Option<String>,

    /// Set it for every boot, not only the next
    #[arg(long, requires = "device")]
    persistent: bool,
}

const EXAMPLES: help::Examples = &[
    ("Show the boot device and the supported ones", "farrier boot-device web-1"),
    ("Boot from the network once", "farrier boot-device web-1 pxe"),
    ("Always boot from the disk", "farrier boot-device web-1 disk --persistent"),
];

const COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(CellStyle::Named),
    Column::new("cloud", "CLOUD"),
    Column::new("boot_device", "DEVICE"),
    Column::new("persistent", "PERSISTENT"),
    Column::new("supported", "SUPPORTED"),
];

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let connections = context.connect_all()?;
    let set = args.device.as_deref().map(|device| BootFrom { device, persistent: args.persistent });
    let purpose = if set.is_some() { Purpose::Change } else { Purpose::Look };
    let Finished { value: outcome, unreachable } =
        context.change(&connections, Deadline::none(), |drivers| {
            drivers.run_in_cloud_of(&args.name, purpose, |driver| driver.boot_device(&args.name, set))
        });
    let boot = outcome.result?;
    let answer = json!({
        "node": boot.node,
        "cloud": outcome.cloud,
        "boot_device": boot.device.boot_device,
        "persistent": boot.device.persistent,
        "supported": boot.supported,
    });
    context.ui.object(&view, &answer)?;
    context.conclude(&unreachable)
}
