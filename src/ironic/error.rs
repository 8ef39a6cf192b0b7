//! Typed errors of Ironic's API.
//!
//! Ironic has no machine-readable error codes: the meaning of the status ([`Meaning`]) determines the fault, and for 400,
//! 403, 404, 409 and 500 also the message. Messages are kept unchanged.

use std::fmt;
use std::time::Duration;

use super::version::{Feature, Microversion};
use crate::rest::stop::StopReason;
use crate::rest::{self, ErrorResponse, LoginError, Meaning};

/// An error of a request to Ironic.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no usable response.
    #[error(transparent)]
    Rest(rest::Error),
    /// The endpoint is not Ironic's API.
    #[error("{endpoint} is not an Ironic API: {reason}")]
    NotIronic {
        /// The endpoint, without user information.
        endpoint: String,
        /// Why the response is not Ironic's.
        reason: String,
    },
    /// Ironic responded with an error.
    #[error("{}: {_0}", _0.refusal.request)]
    Api(Box<ApiError>),
    /// The server is older than farrier supports.
    #[error(
        "Ironic at {endpoint} has API {newest}; farrier needs {needed} or newer (Ironic 15, release Ussuri)"
    )]
    TooOld {
        /// The endpoint, without user information.
        endpoint: String,
        /// The server's newest version.
        newest: Microversion,
        /// The required version.
        needed: Microversion,
    },
    /// The server is new enough for farrier but lacks this feature.
    #[error("Ironic API {} or newer is required for {feature}; this server has {newest}", feature.added_in())]
    Lacks {
        /// The requested feature.
        feature: Feature,
        /// The server's newest version.
        newest: Microversion,
    },
}

impl From<rest::Error> for Error {
    fn from(error: rest::Error) -> Self {
        match error {
            rest::Error::Refused(refusal) => Self::Api(Box::new(ApiError::of(*refusal))),
            other => Self::Rest(other),
        }
    }
}

impl From<LoginError> for Error {
    fn from(error: LoginError) -> Self {
        Self::Rest(error.into())
    }
}

impl Error {
    /// The meaning of the error response, if Ironic sent one.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Api(error) => Some(&error.fault),
            _ => None,
        }
    }

    /// The message without the request, for texts that already name the node or instance.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Api(error) => error.to_string(),
            other => other.to_string(),
        }
    }

    /// Like [`Error::text`], but without the parts that differ between attempts.
    #[must_use]
    pub fn stable_text(&self) -> String {
        match self {
            Self::Api(error) => error.refusal.message.clone(),
            other => other.text(),
        }
    }

    /// The server's `Retry-After`, if it sent one.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Api(error) => error.refusal.retry_after,
            _ => None,
        }
    }

    /// Whether the request certainly changed nothing, because it was rejected.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Api(error) => error.meaning().is_refusal(),
            Self::Rest(rest::Error::Login(_) | rest::Error::NotAName { .. }) | Self::Lacks { .. } => true,
            _ => false,
        }
    }

    /// What the failure means, if the request was sent or could not be sent because of the connection.
    #[must_use]
    pub fn meaning(&self) -> Option<Meaning> {
        match self {
            Self::Rest(error) => error.meaning(),
            Self::Api(error) => Some(error.meaning()),
            Self::NotIronic { .. } | Self::TooOld { .. } | Self::Lacks { .. } => None,
        }
    }

    /// The signal or timeout that ended the request before its response.
    #[must_use]
    pub fn stopped(&self) -> Option<StopReason> {
        match self {
            Self::Rest(error) => error.stopped(),
            _ => None,
        }
    }

    /// Whether the request was stopped after it was sent and may have changed something.
    #[must_use]
    pub fn may_have_changed(&self) -> bool {
        matches!(self, Self::Rest(error) if error.may_have_changed())
    }

    /// Whether the response was lost or a gateway timed out: the request may have arrived.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        match self {
            Self::Rest(error) => error.is_lost(),
            other => other.meaning() == Some(Meaning::Lost),
        }
    }

    /// Whether the resource does not exist or this user may not see it: Ironic does not distinguish the two.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.fault(), Some(Fault::NotFound))
    }
}

