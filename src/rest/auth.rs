//! What proves who is asking.

use std::fmt;

use reqwest::header::HeaderMap;
use serde::{Deserialize, Serialize};

use super::stop::StopReason;

/// Why there are no credentials for a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// They were refused.
    #[error("{message}")]
    Refused {
        /// By whom, and why.
        message: String,
        /// What to check.
        hint: &'static str,
    },
    /// They are for no project, domain or system, so no service takes them.
    #[error("{0}")]
    Unscoped(String),
    /// Whoever makes them cannot be reached.
    #[error("{0}")]
    Unreachable(String),
    /// Whoever makes them knows of no such service, or is something else than was thought.
    #[error("{0}")]
    NoService(String),
    /// A signal or the time limit came before their answer.
    #[error("{message}")]
    Stopped {
        /// Who was asked, and for how long.
        message: String,
        /// What came.
        reason: StopReason,
    },
}

/// Who is logged in, for what, as what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grants {
    /// The user's name.
    pub user: String,
    /// `system`, `project NAME`, `domain NAME` or nothing.
    pub scope: Option<String>,
    /// The UUID of the project, where it is a login for one.
    #[serde(default)]
    pub project_id: Option<String>,
    /// Names of the roles.
    pub roles: Vec<String>,
}

impl Grants {
    /// The project that this is a login for.
    #[must_use]
    pub fn project(&self) -> Option<&str> {
        self.scope.as_deref()?.strip_prefix("project ")
    }
}

/// Which of an authenticator's credentials a request had, in the order in which they were made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Edition(pub u64);

/// Puts credentials on requests. Each way of logging in (none, `http_basic`, Keystone) is one.
pub trait Authenticator: Send + Sync + fmt::Debug {
    /// Adds what proves who is asking. Values must be marked sensitive.
    ///
    /// # Errors
    /// The credentials cannot be had.
    fn authorise(&self, headers: &mut HeaderMap) -> Result<Edition, LoginError>;

    /// Called when a request with these credentials was refused as not logged in. `true` means that there are
    /// newer ones to try once; several threads may be refused at once, and one login is enough for them.
    ///
    /// # Errors
    /// Logging in anew failed.
    fn renew(&self, refused: Edition) -> Result<bool, LoginError>;

    /// Who it was that asked, as far as that is known without asking anybody.
    fn asker(&self) -> Option<Box<Grants>> {
        None
    }
}
