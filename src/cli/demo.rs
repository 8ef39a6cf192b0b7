//! `farrier lab demo`: the main job from beginning to end, by the commands that an operator would type.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, anyhow};
use rustix::process::{Pid, kill_process};
use serde_json::{Value, json};

use super::failure::{Failure, Kind};
use super::{Context, help};
use crate::driver::cancel::{Cancel, Signal};
use crate::lab::{CLOUD, Facts, Lab};
use crate::ui::answer::{Column, Show};

/// Run a demo: enroll, schedule, deploy, rebuild, destroy
///
/// Runs farrier itself, command by command, and shows each as it could be typed: against a real Ironic, which is
/// installed the first time, in a lab of its own that is gone afterwards. Takes about a minute and a half.
#[derive(Debug, clap::Args)]
#[command(before_long_help = help::examples(EXAMPLES), after_long_help = help::exit_codes(&[1, 7, 9]))]
pub(super) struct Args {
    /// A directory for the lab, which must not hold one yet
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,

    /// Leave the lab running, to go on by hand
    #[arg(long)]
    keep: bool,
}

const EXAMPLES: help::Examples = &[
    ("From nothing to a deployed machine, and back", "farrier lab demo"),
    ("The same, to look around in afterwards", "farrier lab demo --keep"),
];

const COLUMNS: &[Column] = &[
    Column::new("command", "COMMAND"),
    Column::new("result", "RESULT").show(Show::State),
    Column::new("duration_s", "SECONDS"),
];

/// How often a command in hand is looked at.
const PAUSE: Duration = Duration::from_millis(50);

/// One command, and what it is to show.
struct Step {
    what: &'static str,
    words: Vec<String>,
}

impl Step {
    fn new(what: &'static str, command: &str) -> Self {
        Self { what, words: command.split(' ').map(str::to_owned).collect() }
    }
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<()> {
    let view = context.ui.view(COLUMNS)?.ranked();
    let lab = Lab::for_demo(args.dir.clone())?;
    let status = lab.status()?;
    if status.facts.is_some() {
        if args.dir.is_some() {
            let message = format!("there is a lab in {} already", status.dir.display());
            return Err(anyhow!(Failure::new(Kind::Conflict, message).hint("name another directory")));
        }
        context.ui.note("forgetting what the last demo kept");
        lab.purge(&|line| context.ui.note(line))?;
    }
    let mut show = Demonstration {
        context,
        cancel: context.interrupt.hold(),
        program: std::env::current_exe().context("cannot find my own program")?,
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
            let hint = format!("Ironic's log is kept: {}", status.dir.join("ironic.log").display());
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
    /// farrier.
    program: PathBuf,
    /// Where the lab is, and the commands are run.
    dir: PathBuf,
    /// The answer's rows.
    done: Vec<Value>,
}

impl Demonstration<'_> {
    fn all(&mut self, lab: &Lab) -> anyhow::Result<Facts> {
        let up = "lab up --no-machines --power-delay 1 --dir";
        let mut up =
            Step::new("A real Ironic, on this computer only, whose mock machines take their time", up);
        up.words.push(self.dir.to_string_lossy().into_owned());
        self.step(&up, Path::new("/"))?;
        let facts = lab.status()?.facts.context("the lab did not come up")?;
        let place = help::quoted(&self.dir.to_string_lossy());
        self.context.ui.demonstrate(
            "Where it is, for the commands that follow",
            &format!("cd {place}; export OS_CLIENT_CONFIG_FILE=$PWD/clouds.yaml OS_CLOUD={CLOUD}"),
        );
        for step in steps(&facts) {
            self.step(&step, &self.dir.clone())?;
        }
        Ok(facts)
    }

    fn step(&mut self, step: &Step, dir: &Path) -> anyhow::Result<()> {
        let typed = help::command_line(std::iter::once("farrier").chain(words(step)).map(Into::into));
        self.context.ui.demonstrate(step.what, &typed);
        let begun = Instant::now();
        let status = self.run(step, dir)?;
        if let Some(signal) = self.cancel.requested() {
            return Err(anyhow!(Failure::new(signal.into(), "interrupted; the demo ends here")));
        }
        if !status.success() {
            let message = format!("`{typed}` failed ({status}), which it should not have done");
            return Err(anyhow!(Failure::new(Kind::Internal, message)));
        }
        let seconds = (begun.elapsed().as_secs_f64() * 10.0).round() / 10.0;
        self.done.push(json!({"command": typed, "result": "done", "duration_s": seconds}));
        Ok(())
    }

    /// Runs one command to its end. What it answers goes to stderr: stdout is for the answer of the demo itself.
    fn run(&self, step: &Step, dir: &Path) -> anyhow::Result<ExitStatus> {
        let mut command = Command::new(&self.program);
        command.args(words(step)).current_dir(dir).stdin(Stdio::null()).stdout(io::stderr());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("OS_") {
                command.env_remove(name);
            }
        }
        command.env("OS_CLIENT_CONFIG_FILE", self.dir.join("clouds.yaml")).env("OS_CLOUD", CLOUD);
        let mut child = command.spawn().context("cannot run myself")?;
        let mut asked = false;
        loop {
            if let Some(status) = child.try_wait().context("cannot wait for myself")? {
                return Ok(status);
            }
            match self.cancel.wait(PAUSE) {
                // The terminal sends Ctrl-C to both; a second one would keep the command from tidying up.
                None | Some(Signal::Interrupt) => {}
                Some(_) if asked => {}
                Some(_) => {
                    // If it has just ended, that is found out next.
                    let _ = kill_process(Pid::from_child(&child), rustix::process::Signal::TERM);
                    asked = true;
                }
            }
            if self.cancel.requested().is_some() {
                std::thread::sleep(PAUSE);
            }
        }
    }
}

