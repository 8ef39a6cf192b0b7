//! Records what commands print.

use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Output;

use insta::Settings;

use super::compare::compare;
use crate::schema;
use crate::support::Lab;

/// Replaces values that differ between two runs. Nothing else is hidden.
const FILTERS: [(&str, &str); 24] = [
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uuid>"),
    (r"req-<uuid>", "<request>"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?", "<time>"),
    (r"(?m)^\d\d:\d\d:\d\d ", "<clock> "),
    // No server listens on port 9.
    (r"127\.0\.0\.1:\d{2,5}", "127.0.0.1:<port>"),
    // Durations as numbers in JSON, YAML and tables of fields.
    (r#"(_s"?:? *)\d[\d.]*"#, "$1<duration>"),
    // Durations in words, with the spaces that pad a column of a table.
    (r"\b(\d+m)?\d[\d.]*m?s\b", "<duration>"),
    (r"(\[|for )\d+m(\]|:)", "$1<duration>$2"),
    (r"\d+m old", "<duration> old"),
    (r"<duration> {2,}", "<duration>  "),
    // Whether there are estimates depends on which stages earlier commands saw; the unit tests of progress show them all.
    (r#""(stage_usual_s|eta_s)":(null|<duration>)"#, r#""$1":<duration or null>"#),
    (", (usually <duration>|about <duration> to go)", ""),
    // A busy machine may miss these stages.
    (
        r"(?m)^<clock> [^:]*: (available|manageable|cleaning|tearing down|powering \w+|preparing to deploy|ramdisk running|rebooting .*|running .*) \[<duration>\]\n",
        "",
    ),
    (
        r#"(?m)^.*"event":"stage".*"stage":"(available|manageable|cleaning|tearing down|powering \w+|preparing to deploy|ramdisk running|rebooting [^"]*|running [^"]*)".*\n"#,
        "",
    ),
    (r"process \d+", "process <id>"),
    (r#"(pid"?:? +)\d+"#, "$1<id>"),
    (r#"(ironic_version"?:? +"?)[\d.]+"#, "$1<version>"),
    (r"Ironic \d+\.\d+\.\d+(\.dev\d+)?", "Ironic <version>"),
    (r"(?:speaks|has) API 1\.\d+", "has API <version>"),
    // Ironic does not sort them.
    ("deploy direct, fake", "deploy fake, direct"),
    // A node that was read some time ago is read again before it is changed.
    (r"(?m)(^  GET /v1/nodes/<uuid>\?fields=.*\n)  GET /v1/nodes/<uuid>\?fields=.*\n", "$1"),
    (
        r#"(    \{\n      "method": "GET",\n      "path": "/v1/nodes/<uuid>\?fields=[^"]*",\n      "body": null\n    \},\n){2}"#,
        "$1",
    ),
    (r" +\n", "\n"),
    // `PROTECTION`, which must come last.
    ("\u{2060}", ""),
];

/// Follows each digit of a command line, so that no filter changes it.
const PROTECTION: char = '\u{2060}';

/// Commands and their output, one after the other.
pub(super) struct Transcript<'a> {
    lab: &'a Lab,
    text: String,
    /// Texts of this run and what replaces them.
    names: Vec<(String, &'static str)>,
    /// The snapshots that differ: the commands after them are compared all the same.
    different: Vec<String>,
}

impl Drop for Transcript<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.different.is_empty(), "these snapshots differ, see above: {:?}", self.different);
        }
    }
}

impl<'a> Transcript<'a> {
    pub(super) fn new(lab: &'a Lab) -> Self {
        let folder = lab.folder().to_str().expect("UTF-8").to_owned();
        Self { lab, text: String::new(), names: vec![(folder, "<folder>")], different: Vec::new() }
    }

    /// Replaces a text of this run in everything that is recorded.
    pub(super) fn replace(&mut self, text: &str, with: &'static str) {
        self.names.insert(0, (text.to_owned(), with));
    }

    /// Starts a section.
    pub(super) fn section(&mut self, title: &str) -> &mut Self {
        let _ = write!(self.text, "## {title}\n\n");
        self
    }

    /// Runs a command line and records it. `'` groups words. Commands that follow a node print no progress
    /// unless the line asks for it, because the states that they see depend on the load of the computer.
    pub(super) fn run(&mut self, line: &str) -> &mut Self {
        let command = self.lab.farrier();
        self.run_as(command, line, "")
    }

    /// The same with a text on standard input.
    pub(super) fn run_with_input(&mut self, line: &str, input: &str) -> &mut Self {
        let command = self.lab.farrier();
        self.run_as(command, line, input)
    }

    /// The same with another program or environment.
    pub(super) fn run_as(&mut self, mut command: assert_cmd::Command, line: &str, input: &str) -> &mut Self {
        command.env("TZ", "UTC").env("LANG", "C.UTF-8").args(split(line)).write_stdin(input);
        if is_followed(line) {
            command.args(["--progress", "none"]);
        }
        let output = command.output().expect("it runs");
        self.record(line, &output)
    }

    /// Runs several command lines.
    pub(super) fn run_all<'l>(&mut self, lines: impl IntoIterator<Item = &'l str>) -> &mut Self {
        for line in lines {
            self.run(line);
        }
        self
    }

    /// Runs a command line without recording it; it must succeed.
    pub(super) fn quietly(&mut self, line: &str) -> &mut Self {
        self.lab.farrier().args(split(line)).assert().success();
        self
    }

    /// Records the output of a command.
    pub(super) fn record(&mut self, line: &str, output: &Output) -> &mut Self {
        schema::check_output(&split(line), output);
        let code = output.status.code().map_or_else(|| "none".to_owned(), |code| code.to_string());
        let mut shown = String::new();
        for character in self.without_names(line).chars() {
            shown.push(character);
            shown.extend(character.is_ascii_digit().then_some(PROTECTION));
        }
        let _ = writeln!(self.text, "$ farrier {shown}\nexit code: {code}");
        for (name, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            if !bytes.is_empty() {
                let text = String::from_utf8_lossy(bytes);
                let _ = write!(self.text, "--- {name}\n{text}");
                if !text.ends_with('\n') {
                    self.text.push_str("<no end of line>\n");
                }
            }
        }
        self.text.push('\n');
        self
    }

    fn without_names(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (own, with)| text.replace(own, with))
    }

    /// Compares everything so far with a snapshot, and starts the next one.
    pub(super) fn compare(&mut self, name: &str) {
        let text = self.without_names(&self.text);
        self.text.clear();
        let mut settings = Settings::clone_current();
        for (pattern, replacement) in FILTERS {
            settings.add_filter(pattern, replacement);
        }
        let compared = catch_unwind(AssertUnwindSafe(|| settings.bind(|| compare(name, &text))));
        if compared.is_err() {
            self.different.push(name.to_owned());
        }
    }
}

/// Whether a command follows a node and has no `--progress` option.
fn is_followed(line: &str) -> bool {
    const FOLLOWED: [&str; 8] = [
        "deploy ",
        "wait ",
        "power on ",
        "node manage ",
        "node provide ",
        "node inspect ",
        "node adopt ",
        "node abort ",
    ];
    let is_followed = line.contains(" --yes") || FOLLOWED.iter().any(|start| line.starts_with(start));
    is_followed && !line.contains("--progress")
}

/// Splits a command line at spaces that are not within `'`.
pub(super) fn split(line: &str) -> Vec<String> {
    let (mut arguments, mut argument, mut is_quoted, mut has_argument) =
        (Vec::new(), String::new(), false, false);
    for character in line.chars() {
        match character {
            '\'' => (is_quoted, has_argument) = (!is_quoted, true),
            ' ' if !is_quoted => {
                if std::mem::take(&mut has_argument) {
                    arguments.push(std::mem::take(&mut argument));
                }
            }
            _ => {
                argument.push(character);
                has_argument = true;
            }
        }
    }
    if has_argument {
        arguments.push(argument);
    }
    arguments
}
