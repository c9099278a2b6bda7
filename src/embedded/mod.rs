//! PostgreSQL and S3 for development, which the server starts and stops. Both are real servers, so that no other code differs from production.

mod cors;
pub mod data_dir;
mod open_uploads;
pub mod postgres;
pub mod s3;
mod signed_headers;

/// A sentence for the operator who starts the server.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct EmbeddedError(pub String);

impl EmbeddedError {
    fn io(what: impl std::fmt::Display) -> impl FnOnce(std::io::Error) -> Self {
        move |error| Self(format!("{what}: {error}."))
    }
}
