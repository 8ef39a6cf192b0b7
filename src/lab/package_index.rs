//! Checks quickly whether the package index is reachable: pip would retry for minutes.

use std::collections::BTreeMap;
use std::time::Duration;

use url::Url;

use super::Error;
use crate::cloud::transport;
use crate::rest::innermost;

/// pip's default index.
const DEFAULT: &str = "https://pypi.org/simple";

/// The timeout of the check.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The index that pip or uv is configured to use. `settings` are pip's settings, named like uv's variables. `None` if
/// there is nothing to check: packages come from folders, or through a proxy that only pip knows.
fn address(
    settings: &BTreeMap<&'static str, String>,
    variable: impl Fn(&str) -> Option<String>,
) -> Option<Url> {
    let is_set =
        |name: &str| variable(name).is_some_and(|value| !["", "0", "false"].contains(&value.as_str()));
    if settings.contains_key("UV_NO_INDEX") || is_set("UV_NO_INDEX") || is_set("PIP_NO_INDEX") {
        return None;
    }
    if settings.contains_key("HTTPS_PROXY") || is_set("PIP_PROXY") {
        return None;
    }
    let variables = ["UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"];
    let named =
        variables.into_iter().find_map(&variable).or_else(|| settings.get("UV_DEFAULT_INDEX").cloned());
    let url = Url::parse(named.as_deref().unwrap_or(DEFAULT)).ok()?;
    ["http", "https"].contains(&url.scheme()).then_some(url)
}

/// Sends a request to the index; any answer is a success.
///
/// # Errors
/// [`Error::NoIndex`] if there is no answer.
pub(super) fn check(settings: &BTreeMap<&'static str, String>) -> Result<(), Error> {
    let Some(url) = address(settings, |name| std::env::var(name).ok()) else { return Ok(()) };
    // Even without CA certificates for this client, pip may have its own.
    let Ok(client) = transport::anonymous(&url) else { return Ok(()) };
    let Err(error) = client.head(url.clone()).timeout(TIMEOUT).send() else { return Ok(()) };
    let unanswered = error.is_timeout() || error.is_connect();
    let reason = innermost(error);
    if !unanswered || reason.contains("certificate") {
        return Ok(());
    }
    let host = url.host_str().unwrap_or_default().to_owned();
    Err(Error::NoIndex { host, reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(settings: &[(&'static str, &str)], variables: &[(&str, &str)]) -> Option<String> {
        let settings = settings.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        address(&settings, variable).map(String::from)
    }

    #[test]
    fn the_index_is_the_one_that_pip_or_uv_uses() {
        assert_eq!(of(&[], &[]).as_deref(), Some("https://pypi.org/simple"));
        let file = ("UV_DEFAULT_INDEX", "https://a.example/simple");
        assert_eq!(of(&[file], &[]).as_deref(), Some("https://a.example/simple"));
        let variable = ("PIP_INDEX_URL", "http://b.example:8080/simple");
        assert_eq!(of(&[file], &[variable]).as_deref(), Some("http://b.example:8080/simple"));
    }

    #[test]
    fn an_unused_index_is_not_checked() {
        assert_eq!(of(&[("UV_NO_INDEX", "1")], &[]), None);
        assert_eq!(of(&[], &[("PIP_NO_INDEX", "1")]), None);
        assert!(of(&[], &[("PIP_NO_INDEX", "0")]).is_some());
        assert_eq!(of(&[], &[("PIP_INDEX_URL", "file:///srv/wheels")]), None);
        assert_eq!(of(&[("HTTPS_PROXY", "http://proxy.example:3128")], &[]), None);
    }
}
