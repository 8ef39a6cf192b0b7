//! Reads a file or standard input as text.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{InputError, InputProblem, Position, SourceLocation};
use crate::rest::mask;

/// The maximum size of a file. A file of 100,000 machines is smaller.
const MAX_BYTES: u64 = 128 << 20;

/// The text of a file, its name, folder and mode.
pub struct InputFile {
    name: Arc<str>,
    text: String,
    directory: PathBuf,
    open_to_others: bool,
}

impl InputFile {
    /// Reads a file, or standard input for `-`. Messages call standard input `<stdin>`.
    ///
    /// # Errors
    /// The file cannot be read, is larger than 128 MiB, or is not UTF-8.
    pub fn read(path: &Path) -> Result<Self, InputError> {
        let stdin = path.as_os_str() == "-";
        let name: Arc<str> = if stdin { "<stdin>".into() } else { path.to_string_lossy().into() };
        let refuse = |message: String| {
            InputError::from(InputProblem::error(SourceLocation::file(Arc::clone(&name)), message))
        };
        let unreadable = |error: io::Error| refuse(format!("cannot be read: {}", without_errno(&error)));
        let (bytes, open_to_others) = if stdin {
            (read_limited(io::stdin().lock()).map_err(unreadable)?, false)
        } else {
            let file = File::open(path).map_err(unreadable)?;
            let open_to_others = is_open(&file).map_err(unreadable)?;
            (read_limited(file).map_err(unreadable)?, open_to_others)
        };
        let directory = if stdin { None } else { path.parent() };
        Self::from_bytes(name, bytes, directory.unwrap_or(Path::new("")).to_owned(), open_to_others)
    }

    /// A text that is already in memory. Messages call it `name`.
    #[must_use]
    pub fn from_text(name: &str, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), directory: PathBuf::new(), open_to_others: false }
    }

    fn from_bytes(
        name: Arc<str>,
        bytes: Vec<u8>,
        directory: PathBuf,
        open_to_others: bool,
    ) -> Result<Self, InputError> {
        if bytes.len() as u64 > MAX_BYTES {
            let message = format!("is larger than {} MiB", MAX_BYTES >> 20);
            return Err(InputProblem::error(SourceLocation::file(name), message).into());
        }
        if bytes.starts_with(b"\xFE\xFF") || bytes.starts_with(b"\xFF\xFE") {
            let message = "is encoded in UTF-16, save it as UTF-8".to_owned();
            return Err(InputProblem::error(SourceLocation::file(name), message).into());
        }
        match String::from_utf8(bytes) {
            Ok(mut text) => {
                if text.starts_with('\u{feff}') {
                    text.drain(..'\u{feff}'.len_utf8());
                }
                Ok(Self { name, text, directory, open_to_others })
            }
            Err(error) => {
                let valid = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
                let line = valid.matches('\n').count() + 1;
                let column = valid.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
                let position = Position::new(line, column);
                let message = "invalid UTF-8, save the file as UTF-8".to_owned();
                Err(InputProblem::error(SourceLocation::at(name, position, String::new()), message).into())
            }
        }
    }

    /// The name for messages.
    #[must_use]
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The text, without a byte order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The folder of the file, to which relative paths in it refer. Empty (the current folder) for standard input.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Whether users other than the owner can read the file.
    #[must_use]
    pub fn is_open_to_others(&self) -> bool {
        self.open_to_others
    }
}

/// Does not show the text, because it may contain passwords.
impl fmt::Debug for InputFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InputFile").field("name", &self.name).finish_non_exhaustive()
    }
}

fn read_limited(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether it is a regular file, not a pipe or a device, that other users can read.
fn is_open(file: &File) -> io::Result<bool> {
    let metadata = file.metadata()?;
    Ok(metadata.is_file() && mask::is_open_to_others(&metadata))
}

/// The system's error message without the error number that Rust appends.
pub(crate) fn without_errno(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_bytes(bytes: &[u8]) -> Result<InputFile, InputError> {
        InputFile::from_bytes("f".into(), bytes.to_vec(), PathBuf::new(), false)
    }

    #[test]
    fn a_byte_order_mark_is_dropped() {
        assert_eq!(from_bytes(b"\xEF\xBB\xBFnodes: []").expect("is UTF-8").text(), "nodes: []");
    }

    #[test]
    fn invalid_utf8_is_refused_with_its_position() {
        let refused = from_bytes(b"a: 1\nbc: \xE9\n").expect_err("is Latin-1");
        assert_eq!(refused.to_string(), "f:2:5: invalid UTF-8, save the file as UTF-8");
        let refused = from_bytes(b"\xFF\xFEa\0").expect_err("is UTF-16");
        assert_eq!(refused.to_string(), "f: is encoded in UTF-16, save it as UTF-8");
    }

    #[test]
    fn the_error_of_a_missing_file_contains_its_path() {
        let refused = InputFile::read(Path::new("/nonexistent/nodes.yaml")).expect_err("does not exist");
        assert_eq!(refused.to_string(), "/nonexistent/nodes.yaml: cannot be read: no such file or directory");
    }

    #[test]
    fn files_that_other_users_can_read_are_detected() {
        use std::os::unix::fs::PermissionsExt;

        let file = crate::test_files::file();
        for (mode, expected) in [(0o600, false), (0o640, true), (0o644, true)] {
            file.as_file().set_permissions(PermissionsExt::from_mode(mode)).expect("own file");
            let input = InputFile::read(file.path()).expect("is readable");
            assert_eq!(input.is_open_to_others(), expected, "{mode:o}");
        }
    }
}
