//! The image to deploy: source, checksum, kind and format.

pub mod checksums;
mod glance;
pub mod preflight;

pub use glance::GlanceImage;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::Error;
use crate::rest::mask;

/// An image with the data that a deploy needs.
#[derive(Debug, Clone, Default)]
pub struct Image {
    /// Its source for Ironic: `http(s)://`, `file://` (on the conductor), `oci://`, or a Glance UUID.
    pub source: String,
    /// Its checksum.
    pub checksum: Option<Checksum>,
    /// The kernel of a partition image that boots from the network.
    pub kernel: Option<String>,
    /// The ramdisk of a partition image that boots from the network.
    pub ramdisk: Option<String>,
    /// Whether it contains a whole disk or a file system, if given.
    pub kind: Option<ImageKind>,
    /// Its format, if given.
    pub format: Option<DiskFormat>,
    /// The credentials for its registry.
    pub pull_secret: Option<SecretString>,
    /// The checksum that [`Image::check_and_complete`] found at the URL in `checksum`.
    pub found: Option<Checksum>,
    /// Its data in Glance, if it is a Glance image.
    pub listed: Option<Box<GlanceImage>>,
}

/// The keys of a node's `instance_info` about its image.
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

/// The [`KEYS`] that describe an image, except for its source.
pub const FACTS: [&str; 5] =
    ["image_checksum", "image_os_hash_algo", "image_os_hash_value", "image_type", "image_disk_format"];

/// The content of an image. Ironic treats any other value as a whole disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageKind {
    /// A disk with its partitions.
    WholeDisk,
    /// A file system, for which Ironic creates the partitions.
    Partition,
}

impl ImageKind {
    /// Ironic's name for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WholeDisk => "whole-disk",
            Self::Partition => "partition",
        }
    }
}

/// The format of an image. Ironic detects it, but processes a raw image less if the format is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskFormat {
    /// The bytes of the disk.
    Raw,
    /// QEMU's qcow2.
    Qcow2,
}

impl DiskFormat {
    /// Ironic's name for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Qcow2 => "qcow2",
        }
    }
}

/// The checksum of an image, or its location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checksum {
    /// A hexadecimal digest with its algorithm.
    Digest {
        /// The algorithm, with its name in Python's hashlib.
        algorithm: &'static str,
        /// The digest in lower case.
        value: String,
    },
    /// The http(s) URL of a checksum file that [`Image::check_and_complete`] searches for the image's name.
    Address(String),
    /// The path of a local checksum file that [`Image::resolve`] searches.
    File(PathBuf),
}

impl Checksum {
    /// Parses `HEX`, `sha256:HEX`, or the URL or path of a checksum file.
    ///
    /// # Errors
    /// If the text is none of these, or the digest has an unknown length.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.contains("://") {
            return match Url::parse(text) {
                Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(Self::Address(text.to_owned())),
                _ => Err(format!("`{}` is not the http(s) URL of a checksum file", mask::address(text))),
            };
        }
        match Self::digest(text) {
            Err(_) if Path::new(text).is_file() => Ok(Self::File(PathBuf::from(text))),
            other => other,
        }
    }

    fn digest(text: &str) -> Result<Self, String> {
        let (given_algorithm, value) = match text.split_once(':') {
            Some((name, value)) => (Some(name.to_lowercase()), value),
            None => (None, text),
        };
        if value.is_empty() || !value.chars().all(|c| c.is_ascii_hexdigit()) {
            return Err(format!(
                "`{text}` is neither a hexadecimal digest nor the URL or path of a checksum file"
            ));
        }
        let algorithm = match value.len() {
            32 => "md5",
            64 => "sha256",
            128 => "sha512",
            length => {
                return Err(format!(
                    "a checksum has 64 digits (SHA-256), 128 (SHA-512) or 32 (MD5), not {length}"
                ));
            }
        };
        if given_algorithm.as_deref().is_some_and(|name| name != algorithm) {
            return Err(format!("`{text}` has the length of a {algorithm} digest"));
        }
        Ok(Self::Digest { algorithm, value: value.to_lowercase() })
    }
}

