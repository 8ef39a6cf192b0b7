//! `farrier enroll`: enroll nodes from files or options.

mod machine_args;
mod report;

use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::{batch, help};
use crate::cli::args::values;
use crate::driver::enroll::{Difference, EnrollOptions, EnrollTarget, Enrolled, NodePlan};
use crate::driver::{Deadline, Driver, Error};
use crate::inventory::document::InputError;
use crate::inventory::enrollment::Enrollment;
use crate::inventory::format::InputFormat;
use crate::inventory::node_spec::NodeSpec;
use crate::inventory::reference::SecretResolver;
use crate::ui::output::{CellStyle, Column, View};
use machine_args::MachineArgs;
use report::{EnrollRow, PlanRow};

/// Enroll nodes from a file
///
/// Machines come from files (`openstack baremetal create`, bifrost, TripleO,
/// Metal3, or CSV tables) or from options. The format is detected;
/// --input-format overrides it. Each machine becomes a node with its ports, port
/// groups and traits; then Ironic verifies its BMC, cleans the node, and makes
/// it available. All files are checked before anything is written. Machines that
/// the file marks as in use are skipped; --until manageable enrolls them without
/// cleaning.
///
/// Nodes that already match the file stay unchanged. Differences are shown, and
/// the exit code is 10; --update writes them. If a change requires it, a free
/// node is moved to `manageable` and made available again. Fields that cannot be
/// changed on a node in use are skipped, with the reason. No node is put into
/// maintenance. Ports, port groups and traits that are not in the file are
/// shown, and removed only with --update --prune. Run the same command again to
/// finish an interrupted run.
///
/// Ironic does not show secrets. To detect changed ones, farrier keeps a keyed
/// fingerprint of each secret it sent, in `~/.local/state/farrier/sent-secrets`;
/// the secret cannot be recovered from it. --update sends the secrets that
/// differ from those that this computer sent last. Changes by other programs are
/// not detected: use --push-secrets to send all secrets.
///
/// A CSV table has a header row and one row per machine. Cells are separated by
/// `,`, `;` or tabs. Columns:
///   node        `name`, `driver`, `traits`, `extra.KEY`, other fields of a node
///   BMC         `bmc_address`, `bmc_username`, `bmc_password`, `bmc_system_id`,
///               keys of `driver_info`
///   properties  `cpus`, `memory_mb`, `local_gb`, `capabilities`,
///               `root_device.HINT`
///   ports       `mac` (several separated by spaces); for machines with one port:
///               `port.FIELD`
/// The tables of bifrost and TripleO, which have no header row, are read too.
///
/// In files, a value of `driver_info` can be:
///   `${NAME}` or `{env: NAME}`           an environment variable
///   `{file: PATH}`                       the content of a file
///   `{command: [PROGRAM, ARGUMENT...]}`  the output of a program, run without a
///                                        shell, in the directory of the file, for
///                                        at most a minute
///   `{prompt: QUESTION}`                 the answer to a prompt; each question is asked once
/// Enrolling a file runs its commands: enroll only files that you trust.
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    override_usage = "farrier enroll [OPTIONS] FILE...\n       farrier enroll [OPTIONS] --driver TYPE [--name NAME] [--driver-info K=V]...",
    before_long_help = help::examples(EXAMPLES),
    after_long_help = help::exit_codes_with(&[2, 6, 7, 8, 10], &[(7, "the verification, inspection or cleaning failed"), (10, "some nodes failed, or differ from the file")]),
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(crate) struct Args {
    /// Files to enroll; `-` reads stdin
    #[arg(value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    files: Vec<PathBuf>,

    /// File format (default: detected)
    #[arg(long, value_name = "FORMAT", value_enum, requires = "files")]
    input_format: Option<InputFormat>,

    #[command(flatten, next_help_heading = "Machine")]
    machine: MachineArgs,

    /// Provision state to stop at
    #[arg(long, value_name = "STATE", value_enum, default_value_t = UntilArg::Available, help_heading = ENROLLMENT)]
    until: UntilArg,

    /// Change nodes that differ from the file
    #[arg(long, help_heading = ENROLLMENT)]
    update: bool,

    /// Remove what is not in the file
    ///
    /// Removes ports, port groups and traits that are not in the file. Needs --update.
    #[arg(long, requires = "update", help_heading = ENROLLMENT)]
    prune: bool,

    /// Resend all secrets, even unchanged ones
    #[arg(long, help_heading = ENROLLMENT)]
    push_secrets: bool,

    /// Inspect nodes before they become available
    #[arg(long, help_heading = ENROLLMENT)]
    inspect: bool,

    /// Show what would change; change nothing
    #[arg(long, help_heading = ENROLLMENT)]
    dry_run: bool,

    /// Check the files only, without Ironic
    #[arg(long, conflicts_with_all = ["dry_run", "update", "prune", "inspect", "push_secrets"], help_heading = ENROLLMENT)]
    validate_only: bool,

    /// Timeout for all nodes
    ///
    /// The operations continue in Ironic after the timeout.
    #[arg(long, value_name = "DURATION", value_parser = values::duration, default_value = "1h", help_heading = ENROLLMENT)]
    timeout: Duration,
}

