//! The machines that a command looks at: those of one or several clouds, or of a saved inventory.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::Context;
use super::connection::Connection;
use crate::host_manager::{HostState, LiveDrivers, OddityKind};
use crate::inventory::nodes;
use crate::ui::Ui;

/// Where the machines come from.
#[derive(Debug, clap::Args)]
pub(super) struct HostsArgs {
    /// Look at a saved `farrier node list --detail -f json` (`-`: standard input) in place of a server
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    inventory: Option<PathBuf>,
}

/// The machines, and what is known of those who serve them.
pub(super) struct Supply {
    pub(super) hosts: Vec<HostState>,
    pub(super) live_drivers: Option<LiveDrivers>,
}

impl HostsArgs {
    /// Reads the machines, and warns of values on them that could not be read.
    pub(super) fn supply(&self, context: &Context) -> anyhow::Result<Supply> {
        let supply = match &self.inventory {
            Some(path) => {
                let inventory = nodes::load(path)?;
                for warning in &inventory.warnings {
                    context.ui.warn(&warning.to_string());
                }
                Supply { hosts: inventory.hosts, live_drivers: None }
            }
            None => from_clouds(context)?,
        };
        warn_of_oddities(&supply.hosts, &context.ui);
        Ok(supply)
    }
}

impl Supply {
    /// The machines of one cloud, each with the cloud's name.
    pub(super) fn of(connection: &Connection) -> anyhow::Result<Self> {
        let mut supply = Self { hosts: Vec::new(), live_drivers: Some(LiveDrivers::default()) };
        supply.add(connection)?;
        Ok(supply)
    }

    fn add(&mut self, connection: &Connection) -> anyhow::Result<()> {
        let cloud: Option<Arc<str>> = connection.cloud.as_deref().map(Arc::from);
        let first = self.hosts.len();
        self.hosts.extend(connection.hosts()?);
        for host in &mut self.hosts[first..] {
            host.cloud.clone_from(&cloud);
        }
        if let Some(live) = &mut self.live_drivers {
            add_live_drivers(connection, live);
        }
        Ok(())
    }
}

/// The machines of every cloud that was named.
fn from_clouds(context: &Context) -> anyhow::Result<Supply> {
    let mut supply = Supply { hosts: Vec::new(), live_drivers: Some(LiveDrivers::default()) };
    let progress = context.ui.progress();
    for connection in context.connect_each()? {
        supply.add(&connection)?;
    }
    drop(progress);
    Ok(supply)
}

/// Finds out which drivers are served where, if we may, in one request: conductors say what they serve. What is not
/// known is not filtered on: the list is not for every role, and where a conductor's own `alive` denies it, which is
/// not to be trusted on SQLite, the list of drivers has the last word.
fn add_live_drivers(connection: &Connection, live: &mut LiveDrivers) {
    let Ok(conductors) = connection.client.conductors() else { return };
    if conductors.iter().all(|conductor| conductor.alive && !conductor.drivers.is_empty()) {
        for conductor in conductors {
            live.insert(connection.cloud.as_deref(), &conductor.conductor_group, conductor.drivers);
        }
        return;
    }
    let Ok(drivers) = connection.client.drivers() else { return };
    let groups: HashMap<&str, &str> = conductors
        .iter()
        .map(|conductor| (conductor.hostname.as_str(), conductor.conductor_group.as_str()))
        .collect();
    for driver in &drivers {
        for host in &driver.hosts {
            let group = groups.get(host.as_str()).copied().unwrap_or("");
            live.insert(connection.cloud.as_deref(), group, [driver.name.clone()]);
        }
    }
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
