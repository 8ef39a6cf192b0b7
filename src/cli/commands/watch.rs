//! `farrier watch`: watch changes of nodes or instances.

use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::node::NodeObject;
use super::node::list::ListArgs;
use super::{list, node};
use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::failure;
use crate::cli::app::failure::FailureKind;
use crate::cli::app::instance_rows::InstanceRow;
use crate::cli::app::{help, instance_rows};
use crate::cli::args::values;
use crate::driver::watch::event::in_words;
use crate::ui::output::{ChangeLine, View, json_rows};

/// The pause between two requests is at least this many times as long as the response took, to spare Ironic.
const MIN_PAUSE_FACTOR: u32 = 4;

/// Watch nodes or instances for changes
///
/// On a terminal, the table is redrawn in place. Otherwise, the list is printed once, and then one line per change.
/// With `-f csv` and `-f value`, each line starts with the time and `listed`, `added`, `changed` or `removed`. With
/// `-f json`, each line is an object with `time`, `event`, `row` and `changes`. Stop it with Ctrl-C.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, before_long_help = help::examples(EXAMPLES))]
pub(crate) struct Args {
    #[command(subcommand)]
    what: WatchedList,
}

#[derive(Debug, clap::Subcommand)]
enum WatchedList {
    /// Watch nodes
    #[command(before_long_help = help::examples(NODES))]
    Nodes {
        #[command(flatten)]
        selection: ListArgs,

        #[command(flatten)]
        interval: IntervalArgs,
    },
    /// Watch instances
    #[command(before_long_help = help::examples(INSTANCES))]
    Instances {
        #[command(flatten)]
        interval: IntervalArgs,
    },
}

#[derive(Debug, clap::Args)]
struct IntervalArgs {
    /// Minimum interval between updates
    #[arg(long, value_name = "DURATION", value_parser = values::duration, default_value = "2s")]
    every: Duration,
}

const EXAMPLES: help::Examples =
    &[("Watch nodes", "farrier watch nodes"), ("Watch instances", "farrier watch instances")];
const NODES: help::Examples = &[
    ("Watch all nodes", "farrier watch nodes"),
    ("Watch the nodes in `clean wait`", "farrier watch nodes --state 'clean wait' --every 10s"),
    ("Print changes of state as JSON", "farrier watch nodes -f json -c name -c provision_state"),
];
const INSTANCES: help::Examples = &[("Watch all instances", "farrier watch instances")];

/// In JSON, a list that is watched is one object per line.
pub(super) fn answers() -> [Answer; 2] {
    [
        Answer::of("watch nodes")
            .document::<ChangeLine<NodeObject>>()
            .table::<NodeObject>(node::list::COLUMNS),
        Answer::of("watch instances")
            .document::<ChangeLine<InstanceRow>>()
            .table::<InstanceRow>(instance_rows::COLUMNS),
    ]
}

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    match &args.what {
        WatchedList::Nodes { selection, interval } => node::list::live(selection, interval.every, context),
        WatchedList::Instances { interval } => list::live(interval.every, context),
    }
}

/// Fetches and shows the rows repeatedly until stdout is closed. After the first success, an unreachable service
/// causes only a warning.
pub(crate) fn follow<R: Serialize>(
    view: View,
    every: Duration,
    context: &Context,
    fetch: impl Fn() -> anyhow::Result<Vec<R>>,
) -> anyhow::Result<()> {
    let mut live = context.ui.live(view);
    let mut has_answered = false;
    while !context.ui.is_stdout_closed() {
        let began = Instant::now();
        let fetched = fetch();
        let pause = every.max(began.elapsed() * MIN_PAUSE_FACTOR);
        match fetched {
            Ok(rows) => {
                let footer =
                    format!("total: {}; updated every {}; end with Ctrl-C", rows.len(), in_words(pause));
                live.show(json_rows(rows), &footer)?;
                has_answered = true;
            }
            Err(error) if has_answered && failure::classify(&error).kind == FailureKind::Unreachable => {
                context.ui.warn(&format!("{error}; retrying"));
            }
            Err(error) => return Err(error),
        }
        thread::sleep(pause);
    }
    Ok(())
}
