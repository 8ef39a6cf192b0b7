//! `farrier node maintenance|retire|protect`: set and clear the flags of nodes.

use serde_json::{Value, json};

use crate::cli::Context;
use crate::cli::app::failure::{Failure, Kind};
use crate::cli::app::{batch, help};
use crate::cli::args::node_targets::{Targets, named};
use crate::driver::node::flags::{Mark, Marked};
use crate::driver::watch::event::NodeRef;
use crate::driver::{Deadline, Driver, Outcome};
use crate::ui::output::{Column, Show};

#[derive(Debug, clap::Args)]
pub(super) struct MaintenanceArgs {
    #[command(flatten)]
    targets: Targets,

    /// Reason, shown with the node
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,

    /// End maintenance
    ///
    /// Cleaning that waited for the end of maintenance continues.
    #[arg(long, alias = "undo", conflicts_with = "reason")]
    off: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    targets: Targets,

    /// Reason, shown with the node
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,

    /// Clear the flag and its reason
    #[arg(long, alias = "off", conflicts_with = "reason")]
    undo: bool,
}

/// The exit codes of all three.
pub(super) const CODES: &[u8] = &[5, 6, 10];

pub(super) const MAINTENANCE: help::Examples = &[
    (
        "Set maintenance, so that the node is not chosen",
        "farrier node maintenance rack4-u12 --reason 'swapping a DIMM'",
    ),
    ("End maintenance", "farrier node maintenance rack4-u12 rack4-u13 --off"),
    (
        "End maintenance of nodes whose BMC is reachable again",
        "farrier node maintenance --fault 'power failure' --off",
    ),
];
pub(super) const RETIRE: help::Examples = &[
    (
        "Do not offer a node again after its instance is destroyed",
        "farrier node retire rack4-u12 --reason 'lease ends in May'",
    ),
    (
        "Retire all active nodes of a vendor",
        "farrier node retire --where properties.vendor=Acme --state active",
    ),
    ("Undo it", "farrier node retire rack4-u12 --undo"),
];
pub(super) const PROTECT: help::Examples = &[
    ("Protect a node and its instance", "farrier node protect rack4-u12 --reason 'the ledger'"),
    ("Undo it", "farrier node protect rack4-u12 --undo"),
];

const MAINTENANCE_COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(Show::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("maintenance", "MAINTENANCE"),
    Column::new("maintenance_reason", "REASON"),
    Column::new("state", "STATE").show(Show::State),
    Column::new("action", "ACTION"),
    Column::new("error", "ERROR").told_on_stderr(),
];
const RETIRE_COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(Show::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("retired", "RETIRED"),
    Column::new("retired_reason", "REASON"),
    Column::new("state", "STATE").show(Show::State),
    Column::new("action", "ACTION"),
    Column::new("error", "ERROR").told_on_stderr(),
];
const PROTECT_COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(Show::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("protected", "PROTECTED"),
    Column::new("protected_reason", "REASON"),
    Column::new("state", "STATE").show(Show::State),
    Column::new("action", "ACTION"),
    Column::new("error", "ERROR").told_on_stderr(),
];

pub(super) fn maintenance(args: &MaintenanceArgs, context: &Context) -> anyhow::Result<()> {
    let mut targets = args.targets.clone();
    let is_on = match targets.take_set_or_unset() {
        Some(true) if args.off => {
            return Err(Failure::new(Kind::Usage, "`set` and `--off` cannot be combined").into());
        }
        Some(false) if args.reason.is_some() => {
            return Err(Failure::new(Kind::Usage, "`unset` and `--reason` cannot be combined").into());
        }
        given => given.unwrap_or(true) && !args.off,
    };
    mark(&targets, Mark::Maintenance, is_on, args.reason.as_deref(), context)
}

pub(super) fn run(args: &Args, mark: Mark, context: &Context) -> anyhow::Result<()> {
    self::mark(&args.targets, mark, !args.undo, args.reason.as_deref(), context)
}

fn mark(
    targets: &Targets,
    mark: Mark,
    on: bool,
    reason: Option<&str>,
    context: &Context,
) -> anyhow::Result<()> {
    let columns = match mark {
        Mark::Maintenance => MAINTENANCE_COLUMNS,
        Mark::Retired => RETIRE_COLUMNS,
        Mark::Protected => PROTECT_COLUMNS,
    };
    let view = context.ui.view(columns)?.ranked();
    let connections = context.connect_all()?;
    let selected = targets.find(context, &connections)?;
    let change = |driver: &Driver<'_>, name: &str| driver.mark(name, mark, on, reason);
    let row = |name: &str, outcome: &Outcome<Marked>| row(name, mark, outcome);
    selected.change(Deadline::none(), view, &connections, context, change, row)
}

fn row(name: &str, mark: Mark, outcome: &Outcome<Marked>) -> Value {
    let (flag, reason) = match mark {
        Mark::Maintenance => ("maintenance", "maintenance_reason"),
        Mark::Retired => ("retired", "retired_reason"),
        Mark::Protected => ("protected", "protected_reason"),
    };
    match &outcome.result {
        Ok(Marked { node, action }) => json!({
            "node": NodeRef::from(node), "cloud": outcome.cloud, flag: mark.is_on(node),
            reason: mark.reason(node), "state": node.provision_state.to_string(),
            "action": action.as_str(), "error": null,
        }),
        Err(error) => json!({
            "node": named(name, error), "cloud": outcome.cloud, flag: null, reason: null, "state": error.state(),
            "action": "failed", "error": batch::error_text(&outcome.result),
        }),
    }
}
