//! How the cost of scheduling grows from 10,000 to 1,000,000 machines, compared with a loop over all machines
//! for each instance, as in Nova's scheduler. Prints tables; `cargo bench --bench growth` runs only this
//! benchmark.
//!
//! The loop uses the same filters and the same weigher, so the only difference is that it evaluates every
//! machine again for every instance. Where the loop would take minutes, it runs for a sample of the instances
//! and the time is extrapolated; the table marks these with `~`.
#![expect(clippy::print_stdout, reason = "the tables are what it is for")]
#![expect(clippy::cast_precision_loss, reason = "figures for eyes")]

mod site;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use farrier::host_manager::{
    Count, Demand, HostState, MatchContext, Matcher, Request, SelectOptions, plan, select,
};

/// The numbers of machines. A tenth as many instances are placed on them.
const SIZES: [usize; 5] = [10_000, 30_000, 100_000, 300_000, 1_000_000];

/// The loop runs for as many instances as need about this many evaluations of a machine.
const LOOKS: usize = 20_000_000;

fn main() {
    // Cargo passes options meant for test harnesses.
    println!("host manager: n nodes, n/10 instances; milliseconds");
    println!(
        "{:>9} {:>9} {:>9} {:>9} {:>9} {:>12} {:>12} {:>10}",
        "nodes", "read", "exact", "best fit", "batch/20", "loop: exact", "loop: batch", "bytes/node"
    );
    for nodes in SIZES {
        growth(nodes);
    }
    println!();
    quality();
    println!();
    program();
}

fn growth(nodes: usize) {
    let instances = nodes / 10;
    let before = resident();
    let (hosts, read) = timed(|| site::hosts(nodes));
    let bytes = resident().saturating_sub(before) / nodes as u64;
    let options = SelectOptions { count: Count::Exactly(instances), seed: 1, ..SelectOptions::default() };
    let exact = Request::from(&site::flavors()[0]).exact();
    let medium =
        Request { ram_mb: Some(48 * 1024), vcpus: Some(12), disk_gb: Some(400), ..Request::default() };
    let choose = |request: &Request| {
        timed(|| select(&hosts, request, &options).expect("the request is valid").chosen().len()).1
    };
    let demands = site::batch(instances);
    let options = SelectOptions { seed: 1, ..SelectOptions::default() };
    let (_, planned) =
        timed(|| plan(&hosts, &demands, &options).expect("the demands are valid").shares().len());
    let one = [Demand { name: String::new(), request: exact.clone(), count: instances }];
    let (loop_exact, loop_batch) = (loop_time(&hosts, &one), loop_time(&hosts, &demands));
    println!(
        "{nodes:>9} {:>9.1} {:>9.1} {:>9.1} {:>9.1} {:>12} {:>12} {bytes:>10}",
        milliseconds(read),
        milliseconds(choose(&exact)),
        milliseconds(choose(&medium)),
        milliseconds(planned),
        loop_exact,
        loop_batch,
    );
}

/// How well a batch is placed: planned as a whole, and one instance after the other.
fn quality() {
    let hosts = site::hosts(10_000);
    // More instances than machines, so that the assignment matters.
    let demands = site::batch(6_000);
    let options = SelectOptions { seed: 1, ..SelectOptions::default() };
    let (planned, took) = timed(|| plan(&hosts, &demands, &options).expect("the demands are valid"));
    let served: usize = planned.shares().iter().map(|share| share.hosts.len()).sum();
    let wastes = planned
        .shares()
        .iter()
        .enumerate()
        .map(|(at, share)| share.hosts.iter().map(|&host| planned.waste(at, host)).sum::<f64>());
    let waste: f64 = wastes.sum();
    println!("6,000 instances of 20 flavors onto 10,000 nodes: served, waste in all, milliseconds");
    println!("  as a whole           {served:>6} {waste:>9.1} {:>9.1}", milliseconds(took));
    let ((served, waste), took) = timed(|| loop_over_machines(&hosts, &demands, usize::MAX));
    println!("  one after the other  {served:>6} {waste:>9.1} {:>9.1}", milliseconds(took));
}

/// The whole program on a file of 100,000 nodes, as an operator would run it.
fn program() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("inventory.json");
    let json = site::inventory(100_000);
    std::fs::write(&path, &json).expect("the file can be written");
    println!(
        "farrier schedule --inventory, 100,000 nodes in {} MB: milliseconds, the best of three",
        json.len() >> 20
    );
    for (what, options) in [
        ("exact", &["--ram", "16G", "--vcpus", "8", "--exact"][..]),
        ("at least, best fit", &["--ram", "48G", "--vcpus", "12"]),
        ("10,000 of them", &["--ram", "16G", "--count", "10000", "-f", "json"]),
        ("explained in JSON", &["--ram", "16G", "--exact", "--explain", "-f", "json"]),
    ] {
        let run = || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_farrier"));
            command
                .args(["schedule", "--quiet", "--inventory"])
                .arg(&path)
                .args(options)
                .stdout(Stdio::null());
            let (status, took) = timed(|| command.status().expect("the program can be run"));
            assert!(status.success(), "it answers");
            took
        };
        let best = [run(), run(), run()].into_iter().min().expect("there are three");
        println!("  {what:<20} {:>9.1}", milliseconds(best));
    }
}

/// How long the loop takes for all demands, in milliseconds; `~` marks an extrapolated value.
fn loop_time(hosts: &[HostState], demands: &[Demand]) -> String {
    let instances: usize = demands.iter().map(|demand| demand.count).sum();
    let enough = (LOOKS / hosts.len()).max(demands.len());
    let (_, took) = timed(|| loop_over_machines(hosts, demands, enough));
    let done = instances.min(enough);
    let scaled = milliseconds(took) * instances as f64 / done as f64;
    format!("{}{scaled:.0}", if done < instances { "~" } else { "" })
}

/// Nova's algorithm: for each instance, run every machine through every filter, and take the best of those
/// that pass. Returns the number of placed instances and their total waste.
fn loop_over_machines(hosts: &[HostState], demands: &[Demand], enough: usize) -> (usize, f64) {
    let circumstances = MatchContext::default();
    let mut taken = vec![false; hosts.len()];
    let (mut served, mut waste) = (0, 0.0);
    let each = enough.div_ceil(demands.len());
    for demand in demands {
        let matcher = Matcher::new(&demand.request, &circumstances).expect("the request is valid");
        for _ in 0..demand.count.min(each) {
            let fits = |(at, host): (usize, &HostState)| {
                (!taken[at] && matcher.refusal(host).is_none()).then(|| (matcher.waste(host.hardware), at))
            };
            let best =
                hosts.iter().enumerate().filter_map(fits).min_by(|one, other| one.0.total_cmp(&other.0));
            let Some((least, at)) = best else { continue };
            taken[at] = true;
            served += 1;
            waste += least;
        }
    }
    (served, waste)
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = Instant::now();
    let result = work();
    (result, began.elapsed())
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// The resident memory of this process in bytes, as Linux reports it; 0 if unknown.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: u64 = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0);
    kib * 1024
}
