//! Requests for nodes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::filters::FilterName;
use super::flavor::Flavor;

/// The requirements of an image on the machine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, schemars::JsonSchema)]
pub struct ImageProperties {
    /// The processor architecture.
    pub architecture: Option<String>,
    /// The hypervisor; bare metal is `baremetal` or `ironic`.
    pub hypervisor_type: Option<String>,
    /// The virtual machine mode; bare metal is `hvm`.
    pub vm_mode: Option<String>,
    /// The boot firmware: `uefi` or `bios`.
    pub firmware: Option<String>,
    /// The minimum RAM in MiB.
    pub min_ram_mb: Option<u64>,
    /// The minimum disk in GiB.
    pub min_disk_gb: Option<u64>,
    /// The clouds that have the image; empty if any.
    pub clouds: BTreeSet<String>,
}

impl ImageProperties {
    /// Reads an image's properties by their current and former names in Glance and Nova. Empty values count as missing.
    pub fn from_properties<'p>(properties: impl IntoIterator<Item = (&'p str, &'p str)>) -> Self {
        let mut image = Self::default();
        for (name, value) in properties {
            let field = match name {
                "architecture" | "hw_architecture" => &mut image.architecture,
                "hypervisor_type" | "img_hv_type" => &mut image.hypervisor_type,
                "vm_mode" | "hw_vm_mode" => &mut image.vm_mode,
                "hw_firmware_type" => &mut image.firmware,
                _ => continue,
            };
            *field = Some(value.to_owned()).filter(|value| !value.is_empty());
        }
        image
    }
}

/// A request for nodes: a flavor, overridden by options, with the requirements of the image and the location.
///
/// Fields that are `None` or empty are not filtered on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, schemars::JsonSchema)]
pub struct Request {
    /// The name of the flavor, for the output.
    pub flavor: Option<String>,
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
    /// The architecture, if requested apart from the image.
    pub arch: Option<String>,
    /// The requirements of the image.
    pub image: ImageProperties,
    /// The resource class.
    pub resource_class: Option<String>,
    /// Required traits.
    pub required_traits: BTreeSet<String>,
    /// Forbidden traits.
    pub forbidden_traits: BTreeSet<String>,
    /// Extra specs: see [`super::extra_specs`].
    pub extra_specs: BTreeMap<String, String>,
    /// The cloud, if several are searched.
    pub cloud: Option<String>,
    /// The conductor group; `""` is the default one.
    pub conductor_group: Option<String>,
    /// The shard.
    pub shard: Option<String>,
    /// The project that owns the node.
    pub owner: Option<String>,
    /// The project that leases the node.
    pub lessee: Option<String>,
    /// Consider only these nodes, by name or UUID; empty for all.
    pub nodes: Vec<String>,
    /// Nodes to exclude, by name or UUID.
    pub exclude: Vec<String>,
    /// The filters, in the order in which they run.
    pub filters: Vec<FilterName>,
}

impl Default for Request {
    /// Requests any free machine.
    fn default() -> Self {
        Self {
            flavor: None,
            vcpus: None,
            ram_mb: None,
            disk_gb: None,
            ephemeral_gb: None,
            swap_mb: None,
            arch: None,
            image: ImageProperties::default(),
            resource_class: None,
            required_traits: BTreeSet::new(),
            forbidden_traits: BTreeSet::new(),
            extra_specs: BTreeMap::new(),
            cloud: None,
            conductor_group: None,
            shard: None,
            owner: None,
            lessee: None,
            nodes: Vec::new(),
            exclude: Vec::new(),
            filters: FilterName::at_least(),
        }
    }
}

impl From<&Flavor> for Request {
    fn from(flavor: &Flavor) -> Self {
        Self {
            flavor: Some(flavor.name.clone()),
            vcpus: flavor.vcpus,
            ram_mb: flavor.ram_mb,
            disk_gb: flavor.disk_gb,
            ephemeral_gb: flavor.ephemeral_gb,
            swap_mb: flavor.swap_mb,
            resource_class: flavor.resource_class.clone(),
            extra_specs: flavor.extra_specs.clone(),
            ..Self::default()
        }
    }
}

impl Request {
    /// The same request with the exact size filters instead of the at-least ones.
    #[must_use]
    pub fn exact(mut self) -> Self {
        self.filters = FilterName::exact();
        self
    }

    /// Whether the request has no flavor, size, resource class or node.
    #[must_use]
    pub fn names_no_machine(&self) -> bool {
        let sizes = [self.vcpus, self.ram_mb, self.disk_gb];
        self.flavor.is_none()
            && self.resource_class.is_none()
            && self.nodes.is_empty()
            && sizes.iter().all(Option::is_none)
    }

    /// The requested disk in MiB: root, ephemeral and swap together (Nova: `ExactDiskFilter`). `None` if no root disk
    /// is requested.
    #[must_use]
    pub fn disk_mb(&self) -> Option<u64> {
        let gb = self.disk_gb?.saturating_add(self.ephemeral_gb.unwrap_or(0));
        Some(gb.saturating_mul(1024).saturating_add(self.swap_mb.unwrap_or(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_requested_disk_is_root_ephemeral_and_swap() {
        let mut request = Request { ephemeral_gb: Some(20), swap_mb: Some(512), ..Request::default() };
        assert_eq!(request.disk_mb(), None);
        request.disk_gb = Some(100);
        assert_eq!(request.disk_mb(), Some(1024 * 120 + 512));
        request.disk_gb = Some(u64::MAX);
        assert_eq!(request.disk_mb(), Some(u64::MAX));
    }

    #[test]
    fn image_properties_have_a_current_and_a_former_name() {
        let old = [("architecture", "x86_64"), ("hypervisor_type", "baremetal"), ("vm_mode", "hvm")];
        let new = [("hw_architecture", "x86_64"), ("img_hv_type", "baremetal"), ("hw_vm_mode", "hvm")];
        assert_eq!(ImageProperties::from_properties(old), ImageProperties::from_properties(new));
        let empty = ImageProperties::from_properties([("architecture", ""), ("os_distro", "debian")]);
        assert_eq!(empty, ImageProperties::default());
    }
}
