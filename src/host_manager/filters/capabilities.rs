//! Filters for the kind of machine: capabilities, architecture, resource class, traits.

use std::borrow::Cow;

use super::{Cause, Matcher};
use crate::host_manager::extra_specs::attributes::{Found, look_up};
use crate::host_manager::extra_specs::ops::Verdict;
use crate::host_manager::extra_specs::{ExtraSpecs, Spec, Subject};
use crate::host_manager::host::HostState;
use crate::host_manager::request::Request;

/// The capability with the boot mode of a machine (set by Ironic's inspection).
pub(in crate::host_manager) const BOOT_MODE: &str = "boot_mode";

impl Matcher<'_> {
    pub(super) fn compute_capabilities(&self, host: &HostState) -> Option<Cause> {
        self.specs.specs.iter().enumerate().find_map(|(at, spec)| {
            let value = match value(spec, host) {
                Found::Value(value) => value,
                Found::Unknown if matches!(spec.subject, Subject::IfKnown(_)) => return None,
                Found::Nothing | Found::Unknown => return Some(Cause::NoStat(at)),
            };
            match spec.requirement.verdict(&value) {
                Verdict::Met => None,
                failed => Some(Cause::Stat(at, failed)),
            }
        })
    }

    /// The extra specs that do not apply to the node: keys without a scope that are not an attribute or a capability of
    /// the node.
    pub(in crate::host_manager) fn ignored_on<'s>(
        &'s self,
        host: &'s HostState,
    ) -> impl Iterator<Item = &'s Spec<'s>> {
        let is_ignored = |spec: &&Spec<'_>| {
            matches!(spec.subject, Subject::IfKnown(_)) && value(spec, host) == Found::Unknown
        };
        self.specs.specs.iter().filter(is_ignored)
    }

    pub(super) fn image_properties(&self, host: &HostState) -> Option<Cause> {
        let other =
            self.architectures.iter().position(|(_, canonical)| host.arch.as_deref() != Some(canonical));
        if let Some(at) = other {
            return Some(Cause::Architecture(at));
        }
        let is_one_of = |requested: Option<&str>, names: &[&str]| {
            requested.is_none_or(|requested| {
                requested.is_empty() || names.iter().any(|name| requested.eq_ignore_ascii_case(name))
            })
        };
        let image = &self.request.image;
        if !is_one_of(image.hypervisor_type.as_deref(), &["baremetal", "ironic"]) {
            return Some(Cause::HypervisorType);
        }
        // Nova treats the other two names as aliases of hvm.
        if !is_one_of(image.vm_mode.as_deref(), &["hvm", "hv", "baremetal"]) {
            return Some(Cause::VmMode);
        }
        // The boot mode of most machines is unknown; Ironic then sets it when it can.
        if let Some(has) = host.stats.get(BOOT_MODE)
            && !is_one_of(image.firmware.as_deref(), &[has])
        {
            return Some(Cause::Firmware);
        }
        let cloud = host.cloud.as_deref().unwrap_or_default();
        if !image.clouds.is_empty() && !image.clouds.contains(cloud) {
            return Some(Cause::ImageCloud);
        }
        let lacks = |has: i64, needed: Option<u64>, unit: i64| {
            needed.is_some_and(|needed| has < i64::try_from(needed).unwrap_or(i64::MAX).saturating_mul(unit))
        };
        if lacks(host.hardware.ram_mb, image.min_ram_mb, 1) {
            return Some(Cause::ImageRam);
        }
        lacks(host.hardware.disk_mb, image.min_disk_gb, 1024).then_some(Cause::ImageDisk)
    }

    pub(super) fn resource_class(&self, host: &HostState) -> Option<Cause> {
        let has = host.resource_class.as_deref();
        let other = self
            .resource_classes
            .iter()
            .position(|requested| !has.is_some_and(|has| is_same_class(has, requested)))?;
        Some(Cause::ResourceClass(other))
    }

    pub(super) fn traits(&self, host: &HostState) -> Option<Cause> {
        if let Some(at) = self.required_traits.iter().position(|name| !host.has_trait(name)) {
            return Some(Cause::TraitMissing(at));
        }
        let at = self.forbidden_traits.iter().position(|name| host.has_trait(name))?;
        Some(Cause::TraitForbidden(at))
    }
}

/// The value of the node that the extra spec's requirement is compared with.
pub(in crate::host_manager) fn value<'h>(spec: &Spec<'_>, host: &'h HostState) -> Found<'h> {
    match spec.subject {
        Subject::Named(name) | Subject::IfKnown(name) => look_up(host, name),
        Subject::RawArchitecture => {
            host.raw_arch.as_deref().map_or(Found::Nothing, |arch| Found::Value(Cow::Borrowed(arch)))
        }
        Subject::Nowhere => Found::Nothing,
    }
}

/// Whether Nova treats two resource classes as equal: `bm.small` is `CUSTOM_BM_SMALL` in Nova.
pub(super) fn is_same_class(left: &str, right: &str) -> bool {
    left == right || normalized(without_prefix(left)).eq(normalized(without_prefix(right)))
}

/// The resource classes of a request and of its extra specs. Invalid extra specs are ignored.
#[must_use]
pub fn asked_classes(request: &Request) -> Vec<&str> {
    let specs = ExtraSpecs::parse(&request.extra_specs).unwrap_or_default();
    request.resource_class.as_deref().into_iter().chain(specs.resource_classes).collect()
}

/// The usual spellings of a resource class that has one name in Nova.
#[must_use]
pub fn class_spellings(name: &str) -> Vec<String> {
    let upper: String = normalized(without_prefix(name)).collect();
    let lower = upper.to_lowercase();
    let mut spellings = vec![
        name.to_owned(),
        without_prefix(name).to_owned(),
        format!("CUSTOM_{upper}"),
        lower.replace('_', "-"),
        lower.replace('_', "."),
        lower,
        upper,
    ];
    spellings.sort_unstable();
    spellings.dedup();
    spellings
}

/// The name without the prefix that Nova adds to Ironic's resource classes.
fn without_prefix(name: &str) -> &str {
    const PREFIX: &str = "CUSTOM_";
    match name.get(..PREFIX.len()) {
        Some(start) if start.eq_ignore_ascii_case(PREFIX) => &name[PREFIX.len()..],
        _ => name,
    }
}

/// The name as Nova normalizes it (`os_resource_classes.normalize_name`): in upper case, with `_` for each run of
/// characters other than A–Z and 0–9.
fn normalized(name: &str) -> impl Iterator<Item = char> {
    let mut in_gap = false;
    name.chars().flat_map(char::to_uppercase).filter_map(move |c| {
        if c.is_ascii_uppercase() || c.is_ascii_digit() {
            in_gap = false;
            Some(c)
        } else if in_gap {
            None
        } else {
            in_gap = true;
            Some('_')
        }
    })
}
