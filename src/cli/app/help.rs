//! The layout of help, and the texts that help and manual pages share.

use std::ffi::OsString;
use std::fmt::Write as _;

use clap::Args as _;
use clap::builder::{StyledStr, Styles};

use super::failure::{EXIT_CODES, Failure, FailureKind};
use crate::cli::args::global::Global;
use crate::cloud::clouds_yaml::{OF_SERVICES, SETTINGS};
use crate::suggest::nearest;
use crate::ui::color;

/// Examples of a command: a description and a command line. A line that ends with `\` continues on the next one.
pub type Examples = &'static [(&'static str, &'static str)];

/// The environment variables that farrier reads, with their meanings.
pub const ENVIRONMENT: &[(&str, &str)] = &[
    ("OS_CLOUD", "cloud or group of clouds (one name only); --os-cloud overrides it"),
    ("OS_ENDPOINT", "URL of Ironic, if no cloud is selected"),
    ("OS_AUTH_URL, OS_USERNAME, OS_PASSWORD, …", "the cloud, if none is selected: see `farrier help clouds`"),
    ("OS_CLIENT_CONFIG_FILE", "path of clouds.yaml"),
    ("OS_CLIENT_SECURE_FILE", "path of secure.yaml"),
    ("OS_CLIENT_VENDOR_FILE", "path of clouds-public.yaml"),
    ("FARRIER_IMAGE_PULL_SECRET", "pull secret for oci:// images"),
    ("FARRIER_RESCUE_PASSWORD", "password for `farrier rescue`, unless --password-file is given"),
    ("FARRIER_LOG", "log filter, such as `farrier=debug,reqwest=info`; logs to stderr, independent of -v"),
    ("FARRIER_NO_INPUT", "if not empty: never prompt, as without a terminal"),
    ("RUST_LOG", "log filter for the libraries; only with --debug"),
    ("NO_COLOR", "if not empty: no color, unless --color is given"),
    ("CLICOLOR_FORCE", "if neither empty nor 0: color even without a terminal"),
    ("CLICOLOR", "if 0: no color"),
    ("COLUMNS", "maximum width of tables (default: the terminal's width)"),
    ("CI", "if neither empty nor `false`: plain progress lines even on a terminal"),
    ("HTTPS_PROXY, HTTP_PROXY, NO_PROXY", "HTTP proxies, as for curl"),
    ("SSL_CERT_FILE", "CA certificates to trust instead of the system's (`cacert` adds to them)"),
    ("XDG_CONFIG_HOME, XDG_CACHE_HOME, XDG_STATE_HOME", "replace ~/.config, ~/.cache and ~/.local/state"),
];

/// The files that farrier reads by default.
pub const FILES: &[(&str, &str)] = &[
    ("./clouds.yaml", "clouds; secrets can be in secure.yaml: see `farrier help clouds`"),
    ("~/.config/openstack/clouds.yaml", "clouds; read only if the current directory has no clouds.yaml"),
    ("/etc/openstack/clouds.yaml", "clouds for all users; read only if neither of the above exists"),
    ("~/.config/farrier/config.yaml", "groups of clouds: `cloud_groups: {lab: [north, south]}`"),
    ("~/.config/farrier/flavors/", "flavor files (more: --flavor-file)"),
    ("~/.local/state/farrier/sent-secrets", "fingerprints of the secrets that farrier sent to Ironic"),
    ("~/.local/state/farrier/durations.json", "durations of earlier operations, for estimates"),
    ("~/.local/state/farrier/lab/", "the lab: its database, logs and clouds.yaml"),
    ("~/.local/state/farrier/demo/", "the lab of `farrier lab demo`"),
    ("~/.cache/farrier/tokens/", "cached Keystone tokens"),
    ("~/.cache/farrier/lab/", "Ironic for the lab"),
];

const TEMPLATE: &str = "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// The groups of commands on the first page of help.
const GROUPS: [(&str, &[&str]); 7] = [
    ("Get started", &["lab", "doctor"]),
    ("Deploy", &["deploy", "list", "show", "wait", "rebuild", "destroy"]),
    ("Operate", &["power", "console", "boot-device", "rescue", "unrescue", "nmi", "vif", "watch"]),
    ("Nodes", &["enroll", "node", "export"]),
    ("Plan", &["flavor", "schedule", "capacity", "reservation"]),
    ("Check", &["why", "audit", "gc"]),
    ("Tools", &["schema", "completions", "man"]),
];

