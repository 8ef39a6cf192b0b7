//! A real Ironic with mock machines on this computer, to try farrier and to test it.
//!
//! A [`Lab`] is a directory with configuration, database, logs, images, and a `clouds.yaml`. Its Ironic comes from a
//! pinned set of packages (`install`) that all labs of a user share. It runs as a single process that `launch` starts
//! and `process` identifies and stops.
//!
//! Every operation may be interrupted and repeated: slow results are prepared in a temporary place and moved into place
//! as a whole, and a lock on the directory excludes concurrent operations.

mod config;
mod error;
mod files;
mod image;
mod install;
mod launch;
mod package_index;
mod process;
mod prune;
mod python;
mod settings;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::cloud::{self, Cloud, Tokens};
use crate::state_dir::{self, UserFolder};

pub use error::Error;
use error::IoContext as _;
pub use launch::{Lifetime, Tether};
use process::Process;
pub use settings::{Auth, Delay, DelayError, LabOptions, LabSettings};

/// The cloud's name in the lab's `clouds.yaml`.
pub const CLOUD: &str = "farrier-lab";

/// The mock machines, in the format of `baremetal create`.
const MACHINES: &str = include_str!("machines.yaml");
/// Flavors for the mock machines.
const FLAVORS: &str = include_str!("flavors.yaml");

/// Receives progress messages, one line each.
pub type LabProgress<'a> = &'a dyn Fn(&str);

/// A directory for an Ironic and its files.
#[derive(Debug, Clone)]
pub struct Lab {
    dir: PathBuf,
    cache: PathBuf,
}

/// A running lab.
#[derive(Debug)]
pub struct RunningLab {
    /// What was done.
    pub change: UpOutcome,
    /// Properties of the lab.
    pub facts: LabInfo,
    /// Its Ironic process.
    pub running: Running,
    /// The tether, if it was started with [`Lifetime::Tethered`].
    pub tether: Option<Tether>,
}

/// What [`Lab::up`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpOutcome {
    /// It was not running.
    Started,
    /// It ran with other settings. Its nodes and instances still exist.
    Restarted,
    /// It was already running with these settings.
    Nothing,
}

/// The status of a lab.
#[derive(Debug)]
pub struct Status {
    /// The directory, which may not exist yet.
    pub dir: PathBuf,
    /// The lab, if it was ever started.
    pub facts: Option<LabInfo>,
    /// Its Ironic, if it is running.
    pub running: Option<Running>,
}

/// The Ironic process of a lab.
#[derive(Debug, Clone, Copy)]
pub struct Running {
    /// The process ID, which is also the process group ID.
    pub pid: u32,
    /// When it started.
    pub since: SystemTime,
}

/// The properties of a lab, whether it is running or not.
#[derive(Debug, Clone)]
pub struct LabInfo {
    /// The lab's directory.
    pub dir: PathBuf,
    /// Ironic's URL.
    pub endpoint: String,
    /// Ironic's version.
    pub ironic_version: String,
    /// The lab's settings.
    pub settings: LabSettings,
    /// The `clouds.yaml` with [`CLOUD`].
    pub clouds_yaml: PathBuf,
    /// The mock machines, in the format of `baremetal create`.
    pub machines: PathBuf,
    /// Flavors for the mock machines.
    pub flavors: PathBuf,
    /// A tiny image to deploy.
    pub image_url: String,
    /// The SHA-256 of that image, in hexadecimal.
    pub image_checksum: String,
    /// Ironic's log.
    pub log: PathBuf,
    /// Whether the mock machines have been enrolled ([`Lab::note_machines`]).
    pub has_machines: bool,
}

/// The stored state of a lab.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct LabRecord {
    ironic_version: String,
    api_port: u16,
    /// For the server of images and of the mock ramdisks' agents.
    #[serde(alias = "images_port")]
    web_port: u16,
    settings: LabSettings,
    has_machines: bool,
}

