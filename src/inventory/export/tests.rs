use proptest::prelude::*;
use secrecy::SecretString;

use super::super::node_spec::{NodeSpec, PortSpec, PortgroupSpec};
use super::*;
use crate::rest::mask;

const UUID: &str = "1be26c0b-03f2-4d2e-ae87-c02d7f33c123";
const OTHER: &str = "2be26c0b-03f2-4d2e-ae87-c02d7f33c123";

fn object(json: Json) -> Map<String, Json> {
    let Json::Object(map) = json else { panic!("{json}") };
    map
}

fn objects<T: serde::de::DeserializeOwned>(json: Json) -> Vec<T> {
    serde_json::from_value(json).expect("valid API objects")
}

/// Exports only nodes. The default boot interface is `ipxe`.
fn export(nodes: Json) -> Export {
    export_all(IronicObjects { nodes: objects(nodes), ..IronicObjects::default() })
}

fn export_all(objects: IronicObjects) -> Export {
    Export::of(objects, |_, field| (field == "boot_interface").then(|| "ipxe".to_owned()))
}

/// Reads a file as `enroll` does. The value of each variable is its name.
fn read(text: &str) -> Vec<NodeSpec> {
    let environment = |name: &str| Some(name.to_owned());
    let prompt = |_: &str| None::<SecretString>;
    let resolver = SecretResolver::new(&environment, &prompt);
    let source = InputFile::from_text("export", text);
    let read = Enrollment::from_files(vec![source], None, &resolver, Report::default());
    read.unwrap_or_else(|error| panic!("{error}\n{text}")).machines
}

#[test]
fn defaults_are_not_written_and_fields_have_a_fixed_order() {
    let node = json!({
        "extra": {"rack": "r4", "note": null}, "uuid": UUID, "driver": "redfish", "name": "rack4-u12",
        "boot_interface": "ipxe", "deploy_interface": "ramdisk", "description": null, "maintenance": false,
        "retired": true, "automated_clean": false, "conductor_group": "", "network_data": {},
        "properties": {"cpus": "8", "vendor": null}, "traits": ["HW_CPU_X86_VMX", "CUSTOM_A"],
        "driver_info": {"redfish_address": "https://bmc", "redfish_password": "******"},
        "provision_state": "available", "links": [], "instance_info": {}, "resource_class": "0123",
    });
    let live = IronicObjects {
        nodes: vec![object(node)],
        ports: objects(json!([
            {"uuid": "b", "address": "52:54:00:12:34:57", "node_uuid": UUID, "pxe_enabled": false, "extra": {},
             "local_link_connection": {}, "portgroup_uuid": null, "is_smartnic": false},
            {"uuid": "a", "address": "52:54:00:12:34:56", "node_uuid": UUID, "pxe_enabled": true, "portgroup_uuid": OTHER},
            {"uuid": "c", "address": "52:54:00:12:34:58", "node_uuid": OTHER},
        ])),
        portgroups: objects(
            json!([{"uuid": OTHER, "name": "bond", "node_uuid": UUID, "mode": "active-backup", "properties": {},
                                   "standalone_ports_supported": true}]),
        ),
        chassis: Vec::new(),
    };
    let export = export_all(live);
    assert_eq!(
        export.yaml(),
        "# Created by `farrier export`.\n\
         # Secrets are not included: `farrier enroll` reads each ${NAME} from the environment.\n\
         # To read one from somewhere else, use {file: PATH} or {command: [PROGRAM, ARGUMENT]}.\n\
         nodes:\n\
         - name: rack4-u12\n  \
           uuid: 1be26c0b-03f2-4d2e-ae87-c02d7f33c123\n  \
           driver: redfish\n  \
           resource_class: \"0123\"\n  \
           deploy_interface: ramdisk\n  \
           automated_clean: false\n  \
           retired: true\n  \
           properties:\n    \
             cpus: \"8\"\n  \
           driver_info:\n    \
             redfish_address: https://bmc\n    \
             redfish_password: ${RACK4_U12_REDFISH_PASSWORD}\n  \
           extra:\n    \
             rack: r4\n    \
             note: null\n  \
           traits:\n  \
           - CUSTOM_A\n  \
           - HW_CPU_X86_VMX\n  \
           portgroups:\n  \
           - name: bond\n    \
             uuid: 2be26c0b-03f2-4d2e-ae87-c02d7f33c123\n    \
             mode: active-backup\n    \
             ports:\n    \
             - address: \"52:54:00:12:34:56\"\n  \
           ports:\n  \
           - address: \"52:54:00:12:34:57\"\n    \
             pxe_enabled: false\n"
    );
    assert_eq!(export.variables, ["RACK4_U12_REDFISH_PASSWORD"]);
    assert!(export.not_enrollable.is_empty() && export.hidden_driver_info.is_empty(), "{export:?}");
    assert!(export.withheld.is_empty(), "{export:?}");
}

