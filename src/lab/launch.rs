//! Starts a lab's Ironic and waits until it is ready.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use super::error::IoContext as _;
use super::install::LabEnvironment;
use super::process::Process;
use super::{Error, Lab, LabProgress, LabRecord, config, files};

/// The script of the lab's process, and the module that it imports.
const SCRIPT: (&str, &str) = ("lab_ironic.py", include_str!("lab_ironic.py"));
const MODULE: (&str, &str) = ("lab_agents.py", include_str!("lab_agents.py"));

/// Below the system's range for outgoing connections, so that these never occupy the ports.
const PORTS: std::ops::Range<u16> = 20_000..32_000;
/// The timeout of Ironic's start, which usually takes two seconds.
const START_TIMEOUT: Duration = Duration::from_secs(180);
const PAUSE: Duration = Duration::from_millis(20);
/// How many lines of a log are shown when Ironic does not start.
const LAST_LINES: usize = 12;
/// The first bytes of a SQLite database.
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Whether the lab continues to run when the farrier process that started it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// It continues.
    Detached,
    /// It ends with its [`Tether`], at the latest with the farrier process, even if that is killed. A lab that is
    /// already running is not affected.
    Tethered,
}

/// The connection to a tethered Ironic: dropping it ends Ironic.
#[derive(Debug)]
pub struct Tether {
    /// Ironic ends when it reads the end of this pipe.
    _stdin: ChildStdin,
}

