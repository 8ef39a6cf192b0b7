//! Reads files up to a maximum size, because a path may lead to an endless file.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// For keys, passwords and tokens.
pub(crate) const SMALL: u64 = 1 << 20;

/// For files written by people.
pub(crate) const LARGE: u64 = 16 << 20;

/// For config drives and other files of that size.
pub(crate) const DRIVE: u64 = 64 << 20;

/// The content of a file of at most `largest` bytes.
pub(crate) fn read(path: &Path, largest: u64) -> io::Result<Vec<u8>> {
    read_from(File::open(path)?, largest)
}

/// The text of a file of at most `largest` bytes.
pub(crate) fn read_text(path: &Path, largest: u64) -> io::Result<String> {
    text(read(path, largest)?)
}

/// The text of a stream, such as standard input, of at most `largest` bytes.
pub(crate) fn read_text_from(stream: impl Read, largest: u64) -> io::Result<String> {
    text(read_from(stream, largest)?)
}

fn read_from(stream: impl Read, largest: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.take(largest + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > largest {
        let problem = format!("larger than {} MiB", largest >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, problem));
    }
    Ok(bytes)
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not UTF-8 text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endless_file_is_too_large() {
        let error = read(Path::new("/dev/zero"), SMALL).expect_err("it never ends");
        assert_eq!(error.to_string(), "larger than 1 MiB");
        assert_eq!(read_text_from(&b"abc"[..], 3).expect("not too large"), "abc");
        assert!(read_text_from(&b"abcd"[..], 3).is_err());
        assert!(read_text_from(&b"\xff"[..], 3).is_err());
    }
}
