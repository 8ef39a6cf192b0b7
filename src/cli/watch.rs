//! `farrier watch`: nodes or instances, looked at again and again.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::failure::{self, Kind};
use super::node::list::Selection;
use super::{Context, help, list, node, values};
use crate::driver::event::in_words;
use crate::ui::answer::View;

/// At least four times as long as Ironic took to answer it is left alone.
const PAUSES: u32 = 4;

/// Watch changes of nodes or instances
///
/// On a terminal the table is redrawn in its place. Elsewhere it is told once, and then each change on a line of its own: with
/// its time and `listed`, `added`, `changed` or `removed` before the columns of CSV and bare values, as an object a line in
/// JSON (`time`, `event`, `row`, `changes`). Ctrl-C ends it.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, before_long_help = help::examples(EXAMPLES))]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Watch machines
    #[command(before_long_help = help::examples(NODES))]
    Nodes {
        #[command(flatten)]
        selection: Selection,

        #[command(flatten)]
        pace: Pace,
    },
    /// Watch instances
    #[command(before_long_help = help::examples(INSTANCES))]
    Instances {
        #[command(flatten)]
        pace: Pace,
    },
}

#[derive(Debug, clap::Args)]
struct Pace {
    /// How long to wait between two looks
    #[arg(long, value_name = "DURATION", value_parser = values::duration, default_value = "2s")]
    every: Duration,
}

const EXAMPLES: help::Examples = &[
    ("The machines", "farrier watch nodes"),
    ("The instances, and their addresses as they come", "farrier watch instances"),
];
const NODES: help::Examples = &[
    ("All machines", "farrier watch nodes"),
    ("Those that are cleaned", "farrier watch nodes --state 'clean wait' --every 10s"),
    ("What becomes of them, for a program", "farrier watch nodes -f json -c name -c provision_state"),
];
const INSTANCES: help::Examples = &[("All instances", "farrier watch instances")];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    match &args.what {
        What::Nodes { selection, pace } => node::list::live(selection, pace.every, context),
        What::Instances { pace } => list::live(pace.every, context),
    }
}

/// Asks again and again, and shows what came of it, until nobody reads it any more. That it cannot be asked is told, and no
/// reason to end, once it could.
pub(super) fn follow(
    view: View,
    every: Duration,
    context: &Context,
    ask: impl Fn() -> anyhow::Result<Vec<Value>>,
) -> anyhow::Result<()> {
    let mut live = context.ui.live(view);
    let mut has_answered = false;
    while !context.ui.deaf() {
        let began = Instant::now();
        let asked = ask();
        let pause = every.max(began.elapsed() * PAUSES);
        match asked {
            Ok(rows) => {
                let below = format!("{} in all; every {}; Ctrl-C ends", rows.len(), in_words(pause));
                live.show(rows, &below)?;
                has_answered = true;
            }
            Err(error) if has_answered && failure::classify(&error).kind == Kind::Unreachable => {
                context.ui.warn(&format!("{error}; it is asked again"));
            }
            Err(error) => return Err(error),
        }
        thread::sleep(pause);
    }
    Ok(())
}
