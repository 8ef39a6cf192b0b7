//! `farrier power`: show or change the power state of nodes.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::app::answers::{Answer, RowNode};
use crate::cli::app::{batch, help};
use crate::cli::args::values;
use crate::driver::clouds::UnreachableCloud;
use crate::driver::confirmation::{Consequences, Question};
use crate::driver::instance::power::{PowerChange, PowerStatus};
use crate::driver::{Deadline, Outcome, Purpose};
use crate::ironic::{PowerState, PowerTarget};
use crate::ui::output::{CellStyle, Column, View};

/// Show or change the power state
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Power on
    #[command(before_long_help = help::examples(ON), after_long_help = help::exit_codes_with(&[5, 6, 7, 8, 10], help::SOME_TARGETS))]
    On(PowerTargets),
    /// Power off
    ///
    /// Cuts the power at once: data that the operating system has not written to disk is lost, and an instance that
    /// is powered off seconds after its first boot may not boot again. With --soft, asks the operating system to shut
    /// down. farrier asks for confirmation.
    #[command(before_long_help = help::examples(OFF), after_long_help = help::exit_codes_with(&[5, 6, 7, 8, 10], help::SOME_TARGETS))]
    Off(SoftTargets),
    /// Power cycle or restart
    ///
    /// Cuts the power at once and switches it on again. With --soft, asks the operating system to restart. farrier asks for
    /// confirmation.
    #[command(before_long_help = help::examples(REBOOT), after_long_help = help::exit_codes_with(&[5, 6, 7, 8, 10], help::SOME_TARGETS))]
    Reboot(SoftTargets),
    /// Show the power state
    #[command(before_long_help = help::examples(STATUS), after_long_help = help::exit_codes_with(&[5, 10], help::SOME_TARGETS))]
    Status {
        /// Instances or nodes; `-` reads names from stdin
        #[arg(required = true, value_name = "TARGET")]
        targets: Vec<String>,
    },
}

const ON: help::Examples = &[("Power on a node", "farrier power on web-1")];
const OFF: help::Examples = &[
    ("Shut down the operating system", "farrier power off web-1 --soft"),
    (
        "Fail, without cutting the power, if it has not shut down after a minute",
        "farrier power off web-1 --soft --no-fallback --timeout 1m",
    ),
    ("Power off two nodes at once, without a prompt", "farrier power off web-1 web-2 --yes"),
];
const REBOOT: help::Examples =
    &[("Power cycle a node, without a prompt", "farrier power reboot web-1 --yes")];
const STATUS: help::Examples =
    &[("Print the power state", "farrier power status web-1 -f value -c power_state")];

#[derive(Debug, clap::Args)]
struct PowerTargets {
    /// Instances or nodes; `-` reads names from stdin
    #[arg(required = true, value_name = "TARGET")]
    targets: Vec<String>,

    /// Timeout (default: none)
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    timeout: Option<Duration>,
}

#[derive(Debug, clap::Args)]
#[command(mut_arg("timeout", |timeout| timeout.help("Timeout (default: none; with --soft: 5m)")))]
struct SoftTargets {
    #[command(flatten)]
    targets: PowerTargets,

    /// Ask the operating system to shut down or restart
    ///
    /// If it has not finished after --timeout, the power is cut, unless --no-fallback is given.
    #[arg(long)]
    soft: bool,

    /// With --soft: fail instead of cutting the power
    #[arg(long, requires = "soft")]
    no_fallback: bool,
}

/// The default time for an operating system to shut down.
const GRACE: Duration = Duration::from_secs(300);

/// The time for Ironic to notice that a soft request timed out, and to cut the power.
const HARD: Duration = Duration::from_secs(300);

const COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(CellStyle::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("power_state", "POWER").show(CellStyle::State),
    Column::new("error", "ERROR").on_stderr(),
];

/// The power state of a node.
#[derive(Debug, Serialize, JsonSchema)]
struct PowerRow {
    /// The node.
    node: RowNode,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
    /// The power state; null if it is unknown.
    power_state: Option<PowerState>,
    /// Why it failed.
    error: Option<String>,
    /// Why a soft request was followed by a hard one, if it was.
    forced: Option<String>,
}

pub(super) fn answers() -> impl Iterator<Item = Answer> {
    let commands = ["power on", "power off", "power reboot", "power status"];
    commands.into_iter().map(|command| Answer::of(command).list::<PowerRow>(COLUMNS))
}

