//! Multipart uploads.

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use bytes::Bytes;

use super::{Storage, StorageError, long_timeout};

/// The smallest part in bytes that S3 accepts, except for the last part.
pub const MIN_PART_BYTES: usize = 5 * 1024 * 1024;

/// A part that the storage has received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Counted from 1.
    pub number: i32,
    pub size: i64,
    /// `None` where the storage leaves etags out of its list.
    pub etag: Option<String>,
}

impl Storage {
    /// Starts a multipart upload. Returns its id.
    ///
    /// # Errors
    /// The storage's error.
    pub async fn begin_parts(&self, key: &str, media_type: &str) -> Result<String, StorageError> {
        let begin = self.client.create_multipart_upload().bucket(&self.bucket).key(key).content_type(media_type);
        let id = begin.send().await?.upload_id;
        id.ok_or_else(|| StorageError::Refused("the storage gave a multipart upload no id".into()))
    }

    /// Sends one part. `number` counts from 1.
    ///
    /// # Errors
    /// The storage's error.
    pub async fn put_part(&self, key: &str, upload: &str, number: i32, bytes: Bytes) -> Result<Part, StorageError> {
        let size = bytes.len() as i64;
        let put = self.client.upload_part().bucket(&self.bucket).key(key).upload_id(upload).part_number(number);
        let stored = put.body(ByteStream::from(bytes)).customize().config_override(long_timeout()).send().await?;
        Ok(Part { number, size, etag: stored.e_tag })
    }

    /// The received parts, ordered by number.
    ///
    /// # Errors
    /// [`StorageError::Missing`] where the storage does not know the upload.
    pub async fn parts(&self, key: &str, upload: &str) -> Result<Vec<Part>, StorageError> {
        let mut parts = Vec::new();
        let mut marker: Option<String> = None;
        loop {
            let list = self.client.list_parts().bucket(&self.bucket).key(key).upload_id(upload);
            let page = list.set_part_number_marker(marker).send().await?;
            parts.extend(page.parts().iter().map(|part| Part {
                number: part.part_number().unwrap_or_default(),
                size: part.size().unwrap_or_default(),
                etag: part.e_tag().map(str::to_owned),
            }));
            marker = page.next_part_number_marker().map(str::to_owned);
            if page.is_truncated() != Some(true) || marker.is_none() {
                break;
            }
        }
        parts.sort_by_key(|part| part.number);
        Ok(parts)
    }

    /// Joins the parts to one object. Returns its etag.
    ///
    /// # Errors
    /// [`StorageError::Missing`] where the storage does not know the upload.
    pub async fn join_parts(&self, key: &str, upload: &str, parts: &[Part]) -> Result<String, StorageError> {
        let completed = parts
            .iter()
            .map(|part| CompletedPart::builder().part_number(part.number).set_e_tag(part.etag.clone()).build());
        let completed = CompletedMultipartUpload::builder().set_parts(Some(completed.collect())).build();
        let join = self.client.complete_multipart_upload().bucket(&self.bucket).key(key).upload_id(upload);
        let joined = join.multipart_upload(completed).customize().config_override(long_timeout()).send().await?;
        Ok(joined.e_tag().unwrap_or_default().to_owned())
    }

    /// Aborts a multipart upload and removes its parts. An unknown upload is no error.
    ///
    /// # Errors
    /// The storage's error.
    pub async fn abort_parts(&self, key: &str, upload: &str) -> Result<(), StorageError> {
        let abort = self.client.abort_multipart_upload().bucket(&self.bucket).key(key).upload_id(upload);
        match abort.send().await.map_err(StorageError::from) {
            Err(error) if error.is_missing() => Ok(()),
            Err(error) => Err(error),
            Ok(_) => Ok(()),
        }
    }

    /// The open multipart uploads under `prefix`, as (key, upload id). Empty where the storage can't list them (the embedded one).
    ///
    /// # Errors
    /// The storage's error.
    pub async fn open_uploads(&self, prefix: &str) -> Result<Vec<(String, String)>, StorageError> {
        let list = self.client.list_multipart_uploads().bucket(&self.bucket).prefix(prefix);
        match list.send().await.map_err(StorageError::from) {
            Ok(page) => {
                let open = page.uploads().iter();
                Ok(open.filter_map(|one| Some((one.key()?.to_owned(), one.upload_id()?.to_owned()))).collect())
            }
            Err(StorageError::Unsupported(_)) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}
