//! `farrier node check`: inspection results compared with the expected hardware.

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::support::{Lab, ask, exchange};

/// The inventory that a machine's ramdisk reports.
pub(crate) fn inventory(macs: &[&str], memory_mb: u64, disks: &[(&str, u64)], serial: &str) -> Value {
    let disk = |(serial, gib): &(&str, u64)| {
        let name = format!("/dev/disk-{serial}");
        json!({"name": name, "size": gib << 30, "serial": serial, "rotational": false, "model": "M", "vendor": "V",
               "wwn": null, "wwn_with_extension": null, "wwn_vendor_extension": null, "hctl": null, "by_path": null})
    };
    let interface = |(index, mac): (usize, &&str)| {
        json!({"name": format!("eno{index}"), "mac_address": mac, "ipv4_address": "192.0.2.7", "ipv6_address": null,
               "has_carrier": true, "lldp": [], "vendor": null, "product": null, "client_id": null,
               "biosdevname": null, "speed_mbps": null, "pci_address": null, "driver": null})
    };
    json!({
        "inventory": {
            "boot": {"current_boot_mode": "uefi", "pxe_interface": macs[0]},
            "cpu": {"architecture": "x86_64", "count": 8, "model_name": "C", "frequency": "2000", "flags": []},
            "memory": {"physical_mb": memory_mb, "total": memory_mb << 20},
            "disks": disks.iter().map(disk).collect::<Vec<_>>(),
            "interfaces": macs.iter().enumerate().map(interface).collect::<Vec<_>>(),
            "system_vendor": {"manufacturer": "Farm", "product_name": "F1", "serial_number": serial},
            "hostname": "ramdisk",
        },
        "root_disk": {"name": "/dev/disk-A1"},
        "plugin_data": {},
    })
}

/// Starts the inspection of a machine, and plays its ramdisk.
pub(crate) fn inspect(lab: &Lab, node: &str, inventory: &Value) {
    lab.json(&["node", "inspect", node, "--no-wait"]);
    lab.until("the ramdisk is waited for", |lab| lab.node(node)["provision_state"] == "inspect wait");
    let uuid = lab.node(node)["uuid"].as_str().expect("a text").to_owned();
    let path = format!("/v1/continue_inspection?node_uuid={uuid}");
    let headers = [("X-OpenStack-Ironic-API-Version", "1.84")];
    let (status, body) = exchange(&lab.endpoint(), "POST", &path, &headers, &inventory.to_string());
    assert_eq!(status, 202, "{body}");
    lab.until("the inspection ends", |lab| lab.node(node)["provision_state"] == "manageable");
}

/// The names and fields of all differences.
fn findings(lab: &Lab, arguments: &[&str], code: i32) -> Vec<(String, String, String)> {
    let output = lab.farrier().args(["node", "check", "-f", "json"]).args(arguments).assert().code(code);
    let rows: Vec<Value> = serde_json::from_slice(&output.get_output().stdout).expect("a list");
    let text = |row: &Value, key: &str| row[key].as_str().expect("a text").to_owned();
    rows.iter().map(|row| (text(row, "finding"), text(row, "field"), text(row, "has"))).collect()
}

#[test]
fn missing_hardware_is_found() {
    let lab = Lab::shared();
    let (first, second, moved) = ("52:54:00:c4:ec:01", "52:54:00:c4:ec:02", "52:54:00:c4:ec:03");
    let machine = json!({"inspect_interface": "agent", "automated_clean": false,
                         "extra": {"serial_number": "SN1"}, "ports": [{"address": first}, {"address": moved}]});
    lab.machines_with("check", 1, &machine);
    let other =
        json!({"inspect_interface": "agent", "automated_clean": false, "ports": [{"address": second}]});
    lab.machines_with("check-other", 1, &other);
    let (node, neighbor) = ("check-node-1", "check-other-node-1");
    lab.json(&["node", "manage", node, neighbor]);
    // Never inspected: only the enrolled properties are known, and a flavor may ask for more.
    assert_eq!(findings(lab, &[node], 0), []);
    let whole = inventory(&[first, moved], 16384, &[("A1", 101), ("A2", 500)], "SN1");
    inspect(lab, node, &whole);
    lab.farrier().args(["node", "check", node, "--record"]).assert().success();
    assert_eq!(findings(lab, &[node], 0), []);

    // Ironic rejects an inspection that finds a NIC which is another node's port, so the port has to be
    // removed first when a NIC is moved.
    let port = &ask(&lab.endpoint(), &format!("/v1/ports?address={moved}"))["ports"][0]["uuid"];
    let path = format!("/v1/ports/{}", port.as_str().expect("a text"));
    assert_eq!(exchange(&lab.endpoint(), "DELETE", &path, &[], "").0, 204);
    inspect(lab, node, &inventory(&[first], 8192, &[("A1", 101)], "SN2"));
    inspect(lab, neighbor, &inventory(&[second, moved], 16384, &[("B1", 101)], "SN3"));
    let found = findings(lab, &[node], 10);
    for expected in [
        ("memory-missing", "memory_mb", "8192"),
        ("serial-changed", "serial_number", "SN2"),
        ("disk-missing", "disks[A2]", "absent"),
        ("nic-moved", &format!("nics[{moved}]"), &format!("on node {neighbor}")),
    ] {
        let (finding, field, actual) = expected;
        let expected = (finding.to_owned(), field.to_owned(), actual.to_owned());
        assert!(found.contains(&expected), "{expected:?} is not in {found:?}");
    }
    let text = lab.farrier().args(["node", "check", node]).assert().code(10);
    text.stdout(contains("memory-missing").and(contains("record")));

    // A file and a flavor are compared separately.
    let folder = lab.folder();
    let file = folder.join("check-file.json");
    let wanted = json!({"nodes": [{"name": node, "driver": "fake-hardware", "properties": {"cpus": 16}}]});
    std::fs::write(&file, wanted.to_string()).expect("written");
    let flavors = folder.join("check-flavors.yaml");
    std::fs::write(&flavors, "flavors: {check: {ram_mb: 32768, resource_class: check}}").expect("written");
    let (file, flavors) = (file.to_str().expect("UTF-8"), flavors.to_str().expect("UTF-8"));
    let arguments = ["node", "check", node, "--file", file, "--flavor-file", flavors];
    let run = lab.farrier().args(arguments).assert().code(10);
    run.stdout(contains("cpus-missing").and(contains("flavor check")));
}

#[test]
fn unknown_node_is_reported_before_any_other_request() {
    let lab = Lab::shared();
    lab.farrier().args(["node", "check", "check-nobody"]).assert().code(5).stderr(contains("check-nobody"));
    let no_file = ["node", "check", "--file", "check-no-such.yaml"];
    lab.farrier().args(no_file).assert().code(2).stderr(contains("check-no-such.yaml"));
}