impl Lab {
    /// The lab in `dir` (default: `farrier/lab` in `XDG_STATE_HOME`, or in `~/.local/state`). Packages are cached in
    /// `farrier/lab` in `XDG_CACHE_HOME` (or in `~/.cache`).
    ///
    /// # Errors
    /// [`Error::NoHome`] if these directories are unknown; [`Error::Directory`] for a path that Ironic's configuration
    /// cannot contain.
    pub fn new(dir: Option<PathBuf>) -> Result<Self, Error> {
        Self::named(dir, "farrier/lab")
    }

    /// Like [`new`](Self::new), but by default for a separate lab, `farrier/demo`, that may be deleted.
    ///
    /// # Errors
    /// See [`new`](Self::new).
    pub fn for_demo(dir: Option<PathBuf>) -> Result<Self, Error> {
        Self::named(dir, "farrier/demo")
    }

    fn named(dir: Option<PathBuf>, name: &str) -> Result<Self, Error> {
        let cache = user_folder(UserFolder::Cache)?.join("farrier/lab");
        let dir = match dir {
            Some(dir) => dir,
            None => user_folder(UserFolder::State)?.join(name),
        };
        if dir.as_os_str().is_empty() {
            return Err(Error::Directory { path: dir, reason: "the path is empty" });
        }
        let dir = without_dots(&dir).doing("find", &dir)?;
        if dir.to_str().is_none_or(|dir| dir.contains(['\n', '\r'])) {
            return Err(Error::Directory { path: dir, reason: "the path contains a line break" });
        }
        if let Some(reason) = unusable(&dir) {
            return Err(Error::Directory { path: dir, reason });
        }
        Ok(Self { dir, cache })
    }

    /// Makes sure that the lab is running with these options; other settings keep their values. A lab that is running
    /// with other settings is restarted with its database.
    ///
    /// # Errors
    /// See [`Error`]. Completed steps are kept, and the next call continues.
    pub fn up(
        &self,
        options: &LabOptions,
        lifetime: Lifetime,
        progress: LabProgress,
    ) -> Result<RunningLab, Error> {
        let _lock = self.lock(progress)?;
        let known = self.record()?;
        let mut record = match known.clone() {
            Some(record) if record.ironic_version != install::ironic_version() => {
                return Err(Error::OtherVersion { dir: self.dir.clone(), version: record.ironic_version });
            }
            Some(record) => record,
            None => LabRecord::new(),
        };
        record.settings = record.settings.with(options);
        let running = Process::read(&self.pid_file()).filter(Process::is_alive);
        let restarting = running.is_some();
        if let Some(process) = running {
            if known.as_ref() == Some(&record) && launch::answers(record.api_port) {
                return Ok(RunningLab {
                    change: UpOutcome::Nothing,
                    facts: self.facts(&record),
                    running: process.running(),
                    tether: None,
                });
            }
            progress("stopping Ironic to apply the new settings");
            self.stop(process)?;
        }
        let environment = install::ensure(&self.cache, progress)?;
        let (process, tether) = self.launch(&environment, &mut record, lifetime, progress)?;
        let change = if restarting { UpOutcome::Restarted } else { UpOutcome::Started };
        Ok(RunningLab { change, facts: self.facts(&record), running: process.running(), tether })
    }

    /// Installs other packages in the same way as the lab's own, to compare them with farrier: `requirements` pins all
    /// of them, and `what` is their name in progress messages. Returns the Python that has them, with their programs
    /// next to it.
    ///
    /// # Errors
    /// See [`Error`]; the next call starts over.
    pub fn install_additional(
        &self,
        requirements: &str,
        what: &str,
        progress: LabProgress,
    ) -> Result<PathBuf, Error> {
        install::install_additional(&self.cache, requirements, what, progress)
    }

    /// Stops the lab; returns whether it was running.
    ///
    /// # Errors
    /// [`Error::StillRunning`] if the process survives SIGKILL.
    pub fn down(&self, progress: LabProgress) -> Result<bool, Error> {
        if !self.dir.exists() {
            return Ok(false);
        }
        let _lock = self.lock(progress)?;
        let Some(process) = Process::read(&self.pid_file()).filter(Process::is_alive) else {
            return Ok(false);
        };
        self.stop(process)?;
        Ok(true)
    }

