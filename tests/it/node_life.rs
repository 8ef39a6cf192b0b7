//! What operators do with machines between enrolling and scrapping them: marks put on and taken off, cleaning and
//! servicing step by step, taking over, holding and letting go.

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::support::{IMAGE, Lab};

/// A list that was answered, as pairs of a node's name and one of its keys.
fn each(answer: &Value, key: &str) -> Vec<(String, Value)> {
    let rows = answer.as_array().expect("a list").iter();
    rows.map(|row| (row["node"]["name"].as_str().expect("a name").to_owned(), row[key].clone())).collect()
}

#[test]
fn machines_are_retired_by_what_they_have_in_common() {
    let lab = Lab::shared();
    lab.machines("life-old", 2);
    let class = ["--resource-class", "life-old"];
    let retire = |more: &[&str]| lab.json(&[&["node", "retire"][..], &class, more].concat());
    // What is offered is not retired; none of it is, and each says what comes first.
    let offered = lab.farrier().args(["node", "retire"]).args(class).assert().code(10);
    offered.stderr(contains("`farrier node manage life-old-node-1` first").and(contains("2 of 2 failed")));
    assert_eq!(lab.node("life-old-node-1")["retired"], false);
    lab.json(&[&["node", "manage"][..], &class].concat());
    let retired = retire(&["--reason", "out of support"]);
    let [first, second] = ["life-old-node-1", "life-old-node-2"].map(str::to_owned);
    assert_eq!(each(&retired, "action"), [(first.clone(), json!("done")), (second, json!("done"))]);
    assert_eq!(lab.node(&first)["retired_reason"], "out of support");
    // The same again changes nothing, and nobody's reason is lost to one who gives none.
    assert_eq!(retire(&["--reason", "out of support"])[0]["action"], "unchanged");
    let unsaid = retire(&[]);
    assert_eq!(
        (&unsaid[1]["action"], &unsaid[1]["retired_reason"]),
        (&json!("unchanged"), &json!("out of support"))
    );
    assert_eq!(retire(&["--reason", "sold"])[1]["retired_reason"], "sold");
    lab.farrier().args(["node", "provide", &first]).assert().code(6).stderr(contains("--undo"));
    let back = retire(&["--undo"]);
    assert_eq!((&back[0]["retired"], &back[0]["retired_reason"]), (&json!(false), &json!(null)), "{back}");
    assert_eq!(retire(&["--undo"])[0]["action"], "unchanged");
    assert_eq!(lab.json(&["node", "provide", &first])[0]["provision_state"], "available");
}

#[test]
fn a_machine_is_protected_with_what_runs_on_it() {
    let lab = Lab::shared();
    lab.machines("life-kept", 2);
    let nobody = ["node", "protect", "life-kept-node-1", "life-kept-node-2"];
    lab.farrier().args(nobody).assert().code(10).stderr(contains("`active` or `rescue`"));
    let deploy = ["deploy", "life-kept", "--resource-class", "life-kept", "--node", "life-kept-node-1"];
    lab.json(&[&deploy[..], &IMAGE].concat());
    let selected =
        ["node", "protect", "--resource-class", "life-kept", "--state", "active", "--reason", "the ledger"];
    let protected = lab.json(&selected);
    assert_eq!(each(&protected, "protected"), [("life-kept-node-1".to_owned(), json!(true))]);
    assert_eq!(lab.json(&selected)[0]["action"], "unchanged");
    lab.farrier().args(["destroy", "life-kept", "--yes"]).assert().code(6).stderr(contains("--undo"));
    assert_eq!(lab.node("life-kept-node-1")["provision_state"], "active");
    let names = ["node", "protect", "-", "--undo", "-f", "json"];
    lab.farrier()
        .args(names)
        .write_stdin("life-kept-node-1\n")
        .assert()
        .success()
        .stdout(contains("\"done\""));
    lab.json(&["destroy", "life-kept", "--yes"]);
}

#[test]
fn maintenance_comes_and_goes_by_what_machines_have_in_common() {
    let lab = Lab::shared();
    lab.machines_with("life-care", 2, &json!({"extra": {"rack": "life-r9"}}));
    lab.machines_with("life-other", 1, &json!({"extra": {"rack": "life-r8"}}));
    let maintenance = |more: &[&str]| {
        lab.json(&[&["node", "maintenance", "--where", "extra.rack=life-r9"][..], more].concat())
    };
    let set = maintenance(&["--reason", "a new PDU"]);
    assert_eq!(each(&set, "maintenance").len(), 2, "{set}");
    assert_eq!(set[0]["action"], "done");
    // Whose reason it is stays, where none is given.
    let again = maintenance(&[]);
    assert_eq!(
        (&again[0]["action"], &again[0]["maintenance_reason"]),
        (&json!("unchanged"), &json!("a new PDU"))
    );
    assert_eq!(lab.node("life-other-node-1")["maintenance"], false);
    let ended = maintenance(&["--off"]);
    assert_eq!((&ended[1]["action"], &ended[1]["maintenance"]), (&json!("done"), &json!(false)));
    assert_eq!(maintenance(&["--off"])[1]["action"], "unchanged");
    let plain = ["node", "maintenance", "life-care-node-1", "life-nobody"];
    lab.farrier()
        .args(plain)
        .assert()
        .code(10)
        .stderr(contains("life-nobody").and(contains("1 of 2 failed")));
    assert_eq!(lab.node("life-care-node-1")["maintenance_reason"], "set with farrier");
}

#[test]
fn a_selector_that_means_no_machine_does_nothing_and_says_so() {
    let lab = Lab::shared();
    for verb in ["retire", "protect", "maintenance"] {
        let none = ["node", verb, "--resource-class", "life-no-such-class"];
        let said = lab.farrier().args(none).args(["-f", "json"]).assert().success();
        said.stdout("[]\n").stderr(contains("nothing was done"));
        lab.farrier().args(["node", verb]).assert().code(2).stderr(contains("--resource-class"));
        lab.farrier().args(["node", verb, "life-nobody"]).assert().code(5);
    }
}
