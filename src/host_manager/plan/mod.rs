//! Assigns nodes to several requests together.
//!
//! If requests were served one after the other, an early request could take the only machine that fits a later one. A
//! plan serves as many instances as possible with the least total waste.
//!
//! Equal requests are grouped, and so are nodes that no request can distinguish. The cost grows with the number of
//! nodes (each is filtered once per distinct request) and with the number of groups, not with instances times nodes.

mod classes;
mod min_cost_flow;

use std::collections::{HashMap, HashSet};

use thiserror::Error;

use self::classes::{Classes, classes};
use super::arch::Architectures;
use super::filters::{MatchContext, Matcher};
use super::host::HostState;
use super::request::Request;
use super::select::{self, Count, FilterCount, RequestError, SelectOptions, Selection};
use super::traps::{Trap, TrapKind};
use super::weigh::Weigher;
use crate::counts;

/// A request for a number of machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// The operator's name for it.
    pub name: String,
    /// The request for each machine.
    pub request: Request,
    /// How many machines are requested.
    pub count: usize,
}

/// The nodes assigned to a demand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Share {
    /// The indexes of the nodes, in no particular order.
    pub hosts: Vec<usize>,
    /// How many nodes are missing.
    pub missing: usize,
}

/// A demand with an invalid request.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{demand}: {source}")]
pub struct PlanError {
    /// The demand's name.
    pub demand: String,
    /// What is wrong with its request.
    pub source: RequestError,
}

/// A demand that is not fully served, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no valid host for {missing} of {wanted} {demand}: {reason}")]
pub struct Shortfall {
    /// The demand's name.
    pub demand: String,
    /// How many nodes were requested.
    pub wanted: usize,
    /// How many nodes are missing.
    pub missing: usize,
    /// One line: why nodes are missing.
    pub reason: String,
    /// The changes that would make nodes fit, the most promising first; one line each.
    pub hints: Vec<String>,
}

/// The assignment of nodes to demands.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    hosts: &'a [HostState],
    demands: &'a [Demand],
    options: &'a SelectOptions,
    groups: Vec<EqualDemands<'a>>,
    shares: Vec<Share>,
}

/// Demands with equal requests.
#[derive(Debug, Clone)]
struct EqualDemands<'a> {
    matcher: Matcher<'a>,
    demands: Vec<usize>,
    wanted: usize,
    summary: Vec<FilterCount>,
    architectures: Architectures,
}

/// Plans several demands together.
///
/// A plan always minimizes waste. It ignores the count, the subset size and the weigher of the options, except
/// [`Weigher::CloudOrder`]. Ties are broken by size (smaller first), lock (unlocked first), cloud (preferred first),
/// and then by the seed.
///
/// # Errors
///
/// If a request names nodes that do not exist, or has an invalid extra spec. Demands that cannot be fully served are
/// not an error: see [`Plan::shortfalls`].
pub fn plan<'a>(
    hosts: &'a [HostState],
    demands: &'a [Demand],
    options: &'a SelectOptions,
) -> Result<Plan<'a>, PlanError> {
    let mut groups = group_equal_demands(demands, &options.circumstances)?;
    let Classes { hosts: classes, offers, summaries, architectures } =
        classes(hosts, demands, &groups, options)?;
    for (group, (summary, architectures)) in groups.iter_mut().zip(summaries.into_iter().zip(architectures)) {
        group.summary = summary;
        group.architectures = architectures;
    }
    let wanted: Vec<usize> = groups.iter().map(|group| group.wanted).collect();
    let free: Vec<usize> = classes.iter().map(Vec::len).collect();
    let assigned = min_cost_flow::solve(&wanted, &free, &offers);

    let mut shares: Vec<Share> =
        demands.iter().map(|demand| Share { hosts: vec![], missing: demand.count }).collect();
    let mut left: Vec<_> = classes.iter().map(|hosts| hosts.iter().copied()).collect();
    for (group, assigned) in groups.iter().zip(assigned) {
        let mut nodes = assigned
            .into_iter()
            .flat_map(|(class, units)| left[class].by_ref().take(units).collect::<Vec<_>>());
        for &demand in &group.demands {
            let share = &mut shares[demand];
            share.hosts.extend(nodes.by_ref().take(share.missing));
            share.missing -= share.hosts.len();
        }
    }
    Ok(Plan { hosts, demands, options, groups, shares })
}

