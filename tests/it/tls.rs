//! Ironic behind TLS, as in production.

use std::io::{BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::{contains, is_empty};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;

use crate::proxy::{forward, read_request};
use crate::support::Lab;

/// A certificate authority, and certificates for this computer.
struct Site {
    folder: TempDir,
    authority: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate and its key.
struct Pair {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

fn params(name: &str, host: &str) -> CertificateParams {
    let mut params = CertificateParams::new([host.to_owned()]).expect("a name or an address");
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

impl Site {
    fn new() -> Self {
        let mut params = params("authority", "authority.example");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let authority = CertifiedIssuer::self_signed(params, key).expect("a certificate");
        Self { folder: crate::run::folder(), authority }
    }

    fn issue(&self, params: &CertificateParams) -> Pair {
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.authority).expect("a certificate");
        Pair { certificate, key }
    }

    fn file(&self, name: &str, pem: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, pem).expect("written");
        path
    }

    fn cacert(&self) -> PathBuf {
        self.file("ca.pem", &self.authority.pem())
    }

    /// Serves an Ironic with this certificate until the tests end; if requested, only to clients with a
    /// certificate of the authority.
    fn serve(&self, lab: &Lab, pair: &Pair, known_only: bool) -> String {
        let builder = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions");
        let builder = if known_only {
            let mut roots = RootCertStore::empty();
            roots.add(self.authority.der().clone()).expect("a certificate");
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
        } else {
            builder.with_no_client_auth()
        };
        let key = PrivateKeyDer::try_from(pair.key.serialize_der()).expect("a key");
        let config = builder.with_single_cert(vec![pair.certificate.der().clone()], key).expect("they match");
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let upstream = lab.endpoint().trim_start_matches("http://").to_owned();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (config, upstream) = (Arc::clone(&config), upstream.clone());
                // Some tests need a failed handshake.
                thread::spawn(move || drop(answer(client, config, &upstream)));
            }
        });
        format!("https://127.0.0.1:{port}")
    }
}

fn answer(client: TcpStream, config: Arc<ServerConfig>, upstream: &str) -> std::io::Result<()> {
    let connection = ServerConnection::new(config).expect("a configuration");
    let mut reader = BufReader::new(StreamOwned::new(connection, client));
    let Some((head, body)) = read_request(&mut reader)? else { return Ok(()) };
    let reply = forward(&head, &body, upstream)?;
    let mut stream = reader.into_inner();
    stream.write_all(&reply)?;
    stream.conn.send_close_notify();
    stream.flush()
}

/// Lists the nodes of a server with these settings.
fn list(lab: &Lab, endpoint: &str, settings: &[(&str, &Path)]) -> Command {
    let mut command = lab.farrier_at(endpoint);
    command.args(["node", "list"]);
    for (name, path) in settings {
        command.env(name, path);
    }
    command
}

#[test]
fn configured_certificate_authority_is_trusted() {
    let (lab, site) = (Lab::shared(), Site::new());
    let ironic = site.serve(lab, &site.issue(&params("ironic", "127.0.0.1")), false);
    let unknown = list(lab, &ironic, &[]).assert().code(9).stdout(is_empty());
    unknown.stderr(contains("certificate").and(contains("UnknownIssuer")).and(contains("`cacert`")));
    list(lab, &ironic, &[("OS_CACERT", &site.cacert())]).assert().success().stderr(is_empty());
    let insecure = list(lab, &ironic, &[("OS_INSECURE", Path::new("true"))]).assert().success();
    insecure.stderr(contains("certificates are not verified"));

    let mut old = params("ironic", "127.0.0.1");
    old.not_before = date_time_ymd(2020, 1, 1);
    old.not_after = date_time_ymd(2021, 1, 1);
    for (kind, text, hint) in [
        (params("ironic", "elsewhere.example"), "not valid for name", "use a host name"),
        (old, "expired", "renew the certificate"),
    ] {
        let ironic = site.serve(lab, &site.issue(&kind), false);
        let refused = list(lab, &ironic, &[("OS_CACERT", &site.cacert())]).assert().code(9);
        let expected = contains(text).and(contains(hint)).and(contains("`cacert`").not());
        refused.stdout(is_empty()).stderr(expected);
    }
    let nothing = site.file("empty.pem", "no certificate\n");
    let refused = list(lab, &ironic, &[("OS_CACERT", &nothing)]).assert().code(2);
    refused.stderr(contains("empty.pem").and(contains("no certificate")));
}

