//! Why a sign-in at a provider failed: the codes and texts for the page that shows it.

use reqwest::Url;

use super::oidc::OidcError;
use super::provider_user::Refusal;

/// Why a sign-in failed, with a stable code for the page that shows it.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    pub code: &'static str,
    pub description: &'static str,
    /// For the log only.
    pub cause: Option<String>,
}

/// `target` with the failure's code and description in its query.
pub fn error_address(target: Url, failure: &Failure) -> Url {
    super::redirect::with_query(target, &[("error", failure.code), ("error_description", failure.description)])
}

/// The failure for a provider that is not configured.
pub fn unknown_provider() -> Failure {
    failure("unknown_provider", "This server has no such sign-in provider.")
}

pub fn failure(code: &'static str, description: &'static str) -> Failure {
    Failure { code, description, cause: None }
}

impl From<OidcError> for Failure {
    fn from(error: OidcError) -> Self {
        let failed = match &error {
            OidcError::Unavailable(_) => {
                failure("provider_unavailable", "The provider does not answer. Try again soon.")
            }
            OidcError::CodeRefused(_) => failure("invalid_code", "The provider refused the code."),
            OidcError::TokenRefused(_) => failure("invalid_token", "The provider's answer is not valid."),
            OidcError::SubjectRefused => {
                failure("invalid_subject", "The provider names you by an id that this server can't store.")
            }
        };
        Self { cause: Some(error.to_string()), ..failed }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::EmailNotVerified => {
                failure("email_not_verified", "The provider has not verified your email address.")
            }
            Refusal::AccountNotLinked => failure(
                "account_not_linked",
                "Another user has that address. Sign in as that user first, and link this account then.",
            ),
            Refusal::LinkedToAnotherUser => {
                failure("account_already_linked_to_different_user", "Another user signs in with that account.")
            }
            Refusal::SessionEnded => failure("session_ended", "You are not signed in any more."),
        }
    }
}
