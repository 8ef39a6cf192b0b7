//! Files that only their owner can read, written atomically.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use super::error::{Doing as _, Error};

/// Creates a directory and its parents, accessible only to the owner.
pub(super) fn make_directory(path: &Path) -> Result<(), Error> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).doing("create", path)
}

/// The text of a file, if it exists.
pub(super) fn read(path: &Path) -> Result<Option<String>, Error> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        result => result.map(Some).doing("read", path),
    }
}

/// Writes a file atomically.
pub(super) fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<(), Error> {
    let temporary = path.with_extension("new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&temporary)
        .doing("write", &temporary)?;
    file.write_all(content.as_ref()).doing("write", &temporary)?;
    fs::rename(&temporary, path).doing("write", path)
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
///
/// The other process may remove the directory with the lock file: then the locked file is no longer the one at `path`,
/// and this locks again.
pub(super) fn lock(path: &Path, waiting: impl Fn()) -> Result<File, Error> {
    loop {
        if let Some(parent) = path.parent() {
            make_directory(parent)?;
        }
        let file = open_lock(path)?;
        match file.try_lock() {
            Ok(()) => (),
            Err(TryLockError::WouldBlock) => {
                waiting();
                file.lock().doing("lock", path)?;
            }
            Err(TryLockError::Error(error)) => Err(error).doing("lock", path)?,
        }
        if is_at(&file, path) {
            return Ok(file);
        }
    }
}

/// Like [`lock`], but only if no other process has the lock.
pub(super) fn try_lock(path: &Path) -> Option<File> {
    let file = open_lock(path).ok()?;
    file.try_lock().ok()?;
    is_at(&file, path).then_some(file)
}

fn open_lock(path: &Path) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600).open(path).doing("open", path)
}

/// Whether `path` is still this file, and not a new one.
fn is_at(file: &File, path: &Path) -> bool {
    let inode = |file: io::Result<Metadata>| file.map(|file| file.ino()).ok();
    inode(file.metadata()).is_some_and(|locked| inode(fs::metadata(path)) == Some(locked))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_written_file_is_complete_and_private() {
        let dir = crate::test_files::folder();
        let path = dir.path().join("deep/clouds.yaml");
        make_directory(path.parent().expect("it has one")).expect("made");
        write(&path, "one").expect("written");
        write(&path, "two").expect("written again");
        assert_eq!(read(&path).expect("read").as_deref(), Some("two"));
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().expect("it has one")).expect("listed").count(), 1);
        remove(&path).expect("removed");
        remove(&path).expect("gone already");
        assert_eq!(read(&path).expect("read"), None);
    }

    #[test]
    fn a_lock_whose_file_was_removed_is_taken_again() {
        let dir = crate::test_files::folder();
        let path = dir.path().join("lab/lock");
        let first = lock(&path, || panic!("nobody has it")).expect("locked");
        std::thread::scope(|scope| {
            let (waiting, waits) = std::sync::mpsc::channel();
            let second = scope.spawn({
                let path = &path;
                move || lock(path, || waiting.send(()).expect("there is a receiver")).expect("locked")
            });
            waits.recv().expect("the second waits");
            remove(path.parent().expect("it has one")).expect("removed");
            drop(first);
            let second = second.join().expect("it ended");
            let current = fs::metadata(&path).expect("created again");
            assert_eq!(second.metadata().expect("open").ino(), current.ino());
        });
    }
}
