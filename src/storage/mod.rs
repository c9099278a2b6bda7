//! Object storage: any S3. One client for the embedded and the real ones.

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region, RequestChecksumCalculation};
use aws_smithy_http_client::tls;

use crate::config::StorageConfig;

/// Callers are answered within 3 s when the storage is away.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(3);

#[derive(Clone)]
pub struct Storage {
    client: Client,
    bucket: String,
}

#[derive(Debug, thiserror::Error)]
#[error("object storage: {0}")]
pub struct StorageError(String);

impl Storage {
    pub fn new(config: &StorageConfig) -> Self {
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
            .timeout_config(TimeoutConfig::builder().operation_timeout(OPERATION_TIMEOUT).build());
        if let Some(endpoint) = &config.endpoint {
            settings = settings.endpoint_url(endpoint);
        }
        Self { client: Client::from_conf(settings.build()), bucket: config.bucket.clone() }
    }

    /// Makes the bucket where it is missing. For the embedded storage: elsewhere the bucket is the operator's.
    pub async fn ensure_bucket(&self) -> Result<(), StorageError> {
        if self.check().await.is_ok() {
            return Ok(());
        }
        self.client.create_bucket().bucket(&self.bucket).send().await.map(|_| ()).map_err(describe)
    }

    /// Whether the bucket answers.
    pub async fn check(&self) -> Result<(), StorageError> {
        self.client.head_bucket().bucket(&self.bucket).send().await.map(|_| ()).map_err(describe)
    }
}

fn describe<E: std::error::Error>(error: E) -> StorageError {
    StorageError(aws_sdk_s3::error::DisplayErrorContext(&error).to_string())
}
