//! Matches one request against all nodes.

use std::collections::HashSet;
use std::sync::Arc;

use serde::Serialize;
use thiserror::Error;

use super::arch::Architectures;
use super::extra_specs::ExtraSpecError;
use super::filters::{FilterName, MatchContext, Matcher, NodeNames};
use super::host::HostState;
use super::request::Request;
use super::weigh::{self, Weigher};

/// How many nodes to select.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Count {
    /// This many.
    Exactly(usize),
    /// Every node that fits, at least one.
    All,
}

impl Default for Count {
    fn default() -> Self {
        Self::Exactly(1)
    }
}

/// How to select among the nodes that fit.
#[derive(Debug, Clone, Default)]
pub struct SelectOptions {
    /// How many nodes to select.
    pub count: Count,
    /// How to rank the nodes that fit.
    pub weigher: Weigher,
    /// Select each node at random from this many of the best (Nova: `host_subset_size`); 0 and 1 both select the best.
    pub subset_size: usize,
    /// Determines ties and random selection. Equal seeds give equal results; operators of the same site should use
    /// different seeds.
    pub seed: u64,
    /// The clouds in order of preference; other clouds come last. The order breaks ties, and is the first criterion of
    /// [`Weigher::CloudOrder`].
    pub clouds: Vec<Arc<str>>,
    /// Facts from outside the node list: tried nodes and live drivers.
    pub circumstances: MatchContext,
}

/// An invalid request.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RequestError {
    /// An extra spec is invalid.
    #[error(transparent)]
    ExtraSpec(#[from] ExtraSpecError),
    /// The request names nodes that do not exist.
    #[error(
        "no node is named {}{}", quoted(names),
        near.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
    )]
    NoSuchNode {
        /// The names or UUIDs that no node has.
        names: Vec<String>,
        /// The name of a node that differs only in case.
        near: Option<String>,
    },
    /// Nodes of several clouds have this name.
    #[error("node `{name}` is ambiguous: it exists in several clouds: {}", clouds.join(", "))]
    Ambiguous {
        /// The name.
        name: String,
        /// The clouds.
        clouds: Vec<String>,
    },
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
}

/// How many nodes reached a filter, and how many passed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FilterCount {
    /// The filter.
    pub filter: FilterName,
    /// How many nodes reached it.
    #[serde(rename = "in")]
    pub came: usize,
    /// How many passed it.
    #[serde(rename = "out")]
    pub passed: usize,
}

/// A refused node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// The index of the node.
    pub host: usize,
    /// The first filter that refused it.
    pub filter: FilterName,
}

/// The result of matching one request against all nodes.
#[derive(Debug, Clone)]
pub struct Selection<'a> {
    pub(super) hosts: &'a [HostState],
    pub(super) matcher: Matcher<'a>,
    pub(super) count: Count,
    pub(super) weigher: Weigher,
    /// Whether each node is selected at random from several of the best.
    pub(super) is_random: bool,
    pub(super) candidates: Vec<usize>,
    pub(super) refused: Vec<Refused>,
    pub(super) summary: Vec<FilterCount>,
}

/// Matches one request against all nodes: filters the nodes and ranks those that pass. One pass is enough for any
/// count, because instances never share a node.
///
/// # Errors
///
/// If the request names nodes that do not exist, or has an invalid extra spec. A request that no node fits gives an
/// empty [`Selection`]: see [`Selection::verdict`].
pub fn select<'a>(
    hosts: &'a [HostState],
    request: &'a Request,
    options: &'a SelectOptions,
) -> Result<Selection<'a>, RequestError> {
    let matcher = Matcher::new(request, &options.circumstances)?;
    let considered = considered(hosts, request)?;
    let mut counts = vec![0; request.filters.len()];
    let mut passing = Vec::new();
    let mut refused = Vec::new();
    for host in considered {
        match matcher.refusal(&hosts[host]) {
            None => passing.push(host),
            Some(at) => {
                counts[at] += 1;
                refused.push(Refused { host, filter: request.filters[at] });
            }
        }
    }
    let summary = summary(&request.filters, passing.len() + refused.len(), &counts);
    let mut candidates = weigh::rank(hosts, &passing, &matcher, options);
    if options.subset_size > 1 {
        candidates = pick_from_best(&candidates, options.subset_size, options.seed);
    }
    Ok(Selection {
        hosts,
        matcher,
        count: options.count,
        weigher: options.weigher,
        is_random: options.subset_size > 1,
        candidates,
        refused,
        summary,
    })
}

/// The counts of each filter, given how many nodes reached the first filter and how many each filter refused.
pub(super) fn summary(filters: &[FilterName], mut came: usize, refused: &[usize]) -> Vec<FilterCount> {
    let counts = filters.iter().zip(refused).map(|(&filter, refused)| {
        let count = FilterCount { filter, came, passed: came - refused };
        came -= refused;
        count
    });
    counts.collect()
}

