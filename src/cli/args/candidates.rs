//! The nodes that a command chooses from: those of clouds, or of a saved inventory.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use serde::de::DeserializeSeed;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::selection::SelectionArgs;
use crate::cli::Context;
use crate::cli::app::node_search::NodeSearch;
use crate::driver::clouds::UnreachableCloud;
use crate::driver::{Driver, Drivers, Error};
use crate::host_manager::{
    Count, Demand, HostSeed, HostState, LiveDrivers, NODE_FIELDS, OddityKind, Pool, Request, plan, select,
};
use crate::inventory::saved_nodes;
use crate::ironic::node::NodeQuery;
use crate::ironic::version::{CHILD_NODES, Feature, Microversion};
use crate::rest;
use crate::ui::Ui;
use crate::ui::output::View;

/// The source of the nodes.
#[derive(Debug, clap::Args)]
pub(crate) struct CandidateArgs {
    /// Saved inventory to use instead of a cloud
    ///
    /// The output of `farrier node list --detail -f json`. `-` reads stdin.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    inventory: Option<PathBuf>,
}

/// The nodes, and the drivers that are live.
#[derive(Default)]
pub(crate) struct Candidates {
    /// The nodes, grouped by cloud.
    pub(crate) hosts: Vec<HostState>,
    pub(crate) live_drivers: Option<LiveDrivers>,
    /// The clouds of the nodes, in the order in which they were named.
    pub(crate) clouds: Vec<Arc<str>>,
    /// The unreachable clouds.
    pub(crate) unreachable: Vec<UnreachableCloud>,
}

impl CandidateArgs {
    /// Reads all nodes, and warns of invalid values on them.
    pub(crate) fn read_all(&self, context: &Context) -> anyhow::Result<Candidates> {
        self.read_with(context, Candidates::of)
    }

    /// Like [`CandidateArgs::read_all`], but `ask` decides what to request from the clouds.
    pub(crate) fn read_with(
        &self,
        context: &Context,
        ask: impl FnOnce(&Drivers<'_>) -> anyhow::Result<Candidates>,
    ) -> anyhow::Result<Candidates> {
        let candidates = if let Some(path) = &self.inventory {
            let saved = saved_nodes::load(path)?;
            for warning in &saved.warnings {
                context.ui.warn(&warning.to_string());
            }
            Candidates::saved(saved.hosts)
        } else {
            let connections = context.connect_all()?;
            let progress = context.ui.progress();
            ask(&connections.readers(&progress))?
        };
        warn_of_oddities(&candidates.hosts, &context.ui);
        context.warn_unreachable(&candidates.unreachable);
        Ok(candidates)
    }
}

impl Candidates {
    /// The nodes of a saved inventory. An inventory of several clouds has the cloud of each node.
    fn saved(mut hosts: Vec<HostState>) -> Self {
        let mut clouds: Vec<Arc<str>> = Vec::new();
        for cloud in hosts.iter().filter_map(|host| host.cloud.as_ref()) {
            if !clouds.contains(cloud) {
                clouds.push(Arc::clone(cloud));
            }
        }
        hosts.sort_by_key(|host| clouds.iter().position(|cloud| Some(cloud) == host.cloud.as_ref()));
        Self { hosts, clouds, ..Self::default() }
    }

    /// Whether the nodes are of several clouds.
    pub(crate) fn is_of_several(&self) -> bool {
        self.clouds.len() + self.unreachable.len() > 1
    }

    /// The view for a list of nodes.
    pub(crate) fn view(&self, view: View) -> View {
        if self.is_of_several() { view.including("cloud") } else { view }
    }

    /// All nodes of all clouds, each with the name of its cloud. A cloud that fails is skipped.
    pub(crate) fn of(drivers: &Drivers<'_>) -> anyhow::Result<Self> {
        Self::ask(drivers, None)
    }

    /// Like [`Candidates::of`], but only the nodes that can fit the request, if enough of them do.
    pub(crate) fn for_request(
        drivers: &Drivers<'_>,
        request: &Request,
        count: Count,
        selection: &SelectionArgs,
        required: RequiredNodes,
    ) -> anyhow::Result<Self> {
        check_fields(drivers, [request].into_iter())?;
        let search = NodeSearch::of(&[request], selection.weigher(), count == Count::All);
        Self::narrowed(drivers, search, required, |candidates| {
            let options = selection.options(count, candidates);
            select(&candidates.hosts, request, &options).is_ok_and(|selection| selection.missing() == 0)
        })
    }

