//! Health checks of a cloud's servers: whether they answer, their clocks, and the expiry of their certificates.

use std::time::{Duration, Instant};

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::DATE;
use reqwest::tls::TlsInfo;
use serde::de::IgnoredAny;
use url::Url;
use x509_parser::parse_x509_certificate;

use super::{Cloud, glance, neutron, nova};
use crate::rest::{Error, Request, Service, innermost};

/// The timeout of a health check.
const TIMEOUT: Duration = Duration::from_secs(15);

/// A service other than Ironic that is used if the cloud has it.
#[derive(Debug, Clone, Copy)]
pub struct OtherService {
    /// Its catalog type.
    kind: &'static str,
    service: &'static Service,
    /// A collection that all its users may list.
    list: &'static str,
}

impl OtherService {
    /// All such services.
    pub const ALL: [Self; 3] = [
        Self { kind: "network", service: &neutron::SERVICE, list: "networks" },
        Self { kind: "image", service: &glance::SERVICE, list: "images" },
        Self { kind: "compute", service: &nova::SERVICE, list: "flavors" },
    ];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.service.name
    }
}

/// The result of a health check.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceCheck {
    /// How far the server's clock is ahead of this computer's; negative if behind. Accurate to about a second.
    pub clock_ahead: Option<SignedDuration>,
    /// When its certificate expires, if it has one.
    pub certificate_until: Option<Timestamp>,
}

impl Cloud {
    /// Whether the login is at Keystone.
    #[must_use]
    pub fn has_keystone(&self) -> bool {
        self.keystone.is_some()
    }

    /// Sends a minimal request to one of the other services. Returns the service's URL, or `None` if the cloud does not
    /// have it.
    ///
    /// # Errors
    /// Keystone or the service refuses or is unreachable.
    pub fn check_service(&self, other: OtherService) -> Result<Option<String>, Error> {
        let Some(session) = self.session(other.kind, other.service)? else { return Ok(None) };
        session.fetch::<IgnoredAny>(&Request::get(other.list).query("limit", "1").retries(1))?;
        Ok(Some(session.address()))
    }

    /// The known servers with the names of their services. Services of the catalog are included only if Keystone
    /// answers.
    #[must_use]
    pub fn servers(&self) -> Vec<(&'static str, Url)> {
        let keystone = self.keystone.as_ref().map(|keystone| ("Keystone", keystone.address().clone()));
        let ironic = self.address().ok().map(|url| ("Ironic", url));
        let others = OtherService::ALL.into_iter().filter_map(|other| {
            let place = self.others.get(other.kind)?;
            let of_catalog = || self.keystone.as_ref()?.endpoint(other.kind, &place.choice).ok();
            Some((other.name(), place.endpoint.clone().or_else(of_catalog)?))
        });
        keystone.into_iter().chain(ironic).chain(others).collect()
    }

    /// Requests the root of a server, without credentials.
    ///
    /// # Errors
    /// Why there is no answer.
    pub fn check_server(&self, url: &Url) -> Result<ServiceCheck, String> {
        let (before, began) = (Timestamp::now(), Instant::now());
        let response =
            self.http.get(url.clone()).timeout(TIMEOUT.min(self.timeout)).send().map_err(innermost)?;
        let local = before + began.elapsed() / 2;
        let date = response.headers().get(DATE).and_then(|date| date.to_str().ok());
        let remote = date.and_then(|date| rfc2822::DateTimeParser::new().parse_timestamp(date).ok());
        let info = response.extensions().get::<TlsInfo>();
        let certificate = info.and_then(|info| info.peer_certificate()).and_then(expiry);
        Ok(ServiceCheck {
            clock_ahead: remote.map(|remote| remote.duration_since(local)),
            certificate_until: certificate,
        })
    }
}

/// When a certificate in DER format expires.
fn expiry(certificate: &[u8]) -> Option<Timestamp> {
    let (_, certificate) = parse_x509_certificate(certificate).ok()?;
    Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expiry_of_a_certificate_is_read() {
        let mut params = rcgen::CertificateParams::new(vec!["k.example".to_owned()]).expect("a name");
        params.not_after = rcgen::date_time_ymd(2031, 2, 3);
        let key = rcgen::KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        let end = expiry(certificate.der()).expect("it has an expiry date");
        assert_eq!(end.to_string(), "2031-02-03T00:00:00Z");
        assert_eq!(expiry(b"nothing"), None);
    }
}
