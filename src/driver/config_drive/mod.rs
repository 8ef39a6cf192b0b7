//! The config drive, which configures an instance at its first boot.

pub mod cloud_config;
pub mod mime;
pub mod network;
mod ready_made;

use std::fmt;

use serde_json::{Map, Value, json};

use super::Error;
use super::instance::intent::digest;

/// The maximum size of a config drive's partition, in bytes (Ironic: `MAX_CONFIG_DRIVE_SIZE_MB`).
const PARTITION: usize = 64 << 20;

/// The maximum size of a request with a config drive, in bytes.
const REQUEST: usize = 64 << 20;

/// Reserved for the rest of the request (target, deploy steps), in bytes.
const REST: usize = 64 << 10;

/// A config drive in one of the formats that Ironic accepts.
///
/// It may contain secrets (user data), so it is never printed.
#[derive(Clone, Default)]
pub struct ConfigDrive(Option<Value>);

impl fmt::Debug for ConfigDrive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "ConfigDrive(…)" } else { "ConfigDrive(none)" })
    }
}

/// The separately given parts of a config drive.
#[derive(Clone, Default)]
pub struct ConfigDriveParts {
    /// The host name.
    pub hostname: String,
    /// Public SSH keys for login, in OpenSSH's format.
    pub ssh_keys: Vec<String>,
    /// User data for cloud-init: see [`mime::combine`].
    pub user_data: Vec<mime::Part>,
    /// Additional metadata.
    pub meta: Vec<(String, String)>,
    /// Metadata in OpenStack's format; the other parts override it.
    pub meta_data: Map<String, Value>,
    /// Network data: see [`network::check`].
    pub network_data: Option<Map<String, Value>>,
    /// Vendor data.
    pub vendor_data: Option<Map<String, Value>>,
}

impl ConfigDrive {
    /// No config drive.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// Combines the parts; Ironic's conductor builds the disk from them (≥ 1.56, vendor data ≥ 1.59).
    ///
    /// # Errors
    /// [`Error::Unfit`] for user data that cannot be combined, invalid network data, or more data than the partition or
    /// the request can hold.
    pub fn from_pieces(pieces: &ConfigDriveParts) -> Result<Self, Error> {
        let mut meta_data = pieces.meta_data.clone();
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
        if let Some(user_data) = mime::combine(&pieces.user_data).map_err(Error::Unfit)? {
            drive["user_data"] = user_data.into();
        }
        for (key, part) in [("network_data", &pieces.network_data), ("vendor_data", &pieces.vendor_data)] {
            if let Some(part) = part {
                drive[key] = part.clone().into();
            }
        }
        let drive = Self(Some(drive));
        drive.check().map_err(|problem| Error::Unfit(format!("config drive: {problem}")))?;
        Ok(drive)
    }

    /// Reads a ready-made config drive: a URL, a directory in OpenStack's config drive layout, a JSON file with its
    /// parts, or an ISO 9660 image, plain, gzipped, or gzipped in base64.
    ///
    /// # Errors
    /// [`Error::File`] for a file that cannot be read, is invalid or is too large.
    pub fn resolve(given: &str) -> Result<Self, Error> {
        if given.contains("://") {
            return match url::Url::parse(given) {
                Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Self(Some(given.into()))),
                _ => Err(Error::Unfit(
                    "a config drive's URL must be http(s): Ironic's conductor fetches it".to_owned(),
                )),
            };
        }
        let drive = Self(Some(ready_made::read(given)?));
        drive.check().map_err(|reason| Error::File { path: given.to_owned(), reason })?;
        Ok(drive)
    }

    /// A digest that identifies the config drive.
    #[must_use]
    pub fn digest(&self) -> Option<String> {
        self.0.as_ref().map(digest)
    }

    /// Its URL, if it is one, without user information and query, which may be secret.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        let mut url = url::Url::parse(self.0.as_ref()?.as_str().filter(|text| text.contains("://"))?).ok()?;
        url.set_query(None);
        url.set_fragment(None);
        Some(crate::rest::mask::address(url.as_str()))
    }

    /// Whether it consists of parts, without network data.
    #[must_use]
    pub fn lacks_network_data(&self) -> bool {
        self.0.as_ref().and_then(Value::as_object).is_some_and(|drive| !drive.contains_key("network_data"))
    }

    /// Adds network data, if it consists of parts.
    #[must_use]
    pub fn with_network_data(&self, data: Map<String, Value>) -> Self {
        let mut drive = self.clone();
        if let Some(Value::Object(parts)) = &mut drive.0 {
            parts.insert("network_data".to_owned(), data.into());
        }
        drive
    }

    /// Whether there is no config drive.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Its part of a deploy or rebuild request.
    #[must_use]
    pub fn body(&self) -> Map<String, Value> {
        self.0.iter().map(|drive| ("configdrive".to_owned(), drive.clone())).collect()
    }

    /// The IP addresses in its network data, if it is readable.
    #[must_use]
    pub fn addresses(&self) -> Vec<String> {
        let network = self.0.as_ref().and_then(|drive| drive.get("network_data")?.as_object());
        network.map(network::addresses).unwrap_or_default()
    }

    /// A summary without its content: the parts with their sizes.
    #[must_use]
    pub fn summary(&self) -> Option<String> {
        Some(match self.0.as_ref()? {
            Value::String(address) if address.contains("://") => crate::rest::mask::address(address),
            Value::Object(parts) => {
                let part = |(key, value): (&String, &Value)| match value {
                    Value::Object(inner) => {
                        let keys: Vec<&str> = inner.keys().map(String::as_str).collect();
                        format!("{key} ({})", keys.join(", "))
                    }
                    Value::String(text) => format!("{key} ({} bytes)", text.len()),
                    _ => key.clone(),
                };
                parts.iter().map(part).collect::<Vec<_>>().join("; ")
            }
            packed => format!("{} bytes (base64 of gzip)", packed.as_str().map_or(0, str::len)),
        })
    }

    /// Checks that Ironic accepts it and that it fits into its partition.
    fn check(&self) -> Result<(), String> {
        let Some(drive) = &self.0 else { return Ok(()) };
        if let Value::Object(parts) = drive {
            check_parts(parts)?;
            let size: usize = parts
                .values()
                .map(|part| part.as_str().map_or_else(|| part.to_string().len(), str::len))
                .sum();
            if size > PARTITION {
                return Err(format!("too large: {} MiB (maximum: 64 MiB)", size.div_ceil(1 << 20)));
            }
        }
        let request = drive.to_string().len();
        if request > REQUEST - REST {
            return Err(format!(
                "too large for a request: {request} bytes (maximum: {} bytes)",
                REQUEST - REST
            ));
        }
        Ok(())
    }
}

