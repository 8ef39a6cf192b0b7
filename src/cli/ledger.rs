//! The memory of which secrets were last sent from here: a file of fingerprints, and the key that they are made with.
//!
//! A fingerprint is the HMAC of whose secret it is, under what PBKDF2 makes of the secret with the key for its salt. So
//! the file without the key tells nothing, and who has both has to pay for each guess; two machines of one password do not
//! look alike. Losing either only means that nothing is known. Lines are only added, under a lock, and thinned out when
//! most are out of date; those made with another key, and those that cannot be read, are as if they were not there.

use std::collections::HashMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tracing::debug;

use super::durations::{self, private};
use crate::bounded;
use crate::driver::sent::{Known, Ledger, Which};

/// How often PBKDF2 goes round: some milliseconds for each secret of a file, and for each guess.
const ROUNDS: u32 = 4096;

/// A file larger than this is none of ours.
const LARGEST: u64 = 256 << 20;

/// So many lines that are out of date are left in peace.
const STALE: usize = 2000;

type Key = [u8; 32];

/// The ledger, read when it is first asked.
pub(super) struct Fingerprints {
    path: Option<PathBuf>,
    known: OnceLock<Kept>,
    /// The key, where this run had to make it.
    made: OnceLock<Key>,
    /// What PBKDF2 made of secrets, by their digest: one secret may be that of many machines.
    stretched: Mutex<HashMap<Key, Key>>,
}

/// What was read of the files.
#[derive(Default)]
struct Kept {
    key: Option<Key>,
    lines: HashMap<(String, String, String), Line>,
    /// How many lines the file has.
    count: usize,
}

/// It holds the key, and what was made of secrets.
impl std::fmt::Debug for Fingerprints {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fingerprints").field("path", &self.path).finish_non_exhaustive()
    }
}

/// One line: what was last sent for a field of a node.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Line {
    at: Timestamp,
    /// Which key the mark was made with.
    key: String,
    ironic: String,
    node: String,
    field: String,
    /// The fingerprint; none where it is not known what the node has.
    mark: Option<String>,
}

impl Fingerprints {
    /// The user's own: `farrier/sent-secrets` under `XDG_STATE_HOME` (`~/.local/state`). Without a home there is none.
    pub(super) fn of_user() -> Self {
        Self::at(durations::state_folder().map(|folder| folder.join("sent-secrets")))
    }

    fn at(path: Option<PathBuf>) -> Self {
        Self { path, known: OnceLock::new(), made: OnceLock::new(), stretched: Mutex::default() }
    }

    fn known(&self) -> &Kept {
        self.known.get_or_init(|| self.path.as_deref().map(Kept::read).unwrap_or_default())
    }

    fn mark(&self, key: &Key, which: Which<'_>, secret: &str) -> String {
        let digest: Key = Sha256::digest(secret).into();
        let known = self.stretched.lock().unwrap_or_else(PoisonError::into_inner).get(&digest).copied();
        let stretched = known.unwrap_or_else(|| {
            let mut stretched = Key::default();
            pbkdf2::pbkdf2_hmac::<Sha256>(secret.as_bytes(), key, ROUNDS, &mut stretched);
            self.stretched.lock().unwrap_or_else(PoisonError::into_inner).insert(digest, stretched);
            stretched
        });
        let Which { ironic, node, field } = which;
        hex(&hmac(&stretched, &[ironic, node, field].join("\0"))[..16])
    }

    /// The key, made where there is none.
    fn key(&self, path: &Path) -> io::Result<Key> {
        if let Some(key) = self.known().key.or_else(|| self.made.get().copied()) {
            return Ok(key);
        }
        let _lock = lock(path)?;
        let key = made_key(path)?;
        Ok(*self.made.get_or_init(|| key))
    }

    /// Adds a line each, made by `line` out of the key and its name.
    fn add<T>(&self, items: &[T], line: impl Fn(&T, &Key, &str) -> Line) {
        let Some(path) = self.path.as_deref().filter(|_| !items.is_empty()) else { return };
        let added = self.key(path).and_then(|key| {
            let name = name_of(&key);
            append(path, items.iter().map(|item| line(item, &key, &name)))
        });
        if let Err(error) = added {
            debug!(%error, path = %path.display(), "it is not kept which secrets were sent");
        }
    }

    /// Thins the file out where most of it is out of date.
    fn thin(&self) {
        let known = self.known();
        if let Some(path) = self.path.as_deref().filter(|_| known.count > 2 * known.lines.len() + STALE)
            && let Err(error) = thin(path)
        {
            debug!(%error, path = %path.display(), "it is not thinned out");
        }
    }
}

impl Ledger for Fingerprints {
    fn compare(&self, which: Which<'_>, secret: &str) -> Known {
        let kept = self.known();
        let place = (which.ironic.to_owned(), which.node.to_owned(), which.field.to_owned());
        match (kept.key, kept.lines.get(&place)) {
            (Some(key), Some(Line { at, mark: Some(mark), .. })) => {
                if self.mark(&key, which, secret) == *mark { Known::Same(*at) } else { Known::Changed(*at) }
            }
            _ => Known::Unknown,
        }
    }

