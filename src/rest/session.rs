//! Sends requests to a service; every request goes through a [`Session`].

use std::fmt;
use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use reqwest::header::{DATE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use serde::de::{DeserializeOwned, IgnoredAny};
use tracing::{debug, info, trace};
use url::Url;

use super::auth::{Authenticator, LoginDetails, LoginError, LoginGeneration};
use super::error::{Error, ErrorResponse, StoppedRequest, is_without_database};
use super::mask;
use super::meaning::Meaning;
use super::request::{Body, INVALID_NAME, Request};
use super::retry;
use super::stop::{AfterStop, Stop, Stopped};

const REQUEST_ID_HEADER: &str = "x-openstack-request-id";

/// The maximum size of an answer. A full page of nodes with all fields is a few megabytes.
const MAX_ANSWER: u64 = 64 << 20;

/// The properties of a service.
#[derive(Debug)]
pub struct Service {
    /// Its name.
    pub name: &'static str,
    /// The first segment of all its paths: the major API version.
    pub root: &'static str,
    /// Keys of its error answers; each has one of these or `error`, which the authentication middleware uses.
    pub error_keys: &'static [&'static str],
}

/// The address of a service and the means to talk to it.
#[derive(Clone)]
pub struct Endpoint {
    /// The API's URL, with or without a version and a project ID at its end; it may have a path.
    pub url: Url,
    /// The HTTP client with its certificates, proxies and connect timeout.
    pub http: reqwest::blocking::Client,
    /// The credentials.
    pub auth: Arc<dyn Authenticator>,
    /// The timeout of one try, until the last byte of the answer. Services answer within seconds, but Ironic's
    /// validation waits for BMCs.
    pub timeout: Duration,
}

/// Answers requests in place of the service in a dry run.
pub trait DryRunResponder: Send + Sync {
    /// The answer in place of the service; `None` to send the request.
    fn answer(&self, request: &Request<'_>) -> Option<String>;

    /// Changes a real answer to include the effects of the requests that were not sent.
    fn as_if_sent(&self, request: &Request<'_>, answer: String) -> String;
}

/// A connection to one service; cheap to clone and safe to share between threads.
#[derive(Clone)]
pub struct Session {
    service: &'static Service,
    endpoint: Arc<Endpoint>,
    base: Url,
    /// Sent with every request.
    header: Option<(HeaderName, HeaderValue)>,
    /// Whether failed requests are retried here.
    repeats: bool,
    responder: Option<Arc<dyn DryRunResponder>>,
    stop: Stop,
    clock: Arc<Clock>,
}

/// How many seconds the server's clock is ahead of this computer's, from its last answer.
#[derive(Debug, Default)]
struct Clock(AtomicI64);

impl Clock {
    /// The error of this measurement: transfer times, and the resolution of the `Date` header.
    const TOLERANCE: i64 = 3;

    fn update(&self, date: &str, now: Timestamp) {
        let Ok(server_time) = rfc2822::DateTimeParser::new().parse_timestamp(date) else { return };
        let ahead = server_time.duration_since(now).as_secs();
        self.0.store(if ahead.abs() < Self::TOLERANCE { 0 } else { ahead }, Ordering::Relaxed);
    }

    fn at(&self, now: Timestamp) -> Timestamp {
        now.checked_add(SignedDuration::from_secs(self.0.load(Ordering::Relaxed))).unwrap_or(now)
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("base", &shown(&self.base)).finish_non_exhaustive()
    }
}

/// A URL that is safe to display: without user information, which may contain a password.
#[must_use]
pub fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // These fail only for URLs that cannot have user information.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.as_str().trim_end_matches('/').to_owned()
}

/// The base URL for paths: it ends with the service's root, once, and a slash. Catalogs list URLs with or without an
/// API version, which may differ, and with or without a project ID after it.
fn base_url(url: &Url, root: &str) -> Url {
    let mut base = url.clone();
    let mut segments: Vec<&str> = url.path().split('/').filter(|segment| !segment.is_empty()).collect();
    let has_project = segments.last().is_some_and(|last| is_project(last));
    let at = segments.len().checked_sub(if has_project { 2 } else { 1 });
    if let Some(at) = at.filter(|&at| is_version(segments[at])) {
        segments.truncate(at);
    }
    segments.push(root);
    base.set_path(&format!("/{}/", segments.join("/")));
    base.set_query(None);
    base
}

/// Matches `v1`, `v2.0`.
fn is_version(segment: &str) -> bool {
    let number = segment.strip_prefix('v').unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Keystone's IDs have 32 hexadecimal digits; other identity backends may use decimal digits.
fn is_project(segment: &str) -> bool {
    uuid::Uuid::try_parse(segment).is_ok() || segment.bytes().all(|byte| byte.is_ascii_digit())
}

impl Session {
    /// A session that sends nothing yet.
    #[must_use]
    pub fn new(service: &'static Service, endpoint: Endpoint) -> Self {
        let base = base_url(&endpoint.url, service.root);
        let stop = Stop::of_process().clone();
        Self {
            service,
            endpoint: Arc::new(endpoint),
            base,
            header: None,
            repeats: true,
            responder: None,
            stop,
            clock: Arc::default(),
        }
    }

    /// The same session with a header in every request.
    #[must_use]
    pub fn with_header(self, name: HeaderName, value: HeaderValue) -> Self {
        Self { header: Some((name, value)), ..self }
    }

    /// The same session without retries, for a caller that polls at its own pace. A request is still repeated after a
    /// new login.
    #[must_use]
    pub fn without_repeats(&self) -> Self {
        Self { repeats: false, ..self.clone() }
    }

    /// The same session, with a limit on the time that each request may take.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        let timeout = timeout.min(self.endpoint.timeout);
        let endpoint = Endpoint { timeout, ..Endpoint::clone(&self.endpoint) };
        Self { endpoint: Arc::new(endpoint), ..self.clone() }
    }

    /// The same session in a dry run: `responder` answers requests in place of the service.
    #[must_use]
    pub fn for_dry_run(&self, responder: Arc<dyn DryRunResponder>) -> Self {
        Self { responder: Some(responder), ..self.clone() }
    }

    /// The API's root URL, safe to display.
    #[must_use]
    pub fn address(&self) -> String {
        shown(&self.base)
    }

    /// The time by the server's clock as of its last answer; this computer's time before the first answer.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.at(Timestamp::now())
    }

