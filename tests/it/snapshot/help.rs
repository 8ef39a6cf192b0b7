//! `-h` and `--help` of every command, and the help topics.

use super::compare::compare;
use crate::farrier as program;

/// The help topics that are not commands.
pub(super) const TOPICS: [&str; 6] = ["clouds", "conditions", "exit-codes", "environment", "files", "json"];

/// Every command as the words after `farrier`; `farrier` itself first.
pub(super) fn commands() -> Vec<Vec<String>> {
    fn collect(command: &clap::Command, arguments: &[String], commands: &mut Vec<Vec<String>>) {
        commands.push(arguments.to_vec());
        for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
            collect(inner, &[arguments, &[inner.get_name().to_owned()]].concat(), commands);
        }
    }
    let mut command = farrier::cli::command().disable_help_subcommand(true);
    command.build();
    let mut commands = Vec::new();
    collect(&command, &[], &mut commands);
    commands
}

fn name(arguments: &[String]) -> String {
    [&["help".to_owned()], arguments].concat().join("_").replace('-', "_")
}

/// The names of the snapshots of all commands.
pub(super) fn names() -> Vec<String> {
    commands().iter().map(|arguments| name(arguments)).collect()
}

/// The output of a command line on an 80 column terminal, after the command line itself.
fn page(arguments: &[&str]) -> String {
    let output = program().args(arguments).env("COLUMNS", "80").assert().success().stderr("");
    let stdout = String::from_utf8(output.get_output().stdout.clone()).expect("UTF-8");
    format!("$ farrier {}\n{stdout}", arguments.join(" ").trim_end())
}

#[test]
fn help_of_every_command_is_unchanged() {
    for command in commands() {
        let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
        let pages = ["-h", "--help"].map(|option| page(&[&arguments[..], &[option]].concat()));
        compare(&name(&command), &pages.join("\n"));
    }
}

#[test]
fn help_topics_are_unchanged() {
    for topic in TOPICS {
        let name = format!("help_topic_{}", topic.replace('-', "_"));
        compare(&name, &page(&["help", topic]));
    }
    let version = page(&["-v", "--version"]);
    let target = version.lines().find(|line| line.starts_with("target: ")).expect("the version contains it");
    compare("help_version", &version.replace(target, "target: <target>"));
}