/// The indexes of the nodes to consider: all, or those that the request names.
pub(super) fn considered(hosts: &[HostState], request: &Request) -> Result<Vec<usize>, RequestError> {
    if request.nodes.is_empty() {
        return Ok((0..hosts.len()).collect());
    }
    let names: HashSet<&str> = hosts.iter().filter_map(|host| host.name.as_deref()).collect();
    let uuids: HashSet<&str> = hosts.iter().map(|host| host.uuid.as_ref()).collect();
    let is_known = |name: &String| {
        names.contains(name.as_str())
            || uuids.contains(name.as_str())
            || uuids.contains(name.to_ascii_lowercase().as_str())
    };
    let unknown: Vec<String> = request.nodes.iter().filter(|name| !is_known(name)).cloned().collect();
    if !unknown.is_empty() {
        let near = |host: &&HostState| {
            host.name
                .as_deref()
                .is_some_and(|name| unknown.iter().any(|other| other.eq_ignore_ascii_case(name)))
        };
        let near = hosts.iter().find(near).map(|host| host.label().to_owned());
        return Err(RequestError::NoSuchNode { names: unknown, near });
    }
    for name in &request.nodes {
        let mut clouds: Vec<String> = hosts
            .iter()
            .filter(|host| host.is_called(name))
            .filter_map(|host| Some(host.cloud.as_deref()?.to_owned()))
            .collect();
        clouds.dedup();
        if clouds.len() > 1 {
            return Err(RequestError::Ambiguous { name: name.clone(), clouds });
        }
    }
    let names = NodeNames::new(&request.nodes);
    Ok((0..hosts.len()).filter(|&at| names.contain(&hosts[at])).collect())
}

/// Reorders the nodes: each is selected at random from the `size` best of the remaining ones.
fn pick_from_best(ranked: &[usize], size: usize, seed: u64) -> Vec<usize> {
    let mut random = fastrand::Rng::with_seed(seed);
    let (window, rest) = ranked.split_at(size.min(ranked.len()));
    let mut window = window.to_vec();
    let mut rest = rest.iter();
    let mut order = Vec::with_capacity(ranked.len());
    while !window.is_empty() {
        let at = random.usize(..window.len());
        match rest.next() {
            Some(&next) => order.push(std::mem::replace(&mut window[at], next)),
            None => order.push(window.swap_remove(at)),
        }
    }
    order
}

impl<'a> Selection<'a> {
    /// The request.
    #[must_use]
    pub fn request(&self) -> &'a Request {
        self.matcher.request()
    }

    /// The prepared request.
    #[must_use]
    pub fn matcher(&self) -> &Matcher<'a> {
        &self.matcher
    }

    /// How many nodes were considered.
    #[must_use]
    pub fn considered(&self) -> usize {
        self.candidates.len() + self.refused.len()
    }

    /// The indexes of every node that fits, best first. A caller tries to claim them in this order, because another
    /// operator may have claimed the first ones.
    #[must_use]
    pub fn candidates(&self) -> &[usize] {
        &self.candidates
    }

    /// The chosen nodes: as many of the best as requested, or all if fewer fit.
    #[must_use]
    pub fn chosen(&self) -> &[usize] {
        match self.count {
            Count::All => &self.candidates,
            Count::Exactly(count) => &self.candidates[..count.min(self.candidates.len())],
        }
    }

    /// The architectures of the nodes that fit.
    #[must_use]
    pub fn architectures(&self) -> Architectures {
        Architectures::of(&self.matcher, self.candidates.iter().map(|&at| &self.hosts[at]))
    }

    /// How many more nodes are requested than fit.
    #[must_use]
    pub fn missing(&self) -> usize {
        let requested = match self.count {
            Count::All => 1,
            Count::Exactly(count) => count,
        };
        requested.saturating_sub(self.candidates.len())
    }

    /// The share of the node that the request would leave unused: see [`Matcher::waste`].
    #[must_use]
    pub fn waste(&self, host: usize) -> f64 {
        self.matcher.waste(self.hosts[host].hardware)
    }

    /// The refused nodes, in the order of the nodes.
    #[must_use]
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// For each filter, how many nodes reached and passed it.
    #[must_use]
    pub fn summary(&self) -> &[FilterCount] {
        &self.summary
    }

    /// The nodes that this filter refused, or its variant for exact sizes.
    pub(super) fn refused_by(&self, filter: FilterName) -> impl Iterator<Item = &'a HostState> {
        let hosts = self.hosts;
        self.refused
            .iter()
            .filter(move |refused| refused.filter.relaxed() == filter)
            .map(|refused| &hosts[refused.host])
    }
}
