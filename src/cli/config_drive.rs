//! The options that make a config drive.

use std::fs;
use std::path::PathBuf;

use crate::driver::Error;
use crate::driver::config_drive::{ConfigDrive, Pieces};

const FIRST_BOOT: &str = "First boot";

/// What the instance learns at its first boot.
#[derive(Debug, clap::Args)]
pub(super) struct ConfigDriveArgs {
    /// A file of public SSH keys that may log in; repeat for more
    #[arg(long = "ssh-key", value_name = "FILE", value_hint = clap::ValueHint::FilePath, help_heading = FIRST_BOOT)]
    ssh_keys: Vec<PathBuf>,

    /// A file of user data for cloud-init
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, help_heading = FIRST_BOOT)]
    user_data: Option<PathBuf>,

    /// A word of metadata; repeat for more
    #[arg(long = "meta", value_name = "K=V", value_parser = key_value, help_heading = FIRST_BOOT)]
    meta: Vec<(String, String)>,

    /// The host name; the instance's name unless given
    #[arg(long, value_name = "NAME", help_heading = FIRST_BOOT)]
    hostname: Option<String>,

    /// A config drive that is made already: a folder, a JSON or gzipped ISO file, or a URL
    #[arg(
        long, value_name = "FILE|DIR|URL", value_hint = clap::ValueHint::AnyPath,
        conflicts_with_all = ["ssh_keys", "user_data", "meta", "hostname"], help_heading = FIRST_BOOT
    )]
    config_drive: Option<String>,
}

/// `K=V`, split at the first `=`.
pub(super) fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE".to_owned()),
    }
}

impl ConfigDriveArgs {
    /// The config drive of a new instance: it always has one, for the host name.
    pub(super) fn resolve(&self, instance: &str) -> Result<ConfigDrive, Error> {
        if let Some(given) = &self.config_drive {
            return ConfigDrive::resolve(given);
        }
        let read = |path: &PathBuf| {
            let problem = |error: std::io::Error| Error::File {
                path: path.display().to_string(),
                reason: error.to_string(),
            };
            fs::read_to_string(path).map_err(problem)
        };
        let mut ssh_keys = Vec::new();
        for path in &self.ssh_keys {
            let problem =
                |reason: &str| Error::File { path: path.display().to_string(), reason: reason.to_owned() };
            let text = read(path)?;
            if text.contains("PRIVATE KEY") {
                return Err(problem("this is a private key; give the file that ends in .pub"));
            }
            let before = ssh_keys.len();
            let keys = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
            ssh_keys.extend(keys.map(str::to_owned));
            if ssh_keys.len() == before {
                return Err(problem("there is no key in it"));
            }
        }
        Ok(ConfigDrive::from_pieces(&Pieces {
            hostname: self.hostname.clone().unwrap_or_else(|| instance.to_owned()),
            ssh_keys,
            user_data: self.user_data.as_ref().map(read).transpose()?,
            meta: self.meta.clone(),
        }))
    }

    /// The config drive of a rebuild: none where no option asks for one, and Ironic then uses the last one.
    pub(super) fn resolve_if_given(&self, instance: &str) -> Result<ConfigDrive, Error> {
        let given = self.config_drive.is_some()
            || !self.ssh_keys.is_empty()
            || self.user_data.is_some()
            || !self.meta.is_empty()
            || self.hostname.is_some();
        if given { self.resolve(instance) } else { Ok(ConfigDrive::none()) }
    }
}
