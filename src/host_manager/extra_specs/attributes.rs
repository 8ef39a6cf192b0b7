//! The attributes of Nova's `HostState` that extra specs can name, and what they are for an Ironic node.
//!
//! Nova's `ComputeCapabilitiesFilter` looks a key up among the attributes of its host state first and among the
//! node's capabilities second. The sizes here are those of the machine itself, whoever holds it: whether it is free
//! is for the `ComputeFilter` to decide.

use std::borrow::Cow;

use crate::host_manager::host::HostState;
use crate::host_manager::python;

/// Attributes that Nova's host state has, but without a value for an Ironic node, or with one that only Nova knows.
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

/// What an extra spec's name stands for on a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::host_manager) enum Found<'h> {
    /// This value.
    Value(Cow<'h, str>),
    /// An attribute of Nova's host state that has no value.
    Nothing,
    /// Neither an attribute nor a capability.
    Unknown,
}

impl<'h> Found<'h> {
    /// The value, if there is one.
    pub(in crate::host_manager) fn value(self) -> Option<Cow<'h, str>> {
        match self {
            Self::Value(value) => Some(value),
            Self::Nothing | Self::Unknown => None,
        }
    }
}

/// Looks a name up as Nova does: among the attributes, and where those give no value, among the capabilities.
pub(in crate::host_manager) fn look_up<'h>(host: &'h HostState, name: &str) -> Found<'h> {
    if let Some(value) = attribute(host, name) {
        return Found::Value(value);
    }
    match host.stats.get(name) {
        Some(value) => Found::Value(value.into()),
        // Nova's driver reports the architecture of every node, if only as unknown.
        None if name == "cpu_arch" || WITHOUT_VALUE.contains(&name) => Found::Nothing,
        None => Found::Unknown,
    }
}

/// The value of an attribute, as Python's `str()` writes it.
fn attribute<'h>(host: &'h HostState, name: &str) -> Option<Cow<'h, str>> {
    let hardware = host.hardware;
    let number = |number: i64| Some(Cow::Owned(number.to_string()));
    // Nova reads its counters from the same place as the capabilities.
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
            // An attribute without a value leaves the word to the capability.
            ("cpu_info", "fast"),
        ] {
            assert_eq!(look_up(&host, name).value().as_deref(), Some(value), "{name}");
        }
        assert_eq!(look_up(&host, "numa_topology"), Found::Nothing);
        assert_eq!(look_up(&host, "boot_mode"), Found::Unknown);
        assert_eq!(look_up(&HostState::default(), "cpu_arch"), Found::Nothing);
    }
}
