//! Running steps on nodes, for `farrier node clean` and `service`.

use serde_json::Value;

use super::provision;
use crate::cli::Context;
use crate::cli::app::connection::Connections;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::args::node_targets::{COLUMNS, NodeConsequence, TargetArgs, WaitArgs};
use crate::driver::confirmation::{Confirmed, Consequences};
use crate::driver::node::lifecycle::Verb;
use crate::driver::node::steps::{DataEffect, NodeSteps, effect};
use crate::driver::{Error, ObjectKind};
use crate::inventory::document::InputFile;
use crate::inventory::steps;

#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("work").args(["steps", "runbook"]).required(true))]
pub(super) struct Args {
    #[command(flatten)]
    targets: TargetArgs,

    /// Steps, as JSON or a file (repeatable)
    ///
    /// Each step has `interface`, `step` and optional `args`. Steps run in the given order. Files are JSON or YAML; `-`
    /// reads stdin.
    #[arg(long = "step", required_unless_present = "runbook", value_name = "JSON|FILE")]
    steps: Vec<String>,

    /// Runbook to run
    ///
    /// Each node must have the trait of the runbook. Needs Ironic API 1.92.
    #[arg(long, conflicts_with = "steps", value_name = "NAME")]
    runbook: Option<String>,

    #[command(flatten)]
    waiting: WaitArgs,
}

/// The exit codes of both.
pub(super) const CODES: &[u8] = &[2, 5, 6, 7, 8, 10];

/// Runs the steps of the options or the runbook on the nodes, after a prompt.
pub(super) fn run(
    args: &Args,
    operation: &'static str,
    verb: fn(NodeSteps, Confirmed) -> Verb,
    context: &Context,
) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let own_steps = args.steps()?;
    let connections = context.connect_all()?;
    let selected = args.targets.find(context, &connections)?;
    let (work, steps) = match &args.runbook {
        Some(name) => (NodeSteps::Runbook(name.clone()), runbook_steps(name, &connections, context)?),
        None => (NodeSteps::Steps(own_steps.clone()), own_steps),
    };
    let worst = steps.iter().map(|step| effect(step).0).max().unwrap_or(DataEffect::Unknown);
    let (consequences, data) = match worst {
        DataEffect::Keeps => (Consequences::Disturbance, "its data is kept"),
        DataEffect::Unknown => (Consequences::Risk, "its data may be lost"),
        DataEffect::Erases => (Consequences::Loss, "its data will be lost"),
    };
    let consequence = NodeConsequence {
        notes: steps.iter().enumerate().map(|(at, step)| describe(step, at, steps.len())).collect(),
        prefix: format!("to {operation}:"),
        data,
        consequences,
        operation,
    };
    let Some(confirmed) = selected.consent(&consequence, &view, &connections, context)? else {
        return Ok(());
    };
    provision::run_verb(&selected, &verb(work, confirmed), &args.waiting, view, &connections, context)
}

impl Args {
    /// Reads the steps of the options. Errors in them are reported before any request.
    fn steps(&self) -> anyhow::Result<Vec<Value>> {
        let readers = self.steps.iter().filter(|given| *given == "-").count();
        if readers + usize::from(self.targets.read_stdin()) > 1 {
            let message = "`-` can be used only once: for names or for steps";
            return Err(Failure::new(FailureKind::Usage, message).into());
        }
        let mut all = Vec::new();
        for given in &self.steps {
            let source = if given.trim_start().starts_with(['{', '[']) {
                InputFile::from_text("--step", given.as_str())
            } else {
                InputFile::read(given.as_ref())?
            };
            all.extend(steps::read(source)?);
        }
        Ok(all)
    }
}

/// The steps of a runbook, from all clouds that have a runbook with this name.
fn runbook_steps(name: &str, connections: &Connections, context: &Context) -> anyhow::Result<Vec<Value>> {
    let progress = context.ui.progress();
    let readers = connections.readers(&progress);
    let found = readers.ask(|driver| driver.runbook(name))?;
    let lists: Vec<Vec<Value>> = found.into_iter().filter_map(|(_, steps)| steps).collect();
    if lists.is_empty() {
        return Err(
            Error::NotFound { what: ObjectKind::Runbook, name: name.to_owned(), identity: None }.into()
        );
    }
    let mut steps: Vec<Value> = Vec::new();
    for step in lists.into_iter().flatten() {
        if !steps.contains(&step) {
            steps.push(step);
        }
    }
    Ok(steps)
}

/// A step and its effect, for the prompt.
fn describe(step: &Value, at: usize, total: usize) -> String {
    let text = |key: &str| step[key].as_str().unwrap_or_default();
    let children = match step["execute_on_child_nodes"].as_bool() {
        Some(true) => ", on child nodes",
        _ => "",
    };
    format!(
        "step {} of {total}, {}.{}{children}: {}",
        at + 1,
        text("interface"),
        text("step"),
        effect(step).1
    )
}
