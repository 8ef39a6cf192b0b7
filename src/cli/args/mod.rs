//! Groups of options that several commands share, and parsers for their values.

pub(crate) mod candidates;
pub(crate) mod conditions;
pub(crate) mod config_drive;
pub(crate) mod flavor;
pub(crate) mod global;
pub(crate) mod image;
pub(crate) mod key_value;
pub(crate) mod networks;
pub(crate) mod node_targets;
pub(crate) mod selection;
pub mod values;
