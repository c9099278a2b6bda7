//! Sign-in at an OpenID provider. The `state` is a secret that works once, and only in the browser that started the sign-in. Nonce and PKCE verifier
//! are derived from the state and a secret in that browser's cookie, so that neither the database nor the URL alone is enough to finish a sign-in.

use std::sync::Arc;

use chrono::Utc;
use ring::digest::SHA256;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::failure::{Failure, failure};
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
    /// Of an application that keeps no cookie: the sign-in is handed over to it.
    challenge: Option<String>,
}

/// The user to whom the account is linked, and the session that started it.
#[derive(Serialize, Deserialize)]
struct Link {
    user_id: String,
    session_id: String,
}

/// How a sign-in starts.
pub enum Start<'a> {
    /// In a browser that keeps the server's cookies. `cookie` is the browser's secret where another sign-in of it is open, and `link` the signed-in
    /// user to whom the account is linked.
    Browser { cookie: Option<String>, link: Option<&'a Identity> },
    /// In an application that keeps no cookie, with its challenge. The callback alone gives no session there ([`super::hand_over`]).
    HandOver { challenge: String },
}

/// The provider's URL, and the secret for the browser's cookie.
pub struct Started {
    pub url: String,
    pub browser: Option<String>,
}

/// The query of the provider's redirect.
#[derive(Debug, Default)]
pub struct Callback<'a> {
    pub state: Option<&'a str>,
    pub code: Option<&'a str>,
    pub error: Option<&'a str>,
    pub issuer: Option<&'a str>,
}

/// A completed sign-in.
pub struct Finished {
    pub user: UserRecord,
    pub is_new: bool,
    /// True if an account was linked to the signed-in user. No new session starts then.
    pub linked: bool,
    /// The challenge of the application that the sign-in is handed over to. No session starts then.
    pub challenge: Option<String>,
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
    /// Sign-ins at the providers of the configuration.
    ///
    /// # Errors
    /// [`OidcError::Unavailable`] if there can be no HTTP client.
    pub fn new(config: Arc<Config>, db: Database, sessions: Sessions) -> Result<Self, OidcError> {
        let providers = Providers::new(&config.auth.providers, &config.server.public_url)?;
        Ok(Self { providers, config, db, sessions })
    }

    /// Starts a sign-in.
    ///
    /// # Errors
    /// The outer error is `database_unavailable` or `internal`; the inner one is of the provider.
    pub async fn begin(
        &self,
        provider: &Provider,
        targets: Targets,
        start: Start<'_>,
    ) -> Result<Result<Started, OidcError>, ApiError> {
        let state = random::text().map_err(ApiError::internal)?;
        let (cookie, link, challenge) = match start {
            Start::Browser { cookie, link } => (Some(cookie.filter(|secret| secret.len() == 43)), link, None),
            Start::HandOver { challenge } => (None, None, Some(challenge)),
        };
        let browser = match cookie {
            Some(Some(browser)) => browser,
            Some(None) => random::text().map_err(ApiError::internal)?,
            // The application's challenge takes the place of the browser's secret.
            None => state.clone(),
        };
        let is_cookie = challenge.is_none();
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
            challenge,
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
        Ok(Ok(Started { url, browser: is_cookie.then_some(browser) }))
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
        let browser = if pending.challenge.is_some() { Some(state) } else { browser };
        let Some(browser) = browser.filter(|secret| digest(secret) == pending.browser) else {
            return Ok(Err(failure(
                "other_browser",
                "The sign-in began in another browser or at another address of this server, or this browser keeps no cookies of it.",
            )));
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
            Ok(found) => Ok(Finished {
                user: found.user,
                is_new: found.is_new,
                linked: owner.is_some(),
                challenge: pending.challenge,
            }),
            Err(refusal) => Err(refusal.into()),
        })
    }
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
