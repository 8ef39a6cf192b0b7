//! Files that operators write: machines to enroll, flavors, fleets and farrier's configuration. They are read into typed
//! values, and each error has its line and column.

mod baremetal_create;
mod bifrost;
mod bmc_address;
mod capabilities;
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
pub mod hardware_types;
pub mod machine;
mod metal3;
pub mod nodes;
mod placeholder;
mod positional;
pub mod reference;
pub mod root_device;
pub mod schema;
mod sheet;
pub mod size;
pub mod steps;
mod tripleo;
mod unquoted;
mod unrendered;
