//! Finds the Python for a lab's environment.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::Error;

/// The minimum version for the pinned Ironic.
const NEEDED: Version = Version { major: 3, minor: 11 };

/// Names to look for on `PATH`; the system's default comes first.
const NAMES: [&str; 5] = ["python3", "python3.14", "python3.13", "python3.12", "python3.11"];

/// Prints the version, the missing modules of the standard library (distributions split it into packages), and the
/// path of pip's wheel: next to `ensurepip`, or where distributions put it that package `ensurepip` separately. Must
/// also run on old versions of Python.
const PROBE: &str = r#"
import glob, os, sys, sysconfig
print("version %d.%d" % sys.version_info[:2])
for module in ["bz2", "ctypes", "lzma", "sqlite3", "ssl", "venv", "zlib"]:
    try:
        __import__(module)
    except Exception:
        print("missing " + module)
places = [sysconfig.get_config_var("WHEEL_PKG_DIR"), "/usr/share/python-wheels", "/usr/share/python3-wheels"]
try:
    import ensurepip
    places.insert(0, os.path.join(os.path.dirname(ensurepip.__file__), "_bundled"))
except Exception:
    pass
for place in places:
    for wheel in sorted(glob.glob(os.path.join(place or "/nonexistent", "pip-*.whl"))):
        print("wheel " + wheel)
"#;

/// A Python on this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Python {
    /// Its command.
    pub(super) command: &'static str,
    /// Its version.
    pub(super) version: Version,
    /// pip's wheel, which can be run directly.
    pub(super) pip_wheel: Option<PathBuf>,
}

/// The part of a Python's version that matters for compatibility.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    major: u32,
    minor: u32,
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The first Python on `PATH` that can run Ironic.
pub(super) fn find() -> Result<Python, Error> {
    let mut found = vec![];
    for command in NAMES {
        let Ok(probed) = Command::new(command).args(["-I", "-c", PROBE]).stdin(Stdio::null()).output() else {
            continue;
        };
        let Some(Probed { version, missing, pip_wheel }) = parse(&String::from_utf8_lossy(&probed.stdout))
        else {
            found.push(format!("{command} (does not work)"));
            continue;
        };
        if version < NEEDED {
            found.push(format!("{command} {version}"));
        } else if missing.is_empty() {
            return Ok(Python { command, version, pip_wheel });
        } else {
            found.push(format!("{command} {version} (missing modules: {})", missing.join(", ")));
        }
    }
    Err(Error::NoPython { needed: NEEDED.to_string(), found })
}

/// The output of [`PROBE`].
struct Probed {
    version: Version,
    /// Modules of the standard library that are missing.
    missing: Vec<String>,
    pip_wheel: Option<PathBuf>,
}

/// Parses the output of [`PROBE`].
fn parse(output: &str) -> Option<Probed> {
    let version = output.lines().find_map(|line| line.strip_prefix("version "))?;
    let (major, minor) = version.split_once('.')?;
    let version = Version { major: major.parse().ok()?, minor: minor.parse().ok()? };
    let pip_wheel = output.lines().find_map(|line| line.strip_prefix("wheel ")).map(PathBuf::from);
    let missing =
        output.lines().filter_map(|line| line.strip_prefix("missing ")).map(str::to_owned).collect();
    Some(Probed { version, missing, pip_wheel })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_missing_modules_and_pip_are_parsed() {
        let probed = |output: &str| parse(output).expect("it says its version");
        let whole = probed("version 3.11\nwheel /usr/a b/pip-23.whl\nwheel /x/pip-9.whl\n");
        assert_eq!((whole.version.to_string().as_str(), whole.version >= NEEDED), ("3.11", true));
        assert_eq!(whole.pip_wheel.as_deref(), Some(std::path::Path::new("/usr/a b/pip-23.whl")));
        assert!(whole.missing.is_empty());
        let old = probed("version 3.9\n");
        assert!(old.version < NEEDED && old.pip_wheel.is_none());
        assert!(probed("version 3.10").version < probed("version 4.0").version);
        assert_eq!(probed("version 3.11\nmissing ssl\nmissing venv\n").missing, ["ssl", "venv"]);
        for nonsense in ["", "Python 3.11.2", "version three.one", "version 3"] {
            assert!(parse(nonsense).is_none(), "{nonsense}");
        }
    }
}
