//! Inventory formats of other tools.

use serde_json::json;

use super::tests::{accepted, read, refused};
use super::*;

/// The same three machines in each YAML and JSON format.
const MACHINES: [&str; 3] = [
    r#"
nodes:
- {name: edge-07, driver: ipmi, resource_class: bm.small, boot_interface: ipxe,
   driver_info: {ipmi_address: 10.9.0.7, ipmi_username: op, ipmi_password: "0123", ipmi_port: 6230},
   properties: {cpu_arch: x86_64, cpus: 16, memory_mb: 65536, local_gb: 480, capabilities: "boot_mode:uefi",
                root_device: {wwn: "0x50000000000000a7"}},
   ports: [{address: "52:54:00:00:07:01"}, {address: "5a:00:00:00:07:02", physical_network: prov}]}
- {name: edge-08, driver: redfish, resource_class: bm.small, uuid: 1be26c0b-03f2-4d2e-ae87-c02d7f33c123,
   driver_info: {redfish_address: "https://10.9.0.8", redfish_username: op, redfish_password: x,
                 redfish_system_id: /redfish/v1/Systems/1}}
- {name: edge-09, driver: ipmi, resource_class: bm.small, driver_info: {ipmi_address: 10.9.0.9}}
"#,
    r#"
edge-07:
  driver: ipmi
  boot_interface: ipxe
  resource_class: bm.small
  driver_info: {power: {ipmi_address: 10.9.0.7, ipmi_username: op, ipmi_password: 0123}, ipmi_port: 6230}
  nics: [{mac: 52:54:00:00:07:01}, {mac: "5a:00:00:00:07:02", physical_network: prov}]
  properties: {cpu_arch: x86_64, cpus: "16", ram: "65536", disk_size: "480", capabilities: "boot_mode:uefi",
               root_device: {wwn: 0x50000000000000a7}}
  ipv4_address: 10.8.0.7
  network_interface: eth0
  instance_info: {image_source: "http://img/x.qcow2"}
some-key:
  name: edge-08
  driver: redfish
  resource_class: bm.small
  uuid: 1be26c0b-03f2-4d2e-ae87-c02d7f33c123
  driver_info: {redfish_address: "https://10.9.0.8", redfish_username: op, redfish_password: x,
                redfish_system_id: /redfish/v1/Systems/1}
  ipv4_address: 10.8.0.8
edge-09: {driver: ipmi, resource_class: bm.small, driver_info: {ipmi_address: 10.9.0.9}}
"#,
    r#"
{"nodes": [
  {"name": "edge-07", "_comment": "row B", "pm_type": "pxe_ipmitool", "pm_addr": "10.9.0.7", "pm_user": "op",
   "pm_password": "0123", "pm_port": 6230, "resource_class": "bm.small", "boot_interface": "ipxe",
   "mac": ["52:54:00:00:07:01"], "ports": [{"address": "5A:00:00:00:07:02", "physical_network": "prov"}],
   "cpu": "16", "memory": "65536", "disk": "480", "arch": "x86_64", "capabilities": {"boot_mode": "uefi"},
   "root_device": {"wwn": "0x50000000000000a7"}},
  {"name": "edge-08", "pm_type": "redfish", "pm_addr": "https://10.9.0.8", "pm_user": "op", "pm_password": "x",
   "pm_system_id": "/redfish/v1/Systems/1", "resource_class": "bm.small",
   "uuid": "1BE26C0B-03F2-4D2E-AE87-C02D7F33C123"},
  {"name": "edge-09", "pm_type": "ipmi", "ipmi_address": "10.9.0.9", "resource_class": "bm.small"}
]}
"#,
];

#[test]
fn the_same_machines_are_equal_in_all_formats() {
    let [create, others @ ..] = MACHINES.map(accepted);
    assert_eq!(create.machines.len(), 3);
    for other in others {
        assert_eq!(create.machines.len(), other.machines.len());
        for (left, right) in create.machines.iter().zip(&other.machines) {
            assert_eq!(left.fields, right.fields);
            assert_eq!(left.driver_info, right.driver_info);
            let ports = |machine: &NodeSpec| -> Vec<_> {
                machine.ports.iter().map(|port| port.fields.clone()).collect()
            };
            assert_eq!(ports(left), ports(right));
        }
    }
}

#[test]
fn ignored_keys_cause_one_warning_per_key() {
    let warnings: Vec<_> =
        accepted(MACHINES[1]).warnings.iter().map(|warning| warning.message.clone()).collect();
    assert_eq!(
        warnings,
        [
            "`ipv4_address` ignored: not used for enrollment (and 1 more like it)",
            "`network_interface` ignored: only Bifrost or Ansible uses it",
            "`instance_info` ignored: not used for enrollment",
        ]
    );
    let warnings: Vec<_> =
        accepted(MACHINES[2]).warnings.iter().map(|warning| warning.message.clone()).collect();
    assert_eq!(warnings, ["`_comment` ignored: use Ironic's `description`"]);
}

