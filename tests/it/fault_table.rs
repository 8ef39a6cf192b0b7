//! Every command that talks to Ironic, under every fault: it ends in time, succeeds or reports the right error, and
//! duplicates and leaves behind nothing. Afterwards the same command succeeds without the fault.
//!
//! One machine goes through all commands with another fault at each, so that every command and every fault is covered;
//! `rest_faults.rs` tries every fault on single requests. With `FARRIER_EXHAUSTIVE=1` there is a machine for each
//! fault, which is applied to all commands. With `FARRIER_FAULTS=all` the faults are applied to every request of every
//! command, once and permanently, instead of one request chosen by a fixed seed, which takes hours. The table of
//! results is printed whether or not the test passes.

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::machine::MachineState;
use crate::proxy::{Fault, Proxy, RetryAfter};
use crate::support::{IMAGE, Lab, is_exhaustive};

/// Timeout of a request in these tests, in seconds. All retries together take at most twice as long.
const API_TIMEOUT: &str = "2.5";

/// Limit for any command under any fault. The slowest command is one that cannot undo what it began, or that
/// has no timeout and is refused permanently.
const MAX_DURATION: Duration = Duration::from_secs(200);

/// The timeout of commands: a deploy may take half a minute when all machines are deployed at once.
const TIMEOUT: &str = "2m";

/// The timeout of commands under a permanent fault, because they reach it.
const PERMANENT_FAULT_TIMEOUT: &str = "15s";

/// Commands without a timeout: under a permanent fault they wait for minutes, so only the full run includes
/// them.
const WITHOUT_TIMEOUT: [&str; 10] =
    ["reserve", "release", "boot", "maint.", "unm.", "protect", "unp.", "retire", "unr.", "delete"];

/// How many machines run at the same time.
const PARALLEL_MACHINES: usize = 15;

