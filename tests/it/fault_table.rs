//! Every command that talks to Ironic under every fault: it ends in success or in an honest error, soon, and nothing
//! is doubled or left behind. After each, the same command without the fault finishes.
//!
//! A machine lives through all commands, and meets another fault at each, so that every command meets a fault and every
//! fault a command; what a fault does to a single request is tried for all of them in `rest_faults.rs`. With
//! `FARRIER_EXHAUSTIVE=1` there is a life for each fault, which strikes at all commands. `FARRIER_FAULTS=all` strikes at
//! every request of every command, once and for good, instead of at one chosen by a fixed seed, which takes hours. The
//! table of what was tried and how it ended is printed whether or not all is well.

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::machine::Seen;
use crate::proxy::{Fault, Proxy, RetryAfter};
use crate::support::{IMAGE, Lab, is_exhaustive};

/// How long a request may take in these tests, in seconds. All repeats together take twice that at most.
const API_TIMEOUT: &str = "2.5";

/// How long any command may take under any fault. The longest is one that cannot take back what it began, or that has
/// no time limit and is turned away for good.
const BOUND: Duration = Duration::from_secs(200);

/// The time limit of commands: a deploy may take half a minute when all machines are deployed at once.
const LIMIT: &str = "2m";

/// The time limit of commands under a fault that stays, because they run into it.
const LIMIT_OF_LASTING_FAULTS: &str = "15s";

/// Commands without a time limit: a fault that stays makes them wait for minutes, and so is left to who wants all.
const PATIENT: [&str; 10] =
    ["reserve", "release", "boot", "maint.", "unm.", "protect", "unp.", "retire", "unr.", "delete"];

/// How many machines live at once.
const LIVES: usize = 15;

