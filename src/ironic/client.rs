//! The connection to one Ironic: version negotiation and pagination.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::HeaderName;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tracing::debug;

use super::error::Error;
use super::guard::forget_last_read;
use super::version::{CEILING, FLOOR, Feature, Microversion};
use crate::rest::{self, Endpoint, LoginDetails, Request, Service, Session};

const VERSION_HEADER: HeaderName = HeaderName::from_static("x-openstack-ironic-api-version");

/// The page size of lists: the maximum with default server settings.
const PAGE: usize = 1000;

/// How many items a paginated read may go back if its marker was deleted.
const MAX_STEPS_BACK: usize = 5;

/// The properties of Ironic's API.
pub(super) const IRONIC: Service =
    Service { name: "Ironic", root: "v1", error_keys: &["error_message", "faultstring"] };

/// A connection to one Ironic. Cheap to clone; can be shared between threads.
#[derive(Debug, Clone)]
pub struct Client {
    pub(super) session: Session,
    newest: Microversion,
    version: Microversion,
}

/// The response of `GET /v1` about versions.
#[derive(serde::Deserialize)]
struct Root {
    version: RootVersion,
}

#[derive(serde::Deserialize)]
struct RootVersion {
    version: String,
}

impl Client {
    /// Negotiates the API version with the server.
    ///
    /// # Errors
    /// [`rest::Error::Unreachable`], [`Error::NotIronic`], or [`Error::TooOld`] for a server below [`FLOOR`].
    pub fn connect(endpoint: Endpoint) -> Result<Self, Error> {
        // Discovery sends no version, because the server would reject one that it does not support.
        let session = Session::new(&IRONIC, endpoint);
        let endpoint = session.address();
        let not_ironic = |reason: String| Error::NotIronic { endpoint: endpoint.clone(), reason };
        // At the first request a wrong URL is more likely than a restarting Ironic: fail early.
        let root: Root = match session.fetch(&Request::get("").retries(2)) {
            Ok(root) => root,
            Err(rest::Error::Malformed { .. }) => {
                return Err(not_ironic("the response has no API version".to_owned()));
            }
            Err(rest::Error::Refused(error)) if error.status == 404 || error.status == 405 => {
                return Err(not_ironic(format!("HTTP {}: {}", error.status, error.message)));
            }
            Err(error) => return Err(error.into()),
        };
        let newest: Microversion = root.version.version.parse().map_err(|e| not_ironic(format!("{e}")))?;
        if newest < FLOOR {
            return Err(Error::TooOld { endpoint, newest, needed: FLOOR });
        }
        let version = newest.min(CEILING);
        debug!(endpoint, %version, %newest, "connected");
        Ok(Self { session: session.with_header(VERSION_HEADER, version.into()), newest, version })
    }

    /// The same connection for a caller that polls: failed requests are not retried, except one that new credentials
    /// may help.
    #[must_use]
    pub fn without_repeats(&self) -> Self {
        self.with_session(self.session.without_repeats())
    }

    /// The same connection for optional requests: no retries, and with this timeout.
    #[must_use]
    pub fn briefly(&self, timeout: Duration) -> Self {
        self.with_session(self.session.without_repeats().with_timeout(timeout))
    }

    /// The negotiated version.
    #[must_use]
    pub fn version(&self) -> Microversion {
        self.version
    }

    /// The API's root URL, without secrets.
    #[must_use]
    pub fn address(&self) -> String {
        self.session.address()
    }

    /// Whether the server has a feature.
    #[must_use]
    pub fn has(&self, feature: Feature) -> bool {
        self.version >= feature.added_in()
    }

    /// Fails unless the server has a feature.
    ///
    /// # Errors
    /// [`Error::Lacks`].
    pub fn require(&self, feature: Feature) -> Result<(), Error> {
        if self.has(feature) { Ok(()) } else { Err(Error::Lacks { feature, newest: self.newest }) }
    }

