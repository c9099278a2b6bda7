//! Looking at objects, copying and deleting them.

use std::time::Duration;

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, MetadataDirective, ObjectIdentifier};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::keys::percent_encode;
use super::media_type::HEAD_BYTES;
use super::{Storage, StorageError, patient};

/// Between two pieces of an object.
const READ_PATIENCE: Duration = Duration::from_secs(30);
/// What S3 deletes in one request.
const MAX_DELETED: usize = 1000;

/// What a HEAD says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    pub size: i64,
    pub etag: String,
}

impl Storage {
    /// `None` where there is no such object.
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

    /// The first bytes, [`HEAD_BYTES`] at most.
    pub async fn first_bytes(&self, key: &str) -> Result<Bytes, StorageError> {
        let range = format!("bytes=0-{}", HEAD_BYTES - 1);
        let answer = self.client.get_object().bucket(&self.bucket).key(key).range(range).send().await?;
        let body = tokio::time::timeout(READ_PATIENCE, answer.body.collect()).await;
        let body = body.map_err(|_| away("the object's first bytes did not come"))?.map_err(away)?;
        Ok(body.into_bytes())
    }

    /// SHA-256 of the whole object in lower-case hex, read piece by piece.
    pub async fn sha256(&self, key: &str) -> Result<String, StorageError> {
        let mut body = self.client.get_object().bucket(&self.bucket).key(key).send().await?.body;
        let mut hash = Sha256::new();
        loop {
            let piece = tokio::time::timeout(READ_PATIENCE, body.next()).await;
            match piece.map_err(|_| away("the object did not come to its end"))? {
                Some(piece) => hash.update(piece.map_err(away)?),
                None => return Ok(hex::encode(hash.finalize())),
            }
        }
    }

    /// Copies what still has this etag, under a type of our choice.
    pub async fn copy(&self, from: &str, etag: &str, to: &str, media_type: &str) -> Result<(), StorageError> {
        let source = format!("{}/{}", self.bucket, percent_encode(from, b"/"));
        let copy = self.client.copy_object().bucket(&self.bucket).key(to).copy_source(source);
        copy.copy_source_if_match(etag)
            .metadata_directive(MetadataDirective::Replace)
            .content_type(media_type)
            .customize()
            .config_override(patient())
            .send()
            .await?;
        Ok(())
    }

    /// Stores an object in one request; its etag.
    pub async fn put(&self, key: &str, media_type: &str, bytes: Bytes) -> Result<String, StorageError> {
        let put = self.client.put_object().bucket(&self.bucket).key(key).content_type(media_type);
        let stored = put.body(ByteStream::from(bytes)).customize().config_override(patient()).send().await?;
        Ok(stored.e_tag().unwrap_or_default().to_owned())
    }

    /// Deletes objects; those that aren't there are no error.
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

    /// Keys that begin with `prefix`, 1000 at most.
    pub async fn list(&self, prefix: &str) -> Result<Vec<String>, StorageError> {
        let answer = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix).send().await?;
        Ok(answer.contents().iter().filter_map(|object| object.key().map(str::to_owned)).collect())
    }
}

fn away(error: impl std::fmt::Display) -> StorageError {
    StorageError::Away(error.to_string())
}

fn refused(error: impl std::fmt::Display) -> StorageError {
    StorageError::Refused(error.to_string())
}
