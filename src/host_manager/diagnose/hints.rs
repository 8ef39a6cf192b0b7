//! Hints about changes that would make nodes fit.

use std::collections::HashMap;

use crate::counts;
use crate::host_manager::filters::{self, FilterName, ResourceView};
use crate::host_manager::frequencies::{SHOWN, descending, listed};
use crate::host_manager::host::HostState;
use crate::host_manager::select::{FilterCount, Selection};

/// A change to the request, and its effect.
struct RequestChange {
    /// How much the change differs from the request: see [`Filter::distance`](filters::Filter::distance).
    distance: f64,
    /// How many nodes would fit.
    nodes: usize,
}

impl Selection<'_> {
    /// The changes that would make nodes fit, the most promising first.
    pub(super) fn hints(&self) -> Vec<String> {
        let mut changes: HashMap<String, RequestChange> = HashMap::new();
        let mut statuses: HashMap<String, usize> = HashMap::new();
        let mut closest: Option<(Vec<FilterName>, &HostState)> = None;
        for refused in &self.refused {
            let host = &self.hosts[refused.host];
            let refusals: Vec<FilterName> = self.matcher.refusals(host).collect();
            match refusals.as_slice() {
                [FilterName::Compute] => *statuses.entry(filters::status(host)).or_default() += 1,
                [alone] => {
                    let filter = alone.filter();
                    let distance = filter.distance(&self.matcher, host);
                    let change = changes
                        .entry(filter.change(&self.matcher, host))
                        .or_insert(RequestChange { distance, nodes: 0 });
                    change.nodes += 1;
                }
                several if closest.as_ref().is_none_or(|(least, _)| several.len() < least.len()) => {
                    closest = Some((refusals, host));
                }
                _ => {}
            }
        }
        let mut changes: Vec<(String, RequestChange)> = changes.into_iter().collect();
        changes.sort_by(|(left_text, left), (right_text, right)| {
            let by_distance = left.distance.total_cmp(&right.distance);
            by_distance.then(right.nodes.cmp(&left.nodes)).then_with(|| left_text.cmp(right_text))
        });
        let mut hints: Vec<String> = changes
            .into_iter()
            .take(SHOWN)
            .map(|(text, change)| format!("{} would fit {text}", counts::counted(change.nodes, "node")))
            .collect();
        hints.extend(self.at_least_hint());
        if !statuses.is_empty() {
            let count: usize = statuses.values().sum();
            let states = listed(&descending(statuses), |state, count| format!("{count} {state}"));
            let verb = counts::agreeing(count, "fits but is", "fit but are");
            hints.push(format!("{} {verb} not free: {states}", counts::counted(count, "node")));
        }
        if let (true, Some((refusals, host))) = (hints.is_empty(), closest) {
            let reasons: Vec<String> =
                refusals.iter().map(|filter| self.matcher.explain(host, *filter).reason).collect();
            hints.push(format!("the closest node is {}: it {}", host.label(), sentence(&reasons)));
        }
        hints.extend(self.filter_trail());
        hints
    }

    /// The filters that refused nodes, and how many nodes passed each.
    fn filter_trail(&self) -> Option<String> {
        let refused_any = |count: &&FilterCount| count.passed < count.came;
        let passed: Vec<String> = self
            .summary
            .iter()
            .filter(refused_any)
            .map(|count| format!("{} passed {}", count.passed, count.filter))
            .collect();
        (!passed.is_empty())
            .then(|| format!("of {}, {}", counts::counted(self.considered(), "node"), passed.join(", ")))
    }

    /// If the request has exact size filters: how many nodes would fit with at-least filters.
    fn at_least_hint(&self) -> Option<String> {
        let filters = &self.request().filters;
        if filters.iter().all(|filter| filter.relaxed() == *filter) {
            return None;
        }
        let count = self
            .refused
            .iter()
            .map(|refused| &self.hosts[refused.host])
            .filter(|host| {
                let passes = |filter: &FilterName| {
                    !self.matcher.refuses(filter.relaxed(), host, ResourceView::Offered)
                };
                filters.iter().all(passes)
            })
            .count();
        (count > 0).then(|| {
            format!(
                "{} would fit if the sizes were minimums, not exact values",
                counts::counted(count, "node")
            )
        })
    }
}

/// Joins reasons: `has 8 CPUs`, `has 1 GiB of disk` become `has 8 CPUs and 1 GiB of disk`.
fn sentence(reasons: &[String]) -> String {
    let mut sentence = String::new();
    let mut in_list = false;
    for (index, reason) in reasons.iter().enumerate() {
        let possession = reason.strip_prefix("has ");
        sentence.push_str(match index {
            0 => "",
            _ if index + 1 == reasons.len() => " and ",
            _ => ", ",
        });
        sentence.push_str(possession.filter(|_| in_list).unwrap_or(reason));
        in_list = possession.is_some();
    }
    sentence
}
