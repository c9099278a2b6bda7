//! Presigned URLs. The bearer of a URL may send the one signed request until it expires. URLs are signed here, without a request to the storage.

use std::time::Duration;

use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Storage, StorageError};

/// A presigned URL, and the headers that its request must carry.
#[derive(Debug)]
pub struct SignedLink {
    pub url: String,
    pub headers: Vec<(String, String)>,
}

impl Storage {
    /// Signs a PUT of an object. Media type, length in bytes and, where given, SHA-256 (lower-case hex) are part of the signature.
    ///
    /// # Errors
    /// [`StorageError::Refused`] where the request can't be signed.
    pub async fn upload_link(
        &self,
        key: &str,
        media_type: &str,
        size: i64,
        sha256: Option<&str>,
        ttl: Duration,
    ) -> Result<SignedLink, StorageError> {
        let checksum = sha256.and_then(|text| hex::decode(text).ok()).map(|bytes| STANDARD.encode(bytes));
        let put = self.signer.put_object().bucket(&self.bucket).key(key).content_type(media_type);
        let put = put.content_length(size).set_checksum_sha256(checksum);
        Ok(link(put.presigned(expiry(ttl)?).await?))
    }

    /// Signs a PUT of one part of `size` bytes.
    ///
    /// # Errors
    /// As [`Self::upload_link`].
    pub async fn part_link(
        &self,
        key: &str,
        upload: &str,
        number: i32,
        size: i64,
        ttl: Duration,
    ) -> Result<SignedLink, StorageError> {
        let put = self.signer.upload_part().bucket(&self.bucket).key(key).upload_id(upload).part_number(number);
        Ok(link(put.content_length(size).presigned(expiry(ttl)?).await?))
    }

    /// Signs a GET of an object. The answer has this media type and disposition, whatever the object's metadata are.
    ///
    /// # Errors
    /// As [`Self::upload_link`].
    pub async fn download_link(
        &self,
        key: &str,
        media_type: &str,
        disposition: &str,
        ttl: Duration,
    ) -> Result<SignedLink, StorageError> {
        let get = self.signer.get_object().bucket(&self.bucket).key(key);
        let get = get.response_content_type(media_type).response_content_disposition(disposition);
        Ok(link(get.presigned(expiry(ttl)?).await?))
    }

    /// The origin (scheme, host and port) of presigned URLs, for the content policy of pages.
    ///
    /// # Errors
    /// As [`Self::upload_link`].
    pub async fn origin_of_links(&self) -> Result<String, StorageError> {
        let link = self.download_link("x", "text/plain", "attachment", Duration::from_secs(1)).await?;
        let (scheme, rest) = link.url.split_once("://").unwrap_or_default();
        Ok(format!("{scheme}://{}", rest.split('/').next().unwrap_or_default()))
    }
}

fn expiry(ttl: Duration) -> Result<PresigningConfig, StorageError> {
    PresigningConfig::expires_in(ttl).map_err(|error| StorageError::Refused(error.to_string()))
}

fn link(request: PresignedRequest) -> SignedLink {
    // Browsers set Host and Content-Length themselves and forbid scripts to set them.
    let set_by_scripts =
        |name: &str| !name.eq_ignore_ascii_case("host") && !name.eq_ignore_ascii_case("content-length");
    let headers = request.headers().filter(|(name, _)| set_by_scripts(name));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    SignedLink { url: request.uri().to_owned(), headers }
}
