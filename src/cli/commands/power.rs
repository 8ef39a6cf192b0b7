//! `farrier power`: show or change the power state of nodes.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::app::answers::{Answer, RowNode};
use crate::cli::app::{batch, help};
use crate::cli::args::values;
use crate::driver::confirmation::{Consequences, Question};
use crate::driver::instance::power::{PowerChange, PowerStatus};
use crate::driver::{Deadline, ObjectKind, Outcome, Purpose};
use crate::ironic::{PowerState, PowerTarget};
use crate::ui::output::{CellStyle, Column};

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
    /// is powered off seconds after its first boot may not boot again. --soft asks the operating system to shut down
    /// instead. Prompts for confirmation.
    #[command(before_long_help = help::examples(OFF), after_long_help = help::exit_codes_with(&[5, 6, 7, 8, 10], help::SOME_TARGETS))]
    Off(SoftTargets),
    /// Power cycle or restart
    ///
    /// Cuts the power at once and switches it on again. --soft asks the operating system to restart instead. Prompts
    /// for confirmation.
    #[command(before_long_help = help::examples(REBOOT), after_long_help = help::exit_codes_with(&[5, 6, 7, 8, 10], help::SOME_TARGETS))]
    #[command(mut_arg("soft", |soft| help::with_other_summary(soft, "Restart through the operating system")))]
    Reboot(SoftTargets),
    /// Show the power state
    #[command(before_long_help = help::examples(STATUS), after_long_help = help::exit_codes_with(&[5, 10], help::SOME_TARGETS))]
    Status {
        /// Instances or nodes; `-` reads names from stdin
        #[arg(required = true, value_name = "NAME")]
        targets: Vec<String>,
    },
}

const ON: help::Examples = &[("Power on an instance", "farrier power on web-1")];
const OFF: help::Examples = &[
    ("Shut down the operating system", "farrier power off web-1 --soft"),
    (
        "Fail, without cutting the power, if it has not shut down after a minute",
        "farrier power off web-1 --soft --no-fallback --timeout 1m",
    ),
    ("Power off two instances, without a prompt", "farrier power off web-1 web-2 --yes"),
];
const REBOOT: help::Examples =
    &[("Power cycle an instance, without a prompt", "farrier power reboot web-1 --yes")];
const STATUS: help::Examples =
    &[("Print the power state", "farrier power status web-1 -f value -c power_state")];

#[derive(Debug, clap::Args)]
struct PowerTargets {
    /// Instances or nodes; `-` reads names from stdin
    #[arg(required = true, value_name = "NAME")]
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

    /// Shut down the operating system first
    ///
    /// If this takes longer than --timeout, the power is cut, unless --no-fallback is given.
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
    Column::new("power_state", "POWER").show(CellStyle::PowerState),
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
                (PowerTarget::SoftReboot, "reboot (soft)")
            } else {
                (PowerTarget::Reboot, "reboot (power cycle)")
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
    // The confirmation applies to the objects that the names refer to before the prompt.
    if confirm.is_some() || names.len() > 1 {
        let known = context.read(&connections, |drivers| {
            batch::look_up(context.global.jobs, ObjectKind::InstanceOrNode, &names, |name| {
                drivers
                    .run_in_cloud_of(name, Purpose::Change, |driver| driver.power_status(name))
                    .result
                    .map(drop)
            })
        });
        known.value?;
    }
    if let Some(action) = confirm {
        let question = Question::new(Consequences::Disturbance, action, names.clone()).with_noun("target");
        let _ = context.ui.confirm(&question)?;
    }
    let soft = target.hard().is_some();
    let timeout = targets.timeout.or(soft.then_some(GRACE));
    // Ironic reports the failure of a soft request only after its timeout.
    let deadline = match timeout {
        Some(timeout) if soft => Deadline::after(timeout.saturating_add(HARD)),
        Some(timeout) => Deadline::after(timeout),
        None => Deadline::none(),
    };
    let change = PowerChange { target, timeout, fall_back };
    let outcomes = context.change_each(&connections, names, deadline, |drivers, name| {
        drivers.run_in_cloud_of(name, Purpose::Change, |driver| driver.set_power(name, change))
    });
    for status in outcomes.targets.iter().flat_map(|(_, outcome)| &outcome.result) {
        if let Some(why) = &status.forced {
            context.ui.note(&format!("node {}: power was cut: {why}", status.node.label()));
        }
    }
    outcomes.print(view, &connections, context, row)
}

fn status(targets: &[String], context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let names = batch::names(targets, &context.ui)?;
    let connections = context.connect_all()?;
    let outcomes = context.read_each(&connections, names, |drivers, name| {
        drivers.run_in_cloud_of(name, Purpose::Look, |driver| driver.power_status(name))
    });
    outcomes.print(view, &connections, context, row)
}

fn row(name: &str, outcome: &Outcome<PowerStatus>) -> PowerRow {
    match &outcome.result {
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
    }
}
