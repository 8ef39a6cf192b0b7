//! Inventories as people and their other programs spoil them, in every dialect: whatever is in a file is carried over, told
//! of, or refused with its place.

use serde_json::{Map, Value as Json, json};

use super::tests::read;
use super::*;

/// A machine of every dialect, with as many kinds of keys as it has. JSON, so that keys can be put in and taken out.
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

/// All that comes of a file, in one text: machines with their secrets, warnings, or errors.
fn outcome(file: &Json) -> Result<String, String> {
    let enrolment = read(&[&file.to_string()]).map_err(|refused| refused.to_string())?;
    if !enrolment.errors_in_use.is_empty() {
        return Err(InputError::from(enrolment.errors_in_use).to_string());
    }
    let machines = enrolment.machines.iter().map(|machine| {
        let ports = |ports: &[super::super::machine::Port]| -> Vec<Map<String, Json>> {
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
    let chassis = enrolment.chassis.iter().map(|chassis| json!(chassis.fields));
    let warnings = enrolment.warnings.iter().map(|warning| json!(warning.to_string()));
    Ok(Json::Array(machines.chain(chassis).chain(warnings).collect()).to_string())
}

/// The ways to every value in a file.
fn ways(value: &Json) -> Vec<String> {
    let below = |key: &str, value: &Json| {
        let key = key.replace('~', "~0").replace('/', "~1");
        let deeper = ways(value).into_iter().map(move |way| format!("/{key}{way}"));
        deeper.collect::<Vec<_>>()
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
fn no_key_is_dropped_without_a_word() {
    for (dialect, file) in samples() {
        let whole = outcome(&file);
        for way in ways(&file) {
            let Some(Json::Object(fields)) = file.pointer(&way) else { continue };
            let mut more = file.clone();
            more.pointer_mut(&way)
                .and_then(Json::as_object_mut)
                .expect("it is one")
                .insert("zzz_key".into(), json!("zzz"));
            let told = outcome(&more).unwrap_or_else(|refused| refused);
            assert!(
                told.contains("zzz") || told_of_above(&told, &way),
                "{dialect}: a key in `{way}` is lost: {told}"
            );
            for key in fields.keys() {
                let mut less = file.clone();
                less.pointer_mut(&way).and_then(Json::as_object_mut).expect("it is one").remove(key);
                assert!(
                    outcome(&less) != whole || told_of_above(&outcome(&file).unwrap_or_default(), &way),
                    "{dialect}: `{way}/{key}` is lost"
                );
            }
        }
    }
}

/// Whether it was said that something above is left out as a whole.
fn told_of_above(told: &str, way: &str) -> bool {
    let is_told = |key: &str| {
        told.contains(&format!("`{key}` is "))
            || (told.contains(&format!("`{key}`")) && told.contains(" not for enrolling, and left out"))
    };
    way.split('/').any(|key| !key.is_empty() && is_told(key))
}

/// Whether all of what is refused is told with file, line and column, and without the password.
fn is_well_told(refused: &str) -> bool {
    let place = |line: &str| {
        let mut parts = line.strip_prefix("a.yaml:").unwrap_or_default().splitn(3, ':');
        let mut number = || parts.next().is_some_and(|part| part.parse::<u32>().is_ok());
        number() && number()
    };
    !refused.is_empty() && refused.lines().all(place) && !refused.contains("hunter2")
}

#[test]
fn values_of_wrong_types_are_refused_with_their_place_or_carried_over_as_they_are() {
    for (dialect, file) in samples() {
        // Which version of Kubernetes' API a resource was written for says nothing about the machine.
        let asked = |way: &String| !way.is_empty() && !way.ends_with("/apiVersion");
        for way in ways(&file).into_iter().filter(asked) {
            for wrong in [json!([["zzz"]]), json!({"zzz": {"zzz": 1}}), json!("zzz"), json!(["zzz"])] {
                let mut spoilt = file.clone();
                *spoilt.pointer_mut(&way).expect("it is there") = wrong.clone();
                match outcome(&spoilt) {
                    Ok(told) => assert!(
                        told.contains("zzz") || told_of_above(&told, &way),
                        "{dialect}: `{way}` as {wrong} is lost: {told}"
                    ),
                    // A file may become one that is nothing known.
                    Err(refused) => assert!(
                        is_well_told(&refused)
                            || way.matches('/').count() < 3
                            || refused.contains("holds no machine"),
                        "{dialect}: `{way}` as {wrong}: {refused}"
                    ),
                }
            }
        }
    }
}

/// The text of a file in which the first key of the mapping at `way` is given twice.
fn with_a_key_twice(value: &Json, way: Option<&str>) -> String {
    let below = |key: &str| {
        way.and_then(|way| way.strip_prefix('/')?.strip_prefix(key))
            .filter(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    match value {
        Json::Object(fields) => {
            let pair = |(key, value): (&String, &Json)| {
                format!("{}: {}", json!(key), with_a_key_twice(value, below(key)))
            };
            let again = fields.iter().take(usize::from(way == Some(""))).map(pair);
            format!("{{{}}}", fields.iter().map(pair).chain(again).collect::<Vec<_>>().join(",\n"))
        }
        Json::Array(items) => {
            let item = |(index, value): (usize, &Json)| with_a_key_twice(value, below(&index.to_string()));
            format!("[{}]", items.iter().enumerate().map(item).collect::<Vec<_>>().join(",\n"))
        }
        other => other.to_string(),
    }
}

#[test]
fn a_key_given_twice_is_refused_wherever_it_is() {
    for (dialect, file) in samples() {
        assert!(read(&[&with_a_key_twice(&file, None)]).is_ok(), "{dialect}");
        for way in ways(&file) {
            if file.pointer(&way).and_then(Json::as_object).is_some_and(|fields| !fields.is_empty()) {
                let refused = read(&[&with_a_key_twice(&file, Some(&way))]).expect_err(&way).to_string();
                assert!(
                    is_well_told(&refused) && refused.contains("is given twice"),
                    "{dialect} {way}: {refused}"
                );
            }
        }
    }
}

#[test]
fn what_windows_makes_of_a_file_is_the_same_file() {
    let folder = crate::test_files::folder();
    let machines = |text: &[u8]| {
        let path = folder.path().join("a");
        std::fs::write(&path, text).expect("writable");
        let enrolment =
            Enrolment::read(&[path], None, &Elsewhere::none()).map_err(|refused| refused.to_string())?;
        Ok::<_, String>(
            enrolment
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
        let plain = machines(text.as_bytes()).expect("right");
        assert_eq!(plain.len(), 2, "{text}");
        let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(machines(windows.as_bytes()), Ok(plain), "{text}");
        let utf16: Vec<u8> = windows.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(
            machines(&utf16)
                .expect_err("it cannot be read")
                .contains("is encoded in UTF-16, save it as UTF-8")
        );
    }
}
