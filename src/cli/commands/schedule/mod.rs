//! `farrier schedule`: show which nodes fit a request, and why others do not.

mod answer;
mod fleet;
mod reserve;

use std::path::PathBuf;

use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::{glance, help};
use crate::cli::args::candidates::{CandidateArgs, Candidates, RequiredNodes};
use crate::cli::args::flavor::FlavorArgs;
use crate::cli::args::selection::SelectionArgs;
use crate::cli::commands::reservation;
use crate::host_manager::{Count, ImageProperties, Selection, TrapKind, select};
use crate::ui::output::{Document, OutputFormat, json};

/// Show which nodes fit a request, and why others do not
///
/// Nothing is allocated, except with --reserve. Filters, as in Nova, remove the nodes that do not fit. A node must be
/// at least as large as the request. With --exact, it must be exactly as large, so that a small request never takes a
/// large machine. The weigher ranks the nodes that fit. The instances in --file are planned together, to place as many
/// as possible with the least unused resources.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes_with(&[4, 5, 6, 10], &[(10, "a cloud is unreachable, or some nodes could not be reserved")]))]
#[command(mut_arg("flavor", help::flavor_of_request))]
pub(crate) struct Args {
    #[command(flatten)]
    flavor: FlavorArgs,

    #[command(flatten)]
    selection: SelectionArgs,

    /// Number of nodes, or `all` that fit
    #[arg(long, value_name = "N|all", value_parser = count, default_value = "1")]
    count: Count,

    /// Show why the other nodes were rejected
    ///
    /// Shows the filter that rejected the node, the requested value, and the value of the node.
    #[arg(long)]
    explain: bool,

    /// Image to deploy
    ///
    /// The node must match the architecture, traits and minimum sizes of an image in Glance, given by name or UUID. A URL or
    /// an existing file has no such requirements.
    #[arg(long, value_name = "IMAGE")]
    image: Option<String>,

    /// Plan a fleet: all instances of this file
    ///
    /// `-` reads stdin.
    #[arg(
        long, value_name = "FILE", value_hint = clap::ValueHint::FilePath,
        conflicts_with_all = ["flavor", "count", "weigher", "subset_size", "image", "reserve"]
    )]
    file: Option<PathBuf>,

    #[command(flatten)]
    hosts: CandidateArgs,

    #[command(flatten)]
    reserve: reserve::ReserveArgs,
}

const EXAMPLES: help::Examples = &[
    ("Find the smallest node that is large enough", "farrier schedule --ram 16G --disk 100 --vcpus 8"),
    (
        "Find a node of exactly this size, and show why others do not fit",
        "farrier schedule --ram 16G --exact --explain",
    ),
    ("List all nodes that fit a flavor", "farrier schedule --flavor bm.small --count all"),
    (
        "Require UEFI and one of two RAID levels",
        "farrier schedule --capability boot_mode=uefi \\
         --capability 'raid=<or> 1 <or> 10'",
    ),
    ("Plan a fleet", "farrier schedule --file fleet.yaml --explain"),
    ("Reserve a node for four hours", "farrier schedule --flavor bm.small --reserve ci-42 --for 4h"),
    (
        "Prefer the first of two clouds",
        "farrier schedule --os-cloud north,south --weigher cloud-order --ram 16G",
    ),
    ("Use a saved inventory instead of a cloud", "farrier schedule --inventory inventory.json --ram 16G"),
];

/// Reads a number of nodes, or `all`.
fn count(text: &str) -> Result<Count, String> {
    match text {
        "all" => Ok(Count::All),
        _ => match text.parse() {
            Ok(count) if count > 0 => Ok(Count::Exactly(count)),
            _ => Err("expected a number of at least 1, or `all`".to_owned()),
        },
    }
}

/// The forms for one request, for a fleet, and for reservations.
pub(super) fn answer() -> Answer {
    let answer = Answer::of("schedule")
        .document::<answer::ScheduleAnswer>()
        .table::<answer::SelectedRow>(answer::SELECTED);
    let answer = fleet::add_to(answer::with_explanations(answer));
    answer.list::<reservation::ReservationRow>(reservation::COLUMNS)
}

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    if let Some(path) = &args.file {
        return fleet::run(path, args, context);
    }
    let flavor = args.flavor.resolve(context)?;
    let mut request = args.selection.request(flavor.as_ref(), ImageProperties::default());
    if let Some(listed) = glance::asks(args.image.as_deref(), context)? {
        listed.add_to(&mut request)?;
    }
    if let Some(name) = &args.reserve.reserve {
        return reserve::run(name, &request, args, context);
    }
    let view = context.ui.view(answer::SELECTED)?.ranked();
    let required = required_nodes(args, context);
    let candidates = args.hosts.read_with(context, |drivers| {
        Candidates::for_request(drivers, &request, args.count, &args.selection, required)
    })?;
    let options = args.selection.options(args.count, &candidates);
    let selection = select(&candidates.hosts, &request, &options)?;
    let verdict = selection.verdict();
    let explanations = report_traps(&selection, args.explain || verdict.is_err(), context);
    if verdict.is_ok() {
        for explanation in &explanations {
            context.ui.note(&format!("note: {explanation}"));
        }
    }

    let whole = json(&answer::whole(&request, &options, &selection, &candidates.hosts, args.explain));
    let sections = answer::sections(view, &selection, &candidates, args.explain)?;
    context.ui.document(Document { whole, sections })?;
    match verdict {
        Ok(()) => context.conclude(&candidates.unreachable),
        Err(error) => {
            let mut hints = error.hints.clone();
            hints.extend(explanations);
            if candidates.hosts.is_empty() {
                hints.push("enroll nodes: `farrier enroll FILE`".to_owned());
            } else if !args.explain {
                hints.push("see why each node was rejected: add `--explain`".to_owned());
            }
            Err(Failure::new(FailureKind::NoValidHost, error.to_string()).hints(hints).into())
        }
    }
}

/// How many nodes the output needs: some formats show how many nodes each filter rejected.
fn required_nodes(args: &Args, context: &Context) -> RequiredNodes {
    let has_summary = matches!(context.ui.format(), OutputFormat::Json | OutputFormat::Yaml);
    if args.explain || has_summary { RequiredNodes::All } else { RequiredNodes::Fitting }
}

/// Warns of the traps that affect the result, and returns those that explain it.
fn report_traps(selection: &Selection<'_>, all: bool, context: &Context) -> Vec<String> {
    let mut explanations = Vec::new();
    for trap in selection.traps(None) {
        match trap.kind {
            TrapKind::FilterLeftOut
            | TrapKind::ExcludesNothing
            | TrapKind::OtherOwner
            | TrapKind::ArchitecturesDiffer => context.ui.warn(&trap.to_string()),
            TrapKind::ExtraSpecIgnored | TrapKind::NothingAsked => explanations.push(trap.to_string()),
            _ if all => explanations.push(trap.to_string()),
            _ => {}
        }
    }
    explanations
}