    /// The time of Ironic's clock, which is the reference for the ages of Ironic's objects.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.session.now()
    }

    /// The authenticated user, if known without a login.
    #[must_use]
    pub fn identity(&self) -> Option<Box<LoginDetails>> {
        self.session.identity()
    }

    /// The same connection through another session.
    pub(super) fn with_session(&self, session: Session) -> Self {
        Self { session, ..self.clone() }
    }

    /// Sends a request and parses the response.
    pub(super) fn fetch<T: DeserializeOwned>(&self, request: &Request<'_>) -> Result<T, Error> {
        forget_last_read();
        Ok(self.session.fetch(request)?)
    }

    /// Sends a request and ignores the content of the response.
    pub(super) fn send(&self, request: &Request<'_>) -> Result<(), Error> {
        forget_last_read();
        Ok(self.session.send_and_discard(request)?)
    }

    /// Deletes a resource. That it is already gone is no error, because the response to an earlier attempt may have
    /// been lost.
    pub(super) fn remove(&self, path: String) -> Result<(), Error> {
        forget_last_read();
        Ok(self.session.remove(path)?)
    }

    /// Reads all pages of a list.
    pub(super) fn list<T: DeserializeOwned>(
        &self,
        resource: &str,
        query: &[(&str, String)],
        mut take: impl FnMut(T),
    ) -> Result<(), Error> {
        walk(|after| self.page(resource, query, after, &mut take))
    }

    /// Reads one page of a list. Returns the UUIDs of its last items, the very last being the marker of the next page;
    /// empty for the last page. The markers are farrier's, because Ironic's `next` links lose filters and contain the
    /// host of the request.
    pub(super) fn page<T: DeserializeOwned>(
        &self,
        resource: &str,
        query: &[(&str, String)],
        after: Option<&str>,
        take: &mut impl FnMut(T),
    ) -> Result<Vec<String>, Error> {
        let mut request = Request::get(resource);
        request.query = query.to_vec();
        request = request.query("limit", PAGE.to_string());
        if let Some(marker) = after {
            request = request.query("marker", marker);
        }
        let page: std::collections::HashMap<String, Box<RawValue>> = self.fetch(&request)?;
        let name = request.name_at(&self.address());
        let malformed = |reason: String| rest::Error::Malformed { request: name.clone(), reason };
        let items = page.get(resource).ok_or_else(|| malformed(format!("`{resource}` is missing")))?;
        let items: Vec<&RawValue> =
            serde_json::from_str(items.get()).map_err(|error| malformed(error.to_string()))?;
        for item in &items {
            take(serde_json::from_str(item.get()).map_err(|error| malformed(error.to_string()))?);
        }
        // Servers may return shorter pages than requested; only a missing `next` marks the end.
        if !page.contains_key("next") {
            return Ok(Vec::new());
        }
        let mut markers = Vec::new();
        for item in &items[items.len().saturating_sub(MAX_STEPS_BACK)..] {
            let marker: Marker =
                serde_json::from_str(item.get()).map_err(|error| malformed(error.to_string()))?;
            markers.push(marker.uuid);
        }
        if after.is_some() && after == markers.last().map(String::as_str) {
            return Err(malformed("the pages of the list repeat".to_owned()).into());
        }
        Ok(markers)
    }
}

/// Reads a list page by page. `page` reads the page after a marker and returns its last items, or none for the last
/// page.
///
/// A concurrent deletion can make Ironic answer 404 for a whole page: of ports, if one of their port groups is gone; of
/// any list, if the marker is gone. The page is then read again after the previous item.
pub(super) fn walk(mut page: impl FnMut(Option<&str>) -> Result<Vec<String>, Error>) -> Result<(), Error> {
    let mut markers = Vec::new();
    let mut steps_back = 0;
    loop {
        match page(markers.last().map(String::as_str)) {
            Ok(next) if next.is_empty() => return Ok(()),
            Ok(next) => markers = next,
            Err(error) if error.is_not_found() && steps_back < MAX_STEPS_BACK && markers.len() != 1 => {
                steps_back += 1;
                markers.pop();
            }
            Err(error) => return Err(error),
        }
    }
}

/// The marker of the next page.
#[derive(serde::Deserialize)]
struct Marker {
    uuid: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::ErrorResponse;

    fn gone() -> Error {
        let body = r#"{"error_message": {"faultstring": "Node 3 could not be found."}}"#;
        let refusal = ErrorResponse::decode(&IRONIC, "GET /v1/nodes".to_owned(), 404, body);
        rest::Error::Refused(Box::new(refusal)).into()
    }

    /// Reads a list in pages of four, with deletions after each page.
    fn read(deleted: &[&[u32]]) -> Result<Vec<u32>, Error> {
        let mut list: Vec<u32> = (0..12).collect();
        let mut deleted = deleted.iter();
        let mut items = Vec::new();
        walk(|after| {
            let start = match after.map(|marker| marker.parse::<u32>().expect("a number")) {
                None => 0,
                Some(marker) => 1 + list.iter().position(|item| *item == marker).ok_or_else(gone)?,
            };
            let page = &list[start..list.len().min(start + 4)];
            items.extend_from_slice(page);
            let more = start + 4 < list.len();
            let markers = page.iter().map(u32::to_string).collect();
            let gone = deleted.next().copied().unwrap_or_default();
            list.retain(|item| !gone.contains(item));
            Ok(if more { markers } else { Vec::new() })
        })?;
        Ok(items)
    }

    #[test]
    fn pagination_continues_after_deletions_without_duplicates() {
        let all: Vec<u32> = (0..12).collect();
        assert_eq!(read(&[]).expect("read"), all);
        assert_eq!(read(&[&[3], &[7, 6, 5]]).expect("read"), all);
        let without = |gone: u32| all.iter().copied().filter(|item| *item != gone).collect::<Vec<_>>();
        assert_eq!(read(&[&[3, 4]]).expect("read"), without(4));
        let error = read(&[&[0, 1, 2, 3]]).expect_err("every marker is gone");
        assert!(error.is_not_found(), "{error}");
    }
}
