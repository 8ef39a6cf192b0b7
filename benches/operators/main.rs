//! farrier compared with the tools that operators use today: same server, same run, same proxy, which counts
//! requests. Prints tables; `cargo bench --bench operators` runs it.
//!
//! The benchmark starts its own lab, and on its first run installs the pinned tools into farrier's cache
//! directory. `-- --minute` measures the deploy of fifty machines that take a minute each, which takes half
//! an hour; `-- --help` lists the other options. Nothing here passes or fails: the table shows the error of a
//! tool that fails.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the tables are what it is for")]
#![expect(clippy::cast_precision_loss, reason = "figures for eyes")]

#[path = "../child/mod.rs"]
mod child;
mod proxy;
mod tools;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use farrier::ironic::node::NodeQuery;
use farrier::ironic::{Client, ProvisionState};
use farrier::lab::{Lab, LabInfo, LabOptions, Lifetime};
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use proxy::{NETWORK, Proxy};
use tools::{Bench, Tool, names};

/// The cloud's name in the `clouds.yaml` of all tools.
pub(crate) const CLOUD: &str = "bench";
/// The resource class of the deployed nodes.
pub(crate) const CLASS: &str = "bench";

/// The packages of the other tools, with their versions.
const REQUIREMENTS: &str = include_str!("requirements.txt");
const PINNED: [&str; 3] = ["metalsmith", "python-ironicclient", "python-openstackclient"];

const DEPLOYERS: [Tool; 3] = [Tool::Farrier, Tool::Metalsmith, Tool::Baremetal];

const HELP: &str = "cargo bench --bench operators -- [OPTION…]
  --runs N       how often a single deploy, a list and a start are measured (3)
  --batches N    how often a batch is measured (1)
  --count N      how many instances a batch has (50)
  --listed N     how many machines are listed (1000)
  --delay S      how long each of the two parts of a machine's deploy takes (1)
  --minute       batches on machines that take a minute: --delay 30, and nothing but batches
  --requests     also print the requests of each tool for one deploy";

/// What to measure.
#[derive(Debug, Clone)]
struct Plan {
    runs: usize,
    batches: usize,
    count: usize,
    listed: usize,
    delay: u32,
    batches_only: bool,
    requests: bool,
}

impl Plan {
    /// Reads the options. Cargo adds one of its own.
    fn read() -> Result<Self, String> {
        let mut plan = Self {
            runs: 3,
            batches: 1,
            count: 50,
            listed: 1000,
            delay: 1,
            batches_only: false,
            requests: false,
        };
        let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
        while let Some(option) = arguments.next() {
            let mut number = || {
                let text = arguments.next().ok_or(format!("{option} needs a number"))?;
                text.parse::<usize>().map_err(|_| format!("{option}: `{text}` is no number"))
            };
            match option.as_str() {
                "--runs" => plan.runs = number()?.max(1),
                "--batches" => plan.batches = number()?,
                "--count" => plan.count = number()?.max(1),
                "--listed" => plan.listed = number()?,
                "--delay" => plan.delay = u32::try_from(number()?).map_err(|error| error.to_string())?,
                "--minute" => (plan.delay, plan.batches_only) = (30, true),
                "--requests" => plan.requests = true,
                _ => return Err(HELP.to_owned()),
            }
        }
        Ok(plan)
    }
}

fn main() {
    match Plan::read() {
        Err(message) => println!("{message}"),
        Ok(plan) => {
            if let Err(error) = measure(&plan) {
                eprintln!("the bench cannot be run: {error}");
                std::process::exit(1);
            }
        }
    }
}

/// The proxy between the tools and the server, and direct access to the server.
struct Site {
    bench: Bench,
    proxy: Proxy,
    /// Ironic without the proxy.
    client: Client,
}

fn measure(plan: &Plan) -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let tell = |line: &str| eprintln!("{line}");
    let lab = Lab::new(Some(folder.path().join("lab")))?;
    let python = lab.install_additional(REQUIREMENTS, "the tools to compare with", &tell)?;
    let options = LabOptions { deploy_delay: Some(plan.delay.to_string().parse()?), ..LabOptions::default() };
    // Ends with this program, even if that is killed.
    let up = lab.up(&options, Lifetime::Tethered, &tell)?;
    let client = up.facts.cloud()?.ironic()?;
    let proxy = Proxy::start(up.facts.endpoint.trim_start_matches("http://"))?;
    let clouds = folder.path().join("clouds.yaml");
    std::fs::write(&clouds, clouds_yaml(&proxy.url()))?;
    let bench = Bench {
        folder: folder.path().to_owned(),
        programs: python.parent().map(Path::to_owned).unwrap_or_default(),
        clouds,
        image: up.facts.image_url.clone(),
        checksum: up.facts.image_checksum.clone(),
    };
    let site = Site { bench, proxy, client };
    facts(&up.facts);
    if !plan.batches_only {
        site.start_up(plan.runs);
    }
    eprintln!("enrolling {} machines", plan.count);
    site.enroll(plan.count)?;
    // From here on the tools use what they have cached about the server.
    for tool in DEPLOYERS {
        let _ = site.deploy_one(tool, 0);
    }
    if !plan.batches_only {
        site.single(plan);
    }
    site.batches(plan);
    if !plan.batches_only && plan.listed > 0 {
        site.list(plan)?;
    }
    Ok(())
}

