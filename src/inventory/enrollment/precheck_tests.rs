//! Values that Ironic or a later deploy would reject are reported before any request, and no message quotes a possible
//! secret.

use serde_json::json;

use super::tests::{accepted, format, read, refused};
use super::*;

fn warnings(enrollment: &Enrollment) -> Vec<String> {
    enrollment.warnings.iter().map(|warning| warning.message.clone()).collect()
}

/// All warnings or errors of a text.
fn messages(text: &str) -> String {
    match read(&[text]) {
        Ok(enrollment) => enrollment.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        Err(refused) => refused.to_string(),
    }
}

fn node(fields: &str) -> String {
    format!("nodes:\n- {{name: a, driver: fake-hardware, {fields}}}\n")
}

/// The only error of a node with these fields, without file and line.
fn refused_node(fields: &str) -> String {
    let errors = refused(&node(fields));
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors[0].splitn(4, ':').nth(3).expect("has a position").trim().to_owned()
}

#[test]
fn errors_of_a_table_with_an_extra_comma_quote_no_password() {
    let secret = "hunter2";
    let head = "name,driver,mac,bmc_address,bmc_username,bmc_password,cpus,resource_class,traits";
    let cells = ["a1", "ipmi", "52:54:00:00:00:01", "10.0.0.1", "op", secret, "8", "bm", "CUSTOM_A"];
    // In each column, with one cell more, the same number, and one less.
    for at in 0..cells.len() {
        for shape in 0..3 {
            let mut row: Vec<&str> = cells.to_vec();
            row[5] = "x";
            match shape {
                0 => row.insert(at, secret),
                1 => row[at] = secret,
                _ => {
                    row[at] = secret;
                    row.remove((at + 1) % row.len());
                }
            }
            let twice = format!("{head}\n{0}\n{0}\n", row.join(","));
            assert!(!messages(&twice).contains(secret), "{at} {shape}: {}", messages(&twice));
        }
    }
    let shifted = format!("{head}\na1,ipmi,52:54:00:00:00:01,10.0.0.1,op,{secret},part,8,bm,CUSTOM_A\n");
    assert_eq!(refused(&shifted), ["a.yaml:2:1: the row has 10 cells, but the header has 9"]);
    // A text that can only be a MAC address is quoted.
    let dashed = format!("{head}\na1,ipmi,52-54-00-00-00-01,10.0.0.1,op,{secret},8,bm,CUSTOM_A\n");
    assert!(messages(&dashed).contains("write the MAC address as `52:54:00:00:00:01`"));
}

#[test]
fn errors_of_tables_without_a_header_quote_no_password() {
    let secret = "hunter2";
    let bifrost = [
        "5a:00:00:00:07:01",
        "op",
        "x",
        "10.9.0.7",
        "16",
        "1024",
        "48",
        "",
        "",
        "",
        "e",
        "",
        "",
        "",
        "",
        "",
        "ipmi",
    ];
    let tripleo = ["ipmi", "10.0.0.5", "admin", "x", "00:11:22:33:44:55", "6230"];
    for (cells, first) in [(&bifrost[..], 1), (&tripleo[..], 0)] {
        for at in first..cells.len() {
            for insert in [false, true] {
                let mut row = cells.to_vec();
                if insert {
                    row.insert(at, secret);
                } else {
                    row[at] = secret;
                }
                // The format is detected from the first line.
                let text = format!(
                    "{}\n{}\n",
                    cells.join(",").replace(":07:01", ":07:99").replace(":55", ":99"),
                    row.join(",")
                );
                assert!(!messages(&text).contains(secret), "{text}: {}", messages(&text));
            }
        }
    }
}

#[test]
fn the_row_of_a_machine_is_not_read_as_a_header() {
    for text in [
        "node,ipmi,52:54:00:00:00:01,10.0.0.1,op,hunter2\n",
        "owner,hunter2,x\n",
        "vendor,10.0.0.1,hunter2\n",
    ] {
        let error = refused(text).join("\n");
        assert!(
            error.contains("first line must contain the column names") && !error.contains("hunter2"),
            "{error}"
        );
        let source = InputFile::from_text("a", text);
        let forced = Enrollment::from_files(
            vec![source],
            Some(format("csv")),
            &SecretResolver::none(),
            Report::default(),
        );
        let error = forced.expect_err("no table").to_string();
        assert!(error.contains("must contain the column names") && !error.contains("hunter2"), "{error}");
    }
}

#[test]
fn the_rest_of_a_password_with_a_comma_is_not_quoted() {
    for text in [
        "nodes:\n- {name: a, driver: ipmi, driver_info: {ipmi_password: x,hunter2}}\n",
        "nodes:\n- {name: a, pm_type: ipmi, pm_addr: 10.0.0.1, pm_password: x,hunter2}\n",
        "a: {driver: ipmi, driver_info: {ipmi_password: x,hunter2, ipmi_address: 10.0.0.1}}\n",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: x,hunter2}\n",
    ] {
        let error = refused(text).join("\n");
        assert!(
            error.contains("a key has no `:` and no value (put text that contains a comma in quotes)"),
            "{error}"
        );
        assert!(!error.contains("hunter2"), "{error}");
    }
    // A key with a colon may have no value.
    assert!(
        read(&["nodes:\n- {name: a, driver: ipmi, resource_class: , driver_info: {ipmi_username: }}\n"])
            .is_ok()
    );
}