const ENROLLMENT: &str = "Enrollment";

/// `--until`
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum UntilArg {
    /// Created, with ports and traits
    Enroll,
    /// BMC verified
    Manageable,
    /// Cleaned and available for deploys
    Available,
}

const EXAMPLES: help::Examples = &[
    ("Enroll all machines in a file", "farrier enroll nodes.yaml"),
    ("Show what would change", "farrier enroll nodes.yaml --dry-run"),
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
    Column::new("uuid", "UUID").shortened_by_rank(2),
    Column::new("action", "ACTION").show(CellStyle::Result),
    Column::new("state", "STATE").show(CellStyle::State),
    Column::new("error", "ERROR").on_stderr(),
    Column::new("note", "NOTE").on_request(),
    Column::new("changes", "CHANGES").show(CellStyle::Changes).on_request(),
];

/// The columns of a plan.
const PLAN_COLUMNS: &[Column] = &[
    Column::new("name", "NAME"),
    Column::new("uuid", "UUID").shortened_by_rank(2),
    Column::new("action", "ACTION").show(CellStyle::Result),
    Column::new("state", "STATE").show(CellStyle::State),
    Column::new("changes", "CHANGES").show(CellStyle::Changes).shortened_by_rank(1),
    Column::new("error", "ERROR").on_request(),
    Column::new("note", "NOTE").on_request(),
];

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(if args.dry_run { PLAN_COLUMNS } else { COLUMNS })?.ranked();
    let environment = |name: &str| std::env::var(name).ok();
    let prompt = |question: &str| context.ui.password(question);
    let resolver = SecretResolver::new(&environment, &prompt).within(args.timeout);
    let mut enrollment = if args.files.is_empty() {
        Enrollment::from_node(args.machine.node(&context.ui)?, &resolver)?
    } else {
        Enrollment::read(&args.files, args.input_format, &resolver)?
    };
    for (file, format) in enrollment.formats.iter().filter(|(_, format)| *format != InputFormat::FARRIER) {
        context.ui.note(&format!("{file}: read as {format}"));
    }
    for warning in &enrollment.warnings {
        context.ui.warn(&warning.to_string());
    }
    let options = args.enroll_options();
    let ignores_in_use = options.until == EnrollTarget::Available || options.inspect;
    if !ignores_in_use && !enrollment.errors_of_hosts_in_use.is_empty() {
        return Err(InputError::from(enrollment.errors_of_hosts_in_use).into());
    }
    if args.validate_only {
        return validated(&enrollment, &view, context);
    }
    if ignores_in_use {
        skip_in_use(&mut enrollment, context)?;
    }
    let connection = context.connect()?;
    let progress = context.ui.progress();
    let reader = connection.reader(&progress).with_secret_fingerprints(&context.fingerprints);
    let survey = reader.plan_file(&enrollment.machines, &enrollment.chassis)?;
    for warning in &survey.warnings {
        context.ui.warn(warning);
    }
    let plans = survey.plans;
    if !args.inspect {
        let portless = plans.iter().filter(|plan| plan.lacks_ports());
        report::note_missing_ports(portless.map(|plan| plan.machine().label()), context);
    }
    let chassis = reader.plan_chassis(&enrollment.chassis)?;
    if args.dry_run {
        drop(progress);
        return report::planned(&plans, &chassis, options, &view, context);
    }
    let driver = context.driver(&connection, &progress, Deadline::after(args.timeout));
    driver.enroll_chassis(&chassis, args.update)?;
    for plan in chassis.iter().filter(|_| !args.update) {
        for (field, ..) in plan.differing() {
            let uuid = plan.chassis.uuid();
            context.ui.warn(&format!("chassis {uuid}: `{field}` differs from the file"));
        }
    }
    let outcomes = enroll(&driver, &plans, options, context.global.jobs);
    drop(progress);
    report_outcomes(&plans, outcomes, options, &view, context)
}

impl Args {
    fn enroll_options(&self) -> EnrollOptions {
        let until = match self.until {
            UntilArg::Enroll => EnrollTarget::Enroll,
            UntilArg::Manageable => EnrollTarget::Manageable,
            UntilArg::Available => EnrollTarget::Available,
        };
        EnrollOptions {
            until,
            update: self.update,
            prune: self.prune,
            push_secrets: self.push_secrets,
            inspect: self.inspect,
        }
    }
}

