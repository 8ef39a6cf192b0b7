//! Metal3 hosts: hosts in use, Secrets and addresses, and dev-scripts nodes with Metal3 addresses.

use serde_json::json;

use super::tests::{accepted, read, refused};
use super::*;

const SECRET: &str =
    "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {username: u, password: p}\n";

fn host(spec: &str, rest: &str) -> String {
    format!(
        "apiVersion: metal3.io/v1alpha1\nkind: BareMetalHost\nmetadata: {{name: h}}\nspec: {{{spec}}}\n{rest}\n{SECRET}"
    )
}

fn with_address(address: &str) -> String {
    host(&format!("bmc: {{address: \"{address}\", credentialsName: s}}"), "")
}

fn with_hints(hints: &str) -> String {
    host(&format!("bmc: {{address: 10.0.0.1, credentialsName: s}}, rootDeviceHints: {{{hints}}}"), "")
}

fn secret(data: &str) -> String {
    format!("---\napiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\n{data}\n")
}

fn warnings(enrollment: &Enrollment) -> Vec<String> {
    enrollment.warnings.iter().map(|warning| warning.message.clone()).collect()
}

#[test]
fn hosts_in_use_are_marked_and_cause_a_warning() {
    const BMC: &str = "bmc: {address: 10.0.0.1, credentialsName: s}";
    for (spec, rest, reason) in [
        ("externallyProvisioned: true", "", "(`externallyProvisioned` is set)"),
        ("image: {url: 'http://i'}", "", "(`image` is set)"),
        ("customDeploy: {method: x}", "", "(`customDeploy` is set)"),
        ("consumerRef: {kind: Machine, name: m}", "", "(`consumerRef` is set)"),
        (
            "online: true",
            "status: {provisioning: {state: provisioned}}",
            "(provisioning state `provisioned`)",
        ),
        ("online: true", "status: {provisioning: {state: externally provisioned}}", "provisioning state"),
        ("online: true", "status: {provisioning: {state: deprovisioning}}", "provisioning state"),
        ("online: true", "status: {provisioning: {state: active}}", "provisioning state"),
    ] {
        let enrollment = accepted(&host(&format!("{BMC}, {spec}"), rest));
        assert!(enrollment.machines[0].is_in_use, "{spec} {rest}");
        let warnings = warnings(&enrollment).join("\n");
        assert!(
            warnings.contains(reason)
                && warnings.contains("`farrier enroll --until manageable`, then `farrier node adopt`"),
            "{warnings}"
        );
    }
    for (spec, rest) in [
        ("externallyProvisioned: false", ""),
        ("image: {url: ''}, consumerRef: {}, customDeploy: null", ""),
        ("online: true", "status: {provisioning: {state: available, image: {url: ''}}}"),
        ("online: true", "status: {provisioning: {state: ''}}"),
        ("online: true", "status: {hardware: {ramMebibytes: 4}}"),
    ] {
        let enrollment = accepted(&host(&format!("{BMC}, {spec}"), rest));
        assert!(!enrollment.machines[0].is_in_use, "{spec} {rest}");
        assert!(!warnings(&enrollment).join("\n").contains("in use"), "{spec} {rest}");
    }
    // An invalid value is an error, not `false`.
    assert!(
        refused(&host(&format!("{BMC}, externallyProvisioned: maybe"), ""))[0]
            .contains("expected true or false")
    );
}

#[test]
fn an_invalid_address_does_not_hide_other_errors() {
    for bmc in [
        "bmc: {address: 'telnet://10.0.0.1', credentialsName: nobody}",
        "bmc: {address: 'redfish://10.0.0.1/%zz', credentialsName: nobody}",
        "bmc: {address: '{{ bmc }}', credentialsName: nobody}",
    ] {
        let spec = format!(
            "{bmc}, bootMACAddress: nonsense, bootMode: coreboot, rootDeviceHints: {{minSizeGigabytes: many}}"
        );
        let problems = refused(&host(&spec, ""));
        for part in ["address", "credentialsName", "MAC address", "bootMode", "minSizeGigabytes"] {
            assert!(problems.iter().any(|problem| problem.contains(part)), "{part}: {problems:#?}");
        }
        assert_eq!(problems.len(), 5, "{problems:#?}");
    }
}

