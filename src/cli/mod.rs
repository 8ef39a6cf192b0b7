//! The command line.
//!
//! | folder | content |
//! | --- | --- |
//! | `commands` | one file for each subcommand: its arguments, help and output |
//! | `args` | groups of options that several commands share |
//! | `app` | the program around the commands: connections, errors and exit codes, help, signals |
//!
//! To add a command: add a file with `Args` and `run` to `commands`, a `mod` line, a variant of `Command` and an arm in
//! `dispatch`.

pub mod app;
pub mod args;
pub mod commands;

use std::ffi::OsString;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::driver::watch::event::in_words;
use crate::rest::{self, Stop};
use crate::state_dir::estimates::EstimateFile;
use crate::state_dir::secret_fingerprints::FingerprintFiles;
use crate::ui::Ui;
use app::failure::{Failure, FailureKind};
pub use app::interrupt::Interrupt;
pub use args::global::Global;

/// Deploy operating systems to bare metal through OpenStack Ironic
///
/// farrier enrolls machines in Ironic, chooses the node that best fits a request, deploys an image to it, and waits
/// until the instance runs. All state is in Ironic, so any operator can continue what another one started.
#[derive(Debug, Parser)]
#[command(name = "farrier", version, before_long_help = app::help::examples(EXAMPLES))]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: app::help::Examples = &[
    ("Try farrier on this computer: a real Ironic with mock machines", "farrier lab up"),
    (
        "Use it in this shell",
        "export OS_CLOUD=farrier-lab \\
         OS_CLIENT_CONFIG_FILE=$(farrier lab status -f value -c clouds_yaml)",
    ),
    ("Enroll the machines in a file", "farrier enroll nodes.yaml"),
    (
        "Find a node with exactly 16 GiB of RAM, and show why others do not fit",
        "farrier schedule --ram 16G --exact --explain",
    ),
    (
        "Deploy an image to a node of this size, with an SSH key",
        "farrier deploy web-1 --ram 16G --exact --image el10 \\
         --ssh-key ~/.ssh/id_ed25519.pub",
    ),
    ("Destroy the instance and release the node", "farrier destroy web-1"),
];

/// The subcommands. The help of each is in its `Args`.
#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "there is only one value, and it is destructured at once")]
enum Command {
    Enroll(commands::enroll::Args),
    Export(commands::export::Args),
    Schedule(commands::schedule::Args),
    Deploy(commands::deploy::Args),
    Wait(commands::wait::Args),
    Why(commands::why::Args),
    List(commands::list::Args),
    Show(commands::show::Args),
    Watch(commands::watch::Args),
    Rebuild(commands::rebuild::Args),
    Power(commands::power::Args),
    Rescue(commands::rescue::RescueArgs),
    Unrescue(commands::rescue::UnrescueArgs),
    Console(commands::console::Args),
    BootDevice(commands::boot_device::Args),
    Nmi(commands::nmi::Args),
    Vif(commands::vif::Args),
    Destroy(commands::destroy::Args),
    Reservation(commands::reservation::Args),
    Node(commands::node::Args),
    Flavor(commands::flavor::Args),
    Capacity(commands::capacity::Args),
    Audit(commands::audit::Args),
    Gc(commands::gc::Args),
    Doctor(commands::doctor::Args),
    Lab(commands::lab::Args),
    Completions(commands::completions::Args),
    Schema(commands::schema::Args),
    Man(commands::man::Args),
}

/// Runs a command.
fn dispatch(command: Command, context: &Context) -> anyhow::Result<()> {
    match command {
        Command::Enroll(args) => commands::enroll::run(&args, context),
        Command::Export(args) => commands::export::run(&args, context),
        Command::Schedule(args) => commands::schedule::run(&args, context),
        Command::Deploy(args) => commands::deploy::run(&args, context),
        Command::Wait(args) => commands::wait::run(&args, context),
        Command::Why(args) => commands::why::run(&args, context),
        Command::List(args) => commands::list::run(&args, context),
        Command::Show(args) => commands::show::run(&args, context),
        Command::Watch(args) => commands::watch::run(&args, context),
        Command::Rebuild(args) => commands::rebuild::run(&args, context),
        Command::Power(args) => commands::power::run(args, context),
        Command::Rescue(args) => commands::rescue::run(&args, context),
        Command::Unrescue(args) => commands::rescue::run_unrescue(&args, context),
        Command::Console(args) => commands::console::run(&args, context),
        Command::BootDevice(args) => commands::boot_device::run(&args, context),
        Command::Nmi(args) => commands::nmi::run(&args, context),
        Command::Vif(args) => commands::vif::run(&args, context),
        Command::Reservation(args) => commands::reservation::run(&args, context),
        Command::Destroy(args) => commands::destroy::run(&args, context),
        Command::Node(args) => commands::node::run(&args, context),
        Command::Flavor(args) => commands::flavor::run(&args, context),
        Command::Capacity(args) => commands::capacity::run(&args, context),
        Command::Audit(args) => commands::audit::run(&args, context),
        Command::Gc(args) => commands::gc::run(&args, context),
        Command::Doctor(args) => commands::doctor::run(&args, context),
        Command::Lab(args) => commands::lab::run(&args, context),
        Command::Schema(args) => commands::schema::run(&args, context),
        Command::Completions(args) => commands::completions::run(&args, context),
        Command::Man(args) => commands::man::run(&args, context),
    }
}

