//! Ranks the nodes that fit.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use thiserror::Error;

use super::filters::Matcher;
use super::host::{Availability, Hardware, HostState};
use super::select::SelectOptions;

/// How to rank the nodes that fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Weigher {
    /// Least waste first: never assigns a machine of 128 GiB to a request for 16 GiB while one of 16 GiB is free.
    #[default]
    BestFit,
    /// Most RAM first, like Nova's default.
    Ram,
    /// The conductor group with the fewest free nodes first: keeps whole racks free.
    Pack,
    /// One node of each conductor group in turn, the group with the most free nodes first: spreads over failure
    /// domains.
    Spread,
    /// The preferred cloud first, and in each cloud least waste first: the next cloud is only used if no node of the
    /// clouds before it fits. (Not in Nova.)
    CloudOrder,
    /// Random, determined by the seed.
    Random,
}

impl Weigher {
    /// Every weigher.
    pub const ALL: [Self; 6] =
        [Self::BestFit, Self::Ram, Self::Pack, Self::Spread, Self::CloudOrder, Self::Random];

    /// The name on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BestFit => "best-fit",
            Self::Ram => "ram",
            Self::Pack => "pack",
            Self::Spread => "spread",
            Self::CloudOrder => "cloud-order",
            Self::Random => "random",
        }
    }
}

impl fmt::Display for Weigher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Weigher {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl JsonSchema for Weigher {
    fn schema_name() -> Cow<'static, str> {
        "Weigher".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "enum": Self::ALL.map(Self::as_str)})
    }
}

/// An unknown weigher name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown weigher `{name}`; available weighers: {}", Weigher::ALL.map(Weigher::as_str).join(", "))]
pub struct UnknownWeigher {
    /// The name.
    pub name: String,
}

impl FromStr for Weigher {
    type Err = UnknownWeigher;

    fn from_str(name: &str) -> Result<Self, UnknownWeigher> {
        Self::ALL
            .into_iter()
            .find(|weigher| weigher.as_str() == name)
            .ok_or_else(|| UnknownWeigher { name: name.to_owned() })
    }
}

impl Matcher<'_> {
    /// How much of the node the request would leave unused: the sum of (node − request) / node over the requested sizes
    /// (CPUs, RAM, disk). 0 is an exact fit; the maximum is 3.
    ///
    /// If the filters allow a node that is smaller than the request, the shortage counts as (request − node) / request,
    /// so that a smaller node never ranks above an exact fit.
    #[must_use]
    pub fn waste(&self, hardware: Hardware) -> f64 {
        let share = |requested: Option<i64>, has: i64| {
            let requested = requested?;
            let larger = requested.max(has);
            #[expect(clippy::cast_precision_loss, reason = "the sizes of machines are far below 2^53")]
            let share = if larger > 0 { requested.abs_diff(has) as f64 / larger as f64 } else { 0.0 };
            Some(share)
        };
        [
            share(self.vcpus, hardware.vcpus),
            share(self.ram_mb, hardware.ram_mb),
            share(self.disk_mb, hardware.disk_mb),
        ]
        .into_iter()
        .flatten()
        .fold(0.0, |sum, share| sum + share)
    }
}

/// The sort key that prefers the smaller of two machines when nothing else decides: RAM, then CPUs, then disk. Unknown
/// sizes sort last.
pub(super) fn size(hardware: Hardware) -> (i64, i64, i64) {
    let known = |size: i64| if size > 0 { size } else { i64::MAX };
    (known(hardware.ram_mb), known(hardware.vcpus), known(hardware.disk_mb))
}

/// A pseudo-random number that depends only on the seed and the node. It breaks ties in an order that is stable within
/// a run, reproducible with the seed, and different between operators.
pub(super) fn tie_breaker(seed: u64, host: &HostState) -> u64 {
    // FNV-1a over UUID and cloud, then the finalizer of SplitMix64.
    let parts = [host.uuid.as_bytes(), b"/", host.cloud.as_deref().unwrap_or("").as_bytes()];
    let hash = parts.into_iter().flatten().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut mixed = hash ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// The rank of each cloud in the order of preference; other clouds come last.
pub(super) struct Preference<'a>(HashMap<&'a str, usize>);

