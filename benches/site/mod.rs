//! A synthetic site: any number of machines of a few dozen kinds, some in use, some unavailable. The same
//! number always produces the same machines.

use std::fmt::Write as _;

use farrier::host_manager::{Demand, Flavor, HostSeed, HostState, Pool, Request};
use serde::de::DeserializeSeed as _;

/// CPUs, RAM in MiB, disk in GiB, architecture, resource class.
const SHAPES: [(u64, u64, u64, &str, &str); 10] = [
    (8, 16_384, 100, "x86_64", "bm.small"),
    (8, 32_768, 240, "x86_64", "bm.small"),
    (16, 65_536, 446, "x86_64", "bm.medium"),
    (16, 65_536, 893, "x86_64", "bm.medium"),
    (32, 131_072, 893, "x86_64", "bm.large"),
    (48, 262_144, 1_787, "x86_64", "bm.large"),
    (64, 524_288, 3_576, "x86_64", "bm.huge"),
    (64, 131_072, 893, "aarch64", "arm.large"),
    (80, 262_144, 1_787, "aarch64", "arm.huge"),
    (128, 1_048_576, 7_153, "x86_64", "bm.monster"),
];

/// A pseudorandom number that depends only on its two arguments.
fn pseudorandom(number: usize, salt: u64) -> u64 {
    let mut mixed = (number as u64).wrapping_add(salt.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// One node as Ironic returns it with `detail=True`, without the keys that are null on every node.
pub(crate) fn node(number: usize) -> String {
    let shape = usize::try_from(pseudorandom(number, 1) % 10).expect("it is below ten");
    let (cpus, ram_mb, disk_gb, arch, class) = SHAPES[shape];
    let percent = pseudorandom(number, 2) % 100;
    let uuid = format!("{:08x}-0000-4000-8000-{number:012x}", pseudorandom(number, 3) >> 32);
    let instance = if percent < 40 {
        format!("\"{:08x}-0000-4000-9000-{number:012x}\"", pseudorandom(number, 4) >> 32)
    } else {
        "null".to_owned()
    };
    let state = match percent {
        0..40 => "active",
        40..44 => "cleaning",
        _ => "available",
    };
    let maintenance = percent > 96;
    let boot_mode = if pseudorandom(number, 5).is_multiple_of(3) { "bios" } else { "uefi" };
    let traits = match pseudorandom(number, 6) % 4 {
        0 => r#"["CUSTOM_NVME", "HW_CPU_X86_VMX"]"#,
        1 => r#"["CUSTOM_GPU"]"#,
        _ => "[]",
    };
    let rack = number / 40;
    let mut json = String::with_capacity(1_536);
    let _ = write!(
        json,
        r#"{{"uuid": "{uuid}", "name": "r{rack}u{slot}", "driver": "redfish", "power_state": "power on",
"provision_state": "{state}", "target_provision_state": null, "target_power_state": null, "last_error": null,
"maintenance": {maintenance}, "maintenance_reason": null, "fault": null, "retired": false, "reservation": null,
"instance_uuid": {instance}, "resource_class": "{class}", "traits": {traits}, "conductor_group": "row-{row}",
"owner": null, "lessee": null, "shard": null, "protected": false, "console_enabled": false, "automated_clean": null,
"properties": {{"cpus": {cpus}, "memory_mb": "{ram_mb}", "local_gb": {disk_gb}, "cpu_arch": "{arch}",
"capabilities": "boot_mode:{boot_mode},raid:10", "vendor": "maker", "root_device": {{"wwn": "0x5000c500a1b2c3d4"}}}},
"driver_info": {{"redfish_address": "https://10.{a}.{b}.{c}", "redfish_system_id": "/redfish/v1/Systems/1",
"redfish_username": "operator", "redfish_password": "******", "deploy_kernel": "http://images/kernel",
"deploy_ramdisk": "http://images/ramdisk"}}, "instance_info": {{}}, "extra": {{"asset": "A-{number:08}"}},
"driver_internal_info": {{"last_power_state_change": "2026-01-01T00:00:00.000000", "agent_version": "11.0.0"}},
"deploy_interface": "direct", "boot_interface": "ipxe", "power_interface": "redfish", "bios_interface": "redfish",
"links": [{{"href": "http://127.0.0.1:6385/v1/nodes/{uuid}", "rel": "self"}}], "created_at": "2026-01-01T00:00:00+00:00"}}"#,
        slot = number % 40,
        row = rack % 25,
        a = number >> 16 & 255,
        b = number >> 8 & 255,
        c = number & 255,
    );
    json
}

/// The inventory as a file.
pub(crate) fn inventory(count: usize) -> String {
    let mut json = String::from("[");
    for number in 0..count {
        json.push_str(if number == 0 { "\n" } else { ",\n" });
        json.push_str(&node(number));
    }
    json.push_str("\n]\n");
    json
}

/// The nodes as the host manager represents them, parsed one by one from JSON.
pub(crate) fn hosts(count: usize) -> Vec<HostState> {
    let mut pool = Pool::new();
    (0..count)
        .map(|number| {
            let json = node(number);
            HostSeed(&mut pool)
                .deserialize(&mut serde_json::Deserializer::from_str(&json))
                .expect("the site's nodes can be read")
        })
        .collect()
}

/// Twenty flavors: half of them as large as a kind of machine, half between two kinds.
pub(crate) fn flavors() -> Vec<Flavor> {
    let sized = SHAPES.iter().enumerate().flat_map(|(at, &(vcpus, ram_mb, disk_gb, _, class))| {
        let whole = Flavor {
            name: format!("whole-{at}"),
            vcpus: Some(vcpus),
            ram_mb: Some(ram_mb),
            disk_gb: Some(disk_gb),
            resource_class: Some(class.to_owned()),
            ..Flavor::default()
        };
        let part = Flavor {
            name: format!("part-{at}"),
            vcpus: Some(vcpus / 2 + 1),
            ram_mb: Some(ram_mb * 3 / 4),
            disk_gb: Some(disk_gb / 2),
            extra_specs: [("capabilities:boot_mode".to_owned(), "uefi".to_owned())].into(),
            ..Flavor::default()
        };
        [whole, part]
    });
    sized.collect()
}

/// A batch of `count` instances, spread evenly over the twenty flavors.
pub(crate) fn batch(instances: usize) -> Vec<Demand> {
    let flavors = flavors();
    let each = instances / flavors.len();
    flavors
        .iter()
        .map(|flavor| Demand { name: flavor.name.clone(), request: Request::from(flavor), count: each })
        .collect()
}
