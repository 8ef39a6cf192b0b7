//! `farrier console`: show, enable or disable the console of a node.

use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::help;
use crate::cli::app::run::Finished;
use crate::driver::watch::event::NodeRef;
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

/// The console of a node.
#[derive(Debug, Serialize, JsonSchema)]
struct ConsoleAnswer {
    /// The node.
    node: NodeRef,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
    /// Whether it is enabled.
    console_enabled: bool,
    /// Its type, such as `socat`.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Its URL.
    url: Option<String>,
}

pub(super) fn answer() -> Answer {
    Answer::of("console").object::<ConsoleAnswer>(COLUMNS)
}

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
    let (kind, url) = info.map(|info| (info.kind, info.url)).unwrap_or_default();
    let answer =
        ConsoleAnswer { node, cloud: outcome.cloud, console_enabled: console.console_enabled, kind, url };
    context.ui.object(&view, &answer)?;
    if !console.console_enabled && wanted.is_none() {
        context.ui.hint(&format!("enable the console: `farrier console {} --enable`", args.name));
    }
    context.conclude(&unreachable)
}
