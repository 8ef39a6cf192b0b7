//! Command lines that are refused without asking any server.

use std::fmt::Write as _;

use super::compare::compare;
use super::help::commands;
use super::transcript::split;
use crate::farrier as program;

/// Adds a command line, its exit code and stderr; stdout must be empty.
fn refuse(text: &mut String, line: &str) {
    let output = program().args(split(line)).env("COLUMNS", "80").output().expect("it runs");
    assert!(output.stdout.is_empty(), "{line}");
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    let code = output.status.code().expect("it ends by itself");
    let _ = writeln!(text, "$ farrier {line}\nexit code: {code}\n{stderr}");
}

#[test]
fn usage_errors_of_every_command() {
    let cli = farrier::cli::command();
    let mut text = String::new();
    for command in commands().iter().filter(|command| !command.is_empty()) {
        let command = command.join(" ");
        refuse(&mut text, &format!("{command} --no-such-option"));
        // Other commands would run.
        if needs_more(&cli, &command) {
            refuse(&mut text, &command);
        }
    }
    compare("usage_errors", &text);
}

/// Whether clap refuses a command without arguments. Groups of commands answer with their help.
fn needs_more(cli: &clap::Command, command: &str) -> bool {
    let is_group = cli.find_subcommand(command).is_some_and(clap::Command::has_subcommands);
    let arguments = std::iter::once("farrier").chain(command.split(' '));
    !is_group && cli.clone().try_get_matches_from(arguments).is_err_and(|error| error.use_stderr())
}

#[test]
fn usage_errors_of_global_options() {
    let mut text = String::new();
    for line in [
        "no-such-command",
        "lst",
        "node lst",
        "help no-such-topic",
        "help lst",
        "man no-such-command",
        "completions tcsh",
        "list -f xml",
        "list --progress loud",
        "list --color sometimes",
        "list -q -v",
        "list --jobs 0",
        "list --os-endpoint nonsense",
        "list --os-endpoint ftp://127.0.0.1",
        "show ''",
        "show a/b",
        "deploy web --network ''",
        "deploy web --timeout 1y",
        "deploy web --count 0",
        "deploy web --ip 192.0.2.300",
        "deploy web --root-device nonsense",
        "deploy web --ssh-key /no/such/file --image x",
        "wait web --timeout soon",
        "no-such-command -f json",
        "show '' -f json",
        "list -f json --jobs 0",
        "wait web --timeout soon --progress json",
    ] {
        refuse(&mut text, line);
    }
    compare("usage_errors_of_options", &text);
}
