//! `farrier lab`: run a real Ironic on this computer.

pub(crate) mod demo;

use std::io;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::anyhow;
use clap::ValueEnum;
use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::connection::Connection;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::{batch, help};
use crate::driver::Deadline;
use crate::driver::enroll::{EnrollOptions, EnrollTarget};
use crate::inventory::enrollment::Enrollment;
use crate::inventory::node_spec::NodeSpec;
use crate::inventory::reference::SecretResolver;
use crate::lab::{self, CLOUD, Delay, Lab, LabInfo, Lifetime, Running, UpOutcome};
use crate::ui::output::{CellStyle, Column};

/// Run a real Ironic with mock machines on this computer
///
/// Use the lab to try farrier or to test your scripts. The first start downloads a pinned version of Ironic and
/// installs it into a Python virtual environment in the cache directory. The lab needs no root privileges, compiler or
/// containers. Its data persists between starts.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Start or reconfigure the lab
    ///
    /// Options that are not given keep their previous values. If the lab is running
    /// and an option changes, it restarts: nodes and instances are kept, but deploys
    /// in progress fail unless they are waiting for a ramdisk.
    ///
    /// Nodes with the deploy interface `direct` boot a ramdisk for deploys and
    /// cleaning; the lab simulates its agent. These keys in `driver_info` control
    /// the agent:
    ///   `mock_boot_delay`  seconds to boot: `S`, or `A,B` for a random value
    ///   `mock_step_delay`  seconds per step, in the same format, or `{STEP: S}`
    ///   `mock_fail_step`   step that fails, such as `write_image`
    ///   `mock_fail_error`  error message of this step
    ///   `mock_silent`      `boot`, or the step in which the agent stops responding
    ///   `mock_faults`      number of failures before it works (default: no limit)
    ///   `mock_hold`        true: hold automated cleaning before its first step
    #[command(verbatim_doc_comment, before_long_help = help::examples(UP), after_long_help = help::exit_codes(&[1, 2, 9]))]
    Up(UpArgs),
    /// Stop the lab
    #[command(before_long_help = help::examples(DOWN))]
    Down {
        #[command(flatten)]
        dir: LabDir,

        /// Delete the data of the lab too
        ///
        /// Deletes its nodes, instances and logs. The installed packages stay in the cache directory.
        #[arg(long)]
        purge: bool,
    },
    /// Show the status of the lab
    #[command(before_long_help = help::examples(STATUS))]
    Status(LabDir),
    Demo(demo::Args),
}

const UP: help::Examples = &[
    ("Start a lab", "farrier lab up"),
    ("Let ramdisks take about a minute to boot", "farrier lab up --boot-delay 50,70 --deploy-timeout 300"),
    ("Start a second lab, with passwords", "farrier lab up --dir ./lab --auth http_basic"),
    ("Run in the foreground, and stop the lab with Ctrl-C", "farrier lab up --foreground"),
    (
        "Let the next image write on a node fail",
        "farrier node set pony-1 --driver-info mock_fail_step=write_image \\
         --driver-info mock_faults=1",
    ),
];
const DOWN: help::Examples =
    &[("Stop the lab", "farrier lab down"), ("Stop it and delete its data", "farrier lab down --purge")];
const STATUS: help::Examples = &[
    ("Show whether the lab is running", "farrier lab status"),
    (
        "Use the lab in this shell",
        "export OS_CLOUD=farrier-lab \\
         OS_CLIENT_CONFIG_FILE=$(farrier lab status -f value -c clouds_yaml)",
    ),
];

#[derive(Debug, clap::Args)]
struct UpArgs {
    #[command(flatten)]
    dir: LabDir,

    /// Authentication (default: none)
    #[arg(long, value_name = "TYPE", value_enum)]
    auth: Option<Auth>,

    /// Seconds to change or query the power (default: 0)
    ///
    /// `A,B`: between A and B.
    #[arg(long, value_name = "S")]
    power_delay: Option<Delay>,