/// A random free port that is not in `taken`.
pub(super) fn free_port(taken: &BTreeSet<u16>) -> u16 {
    std::iter::repeat_with(|| fastrand::u16(PORTS))
        .find(|port| !taken.contains(port) && is_free(*port))
        .expect("the iterator is endless")
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Whether a process listens on a port.
pub(super) fn answers(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_ok()
}

/// Writes the script and its module into a directory.
pub(super) fn write_script(dir: &Path) -> Result<PathBuf, Error> {
    for (name, text) in [SCRIPT, MODULE] {
        files::write(&dir.join(name), text)?;
    }
    Ok(dir.join(SCRIPT.0))
}

/// The environment's Python, isolated from the user's variables.
pub(super) fn python(environment: &LabEnvironment) -> Command {
    let mut python = Command::new(&environment.python);
    python.args(["-I", "-W", "ignore"]);
    for (name, _) in std::env::vars_os() {
        // oslo.config reads OS_GROUP__OPTION as a setting.
        if name.to_string_lossy().starts_with("OS_") {
            python.env_remove(name);
        }
    }
    python.env("NO_PROXY", "127.0.0.1,localhost").env("no_proxy", "127.0.0.1,localhost");
    python
}

impl Lab {
    /// Starts the Ironic that `record` describes, which must not be running, and waits until it is ready. If another
    /// process uses the lab's ports, the record gets new ones.
    pub(super) fn launch(
        &self,
        environment: &LabEnvironment,
        record: &mut LabRecord,
        lifetime: Lifetime,
        progress: LabProgress,
    ) -> Result<(Process, Option<Tether>), Error> {
        if !is_free(record.api_port) {
            record.api_port = free_port(&BTreeSet::from([record.web_port]));
        }
        if !is_free(record.web_port) {
            record.web_port = free_port(&BTreeSet::from([record.api_port]));
        }
        self.write_record(record)?;
        config::write(&self.dir, record)?;
        self.ensure_database(environment)?;
        progress(&format!("starting Ironic {} on {}", record.ironic_version, config::url(record.api_port)));
        let logged = fs::metadata(self.log()).map_or(0, |log| log.len());
        loop {
            let mut child = self.spawn(environment, record)?;
            let mut stdin = child.stdin.take().expect("it is piped");
            let error = match self.wait_until_up(&mut child, record, logged) {
                Ok(process) if lifetime == Lifetime::Tethered => {
                    return Ok((process, Some(Tether { _stdin: stdin })));
                }
                Ok(process) => {
                    stdin.write_all(b"stay\n").doing("detach", &environment.python)?;
                    return Ok((process, None));
                }
                Err(error) => error,
            };
            let _ = child.kill();
            let _ = child.wait();
            // A killed farrier process may have left an Ironic that was not visible when this one began.
            match Process::read(&self.pid_file()).filter(Process::is_alive) {
                Some(other) if other.pid() != child.id() => other.stop()?,
                _ => return Err(error),
            }
        }
    }

    /// Makes sure that there is a database: copies the empty one if necessary.
    fn ensure_database(&self, environment: &LabEnvironment) -> Result<(), Error> {
        let database = self.dir.join("ironic.sqlite");
        let mut head = [0; SQLITE.len()];
        let whole = File::open(&database).and_then(|mut file| file.read_exact(&mut head)).is_ok();
        if whole && head == *SQLITE {
            return Ok(());
        }
        // SQLite would use leftover files of another database as part of the new one.
        for leftover in ["ironic.sqlite", "ironic.sqlite-wal", "ironic.sqlite-shm"] {
            files::remove(&self.dir.join(leftover))?;
        }
        files::write(&database, fs::read(&environment.schema).doing("read", &environment.schema)?)
    }

    fn spawn(&self, environment: &LabEnvironment, record: &LabRecord) -> Result<Child, Error> {
        let path = self.dir.join("console.log");
        files::write(&path, "")?;
        let console = File::options().append(true).open(&path).doing("open", &path)?;
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
            // Temporary files of a killed process remain in the lab.
            .env("TMPDIR", self.dir.join("state/tmp"))
            .stdin(Stdio::piped())
            .stdout(console.try_clone().doing("open", &path)?)
            .stderr(console);
        command.spawn().doing("start", &environment.python)
    }

    fn wait_until_up(&self, child: &mut Child, record: &LabRecord, logged: u64) -> Result<Process, Error> {
        let failed = |what| Error::NotStarted { what, lines: self.log_errors(logged), log: self.log() };
        let deadline = Instant::now() + START_TIMEOUT;
        loop {
            if child.try_wait().doing("watch Ironic in", &self.dir)?.is_some() {
                return Err(failed("the process ended"));
            }
            // The conductor is ready before the API starts to listen.
            if answers(record.api_port) {
                break;
            }
            if Instant::now() > deadline {
                return Err(failed("timed out"));
            }
            std::thread::sleep(PAUSE);
        }
        let process = Process::read(&self.pid_file()).filter(|process| process.pid() == child.id());
        let process = process.ok_or_else(|| failed("its PID file names another process"))?;
        self.check_api(record).map_err(|reason| Error::NotStarted {
            what: "it does not answer correctly",
            lines: std::iter::once(reason).chain(self.log_errors(logged)).collect(),
            log: self.log(),
        })?;
        Ok(process)
    }

    /// Checks that Ironic, reached through the lab's `clouds.yaml`, has the driver of the mock machines.
    fn check_api(&self, record: &LabRecord) -> Result<(), String> {
        let cloud = self.facts(record).cloud().map_err(|error| error.to_string())?;
        let client = cloud.ironic().map_err(|error| error.to_string())?;
        let drivers = client.drivers().map_err(|error| error.to_string())?;
        if drivers.iter().any(|driver| driver.name == "fake-hardware") {
            Ok(())
        } else {
            Err("missing driver fake-hardware".to_owned())
        }
    }

    /// The errors that Ironic logged since its log had `logged` bytes; without any, the last lines of its console.
    fn log_errors(&self, logged: u64) -> Vec<String> {
        let log = read_from(&self.log(), logged);
        let mut errors: Vec<_> = log.lines().filter_map(error_message).map(str::to_owned).collect();
        errors.dedup();
        let console = read_from(&self.dir.join("console.log"), 0);
        let lines: Vec<_> =
            if errors.is_empty() { console.lines().map(str::to_owned).collect() } else { errors };
        lines[lines.len().saturating_sub(LAST_LINES)..].to_vec()
    }
}

/// The message of an error in an OpenStack log line, `DATE TIME PID LEVEL LOGGER [REQUEST] …`. Lines of stack traces
/// are skipped.
fn error_message(line: &str) -> Option<&str> {
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
    fn errors_in_a_log_are_found() {
        let message =
            |rest: &str| error_message(&format!("2026-11-22 23:20:06.548 354 {rest}")).map(str::to_owned);
        assert_eq!(message("ERROR ironic.db [None req-1 - -] it broke").as_deref(), Some("it broke"));
        assert_eq!(
            message("ERROR ironic.db [-] it broke: Traceback").as_deref(),
            Some("it broke: Traceback")
        );
        assert_eq!(message("CRITICAL ironic [-] Unhandled error").as_deref(), Some("Unhandled error"));
        assert_eq!(
            message("ERROR ironic.db sqlite3.DatabaseError: no").as_deref(),
            Some("sqlite3.DatabaseError: no")
        );
        assert_eq!(message("ERROR ironic.db Traceback (most recent call last):"), None);
        assert_eq!(message("ERROR ironic.db   File \"x.py\", line 1"), None);
        assert_eq!(message("ERROR ironic.db "), None);
        assert_eq!(message("INFO ironic.db [-] no ERROR here"), None);
        assert_eq!(error_message(""), None);
    }

    #[test]
    fn a_free_port_is_not_a_taken_one() {
        let first = free_port(&BTreeSet::new());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, first)).expect("it was free");
        assert!(!is_free(first) && answers(first));
        drop(listener);
        assert!(PORTS.contains(&first));
        assert_ne!(free_port(&BTreeSet::from([first])), first);
    }
}
