//! Tokens kept between runs, in files that only their owner can read.
//!
//! Nothing depends on them: what cannot be read or written is as if it were not there.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::PathBuf;

use tracing::debug;

use super::keystone::Token;

/// Where tokens are kept.
#[derive(Debug, Clone)]
pub(super) struct Cache(PathBuf);

impl Cache {
    /// The cache in this folder, which is made when there is something to keep.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// The token of a login (by its key), if one was kept by nobody else than whoever asks.
    pub(super) fn read(&self, login: &str) -> Option<Token> {
        let path = self.path(login);
        let about = fs::symlink_metadata(&path).ok()?;
        let own = fs::metadata("/proc/self").ok().is_none_or(|process| process.uid() == about.uid());
        if !about.is_file() || about.mode() & 0o077 != 0 || !own {
            return None;
        }
        serde_json::from_slice(&fs::read(&path).ok()?).ok()
    }

    /// Keeps the token of a login, in the place of the one before.
    pub(super) fn write(&self, login: &str, token: &Token) {
        if let Err(error) = self.try_write(login, token) {
            debug!(%error, "the token is not kept");
        }
    }

    fn try_write(&self, login: &str, token: &Token) -> std::io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
        let path = self.path(login);
        // Written aside and put in place whole: two runs may end a login at the same time.
        let aside = path.with_extension(format!("{}.new", std::process::id()));
        let _ = fs::remove_file(&aside);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
        file.write_all(&serde_json::to_vec(token)?)?;
        fs::rename(&aside, &path)
    }

    fn path(&self, login: &str) -> PathBuf {
        self.0.join(format!("{login}.json"))
    }
}
