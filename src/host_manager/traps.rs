//! Known traps of bare metal inventories, named when a request meets them.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::extra_specs::NearMiss;
use super::extra_specs::near_miss::meant_without_colon;
use super::filters::{Cause, FilterName};
use super::host::{HostState, OddityKind, Unavailable};
use super::select::Selection;
use super::weigh::Weigher;

/// A trap that operators are known to fall into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TrapKind {
    /// `local_gb` is one GiB less than the disk: Ironic's inspection leaves one for the partition table.
    LocalGbOneShort,
    /// `memory_mb` is 0: inspection did not find the RAM.
    NoRam,
    /// Sizes are written as text.
    NumbersAsText,
    /// The node has no resource class.
    NoResourceClass,
    /// Ironic does not know the node's power state.
    PowerStateUnknown,
    /// The node's owner and lessee are not the project that will claim it.
    OtherOwner,
    /// The request names something that its list of filters does not look at.
    FilterLeftOut,
    /// The request excludes nodes by names that none has.
    ExcludesNothing,
    /// The flavor has extra specs that say nothing about the nodes.
    ExtraSpecIgnored,
    /// The nodes that fit have different architectures, and the request names none.
    ArchitecturesDiffer,
    /// The request says nothing about the machine, so the smallest one is chosen.
    NothingAsked,
}

