//! Reads the image and the configuration of instances from a fleet file.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::networks::{Nic, nics};
use crate::inventory::document::{Content, Cursor, InputProblem, SourceLocation};
use crate::inventory::size::{self, SizeError};

/// Keys for the image and the configuration of instances, in farrier's own format and the other dialects.
pub(super) const KEYS: &[&str] = &[
    "ansible_playbooks",
    "config_drive",
    "deploy_steps",
    "deploy_templates",
    "ephemeral_format",
    "ephemeral_size",
    "ephemeral_size_gb",
    "hostname_format",
    "image",
    "image_checksum",
    "image_format",
    "image_kernel",
    "image_ramdisk",
    "image_type",
    "managed",
    "meta",
    "network",
    "network_config",
    "network_data",
    "networks",
    "nics",
    "passwordless_sudo",
    "root_device",
    "root_size",
    "root_size_gb",
    "ssh_keys",
    "ssh_public_keys",
    "state",
    "swap_size",
    "swap_size_mb",
    "user_data",
    "user_name",
    "vendor_data",
];

/// A value with its place in the file, for errors that are only found when the value is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// The place.
    pub origin: SourceLocation,
}

/// Public SSH keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SshKey {
    /// Keys in OpenSSH's format, one per line.
    Text(String),
    /// A file of keys.
    File(PathBuf),
}

/// A mapping, in the fleet file or in a file of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MappingSource {
    /// The mapping in the fleet file.
    Inline(Map<String, Value>),
    /// The file with the mapping.
    File(PathBuf),
}

/// The image and the configuration of the instances of a group. The command's options fill in unset fields.
///
/// Paths are relative to the folder of the fleet file; `~/` is the home directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Payload {
    /// The image: a URL, a UUID in Glance, `glance://` with a name in Glance, or a path.
    pub image: Option<Located<String>>,
    /// The checksum, or the URL or path of a checksum file.
    pub image_checksum: Option<Located<String>>,
    /// The kernel of a partition image.
    pub image_kernel: Option<Located<String>>,
    /// The ramdisk of a partition image.
    pub image_ramdisk: Option<Located<String>>,
    /// The image type, by Ironic's name (`whole-disk` or `partition`).
    pub image_type: Option<Located<String>>,
    /// The image format, by Ironic's name (`raw`, `qcow2`, …).
    pub image_format: Option<Located<String>>,
    /// The root device hints: names and values.
    pub root_device: Option<Located<Vec<(String, String)>>>,
    /// The size of the root partition in GiB.
    pub root_gb: Option<u64>,
    /// The size of the swap partition in MiB.
    pub swap_mb: Option<u64>,
    /// The size of the ephemeral partition in GiB.
    pub ephemeral_gb: Option<u64>,
    /// The file system of the ephemeral partition.
    pub ephemeral_format: Option<String>,
    /// The deploy steps in Ironic's form, not yet checked.
    pub deploy_steps: Option<Located<Value>>,
    /// The deploy templates, which are also required traits.
    pub deploy_templates: Vec<String>,
    /// A ready-made config drive: a URL or a path.
    pub config_drive: Option<Located<String>>,
    /// The SSH keys that may log in.
    pub ssh_keys: Vec<Located<SshKey>>,
    /// Files of user data for cloud-init.
    pub user_data: Vec<Located<PathBuf>>,
    /// Configuration for cloud-init, in addition to `user_data`.
    pub cloud_config: Map<String, Value>,
    /// A user to create, with the SSH keys.
    pub user_name: Option<String>,
    /// Whether that user can use `sudo` without a password.
    pub passwordless_sudo: Option<bool>,
    /// Metadata keys and values.
    pub meta: Vec<(String, String)>,
    /// Metadata in the form of OpenStack's `meta_data.json`.
    pub meta_data: Map<String, Value>,
    /// The networks to attach. An empty list attaches none.
    pub networks: Option<Vec<Nic>>,
    /// The network configuration, in the form of OpenStack's `network_data.json`.
    pub network_data: Option<Located<MappingSource>>,
    /// The vendor data.
    pub vendor_data: Option<Located<MappingSource>>,
    /// Settings that a deployment does not support or handles differently. They do not affect planning.
    pub findings: Vec<InputProblem>,
}

impl Payload {
    /// Removes an inherited image and its other settings: the checksum of one image is wrong for another. A checksum that was
    /// set without an image is a file for all images and stays.
    pub(super) fn forget_image(&mut self) {
        if self.image.take().is_some() {
            (self.image_checksum, self.image_kernel, self.image_ramdisk) = (None, None, None);
            (self.image_type, self.image_format) = (None, None);
        }
    }

