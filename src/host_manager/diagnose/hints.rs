//! What would make nodes fit.

use std::collections::HashMap;

use super::{TOLD, descending, listed, standing};
use crate::host_manager::explain;
use crate::host_manager::filters::{Cause, FilterName, Refusal, View};
use crate::host_manager::host::HostState;
use crate::host_manager::select::{FilterCount, Selection};

/// A change of the request, and what it would gain.
struct Change {
    /// How far it goes from what is asked: see [`Selection::distance`].
    distance: f64,
    /// How many nodes would fit.
    nodes: usize,
}

impl Selection<'_> {
    /// What would make nodes fit, the most promising first.
    pub(super) fn hints(&self) -> Vec<String> {
        let mut changes: HashMap<String, Change> = HashMap::new();
        let mut standings: HashMap<String, usize> = HashMap::new();
        let mut nearest: Option<(Vec<Refusal>, &HostState)> = None;
        for refused in &self.refused {
            let host = &self.hosts[refused.host];
            let refusals: Vec<Refusal> = self.matcher.refusals(host).collect();
            match refusals.as_slice() {
                [Refusal { filter: FilterName::Compute, cause }] => {
                    *standings.entry(standing(*cause)).or_default() += 1;
                }
                [alone] => {
                    let distance = self.distance(host, alone.cause);
                    let change =
                        changes.entry(self.change(host, *alone)).or_insert(Change { distance, nodes: 0 });
                    change.nodes += 1;
                }
                several if nearest.as_ref().is_none_or(|(least, _)| several.len() < least.len()) => {
                    nearest = Some((refusals, host));
                }
                _ => {}
            }
        }
        let mut changes: Vec<(String, Change)> = changes.into_iter().collect();
        changes.sort_by(|(left_words, left), (right_words, right)| {
            let by_distance = left.distance.total_cmp(&right.distance);
            by_distance.then(right.nodes.cmp(&left.nodes)).then_with(|| left_words.cmp(right_words))
        });
        let mut hints: Vec<String> = changes
            .into_iter()
            .take(TOLD)
            .map(|(words, change)| format!("{} would fit {words}", explain::nodes(change.nodes)))
            .collect();
        hints.extend(self.at_least_hint());
        if !standings.is_empty() {
            let count: usize = standings.values().sum();
            let states = listed(&descending(standings), |state, count| format!("{count} {state}"));
            let verb = if count == 1 { "fits but is" } else { "fit but are" };
            hints.push(format!("{} {verb} not free: {states}", explain::nodes(count)));
        }
        if let (true, Some((refusals, host))) = (hints.is_empty(), nearest) {
            let has: Vec<String> =
                refusals.iter().map(|refusal| self.matcher.explain(host, *refusal).reason).collect();
            hints.push(format!("the nearest is {}: it {}", host.label(), has.join(", and ")));
        }
        hints.extend(self.trail());
        hints
    }

    /// Which filters stopped nodes, and how many each left.
    fn trail(&self) -> Option<String> {
        let stopped = |count: &&FilterCount| count.passed < count.came;
        let left: Vec<String> = self
            .summary
            .iter()
            .filter(stopped)
            .map(|count| format!("{} left {}", count.filter, count.passed))
            .collect();
        (!left.is_empty()).then(|| format!("of {}, {}", explain::nodes(self.considered()), left.join(", ")))
    }

    /// How many nodes would fit if sizes were taken as at least, where they were taken as exact.
    fn at_least_hint(&self) -> Option<String> {
        let loosened = |filter: FilterName| match filter {
            FilterName::ExactRam => FilterName::Ram,
            FilterName::ExactDisk => FilterName::Disk,
            FilterName::ExactCore => FilterName::Core,
            other => other,
        };
        let filters = &self.request().filters;
        if filters.iter().all(|&filter| loosened(filter) == filter) {
            return None;
        }
        let count = self
            .refused
            .iter()
            .map(|refused| &self.hosts[refused.host])
            .filter(|host| {
                filters
                    .iter()
                    .all(|&filter| self.matcher.check(loosened(filter), host, View::Offered).is_none())
            })
            .count();
        (count > 0).then(|| {
            format!("{} would fit if sizes were at least, not exactly, as asked", explain::nodes(count))
        })
    }

    /// How far a node is from what is asked, as a share of it. What is no size is a little off: a smaller change than
    /// to take a machine of quite another size, and a larger one than to ask for one gigabyte less.
    fn distance(&self, host: &HostState, cause: Cause) -> f64 {
        const NO_SIZE: f64 = 0.05;
        let (asked, has) = match cause {
            Cause::Ram => (self.matcher.ram_mb, host.hardware.ram_mb),
            Cause::Disk => (self.matcher.disk_mb, host.hardware.disk_mb),
            Cause::Cores => (self.matcher.vcpus, host.hardware.vcpus),
            _ => return NO_SIZE,
        };
        let asked = asked.unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "only the order of distances matters")]
        let share = asked.abs_diff(has) as f64 / asked.max(1) as f64;
        share
    }

    /// The change of the request that would make a node fit that one filter alone refuses; it follows `would fit`.
    fn change(&self, host: &HostState, refusal: Refusal) -> String {
        let matcher = &self.matcher;
        match refusal.cause {
            Cause::Ram if host.hardware.ram_mb == 0 => "if their `memory_mb` were known: it is 0".to_owned(),
            Cause::Ram => format!("with ram_mb {}", host.hardware.ram_mb),
            Cause::Cores if host.hardware.vcpus == 0 => "if their `cpus` were known: it is 0".to_owned(),
            Cause::Cores => format!("with vcpus {}", host.hardware.vcpus),
            Cause::Disk if host.hardware.disk_mb == 0 => "if their `local_gb` were known: it is 0".to_owned(),
            Cause::Disk => self.disk_change(host),
            Cause::Architecture(_) => {
                format!("for architecture {}", host.raw_arch.as_deref().unwrap_or("(theirs is not known)"))
            }
            Cause::HypervisorType | Cause::VmMode => "with an image made for bare metal".to_owned(),
            Cause::Firmware => {
                format!("with an image for {}", matcher.explain(host, refusal).has)
            }
            Cause::ImageCloud => format!("were the image in {}", matcher.explain(host, refusal).has),
            Cause::ImageRam | Cause::ImageDisk => "with an image that needs less".to_owned(),
            Cause::ResourceClass(_) => match host.resource_class.as_deref() {
                Some(class) => format!("with resource class {class}"),
                None => "without asking for a resource class: they have none".to_owned(),
            },
            Cause::TraitMissing(_) | Cause::TraitForbidden(_) => {
                let missing = matcher.required_traits.iter().filter(|name| !host.has_trait(name));
                let forbidden = matcher.forbidden_traits.iter().filter(|name| host.has_trait(name));
                let words: Vec<String> = missing
                    .map(|name| format!("without asking for trait {name}"))
                    .chain(forbidden.map(|name| format!("without forbidding trait {name}")))
                    .collect();
                words.join(" and ")
            }
            Cause::NoStat(at) | Cause::Stat(at, _) => {
                let has = matcher.explain(host, refusal).has;
                format!("without {} (theirs: {has})", matcher.specs.specs[at].key)
            }
            Cause::Tried | Cause::Excluded => "were they not left out by name".to_owned(),
            Cause::Cloud | Cause::ConductorGroup | Cause::Shard | Cause::Owner | Cause::Lessee => {
                format!("where {} is asked for", matcher.explain(host, refusal).has)
            }
            Cause::Used | Cause::Unavailable(_) | Cause::NoConductor => "once they are free".to_owned(),
        }
    }

    /// The root disk that would fit the node's, with what ephemeral disk and swap take off it.
    fn disk_change(&self, host: &HostState) -> String {
        let request = self.request();
        let has = host.hardware.disk_mb;
        let extra = |size: Option<u64>| size.and_then(|size| i64::try_from(size).ok()).unwrap_or(0);
        let root = has - extra(request.swap_mb) - 1024 * extra(request.ephemeral_gb);
        if root < 0 || root % 1024 != 0 {
            return format!("with {} in all", explain::disk(has));
        }
        let mut change = format!("with disk_gb {}", root / 1024);
        if self.matcher.disk_mb.is_some_and(|asked| asked - has == 1024) {
            change.push_str(": their `local_gb` is one less than the disk's size");
        }
        change
    }
}
