//! What Ironic says when it refuses, as types.
//!
//! Ironic has no machine-readable error names: a fault is told from the status code and, among the
//! meanings of 400, 403, 409 and 503, from the words. The words are kept as they came.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use super::client::LoginError;
use super::version::{Feature, Microversion};

/// Whatever can go wrong between farrier and Ironic.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No answer came: refused, reset, timed out, no such host, no trust in its certificate.
    #[error("Ironic at {endpoint} cannot be reached: {reason}{}", tries_text(*tries))]
    Unreachable {
        /// The endpoint, without user information.
        endpoint: String,
        /// The innermost cause in words.
        reason: String,
        /// How often it was tried.
        tries: u32,
    },
    /// Something answered that is not Ironic's API.
    #[error("what answers at {endpoint} is not Ironic: {reason}")]
    NotIronic {
        /// The endpoint, without user information.
        endpoint: String,
        /// What was seen.
        reason: String,
    },
    /// Ironic answered with an error.
    #[error("{}: {_0}", _0.request)]
    Api(Box<ApiError>),
    /// Ironic said yes, and its answer cannot be read.
    #[error("the answer to {request} cannot be read: {reason}")]
    Malformed {
        /// Method and address, without user information.
        request: String,
        /// What is wrong with the answer.
        reason: String,
    },
    /// The server is older than anything farrier works with.
    #[error("Ironic at {endpoint} speaks API {newest} at most; farrier needs {needed} or newer")]
    TooOld {
        /// The endpoint, without user information.
        endpoint: String,
        /// The server's newest version.
        newest: Microversion,
        /// The version needed.
        needed: Microversion,
    },
    /// The server is new enough for farrier, not for what was asked.
    #[error("{feature} needs API {} of Ironic; this one speaks {newest} at most", feature.since())]
    Lacks {
        /// What was asked.
        feature: Feature,
        /// The server's newest version.
        newest: Microversion,
    },
    /// The credentials could not be turned into a request.
    #[error(transparent)]
    Login(#[from] LoginError),
}

fn tries_text(tries: u32) -> String {
    if tries > 1 { format!(" (tried {tries} times)") } else { String::new() }
}

impl Error {
    /// What Ironic's refusal means, where it was Ironic that refused.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Api(error) => Some(&error.fault),
            _ => None,
        }
    }

    /// What went wrong, where it is said already which machine or instance it is about: without the request.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Api(error) => error.to_string(),
            other => other.to_string(),
        }
    }

    /// How long the server asked to be left alone, where it did.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Api(error) => error.retry_after,
            _ => None,
        }
    }

    /// Whether a request that failed so changed nothing, for sure: it was refused for what it asked.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Api(error) => error.status < 500 || error.fault == Fault::Unavailable,
            Self::Login(_) | Self::Lacks { .. } => true,
            _ => false,
        }
    }

    /// Whether the answer was lost, or a gateway gave up: the request may have arrived.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Malformed { .. })
            || self.fault() == Some(&Fault::Gateway)
    }

    /// Whether the thing asked for does not exist, or is hidden from this user: Ironic tells no difference.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.fault(), Some(Fault::NotFound))
    }
}

/// An error answer of Ironic.
#[derive(Debug)]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// What it means.
    pub fault: Fault,
    /// Ironic's words: the first line, for schema failures go on for pages.
    pub message: String,
    /// All of Ironic's words, where there were more.
    pub detail: Option<String>,
    /// Ironic's id of the request, to be looked for in its log.
    pub request_id: Option<String>,
    /// Method and address, without user information.
    pub request: String,
    /// How long the server asked to be left alone.
    pub retry_after: Option<Duration>,
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if self.status >= 500 {
            write!(f, " (HTTP {}", self.status)?;
            if let Some(id) = &self.request_id {
                write!(f, ", {id}")?;
            }
            f.write_str(")")?;
        }
        Ok(())
    }
}

impl std::error::Error for ApiError {}