#[test]
fn text_in_place_of_a_mapping_is_not_quoted() {
    for fields in
        ["driver_info: hunter2", "extra: hunter2", "ports: hunter2", "properties: {root_device: hunter2}"]
    {
        assert!(!messages(&node(fields)).contains("hunter2"), "{}", messages(&node(fields)));
    }
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: hunter2\n";
    assert!(!messages(secret).contains("hunter2"), "{}", messages(secret));
}

#[test]
fn yaml_on_one_line_is_not_read_as_a_table() {
    let one = "nodes: [{name: n1, driver: ipmi, driver_info: {ipmi_address: 10.0.0.1, ipmi_username: u, ipmi_password: p}}]";
    assert_eq!(accepted(one).formats[0].1, InputFormat::FARRIER);
    let bifrost = "# hosts\nw1: {driver: redfish, driver_info: {redfish_username: u, redfish_address: bmc}, nics: []}\n\
                   w2: {driver: ipmi, driver_info: {ipmi_address: 10.0.0.2, ipmi_username: u}}\n";
    let enrollment = accepted(bifrost);
    assert_eq!((enrollment.formats[0].1.name(), enrollment.machines.len()), ("bifrost", 2));
    // Syntax errors have a position.
    let errors = refused("nodes: [{name: \"a\", driver: x, uuid: y}, {name: \"b\" driver: x}]\n");
    assert!(errors[0].starts_with("a.yaml:1:") && errors[0].contains("not valid YAML"), "{errors:?}");
    let errors = refused("a: &a [x, x, x, x]\nb: [*a, *a, *c]\n");
    assert!(errors[0].contains("not valid YAML"), "{errors:?}");
}

#[test]
fn other_top_level_keys_of_tripleo_are_ignored_with_one_warning() {
    let enrollment = accepted(
        r#"{"host-ip": "192.0.2.1", "seed-ip": "", "pm_password": "hunter2", "_comment": "c", "nodes": [
            {"name": "n1", "pm_type": "ipmi", "pm_addr": "192.0.2.11", "mac": ["52:54:00:00:00:01"]}]}"#,
    );
    assert_eq!(enrollment.machines.len(), 1);
    assert_eq!(
        warnings(&enrollment),
        ["`host-ip`, `seed-ip`, `pm_password`, `_comment` ignored: not used for enrollment"]
    );
}

const SECRET: &str =
    "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {username: u, password: p}\n";

fn host(name: &str, spec: &str) -> String {
    format!("---\napiVersion: metal3.io/v1alpha1\nkind: BareMetalHost\nmetadata: {{name: {name}}}\n{spec}\n")
}

#[test]
fn empty_values_of_metal3_are_ignored() {
    let spec = "spec:\n  architecture: \"\"\n  bootMode: \"\"\n  bootMACAddress: \"\"\n  description: \"\"\n  automatedCleaningMode: \"\"\n  \
                bmc: {address: \"ipmi://10.0.0.50\", credentialsName: s}\n  \
                rootDeviceHints: {deviceName: \"\", model: \"\", wwn: \"\", hctl: \"\", minSizeGigabytes: 0}\n\
                status: {hardware: {cpu: {arch: x86_64, count: 0}, ramMebibytes: 16384}}";
    let enrollment = accepted(&format!("{}{SECRET}", host("h1", spec)));
    let machine = &enrollment.machines[0];
    let properties = json!({"capabilities": "boot_mode:uefi", "memory_mb": 16384, "cpu_arch": "x86_64"});
    assert_eq!(machine.fields["properties"], properties);
    assert!(machine.macs().next().is_none() && !machine.fields.contains_key("description"));
    let wrong = "spec: {bmc: {address: 10.0.0.1, credentialsName: s}, rootDeviceHints: {minSizeGigabytes: \"400Gi\"}}";
    let errors = refused(&format!("{}{SECRET}", host("h1", wrong)));
    assert!(
        errors[0].ends_with("minSizeGigabytes: expected a whole number, found text `400Gi`"),
        "{errors:?}"
    );
}

