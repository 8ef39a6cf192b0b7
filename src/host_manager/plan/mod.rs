//! Several requests at once, planned as a whole.
//!
//! One after the other, an early request may take the only machine that a later one could have had. Here as many
//! requests are served as can be, and among all ways to serve that many one with the least total waste is taken.
//!
//! Equal requests are put together, and so are nodes that no request can tell apart, so the cost grows with the nodes
//! (each looked at once a distinct request) and with the kinds of nodes and requests, and not with the instances
//! times the nodes.

mod classes;
mod flow;

use std::collections::{HashMap, HashSet};

use thiserror::Error;

use self::classes::{Classes, classes};
use super::arch::Architectures;
use super::explain;
use super::filters::{Circumstances, Matcher};
use super::host::HostState;
use super::request::Request;
use super::select::{self, Count, FilterCount, Options, RequestError, Selection};
use super::traps::{Trap, TrapKind};
use super::weigh::Weigher;

/// A number of machines of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// What the operator calls it.
    pub name: String,
    /// What each machine must be like.
    pub request: Request,
    /// How many are wanted.
    pub count: usize,
}

/// What a demand was given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Share {
    /// The nodes, as indexes, in no order that matters.
    pub hosts: Vec<usize>,
    /// How many could not be given.
    pub missing: usize,
}

/// A demand that cannot be put to the nodes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{demand}: {source}")]
pub struct PlanError {
    /// The demand's name.
    pub demand: String,
    /// What is wrong with its request.
    pub source: RequestError,
}

/// A demand that is not served whole, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no valid host for {missing} of {wanted} {demand}: {reason}")]
pub struct Shortfall {
    /// The demand's name.
    pub demand: String,
    /// How many were wanted.
    pub wanted: usize,
    /// How many could not be given.
    pub missing: usize,
    /// One line: what is missing in the plan.
    pub reason: String,
    /// What would make nodes fit, the most promising first; each one line.
    pub hints: Vec<String>,
}

/// Who gets which nodes.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    hosts: &'a [HostState],
    demands: &'a [Demand],
    options: &'a Options,
    kinds: Vec<Kind<'a>>,
    shares: Vec<Share>,
}

/// Demands with one and the same request.
#[derive(Debug, Clone)]
struct Kind<'a> {
    matcher: Matcher<'a>,
    demands: Vec<usize>,
    wanted: usize,
    summary: Vec<FilterCount>,
    architectures: Architectures,
}

/// Plans several demands as a whole. Of what the options say, counts, draws by lot and all weighers but
/// [`Weigher::CloudOrder`] are passed over: a plan is what wastes least. Smaller machines
/// are preferred where the waste is equal, then nodes without a lock, then those of a preferred cloud, and the seed decides
/// between nodes that are equal in every way.
///
/// # Errors
///
/// When a request names nodes that there are not, or has an extra spec that cannot be meant. That not all can be
/// served is not an error here: see [`Plan::shortfalls`].
pub fn plan<'a>(
    hosts: &'a [HostState],
    demands: &'a [Demand],
    options: &'a Options,
) -> Result<Plan<'a>, PlanError> {
    let mut kinds = kinds(demands, &options.circumstances)?;
    let Classes { hosts: classes, offers, summaries, architectures } =
        classes(hosts, demands, &kinds, options)?;
    for (kind, (summary, architectures)) in kinds.iter_mut().zip(summaries.into_iter().zip(architectures)) {
        kind.summary = summary;
        kind.architectures = architectures;
    }
    let wanted: Vec<usize> = kinds.iter().map(|kind| kind.wanted).collect();
    let free: Vec<usize> = classes.iter().map(Vec::len).collect();
    let given = flow::solve(&wanted, &free, &offers);

    let mut shares: Vec<Share> =
        demands.iter().map(|demand| Share { hosts: vec![], missing: demand.count }).collect();
    let mut left: Vec<_> = classes.iter().map(|hosts| hosts.iter().copied()).collect();
    for (kind, given) in kinds.iter().zip(given) {
        let mut nodes =
            given.into_iter().flat_map(|(class, units)| left[class].by_ref().take(units).collect::<Vec<_>>());
        for &demand in &kind.demands {
            let share = &mut shares[demand];
            share.hosts.extend(nodes.by_ref().take(share.missing));
            share.missing -= share.hosts.len();
        }
    }
    Ok(Plan { hosts, demands, options, kinds, shares })
}

/// Puts demands with equal requests together.
fn kinds<'a>(demands: &'a [Demand], circumstances: &'a Circumstances) -> Result<Vec<Kind<'a>>, PlanError> {
    let mut kinds: Vec<Kind<'a>> = Vec::new();
    let mut known: HashMap<&Request, usize> = HashMap::new();
    for (at, demand) in demands.iter().enumerate() {
        let kind = if let Some(&kind) = known.get(&demand.request) {
            kind
        } else {
            let matcher = Matcher::new(&demand.request, circumstances)
                .map_err(|error| PlanError { demand: demand.name.clone(), source: error.into() })?;
            known.insert(&demand.request, kinds.len());
            let architectures = Architectures::default();
            kinds.push(Kind { matcher, demands: Vec::new(), wanted: 0, summary: Vec::new(), architectures });
            kinds.len() - 1
        };
        kinds[kind].demands.push(at);
        kinds[kind].wanted += demand.count;
    }
    Ok(kinds)
}

