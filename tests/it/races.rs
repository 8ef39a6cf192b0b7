//! Concurrent runs that claim the same nodes, use the same name, or undo each other's work.

use std::process::{Child, Output, Stdio};

use predicates::str::contains;
use serde_json::json;

use crate::machine::MachineState;
use crate::proxy::{Fault, Proxy};
use crate::support::{IMAGE, Lab};

fn start(lab: &Lab, arguments: &[&str]) -> Child {
    let mut process = lab.process(arguments);
    process.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs")
}

fn ended(child: Child) -> (i32, String) {
    let Output { status, stderr, .. } = child.wait_with_output().expect("the child can be waited for");
    (status.code().unwrap_or(-1), String::from_utf8_lossy(&stderr).into_owned())
}

#[test]
fn concurrent_deploys_get_every_node_and_the_rest_report_no_valid_host() {
    const MACHINES: usize = 3;
    const RUNS: usize = 8;
    let lab = Lab::shared();
    let endpoint = lab.endpoint();
    lab.machines("many-race", MACHINES);
    lab.machines_with("plain-race", MACHINES, &json!({"resource_class": null}));
    for class in ["many-race", "plain-race"] {
        let nodes: Vec<String> = (1..=MACHINES).map(|number| format!("{class}-node-{number}")).collect();
        let names: Vec<String> = (1..=RUNS).map(|number| format!("bare-{class}-{number}")).collect();
        let deploy = |name: &String| {
            let mut arguments = vec!["deploy", name.as_str(), "--retries", "0"];
            arguments.extend(nodes.iter().flat_map(|node| ["--node", node.as_str()]));
            arguments.extend(IMAGE);
            start(lab, &arguments)
        };
        let runs: Vec<Child> = names.iter().map(deploy).collect();
        let ends: Vec<(i32, String)> = runs.into_iter().map(ended).collect();
        let count = |code| ends.iter().filter(|(ended, _)| *ended == code).count();
        assert_eq!((count(0), count(4)), (MACHINES, RUNS - MACHINES), "{ends:?}");
        let mut winners = Vec::new();
        for node in &nodes {
            let seen = MachineState::settled(&endpoint, node);
            assert_eq!(seen.state, "active", "{node}: {seen:?}");
            winners.push(seen.instance.expect("every machine is used"));
        }
        winners.sort_unstable();
        winners.dedup();
        assert_eq!(winners.len(), MACHINES);
        let destroy: Vec<&str> = ["destroy", "--yes", "--wait-clean", "--missing-ok"]
            .into_iter()
            .chain(names.iter().map(String::as_str))
            .collect();
        lab.farrier().args(destroy).assert().success();
        for node in &nodes {
            let seen = MachineState::settled(&endpoint, node);
            assert!(seen.instance.is_none() && seen.claims.is_empty() && !seen.has_info, "{node}: {seen:?}");
        }
    }
}

#[test]
fn concurrent_deploys_of_one_name_create_one_instance() {
    let lab = Lab::shared();
    let endpoint = lab.endpoint();
    lab.machines("same", 3);
    lab.machines_with("plain-same", 3, &json!({"resource_class": null}));
    for (round, kind) in ["same", "plain-same", "same", "plain-same"].into_iter().enumerate() {
        let nodes = [1, 2, 3].map(|number| format!("{kind}-node-{number}"));
        let mut deploy = vec!["deploy", "same"];
        deploy.extend(nodes.iter().flat_map(|node| ["--node", node.as_str()]));
        deploy.extend(IMAGE);
        let runs = [(); 3].map(|()| start(lab, &deploy));
        for (code, stderr) in runs.map(ended) {
            assert_eq!(code, 0, "round {round}: {stderr}");
        }
        let seen: Vec<MachineState> =
            nodes.iter().map(|node| MachineState::settled(&endpoint, node)).collect();
        let used = seen.iter().filter(|seen| seen.instance.is_some() || seen.has_info).count();
        let claims: Vec<_> = seen.iter().flat_map(|seen| &seen.claims).collect();
        assert_eq!((used, claims.len()), (1, usize::from(kind == "same")), "round {round}: {seen:?}");
        lab.farrier().args(["destroy", "same", "--yes", "--wait-clean"]).assert().success();
    }
}

