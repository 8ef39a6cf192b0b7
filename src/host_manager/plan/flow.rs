//! Most units at the least cost, from few sources to many kinds of goods.
//!
//! This is minimum-cost maximum flow by successive shortest paths, made for its place here: few sources (distinct
//! requests), many classes (kinds of nodes), and the sink beyond them. Classes are not vertices of the search. From a
//! source there are only two things to do: take a free node of the cheapest class that fits, or take one that
//! another source holds and let that one look elsewhere. So a search runs over the sources alone, and its cost does not
//! grow with the number of nodes.
//!
//! Units are placed source by source, each by the cheapest path: the ways that lead to a free class, perhaps over
//! other sources that change over, and the way out of leaving a unit unserved, of this source or of one that changed
//! over, at a price above any waste. What is placed so is optimal after each step (this is the Hungarian method with
//! whole classes at once). Each path carries as many units as it can. Potentials keep the costs of steps from being
//! negative, so that Dijkstra's search finds the cheapest path and may stop at the first way out.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// What a source pays for one unit of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offer {
    /// The class.
    pub(super) class: usize,
    /// The price, not negative.
    pub(super) cost: i64,
}

/// The classes that one source took from another's reach, by what changing over costs. Entries outlive what they
/// speak of; they are checked when they come to the top.
type Swaps = BinaryHeap<Reverse<(i64, usize)>>;

struct Network<'o> {
    /// The offers to each source, cheapest first.
    offers: &'o [Vec<Offer>],
    /// The sources that each class is offered to, with the cost.
    askers: Vec<Vec<(usize, i64)>>,
    /// Units of each class not taken yet.
    free: Vec<usize>,
    /// Units of each class that each source holds.
    held: Vec<BTreeMap<usize, usize>>,
    /// For each source the first offer whose class may be free: what is taken once is never given back.
    cheapest: Vec<usize>,
    /// For each source and each other one, what the one could take over from the other.
    swaps: Vec<BTreeMap<usize, Swaps>>,
    /// The potential of each source, and of the sink.
    potential: Vec<i64>,
    sink_potential: i64,
}

/// How a source was reached: from which other, by taking over a unit of which class from it.
#[derive(Clone, Copy)]
struct Step {
    from: usize,
    class: usize,
}

/// A cheapest way to place units of a source.
struct Path {
    /// Each takes over a unit of the class from the next.
    steps: Vec<(usize, usize, usize)>,
    /// The source that takes from a free class in the end, or leaves units unserved.
    last: usize,
    /// That class; none where units are left unserved.
    class: Option<usize>,
}

/// The price of leaving a unit unserved: above what any change of places may cost the others together.
const UNSERVED: i64 = 1 << 60;

/// Serves as many units of `wanted` as can be from classes of which there are `free`, and among all ways to do so one
/// of the least total cost. Gives for each source the classes and how many of each.
///
/// `offers` are to be sorted by cost.
pub(super) fn solve(wanted: &[usize], free: &[usize], offers: &[Vec<Offer>]) -> Vec<Vec<(usize, usize)>> {
    let mut askers = vec![Vec::new(); free.len()];
    for (source, offers) in offers.iter().enumerate() {
        for offer in offers {
            askers[offer.class].push((source, offer.cost));
        }
    }
    let mut network = Network {
        offers,
        askers,
        free: free.to_vec(),
        held: vec![BTreeMap::new(); wanted.len()],
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
    network.held.into_iter().map(|held| held.into_iter().collect()).collect()
}

impl Network<'_> {
    /// The cheapest offer to a source of which there is still something.
    fn free_offer(&mut self, source: usize) -> Option<Offer> {
        let offers = &self.offers[source];
        let at = &mut self.cheapest[source];
        while offers.get(*at).is_some_and(|offer| self.free[offer.class] == 0) {
            *at += 1;
        }
        offers.get(*at).copied()
    }

    /// The cheapest class that `source` can take over from `other`, and what that costs the two together.
    fn swap(&mut self, source: usize, other: usize) -> Option<(i64, usize)> {
        let swaps = self.swaps[source].get_mut(&other)?;
        while let Some(&Reverse((cost, class))) = swaps.peek() {
            if self.held[other].contains_key(&class) {
                return Some((cost, class));
            }
            swaps.pop();
        }
        None
    }

    /// Dijkstra's search over the sources, from one of them. Adjusts the potentials.
    fn cheapest_path(&mut self, first: usize) -> Path {
        let sources = self.offers.len();
        let mut distance = vec![i64::MAX; sources];
        let mut step: Vec<Option<Step>> = vec![None; sources];
        let mut done = vec![false; sources];
        distance[first] = 0;
        let mut queue = BinaryHeap::from([Reverse((0, first))]);
        let mut shortest = i64::MAX;
        let mut out = (first, None);
        while let Some(Reverse((so_far, source))) = queue.pop() {
            if so_far >= shortest {
                break;
            }
            if std::mem::replace(&mut done[source], true) {
                continue;
            }
            let offer = self.free_offer(source);
            let price = offer.map_or(UNSERVED, |offer| offer.cost);
            let whole = so_far + price + self.potential[source] - self.sink_potential;
            if whole < shortest {
                shortest = whole;
                out = (source, offer.map(|offer| offer.class));
            }
            let others: Vec<usize> = self.swaps[source].keys().copied().collect();
            for other in others.into_iter().filter(|&other| !done[other]) {
                let Some((cost, class)) = self.swap(source, other) else { continue };
                let whole = so_far + cost + self.potential[source] - self.potential[other];
                if whole < distance[other].min(shortest) {
                    distance[other] = whole;
                    step[other] = Some(Step { from: source, class });
                    queue.push(Reverse((whole, other)));
                }
            }
        }
        for (potential, distance) in self.potential.iter_mut().zip(&distance) {
            *potential += shortest.min(*distance);
        }
        self.sink_potential += shortest;
        let (last, class) = out;
        let mut steps = Vec::new();
        let mut holder = last;
        while let Some(Step { from, class }) = step[holder] {
            steps.push((from, class, holder));
            holder = from;
        }
        Path { steps, last, class }
    }

    /// Sends as many units along the path as it carries, and at most so many. Gives their number.
    fn augment(&mut self, path: &Path, at_most: usize) -> usize {
        let held = path.steps.iter().map(|(_, class, holder)| self.held[*holder][class]);
        let free = path.class.map(|class| self.free[class]);
        let carried = held.chain(free).fold(at_most, usize::min);
        for &(taker, class, holder) in &path.steps {
            let held = self.held[holder].get_mut(&class).expect("the path goes over what is held");
            *held -= carried;
            if *held == 0 {
                self.held[holder].remove(&class);
            }
            self.hold(taker, class, carried);
        }
        if let Some(class) = path.class {
            self.free[class] -= carried;
            self.hold(path.last, class, carried);
        }
        carried
    }

    /// Gives a source units of a class, and lets the others know that they could take them over.
    fn hold(&mut self, source: usize, class: usize, units: usize) {
        let held = self.held[source].entry(class).or_default();
        let is_new = *held == 0;
        *held += units;
        if !is_new {
            return;
        }
        let Some(&(_, paid)) = self.askers[class].iter().find(|(asker, _)| *asker == source) else {
            unreachable!("a source holds only what is offered to it");
        };
        for &(asker, cost) in self.askers[class].iter().filter(|(asker, _)| *asker != source) {
            self.swaps[asker].entry(source).or_default().push(Reverse((cost - paid, class)));
        }
    }
}
