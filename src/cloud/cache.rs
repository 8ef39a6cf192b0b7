//! Tokens kept between runs, in files that only their owner can read.
//!
//! Nothing depends on them: what cannot be read or written is as if it were not there.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use tracing::debug;

use super::keystone::Token;
use crate::bounded;

/// Where tokens are kept.
#[derive(Debug, Clone)]
pub(super) struct Cache(PathBuf);

impl Cache {
    /// The cache in this folder, which is made when there is something to keep.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// The token of a login, if one was kept by nobody else than whoever asks.
    pub(super) fn read(&self, login: &Login) -> Option<Token> {
        let path = self.path(&login.name);
        let about = fs::symlink_metadata(&path).ok()?;
        let own = fs::metadata("/proc/self").ok().is_none_or(|process| process.uid() == about.uid());
        if !about.is_file() || about.mode() & 0o077 != 0 || !own {
            return None;
        }
        let kept: Kept<Token> = serde_json::from_slice(&bounded::read(&path, bounded::LARGE).ok()?).ok()?;
        (kept.proof == proof(&kept.salt, &login.secrets)).then_some(kept.token)
    }

    /// Keeps the token of a login, in the place of the one before.
    pub(super) fn write(&self, login: &Login, token: &Token) {
        if let Err(error) = self.try_write(login, token) {
            debug!(%error, "the token is not kept");
        }
    }

    fn try_write(&self, login: &Login, token: &Token) -> std::io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
        let path = self.path(&login.name);
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(std::io::Error::other)?;
        let salt = URL_SAFE_NO_PAD.encode(salt);
        let kept = Kept { proof: proof(&salt, &login.secrets), salt, token };
        // Written aside and put in place whole: two runs may end a login at the same time.
        let aside = path.with_extension(format!("{}.new", std::process::id()));
        let _ = fs::remove_file(&aside);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
        file.write_all(&serde_json::to_vec(&kept)?)?;
        fs::rename(&aside, &path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.json"))
    }
}

/// A login, as far as it matters to whom a token belongs.
pub(super) struct Login {
    /// What a file may be named by: nothing of a secret is in it.
    pub(super) name: String,
    /// The login with its secrets: another password is another login.
    pub(super) secrets: SecretString,
}

/// What is in a file.
#[derive(Serialize, Deserialize)]
struct Kept<T> {
    salt: String,
    /// That the login had the same secrets, from which they cannot be guessed cheaply.
    proof: String,
    #[serde(flatten)]
    token: T,
}

/// How often PBKDF2 goes round: some milliseconds for each run, and for each guess.
const ROUNDS: u32 = 4096;

fn proof(salt: &str, secrets: &SecretString) -> String {
    let mut proof = [0; 32];
    pbkdf2::pbkdf2_hmac::<Sha256>(secrets.expose_secret().as_bytes(), salt.as_bytes(), ROUNDS, &mut proof);
    URL_SAFE_NO_PAD.encode(proof)
}