    /// The user, scope and roles, if they are known without a login.
    #[must_use]
    pub fn identity(&self) -> Option<Box<LoginDetails>> {
        self.endpoint.auth.identity()
    }

    /// Method and path of a request, for the log.
    fn name(&self, request: &Request<'_>) -> String {
        format!("{} /{}/{}", request.method, self.service.root, request.path)
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn fetch<T: DeserializeOwned>(&self, request: &Request<'_>) -> Result<T, Error> {
        self.exchange(request, |body| serde_json::from_str(body))
    }

    /// Sends a request and ignores the content of its answer. The answer must be JSON or empty, so that the page of a
    /// proxy does not count as success.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn send_and_discard(&self, request: &Request<'_>) -> Result<(), Error> {
        self.exchange(request, |body| match body {
            "" => Ok(()),
            body => serde_json::from_str::<IgnoredAny>(body).map(drop),
        })
    }

    /// Deletes an object; succeeds if it does not exist, because a lost answer to a first try must not be an error.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn remove(&self, path: String) -> Result<(), Error> {
        match self.send_and_discard(&Request::new(Method::DELETE, path)) {
            Err(error) if error.is_not_found() => Ok(()),
            other => other,
        }
    }

    /// Sends a request until there is a usable answer, as often and as long as repeating is safe and useful.
    fn exchange<T>(
        &self,
        request: &Request<'_>,
        read: impl Fn(&str) -> serde_json::Result<T>,
    ) -> Result<T, Error> {
        if request.path.split('/').any(|segment| segment == INVALID_NAME) {
            return Err(Error::NotAName { service: self.service.name });
        }
        let began = Instant::now();
        let retries = u32::try_from(if self.repeats { request.retries } else { 0 }).unwrap_or(u32::MAX);
        let mut pauses = retry::pauses();
        let mut tries = 0;
        let mut renewed = false;
        loop {
            tries += 1;
            let (meaning, error, delay) = match self.send_once(request) {
                Ok(answer) if answer.status < 300 => match read(&answer.body) {
                    Ok(value) => return Ok(value),
                    Err(error) => {
                        let reason = format!("{error}; {} bytes", answer.body.len());
                        let request = request.name_at(&self.address());
                        // Valid JSON of another format would be the same in the next answer.
                        let meaning = if error.is_data() { Meaning::Unusable } else { Meaning::Lost };
                        (meaning, Error::Malformed { request, reason }, None)
                    }
                },
                Ok(answer) => {
                    let generation = answer.generation;
                    let mut error = answer.into_refusal(self.service, request.name_at(&self.address()));
                    error.repeated = tries > 1;
                    let meaning = error.meaning();
                    if meaning == Meaning::NotLoggedIn && !renewed && self.endpoint.auth.renew(generation)? {
                        renewed = true;
                        // A request without retries uses the new login when the caller sends it again.
                        if request.retries > 0 {
                            continue;
                        }
                    }
                    if matches!(meaning, Meaning::Forbidden | Meaning::NotFound | Meaning::NoBackend) {
                        error.identity = self.endpoint.auth.identity();
                    }
                    let delay = error.retry_after;
                    (meaning, Error::Refused(Box::new(error)), delay)
                }
                Err(SendError::Login(error)) => return Err(error.into()),
                Err(SendError::NoAnswer(NoAnswer::Transport { meaning, reason })) => {
                    let (service, endpoint) = (self.service.name, self.address());
                    (meaning, Error::Unreachable { service, endpoint, reason, tries, meaning }, None)
                }
                Err(SendError::NoAnswer(NoAnswer::TooLarge)) => {
                    let request = request.name_at(&self.address());
                    let reason = format!("larger than {} MiB", MAX_ANSWER >> 20);
                    (Meaning::Unusable, Error::Malformed { request, reason }, None)
                }
                Err(SendError::Stopped(stopped)) => {
                    return Err(self.stopped(request, stopped, &stopped.to_string()));
                }
            };
            let may_repeat = meaning.allows(request.repeat);
            // A database takes longer to restart than a server.
            let is_without_database =
                error.refusal().is_some_and(|refusal| is_without_database(refusal.text()));
            let retries = if is_without_database { 2 * retries } else { retries };
            let Some(pause) = pauses.next().filter(|_| may_repeat && tries <= retries) else {
                return Err(error);
            };
            let pause = delay.map_or(pause, |delay| delay.max(pause));
            if began.elapsed() + pause > 2 * self.endpoint.timeout {
                return Err(error);
            }
            info!(request = self.name(request), %error, pause_ms = pause.as_millis(), "retrying");
            if let Err(stopped) = self.stop.pause(pause, began) {
                let why = format!("{error}; {}", stopped.reason);
                // A request that was not sent cannot have arrived.
                let waited = stopped.waited.filter(|_| meaning != Meaning::NotSent);
                return Err(self.stopped(request, Stopped { waited, ..stopped }, &why));
            }
        }
    }

    fn stopped(&self, request: &Request<'_>, stopped: Stopped, why: &str) -> Error {
        Error::Stopped(Box::new(StoppedRequest {
            service: self.service.name,
            endpoint: self.address(),
            why: why.to_owned(),
            reason: stopped.reason,
            sent: stopped.waited.is_some(),
            changes: request.method != Method::GET,
        }))
    }

    fn send_once(&self, request: &Request<'_>) -> Result<Response, SendError> {
        if let Some(body) = self.responder.as_ref().and_then(|responder| responder.answer(request)) {
            return Ok(Response {
                status: 200,
                body,
                request_id: None,
                retry_after: None,
                location: None,
                generation: LoginGeneration::default(),
            });
        }
        let mut url = self.base.join(&request.path).map_err(|error| NoAnswer::Transport {
            meaning: Meaning::Unusable,
            reason: format!("{}: {error}", request.path),
        })?;
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        let mut headers = HeaderMap::new();
        headers.extend(self.header.clone());
        let generation = self.endpoint.auth.authorize(&mut headers).map_err(SendError::Login)?;
        let mut builder = self
            .endpoint
            .http
            .request(request.method.clone(), url.clone())
            .headers(headers)
            .timeout(self.endpoint.timeout)
            .header("Accept", "application/json");
        if let Some(Body(body)) = &request.body {
            trace!(request = self.name(request), body = %mask::text(body), "request");
            builder = builder.header("Content-Type", "application/json").body(body.clone());
        }
        let started = Instant::now();
        let after = if self.repeats { AfterStop::AllowUndo } else { AfterStop::Refuse };
        let server = format!("{} at {}", self.service.name, self.address());
        let received = self.stop.run(&server, after, || receive(builder)).map_err(SendError::Stopped)??;
        let RawResponse { status, headers, body } = received;
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let request_id = text(REQUEST_ID_HEADER).map(str::to_owned);
        let location = text(LOCATION.as_str()).map(str::to_owned);
        if let Some(date) = text(DATE.as_str()) {
            self.clock.update(date, Timestamp::now());
        }
        let retry_after =
            text(RETRY_AFTER.as_str()).and_then(|value| retry::retry_after(value, Timestamp::now()));
        debug!(
            request = self.name(request),
            query = url.query(),
            status,
            ms = started.elapsed().as_millis(),
            request_id,
            "answered"
        );
        trace!(request = self.name(request), body = %mask::text(body.as_bytes()), "answer");
        let body = match &self.responder {
            Some(responder) => responder.as_if_sent(request, body),
            None => body,
        };
        Ok(Response { status, body, request_id, retry_after, location, generation })
    }
}

