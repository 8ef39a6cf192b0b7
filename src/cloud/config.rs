//! Settings from options, environment and files, as openstacksdk reads them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::Error;
use super::entry::{Entry, truth};
use super::files::{Environment, Files};
use super::identity::{Identity, Problem};
use super::keystone::Choice;
use crate::rest::mask;

/// Everything that is needed to make a connection.
#[derive(Debug)]
pub struct Settings {
    /// The entry of `clouds.yaml`.
    pub cloud: Option<String>,
    /// Where the settings stand, for messages.
    pub place: String,
    /// Where Ironic is.
    pub(super) baremetal: Place,
    /// Where other services are, by their types in the catalog.
    pub(super) others: BTreeMap<&'static str, Place>,
    /// How to log in.
    pub(super) login: Login,
    /// How to connect.
    pub transport: Transport,
    /// What is unwise about the files.
    pub warnings: Vec<String>,
    /// The files that say something of this cloud.
    pub files: Vec<Source>,
    /// Where tokens may be kept between runs.
    pub(super) token_folder: Option<PathBuf>,
}

/// A file that says something of a cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// Whether what it says has to be kept from others.
    pub has_secret: bool,
}

/// Where a service is.
#[derive(Debug)]
pub(super) struct Place {
    /// Its address, without user information, where the settings have it.
    pub(super) endpoint: Option<Url>,
    /// Else, which of the catalog's endpoints is meant.
    pub(super) choice: Choice,
}

/// The types of the other services that are used, as catalogs have them.
const OTHERS: [&str; 3] = ["network", "image", "compute"];

/// A way of logging in, with what it needs.
#[derive(Debug)]
pub(super) enum Login {
    /// Not at all.
    Nobody,
    /// User and password with every request.
    HttpBasic { user: String, password: SecretString },
    /// A token made beforehand.
    Token(SecretString),
    /// A token that Keystone makes.
    Keystone(Identity),
}

/// How long a request may take where nothing else is said.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(90);

/// How to connect.
#[derive(Debug)]
pub struct Transport {
    /// Certificates to trust besides the system's.
    pub cacert: Option<PathBuf>,
    /// A certificate that proves who we are.
    pub cert: Option<PathBuf>,
    /// Its private key, where that is not in the same file.
    pub key: Option<PathBuf>,
    /// Trust any certificate.
    pub insecure: bool,
    /// How long one try of a request may take.
    pub timeout: Duration,
}

/// The name that openstacksdk gives to the cloud that variables describe.
const OF_VARIABLES: &str = "envvars";

/// What a cloud of a file may leave to the variables, each by all its names: what changes with who works with it, and
/// where.
const LEFT_TO_VARIABLES: [&[&str]; 4] =
    [&["password"], &["passcode"], &["region_name"], &["interface", "endpoint_type"]];

/// Variables of which any one describes a cloud.
const DESCRIBES: [&str; 6] =
    ["auth_url", "endpoint", "url", "baremetal_endpoint_override", "auth_type", "auth_plugin"];

impl Settings {
    /// Reads whatever is needed for this cloud and endpoint.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn resolve(cloud: Option<&str>, endpoint: Option<&str>, env: &Environment) -> Result<Self, Error> {
        let variables = env.entry();
        let from_env = || env.get("OS_CLOUD").filter(|_| endpoint.is_none());
        let mut chosen = cloud.map(str::to_owned).or_else(from_env).filter(|name| name != OF_VARIABLES);
        let described = endpoint.is_some() || variables.word(&DESCRIBES).is_some();
        if chosen.is_none() && !described {
            // The only cloud there is needs no naming.
            let mut known = names(env)?;
            // Several are not chosen among, and none is none.
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

    fn read(place: String, entry: &Entry, endpoint: Option<&str>, env: &Environment) -> Result<Self, Error> {
        let setting = |problem: String| Error::Setting { place: place.clone(), problem };
        let given = endpoint.map(str::to_owned);
        let given = given.or_else(|| entry.word(&["baremetal_endpoint_override", "endpoint", "url"]));
        let mut endpoint = given.map(|text| parse_endpoint(&text, &place)).transpose()?;
        let truth_of = |key: &str| match entry.word(&[key]) {
            None => Ok(None),
            Some(word) => match truth(&word) {
                Some(truth) => Ok(Some(truth)),
                None => Err(setting(format!("`{key}` is to be true or false"))),
            },
        };
        let path = |key: &str| entry.word(&[key]).map(|path| env.expand(&path));
        let transport = Transport {
            cacert: path("cacert"),
            cert: path("cert"),
            key: path("key"),
            insecure: truth_of("insecure")?.unwrap_or(false) || truth_of("verify")? == Some(false),
            timeout: request_timeout(entry.word(&["api_timeout"]).as_deref(), &place)?,
        };
        let auth_type = auth_type(entry, endpoint.is_some());
        let login = match user_of(&mut endpoint, entry) {
            Some((user, password)) => Login::HttpBasic { user, password },
            None => login(entry, &auth_type, &place)?,
        };
        if endpoint.is_none() && !matches!(login, Login::Keystone(_)) {
            let problem = format!("auth_type `{auth_type}` needs to be told where Ironic is: `endpoint`");
            return Err(setting(problem));
        }
        let baremetal = Place { endpoint, choice: choice(entry, "baremetal") };
        let others = OTHERS.into_iter().map(|kind| {
            let endpoint = entry.word(&[&format!("{kind}_endpoint_override")]);
            let endpoint = endpoint.map(|text| parse_endpoint(&text, &place)).transpose()?;
            Ok((kind, Place { endpoint, choice: choice(entry, kind) }))
        });
        let others = others.collect::<Result<_, Error>>()?;
        let (cloud, warnings, files, token_folder) = (None, Vec::new(), Vec::new(), env.token_folder());
        Ok(Self { cloud, place, baremetal, others, login, transport, warnings, files, token_folder })
    }
}

impl Settings {
    /// Whether there may be more servers than those that are known.
    pub(super) fn has_catalog(&self) -> bool {
        matches!(self.login, Login::Keystone(_))
    }

