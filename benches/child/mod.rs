//! Runs a program and measures its time and memory.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The result of a program.
pub(crate) struct Ran {
    /// Its standard output.
    pub(crate) stdout: String,
    /// How long it ran.
    pub(crate) took: Duration,
    /// Its peak memory in bytes, as last sampled.
    pub(crate) memory: u64,
}

/// Runs a program to its end; `folder` is for its output. An error is the end of the program's stderr.
pub(crate) fn run(name: &str, mut command: Command, folder: &Path) -> Result<Ran, String> {
    let output = |name: &str| {
        let path = folder.join(format!("{name}-{:016x}", fastrand::u64(..)));
        std::fs::File::create(&path).map(|file| (path, file))
    };
    let wrong = |error: std::io::Error| format!("{name}: {error}");
    // Files instead of pipes, so that a large output does not block the program.
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
    let last = stderr.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("no output on stderr");
    Err(format!("{name}: {last}"))
}

/// The peak memory of a process in bytes, as Linux reports it; 0 if unknown.
fn high_water(status: &Path) -> u64 {
    let status = std::fs::read_to_string(status).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok()).unwrap_or(0) * 1024
}
