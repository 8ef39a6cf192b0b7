//! Authentication of requests.

use std::fmt;

use reqwest::header::HeaderMap;
use serde::{Deserialize, Serialize};

use super::stop::StopReason;

/// Why a request has no credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// The login was refused.
    #[error("{message}")]
    Refused {
        /// Who refused it and why.
        message: String,
        /// The hint for the user.
        hint: &'static str,
    },
    /// The credentials have no project, domain or system scope, so no service accepts them.
    #[error("{0}")]
    Unscoped(String),
    /// The login service is unreachable.
    #[error("{0}")]
    Unreachable(String),
    /// The catalog lacks the service, or the server is not a login service.
    #[error("{0}")]
    NoService(String),
    /// A signal or the timeout came before the answer.
    #[error("{message}")]
    Stopped {
        /// The server, and how long the request waited.
        message: String,
        /// Why the request ended.
        reason: StopReason,
    },
}

/// The user, scope and roles of a login.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginDetails {
    /// The user's name.
    pub user: String,
    /// `system`, `project NAME`, `domain NAME` or `None`.
    pub scope: Option<String>,
    /// The UUID of the project, if the scope is a project.
    #[serde(default)]
    pub project_id: Option<String>,
    /// The names of the roles.
    pub roles: Vec<String>,
}

impl LoginDetails {
    /// The name of the project, if the scope is a project.
    #[must_use]
    pub fn project(&self) -> Option<&str> {
        self.scope.as_deref()?.strip_prefix("project ")
    }
}

/// The number of the login that a request's credentials come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LoginGeneration(pub u64);

/// Adds credentials to requests. Each login method (none, `http_basic`, Keystone) implements it.
pub trait Authenticator: Send + Sync + fmt::Debug {
    /// Adds the credentials. Header values must be marked as sensitive.
    ///
    /// # Errors
    /// There are no credentials.
    fn authorize(&self, headers: &mut HeaderMap) -> Result<LoginGeneration, LoginError>;

    /// Called when a request with these credentials is refused with 401. Returns `true` if there are newer ones to try
    /// once. Several threads may be refused at the same time; one new login is enough for all.
    ///
    /// # Errors
    /// The new login failed.
    fn renew(&self, refused: LoginGeneration) -> Result<bool, LoginError>;

    /// The user, scope and roles, if they are known without a request.
    fn identity(&self) -> Option<Box<LoginDetails>> {
        None
    }
}