/// A trap, and the nodes that are in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trap<'a> {
    /// Which trap.
    pub kind: TrapKind,
    /// What it does and what to do about it, in words that follow the nodes' names or count.
    pub advice: String,
    /// The nodes that are in it; none where the request itself is.
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
    /// The traps that the request met.
    ///
    /// `claimant` is the project that will claim the nodes chosen, where the caller knows it: Ironic stamps the
    /// allocations of callers without a system-wide role with their project and then, without a word about it, takes
    /// no node whose owner and lessee are others.
    #[must_use]
    pub fn traps(&self, claimant: Option<&str>) -> Vec<Trap<'a>> {
        let asked_disk = self.matcher.disk_mb.unwrap_or_default();
        let mut traps = vec![
            Trap {
                kind: TrapKind::LocalGbOneShort,
                advice: "local_gb is one less than asked; inspection stores the disk's size less 1 GB, so ask for \
                         disk_gb one lower"
                    .to_owned(),
                hosts: self
                    .refused_for(|cause| cause == Cause::Disk)
                    .filter(|host| asked_disk - host.hardware.disk_mb == 1024)
                    .collect(),
            },
            Trap {
                kind: TrapKind::NoRam,
                advice: "memory_mb is 0 or cannot be read, so no request that names RAM fits; inspection may not \
                         have found the RAM: set the property by hand"
                    .to_owned(),
                hosts: self
                    .refused_for(|cause| cause == Cause::Ram)
                    .filter(|host| host.hardware.ram_mb == 0)
                    .collect(),
            },
            self.numbers_as_text(),
            self.no_resource_class(),
            Trap {
                kind: TrapKind::PowerStateUnknown,
                advice: "the power state is unknown, and Ironic's allocation API passes over such nodes in silence; \
                         check that the BMC answers"
                    .to_owned(),
                hosts: self
                    .refused_for(|cause| matches!(cause, Cause::Unavailable(_)))
                    .filter(|host| host.unavailable().any(|reason| reason == Unavailable::PowerUnknown))
                    .collect(),
            },
            self.other_owner(claimant),
        ];
        traps.retain(|trap| !trap.hosts.is_empty());
        traps.extend(self.request_traps());
        traps
    }

    /// The traps that are in the request itself, whatever the nodes.
    pub(super) fn request_traps(&self) -> Vec<Trap<'a>> {
        let request_alone = |kind, advice| Trap { kind, advice, hosts: Vec::new() };
        let differ = self.architectures().ambiguity();
        let nothing = self.nothing_asked();
        [
            self.filters_left_out(),
            self.excludes_nothing(),
            self.extra_specs_ignored(),
            self.scopes_ignored(),
            differ.map(|advice| request_alone(TrapKind::ArchitecturesDiffer, advice)),
            nothing.map(|advice| request_alone(TrapKind::NothingAsked, advice)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Extra specs without a scope that nodes that fit know nothing of, which may be slips.
    fn extra_specs_ignored(&self) -> Option<Trap<'a>> {
        let mut ignored: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
        for &at in &self.candidates {
            for spec in self.matcher.ignored_on(&self.hosts[at]) {
                ignored.entry(spec.key).or_insert((spec.requirement.source(), 0)).1 += 1;
            }
        }
        let all = self.candidates.len();
        let told: Vec<String> = ignored
            .into_iter()
            .map(|(key, (value, count))| {
                if let Some(meant) = meant_without_colon(key, value) {
                    return format!("`{key}={value}` (did you mean `{meant}`?)");
                }
                match count {
                    _ if count == all => format!("`{key}`"),
                    _ => format!("`{key}` on {count} of {all} nodes (`capabilities:{key}` requires it)"),
                }
            })
            .collect();
        (!told.is_empty()).then(|| Trap {
            kind: TrapKind::ExtraSpecIgnored,
            advice: format!(
                "ignored extra specs, because the nodes have no attribute or capability of that name: {}",
                told.join(", ")
            ),
            hosts: Vec::new(),
        })
    }

    /// Extra specs that ask for nothing because of a slip in their scope.
    fn scopes_ignored(&self) -> Option<Trap<'a>> {
        let near_misses = &self.matcher.specs.near_misses;
        let shown: Vec<String> = near_misses
            .iter()
            .map(|near| {
                let NearMiss { key, value, meant } = near;
                format!("`{key}={value}` (did you mean `{meant}={value}`?)")
            })
            .collect();
        (!shown.is_empty()).then(|| Trap {
            kind: TrapKind::ExtraSpecIgnored,
            advice: format!(
                "ignored extra specs, as Nova does, because their scope is unknown: {}",
                shown.join(", ")
            ),
            hosts: Vec::new(),
        })
    }

    /// That the smallest machine is chosen because the request says nothing about it.
    fn nothing_asked(&self) -> Option<String> {
        let is_smallest = self.weigher == Weigher::BestFit && !self.is_drawn;
        (is_smallest && !self.chosen().is_empty() && self.request().names_no_machine()).then(|| {
            "no size, flavor, resource class or node is given: taking the smallest free machine".to_owned()
        })
    }

    /// Words to exclude nodes by that mean none, which may be slips: the node that was meant is not left alone.
    fn excludes_nothing(&self) -> Option<Trap<'a>> {
        let exclude = &self.request().exclude;
        let vain: Vec<&str> = exclude
            .iter()
            .filter(|word| !self.hosts.iter().any(|host| host.is_called(word)))
            .map(String::as_str)
            .collect();
        (!vain.is_empty()).then(|| Trap {
            kind: TrapKind::ExcludesNothing,
            advice: format!("no node is called {}, which was to be left alone", vain.join(" or ")),
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
            advice: "sizes are written as text; they are read as the numbers that they spell, but other tools may \
                     not read them so"
                .to_owned(),
            hosts: considered.map(|at| &self.hosts[at]).filter(is_text).collect(),
        }
    }

    fn no_resource_class(&self) -> Trap<'a> {
        let refused: Vec<_> = self
            .refused_for(|cause| matches!(cause, Cause::ResourceClass(_)))
            .filter(|host| host.resource_class.is_none())
            .collect();
        let kind = TrapKind::NoResourceClass;
        if !refused.is_empty() {
            let advice = "there is no resource class, so no request that names one fits".to_owned();
            return Trap { kind, advice, hosts: refused };
        }
        let chosen = self.chosen().iter().map(|&at| &self.hosts[at]);
        Trap {
            kind,
            advice: "there is no resource class, so Ironic's allocation API cannot claim it; it can only be claimed \
                     by its instance_uuid"
                .to_owned(),
            hosts: chosen.filter(|host| host.resource_class.is_none()).collect(),
        }
    }

    fn other_owner(&self, claimant: Option<&str>) -> Trap<'a> {
        let is_anothers = |host: &&HostState| {
            claimant.is_some_and(|project| {
                ![&host.owner, &host.lessee].into_iter().flatten().any(|of| **of == *project)
            })
        };
        Trap {
            kind: TrapKind::OtherOwner,
            advice: format!(
                "neither owner nor lessee is project {}, and Ironic's allocation API passes over such nodes in \
                 silence",
                claimant.unwrap_or_default()
            ),
            hosts: self.chosen().iter().map(|&at| &self.hosts[at]).filter(is_anothers).collect(),
        }
    }

    /// What the request names in vain, because a list of filters was given that does not look at it.
    fn filters_left_out(&self) -> Option<Trap<'a>> {
        let request = self.request();
        let matcher = &self.matcher;
        let image = &request.image;
        let named = [
            (!request.exclude.is_empty(), &[FilterName::Retry][..]),
            (
                [&request.cloud, &request.conductor_group, &request.shard, &request.owner, &request.lessee]
                    .into_iter()
                    .any(Option::is_some),
                &[FilterName::AvailabilityZone],
            ),
            (!matcher.specs.specs.is_empty(), &[FilterName::ComputeCapabilities]),
            (
                !matcher.architectures.is_empty()
                    || image.hypervisor_type.is_some()
                    || image.vm_mode.is_some(),
                &[FilterName::ImageProperties],
            ),
            (!matcher.resource_classes.is_empty(), &[FilterName::ResourceClass]),
            (
                !matcher.required_traits.is_empty() || !matcher.forbidden_traits.is_empty(),
                &[FilterName::Traits],
            ),
            (matcher.ram_mb.is_some(), &[FilterName::Ram, FilterName::ExactRam]),
            (matcher.disk_mb.is_some(), &[FilterName::Disk, FilterName::ExactDisk]),
            (matcher.vcpus.is_some(), &[FilterName::Core, FilterName::ExactCore]),
        ];
        let left_out: Vec<&str> = named
            .into_iter()
            .filter(|(is_named, filters)| {
                *is_named && !filters.iter().any(|filter| request.filters.contains(filter))
            })
            .map(|(_, filters)| filters[0].as_str())
            .collect();
        (!left_out.is_empty()).then(|| Trap {
            kind: TrapKind::FilterLeftOut,
            advice: format!(
                "the request names what only {} would look at, and the list of filters leaves {} out",
                left_out.join(", "),
                if left_out.len() == 1 { "it" } else { "them" }
            ),
            hosts: Vec::new(),
        })
    }
}
