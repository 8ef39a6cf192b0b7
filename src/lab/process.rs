//! Processes that outlive the farrier process that started them, identified by PID and start time.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use rustix::io;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::{Error, Running};

/// How long Ironic may take to shut down. Its own limit is shorter (`ironic.conf`).
const STOP_TIMEOUT: Duration = Duration::from_secs(8);
/// How long the system may take to remove a killed process.
const KILL_TIMEOUT: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);

/// How to send a signal (to a process or its group), and the signal.
type Send = (fn(Pid, Signal) -> io::Result<()>, Signal);

/// A process that leads its own group. The system reuses PIDs, so the start time is needed to identify it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Process {
    pid: u32,
    /// In clock ticks since boot.
    started: u64,
    /// When the PID file was written.
    started_at: SystemTime,
}

impl Process {
    /// The process that a PID file names; the file was written when the process started.
    pub(super) fn read(path: &Path) -> Option<Self> {
        let started_at = fs::metadata(path).and_then(|file| file.modified()).ok()?;
        let (pid, started) = parse_pid_file(&fs::read_to_string(path).ok()?)?;
        Some(Self { pid, started, started_at })
    }

    /// Whether this process, and not another one with the same PID, is running.
    pub(super) fn is_alive(&self) -> bool {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid)).unwrap_or_default();
        matches!(parse_stat(&stat), Some((state, started)) if started == self.started && !matches!(state, 'Z' | 'X'))
    }

    /// Stops it with SIGTERM; if that fails, kills it and its process group. Only the process itself gets SIGTERM: it
    /// ends its children or waits for them, and a deploy would fail if its tools were ended.
    pub(super) fn stop(self) -> Result<(), Error> {
        let terminate: Send = (kill_process, Signal::TERM);
        let kill: Send = (kill_process_group, Signal::KILL);
        for (send, timeout) in [(terminate, STOP_TIMEOUT), (kill, KILL_TIMEOUT)] {
            let deadline = Instant::now() + timeout;
            // A stopped process (SIGSTOP) must continue to handle a signal.
            for send in [send, (kill_process_group, Signal::CONT)] {
                if self.is_alive() {
                    self.signal(send);
                }
            }
            while self.is_alive() {
                if Instant::now() > deadline {
                    break;
                }
                std::thread::sleep(PAUSE);
            }
        }
        if self.is_alive() { Err(Error::StillRunning { pid: self.pid }) } else { Ok(()) }
    }

    pub(super) fn running(self) -> Running {
        Running { pid: self.pid, since: self.started_at }
    }

    pub(super) fn pid(self) -> u32 {
        self.pid
    }

    /// Errors are ignored: a process that cannot be signaled has ended, which the caller checks.
    fn signal(self, (send, signal): Send) {
        if let Some(pid) = i32::try_from(self.pid).ok().and_then(Pid::from_raw) {
            let _ = send(pid, signal);
        }
    }
}

/// PID and start time: `PID TICKS`.
fn parse_pid_file(text: &str) -> Option<(u32, u64)> {
    let mut words = text.split_ascii_whitespace();
    let pid = words.next()?.parse().ok().filter(|pid| *pid > 1)?;
    Some((pid, words.next()?.parse().ok()?))
}

/// State and start time (in ticks since boot) from `/proc/PID/stat`: fields 3 and 22. Field 2, the program's name in
/// parentheses, may contain anything, so fields are counted from its end.
fn parse_stat(stat: &str) -> Option<(char, u64)> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace();
    let state = fields.next()?.chars().next()?;
    Some((state, fields.nth(18)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    #[test]
    fn the_start_time_is_found_after_any_program_name() {
        let fields = "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20 21";
        assert_eq!(parse_stat(&format!("12 (ironic) S {fields}")), Some(('S', 4711)));
        assert_eq!(parse_stat(&format!("12 (a) Z 0 (b c) R {fields}")), Some(('R', 4711)));
        assert_eq!(parse_stat("12 (cut off) S 1 2"), None);
        assert_eq!(parse_stat(""), None);
    }

    #[test]
    fn an_incomplete_pid_file_is_not_read() {
        assert_eq!(parse_pid_file("4711 123456\n"), Some((4711, 123_456)));
        for torn in ["", "4711", "4711 ", "x 1", "1 1", "0 5", "-5 5"] {
            assert_eq!(parse_pid_file(torn), None, "{torn}");
        }
    }

    fn start(script: &str) -> (std::process::Child, Process) {
        let child = Command::new("sh").args(["-c", script]).process_group(0).spawn().expect("a shell");
        let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).expect("it runs");
        let (_, started) = parse_stat(&stat).expect("Linux");
        let process = Process { pid: child.id(), started, started_at: SystemTime::now() };
        (child, process)
    }

    #[test]
    fn a_process_is_stopped_but_not_another_one_with_its_pid() {
        let (mut child, process) = start("while :; do sleep 1; done");
        assert!(process.is_alive());
        let other = Process { started: process.started + 1, ..process };
        assert!(!other.is_alive());
        other.stop().expect("nothing to do");
        assert!(process.is_alive());
        process.stop().expect("stopped");
        assert!(!process.is_alive());
        assert!(!child.wait().expect("it ended").success());
    }
}
