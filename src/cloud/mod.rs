//! Who the operator is and where Ironic is.
//!
//! [`Cloud::resolve`] reads options, `OS_*` variables and `clouds.yaml` in openstacksdk's order ([`config`], out of
//! [`files`]), makes the HTTP client that the transport settings ask for ([`transport`]) and the credentials that the way
//! of logging in asks for; [`Cloud::ironic`] logs in where that is needed, and opens the connection;
//! [`Cloud::session`] does so for the services beside Ironic.
//!
//! Which cloud is meant, what is read from where and in which order: `farrier help clouds` tells, and [`entry::SETTINGS`]
//! are its settings.

mod auth;
mod cache;
pub mod config;
pub mod entry;
pub mod files;
pub mod glance;
mod identity;
mod keystone;
pub mod neutron;
pub mod nova;
pub mod transport;
mod trust;
pub mod visit;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::ironic;
pub use crate::rest::Grants;
use crate::rest::{Authenticator, Endpoint, LoginError, Service, Session};
use config::{Login, Place, Settings, Source};
use files::Environment;
use keystone::Keystone;

/// The type under which Keystone's catalog has Ironic.
const BAREMETAL: &str = "baremetal";

/// One cloud: where its Ironic is, and as whom to speak to it.
#[derive(Debug)]
pub struct Cloud {
    /// Its entry in `clouds.yaml`, where it has one.
    pub name: Option<String>,
    /// What is unwise about the settings, to be told each time.
    pub warnings: Vec<String>,
    /// Where its settings stand, for messages.
    pub place: String,
    /// The files among these.
    pub files: Vec<Source>,
    /// Where its tokens may be kept between runs.
    pub token_folder: Option<PathBuf>,
    baremetal: Place,
    others: BTreeMap<&'static str, Place>,
    http: reqwest::blocking::Client,
    auth: Arc<dyn Authenticator>,
    /// The session behind `auth`, where it is one of Keystone's.
    keystone: Option<Arc<Keystone>>,
    timeout: Duration,
    /// Whether any certificate is believed.
    insecure: bool,
    /// Whether requests bear no credentials.
    anonymous: bool,
}

/// What is wrong with the settings. Nothing here quotes a file: a secret may stand next to what is wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Neither a cloud nor an endpoint is named anywhere.
    #[error("no cloud is named and no endpoint is given{}", known_text(known))]
    NothingConfigured {
        /// The clouds that there are.
        known: Vec<String>,
    },
    /// The named cloud stands in no file.
    #[error("no cloud `{name}` in {searched}{}", known_text(known))]
    NoSuchCloud {
        /// The name asked for.
        name: String,
        /// The files that were read or looked for.
        searched: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// A file cannot be read.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// Why not, without quoting it.
        reason: String,
    },
    /// A setting is missing or cannot be used.
    #[error("{place}: {problem}")]
    Setting {
        /// The cloud's entry or the variable.
        place: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A password is needed and stands nowhere; it may be asked for.
    #[error("{place}: there is no password for user `{user}`")]
    NoPassword {
        /// The cloud's entry or the variables.
        place: String,
        /// Whose password.
        user: String,
    },
}

fn known_text(known: &[String]) -> String {
    if known.is_empty() { String::new() } else { format!("; there are {}", known.join(", ")) }
}

impl Cloud {
    /// The names of all clouds in `clouds.yaml`.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn names(env: &Environment) -> Result<Vec<String>, Error> {
        config::names(env)
    }

    /// Makes of the settings what is needed to speak to Ironic; asks no server yet.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn resolve(
        cloud: Option<&str>,
        endpoint: Option<&str>,
        tokens: Tokens,
        env: &Environment,
    ) -> Result<Self, Error> {
        let settings = Settings::resolve(cloud, endpoint, env)?;
        let mut warnings = settings.warnings.clone();
        if settings.transport.insecure {
            warnings.push(format!("{}: certificates are not verified", settings.place));
        }
        let http = transport::client(&settings)?;
        let Settings { cloud: name, place, files, baremetal, others, login, transport, token_folder, .. } =
            settings;
        let anonymous = matches!(login, Login::Nobody);
        let mut keystone = None;
        let auth: Arc<dyn Authenticator> = match login {
            Login::Nobody => Arc::new(auth::Nobody),
            Login::HttpBasic { user, password } => Arc::new(auth::HttpBasic { user, password }),
            Login::Token(token) => Arc::new(keystone::Given(token)),
            Login::Keystone(identity) => {
                let folder = token_folder.clone().filter(|_| tokens == Tokens::Kept);
                let cache = folder.map(cache::Cache::new);
                let session = Arc::new(Keystone::new(http.clone(), identity, transport.timeout, cache));
                keystone = Some(Arc::clone(&session));
                session
            }
        };
        Ok(Self {
            name,
            warnings,
            place,
            files,
            token_folder,
            baremetal,
            others,
            http,
            auth,
            keystone,
            timeout: transport.timeout,
            insecure: transport.insecure,
            anonymous,
        })
    }

    /// Whether requests bear no credentials.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.anonymous
    }

    /// Whether any certificate is believed.
    #[must_use]
    pub fn is_insecure(&self) -> bool {
        self.insecure
    }

    /// Opens the connection: logs in where that is needed, and finds out which API the server speaks.
    ///
    /// # Errors
    /// See [`ironic::Client::connect`]; [`LoginError`] where Keystone refuses, cannot be reached, or knows
    /// of no Ironic.
    pub fn ironic(&self) -> Result<ironic::Client, ironic::Error> {
        ironic::Client::connect(self.endpoint(self.address()?))
    }

    /// Where Ironic is, by the settings or by Keystone's catalog.
    ///
    /// # Errors
    /// Keystone refuses, cannot be reached, or knows of no Ironic.
    pub fn address(&self) -> Result<Url, LoginError> {
        match (&self.baremetal.endpoint, &self.keystone) {
            (Some(url), _) => Ok(url.clone()),
            (None, Some(keystone)) => keystone.endpoint(BAREMETAL, &self.baremetal.choice),
            (None, None) => unreachable!("settings without an endpoint are refused"),
        }
    }

    /// A session with another service, by its type in the catalog; `None` where the cloud has none.
    ///
    /// # Errors
    /// Keystone refuses, cannot be reached, or has the service elsewhere than the settings say.
    pub fn session(&self, kind: &str, service: &'static Service) -> Result<Option<Session>, LoginError> {
        let Some(place) = self.others.get(kind) else { return Ok(None) };
        let url = match (&place.endpoint, &self.keystone) {
            (Some(url), _) => Some(url.clone()),
            (None, Some(keystone)) if keystone.has(kind)? => Some(keystone.endpoint(kind, &place.choice)?),
            _ => None,
        };
        Ok(url.map(|url| Session::new(service, self.endpoint(url))))
    }

    fn endpoint(&self, url: Url) -> Endpoint {
        let (http, auth) = (self.http.clone(), Arc::clone(&self.auth));
        Endpoint { url, http, auth, timeout: self.timeout }
    }

    /// Who is logged in at Keystone, for what and as what; nothing where Keystone is not asked.
    ///
    /// # Errors
    /// Keystone refuses, or cannot be reached.
    pub fn grants(&self) -> Result<Option<Grants>, LoginError> {
        self.keystone.as_ref().map(|keystone| keystone.grants()).transpose()
    }
}

/// Whether Keystone's tokens may be kept between runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tokens {
    /// In a file that only its owner can read.
    Kept,
    /// Nowhere.
    Forgotten,
}
