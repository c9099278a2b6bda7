//! TLS to PostgreSQL: which certificates of a server are accepted.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;
use x509_cert::der::oid::db::rfc4519::CN;
use x509_cert::ext::pkix::SubjectAltName;

use super::settings::{Roots, TlsMode, TlsSettings};
use crate::authorities;

/// Reads the certificates that the settings name.
///
/// # Errors
/// The file that can't be used, and why.
pub fn connector(settings: &TlsSettings) -> Result<MakeRustlsConnect, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions: &[&rustls::SupportedProtocolVersion] =
        if settings.only_tls13 { &[&rustls::version::TLS13] } else { rustls::DEFAULT_VERSIONS };
    let verifier = Verifier::new(settings, provider.clone())?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match &settings.client {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let unusable = |error: &dyn std::fmt::Display| format!("sslcert or sslkey can't be used: {error}");
            let chain = certificates(certificate)?;
            let key = PrivateKeyDer::from_pem_file(key).map_err(|error| unusable(&error))?;
            builder.with_client_auth_cert(chain, key).map_err(|error| unusable(&error))?
        }
    };
    config.enable_sni = settings.server_name_indication;
    if settings.direct {
        config.alpn_protocols = vec![b"postgresql".to_vec()];
    }
    Ok(MakeRustlsConnect::new(config))
}

fn certificates(path: &std::path::Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let unusable =
        |error: rustls::pki_types::pem::Error| format!("{} has no usable certificates: {error}", path.display());
    CertificateDer::pem_file_iter(path).map_err(unusable)?.collect::<Result<_, _>>().map_err(unusable)
}

/// libpq's checks: none without roots, the chain with them, the name of the host with `verify-full`.
#[derive(Debug)]
struct Verifier {
    /// `None`: no certificate is checked.
    chain: Option<Arc<WebPkiServerVerifier>>,
    /// The certificates of the file. One of them is accepted as the server's own, which is how a self-signed certificate is trusted.
    trusted: Vec<CertificateDer<'static>>,
    checks_name: bool,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    fn new(settings: &TlsSettings, provider: Arc<CryptoProvider>) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        let mut trusted = Vec::new();
        match &settings.roots {
            None => {}
            Some(Roots::System) => {
                roots.add_parsable_certificates(authorities::certificates().iter().cloned());
            }
            Some(Roots::File(path)) => {
                trusted = certificates(path)?;
                roots.add_parsable_certificates(trusted.iter().cloned());
            }
        }
        let chain = match settings.roots {
            None => None,
            Some(_) => {
                let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone());
                Some(builder.build().map_err(|error| format!("sslrootcert has no usable certificates: {error}"))?)
            }
        };
        Ok(Self { chain, trusted, checks_name: settings.mode == TlsMode::VerifyFull, provider })
    }

    fn verify_signature(
        &self,
        verify: VerifySignature,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match self.chain {
            // A certificate that is not checked may also be of a kind that rustls can't read. Its signature would prove nothing.
            None => Ok(HandshakeSignatureValid::assertion()),
            Some(_) => verify(message, certificate, signed, &self.provider.signature_verification_algorithms),
        }
    }
}

/// How a version of TLS verifies the signature of its handshake.
type VerifySignature = fn(
    &[u8],
    &CertificateDer<'_>,
    &DigitallySignedStruct,
    &WebPkiSupportedAlgorithms,
) -> Result<HandshakeSignatureValid, Error>;

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        let name = if self.trusted.iter().any(|known| known == end_entity) {
            check_validity(end_entity, now)?;
            rustls::client::verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)
        } else {
            // The name is checked last: this error means that the chain is right.
            let checked = chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
            checked.map(|_| ())
        };
        match name {
            Ok(()) => Ok(ServerCertVerified::assertion()),
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.checks_name || has_common_name(end_entity, server_name) => Ok(ServerCertVerified::assertion()),
            Err(error) => Err(error),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify_signature(verify_tls12_signature, message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify_signature(verify_tls13_signature, message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

fn check_validity(certificate: &CertificateDer<'_>, now: UnixTime) -> Result<(), Error> {
    let parsed = Certificate::from_der(certificate).map_err(|_| CertificateError::BadEncoding)?;
    let validity = parsed.tbs_certificate.validity;
    match now.as_secs() {
        now if now < validity.not_before.to_unix_duration().as_secs() => Err(CertificateError::NotValidYet.into()),
        now if now > validity.not_after.to_unix_duration().as_secs() => Err(CertificateError::Expired.into()),
        _ => Ok(()),
    }
}

/// Whether a certificate without further names has the host as its common name, as certificates often have that were made by hand for PostgreSQL.
fn has_common_name(certificate: &CertificateDer<'_>, host: &ServerName<'_>) -> bool {
    let Ok(parsed) = Certificate::from_der(certificate) else { return false };
    if !matches!(parsed.tbs_certificate.get::<SubjectAltName>(), Ok(None)) {
        return false;
    }
    let parts = parsed.tbs_certificate.subject.0.iter().flat_map(|names| names.0.iter());
    let mut common_names = parts.filter(|part| part.oid == CN).map(|part| part.value.value());
    common_names.any(|name| name.eq_ignore_ascii_case(host.to_str().as_bytes()))
}
