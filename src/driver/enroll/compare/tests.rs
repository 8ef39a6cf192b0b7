//! Comparisons of a file with Ironic.

use serde_json::json;

use super::*;
use crate::inventory::enrollment::Enrollment;
use crate::inventory::reference::SecretResolver;

const MAC: &str = "52:54:00:00:00:01";

/// No knowledge about names and secrets.
const NOTHING: Knowledge<'_> = Knowledge { resolve: &|_| None, sent: &|_, _| SecretComparison::Unknown };

/// The machine of a node in a file.
fn machine(node: &Json) -> NodeSpec {
    let enrollment = Enrollment::from_node(node.clone(), &SecretResolver::none())
        .unwrap_or_else(|error| panic!("{error}"));
    enrollment.machines.into_iter().next().expect("one machine")
}

fn existing(node: &Json, ports: &[Json], groups: &[Json]) -> EnrolledNode {
    let read = |json: &Json| serde_json::from_value(json.clone()).expect("a port");
    let read_group = |json: &Json| serde_json::from_value(json.clone()).expect("a port group");
    EnrolledNode {
        node: node.as_object().cloned().expect("a node"),
        ports: ports.iter().map(read).collect(),
        groups: groups.iter().map(read_group).collect(),
    }
}

/// The differences as `field: has > wants`.
fn differences(machine: &NodeSpec, existing: &EnrolledNode) -> Vec<String> {
    let groups: Vec<String> = machine.portgroups.iter().map(|_| "group-uuid".to_owned()).collect();
    let resolve = |name: &str| (name == "parent").then(|| "parent-uuid".to_owned());
    let found = compare(
        machine,
        existing,
        &groups,
        &Knowledge { resolve: &resolve, sent: &|_, _| SecretComparison::Unknown },
    );
    found.differences.iter().map(|d| format!("{}: {} > {}", d.field, d.has, d.wants)).collect()
}

#[test]
fn equivalent_values_do_not_differ() {
    let machine = machine(&json!({
        "name": "a", "driver": "ipmi",
        "properties": {"root_device": {"size": 60, "rotational": false, "serial": "S1"}, "local_gb": 10},
        "portgroups": [{"name": "bond0", "properties": {"miimon": 100}, "ports": [{"address": MAC, "extra": {"slot": 1}}]}],
    }));
    let of = |hints: &Json, miimon: &Json, slot: &Json| {
        let node = json!({"uuid": "u", "name": "a", "driver": "ipmi", "properties": {"root_device": hints, "local_gb": "10"}});
        let port =
            json!({"uuid": "p", "address": MAC, "portgroup_uuid": "group-uuid", "extra": {"slot": slot}});
        let group = json!({"uuid": "group-uuid", "name": "bond0", "properties": {"miimon": miimon}});
        differences(&machine, &existing(&node, &[port], &[group]))
    };
    let hints = json!({"size": "60", "rotational": "false", "serial": "s== S1"});
    assert_eq!(of(&hints, &json!("100"), &json!(1)), Vec::<String>::new());
    let other = json!({"size": "61", "rotational": "false", "serial": "S1"});
    let found = of(&other, &json!(200), &json!("1"));
    for field in ["properties.root_device: ", "portgroups[bond0].properties: ", ".extra: "] {
        assert!(found.iter().any(|difference| difference.contains(field)), "{field} {found:?}");
    }
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn a_matching_node_has_no_differences() {
    let machine = machine(&json!({
        "name": "a", "driver": "redfish", "resource_class": "bm.large", "traits": ["CUSTOM_B", "CUSTOM_A"],
        "properties": {"cpus": 64, "memory_mb": "262144", "capabilities": "boot_mode:uefi,secure_boot:true"},
        "driver_info": {"redfish_address": "https://bmc", "redfish_verify_ca": false},
        "extra": {"rack": 4}, "parent_node": "parent",
        "portgroups": [{"name": "bond0", "ports": [{"address": "52:54:00:00:00:02"}]}],
        "ports": [{"address": MAC, "pxe_enabled": true, "local_link_connection": {"port_id": "1", "switch_id": "a0:00:00:00:00:01"}}],
    }));
    let existing = existing(
        &json!({
            "uuid": "u", "name": "a", "driver": "redfish", "resource_class": "bm.large",
            "traits": ["CUSTOM_A", "CUSTOM_B"], "owner": "somebody", "parent_node": "parent-uuid",
            "properties": {"cpus": "64", "memory_mb": 262_144, "capabilities": "secure_boot:true,boot_mode:uefi", "vendor": "x"},
            "driver_info": {"redfish_address": "https://bmc", "redfish_verify_ca": "False", "redfish_username": "u"},
            "extra": {"rack": 4, "row": 2},
        }),
        &[
            json!({"uuid": "p", "address": MAC, "pxe_enabled": true, "physical_network": "prov",
                   "local_link_connection": {"port_id": "1", "switch_id": "a0:00:00:00:00:01", "switch_info": "tor"}}),
            json!({"uuid": "q", "address": "52:54:00:00:00:02", "portgroup_uuid": "group-uuid"}),
            json!({"uuid": "r", "address": "52:54:00:00:00:03"}),
        ],
        &[json!({"uuid": "group-uuid", "name": "bond0", "mode": "active-backup"})],
    );
    assert_eq!(differences(&machine, &existing), Vec::<String>::new());
}

#[test]
fn every_difference_is_listed() {
    let machine = machine(&json!({
        "name": "a", "driver": "redfish", "resource_class": "bm.large", "traits": ["CUSTOM_A"],
        "properties": {"cpus": 64, "cpu_arch": "x86_64"},
        "driver_info": {"redfish_address": "https://bmc"},
        "portgroups": [{"name": "bond0", "mode": "802.3ad", "ports": [{"address": "52:54:00:00:00:02"}]}],
        "ports": [{"address": MAC, "pxe_enabled": false}, {"address": "52:54:00:00:00:03"}],
    }));
    let existing = existing(
        &json!({
            "uuid": "u", "name": "a", "driver": "ipmi", "resource_class": null, "traits": [],
            "properties": {"cpus": "32"}, "driver_info": {"redfish_address": "https://old"},
        }),
        &[
            json!({"uuid": "p", "address": MAC, "pxe_enabled": true}),
            json!({"uuid": "q", "address": "52:54:00:00:00:02"}),
        ],
        &[json!({"uuid": "group-uuid", "name": "bond0", "mode": "active-backup"})],
    );
    let found = differences(&machine, &existing);
    assert_eq!(
        found,
        [
            r#"driver: "ipmi" > "redfish""#,
            r#"resource_class: null > "bm.large""#,
            r#"properties.cpus: "32" > 64"#,
            r#"properties.cpu_arch: null > "x86_64""#,
            r#"driver_info.redfish_address: "https://old" > "https://bmc""#,
            r#"traits: null > ["CUSTOM_A"]"#,
            r#"portgroups[bond0].mode: "active-backup" > "802.3ad""#,
            r#"ports[52:54:00:00:00:02].portgroup_uuid: null > "group-uuid""#,
            "ports[52:54:00:00:00:01].pxe_enabled: true > false",
            r#"ports[52:54:00:00:00:03]: null > {"address":"52:54:00:00:00:03"}"#,
        ]
    );
}

#[test]
fn masked_secrets_are_unknown() {
    let machine = machine(&json!({
        "name": "a", "driver": "ipmi",
        "driver_info": {"ipmi_address": "10.0.0.1", "ipmi_password": "hunter2", "other_password": "hunter3"},
    }));
    let masked = existing(
        &json!({"uuid": "u", "name": "a", "driver": "ipmi",
                "driver_info": {"ipmi_address": "10.0.0.1", "ipmi_password": "******"}}),
        &[],
        &[],
    );
    let found = compare(&machine, &masked, &[], &NOTHING);
    let [secret] = found.secrets.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        (secret.field.as_str(), secret.known),
        ("driver_info.ipmi_password", SecretComparison::Unknown)
    );
    let [missing] = found.differences.as_slice() else { panic!("{found:?}") };
    assert!(missing.is_missing());
    assert_eq!(missing.wants, "******");
    assert!(!format!("{found:?}").contains("hunter"));
    assert!(!serde_json::to_string(&found.differences).expect("is JSON").contains("hunter"));

    let redacted = existing(
        &json!({"uuid": "u", "name": "a", "driver": "ipmi", "driver_info": {"content": "** Redacted **"}}),
        &[],
        &[],
    );
    let found = compare(&machine, &redacted, &[], &NOTHING);
    assert!(found.differences.is_empty());
    assert_eq!(found.secrets.len(), 3);
}

