//! Setting and clearing a flag of nodes, for `farrier node maintenance`, `retire` and `protect`.

use schemars::JsonSchema;
use serde::Serialize;

use super::{maintenance, protect, retire};
use crate::cli::Context;
use crate::cli::app::answers::{Answer, RowNode};
use crate::cli::app::batch;
use crate::cli::args::node_targets::TargetArgs;
use crate::driver::node::flags::{Flag, FlaggedNode};
use crate::driver::watch::event::NodeRef;
use crate::driver::{Deadline, Driver, Outcome};
use crate::ui::output::Column;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    targets: TargetArgs,

    /// Reason, shown with the node
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,

    /// Clear the flag and its reason
    #[arg(long, alias = "undo", conflicts_with = "reason")]
    off: bool,
}

/// The exit codes of all three.
pub(super) const CODES: &[u8] = &[5, 6, 10];

pub(super) fn run(
    args: &Args,
    flag: Flag,
    columns: &'static [Column],
    context: &Context,
) -> anyhow::Result<()> {
    set_flag(&args.targets, flag, !args.off, args.reason.as_deref(), columns, context)
}

/// Sets or clears the flag on the nodes, and prints the result.
pub(super) fn set_flag(
    targets: &TargetArgs,
    flag: Flag,
    on: bool,
    reason: Option<&str>,
    columns: &'static [Column],
    context: &Context,
) -> anyhow::Result<()> {
    let view = context.ui.view(columns)?.ranked();
    let connections = context.connect_all()?;
    let selected = targets.find(context, &connections)?;
    let change = |driver: &Driver<'_>, name: &str| driver.set_flag(name, flag, on, reason);
    let row = |name: &str, outcome: &Outcome<FlaggedNode>| row(name, flag, outcome);
    selected.change(Deadline::none(), view, &connections, context, change, row)
}

/// A node after a flag was set or cleared.
#[derive(Debug, Serialize, JsonSchema)]
struct FlagRow<F> {
    /// The node.
    node: RowNode,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
    #[serde(flatten)]
    flag: F,
    /// The provision state.
    state: Option<String>,
    /// What was done, or `failed`.
    action: &'static str,
    /// Why it failed.
    error: Option<String>,
}

/// The flag of a row, under the keys that it has in Ironic.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum RowFlag {
    Maintenance(MaintenanceFlag),
    Retired(RetiredFlag),
    Protected(ProtectedFlag),
}

/// The maintenance flag; null if it could not be changed.
#[derive(Debug, Serialize, JsonSchema)]
struct MaintenanceFlag {
    /// Whether the node is in maintenance.
    maintenance: Option<bool>,
    /// The reason.
    maintenance_reason: Option<String>,
}

/// The retired flag; null if it could not be changed.
#[derive(Debug, Serialize, JsonSchema)]
struct RetiredFlag {
    /// Whether the node is retired.
    retired: Option<bool>,
    /// The reason.
    retired_reason: Option<String>,
}

/// The protected flag; null if it could not be changed.
#[derive(Debug, Serialize, JsonSchema)]
struct ProtectedFlag {
    /// Whether the node is protected.
    protected: Option<bool>,
    /// The reason.
    protected_reason: Option<String>,
}

impl RowFlag {
    fn new(flag: Flag, is_on: Option<bool>, reason: Option<String>) -> Self {
        match flag {
            Flag::Maintenance => {
                Self::Maintenance(MaintenanceFlag { maintenance: is_on, maintenance_reason: reason })
            }
            Flag::Retired => Self::Retired(RetiredFlag { retired: is_on, retired_reason: reason }),
            Flag::Protected => Self::Protected(ProtectedFlag { protected: is_on, protected_reason: reason }),
        }
    }
}

fn row(name: &str, flag: Flag, outcome: &Outcome<FlaggedNode>) -> FlagRow<RowFlag> {
    let cloud = outcome.cloud.clone();
    match &outcome.result {
        Ok(FlaggedNode { node, action }) => FlagRow {
            node: (&NodeRef::from(node)).into(),
            cloud,
            flag: RowFlag::new(flag, Some(flag.is_on(node)), flag.reason(node).map(str::to_owned)),
            state: Some(node.provision_state.to_string()),
            action: action.as_str(),
            error: None,
        },
        Err(error) => FlagRow {
            node: RowNode::of_error(name, error),
            cloud,
            flag: RowFlag::new(flag, None, None),
            state: error.state().map(str::to_owned),
            action: "failed",
            error: batch::error_text(&outcome.result),
        },
    }
}

pub(super) fn answers() -> [Answer; 3] {
    [
        Answer::of("node maintenance").list::<FlagRow<MaintenanceFlag>>(maintenance::COLUMNS),
        Answer::of("node retire").list::<FlagRow<RetiredFlag>>(retire::COLUMNS),
        Answer::of("node protect").list::<FlagRow<ProtectedFlag>>(protect::COLUMNS),
    ]
}
