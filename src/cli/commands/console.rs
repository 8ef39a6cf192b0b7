//! `farrier console`: show, enable or disable the console of a node.

use serde_json::json;

use crate::cli::Context;
use crate::cli::app::help;
use crate::cli::app::run::Finished;
use crate::driver::{Deadline, Purpose};
use crate::ui::output::{CellStyle, Column};

/// Show, enable or disable the console of a node
///
/// A conductor serves the console, usually without authentication: anyone who can reach its address can use it.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes(&[5, 6, 7]))]
pub(crate) struct Args {
    /// Instance or node
    name: String,

    /// Enable the console
    #[arg(long)]
    enable: bool,

    /// Disable the console
    #[arg(long, conflicts_with = "enable")]
    disable: bool,
}

const EXAMPLES: help::Examples = &[
    ("Show the console's address", "farrier console web-1"),
    ("Enable the console and print its address", "farrier console web-1 --enable -f value -c url"),
];

const COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(CellStyle::Named),
    Column::new("cloud", "CLOUD"),
    Column::new("console_enabled", "ENABLED"),
    Column::new("type", "TYPE"),
    Column::new("url", "URL"),
];

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let connections = context.connect_all()?;
    let wanted = (args.enable || args.disable).then_some(args.enable);
    let purpose = if wanted.is_some() { Purpose::Change } else { Purpose::Look };
    let Finished { value: outcome, unreachable } =
        context.change(&connections, Deadline::none(), |drivers| {
            drivers.run_in_cloud_of(&args.name, purpose, |driver| driver.console(&args.name, wanted))
        });
    let (node, console) = outcome.result?;
    let info = console.console_info;
    let answer = json!({
        "node": node,
        "cloud": outcome.cloud,
        "console_enabled": console.console_enabled,
        "type": info.as_ref().and_then(|info| info.kind.as_deref()),
        "url": info.as_ref().and_then(|info| info.url.as_deref()),
    });
    context.ui.object(&view, &answer)?;
    if !console.console_enabled && wanted.is_none() {
        context.ui.hint(&format!("enable the console: `farrier console {} --enable`", args.name));
    }
    context.conclude(&unreachable)
}