pub(crate) fn run(args: Args, context: &Context) -> anyhow::Result<()> {
    match args.action {
        Action::On(targets) => change(&targets, PowerTarget::On, false, None, context),
        Action::Off(args) => {
            let (target, action) =
                if args.soft { (PowerTarget::SoftOff, "shut down") } else { (PowerTarget::Off, "power off") };
            change(&args.targets, target, !args.no_fallback, Some(action), context)
        }
        Action::Reboot(args) => {
            let (target, action) = if args.soft {
                (PowerTarget::SoftReboot, "restart")
            } else {
                (PowerTarget::Reboot, "power cycle")
            };
            change(&args.targets, target, !args.no_fallback, Some(action), context)
        }
        Action::Status { targets } => status(&targets, context),
    }
}

fn change(
    targets: &PowerTargets,
    target: PowerTarget,
    fall_back: bool,
    confirm: Option<&str>,
    context: &Context,
) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let names = batch::names(&targets.targets, &context.ui)?;
    let connections = context.connect_all()?;
    let progress = context.ui.progress();
    let readers = connections.readers(&progress);
    // The confirmation applies to the objects that the names refer to before the prompt.
    if confirm.is_some() || names.len() > 1 {
        batch::look_up(context.global.jobs, "instance or node", &names, |name| {
            readers
                .run_in_cloud_of(name, Purpose::Change, |driver| driver.power_status(name))
                .result
                .map(drop)
        })?;
    }
    drop(progress);
    if let Some(action) = confirm {
        let _ = context.ui.confirm(&Question::new(Consequences::Disturbance, action, names.clone()))?;
    }
    let soft = target.hard().is_some();
    let timeout = targets.timeout.or(soft.then_some(GRACE));
    // Ironic reports the failure of a soft request only after its timeout.
    let deadline = match timeout {
        Some(timeout) if soft => Deadline::after(timeout.saturating_add(HARD)),
        Some(timeout) => Deadline::after(timeout),
        None => Deadline::none(),
    };
    let progress = context.ui.progress();
    let drivers = context.drivers(&connections, &progress, deadline);
    let change = PowerChange { target, timeout, fall_back };
    let outcomes = batch::each(context.global.jobs, &names, |name| {
        drivers.run_in_cloud_of(name, Purpose::Change, |driver| driver.set_power(name, change))
    });
    let unreachable = drivers.unreachable();
    drop(progress);
    for status in outcomes.iter().flat_map(|outcome| &outcome.result) {
        if let Some(why) = &status.forced {
            let name = status.node.name.as_deref().unwrap_or(&status.node.uuid);
            context.ui.note(&format!("node {name}: power was cut: {why}"));
        }
    }
    print(context, &connections.view(view), names.into_iter().zip(outcomes).collect(), &unreachable)
}

fn status(targets: &[String], context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let names = batch::names(targets, &context.ui)?;
    let connections = context.connect_all()?;
    let progress = context.ui.progress();
    let drivers = connections.readers(&progress);
    let outcomes = batch::each(context.global.jobs, &names, |name| {
        drivers.run_in_cloud_of(name, Purpose::Look, |driver| driver.power_status(name))
    });
    let unreachable = drivers.unreachable();
    drop(progress);
    print(context, &connections.view(view), names.into_iter().zip(outcomes).collect(), &unreachable)
}

fn print(
    context: &Context,
    view: &View,
    outcomes: Vec<(String, Outcome<PowerStatus>)>,
    unreachable: &[UnreachableCloud],
) -> anyhow::Result<()> {
    let row = |(name, outcome): &(String, Outcome<PowerStatus>)| match &outcome.result {
        Ok(status) => PowerRow {
            node: (&status.node).into(),
            cloud: outcome.cloud.clone(),
            power_state: status.power_state.clone(),
            error: None,
            forced: status.forced.clone(),
        },
        Err(error) => PowerRow {
            node: RowNode::of_error(name, error),
            cloud: outcome.cloud.clone(),
            power_state: None,
            error: batch::error_text(&outcome.result),
            forced: None,
        },
    };
    context.ui.list(view, outcomes.iter().map(row).collect())?;
    let outcomes = outcomes.into_iter().map(|(name, outcome)| (name, outcome.result));
    batch::conclude(context, outcomes.collect(), unreachable)
}
