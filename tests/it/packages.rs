//! Python packages that tests need besides the lab's, installed as those are.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

use farrier::lab::Lab;

use crate::run;

/// What names the set to the process that installs it.
const WHICH: &str = "FARRIER_TEST_PACKAGES";

/// Sets of packages: a name, their list, and what messages call them.
const SETS: [(&str, &str, &str); 2] = [
    ("bmc", include_str!("bmc/requirements.txt"), "a Redfish emulator"),
    ("site", include_str!("site/requirements.txt"), "Keystone and the services beside it"),
];

/// What stands before the answer of the process that installs.
const ANSWER: &str = "python: ";

/// The Python that has a set of packages.
///
/// They are installed by another process of this program, which bears the run's mark, so that an interrupted run
/// leaves no installation under way.
pub(crate) fn python(set: &str) -> PathBuf {
    let mut command = Command::new(std::env::current_exe().expect("it is this program"));
    command.args(["--exact", "packages::are_installed", "--ignored", "--nocapture"]).env(WHICH, set);
    let output = run::mark(&mut command).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    // The harness may have begun the line.
    let path = said.lines().find_map(|line| Some(line.split_once(ANSWER)?.1));
    let complaint = String::from_utf8_lossy(&output.stderr);
    PathBuf::from(path.unwrap_or_else(|| panic!("packages of the {set} cannot be installed: {complaint}")))
}

#[test]
#[ignore = "it is called by tests that need packages"]
fn are_installed() {
    let Ok(which) = std::env::var(WHICH) else { return };
    let (_, requirements, what) = SETS.into_iter().find(|(name, ..)| *name == which).expect("there is one");
    // Packages are shared by all labs, so this one need not exist.
    let lab = Lab::new(Some("/nonexistent".into())).expect("there is a home");
    let python = lab.install_additional(requirements, what, &|_| ());
    let python = python.unwrap_or_else(|error| panic!("{error}"));
    let answer = format!("{ANSWER}{}\n", python.display());
    std::io::stdout().write_all(answer.as_bytes()).expect("somebody reads it");
}
