//! The filters, with the names of Nova's filters.
//!
//! A filter checks one node and either passes or refuses it. The first filter that refuses a node is the one that is
//! reported. [`Matcher`] is a prepared request: its extra specs are parsed once, so that matching many nodes costs only
//! comparisons.
//!
//! # To add one
//!
//! 1. Write a file with a type that implements `Filter`: the name, the check, and the texts about refused nodes. The
//!    smallest example is `example.rs`, which only unit tests use.
//! 2. Add its `mod` line and its line in the table `filters!`, where the order is that in which filters run by
//!    default.
//!
//! Nothing else refers to single filters, except where a command needs one by its name. A filter looks at one node and
//! does no I/O. What it needs from the request is parsed once, in [`Matcher::new`]: a filter runs for each of 100,000
//! nodes.

mod availability_zone;
mod compute;
mod compute_capabilities;
#[cfg(test)]
mod example;
mod image_properties;
mod resource_class;
mod retry;
mod size;
mod traits;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use thiserror::Error;

use super::arch;
use super::extra_specs::{ExtraSpecError, ExtraSpecs};
use super::frequencies::{counted, listed};
use super::host::HostState;
use super::request::Request;
use crate::counts;

pub use compute::LiveDrivers;
pub(super) use compute::status;
pub use resource_class::{asked_classes, class_spellings};
pub use retry::NodeNames;
use size::{Bound, Size};

/// A filter: its name, its check, and what it tells about nodes that it refuses.
pub(super) trait Filter {
    /// The name in options and output; Nova's, if Nova has the filter.
    fn name(&self) -> &'static str;

    /// Whether it runs if the operator names no filters.
    fn default_lists(&self) -> DefaultLists {
        DefaultLists::Both
    }

