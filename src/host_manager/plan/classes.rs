//! Groups nodes that no request can distinguish into classes, and finds the classes that fit each kind of request.

use std::collections::HashMap;

use super::min_cost_flow::Offer;
use super::{Demand, EqualDemands, PlanError};
use crate::host_manager::arch::Architectures;
use crate::host_manager::filters::FilterName;
use crate::host_manager::host::HostState;
use crate::host_manager::select::{self, FilterCount, SelectOptions};
use crate::host_manager::weigh::{self, Preference, Weigher};

/// The classes of nodes, and the offers of classes to each kind of request.
pub(super) struct Classes {
    /// The nodes of each class.
    pub(super) hosts: Vec<Vec<usize>>,
    /// For each group, the classes that fit with their costs, cheapest first.
    pub(super) offers: Vec<Vec<Offer>>,
    /// For each group, how many nodes reached and passed its filters.
    pub(super) summaries: Vec<Vec<FilterCount>>,
    /// For each group, the architectures of the nodes that fit.
    pub(super) architectures: Vec<Architectures>,
}

/// Groups the nodes into classes that the requests do not distinguish.
///
/// Each group is offered only its N cheapest fitting nodes, where N is the total number of instances: even if the other
/// instances take N − 1 of them, one is left, and no other node is cheaper. This makes the cost of the later steps
/// independent of the number of nodes.
pub(super) fn classes(
    hosts: &[HostState],
    demands: &[Demand],
    groups: &[EqualDemands<'_>],
    options: &SelectOptions,
) -> Result<Classes, PlanError> {
    let clouds = Preference::new(&options.clouds);
    let sizes = Sizes::of(hosts);
    let cost = |group: &EqualDemands<'_>, host: &HostState| {
        cost(group, host, sizes.rank(host), clouds.rank(host), options.weigher)
    };
    let tie_breakers: Vec<u64> = hosts.iter().map(|host| weigh::tie_breaker(options.seed, host)).collect();
    let instances: usize = groups.iter().map(|group| group.wanted).sum();
    let mut offered: Vec<Vec<usize>> = Vec::with_capacity(groups.len());
    let mut summaries = Vec::with_capacity(groups.len());
    let mut architectures = Vec::with_capacity(groups.len());
    for group in groups {
        let considered = select::considered(hosts, group.matcher.request())
            .map_err(|source| PlanError { demand: demands[group.demands[0]].name.clone(), source })?;
        let (fitting, summary) = fitting(hosts, group, considered);
        architectures.push(Architectures::of(&group.matcher, fitting.iter().map(|&host| &hosts[host])));
        let fitting = cheapest(fitting, instances, |host| (cost(group, &hosts[host]), tie_breakers[host]));
        offered.push(fitting);
        summaries.push(summary);
    }
    let class_of = refine(hosts, &offered, &clouds);
    let offers = Vec::with_capacity(groups.len());
    let mut classes = Classes { hosts: Vec::new(), offers, summaries, architectures };
    let mut index_of: HashMap<usize, usize> = HashMap::new();
    for (host, class) in class_of.iter().enumerate() {
        let Some(class) = class else { continue };
        let index = *index_of.entry(*class).or_insert_with(|| {
            classes.hosts.push(Vec::new());
            classes.hosts.len() - 1
        });
        classes.hosts[index].push(host);
    }
    for hosts in &mut classes.hosts {
        hosts.sort_unstable_by_key(|&host| (tie_breakers[host], host));
    }
    // The last group that each class was offered to. All nodes of a class are offered together, so one offer is enough.
    let mut last_offered: Vec<Option<usize>> = vec![None; classes.hosts.len()];
    for (at, (group, offered)) in groups.iter().zip(&offered).enumerate() {
        let mut offers = Vec::new();
        for &host in offered {
            let Some(class) = class_of[host].and_then(|class| index_of.get(&class).copied()) else {
                continue;
            };
            if last_offered[class].replace(at) != Some(at) {
                offers.push(Offer { class, cost: cost(group, &hosts[host]) });
            }
        }
        offers.sort_unstable_by_key(|offer| (offer.cost, offer.class));
        classes.offers.push(offers);
    }
    Ok(classes)
}

