//! A soak test: random faults, kills, signals and races over many deploys and destroys, and no leftovers at
//! the end.
//!
//! `FARRIER_SOAK` sets the number of cycles (default: 200), `FARRIER_SEED` the seed.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;

use crate::machine::MachineState;
use crate::proxy::{Fault, Proxy, RetryAfter};
use crate::support::{IMAGE, Lab, ask, signal};

const MACHINES: usize = 4;
const OPERATORS: usize = 6;

/// A command that runs longer than this hangs.
const BOUND: Duration = Duration::from_secs(240);

const LOCKED: &str = r#"{"error_message": "{\"faultcode\": \"Client\", \"faultstring\": \"Node x is locked by host conductor-9, please retry after the current operation is completed.\"}"}"#;
const BUSY: &str = r#"{"error_message": "{\"faultcode\": \"Server\", \"faultstring\": \"Requested action cannot be performed due to lack of free conductor workers.\"}"}"#;

/// The faults without false responses, because after those nobody can know what is left behind.
const FAULTS: &[Fault] = &[
    Fault::Refused,
    Fault::CutBefore,
    Fault::CutAfter,
    Fault::ResetBefore,
    Fault::ResetAfter,
    Fault::StallBefore,
    Fault::StallAfter,
    Fault::Truncate,
    Fault::CutChunk,
    Fault::HalfBody,
    Fault::HtmlPage,
    Fault::SlowBody,
    Fault::EndlessBody,
    Fault::Twice,
    Fault::Answer(401, "{}"),
    Fault::Answer(403, "{}"),
    Fault::Answer(409, LOCKED),
    Fault::Answer(500, "{}"),
    Fault::Answer(502, ""),
    Fault::Answer(503, BUSY),
    Fault::RetryLater(429, RetryAfter::Seconds(1), "{}"),
];

/// One run of farrier with a fault at a random request, and perhaps killed or stopped at another.
fn faulty_run(
    lab: &Lab,
    endpoint: &str,
    arguments: &[&str],
    random: &mut fastrand::Rng,
) -> Result<String, String> {
    let proxy = Proxy::start(endpoint);
    let (number, times) = (random.usize(1..=12), random.choice([1, 1, 1, 2, 5]).expect("there are some"));
    let fault = random.choice(FAULTS).expect("there are some");
    if random.u8(..4) > 0 {
        proxy.fault_from(number, times, *fault);
    }
    let stop = random
        .choice([None, None, Some(Signal::KILL), Some(Signal::INT), Some(Signal::TERM)])
        .expect("there are some");
    let at = random.usize(1..=14);
    let mut child = lab
        .process_at(&proxy.endpoint(), arguments)
        .env("OS_API_TIMEOUT", "6")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it runs");
    let began = Instant::now();
    let mut stop = stop;
    let code = loop {
        if let Some(status) = child.try_wait().expect("the child can be waited for") {
            break status.code().map_or_else(|| "killed".to_owned(), |code| code.to_string());
        }
        if let Some(sent) = stop.filter(|_| proxy.seen().len() >= at) {
            signal(&child, sent);
            stop = None;
        }
        if began.elapsed() > BOUND {
            child.kill().expect("the child can be waited for");
            child.wait().expect("the child can be waited for");
            return Err(format!(
                "{arguments:?} hangs: {:?} at {number}, {times} times: {:?}",
                fault,
                proxy.seen()
            ));
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let known = ["0", "1", "3", "4", "5", "6", "8", "9", "130", "143", "killed"];
    if known.contains(&code.as_str()) {
        Ok(code)
    } else {
        Err(format!(
            "{arguments:?} ended with {code}: {fault:?} at {number}, {times} times: {:?}",
            proxy.seen()
        ))
    }
}

#[test]
#[ignore = "takes many minutes; CONTRIBUTING.md explains how to run it"]
fn random_chaos_leaves_no_leftovers() {
    let number = |name: &str, default: u64| {
        std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
    };
    let (cycles, chance) = (number("FARRIER_SOAK", 200), number("FARRIER_SEED", 1));
    let lab = Lab::start(&[]);
    let endpoint = lab.endpoint();
    lab.machines_with("soak", MACHINES, &json!({"automated_clean": false}));
    lab.machines_with("soak-plain", MACHINES, &json!({"automated_clean": false, "resource_class": null}));
    // Even operators use nodes with a class, odd ones use nodes without one.
    let kinds = ["soak", "soak-plain"]
        .map(|kind| (1..=MACHINES).map(|number| format!("{kind}-node-{number}")).collect::<Vec<_>>());
    let (next, ends, problems) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for operator in 0..OPERATORS {
            let (lab, endpoint, nodes, next, ends, problems) =
                (&lab, &endpoint, &kinds[operator % 2], &next, &ends, &problems);
            scope.spawn(move || {
                let mut random = fastrand::Rng::with_seed(chance.wrapping_mul(1000) + operator as u64);
                while (next.fetch_add(1, Ordering::Relaxed) as u64) < cycles {
                    // Some names are shared, so that operators also meet at the same instance.
                    let name = if random.u8(..4) == 0 {
                        format!("soak-all-{}", operator % 2)
                    } else {
                        format!("soak-{operator}-{}", random.u8(..2))
                    };
                    let mut deploy = vec!["deploy", &name, "--timeout", "40s"];
                    deploy.extend(nodes.iter().flat_map(|node| ["--node", node.as_str()]));
                    deploy.extend(IMAGE);
                    let destroy = ["destroy", &name, "--yes", "--timeout", "40s"];
                    for arguments in [&deploy[..], &destroy] {
                        match faulty_run(lab, endpoint, arguments, &mut random) {
                            Ok(end) => {
                                if end == "killed" {
                                    // Ironic waits this long for a lock on behalf of the killed command, and
                                    // what it does then cannot be distinguished from the work of a running
                                    // command.
                                    std::thread::sleep(Duration::from_secs(4));
                                }
                                let mut ends = ends.lock().expect("no panic");
                                *ends.entry((arguments[0].to_owned(), end)).or_insert(0) += 1;
                            }
                            Err(problem) => problems.lock().expect("no panic").push(problem),
                        }
                    }
                }
            });
        }
    });
    let ends = ends.into_inner().expect("no panic");
    // Leftovers belong to known names: destroying these leaves nothing.
    let mut names: Vec<String> = (0..2).map(|number| format!("soak-all-{number}")).collect();
    names.extend(
        (0..OPERATORS).flat_map(|operator| (0..2).map(move |number| format!("soak-{operator}-{number}"))),
    );
    let destroy = ["destroy", "--yes", "--wait-clean", "--missing-ok", "--timeout", "2m"];
    let destroy: Vec<&str> = destroy.into_iter().chain(names.iter().map(String::as_str)).collect();
    let last = lab.farrier().args(destroy).output().expect("it runs");
    let text = format!("\nhow {cycles} cycles with seed {chance} ended: {ends:?}\n");
    std::io::stderr().write_all(text.as_bytes()).expect("stdout is writable");
    let mut problems = problems.into_inner().expect("no panic");
    if !last.status.success() {
        problems.push(String::from_utf8_lossy(&last.stderr).into_owned());
    }
    for node in kinds.iter().flatten() {
        let seen = MachineState::settled(&endpoint, node);
        let clean =
            seen.state == "available" && seen.instance.is_none() && !seen.has_info && seen.flags.is_empty();
        if !clean || !seen.claims.is_empty() {
            problems.push(format!("{node}: {seen:?}"));
        }
    }
    let left = ask(&endpoint, "/v1/allocations");
    if left["allocations"] != json!([]) {
        problems.push(left.to_string());
    }
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}
