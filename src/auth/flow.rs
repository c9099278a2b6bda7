//! A sign-in at a provider, from the button to the way back. Its state is a secret that works once, in the browser that began and
//! nowhere else: nonce and PKCE verifier follow from the state and from a secret in that browser's cookie, so that neither the database
//! nor the address bar alone could finish it.

use std::sync::Arc;

use chrono::Utc;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::oidc::{OidcError, Provider, Providers};
use super::person::{self, Purpose, Refusal};
use super::sessions::Sessions;
use super::{Identity, random};
use crate::config::Config;
use crate::db::Database;
use crate::error::ApiError;
use crate::models::OwnerId;
use crate::models::user::UserRecord;
use crate::models::verification::{self, NewVerification};
use crate::wire::Timestamp;

/// How long somebody may take at the provider.
pub const MINUTES: i64 = 10;

/// Where the browser goes in the end. All were checked against the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Targets {
    pub callback: String,
    pub error: String,
    pub newcomer: String,
}

/// What is kept while somebody is at the provider.
#[derive(Serialize, Deserialize)]
struct UnderWay {
    provider: String,
    /// SHA-256 of the secret in the cookie of the browser that began.
    browser: String,
    targets: Targets,
    link: Option<Link>,
}

/// To whom an identity is to be added, and the session that asked for it.
#[derive(Serialize, Deserialize)]
struct Link {
    user_id: String,
    session_id: String,
}

/// Where to send the browser, and the secret that its cookie must hold when it comes back.
pub struct Begun {
    pub url: String,
    pub browser: String,
}

/// What a provider's redirect brings.
#[derive(Debug, Default)]
pub struct Callback<'a> {
    pub state: Option<&'a str>,
    pub code: Option<&'a str>,
    pub error: Option<&'a str>,
    pub issuer: Option<&'a str>,
}

/// Why a sign-in came to nothing, as a stable word for the page that shows it.
#[derive(Debug, PartialEq, Eq)]
pub struct Failure {
    pub word: &'static str,
    pub text: &'static str,
    /// For the log alone.
    pub cause: Option<String>,
}

pub struct Finished {
    pub user: UserRecord,
    pub is_new: bool,
    /// An identity was added; who was signed in stays so.
    pub linked: bool,
}

