//! What a fleet file says of what to put on the machines.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::networks::{Nic, nics};
use crate::inventory::document::{Content, Cursor, InputProblem, SourceLocation};
use crate::inventory::size::{self, SizeError};

/// Keys that say what to put on the machines, ours and those of the other dialects.
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

/// A value and where it is given, for what only turns out when it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Where it is given.
    pub origin: SourceLocation,
}

/// A public SSH key, or where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SshKey {
    /// The key as OpenSSH writes it; several are one a line.
    Text(String),
    /// A file of keys.
    File(PathBuf),
}

/// A mapping in the file itself, or the file that it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Structure {
    /// The mapping.
    Here(Map<String, Value>),
    /// The file.
    File(PathBuf),
}

/// What to put on the machines of a group. What is not said is left to whoever deploys.
///
/// Paths are reckoned from the folder of the fleet file, and `~/` is the home directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Payload {
    /// The image: an address, Glance's id, `glance://` and its name in Glance, or a path.
    pub image: Option<Placed<String>>,
    /// What it hashes to, or the address of a file of checksums.
    pub image_checksum: Option<Placed<String>>,
    /// Kernel of a partition image.
    pub image_kernel: Option<Placed<String>>,
    /// Ramdisk of a partition image.
    pub image_ramdisk: Option<Placed<String>>,
    /// Whether the image holds a disk or a file system, in Ironic's words.
    pub image_type: Option<Placed<String>>,
    /// How the image is written in its file, in Ironic's words.
    pub image_format: Option<Placed<String>>,
    /// Hints at the root device, each with what it wants.
    pub root_device: Option<Placed<Vec<(String, String)>>>,
    /// Size of the root partition in GiB.
    pub root_gb: Option<u64>,
    /// Size of the swap partition in MiB.
    pub swap_mb: Option<u64>,
    /// Size of the ephemeral partition in GiB.
    pub ephemeral_gb: Option<u64>,
    /// The file system of the ephemeral partition.
    pub ephemeral_format: Option<String>,
    /// Deploy steps as Ironic takes them, not looked at yet.
    pub deploy_steps: Option<Placed<Value>>,
    /// Deploy templates, which are traits of the machines too.
    pub deploy_templates: Vec<String>,
    /// A config drive that is made already: an address or a path.
    pub config_drive: Option<Placed<String>>,
    /// Who may log in.
    pub ssh_keys: Vec<Placed<SshKey>>,
    /// Files of user data for cloud-init.
    pub user_data: Vec<Placed<PathBuf>>,
    /// What cloud-init is to do, beside `user_data`.
    pub cloud_config: Map<String, Value>,
    /// A user to be made, with the SSH keys.
    pub user_name: Option<String>,
    /// Whether `sudo` asks that user for no password.
    pub passwordless_sudo: Option<bool>,
    /// Further metadata.
    pub meta: Vec<(String, String)>,
    /// Metadata in OpenStack's own form.
    pub meta_data: Map<String, Value>,
    /// The networks it is to be on; none at all where the list is empty.
    pub networks: Option<Vec<Nic>>,
    /// How the network is set up, as in OpenStack's `network_data.json`.
    pub network_data: Option<Placed<Structure>>,
    /// What the image's vendor wants to be known.
    pub vendor_data: Option<Placed<Structure>>,
    /// What the file asks for and a deploy cannot do, or does otherwise. Planning need not mind.
    pub findings: Vec<InputProblem>,
}

impl Payload {
    /// Forgets an inherited image with what belongs to it: the digest of one image is wrong for any other. A checksum
    /// that came without an image is one for all of them.
    pub(super) fn forget_image(&mut self) {
        if self.image.take().is_some() {
            (self.image_checksum, self.image_kernel, self.image_ramdisk) = (None, None, None);
            (self.image_type, self.image_format) = (None, None);
        }
    }

    /// Whether anything of a config drive is said that is not made already.
    #[must_use]
    pub fn has_pieces(&self) -> bool {
        !self.ssh_keys.is_empty()
            || !self.user_data.is_empty()
            || !self.cloud_config.is_empty()
            || self.user_name.is_some()
            || !self.meta.is_empty()
            || !self.meta_data.is_empty()
            || self.network_data.is_some()
            || self.vendor_data.is_some()
    }

    /// Takes over the value of one of the [`KEYS`] of a file in this folder.
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
                self.deploy_steps = Some(Placed { value: value.value().to_json(), origin: value.location() });
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

