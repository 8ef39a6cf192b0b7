//! What stands between a request and a machine: the one-line reason, the nearest miss, and the change that would
//! make it fit.

use std::collections::{BTreeMap, HashMap};

use thiserror::Error;

use super::explain;
use super::filters::{Cause, FilterName, Refusal, View};
use super::host::{HostState, Unavailable};
use super::select::{Count, FilterCount, Selection};

/// How many near misses or changes are told.
const TOLD: usize = 3;

/// Too few nodes fit.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no valid host: {reason}{}", filter.map(|filter| format!(" ({filter})")).unwrap_or_default())]
pub struct NoValidHost {
    /// One line: the filter that removed the last node in words, and the nearest miss.
    pub reason: String,
    /// What would make nodes fit, the most promising first; each one line.
    pub hints: Vec<String>,
    /// The filter that removed the last node; none where some fit, but too few.
    pub filter: Option<FilterName>,
    /// Filter by filter, how many nodes came in and went out.
    pub summary: Vec<FilterCount>,
    /// How many nodes fit.
    pub fitting: usize,
    /// How many more are wanted.
    pub missing: usize,
}

impl Selection<'_> {
    /// Whether as many nodes fit as are wanted.
    ///
    /// # Errors
    ///
    /// Where fewer do, with what there is to say about it.
    pub fn verdict(&self) -> Result<(), NoValidHost> {
        let missing = self.missing();
        if missing == 0 {
            return Ok(());
        }
        let fitting = self.candidates.len();
        let last = self.summary.iter().find(|count| count.came > 0 && count.passed == 0).copied();
        let reason = match (last, self.count) {
            _ if self.considered() == 0 => "there are no nodes to choose from".to_owned(),
            (Some(last), _) => self.reason(last),
            (None, Count::Exactly(count)) => {
                format!(
                    "{} wanted, but only {} of {} {}",
                    explain::nodes(count),
                    fitting,
                    self.considered(),
                    fit(fitting)
                )
            }
            (None, Count::All) => "no node fits".to_owned(),
        };
        Err(NoValidHost {
            reason,
            hints: self.hints(),
            filter: last.map(|count| count.filter),
            summary: self.summary.clone(),
            fitting,
            missing,
        })
    }

    /// The filter that removed the last node, in words, with the nearest of those that came to it.
    fn reason(&self, last: FilterCount) -> String {
        let refused: Vec<(&HostState, Cause)> = self
            .refused
            .iter()
            .filter(|refused| refused.refusal.filter == last.filter)
            .map(|refused| (&self.hosts[refused.host], refused.refusal.cause))
            .collect();
        let subject = self.subject(last);
        let matcher = &self.matcher;
        match last.filter {
            FilterName::ExactRam | FilterName::Ram => sizes(
                &subject,
                last.filter,
                matcher.ram_mb,
                &refused,
                |host| host.hardware.ram_mb,
                explain::ram,
                "MB",
            ),
            FilterName::ExactDisk | FilterName::Disk => {
                let whole = |mb: i64| mb % 1024 == 0;
                if matcher.disk_mb.is_some_and(whole)
                    && refused.iter().all(|(host, _)| whole(host.hardware.disk_mb))
                {
                    let asked = matcher.disk_mb.map(|mb| mb / 1024);
                    let unit = |gb: i64| explain::disk(gb * 1024);
                    sizes(&subject, last.filter, asked, &refused, |host| host.hardware.disk_gb(), unit, "GB")
                } else {
                    let of = |host: &HostState| host.hardware.disk_mb;
                    sizes(
                        &subject,
                        last.filter,
                        matcher.disk_mb,
                        &refused,
                        of,
                        |mb| format!("{mb} MB of disk"),
                        "MB",
                    )
                }
            }
            FilterName::ExactCore | FilterName::Core => sizes(
                &subject,
                last.filter,
                matcher.vcpus,
                &refused,
                |host| host.hardware.vcpus,
                explain::cpus,
                "CPUs",
            ),
            FilterName::Compute => {
                let states = counted(refused.iter().map(|(_, cause)| standing(*cause)));
                format!("{subject} is free: {}", listed(&states, |state, count| format!("{count} {state}")))
            }
            _ => {
                let told = refused.iter().map(|&(host, cause)| {
                    let told = matcher.explain(host, Refusal { filter: last.filter, cause });
                    (told.wanted, told.has)
                });
                let mut by_wanted: BTreeMap<String, Vec<String>> = BTreeMap::new();
                for (wanted, has) in told {
                    by_wanted.entry(wanted).or_default().push(has);
                }
                let parts: Vec<String> = by_wanted
                    .into_iter()
                    .map(|(wanted, has)| {
                        let has = counted(has.into_iter());
                        format!(
                            "wanted {wanted}, found {}",
                            listed(&has, |has, count| format!("{has} ({})", explain::nodes(count)))
                        )
                    })
                    .collect();
                format!("{subject} passes {}: {}", last.filter, parts.join("; "))
            }
        }
    }

    /// `no node`, or what is left of them when they come to the filter.
    fn subject(&self, last: FilterCount) -> String {
        if last.came == self.considered() {
            return "no node".to_owned();
        }
        let free_alone = self
            .summary
            .iter()
            .take_while(|count| count.filter != last.filter)
            .all(|count| count.filter == FilterName::Compute || count.came == count.passed);
        if free_alone {
            "no free node".to_owned()
        } else {
            format!("none of the {} left", explain::nodes(last.came))
        }
    }

    /// What would make nodes fit, the most promising first.
    fn hints(&self) -> Vec<String> {
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
        hints
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

/// A change of the request, and what it would gain.
struct Change {
    /// How far it goes from what is asked: see [`Selection::distance`].
    distance: f64,
    /// How many nodes would fit.
    nodes: usize,
}

/// Why a node is not free, so that it can be counted.
fn standing(cause: Cause) -> String {
    match cause {
        Cause::Used => "in use".to_owned(),
        Cause::Unavailable(Unavailable::ProvisionState) => {
            "in another provision state than available".to_owned()
        }
        Cause::Unavailable(Unavailable::PowerUnknown) => "whose power state is unknown".to_owned(),
        Cause::Unavailable(Unavailable::PowerError) => "whose power state is error".to_owned(),
        Cause::Unavailable(reason) => reason.to_string(),
        _ => "without a living conductor".to_owned(),
    }
}

/// What size is asked, and which of those found are nearest to it.
fn sizes(
    subject: &str,
    filter: FilterName,
    asked: Option<i64>,
    refused: &[(&HostState, Cause)],
    of: impl Fn(&HostState) -> i64,
    unit: impl Fn(i64) -> String,
    short_unit: &str,
) -> String {
    let asked = asked.unwrap_or_default();
    let exact = matches!(filter, FilterName::ExactRam | FilterName::ExactDisk | FilterName::ExactCore);
    let word = if exact { "exactly" } else { "at least" };
    let mut found: Vec<(i64, usize)> = counted(refused.iter().map(|(host, _)| of(host)));
    found.sort_by_key(|(size, _)| (size.abs_diff(asked), *size));
    let nearest = match found.as_slice() {
        [] => String::new(),
        [(0, count)] => format!("; the properties of {} name none", explain::nodes(*count)),
        [(size, count)] => format!("; the closest are {size} {short_unit} ({})", explain::nodes(*count)),
        [first, second, rest @ ..] => {
            let mut two = [*first, *second];
            two.sort_unstable();
            let two = two.map(|(size, count)| format!("{size} {short_unit} ({})", explain::nodes(count)));
            let more = if rest.is_empty() { String::new() } else { format!(", of {} sizes", found.len()) };
            format!("; the closest are {}{more}", two.join(" and "))
        }
    };
    format!("{subject} has {word} {}{nearest}", unit(asked))
}

fn fit(count: usize) -> &'static str {
    if count == 1 { "fits" } else { "fit" }
}

/// How often each comes, the most frequent first, then by value.
fn counted<T: Ord + std::hash::Hash + Eq>(values: impl Iterator<Item = T>) -> Vec<(T, usize)> {
    let mut counts = HashMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    descending(counts)
}

fn descending<T: Ord>(counts: HashMap<T, usize>) -> Vec<(T, usize)> {
    let mut counts: Vec<(T, usize)> = counts.into_iter().collect();
    counts.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
    counts
}

/// The first few in words, and how many more there are.
fn listed<T>(counts: &[(T, usize)], words: impl Fn(&T, usize) -> String) -> String {
    let mut parts: Vec<String> =
        counts.iter().take(TOLD).map(|(value, count)| words(value, *count)).collect();
    let more: usize = counts.iter().skip(TOLD).map(|(_, count)| count).sum();
    if more > 0 {
        parts.push(format!("{} of other kinds", explain::nodes(more)));
    }
    parts.join(", ")
}
