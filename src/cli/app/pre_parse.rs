//! Output before the command line is parsed: help, the version, and usage errors.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::io;
use std::process::ExitCode;

use clap::ValueEnum;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::failure::{Failure, FailureKind};
use super::help;
use crate::ironic::version::{CEILING, FLOOR};
use crate::suggest::nearest;
use crate::ui::color::ColorChoice;
use crate::ui::output::OutputFormat;
use crate::ui::progress::ProgressMode;
use crate::ui::{Ui, UiOptions};

/// The options that also apply to usage errors, read from a command line that may be invalid.
fn options(argv: &[OsString]) -> UiOptions {
    let mut options = UiOptions::default();
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
            let format = value(rest).and_then(|value| OutputFormat::from_str(&value, false).ok());
            options.format = format.unwrap_or(options.format);
        } else if let Some(cluster) = argument.strip_prefix('-').filter(|rest| !rest.starts_with('-')) {
            // `-f` can follow short options without a value, and its value can follow without a space.
            if let Some(rest) = cluster.trim_start_matches(['q', 'v', 'y']).strip_prefix('f') {
                let value = value(rest).unwrap_or_else(|| rest.to_owned());
                options.format = OutputFormat::from_str(&value, false).unwrap_or(options.format);
            }
        }
    }
    options
}

/// The version; with `-v`, also the target, the TLS library and the supported API versions.
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

/// The UI for output before the command line is parsed.
pub(crate) fn ui(argv: &[OsString]) -> Ui {
    Ui::new(options(argv))
}

/// Commands that change nothing. They are suggested for similar words; other commands only for a single typing error.
const READ_ONLY: [&str; 22] = [
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

/// Removes suggestions that are not similar enough, and commands that change machines unless there is only a single
/// typing error: clap would suggest `nmi` for `init`, and `deploy` for `undeploy`.
pub(crate) fn remove_unlikely_suggestions(error: &mut clap::Error, argv: &[OsString]) {
    let texts = |error: &clap::Error, kind| match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    };
    for (typed, suggested) in [
        (ContextKind::InvalidSubcommand, ContextKind::SuggestedSubcommand),
        (ContextKind::InvalidArg, ContextKind::SuggestedArg),
        (ContextKind::InvalidValue, ContextKind::SuggestedValue),
    ] {
        let Some(typed) = texts(error, typed).pop() else { continue };
        let mut likely = texts(error, suggested);
        let count = likely.len();
        let is_option = suggested == ContextKind::SuggestedArg;
        likely.retain(|suggestion| {
            let distance = strsim::osa_distance(&typed, suggestion);
            let is_near = || nearest(&typed, [suggestion.as_str()]).is_some();
            let is_similar = match suggested {
                ContextKind::SuggestedArg => distance <= suggestion.len() / 4,
                ContextKind::SuggestedValue => is_near(),
                _ => READ_ONLY.contains(&suggestion.as_str()) && is_near(),
            };
            is_similar || distance <= 1 && suggestion.len() > 3
        });
        if likely.len() == count {
            continue;
        }
        error.remove(suggested);
        if is_option {
            // The usage that clap shows contains the suggested option.
            error.insert(ContextKind::Usage, ContextValue::StyledStr(usage(argv)));
        } else if !likely.is_empty() {
            error.insert(suggested, ContextValue::Strings(likely));
        }
    }
}

/// The usage line of the subcommand in a command line.
fn usage(argv: &[OsString]) -> StyledStr {
    let mut root = crate::cli::command();
    root.build();
    let mut command = &mut root;
    for word in help::without_global_options(argv) {
        if command.find_subcommand(word).is_none() {
            break;
        }
        command = command.find_subcommand_mut(word).expect("it was found");
    }
    command.render_usage()
}