#[test]
fn hosts_without_a_bmc_are_ignored_and_the_others_enrolled() {
    let others = [
        "",
        "spec: {externallyProvisioned: true}",
        "spec: {bmc: {address: \"\", credentialsName: \"\"}}",
        "spec: {bmc: {}}",
    ];
    let others: Vec<String> =
        others.iter().enumerate().map(|(at, spec)| host(&format!("m{at}"), spec)).collect();
    let good = host("h1", "spec: {bmc: {address: \"ipmi://10.0.0.50\", credentialsName: s}}");
    let enrollment = accepted(&format!("{}{good}{SECRET}", others.concat()));
    assert_eq!(enrollment.machines.len(), 1);
    let warnings = warnings(&enrollment).join("\n");
    for at in 0..others.len() {
        assert!(warnings.contains(&format!("host `m{at}` ignored: it has no BMC")), "{warnings}");
    }
    assert_eq!(refused(&others[1]), ["a.yaml: contains no machines, only hosts without a BMC"]);
    // Missing values of a host with a BMC are errors.
    let errors = refused(&host("h2", "spec: {bmc: {address: 10.0.0.1, credentialsName: \"\"}}"));
    assert!(errors[0].ends_with("`credentialsName` is missing"), "{errors:?}");
}

#[test]
fn lists_of_a_kind_are_read_and_other_kinds_are_reported() {
    let list = r#"{"apiVersion": "metal3.io/v1alpha1", "kind": "BareMetalHostList", "metadata": {"resourceVersion": "7"}, "items": [
        {"metadata": {"name": "h1"}, "spec": {"bmc": {"address": "10.0.0.1", "credentialsName": "s"}}}]}"#;
    let secrets = r#"{"apiVersion": "v1", "kind": "SecretList", "items": [
        {"metadata": {"name": "s"}, "data": {"username": "dQ==", "password": "cA=="}}]}"#;
    let enrollment = read(&[list, secrets]).unwrap_or_else(|refused| panic!("{refused}"));
    assert_eq!(enrollment.machines[0].name(), Some("h1"));
    let config = "apiVersion: v1beta1\nkind: AgentConfig\nhosts: []\n";
    assert_eq!(refused(config), ["a.yaml: contains no machines, only `AgentConfig`"]);
    assert_eq!(
        refused(&format!("{config}{SECRET}")),
        ["a.yaml: contains no machines, only Secrets, `AgentConfig`"]
    );
}

#[test]
fn other_keys_of_kubernetes_are_ignored_with_one_warning() {
    let text = "apiVersion: metal3.io/v1alpha1\nkind: BareMetalHost\n\
                metadata: {name: h1, uid: u, resourceVersion: '7', generation: 2, finalizers: [], labels: {a: b}}\n\
                spec: {bmc: {address: 10.0.0.1, credentialsName: s}, online: true}\n";
    let enrollment = accepted(&format!("{text}{SECRET}"));
    assert_eq!(
        warnings(&enrollment),
        [
            "`uid`, `resourceVersion`, `generation`, `finalizers`, `labels`, `online` ignored: not used for enrollment"
        ]
    );
}

#[test]
fn invalid_metal3_addresses_are_refused_with_a_suggestion() {
    for (address, why) in [
        ("ipmi://", "has no host"),
        ("redfish:///redfish/v1/Systems/1", "has no host"),
        ("redfish+ftp://10.0.0.3/redfish/v1/Systems/1", "invalid scheme `redfish+ftp`"),
        ("ipmi+https://10.0.0.3", "invalid scheme `ipmi+https`"),
        ("redfish-virtualmedia://10.0.0.4/redfish/v1/Managers/1", "not the path of a system"),
        ("redfish://10.0.0.4:99999/redfish/v1/Systems/1", "a port from 1 to 65535"),
        ("https://10.0.0.1/redfish/v1/Systems/1", "use `redfish+https://…`"),
        ("redfish-virtual-media://10.0.0.2/redfish/v1/Systems/1", "did you mean `redfish-virtualmedia`?"),
        ("idrac://10.0.0.3", "use `idrac-redfish://…` or `idrac-virtualmedia://…`"),
        ("2001:db8::9", "in brackets: `[2001:db8::9]`"),
        ("ipmi://2001:db8::9", "in brackets: `[2001:db8::9]`"),
        ("gopher://10.0.0.1", "unknown scheme `gopher`: expected one of ipmi, "),
        ("ipmi://{{ ip }}", "contains `{{ … }}`"),
    ] {
        let spec = format!("spec: {{bmc: {{address: \"{address}\", credentialsName: s}}}}");
        let errors = refused(&format!("{}{SECRET}", host("h1", &spec)));
        let [error] = errors.as_slice() else { panic!("{address}: {errors:?}") };
        assert!(error.contains("spec.bmc.address: ") && error.contains(why), "{address}: {error}");
    }
}

