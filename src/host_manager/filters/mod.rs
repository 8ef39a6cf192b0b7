//! The filters, with the names of Nova's filters.
//!
//! A filter checks one node and either passes it or refuses it with a [`Cause`]. The first filter that refuses a node
//! is the one that is reported. [`Matcher`] is a prepared request: its extra specs are parsed once, so that matching
//! many nodes costs only comparisons.

mod capabilities;
mod location;
mod size;
mod state;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use thiserror::Error;

use super::arch;
use super::extra_specs::ops::SpecResult;
use super::extra_specs::{ExtraSpecError, ExtraSpecs};
use super::host::{HostState, Unavailable};
use super::request::Request;

pub(super) use capabilities::{BOOT_MODE, value};
pub use capabilities::{asked_classes, class_spellings};
pub use location::NodeNames;
pub use state::LiveDrivers;

/// A filter, with Nova's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FilterName {
    /// The node was not yet tried for this instance, and is not excluded.
    Retry,
    /// The cloud, conductor group, shard, owner and lessee match.
    AvailabilityZone,
    /// The node is free, and a conductor that serves its driver is alive.
    Compute,
    /// The node meets every extra spec that is a requirement.
    ComputeCapabilities,
    /// The image can run on the node.
    ImageProperties,
    /// The resource class matches. (In Nova, Placement checks this.)
    ResourceClass,
    /// The node has all required traits and no forbidden ones. (In Nova, Placement checks this.)
    Traits,
    /// RAM is exactly the requested size. (In Nova until Queens.)
    ExactRam,
    /// RAM is at least the requested size.
    Ram,
    /// Disk is exactly the requested size. (In Nova until Queens.)
    ExactDisk,
    /// Disk is at least the requested size.
    Disk,
    /// CPUs are exactly the requested number. (In Nova until Queens.)
    ExactCore,
    /// CPUs are at least the requested number.
    Core,
}

impl FilterName {
    /// Every filter, in the default order.
    pub const ALL: [Self; 13] = [
        Self::Retry,
        Self::AvailabilityZone,
        Self::Compute,
        Self::ComputeCapabilities,
        Self::ImageProperties,
        Self::ResourceClass,
        Self::Traits,
        Self::ExactRam,
        Self::Ram,
        Self::ExactDisk,
        Self::Disk,
        Self::ExactCore,
        Self::Core,
    ];

    /// The default list: requested sizes are minimums.
    pub const AT_LEAST: [Self; 10] = [
        Self::Retry,
        Self::AvailabilityZone,
        Self::Compute,
        Self::ComputeCapabilities,
        Self::ImageProperties,
        Self::ResourceClass,
        Self::Traits,
        Self::Ram,
        Self::Disk,
        Self::Core,
    ];

    /// The list of `--exact`: requested sizes are exact.
    pub const EXACT: [Self; 10] = [
        Self::Retry,
        Self::AvailabilityZone,
        Self::Compute,
        Self::ComputeCapabilities,
        Self::ImageProperties,
        Self::ResourceClass,
        Self::Traits,
        Self::ExactRam,
        Self::ExactDisk,
        Self::ExactCore,
    ];

    /// The name in Nova.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Retry => "RetryFilter",
            Self::AvailabilityZone => "AvailabilityZoneFilter",
            Self::Compute => "ComputeFilter",
            Self::ComputeCapabilities => "ComputeCapabilitiesFilter",
            Self::ImageProperties => "ImagePropertiesFilter",
            Self::ResourceClass => "ResourceClassFilter",
            Self::Traits => "TraitsFilter",
            Self::ExactRam => "ExactRamFilter",
            Self::Ram => "RamFilter",
            Self::ExactDisk => "ExactDiskFilter",
            Self::Disk => "DiskFilter",
            Self::ExactCore => "ExactCoreFilter",
            Self::Core => "CoreFilter",
        }
    }
}

impl fmt::Display for FilterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for FilterName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl JsonSchema for FilterName {
    fn schema_name() -> Cow<'static, str> {
        "FilterName".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "enum": Self::ALL.map(Self::as_str)})
    }
}

/// An unknown filter name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown filter `{name}`; available filters: {}", FilterName::ALL.map(FilterName::as_str).join(", "))]
pub struct UnknownFilter {
    /// The name.
    pub name: String,
}

impl FromStr for FilterName {
    type Err = UnknownFilter;

    fn from_str(name: &str) -> Result<Self, UnknownFilter> {
        Self::ALL
            .into_iter()
            .find(|filter| filter.as_str() == name)
            .ok_or_else(|| UnknownFilter { name: name.to_owned() })
    }
}

/// Why a filter refused a node. Indexes refer to the lists of the [`Matcher`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The node was already tried for this instance.
    Tried,
    /// The node is excluded.
    Excluded,
    /// The node is in another cloud.
    Cloud,
    /// The node is in another conductor group.
    ConductorGroup,
    /// The node is in another shard.
    Shard,
    /// The owner is another project, or not set.
    Owner,
    /// The lessee is another project, or not set.
    Lessee,
    /// An instance holds the node.
    Used,
    /// The node is unavailable.
    Unavailable(Unavailable),
    /// No live conductor in the node's conductor group has its driver.
    NoConductor,
    /// The node has no value for the extra spec at this index.
    NoStat(usize),
    /// The node does not meet the extra spec at this index, with the verdict.
    Stat(usize, SpecResult),
    /// The node does not have the requested architecture at this index.
    Architecture(usize),
    /// The image is made for another hypervisor than bare metal.
    HypervisorType,
    /// The image is made for another virtual machine mode than bare metal.
    VmMode,
    /// The node boots with another firmware than the image.
    Firmware,
    /// The node's cloud does not have the image.
    ImageCloud,
    /// The node has less RAM than the image needs.
    ImageRam,
    /// The node has less disk than the image needs.
    ImageDisk,
    /// The node does not have the requested resource class at this index.
    ResourceClass(usize),
    /// The node lacks the required trait at this index.
    TraitMissing(usize),
    /// The node has the forbidden trait at this index.
    TraitForbidden(usize),
    /// The RAM does not match.
    Ram,
    /// The disk does not match.
    Disk,
    /// The CPUs do not match.
    Cores,
}

