//! Errors of requests, and the messages in the error answers of services.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use super::auth::{LoginDetails, LoginError};
use super::mask;
use super::meaning::Meaning;
use super::session::Service;
use super::stop::StopReason;

/// An error of a request to a service.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No answer: connection refused or reset, timeout, unknown host, untrusted certificate.
    #[error("cannot reach {service} at {endpoint}: {reason}{}", tries_text(*tries))]
    Unreachable {
        /// The service's name.
        service: &'static str,
        /// The endpoint, without user information.
        endpoint: String,
        /// The innermost cause.
        reason: String,
        /// How often the request was tried.
        tries: u32,
        /// What the last failure means.
        meaning: Meaning,
    },
    /// The service answered with an error.
    #[error("{}: {_0}", _0.request)]
    Refused(Box<ErrorResponse>),
    /// The service answered with success, but its answer cannot be read.
    #[error("cannot read the response to {request}: {reason}")]
    Malformed {
        /// Method and URL, without user information.
        request: String,
        /// The problem with the answer.
        reason: String,
    },
    /// A signal or the timeout came before the answer.
    #[error("{} at {}: {}", _0.service, _0.endpoint, _0.why)]
    Stopped(Box<StoppedRequest>),
    /// The name in the path is invalid; no request was sent.
    #[error("{service}: invalid name: it is empty, `.`, `..`, or contains a slash or a control character")]
    NotAName {
        /// The service's name.
        service: &'static str,
    },
    /// There are no credentials for the request.
    #[error(transparent)]
    Login(#[from] LoginError),
}

fn tries_text(tries: u32) -> String {
    if tries > 1 { format!(" (tried {tries} times)") } else { String::new() }
}

impl Error {
    /// The error answer of the service, if there was one.
    #[must_use]
    pub fn refusal(&self) -> Option<&ErrorResponse> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Whether the service itself answered that the object does not exist or is hidden from this user.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.meaning() == Some(Meaning::NotFound)
    }

    /// What the failure means; `None` if a signal or the timeout ended the request, or if it could not be sent because of
    /// its name or the credentials.
    #[must_use]
    pub fn meaning(&self) -> Option<Meaning> {
        match self {
            Self::Unreachable { meaning, .. } => Some(*meaning),
            Self::Malformed { .. } => Some(Meaning::Lost),
            Self::Refused(refusal) => Some(refusal.meaning()),
            Self::Stopped(_) | Self::NotAName { .. } | Self::Login(_) => None,
        }
    }

    /// The signal or timeout that ended the request, if any.
    #[must_use]
    pub fn stopped(&self) -> Option<StopReason> {
        match self {
            Self::Stopped(request) => Some(request.reason),
            Self::Login(LoginError::Stopped { reason, .. }) => Some(*reason),
            _ => None,
        }
    }

    /// Whether the request ended after it was sent and may have changed something.
    #[must_use]
    pub fn may_have_changed(&self) -> bool {
        matches!(self, Self::Stopped(request) if request.sent && request.changes)
    }

    /// Whether the answer was lost or a gateway gave up: the service may have received the request.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        match self {
            Self::Stopped(request) => request.sent,
            other => other.meaning().is_some_and(Meaning::is_without_answer),
        }
    }
}

/// A request that ended before its answer came.
#[derive(Debug)]
pub struct StoppedRequest {
    /// The service's name.
    pub service: &'static str,
    /// The endpoint, without user information.
    pub endpoint: String,
    /// How long it waited, or the last failure, and why it ended.
    pub why: String,
    /// Why it ended.
    pub reason: StopReason,
    /// Whether the service may have received it.
    pub sent: bool,
    /// Whether it changes something.
    pub changes: bool,
}

/// An error answer of a service.
#[derive(Debug)]
pub struct ErrorResponse {
    /// The HTTP status.
    pub status: u16,
    /// The first line of the service's message; schema errors have many lines.
    pub message: String,
    /// The full message, if it has more than one line.
    pub detail: Option<String>,
    /// Whether the answer has the format of the service, not that of a proxy or gateway.
    pub own: bool,
    /// The service's request ID, to find the request in its log.
    pub request_id: Option<String>,
    /// Method and URL, without user information.
    pub request: String,
    /// Whether this answers a retry: the service may have processed the first try.
    pub repeated: bool,
    /// The delay that the server requested with `Retry-After`.
    pub retry_after: Option<Duration>,
    /// The user, scope and roles that the service refused or may hide something from, if known.
    pub identity: Option<Box<LoginDetails>>,
}

impl fmt::Display for ErrorResponse {
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

impl std::error::Error for ErrorResponse {}

impl ErrorResponse {
    /// Parses an error answer in any known format of services and of proxies.
    #[must_use]
    pub fn decode(service: &Service, request: String, status: u16, body: &str) -> Self {
        let message = message_of(body).unwrap_or_else(|| format!("HTTP {status} without a message"));
        let message = mask::address(&message);
        let first =
            message.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim().to_owned();
        let detail = (first.len() < message.trim().len()).then(|| message.trim().to_owned());
        let own = is_own(service, body);
        Self {
            status,
            message: first,
            detail,
            own,
            request_id: None,
            request,
            repeated: false,
            retry_after: None,
            identity: None,
        }
    }

    /// What the answer means.
    #[must_use]
    pub fn meaning(&self) -> Meaning {
        Meaning::of_status(self.status, self.own)
    }

