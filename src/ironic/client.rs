//! The one place through which every request to Ironic goes.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;
use tracing::{debug, info, trace};
use url::Url;

use super::error::{ApiError, Error, Fault};
use super::mask;
use super::rehearsal::Rehearsal;
use super::request::Request;
use super::retry::{self, Failed};
use super::version::{CEILING, FLOOR, Feature, Microversion};

const VERSION_HEADER: HeaderName = HeaderName::from_static("x-openstack-ironic-api-version");
const REQUEST_ID_HEADER: &str = "x-openstack-request-id";

/// Items on a page of a list: the most that a server with default settings gives.
const PAGE: usize = 1000;

/// Why there are no credentials for a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// They were refused.
    #[error("{0}")]
    Refused(String),
    /// Whoever makes them cannot be reached.
    #[error("{0}")]
    Unreachable(String),
    /// Whoever makes them knows of no such service, or is something else than was thought.
    #[error("{0}")]
    NoService(String),
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
}

/// Where Ironic is and how to speak to it.
#[derive(Clone)]
pub struct Endpoint {
    /// The API's address, with or without a trailing `/v1`; it may have a path.
    pub url: Url,
    /// The HTTP client: certificates, proxies and connect timeout are its affair.
    pub http: reqwest::blocking::Client,
    /// Who is asking.
    pub auth: Arc<dyn Authenticator>,
    /// How long one try of one request may take, until the last byte of its answer. Ironic answers within
    /// seconds, but a validation asks BMCs.
    pub timeout: Duration,
}

/// A connection to one Ironic, cheap to clone and to share between threads.
#[derive(Clone)]
pub struct Client {
    endpoint: Arc<Endpoint>,
    base: Url,
    newest: Microversion,
    version: Microversion,
    /// Whether requests that failed are sent again here.
    repeats: bool,
    /// Takes what would change anything, where it is only to be told.
    pub(super) rehearsal: Option<Rehearsal>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base", &shown(&self.base))
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// A URL as it may be shown: without user information, which may be a password.
#[must_use]
pub fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // Only addresses that cannot have any refuse to lose it.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.as_str().trim_end_matches('/').to_owned()
}

/// The root that paths are joined to: with `/v1`, once, and a slash at its end.
fn base_of(url: &Url) -> Url {
    let mut base = url.clone();
    let path = base.path().trim_end_matches('/');
    let path = path.strip_suffix("/v1").unwrap_or(path);
    let path = format!("{path}/v1/");
    base.set_path(&path);
    base.set_query(None);
    base
}

/// What `GET /v1` says of the versions spoken.
#[derive(serde::Deserialize)]
struct Root {
    version: RootVersion,
}

#[derive(serde::Deserialize)]
struct RootVersion {
    version: String,
}

impl Client {
    /// Finds out which versions the server speaks and settles on one.
    ///
    /// # Errors
    /// [`Error::Unreachable`], [`Error::NotIronic`], or [`Error::TooOld`] for a server below [`FLOOR`].
    pub fn connect(endpoint: Endpoint) -> Result<Self, Error> {
        let base = base_of(&endpoint.url);
        let mut client = Self {
            endpoint: Arc::new(endpoint),
            base,
            newest: FLOOR,
            version: FLOOR,
            repeats: true,
            rehearsal: None,
        };
        let endpoint = shown(&client.base);
        let not_ironic = |reason: String| Error::NotIronic { endpoint: endpoint.clone(), reason };
        // At first contact a wrong address is likelier than an Ironic that restarts: say so soon.
        let root: Root = match client.fetch(&Request::get("").retries(2)) {
            Ok(root) => root,
            Err(Error::Malformed { .. }) => {
                return Err(not_ironic(
                    "its answer does not say which versions of the API it speaks".to_owned(),
                ));
            }
            Err(Error::Api(error)) if error.status == 404 || error.status == 405 => {
                return Err(not_ironic(format!("HTTP {}: {}", error.status, error.message)));
            }
            Err(error) => return Err(error),
        };
        client.newest = root.version.version.parse().map_err(|e| not_ironic(format!("{e}")))?;
        if client.newest < FLOOR {
            return Err(Error::TooOld { endpoint, newest: client.newest, needed: FLOOR });
        }
        client.version = client.newest.min(CEILING);
        debug!(endpoint, version = %client.version, newest = %client.newest, "connected");
        Ok(client)
    }

    /// The same connection for somebody who asks again anyhow, at a pace of their own: a request that failed is not
    /// sent again (but for one that new credentials may help).
    #[must_use]
    pub fn without_repeats(&self) -> Self {
        Self { repeats: false, ..self.clone() }
    }

    /// The version spoken.
    #[must_use]
    pub fn version(&self) -> Microversion {
        self.version
    }

    /// The API's root, as it may be shown.
    #[must_use]
    pub fn address(&self) -> String {
        shown(&self.base)
    }

