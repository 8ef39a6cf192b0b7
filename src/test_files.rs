//! Temporary folders and files for unit tests, below `target/`, so that an interrupted run leaves nothing elsewhere.

use std::path::PathBuf;

use tempfile::{NamedTempFile, TempDir};

/// The parent folder, `target/tmp`, found from the test binary in `target/debug/deps`.
fn parent() -> PathBuf {
    let program = std::env::current_exe().expect("tests have an executable");
    let parent = program.ancestors().nth(3).expect("the executable is below target").join("tmp");
    std::fs::create_dir_all(&parent).expect("target is writable");
    parent
}

/// A temporary folder, removed when dropped.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir_in(parent()).expect("a folder in target")
}

/// A temporary file, removed when dropped.
pub(crate) fn file() -> NamedTempFile {
    NamedTempFile::new_in(parent()).expect("a file in target")
}
