//! `farrier gc`: what is left of things that are gone.

use std::time::Duration;

use clap::builder::PossibleValuesParser;
use serde_json::{Value, json};

use super::{Context, batch, help, values};
use crate::driver::consent::{Question, Stakes};
use crate::driver::orphans::{Kind, Orphan};
use crate::driver::{Deadline, Driver, Error, Outcome};
use crate::ui::answer::{Column, Show};

/// Find and remove orphaned allocations, VIFs and ports
///
/// Allocations that failed or that no conductor decides, claims of farrier's that were never deployed, reservations whose
/// time is over, machines with an instance that nothing accounts for, VIFs whose port is gone from Neutron, ports that
/// farrier made for instances that are gone, and ports of ramdisks that run no more. They are only listed; with --yes they
/// are removed, each after one more look. No machine is ever undeployed: where that, or another's hand, is needed, the
/// remedy says what to type.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes(&[6, 10]))]
pub(super) struct Args {
    /// Only these, by ID or name; everything unless given
    #[arg(value_name = "ID")]
    ids: Vec<String>,

    /// Only this kind; repeat for more
    #[arg(long, value_name = "KIND", value_parser = PossibleValuesParser::new(Kind::ALL.map(Kind::as_str)))]
    kind: Vec<String>,

    /// Leave alone what has changed since: somebody may be at work on it
    #[arg(long, value_name = "DURATION", value_parser = values::duration, default_value = "1h")]
    older_than: Duration,
}

const EXAMPLES: help::Examples = &[
    ("What is left behind?", "farrier gc"),
    ("Remove it", "farrier gc --yes"),
    ("Each night, in a lab where nothing lasts a day", "farrier gc --older-than 24h --yes -f json"),
    ("One of them", "farrier gc 4a3d0c52-6f1c-4f5e-9a57-3b6c4f1d2a10 --yes"),
    ("Ports alone", "farrier gc --kind left-port --kind ramdisk-port"),
];

const COLUMNS: &[Column] = &[
    Column::new("kind", "KIND"),
    Column::new("id", "ID").yields(1),
    Column::new("name", "NAME"),
    Column::new("node", "NODE").show(Show::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("since", "SINCE").show(Show::Time).yields(2),
    Column::new("action", "ACTION").show(Show::State),
    Column::new("why", "WHY"),
    Column::new("remedy", "REMEDY").on_request(),
    Column::new("error", "ERROR").on_request(),
];

/// So many remedies are told in full beside the list.
const FEW: usize = 5;

/// An orphan, and in which cloud it is.
type Found = (Option<String>, Orphan);

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let connections = context.connect_all()?;
    let progress = context.ui.progress();
    let removes = context.global.yes;
    let drivers = if removes {
        context.drivers(&connections, &progress, Deadline::none())
    } else {
        connections.readers(&progress)
    };
    let asked = drivers.ask(Driver::left_behind)?;
    let is_wanted = |orphan: &Orphan| {
        (args.kind.is_empty() || args.kind.iter().any(|kind| kind == orphan.kind.as_str()))
            && (args.ids.is_empty() || args.ids.iter().any(|id| orphan.is_called(id)))
    };
    let mut found: Vec<Found> = Vec::new();
    let mut changed_since = 0;
    let mut unseen = Vec::new();
    let mut partial = Vec::new();
    for (cloud, evidence) in asked {
        if !evidence.neutron.as_ref().is_some_and(|ports| ports.sees_all)
            && drivers.has_neutron(cloud.as_deref())
        {
            unseen.push(cloud.clone());
        }
        if !evidence.sees_all {
            partial.push(cloud.clone());
        }
        let (orphans, young) = evidence.orphans(args.older_than);
        changed_since += young;
        found.extend(orphans.into_iter().filter(is_wanted).map(|orphan| (cloud.clone(), orphan)));
    }
    let names = found.iter().map(|(_, orphan)| orphan.id.clone()).collect();
    let confirmed = Question::new(Stakes::Loss, "remove", names).waived();
    let outcomes = batch::each(context.global.jobs, &found, |(cloud, orphan)| {
        let may_go = removes && orphan.remedy.is_none();
        may_go.then(|| {
            drivers.in_cloud(cloud.as_deref(), &orphan.id, |driver| driver.remove_orphan(orphan, confirmed))
        })
    });
    let silent = drivers.silent();
    drop(progress);
    let outcomes: Vec<Option<Result<(), Error>>> =
        outcomes.into_iter().map(|outcome| outcome.map(|Outcome { result, .. }| result)).collect();
    let rows = found.iter().zip(&outcomes).map(|(found, outcome)| row(found, outcome.as_ref()));
    context.ui.list(&connections.view(view).ranked(), rows.collect())?;
    for cloud in unseen {
        let place = cloud.map(|cloud| format!("cloud `{cloud}`: ")).unwrap_or_default();
        context.ui.note(&format!(
            "{place}Neutron does not show this user the ports of all projects: VIFs and ramdisks' ports are not judged"
        ));
    }
    for cloud in partial {
        let place = cloud.map(|cloud| format!("cloud `{cloud}`: ")).unwrap_or_default();
        context.ui.note(&format!(
            "{place}this user only sees the allocations of one project: leftovers of other projects' instances and their ports \
             are not checked"
        ));
    }
    for id in args.ids.iter().filter(|id| !found.iter().any(|(_, orphan)| orphan.is_called(id))) {
        context.ui.note(&format!("nothing is left behind under `{id}`"));
    }
    say_rest(&found, changed_since, removes, args.older_than, context);
    let id = |(_, orphan): Found| orphan.id;
    let outcomes = found.into_iter().map(id).zip(outcomes);
    let tried = outcomes.filter_map(|(id, outcome)| Some((id, outcome?))).collect();
    batch::conclude(context, tried, &silent)
}

fn row((cloud, orphan): &Found, outcome: Option<&Result<(), Error>>) -> Value {
    let mut row = json!(orphan);
    row["cloud"] = json!(cloud);
    row["action"] = json!(match outcome {
        Some(Ok(())) => "removed",
        Some(Err(_)) => "failed",
        None if orphan.remedy.is_some() => "kept",
        None => "found",
    });
    row["error"] = outcome.map_or(Value::Null, batch::error_text);
    row
}

/// Says what the list does not: what is left to do, and what was left out.
fn say_rest(found: &[Found], changed_since: usize, removes: bool, older_than: Duration, context: &Context) {
    if found.is_empty() && changed_since == 0 {
        context.ui.note("nothing is left behind");
    }
    let kept = found.iter().filter(|(_, orphan)| orphan.remedy.is_some()).count();
    let removable = found.len() - kept;
    if removable > 0 && !removes {
        context.ui.note(&format!("{removable} of {} can be removed: `farrier gc --yes`", found.len()));
    }
    let remedies = found.iter().filter_map(|(_, orphan)| Some((orphan, orphan.remedy.as_ref()?)));
    for (orphan, remedy) in remedies.take(FEW) {
        context.ui.note(&format!("{} {}: {remedy}", orphan.kind.as_str(), orphan.id));
    }
    if kept > FEW {
        context.ui.note(&format!("{} more need another's hand: `-c id -c remedy` says which", kept - FEW));
    }
    if changed_since > 0 {
        let age = crate::driver::event::in_words(older_than);
        context
            .ui
            .note(&format!("{changed_since} more changed within {age}, and are left alone (`--older-than`)"));
    }
}