#[test]
fn nodes_are_sorted_and_nested_in_their_chassis() {
    let rack = "3be26c0b-03f2-4d2e-ae87-c02d7f33c123";
    let node = |name: Json, uuid: &str, chassis: Json| {
        object(json!({"name": name, "uuid": uuid, "driver": "ipmi", "chassis_uuid": chassis}))
    };
    let nodes = vec![
        node(Json::Null, UUID, Json::Null),
        node(json!("b"), OTHER, Json::Null),
        node(json!("a"), rack, json!(rack)),
    ];
    let chassis = objects(json!([{"uuid": rack, "description": "rack 4", "extra": {}, "links": []}]));
    let export = export_all(IronicObjects { nodes, chassis, ..IronicObjects::default() });
    let expected = json!({
        "chassis": [{"uuid": rack, "description": "rack 4", "nodes": [{"name": "a", "uuid": rack, "driver": "ipmi"}]}],
        "nodes": [{"name": "b", "uuid": OTHER, "driver": "ipmi"}, {"uuid": UUID, "driver": "ipmi"}],
    });
    assert_eq!(export.document, expected);
    assert_eq!(serde_json::from_str::<Json>(&export.json()).expect("JSON"), expected);
    assert_eq!(export_all(IronicObjects::default()).document, json!({"nodes": []}));
}

#[test]
fn a_node_keeps_the_uuid_of_a_chassis_that_is_not_exported() {
    let export = export(json!([{"name": "a", "driver": "ipmi", "chassis_uuid": OTHER}]));
    assert_eq!(export.document["nodes"][0]["chassis_uuid"], OTHER);
}

#[test]
fn every_secret_becomes_a_variable_of_its_own() {
    let info = |password: &str| json!({"ipmi_address": "10.0.0.1", "ipmi_password": password});
    let export = export(json!([
        {"name": "a-b", "uuid": UUID, "driver": "ipmi", "driver_info": info("******")},
        {"name": "a.b", "uuid": OTHER, "driver": "ipmi", "driver_info": info("******")},
        {"name": "1c", "uuid": "u", "driver": "ipmi", "driver_info": {
            "ipmi_hex_kg_key": "hunter2", "redfish_address": "https://op:hunter2@bmc", "pin_token": 1234,
            "kernel_append_params": "quiet ipa-password=******", "ipmi_disable_password": true, "b_password": "",
        }},
    ]));
    let with_uuid = |uuid: &str| format!("A_B_IPMI_PASSWORD_{}", uuid.to_uppercase().replace('-', "_"));
    let keys = ["IPMI_HEX_KG_KEY", "REDFISH_ADDRESS", "PIN_TOKEN", "KERNEL_APPEND_PARAMS"];
    let variables = keys.map(|key| format!("NODE_1C_{key}"));
    assert_eq!(export.variables, [&variables[..], &[with_uuid(UUID), with_uuid(OTHER)]].concat());
    let text = export.json();
    assert!(!text.contains("hunter2") && !text.contains("****") && !text.contains("1234"), "{text}");
    assert_eq!(export.document["nodes"][0]["driver_info"]["ipmi_disable_password"], true);
    assert_eq!(export.document["nodes"][0]["driver_info"]["b_password"], "");
}

