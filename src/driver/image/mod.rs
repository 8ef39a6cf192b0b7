//! The operating system to deploy: where it is, what it must hash to, how it is laid out.

pub mod checksums;
mod listed;
pub mod preflight;

pub use listed::Listed;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::Error;
use super::intent::hex;
use crate::rest::mask;

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
    /// Whether it holds a disk or a file system, where that is said.
    pub kind: Option<Kind>,
    /// How it is written in its file, where that is said.
    pub format: Option<Format>,
    /// What its registry wants to hear before it gives it.
    pub pull_secret: Option<SecretString>,
    /// The digest that [`Image::settle`] found, where `checksum` is only an address.
    pub found: Option<Checksum>,
    /// What Glance says of it, where it was asked.
    pub listed: Option<Box<Listed>>,
}

/// The keys of a node's `instance_info` that belong to its image.
pub const KEYS: [&str; 9] = [
    "image_source",
    "image_checksum",
    "image_os_hash_algo",
    "image_os_hash_value",
    "image_type",
    "image_disk_format",
    "image_pull_secret",
    "kernel",
    "ramdisk",
];

/// Those of the keys that say something of an image beside its address.
pub const FACTS: [&str; 5] =
    ["image_checksum", "image_os_hash_algo", "image_os_hash_value", "image_type", "image_disk_format"];

/// What an image holds. Ironic takes any other word for a whole disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A disk with its partitions.
    WholeDisk,
    /// A file system, for which Ironic makes the partitions.
    Partition,
}

impl Kind {
    /// Ironic's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WholeDisk => "whole-disk",
            Self::Partition => "partition",
        }
    }
}

/// How an image is written in its file. Ironic finds out by itself, but handles a raw one less where told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// As it goes onto the disk.
    Raw,
    /// QEMU's.
    Qcow2,
}

impl Format {
    /// Ironic's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Qcow2 => "qcow2",
        }
    }
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
    /// An http(s) address of a file of checksums, to be searched for the image's name: see [`Image::settle`].
    Address(String),
    /// A file of checksums on this computer, searched by [`Image::resolve`].
    File(PathBuf),
}

impl Checksum {
    /// Reads `HEX`, `sha256:HEX`, or where a file of checksums is: an address or a path.
    ///
    /// # Errors
    /// A text that is none of these, or a digest of no known length.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.contains("://") {
            return match Url::parse(text) {
                Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Self::Address(text.to_owned())),
                _ => Err(format!("`{}` is not an http(s) address of a checksum file", mask::address(text))),
            };
        }
        match Self::digest(text) {
            Err(_) if Path::new(text).is_file() => Ok(Self::File(PathBuf::from(text))),
            other => other,
        }
    }

    fn digest(text: &str) -> Result<Self, String> {
        let (named, value) = match text.split_once(':') {
            Some((name, value)) => (Some(name.to_lowercase()), value),
            None => (None, text),
        };
        if value.is_empty() || !value.chars().all(|c| c.is_ascii_hexdigit()) {
            return Err(format!(
                "`{text}` is neither hexadecimal digits nor the address or path of a checksum file"
            ));
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
        let checksum = match checksum {
            Some(Checksum::File(path)) => Some(found_in(&path, &path_of(image))?),
            other => other,
        };
        let is_raw = Path::new(&path_of(image)).extension().is_some_and(|end| end == "raw");
        let format = is_raw.then_some(Format::Raw);
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
            return Ok(Self { source: image.to_owned(), checksum, format, ..Self::default() });
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
        Ok(Self { source: source.into(), checksum: Some(checksum), format, ..Self::default() })
    }

    /// Looks whether what is said of the image fits together.
    ///
    /// # Errors
    /// [`Error::Unfit`] for what Ironic would take for something else, or refuse after the claim.
    pub fn check(&self) -> Result<(), Error> {
        let unfit = |problem: &str| Err(Error::Unfit(format!("image `{}` {problem}", self.shown())));
        let is_oci = self.source.starts_with("oci://");
        let boots_by_network = self.kernel.is_some() || self.ramdisk.is_some();
        if is_oci && (boots_by_network || self.kind == Some(Kind::Partition)) {
            return unfit("comes from a registry: Ironic takes only whole disks from there");
        }
        if !is_oci && self.pull_secret.is_some() {
            return unfit("does not come from a registry: a pull secret is of no use");
        }
        if self.listed.is_some() && self.checksum.is_some() {
            return unfit("is Glance's, which knows its checksum: none can be given");
        }
        if self.kind == Some(Kind::WholeDisk) && boots_by_network {
            return unfit("is to be of a whole disk, which has a kernel and a ramdisk in itself");
        }
        Ok(())
    }

    /// Whether the image holds a file system rather than a whole disk, as is said or its kernel and ramdisk tell.
    #[must_use]
    pub fn is_partition(&self) -> bool {
        match self.kind {
            Some(kind) => kind == Kind::Partition,
            None => self.kernel.is_some() || self.ramdisk.is_some(),
        }
    }

    /// Its path as files of checksums may name it.
    fn path(&self) -> String {
        path_of(&self.source)
    }

    /// What it hashes to, as far as that is known here.
    fn digest(&self) -> Option<&Checksum> {
        self.found.as_ref().or(self.checksum.as_ref())
    }

    /// The image as it may be shown: as the operator calls it.
    #[must_use]
    pub fn shown(&self) -> String {
        self.listed.as_ref().map_or_else(|| mask::address(&self.source), |listed| listed.label.clone())
    }

    /// Glance's id of it, where it has one.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        uuid::Uuid::try_parse(&self.source).is_ok().then_some(self.source.as_str())
    }

    /// Its keys of a node's `instance_info`.
    #[must_use]
    pub fn instance_info(&self) -> Map<String, Value> {
        let mut info = self.keys(self.digest());
        if let Some(secret) = &self.pull_secret {
            info.insert("image_pull_secret".to_owned(), secret.expose_secret().into());
        }
        info
    }

    /// What is said of it beside its address, without secrets: what a rebuild says again.
    #[must_use]
    pub fn facts(&self) -> Map<String, Value> {
        let mut facts = self.keys(self.digest());
        facts.retain(|key, value| {
            FACTS.contains(&key.as_str()) && value.as_str().is_none_or(|text| mask::address(text) == text)
        });
        facts
    }

    /// The same as it was asked for, by which it is recognised: without what was found out since, which may be
    /// something else tomorrow, and without secrets.
    #[must_use]
    pub fn identity(&self) -> Map<String, Value> {
        let mut keys = self.keys(self.checksum.as_ref());
        if self.id().is_some() {
            // Compared by itself: the same image may be called by its name and by its UUID.
            keys.remove("image_source");
        }
        keys
    }

    fn keys(&self, checksum: Option<&Checksum>) -> Map<String, Value> {
        let mut info = Map::new();
        info.insert("image_source".to_owned(), self.source.clone().into());
        match checksum {
            // Ironic tells MD5 by its length alone, and wants it here.
            Some(Checksum::Digest { algorithm: "md5", value } | Checksum::Address(value)) => {
                info.insert("image_checksum".to_owned(), value.clone().into());
            }
            Some(Checksum::Digest { algorithm, value }) => {
                info.insert("image_os_hash_algo".to_owned(), (*algorithm).into());
                info.insert("image_os_hash_value".to_owned(), value.clone().into());
            }
            // A file is searched as soon as the image is known.
            Some(Checksum::File(_)) | None => {}
        }
        for (key, value) in [
            ("kernel", self.kernel.as_deref()),
            ("ramdisk", self.ramdisk.as_deref()),
            ("image_type", self.kind.map(Kind::as_str)),
            ("image_disk_format", self.format.map(Format::as_str)),
        ] {
            if let Some(value) = value {
                info.insert(key.to_owned(), value.into());
            }
        }
        info
    }
}

