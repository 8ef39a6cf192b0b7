//! What is said before the command line is understood: help, the version, and what is wrong with it.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io;
use std::process::ExitCode;

use clap::ValueEnum;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::failure::{Failure, Kind};
use crate::ironic::version::{CEILING, FLOOR};
use crate::spelling::nearest;
use crate::ui::answer::Format;
use crate::ui::color::ColorChoice;
use crate::ui::progress::ProgressMode;
use crate::ui::{Options, Ui};

/// The options that also hold for usage errors, read in passing from a command line that may be wrong.
fn options(argv: &[OsString]) -> Options {
    let mut options = Options::default();
    let arguments: Vec<&str> = argv
        .iter()
        .skip(1)
        .filter_map(|argument| argument.to_str())
        .take_while(|argument| *argument != "--")
        .collect();
    for (index, argument) in arguments.iter().enumerate() {
        let value = |rest: &str| match rest.strip_prefix('=') {
            Some(value) => Some(value.to_owned()),
            None if rest.is_empty() => arguments.get(index + 1).map(ToString::to_string),
            None => None,
        };
        if let Some(rest) = argument.strip_prefix("--color") {
            let choice = value(rest).and_then(|value| ColorChoice::from_str(&value, false).ok());
            options.color = choice.unwrap_or(options.color);
        } else if let Some(rest) = argument.strip_prefix("--progress") {
            let mode = value(rest).and_then(|value| ProgressMode::from_str(&value, false).ok());
            options.progress = mode.unwrap_or(options.progress);
        } else if let Some(rest) = argument.strip_prefix("--format") {
            let format = value(rest).and_then(|value| Format::from_str(&value, false).ok());
            options.format = format.unwrap_or(options.format);
        } else if let Some(cluster) = argument.strip_prefix('-').filter(|rest| !rest.starts_with('-')) {
            // `-f` may follow short options without a value, and its value may be glued to it.
            if let Some(rest) = cluster.trim_start_matches(['q', 'v', 'y']).strip_prefix('f') {
                let value = value(rest).unwrap_or_else(|| rest.to_owned());
                options.format = Format::from_str(&value, false).unwrap_or(options.format);
            }
        }
    }
    options
}

/// The version, with what it was made for and speaks where `-v` asks for it.
fn version(argv: &[OsString]) -> String {
    let verbose = |argument: &OsString| match argument.to_str() {
        Some("--verbose" | "--debug") => true,
        Some(text) => text.starts_with("-v") && text.trim_matches('v') == "-",
        None => false,
    };
    let mut text = format!("farrier {}\n", env!("CARGO_PKG_VERSION"));
    if argv.iter().any(verbose) {
        let (arch, os) = (std::env::consts::ARCH, std::env::consts::OS);
        let _ = writeln!(
            text,
            "target: {arch}-{os}\ntls: rustls with ring\nbare metal API: {FLOOR} to {CEILING}"
        );
    }
    text
}

/// The ui for whatever is said early.
pub(super) fn ui(argv: &[OsString]) -> Ui {
    Ui::new(options(argv))
}

/// Commands that only look: those a typo may be taken for. Any other one is suggested for a single slip only.
const LOOKING: [&str; 22] = [
    "audit",
    "bios",
    "capacity",
    "check",
    "completions",
    "doctor",
    "export",
    "firmware",
    "flavor",
    "help",
    "history",
    "inventory",
    "list",
    "man",
    "node",
    "ports",
    "schedule",
    "show",
    "traits",
    "validate",
    "wait",
    "why",
];

