//! Why a request got no answer that counts, and the words in the answers of services that refuse.

use std::fmt;
use std::time::Duration;

use serde_json::Value;

use super::auth::{Grants, LoginError};
use super::mask;
use super::retry::Failed;
use super::session::Service;
use super::stop::StopReason;

/// Whatever can go wrong between farrier and a service.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No answer came: refused, reset, timed out, no such host, no trust in its certificate.
    #[error("{service} at {endpoint} cannot be reached: {reason}{}", tries_text(*tries))]
    Unreachable {
        /// The service's name.
        service: &'static str,
        /// The endpoint, without user information.
        endpoint: String,
        /// The innermost cause in words.
        reason: String,
        /// How often it was tried.
        tries: u32,
        /// How the last try failed; `None` where none would do better.
        failed: Option<Failed>,
    },
    /// The service answered with an error.
    #[error("{}: {_0}", _0.request)]
    Refused(Box<Refusal>),
    /// The service said yes, and its answer cannot be read.
    #[error("the answer to {request} cannot be read: {reason}")]
    Malformed {
        /// Method and address, without user information.
        request: String,
        /// What is wrong with the answer.
        reason: String,
    },
    /// A signal or the time limit came before the answer.
    #[error("{} at {}: {}", _0.service, _0.endpoint, _0.why)]
    Stopped(Box<StoppedRequest>),
    /// What was to be asked for by its name has none; nothing was sent.
    #[error("{service}: this is not a name: it is empty, `.`, `..`, or has a slash or a control character")]
    NotAName {
        /// The service's name.
        service: &'static str,
    },
    /// The credentials could not be turned into a request.
    #[error(transparent)]
    Login(#[from] LoginError),
}

fn tries_text(tries: u32) -> String {
    if tries > 1 { format!(" (tried {tries} times)") } else { String::new() }
}

impl Error {
    /// What the service answered, where it did.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Whether the thing asked for does not exist, or is hidden from this user, in the service's own words.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.refusal().is_some_and(|refusal| refusal.status == 404 && refusal.own)
    }

    /// How the try failed, as far as repetitions are concerned; `None` for an answer that counts.
    #[must_use]
    pub fn failed(&self) -> Option<Failed> {
        match self {
            Self::Unreachable { failed, .. } => *failed,
            Self::Malformed { .. } => Some(Failed::Lost),
            Self::Refused(refusal) => Failed::of_status(refusal.status, refusal.own),
            _ => None,
        }
    }

    /// What ended it before its answer came, where that was a signal or the time limit.
    #[must_use]
    pub fn stopped(&self) -> Option<StopReason> {
        match self {
            Self::Stopped(request) => Some(request.reason),
            Self::Login(LoginError::Stopped { reason, .. }) => Some(*reason),
            _ => None,
        }
    }

    /// Whether it was ended after a request was sent that may have changed something.
    #[must_use]
    pub fn may_have_changed(&self) -> bool {
        matches!(self, Self::Stopped(request) if request.sent && request.changes)
    }

    /// Whether the answer was lost, or a gateway gave up: the request may have arrived.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Malformed { .. } => true,
            Self::Stopped(request) => request.sent,
            Self::Refused(refusal) => matches!(refusal.status, 502 | 504),
            Self::Login(_) | Self::NotAName { .. } => false,
        }
    }
}

/// A request that was ended before its answer came.
#[derive(Debug)]
pub struct StoppedRequest {
    /// The service's name.
    pub service: &'static str,
    /// The endpoint, without user information.
    pub endpoint: String,
    /// How long it was waited for, or what was wrong until then, and what ended it.
    pub why: String,
    /// What ended it.
    pub reason: StopReason,
    /// Whether the request may have arrived.
    pub sent: bool,
    /// Whether it would have changed something.
    pub changes: bool,
}

/// An answer of a service that is an error.
#[derive(Debug)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The service's words: the first line, for schema failures go on for pages.
    pub message: String,
    /// All of its words, where there were more.
    pub detail: Option<String>,
    /// Whether it has a form that the service gives: what stands before it has others.
    pub own: bool,
    /// The service's id of the request, to be looked for in its log.
    pub request_id: Option<String>,
    /// Method and address, without user information.
    pub request: String,
    /// Whether it answers a repetition: the first try may have arrived.
    pub repeated: bool,
    /// How long the server asked to be left alone.
    pub retry_after: Option<Duration>,
    /// Who was not allowed, or from whom something may be hidden, where that is known.
    pub asker: Option<Box<Grants>>,
}

impl fmt::Display for Refusal {
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

impl std::error::Error for Refusal {}

impl Refusal {
    /// Reads an error answer of any of the shapes that services and what stands before them are known to send.
    #[must_use]
    pub fn decode(service: &Service, request: String, status: u16, body: &str) -> Self {
        let words = words_of(body).unwrap_or_else(|| format!("HTTP {status} without a reason"));
        let words = mask::address(&words);
        let first = words.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim().to_owned();
        let detail = (first.len() < words.trim().len()).then(|| words.trim().to_owned());
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
            asker: None,
        }
    }

    /// All of the service's words.
    #[must_use]
    pub fn words(&self) -> &str {
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

/// Whether an error body has a form that the service, or the login before it, gives.
fn is_own(service: &Service, body: &str) -> bool {
    let has = |map: &serde_json::Map<String, Value>| {
        service.error_keys.iter().chain(&["error"]).any(|key| map.contains_key(*key))
    };
    matches!(serde_json::from_str(body), Ok(Value::Object(map)) if has(&map))
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
    const WRAPPERS: [&str; 6] =
        ["error_message", "error", "faultstring", "description", "message", "NeutronError"];
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
            let title = || map.get("title").and_then(Value::as_str).map(str::to_owned);
            // Nova wraps its words into the name of the fault.
            let named = || match map.values().next() {
                Some(inner @ Value::Object(_)) if map.len() == 1 => words_in(inner, depth + 1),
                _ => None,
            };
            words.or_else(title).or_else(named)
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

    const SERVICE: Service =
        Service { name: "Ironic", root: "v1", error_keys: &["error_message", "faultstring"] };

    fn decode(status: u16, body: &str) -> Refusal {
        Refusal::decode(&SERVICE, "PUT /v1/nodes/x/states/provision".to_owned(), status, body)
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
            (500, "", "HTTP 500 without a reason"),
            (500, "{}", "{}"),
        ];
        for (status, body, words) in cases {
            assert_eq!(decode(status, body).message, words, "{body}");
        }
    }

    #[test]
    fn a_schema_dump_is_cut_to_its_first_line() {
        let error =
            decode(400, r#"{"faultstring":"Schema error: bad\n\nFailed validating in schema:\n {}"}"#);
        assert_eq!(error.message, "Schema error: bad");
        assert!(error.detail.expect("more was said").contains("Failed validating"));
    }

    #[test]
    fn only_the_service_s_own_forms_are_believed() {
        for body in
            ["", "default backend - 404", "<html><h1>404 Not Found</h1></html>", "[]", r#"{"path": "/v1"}"#]
        {
            assert!(!decode(404, body).own, "{body}");
        }
        assert!(decode(404, r#"{"error":{"code":404,"message":"no"}}"#).own);
        assert!(decode(404, r#"{"faultstring":"no"}"#).own);
    }
}
