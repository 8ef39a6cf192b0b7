//! Inventories in CSV files.

use serde_json::json;

use super::tests::{accepted, format, refused};
use super::*;

fn warnings(enrollment: &Enrollment) -> Vec<String> {
    enrollment.warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn a_table_with_a_header_is_equal_to_the_same_nodes_in_yaml() {
    let yaml = accepted(
        "nodes:\n- {name: r4-u1, driver: redfish, resource_class: bm.large, traits: [CUSTOM_A, CUSTOM_B], owner: o,\n   \
         driver_info: {redfish_address: 'https://10.0.0.1', redfish_username: op, redfish_password: '0123',\n   \
         redfish_verify_ca: false}, extra: {rack: r4, pos: 4}, properties: {cpus: 64, memory_mb: 262144,\n   \
         local_gb: 893, capabilities: 'boot_mode:uefi,gpu:1', root_device: {serial: '007'}},\n   \
         ports: [{address: '5a:00:00:00:01:01', pxe_enabled: true,\n   \
         local_link_connection: {switch_id: 'a0:00:00:00:00:01', port_id: '12'}}]}\n\
         - {name: r4-u2, driver: ipmi, driver_info: {ipmi_address: 10.0.0.2, ipmi_username: op, ipmi_password: 'a,\"b'},\n   \
         ports: [{address: '5a:00:00:00:02:01'}, {address: '5a:00:00:00:02:02'}]}\n",
    );
    let head = [
        "Name",
        "driver",
        "MAC address",
        "bmc_address",
        "BMC user",
        "bmc-password",
        "bmc_verify_ca",
        "resource_class",
        "traits",
        "owner",
        "cpus",
        "memory_mb",
        "local_gb",
        "capabilities",
        "root_device.serial",
        "extra.rack",
        "extra.pos",
        "port.switch_id",
        "port.port_id",
        "port.pxe_enabled",
    ];
    let first = [
        "r4-u1",
        "redfish",
        "5A:00:00:00:01:01",
        "https://10.0.0.1",
        "op",
        "0123",
        "false",
        "bm.large",
        "CUSTOM_A CUSTOM_B",
        "o",
        "64",
        "262144",
        "893",
        "\"boot_mode:uefi,gpu:1\"",
        "007",
        "r4",
        "4",
        "a0:00:00:00:00:01",
        "12",
        "yes",
    ];
    let second = ["r4-u2", "ipmi", "5a:00:00:00:02:01|5a:00:00:00:02:02", "10.0.0.2", "op", "\"a,\"\"b\""];
    for separator in [",", ";", "\t"] {
        let second = second.join(separator) + &separator.repeat(head.len() - second.len());
        let table = [head.join(separator), first.join(separator), second].join("\n");
        let read = accepted(&table);
        assert_eq!(warnings(&read), Vec::<String>::new());
        assert_eq!(read.formats[0].1.name(), "csv");
        assert_eq!(read.machines.len(), 2);
        for (left, right) in yaml.machines.iter().zip(&read.machines) {
            let fields = |machine: &NodeSpec| {
                let mut fields = serde_json::Value::Object(machine.fields.clone());
                fields.sort_all_objects();
                fields
            };
            assert_eq!(fields(left), fields(right));
            let sorted = |machine: &NodeSpec| {
                let mut info = json!(machine.driver_info.expose());
                info.sort_all_objects();
                info
            };
            assert_eq!(sorted(left), sorted(right));
            assert_eq!(left.traits, right.traits);
            assert!(left.macs().eq(right.macs()));
            let links =
                |machine: &NodeSpec| json!(machine.ports.iter().map(|port| &port.fields).collect::<Vec<_>>());
            assert_eq!(links(left), links(right));
        }
    }
}

#[test]
fn unknown_columns_cause_warnings_and_typos_are_refused() {
    let read = accepted("name,driver,Serial,\na,ipmi,S1,x\n");
    assert_eq!(
        warnings(&read),
        [
            "a.yaml:1:13: the column `Serial` is ignored; to store it, name it `extra.Serial`",
            "a.yaml:1:20: a column without a name is ignored",
        ]
    );
    assert_eq!(
        refused(
            "name,driver,name,memry_mb,mac,port.pxe_enabled,bmc_port\na,ipmi,b,1,5a:00:00:00:01:0\nb,redfish,,lots,,true,443\nc,ipmi,,,,,,x\n"
        ),
        [
            "a.yaml:1:13: the column `name` is given twice, first at column 1",
            "a.yaml:1:18: unknown column `memry_mb`, did you mean `memory_mb`? (to store it, name it `extra.memry_mb`)",
            "a.yaml:2:1: the row has 5 cells, but the header has 7",
            "a.yaml:3:18: nodes[0]: `port.pxe_enabled` requires exactly one MAC address in the row; this row has 0",
            "a.yaml:3:23: nodes[0]: Redfish has no separate port: add it to the address",
            "a.yaml:4:1: the row has 8 cells, but the header has 7",
        ]
    );
}

#[test]
fn the_columns_of_a_bifrost_table_are_read_by_position() {
    let read = accepted(
        "5a:00:00:00:07:01,op,0123,10.9.0.7,16,65536,480,,,,edge-07,10.8.0.7,,,,,agent_ipmitool\n\n\
         5a:00:00:00:07:02,op,x,10.9.0.8,,,,x,,1be26c0b-03f2-4d2e-ae87-c02d7f33c123,edge-08,,3,0x20,7,0x82,,,10.8.0.8\n\
         5a:00:00:00:07:03,op,x,https://10.9.0.9,,,,,,,edge-09,,,,,,redfish\n",
    );
    let [one, two, three] = read.machines.as_slice() else { panic!("three machines") };
    assert_eq!((one.driver(), two.driver(), three.driver()), ("ipmi", "ipmi", "redfish"));
    let properties = json!({"cpu_arch": "x86_64", "cpus": 16, "memory_mb": 65536, "local_gb": 480});
    assert_eq!(one.fields["properties"], properties);
    assert_eq!(
        json!(one.driver_info.expose()),
        json!({"ipmi_username": "op", "ipmi_password": "0123", "ipmi_address": "10.9.0.7"})
    );
    let info = two.driver_info.expose();
    assert_eq!((&info["ipmi_bridging"], &info["ipmi_transit_address"]), (&json!("dual"), &json!("0x82")));
    assert_eq!((two.name(), two.uuid()), (Some("edge-08"), Some("1be26c0b-03f2-4d2e-ae87-c02d7f33c123")));
    assert_eq!(three.driver_info.expose()["redfish_address"], "https://10.9.0.9");
    assert_eq!(read.formats[0].1.name(), "bifrost-csv");
    let warnings = warnings(&read);
    for (line, part) in [(1, "`ipv4_address` ignored"), (3, "bifrost does not read this column")] {
        assert!(
            warnings
                .iter()
                .any(|warning| warning.starts_with(&format!("a.yaml:{line}:")) && warning.contains(part)),
            "{warnings:?}"
        );
    }
    let errors = refused("5a:00:00:00:07:01,op,x,10.9.0.7,16,lots,480,,,,a,,3,,,,ipmi\n");
    assert_eq!(
        errors,
        [
            "a.yaml:1:36: properties.memory_mb: expected a whole number, found text",
            "a.yaml:1:51: `ipmi_target_channel` and `ipmi_target_address` must be given together",
        ]
    );
}

#[test]
fn a_tripleo_table_is_read_with_and_without_a_header() {
    let line = "pxe_ipmitool,10.0.0.5,admin,0123,00:11:22:33:44:55,6230";
    for text in [line.to_owned(), format!("pm_type,pm_addr,pm_user,pm_password,mac,pm_port\n{line}\n")] {
        let read = accepted(&text);
        let [machine] = read.machines.as_slice() else { panic!("one machine") };
        assert_eq!(read.formats[0].1.name(), "instackenv-csv");
        assert_eq!(
            json!(machine.driver_info.expose()),
            json!({"ipmi_address": "10.0.0.5", "ipmi_username": "admin", "ipmi_password": "0123", "ipmi_port": 6230})
        );
        assert_eq!(machine.macs().collect::<Vec<_>>(), ["00:11:22:33:44:55"]);
    }
}

#[test]
fn a_given_format_is_the_only_one_that_is_tried() {
    let forced = |format| {
        let source = InputFile::from_text("a", "name,driver\na,ipmi\n");
        Enrollment::from_files(vec![source], Some(format), &SecretResolver::none(), Report::default())
            .map(|enrollment| enrollment.machines.len())
            .map_err(|refused| refused.to_string())
    };
    assert_eq!(forced(format("csv")), Ok(1));
    for other in ["bifrost-csv", "tripleo-csv", "tripleo", "baremetal", "metal3"] {
        assert!(forced(format(other)).expect_err("another form").contains("a:1:1"), "{other}");
    }
}

#[test]
fn a_column_is_not_a_typo_for_another_column_of_the_table() {
    for (other, meant) in [("nameservers", "name"), ("drivers", "driver"), ("bmc_addresses", "bmc_address")] {
        let filler = if meant == "bmc_address" { "bmc_ip" } else { meant };
        let columns: Vec<&str> =
            ["name", "driver", "bmc_ip"].into_iter().filter(|column| *column != filler).collect();
        let cells: Vec<&str> = columns
            .iter()
            .map(|column| match *column {
                "name" => "a",
                "driver" => "ipmi",
                _ => "10.0.0.1",
            })
            .collect();
        let cell = match meant {
            "name" => "a",
            "driver" => "ipmi",
            _ => "10.0.0.1",
        };
        let both = format!("{},{filler},{other}\n{},{cell},x\n", columns.join(","), cells.join(","));
        let warnings = warnings(&accepted(&both)).join("\n");
        assert!(warnings.contains(&format!("the column `{other}` is ignored")), "{warnings}");
        let alone = format!("{},{other}\n{},{cell}\n", columns.join(","), cells.join(","));
        assert!(refused(&alone).join("\n").contains("unknown column"), "{alone}");
    }
}
