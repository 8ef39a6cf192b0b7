//! The machines that a command looks at: those of one or several clouds, or of a saved inventory.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use serde::de::DeserializeSeed;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::Context;
use super::node_question::Question;
use super::selection::SelectionArgs;
use crate::driver::drivers::Silent;
use crate::driver::{Driver, Drivers, Error};
use crate::host_manager::{
    Count, Demand, HostSeed, HostState, LiveDrivers, NODE_FIELDS, OddityKind, Pool, Request, plan, select,
};
use crate::inventory::nodes;
use crate::ironic::node::NodeQuery;
use crate::ironic::version::{CHILD_NODES, Feature, Microversion};
use crate::rest;
use crate::ui::Ui;
use crate::ui::answer::View;

/// Where the machines come from.
#[derive(Debug, clap::Args)]
pub(super) struct HostsArgs {
    /// Look at a saved `farrier node list --detail -f json` (`-`: standard input) in place of a server
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    inventory: Option<PathBuf>,
}

/// The machines, and what is known of those who serve them.
#[derive(Default)]
pub(super) struct Supply {
    /// Those of one cloud stand together.
    pub(super) hosts: Vec<HostState>,
    pub(super) live_drivers: Option<LiveDrivers>,
    /// The clouds that they are of, in the order in which those were named.
    pub(super) clouds: Vec<Arc<str>>,
    /// The clouds that could not be asked.
    pub(super) silent: Vec<Silent>,
}

impl HostsArgs {
    /// Reads all machines, and warns of values on them that could not be read.
    pub(super) fn supply(&self, context: &Context) -> anyhow::Result<Supply> {
        self.supply_by(context, Supply::of)
    }

    /// As [`HostsArgs::supply`], where what is asked of a server is for the caller to say.
    pub(super) fn supply_by(
        &self,
        context: &Context,
        ask: impl FnOnce(&Drivers<'_>) -> anyhow::Result<Supply>,
    ) -> anyhow::Result<Supply> {
        let supply = if let Some(path) = &self.inventory {
            let inventory = nodes::load(path)?;
            for warning in &inventory.warnings {
                context.ui.warn(&warning.to_string());
            }
            Supply::saved(inventory.hosts)
        } else {
            let connections = context.connect_all()?;
            let progress = context.ui.progress();
            ask(&connections.readers(&progress))?
        };
        warn_of_oddities(&supply.hosts, &context.ui);
        context.tell_silent(&supply.silent);
        Ok(supply)
    }
}

impl Supply {
    /// The machines of a file, which says of each in which cloud it was where several were asked.
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

    /// Whether machines are to be told apart by their clouds.
    pub(super) fn is_of_several(&self) -> bool {
        self.clouds.len() + self.silent.len() > 1
    }

    /// The view of an answer that lists machines.
    pub(super) fn view(&self, view: View) -> View {
        if self.is_of_several() { view.including("cloud") } else { view }
    }

    /// All machines of all clouds in hand, each with its cloud's name. A cloud that fails meanwhile is left out.
    pub(super) fn of(drivers: &Drivers<'_>) -> anyhow::Result<Self> {
        Self::ask(drivers, None)
    }

    /// As [`Supply::of`], but where enough of them fit the request, no more machines than can fit it.
    pub(super) fn for_request(
        drivers: &Drivers<'_>,
        request: &Request,
        count: Count,
        selection: &SelectionArgs,
        extent: Extent,
    ) -> anyhow::Result<Self> {
        check_fields(drivers, [request].into_iter())?;
        let question = Question::of(&[request], selection.weigher(), count == Count::All);
        Self::narrowed(drivers, question, extent, |supply| {
            let options = selection.options(count, supply);
            select(&supply.hosts, request, &options).is_ok_and(|selection| selection.missing() == 0)
        })
    }

    /// As [`Supply::of`], but where a plan can serve all demands with them, no more machines than can fit one.
    pub(super) fn for_demands(
        drivers: &Drivers<'_>,
        demands: &[Demand],
        selection: &SelectionArgs,
        extent: Extent,
    ) -> anyhow::Result<Self> {
        check_fields(drivers, demands.iter().map(|demand| &demand.request))?;
        let requests: Vec<&Request> = demands.iter().map(|demand| &demand.request).collect();
        let question = Question::of(&requests, selection.weigher(), false);
        Self::narrowed(drivers, question, extent, |supply| {
            let options = selection.options(Count::All, supply);
            let plan = plan(&supply.hosts, demands, &options);
            plan.is_ok_and(|plan| plan.shares().iter().all(|share| share.missing == 0))
        })
    }

    /// Asks for some machines first, and for all of them only where those do not suffice: what is missing is explained
    /// with all of them.
    fn narrowed(
        drivers: &Drivers<'_>,
        question: Option<Question>,
        extent: Extent,
        suffices: impl FnOnce(&Self) -> bool,
    ) -> anyhow::Result<Self> {
        if let (Some(question), Extent::Fitting) = (question, extent) {
            let supply = Self::ask(drivers, Some(&question))?;
            if suffices(&supply) {
                return Ok(supply);
            }
        }
        Self::of(drivers)
    }

