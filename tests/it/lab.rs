//! The lab: what it does not touch, what it stores, and what it leaves behind.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::run::mark;
use crate::schema;
use crate::support::bare;

/// A folder whose lab is stopped at the end, whether or not the test passes.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(crate::run::folder())
    }

    fn dir(&self) -> PathBuf {
        self.0.path().join("lab")
    }

    /// `farrier lab ARGUMENTS… --dir` with this folder.
    fn lab(&self, arguments: &[&str]) -> assert_cmd::Command {
        self.process(arguments).into()
    }

    fn process(&self, arguments: &[&str]) -> Command {
        let mut command = bare(self.0.path());
        // Ironic itself refuses directories with `..` in their names.
        command.arg("lab").args(arguments).args(["-f", "json", "--dir", "elsewhere/../lab"]);
        command
    }

    fn answer(&self, arguments: &[&str]) -> Value {
        let output = self.lab(arguments).output().expect("it runs");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        schema::read(&format!("lab {}", arguments[0]), &output.stdout)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = self.lab(&["down"]).output();
    }
}

/// The environment that the next lab uses: the newest one.
fn environment() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache =
        cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache"))).expect("a home");
    let entries = fs::read_dir(cache.join("farrier/lab")).expect("a lab was started").flatten();
    let complete = entries.map(|entry| entry.path()).filter(|path| path.join("schema.sqlite").exists());
    let used = |path: &PathBuf| fs::metadata(path.join("complete")).and_then(|file| file.modified()).ok();
    complete.max_by_key(used).expect("it is complete")
}

/// Whether a process is running. A zombie stays listed until its parent has waited for it.
fn lives(pid: &Value) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

#[test]
fn lab_starts_once_keeps_its_endpoint_and_is_purged() {
    let place = Place::new();
    assert_eq!(place.answer(&["status"])["state"], "absent");
    let first = place.answer(&["up", "--no-machines"]);
    assert_eq!(
        (&first["state"], &first["auth"], &first["deploy_delay"]),
        (&json!("running"), &json!("none"), &json!("0"))
    );

    assert!(lives(&first["pid"]));

    let again = place.lab(&["up", "--no-machines"]).assert().success().stderr(contains("already running"));
    let again: Value = serde_json::from_slice(&again.get_output().stdout).expect("JSON");
    assert_eq!((&again["pid"], &again["endpoint"]), (&first["pid"], &first["endpoint"]));

    let changed = place.answer(&["up", "--no-machines", "--deploy-delay", "2,3"]);
    assert_ne!(changed["pid"], first["pid"]);
    assert!(!lives(&first["pid"]) && lives(&changed["pid"]));
    assert_eq!((&changed["endpoint"], &changed["deploy_delay"]), (&first["endpoint"], &json!("2,3")));

    assert_eq!(place.answer(&["down"])["state"], "stopped");
    assert!(!lives(&changed["pid"]));
    place.lab(&["down"]).assert().success().stderr(contains("is not running"));
    let status = place.answer(&["status"]);
    assert_eq!((&status["state"], &status["pid"]), (&json!("stopped"), &Value::Null));
    assert_eq!((&status["endpoint"], &status["deploy_delay"]), (&first["endpoint"], &json!("2,3")));

    assert_eq!(place.answer(&["down", "--purge"])["state"], "absent");
    assert!(!place.dir().exists());
}

#[test]
fn concurrent_starts_share_one_lab() {
    let place = Place::new();
    let starts: Vec<_> = (0..3)
        .map(|_| {
            let mut command = place.process(&["up", "--no-machines"]);
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it runs")
        })
        .collect();
    let pids: Vec<Value> = starts
        .into_iter()
        .map(|start| {
            let output = start.wait_with_output().expect("it ends");
            let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
            answer["pid"].clone()
        })
        .collect();
    assert!(pids[0].is_u64() && pids.iter().all(|pid| *pid == pids[0]), "{pids:?}");
}

