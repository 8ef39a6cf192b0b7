//! Selects nodes for requests, like Nova's former Ironic host manager, and explains why other nodes were not selected.
//!
//! # Background
//!
//! A host of virtual machines can be divided: a host with 64 CPUs runs four instances with 16. Bare metal cannot. An
//! instance takes a whole machine, so the scheduler has to find machines that *fit* a request well. Until 2018, Nova's
//! Ironic *host manager* created a *host state* from each Ironic node, and *exact filters* passed a node only if its
//! RAM, disk and CPUs were equal to those of the *flavor*, so that a small request never took a large machine. Today
//! Nova treats bare metal nodes as having no CPUs, RAM or disk, and matches them by resource class only. This module
//! restores matching by hardware.
//!
//! # How a node is selected
//!
//! ```text
//! Ironic's node JSON ─▶ HostState ─┐
//!                                  ├─▶ filters ─▶ weigher ─▶ candidates, best first
//! Flavor + flags ────▶ Request ────┘       └────▶ refusals ─▶ explanations, nearest miss, traps
//! ```
//!
//! 1. [`node`] parses Ironic's JSON into [`HostState`]s. It accepts properties of unexpected types.
//! 2. A [`Request`] is a [`Flavor`], overridden by the operator's options. Fields that are not set are not filtered on.
//! 3. Each node runs through a list of [`filters`] with the names of Nova's. The first filter that refuses it is
//!    reported.
//! 4. The [`Weigher`] ranks the nodes that pass; the default minimizes waste. [`select()`] returns all of them, because
//!    another operator may claim the first ones.
//! 5. [`plan()`] does this for several requests together, so that no request takes the only node that fits another one.
//! 6. [`Selection`] explains why each node was refused ([`Explanation`]), what the closest values are and which change
//!    would help ([`NoValidHost`]), and reports known traps ([`Trap`]).
//!
//! The rules are those of Nova 2014.2 (`ironic_host_manager`, `exact_*_filter`), of Nova's current Ironic driver and of
//! its current `extra_specs_ops`. Each item notes where it differs.
//!
//! # Limits
//!
//! This module does no I/O, reads no clock and stores no state between calls. Its only randomness comes from a given
//! seed: equal input gives equal output. It does not claim nodes. Another operator may take a node after it was
//! selected; the driver, which claims nodes, then continues with the next candidate.

pub mod arch;
mod capacity;
mod diagnose;
mod explain;
pub mod extra_specs;
pub mod filters;
mod flavor;
mod frequencies;
pub mod host;
pub mod node;
mod plan;
mod python;
mod request;
mod select;
mod shapes;
mod string_pool;
mod traps;
mod units;
mod weigh;

pub use arch::Architectures;
pub use capacity::{Capacity, CapacityReport, Fits, survey};
pub use diagnose::NoValidHost;
pub use explain::{Explanation, RefusalGroup};
pub use filters::{
    FilterName, LiveDrivers, MatchContext, Matcher, ResourceView, UnknownFilter, asked_classes,
    class_spellings,
};
pub use flavor::Flavor;
pub use host::{Availability, Hardware, HostState, Oddity, OddityKind, Stats, Unavailable, Warning};
pub use node::{HostSeed, NODE_FIELDS, NodeField};
pub use plan::{Demand, Plan, PlanError, Share, Shortfall, plan};
pub use request::{ImageProperties, Request};
pub use select::{Count, FilterCount, Refused, RequestError, SelectOptions, Selection, select};
pub use shapes::{Shape, Shapes, shapes};
pub use string_pool::Pool;
pub use traps::{Trap, TrapKind};
pub use weigh::{UnknownWeigher, Weigher};

#[cfg(test)]
mod tests;
