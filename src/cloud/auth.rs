//! The ways of logging in.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use super::Error;
use super::config::Settings;
use crate::ironic::{Authenticator, LoginError};

/// The authenticator that the settings' `auth_type` names.
///
/// # Errors
/// [`Error::Setting`] for a way that is not known, or one that lacks what it needs.
pub fn authenticator(settings: &Settings) -> Result<Arc<dyn Authenticator>, Error> {
    let setting = |problem: String| Error::Setting { place: settings.place.clone(), problem };
    match settings.auth_type.as_str() {
        "none" | "noauth" => Ok(Arc::new(Nobody)),
        "http_basic" => {
            let user = settings
                .username
                .clone()
                .ok_or_else(|| setting("http_basic needs a user name".to_owned()))?;
            let password = settings
                .password
                .as_ref()
                .ok_or_else(|| setting("http_basic needs a password".to_owned()))?;
            Ok(Arc::new(HttpBasic { user, password: password.clone() }))
        }
        "password"
        | "v2password"
        | "v3password"
        | "token"
        | "v3token"
        | "v3applicationcredential"
        | "v3totp" => Err(setting(format!(
            "auth_type `{}` logs in at Keystone, which this version of farrier does not speak; \
                 it knows `none` and `http_basic`",
            settings.auth_type
        ))),
        other => Err(setting(format!("auth_type `{other}` is not known; `none` and `http_basic` are"))),
    }
}

/// An Ironic that lets everybody in.
#[derive(Debug)]
struct Nobody;

impl Authenticator for Nobody {
    fn authorise(&self, _: &mut HeaderMap) -> Result<(), LoginError> {
        Ok(())
    }

    fn renew(&self) -> Result<bool, LoginError> {
        Ok(false)
    }
}

/// User and password with every request (RFC 7617).
#[derive(Debug)]
struct HttpBasic {
    user: String,
    password: SecretString,
}

impl Authenticator for HttpBasic {
    fn authorise(&self, headers: &mut HeaderMap) -> Result<(), LoginError> {
        let pair = STANDARD.encode(format!("{}:{}", self.user, self.password.expose_secret()));
        let mut value = HeaderValue::from_str(&format!("Basic {pair}")).expect("base64 fits a header");
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
        Ok(())
    }

    fn renew(&self) -> Result<bool, LoginError> {
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
