//! One request against all nodes.

use std::collections::HashSet;
use std::sync::Arc;

use serde::Serialize;
use thiserror::Error;

use super::arch::Architectures;
use super::extra_specs::ExtraSpecError;
use super::filters::{Cause, Circumstances, FilterName, Matcher, Names, Refusal};
use super::host::HostState;
use super::request::Request;
use super::weigh::{self, Weigher};

/// How many nodes are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Count {
    /// So many.
    Exactly(usize),
    /// Every one that fits, and at least one.
    All,
}

impl Default for Count {
    fn default() -> Self {
        Self::Exactly(1)
    }
}

/// How to choose among the nodes that fit.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How many nodes are wanted.
    pub count: Count,
    /// Which of the nodes that fit is best.
    pub weigher: Weigher,
    /// Each node is drawn by lot from this many of the best (Nova: `host_subset_size`); 0 and 1 both mean the best.
    pub subset_size: usize,
    /// Decides ties and draws. Equal seeds choose equally; operators who share a site should not share a seed.
    pub seed: u64,
    /// The clouds in the order in which they are preferred, where that matters: between equal nodes, and to
    /// [`Weigher::CloudOrder`] before all else. Those that are not in it come last.
    pub clouds: Vec<Arc<str>>,
    /// What the caller knows beside the nodes.
    pub circumstances: Circumstances,
}

/// A request that cannot be put to the nodes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RequestError {
    /// An extra spec cannot be meant as it stands.
    #[error(transparent)]
    ExtraSpec(#[from] ExtraSpecError),
    /// Nodes were asked for by names or UUIDs that none has.
    #[error(
        "no node is called {}{}", quoted(words),
        near.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
    )]
    NoSuchNode {
        /// The words that mean no node.
        words: Vec<String>,
        /// The name of a node that differs from one of them only in case.
        near: Option<String>,
    },
    /// A name that nodes of several clouds have.
    #[error("node `{name}` is ambiguous: there is one in each of the clouds {}", clouds.join(", "))]
    Ambiguous {
        /// The name.
        name: String,
        /// The clouds.
        clouds: Vec<String>,
    },
}

fn quoted(words: &[String]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ")
}

/// How many nodes came to a filter, and how many it let pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FilterCount {
    /// The filter.
    pub filter: FilterName,
    /// How many nodes came in.
    #[serde(rename = "in")]
    pub came: usize,
    /// How many went out.
    #[serde(rename = "out")]
    pub passed: usize,
}

/// A node that was refused: its index among the nodes, and by which filter and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// The node's index.
    pub host: usize,
    /// The first filter that refused it.
    pub refusal: Refusal,
}

/// What came of putting one request to all nodes.
#[derive(Debug, Clone)]
pub struct Selection<'a> {
    pub(super) hosts: &'a [HostState],
    pub(super) matcher: Matcher<'a>,
    pub(super) count: Count,
    pub(super) weigher: Weigher,
    /// Whether each node is drawn by lot from several of the best.
    pub(super) is_drawn: bool,
    pub(super) candidates: Vec<usize>,
    pub(super) refused: Vec<Refused>,
    pub(super) summary: Vec<FilterCount>,
}

/// Puts one request to all nodes: filters them once, whatever the count, since no node is ever shared, and orders
/// those that pass.
///
/// # Errors
///
/// When the request names nodes that there are not, or has an extra spec that cannot be meant. That no node fits is
/// not an error here but an empty [`Selection`]: see [`Selection::verdict`].
pub fn select<'a>(
    hosts: &'a [HostState],
    request: &'a Request,
    options: &'a Options,
) -> Result<Selection<'a>, RequestError> {
    let matcher = Matcher::new(request, &options.circumstances)?;
    let considered = considered(hosts, request)?;
    let mut counts = vec![0; request.filters.len()];
    let mut passing = Vec::new();
    let mut refused = Vec::new();
    for host in considered {
        match matcher.refusal(&hosts[host]) {
            None => passing.push(host),
            Some((at, cause)) => {
                counts[at] += 1;
                refused.push(Refused { host, refusal: Refusal { filter: request.filters[at], cause } });
            }
        }
    }
    let summary = summary(&request.filters, passing.len() + refused.len(), &counts);
    let mut candidates = weigh::rank(hosts, &passing, &matcher, options);
    if options.subset_size > 1 {
        candidates = drawn(&candidates, options.subset_size, options.seed);
    }
    Ok(Selection {
        hosts,
        matcher,
        count: options.count,
        weigher: options.weigher,
        is_drawn: options.subset_size > 1,
        candidates,
        refused,
        summary,
    })
}

