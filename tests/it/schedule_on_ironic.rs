//! `schedule` and related commands against a real Ironic.

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::proxy::{Fault, Proxy};
use crate::schema;
use crate::support::{IMAGE, Lab};

/// The JSON output of a command on the lab's Ironic, and the exit code.
fn json(lab: &Lab, arguments: &str) -> (Value, i32) {
    let output =
        lab.farrier().args(arguments.split_whitespace()).args(["-f", "json"]).output().expect("it runs");
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let answer = schema::answer(&arguments, &output);
    (answer, output.status.code().expect("it ends by itself"))
}

fn names(rows: &Value) -> Vec<&str> {
    let mut names: Vec<&str> =
        rows.as_array().expect("a list").iter().filter_map(|row| row["name"].as_str()).collect();
    names.sort_unstable();
    names
}

#[test]
fn server_and_saved_inventory_give_the_same_result() {
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
fn reservation_blocks_nodes_until_it_is_released() {
    let lab = Lab::shared();
    lab.machines("sched-kept", 2);
    let reserve = "schedule --resource-class sched-kept --reserve kept --count 2 --for 1h --progress none";
    let (reserved, code) = json(lab, reserve);
    assert_eq!((code, names(&reserved)), (0, vec!["kept-1", "kept-2"]));
    assert!(reserved[0]["until"].is_string());
    // Running it again changes nothing.
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
fn expired_reservations_are_reaped_and_others_are_deployed() {
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
    let young = reserve("reap-young", "1h");
    let listed = |name: &str| {
        let (reservations, _) = json(lab, "reservation list");
        reservations.as_array().expect("an array").iter().find(|row| row["name"] == name).cloned()
    };
    lab.until("its time is over", |_| listed("reap-old").expect("it exists")["expired"] == true);
    let state = |name: &str| lab.json(&["show", name])["state"].clone();
    assert_eq!((state("reap-old"), state("reap-young")), (json!("expired"), json!("reserved")));
    let (instances, _) = json(lab, "list");
    let instances = instances.as_array().expect("an array");
    let in_list =
        |name: &str| instances.iter().find(|row| row["name"] == name).map(|row| row["state"].clone());
    assert_eq!(in_list("reap-old"), Some(json!("expired")));
    assert_eq!(in_list("reap-young"), Some(json!("reserved")));
    let (reaped, code) = json(lab, "reservation reap --progress none");
    assert!(names(&reaped).contains(&"reap-old") && !names(&reaped).contains(&"reap-young"), "{reaped}");
    assert_eq!((code, listed("reap-old")), (0, None));

    let deploy = [&["deploy", "reap-young", "--resource-class", "sched-reap"][..], &IMAGE].concat();
    assert_eq!(lab.json(&deploy)["node"], young);
    assert_eq!(listed("reap-young"), None, "it is an instance now");
    let release = lab.farrier().args(["reservation", "release", "reap-young", "--yes"]).assert().code(6);
    release.stderr(contains("instance reap-young: it is not a reservation; nothing was changed"));
    lab.json(&["destroy", "reap-young", "--yes"]);
}

#[test]
fn node_without_a_resource_class_can_be_reserved() {
    let lab = Lab::shared();
    lab.machines_with("sched-bare", 1, &json!({"resource_class": null}));
    let (reserved, code) = json(lab, "schedule --node sched-bare-node-1 --reserve bare --progress none");
    assert_eq!((code, names(&reserved)), (0, vec!["bare"]));
    let (listed, _) = json(lab, "reservation list");
    assert!(names(&listed).contains(&"bare"), "{listed}");
    // The node stays with its owner, and no other instance gets it.
    let (again, code) = json(lab, "schedule --node sched-bare-node-1 --reserve bare --progress none");
    assert_eq!((code, &again[0]["uuid"]), (0, &reserved[0]["uuid"]));
    // Ironic does not store an expiry for it, so farrier does.
    let created = reserved[0]["created_at"].as_str().expect("a time").to_owned();
    let listed = listed.as_array().expect("an array").iter().find(|row| row["name"] == "bare");
    assert_eq!(listed.expect("it is listed")["created_at"], json!(created));
    assert_eq!(lab.json(&["show", "bare"])["created_at"], json!(created));
    // One of the names is not a reservation: nothing is released.
    let mut both = lab.farrier();
    both.args(["reservation", "release", "bare", "nobody", "--yes"]);
    both.assert().code(5).stderr(contains("no reservation is named `nobody`; nothing was changed"));
    assert!(!lab.node("sched-bare-node-1")["instance_uuid"].is_null());
    both.arg("--missing-ok").assert().success();
    assert!(lab.node("sched-bare-node-1")["instance_uuid"].is_null());
    let (listed, _) = json(lab, "reservation list");
    assert!(!names(&listed).contains(&"bare"), "{listed}");
    // A missing name needs no confirmation; a node that is named twice is released once.
    lab.farrier().args(["reservation", "release", "nobody", "--missing-ok"]).assert().success();
    let again = "schedule --node sched-bare-node-1 --reserve bare-twice --progress none";
    assert_eq!(json(lab, again).1, 0);
    let twice = "reservation release bare-twice sched-bare-node-1 --yes -j 1 --progress none";
    let (released, code) = json(lab, twice);
    assert_eq!((code, names(&released)), (0, vec!["bare-twice"]));
    // It can expire like any other reservation.
    let short = "schedule --node sched-bare-node-1 --reserve bare-old --for 1s --progress none";
    assert_eq!(json(lab, short).1, 0);
    lab.until("its time is over", |lab| {
        let (reaped, _) = json(lab, "reservation reap --progress none");
        names(&reaped).contains(&"bare-old")
    });
    assert!(lab.node("sched-bare-node-1")["instance_uuid"].is_null());
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

/// The node lists that a command requests.
fn lists(lab: &Lab, arguments: &str) -> (Vec<String>, std::process::Output) {
    let proxy = Proxy::start(&lab.endpoint());
    let mut farrier = lab.farrier_at(&proxy.endpoint());
    let output = farrier.args(arguments.split_whitespace()).output().expect("it runs");
    let lists = proxy.seen().into_iter().filter(|request| request.starts_with("GET /v1/nodes?")).collect();
    (lists, output)
}

#[test]
fn schedule_lists_only_nodes_that_can_fit() {
    let lab = Lab::shared();
    lab.machines_with("sched-less", 3, &json!({"resource_class": "sched.less", "owner": "less-owner"}));
    lab.farrier().args(["node", "maintenance", "sched-less-node-3"]).assert().success();
    let is_narrow =
        |list: &String| list.contains("provision_state=available") && list.contains("associated=False");
    let by_class = |list: &String| is_narrow(list) && list.contains("resource_class=");
    let (few, output) = lists(lab, "schedule --resource-class sched.less --count 2 -f value -c name");
    assert!(!few.is_empty() && few.iter().all(by_class), "{few:?}");
    let mut chosen: Vec<&str> = std::str::from_utf8(&output.stdout).expect("text").lines().collect();
    chosen.sort_unstable();
    assert_eq!(chosen, ["sched-less-node-1", "sched-less-node-2"]);
    // The class finds its nodes, however it is written.
    for class in ["CUSTOM_SCHED_LESS", "sched-less", "Sched.Less"] {
        let (few, output) = lists(lab, &format!("schedule --resource-class {class} --count 2"));
        assert!(output.status.success() && few.iter().all(by_class), "{class}: {few:?}");
    }
    let (few, output) = lists(lab, "schedule --owner less-owner --count all -f value -c name");
    assert!(few.len() == 1 && few[0].contains("owner=less-owner") && is_narrow(&few[0]), "{few:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 2);
    // The default conductor group counts as one too.
    let in_default = ["schedule", "--conductor-group", "", "--owner", "less-owner"];
    lab.farrier().args(in_default).assert().success();
    // A named node is requested alone.
    let (none, output) =
        lists(lab, "schedule --node sched-less-node-1 --exclude sched-less-node-3 -f value -c name");
    assert_eq!((none.len(), String::from_utf8_lossy(&output.stdout).trim()), (0, "sched-less-node-1"));
    assert!(
        output.stderr.is_empty(),
        "the excluded node is there: {}",
        String::from_utf8_lossy(&output.stderr)
    );

    // No valid host, and `--explain`, need all nodes.
    let (all, output) = lists(lab, "schedule --resource-class sched.less --count 3");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(4), "{stderr}");
    assert!(stderr.contains("1 node fits but is not free: 1 in maintenance"), "{stderr}");
    assert!(all.iter().any(|list| !is_narrow(list)), "{all:?}");
    let (all, output) = lists(lab, "schedule --node sched-less-node-3");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(4) && stderr.contains("1 in maintenance"), "{all:?}: {stderr}");
    for all in ["--explain", "-f json"] {
        let (lists, _) = lists(lab, &format!("schedule --resource-class sched.less {all}"));
        assert!(lists.len() == 1 && !is_narrow(&lists[0]), "{lists:?}");
    }
}

#[test]
fn claim_does_not_list_all_nodes() {
    let lab = Lab::shared();
    lab.machines("sched-quick", 2);
    // Of the class, or of the instance's name: both lists are short, however many nodes there are. The list
    // of all instances is read afterwards, because some instances have their names in fields that Ironic
    // cannot filter by.
    let is_short = |list: &String| {
        ["resource_class=", "instance_name=", "associated=True"].iter().any(|part| list.contains(part))
    };
    let reserve = "schedule --resource-class sched-quick --reserve quick --progress none".to_owned();
    let image = IMAGE.join(" ");
    let deploy = format!("deploy quick-2 --resource-class sched-quick --dry-run {image} --progress none");
    for arguments in [reserve, deploy] {
        let (few, output) = lists(lab, &arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(few.iter().any(|list| list.contains("resource_class=")), "{few:?}");
        assert!(few.iter().all(is_short), "{few:?}");
    }
    let proxy = Proxy::start(&lab.endpoint());
    let reserve = ["schedule", "--resource-class", "sched-quick", "--reserve", "quick-3"];
    lab.farrier_at(&proxy.endpoint()).args(reserve).assert().success();
    let seen = proxy.seen();
    let claimed = seen.iter().position(|request| request.starts_with("POST /v1/allocations"));
    let all = seen.iter().position(|request| request.contains("associated=True"));
    assert!(claimed.is_some() && all.is_none_or(|all| Some(all) > claimed), "{seen:?}");
    lab.farrier().args(["reservation", "release", "quick", "quick-3", "--yes"]).assert().success();
}

#[test]
fn claim_refuses_several_architectures_without_arch() {
    let lab = Lab::shared();
    let of = |arch: &str| {
        let properties = json!({"cpu_arch": arch, "cpus": 8, "memory_mb": 16384, "local_gb": 100});
        json!({"properties": properties, "resource_class": "sched-arch"})
    };
    lab.machines_with("sched-arch-x", 2, &of("amd64"));
    lab.machines_with("sched-arch-a", 1, &of("aarch64"));
    let differ = "the nodes that fit have different architectures: x86_64 (2 nodes), aarch64 (1 node)";
    let deploy = [&["deploy", "arch-1", "--resource-class", "sched-arch"][..], &IMAGE].concat();
    let refused = |arguments: &[&str]| {
        let refused = lab.farrier().args(arguments).assert().code(2);
        refused.stderr(contains(differ).and(contains("hint: choose one with `--arch`")));
    };
    refused(&deploy);
    refused(&[&deploy[..], &["--dry-run"]].concat());
    refused(&["schedule", "--resource-class", "sched-arch", "--reserve", "arch-1"]);
    let fleet = lab.folder().join("sched-arch.yaml");
    std::fs::write(&fleet, "- {name: arch-1, resource_class: sched-arch}").expect("written");
    let fleet = ["deploy", "--file", fleet.to_str().expect("UTF-8")];
    refused(&[&fleet[..], &IMAGE].concat());
    lab.farrier().args(["show", "arch-1"]).assert().code(5);

    let schedule = ["schedule", "--resource-class", "sched-arch"];
    lab.farrier().args(schedule).assert().success().stderr(contains(format!("warning: {differ}")));
    let reserve = [&schedule[..], &["--arch", "arm64", "--reserve", "arch-1"]].concat();
    let reserved = lab.json(&reserve);
    assert_eq!(reserved[0]["node"]["name"], "sched-arch-a-node-1", "{reserved}");
    // A reserved instance already has its node.
    lab.farrier().args(&reserve[..3]).args(["--reserve", "arch-1"]).assert().success();
    lab.farrier().args(["reservation", "release", "arch-1", "--yes"]).assert().success();
}

#[test]
fn shard_needs_a_newer_ironic() {
    let lab = Lab::shared();
    let proxy = Proxy::start(&lab.endpoint());
    proxy.fault("GET", "/v1", 1, Fault::Answer(200, r#"{"version": {"version": "1.81"}}"#));
    let refused = lab.farrier_at(&proxy.endpoint()).args(["schedule", "--shard", "s1"]).assert().code(2);
    refused.stderr(contains("shard").and(contains("1.82")).and(contains("1.81")));
}
