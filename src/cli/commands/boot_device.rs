//! `farrier boot-device`: show or set the boot device of a node.

use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::help;
use crate::cli::app::run::Finished;
use crate::driver::node::management::BootFrom;
use crate::driver::watch::event::NodeRef;
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

/// The boot device of a node.
#[derive(Debug, Serialize, JsonSchema)]
struct BootDeviceAnswer {
    /// The node.
    node: NodeRef,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
    /// The boot device; null if the BMC does not report it.
    boot_device: Option<String>,
    /// Whether it applies to every boot; null if the BMC does not report it.
    persistent: Option<bool>,
    /// The supported boot devices.
    supported: Vec<String>,
}

pub(super) fn answer() -> Answer {
    Answer::of("boot-device").object::<BootDeviceAnswer>(COLUMNS)
}

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
    let answer = BootDeviceAnswer {
        node: boot.node,
        cloud: outcome.cloud,
        boot_device: boot.device.boot_device,
        persistent: boot.device.persistent,
        supported: boot.supported,
    };
    context.ui.object(&view, &answer)?;
    context.conclude(&unreachable)
}
