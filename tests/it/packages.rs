//! Python packages that tests need in addition to the lab's, installed in the same way.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

use farrier::lab::Lab;

use crate::run;

/// The variable that tells the installing process which set to install.
const WHICH: &str = "FARRIER_TEST_PACKAGES";

/// The sets of packages: a name, their list, and their name in messages.
const SETS: [(&str, &str, &str); 2] = [
    ("bmc", include_str!("bmc/requirements.txt"), "a Redfish emulator"),
    ("site", include_str!("site/requirements.txt"), "Keystone and other services"),
];

/// The prefix of the installing process's answer.
const ANSWER: &str = "python: ";

/// The Python interpreter that has a set of packages.
///
/// A child process installs them, marked as part of this run, so that the clean-up also ends an interrupted
/// installation.
pub(crate) fn python(set: &str) -> PathBuf {
    let mut command = Command::new(std::env::current_exe().expect("it is this program"));
    command.args(["--exact", "packages::packages_are_installed", "--ignored", "--nocapture"]).env(WHICH, set);
    let output = run::mark(&mut command).output().expect("it runs");
    let stdout = String::from_utf8_lossy(&output.stdout);
    // The test harness may have begun the line.
    let path = stdout.lines().find_map(|line| Some(line.split_once(ANSWER)?.1));
    let complaint = String::from_utf8_lossy(&output.stderr);
    PathBuf::from(path.unwrap_or_else(|| panic!("packages of the {set} cannot be installed: {complaint}")))
}

#[test]
#[ignore = "it is called by tests that need packages"]
fn packages_are_installed() {
    let Ok(which) = std::env::var(WHICH) else { return };
    let (_, requirements, what) = SETS.into_iter().find(|(name, ..)| *name == which).expect("there is one");
    // All labs share the packages, so this one need not exist.
    let lab = Lab::new(Some("/nonexistent".into())).expect("there is a home");
    let python = lab.install_additional(requirements, what, &|_| ());
    let python = python.unwrap_or_else(|error| panic!("{error}"));
    let answer = format!("{ANSWER}{}\n", python.display());
    std::io::stdout().write_all(answer.as_bytes()).expect("the pipe is open");
}
