//! Writes and locks files that only their owner can read.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::rest::Stop;

/// How long [`IfLocked::WaitBriefly`] waits. Other runs hold such locks for milliseconds, unless they or their disk
/// hang.
pub(crate) const BRIEFLY: Duration = Duration::from_secs(1);

/// What [`lock`] does if another process has the lock.
#[derive(Clone, Copy)]
pub(crate) enum IfLocked<'a> {
    /// Fails at once.
    Fail,
    /// Waits for [`BRIEFLY`], then fails: for data that is not essential.
    WaitBriefly,
    /// Calls the function, then waits without a limit.
    Wait(&'a dyn Fn()),
}

/// The beginning of the names of files that [`write()`] renames. Only a killed run leaves one.
const TEMPORARY: &str = ".farrier-";

/// Whether [`write()`] could have left a file of this name.
pub(crate) fn is_temporary(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(TEMPORARY.as_bytes())
}

/// Creates a folder and its parents, accessible only to their owner.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Writes a file that only its owner can read. It replaces the file at `path` at once: after a crash, the old content
/// or the new one is complete.
pub(crate) fn write(path: &Path, content: impl AsRef<[u8]>) -> io::Result<()> {
    // In the same folder, because a rename does not cross file systems. The random name keeps parallel runs apart.
    let temporary = path.with_file_name(format!("{TEMPORARY}{:016x}", fastrand::u64(..)));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
    let written = file
        .write_all(content.as_ref())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&temporary, path));
    written.inspect_err(|_| drop(fs::remove_file(&temporary)))
}

/// Opens a file, and creates it so that only its owner can read it. Refuses anything else than a regular file: a FIFO
/// could block forever.
pub(crate) fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(io::Error::new(ErrorKind::InvalidInput, "not a file"));
    }
    options.mode(0o600).open(path)
}

/// Locks the file at `path` until the result is dropped. Creates the file and its folder.
///
/// The process that has the lock may remove the file: then the locked file is no longer the one at `path`, and this
/// locks again.
pub(crate) fn lock(path: &Path, if_locked: IfLocked<'_>) -> io::Result<File> {
    let began = Instant::now();
    loop {
        if let Some(folder) = path.parent() {
            create_folder(folder)?;
        }
        let file = open(path, OpenOptions::new().read(true).append(true).create(true))?;
        match (file.try_lock(), if_locked) {
            (Ok(()), _) => (),
            (Err(TryLockError::Error(error)), _) => return Err(error),
            (Err(TryLockError::WouldBlock), IfLocked::WaitBriefly) if began.elapsed() < BRIEFLY => {
                Stop::of_process()
                    .pause(Duration::from_millis(10), began)
                    .map_err(|stopped| io::Error::other(stopped.reason.to_string()))?;
                continue;
            }
            (Err(TryLockError::WouldBlock), IfLocked::WaitBriefly | IfLocked::Fail) => {
                return Err(ErrorKind::WouldBlock.into());
            }
            (Err(TryLockError::WouldBlock), IfLocked::Wait(waiting)) => {
                waiting();
                file.lock()?;
            }
        }
        if is_at(&file, path) {
            return Ok(file);
        }
    }
}

/// Whether `path` is still this file, and not a new one.
fn is_at(file: &File, path: &Path) -> bool {
    let inode = |file: io::Result<Metadata>| file.map(|file| file.ino()).ok();
    inode(file.metadata()).is_some_and(|locked| inode(fs::metadata(path)) == Some(locked))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    #[test]
    fn a_written_file_is_complete_and_private() {
        let folder = crate::test_files::folder();
        let path = folder.path().join("deep/clouds.yaml");
        create_folder(path.parent().expect("it has one")).expect("created");
        fs::write(&path, "public").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("allowed");
        write(&path, "one").expect("written");
        write(&path, "two").expect("written again");
        assert_eq!(fs::read_to_string(&path).expect("readable"), "two");
        let mode = |path: &Path| fs::metadata(path).expect("exists").permissions().mode() & 0o777;
        let parent = path.parent().expect("it has one");
        assert_eq!((mode(&path), mode(parent)), (0o600, 0o700));
        assert_eq!(fs::read_dir(parent).expect("listed").count(), 1);
    }

    #[test]
    fn a_failed_write_changes_nothing() {
        let folder = crate::test_files::folder();
        let path = folder.path().join("occupied");
        fs::create_dir(&path).expect("created");
        write(&path, "text").expect_err("it is a folder");
        assert!(path.is_dir());
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 1, "no temporary file remains");
        write(&folder.path().join("missing/file"), "text").expect_err("its folder is missing");
    }

    #[test]
    fn parallel_writes_never_mix() {
        let folder = crate::test_files::folder();
        let path = folder.path().join("file");
        let texts: Vec<String> = (0..8_usize).map(|number| number.to_string().repeat(100_000)).collect();
        std::thread::scope(|scope| {
            for text in &texts {
                let path = &path;
                scope.spawn(move || write(path, text).expect("written"));
            }
        });
        assert!(texts.contains(&fs::read_to_string(&path).expect("readable")));
    }

    #[test]
    fn a_lock_is_awaited_briefly_or_not_at_all() {
        let folder = crate::test_files::folder();
        let path = folder.path().join("deep/lock");
        let first = lock(&path, IfLocked::Fail).expect("nobody has it");
        let began = Instant::now();
        let error = lock(&path, IfLocked::Fail).expect_err("locked");
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
        assert!(began.elapsed() < BRIEFLY);
        let error = lock(&path, IfLocked::WaitBriefly).expect_err("locked");
        assert_eq!(error.kind(), ErrorKind::WouldBlock);
        assert!(began.elapsed() >= BRIEFLY);
        drop(first);
        lock(&path, IfLocked::WaitBriefly).expect("nobody has it");
    }

    #[test]
    fn a_lock_whose_file_was_removed_is_taken_again() {
        let folder = crate::test_files::folder();
        let path = folder.path().join("lab/lock");
        let first = lock(&path, IfLocked::Wait(&|| panic!("nobody has it"))).expect("locked");
        std::thread::scope(|scope| {
            let (waiting, waits) = std::sync::mpsc::channel();
            let second = scope.spawn({
                let path = &path;
                move || {
                    lock(path, IfLocked::Wait(&|| waiting.send(()).expect("there is a receiver")))
                        .expect("locked")
                }
            });
            waits.recv().expect("the second waits");
            fs::remove_dir_all(path.parent().expect("it has one")).expect("removed");
            drop(first);
            let second = second.join().expect("it ended");
            let current = fs::metadata(&path).expect("created again");
            assert_eq!(second.metadata().expect("open").ino(), current.ino());
        });
    }

    #[test]
    fn only_regular_files_are_opened() {
        let folder = crate::test_files::folder();
        symlink("/dev/null", folder.path().join("lock")).expect("created");
        let error = lock(&folder.path().join("lock"), IfLocked::WaitBriefly).expect_err("a device");
        assert_eq!(error.to_string(), "not a file");
    }
}
