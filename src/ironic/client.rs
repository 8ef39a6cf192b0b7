//! The connection to one Ironic: which version of the API is spoken, and walks through its lists.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::HeaderName;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tracing::debug;

use super::error::Error;
use super::guard::forget_last_read;
use super::version::{CEILING, FLOOR, Feature, Microversion};
use crate::rest::{self, Endpoint, Grants, Request, Service, Session};

const VERSION_HEADER: HeaderName = HeaderName::from_static("x-openstack-ironic-api-version");

/// Items on a page of a list: the most that a server with default settings gives.
const PAGE: usize = 1000;

/// How often a walk through a list is set back by what is deleted meanwhile.
const DENIED: usize = 5;

/// What is peculiar to Ironic.
pub(super) const IRONIC: Service =
    Service { name: "Ironic", root: "v1", error_keys: &["error_message", "faultstring"] };

/// A connection to one Ironic, cheap to clone and to share between threads.
#[derive(Debug, Clone)]
pub struct Client {
    pub(super) session: Session,
    newest: Microversion,
    version: Microversion,
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
    /// [`rest::Error::Unreachable`], [`Error::NotIronic`], or [`Error::TooOld`] for a server below [`FLOOR`].
    pub fn connect(endpoint: Endpoint) -> Result<Self, Error> {
        // Discovery goes without a version: one that the server does not have would be refused there.
        let session = Session::new(&IRONIC, endpoint);
        let endpoint = session.address();
        let not_ironic = |reason: String| Error::NotIronic { endpoint: endpoint.clone(), reason };
        // At first contact a wrong address is likelier than an Ironic that restarts: say so soon.
        let root: Root = match session.fetch(&Request::get("").retries(2)) {
            Ok(root) => root,
            Err(rest::Error::Malformed { .. }) => {
                return Err(not_ironic(
                    "its answer does not say which versions of the API it speaks".to_owned(),
                ));
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

    /// The same connection for somebody who asks again anyhow, at a pace of their own: a request that failed is not
    /// sent again (but for one that new credentials may help).
    #[must_use]
    pub fn without_repeats(&self) -> Self {
        self.through(self.session.without_repeats())
    }

    /// The same connection for a request that is not worth waiting for: it is not repeated, and may take this long.
    #[must_use]
    pub fn briefly(&self, timeout: Duration) -> Self {
        self.through(self.session.without_repeats().with_timeout(timeout))
    }

    /// The version spoken.
    #[must_use]
    pub fn version(&self) -> Microversion {
        self.version
    }

    /// The API's root, as it may be shown.
    #[must_use]
    pub fn address(&self) -> String {
        self.session.address()
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

    /// What time it is by Ironic's clock: ages of what Ironic has are counted by it, not by this computer's.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.session.now()
    }

    /// Who is asking, where that is known without a login.
    #[must_use]
    pub fn asker(&self) -> Option<Box<Grants>> {
        self.session.asker()
    }

    /// The same connection through another session.
    pub(super) fn through(&self, session: Session) -> Self {
        Self { session, ..self.clone() }
    }

    /// Sends a request and reads its answer.
    pub(super) fn fetch<T: DeserializeOwned>(&self, request: &Request<'_>) -> Result<T, Error> {
        forget_last_read();
        Ok(self.session.fetch(request)?)
    }

    /// Sends a request whose answer says nothing that matters.
    pub(super) fn tell(&self, request: &Request<'_>) -> Result<(), Error> {
        forget_last_read();
        Ok(self.session.tell(request)?)
    }

    /// Deletes what may be gone already: a lost answer to a first try must not look like a failure.
    pub(super) fn remove(&self, path: String) -> Result<(), Error> {
        forget_last_read();
        Ok(self.session.remove(path)?)
    }

    /// All pages of a list.
    pub(super) fn list<T: DeserializeOwned>(
        &self,
        resource: &str,
        query: &[(&str, String)],
        mut take: impl FnMut(T),
    ) -> Result<(), Error> {
        walk(|after| self.page(resource, query, after, &mut take))
    }

    /// One page of a list, and the UUID after which the next one begins, behind some that come before it; none where
    /// there is no next one. The walk is ours: Ironic's `next` links lose filters and name whatever host the request
    /// named.
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
        let items = page.get(resource).ok_or_else(|| malformed(format!("it has no `{resource}`")))?;
        let items: Vec<&RawValue> =
            serde_json::from_str(items.get()).map_err(|error| malformed(error.to_string()))?;
        for item in &items {
            take(serde_json::from_str(item.get()).map_err(|error| malformed(error.to_string()))?);
        }
        // A server may give shorter pages than asked for; only the absence of `next` is the end.
        if !page.contains_key("next") {
            return Ok(Vec::new());
        }
        let mut markers = Vec::new();
        for item in &items[items.len().saturating_sub(DENIED)..] {
            let marker: Marker =
                serde_json::from_str(item.get()).map_err(|error| malformed(error.to_string()))?;
            markers.push(marker.uuid);
        }
        if after.is_some() && after == markers.last().map(String::as_str) {
            return Err(malformed("the list goes in a circle".to_owned()).into());
        }
        Ok(markers)
    }
}

/// Walks through a list, given what gets the page after an item and says which are its last ones, unless it is the
/// last page.
///
/// What is deleted meanwhile makes Ironic answer 404 to a whole page: of ports, where a group of theirs is gone; of
/// anything, where the item is gone after which the page begins. The page is asked for anew then, after the item
/// before that one.
pub(super) fn walk(mut page: impl FnMut(Option<&str>) -> Result<Vec<String>, Error>) -> Result<(), Error> {
    let mut markers = Vec::new();
    let mut denied = 0;
    loop {
        match page(markers.last().map(String::as_str)) {
            Ok(next) if next.is_empty() => return Ok(()),
            Ok(next) => markers = next,
            Err(error) if error.is_not_found() && denied < DENIED && markers.len() != 1 => {
                denied += 1;
                markers.pop();
            }
            Err(error) => return Err(error),
        }
    }
}

/// What the next page of a list starts after.
#[derive(serde::Deserialize)]
struct Marker {
    uuid: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::Refusal;

    fn gone() -> Error {
        let body = r#"{"error_message": {"faultstring": "Node 3 could not be found."}}"#;
        let refusal = Refusal::decode(&IRONIC, "GET /v1/nodes".to_owned(), 404, body);
        rest::Error::Refused(Box::new(refusal)).into()
    }

    /// A list of which pages of four are read, and of which something goes after each page.
    fn read(go: &[&[u32]]) -> Result<Vec<u32>, Error> {
        let mut list: Vec<u32> = (0..12).collect();
        let mut go = go.iter();
        let mut taken = Vec::new();
        walk(|after| {
            let start = match after.map(|marker| marker.parse::<u32>().expect("a number")) {
                None => 0,
                Some(marker) => 1 + list.iter().position(|item| *item == marker).ok_or_else(gone)?,
            };
            let page = &list[start..list.len().min(start + 4)];
            taken.extend_from_slice(page);
            let more = start + 4 < list.len();
            let markers = page.iter().map(u32::to_string).collect();
            let now = go.next().copied().unwrap_or_default();
            list.retain(|item| !now.contains(item));
            Ok(if more { markers } else { Vec::new() })
        })?;
        Ok(taken)
    }

    #[test]
    fn a_walk_goes_on_before_what_is_deleted_and_takes_nothing_twice() {
        let all: Vec<u32> = (0..12).collect();
        assert_eq!(read(&[]).expect("read"), all);
        assert_eq!(read(&[&[3], &[7, 6, 5]]).expect("read"), all);
        let without = |gone: u32| all.iter().copied().filter(|item| *item != gone).collect::<Vec<_>>();
        assert_eq!(read(&[&[3, 4]]).expect("read"), without(4));
        let error = read(&[&[0, 1, 2, 3]]).expect_err("no place is known any more");
        assert!(error.is_not_found(), "{error}");
    }
}
