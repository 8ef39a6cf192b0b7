//! Errors of labs, and hints for them.

use std::io;
use std::path::{Path, PathBuf};

/// An error of a lab.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The user's directories are unknown.
    #[error("cannot find the lab's directory: {variable} and HOME are not set")]
    NoHome {
        /// The variable that overrides HOME.
        variable: &'static str,
    },
    /// The lab cannot use this directory.
    #[error("cannot use {} for a lab: {reason}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// Why not.
        reason: &'static str,
    },
    /// A file or process operation failed.
    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        /// The operation.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The lab's record is invalid.
    #[error("{} is invalid: {reason}", path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// The problem.
        reason: String,
    },
    /// The lab's database was created by another version of Ironic, and Ironic cannot migrate SQLite databases.
    #[error("the lab in {} was created with Ironic {version}, which this farrier does not support", dir.display())]
    OtherVersion {
        /// The lab's directory.
        dir: PathBuf,
        /// The version.
        version: String,
    },
    /// There is no /proc, which is needed to identify processes.
    #[error("a lab needs Linux: /proc is missing")]
    NoProc,
    /// There is no suitable Python for Ironic.
    #[error("Ironic needs Python {needed} or newer: {}", found_text(found))]
    NoPython {
        /// The minimum version.
        needed: String,
        /// The Pythons on `PATH`, with their versions.
        found: Vec<String>,
    },
    /// There is no installer for Python packages.
    #[error("cannot install Python packages: {}", tried.join("; "))]
    NoInstaller {
        /// What was tried and why it failed.
        tried: Vec<String>,
    },
    /// The package index is unreachable.
    #[error("cannot install Python packages: cannot reach {host}: {reason}")]
    NoIndex {
        /// The host name of the index.
        host: String,
        /// The system's error.
        reason: String,
    },
    /// A program that prepares the lab failed.
    #[error("`{command}` failed{}", lines_text(lines))]
    Command {
        /// The command line.
        command: String,
        /// The last lines of its output.
        lines: Vec<String>,
        /// Whether it needs the network.
        network: bool,
    },
    /// Ironic did not start.
    #[error("cannot start Ironic: {what}{}\nlog: {}", lines_text(lines), log.display())]
    NotStarted {
        /// What happened.
        what: &'static str,
        /// Errors from its log.
        lines: Vec<String>,
        /// The log.
        log: PathBuf,
    },
    /// A process is still running after it was killed.
    #[error("process {pid} is still running after SIGKILL")]
    StillRunning {
        /// The process.
        pid: u32,
    },
}

impl Error {
    /// What to do next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoHome { .. } => "set HOME, or give a directory with --dir".to_owned(),
            Self::Directory { .. } => "choose another directory with --dir".to_owned(),
            Self::Record { .. } | Self::OtherVersion { .. } => {
                "delete the lab and everything in it, then create a new one: `farrier lab down --purge && farrier lab up`"
                    .to_owned()
            }
            Self::NoPython { .. } => "install Python: `sudo apt-get install python3`".to_owned(),
            Self::NoInstaller { .. } => "install Python's venv module: `sudo apt-get install python3-venv`".to_owned(),
            Self::NoIndex { .. } => "the first start of a lab downloads packages: connect to the network, or set PIP_INDEX_URL and \
                 HTTPS_PROXY; then run the same command again"
                .to_owned(),
            Self::Command { network: true, .. } => {
                "check the network, PIP_INDEX_URL and HTTPS_PROXY, then continue: `farrier lab up`"
                    .to_owned()
            }
            Self::StillRunning { pid } => format!("see what it is waiting for: `ps -o stat,wchan,args {pid}`"),
            _ => return None,
        })
    }
}

fn found_text(found: &[String]) -> String {
    if found.is_empty() {
        "no python3 on PATH".to_owned()
    } else {
        format!("found only {}", found.join(", "))
    }
}

fn lines_text(lines: &[String]) -> String {
    let indented = lines.iter().map(|line| format!("\n  {line}"));
    if lines.is_empty() { String::new() } else { format!(":{}", indented.collect::<String>()) }
}

/// Adds the operation and the file to an I/O error.
pub(super) trait IoContext<T> {
    fn doing(self, what: &'static str, path: &Path) -> Result<T, Error>;
}

impl<T> IoContext<T> for io::Result<T> {
    fn doing(self, what: &'static str, path: &Path) -> Result<T, Error> {
        self.map_err(|source| Error::Io { what, path: path.to_owned(), source })
    }
}
