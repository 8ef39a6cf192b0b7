//! A real Ironic for the tests, started once for all of them, and nodes for each test.

use std::io::{BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::run::mark;
use crate::schema;

/// The image of deploys: mock machines do not fetch it, except those with the `direct` interface.
pub(crate) const IMAGE: [&str; 4] = [
    "--image",
    "http://127.0.0.1:9/disk.img",
    "--image-checksum",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
];

/// The number of shared labs.
const SHARED_LABS: usize = 5;

/// A lab in its own folder. A pipe stops it when the tests end, even if they are killed.
#[derive(Debug)]
pub(crate) struct Lab {
    folder: TempDir,
    holder: Option<(Child, ChildStdin)>,
    /// Whether Ironic requires no authentication.
    is_open: bool,
    /// Ironic's URL while the lab is running.
    endpoint: String,
}

impl Lab {
    /// A shared lab, always the same one in one test. Its machines do everything immediately.
    ///
    /// There are several, because one Ironic uses at most one core, and lists take longer the more nodes it
    /// has.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: [OnceLock<Lab>; SHARED_LABS] = [const { OnceLock::new() }; SHARED_LABS];
        static TURN: AtomicUsize = AtomicUsize::new(0);
        thread_local! {
            static OWN: usize = TURN.fetch_add(1, Ordering::Relaxed) % SHARED_LABS;
        }
        assert!(std::thread::current().name().is_some(), "threads of a test take its lab along");
        SHARED[OWN.with(|own| *own)].get_or_init(|| Self::start_shared(&[]))
    }

    /// Another one, with passwords, whose Ironic waits for a ramdisk only a few seconds.
    pub(crate) fn impatient() -> &'static Self {
        static SHARED: OnceLock<Lab> = OnceLock::new();
        SHARED.get_or_init(|| {
            Self::start_shared(&["--deploy-timeout", "4", "--auth", "http_basic", "--boot-delay", "1"])
        })
    }

    /// A shared lab for a static: it is never dropped, and still stops with the tests.
    pub(crate) fn start_shared(options: &[&str]) -> Self {
        let mut lab = Self::new();
        lab.up(options);
        lab
    }

    /// A lab of its own, for tests that would disturb others.
    pub(crate) fn start(options: &[&str]) -> Self {
        let mut lab = Self::new();
        lab.up(options);
        lab
    }

    fn new() -> Self {
        let folder = crate::run::folder();
        Self { folder, holder: None, is_open: false, endpoint: String::new() }
    }

    /// Starts the lab and keeps its pipe.
    pub(crate) fn up(&mut self, options: &[&str]) {
        self.is_open = !options.contains(&"--auth");
        let mut child = self
            .bare()
            .args(["lab", "up", "--foreground", "--no-machines", "-f", "json", "--dir"])
            .arg(self.dir())
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the program was built");
        let stdin = child.stdin.take().expect("it is piped");
        // The line is printed when the lab is running.
        let stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let answer = serde_json::Deserializer::from_reader(stdout).into_iter::<Value>().next();
        let Some(Ok(answer)) = answer else { panic!("the lab does not start: {:?}", child.wait()) };
        answer["endpoint"].as_str().expect("text").clone_into(&mut self.endpoint);
        self.holder = Some((child, stdin));
    }

    /// Stops the lab; its nodes stay in its database.
    pub(crate) fn down(&mut self) {
        let Some((mut child, stdin)) = self.holder.take() else { return };
        drop(stdin);
        child.wait().expect("the child can be waited for");
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("lab")
    }

    /// A folder for a test's files.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The clouds.yaml that the lab wrote.
    pub(crate) fn clouds_yaml(&self) -> PathBuf {
        self.dir().join("clouds.yaml")
    }

    /// The output of `lab status`.
    pub(crate) fn status(&self) -> Value {
        let output = self
            .bare()
            .args(["lab", "status", "-f", "json", "--dir"])
            .arg(self.dir())
            .output()
            .expect("it runs");
        schema::read("lab status", &output.stdout)
    }

    /// Ironic's URL.
    pub(crate) fn endpoint(&self) -> String {
        self.endpoint.clone()
    }

    fn bare(&self) -> Command {
        bare(self.folder())
    }

    /// farrier as a user of this lab.
    pub(crate) fn farrier(&self) -> assert_cmd::Command {
        self.process(&[]).into()
    }

    /// The same command, as a process that can be started, watched and killed.
    pub(crate) fn process(&self, arguments: &[&str]) -> Command {
        let mut command = self.bare();
        command
            .env("OS_CLIENT_CONFIG_FILE", self.clouds_yaml())
            .env("OS_CLOUD", "farrier-lab")
            .args(arguments);
        command
    }

    /// farrier with another address for this lab's Ironic: a proxy's.
    pub(crate) fn farrier_at(&self, endpoint: &str) -> assert_cmd::Command {
        self.process_at(endpoint, &[]).into()
    }

    /// The same command, as a process that can be started, watched and killed.
    pub(crate) fn process_at(&self, endpoint: &str, arguments: &[&str]) -> Command {
        let mut command = self.bare();
        command.env("OS_AUTH_TYPE", "none").env("OS_ENDPOINT", endpoint).args(arguments);
        command
    }

    /// Creates `count` nodes `NAME-node-1`, … of the resource class `NAME`, in `available`.
    pub(crate) fn machines(&self, name: &str, count: usize) {
        self.machines_with(name, count, &json!({}));
    }

    /// The same, with additional keys.
    pub(crate) fn machines_with(&self, name: &str, count: usize, more: &Value) {
        let nodes: Vec<Value> = (1..=count)
            .map(|number| {
                let mut node = json!({
                    "name": format!("{name}-node-{number}"),
                    "driver": "fake-hardware",
                    "resource_class": name,
                    "properties": {"cpu_arch": "x86_64", "cpus": 8, "memory_mb": 16384, "local_gb": 100},
                });
                let keys = node.as_object_mut().expect("it is an object");
                if more["deploy_interface"].is_null() {
                    // Cleaning this node tests nothing, and is the slowest operation on it.
                    keys.insert("automated_clean".to_owned(), false.into());
                }
                keys.extend(more.as_object().expect("it is an object").clone());
                node
            })
            .collect();
        let is_plain = ["ports", "portgroups", "traits"].iter().all(|key| more[key].is_null());
        if self.is_open && is_plain {
            self.create_available(nodes);
            return;
        }
        let file = self.folder.path().join(format!("{name}.json"));
        std::fs::write(&file, json!({"nodes": nodes}).to_string()).expect("written");
        self.farrier().arg("enroll").arg(&file).assert().success();
    }

    /// Creates nodes directly in `available` with API 1.10, which is older than the state `enroll`, at half
    /// the cost for Ironic.
    fn create_available(&self, nodes: Vec<Value>) {
        let endpoint = self.endpoint();
        let send = |method: &str, path: &str, version: &str, body: &Value| {
            let headers = [(VERSION.0, version)];
            let (status, response) = exchange(&endpoint, method, path, &headers, &body.to_string());
            assert!((200..300).contains(&status), "{path}: {status}: {response}");
        };
        for mut node in nodes {
            let keys = node.as_object_mut().expect("it is an object");
            let first = ["name", "driver", "properties"].map(|key| (key.to_owned(), keys.remove(key)));
            let path =
                format!("/v1/nodes/{}", first[0].1.as_ref().and_then(Value::as_str).expect("it has a name"));
            send("POST", "/v1/nodes", "1.10", &Value::from_iter(first));
            let rest: Vec<Value> = keys
                .iter()
                .map(|(key, value)| json!({"op": "add", "path": format!("/{key}"), "value": value}))
                .collect();
            send("PATCH", &path, VERSION.1, &rest.into());
            // A claim skips nodes whose power state is unknown.
            send("PUT", &format!("{path}/states/power"), VERSION.1, &json!({"target": "power off"}));
            self.until("it is switched off", |_| !ask(&endpoint, &path)["power_state"].is_null());
        }
    }

    /// A JSON output.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let output = self.farrier().args(arguments).args(["-f", "json"]).output().expect("it runs");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        schema::answer(arguments, &output)
    }

    /// A node as Ironic has it.
    pub(crate) fn node(&self, name: &str) -> Value {
        self.json(&["node", "show", name])
    }

    /// Waits until a condition holds.
    pub(crate) fn until(&self, what: &str, mut holds: impl FnMut(&Self) -> bool) {
        let began = Instant::now();
        while !holds(self) {
            assert!(began.elapsed() < Duration::from_secs(60), "waited in vain until {what}");
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.down();
    }
}

