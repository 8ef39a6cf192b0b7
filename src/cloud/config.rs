//! Settings from options, environment and files, as openstacksdk reads them.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use url::Url;

use super::Error;

/// The variables of the process, as far as they are looked at.
#[derive(Debug, Default)]
pub struct Environment(BTreeMap<String, SecretString>);

impl Environment {
    /// The process's own.
    #[must_use]
    pub fn of_process() -> Self {
        // A variable that is not UTF-8 is none of those read here.
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// A variable that is set and not empty.
    fn get(&self, name: &str) -> Option<String> {
        use secrecy::ExposeSecret as _;
        self.0.get(name).map(|value| value.expose_secret().to_owned()).filter(|value| !value.is_empty())
    }

    fn secret(&self, name: &str) -> Option<SecretString> {
        self.get(name).map(SecretString::from)
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name, SecretString::from(value))).collect())
    }
}

/// Everything that is needed to make a connection.
#[derive(Debug)]
pub struct Settings {
    /// The entry of `clouds.yaml`.
    pub cloud: Option<String>,
    /// Where the settings stand, for messages.
    pub place: String,
    /// Where Ironic is, without user information.
    pub endpoint: Url,
    /// How to log in.
    pub auth_type: String,
    /// The user.
    pub username: Option<String>,
    /// The user's password.
    pub password: Option<SecretString>,
    /// How to connect.
    pub transport: Transport,
    /// What is unwise about the files.
    pub warnings: Vec<String>,
}

/// How long a request may take where nothing else is said.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(90);

/// How to connect.
#[derive(Debug)]
pub struct Transport {
    /// Certificates to trust besides the system's.
    pub cacert: Option<PathBuf>,
    /// Trust any certificate.
    pub insecure: bool,
    /// How long one try of a request may take.
    pub timeout: Duration,
}

/// A file of clouds, or of their secrets.
#[derive(Debug, Default, Deserialize)]
struct CloudsFile {
    #[serde(default)]
    clouds: BTreeMap<String, Entry>,
}

/// A cloud's entry. What farrier does not know is other programs' business.
#[derive(Debug, Clone, Default, Deserialize)]
struct Entry {
    auth_type: Option<String>,
    #[serde(default)]
    auth: BTreeMap<String, Option<Word>>,
    baremetal_endpoint_override: Option<String>,
    cacert: Option<PathBuf>,
    #[serde(default, deserialize_with = "yes_or_no")]
    verify: Option<bool>,
    #[serde(default, deserialize_with = "yes_or_no")]
    insecure: Option<bool>,
    api_timeout: Option<String>,
}

/// A value as it was written, even where it looks like a number. It may be a secret.
#[derive(Debug, Clone)]
struct Word(SecretString);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(String::deserialize(deserializer)?.into()))
    }
}

/// Truth in all of YAML 1.1's words, which openstacksdk reads, quoted or not.
fn yes_or_no<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    let Some(word) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    truth(&word).map(Some).ok_or_else(|| serde::de::Error::custom("expected true or false"))
}

fn truth(word: &str) -> Option<bool> {
    match word.to_lowercase().as_str() {
        "true" | "yes" | "on" | "y" | "1" => Some(true),
        "false" | "no" | "off" | "n" | "0" => Some(false),
        _ => None,
    }
}

impl Entry {
    /// What `secure.yaml` says goes over what `clouds.yaml` says.
    fn overlay(&mut self, over: Self) {
        self.auth.extend(over.auth);
        self.auth_type = over.auth_type.or(self.auth_type.take());
        self.baremetal_endpoint_override =
            over.baremetal_endpoint_override.or(self.baremetal_endpoint_override.take());
        self.cacert = over.cacert.or(self.cacert.take());
        self.verify = over.verify.or(self.verify);
        self.insecure = over.insecure.or(self.insecure);
        self.api_timeout = over.api_timeout.or(self.api_timeout.take());
    }

