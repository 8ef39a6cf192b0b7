//! `farrier destroy`: destroy instances and release their nodes.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::connection::Connections;
use crate::cli::app::{batch, help, planned_requests};
use crate::cli::args::values;
use crate::driver::confirmation::{Consequences, Question};
use crate::driver::instance::destroy::{DestroyUntil, Destroyed};
use crate::driver::watch::event::NodeRef;
use crate::driver::{Aftermath, Deadline, Error, ObjectKind, Outcome, Purpose};
use crate::ui::output::{CellStyle, Column};

/// Destroy instances and release their nodes
///
/// Destroys a running instance, a failed deploy, a deploy in progress, or an allocation without a deploy. For a node
/// that was deployed without an instance, such as an adopted one, give the name of the node. The data on the disks is
/// lost. Ironic cleans the node before it can be deployed again.
///
/// Prompts for confirmation. Waits until the instance is gone; --wait-clean also waits for the cleaning, --no-wait
/// waits for neither.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes_with(&[5, 6, 7, 8, 10], help::SOME_TARGETS))]
#[expect(clippy::struct_excessive_bools, reason = "independent options")]
pub(crate) struct Args {
    /// Instances; `-` reads names from stdin
    ///
    /// By name or UUID, or the name or UUID of the node.
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,

    /// Ignore instances that do not exist
    #[arg(long)]
    missing_ok: bool,

    /// Do not wait for the operation to finish
    #[arg(long, conflicts_with = "wait_clean")]
    no_wait: bool,

    /// Wait until the node is cleaned and available
    #[arg(long)]
    wait_clean: bool,

    /// Show the requests that would be sent; change nothing
    #[arg(long)]
    dry_run: bool,

    /// Timeout (default: none)
    ///
    /// The operation continues in Ironic after the timeout.
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    timeout: Option<Duration>,
}

const EXAMPLES: help::Examples = &[
    ("Destroy an instance, after confirmation", "farrier destroy web-1"),
    ("Show the requests that would be sent", "farrier destroy web-1 --dry-run"),
    (
        "In a script: no prompt, and wait until the node is cleaned",
        "farrier destroy web-1 --yes --wait-clean",
    ),
];

const COLUMNS: &[Column] = &[
    Column::new("name", "NAME"),
    Column::new("uuid", "UUID").shortened_by_rank(2),
    Column::new("node", "NODE").show(CellStyle::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("state", "STATE").show(CellStyle::State),
    Column::new("error", "ERROR").on_stderr(),
];

/// An instance or node after an undeploy.
#[derive(Debug, Serialize, JsonSchema)]
struct DestroyedRow {
    /// The name.
    name: String,
    /// The UUID of the instance.
    uuid: Option<String>,
    /// The node.
    node: Option<NodeRef>,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
    /// The provision state of the node; `gone` if there was no node.
    state: String,
    /// Why it failed.
    error: Option<String>,
}

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let names = batch::names(&args.names, &context.ui)?;
    let connections = context.connect_all()?;
    let known = resolve(args, &names, &connections, context)?;
    let until = match (args.no_wait, args.wait_clean) {
        (true, _) => DestroyUntil::Accepted,
        (false, false) => DestroyUntil::Gone,
        (false, true) => DestroyUntil::Clean,
    };
    if args.dry_run {
        return dry_run(&names, until, &connections, context);
    }
    if !context.global.yes {
        for (name, what) in &known {
            context.ui.note(&format!("{name}: {what}"));
        }
    }
    let confirmed = context.ui.confirm(&Question::new(Consequences::Loss, "destroy", names.clone()))?;
    let deadline = args.timeout.map_or_else(Deadline::none, Deadline::after);
    let outcomes = context.change_each(&connections, names, deadline, |drivers, name| {
        drivers.run_in_cloud_of_if_any(name, Purpose::Change, |driver| driver.destroy(name, until, confirmed))
    });
    outcomes.print(view, &connections, context, row)
}

/// Prints the requests that would be sent.
fn dry_run(
    names: &[String],
    until: DestroyUntil,
    connections: &Connections,
    context: &Context,
) -> anyhow::Result<()> {
    let outcomes = context.read_each(connections, names.to_vec(), |drivers, name| {
        drivers.run_in_cloud_of_if_any(name, Purpose::Change, |driver| driver.plan_destroy(name, until))
    });
    let plans: Vec<_> = outcomes.targets.iter().flat_map(|(_, outcome)| &outcome.result).cloned().collect();
    planned_requests::print(&plans, true, connections, context)?;
    outcomes.conclude(context)
}

/// Describes the object of each name, before any prompt or change. An unknown name is an error, unless `--missing-ok`.
fn resolve(
    args: &Args,
    names: &[String],
    connections: &Connections,
    context: &Context,
) -> anyhow::Result<Vec<(String, String)>> {
    let found = context.read(connections, |readers| {
        batch::find_each(context.global.jobs, names, |name| {
            readers.run_in_cloud_of_if_any(name, Purpose::Change, |driver| driver.would_destroy(name)).result
        })
    });
    let batch::TargetLookup { known, missing } = found.value?;
    if missing.is_empty() || args.missing_ok {
        return Ok(known);
    }
    let hints = ["list the instances: `farrier list`", "ignore missing ones: add `--missing-ok`"];
    Err(batch::no_such(ObjectKind::InstanceOrNode, &missing).hints(hints.map(str::to_owned)).into())
}

/// The state after an error. An undeploy that is still running in Ironic has not failed.
fn state_after(error: &Error) -> &str {
    match error.aftermath() {
        None => "failed",
        Some(Aftermath::UnderWay) => error.state().filter(|state| *state == "error").unwrap_or("deleting"),
        Some(Aftermath::Unknown) => "unknown",
        Some(Aftermath::Nothing | Aftermath::NotBegun | Aftermath::AsItWas | Aftermath::Unplugged) => {
            error.state().unwrap_or("unknown")
        }
    }
}

fn row(name: &str, outcome: &Outcome<Destroyed>) -> DestroyedRow {
    let cloud = outcome.cloud.clone();
    match &outcome.result {
        Ok(destroyed) => DestroyedRow {
            name: destroyed.name.clone(),
            uuid: destroyed.uuid.clone(),
            node: destroyed.node.clone(),
            cloud,
            state: destroyed.state.clone(),
            error: None,
        },
        Err(error) => DestroyedRow {
            name: name.to_owned(),
            uuid: error.instance().map(str::to_owned),
            node: error.node().cloned(),
            cloud,
            state: state_after(error).to_owned(),
            error: batch::error_text(&outcome.result),
        },
    }
}

pub(super) fn answer() -> Answer {
    planned_requests::add_to(Answer::of("destroy").list::<DestroyedRow>(COLUMNS))
}
