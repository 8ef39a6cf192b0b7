//! The HTTP client for a cloud: certificates, proxies, timeouts.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Identity;
use reqwest::blocking::{Client, ClientBuilder};
use reqwest::redirect::Policy;
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::{Error as PemError, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use url::{Host, Url};

use super::Error;
use super::config::{Settings, Transport};
use super::tls::Trust;
use crate::bounded_read;

/// The timeout of a connection attempt. Requests have their own timeouts.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Builds the client.
///
/// # Errors
/// [`Error::File`] for a `cacert` that cannot be read, [`Error::Setting`] if the system has no CA certificates and
/// `https` needs them.
pub fn client(settings: &Settings) -> Result<Client, Error> {
    // Another part of the process may have installed a provider already; any provider works.
    let _ = ring::default_provider().install_default();
    let plain = settings.servers().all(|url| url.scheme() == "http");
    let built = match builder(settings, plain && !settings.has_catalog())?.build() {
        // The catalog may name https servers, but need not.
        Err(_) if plain => builder(settings, true)?.build(),
        other => other,
    };
    built.map_err(|error| Error::Setting {
        place: settings.place.clone(),
        problem: format!(
            "cannot create an HTTPS client (are the system's CA certificates installed?): {error}"
        ),
    })
}

/// Configures the client. `plain`: without CA certificates, because loading the system's fails if none are installed.
fn builder(settings: &Settings, plain: bool) -> Result<ClientBuilder, Error> {
    let Transport { cacert, cert, key, insecure, .. } = &settings.transport;
    let mut builder = Client::builder()
        .user_agent(concat!("farrier/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        // A redirect would send the credentials to its target.
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        // `farrier doctor` reads the expiry of certificates.
        .tls_info(true)
        .tls_danger_accept_invalid_certs(*insecure);
    if plain {
        builder = builder.tls_certs_only([]);
    } else if let Some(path) = cacert.as_ref().filter(|_| !insecure) {
        builder = builder.tls_backend_preconfigured(trusting(path, cert.as_deref(), key.as_deref())?);
    } else if let Some(path) = cert {
        let mut pem = read(path)?;
        private_key(key.as_deref().unwrap_or(path))?;
        if let Some(key) = key {
            pem.push(b'\n');
            pem.extend(read(key)?);
        }
        builder = builder.identity(Identity::from_pem(&pem).map_err(|error| file(path, &error))?);
    }
    if settings.servers().all(|url| is_loopback(url.host().as_ref())) {
        builder = builder.no_proxy();
    }
    Ok(builder)
}

/// TLS that also trusts the certificates in a file, and presents a client certificate if asked.
fn trusting(cacert: &Path, cert: Option<&Path>, key: Option<&Path>) -> Result<ClientConfig, Error> {
    let provider = Arc::new(ring::default_provider());
    let own = certificates(cacert)?;
    let trust = Trust::new(own, Arc::clone(&provider)).map_err(|error| file(cacert, &error))?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has what these versions need")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(trust));
    let Some(cert) = cert else { return Ok(config.with_no_client_auth()) };
    let key = key.unwrap_or(cert);
    let secret = private_key(key)?;
    config.with_client_auth_cert(certificates(cert)?, secret).map_err(|error| file(cert, &error))
}

/// The private key of a file.
fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, Error> {
    PrivateKeyDer::from_pem_slice(&read(path)?).map_err(|error| match error {
        PemError::NoItemsFound => {
            let reason = "no private key in PEM format; set `key` to the file that contains it".to_owned();
            Error::File { path: path.display().to_string(), reason }
        }
        error => file(path, &error),
    })
}

/// The certificates in a file; at least one.
fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let pem = read(path)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match certificates {
        Ok(certificates) if certificates.is_empty() => {
            let reason = "no certificate in PEM format".to_owned();
            Err(Error::File { path: path.display().to_string(), reason })
        }
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(file(path, &error)),
    }
}

/// A client for servers outside the cloud: it sends no credentials except those in the URL, and follows redirects as
/// Ironic does.
///
/// # Errors
/// The URL needs CA certificates and none are installed.
pub fn anonymous(url: &Url) -> reqwest::Result<Client> {
    let _ = ring::default_provider().install_default();
    let builder = || {
        let builder = Client::builder()
            .user_agent(concat!("farrier/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT / 2)
            .retry(reqwest::retry::never());
        if is_loopback(url.host().as_ref()) { builder.no_proxy() } else { builder }
    };
    match builder().build() {
        // Loading the system's CA certificates fails if none are installed, even for http.
        Err(_) if url.scheme() == "http" => builder().tls_certs_only([]).build(),
        other => other,
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    bounded_read::read(path, bounded_read::LARGE).map_err(|error| file(path, &error))
}

fn file(path: &Path, error: &dyn std::error::Error) -> Error {
    Error::File { path: path.display().to_string(), reason: error.to_string() }
}

/// Whether the host is this computer: a proxy on another host could not reach it.
pub(crate) fn is_loopback(host: Option<&Host<&str>>) -> bool {
    match host {
        Some(Host::Domain(name)) => *name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(*address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(*address).is_loopback(),
        None => false,
    }
}
