//! Empty, truncated or padded secrets and user names, in all formats.

use super::tests::{accepted, refused};
use super::*;

fn warnings(enrollment: &Enrollment) -> Vec<String> {
    enrollment.warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn secrets_without_a_value_cause_warnings_in_all_formats() {
    for (text, expected) in [
        (
            "nodes:\n- name: a\n  driver: ipmi\n  driver_info:\n    ipmi_address: 10.0.0.1\n    ipmi_password: #Passw0rd\n",
            "a.yaml:6:5: nodes[0].driver_info: `ipmi_password` has no value: text that begins with `#` needs quotes",
        ),
        (
            "nodes:\n- pm_type: ipmi\n  pm_addr: 10.0.0.1\n  pm_password: &Passw0rd\n",
            "a.yaml:4:3: nodes[0]: `pm_password` has no value: text that begins with `&` needs quotes",
        ),
        (
            "a:\n  driver: ipmi\n  driver_info:\n    power:\n      ipmi_address: 10.0.0.1\n      ipmi_password:\n",
            "a.yaml:6:7: a.driver_info.power: `ipmi_password` has no value",
        ),
        (
            "name,driver,bmc_address,bmc_password\na,ipmi,10.0.0.1,\n",
            "a.yaml:2:1: nodes[0]: `bmc_password` has no value",
        ),
        (
            "name,driver,ipmi_address,ipmi_password\na,ipmi,10.0.0.1,\n",
            "a.yaml:2:1: nodes[0]: `ipmi_password` has no value",
        ),
        ("ipmi,10.0.0.1,op,,52:54:00:00:00:01\n", "a.yaml:1:1: `pm_password` has no value"),
        (
            "nodes:\n- name: a\n  driver: ipmi\n  driver_info:\n    ipmi_address: 10.0.0.1\n    ipmi_password: Pass #w0rd\n",
            "a.yaml:6:20: nodes[0].driver_info.ipmi_password: a comment follows the value: text that contains ` #` needs quotes",
        ),
    ] {
        let warnings = warnings(&accepted(text));
        assert!(warnings.iter().any(|warning| warning == expected), "{text}: {warnings:#?}");
    }
    // A machine without a BMC needs no password.
    let table = "name,driver,mac,bmc_address,bmc_password\na,fake-hardware,52:54:00:00:00:01,,\n";
    assert!(!warnings(&accepted(table)).join("\n").contains("has no value"));
}

#[test]
fn white_space_around_secrets_and_user_names_is_kept_with_a_warning() {
    let node = |info: &str| {
        format!("nodes:\n- name: a\n  driver: ipmi\n  driver_info:\n    ipmi_address: 10.0.0.1\n    {info}\n")
    };
    for (text, key, value, expected) in [
        (node("ipmi_password: |\n      secret"), "ipmi_password", "secret\n", "ends in a line break"),
        (node("ipmi_username: 'root '"), "ipmi_username", "root ", "has leading or trailing white space"),
        (node("ipmi_hex_kg_key: ' 00'"), "ipmi_hex_kg_key", " 00", "has leading or trailing white space"),
        (
            "nodes:\n- pm_type: ipmi\n  pm_addr: 10.0.0.1\n  pm_user: \"root\\t\"\n".to_owned(),
            "ipmi_username",
            "root\t",
            "has leading or trailing white space",
        ),
        (
            "a: {driver: ipmi, driver_info: {ipmi_address: 10.0.0.1, ipmi_password: \"x\\n\"}}".to_owned(),
            "ipmi_password",
            "x\n",
            "ends in a line break",
        ),
    ] {
        let Ok(enrollment) = super::tests::read(&[&text]) else {
            // Some values are refused for their white space.
            assert!(refused(&text).len() == 1, "{text}");
            continue;
        };
        assert_eq!(enrollment.machines[0].driver_info.expose()[key], value, "{text}");
        let warnings = warnings(&enrollment);
        assert!(warnings.iter().any(|warning| warning.contains(expected)), "{text}: {warnings:?}");
        assert!(!warnings.join("").contains("secret"), "{warnings:?}");
    }
    let text = node("ipmi_password: 'a b'\n    ipmi_username: root");
    assert!(!warnings(&accepted(&text)).join("").contains("white space"), "{text}");
}

#[test]
fn tags_in_front_of_secrets_are_not_shown() {
    for tag in ["!hunter2", "!!hunter2", "!hunter2 x"] {
        let text = format!("nodes:\n- name: a\n  driver: ipmi\n  driver_info: {{ipmi_password: {tag} }}\n");
        let problems = refused(&text).join("\n");
        assert!(problems.contains("unsupported tag (") && !problems.contains("hunter2"), "{problems}");
    }
    let node =
        "nodes:\n- name: a\n  driver: ipmi\n  driver_info: {ipmi_address: 10.0.0.1, ipmi_username: ! root}\n";
    assert_eq!(accepted(node).machines[0].driver_info.expose()["ipmi_username"], "root");
}