fn words(step: &Step) -> impl Iterator<Item = &str> {
    step.words.iter().map(String::as_str)
}

/// The main job, once the lab is there.
fn steps(facts: &Facts) -> Vec<Step> {
    let request = "--flavor-file flavors.yaml --flavor small.data --exact";
    let image = &facts.image_url;
    let sums = image.rsplit_once('/').map_or("", |(server, _)| server);
    vec![
        Step::new("Bring the machines of a file under management", "enroll machines.yaml"),
        Step::new(
            "Which machines are exactly what is asked for, and why not the others",
            &format!("schedule {request} --explain"),
        ),
        Step::new(
            "Put an image onto one of them",
            &format!("deploy web-1 {request} --image {image} --image-checksum {sums}/SHA256SUMS"),
        ),
        Step::new("What has become of it", "show web-1"),
        Step::new("Power cycle it", "power reboot web-1 --yes"),
        Step::new(
            "Put the image onto it anew, but keep what is on its ephemeral partition",
            "rebuild web-1 --preserve-ephemeral --yes",
        ),
        Step::new(
            "Another, where the machine that fits best has a broken disk: the next one gets it",
            &format!(
                "deploy db-1 --flavor-file flavors.yaml --flavor bm.mule --image {image} --image-checksum {sums}/SHA256SUMS"
            ),
        ),
        Step::new(
            "Give the machines back, and wait until they are clean",
            "destroy web-1 db-1 --yes --wait-clean",
        ),
    ]
}

/// Says what was true of it, and what to try next.
fn conclude(args: &Args, facts: &Facts, context: &Context) {
    let version = &facts.ironic_version;
    context.ui.note(&format!(
        "\nReal: Ironic {version} with its API, conductor, database and state machine; every command above.\n\
         Mock: the machines. Their power, disks and ramdisks are pretended; no image was written, and nothing booted.\n"
    ));
    if args.keep {
        let clouds = help::quoted(&facts.clouds_yaml.to_string_lossy());
        let dir = help::quoted(&facts.dir.to_string_lossy());
        context.ui.hint(&format!("export OS_CLIENT_CONFIG_FILE={clouds} OS_CLOUD={CLOUD}   # go on here"));
        context.ui.hint(&format!("farrier lab down --purge --dir {dir}   # be rid of it"));
    } else {
        context.ui.hint("farrier lab up   # a lab that stays, with its machines enrolled");
    }
    context.ui.hint("farrier capacity --help   # how many more would fit");
    context.ui.hint("farrier deploy --help   # on your own machines: name your cloud with --os-cloud");
}
