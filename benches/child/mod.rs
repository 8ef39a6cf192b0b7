//! A program run to its end, and what it took.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What a program did.
pub(crate) struct Ran {
    /// What it answered.
    pub(crate) stdout: String,
    /// How long it ran.
    pub(crate) took: Duration,
    /// The most memory that it had, in bytes, as it was last seen.
    pub(crate) memory: u64,
}

/// Runs a program of this name to its end, with a folder for what it says; a failure is what it said last.
pub(crate) fn run(name: &str, mut command: Command, folder: &Path) -> Result<Ran, String> {
    let output = |name: &str| {
        let path = folder.join(format!("{name}-{:016x}", fastrand::u64(..)));
        std::fs::File::create(&path).map(|file| (path, file))
    };
    let wrong = |error: std::io::Error| format!("{name}: {error}");
    // Into files, so that a large answer waits for nobody.
    let ((out, stdout), (err, stderr)) = (output("out").map_err(wrong)?, output("err").map_err(wrong)?);
    let began = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(stdout).stderr(stderr).spawn().map_err(wrong)?;
    let status_file = PathBuf::from(format!("/proc/{}/status", child.id()));
    let (status, memory) = thread::scope(|scope| {
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let memory = scope.spawn(move || {
            let mut most = 0;
            while stopped.recv_timeout(Duration::from_millis(10))
                == Err(std::sync::mpsc::RecvTimeoutError::Timeout)
            {
                most = high_water(&status_file).max(most);
            }
            most
        });
        let status = child.wait();
        let elapsed = began.elapsed();
        drop(stop);
        (status.map(|status| (status, elapsed)), memory.join().unwrap_or(0))
    });
    let (status, elapsed) = status.map_err(wrong)?;
    let read = |path: &Path| {
        let text = std::fs::read(path).unwrap_or_default();
        let _ = std::fs::remove_file(path);
        String::from_utf8_lossy(&text).into_owned()
    };
    let (stdout, stderr) = (read(&out), read(&err));
    if status.success() {
        return Ok(Ran { stdout, took: elapsed, memory });
    }
    let last = stderr.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
    Err(format!("{name}: {last}"))
}

/// The most memory that a process ever had, in bytes, as Linux tells it; 0 where it does not.
fn high_water(status: &Path) -> u64 {
    let status = std::fs::read_to_string(status).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok()).unwrap_or(0) * 1024
}