    fn forget(&self, which: &[Which<'_>]) {
        // What was never known needs no line.
        if self.path.as_deref().is_some_and(Path::exists) {
            self.add(which, |which, _, key| Line::new(*which, key, None));
        }
    }

    fn keep(&self, sent: &[(Which<'_>, &str)]) {
        self.thin();
        self.add(sent, |(which, secret), key, name| {
            Line::new(*which, name, Some(self.mark(key, *which, secret)))
        });
    }
}

impl Line {
    fn new(which: Which<'_>, key: &str, mark: Option<String>) -> Self {
        let Which { ironic, node, field } = which;
        let [ironic, node, field] = [ironic, node, field].map(str::to_owned);
        Self { at: Timestamp::now(), key: key.to_owned(), ironic, node, field, mark }
    }
}

impl Kept {
    fn read(path: &Path) -> Self {
        let Some(key) = read_key(path) else { return Self::default() };
        let mut kept = Self { key: Some(key), ..Self::default() };
        let name = name_of(&key);
        let is_file = fs::metadata(path).is_ok_and(|about| about.is_file());
        let text = is_file.then(|| bounded::read(path, LARGEST).ok()).flatten().unwrap_or_default();
        for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            kept.count += 1;
            if let Ok(line) = serde_json::from_slice::<Line>(line)
                && line.key == name
            {
                kept.lines.insert((line.ironic.clone(), line.node.clone(), line.field.clone()), line);
            }
        }
        kept
    }
}

fn hmac(key: &Key, text: &str) -> Key {
    let mut hmac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    hmac.update(text.as_bytes());
    hmac.finalize().into_bytes().into()
}

/// A name for a key, from which it cannot be had.
fn name_of(key: &Key) -> String {
    hex(&hmac(key, "name")[..4])
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("memory takes all");
        text
    })
}

/// The lock, until it is dropped. It is a file of its own, for the other one is replaced.
fn lock(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    durations::locked(&path.with_extension("lock"))
}

/// Adds lines, all at once.
fn append(path: &Path, lines: impl Iterator<Item = Line>) -> io::Result<()> {
    let mut text = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut text, &line)?;
        text.push(b'\n');
    }
    let _lock = lock(path)?;
    let mut file = private(path, OpenOptions::new().read(true).append(true).create(true))?;
    // What a full disk cut short must not spoil what comes after it.
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

/// The key, if there is one that only its owner can read.
fn read_key(path: &Path) -> Option<Key> {
    let path = path.with_extension("key");
    let about = fs::symlink_metadata(&path).ok()?;
    let is_own = about.is_file() && about.permissions().mode() & 0o7777 == 0o600;
    if !is_own {
        return None;
    }
    bounded::read(&path, bounded::SMALL).ok()?.try_into().ok()
}

/// The key, made where there is none. To be called under the lock.
fn made_key(path: &Path) -> io::Result<Key> {
    if let Some(key) = read_key(path) {
        return Ok(key);
    }
    let mut key = Key::default();
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    let aside = path.with_extension("key.new");
    let _ = fs::remove_file(&aside);
    private(&aside, OpenOptions::new().write(true).create_new(true))?.write_all(&key)?;
    fs::rename(&aside, path.with_extension("key"))?;
    Ok(key)
}