/// Sign-ins at the providers of the configuration.
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

    /// `browser`: the cookie of a sign-in that this browser has under way in another tab.
    pub async fn begin(
        &self,
        provider: &Provider,
        targets: Targets,
        link: Option<&Identity>,
        browser: Option<String>,
    ) -> Result<Result<Begun, OidcError>, ApiError> {
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
        let under_way = UnderWay {
            provider: provider.config.id.to_owned(),
            browser: digest(&browser),
            targets,
            link: link
                .map(|identity| Link { user_id: identity.user.id.clone(), session_id: identity.session.id.clone() }),
        };
        let new = NewVerification {
            id: &Uuid::now_v7().to_string(),
            identifier: &identifier(&state),
            value: &serde_json::to_string(&under_way).map_err(ApiError::internal)?,
            expires_at: Timestamp(Utc::now() + chrono::Duration::minutes(MINUTES)),
        };
        let mut conn = self.db.conn().await?;
        verification::delete_expired(&mut conn).await?;
        new.insert(&mut conn).await?;
        Ok(Ok(Begun { url, browser }))
    }

    /// Uses the state up, whatever comes of it, and tells where the browser goes with that.
    pub async fn finish(
        &self,
        provider: &Provider,
        callback: Callback<'_>,
        browser: Option<&str>,
    ) -> Result<(Option<Targets>, Result<Finished, Failure>), ApiError> {
        let Some((under_way, state)) = self.take(callback.state).await? else {
            return Ok((None, Err(failure("state_mismatch", "This sign-in was used already, or took too long."))));
        };
        let targets = under_way.targets.clone();
        Ok((Some(targets), self.continued(provider, callback, browser, &state, under_way).await?))
    }

    async fn take(&self, state: Option<&str>) -> Result<Option<(UnderWay, String)>, ApiError> {
        let Some(state) = state else { return Ok(None) };
        let value = verification::consume(&mut *self.db.conn().await?, &identifier(state)).await?;
        let Some(value) = value else { return Ok(None) };
        Ok(Some((serde_json::from_str(&value).map_err(ApiError::internal)?, state.to_owned())))
    }

    async fn continued(
        &self,
        provider: &Provider,
        callback: Callback<'_>,
        browser: Option<&str>,
        state: &str,
        under_way: UnderWay,
    ) -> Result<Result<Finished, Failure>, ApiError> {
        let Some(browser) = browser.filter(|secret| digest(secret) == under_way.browser) else {
            return Ok(Err(failure("other_browser", "The sign-in was begun in another browser.")));
        };
        // The provider's name is in the address, its issuer may be in the query (RFC 9207): both must be those that we sent to.
        let issuer = callback.issuer.unwrap_or(&provider.config.issuer);
        if under_way.provider != provider.config.id || issuer != provider.config.issuer {
            return Ok(Err(failure("issuer_mismatch", "The answer is not from the provider that was asked.")));
        }
        let code = match (callback.error, callback.code) {
            (Some("access_denied"), _) => return Ok(Err(failure("access_denied", "The sign-in was cancelled."))),
            (None, Some(code)) => code,
            (error, _) => {
                let text = "The provider could not sign you in.";
                return Ok(Err(Failure { cause: error.map(str::to_owned), ..failure("provider_error", text) }));
            }
        };
        // No database connection is held while the provider is asked.
        let claims = match provider.redeem(code, &nonce(browser, state), &verifier(browser, state)).await {
            Ok(claims) => claims,
            Err(error) => return Ok(Err(error.into())),
        };
        let owner = match &under_way.link {
            None => None,
            Some(link) => match self.sessions.find_by_id(&link.session_id).await? {
                Some(identity) if identity.user.id == link.user_id => Some(identity.owner.clone()),
                _ => return Ok(Err(Refusal::NobodyToLinkTo.into())),
            },
        };
        let purpose = owner.as_ref().map_or(Purpose::SignIn, |owner: &OwnerId| Purpose::Link(owner));
        let found = person::find_or_make(&self.db, &self.config.auth, provider, &claims, purpose).await?;
        Ok(match found {
            Ok(found) => Ok(Finished { user: found.user, is_new: found.is_new, linked: owner.is_some() }),
            Err(refusal) => Err(refusal.into()),
        })
    }
}

/// What a redirect says: the failure's word and text.
pub fn error_address(target: Url, failure: &Failure) -> Url {
    super::redirect::with_query(target, &[("error", failure.word), ("error_description", failure.text)])
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
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// The address names a provider that this server doesn't have.
pub fn unknown_provider() -> Failure {
    failure("unknown_provider", "This server has no such sign-in provider.")
}

fn failure(word: &'static str, text: &'static str) -> Failure {
    Failure { word, text, cause: None }
}

impl From<OidcError> for Failure {
    fn from(error: OidcError) -> Self {
        let failed = match &error {
            OidcError::Unavailable(_) => {
                failure("provider_unavailable", "The provider does not answer. Try again soon.")
            }
            OidcError::CodeRefused(_) => failure("invalid_code", "The provider did not take the code back."),
            OidcError::TokenRefused(_) => failure("invalid_token", "What the provider said of you does not hold."),
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
                failure("account_not_linked", "Somebody here has that address and has not proved that it is theirs.")
            }
            Refusal::LinkedToAnother => {
                failure("account_already_linked_to_different_user", "Another person here signs in with that account.")
            }
            Refusal::NobodyToLinkTo => failure("session_ended", "You are not signed in any more."),
        }
    }
}
