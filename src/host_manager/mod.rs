//! Chooses nodes for requests, as Nova's Ironic host manager did, and says why the others were not chosen.
//!
//! # What this is about
//!
//! A cloud of virtual machines cuts its hosts into pieces: a host with 64 CPUs takes four instances of 16. Bare metal
//! cannot be cut. An instance takes a whole machine or none, so the question is not what is left of each host, but
//! which machines are *right* for a request. Until 2018 Nova had an answer: its Ironic *host manager* made one *host
//! state* of each Ironic node, and *exact filters* let a node pass only if its RAM, disk and CPUs were just those of
//! the *flavor*, so that a small request never took a large machine. Today Nova sees every bare metal node as having
//! no CPUs, RAM or disk at all, and matches by resource class alone. This module brings matching by hardware back.
//!
//! # How a node is chosen
//!
//! ```text
//! Ironic's node JSON ─▶ HostState ─┐
//!                                  ├─▶ filters ─▶ weigher ─▶ candidates, best first
//! Flavor + flags ────▶ Request ────┘       └────▶ refusals ─▶ explanations, nearest miss, traps
//! ```
//!
//! 1. [`node`] reads Ironic's own JSON into [`HostState`]s, whatever odd types the properties hold.
//! 2. A [`Request`] is a [`Flavor`] overlaid by what the operator asked for beside it. A dimension that it does not
//!    name is not filtered on.
//! 3. Each node passes through a list of [`filters`], which bear Nova's names. The first that refuses it is told.
//! 4. The [`Weigher`] orders the nodes that pass; the default wastes least. [`select()`] gives all of them in order,
//!    since whoever claims them may find that another operator was quicker with the first.
//! 5. [`plan()`] does this for several requests together, so that none takes what only another could have used.
//! 6. [`Selection`] says why each node was refused ([`Explanation`]), what is nearest and which change would help
//!    ([`NoValidHost`]), and which known traps were met ([`Trap`]).
//!
//! The rules are those of Nova 2014.2 (`ironic_host_manager`, `exact_*_filter`), its present Ironic driver and its
//! present `extra_specs_ops`, and where they go further, the item says so.
//!
//! # What it is not
//!
//! It does no I/O, asks no clock, holds no state between calls and draws no chance but what a given seed yields: equal
//! input gives equal output. It does not claim anything either; between choosing and claiming another operator may
//! take the node, and the driver, who claims, goes on to the next candidate.

pub mod arch;
mod capacity;
mod diagnose;
mod explain;
pub mod extra_specs;
pub mod filters;
mod flavor;
pub mod host;
pub mod node;
mod plan;
mod pool;
mod python;
mod request;
mod select;
mod shapes;
mod traps;
mod weigh;

pub use arch::Architectures;
pub use capacity::{Capacity, Fits, Survey, survey};
pub use diagnose::NoValidHost;
pub use explain::{Explanation, Group};
pub use filters::{
    Cause, Circumstances, FilterName, LiveDrivers, Matcher, Refusal, UnknownFilter, View, asked_classes,
    class_spellings,
};
pub use flavor::Flavor;
pub use host::{Availability, Hardware, HostState, Oddity, OddityKind, Stats, Unavailable, Warning};
pub use node::{HostSeed, NODE_FIELDS, NodeField};
pub use plan::{Demand, Plan, PlanError, Share, Shortfall, plan};
pub use pool::Pool;
pub use request::{ImageProperties, Request};
pub use select::{Count, FilterCount, Options, Refused, RequestError, Selection, select};
pub use shapes::{Shape, Shapes, shapes};
pub use traps::{Trap, TrapKind};
pub use weigh::{UnknownWeigher, Weigher};

#[cfg(test)]
mod tests;
