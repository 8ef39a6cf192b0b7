//! Minimum-cost maximum flow from sources (distinct requests) to classes of nodes.
//!
//! The algorithm is successive shortest paths, specialized for few sources and many classes. Classes are not vertices
//! of the search. A source has only two choices: take a free unit of the cheapest class that fits, or take over a unit
//! from another source, which then has to find a replacement. The search therefore runs over the sources only, and its
//! cost does not depend on the number of nodes.
//!
//! Units are assigned source by source, each along the cheapest path. A path ends at a free class, possibly via other
//! sources that give up a unit, or leaves one unit unserved at a price above any waste. The assignment is optimal after
//! each step (this is the Hungarian method for whole classes). Each path carries as many units as possible. Potentials
//! keep the costs of the steps nonnegative, so that Dijkstra's algorithm finds the cheapest path and can stop at the
//! first end.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// The price of one unit of a class for a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offer {
    /// The class.
    pub(super) class: usize,
    /// The price, nonnegative.
    pub(super) cost: i64,
}

/// The classes that one source can take over from another, by additional cost. Outdated entries stay in the heap; they
/// are removed when they reach the top.
type Swaps = BinaryHeap<Reverse<(i64, usize)>>;

struct Network<'o> {
    /// The offers to each source, cheapest first.
    offers: &'o [Vec<Offer>],
    /// The sources that each class is offered to, with the cost.
    bidders: Vec<Vec<(usize, i64)>>,
    /// Units of each class that are not assigned.
    free: Vec<usize>,
    /// Units of each class that are assigned to each source.
    assigned: Vec<BTreeMap<usize, usize>>,
    /// For each source, the index of the first offer that may have free units. Assigned units never become free again.
    cheapest: Vec<usize>,
    /// For each pair of sources, the classes that the first can take over from the second.
    swaps: Vec<BTreeMap<usize, Swaps>>,
    /// The potential of each source, and of the sink.
    potential: Vec<i64>,
    sink_potential: i64,
}

/// How the search reached a source: source `from` takes over a unit of the class from it.
#[derive(Clone, Copy)]
struct Step {
    from: usize,
    class: usize,
}

/// A cheapest path for units of a source.
struct Path {
    /// Taker, class and holder: the taker takes over a unit of the class from the holder.
    steps: Vec<(usize, usize, usize)>,
    /// The source at the end of the path, which takes from a free class or leaves units unserved.
    last: usize,
    /// The free class; `None` if units are left unserved.
    class: Option<usize>,
}

/// The price of an unserved unit: above the total cost of any reassignment.
const UNSERVED: i64 = 1 << 60;

/// Assigns as many of the `wanted` units of each source as possible to the `free` units of the classes, at the least
/// total cost. Returns the classes and the number of units for each source.
///
/// `offers` must be sorted by cost.
pub(super) fn solve(wanted: &[usize], free: &[usize], offers: &[Vec<Offer>]) -> Vec<Vec<(usize, usize)>> {
    let mut bidders = vec![Vec::new(); free.len()];
    for (source, offers) in offers.iter().enumerate() {
        for offer in offers {
            bidders[offer.class].push((source, offer.cost));
        }
    }
    let mut network = Network {
        offers,
        bidders,
        free: free.to_vec(),
        assigned: vec![BTreeMap::new(); wanted.len()],
        cheapest: vec![0; wanted.len()],
        swaps: vec![BTreeMap::new(); wanted.len()],
        potential: vec![0; wanted.len()],
        sink_potential: 0,
    };
    for (source, &wanted) in wanted.iter().enumerate() {
        let mut left = wanted;
        while left > 0 {
            let path = network.cheapest_path(source);
            left -= network.augment(&path, left);
        }
    }
    network.assigned.into_iter().map(|classes| classes.into_iter().collect()).collect()
}

