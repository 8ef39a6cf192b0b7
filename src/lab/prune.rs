//! Removes unused environments (with other packages or another Python) from the cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::files;
use crate::state_dir::files::{IfLocked, lock};

/// How long an unused environment is kept, so that users who alternate between two versions of farrier do not reinstall
/// each time.
const RETENTION: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Records that an environment is in use, so that it is not removed before its lab runs.
pub(super) fn record_use(complete: &Path) {
    // If this fails, the environment looks older than it is; at worst it is installed again.
    let _ =
        fs::File::options().append(true).open(complete).and_then(|file| file.set_modified(SystemTime::now()));
}

/// Removes environments in `cache`, other than `current`, that have not been used for a while and have no running process.
/// Environments that cannot be removed are left for the next time.
pub(super) fn prune(cache: &Path, current: &Path) {
    let Ok(entries) = fs::read_dir(cache) else { return };
    for dir in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let name = dir.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if !name.starts_with("venv-") || !dir.is_dir() || dir == current || !is_stale(&dir) {
            continue;
        }
        let lock_file = cache.join(format!("{name}.lock"));
        // A process that has this lock is about to use the environment.
        let Ok(_lock) = lock(&lock_file, IfLocked::Fail) else { continue };
        if !is_stale(&dir) || runs_in(&dir) {
            continue;
        }
        tracing::info!("removing {}, unused for a week", dir.display());
        // `complete` goes first, so that a partial environment does not look complete.
        let removed = [dir.join("complete"), dir, lock_file].iter().try_for_each(|path| files::remove(path));
        if let Err(error) = removed {
            tracing::info!("{error}");
        }
    }
}

/// Whether an environment was last used or changed long ago.
fn is_stale(dir: &Path) -> bool {
    let recorded = fs::metadata(dir.join("complete")).or_else(|_| fs::metadata(dir));
    let used = recorded.and_then(|file| file.modified());
    used.is_ok_and(|used| used.elapsed().is_ok_and(|since| since > RETENTION))
}

/// Whether a process was started from an environment, like each lab's Ironic. A lab may run for longer than unused
/// environments are kept.
fn runs_in(dir: &Path) -> bool {
    let Ok(processes) = fs::read_dir("/proc") else { return true };
    processes.filter_map(Result::ok).any(|process| {
        let cmdline = fs::read(process.path().join("cmdline")).unwrap_or_default();
        let program = cmdline.split(|byte| *byte == 0).next().unwrap_or_default();
        PathBuf::from(String::from_utf8_lossy(program).into_owned()).starts_with(dir)
    })
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// An environment last used this long ago.
    fn environment(cache: &Path, name: &str, age: Duration) -> PathBuf {
        let dir = cache.join(name);
        fs::create_dir_all(dir.join("bin")).expect("made");
        let complete = fs::File::create(dir.join("complete")).expect("made");
        complete.set_modified(SystemTime::now() - age).expect("set");
        dir
    }

    #[test]
    fn only_unused_environments_are_removed() {
        let cache = crate::test_files::folder();
        let cache = cache.path();
        let long = 2 * RETENTION;
        let current = environment(cache, "venv-current", long);
        let recent = environment(cache, "venv-recent", RETENTION / 2);
        let touched = environment(cache, "venv-touched", long);
        record_use(&touched.join("complete"));
        let locked = environment(cache, "venv-locked", long);
        let _lock =
            files::lock(&cache.join("venv-locked.lock"), || panic!("nobody holds it")).expect("locked");
        let other = environment(cache, "something-else", long);
        let running = environment(cache, "venv-running", long);
        std::os::unix::fs::symlink("/bin/sleep", running.join("bin/python")).expect("linked");
        let mut lab = Command::new(running.join("bin/python")).arg("600").spawn().expect("it runs");
        let gone = environment(cache, "venv-gone", long);

        prune(cache, &current);
        for remaining in [&current, &recent, &touched, &locked, &other, &running] {
            assert!(remaining.exists(), "{}", remaining.display());
        }
        assert!(!gone.exists() && !cache.join("venv-gone.lock").exists());

        lab.kill().expect("mine");
        lab.wait().expect("mine");
        prune(cache, &current);
        assert!(!running.exists());
    }
}