    /// Whether there are settings to build a config drive from.
    #[must_use]
    pub fn has_config_drive_parts(&self) -> bool {
        !self.ssh_keys.is_empty()
            || !self.user_data.is_empty()
            || !self.cloud_config.is_empty()
            || self.user_name.is_some()
            || !self.meta.is_empty()
            || !self.meta_data.is_empty()
            || self.network_data.is_some()
            || self.vendor_data.is_some()
    }

    /// Sets the value of one of the [`KEYS`]. `folder` is the folder of the file.
    pub(super) fn set(&mut self, key: &str, value: &Cursor<'_>, folder: &Path) {
        match key {
            "image" if matches!(value.value().content, Content::Mapping(_)) => self.set_image(value, folder),
            "image" => self.image = image(value, folder),
            "image_checksum" => self.image_checksum = checksum(value, folder),
            "image_type" => self.image_type = text(value),
            "image_format" => self.image_format = text(value),
            "root_device" => self.root_device = hints(value),
            "ephemeral_format" => self.ephemeral_format = value.string().map(str::to_owned),
            "deploy_steps" => {
                self.deploy_steps =
                    Some(Located { value: value.value().to_json(), origin: value.location() });
            }
            "deploy_templates" => self.deploy_templates = super::texts(value),
            "config_drive" if matches!(value.value().content, Content::Mapping(_)) => {
                self.set_config_drive(value, folder);
            }
            "config_drive" => self.config_drive = address(value, folder),
            "network_data" => self.network_data = structure(value, folder),
            "vendor_data" => self.vendor_data = structure(value, folder),
            "user_name" => self.user_name = value.string().map(str::to_owned),
            "passwordless_sudo" => self.passwordless_sudo = value.boolean(),
            "image_kernel" => self.image_kernel = text(value),
            "image_ramdisk" => self.image_ramdisk = text(value),
            "root_size" | "root_size_gb" => self.root_gb = sized(value, size::gibibytes),
            "swap_size" | "swap_size_mb" => self.swap_mb = sized(value, size::mebibytes),
            "ephemeral_size" | "ephemeral_size_gb" => self.ephemeral_gb = sized(value, size::gibibytes),
            "ssh_keys" | "ssh_public_keys" => {
                self.ssh_keys = match value.value().content {
                    Content::List(_) => {
                        value.items().iter().filter_map(|item| ssh_key(item, folder)).collect()
                    }
                    _ => ssh_key(value, folder).into_iter().collect(),
                };
            }
            "user_data" => {
                let file = |value: &Cursor<'_>| Some(text(value)?.map(|text| path(folder, &text)));
                self.user_data = match value.value().content {
                    Content::List(_) => value.items().iter().filter_map(file).collect(),
                    _ => file(value).into_iter().collect(),
                };
            }
            "meta" => {
                let Some(table) = value.mapping() else { return };
                let pair =
                    |(key, value): (&str, Cursor<'_>)| Some((key.to_owned(), value.string()?.to_owned()));
                self.meta = table.entries().filter_map(pair).collect();
            }
            "networks" | "nics" | "network" => self.networks = Some(nics(value)),
            _ => self.note(key, value),
        }
    }

    /// Reads `image` in the form of metalsmith's module.
    fn set_image(&mut self, value: &Cursor<'_>, folder: &Path) {
        let Some(table) = value.mapping() else { return };
        table.allow_keys(&["href", "checksum", "kernel", "ramdisk"]);
        self.image = table.require("href").and_then(|href| image(&href, folder));
        // The other parts may also be under separate keys, before or after this one.
        if let Some(part) = table.get("checksum") {
            self.image_checksum = checksum(&part, folder);
        }
        if let Some(part) = table.get("kernel") {
            self.image_kernel = text(&part);
        }
        if let Some(part) = table.get("ramdisk") {
            self.image_ramdisk = text(&part);
        }
    }

    /// Reads `config_drive` in metalsmith's form: the parts that have no key of their own.
    fn set_config_drive(&mut self, value: &Cursor<'_>, folder: &Path) {
        let Some(table) = value.mapping() else { return };
        table.allow_keys(&["cloud_config", "meta_data", "network_data", "vendor_data"]);
        for (key, part) in table.entries() {
            if !matches!(key, "cloud_config" | "meta_data") {
                if matches!(key, "network_data" | "vendor_data") {
                    self.set(key, &part, folder);
                }
                continue;
            }
            match part.value().to_json() {
                Value::Object(map) if key == "cloud_config" => self.cloud_config = map,
                Value::Object(map) => self.meta_data = map,
                _ => part.expected("a mapping"),
            }
        }
    }

    /// Records a setting that a deployment does not support.
    fn note(&mut self, key: &str, value: &Cursor<'_>) {
        let is_empty = match &value.value().content {
            Content::List(items) => items.is_empty(),
            Content::Mapping(entries) => entries.is_empty(),
            Content::Scalar(_) => false,
        };
        let message = match key {
            _ if is_empty => return,
            "hostname_format" => "`hostname_format` ignored: the instances are named NAME-1, NAME-2, …",
            "ansible_playbooks" => "`ansible_playbooks` ignored: farrier does not run playbooks",
            "state" if value.value().text() == Some("present") => return,
            "state" => "only instances whose `state` is `present` can be deployed",
            "managed" if value.boolean() != Some(false) => return,
            "managed" => "only instances that are `managed` by Ironic can be deployed",
            _ => "`network_config` ignored: its templates are not supported; use `network_data`",
        };
        let is_warning = matches!(key, "hostname_format" | "ansible_playbooks" | "network_config");
        self.findings.push(InputProblem {
            location: value.location(),
            message: message.to_owned(),
            is_warning,
        });
    }
}

impl<T> Located<T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Located<U> {
        Located { value: change(self.value), origin: self.origin }
    }
}

