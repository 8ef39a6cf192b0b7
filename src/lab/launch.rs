//! Starting a lab's Ironic, and knowing when it is up.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use super::error::Doing as _;
use super::install::Environment;
use super::process::Process;
use super::{Error, Lab, Progress, Record, config, files};

/// What the lab's process runs, and what that imports.
const SCRIPT: (&str, &str) = ("lab_ironic.py", include_str!("lab_ironic.py"));
const MODULE: (&str, &str) = ("lab_agents.py", include_str!("lab_agents.py"));

/// Below where the system takes ports for outgoing connections, so that none of those is ever in the way.
const PORTS: std::ops::Range<u16> = 20_000..32_000;
/// How long Ironic may take to come up: it takes two seconds where there is nothing else to do.
const PATIENCE: Duration = Duration::from_secs(180);
const PAUSE: Duration = Duration::from_millis(20);
/// How much of a log is repeated when Ironic does not come up.
const LAST_LINES: usize = 12;
/// What a SQLite database begins with.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// What becomes of the lab when the farrier that brings it up ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// It stays.
    Detached,
    /// It ends when its [`Tether`] does, and so with that farrier at the latest, even if it is killed. Of a lab that
    /// runs already nothing changes.
    Tethered,
}

/// What a lab's Ironic hangs on: dropping it ends the Ironic.
#[derive(Debug)]
pub struct Tether {
    /// It reads from here, and takes the end of it for its own.
    _stdin: ChildStdin,
}

