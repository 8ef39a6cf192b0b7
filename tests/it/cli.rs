//! Behavior of all commands: help, usage errors, streams, exit codes.

use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

use crate::farrier;
use crate::schema;
use predicates::prelude::*;
use predicates::str::{contains, is_empty, starts_with};
use serde_json::Value;

#[test]
fn help_is_printed_on_stdout() {
    for arguments in
        [&[][..], &["-h"], &["--help"], &["help"], &["help", "man"], &["man", "-h"], &["man", "--help"]]
    {
        let assert = farrier().args(arguments).assert().success().stderr(is_empty());
        assert.stdout(contains("Usage: farrier"));
    }
    for (topic, text) in [
        ("exit-codes", "no valid host"),
        ("environment", "OS_CLOUD"),
        ("files", "clouds.yaml"),
        ("options", "--os-cloud"),
    ] {
        farrier().args(["help", topic]).assert().success().stderr(is_empty()).stdout(contains(text));
    }
}

#[test]
fn long_help_begins_with_examples_and_is_plain_text_in_a_pipe() {
    let help = farrier().args(["completions", "--help"]).assert().success().get_output().stdout.clone();
    let help = String::from_utf8(help).expect("help is UTF-8");
    let place = |text: &str| help.find(text).unwrap_or_else(|| panic!("no {text:?} in {help}"));
    assert!(place("Examples:") < place("Usage:") && place("Usage:") < place("Global options:"));
    assert!(!help.contains('\u{1b}'));
    assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
}

#[test]
fn color_can_be_forced() {
    farrier().args(["--color", "always", "--help"]).assert().success().stdout(contains("\u{1b}["));
    farrier().args(["--no-such", "--color=always"]).assert().code(2).stderr(contains("\u{1b}["));
    farrier().args(["--help"]).env("CLICOLOR_FORCE", "1").assert().stdout(contains("\u{1b}["));
    let both = [("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")];
    farrier().args(["--help"]).envs(both).assert().stdout(contains("\u{1b}[").not());
}

#[test]
fn version_is_one_line() {
    let version = format!("farrier {}\n", env!("CARGO_PKG_VERSION"));
    farrier().arg("--version").assert().success().stdout(version.clone()).stderr(is_empty());
    let more = farrier().args(["-v", "--version"]).assert().success();
    more.stdout(starts_with(version).and(contains("bare metal API: 1."))).stderr(is_empty());
}

#[test]
fn invalid_command_lines_are_usage_errors_on_stderr() {
    for arguments in [
        &["--no-such-option"][..],
        &["no-such-command"],
        &["-q"],
        &["completions"],
        &["completions", "tcsh"],
        &["--jobs", "0", "man"],
        &["-q", "-v", "man"],
        &["man", "no-such-command"],
        // An empty shell variable does not select nodes without a name.
        &["deploy", "web", "--network", ""],
        &["vif", "attach", "web", "--port", ""],
        &["deploy", "web", "--subnet="],
        &["deploy", "web", "--security-group", ""],
    ] {
        farrier().args(arguments).assert().code(2).stdout(is_empty()).stderr(starts_with("error: "));
    }
    farrier().args(["completions", "bsh"]).assert().code(2).stderr(contains("'bash'"));
}

#[test]
fn errors_are_one_object_in_json() {
    for arguments in [
        &["-f", "json", "no-such-command"][..],
        &["no-such-command", "--format=json"],
        &["-fjson"],
        &["man", "no-such-command", "-f", "json"],
    ] {
        let output =
            farrier().args(arguments).assert().code(2).stdout(is_empty()).get_output().stderr.clone();
        let object = schema::read("error", &output);
        let error = object["error"].as_object().expect("an error");
        let keys: Vec<_> = error.keys().map(String::as_str).collect();
        assert_eq!(keys, ["code", "kind", "message", "hint", "node"]);
        assert_eq!((&error["code"], &error["kind"]), (&Value::from(2), &Value::from("usage")), "{object}");
        assert!(
            error["message"]
                .as_str()
                .is_some_and(|message| !message.is_empty() && !message.starts_with("error"))
        );
    }
}

#[test]
fn global_options_work_before_and_after_the_command() {
    farrier().args(["--os-cloud", "a,b", "man"]).assert().success();
    farrier().args(["man", "--os-cloud", "a", "--os-cloud", "b", "-vv", "-f", "json"]).assert().success();
    farrier().args(["man", "--", "completions"]).assert().success().stdout(contains("farrier\\-completions"));
}

#[test]
fn closed_stdout_is_no_error() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let program = assert_cmd::cargo::cargo_bin!("farrier");
    let mut child = std::process::Command::new(program)
        .args(["completions", "bash"])
        .env_clear()
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let status = child.wait().expect("it ends");
    let mut stderr = String::new();
    std::io::Read::read_to_string(&mut child.stderr.take().expect("a pipe"), &mut stderr)
        .expect("it is UTF-8");
    assert_eq!((status.code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn arguments_and_variables_that_are_not_utf8_are_handled() {
    let odd = std::ffi::OsStr::from_bytes(b"odd\xff");
    farrier().arg(odd).assert().code(2);
    farrier().args(["--os-endpoint", "http://127.0.0.1:1", "list"]).env("ODD", odd).assert().code(9);
}

#[test]
fn farrier_runs_without_an_environment_and_with_a_log() {
    farrier().args(["man", "--debug"]).env("LANG", "C").assert().success();
    farrier()
        .args(["man"])
        .env("FARRIER_LOG", "farrier=nonsense")
        .assert()
        .success()
        .stderr(starts_with("warning: ignoring `FARRIER_LOG`"));
}

#[test]
fn man_pages_are_written_to_the_given_folder() {
    let dir = crate::run::folder();
    let pages = dir.path().join("man1");
    farrier()
        .arg("man")
        .arg("--dir")
        .arg(&pages)
        .assert()
        .success()
        .stdout(is_empty())
        .stderr(contains("wrote"));
    assert!(pages.join("farrier.1").is_file() && pages.join("farrier-completions.1").is_file());
    let quiet = farrier().arg("-q").arg("man").arg("--dir").arg(&pages).assert().success();
    quiet.stdout(is_empty()).stderr(is_empty());
}