    fn secret(&self, key: &str) -> Option<SecretString> {
        self.auth.get(key)?.as_ref().map(|word| word.0.clone())
    }

    fn word(&self, key: &str) -> Option<String> {
        use secrecy::ExposeSecret as _;
        self.secret(key).map(|word| word.expose_secret().to_owned())
    }
}

impl Settings {
    /// Reads whatever is needed for this cloud and endpoint.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn resolve(cloud: Option<&str>, endpoint: Option<&str>, env: &Environment) -> Result<Self, Error> {
        let from_env = || env.get("OS_CLOUD").filter(|_| endpoint.is_none());
        match cloud.map(str::to_owned).or_else(from_env) {
            Some(cloud) => Self::of_cloud(cloud, endpoint, env),
            None => Self::of_variables(endpoint, env),
        }
    }

    fn of_variables(endpoint: Option<&str>, env: &Environment) -> Result<Self, Error> {
        let (place, endpoint) = if let Some(url) = endpoint {
            ("--os-endpoint", url.to_owned())
        } else if let Some(url) = env.get("OS_BAREMETAL_ENDPOINT_OVERRIDE") {
            ("OS_BAREMETAL_ENDPOINT_OVERRIDE", url)
        } else if let Some(url) = env.get("OS_ENDPOINT") {
            ("OS_ENDPOINT", url)
        } else {
            return Err(Error::NothingConfigured);
        };
        let insecure = env.get("OS_INSECURE").and_then(|word| truth(&word)).unwrap_or(false);
        let settings = Self {
            cloud: None,
            place: place.to_owned(),
            endpoint: parse_endpoint(&endpoint, place)?,
            auth_type: env.get("OS_AUTH_TYPE").unwrap_or_else(|| "none".to_owned()),
            username: env.get("OS_USERNAME"),
            password: env.secret("OS_PASSWORD"),
            transport: Transport {
                cacert: env.get("OS_CACERT").map(PathBuf::from),
                insecure,
                timeout: request_timeout(env.get("OS_API_TIMEOUT").as_deref(), "OS_API_TIMEOUT")?,
            },
            warnings: Vec::new(),
        };
        Ok(settings.with_user_of_url())
    }

    fn of_cloud(cloud: String, endpoint: Option<&str>, env: &Environment) -> Result<Self, Error> {
        let mut warnings = Vec::new();
        let clouds = Files::of("clouds", "OS_CLIENT_CONFIG_FILE", env);
        let (found, mut file) = clouds.read()?;
        let Some(mut entry) = file.clouds.remove(&cloud) else {
            let searched = match &found {
                Some(path) => path.display().to_string(),
                None => clouds.0.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", "),
            };
            return Err(Error::NoSuchCloud {
                name: cloud,
                searched,
                known: file.clouds.into_keys().collect(),
            });
        };
        let mut holds_secret = entry.auth.contains_key("password").then_some(found).flatten();
        let (secure_path, mut secure) = Files::of("secure", "OS_CLIENT_SECURE_FILE", env).read()?;
        if let Some(over) = secure.clouds.remove(&cloud) {
            holds_secret = holds_secret.or(secure_path);
            entry.overlay(over);
        }
        if let Some(path) = holds_secret.filter(|path| is_open_to_others(path)) {
            let path = path.display();
            warnings.push(format!("{path} holds a password and can be read by others: chmod 600 {path}"));
        }
        let place = format!("cloud `{cloud}`");
        let url = endpoint
            .map(str::to_owned)
            .or_else(|| entry.baremetal_endpoint_override.clone())
            .or_else(|| entry.word("endpoint"))
            .ok_or_else(|| Error::Setting {
                place: place.clone(),
                problem: "it says neither `auth.endpoint` nor `baremetal_endpoint_override`, and Keystone's \
                          catalog is not read by this version of farrier"
                    .to_owned(),
            })?;
        let settings = Self {
            endpoint: parse_endpoint(&url, &place)?,
            // openstacksdk's default is to log in at Keystone.
            auth_type: entry.auth_type.clone().unwrap_or_else(|| "password".to_owned()),
            username: entry.word("username"),
            password: entry.secret("password"),
            transport: Transport {
                cacert: entry.cacert.clone(),
                insecure: entry.insecure.unwrap_or(false) || entry.verify == Some(false),
                timeout: request_timeout(entry.api_timeout.as_deref(), &format!("{place}, `api_timeout`"))?,
            },
            warnings,
            place,
            cloud: Some(cloud),
        };
        Ok(settings.with_user_of_url())
    }

    /// User information in the endpoint is a user and password for `http_basic`, and is not kept in the URL.
    fn with_user_of_url(mut self) -> Self {
        if !self.endpoint.username().is_empty() {
            self.username = Some(self.endpoint.username().to_owned());
            self.password = self.endpoint.password().map(SecretString::from).or(self.password);
            "http_basic".clone_into(&mut self.auth_type);
        }
        let _ = self.endpoint.set_username("");
        let _ = self.endpoint.set_password(None);
        self
    }
}

