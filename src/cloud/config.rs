//! Connection settings from options, environment variables and files, as openstacksdk reads them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::Error;
use super::clouds_yaml::{CloudEntry, parse_bool};
use super::files::{Environment, Files};
use super::identity::{Identity, Problem};
use super::keystone::EndpointChoice;
use crate::rest::mask;

/// The settings of a connection.
#[derive(Debug)]
pub struct Settings {
    /// The entry of `clouds.yaml`.
    pub cloud: Option<String>,
    /// Where the settings come from, for messages.
    pub place: String,
    /// The endpoint of Ironic.
    pub(super) baremetal: ServiceEndpoint,
    /// Endpoints of the other services, by catalog type.
    pub(super) others: BTreeMap<&'static str, ServiceEndpoint>,
    /// How to log in.
    pub(super) login: Login,
    /// How to connect.
    pub transport: Transport,
    /// Problems with the files that are not errors.
    pub warnings: Vec<String>,
    /// The files that have settings of this cloud.
    pub files: Vec<SettingsSource>,
    /// The folder for tokens that are reused between runs.
    pub(super) token_folder: Option<PathBuf>,
}

/// A file with settings of a cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsSource {
    /// Its path.
    pub path: PathBuf,
    /// Whether it has a secret of this cloud.
    pub has_secret: bool,
}

/// The endpoint of a service.
#[derive(Debug)]
pub(super) struct ServiceEndpoint {
    /// The address from the settings, without user information.
    pub(super) endpoint: Option<Url>,
    /// Selects the endpoint in the catalog if the settings have no address.
    pub(super) choice: EndpointChoice,
}

/// The catalog types of the other services that farrier uses.
const OTHERS: [&str; 3] = ["network", "image", "compute"];

/// A login method and its parameters.
#[derive(Debug)]
pub(super) enum Login {
    /// No authentication.
    None,
    /// Username and password in every request.
    HttpBasic { user: String, password: SecretString },
    /// An existing token (`admin_token`).
    Token(SecretString),
    /// A token issued by Keystone.
    Keystone(Identity),
}

/// The default timeout of a request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(90);

/// Connection options.
#[derive(Debug)]
pub struct Transport {
    /// CA certificates to trust in addition to the system's.
    pub cacert: Option<PathBuf>,
    /// The client certificate.
    pub cert: Option<PathBuf>,
    /// The private key of the client certificate, if it is in a separate file.
    pub key: Option<PathBuf>,
    /// Accept any certificate.
    pub insecure: bool,
    /// The timeout of one attempt of a request.
    pub timeout: Duration,
}

/// openstacksdk's name for the cloud that the environment variables describe.
const OF_VARIABLES: &str = "envvars";

/// Settings that variables may add to a cloud from a file, each with all its names: they depend on the user and the
/// location.
const FROM_VARIABLES: [&[&str]; 4] =
    [&["password"], &["passcode"], &["region_name"], &["interface", "endpoint_type"]];

/// Any one of these variables describes a cloud.
const DESCRIBES: [&str; 6] =
    ["auth_url", "endpoint", "url", "baremetal_endpoint_override", "auth_type", "auth_plugin"];

