//! What an error of S3 means to us.

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};

use crate::error::{ApiError, ErrorCode};

#[derive(Debug, Clone, thiserror::Error)]
pub enum StorageError {
    /// No such object, or no such upload.
    #[error("object storage: not there: {0}")]
    Missing(String),
    /// It is not what it was when we looked.
    #[error("object storage: changed meanwhile: {0}")]
    Changed(String),
    /// Not reachable, or not in time.
    #[error("object storage: away: {0}")]
    Away(String),
    #[error("object storage: refused: {0}")]
    Refused(String),
}

impl StorageError {
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
            // No answer, or not one of S3.
            _ => (503, String::new()),
        };
        let text = DisplayErrorContext(&error).to_string();
        match (status, code.as_str()) {
            (_, "NoSuchBucket") => Self::Refused(text),
            (404, _) | (_, "NoSuchKey" | "NoSuchUpload") => Self::Missing(text),
            (412, _) => Self::Changed(text),
            (500.., "NotImplemented") => Self::Refused(text),
            (500.., _) | (429, _) => Self::Away(text),
            _ => Self::Refused(text),
        }
    }
}

impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        match &error {
            StorageError::Away(_) => Self::new(
                ErrorCode::StorageUnavailable,
                "Files can't be reached right now; everything else works. Send the same request again later.",
            )
            .caused_by(&error),
            StorageError::Changed(_) => {
                Self::new(ErrorCode::Busy, "The file was uploaded once more meanwhile. Send the same request again.")
                    .caused_by(&error)
            }
            StorageError::Missing(_) | StorageError::Refused(_) => Self::new(
                ErrorCode::UploadFailed,
                "The object storage refused. Nothing was stored; give the request id when you report this.",
            )
            .caused_by(&error),
        }
    }
}
