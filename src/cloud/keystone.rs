//! A session at Keystone: the token, its renewal, and the catalog of where services are.
//!
//! One login serves all threads. A token is renewed shortly before it expires, and whenever a service refuses it; where
//! several threads are refused at once, the first logs in and the others go on with what it got.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tracing::{debug, info};
use url::Url;

use super::cache::Cache;
use super::identity::Identity;
use crate::rest::retry::growing;
use crate::rest::stop::{After, Stop, Stopped};
use crate::rest::{Authenticator, Edition, Grants, LoginError, Received, distrust, receive};

const TOKEN_HEADER: &str = "x-subject-token";

/// How often a login that got no answer is tried again.
const RETRIES: usize = 3;

/// How long before its end a token is renewed; less for those that live only seconds.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// The session of one cloud.
pub(super) struct Keystone {
    http: reqwest::blocking::Client,
    identity: Identity,
    timeout: Duration,
    cache: Option<Cache>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    token: Option<Arc<Token>>,
    /// Grows with each login.
    edition: u64,
}

/// A token, and what came with it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Token {
    id: String,
    /// By this computer's clock, which need not be Keystone's.
    received_at: Timestamp,
    lifetime: SignedDuration,
    /// What it is good for.
    pub(super) grants: Grants,
    catalog: Vec<Service>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Service {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    endpoints: Vec<Endpoint>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Endpoint {
    interface: String,
    #[serde(default)]
    region: Option<String>,
    #[serde(default)]
    region_id: Option<String>,
    url: String,
}

/// Keystone's answer, as far as it is read.
#[derive(Deserialize)]
struct Answer {
    token: AnswerToken,
}

#[derive(Deserialize)]
struct AnswerToken {
    issued_at: Timestamp,
    expires_at: Timestamp,
    #[serde(default)]
    catalog: Vec<Service>,
    #[serde(default)]
    roles: Vec<Named>,
    user: Named,
    project: Option<Project>,
    domain: Option<Named>,
    system: Option<Value>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Project {
    id: String,
    name: String,
}

/// Which of a service's endpoints is meant.
#[derive(Debug, Clone, Default)]
pub(super) struct Choice {
    /// `public`, `internal` or `admin`, or several of these by commas, tried in order.
    pub(super) interface: String,
    pub(super) region: Option<String>,
}

impl fmt::Debug for Keystone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keystone").field("identity", &self.identity).finish_non_exhaustive()
    }
}

impl Keystone {
    /// A session that asks nothing yet. With a cache, the token of an earlier run serves as long as it lives.
    pub(super) fn new(
        http: reqwest::blocking::Client,
        identity: Identity,
        timeout: Duration,
        cache: Option<Cache>,
    ) -> Self {
        let cache = cache.filter(|_| identity.may_be_kept());
        let kept = cache.as_ref().and_then(|cache| cache.read(&identity.login()));
        let token = kept.filter(Token::is_fresh).map(Arc::new);
        debug!(kept = token.is_some(), "a token of an earlier run");
        let state = Mutex::new(State { token, edition: 0 });
        Self { http, identity, timeout, cache, state }
    }

    /// Where Keystone is.
    pub(super) fn address(&self) -> &Url {
        &self.identity.auth_url
    }

    /// Where a service is.
    pub(super) fn endpoint(&self, kind: &str, choice: &Choice) -> Result<Url, LoginError> {
        let (token, _) = self.token()?;
        token.endpoint(kind, choice)
    }

    /// Whether the catalog has a service of this type.
    pub(super) fn has(&self, kind: &str) -> Result<bool, LoginError> {
        Ok(self.token()?.0.catalog.iter().any(|service| service.kind == kind))
    }

