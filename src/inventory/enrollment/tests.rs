//! Valid and invalid inventory files.

use serde_json::json;

use super::*;

const PASSWORD: &str = "hunter2";

fn environment(name: &str) -> Option<String> {
    (name == "BMC_PASSWORD").then(|| PASSWORD.to_owned())
}

pub(super) fn read(texts: &[&str]) -> Result<Enrollment, InputError> {
    let names = ["a.yaml", "b.yaml"];
    let sources = names.iter().zip(texts).map(|(name, text)| InputFile::from_text(name, *text)).collect();
    Enrollment::from_files(sources, None, &SecretResolver::new(&environment, &|_| None), Report::default())
}

/// The format with this name or alias.
pub(super) fn format(name: &str) -> InputFormat {
    clap::ValueEnum::from_str(name, false).expect(name)
}

pub(super) fn accepted(text: &str) -> Enrollment {
    read(&[text]).unwrap_or_else(|refused| panic!("{refused}"))
}

/// The errors of a text that must be refused, one per line.
pub(super) fn refused(text: &str) -> Vec<String> {
    let refused = read(&[text]).expect_err(text);
    refused.to_string().lines().map(str::to_owned).collect()
}

/// The only error of a node that must be refused, without the position.
fn refused_node(node: &str) -> String {
    let errors = refused(&format!("nodes:\n- {{driver: ipmi, name: a, {node}}}\n"));
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors[0].split_once(": ").expect("has a position").1.to_owned()
}

const FULL: &str = r#"
chassis:
  - description: rack 4
    nodes:
      - {name: rack4-u13, driver: fake-hardware}
nodes:
  - name: rack4-u12
    driver: redfish
    resource_class: bm.large
    conductor_group: East
    automated_clean: no
    traits: [CUSTOM_NVME, HW_CPU_X86_VMX]
    properties:
      cpu_arch: x86_64
      cpus: "64"
      memory_mb: 262144
      local_gb: 893
      capabilities: {boot_mode: uefi, secure_boot: true}
      root_device: {wwn: 0x4000cca77fc4dba1, serial: 0123, size: ">= 400", rotational: false}
    driver_info:
      redfish_address: https://bmc-r4u12.lab
      redfish_system_id: /redfish/v1/Systems/1
      redfish_username: svc
      redfish_password: ${BMC_PASSWORD}
    extra: {rack: 4}
    portgroups:
      - name: r4u12-bond0
        mode: 802.3ad
        ports: [{address: "5A:00:00:00:12:01"}, {address: 52:54:00:12:34:56}]
    ports:
      - address: 5a:00:00:00:12:00
        pxe_enabled: true
        physical_network: prov
        local_link_connection: {switch_id: "A0:00:00:00:00:01", port_id: 1, switch_info: tor4a}
"#;

#[test]
fn a_file_with_all_kinds_of_fields_is_read() {
    let enrollment = accepted(FULL);
    let [nested, machine] = enrollment.machines.as_slice() else { panic!("two machines") };
    assert_eq!(nested.fields["chassis_uuid"], enrollment.chassis[0].uuid());
    assert_eq!(
        serde_json::Value::Object(machine.fields.clone()),
        json!({
            "name": "rack4-u12", "driver": "redfish", "resource_class": "bm.large", "conductor_group": "east",
            "automated_clean": false, "extra": {"rack": 4},
            "properties": {
                "cpu_arch": "x86_64", "cpus": 64, "memory_mb": 262_144, "local_gb": 893,
                "capabilities": "boot_mode:uefi,secure_boot:true",
                "root_device": {
                    "wwn": "0x4000cca77fc4dba1", "serial": "0123", "size": ">= 400", "rotational": false
                },
            },
        })
    );
    assert_eq!(machine.traits.as_deref(), Some(&["CUSTOM_NVME".to_owned(), "HW_CPU_X86_VMX".to_owned()][..]));
    assert_eq!(machine.driver_info.expose()["redfish_password"], PASSWORD);
    assert_eq!(
        machine.macs().collect::<Vec<_>>(),
        ["5a:00:00:00:12:00", "5a:00:00:00:12:01", "52:54:00:12:34:56"]
    );
    assert_eq!(
        machine.ports[0].fields["local_link_connection"],
        json!({"switch_id": "a0:00:00:00:00:01", "port_id": "1", "switch_info": "tor4a"})
    );
    assert_eq!(machine.portgroups[0].name(), Some("r4u12-bond0"));
    assert_eq!(machine.at.to_string(), "a.yaml:7:5: nodes[0]");
    assert!(!format!("{enrollment:?}").contains(PASSWORD));
}

#[test]
fn json_and_yaml_of_the_same_machines_are_equal() {
    let yaml = accepted(FULL);
    let document = Document::parse(InputFile::from_text("x", FULL)).expect("is YAML");
    let report = Report::default();
    let json = document.roots(&report).next().expect("has one").value().to_json();
    let json = accepted(&json.to_string());
    for (left, right) in yaml.machines.iter().zip(&json.machines) {
        assert_eq!(left.fields, right.fields);
        assert!(left.macs().eq(right.macs()));
        assert_eq!(left.driver_info, right.driver_info);
    }
}

