//! `farrier enroll`: enroll nodes from files or options.

mod machine_args;
mod report;

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

use crate::cli::Context;
use crate::cli::app::failure::{Failure, Kind};
use crate::cli::app::{batch, help};
use crate::cli::args::values;
use crate::driver::enroll::{Difference, Enrolled, Plan, Until, Wish};
use crate::driver::{Deadline, Driver, Error};
use crate::inventory::document::InputError;
use crate::inventory::enrolment::Enrolment;
use crate::inventory::format::Format;
use crate::inventory::machine::Machine;
use crate::inventory::reference::Elsewhere;
use crate::ui::output::{Column, Show, View};
use machine_args::MachineArgs;

/// Enroll nodes from a file
///
/// Machines come from files (`openstack baremetal create`, bifrost, TripleO, Metal3, or CSV tables) or from options. The
/// format is detected; --input-format overrides it. Each machine becomes a node with its ports, port groups and traits; then
/// Ironic verifies its BMC and cleans it until it is available. All files are checked completely before anything is written.
///
/// Nodes that already match the file are left unchanged. Differences are shown, with exit code 10, and written only with
/// --update. A free node is moved to `manageable` if a change requires that, and made available again; a node in use keeps
/// what cannot be changed, and the reason is shown. No node is put into maintenance. Ports, port groups and traits that are
/// missing from the file are shown, and removed only with --prune. Run the same command again to finish an interrupted run.
///
/// Ironic does not show secrets. To detect changed ones, farrier keeps a keyed fingerprint of each secret it sent, in
/// `~/.local/state/farrier/sent-secrets`; the secret cannot be recovered from it. --update sends the secrets that differ
/// from the last ones sent from this computer. farrier cannot detect secrets that were changed by other means;
/// --push-secrets sends all.
///
/// A table has a header row and one row per machine, separated by `,`, `;` or tabs. Columns: `name`, `driver`, `mac` (several
/// separated by blanks), `traits`, `bmc_address`, `bmc_username`, `bmc_password`, `bmc_system_id`, other fields of a node,
/// `cpus`, `memory_mb`, `local_gb`, `capabilities`, `root_device.HINT`, keys of `driver_info`, `extra.KEY`, and `port.FIELD`
/// for machines with one port. The tables of bifrost and TripleO, which have no header row, are read too.
///
/// In files, a value of `driver_info` can be `${NAME}` or `{env: NAME}` (environment), `{file: PATH}`,
/// `{command: [PROGRAM, ARGUMENT...]}` (the output of a program, run without a shell, in the file's folder, for at most a
/// minute) or `{prompt: QUESTION}` (asked once). Anyone who enrolls the file runs these programs.
#[derive(Debug, clap::Args)]
#[command(
    override_usage = "farrier enroll [OPTIONS] FILE...\n       farrier enroll [OPTIONS] --driver TYPE [--name NAME] [--driver-info K=V]...",
    before_long_help = help::examples(EXAMPLES),
    after_long_help = help::exit_codes(&[2, 6, 7, 8, 10]),
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(crate) struct Args {
    /// Files to enroll; `-` reads standard input
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    files: Vec<PathBuf>,

    /// File format (default: detected)
    #[arg(long, value_name = "FORMAT", value_enum, requires = "files")]
    input_format: Option<Format>,

    #[command(flatten, next_help_heading = "Machine")]
    machine: MachineArgs,

    /// Provision state to stop at
    #[arg(long, value_name = "STATE", value_enum, default_value_t = State::Available, help_heading = "What to do")]
    until: State,

    /// Change nodes that differ from the file
    #[arg(long, help_heading = "What to do")]
    update: bool,

    /// Remove what is not in the file
    ///
    /// Removes ports, port groups and traits that are not in the file.
    #[arg(long, requires = "update", help_heading = "What to do")]
    prune: bool,

    /// Resend all secrets, even unchanged ones
    #[arg(long, help_heading = "What to do")]
    push_secrets: bool,

    /// Inspect nodes that are not available yet
    #[arg(long, help_heading = "What to do")]
    inspect: bool,

    /// Show what would change; change nothing
    #[arg(long, help_heading = "What to do")]
    dry_run: bool,

    /// Check the files only, without Ironic
    #[arg(long, conflicts_with_all = ["dry_run", "update", "prune", "inspect", "push_secrets"], help_heading = "What to do")]
    validate_only: bool,

    /// Timeout for all machines
    ///
    /// The operations continue in Ironic after the timeout.
    #[arg(long, value_name = "DURATION", value_parser = values::duration, default_value = "1h", help_heading = "Waiting")]
    timeout: Duration,
}

/// `--until`
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum State {
    /// Created, with ports and traits
    Enroll,
    /// BMC verified
    Manageable,
    /// Cleaned and available for deploys
    Available,
}

