//! The state after farrier or Ironic is stopped or killed.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::machine::MachineState;
use crate::proxy::Proxy;
use crate::support::{IMAGE, Lab, is_exhaustive, signal, stops};

/// A deploy that Ironic has just begun, and the rest of its events.
fn deploying(lab: &Lab, arguments: &[&str]) -> (Child, impl BufRead + Send + 'static) {
    let mut command = lab.process(arguments);
    command.args(["--progress", "json"]).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it runs");
    let mut events = BufReader::new(child.stderr.take().expect("it is piped"));
    let mut event = String::new();
    while !["preparing to deploy", "running deploy."].iter().any(|stage| event.contains(stage)) {
        event.clear();
        assert!(events.read_line(&mut event).expect("UTF-8") > 0, "{arguments:?} ended before the deploy");
    }
    (child, events)
}

fn deploy<'a>(name: &'a str, class: &'a str) -> Vec<&'a str> {
    [&["deploy", name, "--resource-class", class][..], &IMAGE].concat()
}

/// A lab whose deploys take long enough to be interrupted.
fn slow_lab() -> Lab {
    Lab::start(&["--deploy-delay", "3"])
}

#[test]
fn interrupted_and_killed_deploys_can_be_continued() {
    let lab = slow_lab();
    lab.machines("slow", 2);

    // Ctrl-C after the deploy began detaches: the deploy continues, and the same command follows it.
    let (mut child, _events) = deploying(&lab, &deploy("stopped", "slow"));
    signal(&child, Signal::INT);
    assert_eq!(child.wait().expect("the child can be waited for").code(), Some(130));
    let after = lab.json(&deploy("stopped", "slow"));
    assert_eq!(after["state"], "active");

    // SIGKILL in the middle, then `wait`.
    let (mut child, _events) = deploying(&lab, &deploy("killed", "slow"));
    child.kill().expect("it runs");
    child.wait().expect("the child can be waited for");
    assert_eq!(lab.json(&["wait", "killed"])[0]["state"], "active");

    // A timeout ends the waiting, not the operation.
    lab.json(&["destroy", "killed", "--yes", "--wait-clean"]);
    let begun = (1..60).step_by(3).any(|seconds| {
        // On a busy computer the shortest timeouts end before Ironic has begun, and the claim is undone.
        let limit = format!("{seconds}s");
        let short = [&deploy("short", "slow")[..], &["--timeout", &limit]].concat();
        let stderr = lab.farrier().args(short).assert().code(8).get_output().stderr.clone();
        String::from_utf8_lossy(&stderr).contains("farrier wait short")
    });
    assert!(begun, "no timeout ends after the deploy has begun");
    assert_eq!(lab.json(&["wait", "short"])[0]["state"], "active");

    // `destroy` during a deploy waits for a state from which the node can be undeployed.
    lab.json(&["destroy", "short", "--yes", "--wait-clean"]);
    let started = lab.json(&[&deploy("early", "slow")[..], &["--no-wait"]].concat());
    assert_eq!(started["state"], "deploying");
    lab.json(&["destroy", "early", "--yes", "--wait-clean"]);
    lab.farrier().args(["show", "early"]).assert().code(5);
}

#[test]
fn deploy_survives_a_stopped_ironic() {
    let mut lab = slow_lab();
    lab.machines_with("away", 1, &json!({"deploy_interface": "direct", "automated_clean": false}));
    lab.machines("away-too", 1);
    let command = [&deploy("away-too", "away-too")[..], &["--retries", "0", "--release-failed"]].concat();
    let (mut child, events) = deploying(&lab, &command);
    let events =
        std::thread::spawn(move || events.lines().map_while(Result::ok).any(|line| line.contains("summary")));
    lab.down();
    lab.up(&["--deploy-delay", "3"]);
    // Ironic fails the deploys that were running when it stopped; farrier reports that and undoes them.
    assert_eq!(child.wait().expect("the child can be waited for").code(), Some(7));
    assert!(events.join().expect("no panic"), "it ends with a summary");
    lab.farrier().args(["wait", "away-too-node-1"]).assert().success();
    assert_eq!(lab.node("away-too-node-1")["instance_uuid"], Value::Null);
    assert_eq!(lab.json(&deploy("away-too", "away-too"))["state"], "active");
}

/// How a command is stopped.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Stop {
    Kill,
    /// The signal, and the resulting exit code.
    Signal(Signal, i32),
}

