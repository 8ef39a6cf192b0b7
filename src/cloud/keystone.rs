//! A Keystone session: the token, its renewal, and the service catalog.
//!
//! All threads share one login. The token is renewed shortly before it expires, and when a service refuses it. If
//! several threads are refused at the same time, the first one logs in and the others use the new token.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tracing::{debug, info};
use url::Url;

use super::cache::Cache;
use super::identity::Identity;
use crate::rest::retry::growing;
use crate::rest::stop::{AfterStop, Stop, Stopped};
use crate::rest::{
    Authenticator, LoginDetails, LoginError, LoginGeneration, Meaning, RawResponse, receive,
    untrusted_certificate_hint,
};

const TOKEN_HEADER: &str = "x-subject-token";

/// How often a login without an answer is retried.
const RETRIES: usize = 3;

/// How long before its expiry a token is renewed; less for tokens that live only seconds.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// A Keystone session of one cloud.
pub(super) struct Keystone {
    http: reqwest::blocking::Client,
    identity: Identity,
    timeout: Duration,
    cache: Option<Cache>,
    state: Mutex<SessionState>,
}

#[derive(Default)]
struct SessionState {
    token: Option<Arc<Token>>,
    /// Increases with each login.
    generation: u64,
}

/// A token and the data that Keystone sends with it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Token {
    id: String,
    /// By this computer's clock, which may differ from Keystone's.
    received_at: Timestamp,
    lifetime: SignedDuration,
    /// The user, scope and roles.
    pub(super) grants: LoginDetails,
    catalog: Vec<CatalogService>,
}

#[derive(Clone, Serialize, Deserialize)]
struct CatalogService {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    endpoints: Vec<CatalogEndpoint>,
}

#[derive(Clone, Serialize, Deserialize)]
struct CatalogEndpoint {
    interface: String,
    #[serde(default)]
    region: Option<String>,
    #[serde(default)]
    region_id: Option<String>,
    url: String,
}

/// The parts of Keystone's answer that are used.
#[derive(Deserialize)]
struct Answer {
    token: AnswerToken,
}

#[derive(Deserialize)]
struct AnswerToken {
    issued_at: Timestamp,
    expires_at: Timestamp,
    #[serde(default)]
    catalog: Vec<CatalogService>,
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

/// Selects one of a service's endpoints.
#[derive(Debug, Clone, Default)]
pub(super) struct EndpointChoice {
    /// `public`, `internal` or `admin`, or several separated by commas, tried in order.
    pub(super) interface: String,
    pub(super) region: Option<String>,
}

impl fmt::Debug for Keystone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keystone").field("identity", &self.identity).finish_non_exhaustive()
    }
}

impl Keystone {
    /// A session that sends nothing yet. With a cache, it reuses the token of an earlier run until that expires.
    pub(super) fn new(
        http: reqwest::blocking::Client,
        identity: Identity,
        timeout: Duration,
        cache: Option<Cache>,
    ) -> Self {
        let cache = cache.filter(|_| identity.is_cacheable());
        let cached = cache.as_ref().and_then(|cache| cache.read(&identity.login()));
        let token = cached.filter(Token::is_fresh).map(Arc::new);
        debug!(found = token.is_some(), "cached token");
        let state = Mutex::new(SessionState { token, generation: 0 });
        Self { http, identity, timeout, cache, state }
    }

    /// Keystone's URL.
    pub(super) fn address(&self) -> &Url {
        &self.identity.auth_url
    }

    /// The URL of a service.
    pub(super) fn endpoint(&self, kind: &str, choice: &EndpointChoice) -> Result<Url, LoginError> {
        let (token, _) = self.token()?;
        token.endpoint(kind, choice)
    }

    /// Whether the catalog has a service of this type.
    pub(super) fn has(&self, kind: &str) -> Result<bool, LoginError> {
        Ok(self.token()?.0.catalog.iter().any(|service| service.kind == kind))
    }

    /// The user, scope and roles of the login.
    pub(super) fn login_details(&self) -> Result<LoginDetails, LoginError> {
        Ok(self.token()?.0.grants.clone())
    }