    /// The full message of the service.
    #[must_use]
    pub fn text(&self) -> &str {
        self.detail.as_deref().unwrap_or(&self.message)
    }
}

/// Whether an OpenStack service says that its database is down, restarts or has no free connection: `SQLAlchemy` passes on the
/// words of the database's own library (`MySQL`, `PostgreSQL`, `SQLite`). The request may have been done.
#[must_use]
pub fn is_without_database(words: &str) -> bool {
    // The statement and its parameters follow on other lines, and may contain anything.
    let first = words.trim_start().lines().next().unwrap_or_default();
    let is_any_of = |phrases: &[&str]| phrases.iter().any(|phrase| first.contains(phrase));
    is_any_of(&[
        "OperationalError)",
        "InterfaceError)",
        "psycopg2.DatabaseError)",
        "errors.AdminShutdown)",
        "errors.CrashShutdown)",
        "errors.CannotConnectNow)",
        "errors.TooManyConnections)",
        "errors.DeadlockDetected)",
        "errors.SerializationFailure)",
        "errors.ReadOnlySqlTransaction)",
        "errors.QueryCanceled)",
        "DBConnectionError",
        "DBDeadlock",
        "QueuePool limit",
        "Connection was killed",
        "Can't reconnect until invalid transaction is rolled back",
    ])
    // MySQL and SQLite say the same of a missing table or column, which no retry repairs.
    && !is_any_of(&["no such table", "no such column", "has no column", "Unknown column", "doesn't exist"])
}

/// Whether an error body has the format of the service or of its authentication middleware.
fn is_own(service: &Service, body: &str) -> bool {
    let has = |map: &serde_json::Map<String, Value>| {
        service.error_keys.iter().chain(&["error"]).any(|key| map.contains_key(*key))
    };
    matches!(serde_json::from_str(body), Ok(Value::Object(map)) if has(&map))
}

/// The message in an error body: JSON in a JSON string, plain JSON, HTML or text.
fn message_of(body: &str) -> Option<String> {
    let found = match serde_json::from_str::<Value>(body) {
        Ok(value) => message_in(&value, 0),
        Err(_) => None,
    };
    let message = found.unwrap_or_else(|| without_markup(body));
    let message = message.trim();
    (!message.is_empty()).then(|| message.to_owned())
}

/// Looks for the message inside the known wrappers. A string may itself be JSON, once.
fn message_in(value: &Value, depth: u8) -> Option<String> {
    const WRAPPERS: [&str; 6] =
        ["error_message", "error", "faultstring", "description", "message", "NeutronError"];
    if depth > 4 {
        return None;
    }
    match value {
        Value::String(text) => match serde_json::from_str::<Value>(text) {
            Ok(inner @ Value::Object(_)) => message_in(&inner, depth + 1),
            _ => Some(without_markup(text)),
        },
        Value::Object(map) => {
            let inner = WRAPPERS.iter().filter_map(|key| map.get(*key));
            let message = inner
                .filter_map(|value| message_in(value, depth + 1))
                .find(|message| !message.trim().is_empty());
            let title = || map.get("title").and_then(Value::as_str).map(str::to_owned);
            // Nova puts the message into an object named after the fault.
            let named = || match map.values().next() {
                Some(inner @ Value::Object(_)) if map.len() == 1 => message_in(inner, depth + 1),
                _ => None,
            };
            message.or_else(title).or_else(named)
        }
        _ => None,
    }
}

/// Text without HTML tags, such as the text of a proxy's error page.
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

    const SERVICE: Service =
        Service { name: "Ironic", root: "v1", error_keys: &["error_message", "faultstring"] };

    fn decode(status: u16, body: &str) -> ErrorResponse {
        ErrorResponse::decode(&SERVICE, "PUT /v1/nodes/x/states/provision".to_owned(), status, body)
    }

    #[test]
    fn the_message_is_found_in_every_known_format() {
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
            (
                409,
                r#"{"NeutronError":{"type":"MacAddressInUse","message":"the MAC is in use","detail":""}}"#,
                "the MAC is in use",
            ),
            (
                404,
                r#"{"itemNotFound":{"code":404,"message":"Flavor x could not be found."}}"#,
                "Flavor x could not be found.",
            ),
            (
                404,
                r#"{"message":"No image found<br /><br />\n\n\n","code":"404 Not Found","title":"Not Found"}"#,
                "No image found",
            ),
            (500, "", "HTTP 500 without a message"),
            (500, "{}", "{}"),
        ];
        for (status, body, message) in cases {
            assert_eq!(decode(status, body).message, message, "{body}");
        }
    }

    #[test]
    fn a_schema_dump_is_cut_to_its_first_line() {
        let error =
            decode(400, r#"{"faultstring":"Schema error: bad\n\nFailed validating in schema:\n {}"}"#);
        assert_eq!(error.message, "Schema error: bad");
        assert!(error.detail.expect("the message has more lines").contains("Failed validating"));
    }

    #[test]
    fn only_errors_in_the_service_s_format_count_as_its_own() {
        for body in
            ["", "default backend - 404", "<html><h1>404 Not Found</h1></html>", "[]", r#"{"path": "/v1"}"#]
        {
            assert!(!decode(404, body).own, "{body}");
        }
        assert!(decode(404, r#"{"error":{"code":404,"message":"no"}}"#).own);
        assert!(decode(404, r#"{"faultstring":"no"}"#).own);
    }
}
