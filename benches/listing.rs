//! How long `farrier node list` takes for ten thousand nodes in addition to Ironic's own time for the same
//! pages, and how much memory it needs for ten times as many nodes. Prints a table; `cargo bench --bench
//! listing` runs it.
//!
//! The benchmark starts its own lab and copies a node many times in its database. A proxy records farrier's
//! requests once; then a client that discards the responses sends the same requests, and farrier runs without
//! the proxy, alternately. Nothing here passes or fails.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the table is what it is for")]
#![expect(clippy::cast_precision_loss, reason = "figures for eyes")]

mod child;
// Only its recording of requests is used.
#[path = "operators/proxy.rs"]
#[allow(dead_code, reason = "the other bench plays Neutron with it")]
mod proxy;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use farrier::lab::{Lab, LabOptions, Lifetime};
use serde_json::json;

use child::Ran;
use proxy::Proxy;

const HELP: &str = "cargo bench --bench listing -- [OPTION…]
  --runs N     how often each list is measured (5)
  --listed N   how many machines are listed; memory is also measured for a tenth of them (10000)";

/// What is listed: a label and the options. The first is the most common command.
const LISTS: [(&str, &[&str]); 7] = [
    ("a table", &[]),
    ("two columns, bare", &["-f", "value", "-c", "name", "-c", "provision_state"]),
    ("CSV", &["-f", "csv"]),
    ("JSON", &["-f", "json"]),
    ("JSON, all details", &["--detail", "-f", "json"]),
    ("CSV, sorted here", &["-f", "csv", "--sort", "properties.memory_mb"]),
    ("one in ten, by a condition", &["-f", "csv", "--where", "name~*7"]),
];

type Failure = Box<dyn std::error::Error>;

fn main() {
    let (mut runs, mut listed) = (5, 10_000);
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(option) = arguments.next() {
        let number = arguments.next().and_then(|text| text.parse::<usize>().ok());
        match (option.as_str(), number) {
            ("--runs", Some(number @ 1..)) => runs = number,
            ("--listed", Some(number @ 10..)) => listed = number,
            _ => return println!("{HELP}"),
        }
    }
    if let Err(error) = measure(runs, listed) {
        eprintln!("the bench cannot be run: {error}");
        std::process::exit(1);
    }
}

fn measure(runs: usize, listed: usize) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let tell = |line: &str| eprintln!("{line}");
    let lab = Lab::new(Some(folder.path().join("lab")))?;
    // Ends with this program, even if that is killed.
    let up = lab.up(&LabOptions::default(), Lifetime::Tethered, &tell)?;
    let site = Site {
        folder: folder.path().to_owned(),
        ironic: up.facts.endpoint.clone(),
        dir: up.facts.dir.clone(),
    };
    site.enroll()?;
    let few = listed / 10;
    site.copy(few - 1)?;
    let memory_of_few: Vec<u64> = LISTS
        .iter()
        .map(|(_, arguments)| Ok(site.list(&site.ironic, arguments)?.memory))
        .collect::<Result<_, Failure>>()?;
    site.copy(listed - few)?;

    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!(
        "{listed} machines in Ironic {}, {cores} cores for server and clients, load before {}",
        up.facts.ironic_version,
        load.split(' ').next().unwrap_or_default()
    );
    println!("Seconds: the median and the best of {runs} runs. Memory: the most that farrier had, in MiB.\n");
    println!(
        "{:<28} {:>5} {:>15} {:>15} {:>13} {:>9} {:>9}",
        "", "pages", "server", "farrier", "ratio", few, listed
    );
    for ((what, arguments), few) in LISTS.iter().zip(memory_of_few) {
        let pages = site.pages(arguments)?;
        let (mut server, mut farrier, mut ratios, mut memory) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for _ in 0..runs {
            let own = site.fetch(&pages)?;
            let ran = site.list(&site.ironic, arguments)?;
            ratios.push(ran.took.as_secs_f64() / own.as_secs_f64());
            server.push(own.as_secs_f64());
            farrier.push(ran.took.as_secs_f64());
            memory = ran.memory.max(memory);
        }
        let both = |values: &mut Vec<f64>| {
            values.sort_by(f64::total_cmp);
            format!("{:.2} / {:.2}", values[values.len() / 2], values[0])
        };
        let best = farrier.iter().copied().fold(f64::INFINITY, f64::min)
            / server.iter().copied().fold(f64::INFINITY, f64::min);
        ratios.sort_by(f64::total_cmp);
        println!(
            "{what:<28} {:>5} {:>15} {:>15} {:>13} {:>9.1} {:>9.1}",
            pages.len(),
            both(&mut server),
            both(&mut farrier),
            format!("{:.2} / {best:.2}", ratios[ratios.len() / 2]),
            mebibytes(few),
            mebibytes(memory),
        );
    }
    Ok(())
}