/// What a refusal means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// 404: absent, or hidden from this user.
    NotFound,
    /// 401: not logged in, or no longer.
    Unauthorized,
    /// 403: logged in, and not allowed.
    Forbidden,
    /// 403: the node is `protected`, whoever asks.
    Protected,
    /// 409: another operation holds the node's lock.
    Locked {
        /// The conductor that holds it.
        host: Option<String>,
    },
    /// 409: a name, MAC or UUID is taken.
    AlreadyExists,
    /// 409: the node has an instance, or the instance a node.
    Associated,
    /// 409, other: the state or a setting forbids it.
    Conflict,
    /// 400: the node's state forbids the verb.
    InvalidState,
    /// 400: the node is in maintenance.
    Maintenance,
    /// 400, 405, 406, 413 and others: the request itself.
    BadRequest,
    /// 429 or 503: no free worker, the limit of concurrent actions, or a proxy's refusal; or a 404 that is not
    /// Ironic's, as ingresses give while nothing stands behind them. Nothing was done.
    Unavailable,
    /// 502 or 504: what stands before Ironic got no answer from it. It may have been done.
    Gateway,
    /// 500 and the rest: it failed there.
    Server,
}

impl Fault {
    /// Reads the meaning from status and words (Ironic: `ironic/common/exception.py`).
    fn of(status: u16, words: &str) -> Self {
        match status {
            401 => Self::Unauthorized,
            403 if words.contains("is protected") => Self::Protected,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            409 if words.contains("is locked by host") => Self::Locked { host: locked_by(words) },
            // An operation is under way: for whoever waits that is the same as its lock.
            409 if words.contains("while a state transition is in progress") => Self::Locked { host: None },
            409 if words.contains("already exists") => Self::AlreadyExists,
            409 if words.contains("is associated with") || words.contains("is already associated") => {
                Self::Associated
            }
            409 => Self::Conflict,
            400 if words.contains("maintenance") => Self::Maintenance,
            400 if words.contains("while it is in state") || words.contains("can not be performed") => {
                Self::InvalidState
            }
            400..=428 | 430..=499 => Self::BadRequest,
            429 | 503 => Self::Unavailable,
            502 | 504 => Self::Gateway,
            _ => Self::Server,
        }
    }
}

/// The conductor named in "Node X is locked by host Y, please retry …".
fn locked_by(words: &str) -> Option<String> {
    let (_, rest) = words.split_once("is locked by host ")?;
    let host = rest.split([',', ' ']).next()?.trim_end_matches('.');
    (!host.is_empty()).then(|| host.to_owned())
}

impl ApiError {
    /// Reads an error answer of any of the shapes that Ironic and what stands before it are known to send.
    #[must_use]
    pub fn decode(
        request: String,
        status: u16,
        body: &str,
        request_id: Option<String>,
        retry_after: Option<Duration>,
    ) -> Self {
        let words = words_of(body).unwrap_or_else(|| format!("HTTP {status} without a reason"));
        let fault = match Fault::of(status, &words) {
            // "No such thing" is believed of Ironic alone.
            Fault::NotFound if !is_ironic_s(body) => Fault::Unavailable,
            fault => fault,
        };
        let first = words.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim().to_owned();
        let detail = (first.len() < words.trim().len()).then(|| words.trim().to_owned());
        Self { status, fault, message: first, detail, request_id, request, retry_after }
    }
}

/// Whether an error body has a form that Ironic, or the login before it, gives.
fn is_ironic_s(body: &str) -> bool {
    let keys = ["error_message", "faultstring", "error"];
    matches!(serde_json::from_str(body), Ok(Value::Object(map)) if keys.iter().any(|key| map.contains_key(*key)))
}

/// The human words in an error body: JSON in a string in JSON, plain JSON, HTML or text.
fn words_of(body: &str) -> Option<String> {
    let found = match serde_json::from_str::<Value>(body) {
        Ok(value) => words_in(&value, 0),
        Err(_) => None,
    };
    let words = found.unwrap_or_else(|| without_markup(body));
    let words = words.trim();
    (!words.is_empty()).then(|| words.to_owned())
}

