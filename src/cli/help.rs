//! How help looks, and the texts that help and manual pages share.

use std::ffi::OsString;
use std::fmt::Write as _;

use clap::Args as _;
use clap::builder::{StyledStr, Styles};

use super::failure::{EXIT_CODES, Failure, Kind};
use super::global::Global;
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

/// The commands by what they are for, as on the first page of help.
const GROUPS: [(&str, &[&str]); 7] = [
    ("Get started", &["lab", "doctor"]),
    ("Deploy", &["deploy", "list", "show", "wait", "rebuild", "destroy"]),
    ("Operate", &["power", "console", "boot-device", "rescue", "unrescue", "nmi", "vif", "watch"]),
    ("Nodes", &["enroll", "node", "export"]),
    ("Plan", &["flavor", "schedule", "capacity", "reservation"]),
    ("Check", &["why", "audit", "gc"]),
    ("Tools", &["completions", "man"]),
];

/// Wrapped text is no wider than this, however wide the terminal.
const WIDEST: usize = 100;

/// What `farrier help TOPIC` knows besides commands.
const TOPICS: [&str; 6] = ["options", "clouds", "conditions", "exit-codes", "environment", "files"];

/// How a cloud is selected, and where its settings come from.
pub const CLOUDS: &str = "\
The cloud is, in this order: --os-cloud or OS_CLOUD (an entry of clouds.yaml);
--os-endpoint; the cloud that OS_* variables describe; the only entry of
clouds.yaml.

Several clouds act as one pool: name them with --os-cloud a,b, or name a group of
clouds from ~/.config/farrier/config.yaml. farrier looks for names in all of them,
and prefers the cloud that is named first if machines are equal. If a cloud does not
answer, farrier warns, continues with the others, and exits with code 10; names that
may exist in that cloud are not created or changed until it is left out of
--os-cloud.

Files: clouds.yaml, secure.yaml and clouds-public.yaml, each from the path in its
variable (`farrier help environment`), the current directory, ~/.config/openstack
or /etc/openstack; as .yaml, .yml or .json. Only the first file found is read.

Precedence: secure.yaml overrides clouds.yaml, and clouds.yaml overrides the profile
in clouds-public.yaml. Settings of a region override those of its cloud. Settings
beside `auth` override those in `auth`. For an entry of clouds.yaml, variables only
fill in what the files leave out, and only OS_PASSWORD, OS_PASSCODE, OS_REGION_NAME
and OS_INTERFACE. Without an entry, each setting is a variable (OS_AUTH_URL, …).

The URL of Ironic is --os-endpoint, baremetal_endpoint_override, endpoint, or the
one in Keystone's catalog.";

/// The forms of a condition on nodes, each with its meaning.
pub const CONDITIONS: &[(&str, &str)] = &[
    ("name~rack4-*", "matches a pattern: * is any text, ? is any one character"),
    ("name!~*-spare", "does not match a pattern"),
    ("maintenance=true", "equals a value; case-sensitive"),
    ("provision_state!=active", "does not equal a value, or is missing"),
    ("properties.memory_mb>=262144", "compares numbers: also <, <=, >"),
    ("provision_updated_at<2026-11-01", "compares times: a date, or 2026-11-01T12:30:00Z"),
    ("traits=CUSTOM_NVME", "a list contains a value; != for does not contain"),
    ("extra.location.row=7", "a key at any depth"),
    ("properties.capabilities:boot_mode=uefi", "a capability"),
    ("instance_uuid=", "is null, empty or missing"),
    ("instance_uuid!=", "is set"),
    ("properties.root_device={\"hctl\": \"0:0:0:0\"}", "equals a JSON value"),
];

/// What else there is to know about conditions.
pub const ON_CONDITIONS: &str = "\
A condition is a key of the node in JSON (`farrier node show NODE -f json`), an
operator and a value. Quote it, because shells interpret < and >. If you repeat
--where, a node must meet all conditions. A missing field matches no comparison and
no pattern. For secrets, you can only test whether they are set. Ironic evaluates
most conditions with =; for others, farrier reads all nodes.";

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
    let command = command
        .help_template(TEMPLATE)
        .max_term_width(WIDEST)
        .styles(styles)
        .mut_args(
            |arg| if arg.is_global_set() { arg.hide_short_help(true).hide_long_help(true) } else { arg },
        )
        .mut_args(with_values_in_long_help)
        .mut_subcommands(dress);
    if command.has_subcommands() {
        return command;
    }
    let options = global_options();
    let after = command.get_after_long_help().map(|text| format!("{}\n\n{}", text.ansi(), options.ansi()));
    command.after_help(options).after_long_help(after.map_or_else(global_options, StyledStr::from))
}