/// Skips machines that are in use: cleaning would erase their disks, and an inspection would reboot them.
fn skip_in_use(enrollment: &mut Enrollment, context: &Context) -> anyhow::Result<()> {
    let (in_use, free): (Vec<NodeSpec>, Vec<NodeSpec>) =
        enrollment.machines.drain(..).partition(|machine| machine.is_in_use);
    enrollment.machines = free;
    if enrollment.machines.is_empty() && !in_use.is_empty() {
        let failure = Failure::new(FailureKind::Input, "no machine to enroll: all are in use".to_owned());
        return Err(failure.hint("`--until manageable` enrolls them without cleaning").into());
    }
    report::note_in_use(in_use.iter().map(NodeSpec::label), context);
    Ok(())
}

/// A machine of a valid file: the keys of an enrolled machine, all empty.
#[derive(Debug, Serialize, JsonSchema)]
struct ValidRow {
    /// The name, if it has one.
    name: Option<String>,
    /// The UUID, if the file has one.
    uuid: Option<String>,
    /// `valid`.
    action: &'static str,
    state: Option<String>,
    error: Option<String>,
    note: Option<String>,
    changes: [String; 0],
}

/// The forms for enrolled machines, for a plan, and for valid files.
pub(super) fn answer() -> Answer {
    let answer = Answer::of("enroll").list::<EnrollRow>(COLUMNS).list::<PlanRow>(PLAN_COLUMNS);
    report::with_tables(answer.list::<ValidRow>(COLUMNS))
}

/// Lists the machines of valid files.
fn validated(enrollment: &Enrollment, view: &View, context: &Context) -> anyhow::Result<()> {
    let row = |machine: &NodeSpec| ValidRow {
        name: machine.name().map(str::to_owned),
        uuid: machine.uuid().map(str::to_owned),
        action: "valid",
        state: None,
        error: None,
        note: None,
        changes: [],
    };
    Ok(context.ui.list(view, enrollment.machines.iter().map(row).collect())?)
}

/// Enrolls all machines, child nodes last: their parents may be new too.
pub(crate) fn enroll(
    driver: &Driver<'_>,
    plans: &[NodePlan<'_>],
    options: EnrollOptions,
    jobs: u16,
) -> Vec<Result<Enrolled, Error>> {
    let is_child = |plan: &&NodePlan<'_>| plan.machine().fields.contains_key("parent_node");
    let (children, parents): (Vec<_>, Vec<_>) = plans.iter().partition(is_child);
    let work = |plan: &&NodePlan<'_>| driver.enroll(plan, options);
    let mut parents = batch::each(jobs, &parents, work).into_iter();
    let mut children = batch::each(jobs, &children, work).into_iter();
    let outcome = |plan| if is_child(&plan) { children.next() } else { parents.next() };
    plans.iter().filter_map(outcome).collect()
}

/// The hint if some machines are not finished.
const RESUME: &str = "run the same command again to continue";

fn report_outcomes(
    plans: &[NodePlan<'_>],
    outcomes: Vec<Result<Enrolled, Error>>,
    options: EnrollOptions,
    view: &View,
    context: &Context,
) -> anyhow::Result<()> {
    let rows = plans.iter().zip(&outcomes).map(|(plan, outcome)| row(plan, outcome, options)).collect();
    context.ui.list(view, rows)?;
    let mut differing = 0;
    for (plan, outcome) in plans.iter().zip(&outcomes) {
        let label = plan.machine().label();
        if let Ok(Enrolled { note: Some(note), .. }) = outcome {
            context.ui.note(&format!("{label}: {note}"));
        }
        let unchanged = plan.unfixed(options);
        for Difference { field, has, wants, .. } in &unchanged {
            context.ui.note(&format!("{label}: {field} is {has}, but the file has {wants}"));
        }
        for reason in
            unchanged.iter().filter(|_| options.update).filter_map(|difference| plan.obstacle(difference))
        {
            context.ui.note(&format!("{label}: {reason}"));
        }
        differing += usize::from(!unchanged.is_empty());
    }
    report::note_secrets(plans, options, context);
    report::note_surplus(plans, options, context);
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
    report::conclude_differing(differing, total, options)
}

fn row(plan: &NodePlan<'_>, outcome: &Result<Enrolled, Error>, options: EnrollOptions) -> EnrollRow {
    let (action, state, note) = match outcome {
        Ok(enrolled) => (enrolled.action.as_str(), Some(enrolled.state.as_str()), enrolled.note.as_deref()),
        Err(Error::Failed { state, .. }) => ("failed", Some(state.as_str()), None),
        Err(_) => ("failed", plan.state(), None),
    };
    EnrollRow {
        name: plan.machine().name().map(str::to_owned),
        uuid: plan.uuid().to_owned(),
        action,
        state: state.map(str::to_owned),
        error: batch::error_text(outcome),
        note: note.map(str::to_owned),
        details: report::details(plan, options),
    }
}
