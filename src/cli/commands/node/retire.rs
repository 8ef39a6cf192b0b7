//! `farrier node retire`: mark nodes as retired, or undo it.

use super::flags;
pub(super) use super::flags::Args;
use crate::cli::Context;
use crate::cli::app::help;
use crate::driver::node::flags::Flag;
use crate::ui::output::{CellStyle, Column};

pub(super) const EXAMPLES: help::Examples = &[
    (
        "Do not use a node again after its instance is destroyed",
        "farrier node retire rack4-u12 --reason 'lease ends in May'",
    ),
    (
        "Retire all active nodes of a vendor",
        "farrier node retire --where properties.vendor=Acme --state active",
    ),
    ("Undo it", "farrier node retire rack4-u12 --off"),
];

pub(super) const COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(CellStyle::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("retired", "RETIRED"),
    Column::new("retired_reason", "REASON"),
    Column::new("state", "STATE").show(CellStyle::State),
    Column::new("action", "ACTION"),
    Column::new("error", "ERROR").on_stderr(),
];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    flags::run(args, Flag::Retired, COLUMNS, context)
}