    /// Who is logged in.
    pub(super) fn grants(&self) -> Result<Grants, LoginError> {
        Ok(self.token()?.0.grants.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A token is replaced whole, so a panic elsewhere leaves none half written.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn token(&self) -> Result<(Arc<Token>, Edition), LoginError> {
        // Held while logging in: whoever else needs the token waits for this one.
        let mut state = self.state();
        if let Some(token) = state.token.as_ref().filter(|token| token.is_fresh()) {
            return Ok((Arc::clone(token), Edition(state.edition)));
        }
        let old = state.token.take();
        match self.log_in() {
            Ok(token) => Ok((self.keep(&mut state, token), Edition(state.edition))),
            // An old token may live a little longer; Keystone may be back by then.
            Err(LoginError::Unreachable(error)) => match old.filter(|token| token.is_alive()) {
                Some(token) => {
                    info!(error, "going on with the old token");
                    state.token = Some(Arc::clone(&token));
                    Ok((token, Edition(state.edition)))
                }
                None => Err(LoginError::Unreachable(error)),
            },
            Err(error) => Err(error),
        }
    }

    fn keep(&self, state: &mut State, token: Token) -> Arc<Token> {
        if let Some(cache) = &self.cache {
            cache.write(&self.identity.login(), &token);
        }
        let token = Arc::new(token);
        state.token = Some(Arc::clone(&token));
        state.edition += 1;
        token
    }

    fn log_in(&self) -> Result<Token, LoginError> {
        let url = self.identity.auth_url.join("v3/auth/tokens").expect("a root takes a path");
        let body = self.identity.body();
        let mut pauses = growing(Duration::from_millis(300), Duration::from_secs(5)).take(RETRIES);
        let began = Instant::now();
        loop {
            // Logging in twice does no harm: it makes another token.
            let error = match self.ask_for_token(&url, &body) {
                // What is not trusted now will not be trusted in a second.
                Err(LoginError::Unreachable(error)) if distrust(&error).is_none() => error,
                other => return other,
            };
            match pauses.next() {
                Some(pause) => Stop::of_process()
                    .pause(pause, began)
                    .map_err(|stopped| LoginError::Stopped { message: error, reason: stopped.reason })?,
                None => return Err(LoginError::Unreachable(error)),
            }
        }
    }

    fn ask_for_token(&self, url: &Url, body: &Value) -> Result<Token, LoginError> {
        let at = || format!("Keystone at {}", self.identity.auth_url);
        let unreachable = |reason: String| LoginError::Unreachable(format!("{} {reason}", at()));
        let request =
            self.http.post(url.clone()).timeout(self.timeout).header("Accept", "application/json").json(body);
        let received = Stop::of_process().run(&at(), After::May, || receive(request));
        let stopped = |stopped: Stopped| LoginError::Stopped {
            message: format!("{}: {stopped}", at()),
            reason: stopped.reason,
        };
        let received = received.map_err(stopped)?;
        let Received { status, headers, body: text } =
            received.map_err(|error| unreachable(format!("cannot be reached: {error}")))?;
        let status = StatusCode::from_u16(status).expect("it came as one");
        let id = headers.get(TOKEN_HEADER).and_then(|id| id.to_str().ok()).map(str::to_owned);
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(unreachable(format!("is in trouble: HTTP {}", status.as_u16())));
        }
        if !status.is_success() {
            return Err(if let Some(words) = refusal(status.as_u16(), &text) {
                let message = format!("{} refuses the login: {words}", at());
                LoginError::Refused { message, hint: self.identity.to_check() }
            } else {
                let status = status.as_u16();
                LoginError::NoService(format!("{} does not answer as Keystone: HTTP {status}", at()))
            });
        }
        let not_keystone = || LoginError::NoService(format!("{} does not answer as Keystone", at()));
        let answer: Answer = serde_json::from_str(&text).map_err(|_| not_keystone())?;
        debug!(url = %self.identity.auth_url, "logged in");
        Ok(Token::new(id.ok_or_else(not_keystone)?, answer.token, Timestamp::now()))
    }
}

/// Keystone's words for why it refuses a login, if the answer is such a refusal. It answers 404 where a token or an
/// application credential is not known any more, and 400 to one that it cannot read.
fn refusal(status: u16, body: &str) -> Option<String> {
    let words = || {
        let answer = serde_json::from_str::<Value>(body).ok()?;
        let error = &answer["error"];
        let own = error["code"].as_u64() == Some(status.into());
        error["message"].as_str().filter(|_| own).map(str::to_owned)
    };
    match status {
        401 | 403 => Some(words().unwrap_or_else(|| format!("HTTP {status}"))),
        400..=499 => words(),
        _ => None,
    }
}

impl Authenticator for Keystone {
    fn authorise(&self, headers: &mut HeaderMap) -> Result<Edition, LoginError> {
        let (token, edition) = self.token()?;
        let mut value = HeaderValue::from_str(&token.id)
            .map_err(|_| LoginError::NoService("Keystone's token fits no header".to_owned()))?;
        value.set_sensitive(true);
        headers.insert("x-auth-token", value);
        Ok(edition)
    }