    /// Seconds per step without a ramdisk (default: 0)
    ///
    /// For nodes with a deploy interface other than `direct`: their deploys have two steps. `A,B`: between A and B.
    #[arg(long, value_name = "S")]
    deploy_delay: Option<Delay>,

    /// Seconds of cleaning without a ramdisk (default: 0)
    ///
    /// `A,B`: between A and B.
    #[arg(long, value_name = "S")]
    clean_delay: Option<Delay>,

    /// Seconds to boot a ramdisk (default: 2)
    ///
    /// The time from power on to its first contact. `A,B`: between A and B.
    #[arg(long, value_name = "S")]
    boot_delay: Option<Delay>,

    /// Seconds per step in a ramdisk (default: 2)
    ///
    /// `A,B`: between A and B.
    #[arg(long, value_name = "S")]
    step_delay: Option<Delay>,

    /// Ramdisk timeout in seconds (default: 60)
    ///
    /// Seconds that Ironic waits for a heartbeat in deploys and cleaning.
    #[arg(long, value_name = "S")]
    deploy_timeout: Option<u32>,

    /// Do not enroll the mock machines
    ///
    /// Without this option, the first start enrolls them.
    #[arg(long)]
    no_machines: bool,

    /// Run in the foreground
    ///
    /// Stops the lab on Ctrl-C, when killed, or when stdin is a pipe and closes.
    #[arg(long)]
    foreground: bool,
}

#[derive(Debug, clap::Args)]
struct LabDir {
    /// Directory of the lab (default: per user)
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
}

/// The values of `--auth`.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Auth {
    /// No authentication
    None,
    /// User name and password (in the lab's clouds.yaml)
    HttpBasic,
}

const COLUMNS: &[Column] = &[
    Column::new("state", "STATE").show(CellStyle::Result),
    Column::new("endpoint", "ENDPOINT"),
    Column::new("auth", "AUTH"),
    Column::new("cloud", "CLOUD"),
    Column::new("clouds_yaml", "CLOUDS.YAML"),
    Column::new("machines", "MACHINES"),
    Column::new("flavors", "FLAVORS"),
    Column::new("image_url", "IMAGE"),
    Column::new("image_checksum", "SHA256"),
    Column::new("power_delay", "POWER DELAY"),
    Column::new("deploy_delay", "DEPLOY DELAY"),
    Column::new("clean_delay", "CLEAN DELAY"),
    Column::new("boot_delay", "BOOT DELAY"),
    Column::new("step_delay", "STEP DELAY"),
    Column::new("deploy_timeout", "DEPLOY TIMEOUT"),
    Column::new("ironic_version", "IRONIC"),
    Column::new("pid", "PID"),
    Column::new("uptime_s", "UPTIME"),
    Column::new("log", "LOG"),
    Column::new("dir", "DIRECTORY"),
];

/// The columns of a stopped lab.
const DOWN_COLUMNS: &[Column] =
    &[Column::new("state", "STATE").show(CellStyle::Result), Column::new("dir", "DIRECTORY")];

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    match &args.action {
        Action::Up(args) => up(args, context),
        Action::Down { dir, purge } => down(dir, *purge, context),
        Action::Status(dir) => status(dir, context),
        Action::Demo(args) => demo::run(args, context),
    }
}

