//! Counts the machines that fit requests, whether in use or not.

use std::collections::BTreeMap;

use super::extra_specs::ExtraSpecError;
use super::filters::{FilterName, MatchContext, Matcher, ResourceView};
use super::host::{Availability, HostState, Unavailable};
use super::request::Request;

/// How many machines fit a request, and how many of them are available.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fits {
    /// All machines that fit.
    pub total: usize,
    /// Machines in use by instances.
    pub used: usize,
    /// Machines that can be claimed.
    pub free: usize,
    /// Unavailable machines without an instance, by the first reason.
    pub unavailable: BTreeMap<Unavailable, usize>,
}

impl Fits {
    fn add(&mut self, host: &HostState) {
        self.total += 1;
        match host.availability() {
            Availability::Free => self.free += 1,
            Availability::Used => self.used += 1,
            Availability::Unavailable(reason) => *self.unavailable.entry(reason).or_default() += 1,
        }
    }
}

/// The capacity for one request, with exact and with minimum sizes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capacity {
    /// Machines with exactly the requested sizes.
    pub exact: Fits,
    /// Machines with at least the requested sizes.
    pub at_least: Fits,
}

/// The capacity for several requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapacityReport {
    /// The capacities, in the order of the requests.
    pub capacities: Vec<Capacity>,
    /// The index of each node that fits no request exactly, and the indexes of the requests that it fits at least.
    pub inexact: Vec<(usize, Vec<usize>)>,
}

/// Counts the machines that fit each request, whether they are available now or not. Ignores the filter list of the
/// request.
///
/// # Errors
///
/// If an extra spec is invalid: the index of the request, and the error.
pub fn survey(hosts: &[HostState], requests: &[Request]) -> Result<CapacityReport, (usize, ExtraSpecError)> {
    let circumstances = MatchContext::default();
    let matchers = requests
        .iter()
        .enumerate()
        .map(|(at, request)| Matcher::new(request, &circumstances).map_err(|error| (at, error)))
        .collect::<Result<Vec<_>, _>>()?;
    let mut survey =
        CapacityReport { capacities: vec![Capacity::default(); requests.len()], inexact: Vec::new() };
    let (at_least, exact) = (FilterName::at_least(), FilterName::exact());
    for (index, host) in hosts.iter().enumerate() {
        let mut fits_exactly = false;
        let mut fits_at_least = Vec::new();
        for (at, matcher) in matchers.iter().enumerate() {
            if !passes(matcher, host, &at_least) {
                continue;
            }
            survey.capacities[at].at_least.add(host);
            fits_at_least.push(at);
            if passes(matcher, host, &exact) {
                survey.capacities[at].exact.add(host);
                fits_exactly = true;
            }
        }
        if !fits_exactly {
            survey.inexact.push((index, fits_at_least));
        }
    }
    Ok(survey)
}

/// Whether the node fits the request, whether it is free or not.
fn passes(matcher: &Matcher<'_>, host: &HostState, filters: &[FilterName]) -> bool {
    filters
        .iter()
        .filter(|filter| !matches!(filter, FilterName::Retry | FilterName::Compute))
        .all(|&filter| !matcher.refuses(filter, host, ResourceView::Hardware))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host_manager::host::Hardware;

    fn host(ram_mb: i64) -> HostState {
        HostState {
            hardware: Hardware { vcpus: 8, ram_mb, disk_mb: 102_400 },
            power_state: Some("power off".into()),
            ..HostState::default()
        }
    }

    #[test]
    fn used_and_unavailable_machines_are_counted() {
        let mut hosts = vec![host(16), host(16), host(16), host(16), host(32), host(8)];
        hosts[1].instance_uuid = Some("i".into());
        hosts[2].maintenance = true;
        hosts[3].power_state = None;
        let requests = [16, 20].map(|ram| Request { ram_mb: Some(ram), ..Request::default() });
        let survey = survey(&hosts, &requests).expect("the requests are valid");
        let first = &survey.capacities[0];
        assert_eq!((first.exact.total, first.exact.used, first.exact.free), (4, 1, 1));
        let unavailable = [(Unavailable::Maintenance, 1), (Unavailable::PowerUnknown, 1)];
        assert_eq!(first.exact.unavailable, unavailable.into());
        assert_eq!((first.at_least.total, first.at_least.free), (5, 2));
        assert_eq!(survey.capacities[1].exact, Fits::default());
        assert_eq!(survey.capacities[1].at_least.total, 1);
        assert_eq!(survey.inexact, [(4, vec![0, 1]), (5, vec![])]);
    }

    #[test]
    fn the_error_has_the_index_of_the_invalid_request() {
        let mut request = Request::default();
        request.extra_specs.insert("resources:VCPU".to_owned(), "4".to_owned());
        let error = survey(&[], &[Request::default(), request]).expect_err("it is refused");
        assert_eq!(error.0, 1);
    }
}
