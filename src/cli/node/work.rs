//! `farrier node clean|service`: steps that are run on machines.

use serde_json::Value;

use super::targets::{COLUMNS, Stake, Targets, Waiting};
use super::verbs;
use crate::cli::connection::Connections;
use crate::cli::failure::{Failure, Kind};
use crate::cli::{Context, help};
use crate::driver::Error;
use crate::driver::consent::{Confirmed, Stakes};
use crate::driver::lifecycle::Verb;
use crate::driver::steps::{Effect, Work, effect};
use crate::inventory::document::Source;
use crate::inventory::steps;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    targets: Targets,

    /// Steps with interface, step and args, in their order, or a file of them in JSON or YAML; `-` is standard input; repeat
    /// for more
    #[arg(long = "step", required_unless_present = "runbook", value_name = "JSON|FILE")]
    steps: Vec<String>,

    /// The steps of this runbook, which must share a trait with each node (Ironic 1.92)
    #[arg(long, conflicts_with = "steps", value_name = "NAME")]
    runbook: Option<String>,

    #[command(flatten)]
    waiting: Waiting,
}

/// The exit codes of both.
pub(super) const CODES: &[u8] = &[2, 5, 6, 7, 8, 10];

pub(super) const CLEAN: help::Examples = &[
    (
        "Wipe partition tables, after asking",
        "farrier node clean a1 --step '{\"interface\": \"deploy\", \"step\": \"erase_devices_metadata\"}'",
    ),
    ("The steps of a file, in a script", "farrier node clean --resource-class bm-old --step wipe.yaml --yes"),
];
pub(super) const SERVICE: help::Examples = &[
    ("New firmware on a deployed machine", "farrier node service rack4-u12 --step firmware.yaml"),
    ("What was prepared for a model", "farrier node service --where extra.rack=r4 --runbook CUSTOM_BIOS"),
];

pub(super) fn clean(args: &Args, context: &Context) -> anyhow::Result<()> {
    run(args, "clean", Verb::Clean, context)
}

pub(super) fn service(args: &Args, context: &Context) -> anyhow::Result<()> {
    run(args, "service", Verb::Service, context)
}

fn run(
    args: &Args,
    operation: &'static str,
    verb: fn(Work, Confirmed) -> Verb,
    context: &Context,
) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let given = args.steps()?;
    let connections = context.connect_all()?;
    let meant = args.targets.find(context, &connections)?;
    let (work, steps) = match &args.runbook {
        Some(name) => (Work::Runbook(name.clone()), prepared(name, &connections, context)?),
        None => (Work::Steps(given.clone()), given),
    };
    let worst = steps.iter().map(|step| effect(step).0).max().unwrap_or(Effect::Unknown);
    let (stakes, data) = match worst {
        Effect::Keeps => (Stakes::Disturbance, "whose data stays"),
        Effect::Unknown => (Stakes::Risk, "whose data may be lost"),
        Effect::Erases => (Stakes::Loss, "whose data will be lost"),
    };
    let stake = Stake {
        said: steps.iter().enumerate().map(|(at, step)| told(step, at, steps.len())).collect(),
        told: format!("to {operation}:"),
        data,
        stakes,
        operation,
    };
    let Some(confirmed) = meant.consent(&stake, &view, &connections, context)? else { return Ok(()) };
    verbs::work(&meant, &verb(work, confirmed), &args.waiting, view, &connections, context)
}

impl Args {
    /// The steps that were given; what is wrong with them is told before anything else is looked at.
    fn steps(&self) -> anyhow::Result<Vec<Value>> {
        let readers = self.steps.iter().filter(|given| *given == "-").count();
        if readers + usize::from(self.targets.are_read()) > 1 {
            let message = "standard input can be read once only: for names, or for steps";
            return Err(Failure::new(Kind::Usage, message).into());
        }
        let mut all = Vec::new();
        for given in &self.steps {
            let source = if given.trim_start().starts_with(['{', '[']) {
                Source::from_text("--step", given.as_str())
            } else {
                Source::read(given.as_ref())?
            };
            all.extend(steps::read(source)?);
        }
        Ok(all)
    }
}

/// The steps of a runbook, of every cloud that has one of this name.
fn prepared(name: &str, connections: &Connections, context: &Context) -> anyhow::Result<Vec<Value>> {
    let progress = context.ui.progress();
    let readers = connections.readers(&progress);
    let found = readers.ask(|driver| driver.runbook(name))?;
    let lists: Vec<Vec<Value>> = found.into_iter().filter_map(|(_, steps)| steps).collect();
    if lists.is_empty() {
        return Err(Error::NotFound { what: "runbook", name: name.to_owned(), asker: None }.into());
    }
    let mut steps: Vec<Value> = Vec::new();
    for step in lists.into_iter().flatten() {
        if !steps.contains(&step) {
            steps.push(step);
        }
    }
    Ok(steps)
}

/// A step with what it does, for whoever is asked for consent.
fn told(step: &Value, at: usize, total: usize) -> String {
    let word = |key: &str| step[key].as_str().unwrap_or_default();
    let children = match step["execute_on_child_nodes"].as_bool() {
        Some(true) => ", on child nodes",
        _ => "",
    };
    format!(
        "step {} of {total}, {}.{}{children}: {}",
        at + 1,
        word("interface"),
        word("step"),
        effect(step).1
    )
}