fn up(args: &UpArgs, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let lab = Lab::new(args.dir.dir.clone())?;
    let options = lab::LabOptions {
        auth: args.auth.map(|auth| match auth {
            Auth::None => lab::Auth::None,
            Auth::HttpBasic => lab::Auth::HttpBasic,
        }),
        power_delay: args.power_delay,
        deploy_delay: args.deploy_delay,
        clean_delay: args.clean_delay,
        boot_delay: args.boot_delay,
        step_delay: args.step_delay,
        deploy_timeout: args.deploy_timeout,
    };
    let lifetime = if args.foreground { Lifetime::Tethered } else { Lifetime::Detached };
    let up = lab.up(&options, lifetime, &|line| context.ui.note(line))?;
    if up.change == UpOutcome::Nothing {
        context.ui.note("the lab is already running");
    }
    if !args.no_machines && !up.facts.has_machines {
        enroll(&lab, &up.facts, context)?;
    }
    let status = status_json(&up.facts.dir, Some(&up.facts), Some(up.running));
    if args.foreground {
        // A reader of this output can use the lab from now on.
        let cancel = context.interrupt.defer_exit();
        context.ui.object(&view, &status)?;
        hints(&up.facts, context);
        context.ui.note("the lab runs until this process ends");
        let closed = stdin_closing()?;
        while cancel.wait(Duration::from_millis(100)).is_none() && !closed.load(Ordering::SeqCst) {
            if lab.running().is_none() {
                if lab.was_stopped(&|line| context.ui.note(line))? {
                    context.ui.note("the lab was stopped");
                    return Ok(());
                }
                let message = format!("the lab's Ironic has ended: see its log {}", up.facts.log.display());
                return Err(anyhow!(Failure::new(FailureKind::Internal, message)));
            }
        }
        context.ui.note("stopping the lab");
        lab.down(&|line| context.ui.note(line))?;
        return Ok(());
    }
    context.ui.object(&view, &status)?;
    hints(&up.facts, context);
    Ok(())
}

/// Enrolls the mock machines, and marks them as enrolled in the lab.
fn enroll(lab: &Lab, facts: &LabInfo, context: &Context) -> anyhow::Result<()> {
    let enrollment = Enrollment::read(std::slice::from_ref(&facts.machines), None, &SecretResolver::none())?;
    let total = enrollment.machines.len();
    context.ui.note(&format!("enrolling {total} mock machines"));
    let mut connection = Connection::open(Arc::new(facts.cloud()?))?;
    connection.cloud = Some(CLOUD.to_owned());
    let progress = context.ui.progress();
    let driver = context.driver(&connection, &progress, Deadline::none());
    let plans = driver.plan_enrollment(&enrollment.machines)?.plans;
    let request = EnrollOptions {
        until: EnrollTarget::Available,
        update: false,
        prune: false,
        push_secrets: false,
        inspect: false,
    };
    let outcomes = super::enroll::enroll(&driver, &plans, request, context.global.jobs);
    drop(progress);
    if let Some(signal) = outcomes.iter().find_map(|outcome| outcome.as_ref().err()?.signal()) {
        let message = "interrupted before all mock machines were enrolled";
        return Err(Failure::new(signal.into(), message).hint("continue with `farrier lab up`").into());
    }
    let names = enrollment.machines.iter().map(NodeSpec::label);
    batch::conclude(context, names.zip(outcomes).collect(), &[])?;
    Ok(lab.note_machines(&|line| context.ui.note(line))?)
}

fn down(dir: &LabDir, purge: bool, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(DOWN_COLUMNS)?;
    let lab = Lab::new(dir.dir.clone())?;
    let note = |line: &str| context.ui.note(line);
    if !lab.down(&note)? {
        note("the lab is not running");
    }
    if purge {
        lab.purge(&note)?;
    }
    let status = lab.status()?;
    let json = status_json(&status.dir, status.facts.as_ref(), status.running);
    Ok(context.ui.object(&view, &json)?)
}

fn status(dir: &LabDir, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?;
    let status = Lab::new(dir.dir.clone())?.status()?;
    let json = status_json(&status.dir, status.facts.as_ref(), status.running);
    Ok(context.ui.object(&view, &json)?)
}

