//! Login methods without a service: no authentication, and HTTP basic authentication.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::rest::{Authenticator, LoginError, LoginGeneration};

/// No credentials, for an Ironic without authentication.
#[derive(Debug)]
pub(super) struct NoAuth;

impl Authenticator for NoAuth {
    fn authorize(&self, _: &mut HeaderMap) -> Result<LoginGeneration, LoginError> {
        Ok(LoginGeneration::default())
    }

    fn renew(&self, _: LoginGeneration) -> Result<bool, LoginError> {
        Ok(false)
    }
}

/// Username and password in every request (RFC 7617).
#[derive(Debug)]
pub(super) struct HttpBasic {
    pub(super) user: String,
    pub(super) password: SecretString,
}

impl Authenticator for HttpBasic {
    fn authorize(&self, headers: &mut HeaderMap) -> Result<LoginGeneration, LoginError> {
        let pair = STANDARD.encode(format!("{}:{}", self.user, self.password.expose_secret()));
        let mut value = HeaderValue::from_str(&format!("Basic {pair}")).expect("base64 fits a header");
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
        Ok(LoginGeneration::default())
    }

    fn renew(&self, _: LoginGeneration) -> Result<bool, LoginError> {
        // The same credentials would be refused again.
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_sent_but_not_shown() {
        let basic = HttpBasic { user: "admin".to_owned(), password: "hunter2".into() };
        let mut headers = HeaderMap::new();
        basic.authorize(&mut headers).expect("nothing can fail");
        assert_eq!(headers[AUTHORIZATION], "Basic YWRtaW46aHVudGVyMg==");
        assert!(!format!("{headers:?}{basic:?}").contains("hunter2"));
        assert!(!format!("{headers:?}").contains("YWRtaW46"));
    }
}