/// Prints help or the version on stdout, or a usage error on stderr, and returns the exit code.
pub(crate) fn end(error: &clap::Error, argv: &[OsString]) -> ExitCode {
    let ui = &ui(argv);
    let exit_code = |printed: io::Result<()>| match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => super::failure::end(&error.into(), ui),
    };
    match error.kind() {
        ErrorKind::DisplayHelp => exit_code(ui.styled(&error.render())),
        ErrorKind::DisplayVersion => exit_code(ui.text(&version(argv))),
        _ if ui.prints_errors_as_json() => super::failure::end(&usage_failure(error).into(), ui),
        _ => {
            ui.styled_error(&error.render());
            FailureKind::Usage.exit_code().into()
        }
    }
}

/// The failure for a usage error of clap: the first paragraph of its text is the message, and its tips are the hints.
fn usage_failure(error: &clap::Error) -> Failure {
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
    let hints = if tips.is_empty() { vec!["for more information, try `--help`"] } else { tips };
    Failure::new(FailureKind::Usage, message).hints(hints)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(arguments: &[&str]) -> OutputFormat {
        let argv: Vec<OsString> = std::iter::once(&"farrier").chain(arguments).map(OsString::from).collect();
        options(&argv).format
    }

    #[test]
    fn the_format_is_found_in_every_notation() {
        for arguments in [
            &["list", "-f", "json"][..],
            &["-fjson", "list"],
            &["-f=json"],
            &["-qf", "json"],
            &["-vvfjson"],
            &["--format", "json"],
            &["--format=json", "--no-such-option"],
        ] {
            assert_eq!(format(arguments), OutputFormat::Json, "{arguments:?}");
        }
        for arguments in [&["list"][..], &["-f"], &["-f", "xml"], &["--", "-f", "json"], &["--formats=json"]]
        {
            assert_eq!(format(arguments), OutputFormat::Table, "{arguments:?}");
        }
    }

    /// The text of a usage error, as it is printed.
    fn usage_error(arguments: &[&str]) -> String {
        let argv: Vec<OsString> = std::iter::once(&"farrier").chain(arguments).map(OsString::from).collect();
        let mut error = crate::cli::command().try_get_matches_from(&argv).expect_err("invalid arguments");
        remove_unlikely_suggestions(&mut error, &argv);
        error.render().to_string()
    }

    #[test]
    fn an_unknown_option_shows_the_usage_of_its_command() {
        for (arguments, usage) in [
            (&["deploy", "--no-such-option"][..], "Usage: farrier deploy [OPTIONS] --image IMAGE [NAME]"),
            (&["schedule", "--no-such-option"], "Usage: farrier schedule [OPTIONS]"),
            (&["-f", "json", "lab", "up", "--no-such-option"], "Usage: farrier lab up [OPTIONS]"),
            (&["wait", "--no-such-option"], "Usage: farrier wait [OPTIONS] <NAME>..."),
        ] {
            let text = usage_error(arguments);
            assert!(text.lines().any(|line| line == usage), "{arguments:?}: {text}");
        }
    }

    #[test]
    fn suggestions_are_similar_and_change_machines_only_for_a_single_typing_error() {
        let suggested = |arguments: &[&str]| {
            let text = usage_error(arguments);
            let tip = text.lines().find_map(|line| line.trim().strip_prefix("tip: ").map(str::to_owned));
            tip.unwrap_or_default()
        };
        for arguments in [
            &["init"][..],
            &["undeploy"],
            &["describe"],
            &["server"],
            &["node", "reboot", "x"],
            &["node", "boot", "x"],
            &["node", "get", "x"],
            &["deploy", "x", "--keypair", "k"],
            &["completions", "tcsh"],
        ] {
            assert_eq!(suggested(arguments), "", "{arguments:?}");
        }
        for (arguments, expected) in [
            (&["delpoy"][..], "'deploy'"),
            (&["nodes"], "'node'"),
            (&["schedul"], "'schedule'"),
            (&["histroy"], ""),
            (&["deploy", "x", "--image-cheksum", "y"], "'--image-checksum'"),
            (&["completions", "fsh"], "'fish'"),
        ] {
            let tip = suggested(arguments);
            assert!(tip.contains(expected), "{arguments:?}: {tip}");
        }
    }
}
