//! Two real Ironics used as one pool, one of them with passwords, and what happens to the rest if one is
//! unreachable.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::OnceLock;

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;
use serde_json::{Value, json};

use crate::proxy::{Fault, Proxy};
use crate::schema;
use crate::support::{IMAGE, Lab, bare};

/// An Ironic without authentication, `north`, one with a password, `south`, and an address without a server,
/// `gone`.
struct Site {
    north: Lab,
    south: Lab,
}

/// A port on which no server listens.
const NOWHERE: &str = "http://127.0.0.1:9";

impl Site {
    fn shared() -> &'static Self {
        static SHARED: OnceLock<Site> = OnceLock::new();
        SHARED.get_or_init(|| Self {
            north: Lab::start_shared(&[]),
            south: Lab::start_shared(&["--auth", "http_basic"]),
        })
    }

    /// farrier with a clouds.yaml that contains all of them; `moved` replaces addresses.
    fn farrier_with(&self, test: &str, moved: &[(&str, &str)]) -> Command {
        let folder = self.north.folder().join(test);
        std::fs::create_dir_all(&folder).expect("the lab's folder can be written to");
        let entry = |name: &str, lab: &Lab| {
            let written = std::fs::read_to_string(lab.clouds_yaml()).expect("the lab wrote the file");
            let (_, entry) = written.split_once("farrier-lab:").expect("the lab's cloud");
            match moved.iter().find(|(moved, _)| *moved == name) {
                Some((_, address)) => format!("  {name}:{}", entry.replace(&lab.endpoint(), address)),
                None => format!("  {name}:{entry}"),
            }
        };
        let gone = format!("  gone: {{auth_type: none, endpoint: '{NOWHERE}'}}\n");
        let (north, south) = (entry("north", &self.north), entry("south", &self.south));
        let path: PathBuf = folder.join("clouds.yaml");
        std::fs::write(&path, format!("clouds:\n{north}\n{south}\n{gone}")).expect("written");
        std::fs::set_permissions(&path, Permissions::from_mode(0o600))
            .expect("the file belongs to this user");
        let mut command: Command = bare(&folder).into();
        command.env("OS_CLIENT_CONFIG_FILE", path).env("XDG_CONFIG_HOME", folder.join("config"));
        command
    }

    fn farrier(&self, test: &str, arguments: &[&str]) -> Command {
        let mut command = self.farrier_with(test, &[]);
        command.args(arguments);
        command
    }
}

/// The output of a command that ends with this exit code, and its stderr.
fn answer(command: &mut Command, code: i32) -> (Value, String) {
    let output = command.args(["-f", "json", "--progress", "none"]).output().expect("it runs");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    let arguments = command.get_args().map(|argument| argument.to_str().expect("UTF-8").to_owned());
    schema::check_output(&arguments.collect::<Vec<_>>(), &output);
    (serde_json::from_slice(&output.stdout).expect("an answer in JSON"), stderr)
}

/// The names of the rows with their clouds.
fn names_and_clouds(rows: &Value) -> Vec<(&str, &str)> {
    let text = |value| Value::as_str(value).unwrap_or_default();
    rows.as_array().expect("a list").iter().map(|row| (text(&row["name"]), text(&row["cloud"]))).collect()
}

fn machine_of(cpus: u32, gib: u32) -> Value {
    json!({"properties": {"cpu_arch": "x86_64", "cpus": cpus, "memory_mb": gib * 1024, "local_gb": 100}})
}

#[test]
fn lists_of_several_clouds_are_merged_and_sorted() {
    let site = Site::shared();
    site.north.machines("one-list", 2);
    site.south.machines("one-list", 2);
    let list = |clouds: &str| {
        let arguments = ["node", "list", "--resource-class", "one-list", "--os-cloud", clouds];
        answer(&mut site.farrier("one-list", &arguments), 0).0
    };
    let rows = list("north,south");
    let names: Vec<&str> = names_and_clouds(&rows).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["one-list-node-1", "one-list-node-1", "one-list-node-2", "one-list-node-2"]);
    assert_eq!(names_and_clouds(&rows).iter().filter(|(_, cloud)| *cloud == "north").count(), 2);
    assert_eq!(list("south,north"), rows);
    let table =
        ["node", "list", "--resource-class", "one-list", "--os-cloud", "north", "--os-cloud", "south"];
    site.farrier("one-list", &table).assert().success().stdout(contains("CLOUD").and(contains("  south  ")));

    // A saved list can be scheduled on later, with its clouds.
    let whole = ["node", "list", "--detail", "--os-cloud", "north,south", "-f", "json"];
    let inventory = site.north.folder().join("one-list.json");
    let listed = site.farrier("one-list", &whole).output().expect("it runs").stdout;
    std::fs::write(&inventory, listed).expect("written");
    let saved =
        ["schedule", "--resource-class", "one-list", "--count", "all", "--inventory"].map(str::to_owned);
    let mut command = site.farrier("one-list", &[]);
    let (saved, _) = answer(command.args(saved).arg(inventory), 0);
    assert_eq!(names_and_clouds(&saved["selected"]).iter().filter(|(_, cloud)| *cloud == "south").count(), 2);
}

