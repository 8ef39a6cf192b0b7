//! `farrier node protect`: protect deployed nodes, or undo it.

use super::flags;
pub(super) use super::flags::Args;
use crate::cli::Context;
use crate::cli::app::help;
use crate::driver::node::flags::Flag;
use crate::ui::output::{CellStyle, Column};

pub(super) const EXAMPLES: help::Examples = &[
    ("Protect a node and its instance", "farrier node protect rack4-u12 --reason 'production database'"),
    ("Undo it", "farrier node protect rack4-u12 --off"),
];

pub(super) const COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(CellStyle::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("protected", "PROTECTED"),
    Column::new("protected_reason", "REASON"),
    Column::new("state", "STATE").show(CellStyle::State),
    Column::new("action", "ACTION"),
    Column::new("error", "ERROR").on_stderr(),
];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    flags::run(args, Flag::Protected, COLUMNS, context)
}
