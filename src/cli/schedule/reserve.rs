//! `farrier schedule --reserve`: claim what was chosen, without deploying.

use std::time::Duration;

use anyhow::anyhow;
use jiff::Timestamp;

use super::Args;
use crate::cli::failure::{Failure, Kind};
use crate::cli::hosts::Supply;
use crate::cli::selection::candidates;
use crate::cli::{Context, batch, reservation, values};
use crate::driver::claim::Taken;
use crate::driver::{Deadline, Error};
use crate::host_manager::{Count, Request, select};

/// The options that turn looking into claiming.
#[derive(Debug, clap::Args)]
pub(super) struct ReserveArgs {
    /// Claim the machine under this name, for `farrier deploy` of the same name; several are NAME-1, NAME-2, …
    #[arg(long, value_name = "NAME", conflicts_with_all = ["inventory", "explain"], help_heading = RESERVING)]
    pub(super) reserve: Option<String>,

    /// How long to keep it for; after that `farrier reservation reap` gives it back
    #[arg(
        long = "for", value_name = "DURATION", value_parser = values::duration, requires = "reserve",
        help_heading = RESERVING
    )]
    duration: Option<Duration>,
}

const RESERVING: &str = "Reserving";

/// Reserves as many machines as are wanted. Reservations of the same names are kept as they are.
pub(super) fn run(name: &str, request: &Request, args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(reservation::COLUMNS)?;
    let names: Vec<String> = match args.count {
        Count::Exactly(1) => vec![name.to_owned()],
        Count::Exactly(count) => (1..=count).map(|number| format!("{name}-{number}")).collect(),
        Count::All => {
            return Err(anyhow!(Failure::new(
                Kind::Usage,
                "`--reserve` needs a number of machines, not `all`"
            )));
        }
    };
    let until = args.reserve.duration.map(|duration| Timestamp::now().checked_add(duration)).transpose();
    let until =
        until.map_err(|_| Failure::new(Kind::Usage, "`--for` is longer than any calendar reaches"))?;
    let connection = context.connect()?;
    let progress = context.ui.progress();
    let driver = context.driver(&connection, &progress, Deadline::none());
    // What is there already needs no machine.
    let standing = batch::each(context.global.jobs, &names, |name| driver.reservation(name));
    let standing = standing.into_iter().collect::<Result<Vec<_>, Error>>()?;
    let wanted = standing.iter().filter(|standing| standing.is_none()).count();
    let Supply { hosts, live_drivers } = Supply::of(&connection)?;
    let mut options = args.selection.options(Count::Exactly(wanted));
    options.circumstances.live_drivers = live_drivers;
    let selection = select(&hosts, request, &options)?;
    selection.verdict()?;
    let candidates = candidates(&selection, &hosts);
    let taken = Taken::default();
    let outcomes =
        batch::each(context.global.jobs, &names, |name| driver.reserve(name, until, &candidates, &taken));
    drop(progress);
    let now = Timestamp::now();
    let reserved = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok());
    context.ui.list(&view, reserved.map(|reserved| reservation::row(reserved, now)).collect())?;
    batch::conclude(context, names.into_iter().zip(outcomes).collect())
}