#[test]
fn a_secret_given_twice_must_be_the_same() {
    let host = with_address("10.0.0.1");
    for same in [
        SECRET,
        "---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {username: dQ==, password: cA==}\n",
    ] {
        assert_eq!(accepted(&format!("{host}{same}")).machines.len(), 1);
        assert!(read(&[&host, same]).is_ok());
    }
    for other in ["stringData: {username: u, password: hunter2}", "stringData: {username: u}"] {
        let error = read(&[&host, &secret(other)]).expect_err(other).to_string();
        assert_eq!(
            error,
            "b.yaml:2:1: duplicate Secret `default/s` with different data, first defined in a.yaml:7"
        );
    }
}

#[test]
fn values_of_secrets_are_trimmed_as_metal3_does() {
    let plain = with_address("10.0.0.1").replace(SECRET, "");
    for (data, expected) in [
        ("stringData: {username: u, password: \"p\\n\"}", "trailing line break ignored"),
        ("stringData: {username: u, password: ' p '}", "leading or trailing white space ignored"),
        ("data: {username: dQ==, password: IHAK}", "leading or trailing white space ignored"),
        ("data: {username: dQ==, password: cAo=}", "trailing line break ignored"),
    ] {
        let enrollment = accepted(&format!("{plain}{}", secret(data)));
        assert_eq!(enrollment.machines[0].driver_info.expose()["ipmi_password"], "p", "{data}");
        let warnings = warnings(&enrollment);
        assert!(warnings.len() == 1 && warnings[0].starts_with(expected), "{data}: {warnings:?}");
    }
    let both = secret("data: {username: dQ==, password: cA==}\nstringData: {username: u, password: q}");
    let enrollment = accepted(&format!("{plain}{both}"));
    assert_eq!(enrollment.machines[0].driver_info.expose()["ipmi_password"], "q");
    assert_eq!(warnings(&enrollment), ["overrides the different value in `data`, as in Kubernetes"]);
}

#[test]
fn empty_and_invalid_credentials_are_one_error() {
    let plain = with_address("10.0.0.1").replace(SECRET, "");
    for (data, why) in [
        ("stringData: {username: u, password: ''}", "Secret `default/s` has an empty `password`"),
        ("stringData: {username: ' ', password: p}", "Secret `default/s` has an empty `username`"),
        ("data: {username: '', password: cA==}", "Secret `default/s` has an empty `username`"),
        ("data: {username: '%%', password: cA==}", "data.username: invalid base64"),
        ("stringData: {username: [u], password: p}", "stringData.username: expected text, found a list"),
    ] {
        let errors = refused(&format!("{plain}{}", secret(data)));
        assert!(
            errors.iter().filter(|error| !error.contains("white space")).count() == 1
                && errors[0].contains(why),
            "{data}: {errors:?}"
        );
    }
}

#[test]
fn addresses_with_unsupported_parts_are_refused() {
    for (address, why) in [
        ("ipmi://op:hunter2@10.0.0.1", "must not contain credentials: set `username` and `password` instead"),
        ("ipmi://op:hun/ter2@10.0.0.1", "must not contain credentials"),
        ("redfish://op:hunter2@10.0.0.1/redfish/v1/Systems/1", "must not contain credentials"),
        ("ipmi://10.0.0.1/hunter2", "must not contain a path: IPMI addresses have none"),
        ("ipmi://10.0.0.1#hunter2", "must not contain a `#`"),
        ("ipmi://10.0.0.1?hunter2", "unknown option: only `privilegelevel` (in lower case) is allowed"),
        ("ipmi://10.0.0.1?privilegeLevel=USER", "in lower case"),
        (
            "ipmi://10.0.0.1?privilegelevel=user",
            "expected one of ADMINISTRATOR, CALLBACK, OPERATOR, USER, found `user`",
        ),
        ("ipmi://10.0.0.1?privilegelevel=USER&privilegelevel=OPERATOR", "duplicate option"),
        ("redfish://10.0.0.1/redfish/v1/Systems/1?hunter2", "must not contain a `?`"),
        ("redfish://10.0.0.1/redfish/v1/Systems/1#hunter2", "must not contain a `#`"),
        ("redfish://10.0.0.1/redfish/v1/Systems/a%zz", "invalid percent encoding in the path"),
        ("redfish://10.0.0.1/redfish/v1/Systems/a%ff", "invalid percent encoding in the path"),
        ("redfish://0.0.0.0/redfish/v1/Systems/1", "expected the address of one machine"),
        ("ipmi://[ff02::1]", "expected the address of one machine"),
        ("255.255.255.255", "expected the address of one machine"),
    ] {
        let errors = refused(&with_address(address));
        let [error] = errors.as_slice() else { panic!("{address}: {errors:?}") };
        assert!(
            error.starts_with("a.yaml:4:23: spec.bmc.address: ") && error.contains(why),
            "{address}: {error}"
        );
        assert!(!error.contains("hunter2"), "{error}");
    }
    assert_eq!(accepted(&with_address("ipmi://10.0.0.1/")).machines.len(), 1);
}

