//! `farrier node history`: what Ironic noted of a node.

use serde_json::json;

use super::one::One;
use crate::cli::{Context, help};
use crate::ironic::Feature;
use crate::ironic::node::HistoryEvent;
use crate::ui::answer::{Column, Show};

/// How many entries Ironic keeps of a node at most, unless its operator says otherwise.
const KEPT: usize = 300;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The node, by name or UUID
    node: String,

    /// Only errors
    #[arg(long)]
    errors: bool,

    /// How many entries to read, the newest first
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..))]
    limit: u16,
}

pub(super) const EXAMPLES: help::Examples = &[
    ("What happened last", "farrier node history rack4-u12"),
    ("Why a deploy failed, whole", "farrier node history rack4-u12 --errors --limit 1 -f value -c event"),
];

const COLUMNS: &[Column] = &[
    Column::new("created_at", "TIME").show(Show::Time),
    Column::new("severity", "SEVERITY"),
    Column::new("event_type", "OPERATION").yields(1),
    Column::new("summary", "EVENT"),
    Column::new("event", "WHOLE EVENT").on_request(),
    Column::new("uuid", "UUID").on_request(),
];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let One { node, client, silent, .. } = One::find(&args.node, context)?;
    client.need(Feature::NodeHistory)?;
    let limit = if args.errors { KEPT } else { args.limit.into() };
    let mut events = client.node_history(&node.uuid, limit)?;
    if args.errors {
        events.retain(|event| event.severity.as_deref() == Some("ERROR"));
        events.truncate(args.limit.into());
    }
    let row = |event: &HistoryEvent| {
        let mut row = json!(event);
        row["summary"] = event.event.as_deref().map(summary).into();
        row
    };
    context.ui.list(&view, events.iter().map(row).collect())?;
    context.conclude(&silent)
}

/// An event for eyes: of the steps that Ironic prints as Python's objects only the names.
fn summary(event: &str) -> String {
    let Some((words, steps)) = event.split_once(" with steps=[") else { return event.to_owned() };
    let names: Vec<&str> =
        steps.split("'step': '").skip(1).filter_map(|rest| Some(rest.split_once('\'')?.0)).collect();
    if names.is_empty() { words.to_owned() } else { format!("{words}: {}", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_named_and_other_events_left_whole() {
        let steps = "[{'step': 'deploy', 'priority': 100, 'interface': 'deploy'}, {'step': 'write_image'}]";
        let event = format!("Starting deployment with steps={steps}");
        assert_eq!(summary(&event), "Starting deployment: deploy, write_image");
        assert_eq!(summary("Automated Cleaning completed with steps=[]"), "Automated Cleaning completed");
        assert_eq!(summary("no disk"), "no disk");
    }
}