impl Settings {
    /// Reads the settings of this cloud or endpoint.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn resolve(cloud: Option<&str>, endpoint: Option<&str>, env: &Environment) -> Result<Self, Error> {
        let variables = env.entry();
        let from_env = || env.get("OS_CLOUD").filter(|_| endpoint.is_none());
        let mut chosen = cloud.map(str::to_owned).or_else(from_env).filter(|name| name != OF_VARIABLES);
        let described = endpoint.is_some() || variables.value(&DESCRIBES).is_some();
        if chosen.is_none() && !described {
            // A single cloud is the default. With several, the user must choose.
            let mut known = names(env)?;
            match known.len() {
                1 => chosen = known.pop(),
                _ => return Err(Error::NothingConfigured { known }),
            }
        }
        let (mut warnings, mut files) = (Vec::new(), Vec::new());
        let entry = match &chosen {
            Some(name) => named(name, &variables, env, &mut warnings, &mut files)?,
            None => variables,
        };
        let place = match (&chosen, endpoint) {
            (Some(cloud), _) => format!("cloud `{cloud}`"),
            (None, Some(_)) => "--os-endpoint".to_owned(),
            (None, None) => "the OS_* variables".to_owned(),
        };
        let settings = Self::read(place, &entry, endpoint, env)?;
        Ok(Self { cloud: chosen, warnings, files, ..settings })
    }

    fn read(
        place: String,
        entry: &CloudEntry,
        endpoint: Option<&str>,
        env: &Environment,
    ) -> Result<Self, Error> {
        let setting = |problem: String| Error::Setting { place: place.clone(), problem };
        let given = endpoint.map(str::to_owned);
        let given = given.or_else(|| entry.value(&["baremetal_endpoint_override", "endpoint", "url"]));
        let mut endpoint = given.map(|text| parse_endpoint(&text, &place)).transpose()?;
        let boolean = |key: &str| match entry.value(&[key]) {
            None => Ok(None),
            Some(value) => match parse_bool(&value) {
                Some(value) => Ok(Some(value)),
                None => Err(setting(format!("`{key}` must be true or false"))),
            },
        };
        let path = |key: &str| entry.value(&[key]).map(|path| env.expand(&path));
        let transport = Transport {
            cacert: path("cacert"),
            cert: path("cert"),
            key: path("key"),
            insecure: boolean("insecure")?.unwrap_or(false) || boolean("verify")? == Some(false),
            timeout: request_timeout(entry.value(&["api_timeout"]).as_deref(), &place)?,
        };
        let auth_type = auth_type(entry, endpoint.is_some());
        let login = match user_of(&mut endpoint, entry) {
            Some((user, password)) => Login::HttpBasic { user, password },
            None => login(entry, &auth_type, &place)?,
        };
        if endpoint.is_none() && !matches!(login, Login::Keystone(_)) {
            let problem = format!("auth_type `{auth_type}` needs Ironic's address: set `endpoint`");
            return Err(setting(problem));
        }
        let baremetal = ServiceEndpoint { endpoint, choice: choice(entry, "baremetal") };
        let others = OTHERS.into_iter().map(|kind| {
            let endpoint = entry.value(&[&format!("{kind}_endpoint_override")]);
            let endpoint = endpoint.map(|text| parse_endpoint(&text, &place)).transpose()?;
            Ok((kind, ServiceEndpoint { endpoint, choice: choice(entry, kind) }))
        });
        let others = others.collect::<Result<_, Error>>()?;
        let (cloud, warnings, files, token_folder) = (None, Vec::new(), Vec::new(), env.token_folder());
        Ok(Self { cloud, place, baremetal, others, login, transport, warnings, files, token_folder })
    }
}

impl Settings {
    /// Whether the catalog may name more servers than [`Self::servers`].
    pub(super) fn has_catalog(&self) -> bool {
        matches!(self.login, Login::Keystone(_))
    }

    /// The servers that the settings name.
    pub(super) fn servers(&self) -> impl Iterator<Item = &Url> {
        let keystone = match &self.login {
            Login::Keystone(identity) => Some(&identity.auth_url),
            _ => None,
        };
        let others = self.others.values().filter_map(|place| place.endpoint.as_ref());
        self.baremetal.endpoint.iter().chain(keystone).chain(others)
    }
}

/// Which endpoint to take from the catalog: settings of the service override those of the cloud.
fn choice(entry: &CloudEntry, kind: &str) -> EndpointChoice {
    let interface = entry.value(&[
        &format!("{kind}_interface"),
        &format!("{kind}_endpoint_type"),
        "interface",
        "endpoint_type",
    ]);
    let interface = interface.unwrap_or_else(|| "public".to_owned());
    EndpointChoice {
        interface: interface.replace("URL", ""),
        region: entry.value(&[&format!("{kind}_region_name"), "region_name"]),
    }
}