macro_rules! ironic_says {
    ($words:literal) => {
        concat!(r#"{"error_message": "{\"faultcode\": \"Client\", \"faultstring\": \""#, $words, r#"\"}"}"#)
    };
}

const NO: &str = ironic_says!("so says the test");
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

/// A fault, and the exit codes besides 0 that are an honest answer to it.
struct Trial {
    label: &'static str,
    fault: Fault,
    codes: &'static [i32],
    /// The server says what is not so: what it made farrier believe is not farrier's fault.
    lies: bool,
}

const fn trial(label: &'static str, fault: Fault, codes: &'static [i32]) -> Trial {
    Trial { label, fault, codes, lies: false }
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
    trial("half the JSON", Fault::Mangle, &[1, 9]),
    trial("a page", Fault::Page, &[1, 9]),
    trial("drips", Fault::Drip, &[]),
    trial("drips for ever", Fault::DripForever, &[9]),
    trial("twice", Fault::Twice, &[9]),
    trial("401", Fault::Answer(401, r#"{"error":{"code":401,"message":"so says the test"}}"#), &[3]),
    trial("403", Fault::Answer(403, NO), &[3]),
    Trial { label: "404", fault: Fault::Answer(404, NO), codes: &[4, 5, 6, 9], lies: true },
    trial("404, not Ironic's", Fault::Answer(404, "default backend - 404"), &[6, 9]),
    trial("406", Fault::Answer(406, NO), &[1, 6]),
    trial("409 locked", Fault::Answer(409, LOCKED), &[4, 6]),
    trial("409 exists", Fault::Answer(409, EXISTS), &[6]),
    trial("409 associated", Fault::Answer(409, ASSOCIATED), &[4, 6]),
    trial("409 moving", Fault::Answer(409, MOVING), &[4, 6]),
    trial("429, 1 s", Fault::Later(429, RetryAfter::Seconds(1), NO), &[4, 6, 9]),
    trial("429, a date", Fault::Later(429, RetryAfter::DateIn(2), NO), &[4, 6, 9]),
    // What a machine's driver cannot do Ironic answers so, too.
    trial("500", Fault::Answer(500, NO), &[1, 6]),
    trial("502", Fault::Answer(502, PAGE), &[9]),
    trial("503", Fault::Answer(503, BUSY), &[4, 6, 9]),
    trial("503, 1 s", Fault::Later(503, RetryAfter::Seconds(1), FULL), &[4, 6, 9]),
];

/// A fault and a command.
type Tried = (&'static str, &'static str);

/// What is found out by all lives.
#[derive(Default)]
struct Findings {
    /// The commands in their order, and how many requests each makes where nothing is wrong.
    requests: Mutex<Vec<(&'static str, usize)>>,
    /// By fault and command: each end that it came to.
    outcomes: Mutex<HashMap<Tried, Vec<String>>>,
    problems: Mutex<Vec<String>>,
}

/// The faults in a life.
#[derive(Clone, Copy)]
enum Strikes {
    /// None, to see how many requests commands make.
    Never,
    /// This one at every command.
    Always(&'static Trial),
    /// The next one at each command.
    InTurn,
}

/// A machine that lives through all commands.
struct Life<'a> {
    lab: &'a Lab,
    endpoint: String,
    strikes: Strikes,
    /// The name of the machine, of its class and, with a prefix, of its instances.
    name: String,
    number: usize,
    random: fastrand::Rng,
    exhaustive: bool,
    steps: usize,
    findings: &'a Findings,
}

/// What a command leaves where it ends well, and what besides that is no wrong where it does not.
struct Promise<'p> {
    done: &'p dyn Fn(&Seen) -> bool,
    undone: &'p dyn Fn(&Seen) -> bool,
}

impl Life<'_> {
    fn settled(&self) -> Seen {
        Seen::settled(&self.endpoint, &self.name)
    }

    /// The fault of the command in hand.
    fn trial(&self) -> Option<&'static Trial> {
        self.trial_in(0)
    }

    /// The fault of the command that comes so many commands later.
    fn trial_in(&self, later: usize) -> Option<&'static Trial> {
        match self.strikes {
            Strikes::Never => None,
            Strikes::Always(trial) => Some(trial),
            Strikes::InTurn => Some(&TRIALS[(self.steps + later) % TRIALS.len()]),
        }
    }

    fn problem(&self, step: &str, what: &str) {
        let fault = self.trial().map_or("no fault", |trial| trial.label);
        self.findings.problems.lock().expect("no panic").push(format!("{fault}: {step}: {what}"));
    }

    /// Runs a command at a fresh proxy. Says how it ended, what it told, and how many requests it made.
    fn run(&self, arguments: &[&str], fault: Option<(usize, usize, Fault)>) -> (i32, String, usize) {
        let proxy = Proxy::start(&self.endpoint);
        let mut arguments = arguments.to_vec();
        if let Some((number, times, fault)) = fault {
            proxy.strike(number, times, fault);
            if times > 1 {
                let limits = arguments.iter_mut().filter(|argument| **argument == LIMIT);
                limits.for_each(|limit| *limit = LIMIT_OF_LASTING_FAULTS);
            }
        }
        let output = self
            .lab
            .process_at(&proxy.endpoint(), &arguments)
            .env("OS_API_TIMEOUT", API_TIMEOUT)
            .output()
            .expect("it runs");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code().unwrap_or(-1), told, proxy.seen().len())
    }

    /// One command under the fault, and then without it.
    fn step(&mut self, step: &'static str, arguments: &[&str], promise: &Promise<'_>) {
        self.steps += 1;
        if let Some(trial) = self.trial() {
            let requests = self.findings.requests.lock().expect("no panic")[self.steps - 1].1;
            let mut cases = Vec::new();
            if self.exhaustive {
                cases.extend((1..=requests).flat_map(|number| [(number, 1), (number, usize::MAX)]));
            } else {
                cases.push((self.random.usize(1..=requests), 1));
                // For good takes longer, as it is not given up at once: every fault somewhere, every command too.
                if (self.number + self.steps).is_multiple_of(8) && !PATIENT.contains(&step) {
                    cases.push((self.random.usize(1..=requests), usize::MAX));
                }
            }
            let mut is_done = false;
            for (number, times) in cases {
                is_done = self.suffer(trial, step, arguments, promise, (number, times), is_done);
            }
        }
        let (code, told, requests) = self.run(arguments, None);
        let seen = self.settled();
        let ended = code == 0 || is_gone(step, code);
        if !ended || !(promise.done)(&seen) {
            self.problem(step, &format!("without the fault: exit code {code}, there is {seen:?}\n{told}"));
        }
        if matches!(self.strikes, Strikes::Never) {
            self.findings.requests.lock().expect("no panic").push((step, requests));
        }
    }

    /// One command under the fault: whatever comes of it is judged. `was_done` is whether the same command has done its
    /// work before, under another fault. Returns whether it is done now.
    fn suffer(
        &self,
        trial: &Trial,
        step: &'static str,
        arguments: &[&str],
        promise: &Promise<'_>,
        (number, times): (usize, usize),
        was_done: bool,
    ) -> bool {
        let began = Instant::now();
        let (code, told, _) = self.run(arguments, Some((number, times, trial.fault)));
        let took = began.elapsed().as_secs();
        let stays = times > 1;
        let label = format!("{step} (request {number}{})", if stays { " and all after it" } else { "" });
        let outcome = if stays { format!("{code}*") } else { code.to_string() };
        let mut outcomes = self.findings.outcomes.lock().expect("no panic");
        outcomes.entry((trial.label, step)).or_default().push(outcome);
        drop(outcomes);
        let seen = self.settled();
        if took > BOUND.as_secs() {
            self.problem(&label, &format!("took {took} s"));
        }
        let is_done = (promise.done)(&seen);
        if code == 0 {
            if !is_done && !trial.lies {
                self.problem(&label, &format!("said to be done, but there is {seen:?}\n{told}"));
            }
            return is_done;
        }
        // Whoever answers nonsense at first contact is said not to be Ironic.
        let honest = trial.codes.contains(&code)
            || code == 8 && stays
            || code == 9 && number == 1
            || was_done && is_gone(step, code);
        if !honest {
            self.problem(&label, &format!("exit code {code}\n{told}"));
        }
        let life = format!("life-{}", self.number);
        let names = [life.as_str(), "127.0.0.1", "/v1", "so says the test", "conductor"];
        if !told.contains("error: ")
            || !names.iter().any(|name| told.contains(name))
            || told.contains("panicked")
        {
            self.problem(&label, &format!("the error says too little\n{told}"));
        }
        let admitted = told.contains("releasing the node failed too");
        if !is_done && !(promise.undone)(&seen) && !admitted && !trial.lies {
            self.problem(&label, &format!("failed ({code}) and left {seen:?}\n{told}"));
        }
        is_done
    }

    /// A command that changes nothing. A fault strikes one in three of them: so many are much alike.
    fn look(&mut self, step: &'static str, arguments: &[&str]) {
        if !matches!(self.strikes, Strikes::Never)
            && !self.exhaustive
            && !(self.number + self.steps).is_multiple_of(3)
        {
            self.steps += 1;
            return;
        }
        let before = self.settled();
        let same = |seen: &Seen| *seen == before;
        self.step(step, arguments, &Promise { done: &same, undone: &same });
    }

    /// A free machine in its operator's hands, and back. `file` has its node.
    fn tend(&mut self, file: &str, node: &Value) {
        let name = self.name.clone();
        let bare = |seen: &Seen| seen.is_bare();
        let noted = |text: &'static str| move |seen: &Seen| seen.is_bare() && seen.note == text;
        let set = ["node", "set", &name, "--extra", "note=set", "--timeout", LIMIT];
        self.step("set", &set, &Promise { done: &noted("set"), undone: &bare });
        // What tries access is left where it cannot be deleted, and found by whoever comes after.
        let lied_to = (1..=3).any(|ahead| self.trial_in(ahead).is_some_and(|trial| trial.lies));
        let probed = move |seen: &Seen| seen.probes > 0 && !lied_to;
        let known = |seen: &Seen| seen.is_bare() && seen.user == "smith" && !probed(seen);
        let limit = ["--timeout", LIMIT];
        let access =
            [&["node", "set", &name, "--driver-info", "redfish_username=smith"][..], &limit].concat();
        self.step("access", &access, &Promise { done: &known, undone: &bare });
        let unknown = |seen: &Seen| seen.is_bare() && seen.user.is_null() && !probed(seen);
        let unset = [&["node", "unset", &name, "--driver-info", "redfish_username"][..], &limit].concat();
        self.step("unset", &unset, &Promise { done: &unknown, undone: &bare });
        let mut changed = node.clone();
        changed["nodes"][0]["extra"] = json!({"note": "updated"});
        std::fs::write(file, changed.to_string()).expect("written");
        let update = ["enroll", file, "--update", "--timeout", LIMIT];
        self.step("update", &update, &Promise { done: &noted("updated"), undone: &bare });

        let managed = |seen: &Seen| seen.is_manageable();
        let manage = [&["node", "manage", &name][..], &limit].concat();
        self.step("manage", &manage, &Promise { done: &managed, undone: &bare });
        let inspect = [&["node", "inspect", &name][..], &limit].concat();
        self.step("inspect", &inspect, &Promise { done: &managed, undone: &managed });
        let reset = r#"{"interface": "bios", "step": "factory_reset"}"#;
        let clean = [&["node", "clean", &name, "--step", reset, "--yes"][..], &limit].concat();
        self.step("clean", &clean, &Promise { done: &managed, undone: &managed });
        let provide = [&["node", "provide", &name][..], &limit].concat();
        self.step("provide", &provide, &Promise { done: &bare, undone: &managed });

        for view in ["ports", "traits", "validate"] {
            self.look(view, &["node", view, &name]);
        }
        self.look("export", &["export", &name]);
        self.look("audit", &["audit", &name, "--fail-on", "never"]);
        self.look("gc", &["gc", "--kind", "credential-trial"]);
    }

    fn live(mut self) {
        let name = self.name.clone();
        let folder = self.lab.folder().to_owned();
        let (web, kept, fleet) = (format!("web-{name}"), format!("kept-{name}"), format!("fleet-{name}"));
        let limit = ["--timeout", LIMIT];

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
        let bare = |seen: &Seen| seen.is_bare() && !seen.power.is_empty();
        let no_more = |seen: &Seen| seen.nodes <= 1 && seen.ports <= 1 && seen.claims.is_empty();
        let enroll = [&["enroll", &file][..], &limit].concat();
        self.step("enroll", &enroll, &Promise { done: &bare, undone: &no_more });

        self.tend(&file, &node);
        self.look("nodes", &["node", "list"]);
        self.look("node", &["node", "show", &name]);
        self.look("hist.", &["node", "history", &name]);
        self.look("sched", &["schedule", "--resource-class", &name]);
        self.look("capac", &["capacity", "--flavor-file", flavors.to_str().expect("UTF-8")]);
        self.look("derive", &["flavor", "derive"]);

        let reserved = |seen: &Seen| seen.is_instance(&kept, "available");
        let reserve = ["schedule", "--resource-class", &name, "--reserve", &kept];
        self.step("reserve", &reserve, &Promise { done: &reserved, undone: &bare });
        self.look("res.", &["reservation", "list"]);
        let release = ["reservation", "release", &kept, "--yes"];
        self.step("release", &release, &Promise { done: &bare, undone: &reserved });

        let deployed = |seen: &Seen| seen.is_active(&web);
        let deploy = [&["deploy", &web, "--resource-class", &name][..], &limit, &IMAGE].concat();
        self.step("deploy", &deploy, &Promise { done: &deployed, undone: &bare });
        self.look("list", &["list"]);
        self.look("show", &["show", &web]);
        self.look("why", &["why", &web]);
        self.look("vifs", &["vif", "list", &web]);
        self.look("wait", &["wait", &web, "--timeout", LIMIT]);
        self.look("status", &["power", "status", &web]);
        for (step, verb, state) in
            [("on", "on", "power on"), ("reboot", "reboot", "power on"), ("off", "off", "power off")]
        {
            let there = |seen: &Seen| seen.is_active(&web) && seen.power == state;
            let power = [&["power", verb, &web, "--yes"][..], &limit].concat();
            self.step(step, &power, &Promise { done: &there, undone: &deployed });
        }
        let rebuild = [&["rebuild", &web, "--yes"][..], &limit].concat();
        self.step("rebuild", &rebuild, &Promise { done: &deployed, undone: &deployed });
        self.look("console", &["console", &web]);
        self.look("boot?", &["boot-device", &web]);
        let boot = ["boot-device", &web, "disk"];
        self.step("boot", &boot, &Promise { done: &deployed, undone: &deployed });
        let password = folder.join(format!("{name}-password"));
        std::fs::write(&password, "horse battery staple").expect("written");
        let password = ["--password-file", password.to_str().expect("UTF-8")];
        let rescued = |seen: &Seen| seen.is_instance(&web, "rescue");
        let rescue = [&["rescue", &web, "--yes"][..], &password, &limit].concat();
        self.step("rescue", &rescue, &Promise { done: &rescued, undone: &deployed });
        let unrescue = [&["unrescue", &web, "--yes"][..], &limit].concat();
        self.step("unresc", &unrescue, &Promise { done: &deployed, undone: &rescued });
        for (step, arguments, marks) in [
            ("maint.", vec!["node", "maintenance", &name], &["maintenance"][..]),
            ("unm.", vec!["node", "maintenance", &name, "--off"], &[]),
            ("protect", vec!["node", "protect", &name], &["protected"]),
            ("unp.", vec!["node", "protect", &name, "--undo"], &[]),
            ("retire", vec!["node", "retire", &name], &["retired"]),
            ("unr.", vec!["node", "retire", &name, "--undo"], &[]),
        ] {
            let there = |seen: &Seen| seen.is_active(&web) && seen.marks == marks;
            self.step(step, &arguments, &Promise { done: &there, undone: &deployed });
        }
        let destroy = [&["destroy", &web, "--yes", "--wait-clean"][..], &limit].concat();
        self.step("destroy", &destroy, &Promise { done: &bare, undone: &deployed });
        let destroy = [&destroy[..], &["--missing-ok"]].concat();
        self.step("gone", &destroy, &Promise { done: &bare, undone: &bare });

        let file = folder.join(format!("{fleet}.json"));
        let text = json!({
            "defaults": {"image": IMAGE[1], "image_checksum": IMAGE[3]},
            "instances": [{"name": fleet, "resource_class": name}],
        });
        std::fs::write(&file, text.to_string()).expect("written");
        let deployed = |seen: &Seen| seen.is_active(&fleet);
        let deploy = [&["deploy", "--file", file.to_str().expect("UTF-8")][..], &limit].concat();
        self.step("--file", &deploy, &Promise { done: &deployed, undone: &bare });
        self.lab.json(&["destroy", &fleet, "--yes", "--wait-clean"]);

        // A machine without a class is claimed in the other way.
        self.name = format!("plain-{name}");
        let (name, plain) = (self.name.clone(), format!("bare-{name}"));
        let keys = json!({"name": name, "resource_class": null, "automated_clean": false,
            "ports": [{"address": format!("52:54:00:00:02:{number:02x}")}]});
        self.lab.machines_with(&name, 1, &keys);
        let deployed = |seen: &Seen| seen.is_active(&plain);
        let deploy = [&["deploy", &plain, "--node", &name][..], &limit, &IMAGE].concat();
        self.step("plain", &deploy, &Promise { done: &deployed, undone: &bare });
        let destroy = [&["destroy", &plain, "--yes", "--wait-clean"][..], &limit].concat();
        self.step("end", &destroy, &Promise { done: &bare, undone: &deployed });
        let gone = |seen: &Seen| seen.nodes == 0 && seen.ports == 0;
        self.step("delete", &["node", "delete", &name, "--yes"], &Promise { done: &gone, undone: &bare });
    }
}