    /// The servers that are known before any is asked.
    pub(super) fn servers(&self) -> impl Iterator<Item = &Url> {
        let keystone = match &self.login {
            Login::Keystone(identity) => Some(&identity.auth_url),
            _ => None,
        };
        let others = self.others.values().filter_map(|place| place.endpoint.as_ref());
        self.baremetal.endpoint.iter().chain(keystone).chain(others)
    }
}

/// Which of a service's endpoints in the catalog is meant: what is said for this service, or else for all.
fn choice(entry: &Entry, kind: &str) -> Choice {
    let interface = entry.word(&[
        &format!("{kind}_interface"),
        &format!("{kind}_endpoint_type"),
        "interface",
        "endpoint_type",
    ]);
    let interface = interface.unwrap_or_else(|| "public".to_owned());
    Choice {
        interface: interface.replace("URL", ""),
        region: entry.word(&[&format!("{kind}_region_name"), "region_name"]),
    }
}

/// How to log in, where nothing says it: with a token if there is one; at Keystone, unless only an endpoint is known.
fn auth_type(entry: &Entry, has_endpoint: bool) -> String {
    if let Some(said) = entry.word(&["auth_type", "auth_plugin"]) {
        return said.to_lowercase();
    }
    let usual = if entry.word(&["auth_url"]).is_none() && has_endpoint {
        "none"
    } else if entry.secret(&["token", "auth_token"]).is_some() {
        "token"
    } else {
        "password"
    };
    usual.to_owned()
}

fn login(entry: &Entry, auth_type: &str, place: &str) -> Result<Login, Error> {
    let setting = |problem: &str| Error::Setting { place: place.to_owned(), problem: problem.to_owned() };
    let no_password = |user: String| Error::NoPassword { place: place.to_owned(), user };
    match auth_type {
        "none" | "noauth" => Ok(Login::Nobody),
        "http_basic" => {
            let user = entry.word(&["username", "user_name"]);
            let user = user.ok_or_else(|| setting("http_basic needs a user name"))?;
            let password = entry.secret(&["password"]).ok_or_else(|| no_password(user.clone()))?;
            Ok(Login::HttpBasic { user, password })
        }
        "admin_token" | "token_endpoint" => {
            let token = entry.secret(&["token", "auth_token"]);
            Ok(Login::Token(token.ok_or_else(|| setting("admin_token needs a token"))?))
        }
        other => Identity::read(entry, other).map(Login::Keystone).map_err(|problem| match problem {
            Problem::NoPassword { user } => no_password(user),
            Problem::Unfit(problem) => setting(&problem),
        }),
    }
}

/// A cloud of the files, with its profile, its secrets and its region.
fn named(
    name: &str,
    variables: &Entry,
    env: &Environment,
    warnings: &mut Vec<String>,
    files: &mut Vec<Source>,
) -> Result<Entry, Error> {
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
    files.extend(found.map(|path| Source { path, has_secret: own.has_secret() }));
    let (secure_path, mut secure) = Files::of("secure", "OS_CLIENT_SECURE_FILE", env).read()?;
    if let Some(over) = secure.clouds.get(name) {
        files.extend(secure_path.map(|path| Source { path, has_secret: over.has_secret() }));
    }
    let over = secure.clouds.remove(name).unwrap_or_default();
    for Source { path, .. } in files.iter().filter(|file| file.has_secret && mask::is_open(&file.path)) {
        let path = path.display();
        warnings.push(format!("{path} holds a password and can be read by others: chmod 600 {path}"));
    }
    let mut entry = Entry::default();
    if let Some(profile) = own.word(&["profile", "cloud"]) {
        let (found, mut public) = Files::of("clouds-public", "OS_CLIENT_VENDOR_FILE", env).read()?;
        match public.profiles.remove(&profile) {
            Some(profile) => {
                files.extend(found.map(|path| Source { path, has_secret: profile.has_secret() }));
                entry = profile;
            }
            None => {
                warnings.push(format!("cloud `{name}`: no profile `{profile}` in any clouds-public.yaml"));
            }
        }
    }
    entry.overlay(own);
    entry.overlay(over);
    for names in LEFT_TO_VARIABLES {
        entry.fill(variables, names);
    }
    // Where there is no choice, a variable that was set for another cloud is no error.
    let wanted = match entry.regions.as_slice() {
        [only] => Some(only.name.clone()),
        _ => entry.word(&["region_name"]),
    };
    let of_name = |wanted: &String| entry.regions.iter().find(|region| region.name == *wanted);
    match wanted.as_ref().map_or_else(|| entry.regions.first(), of_name).cloned() {
        Some(region) => entry.move_to(region),
        None if !entry.regions.is_empty() => {
            let known: Vec<&str> = entry.regions.iter().map(|region| region.name.as_str()).collect();
            let wanted = wanted.unwrap_or_default();
            let problem = format!("it has no region `{wanted}`; there are {}", known.join(", "));
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

/// User information in the endpoint is a user and password for `http_basic`, and is not kept in the URL.
fn user_of(endpoint: &mut Option<Url>, entry: &Entry) -> Option<(String, SecretString)> {
    let url = endpoint.as_mut()?;
    let user = url.username().to_owned();
    let password = url.password().map(SecretString::from).or_else(|| entry.secret(&["password"]));
    let _ = (url.set_username(""), url.set_password(None));
    if user.is_empty() { None } else { Some((user, password?)) }
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
        problem: format!("the time limit of requests, `{text}`, is no number of seconds above 0"),
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

    /// A folder with a clouds.yaml, and the environment that points there.
    fn with_clouds(clouds: &str) -> (tempfile::TempDir, Environment) {
        let folder = crate::scratch::folder();
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
        assert!(matches!(settings.login, Login::Nobody));
        assert_eq!(endpoint(&settings).as_str(), "http://h:6385/");
        assert!(matches!(Settings::resolve(None, None, &env(&[])), Err(Error::NothingConfigured { .. })));
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
            assert!(error.to_string().contains("time limit"), "{error}");
        }
        let text = "clouds: {c: {api_timeout: 30, baremetal_endpoint_override: 'http://h'}}";
        let (_folder, env) = with_clouds(text);
        assert_eq!(timeout(Some("c"), &env).expect("resolved"), Duration::from_secs(30));
    }

    #[test]
    fn the_option_wins_over_the_variables() {
        let env = env(&[("OS_CLOUD", "nowhere"), ("OS_ENDPOINT", "http://wrong")]);
        let settings = Settings::resolve(None, Some("http://right"), &env).expect("resolved");
        assert_eq!(endpoint(&settings).host_str(), Some("right"));
    }

    #[test]
    fn a_cloud_is_read_as_pyyaml_would() {
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
        assert!(matches!(settings.login, Login::HttpBasic { .. }));
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn endpoints_that_are_none_are_refused() {
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
    fn variables_describe_a_cloud_of_their_own() {
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
        let asked = Settings::resolve(None, None, &env(&pairs[..2])).expect_err("no password");
        assert!(matches!(asked, Error::NoPassword { user, .. } if user == "ann"));
        let answered = env(&pairs[..2]).with_password("x".into());
        assert!(Settings::resolve(None, None, &answered).is_ok());
    }

    #[test]
    fn a_token_without_a_type_is_used_as_one() {
        let pairs = [("OS_AUTH_URL", "http://k"), ("OS_TOKEN", "gAAA"), ("OS_PROJECT_ID", "p")];
        let settings = Settings::resolve(None, None, &env(&pairs)).expect("resolved");
        assert!(keystone(&settings).contains("null"), "{settings:?}");
    }

    #[test]
    fn the_only_cloud_needs_no_naming_and_one_of_two_does() {
        let one = "clouds: {only: {auth_type: none, baremetal_endpoint_override: 'http://h'}}";
        let (_folder, env) = with_clouds(one);
        assert_eq!(Settings::resolve(None, None, &env).expect("resolved").cloud.as_deref(), Some("only"));
        let (_folder, env) = with_clouds("clouds: {a: {}, b: {}}");
        assert!(matches!(Settings::resolve(None, None, &env), Err(Error::NothingConfigured { .. })));
    }

    #[test]
    fn profiles_secrets_and_regions_are_put_together() {
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
