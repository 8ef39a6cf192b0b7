//! How long things took on earlier runs: a small file of the user's, which costs nothing but estimates when it is lost.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tracing::debug;

use crate::bounded;
use crate::driver::usual::{Memory, Run};
use crate::rest::Stop;

/// How many runs of a kind are kept, the last ones.
const RUNS: usize = 9;

/// How many kinds are kept, those that were last added to.
const KINDS: usize = 400;

/// A file larger than this is none of ours.
const LARGEST: u64 = 4 << 20;

/// The file, read when it is first asked for.
#[derive(Debug)]
pub(super) struct Durations {
    path: Option<PathBuf>,
    known: OnceLock<Kept>,
}

/// What is in the file.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    kinds: BTreeMap<String, Kind>,
    /// How many runs were ever kept.
    count: u64,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Kind {
    /// The count when it was last added to.
    last: u64,
    runs: Vec<Run>,
}

impl Durations {
    /// The user's own: `durations.json` in the folder for farrier's state. Without a home there is none.
    pub(super) fn of_user() -> Self {
        let path = state_folder().map(|folder| folder.join("durations.json"));
        Self { path, known: OnceLock::new() }
    }

    fn try_keep(path: &Path, kind: &str, run: Run) -> io::Result<()> {
        let folder = path.parent().ok_or(io::ErrorKind::NotFound)?;
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        // Held until it is dropped: others read the file, and write it again, after this has.
        let _lock = locked(&path.with_extension("lock"))?;
        let mut kept = Kept::read(path);
        kept.add(kind, run);
        let aside = path.with_extension("new");
        let file = private(&aside, OpenOptions::new().write(true).create(true).truncate(true))?;
        serde_json::to_writer(io::BufWriter::new(file), &kept)?;
        fs::rename(&aside, path)
    }
}

/// The folder for what farrier keeps of earlier runs: `farrier` under `XDG_STATE_HOME` (`~/.local/state`). Without a home
/// there is none.
pub(super) fn state_folder() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = folder("XDG_STATE_HOME").or_else(|| Some(folder("HOME")?.join(".local/state")));
    Some(state?.join("farrier"))
}

/// Opens a file that only its owner can read. What is there and is no file, such as a FIFO, could block for ever.
pub(super) fn private(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    if fs::metadata(path).is_ok_and(|about| !about.is_file()) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
    }
    options.mode(0o600).open(path)
}

/// How long a lock is tried for: others hold it for milliseconds, unless they are stopped or their disk is.
const PATIENCE: Duration = Duration::from_secs(1);

/// A lock by this file, until it is dropped. What it guards is worth no long wait.
pub(super) fn locked(path: &Path) -> io::Result<File> {
    let lock = private(path, OpenOptions::new().append(true).create(true))?;
    let began = Instant::now();
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if began.elapsed() < PATIENCE => {
                Stop::of_process()
                    .pause(Duration::from_millis(10), began)
                    .map_err(|stopped| io::Error::other(stopped.reason.to_string()))?;
            }
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

impl Memory for Durations {
    fn runs(&self, kind: &str) -> Vec<Run> {
        let known = self.known.get_or_init(|| self.path.as_deref().map(Kept::read).unwrap_or_default());
        known.kinds.get(kind).map(|kind| kind.runs.clone()).unwrap_or_default()
    }

    fn keep(&self, kind: &str, run: Run) {
        if let Some(path) = &self.path
            && let Err(error) = Self::try_keep(path, kind, run)
        {
            debug!(%error, path = %path.display(), "how long it took is not kept");
        }
    }
}

impl Kept {
    /// What cannot be read is as if it were not there.
    fn read(path: &Path) -> Self {
        let small = fs::metadata(path).is_ok_and(|about| about.is_file() && about.len() <= LARGEST);
        let text = small.then(|| bounded::read(path, LARGEST).ok()).flatten();
        text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
    }

    fn add(&mut self, kind: &str, run: Run) {
        self.count += 1;
        let entry = self.kinds.entry(kind.to_owned()).or_default();
        entry.last = self.count;
        entry.runs.push(run);
        let surplus = entry.runs.len().saturating_sub(RUNS);
        entry.runs.drain(..surplus);
        if self.kinds.len() > KINDS
            && let Some(oldest) =
                self.kinds.iter().min_by_key(|(_, kind)| kind.last).map(|(name, _)| name.clone())
        {
            self.kinds.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(seconds: f64) -> Run {
        Run(vec![("boot".to_owned(), seconds)])
    }

    fn at(path: PathBuf) -> Durations {
        Durations { path: Some(path), known: OnceLock::new() }
    }

    #[test]
    fn what_was_kept_is_known_to_the_next_run() {
        let folder = crate::scratch::folder();
        let path = folder.path().join("farrier/durations.json");
        at(path.clone()).keep("deploy a", run(1.0));
        at(path.clone()).keep("deploy a", run(2.0));
        assert_eq!(at(path.clone()).runs("deploy a"), [run(1.0), run(2.0)]);
        assert!(at(path).runs("deploy b").is_empty());
    }

    #[test]
    fn two_at_once_lose_nothing() {
        let folder = crate::scratch::folder();
        let path = folder.path().join("durations.json");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| at(path.clone()).keep("deploy a", run(1.0)));
            }
        });
        assert_eq!(at(path).runs("deploy a").len(), 4);
    }

    #[test]
    fn a_lock_that_is_held_and_a_fifo_are_not_waited_for() {
        let folder = crate::scratch::folder();
        let path = folder.path().join("durations.json");
        let held = File::create(path.with_extension("lock")).expect("made");
        held.lock().expect("nobody else has it");
        let began = Instant::now();
        at(path.clone()).keep("deploy a", run(1.0));
        assert!(began.elapsed() < 2 * PATIENCE, "{:?}", began.elapsed());
        assert!(at(path.clone()).runs("deploy a").is_empty());
        drop(held);
        at(path.clone()).keep("deploy a", run(1.0));
        assert_eq!(at(path.clone()).runs("deploy a"), [run(1.0)]);
        for name in ["lock", "new", "json"] {
            let path = path.with_extension(name);
            let _ = fs::remove_file(&path);
            let made = std::process::Command::new("mkfifo").arg(&path).status();
            assert!(made.expect("coreutils").success());
            at(folder.path().join("durations.json")).keep("deploy a", run(1.0));
            fs::remove_file(&path).or_else(|_| fs::metadata(&path).map(drop)).expect("it may be replaced");
        }
    }

    #[test]
    fn a_spoilt_file_is_as_if_it_were_not_there() {
        let folder = crate::scratch::folder();
        let path = folder.path().join("durations.json");
        for spoilt in ["", "{", "[]", "{\"kinds\": 7}"] {
            fs::write(&path, spoilt).expect("written");
            assert!(at(path.clone()).runs("deploy a").is_empty(), "{spoilt}");
        }
        at(path.clone()).keep("deploy a", run(1.0));
        assert_eq!(at(path).runs("deploy a"), [run(1.0)]);
        at(folder.path().join("durations.json/no/folder")).keep("deploy a", run(1.0));
    }

    #[test]
    fn only_the_last_are_kept() {
        let mut kept = Kept::default();
        for number in 0..20 {
            kept.add("busy", run(f64::from(number)));
        }
        assert_eq!(kept.kinds["busy"].runs.len(), RUNS);
        assert_eq!(kept.kinds["busy"].runs[0], run(11.0));
        for number in 0..=KINDS {
            kept.add(&format!("kind {number}"), run(1.0));
        }
        assert_eq!(kept.kinds.len(), KINDS);
        assert!(!kept.kinds.contains_key("busy"));
    }
}
