//! Which person of ours is meant by what a provider says. The identity is issuer and subject. An address joins two only where the provider
//! has verified it and so have we: otherwise who owns an address somewhere could take over whoever wrote it here.

use diesel_async::{AnsiTransactionManager, AsyncPgConnection, TransactionManager};
use uuid::Uuid;

use super::admin::{USER, role_of};
use super::oidc::{Claims, Provider, SCOPES};
use crate::config::AuthConfig;
use crate::db::{Conn, Database, DbError};
use crate::error::ApiError;
use crate::models::OwnerId;
use crate::models::account::{self, NewAccount};
use crate::models::user::{self, NewUser, UserChanges, UserRecord};

/// Why nobody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The provider does not vouch for the address of somebody new.
    EmailNotVerified,
    /// Somebody has the address and never proved that it is theirs.
    AccountNotLinked,
    /// The identity is another person's.
    LinkedToAnother,
    /// Who wanted to link has gone meanwhile.
    NobodyToLinkTo,
}

pub struct Found {
    pub user: UserRecord,
    pub is_new: bool,
}

/// For whom the identity is looked for.
#[derive(Clone, Copy)]
pub enum Purpose<'a> {
    SignIn,
    /// Adds the identity to a person who is signed in.
    Link(&'a OwnerId),
}

/// Finds or makes the person. Two that come with the same news at once get the same person.
pub async fn find_or_make(
    db: &Database,
    config: &AuthConfig,
    provider: &Provider,
    claims: &Claims,
    purpose: Purpose<'_>,
) -> Result<Result<Found, Refusal>, ApiError> {
    let mut conn = db.conn().await?;
    // Whoever is first inserts, the other runs into the unique identity once, and finds it the second time.
    for last in [false, true] {
        AnsiTransactionManager::begin_transaction(&mut *conn).await.map_err(DbError::from)?;
        match decide(&mut conn, config, provider, claims, purpose).await {
            Ok(Ok(found)) => {
                AnsiTransactionManager::commit_transaction(&mut *conn).await.map_err(DbError::from)?;
                return Ok(Ok(found));
            }
            Ok(Err(refusal)) => {
                roll_back(&mut conn).await;
                return Ok(Err(refusal));
            }
            Err(error) => {
                roll_back(&mut conn).await;
                if last || !is_conflict(&error) {
                    return Err(error.into());
                }
            }
        }
    }
    Err(ApiError::internal("an identity was neither there nor new"))
}

async fn decide(
    conn: &mut Conn,
    config: &AuthConfig,
    provider: &Provider,
    claims: &Claims,
    purpose: Purpose<'_>,
) -> Result<Result<Found, Refusal>, diesel::result::Error> {
    let known = account::find_user(conn, &provider.config.issuer, &claims.sub).await?;
    match (known, purpose) {
        (Some(user), Purpose::Link(owner)) if user.id != owner.as_str() => Ok(Err(Refusal::LinkedToAnother)),
        (Some(user), _) => {
            let user = with_role(conn, config, user).await?;
            Ok(Ok(Found { user, is_new: false }))
        }
        (None, Purpose::Link(owner)) => {
            let Some((user, _)) = UserChanges::default().apply(conn, owner).await? else {
                return Ok(Err(Refusal::NobodyToLinkTo));
            };
            add_account(conn, provider, claims, &user.id).await?;
            Ok(Ok(Found { user, is_new: false }))
        }
        (None, Purpose::SignIn) => newcomer(conn, config, provider, claims).await,
    }
}

/// Somebody whose identity we see for the first time.
async fn newcomer(
    conn: &mut Conn,
    config: &AuthConfig,
    provider: &Provider,
    claims: &Claims,
) -> Result<Result<Found, Refusal>, diesel::result::Error> {
    let email = claims.email.as_deref().map(str::to_lowercase).filter(|email| is_address(email));
    let (Some(email), true) = (email, claims.email_verified.is_true()) else {
        return Ok(Err(Refusal::EmailNotVerified));
    };
    let name = claims.name.as_deref().map(str::trim).filter(|name| !name.is_empty() && !name.contains('\0'));
    let name: String = name.or(email.split('@').next()).unwrap_or(&email).chars().take(200).collect();
    let id = Uuid::now_v7().to_string();
    let new = NewUser {
        id: &id,
        name: &name,
        email: &email,
        email_verified: true,
        image: claims.picture.as_deref().filter(|address| address.starts_with("https://") && address.len() <= 2048),
        role: role_of(config, &email, true).unwrap_or(USER),
    };
    let (user, is_new) = match new.insert(conn).await? {
        Some(user) => (user, true),
        None => match user::find_by_email(conn, &email).await? {
            Some(user) if user.email_verified => (with_role(conn, config, user).await?, false),
            Some(_) => return Ok(Err(Refusal::AccountNotLinked)),
            None => return Err(diesel::result::Error::RollbackTransaction),
        },
    };
    add_account(conn, provider, claims, &user.id).await?;
    Ok(Ok(Found { user, is_new }))
}

async fn add_account(
    conn: &mut AsyncPgConnection,
    provider: &Provider,
    claims: &Claims,
    user_id: &str,
) -> Result<(), diesel::result::Error> {
    let new = NewAccount {
        id: &Uuid::now_v7().to_string(),
        user_id,
        provider_id: provider.config.id,
        issuer: &provider.config.issuer,
        account_id: &claims.sub,
        scope: &SCOPES.join(" "),
    };
    new.insert(conn).await.map(|_| ())
}

async fn with_role(
    conn: &mut AsyncPgConnection,
    config: &AuthConfig,
    user: UserRecord,
) -> Result<UserRecord, diesel::result::Error> {
    match role_of(config, &user.email, user.email_verified) {
        Some(role) if user.role != role => {
            let changes = UserChanges { role: Some(role.to_owned()), ..UserChanges::default() };
            let changed = changes.apply(conn, &OwnerId::of_authenticated(&user.id)).await?;
            Ok(changed.map_or(user, |(user, _)| user))
        }
        _ => Ok(user),
    }
}

fn is_address(email: &str) -> bool {
    let shaped = email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    shaped && email.len() <= 254 && !email.contains(|letter: char| letter.is_whitespace() || letter.is_control())
}

fn is_conflict(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error};
    matches!(error, Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) | Error::RollbackTransaction)
}

async fn roll_back(conn: &mut Conn) {
    // If even this fails, the pool throws the connection away, and PostgreSQL rolls back.
    let _ = AnsiTransactionManager::rollback_transaction(&mut **conn).await;
}
