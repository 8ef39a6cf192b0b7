//! Damaged inventories in all formats: each value of a file is either enrolled, or reported in a warning or an error with its
//! position.

use serde_json::{Map, Value as Json, json};

use super::tests::read;
use super::*;

/// A machine in each format with most of its keys, as JSON, so that keys can be added and removed.
fn samples() -> [(&'static str, Json); 4] {
    let secret = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "n"},
                        "stringData": {"username": "op", "password": "hunter2"}});
    let host = json!({
        "apiVersion": "metal3.io/v1alpha1", "kind": "BareMetalHost",
        "metadata": {"name": "w3", "namespace": "n", "labels": {"row": "b"}, "annotations": {"by": "me"}, "uid": "u"},
        "spec": {
            "bmc": {"address": "redfish://bmc/redfish/v1/Systems/1", "credentialsName": "s",
                    "disableCertificateVerification": true},
            "bootMACAddress": "5a:00:00:00:03:01", "bootMode": "legacy", "architecture": "aarch64",
            "rootDeviceHints": {"serialNumber": "S1", "minSizeGigabytes": 400}, "automatedCleaningMode": "disabled",
            "online": true, "description": "third", "image": {"url": "http://i"}, "taints": [{"key": "k"}],
            "raid": {"hardwareRAIDVolumes": []}, "firmware": {"sriovEnabled": true},
        },
        "status": {"hardware": {"ramMebibytes": 512}},
    });
    [
        (
            "farrier",
            json!({
                "chassis": [{"uuid": "d0d5d1a6-14d5-4d2c-a7c4-1f2a2d4c2d11", "description": "rack", "extra": {"row": 1},
                             "nodes": [{"name": "b", "driver": "fake-hardware"}]}],
                "nodes": [{
                    "name": "a", "driver": "redfish", "uuid": "1be26c0b-03f2-4d2e-ae87-c02d7f33c123",
                    "resource_class": "c", "traits": ["CUSTOM_A"], "owner": "o", "description": "d",
                    "properties": {"cpus": 4, "root_device": {"serial": "S1"}, "capabilities": {"boot_mode": "uefi"}},
                    "driver_info": {"redfish_address": "https://bmc", "redfish_password": "hunter2"},
                    "extra": {"rack": {"row": 4}}, "automated_clean": false,
                    "ports": [{"address": "5a:00:00:00:00:01", "pxe_enabled": true, "extra": {"slot": 1},
                               "local_link_connection": {"switch_id": "a0:00:00:00:00:01", "port_id": "1",
                                                         "switch_info": "tor"}}],
                    "portgroups": [{"name": "bond", "mode": "802.3ad", "properties": {"miimon": 100},
                                    "ports": [{"address": "5a:00:00:00:00:02"}]}],
                }],
            }),
        ),
        (
            "bifrost",
            json!({"edge-07": {
                "driver": "ipmi", "uuid": "1be26c0b-03f2-4d2e-ae87-c02d7f33c123", "boot_interface": "ipxe",
                "driver_info": {"power": {"ipmi_address": "10.9.0.7", "ipmi_password": "hunter2"}, "ipmi_port": 6230},
                "nics": [{"mac": "5a:00:00:00:07:01", "physical_network": "prov"}],
                "properties": {"ram": "65536", "cpus": 4, "root_device": {"wwn": "0x50"}},
                "ipv4_address": "10.8.0.7", "host_groups": ["x"], "ansible_host": "y", "addressing_mode": "dhcp",
                "instance_info": {"image_source": "http://i"}, "ipa_kernel_url": "http://k",
            }}),
        ),
        (
            "instackenv",
            json!({"nodes": [{
                "name": "ctl", "_comment": "row", "pm_type": "ipmi", "pm_addr": "10.7.0.30", "pm_user": "op",
                "pm_password": "hunter2", "pm_port": 6230, "cpu": "32", "memory": "1024", "disk": "10",
                "arch": "x86_64", "profile": "control", "capabilities": "boot_mode:uefi",
                "root_device": {"serial": "S1"}, "resource_class": "c", "conductor_group": "east", "platform": "p",
                "kernel_id": "http://k", "ramdisk_id": "http://r", "ipmi_priv_level": "USER",
                "ports": [{"address": "5a:00:00:00:30:01", "physical_network": "ctl",
                           "local_link_connection": {"switch_id": "a0:00:00:00:00:02", "port_id": "7"}}],
            }]}),
        ),
        ("metal3", json!({"apiVersion": "v1", "kind": "List", "items": [secret, host]})),
    ]
}

