//! `farrier schedule --file`: plan all instances of a fleet together.

use std::collections::HashMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Args, answer, required_nodes};
use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::{fleet, glance};
use crate::cli::args::candidates::Candidates;
use crate::driver::image::GlanceImage;
use crate::host_manager::{
    Count, Demand, FilterCount, HostState, Plan, Request, SelectOptions, Shortfall, select,
};
use crate::ui::output::{CellStyle, Column, Document, Section, json, json_rows};

/// The columns of the nodes for each group.
const PLANNED: &[Column] = &[
    Column::new("for", "FOR"),
    Column::new("name", "NODE"),
    Column::new("uuid", "UUID").shortened_by_rank(4),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("resource_class", "CLASS").shortened_by_rank(2),
    Column::new("vcpus", "CPUS"),
    Column::new("ram_mb", "RAM").show(CellStyle::Mib),
    Column::new("disk_gb", "DISK").show(CellStyle::Gib),
    Column::new("waste", "WASTE").shortened_by_rank(1),
];

pub(super) fn run(path: &Path, args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(PLANNED)?.ranked();
    let groups = fleet::load(path, context)?;
    let mut demands = fleet::demands(&groups, &args.flavor, &args.selection, context)?;
    let mut images: HashMap<&str, Option<GlanceImage>> = HashMap::new();
    for (group, demand) in groups.iter().zip(&mut demands) {
        let image = group.payload.image.as_ref().map(|given| given.value.as_str()).or(args.image.as_deref());
        let Some(image) = image else { continue };
        if !images.contains_key(image) {
            images.insert(image, glance::asks(Some(image), context)?);
        }
        if let Some(listed) = &images[image] {
            listed.add_to(&mut demand.request)?;
        }
    }
    let required = required_nodes(args, context);
    let candidates = args.hosts.read_with(context, |drivers| {
        Candidates::for_demands(drivers, &demands, &args.selection, required)
    })?;
    let hosts = &candidates.hosts;
    let options = args.selection.options(Count::All, &candidates);
    let plan = fleet::plan(hosts, &demands, &options)?;
    let shortfalls = plan.shortfalls();
    for ambiguity in fleet::ambiguities(&plan, &demands) {
        context.ui.warn(&ambiguity);
    }
    if shortfalls.is_empty() {
        fleet::print_notes(&plan, &demands, context);
    }

    let summary = demands
        .iter()
        .enumerate()
        .flat_map(|(at, demand)| plan.summary(at).iter().map(move |count| ForDemand::new(demand, *count)));
    let mut answer = FleetAnswer {
        request: request(path, &demands, &options),
        selected: rows(&plan, &demands, hosts),
        missing: shortfalls.iter().map(missing).collect(),
        summary: summary.collect(),
        rejected: None,
    };
    let rows = json_rows(&answer.selected);
    let mut sections = vec![Section { title: None, view: candidates.view(view), rows }];
    if args.explain {
        answer.rejected = Some(explain(&mut sections, &demands, &candidates, &options)?);
    }
    context.ui.document(Document { whole: json(&answer), sections })?;
    match fleet::verdict(&shortfalls) {
        None => context.conclude(&candidates.unreachable),
        Some(failure) => Err(failure.into()),
    }
}

/// The plan of a fleet.
#[derive(Debug, Serialize, JsonSchema)]
struct FleetAnswer {
    /// The requests as they were parsed, with all options that affect the result.
    request: FleetEcho,
    /// The chosen nodes of each group, the best first.
    selected: Vec<ForDemand<answer::SelectedRow>>,
    /// The groups that do not get all their nodes.
    missing: Vec<MissingNodes>,
    /// How many nodes reached and passed each filter of each group.
    summary: Vec<ForDemand<FilterCount>>,
    /// The rejected nodes of each group; only with `--explain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected: Option<Vec<ForDemand<answer::RejectedNode>>>,
}

/// The requests of a fleet.
#[derive(Debug, Serialize, JsonSchema)]
struct FleetEcho {
    /// The path of the file.
    file: String,
    /// The seed of random choices.
    seed: u64,
    /// The groups.
    demands: Vec<DemandEcho>,
}

/// The request of a group.
#[derive(Debug, Serialize, JsonSchema)]
struct DemandEcho {
    /// The name of the group.
    name: String,
    /// How many nodes it needs.
    count: usize,
    /// The request.
    request: Request,
}

/// A group that does not get all its nodes.
#[derive(Debug, Serialize, JsonSchema)]
struct MissingNodes {
    /// The name of the group.
    name: String,
    /// How many nodes it needs.
    wanted: usize,
    /// How many of them are missing.
    missing: usize,
    /// Why they are missing.
    reason: String,
    /// What would make nodes fit.
    hints: Vec<String>,
}

/// A row with the group that it belongs to.
#[derive(Debug, Serialize, JsonSchema)]
struct ForDemand<R> {
    #[serde(flatten)]
    row: R,
    /// The name of the group.
    #[serde(rename = "for")]
    demand: String,
}

impl<R> ForDemand<R> {
    fn new(demand: &Demand, row: R) -> Self {
        Self { row, demand: demand.name.clone() }
    }
}

/// Adds the form of a plan.
pub(super) fn add_to(answer: Answer) -> Answer {
    answer.document::<FleetAnswer>().table::<ForDemand<answer::SelectedRow>>(PLANNED)
}

fn request(path: &Path, demands: &[Demand], options: &SelectOptions) -> FleetEcho {
    let demand = |demand: &Demand| DemandEcho {
        name: demand.name.clone(),
        count: demand.count,
        request: demand.request.clone(),
    };
    FleetEcho {
        file: path.to_string_lossy().into_owned(),
        seed: options.seed,
        demands: demands.iter().map(demand).collect(),
    }
}

fn rows(plan: &Plan<'_>, demands: &[Demand], hosts: &[HostState]) -> Vec<ForDemand<answer::SelectedRow>> {
    let mut rows = Vec::new();
    for (at, (demand, share)) in demands.iter().zip(plan.shares()).enumerate() {
        for &host in &share.hosts {
            rows.push(ForDemand::new(demand, answer::machine(&hosts[host], plan.waste(at, host))));
        }
    }
    rows
}

fn missing(shortfall: &Shortfall) -> MissingNodes {
    MissingNodes {
        name: shortfall.demand.clone(),
        wanted: shortfall.wanted,
        missing: shortfall.missing,
        reason: shortfall.reason.clone(),
        hints: shortfall.hints.clone(),
    }
}

/// Adds the tables that say why nodes were rejected, for each demand, and returns the rejected nodes.
fn explain(
    sections: &mut Vec<Section>,
    demands: &[Demand],
    candidates: &Candidates,
    options: &SelectOptions,
) -> anyhow::Result<Vec<ForDemand<answer::RejectedNode>>> {
    let mut rejected = Vec::new();
    for demand in demands {
        let selection = select(&candidates.hosts, &demand.request, options)?;
        rejected.extend(
            selection
                .explanations()
                .map(|explanation| ForDemand::new(demand, answer::rejected(&explanation))),
        );
        let title = |text: &str| format!("{}: {}", demand.name, text.to_lowercase());
        let explained = answer::explained(&selection, candidates)?.into_iter();
        sections.extend(
            explained.map(|section| Section { title: section.title.as_deref().map(title), ..section }),
        );
    }
    Ok(rejected)
}
