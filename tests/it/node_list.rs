//! `farrier node list` and `farrier watch`: they request only what they show, print pages as they arrive, and
//! changes as they happen.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::proxy::Proxy;
use crate::support::{Lab, patch_node};

/// The node requests of a farrier command.
fn node_requests(lab: &Lab, arguments: &[&str]) -> Vec<String> {
    let proxy = Proxy::start(&lab.endpoint());
    let run = lab.farrier_at(&proxy.endpoint()).args(["node", "list"]).args(arguments).assert();
    run.success();
    let lists = proxy.seen().into_iter().filter(|request| request.contains("/v1/nodes?"));
    lists.map(|request| request.replace("%2C", ",")).collect()
}

#[test]
fn list_requests_only_the_fields_it_shows() {
    let lab = Lab::shared();
    lab.machines("list-asked", 1);
    let class = ["--resource-class", "list-asked"];
    for (more, query) in [
        (&["-f", "value", "-c", "name"][..], "resource_class=list-asked&fields=uuid,name,resource_class&"),
        (
            &["-f", "csv", "-c", "name", "--sort", "power_state"],
            "fields=uuid,name,power_state,resource_class&",
        ),
        (
            &["-c", "properties.cpus", "--where", "extra.rack="],
            "fields=uuid,name,properties,resource_class,extra&",
        ),
        (
            &["-c", "name", "--where", "fault!=x", "--maintenance"],
            "resource_class=list-asked&maintenance=True&",
        ),
        (&["-c", "conductor"], "detail=True&"),
        (&["--detail", "-f", "json"], "detail=True&"),
        (
            &[],
            "fields=uuid,name,provision_state,power_state,maintenance,resource_class,properties,instance_uuid&",
        ),
    ] {
        let requests = node_requests(lab, &[&class[..], more].concat());
        assert_eq!(requests.len(), 1, "{requests:?}");
        assert!(requests[0].contains(query), "{more:?}: {requests:?}");
    }
    // JSON rows have the keys of all columns, but none that need extra requests.
    let whole = node_requests(lab, &["-f", "json", "--resource-class", "list-asked"]);
    assert!(whole[0].contains(",owner,") && !whole[0].contains("detail"), "{whole:?}");
    let rows = lab.json(&["node", "list", "--resource-class", "list-asked", "-c", "name", "-c", "conductor"]);
    assert_eq!(rows, json!([{"name": "list-asked-node-1", "conductor": "farrier-lab"}]));
}

#[test]
fn list_selects_nodes_like_other_commands() {
    let lab = Lab::shared();
    lab.machines_with("list-chosen", 2, &json!({"extra": {"rack": "list-r1"}}));
    lab.machines("list-other", 1);
    lab.json(&["node", "maintenance", "list-chosen-node-2"]);
    let names = |selectors: &[&str]| {
        let arguments = [&["node", "list", "-f", "value", "-c", "name"], selectors].concat();
        let output = lab.farrier().args(arguments).assert().success().get_output().stdout.clone();
        String::from_utf8(output).expect("UTF-8").lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let both = ["list-chosen-node-1", "list-chosen-node-2"];
    assert_eq!(names(&["--resource-class", "list-chosen"]), both);
    assert_eq!(names(&["--where", "extra.rack=list-r1"]), both);
    assert_eq!(names(&["--where", "extra.rack=list-r1", "--sort", "name:desc"]), [both[1], both[0]]);
    assert_eq!(names(&["--where", "name~list-*", "--maintenance"]), both[1..]);
    assert_eq!(names(&["--resource-class", "list-chosen", "--driver", "redfish"]), Vec::<String>::new());
    assert_eq!(names(&["--where", "name~list-*", "--fault", "power failure"]), Vec::<String>::new());
    assert_eq!(names(&["--state", "available", "--where", "name~list-o*"]), ["list-other-node-1"]);
    let wrong = ["node", "list", "--where", "rack=r1"];
    lab.farrier().args(wrong).assert().code(2).stderr(contains("extra.rack=r4"));
    let no_such = ["node", "list", "-c", "nmae"];
    lab.farrier().args(no_such).assert().code(2).stderr(contains("(columns:"));
}

/// Copies nodes in a lab's database, without its API.
fn copies(lab: &Lab, node: &str, count: usize, names: &str) {
    let database = lab.clouds_yaml().with_file_name("ironic.sqlite");
    let made = Command::new("python3")
        .args(["-I", "-c", include_str!("many.py")])
        .arg(database)
        .args([node, &count.to_string(), names])
        .status();
    assert!(made.expect("Python is installed").success());
}

#[test]
fn paged_lists_are_complete_and_sorted_in_every_format() {
    let lab = Lab::start(&[]);
    lab.machines("list-many", 1);
    copies(&lab, "list-many-node-1", 2_100, "list-many-{:05}");
    let text = |arguments: &[&str]| {
        let output = lab.farrier().args(["node", "list"]).args(arguments).assert().success();
        String::from_utf8(output.get_output().stdout.clone()).expect("UTF-8")
    };
    // If the reader stops, no further pages are requested.
    let proxy = Proxy::start(&lab.endpoint());
    let mut child = lab
        .process_at(&proxy.endpoint(), &["node", "list", "-f", "json"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line).expect("UTF-8");
    assert!(child.wait().expect("the child can be waited for").success());
    let pages = proxy.seen().iter().filter(|request| request.contains("/v1/nodes?")).count();
    assert!(pages < 3, "one that is printed, and one that is being fetched");
    let few = text(&["-f", "value", "-c", "name", "--where", "name~list-many-0*7"]);
    assert_eq!(few.lines().count(), 210);
    // Nodes without a name: less than a page, and then more than one, for Ironic cannot sort those.
    for nameless in [700, 1_400] {
        copies(&lab, "list-many-node-1", nameless, "");
        let table = text(&["-c", "uuid", "-c", "name"]);
        let uuids: Vec<&str> = table.lines().skip(1).filter_map(|line| line.split(' ').next()).collect();
        assert!(uuids.len() > 2_101 + nameless - 1, "{}", uuids.len());
        let mut sorted = uuids.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), uuids.len(), "no node is listed twice");
        let csv = text(&["-f", "csv", "-c", "uuid"]);
        assert!(csv.lines().skip(1).eq(uuids.iter().copied()), "CSV is other than the table");
        let json: Value = serde_json::from_str(&text(&["-f", "json"])).expect("JSON");
        let rows = json.as_array().expect("an array");
        assert!(rows.iter().map(|row| &row["uuid"]).eq(uuids.iter()), "JSON is other than the table");
    }
}

