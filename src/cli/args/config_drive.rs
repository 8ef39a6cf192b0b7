//! The options for a config drive.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::bounded_read;
use crate::driver::Error;
use crate::driver::config_drive::mime::{Part, content_type};
use crate::driver::config_drive::{ConfigDrive, ConfigDriveParts, network};
use crate::inventory::document;
use crate::ui::Ui;

const FIRST_BOOT: &str = "First boot";

/// The settings for the first boot of an instance.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigDriveArgs {
    /// Public SSH key file (repeatable)
    ///
    /// cloud-init adds these public keys to its default user.
    #[arg(long = "ssh-key", value_name = "FILE", value_hint = clap::ValueHint::FilePath, help_heading = FIRST_BOOT)]
    ssh_keys: Vec<PathBuf>,

    /// User data file (repeatable)
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

    /// Network configuration file
    ///
    /// In the format of OpenStack's `network_data.json`, as JSON or YAML.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, help_heading = FIRST_BOOT)]
    network_data: Option<PathBuf>,

    /// Vendor data file, as JSON or YAML
    #[arg(long, hide_short_help = true, value_name = "FILE", value_hint = clap::ValueHint::FilePath, help_heading = FIRST_BOOT)]
    vendor_data: Option<PathBuf>,

    /// Existing config drive
    ///
    /// A directory, a JSON or ISO file (optionally compressed with gzip), or a URL.
    #[arg(
        long, value_name = "PATH|URL", value_hint = clap::ValueHint::AnyPath, help_heading = FIRST_BOOT,
        conflicts_with_all = ["ssh_keys", "user_data", "meta", "hostname", "network_data", "vendor_data"]
    )]
    config_drive: Option<String>,
}

/// Parses `K=V`, split at the first `=`.
pub(crate) fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE".to_owned()),
    }
}

/// The first boot settings of several instances, with the contents of the files.
#[derive(Clone)]
pub(crate) enum FirstBoot {
    /// An existing config drive.
    Drive(ConfigDrive),
    /// The pieces of a config drive. Without a host name, the name of each instance is used.
    Pieces(Box<ConfigDriveParts>),
}

impl FirstBoot {
    /// The config drive of one instance.
    pub(crate) fn of(&self, instance: &str) -> Result<ConfigDrive, Error> {
        match self {
            Self::Drive(drive) => Ok(drive.clone()),
            Self::Pieces(pieces) if pieces.hostname.is_empty() => {
                ConfigDrive::from_pieces(&ConfigDriveParts {
                    hostname: instance.to_owned(),
                    ..ConfigDriveParts::clone(pieces)
                })
            }
            Self::Pieces(pieces) => ConfigDrive::from_pieces(pieces),
        }
    }
}

/// Reads a text file.
pub(crate) fn read(path: &Path) -> Result<String, Error> {
    let problem = |error: std::io::Error| Error::unreadable(path.display().to_string(), &error);
    bounded_read::read_text(path, bounded_read::LARGE).map_err(problem)
}

/// Reads a user data file.
pub(crate) fn part_of(path: &Path) -> Result<Part, Error> {
    let problem = |error: std::io::Error| Error::unreadable(path.display().to_string(), &error);
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    Ok(Part { name, bytes: bounded_read::read(path, bounded_read::DRIVE).map_err(problem)? })
}

/// Reads a YAML or JSON file with an object.
pub(crate) fn object_of(path: &Path) -> Result<Map<String, Value>, Error> {
    match document::read_json(path) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Error::File { path: path.display().to_string(), reason: "not a mapping".to_owned() }),
        Err(error) => Err(Error::Unfit(error.to_string())),
    }
}

/// Reads and checks a network data file. Errors contain the file's name.
pub(crate) fn network_of(path: &Path) -> Result<Map<String, Value>, Error> {
    let data = object_of(path)?;
    network::check(&data).map_err(|reason| Error::File { path: path.display().to_string(), reason })?;
    Ok(data)
}

/// The public keys in a text, one per line.
pub(crate) fn keys_in(text: &str) -> impl Iterator<Item = String> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned)
}

/// The public keys in a file.
pub(crate) fn keys_of(path: &Path) -> Result<Vec<String>, Error> {
    let problem = |reason: &str| Error::File { path: path.display().to_string(), reason: reason.to_owned() };
    let text = read(path)?;
    if text.contains("PRIVATE KEY") {
        return Err(problem("this is a private key; give the file that ends in .pub"));
    }
    let keys: Vec<String> = keys_in(&text).collect();
    if keys.is_empty() { Err(problem("no key found")) } else { Ok(keys) }
}

/// A warning if cloud-init ignores the user data because a single part has none of its markers. Other programs may
/// read it.
fn user_data_warning(parts: &[Part]) -> Option<String> {
    match parts {
        [part] if content_type(&part.bytes).is_none() => Some(format!(
            "`{}`: cloud-init ignores user data unless its first line starts with `#cloud-config`, `#!` or another of its markers",
            part.name
        )),
        _ => None,
    }
}

impl FirstBoot {
    /// A warning for the operator.
    pub(crate) fn warning(&self) -> Option<String> {
        match self {
            Self::Pieces(pieces) => user_data_warning(&pieces.user_data),
            Self::Drive(_) => None,
        }
    }
}

impl ConfigDriveArgs {
    /// The first boot settings of new instances. They always have a config drive, for the host name.
    pub(crate) fn read(&self) -> Result<FirstBoot, Error> {
        if let Some(given) = &self.config_drive {
            return ConfigDrive::resolve(given).map(FirstBoot::Drive);
        }
        let mut ssh_keys = Vec::new();
        for path in &self.ssh_keys {
            ssh_keys.extend(keys_of(path)?);
        }
        Ok(FirstBoot::Pieces(Box::new(ConfigDriveParts {
            hostname: self.hostname.clone().unwrap_or_default(),
            ssh_keys,
            user_data: self.user_data.iter().map(|path| part_of(path)).collect::<Result<_, _>>()?,
            meta: self.meta.clone(),
            network_data: self.network_data.as_deref().map(network_of).transpose()?,
            vendor_data: self.vendor_data.as_deref().map(object_of).transpose()?,
            ..ConfigDriveParts::default()
        })))
    }

    /// The config drive of a rebuild. Without any option, none: Ironic then uses the previous one.
    pub(crate) fn resolve_if_given(&self, instance: &str, ui: &Ui) -> Result<ConfigDrive, Error> {
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
