//! What a failed request means: the one place that interprets HTTP statuses and lost connections.
//!
//! | meaning | cause | done? | a read is repeated | an idempotent change | a verb that starts an operation |
//! | --- | --- | --- | --- | --- | --- |
//! | not sent | not connected | no | yes | yes | yes |
//! | lost | broken, timed out, malformed; 502, 504 | maybe | yes | yes | no: the caller checks the state |
//! | server failed | 500 | maybe | yes | no | no |
//! | refused for now | 429, 503 | no | yes | no: the driver waits | no: the driver waits |
//! | no backend | 404 of a proxy | no | yes | no | no |
//! | all others | | | no | no | no |
//!
//! The clients of the services know more: Ironic's messages tell, for example, a lock from other conflicts, and a missing
//! conductor from other failures ([`crate::ironic::Fault`]).

use super::retry::Repeat;

/// What a failed request means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Not connected: the request was not sent.
    NotSent,
    /// The connection broke, the request timed out, the answer was malformed, or a gateway gave up (502, 504): the
    /// service may have received the request.
    Lost,
    /// There is no usable answer, and the next try would end the same way: an untrusted certificate, an invalid URL, or a
    /// body that is too large or has another format.
    Unusable,
    /// 429, 503: refused for now; nothing was changed.
    TurnedAway,
    /// 404 from something in front of the service: ingress controllers answer so while they have no backend.
    NoBackend,
    /// 500: the service received the request and failed.
    ServerFailed,
    /// Other 5xx, for example 501: the server cannot handle the request.
    OtherServerError,
    /// 3xx: the service is at another URL.
    Redirected,
    /// 401: the login is missing or has expired.
    NotLoggedIn,
    /// 403: permission denied.
    Forbidden,
    /// 404 from the service: the object does not exist or is hidden from this user.
    NotFound,
    /// 409: a lock, a name in use, or a state that does not allow the request.
    Conflict,
    /// Other 4xx: the request is invalid.
    Refused,
}

impl Meaning {
    /// The meaning of an HTTP status that is not a success; `own` is whether the service itself sent the answer.
    #[must_use]
    pub fn of_status(status: u16, own: bool) -> Self {
        match status {
            ..400 => Self::Redirected,
            401 => Self::NotLoggedIn,
            403 => Self::Forbidden,
            404 if own => Self::NotFound,
            404 => Self::NoBackend,
            409 => Self::Conflict,
            429 | 503 => Self::TurnedAway,
            400..500 => Self::Refused,
            500 => Self::ServerFailed,
            502 | 504 => Self::Lost,
            _ => Self::OtherServerError,
        }
    }

    /// Whether a request of this kind may be repeated without checking the state.
    #[must_use]
    pub fn allows(self, repeat: Repeat) -> bool {
        match self {
            Self::NotSent => true,
            Self::Lost => repeat != Repeat::IfNotSent,
            Self::TurnedAway | Self::NoBackend | Self::ServerFailed => repeat == Repeat::Read,
            Self::Unusable
            | Self::OtherServerError
            | Self::Redirected
            | Self::NotLoggedIn
            | Self::Forbidden
            | Self::NotFound
            | Self::Conflict
            | Self::Refused => false,
        }
    }

    /// Whether the server rejected the request, so that nothing was changed.
    #[must_use]
    pub fn is_refusal(self) -> bool {
        match self {
            Self::TurnedAway
            | Self::NoBackend
            | Self::Redirected
            | Self::NotLoggedIn
            | Self::Forbidden
            | Self::NotFound
            | Self::Conflict
            | Self::Refused => true,
            Self::NotSent | Self::Lost | Self::Unusable | Self::ServerFailed | Self::OtherServerError => {
                false
            }
        }
    }

    /// Whether the server may answer the same request with success later: it is overloaded, restarts or fails.
    #[must_use]
    pub fn is_server_trouble(self) -> bool {
        match self {
            Self::Lost | Self::TurnedAway | Self::ServerFailed | Self::OtherServerError => true,
            Self::NotSent
            | Self::Unusable
            | Self::NoBackend
            | Self::Redirected
            | Self::NotLoggedIn
            | Self::Forbidden
            | Self::NotFound
            | Self::Conflict
            | Self::Refused => false,
        }
    }

    /// Whether there is no answer of the service.
    #[must_use]
    pub fn is_without_answer(self) -> bool {
        match self {
            Self::NotSent | Self::Lost | Self::Unusable => true,
            Self::TurnedAway
            | Self::NoBackend
            | Self::ServerFailed
            | Self::OtherServerError
            | Self::Redirected
            | Self::NotLoggedIn
            | Self::Forbidden
            | Self::NotFound
            | Self::Conflict
            | Self::Refused => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Meaning::{self, *};
    use super::*;

    #[test]
    fn each_status_has_one_meaning() {
        let cases = [
            (300, Redirected),
            (308, Redirected),
            (400, Refused),
            (401, NotLoggedIn),
            (403, Forbidden),
            (404, NotFound),
            (405, Refused),
            (409, Conflict),
            (413, Refused),
            (428, Refused),
            (429, TurnedAway),
            (430, Refused),
            (499, Refused),
            (500, ServerFailed),
            (501, OtherServerError),
            (502, Lost),
            (503, TurnedAway),
            (504, Lost),
            (505, OtherServerError),
            (520, OtherServerError),
        ];
        for (status, meaning) in cases {
            assert_eq!(Meaning::of_status(status, true), meaning, "{status}");
            let of_proxy = if status == 404 { NoBackend } else { meaning };
            assert_eq!(Meaning::of_status(status, false), of_proxy, "{status} of a proxy");
        }
    }

    #[test]
    fn a_meaning_decides_which_requests_are_repeated() {
        // Reads, idempotent changes, verbs that start an operation.
        let cases = [
            (NotSent, [true, true, true]),
            (Lost, [true, true, false]),
            (Unusable, [false; 3]),
            (TurnedAway, [true, false, false]),
            (NoBackend, [true, false, false]),
            (ServerFailed, [true, false, false]),
            (OtherServerError, [false; 3]),
            (Redirected, [false; 3]),
            (NotLoggedIn, [false; 3]),
            (Forbidden, [false; 3]),
            (NotFound, [false; 3]),
            (Conflict, [false; 3]),
            (Refused, [false; 3]),
        ];
        for (meaning, repeated) in cases {
            let allowed =
                [Repeat::Read, Repeat::Safe, Repeat::IfNotSent].map(|repeat| meaning.allows(repeat));
            assert_eq!(allowed, repeated, "{meaning:?}");
        }
    }

    #[test]
    fn a_meaning_tells_whether_something_may_have_changed_and_whether_waiting_helps() {
        // Is a refusal, is trouble of the server, is without an answer.
        let cases = [
            (NotSent, [false, false, true]),
            (Lost, [false, true, true]),
            (Unusable, [false, false, true]),
            (TurnedAway, [true, true, false]),
            (NoBackend, [true, false, false]),
            (ServerFailed, [false, true, false]),
            (OtherServerError, [false, true, false]),
            (Redirected, [true, false, false]),
            (NotLoggedIn, [true, false, false]),
            (Forbidden, [true, false, false]),
            (NotFound, [true, false, false]),
            (Conflict, [true, false, false]),
            (Refused, [true, false, false]),
        ];
        for (meaning, expected) in cases {
            let found = [meaning.is_refusal(), meaning.is_server_trouble(), meaning.is_without_answer()];
            assert_eq!(found, expected, "{meaning:?}");
        }
    }
}