#[test]
fn unreachable_cloud_is_reported_and_others_are_used() {
    let site = Site::shared();
    site.north.machines("half", 1);
    let flavors = site.north.folder().join("half-flavors.yaml");
    std::fs::write(&flavors, "half: {ram_mb: 16384, resource_class: half}\n").expect("written");
    let flavors = flavors.to_str().expect("UTF-8").to_owned();
    for arguments in [
        &["node", "list", "--resource-class", "half"][..],
        &["list"],
        &["node", "show", "half-node-1"],
        &["schedule", "--resource-class", "half"],
        &["capacity", "--flavor-file", &flavors],
    ] {
        let mut command = site.farrier("half", arguments);
        let (rows, stderr) = answer(command.args(["--os-cloud", "gone,north"]), 10);
        assert!(
            stderr.contains("warning: cloud `gone`: cannot reach Ironic at http://127.0.0.1:9/v1"),
            "{stderr}"
        );
        assert!(stderr.contains(r#""kind":"partial","message":"cloud `gone` is unreachable""#), "{stderr}");
        assert!(rows.is_array() || rows.is_object(), "{arguments:?}: {rows}");
        if arguments[0] == "schedule" {
            assert_eq!(names_and_clouds(&rows["selected"]), [("half-node-1", "north")]);
        }
    }
    // All clouds unreachable, and a cloud that is not configured.
    site.farrier("half", &["node", "list", "--os-cloud", "gone"]).assert().code(9);
    std::fs::create_dir_all(site.north.folder().join("half/config")).expect("created");
    let mut all = site.farrier_with("half", &[("north", NOWHERE)]);
    all.args(["list", "-f", "json", "--os-cloud", "gone,north"]).assert().code(9).stdout("").stderr(
        contains("no cloud is reachable: cloud `gone`: ")
            .and(contains("; cloud `north`: cannot reach Ironic at")),
    );
    let unknown = ["node", "list", "--os-cloud", "north,nowhere"];
    site.farrier("half", &unknown)
        .assert()
        .code(2)
        .stdout("")
        .stderr(contains("no cloud is named `nowhere` in"));
    let twice = ["enroll", "--os-cloud", "north,south", "--driver", "fake-hardware", "--name", "x"];
    site.farrier("half", &twice).assert().code(2).stderr(contains("one cloud at a time"));
}

#[test]
fn cloud_that_refuses_the_login_is_reported() {
    let site = Site::shared();
    let mut command = site.farrier_with("login", &[]);
    let path = site.north.folder().join("login/clouds.yaml");
    let text = std::fs::read_to_string(&path).expect("it was written");
    let wrong: String = text
        .lines()
        .map(|line| {
            if line.contains("password:") {
                "      password: wrong\n".to_owned()
            } else {
                format!("{line}\n")
            }
        })
        .collect();
    std::fs::write(&path, wrong).expect("written");
    let (_, stderr) = answer(command.args(["list", "--os-cloud", "north,south"]), 10);
    assert!(stderr.contains("warning: cloud `south`: "), "{stderr}");
}

#[test]
fn cloud_with_an_incomplete_list_is_skipped_with_a_warning() {
    let site = Site::shared();
    site.north.machines("broken-off", 1);
    site.south.machines("broken-off", 1);
    let proxy = Proxy::start(&site.south.endpoint());
    proxy.fault("GET", "/v1/nodes", usize::MAX, Fault::Truncate);
    let mut command = site.farrier_with("broken-off", &[("south", &proxy.endpoint())]);
    command.env("OS_API_TIMEOUT", "2");
    let arguments =
        ["schedule", "--resource-class", "broken-off", "--count", "all", "--os-cloud", "south,north"];
    let (found, stderr) = answer(command.args(arguments), 10);
    assert_eq!(names_and_clouds(&found["selected"]), [("broken-off-node-1", "north")]);
    assert!(stderr.contains("warning: cloud `south`: nodes at "), "{stderr}");
}

#[test]
fn name_in_two_clouds_is_ambiguous() {
    let site = Site::shared();
    site.north.machines("namesake", 1);
    site.south.machines("namesake", 2);
    let deploy = |lab: &Lab, name: &str| {
        lab.json(&[&["deploy", name, "--resource-class", "namesake"][..], &IMAGE].concat())["uuid"].clone()
    };
    let (first, second) = (deploy(&site.north, "namesake"), deploy(&site.south, "namesake"));
    deploy(&site.south, "namesake-alone");
    let both = |arguments: &[&str]| {
        let mut command = site.farrier("namesake", arguments);
        command.args(["--os-cloud", "north,south"]);
        command
    };
    let expected = format!(
        "`namesake` is ambiguous: instance namesake ({}) in cloud `north`; instance namesake ({}) in cloud `south`",
        first.as_str().expect("a UUID"),
        second.as_str().expect("a UUID"),
    );
    for arguments in [
        &["show", "namesake"][..],
        &["power", "off", "namesake", "--yes"],
        &["destroy", "namesake", "--yes"],
        &["wait", "namesake"],
        &["rebuild", "namesake", "--yes"],
        &["deploy", "namesake", "--image", IMAGE[1], "--image-checksum", IMAGE[3]],
    ] {
        both(arguments).assert().code(2).stderr(contains("`namesake` is ambiguous"));
    }
    both(&["show", "namesake"]).assert().code(2).stderr(contains(expected));
    both(&["node", "show", "namesake-node-1"]).assert().code(2).stderr(contains("in cloud `south`"));
    both(&["schedule", "--node", "namesake-node-1"])
        .assert()
        .code(2)
        .stderr(contains("several clouds: north, south"));

    let (shown, _) = answer(&mut both(&["show", second.as_str().expect("a UUID")]), 0);
    assert_eq!((&shown["cloud"], &shown["name"]), (&json!("south"), &json!("namesake")));
    let (power, _) =
        answer(&mut both(&["power", "on", "namesake-alone", first.as_str().expect("a UUID")]), 0);
    assert_eq!((&power[0]["cloud"], &power[1]["cloud"]), (&json!("south"), &json!("north")));
    both(&["show", "namesake-none"]).assert().code(5);
    let (waited, _) = answer(&mut both(&["wait", "namesake-alone", "namesake-node-2"]), 0);
    assert_eq!(waited[0]["cloud"], "south");

    // While a cloud is unreachable, names are shown where they are found, but nothing is changed.
    let with_gone = |arguments: &[&str]| {
        let mut command = site.farrier("namesake", arguments);
        command.args(["--os-cloud", "south,gone"]);
        command
    };
    let (shown, _) = answer(&mut with_gone(&["show", "namesake-alone"]), 10);
    assert_eq!(shown["state"], "active");
    with_gone(&["show", "namesake-none"])
        .assert()
        .code(9)
        .stderr(contains("cloud `gone`: cannot reach Ironic at"));
    with_gone(&["destroy", "namesake-alone", "--yes"])
        .assert()
        .code(9)
        .stderr(contains("`namesake-alone` is in cloud `south`, but may also be in another cloud"));
    with_gone(&["destroy", second.as_str().expect("a UUID"), "--yes"]).assert().code(10);
    let (destroyed, _) = answer(
        &mut both(&["destroy", "namesake", "namesake-alone", "namesake-none", "--yes", "--missing-ok"]),
        0,
    );
    assert_eq!(
        names_and_clouds(&destroyed),
        [("namesake", "north"), ("namesake-alone", "south"), ("namesake-none", "")]
    );

    // An instance that disappears before its node's turn counts as destroyed.
    deploy(&site.south, "namesake-again");
    let node = site.south.json(&["show", "namesake-again"])["node"]["uuid"].clone();
    let node = node.as_str().expect("a UUID");
    let (destroyed, _) = answer(&mut both(&["destroy", "namesake-again", node, "--yes", "-j", "1"]), 0);
    let states: Vec<&Value> = destroyed.as_array().expect("rows").iter().map(|row| &row["state"]).collect();
    assert!(states.contains(&&json!("gone")), "{destroyed}");
}

#[test]
fn best_fit_of_all_clouds_wins_unless_cloud_order_is_requested() {
    let site = Site::shared();
    site.north.machines_with("fit", 2, &machine_of(16, 64));
    site.south.machines_with("fit", 1, &machine_of(8, 16));
    let schedule = |arguments: &[&str], code: i32| {
        let mut command = site.farrier("fit", &["schedule", "--resource-class", "fit", "--os-cloud"]);
        let (found, _) = answer(command.args(arguments), code);
        found["selected"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|row| row["cloud"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(schedule(&["north,south", "--ram", "12G"], 0), ["south"]);
    assert_eq!(schedule(&["north,south", "--ram", "12G", "--weigher", "cloud-order"], 0), ["north"]);
    assert_eq!(schedule(&["south,north", "--ram", "12G", "--weigher", "cloud-order"], 0), ["south"]);
    assert_eq!(schedule(&["north,south", "--ram", "12G", "--count", "all"], 0), ["south", "north", "north"]);
    assert_eq!(schedule(&["north,south", "--ram", "64G", "--exact"], 0), ["north"]);
    assert_eq!(schedule(&["south", "--ram", "64G"], 4), [] as [Value; 0]);

    let mut command = site.farrier("fit", &["deploy", "fit-one", "--ram", "12G", "--resource-class", "fit"]);
    let (deployed, _) = answer(command.args(IMAGE).args(["--os-cloud", "north,south"]), 0);
    assert_eq!((&deployed["cloud"], &deployed["state"]), (&json!("south"), &json!("active")));
    // The same command continues on the existing node, even if another node would be preferred now.
    let mut again = site.farrier("fit", &["deploy", "fit-one", "--ram", "12G", "--resource-class", "fit"]);
    let more = ["--os-cloud", "north,south", "--weigher", "cloud-order"];
    let (same, _) = answer(again.args(IMAGE).args(more), 0);
    assert_eq!((&same["uuid"], &same["cloud"]), (&deployed["uuid"], &json!("south")));

    // A new name is not claimed while an unreachable cloud may contain it; an existing one continues.
    let with_gone = |name: &str| {
        let mut command = site.farrier("fit", &["deploy", name, "--ram", "12G", "--resource-class", "fit"]);
        command.args(IMAGE).args(["--os-cloud", "gone,south,north"]);
        command
    };
    with_gone("fit-two").assert().code(9).stderr(
        contains("no node was allocated, because `fit-two` may already exist in another cloud")
            .and(contains("hint: to skip `gone`, remove it from `--os-cloud`")),
    );
    assert_eq!(site.north.json(&["list"]).as_array().map_or(0, |rows| count_of(rows, "fit-two")), 0);
    let (same, _) = answer(&mut with_gone("fit-one"), 10);
    assert_eq!(same["uuid"], deployed["uuid"]);
    site.farrier("fit", &["destroy", "fit-one", "--yes", "--os-cloud", "north,south"]).assert().success();
}

fn count_of(rows: &[Value], name: &str) -> usize {
    rows.iter().filter(|row| row["name"] == name).count()
}

#[test]
fn batches_and_fleets_are_spread_over_clouds_as_planned() {
    let site = Site::shared();
    site.north.machines_with("spread", 2, &machine_of(8, 16));
    site.south.machines_with("spread", 2, &machine_of(16, 64));
    let both = |arguments: &[&str]| {
        let mut command = site.farrier("spread", arguments);
        command.args(["--os-cloud", "north,south"]);
        command
    };
    let count = ["deploy", "spread", "--resource-class", "spread", "--ram", "12G", "--count", "3"];
    let (rows, _) = answer(both(&count).args(IMAGE), 0);
    assert_eq!(names_and_clouds(&rows).iter().filter(|(_, cloud)| *cloud == "north").count(), 2, "{rows}");
    let (again, _) = answer(both(&count).args(IMAGE), 0);
    assert_eq!(names_and_clouds(&again), names_and_clouds(&rows));
    let (listed, _) = answer(&mut both(&["list"]), 0);
    assert_eq!(count_of(listed.as_array().expect("a list"), "spread-3"), 1);
    both(&["destroy", "spread-1", "spread-2", "spread-3", "--yes", "--wait-clean"]).assert().success();

    // `db` needs a large node, and small ones are best for `web`, in any order.
    let file = site.north.folder().join("spread-fleet.json");
    let defaults = json!({"image": IMAGE[1], "image_checksum": IMAGE[3], "resource_class": "spread"});
    let instances = json!([{"name": "sp-web", "count": 3, "ram": "12G"}, {"name": "sp-db", "ram": "32G"}]);
    std::fs::write(&file, json!({"defaults": defaults, "instances": instances}).to_string())
        .expect("written");
    let file = file.to_str().expect("UTF-8");
    let (plan, _) = answer(&mut both(&["deploy", "--file", file, "--dry-run"]), 0);
    assert_eq!(plan[0]["name"], "sp-web-1");
    let of_south = plan.as_array().expect("a list").iter().filter(|row| row["cloud"] == "south").count();
    assert_eq!(of_south, 2, "{plan}");
    let (rows, _) = answer(&mut both(&["deploy", "--file", file]), 0);
    let clouds = names_and_clouds(&rows);
    assert_eq!(clouds[0], ("sp-db", "south"));
    assert_eq!(clouds.iter().filter(|(_, cloud)| *cloud == "north").count(), 2, "{rows}");
    let (again, _) = answer(&mut both(&["deploy", "--file", file]), 0);
    assert_eq!(names_and_clouds(&again), clouds);
    both(&["destroy", "sp-db", "sp-web-1", "sp-web-2", "sp-web-3", "--yes"]).assert().success();
}

#[test]
fn deploy_retries_in_another_cloud() {
    let site = Site::shared();
    let mut failing = machine_of(8, 16);
    failing["deploy_interface"] = json!("direct");
    failing["automated_clean"] = json!(false);
    failing["driver_info"] = json!({"mock_fail_step": "write_image", "mock_boot_delay": "0"});
    site.north.machines_with("elsewhere", 1, &failing);
    site.south.machines_with("elsewhere", 1, &machine_of(16, 64));
    let mut command = site.farrier("elsewhere", &["deploy", "elsewhere", "--resource-class", "elsewhere"]);
    let north = site.north.status();
    let text = |key: &str| north[key].as_str().expect("the lab is running");
    command.args(["--image", text("image_url"), "--image-checksum", text("image_checksum")]);
    let (deployed, _) = answer(command.args(["--ram", "12G", "--os-cloud", "north,south"]), 0);
    assert_eq!(
        (&deployed["cloud"], &deployed["node"]["name"]),
        (&json!("south"), &json!("elsewhere-node-1"))
    );
    assert_eq!(site.north.node("elsewhere-node-1")["maintenance"], true);
    assert_eq!(count_of(site.north.json(&["list"]).as_array().expect("a list"), "elsewhere"), 0);
    site.south.json(&["destroy", "elsewhere", "--yes"]);
}

#[test]
fn cloud_lost_during_a_deploy_fails_only_its_own_rows() {
    let site = Site::shared();
    site.north.machines("midway", 1);
    site.south.machines("midway", 1);
    let names = ["midway-1", "midway-2"];
    let proxy = Proxy::start(&site.south.endpoint());
    proxy.cut_after("PUT", "/states/provision");
    let mut deploy = site.farrier_with("midway", &[("south", &proxy.endpoint())]);
    deploy.args(["deploy", "midway", "--count", "2", "--resource-class", "midway"]).args(IMAGE);
    deploy.args(["--os-cloud", "north,south", "--timeout", "20s"]);
    // The deploy in the north has long ended by then.
    let (rows, stderr) = answer(&mut deploy, 10);
    let of = |cloud: &str| rows.as_array().expect("a list").iter().find(|row| row["cloud"] == cloud);
    assert_eq!(of("north").map(|row| &row["state"]), Some(&json!("active")), "{rows}");
    let error = of("south").and_then(|row| row["error"].as_str()).expect("it has an error");
    assert!(error.contains("continues in Ironic"), "{error}\n{stderr}");
    // The deploy that was started there continues, and is found again.
    let wait = ["wait", names[0], names[1], "--os-cloud", "north,south"];
    let (waited, _) = answer(&mut site.farrier("midway", &wait), 0);
    assert_eq!(names_and_clouds(&waited).len(), 2);
    let destroy = ["destroy", names[0], names[1], "--yes", "--os-cloud", "north,south"];
    site.farrier("midway", &destroy).assert().success();
}

#[test]
fn cloud_groups_are_expanded_and_invalid_groups_are_refused() {
    let site = Site::shared();
    site.north.machines("group", 1);
    site.south.machines("group", 1);
    let configured = |text: &str, arguments: &[&str]| {
        let command = site.farrier("group", arguments);
        let folder = site.north.folder().join("group/config/farrier");
        std::fs::create_dir_all(&folder).expect("created");
        std::fs::write(folder.join("config.yaml"), text).expect("written");
        command
    };
    let list = ["node", "list", "--resource-class", "group", "--os-cloud", "lab"];
    let good = "cloud_groups: {lab: [south, north]}\n";
    let (rows, _) = answer(&mut configured(good, &list), 0);
    assert_eq!(names_and_clouds(&rows).len(), 2);
    let unnamed = ["node", "list", "--resource-class", "group"];
    let (rows, _) = answer(configured(good, &unnamed).env("OS_CLOUD", "lab"), 0);
    assert_eq!(names_and_clouds(&rows).len(), 2);
    let (first, _) = answer(
        &mut configured(
            good,
            &["schedule", "--resource-class", "group", "--weigher", "cloud-order", "--os-cloud", "lab"],
        ),
        0,
    );
    assert_eq!(first["selected"][0]["cloud"], "south");
    for (text, expected) in [
        ("cloud_groups:\n  lab: north\n", "config.yaml:2:8: cloud_groups.lab: expected a list"),
        ("cloud_groups:\n  lab: []\n", "config.yaml:2:8: cloud_groups.lab: the group has no clouds"),
        ("cloud_groups: {lab: [north, nowhere]}\n", "no cloud is named `nowhere` in"),
        ("cloud_groups: {lab: [north], north: [south]}\n", "config.yaml"),
    ] {
        let mut arguments = list;
        if text.contains("north: [") {
            arguments[5] = "north";
        }
        configured(text, &arguments).assert().code(2).stdout("").stderr(contains(expected));
    }
    configured("groups: {}\ncloud_groups: {lab: [north]}\n", &list)
        .assert()
        .success()
        .stderr(contains("config.yaml:1:9: groups: unknown key"));
}

#[test]
fn nodes_of_several_clouds_are_reserved_and_released() {
    let site = Site::shared();
    site.north.machines("kept-apart", 1);
    site.south.machines("kept-apart", 1);
    let both = |arguments: &[&str]| {
        let mut command = site.farrier("kept-apart", arguments);
        command.args(["--os-cloud", "north,south"]);
        command
    };
    let reserve = ["schedule", "--resource-class", "kept-apart", "--reserve", "kept-apart", "--count", "2"];
    let (reserved, _) = answer(&mut both(&reserve), 0);
    let mut clouds: Vec<&str> = names_and_clouds(&reserved).into_iter().map(|(_, cloud)| cloud).collect();
    clouds.sort_unstable();
    assert_eq!(clouds, ["north", "south"]);
    let (again, _) = answer(&mut both(&reserve), 0);
    assert_eq!(names_and_clouds(&again), names_and_clouds(&reserved));
    both(&["reservation", "release", "kept-apart-1", "kept-apart-2", "--yes"]).assert().success();
    let (none, _) = answer(&mut both(&["reservation", "list"]), 0);
    assert_eq!(none, json!([]));
}

#[test]
fn deploy_continues_in_the_cloud_where_the_name_appears() {
    let site = Site::shared();
    site.north.machines("moved-name", 1);
    site.south.machines("moved-name", 1);
    let proxy = Proxy::start(&site.south.endpoint());
    // The version, the allocation with that name, and the nodes with an instance of that name: both are empty
    // so far.
    proxy.hold(3);
    let order = [&["deploy", "moved-name", "--resource-class", "moved-name"][..], &IMAGE].concat();
    let mut late = site.farrier_with("moved-name", &[("south", &proxy.endpoint())]);
    late.args(&order).args(["--os-cloud", "north,south", "--weigher", "cloud-order"]);
    let (deployed, first) = std::thread::scope(|scope| {
        let late = scope.spawn(|| answer(&mut late, 0).0);
        site.south.until("the name was requested", |_| proxy.answered() >= 3);
        let first = site.south.json(&order);
        proxy.release();
        (late.join().expect("it does not panic"), first)
    });
    assert_eq!((&deployed["uuid"], &deployed["cloud"]), (&first["uuid"], &json!("south")));
    assert_eq!(site.north.node("moved-name-node-1")["instance_uuid"], Value::Null);
    assert_eq!(count_of(site.north.json(&["list"]).as_array().expect("a list"), "moved-name"), 0);
    site.south.json(&["destroy", "moved-name", "--yes"]);
}