impl<'a> Preference<'a> {
    pub(super) fn new(clouds: &'a [Arc<str>]) -> Self {
        Self(clouds.iter().enumerate().map(|(rank, cloud)| (cloud.as_ref(), rank)).collect())
    }

    /// The rank of the node's cloud; 0 is the preferred cloud.
    pub(super) fn rank(&self, host: &HostState) -> usize {
        let rank = host.cloud.as_deref().and_then(|cloud| self.0.get(cloud));
        rank.copied().unwrap_or(self.0.len())
    }
}

/// A conductor group of one cloud.
type ConductorGroup<'a> = (Option<&'a str>, Option<&'a str>);

fn group(host: &HostState) -> ConductorGroup<'_> {
    (host.cloud.as_deref(), host.conductor_group.as_deref())
}

/// Sorts the nodes at the indexes `passing`, best first. Ties are broken by size (smaller first), lock (unlocked
/// first), cloud (preferred first), and then by the seed.
pub(super) fn rank(
    hosts: &[HostState],
    passing: &[usize],
    matcher: &Matcher<'_>,
    options: &SelectOptions,
) -> Vec<usize> {
    let clouds = Preference::new(&options.clouds);
    let cloud_rank = |at: usize| clouds.rank(&hosts[at]);
    let tie_breaker = |at: usize| tie_breaker(options.seed, &hosts[at]);
    let is_locked = |at: usize| hosts[at].locked_by.is_some();
    let by_size = |at: usize| (size(hosts[at].hardware), is_locked(at), cloud_rank(at), tie_breaker(at));
    // Waste is never negative or NaN, so the bits of the float sort like its value.
    let waste = |at: usize| matcher.waste(hosts[at].hardware).to_bits();
    match options.weigher {
        Weigher::BestFit => sorted(passing, |at| (waste(at), by_size(at))),
        Weigher::Ram => sorted(passing, |at| (std::cmp::Reverse(hosts[at].hardware.ram_mb), by_size(at))),
        Weigher::CloudOrder => sorted(passing, |at| (cloud_rank(at), waste(at), by_size(at))),
        Weigher::Random => sorted(passing, |at| (is_locked(at), tie_breaker(at))),
        Weigher::Pack => {
            let free = free_nodes(hosts);
            // Each taken node reduces the free nodes of its group, so the nodes of a group stay together. Of groups
            // with equally many free nodes, one with an unlocked node comes first.
            let mut all_locked: HashMap<ConductorGroup<'_>, bool> = HashMap::new();
            for &at in passing {
                *all_locked.entry(group(&hosts[at])).or_insert(true) &= hosts[at].locked_by.is_some();
            }
            sorted(passing, |at| {
                let group = group(&hosts[at]);
                (free.get(&group).copied().unwrap_or(0), all_locked[&group], group, by_size(at))
            })
        }
        Weigher::Spread => {
            let free = free_nodes(hosts);
            // The first node of every group comes before the second node of any group.
            let mut taken: HashMap<ConductorGroup<'_>, usize> = HashMap::new();
            let rounds: HashMap<usize, usize> = sorted(passing, by_size)
                .into_iter()
                .map(|at| {
                    let taken = taken.entry(group(&hosts[at])).or_default();
                    *taken += 1;
                    (at, *taken)
                })
                .collect();
            let free = |at: usize| free.get(&group(&hosts[at])).copied().unwrap_or(0);
            sorted(passing, |at| (rounds[&at], std::cmp::Reverse(free(at)), by_size(at)))
        }
    }
}

fn sorted<K: Ord>(passing: &[usize], key: impl Fn(usize) -> K) -> Vec<usize> {
    let mut keyed: Vec<(K, usize)> = passing.iter().map(|&at| (key(at), at)).collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, at)| at).collect()
}