/// What the filters did, of which each stopped so many of the nodes that came to the first.
pub(super) fn summary(filters: &[FilterName], mut came: usize, stopped: &[usize]) -> Vec<FilterCount> {
    let counts = filters.iter().zip(stopped).map(|(&filter, stopped)| {
        let count = FilterCount { filter, came, passed: came - stopped };
        came -= stopped;
        count
    });
    counts.collect()
}

/// The indexes of the nodes that the request lets be looked at: all, or those that it names.
pub(super) fn considered(hosts: &[HostState], request: &Request) -> Result<Vec<usize>, RequestError> {
    if request.nodes.is_empty() {
        return Ok((0..hosts.len()).collect());
    }
    let names: HashSet<&str> = hosts.iter().filter_map(|host| host.name.as_deref()).collect();
    let uuids: HashSet<&str> = hosts.iter().map(|host| host.uuid.as_ref()).collect();
    let is_known = |word: &String| {
        names.contains(word.as_str())
            || uuids.contains(word.as_str())
            || uuids.contains(word.to_ascii_lowercase().as_str())
    };
    let unknown: Vec<String> = request.nodes.iter().filter(|word| !is_known(word)).cloned().collect();
    if !unknown.is_empty() {
        let near = |host: &&HostState| {
            host.name
                .as_deref()
                .is_some_and(|name| unknown.iter().any(|word| word.eq_ignore_ascii_case(name)))
        };
        let near = hosts.iter().find(near).map(|host| host.label().to_owned());
        return Err(RequestError::NoSuchNode { words: unknown, near });
    }
    for word in &request.nodes {
        let mut clouds: Vec<String> = hosts
            .iter()
            .filter(|host| host.is_called(word))
            .filter_map(|host| Some(host.cloud.as_deref()?.to_owned()))
            .collect();
        clouds.dedup();
        if clouds.len() > 1 {
            return Err(RequestError::Ambiguous { name: word.clone(), clouds });
        }
    }
    let names = Names::new(&request.nodes);
    Ok((0..hosts.len()).filter(|&at| names.contain(&hosts[at])).collect())
}

/// The same nodes in another order: each is drawn from the `size` best that are left.
fn drawn(ranked: &[usize], size: usize, seed: u64) -> Vec<usize> {
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

    /// The request made ready.
    #[must_use]
    pub fn matcher(&self) -> &Matcher<'a> {
        &self.matcher
    }

    /// How many nodes were looked at.
    #[must_use]
    pub fn considered(&self) -> usize {
        self.candidates.len() + self.refused.len()
    }

    /// Every node that fits, best first, as an index into the nodes. Whoever claims goes through them in this order:
    /// another operator may have been quicker.
    #[must_use]
    pub fn candidates(&self) -> &[usize] {
        &self.candidates
    }

    /// The nodes chosen: as many of the best as are wanted, or all that there are where those are fewer.
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

    /// How many nodes are wanted beyond those that fit.
    #[must_use]
    pub fn missing(&self) -> usize {
        let wanted = match self.count {
            Count::All => 1,
            Count::Exactly(count) => count,
        };
        wanted.saturating_sub(self.candidates.len())
    }

    /// The share of a node that the request would leave unused: see [`Matcher::waste`].
    #[must_use]
    pub fn waste(&self, host: usize) -> f64 {
        self.matcher.waste(self.hosts[host].hardware)
    }

    /// The nodes that were refused, in the order of the nodes.
    #[must_use]
    pub fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// Filter by filter, how many nodes came in and went out.
    #[must_use]
    pub fn summary(&self) -> &[FilterCount] {
        &self.summary
    }

    /// Those of the refused nodes whose cause is as asked.
    pub(super) fn refused_for(&self, is: impl Fn(Cause) -> bool) -> impl Iterator<Item = &'a HostState> {
        let hosts = self.hosts;
        self.refused
            .iter()
            .filter(move |refused| is(refused.refusal.cause))
            .map(|refused| &hosts[refused.host])
    }
}
