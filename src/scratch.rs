//! Temporary folders and files for unit tests, below `target/`, so that an interrupted run leaves nothing elsewhere.

use std::path::PathBuf;

use tempfile::{NamedTempFile, TempDir};

/// The folder for all of them: `target/tmp`, found from the test binary in `target/debug/deps`.
fn place() -> PathBuf {
    let program = std::env::current_exe().expect("the tests are a program");
    let place = program.ancestors().nth(3).expect("cargo put it into target").join("tmp");
    std::fs::create_dir_all(&place).expect("target can be written to");
    place
}

/// A folder that is removed when it is dropped.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir_in(place()).expect("a folder in target")
}

/// A file that is removed when it is dropped.
pub(crate) fn file() -> NamedTempFile {
    NamedTempFile::new_in(place()).expect("a file in target")
}
