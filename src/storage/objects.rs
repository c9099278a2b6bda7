//! Reads, copies, stores, deletes and lists objects.

use std::time::Duration;

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, MetadataDirective, ObjectIdentifier};
use bytes::Bytes;
use ring::digest::{Context, SHA256};

use super::keys::PATH;
use super::media_type::HEAD_BYTES;
use super::{Storage, StorageError, long_timeout};

/// The longest wait between two chunks of an object.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// The most objects that S3 deletes in one request.
const MAX_DELETED: usize = 1000;

/// The answer of a HEAD request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    pub size: i64,
    pub etag: String,
}

impl Storage {
    /// Reads the size and etag of an object. `None` where it does not exist.
    ///
    /// # Errors
    /// The storage's error.
    pub async fn head(&self, key: &str) -> Result<Option<Object>, StorageError> {
        let answer = self.client.head_object().bucket(&self.bucket).key(key).send().await;
        match answer.map_err(StorageError::from) {
            Ok(head) => Ok(Some(Object {
                size: head.content_length().unwrap_or_default(),
                etag: head.e_tag().unwrap_or_default().to_owned(),
            })),
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The first bytes of an object, [`HEAD_BYTES`] at most.
    ///
    /// # Errors
    /// The storage's error, [`StorageError::Missing`] without the object.
    pub async fn first_bytes(&self, key: &str) -> Result<Bytes, StorageError> {
        let range = format!("bytes=0-{}", HEAD_BYTES - 1);
        let answer = self.client.get_object().bucket(&self.bucket).key(key).range(range).send().await?;
        let body = tokio::time::timeout(READ_TIMEOUT, answer.body.collect()).await;
        let body =
            body.map_err(|_| unavailable("the object's first bytes did not arrive in time"))?.map_err(unavailable)?;
        Ok(body.into_bytes())
    }

    /// SHA-256 of the whole object in lower-case hex. Memory is flat: the object is read chunk by chunk.
    ///
    /// # Errors
    /// The storage's error, [`StorageError::Missing`] without the object.
    pub async fn sha256(&self, key: &str) -> Result<String, StorageError> {
        let missing = || StorageError::Missing(format!("no object {key}"));
        let mut bytes = self.read(key).await?.ok_or_else(missing)?;
        let mut hash = Context::new(&SHA256);
        while let Some(chunk) = bytes.next().await? {
            hash.update(&chunk);
        }
        Ok(hex::encode(hash.finish()))
    }

    /// Copies an object that still has `etag`. The copy gets the media type `media_type`.
    ///
    /// # Errors
    /// [`StorageError::Changed`] where the object has another etag, [`StorageError::Missing`] without the object.
    pub async fn copy(&self, from: &str, etag: &str, to: &str, media_type: &str) -> Result<(), StorageError> {
        let source = format!("{}/{}", self.bucket, percent_encoding::utf8_percent_encode(from, &PATH));
        let copy = self.client.copy_object().bucket(&self.bucket).key(to).copy_source(source);
        copy.copy_source_if_match(etag)
            .metadata_directive(MetadataDirective::Replace)
            .content_type(media_type)
            .customize()
            .config_override(long_timeout())
            .send()
            .await?;
        Ok(())
    }

    /// Stores an object in one request. Returns its etag.
    ///
    /// # Errors
    /// The storage's error.
    pub async fn put(&self, key: &str, media_type: &str, bytes: Bytes) -> Result<String, StorageError> {
        let put = self.client.put_object().bucket(&self.bucket).key(key).content_type(media_type);
        let stored = put.body(ByteStream::from(bytes)).customize().config_override(long_timeout()).send().await?;
        Ok(stored.e_tag().unwrap_or_default().to_owned())
    }

    /// Deletes objects. A missing object is no error.
    ///
    /// # Errors
    /// The storage's error where an object was not deleted.
    pub async fn delete(&self, keys: &[String]) -> Result<(), StorageError> {
        for keys in keys.chunks(MAX_DELETED) {
            if let [key] = keys {
                self.client.delete_object().bucket(&self.bucket).key(key).send().await?;
                continue;
            }
            let named = keys.iter().map(|key| ObjectIdentifier::builder().key(key).build());
            let named = named.collect::<Result<Vec<_>, _>>().map_err(refused)?;
            let delete = Delete::builder().set_objects(Some(named)).quiet(true).build().map_err(refused)?;
            let answer = self.client.delete_objects().bucket(&self.bucket).delete(delete).send().await?;
            if let Some(error) = answer.errors().first() {
                return Err(refused(error.message().unwrap_or("an object was not deleted")));
            }
        }
        Ok(())
    }

    /// The keys that begin with `prefix`, 1000 at most.
    ///
    /// # Errors
    /// The storage's error.
    pub async fn list(&self, prefix: &str) -> Result<Vec<String>, StorageError> {
        let answer = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix).send().await?;
        Ok(answer.contents().iter().filter_map(|object| object.key().map(str::to_owned)).collect())
    }
}

fn unavailable(error: impl std::fmt::Display) -> StorageError {
    StorageError::Unavailable(error.to_string())
}

fn refused(error: impl std::fmt::Display) -> StorageError {
    StorageError::Refused(error.to_string())
}