/// The result of a file as one text: machines with their secrets and warnings, or errors.
fn outcome(file: &Json) -> Result<String, String> {
    let enrollment = read(&[&file.to_string()]).map_err(|refused| refused.to_string())?;
    if !enrollment.errors_of_hosts_in_use.is_empty() {
        return Err(InputError::from(enrollment.errors_of_hosts_in_use).to_string());
    }
    let machines = enrollment.machines.iter().map(|machine| {
        let ports = |ports: &[super::super::node_spec::PortSpec]| -> Vec<Map<String, Json>> {
            ports.iter().map(|port| port.fields.clone()).collect()
        };
        let groups = machine.portgroups.iter().map(|group| json!([group.fields, ports(&group.ports)]));
        json!([
            machine.fields,
            machine.driver_info.expose(),
            machine.traits,
            ports(&machine.ports),
            groups.collect::<Vec<_>>()
        ])
    });
    let chassis = enrollment.chassis.iter().map(|chassis| json!(chassis.fields));
    let warnings = enrollment.warnings.iter().map(|warning| json!(warning.to_string()));
    Ok(Json::Array(machines.chain(chassis).chain(warnings).collect()).to_string())
}

/// The paths of all values in a file.
fn paths(value: &Json) -> Vec<String> {
    let below = |key: &str, value: &Json| {
        let key = key.replace('~', "~0").replace('/', "~1");
        let nested = paths(value).into_iter().map(move |path| format!("/{key}{path}"));
        nested.collect::<Vec<_>>()
    };
    let mut all = vec![String::new()];
    match value {
        Json::Object(fields) => all.extend(fields.iter().flat_map(|(key, value)| below(key, value))),
        Json::Array(items) => {
            all.extend(items.iter().enumerate().flat_map(|(index, value)| below(&index.to_string(), value)));
        }
        _ => {}
    }
    all
}

#[test]
fn no_key_is_dropped_silently() {
    for (format, file) in samples() {
        let whole = outcome(&file);
        for path in paths(&file) {
            let Some(Json::Object(fields)) = file.pointer(&path) else { continue };
            let mut more = file.clone();
            more.pointer_mut(&path)
                .and_then(Json::as_object_mut)
                .expect("is a mapping")
                .insert("zzz_key".into(), json!("zzz"));
            let result = outcome(&more).unwrap_or_else(|refused| refused);
            assert!(
                result.contains("zzz") || parent_is_reported(&result, &path),
                "{format}: a key in `{path}` is lost: {result}"
            );
            for key in fields.keys() {
                let mut less = file.clone();
                less.pointer_mut(&path).and_then(Json::as_object_mut).expect("is a mapping").remove(key);
                assert!(
                    outcome(&less) != whole || parent_is_reported(&outcome(&file).unwrap_or_default(), &path),
                    "{format}: `{path}/{key}` is lost"
                );
            }
        }
    }
}

/// Whether a warning says that a parent of the value is ignored.
fn parent_is_reported(warnings: &str, path: &str) -> bool {
    let is_reported = |key: &str| {
        warnings.contains(&format!("`{key}` is "))
            || warnings.contains(&format!("`{key}` ignored"))
            || (warnings.contains(&format!("`{key}`"))
                && warnings.contains(" ignored: not used for enrollment"))
    };
    path.split('/').any(|key| !key.is_empty() && is_reported(key))
}

/// Whether all errors have file, line and column, and do not contain the password.
fn is_precise(refused: &str) -> bool {
    let has_position = |line: &str| {
        let mut parts = line.strip_prefix("a.yaml:").unwrap_or_default().splitn(3, ':');
        let mut number = || parts.next().is_some_and(|part| part.parse::<u32>().is_ok());
        number() && number()
    };
    !refused.is_empty() && refused.lines().all(has_position) && !refused.contains("hunter2")
}