    /// Deletes the lab: stops it and removes its directory. The packages stay in the cache.
    ///
    /// # Errors
    /// See [`down`](Self::down); [`Error::Directory`] if the directory is not a lab, whose files are not touched.
    pub fn purge(&self, progress: LabProgress) -> Result<(), Error> {
        if !self.dir.exists() {
            return Ok(());
        }
        let _lock = self.lock(progress)?;
        if let Some(process) = Process::read(&self.pid_file()).filter(Process::is_alive) {
            self.stop(process)?;
        }
        fs::remove_dir_all(&self.dir).doing("remove", &self.dir)
    }

    /// The status of the lab.
    ///
    /// # Errors
    /// [`Error::Record`] if the lab's record is invalid.
    pub fn status(&self) -> Result<Status, Error> {
        let facts = self.record()?.map(|record| self.facts(&record));
        Ok(Status { dir: self.dir.clone(), facts, running: self.running() })
    }

    /// Its Ironic process, if it is running.
    #[must_use]
    pub fn running(&self) -> Option<Running> {
        Process::read(&self.pid_file()).filter(Process::is_alive).map(Process::running)
    }

    /// Whether a lab that is no longer running was stopped with `down`, rather than having ended by itself.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn was_stopped(&self, progress: LabProgress) -> Result<bool, Error> {
        // `down` has this lock until it has removed the PID file.
        let _lock = self.lock(progress)?;
        Ok(!self.pid_file().exists())
    }

    /// Records that the mock machines are enrolled, so that the next start does not enroll them again.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn note_machines(&self, progress: LabProgress) -> Result<(), Error> {
        let _lock = self.lock(progress)?;
        match self.record()? {
            Some(record) => self.write_record(&LabRecord { has_machines: true, ..record }),
            None => Ok(()),
        }
    }

    fn stop(&self, process: Process) -> Result<(), Error> {
        process.stop()?;
        files::remove(&self.pid_file())
    }

    fn facts(&self, record: &LabRecord) -> LabInfo {
        LabInfo {
            dir: self.dir.clone(),
            endpoint: config::url(record.api_port),
            ironic_version: record.ironic_version.clone(),
            settings: record.settings.clone(),
            clouds_yaml: self.dir.join("clouds.yaml"),
            machines: self.dir.join("machines.yaml"),
            flavors: self.dir.join("flavors.yaml"),
            image_url: format!("{}/{}", config::url(record.web_port), image::NAME),
            image_checksum: image::checksum(),
            log: self.log(),
            has_machines: record.has_machines,
        }
    }

    fn log(&self) -> PathBuf {
        self.dir.join("ironic.log")
    }

    fn pid_file(&self) -> PathBuf {
        self.dir.join("ironic.pid")
    }

    fn record(&self) -> Result<Option<LabRecord>, Error> {
        let path = self.dir.join("lab.json");
        let Some(text) = files::read(&path)? else { return Ok(None) };
        let record = serde_json::from_str(&text);
        record.map(Some).map_err(|error| Error::Record { path, reason: error.to_string() })
    }

    fn write_record(&self, record: &LabRecord) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(record).expect("a record is plain data");
        files::write(&self.dir.join("lab.json"), &text)
    }

    /// Locks the lab until the returned file is dropped. Refuses a directory with other content, because a lab writes
    /// into it and a purge removes all of it.
    fn lock(&self, progress: LabProgress) -> Result<File, Error> {
        files::make_directory(&self.dir)?;
        if self.record()?.is_none() {
            for entry in fs::read_dir(&self.dir).doing("list", &self.dir)? {
                // These are the first files of a new lab.
                let name = entry.doing("list", &self.dir)?.file_name();
                if name != "lock" && !state_dir::files::is_temporary(&name) {
                    let reason = "it contains files that are not part of a lab";
                    return Err(Error::Directory { path: self.dir.clone(), reason });
                }
            }
        }
        files::lock(&self.dir.join("lock"), || {
            progress("waiting for another farrier process that is using this lab");
        })
    }
}

