//! Object storage: any S3. One client for the embedded and the real ones. Knows keys and bytes, no rows and no people.

mod cors;
mod error;
pub mod keys;
mod links;
pub mod media_type;
mod multipart;
mod objects;

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{BehaviorVersion, Builder, Credentials, Region, RequestChecksumCalculation};
use aws_smithy_http_client::tls;

use crate::config::StorageConfig;

pub use error::StorageError;
pub use links::SignedLink;
pub use media_type::MediaType;
pub use multipart::{MIN_PART_BYTES, Part};
pub use objects::Object;

/// Callers are answered within 3 s when the storage is away.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(3);
/// For what grows with a file's size: a copy, a part, putting parts together. Less than a claim on an object lasts.
pub const LONG_TIMEOUT: Duration = Duration::from_secs(45);

#[derive(Clone)]
pub struct Storage {
    client: Client,
    /// Signs links for browsers, which may know the storage by another address.
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

    /// Makes the bucket where it is missing. For the embedded storage: elsewhere the bucket is the operator's.
    pub async fn ensure_bucket(&self) -> Result<(), StorageError> {
        if self.check().await.is_ok() {
            return Ok(());
        }
        match self.client.create_bucket().bucket(&self.bucket).send().await {
            Ok(_) => Ok(()),
            // Another was first, perhaps.
            Err(error) => self.check().await.map_err(|_| error.into()),
        }
    }

    /// Whether the bucket answers.
    pub async fn check(&self) -> Result<(), StorageError> {
        self.client.head_bucket().bucket(&self.bucket).send().await?;
        Ok(())
    }
}

fn client(config: &StorageConfig, endpoint: Option<&String>) -> Client {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https();
    let secret = config.secret_access_key.expose();
    let mut settings = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http)
        .region(Region::new(config.region.clone()))
        .credentials_provider(Credentials::new(&config.access_key_id, secret, None, None, "settings"))
        .force_path_style(config.path_style)
        // Browsers upload without the SDK's trailing checksums.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .timeout_config(timeout(OPERATION_TIMEOUT));
    if let Some(endpoint) = endpoint {
        settings = settings.endpoint_url(endpoint);
    }
    Client::from_conf(settings.build())
}

fn timeout(whole: Duration) -> TimeoutConfig {
    TimeoutConfig::builder().operation_timeout(whole).build()
}

/// For operations that may take [`LONG_TIMEOUT`].
fn patient() -> Builder {
    aws_sdk_s3::Config::builder().timeout_config(timeout(LONG_TIMEOUT))
}