fn text(value: &Cursor<'_>) -> Option<Located<String>> {
    Some(Located { value: value.string()?.to_owned(), origin: value.location() })
}

fn sized(value: &Cursor<'_>, parse: fn(&str) -> Result<u64, SizeError>) -> Option<u64> {
    value.checked(|text| parse(text).map_err(|error| error.to_string()))
}

/// Reads a checksum, or the URL or path of a checksum file.
fn checksum(value: &Cursor<'_>, folder: &Path) -> Option<Located<String>> {
    let given = text(value)?;
    let file = path(folder, &given.value);
    let is_file = !given.value.contains("://") && file.is_file();
    Some(if is_file { given.map(|_| file.to_string_lossy().into_owned()) } else { given })
}

/// Reads a mapping, or the path of a file that contains it.
fn structure(value: &Cursor<'_>, folder: &Path) -> Option<Located<MappingSource>> {
    let origin = value.location();
    match value.value().to_json() {
        Value::Object(map) => Some(Located { value: MappingSource::Inline(map), origin }),
        _ => Some(text(value)?.map(|text| MappingSource::File(path(folder, &text)))),
    }
}

/// Reads root device hints: a mapping from names to values, with numbers and booleans as text.
fn hints(value: &Cursor<'_>) -> Option<Located<Vec<(String, String)>>> {
    let table = value.mapping()?;
    let mut hints = Vec::new();
    for (key, hint) in table.entries() {
        match hint.value().text() {
            Some(text) => hints.push((key.to_owned(), text.to_owned())),
            None => hint.expected("the value of the hint"),
        }
    }
    Some(Located { value: hints, origin: value.location() })
}

/// Reads an image: a URL, a UUID in Glance, a path (which exists or begins like a path), or else a name in Glance. A name is
/// marked with `glance://`: without it, the command would look for a file of that name in its own working directory.
fn image(value: &Cursor<'_>, folder: &Path) -> Option<Located<String>> {
    let given = text(value)?;
    let is_location = given.value.is_empty()
        || given.value.contains("://")
        || given.value.starts_with(['/', '.', '~'])
        || uuid::Uuid::try_parse(&given.value).is_ok()
        || path(folder, &given.value).is_file();
    if is_location { address(value, folder) } else { Some(given.map(|name| format!("glance://{name}"))) }
}

/// Reads a URL, a UUID or a path.
fn address(value: &Cursor<'_>, folder: &Path) -> Option<Located<String>> {
    let given = text(value)?;
    let is_path = !given.value.contains("://") && uuid::Uuid::try_parse(&given.value).is_err();
    let resolve = |text: String| path(folder, &text).to_string_lossy().into_owned();
    Some(if is_path && !given.value.is_empty() { given.map(resolve) } else { given })
}

/// Reads an SSH key or a path. A key begins with its type (`ssh-ed25519`, `ecdsa-sha2-nistp256`, `sk-ssh-…`) and a space.
fn ssh_key(value: &Cursor<'_>, folder: &Path) -> Option<Located<SshKey>> {
    let is_key = |text: &str| {
        let key_type = text.trim_start().split_once(' ').map(|(key_type, _)| key_type);
        key_type.is_some_and(|name| ["ssh-", "ecdsa-", "sk-"].iter().any(|prefix| name.starts_with(prefix)))
    };
    Some(text(value)?.map(
        |text| {
            if is_key(&text) { SshKey::Text(text) } else { SshKey::File(path(folder, &text)) }
        },
    ))
}

/// Resolves a path relative to the folder or the home directory.
fn path(folder: &Path, text: &str) -> PathBuf {
    match (text.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => folder.join(text),
    }
}