impl<'a> Plan<'a> {
    /// What each demand was given, in the order of the demands.
    #[must_use]
    pub fn shares(&self) -> &[Share] {
        &self.shares
    }

    /// The share of a node that a demand's request leaves unused: see [`Matcher::waste`].
    #[must_use]
    pub fn waste(&self, demand: usize, host: usize) -> f64 {
        self.kind(demand).matcher.waste(self.hosts[host].hardware)
    }

    /// Filter by filter, how many nodes came in and went out for a demand.
    #[must_use]
    pub fn summary(&self, demand: usize) -> &[FilterCount] {
        &self.kind(demand).summary
    }

    /// The architectures of the nodes that fit a demand.
    #[must_use]
    pub fn architectures(&self, demand: usize) -> &Architectures {
        &self.kind(demand).architectures
    }

    /// What should be said about a demand although the plan serves it: extra specs that are ignored, and that its
    /// request says nothing about the machine.
    #[must_use]
    pub fn notes(&self, demand: usize) -> Vec<String> {
        let Demand { request, count, .. } = &self.demands[demand];
        // Looking at all nodes again is only worth it where there may be something to say.
        let near_misses = &self.kind(demand).matcher.specs.near_misses;
        let has_scopes = request.extra_specs.keys().all(|key| key.contains(':'));
        if !request.names_no_machine() && has_scopes && near_misses.is_empty() {
            return Vec::new();
        }
        let options = self.options(Count::Exactly(*count));
        let selection = self.select(demand, &options);
        let is_note =
            |trap: &Trap<'_>| matches!(trap.kind, TrapKind::ExtraSpecIgnored | TrapKind::NothingAsked);
        selection.request_traps().into_iter().filter(is_note).map(|trap| trap.advice).collect()
    }

    /// The nodes that fit a demand and that the plan gives to nobody, best first: where to go on when another
    /// operator was quicker.
    #[must_use]
    pub fn spare(&self, demand: usize) -> Vec<usize> {
        let taken: HashSet<usize> =
            self.shares.iter().flat_map(|share| share.hosts.iter().copied()).collect();
        let options = self.options(Count::All);
        let selection = self.select(demand, &options);
        selection.candidates().iter().copied().filter(|host| !taken.contains(host)).collect()
    }

    fn kind(&self, demand: usize) -> &Kind<'a> {
        let kind = self.kinds.iter().find(|kind| kind.demands.contains(&demand));
        kind.expect("every demand is of one kind")
    }

    fn select<'s>(&'s self, demand: usize, options: &'s Options) -> Selection<'s> {
        select::select(self.hosts, &self.demands[demand].request, options)
            .expect("the plan was made from this request")
    }

    fn options(&self, count: Count) -> Options {
        let weigher = match self.options.weigher {
            Weigher::CloudOrder => Weigher::CloudOrder,
            _ => Weigher::BestFit,
        };
        Options { count, weigher, subset_size: 0, ..self.options.clone() }
    }

    /// The demands that are not served whole, and what is missing for each.
    #[must_use]
    pub fn shortfalls(&self) -> Vec<Shortfall> {
        let mut taker = vec![None; self.hosts.len()];
        for (at, share) in self.shares.iter().enumerate() {
            for &host in &share.hosts {
                taker[host] = Some(at);
            }
        }
        let short = (0..self.demands.len()).filter(|&demand| self.shares[demand].missing > 0);
        short.map(|demand| self.shortfall(demand, &taker)).collect()
    }

    fn shortfall(&self, at: usize, taker: &[Option<usize>]) -> Shortfall {
        let demand = &self.demands[at];
        let options = self.options(Count::Exactly(demand.count));
        let selection = self.select(at, &options);
        let verdict = selection.verdict().err();
        let fitting = selection.candidates();
        let mut given: Vec<(&str, usize)> = Vec::new();
        for name in fitting.iter().filter_map(|&host| Some(self.demands[taker[host]?].name.as_str())) {
            match given.iter_mut().find(|(known, _)| *known == name) {
                Some((_, count)) => *count += 1,
                None => given.push((name, 1)),
            }
        }
        given.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(right.0)));
        let fit =
            format!("{} {}", explain::nodes(fitting.len()), if fitting.len() == 1 { "fits" } else { "fit" });
        let reason = match (&verdict, given.as_slice()) {
            (Some(verdict), []) => verdict.reason.clone(),
            (_, [(taker, _)]) if *taker == demand.name => format!("only {fit}"),
            _ => {
                let takers: Vec<String> =
                    given.iter().map(|(name, count)| format!("{count} to {name}")).collect();
                format!("{fit}, given {}", takers.join(", "))
            }
        };
        Shortfall {
            demand: demand.name.clone(),
            wanted: demand.count,
            missing: self.shares[at].missing,
            reason,
            hints: verdict.map(|verdict| verdict.hints).unwrap_or_default(),
        }
    }
}