/// The maximum width of wrapped text, even on wider terminals.
const WIDEST: usize = 100;

/// The topics of `farrier help TOPIC` that are not commands.
const TOPICS: [&str; 7] = ["options", "clouds", "conditions", "exit-codes", "environment", "files", "json"];

/// How farrier selects a cloud and reads its settings.
pub const CLOUDS: &str = "\
farrier uses the first of these that is set:

  1. --os-cloud: an entry in clouds.yaml, or a group of clouds
  2. --os-endpoint: the URL of Ironic, with the login of the OS_* variables
  3. OS_CLOUD: the same as --os-cloud, with a single name
  4. the cloud of OS_AUTH_URL, OS_ENDPOINT and the other OS_* variables
  5. the entry in clouds.yaml, if there is only one

Several clouds act as one pool: name them with --os-cloud a,b, or name a group
of clouds in ~/.config/farrier/config.yaml. farrier looks up names in all of
them. If nodes fit equally well, it prefers the cloud that is named first. If a
cloud is unreachable, farrier warns, continues with the others, and exits with
code 10. It does not create or change an object if its name may exist in the
unreachable cloud. To do so anyway, remove that cloud from --os-cloud.

Files: clouds.yaml, secure.yaml and clouds-public.yaml. farrier looks for each
file at the path in its variable (`farrier help environment`), then in the
current directory, ~/.config/openstack and /etc/openstack. It reads only the
first one found. The extension can be .yaml, .yml or .json.

Precedence: secure.yaml overrides clouds.yaml, and clouds.yaml overrides the
profile in clouds-public.yaml. Settings of a region override those of its cloud.
Settings next to `auth` override those in `auth`.

Variables: if an entry in clouds.yaml lacks the password, passcode, region or
interface, OS_PASSWORD, OS_PASSCODE, OS_REGION_NAME or OS_INTERFACE provides it;
other variables are ignored. Without an entry, each setting comes from its
variable: `auth_url` from OS_AUTH_URL, and so on.

The URL of Ironic is the first of these that is set: --os-endpoint,
baremetal_endpoint_override, endpoint, the URL in Keystone's catalog.

In the names of settings, SERVICE is baremetal, network, image or compute.";

/// Examples of conditions on nodes, with their meanings.
pub const CONDITIONS: &[(&str, &str)] = &[
    ("name~rack4-*", "matches a pattern: * is any text, ? is any one character"),
    ("name!~*-spare", "does not match a pattern"),
    ("maintenance=true", "equals a value; case-sensitive"),
    ("provision_state!=active", "does not equal a value, or is not set"),
    ("properties.memory_mb>=262144", "compares numbers: also <, <=, >"),
    ("provision_updated_at<2026-11-01", "compares times: a date, or 2026-11-01T12:30:00Z"),
    ("traits=CUSTOM_NVME", "a list contains a value; with !=: does not contain it"),
    ("extra.location.row=7", "a key at any depth"),
    ("properties.capabilities:boot_mode=uefi", "a capability"),
    ("instance_uuid=", "is not set: null, empty or missing"),
    ("instance_uuid!=", "is set"),
    ("properties.root_device={\"hctl\": \"0:0:0:0\"}", "equals a JSON value"),
];

/// The introduction to conditions.
pub const ON_CONDITIONS: &str = "\
A condition is KEY, an operator and a value. KEY is a field of the node, as in
`farrier node show NODE -f json`; a dot separates nested keys. Quote the
condition, because shells interpret <, > and !. If you repeat --where, a node
must meet all conditions. If a node does not have the key, only KEY!=VALUE,
KEY!~PATTERN and KEY= match. For secrets, you can only test whether they are
set.

Ironic itself filters only with = and only by conductor_group, driver, fault,
instance_name, instance_uuid, lessee, maintenance, owner, provision_state,
resource_class, retired and shard. For all other conditions, farrier reads all
nodes.";

