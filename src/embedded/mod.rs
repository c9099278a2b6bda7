//! PostgreSQL and S3 for development, started and stopped by the server itself. Real parts: the code above sees no difference.

mod cors;
pub mod data_dir;
pub mod postgres;
pub mod s3;
pub mod secret;

/// One sentence for the person who starts the server.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct EmbeddedError(pub String);

impl EmbeddedError {
    fn io(what: impl std::fmt::Display) -> impl FnOnce(std::io::Error) -> Self {
        move |error| Self(format!("{what}: {error}."))
    }
}