#[test]
fn bmc_addresses_are_checked_in_all_formats() {
    for (driver, key, value) in [
        ("ipmi", "ipmi_address", ""),
        ("ipmi", "ipmi_address", "https://10.0.0.8"),
        ("ipmi", "ipmi_address", "10.0.0.10:6230"),
        ("ipmi", "ipmi_port", "70000"),
        ("redfish", "redfish_address", "https://2001:db8::4"),
        ("redfish", "redfish_system_id", "/redfish/v1/Managers/1"),
    ] {
        let text = format!("nodes: [{{name: a, driver: {driver}, driver_info: {{{key}: \"{value}\"}}}}]");
        let errors = refused(&text);
        assert!(errors.len() == 1 && errors[0].contains(&format!("driver_info.{key}: ")), "{errors:?}");
    }
    let errors =
        refused(r#"{"nodes": [{"name": "a", "pm_type": "ipmi", "pm_addr": "", "pm_user": "", "arch": ""}]}"#);
    assert!(
        errors.len() == 1 && errors[0].ends_with("driver_info.ipmi_address: must not be empty"),
        "{errors:?}"
    );
    let errors = refused("name,driver,bmc_address\na,ipmi,10.0.0.1:623\n");
    assert!(
        errors[0].contains("set the port in `ipmi_port`") && !errors[0].contains("10.0.0.1"),
        "{errors:?}"
    );
}

#[test]
fn driver_info_without_prefixes_is_refused_with_the_right_keys() {
    let text = r#"{"nodes": [
        {"name": "m0", "driver": "ipmi", "driver_info": {"username": "u", "password": "hunter2", "address": "10.0.0.1"}},
        {"name": "m1", "driver": "redfish", "driver_info": {"address": "https://10.0.0.2", "system_id": "/x"}},
        {"name": "m2", "driver": "redfish-virtualmedia", "driver_info": {"username": "u"}}]}"#;
    let errors = refused(text).join("\n");
    for expected in [
        "Ironic does not read `address`: use `ipmi_address`",
        "Ironic does not read `username`: use `ipmi_username`",
        "Ironic does not read `password`: use `ipmi_password`",
        "Ironic does not read `address`: use `redfish_address`",
        "Ironic does not read `system_id`: use `redfish_system_id`",
        "Ironic does not read `username`: use `redfish_username`",
        "`redfish-virtualmedia` is not a hardware type: use `redfish` with `boot_interface: redfish-virtual-media`",
    ] {
        assert!(errors.contains(expected), "{expected}: {errors}");
    }
    assert!(!errors.contains("hunter2"), "{errors}");
}

#[test]
fn dev_scripts_nodes_are_read_with_metal3_addresses() {
    let text = r#"{"nodes": [
        {"name": "m0", "driver": "ipmi", "driver_info": {"username": "u", "password": "p", "port": "6230",
            "address": "ipmi://10.0.0.61:6230", "disable_certificate_verification": true},
         "ports": [{"address": "52:54:00:00:00:61", "pxe_enabled": true}], "properties": {"local_gb": "50"}},
        {"name": "m1", "driver": "redfish", "driver_info": {"username": "u", "password": "p", "port": "8000",
            "address": "redfish-virtualmedia+http://10.0.0.1:8000/redfish/v1/Systems/1"}},
        {"name": "m2", "driver": "redfish-virtualmedia", "boot_interface": "http-ipxe", "driver_info": {"username": "u",
            "password": "p", "disable_certificate_verification": true, "deploy_kernel": "http://img/k",
            "address": "idrac-virtualmedia://[fd00::2]/redfish/v1/Systems/System.Embedded.1"}},
        {"name": "m3", "driver": "ipmi", "driver_info": {"port": 6231, "address": "libvirt://10.0.0.9"}}]}"#;
    let enrollment = accepted(text);
    assert_eq!(warnings(&enrollment), Vec::<String>::new());
    let machine = |at: usize| {
        let machine = &enrollment.machines[at];
        let boot = machine.fields["boot_interface"].as_str().unwrap_or_default();
        (machine.driver(), boot, json!(machine.driver_info.expose()))
    };
    assert_eq!(
        machine(0),
        (
            "ipmi",
            "ipxe",
            json!({"ipmi_address": "10.0.0.61", "ipmi_port": 6230, "ipmi_username": "u", "ipmi_password": "p"})
        )
    );
    assert_eq!(
        machine(1),
        (
            "redfish",
            "redfish-virtual-media",
            json!({"redfish_address": "http://10.0.0.1:8000", "redfish_system_id": "/redfish/v1/Systems/1",
                   "redfish_username": "u", "redfish_password": "p"})
        )
    );
    assert_eq!(
        machine(2),
        (
            "idrac",
            "http-ipxe",
            json!({"redfish_address": "https://[fd00::2]", "redfish_system_id": "/redfish/v1/Systems/System.Embedded.1",
                   "redfish_username": "u", "redfish_password": "p", "redfish_verify_ca": false,
                   "deploy_kernel": "http://img/k"})
        )
    );
    assert_eq!(machine(3), ("ipmi", "ipxe", json!({"ipmi_address": "10.0.0.9", "ipmi_port": 6231})));
    assert_eq!(enrollment.machines[0].macs().collect::<Vec<_>>(), ["52:54:00:00:00:61"]);
}

