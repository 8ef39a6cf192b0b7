//! One run of these tests: the folder for all files, the clean-up, and the duration of each test.
//!
//! Every process that the tests start has a mark in its environment. A guard, which is a separate process,
//! waits until the tests end or are killed, ends every process with the mark, and removes the folder.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::process::{CommandExt as _, parent_id};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use tempfile::TempDir;

/// The variable that marks what the tests start.
const MARK: &str = "FARRIER_TEST_RUN";

/// Waits for the end of its input, ends all processes with `$1` as their mark, and removes that folder. It
/// ignores the signals that end the tests.
const GUARD: &str = r#"
marked() {
    for environment in /proc/[0-9]*/environ; do
        process=${environment#/proc/}
        if grep -qs -- "FARRIER_TEST_RUN=$1" "$environment"; then echo "${process%/environ}"; fi
    done
}
trap '' HUP INT TERM
read -r _
tries=0
while [ $tries -lt 100 ]; do
    processes=$(marked "$1")
    [ -n "$processes" ] || break
    if [ $tries -lt 50 ]; then signal=TERM; else signal=KILL; fi
    kill -s $signal $processes 2> /dev/null
    sleep 0.1
    tries=$((tries + 1))
done
rm -rf -- "$1"
"#;

/// This run.
struct Run {
    folder: PathBuf,
    /// A line for each test that has ended.
    times: Mutex<File>,
    _guard: (Child, ChildStdin),
}

/// The start of a test. Each test has its own thread, which drops this value.
struct Stopwatch(Instant);

thread_local! {
    static STOPWATCH: Stopwatch = Stopwatch(Instant::now());
}

impl Drop for Stopwatch {
    fn drop(&mut self) {
        // Threads that a test starts have no name.
        if let Some(name) = thread::current().name() {
            let line = format!("{:.1}\t{name}\n", self.0.elapsed().as_secs_f64());
            // A failed test must not fail again.
            let _ = this().times.lock().map(|mut times| times.write_all(line.as_bytes()));
        }
    }
}

fn this() -> &'static Run {
    static RUN: OnceLock<Run> = OnceLock::new();
    RUN.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = target.join(format!("run-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("created");
        let mut guard = Command::new("sh")
            .args(["-c", GUARD, "sh"])
            .arg(&folder)
            // Ctrl-C is not meant for the guard.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("there is a shell");
        let pipe = guard.stdin.take().expect("it is piped");
        end_with_cargo();
        forget_interrupted(target);
        // `tests/slowest.rs`, which has the same parent, reads it.
        let times = target.join(format!("times-{}", parent_id()));
        let mut times = OpenOptions::new().create(true).append(true).open(times).expect("created");
        writeln!(times, "folder\t{}", folder.display()).expect("written");
        Run { folder, times: Mutex::new(times), _guard: (guard, pipe) }
    })
}

/// Removes the records of earlier runs that were interrupted before these were read.
fn forget_interrupted(target: &Path) {
    for entry in fs::read_dir(target).expect("it was created").flatten() {
        let name = entry.file_name();
        let cargo = name.to_str().and_then(|name| name.strip_prefix("times-"));
        if cargo.is_some_and(|cargo| !Path::new("/proc").join(cargo).exists()) {
            // Another run may have removed it first.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Ends the tests if the cargo process that runs them ends: otherwise it would wait for them, so it was
/// killed.
fn end_with_cargo() {
    let Some(cargo) =
        Pid::from_raw(parent_id().cast_signed()).filter(|_| std::env::var_os("CARGO").is_some())
    else {
        return;
    };
    let cargo = pidfd_open(cargo, PidfdFlags::empty()).expect("it is the parent");
    thread::spawn(move || {
        let ended = poll(&mut [PollFd::new(&cargo, PollFlags::IN)], None);
        if ended.is_ok() {
            std::process::exit(101);
        }
    });
}

/// Marks a command as part of this run, and redirects its temporary files.
pub(crate) fn mark(command: &mut Command) -> &mut Command {
    STOPWATCH.with(|_| ());
    let folder = &this().folder;
    command.env(MARK, folder).env("TMPDIR", folder)
}

/// A folder for a test's files.
pub(crate) fn folder() -> TempDir {
    STOPWATCH.with(|_| ());
    tempfile::tempdir_in(&this().folder).expect("a temporary folder")
}
