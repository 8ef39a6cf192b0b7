//! The HTTP client that a cloud's settings ask for: trust, proxies, limits.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use reqwest::blocking::{Client, ClientBuilder};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Identity};
use url::{Host, Url};

use super::Error;
use super::config::{Settings, Transport};

/// How long making a connection may take. Requests have their own limits.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Builds the client.
///
/// # Errors
/// [`Error::File`] for a `cacert` that cannot be read, [`Error::Setting`] where the system has no
/// certificates to trust and `https` needs some.
pub fn client(settings: &Settings) -> Result<Client, Error> {
    // Another part of the process may have chosen already; any provider serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let plain = settings.servers().all(|url| url.scheme() == "http");
    let built = match builder(settings, plain && !settings.has_catalog())?.build() {
        // A catalog may name https servers, and need not.
        Err(_) if plain => builder(settings, true)?.build(),
        other => other,
    };
    built.map_err(|error| Error::Setting {
        place: settings.place.clone(),
        problem: format!(
            "no HTTPS client can be made (are the system's CA certificates installed?): {error}"
        ),
    })
}

/// A client before it is built; `plain`: one that needs to trust nobody, for loading the system's certificates fails
/// where there are none.
fn builder(settings: &Settings, plain: bool) -> Result<ClientBuilder, Error> {
    let Transport { cacert, cert, key, insecure, .. } = &settings.transport;
    let mut builder = Client::builder()
        .user_agent(concat!("farrier/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        // A redirect would carry the credentials to wherever it points.
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .tls_danger_accept_invalid_certs(*insecure);
    if plain {
        builder = builder.tls_certs_only([]);
    } else if let Some(path) = cacert {
        let certificates = Certificate::from_pem_bundle(&read(path)?);
        builder = builder.tls_certs_merge(certificates.map_err(|error| file(path, &error))?);
    }
    if let Some(path) = cert {
        let mut pem = read(path)?;
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

/// A client for servers that are none of the cloud's: no credentials but those in an address, redirects followed as
/// Ironic does.
///
/// # Errors
/// There is no certificate to trust, and the address needs one.
pub fn anonymous(url: &Url) -> reqwest::Result<Client> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = || {
        let builder = Client::builder()
            .user_agent(concat!("farrier/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT / 2)
            .retry(reqwest::retry::never());
        if is_loopback(url.host().as_ref()) { builder.no_proxy() } else { builder }
    };
    match builder().build() {
        // Loading the system's certificates fails where there are none, needed or not.
        Err(_) if url.scheme() == "http" => builder().tls_certs_only([]).build(),
        other => other,
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|error| file(path, &error))
}

fn file(path: &Path, error: &dyn std::error::Error) -> Error {
    Error::File { path: path.display().to_string(), reason: error.to_string() }
}

/// Whether the host is this computer: a proxy elsewhere could not reach it.
fn is_loopback(host: Option<&Host<&str>>) -> bool {
    match host {
        Some(Host::Domain(name)) => *name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(*address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(*address).is_loopback(),
        None => false,
    }
}