/// The nodes that fit, and the counts of the filters.
fn fitting(
    hosts: &[HostState],
    group: &EqualDemands<'_>,
    considered: Vec<usize>,
) -> (Vec<usize>, Vec<FilterCount>) {
    let filters: &[FilterName] = &group.matcher.request().filters;
    let mut refused = vec![0; filters.len()];
    let came = considered.len();
    let fitting: Vec<usize> = considered
        .into_iter()
        .filter(|&host| match group.matcher.refusal(&hosts[host]) {
            Some(at) => {
                refused[at] += 1;
                false
            }
            None => true,
        })
        .collect();
    (fitting, select::summary(filters, came, &refused))
}

/// The `count` nodes with the lowest keys.
fn cheapest(hosts: Vec<usize>, count: usize, key: impl Fn(usize) -> (i64, u64)) -> Vec<usize> {
    if hosts.len() <= count {
        return hosts;
    }
    let mut keyed: Vec<_> = hosts.into_iter().map(|host| (key(host), host)).collect();
    keyed.select_nth_unstable(count);
    keyed.truncate(count);
    keyed.into_iter().map(|(_, host)| host).collect()
}

/// The class of each node that is offered to any group. Starts with one class per set of values that the cost depends
/// on, and splits each class by the groups that its nodes are offered to.
fn refine(hosts: &[HostState], offered: &[Vec<usize>], clouds: &Preference<'_>) -> Vec<Option<usize>> {
    let mut class_of: Vec<Option<usize>> = vec![None; hosts.len()];
    let mut roots: HashMap<_, usize> = HashMap::new();
    let mut split: HashMap<usize, usize> = HashMap::new();
    let mut next = 0;
    let mut next_class = || {
        next += 1;
        next
    };
    for offered in offered {
        split.clear();
        for &host in offered {
            let state = &hosts[host];
            let before = class_of[host].unwrap_or_else(|| {
                let root = (state.hardware, state.locked_by.is_some(), clouds.rank(state));
                *roots.entry(root).or_insert_with(&mut next_class)
            });
            class_of[host] = Some(*split.entry(before).or_insert_with(&mut next_class));
        }
    }
    class_of
}

/// The distinct sizes of machines, smallest first.
struct Sizes(Vec<(i64, i64, i64)>);

impl Sizes {
    fn of(hosts: &[HostState]) -> Self {
        let mut sizes: Vec<_> = hosts.iter().map(|host| weigh::size(host.hardware)).collect();
        sizes.sort_unstable();
        sizes.dedup();
        Self(sizes)
    }

    /// How many sizes are smaller than the machine's. The limit keeps the effect of the size on the cost below a
    /// millionth of waste.
    fn rank(&self, host: &HostState) -> i64 {
        const MAX_RANK: usize = 1023;
        let rank = self.0.binary_search(&weigh::size(host.hardware)).unwrap_or_else(|rank| rank);
        i64::try_from(rank.min(MAX_RANK)).expect("the rank is small")
    }
}

/// The cost of a node as an integer, from the high to the low bits: the cloud's rank (only for
/// [`Weigher::CloudOrder`]), the waste in steps of 2^-30 plus the rank of the size, the lock, and the cloud's rank.
/// Lower bits only decide between nodes with equal higher bits.
fn cost(group: &EqualDemands<'_>, host: &HostState, size: i64, cloud: usize, weigher: Weigher) -> i64 {
    const STEPS: f64 = 1_073_741_824.0;
    /// More clouds are not distinguished, so that sums of costs do not overflow.
    const MAX_CLOUD: usize = 15;
    #[expect(clippy::cast_possible_truncation, reason = "waste is at most 3")]
    let steps = (group.matcher.waste(host.hardware) * STEPS).round() as i64 + size;
    let cloud = i64::try_from(cloud.min(MAX_CLOUD)).expect("the rank is small");
    let first = if weigher == Weigher::CloudOrder { cloud } else { 0 };
    (first << 48) | (steps << 16) | (i64::from(host.locked_by.is_some()) << 8) | cloud
}
