//! farrier fits operating systems onto bare metal through OpenStack Ironic.
//!
//! The program is this library, and a `main` that only dispatches. Data flows one way:
//!
//! ```text
//! argv ─ cli ─▶ cloud (who am I, where is Ironic) ─▶ ironic (typed REST)
//!                 │
//!                 ▼
//!         host_manager (pure: nodes in, choice and reasons out)
//!                 │
//!                 ▼
//!         driver (claim ▸ prepare ▸ validate ▸ deploy ▸ watch; and back again)
//!                 │ events
//!                 ▼
//!         ui (tables, JSON, progress) ─▶ stdout / stderr, exit code
//! ```
//!
//! Nothing lower knows anything higher. The library exists for the program, its tests and its
//! benchmarks; it promises no stable interface to other crates.

pub mod audit;
mod bounded;
pub mod cli;
pub mod cloud;
pub mod drift;
pub mod driver;
pub mod host_manager;
pub mod inventory;
pub mod ironic;
pub mod lab;
pub mod rest;
#[cfg(test)]
mod scratch;
#[cfg(test)]
#[path = "../tests/it/snapshot/compare.rs"]
mod snapshot;
pub mod spelling;
pub mod ui;
