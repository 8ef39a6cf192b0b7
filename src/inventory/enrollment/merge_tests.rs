//! Short and long keys for the same field of a machine, in formats that have both.

use serde_json::json;

use super::tests::{accepted, refused};
use super::*;

fn tripleo(keys: &str) -> String {
    format!("nodes: [{{name: a, pm_type: ipmi, {keys}}}]")
}

/// The only machine of a text.
fn machine(text: &str) -> NodeSpec {
    let mut machines = accepted(text).machines;
    assert_eq!(machines.len(), 1, "{text}");
    machines.remove(0)
}

#[test]
fn short_and_long_keys_of_a_machine_are_merged() {
    let read = machine(&tripleo(
        "pm_addr: 10.0.0.1, pm_user: op, driver_info: {ipmi_port: 6230, ipmi_address: 10.0.0.1}, cpu: 4, memory: 1024, \
         properties: {local_gb: 10, cpus: '4'}, platform: p, extra: {rack: r4}, \
         capabilities: 'boot_mode:uefi', kernel_id: 'file:///k'",
    ));
    assert_eq!(
        json!(read.driver_info.expose()),
        json!({"ipmi_address": "10.0.0.1", "ipmi_username": "op", "ipmi_port": 6230,
               "deploy_kernel": "file:///k", "rescue_kernel": "file:///k"})
    );
    assert_eq!(
        read.fields["properties"],
        json!({"cpus": 4, "memory_mb": 1024, "local_gb": 10, "capabilities": "boot_mode:uefi"})
    );
    assert_eq!(read.fields["extra"], json!({"tripleo_platform": "p", "rack": "r4"}));
    // The order of keys does not matter.
    let read = machine(
        "nodes: [{driver_info: {ipmi_port: 6230}, properties: {local_gb: 10}, extra: {rack: r4}, name: a, pm_type: ipmi, \
         pm_addr: 10.0.0.1, cpu: 4, platform: p}]",
    );
    assert_eq!(json!(read.driver_info.expose()), json!({"ipmi_address": "10.0.0.1", "ipmi_port": 6230}));
    assert_eq!(read.fields["properties"], json!({"cpus": 4, "local_gb": 10}));
    assert_eq!(read.fields["extra"], json!({"tripleo_platform": "p", "rack": "r4"}));
}

#[test]
fn a_long_rescue_key_overrides_the_default_from_a_short_key() {
    let read = machine(&tripleo("kernel_id: 'file:///k', driver_info: {rescue_kernel: 'file:///r'}"));
    assert_eq!(
        json!(read.driver_info.expose()),
        json!({"deploy_kernel": "file:///k", "rescue_kernel": "file:///r"})
    );
}

#[test]
fn keys_with_different_values_are_refused() {
    for (keys, key) in [
        ("pm_addr: 10.0.0.1, driver_info: {ipmi_address: 10.0.0.2}", "ipmi_address"),
        ("driver_info: {ipmi_address: 10.0.0.2}, pm_addr: 10.0.0.1", "ipmi_address"),
        ("pm_port: 623, ipmi_port: 624", "ipmi_port"),
        ("pm_password: hunter2, driver_info: {ipmi_password: hunter3}", "ipmi_password"),
        ("cpu: 4, properties: {cpus: 8}", "cpus"),
        ("platform: p, extra: {tripleo_platform: q}", "tripleo_platform"),
        ("root_device: {serial: a}, properties: {root_device: {serial: b}}", "root_device"),
        ("kernel_id: 'file:///k', driver_info: {deploy_kernel: 'file:///l'}", "deploy_kernel"),
    ] {
        let errors = refused(&tripleo(keys));
        let why = format!(": `{key}` is given twice with different values, first on line 1");
        assert!(errors.len() == 1 && errors[0].ends_with(&why), "{keys}: {errors:?}");
        assert!(!errors[0].contains("hunter"), "{errors:?}");
    }
    for keys in [
        "pm_addr: 10.0.0.1, driver_info: {ipmi_address: 10.0.0.1}",
        "pm_port: 6230, ipmi_port: '6230', driver_info: {ipmi_port: null}",
        "driver_info: {ipmi_port: null}, pm_port: 6230",
        "root_device: {serial: a, wwn: b}, properties: {root_device: {wwn: b, serial: a}}",
    ] {
        assert_eq!(accepted(&tripleo(keys)).machines.len(), 1, "{keys}");
    }
    // A `driver_info` that is not a mapping is still an error.
    let errors = refused(&tripleo("pm_addr: 10.0.0.1, driver_info: 5"));
    assert!(errors[0].ends_with("driver_info: expected a mapping, found a number"), "{errors:?}");
}