/// Drops suggestions that are far from what was typed, or that change machines and are not the same word but for a slip:
/// nobody who types `init` wants an NMI, and nobody who types `undeploy` wants to deploy.
pub(super) fn drop_far_suggestions(error: &mut clap::Error) {
    let text = |error: &clap::Error, kind| match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    };
    for (typed, suggested) in [
        (ContextKind::InvalidSubcommand, ContextKind::SuggestedSubcommand),
        (ContextKind::InvalidArg, ContextKind::SuggestedArg),
    ] {
        let Some(word) = text(error, typed).pop() else { continue };
        let mut near = text(error, suggested);
        let all = near.len();
        let is_option = suggested == ContextKind::SuggestedArg;
        near.retain(|other| {
            let slips = strsim::osa_distance(&word, other);
            let is_near = if is_option {
                slips <= other.len() / 4
            } else {
                LOOKING.contains(&other.as_str()) && nearest(&word, [other.as_str()]).is_some()
            };
            is_near || slips <= 1 && other.len() > 3
        });
        if near.len() == all {
            continue;
        }
        error.remove(suggested);
        if is_option {
            // It shows the option that was suggested.
            error.remove(ContextKind::Usage);
        } else if !near.is_empty() {
            error.insert(suggested, ContextValue::Strings(near));
        }
    }
}

/// Prints what clap has to say where it belongs, and says what the exit code is.
pub(super) fn end(error: &clap::Error, argv: &[OsString]) -> ExitCode {
    let ui = &ui(argv);
    let said = |result: io::Result<()>| match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => super::failure::end(&error.into(), ui),
    };
    match error.kind() {
        ErrorKind::DisplayHelp => said(ui.styled(&error.render())),
        ErrorKind::DisplayVersion => said(ui.text(&version(argv))),
        _ if ui.tells_errors_in_json() => super::failure::end(&in_words(error).into(), ui),
        _ => {
            ui.styled_error(&error.render());
            Kind::Usage.exit_code().into()
        }
    }
}

/// clap's text taken apart: the first paragraph says what is wrong, the tips what to do.
fn in_words(error: &clap::Error) -> Failure {
    let text = error.render().to_string();
    let message: Vec<&str> = text
        .lines()
        .take_while(|line| !line.is_empty())
        .map(|line| line.trim_start_matches("error: ").trim())
        .collect();
    let message = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "a subcommand is missing".to_owned(),
        _ => message.join(" "),
    };
    let tips: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("tip: ")).collect();
    let hint = if tips.is_empty() { "`--help` tells what there is".to_owned() } else { tips.join("\n") };
    Failure::new(Kind::Usage, message).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(arguments: &[&str]) -> Format {
        let argv: Vec<OsString> = std::iter::once(&"farrier").chain(arguments).map(OsString::from).collect();
        options(&argv).format
    }

    #[test]
    fn the_format_is_found_however_it_is_written() {
        for arguments in [
            &["list", "-f", "json"][..],
            &["-fjson", "list"],
            &["-f=json"],
            &["-qf", "json"],
            &["-vvfjson"],
            &["--format", "json"],
            &["--format=json", "--no-such-option"],
        ] {
            assert_eq!(format(arguments), Format::Json, "{arguments:?}");
        }
        for arguments in [&["list"][..], &["-f"], &["-f", "xml"], &["--", "-f", "json"], &["--formats=json"]]
        {
            assert_eq!(format(arguments), Format::Table, "{arguments:?}");
        }
    }

    #[test]
    fn suggestions_are_near_and_none_changes_machines_but_for_a_slip() {
        let suggested = |words: &[&str]| {
            let argv = std::iter::once("farrier").chain(words.iter().copied());
            let mut error = super::super::command().try_get_matches_from(argv).expect_err("it is wrong");
            drop_far_suggestions(&mut error);
            let text = error.render().to_string();
            let tip = text.lines().find_map(|line| line.trim().strip_prefix("tip: ").map(str::to_owned));
            tip.unwrap_or_default()
        };
        for words in [
            &["init"][..],
            &["undeploy"],
            &["describe"],
            &["server"],
            &["node", "reboot", "x"],
            &["node", "boot", "x"],
            &["node", "get", "x"],
            &["deploy", "x", "--keypair", "k"],
        ] {
            assert_eq!(suggested(words), "", "{words:?}");
        }
        for (words, meant) in [
            (&["delpoy"][..], "'deploy'"),
            (&["nodes"], "'node'"),
            (&["schedul"], "'schedule'"),
            (&["histroy"], ""),
            (&["deploy", "x", "--image-cheksum", "y"], "'--image-checksum'"),
        ] {
            assert!(suggested(words).contains(meant), "{words:?}: {}", suggested(words));
        }
    }
}
