//! What an operator calls a kind of machine.

use std::collections::BTreeMap;

use serde::Serialize;

/// A named request: as much of a machine as every instance of this kind needs.
///
/// What is `None` is not filtered on. The units are Nova's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Flavor {
    /// Its name.
    pub name: String,
    /// CPUs.
    pub vcpus: Option<u64>,
    /// RAM in MiB.
    pub ram_mb: Option<u64>,
    /// Root disk in GiB.
    pub disk_gb: Option<u64>,
    /// Ephemeral disk in GiB, on top of the root disk. Counts only where `disk_gb` is named.
    pub ephemeral_gb: Option<u64>,
    /// Swap in MiB, on top of both. Counts only where `disk_gb` is named.
    pub swap_mb: Option<u64>,
    /// The resource class.
    pub resource_class: Option<String>,
    /// Extra specs: see [`super::extra_specs`].
    pub extra_specs: BTreeMap<String, String>,
}
