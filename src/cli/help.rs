//! How help looks, and the texts that help and manual pages share.

use std::ffi::OsString;
use std::fmt::Write as _;

use clap::builder::{StyledStr, Styles};

use super::failure::{EXIT_CODES, Failure, Kind};
use crate::cloud::entry::{OF_SERVICES, SETTINGS};
use crate::spelling::nearest;
use crate::ui::color;

/// What a command can do for whoever reads its help: what it is for, and what to type.
pub type Examples = &'static [(&'static str, &'static str)];

/// The environment variables that farrier reads besides those of options, with what they do. Options name theirs.
pub const ENVIRONMENT: &[(&str, &str)] = &[
    ("OS_CLOUD", "the cloud in clouds.yaml, as --os-cloud"),
    ("OS_ENDPOINT", "Ironic's URL, as --os-endpoint"),
    ("OS_AUTH_URL, OS_USERNAME, OS_PASSWORD, …", "the cloud where none is named: `farrier help clouds`"),
    ("OS_CLIENT_CONFIG_FILE", "the clouds.yaml to read before those under Files"),
    ("OS_CLIENT_SECURE_FILE", "the secure.yaml to read before those"),
    ("OS_CLIENT_VENDOR_FILE", "the clouds-public.yaml to read before those"),
    ("FARRIER_IMAGE_PULL_SECRET", "what the registry of an oci:// image wants to hear"),
    ("FARRIER_RESCUE_PASSWORD", "what `rescue` sets for logging in, where --password-file is not given"),
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
    (
        "XDG_CONFIG_HOME, XDG_CACHE_HOME, XDG_STATE_HOME",
        "what to read as ~/.config, ~/.cache and ~/.local/state",
    ),
];

/// The files that farrier reads unasked.
pub const FILES: &[(&str, &str)] = &[
    ("./clouds.yaml", "clouds, with secure.yaml beside it for what is secret: `farrier help clouds`"),
    ("~/.config/openstack/clouds.yaml", "the same, where there is none in the current directory"),
    ("/etc/openstack/clouds.yaml", "the same, for everybody"),
    ("~/.config/farrier/config.yaml", "groups of clouds: `cloud_groups: {lab: [north, south]}`"),
    ("~/.config/farrier/flavors/", "flavor files, read unless --flavor-file names others"),
    ("~/.local/state/farrier/lab/", "the lab: its database, logs and clouds.yaml"),
    ("~/.cache/farrier/lab/", "the Ironic that labs run"),
];

const TEMPLATE: &str = "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// Wrapped text is no wider than this, however wide the terminal.
const WIDEST: usize = 100;

/// What `farrier help TOPIC` knows besides commands.
const TOPICS: [&str; 5] = ["clouds", "conditions", "exit-codes", "environment", "files"];

/// From where it is known which cloud is meant, and what is said of it.
pub const CLOUDS: &str = "\
Which cloud: what --os-cloud names in clouds.yaml, else OS_CLOUD; --os-endpoint,
else the cloud that OS_* variables describe; else the only cloud in clouds.yaml.

Files: clouds.yaml, secure.yaml and clouds-public.yaml, each in the place that
its variable names (`farrier help environment`), here, in ~/.config/openstack or
in /etc/openstack; as .yaml, .yml or .json. The first that is there is read.

What is said of a cloud in files: secure.yaml goes before clouds.yaml, and that
before the profile in clouds-public.yaml; what stands in one of `regions` before
what is said of all; what stands beside `auth` before what is in it. Variables
say what files leave out, and of that only OS_PASSWORD, OS_PASSCODE,
OS_REGION_NAME and OS_INTERFACE. Without a named cloud, each setting is a
variable: OS_AUTH_URL and so on.

Ironic's address: --os-endpoint, baremetal_endpoint_override, endpoint, and then
Keystone's catalog.";

/// How nodes are chosen by what Ironic knows of them: what is written, and what it means.
pub const CONDITIONS: &[(&str, &str)] = &[
    ("name~rack4-*", "a pattern for the whole value: * is any letters or none, ? is any one"),
    ("name!~*-spare", "not as the pattern"),
    ("maintenance=true", "just this value; by its letters, and large ones are not small ones"),
    ("provision_state!=active", "any other value, or none"),
    ("properties.memory_mb>=262144", "as numbers where both are: also <, <=, >"),
    ("provision_updated_at<2026-11-01", "a time: before a date, or 2026-11-01T12:30:00Z"),
    ("traits=CUSTOM_NVME", "a list with this value in it; != one without it"),
    ("extra.location.row=7", "keys of the operator's own, however deep"),
    ("properties.capabilities:boot_mode=uefi", "one of the capabilities"),
    ("instance_uuid=", "nothing there: null, empty or no such key"),
    ("instance_uuid!=", "anything there"),
    ("properties.root_device={\"hctl\": \"0:0:0:0\"}", "JSON, compared whole"),
];