/// Checks the parts, because Ironic rejects invalid ones only after the claim.
fn check_parts(drive: &Map<String, Value>) -> Result<(), String> {
    for (key, value) in drive {
        let is_valid = match key.as_str() {
            "meta_data" | "network_data" | "vendor_data" => value.is_object(),
            "user_data" => value.is_string() || value.is_object() || value.is_array(),
            _ => {
                return Err(format!(
                    "unknown part `{key}`: expected meta_data, user_data, network_data or vendor_data"
                ));
            }
        };
        if !is_valid {
            return Err(format!("`{key}` has the wrong type"));
        }
    }
    match drive.get("network_data").and_then(Value::as_object) {
        Some(data) => network::check(data).map_err(|problem| format!("network_data: {problem}")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str, text: &str) -> mime::Part {
        mime::Part { name: name.to_owned(), bytes: text.as_bytes().to_vec() }
    }

    #[test]
    fn separate_parts_become_the_files_that_cloud_init_reads() {
        let network = json!({"links": [{"id": "e", "type": "phy"}], "networks": [
            {"id": "n", "type": "ipv4", "link": "e", "ip_address": "10.0.0.5", "netmask": "255.255.255.0"},
        ]});
        let drive = ConfigDrive::from_pieces(&ConfigDriveParts {
            hostname: "web-1".to_owned(),
            ssh_keys: vec!["ssh-ed25519 AAAA a@b".to_owned()],
            user_data: vec![text("u", "#cloud-config\n")],
            meta: vec![("role".to_owned(), "web".to_owned())],
            meta_data: Map::from_iter([
                ("hostname".to_owned(), "other".into()),
                ("rack".to_owned(), 7.into()),
            ]),
            network_data: network.as_object().cloned(),
            vendor_data: Some(Map::new()),
        })
        .expect("valid parts");
        let body = drive.body();
        assert_eq!(body["configdrive"]["meta_data"]["hostname"], "web-1");
        assert_eq!(body["configdrive"]["meta_data"]["rack"], 7);
        assert_eq!(body["configdrive"]["meta_data"]["public_keys"]["key-0"], "ssh-ed25519 AAAA a@b");
        assert_eq!(body["configdrive"]["user_data"], "#cloud-config\n");
        assert_eq!(body["configdrive"]["vendor_data"], json!({}));
        assert_eq!(drive.addresses(), ["10.0.0.5"]);
        assert!(!format!("{drive:?}").contains("cloud-config"));
        let summary = drive.summary().expect("there is one");
        assert!(summary.contains("user_data (14 bytes)") && !summary.contains("cloud-config"), "{summary}");
        assert!(ConfigDrive::none().body().is_empty());
    }

    #[test]
    fn a_url_is_shown_without_secrets() {
        let drive =
            ConfigDrive::resolve("http://me:hunter2@host/drive.gz?signature=hunter2").expect("an address");
        assert_eq!(drive.address().as_deref(), Some("http://host/drive.gz"));
        assert_eq!(ConfigDrive::none().address(), None);
    }

    #[test]
    fn an_oversized_config_drive_is_rejected() {
        let pieces = |size: usize| ConfigDriveParts {
            user_data: vec![text("u", &"x".repeat(size))],
            ..ConfigDriveParts::default()
        };
        assert!(ConfigDrive::from_pieces(&pieces(1 << 20)).is_ok());
        let error = ConfigDrive::from_pieces(&pieces(PARTITION + 1)).expect_err("too large").to_string();
        assert!(error.contains("64 MiB"), "{error}");
        // It fits into the partition, but as JSON not into the request.
        let escaped = ConfigDriveParts {
            user_data: vec![text("u", &"\n".repeat(40 << 20))],
            ..ConfigDriveParts::default()
        };
        assert!(
            ConfigDrive::from_pieces(&escaped).expect_err("too long").to_string().contains("for a request")
        );
    }
}
