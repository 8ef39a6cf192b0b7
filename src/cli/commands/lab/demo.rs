//! `farrier lab demo`: shows the main tasks with the commands that an operator would type.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use rustix::process::{Pid, kill_process};
use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::Context;
use crate::cli::app::answers::Answer;
use crate::cli::app::failure::{Failure, FailureKind};
use crate::cli::app::help;
use crate::driver::cancel::{Cancel, Signal};
use crate::lab::{CLOUD, Lab, LabInfo};
use crate::ui::output::{CellStyle, Column};

/// Run a demo: enroll, schedule, deploy, rebuild, destroy
///
/// Runs farrier commands and shows each one. The demo starts a lab of its own with a real Ironic, which is installed on
/// first use, and removes the lab at the end. It takes about a minute and a half, and several minutes more the first time.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes(&[1, 7, 9]))]
pub(crate) struct Args {
    /// Directory of the lab (default: per user)
    ///
    /// A directory that you name must not contain a lab. The default is `~/.local/state/farrier/demo`.
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,

    /// Keep the lab running afterwards
    #[arg(long)]
    keep: bool,
}

const EXAMPLES: help::Examples =
    &[("Run the demo", "farrier lab demo"), ("Run the demo, and keep its lab", "farrier lab demo --keep")];

const COLUMNS: &[Column] = &[
    Column::new("command", "COMMAND"),
    Column::new("result", "RESULT").show(CellStyle::Result),
    Column::new("duration_s", "SECONDS"),
];

/// A command of the demo.
#[derive(Debug, Serialize, JsonSchema)]
struct DemoRow {
    /// The command.
    command: String,
    /// `done`: the demo ends at the first command that fails.
    result: &'static str,
    /// Its duration in seconds.
    duration_s: f64,
}

pub(super) fn answer() -> Answer {
    Answer::of("lab demo").list::<DemoRow>(COLUMNS)
}

/// The interval at which a running command is polled.
const PAUSE: Duration = Duration::from_millis(50);

/// A command and its description.
struct DemoStep {
    what: &'static str,
    arguments: Vec<String>,
}

impl DemoStep {
    fn new(what: &'static str, command: &str) -> Self {
        Self { what, arguments: command.split(' ').map(str::to_owned).collect() }
    }
}

pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let lab = Lab::for_demo(args.dir.clone())?;
    let status = lab.status()?;
    if status.facts.is_some() {
        if args.dir.is_some() {
            let message = format!("a lab already exists in {}", status.dir.display());
            return Err(anyhow!(Failure::new(FailureKind::Conflict, message).hint("name another directory")));
        }
        context.ui.note("removing the lab of the last demo");
        lab.purge(&|line| context.ui.note(line))?;
    }
    let mut show = Demonstration {
        context,
        cancel: context.interrupt.defer_exit(),
        program: std::env::current_exe().context("cannot find the farrier executable")?,
        dir: status.dir.clone(),
        done: vec![],
    };
    let outcome = show.all(&lab);
    if args.keep && outcome.is_ok() {
        context.ui.note("");
    } else {
        context.ui.note("\nstopping the demo's lab");
        lab.down(&|line| context.ui.note(line))?;
    }
    let facts = match outcome {
        Ok(facts) => facts,
        Err(error) => {
            let hint = format!("see the log of Ironic: {}", status.dir.join("ironic.log").display());
            context.ui.hint(&hint);
            return Err(error);
        }
    };
    if !args.keep {
        lab.purge(&|line| context.ui.note(line))?;
    }
    context.ui.list(&view, show.done)?;
    conclude(args, &facts, context);
    Ok(())
}

struct Demonstration<'a> {
    context: &'a Context,
    cancel: &'a Cancel,
    /// The farrier executable.
    program: PathBuf,
    /// The directory of the lab, where the commands run.
    dir: PathBuf,
    /// The rows of the result.
    done: Vec<DemoRow>,
}

