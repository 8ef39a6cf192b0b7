//! Rescue and unrescue on a real Ironic, and the sources of the rescue password.

use std::process::Output;

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::schema;
use crate::support::{IMAGE, Lab};

const PASSWORD: &str = "horse battery staple";

fn deployed(lab: &Lab, name: &str, more: &Value) {
    lab.machines_with(name, 1, more);
    lab.json(&[&["deploy", name, "--resource-class", name][..], &IMAGE].concat());
}

fn rescue(lab: &Lab, name: &str, options: &[&str]) -> Output {
    let mut command = lab.farrier();
    command.args(["rescue", name, "--yes", "-f", "json"]).args(options);
    command.env("FARRIER_RESCUE_PASSWORD", PASSWORD).output().expect("it runs")
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn instance_is_rescued_and_unrescued() {
    let lab = Lab::shared();
    deployed(lab, "mend", &json!({}));
    lab.farrier().args(["power", "on", "mend", "--yes"]).assert().success();
    let output = rescue(lab, "mend", &["--debug"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let answer = schema::read("rescue", &output.stdout);
    assert_eq!((&answer["name"], &answer["state"]), (&json!("mend"), &json!("rescue")), "{answer}");
    assert!(answer["duration_s"].is_number());
    assert!(stderr(&output).contains("log in as `rescue`"), "{}", stderr(&output));
    assert!(stderr(&output).contains("rescue_password") && !stderr(&output).contains(PASSWORD));

    let again = rescue(lab, "mend", &[]);
    assert!(again.status.success() && stderr(&again).contains("already in rescue"), "{}", stderr(&again));
    assert_eq!(lab.json(&["wait", "mend"])[0]["state"], "rescue");

    assert_eq!(lab.json(&["unrescue", "mend", "--yes"])["state"], "active");
    lab.farrier().args(["unrescue", "mend", "--yes"]).assert().success().stderr(contains("not in rescue"));

    // Rescue may end with the power off, and then a login is impossible.
    lab.json(&["power", "off", "mend", "--yes"]);
    let off = rescue(lab, "mend", &["--no-wait"]);
    assert!(off.status.success() && stderr(&off).contains("farrier wait mend"), "{}", stderr(&off));
    lab.json(&["wait", "mend"]);
    let off = rescue(lab, "mend", &[]);
    assert!(
        stderr(&off).contains("power on mend") && !stderr(&off).contains("log in as"),
        "{}",
        stderr(&off)
    );
    lab.json(&["destroy", "mend", "--yes"]);
}

#[test]
fn rescue_explains_why_it_is_impossible() {
    let lab = Lab::shared();
    deployed(lab, "hopeless", &json!({"rescue_interface": "no-rescue"}));
    let output = rescue(lab, "hopeless", &[]);
    assert_eq!(output.status.code(), Some(6), "{}", stderr(&output));
    assert!(stderr(&output).contains("rescue"), "{}", stderr(&output));
    assert_eq!(lab.json(&["show", "hopeless"])["state"], "active");
    lab.farrier().args(["unrescue", "no-such-thing", "--yes"]).assert().code(5);
    lab.json(&["node", "maintenance", "hopeless-node-1", "--reason", "a new fan"]);
    let output = rescue(lab, "hopeless", &[]);
    assert_eq!(output.status.code(), Some(6));
    assert!(stderr(&output).contains("a new fan"), "{}", stderr(&output));
    lab.json(&["destroy", "hopeless", "--yes"]);
    lab.json(&["node", "maintenance", "hopeless-node-1", "--off"]);
    let output = rescue(lab, "hopeless-node-1", &[]);
    assert_eq!(output.status.code(), Some(6));
    assert!(stderr(&output).contains("not `active`"), "{}", stderr(&output));
}

#[test]
fn failed_rescue_shows_ironic_s_reason_and_can_be_repeated() {
    let lab = Lab::impatient();
    deployed(lab, "stuck", &json!({"rescue_interface": "agent"}));
    let output = rescue(lab, "stuck", &[]);
    assert_eq!(output.status.code(), Some(7), "{}", stderr(&output));
    assert!(stderr(&output).contains("rescue failed"), "{}", stderr(&output));
    lab.farrier().args(["wait", "stuck"]).assert().code(7).stderr(contains("rescue"));
    lab.json(&["destroy", "stuck", "--yes"]);
}

#[test]
fn rescue_password_is_never_read_from_the_command_line() {
    let lab = Lab::shared();
    for arguments in [&["--password", "hunter2"][..], &["--password=hunter2"], &["--password"]] {
        lab.farrier()
            .args(["rescue", "nobody", "--yes"])
            .args(arguments)
            .assert()
            .code(2)
            .stderr(contains("--password-file").and(contains("hunter2").not()));
    }
    lab.farrier()
        .args(["rescue", "nobody", "--yes"])
        .assert()
        .code(2)
        .stderr(contains("FARRIER_RESCUE_PASSWORD"));
    let file = lab.folder().join("rescue.txt");
    for wrong in ["", " \n", "two\nlines\n"] {
        std::fs::write(&file, wrong).expect("written");
        lab.farrier().args(["rescue", "nobody", "--yes", "--password-file"]).arg(&file).assert().code(2);
    }
    lab.farrier()
        .args(["rescue", "nobody", "--yes", "--password-file", "-"])
        .write_stdin(PASSWORD)
        .assert()
        .code(5);
}