#[test]
fn capabilities_under_both_keys_are_merged() {
    for (keys, all) in [
        ("capabilities: 'a:b', properties: {capabilities: 'c:d'}", "c:d,a:b"),
        ("capabilities: {a: b}, properties: {capabilities: 'a:b'}", "a:b"),
        ("profile: control, properties: {capabilities: 'a:b'}", "a:b,profile:control"),
        ("properties: {capabilities: 'a:b'}", "a:b"),
    ] {
        assert_eq!(machine(&tripleo(keys)).fields["properties"]["capabilities"], all, "{keys}");
    }
    let errors =
        refused(&tripleo("capabilities: 'boot_mode:uefi', properties: {capabilities: 'boot_mode:bios'}"));
    assert!(
        errors[0]
            .ends_with("capability `boot_mode` conflicts with `properties.capabilities`, which has `bios`"),
        "{errors:?}"
    );
}

#[test]
fn ports_under_two_keys_are_all_read() {
    for text in [
        "a: {driver: ipmi, nics: [{mac: '5a:00:00:00:00:01'}], ports: [{address: '5a:00:00:00:00:02'}]}",
        "a: {driver: ipmi, ports: [{address: '5a:00:00:00:00:02'}], nics: [{mac: '5a:00:00:00:00:01'}]}",
        &tripleo("mac: ['5a:00:00:00:00:01'], ports: [{address: '5a:00:00:00:00:02'}]"),
    ] {
        let read = machine(text);
        let mut macs: Vec<&str> = read.macs().collect();
        macs.sort_unstable();
        assert_eq!(macs, ["5a:00:00:00:00:01", "5a:00:00:00:00:02"], "{text}");
    }
    // Equal ports under both keys are one port. Two equal ports under one key are an error.
    let both =
        "a: {driver: ipmi, nics: [{mac: '5a:00:00:00:00:01'}], ports: [{address: '5a:00:00:00:00:01'}]}";
    assert_eq!(machine(both).ports.len(), 1);
    for text in [
        "a: {driver: ipmi, nics: [{mac: '5a:00:00:00:00:01'}, {mac: '5a:00:00:00:00:01'}]}",
        "a: {driver: ipmi, nics: [{mac: '5a:00:00:00:00:01'}], ports: [{address: '5a:00:00:00:00:01', pxe_enabled: true}]}",
    ] {
        assert!(refused(text)[0].contains("the MAC address `5a:00:00:00:00:01` is given twice"), "{text}");
    }
}

#[test]
fn the_two_address_keys_of_a_nic_must_agree() {
    let nic = |keys: &str| format!("a: {{driver: ipmi, nics: [{{{keys}}}]}}");
    let errors = refused(&nic("mac: '5a:00:00:00:00:01', address: '5a:00:00:00:00:02'"));
    assert_eq!(
        errors,
        [
            "a.yaml:1:62: a.nics[0].address: `address` and `mac` are the same field but have different values, the first on line 1"
        ]
    );
    for keys in [
        "mac: '5a:00:00:00:00:01', address: '5A:00:00:00:00:01'",
        "address: '5a:00:00:00:00:01', mac: '5a:00:00:00:00:01'",
        "mac: '5a:00:00:00:00:01', address: null",
        "address: null, mac: '5a:00:00:00:00:01'",
    ] {
        assert_eq!(machine(&nic(keys)).macs().collect::<Vec<_>>(), ["5a:00:00:00:00:01"], "{keys}");
    }
}
