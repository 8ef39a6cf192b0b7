//! Whom to believe: the system's certificates, and those of `cacert`.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;

/// Believes servers whose certificate leads to one that is trusted, and those that show one of `cacert` itself.
///
/// The latter is what tools make by default that sign a certificate with its own key: it says of itself that it is an
/// authority, and OpenSSL, with which other clients of OpenStack are linked, takes it for the server's all the same.
#[derive(Debug)]
pub(super) struct Trust {
    chains: Verifier,
    own: Vec<CertificateDer<'static>>,
}

impl Trust {
    /// Trust in these besides the system's.
    ///
    /// # Errors
    /// One of them is no certificate.
    pub(super) fn new(
        own: Vec<CertificateDer<'static>>,
        provider: Arc<CryptoProvider>,
    ) -> Result<Self, Error> {
        Ok(Self { chains: Verifier::new_with_extra_roots(own.iter().cloned(), provider)?, own })
    }
}

/// Whether all that is wrong with a certificate is that it is an authority's. That is looked at after its dates.
fn is_authority(error: &Error) -> bool {
    // The type behind it is of a crate that promises no stable interface.
    matches!(error, Error::InvalidCertificate(CertificateError::Other(other)) if other.to_string().contains("CaUsedAsEndEntity"))
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let chained =
            self.chains.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match chained {
            Err(error) if is_authority(&error) && self.own.iter().any(|own| own == end_entity) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.chains.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.chains.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chains.supported_verify_schemes()
    }
}
