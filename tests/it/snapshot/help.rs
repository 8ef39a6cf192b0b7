//! `-h` and `--help` of every command, and the help topics.

use super::compare::compare;
use crate::farrier as program;

/// What `farrier help` knows besides commands.
pub(super) const TOPICS: [&str; 5] = ["clouds", "conditions", "exit-codes", "environment", "files"];

/// Every command as the words that follow `farrier`, `farrier` itself first.
pub(super) fn commands() -> Vec<Vec<String>> {
    fn collect(command: &clap::Command, words: &[String], commands: &mut Vec<Vec<String>>) {
        commands.push(words.to_vec());
        for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
            collect(inner, &[words, &[inner.get_name().to_owned()]].concat(), commands);
        }
    }
    let mut command = farrier::cli::command().disable_help_subcommand(true);
    command.build();
    let mut commands = Vec::new();
    collect(&command, &[], &mut commands);
    commands
}

fn name(words: &[String]) -> String {
    [&["help".to_owned()], words].concat().join("_").replace('-', "_")
}

/// The names of the snapshots of all commands.
pub(super) fn names() -> Vec<String> {
    commands().iter().map(|words| name(words)).collect()
}

/// What a command line prints on an 80 columns wide screen, after the command line itself.
fn page(words: &[&str]) -> String {
    let output = program().args(words).env("COLUMNS", "80").assert().success().stderr("");
    let stdout = String::from_utf8(output.get_output().stdout.clone()).expect("UTF-8");
    format!("$ farrier {}\n{stdout}", words.join(" ").trim_end())
}

#[test]
fn help_of_every_command_is_unchanged() {
    for command in commands() {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let pages = ["-h", "--help"].map(|option| page(&[&words[..], &[option]].concat()));
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
    let target = version.lines().find(|line| line.starts_with("target: ")).expect("the version names it");
    compare("help_version", &version.replace(target, "target: <target>"));
}