#[test]
fn errors_of_other_formats_have_positions() {
    let bifrost = "edge-07:\n  driver: ipmi\n  nics: [{mac: 5a-00-00-00-07-01, mtu: 9000}]\n  \
                   properties: {ram: lots, memory_mb: 5}\n";
    assert_eq!(
        refused(bifrost),
        [
            "a.yaml:3:16: edge-07.ports[0].address: write the MAC address as `5a:00:00:00:07:01`",
            "a.yaml:3:35: edge-07.nics[0]: unknown key `mtu`",
            "a.yaml:4:21: edge-07.properties.memory_mb: expected a whole number, found text `lots`",
            "a.yaml:4:38: edge-07.properties.memory_mb: `memory_mb` is given twice with different values, first on line 4",
        ]
    );
    let tripleo = "[{\"name\": \"a\", \"pm_type\": \"redfish\", \"pm_adr\": \"x\", \"pm_port\": 1}, {\"name\": \"b\", \"pm_addr\": \"x\"}]";
    assert_eq!(
        refused(tripleo),
        [
            "a.yaml:1:2: [0]: `pm_system_id` is missing",
            "a.yaml:1:38: [0]: unknown key `pm_adr`, did you mean `pm_addr`?",
            "a.yaml:1:64: [0].pm_port: Redfish has no separate port: add it to the address in `pm_addr`",
            "a.yaml:1:68: [1]: `pm_type` is missing",
        ]
    );
}

#[test]
fn old_names_and_defaults_of_tripleo_are_supported() {
    let enrollment = accepted(
        "nodes:\n- {name: a, pm_type: pxe_drac, pm_addr: bmc-a, pm_user: u, pm_password: x, profile: control, \
         capabilities: 'boot_mode:uefi', kernel_id: file:///k, platform: p, arch: x86_64}\n\
         - {name: b, pm_type: fake_pxe, profile: compute}\n",
    );
    let [a, b] = enrollment.machines.as_slice() else { panic!("two machines") };
    assert_eq!((a.driver(), b.driver()), ("idrac", "manual-management"));
    assert_eq!(a.fields["resource_class"], "baremetal");
    assert_eq!(a.fields["properties"]["capabilities"], "boot_mode:uefi,profile:control");
    assert_eq!(b.fields["properties"]["capabilities"], "profile:compute");
    assert_eq!(a.fields["extra"], json!({"tripleo_platform": "p"}));
    let info = json!({"redfish_address": "bmc-a", "redfish_username": "u", "redfish_password": "x",
                      "deploy_kernel": "file:///k", "rescue_kernel": "file:///k"});
    assert_eq!(serde_json::Value::Object(a.driver_info.expose().clone()), info);
}

const HOST: &str = r#"
apiVersion: metal3.io/v1alpha1
kind: BareMetalHost
metadata: {name: w3, namespace: lab, labels: {class: bm.large}}
spec:
  bmc:
    address: "redfish-virtualmedia+http://[fd00::3]:8000/redfish/v1/Systems/1"
    credentialsName: w3-bmc
    disableCertificateVerification: true
  bootMACAddress: 5A:00:00:00:03:01
  bootMode: UEFISecureBoot
  rootDeviceHints: {serialNumber: 0123, minSizeGigabytes: 400, rotational: false, deviceName: /dev/disk/by-path/x}
  architecture: x86_64
  automatedCleaningMode: metadata
  online: false
status: {hardware: {ramMebibytes: 4096, cpu: {count: 8, arch: aarch64}}}
"#;

#[test]
fn a_metal3_host_is_read_with_its_secret_from_another_file() {
    let secret = "apiVersion: v1\nkind: List\nitems:\n- kind: Secret\n  metadata: {name: w3-bmc, namespace: lab}\n  \
                  stringData: {username: svc}\n  data: {password: JHtIT01FfQo=}\n";
    let enrollment = read(&[HOST, secret]).unwrap_or_else(|refused| panic!("{refused}"));
    let [machine] = enrollment.machines.as_slice() else { panic!("one machine") };
    assert_eq!(
        serde_json::Value::Object(machine.fields.clone()),
        json!({
            "name": "w3", "driver": "redfish", "boot_interface": "redfish-virtual-media", "automated_clean": true,
            "properties": {
                "cpu_arch": "x86_64", "memory_mb": 4096, "cpus": 8,
                "capabilities": "boot_mode:uefi,secure_boot:true",
                "root_device": {"by_path": "s== /dev/disk/by-path/x", "serial": "s== 0123", "size": ">= 400", "rotational": false},
            },
        })
    );
    assert_eq!(
        serde_json::Value::Object(machine.driver_info.expose().clone()),
        json!({
            "redfish_address": "http://[fd00::3]:8000", "redfish_system_id": "/redfish/v1/Systems/1",
            "redfish_verify_ca": false, "redfish_username": "svc", "redfish_password": "${HOME}",
        })
    );
    assert_eq!(machine.macs().collect::<Vec<_>>(), ["5a:00:00:00:03:01"]);
    let warnings: Vec<_> = enrollment.warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert_eq!(
        warnings,
        [
            "trailing line break ignored (`echo -n` writes none)",
            "`labels`, `online` ignored: not used for enrollment",
            "`status` ignored, except for the inspected memory, CPU count and architecture",
        ]
    );
}

