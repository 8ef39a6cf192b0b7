//! `farrier gc`: find and remove orphaned allocations, VIFs and ports.

use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser};
use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::{batch, help};
use crate::cli::args::values;
use crate::counts::counted;
use crate::driver::confirmation::{Consequences, Question};
use crate::driver::gc::{Orphan, OrphanKind};
use crate::driver::{Deadline, Driver, Error, Outcome};
use crate::ui::output::{CellStyle, Column};

/// Find and remove orphaned allocations, VIFs and ports
///
/// Finds the kinds of orphans that are listed under --kind. Running instances of Nova are not orphans. Without --yes,
/// orphans are only listed; there is no prompt. With --yes, each orphan is checked again and removed. `gc` never
/// undeploys a node: if an orphan needs that, its remedy shows the command. Orphans that are only listed do not change
/// the exit code.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes_with(&[6, 10], &[(10, "some orphans could not be removed, or a cloud is unreachable")]))]
pub(crate) struct Args {
    /// IDs or names of orphans (default: all)
    #[arg(value_name = "ID")]
    ids: Vec<String>,

    /// Only orphans of this kind (repeatable)
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    kind: Vec<String>,

    /// Minimum time since the last change
    ///
    /// Recent changes may belong to an operation in progress.
    #[arg(long, value_name = "DURATION", value_parser = values::duration, default_value = "1h")]
    older_than: Duration,
}

/// Parses the name of a kind; help lists the kinds with their meanings.
fn kinds() -> PossibleValuesParser {
    PossibleValuesParser::new(
        OrphanKind::ALL.iter().map(|kind| PossibleValue::new(kind.as_str()).help(kind.meaning())),
    )
}

const EXAMPLES: help::Examples = &[
    ("List orphans", "farrier gc"),
    ("Remove all orphans", "farrier gc --yes"),
    (
        "In a cron job: remove the orphans that are older than a day",
        "farrier gc --older-than 24h --yes -f json",
    ),
    ("Remove one orphan", "farrier gc 4a3d0c52-6f1c-4f5e-9a57-3b6c4f1d2a10 --yes"),
    ("List only ports", "farrier gc --kind stale-port --kind stale-ramdisk-port"),
];

const COLUMNS: &[Column] = &[
    Column::new("kind", "KIND"),
    Column::new("id", "ID").shortened_by_rank(1),
    Column::new("name", "NAME"),
    Column::new("node", "NODE").show(CellStyle::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("since", "SINCE").show(CellStyle::Time).shortened_by_rank(2),
    Column::new("action", "ACTION").show(CellStyle::Result),
    Column::new("why", "WHY"),
    Column::new("remedy", "REMEDY").on_request(),
    Column::new("error", "ERROR").on_request(),
];

/// How many remedies are printed below the list.
const REMEDIES: usize = 5;

/// An orphan and its cloud.
type FoundOrphan = (Option<String>, Orphan);

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let connections = context.connect_all()?;
    let progress = context.ui.progress();
    let removes = context.global.yes;
    let drivers = if removes {
        context.drivers(&connections, &progress, Deadline::none())
    } else {
        connections.readers(&progress)
    };
    let evidence = drivers.ask(Driver::gather_evidence)?;
    let is_wanted = |orphan: &Orphan| {
        (args.kind.is_empty() || args.kind.iter().any(|kind| kind == orphan.kind.as_str()))
            && (args.ids.is_empty() || args.ids.iter().any(|id| orphan.is_called(id)))
    };
    let mut found: Vec<FoundOrphan> = Vec::new();
    let mut recent = 0;
    let mut without_ports = Vec::new();
    let mut partial = Vec::new();
    for (cloud, evidence) in evidence {
        if !evidence.neutron.as_ref().is_some_and(|ports| ports.sees_all)
            && drivers.has_neutron(cloud.as_deref())
        {
            without_ports.push(cloud.clone());
        }
        if !evidence.sees_all {
            partial.push(cloud.clone());
        }
        let (orphans, young) = evidence.orphans(args.older_than);
        recent += young;
        found.extend(orphans.into_iter().filter(is_wanted).map(|orphan| (cloud.clone(), orphan)));
    }
    let names = found.iter().map(|(_, orphan)| orphan.id.clone()).collect();
    let confirmed = Question::new(Consequences::Loss, "remove", names).given_by_option();
    let outcomes = batch::each(context.global.jobs, &found, |(cloud, orphan)| {
        let removable = removes && orphan.remedy.is_none();
        removable.then(|| {
            drivers.in_cloud(cloud.as_deref(), &orphan.id, |driver| driver.remove_orphan(orphan, confirmed))
        })
    });
    let unreachable = drivers.unreachable();
    drop(progress);
    let outcomes: Vec<Option<Result<(), Error>>> =
        outcomes.into_iter().map(|outcome| outcome.map(|Outcome { result, .. }| result)).collect();
    let rows = found.iter().zip(&outcomes).map(|(found, outcome)| row(found, outcome.as_ref()));
    context.ui.list(&connections.view(view).ranked(), rows.collect())?;
    for cloud in without_ports {
        let place = cloud.map(|cloud| format!("cloud `{cloud}`: ")).unwrap_or_default();
        context.ui.note(&format!(
            "{place}cannot check VIFs and ramdisk ports: Neutron does not show this user the ports of all projects"
        ));
    }
    for cloud in partial {
        let place = cloud.map(|cloud| format!("cloud `{cloud}`: ")).unwrap_or_default();
        context.ui.note(&format!(
            "{place}cannot check instances and ports of other projects: this user sees the allocations of one project only"
        ));
    }
    for id in args.ids.iter().filter(|id| !found.iter().any(|(_, orphan)| orphan.is_called(id))) {
        context.ui.note(&format!("no orphan has the ID or name `{id}`"));
    }
    print_notes(&found, recent, removes, args.older_than, context);
    let id = |(_, orphan): FoundOrphan| orphan.id;
    let outcomes = found.into_iter().map(id).zip(outcomes);
    let tried = outcomes.filter_map(|(id, outcome)| Some((id, outcome?))).collect();
    batch::conclude(context, tried, &unreachable)
}

