//! The Python that a lab's environment is made with.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::Error;

/// The oldest Python that the pinned Ironic runs on.
const NEEDED: Version = Version { major: 3, minor: 11 };

/// Names to look for on `PATH`: the system's own choice first.
const NAMES: [&str; 5] = ["python3", "python3.14", "python3.13", "python3.12", "python3.11"];

/// Says which version it is, what is missing of the standard library (distributions split it into packages), and where
/// pip lies as a wheel: beside `ensurepip`, or where distributions put it that take `ensurepip` apart. Has to be
/// understood by the oldest Python there may be.
const PROBE: &str = r#"
import glob, os, sys, sysconfig
print("version %d.%d" % sys.version_info[:2])
for module in ["bz2", "ctypes", "lzma", "sqlite3", "ssl", "venv", "zlib"]:
    try:
        __import__(module)
    except Exception:
        print("lacks " + module)
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

/// A Python, as far as it matters which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Python {
    /// What to call it by.
    pub(super) command: &'static str,
    /// Its version.
    pub(super) version: Version,
    /// pip, as a wheel that can be run as it is.
    pub(super) pip_wheel: Option<PathBuf>,
}

/// The part of a Python's version that decides what runs on it.
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

/// The first on `PATH` that Ironic can run on.
pub(super) fn find() -> Result<Python, Error> {
    let mut found = vec![];
    for command in NAMES {
        let Ok(probed) = Command::new(command).args(["-I", "-c", PROBE]).stdin(Stdio::null()).output() else {
            continue;
        };
        let Some(Probed { version, lacks, pip_wheel }) = parse(&String::from_utf8_lossy(&probed.stdout))
        else {
            found.push(format!("a {command} that does not work"));
            continue;
        };
        if version < NEEDED {
            found.push(format!("{command} {version}"));
        } else if lacks.is_empty() {
            return Ok(Python { command, version, pip_wheel });
        } else {
            found.push(format!("{command} {version} without its modules {}", lacks.join(", ")));
        }
    }
    Err(Error::NoPython { needed: NEEDED.to_string(), found })
}

/// What [`PROBE`] found out.
struct Probed {
    version: Version,
    /// Modules of the standard library that are not installed.
    lacks: Vec<String>,
    pip_wheel: Option<PathBuf>,
}

/// Reads the output of [`PROBE`].
fn parse(said: &str) -> Option<Probed> {
    let version = said.lines().find_map(|line| line.strip_prefix("version "))?;
    let (major, minor) = version.split_once('.')?;
    let version = Version { major: major.parse().ok()?, minor: minor.parse().ok()? };
    let pip_wheel = said.lines().find_map(|line| line.strip_prefix("wheel ")).map(PathBuf::from);
    let lacks = said.lines().filter_map(|line| line.strip_prefix("lacks ")).map(str::to_owned).collect();
    Some(Probed { version, lacks, pip_wheel })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_python_says_its_version_what_it_lacks_and_where_pip_is() {
        let probed = |said: &str| parse(said).expect("it says its version");
        let whole = probed("version 3.11\nwheel /usr/a b/pip-23.whl\nwheel /x/pip-9.whl\n");
        assert_eq!((whole.version.to_string().as_str(), whole.version >= NEEDED), ("3.11", true));
        assert_eq!(whole.pip_wheel.as_deref(), Some(std::path::Path::new("/usr/a b/pip-23.whl")));
        assert!(whole.lacks.is_empty());
        let old = probed("version 3.9\n");
        assert!(old.version < NEEDED && old.pip_wheel.is_none());
        assert!(probed("version 3.10").version < probed("version 4.0").version);
        assert_eq!(probed("version 3.11\nlacks ssl\nlacks venv\n").lacks, ["ssl", "venv"]);
        for nonsense in ["", "Python 3.11.2", "version three.one", "version 3"] {
            assert!(parse(nonsense).is_none(), "{nonsense}");
        }
    }
}
