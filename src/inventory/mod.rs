//! Files that operators write: machines to enroll, flavors, fleets and farrier's configuration. They are read into typed
//! values, and each error has its line and column.

mod capabilities;
pub mod config;
mod csv_reader;
pub mod document;
pub mod driver_info;
mod driver_info_values;
mod duplicates;
pub mod enrollment;
pub mod export;
mod field_values;
mod fields;
pub mod flavor;
pub mod fleet;
pub mod format;
pub mod hardware_types;
mod node_builder;
pub mod node_spec;
mod placeholder;
pub mod reference;
pub mod root_device;
pub mod saved_nodes;
pub mod schema;
pub mod size;
pub mod steps;
mod unquoted_secrets;
mod unrendered_templates;
