//! The options that make a config drive.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::bounded;
use crate::driver::Error;
use crate::driver::config_drive::mime::{Part, content_type};
use crate::driver::config_drive::{ConfigDrive, Pieces, network};
use crate::inventory::document;
use crate::ui::Ui;

const FIRST_BOOT: &str = "First boot";

/// What the instance learns at its first boot.
#[derive(Debug, clap::Args)]
pub(super) struct ConfigDriveArgs {
    /// Public SSH keys that may log in (repeatable)
    #[arg(long = "ssh-key", value_name = "FILE", value_hint = clap::ValueHint::FilePath, help_heading = FIRST_BOOT)]
    ssh_keys: Vec<PathBuf>,

    /// User data (repeatable)
    ///
    /// Several files are combined into one multi-part message for cloud-init.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, help_heading = FIRST_BOOT)]
    user_data: Vec<PathBuf>,

    /// Metadata item (repeatable)
    #[arg(long = "meta", value_name = "K=V", value_parser = key_value, help_heading = FIRST_BOOT)]
    meta: Vec<(String, String)>,

    /// Host name (default: the instance's name)
    #[arg(long, value_name = "NAME", help_heading = FIRST_BOOT)]
    hostname: Option<String>,

    /// Network configuration
    ///
    /// In the format of OpenStack's `network_data.json`, as JSON or YAML.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, help_heading = FIRST_BOOT)]
    network_data: Option<PathBuf>,

    /// Vendor data, as JSON or YAML
    #[arg(long, hide_short_help = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath, help_heading = FIRST_BOOT)]
    vendor_data: Option<PathBuf>,

    /// Existing config drive
    ///
    /// A directory, a JSON or ISO file (may be compressed with gzip), or a URL.
    #[arg(
        long, value_name = "PATH|URL", value_hint = clap::ValueHint::AnyPath, help_heading = FIRST_BOOT,
        conflicts_with_all = ["ssh_keys", "user_data", "meta", "hostname", "network_data", "vendor_data"]
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

/// What instances of one kind learn at their first boot, all files read.
#[derive(Clone)]
pub(super) enum FirstBoot {
    /// A config drive that is made already.
    Drive(ConfigDrive),
    /// Its pieces; without a host name, each instance has its own name for one.
    Pieces(Box<Pieces>),
}

impl FirstBoot {
    /// The config drive of one instance.
    pub(super) fn of(&self, instance: &str) -> Result<ConfigDrive, Error> {
        match self {
            Self::Drive(drive) => Ok(drive.clone()),
            Self::Pieces(pieces) if pieces.hostname.is_empty() => {
                ConfigDrive::from_pieces(&Pieces { hostname: instance.to_owned(), ..Pieces::clone(pieces) })
            }
            Self::Pieces(pieces) => ConfigDrive::from_pieces(pieces),
        }
    }
}

/// Reads a file of text.
pub(super) fn read(path: &Path) -> Result<String, Error> {
    let problem =
        |error: std::io::Error| Error::File { path: path.display().to_string(), reason: error.to_string() };
    bounded::read_text(path, bounded::LARGE).map_err(problem)
}

/// Reads a part of user data.
pub(super) fn part_of(path: &Path) -> Result<Part, Error> {
    let problem =
        |error: std::io::Error| Error::File { path: path.display().to_string(), reason: error.to_string() };
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    Ok(Part { name, bytes: bounded::read(path, bounded::DRIVE).map_err(problem)? })
}

/// Reads a file of an object in YAML or JSON.
pub(super) fn object_of(path: &Path) -> Result<Map<String, Value>, Error> {
    match document::json_of(path) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Error::File { path: path.display().to_string(), reason: "not a mapping".to_owned() }),
        Err(error) => Err(Error::Unfit(error.to_string())),
    }
}

/// Reads network data. What is wrong with it is told with the file's name.
pub(super) fn network_of(path: &Path) -> Result<Map<String, Value>, Error> {
    let data = object_of(path)?;
    network::check(&data).map_err(|reason| Error::File { path: path.display().to_string(), reason })?;
    Ok(data)
}

/// The public keys in a text, one a line.
pub(super) fn keys_in(text: &str) -> impl Iterator<Item = String> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned)
}

/// The public keys in a file.
pub(super) fn keys_of(path: &Path) -> Result<Vec<String>, Error> {
    let problem = |reason: &str| Error::File { path: path.display().to_string(), reason: reason.to_owned() };
    let text = read(path)?;
    if text.contains("PRIVATE KEY") {
        return Err(problem("this is a private key; give the file that ends in .pub"));
    }
    let keys: Vec<String> = keys_in(&text).collect();
    if keys.is_empty() { Err(problem("there is no key in it")) } else { Ok(keys) }
}

/// What is odd about user data: cloud-init passes over a lone text without one of its marks, though other programs may read
/// it.
fn odd_user_data(parts: &[Part]) -> Option<String> {
    match parts {
        [part] if content_type(&part.bytes).is_none() => Some(format!(
            "`{}`: cloud-init ignores user data unless its first line starts with `#cloud-config`, `#!` or another of its markers",
            part.name
        )),
        _ => None,
    }
}

impl FirstBoot {
    /// What its operator should know.
    pub(super) fn warning(&self) -> Option<String> {
        match self {
            Self::Pieces(pieces) => odd_user_data(&pieces.user_data),
            Self::Drive(_) => None,
        }
    }
}

impl ConfigDriveArgs {
    /// What new instances learn: they always have a config drive, for the host name.
    pub(super) fn read(&self) -> Result<FirstBoot, Error> {
        if let Some(given) = &self.config_drive {
            return ConfigDrive::resolve(given).map(FirstBoot::Drive);
        }
        let mut ssh_keys = Vec::new();
        for path in &self.ssh_keys {
            ssh_keys.extend(keys_of(path)?);
        }
        Ok(FirstBoot::Pieces(Box::new(Pieces {
            hostname: self.hostname.clone().unwrap_or_default(),
            ssh_keys,
            user_data: self.user_data.iter().map(|path| part_of(path)).collect::<Result<_, _>>()?,
            meta: self.meta.clone(),
            network_data: self.network_data.as_deref().map(network_of).transpose()?,
            vendor_data: self.vendor_data.as_deref().map(object_of).transpose()?,
            ..Pieces::default()
        })))
    }

    /// The config drive of a rebuild: none where no option asks for one, and Ironic then uses the last one.
    pub(super) fn resolve_if_given(&self, instance: &str, ui: &Ui) -> Result<ConfigDrive, Error> {
        let given = self.config_drive.is_some()
            || !self.ssh_keys.is_empty()
            || !self.user_data.is_empty()
            || self.network_data.is_some()
            || self.vendor_data.is_some()
            || !self.meta.is_empty()
            || self.hostname.is_some();
        if !given {
            return Ok(ConfigDrive::none());
        }
        let first_boot = self.read()?;
        if let Some(warning) = first_boot.warning() {
            ui.warn(&warning);
        }
        first_boot.of(instance)
    }
}
