//! `farrier power`: on, off, reboot, status.

use std::time::Duration;

use serde_json::json;

use super::{Context, batch, help, values};
use crate::driver::consent::{Question, Stakes};
use crate::driver::power::{PowerChange, PowerStatus};
use crate::driver::{Deadline, Error};
use crate::ironic::PowerTarget;
use crate::ui::answer::{Column, Show};

/// Show or change the power of instances and nodes
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Switch power on
    #[command(before_long_help = help::examples(ON), after_long_help = help::exit_codes(&[5, 6, 7, 8, 10]))]
    On(Targets),
    /// Switch power off
    ///
    /// At once and hard, as pulling the plug, unless --soft asks the operating system to shut down. Asks first.
    #[command(before_long_help = help::examples(OFF), after_long_help = help::exit_codes(&[5, 6, 7, 8, 10]))]
    Off(SoftTargets),
    /// Restart
    ///
    /// At once and hard, unless --soft asks the operating system to restart. Asks first.
    #[command(before_long_help = help::examples(REBOOT), after_long_help = help::exit_codes(&[5, 6, 7, 8, 10]))]
    Reboot(SoftTargets),
    /// Show power as Ironic last saw it
    #[command(before_long_help = help::examples(STATUS), after_long_help = help::exit_codes(&[5, 10]))]
    Status {
        /// Instances or nodes, by name or UUID; `-` reads names from standard input
        #[arg(required = true, value_name = "TARGET")]
        targets: Vec<String>,
    },
}

const ON: help::Examples = &[("Switch a machine on", "farrier power on web-1")];
const OFF: help::Examples = &[
    ("Shut the operating system down", "farrier power off web-1 --soft"),
    ("Pull the plug of two machines, unasked", "farrier power off web-1 web-2 --yes"),
];
const REBOOT: help::Examples = &[("Restart a machine", "farrier power reboot web-1 --yes")];
const STATUS: help::Examples = &[("Is it on?", "farrier power status web-1 -f value -c power_state")];

#[derive(Debug, clap::Args)]
struct Targets {
    /// Instances or nodes, by name or UUID; `-` reads names from standard input
    #[arg(required = true, value_name = "TARGET")]
    targets: Vec<String>,

    /// How long the machine may take
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    timeout: Option<Duration>,
}

#[derive(Debug, clap::Args)]
struct SoftTargets {
    #[command(flatten)]
    targets: Targets,

    /// Ask the operating system instead of pulling the plug
    #[arg(long)]
    soft: bool,
}

const COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(Show::Named),
    Column::new("power_state", "POWER").show(Show::State),
    Column::new("error", "ERROR"),
];

pub(super) fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    match args.action {
        Action::On(targets) => change(&targets, PowerTarget::On, None, context),
        Action::Off(SoftTargets { targets, soft: true }) => {
            change(&targets, PowerTarget::SoftOff, Some("shut down"), context)
        }
        Action::Off(SoftTargets { targets, soft: false }) => {
            change(&targets, PowerTarget::Off, Some("power off"), context)
        }
        Action::Reboot(SoftTargets { targets, soft: true }) => {
            change(&targets, PowerTarget::SoftReboot, Some("restart"), context)
        }
        Action::Reboot(SoftTargets { targets, soft: false }) => {
            change(&targets, PowerTarget::Reboot, Some("power cycle"), context)
        }
        Action::Status { targets } => status(&targets, context),
    }
}

fn change(
    targets: &Targets,
    target: PowerTarget,
    disturbs: Option<&str>,
    context: &Context,
) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let names = batch::names(&targets.targets, &context.ui)?;
    let connection = context.connect()?;
    if let Some(action) = disturbs {
        let _ = context.ui.confirm(&Question::new(Stakes::Disturbance, action, names.clone()))?;
    }
    let deadline = targets.timeout.map_or_else(Deadline::none, Deadline::after);
    let progress = context.ui.progress();
    let driver = context.driver(&connection, &progress, deadline);
    let change = PowerChange { target, timeout: targets.timeout };
    let outcomes = batch::each(context.global.jobs, &names, |name| driver.set_power(name, change));
    drop(progress);
    answer(context, &view, names.into_iter().zip(outcomes).collect())
}

fn status(targets: &[String], context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let names = batch::names(targets, &context.ui)?;
    let connection = context.connect()?;
    let progress = context.ui.progress();
    let driver = connection.reader(&progress);
    let outcomes = batch::each(context.global.jobs, &names, |name| driver.power_status(name));
    drop(progress);
    answer(context, &view, names.into_iter().zip(outcomes).collect())
}

fn answer(
    context: &Context,
    view: &crate::ui::answer::View,
    outcomes: Vec<(String, Result<PowerStatus, Error>)>,
) -> anyhow::Result<()> {
    let row = |(name, outcome): &(String, Result<PowerStatus, Error>)| match outcome {
        Ok(status) => json!({"node": status.node, "power_state": status.power_state, "error": null}),
        Err(error) => json!({
            "node": error.node().map_or_else(|| json!({"uuid": null, "name": name}), |node| json!(node)),
            "power_state": null,
            "error": batch::error_text(outcome),
        }),
    };
    context.ui.list(view, outcomes.iter().map(row).collect())?;
    batch::conclude(context, outcomes)
}