struct Response {
    status: u16,
    body: String,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    /// The target of a redirect.
    location: Option<String>,
    /// The login of the request's credentials.
    generation: LoginGeneration,
}

impl Response {
    fn into_refusal(self, service: &Service, request: String) -> ErrorResponse {
        let Self { status, body, request_id, retry_after, location, .. } = self;
        let body = if (300..400).contains(&status) {
            // Redirects are not followed: the target would receive the credentials.
            let to = location.map(|location| format!(" to {}", mask::address(&location)));
            format!("HTTP {status}: the endpoint redirects{}", to.unwrap_or_default())
        } else {
            body
        };
        ErrorResponse { request_id, retry_after, ..ErrorResponse::decode(service, request, status, &body) }
    }
}

/// An answer as received.
pub(crate) struct RawResponse {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// Why there is no answer.
pub(crate) enum NoAnswer {
    /// There was none, or it was incomplete.
    Transport {
        /// What that means.
        meaning: Meaning,
        /// The cause.
        reason: String,
    },
    /// It is larger than [`MAX_ANSWER`].
    TooLarge,
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport { reason, .. } => f.write_str(reason),
            Self::TooLarge => write!(f, "the response is larger than {} MiB", MAX_ANSWER >> 20),
        }
    }
}

/// Sends a request and reads the whole answer.
pub(crate) fn receive(builder: reqwest::blocking::RequestBuilder) -> Result<RawResponse, NoAnswer> {
    let response = builder.send().map_err(transport)?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = text_within(response, MAX_ANSWER)?;
    Ok(RawResponse { status, headers, body })
}

