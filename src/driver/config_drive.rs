//! The config drive: what an instance learns of itself at its first boot.

use std::fmt;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::Error;
use super::intent::digest;

/// A config drive in one of the forms that Ironic takes.
///
/// It may hold secrets (user data), so it is never printed.
#[derive(Clone, Default)]
pub struct ConfigDrive(Option<Value>);

impl fmt::Debug for ConfigDrive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "ConfigDrive(…)" } else { "ConfigDrive(none)" })
    }
}

/// The pieces that an operator gives one by one.
#[derive(Clone, Default)]
pub struct Pieces {
    /// The host name.
    pub hostname: String,
    /// Public keys that may log in, as OpenSSH writes them.
    pub ssh_keys: Vec<String>,
    /// What cloud-init is to do.
    pub user_data: Option<String>,
    /// Further metadata.
    pub meta: Vec<(String, String)>,
}

impl ConfigDrive {
    /// No config drive.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// Puts the pieces together; Ironic's conductor makes the disk of them (≥ 1.56).
    #[must_use]
    pub fn from_pieces(pieces: &Pieces) -> Self {
        let mut meta_data = Map::new();
        meta_data.insert("hostname".to_owned(), pieces.hostname.clone().into());
        meta_data.insert("name".to_owned(), pieces.hostname.clone().into());
        if !pieces.ssh_keys.is_empty() {
            let keys: Map<String, Value> = pieces
                .ssh_keys
                .iter()
                .enumerate()
                .map(|(i, key)| (format!("key-{i}"), key.clone().into()))
                .collect();
            meta_data.insert("public_keys".to_owned(), keys.into());
        }
        if !pieces.meta.is_empty() {
            let meta: Map<String, Value> =
                pieces.meta.iter().map(|(key, value)| (key.clone(), value.clone().into())).collect();
            meta_data.insert("meta".to_owned(), meta.into());
        }
        let mut drive = json!({"meta_data": meta_data});
        if let Some(user_data) = &pieces.user_data {
            drive["user_data"] = user_data.clone().into();
        }
        Self(Some(drive))
    }

    /// Takes one that is made already: an address, a folder in the layout of OpenStack's config drive, a
    /// JSON file of its parts, or a file of a gzipped ISO 9660 image, in base64 or not.
    ///
    /// # Errors
    /// [`Error::File`] for what cannot be read or understood.
    pub fn resolve(given: &str) -> Result<Self, Error> {
        if given.contains("://") {
            return Ok(Self(Some(given.into())));
        }
        let path = Path::new(given);
        if path.is_dir() {
            return from_folder(path).map(|drive| Self(Some(drive)));
        }
        let problem = |reason: String| Error::File { path: given.to_owned(), reason };
        let bytes = fs::read(path).map_err(|error| problem(error.to_string()))?;
        if bytes.starts_with(&[0x1f, 0x8b]) {
            return Ok(Self(Some(STANDARD.encode(&bytes).into())));
        }
        let text = String::from_utf8(bytes)
            .map_err(|_| problem("neither JSON, nor gzip, nor gzip in base64".to_owned()))?;
        if text.trim_start().starts_with('{') {
            // serde_json's message names line and column, and quotes nothing.
            let drive: Map<String, Value> =
                serde_json::from_str(&text).map_err(|error| problem(error.to_string()))?;
            check_parts(&drive).map_err(problem)?;
            return Ok(Self(Some(drive.into())));
        }
        let packed: String = text.split_whitespace().collect();
        match STANDARD.decode(&packed) {
            Ok(bytes) if bytes.starts_with(&[0x1f, 0x8b]) => Ok(Self(Some(packed.into()))),
            _ => Err(problem("neither JSON, nor gzip, nor gzip in base64".to_owned())),
        }
    }

    /// A digest by which the same config drive is recognised.
    #[must_use]
    pub fn digest(&self) -> Option<String> {
        self.0.as_ref().map(digest)
    }