/// Groups demands with equal requests.
fn group_equal_demands<'a>(
    demands: &'a [Demand],
    circumstances: &'a MatchContext,
) -> Result<Vec<EqualDemands<'a>>, PlanError> {
    let mut groups: Vec<EqualDemands<'a>> = Vec::new();
    let mut known: HashMap<&Request, usize> = HashMap::new();
    for (at, demand) in demands.iter().enumerate() {
        let group = if let Some(&group) = known.get(&demand.request) {
            group
        } else {
            let matcher = Matcher::new(&demand.request, circumstances)
                .map_err(|error| PlanError { demand: demand.name.clone(), source: error.into() })?;
            known.insert(&demand.request, groups.len());
            let architectures = Architectures::default();
            groups.push(EqualDemands {
                matcher,
                demands: Vec::new(),
                wanted: 0,
                summary: Vec::new(),
                architectures,
            });
            groups.len() - 1
        };
        groups[group].demands.push(at);
        groups[group].wanted += demand.count;
    }
    Ok(groups)
}

impl<'a> Plan<'a> {
    /// The share of each demand, in the order of the demands.
    #[must_use]
    pub fn shares(&self) -> &[Share] {
        &self.shares
    }

    /// The share of a node that a demand leaves unused: see [`Matcher::waste`].
    #[must_use]
    pub fn waste(&self, demand: usize, host: usize) -> f64 {
        self.group(demand).matcher.waste(self.hosts[host].hardware)
    }

    /// For each filter, how many nodes reached and passed it for a demand.
    #[must_use]
    pub fn summary(&self, demand: usize) -> &[FilterCount] {
        &self.group(demand).summary
    }

    /// The architectures of the nodes that fit a demand.
    #[must_use]
    pub fn architectures(&self, demand: usize) -> &Architectures {
        &self.group(demand).architectures
    }

    /// Notes about a demand, even if it is served: ignored extra specs, and a request without criteria.
    #[must_use]
    pub fn notes(&self, demand: usize) -> Vec<String> {
        let Demand { request, count, .. } = &self.demands[demand];
        // Matches all nodes again only if there can be a note.
        let near_misses = &self.group(demand).matcher.specs.near_misses;
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

    /// The nodes that fit a demand and are not assigned, best first. They are the alternatives if another operator
    /// claims an assigned node.
    #[must_use]
    pub fn spare(&self, demand: usize) -> Vec<usize> {
        let taken: HashSet<usize> =
            self.shares.iter().flat_map(|share| share.hosts.iter().copied()).collect();
        let options = self.options(Count::All);
        let selection = self.select(demand, &options);
        selection.candidates().iter().copied().filter(|host| !taken.contains(host)).collect()
    }

    fn group(&self, demand: usize) -> &EqualDemands<'a> {
        let group = self.groups.iter().find(|group| group.demands.contains(&demand));
        group.expect("every demand has a group")
    }

    fn select<'s>(&'s self, demand: usize, options: &'s SelectOptions) -> Selection<'s> {
        select::select(self.hosts, &self.demands[demand].request, options)
            .expect("the plan validated this request")
    }

    fn options(&self, count: Count) -> SelectOptions {
        let weigher = match self.options.weigher {
            Weigher::CloudOrder => Weigher::CloudOrder,
            _ => Weigher::BestFit,
        };
        SelectOptions { count, weigher, subset_size: 0, ..self.options.clone() }
    }

    /// The demands that are not fully served, and why.
    #[must_use]
    pub fn shortfalls(&self) -> Vec<Shortfall> {
        let mut assigned_to = vec![None; self.hosts.len()];
        for (at, share) in self.shares.iter().enumerate() {
            for &host in &share.hosts {
                assigned_to[host] = Some(at);
            }
        }
        let short = (0..self.demands.len()).filter(|&demand| self.shares[demand].missing > 0);
        short.map(|demand| self.shortfall(demand, &assigned_to)).collect()
    }

    fn shortfall(&self, at: usize, assigned_to: &[Option<usize>]) -> Shortfall {
        let demand = &self.demands[at];
        let options = self.options(Count::Exactly(demand.count));
        let selection = self.select(at, &options);
        let verdict = selection.verdict().err();
        let fitting = selection.candidates();
        let mut assigned: Vec<(&str, usize)> = Vec::new();
        for name in fitting.iter().filter_map(|&host| Some(self.demands[assigned_to[host]?].name.as_str())) {
            match assigned.iter_mut().find(|(other, _)| *other == name) {
                Some((_, count)) => *count += 1,
                None => assigned.push((name, 1)),
            }
        }
        assigned.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(right.0)));
        let fit = format!(
            "{} {}",
            counts::counted(fitting.len(), "node"),
            counts::agreeing(fitting.len(), "fits", "fit")
        );
        let reason = match (&verdict, assigned.as_slice()) {
            (Some(verdict), []) => verdict.reason.clone(),
            (_, [(name, _)]) if *name == demand.name => format!("only {fit}"),
            _ => {
                let shares: Vec<String> =
                    assigned.iter().map(|(name, count)| format!("{count} to {name}")).collect();
                format!("{fit}; assigned: {}", shares.join(", "))
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