/// The context of a command.
#[derive(Debug)]
pub struct Context {
    /// Standard output and standard error.
    pub ui: Ui,
    /// The global options.
    pub global: Global,
    /// Signals. A command that must not stop halfway calls [`Interrupt::defer_exit`].
    pub interrupt: Interrupt,
    /// The durations of earlier operations.
    durations: EstimateFile,
    fingerprints: FingerprintFiles,
    /// The clouds that were resolved so far.
    clouds: app::connection::Clouds,
}

/// The clap command, for parsing, completions, manual pages and tests.
#[must_use]
pub fn command() -> clap::Command {
    app::help::first_page(app::help::apply_styles(Cli::command()))
}

/// Runs the program with `argv`, which starts with the program's name, and returns the exit code.
#[must_use]
pub fn main(mut argv: Vec<OsString>) -> ExitCode {
    disable_core_dumps();
    // Without arguments, show help.
    if argv.len() <= 1 {
        argv = vec!["farrier".into(), "-h".into()];
    }
    if let Some(text) = app::help::topic(&argv) {
        let ui = app::pre_parse::ui(&argv);
        return ui
            .styled(&text)
            .map_or_else(|error| app::failure::end(&error.into(), &ui), |()| ExitCode::SUCCESS);
    }
    if let Some(failure) = app::help::unknown_topic(&argv, &command()) {
        return app::failure::end(&failure.into(), &app::pre_parse::ui(&argv));
    }
    let parsed = command().try_get_matches_from(&argv).and_then(|matches| {
        check_names(&matches)?;
        let cli = Cli::from_arg_matches(&matches)?;
        Ok((cli, time_limit(&matches)))
    });
    match parsed {
        Err(mut error) => {
            app::pre_parse::remove_unlikely_suggestions(&mut error, &argv);
            app::pre_parse::end(&error, &argv)
        }
        Ok((Cli { global, command }, limit)) => run(global, command, limit),
    }
}

/// Disables core dumps, because the memory of this program contains passwords.
fn disable_core_dumps() {
    let limits = getrlimit(Resource::Core);
    // A failure has no other effect.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), ..limits });
}

/// The arguments that are names of nodes, instances, ports and other objects.
const NAMES: [&str; 10] =
    ["name", "names", "node", "nodes", "target", "targets", "vif", "ids", "exclude", "reserve"];

/// The subcommands with a `name` that is not the name of an object in Ironic and can have any form.
const OTHER_NAMES: [[&str; 2]; 4] =
    [["node", "bios"], ["node", "set"], ["node", "unset"], ["flavor", "show"]];

/// Refuses invalid names. An empty name (an unset variable of a shell) would request a whole list.
fn check_names(matches: &ArgMatches) -> Result<(), clap::Error> {
    let (mut matches, mut subcommands) = (matches, Vec::new());
    while let Some((subcommand, inner)) = matches.subcommand() {
        subcommands.push(subcommand);
        matches = inner;
    }
    let is_other = OTHER_NAMES.iter().any(|other| subcommands == other);
    let ids = NAMES.iter().filter(|id| !is_other || **id != "name");
    let mut names = ids.filter_map(|id| matches.try_get_many::<String>(id).ok().flatten()).flatten();
    match names.find(|name| !rest::is_name(name)) {
        Some(name) => {
            let mut root = command();
            root.build();
            // The usage in the error is that of the subcommand.
            let inner = subcommands.iter().try_fold(&mut root, |at, name| at.find_subcommand_mut(name));
            let message = not_a_name(name);
            Err(match inner {
                Some(inner) => inner.error(ErrorKind::ValueValidation, message),
                None => command().error(ErrorKind::ValueValidation, message),
            })
        }
        None => Ok(()),
    }
}

