//! One run of these tests: the folder that all its files are in, the clean-up after it, and how long each test took.
//!
//! Whatever the tests start bears a mark in its environment. A guard, which is a process of its own, waits until the
//! tests have ended, be it by a kill, ends all that bears the mark, and removes the folder.

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

/// Waits for the end of its input, ends all processes that have `$1` as their mark, and removes that folder. What ends
/// the tests does not end it.
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

/// When a test began. Each has a thread of its own, and this goes with it.
struct Stopwatch(Instant);

thread_local! {
    static STOPWATCH: Stopwatch = Stopwatch(Instant::now());
}

impl Drop for Stopwatch {
    fn drop(&mut self) {
        // Threads that a test starts have no name.
        if let Some(name) = thread::current().name() {
            let line = format!("{:.1}\t{name}\n", self.0.elapsed().as_secs_f64());
            // A test that has failed is not to fail once more.
            let _ = this().times.lock().map(|mut times| times.write_all(line.as_bytes()));
        }
    }
}

fn this() -> &'static Run {
    static RUN: OnceLock<Run> = OnceLock::new();
    RUN.get_or_init(|| {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = target.join(format!("run-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("made");
        let mut guard = Command::new("sh")
            .args(["-c", GUARD, "sh"])
            .arg(&folder)
            // Ctrl-C is not meant for it.
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
        let mut times = OpenOptions::new().create(true).append(true).open(times).expect("made");
        writeln!(times, "folder\t{}", folder.display()).expect("written");
        Run { folder, times: Mutex::new(times), _guard: (guard, pipe) }
    })
}

/// Removes what earlier runs noted that were interrupted before anybody read it.
fn forget_interrupted(target: &Path) {
    for entry in fs::read_dir(target).expect("it was made").flatten() {
        let name = entry.file_name();
        let cargo = name.to_str().and_then(|name| name.strip_prefix("times-"));
        if cargo.is_some_and(|cargo| !Path::new("/proc").join(cargo).exists()) {
            // Another run may have been quicker.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Ends the tests when the cargo that runs them ends: by itself it would wait for them, so it was killed.
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

/// Marks a command as one of this run, and has it make its temporary files there.
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
