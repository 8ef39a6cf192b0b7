//! Tokens that are reused between runs, in files that only their owner can read.
//!
//! The cache is optional: a file that cannot be read or written counts as missing.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use tracing::debug;

use super::keystone::Token;
use crate::bounded_read;
use crate::state_dir::files;

/// The folder of cached tokens.
#[derive(Debug, Clone)]
pub(super) struct Cache(PathBuf);

impl Cache {
    /// The cache in this folder, which is created by the first write.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// The cached token of a login, if the file belongs to this user and nobody else can read it.
    pub(super) fn read(&self, login: &LoginKey) -> Option<Token> {
        let path = self.path(&login.name);
        let metadata = fs::symlink_metadata(&path).ok()?;
        let own = fs::metadata("/proc/self").ok().is_none_or(|process| process.uid() == metadata.uid());
        if !metadata.is_file() || metadata.mode() & 0o077 != 0 || !own {
            return None;
        }
        let file: CacheFile<Token> =
            serde_json::from_slice(&bounded_read::read(&path, bounded_read::LARGE).ok()?).ok()?;
        (file.secrets_hash == secrets_hash(&file.salt, &login.secrets)).then_some(file.token)
    }

    /// Caches the token of a login and replaces the previous one.
    pub(super) fn write(&self, login: &LoginKey, token: &Token) {
        if let Err(error) = self.try_write(login, token) {
            debug!(%error, "cannot cache the token");
        }
    }

    fn try_write(&self, login: &LoginKey, token: &Token) -> std::io::Result<()> {
        files::create_folder(&self.0)?;
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(std::io::Error::other)?;
        let salt = URL_SAFE_NO_PAD.encode(salt);
        let content = CacheFile { secrets_hash: secrets_hash(&salt, &login.secrets), salt, token };
        files::write(&self.path(&login.name), serde_json::to_vec(&content)?)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.json"))
    }
}

/// The identity of a login, to find its token.
pub(super) struct LoginKey {
    /// The file name; it contains nothing derived from a secret.
    pub(super) name: String,
    /// All settings of the login, including secrets.
    pub(super) secrets: SecretString,
}

/// The content of a cache file.
#[derive(Serialize, Deserialize)]
struct CacheFile<T> {
    salt: String,
    /// A salted PBKDF2 hash of the login's secrets: a changed password invalidates the token.
    #[serde(rename = "proof")]
    secrets_hash: String,
    #[serde(flatten)]
    token: T,
}

/// PBKDF2 iterations: a few milliseconds per run, and per guess.
const ROUNDS: u32 = 4096;

fn secrets_hash(salt: &str, secrets: &SecretString) -> String {
    let mut secrets_hash = [0; 32];
    pbkdf2::pbkdf2_hmac::<Sha256>(
        secrets.expose_secret().as_bytes(),
        salt.as_bytes(),
        ROUNDS,
        &mut secrets_hash,
    );
    URL_SAFE_NO_PAD.encode(secrets_hash)
}