macro_rules! ironic_says {
    ($text:literal) => {
        concat!(r#"{"error_message": "{\"faultcode\": \"Client\", \"faultstring\": \""#, $text, r#"\"}"}"#)
    };
}

const REJECTED: &str = ironic_says!("so says the test");
const LOCKED: &str = ironic_says!(
    "Node x is locked by host conductor-9, please retry after the current operation is completed."
);
const EXISTS: &str = ironic_says!("An allocation with name x already exists.");
const ASSOCIATED: &str = ironic_says!("Node x is associated with instance y.");
const MOVING: &str = ironic_says!("Node x can not be updated while a state transition is in progress.");
const BUSY: &str =
    ironic_says!("Requested action cannot be performed due to lack of free conductor workers.");
const FULL: &str = ironic_says!("The current operation has reached the concurrent action limit.");
const PAGE: &str = "<html><head><title>Bad</title></head><body><h1>Bad Gateway</h1>nginx</body></html>";

/// A fault, and the exit codes other than 0 that are a correct response to it.
struct Trial {
    label: &'static str,
    fault: Fault,
    codes: &'static [i32],
    /// The response is false: wrong conclusions from it are not farrier's fault.
    is_false_statement: bool,
}

const fn trial(label: &'static str, fault: Fault, codes: &'static [i32]) -> Trial {
    Trial { label, fault, codes, is_false_statement: false }
}

const TRIALS: &[Trial] = &[
    trial("refused", Fault::Refused, &[9]),
    trial("reset before", Fault::ResetBefore, &[9]),
    trial("reset after", Fault::ResetAfter, &[9]),
    trial("cut before", Fault::CutBefore, &[9]),
    trial("cut after", Fault::CutAfter, &[9]),
    trial("stall before", Fault::StallBefore, &[9]),
    trial("stall after", Fault::StallAfter, &[9]),
    trial("truncated", Fault::Truncate, &[9]),
    trial("cut in a chunk", Fault::CutChunk, &[9]),
    trial("half the JSON", Fault::HalfBody, &[1, 9]),
    trial("a page", Fault::HtmlPage, &[1, 9]),
    trial("drips", Fault::SlowBody, &[]),
    trial("drips for ever", Fault::EndlessBody, &[9]),
    trial("twice", Fault::Twice, &[9]),
    trial("401", Fault::Answer(401, r#"{"error":{"code":401,"message":"so says the test"}}"#), &[3]),
    trial("403", Fault::Answer(403, REJECTED), &[3]),
    Trial {
        label: "404",
        fault: Fault::Answer(404, REJECTED),
        codes: &[4, 5, 6, 9],
        is_false_statement: true,
    },
    trial("404, not Ironic's", Fault::Answer(404, "default backend - 404"), &[6, 9]),
    trial("406", Fault::Answer(406, REJECTED), &[1, 6]),
    trial("409 locked", Fault::Answer(409, LOCKED), &[4, 6]),
    trial("409 exists", Fault::Answer(409, EXISTS), &[6]),
    trial("409 associated", Fault::Answer(409, ASSOCIATED), &[4, 6]),
    trial("409 moving", Fault::Answer(409, MOVING), &[4, 6]),
    trial("429, 1 s", Fault::RetryLater(429, RetryAfter::Seconds(1), REJECTED), &[4, 6, 9]),
    trial("429, a date", Fault::RetryLater(429, RetryAfter::DateIn(2), REJECTED), &[4, 6, 9]),
    // Ironic also answers like this if a driver does not support an operation.
    trial("500", Fault::Answer(500, REJECTED), &[1, 6]),
    trial("502", Fault::Answer(502, PAGE), &[9]),
    trial("503", Fault::Answer(503, BUSY), &[4, 6, 9]),
    trial("503, 1 s", Fault::RetryLater(503, RetryAfter::Seconds(1), FULL), &[4, 6, 9]),
];

/// A fault and a command.
type FaultAndCommand = (&'static str, &'static str);

/// The results of all runs.
#[derive(Default)]
struct Results {
    /// The commands in order, and how many requests each sends without a fault.
    requests: Mutex<Vec<(&'static str, usize)>>,
    /// The observed results by fault and command.
    outcomes: Mutex<HashMap<FaultAndCommand, Vec<String>>>,
    problems: Mutex<Vec<String>>,
}

/// The faults of a run.
#[derive(Clone, Copy)]
enum FaultPlan {
    /// No fault: counts the requests of commands.
    Never,
    /// The same fault at every command.
    Always(&'static Trial),
    /// The next fault at each command.
    InTurn,
}

/// A machine that goes through all commands.
struct MachineRun<'a> {
    lab: &'a Lab,
    endpoint: String,
    plan: FaultPlan,
    /// The name of the machine, of its class and, with a prefix, of its instances.
    name: String,
    number: usize,
    random: fastrand::Rng,
    exhaustive: bool,
    steps: usize,
    results: &'a Results,
}

/// The expected state after a command succeeds, and the additional states that are acceptable after it fails.
struct Expected<'p> {
    done: &'p dyn Fn(&MachineState) -> bool,
    undone: &'p dyn Fn(&MachineState) -> bool,
}

impl MachineRun<'_> {
    fn settled(&self) -> MachineState {
        MachineState::settled(&self.endpoint, &self.name)
    }

    /// The fault of the current command.
    fn trial(&self) -> Option<&'static Trial> {
        self.trial_in(0)
    }

    /// The fault of the command that follows after this many.
    fn trial_in(&self, later: usize) -> Option<&'static Trial> {
        match self.plan {
            FaultPlan::Never => None,
            FaultPlan::Always(trial) => Some(trial),
            FaultPlan::InTurn => Some(&TRIALS[(self.steps + later) % TRIALS.len()]),
        }
    }

    fn problem(&self, step: &str, what: &str) {
        let fault = self.trial().map_or("no fault", |trial| trial.label);
        self.results.problems.lock().expect("no panic").push(format!("{fault}: {step}: {what}"));
    }

    /// Runs a command through a new proxy. Returns its exit code, its output and the number of its requests.
    fn run(&self, arguments: &[&str], fault: Option<(usize, usize, Fault)>) -> (i32, String, usize) {
        let proxy = Proxy::start(&self.endpoint);
        let mut arguments = arguments.to_vec();
        if let Some((number, times, fault)) = fault {
            proxy.fault_from(number, times, fault);
            if times > 1 {
                let limits = arguments.iter_mut().filter(|argument| **argument == TIMEOUT);
                limits.for_each(|limit| *limit = PERMANENT_FAULT_TIMEOUT);
            }
        }
        let output = self
            .lab
            .process_at(&proxy.endpoint(), &arguments)
            .env("OS_API_TIMEOUT", API_TIMEOUT)
            .output()
            .expect("it runs");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code().unwrap_or(-1), stderr, proxy.seen().len())
    }

    /// Runs a command under the fault, and then without it.
    fn step(&mut self, step: &'static str, arguments: &[&str], expected: &Expected<'_>) {
        self.steps += 1;
        if let Some(trial) = self.trial() {
            let requests = self.results.requests.lock().expect("no panic")[self.steps - 1].1;
            let mut cases = Vec::new();
            if self.exhaustive {
                cases.extend((1..=requests).flat_map(|number| [(number, 1), (number, usize::MAX)]));
            } else {
                cases.push((self.random.usize(1..=requests), 1));
                // A permanent fault takes longer, as the command does not give up at once: it is applied
                // only to some commands, but each fault and each command at least once.
                if (self.number + self.steps).is_multiple_of(8) && !WITHOUT_TIMEOUT.contains(&step) {
                    cases.push((self.random.usize(1..=requests), usize::MAX));
                }
            }
            let mut is_done = false;
            for (number, times) in cases {
                is_done = self.run_with_fault(trial, step, arguments, expected, (number, times), is_done);
            }
        }
        let (code, stderr, requests) = self.run(arguments, None);
        let seen = self.settled();
        let ended = code == 0 || is_gone(step, code);
        if !ended || !(expected.done)(&seen) {
            self.problem(step, &format!("without the fault: exit code {code}, there is {seen:?}\n{stderr}"));
        }
        if matches!(self.plan, FaultPlan::Never) {
            self.results.requests.lock().expect("no panic").push((step, requests));
        }
    }

    /// Runs a command under the fault and checks the result. `was_done` says whether the same command has
    /// already succeeded under another fault. Returns whether it has succeeded now.
    fn run_with_fault(
        &self,
        trial: &Trial,
        step: &'static str,
        arguments: &[&str],
        expected: &Expected<'_>,
        (number, times): (usize, usize),
        was_done: bool,
    ) -> bool {
        let began = Instant::now();
        let (code, stderr, _) = self.run(arguments, Some((number, times, trial.fault)));
        let took = began.elapsed().as_secs();
        let stays = times > 1;
        let label = format!("{step} (request {number}{})", if stays { " and all after it" } else { "" });
        let outcome = if stays { format!("{code}*") } else { code.to_string() };
        let mut outcomes = self.results.outcomes.lock().expect("no panic");
        outcomes.entry((trial.label, step)).or_default().push(outcome);
        drop(outcomes);
        let seen = self.settled();
        if took > MAX_DURATION.as_secs() {
            self.problem(&label, &format!("took {took} s"));
        }
        let is_done = (expected.done)(&seen);
        if code == 0 {
            if !is_done && !trial.is_false_statement {
                self.problem(&label, &format!("reported success, but there is {seen:?}\n{stderr}"));
            }
            return is_done;
        }
        // A server that sends nonsense in its first response is reported as not being Ironic.
        let honest = trial.codes.contains(&code)
            || code == 8 && stays
            || code == 9 && number == 1
            || was_done && is_gone(step, code);
        if !honest {
            self.problem(&label, &format!("exit code {code}\n{stderr}"));
        }
        let life = format!("life-{}", self.number);
        let names = [life.as_str(), "127.0.0.1", "/v1", "so says the test", "conductor"];
        if !stderr.contains("error: ")
            || !names.iter().any(|name| stderr.contains(name))
            || stderr.contains("panicked")
        {
            self.problem(&label, &format!("the error says too little\n{stderr}"));
        }
        let admitted = stderr.contains("releasing the node failed too");
        if !is_done && !(expected.undone)(&seen) && !admitted && !trial.is_false_statement {
            self.problem(&label, &format!("failed ({code}) and left {seen:?}\n{stderr}"));
        }
        is_done
    }

    /// A command that changes nothing. A fault is applied to one in three of them, because they are similar.
    fn read_only(&mut self, step: &'static str, arguments: &[&str]) {
        if !matches!(self.plan, FaultPlan::Never)
            && !self.exhaustive
            && !(self.number + self.steps).is_multiple_of(3)
        {
            self.steps += 1;
            return;
        }
        let before = self.settled();
        let same = |seen: &MachineState| *seen == before;
        self.step(step, arguments, &Expected { done: &same, undone: &same });
    }

    /// A node from `available` to `manageable` and back. `file` contains it.
    fn manage_and_provide(&mut self, file: &str, node: &Value) {
        let name = self.name.clone();
        let bare = |seen: &MachineState| seen.is_bare();
        let noted = |text: &'static str| move |seen: &MachineState| seen.is_bare() && seen.note == text;
        let set = ["node", "set", &name, "--extra", "note=set", "--timeout", TIMEOUT];
        self.step("set", &set, &Expected { done: &noted("set"), undone: &bare });
        // A credential trial may be left where it cannot be deleted; a later command finds it.
        let lied_to = (1..=3).any(|ahead| self.trial_in(ahead).is_some_and(|trial| trial.is_false_statement));
        let left_trial_node = move |seen: &MachineState| seen.trial_nodes > 0 && !lied_to;
        let known = |seen: &MachineState| seen.is_bare() && seen.user == "smith" && !left_trial_node(seen);
        let limit = ["--timeout", TIMEOUT];
        let access =
            [&["node", "set", &name, "--driver-info", "redfish_username=smith"][..], &limit].concat();
        self.step("access", &access, &Expected { done: &known, undone: &bare });
        let unknown = |seen: &MachineState| seen.is_bare() && seen.user.is_null() && !left_trial_node(seen);
        let unset = [&["node", "unset", &name, "--driver-info", "redfish_username"][..], &limit].concat();
        self.step("unset", &unset, &Expected { done: &unknown, undone: &bare });
        let mut changed = node.clone();
        changed["nodes"][0]["extra"] = json!({"note": "updated"});
        std::fs::write(file, changed.to_string()).expect("written");
        let update = ["enroll", file, "--update", "--timeout", TIMEOUT];
        self.step("update", &update, &Expected { done: &noted("updated"), undone: &bare });

        let managed = |seen: &MachineState| seen.is_manageable();
        let manage = [&["node", "manage", &name][..], &limit].concat();
        self.step("manage", &manage, &Expected { done: &managed, undone: &bare });
        let inspect = [&["node", "inspect", &name][..], &limit].concat();
        self.step("inspect", &inspect, &Expected { done: &managed, undone: &managed });
        let reset = r#"{"interface": "bios", "step": "factory_reset"}"#;
        let clean = [&["node", "clean", &name, "--step", reset, "--yes"][..], &limit].concat();
        self.step("clean", &clean, &Expected { done: &managed, undone: &managed });
        let provide = [&["node", "provide", &name][..], &limit].concat();
        self.step("provide", &provide, &Expected { done: &bare, undone: &managed });

        for view in ["ports", "traits", "validate"] {
            self.read_only(view, &["node", view, &name]);
        }
        self.read_only("export", &["export", &name]);
        self.read_only("audit", &["audit", &name, "--fail-on", "never"]);
        self.read_only("gc", &["gc", "--kind", "credential-trial"]);
    }

    fn run_all(mut self) {
        let name = self.name.clone();
        let folder = self.lab.folder().to_owned();
        let (web, reserved, fleet) = (format!("web-{name}"), format!("kept-{name}"), format!("fleet-{name}"));
        let limit = ["--timeout", TIMEOUT];

        let file = folder.join(format!("{name}.json"));
        let number = self.number;
        let node = json!({"nodes": [{
            "name": name, "driver": "fake-hardware", "resource_class": name, "automated_clean": false,
            "properties": {"cpu_arch": "x86_64", "cpus": 8, "memory_mb": 16384, "local_gb": 100},
            "ports": [{"address": format!("52:54:00:00:01:{number:02x}")}],
        }]});
        std::fs::write(&file, node.to_string()).expect("written");
        let file = file.to_str().expect("UTF-8").to_owned();
        let flavors = folder.join(format!("{name}-flavors.json"));
        let flavor = json!({"flavors": {"small": {"ram_mb": 1024, "resource_class": name}}});
        std::fs::write(&flavors, flavor.to_string()).expect("written");
        let bare = |seen: &MachineState| seen.is_bare() && !seen.power.is_empty();
        let no_more = |seen: &MachineState| seen.nodes <= 1 && seen.ports <= 1 && seen.claims.is_empty();
        let enroll = [&["enroll", &file][..], &limit].concat();
        self.step("enroll", &enroll, &Expected { done: &bare, undone: &no_more });

        self.manage_and_provide(&file, &node);
        self.read_only("nodes", &["node", "list"]);
        self.read_only("node", &["node", "show", &name]);
        self.read_only("hist.", &["node", "history", &name]);
        self.read_only("sched", &["schedule", "--resource-class", &name]);
        self.read_only("capac", &["capacity", "--flavor-file", flavors.to_str().expect("UTF-8")]);
        self.read_only("derive", &["flavor", "derive"]);

        let is_reserved = |seen: &MachineState| seen.is_instance(&reserved, "available");
        let reserve = ["schedule", "--resource-class", &name, "--reserve", &reserved];
        self.step("reserve", &reserve, &Expected { done: &is_reserved, undone: &bare });
        self.read_only("res.", &["reservation", "list"]);
        let release = ["reservation", "release", &reserved, "--yes"];
        self.step("release", &release, &Expected { done: &bare, undone: &is_reserved });

        let deployed = |seen: &MachineState| seen.is_active(&web);
        let deploy = [&["deploy", &web, "--resource-class", &name][..], &limit, &IMAGE].concat();
        self.step("deploy", &deploy, &Expected { done: &deployed, undone: &bare });
        self.read_only("list", &["list"]);
        self.read_only("show", &["show", &web]);
        self.read_only("why", &["why", &web]);
        self.read_only("vifs", &["vif", "list", &web]);
        self.read_only("wait", &["wait", &web, "--timeout", TIMEOUT]);
        self.read_only("status", &["power", "status", &web]);
        for (step, verb, state) in
            [("on", "on", "power on"), ("reboot", "reboot", "power on"), ("off", "off", "power off")]
        {
            let reached = |seen: &MachineState| seen.is_active(&web) && seen.power == state;
            let power = [&["power", verb, &web, "--yes"][..], &limit].concat();
            self.step(step, &power, &Expected { done: &reached, undone: &deployed });
        }
        let rebuild = [&["rebuild", &web, "--yes"][..], &limit].concat();
        self.step("rebuild", &rebuild, &Expected { done: &deployed, undone: &deployed });
        self.read_only("console", &["console", &web]);
        self.read_only("boot?", &["boot-device", &web]);
        let boot = ["boot-device", &web, "disk"];
        self.step("boot", &boot, &Expected { done: &deployed, undone: &deployed });
        let password = folder.join(format!("{name}-password"));
        std::fs::write(&password, "horse battery staple").expect("written");
        let password = ["--password-file", password.to_str().expect("UTF-8")];
        let rescued = |seen: &MachineState| seen.is_instance(&web, "rescue");
        let rescue = [&["rescue", &web, "--yes"][..], &password, &limit].concat();
        self.step("rescue", &rescue, &Expected { done: &rescued, undone: &deployed });
        let unrescue = [&["unrescue", &web, "--yes"][..], &limit].concat();
        self.step("unresc", &unrescue, &Expected { done: &deployed, undone: &rescued });
        for (step, arguments, flags) in [
            ("maint.", vec!["node", "maintenance", &name], &["maintenance"][..]),
            ("unm.", vec!["node", "maintenance", &name, "--off"], &[]),
            ("protect", vec!["node", "protect", &name], &["protected"]),
            ("unp.", vec!["node", "protect", &name, "--off"], &[]),
            ("retire", vec!["node", "retire", &name], &["retired"]),
            ("unr.", vec!["node", "retire", &name, "--off"], &[]),
        ] {
            let reached = |seen: &MachineState| seen.is_active(&web) && seen.flags == flags;
            self.step(step, &arguments, &Expected { done: &reached, undone: &deployed });
        }
        let destroy = [&["destroy", &web, "--yes", "--wait-clean"][..], &limit].concat();
        self.step("destroy", &destroy, &Expected { done: &bare, undone: &deployed });
        let destroy = [&destroy[..], &["--missing-ok"]].concat();
        self.step("gone", &destroy, &Expected { done: &bare, undone: &bare });

        let file = folder.join(format!("{fleet}.json"));
        let text = json!({
            "defaults": {"image": IMAGE[1], "image_checksum": IMAGE[3]},
            "instances": [{"name": fleet, "resource_class": name}],
        });
        std::fs::write(&file, text.to_string()).expect("written");
        let deployed = |seen: &MachineState| seen.is_active(&fleet);
        let deploy = [&["deploy", "--file", file.to_str().expect("UTF-8")][..], &limit].concat();
        self.step("--file", &deploy, &Expected { done: &deployed, undone: &bare });
        self.lab.json(&["destroy", &fleet, "--yes", "--wait-clean"]);

        // A node without a resource class is claimed by its `instance_uuid`.
        self.name = format!("plain-{name}");
        let (name, plain) = (self.name.clone(), format!("bare-{name}"));
        let keys = json!({"name": name, "resource_class": null, "automated_clean": false,
            "ports": [{"address": format!("52:54:00:00:02:{number:02x}")}]});
        self.lab.machines_with(&name, 1, &keys);
        let deployed = |seen: &MachineState| seen.is_active(&plain);
        let deploy = [&["deploy", &plain, "--node", &name][..], &limit, &IMAGE].concat();
        self.step("plain", &deploy, &Expected { done: &deployed, undone: &bare });
        let destroy = [&["destroy", &plain, "--yes", "--wait-clean"][..], &limit].concat();
        self.step("end", &destroy, &Expected { done: &bare, undone: &deployed });
        let gone = |seen: &MachineState| seen.nodes == 0 && seen.ports == 0;
        self.step("delete", &["node", "delete", &name, "--yes"], &Expected { done: &gone, undone: &bare });
    }
}

