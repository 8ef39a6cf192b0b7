//! Looking at a cloud's servers for their own sake: whether they answer, what their clocks say, how long their
//! certificates last.

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

/// How long a server that is only looked at may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// A service beside Ironic that is used where the cloud has it.
#[derive(Debug, Clone, Copy)]
pub struct Beside {
    /// Its type in the catalog.
    kind: &'static str,
    service: &'static Service,
    /// What all its users may list.
    list: &'static str,
}

impl Beside {
    /// All of them.
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

/// What a server told of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Visit {
    /// How far its clock is before ours; negative where ours is before. Good to a second or so.
    pub clock_ahead: Option<SignedDuration>,
    /// When its certificate ends, where it has one.
    pub certificate_until: Option<Timestamp>,
}

impl Cloud {
    /// Whether Keystone is who lets us in.
    #[must_use]
    pub fn has_keystone(&self) -> bool {
        self.keystone.is_some()
    }

    /// Asks one of the services beside Ironic for as little as it can be asked for. Its address, if the cloud has it.
    ///
    /// # Errors
    /// Keystone or the service refuses or cannot be reached.
    pub fn reach(&self, which: Beside) -> Result<Option<String>, Error> {
        let Some(session) = self.session(which.kind, which.service)? else { return Ok(None) };
        session.fetch::<IgnoredAny>(&Request::get(which.list).query("limit", "1").retries(1))?;
        Ok(Some(session.address()))
    }

    /// The servers that are known of, each by the name of what is there. Of the catalog only what can be had is among
    /// them.
    #[must_use]
    pub fn servers(&self) -> Vec<(&'static str, Url)> {
        let keystone = self.keystone.as_ref().map(|keystone| ("Keystone", keystone.address().clone()));
        let ironic = self.address().ok().map(|url| ("Ironic", url));
        let beside = Beside::ALL.into_iter().filter_map(|which| {
            let place = self.others.get(which.kind)?;
            let of_catalog = || self.keystone.as_ref()?.endpoint(which.kind, &place.choice).ok();
            Some((which.name(), place.endpoint.clone().or_else(of_catalog)?))
        });
        keystone.into_iter().chain(ironic).chain(beside).collect()
    }

    /// Asks a server for its root, without credentials.
    ///
    /// # Errors
    /// Why there is no answer.
    pub fn visit(&self, url: &Url) -> Result<Visit, String> {
        let (before, began) = (Timestamp::now(), Instant::now());
        let response =
            self.http.get(url.clone()).timeout(PATIENCE.min(self.timeout)).send().map_err(innermost)?;
        let here = before + began.elapsed() / 2;
        let date = response.headers().get(DATE).and_then(|date| date.to_str().ok());
        let there = date.and_then(|date| rfc2822::DateTimeParser::new().parse_timestamp(date).ok());
        let info = response.extensions().get::<TlsInfo>();
        let certificate = info.and_then(|info| info.peer_certificate()).and_then(ends);
        Ok(Visit {
            clock_ahead: there.map(|there| there.duration_since(here)),
            certificate_until: certificate,
        })
    }
}

/// When a certificate ends, in DER.
fn ends(certificate: &[u8]) -> Option<Timestamp> {
    let (_, certificate) = parse_x509_certificate(certificate).ok()?;
    Timestamp::from_second(certificate.validity().not_after.timestamp()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_tells_its_end() {
        let mut made = rcgen::CertificateParams::new(vec!["k.example".to_owned()]).expect("a name");
        made.not_after = rcgen::date_time_ymd(2031, 2, 3);
        let key = rcgen::KeyPair::generate().expect("a key");
        let certificate = made.self_signed(&key).expect("a certificate");
        let end = ends(certificate.der()).expect("it has one");
        assert_eq!(end.to_string(), "2031-02-03T00:00:00Z");
        assert_eq!(ends(b"nothing"), None);
    }
}
