//! `farrier reservation`: machines claimed beforehand.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Context, batch, help};
use crate::driver::Deadline;
use crate::driver::consent::{Question, Stakes};
use crate::driver::reservation::Reservation;
use crate::ui::answer::{Column, Show, View};

/// Show and release machines that were claimed beforehand
///
/// `farrier schedule --reserve` makes reservations. They stand in Ironic, as allocations with an expiry in their `extra`;
/// `farrier deploy` with the same name uses them.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List reservations
    #[command(before_long_help = help::examples(LIST))]
    List,
    /// Give reserved machines back
    #[command(before_long_help = help::examples(RELEASE), after_long_help = help::exit_codes(&[6, 10]))]
    Release {
        /// Reservations; `-` reads names from standard input
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
    },
    /// Give back every machine whose reservation has expired
    ///
    /// Made for cron: asks nothing, and touches nothing that is deployed or has time left.
    #[command(before_long_help = help::examples(REAP), after_long_help = help::exit_codes(&[10]))]
    Reap,
}

const LIST: help::Examples = &[("All reservations", "farrier reservation list")];
const RELEASE: help::Examples = &[("Give a machine back", "farrier reservation release ci-42")];
const REAP: help::Examples = &[("Every so often", "farrier reservation reap --quiet")];

pub(super) const COLUMNS: &[Column] = &[
    Column::new("name", "NAME"),
    Column::new("uuid", "UUID").yields(2),
    Column::new("node", "NODE").show(Show::Named),
    Column::new("until", "UNTIL").show(Show::Time),
    Column::new("expired", "EXPIRED"),
    Column::new("created_at", "CREATED").show(Show::Time).yields(1),
];

/// A reservation as answers have it.
pub(super) fn row(reservation: &Reservation, now: Timestamp) -> Value {
    json!({
        "name": reservation.name,
        "uuid": reservation.uuid,
        "node": reservation.node,
        "until": reservation.until,
        "expired": reservation.has_expired(now),
        "created_at": reservation.created_at,
    })
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    match &args.action {
        Action::List => list(&view, context),
        Action::Release { names } => release(&batch::names(names, &context.ui)?, &view, context),
        Action::Reap => reap(&view, context),
    }
}

fn list(view: &View, context: &Context) -> anyhow::Result<()> {
    let connection = context.connect()?;
    let progress = context.ui.progress();
    let reservations = connection.reader(&progress).reservations()?;
    drop(progress);
    let now = Timestamp::now();
    Ok(context.ui.list(view, reservations.iter().map(|reservation| row(reservation, now)).collect())?)
}

fn release(names: &[String], view: &View, context: &Context) -> anyhow::Result<()> {
    let connection = context.connect()?;
    let question = Question::new(Stakes::Disturbance, "release", names.to_vec());
    let confirmed = context.ui.confirm(&question)?;
    let progress = context.ui.progress();
    let driver = context.driver(&connection, &progress, Deadline::none());
    let outcomes =
        batch::each(context.global.jobs, names, |name| driver.release_reservation(name, confirmed));
    drop(progress);
    let now = Timestamp::now();
    let released = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()?.as_ref());
    context.ui.list(view, released.map(|reservation| row(reservation, now)).collect())?;
    batch::conclude(context, names.iter().cloned().zip(outcomes).collect())
}

fn reap(view: &View, context: &Context) -> anyhow::Result<()> {
    let connection = context.connect()?;
    let progress = context.ui.progress();
    let driver = context.driver(&connection, &progress, Deadline::none());
    let now = Timestamp::now();
    let expired: Vec<String> = driver
        .reservations()?
        .into_iter()
        .filter(|reservation| reservation.has_expired(now))
        .map(|reservation| reservation.name)
        .collect();
    // Whoever made a reservation with an end has agreed to it.
    let confirmed = Question::new(Stakes::Disturbance, "release", expired.clone()).waived();
    let outcomes =
        batch::each(context.global.jobs, &expired, |name| driver.release_reservation(name, confirmed));
    drop(progress);
    let released = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()?.as_ref());
    context.ui.list(view, released.map(|reservation| row(reservation, now)).collect())?;
    batch::conclude(context, expired.into_iter().zip(outcomes).collect())
}
