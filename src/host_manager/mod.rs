//! Chooses nodes for requests, as Nova's Ironic host manager did, and says why the others were not chosen.
//!
//! Pure: no I/O, no clock, no randomness but what a given seed yields.

pub mod arch;
pub mod extra_specs;
pub mod filters;
mod flavor;
pub mod host;
pub mod node;
mod pool;
mod python;
mod request;

pub use filters::{Cause, Circumstances, FilterName, LiveDrivers, Matcher, Refusal, UnknownFilter, View};
pub use flavor::Flavor;
pub use host::{Availability, Hardware, HostState, Oddity, OddityKind, Stats, Unavailable, Warning};
pub use node::{HostSeed, NODE_FIELDS, NodeField};
pub use pool::Pool;
pub use request::{ImageProperties, Request};