impl Demonstration<'_> {
    fn all(&mut self, lab: &Lab) -> anyhow::Result<LabInfo> {
        let up = "lab up --no-machines --power-delay 1 --dir";
        let mut up = DemoStep::new("Start a real Ironic with mock machines on this computer", up);
        up.arguments.push(self.dir.to_string_lossy().into_owned());
        self.step(&up, Path::new("/"))?;
        let facts = lab.status()?.facts.context("the lab did not start")?;
        let place = help::quoted(&self.dir.to_string_lossy());
        self.context.ui.show_command(
            "Select the lab for the next commands",
            &format!("cd {place}; export OS_CLIENT_CONFIG_FILE=$PWD/clouds.yaml OS_CLOUD={CLOUD}"),
        );
        for step in steps(&facts) {
            self.step(&step, &self.dir.clone())?;
        }
        Ok(facts)
    }

    fn step(&mut self, step: &DemoStep, dir: &Path) -> anyhow::Result<()> {
        let command_line =
            help::command_line(std::iter::once("farrier").chain(arguments(step)).map(Into::into));
        self.context.ui.show_command(step.what, &command_line);
        let begun = Instant::now();
        let status = self.run(step, dir)?;
        if let Some(signal) = self.cancel.requested() {
            return Err(anyhow!(Failure::new(signal.into(), "interrupted")));
        }
        if !status.success() {
            let message = format!("`{command_line}` failed unexpectedly ({status})");
            return Err(anyhow!(Failure::new(FailureKind::Internal, message)));
        }
        let seconds = (begun.elapsed().as_secs_f64() * 10.0).round() / 10.0;
        self.done.push(DemoRow { command: command_line, result: "done", duration_s: seconds });
        Ok(())
    }

    /// Runs a command until it ends. Its output goes to stderr, because stdout is for the result of the demo.
    fn run(&self, step: &DemoStep, dir: &Path) -> anyhow::Result<ExitStatus> {
        let mut command = Command::new(&self.program);
        command.args(arguments(step)).current_dir(dir).stdin(Stdio::null()).stdout(io::stderr());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("OS_") {
                command.env_remove(name);
            }
        }
        command.env("OS_CLIENT_CONFIG_FILE", self.dir.join("clouds.yaml")).env("OS_CLOUD", CLOUD);
        let mut child = command.spawn().context("cannot run farrier")?;
        let mut terminated = false;
        loop {
            if let Some(status) = child.try_wait().context("cannot wait for farrier")? {
                return Ok(status);
            }
            match self.cancel.wait(PAUSE) {
                // The terminal sends Ctrl-C to both processes; a second one would stop the cleanup of the command.
                None | Some(Signal::Interrupt) => {}
                Some(_) if terminated => {}
                Some(_) => {
                    // An error means that the command has just ended, which the next poll sees.
                    let _ = kill_process(Pid::from_child(&child), rustix::process::Signal::TERM);
                    terminated = true;
                }
            }
            if self.cancel.requested().is_some() {
                std::thread::sleep(PAUSE);
            }
        }
    }
}

fn arguments(step: &DemoStep) -> impl Iterator<Item = &str> {
    step.arguments.iter().map(String::as_str)
}

/// The commands after the start of the lab.
fn steps(facts: &LabInfo) -> Vec<DemoStep> {
    let request = "--flavor-file flavors.yaml --flavor small.data --exact";
    let image = &facts.image_url;
    let sums = image.rsplit_once('/').map_or("", |(server, _)| server);
    vec![
        DemoStep::new("Enroll the machines in a file", "enroll machines.yaml"),
        DemoStep::new(
            "Show which nodes fit the request exactly, and why others do not",
            &format!("schedule {request} --explain"),
        ),
        DemoStep::new(
            "Deploy an image to one of them",
            &format!("deploy web-1 {request} --image {image} --image-checksum {sums}/SHA256SUMS"),
        ),
        DemoStep::new("Show the instance", "show web-1"),
        DemoStep::new("Reboot it", "power reboot web-1 --yes"),
        DemoStep::new(
            "Rebuild it, and keep the ephemeral partition",
            "rebuild web-1 --preserve-ephemeral --yes",
        ),
        DemoStep::new(
            "Deploy another: the best node has a broken disk, so the next one is used",
            &format!(
                "deploy db-1 --flavor-file flavors.yaml --flavor bm.mule --image {image} --image-checksum {sums}/SHA256SUMS"
            ),
        ),
        DemoStep::new(
            "Destroy both, and wait until the nodes are clean",
            "destroy web-1 db-1 --yes --wait-clean",
        ),
    ]
}

/// Prints what was real and what was simulated, and what to try next.
fn conclude(args: &Args, facts: &LabInfo, context: &Context) {
    let version = &facts.ironic_version;
    context.ui.note(&format!(
        "\nReal: Ironic {version} with API, conductor, database and state machine, and all commands above.\n\
         Mock: the machines. Power, disks and ramdisks are simulated; no image was written, and nothing booted.\n"
    ));
    if args.keep {
        let clouds = help::quoted(&facts.clouds_yaml.to_string_lossy());
        let dir = help::quoted(&facts.dir.to_string_lossy());
        context.ui.hint(&format!("export OS_CLIENT_CONFIG_FILE={clouds} OS_CLOUD={CLOUD}   # use this lab"));
        context.ui.hint(&format!("farrier lab down --purge --dir {dir}   # remove it"));
    } else {
        context.ui.hint("farrier lab up   # start a lab with enrolled nodes");
    }
    context.ui.hint("farrier capacity --help   # count free nodes");
    context.ui.hint("farrier deploy --help   # deploy on your own cloud: choose it with --os-cloud");
}
