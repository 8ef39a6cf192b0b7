//! Flavors: named requests for a kind of machine.

use std::collections::BTreeMap;

use serde::Serialize;

/// A named request for a kind of machine, with the units of Nova.
///
/// Fields that are `None` are not filtered on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Flavor {
    /// The name.
    pub name: String,
    /// CPUs.
    pub vcpus: Option<u64>,
    /// RAM in MiB.
    pub ram_mb: Option<u64>,
    /// Root disk in GiB.
    pub disk_gb: Option<u64>,
    /// Ephemeral disk in GiB, in addition to the root disk. Counts only if `disk_gb` is set.
    pub ephemeral_gb: Option<u64>,
    /// Swap in MiB, in addition to both disks. Counts only if `disk_gb` is set.
    pub swap_mb: Option<u64>,
    /// The resource class.
    pub resource_class: Option<String>,
    /// Extra specs: see [`super::extra_specs`].
    pub extra_specs: BTreeMap<String, String>,
}