    /// Like [`Candidates::of`], but only the nodes that can fit a demand, if a plan with them serves all demands.
    pub(crate) fn for_demands(
        drivers: &Drivers<'_>,
        demands: &[Demand],
        selection: &SelectionArgs,
        required: RequiredNodes,
    ) -> anyhow::Result<Self> {
        check_fields(drivers, demands.iter().map(|demand| &demand.request))?;
        let requests: Vec<&Request> = demands.iter().map(|demand| &demand.request).collect();
        let search = NodeSearch::of(&requests, selection.weigher(), false);
        Self::narrowed(drivers, search, required, |candidates| {
            let options = selection.options(Count::All, candidates);
            let plan = plan(&candidates.hosts, demands, &options);
            plan.is_ok_and(|plan| plan.shares().iter().all(|share| share.missing == 0))
        })
    }

    /// Requests some nodes first, and all nodes only if those are not enough: the explanation of a failure needs all.
    fn narrowed(
        drivers: &Drivers<'_>,
        search: Option<NodeSearch>,
        required: RequiredNodes,
        suffices: impl FnOnce(&Self) -> bool,
    ) -> anyhow::Result<Self> {
        if let (Some(search), RequiredNodes::Fitting) = (search, required) {
            let candidates = Self::ask(drivers, Some(&search))?;
            if suffices(&candidates) {
                return Ok(candidates);
            }
        }
        Self::of(drivers)
    }

    fn ask(drivers: &Drivers<'_>, search: Option<&NodeSearch>) -> anyhow::Result<Self> {
        let found = drivers.ask(|driver| Ok((hosts(driver, search)?, live_drivers(driver))))?;
        let mut candidates = Self { live_drivers: Some(LiveDrivers::default()), ..Self::default() };
        for (cloud, (hosts, served)) in found {
            for (group, drivers) in served {
                let live = candidates.live_drivers.get_or_insert_default();
                live.insert(cloud.as_deref(), &group, drivers);
            }
            let cloud: Option<Arc<str>> = cloud.map(Arc::from);
            candidates.clouds.extend(cloud.clone());
            candidates.hosts.extend(hosts.into_iter().map(|host| HostState { cloud: cloud.clone(), ..host }));
        }
        candidates.unreachable = drivers.unreachable();
        Ok(candidates)
    }
}

/// The nodes that the output needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RequiredNodes {
    /// Those that can fit, if there are enough.
    Fitting,
    /// All, to count and explain those that do not fit.
    All,
}

/// Refuses requests for node fields that an older Ironic does not have.
fn check_fields<'r>(
    drivers: &Drivers<'_>,
    mut requests: impl Iterator<Item = &'r Request>,
) -> Result<(), Error> {
    if requests.any(|request| request.shard.as_deref().is_some_and(|shard| !shard.is_empty())) {
        drivers.ask(|driver| {
            let needed = driver.client().require(Feature::NodeField("shard", 82));
            needed.map_err(|source| Error::Request { subject: "--shard".to_owned(), source })
        })?;
    }
    Ok(())
}