/// A running `farrier watch`, and its output.
struct Watcher(Child, BufReader<ChildStdout>);

impl Watcher {
    fn start(lab: &Lab, arguments: &[&str]) -> Self {
        let mut child =
            lab.process(arguments).args(["--every", "1s"]).stdout(Stdio::piped()).spawn().expect("it runs");
        let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        Self(child, stdout)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.1.read_line(&mut line).expect("UTF-8");
        line
    }

    fn event(&mut self) -> Value {
        serde_json::from_str(&self.line()).expect("a line of JSON")
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn watch_prints_only_changes_to_a_pipe() {
    let lab = Lab::shared();
    lab.machines("list-watched", 2);
    let first = "list-watched-node-1";
    let class = ["--resource-class", "list-watched"];
    let columns = ["-c", "name", "-c", "description"];
    let mut json = Watcher::start(lab, &[&["watch", "nodes", "-f", "json"], &class[..], &columns].concat());
    let mut text = Watcher::start(lab, &[&["node", "list", "--watch"], &class[..], &columns].concat());
    let mut csv =
        Watcher::start(lab, &[&["node", "list", "--watch", "-f", "csv"], &class[..], &columns].concat());
    assert_eq!((&json.event()["row"]["name"], &json.event()["event"]), (&json!(first), &json!("listed")));
    assert!(text.line().starts_with("NAME") && text.line().contains(first));
    assert!(text.line().contains("list-watched-node-2"));
    assert_eq!(csv.line(), "time,event,name,description\n");
    assert!(csv.line().ends_with(",listed,list-watched-node-1,\n") && csv.line().contains(",listed,"));
    patch_node(&lab.endpoint(), first, &json!([{"op": "add", "path": "/description", "value": "a, b"}]));
    let changed = json.event();
    assert_eq!((&changed["event"], &changed["row"]["description"]), (&json!("changed"), &json!("a, b")));
    assert_eq!(changed["changes"], json!([{"field": "description", "from": null, "to": "a, b"}]));
    assert!(text.line().ends_with(&format!("  {first}  description: - -> a, b\n")));
    assert!(csv.line().ends_with(&format!(",changed,{first},\"a, b\"\n")));
    lab.json(&["node", "delete", "list-watched-node-2", "--yes"]);
    assert_eq!(json.event()["event"], "removed");
    assert!(text.line().ends_with("  list-watched-node-2  removed\n"));
}

#[test]
fn watch_works_for_instances() {
    let lab = Lab::shared();
    lab.machines("list-instance", 1);
    lab.json(&["schedule", "--resource-class", "list-instance", "--reserve", "list-claim"]);
    let mut watcher = Watcher::start(lab, &["watch", "instances", "-f", "value", "-c", "name"]);
    while !watcher.line().ends_with(" listed list-claim\n") {}
    lab.farrier().arg("watch").assert().code(2);
    lab.farrier().args(["watch", "nodes", "-c", "nmae"]).assert().code(2);
    lab.farrier().args(["node", "list", "--every", "1s"]).assert().code(2).stderr(contains("--watch"));
    let gone = lab.farrier_at("http://127.0.0.1:9").args(["watch", "nodes"]).assert().code(9);
    gone.stdout(predicate::str::is_empty());
}
