//! The connection to one Ironic: which version of the API is spoken, and walks through its lists.

use reqwest::header::HeaderName;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tracing::debug;

use super::error::Error;
use super::version::{CEILING, FLOOR, Feature, Microversion};
use crate::rest::{self, Endpoint, Request, Service, Session};

const VERSION_HEADER: HeaderName = HeaderName::from_static("x-openstack-ironic-api-version");

/// Items on a page of a list: the most that a server with default settings gives.
const PAGE: usize = 1000;

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

    /// The same connection through another session.
    pub(super) fn through(&self, session: Session) -> Self {
        Self { session, ..self.clone() }
    }

    /// Sends a request and reads its answer.
    pub(super) fn fetch<T: DeserializeOwned>(&self, request: &Request<'_>) -> Result<T, Error> {
        Ok(self.session.fetch(request)?)
    }

    /// Sends a request whose answer says nothing that matters.
    pub(super) fn tell(&self, request: &Request<'_>) -> Result<(), Error> {
        Ok(self.session.tell(request)?)
    }

    /// Deletes what may be gone already: a lost answer to a first try must not look like a failure.
    pub(super) fn remove(&self, path: String) -> Result<(), Error> {
        Ok(self.session.remove(path)?)
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
        let malformed = |reason: String| rest::Error::Malformed { request: name.clone(), reason };
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
            return Err(malformed("the list goes in a circle".to_owned()).into());
        }
        Ok(Some(last.uuid))
    }
}

/// What the next page of a list starts after.
#[derive(serde::Deserialize)]
struct Marker {
    uuid: String,
}