const EXAMPLES: help::Examples = &[
    ("Enroll all machines in a file", "farrier enroll nodes.yaml"),
    ("Show what would be done", "farrier enroll nodes.yaml --dry-run"),
    ("Update nodes that differ from the file", "farrier enroll nodes.yaml --update"),
    ("Check a spreadsheet offline", "farrier enroll machines.csv --validate-only"),
    (
        "Enroll one machine without a file",
        "farrier enroll --driver fake-hardware --name trial --mac 52:54:00:12:34:56",
    ),
];

/// The columns of the result.
const COLUMNS: &[Column] = &[
    Column::new("name", "NAME"),
    Column::new("uuid", "UUID").yields(2),
    Column::new("action", "ACTION").show(Show::State),
    Column::new("state", "STATE").show(Show::State),
    Column::new("error", "ERROR").told_on_stderr(),
    Column::new("note", "NOTE").on_request(),
    Column::new("changes", "CHANGES").show(Show::Changes).on_request(),
];

/// The columns of a plan.
const PLAN_COLUMNS: &[Column] = &[
    Column::new("name", "NAME"),
    Column::new("uuid", "UUID").yields(2),
    Column::new("action", "ACTION").show(Show::State),
    Column::new("state", "STATE").show(Show::State),
    Column::new("changes", "CHANGES").show(Show::Changes).yields(1),
    Column::new("error", "ERROR").on_request(),
    Column::new("note", "NOTE").on_request(),
];

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(if args.dry_run { PLAN_COLUMNS } else { COLUMNS })?.ranked();
    let environment = |name: &str| std::env::var(name).ok();
    let prompt = |question: &str| context.ui.password(question);
    let resolver = Elsewhere::new(&environment, &prompt).within(args.timeout);
    let mut enrolment = if args.files.is_empty() {
        Enrolment::of_node(args.machine.node(&context.ui)?, &resolver)?
    } else {
        Enrolment::read(&args.files, args.input_format, &resolver)?
    };
    for (file, format) in enrolment.read_as.iter().filter(|(_, format)| *format != Format::BaremetalCreate) {
        context.ui.note(&format!("{file}: read as {format}"));
    }
    for warning in &enrolment.warnings {
        context.ui.warn(&warning.to_string());
    }
    let wish = args.wish();
    let ignores_in_use = wish.until == Until::Available || wish.inspect;
    if !ignores_in_use && !enrolment.errors_in_use.is_empty() {
        return Err(InputError::from(enrolment.errors_in_use).into());
    }
    if args.validate_only {
        return validated(&enrolment, &view, context);
    }
    if ignores_in_use {
        skip_in_use(&mut enrolment, context)?;
    }
    let connection = context.connect()?;
    let progress = context.ui.progress();
    let reader = connection.reader(&progress).noting(&context.fingerprints);
    let survey = reader.plan_file(&enrolment.machines, &enrolment.chassis)?;
    for warning in &survey.warnings {
        context.ui.warn(warning);
    }
    let plans = survey.plans;
    if !args.inspect {
        let portless = plans.iter().filter(|plan| plan.lacks_ports());
        report::note_missing_ports(portless.map(|plan| plan.machine().label()), context);
    }
    let chassis = reader.plan_chassis(&enrolment.chassis)?;
    if args.dry_run {
        drop(progress);
        return report::planned(&plans, &chassis, wish, &view, context);
    }
    let driver = context.driver(&connection, &progress, Deadline::after(args.timeout));
    driver.enroll_chassis(&chassis, args.update)?;
    for plan in chassis.iter().filter(|_| !args.update) {
        for (field, ..) in plan.differing() {
            let uuid = plan.chassis.uuid();
            context.ui.warn(&format!("chassis {uuid}: `{field}` differs from the file"));
        }
    }
    let outcomes = enroll(&driver, &plans, wish, context.global.jobs);
    drop(progress);
    report_outcomes(&plans, outcomes, wish, &view, context)
}

impl Args {
    fn wish(&self) -> Wish {
        let until = match self.until {
            State::Enroll => Until::Enroll,
            State::Manageable => Until::Manageable,
            State::Available => Until::Available,
        };
        Wish {
            until,
            update: self.update,
            prune: self.prune,
            push_secrets: self.push_secrets,
            inspect: self.inspect,
        }
    }
}