/// The login method. The default is `token` if there is a token, `none` if only an endpoint is known, else `password`.
fn auth_type(entry: &CloudEntry, has_endpoint: bool) -> String {
    if let Some(auth_type) = entry.value(&["auth_type", "auth_plugin"]) {
        return auth_type.to_lowercase();
    }
    let default = if entry.value(&["auth_url"]).is_none() && has_endpoint {
        "none"
    } else if entry.secret(&["token", "auth_token"]).is_some() {
        "token"
    } else {
        "password"
    };
    default.to_owned()
}

fn login(entry: &CloudEntry, auth_type: &str, place: &str) -> Result<Login, Error> {
    let setting = |problem: &str| Error::Setting { place: place.to_owned(), problem: problem.to_owned() };
    let no_password = |user: String| Error::NoPassword { place: place.to_owned(), user };
    match auth_type {
        "none" | "noauth" => Ok(Login::None),
        "http_basic" => {
            let user = entry.value(&["username", "user_name"]);
            let user = user.ok_or_else(|| setting("http_basic needs `username`"))?;
            let password = entry.secret(&["password"]).ok_or_else(|| no_password(user.clone()))?;
            Ok(Login::HttpBasic { user, password })
        }
        "admin_token" | "token_endpoint" => {
            let token = entry.secret(&["token", "auth_token"]);
            Ok(Login::Token(token.ok_or_else(|| setting("admin_token needs `token`"))?))
        }
        other => Identity::read(entry, other).map(Login::Keystone).map_err(|problem| match problem {
            Problem::NoPassword { user } => no_password(user),
            Problem::Invalid(problem) => setting(&problem),
        }),
    }
}

/// A cloud from the files, with its profile, secrets and region.
fn named(
    name: &str,
    variables: &CloudEntry,
    env: &Environment,
    warnings: &mut Vec<String>,
    files: &mut Vec<SettingsSource>,
) -> Result<CloudEntry, Error> {
    let clouds = Files::of("clouds", "OS_CLIENT_CONFIG_FILE", env);
    let (found, mut file) = clouds.read()?;
    let Some(own) = file.clouds.remove(name) else {
        let searched = match &found {
            Some(path) => path.display().to_string(),
            None => clouds.0.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", "),
        };
        let known = file.clouds.into_keys().collect();
        return Err(Error::NoSuchCloud { name: name.to_owned(), searched, known });
    };
    files.extend(found.map(|path| SettingsSource { path, has_secret: own.has_secret() }));
    let (secure_path, mut secure) = Files::of("secure", "OS_CLIENT_SECURE_FILE", env).read()?;
    if let Some(over) = secure.clouds.get(name) {
        files.extend(secure_path.map(|path| SettingsSource { path, has_secret: over.has_secret() }));
    }
    let over = secure.clouds.remove(name).unwrap_or_default();
    for SettingsSource { path, .. } in
        files.iter().filter(|file| file.has_secret && mask::is_open(&file.path))
    {
        let path = path.display();
        warnings.push(format!("{path} contains a secret and other users can read it: chmod 600 {path}"));
    }
    let mut entry = CloudEntry::default();
    if let Some(profile) = own.value(&["profile", "cloud"]) {
        let (found, mut public) = Files::of("clouds-public", "OS_CLIENT_VENDOR_FILE", env).read()?;
        match public.profiles.remove(&profile) {
            Some(profile) => {
                files.extend(found.map(|path| SettingsSource { path, has_secret: profile.has_secret() }));
                entry = profile;
            }
            None => {
                warnings.push(format!("cloud `{name}`: profile `{profile}` not found in clouds-public.yaml"));
            }
        }
    }
    entry.overlay(own);
    entry.overlay(over);
    for names in FROM_VARIABLES {
        entry.fill(variables, names);
    }
    // A cloud with one region ignores OS_REGION_NAME, which may be meant for another cloud.
    let wanted = match entry.regions.as_slice() {
        [only] => Some(only.name.clone()),
        _ => entry.value(&["region_name"]),
    };
    let of_name = |wanted: &String| entry.regions.iter().find(|region| region.name == *wanted);
    match wanted.as_ref().map_or_else(|| entry.regions.first(), of_name).cloned() {
        Some(region) => entry.use_region(region),
        None if !entry.regions.is_empty() => {
            let known: Vec<&str> = entry.regions.iter().map(|region| region.name.as_str()).collect();
            let wanted = wanted.unwrap_or_default();
            let problem = format!("no region `{wanted}` (known regions: {})", known.join(", "));
            return Err(Error::Setting { place: format!("cloud `{name}`"), problem });
        }
        None => {}
    }
    Ok(entry)
}

