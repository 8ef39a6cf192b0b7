//! `farrier schedule`: which machines fit, and why the others do not.

mod answer;
mod fleet;
mod reserve;

use std::path::PathBuf;

use serde_json::json;

use super::failure::{Failure, Kind};
use super::flavors::FlavorArgs;
use super::hosts::{Extent, HostsArgs, Supply};
use super::selection::SelectionArgs;
use super::{Context, glance, help};
use crate::host_manager::{Count, ImageProperties, Selection, TrapKind, select};
use crate::ui::answer::{Document, Format};

/// Show which nodes fit a request, and why others do not
///
/// Looks only; nothing is claimed, unless with --reserve. Machines pass through filters as in Nova: at least as large as asked, or with --exact
/// just as large, so that a small request never takes a large machine. Those that fit are ordered, best first. The
/// instances of a --file are planned together: as many are served as can be, and then with the least waste.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes(&[4, 5, 6, 10]))]
pub(super) struct Args {
    #[command(flatten)]
    flavor: FlavorArgs,

    #[command(flatten)]
    selection: SelectionArgs,

    /// How many machines are wanted, or `all` that fit
    #[arg(long, value_name = "N|all", value_parser = count, default_value = "1")]
    count: Count,

    /// Say of each machine that was not chosen which filter refused it, what was asked and what it has
    #[arg(long)]
    explain: bool,

    /// The image that is to run on it: of one in Glance, architecture, traits and least sizes must be the machine's
    ///
    /// Whatever has `://` in it, and a file that is there, says nothing of these; all else is a name or UUID in Glance.
    #[arg(long, value_name = "IMAGE")]
    image: Option<String>,

    /// Plan a fleet: the instances of this file, all together (`-`: standard input)
    #[arg(
        long, value_name = "FILE", value_hint = clap::ValueHint::FilePath,
        conflicts_with_all = ["flavor", "count", "weigher", "subset_size", "image", "reserve"]
    )]
    file: Option<PathBuf>,

    #[command(flatten)]
    hosts: HostsArgs,

    #[command(flatten)]
    reserve: reserve::ReserveArgs,
}

const EXAMPLES: help::Examples = &[
    ("The smallest machine that is large enough", "farrier schedule --ram 16G --disk 100 --vcpus 8"),
    ("A machine of just this size, and why not the others", "farrier schedule --ram 16G --exact --explain"),
    ("Every machine that fits a flavor", "farrier schedule --flavor bm.small --count all"),
    (
        "UEFI, and one of two RAID levels",
        "farrier schedule --capability boot_mode=uefi --capability 'raid=<or> 1 <or> 10'",
    ),
    ("A whole fleet", "farrier schedule --file fleet.yaml --explain"),
    ("Keep one for four hours", "farrier schedule --flavor bm.small --reserve ci-42 --for 4h"),
    (
        "In two clouds, and in the second only where the first has none",
        "farrier schedule --os-cloud north,south --weigher cloud-order --ram 16G",
    ),
    ("Without a server, from a saved inventory", "farrier schedule --inventory inventory.json --ram 16G"),
];

/// Reads a number of machines, or `all`.
fn count(text: &str) -> Result<Count, String> {
    match text {
        "all" => Ok(Count::All),
        _ => match text.parse() {
            Ok(count) if count > 0 => Ok(Count::Exactly(count)),
            _ => Err("expected a number from 1 on, or `all`".to_owned()),
        },
    }
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
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
    let extent = extent(args, context);
    let supply = args.hosts.supply_by(context, |drivers| {
        Supply::for_request(drivers, &request, args.count, &args.selection, extent)
    })?;
    let options = args.selection.options(args.count, &supply);
    let selection = select(&supply.hosts, &request, &options)?;
    let verdict = selection.verdict();
    let explanations = tell_traps(&selection, args.explain || verdict.is_err(), context);
    if verdict.is_ok() {
        for explanation in &explanations {
            context.ui.note(&format!("note: {explanation}"));
        }
    }

    let mut whole = json!({"request": answer::request(&request, &options)});
    answer::add(&mut whole, &selection, &supply.hosts, args.explain);
    let sections = answer::sections(view, &selection, &supply, args.explain)?;
    context.ui.document(Document { whole, sections })?;
    match verdict {
        Ok(()) => context.conclude(&supply.silent),
        Err(error) => {
            let mut hints = error.hints.clone();
            hints.extend(explanations);
            if !args.explain {
                hints.push("add `--explain` to see what speaks against each machine".to_owned());
            }
            Err(Failure::new(Kind::NoValidHost, error.to_string()).hint(hints.join("\n")).into())
        }
    }
}

/// How many machines the answer needs: some formats count what each filter refused.
fn extent(args: &Args, context: &Context) -> Extent {
    let has_summary = matches!(context.ui.format(), Format::Json | Format::Yaml);
    if args.explain || has_summary { Extent::All } else { Extent::Fitting }
}

/// Warns of the traps that concern the answer, and returns those that explain it.
fn tell_traps(selection: &Selection<'_>, all: bool, context: &Context) -> Vec<String> {
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