#[test]
fn passwords_are_required_and_stored_only_where_needed() {
    let place = Place::new();
    let lab = place.answer(&["up", "--no-machines", "--auth", "http_basic"]);
    let clouds = place.dir().join("clouds.yaml");
    let list = |clouds: &Path| {
        let mut command = assert_cmd::Command::from(bare(place.0.path()));
        command
            .env("OS_CLIENT_CONFIG_FILE", clouds)
            .args(["--os-cloud", "farrier-lab", "node", "list"])
            .assert()
    };
    list(&clouds).success();

    let text = fs::read_to_string(&clouds).expect("written");
    let password = text.split('"').nth(1).expect("it is in quotes");
    assert!(password.len() >= 32);
    assert_eq!(fs::metadata(&clouds).expect("it exists").permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(place.dir()).expect("it exists").permissions().mode() & 0o777, 0o700);
    for name in ["ironic.conf", "ironic.log", "lab.json", "htpasswd"] {
        let text = fs::read_to_string(place.dir().join(name)).expect("it exists");
        assert!(!text.contains(password), "{name}");
    }
    let command_line = fs::read(format!("/proc/{}/cmdline", lab["pid"])).expect("it runs");
    assert!(!String::from_utf8_lossy(&command_line).contains(password));

    let wrong = place.0.path().join("wrong.yaml");
    fs::write(&wrong, text.replace(password, "wrong")).expect("written");
    fs::set_permissions(&wrong, fs::Permissions::from_mode(0o600)).expect("the folder is writable");
    list(&wrong).code(3);

    let open = place.answer(&["up", "--no-machines", "--auth", "none"]);
    assert_eq!(open["endpoint"], lab["endpoint"]);
    assert!(!fs::read_to_string(&clouds).expect("written").contains(password));
    list(&clouds).success();
}

#[test]
fn other_directories_are_never_purged() {
    let place = Place::new();
    fs::create_dir(place.dir()).expect("created");
    fs::write(place.dir().join("thesis.tex"), "years of work").expect("written");
    for arguments in [&["up"][..], &["down", "--purge"]] {
        place.lab(arguments).assert().code(2).stderr(contains("not part of a lab"));
    }
    let left: Vec<_> = fs::read_dir(place.dir()).expect("it exists").collect();
    assert_eq!(left.len(), 1);
}

#[test]
fn reused_pid_is_not_killed() {
    let place = Place::new();
    place.answer(&["up", "--no-machines"]);
    place.answer(&["down"]);
    let mut stranger = mark(Command::new("sleep").arg("600")).spawn().expect("it runs");
    fs::write(place.dir().join("ironic.pid"), format!("{} 1\n", stranger.id())).expect("written");
    assert_eq!(place.answer(&["status"])["state"], "stopped");
    place.answer(&["down"]);
    assert_eq!(place.answer(&["up", "--no-machines"])["state"], "running");
    place.answer(&["down", "--purge"]);
    assert_eq!(stranger.try_wait().expect("the child was started here"), None);
    stranger.kill().expect("the child was started here");
    stranger.wait().expect("the child was started here");
}

#[test]
fn lab_does_not_start_without_a_config_drive_tool() {
    let place = Place::new();
    place.answer(&["up", "--no-machines"]);
    place.answer(&["down"]);
    // The programs that the lab ran with, except for one.
    let shared = environment();
    let cache = place.0.path().join("cache");
    let own = cache.join("farrier/lab").join(shared.file_name().expect("it has a name"));
    fs::create_dir_all(own.join("bin")).expect("created");
    let links = |from: &Path, to: &Path| {
        for entry in
            fs::read_dir(from).expect("a folder").flatten().filter(|entry| entry.file_name() != "bin")
        {
            std::os::unix::fs::symlink(entry.path(), to.join(entry.file_name())).expect("linked");
        }
    };
    links(&shared, &own);
    links(&shared.join("bin"), &own.join("bin"));
    for program in ["genisoimage", "mkisofs"] {
        fs::remove_file(own.join("bin").join(program)).expect("the environment contains it");
    }
    fs::write(own.join("bin/genisoimage"), "#!/bin/sh\necho no room >&2; exit 1\n").expect("written");
    fs::set_permissions(own.join("bin/genisoimage"), fs::Permissions::from_mode(0o755))
        .expect("the folder is writable");
    let mut up = place.lab(&["up", "--no-machines"]);
    let failed = up.env("XDG_CACHE_HOME", &cache).assert().code(1);
    failed.stderr(contains("cannot build a config drive").and(contains("no room")));
    assert_eq!(place.answer(&["status"])["state"], "stopped");
}