fn parse_endpoint(text: &str, place: &str) -> Result<Url, Error> {
    let setting = |problem: String| Error::Setting { place: place.to_owned(), problem };
    let url = Url::parse(text).map_err(|error| setting(format!("the endpoint is not a URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(setting("the endpoint must be an http:// or https:// URL".to_owned()));
    }
    Ok(url)
}

/// `api_timeout`: seconds, which need not be whole.
fn request_timeout(text: Option<&str>, place: &str) -> Result<Duration, Error> {
    let Some(text) = text else { return Ok(REQUEST_TIMEOUT) };
    let seconds = text.trim().parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.filter(|timeout| !timeout.is_zero()).ok_or_else(|| Error::Setting {
        place: place.to_owned(),
        problem: format!("`{text}` is no number of seconds above 0"),
    })
}

/// Where one kind of file may be, in order.
struct Files(Vec<PathBuf>);

impl Files {
    fn of(stem: &str, variable: &str, env: &Environment) -> Self {
        let mut folders = vec![PathBuf::from(".")];
        let config = env.get("XDG_CONFIG_HOME").map(PathBuf::from);
        let home = env.get("HOME").map(|home| Path::new(&home).join(".config"));
        folders.extend(config.into_iter().chain(home).map(|folder| folder.join("openstack")));
        folders.push(PathBuf::from("/etc/openstack"));
        let mut files: Vec<PathBuf> = env.get(variable).map(PathBuf::from).into_iter().collect();
        for folder in folders {
            files.extend(["yaml", "yml", "json"].map(|ending| folder.join(format!("{stem}.{ending}"))));
        }
        Self(files)
    }

    /// The first that is there.
    fn read(&self) -> Result<(Option<PathBuf>, CloudsFile), Error> {
        for path in &self.0 {
            let problem = |reason: String| Error::File { path: path.display().to_string(), reason };
            match fs::read_to_string(path) {
                Ok(text) => return Ok((Some(path.clone()), parse_clouds(&text).map_err(problem)?)),
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
                Err(error) => return Err(problem(error.to_string())),
            }
        }
        Ok((None, CloudsFile::default()))
    }
}

fn parse_clouds(text: &str) -> Result<CloudsFile, String> {
    if text.trim().is_empty() {
        return Ok(CloudsFile::default());
    }
    // Without snippets: the neighbouring lines of an error may hold a password.
    let mut options = serde_saphyr::Options::default();
    options.with_snippet = false;
    serde_saphyr::from_str_with_options(text, options).map_err(|error| error.to_string())
}

/// Whether users other than the owner can read the file.
fn is_open_to_others(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o044 != 0)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn env(pairs: &[(&str, &str)]) -> Environment {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// A folder with a clouds.yaml, and the environment that points there.
    fn with_clouds(clouds: &str) -> (tempfile::TempDir, Environment) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("clouds.yaml");
        fs::write(&path, clouds).expect("written");
        let env = env(&[("OS_CLIENT_CONFIG_FILE", path.to_str().expect("UTF-8"))]);
        (folder, env)
    }

    #[test]
    fn an_endpoint_alone_is_enough() {
        let settings = Settings::resolve(Some("x"), None, &env(&[])).expect_err("no such cloud");
        assert!(settings.to_string().contains("no cloud `x`"), "{settings}");
        let settings = Settings::resolve(None, Some("http://h:6385"), &env(&[])).expect("resolved");
        assert_eq!((settings.auth_type.as_str(), settings.endpoint.as_str()), ("none", "http://h:6385/"));
        assert!(matches!(Settings::resolve(None, None, &env(&[])), Err(Error::NothingConfigured)));
    }

    #[test]
    fn the_time_limit_of_a_request_is_read_where_openstacksdk_reads_it() {
        let timeout = |name: Option<&str>, env: &Environment| {
            Settings::resolve(name, None, env).map(|settings| settings.transport.timeout)
        };
        let at = ("OS_ENDPOINT", "http://h");
        assert_eq!(timeout(None, &env(&[at])).expect("resolved"), REQUEST_TIMEOUT);
        let half = timeout(None, &env(&[at, ("OS_API_TIMEOUT", "0.5")])).expect("resolved");
        assert_eq!(half, Duration::from_millis(500));
        for wrong in ["0", "-1", "soon", "1e99", "NaN"] {
            let error = timeout(None, &env(&[at, ("OS_API_TIMEOUT", wrong)])).expect_err("no time");
            assert!(error.to_string().contains("OS_API_TIMEOUT"), "{error}");
        }
        let text = "clouds: {c: {api_timeout: 30, baremetal_endpoint_override: 'http://h'}}";
        let (_folder, env) = with_clouds(text);
        assert_eq!(timeout(Some("c"), &env).expect("resolved"), Duration::from_secs(30));
    }

    #[test]
    fn the_option_wins_over_the_variables() {
        let env = env(&[("OS_CLOUD", "nowhere"), ("OS_ENDPOINT", "http://wrong")]);
        let settings = Settings::resolve(None, Some("http://right"), &env).expect("resolved");
        assert_eq!(settings.endpoint.host_str(), Some("right"));
    }

    #[test]
    fn a_cloud_is_read_as_pyyaml_would() {
        let (_folder, env) = with_clouds(
            "clouds:\n  lab:\n    auth_type: http_basic\n    verify: no\n    auth: {endpoint: 'https://h/baremetal', username: admin, password: 0123}\n    region_name: ignored\n",
        );
        let settings = Settings::resolve(Some("lab"), None, &env).expect("resolved");
        assert_eq!(settings.password.expect("there").expose_secret(), "0123");
        assert!(settings.transport.insecure);
        assert_eq!(settings.endpoint.path(), "/baremetal");
    }

    #[test]
    fn an_error_in_a_file_quotes_nothing_of_it() {
        let (_folder, env) =
            with_clouds("clouds:\n  lab:\n    auth: {password: hunter2}\n    verify: [hunter3]\n");
        let error = Settings::resolve(Some("lab"), None, &env).expect_err("verify is no list");
        assert!(!error.to_string().contains("hunter"), "{error}");
        assert!(error.to_string().contains("clouds.yaml"), "{error}");
    }

    #[test]
    fn user_information_leaves_the_url() {
        let settings = Settings::resolve(None, Some("http://u:hunter2@h"), &env(&[])).expect("resolved");
        assert_eq!(settings.auth_type, "http_basic");
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn endpoints_that_are_none_are_refused() {
        for text in ["", "h:6385", "ftp://h", "/v1"] {
            assert!(Settings::resolve(None, Some(text), &env(&[])).is_err(), "{text}");
        }
    }
}
