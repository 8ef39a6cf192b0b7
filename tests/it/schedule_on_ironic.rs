//! `schedule` and what goes with it against a real Ironic.

use predicates::str::contains;
use serde_json::{Value, json};

use crate::support::{IMAGE, Lab};

/// What the lab's Ironic makes farrier answer in JSON, and the exit code.
fn json(lab: &Lab, arguments: &str) -> (Value, i32) {
    let output =
        lab.farrier().args(arguments.split_whitespace()).args(["-f", "json"]).output().expect("it runs");
    let answer = serde_json::from_slice(&output.stdout).expect("an answer in JSON");
    (answer, output.status.code().expect("it ends by itself"))
}

fn names(rows: &Value) -> Vec<&str> {
    let mut names: Vec<&str> =
        rows.as_array().expect("a list").iter().filter_map(|row| row["name"].as_str()).collect();
    names.sort_unstable();
    names
}

#[test]
fn machines_are_chosen_alike_from_the_server_and_from_what_it_listed() {
    let lab = Lab::shared();
    lab.machines("sched-alike", 3);
    let listed =
        lab.farrier().args(["node", "list", "--detail", "-f", "json"]).output().expect("it runs").stdout;
    let inventory = lab.folder().join("sched-alike.json");
    std::fs::write(&inventory, listed).expect("the folder can be written to");
    let request = "schedule --resource-class sched-alike --count all --seed 1";
    let (live, code) = json(lab, request);
    assert_eq!(
        (code, names(&live["selected"])),
        (0, vec!["sched-alike-node-1", "sched-alike-node-2", "sched-alike-node-3"])
    );
    assert_eq!(live["selected"][0]["cloud"], "farrier-lab");
    let (saved, _) = json(lab, &format!("{request} --inventory {}", inventory.display()));
    assert_eq!(names(&saved["selected"]), names(&live["selected"]));
}

#[test]
fn a_reservation_takes_machines_from_others_until_it_is_released() {
    let lab = Lab::shared();
    lab.machines("sched-kept", 2);
    let reserve = "schedule --resource-class sched-kept --reserve kept --count 2 --for 1h --progress none";
    let (reserved, code) = json(lab, reserve);
    assert_eq!((code, names(&reserved)), (0, vec!["kept-1", "kept-2"]));
    assert!(reserved[0]["until"].is_string());
    // Again: what is kept is kept.
    let (again, code) = json(lab, reserve);
    assert_eq!((code, &again[0]["uuid"]), (0, &reserved[0]["uuid"]));
    let (none, code) = json(lab, "schedule --resource-class sched-kept --explain");
    assert_eq!((code, &none["selected"]), (4, &json!([])));
    lab.farrier()
        .args(["schedule", "--resource-class", "sched-kept"])
        .assert()
        .code(4)
        .stderr(contains("hint: 2 nodes fit but are not free: 2 in use"));
    lab.farrier().args(["reservation", "release", "kept-1", "kept-2", "--yes"]).assert().success();
    let (free, _) = json(lab, "schedule --resource-class sched-kept --count all");
    assert_eq!(free["selected"].as_array().map(Vec::len), Some(2));
}

#[test]
fn what_has_expired_is_reaped_and_what_has_not_becomes_a_deploy() {
    let lab = Lab::shared();
    lab.machines("sched-reap", 2);
    let reserve = |name: &str, time: &str| {
        let line =
            format!("schedule --resource-class sched-reap --reserve {name} --for {time} --progress none");
        let (reserved, code) = json(lab, &line);
        assert_eq!(code, 0);
        reserved[0]["node"].clone()
    };
    reserve("reap-old", "1s");
    let kept = reserve("reap-young", "1h");
    let listed = |name: &str| {
        let (reservations, _) = json(lab, "reservation list");
        reservations.as_array().expect("an array").iter().find(|row| row["name"] == name).cloned()
    };
    lab.until("its time is over", |_| listed("reap-old").expect("it is there")["expired"] == true);
    let (reaped, code) = json(lab, "reservation reap --progress none");
    assert!(names(&reaped).contains(&"reap-old") && !names(&reaped).contains(&"reap-young"), "{reaped}");
    assert_eq!((code, listed("reap-old")), (0, None));

    let deploy = [&["deploy", "reap-young", "--resource-class", "sched-reap"][..], &IMAGE].concat();
    assert_eq!(lab.json(&deploy)["node"], kept);
    assert_eq!(listed("reap-young"), None, "it is an instance now");
    lab.farrier().args(["reservation", "release", "reap-young", "--yes"]).assert().code(6);
    lab.json(&["destroy", "reap-young", "--yes"]);
}

#[test]
fn a_machine_without_a_resource_class_is_reserved_all_the_same() {
    let lab = Lab::shared();
    lab.machines_with("sched-bare", 1, &json!({"resource_class": null}));
    let (reserved, code) = json(lab, "schedule --node sched-bare-node-1 --reserve bare --progress none");
    assert_eq!((code, names(&reserved)), (0, vec!["bare"]));
    lab.farrier().args(["reservation", "release", "bare", "--yes"]).assert().success();
}

#[test]
fn capacity_and_derived_flavors_come_from_the_server_too() {
    let lab = Lab::shared();
    lab.machines("sched-shape", 2);
    let flavors = lab.folder().join("sched-shape.yaml");
    let derived = lab.farrier().args(["flavor", "derive"]).output().expect("it runs").stdout;
    std::fs::write(&flavors, derived).expect("the folder can be written to");
    let (capacity, code) =
        json(lab, &format!("capacity --flavor sched-shape --flavor-file {}", flavors.display()));
    assert_eq!((code, &capacity["flavors"][0]["exact"]["total"]), (0, &json!(2)));
}
