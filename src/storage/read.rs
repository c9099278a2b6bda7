//! Objects as a stream of bytes.

use std::time::Duration;

use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;

use super::{Storage, StorageError};

/// The longest wait between two chunks.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// An object whose bytes arrive chunk by chunk.
pub struct ObjectBytes(ByteStream);

impl ObjectBytes {
    /// The next bytes. `None` after the last ones.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] where the connection broke, or nothing came for 30 s.
    pub async fn next(&mut self) -> Result<Option<Bytes>, StorageError> {
        let late = |_| StorageError::Unavailable("the object's next bytes did not arrive in time".to_owned());
        let chunk = tokio::time::timeout(READ_TIMEOUT, self.0.next()).await.map_err(late)?;
        chunk.transpose().map_err(|error| StorageError::Unavailable(error.to_string()))
    }
}

impl Storage {
    /// Begins to read an object. `None` where it does not exist.
    ///
    /// # Errors
    /// The storage's error.
    pub async fn read(&self, key: &str) -> Result<Option<ObjectBytes>, StorageError> {
        let answer = self.client.get_object().bucket(&self.bucket).key(key).send().await;
        match answer.map_err(StorageError::from) {
            Ok(object) => Ok(Some(ObjectBytes(object.body))),
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(error),
        }
    }
}
