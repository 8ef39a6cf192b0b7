//! `farrier enroll`.

use std::fs;
use std::path::PathBuf;

use crate::farrier;
use crate::schema;
use predicates::prelude::*;
use predicates::str::{contains, is_empty};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A file of nodes in its own folder, readable only by its owner.
fn file(name: &str, text: &str) -> (TempDir, PathBuf) {
    let folder = crate::run::folder();
    let path = folder.path().join(name);
    fs::write(&path, text).expect("the folder can be written to");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).expect("the file belongs to this user");
    }
    (folder, path)
}

const TWO: &str = "nodes:\n- {name: a, driver: ipmi, driver_info: {ipmi_password: \"${BMC_PASSWORD}\"}}\n\
                   - {name: b, driver: ipmi}\n";

#[test]
fn validate_only_needs_no_server() {
    for (name, text) in [
        ("nodes.yaml", TWO),
        ("nodes.yml", TWO),
        ("nodes.json", r#"{"nodes": [{"name": "a", "driver": "ipmi"}, {"name": "b", "driver": "ipmi"}]}"#),
    ] {
        let (_folder, path) = file(name, text);
        let mut command = farrier();
        command.env("BMC_PASSWORD", "hunter2").args(["enroll", "--validate-only", "-f", "json"]).arg(&path);
        let assert = command.assert().success().stderr(is_empty());
        let rows = schema::read("enroll", &assert.get_output().stdout);
        assert_eq!(rows[1]["name"], "b");
        assert_eq!(rows[1]["action"], "valid");
    }
}

#[test]
fn standard_input_is_parsed_like_a_file() {
    let mut command = farrier();
    command
        .args(["enroll", "--validate-only", "-", "-f", "value", "-c", "name"])
        .write_stdin("nodes: [{name: a, driver: ipmi}]");
    command.assert().success().stdout("a\n");
    let mut command = farrier();
    command.args(["enroll", "--validate-only", "-"]).write_stdin("nodes: [{name: a}]");
    command
        .assert()
        .code(2)
        .stdout(is_empty())
        .stderr(contains("<stdin>:1:9: nodes[0]: `driver` is missing"));
}

#[test]
fn all_errors_of_all_files_are_reported_before_any_request() {
    let (_one, first) = file(
        "one.yaml",
        "nodes:\n- {name: a, drivr: ipmi}\n- {name: b, driver: ipmi, ports: [{address: 5a-00-00-00-00-01}]}\n",
    );
    let (_other, second) = file("other.json", "{\"nodes\": [{\"name\": \"b\", \"driver\": \"ipmi\"}\n");
    let mut command = farrier();
    // No server listens there, which must not matter.
    command.args(["enroll", "--os-endpoint", "http://127.0.0.1:9"]).args([&first, &second]);
    let assert = command.assert().code(2).stdout(is_empty());
    assert
        .stderr(contains("one.yaml:2:3: nodes[0]: `driver` is missing"))
        .stderr(contains("one.yaml:2:13: nodes[0]: unknown key `drivr`, did you mean `driver`?"))
        .stderr(contains(
            "one.yaml:3:45: nodes[1].ports[0].address: write the MAC address as `5a:00:00:00:00:01`",
        ))
        .stderr(contains("other.json:2:1: not valid JSON"));
}

#[test]
fn an_error_in_json_is_one_object() {
    let (_folder, path) = file("nodes.yaml", "nodes:\n- {name: a}\n- {name: b}\n");
    let assert = farrier().args(["enroll", "-f", "json"]).arg(&path).assert().code(2).stdout(is_empty());
    let error = schema::read("error", &assert.get_output().stderr);
    assert_eq!(error["error"]["kind"], json!("input"));
    let message = error["error"]["message"].as_str().expect("text");
    assert!(message.contains("nodes[0]: `driver` is missing") && message.contains("nodes[1]"), "{message}");
}

#[test]
fn no_error_shows_a_password() {
    for text in [
        "nodes:\n- {name: a, driver_info: {ipmi_password: hunter2}\n",
        "nodes:\n- name: a\n  driver_info:\n    ipmi_password: hunter2\n   oops: 1\n",
        "nodes:\n- {name: a, driver: ipmi, driver_info: [{ipmi_password: hunter2}]}\n",
        "nodes:\n- {name: a, driver: ipmi, driver_info: {ipmi_password: hunter2, ipmi_password: hunter2}}\n",
        "nodes:\n- {name: a, driver: ipmi, driver_info: {ipmi_password: !vault hunter2}}\n",
    ] {
        let (_folder, path) = file("nodes.yaml", text);
        let assert = farrier().args(["enroll", "--debug"]).arg(&path).assert().code(2);
        assert.stderr(contains("hunter2").not());
    }
}

#[test]
fn secret_on_the_command_line_is_refused_with_alternatives() {
    let machine = ["enroll", "--driver", "ipmi", "--name", "a", "--driver-info"];
    let assert = farrier().args(machine).arg("ipmi_password=hunter2").assert().code(2).stdout(is_empty());
    assert
        .stderr(contains("hunter2").not())
        .stderr(contains("`ipmi_password=@FILE`"))
        .stderr(contains("`ipmi_password=env:NAME`"));
    let mut command = farrier();
    command.args(machine).args(["ipmi_password=@-", "--validate-only"]).write_stdin("hunter2\n");
    command.assert().success().stdout(contains("valid"));
    let mut command = farrier();
    command.args(machine).args(["ipmi_password=env:NOWHERE", "--validate-only"]);
    command.assert().code(2).stderr(contains("the environment variable `NOWHERE` is not set"));
}

#[test]
fn machines_come_from_files_or_from_options() {
    let nothing = farrier().arg("enroll").assert().code(2).stdout(is_empty());
    nothing
        .stderr(contains("no file and no `--driver` given"))
        .stderr(contains("hint: name a file: `farrier enroll nodes.yaml`"));
    let nameless = farrier().args(["enroll", "--name", "a"]).assert().code(2);
    nameless.stderr(contains("--driver <TYPE>"));
    let (_folder, path) = file("nodes.yaml", TWO);
    farrier().arg("enroll").arg(path).args(["--driver", "ipmi"]).assert().code(2).stdout(is_empty());
    let odd = ["enroll", "--driver", "ipmi", "--name", "a b", "--property", "cpus=x", "--mac", "1"];
    farrier()
        .args(odd)
        .assert()
        .code(2)
        .stderr(contains("command line: properties.cpus: expected a whole number, found text `x`"))
        .stderr(contains("command line: name: the name `a b` contains ` `"))
        .stderr(contains("command line: ports[0].address: expected a MAC address"));
}

/// A node whose password is stored elsewhere.
fn machine_with(password: &Value) -> String {
    json!({"nodes": [{"name": "a", "driver": "ipmi", "driver_info": {"ipmi_password": password}}]})
        .to_string()
}

#[test]
fn command_provides_secrets_and_its_failure_shows_none() {
    let (folder, path) = file("nodes.json", &machine_with(&json!({"command": ["cat", "password"]})));
    fs::write(folder.path().join("password"), "hunter2\n").expect("written");
    let mut command = farrier();
    command.args(["enroll", "--validate-only", "--debug"]).arg(&path);
    command.assert().success().stderr(contains("hunter2").not());

    for (given, why) in [
        (
            json!({"command": ["sh", "-c", "echo hunter2; echo hunter2 >&2; exit 4"]}),
            "`sh` failed with exit code 4",
        ),
        (json!({"command": ["true"]}), "`true` printed nothing"),
        (json!({"command": "cat password"}), "`command` must be a list of a program and its arguments"),
        (json!({"command": []}), "`command` must be a list"),
        (json!({"prompt": "BMC password"}), "no terminal for the prompt"),
    ] {
        let (_folder, path) = file("nodes.json", &machine_with(&given));
        let mut command = farrier();
        command.args(["enroll", "--validate-only", "--debug"]).arg(&path);
        let place = "nodes.json:1:70: nodes[0].driver_info.ipmi_password: ";
        let assert = command.assert().code(2).stdout(is_empty());
        assert.stderr(contains(place)).stderr(contains(why)).stderr(contains("hunter2").not());
    }
}

#[test]
fn secrets_are_prompted_for_only_on_a_terminal() {
    let machine = ["enroll", "--driver", "ipmi", "--name", "a", "--driver-info", "ipmi_password=prompt"];
    let mut command = farrier();
    command.args(machine).arg("--validate-only");
    command.assert().code(2).stderr(contains("no terminal for the prompt"));
}

#[test]
fn readable_files_with_secrets_cause_a_warning() {
    use std::os::unix::fs::PermissionsExt;

    let (folder, path) = file("nodes.json", &machine_with(&json!({"file": "password"})));
    let password = folder.path().join("password");
    fs::write(&password, "hunter2\n").expect("written");
    let plain = folder.path().join("plain.json");
    fs::write(&plain, machine_with(&json!("hunter2"))).expect("written");
    for (mode, warned) in [(0o600, false), (0o640, true), (0o604, true)] {
        fs::set_permissions(&password, PermissionsExt::from_mode(mode)).expect("the folder is writable");
        fs::set_permissions(&plain, PermissionsExt::from_mode(mode)).expect("the folder is writable");
        for (file, warning) in [
            (&path, "ipmi_password: other users can read `password`: run `chmod go-r` on it"),
            (&plain, "plain.json: contains passwords and is readable by other users"),
        ] {
            let mut command = farrier();
            command.args(["enroll", "--validate-only"]).arg(file);
            let assert = command.assert().success();
            let stderr = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
            assert_eq!(stderr.contains(warning), warned, "{mode:o}: {stderr}");
            assert!(!stderr.contains("hunter2"), "{stderr}");
        }
    }
}

#[test]
fn secrets_in_any_option_are_refused_and_not_printed() {
    for options in [
        ["--driver-info", "redfish_address=https://op:hunter2@bmc"],
        ["--driver-info", "redfish_address=op:hunter2@bmc"],
        ["--driver-info", r#"nested={"auth_password": "hunter2"}"#],
        ["--set", r#"driver_info={"ipmi_password": "hunter2"}"#],
        ["--set", "password=hunter2"],
        ["--property", r#"x={"y": ["http://op:hunter2@images/i"]}"#],
        ["--extra", r#"x={"api_token": "hunter2"}"#],
    ] {
        let mut command = farrier();
        command.args(["enroll", "--driver", "ipmi", "--name", "a", "--debug"]).args(options);
        let assert = command.assert().code(2).stdout(is_empty());
        assert
            .stderr(contains("every user of this computer can read command lines"))
            .stderr(contains("hunter2").not());
    }
}

#[test]
fn commands_do_not_get_the_cloud_credentials() {
    let command = "[sh, -c, 'test -z \"$OS_PASSWORD$OS_TOKEN\" && test -n \"$BMC_SITE\" && echo hunter2']";
    let text =
        format!("nodes: [{{name: a, driver: ipmi, driver_info: {{ipmi_password: {{command: {command}}}}}}}]");
    let (_folder, path) = file("nodes.yaml", &text);
    let mut command = farrier();
    command.env("OS_PASSWORD", "cloud").env("OS_TOKEN", "token").env("BMC_SITE", "lab");
    command.args(["enroll", "--validate-only"]).arg(&path).assert().success();
}

#[test]
fn values_that_a_deploy_refuses_are_reported_before_any_request() {
    let text = "nodes:\n\
        - {name: a, driver: pxe_ipmitool, driver_info: {ipmi_address: '10.0.0.1:623', ipmi_password: '{{ pw }}'}}\n\
        - {name: b, driver: redfish, properties: {root_device: {serial_number: X}, capabilities: 'boot_mode:UEFI'}}\n\
        - {name: c, driver: ipmi, ports: [{address: '52:54:00:00:00:72', local_link_connection: {switch_id: leaf, port_id: '1'}}]}\n";
    let (_folder, path) = file("nodes.yaml", text);
    let mut command = farrier();
    // No server listens there, which must not matter.
    command.args(["enroll", "--os-endpoint", "http://127.0.0.1:9"]).arg(&path);
    let mut assert = command.assert().code(2).stdout(is_empty());
    for expected in [
        "nodes[0].driver: Ironic 11 replaced `pxe_ipmitool` with `ipmi`: use `ipmi`",
        "nodes[0].driver_info.ipmi_address: expected a host name",
        "nodes[0].driver_info.ipmi_password: contains `{{ … }}`, an unrendered template",
        "nodes[1].properties.root_device: unknown root device hint `serial_number`",
        "nodes[1].properties.capabilities: capability `boot_mode` must be `uefi` or `bios`, found `UEFI`",
        "local_link_connection.switch_id: expected the MAC address of a switch",
    ] {
        assert = assert.stderr(contains(expected));
    }
}

#[test]
fn warnings_about_a_file_are_shown_with_its_errors() {
    let text = "nodes:\n\
        - {name: a, driver: fake-hardware, properties: {root_device: {size: 0}}}\n\
        - {name: b, driver: fake-hardware, properties: {root_device: {name: 'sda,vda'}}}\n\
        - {name: c, driver: fake-hardware, properties: {capabilities: 'profile:x, boot_mode:uefi'}}\n";
    let (_folder, path) = file("nodes.yaml", text);
    let run = farrier().args(["enroll", "--validate-only"]).arg(&path).assert().code(2);
    run.stderr(contains("nodes[0].properties.root_device.size: `0` is not a size"))
        .stderr(
            contains("warning: ").and(contains("nodes[1].properties.root_device.name: names several disks")),
        )
        .stderr(contains("nodes[2].properties.capabilities: spaces around capabilities"));
}
