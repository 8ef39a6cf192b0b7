//! Fingerprints of the secrets that were last sent from this computer: a file of fingerprints, and a file with their
//! key.
//!
//! A fingerprint is an HMAC of the Ironic, node and field. Its key is derived from the secret with PBKDF2, with the
//! key of the file as salt. Without the key, the fingerprints reveal nothing; with the key, each guess of a secret
//! costs time. Two nodes with the same password have different fingerprints. If one of the files is lost, all secrets
//! are treated as unknown. Lines are only appended, under a lock. The file is compacted when most lines are out of
//! date. Lines with another key, and invalid lines, are ignored.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::digest::Output;
use sha2::{Digest as _, Sha256};
use tracing::debug;

use super::UserFolder;
use super::files::{self, IfLocked};
use crate::bounded_read;

/// Identifies a secret by Ironic, node and field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretField<'a> {
    /// The address of the Ironic.
    pub ironic: &'a str,
    /// The node's UUID.
    pub node: &'a str,
    /// The field, for example `driver_info.redfish_password`.
    pub field: &'a str,
}

/// How a secret compares with the last one that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretComparison {
    /// It is the one that was last sent from here, at this time.
    Same(Timestamp),
    /// Another one was last sent from here, at this time.
    Changed(Timestamp),
    /// None was sent from here, or the result of sending it is unknown.
    Unknown,
}