/// What is said of conditions besides.
pub const ON_CONDITIONS: &str = "\
--where takes a key of a node in Ironic's JSON (`farrier node show NODE -f json`),
an operator and a value; quote it, for shells read < and > otherwise. Of several,
all must hold. What is not there is neither less nor greater than anything, and
like no pattern. Secrets can only be asked for being there. Most equalities are
left to Ironic; for the rest every node is read, with no more than is needed.";

/// The settings of clouds, by their names.
#[must_use]
pub fn settings() -> Vec<(String, String)> {
    let all = SETTINGS.iter().map(|(keys, meaning)| (keys.join(", "), (*meaning).to_owned()));
    let of_service = |(ending, meaning): &(&str, &str)| (format!("SERVICE_{ending}"), (*meaning).to_owned());
    let lists = [
        ("regions", "names of regions, or `name` and `values`: what differs there"),
        ("auth_methods", "the factors of v3multifactor"),
        ("SERVICE", "baremetal, network, image or compute"),
    ];
    let lists = lists.map(|(name, meaning)| (name.to_owned(), meaning.to_owned()));
    all.chain(lists).chain(OF_SERVICES.iter().map(of_service)).collect()
}

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
    let words = without_global_options(argv);
    let ["help", asked] = words.as_slice() else { return None };
    match *asked {
        "clouds" => {
            let mut text = format!("{CLOUDS}\n\n{}", heading("Settings"));
            for (names, meaning) in settings() {
                let _ = write!(text, "\n  {}\n      {meaning}", color::paint(true, color::TYPE_THIS, &names));
            }
            Some(text.into())
        }
        "conditions" => {
            let table = table("Conditions", CONDITIONS.iter().copied());
            Some(format!("{ON_CONDITIONS}\n\n{}", table.ansi()).into())
        }
        "exit-codes" => Some(exit_codes(&EXIT_CODES.map(|(code, _)| code))),
        "environment" => Some(table("Environment", ENVIRONMENT.iter().copied())),
        "files" => Some(table("Files", FILES.iter().copied())),
        _ => None,
    }
}

/// What is wrong with `farrier help TOPIC` if there is neither such a topic nor such a command.
pub(super) fn unknown_topic(argv: &[OsString], command: &clap::Command) -> Option<Failure> {
    let words = without_global_options(argv);
    let ["help", asked] = words.as_slice() else { return None };
    if asked.starts_with('-') || TOPICS.contains(asked) || command.find_subcommand(asked).is_some() {
        return None;
    }
    let commands = command.get_subcommands().filter(|command| !command.is_hide_set());
    let known: Vec<&str> = commands.map(clap::Command::get_name).chain(TOPICS).collect();
    let problem = format!("there is no command or help topic `{}`", asked.escape_debug());
    let topics = format!("the topics are {}; `farrier help` lists the commands", TOPICS.join(", "));
    let hint = match nearest(asked, known) {
        Some(meant) => format!("did you mean `farrier help {meant}`?\n{topics}"),
        None => topics,
    };
    Some(Failure::new(Kind::Usage, problem).hint(hint))
}

/// The words of a command line that are neither global options nor their values.
fn without_global_options(argv: &[OsString]) -> Vec<&str> {
    const WITH_VALUE: [&str; 11] = [
        "-f",
        "--format",
        "-c",
        "--column",
        "--sort",
        "--progress",
        "--color",
        "-j",
        "--jobs",
        "--os-cloud",
        "--os-endpoint",
    ];
    let mut words = Vec::new();
    let mut arguments = argv.iter().skip(1).filter_map(|word| word.to_str());
    while let Some(word) = arguments.next() {
        if WITH_VALUE.contains(&word) {
            arguments.next();
        } else if !word.starts_with('-') || word == "-h" || word == "--help" {
            words.push(word);
        }
    }
    words
}