#[test]
fn destroy_during_a_deploy_leaves_an_instance_or_nothing() {
    let lab = Lab::shared();
    let endpoint = lab.endpoint();
    lab.machines("undone", 1);
    let deploy = [&["deploy", "undone", "--resource-class", "undone"][..], &IMAGE].concat();
    let destroy = ["destroy", "undone", "--yes", "--wait-clean"];
    let mut orders = Proxy::start(&endpoint);
    // One undisturbed run shows the points at which the other command can start.
    lab.farrier_at(&orders.endpoint()).args(&deploy).assert().success();
    lab.farrier().args(destroy).assert().success();
    let requests = orders.seen().len();
    for moment in 4..=requests {
        orders = Proxy::start(&endpoint);
        orders.hold(moment);
        let mut command = lab.process_at(&orders.endpoint(), &deploy);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
        // The number of reads of a deploy varies.
        let is_over = |child: &mut Child| child.try_wait().expect("the child can be waited for").is_some();
        lab.until("the deploy is there, or over", |_| orders.answered() >= moment || is_over(&mut child));
        let undo = start(lab, &[&destroy[..], &["--missing-ok"]].concat());
        let (code, stderr) = ended(undo);
        orders.release();
        let (deployed, why) = ended(child);
        assert_eq!(code, 0, "during request {moment}: {stderr}");
        assert!([0, 6].contains(&deployed), "during request {moment}: exit code {deployed}: {why}");
        let seen = MachineState::settled(&endpoint, "undone-node-1");
        let is_instance = seen.state == "active" && seen.claims.len() == 1 && seen.instance.is_some();
        let is_bare = seen.state == "available" && seen.claims.is_empty() && seen.instance.is_none();
        assert!(is_instance || is_bare && !seen.has_info, "during request {moment}: {seen:?}: {why}");
        lab.farrier().args(destroy).arg("--missing-ok").assert().success();
    }
}

#[test]
fn temporarily_refused_requests_wait_and_are_reported() {
    const FULL: &str = r#"{"error_message": "{\"faultcode\": \"Server\", \"faultstring\": \"The conductor can not process any additional deploying actions: the concurrent action limit is reached.\"}"}"#;
    const LOCKED: &str = r#"{"error_message": "{\"faultcode\": \"Client\", \"faultstring\": \"Node x is locked by host conductor-9, please retry after the current operation is completed.\"}"}"#;
    let lab = Lab::shared();
    lab.machines("queue", 1);
    // A permanent lock is reported once more when its holder is known to be dead.
    for (fault, expected, limit) in [
        (Fault::Answer(503, FULL), "Ironic is busy", 1),
        (Fault::Answer(409, LOCKED), "locked by conductor conductor-9 since", 2),
    ] {
        let proxy = Proxy::start(&lab.endpoint());
        proxy.fault("PUT", "/states/provision", 3, fault);
        let deploy =
            [&["deploy", "queue", "--resource-class", "queue", "--progress", "plain"][..], &IMAGE].concat();
        let run =
            lab.farrier_at(&proxy.endpoint()).args(deploy).assert().success().stderr(contains(expected));
        let stderr = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
        let lines: Vec<&str> =
            stderr.lines().filter_map(|line| line.find(expected).map(|at| &line[at..])).collect();
        let distinct: std::collections::HashSet<&&str> = lines.iter().collect();
        assert!(lines.len() <= limit && distinct.len() == lines.len(), "not at each try: {stderr}");
        assert!(proxy.is_done());
        lab.farrier().args(["destroy", "queue", "--yes", "--wait-clean"]).assert().success();
    }
}

#[test]
fn released_name_never_selects_another_instance() {
    let lab = Lab::shared();
    for (kind, class) in [("name-a", json!("name-a")), ("name-b", json!(null))] {
        lab.machines_with(kind, 1, &json!({"resource_class": class}));
        let node = format!("{kind}-node-1");
        let deploy = |name: &str| [&["deploy", name, "--node", &node][..], &IMAGE].concat().join(" ");
        // Prepared, and released before Ironic begins.
        let proxy = Proxy::start(&lab.endpoint());
        proxy.fault("PUT", "/states/provision", 9, Fault::Answer(403, "{}"));
        lab.farrier_at(&proxy.endpoint()).args(deploy("first").split(' ')).assert().code(3);
        lab.farrier().args(deploy("second").split(' ')).assert().success();
        lab.farrier().args(["show", "first"]).assert().code(5);
        lab.farrier().args(["destroy", "first", "--yes"]).assert().code(5);
        assert_eq!(lab.json(&["show", "second"])["node"]["name"], node.as_str());
        lab.farrier().args(["destroy", "second", "--yes", "--wait-clean"]).assert().success();
    }
}