#[test]
fn a_changed_secret_is_a_difference_without_its_values() {
    let machine = machine(&json!({
        "name": "a", "driver": "ipmi",
        "driver_info": {"ipmi_address": "10.0.0.1", "ipmi_password": "hunter2"},
    }));
    let masked = existing(
        &json!({"uuid": "u", "name": "a", "driver": "ipmi",
                "driver_info": {"ipmi_address": "10.0.0.1", "ipmi_password": "******"}}),
        &[],
        &[],
    );
    for (known, count) in [
        (SecretComparison::Same(jiff::Timestamp::UNIX_EPOCH), 0),
        (SecretComparison::Changed(jiff::Timestamp::UNIX_EPOCH), 1),
    ] {
        let sent = |field: &str, value: &str| {
            assert_eq!((field, value), ("driver_info.ipmi_password", "hunter2"));
            known
        };
        let found = compare(&machine, &masked, &[], &Knowledge { resolve: &|_| None, sent: &sent });
        assert_eq!(found.differences.len(), count, "{known:?}");
        assert!(!serde_json::to_string(&found.differences).expect("is JSON").contains("hunter"));
    }
}

#[test]
fn a_key_that_a_patch_cannot_address_causes_a_write_of_the_whole_mapping() {
    let machine = machine(&json!({"name": "a", "driver": "ipmi", "extra": {"site.row": 1, "rack": 4}}));
    let existing =
        existing(&json!({"uuid": "u", "name": "a", "driver": "ipmi", "extra": {"other": true}}), &[], &[]);
    let found = compare(&machine, &existing, &[], &NOTHING);
    let [difference] = found.differences.as_slice() else { panic!("{found:?}") };
    let whole = json!({"other": true, "site.row": 1, "rack": 4});
    assert!(difference.remedy == Remedy::Node { path: "/extra".to_owned(), value: whole });
}

#[test]
fn quoted_numbers_and_booleans_are_equal_to_unquoted_ones() {
    for (has, wants, same) in [
        (json!("623"), json!(623), true),
        (json!("True"), json!(true), true),
        (json!("no"), json!(false), false),
        (json!("a"), json!("A"), false),
        (json!(null), json!("x"), false),
        (json!({"a": 1}), json!({"a": 1}), true),
    ] {
        assert_eq!(loosely_same(&has, &wants), same, "{has} {wants}");
    }
}
