//! Files of labs. Errors name the operation and the file.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::Path;

use super::error::{Error, IoContext as _};
use crate::state_dir::files::{self, IfLocked};

/// Creates a directory and its parents, accessible only to the owner.
pub(super) fn make_directory(path: &Path) -> Result<(), Error> {
    files::create_folder(path).doing("create", path)
}

/// The text of a file, if it exists.
pub(super) fn read(path: &Path) -> Result<Option<String>, Error> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        result => result.map(Some).doing("read", path),
    }
}

/// Writes a file atomically. Only the owner can read it.
pub(super) fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<(), Error> {
    files::write(path, content).doing("write", path)
}

/// Removes a file, or a directory with its content, if it exists.
pub(super) fn remove(path: &Path) -> Result<(), Error> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        result => result.doing("remove", path),
    }
}

/// Locks `path` until the returned file is dropped; calls `waiting` if another process has the lock.
pub(super) fn lock(path: &Path, waiting: impl Fn()) -> Result<File, Error> {
    if let Some(parent) = path.parent() {
        make_directory(parent)?;
    }
    files::lock(path, IfLocked::Wait(&waiting)).doing("lock", path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_read_and_removed_without_an_error() {
        let dir = crate::test_files::folder();
        let path = dir.path().join("deep/clouds.yaml");
        make_directory(path.parent().expect("it has one")).expect("made");
        write(&path, "one").expect("written");
        assert_eq!(read(&path).expect("read").as_deref(), Some("one"));
        remove(&path).expect("removed");
        remove(&path).expect("gone already");
        assert_eq!(read(&path).expect("read"), None);
    }

    #[test]
    fn errors_name_the_operation_and_the_file() {
        let dir = crate::test_files::folder();
        fs::write(dir.path().join("file"), "").expect("written");
        let path = dir.path().join("file/lock");
        let error = lock(&path, || panic!("nobody has it")).expect_err("its directory is a file");
        assert!(
            error.to_string().starts_with(&format!("cannot create {}/file: ", dir.path().display())),
            "{error}"
        );
        let error = write(&path, "").expect_err("its directory is a file");
        assert!(error.to_string().starts_with(&format!("cannot write {}: ", path.display())), "{error}");
    }
}
