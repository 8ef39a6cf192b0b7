//! farrier deploys operating systems onto bare-metal nodes through OpenStack Ironic.
//!
//! The program consists of this library and a `main` that calls it. Data flows in one direction:
//!
//! ```text
//! argv ─ cli ─▶ cloud (credentials, endpoints) ─▶ ironic (typed REST)
//!                 │
//!                 ▼
//!         host_manager (pure: selects nodes, with reasons)
//!                 │
//!                 ▼
//!         driver (claim ▸ prepare ▸ validate ▸ deploy ▸ watch; undo)
//!                 │ events
//!                 ▼
//!         ui (tables, JSON, progress) ─▶ stdout / stderr, exit code
//! ```
//!
//! Lower modules do not depend on higher ones. The library exists for the program, its tests and its benchmarks; it has
//! no stable API for other crates.

pub mod audit;
mod bounded_read;
pub mod cli;
pub mod cloud;
mod counts;
pub mod drift;
pub mod driver;
pub mod host_manager;
pub mod inventory;
pub mod ironic;
pub mod lab;
pub mod rest;
#[cfg(test)]
#[path = "../tests/it/shell_line.rs"]
mod shell_line;
#[cfg(test)]
#[path = "../tests/it/snapshot/compare.rs"]
mod snapshot;
pub mod state_dir;
pub mod suggest;
#[cfg(test)]
mod test_files;
pub mod ui;