impl Image {
    /// Reads a URL, a Glance UUID, or the path of a local file. The checksum of a file is computed if it is not given.
    ///
    /// Ironic's conductor reads the file itself, so it must run on this computer or share the file system.
    ///
    /// # Errors
    /// [`Error::File`] for a path that cannot be read; [`Error::Unfit`] for an http(s) image without a checksum, which
    /// Ironic would reject only after the claim.
    pub fn resolve(image: &str, checksum: Option<Checksum>) -> Result<Self, Error> {
        if image.is_empty() {
            return Err(Error::Unfit("the image is empty".to_owned()));
        }
        let checksum = match checksum {
            Some(Checksum::File(path)) => Some(found_in(&path, &path_of(image))?),
            other => other,
        };
        let is_raw = Path::new(&path_of(image)).extension().is_some_and(|end| end == "raw");
        let format = is_raw.then_some(DiskFormat::Raw);
        if let Some((scheme, rest)) = image.split_once("://") {
            if !matches!(scheme, "http" | "https" | "file" | "oci" | "glance") || rest.is_empty() {
                return Err(Error::Unfit(format!(
                    "image `{}`: Ironic supports only http://, https://, file://, oci:// and Glance UUIDs",
                    mask::address(image)
                )));
            }
            if checksum.is_none() && matches!(scheme, "http" | "https") {
                return Err(Error::Unfit(format!(
                    "image `{}` needs a checksum: add `--image-checksum` with its SHA-256, or the URL of its SHA256SUMS",
                    mask::address(image)
                )));
            }
            return Ok(Self { source: image.to_owned(), checksum, format, ..Self::default() });
        }
        if uuid::Uuid::try_parse(image).is_ok() {
            return Ok(Self { source: image.to_owned(), checksum, ..Self::default() });
        }
        let problem = |reason: String| Error::File { path: image.to_owned(), reason };
        let unreadable = |error: std::io::Error| Error::unreadable(format!("image {image}"), &error);
        let path = Path::new(image).canonicalize().map_err(unreadable)?;
        let checksum = match checksum {
            Some(checksum) => checksum,
            None => sha256_of(&path).map_err(unreadable)?,
        };
        let source = Url::from_file_path(&path).map_err(|()| problem("not the path of a file".to_owned()))?;
        Ok(Self { source: source.into(), checksum: Some(checksum), format, ..Self::default() })
    }

    /// Checks that the properties of the image are consistent.
    ///
    /// # Errors
    /// [`Error::Unfit`] for a combination that Ironic would misinterpret, or reject only after the claim.
    pub fn check(&self) -> Result<(), Error> {
        let unfit = |problem: &str| Err(Error::Unfit(format!("image `{}` {problem}", self.shown())));
        let is_oci = self.source.starts_with("oci://");
        let boots_by_network = self.kernel.is_some() || self.ramdisk.is_some();
        if is_oci && (boots_by_network || self.kind == Some(ImageKind::Partition)) {
            return unfit("comes from a registry, from which Ironic supports only whole-disk images");
        }
        if !is_oci && self.pull_secret.is_some() {
            return unfit("does not come from a registry, so a pull secret has no effect");
        }
        if self.listed.is_some() && self.checksum.is_some() {
            return unfit("is in Glance, which provides its checksum: do not give another");
        }
        if self.kind == Some(ImageKind::WholeDisk) && boots_by_network {
            return unfit("is a whole-disk image, which contains its kernel and ramdisk: do not give others");
        }
        Ok(())
    }

    /// Whether the image contains a file system and not a whole disk: as given, or because it has a kernel and ramdisk.
    #[must_use]
    pub fn is_partition(&self) -> bool {
        match self.kind {
            Some(kind) => kind == ImageKind::Partition,
            None => self.kernel.is_some() || self.ramdisk.is_some(),
        }
    }

    /// Its path, for the search in a checksum file.
    fn path(&self) -> String {
        path_of(&self.source)
    }

    /// Its checksum, if known.
    fn digest(&self) -> Option<&Checksum> {
        self.found.as_ref().or(self.checksum.as_ref())
    }

    /// The image for output, as the operator named it.
    #[must_use]
    pub fn shown(&self) -> String {
        self.listed.as_ref().map_or_else(|| mask::address(&self.source), |listed| listed.label.clone())
    }

