//! The subcommands: one file or folder for each, named as on the command line.
//!
//! A command has `Args` with its help, and `run`. Its examples and exit codes are constants next to them.

pub(crate) mod audit;
pub(crate) mod boot_device;
pub(crate) mod capacity;
pub mod completions;
pub(crate) mod console;
pub(crate) mod deploy;
pub(crate) mod destroy;
pub(crate) mod doctor;
pub(crate) mod enroll;
pub(crate) mod export;
pub(crate) mod flavor;
pub(crate) mod gc;
pub(crate) mod lab;
pub(crate) mod list;
pub mod man;
pub(crate) mod nmi;
pub(crate) mod node;
pub(crate) mod power;
pub(crate) mod rebuild;
pub(crate) mod rescue;
pub(crate) mod reservation;
pub(crate) mod schedule;
pub mod schema;
pub(crate) mod show;
pub(crate) mod vif;
pub(crate) mod wait;
pub(crate) mod watch;
pub(crate) mod why;
