//! Files that only their owner may read, and that are there whole or not at all.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use super::error::{Doing as _, Error};

/// Makes a directory and those above it, for the owner alone.
pub(super) fn make_directory(path: &Path) -> Result<(), Error> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).doing("make", path)
}

/// The text of a file, if it exists.
pub(super) fn read(path: &Path) -> Result<Option<String>, Error> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        result => result.map(Some).doing("read", path),
    }
}

/// Puts a file in place in one step.
pub(super) fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<(), Error> {
    let aside = path.with_extension("new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&aside)
        .doing("write", &aside)?;
    file.write_all(content.as_ref()).doing("write", &aside)?;
    fs::rename(&aside, path).doing("write", path)
}

/// Removes a file or a directory with all in it, if it exists.
pub(super) fn remove(path: &Path) -> Result<(), Error> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        result => result.doing("remove", path),
    }
}

/// Locks `path` until the answer is dropped; calls `waiting` if that has to wait for somebody else.
///
/// The directory may be removed by the one waited for, lock and all: then the lock is not what is at `path` now, and
/// has to be taken anew.
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

/// Locks `path` as [`lock`] does, if nobody else has.
pub(super) fn try_lock(path: &Path) -> Option<File> {
    let file = open_lock(path).ok()?;
    file.try_lock().ok()?;
    is_at(&file, path).then_some(file)
}

fn open_lock(path: &Path) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600).open(path).doing("open", path)
}

/// Whether what is at `path` now is this file, and not one made after it was removed.
fn is_at(file: &File, path: &Path) -> bool {
    let inode = |file: io::Result<Metadata>| file.map(|file| file.ino()).ok();
    inode(file.metadata()).is_some_and(|held| inode(fs::metadata(path)) == Some(held))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn what_is_written_is_whole_and_private() {
        let dir = crate::scratch::folder();
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
    fn a_lock_that_was_removed_is_taken_anew() {
        let dir = crate::scratch::folder();
        let path = dir.path().join("lab/lock");
        let first = lock(&path, || panic!("nobody holds it")).expect("locked");
        std::thread::scope(|scope| {
            let (told, waits) = std::sync::mpsc::channel();
            let second = scope.spawn({
                let path = &path;
                move || lock(path, || told.send(()).expect("somebody listens")).expect("locked")
            });
            waits.recv().expect("the second waits");
            remove(path.parent().expect("it has one")).expect("removed");
            drop(first);
            let second = second.join().expect("it ended");
            let there = fs::metadata(&path).expect("made again");
            assert_eq!(second.metadata().expect("open").ino(), there.ino());
        });
    }
}