/// The command line as it can be typed into a shell again.
#[must_use]
pub(super) fn command_line(argv: impl Iterator<Item = OsString>) -> String {
    let words = argv.skip(1).map(|word| quoted(&word.to_string_lossy()));
    std::iter::once("farrier".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

/// A word as a shell takes it for one.
#[must_use]
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command, with the words that call it.
    fn commands() -> Vec<(String, clap::Command)> {
        fn collect(command: &clap::Command, words: &str, all: &mut Vec<(String, clap::Command)>) {
            all.push((words.to_owned(), command.clone()));
            for sub in command.get_subcommands() {
                collect(sub, &format!("{words} {}", sub.get_name()), all);
            }
        }
        let mut all = Vec::new();
        collect(&super::super::command(), "farrier", &mut all);
        all
    }

    #[test]
    fn every_condition_of_the_table_is_one() {
        for (written, _) in CONDITIONS {
            let parsed = written.parse::<crate::ironic::condition::Condition>();
            assert!(parsed.is_ok(), "{written}: {}", parsed.unwrap_err());
        }
    }

    #[test]
    fn a_command_line_can_be_typed_again() {
        let argv = ["/usr/bin/farrier", "destroy", "a b", "it's", "", "-f", "json"].map(str::to_owned);
        assert_eq!(
            command_line(argv.into_iter().map(OsString::from)),
            r"farrier destroy 'a b' 'it'\''s' '' -f json"
        );
    }

    #[test]
    fn an_unknown_topic_is_answered_with_those_there_are() {
        let asked = |words: &[&str]| {
            let argv: Vec<OsString> = std::iter::once(&"farrier").chain(words).map(OsString::from).collect();
            unknown_topic(&argv, &super::super::command()).map(|failure| failure.hint.unwrap_or_default())
        };
        let near = asked(&["help", "exit-code"]).expect("there is no such topic");
        assert!(near.starts_with("did you mean `farrier help exit-codes`?\n"), "{near}");
        let far = asked(&["--color", "never", "help", "foo"]).expect("there is no such topic");
        assert!(far.starts_with("the topics are clouds, conditions, exit-codes, "), "{far}");
        for known in [&["help", "exit-codes"][..], &["help", "deploy"], &["help"], &["help", "node", "list"]]
        {
            assert_eq!(asked(known), None, "{known:?}");
        }
    }

    #[test]
    fn clap_finds_nothing_wrong() {
        super::super::command().debug_assert();
    }

    #[test]
    fn every_variable_of_an_option_is_in_the_table() {
        for (words, command) in commands() {
            for variable in command.get_arguments().filter_map(|argument| argument.get_env()) {
                let known = ENVIRONMENT.iter().any(|(name, _)| variable == *name);
                assert!(known, "{words}: {} is missing in ENVIRONMENT", variable.display());
            }
        }
    }

    #[test]
    fn every_command_has_examples_that_it_understands() {
        for (words, command) in commands() {
            if command.has_subcommands() && words != "farrier" {
                continue;
            }
            let help = command.get_before_long_help().map(ToString::to_string).unwrap_or_default();
            let examples: Vec<&str> =
                help.lines().filter_map(|line| line.trim().strip_prefix("$ ")).collect();
            assert!(!examples.is_empty(), "{words} has no examples");
            for example in examples {
                assert!(example.len() <= WIDEST - "  $ ".len(), "{words}: `{example}` would be wrapped");
                for argv in calls(example) {
                    let parsed = super::super::command().try_get_matches_from(&argv);
                    let topic = topic(&argv.iter().map(OsString::from).collect::<Vec<_>>());
                    assert!(
                        parsed.is_ok() || topic.is_some(),
                        "{words}: `{example}`: {}",
                        parsed.unwrap_err()
                    );
                }
            }
        }
    }

    /// The calls of farrier in a line of shell: pipes and redirections end one, quotes hold words together.
    fn calls(line: &str) -> Vec<Vec<String>> {
        let mut calls = vec![vec![]];
        let mut word: Option<String> = None;
        let mut quote = None;
        for c in line.chars().chain([' ']) {
            match (quote, c) {
                (Some(open), _) if open == c => quote = None,
                (None, '\'' | '"') => {
                    quote = Some(c);
                    word.get_or_insert_default();
                }
                (None, ' ' | '|' | '>' | '<' | ';' | '&' | ')') => {
                    calls.last_mut().expect("there is always a call").extend(word.take());
                    if c != ' ' {
                        calls.push(vec![]);
                    }
                }
                _ => word.get_or_insert_default().push(c),
            }
        }
        calls.retain(|call| call.first().is_some_and(|program| program == "farrier"));
        calls
    }

    #[test]
    fn a_line_of_shell_is_taken_apart() {
        let words = |line| calls(line).concat().join("/");
        assert_eq!(words("farrier list -f 'a b' | jq . > x"), "farrier/list/-f/a b");
        assert_eq!(words("cat x | farrier enroll -"), "farrier/enroll/-");
    }
}
