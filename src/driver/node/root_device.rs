//! Root device hints, with the same rules on the command line as in files.

pub use crate::inventory::root_device::hints;