#[test]
fn errors_of_dev_scripts_nodes_have_positions() {
    for (driver, info, why) in [
        ("ipmi", r#""address": "redfish://10.0.0.1/redfish/v1/Systems/1""#, "driver: `ipmi` does not match"),
        ("ipmi", r#""address": "ipmi://""#, "driver_info.address: has no host"),
        ("ipmi", r#""address": "ipmi://{{ ip }}""#, "driver_info.address: contains `{{ … }}`"),
        ("redfish", r#""address": "redfish+ftp://10.0.0.1""#, "invalid scheme `redfish+ftp`"),
        (
            "redfish",
            r#""address": "redfish://10.0.0.1:8000/redfish/v1/Systems/1", "port": 8001"#,
            "driver_info.port: differs from the port in `address`",
        ),
        ("redfish", r#""address": "redfish://10.0.0.1", "username": "{{ user }}""#, "contains `{{ … }}`"),
    ] {
        let errors = refused(&format!(
            r#"{{"nodes": [{{"name": "a", "driver": "{driver}", "driver_info": {{{info}}}}}]}}"#
        ));
        assert!(errors.len() == 1 && errors[0].contains(why), "{info}: {errors:?}");
    }
}

#[test]
fn the_address_for_another_hardware_type_is_refused_unless_the_right_one_exists() {
    for (driver, other, own) in [
        ("ipmi", "redfish_address", "ipmi_address"),
        ("redfish", "ipmi_address", "redfish_address"),
        ("idrac", "drac_address", "redfish_address"),
        ("ilo5", "ipmi_address", "ilo_address"),
    ] {
        let error = refused_driver_info(driver, &format!("{other}: 10.0.0.15"));
        let why = format!("the hardware type `{driver}` does not read `{other}`: use `{own}`");
        assert!(error.contains(&why), "{error}");
        let both = format!(
            "nodes: [{{name: a, driver: {driver}, driver_info: {{{other}: 10.0.0.15, {own}: 10.0.0.15}}}}]"
        );
        assert_eq!(accepted(&both).machines.len(), 1);
    }
    // The keys of unknown hardware types are unknown.
    assert_eq!(
        accepted("nodes: [{name: a, driver: acme, driver_info: {ipmi_address: 10.0.0.1}}]").machines.len(),
        1
    );
}

/// The only error of a node with this `driver_info`.
fn refused_driver_info(driver: &str, info: &str) -> String {
    let errors = refused(&format!("nodes: [{{name: a, driver: {driver}, driver_info: {{{info}}}}}]"));
    assert_eq!(errors.len(), 1, "{errors:?}");
    errors[0].clone()
}

#[test]
fn root_device_hints_that_fail_each_deploy_are_refused() {
    for (hints, why) in [
        ("deviceName: /dev/sda", "unknown root device hint `deviceName`, did you mean `name`?"),
        ("serial_number: X", "did you mean `serial`?"),
        ("color: red", ": expected one of by_path, "),
        ("size: 100GB", "root_device.size: `100GB` is not a size in whole GiB above 0"),
        ("size: 0", "root_device.size: `0` is not a size"),
        ("rotational: maybe", "root_device.rotational: `maybe` is neither true nor false"),
        ("model: ''", "root_device.model: `` has no value"),
    ] {
        let error = refused_node(&format!("properties: {{root_device: {{{hints}}}}}"));
        assert!(error.contains(why), "{hints}: {error}");
    }
    for (hints, why) in [
        ("name: 'sda,vda'", "names several disks"),
        ("name: sda", "begin with `/dev/`"),
        ("by_path: sda", "by-path"),
    ] {
        let warnings = warnings(&accepted(&node(&format!("properties: {{root_device: {{{hints}}}}}"))));
        assert!(warnings.len() == 1 && warnings[0].contains(why), "{hints}: {warnings:?}");
    }
    let good = accepted(&node(
        "properties: {root_device: {name: '<or> /dev/sda <or> /dev/sdb', size: '>= 60', serial: 0123}}",
    ));
    assert_eq!(warnings(&good), Vec::<String>::new());
    let warnings =
        warnings(&accepted(&node("properties: {root_device_hint: {size: 3}, boot_mode: uefi}"))).join("\n");
    assert!(
        warnings.contains("did you mean `root_device`?") && warnings.contains("add it to `capabilities`"),
        "{warnings}"
    );
}

#[test]
fn hints_that_fail_in_the_ramdisk_are_refused() {
    for (hints, why) in [
        ("model: '!= ATA'", "root_device.model: `!= ATA` compares numbers, not text: use `s!= ATA`"),
        ("wwn: '== 0x5000'", "use `s== 0x5000`"),
        ("vendor: '<all-in> a'", "use `<in> a`"),
        ("size: '<range-in> 10 20'", "use `<range-in> [ 10 20 ]`"),
        ("size: 's>= 60'", "use `>= 60`"),
    ] {
        let error = refused_node(&format!("properties: {{root_device: {{{hints}}}}}"));
        assert!(error.contains(why), "{hints}: {error}");
    }
}

#[test]
fn capabilities_are_converted_to_the_form_of_ironic() {
    let capabilities = |value: &str| {
        let enrollment = accepted(&node(&format!("properties: {{capabilities: {value}}}")));
        (enrollment.machines[0].fields["properties"]["capabilities"].clone(), warnings(&enrollment))
    };
    let check = |text: &str, count| {
        let (read, warnings) = capabilities(text);
        let expected = json!("profile:control,boot_mode:uefi");
        assert_eq!((read, warnings.len()), (expected, count), "{text}: {warnings:?}");
    };
    check("'profile:control,boot_mode:uefi'", 0);
    check("'profile:control, boot_mode:uefi'", 1);
    check("'profile : control,boot_mode:uefi'", 1);
    check("'profile:control,,boot_mode:uefi,'", 1);
    check("'profile:control,boot_mode:uefi,profile:control'", 1);
    check("'profile:control,boot_mode:uefi,gpu:'", 1);
    check("{profile: control, boot_mode: uefi}", 0);
    assert_eq!(capabilities("{secure_boot: True}").0, json!("secure_boot:true"));
    assert_eq!(capabilities("''").0, json!(null));
    for (wrong, why) in [
        ("'boot_mode:uefi,boot_mode:bios'", "capability `boot_mode` is given twice, as `uefi` and `bios`"),
        ("'gpu_pci:0000:3b:00.0'", "the value of capability `gpu_pci` cannot contain `:`"),
        ("'boot_mode:UEFI'", "capability `boot_mode` must be `uefi` or `bios`, found `UEFI`"),
        ("{secure_boot: 'yes'}", "capability `secure_boot` must be `true` or `false`, found `yes`"),
        ("'disk_label:mbr'", "capability `disk_label` must be `gpt` or `msdos`, found `mbr`"),
        ("'Boot_Mode:uefi'", "Ironic does not read the capability `Boot_Mode`: use `boot_mode`"),
        ("'boot-mode:uefi'", "use `boot_mode`"),
        ("{bootmode: uefi}", "use `boot_mode`"),
        ("\"{'boot_mode': 'uefi'}\"", "contains quotes or braces: use `key:value,key:value` or a mapping"),
        ("'profile:\"x\"'", "contains quotes or braces"),
        ("'uefi'", "found `uefi`"),
        ("':x'", "found `:x`"),
    ] {
        let error = refused_node(&format!("properties: {{capabilities: {wrong}}}"));
        assert!(error.contains(why), "{wrong}: {error}");
    }
}

#[test]
fn the_profile_of_tripleo_becomes_a_capability() {
    let machine = |capabilities: &str| {
        format!(
            "nodes: [{{name: a, pm_type: ipmi, pm_addr: 10.0.0.1, profile: control, capabilities: {capabilities}}}]"
        )
    };
    for (capabilities, all) in [
        ("''", "profile:control"),
        ("{profile: control, a: b}", "profile:control,a:b"),
        ("'a:b,profile:control'", "a:b,profile:control"),
        ("'a:b, '", "a:b,profile:control"),
    ] {
        let enrollment = accepted(&machine(capabilities));
        assert_eq!(enrollment.machines[0].fields["properties"]["capabilities"], all, "{capabilities}");
    }
    let errors = refused(&machine("{profile: compute}"));
    assert!(errors[0].ends_with("`profile` differs from the `profile` capability, `compute`"), "{errors:?}");
}

#[test]
fn unrendered_templates_are_refused_in_all_fields() {
    for (fields, path) in [
        ("resource_class: '{{ rc }}'", "nodes[0].resource_class: contains `{{ … }}`"),
        ("conductor_group: '${GROUP}'", "nodes[0].conductor_group: contains `${…}`"),
        ("owner: '<owner>'", "nodes[0].owner: contains `<…>`"),
        ("properties: {memory_mb: '{{ ram }}'}", "nodes[0].properties.memory_mb: contains `{{ … }}`"),
        ("ports: [{address: '$MAC'}]", "nodes[0].ports[0].address: contains `$NAME`"),
        ("driver_info: {ipmi_password: '{{ vault_pw }}'}", "driver_info.ipmi_password: contains `{{ … }}`"),
        ("driver_info: {ipmi_password: '$(cat key)'}", "driver_info.ipmi_password: contains `$(…)`"),
        (
            "driver_info: {redfish_address: 'https://{{ ip }}'}",
            "driver_info.redfish_address: contains `{{ … }}`",
        ),
        ("driver_info: {ipmi_address: '10.0.0.${N}'}", "driver_info.ipmi_address: contains `${…}`"),
        ("driver_info: {ipmi_username: '%USER%'}", "driver_info.ipmi_username: contains `%NAME%`"),
    ] {
        let error = refused_node(fields);
        assert!(error.starts_with(path) || error.contains(path), "{fields}: {error}");
    }
    // Templates of Heat and Helm are not text.
    for fields in ["driver_info: {ipmi_password: {get_param: pw}}", "driver_info: {ipmi_password: {{ pw }}}"]
    {
        assert!(!refused(&node(fields)).is_empty(), "{fields}");
    }
    let error = refused_node("driver_info: {ipmi_password: '$ANSIBLE_VAULT;1.1;AES256'}");
    assert!(error.ends_with("is encrypted by Ansible Vault: decrypt the file first"), "{error}");
    // References are resolved, notes are not checked, and passwords may look like templates.
    for fields in [
        "driver_info: {ipmi_password: '${BMC_PASSWORD}'}",
        "extra: {note: '{{ x }}'}, description: '<to be done>'",
        "driver_info: {ipmi_password: 'a<b>c{d}'}",
    ] {
        assert!(warnings(&accepted(&node(fields))).is_empty(), "{fields}");
    }
    for fields in
        ["driver_info: {ipmi_address: none}", "driver_info: {redfish_address: 'https://BMC_IP_HERE'}"]
    {
        let warnings = warnings(&accepted(&node(fields)));
        assert!(
            warnings.len() == 1 && warnings[0].contains("looks like a placeholder"),
            "{fields}: {warnings:?}"
        );
    }
    let warnings = warnings(&accepted(&node("driver_info: {ipmi_password: CHANGE_ME, ipmi_username: todo}")));
    assert_eq!(
        warnings,
        ["`ipmi_password` looks like a placeholder", "`ipmi_username` looks like a placeholder"]
    );
}

#[test]
fn the_error_of_an_unquoted_template_does_not_suggest_quotes() {
    let error =
        refused("nodes:\n- name: a\n  driver: ipmi\n  driver_info:\n    ipmi_address: {{ ip }}\n").join("\n");
    assert!(error.contains("render `{{ … }}` templates first") && !error.contains("quotes"), "{error}");
}

#[test]
fn switch_ids_are_checked() {
    let port = |switch: &str| {
        format!(
            "ports: [{{address: '52:54:00:00:00:71', local_link_connection: {{switch_id: {switch}, port_id: '1'}}}}]"
        )
    };
    assert!(
        refused_node(&port("sw-leaf-1"))
            .contains("local_link_connection.switch_id: expected the MAC address of a switch")
    );
    assert!(
        refused_node(&port("00-1B-2C-3D-4E-5F")).contains("write the MAC address as `00:1b:2c:3d:4e:5f`")
    );
    let enrollment = accepted(&node(&port("'000000A0B1C2D3E4'")));
    assert_eq!(
        enrollment.machines[0].ports[0].fields["local_link_connection"]["switch_id"],
        "000000a0b1c2d3e4"
    );
}

#[test]
fn only_unmanaged_links_need_no_switch() {
    let port =
        |link: &str| format!("ports: [{{address: '52:54:00:00:00:71', local_link_connection: {{{link}}}}}]");
    for valid in [
        "network_type: unmanaged",
        "network_type: unmanaged, port_id: '1'",
        "network_type: managed, switch_id: '00:1b:2c:3d:4e:5f', port_id: '1'",
        "port_id: '1', hostname: h",
        "port_id: '1', vtep-logical-switch: a, vtep-physical-switch: b",
        "",
    ] {
        assert!(warnings(&accepted(&node(&port(valid)))).is_empty(), "{valid}");
    }
    for (wrong, why) in [
        ("network_type: managed", "needs `switch_id` and `port_id`"),
        (
            "network_type: flat, switch_id: '00:1b:2c:3d:4e:5f', port_id: '1'",
            "expected `managed` or `unmanaged`",
        ),
        ("vtep-logical-switch: a, vtep-physical-switch: b", "needs `switch_id` and `port_id`"),
        ("network_type: unmanaged, vtep-logical-switch: a", "needs both `vtep-logical-switch` and"),
    ] {
        assert!(refused_node(&port(wrong)).contains(why), "{wrong}: {}", refused_node(&port(wrong)));
    }
}

#[test]
fn macs_that_network_cards_cannot_have_cause_warnings() {
    let warnings = warnings(&accepted(&node(
        "ports: [{address: '00:00:00:00:00:00'}, {address: '01:00:5e:00:00:01', \
         local_link_connection: {switch_id: '01:00:5e:00:00:02', port_id: '1'}}], portgroups: [{address: 'FF:ff:ff:ff:ff:ff'}]",
    )));
    assert_eq!(
        warnings,
        [
            "is all zeros, not the address of a network card",
            "is a multicast address, not the address of a network card",
            "is the broadcast address, not the address of a network card",
        ]
    );
}

#[test]
fn ignored_ipmi_keys_cause_warnings() {
    for (info, expected) in [
        (
            "ipmi_target_channel: 0, ipmi_local_address: 0x20",
            &[
                "Ironic ignores `ipmi_target_channel` unless `ipmi_bridging` is `single` or `dual`",
                "Ironic ignores `ipmi_local_address` unless `ipmi_bridging` is `single` or `dual`",
            ][..],
        ),
        (
            "ipmi_bridging: single, ipmi_target_channel: 0, ipmi_target_address: 0x20, ipmi_transit_channel: 0",
            &["Ironic ignores `ipmi_transit_channel` unless `ipmi_bridging` is `dual`"],
        ),
    ] {
        let text = format!("nodes: [{{name: a, driver: ipmi, driver_info: {{ipmi_address: bmc, {info}}}}}]");
        assert_eq!(warnings(&accepted(&text)), expected, "{info}");
    }
    let other = "nodes: [{name: a, driver: redfish, driver_info: {redfish_address: bmc, ipmi_address: bmc, ipmi_bridging: dual}}]";
    assert!(warnings(&accepted(other)).is_empty(), "Redfish does not read them");
    // A bifrost table with a transit hop but no target hop.
    let hop = "5a:00:00:00:07:01,op,x,10.9.0.7,,,,,,,a,,,,0,0x20,ipmi\n";
    let errors = refused(hop).join("\n");
    assert!(errors.contains("`ipmi_bridging: single` requires `ipmi_target_channel`"), "{errors}");
}

#[test]
fn an_old_driver_in_a_table_is_one_error_per_machine() {
    let head = "name,driver,bmc_address,bmc_username,bmc_password\n";
    assert_eq!(
        refused(&format!("{head}a,pxe_ipmitool,10.0.0.1,u,p\n")),
        ["a.yaml:2:3: nodes[0].driver: Ironic 11 replaced `pxe_ipmitool` with `ipmi`: use `ipmi`"]
    );
    let bifrost = "5a:00:00:00:07:01,op,x,10.9.0.7,,,,,,,a,,,,,,agent_ilo\n";
    assert_eq!(refused(bifrost).len(), 1, "{:?}", refused(bifrost));
    // For an unknown driver, the only error is that its keys are unknown.
    assert!(
        refused(&format!("{head}a,acme,10.0.0.1,u,p\n"))[0]
            .contains("unknown `driver_info` key for the address")
    );
}

#[test]
fn old_drivers_are_reported_with_their_successors() {
    let nodes = "nodes:\n- {name: a, driver: pxe_ipmitool}\n- {name: b, driver: agent_ilo}\n- {name: c, driver: fake}\n";
    assert_eq!(
        refused(nodes),
        [
            "a.yaml:2:21: nodes[0].driver: Ironic 11 replaced `pxe_ipmitool` with `ipmi`: use `ipmi`",
            "a.yaml:3:21: nodes[1].driver: Ironic 11 replaced `agent_ilo` with `ilo`: use `ilo`",
            "a.yaml:4:21: nodes[2].driver: `fake` is not a hardware type: use `fake-hardware`",
        ]
    );
    assert!(refused("h: {driver: pxe_drac, nics: []}\n")[0].contains("replaced `pxe_drac` with `idrac`"));
}

#[test]
fn keys_for_anchors_are_ignored() {
    let farrier = "x-bmc: &bmc {redfish_username: u, redfish_password: p}\n.more: &more {cpus: 4}\nnodes:\n\
                - {name: a, driver: redfish, properties: *more, driver_info: {<<: *bmc, redfish_address: bmc}}\n";
    assert_eq!(accepted(farrier).machines[0].driver_info.expose()["redfish_username"], "u");
    let bifrost =
        ".defaults: &d {driver: ipmi}\nx-nics: &n [{mac: '52:54:00:00:00:e1'}]\nweb1: {<<: *d, nics: *n}\n";
    assert_eq!(accepted(bifrost).machines.len(), 1);
    let tripleo = "x-pm: &p {pm_type: ipmi}\nnodes: [{<<: *p, name: a, pm_addr: 10.0.0.1}]\n";
    assert!(warnings(&accepted(tripleo)).is_empty());
    // At lower levels they are normal keys.
    assert!(!refused("nodes: [{name: a, driver: ipmi, x-note: 1}]").is_empty());
}

#[test]
fn empty_sizes_are_ignored() {
    let farrier = accepted(&node("properties: {cpus: '', memory_mb: '', local_gb: '', cpu_arch: ''}"));
    assert_eq!(farrier.machines[0].fields["properties"], json!({}));
    let tripleo = accepted(
        r#"{"nodes": [{"name": "a", "pm_type": "ipmi", "pm_addr": "10.0.0.1", "cpu": "", "memory": "", "disk": "", "kernel_id": "", "ramdisk_id": ""}]}"#,
    );
    assert_eq!(tripleo.machines[0].fields["properties"], json!({}));
    assert!(!tripleo.machines[0].driver_info.expose().contains_key("deploy_kernel"));
}

#[test]
fn quotes_in_capabilities_are_shown_as_written() {
    for (capabilities, shown) in
        [("\"'boot_mode':x\"", "`'boot_mode'`"), ("'\"a\":x'", "`\"a\"`"), ("\"{'a':x\"", "`{'a'`")]
    {
        let text = format!(
            "nodes:\n- {{name: a, driver: ipmi, driver_info: {{ipmi_address: 10.0.0.1}}, properties: {{capabilities: {capabilities}}}}}\n"
        );
        let problems = refused(&text).join("\n");
        assert!(problems.contains(&format!("capability {shown} contains quotes")), "{problems}");
    }
}
