//! The durations of earlier operations, in a small file of the user. If it is lost, only the estimates are lost.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tracing::debug;

use crate::bounded_read;
use crate::driver::watch::estimates::{Memory, Run};
use crate::rest::Stop;

/// The number of last runs that are stored per kind.
const RUNS: usize = 9;

/// The number of kinds that are stored: those with the latest runs.
const KINDS: usize = 400;

/// A larger file is not one of farrier's, and is ignored.
const LARGEST: u64 = 4 << 20;

/// The file. It is read on the first use.
#[derive(Debug)]
pub(crate) struct Durations {
    path: Option<PathBuf>,
    contents: OnceLock<Contents>,
}

/// The contents of the file.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Contents {
    kinds: BTreeMap<String, Kind>,
    /// The number of runs that were ever added.
    count: u64,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Kind {
    /// The count when the last run of this kind was added.
    last: u64,
    runs: Vec<Run>,
}

impl Durations {
    /// The user's file: `durations.json` in farrier's state folder. `None` without a home directory.
    pub(crate) fn of_user() -> Self {
        let path = state_folder().map(|folder| folder.join("durations.json"));
        Self { path, contents: OnceLock::new() }
    }

    fn try_keep(path: &Path, kind: &str, run: Run) -> io::Result<()> {
        let folder = path.parent().ok_or(io::ErrorKind::NotFound)?;
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        // The lock covers reading and writing, so that parallel runs lose nothing.
        let _lock = locked(&path.with_extension("lock"))?;
        let mut contents = Contents::read(path);
        contents.add(kind, run);
        let new_path = path.with_extension("new");
        let file = private(&new_path, OpenOptions::new().write(true).create(true).truncate(true))?;
        serde_json::to_writer(io::BufWriter::new(file), &contents)?;
        fs::rename(&new_path, path)
    }
}

/// farrier's state folder: `farrier` in `XDG_STATE_HOME` (`~/.local/state`). `None` without a home directory.
pub(crate) fn state_folder() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = folder("XDG_STATE_HOME").or_else(|| Some(folder("HOME")?.join(".local/state")));
    Some(state?.join("farrier"))
}

/// Opens a file that only its owner can read. Refuses anything else than a regular file: a FIFO could block forever.
pub(crate) fn private(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file"));
    }
    options.mode(0o600).open(path)
}

/// How long to wait for a lock. Other runs hold it for milliseconds, unless they or their disk hang.
const LOCK_TIMEOUT: Duration = Duration::from_secs(1);

/// Locks this file until the result is dropped. Waits only briefly, because the protected data is not essential.
pub(crate) fn locked(path: &Path) -> io::Result<File> {
    let lock = private(path, OpenOptions::new().append(true).create(true))?;
    let began = Instant::now();
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if began.elapsed() < LOCK_TIMEOUT => {
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
        let contents =
            self.contents.get_or_init(|| self.path.as_deref().map(Contents::read).unwrap_or_default());
        contents.kinds.get(kind).map(|kind| kind.runs.clone()).unwrap_or_default()
    }

    fn keep(&self, kind: &str, run: Run) {
        if let Some(path) = &self.path
            && let Err(error) = Self::try_keep(path, kind, run)
        {
            debug!(%error, path = %path.display(), "cannot store the duration");
        }
    }
}

impl Contents {
    /// Reads the file. An unreadable or invalid file is treated as missing.
    fn read(path: &Path) -> Self {
        let small = fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() <= LARGEST);
        let text = small.then(|| bounded_read::read(path, LARGEST).ok()).flatten();
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
        Durations { path: Some(path), contents: OnceLock::new() }
    }

    #[test]
    fn the_next_run_reads_stored_durations() {
        let folder = crate::test_files::folder();
        let path = folder.path().join("farrier/durations.json");
        at(path.clone()).keep("deploy a", run(1.0));
        at(path.clone()).keep("deploy a", run(2.0));
        assert_eq!(at(path.clone()).runs("deploy a"), [run(1.0), run(2.0)]);
        assert!(at(path).runs("deploy b").is_empty());
    }

    #[test]
    fn parallel_runs_lose_nothing() {
        let folder = crate::test_files::folder();
        let path = folder.path().join("durations.json");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| at(path.clone()).keep("deploy a", run(1.0)));
            }
        });
        assert_eq!(at(path).runs("deploy a").len(), 4);
    }

    #[test]
    fn a_held_lock_and_a_fifo_do_not_block() {
        let folder = crate::test_files::folder();
        let path = folder.path().join("durations.json");
        let lock = File::create(path.with_extension("lock")).expect("created");
        lock.lock().expect("not locked by others");
        let began = Instant::now();
        at(path.clone()).keep("deploy a", run(1.0));
        assert!(began.elapsed() < 2 * LOCK_TIMEOUT, "{:?}", began.elapsed());
        assert!(at(path.clone()).runs("deploy a").is_empty());
        drop(lock);
        at(path.clone()).keep("deploy a", run(1.0));
        assert_eq!(at(path.clone()).runs("deploy a"), [run(1.0)]);
        for name in ["lock", "new", "json"] {
            let path = path.with_extension(name);
            let _ = fs::remove_file(&path);
            let created = std::process::Command::new("mkfifo").arg(&path).status();
            assert!(created.expect("coreutils").success());
            at(folder.path().join("durations.json")).keep("deploy a", run(1.0));
            fs::remove_file(&path).or_else(|_| fs::metadata(&path).map(drop)).expect("removed or replaced");
        }
    }

    #[test]
    fn an_invalid_file_is_treated_as_missing() {
        let folder = crate::test_files::folder();
        let path = folder.path().join("durations.json");
        for invalid in ["", "{", "[]", "{\"kinds\": 7}"] {
            fs::write(&path, invalid).expect("written");
            assert!(at(path.clone()).runs("deploy a").is_empty(), "{invalid}");
        }
        at(path.clone()).keep("deploy a", run(1.0));
        assert_eq!(at(path).runs("deploy a"), [run(1.0)]);
        at(folder.path().join("durations.json/no/folder")).keep("deploy a", run(1.0));
    }

    #[test]
    fn only_the_last_runs_and_kinds_are_stored() {
        let mut contents = Contents::default();
        for number in 0..20 {
            contents.add("old", run(f64::from(number)));
        }
        assert_eq!(contents.kinds["old"].runs.len(), RUNS);
        assert_eq!(contents.kinds["old"].runs[0], run(11.0));
        for number in 0..=KINDS {
            contents.add(&format!("kind {number}"), run(1.0));
        }
        assert_eq!(contents.kinds.len(), KINDS);
        assert!(!contents.kinds.contains_key("old"));
    }
}
