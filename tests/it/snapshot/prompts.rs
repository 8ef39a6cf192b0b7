//! Prompts on a terminal, and lists that are redrawn.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::Stdio;

use super::transcript::{Transcript, split};
use crate::support::{IMAGE, Lab, signal};
use crate::terminal::Terminal;
use rustix::process::Signal;

const STEP: &str = r#"'{"interface": "deploy", "step": "erase_devices"}'"#;

/// Records a command whose prompt ends in `question`, and its reaction to this input.
fn ask(it: &mut Transcript, lab: &Lab, line: &str, question: &str, typed: &str) {
    let mut terminal = Terminal::new();
    let arguments = split(line);
    let mut command = lab.process(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    command.env("TERM", "xterm").env("TZ", "UTC").env("LANG", "C.UTF-8");
    command.stdin(terminal.stdio()).stderr(terminal.stdio()).stdout(Stdio::piped());
    let child = command.spawn().expect("it runs");
    let mut shown = terminal.read_up_to(question);
    while terminal.is_cooked() {
        std::thread::yield_now();
    }
    terminal.person.write_all(typed.as_bytes()).expect("the terminal is writable");
    let mut output = child.wait_with_output().expect("the child can be waited for");
    File::from(terminal.program.try_clone().expect("a descriptor")).write_all(b"END").expect("written");
    shown += terminal.read_up_to("END").trim_end_matches("END");
    output.stderr = shown.replace("\r\n", "\n").replace('\u{1b}', "<esc>").into_bytes();
    it.record(line, &output);
}

#[test]
fn prompts_say_what_is_at_stake() {
    let lab = Lab::start(&[]);
    let it = &mut Transcript::new(&lab);
    lab.machines("p", 3);
    for name in ["web", "db"] {
        let node = if name == "web" { "p-node-1" } else { "p-node-2" };
        lab.json(&[&["deploy", name, "--node", node, "--resource-class", "p"][..], &IMAGE].concat());
    }
    lab.json(&["node", "manage", "p-node-3"]);
    it.section("Typed names");
    ask(it, &lab, "destroy web", "to confirm", "no\r");
    ask(it, &lab, "destroy web db", "to confirm", "\r");
    ask(it, &lab, "rebuild web", "to confirm", "\x04");
    ask(it, &lab, "node delete p-node-3", "to confirm", "p-node-1\r");
    ask(it, &lab, &format!("node clean p-node-3 --step {STEP}"), "to confirm", "y\r");
    ask(it, &lab, &format!("node service p-node-1 --step {STEP}"), "to confirm", "y\r");
    it.section("Yes or no");
    ask(it, &lab, "power off web", "[y/N]", "n\r");
    ask(it, &lab, "power reboot web db", "[y/N]", "\r");
    ask(it, &lab, "nmi web", "[y/N]", "\x04");
    ask(it, &lab, "nmi web --color never --progress none", "[y/N]", "y\r");
    it.section("Passwords");
    ask(it, &lab, "rescue web", "rescue password for web", "\x04");
    it.compare("prompts_on_a_terminal");

    it.section("Watch");
    let [on, off] = ["--reason=x", "--off"].map(|option| ["node", "maintenance", "p-node-3", option]);
    watch(it, &lab, "watch nodes --resource-class p --every 1s", 4, &on);
    watch(
        it,
        &lab,
        "node list --resource-class p --watch --every 1s -c name -c maintenance -f json",
        3,
        &off,
    );
    watch(it, &lab, "watch nodes --resource-class p --every 1s -f csv", 4, &on);
    watch(it, &lab, "watch instances --every 1s", 3, &["power", "on", "web"]);
    it.compare("watch_changes");
}

/// Records a command that watches a list, which has this many lines at first, until this change.
fn watch(it: &mut Transcript, lab: &Lab, line: &str, lines: usize, change: &[&str]) {
    let arguments = split(line);
    let mut command = lab.process(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    command.env("TZ", "UTC").env("LANG", "C.UTF-8").stdin(Stdio::null());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut shown = String::new();
    for _ in 0..lines {
        stdout.read_line(&mut shown).expect("UTF-8");
    }
    lab.json(change);
    stdout.read_line(&mut shown).expect("UTF-8");
    signal(&child, Signal::INT);
    stdout.read_to_string(&mut shown).expect("UTF-8");
    let mut output = child.wait_with_output().expect("the child can be waited for");
    output.stdout = shown.into_bytes();
    it.record(line, &output);
}