/// Leaves the last line of each field, in a file that takes the place of the one before as a whole.
fn thin(path: &Path) -> io::Result<()> {
    let _lock = lock(path)?;
    let aside = path.with_extension("new");
    let mut file =
        io::BufWriter::new(private(&aside, OpenOptions::new().write(true).create(true).truncate(true))?);
    for line in Kept::read(path).lines.into_values() {
        serde_json::to_writer(&mut file, &line)?;
        file.write_all(b"\n")?;
    }
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    fs::rename(&aside, path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    const PASSWORD: Which<'_> =
        Which { ironic: "http://ironic/v1", node: "u", field: "driver_info.ipmi_password" };

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let folder = crate::scratch::folder();
        let path = folder.path().join("farrier/sent-secrets");
        (folder, path)
    }

    /// What the next run knows.
    fn compare(path: &Path, which: Which<'_>, secret: &str) -> &'static str {
        match Fingerprints::at(Some(path.to_owned())).compare(which, secret) {
            Known::Same(_) => "same",
            Known::Changed(_) => "changed",
            Known::Unknown => "unknown",
        }
    }

    fn keep(path: &Path, which: Which<'_>, secret: &str) {
        Fingerprints::at(Some(path.to_owned())).keep(&[(which, secret)]);
    }

    #[test]
    fn the_next_run_knows_what_was_sent_and_cannot_tell_it() {
        let (folder, path) = folder();
        assert_eq!(compare(&path, PASSWORD, "hunter2"), "unknown");
        keep(&path, PASSWORD, "hunter2");
        assert_eq!(compare(&path, PASSWORD, "hunter2"), "same");
        assert_eq!(compare(&path, PASSWORD, "hunter3"), "changed");
        assert_eq!(compare(&path, Which { node: "v", ..PASSWORD }, "hunter2"), "unknown");
        assert_eq!(compare(&path, Which { ironic: "http://other/v1", ..PASSWORD }, "hunter2"), "unknown");
        keep(&path, Which { node: "v", ..PASSWORD }, "hunter2");
        let kept = Kept::read(&path);
        let marks: Vec<&Option<String>> = kept.lines.values().map(|line| &line.mark).collect();
        assert_ne!(marks[0], marks[1], "that two have one password does not show");
        for file in fs::read_dir(folder.path().join("farrier")).expect("there").flatten() {
            let bytes = fs::read(file.path()).expect("ours");
            assert!(!String::from_utf8_lossy(&bytes).contains("hunter"), "{file:?}");
            assert_eq!(file.metadata().expect("there").permissions().mode() & 0o777, 0o600, "{file:?}");
        }
    }

    #[test]
    fn what_is_lost_spoilt_or_open_to_others_is_only_unknown() {
        let (_folder, path) = folder();
        keep(&path, PASSWORD, "hunter2");
        let whole = fs::read(&path).expect("there");
        let half = &whole[..whole.len() / 2];
        fs::write(&path, half).expect("ours");
        assert_eq!(compare(&path, PASSWORD, "hunter2"), "unknown");
        keep(&path, PASSWORD, "hunter2");
        assert_eq!(compare(&path, PASSWORD, "hunter2"), "same", "a line cut short spoils no other");
        let key = path.with_extension("key");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).expect("ours");
        assert_eq!(compare(&path, PASSWORD, "hunter2"), "unknown");
        keep(&path, PASSWORD, "hunter2");
        assert_eq!(compare(&path, PASSWORD, "hunter2"), "same", "another key was made");
        fs::remove_file(&key).expect("ours");
        assert_eq!(compare(&path, PASSWORD, "hunter3"), "unknown", "without its key a mark says nothing");
        fs::remove_file(&path).expect("ours");
        Fingerprints::at(Some(path.clone())).forget(&[PASSWORD]);
        assert!(!path.exists());
        keep(Path::new("/proc/nowhere/sent"), PASSWORD, "hunter2");
    }

    #[test]
    fn what_is_about_to_be_replaced_is_not_known_any_more() {
        let (_folder, path) = folder();
        keep(&path, PASSWORD, "hunter2");
        Fingerprints::at(Some(path.clone())).forget(&[PASSWORD]);
        assert_eq!(compare(&path, PASSWORD, "hunter2"), "unknown");
    }

    #[test]
    fn a_lock_that_is_held_and_fifos_are_not_waited_for() {
        let (folder, path) = folder();
        keep(&path, PASSWORD, "hunter2");
        let held = File::open(path.with_extension("lock")).expect("there");
        held.lock().expect("nobody else has it");
        let began = std::time::Instant::now();
        keep(&path, PASSWORD, "hunter3");
        assert!(began.elapsed() < std::time::Duration::from_secs(4), "{:?}", began.elapsed());
        assert_eq!(compare(&path, PASSWORD, "hunter2"), "same");
        drop(held);
        for name in ["lock", "key", ""] {
            let path = folder.path().join("farrier/sent-secrets").with_extension(name);
            fs::remove_file(&path).expect("ours");
            let made = std::process::Command::new("mkfifo").arg(&path).status();
            assert!(made.expect("coreutils").success());
            keep(&folder.path().join("farrier/sent-secrets"), PASSWORD, "hunter2");
            assert_eq!(compare(&folder.path().join("farrier/sent-secrets"), PASSWORD, "other"), {
                // Another key takes the place of the FIFO.
                if name.is_empty() { "unknown" } else { "changed" }
            });
            let _ = fs::remove_file(&path);
        }
    }

    #[test]
    fn runs_beside_each_other_lose_no_line() {
        let (_folder, path) = folder();
        let nodes: Vec<String> = (0..8).map(|number| format!("node-{number}")).collect();
        let rewritten = |path: &Path| thin(path).expect("it is ours");
        std::thread::scope(|scope| {
            for node in &nodes {
                let which = Which { node, ..PASSWORD };
                let path = &path;
                scope.spawn(move || keep(path, which, "hunter2"));
                scope.spawn(|| rewritten(path));
            }
        });
        for node in &nodes {
            assert_eq!(compare(&path, Which { node, ..PASSWORD }, "hunter2"), "same", "{node}");
        }
    }

    #[test]
    fn what_is_out_of_date_is_thinned_out() {
        let (_folder, path) = folder();
        let run = Fingerprints::at(Some(path.clone()));
        let many = vec![(PASSWORD, "hunter2"); STALE + 10];
        run.keep(&many);
        keep(&path, PASSWORD, "hunter3");
        assert_eq!(fs::read_to_string(&path).expect("there").lines().count(), 2);
        assert_eq!(compare(&path, PASSWORD, "hunter3"), "same");
    }
}
