//! The operating system to deploy: where it is, what it must hash to, how it is laid out.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::Error;
use super::intent::hex;
use crate::ironic::mask;

/// An image as the deploy needs it.
#[derive(Debug, Clone, Default)]
pub struct Image {
    /// Where Ironic finds it: `http(s)://`, `file://` (on the conductor), `oci://`, or Glance's id.
    pub source: String,
    /// What it hashes to.
    pub checksum: Option<Checksum>,
    /// Kernel and ramdisk of a partition image that boots from the network.
    pub kernel: Option<String>,
    /// See `kernel`.
    pub ramdisk: Option<String>,
}

/// What an image hashes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checksum {
    /// A digest in hexadecimal digits, with its algorithm.
    Digest {
        /// The algorithm, as Python's hashlib names it.
        algorithm: &'static str,
        /// Lower case.
        value: String,
    },
    /// An address of a file of checksums, which Ironic searches for the image's name.
    Address(String),
}

impl Checksum {
    /// Reads `HEX`, `sha256:HEX` or an address of a file of checksums.
    ///
    /// # Errors
    /// A text that is neither, or a digest of no known length.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.contains("://") {
            return match Url::parse(text) {
                Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Self::Address(text.to_owned())),
                _ => Err(format!("`{}` is not an http(s) address of a checksum file", mask::address(text))),
            };
        }
        let (named, value) = match text.split_once(':') {
            Some((name, value)) => (Some(name.to_lowercase()), value),
            None => (None, text),
        };
        if value.is_empty() || !value.chars().all(|c| c.is_ascii_hexdigit()) {
            return Err(format!("`{text}` is neither hexadecimal digits nor the address of a checksum file"));
        }
        let algorithm = match value.len() {
            32 => "md5",
            64 => "sha256",
            128 => "sha512",
            length => {
                return Err(format!(
                    "a checksum has 64 digits (SHA-256), 128 (SHA-512) or 32 (MD5); this one has {length}"
                ));
            }
        };
        if named.as_deref().is_some_and(|name| name != algorithm) {
            return Err(format!("`{text}` has the length of a {algorithm} digest"));
        }
        Ok(Self::Digest { algorithm, value: value.to_lowercase() })
    }
}

impl Image {
    /// Takes an address, or the path of a file on this computer, whose checksum is computed unless given.
    ///
    /// Ironic's conductor reads the file itself: a path serves where it runs on this computer, or sees the
    /// same file system.
    ///
    /// # Errors
    /// [`Error::File`] for a path that cannot be read; [`Error::Unfit`] for an http(s) image without
    /// checksum, which Ironic would refuse only after the claim.
    pub fn resolve(image: &str, checksum: Option<Checksum>) -> Result<Self, Error> {
        if image.is_empty() {
            return Err(Error::Unfit("the image is empty".to_owned()));
        }
        if let Some((scheme, rest)) = image.split_once("://") {
            if !matches!(scheme, "http" | "https" | "file" | "oci" | "glance") || rest.is_empty() {
                return Err(Error::Unfit(format!(
                    "image `{}`: Ironic knows http://, https://, file://, oci:// and Glance's ids",
                    mask::address(image)
                )));
            }
            if checksum.is_none() && matches!(scheme, "http" | "https") {
                return Err(Error::Unfit(format!(
                    "image `{}` needs a checksum: give its SHA-256, or the address of its SHA256SUMS",
                    mask::address(image)
                )));
            }
            return Ok(Self { source: image.to_owned(), checksum, ..Self::default() });
        }
        if uuid::Uuid::try_parse(image).is_ok() {
            return Ok(Self { source: image.to_owned(), checksum, ..Self::default() });
        }
        let problem = |reason: String| Error::File { path: image.to_owned(), reason };
        let path = Path::new(image).canonicalize().map_err(|error| problem(error.to_string()))?;
        let checksum = match checksum {
            Some(checksum) => checksum,
            None => sha256_of(&path).map_err(|error| problem(error.to_string()))?,
        };
        let source = Url::from_file_path(&path).map_err(|()| problem("not a file's path".to_owned()))?;
        Ok(Self { source: source.into(), checksum: Some(checksum), ..Self::default() })
    }

    /// Whether the image holds a file system rather than a whole disk, as its kernel and ramdisk tell.
    #[must_use]
    pub fn is_partition(&self) -> bool {
        self.kernel.is_some() || self.ramdisk.is_some()
    }

    /// The image as it may be shown.
    #[must_use]
    pub fn shown(&self) -> String {
        mask::address(&self.source)
    }

    /// Its keys of a node's `instance_info`.
    #[must_use]
    pub fn instance_info(&self) -> Map<String, Value> {
        let mut info = Map::new();
        info.insert("image_source".to_owned(), self.source.clone().into());
        match &self.checksum {
            // Ironic tells MD5 by its length alone, and wants it here.
            Some(Checksum::Digest { algorithm: "md5", value } | Checksum::Address(value)) => {
                info.insert("image_checksum".to_owned(), value.clone().into());
            }
            Some(Checksum::Digest { algorithm, value }) => {
                info.insert("image_os_hash_algo".to_owned(), (*algorithm).into());
                info.insert("image_os_hash_value".to_owned(), value.clone().into());
            }
            None => {}
        }
        for (key, value) in [("kernel", &self.kernel), ("ramdisk", &self.ramdisk)] {
            if let Some(value) = value {
                info.insert(key.to_owned(), value.clone().into());
            }
        }
        info
    }
}

fn sha256_of(path: &Path) -> std::io::Result<Checksum> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => hash.update(&buffer[..read]),
        }
    }
    Ok(Checksum::Digest { algorithm: "sha256", value: hex(&hash.finalize()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_told_by_their_length() {
        let digest = |length: usize| Checksum::parse(&"a".repeat(length));
        assert!(matches!(digest(64), Ok(Checksum::Digest { algorithm: "sha256", .. })));
        assert!(matches!(digest(128), Ok(Checksum::Digest { algorithm: "sha512", .. })));
        assert!(matches!(digest(32), Ok(Checksum::Digest { algorithm: "md5", .. })));
        assert!(digest(63).is_err() && digest(0).is_err());
        assert!(Checksum::parse(&format!("sha512:{}", "a".repeat(64))).is_err());
        assert!(Checksum::parse("http://h/SHA256SUMS").is_ok());
        assert!(Checksum::parse("ftp://h/SHA256SUMS").is_err());
    }

    #[test]
    fn a_file_s_checksum_is_computed() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("disk.img");
        std::fs::write(&path, b"abc").expect("written");
        let image = Image::resolve(path.to_str().expect("UTF-8"), None).expect("resolved");
        let info = image.instance_info();
        assert_eq!(info["image_os_hash_algo"], "sha256");
        // The digest of "abc" in FIPS 180-4.
        assert_eq!(
            info["image_os_hash_value"],
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert!(info["image_source"].as_str().expect("a text").starts_with("file:///"));
    }

    #[test]
    fn what_ironic_would_refuse_late_is_refused_at_once() {
        for image in ["", "ftp://h/i", "http://", "http://h/i.img", "/no/such/file"] {
            assert!(Image::resolve(image, None).is_err(), "{image}");
        }
    }

    #[test]
    fn a_password_in_the_address_is_not_shown() {
        let sum = Checksum::parse(&"a".repeat(64)).expect("a digest");
        let image = Image::resolve("https://u:hunter2@h/i.img", Some(sum)).expect("resolved");
        assert_eq!(image.shown(), "https://h/i.img");
    }
}
