//! The attributes of Nova's `HostState` that extra specs can name, and their values for an Ironic node.
//!
//! Nova's `ComputeCapabilitiesFilter` looks up a key in the attributes of its host state first, and then in the node's
//! capabilities. The sizes here are those of the hardware, even if the node is in use: the `ComputeFilter` decides
//! whether it is free.

use std::borrow::Cow;

use crate::host_manager::host::HostState;
use crate::host_manager::python;

/// Attributes of Nova's host state that have no value for an Ironic node, or a value that only Nova knows.
const WITHOUT_VALUE: [&str; 18] = [
    "aggregates",
    "allocation_candidates",
    "cell_uuid",
    "cpu_allocation_ratio",
    "cpu_info",
    "disk_allocation_ratio",
    "host",
    "host_ip",
    "instances",
    "limits",
    "metrics",
    "numa_topology",
    "pci_stats",
    "ram_allocation_ratio",
    "service",
    "stats",
    "update",
    "updated",
];

/// The result of looking up an extra spec's name on a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::host_manager) enum AttributeLookup<'h> {
    /// The value.
    Value(Cow<'h, str>),
    /// An attribute of Nova's host state that has no value.
    Nothing,
    /// Not an attribute or a capability.
    Unknown,
}

impl<'h> AttributeLookup<'h> {
    /// The value, if there is one.
    pub(in crate::host_manager) fn value(self) -> Option<Cow<'h, str>> {
        match self {
            Self::Value(value) => Some(value),
            Self::Nothing | Self::Unknown => None,
        }
    }
}

/// Looks up a name like Nova: in the attributes, and if they have no value, in the capabilities.
pub(in crate::host_manager) fn look_up<'h>(host: &'h HostState, name: &str) -> AttributeLookup<'h> {
    if let Some(value) = attribute(host, name) {
        return AttributeLookup::Value(value);
    }
    match host.stats.get(name) {
        Some(value) => AttributeLookup::Value(value.into()),
        // Nova's driver reports an architecture for every node, even if it is unknown.
        None if name == "cpu_arch" || WITHOUT_VALUE.contains(&name) => AttributeLookup::Nothing,
        None => AttributeLookup::Unknown,
    }
}

/// The value of an attribute, formatted like Python's `str()`.
fn attribute<'h>(host: &'h HostState, name: &str) -> Option<Cow<'h, str>> {
    let hardware = host.hardware;
    let number = |number: i64| Some(Cow::Owned(number.to_string()));
    // Nova reads its counters from the capabilities.
    let counter = |stat: &str| number(host.stats.get(stat).and_then(python::int).unwrap_or(0));
    match name {
        "hypervisor_type" => Some("ironic".into()),
        "hypervisor_version" => Some("1".into()),
        "uuid" | "hypervisor_hostname" | "nodename" => Some(host.uuid.as_ref().into()),
        "vcpus_total" => number(hardware.vcpus),
        "total_usable_ram_mb" | "free_ram_mb" => number(hardware.ram_mb),
        "total_usable_disk_gb" => number(hardware.disk_gb()),
        "free_disk_mb" => number(hardware.disk_mb),
        "vcpus_used" | "disk_mb_used" => number(0),
        "num_instances" => counter("num_instances"),
        "num_io_ops" => counter("io_workload"),
        "failed_builds" => counter("failed_builds"),
        "supported_instances" => Some(match host.arch.as_deref() {
            Some(arch) => format!("[['{arch}', 'baremetal', 'hvm']]").into(),
            None => "[]".into(),
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_come_before_capabilities_of_the_same_name() {
        let json = r#"{"uuid": "u1", "properties": {"cpus": 8, "memory_mb": 16384, "local_gb": 100, "cpu_arch": "amd64",
            "capabilities": "hypervisor_type:kvm,cpu_info:fast,num_instances:3,free_disk_mb:7"}}"#;
        let host: HostState = serde_json::from_str(json).expect("the node can be read");
        for (name, value) in [
            ("hypervisor_type", "ironic"),
            ("hypervisor_version", "1"),
            ("hypervisor_hostname", "u1"),
            ("vcpus_total", "8"),
            ("free_ram_mb", "16384"),
            ("free_disk_mb", "102400"),
            ("total_usable_disk_gb", "100"),
            ("num_instances", "3"),
            ("num_io_ops", "0"),
            ("supported_instances", "[['x86_64', 'baremetal', 'hvm']]"),
            ("cpu_arch", "amd64"),
            // The capability is used if the attribute has no value.
            ("cpu_info", "fast"),
        ] {
            assert_eq!(look_up(&host, name).value().as_deref(), Some(value), "{name}");
        }
        assert_eq!(look_up(&host, "numa_topology"), AttributeLookup::Nothing);
        assert_eq!(look_up(&host, "boot_mode"), AttributeLookup::Unknown);
        assert_eq!(look_up(&HostState::default(), "cpu_arch"), AttributeLookup::Nothing);
    }
}