/// An error response of Ironic.
#[derive(Debug)]
pub struct ApiError {
    /// Its meaning.
    pub fault: Fault,
    /// The response.
    pub refusal: ErrorResponse,
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let brief = match self.fault {
            Fault::NoConductor | Fault::Gateway => about_conductor(self.refusal.text()),
            Fault::NoDatabase => Some(about_database(self.refusal.text())),
            _ => None,
        };
        match brief {
            Some(brief) => f.write_str(&brief),
            None => self.refusal.fmt(f),
        }
    }
}

/// A short message for an unreachable conductor, instead of the messages of the libraries.
fn about_conductor(message: &str) -> Option<String> {
    if let Some((_, rest)) = message.split_once("No conductor service registered ") {
        let rest = rest.lines().next().unwrap_or_default().trim_end_matches('.');
        return Some(format!("no conductor is registered {rest}"));
    }
    let (_, rest) = message.split_once("Unable to establish connection to ")?;
    let address = rest.split_whitespace().next()?.trim_end_matches([':', '.']);
    Some(if is_conductor_lost(message) {
        format!("the connection to the node's conductor at {address} broke")
    } else {
        format!("the node's conductor at {address} is unreachable")
    })
}

/// The message if Ironic cannot use its database: the first line of the library, without the failed statement.
fn about_database(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    let cause = first.split_once("Error) ").map_or(first, |(_, cause)| cause);
    format!("Ironic cannot use its database: {}", cause.trim_end_matches('.'))
}

impl std::error::Error for ApiError {}

/// The meaning of an error response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// 404: absent or hidden from this user. 400: the name is invalid.
    NotFound,
    /// 401: not authenticated, or the token has expired.
    Unauthorized,
    /// 403: authenticated but not permitted.
    Forbidden,
    /// 403: the node is `protected`, for every user.
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
    /// Other 409: the state or a setting forbids the request.
    Conflict,
    /// 400: the node's state forbids the verb.
    InvalidState,
    /// 400: the node is in maintenance.
    Maintenance,
    /// 400, 405, 406, 413 and others: the request is invalid.
    BadRequest,
    /// 429 or 503: no free worker, the concurrent action limit, or a proxy's error; or a 404 that is not Ironic's, as
    /// ingresses send while they have no backend. Nothing was done.
    Unavailable,
    /// 500 or 404: the responsible conductor is gone and no other has taken over yet. Nothing was done.
    NoConductor,
    /// 502 or 504: a proxy got no response from Ironic. The request may have been carried out.
    Gateway,
    /// 500: Ironic could not use its database. The request may have been carried out.
    NoDatabase,
    /// 500 and all others: an error in Ironic.
    Server,
}

impl Fault {
    /// Determines the fault from the response's status and message (Ironic: `ironic/common/exception.py`).
    fn of(response: &ErrorResponse) -> Self {
        let message = response.text();
        let is_bad_request = response.status == 400;
        match response.meaning() {
            Meaning::NotLoggedIn => Self::Unauthorized,
            Meaning::Forbidden if message.contains("is protected") => Self::Protected,
            Meaning::Forbidden => Self::Forbidden,
            Meaning::NotFound | Meaning::NoBackend if is_without_conductor(message) => Self::NoConductor,
            Meaning::NotFound => Self::NotFound,
            // Only Ironic's own 404 means that the resource does not exist.
            Meaning::NoBackend | Meaning::TurnedAway => Self::Unavailable,
            Meaning::Conflict => Self::of_conflict(message),
            Meaning::Refused if is_bad_request => Self::of_bad_request(message),
            Meaning::Refused => Self::BadRequest,
            Meaning::Lost => Self::Gateway,
            Meaning::ServerFailed if is_conductor_away(message) => Self::NoConductor,
            Meaning::ServerFailed if is_conductor_lost(message) => Self::Gateway,
            Meaning::ServerFailed if rest::is_without_database(message) => Self::NoDatabase,
            Meaning::ServerFailed
            | Meaning::OtherServerError
            | Meaning::Redirected
            // No response has these.
            | Meaning::NotSent
            | Meaning::Unusable => Self::Server,
        }
    }

