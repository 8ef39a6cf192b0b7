//! Known traps of bare metal inventories, reported when a request runs into them.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::extra_specs::NearMiss;
use super::extra_specs::near_miss::intended_without_colon;
use super::filters::FilterName;
use super::host::{HostState, OddityKind, Unavailable};
use super::select::Selection;
use super::weigh::Weigher;

/// A known trap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrapKind {
    /// `local_gb` is 1 GiB less than the disk: Ironic's inspection subtracts 1 GiB for the partition table.
    LocalGbOneShort,
    /// `memory_mb` is 0: inspection did not find the RAM.
    NoRam,
    /// The sizes are stored as text.
    NumbersAsText,
    /// The node has no resource class.
    NoResourceClass,
    /// Ironic does not know the node's power state.
    PowerStateUnknown,
    /// The node's owner and lessee are not the project that will claim it.
    OtherOwner,
    /// The request has a criterion that no filter in its list checks.
    FilterLeftOut,
    /// The request excludes nodes that do not exist.
    ExcludesNothing,
    /// The request has extra specs that do not apply to the nodes.
    ExtraSpecIgnored,
    /// The nodes that fit have different architectures, and the request does not specify one.
    ArchitecturesDiffer,
    /// The request has no criteria, so the smallest machine is chosen.
    NothingAsked,
}

/// A trap, and the affected nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trap<'a> {
    /// The trap.
    pub kind: TrapKind,
    /// The effect and the remedy, as text that follows the nodes' names or count.
    pub advice: String,
    /// The affected nodes; empty if the request itself is the cause.
    pub hosts: Vec<&'a HostState>,
}

impl fmt::Display for Trap<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.hosts.as_slice() {
            [] => f.write_str(&self.advice),
            [host] => write!(f, "node {}: {}", host.label(), self.advice),
            [host, rest @ ..] => write!(f, "{} nodes ({}, …): {}", rest.len() + 1, host.label(), self.advice),
        }
    }
}

