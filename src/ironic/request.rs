//! Requests before they are sent.

use reqwest::Method;
use serde::Serialize;
use url::Url;

use super::retry::Repeat;

/// How often a request is sent again at most: about a quarter of a minute of pauses.
const RETRIES: usize = 6;

/// A request: what it asks, and whether it may be asked twice.
pub(super) struct Request<'a> {
    pub(super) method: Method,
    /// Below `/v1/`.
    pub(super) path: String,
    pub(super) query: Vec<(&'a str, String)>,
    /// JSON.
    pub(super) body: Option<Vec<u8>>,
    pub(super) repeat: Repeat,
    /// How often it is sent again at most.
    pub(super) retries: usize,
}

impl<'a> Request<'a> {
    /// A request for a path below `/v1/`. Segments that came from outside must be [`segment`]s.
    pub(super) fn new(method: Method, path: impl Into<String>) -> Self {
        let repeat = match method {
            Method::GET => Repeat::Read,
            Method::POST => Repeat::IfNotSent,
            _ => Repeat::Safe,
        };
        Self { method, path: path.into(), query: Vec::new(), body: None, repeat, retries: RETRIES }
    }

    pub(super) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    pub(super) fn query(mut self, key: &'a str, value: impl Into<String>) -> Self {
        self.query.push((key, value.into()));
        self
    }

    pub(super) fn json(mut self, body: &impl Serialize) -> Self {
        self.body = Some(serde_json::to_vec(body).expect("requests are made of plain data"));
        self
    }

    pub(super) fn repeat(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }

    pub(super) fn retries(mut self, retries: usize) -> Self {
        self.retries = retries;
        self
    }

    /// Method and path, for the log.
    pub(super) fn name(&self) -> String {
        format!("{} /v1/{}", self.method, self.path)
    }

    /// Method and address, for messages; `base` as it may be shown.
    pub(super) fn name_at(&self, base: &str) -> String {
        format!("{} {}", self.method, format!("{base}/{}", self.path).trim_end_matches('/'))
    }
}

/// Text from outside as one segment of a path.
pub(super) fn segment(text: &str) -> String {
    let mut url = Url::parse("x://x/").expect("a URL");
    url.path_segments_mut().expect("it has a path").pop_if_empty().push(text);
    url.path().trim_start_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_cannot_leave_its_place() {
        assert_eq!(segment("web 1"), "web%201");
        assert_eq!(segment("../drivers?x"), "..%2Fdrivers%3Fx");
    }
}
