//! Requests to a service.

use std::fmt;

use reqwest::Method;
use serde::Serialize;
use url::Url;

use super::retry::Repeat;

/// The maximum number of retries: about 15 seconds of pauses.
const RETRIES: usize = 6;

/// A request, and whether it may be repeated.
#[derive(Debug)]
pub struct Request<'a> {
    /// The HTTP method.
    pub method: Method,
    /// The path below the service's root.
    pub path: String,
    /// Query keys and values, not yet encoded.
    pub query: Vec<(&'a str, String)>,
    /// The JSON body; it may contain secrets.
    pub body: Option<Body>,
    /// Whether it may be repeated.
    pub(super) repeat: Repeat,
    /// The maximum number of retries.
    pub(super) retries: usize,
}

/// A JSON body. `Debug` does not show it, because it may contain secrets.
#[derive(Clone)]
pub struct Body(pub Vec<u8>);

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.0.len())
    }
}

impl<'a> Request<'a> {
    /// A request for a path below the service's root. Use [`segment`] for path segments from outside.
    #[must_use]
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        let repeat = match method {
            Method::GET => Repeat::Read,
            Method::POST => Repeat::IfNotSent,
            _ => Repeat::Safe,
        };
        Self { method, path: path.into(), query: Vec::new(), body: None, repeat, retries: RETRIES }
    }

    /// A `GET` request.
    #[must_use]
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn query(mut self, key: &'a str, value: impl Into<String>) -> Self {
        self.query.push((key, value.into()));
        self
    }

    /// Sets the body.
    ///
    /// # Panics
    /// The body cannot be serialized: a map has keys that are not strings.
    #[must_use]
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.body = Some(Body(serde_json::to_vec(body).expect("the body is plain data")));
        self
    }

    /// Sets whether it may be repeated.
    #[must_use]
    pub fn repeat(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }

    /// Sets the maximum number of retries.
    #[must_use]
    pub fn retries(mut self, retries: usize) -> Self {
        self.retries = retries;
        self
    }

    /// Sends it once, without retries, not even after a new login, because the caller checks the state before each attempt.
    #[must_use]
    pub fn once(self) -> Self {
        self.retries(0)
    }

    /// Method and URL, for messages; `base` must be safe to display.
    #[must_use]
    pub fn name_at(&self, base: &str) -> String {
        format!("{} {}", self.method, format!("{base}/{}", self.path).trim_end_matches('/'))
    }
}

/// Replaces a path segment that is not a valid name.
pub(super) const INVALID_NAME: &str = "%00";

/// Whether a text is a valid name: `""`, `.` and `..` would address a whole collection, and no name has a slash.
#[must_use]
pub fn is_name(text: &str) -> bool {
    !matches!(text.trim(), "" | "." | "..") && !text.contains(['/', '\\']) && !text.contains(char::is_control)
}

/// Encodes text from outside as one path segment. Requests with an invalid name are refused before they are sent.
///
/// # Panics
/// Never: every text can be encoded.
#[must_use]
pub fn segment(text: &str) -> String {
    if !is_name(text) {
        return INVALID_NAME.to_owned();
    }
    let mut url = Url::parse("x://x/").expect("a URL");
    url.path_segments_mut().expect("it has a path").pop_if_empty().push(text);
    url.path().trim_start_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_encoded() {
        assert_eq!(segment("web 1"), "web%201");
        assert_eq!(segment("..drivers?x"), "..drivers%3Fx");
        assert_eq!(segment("%2e%2e"), "%252e%252e");
    }

    #[test]
    fn an_invalid_name_is_not_a_segment() {
        for text in ["", ".", "..", " ", " .. ", "a/b", "../drivers", "/", "a\\b", "a\nb", "\0"] {
            assert!(!is_name(text) && segment(text) == INVALID_NAME, "{text:?}");
        }
        for text in
            ["web-1", "...", "a.b", "web 1", ".hidden", "knoten-ü", "1be26c0b-03f2-4d2e-ae87-c02d7f33c123"]
        {
            assert!(is_name(text) && segment(text) != INVALID_NAME, "{text:?}");
        }
    }
}
