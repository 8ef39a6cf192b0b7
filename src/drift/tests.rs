use serde_json::json;

use super::*;

const NIC: &str = "52:54:00:00:00:01";

fn map(value: Value) -> Map<String, Value> {
    serde_json::from_value(value).expect("a mapping")
}

/// The ramdisk's inventory of a machine with 64 GiB, two disks and two network cards.
fn inventory() -> Value {
    json!({
        "inventory": {
            "cpu": {"count": 32, "architecture": "x86_64"},
            "memory": {"physical_mb": 65536, "total": 67_000_000_000_u64},
            "disks": [
                {"name": "/dev/sda", "size": 480_103_981_056_u64, "serial": "S1", "wwn": "0x5000c500a0000001"},
                {"name": "/dev/nvme0n1", "size": 1_920_383_410_176_u64, "serial": "N1"},
            ],
            "interfaces": [
                {"name": "eno1", "mac_address": "52:54:00:00:00:01", "lldp": [
                    [1, "04a00000000001"], [2, "0545746865726e6574312f3132"], [4, "00"]]},
                {"name": "eno2", "mac_address": "52:54:00:00:00:02"},
            ],
            "system_vendor": {"product_name": "R640", "serial_number": "ABC123", "manufacturer": "Dell"},
        },
        "plugin_data": {},
    })
}

fn hardware() -> InspectedHardware {
    InspectedHardware::of_inventory(&map(inventory()))
}

fn of_node(properties: Value, extra: Value) -> Expected {
    Expected::of_node(ExpectedSource::Enrolled, &map(properties), &map(extra))
}

fn differences(
    wants: &Expected,
    has: &InspectedHardware,
    owners: &Owners,
) -> Vec<(&'static str, String, String, String)> {
    let findings = drift(wants, has, "me", owners);
    findings.into_iter().map(|found| (found.finding, found.field, found.has, found.wants)).collect()
}

#[test]
fn an_inventory_is_parsed() {
    let has = hardware();
    assert_eq!((has.memory_mb, has.cpus, has.cpu_arch.as_deref()), (Some(65536), Some(32), Some("x86_64")));
    assert_eq!((has.disks[0].gib, has.disks[1].gib), (447, 1788));
    let switch = ("a0:00:00:00:00:01".to_owned(), "Ethernet1/12".to_owned());
    assert_eq!(has.nics[0], Nic { address: NIC.to_owned(), switch: Some(switch) });
    assert_eq!(has.nics[1].switch, None);
    assert_eq!(InspectedHardware::of_inventory(&Map::new()), InspectedHardware::default());
    let malformed =
        json!({"inventory": {"memory": {"total": 1 << 30}, "disks": [{}], "interfaces": [{"name": 1}, 2]}});
    let malformed = InspectedHardware::of_inventory(&map(malformed));
    assert_eq!((malformed.memory_mb, malformed.nics.len()), (Some(1024), 0));
}

#[test]
fn matching_hardware_has_no_findings() {
    let mut wants = of_node(
        json!({"memory_mb": "65536", "cpus": 32, "cpu_arch": "x86_64", "local_gb": 446, "root_device": {"serial": "s1"}}),
        json!({"serial_number": "ABC123", "product_name": "R640"}),
    );
    let link = json!({"switch_id": "A0-00-00-00-00-01", "port_id": "ethernet1/12"});
    wants.nics = vec![Nic::of_port("52:54:00:00:00:01", Some(&link))];
    assert_eq!(differences(&wants, &hardware(), &Owners::new()), []);
    assert_eq!(differences(&Expected::nothing(ExpectedSource::Enrolled), &hardware(), &Owners::new()), []);
    // A hint that matches several disks identifies none of them.
    let loose = of_node(json!({"root_device": {"serial": "<or> S7 <or> S8"}}), json!({}));
    assert_eq!(differences(&loose, &hardware(), &Owners::new()), []);
}

