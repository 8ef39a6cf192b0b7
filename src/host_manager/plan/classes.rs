//! Which nodes fit which kinds of requests, with nodes put together that no request can tell apart.

use std::collections::HashMap;

use super::flow::Offer;
use super::{Demand, Kind, PlanError};
use crate::host_manager::arch::Architectures;
use crate::host_manager::filters::FilterName;
use crate::host_manager::host::HostState;
use crate::host_manager::select::{self, FilterCount, Options};
use crate::host_manager::weigh::{self, Preference, Weigher};

/// The classes of nodes, and what each kind of request may take of them.
pub(super) struct Classes {
    /// The nodes of each class.
    pub(super) hosts: Vec<Vec<usize>>,
    /// For each kind, the classes that it may take from and at what cost, cheapest first.
    pub(super) offers: Vec<Vec<Offer>>,
    /// For each kind, how many nodes came to its filters and how many they let pass.
    pub(super) summaries: Vec<Vec<FilterCount>>,
    /// For each kind, the architectures of the nodes that fit.
    pub(super) architectures: Vec<Architectures>,
}

/// Tells the nodes apart as far as the requests do.
///
/// Of the nodes that fit, each kind is offered only as many of the cheapest as there are instances in all: whatever
/// the others take, one of those is left, and it costs no more than any beyond. So what follows does not grow with
/// the nodes.
pub(super) fn classes(
    hosts: &[HostState],
    demands: &[Demand],
    kinds: &[Kind<'_>],
    options: &Options,
) -> Result<Classes, PlanError> {
    let clouds = Preference::new(&options.clouds);
    let sizes = Sizes::of(hosts);
    let cost = |kind: &Kind<'_>, host: &HostState| {
        cost(kind, host, sizes.place(host), clouds.place(host), options.weigher)
    };
    let lots: Vec<u64> = hosts.iter().map(|host| weigh::lot(options.seed, host)).collect();
    let instances: usize = kinds.iter().map(|kind| kind.wanted).sum();
    let mut offered: Vec<Vec<usize>> = Vec::with_capacity(kinds.len());
    let mut summaries = Vec::with_capacity(kinds.len());
    let mut architectures = Vec::with_capacity(kinds.len());
    for kind in kinds {
        let considered = select::considered(hosts, kind.matcher.request())
            .map_err(|source| PlanError { demand: demands[kind.demands[0]].name.clone(), source })?;
        let (fitting, summary) = fitting(hosts, kind, considered);
        architectures.push(Architectures::of(&kind.matcher, fitting.iter().map(|&host| &hosts[host])));
        let fitting = cheapest(fitting, instances, |host| (cost(kind, &hosts[host]), lots[host]));
        offered.push(fitting);
        summaries.push(summary);
    }
    let class_of = refine(hosts, &offered, &clouds);
    let offers = Vec::with_capacity(kinds.len());
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
        hosts.sort_unstable_by_key(|&host| (lots[host], host));
    }
    // The kind that a class was last offered to: all nodes of a class are offered together or not at all.
    let mut last_offered: Vec<Option<usize>> = vec![None; classes.hosts.len()];
    for (at, (kind, offered)) in kinds.iter().zip(&offered).enumerate() {
        let mut offers = Vec::new();
        for &host in offered {
            let Some(class) = class_of[host].and_then(|class| index_of.get(&class).copied()) else {
                continue;
            };
            if last_offered[class].replace(at) != Some(at) {
                offers.push(Offer { class, cost: cost(kind, &hosts[host]) });
            }
        }
        offers.sort_unstable_by_key(|offer| (offer.cost, offer.class));
        classes.offers.push(offers);
    }
    Ok(classes)
}

/// The nodes that fit, and what the filters did.
fn fitting(hosts: &[HostState], kind: &Kind<'_>, considered: Vec<usize>) -> (Vec<usize>, Vec<FilterCount>) {
    let filters: &[FilterName] = &kind.matcher.request().filters;
    let mut stopped = vec![0; filters.len()];
    let came = considered.len();
    let fitting: Vec<usize> = considered
        .into_iter()
        .filter(|&host| match kind.matcher.refusal(&hosts[host]) {
            Some((at, _)) => {
                stopped[at] += 1;
                false
            }
            None => true,
        })
        .collect();
    (fitting, select::summary(filters, came, &stopped))
}

/// So many of the nodes, those with the least keys.
fn cheapest(hosts: Vec<usize>, count: usize, key: impl Fn(usize) -> (i64, u64)) -> Vec<usize> {
    if hosts.len() <= count {
        return hosts;
    }
    let mut keyed: Vec<_> = hosts.into_iter().map(|host| (key(host), host)).collect();
    keyed.select_nth_unstable(count);
    keyed.truncate(count);
    keyed.into_iter().map(|(_, host)| host).collect()
}

/// The class of each node that is offered to any kind: begins with all that its cost depends on, and is split by each
/// kind into the nodes that are offered to that and those that are not.
fn refine(hosts: &[HostState], offered: &[Vec<usize>], clouds: &Preference<'_>) -> Vec<Option<usize>> {
    let mut class_of: Vec<Option<usize>> = vec![None; hosts.len()];
    let mut roots: HashMap<_, usize> = HashMap::new();
    let mut split: HashMap<usize, usize> = HashMap::new();
    let mut next = 0;
    let mut fresh = || {
        next += 1;
        next
    };
    for offered in offered {
        split.clear();
        for &host in offered {
            let state = &hosts[host];
            let before = class_of[host].unwrap_or_else(|| {
                let root = (state.hardware, state.locked_by.is_some(), clouds.place(state));
                *roots.entry(root).or_insert_with(&mut fresh)
            });
            class_of[host] = Some(*split.entry(before).or_insert_with(&mut fresh));
        }
    }
    class_of
}

/// The sizes of machines, the smallest first.
struct Sizes(Vec<(i64, i64, i64)>);

impl Sizes {
    fn of(hosts: &[HostState]) -> Self {
        let mut sizes: Vec<_> = hosts.iter().map(|host| weigh::size(host.hardware)).collect();
        sizes.sort_unstable();
        sizes.dedup();
        Self(sizes)
    }

    /// How many sizes are smaller than the machine's. So many are told apart, so that they all together are worth
    /// less than a millionth of waste.
    fn place(&self, host: &HostState) -> i64 {
        const TOLD_APART: usize = 1023;
        let place = self.0.binary_search(&weigh::size(host.hardware)).unwrap_or_else(|place| place);
        i64::try_from(place.min(TOLD_APART)).expect("it is small")
    }
}

/// Waste as a whole number, in steps of 2^-30 to which the place of the machine's size is added, and below it the lock,
/// and below that the cloud's place, each of which decides only between nodes that are equal in what stands above it.
/// Where clouds come first, their place is above all.
fn cost(kind: &Kind<'_>, host: &HostState, size: i64, place: usize, weigher: Weigher) -> i64 {
    const STEPS: f64 = 1_073_741_824.0;
    /// So many clouds are told apart: the sums of costs must not overflow.
    const PLACES: usize = 15;
    #[expect(clippy::cast_possible_truncation, reason = "waste is at most 3")]
    let steps = (kind.matcher.waste(host.hardware) * STEPS).round() as i64 + size;
    let place = i64::try_from(place.min(PLACES)).expect("it is small");
    let first = if weigher == Weigher::CloudOrder { place } else { 0 };
    (first << 48) | (steps << 16) | (i64::from(host.locked_by.is_some()) << 8) | place
}