/// Skips machines that are in use: cleaning would erase their disks, and an inspection would reboot them.
fn skip_in_use(enrolment: &mut Enrolment, context: &Context) -> anyhow::Result<()> {
    let (in_use, free): (Vec<Machine>, Vec<Machine>) =
        enrolment.machines.drain(..).partition(|machine| machine.is_in_use);
    enrolment.machines = free;
    if enrolment.machines.is_empty() && !in_use.is_empty() {
        let failure = Failure::new(Kind::Input, "no machine to enroll: all are in use".to_owned());
        return Err(failure.hint("`--until manageable` enrolls them without cleaning").into());
    }
    report::note_in_use(in_use.iter().map(Machine::label), context);
    Ok(())
}

/// Lists the machines of valid files.
fn validated(enrolment: &Enrolment, view: &View, context: &Context) -> anyhow::Result<()> {
    let row = |machine: &Machine| {
        json!({
            "name": machine.name(), "uuid": machine.uuid(), "action": "valid", "state": null, "error": null,
            "note": null, "changes": [],
        })
    };
    Ok(context.ui.list(view, enrolment.machines.iter().map(row).collect())?)
}

/// Enrolls all machines, child nodes last: their parents may be new too.
pub(crate) fn enroll(
    driver: &Driver<'_>,
    plans: &[Plan<'_>],
    wish: Wish,
    jobs: u16,
) -> Vec<Result<Enrolled, Error>> {
    let is_child = |plan: &&Plan<'_>| plan.machine().fields.contains_key("parent_node");
    let (children, parents): (Vec<_>, Vec<_>) = plans.iter().partition(is_child);
    let work = |plan: &&Plan<'_>| driver.enroll(plan, wish);
    let mut parents = batch::each(jobs, &parents, work).into_iter();
    let mut children = batch::each(jobs, &children, work).into_iter();
    let outcome = |plan| if is_child(&plan) { children.next() } else { parents.next() };
    plans.iter().filter_map(outcome).collect()
}

/// The hint if some machines are not finished.
const RESUME: &str = "run the same command again to continue";

fn report_outcomes(
    plans: &[Plan<'_>],
    outcomes: Vec<Result<Enrolled, Error>>,
    wish: Wish,
    view: &View,
    context: &Context,
) -> anyhow::Result<()> {
    let rows = plans.iter().zip(&outcomes).map(|(plan, outcome)| row(plan, outcome, wish)).collect();
    context.ui.list(view, rows)?;
    let mut differing = 0;
    for (plan, outcome) in plans.iter().zip(&outcomes) {
        let label = plan.machine().label();
        if let Ok(Enrolled { note: Some(note), .. }) = outcome {
            context.ui.note(&format!("{label}: {note}"));
        }
        let unchanged = plan.left(wish);
        for Difference { field, has, wants, .. } in &unchanged {
            context.ui.note(&format!("{label}: {field} is {has}, but the file has {wants}"));
        }
        for reason in
            unchanged.iter().filter(|_| wish.update).filter_map(|difference| plan.hindrance(difference))
        {
            context.ui.note(&format!("{label}: {reason}"));
        }
        differing += usize::from(!unchanged.is_empty());
    }
    report::note_secrets(plans, wish, context);
    report::note_surplus(plans, wish, context);
    let total = plans.len();
    if let Some(signal) = outcomes.iter().find_map(|outcome| outcome.as_ref().err()?.signal()) {
        batch::warn_of_failures(context, outcomes.iter().filter_map(|outcome| outcome.as_ref().err()));
        let unfinished = outcomes.iter().filter(|outcome| outcome.is_err()).count();
        let message = format!("interrupted: {unfinished} of {total} machines are not finished");
        return Err(Failure::new(signal.into(), message).hint(RESUME).into());
    }
    let timed_out = outcomes.iter().any(|outcome| matches!(outcome, Err(Error::TimedOut { .. })));
    let labels = plans.iter().map(|plan| plan.machine().label());
    batch::conclude(context, labels.zip(outcomes).collect(), &[]).map_err(|error| {
        match error.downcast::<Failure>() {
            Ok(failure) if timed_out => {
                failure.hint(format!("{RESUME}; add `--timeout` to wait longer")).into()
            }
            Ok(failure) => failure.into(),
            Err(error) => error,
        }
    })?;
    report::conclude_differing(differing, total, wish)
}

fn row(plan: &Plan<'_>, outcome: &Result<Enrolled, Error>, wish: Wish) -> Value {
    let (action, state, note) = match outcome {
        Ok(enrolled) => (enrolled.action.as_str(), Some(enrolled.state.as_str()), enrolled.note.as_deref()),
        Err(Error::Failed { state, .. }) => ("failed", Some(state.as_str()), None),
        Err(_) => ("failed", plan.state(), None),
    };
    let mut row = json!({
        "name": plan.machine().name(), "uuid": plan.uuid(), "action": action, "state": state,
        "error": batch::error_text(outcome), "note": note,
    });
    row.as_object_mut().expect("it is an object").extend(report::details(plan, wish));
    row
}