#[test]
fn a_chassis_without_uuid_gets_the_same_uuid_in_each_run() {
    let uuids: Vec<_> = (0..2).map(|_| accepted(FULL).chassis[0].uuid().to_owned()).collect();
    assert_eq!(uuids[0], uuids[1]);
}

#[test]
fn all_errors_of_all_files_are_reported_together() {
    let first = "nodes:\n  - {name: a, drivr: ipmi}\n  - {driver: ipmi, name: states, ports: [{address: 5a-00-00-00-00-01}]}\n";
    let second = "nodes:\n  - {name: a, driver: ipmi, traits: [nvme]}\nhosts: []\n";
    let errors = read(&[first, second]).expect_err("is invalid").to_string();
    assert_eq!(
        errors.lines().collect::<Vec<_>>(),
        [
            "a.yaml:2:5: nodes[0]: `driver` is missing",
            "a.yaml:2:15: nodes[0]: unknown key `drivr`, did you mean `driver`?",
            "a.yaml:3:26: nodes[1].name: the name `states` is reserved by Ironic",
            "a.yaml:3:52: nodes[1].ports[0].address: write the MAC address as `5a:00:00:00:00:01`",
            "b.yaml:2:5: nodes[0]: the node name `a` is given twice, first in a.yaml:2",
            "b.yaml:2:38: nodes[0].traits[0]: `nvme` is not a standard or custom trait, did you mean `CUSTOM_NVME`?",
            "b.yaml:3:1: unknown key `hosts`; known keys: `nodes`, `chassis`",
        ]
    );
}

#[test]
fn invalid_values_have_specific_errors() {
    let cases = [
        (
            "properties: {memory_mb: lots}",
            "nodes[0].properties.memory_mb: expected a whole number, found text `lots`",
        ),
        (
            "properties: {capabilities: uefi}",
            "nodes[0].properties.capabilities: expected capabilities as `key:value,key:value`, found `uefi`",
        ),
        ("properties: 5", "nodes[0].properties: expected a mapping, found a number"),
        ("extra: [1]", "nodes[0].extra: expected a mapping, found a list"),
        (
            "automated_clean: sometimes",
            "nodes[0].automated_clean: expected true or false, found text `sometimes`",
        ),
        ("resource_class: ''", "nodes[0].resource_class: must not be empty"),
        ("uuid: 5", "nodes[0].uuid: expected a UUID, found `5`"),
        ("traits: CUSTOM_A", "nodes[0].traits: expected a list, found text"),
        ("traits: [CUSTOM_A, CUSTOM_A]", "nodes[0].traits[1]: the trait `CUSTOM_A` is given twice"),
        ("ports: [{pxe_enabled: true}]", "nodes[0].ports[0]: `address` is missing"),
        (
            "ports: [{address: 41135085296}]",
            "nodes[0].ports[0].address: expected a MAC address such as `52:54:00:12:34:56`, found `41135085296` (an unquoted MAC address that another program converted to a number?)",
        ),
        (
            "ports: [{address: '5a:00:00:00:00:01', local_link_connection: {port_id: 1}}]",
            "nodes[0].ports[0].local_link_connection: needs `switch_id` and `port_id`, or `port_id` and `hostname`",
        ),
        (
            "ports: [{address: '5a:00:00:00:00:01', local_link_connection: {switch_id: '5a:00:00:00:00:02', port_id: ' '}}]",
            "nodes[0].ports[0].local_link_connection.port_id: must not be empty",
        ),
        (
            "driver_info: {redfish_verify_ca: 1}",
            "nodes[0].driver_info.redfish_verify_ca: expected true, false or the path of a CA file on the conductor",
        ),
        (
            "driver_info: {agent_verify_ca: perhaps}",
            "nodes[0].driver_info.agent_verify_ca: expected true, false or the path of a CA file on the conductor, found `perhaps`",
        ),
        (
            "portgroups: [{mode: 802.3ad}]",
            "nodes[0].portgroups[0]: needs a name, a UUID or a MAC address, so that a later run can find it",
        ),
        ("memory_mb: 5", "nodes[0]: `memory_mb` belongs in `properties`"),
        ("ipmi_address: 10.0.0.1", "nodes[0]: `ipmi_address` belongs in `driver_info`"),
        (
            "provision_state: active",
            "nodes[0]: `provision_state` cannot be set here: Ironic sets it; choose the final state with `--until`",
        ),
    ];
    for (node, expected) in cases {
        assert_eq!(refused_node(node), expected, "{node}");
    }
}

#[test]
fn errors_around_a_password_do_not_quote_it() {
    for node in [
        "driver_info: {ipmi_password: hunter2, ipmi_address: [hunter2]}, uuid: x",
        "driver_info: hunter2-but-a-rather-long-text-that-nobody-needs-to-see, uuid: x",
        "driver_info: [{ipmi_password: hunter2}]",
    ] {
        let errors = refused(&format!("nodes:\n- {{driver: ipmi, name: a, {node}}}\n")).join("\n");
        assert!(!errors.contains(PASSWORD), "{errors}");
    }
}

