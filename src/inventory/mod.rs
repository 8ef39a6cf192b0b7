//! Files that operators keep: machines to enrol, flavors, fleets, farrier's own configuration; read into typed forms, with the place in the file of whatever is wrong.

mod baremetal_create;
mod bifrost;
mod cells;
mod check;
pub mod config;
pub mod document;
mod draft;
pub mod driver_info;
mod duplicates;
pub mod enrolment;
pub mod export;
mod fields;
pub mod flavor;
pub mod fleet;
pub mod format;
pub mod machine;
mod metal3;
pub mod nodes;
mod positional;
pub mod reference;
pub mod schema;
mod sheet;
pub mod size;
pub mod steps;
mod tripleo;
