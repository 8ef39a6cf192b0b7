//! The output of `farrier schedule`.

use serde_json::{Value, json};

use crate::cli::args::candidates::{Candidates, known};
use crate::host_manager::{
    Count, Explanation, HostState, RefusalGroup, Request, SelectOptions, Selection, Trap,
};
use crate::ui::output::{CellStyle, Column, Section, View, ViewError};

/// The columns of the chosen nodes.
pub(super) const SELECTED: &[Column] = &[
    Column::new("name", "NODE"),
    Column::new("uuid", "UUID").shortened_by_rank(4),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("resource_class", "CLASS").shortened_by_rank(2),
    Column::new("vcpus", "CPUS"),
    Column::new("ram_mb", "RAM").show(CellStyle::Mib),
    Column::new("disk_gb", "DISK").show(CellStyle::Gib),
    Column::new("waste", "WASTE").shortened_by_rank(1),
];

const REJECTED: &[Column] = &[
    Column::new("node", "NODE").show(CellStyle::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("filter", "FILTER"),
    Column::new("wanted", "WANTED"),
    Column::new("has", "HAS"),
];

const GROUPED: &[Column] = &[
    Column::new("count", "NODES"),
    Column::new("filter", "FILTER"),
    Column::new("wanted", "WANTED"),
    Column::new("has", "HAS"),
    Column::new("among", "EXAMPLES").shortened_by_rank(1),
];

const SUMMARY: &[Column] =
    &[Column::new("filter", "FILTER"), Column::new("in", "IN"), Column::new("out", "OUT")];

/// If more nodes than this were rejected, they are grouped by reason.
const ONE_BY_ONE: usize = 50;

/// How many nodes of a group are named.
const NAMED: usize = 3;

/// The request as it was parsed, with all options that affect the result.
pub(super) fn request(request: &Request, options: &SelectOptions) -> Value {
    let mut echo = json!(request);
    echo["count"] = match options.count {
        Count::All => json!("all"),
        Count::Exactly(count) => json!(count),
    };
    echo["weigher"] = json!(options.weigher);
    echo["subset_size"] = json!(options.subset_size);
    echo["seed"] = json!(options.seed);
    echo
}

/// Adds the result of a request.
pub(super) fn add(whole: &mut Value, selection: &Selection<'_>, hosts: &[HostState], explain: bool) {
    whole["selected"] = selected(selection, hosts).into();
    if explain {
        whole["rejected"] = selection.explanations().map(|explanation| rejected(&explanation)).collect();
    }
    whole["summary"] = json!(selection.summary());
    if explain {
        whole["traps"] = selection.traps(None).iter().map(trap).collect();
    }
}

/// The result as tables.
pub(super) fn sections(
    view: View,
    selection: &Selection<'_>,
    candidates: &Candidates,
    explain: bool,
) -> Result<Vec<Section>, ViewError> {
    let rows = selected(selection, &candidates.hosts);
    let mut sections = vec![Section { title: None, view: candidates.view(view), rows }];
    if explain {
        sections.extend(explained(selection, candidates)?);
    }
    Ok(sections)
}

/// Why nodes were rejected, and how many each filter removed, as tables.
pub(super) fn explained(
    selection: &Selection<'_>,
    candidates: &Candidates,
) -> Result<Vec<Section>, ViewError> {
    let title = |text: &str| Some(text.to_owned());
    let ranked = |columns| Ok::<_, ViewError>(View::new(columns, &[], None)?.ranked());
    let mut sections = Vec::new();
    if selection.refused().len() > ONE_BY_ONE {
        let rows = selection.groups().iter().map(grouped).collect();
        sections.push(Section { title: title("Rejected, by reason"), view: ranked(GROUPED)?, rows });
    } else if !selection.refused().is_empty() {
        let rows = selection.groups().iter().flat_map(one_by_one).collect();
        sections.push(Section { title: title("Rejected"), view: candidates.view(ranked(REJECTED)?), rows });
    }
    let rows = selection.summary().iter().map(|count| json!(count)).collect();
    sections.push(Section { title: title("Filters"), view: ranked(SUMMARY)?, rows });
    Ok(sections)
}

fn selected(selection: &Selection<'_>, hosts: &[HostState]) -> Vec<Value> {
    selection.chosen().iter().map(|&at| machine(&hosts[at], selection.waste(at))).collect()
}

/// A chosen node.
pub(super) fn machine(host: &HostState, waste: f64) -> Value {
    json!({
        "uuid": host.uuid,
        "name": host.name,
        "cloud": host.cloud.as_deref(),
        "resource_class": host.resource_class.as_deref(),
        "vcpus": known(host.hardware.vcpus),
        "ram_mb": known(host.hardware.ram_mb),
        "disk_gb": known(host.hardware.disk_gb()),
        "waste": (waste * 1e6).round() / 1e6,
    })
}

/// A rejected node.
pub(super) fn rejected(explanation: &Explanation<'_>) -> Value {
    json!({
        "uuid": explanation.host.uuid,
        "name": explanation.host.name,
        "cloud": explanation.host.cloud.as_deref(),
        "filter": explanation.filter,
        "reason": explanation.reason,
        "wanted": explanation.wanted,
        "has": explanation.has,
    })
}

fn one_by_one(group: &RefusalGroup<'_>) -> Vec<Value> {
    let row = |host: &&HostState| {
        json!({
            "node": {"name": host.name, "uuid": host.uuid},
            "cloud": host.cloud.as_deref(),
            "filter": group.filter,
            "wanted": group.wanted,
            "has": group.has,
        })
    };
    group.hosts.iter().map(row).collect()
}

fn grouped(group: &RefusalGroup<'_>) -> Value {
    let mut among: Vec<&str> = group.hosts.iter().take(NAMED).map(|host| host.label()).collect();
    if group.hosts.len() > NAMED {
        among.push("…");
    }
    json!({
        "count": group.hosts.len(),
        "filter": group.filter,
        "wanted": group.wanted,
        "has": group.has,
        "among": among.join(", "),
    })
}

fn trap(trap: &Trap<'_>) -> Value {
    let nodes: Vec<Value> =
        trap.hosts.iter().map(|host| json!({"uuid": host.uuid, "name": host.name})).collect();
    json!({"kind": trap.kind, "advice": trap.advice, "nodes": nodes})
}
