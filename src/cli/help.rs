//! How help looks, and the texts that help and manual pages share.

use std::ffi::OsString;
use std::fmt::Write as _;

use clap::builder::{StyledStr, Styles};

use super::failure::EXIT_CODES;
use crate::ui::color;

/// What a command can do for whoever reads its help: what it is for, and what to type.
pub type Examples = &'static [(&'static str, &'static str)];

/// The environment variables that farrier reads besides those of options, with what they do. Options name theirs.
pub const ENVIRONMENT: &[(&str, &str)] = &[
    ("OS_CLOUD", "the cloud in clouds.yaml, as --os-cloud"),
    ("OS_ENDPOINT", "Ironic's URL, as --os-endpoint"),
    ("OS_*", "whatever else openstacksdk reads to log in"),
    ("OS_CLIENT_CONFIG_FILE", "the clouds.yaml to read instead of those under FILES"),
    ("FARRIER_LOG", "what to log, as in `farrier=debug,reqwest=info`; stderr has it whatever -v says"),
    ("FARRIER_NO_INPUT", "if not empty: never ask, as if there were no terminal"),
    ("RUST_LOG", "as FARRIER_LOG for the libraries, with --debug only"),
    ("NO_COLOR", "if not empty: no colour, unless --color says otherwise"),
    ("CLICOLOR_FORCE", "if neither empty nor 0: colour off terminals too"),
    ("CLICOLOR", "if 0: no colour"),
    ("COLUMNS", "how wide tables may be, instead of the terminal's width"),
    ("CI", "if set: progress as plain lines even on a terminal"),
    ("HTTPS_PROXY", "the proxy to go through, with HTTP_PROXY and NO_PROXY as usual"),
    ("SSL_CERT_FILE", "the certificates to trust, instead of the system's"),
];

/// The files that farrier reads unasked.
pub const FILES: &[(&str, &str)] = &[
    ("./clouds.yaml", "clouds, with secure.yaml beside it for what is secret"),
    ("~/.config/openstack/clouds.yaml", "the same, where there is none in the current directory"),
    ("/etc/openstack/clouds.yaml", "the same, for everybody"),
    ("~/.config/farrier/flavors/", "flavor files, read unless --flavor-file names others"),
];

const TEMPLATE: &str = "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// Wrapped text is no wider than this, however wide the terminal.
const WIDEST: usize = 100;

/// What `farrier help TOPIC` knows besides commands.
const TOPICS: [&str; 3] = ["exit-codes", "environment", "files"];

/// Gives a command and all below it the looks of farrier's help.
#[must_use]
pub(super) fn dress(command: clap::Command) -> clap::Command {
    let styles = Styles::styled()
        .header(color::HEADING)
        .usage(color::HEADING)
        .literal(color::TYPE_THIS)
        .error(color::ERROR)
        .valid(color::GOOD)
        .invalid(color::WARNING);
    command.help_template(TEMPLATE).max_term_width(WIDEST).styles(styles).mut_subcommands(dress)
}

/// Examples for the head of a command's long help.
#[must_use]
pub fn examples(examples: Examples) -> StyledStr {
    let mut text = heading("Examples");
    for (what, command) in examples {
        let command = color::paint(true, color::TYPE_THIS, command);
        let _ = write!(text, "\n  # {what}\n  $ {command}\n");
    }
    text.truncate(text.trim_end().len());
    text.into()
}

/// The exit codes that are special to a command, for the foot of its long help.
#[must_use]
pub fn exit_codes(codes: &[u8]) -> StyledStr {
    let special = EXIT_CODES.iter().filter(|(code, _)| codes.contains(code));
    let special: Vec<_> = special.map(|(code, meaning)| (code.to_string(), *meaning)).collect();
    table("Exit codes", special.iter().map(|(code, meaning)| (code.as_str(), *meaning)))
}

/// The foot of the program's own help.
#[must_use]
pub(super) fn topics() -> StyledStr {
    let names = TOPICS.map(|name| color::paint(true, color::TYPE_THIS, name));
    format!("{}\n  farrier help {}", heading("More help"), names.join(" | ")).into()
}

/// The text of `farrier help TOPIC`, if that is what was asked for.
pub(super) fn topic(argv: &[OsString]) -> Option<StyledStr> {
    let [_, help, asked] = argv else { return None };
    if help != "help" {
        return None;
    }
    match asked.to_str()? {
        "exit-codes" => Some(exit_codes(&EXIT_CODES.map(|(code, _)| code))),
        "environment" => Some(table("Environment", ENVIRONMENT.iter().copied())),
        "files" => Some(table("Files", FILES.iter().copied())),
        _ => None,
    }
}

fn heading(text: &str) -> String {
    color::paint(true, color::HEADING, &format!("{text}:"))
}

fn table<'a>(title: &str, rows: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> StyledStr {
    let width = rows.clone().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut text = heading(title);
    for (name, meaning) in rows {
        let padding = " ".repeat(width - name.len());
        let _ = write!(text, "\n  {}{padding}  {meaning}", color::paint(true, color::TYPE_THIS, name));
    }
    text.into()
}
