//! The certificates of public authorities. They are the system's, or the bundled ones of Mozilla's list where the system has none, as in a container
//! without a distribution.

use std::sync::LazyLock;

use reqwest::{Certificate, ClientBuilder};
use rustls::pki_types::CertificateDer;
use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

static SYSTEM: LazyLock<Vec<CertificateDer<'static>>> = LazyLock::new(|| {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        tracing::warn!("the system has no certificates of public authorities: the bundled ones are used");
    }
    found.certs
});

/// The certificates to trust.
pub fn certificates() -> &'static [CertificateDer<'static>] {
    bundled().unwrap_or_else(|| SYSTEM.as_slice())
}

/// The bundled certificates, where the system has none.
pub fn bundled() -> Option<&'static [CertificateDer<'static>]> {
    SYSTEM.is_empty().then_some(TLS_SERVER_ROOT_CERTS)
}

/// An HTTP client that trusts them.
///
/// # Errors
/// If a bundled certificate can't be used.
pub fn http_client() -> Result<ClientBuilder, reqwest::Error> {
    // A second installation fails, which is harmless.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = ClientBuilder::new();
    match bundled() {
        None => Ok(builder),
        Some(bundled) => {
            let certificates = bundled.iter().map(|one| Certificate::from_der(one));
            Ok(builder.tls_certs_only(certificates.collect::<Result<Vec<_>, _>>()?))
        }
    }
}

#[cfg(test)]
mod tests {
    use rustls::RootCertStore;

    use super::TLS_SERVER_ROOT_CERTS;

    #[test]
    fn bundled_certificates_are_usable() {
        let mut roots = RootCertStore::empty();
        let (usable, refused) = roots.add_parsable_certificates(TLS_SERVER_ROOT_CERTS.iter().cloned());
        assert!(usable > 100 && refused == 0, "{usable} usable, {refused} refused");
    }
}