/// A lab with many nodes.
struct Site {
    /// The benchmark's own folder.
    folder: PathBuf,
    /// The server's address.
    ironic: String,
    /// The lab's directory.
    dir: PathBuf,
}

impl Site {
    /// Enrolls the node that is copied.
    fn enroll(&self) -> Result<(), Failure> {
        let node = json!({
            "name": "listed", "driver": "fake-hardware", "resource_class": "listed",
            "properties": {"cpu_arch": "x86_64", "cpus": 48, "memory_mb": 262_144, "local_gb": 1_787,
                           "capabilities": "boot_mode:uefi,raid:10", "vendor": "maker",
                           "root_device": {"wwn": "0x5000c500a1b2c3d4"}},
            "driver_info": {"fake_address": "10.1.2.3", "fake_username": "operator",
                            "deploy_kernel": "http://127.0.0.1:9/kernel", "deploy_ramdisk": "http://127.0.0.1:9/ramdisk"},
            "extra": {"asset": "A-00000001", "rack": "r4", "location": {"row": 7, "room": "north"}},
        });
        let file = self.folder.join("machine.json");
        std::fs::write(&file, json!({"nodes": [node]}).to_string())?;
        let mut command = self.farrier(&self.ironic);
        command.arg("enroll").arg(file);
        child::run("farrier enroll", command, &self.folder)?;
        Ok(())
    }

    fn copy(&self, count: usize) -> Result<(), Failure> {
        eprintln!("adding {count} machines");
        // Several calls must not create the same names.
        let names = format!("listed-{count}-{{:05}}");
        let made = Command::new("python3")
            .args(["-I", "-c", include_str!("../tests/it/many.py")])
            .arg(self.dir.join("ironic.sqlite"))
            .args(["listed", &count.to_string(), &names])
            .status()?;
        if made.success() { Ok(()) } else { Err("the machines cannot be copied".into()) }
    }

    fn farrier(&self, ironic: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_farrier"));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &self.folder)
            .env("LANG", "C.UTF-8")
            .env("NO_PROXY", "127.0.0.1")
            .env("OS_AUTH_TYPE", "none")
            .env("OS_ENDPOINT", ironic)
            .current_dir(&self.folder);
        command
    }

    fn list(&self, ironic: &str, arguments: &[&str]) -> Result<Ran, Failure> {
        let mut command = self.farrier(ironic);
        command.args(["node", "list"]).args(arguments);
        Ok(child::run("farrier node list", command, &self.folder)?)
    }

    /// The pages that farrier requests, as paths.
    fn pages(&self, arguments: &[&str]) -> Result<Vec<String>, Failure> {
        let proxy = Proxy::start(self.ironic.trim_start_matches("http://"))?;
        let listed = self.list(&proxy.url(), arguments)?;
        if listed.stdout.is_empty() {
            return Err("nothing is listed".into());
        }
        let pages = proxy.take().into_iter().filter_map(|request| {
            let path = request.strip_prefix("GET ")?;
            path.starts_with("/v1/nodes?").then(|| path.to_owned())
        });
        Ok(pages.collect())
    }

    /// Requests pages one after the other on one connection and discards the responses.
    fn fetch(&self, pages: &[String]) -> Result<Duration, Failure> {
        let address = self.ironic.trim_start_matches("http://");
        let began = Instant::now();
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream.try_clone()?);
        for page in pages {
            let request = format!(
                "GET {page} HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\n\
                 X-OpenStack-Ironic-API-Version: {}\r\n\r\n",
                farrier::ironic::version::CEILING
            );
            stream.write_all(request.as_bytes())?;
            let mut length = None;
            loop {
                let mut line = String::new();
                reader.read_line(&mut line)?;
                if line.trim().is_empty() {
                    break;
                }
                if let Some(text) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    length = text.trim().parse().ok();
                }
            }
            let mut body = vec![0; length.ok_or("the server does not say how long its answer is")?];
            reader.read_exact(&mut body)?;
            if !body.starts_with(b"{\"nodes\"") {
                return Err(format!("{page}: {}", String::from_utf8_lossy(&body)).into());
            }
        }
        Ok(began.elapsed())
    }
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
