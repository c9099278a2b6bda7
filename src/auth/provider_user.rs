//! Finds or creates the user of a provider's claims. The identity is issuer and subject. An email address identifies a user only where both the
//! provider and this server have verified it, and only if it is ASCII ([`crate::email`]): otherwise the owner of an address at one provider could
//! take over a user who entered that address here.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::admin::{USER, role_of};
use super::oidc::{Claims, Provider, SCOPES};
use crate::config::AuthConfig;
use crate::db::transaction::{BEGIN, transaction};
use crate::db::{Database, DbError, OwnerId};
use crate::email;
use crate::error::ApiError;
use crate::models::account::{self, NewAccount};
use crate::models::audit;
use crate::models::user::{self, NewUser, UserChanges, UserRecord};

/// Why a sign-in is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The provider has not verified the address of a new user.
    EmailNotVerified,
    /// Another user has the address, and it does not join accounts: it was never verified, or is not ASCII.
    AccountNotLinked,
    /// The identity is linked to another user.
    LinkedToAnotherUser,
    /// The user who wanted to link does not exist any more.
    SessionEnded,
}

pub struct ProviderUser {
    pub user: UserRecord,
    pub is_new: bool,
}

/// Why a user is looked up.
#[derive(Clone, Copy)]
pub enum Intent<'a> {
    SignIn,
    /// Links the identity to a signed-in user.
    Link(&'a OwnerId),
}

/// Finds or creates the user. Concurrent sign-ins of a new identity get the same user.
///
/// # Errors
/// The outer error is of the database.
pub async fn find_or_create(
    db: &Database,
    config: &AuthConfig,
    provider: &Provider,
    claims: &Claims,
    intent: Intent<'_>,
) -> Result<Result<ProviderUser, Refusal>, ApiError> {
    let mut conn = db.conn().await?;
    // The first insert wins. The other one violates the unique identity once and finds it in the second round.
    for last in [false, true] {
        let decide = async |conn: &mut AsyncPgConnection| match decide(conn, config, provider, claims, intent).await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(refusal)) => Err(RolledBack::Refused(refusal)),
            Err(error) => Err(RolledBack::Failed(error.into())),
        };
        match transaction(&mut conn, BEGIN, decide).await {
            Ok(found) => return Ok(Ok(found)),
            Err(RolledBack::Refused(refusal)) => return Ok(Err(refusal)),
            Err(RolledBack::Failed(error)) if last || !is_conflict(&error) => return Err(error.into()),
            Err(RolledBack::Failed(_)) => {}
        }
    }
    Err(ApiError::internal("an identity was neither found nor created"))
}

async fn decide(
    conn: &mut AsyncPgConnection,
    config: &AuthConfig,
    provider: &Provider,
    claims: &Claims,
    intent: Intent<'_>,
) -> Result<Result<ProviderUser, Refusal>, diesel::result::Error> {
    let known = account::find_user(conn, &provider.config.issuer, &claims.sub).await?;
    match (known, intent) {
        (Some(user), Intent::Link(owner)) if user.id != owner.user_id() => Ok(Err(Refusal::LinkedToAnotherUser)),
        (Some(user), _) => {
            let user = with_role(conn, config, user).await?;
            Ok(Ok(ProviderUser { user, is_new: false }))
        }
        (None, Intent::Link(owner)) => {
            let Some((user, _)) = UserChanges::default().apply(conn, owner).await? else {
                return Ok(Err(Refusal::SessionEnded));
            };
            add_account(conn, provider, claims, &user.id).await?;
            Ok(Ok(ProviderUser { user, is_new: false }))
        }
        (None, Intent::SignIn) => sign_up(conn, config, provider, claims).await,
    }
}

/// Creates a user for an unknown identity, or links it to the user with the same verified address.
async fn sign_up(
    conn: &mut AsyncPgConnection,
    config: &AuthConfig,
    provider: &Provider,
    claims: &Claims,
) -> Result<Result<ProviderUser, Refusal>, diesel::result::Error> {
    let address = claims.email.as_deref().map(email::folded).filter(|address| email::is_shaped(address));
    let (Some(address), true) = (address, claims.email_verified) else {
        return Ok(Err(Refusal::EmailNotVerified));
    };
    let name = claims.name.as_deref().or(address.split('@').next()).unwrap_or(&address);
    let id = Uuid::now_v7().to_string();
    let new = NewUser {
        id: &id,
        name,
        email: &address,
        email_verified: true,
        image: claims.picture.as_deref(),
        role: role_of(config, &address, true).unwrap_or(USER),
    };
    let (user, is_new) = match new.insert(conn).await? {
        Some(user) => (user, true),
        None => match user::find_by_email(conn, &address).await? {
            Some(user) if user.email_verified && email::identifies(&address) => {
                (with_role(conn, config, user).await?, false)
            }
            Some(_) => return found_meanwhile(conn, provider, claims).await,
            None => return Err(diesel::result::Error::RollbackTransaction),
        },
    };
    add_account(conn, provider, claims, &user.id).await?;
    Ok(Ok(ProviderUser { user, is_new }))
}

/// The user whom a concurrent sign-in of the same identity created. Without one, the address belongs to another user.
async fn found_meanwhile(
    conn: &mut AsyncPgConnection,
    provider: &Provider,
    claims: &Claims,
) -> Result<Result<ProviderUser, Refusal>, diesel::result::Error> {
    let found = account::find_user(conn, &provider.config.issuer, &claims.sub).await?;
    Ok(found.map(|user| ProviderUser { user, is_new: false }).ok_or(Refusal::AccountNotLinked))
}

async fn add_account(
    conn: &mut AsyncPgConnection,
    provider: &Provider,
    claims: &Claims,
    user_id: &str,
) -> Result<(), diesel::result::Error> {
    let id = Uuid::now_v7().to_string();
    let new = NewAccount {
        id: &id,
        user_id,
        provider_id: provider.config.id,
        issuer: &provider.config.issuer,
        account_id: &claims.sub,
        scope: &SCOPES.join(" "),
    };
    new.insert(conn).await?;
    audit::record(conn, user_id, ("account.link", "account"), Some(&id), &[]).await.map(|_inserted| ())
}

async fn with_role(
    conn: &mut AsyncPgConnection,
    config: &AuthConfig,
    user: UserRecord,
) -> Result<UserRecord, diesel::result::Error> {
    match role_of(config, &user.email, user.email_verified) {
        Some(role) if user.role != role => {
            let changes = UserChanges { role: Some(role.to_owned()), ..UserChanges::default() };
            let changed = changes.apply(conn, &user.owner()).await?;
            Ok(changed.map_or(user, |(user, _)| user))
        }
        _ => Ok(user),
    }
}

fn is_conflict(error: &DbError) -> bool {
    use diesel::result::{DatabaseErrorKind, Error};
    matches!(
        error,
        DbError::Query(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _) | Error::RollbackTransaction)
    )
}

/// Why the transaction was rolled back.
enum RolledBack {
    Refused(Refusal),
    Failed(DbError),
}

impl From<DbError> for RolledBack {
    fn from(error: DbError) -> Self {
        Self::Failed(error)
    }
}
