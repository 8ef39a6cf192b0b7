//! Time estimates: learned from earlier runs, marked when exceeded, and harmless when lost.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::schema;
use crate::support::{IMAGE, Lab};

/// The file in which the lab's farriers store estimates.
fn file(lab: &Lab) -> PathBuf {
    lab.folder().join("state/farrier/durations.json")
}

/// A deploy of the lab's mock image, and its events.
fn deploy(lab: &Lab, name: &str) -> Vec<Value> {
    let options = ["deploy", name, "--resource-class", "learned", "--progress", "json"];
    let output = lab.farrier().args(options).args(IMAGE).output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{text}");
    text.lines().filter(|line| line.starts_with('{')).map(schema::read_line).collect()
}

fn event_of<'a>(events: &'a [Value], stage: &str) -> &'a Value {
    let stage_event = events.iter().find(|event| event["event"] == "stage" && event["stage"] == stage);
    stage_event.unwrap_or_else(|| panic!("no {stage}: {events:?}"))
}

#[test]
fn second_deploy_shows_estimates_and_exceeded_times() {
    let lab = Lab::start(&["--deploy-delay", "4"]);
    lab.machines("learned", 1);
    let deploying = "running deploy.deploy (step 1 of 1)";
    let first = deploy(&lab, "learned");
    assert!(first.iter().all(|event| event["eta_s"].is_null()), "nothing is known yet: {first:?}");
    lab.json(&["destroy", "learned", "--yes", "--wait-clean"]);

    let second = deploy(&lab, "learned");
    let event = event_of(&second, deploying);
    let eta = event["eta_s"].as_f64().expect("it was learned");
    let took = event_of(&first, "active")["elapsed_s"].as_f64().expect("a number");
    assert!(eta > 0.5 && eta <= took, "{eta} of {took}");
    assert!(event["stage_usual_s"].is_number(), "{event}");
    lab.json(&["destroy", "learned", "--yes", "--wait-clean"]);

    // If an earlier run had been faster, this one would exceed its estimate.
    let mut estimates: Value =
        serde_json::from_slice(&fs::read(file(&lab)).expect("it exists")).expect("JSON");
    for (_, kind) in estimates["kinds"].as_object_mut().expect("an object") {
        kind["runs"] = json!([[["prepare", 0.1], ["deploy.deploy", 1.0]]]);
    }
    fs::write(file(&lab), estimates.to_string()).expect("written");
    let third = deploy(&lab, "learned");
    let overrun = third.iter().any(|event| {
        event["event"] == "waiting"
            && event["message"].as_str().is_some_and(|text| text.starts_with("longer than usual"))
    });
    assert!(overrun, "{third:?}");
    lab.json(&["destroy", "learned", "--yes", "--wait-clean"]);

    fs::write(file(&lab), "{ spoilt").expect("written");
    assert!(deploy(&lab, "learned").iter().all(|event| event["eta_s"].is_null()));
}