/// The output of farrier in JSON.
pub const JSON: &str = "\
With -f json, the result on stdout is one JSON value. Commands for several nodes or
instances print a list, others an object. Lists have one object per node or instance,
including those that failed: their `error` says why. Keys are always present, unless
the schema says otherwise; null means that a value is unknown or does not apply.
Sizes and durations are numbers; the end of a key is their unit (`ram_mb`,
`duration_s`). With --column, the objects of a list have only these keys.

`farrier watch` and --watch print one object per line: `time`, `event` (`listed`,
`added`, `changed` or `removed`), `row` and `changes`.

An error is one object on stderr, also with --progress json. `kind` and `code` (the
exit code) are stable, and `message` is not:

  {\"error\": {\"code\": 5, \"kind\": \"not_found\", \"message\": \"…\", \"hint\": \"…\",
   \"node\": null}}

With --progress json, stderr has one event per line. All events have these keys:
`time`, `event`, `name`, `node`, `stage`, `message`, and durations in seconds.
`event` is `started`, `claimed`, `stage`, `waiting`, `retrying` or `undoing`; the last
event of each node or instance is `done`, `failed` or `detached` (the operation
continues in Ironic). `note`, `warning` and `hint` are messages without a node or
instance. The last event is `summary`; an error object may follow it.

`farrier schema` prints the JSON Schema of all of these: `farrier schema deploy`,
`farrier schema error`, `farrier schema event`. New versions may add keys.";

/// The settings of clouds, by their names.
#[must_use]
pub fn settings() -> Vec<(String, String)> {
    let all = SETTINGS.iter().map(|(keys, meaning)| (keys.join(", "), (*meaning).to_owned()));
    let of_service = |(suffix, meaning): &(&str, &str)| (format!("SERVICE_{suffix}"), (*meaning).to_owned());
    let lists = [
        ("regions", "names of regions, or `name` and `values` (settings of that region)"),
        ("auth_methods", "factors of v3multifactor"),
    ];
    let lists = lists.map(|(name, meaning)| (name.to_owned(), meaning.to_owned()));
    all.chain(lists).chain(OF_SERVICES.iter().map(of_service)).collect()
}

/// Applies the styles and the layout of farrier's help to a command and its subcommands.
#[must_use]
pub(crate) fn apply_styles(command: clap::Command) -> clap::Command {
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
        .mut_args(with_format_of_durations)
        .mut_args(with_default_in_help)
        .mut_args(with_values_in_long_help)
        .mut_subcommands(apply_styles);
    if command.has_subcommands() {
        return command;
    }
    let options = global_options();
    let after = command.get_after_long_help().map(|text| format!("{}\n\n{}", text.ansi(), options.ansi()));
    command.after_help(options).after_long_help(after.map_or_else(global_options, StyledStr::from))
}

/// Shows the default value of an option as `(default: VALUE)` at the end of the first line of its help.
fn with_default_in_help(arg: clap::Arg) -> clap::Arg {
    let defaults: Vec<String> =
        arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    if defaults.is_empty() || !arg.get_action().takes_values() || arg.is_hide_default_value_set() {
        return arg;
    }
    let with_default = |help: &StyledStr| {
        let help = help.to_string();
        let (first, details) = help.split_once("\n\n").unwrap_or((&help, ""));
        format!("{first} (default: {})\n\n{details}", defaults.join(",")).trim_end().to_owned()
    };
    let (short, long) = (arg.get_help().map(with_default), arg.get_long_help().map(with_default));
    let arg = if let Some(long) = long { arg.long_help(long) } else { arg };
    let arg = if let Some(short) = short { arg.help(short) } else { arg };
    arg.hide_default_value(true)
}

/// Adds the format of durations to the long help of an option that takes one.
fn with_format_of_durations(arg: clap::Arg) -> clap::Arg {
    const FORMAT: &str = "DURATION: seconds, or a time such as `90s`, `10m`, `1h30m` or `2d`.";
    if arg.get_value_names().is_none_or(|names| names.iter().all(|name| name != "DURATION")) {
        return arg;
    }
    let long = match (arg.get_long_help(), arg.get_help()) {
        (Some(long), _) => format!("{long} {FORMAT}"),
        (None, help) => format!("{}\n\n{FORMAT}", help.map(ToString::to_string).unwrap_or_default()),
    };
    arg.long_help(long)
}

/// Moves the possible values of an option to its long help, unless its short help fits on one line with them.
fn with_values_in_long_help(arg: clap::Arg) -> clap::Arg {
    /// The columns of a line for the help of an option.
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

/// The line that refers to the global options in the help of each command.
fn global_options() -> StyledStr {
    let topic = color::paint(true, color::TYPE_THIS, "farrier help options");
    format!("{} see `{topic}`", heading("Global options")).into()
}

/// Lists the commands in groups on the first page of help.
#[must_use]
pub(crate) fn first_page(command: clap::Command) -> clap::Command {
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
    command.help_template(format!("{template}{groups}{}", topics().ansi()))
}

/// The global options, as `farrier help options` prints them.
fn options() -> StyledStr {
    let command = Global::augment_args(clap::Command::new("farrier").disable_help_flag(true));
    apply_styles(command)
        .mut_args(|arg| arg.hide_long_help(false))
        .after_long_help(format!(
            "{}\n  -h, --help     Print help for any command (--help: with examples and details)\n  \
             -V, --version  Print the version of farrier (with -v: details)",
            heading("Help and version")
        ))
        .help_template("{all-args}{after-help}")
        .render_long_help()
}

/// The help of `--flavor` in commands that choose nodes.
pub(crate) fn flavor_of_request(flavor: clap::Arg) -> clap::Arg {
    flavor.long_help("Flavor, from a file or Nova\n\nThe other selection options override its values.")
}

/// Replaces the first line of an option's help.
pub(crate) fn with_other_summary(arg: clap::Arg, summary: &str) -> clap::Arg {
    let long = arg.get_long_help().map(ToString::to_string).unwrap_or_default();
    let details = long.split_once("\n\n").map(|(_, details)| format!("\n\n{details}")).unwrap_or_default();
    arg.help(summary.to_owned()).long_help(format!("{summary}{details}"))
}

/// The section with examples, for a command's long help.
#[must_use]
pub fn examples(examples: Examples) -> StyledStr {
    let mut text = heading("Examples");
    for (what, command) in examples {
        let lines: Vec<String> =
            command.lines().map(|line| color::paint(true, color::TYPE_THIS, line.trim_start())).collect();
        let _ = write!(text, "\n  # {what}\n  $ {}\n", lines.join("\n      "));
    }
    text.truncate(text.trim_end().len());
    text.into()
}

/// What exit code 10 means for commands with several targets.
pub(crate) const SOME_TARGETS: &[(u8, &str)] = &[(10, "some targets failed, or a cloud is unreachable")];

/// The section with these exit codes, for a command's long help.
#[must_use]
pub fn exit_codes(codes: &[u8]) -> StyledStr {
    exit_codes_with(codes, &[])
}

/// The same, with what some of the codes mean for this command.
#[must_use]
pub(crate) fn exit_codes_with(codes: &[u8], own: &[(u8, &str)]) -> StyledStr {
    let rows = EXIT_CODES.iter().filter(|(code, _)| codes.contains(code));
    let meaning =
        |code, general| own.iter().find(|(own, _)| *own == code).map_or(general, |(_, meaning)| *meaning);
    let rows: Vec<_> = rows.map(|(code, general)| (code.to_string(), meaning(*code, *general))).collect();
    let title = "Exit codes (all: `farrier help exit-codes`)";
    table(title, rows.iter().map(|(code, meaning)| (code.as_str(), *meaning)))
}

/// The line that lists the topics of help. It has no spaces between them, to fit on a terminal.
fn topics() -> StyledStr {
    let names: Vec<String> = TOPICS.iter().map(|name| color::paint(true, color::TYPE_THIS, name)).collect();
    format!("{} farrier help {}", heading("More"), names.join("|")).into()
}

/// The text of `farrier help TOPIC`, if `argv` is this command.
pub(crate) fn topic(argv: &[OsString]) -> Option<StyledStr> {
    let arguments = without_global_options(argv);
    let ["help", topic] = arguments.as_slice() else { return None };
    match *topic {
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
        "exit-codes" => {
            let rows = EXIT_CODES.map(|(code, meaning)| (code.to_string(), meaning));
            Some(table("Exit codes", rows.iter().map(|(code, meaning)| (code.as_str(), *meaning))))
        }
        "environment" => Some(table("Environment", ENVIRONMENT.iter().copied())),
        "files" => Some(table("Files", FILES.iter().copied())),
        "json" => Some(JSON.into()),
        _ => None,
    }
}

/// The failure of `farrier help TOPIC` if TOPIC is neither a topic nor a command, or something follows a topic.
pub(crate) fn unknown_topic(argv: &[OsString], command: &clap::Command) -> Option<Failure> {
    let arguments = without_global_options(argv);
    let ["help", topic, more @ ..] = arguments.as_slice() else { return None };
    if let ([extra, ..], true) = (more, TOPICS.contains(topic)) {
        let problem = format!("unexpected argument `{}` after help topic `{topic}`", extra.escape_debug());
        return Some(Failure::new(FailureKind::Usage, problem).hint(format!("farrier help {topic}")));
    }
    if !more.is_empty()
        || topic.starts_with('-')
        || TOPICS.contains(topic)
        || command.find_subcommand(topic).is_some()
    {
        return None;
    }
    let commands = command.get_subcommands().filter(|command| !command.is_hide_set());
    let known: Vec<&str> = commands.map(clap::Command::get_name).chain(TOPICS).collect();
    let problem = format!("no command or help topic `{}`", topic.escape_debug());
    let topics = format!("topics: {}; list the commands: `farrier help`", TOPICS.join(", "));
    let near = nearest(topic, known).map(|near| format!("did you mean `farrier help {near}`?"));
    Some(Failure::new(FailureKind::Usage, problem).hints(near.into_iter().chain([topics])))
}

/// The arguments that are neither global options nor their values.
pub(crate) fn without_global_options(argv: &[OsString]) -> Vec<&str> {
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
    let mut others = Vec::new();
    let mut arguments = argv.iter().skip(1).filter_map(|argument| argument.to_str());
    while let Some(argument) = arguments.next() {
        if WITH_VALUE.contains(&argument) {
            arguments.next();
        } else if !argument.starts_with('-') || argument == "-h" || argument == "--help" {
            others.push(argument);
        }
    }
    others
}

/// The command line, quoted for a shell.
#[must_use]
pub(crate) fn command_line(argv: impl Iterator<Item = OsString>) -> String {
    let arguments = argv.skip(1).map(|argument| quoted(&argument.to_string_lossy()));
    std::iter::once("farrier".to_owned()).chain(arguments).collect::<Vec<_>>().join(" ")
}

/// An argument, quoted for a shell if necessary.
#[must_use]
pub(crate) fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', r"'\''"))
    }
}