    /// Its Glance UUID, if it has one.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        uuid::Uuid::try_parse(&self.source).is_ok().then_some(self.source.as_str())
    }

    /// Its keys in a node's `instance_info`.
    #[must_use]
    pub fn instance_info(&self) -> Map<String, Value> {
        let mut info = self.keys(self.digest());
        if let Some(secret) = &self.pull_secret {
            info.insert("image_pull_secret".to_owned(), secret.expose_secret().into());
        }
        info
    }

    /// Its description without source and secrets, which a rebuild repeats.
    #[must_use]
    pub fn facts(&self) -> Map<String, Value> {
        let mut facts = self.keys(self.digest());
        facts.retain(|key, value| {
            FACTS.contains(&key.as_str()) && value.as_str().is_none_or(|text| mask::address(text) == text)
        });
        facts
    }

    /// The image as requested, which identifies it: without data found later, which may change, and without secrets.
    #[must_use]
    pub fn identity(&self) -> Map<String, Value> {
        let mut keys = self.keys(self.checksum.as_ref());
        if self.id().is_some() {
            // Compared separately: the same image can be given by name and by UUID.
            keys.remove("image_source");
        }
        keys
    }

    fn keys(&self, checksum: Option<&Checksum>) -> Map<String, Value> {
        let mut info = Map::new();
        info.insert("image_source".to_owned(), self.source.clone().into());
        match checksum {
            // Ironic recognizes MD5 only by its length, and expects it here.
            Some(Checksum::Digest { algorithm: "md5", value } | Checksum::Address(value)) => {
                info.insert("image_checksum".to_owned(), value.clone().into());
            }
            Some(Checksum::Digest { algorithm, value }) => {
                info.insert("image_os_hash_algo".to_owned(), (*algorithm).into());
                info.insert("image_os_hash_value".to_owned(), value.clone().into());
            }
            // `resolve` replaces a file by the checksum in it.
            Some(Checksum::File(_)) | None => {}
        }
        for (key, value) in [
            ("kernel", self.kernel.as_deref()),
            ("ramdisk", self.ramdisk.as_deref()),
            ("image_type", self.kind.map(ImageKind::as_str)),
            ("image_disk_format", self.format.map(DiskFormat::as_str)),
        ] {
            if let Some(value) = value {
                info.insert(key.to_owned(), value.into());
            }
        }
        info
    }
}

/// The decoded path of a URL, or the text itself if it is a path.
fn path_of(image: &str) -> String {
    let address = Url::parse(image).ok().filter(|_| image.contains("://"));
    let Some(address) = address else { return image.to_owned() };
    percent_decode_str(address.path().trim_start_matches('/')).decode_utf8_lossy().into_owned()
}

/// The image's checksum in a local checksum file.
fn found_in(path: &Path, image: &str) -> Result<Checksum, Error> {
    let problem = |reason: String| Error::File { path: path.display().to_string(), reason };
    let text = crate::bounded_read::read(path, crate::bounded_read::LARGE)
        .map_err(|error| Error::unreadable(path.display().to_string(), &error))?;
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
    Ok(Checksum::Digest { algorithm: "sha256", value: format!("{:x}", hash.finalize()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_algorithm_follows_from_the_length_of_a_checksum() {
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
    fn the_checksum_of_a_local_file_is_computed() {
        let folder = crate::test_files::folder();
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
    fn unusable_images_are_rejected_early() {
        for image in ["", "ftp://h/i", "http://", "http://h/i.img", "/no/such/file"] {
            assert!(Image::resolve(image, None).is_err(), "{image}");
        }
    }

    #[test]
    fn a_local_checksum_file_is_searched_for_the_decoded_name() {
        let folder = crate::test_files::folder();
        let sums = folder.path().join("SUMS");
        std::fs::write(&sums, format!("{}  el 10.raw\n", "a".repeat(64))).expect("written");
        let given = Checksum::parse(sums.to_str().expect("UTF-8")).expect("it is a file");
        let image = Image::resolve("http://h/pub/el%2010.raw?sig=1", Some(given.clone())).expect("resolved");
        assert_eq!(image.instance_info()["image_os_hash_value"], "a".repeat(64));
        assert_eq!(image.instance_info()["image_disk_format"], "raw");
        let error = Image::resolve("http://h/other.img", Some(given)).expect_err("not in the file");
        assert!(error.to_string().contains("only for `el 10.raw`"), "{error}");
        assert_eq!(path_of("http://h/a%2"), "a%2");
        assert_eq!(path_of("http://h/%zz%41"), "%zzA");
    }

    #[test]
    fn inconsistent_properties_are_rejected() {
        let image = |source: &str| Image { source: source.to_owned(), ..Image::default() };
        let boots =
            |image: Image| Image { kernel: Some("k".to_owned()), ramdisk: Some("r".to_owned()), ..image };
        let disk = |image: Image| Image { kind: Some(ImageKind::WholeDisk), ..image };
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
    fn a_password_in_the_url_is_not_shown() {
        let sum = Checksum::parse(&"a".repeat(64)).expect("a digest");
        let image = Image::resolve("https://u:hunter2@h/i.img", Some(sum)).expect("resolved");
        assert_eq!(image.shown(), "https://h/i.img");
    }
}