#[test]
fn failed_start_quotes_the_log() {
    let place = Place::new();
    place.answer(&["up", "--no-machines"]);
    place.answer(&["down"]);
    let database = place.dir().join("ironic.sqlite");
    let whole = fs::read(&database).expect("it exists");
    for rest in ["ironic.sqlite-wal", "ironic.sqlite-shm"] {
        let _ = fs::remove_file(place.dir().join(rest));
    }
    fs::write(&database, "SQLite format 3\0and then something else").expect("written");
    let failed = place.lab(&["up", "--no-machines"]).assert().code(1);
    failed.stderr(contains("file is not a database").and(contains("ironic.log")));
    assert_eq!(place.answer(&["status"])["state"], "stopped");
    // An environment whose creation was interrupted is created again.
    fs::write(&database, &whole[..0]).expect("written");
    assert_eq!(place.answer(&["up", "--no-machines"])["state"], "running");
}

#[test]
fn foreground_lab_ends_with_its_parent() {
    let place = Place::new();
    let mut holder = place.process(&["up", "--no-machines", "--foreground"]);
    let mut holder = holder.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it runs");
    let stdin = holder.stdin.take();
    let until = |state: &str| {
        let began = Instant::now();
        while place.answer(&["status"])["state"] != state {
            assert!(began.elapsed() < Duration::from_secs(120), "never {state}");
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    until("running");
    holder.kill().expect("the child was started here");
    holder.wait().expect("the child was started here");
    until("stopped");
    drop(stdin);
}

#[test]
fn first_start_enrolls_mock_machines_and_serves_an_image() {
    let place = Place::new();
    let lab = place.answer(&["up"]);
    let machines = || {
        let mut command = bare(place.0.path());
        command.env("OS_CLIENT_CONFIG_FILE", place.dir().join("clouds.yaml"));
        let output = command.args(["--os-cloud", "farrier-lab", "node", "list", "-f", "json"]).output();
        serde_json::from_slice::<Vec<Value>>(&output.expect("it runs").stdout).expect("JSON")
    };
    let machines_before = machines();
    let shape =
        |node: &Value| (node["properties"]["cpu_arch"].clone(), node["properties"]["memory_mb"].clone());
    for arch in ["x86_64", "aarch64"] {
        for memory_mb in [16_384, 65_536, 262_144] {
            let count =
                machines_before.iter().filter(|node| shape(node) == (json!(arch), json!(memory_mb))).count();
            assert!(count >= 2, "{arch} {memory_mb}: {count}");
        }
    }
    let ready = |node: &&Value| node["provision_state"] == "available" && node["power_state"] == "power off";
    assert_eq!(machines_before.iter().filter(ready).count(), machines_before.len() - 1);
    assert_eq!(machines_before.iter().filter(|node| node["maintenance"] == true).count(), 1);

    place.answer(&["up"]);
    assert_eq!(machines().len(), machines_before.len());

    let url = lab["image_url"].as_str().expect("it runs").strip_prefix("http://").expect("plain HTTP");
    let (server, file) = url.split_once('/').expect("it names a file");
    let mut stream = TcpStream::connect(server).expect("the port is open");
    write!(stream, "GET /{file} HTTP/1.0\r\n\r\n").expect("sent");
    let mut answer = vec![];
    stream.read_to_end(&mut answer).expect("answered");
    assert!(answer.starts_with(b"HTTP/1.0 200"));
    assert!(answer.ends_with(&fs::read(place.dir().join("images").join(file)).expect("it exists")));
}

#[test]
fn demo_runs_and_leaves_nothing_behind() {
    let place = Place::new();
    let demo = place.lab(&["demo"]).assert().success();
    let steps: Vec<Value> = serde_json::from_slice(&demo.get_output().stdout).expect("JSON");
    let verbs: Vec<_> = steps.iter().filter_map(|step| step["command"].as_str()?.split(' ').nth(1)).collect();
    assert_eq!(
        verbs,
        ["lab", "enroll", "schedule", "deploy", "show", "power", "rebuild", "deploy", "destroy"]
    );
    let stderr = String::from_utf8_lossy(&demo.get_output().stderr);
    for arguments in
        ["ExactRamFilter", "waiting for the ramdisk", "deploy.write_image", "I/O error", "Mock: the machines"]
    {
        assert!(stderr.contains(arguments), "{arguments}: {stderr}");
    }
    assert!(!place.dir().exists());
}
