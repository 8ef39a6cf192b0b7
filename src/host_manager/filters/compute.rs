//! Refuses nodes that are not available, and nodes whose conductors are down.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use super::{Filter, Matcher, RefusalText, ResourceView, named};
use crate::host_manager::frequencies::{counted, listed};
use crate::host_manager::host::{Availability, HostState, Unavailable};

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

pub(super) struct Compute;

impl Filter for Compute {
    fn name(&self) -> &'static str {
        "ComputeFilter"
    }

    fn is_needed(&self, _: &Matcher<'_>) -> bool {
        false
    }

    fn refuses(&self, matcher: &Matcher<'_>, host: &HostState, _: ResourceView) -> bool {
        host.availability() != Availability::Free
            || matcher.circumstances.live_drivers.as_ref().is_some_and(|live| live.lack_driver_of(host))
    }

    fn explain(&self, _: &Matcher<'_>, host: &HostState) -> RefusalText {
        match host.availability() {
            Availability::Used => {
                let instance = host.instance_uuid.as_deref().unwrap_or_default();
                RefusalText::new(format!("is in use by instance {instance}"), "a free node", "in use")
            }
            Availability::Unavailable(first) => {
                let has = host.unavailable().map(|reason| state(host, reason)).collect::<Vec<_>>().join(", ");
                let mut reason = format!("is unavailable: {}", state(host, first));
                if let (Unavailable::Maintenance, Some(why)) = (first, &host.maintenance_reason) {
                    let _ = write!(reason, " ({why})");
                }
                RefusalText::new(reason, "a free node", has)
            }
            Availability::Free => {
                let driver = named("driver", host.driver.as_deref());
                RefusalText::new(
                    format!("has no live conductor for {driver} in its conductor group"),
                    "a conductor that is alive",
                    format!("no live conductor for {driver}"),
                )
            }
        }
    }

    fn change(&self, _: &Matcher<'_>, _: &HostState) -> String {
        "when free".to_owned()
    }

    fn summary(&self, _: &Matcher<'_>, subject: &str, refused: &[&HostState]) -> String {
        let states = counted(refused.iter().map(|host| status(host)));
        format!("{subject} is free: {}", listed(&states, |state, count| format!("{count} {state}")))
    }
}

/// Why the node is unavailable, with the node's value.
fn state(host: &HostState, reason: Unavailable) -> String {
    match (reason, &host.fault, &host.provision_state) {
        (Unavailable::Fault, Some(fault), _) => format!("fault {fault}"),
        (Unavailable::ProvisionState, _, Some(state)) => format!("provision state {state}"),
        _ => reason.to_string(),
    }
}

/// Why a node that this filter refuses is not free, as text that follows a count.
pub(in crate::host_manager) fn status(host: &HostState) -> String {
    match host.availability() {
        Availability::Used => "in use".to_owned(),
        Availability::Unavailable(Unavailable::PowerUnknown) => "with power state unknown".to_owned(),
        Availability::Unavailable(Unavailable::PowerError) => "with power state error".to_owned(),
        Availability::Unavailable(reason) => reason.to_string(),
        Availability::Free => "without a conductor that is alive".to_owned(),
    }
}