/// The names of all clouds in the file.
pub(super) fn names(env: &Environment) -> Result<Vec<String>, Error> {
    let (_, file) = Files::of("clouds", "OS_CLIENT_CONFIG_FILE", env).read()?;
    Ok(file.clouds.into_keys().collect())
}

/// The user and password for `http_basic` from the endpoint's user information, which is removed from the URL.
fn user_of(endpoint: &mut Option<Url>, entry: &CloudEntry) -> Option<(String, SecretString)> {
    let url = endpoint.as_mut()?;
    let user = url.username().to_owned();
    let password = url.password().map(SecretString::from).or_else(|| entry.secret(&["password"]));
    let _ = (url.set_username(""), url.set_password(None));
    if user.is_empty() { None } else { Some((user, password?)) }
}

fn parse_endpoint(text: &str, place: &str) -> Result<Url, Error> {
    let setting = |problem: String| Error::Setting { place: place.to_owned(), problem };
    let no_url = || setting("invalid endpoint: it must be an http:// or https:// URL".to_owned());
    let url = Url::parse(text).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => no_url(),
        error => setting(format!("invalid endpoint URL: {error}")),
    })?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(no_url());
    }
    Ok(url)
}

/// `api_timeout` in seconds; fractions are allowed.
fn request_timeout(text: Option<&str>, place: &str) -> Result<Duration, Error> {
    let Some(text) = text else { return Ok(REQUEST_TIMEOUT) };
    let seconds = text.trim().parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.filter(|timeout| !timeout.is_zero()).ok_or_else(|| Error::Setting {
        place: place.to_owned(),
        problem: format!("invalid api_timeout `{text}`: it must be a number of seconds above 0"),
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use secrecy::ExposeSecret as _;

    use super::*;

    fn endpoint(settings: &Settings) -> &Url {
        settings.baremetal.endpoint.as_ref().expect("it is given")
    }

    fn env(pairs: &[(&str, &str)]) -> Environment {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    /// A folder with a clouds.yaml, and an environment that points to it.
    fn with_clouds(clouds: &str) -> (tempfile::TempDir, Environment) {
        let folder = crate::test_files::folder();
        let path = folder.path().join("clouds.yaml");
        fs::write(&path, clouds).expect("written");
        let env = env(&[("OS_CLIENT_CONFIG_FILE", path.to_str().expect("UTF-8"))]);
        (folder, env)
    }

    #[test]
    fn an_endpoint_alone_is_enough() {
        let settings = Settings::resolve(Some("x"), None, &env(&[])).expect_err("no such cloud");
        assert!(settings.to_string().contains("no cloud is named `x`"), "{settings}");
        let settings = Settings::resolve(None, Some("http://h:6385"), &env(&[])).expect("resolved");
        assert!(matches!(settings.login, Login::None));
        assert_eq!(endpoint(&settings).as_str(), "http://h:6385/");
        assert!(matches!(Settings::resolve(None, None, &env(&[])), Err(Error::NothingConfigured { .. })));
    }

    #[test]
    fn the_request_timeout_is_read_from_the_variable_and_the_file() {
        let timeout = |name: Option<&str>, env: &Environment| {
            Settings::resolve(name, None, env).map(|settings| settings.transport.timeout)
        };
        let at = ("OS_ENDPOINT", "http://h");
        assert_eq!(timeout(None, &env(&[at])).expect("resolved"), REQUEST_TIMEOUT);
        let half = timeout(None, &env(&[at, ("OS_API_TIMEOUT", "0.5")])).expect("resolved");
        assert_eq!(half, Duration::from_millis(500));
        for wrong in ["0", "-1", "soon", "1e99", "NaN"] {
            let error = timeout(None, &env(&[at, ("OS_API_TIMEOUT", wrong)])).expect_err("no time");
            assert!(error.to_string().contains("invalid api_timeout"), "{error}");
        }
        let text = "clouds: {c: {api_timeout: 30, baremetal_endpoint_override: 'http://h'}}";
        let (_folder, env) = with_clouds(text);
        assert_eq!(timeout(Some("c"), &env).expect("resolved"), Duration::from_secs(30));
    }

    #[test]
    fn the_endpoint_option_overrides_the_variables() {
        let env = env(&[("OS_CLOUD", "nowhere"), ("OS_ENDPOINT", "http://wrong")]);
        let settings = Settings::resolve(None, Some("http://right"), &env).expect("resolved");
        assert_eq!(endpoint(&settings).host_str(), Some("right"));
    }

    #[test]
    fn a_cloud_is_read_as_pyyaml_reads_it() {
        let (_folder, env) = with_clouds(
            "clouds:\n  lab:\n    auth_type: http_basic\n    verify: no\n    auth: {endpoint: 'https://h/baremetal', username: admin, password: 0123}\n    region_name: ignored\n",
        );
        let settings = Settings::resolve(Some("lab"), None, &env).expect("resolved");
        let Login::HttpBasic { password, .. } = &settings.login else { panic!("{settings:?}") };
        assert_eq!(password.expose_secret(), "0123");
        assert!(settings.transport.insecure);
        assert_eq!(endpoint(&settings).path(), "/baremetal");
    }

    #[test]
    fn an_error_in_a_file_does_not_quote_the_file() {
        let (_folder, env) =
            with_clouds("clouds:\n  lab:\n    auth: {password: hunter2}\n    verify: [hunter3]\n");
        let error = Settings::resolve(Some("lab"), None, &env).expect_err("verify is no list");
        assert!(!error.to_string().contains("hunter"), "{error}");
        assert!(error.to_string().contains("clouds.yaml"), "{error}");
    }

    #[test]
    fn user_information_is_removed_from_the_url() {
        let settings = Settings::resolve(None, Some("http://u:hunter2@h"), &env(&[])).expect("resolved");
        assert!(matches!(settings.login, Login::HttpBasic { .. }));
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn invalid_endpoints_are_refused() {
        for text in ["", "h:6385", "ftp://h", "/v1"] {
            assert!(Settings::resolve(None, Some(text), &env(&[])).is_err(), "{text}");
        }
    }

    fn keystone(settings: &Settings) -> String {
        match &settings.login {
            Login::Keystone(identity) => identity.description().to_string(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn variables_alone_describe_a_cloud() {
        let pairs = [
            ("OS_AUTH_URL", "http://k:5000/v3"),
            ("OS_USERNAME", "ann"),
            ("OS_PASSWORD", "hunter2"),
            ("OS_TENANT_NAME", "lab"),
            ("OS_REGION_NAME", "Two"),
            ("OS_ENDPOINT_TYPE", "internalURL"),
        ];
        let settings = Settings::resolve(None, None, &env(&pairs)).expect("resolved");
        assert!(keystone(&settings).contains("\"lab\""), "{settings:?}");
        assert_eq!(
            (settings.baremetal.choice.interface.as_str(), settings.baremetal.choice.region.as_deref()),
            ("internal", Some("Two"))
        );
        assert!(settings.baremetal.endpoint.is_none() && !format!("{settings:?}").contains("hunter2"));
        let missing = Settings::resolve(None, None, &env(&pairs[..2])).expect_err("no password");
        assert!(matches!(missing, Error::NoPassword { user, .. } if user == "ann"));
        let complete = env(&pairs[..2]).with_password("x".into());
        assert!(Settings::resolve(None, None, &complete).is_ok());
    }

    #[test]
    fn a_token_without_an_auth_type_selects_the_token_method() {
        let pairs = [("OS_AUTH_URL", "http://k"), ("OS_TOKEN", "gAAA"), ("OS_PROJECT_ID", "p")];
        let settings = Settings::resolve(None, None, &env(&pairs)).expect("resolved");
        assert!(keystone(&settings).contains("null"), "{settings:?}");
    }

    #[test]
    fn a_single_cloud_is_the_default_and_several_need_a_choice() {
        let one = "clouds: {only: {auth_type: none, baremetal_endpoint_override: 'http://h'}}";
        let (_folder, env) = with_clouds(one);
        assert_eq!(Settings::resolve(None, None, &env).expect("resolved").cloud.as_deref(), Some("only"));
        let (_folder, env) = with_clouds("clouds: {a: {}, b: {}}");
        assert!(matches!(Settings::resolve(None, None, &env), Err(Error::NothingConfigured { .. })));
    }

    #[test]
    fn profiles_secrets_and_regions_are_merged() {
        let (folder, environment) = with_clouds(
            "clouds:\n  lab:\n    profile: site\n    auth: {username: ann, project-name: lab}\n    regions: [One, {name: Two, values: {interface: internal}}]\n",
        );
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).expect("written");
            path.to_str().expect("UTF-8").to_owned()
        };
        let secure = write("secure.yaml", "clouds: {lab: {auth: {password: hunter2}}}");
        let public = write("clouds-public.yaml", "public-clouds: {site: {auth: {auth_url: 'https://k/v3'}}}");
        let clouds = environment.get("OS_CLIENT_CONFIG_FILE").expect("set");
        let pairs = [
            ("OS_CLIENT_CONFIG_FILE", clouds.as_str()),
            ("OS_CLIENT_SECURE_FILE", secure.as_str()),
            ("OS_CLIENT_VENDOR_FILE", public.as_str()),
        ];
        let settings = Settings::resolve(Some("lab"), None, &env(&pairs)).expect("resolved");
        assert!(keystone(&settings).contains("https://k/"), "{settings:?}");
        assert_eq!(settings.baremetal.choice.region.as_deref(), Some("One"));
        assert!(settings.warnings[0].contains("secure.yaml"), "{:?}", settings.warnings);
        let two = [&pairs[..], &[("OS_REGION_NAME", "Two")]].concat();
        let settings = Settings::resolve(Some("lab"), None, &env(&two)).expect("resolved");
        assert_eq!(
            (settings.baremetal.choice.interface.as_str(), settings.baremetal.choice.region.as_deref()),
            ("internal", Some("Two"))
        );
        let (_folder, env_of_one) = with_clouds(
            "clouds: {lab: {auth: {auth_url: 'http://k', username: a, password: b}, region_name: One, endpoint_type: internalURL}}",
        );
        let file = env_of_one.get("OS_CLIENT_CONFIG_FILE").expect("set");
        let others =
            [("OS_CLIENT_CONFIG_FILE", file.as_str()), ("OS_REGION_NAME", "Two"), ("OS_INTERFACE", "admin")];
        let settings = Settings::resolve(Some("lab"), None, &env(&others)).expect("the file says it");
        assert_eq!(
            (settings.baremetal.choice.interface.as_str(), settings.baremetal.choice.region.as_deref()),
            ("internal", Some("One"))
        );
        let three = [&pairs[..], &[("OS_REGION_NAME", "Three")]].concat();
        let error = Settings::resolve(Some("lab"), None, &env(&three)).expect_err("no such region");
        assert!(error.to_string().contains("One, Two"), "{error}");
    }
}