/// The nodes of a cloud for the host manager: those of the search, or all. Only the fields that it needs are requested.
fn hosts(driver: &Driver<'_>, search: Option<&NodeSearch>) -> Result<Vec<HostState>, Error> {
    let client = driver.client();
    let fields: Vec<&str> = NODE_FIELDS
        .iter()
        .filter(|field| client.version() >= Microversion(field.since))
        .map(|field| field.name)
        .collect();
    let subject = || format!("nodes at {}", client.address());
    let malformed = |error: serde_json::Error| {
        let (request, reason) = (subject(), error.to_string());
        Error::Request { subject: subject(), source: rest::Error::Malformed { request, reason }.into() }
    };
    let mut pool = Pool::default();
    let mut hosts: Vec<HostState> = Vec::new();
    let mut parse_error = None;
    let queries = search.map_or_else(|| vec![NodeQuery::all()], NodeSearch::queries);
    let overlap = queries.len() > 1;
    let mut known: HashSet<Box<str>> = HashSet::new();
    for query in queries {
        let listed = client.each_node(&query.fields(&fields), |node: Box<RawValue>| {
            match HostSeed(&mut pool).deserialize(&mut serde_json::Deserializer::from_str(node.get())) {
                Ok(host) if overlap && !known.insert(host.uuid.clone()) => {}
                Ok(host) => hosts.push(host),
                Err(error) => parse_error = Some(error),
            }
        });
        listed.map_err(|source| Error::Request { subject: subject(), source })?;
    }
    if let Some(error) = parse_error {
        return Err(malformed(error));
    }
    // Lists do not have child nodes, so skip them in single requests too.
    let mut fields = fields;
    if client.version() >= CHILD_NODES {
        fields.push("parent_node");
    }
    for name in search.into_iter().flat_map(NodeSearch::nodes) {
        if hosts.iter().any(|host| host.is_called(name)) {
            continue;
        }
        match client.node_as::<Map<String, Value>>(name, &fields) {
            Ok(node) if node.get("parent_node").is_some_and(|parent| !parent.is_null()) => {}
            Ok(node) => {
                let host = HostSeed(&mut pool).deserialize(Value::Object(node)).map_err(malformed)?;
                if hosts.iter().all(|known| known.uuid != host.uuid) {
                    hosts.push(host);
                }
            }
            Err(error) if error.is_not_found() => {}
            Err(source) => return Err(Error::Request { subject: format!("node {name}"), source }),
        }
    }
    Ok(hosts)
}

/// The drivers that are live, by conductor group. Conductors list their drivers, so this needs one request. It is empty,
/// and no filter applies, if this user cannot list conductors. If a conductor is not `alive`, which is unreliable on SQLite,
/// the list of drivers decides.
fn live_drivers(driver: &Driver<'_>) -> Vec<(String, Vec<String>)> {
    let Ok(conductors) = driver.client().conductors() else { return Vec::new() };
    if conductors.iter().all(|conductor| conductor.alive && !conductor.drivers.is_empty()) {
        return conductors
            .into_iter()
            .map(|conductor| (conductor.conductor_group, conductor.drivers))
            .collect();
    }
    let Ok(drivers) = driver.client().drivers() else { return Vec::new() };
    let groups: HashMap<&str, &str> = conductors
        .iter()
        .map(|conductor| (conductor.hostname.as_str(), conductor.conductor_group.as_str()))
        .collect();
    let group = |host: &String| groups.get(host.as_str()).copied().unwrap_or("").to_owned();
    drivers
        .iter()
        .flat_map(|driver| driver.hosts.iter().map(|host| (group(host), vec![driver.name.clone()])))
        .collect()
}

/// A size for the output: `None` if the properties of the node do not have it.
pub(crate) fn known(size: i64) -> Option<i64> {
    Some(size).filter(|size| *size != 0)
}

/// Warns of invalid values on nodes: one line per kind of problem, with one of the nodes.
pub(crate) fn warn_of_oddities(hosts: &[HostState], ui: &Ui) {
    /// How many kinds of problems are printed.
    const PRINTED: usize = 8;
    let mut kinds: Vec<(&'static str, &OddityKind, &HostState, usize)> = Vec::new();
    let mut places: HashMap<(&'static str, std::mem::Discriminant<OddityKind>), usize> = HashMap::new();
    for warning in hosts.iter().flat_map(HostState::warnings) {
        let (key, kind) = (warning.oddity.key, &warning.oddity.kind);
        let place = *places.entry((key, std::mem::discriminant(kind))).or_insert_with(|| {
            kinds.push((key, kind, warning.host, 0));
            kinds.len() - 1
        });
        kinds[place].3 += 1;
    }
    let more = kinds.len().saturating_sub(PRINTED);
    for (key, kind, host, count) in kinds.into_iter().take(PRINTED) {
        let problem = format!("{key} {kind}");
        match count {
            1 => ui.warn(&format!("node {}: {problem}", host.label())),
            _ => ui.warn(&format!("{count} nodes, such as {}: {problem}", host.label())),
        }
    }
    if more > 0 {
        ui.warn(&format!("{more} more kinds of invalid values on nodes"));
    }
}
