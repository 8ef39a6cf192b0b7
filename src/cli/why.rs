//! `farrier why`: what a machine is waiting for.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Context, help};
use crate::driver::Purpose;
use crate::driver::event::NodeRef;
use crate::driver::why::{Diagnosis, Evidence};
use crate::ui::answer::{Column, Format, Show};

/// Explain the state of a node or instance
///
/// Puts together what is known of a node, or of an instance's: its state and since when, Ironic's reason for a failure, who
/// holds its lock, maintenance and faults, power, validation, networks and its claim; whether it may be touched; and
/// what to type next. It only looks.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes(&[5]))]
pub(super) struct Args {
    /// The node or instance, by name or UUID
    name: String,
}

const EXAMPLES: help::Examples = &[
    ("Why it does not go on", "farrier why rack4-u12"),
    ("Of an instance", "farrier why web-1"),
    ("The first command to type, for a script", "farrier why web-1 -f json | jq -r '.next[0].command'"),
];

const COLUMNS: &[Column] = &[
    Column::new("node", "NODE").show(Show::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("instance", "INSTANCE"),
    Column::new("state", "STATE").show(Show::State),
    Column::new("since", "SINCE").show(Show::Time),
    Column::new("what", "WHAT"),
    Column::new("reason", "REASON"),
    Column::new("remarks", "REMARKS"),
    Column::new("touch", "MAY IT BE TOUCHED"),
    Column::new("next", "NEXT").on_request(),
];

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let connections = context.connect_all()?;
    let progress = context.ui.progress();
    let drivers = connections.readers(&progress);
    let driver = drivers.locate(&args.name, Purpose::Look)?;
    let evidence = driver.why(&args.name)?;
    let cloud = driver.cloud().map(str::to_owned);
    let silent = drivers.silent();
    drop(progress);
    let diagnosis = evidence.diagnosis();
    if context.ui.format() == Format::Table && context.global.columns.is_empty() {
        context.ui.plain(&text(&evidence, &diagnosis))?;
    } else {
        context.ui.object(&view, &row(&evidence, &diagnosis, cloud.as_deref()))?;
    }
    context.conclude(&silent)
}

fn row(evidence: &Evidence, diagnosis: &Diagnosis, cloud: Option<&str>) -> Value {
    let mut row = json!(diagnosis);
    row["node"] = json!(NodeRef::from(&evidence.node));
    row["instance"] = json!(evidence.node.instance_uuid);
    row["cloud"] = json!(cloud);
    row
}

/// For people: a few lines to be read from the top.
fn text(evidence: &Evidence, diagnosis: &Diagnosis) -> String {
    let Diagnosis { state, what, since, reason, touch, remarks, next } = diagnosis;
    let node = &evidence.node;
    let since = since.as_deref().and_then(|since| since.parse::<Timestamp>().ok());
    let since = since.map_or_else(String::new, |since| {
        let ago = evidence.now.duration_since(since).as_secs().max(0).unsigned_abs();
        format!(" for {}", crate::driver::event::in_words(std::time::Duration::from_secs(ago)))
    });
    let mut text = format!("node {} is `{state}`{since}: {what}\n", node.label());
    let mut part = |title: &str, lines: &[String]| {
        if !lines.is_empty() {
            let _ = writeln!(text, "\n{title}");
            for line in lines.iter().flat_map(|line| line.lines()) {
                let _ = writeln!(text, "  {line}");
            }
        }
    };
    part("Ironic says", &reason.iter().map(|reason| reason.trim().to_owned()).collect::<Vec<_>>());
    part("Besides", remarks);
    part("May it be touched?", std::slice::from_ref(touch));
    let width = next.iter().map(|next| next.command.len()).max().unwrap_or_default();
    let next: Vec<String> =
        next.iter().map(|next| format!("{:width$}  # {}", next.command, next.does)).collect();
    part("Next", &next);
    text
}