/// The text of an answer of at most `largest` bytes.
fn text_within(response: reqwest::blocking::Response, largest: u64) -> Result<String, NoAnswer> {
    if response.content_length().is_some_and(|length| length > largest) {
        return Err(NoAnswer::TooLarge);
    }
    let mut body = Vec::new();
    response
        .take(largest + 1)
        .read_to_end(&mut body)
        .map_err(|error| NoAnswer::Transport { meaning: Meaning::Lost, reason: interrupted_answer(error) })?;
    if body.len() as u64 > largest {
        return Err(NoAnswer::TooLarge);
    }
    Ok(String::from_utf8(body).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// Why the rest of an answer is missing, without the URL, which may contain a password.
fn interrupted_answer(error: std::io::Error) -> String {
    match error.downcast::<reqwest::Error>() {
        Ok(error) => innermost(error),
        Err(error) => error.to_string(),
    }
}

enum SendError {
    Login(LoginError),
    NoAnswer(NoAnswer),
    Stopped(Stopped),
}

impl From<NoAnswer> for SendError {
    fn from(error: NoAnswer) -> Self {
        Self::NoAnswer(error)
    }
}

/// Classifies a missing answer. Certificate errors are final; others may be temporary.
fn transport(error: reqwest::Error) -> NoAnswer {
    let (never_sent, malformed) = (error.is_connect(), error.is_builder());
    let reason = innermost(error);
    let meaning = match () {
        () if malformed || untrusted_certificate_hint(&reason).is_some() => Meaning::Unusable,
        () if never_sent => Meaning::NotSent,
        () => Meaning::Lost,
    };
    NoAnswer::Transport { meaning, reason }
}

/// The hint for an untrusted server certificate, from the error's text; `None` for other errors.
pub(crate) fn untrusted_certificate_hint(reason: &str) -> Option<&'static str> {
    if !reason.to_lowercase().contains("certificate") && !reason.contains("UnknownIssuer") {
        return None;
    }
    Some(if reason.contains("not valid for name") || reason.contains("NotValidForName") {
        "use a host name that is in the certificate, or replace the certificate"
    } else if reason.contains("expired") || reason.contains("Expired") {
        "renew the certificate, and check this computer's clock"
    } else if reason.contains("not valid yet") || reason.contains("NotValidYet") {
        "check the clocks of this computer and of the server"
    } else if reason.contains("received fatal alert") {
        "the server requires a client certificate: set `cert` and `key` in clouds.yaml, or OS_CERT and OS_KEY"
    } else {
        "if you trust it, set `cacert` in clouds.yaml or OS_CACERT to the file of its CA certificate"
    })
}

/// The innermost cause of a missing answer, without the URL, which may contain a password.
pub(crate) fn innermost(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "no response in time".to_owned();
    }
    let error = error.without_url();
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        reason = inner.to_string();
        source = inner.source();
    }
    if reason.contains("CaUsedAsEndEntity") {
        "invalid peer certificate: self-signed with a CA certificate".clone_into(&mut reason);
    }
    reason
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_url_keeps_its_path_and_has_the_version_once() {
        for (given, root, base) in [
            ("http://h:6385", "v1", "http://h:6385/v1/"),
            ("http://h:6385/", "v1", "http://h:6385/v1/"),
            ("http://h:6385/v1", "v1", "http://h:6385/v1/"),
            ("https://h/baremetal", "v1", "https://h/baremetal/v1/"),
            ("https://h/baremetal/v1/?x=1", "v1", "https://h/baremetal/v1/"),
            ("https://h/v1/baremetal", "v1", "https://h/v1/baremetal/v1/"),
            ("http://h:9292", "v2", "http://h:9292/v2/"),
            ("http://h:9292/v2/", "v2", "http://h:9292/v2/"),
            ("https://h/compute/v2.1", "v2.1", "https://h/compute/v2.1/"),
            ("https://h/v2/3792cba48301422e9d77d9d7c0dee3bf", "v2.1", "https://h/v2.1/"),
            ("https://h:8774/v2.1/1042117/", "v2.1", "https://h:8774/v2.1/"),
        ] {
            assert_eq!(base_url(&Url::parse(given).expect("a URL"), root).as_str(), base);
        }
    }

    #[test]
    fn the_session_follows_the_server_s_clock() {
        let now: Timestamp = "2026-01-01T12:00:00Z".parse().expect("a time");
        let clock = Clock::default();
        assert_eq!(clock.at(now), now);
        for (date, there) in [
            ("Thu, 01 Jan 2026 14:00:00 GMT", "2026-01-01T14:00:00Z"),
            ("Wed, 31 Dec 2025 12:00:00 GMT", "2025-12-31T12:00:00Z"),
            // Within the tolerance for transfer times.
            ("Thu, 01 Jan 2026 11:59:58 GMT", "2026-01-01T12:00:00Z"),
            ("yesterday", "2026-01-01T12:00:00Z"),
        ] {
            clock.update(date, now);
            assert_eq!(clock.at(now), there.parse().expect("a time"), "{date}");
        }
    }

    #[test]
    fn a_displayed_url_has_no_password() {
        assert_eq!(shown(&Url::parse("http://u:hunter2@h/v1/").expect("a URL")), "http://h/v1");
    }
}