#[test]
fn values_of_wrong_types_are_refused_with_a_position_or_kept() {
    for (format, file) in samples() {
        // The API version of a Kubernetes resource is not a value of the machine.
        let is_value = |path: &String| !path.is_empty() && !path.ends_with("/apiVersion");
        for path in paths(&file).into_iter().filter(is_value) {
            for wrong in [json!([["zzz"]]), json!({"zzz": {"zzz": 1}}), json!("zzz"), json!(["zzz"])] {
                let mut damaged = file.clone();
                *damaged.pointer_mut(&path).expect("exists") = wrong.clone();
                match outcome(&damaged) {
                    Ok(result) => assert!(
                        result.contains("zzz") || parent_is_reported(&result, &path),
                        "{format}: `{path}` as {wrong} is lost: {result}"
                    ),
                    // The damaged file may have an unknown format.
                    Err(refused) => assert!(
                        is_precise(&refused)
                            || path.matches('/').count() < 3
                            || refused.contains("contains no machines"),
                        "{format}: `{path}` as {wrong}: {refused}"
                    ),
                }
            }
        }
    }
}

/// The text of a file in which the first key of the mapping at `path` is given twice.
fn with_duplicate_key(value: &Json, path: Option<&str>) -> String {
    let below = |key: &str| {
        path.and_then(|path| path.strip_prefix('/')?.strip_prefix(key))
            .filter(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    match value {
        Json::Object(fields) => {
            let pair = |(key, value): (&String, &Json)| {
                format!("{}: {}", json!(key), with_duplicate_key(value, below(key)))
            };
            let duplicate = fields.iter().take(usize::from(path == Some(""))).map(pair);
            format!("{{{}}}", fields.iter().map(pair).chain(duplicate).collect::<Vec<_>>().join(",\n"))
        }
        Json::Array(items) => {
            let item = |(index, value): (usize, &Json)| with_duplicate_key(value, below(&index.to_string()));
            format!("[{}]", items.iter().enumerate().map(item).collect::<Vec<_>>().join(",\n"))
        }
        other => other.to_string(),
    }
}

#[test]
fn duplicate_keys_are_refused_at_all_paths() {
    for (format, file) in samples() {
        assert!(read(&[&with_duplicate_key(&file, None)]).is_ok(), "{format}");
        for path in paths(&file) {
            if file.pointer(&path).and_then(Json::as_object).is_some_and(|fields| !fields.is_empty()) {
                let refused = read(&[&with_duplicate_key(&file, Some(&path))]).expect_err(&path).to_string();
                assert!(
                    is_precise(&refused) && refused.contains("is given twice"),
                    "{format} {path}: {refused}"
                );
            }
        }
    }
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_accepted() {
    let folder = crate::test_files::folder();
    let machines = |text: &[u8]| {
        let path = folder.path().join("a");
        std::fs::write(&path, text).expect("writable");
        let enrollment = Enrollment::read(&[path], None, &SecretResolver::none())
            .map_err(|refused| refused.to_string())?;
        Ok::<_, String>(
            enrollment
                .machines
                .iter()
                .map(|machine| format!("{:?}{:?}", machine.fields, machine.ports.len()))
                .collect::<Vec<_>>(),
        )
    };
    let table = "name,driver,mac\na,ipmi,5a:00:00:00:00:01\nb,ipmi,5a:00:00:00:00:02\n";
    let yaml =
        "nodes:\n- name: a\n  driver: ipmi\n  description: |\n    one\n    two\n- {name: b, driver: ipmi}\n";
    let bifrost = "5a:00:00:00:07:01,op,x,10.9.0.7,16,65536,480,,,,edge,,,,,,ipmi\n\n5a:00:00:00:07:02,op,x,10.9.0.8,,,,,,,edge-2,\n";
    for text in [table.to_owned(), yaml.to_owned(), bifrost.to_owned(), format!("{:#}", samples()[0].1)] {
        let plain = machines(text.as_bytes()).expect("is valid");
        assert_eq!(plain.len(), 2, "{text}");
        let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(machines(windows.as_bytes()), Ok(plain), "{text}");
        let utf16: Vec<u8> = windows.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(
            machines(&utf16).expect_err("cannot be read").contains("is encoded in UTF-16, save it as UTF-8")
        );
    }
}