impl Network<'_> {
    /// The cheapest offer to a source that has free units.
    fn free_offer(&mut self, source: usize) -> Option<Offer> {
        let offers = &self.offers[source];
        let at = &mut self.cheapest[source];
        while offers.get(*at).is_some_and(|offer| self.free[offer.class] == 0) {
            *at += 1;
        }
        offers.get(*at).copied()
    }

    /// The cheapest class that `source` can take over from `other`, with the additional cost.
    fn swap(&mut self, source: usize, other: usize) -> Option<(i64, usize)> {
        let swaps = self.swaps[source].get_mut(&other)?;
        while let Some(&Reverse((cost, class))) = swaps.peek() {
            if self.assigned[other].contains_key(&class) {
                return Some((cost, class));
            }
            swaps.pop();
        }
        None
    }

    /// Runs Dijkstra's algorithm over the sources, starting at `first`, and adjusts the potentials.
    fn cheapest_path(&mut self, first: usize) -> Path {
        let sources = self.offers.len();
        let mut distance = vec![i64::MAX; sources];
        let mut step: Vec<Option<Step>> = vec![None; sources];
        let mut done = vec![false; sources];
        distance[first] = 0;
        let mut queue = BinaryHeap::from([Reverse((0, first))]);
        let mut shortest = i64::MAX;
        let mut end = (first, None);
        while let Some(Reverse((cost_so_far, source))) = queue.pop() {
            if cost_so_far >= shortest {
                break;
            }
            if std::mem::replace(&mut done[source], true) {
                continue;
            }
            let offer = self.free_offer(source);
            let price = offer.map_or(UNSERVED, |offer| offer.cost);
            let total = cost_so_far + price + self.potential[source] - self.sink_potential;
            if total < shortest {
                shortest = total;
                end = (source, offer.map(|offer| offer.class));
            }
            let others: Vec<usize> = self.swaps[source].keys().copied().collect();
            for other in others.into_iter().filter(|&other| !done[other]) {
                let Some((cost, class)) = self.swap(source, other) else { continue };
                let total = cost_so_far + cost + self.potential[source] - self.potential[other];
                if total < distance[other].min(shortest) {
                    distance[other] = total;
                    step[other] = Some(Step { from: source, class });
                    queue.push(Reverse((total, other)));
                }
            }
        }
        for (potential, distance) in self.potential.iter_mut().zip(&distance) {
            *potential += shortest.min(*distance);
        }
        self.sink_potential += shortest;
        let (last, class) = end;
        let mut steps = Vec::new();
        let mut holder = last;
        while let Some(Step { from, class }) = step[holder] {
            steps.push((from, class, holder));
            holder = from;
        }
        Path { steps, last, class }
    }

    /// Moves as many units along the path as it can carry, up to `at_most`. Returns the number of units.
    fn augment(&mut self, path: &Path, at_most: usize) -> usize {
        let assigned = path.steps.iter().map(|(_, class, holder)| self.assigned[*holder][class]);
        let free = path.class.map(|class| self.free[class]);
        let carried = assigned.chain(free).fold(at_most, usize::min);
        for &(taker, class, holder) in &path.steps {
            let units = self.assigned[holder].get_mut(&class).expect("the holder has units of the class");
            *units -= carried;
            if *units == 0 {
                self.assigned[holder].remove(&class);
            }
            self.assign(taker, class, carried);
        }
        if let Some(class) = path.class {
            self.free[class] -= carried;
            self.assign(path.last, class, carried);
        }
        carried
    }

    /// Assigns units of a class to a source, and adds them to the swaps of the other sources.
    fn assign(&mut self, source: usize, class: usize, units: usize) {
        let assigned = self.assigned[source].entry(class).or_default();
        let is_new = *assigned == 0;
        *assigned += units;
        if !is_new {
            return;
        }
        let Some(&(_, paid)) = self.bidders[class].iter().find(|(bidder, _)| *bidder == source) else {
            unreachable!("a source has only units that were offered to it");
        };
        for &(bidder, cost) in self.bidders[class].iter().filter(|(bidder, _)| *bidder != source) {
            self.swaps[bidder].entry(source).or_default().push(Reverse((cost - paid, class)));
        }
    }
}
