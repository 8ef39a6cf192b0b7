//! The program around the commands: connections to clouds, errors and exit codes, help, signals.

pub mod answers;
pub(crate) mod batch;
pub(crate) mod config_dir;
pub(crate) mod connection;
pub mod failure;
pub(crate) mod fleet;
pub(crate) mod glance;
pub mod help;
pub(crate) mod instance_rows;
pub(crate) mod interrupt;
pub(crate) mod node_search;
pub(crate) mod permission_hints;
pub(crate) mod planned_requests;
pub(crate) mod pre_parse;
pub(crate) mod run;