    /// Whether the server has a feature.
    #[must_use]
    pub fn has(&self, feature: Feature) -> bool {
        self.version >= feature.since()
    }

    /// Asks for a feature that there is no way around.
    ///
    /// # Errors
    /// [`Error::Lacks`].
    pub fn need(&self, feature: Feature) -> Result<(), Error> {
        if self.has(feature) { Ok(()) } else { Err(Error::Lacks { feature, newest: self.newest }) }
    }

    /// Sends a request and reads its answer.
    pub(super) fn fetch<T: DeserializeOwned>(&self, request: &Request<'_>) -> Result<T, Error> {
        self.exchange(request, |body| serde_json::from_str(body))
    }

    /// Sends a request whose answer says nothing that matters; but it must be one that Ironic gives, or a page of
    /// something in between would pass for success.
    pub(super) fn tell(&self, request: &Request<'_>) -> Result<(), Error> {
        self.exchange(request, |body| match body {
            "" => Ok(()),
            body => serde_json::from_str::<IgnoredAny>(body).map(drop),
        })
    }

    /// Deletes what may be gone already: a lost answer to a first try must not look like a failure.
    pub(super) fn remove(&self, path: String) -> Result<(), Error> {
        match self.tell(&Request::new(Method::DELETE, path)) {
            Err(error) if error.is_not_found() => Ok(()),
            other => other,
        }
    }

