//! `farrier schedule --reserve`: allocate the chosen nodes without a deploy.

use std::time::Duration;

use anyhow::anyhow;
use jiff::{SignedDuration, Timestamp};

use super::Args;
use crate::cli::Context;
use crate::cli::app::batch;
use crate::cli::app::failure::{Failure, Kind};
use crate::cli::args::candidates::{Extent, Supply};
use crate::cli::args::selection::{candidates, must_have_one_architecture, tell_notes};
use crate::cli::args::values;
use crate::cli::commands::reservation;
use crate::driver::instance::claim::Taken;
use crate::driver::{Deadline, Error};
use crate::host_manager::{Count, Request, select};

/// The options for reservations.
#[derive(Debug, clap::Args)]
pub(super) struct ReserveArgs {
    /// Reserve the node under this name
    ///
    /// Deploy it later with `farrier deploy NAME`. With --count, the names are NAME-1, NAME-2, …
    #[arg(long, value_name = "NAME", conflicts_with_all = ["inventory", "explain"], help_heading = RESERVATION)]
    pub(super) reserve: Option<String>,

    /// Duration of the reservation
    ///
    /// `farrier reservation reap` releases expired reservations.
    #[arg(
        long = "for", value_name = "DURATION", value_parser = values::duration, requires = "reserve",
        help_heading = RESERVATION
    )]
    duration: Option<Duration>,
}

const RESERVATION: &str = "Reservation";

/// Reserves the nodes. Existing reservations with the same names are kept.
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
    let lasting = args.reserve.duration.map(SignedDuration::try_from).transpose();
    let lasting = lasting
        .ok()
        .filter(|lasting| lasting.is_none_or(|lasting| Timestamp::now().checked_add(lasting).is_ok()));
    let lasting = lasting.ok_or_else(|| Failure::new(Kind::Usage, "`--for` is too long"))?;
    let connections = context.connect_all()?;
    let progress = context.ui.progress();
    let drivers = context.drivers(&connections, &progress, Deadline::none());
    // Existing reservations need no new node.
    let reserved = batch::each(context.global.jobs, &names, |name| drivers.is_reserved(name));
    let reserved = reserved.into_iter().collect::<Result<Vec<_>, Error>>()?;
    let new: Vec<&str> = names
        .iter()
        .zip(&reserved)
        .filter(|(_, reserved)| !**reserved)
        .map(|(name, _)| name.as_str())
        .collect();
    drivers.must_be_new(new.iter().copied())?;
    let count = Count::Exactly(new.len());
    let supply = Supply::for_request(&drivers, request, count, &args.selection, Extent::Fitting)?;
    let options = args.selection.options(count, &supply);
    let selection = select(&supply.hosts, request, &options)?;
    selection.verdict()?;
    must_have_one_architecture(&selection)?;
    tell_notes(&selection, context);
    let candidates = candidates(&selection, &supply.hosts);
    let taken = Taken::default();
    let outcomes =
        batch::each(context.global.jobs, &names, |name| drivers.reserve(name, lasting, &candidates, &taken));
    let silent = drivers.silent();
    drop(progress);
    let now = Timestamp::now();
    let rows = outcomes.iter().filter_map(|outcome| {
        let reserved = outcome.result.as_ref().ok()?;
        Some(reservation::row(reserved, outcome.cloud.as_deref(), now))
    });
    context.ui.list(&connections.view(view), rows.collect())?;
    let outcomes = outcomes.into_iter().map(|outcome| outcome.result);
    batch::conclude(context, names.into_iter().zip(outcomes).collect(), &silent)
}