#[test]
fn a_secret_that_no_reference_can_replace_is_omitted_and_reported() {
    let export = export(json!([{
        "name": "a", "uuid": UUID, "driver": "ipmi",
        "driver_info": {"snmp": {"auth_key": "******"}, "odd": {"env": "HOME"}, "kept": {"env": "HOME", "a": 1}},
        "extra": {"deep": {"api_token": "hunter2", "rack": 4}, "mirror": ["https://op:hunter2@mirror"]},
    }]));
    assert_eq!(
        export.withheld,
        ["extra.deep.api_token", "extra.mirror", "driver_info.snmp", "driver_info.odd"]
            .map(|field| format!("node a: {field}"))
    );
    let node = &export.document["nodes"][0];
    assert_eq!(node["extra"], json!({"deep": {"rack": 4}}));
    assert_eq!(node["driver_info"], json!({"kept": {"env": "HOME", "a": 1}}));
}

#[test]
fn hidden_and_not_enrollable_data_is_reported() {
    let redacted = json!({"content": "** Redacted - requires baremetal:node:get:driver_info permission. **"});
    let export = export(json!([
        {"name": "a", "uuid": UUID, "driver": "ipmi", "driver_info": redacted, "provision_state": "available"},
        {"name": "b", "uuid": OTHER, "driver": "ipmi", "provision_state": "active", "instance_uuid": UUID,
         "instance_info": {"image_source": "x"}, "instance_name": "web", "protected": true, "lessee": "p",
         "driver_internal_info": {"automatic_lessee": true}, "raid_config": {"logical_disks": []}},
    ]));
    assert_eq!(export.hidden_driver_info, ["a"]);
    let reported: Vec<(&str, &[String])> =
        export.not_enrollable.iter().map(|(property, nodes)| (*property, &nodes[..])).collect();
    let b = &["b".to_owned()][..];
    assert_eq!(
        reported,
        [
            ("RAID configuration", b),
            ("instance", b),
            ("lessee of the instance", b),
            ("protection", b),
            ("provision state", b),
        ]
    );
    let nodes = json!([{"name": "a", "uuid": UUID, "driver": "ipmi"}, {"name": "b", "uuid": OTHER, "driver": "ipmi"}]);
    assert_eq!(export.document["nodes"], nodes);
}

#[test]
fn values_that_ironic_no_longer_accepts_are_reported() {
    let export = export(json!([
        {"name": "a", "driver": "ipmi", "properties": {"cpus": "many"}, "driver_info": {"ipmi_password": "******"}},
    ]));
    let errors = export.enroll_errors("out.yaml", export.yaml());
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    assert_eq!(
        error.to_string(),
        "out.yaml:8:11: nodes[0].properties.cpus: expected a whole number, found text `many`"
    );
}

/// Texts that YAML or `enroll` would misread without quotes or escapes.
#[rustfmt::skip]
const ODD: &[&str] = &[
    "no", "0123", "1e3", "~", "null", "true", "", "- a", "a: b", "a #b", "#", "${A}", "$${B}", "$$${C}", "${x",
    "$", "52:54:00:12:34:56", "2026-11-22", "0x10", "<<", "é", "a\nb\n", " a", "a ", "\t", "'", "\"", "*a", "&a",
    "!a", "|", ">", "%a", "@a", "`a`", "{a", "[a", "?", "-", "---", "...", "=", "1_000", "12:30:45", "\\", "-0",
    "1.10", "99999999999999999999", ".nan", "\u{85}", "\u{2028}", "\u{feff}", "\r\n", "\0",
];

/// Text without secrets.
fn odd_text() -> impl Strategy<Value = String> {
    prop_oneof![prop::sample::select(ODD).prop_map(str::to_owned), ".{0,12}", "[ -~]{0,100}"]
        .prop_filter("secrets have their own tests", |text| !mask::holds_secret(&json!({text.clone(): text})))
}

/// Serial numbers, including some that YAML would misread.
fn odd_serial() -> impl Strategy<Value = String> {
    const ODD: &[&str] = &[
        "no", "0123", "1e3", "~", "null", "true", "0x10", "12:30:45", "1.10", "-0", " a", "a: b", "a #b",
        "S1 ",
    ];
    prop_oneof![prop::sample::select(ODD).prop_map(str::to_owned), "[A-Za-z0-9][A-Za-z0-9 :._/-]{0,30}"]
}

