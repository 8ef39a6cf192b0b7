//! The environment variables and files that describe clouds, and the paths of these files.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::Deserialize;

use super::Error;
use super::clouds_yaml::CloudEntry;
use crate::bounded_read;
use crate::state_dir::UserFolder;

/// The environment variables of the process.
#[derive(Debug, Default)]
pub struct Environment(BTreeMap<String, SecretString>);

impl Environment {
    /// Reads the variables of this process.
    #[must_use]
    pub fn of_process() -> Self {
        // No variable that farrier reads has a value that is not UTF-8.
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// The value of a variable, if it is set and not empty.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        use secrecy::ExposeSecret as _;
        self.0.get(name).map(|value| value.expose_secret().to_owned()).filter(|value| !value.is_empty())
    }

    /// The cloud that the `OS_*` variables describe.
    pub(super) fn entry(&self) -> CloudEntry {
        let of_cloud = self
            .0
            .iter()
            .filter_map(|(name, value)| Some((name.strip_prefix("OS_")?.to_lowercase(), value.clone())));
        CloudEntry::of_variables(of_cloud)
    }

    /// A path with its `~/` replaced, as openstacksdk does for certificates.
    pub(super) fn expand(&self, path: &str) -> PathBuf {
        match (path.strip_prefix("~/"), self.get("HOME")) {
            (Some(rest), Some(home)) => Path::new(&home).join(rest),
            _ => PathBuf::from(path),
        }
    }

    /// The folder for tokens; `None` without a home directory.
    pub(super) fn token_folder(&self) -> Option<PathBuf> {
        let cache = UserFolder::Cache.paths_in(|name| Some(self.get(name)?.into())).next()?;
        Some(cache.join("farrier/tokens"))
    }

    /// Adds the password that the user entered.
    #[must_use]
    pub fn with_password(mut self, password: SecretString) -> Self {
        self.0.insert("OS_PASSWORD".to_owned(), password);
        self
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name, SecretString::from(value))).collect())
    }
}

/// A file of clouds, of their secrets or of profiles.
#[derive(Debug, Default, Deserialize)]
pub(super) struct CloudsFile {
    #[serde(default)]
    pub(super) clouds: BTreeMap<String, CloudEntry>,
    /// Profiles in `clouds-public.yaml`.
    #[serde(default, rename = "public-clouds")]
    pub(super) profiles: BTreeMap<String, CloudEntry>,
}

/// Paths to search for one kind of file, in order.
pub(super) struct Files(pub(super) Vec<PathBuf>);

impl Files {
    pub(super) fn of(stem: &str, variable: &str, env: &Environment) -> Self {
        let mut folders = vec![PathBuf::from(".")];
        let config = UserFolder::Config.paths_in(|name| Some(env.get(name)?.into()));
        folders.extend(config.map(|folder| folder.join("openstack")));
        folders.push(PathBuf::from("/etc/openstack"));
        let mut files: Vec<PathBuf> = env.get(variable).map(PathBuf::from).into_iter().collect();
        for folder in folders {
            files.extend(["yaml", "yml", "json"].map(|ending| folder.join(format!("{stem}.{ending}"))));
        }
        Self(files)
    }

    /// Reads the first file that exists.
    pub(super) fn read(&self) -> Result<(Option<PathBuf>, CloudsFile), Error> {
        for path in &self.0 {
            let problem = |reason: String| Error::File { path: path.display().to_string(), reason };
            match bounded_read::read_text(path, bounded_read::LARGE) {
                Ok(text) => return Ok((Some(path.clone()), parse_clouds(&text).map_err(problem)?)),
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
                Err(error) => return Err(problem(error.to_string())),
            }
        }
        Ok((None, CloudsFile::default()))
    }
}

fn parse_clouds(text: &str) -> Result<CloudsFile, String> {
    let has_content =
        |line: &str| !matches!(line.trim(), "" | "---" | "...") && !line.trim_start().starts_with('#');
    if !text.trim_start_matches('\u{feff}').lines().any(has_content) {
        return Ok(CloudsFile::default());
    }
    // Without snippets: the lines around an error may contain a password.
    let mut options = serde_saphyr::Options::default();
    options.with_snippet = false;
    // Like PyYAML, which other tools use to read these files.
    options.duplicate_keys = serde_saphyr::DuplicateKeyPolicy::LastWins;
    serde_saphyr::from_str_with_options(text, options).map_err(|error| without_values(&error.to_string()))
}

/// A parser's message without the value that it found: a typo can put a password where a mapping belongs.
fn without_values(problem: &str) -> String {
    for kind in ["invalid type: ", "invalid value: "] {
        if let (Some(start), Some(end)) = (problem.find(kind), problem.rfind(", expected ")) {
            let start = start + kind.len();
            let found = problem.get(start..end).unwrap_or_default();
            let what = found.split(['"', '`']).next().unwrap_or_default().trim();
            return format!("{}{what}{}", &problem[..start], &problem[end..]);
        }
    }
    problem.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misplaced_password_is_not_quoted() {
        for text in [
            "clouds:\n  prod: hunter2\n",
            "clouds:\n  prod:\n    auth: hunter2\n",
            "clouds: hunter2\n",
            "hunter2\n",
            "clouds:\n  prod:\n    auth: [hunter2]\n",
            "clouds:\n  prod:\n    auth: {password: {a: hunter2}}\n",
            "clouds:\n  prod:\n    auth: 'hunter2, expected \"x\"'\n",
            "clouds:\n  prod:\n    auth: {password: *hunter2}\n",
            "clouds:\n  prod:\n    auth: {password: \"hunter2\n",
            "clouds:\n  prod:\n    auth: {password: !hunter2 [x]}\n",
        ] {
            let error = parse_clouds(text).expect_err(text);
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn files_that_other_tools_accept_are_accepted() {
        for text in ["", "---\n", "# nothing yet\n---\n...\n", "\u{feff}---\n"] {
            assert!(parse_clouds(text).expect(text).clouds.is_empty());
        }
        let text =
            "clouds:\n  a: {region_name: One, region_name: Two}\n  b: {interface: [internal, public]}\n";
        let file = parse_clouds(text).expect("the last of two keys counts");
        assert_eq!(file.clouds["b"].value(&["interface"]).as_deref(), Some("internal,public"));
    }

    #[test]
    fn relative_folders_in_the_environment_are_ignored() {
        let env = |config: &str, cache: &str| -> Environment {
            [("HOME", "/home/op"), ("XDG_CONFIG_HOME", config), ("XDG_CACHE_HOME", cache)]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into_iter()
                .collect()
        };
        let folders = |env: &Environment| -> Vec<PathBuf> {
            let files = Files::of("clouds", "OS_CLIENT_CONFIG_FILE", env).0;
            files.iter().step_by(3).map(|file| file.parent().expect("it has one").to_owned()).collect()
        };
        let in_home = Path::new("/home/op/.config/openstack");
        let system = Path::new("/etc/openstack");
        let relative = env("config", "cache");
        assert_eq!(folders(&relative), [Path::new("."), in_home, system]);
        assert_eq!(relative.token_folder().as_deref(), Some(Path::new("/home/op/.cache/farrier/tokens")));
        let absolute = env("/srv/config", "/srv/cache");
        assert_eq!(folders(&absolute), [Path::new("."), Path::new("/srv/config/openstack"), in_home, system]);
        assert_eq!(absolute.token_folder().as_deref(), Some(Path::new("/srv/cache/farrier/tokens")));
    }
}
