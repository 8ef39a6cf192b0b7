//! `farrier capacity`: count the nodes for each flavor.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::help;
use crate::cli::args::candidates::{CandidateArgs, known};
use crate::cli::args::flavor::{FlavorFiles, FlavorSource, StoredFlavor};
use crate::host_manager::{Capacity, CapacityReport, Fits, HostState, Request, survey};
use crate::ui::output::{CellStyle, Column, Document, Section, View, json, json_rows};

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
        // Skip an invalid flavor of Nova, unless it was named: Nova also has flavors for virtual machines.
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
    let mut rows: Vec<CapacityRow> =
        names.iter().zip(&survey.capacities).map(|(name, of)| CapacityRow::new(name, of)).collect();
    let mut by_cloud: Vec<Value> = Vec::new();
    if candidates.is_of_several() {
        // The nodes are grouped by cloud.
        for part in hosts.chunk_by(|one, other| one.cloud == other.cloud) {
            let counted = count(part)?;
            for (row_of_all, (name, of)) in rows.iter_mut().zip(names.iter().zip(&counted.capacities)) {
                let cloud = part[0].cloud.as_deref().map(str::to_owned);
                let row = CloudCapacity { capacity: FlavorCapacity::new(name, of), cloud };
                by_cloud.push(json(&row));
                row_of_all.clouds.get_or_insert_default().push(row);
            }
        }
    }
    let unmatched = unmatched(hosts, &survey, &names);
    let answer = CapacityAnswer { flavors: rows, unmatched };
    let (whole, rows) = (json(&answer), json_rows(answer.flavors));
    let unmatched = json_rows(answer.unmatched);
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

/// The nodes for each flavor.
#[derive(Debug, Serialize, JsonSchema)]
struct CapacityAnswer {
    /// The flavors.
    flavors: Vec<CapacityRow>,
    /// The nodes that fit no flavor exactly.
    unmatched: Vec<UnmatchedRow>,
}

/// The nodes for a flavor.
#[derive(Debug, Serialize, JsonSchema)]
struct CapacityRow {
    #[serde(flatten)]
    capacity: FlavorCapacity,
    /// The same for each cloud, if there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    clouds: Option<Vec<CloudCapacity>>,
}

/// The nodes of a cloud for a flavor.
#[derive(Debug, Serialize, JsonSchema)]
struct CloudCapacity {
    #[serde(flatten)]
    capacity: FlavorCapacity,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
}

/// The numbers of nodes for a flavor.
#[derive(Debug, Serialize, JsonSchema)]
struct FlavorCapacity {
    /// The name of the flavor.
    name: String,
    /// The nodes with exactly its sizes.
    exact: FitCounts,
    /// The nodes with at least its sizes.
    at_least: FitCounts,
}

/// Numbers of nodes.
#[derive(Debug, Serialize, JsonSchema)]
struct FitCounts {
    /// All nodes that fit.
    total: usize,
    /// Those that can be allocated.
    free: usize,
    /// Those with an instance.
    used: usize,
    /// The others.
    unavailable: usize,
    /// The numbers of unavailable nodes by reason.
    #[schemars(with = "BTreeMap<String, usize>")]
    reasons: Map<String, Value>,
    /// The reasons as text.
    why: String,
}

/// A node that fits no flavor exactly.
#[derive(Debug, Serialize, JsonSchema)]
struct UnmatchedRow {
    /// The name, if it has one.
    name: Option<String>,
    /// The UUID.
    uuid: String,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
    /// The number of CPUs, if it is known.
    vcpus: Option<i64>,
    /// The RAM in MiB, if it is known.
    ram_mb: Option<i64>,
    /// The disk in GiB, if it is known.
    disk_gb: Option<i64>,
    /// The resource class, if it has one.
    resource_class: Option<String>,
    /// The flavors that it is large enough for.
    at_least: Vec<String>,
}

pub(super) fn answer() -> Answer {
    Answer::of("capacity")
        .document::<CapacityAnswer>()
        .table::<CloudCapacity>(COLUMNS)
        .table::<UnmatchedRow>(UNMATCHED)
}

impl CapacityRow {
    fn new(name: &str, capacity: &Capacity) -> Self {
        Self { capacity: FlavorCapacity::new(name, capacity), clouds: None }
    }
}

impl FlavorCapacity {
    fn new(name: &str, capacity: &Capacity) -> Self {
        Self {
            name: name.to_owned(),
            exact: FitCounts::new(&capacity.exact),
            at_least: FitCounts::new(&capacity.at_least),
        }
    }
}

impl FitCounts {
    fn new(fits: &Fits) -> Self {
        let why: Vec<String> =
            fits.unavailable.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
        Self {
            total: fits.total,
            free: fits.free,
            used: fits.used,
            unavailable: fits.unavailable.values().sum(),
            reasons: fits
                .unavailable
                .iter()
                .map(|(reason, count)| (reason.to_string(), (*count).into()))
                .collect(),
            why: why.join(", "),
        }
    }
}

fn unmatched(hosts: &[HostState], survey: &CapacityReport, names: &[&str]) -> Vec<UnmatchedRow> {
    let rows = survey.inexact.iter().map(|(at, at_least)| {
        let host = &hosts[*at];
        UnmatchedRow {
            name: host.name.as_deref().map(str::to_owned),
            uuid: host.uuid.to_string(),
            cloud: host.cloud.as_deref().map(str::to_owned),
            vcpus: known(host.hardware.vcpus),
            ram_mb: known(host.hardware.ram_mb),
            disk_gb: known(host.hardware.disk_gb()),
            resource_class: host.resource_class.as_deref().map(str::to_owned),
            at_least: at_least.iter().map(|flavor| names[*flavor].to_owned()).collect(),
        }
    });
    rows.collect()
}
