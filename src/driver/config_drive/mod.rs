//! The config drive: what an instance learns of itself at its first boot.

pub mod cloud_config;
mod made;
pub mod mime;
pub mod network;

use std::fmt;

use serde_json::{Map, Value, json};

use super::Error;
use super::intent::digest;

/// The largest partition that the deploy makes for a config drive, in bytes (Ironic: `MAX_CONFIG_DRIVE_SIZE_MB`).
const PARTITION: usize = 64 << 20;

/// The largest request that Ironic takes where a config drive comes with it, in bytes.
const REQUEST: usize = 64 << 20;

/// What the rest of the request may need, in bytes: its target, deploy steps.
const REST: usize = 64 << 10;

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
    /// What cloud-init is to do: see [`mime::combine`].
    pub user_data: Vec<mime::Part>,
    /// Further metadata.
    pub meta: Vec<(String, String)>,
    /// Metadata in OpenStack's own form, under what the other pieces say.
    pub meta_data: Map<String, Value>,
    /// How the network is set up: see [`network::check`].
    pub network_data: Option<Map<String, Value>>,
    /// What the vendor of the image wants to be known.
    pub vendor_data: Option<Map<String, Value>>,
}

impl ConfigDrive {
    /// No config drive.
    #[must_use]
    pub fn none() -> Self {
        Self(None)
    }

    /// Puts the pieces together; Ironic's conductor makes the disk of them (≥ 1.56, vendor data ≥ 1.59).
    ///
    /// # Errors
    /// [`Error::Unfit`] for parts of user data that do not go together, network data that is wrong, and more than fits
    /// onto the partition or into the request.
    pub fn from_pieces(pieces: &Pieces) -> Result<Self, Error> {
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

    /// Takes one that is made already: an address, a folder in the layout of OpenStack's config drive, a
    /// JSON file of its parts, or an image of an ISO 9660 file system, as it is, gzipped, or that in base64.
    ///
    /// # Errors
    /// [`Error::File`] for what cannot be read or understood, or is too large.
    pub fn resolve(given: &str) -> Result<Self, Error> {
        if given.contains("://") {
            return match url::Url::parse(given) {
                Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Self(Some(given.into()))),
                _ => Err(Error::Unfit(
                    "the address of a config drive is an http(s) one, which Ironic's conductor fetches"
                        .to_owned(),
                )),
            };
        }
        let drive = Self(Some(made::read(given)?));
        drive.check().map_err(|reason| Error::File { path: given.to_owned(), reason })?;
        Ok(drive)
    }

    /// A digest by which the same config drive is recognised.
    #[must_use]
    pub fn digest(&self) -> Option<String> {
        self.0.as_ref().map(digest)
    }

    /// Where it is, if it is an address: without user information and query, which may let others in.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        let mut url = url::Url::parse(self.0.as_ref()?.as_str().filter(|text| text.contains("://"))?).ok()?;
        url.set_query(None);
        url.set_fragment(None);
        Some(crate::rest::mask::address(url.as_str()))
    }

    /// Whether it is made of pieces, and none of them says how the network is set up.
    #[must_use]
    pub fn lacks_network_data(&self) -> bool {
        self.0.as_ref().and_then(Value::as_object).is_some_and(|drive| !drive.contains_key("network_data"))
    }

    /// The same with how the network is set up, if it is made of pieces.
    #[must_use]
    pub fn with_network_data(&self, data: Map<String, Value>) -> Self {
        let mut drive = self.clone();
        if let Some(Value::Object(pieces)) = &mut drive.0 {
            pieces.insert("network_data".to_owned(), data.into());
        }
        drive
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Its part of a request to deploy or rebuild.
    #[must_use]
    pub fn body(&self) -> Map<String, Value> {
        self.0.iter().map(|drive| ("configdrive".to_owned(), drive.clone())).collect()
    }

    /// The addresses that it gives to the machine, as far as it can be read.
    #[must_use]
    pub fn addresses(&self) -> Vec<String> {
        let network = self.0.as_ref().and_then(|drive| drive.get("network_data")?.as_object());
        network.map(network::addresses).unwrap_or_default()
    }

    /// What is in it without what it says, for people: the parts with their sizes.
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
            packed => format!("{} bytes of gzip in base64", packed.as_str().map_or(0, str::len)),
        })
    }

    /// Whether Ironic could take it, and the machine hold it.
    fn check(&self) -> Result<(), String> {
        let Some(drive) = &self.0 else { return Ok(()) };
        if let Value::Object(parts) = drive {
            check_parts(parts)?;
            let size: usize = parts
                .values()
                .map(|part| part.as_str().map_or_else(|| part.to_string().len(), str::len))
                .sum();
            if size > PARTITION {
                return Err(format!("{} MiB; its partition has 64 MiB", size >> 20));
            }
        }
        let request = drive.to_string().len();
        if request > REQUEST - REST {
            return Err(format!("{} MiB as a request; Ironic takes 64 MiB", request >> 20));
        }
        Ok(())
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
    fn pieces_become_the_parts_that_cloud_init_reads() {
        let network = json!({"links": [{"id": "e", "type": "phy"}], "networks": [
            {"id": "n", "type": "ipv4", "link": "e", "ip_address": "10.0.0.5", "netmask": "255.255.255.0"},
        ]});
        let drive = ConfigDrive::from_pieces(&Pieces {
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
        .expect("it all fits");
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
    fn an_address_is_noted_without_what_lets_others_in() {
        let drive =
            ConfigDrive::resolve("http://me:hunter2@host/drive.gz?signature=hunter2").expect("an address");
        assert_eq!(drive.address().as_deref(), Some("http://host/drive.gz"));
        assert_eq!(ConfigDrive::none().address(), None);
    }

    #[test]
    fn what_would_not_fit_is_refused_before_it_is_sent() {
        let pieces =
            |size: usize| Pieces { user_data: vec![text("u", &"x".repeat(size))], ..Pieces::default() };
        assert!(ConfigDrive::from_pieces(&pieces(1 << 20)).is_ok());
        let refused = ConfigDrive::from_pieces(&pieces(PARTITION + 1)).expect_err("too large").to_string();
        assert!(refused.contains("64 MiB"), "{refused}");
        // It fits onto the partition, and as JSON not into the request.
        let escaped = Pieces { user_data: vec![text("u", &"\n".repeat(40 << 20))], ..Pieces::default() };
        assert!(
            ConfigDrive::from_pieces(&escaped).expect_err("too long").to_string().contains("as a request")
        );
    }
}