/// Descends through the known wrappings. A string may itself be JSON, once.
fn words_in(value: &Value, depth: u8) -> Option<String> {
    const WRAPPERS: [&str; 5] = ["error_message", "error", "faultstring", "description", "message"];
    if depth > 4 {
        return None;
    }
    match value {
        Value::String(text) => match serde_json::from_str::<Value>(text) {
            Ok(inner @ Value::Object(_)) => words_in(&inner, depth + 1),
            _ => Some(without_markup(text)),
        },
        Value::Object(map) => {
            let inner = WRAPPERS.iter().filter_map(|key| map.get(*key));
            let words =
                inner.filter_map(|value| words_in(value, depth + 1)).find(|words| !words.trim().is_empty());
            words.or_else(|| map.get("title").and_then(Value::as_str).map(str::to_owned))
        }
        _ => None,
    }
}

/// Text without HTML tags: what a proxy's error page says.
fn without_markup(text: &str) -> String {
    if !text.contains('<') || !text.contains('>') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => {
                inside = false;
                plain.push(' ');
            }
            c if !inside => plain.push(c),
            _ => {}
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(status: u16, body: &str) -> ApiError {
        ApiError::decode("PUT /v1/nodes/x/states/provision".to_owned(), status, body, None, None)
    }

    #[test]
    fn json_in_a_string_in_json_is_unwrapped() {
        let body = r#"{"error_message": "{\"faultcode\":\"Client\",\"faultstring\":\"Node n1 could not be found.\",\"debuginfo\":null}"}"#;
        let error = decode(404, body);
        assert_eq!(error.message, "Node n1 could not be found.");
        assert_eq!(error.fault, Fault::NotFound);
    }

    #[test]
    fn every_known_shape_gives_its_words() {
        let cases = [
            (
                405,
                r#"{"error_message":"{\"code\":405,\"title\":\"Method Not Allowed\",\"description\":\"not here\"}"}"#,
                "not here",
            ),
            (
                404,
                r#"{"error_message":"{\"code\":404,\"title\":\"Not Found\",\"description\":\"\"}"}"#,
                "Not Found",
            ),
            (413, r#"{"faultcode":"Client","faultstring":"too large"}"#, "too large"),
            (
                401,
                r#"{"error":{"code":401,"message":"Incorrect username or password"}}"#,
                "Incorrect username or password",
            ),
            (406, r#"{"error_message":{"faultstring":"as an object"}}"#, "as an object"),
            (502, "<html><body><h1>Bad Gateway</h1>\n<p>nginx</p></body></html>", "Bad Gateway nginx"),
            (500, "", "HTTP 500 without a reason"),
            (500, "{}", "{}"),
        ];
        for (status, body, words) in cases {
            assert_eq!(decode(status, body).message, words, "{body}");
        }
    }

    #[test]
    fn only_ironic_is_believed_that_there_is_no_such_thing() {
        for body in
            ["", "default backend - 404", "<html><h1>404 Not Found</h1></html>", "[]", r#"{"path": "/v1"}"#]
        {
            assert_eq!(decode(404, body).fault, Fault::Unavailable, "{body}");
        }
        assert_eq!(decode(404, r#"{"error":{"code":404,"message":"no"}}"#).fault, Fault::NotFound);
    }

    #[test]
    fn a_lock_names_its_holder() {
        let error = decode(
            409,
            r#"{"error_message":"{\"faultstring\":\"Node 1be is locked by host conductor-2, please retry after the current operation is completed.\"}"}"#,
        );
        assert_eq!(error.fault, Fault::Locked { host: Some("conductor-2".to_owned()) });
    }

    #[test]
    fn the_meanings_of_409_are_told_apart() {
        let cases = [
            ("A node with name web already exists.", Fault::AlreadyExists),
            ("Node a is associated with instance b.", Fault::Associated),
            ("Instance b is already associated with a node.", Fault::Associated),
            (
                "Node a can not be updated while a state transition is in progress.",
                Fault::Locked { host: None },
            ),
            ("Failed to set node power state", Fault::Conflict),
        ];
        for (words, fault) in cases {
            assert_eq!(Fault::of(409, words), fault, "{words}");
        }
    }

    #[test]
    fn a_schema_dump_is_cut_to_its_first_line() {
        let error =
            decode(400, r#"{"faultstring":"Schema error: bad\n\nFailed validating in schema:\n {}"}"#);
        assert_eq!(error.message, "Schema error: bad");
        assert!(error.detail.expect("more was said").contains("Failed validating"));
    }
}