#[test]
fn the_path_of_a_system_is_decoded() {
    let enrollment = accepted(&with_address("redfish://bmc/redfish/v1/Systems/System%20One%2Fa"));
    let info = enrollment.machines[0].driver_info.expose();
    assert_eq!(info["redfish_system_id"], "/redfish/v1/Systems/System One/a");
    assert!(warnings(&enrollment).is_empty());
    let own = "nodes: [{name: a, driver: redfish, driver_info: {redfish_address: bmc, redfish_system_id: /redfish/v1/Systems/a%20b}}]";
    assert!(warnings(&accepted(own))[0].contains("looks percent-encoded"));
}

#[test]
fn a_placeholder_causes_one_warning() {
    for address in ["ipmi://CHANGEME", "redfish://x.x.x.x:8000/redfish/v1/Systems/1", "ipmi://192.168.24.x"] {
        let warnings: Vec<_> =
            accepted(&with_address(address)).warnings.iter().map(ToString::to_string).collect();
        assert!(warnings.len() == 1 && warnings[0].starts_with("a.yaml:4:23: "), "{address}: {warnings:?}");
    }
    let warnings = warnings(&accepted(&with_hints("serialNumber: CHANGEME")));
    assert_eq!(warnings, ["`serial` looks like a placeholder"]);
}

#[test]
fn device_names_that_metal3_refuses_are_refused() {
    for name in [
        "sda",
        "/dev/",
        "/dev/disk/by-id/x",
        "/dev/disk/by-path/",
        "/dev/disk/by-path/a/b",
        "/dev/sda /dev/sdb",
    ] {
        let errors = refused(&with_hints(&format!("deviceName: {name}")));
        assert!(
            errors.len() == 1
                && errors[0].contains("expected the path of a disk in `/dev/` or `/dev/disk/by-path/`"),
            "{name}: {errors:?}"
        );
    }
    for (name, why) in [("'/dev/sd*'", "not support wildcards"), ("'/dev/sda,sdb'", "several disks")] {
        let warnings = warnings(&accepted(&with_hints(&format!("deviceName: {name}"))));
        assert!(warnings.len() == 1 && warnings[0].contains(why), "{name}: {warnings:?}");
    }
}