#[test]
fn duplicates_are_found_across_files() {
    let first = "nodes:\n- {driver: ipmi, name: a, driver_info: {ipmi_address: 10.0.0.1}, ports: [{address: '5A:00:00:00:00:01'}]}\n";
    let second = "nodes:\n- {driver: ipmi, name: b, driver_info: {ipmi_address: 10.0.0.1, ipmi_port: 623}}\n\
                 - {driver: ipmi, name: c, portgroups: [{name: g, ports: [{address: '5a:00:00:00:00:01'}]}]}\n";
    let errors = read(&[first, second]).expect_err("is invalid").to_string();
    assert_eq!(
        errors.lines().collect::<Vec<_>>(),
        [
            "b.yaml:2:3: nodes[0]: the BMC `ipmi://10.0.0.1` is given twice, first in a.yaml:2",
            "b.yaml:3:58: nodes[1].portgroups[0].ports[0]: the MAC address `5a:00:00:00:00:01` is given twice, first in a.yaml:2",
        ]
    );
}

#[test]
fn the_node_uuid_of_a_port_must_be_that_of_its_node() {
    let uuid = "1be26c0b-03f2-4d2e-ae87-c02d7f33c123";
    let node = |child: &str| {
        format!(
            "nodes:\n- {{driver: ipmi, uuid: {uuid}, ports: [{{address: '5a:00:00:00:00:01', node_uuid: {child}}}]}}\n"
        )
    };
    let enrollment = accepted(&node(uuid));
    assert!(!enrollment.machines[0].ports[0].fields.contains_key("node_uuid"));
    assert_eq!(refused(&node("2be26c0b-03f2-4d2e-ae87-c02d7f33c123")).len(), 1);
}

#[test]
fn machines_without_an_identifier_are_refused() {
    let errors = refused("nodes: [{driver: fake-hardware}]");
    assert_eq!(
        errors,
        [
            "a.yaml:1:9: nodes[0]: needs a name, a UUID, a MAC address or a BMC address, so that a later run can find it"
        ]
    );
}

#[test]
fn empty_and_unknown_files_have_specific_errors() {
    let cases = [
        ("", "a.yaml: is empty"),
        ("nodes: []", "a.yaml: contains no machines"),
        ("{apiVersion: v1, kind: Secret}", "a.yaml: contains no machines, only Secrets"),
        (
            "a,b,c\nd,e,f\n",
            "a.yaml: is a table without a header: the first line must contain the column names: `name`, `driver`, `mac`, `bmc_address`, …",
        ),
        ("5a:00:00:00:07:01,op,\"x,10.9.0.7\n", "a.yaml:1:22: this quote is not closed"),
    ];
    for (text, expected) in cases {
        assert_eq!(refused(text), [expected], "{text}");
    }
}

#[test]
fn wrong_property_names_cause_warnings() {
    let enrollment = accepted("nodes: [{driver: ipmi, name: a, properties: {ram: 5, rack: r4}}]");
    let warnings: Vec<_> = enrollment.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        ["a.yaml:1:51: nodes[0].properties.ram: the property `ram` has no effect, did you mean `memory_mb`?"]
    );
    assert_eq!(enrollment.machines[0].fields["properties"], json!({"ram": 5, "rack": "r4"}));
}

#[cfg(unix)]
#[test]
fn passwords_in_files_that_others_can_read_cause_a_warning() {
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;

    let mut file = crate::test_files::file();
    file.write_all(b"nodes: [{driver: ipmi, name: a, driver_info: {ipmi_password: hunter2}}]")
        .expect("writable");
    for (mode, warnings) in [(0o600, 0), (0o640, 1), (0o644, 1)] {
        file.as_file().set_permissions(PermissionsExt::from_mode(mode)).expect("own file");
        let enrollment =
            Enrollment::read(&[file.path().to_owned()], None, &SecretResolver::none()).expect("is valid");
        assert_eq!(enrollment.warnings.len(), warnings, "{mode:o}");
    }
}

#[test]
fn options_are_checked_like_files() {
    let node = json!({"driver": "ipmi", "name": "a", "properties": {"cpus": "x"}});
    let refused = Enrollment::from_node(node, &SecretResolver::none()).expect_err("is invalid").to_string();
    assert_eq!(refused, "command line: properties.cpus: expected a whole number, found text `x`");
    let node =
        json!({"driver": "ipmi", "name": "a", "properties": {"cpus": "4"}, "extra": {"tags": ["x", 1]}});
    let enrollment = Enrollment::from_node(node, &SecretResolver::none()).expect("is valid");
    assert_eq!(enrollment.machines[0].fields["properties"], json!({"cpus": 4}));
    assert_eq!(enrollment.machines[0].fields["extra"], json!({"tags": ["x", 1]}));
}