impl LabInfo {
    /// The cloud in the lab's `clouds.yaml`.
    ///
    /// # Errors
    /// See [`Cloud::resolve`]; none if the file is unchanged.
    pub fn cloud(&self) -> Result<Cloud, cloud::Error> {
        let file = self.clouds_yaml.to_string_lossy().into_owned();
        let environment = [("OS_CLIENT_CONFIG_FILE".to_owned(), file)];
        Cloud::resolve(Some(CLOUD), None, Tokens::Forgotten, &environment.into_iter().collect())
    }
}

impl LabRecord {
    fn new() -> Self {
        let api_port = launch::free_port(&BTreeSet::new());
        Self {
            ironic_version: install::ironic_version().to_owned(),
            api_port,
            web_port: launch::free_port(&BTreeSet::from([api_port])),
            settings: LabSettings::default(),
            has_machines: false,
        }
    }
}

/// An absolute path without `..`, which Ironic rejects in its settings. Like the system, resolves symbolic links before
/// `..`.
fn without_dots(path: &Path) -> io::Result<PathBuf> {
    let mut plain = PathBuf::new();
    for component in std::path::absolute(path)?.components() {
        if component == Component::ParentDir {
            plain = plain.canonicalize().unwrap_or(plain);
            plain.pop();
        } else {
            plain.push(component);
        }
    }
    Ok(plain)
}

/// Why a path cannot be used as a directory, or created as one.
fn unusable(dir: &Path) -> Option<&'static str> {
    let existing = dir.ancestors().find(|path| fs::symlink_metadata(path).is_ok())?;
    match (fs::metadata(existing), existing == dir) {
        (Ok(metadata), _) if metadata.is_dir() => None,
        (Ok(_), true) => Some("it is a file, not a directory"),
        (Ok(_), false) => Some("a parent directory is a file"),
        (Err(_), _) => Some("it contains a broken symbolic link"),
    }
}

fn user_folder(folder: UserFolder) -> Result<PathBuf, Error> {
    folder.path().ok_or(Error::NoHome { variable: folder.variable() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parent_components_are_resolved_like_the_system_does() {
        let folder = crate::test_files::folder();
        let root = folder.path().canonicalize().expect("it is there");
        fs::create_dir_all(root.join("far/away")).expect("made");
        std::os::unix::fs::symlink("far/away", root.join("link")).expect("made");
        for (given, expected) in [
            ("lab", "lab"),
            ("none/../lab", "lab"),
            ("far/../lab/./", "lab"),
            ("link/../lab", "far/lab"),
            ("far/away/../../none/../lab", "lab"),
        ] {
            assert_eq!(without_dots(&root.join(given)).expect("found"), root.join(expected), "{given}");
        }
        assert_eq!(without_dots(Path::new("/..")).expect("found"), Path::new("/"));
    }
    #[test]
    fn a_lab_is_refused_in_a_file_and_below_one() {
        let folder = crate::test_files::folder();
        let root = folder.path();
        fs::write(root.join("file"), "").expect("written");
        fs::create_dir(root.join("there")).expect("made");
        std::os::unix::fs::symlink("nowhere", root.join("broken")).expect("made");
        std::os::unix::fs::symlink("there", root.join("link")).expect("made");
        for (name, reason) in [
            ("file", Some("it is a file, not a directory")),
            ("file/lab", Some("a parent directory is a file")),
            ("broken", Some("it contains a broken symbolic link")),
            ("there", None),
            ("link", None),
            ("new", None),
            ("there/new/lab", None),
        ] {
            assert_eq!(unusable(&root.join(name)), reason, "{name}");
        }
        for dir in [root.join("file"), root.join("file/lab"), PathBuf::new()] {
            for lab in [Lab::new(Some(dir.clone())), Lab::for_demo(Some(dir.clone()))] {
                assert!(matches!(lab, Err(Error::Directory { .. })), "{dir:?}");
            }
        }
    }
}
