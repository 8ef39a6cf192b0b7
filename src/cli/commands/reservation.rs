//! `farrier reservation`: list and release reserved nodes.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::run::{Finished, Outcomes};
use crate::cli::app::{batch, help};
use crate::driver::confirmation::{Consequences, Question};
use crate::driver::instance::reservation::Reservation;
use crate::driver::watch::event::NodeRef;
use crate::driver::{Deadline, Driver, Error, ObjectKind, Purpose};
use crate::ui::output::{CellStyle, Column, View};

/// List and release reserved nodes
///
/// Create a reservation with `farrier schedule --reserve`, and use it with `farrier deploy` of the same name. A
/// reservation is an allocation in Ironic without a deploy. With --for, it expires; the expiry time is in its `extra`.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List reservations
    #[command(before_long_help = help::examples(LIST))]
    List,
    /// Release reserved nodes
    ///
    /// Prompts for confirmation.
    #[command(before_long_help = help::examples(RELEASE), after_long_help = help::exit_codes_with(&[5, 6, 10], help::SOME_TARGETS))]
    Release {
        /// Names of reservations; `-` reads names from stdin
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,

        /// Ignore reservations that do not exist
        #[arg(long)]
        missing_ok: bool,
    },
    /// Release all expired reservations
    ///
    /// Intended for cron: never prompts. Deployed nodes and reservations that have not expired are kept.
    #[command(before_long_help = help::examples(REAP), after_long_help = help::exit_codes_with(&[10], &[(10, "some reservations could not be released, or a cloud is unreachable")]))]
    Reap,
}

const LIST: help::Examples = &[("List all reservations", "farrier reservation list")];
const RELEASE: help::Examples = &[("Release a reservation", "farrier reservation release ci-42")];
const REAP: help::Examples =
    &[("Release expired reservations, in a cron job", "farrier reservation reap --quiet")];

pub(crate) const COLUMNS: &[Column] = &[
    Column::new("name", "NAME"),
    Column::new("uuid", "UUID").shortened_by_rank(2),
    Column::new("node", "NODE").show(CellStyle::Named),
    Column::new("cloud", "CLOUD").on_request(),
    Column::new("until", "UNTIL").show(CellStyle::Time),
    Column::new("expired", "EXPIRED"),
    Column::new("created_at", "CREATED").show(CellStyle::Time).shortened_by_rank(1),
];

/// A reservation.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReservationRow {
    /// The name.
    name: String,
    /// The UUID of the allocation.
    uuid: String,
    /// The node.
    node: Option<NodeRef>,
    /// The cloud in clouds.yaml.
    cloud: Option<String>,
    /// When it expires; null for never.
    until: Option<Timestamp>,
    /// Whether it has expired.
    expired: bool,
    /// When it was created.
    created_at: Option<String>,
}

/// The row of a reservation.
pub(crate) fn row(reservation: &Reservation, cloud: Option<&str>, now: Timestamp) -> ReservationRow {
    ReservationRow {
        name: reservation.name.clone(),
        uuid: reservation.uuid.clone(),
        node: reservation.node.clone(),
        cloud: cloud.map(str::to_owned),
        until: reservation.until,
        expired: reservation.has_expired(now),
        created_at: reservation.created_at.clone(),
    }
}

pub(super) fn answers() -> impl Iterator<Item = Answer> {
    let commands = ["reservation list", "reservation release", "reservation reap"];
    commands.into_iter().map(|command| Answer::of(command).list::<ReservationRow>(COLUMNS))
}

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    match &args.action {
        Action::List => list(view, context),
        Action::Release { names, missing_ok } => {
            release(&batch::names(names, &context.ui)?, *missing_ok, view, context)
        }
        Action::Reap => release_expired(view, context),
    }
}

fn list(view: View, context: &Context) -> anyhow::Result<()> {
    let connections = context.connect_all()?;
    let Finished { value, unreachable } =
        context.read(&connections, |drivers| drivers.ask(Driver::reservations));
    let found = value?;
    let rows = found.iter().flat_map(|(cloud, (reservations, now))| {
        reservations.iter().map(|reservation| row(reservation, cloud.as_deref(), *now))
    });
    context.ui.list_of("reservations", &connections.view(view), rows.collect())?;
    context.conclude(&unreachable)
}

fn release(names: &[String], missing_ok: bool, view: View, context: &Context) -> anyhow::Result<()> {
    let connections = context.connect_all()?;
    let found = context.read(&connections, |readers| {
        batch::find_each(context.global.jobs, names, |name| {
            readers
                .run_in_cloud_of_if_any(name, Purpose::Change, |driver| driver.find_reservation(name))
                .result
        })
    });
    let batch::TargetLookup { known, missing } = found.value?;
    if !missing.is_empty() && !missing_ok {
        let hint =
            "list the reservations: `farrier reservation list`; to ignore missing ones, add `--missing-ok`";
        return Err(batch::no_such(ObjectKind::Reservation, &missing).hint(hint).into());
    }
    // The prompt names only these, so release only these.
    let names: Vec<String> = known.into_iter().map(|(name, _)| name).collect();
    let question =
        Question::new(Consequences::Disturbance, "release", names.clone()).with_noun("reservation");
    let confirmed =
        if names.is_empty() { question.given_by_option() } else { context.ui.confirm(&question)? };
    let outcomes = context.change_each(&connections, names, Deadline::none(), |drivers, name| {
        drivers.run_in_cloud_of_if_any(name, Purpose::Change, |driver| {
            driver.release_reservation(name, confirmed)
        })
    });
    print(outcomes, &connections.view(view), context)
}

fn release_expired(view: View, context: &Context) -> anyhow::Result<()> {
    let connections = context.connect_all()?;
    let Finished { value, unreachable } = context.change(&connections, Deadline::none(), |drivers| {
        let expired: Vec<(Option<String>, Reservation)> = drivers
            .ask(Driver::reservations)?
            .into_iter()
            .flat_map(|(cloud, (reservations, now))| {
                let expired =
                    reservations.into_iter().filter(move |reservation| reservation.has_expired(now));
                expired.map(move |reservation| (cloud.clone(), reservation))
            })
            .collect();
        // A reservation with an expiry time needs no confirmation.
        let names = expired.iter().map(|(_, reservation)| reservation.name.clone()).collect();
        let confirmed = Question::new(Consequences::Disturbance, "release", names).given_by_option();
        let outcomes = batch::each(context.global.jobs, &expired, |(cloud, reservation)| {
            let name = &reservation.name;
            drivers.in_cloud(cloud.as_deref(), name, |driver| driver.reap_reservation(reservation, confirmed))
        });
        let names = expired.into_iter().map(|(_, reservation)| reservation.name);
        Ok::<_, Error>(names.zip(outcomes).collect())
    });
    print(Outcomes { targets: value?, unreachable }, &connections.view(view), context)
}

/// Lists the released reservations.
fn print(outcomes: Outcomes<Option<Reservation>>, view: &View, context: &Context) -> anyhow::Result<()> {
    let now = Timestamp::now();
    let released = outcomes.targets.iter().filter_map(|(_, outcome)| {
        Some(row(outcome.result.as_ref().ok()?.as_ref()?, outcome.cloud.as_deref(), now))
    });
    context.ui.list(view, released.collect())?;
    outcomes.conclude(context)
}
