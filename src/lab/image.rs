//! A tiny image to deploy: mock machines do not boot it, but Ironic checks that it exists.

use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::Error;
use super::files;

/// The image's file name.
pub(super) const NAME: &str = "mock-linux.img";

/// The size of the image in blocks of 32 bytes: 256 KiB.
const BLOCKS: u32 = 8192;

/// Writes the image and its checksum.
pub(super) fn write(dir: &Path) -> Result<(), Error> {
    files::make_directory(dir)?;
    files::write(&dir.join(NAME), bytes())?;
    files::write(&dir.join("SHA256SUMS"), format!("{}  {NAME}\n", checksum()))
}

/// The SHA-256 of the image, in hexadecimal.
pub(super) fn checksum() -> String {
    format!("{:x}", Sha256::digest(bytes()))
}

/// Pseudorandom bytes, the same on every computer.
fn bytes() -> Vec<u8> {
    (0..BLOCKS).flat_map(|block| Sha256::digest(block.to_be_bytes())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_matches_its_checksum() {
        let dir = crate::test_files::folder();
        write(dir.path()).expect("written");
        let image = std::fs::read(dir.path().join(NAME)).expect("there");
        assert_eq!(image.len(), 256 * 1024);
        let sums = std::fs::read_to_string(dir.path().join("SHA256SUMS")).expect("there");
        assert_eq!(sums, format!("{:x}  mock-linux.img\n", Sha256::digest(&image)));
    }
}