/// An orphan and what was done with it.
#[derive(Debug, Serialize, JsonSchema)]
struct OrphanRow {
    #[serde(flatten)]
    orphan: Orphan,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
    /// What was done with it.
    action: OrphanAction,
    /// Why it could not be removed.
    error: Option<String>,
}

/// What was done with an orphan.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum OrphanAction {
    /// It was removed.
    Removed,
    /// It could not be removed.
    Failed,
    /// `gc` does not remove objects of this kind.
    Kept,
    /// It was only listed.
    Found,
}

fn row((cloud, orphan): &FoundOrphan, outcome: Option<&Result<(), Error>>) -> OrphanRow {
    let action = match outcome {
        Some(Ok(())) => OrphanAction::Removed,
        Some(Err(_)) => OrphanAction::Failed,
        None if orphan.remedy.is_some() => OrphanAction::Kept,
        None => OrphanAction::Found,
    };
    let error = outcome.and_then(batch::error_text);
    OrphanRow { orphan: orphan.clone(), cloud: cloud.clone(), action, error }
}

pub(super) fn answer() -> Answer {
    Answer::of("gc").list::<OrphanRow>(COLUMNS)
}

/// Prints how to remove the orphans, their remedies, and how many were skipped.
fn print_notes(found: &[FoundOrphan], recent: usize, removes: bool, older_than: Duration, context: &Context) {
    if found.is_empty() && recent == 0 {
        context.ui.note("no orphans found");
    }
    let kept = found.iter().filter(|(_, orphan)| orphan.remedy.is_some()).count();
    let removable = found.len() - kept;
    if removable > 0 && !removes {
        let command = help::command_line(std::env::args_os());
        context.ui.note(&format!("{removable} of {} can be removed: `{command} --yes`", found.len()));
    }
    let remedies = found.iter().filter_map(|(_, orphan)| Some((orphan, orphan.remedy.as_ref()?)));
    for (orphan, remedy) in remedies.take(REMEDIES) {
        context.ui.note(&format!("{} {}: {remedy}", orphan.kind.as_str(), orphan.id));
    }
    if kept > REMEDIES {
        context.ui.note(&format!(
            "{} more need another command: `{} -c id -c remedy`",
            kept - REMEDIES,
            help::command_line(std::env::args_os().filter(|argument| argument != "--yes"))
        ));
    }
    if recent > 0 {
        let age = crate::driver::watch::event::in_words(older_than);
        context.ui.note(&format!(
            "skipped {} that changed less than {age} ago (see `--older-than`)",
            counted(recent, "orphan")
        ));
    }
}