    /// Its part of a request to deploy or rebuild.
    #[must_use]
    pub fn body(&self) -> Map<String, Value> {
        self.0.iter().map(|drive| ("configdrive".to_owned(), drive.clone())).collect()
    }
}

/// The parts that Ironic takes; anything else it refuses after the claim.
fn check_parts(drive: &Map<String, Value>) -> Result<(), String> {
    for (key, value) in drive {
        let right = match key.as_str() {
            "meta_data" | "network_data" | "vendor_data" => value.is_object(),
            "user_data" => value.is_string() || value.is_object() || value.is_array(),
            _ => {
                return Err(format!(
                    "`{key}` is no part of a config drive: meta_data, user_data, network_data, vendor_data are"
                ));
            }
        };
        if !right {
            return Err(format!("`{key}` has the wrong type"));
        }
    }
    Ok(())
}

/// Reads `openstack/latest/` below the folder, or the parts right in it.
fn from_folder(folder: &Path) -> Result<Value, Error> {
    let latest = folder.join("openstack").join("latest");
    let folder = if latest.is_dir() { latest } else { folder.to_owned() };
    let problem = |path: &Path, reason: String| Error::File { path: path.display().to_string(), reason };
    let mut drive = Map::new();
    for (key, file) in [
        ("meta_data", "meta_data.json"),
        ("network_data", "network_data.json"),
        ("vendor_data", "vendor_data.json"),
    ] {
        let path = folder.join(file);
        if path.is_file() {
            let text = fs::read_to_string(&path).map_err(|error| problem(&path, error.to_string()))?;
            let part: Map<String, Value> =
                serde_json::from_str(&text).map_err(|error| problem(&path, error.to_string()))?;
            drive.insert(key.to_owned(), part.into());
        }
    }
    let path = folder.join("user_data");
    if path.is_file() {
        let text = fs::read_to_string(&path).map_err(|error| problem(&path, error.to_string()))?;
        drive.insert("user_data".to_owned(), text.into());
    }
    if drive.is_empty() {
        return Err(problem(
            &folder,
            "no meta_data.json, user_data, network_data.json or vendor_data.json".to_owned(),
        ));
    }
    Ok(drive.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_become_the_parts_that_cloud_init_reads() {
        let drive = ConfigDrive::from_pieces(&Pieces {
            hostname: "web-1".to_owned(),
            ssh_keys: vec!["ssh-ed25519 AAAA a@b".to_owned()],
            user_data: Some("#cloud-config\n".to_owned()),
            meta: vec![("role".to_owned(), "web".to_owned())],
        });
        let body = drive.body();
        assert_eq!(body["configdrive"]["meta_data"]["hostname"], "web-1");
        assert_eq!(body["configdrive"]["meta_data"]["public_keys"]["key-0"], "ssh-ed25519 AAAA a@b");
        assert_eq!(body["configdrive"]["user_data"], "#cloud-config\n");
        assert!(!format!("{drive:?}").contains("cloud-config"));
        assert!(ConfigDrive::none().body().is_empty());
    }

    #[test]
    fn a_folder_a_json_file_and_gzip_are_read() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let latest = folder.path().join("openstack/latest");
        fs::create_dir_all(&latest).expect("made");
        fs::write(latest.join("meta_data.json"), r#"{"hostname": "h"}"#).expect("written");
        fs::write(latest.join("user_data"), "#!/bin/sh\n").expect("written");
        let read = |path: &Path| ConfigDrive::resolve(path.to_str().expect("UTF-8"));
        let drive = read(folder.path()).expect("read");
        assert_eq!(drive.body()["configdrive"]["meta_data"]["hostname"], "h");

        let json = folder.path().join("drive.json");
        fs::write(&json, r#"{"meta_data": {}, "passwords": {}}"#).expect("written");
        assert!(read(&json).expect_err("an unknown part").to_string().contains("`passwords`"));

        let packed = folder.path().join("drive.gz");
        fs::write(&packed, [0x1f, 0x8b, 8, 0]).expect("written");
        assert_eq!(read(&packed).expect("read").body()["configdrive"], "H4sIAA==");
    }
}
