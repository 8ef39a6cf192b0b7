//! Requests before they are sent.

use std::fmt;

use reqwest::Method;
use serde::Serialize;
use url::Url;

use super::retry::Repeat;

/// How often a request is sent again at most: about a quarter of a minute of pauses.
const RETRIES: usize = 6;

/// A request: what it asks, and whether it may be asked twice.
#[derive(Debug)]
pub struct Request<'a> {
    /// The verb.
    pub method: Method,
    /// Below the service's root.
    pub path: String,
    /// Keys and values, as they are before they are encoded.
    pub query: Vec<(&'a str, String)>,
    /// JSON; secrets may stand in it.
    pub body: Option<Body>,
    /// Whether it may be sent again.
    pub(super) repeat: Repeat,
    /// How often it is sent again at most.
    pub(super) retries: usize,
}

/// The JSON of a request, which may hold secrets and is not shown.
#[derive(Clone)]
pub struct Body(pub Vec<u8>);

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.0.len())
    }
}

impl<'a> Request<'a> {
    /// A request for a path below the service's root. Segments that came from outside must be [`segment`]s.
    #[must_use]
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        let repeat = match method {
            Method::GET => Repeat::Read,
            Method::POST => Repeat::IfNotSent,
            _ => Repeat::Safe,
        };
        Self { method, path: path.into(), query: Vec::new(), body: None, repeat, retries: RETRIES }
    }

    /// A request to read.
    #[must_use]
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// With this in its query.
    #[must_use]
    pub fn query(mut self, key: &'a str, value: impl Into<String>) -> Self {
        self.query.push((key, value.into()));
        self
    }

    /// With this as its body.
    ///
    /// # Panics
    /// What is given is no plain data: a map with keys that are no text.
    #[must_use]
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.body = Some(Body(serde_json::to_vec(body).expect("requests are made of plain data")));
        self
    }

    /// To be sent again only as far as this allows.
    #[must_use]
    pub fn repeat(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }

    /// To be sent again so often at most.
    #[must_use]
    pub fn retries(mut self, retries: usize) -> Self {
        self.retries = retries;
        self
    }

    /// To be sent exactly once, whatever becomes of it, also where a new login would help: whoever sends it looks again
    /// before each try.
    #[must_use]
    pub fn once(self) -> Self {
        self.retries(0)
    }

    /// Method and address, for messages; `base` as it may be shown.
    #[must_use]
    pub fn name_at(&self, base: &str) -> String {
        format!("{} {}", self.method, format!("{base}/{}", self.path).trim_end_matches('/'))
    }
}

/// What a path holds in place of a segment that is no name.
pub(super) const NO_NAME: &str = "%00";

/// Whether a text can be the name of anything: `""`, `.` and `..` would name a whole list, and no name has a slash.
#[must_use]
pub fn is_name(text: &str) -> bool {
    !matches!(text.trim(), "" | "." | "..") && !text.contains(['/', '\\']) && !text.contains(char::is_control)
}

/// Text from outside as one segment of a path. Requests with what is not a name are refused before they are sent.
///
/// # Panics
/// Never: any text fits.
#[must_use]
pub fn segment(text: &str) -> String {
    if !is_name(text) {
        return NO_NAME.to_owned();
    }
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
        assert_eq!(segment("..drivers?x"), "..drivers%3Fx");
        assert_eq!(segment("%2e%2e"), "%252e%252e");
    }

    #[test]
    fn what_is_no_name_is_no_segment() {
        for text in ["", ".", "..", " ", " .. ", "a/b", "../drivers", "/", "a\\b", "a\nb", "\0"] {
            assert!(!is_name(text) && segment(text) == NO_NAME, "{text:?}");
        }
        for text in
            ["web-1", "...", "a.b", "web 1", ".hidden", "knoten-ü", "1be26c0b-03f2-4d2e-ae87-c02d7f33c123"]
        {
            assert!(is_name(text) && segment(text) != NO_NAME, "{text:?}");
        }
    }
}