/// Whether a command that removes something reports that it does not exist.
fn is_gone(step: &str, code: i32) -> bool {
    code == 5 && ["delete", "destroy", "end", "release"].contains(&step)
}

#[test]
fn every_command_under_every_fault_ends_well_or_honestly() {
    let exhaustive = std::env::var("FARRIER_FAULTS").is_ok_and(|which| which == "all");
    let is_whole = exhaustive || is_exhaustive();
    // One Ironic keeps no more than one core busy.
    let labs: Vec<Lab> = (0..if is_whole { 2 } else { 1 }).map(|_| Lab::start(&[])).collect();
    let endpoints: Vec<String> = labs.iter().map(Lab::endpoint).collect();
    let findings = Findings::default();
    let life = |number: usize, strikes| Life {
        lab: &labs[number % labs.len()],
        endpoint: endpoints[number % labs.len()].clone(),
        strikes,
        name: format!("life-{number}"),
        number,
        random: fastrand::Rng::with_seed(number as u64),
        exhaustive,
        steps: 0,
        findings: &findings,
    };
    life(0, Strikes::Never).live();
    let problems = findings.problems.lock().expect("no panic").join("\n");
    assert!(problems.is_empty(), "{problems}");
    let lives: Vec<Strikes> =
        if is_whole { TRIALS.iter().map(Strikes::Always).collect() } else { vec![Strikes::InTurn] };
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..LIVES {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(strikes) = lives.get(number) else { return };
                    life(number + 1, *strikes).live();
                }
            });
        }
    });
    print(&findings);
    let problems = findings.problems.into_inner().expect("no panic");
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}

/// One row a fault, one column a command: the exit codes, each with how often if not once; with `*` where the fault
/// struck every request from one on.
fn print(findings: &Findings) {
    let outcomes = findings.outcomes.lock().expect("no panic");
    let requests = findings.requests.lock().expect("no panic");
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
    // Past the harness, which would keep it to itself.
    std::io::stderr().write_all(text.as_bytes()).expect("a place to print to");
}