    fn ask(drivers: &Drivers<'_>, question: Option<&Question>) -> anyhow::Result<Self> {
        let found = drivers.ask(|driver| Ok((hosts(driver, question)?, live_drivers(driver))))?;
        let mut supply = Self { live_drivers: Some(LiveDrivers::default()), ..Self::default() };
        for (cloud, (hosts, served)) in found {
            for (group, drivers) in served {
                let live = supply.live_drivers.get_or_insert_default();
                live.insert(cloud.as_deref(), &group, drivers);
            }
            let cloud: Option<Arc<str>> = cloud.map(Arc::from);
            supply.clouds.extend(cloud.clone());
            supply.hosts.extend(hosts.into_iter().map(|host| HostState { cloud: cloud.clone(), ..host }));
        }
        supply.silent = drivers.silent();
        Ok(supply)
    }
}

/// How many machines an answer needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Those that can fit, where there are enough.
    Fitting,
    /// All, to count and explain those that do not fit.
    All,
}

/// Refuses requests that name what an older Ironic does not know of nodes.
fn check_fields<'r>(
    drivers: &Drivers<'_>,
    mut requests: impl Iterator<Item = &'r Request>,
) -> Result<(), Error> {
    if requests.any(|request| request.shard.as_deref().is_some_and(|shard| !shard.is_empty())) {
        drivers.ask(|driver| {
            let needed = driver.client().need(Feature::NodeField("shard", 82));
            needed.map_err(|source| Error::Request { subject: "--shard".to_owned(), source })
        })?;
    }
    Ok(())
}

/// The nodes of a cloud as the host manager sees them, with no more fields than it needs: those asked for, or all.
fn hosts(driver: &Driver<'_>, question: Option<&Question>) -> Result<Vec<HostState>, Error> {
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
    let mut broken = None;
    let queries = question.map_or_else(|| vec![NodeQuery::all()], Question::queries);
    let overlap = queries.len() > 1;
    let mut known: HashSet<Box<str>> = HashSet::new();
    for query in queries {
        let listed = client.each_node(&query.fields(&fields), |node: Box<RawValue>| {
            match HostSeed(&mut pool).deserialize(&mut serde_json::Deserializer::from_str(node.get())) {
                Ok(host) if overlap && !known.insert(host.uuid.clone()) => {}
                Ok(host) => hosts.push(host),
                Err(error) => broken = Some(error),
            }
        });
        listed.map_err(|source| Error::Request { subject: subject(), source })?;
    }
    if let Some(error) = broken {
        return Err(malformed(error));
    }
    // Lists leave children out, so single requests do too.
    let mut fields = fields;
    if client.version() >= CHILD_NODES {
        fields.push("parent_node");
    }
    for word in question.into_iter().flat_map(Question::nodes) {
        if hosts.iter().any(|host| host.is_called(word)) {
            continue;
        }
        match client.node_as::<Map<String, Value>>(word, &fields) {
            Ok(node) if node.get("parent_node").is_some_and(|parent| !parent.is_null()) => {}
            Ok(node) => {
                let host = HostSeed(&mut pool).deserialize(Value::Object(node)).map_err(malformed)?;
                if hosts.iter().all(|known| known.uuid != host.uuid) {
                    hosts.push(host);
                }
            }
            Err(error) if error.is_not_found() => {}
            Err(source) => return Err(Error::Request { subject: format!("node {word}"), source }),
        }
    }
    Ok(hosts)
}

/// Which drivers are served in which conductor group, if we may know, in one request: conductors say what they serve.
/// What is not known is not filtered on: the list is not for every role, and where a conductor's own `alive` denies it,
/// which is not to be trusted on SQLite, the list of drivers has the last word.
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

/// A size as answers have it: none where the node's properties do not tell it.
pub(super) fn known(size: i64) -> Option<i64> {
    Some(size).filter(|size| *size != 0)
}

/// Warns of what could not be read on the nodes: one line a kind of trouble, with some of those who have it.
pub(super) fn warn_of_oddities(hosts: &[HostState], ui: &Ui) {
    /// So many kinds of trouble are told one by one.
    const TOLD: usize = 8;
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
    let more = kinds.len().saturating_sub(TOLD);
    for (key, kind, host, count) in kinds.into_iter().take(TOLD) {
        let problem = format!("{key} {kind}");
        match count {
            1 => ui.warn(&format!("node {}: {problem}", host.label())),
            _ => ui.warn(&format!("{count} nodes, among them {}: {problem}", host.label())),
        }
    }
    if more > 0 {
        ui.warn(&format!("{more} more kinds of values on nodes cannot be read"));
    }
}