fn status_json(dir: &Path, facts: Option<&LabInfo>, running: Option<Running>) -> LabAnswer {
    let state = match (facts, running) {
        (_, Some(_)) => "running",
        (Some(_), None) => "stopped",
        (None, None) => "absent",
    };
    let settings = facts.map(|facts| &facts.settings);
    LabAnswer {
        state,
        endpoint: facts.map(|facts| facts.endpoint.clone()),
        auth: settings.map(|settings| settings.auth.name()),
        cloud: facts.map(|_| CLOUD),
        clouds_yaml: facts.map(|facts| facts.clouds_yaml.clone()),
        machines: facts.map(|facts| facts.machines.clone()),
        flavors: facts.map(|facts| facts.flavors.clone()),
        image_url: facts.map(|facts| facts.image_url.clone()),
        image_checksum: facts.map(|facts| facts.image_checksum.clone()),
        power_delay: settings.map(|settings| settings.power_delay.to_string()),
        deploy_delay: settings.map(|settings| settings.deploy_delay.to_string()),
        clean_delay: settings.map(|settings| settings.clean_delay.to_string()),
        boot_delay: settings.map(|settings| settings.boot_delay.to_string()),
        step_delay: settings.map(|settings| settings.step_delay.to_string()),
        deploy_timeout: settings.map(|settings| settings.deploy_timeout),
        ironic_version: facts.map(|facts| facts.ironic_version.clone()),
        pid: running.map(|running| running.pid),
        uptime_s: running.and_then(|running| running.since.elapsed().ok()).map(|uptime| uptime.as_secs()),
        log: facts.map(|facts| facts.log.clone()),
        dir: dir.to_owned(),
    }
}

/// A lab. Everything but its state and directory is null if it does not exist.
#[derive(Debug, Serialize, JsonSchema)]
struct LabAnswer {
    /// `running`, `stopped` or `absent`.
    state: &'static str,
    /// The URL of Ironic.
    endpoint: Option<String>,
    /// How to log in: `none` or `http_basic`.
    auth: Option<&'static str>,
    /// The name of the lab in its clouds.yaml.
    cloud: Option<&'static str>,
    /// The path of its clouds.yaml.
    clouds_yaml: Option<PathBuf>,
    /// The path of the file with its mock machines.
    machines: Option<PathBuf>,
    /// The path of the file with flavors for these machines.
    flavors: Option<PathBuf>,
    /// The URL of an image to deploy.
    image_url: Option<String>,
    /// The SHA-256 checksum of the image.
    image_checksum: Option<String>,
    /// The delay of power changes, as in `--power-delay`.
    power_delay: Option<String>,
    /// The delay of deploys, as in `--deploy-delay`.
    deploy_delay: Option<String>,
    /// The delay of cleaning, as in `--clean-delay`.
    clean_delay: Option<String>,
    /// The delay until a ramdisk responds, as in `--boot-delay`.
    boot_delay: Option<String>,
    /// The delay of each step, as in `--step-delay`.
    step_delay: Option<String>,
    /// How many seconds Ironic waits for a ramdisk.
    deploy_timeout: Option<u32>,
    /// The version of Ironic.
    ironic_version: Option<String>,
    /// The process ID, if it is running.
    pid: Option<u32>,
    /// Seconds since its start, if it is running.
    uptime_s: Option<u64>,
    /// The path of Ironic's log.
    log: Option<PathBuf>,
    /// Its directory.
    dir: PathBuf,
}

pub(super) fn answers() -> [Answer; 4] {
    [
        Answer::of("lab up").object::<LabAnswer>(COLUMNS),
        Answer::of("lab down").object::<LabAnswer>(DOWN_COLUMNS),
        Answer::of("lab status").object::<LabAnswer>(COLUMNS),
        demo::answer(),
    ]
}

/// Prints how to use the lab.
fn hints(facts: &LabInfo, context: &Context) {
    let clouds = help::quoted(&facts.clouds_yaml.to_string_lossy());
    context.ui.hint(&format!("export OS_CLIENT_CONFIG_FILE={clouds} OS_CLOUD={CLOUD}"));
}

/// Becomes true when stdin ends, if it is a pipe: a terminal or `/dev/null` says nothing about who started us.
fn stdin_closing() -> io::Result<Arc<AtomicBool>> {
    let closed = Arc::new(AtomicBool::new(false));
    let kind = std::fs::metadata("/proc/self/fd/0").map(|stdin| stdin.file_type());
    if kind.is_ok_and(|kind| kind.is_fifo() || kind.is_socket()) {
        let closed = Arc::clone(&closed);
        std::thread::Builder::new().name("stdin".to_owned()).spawn(move || {
            // The input is ignored, and an error counts as the end.
            let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
            closed.store(true, Ordering::SeqCst);
        })?;
    }
    Ok(closed)
}
