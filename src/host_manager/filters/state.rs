//! The filter for available nodes.

use std::collections::{HashMap, HashSet};

use super::{Cause, Matcher};
use crate::host_manager::host::{Availability, HostState};

/// The drivers of live conductors, per cloud and conductor group.
#[derive(Debug, Clone, Default)]
pub struct LiveDrivers {
    /// By cloud (`""` for a cloud without a name), then by conductor group.
    clouds: HashMap<String, HashMap<String, HashSet<String>>>,
}

impl LiveDrivers {
    /// Adds the drivers of a live conductor. `""` is the default conductor group.
    pub fn insert(
        &mut self,
        cloud: Option<&str>,
        conductor_group: &str,
        drivers: impl IntoIterator<Item = String>,
    ) {
        let groups = self.clouds.entry(cloud.unwrap_or("").to_owned()).or_default();
        groups.entry(conductor_group.to_owned()).or_default().extend(drivers);
    }

    /// Whether no live conductor in the node's group has its driver. False if the cloud's conductors are unknown.
    fn lack_driver_of(&self, host: &HostState) -> bool {
        let Some(groups) = self.clouds.get(host.cloud.as_deref().unwrap_or("")) else { return false };
        let group = host.conductor_group.as_deref().unwrap_or("");
        let served = |driver: &str| groups.get(group).is_some_and(|drivers| drivers.contains(driver));
        host.driver.as_deref().is_some_and(|driver| !served(driver))
    }
}

impl Matcher<'_> {
    pub(super) fn compute(&self, host: &HostState) -> Option<Cause> {
        match host.availability() {
            Availability::Used => Some(Cause::Used),
            Availability::Unavailable(reason) => Some(Cause::Unavailable(reason)),
            Availability::Free => {
                let live = self.circumstances.live_drivers.as_ref()?;
                live.lack_driver_of(host).then_some(Cause::NoConductor)
            }
        }
    }
}