    fn renew(&self, refused: Edition) -> Result<bool, LoginError> {
        let mut state = self.state();
        if state.edition != refused.0 {
            return Ok(true);
        }
        state.token = None;
        let token = self.log_in()?;
        self.keep(&mut state, token);
        Ok(true)
    }

    fn asker(&self) -> Option<Box<Grants>> {
        Some(Box::new(self.state().token.as_ref()?.grants.clone()))
    }
}

impl Token {
    fn new(id: String, answer: AnswerToken, now: Timestamp) -> Self {
        let AnswerToken { issued_at, expires_at, catalog, roles, user, project, domain, system } = answer;
        let project_id = project.as_ref().map(|project| project.id.clone());
        let scope = match (project, domain, system) {
            (Some(project), _, _) => Some(format!("project {}", project.name)),
            (_, Some(domain), _) => Some(format!("domain {}", domain.name)),
            (_, _, Some(_)) => Some("system".to_owned()),
            _ => None,
        };
        let roles = roles.into_iter().map(|role| role.name).collect();
        let grants = Grants { user: user.name, scope, project_id, roles };
        Self { id, received_at: now, lifetime: expires_at.duration_since(issued_at), grants, catalog }
    }

    fn age(&self) -> SignedDuration {
        Timestamp::now().duration_since(self.received_at)
    }

    /// Whether it is still good. A clock that was set back makes it old, not everlasting.
    fn is_alive(&self) -> bool {
        !self.age().is_negative() && self.age() < self.lifetime
    }

    /// Whether it will be good for a while.
    fn is_fresh(&self) -> bool {
        self.is_alive() && self.age() < self.lifetime - MARGIN.min(self.lifetime / 10)
    }

    fn endpoint(&self, kind: &str, choice: &Choice) -> Result<Url, LoginError> {
        let services: Vec<&Service> = self.catalog.iter().filter(|service| service.kind == kind).collect();
        if services.is_empty() && self.grants.scope.is_none() && self.catalog.is_empty() {
            return Err(LoginError::Unscoped(
                "the login is for no project, so Keystone names no services".to_owned(),
            ));
        }
        if services.is_empty() {
            let mut kinds: Vec<&str> = self.catalog.iter().map(|service| service.kind.as_str()).collect();
            kinds.sort_unstable();
            kinds.dedup();
            let there = if kinds.is_empty() {
                "it is empty".to_owned()
            } else {
                format!("there are {}", kinds.join(", "))
            };
            return Err(LoginError::NoService(format!(
                "Keystone's catalog has no `{kind}` service; {there}"
            )));
        }
        let endpoints = || services.iter().flat_map(|service| &service.endpoints);
        let found = choice.interface.split(',').find_map(|interface| {
            endpoints().find(|endpoint| {
                let in_region = |region: &String| {
                    [&endpoint.region_id, &endpoint.region].into_iter().flatten().any(|name| name == region)
                };
                endpoint.interface == interface.trim() && choice.region.as_ref().is_none_or(in_region)
            })
        });
        let Some(endpoint) = found else {
            let mut there: Vec<String> = endpoints()
                .map(|endpoint| {
                    let region = endpoint.region_id.as_deref().or(endpoint.region.as_deref()).unwrap_or("-");
                    format!("{} in {region}", endpoint.interface)
                })
                .collect();
            there.sort_unstable();
            there.dedup();
            let region = choice.region.as_deref().map(|region| format!(" in region `{region}`"));
            return Err(LoginError::NoService(format!(
                "Keystone's catalog has no {} endpoint of `{kind}`{}; there are: {}",
                choice.interface,
                region.unwrap_or_default(),
                there.join(", ")
            )));
        };
        let url = Url::parse(&endpoint.url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        url.ok_or_else(|| {
            LoginError::NoService(format!(
                "Keystone's catalog has a `{kind}` endpoint that is no URL: `{}`",
                endpoint.url
            ))
        })
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("grants", &self.grants).finish_non_exhaustive()
    }
}

/// A token that was made beforehand, for an endpoint that is given with it (`admin_token`).
#[derive(Debug)]
pub(super) struct Given(pub(super) SecretString);

impl Authenticator for Given {
    fn authorise(&self, headers: &mut HeaderMap) -> Result<Edition, LoginError> {
        let mut value = HeaderValue::from_str(self.0.expose_secret()).map_err(|_| LoginError::Refused {
            message: "the token fits no header".to_owned(),
            hint: "check the token for blanks and line breaks",
        })?;
        value.set_sensitive(true);
        headers.insert("x-auth-token", value);
        Ok(Edition::default())
    }

