//! `farrier capacity`: count the nodes for each flavor.

use serde_json::{Map, Value, json};

use crate::cli::Context;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::help;
use crate::cli::args::candidates::{CandidateArgs, known};
use crate::cli::args::flavor::{FlavorFiles, FlavorSource, StoredFlavor};
use crate::host_manager::{Capacity, CapacityReport, Fits, HostState, Request, survey};
use crate::ui::output::{CellStyle, Column, Document, Section, View};

/// Count the free nodes for each flavor
///
/// Counts the free, used and unavailable nodes for each flavor, and shows why nodes are unavailable. There are two
/// counts: nodes with exactly the sizes of the flavor, and nodes that are at least as large. Nodes that match no flavor
/// exactly are listed last. Nova flavors count only if they are for bare metal, that is, if they require a resource
/// class or a capability. Use --flavor to count others.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes_with(&[5, 10], &[(10, "a cloud is unreachable")]))]
pub(crate) struct Args {
    /// Only this flavor (repeatable)
    #[arg(long = "flavor", value_name = "FLAVOR")]
    flavors: Vec<String>,

    #[command(flatten)]
    files: FlavorFiles,

    #[command(flatten)]
    hosts: CandidateArgs,
}

const EXAMPLES: help::Examples = &[
    ("Count nodes for all flavors", "farrier capacity"),
    ("Free nodes for one flavor, in a script", "farrier capacity --flavor bm.small -f value -c exact.free"),
    ("Count nodes of two clouds, in total and per cloud", "farrier capacity --os-cloud north,south"),
    ("Use a saved inventory", "farrier capacity --flavor-file flavors.yaml --inventory inventory.json"),
];

const COLUMNS: &[Column] = &[
    Column::new("name", "FLAVOR"),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("exact.total", "EXACT"),
    Column::new("exact.free", "EXACT FREE"),
    Column::new("exact.used", "EXACT IN USE").shortened_by_rank(3),
    Column::new("exact.unavailable", "EXACT UNAVAIL").shortened_by_rank(2),
    Column::new("at_least.total", "FITTING"),
    Column::new("at_least.free", "FREE"),
    Column::new("at_least.used", "IN USE"),
    Column::new("at_least.unavailable", "UNAVAIL"),
    Column::new("at_least.why", "REASONS").shortened_by_rank(1),
    Column::new("exact.why", "EXACT REASONS").on_request(),
];

const UNMATCHED: &[Column] = &[
    Column::new("name", "NODE"),
    Column::new("uuid", "UUID").shortened_by_rank(2),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("vcpus", "CPUS"),
    Column::new("ram_mb", "RAM").show(CellStyle::Mib),
    Column::new("disk_gb", "DISK").show(CellStyle::Gib),
    Column::new("resource_class", "CLASS").shortened_by_rank(1),
    Column::new("at_least", "LARGE ENOUGH FOR"),
];

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let mut flavors = if args.flavors.is_empty() {
        let mut flavors = args.files.load(context)?;
        flavors.retain(StoredFlavor::is_for_bare_metal);
        flavors
    } else {
        args.flavors.iter().map(|name| args.files.find(name, context)).collect::<Result<_, _>>()?
    };
    let requests = loop {
        let requests: Vec<Request> = flavors.iter().map(|stored| Request::from(&stored.flavor)).collect();
        let Err((at, error)) = survey(&[], &requests) else { break requests };
        let problem = format!("flavor {}: {error}", flavors[at].flavor.name);
        // Skip an invalid flavor of Nova, unless it was named: not every flavor in Nova is meant for bare metal.
        if !args.flavors.is_empty() || matches!(flavors[at].source, FlavorSource::File(_)) {
            return Err(Failure::new(FailureKind::Usage, problem).into());
        }
        context.ui.warn(&problem);
        flavors.remove(at);
    };
    if flavors.is_empty() {
        let failure = Failure::new(FailureKind::Usage, "no flavors found");
        return Err(failure
            .hint("name a file with `--flavor-file`, or create one: `farrier flavor derive`")
            .into());
    }
    let candidates = args.hosts.read_all(context)?;
    let hosts = &candidates.hosts;
    let count = |hosts: &[HostState]| {
        survey(hosts, &requests).map_err(|(at, error)| {
            Failure::new(FailureKind::Usage, format!("flavor {}: {error}", flavors[at].flavor.name))
        })
    };
    let survey = count(hosts)?;
    let names: Vec<&str> = flavors.iter().map(|stored| stored.flavor.name.as_str()).collect();
    let mut rows: Vec<Value> = names.iter().zip(&survey.capacities).map(|(name, of)| row(name, of)).collect();
    let mut by_cloud: Vec<Value> = Vec::new();
    if candidates.is_of_several() {
        // The nodes are grouped by cloud.
        for part in hosts.chunk_by(|one, other| one.cloud == other.cloud) {
            let counted = count(part)?;
            for (row_of_all, (name, of)) in rows.iter_mut().zip(names.iter().zip(&counted.capacities)) {
                let mut row = row(name, of);
                row["cloud"] = json!(part[0].cloud.as_deref());
                if row_of_all["clouds"].is_null() {
                    row_of_all["clouds"] = json!([]);
                }
                row_of_all["clouds"].as_array_mut().expect("it is an array").push(row.clone());
                by_cloud.push(row);
            }
        }
    }
    let unmatched = unmatched(hosts, &survey, &names);
    let whole = json!({"flavors": rows, "unmatched": unmatched});
    let mut sections = vec![Section { title: None, view, rows }];
    if !by_cloud.is_empty() {
        let view = View::new(COLUMNS, &[], None)?.including("cloud");
        sections.push(Section { title: Some("By cloud".to_owned()), view, rows: by_cloud });
    }
    if !unmatched.is_empty() {
        let title = Some("Nodes that fit no flavor exactly".to_owned());
        let view = candidates.view(View::new(UNMATCHED, &[], None)?);
        sections.push(Section { title, view, rows: unmatched });
    }
    context.ui.document(Document { whole, sections })?;
    context.conclude(&candidates.unreachable)
}

fn row(name: &str, capacity: &Capacity) -> Value {
    json!({"name": name, "exact": fits(&capacity.exact), "at_least": fits(&capacity.at_least)})
}

fn fits(fits: &Fits) -> Value {
    let reasons: Map<String, Value> =
        fits.unavailable.iter().map(|(reason, count)| (reason.to_string(), json!(count))).collect();
    let why: Vec<String> =
        fits.unavailable.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    json!({
        "total": fits.total,
        "free": fits.free,
        "used": fits.used,
        "unavailable": fits.unavailable.values().sum::<usize>(),
        "reasons": reasons,
        "why": why.join(", "),
    })
}

fn unmatched(hosts: &[HostState], survey: &CapacityReport, names: &[&str]) -> Vec<Value> {
    let rows = survey.inexact.iter().map(|(at, at_least)| {
        let host = &hosts[*at];
        json!({
            "name": host.name,
            "uuid": host.uuid,
            "cloud": host.cloud.as_deref(),
            "vcpus": known(host.hardware.vcpus),
            "ram_mb": known(host.hardware.ram_mb),
            "disk_gb": known(host.hardware.disk_gb()),
            "resource_class": host.resource_class.as_deref(),
            "at_least": at_least.iter().map(|flavor| names[*flavor]).collect::<Vec<_>>(),
        })
    });
    rows.collect()
}
