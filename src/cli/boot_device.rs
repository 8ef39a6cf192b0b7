//! `farrier boot-device`: what a machine boots from.

use serde_json::json;

use super::{Context, help};
use crate::driver::Deadline;
use crate::driver::management::BootFrom;
use crate::ui::answer::{Column, Show};

/// Show or set what a machine boots from
///
/// Asks the machine's BMC. A device holds for the next boot, unless --persistent makes it stay.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes(&[2, 5, 6]))]
pub(super) struct Args {
    /// The instance or node
    name: String,

    /// What to boot from, in Ironic's words; shown unless given
    device: Option<String>,

    /// From now on, not only the next time
    #[arg(long, requires = "device")]
    persistent: bool,
}

const EXAMPLES: help::Examples = &[
    ("What it boots from, and could", "farrier boot-device web-1"),
    ("From the network, once", "farrier boot-device web-1 pxe"),
    ("From its disk, from now on", "farrier boot-device web-1 disk --persistent"),
];

const COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(Show::Named),
    Column::new("boot_device", "DEVICE"),
    Column::new("persistent", "PERSISTENT"),
    Column::new("supported", "SUPPORTED"),
];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let connection = context.connect()?;
    let progress = context.ui.progress();
    let driver = context.driver(&connection, &progress, Deadline::none());
    let set = args.device.as_deref().map(|device| BootFrom { device, persistent: args.persistent });
    let boot = driver.boot_device(&args.name, set);
    drop(progress);
    let boot = boot?;
    let answer = json!({
        "node": boot.node,
        "boot_device": boot.device.boot_device,
        "persistent": boot.device.persistent,
        "supported": boot.supported,
    });
    Ok(context.ui.object(&view, &answer)?)
}