/// The message for an invalid name.
fn not_a_name(text: &str) -> String {
    let shown: String = text.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
    format!("invalid name `{shown}`: a name cannot be empty, `.` or `..`, or contain a slash")
}

/// The `--timeout` of the subcommand, if it has one.
fn time_limit(matches: &ArgMatches) -> Option<Duration> {
    let mut matches = matches;
    while let Some((_, inner)) = matches.subcommand() {
        matches = inner;
    }
    matches.try_get_one::<Duration>("timeout").ok().flatten().copied()
}

fn run(global: Global, command: Command, limit: Option<Duration>) -> ExitCode {
    let ui = Ui::new(global.ui());
    app::failure::report_panics(ui.terminal());
    let interrupt = match Interrupt::install(ui.terminal()) {
        Ok(interrupt) => interrupt,
        Err(error) => {
            return app::failure::end(
                &anyhow::Error::new(error).context("cannot install signal handlers"),
                &ui,
            );
        }
    };
    if let Err(error) = watch_time(limit, &interrupt, &ui, global.quiet) {
        return app::failure::end(&anyhow::Error::new(error).context("cannot start the timer"), &ui);
    }
    let context = Context {
        ui,
        global,
        interrupt,
        durations: EstimateFile::of_user(),
        fingerprints: FingerprintFiles::of_user(),
        clouds: Mutex::default(),
    };
    match std::panic::catch_unwind(AssertUnwindSafe(|| dispatch(command, &context))) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => app::failure::end(&error, &context.ui),
        // The panic hook has printed the error.
        Err(_) => app::failure::FailureKind::Internal.exit_code().into(),
    }
}

/// Prints a note if a server does not respond for a while, and ends the program after its `--timeout`.
fn watch_time(limit: Option<Duration>, interrupt: &Interrupt, ui: &Ui, quiet: bool) -> std::io::Result<()> {
    if !quiet {
        let terminal = ui.terminal();
        Stop::of_process().on_silence(move |text| terminal.note(text));
    }
    let Some(limit) = limit else { return Ok(()) };
    let (terminal, in_json) = (ui.terminal(), ui.prints_errors_as_json());
    interrupt.end_after(limit, move || {
        terminal.restore();
        let message = format!("timed out after {}; nothing was started", in_words(limit));
        let failure = Failure::new(FailureKind::Timeout, message).hint("use a longer `--timeout`");
        std::process::exit(app::failure::print_and_exit_code(&failure, &terminal, in_json).into());
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The positional arguments of all subcommands.
    fn positionals(command: &clap::Command, name: &str, found: &mut Vec<(String, String)>) {
        for argument in command.get_positionals() {
            found.push((name.to_owned(), argument.get_id().to_string()));
        }
        for inner in command.get_subcommands() {
            positionals(inner, &format!("{name} {}", inner.get_name()), found);
        }
    }

    #[test]
    fn every_argument_that_is_a_name_is_checked() {
        let mut found = Vec::new();
        positionals(&command(), "", &mut found);
        assert!(found.len() > 20, "{found:?}");
        // Files, states, devices, shells and subcommands.
        let others = ["files", "file", "shell", "command", "device", "state", "change", "verb", "subcommand"];
        for (name, id) in found {
            assert!(NAMES.contains(&id.as_str()) || others.contains(&id.as_str()), "{name}: {id}");
        }
    }

    #[test]
    fn invalid_names_are_refused_unless_they_are_names_of_other_things() {
        let check = |arguments: &[&str]| {
            let argv = std::iter::once("farrier").chain(arguments.iter().copied());
            check_names(&command().try_get_matches_from(argv).expect("valid arguments"))
        };
        for name in ["", ".", "..", "a/b"] {
            for arguments in [
                &["vif", "list", name][..],
                &["vif", "detach", "web-1", name],
                &["gc", name],
                &["reservation", "release", "a", name],
                &["schedule", "--node", name],
                &["power", "off", name],
            ] {
                assert!(check(arguments).is_err(), "{arguments:?}");
            }
        }
        assert!(check(&["flavor", "show", "site/small"]).is_ok());
        assert!(check(&["node", "show", "web-1.rack-4"]).is_ok());
    }
}
