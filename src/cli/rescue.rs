//! `farrier rescue` and `farrier unrescue`: a ramdisk to repair an instance from, and back.

use std::io::IsTerminal as _;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::failure::{Failure, Kind};
use super::{Context, help, instances, values};
use crate::bounded;
use crate::driver::consent::{Confirmed, Question, Stakes};
use crate::driver::rescue::Rescued;
use crate::driver::{Deadline, Driver, Error, Purpose};
use crate::ironic::PowerState;
use anyhow::Context as _;

/// The variable that the password is read from.
const VARIABLE: &str = "FARRIER_RESCUE_PASSWORD";

/// Boot an instance into a rescue ramdisk
///
/// The instance is stopped, its disks stay as they are. The ramdisk lets the user `rescue` log in with a password: it is
/// asked for, unless --password-file or the variable `FARRIER_RESCUE_PASSWORD` has it. A machine that is in rescue already
/// stays in it, with the password it was given then.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(RESCUE), after_long_help = help::exit_codes(&[5, 6, 7, 8]))]
pub(super) struct RescueArgs {
    /// The instance
    name: String,

    /// A file that holds the password alone; `-` reads it from standard input
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    password_file: Option<String>,

    /// Refused: everybody on this computer can read a command line.
    #[arg(long, hide = true, num_args = 0..=1, default_missing_value = "", value_name = "PASSWORD")]
    password: Option<String>,

    #[command(flatten)]
    waiting: Waiting,
}

/// Leave rescue mode and boot the instance
///
/// The rescue ramdisk is stopped, and the machine starts from its disk.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(UNRESCUE), after_long_help = help::exit_codes(&[5, 6, 7, 8]))]
pub(super) struct UnrescueArgs {
    /// The instance
    name: String,

    #[command(flatten)]
    waiting: Waiting,
}

#[derive(Debug, clap::Args)]
struct Waiting {
    /// Return once it is under way
    #[arg(long)]
    no_wait: bool,

    /// How long to wait; it goes on in Ironic after that
    #[arg(long, value_name = "DURATION", value_parser = values::duration, default_value = "1h")]
    timeout: Duration,
}

const RESCUE: help::Examples = &[
    ("Repair an instance, with a password that is asked for", "farrier rescue web-1"),
    ("In a script", "farrier rescue web-1 --yes --password-file /run/secrets/rescue"),
    ("From a password manager", "pass rescue/web-1 | farrier rescue web-1 --yes --password-file -"),
];
const UNRESCUE: help::Examples = &[("Start the instance again", "farrier unrescue web-1")];

pub(super) fn run(args: &RescueArgs, context: &Context) -> anyhow::Result<()> {
    let RescueArgs { name, waiting, .. } = args;
    if args.password.is_some() {
        let why = "a password on the command line can be read by everybody on this computer";
        let hint = format!("leave it out to be asked, or use --password-file or the variable {VARIABLE}");
        return Err(Failure::new(Kind::Usage, why).hint(hint).into());
    }
    let password = password(args.password_file.as_deref(), name, context)?;
    let question = "stop the operating system and boot a rescue ramdisk on";
    let rescued = work(name, question, waiting, context, |driver, confirmed| {
        driver.rescue(name, &password, waiting.no_wait, confirmed)
    })?;
    if !rescued.ours {
        context.ui.note(&format!("{name}: rescue was begun before; its password is the one given then"));
    }
    if waiting.no_wait {
        return Ok(());
    }
    if rescued.power_state == Some(PowerState::On) {
        context.ui.note(&format!("{name}: log in as `rescue` with the password"));
    }
    context.ui.hint(&format!("`farrier unrescue {name}` boots the instance again"));
    Ok(())
}

pub(super) fn run_back(args: &UnrescueArgs, context: &Context) -> anyhow::Result<()> {
    let UnrescueArgs { name, waiting } = args;
    let rescued = work(name, "boot the operating system again on", waiting, context, |driver, confirmed| {
        driver.unrescue(name, waiting.no_wait, confirmed)
    })?;
    if !rescued.ours {
        context.ui.note(&format!("{name}: it is not in rescue, or was on its way out of it already"));
    }
    Ok(())
}

/// Asks for consent, does it and answers.
fn work(
    name: &str,
    action: &str,
    waiting: &Waiting,
    context: &Context,
    operation: impl FnOnce(&Driver<'_>, Confirmed) -> Result<Rescued, Error>,
) -> anyhow::Result<Rescued> {
    let view = context.ui.view(instances::COLUMNS)?;
    let connections = context.connect_all()?;
    connections.resolve(name, context)?;
    let question = Question::new(Stakes::Disturbance, action, vec![name.to_owned()]);
    let confirmed = context.ui.confirm(&question)?;
    let progress = context.ui.progress();
    let drivers = context.drivers(&connections, &progress, Deadline::after(waiting.timeout));
    let outcome = drivers.on(name, Purpose::Change, |driver| operation(driver, confirmed));
    drop(progress);
    let rescued = outcome.result?;
    context.ui.object(&view, &instances::waited_row(name, &rescued.what, outcome.cloud.as_deref()))?;
    if waiting.no_wait {
        context.ui.hint(&format!("farrier wait {name}"));
    } else if rescued.power_state != Some(PowerState::On) {
        let state = rescued.power_state.as_ref().map_or("unknown", PowerState::as_str);
        context.ui.warn(&format!(
            "{name}: nobody can log in, for the machine's power is `{state}`; `farrier power on {name}` starts it"
        ));
    }
    Ok(rescued)
}

/// The password from a file, the environment or a prompt.
fn password(file: Option<&str>, name: &str, context: &Context) -> anyhow::Result<SecretString> {
    let read = match file {
        Some("-") => {
            if std::io::stdin().is_terminal() {
                context.ui.note("reading the password from standard input, up to Ctrl-D");
            }
            Some(
                bounded::read_text_from(std::io::stdin(), bounded::SMALL)
                    .context("cannot read standard input")?,
            )
        }
        Some(path) => Some(
            bounded::read_text(std::path::Path::new(path), bounded::SMALL)
                .map_err(|error| Error::File { path: path.to_owned(), reason: error.to_string() })?,
        ),
        None => std::env::var(VARIABLE).ok().filter(|value| !value.is_empty()),
    };
    let password = match read {
        Some(text) => Some(SecretString::from(text.trim_end_matches(['\n', '\r']))),
        None => context.ui.new_password(&format!("password for the rescue of {name}")),
    };
    let Some(password) = password else {
        let hint = format!("name a file that holds it with --password-file, or set the variable {VARIABLE}");
        return Err(Failure::new(Kind::Usage, "there is no password to log in with").hint(hint).into());
    };
    let text = password.expose_secret();
    if text.trim().is_empty() || text.contains(['\n', '\r']) {
        return Err(Failure::new(Kind::Usage, "the password must be one line that is not blank").into());
    }
    Ok(password)
}