/// A version of Ironic's API that has every field that tests read without farrier.
pub(crate) const VERSION: (&str, &str) = ("X-OpenStack-Ironic-API-Version", "1.82");

/// Reads from an Ironic without farrier.
pub(crate) fn ask(endpoint: &str, path: &str) -> Value {
    let body = request(endpoint, "GET", path, "");
    serde_json::from_str(&body).unwrap_or_else(|error| panic!("{path}: {error}: {body}"))
}

/// Changes a node in an Ironic without farrier.
pub(crate) fn patch_node(endpoint: &str, name: &str, patch: &Value) {
    let answer = request(endpoint, "PATCH", &format!("/v1/nodes/{name}"), &patch.to_string());
    let node: Value =
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{name}: {error}: {answer}"));
    assert!(node["uuid"].is_string(), "{node}");
}

fn request(endpoint: &str, method: &str, path: &str, body: &str) -> String {
    exchange(endpoint, method, path, &[VERSION], body).1
}

/// Sends a request to a server at `http://ADDRESS` without farrier. Returns the status and the body.
pub(crate) fn exchange(
    server: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> (u16, String) {
    let address = server.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("the server listens");
    let length = body.len();
    let mut request = format!("{method} {path} HTTP/1.0\r\nHost: {address}\r\nContent-Length: {length}\r\n");
    if headers.iter().all(|(name, _)| *name != "Content-Type") {
        request.push_str("Content-Type: application/json\r\n");
    }
    for (name, value) in headers {
        request.extend([name, ": ", value, "\r\n"]);
    }
    request.extend(["\r\n", body]);
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    (status.unwrap_or_else(|| panic!("{method} {path}: {head}")), body.to_owned())
}

/// Whether tests go through all cases instead of a representative part. `FARRIER_EXHAUSTIVE=1 cargo test`
/// takes several times as long.
pub(crate) fn is_exhaustive() -> bool {
    std::env::var_os("FARRIER_EXHAUSTIVE").is_some_and(|value| value == "1")
}

/// The requests, counted from 1, at which a command is stopped: the mutating ones and the last one; all if
/// [`is_exhaustive`].
pub(crate) fn stops(requests: &[String]) -> Vec<usize> {
    let numbered = requests.iter().enumerate().map(|(at, request)| (at + 1, request));
    let stands_for_all = |(number, request): &(usize, &String)| {
        is_exhaustive() || !request.starts_with("GET ") || *number == requests.len()
    };
    numbered.filter(stands_for_all).map(|(number, _)| number).collect()
}

/// The signals that end farrier, and the resulting exit codes.
pub(crate) fn ending_signals() -> impl Iterator<Item = (Signal, i32)> {
    // Under `nohup` all children of these tests ignore SIGHUP, which is correct.
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux provides it");
    let ignored =
        status.lines().find_map(|line| line.strip_prefix("SigIgn:")).expect("the output contains it");
    let nohup = u64::from_str_radix(ignored.trim(), 16).expect("a mask") & 1 == 1;
    [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)]
        .into_iter()
        .filter(move |(signal, _)| !nohup || *signal != Signal::HUP)
}

/// Sends a signal to a running child.
pub(crate) fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).expect("the child can be waited for");
}

/// farrier in a folder, with nothing of this process's environment except what finds Python and its packages.
pub(crate) fn bare(folder: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("farrier"));
    command.env_clear().current_dir(folder).env("XDG_STATE_HOME", folder.join("state"));
    command.env("XDG_CONFIG_HOME", folder.join("config"));
    for (name, value) in std::env::vars() {
        let is_inherited = ["PATH", "HOME", "XDG_CACHE_HOME", "LANG"].contains(&name.as_str());
        let network = name.starts_with("PIP_") || name.starts_with("UV_") || name.starts_with("SSL_");
        if is_inherited || network || name.to_lowercase().ends_with("_proxy") {
            command.env(name, value);
        }
    }
    mark(&mut command);
    command
}
