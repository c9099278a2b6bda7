//! The errors of a sign-in at a provider.

/// Why a sign-in at a provider failed.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// The provider does not answer, or its answer is not valid.
    #[error("the provider is unavailable: {0}")]
    Unavailable(String),
    /// The provider refuses the authorization code: it is used, expired, or of another client.
    #[error("the code was refused: {0}")]
    CodeRefused(String),
    /// The id token is not valid.
    #[error("the id token was refused: {0}")]
    TokenRefused(String),
    /// The user's id at the provider is no text of 1 to 255 bytes without control characters, so it can't be stored.
    #[error("the subject can't be stored")]
    SubjectRefused,
}