/// A command that is stopped at its requests, and the commands that restore its machine.
struct Trial<'a> {
    lab: &'a Lab,
    endpoint: String,
    machine: String,
    /// The instance's name.
    name: String,
    command: Vec<String>,
    /// A variant of another trial: the normal run stops it only at every second request.
    is_variant: bool,
    /// From a bare machine to the start of the command.
    before: Vec<Vec<String>>,
    /// Back to a bare machine, or to no machine.
    after: Vec<Vec<String>>,
    cleared: fn(&MachineState) -> bool,
    done: fn(&MachineState, &str) -> bool,
    undone: fn(&MachineState, &str) -> bool,
}

fn arguments_of(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn is_active(seen: &MachineState, name: &str) -> bool {
    seen.is_active(name)
}

fn is_bare(seen: &MachineState, _: &str) -> bool {
    seen.is_bare()
}

fn has_new_credentials(seen: &MachineState, _: &str) -> bool {
    seen.is_bare() && seen.user == "smith" && seen.trial_nodes == 0
}

fn has_old_credentials(seen: &MachineState, _: &str) -> bool {
    seen.is_bare() && seen.user.is_null() && seen.trial_nodes == 0
}

fn has_no_duplicates(seen: &MachineState, _: &str) -> bool {
    seen.nodes <= 1 && seen.ports <= 1 && seen.claims.is_empty()
}

fn is_claimed(seen: &MachineState, name: &str) -> bool {
    seen.is_instance(name, "available")
}

impl Trial<'_> {
    fn run(&self, arguments: &[String]) {
        self.lab.farrier().args(arguments).assert().success();
    }

    fn seen(&self) -> MachineState {
        MachineState::settled(&self.endpoint, &self.machine)
    }

    fn begin(&self) {
        self.before.iter().for_each(|command| self.run(command));
    }

    fn clear(&self) {
        self.after.iter().for_each(|command| self.run(command));
        let seen = self.seen();
        assert!((self.cleared)(&seen), "{:?}: {:?} left {seen:?}", self.command, self.after);
    }

    /// Stops the command while it waits for the response to a request. Returns its exit code and stderr.
    fn stopped(&self, step: usize, how: Stop) -> (Option<i32>, String) {
        let proxy = Proxy::start(&self.endpoint);
        proxy.hold(step);
        let arguments: Vec<&str> = self.command.iter().map(String::as_str).collect();
        let mut command = self.lab.process_at(&proxy.endpoint(), &arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
        self.lab.until("the step is reached or not needed", |_| {
            proxy.answered() >= step || child.try_wait().expect("the child can be waited for").is_some()
        });
        if child.try_wait().expect("the child can be waited for").is_none() {
            match how {
                Stop::Kill => child.kill().expect("it runs"),
                Stop::Signal(sent, _) => signal(&child, sent),
            }
        }
        proxy.release();
        let output = child.wait_with_output().expect("the child can be waited for");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }

    /// Runs the command once undisturbed to learn its requests; then stops it at these.
    fn stop_everywhere(&self) {
        self.begin();
        let proxy = Proxy::start(&self.endpoint);
        self.lab.farrier_at(&proxy.endpoint()).args(&self.command).assert().success();
        let requests = proxy.seen();
        assert!(requests.len() > 2, "{requests:?}");
        self.clear();
        let stride = if self.is_variant && !is_exhaustive() { 2 } else { 1 };
        for (number, step) in stops(&requests).into_iter().step_by(stride).enumerate() {
            let signal_stop = if number.is_multiple_of(2) {
                Stop::Signal(Signal::INT, 130)
            } else {
                Stop::Signal(Signal::TERM, 143)
            };
            // A command other than a deploy has less to undo.
            let both = self.before.is_empty() || number.is_multiple_of(3);
            if is_exhaustive() && both {
                self.stop_once(number, step, Stop::Kill);
                self.stop_once(number, step, signal_stop);
            } else {
                self.stop_once(number, step, if number.is_multiple_of(3) { signal_stop } else { Stop::Kill });
            }
        }
    }

    fn stop_once(&self, number: usize, step: usize, how: Stop) {
        self.begin();
        let (code, stderr) = self.stopped(step, how);
        let seen = self.seen();
        let at = format!("{:?}: {how:?} at request {step}: {code:?}: {seen:?}: {stderr}", self.command);
        if let (Stop::Signal(_, signaled), Some(code)) = (how, code) {
            // A signal during the last request may arrive when the command is already done.
            assert!(code == signaled || code == 0, "{at}");
            let (done, undone) = ((self.done)(&seen, &self.name), (self.undone)(&seen, &self.name));
            assert!(done || undone, "{at}");
            assert!(code != 0 || done, "{at}");
            if stderr.contains("everything was undone") {
                assert!(undone, "{at}");
            }
            // A node that is being enrolled continues only to its next state.
            if stderr.contains("continues in Ironic") && self.command[0] != "enroll" {
                assert!(done && stderr.contains("farrier wait"), "{at}");
            }
        }
        // Alternately, the same command finishes the work, or `destroy` and similar commands remove it.
        if number.is_multiple_of(2) {
            self.run(&self.command);
            let seen = self.seen();
            assert!((self.done)(&seen, &self.name), "{at}: then {seen:?}");
        }
        self.clear();
    }
}

#[test]
fn command_stopped_at_any_request_can_be_finished_or_undone() {
    let lab = Lab::start(&[]);
    let endpoint = lab.endpoint();
    let image = IMAGE.join(" ");
    let trial = |kind: &str, command: &str, before: &[&str], done, undone| {
        let name = format!("bare-{kind}");
        let fill = |text: &str| {
            arguments_of(&text.replace("NAME", &name).replace("KIND", kind).replace("IMAGE", &image))
        };
        let class = if kind == "plain" { json!(null) } else { json!(kind) };
        let number = kind.bytes().fold(0_u8, u8::wrapping_add);
        let port = json!([{"address": format!("52:54:00:00:03:{number:02x}")}]);
        let machine = format!("{kind}-node-1");
        let keys = json!({"resource_class": class, "automated_clean": false, "ports": port});
        lab.machines_with(kind, 1, &keys);
        let before = before.iter().map(|command| fill(command)).collect();
        Trial {
            lab: &lab,
            endpoint: endpoint.clone(),
            machine,
            name: name.clone(),
            command: fill(command),
            is_variant: ["plain", "fleet", "again"].contains(&kind),
            before,
            after: vec![fill("destroy NAME --yes --wait-clean --missing-ok")],
            cleared: MachineState::is_bare,
            done,
            undone,
        }
    };
    let deploy = "deploy NAME --resource-class KIND IMAGE";
    let fleet = lab.folder().join("stopped-fleet.json");
    let instances = json!([{"name": "bare-fleet", "resource_class": "fleet"}]);
    let defaults = json!({"image": IMAGE[1], "image_checksum": IMAGE[3]});
    std::fs::write(&fleet, json!({"defaults": defaults, "instances": instances}).to_string())
        .expect("written");
    let fleet = format!("deploy --file {}", fleet.display());
    let enroll = format!("enroll {}", lab.folder().join("new.json").display());
    let trials = [
        trial("whole", deploy, &[], is_active, is_bare),
        trial("plain", "deploy NAME --node plain-node-1 IMAGE", &[], is_active, is_bare),
        trial("fleet", &fleet, &[], is_active, is_bare),
        trial("keep", "schedule --resource-class KIND --reserve NAME", &[], is_claimed, is_bare),
        trial("again", "rebuild NAME --yes", &[deploy], is_active, is_active),
        trial("power", "power reboot NAME --yes", &[deploy], is_active, is_active),
        trial("end", "destroy NAME --yes --wait-clean --missing-ok", &[deploy], is_bare, is_active),
        Trial {
            after: [
                "gc --kind credential-trial --older-than 0s --yes",
                "node unset bmc-node-1 --driver-info redfish_username",
            ]
            .map(arguments_of)
            .to_vec(),
            cleared: |seen| has_old_credentials(seen, ""),
            ..trial(
                "bmc",
                "node set bmc-node-1 --driver-info redfish_username=smith",
                &[],
                has_new_credentials,
                has_old_credentials,
            )
        },
        Trial {
            before: vec![arguments_of("node delete new-node-1 --yes")],
            after: vec![arguments_of(&enroll)],
            ..trial("new", &enroll, &[], is_bare, has_no_duplicates)
        },
    ];
    std::thread::scope(|scope| {
        for trial in &trials {
            scope.spawn(|| trial.stop_everywhere());
        }
    });
}
