//! Hints at the disk that becomes the root device, by the same rules on the command line as in files.

pub use crate::inventory::root_device::hints;