#[test]
fn the_hardware_type_of_a_dev_scripts_node_is_kept() {
    let node = |driver: &str, address: &str, rest: &str| {
        format!(
            "nodes: [{{name: a, driver: {driver}, driver_info: {{address: '{address}', username: u{rest}}}}}]"
        )
    };
    for (driver, address, read_as, boot) in [
        ("idrac", "redfish://bmc/redfish/v1/Systems/1", "idrac", "ipxe"),
        (
            "idrac",
            "redfish-virtualmedia+http://bmc/redfish/v1/Systems/1",
            "idrac",
            "idrac-redfish-virtual-media",
        ),
        ("idrac", "idrac-virtualmedia://bmc/redfish/v1/Systems/1", "idrac", "idrac-redfish-virtual-media"),
        ("redfish", "idrac-virtualmedia://bmc/redfish/v1/Systems/1", "redfish", "redfish-virtual-media"),
        ("redfish", "redfish-uefihttp://bmc/redfish/v1/Systems/1", "redfish", "redfish-https"),
        (
            "redfish-virtualmedia",
            "redfish+http://bmc/redfish/v1/Systems/1",
            "redfish",
            "redfish-virtual-media",
        ),
        (
            "redfish-virtualmedia",
            "idrac-redfish://bmc/redfish/v1/Systems/1",
            "idrac",
            "idrac-redfish-virtual-media",
        ),
        ("idrac-virtualmedia", "redfish://bmc/redfish/v1/Systems/1", "idrac", "idrac-redfish-virtual-media"),
        ("libvirt", "ipmi://bmc", "ipmi", "ipxe"),
    ] {
        let enrollment = accepted(&node(driver, address, ""));
        let machine = &enrollment.machines[0];
        assert_eq!(
            (machine.driver(), machine.fields["boot_interface"].as_str()),
            (read_as, Some(boot)),
            "{driver} {address}"
        );
        let user = if read_as == "ipmi" { "ipmi_username" } else { "redfish_username" };
        assert_eq!(machine.driver_info.expose()[user], "u", "{driver} {address}");
        assert!(warnings(&enrollment).is_empty(), "{driver} {address}");
    }
    for (driver, address, rest, why) in [
        (
            "redfish-virtualmedia",
            "libvirt://bmc",
            "",
            "driver: `redfish-virtualmedia` does not match the BMC address",
        ),
        ("redfish-virtualmedia", "ipmi://bmc", "", "does not match the BMC address, which is for `ipmi`"),
        (
            "redfish-virtualmedia",
            "redfish-uefihttp://bmc/redfish/v1/Systems/1",
            "",
            "does not match the BMC address, which is for `redfish-https`",
        ),
        (
            "pxe_ipmitool",
            "ipmi://bmc",
            "",
            "driver: Ironic 11 replaced `pxe_ipmitool` with `ipmi`: use `ipmi`",
        ),
        ("fake", "ipmi://bmc", "", "driver: `fake` is not a hardware type"),
        ("ipmi", "ipmi://bmc", ", password: ''", "driver_info.password: must not be empty"),
        (
            "redfish",
            "redfish://bmc/redfish/v1/Systems/1",
            ", disable_certificate_verification: true, redfish_verify_ca: true",
            "`redfish_verify_ca` is given twice with different values, first on line 1",
        ),
    ] {
        let errors = refused(&node(driver, address, rest));
        assert!(errors.len() == 1 && errors[0].contains(why), "{driver} {address}: {errors:?}");
    }
    // The other keys of `driver_info` are merged with the address.
    let enrollment = accepted(
        "nodes: [{name: a, driver: ipmi, driver_info: {address: 'ipmi://bmc:6230', ipmi_port: 6230}, properties: {cpus: 4}}]",
    );
    assert_eq!(
        json!(enrollment.machines[0].driver_info.expose()),
        json!({"ipmi_address": "bmc", "ipmi_port": 6230})
    );
}

#[test]
fn certificate_verification_only_applies_to_redfish() {
    let with_flag = |address: &str| {
        let bmc = format!(
            "bmc: {{address: \"{address}\", credentialsName: s, disableCertificateVerification: true}}"
        );
        accepted(&host(&bmc, ""))
    };
    let redfish = with_flag("redfish://10.0.0.1/redfish/v1/Systems/1");
    assert_eq!(redfish.machines[0].driver_info.expose()["redfish_verify_ca"], json!(false));
    assert!(warnings(&redfish).is_empty(), "{:?}", warnings(&redfish));
    let ipmi = warnings(&with_flag("ipmi://10.0.0.1"));
    assert!(ipmi.iter().any(|warning| warning == "ignored: IPMI does not use certificates"), "{ipmi:?}");
}

