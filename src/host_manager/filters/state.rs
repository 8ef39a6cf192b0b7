//! The filter on whether a node can be had now.

use std::collections::{HashMap, HashSet};

use super::{Cause, Matcher};
use crate::host_manager::host::{Availability, HostState};

/// The drivers that living conductors serve, by conductor group.
#[derive(Debug, Clone, Default)]
pub struct LiveDrivers {
    by_group: HashMap<String, HashSet<String>>,
}

impl LiveDrivers {
    /// Adds what one living conductor serves; `""` is the default group.
    pub fn insert(&mut self, conductor_group: &str, drivers: impl IntoIterator<Item = String>) {
        self.by_group.entry(conductor_group.to_owned()).or_default().extend(drivers);
    }

    /// Whether a living conductor serves the driver in the group.
    #[must_use]
    pub fn serve(&self, conductor_group: &str, driver: &str) -> bool {
        self.by_group.get(conductor_group).is_some_and(|drivers| drivers.contains(driver))
    }
}

impl Matcher<'_> {
    pub(super) fn compute(&self, host: &HostState) -> Option<Cause> {
        match host.availability() {
            Availability::Used => Some(Cause::Used),
            Availability::Unavailable(reason) => Some(Cause::Unavailable(reason)),
            Availability::Free => {
                let live = self.circumstances.live_drivers.as_ref()?;
                let driver = host.driver.as_deref()?;
                let group = host.conductor_group.as_deref().unwrap_or("");
                (!live.serve(group, driver)).then_some(Cause::NoConductor)
            }
        }
    }
}
