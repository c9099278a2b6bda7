//! The error of a setting.

/// A sentence for the operator who starts the server.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);
