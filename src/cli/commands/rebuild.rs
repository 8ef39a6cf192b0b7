//! `farrier rebuild`: redeploy an instance on the same node.

use std::time::Duration;

use crate::cli::Context;
use crate::cli::app::connection::Connections;
use crate::cli::app::run::Finished;
use crate::cli::app::{help, instance_rows, planned_requests};
use crate::cli::args::config_drive::ConfigDriveArgs;
use crate::cli::args::image;
use crate::cli::args::image::ImageArgs;
use crate::cli::args::values;
use crate::driver::confirmation::{Consequences, Question};
use crate::driver::instance::rebuild::{Rebuild, RebuildConfigDrive};
use crate::driver::{Deadline, Driver, Purpose};

/// Redeploy an instance on the same node
///
/// Uses the same image unless another one is given. All data on the disks is lost, except the ephemeral partition with
/// --preserve-ephemeral. The config drive of the last deploy is used again unless an option changes it. Prompts for
/// confirmation.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes(&[5, 6, 7, 8]))]
pub(crate) struct Args {
    /// Instance
    name: String,

    #[command(flatten)]
    image: ImageArgs,

    /// Keep the ephemeral partition and its data
    #[arg(long)]
    preserve_ephemeral: bool,

    #[command(flatten)]
    config_drive: ConfigDriveArgs,

    /// Show the requests that would be sent; change nothing
    #[arg(long)]
    dry_run: bool,

    /// Do not wait for the operation to finish
    #[arg(long)]
    no_wait: bool,

    /// Timeout
    ///
    /// The rebuild continues in Ironic after the timeout.
    #[arg(long, value_name = "DURATION", value_parser = values::duration, default_value = "1h")]
    timeout: Duration,
}

const EXAMPLES: help::Examples = &[
    ("Redeploy the same image", "farrier rebuild web-1"),
    ("Show the requests that would be sent", "farrier rebuild web-1 --dry-run"),
    ("Keep the data on the ephemeral partition", "farrier rebuild web-1 --preserve-ephemeral"),
    (
        "Deploy another image",
        "farrier rebuild web-1 --image http://images.lab/el10.raw \\
         --image-checksum http://images.lab/SHA256SUMS",
    ),
];

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(instance_rows::COLUMNS)?;
    let mut rebuild = Rebuild {
        image: args.image.resolve_if_given(context)?,
        preserve_ephemeral: args.preserve_ephemeral,
        config_drive: args.config_drive.resolve_if_given(&args.name, &context.ui)?,
        no_wait: args.no_wait,
    };
    let connections = context.connect_all()?;
    image::check_all(&mut rebuild.image, &connections, context)?;
    let drive = context.read(&connections, |drivers| {
        drivers
            .run_in_cloud_of(&args.name, Purpose::Change, |driver| driver.can_rebuild(&args.name, &rebuild))
    });
    print_drive(&args.name, &drive.value.result?, context);
    if args.dry_run {
        return dry_run(&args.name, &rebuild, &connections, context);
    }
    let question = if args.preserve_ephemeral {
        Question::new(
            Consequences::Disturbance,
            "rebuild, keeping the ephemeral partition of",
            vec![args.name.clone()],
        )
    } else {
        Question::new(Consequences::Loss, "rebuild", vec![args.name.clone()])
    };
    let confirmed = context.ui.confirm(&question)?;
    let work = |driver: &Driver<'_>| driver.rebuild(&args.name, &rebuild, confirmed);
    let Finished { value: outcome, unreachable } =
        context.change(&connections, Deadline::after(args.timeout), |drivers| {
            drivers.run_in_cloud_of(&args.name, Purpose::Change, work)
        });
    let instance = outcome.result?;
    context.ui.object(&view, &instance_rows::row(&instance, outcome.cloud.as_deref()))?;
    if args.no_wait {
        context.ui.hint(&format!("wait for it: `farrier wait {}`", args.name));
    }
    context.conclude(&unreachable)
}

/// Prints the requests that would be sent.
fn dry_run(
    name: &str,
    rebuild: &Rebuild,
    connections: &Connections,
    context: &Context,
) -> anyhow::Result<()> {
    let Finished { value, unreachable } = context.read(connections, |drivers| {
        drivers.run_in_cloud_of(name, Purpose::Change, |driver| driver.plan_rebuild(name, rebuild))
    });
    planned_requests::print(&[value.result?], false, connections, context)?;
    context.conclude(&unreachable)
}

/// Prints which config drive the instance will have.
fn print_drive(name: &str, drive: &RebuildConfigDrive, context: &Context) {
    match drive {
        RebuildConfigDrive::New => context.ui.note(&format!("{name}: using a new config drive")),
        RebuildConfigDrive::Kept => context.ui.note(&format!("{name}: using the config drive of the last deploy")),
        RebuildConfigDrive::Missing => context.ui.note(&format!("{name}: no config drive, as in the last deploy")),
        RebuildConfigDrive::FetchedAgain(address) => context.ui.warn(&format!(
            "{name}: Ironic fetches the config drive from {address} again; if it is gone or expired, the rebuild \
             fails, unless you give options for a new one"
        )),
    }
}
