//! Who the operator is and where Ironic is.
//!
//! [`Cloud::resolve`] reads options, `OS_*` variables and `clouds.yaml` in openstacksdk's order
//! ([`config`]), makes the HTTP client that the transport settings ask for ([`transport`]) and the
//! credentials that the way of logging in asks for ([`auth`]); [`Cloud::ironic`] opens the connection.
//!
//! What is read, first found wins:
//!
//! | setting | from |
//! | --- | --- |
//! | cloud | `--os-cloud`, `OS_CLOUD` |
//! | endpoint | `--os-endpoint`; the cloud's `baremetal_endpoint_override`, `auth.endpoint`; without a cloud `OS_BAREMETAL_ENDPOINT_OVERRIDE`, `OS_ENDPOINT` |
//! | way of logging in | the cloud's `auth_type`; without a cloud `OS_AUTH_TYPE`, else `none` |
//! | user, password | the cloud's `auth` (with `secure.yaml` over it); without a cloud `OS_USERNAME`, `OS_PASSWORD` |
//! | time limit of a request | the cloud's `api_timeout`; without a cloud `OS_API_TIMEOUT`; else 90 seconds |
//! | certificates | the cloud's `cacert`, `verify`, `insecure`; without a cloud `OS_CACERT`, `OS_INSECURE` |

pub mod auth;
pub mod config;
pub mod transport;

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::ironic::{self, Authenticator, Endpoint};
use config::{Environment, Settings};

/// One cloud: where its Ironic is, and as whom to speak to it.
#[derive(Debug)]
pub struct Cloud {
    /// Its entry in `clouds.yaml`, where it has one.
    pub name: Option<String>,
    /// What is unwise about the settings, to be told each time.
    pub warnings: Vec<String>,
    url: Url,
    http: reqwest::blocking::Client,
    auth: Arc<dyn Authenticator>,
    timeout: Duration,
}

/// What is wrong with the settings. Nothing here quotes a file: a secret may stand next to what is wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Neither a cloud nor an endpoint is named anywhere.
    #[error("no cloud is named and no endpoint is given")]
    NothingConfigured,
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
}

fn known_text(known: &[String]) -> String {
    if known.is_empty() { String::new() } else { format!("; there are {}", known.join(", ")) }
}

impl Cloud {
    /// Makes of the settings what is needed to speak to Ironic; asks no server yet.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn resolve(cloud: Option<&str>, endpoint: Option<&str>, env: &Environment) -> Result<Self, Error> {
        let settings = Settings::resolve(cloud, endpoint, env)?;
        let mut warnings = settings.warnings.clone();
        if settings.transport.insecure {
            warnings.push(format!("{}: certificates are not verified", settings.place));
        }
        let http = transport::client(&settings)?;
        let auth = auth::authenticator(&settings)?;
        let timeout = settings.transport.timeout;
        Ok(Self { name: settings.cloud, warnings, url: settings.endpoint, http, auth, timeout })
    }

    /// Opens the connection: finds out which API the server speaks.
    ///
    /// # Errors
    /// See [`ironic::Client::connect`].
    pub fn ironic(&self) -> Result<ironic::Client, ironic::Error> {
        ironic::Client::connect(Endpoint {
            url: self.url.clone(),
            http: self.http.clone(),
            auth: Arc::clone(&self.auth),
            timeout: self.timeout,
        })
    }
}