    fn state(&self) -> MutexGuard<'_, SessionState> {
        // A token is replaced as a whole, so a panic in another thread leaves no partial state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn token(&self) -> Result<(Arc<Token>, LoginGeneration), LoginError> {
        // Locked during the login: other threads wait for this token.
        let mut state = self.state();
        if let Some(token) = state.token.as_ref().filter(|token| token.is_fresh()) {
            return Ok((Arc::clone(token), LoginGeneration(state.generation)));
        }
        let old = state.token.take();
        match self.log_in() {
            Ok(token) => Ok((self.store(&mut state, token), LoginGeneration(state.generation))),
            // The old token may be valid a little longer, and Keystone may be back by then.
            Err(LoginError::Unreachable(error)) => match old.filter(|token| token.is_alive()) {
                Some(token) => {
                    info!(error, "cannot renew the token; using the old one until it expires");
                    state.token = Some(Arc::clone(&token));
                    Ok((token, LoginGeneration(state.generation)))
                }
                None => Err(LoginError::Unreachable(error)),
            },
            Err(error) => Err(error),
        }
    }

    fn store(&self, state: &mut SessionState, token: Token) -> Arc<Token> {
        if let Some(cache) = &self.cache {
            cache.write(&self.identity.login(), &token);
        }
        let token = Arc::new(token);
        state.token = Some(Arc::clone(&token));
        state.generation += 1;
        token
    }

    fn log_in(&self) -> Result<Token, LoginError> {
        let url = self.identity.auth_url.join("v3/auth/tokens").expect("a root takes a path");
        let body = self.identity.body();
        let mut pauses = growing(Duration::from_millis(300), Duration::from_secs(5)).take(RETRIES);
        let began = Instant::now();
        loop {
            // A repeated login is harmless: it creates another token.
            let error = match self.ask_for_token(&url, &body) {
                // An untrusted certificate will not become trusted by a retry.
                Err(LoginError::Unreachable(error)) if untrusted_certificate_hint(&error).is_none() => error,
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
        let server = || format!("Keystone at {}", self.identity.auth_url);
        let request =
            self.http.post(url.clone()).timeout(self.timeout).header("Accept", "application/json").json(body);
        let received = Stop::of_process().run(&server(), AfterStop::AllowUndo, || receive(request));
        let stopped = |stopped: Stopped| LoginError::Stopped {
            message: format!("{}: {stopped}", server()),
            reason: stopped.reason,
        };
        let received = received.map_err(stopped)?;
        let RawResponse { status, headers, body: text } = received
            .map_err(|error| LoginError::Unreachable(format!("cannot reach {}: {error}", server())))?;
        let id = headers.get(TOKEN_HEADER).and_then(|id| id.to_str().ok()).map(str::to_owned);
        let is_success = (200..300).contains(&status);
        // Whether Keystone itself sent the answer matters only for a 404, which is final either way.
        if !is_success && Meaning::of_status(status, true).is_server_trouble() {
            return Err(LoginError::Unreachable(format!("{} failed: HTTP {status}", server())));
        }
        if !is_success {
            return Err(if let Some(reason) = refusal(status, &text) {
                let message = format!("{} refused the login: {reason}", server());
                LoginError::Refused { message, hint: self.identity.hint() }
            } else {
                LoginError::NoService(format!("{} is not a Keystone server: HTTP {status}", server()))
            });
        }
        let not_keystone = || LoginError::NoService(format!("{} is not a Keystone server", server()));
        let answer: Answer = serde_json::from_str(&text).map_err(|_| not_keystone())?;
        debug!(url = %self.identity.auth_url, "logged in");
        Ok(Token::new(id.ok_or_else(not_keystone)?, answer.token, Timestamp::now()))
    }
}

/// Keystone's reason for refusing a login; `None` if the answer is not a refusal. Keystone answers 404 for an
/// unknown token or application credential, and 400 for a malformed one.
fn refusal(status: u16, body: &str) -> Option<String> {
    let reason = || {
        let answer = serde_json::from_str::<Value>(body).ok()?;
        let error = &answer["error"];
        let own = error["code"].as_u64() == Some(status.into());
        error["message"].as_str().filter(|_| own).map(str::to_owned)
    };
    match status {
        401 | 403 => Some(reason().unwrap_or_else(|| format!("HTTP {status}"))),
        400..=499 => reason(),
        _ => None,
    }
}

impl Authenticator for Keystone {
    fn authorize(&self, headers: &mut HeaderMap) -> Result<LoginGeneration, LoginError> {
        let (token, generation) = self.token()?;
        let mut value = HeaderValue::from_str(&token.id)
            .map_err(|_| LoginError::NoService("Keystone's token is not a valid HTTP header".to_owned()))?;
        value.set_sensitive(true);
        headers.insert("x-auth-token", value);
        Ok(generation)
    }

    fn renew(&self, refused: LoginGeneration) -> Result<bool, LoginError> {
        let mut state = self.state();
        if state.generation != refused.0 {
            return Ok(true);
        }
        state.token = None;
        let token = self.log_in()?;
        self.store(&mut state, token);
        Ok(true)
    }

    fn identity(&self) -> Option<Box<LoginDetails>> {
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
        let grants = LoginDetails { user: user.name, scope, project_id, roles };
        Self { id, received_at: now, lifetime: expires_at.duration_since(issued_at), grants, catalog }
    }

    fn age(&self) -> SignedDuration {
        Timestamp::now().duration_since(self.received_at)
    }

    /// Whether it is still valid. A clock that was set back makes it expire rather than last forever.
    fn is_alive(&self) -> bool {
        !self.age().is_negative() && self.age() < self.lifetime
    }

    /// Whether it is valid for a while longer.
    fn is_fresh(&self) -> bool {
        self.is_alive() && self.age() < self.lifetime - MARGIN.min(self.lifetime / 10)
    }

    fn endpoint(&self, kind: &str, choice: &EndpointChoice) -> Result<Url, LoginError> {
        let services: Vec<&CatalogService> =
            self.catalog.iter().filter(|service| service.kind == kind).collect();
        if services.is_empty() && self.grants.scope.is_none() && self.catalog.is_empty() {
            return Err(LoginError::Unscoped(
                "the login has no project scope, so Keystone's catalog is empty".to_owned(),
            ));
        }
        if services.is_empty() {
            let mut kinds: Vec<&str> = self.catalog.iter().map(|service| service.kind.as_str()).collect();
            kinds.sort_unstable();
            kinds.dedup();
            let found = if kinds.is_empty() {
                "it is empty".to_owned()
            } else {
                format!("it has {}", kinds.join(", "))
            };
            return Err(LoginError::NoService(format!("no `{kind}` service in Keystone's catalog; {found}")));
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
            let mut available: Vec<String> = endpoints()
                .map(|endpoint| {
                    let region = endpoint.region_id.as_deref().or(endpoint.region.as_deref()).unwrap_or("-");
                    format!("{} in {region}", endpoint.interface)
                })
                .collect();
            available.sort_unstable();
            available.dedup();
            let region = choice.region.as_deref().map(|region| format!(" in region `{region}`"));
            return Err(LoginError::NoService(format!(
                "no {} endpoint of `{kind}`{} in Keystone's catalog (available: {})",
                choice.interface,
                region.unwrap_or_default(),
                available.join(", ")
            )));
        };
        let url = Url::parse(&endpoint.url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        url.ok_or_else(|| {
            LoginError::NoService(format!(
                "invalid URL of the `{kind}` endpoint in Keystone's catalog: `{}`",
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

/// An existing token for a given endpoint (`admin_token`).
#[derive(Debug)]
pub(super) struct StaticToken(pub(super) SecretString);

impl Authenticator for StaticToken {
    fn authorize(&self, headers: &mut HeaderMap) -> Result<LoginGeneration, LoginError> {
        let mut value = HeaderValue::from_str(self.0.expose_secret()).map_err(|_| LoginError::Refused {
            message: "the token is not a valid HTTP header".to_owned(),
            hint: "check the token for spaces and line breaks",
        })?;
        value.set_sensitive(true);
        headers.insert("x-auth-token", value);
        Ok(LoginGeneration::default())
    }

    fn renew(&self, _: LoginGeneration) -> Result<bool, LoginError> {
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
    fn a_token_is_renewed_shortly_before_it_expires_by_the_local_clock() {
        assert!(token(3600, 0).is_fresh());
        assert!(!token(3600, 3550).is_fresh() && token(3600, 3550).is_alive());
        assert!(!token(3600, 3601).is_alive());
        assert!(token(10, 0).is_fresh(), "a short-lived token is usable too");
        assert!(!token(3600, -100).is_alive(), "the clock was set back");
    }

    #[test]
    fn an_endpoint_is_selected_by_interface_and_region() {
        let token = token(3600, 0);
        let find = |interface: &str, region: Option<&str>| {
            let choice =
                EndpointChoice { interface: interface.to_owned(), region: region.map(str::to_owned) };
            token.endpoint("baremetal", &choice).map(String::from)
        };
        assert_eq!(find("public", None).as_deref(), Ok("http://p/baremetal"));
        assert_eq!(find("internal", None).as_deref(), Ok("http://i:6385/"));
        assert_eq!(find("public", Some("Two")).as_deref(), Ok("http://two:6385/"));
        assert_eq!(find("admin,internal,public", None).as_deref(), Ok("http://i:6385/"));
        let missing = find("admin", Some("Two")).unwrap_err().to_string();
        assert!(missing.contains("admin") && missing.contains("internal in RegionOne"), "{missing}");
        let missing = token.endpoint("network", &EndpointChoice::default()).unwrap_err().to_string();
        assert!(missing.contains("`network`") && missing.contains("baremetal, identity"), "{missing}");
    }

    #[test]
    fn a_login_without_scope_differs_from_a_catalog_without_ironic() {
        let mut token = token(3600, 0);
        token.catalog.clear();
        let empty = token.endpoint("baremetal", &EndpointChoice::default());
        assert!(matches!(empty, Err(LoginError::NoService(_))), "{empty:?}");
        token.grants.scope = None;
        let unscoped = token.endpoint("baremetal", &EndpointChoice::default());
        assert!(matches!(unscoped, Err(LoginError::Unscoped(_))), "{unscoped:?}");
    }

    #[test]
    fn keystone_refuses_with_several_status_codes() {
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
    fn debug_output_of_a_token_has_no_secret() {
        let token = token(3600, 0);
        assert!(!format!("{token:?}").contains("secret"));
        assert_eq!(token.grants.scope.as_deref(), Some("project lab"));
    }
}
