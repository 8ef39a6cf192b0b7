//! The filters that nodes pass through, under the names that operators know from Nova.
//!
//! A filter looks at one node and either lets it pass or gives the [`Cause`] of its refusal. The first filter of the
//! list that refuses a node is the one that is told. [`Matcher`] is a request made ready: its extra specs parsed and
//! its names looked up once, so that a hundred thousand nodes cost a hundred thousand comparisons and nothing more.

mod nature;
mod place;
mod size;
mod state;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};
use thiserror::Error;

use super::arch;
use super::extra_specs::ops::Verdict;
use super::extra_specs::{ExtraSpecError, ExtraSpecs};
use super::host::{HostState, Unavailable};
use super::request::Request;

pub(super) use nature::{BOOT_MODE, value};
pub use nature::{asked_classes, class_spellings};
pub use place::Names;
pub use state::LiveDrivers;

/// A filter, by Nova's name for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FilterName {
    /// The node was not tried already for this instance, and is not excluded.
    Retry,
    /// The cloud, conductor group, shard, owner and lessee are those asked for.
    AvailabilityZone,
    /// The node is free, and a conductor that serves its driver is alive.
    Compute,
    /// Every extra spec in scope holds.
    ComputeCapabilities,
    /// The image can run on the node.
    ImageProperties,
    /// The resource class is the one asked for. (Placement does this in Nova.)
    ResourceClass,
    /// Required traits are there, forbidden ones are not. (Placement does this in Nova.)
    Traits,
    /// RAM is exactly as asked. (Nova, until Queens.)
    ExactRam,
    /// RAM is at least as asked.
    Ram,
    /// Disk is exactly as asked. (Nova, until Queens.)
    ExactDisk,
    /// Disk is at least as asked.
    Disk,
    /// CPUs are exactly as asked. (Nova, until Queens.)
    ExactCore,
    /// CPUs are at least as asked.
    Core,
}

impl FilterName {
    /// Every filter, in the order in which they run by default.
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

    /// The default list: sizes are at least as asked.
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

    /// The list of `--exact`: sizes are exactly as asked.
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

    /// Nova's name.
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

/// A name that is no filter's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("no filter is named `{name}`; the filters are {}", FilterName::ALL.map(FilterName::as_str).join(", "))]
pub struct UnknownFilter {
    /// What was written.
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

/// Why a filter refused a node. Indexes are into what the [`Matcher`] was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// It was tried already for this instance.
    Tried,
    /// It is one of those to leave alone.
    Excluded,
    /// It is in another cloud.
    Cloud,
    /// It is in another conductor group.
    ConductorGroup,
    /// It is in another shard.
    Shard,
    /// Another project, or none, owns it.
    Owner,
    /// It is lent to another project, or to none.
    Lessee,
    /// An instance holds it.
    Used,
    /// It is not to be had.
    Unavailable(Unavailable),
    /// No living conductor serves its driver in its conductor group.
    NoConductor,
    /// It has no such stat: the index of the extra spec.
    NoStat(usize),
    /// Its stat does not meet the requirement: the index of the extra spec, and how it fails.
    Stat(usize, Verdict),
    /// It is of another architecture, or of none: the index of the architecture.
    Architecture(usize),
    /// The image is made for another hypervisor, whatever the node.
    HypervisorType,
    /// The image is made for another mode of virtualisation, whatever the node.
    VmMode,
    /// It boots by another firmware than the image.
    Firmware,
    /// It is in a cloud that does not have the image.
    ImageCloud,
    /// It has less RAM than the image needs.
    ImageRam,
    /// It has less disk than the image needs.
    ImageDisk,
    /// It is of another resource class, or of none: the index of the class.
    ResourceClass(usize),
    /// It lacks a required trait: the index of the trait.
    TraitMissing(usize),
    /// It has a forbidden trait: the index of the trait.
    TraitForbidden(usize),
    /// Its RAM is not as asked.
    Ram,
    /// Its disk is not as asked.
    Disk,
    /// Its CPUs are not as asked.
    Cores,
}

/// A filter that refused a node, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Refusal {
    /// The filter.
    pub filter: FilterName,
    /// Its cause.
    pub cause: Cause,
}

/// Which resources of a node the size filters look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Those that it offers now: none, unless it is free. This is what scheduling looks at.
    Offered,
    /// Its hardware, whoever holds it. This is what capacity and explanations look at.
    Hardware,
}

/// What the caller knows of the present, beside the nodes themselves.
#[derive(Debug, Clone, Default)]
pub struct Circumstances {
    /// Nodes tried already for this instance in this run, by UUID.
    pub tried: HashSet<String>,
    /// The drivers that living conductors serve; `None` where the caller does not know.
    pub live_drivers: Option<LiveDrivers>,
}

/// A request made ready for matching.
#[derive(Debug, Clone)]
pub struct Matcher<'r> {
    pub(super) request: &'r Request,
    pub(super) circumstances: &'r Circumstances,
    pub(super) exclude: Names<'r>,
    pub(super) specs: ExtraSpecs<'r>,
    pub(super) resource_classes: Vec<&'r str>,
    pub(super) required_traits: Vec<&'r str>,
    pub(super) forbidden_traits: Vec<&'r str>,
    /// As asked, and in canonical form.
    pub(super) architectures: Vec<(&'r str, Cow<'r, str>)>,
    pub(super) vcpus: Option<i64>,
    pub(super) ram_mb: Option<i64>,
    pub(super) disk_mb: Option<i64>,
}

impl<'r> Matcher<'r> {
    /// Makes a request ready.
    ///
    /// # Errors
    ///
    /// When an extra spec cannot be meant as it stands.
    pub fn new(request: &'r Request, circumstances: &'r Circumstances) -> Result<Self, ExtraSpecError> {
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
            .filter_map(|asked| Some((asked.as_str(), arch::canonical(asked)?)))
            .collect();
        // No machine is larger than i64::MAX, so what is larger may as well be that.
        let size = |asked: Option<u64>| asked.map(|asked| i64::try_from(asked).unwrap_or(i64::MAX));
        Ok(Self {
            request,
            circumstances,
            exclude: Names::new(&request.exclude),
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

    /// The request that this was made from.
    #[must_use]
    pub fn request(&self) -> &'r Request {
        self.request
    }

    /// Why one filter refuses the node, or `None` where it lets it pass.
    #[must_use]
    pub fn check(&self, filter: FilterName, host: &HostState, view: View) -> Option<Cause> {
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

    /// The first of the request's filters that refuses the node, by its place in the list, and why; `None` where all
    /// let it pass.
    #[must_use]
    pub fn refusal(&self, host: &HostState) -> Option<(usize, Cause)> {
        self.request
            .filters
            .iter()
            .enumerate()
            .find_map(|(at, filter)| Some((at, self.check(*filter, host, View::Offered)?)))
    }

    /// All of the request's filters that refuse the node, with the sizes looking at its hardware, so that a machine
    /// in use is told from one that would not fit anyway.
    pub fn refusals(&self, host: &HostState) -> impl Iterator<Item = Refusal> {
        self.request.filters.iter().filter_map(|&filter| {
            let cause = self.check(filter, host, View::Hardware)?;
            Some(Refusal { filter, cause })
        })
    }
}

#[cfg(test)]
mod tests;
