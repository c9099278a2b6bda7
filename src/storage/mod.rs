//! Object storage over S3, with one client for the embedded server and real ones. This module knows keys and bytes, no rows and no users.

mod cors;
mod counted;
mod error;
pub mod keys;
mod links;
pub mod media_type;
mod multipart;
mod objects;
mod read;

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{BehaviorVersion, Builder, Credentials, Region, RequestChecksumCalculation};
use aws_smithy_http_client::tls;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;

use crate::authorities;
use crate::config::StorageConfig;
use crate::counts::Counts;
use counted::Counted;

pub use error::StorageError;
pub use links::SignedLink;
pub use media_type::{Declared, MediaType};
pub use multipart::{MIN_PART_BYTES, Part};
pub use objects::Object;
pub use read::ObjectBytes;

/// The time limit of an operation. Callers get an error within 3 s when the storage is unavailable.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(3);
/// The time limit of operations whose time grows with the object's size: copying, sending a part, joining parts. The lease of a registration is
/// longer.
pub const LONG_TIMEOUT: Duration = Duration::from_secs(45);

#[derive(Clone)]
pub struct Storage {
    client: Client,
    /// Signs URLs for browsers, which may reach the storage under another host name.
    signer: Client,
    bucket: String,
}

impl Storage {
    pub fn new(config: &StorageConfig) -> Self {
        let public_endpoint = config.public_endpoint.as_ref().or(config.endpoint.as_ref());
        Self {
            client: client(config, config.endpoint.as_ref()),
            signer: client(config, public_endpoint),
            bucket: config.bucket.clone(),
        }
    }

    /// The same storage, whose requests are counted. Signing a link is no request.
    pub fn counted(&self, counts: Counts) -> Self {
        let counting = self.client.config().to_builder().interceptor(Counted(counts)).build();
        Self { client: Client::from_conf(counting), ..self.clone() }
    }

    /// Creates the bucket if it does not exist. Only the embedded storage uses this; other buckets belong to the operator.
    ///
    /// # Errors
    /// The storage's error where the bucket neither exists nor can be created.
    pub async fn ensure_bucket(&self) -> Result<(), StorageError> {
        if self.check().await.is_ok() {
            return Ok(());
        }
        match self.client.create_bucket().bucket(&self.bucket).send().await {
            Ok(_) => Ok(()),
            // Another server may have created the bucket at the same time.
            Err(error) => self.check().await.map_err(|_| error.into()),
        }
    }

    /// Checks that the bucket answers.
    ///
    /// # Errors
    /// The storage's error where it does not.
    pub async fn check(&self) -> Result<(), StorageError> {
        self.client.head_bucket().bucket(&self.bucket).send().await?;
        Ok(())
    }
}

fn client(config: &StorageConfig, endpoint: Option<&String>) -> Client {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring));
    // Without certificates of the system the default ones would be none, which is a panic in a debug build.
    let http = match bundled_authorities() {
        None => http.build_https(),
        Some(context) => http.tls_context(context).build_https(),
    };
    let secret = config.secret_access_key.expose_secret();
    let mut settings = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http)
        .region(Region::new(config.region.clone()))
        .credentials_provider(Credentials::new(&config.access_key_id, secret, None, None, "settings"))
        .force_path_style(config.path_style)
        // The SDK's trailing checksums are off: a presigned upload from a browser has none.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .timeout_config(timeout(OPERATION_TIMEOUT));
    if let Some(endpoint) = endpoint {
        settings = settings.endpoint_url(endpoint);
    }
    Client::from_conf(settings.build())
}

/// What connections trust where the system has no certificates.
fn bundled_authorities() -> Option<tls::TlsContext> {
    let mut store = tls::TrustStore::empty();
    for certificate in authorities::bundled()? {
        let text = STANDARD.encode(certificate);
        store = store.with_pem_certificate(format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"));
    }
    tls::TlsContext::builder().with_trust_store(store).build().ok()
}

fn timeout(whole: Duration) -> TimeoutConfig {
    TimeoutConfig::builder().operation_timeout(whole).build()
}

/// Client settings with [`LONG_TIMEOUT`].
fn long_timeout() -> Builder {
    aws_sdk_s3::Config::builder().timeout_config(timeout(LONG_TIMEOUT))
}
