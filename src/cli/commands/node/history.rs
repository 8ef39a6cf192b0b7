//! `farrier node history`: the events that Ironic recorded for a node.

use schemars::JsonSchema;
use serde::Serialize;

use super::locate::LocatedNode;
use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::help;
use crate::ironic::Feature;
use crate::ironic::node::HistoryEvent;
use crate::ui::output::{CellStyle, Column};

/// The number of entries that Ironic keeps per node by default.
const MOST: usize = 300;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Name or UUID of the node
    node: String,

    /// Show only errors
    #[arg(long)]
    errors: bool,

    /// Number of entries to show
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..))]
    limit: u16,
}

pub(super) const EXAMPLES: help::Examples = &[
    ("Latest events", "farrier node history rack4-u12"),
    ("Full text of the latest error", "farrier node history rack4-u12 --errors --limit 1 -f value -c event"),
];

const COLUMNS: &[Column] = &[
    Column::new("created_at", "TIME").show(CellStyle::Time),
    Column::new("severity", "SEVERITY"),
    Column::new("event_type", "OPERATION").shortened_by_rank(1),
    Column::new("summary", "EVENT"),
    Column::new("event", "FULL EVENT").on_request(),
    Column::new("uuid", "UUID").on_request(),
];

/// An event that Ironic recorded for a node.
#[derive(Debug, Serialize, JsonSchema)]
struct HistoryRow {
    #[serde(flatten)]
    event: HistoryEvent,
    /// The event in short.
    summary: Option<String>,
}

pub(super) fn answer() -> Answer {
    Answer::of("node history").list::<HistoryRow>(COLUMNS)
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let LocatedNode { node, client, unreachable, .. } = LocatedNode::find(&args.node, context)?;
    client.require(Feature::NodeHistory)?;
    let limit = if args.errors { MOST } else { args.limit.into() };
    let mut events = client.node_history(&node.uuid, limit)?;
    if args.errors {
        events.retain(|event| event.severity.as_deref() == Some("ERROR"));
        events.truncate(args.limit.into());
    }
    let row = |event: HistoryEvent| {
        let summary = event.event.as_deref().map(summary);
        HistoryRow { event, summary }
    };
    context.ui.list_of("history entries", &view, events.into_iter().map(row).collect())?;
    context.conclude(&unreachable)
}

/// A short form of an event: Ironic prints steps as Python objects; only their names are kept.
fn summary(event: &str) -> String {
    let Some((text, steps)) = event.split_once(" with steps=[") else { return event.to_owned() };
    let names: Vec<&str> =
        steps.split("'step': '").skip(1).filter_map(|rest| Some(rest.split_once('\'')?.0)).collect();
    if names.is_empty() { text.to_owned() } else { format!("{text}: {}", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summary_names_the_steps_and_keeps_other_events() {
        let steps = "[{'step': 'deploy', 'priority': 100, 'interface': 'deploy'}, {'step': 'write_image'}]";
        let event = format!("Starting deployment with steps={steps}");
        assert_eq!(summary(&event), "Starting deployment: deploy, write_image");
        assert_eq!(summary("Automated Cleaning completed with steps=[]"), "Automated Cleaning completed");
        assert_eq!(summary("no disk"), "no disk");
    }
}
