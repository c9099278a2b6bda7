//! The linked accounts of a user. `link-social` adds them.

use actix_web::{delete, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::sessions::Done;
use crate::auth::accounts;
use crate::error::ApiError;
use crate::http::CurrentUser;
use crate::http::{Json, Path, Problem, Query};
use crate::json::check::ValidationErrors;
use crate::json::{Check, Timestamp};
use crate::models::account::AccountRecord;
use crate::state::AppState;

/// A linked account. The provider's tokens are not stored.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    pub id: String,
    #[schema(example = "google")]
    pub provider_id: String,
    /// The user's id at the provider (`sub`).
    pub account_id: String,
    pub user_id: String,
    #[schema(example = json!(["openid", "email", "profile"]))]
    pub scopes: Vec<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl From<AccountRecord> for Account {
    fn from(account: AccountRecord) -> Self {
        Self {
            id: account.id,
            provider_id: account.provider_id,
            account_id: account.account_id,
            user_id: account.user_id,
            scopes: account.scope.iter().flat_map(|scope| scope.split_whitespace()).map(str::to_owned).collect(),
            created_at: account.created_at,
            updated_at: account.updated_at,
        }
    }
}

/// List my linked accounts.
#[utoipa::path(tag = "sign-in", responses((status = 200, description = "The accounts, oldest first.", body = Vec<Account>)))]
#[get("/api/auth/list-accounts")]
pub async fn list_accounts(
    state: web::Data<AppState>,
    caller: CurrentUser,
) -> Result<web::Json<Vec<Account>>, ApiError> {
    let all = accounts::list(&state.db, &caller.owner).await?;
    Ok(web::Json(all.into_iter().map(Account::from).collect()))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UnlinkAccountRequest {
    #[schema(example = "google", max_length = 100)]
    pub provider_id: Option<String>,
    /// `id` or `accountId` of an account in `list-accounts`. Required without `providerId`.
    #[schema(max_length = 255)]
    pub account_id: Option<String>,
}

impl Check for UnlinkAccountRequest {
    fn check(&self, errors: &mut ValidationErrors) {
        errors.optional_text("providerId", self.provider_id.as_deref(), 1, 100);
        errors.optional_text("accountId", self.account_id.as_deref(), 1, 255);
        if self.provider_id.is_none() && self.account_id.is_none() {
            errors.add("accountId", "missing_member", "say which account, or of which provider");
        }
    }
}

/// Unlink an account.
///
/// The last account can't be unlinked.
#[utoipa::path(tag = "sign-in", security(("cookie" = []), ("session" = [])), extensions(("x-session" = json!("fresh"))), responses(
    (status = 200, description = "Unlinked.", body = Done),
    (status = 404, description = "`not_found`: there is no such account.", body = Problem, content_type = "application/problem+json"),
    (status = 409, description = "`last_account`: it is the last account.", body = Problem, content_type = "application/problem+json"),
))]
#[post("/api/auth/unlink-account")]
pub async fn unlink_account(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Json(body): Json<UnlinkAccountRequest>,
) -> Result<web::Json<Done>, ApiError> {
    unlink(&state, &caller, body.provider_id.as_deref(), body.account_id.as_deref()).await
}

/// List my accounts at a provider.
#[utoipa::path(tag = "sign-in", params(("provider" = String, Path, description = "Such as `google`.", example = "google")), responses(
    (status = 200, description = "The accounts, oldest first.", body = Vec<Account>),
))]
#[get("/api/auth/{provider}/accounts")]
pub async fn list_provider_accounts(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(provider): Path<String>,
) -> Result<web::Json<Vec<Account>>, ApiError> {
    let all = accounts::list(&state.db, &caller.owner).await?;
    let there = all.into_iter().filter(|account| account.provider_id == provider);
    Ok(web::Json(there.map(Account::from).collect()))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct UnlinkQuery {
    /// The account (`id` or `accountId`), where the user has several at this provider.
    pub account_id: Option<String>,
}

/// Unlink my accounts at a provider.
///
/// The last account can't be unlinked.
#[utoipa::path(tag = "sign-in", security(("cookie" = []), ("session" = [])), extensions(("x-session" = json!("fresh"))), params(("provider" = String, Path, description = "Such as `google`.", example = "google"), UnlinkQuery), responses(
    (status = 200, description = "Unlinked.", body = Done),
    (status = 409, description = "`last_account`: the user has no other account.", body = Problem, content_type = "application/problem+json"),
))]
#[delete("/api/auth/{provider}/accounts")]
pub async fn delete_provider_accounts(
    state: web::Data<AppState>,
    caller: CurrentUser,
    Path(provider): Path<String>,
    Query(query): Query<UnlinkQuery>,
) -> Result<web::Json<Done>, ApiError> {
    unlink(&state, &caller, Some(&provider), query.account_id.as_deref()).await
}

async fn unlink(
    state: &AppState,
    caller: &CurrentUser,
    provider: Option<&str>,
    account: Option<&str>,
) -> Result<web::Json<Done>, ApiError> {
    let chosen = |known: &AccountRecord| {
        provider.is_none_or(|provider| known.provider_id == provider)
            && account.is_none_or(|id| known.id == id || known.account_id == id)
    };
    accounts::unlink(&state.db, &caller.owner, chosen).await?;
    Ok(web::Json(Done { status: true }))
}
