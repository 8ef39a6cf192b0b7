//! The machines that a command looks at: those of one or several clouds, or of a saved inventory.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde::de::DeserializeSeed;
use serde_json::value::RawValue;

use super::Context;
use crate::driver::drivers::Silent;
use crate::driver::{Driver, Drivers, Error};
use crate::host_manager::{HostSeed, HostState, LiveDrivers, NODE_FIELDS, OddityKind, Pool};
use crate::inventory::nodes;
use crate::ironic::node::NodeQuery;
use crate::ironic::version::Microversion;
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
    /// Reads the machines, and warns of values on them that could not be read.
    pub(super) fn supply(&self, context: &Context) -> anyhow::Result<Supply> {
        let supply = if let Some(path) = &self.inventory {
            let inventory = nodes::load(path)?;
            for warning in &inventory.warnings {
                context.ui.warn(&warning.to_string());
            }
            Supply::saved(inventory.hosts)
        } else {
            let connections = context.connect_all()?;
            let progress = context.ui.progress();
            Supply::of(&connections.readers(&progress))?
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

    /// The machines of all clouds in hand, each with its cloud's name. A cloud that fails meanwhile is left out.
    pub(super) fn of(drivers: &Drivers<'_>) -> anyhow::Result<Self> {
        let found = drivers.ask(|driver| Ok((hosts(driver)?, live_drivers(driver))))?;
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

/// Every node of a cloud as the host manager sees it, with no more fields than it needs.
fn hosts(driver: &Driver<'_>) -> Result<Vec<HostState>, Error> {
    let client = driver.client();
    let fields: Vec<&str> = NODE_FIELDS
        .iter()
        .filter(|field| client.version() >= Microversion(field.since))
        .map(|field| field.name)
        .collect();
    let mut pool = Pool::default();
    let mut hosts = Vec::new();
    let mut broken = None;
    let listed = client.each_node(&NodeQuery::all().fields(&fields), |node: Box<RawValue>| {
        match HostSeed(&mut pool).deserialize(&mut serde_json::Deserializer::from_str(node.get())) {
            Ok(host) => hosts.push(host),
            Err(error) => broken = Some(error),
        }
    });
    let subject = || format!("nodes at {}", client.address());
    listed.map_err(|source| Error::Request { subject: subject(), source })?;
    match broken {
        None => Ok(hosts),
        Some(error) => {
            let (request, reason) = (subject(), error.to_string());
            let source = rest::Error::Malformed { request, reason }.into();
            Err(Error::Request { subject: subject(), source })
        }
    }
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