#[test]
fn hosts_in_use_need_no_credentials_unless_they_are_enrolled() {
    for (bmc, in_use, expected) in [
        (
            "credentialsName: gone",
            "externallyProvisioned: true",
            "Secret `default/gone` is not in any of the files",
        ),
        ("", "consumerRef: {name: m}", "`credentialsName` is missing"),
        ("credentialsName: ''", "image: {url: 'http://i'}", "`credentialsName` is missing"),
        ("credentialsName: half", "customDeploy: {method: x}", "Secret `default/half` has no `password`"),
    ] {
        let half = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: half}\nstringData: {username: u}\n";
        let text = format!("{}{half}", host(&format!("bmc: {{address: 10.0.0.1, {bmc}}}, {in_use}"), ""));
        let enrollment = accepted(&text);
        assert!(enrollment.machines[0].is_in_use, "{text}");
        let errors: Vec<&str> =
            enrollment.errors_of_hosts_in_use.iter().map(|error| error.message.as_str()).collect();
        assert_eq!(errors, [expected], "{text}");
        let free = refused(&text.replace(in_use, "online: true"));
        assert!(free.len() == 1 && free[0].ends_with(expected), "{free:?}");
    }
}

#[test]
fn templates_in_secrets_are_refused() {
    let plain = with_address("10.0.0.1").replace(SECRET, "");
    for (value, template) in [
        ("'${BMC_USERNAME}'", "contains `${…}`, an unrendered template"),
        (
            "\"ENC[AES256_GCM,data:x,iv:y=,tag:z==,type:str]\"",
            "username: is encrypted by SOPS: decrypt the file first",
        ),
        ("'{{ user }}'", "contains `{{ … }}`, an unrendered template"),
        ("'%(user)s'", "contains `%(…)s`, an unrendered template"),
        ("<base64-user>", "contains `<…>`, an unrendered template"),
    ] {
        let problems =
            refused(&format!("{plain}{}", secret(&format!("data: {{username: {value}, password: cA==}}"))));
        assert!(problems.len() == 1 && problems[0].contains(template), "{problems:?}");
    }
}

#[test]
fn addresses_with_an_incomplete_delimiter_are_refused_with_a_suggestion() {
    for (address, suggestion) in [
        ("redfish:10.0.0.1/redfish/v1/Systems/1", "redfish://…"),
        ("redfish//10.0.0.1/redfish/v1/Systems/1", "redfish://…"),
        ("ipmi:/10.0.0.1", "ipmi://…"),
        ("redfish-virtualmedia+http:10.0.0.1/redfish/v1/Systems/1", "redfish-virtualmedia+http://…"),
    ] {
        let problems = refused(&with_address(address));
        assert!(
            problems.len() == 1 && problems[0].ends_with(&format!("address: did you mean `{suggestion}`?")),
            "{problems:?}"
        );
    }
    assert_eq!(accepted(&with_address("ipmi:6230")).machines[0].driver_info.expose()["ipmi_address"], "ipmi");
}

#[test]
fn the_error_mentions_a_secret_without_a_namespace() {
    let host = |namespace: &str| {
        with_address("10.0.0.1").replace("{name: h}", &format!("{{name: h, namespace: {namespace}}}"))
    };
    for namespace in ["d", "metal3", "openshift-machine-api"] {
        let problems = refused(&host(namespace));
        let expected = format!(
            "Secret `{namespace}/s` is not in any of the files; the one in a.yaml:7 has no namespace, which means `default`: add \
             `namespace: {namespace}`"
        );
        assert!(problems.len() == 1 && problems[0].ends_with(&expected), "{problems:?}");
    }
    let other = host("d").replace("metadata: {name: s}", "metadata: {name: s, namespace: e}");
    assert!(refused(&other)[0].ends_with("Secret `d/s` is not in any of the files"));
}

#[test]
fn placeholders_in_parts_of_a_host_cause_warnings() {
    for (address, key) in [
        ("_replaced_", "ipmi_address"),
        ("REPLACE_WITH_BMC_IP", "ipmi_address"),
        ("redfish://BMC_IP/redfish/v1/Systems/1", "redfish_address"),
        ("redfish-virtualmedia+http://192.168.222.1:8000/redfish/v1/Systems/REPLACE_ID", "redfish_system_id"),
        ("redfish://10.0.0.1/redfish/v1/Systems/SYSTEM_ID", "redfish_system_id"),
    ] {
        let warnings = warnings(&accepted(&with_address(address))).join("\n");
        assert!(warnings.contains(&format!("`{key}` looks like a placeholder")), "{address}: {warnings}");
    }
    let named = with_address("10.0.0.1").replace("{name: h}", "{name: REPLACE_NAME}");
    assert!(warnings(&accepted(&named)).join("").contains("`name` looks like a placeholder"));
}