    fn renew(&self, _: Edition) -> Result<bool, LoginError> {
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn token(lifetime: i64, age: i64) -> Token {
        let answer = json!({
            "issued_at": "2026-01-01T00:00:00.000000Z",
            "expires_at": Timestamp::from_second(1_767_225_600 + lifetime).expect("a time").to_string(),
            "user": {"name": "ann"}, "project": {"id": "p1", "name": "lab"}, "roles": [{"name": "admin"}],
            "catalog": [{"type": "baremetal", "endpoints": [
                {"interface": "public", "region": "RegionOne", "region_id": "RegionOne", "url": "http://p/baremetal"},
                {"interface": "internal", "region": "RegionOne", "region_id": "RegionOne", "url": "http://i:6385"},
                {"interface": "public", "region": "Two", "region_id": "Two", "url": "http://two:6385"},
            ]}, {"type": "identity", "endpoints": []}],
        });
        let answer = serde_json::from_value(answer).expect("Keystone's form");
        Token::new("secret".to_owned(), answer, Timestamp::now() - SignedDuration::from_secs(age))
    }

    #[test]
    fn a_token_is_renewed_a_little_before_its_end_by_this_computer_s_clock() {
        assert!(token(3600, 0).is_fresh());
        assert!(!token(3600, 3550).is_fresh() && token(3600, 3550).is_alive());
        assert!(!token(3600, 3601).is_alive());
        assert!(token(10, 0).is_fresh(), "one of seconds is of use too");
        assert!(!token(3600, -100).is_alive(), "the clock was set back");
    }

    #[test]
    fn a_service_is_found_by_interface_and_region() {
        let token = token(3600, 0);
        let find = |interface: &str, region: Option<&str>| {
            let choice = Choice { interface: interface.to_owned(), region: region.map(str::to_owned) };
            token.endpoint("baremetal", &choice).map(String::from)
        };
        assert_eq!(find("public", None).as_deref(), Ok("http://p/baremetal"));
        assert_eq!(find("internal", None).as_deref(), Ok("http://i:6385/"));
        assert_eq!(find("public", Some("Two")).as_deref(), Ok("http://two:6385/"));
        assert_eq!(find("admin,internal,public", None).as_deref(), Ok("http://i:6385/"));
        let missing = find("admin", Some("Two")).unwrap_err().to_string();
        assert!(missing.contains("admin") && missing.contains("internal in RegionOne"), "{missing}");
        let none = token.endpoint("network", &Choice::default()).unwrap_err().to_string();
        assert!(none.contains("`network`") && none.contains("baremetal, identity"), "{none}");
    }

    #[test]
    fn a_login_for_nothing_is_told_apart_from_a_cloud_without_ironic() {
        let mut token = token(3600, 0);
        token.catalog.clear();
        let empty = token.endpoint("baremetal", &Choice::default());
        assert!(matches!(empty, Err(LoginError::NoService(_))), "{empty:?}");
        token.grants.scope = None;
        let unscoped = token.endpoint("baremetal", &Choice::default());
        assert!(matches!(unscoped, Err(LoginError::Unscoped(_))), "{unscoped:?}");
    }

    #[test]
    fn keystone_refuses_by_more_than_one_status() {
        let unknown = r#"{"error":{"code":404,"message":"Could not find Application Credential: 1e2c.","title":"Not Found"}}"#;
        assert_eq!(refusal(404, unknown).as_deref(), Some("Could not find Application Credential: 1e2c."));
        let bad = r#"{"error":{"code":400,"message":"Expecting to find scope","title":"Bad Request"}}"#;
        assert_eq!(refusal(400, bad).as_deref(), Some("Expecting to find scope"));
        assert_eq!(refusal(401, "<html>").as_deref(), Some("HTTP 401"));
        for (status, body) in [
            (404, "<html>Not Found</html>"),
            (404, r#"{"error":{"message":"no such page"}}"#),
            (404, r#"{"error":"not found"}"#),
            (301, unknown),
            (500, r#"{"error":{"code":500,"message":"oops"}}"#),
        ] {
            assert_eq!(refusal(status, body), None, "{status} {body}");
        }
    }

    #[test]
    fn a_token_is_never_shown_and_says_who_it_is_for() {
        let token = token(3600, 0);
        assert!(!format!("{token:?}").contains("secret"));
        assert_eq!(token.grants.scope.as_deref(), Some("project lab"));
    }
}
