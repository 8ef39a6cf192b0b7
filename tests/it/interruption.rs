//! What is left when farrier is stopped or killed, and when Ironic is.

use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::support::{IMAGE, Lab};

fn spawn(lab: &Lab, arguments: &[&str]) -> Child {
    lab.process(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs")
}

fn signal(child: &Child, name: &str) {
    let status = std::process::Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(status.expect("kill runs").success());
}

fn deploy<'a>(name: &'a str, class: &'a str) -> Vec<&'a str> {
    [&["deploy", name, "--resource-class", class][..], &IMAGE].concat()
}

fn state(lab: &Lab, node: &str) -> Value {
    lab.node(node)["provision_state"].clone()
}

/// A lab whose deploys take long enough to be interrupted.
fn slow_lab() -> Lab {
    Lab::start(&["--deploy-delay", "3"])
}

#[test]
fn interrupted_and_killed_deploys_can_be_gone_on_with() {
    let lab = slow_lab();
    lab.machines("slow", 2);

    // Ctrl-C after the deploy began detaches: it goes on, and the same command goes on with it.
    let mut child = spawn(&lab, &deploy("stopped", "slow"));
    lab.until("the deploy is under way", |lab| {
        lab.json(&["list"])
            .as_array()
            .expect("an array")
            .iter()
            .any(|i| i["name"] == "stopped" && i["state"] == "deploying")
    });
    signal(&child, "-INT");
    assert_eq!(child.wait().expect("our child").code(), Some(130));
    let after = lab.json(&deploy("stopped", "slow"));
    assert_eq!(after["state"], "active");

    // SIGKILL in the middle, then `wait`.
    let mut child = spawn(&lab, &deploy("killed", "slow"));
    lab.until("the deploy is under way", |lab| {
        lab.json(&["list"])
            .as_array()
            .expect("an array")
            .iter()
            .any(|i| i["name"] == "killed" && i["state"] == "deploying")
    });
    child.kill().expect("it runs");
    child.wait().expect("our child");
    assert_eq!(lab.json(&["wait", "killed"])[0]["state"], "active");

    // A time limit ends the waiting, not the work.
    lab.json(&["destroy", "killed", "--yes", "--wait-clean"]);
    let short = [&deploy("short", "slow")[..], &["--timeout", "1s"]].concat();
    lab.farrier().args(short).assert().code(8);
    assert_eq!(lab.json(&["wait", "short"])[0]["state"], "active");

    // `destroy` in mid-deploy waits for a state that can be left.
    lab.json(&["destroy", "short", "--yes", "--wait-clean"]);
    let started = lab.json(&[&deploy("early", "slow")[..], &["--no-wait"]].concat());
    assert_eq!(started["state"], "deploying");
    lab.json(&["destroy", "early", "--yes", "--wait-clean"]);
    lab.farrier().args(["show", "early"]).assert().code(5);
}

#[test]
fn a_deploy_survives_ironic_being_away() {
    let mut lab = slow_lab();
    lab.machines_with("away", 1, &json!({"deploy_interface": "direct", "automated_clean": false}));
    lab.machines("away-too", 1);
    let child = spawn(&lab, &[&deploy("away-too", "away-too")[..], &["--retries", "0"]].concat());
    lab.until("the deploy is under way", |lab| state(lab, "away-too-node-1") == "deploying");
    lab.down();
    lab.up(&["--deploy-delay", "3"]);
    // Ironic fails what it was deploying when it stopped; that is told, and undone.
    let code = child.wait_with_output().expect("our child").status.code();
    assert_eq!(code, Some(7));
    lab.farrier().args(["wait", "away-too-node-1"]).assert().success();
    assert_eq!(lab.node("away-too-node-1")["instance_uuid"], Value::Null);
    assert_eq!(lab.json(&deploy("away-too", "away-too"))["state"], "active");
}

#[test]
fn a_kill_between_any_two_requests_leaves_what_the_same_command_finishes() {
    let lab = Lab::shared();
    lab.machines("kill", 1);
    let proxy = crate::proxy::Proxy::start(lab.endpoint().trim_start_matches("http://"));
    // Once unharmed, to know how many requests there are to die between.
    let whole = deploy("kill", "kill");
    lab.farrier_at(&proxy.endpoint()).args(&whole).assert().success();
    let steps = proxy.seen().len();
    lab.json(&["destroy", "kill", "--yes", "--wait-clean"]);
    assert!(steps > 5, "{:?}", proxy.seen());

    for step in 1..steps {
        let proxy = crate::proxy::Proxy::start(lab.endpoint().trim_start_matches("http://"));
        proxy.hang_after(step);
        let mut command = lab.process_at(&proxy.endpoint(), &whole);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
        lab.until("the step is reached", |_| proxy.answered() >= step);
        child.kill().expect("it runs");
        child.wait().expect("our child");
        // One time the same command finishes it, the other time `destroy` removes it.
        if step % 2 == 0 {
            let instance = lab.json(&whole);
            assert_eq!(instance["state"], "active", "killed at request {step}");
        }
        lab.json(&["destroy", "kill", "--yes", "--wait-clean"]);
        lab.farrier().args(["show", "kill"]).assert().code(5);
        let node = lab.node("kill-node-1");
        assert_eq!(node["instance_uuid"], Value::Null, "killed at request {step}");
        assert_eq!(node["instance_info"], json!({}), "killed at request {step}");
    }
}
