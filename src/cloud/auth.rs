//! Ways of logging in that need no service: not at all, and user and password with every request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::rest::{Authenticator, Edition, LoginError};

/// An Ironic that lets everybody in.
#[derive(Debug)]
pub(super) struct Nobody;

impl Authenticator for Nobody {
    fn authorise(&self, _: &mut HeaderMap) -> Result<Edition, LoginError> {
        Ok(Edition::default())
    }

    fn renew(&self, _: Edition) -> Result<bool, LoginError> {
        Ok(false)
    }
}

/// User and password with every request (RFC 7617).
#[derive(Debug)]
pub(super) struct HttpBasic {
    pub(super) user: String,
    pub(super) password: SecretString,
}

impl Authenticator for HttpBasic {
    fn authorise(&self, headers: &mut HeaderMap) -> Result<Edition, LoginError> {
        let pair = STANDARD.encode(format!("{}:{}", self.user, self.password.expose_secret()));
        let mut value = HeaderValue::from_str(&format!("Basic {pair}")).expect("base64 fits a header");
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
        Ok(Edition::default())
    }

    fn renew(&self, _: Edition) -> Result<bool, LoginError> {
        // The same words would be refused again.
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_sent_and_never_shown() {
        let basic = HttpBasic { user: "admin".to_owned(), password: "hunter2".into() };
        let mut headers = HeaderMap::new();
        basic.authorise(&mut headers).expect("nothing can fail");
        assert_eq!(headers[AUTHORIZATION], "Basic YWRtaW46aHVudGVyMg==");
        assert!(!format!("{headers:?}{basic:?}").contains("hunter2"));
        assert!(!format!("{headers:?}").contains("YWRtaW46"));
    }
}