#[test]
fn configured_self_signed_certificate_is_trusted_only_for_its_host() {
    let (lab, site) = (Lab::shared(), Site::new());
    for (is_ca, host, refused) in [
        (IsCa::NoCa, "127.0.0.1", None),
        (IsCa::Ca(BasicConstraints::Unconstrained), "127.0.0.1", None),
        (IsCa::Ca(BasicConstraints::Unconstrained), "elsewhere.example", Some("not valid for name")),
    ] {
        let mut params = params("ironic", host);
        params.is_ca = is_ca;
        let key = KeyPair::generate().expect("a key");
        let pair = Pair { certificate: params.self_signed(&key).expect("a certificate"), key };
        let ironic = site.serve(lab, &pair, false);
        let own = site.file("own.pem", &pair.certificate.pem());
        let listed = list(lab, &ironic, &[("OS_CACERT", &own)]).assert();
        match refused {
            None => listed.success().stderr(is_empty()),
            Some(text) => listed.code(9).stderr(contains(text)),
        };
        // Trust in another certificate does not extend to it.
        list(lab, &ironic, &[("OS_CACERT", &site.cacert())]).assert().code(9).stdout(is_empty());
    }
}

#[test]
fn client_certificate_is_sent() {
    let (lab, site) = (Lab::shared(), Site::new());
    let ironic = site.serve(lab, &site.issue(&params("ironic", "127.0.0.1")), true);
    let client = site.issue(&params("operator", "operator.example"));
    let (certificate, key) = (client.certificate.pem(), client.key.serialize_pem());
    let cert = site.file("cert.pem", &certificate);
    let secret = site.file("key.pem", &key);
    let both = site.file("both.pem", &format!("{certificate}{key}"));
    let cacert = site.cacert();
    list(lab, &ironic, &[("OS_CACERT", &cacert)]).assert().code(9).stdout(is_empty());
    let apart = [("OS_CACERT", &*cacert), ("OS_CERT", &*cert), ("OS_KEY", &*secret)];
    list(lab, &ironic, &apart).assert().success().stderr(is_empty());
    list(lab, &ironic, &[("OS_CACERT", &cacert), ("OS_CERT", &both)]).assert().success().stderr(is_empty());
    let insecure = [("OS_INSECURE", Path::new("1")), ("OS_CERT", &*both)];
    list(lab, &ironic, &insecure).assert().success();
    for cacert in [&[("OS_CACERT", &*cacert), ("OS_CERT", &*cert)][..], &[("OS_CERT", &*cert)]] {
        list(lab, &ironic, cacert)
            .assert()
            .code(2)
            .stderr(contains("cert.pem").and(contains("no private key")));
    }
    let missing = [("OS_CACERT", &*cacert), ("OS_CERT", Path::new("/nowhere/cert.pem"))];
    list(lab, &ironic, &missing).assert().code(2).stderr(contains("/nowhere/cert.pem"));
}

#[test]
fn doctor_warns_about_expiring_certificates() {
    let (lab, site) = (Lab::shared(), Site::new());
    let soon = jiff::Zoned::now().date().saturating_add(jiff::Span::new().days(10));
    let month = u8::try_from(soon.month()).expect("there are twelve");
    let day = u8::try_from(soon.day()).expect("there are thirty-one");
    let mut ending = params("ironic", "127.0.0.1");
    ending.not_after = date_time_ymd(soon.year().into(), month, day);
    for (kind, verdict) in [(params("ironic", "127.0.0.1"), "ok"), (ending, "warning")] {
        let ironic = site.serve(lab, &site.issue(&kind), false);
        let mut doctor = lab.farrier_at(&ironic);
        doctor
            .env("OS_CACERT", site.cacert())
            .args(["doctor", "-f", "value", "-c", "check", "-c", "verdict"]);
        doctor.assert().success().stdout(contains(format!("tls {verdict}")));
    }
}