/// One cloud for all tools. metalsmith asks Neutron for ports even if it created none; the proxy answers with
/// an empty list.
fn clouds_yaml(proxy: &str) -> String {
    let cloud = json!({"clouds": {CLOUD: {
        "auth_type": "none",
        "auth": {"endpoint": proxy},
        "baremetal_endpoint_override": proxy,
        "network_endpoint_override": format!("{proxy}{NETWORK}/v2.0"),
    }}});
    cloud.to_string()
}

/// The versions of the tools, and where they run.
fn facts(lab: &LabInfo) {
    let tools = REQUIREMENTS.lines().filter_map(|line| {
        let (name, version) = line.split_once("==")?;
        PINNED.contains(&name).then(|| format!("{name} {version}"))
    });
    let tools: Vec<String> = tools.collect();
    println!("farrier {}, {}, Ironic {}", env!("CARGO_PKG_VERSION"), tools.join(", "), lab.ironic_version);
    let processor = value_of("/proc/cpuinfo", "model name").unwrap_or_default();
    let memory = value_of("/proc/meminfo", "MemTotal").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: Vec<&str> = load.split(' ').take(3).collect();
    println!("{cores} × {processor}, memory {memory}, load before {}", load.join(" "));
    println!("Server, proxy and tools share this machine.\n");
}

fn value_of(file: &str, key: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(key))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The measurements of one run of one tool.
#[derive(Debug, Clone, Default)]
struct Measure {
    took: Duration,
    requests: usize,
    memory: u64,
}

/// All runs of one tool, or the first error.
#[derive(Debug, Default)]
struct Row {
    what: String,
    runs: Vec<Measure>,
    failure: Option<String>,
}

impl Row {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), ..Self::default() }
    }

    fn take(&mut self, result: Result<Measure, String>) {
        match result {
            Ok(measure) => self.runs.push(measure),
            Err(why) => drop(self.failure.get_or_insert(why)),
        }
    }

    fn median<T: Ord + Copy + Default>(&self, of: impl Fn(&Measure) -> T) -> T {
        let mut values: Vec<T> = self.runs.iter().map(of).collect();
        values.sort_unstable();
        values.get(values.len() / 2).copied().unwrap_or_default()
    }
}

/// Prints rows. The first row is the baseline.
fn table(title: &str, rows: &[Row], with_memory: bool) {
    println!("{title}");
    println!(
        "  {:<32} {:>9} {:>7} {:>9} {:>7}{}",
        "",
        "seconds",
        "ratio",
        "requests",
        "ratio",
        if with_memory { "      MiB" } else { "" }
    );
    let ratio = |value: f64, first: f64| {
        if first > 0.0 && value > 0.0 { format!("{:.2}", value / first) } else { "-".to_owned() }
    };
    let figures =
        |row: &Row| (row.median(|run| run.took).as_secs_f64(), row.median(|run| run.requests) as f64);
    let first = rows.first().map_or((0.0, 0.0), figures);
    for row in rows {
        if row.runs.is_empty() {
            println!("  {:<32} failed", row.what);
        } else {
            let (seconds, requests) = figures(row);
            let memory = row.median(|run| run.memory) as f64 / f64::from(1 << 20);
            let memory = if with_memory { format!(" {memory:>8.1}") } else { String::new() };
            println!(
                "  {:<32} {seconds:>9.3} {:>7} {requests:>9} {:>7}{memory}",
                row.what,
                ratio(seconds, first.0),
                ratio(requests, first.1),
            );
        }
        if let Some(failure) = &row.failure {
            println!("    a run failed: {failure}");
        }
    }
    println!();
}

fn rows_of(tools: &[Tool]) -> Vec<Row> {
    tools.iter().map(|tool| Row::new(tool.name())).collect()
}

impl Site {
    /// Runs something and measures it.
    fn timed(&self, work: impl FnOnce() -> Result<(), String>) -> Result<Measure, String> {
        drop(self.proxy.take());
        let began = Instant::now();
        let done = work();
        let took = began.elapsed();
        let requests = self.proxy.take().len();
        done.map(|()| Measure { took, requests, memory: 0 })
    }

