//! A real Ironic with mock machines on this computer, for trying farrier and for its tests.
//!
//! A [`Lab`] is a directory: configuration, database, logs, images, the `clouds.yaml` that leads to it. Its Ironic
//! is one of a pinned set of packages (`install`) that all labs of a user share, and runs as a single process
//! that `launch` starts, tells apart from all others (`process`) and stops.
//!
//! Whatever is done here may be interrupted at any moment and done again: what takes long is made aside and put in
//! its place whole, and a lock on the directory keeps two callers from doing it at once.

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

use error::Doing as _;
pub use error::Error;
pub use launch::{Lifetime, Tether};
use process::Process;
pub use settings::{Auth, Delay, DelayError, Options, Settings};

/// The cloud's name in the lab's `clouds.yaml`.
pub const CLOUD: &str = "farrier-lab";

/// The mock machines, in the format of `baremetal create`.
const MACHINES: &str = include_str!("machines.yaml");
/// Flavors that fit them.
const FLAVORS: &str = include_str!("flavors.yaml");

/// What is told of the work while it goes on: one line each.
pub type Progress<'a> = &'a dyn Fn(&str);

/// A place for an Ironic and all that it needs.
#[derive(Debug, Clone)]
pub struct Lab {
    dir: PathBuf,
    cache: PathBuf,
}

/// A lab that was brought up.
#[derive(Debug)]
pub struct Up {
    /// What had to be done.
    pub change: Change,
    /// The lab.
    pub facts: Facts,
    /// Its Ironic.
    pub running: Running,
    /// What it hangs on, if it was started [`Lifetime::Tethered`].
    pub tether: Option<Tether>,
}

/// What bringing a lab up came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It was not running.
    Started,
    /// It ran with other settings; its machines and instances are still there.
    Restarted,
    /// It ran as asked already.
    Nothing,
}

/// What there is of a lab.
#[derive(Debug)]
pub struct Status {
    /// Where it is, or would be.
    pub dir: PathBuf,
    /// The lab, where one was ever brought up.
    pub facts: Option<Facts>,
    /// Its Ironic, where it runs.
    pub running: Option<Running>,
}

/// The Ironic of a lab.
#[derive(Debug, Clone, Copy)]
pub struct Running {
    /// Its process, and process group.
    pub pid: u32,
    /// When it was started.
    pub since: SystemTime,
}

/// A lab that was brought up at least once: what stays true of it whether it runs or not.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The lab's directory.
    pub dir: PathBuf,
    /// Ironic's URL.
    pub endpoint: String,
    /// Ironic's version.
    pub ironic_version: String,
    /// How it is set.
    pub settings: Settings,
    /// The `clouds.yaml` that has [`CLOUD`].
    pub clouds_yaml: PathBuf,
    /// The mock machines, in the format of `baremetal create`.
    pub machines: PathBuf,
    /// Flavors that fit them.
    pub flavors: PathBuf,
    /// A tiny image to deploy.
    pub image_url: String,
    /// The SHA-256 of that image, in hexadecimal.
    pub image_checksum: String,
    /// Ironic's log.
    pub log: PathBuf,
    /// Whether the mock machines were enrolled once ([`Lab::note_machines`]).
    pub has_machines: bool,
}

/// What is kept about a lab from one run to the next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Record {
    ironic_version: String,
    api_port: u16,
    /// Of the server of images, and of mock ramdisks' agents.
    #[serde(alias = "images_port")]
    web_port: u16,
    settings: Settings,
    has_machines: bool,
}

impl Lab {
    /// The lab in `dir`, or the user's own: `farrier/lab` under `XDG_STATE_HOME` (`~/.local/state`). Packages are kept
    /// in `farrier/lab` under `XDG_CACHE_HOME` (`~/.cache`).
    ///
    /// # Errors
    /// [`Error::NoHome`] where these cannot be told; [`Error::Directory`] for a name that Ironic's configuration
    /// cannot hold.
    pub fn new(dir: Option<PathBuf>) -> Result<Self, Error> {
        Self::named(dir, "farrier/lab")
    }

