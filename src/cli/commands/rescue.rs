//! `farrier rescue` and `farrier unrescue`: boot an instance into a rescue ramdisk, and leave it.

use std::io::IsTerminal as _;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use crate::bounded_read;
use crate::cli::Context;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::{help, instance_rows};
use crate::cli::args::values;
use crate::driver::confirmation::{Confirmed, Consequences, Question};
use crate::driver::instance::rescue::Rescued;
use crate::driver::{Deadline, Driver, Error, Purpose};
use crate::ironic::PowerState;
use anyhow::Context as _;

/// The environment variable with the password.
const VARIABLE: &str = "FARRIER_RESCUE_PASSWORD";

/// Boot an instance into a rescue ramdisk
///
/// Reboots the instance into a ramdisk; its disks do not change. Log in as `rescue`. The password comes from
/// --password-file, `FARRIER_RESCUE_PASSWORD` or a prompt. An instance that is already in rescue keeps its password.
/// Prompts for confirmation.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(RESCUE), after_long_help = help::exit_codes(&[5, 6, 7, 8]))]
pub(crate) struct RescueArgs {
    /// Instance
    name: String,

    /// File with only the password; `-` reads stdin
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    password_file: Option<String>,

    /// Refused, because all users of this computer can read command lines.
    #[arg(long, hide = true, num_args = 0..=1, default_missing_value = "", value_name = "PASSWORD")]
    password: Option<String>,

    #[command(flatten)]
    waiting: RescueWaitArgs,
}

/// Leave rescue mode and boot the instance
///
/// Stops the rescue ramdisk and boots the instance from its disk. Prompts for confirmation.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(UNRESCUE), after_long_help = help::exit_codes(&[5, 6, 7, 8]))]
pub(crate) struct UnrescueArgs {
    /// Instance
    name: String,

    #[command(flatten)]
    waiting: RescueWaitArgs,
}

#[derive(Debug, clap::Args)]
struct RescueWaitArgs {
    /// Do not wait for the operation to finish
    #[arg(long)]
    no_wait: bool,

    /// Timeout
    ///
    /// The operation continues in Ironic after the timeout.
    #[arg(long, value_name = "DURATION", value_parser = values::duration, default_value = "1h")]
    timeout: Duration,
}

const RESCUE: help::Examples = &[
    ("Rescue an instance, with a prompt for the password", "farrier rescue web-1"),
    ("In a script", "farrier rescue web-1 --yes --password-file /run/secrets/rescue"),
    (
        "With a password from a password manager",
        "pass rescue/web-1 | farrier rescue web-1 --yes --password-file -",
    ),
];
const UNRESCUE: help::Examples = &[
    ("Boot the instance", "farrier unrescue web-1"),
    ("In a script, without confirmation", "farrier unrescue web-1 --yes"),
];

pub(crate) fn run(args: &RescueArgs, context: &Context) -> anyhow::Result<()> {
    let RescueArgs { name, waiting, .. } = args;
    if args.password.is_some() {
        let why = "refusing a password on the command line: all users of this computer can read it";
        let hint = format!("use `--password-file` or {VARIABLE}, or omit it for a prompt");
        return Err(Failure::new(FailureKind::Usage, why).hint(hint).into());
    }
    let password = password(args.password_file.as_deref(), name, context)?;
    let question = "stop the operating system and boot a rescue ramdisk on";
    let rescued = confirm_and_run(name, question, waiting, context, |driver, confirmed| {
        driver.rescue(name, &password, waiting.no_wait, confirmed)
    })?;
    if !rescued.ours {
        context.ui.note(&format!("{name}: already in rescue mode; the password was not changed"));
    }
    if waiting.no_wait {
        return Ok(());
    }
    if rescued.power_state == Some(PowerState::On) {
        context.ui.note(&format!("{name}: log in as `rescue` with the rescue password"));
    }
    context.ui.hint(&format!("leave rescue mode: `farrier unrescue {name}`"));
    Ok(())
}

pub(crate) fn run_unrescue(args: &UnrescueArgs, context: &Context) -> anyhow::Result<()> {
    let UnrescueArgs { name, waiting } = args;
    let action = "leave rescue mode and boot the operating system on";
    let rescued = confirm_and_run(name, action, waiting, context, |driver, confirmed| {
        driver.unrescue(name, waiting.no_wait, confirmed)
    })?;
    if !rescued.ours {
        context.ui.note(&format!("{name}: not in rescue mode"));
    }
    Ok(())
}

/// Prompts for confirmation, runs the operation, and prints the result.
fn confirm_and_run(
    name: &str,
    action: &str,
    waiting: &RescueWaitArgs,
    context: &Context,
    operation: impl FnOnce(&Driver<'_>, Confirmed) -> Result<Rescued, Error>,
) -> anyhow::Result<Rescued> {
    let view = context.ui.view(instance_rows::COLUMNS)?;
    let connections = context.connect_all()?;
    connections.resolve(name, context)?;
    let question = Question::new(Consequences::Disturbance, action, vec![name.to_owned()]);
    let confirmed = context.ui.confirm(&question)?;
    let outcome = context.change(&connections, Deadline::after(waiting.timeout), |drivers| {
        drivers.run_in_cloud_of(name, Purpose::Change, |driver| operation(driver, confirmed))
    });
    let outcome = outcome.value;
    let rescued = outcome.result?;
    context.ui.object(&view, &instance_rows::waited_row(name, &rescued.what, outcome.cloud.as_deref()))?;
    if waiting.no_wait {
        context.ui.hint(&format!("wait for it: `farrier wait {name}`"));
    } else if rescued.power_state != Some(PowerState::On) {
        let state = rescued.power_state.as_ref().map_or("unknown", PowerState::as_str);
        context.ui.warn(&format!(
            "{name}: cannot log in while the power state is `{state}`; power it on: `farrier power on {name}`"
        ));
    }
    Ok(rescued)
}

/// The password from a file, the environment or a prompt.
fn password(file: Option<&str>, name: &str, context: &Context) -> anyhow::Result<SecretString> {
    let text = match file {
        Some("-") => {
            if std::io::stdin().is_terminal() {
                context.ui.note("reading the password from standard input; end with Ctrl-D");
            }
            Some(
                bounded_read::read_text_from(std::io::stdin(), bounded_read::SMALL)
                    .context("cannot read standard input")?,
            )
        }
        Some(path) => Some(
            bounded_read::read_text(std::path::Path::new(path), bounded_read::SMALL)
                .map_err(|error| Error::unreadable(path, &error))?,
        ),
        None => std::env::var(VARIABLE).ok().filter(|value| !value.is_empty()),
    };
    let password = match text {
        Some(text) => Some(SecretString::from(text.trim_end_matches(['\n', '\r']))),
        None => context.ui.new_password(&format!("rescue password for {name}")),
    };
    let Some(password) = password else {
        let hint = format!("use `--password-file`, or set {VARIABLE}");
        return Err(Failure::new(FailureKind::Usage, "no rescue password given").hint(hint).into());
    };
    let text = password.expose_secret();
    if text.trim().is_empty() || text.contains(['\n', '\r']) {
        return Err(
            Failure::new(FailureKind::Usage, "the password must be one line that is not blank").into()
        );
    }
    Ok(password)
}