    fn run(&self, tool: Tool, arguments: &[&str]) -> Result<Measure, String> {
        drop(self.proxy.take());
        let ran = self.bench.run(tool, arguments)?;
        Ok(Measure { took: ran.took, requests: self.proxy.take().len(), memory: ran.memory })
    }

    fn start_up(&self, runs: usize) {
        // metalsmith has no option that prints its version.
        let version = &[Tool::Farrier, Tool::Baremetal, Tool::Openstack][..];
        let help = &[Tool::Farrier, Tool::Metalsmith, Tool::Baremetal, Tool::Openstack];
        for (argument, tools) in [("--version", version), ("--help", help)] {
            let mut rows = rows_of(tools);
            for _ in 0..runs {
                for (tool, row) in tools.iter().zip(&mut rows) {
                    row.take(self.run(*tool, &[argument]));
                }
            }
            table(&format!("Start-up: {argument}"), &rows, false);
        }
    }

    fn enroll(&self, count: usize) -> Result<(), Box<dyn std::error::Error>> {
        let nodes: Vec<Value> = (1..=count).map(|number| machine("bench", number, CLASS)).collect();
        let path = self.bench.folder.join("machines.json");
        std::fs::write(&path, json!({"nodes": nodes}).to_string())?;
        let path = path.to_string_lossy();
        let enroll = || self.bench.run(Tool::Farrier, &["enroll", &path, "--quiet"]);
        // On a busy machine the server may time out for one of them; running the same command again
        // continues.
        enroll().or_else(|_| enroll())?;
        Ok(())
    }

    /// The nodes that have an instance, with their provision states.
    fn instances(&self) -> Result<Vec<(String, ProvisionState)>, String> {
        let query = NodeQuery::all().fields(&["uuid", "provision_state"]).filter("resource_class", CLASS);
        let nodes: Vec<Value> =
            self.client.nodes(&query.filter("associated", "True")).map_err(|error| error.to_string())?;
        let read = |node: Value| {
            let state = serde_json::from_value(node["provision_state"].clone()).ok()?;
            Some((node["uuid"].as_str()?.to_owned(), state))
        };
        Ok(nodes.into_iter().filter_map(read).collect())
    }