    /// As [`new`](Self::new), but for a lab beside the user's own, `farrier/demo`, that may be thrown away.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn for_demo(dir: Option<PathBuf>) -> Result<Self, Error> {
        Self::named(dir, "farrier/demo")
    }

    fn named(dir: Option<PathBuf>, name: &str) -> Result<Self, Error> {
        let cache = user_directory("XDG_CACHE_HOME", ".cache")?.join("farrier/lab");
        let dir = match dir {
            Some(dir) => dir,
            None => user_directory("XDG_STATE_HOME", ".local/state")?.join(name),
        };
        if dir.as_os_str().is_empty() {
            return Err(Error::Directory { path: dir, reason: "its name is empty" });
        }
        let dir = without_dots(&dir).doing("find", &dir)?;
        if dir.to_str().is_none_or(|dir| dir.contains(['\n', '\r'])) {
            return Err(Error::Directory {
                path: dir,
                reason: "its name has characters that no setting can hold",
            });
        }
        if let Some(reason) = unusable(&dir) {
            return Err(Error::Directory { path: dir, reason });
        }
        Ok(Self { dir, cache })
    }

    /// Sees to it that the lab runs, with these options; those not given stay as they were. A lab that runs with
    /// other settings is started anew, with its database.
    ///
    /// # Errors
    /// See [`Error`]. What was done remains, and the next call goes on from there.
    pub fn up(&self, options: &Options, lifetime: Lifetime, progress: Progress) -> Result<Up, Error> {
        let _lock = self.lock(progress)?;
        let known = self.record()?;
        let mut record = match known.clone() {
            Some(record) if record.ironic_version != install::ironic_version() => {
                return Err(Error::OtherVersion { dir: self.dir.clone(), version: record.ironic_version });
            }
            Some(record) => record,
            None => Record::new(),
        };
        record.settings = record.settings.with(options);
        let running = Process::read(&self.pid_file()).filter(Process::is_alive);
        let restarting = running.is_some();
        if let Some(process) = running {
            if known.as_ref() == Some(&record) && launch::answers(record.api_port) {
                return Ok(Up {
                    change: Change::Nothing,
                    facts: self.facts(&record),
                    running: process.running(),
                    tether: None,
                });
            }
            progress("stopping Ironic, to start it with what is asked for now");
            self.stop(process)?;
        }
        let environment = install::ensure(&self.cache, progress)?;
        let (process, tether) = self.launch(&environment, &mut record, lifetime, progress)?;
        let change = if restarting { Change::Restarted } else { Change::Started };
        Ok(Up { change, facts: self.facts(&record), running: process.running(), tether })
    }

    /// Installs other packages as the lab's own are, to compare what is in them with farrier on the lab: `requirements`
    /// pins all of them, and `what` is what the progress calls them. The answer is the Python that has them, with
    /// their programs beside it.
    ///
    /// # Errors
    /// See [`Error`]; the next call begins anew.
    pub fn install_beside(
        &self,
        requirements: &str,
        what: &str,
        progress: Progress,
    ) -> Result<PathBuf, Error> {
        install::beside(&self.cache, requirements, what, progress)
    }

    /// Stops what runs; says whether anything did.
    ///
    /// # Errors
    /// [`Error::StillRunning`] for a process that even a kill does not end.
    pub fn down(&self, progress: Progress) -> Result<bool, Error> {
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

    /// Forgets the lab: stops what runs, and removes its directory. The packages stay, for the next one.
    ///
    /// # Errors
    /// As [`down`](Self::down); [`Error::Directory`] if this is no lab, whose files are left alone.
    pub fn purge(&self, progress: Progress) -> Result<(), Error> {
        if !self.dir.exists() {
            return Ok(());
        }
        let _lock = self.lock(progress)?;
        if let Some(process) = Process::read(&self.pid_file()).filter(Process::is_alive) {
            self.stop(process)?;
        }
        fs::remove_dir_all(&self.dir).doing("remove", &self.dir)
    }

    /// What there is.
    ///
    /// # Errors
    /// [`Error::Record`] if the lab's notes cannot be understood.
    pub fn status(&self) -> Result<Status, Error> {
        let facts = self.record()?.map(|record| self.facts(&record));
        Ok(Status { dir: self.dir.clone(), facts, running: self.running() })
    }

    /// Its Ironic, where it runs.
    #[must_use]
    pub fn running(&self) -> Option<Running> {
        Process::read(&self.pid_file()).filter(Process::is_alive).map(Process::running)
    }

    /// Whether a lab that no longer runs was brought down, rather than having ended by itself.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn was_stopped(&self, progress: Progress) -> Result<bool, Error> {
        // Whoever stops it holds this until the traces are gone too.
        let _lock = self.lock(progress)?;
        Ok(!self.pid_file().exists())
    }

    /// Remembers that the mock machines were enrolled, so that it is not done again at the next start.
    ///
    /// # Errors
    /// [`Error::Io`]
    pub fn note_machines(&self, progress: Progress) -> Result<(), Error> {
        let _lock = self.lock(progress)?;
        match self.record()? {
            Some(record) => self.keep(&Record { has_machines: true, ..record }),
            None => Ok(()),
        }
    }

    fn stop(&self, process: Process) -> Result<(), Error> {
        process.stop()?;
        files::remove(&self.pid_file())
    }

    fn facts(&self, record: &Record) -> Facts {
        Facts {
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

    fn record(&self) -> Result<Option<Record>, Error> {
        let path = self.dir.join("lab.json");
        let Some(text) = files::read(&path)? else { return Ok(None) };
        let record = serde_json::from_str(&text);
        record.map(Some).map_err(|error| Error::Record { path, reason: error.to_string() })
    }

    fn keep(&self, record: &Record) -> Result<(), Error> {
        let text = serde_json::to_string_pretty(record).expect("a record is plain data");
        files::write(&self.dir.join("lab.json"), &text)
    }

    /// Takes the lab for this caller alone, until the answer is dropped. Leaves alone a directory that holds something
    /// else: a lab writes into it, and a purge removes it whole.
    fn lock(&self, progress: Progress) -> Result<File, Error> {
        files::make_directory(&self.dir)?;
        if self.record()?.is_none() {
            for entry in fs::read_dir(&self.dir).doing("list", &self.dir)? {
                // The first files of a lab that is just being made.
                let name = entry.doing("list", &self.dir)?.file_name();
                if name != "lock" && name != "lab.new" {
                    let reason = "it holds something that is no lab";
                    return Err(Error::Directory { path: self.dir.clone(), reason });
                }
            }
        }
        files::lock(&self.dir.join("lock"), || progress("waiting for another farrier that works on this lab"))
    }
}

impl Facts {
    /// The lab as its `clouds.yaml` tells clients of it.
    ///
    /// # Errors
    /// See [`Cloud::resolve`]; with the file as it was written there is none.
    pub fn cloud(&self) -> Result<Cloud, cloud::Error> {
        let file = self.clouds_yaml.to_string_lossy().into_owned();
        let environment = [("OS_CLIENT_CONFIG_FILE".to_owned(), file)];
        Cloud::resolve(Some(CLOUD), None, Tokens::Forgotten, &environment.into_iter().collect())
    }
}

impl Record {
    fn new() -> Self {
        let api_port = launch::free_port(&BTreeSet::new());
        Self {
            ironic_version: install::ironic_version().to_owned(),
            api_port,
            web_port: launch::free_port(&BTreeSet::from([api_port])),
            settings: Settings::default(),
            has_machines: false,
        }
    }
}

/// An absolute path without `..`, which Ironic rejects in its settings. After a symbolic link, `..` is resolved as the
/// system does.
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

/// Why a path can neither be a directory nor become one.
fn unusable(dir: &Path) -> Option<&'static str> {
    let existing = dir.ancestors().find(|path| fs::symlink_metadata(path).is_ok())?;
    match (fs::metadata(existing), existing == dir) {
        (Ok(about), _) if about.is_dir() => None,
        (Ok(_), true) => Some("it is a file, not a directory"),
        (Ok(_), false) => Some("a parent of it is a file, not a directory"),
        (Err(_), _) => Some("a symbolic link in it leads nowhere"),
    }
}

