//! Reads ready-made config drives: directories, JSON, file system images.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Map, Value};

use super::PARTITION;
use super::mime::GZIP;
use crate::bounded_read;
use crate::driver::Error;
use crate::inventory::document::without_errno;

/// The maximum size of a file, in bytes: a full partition in base64, with a margin.
const LARGEST: u64 = 96 << 20;

/// The identifier and volume name in the volume descriptor of an ISO 9660 image (ECMA-119, 8.4).
const ISO_SIGN: std::ops::Range<usize> = 0x8001..0x8006;
const ISO_LABEL: std::ops::Range<usize> = 0x8028..0x8048;

/// The volume name that cloud-init looks for.
const LABEL: &str = "config-2";

/// Reads a directory or file into a format that Ironic accepts.
pub(super) fn read(given: &str) -> Result<Value, Error> {
    let path = Path::new(given);
    if path.is_dir() {
        return from_folder(path);
    }
    from_file(path).map_err(|reason| Error::File { path: given.to_owned(), reason })
}

fn from_file(path: &Path) -> Result<Value, String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {}", without_errno(&error));
    let size = fs::metadata(path).map_err(unreadable)?.len();
    if size > LARGEST {
        return Err(format!("too large: {} MiB; the partition of a config drive has 64 MiB", size >> 20));
    }
    let bytes = bounded_read::read(path, LARGEST).map_err(|error| error.to_string())?;
    if bytes.starts_with(&GZIP) {
        check_gzip(&bytes)?;
        return Ok(STANDARD.encode(&bytes).into());
    }
    if bytes.get(ISO_SIGN) == Some(b"CD001") {
        check_image(&bytes)?;
        return Ok(STANDARD.encode(packed(&bytes)).into());
    }
    let unknown = || "neither JSON, an ISO 9660 image, gzip, nor gzip in base64".to_owned();
    let text = String::from_utf8(bytes).map_err(|_| unknown())?;
    if text.trim_start().starts_with('{') {
        // serde_json's message has line and column, and quotes nothing.
        return serde_json::from_str(&text).map_err(|error| error.to_string());
    }
    let text: String = text.split_whitespace().collect();
    match STANDARD.decode(&text) {
        Ok(bytes) if bytes.starts_with(&GZIP) => check_gzip(&bytes).map(|()| text.into()),
        _ => Err(unknown()),
    }
}

/// Checks that gzip data is complete and that its content fits, which the deploy would notice only when writing it.
fn check_gzip(bytes: &[u8]) -> Result<(), String> {
    let mut image = Vec::new();
    let limit = PARTITION as u64 + 1;
    GzDecoder::new(bytes)
        .take(limit)
        .read_to_end(&mut image)
        .map_err(|error| format!("invalid gzip: {error}"))?;
    check_image(&image)
}

fn check_image(image: &[u8]) -> Result<(), String> {
    if image.len() > PARTITION {
        return Err("too large: the partition of a config drive has 64 MiB".to_owned());
    }
    let label = image.get(ISO_LABEL).filter(|_| image.get(ISO_SIGN) == Some(b"CD001"));
    if let Some(label) = label {
        let label = String::from_utf8_lossy(label);
        let label = label.trim_matches([' ', '\0']);
        if !label.eq_ignore_ascii_case(LABEL) {
            return Err(format!(
                "its volume name is `{}`, but cloud-init looks for `{LABEL}`",
                label.escape_debug()
            ));
        }
    }
    Ok(())
}

/// Compresses an image. The result is deterministic because it contains no time.
fn packed(image: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(image).and_then(|()| encoder.finish()).expect("writing to memory never fails")
}

/// Reads the parts in `openstack/latest/` below the directory, or in the directory itself.
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
            let text = bounded_read::read_text(&path, LARGEST)
                .map_err(|error| Error::unreadable(path.display().to_string(), &error))?;
            let part: Map<String, Value> =
                serde_json::from_str(&text).map_err(|error| problem(&path, error.to_string()))?;
            drive.insert(key.to_owned(), part.into());
        }
    }
    let path = folder.join("user_data");
    if path.is_file() {
        let text = bounded_read::read_text(&path, LARGEST)
            .map_err(|error| Error::unreadable(path.display().to_string(), &error))?;
        drive.insert("user_data".to_owned(), text.into());
    }
    if drive.is_empty() {
        return Err(problem(
            &folder,
            "contains no meta_data.json, user_data, network_data.json or vendor_data.json".to_owned(),
        ));
    }
    Ok(drive.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::config_drive::ConfigDrive;

    /// The start of an ISO 9660 image.
    fn iso(label: &str) -> Vec<u8> {
        let mut image = vec![0; 0x9000];
        image[ISO_SIGN].copy_from_slice(b"CD001");
        image[ISO_LABEL].copy_from_slice(format!("{label:32}").as_bytes());
        image
    }

    #[test]
    fn directories_json_and_images_in_every_encoding_are_read() {
        let folder = crate::test_files::folder();
        let latest = folder.path().join("openstack/latest");
        fs::create_dir_all(&latest).expect("made");
        fs::write(latest.join("meta_data.json"), r#"{"hostname": "h"}"#).expect("written");
        fs::write(latest.join("user_data"), "#!/bin/sh\n").expect("written");
        let read = |path: &Path| ConfigDrive::resolve(path.to_str().expect("UTF-8"));
        for path in [folder.path(), &latest] {
            let drive = read(path).expect("read");
            assert_eq!(drive.body()["configdrive"]["meta_data"]["hostname"], "h");
        }
        let file = folder.path().join("drive");
        let written = |bytes: &[u8]| {
            fs::write(&file, bytes).expect("written");
            read(&file)
        };
        let raw = written(&iso("config-2")).expect("an image");
        let gzip = packed(&iso("config-2"));
        assert_eq!(raw.body()["configdrive"], STANDARD.encode(&gzip));
        for same in [gzip.clone(), STANDARD.encode(&gzip).into_bytes()] {
            assert_eq!(written(&same).expect("the same").digest(), raw.digest());
        }
        for (bytes, expected) in [
            (br#"{"meta_data": {}, "passwords": {}}"#.to_vec(), "`passwords`"),
            (br#"{"network_data": {"links": {}}}"#.to_vec(), "network_data: `links` is not a list"),
            (iso("cidata"), "`cidata`"),
            (packed(&iso("cidata")), "`cidata`"),
            (gzip[..gzip.len() - 9].to_vec(), "invalid gzip"),
            (packed(&vec![0; PARTITION + 1]), "64 MiB"),
            (b"hello".to_vec(), "neither JSON"),
        ] {
            let error = written(&bytes).expect_err(expected).to_string();
            assert!(error.contains(expected), "{error}");
        }
        assert!(ConfigDrive::resolve("ftp://h/drive").is_err());
        assert!(ConfigDrive::resolve("https://h/drive").is_ok());
    }
}