    /// The form of metalsmith's module.
    fn set_image(&mut self, value: &Cursor<'_>, folder: &Path) {
        let Some(table) = value.mapping() else { return };
        table.allow_keys(&["href", "checksum", "kernel", "ramdisk"]);
        self.image = table.require("href").and_then(|href| image(&href, folder));
        // What is not in it may stand beside it, before or after.
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

    /// metalsmith's form: the pieces that its own keys do not say.
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

    /// Notes what a deploy cannot do.
    fn note(&mut self, key: &str, value: &Cursor<'_>) {
        let is_empty = match &value.value().content {
            Content::List(items) => items.is_empty(),
            Content::Mapping(entries) => entries.is_empty(),
            Content::Scalar(_) => false,
        };
        let message = match key {
            _ if is_empty => return,
            "hostname_format" => "`hostname_format` is not followed: several are called NAME-1, NAME-2, …",
            "ansible_playbooks" => "`ansible_playbooks` are not run",
            "state" if value.value().text() == Some("present") => return,
            "state" => "only instances whose `state` is `present` can be deployed",
            "managed" if value.boolean() != Some(false) => return,
            "managed" => "instances that are not `managed` by Ironic cannot be deployed",
            _ => {
                "`network_config` is left out, its templates are not read: `network_data` says how the network is set up"
            }
        };
        let is_warning = matches!(key, "hostname_format" | "ansible_playbooks" | "network_config");
        self.findings.push(InputProblem {
            location: value.location(),
            message: message.to_owned(),
            is_warning,
        });
    }
}

impl<T> Placed<T> {
    fn map<U>(self, change: impl FnOnce(T) -> U) -> Placed<U> {
        Placed { value: change(self.value), origin: self.origin }
    }
}

fn text(value: &Cursor<'_>) -> Option<Placed<String>> {
    Some(Placed { value: value.string()?.to_owned(), origin: value.location() })
}

fn sized(value: &Cursor<'_>, parse: fn(&str) -> Result<u64, SizeError>) -> Option<u64> {
    value.checked(|text| parse(text).map_err(|error| error.to_string()))
}

/// Where a file of checksums is, or a checksum.
fn checksum(value: &Cursor<'_>, folder: &Path) -> Option<Placed<String>> {
    let given = text(value)?;
    let file = path(folder, &given.value);
    let is_file = !given.value.contains("://") && file.is_file();
    Some(if is_file { given.map(|_| file.to_string_lossy().into_owned()) } else { given })
}

/// A mapping, or the path of a file that has one.
fn structure(value: &Cursor<'_>, folder: &Path) -> Option<Placed<Structure>> {
    let origin = value.location();
    match value.value().to_json() {
        Value::Object(map) => Some(Placed { value: Structure::Here(map), origin }),
        _ => Some(text(value)?.map(|text| Structure::File(path(folder, &text)))),
    }
}

/// A mapping of hints to what they want, numbers and truth values as they are written.
fn hints(value: &Cursor<'_>) -> Option<Placed<Vec<(String, String)>>> {
    let table = value.mapping()?;
    let mut hints = Vec::new();
    for (key, wanted) in table.entries() {
        match wanted.value().text() {
            Some(text) => hints.push((key.to_owned(), text.to_owned())),
            None => wanted.expected("what the hint wants"),
        }
    }
    Some(Placed { value: hints, origin: value.location() })
}

/// An image is an address, one of Glance's ids, a path, which is there or begins like one, or else a name in Glance. The
/// last is marked as such: names of files are reckoned from another folder than the command's own.
fn image(value: &Cursor<'_>, folder: &Path) -> Option<Placed<String>> {
    let given = text(value)?;
    let is_clear = given.value.is_empty()
        || given.value.contains("://")
        || given.value.starts_with(['/', '.', '~'])
        || uuid::Uuid::try_parse(&given.value).is_ok()
        || path(folder, &given.value).is_file();
    if is_clear { address(value, folder) } else { Some(given.map(|name| format!("glance://{name}"))) }
}

/// What is not an address or a UUID is a path.
fn address(value: &Cursor<'_>, folder: &Path) -> Option<Placed<String>> {
    let given = text(value)?;
    let is_path = !given.value.contains("://") && uuid::Uuid::try_parse(&given.value).is_err();
    let rooted = |text: String| path(folder, &text).to_string_lossy().into_owned();
    Some(if is_path && !given.value.is_empty() { given.map(rooted) } else { given })
}

/// A key begins with its type (`ssh-ed25519`, `ecdsa-sha2-nistp256`, `sk-ssh-…`) and a space; all else is a path.
fn ssh_key(value: &Cursor<'_>, folder: &Path) -> Option<Placed<SshKey>> {
    let is_key = |text: &str| {
        let kind = text.trim_start().split_once(' ').map(|(kind, _)| kind);
        kind.is_some_and(|kind| ["ssh-", "ecdsa-", "sk-"].iter().any(|known| kind.starts_with(known)))
    };
    Some(text(value)?.map(
        |text| {
            if is_key(&text) { SshKey::Text(text) } else { SshKey::File(path(folder, &text)) }
        },
    ))
}

/// A path of a file in this folder.
fn path(folder: &Path, text: &str) -> PathBuf {
    match (text.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => folder.join(text),
    }
}