/// Whether a command that removes something reports that it does not exist.
fn is_gone(step: &str, code: i32) -> bool {
    code == 5 && ["delete", "destroy", "end", "release"].contains(&step)
}

#[test]
fn every_command_under_every_fault_succeeds_or_reports_the_truth() {
    let exhaustive = std::env::var("FARRIER_FAULTS").is_ok_and(|which| which == "all");
    let is_whole = exhaustive || is_exhaustive();
    // One Ironic uses at most one core.
    let labs: Vec<Lab> = (0..if is_whole { 2 } else { 1 }).map(|_| Lab::start(&[])).collect();
    let endpoints: Vec<String> = labs.iter().map(Lab::endpoint).collect();
    let results = Results::default();
    let life = |number: usize, plan| MachineRun {
        lab: &labs[number % labs.len()],
        endpoint: endpoints[number % labs.len()].clone(),
        plan,
        name: format!("life-{number}"),
        number,
        random: fastrand::Rng::with_seed(number as u64),
        exhaustive,
        steps: 0,
        results: &results,
    };
    life(0, FaultPlan::Never).run_all();
    let problems = results.problems.lock().expect("no panic").join("\n");
    assert!(problems.is_empty(), "{problems}");
    let lives: Vec<FaultPlan> =
        if is_whole { TRIALS.iter().map(FaultPlan::Always).collect() } else { vec![FaultPlan::InTurn] };
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..PARALLEL_MACHINES {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(plan) = lives.get(number) else { return };
                    life(number + 1, *plan).run_all();
                }
            });
        }
    });
    print(&results);
    let problems = results.problems.into_inner().expect("no panic");
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}

/// One row per fault, one column per command: the exit codes, each with its count if above one; `*` marks a
/// permanent fault.
fn print(results: &Results) {
    let outcomes = results.outcomes.lock().expect("no panic");
    let requests = results.requests.lock().expect("no panic");
    let cell = |fault: &'static str, step: &'static str| {
        let mut codes = BTreeMap::new();
        for code in outcomes.get(&(fault, step)).into_iter().flatten() {
            *codes.entry(code).or_insert(0) += 1;
        }
        let code = |(code, times): (&String, i32)| match times {
            1 => code.clone(),
            times => format!("{code}x{times}"),
        };
        codes.into_iter().map(code).collect::<Vec<_>>().join(" ")
    };
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(std::iter::once("").chain(requests.iter().map(|(step, _)| *step)));
    for trial in TRIALS {
        let cells = requests.iter().map(|(step, _)| cell(trial.label, step));
        table.add_row(std::iter::once(trial.label.to_owned()).chain(cells));
    }
    let text = format!("\nexit codes by fault and command (*: where the fault stays)\n{table}\n");
    // Written to the file descriptor, because the test harness would capture it.
    std::io::stderr().write_all(text.as_bytes()).expect("stdout is writable");
}