impl<'a> Selection<'a> {
    /// The traps of this request.
    ///
    /// `claimant` is the project that will claim the chosen nodes, if the caller knows it. Ironic sets the project of
    /// callers without a system-wide role as the owner of their allocations, and then silently skips nodes with another
    /// owner and lessee.
    #[must_use]
    pub fn traps(&self, claimant: Option<&str>) -> Vec<Trap<'a>> {
        let asked_disk = self.matcher.disk_mb.unwrap_or_default();
        let mut traps = vec![
            Trap {
                kind: TrapKind::LocalGbOneShort,
                advice: "local_gb is 1 less than requested, because inspection stores the disk size minus 1 GiB; \
                         request 1 GiB less disk"
                    .to_owned(),
                hosts: self
                    .refused_by(FilterName::Disk)
                    .filter(|host| asked_disk - host.hardware.disk_mb == 1024)
                    .collect(),
            },
            Trap {
                kind: TrapKind::NoRam,
                advice: "memory_mb is 0 or invalid, so no request with a RAM size fits; inspection may not have \
                         found the RAM: set the property manually"
                    .to_owned(),
                hosts: self
                    .refused_by(FilterName::Ram)
                    .filter(|host| host.hardware.ram_mb == 0)
                    .collect(),
            },
            self.numbers_as_text(),
            self.no_resource_class(),
            Trap {
                kind: TrapKind::PowerStateUnknown,
                advice: "the power state is unknown, and Ironic's allocation API silently skips such nodes; check that \
                         the BMC responds"
                    .to_owned(),
                hosts: self
                    .refused_by(FilterName::Compute)
                    .filter(|host| !host.is_used() && host.unavailable().any(|reason| reason == Unavailable::PowerUnknown))
                    .collect(),
            },
            self.other_owner(claimant),
        ];
        traps.retain(|trap| !trap.hosts.is_empty());
        traps.extend(self.request_traps());
        traps
    }

    /// The traps of the request itself.
    pub(super) fn request_traps(&self) -> Vec<Trap<'a>> {
        let request_trap = |kind, advice| Trap { kind, advice, hosts: Vec::new() };
        let differ = self.architectures().ambiguity();
        let nothing = self.nothing_asked();
        [
            self.filters_left_out(),
            self.excludes_nothing(),
            self.extra_specs_ignored(),
            self.scopes_ignored(),
            differ.map(|advice| request_trap(TrapKind::ArchitecturesDiffer, advice)),
            nothing.map(|advice| request_trap(TrapKind::NothingAsked, advice)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Extra specs without a scope that the nodes that fit have no value for; they may be typos.
    fn extra_specs_ignored(&self) -> Option<Trap<'a>> {
        let mut ignored: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
        for &at in &self.candidates {
            for spec in self.matcher.ignored_on(&self.hosts[at]) {
                ignored.entry(spec.key).or_insert((spec.requirement.source(), 0)).1 += 1;
            }
        }
        let all = self.candidates.len();
        let listed: Vec<String> = ignored
            .into_iter()
            .map(|(key, (value, count))| {
                if let Some(intended) = intended_without_colon(key, value) {
                    return format!("`{key}={value}` (did you mean `{intended}`?)");
                }
                match count {
                    _ if count == all => format!("`{key}`"),
                    _ => {
                        format!("`{key}` on {count} of {all} nodes (use `capabilities:{key}` to require it)")
                    }
                }
            })
            .collect();
        (!listed.is_empty()).then(|| Trap {
            kind: TrapKind::ExtraSpecIgnored,
            advice: format!(
                "ignored extra specs that match no attribute or capability of the nodes: {}",
                listed.join(", ")
            ),
            hosts: Vec::new(),
        })
    }

    /// Extra specs that have no effect because of a typo in their scope.
    fn scopes_ignored(&self) -> Option<Trap<'a>> {
        let near_misses = &self.matcher.specs.near_misses;
        let listed: Vec<String> = near_misses
            .iter()
            .map(|near| {
                let NearMiss { key, value, intended } = near;
                format!("`{key}={value}` (did you mean `{intended}={value}`?)")
            })
            .collect();
        (!listed.is_empty()).then(|| Trap {
            kind: TrapKind::ExtraSpecIgnored,
            advice: format!("ignored extra specs with an unknown scope, as Nova does: {}", listed.join(", ")),
            hosts: Vec::new(),
        })
    }

    /// A note that the smallest machine is chosen, if the request has no criteria.
    fn nothing_asked(&self) -> Option<String> {
        let is_smallest = self.weigher == Weigher::BestFit && !self.is_random;
        (is_smallest && !self.chosen().is_empty() && self.request().names_no_machine()).then(|| {
            "no size, flavor, resource class or node given: choosing the smallest free node".to_owned()
        })
    }

    /// Excluded names that no node has. They may be typos, so that the intended node is not excluded.
    fn excludes_nothing(&self) -> Option<Trap<'a>> {
        let exclude = &self.request().exclude;
        let unknown: Vec<&str> = exclude
            .iter()
            .filter(|name| !self.hosts.iter().any(|host| host.is_called(name)))
            .map(String::as_str)
            .collect();
        (!unknown.is_empty()).then(|| Trap {
            kind: TrapKind::ExcludesNothing,
            advice: format!("cannot exclude {}: no node has this name or UUID", unknown.join(", ")),
            hosts: Vec::new(),
        })
    }

    fn numbers_as_text(&self) -> Trap<'a> {
        let is_text = |host: &&HostState| {
            host.oddities.iter().any(|oddity| matches!(oddity.kind, OddityKind::NumberAsText(_)))
        };
        let considered =
            self.candidates.iter().copied().chain(self.refused.iter().map(|refused| refused.host));
        Trap {
            kind: TrapKind::NumbersAsText,
            advice: "the sizes are stored as text; farrier reads them as numbers, but other tools may not"
                .to_owned(),
            hosts: considered.map(|at| &self.hosts[at]).filter(is_text).collect(),
        }
    }

    fn no_resource_class(&self) -> Trap<'a> {
        let refused: Vec<_> =
            self.refused_by(FilterName::ResourceClass).filter(|host| host.resource_class.is_none()).collect();
        let kind = TrapKind::NoResourceClass;
        if !refused.is_empty() {
            let advice = "no resource class is set, so no request with a resource class fits".to_owned();
            return Trap { kind, advice, hosts: refused };
        }
        let chosen = self.chosen().iter().map(|&at| &self.hosts[at]);
        Trap {
            kind,
            advice: "no resource class is set, so no allocation can take it; it can only be taken by \
                     setting instance_uuid"
                .to_owned(),
            hosts: chosen.filter(|host| host.resource_class.is_none()).collect(),
        }
    }

    fn other_owner(&self, claimant: Option<&str>) -> Trap<'a> {
        let is_of_other_project = |host: &&HostState| {
            claimant.is_some_and(|project| {
                ![&host.owner, &host.lessee].into_iter().flatten().any(|of| **of == *project)
            })
        };
        Trap {
            kind: TrapKind::OtherOwner,
            advice: format!(
                "project {} is not the owner or lessee, and Ironic's allocation API silently skips such nodes",
                claimant.unwrap_or_default()
            ),
            hosts: self.chosen().iter().map(|&at| &self.hosts[at]).filter(is_of_other_project).collect(),
        }
    }

    /// Criteria of the request that no filter in its list checks.
    fn filters_left_out(&self) -> Option<Trap<'a>> {
        let filters = &self.request().filters;
        let is_missing = |wanted: &FilterName| {
            wanted.filter().is_needed(&self.matcher)
                && !filters.iter().any(|filter| filter.relaxed() == *wanted)
        };
        let missing: Vec<&str> =
            FilterName::at_least().iter().filter(|name| is_missing(name)).map(|name| name.as_str()).collect();
        (!missing.is_empty()).then(|| Trap {
            kind: TrapKind::FilterLeftOut,
            advice: format!(
                "the request has criteria that no filter checks: add {} to the filters",
                missing.join(", ")
            ),
            hosts: Vec::new(),
        })
    }
}
