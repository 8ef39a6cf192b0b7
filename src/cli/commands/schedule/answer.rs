//! The output of `farrier schedule`.

use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::app::answers::Answer;
use crate::cli::args::candidates::{Candidates, known};
use crate::host_manager::{
    Count, Explanation, FilterCount, FilterName, HostState, RefusalGroup, Request, SelectOptions, Selection,
    Trap, TrapKind, Weigher,
};
use crate::ui::output::{CellStyle, Column, Section, View, ViewError, json_rows};

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

/// The result of a request.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ScheduleAnswer {
    /// The request as it was parsed, with all options that affect the result.
    request: RequestEcho,
    /// The chosen nodes, the best first.
    selected: Vec<SelectedRow>,
    /// The other nodes; only with `--explain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected: Option<Vec<RejectedNode>>,
    /// How many nodes reached and passed each filter.
    summary: Vec<FilterCount>,
    /// Known mistakes in the request and in the data of nodes; only with `--explain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    traps: Option<Vec<TrapEntry>>,
}

/// A request with all options that affect the result.
#[derive(Debug, Serialize, JsonSchema)]
struct RequestEcho {
    #[serde(flatten)]
    request: Request,
    /// How many nodes were requested.
    count: CountEcho,
    /// How the nodes that fit are ranked.
    weigher: Weigher,
    /// Each node is chosen at random from this many of the best.
    subset_size: usize,
    /// The seed of random choices.
    seed: u64,
}

/// How many nodes were requested.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
enum CountEcho {
    /// All that fit.
    All(AllNodes),
    /// This many.
    Exactly(usize),
}

/// All nodes that fit.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum AllNodes {
    All,
}

/// A chosen node.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SelectedRow {
    /// The UUID.
    uuid: String,
    /// The name, if it has one.
    name: Option<String>,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
    /// The resource class, if it has one.
    resource_class: Option<String>,
    /// The number of CPUs, if it is known.
    vcpus: Option<i64>,
    /// The RAM in MiB, if it is known.
    ram_mb: Option<i64>,
    /// The disk in GiB, if it is known.
    disk_gb: Option<i64>,
    /// How much of the node would be unused; 0 if it fits exactly.
    waste: f64,
}

/// A rejected node.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RejectedNode {
    /// The UUID.
    uuid: String,
    /// The name, if it has one.
    name: Option<String>,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
    /// The first filter that rejected it.
    filter: FilterName,
    /// The reason.
    reason: String,
    /// The requested value.
    wanted: String,
    /// The value of the node.
    has: String,
}

/// A rejected node in a table.
#[derive(Debug, Serialize, JsonSchema)]
struct RejectedRow {
    node: NodeName,
    cloud: Option<String>,
    filter: FilterName,
    wanted: String,
    has: String,
}

/// Nodes that were rejected for the same reason, in a table.
#[derive(Debug, Serialize, JsonSchema)]
struct GroupedRow {
    count: usize,
    filter: FilterName,
    wanted: String,
    has: String,
    among: String,
}

/// A known mistake.
#[derive(Debug, Serialize, JsonSchema)]
struct TrapEntry {
    /// The kind of mistake.
    kind: TrapKind,
    /// Its effect and its remedy.
    advice: String,
    /// The affected nodes; empty if the request is the cause.
    nodes: Vec<NodeName>,
}

/// A node.
#[derive(Debug, Serialize, JsonSchema)]
struct NodeName {
    /// The UUID.
    uuid: String,
    /// The name, if it has one.
    name: Option<String>,
}

impl From<&HostState> for NodeName {
    fn from(host: &HostState) -> Self {
        Self { uuid: host.uuid.to_string(), name: host.name.as_deref().map(str::to_owned) }
    }
}

/// Adds the tables that say why nodes were rejected.
pub(super) fn with_explanations(answer: Answer) -> Answer {
    answer.table::<RejectedRow>(REJECTED).table::<GroupedRow>(GROUPED).table::<FilterCount>(SUMMARY)
}

