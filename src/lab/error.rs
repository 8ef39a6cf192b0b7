//! What can go wrong with a lab, and what mends it.

use std::io;
use std::path::{Path, PathBuf};

/// Whatever a lab may fail with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing says where the user's files are.
    #[error("neither {variable} nor HOME says where the lab is to live")]
    NoHome {
        /// The variable that would have said it.
        variable: &'static str,
    },
    /// The lab cannot be in this directory.
    #[error("no lab can be in {}: {reason}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// Why not.
        reason: &'static str,
    },
    /// A file could not be read or written.
    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        /// What was to be done.
        what: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// What the lab noted about itself cannot be understood.
    #[error("{} is damaged: {reason}", path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The lab's database was made by another version of Ironic, and SQLite's cannot be converted.
    #[error("the lab in {} was made with Ironic {version}, which this farrier does not run", dir.display())]
    OtherVersion {
        /// The lab's directory.
        dir: PathBuf,
        /// The version.
        version: String,
    },
    /// Processes can be told apart only where Linux shows them.
    #[error("a lab needs Linux: there is no /proc")]
    NoProc,
    /// There is no Python that Ironic can run on.
    #[error("Ironic needs Python {needed} or newer, and {}", found_text(found))]
    NoPython {
        /// The oldest that serves.
        needed: String,
        /// What was found on `PATH`, with its version.
        found: Vec<String>,
    },
    /// Nothing is there to install packages with.
    #[error("nothing to install Python packages with: {}", tried.join("; "))]
    NoInstaller {
        /// What was looked for, and why it does not serve.
        tried: Vec<String>,
    },
    /// The index that Python packages come from does not answer.
    #[error("cannot install Python packages: no connection to {host}: {reason}")]
    NoIndex {
        /// The index, or whatever it is called by.
        host: String,
        /// What the system says.
        reason: String,
    },
    /// A program that prepares the lab failed.
    #[error("`{command}` failed{}", lines_text(lines))]
    Command {
        /// What was called.
        command: String,
        /// The last lines of what it said.
        lines: Vec<String>,
        /// Whether it had to reach the package registry.
        network: bool,
    },
    /// Ironic did not come up.
    #[error("Ironic {what}{}\nits log is {}", lines_text(lines), log.display())]
    NotStarted {
        /// How that showed.
        what: &'static str,
        /// What its log says.
        lines: Vec<String>,
        /// The log.
        log: PathBuf,
    },
    /// A process is there after it was killed.
    #[error("process {pid} does not end, not even when killed")]
    StillRunning {
        /// The process.
        pid: u32,
    },
}

impl Error {
    /// What to type or to look at next.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoHome { .. } => "set HOME, or name a directory with --dir".to_owned(),
            Self::Directory { .. } => "name another directory with --dir".to_owned(),
            Self::Record { .. } | Self::OtherVersion { .. } => {
                "`farrier lab down --purge` forgets the lab and all in it; then `farrier lab up` makes a new one"
                    .to_owned()
            }
            Self::NoPython { .. } => "sudo apt-get install python3".to_owned(),
            Self::NoInstaller { .. } => "sudo apt-get install python3-venv".to_owned(),
            Self::NoIndex { .. } => "the first start of a lab downloads its packages: connect to the network, or set PIP_INDEX_URL and \
                 HTTPS_PROXY for yours, and run the same command again"
                .to_owned(),
            Self::Command { network: true, .. } => {
                "packages come from the registry that pip is set to: is there a network, are PIP_INDEX_URL and \
                 HTTPS_PROXY right? `farrier lab up` again goes on"
                    .to_owned()
            }
            Self::StillRunning { pid } => format!("`ps -o stat,wchan,args {pid}` shows what it waits for"),
            _ => return None,
        })
    }
}

fn found_text(found: &[String]) -> String {
    if found.is_empty() {
        "no python3 is on PATH".to_owned()
    } else {
        format!("there is only {}", found.join(", "))
    }
}

fn lines_text(lines: &[String]) -> String {
    let indented = lines.iter().map(|line| format!("\n  {line}"));
    if lines.is_empty() { String::new() } else { format!(":{}", indented.collect::<String>()) }
}

/// Says of an I/O error what was being done, and to which file.
pub(super) trait Doing<T> {
    fn doing(self, what: &'static str, path: &Path) -> Result<T, Error>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, what: &'static str, path: &Path) -> Result<T, Error> {
        self.map_err(|source| Error::Io { what, path: path.to_owned(), source })
    }
}