    /// The fault of a 409.
    fn of_conflict(message: &str) -> Self {
        if message.contains("is locked by host") {
            Self::Locked { host: locked_by(message) }
        } else if message.contains("while a state transition is in progress") {
            // An operation is in progress, which callers wait for as for a lock.
            Self::Locked { host: None }
        } else if message.contains("already exists") {
            Self::AlreadyExists
        } else if message.contains("is associated with") || message.contains("is already associated") {
            Self::Associated
        } else {
            Self::Conflict
        }
    }

    /// The fault of a 400.
    fn of_bad_request(message: &str) -> Self {
        if is_without_conductor(message) {
            Self::NoConductor
        } else if is_invalid_name(message) {
            Self::NotFound
        } else if message.contains("maintenance") {
            Self::Maintenance
        } else if message.contains("while it is in state") || message.contains("can not be performed") {
            Self::InvalidState
        } else {
            Self::BadRequest
        }
    }
}

/// Whether Ironic rejects a name to look up as invalid, for example a MAC address or two words (Ironic:
/// `exception.InvalidUuidOrName`, `args.uuid_or_name`).
fn is_invalid_name(message: &str) -> bool {
    message.starts_with("Expected UUID or name for") || message.starts_with("Expected a logical name or UUID")
}

/// Whether no live conductor is responsible (Ironic: `NoValidHost`, `ironic/conductor/rpcapi.py`).
fn is_without_conductor(message: &str) -> bool {
    message.contains("No conductor service registered")
}

/// Whether the API could not reach the conductor over JSON-RPC: the request was not delivered.
fn is_conductor_away(message: &str) -> bool {
    is_without_conductor(message)
        || message.contains("Unable to establish connection to") && !is_conductor_lost(message)
        || message.contains("NewConnectionError")
        // The same with a message bus (oslo.messaging).
        || message.contains("MessageDeliveryFailure")
        || message.contains("AMQP server on")
}

/// Whether the connection broke after the conductor received the request, which may have been carried out.
fn is_conductor_lost(message: &str) -> bool {
    [
        "RemoteDisconnected",
        "Remote end closed connection",
        "Connection aborted",
        "MessagingTimeout",
        "Timed out waiting for a reply",
        "Read timed out",
        // The conductor's error is only in the API's log (Ironic: `ironic/common/json_rpc/client.py`).
        "Unexpected error raised by RPC",
    ]
    .iter()
    .any(|phrase| message.contains(phrase))
}

/// The conductor named in "Node X is locked by host Y, please retry …".
fn locked_by(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("is locked by host ")?;
    let host = rest.split([',', ' ']).next()?.trim_end_matches('.');
    (!host.is_empty()).then(|| host.to_owned())
}

impl ApiError {
    /// Determines the meaning of an error response.
    pub(super) fn of(refusal: ErrorResponse) -> Self {
        Self { fault: Fault::of(&refusal), refusal }
    }