/// The directory that `variable` names, else the one in the home, as the XDG base directory specification has it: a
/// relative one does not count.
fn user_directory(variable: &'static str, below_home: &str) -> Result<PathBuf, Error> {
    let named = std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || std::env::var_os("HOME").map(PathBuf::from).filter(|home| home.is_absolute());
    named.or_else(|| Some(home()?.join(below_home))).ok_or(Error::NoHome { variable })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parent_components_are_resolved_as_the_system_does() {
        let folder = crate::scratch::folder();
        let root = folder.path().canonicalize().expect("it is there");
        fs::create_dir_all(root.join("far/away")).expect("made");
        std::os::unix::fs::symlink("far/away", root.join("link")).expect("made");
        for (given, meant) in [
            ("lab", "lab"),
            ("none/../lab", "lab"),
            ("far/../lab/./", "lab"),
            ("link/../lab", "far/lab"),
            ("far/away/../../none/../lab", "lab"),
        ] {
            assert_eq!(without_dots(&root.join(given)).expect("found"), root.join(meant), "{given}");
        }
        assert_eq!(without_dots(Path::new("/..")).expect("found"), Path::new("/"));
    }
    #[test]
    fn a_lab_is_refused_in_a_file_and_below_one() {
        let folder = crate::scratch::folder();
        let root = folder.path();
        fs::write(root.join("file"), "").expect("written");
        fs::create_dir(root.join("there")).expect("made");
        std::os::unix::fs::symlink("nowhere", root.join("broken")).expect("made");
        std::os::unix::fs::symlink("there", root.join("link")).expect("made");
        for (name, reason) in [
            ("file", Some("it is a file, not a directory")),
            ("file/lab", Some("a parent of it is a file, not a directory")),
            ("broken", Some("a symbolic link in it leads nowhere")),
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
