//! Sign-in at an OpenID provider. The `state` is a secret that works once, and only in the browser that started the sign-in. Nonce and PKCE verifier
//! are derived from the state and a secret in that browser's cookie, so that neither the database nor the URL alone is enough to finish a sign-in.

use std::sync::Arc;

use chrono::Utc;
use reqwest::Url;
use ring::digest::SHA256;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::oidc::{OidcError, Provider, Providers};
use super::provider_user::{self, Intent, Refusal};
use super::sessions::Sessions;
use super::{Identity, random};
use crate::config::Config;
use crate::db::{Database, OwnerId};
use crate::error::ApiError;
use crate::json::Timestamp;
use crate::models::user::UserRecord;
use crate::models::verification::{self, NewVerification};

/// The time limit of a sign-in, in minutes.
pub const MINUTES: i64 = 10;

/// Where the browser goes after the sign-in. All URLs were checked against the allowed origins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Targets {
    pub callback: String,
    pub error: String,
    pub new_user: String,
}

/// What is stored during a sign-in at the provider.
#[derive(Serialize, Deserialize)]
struct PendingSignIn {
    provider: String,
    /// SHA-256 of the secret in the cookie of the browser that started the sign-in.
    browser: String,
    targets: Targets,
    link: Option<Link>,
}

/// The user to whom the account is linked, and the session that started it.
#[derive(Serialize, Deserialize)]
struct Link {
    user_id: String,
    session_id: String,
}

/// The provider's URL, and the secret for the browser's cookie.
pub struct Started {
    pub url: String,
    pub browser: String,
}

/// The query of the provider's redirect.
#[derive(Debug, Default)]
pub struct Callback<'a> {
    pub state: Option<&'a str>,
    pub code: Option<&'a str>,
    pub error: Option<&'a str>,
    pub issuer: Option<&'a str>,
}

/// Why a sign-in failed, with a stable code for the page that shows it.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    pub code: &'static str,
    pub description: &'static str,
    /// For the log only.
    pub cause: Option<String>,
}

pub struct Finished {
    pub user: UserRecord,
    pub is_new: bool,
    /// True if an account was linked to the signed-in user. No new session starts then.
    pub linked: bool,
}

/// Sign-ins at the configured providers.
#[derive(Clone)]
pub struct Flow {
    pub providers: Providers,
    config: Arc<Config>,
    db: Database,
    sessions: Sessions,
}

impl Flow {
    pub fn new(config: Arc<Config>, db: Database, sessions: Sessions) -> Result<Self, OidcError> {
        let providers = Providers::new(&config.auth.providers, &config.server.public_url)?;
        Ok(Self { providers, config, db, sessions })
    }

    /// Starts a sign-in. `browser` is the cookie's secret where this browser has another sign-in open.
    ///
    /// # Errors
    /// The outer error is `database_unavailable` or `internal`; the inner one is of the provider.
    pub async fn begin(
        &self,
        provider: &Provider,
        targets: Targets,
        link: Option<&Identity>,
        browser: Option<String>,
    ) -> Result<Result<Started, OidcError>, ApiError> {
        let state = random::text().map_err(ApiError::internal)?;
        let browser = match browser.filter(|secret| secret.len() == 43) {
            Some(browser) => browser,
            None => random::text().map_err(ApiError::internal)?,
        };
        let url = match provider.authorization_url(&state, &nonce(&browser, &state), &verifier(&browser, &state)).await
        {
            Ok(url) => url,
            Err(error) => return Ok(Err(error)),
        };
        let pending = PendingSignIn {
            provider: provider.config.id.to_owned(),
            browser: digest(&browser),
            targets,
            link: link
                .map(|identity| Link { user_id: identity.user.id.clone(), session_id: identity.session.id.clone() }),
        };
        let new = NewVerification {
            id: &Uuid::now_v7().to_string(),
            identifier: &identifier(&state),
            value: &serde_json::to_string(&pending).map_err(ApiError::internal)?,
            expires_at: Timestamp(Utc::now() + chrono::Duration::minutes(MINUTES)),
        };
        let mut conn = self.db.conn().await?;
        verification::delete_expired(&mut conn).await?;
        new.insert(&mut conn).await?;
        Ok(Ok(Started { url, browser }))
    }