    /// What the error means. The fault tells it if Ironic has forwarded the request to a conductor, which the status does not.
    fn meaning(&self) -> Meaning {
        match self.fault {
            Fault::NoConductor => Meaning::TurnedAway,
            Fault::Gateway => Meaning::Lost,
            Fault::NotFound
            | Fault::Unauthorized
            | Fault::Forbidden
            | Fault::Protected
            | Fault::Locked { .. }
            | Fault::AlreadyExists
            | Fault::Associated
            | Fault::Conflict
            | Fault::InvalidState
            | Fault::Maintenance
            | Fault::BadRequest
            | Fault::Unavailable
            | Fault::NoDatabase
            | Fault::Server => self.refusal.meaning(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(status: u16, body: &str) -> ApiError {
        let request = "PUT /v1/nodes/x/states/provision".to_owned();
        ApiError::of(ErrorResponse::decode(&super::super::client::IRONIC, request, status, body))
    }

    /// The fault of a response of Ironic with this message.
    fn fault_of(status: u16, message: &str) -> Fault {
        decode(status, &serde_json::json!({"error_message": {"faultstring": message}}).to_string()).fault
    }

    #[test]
    fn json_in_a_string_in_json_is_unwrapped() {
        let body = r#"{"error_message": "{\"faultcode\":\"Client\",\"faultstring\":\"Node n1 could not be found.\",\"debuginfo\":null}"}"#;
        let error = decode(404, body);
        assert_eq!(error.refusal.message, "Node n1 could not be found.");
        assert_eq!(error.fault, Fault::NotFound);
    }

    #[test]
    fn each_status_has_one_fault() {
        // The fault, whether certainly nothing was changed, and whether the response may be lost.
        let cases = [
            (302, Fault::Server, true, false),
            (400, Fault::BadRequest, true, false),
            (401, Fault::Unauthorized, true, false),
            (403, Fault::Forbidden, true, false),
            (404, Fault::NotFound, true, false),
            (405, Fault::BadRequest, true, false),
            (406, Fault::BadRequest, true, false),
            (409, Fault::Conflict, true, false),
            (413, Fault::BadRequest, true, false),
            (429, Fault::Unavailable, true, false),
            (500, Fault::Server, false, false),
            (501, Fault::Server, false, false),
            (502, Fault::Gateway, false, true),
            (503, Fault::Unavailable, true, false),
            (504, Fault::Gateway, false, true),
            (520, Fault::Server, false, false),
        ];
        for (status, fault, is_refusal, is_lost) in cases {
            let error = Error::Api(decode(status, r#"{"error_message": "no"}"#).into());
            assert_eq!(error.fault(), Some(&fault), "{status}");
            assert_eq!((error.is_refusal(), error.is_lost()), (is_refusal, is_lost), "{status}");
        }
        // A conductor's failure that the API reports as 500.
        let lost = decode(500, r#"{"error_message": "Timed out waiting for a reply to message ID 7"}"#);
        let away = decode(500, r#"{"error_message": "MessageDeliveryFailure"}"#);
        assert_eq!((lost.meaning(), away.meaning()), (Meaning::Lost, Meaning::TurnedAway));
    }

    #[test]
    fn only_a_404_of_ironic_itself_means_not_found() {
        for body in
            ["", "default backend - 404", "<html><h1>404 Not Found</h1></html>", "[]", r#"{"path": "/v1"}"#]
        {
            assert_eq!(decode(404, body).fault, Fault::Unavailable, "{body}");
        }
        assert_eq!(decode(404, r#"{"error":{"code":404,"message":"no"}}"#).fault, Fault::NotFound);
    }

    #[test]
    fn stable_text_does_not_contain_the_request_id() {
        let refused = |id: &str| {
            let mut error = decode(503, r#"{"error_message": "the concurrent action limit is reached"}"#);
            error.refusal.request_id = Some(id.to_owned());
            Error::Api(error.into())
        };
        let (first, second) = (refused("req-1"), refused("req-2"));
        assert_eq!(first.stable_text(), second.stable_text());
        assert_ne!(first.text(), second.text());
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
    fn an_unreachable_conductor_differs_from_a_lost_connection() {
        let refused = "Unable to establish connection to http://127.0.20.1:8089: HTTPConnectionPool(host='127.0.20.1', \
                       port=8089): Max retries exceeded (Caused by NewConnectionError('Connection refused'))";
        let none = "No valid host was found. Reason: No conductor service registered which supports driver ipmi for \
                    conductor group \"rack1\".";
        let lost = "Unable to establish connection to http://h:8089: ('Connection aborted.', \
                    RemoteDisconnected('Remote end closed connection without response'))";
        let no_database = "(psycopg2.OperationalError) connection to server at \"127.0.0.1\", port 5432 failed: Connection \
                           refused\n(Background on this error at: https://sqlalche.me/e/20/e3q8)";
        for (status, message, fault) in [
            (500, refused, Fault::NoConductor),
            (404, none, Fault::NoConductor),
            (400, none, Fault::NoConductor),
            (500, lost, Fault::Gateway),
            (500, "Timed out waiting for a reply to message ID 7", Fault::Gateway),
            (500, "Unexpected error raised by RPC", Fault::Gateway),
            (500, "Connection refused by the BMC", Fault::Server),
            (500, no_database, Fault::NoDatabase),
            (
                500,
                "(pymysql.err.OperationalError) (2013, 'Lost connection to MySQL server during query')",
                Fault::NoDatabase,
            ),
            (
                500,
                "QueuePool limit of size 5 overflow 50 reached, connection timed out, timeout 30.00",
                Fault::NoDatabase,
            ),
            (500, "(psycopg2.errors.UndefinedColumn) column nodes.x does not exist", Fault::Server),
            (500, "(sqlite3.OperationalError) no such table: nodes", Fault::Server),
            (
                500,
                "(psycopg2.errors.AdminShutdown) terminating connection due to administrator command",
                Fault::NoDatabase,
            ),
            (500, "(pymysql.err.InternalError) (1927, 'Connection was killed')", Fault::NoDatabase),
            (
                500,
                "(psycopg2.OperationalError) SSL SYSCALL error\n[parameters: ('no such file',)]",
                Fault::NoDatabase,
            ),
            (500, "AMQP server on 10.0.0.1:5672 is unreachable: timed out", Fault::NoConductor),
            (404, "Node n1 could not be found.", Fault::NotFound),
            (400, "Expected UUID or name for node: 52:54:00:00:00:01", Fault::NotFound),
            (400, "Expected a logical name or UUID but received two words.", Fault::NotFound),
            (400, "Expected a UUID but received web-1.", Fault::BadRequest),
        ] {
            assert_eq!(fault_of(status, message), fault, "{message}");
        }
    }

    #[test]
    fn messages_about_conductors_and_the_database_are_short() {
        let refused = "Unable to establish connection to http://127.0.20.1:8089: HTTPConnectionPool(host='127.0.20.1', \
                       port=8089): Max retries exceeded (Caused by NewConnectionError('Connection refused'))";
        let lost = "Unable to establish connection to http://h:8089: ('Connection aborted.', \
                    RemoteDisconnected('Remote end closed connection without response'))";
        let none = "No valid host was found. Reason: No conductor service registered which supports driver ipmi for \
                    conductor group 'rack1'.";
        for (status, message, brief) in [
            (500, refused, "the node's conductor at http://127.0.20.1:8089 is unreachable"),
            (500, lost, "the connection to the node's conductor at http://h:8089 broke"),
            (404, none, "no conductor is registered which supports driver ipmi for conductor group 'rack1'"),
            (
                500,
                "(psycopg2.OperationalError) server closed the connection unexpectedly\n[SQL: SELECT secret]",
                "Ironic cannot use its database: server closed the connection unexpectedly",
            ),
        ] {
            let body = serde_json::json!({"error_message": {"faultstring": message}}).to_string();
            assert_eq!(decode(status, &body).to_string(), brief);
        }
    }

    #[test]
    fn each_409_has_its_own_fault() {
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
        for (message, fault) in cases {
            assert_eq!(fault_of(409, message), fault, "{message}");
        }
    }
}
