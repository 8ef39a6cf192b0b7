//! Files that operators keep: machines to enrol, flavors, fleets; read into typed forms, with the place in the file of whatever is wrong.

pub mod document;
pub mod size;