fn heading(text: &str) -> String {
    color::paint(true, color::HEADING, &format!("{text}:"))
}

fn table<'a>(title: &str, rows: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> StyledStr {
    let width = rows.clone().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let mut text = heading(title);
    for (name, meaning) in rows {
        let padding = " ".repeat(width - name.chars().count());
        let _ = write!(text, "\n  {}{padding}  {meaning}", color::paint(true, color::TYPE_THIS, name));
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell_line::calls;

    /// Every command with its full name.
    fn commands() -> Vec<(String, clap::Command)> {
        fn collect(command: &clap::Command, name: &str, all: &mut Vec<(String, clap::Command)>) {
            all.push((name.to_owned(), command.clone()));
            for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
                collect(sub, &format!("{name} {}", sub.get_name()), all);
            }
        }
        let mut command = crate::cli::command();
        // clap adds the global options to subcommands when it builds the command.
        command.build();
        let mut all = Vec::new();
        collect(&command, "farrier", &mut all);
        all
    }

    #[test]
    fn every_condition_in_the_table_parses() {
        for (text, _) in CONDITIONS {
            let parsed = text.parse::<crate::ironic::condition::Condition>();
            assert!(parsed.is_ok(), "{text}: {}", parsed.unwrap_err());
        }
    }

    #[test]
    fn a_command_line_is_quoted_for_a_shell() {
        let argv = ["/usr/bin/farrier", "destroy", "a b", "it's", "", "-f", "json"].map(str::to_owned);
        assert_eq!(
            command_line(argv.into_iter().map(OsString::from)),
            r"farrier destroy 'a b' 'it'\''s' '' -f json"
        );
    }

    #[test]
    fn an_unknown_topic_lists_the_topics() {
        let hint = |arguments: &[&str]| {
            let argv: Vec<OsString> =
                std::iter::once(&"farrier").chain(arguments).map(OsString::from).collect();
            unknown_topic(&argv, &crate::cli::command())
                .map(|failure| failure.hint_text().unwrap_or_default())
        };
        let near = hint(&["help", "exit-code"]).expect("an unknown topic");
        assert!(near.starts_with("did you mean `farrier help exit-codes`?\n"), "{near}");
        let far = hint(&["--color", "never", "help", "foo"]).expect("an unknown topic");
        assert!(far.starts_with("topics: options, clouds, conditions, exit-codes, "), "{far}");
        let extra = hint(&["help", "options", "x"]).expect("an extra argument");
        assert_eq!(extra, "farrier help options");
        for known in [&["help", "exit-codes"][..], &["help", "deploy"], &["help"], &["help", "node", "list"]]
        {
            assert_eq!(hint(known), None, "{known:?}");
        }
    }

    #[test]
    fn every_command_is_in_one_group_of_the_first_page() {
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        grouped.sort_unstable();
        let command = crate::cli::command();
        let mut names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
        names.sort_unstable();
        assert_eq!(grouped, names);
    }

    #[test]
    fn short_help_fits_on_two_screens() {
        const SCREEN: usize = 24;
        for (name, command) in commands() {
            let screens = if name == "farrier deploy" { 3 } else { 2 };
            let help = command.clone().term_width(80).render_help().to_string();
            let lines = help.lines().count();
            assert!(lines <= screens * SCREEN, "{name}: {lines} lines\n{help}");
        }
    }

    #[test]
    fn the_last_lines_of_the_first_page_fit_on_a_terminal() {
        let line = topics().to_string();
        assert!(line.chars().count() <= 80, "{line}");
        assert!(line.ends_with("options|clouds|conditions|exit-codes|environment|files|json"), "{line}");
    }

    #[test]
    fn the_command_passes_the_checks_of_clap() {
        crate::cli::command().debug_assert();
    }

    #[test]
    fn every_variable_of_an_option_is_in_the_table() {
        for (name, command) in commands() {
            for variable in command.get_arguments().filter_map(|argument| argument.get_env()) {
                let known = ENVIRONMENT.iter().any(|(known, _)| variable == *known);
                assert!(known, "{name}: {} is missing in ENVIRONMENT", variable.display());
            }
        }
    }

    #[test]
    fn every_command_has_examples_that_it_understands() {
        /// The columns of a terminal. A line that is wrapped cannot be pasted.
        const TERMINAL: usize = 80;
        for (name, command) in commands() {
            if command.has_subcommands() && name != "farrier" {
                continue;
            }
            let help = command.get_before_long_help().map(ToString::to_string).unwrap_or_default();
            for line in help.lines() {
                assert!(line.chars().count() <= TERMINAL, "{name}: `{line}` would be wrapped");
            }
            let help = help.replace("\\\n", " ");
            let examples: Vec<&str> =
                help.lines().filter_map(|line| line.trim().strip_prefix("$ ")).collect();
            assert!(!examples.is_empty(), "{name} has no examples");
            for example in examples {
                for argv in calls(example) {
                    let parsed = crate::cli::command().try_get_matches_from(&argv);
                    let topic = topic(&argv.iter().map(OsString::from).collect::<Vec<_>>());
                    assert!(
                        parsed.is_ok() || topic.is_some(),
                        "{name}: `{example}`: {}",
                        parsed.unwrap_err()
                    );
                }
            }
        }
    }
}