#[test]
fn the_hardware_type_of_a_metal3_host_is_that_of_its_address() {
    let host = |address: &str| {
        format!(
            "apiVersion: metal3.io/v1alpha1\nkind: BareMetalHost\nmetadata: {{name: a}}\nspec: {{bmc: {{address: \"{address}\", credentialsName: s}}}}\n---\n\
             apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData: {{username: u, password: p}}\n"
        )
    };
    let cases = [
        ("10.6.0.3", "ipmi", "ipxe", "ipmi_address", "10.6.0.3"),
        ("ipmi://[fd00::3]:6230?privilegelevel=OPERATOR", "ipmi", "ipxe", "ipmi_priv_level", "OPERATOR"),
        ("redfish://bmc/", "redfish", "ipxe", "redfish_address", "https://bmc"),
        (
            "idrac-virtualmedia://bmc/redfish/v1/Systems/System.Embedded.1",
            "idrac",
            "idrac-redfish-virtual-media",
            "redfish_system_id",
            "/redfish/v1/Systems/System.Embedded.1",
        ),
        (
            "redfish-uefihttp+http://bmc/redfish/v1",
            "redfish",
            "redfish-https",
            "redfish_address",
            "http://bmc",
        ),
    ];
    for (address, driver, boot, key, value) in cases {
        let enrollment = accepted(&host(address));
        let machine = &enrollment.machines[0];
        assert_eq!(
            (machine.driver(), machine.fields["boot_interface"].as_str()),
            (driver, Some(boot)),
            "{address}"
        );
        assert_eq!(machine.driver_info.expose()[key], value, "{address}");
    }
    let errors = refused(&host("ilo4://bmc"));
    assert_eq!(
        errors,
        [
            "a.yaml:4:23: spec.bmc.address: Ironic no longer has a hardware type for the scheme `ilo4`: use `redfish://…` for newer BMCs"
        ]
    );
}

#[test]
fn a_metal3_host_without_its_secret_is_refused() {
    assert_eq!(
        refused(HOST),
        ["a.yaml:8:22: spec.bmc.credentialsName: Secret `lab/w3-bmc` is not in any of the files"]
    );
    let other =
        "apiVersion: v1\nkind: Secret\nmetadata: {name: w3-bmc, namespace: lab}\ndata: {username: '%%'}\n";
    let errors = read(&[HOST, other]).expect_err("no password").to_string();
    assert_eq!(
        errors.lines().collect::<Vec<_>>(),
        [
            "b.yaml:4:18: data.username: invalid base64, or not UTF-8 text when decoded",
            "a.yaml:8:22: spec.bmc.credentialsName: Secret `lab/w3-bmc` has no `password`",
        ]
    );
}

#[test]
fn sizes_of_zero_in_an_instackenv_are_ignored() {
    for (key, value, property) in
        [("memory", "\"0\"", "memory_mb"), ("cpu", "0", "cpus"), ("disk", "\" 0\"", "local_gb")]
    {
        let text = format!(
            "{{\"nodes\": [{{\"pm_type\": \"ipmi\", \"pm_addr\": \"10.0.0.1\", \"{key}\": {value}}}]}}"
        );
        let enrollment = accepted(&text);
        assert_eq!(
            enrollment.machines[0].fields.get("properties").and_then(|all| all.get(property)),
            None,
            "{text}"
        );
        let warnings: Vec<_> = enrollment.warnings.iter().map(|warning| warning.message.clone()).collect();
        assert!(warnings.contains(&format!("`{key}` ignored: 0 means unknown")), "{warnings:?}");
    }
}

#[test]
fn unsupported_inventories_have_specific_errors() {
    for (text, expected) in [
        ("[baremetal]\nh1 ipmi_address=10.0.0.1 ipmi_password=hunter2\n", "is an Ansible INI inventory"),
        ("# hosts\n[all:vars]\nansible_user=root\n", "is an Ansible INI inventory"),
        ("[compute]\nnode-1\nnode-2\n", "is an Ansible INI inventory"),
        (
            "apiVersion: v1\nplatform: {baremetal: {hosts: [{name: a}]}}\n",
            "is an OpenShift `install-config.yaml`",
        ),
    ] {
        let problems = refused(text);
        assert!(problems.len() == 1 && problems[0].contains(expected), "{problems:?}");
        assert!(!problems[0].contains("hunter2"));
    }
}