/// A port that nobody listens on, nor any of `taken`.
pub(super) fn free_port(taken: &BTreeSet<u16>) -> u16 {
    std::iter::repeat_with(|| fastrand::u16(PORTS))
        .find(|port| !taken.contains(port) && is_free(*port))
        .expect("an endless row ends only with a find")
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Whether somebody listens on a port.
pub(super) fn answers(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok()
}

/// Puts the script beside what it is to work on.
pub(super) fn write_script(dir: &Path) -> Result<PathBuf, Error> {
    for (name, text) in [SCRIPT, MODULE] {
        files::write(&dir.join(name), text)?;
    }
    Ok(dir.join(SCRIPT.0))
}

/// The environment's Python, out of reach of whatever the user's variables would have it or Ironic do.
pub(super) fn python(environment: &Environment) -> Command {
    let mut python = Command::new(&environment.python);
    python.args(["-I", "-W", "ignore"]);
    for (name, _) in std::env::vars_os() {
        // oslo.config takes OS_GROUP__OPTION for a setting.
        if name.to_string_lossy().starts_with("OS_") {
            python.env_remove(name);
        }
    }
    python.env("NO_PROXY", "127.0.0.1,localhost").env("no_proxy", "127.0.0.1,localhost");
    python
}

impl Lab {
    /// Starts the Ironic that `record` describes, which has to stand still, and waits until it is up. The record
    /// gets other ports if somebody else took the lab's.
    pub(super) fn launch(
        &self,
        environment: &Environment,
        record: &mut Record,
        lifetime: Lifetime,
        progress: Progress,
    ) -> Result<(Process, Option<Tether>), Error> {
        if !is_free(record.api_port) {
            record.api_port = free_port(&BTreeSet::from([record.web_port]));
        }
        if !is_free(record.web_port) {
            record.web_port = free_port(&BTreeSet::from([record.api_port]));
        }
        self.keep(record)?;
        config::write(&self.dir, record)?;
        self.provide_database(environment)?;
        progress(&format!("starting Ironic {} on {}", record.ironic_version, config::url(record.api_port)));
        let logged = fs::metadata(self.log()).map_or(0, |log| log.len());
        loop {
            let mut child = self.spawn(environment, record)?;
            let mut stdin = child.stdin.take().expect("it was asked for");
            let error = match self.wait_until_up(&mut child, record, logged) {
                Ok(process) if lifetime == Lifetime::Tethered => {
                    return Ok((process, Some(Tether { _stdin: stdin })));
                }
                Ok(process) => {
                    stdin.write_all(b"stay\n").doing("tell to stay", &environment.python)?;
                    return Ok((process, None));
                }
                Err(error) => error,
            };
            let _ = child.kill();
            let _ = child.wait();
            // A farrier that was killed may have left one that was not to be seen yet when this began.
            match Process::read(&self.pid_file()).filter(Process::is_alive) {
                Some(other) if other.pid() != child.id() => other.stop()?,
                _ => return Err(error),
            }
        }
    }

    /// A database is there: a copy of the empty one, if there was none.
    fn provide_database(&self, environment: &Environment) -> Result<(), Error> {
        let database = self.dir.join("ironic.sqlite");
        let mut head = [0; SQLITE.len()];
        let whole = File::open(&database).and_then(|mut file| file.read_exact(&mut head)).is_ok();
        if whole && head == *SQLITE {
            return Ok(());
        }
        // What another database left beside it would be taken for part of the new one.
        for leftover in ["ironic.sqlite", "ironic.sqlite-wal", "ironic.sqlite-shm"] {
            files::remove(&self.dir.join(leftover))?;
        }
        files::write(&database, fs::read(&environment.schema).doing("read", &environment.schema)?)
    }

    fn spawn(&self, environment: &Environment, record: &Record) -> Result<Child, Error> {
        let said = self.dir.join("console.log");
        files::write(&said, "")?;
        let console = File::options().append(true).open(&said).doing("open", &said)?;
        let mut command = python(environment);
        command
            .arg(write_script(&self.dir)?)
            .arg("serve")
            .arg("--dir")
            .arg(&self.dir)
            .args(["--web-port", &record.web_port.to_string()])
            .args(["--boot-delay", &record.settings.boot_delay.to_string()])
            .args(["--step-delay", &record.settings.step_delay.to_string()])
            .current_dir(&self.dir)
            // What is being built when it is killed stays with the lab.
            .env("TMPDIR", self.dir.join("state/tmp"))
            .stdin(Stdio::piped())
            .stdout(console.try_clone().doing("open", &said)?)
            .stderr(console);
        command.spawn().doing("start", &environment.python)
    }

    fn wait_until_up(&self, child: &mut Child, record: &Record, logged: u64) -> Result<Process, Error> {
        let failed = |what| Error::NotStarted { what, lines: self.complaints(logged), log: self.log() };
        let deadline = Instant::now() + PATIENCE;
        loop {
            if child.try_wait().doing("watch", &self.dir)?.is_some() {
                return Err(failed("ended while it was starting"));
            }
            // The conductor is ready before the API begins to listen.
            if answers(record.api_port) {
                break;
            }
            if Instant::now() > deadline {
                return Err(failed("does not come up"));
            }
            std::thread::sleep(PAUSE);
        }
        let process = Process::read(&self.pid_file()).filter(|process| process.pid() == child.id());
        let process = process.ok_or_else(|| failed("runs in another process than was started"))?;
        self.ask(record).map_err(|reason| Error::NotStarted {
            what: "does not serve what it should",
            lines: std::iter::once(reason).chain(self.complaints(logged)).collect(),
            log: self.log(),
        })?;
        Ok(process)
    }

    /// Asks Ironic, by way of the lab's `clouds.yaml`, for the driver of the mock machines.
    fn ask(&self, record: &Record) -> Result<(), String> {
        let cloud = self.facts(record).cloud().map_err(|error| error.to_string())?;
        let client = cloud.ironic().map_err(|error| error.to_string())?;
        let drivers = client.drivers().map_err(|error| error.to_string())?;
        if drivers.iter().any(|driver| driver.name == "fake-hardware") {
            Ok(())
        } else {
            Err("it has no driver fake-hardware".to_owned())
        }
    }

    /// What Ironic said of errors since its log was `logged` bytes long; else the last that it said at all.
    fn complaints(&self, logged: u64) -> Vec<String> {
        let log = read_from(&self.log(), logged);
        let mut errors: Vec<_> = log.lines().filter_map(complaint).map(str::to_owned).collect();
        errors.dedup();
        let console = read_from(&self.dir.join("console.log"), 0);
        let lines: Vec<_> =
            if errors.is_empty() { console.lines().map(str::to_owned).collect() } else { errors };
        lines[lines.len().saturating_sub(LAST_LINES)..].to_vec()
    }
}

/// What a line of an OpenStack log, `DATE TIME PID LEVEL LOGGER [REQUEST] …`, has to say of an error. Where in the
/// program that was is left to the log.
fn complaint(line: &str) -> Option<&str> {
    let mut words = line.splitn(6, ' ');
    if !matches!(words.nth(3), Some("ERROR" | "CRITICAL")) {
        return None;
    }
    let text = words.nth(1)?;
    let text = text.strip_prefix('[').and_then(|text| Some(text.split_once("] ")?.1)).unwrap_or(text);
    let trace = text.starts_with(' ') || text.starts_with("Traceback") || text.trim().is_empty();
    if trace { None } else { Some(text) }
}

fn read_from(path: &Path, offset: u64) -> String {
    let mut text = vec![];
    let read = File::open(path).and_then(|mut file| {
        file.seek(SeekFrom::Start(offset))?;
        file.read_to_end(&mut text)
    });
    read.map(|_| String::from_utf8_lossy(&text).into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_from_the_rest_of_a_log() {
        let said = |rest: &str| complaint(&format!("2026-11-22 23:20:06.548 354 {rest}")).map(str::to_owned);
        assert_eq!(said("ERROR ironic.db [None req-1 - -] it broke").as_deref(), Some("it broke"));
        assert_eq!(said("ERROR ironic.db [-] it broke: Traceback").as_deref(), Some("it broke: Traceback"));
        assert_eq!(said("CRITICAL ironic [-] Unhandled error").as_deref(), Some("Unhandled error"));
        assert_eq!(
            said("ERROR ironic.db sqlite3.DatabaseError: no").as_deref(),
            Some("sqlite3.DatabaseError: no")
        );
        assert_eq!(said("ERROR ironic.db Traceback (most recent call last):"), None);
        assert_eq!(said("ERROR ironic.db   File \"x.py\", line 1"), None);
        assert_eq!(said("ERROR ironic.db "), None);
        assert_eq!(said("INFO ironic.db [-] no ERROR here"), None);
        assert_eq!(complaint(""), None);
    }

    #[test]
    fn a_free_port_is_none_of_those_taken() {
        let first = free_port(&BTreeSet::new());
        let held = TcpListener::bind((Ipv4Addr::LOCALHOST, first)).expect("it was free");
        assert!(!is_free(first) && answers(first));
        drop(held);
        assert!(PORTS.contains(&first));
        assert_ne!(free_port(&BTreeSet::from([first])), first);
    }
}
