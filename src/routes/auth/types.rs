//! The wire types of users and sessions.

use serde::Serialize;
use utoipa::ToSchema;

use crate::json::Timestamp;
use crate::models::session::SessionRecord;
use crate::models::user::UserRecord;

/// A user.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    pub id: String,
    #[schema(example = "Anna")]
    pub name: String,
    #[schema(example = "anna@example.com")]
    pub email: String,
    /// True if a provider has verified the address.
    pub email_verified: bool,
    #[schema(required = true)]
    pub image: Option<String>,
    /// `user` or `admin`.
    #[schema(example = "user")]
    pub role: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl From<&UserRecord> for User {
    fn from(user: &UserRecord) -> Self {
        Self {
            id: user.id.clone(),
            name: user.name.clone(),
            email: user.email.clone(),
            email_verified: user.email_verified,
            image: user.image.clone(),
            role: user.role.clone(),
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}

/// A session. Its secret is returned by the sign-in only.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    pub id: String,
    /// A handle for `revoke-session`, which authenticates no request. Better Auth has the secret here.
    pub token: String,
    pub user_id: String,
    pub expires_at: Timestamp,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[schema(required = true)]
    pub ip_address: Option<String>,
    #[schema(required = true)]
    pub user_agent: Option<String>,
}

impl From<&SessionRecord> for Session {
    fn from(session: &SessionRecord) -> Self {
        Self {
            id: session.id.clone(),
            token: session.id.clone(),
            user_id: session.user_id.clone(),
            expires_at: session.expires_at,
            created_at: session.created_at,
            updated_at: session.updated_at,
            ip_address: session.ip_address.clone(),
            user_agent: session.user_agent.clone(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SignedIn {
    /// The session token for `Authorization: Bearer`. It is returned once.
    pub token: String,
    pub user: User,
}