/// Any JSON value. Fractions are limited to those that YAML and JSON write in the same way: a number with an exponent is read
/// back as text.
fn odd_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        odd_text().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<i32>().prop_map(|number| json!(f64::from(number) / 8.0)),
        any::<bool>().prop_map(Json::from),
        Just(Json::Null),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::hash_map(odd_text(), inner, 0..4)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

fn odd_map() -> impl Strategy<Value = Map<String, Json>> {
    prop::collection::hash_map(odd_text(), odd_json(), 0..4).prop_map(|map| map.into_iter().collect())
}

/// MAC addresses in ascending order.
fn macs() -> impl Strategy<Value = Vec<String>> {
    let text = |mac: [u8; 6]| mac.map(|byte| format!("{byte:02x}")).join(":");
    prop::collection::btree_set(any::<[u8; 6]>().prop_map(text), 1..5)
        .prop_map(|macs| macs.into_iter().collect())
}

/// The expected value of a field: an empty mapping is not written.
fn unless_empty(map: &Map<String, Json>) -> Option<Json> {
    (!map.is_empty()).then(|| json!(map))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn an_exported_file_is_read_back_unchanged(
        info in odd_map(), extra in odd_map(), description in odd_text(), secret in "[a-z]{1,8}_password",
        serial in odd_serial(), macs in macs(), grouped in 0..3_usize, port_extra in odd_map(),
    ) {
        let mut masked_info = info.clone();
        masked_info.insert(secret.clone(), json!("******"));
        let port = |(at, mac): (usize, &String)| {
            let group = (at < grouped).then_some(OTHER);
            json!({"uuid": mac, "address": mac, "node_uuid": UUID, "portgroup_uuid": group, "extra": port_extra})
        };
        let properties = json!({"memory_mb": 4096, "root_device": {"serial": serial, "size": ">= 100"}});
        let node = json!({
            "name": "no", "uuid": UUID, "driver": "redfish", "driver_info": masked_info, "extra": extra,
            "description": description, "traits": ["CUSTOM_B", "CUSTOM_A"], "properties": properties,
        });
        let export = export_all(IronicObjects {
            nodes: vec![object(node)],
            ports: objects(macs.iter().enumerate().map(port).collect()),
            portgroups: objects(json!([{"uuid": UUID, "name": "empty", "node_uuid": UUID},
                                      {"uuid": OTHER, "name": "0123", "node_uuid": UUID}])),
            chassis: Vec::new(),
        });
        prop_assert_eq!(&export.withheld, &Vec::<String>::new());
        let mut expected_info = info;
        expected_info.retain(|_, value| !value.is_null());
        expected_info.insert(secret.clone(), json!(format!("NO_{}", secret.to_uppercase())));
        for text in [export.yaml(), export.json()] {
            let machines = read(&text);
            prop_assert_eq!(machines.len(), 1);
            let machine = &machines[0];
            prop_assert_eq!((machine.name(), machine.uuid()), (Some("no"), Some(UUID)));
            prop_assert_eq!(machine.driver_info.expose(), &expected_info, "{}", text);
            prop_assert_eq!(machine.fields.get("extra").cloned(), unless_empty(&extra), "{}", text);
            prop_assert_eq!(machine.fields.get("properties"), Some(&properties), "{}", text);
            let read = machine.fields.get("description").and_then(Json::as_str).unwrap_or_default();
            prop_assert_eq!(read, &description, "{}", text);
            let traits = machine.traits.as_ref().map(|traits| traits.join(" "));
            prop_assert_eq!(traits.as_deref(), Some("CUSTOM_A CUSTOM_B"));
            let groups: Vec<_> = machine.portgroups.iter().map(PortgroupSpec::name).collect();
            prop_assert_eq!(groups, [Some("0123"), Some("empty")]);
            let members: Vec<&str> = machine.portgroups[0].ports.iter().map(PortSpec::address).collect();
            let others: Vec<&str> = machine.ports.iter().map(PortSpec::address).collect();
            prop_assert_eq!([members, others].concat(), macs.clone(), "{}", text);
            for port in machine.all_ports() {
                prop_assert_eq!(port.fields.get("extra").cloned(), unless_empty(&port_extra), "{}", text);
            }
        }
    }
}
