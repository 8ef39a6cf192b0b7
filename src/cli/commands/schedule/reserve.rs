//! `farrier schedule --reserve`: allocate the chosen nodes without a deploy.

use std::time::Duration;

use anyhow::anyhow;
use jiff::{SignedDuration, Timestamp};

use super::Args;
use crate::cli::Context;
use crate::cli::app::batch;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::run::Outcomes;
use crate::cli::args::candidates::{Candidates, RequiredNodes};
use crate::cli::args::selection::{must_have_one_architecture, print_notes, ranked_candidates};
use crate::cli::args::values;
use crate::cli::commands::reservation;
use crate::driver::instance::claim::ClaimedNodes;
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

    /// Duration of the reservation (default: no expiry)
    ///
    /// Ironic does not release expired reservations: run `farrier reservation reap` regularly.
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
                FailureKind::Usage,
                "`--reserve` needs a number of machines, not `all`"
            )));
        }
    };
    let lasting = args.reserve.duration.map(SignedDuration::try_from).transpose();
    let lasting = lasting
        .ok()
        .filter(|lasting| lasting.is_none_or(|lasting| Timestamp::now().checked_add(lasting).is_ok()));
    let lasting = lasting.ok_or_else(|| Failure::new(FailureKind::Usage, "`--for` is too long"))?;
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
    let candidates =
        Candidates::for_request(&drivers, request, count, &args.selection, RequiredNodes::Fitting)?;
    let options = args.selection.options(count, &candidates);
    let selection = select(&candidates.hosts, request, &options)?;
    selection.verdict()?;
    must_have_one_architecture(&selection)?;
    print_notes(&selection, context);
    let ranked = ranked_candidates(&selection, &candidates.hosts);
    let taken = ClaimedNodes::default();
    let outcomes =
        batch::each(context.global.jobs, &names, |name| drivers.reserve(name, lasting, &ranked, &taken));
    let unreachable = drivers.unreachable();
    drop(progress);
    let now = Timestamp::now();
    let outcomes = Outcomes { targets: names.into_iter().zip(outcomes).collect(), unreachable };
    let rows = outcomes.targets.iter().filter_map(|(_, outcome)| {
        let reserved = outcome.result.as_ref().ok()?;
        Some(reservation::row(reserved, outcome.cloud.as_deref(), now))
    });
    context.ui.list(&connections.view(view), rows.collect())?;
    outcomes.conclude(context)
}