/// The path in an address, decoded, or the path that the text is.
fn path_of(image: &str) -> String {
    let address = Url::parse(image).ok().filter(|_| image.contains("://"));
    let Some(address) = address else { return image.to_owned() };
    percent_decoded(address.path().trim_start_matches('/'))
}

/// A URL's path without its `%XX`.
fn percent_decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match (first, tail) {
            (b'%', [high, low, ..]) => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                digit(*high).zip(digit(*low)).and_then(|(high, low)| u8::try_from(high * 16 + low).ok())
            }
            _ => None,
        };
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The checksum in a file of them on this computer.
fn found_in(path: &Path, image: &str) -> Result<Checksum, Error> {
    let problem = |reason: String| Error::File { path: path.display().to_string(), reason };
    let text =
        crate::bounded::read(path, crate::bounded::LARGE).map_err(|error| problem(error.to_string()))?;
    checksums::find(&String::from_utf8_lossy(&text), image).map_err(problem)
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
        let folder = crate::scratch::folder();
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
    fn a_checksum_file_on_this_computer_is_searched_for_the_decoded_name() {
        let folder = crate::scratch::folder();
        let sums = folder.path().join("SUMS");
        std::fs::write(&sums, format!("{}  el 10.raw\n", "a".repeat(64))).expect("written");
        let given = Checksum::parse(sums.to_str().expect("UTF-8")).expect("it is a file");
        let image = Image::resolve("http://h/pub/el%2010.raw?sig=1", Some(given.clone())).expect("resolved");
        assert_eq!(image.instance_info()["image_os_hash_value"], "a".repeat(64));
        assert_eq!(image.instance_info()["image_disk_format"], "raw");
        let error = Image::resolve("http://h/other.img", Some(given)).expect_err("it is not in there");
        assert!(error.to_string().contains("only of `el 10.raw`"), "{error}");
        assert_eq!(percent_decoded("a%2"), "a%2");
        assert_eq!(percent_decoded("%zz%41"), "%zzA");
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        let image = |source: &str| Image { source: source.to_owned(), ..Image::default() };
        let boots =
            |image: Image| Image { kernel: Some("k".to_owned()), ramdisk: Some("r".to_owned()), ..image };
        let disk = |image: Image| Image { kind: Some(Kind::WholeDisk), ..image };
        assert!(image("oci://r/i").check().is_ok());
        assert!(boots(image("oci://r/i")).check().is_err());
        assert!(disk(boots(image("http://h/i"))).check().is_err());
        assert!(boots(image("http://h/i")).check().is_ok());
        let secret = Image { pull_secret: Some("hunter2".into()), ..image("http://h/i") };
        assert!(secret.check().is_err());
        assert!(!format!("{secret:?}").contains("hunter2"));
        assert!(!secret.identity().contains_key("image_pull_secret"));
    }

    #[test]
    fn a_password_in_the_address_is_not_shown() {
        let sum = Checksum::parse(&"a".repeat(64)).expect("a digest");
        let image = Image::resolve("https://u:hunter2@h/i.img", Some(sum)).expect("resolved");
        assert_eq!(image.shown(), "https://h/i.img");
    }
}
