//! What is asked of a node.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::filters::FilterName;
use super::flavor::Flavor;

/// What an image asks of the machine it is to run on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct ImageProperties {
    /// The processor architecture that it is made for.
    pub architecture: Option<String>,
    /// The hypervisor that it is made for; `baremetal` or `ironic` are ours.
    pub hypervisor_type: Option<String>,
    /// The mode of virtualisation; `hvm` is ours.
    pub vm_mode: Option<String>,
    /// The firmware that it boots by: `uefi` or `bios`.
    pub firmware: Option<String>,
    /// The least RAM that it runs with, in MiB.
    pub min_ram_mb: Option<u64>,
    /// The least disk that it fits onto, in GiB.
    pub min_disk_gb: Option<u64>,
    /// The clouds that have it; any where empty.
    pub clouds: BTreeSet<String>,
}

impl ImageProperties {
    /// Picks them from an image's properties, by the names that Glance and Nova have used for them. An empty value is
    /// none.
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

/// What is asked of a node: a flavor overlaid by flags, an image's needs, and where to look.
///
/// Every dimension that is `None` or empty is not filtered on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Request {
    /// The name of the flavor that this began as, for the echo in answers.
    pub flavor: Option<String>,
    /// CPUs.
    pub vcpus: Option<u64>,
    /// RAM in MiB.
    pub ram_mb: Option<u64>,
    /// Root disk in GiB.
    pub disk_gb: Option<u64>,
    /// Ephemeral disk in GiB, on top of the root disk where that is named.
    pub ephemeral_gb: Option<u64>,
    /// Swap in MiB, on top of both where the root disk is named.
    pub swap_mb: Option<u64>,
    /// The architecture, where it is asked for by itself.
    pub arch: Option<String>,
    /// What the image asks for.
    pub image: ImageProperties,
    /// The resource class.
    pub resource_class: Option<String>,
    /// Traits that must be there.
    pub required_traits: BTreeSet<String>,
    /// Traits that must not be there.
    pub forbidden_traits: BTreeSet<String>,
    /// Extra specs: see [`super::extra_specs`].
    pub extra_specs: BTreeMap<String, String>,
    /// The cloud, where several are searched.
    pub cloud: Option<String>,
    /// The conductor group; `""` is the default one.
    pub conductor_group: Option<String>,
    /// The shard.
    pub shard: Option<String>,
    /// The project that owns the node.
    pub owner: Option<String>,
    /// The project that the node is lent to.
    pub lessee: Option<String>,
    /// The only nodes to look at, by name or UUID; all where empty.
    pub nodes: Vec<String>,
    /// Nodes to leave alone, by name or UUID.
    pub exclude: Vec<String>,
    /// The filters that nodes pass through, in this order.
    pub filters: Vec<FilterName>,
}

impl Default for Request {
    /// Asks for nothing but a free machine.
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
            filters: FilterName::AT_LEAST.to_vec(),
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
    /// The same request through the three exact filters in place of the three at-least ones.
    #[must_use]
    pub fn exact(mut self) -> Self {
        self.filters = FilterName::EXACT.to_vec();
        self
    }

    /// Whether nothing is said about the machine: no flavor, size, resource class or node.
    #[must_use]
    pub fn names_no_machine(&self) -> bool {
        let sizes = [self.vcpus, self.ram_mb, self.disk_gb];
        self.flavor.is_none()
            && self.resource_class.is_none()
            && self.nodes.is_empty()
            && sizes.iter().all(Option::is_none)
    }

    /// The disk that is needed, in MiB: root, ephemeral and swap together (Nova: `ExactDiskFilter`). `None` where no
    /// root disk is named.
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
    fn the_disk_is_root_ephemeral_and_swap() {
        let mut request = Request { ephemeral_gb: Some(20), swap_mb: Some(512), ..Request::default() };
        assert_eq!(request.disk_mb(), None);
        request.disk_gb = Some(100);
        assert_eq!(request.disk_mb(), Some(1024 * 120 + 512));
        request.disk_gb = Some(u64::MAX);
        assert_eq!(request.disk_mb(), Some(u64::MAX));
    }

    #[test]
    fn image_properties_have_two_names_each() {
        let old = [("architecture", "x86_64"), ("hypervisor_type", "baremetal"), ("vm_mode", "hvm")];
        let new = [("hw_architecture", "x86_64"), ("img_hv_type", "baremetal"), ("hw_vm_mode", "hvm")];
        assert_eq!(ImageProperties::from_properties(old), ImageProperties::from_properties(new));
        let empty = ImageProperties::from_properties([("architecture", ""), ("os_distro", "debian")]);
        assert_eq!(empty, ImageProperties::default());
    }
}