/// Moves the possible values of an option to its long help, unless they fit into its one line of short help.
fn with_values_in_long_help(arg: clap::Arg) -> clap::Arg {
    /// What of a line the help of an option may take.
    const LINE: usize = 44;
    let values = arg.get_possible_values();
    let short = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let names: usize = values.iter().map(|value| value.get_name().len() + ", ".len()).sum();
    let is_flag = !arg.get_action().takes_values();
    if is_flag || values.is_empty() || short.len() + " [possible values: ]".len() + names <= LINE {
        return arg;
    }
    let mut long = arg.get_long_help().map_or(short, ToString::to_string);
    long.push_str("\n\nPossible values:");
    for value in values.iter().filter(|value| !value.is_hide_set()) {
        let about = value.get_help().map(|about| format!(": {about}")).unwrap_or_default();
        let _ = write!(long, "\n- {}{about}", value.get_name());
    }
    arg.long_help(long).hide_possible_values(true)
}

/// The line that stands for the global options in the help of each command.
fn global_options() -> StyledStr {
    let topic = color::paint(true, color::TYPE_THIS, "farrier help options");
    format!("{} see `{topic}`", heading("Global options")).into()
}

/// Lays out the first page of help: the commands in groups, instead of one list.
#[must_use]
pub(super) fn first_page(command: clap::Command) -> clap::Command {
    let width = command.get_subcommands().map(|sub| sub.get_name().len()).max().unwrap_or(0);
    let mut groups = String::new();
    for (group, names) in GROUPS {
        let _ = write!(groups, "{}", heading(group));
        for name in names {
            let about = command.find_subcommand(name).and_then(clap::Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            let padding = " ".repeat(width - name.len());
            let _ = write!(groups, "\n  {}{padding}  {about}", color::paint(true, color::TYPE_THIS, name));
        }
        groups.push_str("\n\n");
    }
    let template = "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n";
    let foot = format!("{}\n{}", global_options().ansi(), topics().ansi());
    command.help_template(format!("{template}{groups}{foot}"))
}

/// The global options, as `farrier help options` prints them.
fn options() -> StyledStr {
    let command = Global::augment_args(clap::Command::new("farrier").disable_help_flag(true));
    dress(command).mut_args(|arg| arg.hide_long_help(false)).help_template("{all-args}").render_long_help()
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

/// The line that names the topics of help.
fn topics() -> StyledStr {
    let names = TOPICS.map(|name| color::paint(true, color::TYPE_THIS, name));
    format!("{} farrier help {}", heading("More help"), names.join(" | ")).into()
}

/// The text of `farrier help TOPIC`, if that is what was asked for.
pub(super) fn topic(argv: &[OsString]) -> Option<StyledStr> {
    let words = without_global_options(argv);
    let ["help", asked] = words.as_slice() else { return None };
    match *asked {
        "options" => Some(options()),
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
            for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
                collect(sub, &format!("{words} {}", sub.get_name()), all);
            }
        }
        let mut command = super::super::command();
        // Only a command that is built knows the global options.
        command.build();
        let mut all = Vec::new();
        collect(&command, "farrier", &mut all);
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
        assert!(far.starts_with("the topics are options, clouds, conditions, exit-codes, "), "{far}");
        for known in [&["help", "exit-codes"][..], &["help", "deploy"], &["help"], &["help", "node", "list"]]
        {
            assert_eq!(asked(known), None, "{known:?}");
        }
    }

    #[test]
    fn every_command_is_in_one_group_of_the_first_page() {
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        grouped.sort_unstable();
        let command = super::super::command();
        let mut names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        names.sort_unstable();
        assert_eq!(grouped, names);
    }

    #[test]
    fn short_help_fits_on_two_screens() {
        const SCREEN: usize = 24;
        for (words, command) in commands() {
            let screens = if words == "farrier deploy" { 3 } else { 2 };
            let help = command.clone().term_width(80).render_help().to_string();
            let lines = help.lines().count();
            assert!(lines <= screens * SCREEN, "{words}: {lines} lines\n{help}");
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