/// A filter that refused a node, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Refusal {
    /// The filter.
    pub filter: FilterName,
    /// The cause.
    pub cause: Cause,
}

/// Which resources of a node the size filters check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceView {
    /// The resources that the node offers now: none unless it is free. Used for scheduling.
    Offered,
    /// The hardware, whether in use or not. Used for capacity and explanations.
    Hardware,
}

/// Facts from outside the node list: tried nodes and live drivers.
#[derive(Debug, Clone, Default)]
pub struct MatchContext {
    /// The UUIDs of nodes that this run already tried for this instance.
    pub tried: HashSet<String>,
    /// The drivers of live conductors; `None` if unknown.
    pub live_drivers: Option<LiveDrivers>,
}

/// A request prepared for matching.
#[derive(Debug, Clone)]
pub struct Matcher<'r> {
    pub(super) request: &'r Request,
    pub(super) circumstances: &'r MatchContext,
    pub(super) exclude: NodeNames<'r>,
    pub(super) specs: ExtraSpecs<'r>,
    pub(super) resource_classes: Vec<&'r str>,
    pub(super) required_traits: Vec<&'r str>,
    pub(super) forbidden_traits: Vec<&'r str>,
    /// As requested, and in canonical form.
    pub(super) architectures: Vec<(&'r str, Cow<'r, str>)>,
    pub(super) vcpus: Option<i64>,
    pub(super) ram_mb: Option<i64>,
    pub(super) disk_mb: Option<i64>,
}

impl<'r> Matcher<'r> {
    /// Prepares a request.
    ///
    /// # Errors
    ///
    /// If an extra spec is invalid.
    pub fn new(request: &'r Request, circumstances: &'r MatchContext) -> Result<Self, ExtraSpecError> {
        let mut specs = ExtraSpecs::parse(&request.extra_specs)?;
        let mut resource_classes: Vec<&str> = request.resource_class.as_deref().into_iter().collect();
        resource_classes.append(&mut specs.resource_classes);
        let mut required_traits: Vec<&str> = request.required_traits.iter().map(String::as_str).collect();
        required_traits.append(&mut specs.required_traits);
        let mut forbidden_traits: Vec<&str> = request.forbidden_traits.iter().map(String::as_str).collect();
        forbidden_traits.append(&mut specs.forbidden_traits);
        let architectures = [&request.arch, &request.image.architecture]
            .into_iter()
            .flatten()
            .filter_map(|requested| Some((requested.as_str(), arch::canonical(requested)?)))
            .collect();
        // No machine is larger than i64::MAX, so the limit does not change a match.
        let size = |size: Option<u64>| size.map(|size| i64::try_from(size).unwrap_or(i64::MAX));
        Ok(Self {
            request,
            circumstances,
            exclude: NodeNames::new(&request.exclude),
            specs,
            resource_classes,
            required_traits,
            forbidden_traits,
            architectures,
            vcpus: size(request.vcpus),
            ram_mb: size(request.ram_mb),
            disk_mb: size(request.disk_mb()),
        })
    }

    /// The original request.
    #[must_use]
    pub fn request(&self) -> &'r Request {
        self.request
    }

    /// Why a filter refuses the node; `None` if the node passes.
    #[must_use]
    pub fn check(&self, filter: FilterName, host: &HostState, view: ResourceView) -> Option<Cause> {
        match filter {
            FilterName::Retry => self.retry(host),
            FilterName::AvailabilityZone => self.availability_zone(host),
            FilterName::Compute => self.compute(host),
            FilterName::ComputeCapabilities => self.compute_capabilities(host),
            FilterName::ImageProperties => self.image_properties(host),
            FilterName::ResourceClass => self.resource_class(host),
            FilterName::Traits => self.traits(host),
            FilterName::ExactRam => self.ram(host, view, i64::eq),
            FilterName::Ram => self.ram(host, view, i64::ge),
            FilterName::ExactDisk => self.disk(host, view, i64::eq),
            FilterName::Disk => self.disk(host, view, i64::ge),
            FilterName::ExactCore => self.cores(host, view, i64::eq),
            FilterName::Core => self.cores(host, view, i64::ge),
        }
    }

    /// The index of the first filter of the request that refuses the node, and the cause; `None` if the node passes
    /// all.
    #[must_use]
    pub fn refusal(&self, host: &HostState) -> Option<(usize, Cause)> {
        self.request
            .filters
            .iter()
            .enumerate()
            .find_map(|(at, filter)| Some((at, self.check(*filter, host, ResourceView::Offered)?)))
    }

    /// All filters of the request that refuse the node. The size filters check its hardware, which distinguishes a node
    /// that is in use from one that would not fit anyway.
    pub fn refusals(&self, host: &HostState) -> impl Iterator<Item = Refusal> {
        self.request.filters.iter().filter_map(|&filter| {
            let cause = self.check(filter, host, ResourceView::Hardware)?;
            Some(Refusal { filter, cause })
        })
    }
}

#[cfg(test)]
mod tests;