#[test]
fn every_kind_of_difference_is_found() {
    let mut wants = of_node(
        json!({"memory_mb": 131_072, "cpus": 16, "cpu_arch": "aarch64", "local_gb": 893}),
        json!({"serial_number": "XYZ", "product_name": "R650"}),
    );
    let link = json!({"switch_id": "a0:00:00:00:00:01", "port_id": "Ethernet1/13"});
    wants.nics = vec![
        Nic::of_port(NIC, Some(&link)),
        Nic::of_port("52:54:00:00:00:08", None),
        Nic::of_port("52:54:00:00:00:09", None),
    ];
    let owners = Owners::from([("52:54:00:00:00:09".to_owned(), "other".to_owned())]);
    let expected = [
        ("memory-missing", "memory_mb", "65536", "131072"),
        ("cpus-added", "cpus", "32", "16"),
        ("cpu-arch-changed", "cpu_arch", "x86_64", "aarch64"),
        ("serial-changed", "serial_number", "ABC123", "XYZ"),
        ("product-changed", "product_name", "R640", "R650"),
        ("root-disk-size", "local_gb", "S1 (447 GiB), N1 (1788 GiB)", "893 GiB"),
        (
            "cabling-changed",
            "nics[52:54:00:00:00:01]",
            "Ethernet1/12 on a0:00:00:00:00:01",
            "Ethernet1/13 on a0:00:00:00:00:01",
        ),
        ("nic-missing", "nics[52:54:00:00:00:08]", "absent", "present"),
        ("nic-moved", "nics[52:54:00:00:00:09]", "on node other", "present"),
    ];
    let findings = differences(&wants, &hardware(), &owners);
    let findings: Vec<(&str, &str, &str, &str)> = findings
        .iter()
        .map(|(finding, field, has, wants)| (*finding, field.as_str(), has.as_str(), wants.as_str()))
        .collect();
    assert_eq!(findings, expected);
    let gone = of_node(json!({"root_device": {"wwn": "0x5000c500a0000009"}}), json!({}));
    assert_eq!(differences(&gone, &hardware(), &Owners::new())[0].0, "root-disk-missing");
    let diskless = InspectedHardware { disks: Vec::new(), ..hardware() };
    let missing = |has: &InspectedHardware| {
        differences(&of_node(json!({"local_gb": 446}), json!({})), has, &Owners::new()).len()
    };
    assert_eq!(missing(&diskless), 1);
    // An inventory without a list of disks says nothing about them.
    assert_eq!(missing(&InspectedHardware { lists_disks: false, ..diskless }), 0);
}

#[test]
fn a_record_shows_added_and_missing_parts() {
    let whole = hardware();
    let extra = map(json!({RECORD: whole, "rack": "r4"}));
    let record = Expected::of_record(&extra).expect("there is a record");
    assert_eq!(differences(&record, &whole, &Owners::new()), []);
    let mut now = whole.clone();
    now.disks[0] = Disk { name: "/dev/sda".to_owned(), gib: 447, serial: Some("S2".to_owned()), wwn: None };
    now.disks[1].gib = 894;
    now.nics[1].address = "52:54:00:00:00:03".to_owned();
    let findings: Vec<(&str, String)> = differences(&record, &now, &Owners::new())
        .into_iter()
        .map(|(finding, field, ..)| (finding, field))
        .collect();
    let expected = [
        ("disk-missing", "disks[S1]"),
        ("disk-size", "disks[N1]"),
        ("disk-added", "disks[S2]"),
        ("nic-missing", "nics[52:54:00:00:00:02]"),
        ("nic-added", "nics[52:54:00:00:00:03]"),
    ];
    assert_eq!(findings, expected.map(|(finding, field)| (finding, field.to_owned())));
    assert_eq!(Expected::of_record(&Map::new()), None);
    assert_eq!(Expected::of_record(&map(json!({RECORD: "rubbish"}))), None);
}

#[test]
fn disks_without_serial_numbers_are_matched_by_size() {
    let disk = |gib| Disk { name: format!("/dev/{gib}"), gib, ..Disk::default() };
    let wants = |gibs: &[u64]| Expected {
        disks: Some(gibs.iter().copied().map(disk).collect()),
        ..Expected::nothing(ExpectedSource::Record)
    };
    let has = InspectedHardware { disks: vec![disk(10), disk(10), disk(20)], ..InspectedHardware::default() };
    assert_eq!(differences(&wants(&[20, 10, 10]), &has, &Owners::new()), []);
    let findings = |gibs: &[u64]| -> Vec<&str> {
        differences(&wants(gibs), &has, &Owners::new()).into_iter().map(|found| found.0).collect()
    };
    assert_eq!(findings(&[10, 10, 10]), ["disk-missing", "disk-added"]);
    assert_eq!(findings(&[10]), ["disk-added", "disk-added"]);
}
