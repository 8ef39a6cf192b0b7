//! `farrier deploy --dry-run`: the chosen nodes, and the requests that would be sent to Ironic.

use super::Args;
use crate::cli::Context;
use crate::cli::app::connection::Connections;
use crate::cli::app::planned_requests;
use crate::driver::instance::claim::{Candidate, ClaimedNodes};
use crate::driver::instance::deploy::Order;
use crate::driver::instance::dry_run::{DryRun, PlannedRequests};
use crate::driver::instance::existing::Existing;
use crate::driver::{Drivers, Error};

/// One dry run per instance; empty without `--dry-run`.
pub(super) fn dry_runs(args: &Args, drivers: &Drivers<'_>, count: usize) -> Vec<DryRun> {
    let count = if args.dry_run { count } else { 0 };
    (0..count).map(|_| DryRun::new(drivers)).collect()
}

/// Finds what already exists of each instance, with the dry runs if there are any.
pub(super) fn survey(
    orders: &[Order],
    drivers: &Drivers<'_>,
    dry_runs: &[DryRun],
) -> Result<Vec<Existing>, Error> {
    if dry_runs.is_empty() {
        return drivers.survey(orders);
    }
    orders.iter().zip(dry_runs).map(|(order, dry_run)| dry_run.survey(order)).collect()
}

/// Prints the plan of each instance.
pub(super) fn print<'a>(
    work: impl Iterator<Item = (&'a Order, &'a Existing, Vec<Candidate>)>,
    dry_runs: &[DryRun],
    is_list: bool,
    connections: &Connections,
    context: &Context,
) -> anyhow::Result<()> {
    let taken = ClaimedNodes::default();
    let plans = work
        .zip(dry_runs)
        .map(|((order, existing, candidates), dry_run)| dry_run.deploy(order, existing, &candidates, &taken))
        .collect::<Result<Vec<PlannedRequests>, Error>>()?;
    planned_requests::print(&plans, is_list, connections, context)
}
