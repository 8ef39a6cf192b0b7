//! `farrier schedule --file`: plan all instances of a fleet together.

use std::collections::HashMap;
use std::path::Path;

use serde_json::{Value, json};

use super::{Args, answer, required_nodes};
use crate::cli::Context;
use crate::cli::app::{fleet, glance};
use crate::cli::args::candidates::Candidates;
use crate::driver::image::GlanceImage;
use crate::host_manager::{Count, Demand, HostState, Plan, SelectOptions, Shortfall, select};
use crate::ui::output::{CellStyle, Column, Document, Section};

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

    let rows = rows(&plan, &demands, hosts);
    let mut whole = json!({
        "request": request(path, &demands, &options),
        "selected": rows,
        "missing": shortfalls.iter().map(missing).collect::<Vec<_>>(),
    });
    let mut sections = vec![Section { title: None, view: candidates.view(view), rows }];
    let summary = demands
        .iter()
        .enumerate()
        .flat_map(|(at, demand)| plan.summary(at).iter().map(move |count| named(demand, json!(count))));
    whole["summary"] = summary.collect();
    if args.explain {
        explain(&mut whole, &mut sections, &demands, &candidates, &options)?;
    }
    context.ui.document(Document { whole, sections })?;
    match fleet::verdict(&shortfalls) {
        None => context.conclude(&candidates.unreachable),
        Some(failure) => Err(failure.into()),
    }
}

fn request(path: &Path, demands: &[Demand], options: &SelectOptions) -> Value {
    let demand =
        |demand: &Demand| json!({"name": demand.name, "count": demand.count, "request": demand.request});
    json!({
        "file": path.to_string_lossy(),
        "seed": options.seed,
        "demands": demands.iter().map(demand).collect::<Vec<_>>(),
    })
}

fn rows(plan: &Plan<'_>, demands: &[Demand], hosts: &[HostState]) -> Vec<Value> {
    let mut rows = Vec::new();
    for (at, (demand, share)) in demands.iter().zip(plan.shares()).enumerate() {
        for &host in &share.hosts {
            rows.push(named(demand, answer::machine(&hosts[host], plan.waste(at, host))));
        }
    }
    rows
}

fn missing(shortfall: &Shortfall) -> Value {
    json!({
        "name": shortfall.demand,
        "wanted": shortfall.wanted,
        "missing": shortfall.missing,
        "reason": shortfall.reason,
        "hints": shortfall.hints,
    })
}

/// Adds the reasons why nodes were rejected, for each demand.
fn explain(
    whole: &mut Value,
    sections: &mut Vec<Section>,
    demands: &[Demand],
    candidates: &Candidates,
    options: &SelectOptions,
) -> anyhow::Result<()> {
    let mut rejected: Vec<Value> = Vec::new();
    for demand in demands {
        let selection = select(&candidates.hosts, &demand.request, options)?;
        rejected.extend(
            selection.explanations().map(|explanation| named(demand, answer::rejected(&explanation))),
        );
        let title = |text: &str| format!("{}: {}", demand.name, text.to_lowercase());
        let explained = answer::explained(&selection, candidates)?.into_iter();
        sections.extend(
            explained.map(|section| Section { title: section.title.as_deref().map(title), ..section }),
        );
    }
    whole["rejected"] = rejected.into();
    Ok(())
}

/// Adds the name of the demand to a row.
fn named(demand: &Demand, mut row: Value) -> Value {
    row["for"] = json!(demand.name);
    row
}
