//! Errors of the object storage, and their answers in the API.

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};

use crate::error::{ApiError, ErrorCode};

#[derive(Debug, Clone, thiserror::Error)]
pub enum StorageError {
    /// The object or the multipart upload does not exist.
    #[error("object storage: not found: {0}")]
    Missing(String),
    /// The object changed since its etag was read.
    #[error("object storage: object changed: {0}")]
    Changed(String),
    /// The storage is not reachable, or its answer came too late.
    #[error("object storage: unavailable: {0}")]
    Unavailable(String),
    /// The key of this server may not do that. Some storages say so of an upload that they no longer know.
    #[error("object storage: denied: {0}")]
    Denied(String),
    /// The storage has no such operation.
    #[error("object storage: unsupported: {0}")]
    Unsupported(String),
    /// The storage refused the request.
    #[error("object storage: refused: {0}")]
    Refused(String),
}

impl StorageError {
    /// Whether there is no such object.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing(_))
    }
}

impl<E> From<SdkError<E, HttpResponse>> for StorageError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    fn from(error: SdkError<E, HttpResponse>) -> Self {
        let (status, code) = match &error {
            SdkError::ServiceError(answer) => {
                (answer.raw().status().as_u16(), answer.err().code().unwrap_or_default().to_owned())
            }
            SdkError::ConstructionFailure(_) => (400, String::new()),
            // No answer, or an answer that is not of S3.
            _ => (503, String::new()),
        };
        let text = DisplayErrorContext(&error).to_string();
        match (status, code.as_str()) {
            (_, "NoSuchBucket") => Self::Refused(text),
            (404, _) | (_, "NoSuchKey" | "NoSuchUpload") => Self::Missing(text),
            (412, _) => Self::Changed(text),
            (403, _) | (_, "AccessDenied") => Self::Denied(text),
            (_, "NotImplemented") => Self::Unsupported(text),
            (500.., _) | (429, _) => Self::Unavailable(text),
            _ => Self::Refused(text),
        }
    }
}

impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        match &error {
            StorageError::Unavailable(_) => Self::new(
                ErrorCode::StorageUnavailable,
                "Files can't be reached right now; everything else works. Send the same request again later.",
            )
            .caused_by(&error),
            StorageError::Changed(_) => {
                Self::new(ErrorCode::Busy, "The file was uploaded again at the same time. Send the same request again.")
                    .caused_by(&error)
            }
            StorageError::Missing(_)
            | StorageError::Denied(_)
            | StorageError::Unsupported(_)
            | StorageError::Refused(_) => Self::new(
                ErrorCode::UploadFailed,
                "The object storage refused. Nothing was stored; give the request id when you report this.",
            )
            .caused_by(&error),
        }
    }
}