/// A store that can compare secrets without containing them. Only the accuracy of plans depends on it.
pub trait SecretFingerprints: Sync {
    /// Compares a secret with the last one that was sent.
    fn compare(&self, which: SecretField<'_>, secret: &str) -> SecretComparison;

    /// Forgets these secrets before new ones are sent, which may arrive even if the response is lost.
    fn forget(&self, which: &[SecretField<'_>]);

    /// Records that Ironic has accepted these secrets.
    fn record(&self, sent: &[(SecretField<'_>, &str)]);
}

/// The number of rounds of PBKDF2: a few milliseconds for each secret, and for each guess.
const ROUNDS: u32 = 4096;

/// A larger file is not one of farrier's, and is ignored.
const LARGEST: u64 = 256 << 20;

/// The number of lines that can be out of date before the file is compacted.
const STALE: usize = 2000;

type Key = [u8; 32];

/// The files. They are read on the first use.
pub(crate) struct FingerprintFiles {
    path: Option<PathBuf>,
    contents: OnceLock<Contents>,
    /// The key, if this run created it.
    new_key: OnceLock<Key>,
    /// The keys that PBKDF2 derived from secrets, by the digests of the secrets: many nodes can have the same secret.
    derived: Mutex<HashMap<Key, Key>>,
}

/// The contents of the files.
#[derive(Default)]
struct Contents {
    key: Option<Key>,
    /// The last line of each Ironic, node and field.
    lines: HashMap<(String, String, String), Line>,
    /// The number of lines in the file.
    count: usize,
}

/// Omits the keys.
impl std::fmt::Debug for FingerprintFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FingerprintFiles").field("path", &self.path).finish_non_exhaustive()
    }
}

/// A line of the file: the last secret sent for a field of a node.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Line {
    at: Timestamp,
    /// The name of the key of the fingerprint.
    key: String,
    ironic: String,
    node: String,
    field: String,
    /// The fingerprint; `None` if the secret of the node is unknown.
    mark: Option<String>,
}

impl FingerprintFiles {
    /// The user's files: `farrier/sent-secrets` in `XDG_STATE_HOME` (`~/.local/state`). `None` without a home
    /// directory.
    pub(crate) fn of_user() -> Self {
        Self::at(UserFolder::State.path().map(|folder| folder.join("farrier/sent-secrets")))
    }

    fn at(path: Option<PathBuf>) -> Self {
        Self { path, contents: OnceLock::new(), new_key: OnceLock::new(), derived: Mutex::default() }
    }

    fn contents(&self) -> &Contents {
        self.contents.get_or_init(|| self.path.as_deref().map(Contents::read).unwrap_or_default())
    }

    fn fingerprint(&self, key: &Key, which: SecretField<'_>, secret: &str) -> String {
        let digest: Key = Sha256::digest(secret).into();
        let known = self.derived.lock().unwrap_or_else(PoisonError::into_inner).get(&digest).copied();
        let derived = known.unwrap_or_else(|| {
            let mut derived = Key::default();
            pbkdf2::pbkdf2_hmac::<Sha256>(secret.as_bytes(), key, ROUNDS, &mut derived);
            self.derived.lock().unwrap_or_else(PoisonError::into_inner).insert(digest, derived);
            derived
        });
        let SecretField { ironic, node, field } = which;
        format!("{:.32x}", hmac(&derived, &[ironic, node, field].join("\0")))
    }

    /// The key. Creates it if it is missing.
    fn key(&self, path: &Path) -> io::Result<Key> {
        if let Some(key) = self.contents().key.or_else(|| self.new_key.get().copied()) {
            return Ok(key);
        }
        let _lock = lock(path)?;
        let key = read_or_create_key(path)?;
        Ok(*self.new_key.get_or_init(|| key))
    }

    /// Appends a line for each item. `line` creates it from the item, the key and the name of the key.
    fn add<T>(&self, items: &[T], line: impl Fn(&T, &Key, &str) -> Line) {
        let Some(path) = self.path.as_deref().filter(|_| !items.is_empty()) else { return };
        let added = self.key(path).and_then(|key| {
            let name = name_of(&key);
            append(path, items.iter().map(|item| line(item, &key, &name)))
        });
        if let Err(error) = added {
            debug!(%error, path = %path.display(), "cannot store the fingerprints of sent secrets");
        }
    }

    /// Compacts the file if most of its lines are out of date.
    fn compact(&self) {
        let contents = self.contents();
        let is_stale = contents.count > 2 * contents.lines.len() + STALE;
        if let Some(path) = self.path.as_deref().filter(|_| is_stale)
            && let Err(error) = compact(path)
        {
            debug!(%error, path = %path.display(), "cannot compact the fingerprints of sent secrets");
        }
    }
}

impl SecretFingerprints for FingerprintFiles {
    fn compare(&self, which: SecretField<'_>, secret: &str) -> SecretComparison {
        let contents = self.contents();
        let field = (which.ironic.to_owned(), which.node.to_owned(), which.field.to_owned());
        match (contents.key, contents.lines.get(&field)) {
            (Some(key), Some(Line { at, mark: Some(mark), .. })) => {
                let is_same = self.fingerprint(&key, which, secret) == *mark;
                if is_same { SecretComparison::Same(*at) } else { SecretComparison::Changed(*at) }
            }
            _ => SecretComparison::Unknown,
        }
    }

    fn forget(&self, which: &[SecretField<'_>]) {
        // Without a file, nothing is known.
        if self.path.as_deref().is_some_and(Path::exists) {
            self.add(which, |which, _, key| Line::new(*which, key, None));
        }
    }

    fn record(&self, sent: &[(SecretField<'_>, &str)]) {
        self.compact();
        self.add(sent, |(which, secret), key, name| {
            Line::new(*which, name, Some(self.fingerprint(key, *which, secret)))
        });
    }
}

impl Line {
    fn new(which: SecretField<'_>, key: &str, mark: Option<String>) -> Self {
        let SecretField { ironic, node, field } = which;
        let [ironic, node, field] = [ironic, node, field].map(str::to_owned);
        Self { at: Timestamp::now(), key: key.to_owned(), ironic, node, field, mark }
    }
}

impl Contents {
    fn read(path: &Path) -> Self {
        let Some(key) = read_key(path) else { return Self::default() };
        let mut contents = Self { key: Some(key), ..Self::default() };
        let name = name_of(&key);
        let is_file = fs::metadata(path).is_ok_and(|about| about.is_file());
        let text = is_file.then(|| bounded_read::read(path, LARGEST).ok()).flatten().unwrap_or_default();
        for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            contents.count += 1;
            if let Ok(line) = serde_json::from_slice::<Line>(line)
                && line.key == name
            {
                contents.lines.insert((line.ironic.clone(), line.node.clone(), line.field.clone()), line);
            }
        }
        contents
    }
}

fn hmac(key: &Key, text: &str) -> Output<Sha256> {
    let mut hmac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    hmac.update(text.as_bytes());
    hmac.finalize().into_bytes()
}

/// The name of a key. The key cannot be recovered from it.
fn name_of(key: &Key) -> String {
    format!("{:.8x}", hmac(key, "name"))
}

/// Locks the files until the result is dropped. The lock is a separate file, because the other files are replaced.
fn lock(path: &Path) -> io::Result<File> {
    files::lock(&path.with_extension("lock"), IfLocked::WaitBriefly)
}

/// Appends lines with a single write.
fn append(path: &Path, lines: impl Iterator<Item = Line>) -> io::Result<()> {
    let mut text = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut text, &line)?;
        text.push(b'\n');
    }
    let _lock = lock(path)?;
    let mut file = files::open(path, OpenOptions::new().read(true).append(true).create(true))?;
    // If a full disk truncated the last line, the new lines must not continue it.
    if file.seek(SeekFrom::End(0))? > 0 {
        file.seek(SeekFrom::End(-1))?;
        let mut last = [0];
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            text.insert(0, b'\n');
        }
    }
    file.write_all(&text)
}

/// The key. A file that others can read is ignored.
fn read_key(path: &Path) -> Option<Key> {
    let path = path.with_extension("key");
    let metadata = fs::symlink_metadata(&path).ok()?;
    let is_private = metadata.is_file() && metadata.permissions().mode() & 0o7777 == 0o600;
    if !is_private {
        return None;
    }
    bounded_read::read(&path, bounded_read::SMALL).ok()?.try_into().ok()
}

/// The key. Creates it if it is missing. The caller must hold the lock.
fn read_or_create_key(path: &Path) -> io::Result<Key> {
    if let Some(key) = read_key(path) {
        return Ok(key);
    }
    let mut key = Key::default();
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    files::write(&path.with_extension("key"), key)?;
    Ok(key)
}

/// Replaces the file by one with only the last line of each field.
fn compact(path: &Path) -> io::Result<()> {
    let _lock = lock(path)?;
    let mut text = Vec::new();
    for line in Contents::read(path).lines.into_values() {
        serde_json::to_writer(&mut text, &line)?;
        text.push(b'\n');
    }
    files::write(path, text)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    const PASSWORD: SecretField<'_> =
        SecretField { ironic: "http://ironic/v1", node: "u", field: "driver_info.ipmi_password" };

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let folder = crate::test_files::folder();
        let path = folder.path().join("farrier/sent-secrets");
        (folder, path)
    }

    /// The result of the comparison in the next run.
    fn compare(path: &Path, which: SecretField<'_>, secret: &str) -> &'static str {
        match FingerprintFiles::at(Some(path.to_owned())).compare(which, secret) {
            SecretComparison::Same(_) => "same",
            SecretComparison::Changed(_) => "changed",
            SecretComparison::Unknown => "unknown",
        }
    }

    fn keep(path: &Path, which: SecretField<'_>, secret: &str) {
        FingerprintFiles::at(Some(path.to_owned())).record(&[(which, secret)]);
    }

    #[test]
    fn the_next_run_recognizes_a_secret_that_the_files_do_not_contain() {
        let (folder, path) = folder();
        assert_eq!(compare(&path, PASSWORD, "hunter2"), "unknown");
        keep(&path, PASSWORD, "hunter2");
        assert_eq!(compare(&path, PASSWORD, "hunter2"), "same");
        assert_eq!(compare(&path, PASSWORD, "hunter3"), "changed");
        assert_eq!(compare(&path, SecretField { node: "v", ..PASSWORD }, "hunter2"), "unknown");
        assert_eq!(
            compare(&path, SecretField { ironic: "http://other/v1", ..PASSWORD }, "hunter2"),
            "unknown"
        );
        keep(&path, SecretField { node: "v", ..PASSWORD }, "hunter2");
        let contents = Contents::read(&path);
        let fingerprints: Vec<&Option<String>> = contents.lines.values().map(|line| &line.mark).collect();
        assert_ne!(fingerprints[0], fingerprints[1], "the same password has different fingerprints");
        for file in fs::read_dir(folder.path().join("farrier")).expect("exists").flatten() {
            let bytes = fs::read(file.path()).expect("readable");
            assert!(!String::from_utf8_lossy(&bytes).contains("hunter"), "{file:?}");
            assert_eq!(file.metadata().expect("exists").permissions().mode() & 0o777, 0o600, "{file:?}");
        }
    }

    #[test]
    fn secrets_are_unknown_if_a_file_is_missing_invalid_or_public() {
        let (_folder, path) = folder();
        keep(&path, PASSWORD, "hunter2");
        let whole = fs::read(&path).expect("readable");
        let half = &whole[..whole.len() / 2];
        fs::write(&path, half).expect("writable");
        assert_eq!(compare(&path, PASSWORD, "hunter2"), "unknown");
        keep(&path, PASSWORD, "hunter2");
        assert_eq!(compare(&path, PASSWORD, "hunter2"), "same", "a truncated line does not affect others");
        let key = path.with_extension("key");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).expect("writable");
        assert_eq!(compare(&path, PASSWORD, "hunter2"), "unknown");
        keep(&path, PASSWORD, "hunter2");
        assert_eq!(compare(&path, PASSWORD, "hunter2"), "same", "a new key was created");
        fs::remove_file(&key).expect("writable");
        assert_eq!(compare(&path, PASSWORD, "hunter3"), "unknown", "a fingerprint needs its key");
        fs::remove_file(&path).expect("writable");
        FingerprintFiles::at(Some(path.clone())).forget(&[PASSWORD]);
        assert!(!path.exists());
        keep(Path::new("/proc/nowhere/sent"), PASSWORD, "hunter2");
    }

    #[test]
    fn a_forgotten_secret_is_unknown() {
        let (_folder, path) = folder();
        keep(&path, PASSWORD, "hunter2");
        FingerprintFiles::at(Some(path.clone())).forget(&[PASSWORD]);
        assert_eq!(compare(&path, PASSWORD, "hunter2"), "unknown");
    }

    #[test]
    fn a_held_lock_and_fifos_do_not_block() {
        let (folder, path) = folder();
        keep(&path, PASSWORD, "hunter2");
        let lock = File::open(path.with_extension("lock")).expect("exists");
        lock.lock().expect("not locked by others");
        let began = std::time::Instant::now();
        keep(&path, PASSWORD, "hunter3");
        assert!(began.elapsed() < std::time::Duration::from_secs(4), "{:?}", began.elapsed());
        assert_eq!(compare(&path, PASSWORD, "hunter2"), "same");
        drop(lock);
        for name in ["lock", "key", ""] {
            let path = folder.path().join("farrier/sent-secrets").with_extension(name);
            fs::remove_file(&path).expect("writable");
            let created = std::process::Command::new("mkfifo").arg(&path).status();
            assert!(created.expect("coreutils").success());
            keep(&folder.path().join("farrier/sent-secrets"), PASSWORD, "hunter2");
            assert_eq!(compare(&folder.path().join("farrier/sent-secrets"), PASSWORD, "other"), {
                // A new key replaces the FIFO.
                if name.is_empty() { "unknown" } else { "changed" }
            });
            let _ = fs::remove_file(&path);
        }
    }

    #[test]
    fn parallel_runs_lose_no_line() {
        let (_folder, path) = folder();
        let nodes: Vec<String> = (0..8).map(|number| format!("node-{number}")).collect();
        let compact_file = |path: &Path| compact(path).expect("writable");
        std::thread::scope(|scope| {
            for node in &nodes {
                let which = SecretField { node, ..PASSWORD };
                let path = &path;
                scope.spawn(move || keep(path, which, "hunter2"));
                scope.spawn(|| compact_file(path));
            }
        });
        for node in &nodes {
            assert_eq!(compare(&path, SecretField { node, ..PASSWORD }, "hunter2"), "same", "{node}");
        }
    }

    #[test]
    fn lines_that_are_out_of_date_are_removed() {
        let (_folder, path) = folder();
        let run = FingerprintFiles::at(Some(path.clone()));
        let many = vec![(PASSWORD, "hunter2"); STALE + 10];
        run.record(&many);
        keep(&path, PASSWORD, "hunter3");
        assert_eq!(fs::read_to_string(&path).expect("readable").lines().count(), 2);
        assert_eq!(compare(&path, PASSWORD, "hunter3"), "same");
    }
}