    /// Whether the request has a criterion that only this filter, or its variant for minimums, checks.
    fn is_needed(&self, matcher: &Matcher<'_>) -> bool;

    /// Whether it refuses the node.
    fn refuses(&self, matcher: &Matcher<'_>, host: &HostState, view: ResourceView) -> bool;

    /// Explains why it refuses the node. Empty if it does not.
    fn explain(&self, matcher: &Matcher<'_>, host: &HostState) -> RefusalText;

    /// The change that would make a node fit that only this filter refuses, as text that follows `would fit`.
    fn change(&self, matcher: &Matcher<'_>, host: &HostState) -> String;

    /// How much that change differs from the request. For a size, the relative difference between the requested and the
    /// actual value. Any other change counts as 0.05: more than requesting 1 GiB less, and less than taking a machine of
    /// a very different size.
    fn distance(&self, _matcher: &Matcher<'_>, _host: &HostState) -> f64 {
        0.05
    }

    /// One line on the nodes that it refused, when no node passed it. `subject` is `no node`, or how many nodes reached
    /// it.
    fn summary(&self, matcher: &Matcher<'_>, subject: &str, refused: &[&HostState]) -> String {
        format!("{subject} passes: {}", wanted_and_found(self, matcher, refused))
    }
}

/// The values that a filter wanted, and those of the nodes that it refused: `wanted no lock, found a lock (2 nodes)`.
fn wanted_and_found(
    filter: &(impl Filter + ?Sized),
    matcher: &Matcher<'_>,
    refused: &[&HostState],
) -> String {
    let mut by_wanted: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for host in refused {
        let RefusalText { wanted, has, .. } = filter.explain(matcher, host);
        by_wanted.entry(wanted).or_default().push(has);
    }
    let parts: Vec<String> = by_wanted
        .into_iter()
        .map(|(wanted, has)| {
            let has = counted(has.into_iter());
            let found = listed(&has, |has, count| format!("{has} ({})", counts::counted(count, "node")));
            format!("wanted {wanted}, found {found}")
        })
        .collect();
    parts.join("; ")
}

/// The default lists that contain a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DefaultLists {
    /// The list for minimum sizes, and the list for exact sizes.
    Both,
    /// Only the list for minimum sizes.
    AtLeast,
    /// Only the list for exact sizes. The other list has this filter instead, which passes larger machines.
    Exact(FilterName),
    /// None: the filter runs only if the operator names it.
    #[cfg_attr(not(test), expect(dead_code, reason = "every filter runs by default today"))]
    None,
}

/// Why a filter refuses a node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RefusalText {
    /// The reason, as text that follows the node's name.
    pub(super) reason: String,
    /// The requested value.
    pub(super) wanted: String,
    /// The node's value.
    pub(super) has: String,
}

impl RefusalText {
    fn new(reason: impl Into<String>, wanted: impl Into<String>, has: impl Into<String>) -> Self {
        Self { reason: reason.into(), wanted: wanted.into(), has: has.into() }
    }

    /// For a named value of the node that is not the requested one.
    fn compare(what: &str, requested: Option<&str>, has: Option<&str>) -> Self {
        let has = named(what, has);
        Self::new(format!("has {has}"), named(what, requested), has)
    }
}

/// `shard s1`, or `no shard`.
fn named(what: &str, name: Option<&str>) -> String {
    match name {
        None | Some("") if what == "conductor group" => "the default conductor group".to_owned(),
        None | Some("") => format!("no {what}"),
        Some(name) => format!("{what} {name}"),
    }
}

/// Defines [`FilterName`] from the table of the filters.
macro_rules! filters {
    ($($(#[doc = $doc:literal])+ $(#[cfg($when:meta)])? $name:ident => $filter:expr;)+) => {
        /// A filter, with Nova's name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FilterName {
            $($(#[doc = $doc])+ $(#[cfg($when)])? $name,)+
        }

        impl FilterName {
            /// Every filter, in the default order.
            pub const ALL: &'static [Self] = &[$($(#[cfg($when)])? Self::$name,)+];

            pub(super) fn filter(self) -> &'static dyn Filter {
                match self {
                    $($(#[cfg($when)])? Self::$name => &$filter,)+
                }
            }

            /// Whether the filter refuses the node. Without `dyn`, because it runs for every node.
            fn refuses(self, matcher: &Matcher<'_>, host: &HostState, view: ResourceView) -> bool {
                match self {
                    $($(#[cfg($when)])? Self::$name => $filter.refuses(matcher, host, view),)+
                }
            }
        }
    };
}

filters! {
    /// The node was not yet tried for this instance, and is not excluded.
    Retry => retry::Retry;
    /// The cloud, conductor group, shard, owner and lessee match.
    AvailabilityZone => availability_zone::AvailabilityZone;
    /// The node is free, and a conductor that serves its driver is alive.
    Compute => compute::Compute;
    /// The node meets every extra spec that is a requirement.
    ComputeCapabilities => compute_capabilities::ComputeCapabilities;
    /// The image can run on the node.
    ImageProperties => image_properties::ImageProperties;
    /// The resource class matches. (In Nova, Placement checks this.)
    ResourceClass => resource_class::ResourceClass;
    /// The node has all required traits and no forbidden ones. (In Nova, Placement checks this.)
    Traits => traits::Traits;
    /// RAM is exactly the requested size. (In Nova until Queens.)
    ExactRam => Size(size::Ram, Bound::Exact);
    /// RAM is at least the requested size.
    Ram => Size(size::Ram, Bound::AtLeast);
    /// Disk is exactly the requested size. (In Nova until Queens.)
    ExactDisk => Size(size::Disk, Bound::Exact);
    /// Disk is at least the requested size.
    Disk => Size(size::Disk, Bound::AtLeast);
    /// CPUs are exactly the requested number. (In Nova until Queens.)
    ExactCore => Size(size::Cores, Bound::Exact);
    /// CPUs are at least the requested number.
    Core => Size(size::Cores, Bound::AtLeast);
    /// No conductor has locked the node.
    #[cfg(test)]
    Unlocked => example::Unlocked;
}

impl FilterName {
    /// The default list: requested sizes are minimums.
    #[must_use]
    pub fn at_least() -> Vec<Self> {
        Self::in_list(|lists| matches!(lists, DefaultLists::Both | DefaultLists::AtLeast))
    }

    /// The list of `--exact`: requested sizes are exact.
    #[must_use]
    pub fn exact() -> Vec<Self> {
        Self::in_list(|lists| matches!(lists, DefaultLists::Both | DefaultLists::Exact(_)))
    }

    fn in_list(is_wanted: fn(DefaultLists) -> bool) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|name| is_wanted(name.filter().default_lists())).collect()
    }

    /// The name in Nova.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.filter().name()
    }

    /// The filter for minimum sizes, if this one is for exact sizes; otherwise this one.
    pub(super) fn relaxed(self) -> Self {
        match self.filter().default_lists() {
            DefaultLists::Exact(at_least) => at_least,
            _ => self,
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
        json_schema!({"type": "string", "enum": Self::ALL.iter().map(|filter| filter.as_str()).collect::<Vec<_>>()})
    }
}

/// An unknown filter name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("unknown filter `{name}`; available filters: {}", names(FilterName::ALL))]
pub struct UnknownFilter {
    /// The name.
    pub name: String,
}

fn names(filters: &[FilterName]) -> String {
    filters.iter().map(|filter| filter.as_str()).collect::<Vec<_>>().join(", ")
}

impl FromStr for FilterName {
    type Err = UnknownFilter;

    fn from_str(name: &str) -> Result<Self, UnknownFilter> {
        let known = Self::ALL.iter().find(|filter| filter.as_str() == name);
        known.copied().ok_or_else(|| UnknownFilter { name: name.to_owned() })
    }
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

    /// Whether a filter refuses the node.
    #[must_use]
    pub fn refuses(&self, filter: FilterName, host: &HostState, view: ResourceView) -> bool {
        filter.refuses(self, host, view)
    }

    /// The index of the first filter of the request that refuses the node; `None` if the node passes all.
    #[must_use]
    pub fn refusal(&self, host: &HostState) -> Option<usize> {
        self.request.filters.iter().position(|filter| filter.refuses(self, host, ResourceView::Offered))
    }

    /// All filters of the request that refuse the node. The size filters check its hardware, which distinguishes a node
    /// that is in use from one that would not fit anyway.
    pub fn refusals(&self, host: &HostState) -> impl Iterator<Item = FilterName> {
        let filters = self.request.filters.iter().copied();
        filters.filter(|filter| filter.refuses(self, host, ResourceView::Hardware))
    }
}

#[cfg(test)]
mod tests;
