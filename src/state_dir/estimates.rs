//! The durations of earlier operations, in a small file of the user. If it is lost, only the estimates are lost.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use tracing::debug;

use super::UserFolder;
use super::files::{self, IfLocked};
use crate::bounded_read;

/// The duration in seconds of each stage of one operation (a deploy, a cleaning), in the order of their first occurrence.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RecordedRun(pub Vec<(String, f64)>);

/// A store for the durations of earlier runs. The kind identifies comparable runs: Ironic, operation and type of machine.
pub trait EstimateStore: Sync {
    /// The runs of a kind, in any order; a small number.
    fn runs(&self, kind: &str) -> Vec<RecordedRun>;

    /// Stores a complete and successful run.
    fn record(&self, kind: &str, run: RecordedRun);
}

/// The number of last runs that are stored per kind.
const RUNS: usize = 9;

/// The number of kinds that are stored: those with the latest runs.
const KINDS: usize = 400;

/// A larger file is not one of farrier's, and is ignored.
const LARGEST: u64 = 4 << 20;

/// The file. It is read on the first use.
#[derive(Debug)]
pub(crate) struct EstimateFile {
    path: Option<PathBuf>,
    contents: OnceLock<Contents>,
}

/// The contents of the file.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Contents {
    kinds: BTreeMap<String, RunKind>,
    /// The number of runs that were ever added.
    count: u64,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct RunKind {
    /// The count when the last run of this kind was added.
    last: u64,
    runs: Vec<RecordedRun>,
}

impl EstimateFile {
    /// The user's file: `farrier/durations.json` in [`UserFolder::State`]. `None` without a home directory.
    pub(crate) fn of_user() -> Self {
        let path = UserFolder::State.path().map(|folder| folder.join("farrier/durations.json"));
        Self { path, contents: OnceLock::new() }
    }

    fn try_store(path: &Path, kind: &str, run: RecordedRun) -> io::Result<()> {
        // The lock covers reading and writing, so that parallel runs lose nothing.
        let _lock = files::lock(&path.with_extension("lock"), IfLocked::WaitBriefly)?;
        let mut contents = Contents::read(path);
        contents.add(kind, run);
        files::write(path, serde_json::to_vec(&contents)?)
    }
}

impl EstimateStore for EstimateFile {
    fn runs(&self, kind: &str) -> Vec<RecordedRun> {
        let contents =
            self.contents.get_or_init(|| self.path.as_deref().map(Contents::read).unwrap_or_default());
        contents.kinds.get(kind).map(|kind| kind.runs.clone()).unwrap_or_default()
    }

    fn record(&self, kind: &str, run: RecordedRun) {
        if let Some(path) = &self.path
            && let Err(error) = Self::try_store(path, kind, run)
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

    fn add(&mut self, kind: &str, run: RecordedRun) {
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
    use std::fs::File;
    use std::time::Instant;

    use super::*;

    fn run(seconds: f64) -> RecordedRun {
        RecordedRun(vec![("boot".to_owned(), seconds)])
    }

    fn at(path: PathBuf) -> EstimateFile {
        EstimateFile { path: Some(path), contents: OnceLock::new() }
    }

    #[test]
    fn the_next_run_reads_stored_durations() {
        let folder = crate::test_files::folder();
        let path = folder.path().join("farrier/durations.json");
        at(path.clone()).record("deploy a", run(1.0));
        at(path.clone()).record("deploy a", run(2.0));
        assert_eq!(at(path.clone()).runs("deploy a"), [run(1.0), run(2.0)]);
        assert!(at(path).runs("deploy b").is_empty());
    }

    #[test]
    fn parallel_runs_lose_nothing() {
        let folder = crate::test_files::folder();
        let path = folder.path().join("durations.json");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| at(path.clone()).record("deploy a", run(1.0)));
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
        at(path.clone()).record("deploy a", run(1.0));
        assert!(began.elapsed() < 2 * files::BRIEFLY, "{:?}", began.elapsed());
        assert!(at(path.clone()).runs("deploy a").is_empty());
        drop(lock);
        at(path.clone()).record("deploy a", run(1.0));
        assert_eq!(at(path.clone()).runs("deploy a"), [run(1.0)]);
        for name in ["lock", "json"] {
            let path = path.with_extension(name);
            let _ = fs::remove_file(&path);
            let created = std::process::Command::new("mkfifo").arg(&path).status();
            assert!(created.expect("coreutils").success());
            at(folder.path().join("durations.json")).record("deploy a", run(1.0));
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
        at(path.clone()).record("deploy a", run(1.0));
        assert_eq!(at(path).runs("deploy a"), [run(1.0)]);
        at(folder.path().join("durations.json/no/folder")).record("deploy a", run(1.0));
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