/// How many free nodes each conductor group has.
fn free_nodes(hosts: &[HostState]) -> HashMap<ConductorGroup<'_>, usize> {
    let mut free = HashMap::new();
    for host in hosts.iter().filter(|host| host.availability() == Availability::Free) {
        *free.entry(group(host)).or_default() += 1;
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host_manager::filters::MatchContext;
    use crate::host_manager::request::Request;

    fn host(uuid: &str, ram_mb: i64, group: &str) -> HostState {
        HostState {
            uuid: uuid.into(),
            hardware: Hardware { vcpus: 8, ram_mb, disk_mb: 102_400 },
            conductor_group: Some(group.into()),
            power_state: Some("power off".into()),
            ..HostState::default()
        }
    }

    fn ranked(hosts: &[HostState], request: &Request, weigher: Weigher, seed: u64) -> Vec<String> {
        let circumstances = MatchContext::default();
        let matcher = Matcher::new(request, &circumstances).expect("the request is valid");
        let passing: Vec<usize> = (0..hosts.len()).collect();
        let clouds = vec!["near".into(), "far".into()];
        let options = SelectOptions { weigher, seed, clouds, ..SelectOptions::default() };
        rank(hosts, &passing, &matcher, &options).into_iter().map(|at| hosts[at].uuid.to_string()).collect()
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "the shares are halves and quarters, which floats hold exactly")]
    fn waste_is_the_unused_share() {
        let circumstances = MatchContext::default();
        let request =
            Request { vcpus: Some(4), ram_mb: Some(1024), disk_gb: Some(100), ..Request::default() };
        let matcher = Matcher::new(&request, &circumstances).expect("the request is valid");
        let hardware = Hardware { vcpus: 4, ram_mb: 1024, disk_mb: 102_400 };
        assert_eq!(matcher.waste(hardware), 0.0);
        assert_eq!(matcher.waste(Hardware { vcpus: 8, ram_mb: 4096, ..hardware }), 0.5 + 0.75);
        assert_eq!(matcher.waste(Hardware { vcpus: 2, ..hardware }), 0.5);
        let unsized_request = Request::default();
        let matcher = Matcher::new(&unsized_request, &circumstances).expect("the request is valid");
        assert_eq!(matcher.waste(hardware), 0.0);
    }

    #[test]
    fn best_fit_prefers_the_smallest_and_ram_the_largest() {
        let hosts = [host("m", 32768, ""), host("l", 131_072, ""), host("s", 16384, "")];
        let request = Request { ram_mb: Some(16384), ..Request::default() };
        assert_eq!(ranked(&hosts, &request, Weigher::BestFit, 1), ["s", "m", "l"]);
        assert_eq!(ranked(&hosts, &request, Weigher::Ram, 1), ["l", "m", "s"]);
    }

    #[test]
    fn ties_are_broken_by_lock_and_then_by_seed() {
        let mut hosts: Vec<_> = (0..20).map(|n| host(&n.to_string(), 16384, "")).collect();
        hosts[7].locked_by = Some("conductor-1".into());
        let request = Request::default();
        for weigher in Weigher::ALL {
            let order = ranked(&hosts, &request, weigher, 1);
            assert_eq!(order.last().map(String::as_str), Some("7"), "{weigher}");
            assert_eq!(order, ranked(&hosts, &request, weigher, 1));
            assert_ne!(order, ranked(&hosts, &request, weigher, 2));
            let mut reversed = hosts.clone();
            reversed.reverse();
            assert_eq!(
                order,
                ranked(&reversed, &request, weigher, 1),
                "{weigher}: the order of nodes does not matter"
            );
        }
    }

    #[test]
    fn pack_fills_the_group_with_the_fewest_free_nodes_and_spread_alternates() {
        let mut hosts: Vec<_> = (0..2).map(|n| host(&format!("a{n}"), 1, "a")).collect();
        hosts.extend((0..2).map(|n| host(&format!("b{n}"), 1, "b")));
        hosts.extend((0..4).map(|n| host(&format!("c{n}"), 1, "c")));
        let groups = |weigher| -> String {
            let order = ranked(&hosts, &Request::default(), weigher, 5);
            order.iter().map(|uuid| &uuid[..1]).collect()
        };
        let packed = groups(Weigher::Pack);
        assert!(packed == "aabbcccc" || packed == "bbaacccc", "{packed}");
        let spread = groups(Weigher::Spread);
        assert!(["cabcabcc", "cbacabcc", "cabcbacc", "cbacbacc"].contains(&spread.as_str()), "{spread}");
    }

    #[test]
    fn the_smallest_machine_is_best_for_a_request_without_criteria() {
        let sized = |uuid: &str, vcpus: i64, ram_mb: i64, disk_mb: i64| HostState {
            hardware: Hardware { vcpus, ram_mb, disk_mb },
            ..host(uuid, ram_mb, "")
        };
        let hosts = [
            sized("unknown", 0, 0, 0),
            sized("large", 4, 65536, 102_400),
            sized("cpus", 16, 16384, 1024),
            sized("disk", 8, 16384, 204_800),
            sized("small", 8, 16384, 102_400),
            sized("no-cpus", 0, 16384, 1024),
        ];
        let smallest_first = ["small", "disk", "cpus", "no-cpus", "large", "unknown"];
        for seed in 0..5 {
            for weigher in [Weigher::BestFit, Weigher::CloudOrder, Weigher::Pack, Weigher::Spread] {
                assert_eq!(ranked(&hosts, &Request::default(), weigher, seed), smallest_first, "{weigher}");
            }
            // The sort order is waste, size, lock.
            let eight = Request { vcpus: Some(8), ..Request::default() };
            let mut hosts = hosts[2..5].to_vec();
            hosts[2].locked_by = Some("conductor-1".into());
            assert_eq!(ranked(&hosts, &eight, Weigher::BestFit, seed), ["small", "disk", "cpus"]);
        }
        let equal: Vec<_> = (0..9).map(|n| sized(&n.to_string(), 8, 16384, 1024)).collect();
        let orders: std::collections::HashSet<_> =
            (0..9).map(|seed| ranked(&equal, &Request::default(), Weigher::BestFit, seed)).collect();
        assert!(orders.len() > 1, "the seed decides between equal machines");
    }

    #[test]
    fn cloud_order_breaks_ties_or_comes_first_with_its_weigher() {
        let of = |cloud: &str, host: HostState| HostState { cloud: Some(cloud.into()), ..host };
        let hosts = [
            of("other", host("o", 16384, "")),
            of("far", host("f", 16384, "")),
            of("near", host("n", 16384, "")),
            of("near", host("large", 32768, "")),
        ];
        let request = Request { ram_mb: Some(16384), ..Request::default() };
        for seed in 0..9 {
            assert_eq!(ranked(&hosts, &request, Weigher::BestFit, seed), ["n", "f", "o", "large"]);
            assert_eq!(ranked(&hosts, &request, Weigher::CloudOrder, seed), ["n", "large", "f", "o"]);
        }
        let mut locked = hosts.clone();
        locked[2].locked_by = Some("conductor-1".into());
        assert_eq!(ranked(&locked, &request, Weigher::BestFit, 1), ["f", "o", "n", "large"]);
        assert_eq!(ranked(&locked, &request, Weigher::CloudOrder, 1)[0], "n");
    }

    #[test]
    fn weigher_names_are_parsed_and_unknown_names_list_the_known() {
        for weigher in Weigher::ALL {
            assert_eq!(weigher.as_str().parse(), Ok(weigher));
        }
        let error = "bestfit".parse::<Weigher>().expect_err("no such weigher");
        assert!(
            error
                .to_string()
                .ends_with("available weighers: best-fit, ram, pack, spread, cloud-order, random")
        );
    }
}