/// The answer to a request.
pub(super) fn whole(
    request: &Request,
    options: &SelectOptions,
    selection: &Selection<'_>,
    hosts: &[HostState],
    explain: bool,
) -> ScheduleAnswer {
    let request = RequestEcho {
        request: request.clone(),
        count: match options.count {
            Count::All => CountEcho::All(AllNodes::All),
            Count::Exactly(count) => CountEcho::Exactly(count),
        },
        weigher: options.weigher,
        subset_size: options.subset_size,
        seed: options.seed,
    };
    ScheduleAnswer {
        request,
        selected: selected(selection, hosts),
        rejected: explain
            .then(|| selection.explanations().map(|explanation| rejected(&explanation)).collect()),
        summary: selection.summary().to_vec(),
        traps: explain.then(|| selection.traps(None).iter().map(trap).collect()),
    }
}

/// The result as tables.
pub(super) fn sections(
    view: View,
    selection: &Selection<'_>,
    candidates: &Candidates,
    explain: bool,
) -> Result<Vec<Section>, ViewError> {
    let rows = json_rows(selected(selection, &candidates.hosts));
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
        let rows = json_rows(selection.groups().iter().map(grouped));
        sections.push(Section { title: title("Rejected, by reason"), view: ranked(GROUPED)?, rows });
    } else if !selection.refused().is_empty() {
        let rows = json_rows(selection.groups().iter().flat_map(one_by_one));
        sections.push(Section { title: title("Rejected"), view: candidates.view(ranked(REJECTED)?), rows });
    }
    let rows = json_rows(selection.summary());
    sections.push(Section { title: title("Filters"), view: ranked(SUMMARY)?, rows });
    Ok(sections)
}

fn selected(selection: &Selection<'_>, hosts: &[HostState]) -> Vec<SelectedRow> {
    selection.chosen().iter().map(|&at| machine(&hosts[at], selection.waste(at))).collect()
}

/// A chosen node.
pub(super) fn machine(host: &HostState, waste: f64) -> SelectedRow {
    SelectedRow {
        uuid: host.uuid.to_string(),
        name: host.name.as_deref().map(str::to_owned),
        cloud: host.cloud.as_deref().map(str::to_owned),
        resource_class: host.resource_class.as_deref().map(str::to_owned),
        vcpus: known(host.hardware.vcpus),
        ram_mb: known(host.hardware.ram_mb),
        disk_gb: known(host.hardware.disk_gb()),
        waste: (waste * 1e6).round() / 1e6,
    }
}

/// A rejected node.
pub(super) fn rejected(explanation: &Explanation<'_>) -> RejectedNode {
    let NodeName { uuid, name } = explanation.host.into();
    RejectedNode {
        uuid,
        name,
        cloud: explanation.host.cloud.as_deref().map(str::to_owned),
        filter: explanation.filter,
        reason: explanation.reason.clone(),
        wanted: explanation.wanted.clone(),
        has: explanation.has.clone(),
    }
}

fn one_by_one(group: &RefusalGroup<'_>) -> Vec<RejectedRow> {
    let row = |host: &&HostState| RejectedRow {
        node: (*host).into(),
        cloud: host.cloud.as_deref().map(str::to_owned),
        filter: group.filter,
        wanted: group.wanted.clone(),
        has: group.has.clone(),
    };
    group.hosts.iter().map(row).collect()
}

fn grouped(group: &RefusalGroup<'_>) -> GroupedRow {
    let mut among: Vec<&str> = group.hosts.iter().take(NAMED).map(|host| host.label()).collect();
    if group.hosts.len() > NAMED {
        among.push("…");
    }
    GroupedRow {
        count: group.hosts.len(),
        filter: group.filter,
        wanted: group.wanted.clone(),
        has: group.has.clone(),
        among: among.join(", "),
    }
}

fn trap(trap: &Trap<'_>) -> TrapEntry {
    let nodes = trap.hosts.iter().map(|host| (*host).into()).collect();
    TrapEntry { kind: trap.kind, advice: trap.advice.clone(), nodes }
}