    /// Finishes a sign-in. The state is used up in any case. Returns where the browser goes (`None` for an unknown state) and the result.
    ///
    /// # Errors
    /// `database_unavailable` or `internal`.
    pub async fn finish(
        &self,
        provider: &Provider,
        callback: Callback<'_>,
        browser: Option<&str>,
    ) -> Result<(Option<Targets>, Result<Finished, Failure>), ApiError> {
        let Some((pending, state)) = self.take(callback.state).await? else {
            return Ok((None, Err(failure("state_mismatch", "This sign-in was used already, or took too long."))));
        };
        let targets = pending.targets.clone();
        Ok((Some(targets), self.complete(provider, callback, browser, &state, pending).await?))
    }

    async fn take(&self, state: Option<&str>) -> Result<Option<(PendingSignIn, String)>, ApiError> {
        let Some(state) = state else { return Ok(None) };
        let value = verification::consume(&mut *self.db.conn().await?, &identifier(state)).await?;
        let Some(value) = value else { return Ok(None) };
        Ok(Some((serde_json::from_str(&value).map_err(ApiError::internal)?, state.to_owned())))
    }

    async fn complete(
        &self,
        provider: &Provider,
        callback: Callback<'_>,
        browser: Option<&str>,
        state: &str,
        pending: PendingSignIn,
    ) -> Result<Result<Finished, Failure>, ApiError> {
        let Some(browser) = browser.filter(|secret| digest(secret) == pending.browser) else {
            return Ok(Err(failure("other_browser", "The sign-in was begun in another browser.")));
        };
        // The path names the provider, and the query may name its issuer (RFC 9207). Both must be those that the sign-in started with.
        let issuer = callback.issuer.unwrap_or(&provider.config.issuer);
        if pending.provider != provider.config.id || issuer != provider.config.issuer {
            return Ok(Err(failure(
                "issuer_mismatch",
                "The answer is not from the provider that the sign-in started at.",
            )));
        }
        let code = match (callback.error, callback.code) {
            (Some("access_denied"), _) => return Ok(Err(failure("access_denied", "The sign-in was cancelled."))),
            (None, Some(code)) => code,
            (error, _) => {
                let description = "The provider could not sign you in.";
                return Ok(Err(Failure { cause: error.map(str::to_owned), ..failure("provider_error", description) }));
            }
        };
        // No database connection is held during the requests to the provider.
        let claims = match provider.redeem(code, &nonce(browser, state), &verifier(browser, state)).await {
            Ok(claims) => claims,
            Err(error) => return Ok(Err(error.into())),
        };
        let owner = match &pending.link {
            None => None,
            Some(link) => match self.sessions.find_by_id(&link.session_id).await? {
                Some(identity) if identity.user.id == link.user_id => Some(identity.owner.clone()),
                _ => return Ok(Err(Refusal::SessionEnded.into())),
            },
        };
        let intent = owner.as_ref().map_or(Intent::SignIn, |owner: &OwnerId| Intent::Link(owner));
        let found = provider_user::find_or_create(&self.db, &self.config.auth, provider, &claims, intent).await?;
        Ok(match found {
            Ok(found) => Ok(Finished { user: found.user, is_new: found.is_new, linked: owner.is_some() }),
            Err(refusal) => Err(refusal.into()),
        })
    }
}

/// `target` with the failure's code and description in its query.
pub fn error_address(target: Url, failure: &Failure) -> Url {
    super::redirect::with_query(target, &[("error", failure.code), ("error_description", failure.description)])
}

fn nonce(browser: &str, state: &str) -> String {
    random::derived("nonce", [browser, state])
}

fn verifier(browser: &str, state: &str) -> String {
    random::derived("pkce", [browser, state])
}

fn identifier(state: &str) -> String {
    format!("sign-in:{}", digest(state))
}

fn digest(secret: &str) -> String {
    hex::encode(ring::digest::digest(&SHA256, secret.as_bytes()))
}

/// The failure for a provider that is not configured.
pub fn unknown_provider() -> Failure {
    failure("unknown_provider", "This server has no such sign-in provider.")
}

fn failure(code: &'static str, description: &'static str) -> Failure {
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
            Refusal::AccountNotLinked => {
                failure("account_not_linked", "Another user has that address, which is not verified.")
            }
            Refusal::LinkedToAnotherUser => {
                failure("account_already_linked_to_different_user", "Another user signs in with that account.")
            }
            Refusal::SessionEnded => failure("session_ended", "You are not signed in any more."),
        }
    }
}
