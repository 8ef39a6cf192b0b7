//! Hints about changes that would make nodes fit.

use std::collections::HashMap;

use super::{SHOWN, descending, listed, status};
use crate::counts;
use crate::host_manager::explain;
use crate::host_manager::filters::{Cause, FilterName, Refusal, ResourceView};
use crate::host_manager::host::HostState;
use crate::host_manager::select::{FilterCount, Selection};

/// A change to the request, and its effect.
struct RequestChange {
    /// How much the change differs from the request: see [`Selection::distance`].
    distance: f64,
    /// How many nodes would fit.
    nodes: usize,
}

impl Selection<'_> {
    /// The changes that would make nodes fit, the most promising first.
    pub(super) fn hints(&self) -> Vec<String> {
        let mut changes: HashMap<String, RequestChange> = HashMap::new();
        let mut statuses: HashMap<String, usize> = HashMap::new();
        let mut closest: Option<(Vec<Refusal>, &HostState)> = None;
        for refused in &self.refused {
            let host = &self.hosts[refused.host];
            let refusals: Vec<Refusal> = self.matcher.refusals(host).collect();
            match refusals.as_slice() {
                [Refusal { filter: FilterName::Compute, cause }] => {
                    *statuses.entry(status(*cause)).or_default() += 1;
                }
                [alone] => {
                    let distance = self.distance(host, alone.cause);
                    let change = changes
                        .entry(self.change(host, *alone))
                        .or_insert(RequestChange { distance, nodes: 0 });
                    change.nodes += 1;
                }
                several if closest.as_ref().is_none_or(|(least, _)| several.len() < least.len()) => {
                    closest = Some((refusals, host));
                }
                _ => {}
            }
        }
        let mut changes: Vec<(String, RequestChange)> = changes.into_iter().collect();
        changes.sort_by(|(left_text, left), (right_text, right)| {
            let by_distance = left.distance.total_cmp(&right.distance);
            by_distance.then(right.nodes.cmp(&left.nodes)).then_with(|| left_text.cmp(right_text))
        });
        let mut hints: Vec<String> = changes
            .into_iter()
            .take(SHOWN)
            .map(|(text, change)| format!("{} would fit {text}", counts::counted(change.nodes, "node")))
            .collect();
        hints.extend(self.at_least_hint());
        if !statuses.is_empty() {
            let count: usize = statuses.values().sum();
            let states = listed(&descending(statuses), |state, count| format!("{count} {state}"));
            let verb = counts::agreeing(count, "fits but is", "fit but are");
            hints.push(format!("{} {verb} not free: {states}", counts::counted(count, "node")));
        }
        if let (true, Some((refusals, host))) = (hints.is_empty(), closest) {
            let reasons: Vec<String> =
                refusals.iter().map(|refusal| self.matcher.explain(host, *refusal).reason).collect();
            hints.push(format!("the closest node is {}: it {}", host.label(), sentence(&reasons)));
        }
        hints.extend(self.filter_trail());
        hints
    }

    /// The filters that refused nodes, and how many nodes passed each.
    fn filter_trail(&self) -> Option<String> {
        let refused_any = |count: &&FilterCount| count.passed < count.came;
        let passed: Vec<String> = self
            .summary
            .iter()
            .filter(refused_any)
            .map(|count| format!("{} passed {}", count.passed, count.filter))
            .collect();
        (!passed.is_empty())
            .then(|| format!("of {}, {}", counts::counted(self.considered(), "node"), passed.join(", ")))
    }

    /// If the request has exact size filters: how many nodes would fit with at-least filters.
    fn at_least_hint(&self) -> Option<String> {
        let relaxed = |filter: FilterName| match filter {
            FilterName::ExactRam => FilterName::Ram,
            FilterName::ExactDisk => FilterName::Disk,
            FilterName::ExactCore => FilterName::Core,
            other => other,
        };
        let filters = &self.request().filters;
        if filters.iter().all(|&filter| relaxed(filter) == filter) {
            return None;
        }
        let count = self
            .refused
            .iter()
            .map(|refused| &self.hosts[refused.host])
            .filter(|host| {
                filters
                    .iter()
                    .all(|&filter| self.matcher.check(relaxed(filter), host, ResourceView::Offered).is_none())
            })
            .count();
        (count > 0).then(|| {
            format!(
                "{} would fit if the sizes were minimums, not exact values",
                counts::counted(count, "node")
            )
        })
    }

    /// The relative difference between the requested and the actual size. Any other change counts as
    /// 0.05: more than requesting 1 GiB less, and less than taking a machine of a very different size.
    fn distance(&self, host: &HostState, cause: Cause) -> f64 {
        const NOT_A_SIZE: f64 = 0.05;
        let (requested, has) = match cause {
            Cause::Ram => (self.matcher.ram_mb, host.hardware.ram_mb),
            Cause::Disk => (self.matcher.disk_mb, host.hardware.disk_mb),
            Cause::Cores => (self.matcher.vcpus, host.hardware.vcpus),
            _ => return NOT_A_SIZE,
        };
        let requested = requested.unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "only the order of distances matters")]
        let share = requested.abs_diff(has) as f64 / requested.max(1) as f64;
        share
    }

    /// For a node that a single filter refuses: the change that would make it fit, as text that follows `would fit`.
    fn change(&self, host: &HostState, refusal: Refusal) -> String {
        let matcher = &self.matcher;
        match refusal.cause {
            Cause::Ram if host.hardware.ram_mb == 0 => "if `memory_mb` were set (it is 0)".to_owned(),
            Cause::Ram => format!("with {}", explain::ram(host.hardware.ram_mb)),
            Cause::Cores if host.hardware.vcpus == 0 => "if `cpus` were set (it is 0)".to_owned(),
            Cause::Cores => format!("with {}", explain::cpus(host.hardware.vcpus)),
            Cause::Disk if host.hardware.disk_mb == 0 => "if `local_gb` were set (it is 0)".to_owned(),
            Cause::Disk => self.disk_change(host),
            Cause::Architecture(_) => match host.raw_arch.as_deref() {
                Some(arch) => format!("with architecture {arch}"),
                None => "if no architecture were required".to_owned(),
            },
            Cause::HypervisorType | Cause::VmMode => "with an image made for bare metal".to_owned(),
            Cause::Firmware => {
                format!("with an image for {}", matcher.explain(host, refusal).has)
            }
            Cause::ImageCloud => format!("if the image were in {}", matcher.explain(host, refusal).has),
            Cause::ImageRam => "with an image that needs less RAM".to_owned(),
            Cause::ImageDisk => "with an image that needs less disk".to_owned(),
            Cause::ResourceClass(_) => match host.resource_class.as_deref() {
                Some(class) => format!("with resource class {class}"),
                None => "if no resource class were required".to_owned(),
            },
            Cause::TraitMissing(_) | Cause::TraitForbidden(_) => {
                let missing = matcher.required_traits.iter().filter(|name| !host.has_trait(name));
                let forbidden = matcher.forbidden_traits.iter().filter(|name| host.has_trait(name));
                let changes: Vec<String> = missing
                    .map(|name| format!("without requiring trait {name}"))
                    .chain(forbidden.map(|name| format!("without forbidding trait {name}")))
                    .collect();
                changes.join(" and ")
            }
            Cause::NoStat(at) | Cause::Stat(at, _) => {
                let has = matcher.explain(host, refusal).has;
                let key = matcher.specs.specs[at].key;
                let name = key.strip_prefix("capabilities:");
                let spec = name.map_or_else(|| key.to_string(), |name| format!("capability {name}"));
                if has == format!("no {spec}") {
                    format!("without {spec}")
                } else {
                    format!("without {spec} (found: {has})")
                }
            }
            Cause::Tried => "if not tried already".to_owned(),
            Cause::Excluded => "if not excluded".to_owned(),
            Cause::Cloud | Cause::ConductorGroup | Cause::Shard | Cause::Owner | Cause::Lessee => {
                format!("with {}", matcher.explain(host, refusal).has)
            }
            Cause::Used | Cause::Unavailable(_) | Cause::NoConductor => "when free".to_owned(),
        }
    }

    /// The root partition that would fit on the node's disk, next to the ephemeral disk and swap.
    fn disk_change(&self, host: &HostState) -> String {
        let request = self.request();
        let has = host.hardware.disk_mb;
        let extra = |size: Option<u64>| size.and_then(|size| i64::try_from(size).ok()).unwrap_or(0);
        let root = has - extra(request.swap_mb) - 1024 * extra(request.ephemeral_gb);
        if root < 0 || root % 1024 != 0 {
            return format!("with {} in total (root, ephemeral and swap)", explain::disk(has));
        }
        let size = explain::disk(root);
        let mut change =
            if root == has { format!("with {size}") } else { format!("with {size} for the root partition") };
        if self.matcher.disk_mb.is_some_and(|requested| requested - has == 1024) {
            change.push_str(" (`local_gb` is 1 less than the disk size)");
        }
        change
    }
}

/// Joins reasons: `has 8 CPUs`, `has 1 GiB of disk` become `has 8 CPUs and 1 GiB of disk`.
fn sentence(reasons: &[String]) -> String {
    let mut sentence = String::new();
    let mut in_list = false;
    for (index, reason) in reasons.iter().enumerate() {
        let possession = reason.strip_prefix("has ");
        sentence.push_str(match index {
            0 => "",
            _ if index + 1 == reasons.len() => " and ",
            _ => ", ",
        });
        sentence.push_str(possession.filter(|_| in_list).unwrap_or(reason));
        in_list = possession.is_some();
    }
    sentence
}