    /// All pages of a list.
    pub(super) fn list<T: DeserializeOwned>(
        &self,
        resource: &str,
        query: &[(&str, String)],
        mut take: impl FnMut(T),
    ) -> Result<(), Error> {
        let mut after = None;
        loop {
            after = self.page(resource, query, after.as_deref(), &mut take)?;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// One page of a list, and the UUID after which the next one begins, if there is one. The walk is ours: Ironic's
    /// `next` links lose filters and name whatever host the request named.
    pub(super) fn page<T: DeserializeOwned>(
        &self,
        resource: &str,
        query: &[(&str, String)],
        after: Option<&str>,
        take: &mut impl FnMut(T),
    ) -> Result<Option<String>, Error> {
        let mut request = Request::get(resource);
        request.query = query.to_vec();
        request = request.query("limit", PAGE.to_string());
        if let Some(marker) = after {
            request = request.query("marker", marker);
        }
        let page: std::collections::HashMap<String, Box<RawValue>> = self.fetch(&request)?;
        let name = request.name_at(&self.address());
        let malformed = |reason: String| Error::Malformed { request: name.clone(), reason };
        let items = page.get(resource).ok_or_else(|| malformed(format!("it has no `{resource}`")))?;
        let items: Vec<&RawValue> =
            serde_json::from_str(items.get()).map_err(|error| malformed(error.to_string()))?;
        for item in &items {
            take(serde_json::from_str(item.get()).map_err(|error| malformed(error.to_string()))?);
        }
        // A server may give shorter pages than asked for; only the absence of `next` is the end.
        let (Some(last), true) = (items.last(), page.contains_key("next")) else { return Ok(None) };
        let last: Marker = serde_json::from_str(last.get()).map_err(|error| malformed(error.to_string()))?;
        if after == Some(last.uuid.as_str()) {
            return Err(malformed("the list goes in a circle".to_owned()));
        }
        Ok(Some(last.uuid))
    }

    /// Sends until there is an answer that counts, as often and as long as that is safe and sensible.
    fn exchange<T>(
        &self,
        request: &Request<'_>,
        read: impl Fn(&str) -> serde_json::Result<T>,
    ) -> Result<T, Error> {
        let began = Instant::now();
        let mut pauses = retry::pauses().take(if self.repeats { request.retries } else { 0 });
        let mut tries = 0;
        let mut renewed = false;
        loop {
            tries += 1;
            let (failed, error, asked) = match self.send_once(request) {
                Ok(answer) if answer.status < 300 => match read(&answer.body) {
                    Ok(value) => return Ok(value),
                    Err(error) => {
                        let reason = format!("{error}; {} bytes", answer.body.len());
                        let request = request.name_at(&self.address());
                        (Some(Failed::Lost), Error::Malformed { request, reason }, None)
                    }
                },
                Ok(answer) => {
                    let edition = answer.edition;
                    let error = answer.into_error(request.name_at(&self.address()));
                    if error.status == 401 && !renewed && self.endpoint.auth.renew(edition)? {
                        renewed = true;
                        continue;
                    }
                    let failed = match (error.status, &error.fault) {
                        (500, _) => Some(Failed::ServerTrouble),
                        (_, Fault::Gateway) => Some(Failed::Lost),
                        (_, Fault::Unavailable) => Some(Failed::TurnedAway),
                        _ => None,
                    };
                    let asked = error.retry_after;
                    (failed, Error::Api(Box::new(error)), asked)
                }
                Err(SendError::Login(error)) => return Err(error.into()),
                Err(SendError::Transport { failed, reason }) => {
                    let endpoint = shown(&self.base);
                    (failed, Error::Unreachable { endpoint, reason, tries }, None)
                }
            };
            let again = failed.is_some_and(|failed| request.repeat.allows(failed));
            let Some(pause) = pauses.next().filter(|_| again) else { return Err(error) };
            let pause = asked.map_or(pause, |asked| asked.max(pause));
            if began.elapsed() + pause > 2 * self.endpoint.timeout {
                return Err(error);
            }
            info!(request = request.name(), %error, again_in_ms = pause.as_millis(), "repeating");
            std::thread::sleep(pause);
        }
    }

    fn send_once(&self, request: &Request<'_>) -> Result<Answer, SendError> {
        if let Some(body) = self.rehearsal.as_ref().and_then(|rehearsal| rehearsal.answer(request)) {
            return Ok(Answer {
                status: 200,
                body,
                request_id: None,
                retry_after: None,
                edition: Edition::default(),
            });
        }
        let mut url = self.base.join(&request.path).map_err(|error| SendError::Transport {
            failed: None,
            reason: format!("{}: {error}", request.path),
        })?;
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        let mut headers = HeaderMap::new();
        if !request.path.is_empty() {
            // Discovery alone goes without: a version that the server does not have would be refused there.
            let version = self.version.to_string();
            headers.insert(VERSION_HEADER, HeaderValue::from_str(&version).expect("digits and a dot"));
        }
        let edition = self.endpoint.auth.authorise(&mut headers).map_err(SendError::Login)?;
        let mut builder = self
            .endpoint
            .http
            .request(request.method.clone(), url.clone())
            .headers(headers)
            .timeout(self.endpoint.timeout)
            .header("Accept", "application/json");
        if let Some(body) = &request.body {
            trace!(request = request.name(), body = %mask::text(body), "request");
            builder = builder.header("Content-Type", "application/json").body(body.clone());
        }
        let started = Instant::now();
        let response = builder.send().map_err(transport)?;
        let status = response.status().as_u16();
        let request_id =
            response.headers().get(REQUEST_ID_HEADER).and_then(|id| id.to_str().ok()).map(str::to_owned);
        let retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| retry::asked(value, Timestamp::now()));
        let body = response.text().map_err(transport)?;
        debug!(
            request = request.name(),
            query = url.query(),
            status,
            ms = started.elapsed().as_millis(),
            request_id,
            "asked"
        );
        trace!(request = request.name(), body = %mask::text(body.as_bytes()), "answer");
        let body = match &self.rehearsal {
            Some(rehearsal) => rehearsal.as_if_sent(request, body),
            None => body,
        };
        Ok(Answer { status, body, request_id, retry_after, edition })
    }
}

/// What the next page of a list starts after.
#[derive(serde::Deserialize)]
struct Marker {
    uuid: String,
}

struct Answer {
    status: u16,
    body: String,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    /// Of the credentials that it answers to.
    edition: Edition,
}

impl Answer {
    fn into_error(self, request: String) -> ApiError {
        if (300..400).contains(&self.status) {
            // Never followed: the credentials would go along to wherever it points.
            let message =
                format!("HTTP {}: the endpoint redirects; give the address it redirects to", self.status);
            return ApiError::decode(request, self.status, &message, self.request_id, None);
        }
        ApiError::decode(request, self.status, &self.body, self.request_id, self.retry_after)
    }
}

enum SendError {
    Login(LoginError),
    Transport { failed: Option<Failed>, reason: String },
}

/// Why no answer came. Certificate trouble is final; the rest may pass.
fn transport(error: reqwest::Error) -> SendError {
    let (never_sent, malformed) = (error.is_connect(), error.is_builder());
    let reason = innermost(error);
    let failed = match () {
        () if malformed || reason.contains("certificate") || reason.contains("InvalidCertificate") => None,
        () if never_sent => Some(Failed::NotSent),
        () => Some(Failed::Lost),
    };
    SendError::Transport { failed, reason }
}

/// The cause that says most about a request that got no answer; never its address, which may hold a password.
pub(crate) fn innermost(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    let error = error.without_url();
    let mut reason = error.to_string();
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        reason = inner.to_string();
        source = inner.source();
    }
    reason
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_keeps_a_path_and_has_v1_once() {
        for (given, base) in [
            ("http://h:6385", "http://h:6385/v1/"),
            ("http://h:6385/", "http://h:6385/v1/"),
            ("http://h:6385/v1", "http://h:6385/v1/"),
            ("https://h/baremetal", "https://h/baremetal/v1/"),
            ("https://h/baremetal/v1/?x=1", "https://h/baremetal/v1/"),
        ] {
            assert_eq!(base_of(&Url::parse(given).expect("a URL")).as_str(), base);
        }
    }

    #[test]
    fn a_shown_address_has_no_password() {
        assert_eq!(shown(&Url::parse("http://u:hunter2@h/v1/").expect("a URL")), "http://h/v1");
    }
}
