//! The connection to a cloud: credentials and endpoints.
//!
//! [`Cloud::resolve`] reads options, `OS_*` variables and `clouds.yaml` in openstacksdk's order ([`config`],
//! [`files`]), and creates the HTTP client ([`transport`]) and the credentials. [`Cloud::ironic`] logs in if necessary
//! and opens the connection; [`Cloud::session`] does the same for other services.
//!
//! `farrier help clouds` explains how a cloud is selected and where its settings are read; [`clouds_yaml::SETTINGS`] lists
//! the settings.

mod auth;
mod cache;
pub mod clouds_yaml;
pub mod config;
pub mod files;
pub mod glance;
mod identity;
mod keystone;
pub mod neutron;
pub mod nova;
pub mod service_check;
mod tls;
pub mod transport;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::ironic;
pub use crate::rest::LoginDetails;
use crate::rest::{Authenticator, Endpoint, LoginError, Service, Session};
use config::{Login, ServiceEndpoint, Settings, SettingsSource};
use files::Environment;
use keystone::Keystone;

/// Ironic's type in Keystone's catalog.
const BAREMETAL: &str = "baremetal";

/// One cloud: its endpoints and the credentials for them.
#[derive(Debug)]
pub struct Cloud {
    /// Its name in `clouds.yaml`, if it has one.
    pub name: Option<String>,
    /// Warnings about the settings, to print in each run.
    pub warnings: Vec<String>,
    /// Where its settings come from, for messages.
    pub place: String,
    /// The files that the settings come from.
    pub files: Vec<SettingsSource>,
    /// The folder for tokens that are reused between runs.
    pub token_folder: Option<PathBuf>,
    baremetal: ServiceEndpoint,
    others: BTreeMap<&'static str, ServiceEndpoint>,
    http: reqwest::blocking::Client,
    auth: Arc<dyn Authenticator>,
    /// The Keystone session behind `auth`, if there is one.
    keystone: Option<Arc<Keystone>>,
    timeout: Duration,
    /// Whether any certificate is accepted.
    insecure: bool,
    /// Whether requests are sent without credentials.
    anonymous: bool,
}

/// A problem with the settings. Messages never quote a file: a secret may be next to the error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No cloud and no endpoint is selected.
    #[error("no cloud selected (set --os-cloud or OS_CLOUD){}", known_text(known))]
    NothingConfigured {
        /// The known clouds.
        known: Vec<String>,
    },
    /// No file has a cloud with this name.
    #[error("no cloud is named `{name}` in {searched}{}", known_text(known))]
    NoSuchCloud {
        /// The requested name.
        name: String,
        /// The file that was read, or the files that do not exist.
        searched: String,
        /// The known clouds.
        known: Vec<String>,
    },
    /// A file cannot be read.
    #[error("{path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// The reason, without quoting the file.
        reason: String,
    },
    /// A setting is missing or invalid.
    #[error("{place}: {problem}")]
    Setting {
        /// The cloud, the option or the variables.
        place: String,
        /// The problem.
        problem: String,
    },
    /// A password is needed and not configured; the user can be prompted for it.
    #[error("{place}: no password for user `{user}`")]
    NoPassword {
        /// The cloud, the option or the variables.
        place: String,
        /// The user.
        user: String,
    },
}

fn known_text(known: &[String]) -> String {
    if known.is_empty() { String::new() } else { format!("; known clouds: {}", known.join(", ")) }
}

impl Cloud {
    /// The names of all clouds in `clouds.yaml`.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn names(env: &Environment) -> Result<Vec<String>, Error> {
        config::names(env)
    }

    /// Resolves the settings of a cloud; sends no request.
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
            warnings.push(format!("{}: server certificates are not verified", settings.place));
        }
        let http = transport::client(&settings)?;
        let Settings { cloud: name, place, files, baremetal, others, login, transport, token_folder, .. } =
            settings;
        let anonymous = matches!(login, Login::None);
        let mut keystone = None;
        let auth: Arc<dyn Authenticator> = match login {
            Login::None => Arc::new(auth::NoAuth),
            Login::HttpBasic { user, password } => Arc::new(auth::HttpBasic { user, password }),
            Login::Token(token) => Arc::new(keystone::StaticToken(token)),
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

    /// Whether requests are sent without credentials.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.anonymous
    }

    /// Whether any certificate is accepted.
    #[must_use]
    pub fn is_insecure(&self) -> bool {
        self.insecure
    }

    /// Opens the connection: logs in if necessary, and negotiates the API version.
    ///
    /// # Errors
    /// See [`ironic::Client::connect`]; [`LoginError`] if Keystone refuses the login, is unreachable, or has no Ironic
    /// endpoint.
    pub fn ironic(&self) -> Result<ironic::Client, ironic::Error> {
        ironic::Client::connect(self.endpoint(self.address()?))
    }

    /// Ironic's URL from the settings or from Keystone's catalog.
    ///
    /// # Errors
    /// Keystone refuses the login, is unreachable, or has no Ironic endpoint.
    pub fn address(&self) -> Result<Url, LoginError> {
        match (&self.baremetal.endpoint, &self.keystone) {
            (Some(url), _) => Ok(url.clone()),
            (None, Some(keystone)) => keystone.endpoint(BAREMETAL, &self.baremetal.choice),
            (None, None) => unreachable!("settings without an endpoint are refused"),
        }
    }

    /// A session with another service, by its catalog type; `None` if the cloud does not have the service.
    ///
    /// # Errors
    /// Keystone refuses the login, is unreachable, or has no endpoint that matches the settings.
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

    /// The user, scope and roles of the Keystone login; `None` without Keystone.
    ///
    /// # Errors
    /// Keystone refuses the login or is unreachable.
    pub fn login_details(&self) -> Result<Option<LoginDetails>, LoginError> {
        self.keystone.as_ref().map(|keystone| keystone.login_details()).transpose()
    }
}

/// Whether Keystone tokens are reused between runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tokens {
    /// Store them in files that only their owner can read.
    Kept,
    /// Do not store them.
    Forgotten,
}
