//! The user's folders for configuration, cached data and state (XDG Base Directory Specification).

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A folder of the user, which all programs share. farrier's own files are in its `farrier`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UserFolder {
    /// `XDG_CONFIG_HOME`, or `~/.config`.
    Config,
    /// `XDG_CACHE_HOME`, or `~/.cache`.
    Cache,
    /// `XDG_STATE_HOME`, or `~/.local/state`.
    State,
}

impl UserFolder {
    /// The environment variable that sets it.
    pub(crate) fn variable(self) -> &'static str {
        match self {
            Self::Config => "XDG_CONFIG_HOME",
            Self::Cache => "XDG_CACHE_HOME",
            Self::State => "XDG_STATE_HOME",
        }
    }

    /// The folder, in the environment of the process. `None` without a home directory.
    pub(crate) fn path(self) -> Option<PathBuf> {
        self.paths_in(|name| std::env::var_os(name)).next()
    }

    /// The folder that the variable sets, then the one in the home directory. Relative paths are ignored, as the
    /// specification says: a folder that depends on the current directory would be another one in the next run.
    pub(crate) fn paths_in(
        self,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> impl Iterator<Item = PathBuf> {
        let below_home = match self {
            Self::Config => ".config",
            Self::Cache => ".cache",
            Self::State => ".local/state",
        };
        let absolute = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let in_home = |home: PathBuf| Path::new(&home).join(below_home);
        [absolute(self.variable()), absolute("HOME").map(in_home)].into_iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(folder: UserFolder, variables: &[(&str, &str)]) -> Vec<PathBuf> {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
        folder.paths_in(variable).collect()
    }

    #[test]
    fn a_variable_replaces_the_folder_in_the_home_directory() {
        for (folder, variable, below_home) in [
            (UserFolder::Config, "XDG_CONFIG_HOME", "/home/op/.config"),
            (UserFolder::Cache, "XDG_CACHE_HOME", "/home/op/.cache"),
            (UserFolder::State, "XDG_STATE_HOME", "/home/op/.local/state"),
        ] {
            assert_eq!(paths(folder, &[("HOME", "/home/op")]), [Path::new(below_home)]);
            let both = [("HOME", "/home/op"), (variable, "/srv/op")];
            assert_eq!(paths(folder, &both), [Path::new("/srv/op"), Path::new(below_home)]);
            assert_eq!(paths(folder, &[(variable, "/srv/op")]), [Path::new("/srv/op")]);
        }
    }

    #[test]
    fn relative_and_empty_values_are_ignored() {
        for folder in [UserFolder::Config, UserFolder::Cache, UserFolder::State] {
            for relative in ["", ".", "etc", "./etc", "~/etc"] {
                let variables = [("HOME", "/home/op"), (folder.variable(), relative)];
                assert_eq!(paths(folder, &variables), paths(folder, &[("HOME", "/home/op")]), "{relative}");
                assert!(paths(folder, &[("HOME", relative)]).is_empty(), "{relative}");
            }
        }
    }
}
