//! Explains why too few nodes fit: a one-line reason, the closest sizes, and the changes that would make nodes fit.

mod hints;

use std::collections::{BTreeMap, HashMap};

use thiserror::Error;

use super::explain;
use super::filters::{Cause, FilterName, Refusal};
use super::host::{HostState, Unavailable};
use super::select::{Count, FilterCount, Selection};
use crate::counts;

/// How many reasons or changes a message shows.
const SHOWN: usize = 3;

/// Too few nodes fit.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no valid host: {reason}{}", filter.map(|filter| format!(" ({filter})")).unwrap_or_default())]
pub struct NoValidHost {
    /// One line: the filter that refused the last node, and the closest values.
    pub reason: String,
    /// The changes that would make nodes fit, the most promising first; then how many nodes passed each filter. One
    /// line each.
    pub hints: Vec<String>,
    /// The filter that refused the last node; `None` if some nodes fit, but too few.
    pub filter: Option<FilterName>,
    /// For each filter, how many nodes reached and passed it.
    pub summary: Vec<FilterCount>,
    /// How many nodes fit.
    pub fitting: usize,
    /// How many more nodes are needed.
    pub missing: usize,
}

impl Selection<'_> {
    /// Checks that enough nodes fit.
    ///
    /// # Errors
    ///
    /// [`NoValidHost`] if fewer fit than requested.
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
                    counts::counted(count, "node"),
                    fitting,
                    self.considered(),
                    counts::agreeing(fitting, "fits", "fit")
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

    /// Describes the filter that refused the last node, with the closest values of the nodes that it refused.
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
                explain::amount,
            ),
            FilterName::ExactDisk | FilterName::Disk => {
                let whole = |mb: i64| mb % 1024 == 0;
                if matcher.disk_mb.is_some_and(whole)
                    && refused.iter().all(|(host, _)| whole(host.hardware.disk_mb))
                {
                    let requested = matcher.disk_mb.map(|mb| mb / 1024);
                    let unit = |gb: i64| explain::disk(gb * 1024);
                    sizes(
                        &subject,
                        last.filter,
                        requested,
                        &refused,
                        |host| host.hardware.disk_gb(),
                        unit,
                        |gb| format!("{gb} GiB"),
                    )
                } else {
                    let size = |host: &HostState| host.hardware.disk_mb;
                    sizes(
                        &subject,
                        last.filter,
                        matcher.disk_mb,
                        &refused,
                        size,
                        |mb| format!("{mb} MiB of disk"),
                        |mb| format!("{mb} MiB"),
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
                |number| format!("{number} CPUs"),
            ),
            FilterName::Compute => {
                let states = counted(refused.iter().map(|(_, cause)| status(*cause)));
                format!("{subject} is free: {}", listed(&states, |state, count| format!("{count} {state}")))
            }
            _ => {
                let explained = refused.iter().map(|&(host, cause)| {
                    let explanation = matcher.explain(host, Refusal { filter: last.filter, cause });
                    (explanation.wanted, explanation.has)
                });
                let mut by_wanted: BTreeMap<String, Vec<String>> = BTreeMap::new();
                for (wanted, has) in explained {
                    by_wanted.entry(wanted).or_default().push(has);
                }
                let parts: Vec<String> = by_wanted
                    .into_iter()
                    .map(|(wanted, has)| {
                        let has = counted(has.into_iter());
                        format!(
                            "wanted {wanted}, found {}",
                            listed(&has, |has, count| format!("{has} ({})", counts::counted(count, "node")))
                        )
                    })
                    .collect();
                if refused.iter().all(|(_, cause)| *cause == Cause::Excluded) && subject == "no node" {
                    return "all nodes are excluded".to_owned();
                }
                let parts = parts.join("; ");
                match parts.strip_prefix("wanted ").and_then(|parts| parts.split_once(", found ")) {
                    Some((wanted, found)) if last.filter == FilterName::ResourceClass => {
                        format!("{subject} has {wanted}; found: {found}")
                    }
                    _ => format!("{subject} passes: {parts}"),
                }
            }
        }
    }

    /// The subject of the reason: `no node`, or how many nodes reached the filter.
    fn subject(&self, last: FilterCount) -> String {
        if last.came == self.considered() {
            return "no node".to_owned();
        }
        let only_free = self
            .summary
            .iter()
            .take_while(|count| count.filter != last.filter)
            .all(|count| count.filter == FilterName::Compute || count.came == count.passed);
        if only_free {
            "no free node".to_owned()
        } else {
            format!("no node among the remaining {}", last.came)
        }
    }
}

/// Why a node is not free, as text that follows a count.
fn status(cause: Cause) -> String {
    match cause {
        Cause::Used => "in use".to_owned(),
        Cause::Unavailable(Unavailable::PowerUnknown) => "with power state unknown".to_owned(),
        Cause::Unavailable(Unavailable::PowerError) => "with power state error".to_owned(),
        Cause::Unavailable(reason) => reason.to_string(),
        _ => "without a conductor that is alive".to_owned(),
    }
}

/// Describes the requested size and the closest sizes among the nodes.
fn sizes(
    subject: &str,
    filter: FilterName,
    requested: Option<i64>,
    refused: &[(&HostState, Cause)],
    size: impl Fn(&HostState) -> i64,
    unit: impl Fn(i64) -> String,
    short: impl Fn(i64) -> String,
) -> String {
    let requested = requested.unwrap_or_default();
    let exact = matches!(filter, FilterName::ExactRam | FilterName::ExactDisk | FilterName::ExactCore);
    let bound = if exact { "exactly" } else { "at least" };
    let mut found: Vec<(i64, usize)> = counted(refused.iter().map(|(host, _)| size(host)));
    found.sort_by_key(|(size, _)| (size.abs_diff(requested), *size));
    let closest = match found.as_slice() {
        [] => String::new(),
        [(0, count)] => format!("; the size of {} is unknown", counts::counted(*count, "node")),
        [(size, count)] => format!("; closest: {} ({})", short(*size), counts::counted(*count, "node")),
        [first, second, rest @ ..] => {
            let mut two = [*first, *second];
            two.sort_unstable();
            let two =
                two.map(|(size, count)| format!("{} ({})", short(size), counts::counted(count, "node")));
            let more =
                if rest.is_empty() { String::new() } else { format!(", {} sizes in total", found.len()) };
            format!("; closest: {}{more}", two.join(" and "))
        }
    };
    format!("{subject} has {bound} {}{closest}", unit(requested))
}

/// Counts equal values, the most frequent first, then by value.
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

/// Lists the first values, and the number of the others.
fn listed<T>(counts: &[(T, usize)], text: impl Fn(&T, usize) -> String) -> String {
    let mut parts: Vec<String> =
        counts.iter().take(SHOWN).map(|(value, count)| text(value, *count)).collect();
    let more: usize = counts.iter().skip(SHOWN).map(|(_, count)| count).sum();
    if more > 0 {
        parts.push(format!("{more} more"));
    }
    parts.join(", ")
}