    /// Destroys what a failed tool left behind, and waits until all nodes are `available`.
    fn clean_up(&self) {
        let failed = |error: String| eprintln!("the nodes cannot be released: {error}");
        let query = NodeQuery::all().fields(&["uuid", "provision_state"]);
        for allocation in self.client.allocations().unwrap_or_default() {
            let destroy = ["destroy", "--yes", "--quiet", "--wait-clean", &allocation.uuid];
            let _ = self.bench.run(Tool::Farrier, &destroy).map_err(failed);
        }
        let deadline = Instant::now() + Duration::from_secs(300);
        while Instant::now() < deadline {
            let nodes: Vec<Value> =
                self.client.nodes(&query.clone().filter("resource_class", CLASS)).unwrap_or_default();
            if !nodes.is_empty() && nodes.iter().all(|node| node["provision_state"] == "available") {
                return;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        failed("they did not become available".to_owned());
    }

    /// One tool deploys some instances and destroys them. Returns the measurements of both.
    fn deploy_and_destroy(
        &self,
        tool: Tool,
        round: usize,
        count: usize,
    ) -> (Result<Measure, String>, Result<Measure, String>) {
        let names = names(tool, round, count);
        let deployed = self.timed(|| self.bench.deploy(tool, &names));
        let deployed = deployed.and_then(|measure| {
            let instances = self.instances()?;
            let active = instances.iter().filter(|(_, state)| *state == ProvisionState::Active).count();
            if active == count { Ok(measure) } else { Err(format!("{active} of {count} are active")) }
        });
        let destroyed = match &deployed {
            Err(_) => Err("there was nothing to destroy".to_owned()),
            Ok(_) => self.instances().and_then(|instances| {
                let nodes: Vec<String> = instances.into_iter().map(|(uuid, _)| uuid).collect();
                self.timed(|| self.bench.destroy(tool, &names, &nodes))
            }),
        };
        self.clean_up();
        (deployed, destroyed)
    }

    /// Deploys one instance; also returns the requests.
    fn deploy_one(&self, tool: Tool, round: usize) -> (Result<Measure, String>, Vec<String>) {
        let names = names(tool, round, 1);
        drop(self.proxy.take());
        let began = Instant::now();
        let done = self.bench.deploy(tool, &names);
        let seconds = began.elapsed();
        let requests = self.proxy.take();
        self.clean_up();
        (done.map(|()| Measure { took: seconds, requests: requests.len(), memory: 0 }), requests)
    }

    fn single(&self, plan: &Plan) {
        let mut rows = rows_of(&DEPLOYERS);
        let mut requests_of = vec![Vec::new(); DEPLOYERS.len()];
        for round in 1..=plan.runs {
            for (at, tool) in DEPLOYERS.iter().enumerate() {
                let (measure, requests) = self.deploy_one(*tool, round);
                rows[at].take(measure);
                requests_of[at] = requests;
            }
        }
        let own = 2 * plan.delay;
        table(&format!("Deploy one; the machine itself takes {own} s"), &rows, false);
        for (tool, requests) in DEPLOYERS.iter().zip(requests_of).filter(|_| plan.requests) {
            println!("  requests of {}:", tool.name());
            for request in requests {
                println!("    {request}");
            }
            println!();
        }
    }

    fn batches(&self, plan: &Plan) {
        let (mut deploys, mut destroys) = (rows_of(&DEPLOYERS), rows_of(&DEPLOYERS));
        for round in 1..=plan.batches {
            for (at, tool) in DEPLOYERS.iter().enumerate() {
                eprintln!("{} of {}: {} × {}", round, plan.batches, plan.count, tool.name());
                // Not the nodes of the single deploys.
                let (deployed, destroyed) = self.deploy_and_destroy(*tool, 1000 + round, plan.count);
                deploys[at].take(deployed);
                destroys[at].take(destroyed);
            }
        }
        if plan.batches > 0 {
            let (count, own) = (plan.count, 2 * plan.delay);
            table(&format!("Deploy {count} at once; each machine itself takes {own} s"), &deploys, false);
            table(&format!("Destroy {count}, until they are clean"), &destroys, false);
            println!(
                "  metalsmith: {count} commands at once. baremetal: {count} scripts at once of `allocation create"
            );
            println!(
                "  --wait`, `node set` and `node deploy --wait`, which looks every ten seconds; one `node undeploy`.\n"
            );
        }
    }

    fn list(&self, plan: &Plan) -> Result<(), Box<dyn std::error::Error>> {
        let count = plan.listed.saturating_sub(plan.count);
        eprintln!("enrolling {count} more machines, to be listed");
        // Created through the API only, without verifying or providing them.
        let next = AtomicUsize::new(1);
        std::thread::scope(|scope| {
            let work = || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number > count {
                        return Ok(());
                    }
                    let node = machine("listed", number, "listed");
                    self.client.create_node(node.as_object().expect("it is an object"))?;
                }
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
            threads.into_iter().try_for_each(|thread| thread.join().expect("no panic"))
        })
        .map_err(|error: farrier::ironic::Error| error.to_string())?;

        let tools: [(&str, Tool, &[&str]); 6] = [
            ("farrier node list", Tool::Farrier, &["node", "list"]),
            ("baremetal node list", Tool::Baremetal, &["node", "list", "--limit", "0"]),
            (
                "openstack baremetal node list",
                Tool::Openstack,
                &["baremetal", "node", "list", "--limit", "0"],
            ),
            ("farrier, JSON", Tool::Farrier, &["node", "list", "-f", "json"]),
            ("farrier, JSON, all details", Tool::Farrier, &["node", "list", "--detail", "-f", "json"]),
            (
                "baremetal, JSON, all details",
                Tool::Baremetal,
                &["node", "list", "--long", "--limit", "0", "-f", "json"],
            ),
        ];
        let mut rows: Vec<Row> = tools.iter().map(|(what, ..)| Row::new(*what)).collect();
        let fields = ["uuid", "name", "instance_uuid", "power_state", "provision_state", "maintenance"];
        rows.push(Row::new("the server, few fields"));
        rows.push(Row::new("the server, all details"));
        for _ in 0..plan.runs {
            for ((_, tool, arguments), row) in tools.iter().zip(&mut rows) {
                row.take(self.run(*tool, arguments));
            }
            for (at, query) in
                [NodeQuery::all().fields(&fields), NodeQuery::all().detail()].into_iter().enumerate()
            {
                let measure = self.timed(|| {
                    let nodes = self.client.nodes::<IgnoredAny>(&query);
                    nodes.map(drop).map_err(|error| error.to_string())
                });
                rows[tools.len() + at].take(measure);
            }
        }
        table(&format!("List {} machines", plan.listed.max(plan.count)), &rows, true);
        Ok(())
    }
}

/// A mock machine in the format of `baremetal create` and the API.
fn machine(name: &str, number: usize, class: &str) -> Value {
    json!({
        "name": format!("{name}-{number:05}"),
        "driver": "fake-hardware",
        "resource_class": class,
        "properties": {"cpu_arch": "x86_64", "cpus": 8, "memory_mb": 16384, "local_gb": 100},
    })
}
